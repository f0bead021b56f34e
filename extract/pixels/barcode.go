package pixels

import (
	"image"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/datamatrix"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// A Code is a barcode that could be read.
type Code struct {
	Symbology string // qr, datamatrix, code128, code39, itf, ean13
	Text      string
	Box       image.Rectangle // about where it stands, in dots
}

const (
	// mostFields is how many fields of a page are tried: a page of a telephone
	// book is no reason to spend seconds.
	mostFields = 24
	mostCodes  = 20
	// widest is how many dots the side of a field has when it is read; larger
	// ones are drawn smaller. A QR code of version 25 has 117 modules.
	widest = 700
)

// Barcodes reads the barcodes of a page at dpi dots an inch. It looks for fields
// that are as densely black and white as no print is, and reads those only.
func Barcodes(g *image.Gray, dpi float64) []Code {
	if g == nil || g.Rect.Dx() < 40 || g.Rect.Dy() < 40 || !(dpi > 20) {
		return nil
	}
	var codes []Code
	for _, f := range fields(g, dpi) {
		c, ok := read(g, f)
		if !ok || slices.ContainsFunc(codes, func(o Code) bool { return o.Text == c.Text && o.Symbology == c.Symbology }) {
			continue
		}
		codes = append(codes, c)
		if len(codes) == mostCodes {
			break
		}
	}
	return codes
}

// A field is a part of the page that may hold a barcode.
type field struct {
	box     image.Rectangle
	lying   bool // bars that stand side by side, as usual
	upright bool // bars that lie above each other: the code is turned
}

// fields finds the parts of the page that may be barcodes. The page is cut into
// squares of two millimetres. A square of a barcode is black for a quarter to
// three quarters, with no print between; in one of bars, the levels change in one
// direction only.
func fields(g *image.Gray, dpi float64) []field {
	side := max(6, int(math.Round(dpi*0.08)))
	w, h := g.Rect.Dx()/side, g.Rect.Dy()/side
	const dense, lying, standing = 1, 2, 4
	squares := make([]uint8, w*h)
	for by := range h {
		for bx := range w {
			lo, hi := uint8(255), uint8(0)
			for y := by * side; y < (by+1)*side; y += 2 {
				for _, v := range g.Pix[y*g.Stride+bx*side:][:side] {
					lo, hi = min(lo, v), max(hi, v)
				}
			}
			if hi-lo < 70 {
				continue
			}
			middle := uint8((int(lo) + int(hi)) / 2)
			black, n, dx, dy := 0, 0, 0, 0
			for y := by * side; y < (by+1)*side-1; y += 2 {
				row := g.Pix[y*g.Stride+bx*side:][:side]
				next := g.Pix[(y+1)*g.Stride+bx*side:][:side]
				for x := 0; x < side-1; x++ {
					v := int(row[x])
					if row[x] < middle {
						black++
					}
					n++
					dx += abs(v - int(row[x+1]))
					dy += abs(v - int(next[x]))
				}
			}
			if black*100 < 22*n || black*100 > 80*n {
				continue
			}
			s := uint8(dense)
			if dx > 4*dy {
				s |= lying
			} else if dy > 4*dx {
				s |= standing
			}
			squares[by*w+bx] = s
		}
	}
	var out []field
	seen := make([]bool, w*h)
	var stack []int
	for start, s := range squares {
		if s == 0 || seen[start] {
			continue
		}
		x0, y0, x1, y1 := w, h, 0, 0
		n, bars, bands := 0, 0, 0
		stack = append(stack[:0], start)
		seen[start] = true
		for len(stack) > 0 {
			i := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			x, y := i%w, i/w
			x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x), max(y1, y)
			n++
			if squares[i]&lying != 0 {
				bars++
			}
			if squares[i]&standing != 0 {
				bands++
			}
			// A wide bar or gap may fill a square.
			for v := max(0, y-3); v <= min(h-1, y+3); v++ {
				for u := max(0, x-3); u <= min(w-1, x+3); u++ {
					if j := v*w + u; squares[j] != 0 && !seen[j] {
						seen[j] = true
						stack = append(stack, j)
					}
				}
			}
		}
		bw, bh := x1-x0+1, y1-y0+1
		area := bw * bh
		f := field{lying: 2*bars > n, upright: 2*bands > n}
		square := bw >= 3 && bh >= 3 && 10*n >= 5*area && bw <= 2*bh+1 && bh <= 2*bw+1
		switch {
		case f.lying && bw >= 6 && bh >= 2 && 10*n >= 4*area:
		case f.upright && bh >= 6 && bw >= 2 && 10*n >= 4*area:
		case square:
		default:
			continue
		}
		// The quiet zone belongs to the code, and squares cut its edge off.
		m := 2 * side
		f.box = image.Rect(x0*side-m, y0*side-m, (x1+1)*side+m, (y1+1)*side+m).Intersect(image.Rect(0, 0, g.Rect.Dx(), g.Rect.Dy()))
		out = append(out, f)
	}
	slices.SortStableFunc(out, func(a, b field) int {
		return b.box.Dx()*b.box.Dy() - a.box.Dx()*a.box.Dy()
	})
	return out[:min(len(out), mostFields)]
}

