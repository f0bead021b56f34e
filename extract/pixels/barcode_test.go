package pixels

import (
	"image"
	"math/rand/v2"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/datamatrix"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"
	xdraw "golang.org/x/image/draw"
)

// sheet is an empty page of A4 at dpi dots an inch, with grainy paper and lines
// of what looks like print from afar.
func sheet(dpi int, seed uint64) *image.Gray {
	w, h := dpi*827/100, dpi*1169/100
	g := image.NewGray(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(seed, 1))
	for i := range g.Pix {
		g.Pix[i] = uint8(240 + r.IntN(12))
	}
	for y := dpi; y < h/2; y += dpi / 6 {
		for x := dpi; x < w-dpi; x += dpi / 12 {
			if r.IntN(6) == 0 {
				continue
			}
			// A letter has strokes that lie and strokes that stand.
			for j := range dpi / 10 {
				for i := range dpi / 20 {
					if i < dpi/70 || j < dpi/70 || j > dpi/10-dpi/70 || r.IntN(30) == 0 {
						g.Pix[(y+j)*g.Stride+x+i] = uint8(30 + r.IntN(20))
					}
				}
			}
		}
	}
	return g
}

// put draws a barcode on the page, size dots wide.
func put(t *testing.T, g *image.Gray, w gozxing.Writer, f gozxing.BarcodeFormat, text string, x, y, width, height int, turned bool) {
	t.Helper()
	m, err := w.Encode(text, f, width, height, nil)
	if err != nil {
		t.Fatal(err)
	}
	code := image.NewGray(image.Rect(0, 0, m.GetWidth(), m.GetHeight()))
	for j := range m.GetHeight() {
		for i := range m.GetWidth() {
			if !m.Get(i, j) {
				code.Pix[j*code.Stride+i] = 250
			} else {
				code.Pix[j*code.Stride+i] = 25
			}
		}
	}
	if turned {
		code = quarter(code)
		width, height = height, width
	}
	xdraw.BiLinear.Scale(g, image.Rect(x, y, x+width, y+height), code, code.Rect, xdraw.Src, nil)
}

func TestBarcodes(t *testing.T) {
	long := "SPC\n0200\n1\nCH4431999123000889012\nS\nExample Trading AG\nMusterweg\n7\n3000\nBern\nCH\n\n\n\n\n\n\n\n1949.75\nCHF\nS\nFiktiv GmbH\nBeispielgasse\n1\n8000\nZurich\nCH\nNON\n\nInvoice 4711\nEPD"
	for _, c := range []struct {
		name, text    string
		writer        gozxing.Writer
		format        gozxing.BarcodeFormat
		width, height float64 // inches
		turned        bool
	}{
		{"qr", "BCD\n002\n1\nSCT\n\nExample Trading BV\nNL91ABNA0417164300\nEUR1234.50\n\n\nInvoice 4711", qrcode.NewQRCodeWriter(), gozxing.BarcodeFormat_QR_CODE, 1.2, 1.2, false},
		{"qr", long, qrcode.NewQRCodeWriter(), gozxing.BarcodeFormat_QR_CODE, 1.8, 1.8, false},
		{"datamatrix", "0104012345123456", datamatrix.NewDataMatrixWriter(), gozxing.BarcodeFormat_DATA_MATRIX, 0.9, 0.9, false},
		{"code128", "0201234567500012", oned.NewCode128Writer(), gozxing.BarcodeFormat_CODE_128, 2.4, 0.5, false},
		{"code128", "0201234567500012", oned.NewCode128Writer(), gozxing.BarcodeFormat_CODE_128, 2.4, 0.5, true},
		{"ean13", "4012345123456", oned.NewEAN13Writer(), gozxing.BarcodeFormat_EAN_13, 1.6, 0.6, false},
		{"code39", "MSCU6639870", oned.NewCode39Writer(), gozxing.BarcodeFormat_CODE_39, 2.6, 0.5, false},
	} {
		for _, dpi := range []int{150, 200, 300} {
			if dpi == 150 && len(c.text) > 100 {
				continue // modules of two dots
			}
			g := sheet(dpi, uint64(dpi))
			size := func(v float64) int { return int(v * float64(dpi)) }
			put(t, g, c.writer, c.format, c.text, size(2), size(7), size(c.width), size(c.height), c.turned)
			got := Barcodes(g, float64(dpi))
			if len(got) != 1 || got[0].Symbology != c.name || got[0].Text != c.text {
				t.Errorf("%s %q at %d dpi: got %+v", c.name, c.text, dpi, got)
				continue
			}
			at := image.Rect(size(2), size(7), size(2)+size(c.width), size(7)+size(c.height))
			if c.turned {
				at = image.Rect(size(2), size(7), size(2)+size(c.height), size(7)+size(c.width))
			}
			if got[0].Box.Intersect(at).Empty() {
				t.Errorf("%s at %d dpi: box %v, drawn at %v", c.name, dpi, got[0].Box, at)
			}
		}
	}
}

func TestBarcodesOfNothing(t *testing.T) {
	if got := Barcodes(sheet(200, 7), 200); len(got) > 0 {
		t.Errorf("barcodes on a page without any: %+v", got)
	}
	// A field as dense as a barcode that is none.
	g := sheet(200, 8)
	r := rand.New(rand.NewPCG(3, 3))
	for y := 1500; y < 1800; y += 5 {
		for x := 400; x < 700; x += 5 {
			v := uint8(20 + 220*r.IntN(2))
			for j := range 5 {
				for i := range 5 {
					g.Pix[(y+j)*g.Stride+x+i] = v
				}
			}
		}
	}
	if got := Barcodes(g, 200); len(got) > 0 {
		t.Errorf("barcodes in random squares: %+v", got)
	}
}

func BenchmarkBarcodes(b *testing.B) {
	g := sheet(200, 1)
	for b.Loop() {
		Barcodes(g, 200)
	}
}
