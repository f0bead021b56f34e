package pixels

import (
	"encoding/binary"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"
)

// stamped is a page with grain and the ring of a stamp with spokes, blue or gray.
func stamped(seed uint64, cx, cy int, blue bool) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, 700, 900))
	r := rand.New(rand.NewPCG(seed, 5))
	shape := rand.New(rand.NewPCG(99, 5)) // the same stamp each time
	var spokes [24]float64
	for i := range spokes {
		spokes[i] = 40 + 60*shape.Float64()
	}
	for y := range 900 {
		for x := range 700 {
			n := r.IntN(7) - 3
			v := 240 + n
			c := color.RGBA{uint8(v), uint8(v), uint8(v), 255}
			dx, dy := float64(x-cx), float64(y-cy)
			q := math.Hypot(dx, dy)
			k := int((math.Atan2(dy, dx) + math.Pi) / (2 * math.Pi) * 24)
			if math.Abs(q-110) < 3 || (q > 20 && q < spokes[min(k, 23)] && (k%2 == 0)) {
				if blue {
					c = color.RGBA{uint8(90 + n), uint8(110 + n), uint8(200 + n), 255}
				} else {
					c = color.RGBA{uint8(120 + n), uint8(120 + n), uint8(120 + n), 255}
				}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

// places are where the pieces of a sketch stand.
func places(sketch []byte) map[image.Point]bool {
	all := map[image.Point]bool{}
	for ; len(sketch) > 0; sketch = sketch[PieceBytes:] {
		all[image.Pt(int(binary.BigEndian.Uint16(sketch)), int(binary.BigEndian.Uint16(sketch[2:])))] = true
	}
	return all
}

func TestInkMovesWithTheStamp(t *testing.T) {
	for _, blue := range []bool{true, false} {
		sketch := func(cx, cy int) map[image.Point]bool {
			coloured, pale := Ink(stamped(3, cx, cy, blue))
			if blue {
				return places(coloured)
			}
			if coloured != nil {
				t.Errorf("a gray stamp was taken for coloured ink")
			}
			return places(pale)
		}
		a, b := sketch(300, 300), sketch(311, 497)
		if len(a) < 30 {
			t.Fatalf("blue %v: %d pieces of a stamp", blue, len(a))
		}
		same := 0
		for p := range a {
			if b[p.Add(image.Pt(11, 197))] {
				same++
			}
		}
		// The noise of the page differs at the other place.
		if 100*same < 15*len(a) {
			t.Errorf("blue %v: %d of %d pieces moved with the stamp", blue, same, len(a))
		}
	}
}

func TestInkOfNothing(t *testing.T) {
	empty := image.NewGray(image.Rect(0, 0, 600, 800))
	for i := range empty.Pix {
		empty.Pix[i] = uint8(235 + i%5)
	}
	fax := image.NewPaletted(image.Rect(0, 0, 600, 800), color.Palette{color.White, color.Black})
	for i := range fax.Pix {
		fax.Pix[i] = uint8(i / 7 % 2)
	}
	for _, img := range []image.Image{empty, fax, image.NewGray(image.Rect(0, 0, 10, 10))} {
		if c, p := Ink(img); c != nil || p != nil {
			t.Errorf("ink on %T %v", img, img.Bounds())
		}
	}
}

func TestThin(t *testing.T) {
	coloured, _ := Ink(stamped(3, 300, 300, true))
	n := len(coloured) / PieceBytes
	left := Thin(coloured, n, func(x, y int) bool { return x < 300 })
	for p := range places(left) {
		if p.X < 300 {
			t.Fatalf("a piece at %v was kept", p)
		}
	}
	if len(left) == 0 || len(left) >= len(coloured) {
		t.Errorf("%d of %d pieces kept", len(left)/PieceBytes, n)
	}
	if got := len(Thin(coloured, 5, func(int, int) bool { return false })); got != 5*PieceBytes {
		t.Errorf("%d bytes kept of five pieces", got)
	}
}

// word draws strokes with soft or hard edges.
func word(g *image.Gray, x, y int, ink uint8, soft bool) image.Rectangle {
	for i := range 8 {
		for j := range 18 {
			for k := range 4 {
				g.SetGray(x+i*9+k, y+j, color.Gray{ink})
			}
			if soft {
				mid := uint8((int(ink) + 240) / 2)
				g.SetGray(x+i*9-1, y+j, color.Gray{mid})
				g.SetGray(x+i*9+4, y+j, color.Gray{mid})
			}
		}
	}
	return image.Rect(x-2, y-3, x+72, y+21)
}

func TestOdd(t *testing.T) {
	g := image.NewGray(image.Rect(0, 0, 900, 900))
	r := rand.New(rand.NewPCG(1, 1))
	for i := range g.Pix {
		g.Pix[i] = uint8(238 + r.IntN(5))
	}
	var all []Print
	for n := range 40 {
		box := word(g, 40+200*(n%4), 40+80*(n/4), uint8(45+r.IntN(12)), true)
		if n == 22 {
			box = word(g, 40+200*(n%4)-0, 40+80*(n/4), 8, false)
			for y := box.Min.Y; y < box.Max.Y; y++ { // the soft edges go
				for x := box.Min.X; x < box.Max.X; x++ {
					if l := g.GrayAt(x, y).Y; l > 100 {
						g.SetGray(x, y, color.Gray{240})
					}
				}
			}
		}
		p, ok := MeasurePrint(g, box)
		if !ok {
			t.Fatalf("word %d was not measured", n)
		}
		all = append(all, p)
	}
	for i := range all {
		ink, edge, ok := Odd(all, i)
		if odd := ok && ink > 0.1 && edge > 0.1; odd != (i == 22) {
			t.Errorf("word %d: %+v, ink %.2f edge %.2f", i, all[i], ink, edge)
		}
	}
	if _, _, ok := Odd(all[:20], 3); ok {
		t.Error("twenty words are too few to judge")
	}
}
