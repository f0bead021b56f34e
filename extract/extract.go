// Package extract turns files into pages: words with their boxes, ruled lines,
// and what was noticed on the way. It never looks at an untrusted file in this
// process: each reader works in a child that can be killed, and every file ends
// with pages, or a reason, or both.
//
// A program that calls [Open] calls [ChildMain] first thing in main (and in
// TestMain), because the children are copies of the program itself.
package extract

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"tallyman/extract/format/pdf"
	"tallyman/extract/ocr"
	"tallyman/extract/ocr/ppocr"
	"tallyman/extract/page"
	"tallyman/extract/sandbox"
	"tallyman/trade"
)

// Options say how to read. The zero value is right for most uses.
type Options struct {
	// CacheDir keeps what was read, by content of the file and version of the
	// readers, so that a second run does not read again. Empty: no cache.
	CacheDir string
	// Languages of optical reading in Tesseract's names, such as "rus+kaz+eng".
	// Empty: found out for each page.
	Languages string
	// Models is the folder of the second optical reader; empty is the usual one
	// (see [ppocr.Folder]). Without the files there, pages are read by one
	// reader.
	Models string
	// Workers is how many pages are read at once; 0 is one for each processor.
	Workers int
	Limits  Limits
	// RequireSandbox refuses to open where readers cannot be confined as a whole.
	// Without it they are confined as far as the machine can, and
	// [Extractor.Unconfined] says what is missing.
	RequireSandbox bool
}

// Limits on one file. A zero field has the value that [DefaultLimits] gives.
type Limits struct {
	Bytes        int64         // size of the file
	Pages        int           // pages that are read; the rest is left out, and the file is partial
	OpticalPages int           // pages that are read from pixels
	PageCPU      time.Duration // processor time for the text of one page
	OpticalCPU   time.Duration // processor time for the pixels of one page
	Total        time.Duration // on the clock, beside ten seconds for each page
	Memory       int64         // bytes of resident memory of one reader
}

// DefaultLimits are meant to be far above what an honest paper needs.
var DefaultLimits = Limits{
	Bytes:        512 << 20,
	Pages:        2000,
	OpticalPages: 400,
	PageCPU:      20 * time.Second,
	OpticalCPU:   45 * time.Second,
	Total:        2 * time.Minute,
	Memory:       900 << 20,
}

func (l Limits) orDefault() Limits {
	d := DefaultLimits
	if l.Bytes > 0 {
		d.Bytes = l.Bytes
	}
	if l.Pages > 0 {
		d.Pages = l.Pages
	}
	if l.OpticalPages > 0 {
		d.OpticalPages = l.OpticalPages
	}
	if l.PageCPU > 0 {
		d.PageCPU = l.PageCPU
	}
	if l.OpticalCPU > 0 {
		d.OpticalCPU = l.OpticalCPU
	}
	if l.Total > 0 {
		d.Total = l.Total
	}
	if l.Memory > 0 {
		d.Memory = l.Memory
	}
	return d
}

// A Source is what was read of one file.
type Source struct {
	SHA256    string // of the content, hex
	MediaType string // by content, such as application/pdf; empty if unknown
	Pages     []page.Page
	Status    trade.Status
	Reason    *page.Problem // why Status is not Done
	PageCount int           // pages that the file has, read or not
	Notes     []page.Note   // about the file as a whole
	// Seen is what was noticed of the file as a whole, for rules to weigh.
	Seen []trade.Observation `json:",omitempty"`
	// Papers are those whose format names its fields; they have no pages.
	Papers []page.Stated `json:",omitempty"`
	// Parts are the files inside the file, to be read each on its own.
	Parts []page.Part `json:",omitempty"`
	// Type is that of Pages if the format of the file settles it.
	Type trade.DocumentType `json:",omitempty"`
}

// An Extractor reads files with children that stay warm between files. It may
// be used from several goroutines.
type Extractor struct {
	opts   Options
	limits Limits
	pdf    *sandbox.Pool
	second *sandbox.Pool
	image  *sandbox.Pool
	ocr    *sandbox.Pool
	other  *sandbox.Pool // reads a second time; nil if it is not installed
	format *sandbox.Pool
	models string

	wall time.Duration // limit on the clock of one call; 0 follows from its processor time

	mu    sync.Mutex
	views map[viewKey]view
}

type viewKey struct {
	sha  string
	page int
}

// A view is how a page that was read from pixels was turned and straightened.
type view struct {
	matrix        page.Matrix
	width, height float64
}

