package sheet

import (
	"encoding/xml"
	"strconv"
	"strings"

	"tallyman/extract/format"
	"tallyman/extract/format/typeset"
	"tallyman/extract/format/zipfile"
	"tallyman/extract/page"
)

// ODS reads OpenDocument spreadsheets (ISO/IEC 26300), which hold the text that
// each cell shows.
var ODS = &format.Reader{
	Name: "ods", Version: "1",
	Detect: func(data []byte) string {
		if zipfile.Kind(data) == zipfile.ODS {
			return zipfile.ODS
		}
		return ""
	},
	Read: readODS,
}

func readODS(data []byte) (format.Answer, error) {
	f, err := zipfile.Open(data)
	if err != nil {
		return format.Answer{}, err
	}
	if m, err := f.Bytes("META-INF/manifest.xml"); err == nil && strings.Contains(string(m), "encryption-data") {
		return format.Answer{}, &page.Problem{Code: page.NeedsPassword, Text: "The workbook is encrypted with a password; ask the sender for it, or for an open copy."}
	}
	d, err := f.XML("content.xml")
	if d == nil {
		if err == nil {
			err = &page.Problem{Code: page.Corrupt, Text: "The workbook has lost its sheets. Ask the sender for a new copy."}
		}
		return format.Answer{}, err
	}
	o := &ods{d: d, styles: map[string]style{}, widths: map[string]float64{}, heights: map[string]float64{}, gone: map[string]bool{}}
	if err := o.read(); err != nil {
		return format.Answer{}, err
	}
	return o.book.answer()
}

type ods struct {
	d       *zipfile.Decoder
	styles  map[string]style   // of cells
	widths  map[string]float64 // of columns, points
	heights map[string]float64 // of rows
	gone    map[string]bool    // styles of tables that are not shown
	cells   int
	book    book
}

// points reads a length such as 2.258cm.
func points(s string) float64 {
	for unit, f := range map[string]float64{"cm": 72 / 2.54, "mm": 72 / 25.4, "in": 72, "pt": 1, "pc": 12, "px": 0.75} {
		if n, ok := strings.CutSuffix(s, unit); ok {
			if v, err := strconv.ParseFloat(n, 64); err == nil && v >= 0 && v < 10_000 {
				return v * f
			}
		}
	}
	return 0
}

func (o *ods) read() error {
	styleName, family := "", ""
	var s *sheet
	row, col, defaultStyles := 0, 0, []string{}
	hiddenRow, repeatRow := false, 1
	for {
		t, err := o.d.Next()
		if t == nil {
			return err
		}
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "style":
				styleName, family = zipfile.Attr(e, "name"), zipfile.Attr(e, "family")
				if family == "table-cell" {
					parent := o.styles[zipfile.Attr(e, "parent-style-name")]
					if parent.size == 0 {
						parent = style{size: 10, valign: typeset.Bottom}
					}
					o.styles[styleName] = parent
				}
			case "table-column-properties":
				o.widths[styleName] = points(zipfile.Attr(e, "column-width"))
			case "table-row-properties":
				o.heights[styleName] = points(zipfile.Attr(e, "row-height"))
			case "table-properties":
				if zipfile.Attr(e, "display") == "false" {
					o.gone[styleName] = true
				}
			case "table-cell-properties", "paragraph-properties", "text-properties":
				if family == "table-cell" {
					st := o.styles[styleName]
					look(&st, e)
					o.styles[styleName] = st
				}
			case "table":
				if len(o.book.sheets) == maxSheets {
					o.book.cut = true
					return nil
				}
				s = newSheet(zipfile.Attr(e, "name"))
				s.around = true
				s.hidden = o.gone[zipfile.Attr(e, "style-name")]
				o.book.sheets = append(o.book.sheets, s)
				row, col, defaultStyles = -1, 0, nil
			case "table-column":
				if s == nil {
					continue
				}
				n := max(1, number(zipfile.Attr(e, "number-columns-repeated"), 1))
				for range min(n, lastColumn) {
					if w := o.widths[zipfile.Attr(e, "style-name")]; w > 0 {
						s.widths[col] = w
					}
					if v := zipfile.Attr(e, "visibility"); v == "collapse" || v == "filter" {
						s.hiddenColumns[col] = true
					}
					if len(defaultStyles) < lastColumn {
						defaultStyles = append(defaultStyles, zipfile.Attr(e, "default-cell-style-name"))
					}
					col++
				}
			case "table-row":
				if s == nil {
					continue
				}
				row += repeatRow
				repeatRow = min(max(1, number(zipfile.Attr(e, "number-rows-repeated"), 1)), maxRow)
				col = 0
				if row >= maxRow {
					return nil
				}
				v := zipfile.Attr(e, "visibility")
				if hiddenRow = v == "collapse" || v == "filter"; hiddenRow {
					s.hiddenRows[row] = true
				}
				if h := o.heights[zipfile.Attr(e, "style-name")]; h > 0 {
					s.heights[row] = h
				}
			case "table-cell", "covered-table-cell":
				if s == nil {
					continue
				}
				if row < 0 {
					row = 0
				}
				n, err := o.cell(s, e, row, col, repeatRow, defaultStyles)
				if err != nil {
					return err
				}
				col += n
			case "shapes", "frame", "annotation", "tracked-changes":
				// Pictures and notes over the sheet; texts in them are no cells.
				text, pictures, err := o.skip(e.Name.Local)
				if err != nil {
					return err
				}
				if s != nil {
					s.pictures += pictures
					if text != "" && e.Name.Local != "annotation" && e.Name.Local != "tracked-changes" && len(s.shapes) < 100 {
						s.shapes = append(s.shapes, clip(text))
					}
				}
			}
		case xml.EndElement:
			if e.Name.Local == "table" {
				s, repeatRow = nil, 1
			}
		}
	}
}

