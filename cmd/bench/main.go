// Bench measures what reading a page costs, beside programs that people know,
// in one run on one machine: the ratios are what counts, not the figures.
//
// Costs are processor time, of a process and all that it started. A cost "a
// page" is what each further page costs: a large job less a small one, over the
// pages between them, so that starting up does not count; starting up has a row
// of its own. Pages are our own (package fixtures), so that it works anywhere.
// A peer that is not installed is skipped, and said to be.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"image"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"tallyman/extract"
	"tallyman/fixtures"
	"tallyman/fixtures/worn"
	"tallyman/inspect"
	"tallyman/trade"
)

func main() {
	extract.ChildMain() // does not return in a reader child
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if len(os.Args) > 2 && (os.Args[1] == wordsOnly || os.Args[1] == wholeLine) {
		err = read(ctx, os.Args[1], os.Args[2:])
	} else {
		err = run(ctx, os.Args[1:])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: error:", err)
		os.Exit(2)
	}
}

// Hidden commands: bench starts itself, to read files in a process of its own
// whose cost can be told.
const (
	wordsOnly = "read-words" // files to words
	wholeLine = "read-check" // files to findings
)

// read reads files with one reader and no cache of pages, and fails if a file
// was not read whole: half the work would look like speed.
func read(ctx context.Context, how string, names []string) error {
	x, err := extract.Open(extract.Options{Workers: 1})
	if err != nil {
		return err
	}
	defer x.Close()
	line := inspect.New(x)
	var files []inspect.File
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		var status trade.Status
		if how == wordsOnly {
			status = x.Read(ctx, name, data).Status
		} else {
			f := line.ReadBytes(ctx, name, data)
			status = f.Status
			files = append(files, f)
		}
		if status != trade.Done {
			return fmt.Errorf("%s: %s", filepath.Base(name), status)
		}
	}
	if how == wholeLine {
		line.Check(files)
	}
	return nil
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	scans := flags.Int("scans", 6, "how many scanned pages the large job has")
	dossiers := flags.Int("dossiers", 12, "how many dossiers of text PDFs the large job has")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	if *scans < 3 || *dossiers < 3 || flags.NArg() > 0 {
		return errors.New("at least 3 scans and 3 dossiers, and no arguments")
	}
	dir, err := os.MkdirTemp("", "tallyman-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{dir: dir}
	if b.self, err = os.Executable(); err != nil {
		return err
	}
	say("drawing the pages")
	if err := b.draw(ctx, *dossiers, *scans); err != nil {
		return err
	}
	b.text(ctx)
	b.scanned(ctx)
	b.start(ctx)
	if b.err != nil {
		return b.err
	}
	b.print()
	return nil
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// A work is a number of pages in files.
type work struct {
	files []string
	pages int
}

type bench struct {
	dir, self          string
	fewPDFs, manyPDFs  work
	fewScans, allScans work // one PDF each
	images             work // the same scans as images
	rows               []row
	err                error // the first failure of our own reader
}

// A row compares one job.
type row struct {
	job, program string
	seconds      float64 // of processor time
	wall         float64
	of           int     // pages measured; 0: one run
	ours         float64 // the cost of our reader on the same job
	note         string
}

// draw makes the papers: whole dossiers as text PDFs, and scans of their pages.
func (b *bench) draw(ctx context.Context, dossiers, scans int) error {
	x, err := extract.Open(extract.Options{Workers: 1})
	if err != nil {
		return err
	}
	defer x.Close()
	var pages []image.Image
	for i := range dossiers {
		d, err := fixtures.Make(uint64(i+1), fixtures.Options{Language: "en"})
		if err != nil {
			return fmt.Errorf("make a dossier: %w", err)
		}
		for _, p := range d.Papers {
			name := filepath.Join(b.dir, fmt.Sprintf("%02d-%s.pdf", i, p.Name))
			if err := os.WriteFile(name, p.PDF, 0o644); err != nil {
				return err
			}
			b.manyPDFs.files = append(b.manyPDFs.files, name)
			b.manyPDFs.pages += p.Pages
			if i < dossiers/4 {
				b.fewPDFs.files = append(b.fewPDFs.files, name)
				b.fewPDFs.pages += p.Pages
			}
			if len(pages) == scans {
				continue
			}
			page, problem := x.Render(ctx, name, p.PDF, 1, 200)
			if problem != nil {
				return fmt.Errorf("draw %s: %s", p.Name, problem.Text)
			}
			// A seed that is no multiple of three less one: 200 dpi, see worn.DPI.
			pages = append(pages, worn.Apply(page, worn.CleanScan, uint64(3*len(pages))))
		}
	}
	for i, p := range pages {
		data, ext, err := worn.Encode(p, worn.CleanScan)
		if err != nil {
			return err
		}
		name := filepath.Join(b.dir, fmt.Sprintf("scan-%02d%s", i, ext))
		if err := os.WriteFile(name, data, 0o644); err != nil {
			return err
		}
		b.images.files = append(b.images.files, name)
	}
	b.images.pages = len(pages)
	for _, s := range []struct {
		to *work
		n  int
	}{{&b.fewScans, 1}, {&b.allScans, len(pages)}} {
		var buf bytes.Buffer
		if err := worn.WritePDF(&buf, worn.CleanScan, 200, pages[:s.n]...); err != nil {
			return err
		}
		name := filepath.Join(b.dir, fmt.Sprintf("scans-%02d.pdf", s.n))
		if err := os.WriteFile(name, buf.Bytes(), 0o644); err != nil {
			return err
		}
		*s.to = work{[]string{name}, s.n}
	}
	return nil
}

// A cost is what a process and its children took.
type cost struct{ cpu, wall time.Duration }

func (c cost) add(d cost) cost { return cost{c.cpu + d.cpu, c.wall + d.wall} }

// measure runs a program to its end. The system adds the time of a process's
// children to it when the process has waited for them, and theirs to them.
func measure(ctx context.Context, name string, args ...string) (cost, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	// Two threads on one page cost more than they give, for every program that
	// uses Tesseract: all get the better setting.
	cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	began := time.Now()
	err := cmd.Run()
	wall := time.Since(began)
	if err != nil {
		return cost{}, fmt.Errorf("%s: %w: %s", filepath.Base(name), err, lastLine(errs.String()))
	}
	return cost{cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), wall}, nil
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndex(s, "\n")+1:]
}

