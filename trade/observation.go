package trade

// An Observation is something that a reader noticed about a paper itself,
// beside what the paper states: what its barcode holds, a stamp that stands on
// it twice. It is no value of a field and no finding; rules weigh it.
type Observation struct {
	// Kind says what was noticed, and so what the other fields mean. Kinds are
	// stable; the package that makes one documents it.
	Kind string
	Text string `json:",omitempty"` // what it says, such as the content of a barcode
	Page int    // of the file, counted from 1; 0 is the file as a whole
	Box  Box    // on that page; empty for the whole page
	// Other is a second place on the same paper that this one is compared with.
	OtherPage int `json:",omitempty"`
	Other     Box `json:",omitzero"`
	// Figures are measures, by name. They are counts, ratios and the like, never
	// money or mass.
	Figures []Measure `json:",omitempty"`
	// Print is what is compared between papers, such as a digest of pixels.
	Print string `json:",omitempty"`
}

// Kinds of observations.
const (
	// Barcode is a barcode: Text is what it holds, Print its symbology, such as qr,
	// datamatrix or code128.
	Barcode = "barcode"
)

// A Measure is one named number of an [Observation].
type Measure struct {
	Name  string
	Value float64
}

// Figure returns the measure of that name, and 0 if there is none.
func (o Observation) Figure(name string) float64 {
	for _, m := range o.Figures {
		if m.Name == name {
			return m.Value
		}
	}
	return 0
}

// Place returns where it was noticed on a document.
func (o Observation) Place(d *Document) Place {
	return Place{Document: d.ID, Page: o.Page, Box: o.Box}
}

// OtherPlace returns the second place.
func (o Observation) OtherPlace(d *Document) Place {
	return Place{Document: d.ID, Page: o.OtherPage, Box: o.Other}
}
