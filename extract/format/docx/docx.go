// Package docx reads text documents: DOCX (ECMA-376) and ODT (ISO/IEC 26300).
// Paragraphs and tables become pages as a printer would show them. What the
// document hides or has struck out is told in notes and never read as said.
package docx

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image"
	_ "image/jpeg" // pictures of pages
	_ "image/png"
	"path"
	"slices"
	"strconv"
	"strings"

	"tallyman/extract/format"
	"tallyman/extract/format/typeset"
	"tallyman/extract/format/zipfile"
	"tallyman/extract/page"
)

// DOCX reads documents of Word since 2007.
var DOCX = &format.Reader{
	Name: "docx", Version: "1",
	Detect: func(data []byte) string {
		if zipfile.Kind(data) == zipfile.DOCX {
			return zipfile.DOCX
		}
		return ""
	},
	Read: readDOCX,
}

// Limits on a document.
const (
	maxQuoted   = 600
	maxText     = 20_000 // characters of one paragraph
	maxPictures = 100
	pagePixels  = 900 // the shorter side of a picture that may be a page
)

// A block is a paragraph or a table.
type block struct {
	text   string
	size   float64
	bold   bool
	align  typeset.Align
	indent float64
	fresh  bool // begins a page
	table  *table
}

type table struct {
	widths []float64
	cells  []typeset.Cell
}

type docx struct {
	file   *zipfile.File
	styles map[string]look
	base   look
	struck strings.Builder // deleted text
	hidden strings.Builder // text that is not shown
	wide   float64
	high   float64
	blocks []block
}

// A look is how text appears.
type look struct {
	size    float64
	bold    bool
	align   typeset.Align
	borders bool // of a table
	based   string
}

func readDOCX(data []byte) (format.Answer, error) {
	f, err := zipfile.Open(data)
	if err != nil {
		return format.Answer{}, err
	}
	x := &docx{file: f, styles: map[string]look{}, base: look{size: 11}, wide: 595, high: 842}
	name := "word/document.xml"
	if !f.Has(name) {
		name = "word/document2.xml"
	}
	if err := x.readStyles(); err != nil {
		return format.Answer{}, err
	}
	d, err := f.XML(name)
	if err != nil {
		return format.Answer{}, err
	}
	var body []block
	if err := x.body(d, &body); err != nil {
		return format.Answer{}, err
	}
	// The heads and feet of pages, once each.
	var heads, feet []block
	for _, part := range x.linked(name) {
		d, err := f.XML(part)
		if err != nil {
			return format.Answer{}, err
		}
		if d == nil {
			continue
		}
		into := &heads
		if strings.Contains(path.Base(part), "footer") {
			into = &feet
		}
		var some []block
		if err := x.body(d, &some); err != nil {
			return format.Answer{}, err
		}
		if !slices.ContainsFunc(*into, func(b block) bool {
			return len(some) > 0 && b.text == some[0].text && b.table == nil && some[0].table == nil
		}) {
			*into = append(*into, some...)
		}
	}
	x.blocks = slices.Concat(heads, body, feet)
	a := x.answer()
	a.Parts = pictures(f, "word/media/")
	return a, nil
}

// answer sets the blocks on pages.
func (x *docx) answer() format.Answer {
	var a format.Answer
	p := typeset.New(x.wide, x.high)
	for _, b := range x.blocks {
		if b.fresh {
			p.Break()
		}
		if b.table != nil {
			p.Grid(typeset.Grid{Widths: b.table.widths, Width: 60, Height: 6, Cells: b.table.cells, Fixed: true})
			p.Gap(4)
			continue
		}
		p.Paragraph(b.text, b.size, b.bold, b.align, b.indent)
	}
	a.Pages = p.Pages()
	if p.Full() {
		a.Partial = &page.Problem{Code: page.LimitBytes, Text: fmt.Sprintf("The document holds more than a paper can; its first %d words were read. Split it.", typeset.MaxWords)}
	}
	note := func(code, what string, b *strings.Builder) {
		text := strings.Join(strings.Fields(b.String()), " ")
		if text == "" {
			return
		}
		if len(text) > maxQuoted {
			text = strings.ToValidUTF8(text[:maxQuoted], "") + "…"
		}
		a.Notes = append(a.Notes, page.Note{Code: code, Text: what + text})
	}
	note(page.HiddenContent, "The document holds deleted text that its changes still show; it was not used: ", &x.struck)
	note(page.HiddenContent, "The document holds hidden text, which was not used: ", &x.hidden)
	return a
}

