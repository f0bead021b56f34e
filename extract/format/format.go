// Package format says what a reader of a file format is that needs no page to
// be laid out: it states what its fields are (an XML message), draws pages out
// of cells and paragraphs (a spreadsheet), or holds other files (a mail). The
// readers themselves stand in the folders beside, one for each format.
package format

import (
	"tallyman/extract/page"
	"tallyman/trade"
)

// A Reader reads one format. It runs in a child process and may be given
// anything.
type Reader struct {
	Name    string // such as "ubl"; part of the version of what was read
	Version string // changed whenever the same bytes are read differently
	// Detect returns the media type of data if it is of this format, judged by
	// content alone, and "" if it is not. It runs in the parent: it looks for
	// marks and parses nothing.
	Detect func(data []byte) string
	// Read reads a file. An error that is a *page.Problem says why it cannot be
	// read; any other is a fault of the reader.
	Read func(data []byte) (Answer, error)
}

// An Answer is what was read of a file. Most formats give one of its kinds.
type Answer struct {
	Papers []page.Stated // papers whose format says what each value is
	Pages  []page.Page   // pages to lay out
	Parts  []page.Part   // files inside the file
	// Type is that of Pages if the format settles it: a letter is no shipping
	// paper, whatever it speaks of. Empty: to be found out.
	Type trade.DocumentType `json:",omitempty"`
	// Partial says why a part of the file was not read.
	Partial *page.Problem
	Notes   []page.Note
}
