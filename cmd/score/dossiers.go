package main

import (
	"bytes"
	"context"
	"fmt"
	"hash/fnv"
	"image"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"tallyman/fixtures"
	"tallyman/fixtures/worn"
	"tallyman/inspect"
	"tallyman/rules"
	"tallyman/trade"
)

// A quality is how the papers of our dossiers come.
type quality struct {
	name     string
	kind     worn.Kind
	digital  bool
	clean, n int // how many dossiers if nobody says
}

var qualities = []quality{
	{name: "digital", digital: true, clean: 100, n: 100},
	{name: "clean", kind: worn.CleanScan, clean: 6, n: 12},
	{name: "worn", kind: worn.WornScan, clean: 6, n: 12},
	{name: "photo", kind: worn.PhonePhoto, clean: 6, n: 12},
}

// A findingRow says what the rules made of our dossiers in one quality.
type findingRow struct {
	Quality      string `json:"quality"`
	Planted      int    `json:"planted"` // dossiers with a contradiction
	Right        int    `json:"right"`   // found by its rule, at its paper
	Low          int    `json:"low"`     // of these, with less than its severity: told, but in doubt
	Other        int    `json:"other"`   // not by its rule, but another medium or high finding is at its paper
	Missed       int    `json:"missed"`
	Further      int    `json:"further"`      // medium or high findings in planted dossiers that have nothing to do with the plant
	Clean        int    `json:"clean"`        // honest dossiers
	CleanAlarmed int    `json:"cleanAlarmed"` // of these, with a medium or high finding
	Odd          int    `json:"odd"`          // honest dossiers that look wrong
	OddAlarmed   int    `json:"oddAlarmed"`
	Unread       int    `json:"unread"` // files that gave no paper, or not all
}

// An alarm is a plant that was not found, or a finding that should not be.
type alarm struct {
	Quality string `json:"quality"`
	Dossier string `json:"dossier"`
	What    string `json:"what"` // missed, other rule, further, false alarm
	Rule    string `json:"rule"`
	Message string `json:"message"`
}

func (a alarm) String() string {
	return fmt.Sprintf("%s\t%s\t%s\t%s\t%s", a.What, a.Quality, a.Dossier, a.Rule, a.Message)
}

// A job is one dossier to make.
type job struct {
	seed uint64
	opts fixtures.Options
}

// jobs lists the dossiers of a quality: honest ones, each honest one that looks
// wrong, and the contradictions in turn.
func (s *scorer) jobs(q quality) []job {
	clean, planted := q.clean, q.n
	if s.opts.clean >= 0 {
		clean = s.opts.clean
	}
	if s.opts.planted >= 0 {
		planted = s.opts.planted
	}
	var papers []trade.DocumentType
	for code := range strings.SplitSeq(s.opts.papers, ",") {
		if code != "" {
			papers = append(papers, trade.DocumentType(code))
		}
	}
	var all []job
	add := func(first uint64, n int, name func(i int) (plant, twin string)) {
		for i := range n {
			plant, twin := name(i)
			all = append(all, job{s.opts.seed + first + uint64(i), fixtures.Options{Plant: plant, Twin: twin, Mode: s.opts.mode, Papers: papers}})
		}
	}
	add(0, clean, func(int) (string, string) { return "", "" })
	if twins := fixtures.Twins(); clean > 0 {
		add(50_000, min(len(twins), max(1, clean/4)), func(i int) (string, string) { return "", twins[i] })
	}
	if plants := fixtures.Plants(); len(plants) > 0 {
		add(100_000, planted, func(i int) (string, string) { return plants[i%len(plants)], "" })
	}
	return all
}

