package trade

// An Observation is something that a reader noticed about a paper itself,
// beside what the paper states: what its barcode holds, a stamp that stands on
// it twice. It is no value of a field and no finding; rules weigh it.
type Observation struct {
	// Kind says what was noticed, and so what the other fields mean. Kinds are
	// stable; the package that makes one documents it.
	Kind string
	Text string `json:",omitempty"` // what it says, such as the content of a barcode
	// Against is what another version of the file, or another way to read the
	// same place, says instead.
	Against string `json:",omitempty"`
	Page    int    // of the file, counted from 1; 0 is the file as a whole
	Box     Box    // on that page; empty for the whole page
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
	// Ink is the ink of stamps and signatures on a scanned page: Print is a sketch
	// of it, as extract/pixels makes them, in Base64 without padding. The figures
	// m0 to m8 are the map from its dots to points of the page, by rows; even is the
	// share of paper without any grain.
	Ink = "ink"
	// Patch is a word of a scanned page that is darker and sharper than all others:
	// Text is the word. The figures ink and edge say by how much, as shares of how
	// far the most extreme of the others goes beyond the middle; words is how many
	// were compared.
	Patch = "patch"

	// HiddenText is words that a PDF holds and its page does not show: Text says
	// which, Print how they are hidden, Against what the page shows there instead.
	HiddenText = "hidden_text"
	// LayerDiffers is a word that the page shows otherwise than the text layer has
	// it: Text is the layer, Against what is seen.
	LayerDiffers = "layer_differs"
	// FormValue is a field of a form whose value, Against, is not the one it shows,
	// Text.
	FormValue = "form_value"
	// Changed is a place where an earlier version of the file prints something else:
	// Against is earlier, Text now; either may be empty. Print says how the versions
	// lie in the file: saved, signed (the earlier one was signed) or twice (one
	// version holds both). The figure "end" is where the earlier version ends in the
	// file, in bytes.
	Changed = "changed"
	// Versions says that a file was saved more than once: the figure "versions" how
	// often, "end" where the one before the last ends, "changed" how many places of
	// print differ. Text says what else was added.
	Versions = "versions"
	// SignatureGone is a digital signature of an earlier version that the file does
	// not have any more.
	SignatureGone = "signature_gone"
	// Maker is what the file says of the program that made it: Text is the producer,
	// Against the program before it.
	Maker = "maker"
	// Metadata is a value that the two descriptions of a file state differently: Text
	// is that of the document information, Against that of XMP, Print its name.
	Metadata = "metadata"
	// OddPrint is a figure printed otherwise than what stands around it. Print is one
	// of the kinds below, Against the font of the others.
	OddPrint = "odd_print"
	// TextOnScan is a word written over a page that is a picture.
	TextOnScan = "text_on_scan"
	// OddLetters is a word with characters that look like others or like nothing:
	// Print is homoglyph, zero width or direction, Against the characters by name.
	OddLetters = "odd_letters"
	// Inside is what a message that is attached to the file states of the paper, one
	// observation a field: Text is the value, Against its unit, Print the path of the
	// field. A hybrid invoice brings its XML so, and the page is its face.
	Inside = "inside"
	// PageOrigin is how a page came to be: Print is a scan or text, and its figures
	// are its width and height in points.
	PageOrigin = "page_origin"
)

// Kinds of [OddPrint].
const (
	OddFont     = "font"
	OddSubset   = "subset" // one font, taken into the file twice
	OddSize     = "size"
	OddBaseline = "baseline"
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
