// Package sheet reads spreadsheets: XLSX, XLS, ODS, and tables in plain text.
// What a workbook shows becomes pages, cell by cell, as if it had been printed;
// what it hides is told in notes and never taken for a statement.
package sheet

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"tallyman/extract/format"
	"tallyman/extract/format/typeset"
	"tallyman/extract/page"
)

// A book is a workbook.
type book struct {
	sheets []*sheet
	notes  []page.Note
	cut    bool // something was left out because of a limit
}

// A sheet is a table of a workbook.
type sheet struct {
	name           string
	hidden         bool
	cells          []cell
	widths         map[int]float64 // of columns, points
	heights        map[int]float64 // of rows, points
	hiddenColumns  map[int]bool
	hiddenRows     map[int]bool
	merges         []area
	around         bool    // the border of the first of merged cells goes around all
	width, height  float64 // of a column and a row, unless said otherwise
	header, footer []string
	breaks         []int    // rows that begin a printed page
	unvalued       []string // cells with a formula and no result
	pictures       int
	shapes         []string // texts beside the cells
}

func newSheet(name string) *sheet {
	return &sheet{
		name: name, widths: map[int]float64{}, heights: map[int]float64{},
		hiddenColumns: map[int]bool{}, hiddenRows: map[int]bool{}, width: 48, height: 15,
	}
}

// A cell is a cell as shown.
type cell struct {
	row, col  int
	text      string
	figure    bool   // the file holds a number, not a text
	concealed string // what the format of the cell hides
	style     style
}

// A style is how a cell looks.
type style struct {
	format string
	size   float64
	bold   bool
	align  typeset.Align
	valign typeset.Valign
	set    bool // align was chosen, not left to the kind of the value
	wrap   bool
	border typeset.Border
}

// An area is a rectangle of cells, ends included.
type area struct{ row, col, lastRow, lastCol int }

func (a area) holds(row, col int) bool {
	return row >= a.row && row <= a.lastRow && col >= a.col && col <= a.lastCol
}

// Limits on a workbook. Cells beyond them are left out, and the file is partial.
const (
	maxCells   = 400_000
	maxSheets  = 256
	maxText    = 4_000 // characters of one cell
	maxQuoted  = 600   // characters of hidden content in a note
	maxMerges  = 20_000
	maxBreaks  = 1_000
	maxRow     = 1 << 20
	maxColumn  = 1 << 14
	lastColumn = 512 // columns further right are not drawn
)

// answer draws a workbook.
func (b *book) answer() (format.Answer, error) {
	a := format.Answer{Notes: b.notes}
	var hidden []string
	first := true
	paper := typeset.New(595, 842)
	for _, s := range b.sheets {
		if s.hidden {
			if text := s.quote(func(cell) bool { return true }); text != "" {
				hidden = append(hidden, fmt.Sprintf("The sheet %q is hidden and was not used. It holds: %s", s.name, text))
			}
			continue
		}
		s.note(&a)
		if len(s.cells) == 0 && len(s.header) == 0 {
			continue
		}
		if !first {
			paper.Break()
		}
		first = false
		paper.High = 842
		for _, l := range s.header {
			paper.Paragraph(l, 10, false, typeset.Center, 0)
		}
		paper.Grid(s.grid())
		for _, l := range s.footer {
			paper.Paragraph(l, 9, false, typeset.Center, 0)
		}
	}
	for _, text := range hidden {
		a.Notes = append(a.Notes, page.Note{Code: page.HiddenContent, Text: text})
	}
	a.Pages = paper.Pages()
	switch {
	case len(a.Pages) == 0 && len(hidden) > 0:
		a.Partial = &page.Problem{Code: page.EmptyPage, Text: "Every sheet of the workbook is hidden or empty; open it and look."}
	case b.cut || paper.Full():
		a.Partial = &page.Problem{Code: page.LimitBytes, Text: fmt.Sprintf("The workbook holds more than a paper can; its first %d words were read. Hand over the sheets of the shipment alone.", typeset.MaxWords)}
	}
	return a, nil
}

