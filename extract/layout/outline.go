package layout

import (
	"tallyman/extract/page"
	"tallyman/trade"
)

// An OutlineLine is a line of a page for those who only need its words.
type OutlineLine struct {
	Text   string    // cells two spaces apart
	Box    trade.Box // points
	Height float64   // of its letters, in points
}

// Outline returns the lines of a page from top to bottom.
func Outline(p page.Page) []OutlineLine {
	var all []OutlineLine
	for _, l := range linesOf(p) {
		all = append(all, OutlineLine{l.text(), l.box, l.height})
	}
	return all
}
