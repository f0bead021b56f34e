package forensic

import (
	"image"
	"image/draw"
	"testing"

	"github.com/go-fonts/dejavu/dejavusanscondensedbold"
	"github.com/go-fonts/dejavu/dejavuserifitalic"
	"github.com/go-fonts/liberation/liberationmonoitalic"
	"github.com/go-fonts/liberation/liberationserifbolditalic"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// TestShapes draws the digits of fonts that are not among those known.
func TestShapes(t *testing.T) {
	known, all := 0, 0
	for name, ttf := range map[string][]byte{
		"Go Mono": gomono.TTF, "Go Bold": gobold.TTF, "Serif Italic": dejavuserifitalic.TTF, "Condensed Bold": dejavusanscondensedbold.TTF,
		"Mono Italic": liberationmonoitalic.TTF, "Bold Italic": liberationserifbolditalic.TTF,
	} {
		f, err := opentype.Parse(ttf)
		if err != nil {
			t.Fatal(err)
		}
		for _, size := range []float64{16, 25, 40} {
			face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72})
			if err != nil {
				t.Fatal(err)
			}
			for digit := '0'; digit <= '9'; digit++ {
				for _, light := range []bool{false, true} {
					paper, ink := image.White, image.Black
					if light { // print on a dark band
						paper, ink = ink, paper
					}
					img := image.NewGray(image.Rect(0, 0, 60, 60))
					draw.Draw(img, img.Rect, paper, image.Point{}, draw.Src)
					d := font.Drawer{Dst: img, Src: ink, Face: face, Dot: fixed.Point26_6{X: 15*64 + 25, Y: 48*64 + 11}}
					d.DrawString(string(digit))
					s, ok := ShapeOf(img, img.Rect)
					if !ok {
						t.Fatalf("%s %c at %g: no shape", name, digit, size)
					}
					for said := '0'; said <= '9'; said++ {
						is := s.Is(said)
						switch {
						case said == digit:
							all++
							if is {
								known++
							}
						case is:
							t.Errorf("%s: %c at %g passes for %c", name, digit, size, said)
						}
					}
				}
			}
		}
	}
	// A digit that is not known costs an optical look, no more.
	if known*10 < all*7 {
		t.Errorf("%d of %d digits are known", known, all)
	}
}

func TestShapeOfNothing(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 40, 40))
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	for _, r := range []image.Rectangle{img.Rect, image.Rect(-5, -5, 3, 3), image.Rect(10, 10, 10, 10)} {
		if _, ok := ShapeOf(img, r); ok {
			t.Errorf("%v holds a shape", r)
		}
	}
}