// times is how often each job is run; the least cost is the one with the least
// that has nothing to do with it.
const times = 3

func least(n int, f func() (cost, error)) (cost, error) {
	best := cost{cpu: time.Duration(1<<63 - 1), wall: time.Duration(1<<63 - 1)}
	for range n {
		c, err := f()
		if err != nil {
			return cost{}, err
		}
		best.cpu, best.wall = min(best.cpu, c.cpu), min(best.wall, c.wall)
	}
	return best, nil
}

// further is the cost of each further page of a large job beside a small one.
func further(small, large cost, pages int) (cpu, wall float64) {
	return (large.cpu - small.cpu).Seconds() / float64(pages), (large.wall - small.wall).Seconds() / float64(pages)
}

// ours measures our own reader on two jobs.
func (b *bench) ours(ctx context.Context, job, how, label string, small, large work, n int) float64 {
	if b.err != nil {
		return 0
	}
	say("%s: %s", job, label)
	var costs [2]cost
	for i, w := range []work{small, large} {
		c, err := least(n, func() (cost, error) { return measure(ctx, b.self, append([]string{how}, w.files...)...) })
		if err != nil {
			b.err = err
			return 0
		}
		costs[i] = c
	}
	cpu, wall := further(costs[0], costs[1], large.pages-small.pages)
	b.rows = append(b.rows, row{job: job, program: label, seconds: cpu, wall: wall, of: large.pages - small.pages, ours: cpu})
	return cpu
}

// peer measures another program on two jobs, given by its runs on each.
func (b *bench) peer(job, program string, ours float64, pages, n int, small, large func() (cost, error)) {
	if b.err != nil {
		return
	}
	if _, err := exec.LookPath(program); err != nil {
		b.rows = append(b.rows, row{job: job, program: program, note: "skipped: it is not installed"})
		return
	}
	say("%s: %s", job, program)
	s, err := least(n, small)
	var l cost
	if err == nil {
		l, err = least(n, large)
	}
	if err != nil {
		b.rows = append(b.rows, row{job: job, program: program, note: "skipped: " + err.Error()})
		return
	}
	cpu, wall := further(s, l, pages)
	b.rows = append(b.rows, row{job: job, program: program, seconds: cpu, wall: wall, of: pages, ours: ours})
}

// each runs a program once for every file.
func each(ctx context.Context, files []string, program string, args func(file string) []string) func() (cost, error) {
	return func() (cost, error) {
		var sum cost
		for _, f := range files {
			c, err := measure(ctx, program, args(f)...)
			if err != nil {
				return cost{}, err
			}
			sum = sum.add(c)
		}
		return sum, nil
	}
}