// linked lists the parts with the heads and feet of pages.
func (x *docx) linked(name string) []string {
	dir, base := path.Split(name)
	d, err := x.file.XML(dir + "_rels/" + base + ".rels")
	if d == nil || err != nil {
		return nil
	}
	var all []string
	for {
		t, err := d.Next()
		if t == nil || err != nil {
			slices.Sort(all)
			return all
		}
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "Relationship" {
			switch path.Base(zipfile.Attr(e, "Type")) {
			case "header", "footer":
				all = append(all, strings.TrimPrefix(path.Join("/", dir, zipfile.Attr(e, "Target")), "/"))
			}
		}
	}
}

// on reads a property that is a switch: there, unless it says otherwise.
func on(e xml.StartElement) bool {
	v := zipfile.Attr(e, "val")
	return v != "0" && v != "false" && v != "off" && v != "none"
}

func halfPoints(s string, otherwise float64) float64 {
	if v, err := strconv.ParseFloat(s, 64); err == nil && v >= 4 && v < 300 {
		return v / 2
	}
	return otherwise
}

func twips(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v < 0 || v > 60_000 {
		return 0
	}
	return v / 20
}

func (x *docx) readStyles() error {
	d, err := x.file.XML("word/styles.xml")
	if d == nil {
		return err
	}
	id, def := "", false
	for {
		t, err := d.Next()
		if t == nil {
			return err
		}
		switch e := t.(type) {
		case xml.StartElement:
			s := x.styles[id]
			switch e.Name.Local {
			case "rPrDefault", "pPrDefault":
				def = true
			case "style":
				id = zipfile.Attr(e, "styleId")
				s = look{size: 0, align: -1}
			case "basedOn":
				s.based = zipfile.Attr(e, "val")
			case "sz":
				if def {
					x.base.size = halfPoints(zipfile.Attr(e, "val"), 11)
				}
				s.size = halfPoints(zipfile.Attr(e, "val"), 0)
			case "b":
				s.bold = on(e)
			case "jc":
				s.align = alignOf(zipfile.Attr(e, "val"))
			case "tblBorders":
				s.borders = true
			}
			if id != "" && !def {
				x.styles[id] = s
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "rPrDefault", "pPrDefault":
				def = false
			case "style":
				id = ""
			}
		}
	}
}

func alignOf(s string) typeset.Align {
	switch s {
	case "center":
		return typeset.Center
	case "right", "end":
		return typeset.Right
	}
	return typeset.Left
}

// style follows what a style is based on.
func (x *docx) style(id string) look {
	l := look{align: -1}
	for range 10 {
		s, ok := x.styles[id]
		if !ok {
			break
		}
		if l.size == 0 {
			l.size = s.size
		}
		if l.align < 0 {
			l.align = s.align
		}
		l.bold, l.borders = l.bold || s.bold, l.borders || s.borders
		id = s.based
	}
	if l.size == 0 {
		l.size = x.base.size
	}
	l.align = max(l.align, typeset.Left)
	return l
}

// body reads paragraphs and tables up to the end of what is open.
func (x *docx) body(d *zipfile.Decoder, into *[]block) error {
	for {
		t, err := d.Next()
		if t == nil {
			return err
		}
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "p":
				if err := x.paragraph(d, into); err != nil {
					return err
				}
			case "tbl":
				tb, err := x.table(d)
				if err != nil {
					return err
				}
				*into = append(*into, block{table: tb})
			case "pgSz":
				if w, h := twips(zipfile.Attr(e, "w")), twips(zipfile.Attr(e, "h")); w > 100 && h > 100 {
					x.wide, x.high = w, h
				}
			case "Fallback", "del", "moveFrom":
				if err := x.skip(d, e.Name.Local); err != nil {
					return err
				}
			}
		case xml.EndElement:
			if e.Name.Local == "txbxContent" {
				return nil
			}
		}
	}
}

// skip passes over an element; deleted text is kept for a note.
func (x *docx) skip(d *zipfile.Decoder, name string) error {
	depth, text := 1, false
	for {
		t, err := d.Next()
		if t == nil {
			return err
		}
		switch e := t.(type) {
		case xml.StartElement:
			if e.Name.Local == name {
				depth++
			}
			text = e.Name.Local == "delText" || e.Name.Local == "t"
		case xml.EndElement:
			text = false
			if e.Name.Local == name {
				if depth--; depth == 0 {
					return nil
				}
			}
		case xml.CharData:
			if text && name != "Fallback" {
				x.struck.Write(e)
				x.struck.WriteByte(' ')
			}
		}
	}
}

