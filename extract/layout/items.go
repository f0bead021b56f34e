package layout

import (
	"tallyman/extract/page"
	"tallyman/trade"
)

// A tableResult is what the tables of a paper print, and where they stand.
type tableResult struct {
	statements []trade.Statement
	regions    []region
}

// A region is a part of a page that a table covers: labels in it are its own.
type region struct {
	page int
	box  trade.Box
}

// readTables reads the lines of goods, and the sums beneath their columns.
func readTables(typ trade.DocumentType, pages []page.Page) tableResult { return tableResult{} }
