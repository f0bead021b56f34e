package sheet

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/richardlehane/mscfb"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"

	"tallyman/extract/format"
	"tallyman/extract/format/typeset"
	"tallyman/extract/page"
)

// XLS reads workbooks of Excel 5 to 2003 (BIFF5 and BIFF8, MS-XLS). It also says
// why other compound files are not read.
var XLS = &format.Reader{
	Name: "xls", Version: "1",
	Detect: func(data []byte) string {
		if !bytes.HasPrefix(data, compound) {
			if len(data) > 8 && data[0] == 0x09 && (data[1] == 8 || data[1] == 4 || data[1] == 2 || data[1] == 0) && data[3] == 0 && (data[2] == 8 || data[2] == 16 || data[2] == 6 || data[2] == 4) {
				return "application/vnd.ms-excel"
			}
			return ""
		}
		return "application/x-ole-storage"
	},
	Read: readCompound,
}

var compound = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")

func readCompound(data []byte) (format.Answer, error) {
	damaged := &page.Problem{Code: page.Corrupt, Text: "The file is damaged: its parts cannot be found. Ask the sender for a new copy, best as PDF."}
	if !bytes.HasPrefix(data, compound) {
		return readBIFF(data)
	}
	r, err := mscfb.New(bytes.NewReader(data))
	if err != nil {
		return format.Answer{}, damaged
	}
	var names []string
	for n := 0; n < 10_000; n++ {
		f, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return format.Answer{}, damaged
		}
		if len(f.Path) > 0 {
			continue
		}
		names = append(names, f.Name)
		if (f.Name == "Workbook" || f.Name == "Book") && f.Size > 0 && f.Size <= int64(len(data)) {
			b := make([]byte, f.Size)
			k, _ := io.ReadFull(f, b)
			return readBIFF(b[:k])
		}
	}
	has := func(name string) bool { return slices.Contains(names, name) }
	switch {
	case has("EncryptedPackage"):
		return format.Answer{}, &page.Problem{Code: page.NeedsPassword, Text: "The file is encrypted with a password; ask the sender for it, or for an open copy."}
	case has("WordDocument"):
		return format.Answer{}, &page.Problem{Code: page.UnsupportedType, Text: "Documents of Word before 2007 (DOC) are not read; open the file, save it as PDF or DOCX, and hand that over."}
	case has("PowerPoint Document"):
		return format.Answer{}, &page.Problem{Code: page.UnsupportedType, Text: "Presentations are not read; save the file as PDF and hand that over."}
	}
	return format.Answer{}, &page.Problem{Code: page.UnsupportedType, Text: "The file is of an old program whose files are not read; open it and save it as PDF."}
}

// Records of BIFF that are read.
const (
	recFormula    = 0x0006
	recEOF        = 0x000a
	recRowBreaks  = 0x001b
	recDateMode   = 0x0022
	recFilePass   = 0x002f
	recFont       = 0x0031
	recContinue   = 0x003c
	recCodePage   = 0x0042
	recDefWidth   = 0x0055
	recColInfo    = 0x007d
	recBoundSheet = 0x0085
	recMulRK      = 0x00bd
	recMulBlank   = 0x00be
	recRString    = 0x00d6
	recXF         = 0x00e0
	recMerged     = 0x00e5
	recSST        = 0x00fc
	recLabelSST   = 0x00fd
	recBlank      = 0x0201
	recNumber     = 0x0203
	recLabel      = 0x0204
	recBoolErr    = 0x0205
	recString     = 0x0207
	recRow        = 0x0208
	recDefHeight  = 0x0225
	recRK         = 0x027e
	recFormat     = 0x041e
	recBOF        = 0x0809
	recObj        = 0x005d
)

// A biff is an open workbook of the old format.
type biff struct {
	data    []byte
	old     bool // BIFF5: 8-bit texts
	coding  encoding.Encoding
	epoch04 bool
	shared  []string
	formats map[int]string
	fonts   []style // of which size and bold count
	styles  []style
	cells   int
	book    book
}

// A record is one of the pieces that a BIFF stream consists of.
type record struct {
	kind int
	data []byte
	next int      // where the following record begins
	more [][]byte // of the records that continue it
}