// look reads the properties of a style.
func look(s *style, e xml.StartElement) {
	for _, a := range e.Attr {
		v := a.Value
		side := typeset.Border(0)
		switch a.Name.Local {
		case "border":
			side = typeset.Box
		case "border-left":
			side = typeset.West
		case "border-right":
			side = typeset.East
		case "border-top":
			side = typeset.North
		case "border-bottom":
			side = typeset.South
		case "wrap-option":
			s.wrap = v == "wrap"
		case "vertical-align":
			s.valign = map[string]typeset.Valign{"top": typeset.Top, "middle": typeset.Middle, "bottom": typeset.Bottom}[v]
		case "text-align":
			s.set = true
			s.align = map[string]typeset.Align{"center": typeset.Center, "end": typeset.Right, "right": typeset.Right}[v]
		case "font-size":
			if p := points(v); p > 0 {
				s.size = p
			}
		case "font-weight":
			s.bold = v == "bold"
		}
		if side != 0 {
			s.border &^= side
			if v != "none" && v != "" {
				s.border |= side
			}
		}
	}
}

// cell reads a cell, and returns how many columns it stands for.
func (o *ods) cell(s *sheet, e xml.StartElement, row, col, rows int, defaults []string) (int, error) {
	n := max(1, number(zipfile.Attr(e, "number-columns-repeated"), 1))
	kind := zipfile.Attr(e, "value-type")
	name := zipfile.Attr(e, "style-name")
	if name == "" && col < len(defaults) {
		name = defaults[col]
	}
	c := cell{row: row, col: col, style: o.styles[name]}
	if c.style.size == 0 {
		c.style = style{size: 10, valign: typeset.Bottom}
	}
	text, err := o.text(e.Name.Local, s)
	if err != nil {
		return n, err
	}
	c.text = clip(text)
	value := zipfile.Attr(e, "value")
	switch {
	case kind == "date":
		// As with the others, a date that could be read two ways is written
		// year first; the file states it so.
		c.figure = true
		if strings.ContainsAny(c.text, "/-") || c.text == "" {
			c.text = isoDate(zipfile.Attr(e, "date-value"))
		}
	case kind == "float" || kind == "currency" || kind == "percentage":
		c.figure = true
		if v, err := strconv.ParseFloat(value, 64); err == nil {
			if c.text == "" {
				c.concealed = general(v)
			} else {
				c.text = withoutMarks(c.text, v)
			}
		}
	case zipfile.Attr(e, "formula") != "" && c.text == "" && kind == "":
		s.unvalued = append(s.unvalued, cellName(row, col))
	}
	if zipfile.Attr(e, "formula") != "" && value == "" && c.text == "" && c.figure {
		s.unvalued = append(s.unvalued, cellName(row, col))
	}
	cols, spanRows := number(zipfile.Attr(e, "number-columns-spanned"), 1), number(zipfile.Attr(e, "number-rows-spanned"), 1)
	if (cols > 1 || spanRows > 1) && len(s.merges) < maxMerges && cols > 0 && spanRows > 0 && cols < maxColumn && spanRows < maxRow {
		s.merges = append(s.merges, area{row, col, row + spanRows - 1, col + cols - 1})
	}
	if e.Name.Local == "covered-table-cell" {
		c.text = ""
	}
	if c.text == "" && c.concealed == "" && c.style.border == 0 {
		return n, nil
	}
	if c.text == "" && (n > 64 || rows > 64) {
		return n, nil // the ruled rest of an empty sheet
	}
	for r := range min(rows, 2_000) {
		for k := range min(n, lastColumn) {
			if o.cells++; o.cells > maxCells {
				o.book.cut = true
				return n, nil
			}
			c.row, c.col = row+r, col+k
			s.cells = append(s.cells, c)
		}
	}
	return n, nil
}