// Open starts the readers.
func Open(opts Options) (*Extractor, error) {
	limits := opts.Limits.orDefault()
	workers := opts.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	if missing := sandbox.Missing(); opts.RequireSandbox && len(missing) > 0 {
		return nil, &sandbox.Refusal{Missing: missing}
	}
	memory := fmt.Sprintf("GOMEMLIMIT=%d", limits.Memory*3/4)
	kind := func(name string, setup any, env ...string) *sandbox.Kind {
		return &sandbox.Kind{
			Name: name, Setup: setup, Memory: limits.Memory, Answer: 512 << 20,
			Calls: 4000, Idle: 500 << 20, Env: append(env, memory, "GOMAXPROCS=2", "GOGC=400"),
			Require: opts.RequireSandbox,
		}
	}
	optical := kind(opticalReader, nil, "OMP_THREAD_LIMIT=1")
	optical.Calls, optical.Read = pagesOfOne, ocr.Folders()
	if dir := os.Getenv(ocr.FolderVariable); dir != "" {
		optical.Env = append(optical.Env, ocr.FolderVariable+"="+dir)
	}
	x := &Extractor{
		opts: opts, limits: limits, models: opts.Models, views: map[viewKey]view{},
		pdf:    sandbox.NewPool(kind(pdfReader, pdf.CacheDir()), workers),
		second: sandbox.NewPool(kind(secondReader, nil), workers),
		image:  sandbox.NewPool(kind(imageReader, nil), workers),
		ocr:    sandbox.NewPool(optical, workers),
		format: sandbox.NewPool(kind(formatReader, nil), workers),
	}
	if x.models == "" {
		x.models = ppocr.Folder()
	}
	if _, err := x.Second(); err == nil {
		again := kind(againReader, x.models)
		again.Calls, again.Idle = pagesOfOne, 0
		again.Read = []string{x.models}
		x.other = sandbox.NewPool(again, workers)
	}
	// The first file is usually a PDF; the other readers start when needed.
	if err := x.pdf.Warm(); err != nil {
		return nil, fmt.Errorf("start the readers: %w", err)
	}
	return x, nil
}

// pagesOfOne is after how many pages a fresh child takes the place of one with
// an engine that is no Go code, because such engines leak.
const pagesOfOne = 300

// Unconfined names what this machine lacks to confine readers as a whole; it is
// empty on one that lacks nothing.
func (x *Extractor) Unconfined() []string { return sandbox.Missing() }

// Close ends the children.
func (x *Extractor) Close() error {
	x.pdf.Close()
	x.second.Close()
	x.image.Close()
	x.ocr.Close()
	if x.other != nil {
		x.other.Close()
	}
	x.format.Close()
	return nil
}

// Read reads a file. The name is used in sentences only: the type is found by
// content.
func (x *Extractor) Read(ctx context.Context, name string, data []byte) Source {
	sum := sha256.Sum256(data)
	s := Source{SHA256: hex.EncodeToString(sum[:])}
	kind, problem := detect(data)
	s.MediaType = kind
	if problem != nil {
		return s.reject(problem)
	}
	if int64(len(data)) > x.limits.Bytes {
		return s.reject(&page.Problem{Code: page.LimitBytes, Text: fmt.Sprintf("The file has %d MB; at most %d MB are read. Split it.", len(data)>>20, x.limits.Bytes>>20)})
	}
	if cached, ok := x.cached(s.SHA256); ok {
		x.remember(&cached)
		return cached
	}
	if f, _ := formatOf(data); f != nil {
		x.readFormat(ctx, &s, f, data)
	} else if kind == "application/pdf" {
		x.readPDF(ctx, &s, data)
	} else {
		x.readImage(ctx, &s, data)
	}
	s.conclude(ctx)
	x.remember(&s)
	x.keep(&s)
	return s
}

func (s Source) reject(p *page.Problem) Source {
	s.Status, s.Reason = trade.Rejected, p
	return s
}

