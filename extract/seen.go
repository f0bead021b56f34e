package extract

import (
	goimage "image"

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
		if !s.Box.Empty() {
			s.Box = back.Box(s.Box)
		}
		if s.OtherPage == p.Number && !s.Other.Empty() {
			s.Other = back.Box(s.Other)
		}
	}
}
