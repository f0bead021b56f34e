package ocr

import (
	"image"
	"testing"
)

func TestBlacken(t *testing.T) {
	for _, c := range []struct {
		name        string
		gray, black int
		want        bool
	}{
		{"a form in gray", 120, 100, true},
		{"a few gray words", 90, 160, false},
		{"a gray stamp", 40, 10, false},
		{"black print", 0, 200, false},
	} {
		g := image.NewGray(image.Rect(0, 0, 800, 400))
		for i := range g.Pix {
			g.Pix[i] = paper
		}
		for k := range c.gray + c.black {
			level := uint8(150)
			if k >= c.gray {
				level = 30
			}
			for y := range 14 {
				for x := range 8 {
					g.Pix[(10+20*(k/30)+y)*g.Stride+10+20*(k%30)+x] = level
				}
			}
		}
		p := newPix(g)
		if got := p.blacken(); got != c.want {
			t.Errorf("%s: made black: %v, want %v", c.name, got, c.want)
		}
		if got := p.gray().GrayAt(12, 12).Y; c.want && got > 60 {
			t.Errorf("%s: a gray letter is %d after", c.name, got)
		}
		p.free()
	}
}
