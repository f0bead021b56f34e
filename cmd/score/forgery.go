package main

import (
	"context"
	"fmt"
	"image"
	"io"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"

	"tallyman/fixtures"
	"tallyman/fixtures/forge"
	"tallyman/inspect"
	"tallyman/rules"
	"tallyman/trade"
)

// forgeryLayouts is in how many layouts each way to forge is tried.
const forgeryLayouts = 10

// A forgeryCount is what became of one way to forge.
type forgeryCount struct {
	forged, found, twins, alarms int
	misses                       []string
}

// scoreForgery measures the rules about the papers themselves: each way to forge
// in ten layouts, beside each forgery its honest twin. With only it is one way alone.
func (s *scorer) scoreForgery(ctx context.Context, w io.Writer, only string) error {
	cases := forge.Names()
	if only != "" {
		if _, ok := forge.Find(only); !ok {
			return fmt.Errorf("no forgery %q: it is one of %s", only, strings.Join(cases, ", "))
		}
		cases = []string{only}
	}
	counts := make([]forgeryCount, len(cases))
	var mu sync.Mutex
	var failed error
	s.parallel(len(cases)*forgeryLayouts*2, func(i int) {
		if ctx.Err() != nil {
			return
		}
		k, layout, honest := i/2/forgeryLayouts, i/2%forgeryLayouts, i%2 == 1
		name := fmt.Sprintf("%s in layout %d", cases[k], layout+1)
		found, other, err := s.forged(ctx, cases[k], layout, honest)
		mu.Lock()
		defer mu.Unlock()
		c := &counts[k]
		switch {
		case err != nil:
			failed = fmt.Errorf("%s: %w", name, err)
		case honest:
			c.twins++
			if len(other) > 0 {
				c.alarms++
				c.misses = append(c.misses, "false alarm on the twin of "+name+": "+strings.Join(other, "; "))
			}
		default:
			c.forged++
			if found {
				c.found++
			} else {
				c.misses = append(c.misses, "missed: "+name+": "+strings.Join(other, "; "))
			}
		}
	})
	if failed != nil {
		return failed
	}
	var all forgeryCount
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "forgery\trule\tforged\tfound\thonest twins\tfalse alarms")
	for k, c := range counts {
		f, _ := forge.Find(cases[k])
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\t%d\n", f.Name, f.Rule, c.forged, c.found, c.twins, c.alarms)
		all.forged, all.found, all.twins, all.alarms = all.forged+c.forged, all.found+c.found, all.twins+c.twins, all.alarms+c.alarms
		slices.Sort(c.misses)
		all.misses = append(all.misses, c.misses...)
	}
	fmt.Fprintf(t, "all\t\t%d\t%d (%.1f %%)\t%d\t%d\n", all.forged, all.found, 100*float64(all.found)/float64(max(all.forged, 1)), all.twins, all.alarms)
	t.Flush()
	for _, m := range all.misses {
		fmt.Fprintln(w, m)
	}
	return ctx.Err()
}

// forged makes one paper, forges it, and returns whether the rule of the case
// objected at least as strongly as it has to, and what else rose above a note.
func (s *scorer) forged(ctx context.Context, name string, layout int, honest bool) (found bool, other []string, err error) {
	kinds := []trade.DocumentType{trade.CommercialInvoice, trade.PackingList, trade.RoadConsignmentNote, trade.CommercialInvoice, trade.BillOfLading}
	kind := kinds[layout%len(kinds)]
	o := fixtures.Options{Layout: layout + 1, Papers: []trade.DocumentType{kind}}
	switch kind {
	case trade.RoadConsignmentNote:
		o.Mode = "road"
	case trade.BillOfLading:
		o.Mode = "sea"
	}
	c, _ := forge.Find(name)
	o.Lines = c.Lines()
	// Where a paper prints nothing that this forger can use, another one does.
	var d fixtures.Dossier
	for try := range uint64(8) {
		if try == 4 {
			o.Papers = []trade.DocumentType{trade.CommercialInvoice}
		}
		if d, err = fixtures.Make(s.opts.seed+uint64(layout)+100*try, o); err != nil {
			return false, nil, err
		}
		if err = c.Apply(&d, honest, s.raster); err == nil {
			break
		}
	}
	if err != nil {
		return false, nil, err
	}
	for _, f := range s.forgeryFindings(ctx, d.Papers[0].File, d.Papers[0].PDF) {
		switch {
		case !honest && f.Rule == c.Rule && f.Severity >= c.Severity:
			found = true
		case !honest || f.Severity > rules.Info:
			other = append(other, f.Rule+" "+f.Severity.String()+" "+f.Message)
		}
	}
	return found, other, nil
}

// raster draws the pages of a PDF.
func (s *scorer) raster(pdf []byte, dpi int) ([]image.Image, error) {
	var pages []image.Image
	for n := 1; ; n++ {
		img, problem := s.x.Render(context.Background(), "paper.pdf", pdf, n, float64(dpi))
		if problem != nil && n > 1 {
			return pages, nil // there is no such page
		}
		if problem != nil {
			return nil, problem
		}
		pages = append(pages, img)
	}
}

// forgeryFindings are those of the rules about papers themselves, on one file.
func (s *scorer) forgeryFindings(ctx context.Context, name string, data []byte) []rules.Finding {
	f := s.line.ReadBytes(ctx, name, data)
	var out []rules.Finding
	for _, r := range s.line.Check([]inspect.File{f}) {
		for _, found := range r.Findings {
			if strings.HasPrefix(found.Rule, "FG-") {
				out = append(out, found)
			}
		}
	}
	return out
}
