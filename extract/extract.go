// Package extract turns the bytes of a file into pages of words with boxes. It
// knows files by their content, reads each in a child process that may crash or
// be killed, and says of every file how far it was read, and why not further.
package extract

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	stdimage "image"
	"image/png"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/gabriel-vasile/mimetype"

	"tallyman/extract/format/image"
	"tallyman/extract/format/pdf"
	"tallyman/extract/ocr"
	"tallyman/extract/page"
	"tallyman/extract/sandbox"
	"tallyman/trade"
)

// Options say how files are read; the zero value is what users get.
type Options struct {
	// CacheDir keeps the pages of files that were read, by content and version.
	// Empty: nothing is kept.
	CacheDir string
	// Workers is how many children of a kind work at once; 0 is one a core.
	Workers int
	// Languages are those of the optical reader in Tesseract's names, such as
	// "rus+eng"; empty: it finds out page by page.
	Languages string
}

// Limits of one file.
const (
	MaxPages  = 2000
	childRSS  = 1 << 30
	maxAnswer = 300 << 20
	// A page may fail; a file of which so many fail in a row is given up.
	maxFailures = 2
)

// Budgets. Each page of print takes milliseconds, each scan one to three
// seconds; what takes much longer is no paper.
var (
	openBudget  = sandbox.Budget{CPU: 15 * time.Second, Wall: 60 * time.Second}
	layerBudget = sandbox.Budget{CPU: 10 * time.Second, Wall: 40 * time.Second}
	drawBudget  = sandbox.Budget{CPU: 15 * time.Second, Wall: 60 * time.Second}
	ocrBudget   = sandbox.Budget{CPU: 45 * time.Second, Wall: 180 * time.Second}
	otherBudget = sandbox.Budget{CPU: 3 * time.Second, Wall: 10 * time.Second}
	// fileBudget bounds what a file takes in all, besides that of its pages.
	fileBudget = 60 * time.Second
	pageBudget = 20 * time.Second
)

// An Extractor reads files. It may be used by several goroutines.
type Extractor struct {
	opts                 Options
	files, optic, second *sandbox.Pool
}

// Open starts an extractor with warm children.
func Open(opts Options) (*Extractor, error) {
	if opts.Workers <= 0 {
		opts.Workers = runtime.GOMAXPROCS(0)
	}
	x := &Extractor{opts: opts}
	x.files = sandbox.NewPool(&sandbox.Kind{Name: filesKind, Setup: pdf.CacheDir(), Memory: childRSS, Answer: maxAnswer, Calls: 2000, Idle: 500 << 20}, opts.Workers)
	x.optic = sandbox.NewPool(&sandbox.Kind{Name: ocrKind, Setup: "", Memory: childRSS, Answer: maxAnswer, Calls: 300, Env: []string{"OMP_THREAD_LIMIT=1"}}, opts.Workers)
	x.second = sandbox.NewPool(&sandbox.Kind{Name: secondKind, Setup: "", Memory: childRSS / 2, Answer: 32 << 20, Calls: 200}, opts.Workers)
	for _, p := range []*sandbox.Pool{x.files, x.second} {
		if err := p.Warm(); err != nil {
			x.Close()
			return nil, err
		}
	}
	return x, nil
}

// Close ends all children.
func (x *Extractor) Close() error {
	x.files.Close()
	x.optic.Close()
	x.second.Close()
	return nil
}

// Versions names the readers, in a stable order, as reports print them.
func (x *Extractor) Versions() []string { return []string{pdf.Version, ocr.Version(), secondVersion} }

const secondVersion = "ledongthuc/pdf 2026-09-07"

// cacheVersion changes whenever the same file may give other pages.
const cacheVersion = "1"

// A Source is one file as read.
type Source struct {
	SHA256    string // hex
	MediaType string
	PageCount int // pages that the file claims to have
	Pages     []page.Page
	Status    trade.Status
	Reason    *page.Problem // why Status is not Done
}

// NotAPaper is the reason of a file that is text or code rather than a paper.
const NotAPaper = "not_a_paper"

// Read reads a file. Every outcome is a Status; whatever happens to a child,
// Read returns.
func (x *Extractor) Read(ctx context.Context, name string, data []byte) Source {
	sum := sha256.Sum256(data)
	src := Source{SHA256: hex.EncodeToString(sum[:])}
	var refused *page.Problem
	if src.MediaType, refused = mediaType(data); refused != nil {
		src.Status, src.Reason = trade.Rejected, refused
		return src
	}
	if kept, ok := x.cached(src.SHA256); ok {
		return kept
	}
	x.read(ctx, data, &src)
	if ctx.Err() == nil {
		x.keep(src)
	}
	return src
}