// record reads the record at pos.
func (b *biff) record(pos int) (record, bool) {
	if pos < 0 || pos+4 > len(b.data) {
		return record{}, false
	}
	r := record{kind: int(binary.LittleEndian.Uint16(b.data[pos:]))}
	n := int(binary.LittleEndian.Uint16(b.data[pos+2:]))
	if pos+4+n > len(b.data) {
		return record{}, false
	}
	r.data, r.next = b.data[pos+4:pos+4+n], pos+4+n
	for r.next+4 <= len(b.data) && binary.LittleEndian.Uint16(b.data[r.next:]) == recContinue && r.kind != recObj {
		n := int(binary.LittleEndian.Uint16(b.data[r.next+2:]))
		if r.next+4+n > len(b.data) {
			break
		}
		r.more = append(r.more, b.data[r.next+4:r.next+4+n])
		r.next += 4 + n
	}
	return r, true
}

func u16(b []byte, at int) int {
	if at+2 > len(b) {
		return 0
	}
	return int(binary.LittleEndian.Uint16(b[at:]))
}

func u32(b []byte, at int) uint32 {
	if at+4 > len(b) {
		return 0
	}
	return binary.LittleEndian.Uint32(b[at:])
}

func readBIFF(data []byte) (format.Answer, error) {
	b := &biff{data: data, coding: charmap.Windows1252, formats: map[int]string{}}
	first, ok := b.record(0)
	if !ok || first.kind&0xff != 0x09 {
		return format.Answer{}, &page.Problem{Code: page.Corrupt, Text: "The workbook is damaged: it does not begin as one. Ask the sender for a new copy."}
	}
	if first.kind != recBOF {
		return format.Answer{}, &page.Problem{Code: page.UnsupportedType, Text: "Workbooks of Excel before version 5 are not read; save the file as XLSX and hand that over."}
	}
	b.old = u16(first.data, 0) < 0x0600
	type entry struct {
		name  string
		pos   int
		state byte
		kind  byte
	}
	var list []entry
	torn := true
	for pos := first.next; ; {
		r, ok := b.record(pos)
		if !ok {
			break
		}
		pos = r.next
		if r.kind == recEOF {
			torn = false
			break
		}
		switch r.kind {
		case recFilePass:
			return format.Answer{}, &page.Problem{Code: page.NeedsPassword, Text: "The workbook is encrypted with a password; ask the sender for it, or for an open copy."}
		case recCodePage:
			switch u16(r.data, 0) {
			case 1251:
				b.coding = charmap.Windows1251
			case 936:
				b.coding = simplifiedchinese.GB18030
			case 1250:
				b.coding = charmap.Windows1250
			case 1254:
				b.coding = charmap.Windows1254
			}
		case recDateMode:
			b.epoch04 = u16(r.data, 0) == 1
		case recBoundSheet:
			if len(r.data) < 8 || len(list) >= maxSheets {
				continue
			}
			name := ""
			if b.old {
				name = b.bytes(r.data[7:min(len(r.data), 7+int(r.data[6]))])
			} else {
				name, _ = b.short(r.data[6:])
			}
			list = append(list, entry{name, int(u32(r.data, 0)), r.data[4] & 3, r.data[5]})
		case recFormat:
			if b.old {
				if len(r.data) > 3 {
					b.formats[u16(r.data, 0)] = b.bytes(r.data[3:min(len(r.data), 3+int(r.data[2]))])
				}
			} else if len(r.data) > 5 {
				b.formats[u16(r.data, 0)] = b.long(r.data[2:])
			}
		case recFont:
			b.fonts = append(b.fonts, style{size: float64(u16(r.data, 0)) / 20, bold: u16(r.data, 6) >= 600})
			if len(b.fonts) == 4 {
				b.fonts = append(b.fonts, b.fonts[3]) // there is no font 4
			}
		case recXF:
			b.styles = append(b.styles, b.xf(r.data))
		case recSST:
			b.readShared(r)
		}
	}
	for _, e := range list {
		if e.kind != 0 {
			b.book.notes = append(b.book.notes, page.Note{Code: page.LeftOut, Text: fmt.Sprintf("The sheet %q is no table (a chart or a macro); it was not read.", e.name)})
			continue
		}
		s := newSheet(e.name)
		s.hidden = e.state != 0
		torn = !b.readSheet(s, e.pos) || torn
		b.book.sheets = append(b.book.sheets, s)
	}
	if len(list) == 0 {
		return format.Answer{}, &page.Problem{Code: page.Corrupt, Text: "The workbook has lost its list of sheets. Ask the sender for a new copy."}
	}
	a, err := b.book.answer()
	if torn && a.Partial == nil {
		a.Partial = &page.Problem{Code: page.Corrupt, Text: "The workbook is cut short; what there is was read. Ask the sender for a new copy."}
	}
	return a, err
}

