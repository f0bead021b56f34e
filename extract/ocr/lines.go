package ocr

import (
	"image"
	"slices"
)

// paper is the gray level of paper in an even image.
const paper = 255

// rules finds the ruled lines, takes them out of the image, and returns where
// they were, a box each. Run it only after even: on a dark ground the fixed
// threshold would take everything for a line.
//
// An opening with a long line also leaves parts of blurred words and of large
// letters. A ruled line is told from these by what is above and below it:
// nothing, for the most part.
func (p *pix) rules() (lying, standing []image.Rectangle) {
	w, h := p.size()
	length := max(40, min(w, h)/30)
	flat, up := p.runs(length, true), p.runs(length, false)
	if len(flat)+len(up) == 0 {
		return nil, nil
	}
	g := p.gray()
	spots := p.components()
	var rub []image.Rectangle
	for _, r := range flat {
		if parts, ok := ruled(g, r, true); ok && !glyph(r, spots, true) {
			lying = append(lying, r)
			rub = append(rub, parts...)
		}
	}
	for _, r := range up {
		if parts, ok := ruled(g, r, false); ok && !glyph(r, spots, false) {
			standing = append(standing, r)
			rub = append(rub, parts...)
		}
	}
	for _, r := range rub {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			row := g.Pix[y*g.Stride:]
			for x := r.Min.X; x < r.Max.X; x++ {
				row[x] = paper
			}
		}
	}
	if len(rub) == 0 {
		return lying, standing
	}
	if clean := newPix(g); clean.p != nil {
		p.free()
		*p = clean
	}
	p.crossings(lying, standing)
	return lying, standing
}

// crossings takes out what is left where lines cross: there each hides the
// other's end. Left alone it is read as a quotation mark before a figure.
func (p *pix) crossings(lying, standing []image.Rectangle) {
	if len(lying) == 0 || len(standing) == 0 {
		return
	}
	near := func(s image.Rectangle, lines []image.Rectangle) bool {
		for _, l := range lines {
			if s.Overlaps(l.Inset(-3)) {
				return true
			}
		}
		return false
	}
	var left []image.Rectangle
	for _, s := range p.components() {
		if s.Dx() <= 12 && s.Dy() <= 12 && near(s, lying) && near(s, standing) {
			left = append(left, s)
		}
	}
	if len(left) == 0 {
		return
	}
	g := p.gray()
	for _, s := range left {
		s = s.Inset(-2).Intersect(g.Rect)
		for y := s.Min.Y; y < s.Max.Y; y++ {
			for x := s.Min.X; x < s.Max.X; x++ {
				g.Pix[y*g.Stride+x] = paper
			}
		}
	}
	if clean := newPix(g); clean.p != nil {
		p.free()
		*p = clean
	}
}

