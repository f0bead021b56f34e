package audit

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"

	"tallyman/trade"
)

// A Sheet is the picture of a page from which pieces are cut.
type Sheet struct {
	Image image.Image
	DPI   float64
}

// SheetDPI is the resolution of the pictures in a report: text of 8 points
// stays readable, a piece weighs some tens of kilobytes and a page a few hundred.
const SheetDPI = 130

// Crop cuts a box of points out of the page, with enough around it to see the
// label.
func (s Sheet) Crop(box trade.Box) (Picture, error) {
	const across, along = 110.0, 26.0 // points around the box
	scale := s.DPI / 72
	b := s.Image.Bounds()
	px := func(v float64) int { return int(v * scale) }
	r := image.Rect(px(box.X0-across), px(box.Y0-along), px(box.X1+across), px(box.Y1+along)).Add(b.Min).Intersect(b)
	if r.Empty() {
		return Picture{}, fmt.Errorf("the box lies outside the page")
	}
	piece := image.NewRGBA(image.Rect(0, 0, r.Dx(), r.Dy()))
	draw.Draw(piece, piece.Bounds(), s.Image, r.Min, draw.Src)
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, piece); err != nil {
		return Picture{}, err
	}
	x, y := float64(r.Min.X-b.Min.X), float64(r.Min.Y-b.Min.Y)
	const margin = 3
	return Picture{
		PNG: out.Bytes(), Width: r.Dx(), Height: r.Dy(),
		Mark: trade.Box{
			X0: box.X0*scale - x - margin, Y0: box.Y0*scale - y - margin,
			X1: box.X1*scale - x + margin, Y1: box.Y1*scale - y + margin,
		},
	}, nil
}

// Copy returns the whole page, as PNG if it is print on white and as JPEG if it
// is a photograph, whichever is smaller.
func (s Sheet) Copy() (data []byte, medium string, width, height int, err error) {
	b := s.Image.Bounds()
	plain := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(plain, plain.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(plain, plain.Bounds(), s.Image, b.Min, draw.Over)
	var p, j bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&p, plain); err != nil {
		return nil, "", 0, 0, err
	}
	if err := jpeg.Encode(&j, plain, &jpeg.Options{Quality: 80}); err != nil {
		return nil, "", 0, 0, err
	}
	if p.Len() <= j.Len() {
		return p.Bytes(), "image/png", b.Dx(), b.Dy(), nil
	}
	return j.Bytes(), "image/jpeg", b.Dx(), b.Dy(), nil
}

// onCopy maps a box of points to the pixels of the copy.
func (s Sheet) onCopy(box trade.Box) trade.Box {
	k := s.DPI / 72
	return trade.Box{X0: box.X0 * k, Y0: box.Y0 * k, X1: box.X1 * k, Y1: box.Y1 * k}
}
