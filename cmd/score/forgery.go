package main

import (
	"context"
	"fmt"
	"image"
	"io"
	"io/fs"
	"os"
	"path/filepath"
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
// in ten layouts, beside each forgery its honest twin, then honest dossiers of
// our own and every PDF of the other sets. With only it is one way alone.
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
	if only != "" {
		return nil
	}
	return s.scoreHonest(ctx, w)
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

// scoreHonest counts papers that nobody forged and a rule objects to.
func (s *scorer) scoreHonest(ctx context.Context, w io.Writer) error {
	n := s.opts.clean
	if n < 0 {
		n = 100
	}
	type paper struct {
		set, name string
		data      func() ([]byte, error)
	}
	var papers []paper
	for i := range n {
		d, err := fixtures.Make(s.opts.seed+2000+uint64(i), fixtures.Options{})
		if err != nil {
			return err
		}
		for _, p := range d.Papers {
			papers = append(papers, paper{"our own", d.Name + "/" + p.File, func() ([]byte, error) { return p.PDF, nil }})
		}
	}
	filepath.WalkDir(s.opts.corpus, func(name string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() && e.Name() == "hostile" {
			return filepath.SkipDir
		}
		if err == nil && strings.EqualFold(filepath.Ext(name), ".pdf") {
			papers = append(papers, paper{"other sets", name, func() ([]byte, error) { return os.ReadFile(name) }})
		}
		return nil
	})
	count, alarms := map[string]int{}, map[string]int{}
	var said []string
	var mu sync.Mutex
	s.parallel(len(papers), func(i int) {
		data, err := papers[i].data()
		if err != nil || ctx.Err() != nil {
			return
		}
		var above []string
		for _, f := range s.forgeryFindings(ctx, papers[i].name, data) {
			if f.Severity > rules.Info {
				above = append(above, fmt.Sprintf("%s: %s %s: %s", papers[i].name, f.Rule, f.Severity, f.Message))
			}
		}
		mu.Lock()
		defer mu.Unlock()
		count[papers[i].set]++
		if len(above) > 0 {
			alarms[papers[i].set]++
			said = append(said, above...)
		}
	})
	for _, set := range []string{"our own", "other sets"} {
		if count[set] > 0 {
			fmt.Fprintf(w, "honest papers, %s: %d, of which %d (%.1f %%) with any finding above a note\n", set, count[set], alarms[set], 100*float64(alarms[set])/float64(count[set]))
		}
	}
	slices.Sort(said)
	for _, m := range said {
		fmt.Fprintln(w, m)
	}
	return ctx.Err()
}
