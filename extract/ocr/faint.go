package ocr

import (
	"image"
	"slices"
)

// Tesseract finds the lines of print on a page of two levels, and takes one
// level for the whole page to tell ink from paper. On a form that is mostly
// printed in gray, beside black print, that print is then paper: its headings
// are read in pieces or not at all. So it is made black first. Pages whose
// print is black, or gray in a few places, read better as they are.
const (
	// spotLevel is the level under which a dot belongs to a spot of gray print.
	spotLevel = 205
	// grayFrom and grayTo are the darkest levels that a spot of gray print has:
	// what is lighter may be no print but a stain, or the other side of the sheet.
	grayFrom, grayTo = 135, 185
	// blackest is the level that the darkest dots of gray print get.
	blackest = 40
)

// blacken makes gray print as dark as black print, if two fifths of the letters
// are gray.
func (p *pix) blacken() bool {
	g := p.gray()
	var gray []image.Rectangle
	level := map[image.Rectangle]int{}
	letters, pale := 0, 0
	for _, s := range p.spots(spotLevel) {
		if s.Dx() < 3 && s.Dy() < 3 || s.Dy() > 64 || s.Dx() > 160 {
			continue
		}
		d := darkest(g, s)
		if letter(s) {
			letters++
		}
		if d >= grayFrom && d <= grayTo {
			gray = append(gray, s)
			level[s] = d
			if letter(s) {
				pale++
			}
		}
	}
	if pale < fewLetters || 5*pale < 2*letters {
		return false
	}
	from := slices.Clone(g.Pix)
	for _, s := range gray {
		d := level[s]
		s = s.Inset(-1).Intersect(g.Rect)
		for y := s.Min.Y; y < s.Max.Y; y++ {
			for x := s.Min.X; x < s.Max.X; x++ {
				i := y*g.Stride + x
				v := paper - (paper-int(from[i]))*(paper-blackest)/(paper-d)
				g.Pix[i] = min(g.Pix[i], uint8(max(0, v)))
			}
		}
	}
	clean := newPix(g)
	if clean.p == nil {
		return false
	}
	p.free()
	*p = clean
	return true
}

// darkest returns the level that a fortieth of the dots of a box, or three, are
// darker than.
func darkest(g *image.Gray, s image.Rectangle) int {
	var count [256]int
	for y := s.Min.Y; y < s.Max.Y; y++ {
		for x := s.Min.X; x < s.Max.X; x++ {
			count[g.Pix[y*g.Stride+x]]++
		}
	}
	left := max(3, s.Dx()*s.Dy()/40)
	for v, n := range count {
		if left -= n; left < 0 {
			return v
		}
	}
	return paper
}