// conclude sets the status from what became of the pages.
func (s *Source) conclude(ctx context.Context) {
	words := len(s.Parts)
	for _, p := range s.Papers {
		words += len(p.Statements)
	}
	var first *page.Problem
	for _, p := range s.Pages {
		words += len(p.Words)
		if first == nil {
			first = p.Problem
		}
	}
	if s.Reason == nil {
		s.Reason = first
	}
	if ctx.Err() != nil && s.Reason == nil && len(s.Pages) < s.PageCount {
		s.Reason = interrupted
	}
	switch {
	case s.Reason == nil && words == 0:
		s.Status = trade.Quarantined
		s.Reason = &page.Problem{Code: page.EmptyPage, Text: "No page of the file holds anything that can be read; look whether the scan is blank."}
	case s.Reason == nil:
		s.Status = trade.Done
	case words > 0:
		s.Status = trade.Partial
	case s.Reason.Code == page.NotAPaper:
		s.Status = trade.Rejected
	default:
		s.Status = trade.Quarantined
	}
}

var interrupted = &page.Problem{Code: page.Interrupted, Text: "The run was stopped before the file was read; run it again."}

// remember keeps how pages were straightened, so that Render shows them so.
func (x *Extractor) remember(s *Source) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, p := range s.Pages {
		if p.View != nil {
			x.views[viewKey{s.SHA256, p.Number}] = view{*p.View, p.Width, p.Height}
		}
	}
}

// Render draws a page as its boxes are given: turned, and straightened if Read
// read it from pixels.
func (x *Extractor) Render(ctx context.Context, name string, data []byte, pageNumber int, dpi float64) (image.Image, *page.Problem) {
	kind, problem := detect(data)
	if problem != nil {
		return nil, problem
	}
	if !(dpi >= 10 && dpi <= 600) {
		return nil, &page.Problem{Code: page.LimitPixels, Text: "Pages are drawn at 10 to 600 dots an inch."}
	}
	if f, _ := formatOf(data); f != nil {
		return x.renderFormat(ctx, name, data, pageNumber, dpi)
	}
	pool := x.image
	if kind == "application/pdf" {
		pool = x.pdf
	}
	img, problem := x.draw(ctx, pool, data, pageNumber, dpi)
	if problem != nil {
		return nil, problem
	}
	sum := sha256.Sum256(data)
	x.mu.Lock()
	v, ok := x.views[viewKey{hex.EncodeToString(sum[:]), pageNumber}]
	x.mu.Unlock()
	if ok {
		return straighten(img, dpi, v), nil
	}
	return img, nil
}

// straighten draws what the view shows of the page, at dpi.
func straighten(src *image.RGBA, dpi float64, v view) *image.RGBA {
	scale := dpi / 72
	w, h := int(v.width*scale+0.5), int(v.height*scale+0.5)
	if w < 1 || h < 1 || w*h > 200_000_000 {
		return src
	}
	m := page.Scale(1 / scale).Then(v.matrix).Then(page.Scale(scale))
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	sw, sh := src.Rect.Dx(), src.Rect.Dy()
	for y := range h {
		row := out.Pix[y*out.Stride:]
		for x := range w {
			sx, sy := m.Apply(float64(x)+0.5, float64(y)+0.5)
			sx, sy = sx-0.5, sy-0.5
			if sx < -1 || sy < -1 || sx > float64(sw) || sy > float64(sh) {
				// Beside the page there is nothing.
				row[4*x], row[4*x+1], row[4*x+2], row[4*x+3] = 255, 255, 255, 255
				continue
			}
			sx, sy = min(max(sx, 0), float64(sw-1)), min(max(sy, 0), float64(sh-1))
			x0, y0 := int(sx), int(sy)
			x1, y1 := min(x0+1, sw-1), min(y0+1, sh-1)
			fx, fy := sx-float64(x0), sy-float64(y0)
			for k := range 4 {
				top := float64(src.Pix[y0*src.Stride+4*x0+k])*(1-fx) + float64(src.Pix[y0*src.Stride+4*x1+k])*fx
				low := float64(src.Pix[y1*src.Stride+4*x0+k])*(1-fx) + float64(src.Pix[y1*src.Stride+4*x1+k])*fx
				row[4*x+k] = uint8(top*(1-fy) + low*fy + 0.5)
			}
		}
	}
	return out
}

// Versions names the readers and their versions, in a fixed order.
func (x *Extractor) Versions() []string {
	all := slices.Clone(versions())
	again, err := x.Second()
	if err != nil {
		again = "no second optical reader"
	}
	return slices.Insert(all, 3, again)
}

var versions = sync.OnceValue(func() []string {
	all := []string{pdf.Version, secondVersion, opticalVersion()}
	for _, f := range formats {
		all = append(all, f.Name+" "+f.Version)
	}
	return all
})

// cacheFile returns where the cache keeps what key names.
func cacheFile(dir, key string) string { return filepath.Join(dir, key[:2], key+".json.gz") }
