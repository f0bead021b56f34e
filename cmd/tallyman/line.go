package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/spf13/pflag"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"

	"tallyman/audit"
	"tallyman/extract"
	"tallyman/extract/sandbox"
	"tallyman/inspect"
	"tallyman/trade"
)

// readerFlags say how papers are read.
type readerFlags struct{ requireSandbox bool }

func (f *readerFlags) add(flags *pflag.FlagSet) {
	flags.BoolVar(&f.requireSandbox, "require-sandbox", true, "read nothing on a machine that cannot confine the readers; =false reads with what there is, and reports and ledger say so")
}

// openLine starts the readers; done stops them.
func openLine(f readerFlags) (line *inspect.Line, done func(), err error) {
	opts := extract.Options{RequireSandbox: f.requireSandbox}
	if dir, err := os.UserCacheDir(); err == nil {
		opts.CacheDir = filepath.Join(dir, "tallyman", "pages")
	}
	x, err := extract.Open(opts)
	var refused *sandbox.Refusal
	if errors.As(err, &refused) {
		return nil, nil, &confinementError{refused}
	}
	if err != nil {
		return nil, nil, fmt.Errorf("start the readers: %w", err)
	}
	line = inspect.New(x)
	line.Now = today()
	if missing := x.Unconfined(); len(missing) > 0 {
		fmt.Fprintf(os.Stderr, "the readers are not wholly confined: this machine lacks %s; the report says so\n", strings.Join(missing, " and "))
	}
	return line, func() { x.Close() }, nil
}

// confinementError is a machine that cannot confine the readers.
type confinementError struct{ err error }

func (e *confinementError) Error() string { return e.err.Error() }

// readAll reads the paths, with progress on standard error.
func readAll(ctx context.Context, line *inspect.Line, paths []string) ([]inspect.File, error) {
	names, err := inspect.Walk(paths)
	if err != nil {
		return nil, err
	}
	_, end := showProgress(line, len(names))
	files := line.Read(ctx, names)
	end()
	if ctx.Err() != nil {
		return nil, stopped(unreached(files), len(names))
	}
	oneReader(line, files)
	return files, nil
}

// eachFolder reads the paths, with progress on standard error, and hands over
// what lies in one folder after the other, so that memory does not grow with
// their number. What is said beside the answer goes to aside.
func eachFolder(ctx context.Context, line *inspect.Line, paths []string, each func(files []inspect.File, aside io.Writer) error) error {
	names, err := inspect.Walk(paths)
	if err != nil {
		return err
	}
	aside, end := showProgress(line, len(names))
	defer end()
	left, told := 0, false
	err = line.Folders(ctx, names, func(files []inspect.File) error {
		if n := unreached(files); n > 0 || ctx.Err() != nil {
			left += n
			return nil
		}
		if !told {
			told = oneReader(line, files)
		}
		return each(files, aside)
	})
	if err == nil && ctx.Err() != nil {
		return stopped(left, len(names))
	}
	return err
}

// unreached is how many files on disk a stopped run did not come to.
func unreached(files []inspect.File) int {
	n := 0
	for _, f := range files {
		if f.Reason != nil && f.Reason.Code == inspect.Interrupted {
			n++
		}
	}
	return n
}

func stopped(left, all int) error {
	return fmt.Errorf("stopped: %d of %d files were not read", left, all)
}

// showProgress says on standard error how far reading n files is: a bar on a
// terminal, plain lines elsewhere. Lines for standard error go to aside, so that
// they do not run into the bar; end takes it away.
func showProgress(line *inspect.Line, n int) (aside io.Writer, end func()) {
	if isTerminal(os.Stderr) {
		p := mpb.New(mpb.WithOutput(os.Stderr), mpb.WithWidth(40))
		bar := p.AddBar(int64(n), mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.Name("reading ")),
			mpb.AppendDecorators(decor.CountersNoUnit("%d of %d files")))
		line.OnFile = func(inspect.File) { bar.Increment() }
		return p, func() {
			bar.Abort(true)
			p.Wait()
		}
	}
	var mu sync.Mutex
	done := 0
	line.OnFile = func(f inspect.File) {
		mu.Lock()
		defer mu.Unlock()
		done++
		fmt.Fprintf(os.Stderr, "%d of %d: %s: %s, %.1f s\n", done, n, clean(f.Path), f.Status, f.Took.Seconds())
	}
	return os.Stderr, func() {}
}

// besideProgress returns where the answer goes while files are still read: held
// back until flush if it would run into the bar on the same terminal.
func besideProgress(out io.Writer) (w io.Writer, flush func()) {
	if f, ok := out.(*os.File); !ok || !isTerminal(f) || !isTerminal(os.Stderr) {
		return out, func() {}
	}
	var b bytes.Buffer
	return &b, func() { b.WriteTo(out) }
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// oneReader says that pages that are images were read by one optical reader only,
// and reports whether it had to.
func oneReader(line *inspect.Line, files []inspect.File) bool {
	_, err := line.Extractor.Second()
	if err == nil {
		return false
	}
	for _, f := range files {
		for _, p := range f.Pages {
			if p.Scanned {
				fmt.Fprintf(os.Stderr, "scans were read by one optical reader: %v; make second-reader fetches it\n", err)
				return true
			}
		}
	}
	return false
}

// pictures cuts the places of all findings out of their pages.
func pictures(ctx context.Context, line *inspect.Line, dossiers []audit.Dossier) map[trade.Place]audit.Picture {
	type sheet struct {
		file string
		end  int // of an earlier version of the file, or 0
		page int
	}
	all := map[trade.Place]audit.Picture{}
	sheets := map[sheet]image.Image{}
	data := map[string][]byte{}
	for _, d := range dossiers {
		files := map[string]string{}
		for _, p := range d.Papers {
			files[p.ID] = p.File
		}
		for _, f := range d.Findings {
			for _, at := range append([]trade.Place{f.At}, f.Related...) {
				file := files[at.Document]
				if _, done := all[at]; done || file == "" || at.Page == 0 || at.Box.Empty() {
					continue
				}
				key := sheet{file, at.End, at.Page}
				img, known := sheets[key]
				if !known {
					if _, ok := data[file]; !ok {
						data[file], _ = line.Open(ctx, file)
					}
					bytes := data[file]
					if at.End > 0 && at.End < len(bytes) {
						bytes = bytes[:at.End] // the file as it was
					}
					rendered, problem := line.Extractor.Render(ctx, file, bytes, at.Page, audit.SheetDPI)
					if problem == nil {
						img = rendered
					}
					sheets[key] = img
				}
				if img != nil {
					if p, err := (audit.Sheet{Image: img, DPI: audit.SheetDPI}).Crop(at.Box); err == nil {
						all[at] = p
					}
				}
			}
		}
	}
	return all
}
