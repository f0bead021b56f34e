package pdf

import (
	"fmt"
	"unicode"

	"tallyman/extract/page"
	"tallyman/trade"
)

// judge decides what of the page an optical reader has to look at.
func (s *scene) judge(l *Layer) {
	w, h := l.Page.Width, l.Page.Height
	area := w * h

	// How much of the page do images cover? Scans are often cut into strips.
	cover := newGrid(w, h)
	last := 0
	for _, i := range s.images {
		cover.fill(i.box)
		if size(i.box) > 0.02*area {
			last = max(last, i.order)
		}
	}

	letters, odd, small := 0, 0, 0
	for _, word := range l.Page.Words {
		for _, r := range word.Text {
			switch {
			case r == unicode.ReplacementChar || unicode.Is(unicode.Co, r) || unicode.IsControl(r):
				odd++
				letters++
			case unicode.IsLetter(r) || unicode.IsDigit(r):
				letters++
				if word.Size > 0 && word.Size < 8 {
					small++
				}
			}
		}
	}
	l.Small = small > 0 && small*10 > letters

	seen, unseen := 0, 0
	for _, t := range s.texts {
		// Text under an image that covers the page is not seen either: it is
		// how some programs add a text layer to a scan.
		if t.invisible || t.order < last && cover.share() > 0.5 {
			unseen++
		} else {
			seen++
		}
	}
	garbage := letters > 0 && odd*20 > letters

	switch {
	case cover.share() > 0.5 && (unseen >= seen || letters < 30):
		l.Optical, l.Page.Scanned = true, true
	case garbage:
		l.Optical = true
	case letters == 0 && len(s.images) == 0 && s.curves == 0 && s.fills == 0 && len(s.lines) == 0:
		l.Blank = true
	case letters < 30 && (s.curves > 20 || s.fills > 200):
		// Letters drawn as outlines.
		l.Optical, l.Page.Scanned = true, true
	case letters < 30 && cover.share() > 0.05:
		l.Optical, l.Page.Scanned = true, true
	}
	for _, i := range s.images {
		if i.box.X1-i.box.X0 >= 30 && i.box.Y1-i.box.Y0 >= 15 && i.pixels >= 400 {
			l.Pictured = true
		}
	}
	// A barcode of the shortest kind has about thirty bars.
	l.Pictured = l.Pictured || s.fills >= 30 || s.long
	if l.Optical {
		return
	}

	// Invisible words on a page that is read by its text layer are not on the
	// paper that a person sees.
	if unseen > 0 {
		var hidden []trade.Box
		for _, t := range s.texts {
			if t.invisible && !t.box.Empty() {
				hidden = append(hidden, t.box)
			}
		}
		kept := l.Page.Words[:0]
		var first *page.Word
		for _, word := range l.Page.Words {
			if !within(word.Box, hidden) {
				kept = append(kept, word)
				continue
			}
			// Programs hide their own name on pages; a figure is another matter.
			if first == nil && digits(word.Text) >= 3 {
				first = &page.Word{Text: word.Text, Box: word.Box}
			}
		}
		l.Page.Words = kept
		if first != nil {
			l.Page.Notes = append(l.Page.Notes, page.Note{Code: page.HiddenText, Text: fmt.Sprintf("The file holds %q here, which is not visible on the page; it was not used.", first.Text), Box: first.Box})
		}
	}

	for _, i := range s.images {
		bw, bh := i.box.X1-i.box.X0, i.box.Y1-i.box.Y0
		if size(i.box) >= 0.03*area && bw >= 60 && bh >= 20 && i.pixels >= 20_000 {
			l.Images = append(l.Images, i.box)
		}
	}
	l.Images = merge(l.Images)
}

func digits(text string) int {
	n := 0
	for _, r := range text {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

func size(b trade.Box) float64 {
	if b.Empty() {
		return 0
	}
	return (b.X1 - b.X0) * (b.Y1 - b.Y0)
}

func within(b trade.Box, all []trade.Box) bool {
	x, y := (b.X0+b.X1)/2, (b.Y0+b.Y1)/2
	for _, o := range all {
		if x >= o.X0-0.5 && x <= o.X1+0.5 && y >= o.Y0-0.5 && y <= o.Y1+0.5 {
			return true
		}
	}
	return false
}

// merge joins boxes that overlap or touch: an image cut into strips is one.
func merge(boxes []trade.Box) []trade.Box {
	const near = 2.0
	for again := true; again; {
		again = false
		for i := 0; i < len(boxes) && !again; i++ {
			for j := i + 1; j < len(boxes); j++ {
				a, b := boxes[i], boxes[j]
				if a.X0 <= b.X1+near && b.X0 <= a.X1+near && a.Y0 <= b.Y1+near && b.Y0 <= a.Y1+near {
					boxes[i] = a.Union(b)
					boxes = append(boxes[:j], boxes[j+1:]...)
					again = true
					break
				}
			}
		}
	}
	return boxes
}

// A grid measures how much of a page boxes cover, to one part in 64 a side.
type grid struct {
	w, h  float64
	cells [64][64]bool
}

func newGrid(w, h float64) *grid { return &grid{w: w, h: h} }

func (g *grid) fill(b trade.Box) {
	if b.Empty() {
		return
	}
	for y := range g.cells {
		cy := (float64(y) + 0.5) / 64 * g.h
		if cy < b.Y0 || cy > b.Y1 {
			continue
		}
		for x := range g.cells[y] {
			if cx := (float64(x) + 0.5) / 64 * g.w; cx >= b.X0 && cx <= b.X1 {
				g.cells[y][x] = true
			}
		}
	}
}

func (g *grid) share() float64 {
	n := 0
	for y := range g.cells {
		for x := range g.cells[y] {
			if g.cells[y][x] {
				n++
			}
		}
	}
	return float64(n) / (64 * 64)
}
