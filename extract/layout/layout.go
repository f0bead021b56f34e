// Package layout turns the words of a page into the fields of a paper: it finds
// lines and cells, labels and boxes of forms, parties and tables. It knows what
// papers of a type print, in several languages, and nothing of any sender.
package layout

import (
	"tallyman/extract/page"
	"tallyman/trade"
)

// Read fills d, whose Type is known, with every field that its pages print.
func Read(d *trade.Document, pages []page.Page) {
	tables := readTables(d.Type, pages)
	for _, s := range tables.statements {
		// The paths come from our own tables, and a test holds them to the
		// fields that exist: Set can only refuse an item beyond its limit.
		_ = d.Set(s)
	}
}
