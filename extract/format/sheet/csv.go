package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	xunicode "golang.org/x/text/encoding/unicode"

	"tallyman/extract/format"
	"tallyman/extract/format/typeset"
	"tallyman/extract/page"
)

// CSV reads tables in plain text: values parted by commas, semicolons, tabs or
// bars, a line for each row.
var CSV = &format.Reader{
	Name: "csv", Version: "1",
	Detect: func(data []byte) string {
		text, ok := decodeText(data[:min(len(data), 64<<10)])
		if !ok {
			return ""
		}
		switch delimiter(text, len(data) > 64<<10) {
		case 0:
			return ""
		case '\t':
			return "text/tab-separated-values"
		}
		return "text/csv"
	},
	Read: readCSV,
}

// decodeText returns plain text as UTF-8; ok is false if data is no text.
func decodeText(data []byte) (text string, ok bool) {
	decode := func(e encoding.Encoding) (string, bool) {
		s, err := e.NewDecoder().Bytes(data)
		return string(s), err == nil
	}
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		text, ok = decode(xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM))
		return strings.TrimPrefix(text, "\ufeff"), ok
	case bytes.IndexByte(data, 0) >= 0:
		return "", false
	}
	controls := 0
	for _, b := range data {
		if b < ' ' && b != '\n' && b != '\r' && b != '\t' && b != '\f' {
			controls++
		}
	}
	if controls*500 > len(data) {
		return "", false
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	// The text may have been cut in the middle of a letter.
	whole := data
	for n := 0; n < utf8.UTFMax && len(whole) > 0 && !utf8.Valid(whole); n++ {
		whole = whole[:len(whole)-1]
	}
	if utf8.Valid(whole) {
		return string(whole), true
	}
	foreign := 0
	for _, b := range data {
		if b >= 0x80 {
			foreign++
		}
	}
	// Chinese letters are two bytes each, and stand in runs; Cyrillic ones make
	// words of small letters.
	if s, ok := decode(simplifiedchinese.GB18030); ok && !strings.ContainsRune(s, utf8.RuneError) && 2*count(s, isHan)*10 >= foreign*9 && !mostlyCyrillic(data) {
		return s, true
	}
	if s, ok := decode(charmap.Windows1251); ok && mostlyCyrillic(data) {
		return s, true
	}
	if s, ok := decode(charmap.Windows1252); ok {
		return s, true
	}
	return "", false
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

func count(s string, is func(rune) bool) (n int) {
	for _, r := range s {
		if is(r) {
			n++
		}
	}
	return n
}

// mostlyCyrillic reports whether the high bytes are Russian letters of Windows
// 1251 in words: mostly small ones, with vowels among them.
func mostlyCyrillic(data []byte) bool {
	letters, small, vowels, other := 0, 0, 0, 0
	for _, b := range data {
		switch {
		case b >= 0xe0:
			letters++
			small++
		case b >= 0xc0:
			letters++
		case b >= 0x80 && b != 0xb9 && b != 0xab && b != 0xbb && b != 0xa0 && b != 0xb8 && b != 0x96 && b != 0x97:
			other++
		}
		switch b | 0x20 {
		case 0xe0, 0xe5, 0xe8, 0xee, 0xf3, 0xfb, 0xfd, 0xfe, 0xff:
			vowels++
		}
	}
	return letters > 0 && other*20 < letters && vowels*5 > letters && (small*2 > letters || vowels*3 > letters)
}

// delimiter returns what parts the values of a table, and 0 if the text is
// none. cut says that the last line may not be whole.
func delimiter(text string, cut bool) rune {
	first := strings.TrimLeft(text, " \t\r\n")
	if first == "" || strings.ContainsAny(first[:1], "<{[#%") {
		return 0
	}
	best, most := rune(0), 0.0
	for _, d := range []rune{'\t', ';', ',', '|'} {
		if s := tabular(text, d, cut); s > most {
			best, most = d, s
		}
	}
	return best
}

// tabular says how much like a table a text is if d parts its values; 0 is not
// at all.
func tabular(text string, d rune, cut bool) float64 {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = d, true, -1, true
	widths := map[int]int{}
	rows, long, figures, values := 0, 0, 0, 0
	for rows < 400 {
		rec, err := r.Read()
		if err != nil {
			break
		}
		rows++
		widths[len(rec)]++
		for _, v := range rec {
			if v = strings.TrimSpace(v); v == "" {
				continue
			}
			values++
			if utf8.RuneCountInString(v) > 120 {
				long++
			}
			if strings.ContainsAny(v, "0123456789") {
				figures++
			}
		}
	}
	if cut && rows > 1 {
		rows--
	}
	width, n := 0, 0
	for w, k := range widths {
		if k > n || k == n && w > width {
			width, n = w, k
		}
	}
	share := float64(n) / float64(max(rows, 1))
	switch {
	case rows < 2 || width < 2 || values < 4 || long*5 > values || figures == 0:
		return 0
	case width == 2 && (rows < 3 || share < 0.9 || d == ',' || d == '|'):
		return 0
	case width <= 4 && share < 0.85, share < 0.7:
		return 0
	}
	return share * float64(min(width, 12))
}

func readCSV(data []byte) (format.Answer, error) {
	text, ok := decodeText(data)
	d := rune(0)
	if ok {
		d = delimiter(text[:min(len(text), 128<<10)], len(text) > 128<<10)
	}
	if d == 0 {
		return format.Answer{}, &page.Problem{Code: page.UnsupportedType, Text: "The text is no table that can be read; save it as XLSX or PDF."}
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = d, true, -1
	b := &book{}
	s := newSheet("")
	for row := 0; ; row++ {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return format.Answer{}, &page.Problem{Code: page.Corrupt, Text: "The table is damaged: its quotation marks do not match. Save it again, as XLSX if you can."}
		}
		if len(s.cells) > maxCells {
			b.cut = true
			break
		}
		for col, v := range rec {
			if v = clip(strings.TrimSpace(v)); v != "" {
				s.cells = append(s.cells, cell{row: row, col: col, text: v, style: style{size: 10, valign: typeset.Bottom}})
			}
		}
	}
	s.cells = slices.Clip(s.cells)
	b.sheets = []*sheet{s}
	return b.answer()
}