func (b *bench) text(ctx context.Context) {
	pages := b.manyPDFs.pages - b.fewPDFs.pages
	bbox := func(f string) []string { return []string{"-bbox", f, os.DevNull} }
	job := "text PDF, to words"
	ours := b.ours(ctx, job, wordsOnly, "tallyman", b.fewPDFs, b.manyPDFs, times)
	b.peer(job, "pdftotext", ours, pages, times,
		each(ctx, b.fewPDFs.files, "pdftotext", bbox), each(ctx, b.manyPDFs.files, "pdftotext", bbox))
	job = "text PDF, to findings"
	ours = b.ours(ctx, job, wholeLine, "tallyman", b.fewPDFs, b.manyPDFs, times)
	b.peer(job, "pdftotext", ours, pages, times,
		each(ctx, b.fewPDFs.files, "pdftotext", bbox), each(ctx, b.manyPDFs.files, "pdftotext", bbox))
}

func (b *bench) scanned(ctx context.Context) {
	pages := b.allScans.pages - b.fewScans.pages
	job := "scan, 200 dpi, to words"
	ours := b.ours(ctx, job, wordsOnly, "tallyman", b.fewScans, b.allScans, 2)
	tesseract := func(f string) []string { return []string{f, "stdout", "-l", "eng", "tsv"} }
	b.peer(job, "tesseract", ours, pages, 2,
		each(ctx, b.images.files[:1], "tesseract", tesseract), each(ctx, b.images.files, "tesseract", tesseract))
	out := filepath.Join(b.dir, "out.pdf")
	ocrmypdf := func(f string) []string {
		return []string{"-q", "-j", "1", "-l", "eng", "--output-type", "pdf", "--optimize", "0", f, out}
	}
	b.peer(job, "ocrmypdf", ours, pages, 1,
		each(ctx, b.fewScans.files, "ocrmypdf", ocrmypdf), each(ctx, b.allScans.files, "ocrmypdf", ocrmypdf))
}

// start measures one run on one page: a process, its readers, and little else.
func (b *bench) start(ctx context.Context) {
	if b.err != nil {
		return
	}
	const job = "start and read one text page"
	file := b.manyPDFs.files[0]
	say(job)
	c, err := least(times, func() (cost, error) { return measure(ctx, b.self, wordsOnly, file) })
	if err != nil {
		b.err = err
		return
	}
	ours := c.cpu.Seconds()
	b.rows = append(b.rows, row{job: job, program: "tallyman", seconds: ours, wall: c.wall.Seconds(), ours: ours})
	if _, err := exec.LookPath("pdftotext"); err != nil {
		b.rows = append(b.rows, row{job: job, program: "pdftotext", note: "skipped: it is not installed"})
		return
	}
	p, err := least(times, func() (cost, error) { return measure(ctx, "pdftotext", "-bbox", file, os.DevNull) })
	if err != nil {
		b.rows = append(b.rows, row{job: job, program: "pdftotext", note: "skipped: " + err.Error()})
		return
	}
	b.rows = append(b.rows, row{job: job, program: "pdftotext", seconds: p.cpu.Seconds(), wall: p.wall.Seconds(), ours: ours})
}

func (b *bench) print() {
	fmt.Println("Processor time a page, with all processes that a program starts; ratio: tallyman to that program, less than 1 is cheaper.")
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "job\tprogram\tCPU ms a page\tclock ms a page\tpages\tratio")
	for _, r := range b.rows {
		if r.note != "" {
			fmt.Fprintf(t, "%s\t%s\t%s\n", r.job, r.program, r.note)
			continue
		}
		pages, ratio := "1, with start", "-"
		if r.of > 0 {
			pages = fmt.Sprint(r.of)
		}
		if r.program != "tallyman" && r.seconds > 0 {
			ratio = fmt.Sprintf("%.2f", r.ours/r.seconds)
		}
		fmt.Fprintf(t, "%s\t%s\t%.1f\t%.1f\t%s\t%s\n", r.job, r.program, 1000*r.seconds, 1000*r.wall, pages, ratio)
	}
	t.Flush()
	if slices.ContainsFunc(b.rows, func(r row) bool { return r.program == "pdftotext" && r.note == "" }) {
		fmt.Println("pdftotext runs once for every file, as it must; its cost a page has the start of a process in it.")
	}
	fmt.Println("ocrmypdf also writes a PDF with a text layer; tesseract is told the language, tallyman is not.")
}