// bytes decodes an 8-bit text.
func (b *biff) bytes(data []byte) string {
	s, err := b.coding.NewDecoder().Bytes(data)
	if err != nil {
		s = data
	}
	return clip(strings.TrimRight(string(s), "\x00"))
}

// short decodes a text with a length of one byte, and long one with two; both
// say in a flag whether letters are two bytes wide.
func (b *biff) short(data []byte) (string, int) {
	if len(data) < 2 {
		return "", 0
	}
	return letters(data[2:], int(data[0]), data[1])
}

func (b *biff) long(data []byte) string {
	if len(data) < 3 {
		return ""
	}
	s, _ := letters(data[3:], u16(data, 0), data[2])
	return s
}

func letters(data []byte, n int, flags byte) (string, int) {
	if flags&1 == 0 {
		n = min(n, len(data))
		rs := make([]rune, n)
		for i := range n {
			rs[i] = rune(data[i])
		}
		return clip(string(rs)), n
	}
	n = min(n, len(data)/2)
	u := make([]uint16, n)
	for i := range n {
		u[i] = binary.LittleEndian.Uint16(data[2*i:])
	}
	return clip(string(utf16.Decode(u))), 2 * n
}

// readShared reads the texts that cells share. A text may go on in the next
// record, where its flag is said anew.
func (b *biff) readShared(r record) {
	chunks := append([][]byte{r.data}, r.more...)
	at, pos := 0, 8
	need := func() bool {
		for at < len(chunks) && pos >= len(chunks[at]) {
			pos -= len(chunks[at])
			at++
		}
		return at < len(chunks)
	}
	readByte := func() (byte, bool) {
		if !need() {
			return 0, false
		}
		pos++
		return chunks[at][pos-1], true
	}
	read16 := func() (int, bool) {
		lo, _ := readByte()
		hi, ok := readByte()
		return int(lo) | int(hi)<<8, ok
	}
	total := min(int(u32(r.data, 4)), 4*maxCells)
	for len(b.shared) < total {
		n, ok := read16()
		if !ok {
			return
		}
		flags, ok := readByte()
		if !ok {
			return
		}
		runs, extra := 0, 0
		if flags&8 != 0 {
			runs, _ = read16()
		}
		if flags&4 != 0 {
			lo, _ := read16()
			hi, _ := read16()
			extra = lo | hi<<16
		}
		var units []uint16
		for len(units) < n {
			if at < len(chunks) && pos >= len(chunks[at]) {
				if !need() {
					break
				}
				f, ok := readByte() // the flag of the rest
				if !ok {
					break
				}
				flags = f
				continue
			}
			if at >= len(chunks) {
				break
			}
			if flags&1 != 0 {
				if pos+2 > len(chunks[at]) {
					pos = len(chunks[at])
					continue
				}
				units = append(units, binary.LittleEndian.Uint16(chunks[at][pos:]))
				pos += 2
			} else {
				units = append(units, uint16(chunks[at][pos]))
				pos++
			}
		}
		b.shared = append(b.shared, clip(string(utf16.Decode(units))))
		if extra < 0 || extra > len(b.data) {
			return
		}
		pos += 4*runs + extra
	}
}