// quote returns the beginning of the texts of the cells that pick chooses.
func (s *sheet) quote(pick func(cell) bool) string {
	var parts []string
	n := 0
	for _, c := range s.cells {
		text := cmp.Or(c.text, c.concealed)
		if text = strings.Join(strings.Fields(text), " "); text == "" || !pick(c) {
			continue
		}
		parts = append(parts, text)
		if n += len(text); n > maxQuoted {
			parts = append(parts, "…")
			break
		}
	}
	return strings.Join(parts, " | ")
}

// note says what the sheet does not show.
func (s *sheet) note(a *format.Answer) {
	add := func(code, form string, args ...any) {
		a.Notes = append(a.Notes, page.Note{Code: code, Text: fmt.Sprintf(form, args...)})
	}
	if text := s.quote(func(c cell) bool { return s.hiddenRows[c.row] }); text != "" {
		add(page.HiddenContent, "The sheet %q has hidden rows, which were not used. They hold: %s", s.name, text)
	}
	if text := s.quote(func(c cell) bool { return s.hiddenColumns[c.col] && !s.hiddenRows[c.row] }); text != "" {
		add(page.HiddenContent, "The sheet %q has hidden columns, which were not used. They hold: %s", s.name, text)
	}
	if text := s.quote(func(c cell) bool { return c.concealed != "" }); text != "" {
		add(page.HiddenContent, "Cells of the sheet %q have a format that shows nothing; they were not used. They hold: %s", s.name, text)
	}
	if n := len(s.unvalued); n > 0 {
		names := s.unvalued[:min(n, 12)]
		add(page.FormulaNoValue, "%d cells of the sheet %q hold a formula without its result, such as %s; save the workbook with a spreadsheet program and hand it over again.", n, s.name, strings.Join(names, ", "))
	}
	if s.pictures > 0 {
		add(page.LeftOut, "The sheet %q holds %d pictures or charts, which were not read.", s.name, s.pictures)
	}
	if len(s.shapes) > 0 {
		text := strings.Join(s.shapes, " | ")
		if len(text) > maxQuoted {
			text = strings.ToValidUTF8(text[:maxQuoted], "") + "…"
		}
		add(page.LeftOut, "The sheet %q holds text boxes beside its cells, which were not used: %s", s.name, text)
	}
}

