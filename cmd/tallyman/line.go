package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"sync"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"

	"tallyman/audit"
	"tallyman/extract"
	"tallyman/inspect"
	"tallyman/trade"
)

// openLine starts the readers; done stops them.
func openLine() (line *inspect.Line, done func(), err error) {
	opts := extract.Options{}
	if dir, err := os.UserCacheDir(); err == nil {
		opts.CacheDir = filepath.Join(dir, "tallyman", "pages")
	}
	x, err := extract.Open(opts)
	if err != nil {
		return nil, nil, fmt.Errorf("start the readers: %w", err)
	}
	line = inspect.New(x)
	line.Now = today()
	return line, func() { x.Close() }, nil
}

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
			fmt.Fprintf(os.Stderr, "%d of %d: %s: %s\n", n, len(names), clean(f.Path), f.Status)
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
	return files, nil
}

// pictureDPI is the resolution of the pieces of page in a report: text of 8
// points stays readable, and a piece weighs some tens of kilobytes.
const pictureDPI = 130

// pictures cuts the places of all findings out of their pages.
func pictures(ctx context.Context, x *extract.Extractor, dossiers []audit.Dossier) map[trade.Place]audit.Picture {
	type sheet struct {
		file string
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
				key := sheet{file, at.Page}
				img, known := sheets[key]
				if !known {
					if _, ok := data[file]; !ok {
						data[file], _ = os.ReadFile(file)
					}
					rendered, problem := x.Render(ctx, file, data[file], at.Page, pictureDPI)
					if problem == nil {
						img = rendered
					}
					sheets[key] = img
				}
				if img != nil {
					if p, err := crop(img, at.Box); err == nil {
						all[at] = p
					}
				}
			}
		}
	}
	return all
}

// crop cuts a box of points out of a page picture, with enough around it to see
// the label.
func crop(img image.Image, box trade.Box) (audit.Picture, error) {
	const scale, across, along = pictureDPI / 72.0, 110.0, 26.0 // points around the box
	b := img.Bounds()
	px := func(v float64) int { return int(v * scale) }
	r := image.Rect(px(box.X0-across), px(box.Y0-along), px(box.X1+across), px(box.Y1+along)).Add(b.Min).Intersect(b)
	if r.Empty() {
		return audit.Picture{}, fmt.Errorf("the box lies outside the page")
	}
	piece := image.NewRGBA(image.Rect(0, 0, r.Dx(), r.Dy()))
	draw.Draw(piece, piece.Bounds(), img, r.Min, draw.Src)
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, piece); err != nil {
		return audit.Picture{}, err
	}
	x, y := float64(r.Min.X-b.Min.X), float64(r.Min.Y-b.Min.Y)
	const margin = 3
	return audit.Picture{
		PNG: out.Bytes(), Width: r.Dx(), Height: r.Dy(),
		Mark: trade.Box{
			X0: box.X0*scale - x - margin, Y0: box.Y0*scale - y - margin,
			X1: box.X1*scale - x + margin, Y1: box.Y1*scale - y + margin,
		},
	}, nil
}
