package extract

import (
	"encoding/json"
	"errors"
	"fmt"
	goimage "image"
	"math"

	"golang.org/x/image/draw"

	"tallyman/extract/format/image"
	"tallyman/extract/format/pdf"
	"tallyman/extract/ocr"
	"tallyman/extract/page"
	"tallyman/extract/sandbox"
	"tallyman/trade"
)

// The kinds of children.
const (
	pdfReader     = "pdf"
	secondReader  = "pdf-second"
	imageReader   = "image"
	formatReader  = "format"
	opticalReader = "optical"       // sees nothing but gray levels that we decoded
	againReader   = "optical-again" // sees as little
)

// makers start the readers inside a child. Tests add readers that misbehave.
var makers = map[string]sandbox.Maker{
	pdfReader:     newPDFChild,
	secondReader:  newSecondChild,
	imageReader:   newImageChild,
	opticalReader: newOpticalChild,
	againReader:   newAgainChild,
	formatReader:  newFormatChild,
}

// ChildMain serves as a reader if this process was started as one, and then
// does not return. Call it before anything else.
func ChildMain() { sandbox.Main(makers) }

// arguments reads the argument of a request.
func arguments[T any](raw json.RawMessage) (T, error) {
	var v T
	if len(raw) == 0 {
		return v, nil
	}
	err := json.Unmarshal(raw, &v)
	return v, err
}

// A pageArg names a page and how to draw it.
type pageArg struct {
	Page int
	DPI  float64    `json:",omitempty"`
	Box  *trade.Box `json:",omitempty"`
}

type openAnswer struct {
	Pages    int
	Attached []string `json:",omitempty"` // names of files inside the file
	Inside   int      `json:",omitempty"` // how many there are; not all are named
}

// A bitmapAnswer describes the dots that follow it.
type bitmapAnswer struct {
	Width, Height int
	DPI           float64 // of the dots
	Stated        bool    `json:",omitempty"` // the file states the resolution
	Partial       bool    `json:",omitempty"` // a part of the image is missing
	Coloured      bool    `json:",omitempty"` // the gray levels are followed by those that show coloured print
	// Seen is what was noticed of the paper itself, in points of the bitmap.
	Seen []trade.Observation `json:",omitempty"`
}

type pdfChild struct {
	engine *pdf.Engine
	doc    *pdf.Document
	data   []byte // of doc
}

func newPDFChild(setup json.RawMessage) (sandbox.Handler, error) {
	dir, err := arguments[string](setup)
	if err != nil {
		return nil, err
	}
	e, err := pdf.NewEngine(dir)
	if err != nil {
		return nil, err
	}
	return &pdfChild{engine: e}, nil
}

func (c *pdfChild) Handle(op string, raw json.RawMessage, body []byte) (any, []byte, error) {
	switch op {
	case "open":
		c.close()
		password, err := arguments[string](raw)
		if err != nil {
			return nil, nil, err
		}
		d, err := c.engine.Open(body, password)
		if err != nil {
			return nil, nil, err
		}
		c.doc, c.data = d, body
		names, n := d.Attached()
		return openAnswer{Pages: d.Pages, Attached: names, Inside: n}, nil, nil
	case "close":
		c.close()
		return nil, nil, nil
	}
	if c.doc == nil {
		return nil, nil, errors.New("no file is open")
	}
	if op == "history" {
		return c.doc.History(c.data), nil, nil
	}
	if op == "attached" {
		i, err := arguments[int](raw)
		return nil, c.doc.AttachedFile(i, maxInside), err
	}
	if op == "proof" {
		arg, err := arguments[proofArg](raw)
		if err != nil {
			return nil, nil, err
		}
		return proofSheet(c.doc, arg)
	}
	arg, err := arguments[pageArg](raw)
	if err != nil {
		return nil, nil, err
	}
	switch op {
	case "read":
		layer, err := c.doc.Read(arg.Page)
		if err == nil && !layer.Optical && !layer.Blank {
			dpi := float64(lookDPI)
			if layer.Pictured {
				dpi = readDPI
			}
			// What cannot be drawn has no barcodes and hides no words.
			if img, err := c.doc.Render(arg.Page, dpi, nil); err == nil {
				if layer.Pictured {
					// A barcode that is drawn has no words.
					layer.Page.Seen = append(layer.Page.Seen, barcodes(image.Gray(img), arg.Page, readDPI)...)
				}
				layer.Look(img, dpi)
				c.doc.Prove(layer)
			}
		}
		return layer, nil, err
	case "gray", "colour":
		img, err := c.doc.Render(arg.Page, arg.DPI, arg.Box)
		if err != nil {
			return nil, nil, err
		}
		if op == "colour" || arg.Box != nil {
			return pack(img, nil, op == "gray", bitmapAnswer{DPI: arg.DPI})
		}
		return pack(img, c.look(img, arg.Page, arg.DPI), true, bitmapAnswer{DPI: arg.DPI})
	}
	return nil, nil, fmt.Errorf("no such request: %s", op)
}

func (c *pdfChild) close() {
	if c.doc != nil {
		c.doc.Close()
		c.doc, c.data = nil, nil
	}
}

