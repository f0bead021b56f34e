package page

import "tallyman/trade"

// A Stated is a paper in a format that names its fields: nothing to lay out.
type Stated struct {
	Format     string // the format and its version, such as "UBL 2.1 Invoice"
	Type       trade.DocumentType
	Statements []trade.Statement // each with Reader Structured
}

// A Part is a file inside a file: an attachment, a member of an archive.
type Part struct {
	Name string // as the file gives it, with forward slashes; may be hostile
	Data []byte
	// Problem says why the part could not be taken out of the file; Data is
	// then empty.
	Problem *Problem `json:",omitempty"`
}