// paragraph reads a paragraph, and the boxes of text that hang on it, which
// follow as paragraphs of their own.
func (x *docx) paragraph(d *zipfile.Decoder, into *[]block) error {
	b := block{}
	l := x.style("Normal")
	var text, run strings.Builder
	var boxes []block
	runLook, vanish := l, false
	sized, bolds, plains := 0.0, 0, 0
	inText, inRun := false, false
	flush := func() {
		s := run.String()
		run.Reset()
		if s == "" {
			return
		}
		if vanish {
			x.hidden.WriteString(s + " ")
			return
		}
		text.WriteString(s)
		if strings.TrimSpace(s) != "" {
			sized = max(sized, runLook.size)
			if runLook.bold {
				bolds += len(s)
			} else {
				plains += len(s)
			}
		}
	}
	for {
		t, err := d.Next()
		if t == nil {
			return err
		}
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "pStyle":
				l = x.style(zipfile.Attr(e, "val"))
				runLook = l
			case "jc":
				l.align = alignOf(zipfile.Attr(e, "val"))
			case "pageBreakBefore":
				b.fresh = on(e)
			case "ind":
				if !inRun {
					b.indent = min(twips(zipfile.Attr(e, "left"))+twips(zipfile.Attr(e, "start")), x.wide/2)
				}
			case "r":
				inRun, runLook, vanish = true, l, false
			case "b":
				if inRun {
					runLook.bold = on(e)
				}
			case "sz":
				if inRun {
					runLook.size = halfPoints(zipfile.Attr(e, "val"), l.size)
				}
			case "vanish":
				vanish = vanish || inRun && on(e)
			case "t":
				inText = true
			case "tab":
				if inRun {
					run.WriteByte('\t')
				}
			case "br", "cr":
				if zipfile.Attr(e, "type") == "page" {
					flush()
					if strings.TrimSpace(text.String()) == "" {
						b.fresh = true
					} else {
						x.emit(into, b, &text, l, sized, bolds, plains)
						b, sized, bolds, plains = block{fresh: true, indent: b.indent}, 0, 0, 0
					}
				} else {
					run.WriteByte('\n')
				}
			case "noBreakHyphen":
				run.WriteByte('-')
			case "sym":
				run.WriteByte(' ')
			case "txbxContent":
				if err := x.body(d, &boxes); err != nil {
					return err
				}
			case "Fallback", "del", "moveFrom", "instrText", "pict":
				if e.Name.Local == "pict" {
					continue // an old drawing; its boxes are read, too
				}
				if e.Name.Local == "instrText" {
					if err := x.drop(d, "instrText"); err != nil {
						return err
					}
					continue
				}
				if err := x.skip(d, e.Name.Local); err != nil {
					return err
				}
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "t":
				inText = false
			case "r":
				flush()
				inRun = false
			case "p":
				flush()
				x.emit(into, b, &text, l, sized, bolds, plains)
				*into = append(*into, boxes...)
				return nil
			}
		case xml.CharData:
			if inText {
				run.Write(e)
			}
		}
	}
}

// drop passes over an element of no interest.
func (x *docx) drop(d *zipfile.Decoder, name string) error {
	for {
		t, err := d.Next()
		if t == nil {
			return err
		}
		if e, ok := t.(xml.EndElement); ok && e.Name.Local == name {
			return nil
		}
	}
}

func (x *docx) emit(into *[]block, b block, text *strings.Builder, l look, sized float64, bolds, plains int) {
	b.text = clip(text.String())
	text.Reset()
	b.size, b.bold, b.align = l.size, bolds > plains, l.align
	if sized > 0 {
		b.size = sized
	}
	*into = append(*into, b)
}

func clip(s string) string {
	s = strings.ToValidUTF8(s, "�")
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' {
			return ' '
		}
		return r
	}, s)
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "")
	}
	return s
}

