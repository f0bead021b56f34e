package docx

import (
	"encoding/xml"
	"strconv"
	"strings"

	"tallyman/extract/format"
	"tallyman/extract/format/typeset"
	"tallyman/extract/format/zipfile"
	"tallyman/extract/page"
)

// ODT reads OpenDocument texts.
var ODT = &format.Reader{
	Name: "odt", Version: "1",
	Detect: func(data []byte) string {
		if zipfile.Kind(data) == zipfile.ODT {
			return zipfile.ODT
		}
		return ""
	},
	Read: readODT,
}

func readODT(data []byte) (format.Answer, error) {
	f, err := zipfile.Open(data)
	if err != nil {
		return format.Answer{}, err
	}
	if m, err := f.Bytes("META-INF/manifest.xml"); err == nil && strings.Contains(string(m), "encryption-data") {
		return format.Answer{}, &page.Problem{Code: page.NeedsPassword, Text: "The document is encrypted with a password; ask the sender for it, or for an open copy."}
	}
	d, err := f.XML("content.xml")
	if d == nil {
		if err == nil {
			err = &page.Problem{Code: page.Corrupt, Text: "The document has lost its text. Ask the sender for a new copy."}
		}
		return format.Answer{}, err
	}
	o := &odt{docx: docx{file: f, base: look{size: 11}, wide: 595, high: 842}, d: d, looks: map[string]look{}, widths: map[string]float64{}, ruled: map[string]bool{}}
	if err := o.read(&o.blocks, ""); err != nil {
		return format.Answer{}, err
	}
	a := o.answer()
	a.Parts = pictures(f, "Pictures/")
	return a, nil
}

type odt struct {
	docx
	d      *zipfile.Decoder
	looks  map[string]look
	widths map[string]float64
	ruled  map[string]bool // styles of cells with borders
}

func length(s string) float64 {
	for _, u := range [...]struct {
		name   string
		points float64
	}{{"cm", 72 / 2.54}, {"mm", 72 / 25.4}, {"in", 72}, {"pt", 1}} {
		if n, ok := strings.CutSuffix(s, u.name); ok {
			if v, err := strconv.ParseFloat(n, 64); err == nil && v > 0 && v < 10_000 {
				return v * u.points
			}
		}
	}
	return 0
}

// read reads styles, paragraphs and tables up to the end of an element.
func (o *odt) read(into *[]block, until string) error {
	style := ""
	for {
		t, err := o.d.Next()
		if t == nil {
			return err
		}
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "style":
				style = zipfile.Attr(e, "name")
				o.looks[style] = o.looks[zipfile.Attr(e, "parent-style-name")]
			case "text-properties":
				l := o.looks[style]
				if v := length(zipfile.Attr(e, "font-size")); v > 0 {
					l.size = v
				}
				if zipfile.Attr(e, "font-weight") == "bold" {
					l.bold = true
				}
				o.looks[style] = l
			case "paragraph-properties":
				l := o.looks[style]
				if v := zipfile.Attr(e, "text-align"); v != "" {
					l.align = alignOf(v)
				}
				o.looks[style] = l
			case "table-column-properties":
				o.widths[style] = length(zipfile.Attr(e, "column-width"))
			case "table-cell-properties":
				for _, a := range e.Attr {
					if strings.HasPrefix(a.Name.Local, "border") && a.Value != "none" && !strings.Contains(a.Name.Local, "line-width") {
						o.ruled[style] = true
					}
				}
			case "p", "h":
				b, err := o.line(e)
				if err != nil {
					return err
				}
				*into = append(*into, b)
			case "table":
				tb, err := o.table()
				if err != nil {
					return err
				}
				*into = append(*into, block{table: tb})
			case "tracked-changes":
				if err := o.skipTo("tracked-changes", &o.struck); err != nil {
					return err
				}
			case "annotation":
				if err := o.skipTo("annotation", nil); err != nil {
					return err
				}
			}
		case xml.EndElement:
			if until != "" && e.Name.Local == until {
				return nil
			}
		}
	}
}

