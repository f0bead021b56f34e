package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"tallyman/audit"
	"tallyman/classify/opinion"
	"tallyman/inspect"
	"tallyman/rules"
	"tallyman/trade"
)

// opinionKey is the environment variable with the key of the server: a key in a
// flag would stand in the list of processes.
const opinionKey = "TALLYMAN_OPINION_KEY"

// opinionFlags say whom to ask for a second opinion. Without a URL nobody is.
type opinionFlags struct{ settings opinion.Settings }

func (o *opinionFlags) add(f *pflag.FlagSet) {
	f.StringVar(&o.settings.URL, "opinion-url", os.Getenv("TALLYMAN_OPINION_URL"), "ask a language model for a second opinion: base address of an OpenAI-compatible server, such as http://localhost:11434/v1; it receives text of the papers; the key stands in "+opinionKey)
	f.StringVar(&o.settings.Model, "opinion-model", os.Getenv("TALLYMAN_OPINION_MODEL"), "the model, as that server calls it")
	f.IntVar(&o.settings.Calls, "opinion-calls", 8, "most questions for one dossier")
	f.DurationVar(&o.settings.Deadline, "opinion-deadline", 90*time.Second, "longest time for the questions of one dossier")
}

// check refuses settings that cannot be meant.
func (o *opinionFlags) check() error {
	s := o.settings
	switch {
	case s.URL == "":
		return nil
	case s.Model == "":
		return &usageError{fmt.Errorf("--opinion-url needs --opinion-model")}
	case s.Calls < 1, s.Deadline <= 0:
		return &usageError{fmt.Errorf("--opinion-calls and --opinion-deadline are more than 0")}
	}
	return nil
}

// hear asks about each dossier of a report and adds what was said to it. The
// findings that rules made stay as they are.
func (o *opinionFlags) hear(ctx context.Context, aside io.Writer, line *inspect.Line, r *audit.Report, files []inspect.File) {
	if o.settings.URL == "" {
		return
	}
	model, _ := line.Model.(trade.PlausibleGoods)
	s := o.settings
	s.Key = os.Getenv(opinionKey)
	if dir, err := os.UserCacheDir(); err == nil {
		s.Cache = filepath.Join(dir, "tallyman", "opinions")
	}
	r.Rules[opinion.Rule.ID] = opinion.Rule
	for i := range r.Dossiers {
		d := &r.Dossiers[i]
		set := &trade.Dossier{ID: d.Name, Documents: d.Papers}
		unnamed := unnamedLines(set, model)
		var papers []opinion.Paper
		for _, p := range d.Papers {
			papers = append(papers, opinion.Paper{Document: p.ID, Text: words(files, p.File, p.Pages), Lines: unnamed[p.ID]})
		}
		said := opinion.Ask(ctx, s, set, d.Findings, papers)
		d.Findings = said.Add(d.Findings)
		d.NotRun = append(append([]rules.NotRun{}, d.NotRun...), said.NotRun()...)
		fmt.Fprintf(aside, "second opinion on %s: %d questions asked, %d from the cache, %d without an answer\n", clean(d.Name), said.Asked, said.Cached, len(said.NotRun()))
	}
}

// offered is how many headings a question about a line offers.
const offered = 8

// unnamedLines are the lines of goods, by paper, of which the model of words
// says that it does not know them, with the headings that their figures allow. A
// model that fails names none: questions are no reason to lose the findings.
func unnamedLines(d *trade.Dossier, model trade.PlausibleGoods) (all map[string][]opinion.Line) {
	all = map[string][]opinion.Line{}
	if model == nil {
		return all
	}
	defer func() {
		if recover() != nil {
			all = nil
		}
	}()
	for _, l := range d.Lines(model.USD) {
		if l.Description == "" || model.Goods(l.Description).Abstained == "" {
			continue
		}
		var candidates []rules.Likeness
		for _, h := range model.Together(l.Description, l.Ratios).Best {
			if len(candidates) < offered {
				candidates = append(candidates, rules.Likeness{Heading: h.Code, Label: h.Label, Probability: h.Probability})
			}
		}
		all[l.Document.ID] = append(all[l.Document.ID], opinion.Line{Item: l.Item, Candidates: candidates})
	}
	return all
}

// words are the words of some pages of a file, in the order of the reader.
func words(files []inspect.File, name string, pages []int) string {
	var b strings.Builder
	for _, f := range files {
		if f.Path != name {
			continue
		}
		for _, p := range f.Pages {
			for _, n := range pages {
				if n != p.Number {
					continue
				}
				for _, w := range p.Words {
					b.WriteString(w.Text + " ")
				}
				b.WriteString("\n")
			}
		}
	}
	return strings.TrimSpace(b.String())
}