// mediaType tells what a file is by its content, and why it is not read if so.
func mediaType(data []byte) (string, *page.Problem) {
	if len(data) == 0 {
		return "", &page.Problem{Code: page.EmptyFile, Text: "The file is empty; ask the sender for it again."}
	}
	if kind := image.Kind(data); kind != "" {
		return kind, nil
	}
	head := data[:min(len(data), 1024)]
	if i := bytes.Index(head, []byte("%PDF-")); i >= 0 && !bytes.HasPrefix(bytes.TrimSpace(data), []byte("<")) {
		return "application/pdf", nil
	}
	m := mimetype.Detect(data)
	kind, _, _ := strings.Cut(m.String(), ";")
	if kind == "text/plain" || kind == "application/json" || kind == "application/x-ndjson" {
		return kind, &page.Problem{Code: NotAPaper, Text: "The file is plain text or data, no paper."}
	}
	return kind, &page.Problem{Code: page.UnsupportedType, Text: fmt.Sprintf("Files of the type %s are not read yet; PDF, JPEG, PNG and TIFF are. Print or export it to PDF.", kind)}
}

func (x *Extractor) read(ctx context.Context, data []byte, src *Source) {
	child, err := x.files.Get(ctx)
	if err != nil {
		src.Status, src.Reason = trade.Quarantined, problem(err)
		return
	}
	defer func() { x.files.Put(child) }()

	var doc opened
	for try := 0; ; try++ {
		_, err = child.Call(ctx, openBudget, "open", nil, data, &doc)
		if err == nil || isProblem(err) || try == 1 || ctx.Err() != nil {
			break
		}
		if child, err = x.files.Fresh(child); err != nil {
			break
		}
	}
	if err != nil {
		src.Status, src.Reason = trade.Quarantined, problem(err)
		return
	}
	src.PageCount = doc.Pages
	if doc.Pages < 1 {
		src.Status, src.Reason = trade.Quarantined, &page.Problem{Code: page.Corrupt, Text: "The file has no page; ask the sender for a new copy."}
		return
	}
	var first *page.Problem // the first thing that went wrong
	note := func(p *page.Problem) {
		if first == nil {
			first = p
		}
	}
	n := doc.Pages
	if n > MaxPages {
		n = MaxPages
		note(&page.Problem{Code: page.LimitPages, Text: fmt.Sprintf("The file has %d pages; the first %d were read. Split it.", doc.Pages, MaxPages)})
	}

	pages := make([]page.Page, 0, min(n, 64))
	var reading sync.WaitGroup
	defer reading.Wait()
	var mu sync.Mutex
	var readings []func() // where each optical reading puts its answer
	began, failures := time.Now(), 0
	for i := 1; i <= n; i++ {
		if time.Since(began) > fileBudget+time.Duration(i)*pageBudget || failures > maxFailures {
			note(&page.Problem{Code: page.TimeoutTotal, Text: fmt.Sprintf("Reading stopped at page %d of %d: the file took too much time. Split it.", i, doc.Pages)})
			break
		}
		var l layer
		_, err := child.Call(ctx, layerBudget, "layer", pageRequest{Page: i}, nil, &l)
		var bits bitmap
		var gray []byte
		if err == nil && (l.Optical || len(l.Images) > 0) && !l.Blank {
			dpi := 200.0
			if l.Small || l.Optical && !l.Page.Scanned {
				dpi = 250
			}
			gray, err = child.Call(ctx, drawBudget, "bitmap", pageRequest{Page: i, DPI: dpi}, nil, &bits)
		}
		if err != nil {
			p := problem(err)
			note(p)
			failures++
			pages = append(pages, page.Page{Number: i, Width: max(l.Page.Width, 1), Height: max(l.Page.Height, 1), Problem: p})
			if ctx.Err() != nil {
				break
			}
			if !isProblem(err) { // the child is gone: go on with a fresh one
				if child, err = x.files.Fresh(child); err != nil {
					note(problem(err))
					break
				}
				if _, err = child.Call(ctx, openBudget, "open", nil, data, &doc); err != nil {
					note(problem(err))
					break
				}
			}
			continue
		}
		failures = 0
		pages = append(pages, l.Page)
		if gray == nil {
			continue
		}
		at := len(pages) - 1
		regions := l.Images
		if l.Optical {
			regions = nil
		}
		optic, err := x.optic.Get(ctx)
		if err != nil {
			note(problem(err))
			continue
		}
		reading.Go(func() {
			seen, err := x.look(ctx, optic, bits, gray, regions)
			mu.Lock()
			defer mu.Unlock()
			readings = append(readings, func() {
				if err != nil {
					p := problem(err)
					note(p)
					pages[at].Problem = p
					return
				}
				pages[at] = merge(pages[at], l.Optical, seen)
			})
		})
	}
	reading.Wait()
	for _, put := range readings {
		put()
	}
	if src.MediaType == "application/pdf" && ctx.Err() == nil {
		x.readAgain(ctx, data, pages)
	}
	src.Pages = pages
	src.Status, src.Reason = outcome(pages, first, doc.Pages)
}

