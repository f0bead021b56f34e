package main

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tallyman/inspect"
	"tallyman/rules"
	"tallyman/trade"
)

// structuredSets are folders of messages that name their own fields.
var structuredSets = []string{
	"ru-esad-xml", "al-asycuda-xml", "en16931-examples", "xrechnung-testsuite",
	"peppol-bis3", "ubl-2.3-examples", "uk-hmrc-cds-xml", "iata-xfwb", "edifact",
}

// scoreStructured counts what becomes of each message: a paper with fields, a
// reason, or neither, which is a document lost.
func (s *scorer) scoreStructured(ctx context.Context) {
	for _, set := range structuredSets {
		dir := filepath.Join(s.opts.corpus, set)
		if _, err := os.Stat(dir); err != nil {
			s.skipped = append(s.skipped, fmt.Sprintf("structured: skipped: %s is not here", dir))
			continue
		}
		var names []string
		err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() && e.Name() != "SOURCE.txt" {
				names = append(names, name)
			}
			return err
		})
		if err != nil {
			s.skipped = append(s.skipped, fmt.Sprintf("structured: %s: %v", set, err))
			continue
		}
		counts := make([]structuredCount, len(names))
		s.parallel(len(names), func(i int) {
			data, err := os.ReadFile(names[i])
			if err != nil {
				data = nil // the reader will say that it is empty
			}
			f := s.line.ReadBytes(ctx, names[i], data)
			counts[i] = countStructured(f, s.line.Check([]inspect.File{f}))
		})
		var sum structuredCount
		for _, c := range counts {
			sum.add(c)
		}
		s.notes = append(s.notes, fmt.Sprintf("structured: %s: %d files; %s", set, len(names), sum))
	}
}

// A structuredCount is what became of one message, or of several.
type structuredCount struct {
	papers, fields, unreadable, lost, findings int
	reasons                                    map[string]int // by code, of files that gave no paper
}

func countStructured(f inspect.File, results []inspect.Result) structuredCount {
	c := structuredCount{papers: len(f.Papers)}
	for _, d := range f.Papers {
		for _, field := range d.Fields() {
			c.fields++
			if field.Value == "" {
				c.unreadable++
			}
		}
	}
	switch {
	case c.fields > 0:
	case f.Reason != nil && f.Status != trade.Done:
		c.reasons = map[string]int{f.Reason.Code: 1}
	default:
		c.lost++
	}
	for _, r := range results {
		for _, found := range r.Findings {
			if found.Severity >= rules.Medium {
				c.findings++
			}
		}
	}
	return c
}

func (c *structuredCount) add(o structuredCount) {
	c.papers += o.papers
	c.fields += o.fields
	c.unreadable += o.unreadable
	c.lost += o.lost
	c.findings += o.findings
	for code, n := range o.reasons {
		if c.reasons == nil {
			c.reasons = map[string]int{}
		}
		c.reasons[code] += n
	}
}

func (c structuredCount) String() string {
	reasons := "none"
	if len(c.reasons) > 0 {
		var all []string
		for _, code := range slices.Sorted(maps.Keys(c.reasons)) {
			all = append(all, fmt.Sprintf("%s %d", code, c.reasons[code]))
		}
		reasons = strings.Join(all, ", ")
	}
	return fmt.Sprintf("%d papers with %d fields, %d of them unreadable; no paper for a reason: %s; lost: %d; findings of medium or more: %d",
		c.papers, c.fields, c.unreadable, reasons, c.lost, c.findings)
}