func (o *odt) skipTo(name string, keep *strings.Builder) error {
	for {
		t, err := o.d.Next()
		if t == nil {
			return err
		}
		switch e := t.(type) {
		case xml.EndElement:
			if e.Name.Local == name {
				return nil
			}
		case xml.CharData:
			if keep != nil {
				keep.Write(e)
				keep.WriteByte(' ')
			}
		}
	}
}

// line reads a paragraph.
func (o *odt) line(start xml.StartElement) (block, error) {
	l := o.looks[zipfile.Attr(start, "style-name")]
	b := block{size: l.size, bold: l.bold, align: l.align}
	if b.size == 0 {
		b.size = o.base.size
		if start.Name.Local == "h" {
			b.size, b.bold = 14, true
		}
	}
	var text strings.Builder
	depth := 1
	for {
		t, err := o.d.Next()
		if t == nil {
			return b, err
		}
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case start.Name.Local:
				depth++ // in a box of text
				text.WriteByte('\n')
			case "s":
				n, _ := strconv.Atoi(zipfile.Attr(e, "c"))
				text.WriteString(strings.Repeat(" ", min(max(n, 1), 100)))
			case "tab":
				text.WriteByte('\t')
			case "line-break":
				text.WriteByte('\n')
			case "annotation":
				if err := o.skipTo("annotation", nil); err != nil {
					return b, err
				}
			}
		case xml.EndElement:
			if e.Name.Local == start.Name.Local {
				if depth--; depth == 0 {
					b.text = clip(text.String())
					return b, nil
				}
			}
		case xml.CharData:
			text.Write(e)
		}
	}
}

// table reads a table; one within a cell becomes lines of the cell.
func (o *odt) table() (*table, error) {
	tb := &table{}
	row, col, again := -1, 0, 1
	for {
		t, err := o.d.Next()
		if t == nil {
			return tb, err
		}
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "table-column":
				n, _ := strconv.Atoi(zipfile.Attr(e, "number-columns-repeated"))
				for range min(max(n, 1), 64) {
					w := o.widths[zipfile.Attr(e, "style-name")]
					if w == 0 {
						w = 60
					}
					tb.widths = append(tb.widths, w)
				}
			case "table-row":
				row++
				col = 0
			case "covered-table-cell":
				n, _ := strconv.Atoi(zipfile.Attr(e, "number-columns-repeated"))
				col += min(max(n, 1), 64)
			case "table-cell":
				again, _ = strconv.Atoi(zipfile.Attr(e, "number-columns-repeated"))
				cols, _ := strconv.Atoi(zipfile.Attr(e, "number-columns-spanned"))
				rows, _ := strconv.Atoi(zipfile.Attr(e, "number-rows-spanned"))
				c := typeset.Cell{Row: row, Col: col, Rows: min(max(rows, 1), 10_000), Cols: min(max(cols, 1), 64), Size: o.base.size, Wrap: true}
				if o.ruled[zipfile.Attr(e, "style-name")] {
					c.Border = typeset.Box
				}
				var blocks []block
				if err := o.read(&blocks, "table-cell"); err != nil {
					return tb, err
				}
				var lines []string
				for i, b := range blocks {
					if b.table != nil {
						for _, l := range b.table.lines() {
							lines = append(lines, l.text)
						}
						continue
					}
					if i == 0 {
						c.Size, c.Bold, c.Align = b.size, b.bold, b.align
					}
					lines = append(lines, b.text)
				}
				c.Text = strings.TrimRight(strings.Join(lines, "\n"), "\n")
				tb.cells = append(tb.cells, c)
				col += min(max(again, 1), 64)
			}
		case xml.EndElement:
			if e.Name.Local == "table" {
				if len(tb.widths) == 0 {
					tb.widths = []float64{400}
				}
				return tb, nil
			}
		}
	}
}