// look reads a bitmap, or the given regions of it (points), with a child of
// its own; a child that dies is tried once more.
func (x *Extractor) look(ctx context.Context, child *sandbox.Child, bits bitmap, gray []byte, regions []trade.Box) ([]ocr.Result, error) {
	defer func() { x.optic.Put(child) }()
	parts := []trade.Box{{}}
	if len(regions) > 0 {
		parts = regions
	}
	var all []ocr.Result
	for _, r := range parts {
		b, pixels, shift := bits, gray, page.Identity
		if !r.Empty() {
			b, pixels, shift = cut(bits, gray, r)
		}
		b.Languages = x.opts.Languages
		if len(pixels) == 0 {
			continue
		}
		var res ocr.Result
		_, err := child.Call(ctx, ocrBudget, "read", b, pixels, &res)
		if err != nil && !isProblem(err) && ctx.Err() == nil {
			if child, err = x.optic.Fresh(child); err == nil {
				_, err = child.Call(ctx, ocrBudget, "read", b, pixels, &res)
			}
		}
		if err != nil {
			return nil, err
		}
		res.View = res.View.Then(shift)
		all = append(all, res)
	}
	return all, nil
}

// cut takes a box of points out of a bitmap.
func cut(b bitmap, gray []byte, box trade.Box) (bitmap, []byte, page.Matrix) {
	k := b.DPI / 72
	r := stdimage.Rect(int(box.X0*k), int(box.Y0*k), int(box.X1*k), int(box.Y1*k)).Intersect(stdimage.Rect(0, 0, b.Width, b.Height))
	if r.Dx() < 30 || r.Dy() < 30 {
		return b, nil, page.Identity
	}
	out := make([]byte, 0, r.Dx()*r.Dy())
	for y := r.Min.Y; y < r.Max.Y; y++ {
		out = append(out, gray[y*b.Width+r.Min.X:y*b.Width+r.Max.X]...)
	}
	part := b
	part.Width, part.Height, part.Part = r.Dx(), r.Dy(), true
	return part, out, page.Shift(float64(r.Min.X)/k, float64(r.Min.Y)/k)
}

// merge puts what was read from pixels into the page.
func merge(p page.Page, whole bool, seen []ocr.Result) page.Page {
	if !whole {
		for _, s := range seen {
			for _, w := range s.Words {
				w.Box = s.View.Box(w.Box)
				p.Words = append(p.Words, w)
			}
		}
		return p
	}
	s := seen[0]
	layer := p.Words
	view := s.View
	p.Scanned, p.Words, p.Rules = true, s.Words, s.Rules
	p.Width, p.Height, p.View = s.Width, s.Height, &view
	p.Notes = append(p.Notes, mismatches(p, layer)...)
	if len(p.Words) == 0 && s.Ink > 0.002 {
		p.Problem = &page.Problem{Code: page.Unreadable, Text: fmt.Sprintf("Page %d carries ink, but no word could be made out. Scan it again.", p.Number)}
	}
	return p
}

// mismatches compares a text layer that lies over a scan with what the pixels
// say, figure by figure. Only a sure reading of the same place that differs in
// more than a character that readers confuse is worth a note.
func mismatches(p page.Page, layer []page.Word) []page.Note {
	var notes []page.Note
	for _, w := range p.Words {
		own := figures([]string{w.Text})
		if len(own) != 1 || w.Confidence < 0.95 {
			continue
		}
		box := p.OnFile(w.Box)
		for _, l := range layer {
			other := figures([]string{l.Text})
			if len(other) != 1 || other[0] == own[0] || len(other[0]) != len(own[0]) || differing(own[0], other[0]) < 2 {
				continue
			}
			overlap := trade.Box{X0: max(box.X0, l.Box.X0), Y0: max(box.Y0, l.Box.Y0), X1: min(box.X1, l.Box.X1), Y1: min(box.Y1, l.Box.Y1)}
			if !overlap.Empty() && area(overlap) > 0.6*area(l.Box) {
				notes = append(notes, page.Note{
					Code: page.TextLayerMismatch,
					Text: fmt.Sprintf("The picture shows %s, the hidden text of the file says %s.", w.Text, l.Text),
					Box:  box,
				})
			}
		}
	}
	return notes
}

func area(b trade.Box) float64 { return (b.X1 - b.X0) * (b.Y1 - b.Y0) }