func (s *scorer) scoreDossiers(ctx context.Context) error {
	s.notes = append(s.notes, "fixtures: made by the dossier factory. Counts: every value that the paper prints; any further value is an extra one. A place or an address is right with and without the country printed behind it.")
	for _, q := range qualities {
		if !strings.Contains(q.name, s.opts.quality) {
			continue
		}
		if err := s.scoreQuality(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

func (s *scorer) scoreQuality(ctx context.Context, q quality) error {
	jobs := s.jobs(q)
	s.line.KeepWords = !q.digital
	defer func() { s.line.KeepWords = false }()
	type result struct {
		dossier fixtures.Dossier
		files   []inspect.File
		results []inspect.Result
		tokens  tokenRow
		wrong   []wrongToken
		err     error
	}
	all := make([]result, len(jobs))
	var mu sync.Mutex
	done := 0
	s.parallel(len(jobs), func(i int) {
		if ctx.Err() != nil {
			return
		}
		d, err := fixtures.Make(jobs[i].seed, jobs[i].opts)
		if err != nil {
			all[i].err = fmt.Errorf("make dossier %d: %w", jobs[i].seed, err)
			return
		}
		r := result{dossier: d}
		for k, p := range d.Papers {
			data, ext := p.PDF, ".pdf"
			if !q.digital {
				if data, ext, err = s.degrade(ctx, p, q.kind, jobs[i].seed*31+uint64(k), nil); err != nil {
					all[i].err = fmt.Errorf("dossier %d, %s: %w", jobs[i].seed, p.Name, err)
					return
				}
			}
			name := filepath.Join(fmt.Sprintf("%s-%d", d.Name, jobs[i].seed), p.Name+ext)
			if err := s.keep(q, name, data); err != nil {
				all[i].err = err
				return
			}
			f := s.line.ReadBytes(ctx, name, data)
			if !q.digital {
				printed := s.x.Read(ctx, p.Name+".pdf", p.PDF)
				for n := range f.Pages {
					if n < len(printed.Pages) {
						for _, w := range r.tokens.add(printed.Pages[n].Words, f.Pages[n].Words) {
							r.wrong = append(r.wrong, wrongToken{name, n + 1, w})
						}
					}
					f.Pages[n].Words, f.Pages[n].Rules = nil, nil
				}
			}
			r.files = append(r.files, f)
		}
		r.results = s.line.Check(r.files)
		all[i] = r
		mu.Lock()
		defer mu.Unlock()
		if done++; done%10 == 0 || done == len(jobs) {
			fmt.Fprintf(os.Stderr, "fixtures %s: %d of %d dossiers\n", q.name, done, len(jobs))
		}
	})
	row := findingRow{Quality: q.name}
	var papers []judged
	tokens := tokenRow{Quality: q.name}
	for i, r := range all {
		if r.err != nil {
			return r.err
		}
		if ctx.Err() != nil {
			return nil
		}
		for k, p := range r.dossier.Papers {
			papers = append(papers, judged{truthOf(r.files[k].Path, p), paperAt(r.files[k].Papers, 1)})
			if r.files[k].Status != trade.Done {
				row.Unread++
			}
		}
		s.judgeDossier(&row, jobs[i], r.dossier, r.files, r.results)
		tokens.sum(r.tokens)
		for _, w := range r.wrong {
			s.details = append(s.details, detail{Set: "fixtures " + q.name, File: w.file, Page: w.page, What: "token", Read: w.word.Text, Text: string(w.word.Reader), Confidence: w.word.Confidence})
		}
	}
	if !q.digital {
		s.tokens = append(s.tokens, tokens)
	}
	slices.SortStableFunc(papers, func(a, b judged) int {
		return strings.Compare(string(a.truth.Type)+a.truth.Language, string(b.truth.Type)+b.truth.Language)
	})
	for _, p := range papers {
		s.count("fixtures", q.name, p.truth, p.doc)
	}
	s.findings = append(s.findings, row)
	return nil
}

type judged struct {
	truth paper
	doc   *trade.Document
}

// truthOf turns what a paper prints into what counts. The currency of the total
// is a field of its own. The country is one too, but it is printed behind the
// place or the address, which are right with it and without it.
func truthOf(file string, p fixtures.Paper) paper {
	var f facts
	var countries []string
	of := map[string][]string{}
	for _, t := range p.Truth {
		if party, ok := strings.CutSuffix(t.Path, "/country"); ok {
			of[party] = append(of[party], t.Text)
			countries = append(countries, t.Text)
		} else if strings.HasPrefix(t.Path, "/countryOf") {
			countries = append(countries, t.Text)
		}
	}
	for _, t := range p.Truth {
		f.add(t.Path, t.Value)
		behind := of[strings.TrimSuffix(t.Path, "/address")]
		if strings.HasPrefix(t.Path, "/placeOf") {
			behind = countries
		}
		for _, country := range behind {
			f.add(t.Path, t.Value+" "+country)
		}
		if t.Path == "/invoiceTotal" {
			if _, currency, ok := strings.Cut(t.Value, " "); ok {
				f.add("/currency", currency)
			}
		}
	}
	return paper{File: file, Type: p.Type, Language: p.Language, Facts: f.list, Complete: true}
}

// judgeDossier holds the findings against what was planted.
func (s *scorer) judgeDossier(row *findingRow, j job, d fixtures.Dossier, files []inspect.File, results []inspect.Result) {
	var found []rules.Finding
	for _, r := range results {
		found = append(found, r.Findings...)
	}
	fileOf := map[string]string{}
	for _, f := range files {
		for _, doc := range f.Papers {
			fileOf[doc.ID] = f.Path
		}
	}
	name := filepath.Base(filepath.Dir(files[0].Path))
	tell := func(what string, f rules.Finding) {
		at := fmt.Sprintf("%s %s", filepath.Base(fileOf[f.At.Document]), f.At.Path)
		s.alarms = append(s.alarms, alarm{row.Quality, name, what, f.Rule, fmt.Sprintf("%s, %s: %s", f.Severity, at, f.Message)})
	}
	if len(d.Planted) == 0 {
		alarmed := false
		for _, f := range found {
			if f.Severity >= rules.Medium {
				alarmed = true
				tell("false alarm", f)
			}
		}
		if j.opts.Twin != "" {
			row.Odd++
			row.OddAlarmed += one(alarmed)
		} else {
			row.Clean++
			row.CleanAlarmed += one(alarmed)
		}
		return
	}
	row.Planted++
	touches := func(f rules.Finding, p fixtures.Plant) bool {
		for _, at := range append([]trade.Place{f.At}, f.Related...) {
			base := filepath.Base(fileOf[at.Document])
			if strings.TrimSuffix(base, filepath.Ext(base)) == p.Paper {
				return true
			}
		}
		return false
	}
	right, low, other := true, false, false
	for _, p := range d.Planted {
		best := rules.Severity(-1)
		for _, f := range found {
			switch {
			case !touches(f, p):
			case f.Rule == p.Rule:
				best = max(best, f.Severity)
			case f.Severity >= rules.Medium:
				other = true
			}
		}
		if best < 0 {
			right = false
			s.alarms = append(s.alarms, alarm{row.Quality, name, "missed", p.Rule, fmt.Sprintf("%s %s: %s", p.Paper, p.Path, p.What)})
		} else if best < p.Severity {
			low = true
			s.alarms = append(s.alarms, alarm{row.Quality, name, "low", p.Rule, fmt.Sprintf("%s %s: %s", p.Paper, p.Path, p.What)})
		}
	}
	switch {
	case right:
		row.Right++
		row.Low += one(low)
	case other:
		row.Other++
	default:
		row.Missed++
	}
	for _, f := range found {
		expected := slices.ContainsFunc(d.Planted, func(p fixtures.Plant) bool {
			return f.Rule == p.Rule || slices.Contains(p.Also, f.Rule)
		})
		if f.Severity >= rules.Medium && !expected {
			row.Further++
			tell("further", f)
		}
	}
}

// keep writes a paper for a person to look at, if asked to.
func (s *scorer) keep(q quality, name string, data []byte) error {
	if s.opts.keep == "" {
		return nil
	}
	name = filepath.Join(s.opts.keep, q.name, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o644)
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// degrade draws the paper and sends it through the office: scans come as a PDF
// of images, a photo of a single page as a JPEG. press, if not nil, stamps the first
// page before.
func (s *scorer) degrade(ctx context.Context, p fixtures.Paper, k worn.Kind, seed uint64, press func(image.Image) image.Image) (data []byte, ext string, err error) {
	key := fnv.New64a()
	fmt.Fprintf(key, "%d %s", seed, p.Name)
	seed = key.Sum64()
	dpi := worn.DPI(k, seed)
	var pages []image.Image
	for n := range p.Pages {
		img, problem := s.x.Render(ctx, p.Name+".pdf", p.PDF, n+1, float64(dpi))
		if problem != nil {
			return nil, "", fmt.Errorf("draw page %d: %s", n+1, problem.Text)
		}
		if n == 0 && press != nil {
			img = press(img)
		}
		pages = append(pages, worn.Apply(img, k, seed+uint64(n)))
	}
	if k == worn.PhonePhoto && len(pages) == 1 {
		return worn.Encode(pages[0], k)
	}
	var b bytes.Buffer
	err = worn.WritePDF(&b, k, dpi, pages...)
	return b.Bytes(), ".pdf", err
}