// ruled reports whether the box holds a ruled line, and returns the dots of it
// that touch nothing else, a strip for each step along the line.
func ruled(g *image.Gray, r image.Rectangle, flat bool) (parts []image.Rectangle, ok bool) {
	along, across := r.Dx(), r.Dy()
	if !flat {
		along, across = across, along
	}
	if across > 10+along/40 {
		return nil, false
	}
	at := func(i, j int) uint8 { // i along, j across
		if flat {
			return g.Pix[j*g.Stride+i]
		}
		return g.Pix[i*g.Stride+j]
	}
	from, to, low, high, edge := r.Min.X, r.Max.X, r.Min.Y, r.Max.Y, g.Rect.Dy()
	if !flat {
		from, to, low, high, edge = r.Min.Y, r.Max.Y, r.Min.X, r.Max.X, g.Rect.Dx()
	}
	type cut struct{ a, b int }
	cuts := make([]cut, 0, to-from)
	var thick []int
	const far = 40
	for i := from; i < to; i++ {
		a, b := -1, -1
		for j := low; j < high; j++ {
			if at(i, j) < ink {
				a, b = j, j+1
				break
			}
		}
		if a < 0 {
			cuts = append(cuts, cut{})
			continue
		}
		for a > 0 && low-a < far && at(i, a-1) < ink {
			a--
		}
		for b < edge && b-high < far && at(i, b) < ink {
			b++
		}
		cuts = append(cuts, cut{a, b})
		thick = append(thick, b-a)
	}
	if len(thick) == 0 {
		return nil, false
	}
	slices.Sort(thick)
	// A third of a line may run through print; the rest shows how thick it is.
	usual := thick[len(thick)*2/5]
	if usual > min(14, max(5, along/25)) {
		return nil, false
	}
	most := usual + max(3, usual/2)
	clear := 0
	for k, c := range cuts {
		if c.b == 0 || c.b-c.a > most {
			continue
		}
		clear++
		// The gray fringe of the line goes with it.
		i, a, b := from+k, max(0, c.a-2), min(edge, c.b+2)
		if flat {
			parts = append(parts, image.Rect(i, a, i+1, b))
		} else {
			parts = append(parts, image.Rect(a, i, b, i+1))
		}
	}
	need := 0.72
	if along > 400 {
		need = 0.5
	}
	return parts, float64(clear) >= need*float64(len(cuts))
}

// glyph reports whether a short line is a part of a letter of a heading.
func glyph(r image.Rectangle, spots []image.Rectangle, flat bool) bool {
	along := max(r.Dx(), r.Dy())
	if along > 160 {
		return false
	}
	for _, s := range spots {
		if r.In(s) {
			if max(s.Dx(), s.Dy()) <= along*13/10 && min(s.Dx(), s.Dy()) > along*3/10 && s.Dx() < 3*s.Dy() {
				return true
			}
			continue
		}
		// The letters beside an I or an l are as high as it is.
		if !flat && abs(s.Min.Y-r.Min.Y) <= along/5 && abs(s.Max.Y-r.Max.Y) <= along/5 && s.Dx() > along/4 && s.Dx() < 2*along {
			if gap := max(s.Min.X-r.Max.X, r.Min.X-s.Max.X); gap >= 0 && gap < along {
				return true
			}
		}
	}
	return false
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// despeckle takes specks out of a page that is strewn with them, as a bad
// copy is, and returns how many. What lies near a letter stays: it may be its
// dot, a point or a comma. On other pages it does nothing.
func (p *pix) despeckle(inked []image.Rectangle) int {
	const cell, near = 64, 7
	var specks []image.Rectangle
	large := map[image.Point][]image.Rectangle{}
	letters := 0
	for _, c := range inked {
		switch {
		case c.Dx() <= 4 && c.Dy() <= 4:
			specks = append(specks, c)
		case c.Dy() >= 8 || c.Dx() > 20:
			if letter(c) {
				letters++
			}
			for y := (c.Min.Y - near) / cell; y <= (c.Max.Y+near)/cell; y++ {
				for x := (c.Min.X - near) / cell; x <= (c.Max.X+near)/cell; x++ {
					large[image.Pt(x, y)] = append(large[image.Pt(x, y)], c.Inset(-near))
				}
			}
		}
	}
	if len(specks) < 1000 || len(specks) < 2*letters {
		return 0
	}
	g := p.gray()
	n := 0
next:
	for _, s := range specks {
		for _, c := range large[image.Pt(s.Min.X/cell, s.Min.Y/cell)] {
			if s.Overlaps(c) {
				continue next
			}
		}
		n++
		s = s.Inset(-1).Intersect(g.Rect)
		for y := s.Min.Y; y < s.Max.Y; y++ {
			for x := s.Min.X; x < s.Max.X; x++ {
				g.Pix[y*g.Stride+x] = paper
			}
		}
	}
	clean := newPix(g)
	if clean.p == nil {
		return 0
	}
	p.free()
	*p = clean
	return n
}