// look looks at the dots of the scan, if the page is one, and otherwise at those
// that were drawn.
func (c *pdfChild) look(drawn goimage.Image, n int, dpi float64) looker {
	return func(g *goimage.Gray) []trade.Observation {
		seen := barcodes(g, n, dpi)
		if jpeg, box, ok := c.doc.Scan(n); ok {
			if f, err := image.Open(jpeg); err == nil && len(f.Pages) == 1 {
				if img, _, err := f.Decode(1); err == nil {
					w, h := float64(img.Bounds().Dx()), float64(img.Bounds().Dy())
					m := page.Matrix{(box.X1 - box.X0) / w, 0, box.X0, 0, (box.Y1 - box.Y0) / h, box.Y0, 0, 0, 1}
					return append(seen, ink(img, n, m)...)
				}
			}
		}
		return append(seen, ink(drawn, n, page.Scale(72/dpi))...)
	}
}

// A looker looks at the page itself; g are its gray levels.
type looker func(g *goimage.Gray) []trade.Observation

// pack lays the dots of an image out as bytes, without padding, and looks at the
// page itself if look is not nil.
func pack(img goimage.Image, look looker, gray bool, a bitmapAnswer) (any, []byte, error) {
	b := img.Bounds()
	a.Width, a.Height = b.Dx(), b.Dy()
	if gray {
		g := image.Gray(img)
		if look != nil {
			a.Seen = look(g)
		}
		body := g.Pix
		if dark := image.Dark(img); dark != nil {
			a.Coloured = true
			body = append(body, dark.Pix...)
		}
		return a, body, nil
	}
	return a, image.RGBA(img).Pix, nil
}

type imageChild struct{ file *image.File }

func newImageChild(json.RawMessage) (sandbox.Handler, error) { return &imageChild{}, nil }

func (c *imageChild) Handle(op string, raw json.RawMessage, body []byte) (any, []byte, error) {
	switch op {
	case "open":
		f, err := image.Open(body)
		if err != nil {
			return nil, nil, err
		}
		c.file = f
		return openAnswer{Pages: len(f.Pages)}, nil, nil
	case "close":
		c.file = nil
		return nil, nil, nil
	}
	if c.file == nil {
		return nil, nil, errors.New("no file is open")
	}
	arg, err := arguments[pageArg](raw)
	if err != nil {
		return nil, nil, err
	}
	img, partial, err := c.file.Decode(arg.Page)
	if err != nil {
		return nil, nil, err
	}
	a := bitmapAnswer{Partial: partial}
	a.DPI, a.Stated = c.file.Pages[arg.Page-1].Resolution()
	switch op {
	case "gray":
		look := func(g *goimage.Gray) []trade.Observation {
			return append(barcodes(g, arg.Page, a.DPI), ink(img, arg.Page, page.Scale(72/a.DPI))...)
		}
		return pack(img, look, true, a)
	case "colour":
		b := img.Bounds()
		f := arg.DPI / a.DPI
		w, h := int(math.Round(float64(b.Dx())*f)), int(math.Round(float64(b.Dy())*f))
		if w < 1 || h < 1 || w*h > 60_000_000 {
			return nil, nil, &page.Problem{Code: page.LimitPixels, Text: "The page is too large to be drawn."}
		}
		out := goimage.NewRGBA(goimage.Rect(0, 0, w, h))
		draw.Draw(out, out.Bounds(), goimage.White, goimage.Point{}, draw.Src)
		draw.ApproxBiLinear.Scale(out, out.Bounds(), img, b, draw.Over, nil)
		a.DPI = arg.DPI
		return pack(out, nil, false, a)
	}
	return nil, nil, fmt.Errorf("no such request: %s", op)
}

// An opticalArg describes the gray levels that follow it.
type opticalArg struct {
	Width, Height int
	DPI           float64
	Fine          bool   `json:",omitempty"`
	Part          bool   `json:",omitempty"`
	Photo         bool   `json:",omitempty"`
	Coloured      bool   `json:",omitempty"`
	Languages     string `json:",omitempty"`
}

type opticalChild struct{ reader *ocr.Reader }

func newOpticalChild(json.RawMessage) (sandbox.Handler, error) {
	r := ocr.NewReader()
	r.Warm()
	return &opticalChild{r}, nil
}

func (c *opticalChild) Handle(op string, raw json.RawMessage, body []byte) (any, []byte, error) {
	if op != "read" {
		return nil, nil, fmt.Errorf("no such request: %s", op)
	}
	arg, err := arguments[opticalArg](raw)
	if err != nil {
		return nil, nil, err
	}
	b, err := bitmapOf(bitmapAnswer{Width: arg.Width, Height: arg.Height, DPI: arg.DPI, Coloured: arg.Coloured}, body)
	if err != nil {
		return nil, nil, err
	}
	res, err := c.reader.Read(ocr.Bitmap{Gray: b.gray, Dark: b.dark, DPI: arg.DPI, Fine: arg.Fine, Part: arg.Part, Photo: arg.Photo, Languages: arg.Languages})
	return res, nil, err
}

func opticalVersion() string { return ocr.Version() }
