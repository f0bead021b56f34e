// Score measures how well papers are read and contradictions found, over our own
// dossiers and every labelled set of papers that is at hand, in one table.
//
// Measures are strict. Numbers, codes and dates are right only if they are
// exactly right; names, addresses and descriptions if they are the same words,
// or share four fifths of them. What a set labels counts, and nothing is scored
// because we happen to read it; where a label leaves open what it means, either
// meaning is right, and the loader says so.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"tallyman/extract"
	"tallyman/extract/layout"
	"tallyman/inspect"
	"tallyman/trade"
)

func main() {
	extract.ChildMain() // does not return in a reader child
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "score: error:", err)
		os.Exit(2)
	}
}

type options struct {
	corpus, refdata, cache, sets, quality string
	mode, papers, keep                    string
	clean, planted, honest                int
	seed                                  uint64
	json, verbose, fields                 bool
	workers                               int
}

func run(ctx context.Context, args []string) error {
	var o options
	flags := flag.NewFlagSet("score", flag.ContinueOnError)
	flags.StringVar(&o.corpus, "corpus", "../shared/corpus", "`folder` of labelled sets; what is not there is skipped")
	flags.StringVar(&o.refdata, "refdata", "../shared/refdata", "`folder` of trade data for the swapped-goods test; what is not there is skipped")
	flags.StringVar(&o.cache, "cache", defaultCache(), "`folder` that keeps what was read, so that a page is read once; empty: none")
	flags.StringVar(&o.sets, "set", "", "only sets whose name contains `text`; \"fixtures\" are our own dossiers, \"goods\" is the swapped-goods test alone, \"lots\" are wigs priced like components and the like, \"forgery\" that of forged papers, \"forgery/case\" one way to forge, \"forgery-honest\" honest papers before the same rules")
	flags.StringVar(&o.quality, "quality", "", "our dossiers only as digital, clean, worn or photo; empty: all")
	flags.StringVar(&o.mode, "mode", "", "our dossiers only by road, rail, sea or air; empty: all")
	flags.StringVar(&o.papers, "papers", "", "our dossiers only of these `types`, such as 380,271,730; empty: those of the mode")
	flags.StringVar(&o.keep, "keep", "", "`folder` to write our dossiers to, as they were read")
	flags.IntVar(&o.clean, "clean", -1, "how many honest dossiers of each quality (100 digital, 6 of each other)")
	flags.IntVar(&o.planted, "planted", -1, "how many dossiers with a contradiction of each quality (100 digital, 12 of each other)")
	flags.IntVar(&o.honest, "n", 1000, "how many papers of our own the set forgery-honest has")
	flags.Uint64Var(&o.seed, "seed", 1, "`number` of the first dossier")
	flags.BoolVar(&o.json, "json", false, "one JSON object instead of tables")
	flags.BoolVar(&o.verbose, "v", false, "each field and finding that is not right, before the tables")
	flags.BoolVar(&o.fields, "fields", false, "recall of each field of each set, after the tables")
	flags.IntVar(&o.workers, "workers", 0, "files that are read at once; 0: one for each processor")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("%q: score takes no arguments but flags", flags.Arg(0))
	}
	if o.sets == "goods" {
		return scoreGoods(os.Stdout, o.refdata)
	}
	if o.sets == "lots" {
		return scoreLots(os.Stdout, o.refdata, o.verbose)
	}
	x, err := extract.Open(extract.Options{CacheDir: o.cache, Workers: o.workers})
	if err != nil {
		return fmt.Errorf("start the readers: %w", err)
	}
	defer x.Close()
	s := &scorer{line: inspect.New(x), x: x, opts: o}
	// A day after every paper of the sets, the same for ever.
	s.line.Now = trade.Date{Year: 2026, Month: time.November, Day: 23}

	if o.sets == "forgery-honest" {
		return s.scoreHonest(ctx, os.Stdout, o.honest)
	}
	if set, only, _ := strings.Cut(o.sets, "/"); set == "forgery" {
		return s.scoreForgery(ctx, os.Stdout, only)
	}
	if strings.Contains("fixtures", o.sets) {
		if err := s.scoreDossiers(ctx); err != nil {
			return err
		}
	}
	if strings.Contains("structured", o.sets) {
		s.scoreStructured(ctx)
	}
	sets, err := loadCorpus(o.corpus, o.sets)
	if err != nil {
		return err
	}
	for _, set := range sets {
		s.scoreSet(ctx, set)
	}
	if ctx.Err() != nil {
		return errors.New("stopped before the end: there is no score")
	}
	if o.json {
		e := json.NewEncoder(os.Stdout)
		e.SetIndent("", " ")
		return e.Encode(s.report())
	}
	s.print(os.Stdout)
	if o.sets == "" {
		return scoreGoods(os.Stdout, o.refdata)
	}
	return nil
}

func defaultCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "tallyman", "score")
}

// A scorer gathers what one run found.
type scorer struct {
	line *inspect.Line
	x    *extract.Extractor
	opts options

	rows     []row
	details  []detail
	findings []findingRow
	tokens   []tokenRow
	alarms   []alarm
	notes    []string
	skipped  []string
}

// A row is one line of the table of fields.
type row struct {
	Set      string `json:"set"`
	Quality  string `json:"quality,omitempty"`
	Paper    string `json:"paper"`
	Language string `json:"language"`
	tally
	ByField map[string]tally `json:"byField"`
}

// count adds the verdict on one paper to its row.
func (s *scorer) count(set, quality string, p paper, doc *trade.Document) {
	byField, details := judge(p, doc)
	name := set
	if quality != "" {
		name += " " + quality
	}
	for _, d := range details {
		d.Set = name
		s.details = append(s.details, d)
	}
	kind := "any"
	if p.Type != trade.UnknownType {
		kind = p.Type.Name()
	}
	i := slices.IndexFunc(s.rows, func(r row) bool {
		return r.Set == set && r.Quality == quality && r.Paper == kind && r.Language == p.Language
	})
	if i < 0 {
		i = len(s.rows)
		s.rows = append(s.rows, row{Set: set, Quality: quality, Paper: kind, Language: p.Language, ByField: map[string]tally{}})
	}
	for path, t := range byField {
		s.rows[i].add(t)
		if path != "" {
			u := s.rows[i].ByField[path]
			u.add(t)
			s.rows[i].ByField[path] = u
		}
	}
}

// scoreSet reads the papers of one set. Each file is a dossier of its own: the
// papers of a set have nothing to do with each other.
func (s *scorer) scoreSet(ctx context.Context, set set) {
	if set.Skipped != "" {
		s.skipped = append(s.skipped, fmt.Sprintf("%s: skipped: %s", set.Name, set.Skipped))
		return
	}
	if set.Note != "" {
		s.notes = append(s.notes, set.Name+": "+set.Note)
	}
	var names []string
	for _, p := range set.Papers {
		if p.Sheets == nil && !slices.Contains(names, p.File) {
			names = append(names, p.File)
		}
	}
	files := map[string]inspect.File{}
	var mu sync.Mutex
	s.parallel(len(names), func(i int) {
		data, err := os.ReadFile(names[i])
		if err != nil {
			data = nil // the reader will say that it is empty
		}
		f := s.line.ReadBytes(ctx, names[i], data)
		s.line.Check([]inspect.File{f}) // settles what is ambiguous
		mu.Lock()
		defer mu.Unlock()
		files[names[i]] = f
		fmt.Fprintf(os.Stderr, "%s: %d of %d\n", set.Name, len(files), len(names))
	})
	absent := 0
	for _, p := range set.Papers {
		var doc *trade.Document
		if p.Doubted {
			var n int
			p.Facts, n = printed(p.Facts, files[p.File].Pages)
			absent += n
		}
		if p.Sheets != nil {
			doc = &trade.Document{ID: p.File, File: p.File, Type: p.Type, TypeConfidence: 1, Status: trade.Done}
			layout.Read(doc, p.Sheets)
			(&trade.Dossier{Documents: []*trade.Document{doc}}).Resolve()
		} else {
			doc = paperAt(files[p.File].Papers, max(p.Page, 1))
		}
		s.count(set.Name, "", p, doc)
	}
	if absent > 0 {
		s.notes = append(s.notes, fmt.Sprintf("%s: %d labelled values are printed nowhere on their pages, and do not count.", set.Name, absent))
	}
}

// paperAt returns the paper that the page belongs to.
func paperAt(papers []*trade.Document, page int) *trade.Document {
	for _, d := range papers {
		if slices.Contains(d.Pages, page) {
			return d
		}
	}
	return nil
}

// parallel calls f with 0 to n-1, several at once.
func (s *scorer) parallel(n int, f func(int)) {
	workers := s.opts.workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	next := make(chan int)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}
