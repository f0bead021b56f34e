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

// shapeHeight is how many dots high a digit is drawn to see its shape.
const shapeHeight = 26

// Prove looks at the shapes of the digits in the samples of a page that was read
// and looked at, each digit of each font once in a document. Those that are what the
// text layer says need no optical reader, and the samples that show nothing else
// are taken out.
func (d *Document) Prove(l *Layer) {
	kept := l.Samples[:0]
	for _, s := range l.Samples {
		if s.Spoken || !d.prove(l.Page.Number, s) {
			kept = append(kept, s)
		}
	}
	l.Samples = kept
}

// prove reports whether all digits of a sample are known to be drawn as themselves.
func (d *Document) prove(n int, s forensic.Sample) bool {
	news := slices.DeleteFunc(slices.Clone(s.Glyphs), func(g forensic.Glyph) bool { return d.proven[glyph{g.Font, g.Rune}] })
	if len(news) == 0 {
		return true
	}
	const margin = 1.0 // points
	box := trade.Box{X0: max(s.Box.X0-margin, 0), Y0: max(s.Box.Y0-margin, 0), X1: s.Box.X1 + margin, Y1: s.Box.Y1 + margin}
	height := 0.0
	for _, g := range news {
		height = max(height, g.Box.Y1-g.Box.Y0)
	}
	dpi := math.Round(min(max(shapeHeight*72/max(height, 1), 72), 500))
	img, err := d.Render(n, dpi, &box)
	if err != nil {
		return false
	}
	gray := grayOf(img)
	f := dpi / 72
	all := true
	for _, g := range news {
		// A dot more on each side: boxes end between dots, and letters are round.
		r := image.Rect(int(math.Floor((g.Box.X0-box.X0)*f)), int(math.Floor((g.Box.Y0-box.Y0)*f))-1, int(math.Ceil((g.Box.X1-box.X0)*f)), int(math.Ceil((g.Box.Y1-box.Y0)*f))+1)
		shape, ok := forensic.ShapeOf(gray, r)
		if !ok || !shape.Is(g.Rune) {
			all = false
			continue
		}
		if d.proven == nil {
			d.proven = map[glyph]bool{}
		}
		d.proven[glyph{g.Font, g.Rune}] = true
	}
	return all
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
