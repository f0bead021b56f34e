package sheet

import (
	"encoding/xml"
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"tallyman/extract/format"
	"tallyman/extract/format/typeset"
	"tallyman/extract/format/zipfile"
	"tallyman/extract/page"
)

// XLSX reads Office Open XML workbooks (ECMA-376).
var XLSX = &format.Reader{
	Name: "xlsx", Version: "1",
	Detect: func(data []byte) string {
		if zipfile.Kind(data) == zipfile.XLSX {
			return zipfile.XLSX
		}
		return ""
	},
	Read: readXLSX,
}

// An xlsx is an open workbook.
type xlsx struct {
	file    *zipfile.File
	main    string
	shared  []string
	styles  []style
	epoch04 bool
	cells   int
	book    book
}

func readXLSX(data []byte) (format.Answer, error) {
	f, err := zipfile.Open(data)
	if err != nil {
		return format.Answer{}, err
	}
	x := &xlsx{file: f, main: "xl/workbook.xml"}
	if rels, err := relations(f, ""); err != nil {
		return format.Answer{}, err
	} else {
		for _, r := range rels {
			if r.kind == "officeDocument" && f.Has(r.target) {
				x.main = r.target
			}
		}
	}
	if err := x.read(); err != nil {
		return format.Answer{}, err
	}
	return x.book.answer()
}

// A relation is a link from one part of the file to another.
type relation struct{ id, kind, target string }

// relations returns what the part of that name points to.
func relations(f *zipfile.File, name string) ([]relation, error) {
	dir, base := path.Split(name)
	d, err := f.XML(dir + "_rels/" + base + ".rels")
	if d == nil {
		return nil, err
	}
	var all []relation
	err = each(d, func(e xml.StartElement) error {
		if e.Name.Local != "Relationship" || zipfile.Attr(e, "TargetMode") == "External" {
			return nil
		}
		t := zipfile.Attr(e, "Target")
		if !strings.HasPrefix(t, "/") {
			t = path.Join("/", dir, t)
		}
		all = append(all, relation{zipfile.Attr(e, "Id"), path.Base(zipfile.Attr(e, "Type")), strings.TrimPrefix(path.Clean(t), "/")})
		return nil
	})
	return all, err
}

// each calls f for every element of a part.
func each(d *zipfile.Decoder, f func(xml.StartElement) error) error {
	for {
		t, err := d.Next()
		if t == nil {
			return err
		}
		if e, ok := t.(xml.StartElement); ok {
			if err := f(e); err != nil {
				return err
			}
		}
	}
}

