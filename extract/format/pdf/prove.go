package pdf

import (
	"image"
	"math"
	"slices"

	"tallyman/extract/forensic"
	"tallyman/trade"
)

// A glyph is a digit in a font.
type glyph struct {
	font  string
	digit rune
}

// seen is what is known of the digits of a file.
type seen struct {
	shape  map[glyph]forensic.Shape // as it was drawn when it was what it was said to be
	sample map[string]bool          // by sign
}

// shapeHeight is how many dots high a digit is drawn to see its shape.
const shapeHeight = 26

// Prove looks at the shapes of the digits in the samples of a page that was read
// and looked at, each digit of each font once in a document. If all are what the
// text layer says, no optical reader need look at the page. If one is not, it looks at
// all samples: it reads words that stand among others better than one alone, and a
// digit that it takes for another has to be seen in several.
func (d *Document) Prove(l *Layer) {
	clear := true
	for _, s := range l.Samples {
		clear = !s.Spoken && d.prove(l.Page.Number, s) && clear
	}
	if clear {
		l.Samples = nil
	}
}

// prove reports whether all digits of a sample are drawn as themselves.
func (d *Document) prove(n int, s forensic.Sample) bool {
	if d.seen.sample == nil {
		d.seen = seen{map[glyph]forensic.Shape{}, map[string]bool{}}
	}
	if !slices.ContainsFunc(s.Shows, func(sign string) bool { return !d.seen.sample[sign] }) {
		return true
	}
	const margin = 1.0 // points
	box := trade.Box{X0: max(s.Box.X0-margin, 0), Y0: max(s.Box.Y0-margin, 0), X1: s.Box.X1 + margin, Y1: s.Box.Y1 + margin}
	height := 0.0
	for _, g := range s.Digits {
		height = max(height, g.Box.Y1-g.Box.Y0)
	}
	dpi := math.Round(min(max(shapeHeight*72/max(height, 1), 72), 500))
	img, err := d.Render(n, dpi, &box)
	if err != nil {
		return false
	}
	gray := grayOf(img)
	f := dpi / 72
	for _, g := range s.Digits {
		// A dot more above and below: letters are round.
		r := image.Rect(int(math.Floor((g.Box.X0-box.X0)*f)), int(math.Floor((g.Box.Y0-box.Y0)*f))-1, int(math.Ceil((g.Box.X1-box.X0)*f)), int(math.Ceil((g.Box.Y1-box.Y0)*f))+1)
		shape, ok := forensic.ShapeOf(gray, r)
		if !ok {
			return false
		}
		key := glyph{g.Font, g.Rune}
		if before, ok := d.seen.shape[key]; ok && shape.Same(&before) {
			continue
		}
		if !shape.Is(g.Rune) {
			return false
		}
		d.seen.shape[key] = shape
	}
	for _, sign := range s.Shows {
		d.seen.sample[sign] = true
	}
	return true
}

func grayOf(img *image.RGBA) *image.Gray {
	g := image.NewGray(image.Rect(0, 0, img.Rect.Dx(), img.Rect.Dy()))
	for y := range g.Rect.Dy() {
		for x := range g.Rect.Dx() {
			p := img.Pix[y*img.Stride+4*x:]
			g.Pix[y*g.Stride+x] = uint8((299*int(p[0]) + 587*int(p[1]) + 114*int(p[2])) / 1000)
		}
	}
	return g
}
