package extract

import (
	"context"
	"encoding/json"
	"fmt"
	goimage "image"
	"math"
	"time"

	"tallyman/extract/ocr"
	"tallyman/extract/ocr/ppocr"
	"tallyman/extract/page"
	"tallyman/extract/sandbox"
	"tallyman/trade"
)

// An againArg describes the gray levels that follow it, and what to read of them.
type againArg struct {
	Width, Height int
	Job           ppocr.Job
}

type againChild struct{ reader *ppocr.Reader }

func newAgainChild(setup json.RawMessage) (sandbox.Handler, error) {
	dir, err := arguments[string](setup)
	if err != nil {
		return nil, err
	}
	r, err := ppocr.Open(dir)
	if err != nil {
		return nil, err
	}
	return &againChild{r}, nil
}

func (c *againChild) Handle(op string, raw json.RawMessage, body []byte) (any, []byte, error) {
	if op != "read" {
		return nil, nil, fmt.Errorf("no such request: %s", op)
	}
	arg, err := arguments[againArg](raw)
	if err != nil {
		return nil, nil, err
	}
	b, err := bitmapOf(bitmapAnswer{Width: arg.Width, Height: arg.Height, DPI: readDPI}, body)
	if err != nil {
		return nil, nil, err
	}
	words, err := c.reader.Read(b.gray, arg.Job)
	return words, nil, err
}

// Second names the second optical reader, or says why there is none.
func (x *Extractor) Second() (version string, err error) { return ppocr.Version(x.models) }

// again lets the second optical reader look at what the first was unsure of. If
// it fails the page stays as the first read it, and a note says so.
func (x *Extractor) again(ctx context.Context, g bitmap, arg opticalArg, res *ocr.Result) {
	if x.other == nil {
		return
	}
	q := ocr.Ask(res, arg.Photo)
	if q.Empty() {
		return
	}
	sheet, dpi := sheetOf(g.gray, arg.DPI, res)
	if sheet == nil {
		return
	}
	f := dpi / 72
	ask := againArg{Width: sheet.Rect.Dx(), Height: sheet.Rect.Dy(), Job: jobOf(q, f)}
	words, err := x.askAgain(ctx, ask, sheet)
	if err != nil {
		if ctx.Err() == nil {
			res.Notes = append(res.Notes, page.Note{Code: page.OneReader, Text: "The second reader could not read the page; it was read once."})
		}
		return
	}
	p := page.Page{Number: 1, Width: res.Width, Height: res.Height, Words: secondWords(words, f)}
	if check(&p, 1) != nil {
		return
	}
	res.Words = ocr.Merge(res.Words, p.Words)
}

// jobOf writes a question in dots, f to a point.
func jobOf(q ocr.Question, f float64) ppocr.Job {
	boxes := func(list []trade.Box) (out []goimage.Rectangle) {
		for _, b := range list {
			out = append(out, goimage.Rect(int(b.X0*f), int(b.Y0*f), int(math.Ceil(b.X1*f)), int(math.Ceil(b.Y1*f))))
		}
		return out
	}
	return ppocr.Job{Lines: boxes(q.Lines), Find: q.Whole, Skip: boxes(q.Sure), Doubt: boxes(q.Unsure)}
}

// secondWords are the words of the second reader in points, f dots each.
func secondWords(words []ppocr.Word, f float64) []page.Word {
	out := make([]page.Word, 0, len(words))
	for _, w := range words {
		out = append(out, page.Word{
			Text: w.Text, Reader: trade.SecondOCR, Confidence: ocr.SecondConfidence(w.Least),
			Box: trade.Box{X0: w.X0 / f, Y0: w.Y0 / f, X1: w.X1 / f, Y1: w.Y1 / f},
		})
	}
	return out
}

func (x *Extractor) askAgain(ctx context.Context, arg againArg, sheet *goimage.Gray) ([]ppocr.Word, error) {
	c, err := x.other.Get(ctx)
	if err != nil {
		return nil, err
	}
	ses := &session{x: x, pool: x.other, child: c}
	defer func() { x.other.Put(ses.child) }()
	cpu := x.limits.OpticalCPU + time.Duration(arg.Width*arg.Height/1_000_000)*time.Second
	var words []ppocr.Word
	err = ses.twice(func() error {
		words = nil
		_, err := ses.child.Call(ctx, x.budget(cpu), "read", arg, sheet.Pix, &words)
		return err
	})
	return words, err
}

// sheetOf draws the page as the first reader straightened it, in dots for the
// second. It is the bitmap itself if that lies straight and has about as many.
func sheetOf(g *goimage.Gray, dpi float64, res *ocr.Result) (sheet *goimage.Gray, at float64) {
	if still(res) && dpi > 0.7*readDPI && dpi < 1.3*readDPI {
		return g, dpi
	}
	at = readDPI
	if most := math.Sqrt(20e6 * 72 * 72 / (res.Width * res.Height)); at > most {
		at = most
	}
	scale := at / 72
	w, h := int(math.Ceil(res.Width*scale)), int(math.Ceil(res.Height*scale))
	if !(w >= 8 && h >= 8 && w*h <= 21_000_000) {
		return nil, 0
	}
	m := page.Scale(1 / scale).Then(res.View).Then(page.Scale(dpi / 72))
	// How many dots of the bitmap one covers.
	ax, ay := m.Apply(float64(w)/2, float64(h)/2)
	bx, by := m.Apply(float64(w)/2+1, float64(h)/2)
	taps := min(4, max(1, int(math.Round(math.Hypot(bx-ax, by-ay)))))
	sheet = goimage.NewGray(goimage.Rect(0, 0, w, h))
	sw, sh := g.Rect.Dx(), g.Rect.Dy()
	for y := range h {
		row := sheet.Pix[y*sheet.Stride:]
		for x := range w {
			sum, n := 0.0, 0
			for j := range taps {
				for i := range taps {
					sx, sy := m.Apply(float64(x)+(float64(i)+0.5)/float64(taps), float64(y)+(float64(j)+0.5)/float64(taps))
					sx, sy = sx-0.5, sy-0.5
					n++
					if !(sx > -1 && sy > -1 && sx < float64(sw) && sy < float64(sh)) {
						sum += 255
						continue
					}
					sx, sy = min(max(sx, 0), float64(sw-1)), min(max(sy, 0), float64(sh-1))
					x0, y0 := int(sx), int(sy)
					x1, y1 := min(x0+1, sw-1), min(y0+1, sh-1)
					fx, fy := sx-float64(x0), sy-float64(y0)
					top := float64(g.Pix[y0*g.Stride+x0])*(1-fx) + float64(g.Pix[y0*g.Stride+x1])*fx
					low := float64(g.Pix[y1*g.Stride+x0])*(1-fx) + float64(g.Pix[y1*g.Stride+x1])*fx
					sum += top*(1-fy) + low*fy
				}
			}
			row[x] = uint8(sum/float64(n) + 0.5)
		}
	}
	return sheet, at
}