func (x *xlsx) read() error {
	d, err := x.file.XML(x.main)
	if err != nil {
		return err
	}
	if d == nil {
		return &page.Problem{Code: page.Corrupt, Text: "The workbook has lost its list of sheets. Ask the sender for a new copy."}
	}
	rels, err := relations(x.file, x.main)
	if err != nil {
		return err
	}
	target := map[string]relation{}
	for _, r := range rels {
		target[r.id] = r
	}
	type entry struct {
		name, state string
		relation
	}
	var list []entry
	err = each(d, func(e xml.StartElement) error {
		switch e.Name.Local {
		case "workbookPr":
			x.epoch04 = truth(zipfile.Attr(e, "date1904"))
		case "sheet":
			for _, a := range e.Attr {
				if a.Name.Local == "id" && a.Name.Space != "" {
					list = append(list, entry{zipfile.Attr(e, "name"), zipfile.Attr(e, "state"), target[a.Value]})
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, r := range rels {
		switch r.kind {
		case "sharedStrings":
			if err := x.readShared(r.target); err != nil {
				return err
			}
		case "styles":
			if err := x.readStyles(r.target); err != nil {
				return err
			}
		}
	}
	for i, e := range list {
		if i == maxSheets {
			x.book.cut = true
			break
		}
		if e.kind != "worksheet" {
			x.book.notes = append(x.book.notes, page.Note{Code: page.LeftOut, Text: fmt.Sprintf("The sheet %q is no table (a chart or a macro); it was not read.", e.name)})
			continue
		}
		s := newSheet(e.name)
		s.hidden = e.state == "hidden" || e.state == "veryHidden"
		if err := x.readSheet(s, e.target); err != nil {
			return err
		}
		x.book.sheets = append(x.book.sheets, s)
	}
	return nil
}

func truth(s string) bool { return s == "1" || s == "true" || s == "on" }

func number(s string, otherwise int) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	return otherwise
}

func decimal(s string, otherwise float64) float64 {
	if v, err := strconv.ParseFloat(s, 64); err == nil && v >= 0 && v < 1e6 {
		return v
	}
	return otherwise
}

// readShared reads the texts that cells share.
func (x *xlsx) readShared(name string) error {
	d, err := x.file.XML(name)
	if d == nil {
		return err
	}
	for {
		t, err := d.Next()
		if t == nil {
			return err
		}
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "si" {
			s, err := richText(d, "si")
			if err != nil {
				return err
			}
			if len(x.shared) >= 4*maxCells {
				x.book.cut = true
				return nil
			}
			x.shared = append(x.shared, clip(s))
		}
	}
}

// richText reads the text of an element up to its end, without the marks of
// pronunciation.
func richText(d *zipfile.Decoder, until string) (string, error) {
	var b strings.Builder
	inText, phonetic := false, 0
	for {
		t, err := d.Next()
		if t == nil {
			return b.String(), err
		}
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "t":
				inText = true
			case "rPh":
				phonetic++
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "t":
				inText = false
			case "rPh":
				phonetic--
			case until:
				return escaped(b.String()), nil
			}
		case xml.CharData:
			if inText && phonetic == 0 {
				b.Write(e)
			}
		}
	}
}

// escaped resolves _x000D_ and its like.
func escaped(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.Index(s, "_x")
		if i < 0 || len(s) < i+7 {
			b.WriteString(s)
			return b.String()
		}
		n, err := strconv.ParseUint(s[i+2:i+6], 16, 16)
		if err != nil || s[i+6] != '_' {
			b.WriteString(s[:i+2])
			s = s[i+2:]
			continue
		}
		b.WriteString(s[:i])
		b.WriteRune(rune(n))
		s = s[i+7:]
	}
}

func (x *xlsx) readStyles(name string) error {
	d, err := x.file.XML(name)
	if d == nil {
		return err
	}
	formats := map[int]string{}
	type font struct {
		size float64
		bold bool
	}
	var fonts []font
	var borders []typeset.Border
	var within []string // the elements around the current one
	in := func(name string) bool {
		for _, w := range within {
			if w == name {
				return true
			}
		}
		return false
	}
	for {
		t, err := d.Next()
		if t == nil {
			return err
		}
		switch e := t.(type) {
		case xml.EndElement:
			within = within[:len(within)-1]
		case xml.StartElement:
			switch name := e.Name.Local; {
			case name == "numFmt" && in("numFmts"):
				formats[number(zipfile.Attr(e, "numFmtId"), -1)] = zipfile.Attr(e, "formatCode")
			case name == "font" && in("fonts"):
				fonts = append(fonts, font{size: 11})
			case name == "sz" && in("fonts") && len(fonts) > 0:
				fonts[len(fonts)-1].size = decimal(zipfile.Attr(e, "val"), 11)
			case name == "b" && in("fonts") && len(fonts) > 0:
				v := zipfile.Attr(e, "val")
				fonts[len(fonts)-1].bold = v == "" || truth(v)
			case name == "border" && in("borders"):
				borders = append(borders, 0)
			case in("borders") && len(borders) > 0 && zipfile.Attr(e, "style") != "" && zipfile.Attr(e, "style") != "none":
				side := map[string]typeset.Border{"left": typeset.West, "start": typeset.West, "right": typeset.East, "end": typeset.East, "top": typeset.North, "bottom": typeset.South}[name]
				borders[len(borders)-1] |= side
			case name == "xf" && in("cellXfs"):
				s := style{size: 11, valign: typeset.Bottom}
				id := number(zipfile.Attr(e, "numFmtId"), 0)
				if code, ok := formats[id]; ok {
					s.format = code
				} else {
					s.format = builtin[id]
				}
				if i := number(zipfile.Attr(e, "fontId"), -1); i >= 0 && i < len(fonts) {
					s.size, s.bold = fonts[i].size, fonts[i].bold
				}
				if i := number(zipfile.Attr(e, "borderId"), -1); i >= 0 && i < len(borders) {
					s.border = borders[i]
				}
				x.styles = append(x.styles, s)
			case name == "alignment" && in("cellXfs") && len(x.styles) > 0:
				s := &x.styles[len(x.styles)-1]
				switch zipfile.Attr(e, "horizontal") {
				case "left", "justify", "fill", "distributed":
					s.set = true
				case "center", "centerContinuous":
					s.align, s.set = typeset.Center, true
				case "right":
					s.align, s.set = typeset.Right, true
				}
				switch zipfile.Attr(e, "vertical") {
				case "top", "justify", "distributed":
					s.valign = typeset.Top
				case "center":
					s.valign = typeset.Middle
				}
				s.wrap = truth(zipfile.Attr(e, "wrapText"))
			}
			within = append(within, e.Name.Local)
		}
	}
}

func (x *xlsx) style(s string) style {
	if i := number(s, 0); i >= 0 && i < len(x.styles) {
		return x.styles[i]
	}
	return style{size: 11, valign: typeset.Bottom}
}

// charWidth is the width of a column of one character, in points.
func charWidth(chars float64) float64 { return chars*5.25 + 3.75 }

func (x *xlsx) readSheet(s *sheet, name string) error {
	d, err := x.file.XML(name)
	if d == nil {
		return err
	}
	row, col := -1, -1
	across := false // breaks between columns follow
	for {
		t, err := d.Next()
		if t == nil {
			if err != nil {
				return err
			}
			break
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "colBreaks":
			across = true
		case "rowBreaks":
			across = false
		case "brk":
			if n := number(zipfile.Attr(e, "id"), 0); n > 0 && n < maxRow && !across && len(s.breaks) < maxBreaks {
				s.breaks = append(s.breaks, n)
			}
		case "sheetFormatPr":
			s.height = min(max(decimal(zipfile.Attr(e, "defaultRowHeight"), s.height), 4), 100)
			s.width = min(charWidth(decimal(zipfile.Attr(e, "defaultColWidth"), 8.43)), 400)
		case "col":
			from, to := number(zipfile.Attr(e, "min"), 0), number(zipfile.Attr(e, "max"), 0)
			hidden := truth(zipfile.Attr(e, "hidden"))
			w := decimal(zipfile.Attr(e, "width"), -1)
			for c := max(from, 1); c <= min(to, lastColumn); c++ {
				if hidden || w == 0 {
					s.hiddenColumns[c-1] = true
				}
				if w > 0 {
					s.widths[c-1] = charWidth(w)
				}
			}
		case "row":
			row, col = number(zipfile.Attr(e, "r"), row+2)-1, -1
			if row < 0 || row >= maxRow {
				return &page.Problem{Code: page.Corrupt, Text: "The workbook numbers its rows wrongly. Ask the sender for a new copy."}
			}
			h := decimal(zipfile.Attr(e, "ht"), -1)
			if truth(zipfile.Attr(e, "hidden")) || h == 0 {
				s.hiddenRows[row] = true
			}
			if h > 0 {
				s.heights[row] = h
			}
		case "c":
			col++
			if ref := zipfile.Attr(e, "r"); ref != "" {
				if r, c, ok := cellRef(ref); ok {
					row, col = r, c
				}
			}
			if err := x.readCell(d, s, e, row, col); err != nil {
				return err
			}
		case "mergeCell":
			from, to, _ := strings.Cut(zipfile.Attr(e, "ref"), ":")
			r0, c0, ok0 := cellRef(from)
			r1, c1, ok1 := cellRef(to)
			if ok0 && ok1 && r1 >= r0 && c1 >= c0 && len(s.merges) < maxMerges {
				s.merges = append(s.merges, area{r0, c0, r1, c1})
			}
		case "oddHeader", "firstHeader", "oddFooter", "firstFooter":
			text, err := plainText(d, e.Name.Local)
			if err != nil {
				return err
			}
			text = escaped(text)
			if strings.HasSuffix(e.Name.Local, "Header") {
				s.header = append(s.header, headerLines(text, s.name)...)
			} else {
				s.footer = append(s.footer, headerLines(text, s.name)...)
			}
		}
	}
	rels, err := relations(x.file, name)
	if err != nil {
		return err
	}
	for _, r := range rels {
		if r.kind == "drawing" {
			if err := x.readDrawing(s, r.target); err != nil {
				return err
			}
		}
	}
	return nil
}

// cellRef reads a reference such as B12 or $B$12.
func cellRef(s string) (row, col int, ok bool) {
	i := 0
	for i < len(s) && (s[i] == '$' || s[i]|0x20 >= 'a' && s[i]|0x20 <= 'z') {
		if s[i] != '$' {
			if col = col*26 + int(s[i]|0x20-'a') + 1; col > maxColumn {
				return 0, 0, false
			}
		}
		i++
	}
	n, err := strconv.Atoi(strings.TrimPrefix(s[i:], "$"))
	if err != nil || col == 0 || n < 1 || n > maxRow {
		return 0, 0, false
	}
	return n - 1, col - 1, true
}

// plainText reads the characters of an element up to its end.
func plainText(d *zipfile.Decoder, until string) (string, error) {
	var b strings.Builder
	for {
		t, err := d.Next()
		if t == nil {
			return b.String(), err
		}
		switch e := t.(type) {
		case xml.EndElement:
			if e.Name.Local == until {
				return b.String(), nil
			}
		case xml.CharData:
			b.Write(e)
		}
	}
}

// headerLines gives the texts of a page header, whose parts and fonts are
// marked with ampersands: &L left, &"Arial,Bold"&14 a font, &P the page.
func headerLines(s, sheet string) []string {
	var parts []string
	var b strings.Builder
	flush := func() {
		if t := strings.TrimSpace(b.String()); t != "" {
			parts = append(parts, t)
		}
		b.Reset()
	}
	for i := 0; i < len(s); i++ {
		if s[i] != '&' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch c := s[i]; {
		case c == '&':
			b.WriteByte('&')
		case c == 'L' || c == 'C' || c == 'R':
			flush()
		case c == '"':
			if k := strings.IndexByte(s[i+1:], '"'); k >= 0 {
				i += 1 + k
			}
		case c == 'K':
			i = min(i+6, len(s)-1)
		case c == 'A':
			b.WriteString(sheet)
		case c >= '0' && c <= '9':
			for i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9' {
				i++
			}
			if i+1 < len(s) && s[i+1] == '#' { // what labels of secrecy end a size with
				i++
			}
		}
	}
	flush()
	// A header of nothing but page numbers says nothing here.
	var lines []string
	for _, p := range parts {
		if strings.ContainsFunc(p, func(r rune) bool { return r > '9' }) {
			lines = append(lines, strings.Split(p, "\n")...)
		}
	}
	return lines
}

