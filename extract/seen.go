package extract

import (
	"encoding/base64"
	"fmt"
	goimage "image"
	"math"
	"slices"

	"tallyman/extract/page"
	"tallyman/extract/pixels"
	"tallyman/extract/sandbox"
	"tallyman/trade"
)

// barcodes are those of page n, in points of its bitmap.
func barcodes(g *goimage.Gray, n int, dpi float64) []trade.Observation {
	var out []trade.Observation
	for _, c := range pixels.Barcodes(g, dpi) {
		out = append(out, trade.Observation{Kind: trade.Barcode, Text: c.Text, Print: c.Symbology, Page: n, Box: points(c.Box, dpi)})
	}
	return out
}

// ink sketches the stamps and signatures of page n; m maps its dots to points. Its pieces of pale print go
// when the words are known, see thinInk.
func ink(img goimage.Image, n int, m page.Matrix) []trade.Observation {
	var figures []trade.Measure
	for i, v := range m {
		figures = append(figures, trade.Measure{Name: fmt.Sprintf("m%d", i), Value: v})
	}
	coloured, paler := pixels.Ink(img)
	if coloured == nil && paler == nil {
		return nil
	}
	figures = append(figures, trade.Measure{Name: "even", Value: math.Round(1000*pixels.Even(img)) / 1000})
	var out []trade.Observation
	if coloured != nil {
		out = append(out, trade.Observation{Kind: trade.Ink, Page: n, Print: base64.RawStdEncoding.EncodeToString(coloured), Figures: figures})
	}
	if paler != nil {
		out = append(out, trade.Observation{Kind: trade.Ink, Page: n, Print: base64.RawStdEncoding.EncodeToString(paler), Figures: slices.Clone(figures), Text: pale})
	}
	return out
}

// pale marks a sketch that may hold print.
const pale = "pale"

// mostPieces is how many pieces of a sketch are kept of a page.
const mostPieces = 480

// thinInk takes print out of the sketches of a page whose words are known.
func thinInk(p *page.Page) {
	kept := p.Seen[:0]
	for _, o := range p.Seen {
		if o.Kind == trade.Ink {
			sketch, err := base64.RawStdEncoding.DecodeString(o.Print)
			if err != nil {
				continue
			}
			m := mapOf(o)
			drop := func(int, int) bool { return false }
			if o.Text == pale {
				drop = func(x, y int) bool {
					px, py := m.Apply(float64(x), float64(y))
					return slices.ContainsFunc(p.Words, func(w page.Word) bool {
						b := w.Box
						// What a reader is unsure of, or what is as high as a stamp, may be one.
						return w.Confidence >= 0.6 && b.Y1-b.Y0 < 16 && px > b.X0-2 && px < b.X1+2 && py > b.Y0-2 && py < b.Y1+2
					})
				}
			}
			if sketch = pixels.Thin(sketch, mostPieces, drop); len(sketch) == 0 {
				continue
			}
			o.Print, o.Text = base64.RawStdEncoding.EncodeToString(sketch), ""
		}
		kept = append(kept, o)
	}
	p.Seen = kept
}

// mapOf is the map from the dots of a sketch to points of the page.
func mapOf(o trade.Observation) page.Matrix {
	var m page.Matrix
	for i := range m {
		m[i] = o.Figure(fmt.Sprintf("m%d", i))
	}
	return m
}

// Limits on the words that stand out of their page.
const (
	mostPatches = 2
	leastOdd    = 0.6  // depth of ink and steepness of edges together, see [pixels.Odd]
	leastInk    = 0.05 // darker than the darkest of the others, nearly
	leastEdge   = -0.1 // as steep as the steepest of the others, nearly
)

// patches are the figures of a scanned page whose print is both darker and sharper
// than all the rest: they came onto the page without the scanner.
func patches(g *goimage.Gray, dpi float64, p *page.Page) []trade.Observation {
	const mostWords = 4000
	if len(p.Words) > mostWords {
		return nil
	}
	var prints []pixels.Print
	var words []page.Word
	f := dpi / 72
	for _, w := range p.Words {
		b := p.OnFile(w.Box)
		// Headings are larger than figures, and their edges look steeper.
		if w.Box.Y1-w.Box.Y0 > 24 {
			continue
		}
		r := goimage.Rect(int(b.X0*f), int(b.Y0*f), int(math.Ceil(b.X1*f)), int(math.Ceil(b.Y1*f)))
		if m, ok := pixels.MeasurePrint(g, r); ok {
			prints, words = append(prints, m), append(words, w)
		}
	}
	var out []trade.Observation
	for i, w := range words {
		if digits(w.Text) < 3 {
			continue
		}
		ink, edge, ok := pixels.Odd(prints, i)
		if !ok || ink < leastInk || edge < leastEdge || ink+edge < leastOdd {
			continue
		}
		out = append(out, trade.Observation{
			Kind: trade.Patch, Text: w.Text, Page: p.Number, Box: w.Box,
			Figures: []trade.Measure{
				{Name: "ink", Value: math.Round(100*ink) / 100}, {Name: "edge", Value: math.Round(100*edge) / 100},
				{Name: "words", Value: float64(len(prints))},
			},
		})
	}
	// What is odd in many places is another way to print, such as a form that was
	// filled in.
	if len(out) > mostPatches {
		return nil
	}
	return out
}

func digits(s string) int {
	n := 0
	for _, r := range s {
		if r >= '0' && r <= '9' {
			n++
		}
	}
	return n
}

// points writes a box of dots in points.
func points(r goimage.Rectangle, dpi float64) trade.Box {
	f := 72 / dpi
	return trade.Box{X0: float64(r.Min.X) * f, Y0: float64(r.Min.Y) * f, X1: float64(r.Max.X) * f, Y1: float64(r.Max.Y) * f}
}

// see adds what a child noticed on the bitmap of the page. Boxes follow when the
// page is straightened.
func see(p *page.Page, a bitmapAnswer) error {
	if checkSeen(a.Seen, p.Number) != nil {
		return sandbox.ErrAnswer
	}
	p.Seen = append(p.Seen, a.Seen...)
	return nil
}

// straightenSeen moves what was noticed to where the straightened page has it.
func straightenSeen(p *page.Page) {
	if p.View == nil {
		return
	}
	back, ok := p.View.Inverse()
	if !ok {
		return
	}
	for i := range p.Seen {
		s := &p.Seen[i]
		if s.Kind == trade.Ink {
			m := mapOf(*s).Then(back)
			for k := range m {
				s.Figures[k].Value = m[k]
			}
		}
		if !s.Box.Empty() {
			s.Box = back.Box(s.Box)
		}
		if s.OtherPage == p.Number && !s.Other.Empty() {
			s.Other = back.Box(s.Other)
		}
	}
}