func abs(v int) int {
	if v < 0 {
		return -v
	}
	return v
}

// read reads a field.
func read(g *image.Gray, f field) (c Code, ok bool) {
	// The library is not ours, and the page is hostile: what it trips over is no
	// barcode.
	defer func() {
		if recover() != nil {
			c, ok = Code{}, false
		}
	}()
	cut := crop(g, f.box)
	turned := f.upright
	if turned {
		cut = quarter(cut)
	}
	// Few modules, and large ones, make bars of the squares' edges.
	tries := squares
	if f.lying || f.upright {
		tries = slices.Concat(bars, squares)
	}
	for _, source := range sources(cut) {
		for _, t := range tries {
			bitmap, err := gozxing.NewBinaryBitmap(t.binarizer(source))
			if err != nil {
				return c, false
			}
			res, err := t.reader().Decode(bitmap, t.hints)
			if err != nil {
				continue
			}
			text := clean(res.GetText())
			if t.valid(text) {
				return Code{Symbology: t.name, Text: text, Box: f.box}, true
			}
		}
	}
	return c, false
}

// A try is one way to read a field.
type try struct {
	name      string
	reader    func() gozxing.Reader
	binarizer func(gozxing.LuminanceSource) gozxing.Binarizer
	hints     map[gozxing.DecodeHintType]any
	valid     func(string) bool
}

var (
	squares = []try{
		{"qr", qrcode.NewQRCodeReader, gozxing.NewHybridBinarizer, nil, said},
		{"qr", qrcode.NewQRCodeReader, gozxing.NewGlobalHistgramBinarizer, nil, said},
		{"datamatrix", func() gozxing.Reader { return datamatrix.NewDataMatrixReader() }, gozxing.NewGlobalHistgramBinarizer, nil, said},
	}
	bars = []try{
		{"code128", oned.NewCode128Reader, gozxing.NewGlobalHistgramBinarizer, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_ASSUME_GS1: true}, said},
		{"ean13", oned.NewEAN13Reader, gozxing.NewGlobalHistgramBinarizer, nil, said},
		// Code 39 and Interleaved 2 of 5 have no check of their own, so that
		// shorter ones would be read where nothing stands.
		{"itf", oned.NewITFReader, gozxing.NewGlobalHistgramBinarizer, nil, func(s string) bool { return len(s) == 14 }},
		{"code39", oned.NewCode39Reader, gozxing.NewGlobalHistgramBinarizer, nil, func(s string) bool { return len(s) >= 6 }},
	}
)

func said(s string) bool { return len(s) >= 4 }

// clean keeps what can be shown; a separator of GS1 fields stays as it is.
func clean(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	s = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\x1d' || !unicode.IsControl(r) {
			return r
		}
		return -1
	}, s)
	if len(s) > 4096 {
		s = strings.ToValidUTF8(s[:4096], "")
	}
	return s
}

// sources are the field as it is, or smaller if it has very many dots.
func sources(cut *image.Gray) []gozxing.LuminanceSource {
	side := max(cut.Rect.Dx(), cut.Rect.Dy())
	if side <= widest {
		return []gozxing.LuminanceSource{levelsOf(cut)}
	}
	return []gozxing.LuminanceSource{levelsOf(smaller(cut, (side+widest-1)/widest)), levelsOf(cut)}
}

func crop(g *image.Gray, r image.Rectangle) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, r.Dx(), r.Dy()))
	for y := range r.Dy() {
		copy(out.Pix[y*out.Stride:][:r.Dx()], g.Pix[(r.Min.Y+y)*g.Stride+r.Min.X:])
	}
	return out
}

// quarter turns the image by a quarter.
func quarter(g *image.Gray) *image.Gray {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	out := image.NewGray(image.Rect(0, 0, h, w))
	for y := range h {
		for x := range w {
			out.Pix[x*out.Stride+h-1-y] = g.Pix[y*g.Stride+x]
		}
	}
	return out
}

// smaller makes one dot of n by n.
func smaller(g *image.Gray, n int) *image.Gray {
	w, h := g.Rect.Dx()/n, g.Rect.Dy()/n
	out := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			sum := 0
			for j := range n {
				for _, v := range g.Pix[(y*n+j)*g.Stride+x*n:][:n] {
					sum += int(v)
				}
			}
			out.Pix[y*out.Stride+x] = uint8(sum / (n * n))
		}
	}
	return out
}

// levels gives gray levels to the library.
type levels struct {
	gozxing.LuminanceSourceBase
	g *image.Gray
}

func levelsOf(g *image.Gray) *levels {
	return &levels{gozxing.LuminanceSourceBase{Width: g.Rect.Dx(), Height: g.Rect.Dy()}, g}
}

func (l *levels) GetRow(y int, row []byte) ([]byte, error) {
	w := l.g.Rect.Dx()
	if len(row) < w {
		row = make([]byte, w)
	}
	copy(row, l.g.Pix[y*l.g.Stride:][:w])
	return row, nil
}

func (l *levels) GetMatrix() []byte               { return l.g.Pix }
func (l *levels) Invert() gozxing.LuminanceSource { return gozxing.LuminanceSourceInvert(l) }
func (l *levels) String() string                  { return gozxing.LuminanceSourceString(l) }