// withoutMarks returns a number as shown, with a point before its decimals and
// no mark between its thousands: the file says what number it is.
func withoutMarks(text string, v float64) string {
	first := strings.IndexAny(text, "0123456789")
	last := strings.LastIndexAny(text, "0123456789")
	if first < 0 {
		return text
	}
	number := text[first : last+1]
	decimals := 0
	if i := strings.LastIndexAny(number, ".,"); i >= 0 {
		decimals = len(number) - i - 1
	}
	plain := strings.TrimPrefix(fixed(v, decimals), "-")
	if strings.Contains(text, "%") {
		plain = strings.TrimPrefix(fixed(v*100, decimals), "-")
	}
	digits := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, s)
	}
	if digits(plain) == digits(number) {
		return text[:first] + plain + text[last+1:]
	}
	// The last mark stood between thousands.
	if whole := strings.TrimPrefix(fixed(v, 0), "-"); digits(whole) == digits(number) {
		return text[:first] + whole + text[last+1:]
	}
	return text
}

// text reads the paragraphs of a cell up to its end.
func (o *ods) text(until string, s *sheet) (string, error) {
	var b strings.Builder
	within := 0 // paragraphs
	for {
		t, err := o.d.Next()
		if t == nil {
			return b.String(), err
		}
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "p":
				within++
				if b.Len() > 0 {
					b.WriteByte('\n')
				}
			case "s":
				b.WriteString(strings.Repeat(" ", min(max(1, number(zipfile.Attr(e, "c"), 1)), 100)))
			case "tab":
				b.WriteByte(' ')
			case "line-break":
				b.WriteByte('\n')
			case "annotation", "frame", "custom-shape", "control":
				_, pictures, err := o.skip(e.Name.Local)
				if err != nil {
					return "", err
				}
				s.pictures += pictures
			}
		case xml.EndElement:
			switch e.Name.Local {
			case until:
				return b.String(), nil
			case "p":
				within--
			}
		case xml.CharData:
			if within > 0 {
				b.Write(e)
			}
		}
	}
}

// skip passes over an element, and returns the text and the pictures in it.
func (o *ods) skip(name string) (string, int, error) {
	var b strings.Builder
	depth, pictures := 1, 0
	for {
		t, err := o.d.Next()
		if t == nil {
			return b.String(), pictures, err
		}
		switch e := t.(type) {
		case xml.StartElement:
			if e.Name.Local == name {
				depth++
			}
			if e.Name.Local == "image" || e.Name.Local == "object" {
				pictures++
			}
		case xml.EndElement:
			if e.Name.Local == "p" {
				b.WriteByte(' ')
			}
			if e.Name.Local == name {
				if depth--; depth == 0 {
					return strings.Join(strings.Fields(b.String()), " "), pictures, nil
				}
			}
		case xml.CharData:
			b.Write(e)
		}
	}
}