// table reads a table. A table within a cell becomes lines of the cell.
func (x *docx) table(d *zipfile.Decoder) (*table, error) {
	tb := &table{}
	ruled, none := false, map[string]bool{}
	row, col := -1, 0
	open := map[int]int{} // column to the cell that goes on downwards
	var c typeset.Cell
	var blocks []block
	merge, inCell, sides := "", false, false
	border := typeset.Border(0)
	side := map[string]typeset.Border{"left": typeset.West, "start": typeset.West, "right": typeset.East, "end": typeset.East, "top": typeset.North, "bottom": typeset.South}
	var inTable bool // tblBorders is open
	for {
		t, err := d.Next()
		if t == nil {
			return tb, err
		}
		switch e := t.(type) {
		case xml.StartElement:
			switch name := e.Name.Local; name {
			case "tblStyle":
				ruled = ruled || x.style(zipfile.Attr(e, "val")).borders
			case "tblBorders":
				inTable = true
			case "gridCol":
				tb.widths = append(tb.widths, max(twips(zipfile.Attr(e, "w")), 8))
			case "tr":
				row++
				col = 0
			case "gridBefore":
				n, _ := strconv.Atoi(zipfile.Attr(e, "val"))
				col += min(max(n, 0), 63)
			case "tc":
				c = typeset.Cell{Row: row, Col: col, Rows: 1, Cols: 1, Size: x.base.size, Wrap: true}
				blocks, merge, inCell = nil, "", true
				border = 0
			case "gridSpan":
				n, _ := strconv.Atoi(zipfile.Attr(e, "val"))
				c.Cols = min(max(n, 1), 63)
			case "vMerge":
				if merge = zipfile.Attr(e, "val"); merge == "" {
					merge = "continue"
				}
			case "vAlign":
				c.Valign = map[string]typeset.Valign{"center": typeset.Middle, "bottom": typeset.Bottom}[zipfile.Attr(e, "val")]
			case "tcBorders":
				sides = true
			case "left", "start", "right", "end", "top", "bottom", "insideH", "insideV":
				v := zipfile.Attr(e, "val")
				drawn := v != "" && v != "nil" && v != "none"
				switch {
				case sides && drawn:
					border |= side[name]
				case sides:
					none[name] = true
				case inTable && drawn:
					ruled = true
				case inTable && !drawn && strings.HasPrefix(name, "inside"):
					none["table "+name] = true
				}
			case "p":
				if inCell {
					if err := x.paragraph(d, &blocks); err != nil {
						return tb, err
					}
				}
			case "tbl":
				inner, err := x.table(d)
				if err != nil {
					return tb, err
				}
				blocks = append(blocks, inner.lines()...)
			case "Fallback", "del", "moveFrom":
				if err := x.skip(d, name); err != nil {
					return tb, err
				}
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "tblBorders":
				inTable = false
				if none["table insideH"] && none["table insideV"] {
					ruled = false // a frame around a layout
				}
			case "tcBorders":
				sides = false
			case "tc":
				inCell = false
				if ruled {
					for name, b := range side {
						if !none[name] {
							border |= b
						}
					}
				}
				clear(none)
				c.Border = border
				var lines []string
				for i, b := range blocks {
					if i == 0 {
						c.Size, c.Bold, c.Align = b.size, b.bold, b.align
					}
					lines = append(lines, b.text)
				}
				c.Text = strings.TrimRight(strings.Join(lines, "\n"), "\n")
				if k, ok := open[col]; ok && merge == "continue" && k < len(tb.cells) {
					tb.cells[k].Rows = row - tb.cells[k].Row + 1
				} else {
					if merge == "restart" {
						open[col] = len(tb.cells)
					} else {
						delete(open, col)
					}
					tb.cells = append(tb.cells, c)
				}
				col += c.Cols
			case "tbl":
				for len(tb.widths) < 1 {
					tb.widths = append(tb.widths, 400)
				}
				return tb, nil
			}
		}
	}
}

// lines gives the rows of a table as lines of text.
func (t *table) lines() []block {
	var all []block
	last := -1
	for _, c := range t.cells {
		if strings.TrimSpace(c.Text) == "" {
			continue
		}
		text := strings.ReplaceAll(c.Text, "\n", " ")
		if c.Row == last {
			all[len(all)-1].text += "\t" + text
			continue
		}
		last = c.Row
		all = append(all, block{text: text, size: c.Size, bold: c.Bold})
	}
	return all
}

// pictures gives the pictures of a document that are large enough to be the
// scan of a page: files to be read like any other.
func pictures(f *zipfile.File, folder string) []page.Part {
	var all []page.Part
	for _, name := range f.Names(folder) {
		if len(all) == maxPictures {
			break
		}
		data, err := f.Bytes(name)
		if err != nil || data == nil {
			continue
		}
		if c, _, err := image.DecodeConfig(bytes.NewReader(data)); err == nil && min(c.Width, c.Height) >= pagePixels {
			all = append(all, page.Part{Name: path.Base(name), Data: data})
		}
	}
	return all
}
