package extract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	stdimage "image"
	"image/png"

	"golang.org/x/image/draw"

	"tallyman/extract/format/image"
	"tallyman/extract/format/pdf"
	"tallyman/extract/ocr"
	"tallyman/extract/page"
	"tallyman/extract/sandbox"
)

// Kinds of children.
const (
	filesKind  = "files"  // parses PDF and image files, draws their pages
	ocrKind    = "ocr"    // reads words from bitmaps, and never sees a file
	secondKind = "second" // reads the text layer once more, with another parser
)

// ChildMain serves as a reader and ends the process, if that is what this
// process was started for. A program that opens an Extractor calls it first.
func ChildMain() {
	sandbox.Main(map[string]sandbox.Maker{
		filesKind:  newFiles,
		ocrKind:    newOptical,
		secondKind: newSecond,
	})
}

// What parent and children say to each other.

type opened struct{ Pages int }

type pageRequest struct {
	Page int
	DPI  float64 // to draw at
}

// layer is one page as its file describes it.
type layer struct {
	pdf.Layer
	Partial bool // an image that breaks off
}

// bitmap describes gray levels that follow as bytes, row by row.
type bitmap struct {
	Width, Height int
	DPI           float64
	Fine, Part    bool
	Languages     string
}

// files holds one open file at a time.
type files struct {
	engine *pdf.Engine
	doc    *pdf.Document
	images *image.File
	data   []byte
}

func newFiles(setup json.RawMessage) (sandbox.Handler, error) {
	var cacheDir string
	if err := json.Unmarshal(setup, &cacheDir); err != nil {
		return nil, err
	}
	engine, err := pdf.NewEngine(cacheDir)
	if err != nil {
		return nil, err
	}
	return &files{engine: engine}, nil
}

func (f *files) Handle(op string, arg json.RawMessage, body []byte) (any, []byte, error) {
	if op == "open" {
		n, err := f.open(body)
		return opened{n}, nil, err
	}
	var req pageRequest
	if err := json.Unmarshal(arg, &req); err != nil {
		return nil, nil, err
	}
	switch op {
	case "layer":
		l, err := f.layer(req.Page)
		return l, nil, err
	case "bitmap":
		img, dpi, err := f.draw(req)
		if err != nil {
			return nil, nil, err
		}
		g := image.Gray(img)
		return bitmap{Width: g.Rect.Dx(), Height: g.Rect.Dy(), DPI: dpi}, g.Pix, nil
	case "picture":
		img, dpi, err := f.draw(req)
		if err != nil {
			return nil, nil, err
		}
		b := img.Bounds()
		if f.images != nil && dpi > req.DPI*1.1 { // PDF pages are drawn at the size asked for
			k := req.DPI / dpi
			small := stdimage.NewRGBA(stdimage.Rect(0, 0, max(1, int(float64(b.Dx())*k)), max(1, int(float64(b.Dy())*k))))
			draw.ApproxBiLinear.Scale(small, small.Rect, img, b, draw.Src, nil)
			img, dpi = small, req.DPI
		}
		var out bytes.Buffer
		err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&out, img)
		return bitmap{Width: img.Bounds().Dx(), Height: img.Bounds().Dy(), DPI: dpi}, out.Bytes(), err
	}
	return nil, nil, fmt.Errorf("no such request: %q", op)
}

func (f *files) open(data []byte) (int, error) {
	if f.doc != nil {
		f.doc.Close()
	}
	f.doc, f.images = nil, nil
	f.data = data
	if image.Kind(data) != "" {
		file, err := image.Open(data)
		if err != nil {
			return 0, err
		}
		f.images = file
		return len(file.Pages), nil
	}
	doc, err := f.engine.Open(data, "")
	if err != nil {
		return 0, err
	}
	f.doc = doc
	return doc.Pages, nil
}

func (f *files) layer(n int) (*layer, error) {
	switch {
	case f.doc != nil:
		l, err := f.doc.Read(n)
		if err != nil {
			return nil, err
		}
		return &layer{Layer: *l}, nil
	case f.images != nil:
		if n < 1 || n > len(f.images.Pages) {
			return nil, &page.Problem{Code: page.Corrupt, Text: fmt.Sprintf("Page %d does not exist.", n)}
		}
		fr := f.images.Pages[n-1]
		if int64(fr.Width)*int64(fr.Height) > image.MaxPixels {
			return nil, &page.Problem{Code: page.LimitPixels, Text: fmt.Sprintf("Page %d has %d by %d pixels; up to %d million are read. Scan it again at 300 dots an inch.", n, fr.Width, fr.Height, image.MaxPixels/1_000_000)}
		}
		dpi, _ := fr.Resolution()
		w, h := float64(fr.Width)*72/dpi, float64(fr.Height)*72/dpi
		if fr.Orientation >= 5 {
			w, h = h, w
		}
		return &layer{Layer: pdf.Layer{Page: page.Page{Number: n, Width: w, Height: h, Scanned: true}, Optical: true}}, nil
	}
	return nil, errors.New("no file is open")
}

func (f *files) draw(req pageRequest) (stdimage.Image, float64, error) {
	switch {
	case f.doc != nil:
		return f.doc.Render(req.Page, req.DPI)
	case f.images != nil:
		img, _, err := f.images.Decode(req.Page)
		if err != nil {
			return nil, 0, err
		}
		dpi, _ := f.images.Pages[req.Page-1].Resolution()
		return img, dpi, nil
	}
	return nil, 0, errors.New("no file is open")
}

// optical reads bitmaps.
type optical struct{ reader *ocr.Reader }

func newOptical(json.RawMessage) (sandbox.Handler, error) {
	r := ocr.NewReader()
	r.Warm()
	return &optical{r}, nil
}

func (o *optical) Handle(_ string, arg json.RawMessage, body []byte) (any, []byte, error) {
	var b bitmap
	if err := json.Unmarshal(arg, &b); err != nil {
		return nil, nil, err
	}
	if b.Width < 1 || b.Height < 1 || len(body) != b.Width*b.Height {
		return nil, nil, errors.New("the bitmap has the wrong size")
	}
	res, err := o.reader.Read(ocr.Bitmap{
		Gray: &stdimage.Gray{Pix: body, Stride: b.Width, Rect: stdimage.Rect(0, 0, b.Width, b.Height)},
		DPI:  b.DPI, Fine: b.Fine, Part: b.Part, Languages: b.Languages,
	})
	if err != nil {
		return nil, nil, &page.Problem{Code: page.OCRFailed, Text: "The picture of the page could not be read: " + err.Error() + "."}
	}
	return res, nil, nil
}