// xf reads the look of cells.
func (b *biff) xf(d []byte) style {
	s := style{size: 10, valign: typeset.Bottom}
	if i := u16(d, 0); i < len(b.fonts) {
		s.size, s.bold = b.fonts[i].size, b.fonts[i].bold
	}
	id := u16(d, 2)
	if code, ok := b.formats[id]; ok {
		s.format = code
	} else {
		s.format = builtin[id]
	}
	if len(d) < 8 {
		return s
	}
	align := u16(d, 6)
	switch align & 7 {
	case 1, 4, 5:
		s.set = true
	case 2, 6:
		s.align, s.set = typeset.Center, true
	case 3:
		s.align, s.set = typeset.Right, true
	}
	s.wrap = align&8 != 0
	switch align >> 4 & 7 {
	case 0, 3:
		s.valign = typeset.Top
	case 1:
		s.valign = typeset.Middle
	}
	var left, right, top, bottom uint32
	if b.old {
		edges, foot := u32(d, 12), u32(d, 8)
		top, left, right, bottom = edges&7, edges>>3&7, edges>>6&7, foot>>22&7
	} else {
		edges := u32(d, 10)
		left, right, top, bottom = edges&15, edges>>4&15, edges>>8&15, edges>>12&15
	}
	for _, side := range [...]struct {
		line uint32
		b    typeset.Border
	}{{left, typeset.West}, {right, typeset.East}, {top, typeset.North}, {bottom, typeset.South}} {
		if side.line != 0 {
			s.border |= side.b
		}
	}
	return s
}

func (b *biff) style(i int) style {
	if i < len(b.styles) {
		return b.styles[i]
	}
	return style{size: 10, valign: typeset.Bottom}
}

// rk decodes a number that is packed into four bytes.
func rk(v uint32) float64 {
	var f float64
	if v&2 != 0 {
		f = float64(int32(v) >> 2)
	} else {
		f = math.Float64frombits(uint64(v&^3) << 32)
	}
	if v&1 != 0 {
		f /= 100
	}
	return f
}

