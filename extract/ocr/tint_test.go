package ocr

import (
	"image"
	"image/color"
	"testing"
)

// Print of a middle level fades from the page of black print if it is much
// darker on the page with print of any colour, and only then.
func TestFade(t *testing.T) {
	// blobs of the size of letters: rows of black ones, then rows of the others.
	draw := func(black, other uint8) *image.Gray {
		g := image.NewGray(image.Rect(0, 0, 900, 600))
		for i := range g.Pix {
			g.Pix[i] = paper
		}
		for row := range 20 {
			level := black
			if row >= 12 {
				level = other
			}
			for col := range 40 {
				for y := range 12 {
					for x := range 8 {
						g.SetGray(20+col*20+x, 20+row*28+y, color.Gray{Y: level})
					}
				}
			}
		}
		return g
	}
	for _, tt := range []struct {
		name   string
		dark   uint8
		fades  bool
		leaves int
	}{
		{"dark red", 50, true, 480},
		{"gray", 135, false, 800},
	} {
		p, dark := newPix(draw(20, 140)), newPix(draw(20, tt.dark))
		if got := p.fade(dark); got != tt.fades {
			t.Errorf("%s: fades %v, want %v", tt.name, got, tt.fades)
		}
		if got := letterLike(p.components()); got != tt.leaves {
			t.Errorf("%s: %d letters are left, want %d", tt.name, got, tt.leaves)
		}
		p.free()
		dark.free()
	}
}
