package ocr

import (
	"image"
	"slices"
)

// A reverse is the page as it came, kept for the bands that are printed white on
// dark: making the light even takes them out. Its image is nil if there is none.
type reverse struct{ pix }

const (
	bandLevel = 140 // gray level under which a band is dark
	bandSide  = 11  // dots, at about 200 an inch: no stroke of a letter is as thick
	mostBands = 16
	// sureOfReverse is the confidence, of 100, from which a word in a band counts.
	sureOfReverse = 60
)

// newReverse keeps g if it has dark bands. f is by how much the page is to be
// scaled before it is read.
func newReverse(g *image.Gray, f float64) *reverse {
	p := newPix(g)
	if p.p == nil {
		return &reverse{}
	}
	side := max(3, int(bandSide/f))
	if len(darkBands(p, side)) == 0 {
		p.free()
		return &reverse{}
	}
	return &reverse{p}
}

// darkBands returns the boxes of the dark bands that may carry print.
func darkBands(p pix, side int) []image.Rectangle {
	_, h := p.size()
	var bands []image.Rectangle
	for _, b := range p.blocks(bandLevel, side) {
		if b.Dy() < side*3/2 || b.Dx() < 4*side || b.Dy() > h/6 || b.Dx() < b.Dy() {
			continue
		}
		if share := p.darkShare(b, bandLevel); share < 0.5 || share > 0.985 {
			continue
		}
		bands = append(bands, b)
	}
	slices.SortFunc(bands, func(a, b image.Rectangle) int { return b.Dx()*b.Dy() - a.Dx()*a.Dy() })
	return bands[:min(len(bands), mostBands)]
}

func (v *reverse) free() {
	if v.p != nil {
		v.pix.free()
	}
}

func (v *reverse) scale(f float64) {
	if v.p != nil {
		v.pix.scale(f)
	}
}

func (v *reverse) turn(degrees float64) {
	if v.p != nil {
		v.pix.turn(degrees)
	}
}

func (v *reverse) quarter(turns int) {
	if v.p != nil {
		v.pix.quarter(turns)
	}
}

// reversed adds the words that are printed white on dark bands. They take the
// place of what was made out of a band before.
func (r *Reader) reversed(v *reverse, words []found, languages string, dpi float64) []found {
	if v.p == nil {
		return words
	}
	for _, b := range darkBands(v.pix, bandSide) {
		c := v.crop(b)
		if c.p == nil {
			continue
		}
		c.invert()
		c.even()
		more, err := r.recognise(c, languages, "6")
		c.free()
		if err != nil {
			continue
		}
		more = slices.DeleteFunc(more, func(f found) bool { return f.conf < sureOfReverse || !plausible(f, dpi) })
		if len(more) == 0 {
			continue
		}
		for i := range more {
			more[i].box = more[i].box.Add(b.Min)
		}
		words = slices.DeleteFunc(words, func(f found) bool {
			for _, m := range more {
				if o := m.box.Intersect(f.box); 3*o.Dx()*o.Dy() > f.box.Dx()*f.box.Dy() && f.conf < m.conf {
					return true
				}
			}
			return false
		})
		words = append(words, slices.DeleteFunc(more, func(m found) bool {
			for _, f := range words {
				if o := m.box.Intersect(f.box); 3*o.Dx()*o.Dy() > m.box.Dx()*m.box.Dy() {
					return true
				}
			}
			return false
		})...)
	}
	return words
}