// readSheet reads the sheet whose stream begins at pos; whole is false if it is
// cut short.
func (b *biff) readSheet(s *sheet, pos int) (whole bool) {
	first, ok := b.record(pos)
	if !ok || first.kind != recBOF {
		return false
	}
	add := func(row, col, xf int, text string, figure bool, concealed string) {
		if b.cells++; b.cells > maxCells {
			b.book.cut = true
			return
		}
		c := cell{row: row, col: col, text: text, figure: figure, concealed: concealed, style: b.style(xf)}
		if c.text != "" || c.concealed != "" || c.style.border != 0 {
			s.cells = append(s.cells, c)
		}
	}
	figure := func(row, col, xf int, v float64) {
		text := show(v, b.style(xf).format, b.epoch04)
		concealed := ""
		if text == "" {
			concealed = general(v)
		}
		add(row, col, xf, text, true, concealed)
	}
	depth := 0
	row, col, xf := -1, 0, 0 // of a formula whose text follows
	for pos = first.next; ; {
		r, ok := b.record(pos)
		if !ok {
			return false
		}
		pos = r.next
		d := r.data
		switch r.kind {
		case recBOF: // a chart within the sheet
			depth++
			s.pictures++
			continue
		case recEOF:
			if depth == 0 {
				return true
			}
			depth--
			continue
		}
		if depth > 0 {
			continue
		}
		switch r.kind {
		case recRowBreaks:
			size := 6
			if b.old {
				size = 2
			}
			for i := range min(u16(d, 0), (len(d)-2)/size, maxBreaks) {
				if n := u16(d, 2+size*i); n > 0 {
					s.breaks = append(s.breaks, n)
				}
			}
		case recDefWidth:
			s.width = charWidth(float64(u16(d, 0)))
		case recDefHeight:
			if h := float64(u16(d, 2)) / 20; h > 0 {
				s.height = min(h, 100)
			}
		case recColInfo:
			if len(d) < 10 {
				continue
			}
			w := float64(u16(d, 4)) / 256
			for c := u16(d, 0); c <= min(u16(d, 2), lastColumn-1); c++ {
				if d[8]&1 != 0 || w == 0 {
					s.hiddenColumns[c] = true
				}
				if w > 0 {
					s.widths[c] = charWidth(w)
				}
			}
		case recRow:
			if len(d) < 16 {
				continue
			}
			n := u16(d, 0)
			if h := u16(d, 6) & 0x7fff; h > 0 {
				s.heights[n] = float64(h) / 20
			}
			if u16(d, 12)&0x20 != 0 {
				s.hiddenRows[n] = true
			}
		case recMerged:
			for i := range min(u16(d, 0), (len(d)-2)/8) {
				a := area{u16(d, 2+8*i), u16(d, 6+8*i), u16(d, 4+8*i), u16(d, 8+8*i)}
				if a.lastRow >= a.row && a.lastCol >= a.col && len(s.merges) < maxMerges {
					s.merges = append(s.merges, a)
				}
			}
		case recNumber:
			if len(d) >= 14 {
				figure(u16(d, 0), u16(d, 2), u16(d, 4), math.Float64frombits(binary.LittleEndian.Uint64(d[6:])))
			}
		case recRK:
			if len(d) >= 10 {
				figure(u16(d, 0), u16(d, 2), u16(d, 4), rk(u32(d, 6)))
			}
		case recMulRK:
			for i := 0; 4+6*i+6 <= len(d)-2; i++ {
				figure(u16(d, 0), u16(d, 2)+i, u16(d, 4+6*i), rk(u32(d, 6+6*i)))
			}
		case recBlank:
			add(u16(d, 0), u16(d, 2), u16(d, 4), "", false, "")
		case recMulBlank:
			for i := 0; 4+2*i+2 <= len(d)-2; i++ {
				add(u16(d, 0), u16(d, 2)+i, u16(d, 4+2*i), "", false, "")
			}
		case recLabelSST:
			if i := int(u32(d, 6)); len(d) >= 10 && i < len(b.shared) {
				add(u16(d, 0), u16(d, 2), u16(d, 4), b.shared[i], false, "")
			}
		case recLabel, recRString:
			if len(d) < 8 {
				continue
			}
			text := ""
			if b.old {
				text = b.bytes(d[8:min(len(d), 8+u16(d, 6))])
			} else {
				text = b.long(d[6:])
			}
			add(u16(d, 0), u16(d, 2), u16(d, 4), text, false, "")
		case recBoolErr:
			if len(d) < 8 {
				continue
			}
			text := map[bool]string{true: "TRUE", false: "FALSE"}[d[6] != 0]
			if d[7] != 0 {
				text = errorName(d[6])
			}
			add(u16(d, 0), u16(d, 2), u16(d, 4), text, false, "")
		case recFormula:
			if len(d) < 14 {
				continue
			}
			row, col, xf = u16(d, 0), u16(d, 2), u16(d, 4)
			if u16(d, 12) != 0xffff {
				figure(row, col, xf, math.Float64frombits(binary.LittleEndian.Uint64(d[6:])))
				continue
			}
			switch d[6] {
			case 0: // a text, which follows
			case 1:
				add(row, col, xf, map[bool]string{true: "TRUE", false: "FALSE"}[d[8] != 0], false, "")
			case 2:
				add(row, col, xf, errorName(d[8]), false, "")
			default:
				add(row, col, xf, "", false, "") // an empty text
			}
		case recString:
			if row < 0 || len(d) < 3 {
				continue
			}
			text := ""
			if b.old {
				text = b.bytes(d[2:min(len(d), 2+u16(d, 0))])
			} else {
				text = b.long(d)
			}
			add(row, col, xf, text, false, "")
			row = -1
		case recObj:
			// Buttons and notes are objects too; pictures are of type 8.
			if len(d) >= 6 && u16(d, 0) == 0x15 && u16(d, 4) == 8 {
				s.pictures++
			}
		}
	}
}

func errorName(code byte) string {
	switch code {
	case 0x00:
		return "#NULL!"
	case 0x07:
		return "#DIV/0!"
	case 0x0f:
		return "#VALUE!"
	case 0x17:
		return "#REF!"
	case 0x1d:
		return "#NAME?"
	case 0x24:
		return "#NUM!"
	}
	return "#N/A"
}
