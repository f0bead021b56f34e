package ocr

import (
	"image"
)

// A tint is the coloured print of a page: what is dark on it and no black ink.
// Its image is nil if there is none.
type tint struct{ pix }

// fewLetters is how many letters make coloured print worth reading: a stamp and
// a signature have fewer.
const fewLetters = 80

// newTint takes the coloured print out of dark, the page with print of any
// colour. black is the page with black print alone; both are even.
func newTint(dark *image.Gray, black *pix) *tint {
	t := &tint{}
	if dark == nil {
		return t
	}
	t.pix = newPix(dark)
	if t.p == nil {
		return t
	}
	t.even()
	if black.fade(t.pix) {
		t.hide(*black, 120, 5)
	} else {
		t.hide(*black, ink, 3)
	}
	return t
}

// Dark red print, as of forms, is gray on the page of black print: too faint to
// be read there, and dark enough to hide its own letters from the coloured print.
const (
	faint   = 85 // from this level on, print may be coloured
	colours = 28 // by which the levels of coloured print differ
)

// fade takes the print that is much darker in other, the page with print of any
// colour, out of the page of black print, if that keeps most of its letters.
func (p *pix) fade(other pix) bool {
	w, h := p.size()
	if ow, oh := other.size(); ow != w || oh != h {
		return false
	}
	g, o := p.gray(), other.gray()
	core := make([]bool, w*h)
	n := 0
	for y := range h {
		for x := range w {
			if b := g.Pix[y*g.Stride+x]; b >= faint && b < ink+30 && int(b)-int(o.Pix[y*o.Stride+x]) >= colours {
				core[y*w+x] = true
				n++
			}
		}
	}
	if n < 4*fewLetters {
		return false
	}
	// Around it the colours of a compressed image run out.
	near := func(x, y int) bool {
		for v := max(0, y-2); v <= min(h-1, y+2); v++ {
			for u := max(0, x-2); u <= min(w-1, x+2); u++ {
				if core[v*w+u] {
					return true
				}
			}
		}
		return false
	}
	for y := range h {
		for x := range w {
			if b := &g.Pix[y*g.Stride+x]; *b >= faint && *b < ink+30 && near(x, y) {
				*b = paper
			}
		}
	}
	black := newPix(g)
	if black.p == nil {
		return false
	}
	if 2*letterLike(black.components()) < letterLike(p.components()) {
		black.free()
		return false
	}
	p.free()
	*p = black
	return true
}

func (t *tint) free() {
	if t.p != nil {
		t.pix.free()
	}
}

func (t *tint) scale(f float64) {
	if t.p != nil {
		t.pix.scale(f)
	}
}

func (t *tint) turn(degrees float64) {
	if t.p != nil {
		t.pix.turn(degrees)
	}
}

func (t *tint) quarter(turns int) {
	if t.p != nil {
		t.pix.quarter(turns)
	}
}

// rules takes the coloured lines out and returns them.
func (t *tint) rules() (lying, standing []image.Rectangle) {
	if t.p == nil {
		return nil, nil
	}
	return t.pix.rules()
}

// coloured adds the words in coloured print to those in black. Where the two
// lie on each other the black one stays: the other is a stamp over it.
func (r *Reader) coloured(t *tint, words []found, languages string, dpi float64) []found {
	if t.p == nil || letterLike(t.components()) < fewLetters {
		return words
	}
	more, err := r.recognise(t.pix, languages, "3")
	if err != nil {
		return words // the black print was read
	}
	black := len(words)
next:
	for _, f := range more {
		if f.conf < sureOfColour || !plausible(f, dpi) {
			continue
		}
		for _, w := range words[:black] {
			o := w.box.Intersect(f.box)
			if o.Dx()*o.Dy()*5 > f.box.Dx()*f.box.Dy() {
				continue next
			}
		}
		words = append(words, f)
	}
	return words
}

// sureOfColour is the confidence, of 100, from which a coloured word counts:
// stamps and signatures are read as noise of less.
const sureOfColour = 55