func differing(a, b string) int {
	n := 0
	for i := range a {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}

// readAgain holds the text layer against a second parser.
func (x *Extractor) readAgain(ctx context.Context, data []byte, pages []page.Page) {
	child, err := x.second.Get(ctx)
	if err != nil {
		return
	}
	var other [][]string
	_, err = child.Call(ctx, otherBudget, "read", nil, data, &other)
	x.second.Put(child)
	if err != nil {
		return
	}
	for i := range pages {
		if n := pages[i].Number - 1; n < len(other) && !pages[i].Scanned {
			pages[i].Notes = append(pages[i].Notes, disagreements(&pages[i], other[n])...)
		}
	}
}

// outcome sums the pages up.
func outcome(pages []page.Page, first *page.Problem, claimed int) (trade.Status, *page.Problem) {
	words := 0
	for _, p := range pages {
		words += len(p.Words)
		if first == nil && p.Problem != nil {
			first = p.Problem
		}
	}
	switch {
	case words == 0 && first != nil:
		return trade.Quarantined, first
	case words == 0:
		return trade.Quarantined, &page.Problem{Code: page.EmptyPage, Text: fmt.Sprintf("No word is printed on the %d pages of the file.", claimed)}
	case first != nil:
		return trade.Partial, first
	}
	return trade.Done, nil
}

func isProblem(err error) bool {
	var p *page.Problem
	return errors.As(err, &p)
}

// problem says why a reader failed, as a reason.
func problem(err error) *page.Problem {
	var p *page.Problem
	switch {
	case errors.As(err, &p):
		return p
	case errors.Is(err, sandbox.ErrTime):
		return &page.Problem{Code: page.TimeoutPage, Text: "The file took too much time; it may be damaged or made to stop readers."}
	case errors.Is(err, sandbox.ErrMemory):
		return &page.Problem{Code: page.LimitMemory, Text: "The file took too much memory; it may be damaged or made to stop readers."}
	case errors.Is(err, sandbox.ErrAnswer):
		return &page.Problem{Code: page.LimitAnswer, Text: "The file holds more than a paper can; it may be made to stop readers."}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &page.Problem{Code: page.Cancelled, Text: "Reading was stopped before the end; run it again."}
	}
	return &page.Problem{Code: page.Crashed, Text: "The file makes the reader stop; it may be damaged or made for that."}
}

// Render draws a page as displayed, at about the resolution asked for.
func (x *Extractor) Render(ctx context.Context, name string, data []byte, number int, dpi float64) (stdimage.Image, float64, error) {
	child, err := x.files.Get(ctx)
	if err != nil {
		return nil, 0, err
	}
	defer func() { x.files.Put(child) }()
	if _, err := child.Call(ctx, openBudget, "open", nil, data, nil); err != nil {
		return nil, 0, problem(err)
	}
	var b bitmap
	raw, err := child.Call(ctx, drawBudget, "picture", pageRequest{Page: number, DPI: dpi}, nil, &b)
	if err != nil {
		return nil, 0, problem(err)
	}
	config, err := png.DecodeConfig(bytes.NewReader(raw))
	if err != nil || config.Width*config.Height > image.MaxPixels {
		return nil, 0, fmt.Errorf("draw page %d of %s: no proper picture", number, name)
	}
	img, err := png.Decode(bytes.NewReader(raw))
	return img, b.DPI, err
}

func (x *Extractor) cacheFile(sha string) string {
	key := sha256.Sum256([]byte(strings.Join(append(x.Versions(), cacheVersion, x.opts.Languages), "\x00")))
	return filepath.Join(x.opts.CacheDir, hex.EncodeToString(key[:6]), sha[:2], sha+".json")
}

// cached returns what an earlier run read of the same bytes.
func (x *Extractor) cached(sha string) (Source, bool) {
	var src Source
	if x.opts.CacheDir == "" {
		return src, false
	}
	data, err := os.ReadFile(x.cacheFile(sha))
	if err != nil || json.Unmarshal(data, &src) != nil || src.SHA256 != sha || src.Status == "" {
		return Source{}, false
	}
	return src, true
}

// keep writes what was read to the cache; a cache that cannot be written costs
// time, nothing else. Failures that another run may not have are not kept.
func (x *Extractor) keep(src Source) {
	if x.opts.CacheDir == "" || src.Status != trade.Done {
		return
	}
	data, err := json.Marshal(src)
	if err != nil {
		return
	}
	name := x.cacheFile(src.SHA256)
	if os.MkdirAll(filepath.Dir(name), 0o700) != nil {
		return
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), "new-*")
	if err != nil {
		return
	}
	_, err = tmp.Write(data)
	if tmp.Close() == nil && err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		os.Remove(tmp.Name())
	}
}
