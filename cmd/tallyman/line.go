package main

import (
	"context"
	"errors"
	"fmt"
	"image"
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

// readAll reads the paths with progress on standard error: a bar on a terminal,
// plain lines elsewhere.
func readAll(ctx context.Context, line *inspect.Line, paths []string) ([]inspect.File, error) {
	names, err := inspect.Walk(paths)
	if err != nil {
		return nil, err
	}
	if term.IsTerminal(int(os.Stderr.Fd())) {
		p := mpb.New(mpb.WithOutput(os.Stderr), mpb.WithWidth(40))
		bar := p.AddBar(int64(len(names)), mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.Name("reading ")),
			mpb.AppendDecorators(decor.CountersNoUnit("%d of %d files")))
		line.OnFile = func(inspect.File) { bar.Increment() }
		defer p.Wait()
		defer bar.Abort(true)
	} else {
		var mu sync.Mutex
		n := 0
		line.OnFile = func(f inspect.File) {
			mu.Lock()
			defer mu.Unlock()
			n++
			fmt.Fprintf(os.Stderr, "%d of %d: %s: %s, %.1f s\n", n, len(names), clean(f.Path), f.Status, f.Took.Seconds())
		}
	}
	files := line.Read(ctx, names)
	if ctx.Err() != nil {
		left := 0
		for _, f := range files {
			if f.Reason != nil && f.Reason.Code == inspect.Interrupted {
				left++
			}
		}
		return nil, fmt.Errorf("stopped: %d of %d files were not read", left, len(files))
	}
	oneReader(line, files)
	return files, nil
}

// oneReader says, once a run, that pages that are images were read by one
// optical reader only.
func oneReader(line *inspect.Line, files []inspect.File) {
	_, err := line.Extractor.Second()
	if err == nil {
		return
	}
	for _, f := range files {
		for _, p := range f.Pages {
			if p.Scanned {
				fmt.Fprintf(os.Stderr, "scans were read by one optical reader: %v; make second-reader fetches it\n", err)
				return
			}
		}
	}
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
