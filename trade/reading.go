package trade

import "fmt"

// A Reading is a value as one paper states it.
//
// A Reading is absent (the zero Reading: the paper does not state the value),
// unreadable (the paper prints something there, but Problem says why it is no
// value), or known. Only a known Reading has a Value.
type Reading[T any] struct {
	Value        T
	Text         string  // as printed, before any normalisation
	Problem      string  // why Text could not be read; empty if it could
	At           Place   // where it is printed
	Confidence   float64 // probability that Value is what the paper prints, 0 to 1
	Reader       Reader  // who read it
	Script       string  // of the label beside it, as in Statement
	Alternatives []Alternative[T]
	// Confusions are the values that one wrongly read character would give (0
	// for O, 3 for 8, a comma for a point). Empty unless the text came from OCR.
	Confusions []T
}

// Known reports whether the paper states a value that could be read.
func (r Reading[T]) Known() bool { return r.Text != "" && r.Problem == "" }

// Unreadable reports whether the paper prints something that is no value.
func (r Reading[T]) Unreadable() bool { return r.Text != "" && r.Problem != "" }

// Absent reports whether the paper is silent.
func (r Reading[T]) Absent() bool { return r.Text == "" }

// Candidates returns every plausible value of a known reading, the likeliest
// first; nil for any other.
func (r Reading[T]) Candidates() []T {
	if !r.Known() {
		return nil
	}
	all := []T{r.Value}
	for _, a := range r.Alternatives {
		all = append(all, a.Value)
	}
	return all
}

// An Alternative is another plausible value of the same printed text.
type Alternative[T any] struct {
	Value       T
	Probability float64 // 0 to 1
}

// A Reader names who turned ink into text.
type Reader string

const (
	TextLayer  Reader = "text"       // the text layer of a born-digital page
	FirstOCR   Reader = "ocr"        // the first optical reader, Tesseract
	SecondOCR  Reader = "ocr2"       // the second optical reader
	BothOCR    Reader = "both"       // two readers that agree
	Structured Reader = "structured" // a field of a structured file
	ByHand     Reader = "hand"       // typed by a person
)

// Optical reports whether the reader worked from pixels, so that one character
// may be mistaken for another.
func (r Reader) Optical() bool { return r == FirstOCR || r == SecondOCR || r == BothOCR }

// A Place is where something is printed.
type Place struct {
	Document string // ID of the Document
	Path     string // RFC 6901 pointer of the field, such as /items/2/netMass
	Page     int    // counted from 1 in the file; 0 is none
	Box      Box
	// End is where an earlier version of the file ends, in bytes, if the place is one
	// of that version; 0 is the file as it is.
	End int `json:",omitempty"`
}

// A Box is a rectangle on a page in points (1/72 inch), x to the right and y
// down from the upper left corner of the page as displayed.
type Box struct{ X0, Y0, X1, Y1 float64 }

// Empty reports whether the box encloses nothing.
func (b Box) Empty() bool { return b.X1 <= b.X0 || b.Y1 <= b.Y0 }

// Union returns the smallest box around both.
func (b Box) Union(c Box) Box {
	switch {
	case b.Empty():
		return c
	case c.Empty():
		return b
	}
	return Box{min(b.X0, c.X0), min(b.Y0, c.Y0), max(b.X1, c.X1), max(b.Y1, c.Y1)}
}

func (b Box) String() string {
	return fmt.Sprintf("%.1f,%.1f,%.1f,%.1f", b.X0, b.Y0, b.X1, b.Y1)
}

// A Statement is what a reader saw: a text, and the place where it is printed.
// Everything that enters a Document is a Statement.
type Statement struct {
	Path string // RFC 6901 pointer of the field
	Text string // as printed
	// Unit is the unit or the currency when it is printed elsewhere, such as in
	// the heading of a column: "KGS", "USD", "шт". Empty if Text has its own.
	Unit       string
	Page       int     // counted from 1 in the file; 0 is none
	Box        Box     // points on that page
	Confidence float64 // 0 to 1; 0 means 1 (typed by hand)
	Reader     Reader  // empty means ByHand
	// Script is that of the label which the text stands beside: "latin",
	// "cyrillic" or "han"; empty if it has none. It tells the two languages of a
	// bilingual paper apart where the text itself is figures.
	Script string
	// Alternatives are other texts that the same pixels could be.
	Alternatives []Alternative[string]
}
