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
	"tallyman/fixtures/worn"
	"tallyman/inspect"
	"tallyman/rules"
)

// An honestCount is what became of honest papers of one kind.
type honestCount struct {
	name            string
	papers, alarmed int
	said            []string
}

// scoreHonest counts honest papers to which a rule about the papers themselves
// objects: n of our own, half of them digital and a sixth each of the other
// qualities, read in their dossiers, with a stamp pressed twice on the scans of every
// other dossier; then every PDF of the other sets.
func (s *scorer) scoreHonest(ctx context.Context, w io.Writer, n int) error {
	var counts []honestCount
	for _, q := range qualities {
		if !strings.Contains(q.name, s.opts.quality) {
			continue
		}
		share := n / 6
		if q.digital {
			share = n - 3*(n/6)
		}
		c, err := s.honestOf(ctx, q, share)
		if err != nil {
			return err
		}
		counts = append(counts, c)
	}
	if s.opts.quality == "" {
		counts = append(counts, s.honestOthers(ctx))
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	all := honestCount{name: "all"}
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "honest papers\tread\twith any forgery finding above a note")
	for _, c := range counts {
		all.papers, all.alarmed, all.said = all.papers+c.papers, all.alarmed+c.alarmed, append(all.said, c.said...)
	}
	for _, c := range append(counts, all) {
		if c.papers > 0 {
			fmt.Fprintf(t, "%s\t%d\t%d (%.1f %%)\n", c.name, c.papers, c.alarmed, 100*float64(c.alarmed)/float64(c.papers))
		}
	}
	t.Flush()
	for _, m := range all.said {
		fmt.Fprintln(w, m)
	}
	return nil
}

// honestOf reads n papers of one quality.
func (s *scorer) honestOf(ctx context.Context, q quality, n int) (honestCount, error) {
	c := honestCount{name: q.name}
	var dossiers []fixtures.Dossier
	for papers := 0; papers < n; {
		d, err := fixtures.Make(s.opts.seed+2000+uint64(len(dossiers)), fixtures.Options{})
		if err != nil {
			return c, err
		}
		d.Papers = d.Papers[:min(len(d.Papers), n-papers)]
		papers += len(d.Papers)
		dossiers = append(dossiers, d)
	}
	var mu sync.Mutex
	var failed error
	done := 0
	s.parallel(len(dossiers), func(i int) {
		if ctx.Err() != nil {
			return
		}
		d := dossiers[i]
		var files []inspect.File
		for k, p := range d.Papers {
			data, ext := p.PDF, ".pdf"
			if !q.digital {
				var press func(image.Image) image.Image
				if i%2 == 1 {
					press = func(img image.Image) image.Image {
						stamped, _ := worn.Press(img, d.Seed, d.Seed*31+uint64(k), 2)
						return stamped
					}
				}
				var err error
				if data, ext, err = s.degrade(ctx, p, q.kind, d.Seed*31+uint64(k), press); err != nil {
					mu.Lock()
					failed = fmt.Errorf("dossier %d, %s: %w", d.Seed, p.Name, err)
					mu.Unlock()
					return
				}
			}
			name := filepath.Join(fmt.Sprintf("%s-%s", q.name, d.Name), p.Name+ext)
			if err := s.keep(q, name, data); err != nil {
				mu.Lock()
				failed = err
				mu.Unlock()
				return
			}
			files = append(files, s.line.ReadBytes(ctx, name, data))
		}
		mu.Lock()
		defer mu.Unlock()
		c.add(s.line, files)
		if done++; done%10 == 0 || done == len(dossiers) {
			fmt.Fprintf(os.Stderr, "honest papers, %s: %d of %d dossiers\n", q.name, done, len(dossiers))
		}
	})
	slices.Sort(c.said)
	return c, failed
}

// honestOthers reads the PDFs of the other sets, each on its own.
func (s *scorer) honestOthers(ctx context.Context) honestCount {
	c := honestCount{name: "other sets"}
	var names []string
	filepath.WalkDir(s.opts.corpus, func(name string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() && e.Name() == "hostile" {
			return filepath.SkipDir
		}
		if err == nil && strings.EqualFold(filepath.Ext(name), ".pdf") {
			names = append(names, name)
		}
		return nil
	})
	var mu sync.Mutex
	s.parallel(len(names), func(i int) {
		data, err := os.ReadFile(names[i])
		if err != nil || ctx.Err() != nil {
			return
		}
		f := s.line.ReadBytes(ctx, names[i], data)
		mu.Lock()
		defer mu.Unlock()
		c.add(s.line, []inspect.File{f})
	})
	slices.Sort(c.said)
	return c
}

// add counts files that were read, as one folder.
func (c *honestCount) add(line *inspect.Line, files []inspect.File) {
	alarmed := map[string]bool{}
	for _, r := range line.Check(files) {
		for _, f := range r.Findings {
			if !strings.HasPrefix(f.Rule, "FG-") || f.Severity <= rules.Info {
				continue
			}
			name := ""
			if d := r.Dossier.Find(f.At.Document); d != nil {
				name = d.File
			}
			alarmed[name] = true
			c.said = append(c.said, fmt.Sprintf("%s: %s %s: %s", name, f.Rule, f.Severity, f.Message))
		}
	}
	c.papers += len(files)
	c.alarmed += len(alarmed)
}
