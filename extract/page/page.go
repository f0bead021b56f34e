// Package page is what a reader saw on a page, before anyone knows what it
// means: words with their boxes, ruled lines, and notes on the reading.
package page

import "tallyman/trade"

// A Page is one page of a file as displayed: turned as the file says and cut
// to its visible part. A page that was read from pixels is also turned upright
// and straightened, so that lines of print lie level; boxes are then those of
// the straightened page, and View leads back.
type Page struct {
	Number        int     // counted from 1 in the file
	Width, Height float64 // points, after rotation
	// View maps a point of the straightened page to the page as the file has
	// it, both in points. Nil if they are the same.
	View  *Matrix `json:",omitempty"`
	Words []Word  // in the order of the reader; layout makes its own
	Rules []Rule  // ruled lines of tables and forms
	// Scanned says that Words come from pixels: the page is an image.
	Scanned bool
	// Problem says why the page, or a part of it, could not be read: a reason
	// code of this package and a sentence. Empty if it was read whole.
	Problem *Problem `json:",omitempty"`
	// Notes are what the reader noticed and a person may want to know, such as
	// a text layer that differs from the image.
	Notes []Note `json:",omitempty"`
	// Seen is what was noticed of the paper itself, for rules to weigh. Boxes are
	// those of the page as displayed; Page is Number.
	Seen []trade.Observation `json:",omitempty"`
}

// A Word is a run of characters without a space.
type Word struct {
	Text       string
	Box        trade.Box
	Confidence float64      // 0 to 1; 1 for a text layer
	Reader     trade.Reader // TextLayer, FirstOCR, SecondOCR, BothOCR
	Size       float64      `json:",omitempty"` // of the font, in points; 0 if unknown
	Bold       bool         `json:",omitempty"`
	// Alternatives are other texts that the same pixels could be.
	Alternatives []trade.Alternative[string] `json:",omitempty"`
}

// A Rule is a ruled line, horizontal or vertical, in points.
type Rule struct{ X0, Y0, X1, Y1 float64 }

// Horizontal reports whether the rule lies rather than stands.
func (r Rule) Horizontal() bool { return r.X1-r.X0 >= r.Y1-r.Y0 }

// A Note is an observation about a place on the page.
type Note struct {
	Code string    // such as text_layer_mismatch, readers_disagree
	Text string    // one plain sentence
	Box  trade.Box // empty for the whole page
}

// A Problem is why something could not be read.
type Problem struct {
	Code string // stable, such as needs_password, limit.pixels, timeout.total
	Text string // one plain sentence, with what to do
}

func (p *Problem) Error() string { return p.Code + ": " + p.Text }
