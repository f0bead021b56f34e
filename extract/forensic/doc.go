// Package forensic looks at a PDF for what tells how it came to be: versions
// that were saved one over another, words that the file holds and the page does
// not show, print that does not match its neighbours, letters of a foreign
// alphabet inside a number.
//
// It says what it saw ([trade.Observation]) and judges nothing: rules do. It
// reads bytes, words and dots; the objects of a PDF are read by the package pdf,
// and all of it runs in the child that opened the file.
package forensic

import (
	"strings"

	"tallyman/extract/page"
	"tallyman/trade"
)

// Most is how many observations of one kind are kept of one page. A page with
// more is another page altogether, and twenty show it.
const Most = 20

// digitsOf returns the digits of a text.
func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// common returns the area that two boxes share.
func common(a, b trade.Box) float64 {
	w, h := min(a.X1, b.X1)-max(a.X0, b.X0), min(a.Y1, b.Y1)-max(a.Y0, b.Y0)
	if w <= 0 || h <= 0 {
		return 0
	}
	return w * h
}

func area(b trade.Box) float64 {
	if b.Empty() {
		return 0
	}
	return (b.X1 - b.X0) * (b.Y1 - b.Y0)
}

// Runs joins words that stand beside each other on one line, in the order given.
func Runs(words []page.Word) []page.Word {
	var out []page.Word
	for _, w := range words {
		if n := len(out); n > 0 {
			l := &out[n-1]
			h := l.Box.Y1 - l.Box.Y0
			if w.Box.X0 >= l.Box.X1-1 && w.Box.X0-l.Box.X1 < 0.8*h && w.Box.Y0 < l.Box.Y1 && l.Box.Y0 < w.Box.Y1 {
				l.Text += " " + w.Text
				l.Box = l.Box.Union(w.Box)
				continue
			}
		}
		out = append(out, w)
	}
	return out
}