// grid makes the table that the sheet shows.
func (s *sheet) grid() typeset.Grid {
	cells := slices.DeleteFunc(slices.Clone(s.cells), func(c cell) bool {
		return s.hiddenRows[c.row] || s.hiddenColumns[c.col] || c.col >= lastColumn
	})
	slices.SortStableFunc(cells, func(a, b cell) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.col, b.col)) })
	// The part of the sheet that holds text; ruled cells beyond it are a form
	// that nobody filled in.
	box := area{row: -1}
	for _, c := range cells {
		if strings.TrimSpace(c.text) == "" {
			continue
		}
		if box.row < 0 {
			box = area{c.row, c.col, c.row, c.col}
		}
		box.row, box.col = min(box.row, c.row), min(box.col, c.col)
		box.lastRow, box.lastCol = max(box.lastRow, c.row), max(box.lastCol, c.col)
	}
	g := typeset.Grid{Width: s.width, Height: s.height, Whole: true}
	if box.row < 0 {
		return g
	}
	merged := map[[2]int]int{} // cell to area, one more
	for i, m := range s.merges {
		m.lastRow, m.lastCol = min(m.lastRow, box.lastRow+50), min(m.lastCol, lastColumn-1)
		if m.row > box.lastRow || m.col > box.lastCol || (m.lastRow-m.row+1)*(m.lastCol-m.col+1) > 100_000 {
			continue
		}
		s.merges[i] = m
		for r := m.row; r <= m.lastRow; r++ {
			for c := m.col; c <= m.lastCol; c++ {
				merged[[2]int{r, c}] = i + 1
			}
		}
		if m.holds(box.lastRow, box.lastCol) || m.row <= box.lastRow && m.col <= box.lastCol {
			box.lastRow, box.lastCol = max(box.lastRow, m.lastRow), max(box.lastCol, m.lastCol)
		}
	}
	// Shown rows and columns are numbered anew.
	columns := map[int]int{}
	for c := box.col; c <= box.lastCol; c++ {
		if s.hiddenColumns[c] {
			continue
		}
		columns[c] = len(g.Widths)
		w, ok := s.widths[c]
		if !ok {
			w = s.width
		}
		g.Widths = append(g.Widths, min(max(w, 4), 400))
	}
	rows := map[int]int{}
	for r := box.row; r <= box.lastRow; r++ {
		if s.hiddenRows[r] {
			continue
		}
		rows[r] = len(g.Heights)
		h, ok := s.heights[r]
		if !ok {
			h = s.height
		}
		g.Heights = append(g.Heights, min(max(h, 2), 200))
	}
	for _, r := range s.breaks {
		for ; r <= box.lastRow; r++ {
			if n, shown := rows[r]; shown {
				g.Breaks = append(g.Breaks, n)
				break
			}
		}
	}
	borders := map[int]typeset.Border{}
	for _, c := range cells {
		if i := merged[[2]int{c.row, c.col}]; i > 0 {
			m := s.merges[i-1]
			b := c.style.border
			if c.row != m.row {
				b &^= typeset.North
			}
			if c.row != m.lastRow {
				b &^= typeset.South
			}
			if c.col != m.col {
				b &^= typeset.West
			}
			if c.col != m.lastCol {
				b &^= typeset.East
			}
			borders[i] |= b
		}
	}
	figures := map[[2]int]bool{}
	for _, c := range cells {
		if c.figure && c.text != "" && !c.style.set {
			figures[[2]int{c.row, c.col}] = true
		}
	}
	for _, c := range cells {
		if !box.holds(c.row, c.col) {
			continue
		}
		t := typeset.Cell{
			Row: rows[c.row], Col: columns[c.col], Text: c.text, Size: c.style.size, Bold: c.style.bold,
			Align: c.style.align, Valign: c.style.valign, Border: c.style.border, Wrap: c.style.wrap, Figure: c.figure,
		}
		if c.figure && !c.style.set {
			t.Align = typeset.Right
		}
		if i := merged[[2]int{c.row, c.col}]; i > 0 {
			m := s.merges[i-1]
			if c.row != m.row || c.col != m.col {
				continue // covered
			}
			t.Rows, t.Cols = 0, 0
			for r := m.row; r <= m.lastRow; r++ {
				if _, shown := rows[r]; shown {
					t.Rows++
				}
			}
			for k := m.col; k <= m.lastCol; k++ {
				if _, shown := columns[k]; shown {
					t.Cols++
				}
			}
			if !s.around {
				t.Border = borders[i]
			}
			t.Wrap = true
		}
		if strings.TrimSpace(t.Text) == "" && t.Border == 0 {
			continue
		}
		if !c.style.set && !c.figure && t.Cols <= 1 && figures[[2]int{c.row + 1, c.col}] && float64(utf8.RuneCountInString(c.text))*0.6*max(c.style.size, 8) < g.Widths[t.Col] {
			// The head of a column of figures stands over them, though a program
			// puts texts to the left of a cell and figures to the right.
			t.Align = typeset.Right
		}
		g.Cells = append(g.Cells, t)
	}
	return g
}

// clip shortens the text of a cell that is longer than any paper prints.
func clip(s string) string {
	s = strings.ToValidUTF8(s, "�")
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' {
			return ' '
		}
		return r
	}, s)
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "")
	}
	return s
}

// columnName is that of column n, from 0: A, B, … Z, AA.
func columnName(n int) string {
	s := ""
	for n++; n > 0; n = (n - 1) / 26 {
		s = string(rune('A'+(n-1)%26)) + s
	}
	return s
}

func cellName(row, col int) string { return fmt.Sprintf("%s%d", columnName(col), row+1) }