func (x *xlsx) readCell(d *zipfile.Decoder, s *sheet, e xml.StartElement, row, col int) error {
	kind := zipfile.Attr(e, "t")
	c := cell{row: row, col: col, style: x.style(zipfile.Attr(e, "s"))}
	value, hasValue, formula := "", false, false
	inline := false
	for {
		t, err := d.Next()
		if t == nil {
			return err
		}
		switch k := t.(type) {
		case xml.StartElement:
			var err error
			switch k.Name.Local {
			case "v":
				value, err = plainText(d, "v")
				hasValue = true
			case "is":
				value, err = richText(d, "is")
				hasValue, inline = true, true
			case "f":
				formula = true
				_, err = plainText(d, "f")
			}
			if err != nil {
				return err
			}
			continue
		case xml.EndElement:
			if k.Name.Local != "c" {
				continue
			}
		default:
			continue
		}
		break
	}
	if row < 0 || col < 0 || col >= maxColumn {
		return nil
	}
	if x.cells++; x.cells > maxCells {
		x.book.cut = true
		return nil
	}
	if formula && (!hasValue || value == "" && kind != "str") {
		s.unvalued = append(s.unvalued, cellName(row, col))
	}
	switch {
	case inline:
		c.text = clip(value)
	case kind == "s":
		if i := number(strings.TrimSpace(value), -1); i >= 0 && i < len(x.shared) {
			c.text = x.shared[i]
		}
	case kind == "str":
		c.text = clip(escaped(value))
	case kind == "b":
		c.text = map[bool]string{true: "TRUE", false: "FALSE"}[truth(strings.TrimSpace(value))]
	case kind == "e":
		c.text = clip(value)
	case kind == "d":
		c.text, c.figure = isoDate(value), true
	case value != "":
		v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil {
			c.text = clip(value)
			break
		}
		c.figure = true
		if c.text = show(v, c.style.format, x.epoch04); c.text == "" {
			c.concealed = general(v)
		}
	}
	if c.text != "" || c.concealed != "" || c.style.border != 0 {
		s.cells = append(s.cells, c)
	}
	return nil
}

// isoDate prints a date that the file holds in words of ISO 8601.
func isoDate(s string) string {
	s = strings.TrimSpace(s)
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04:05.999", "2006-01-02T15:04:05Z", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			if t.Hour() == 0 && t.Minute() == 0 {
				return t.Format("2006-01-02")
			}
			return t.Format("2006-01-02 15:04")
		}
	}
	return clip(s)
}

// readDrawing counts the pictures over a sheet, and takes the texts of shapes.
func (x *xlsx) readDrawing(s *sheet, name string) error {
	d, err := x.file.XML(name)
	if d == nil {
		return err
	}
	var text strings.Builder
	inText := false
	for {
		t, err := d.Next()
		if t == nil {
			return err
		}
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "pic", "graphicFrame":
				s.pictures++
			case "txBody":
				text.Reset()
			case "t":
				inText = true
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "t":
				inText = false
				text.WriteByte(' ')
			case "txBody":
				if l := strings.Join(strings.Fields(text.String()), " "); l != "" && len(s.shapes) < 100 {
					s.shapes = append(s.shapes, clip(l))
				}
			}
		case xml.CharData:
			if inText {
				text.Write(e)
			}
		}
	}
}
