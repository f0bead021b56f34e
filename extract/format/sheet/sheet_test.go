package sheet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"tallyman/extract/format"
	"tallyman/extract/page"
	"tallyman/trade"
)

func TestShow(t *testing.T) {
	for _, tt := range []struct {
		v    float64
		code string
		want string
	}{
		{0.1 + 0.2, "General", "0.3"}, {1205, "General", "1205"}, {1.0 / 3, "General", "0.333333333"}, {4607012345678, "General", "4607012345678"},
		{1234567.891, "#,##0.00", "1234567.89"}, {1205.5, "#,##0", "1206"}, {1.005, "0.00", "1.01"}, {2.675, "0.00", "2.68"}, {-1.005, "0.00", "-1.01"},
		{-3.5, "#,##0.00_);(#,##0.00)", "(3.50)"}, {3.5, "#,##0.00_);(#,##0.00)", "3.50"}, {-3.5, `0.00;[Red]\-0.00`, "-3.50"},
		{12.5, `0.00" kg"`, "12.50 kg"}, {12.5, `"USD" #,##0.00`, "USD 12.50"}, {12.5, "[$€-407] #,##0.00", "€ 12.50"}, {12.5, `_-* #,##0.00\ "₽"_-;\-* #,##0.00\ "₽"_-`, "12.50 ₽"},
		{12.5, "[$$-409]#,##0.00", "$12.50"}, {0.185, "0.0%", "18.5%"}, {0.2, "0%", "20%"}, {1234567, "#,##0,", "1235"}, {1.5, "0.0##", "1.5"}, {1.5, "0.000", "1.500"},
		{7, "000", "007"}, {84713000, "0000 00 00", "8471 30 00"}, {12345, "0.00E+00", "1.23E+04"}, {0, "0;-0;;@", ""}, {5, ";;;", ""}, {150, "[>=100]0.0;0.00", "150.0"}, {50, "[>=100]0.0;0.00", "50.00"},
		{5, `General" pcs"`, "5 pcs"}, {0, `#,##0.00;-#,##0.00;"-"`, "-"}, {999.9951, "0.00", "1000.00"}, {9.5e-5, "0.0000", "0.0001"},
		{46089, "dd.mm.yyyy", "08.03.2026"}, {46089, "dd/mm/yyyy", "2026-03-08"}, {46089, "m/d/yyyy", "2026-03-08"}, {46089, "mm-dd-yy", "2026-03-08"}, {46089, "yyyy-mm-dd", "2026-03-08"},
		{46089, "d mmm yyyy", "8 Mar 2026"}, {46089, "dd-mmm-yy", "08-Mar-26"}, {46089, `[$-419]d mmmm yyyy" г.";@`, "8 марта 2026 г."}, {46089, `yyyy"年"m"月"d"日"`, "2026年3月8日"},
		{46089.5, "d/m/yyyy h:mm", "2026-03-08 12:00"}, {0.75, "h:mm", "18:00"}, {0.75, "h:mm AM/PM", "6:00 PM"}, {1.5, "[h]:mm", "36:00"}, {60, "d mmm yyyy", "29 Feb 1900"}, {1, "d mmm yyyy", "1 Jan 1900"},
	} {
		// Day 60 is one that never was; any neighbour is as good.
		if got := show(tt.v, tt.code, false); got != tt.want && !(tt.v == 60 && got == "28 Feb 1900") {
			t.Errorf("%v as %q is %q, want %q", tt.v, tt.code, got, tt.want)
		}
	}
	if got := show(1234.5, "", false); got != "1234.5" {
		t.Errorf("without a format: %q", got)
	}
	if got := show(44627, "yyyy-mm-dd", true); got != "2026-03-08" {
		t.Errorf("counted from 1904: %q", got)
	}
}

// text is the words of all pages, line by line as they were set.
func text(a format.Answer) string {
	var b strings.Builder
	for _, p := range a.Pages {
		last := -1.0
		for _, w := range p.Words {
			if last >= 0 && math.Abs(w.Box.Y0-last) > 1 {
				b.WriteString("\n")
			} else if last >= 0 {
				b.WriteString(" ")
			}
			last = w.Box.Y0
			b.WriteString(w.Text)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func notes(a format.Answer, code string) string {
	var all []string
	for _, n := range a.Notes {
		if n.Code == code {
			all = append(all, n.Text)
		}
	}
	return strings.Join(all, "\n")
}

func TestWhatIsHidden(t *testing.T) {
	f := excelize.NewFile()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for cell, v := range map[string]any{"A1": "Goods", "B1": "Cost", "C1": "Price", "A2": "Lamp", "B2": 3, "C2": 9.5, "A3": "Secret kettle", "B3": 4, "C3": 11, "A4": "Total", "C4": nil} {
		check(f.SetCellValue("Sheet1", cell, v))
	}
	check(f.SetCellFormula("Sheet1", "C4", "SUM(C2:C3)"))
	check(f.SetRowVisible("Sheet1", 3, false))
	check(f.SetColVisible("Sheet1", "B", false))
	_, err := f.NewSheet("Prices")
	check(err)
	check(f.SetCellValue("Prices", "A1", "old price list"))
	check(f.SetSheetVisible("Prices", false))
	var out bytes.Buffer
	check(f.Write(&out))
	a, err := readXLSX(out.Bytes())
	check(err)
	if got, want := text(a), "Goods Price\nLamp 9.5\nTotal\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	hidden := notes(a, page.HiddenContent)
	for _, want := range []string{"Secret kettle | 4 | 11", "Cost | 3", "old price list"} {
		if !strings.Contains(hidden, want) {
			t.Errorf("no note says %q: %s", want, hidden)
		}
	}
	if n := notes(a, page.FormulaNoValue); !strings.Contains(n, "C4") {
		t.Errorf("no note on the formula without a result: %q", n)
	}
	if w := a.Pages[0].Words; w[0].Reader != trade.TextLayer || w[3].Text != "9.5" || w[3].Reader != trade.Structured {
		t.Errorf("readers are wrong: %+v", w)
	}
}

func TestMergedAndRuled(t *testing.T) {
	f := excelize.NewFile()
	var out bytes.Buffer
	style, err := f.NewStyle(&excelize.Style{Border: []excelize.Border{{Type: "left", Style: 1}, {Type: "right", Style: 1}, {Type: "top", Style: 1}, {Type: "bottom", Style: 1}}, Alignment: &excelize.Alignment{WrapText: true}})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		f.MergeCell("Sheet1", "B2", "C2"), f.SetCellValue("Sheet1", "B2", "a title over two columns"), f.SetCellStyle("Sheet1", "B2", "C3", style),
		f.SetCellValue("Sheet1", "B3", "left"), f.SetCellValue("Sheet1", "C3", "right"), f.SetHeaderFooter("Sheet1", &excelize.HeaderFooterOptions{OddHeader: `&L&"Arial,Bold"&14Head of page&R&P`}), f.Write(&out),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	a, err := readXLSX(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := text(a), "Head of page\na title over two\ncolumns\nleft right\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	lying, standing := 0, 0
	for _, r := range a.Pages[0].Rules {
		if r.Horizontal() {
			lying++
		} else {
			standing++
		}
	}
	// The inner standing rule begins below the title.
	if lying != 3 || standing != 3 {
		t.Errorf("%d lying and %d standing rules, want 3 and 3: %v", lying, standing, a.Pages[0].Rules)
	}
}

// A stream is a workbook of the old format in the making.
type stream struct{ bytes.Buffer }

func (s *stream) rec(kind int, parts ...any) {
	var d bytes.Buffer
	for _, p := range parts {
		switch v := p.(type) {
		case int:
			d.Write(binary.LittleEndian.AppendUint16(nil, uint16(v)))
		case byte:
			d.WriteByte(v)
		case uint32:
			d.Write(binary.LittleEndian.AppendUint32(nil, v))
		case float64:
			d.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)))
		case string:
			d.WriteString(v)
		case []byte:
			d.Write(v)
		}
	}
	s.Write(binary.LittleEndian.AppendUint16(nil, uint16(kind)))
	s.Write(binary.LittleEndian.AppendUint16(nil, uint16(d.Len())))
	s.Write(d.Bytes())
}

func wideText(s string) []byte {
	var b []byte
	for _, r := range s {
		b = binary.LittleEndian.AppendUint16(b, uint16(r))
	}
	return b
}

// oldWorkbook is a stream of BIFF8 with one shown sheet and one hidden.
func oldWorkbook() []byte {
	var s stream
	s.rec(recBOF, 0x0600, 5, 0, 0, uint32(0), uint32(0))
	s.rec(recFont, 200, 0, 0x7fff, 400, 0, byte(0), byte(0), byte(0), byte(0), byte(1), byte(0), "A")
	s.rec(recFormat, 164, 10, byte(0), `0.00" kg"`+" ")
	xf := func(format int) {
		s.rec(recXF, 0, format, 0, byte(0x20), byte(0), 0, uint32(0x1111), uint32(0), 0)
	}
	xf(0)
	xf(14)
	xf(164)
	at := s.Len()
	s.rec(recBoundSheet, uint32(0), byte(0), byte(0), byte(5), byte(0), "Goods")
	s.rec(recBoundSheet, uint32(0), byte(1), byte(0), byte(3), byte(0), "Old")
	// Three texts; the second goes on in the next record, in wide letters.
	s.rec(recSST, uint32(3), uint32(3), 4, byte(0), "Lamp", 8, byte(0), "Ket")
	s.rec(recContinue, byte(1), wideText("tle €"), 6, byte(1), wideText("Чайник"))
	s.rec(recEOF)
	pos := s.Len()
	s.rec(recBOF, 0x0600, 16, 0, 0, uint32(0), uint32(0))
	s.rec(recColInfo, 3, 3, 2048, 0, 1, 0) // column D is hidden
	s.rec(recRow, 2, 0, 3, 300, 0, 0, 0x20, 0)
	s.rec(recLabelSST, 0, 0, 0, uint32(0))
	s.rec(recNumber, 0, 1, 2, 12.345)
	s.rec(recRK, 0, 2, 1, uint32(46089<<2|2))
	s.rec(recNumber, 0, 3, 0, 777.0)
	s.rec(recLabelSST, 1, 0, 0, uint32(1))
	s.rec(recMulRK, 1, 1, 0, uint32(125<<2|3), 0, uint32(7<<2|2), 2)
	s.rec(recFormula, 1, 3, 0, []byte{0, 0, 0, 0, 0, 0, 0xff, 0xff}, 0, uint32(0))
	s.rec(recString, 2, byte(0), "ok")
	s.rec(recLabelSST, 2, 0, 0, uint32(2))
	s.rec(recEOF)
	other := s.Len()
	s.rec(recBOF, 0x0600, 16, 0, 0, uint32(0), uint32(0))
	s.rec(recLabel, 0, 0, 0, 5, byte(0), "stale")
	s.rec(recEOF)
	data := s.Bytes()
	binary.LittleEndian.PutUint32(data[at+4:], uint32(pos))
	binary.LittleEndian.PutUint32(data[at+4+4+8+5:], uint32(other))
	return data
}

func TestOldWorkbook(t *testing.T) {
	a, err := readCompound(oldWorkbook())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := text(a), "Lamp 12.35 kg 2026-03-08\nKettle € 1.25 7\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	hidden := notes(a, page.HiddenContent)
	for _, want := range []string{"Чайник", "777 | ok", "stale"} {
		if !strings.Contains(hidden, want) {
			t.Errorf("no note says %q: %s", want, hidden)
		}
	}
	if a.Partial != nil {
		t.Errorf("partial: %v", a.Partial)
	}
	// A stream that is cut short says so, wherever it is cut.
	whole := oldWorkbook()
	for n := range whole {
		a, err := readBIFF(whole[:n])
		var p *page.Problem
		if err != nil && !errors.As(err, &p) {
			t.Fatalf("cut at %d: %v", n, err)
		}
		if err == nil && a.Partial == nil {
			t.Fatalf("cut at %d of %d and taken for whole", n, len(whole))
		}
	}
}

func TestDelimiter(t *testing.T) {
	for _, tt := range []struct {
		text string
		want rune
	}{
		{"No,Goods,Qty\n1,Lamp,5\n2,Kettle,7\n", ','},
		{"No;Goods;Price\n1;Lamp;5,50\n2;Kettle;7,25\n", ';'},
		{"No\tGoods\tQty\r\n1\tLamp, brass\t5\r\n", '\t'},
		{"Invoice,,,\nNo,12,,\n,,,\nNo,Goods,Qty,Price\n1,\"Lamp, brass\",5,2\n", ','},
		{"Dear Sir, we send you, as agreed, 12 lamps.\nPlease confirm, at once, the receipt.\n", 0},
		{"source: public, licence: MIT\nrepo: a, b, c\n12 files\n", 0},
		{`{"a": 1, "b": 2, "c": 3}` + "\n" + `{"a": 4, "b": 5, "c": 6}`, 0},
		{"<a>1,2,3</a>\n<a>4,5,6</a>\n", 0},
		{"one\ntwo\nthree 3\n", 0},
		{"", 0},
	} {
		if got := delimiter(tt.text, false); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
	if _, ok := decodeText([]byte("a\x00b,c,1\n")); ok {
		t.Error("bytes are taken for text")
	}
}

func TestOpenDocumentNumbers(t *testing.T) {
	for _, tt := range []struct {
		text string
		v    float64
		want string
	}{
		{"1.234,50 €", 1234.5, "1234.50 €"}, {"1 234,5", 1234.5, "1234.5"}, {"1,234", 1234, "1234"}, {"1,234", 1.234, "1.234"}, {"18,5 %", 0.185, "18.5 %"}, {"-3,10", -3.1, "-3.10"}, {"n/a", 5, "n/a"},
	} {
		if got := withoutMarks(tt.text, tt.v); got != tt.want {
			t.Errorf("%q of %v is %q, want %q", tt.text, tt.v, got, tt.want)
		}
	}
}

func TestReferences(t *testing.T) {
	type ref struct {
		row, col int
		ok       bool
	}
	got := map[string]ref{}
	for _, s := range []string{"A1", "$B$12", "AA3", "XFD1048576", "A0", "1", "", "ZZZZZ1", "A99999999"} {
		r, c, ok := cellRef(s)
		got[s] = ref{r, c, ok}
	}
	want := map[string]ref{"A1": {0, 0, true}, "$B$12": {11, 1, true}, "AA3": {2, 26, true}, "XFD1048576": {1<<20 - 1, 1<<14 - 1, true}, "A0": {}, "1": {}, "": {}, "ZZZZZ1": {}, "A99999999": {}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(ref{})); diff != "" {
		t.Error(diff)
	}
	for n, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA"} {
		if got := columnName(n); got != want {
			t.Errorf("column %d is %q, want %q", n, got, want)
		}
	}
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("No,Goods,Qty\n1,Lamp,5\n2,Kettle,7\n"))
	f.Add([]byte("No;\"Goods;x\";Price\n1;Lamp;5,50\n2;Kettle;7,25\n"))
	f.Add([]byte("\xff\xfeN\x00;\x001\x00;\x002\x00\n\x00"))
	f.Add([]byte("\xcd\xee\xec\xe5\xf0;\xd2\xee\xe2\xe0\xf0;1\n1;\xcb\xe0\xec\xef\xe0;2\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		kind := CSV.Detect(data)
		a, err := readCSV(data)
		var p *page.Problem
		if err != nil && !errors.As(err, &p) {
			t.Fatal(err)
		}
		if kind != "" && err != nil && p.Code == page.UnsupportedType && len(data) < 60<<10 {
			t.Fatal("taken for a table and refused as none")
		}
		sound(t, a)
	})
}

func FuzzXLS(f *testing.F) {
	f.Add(oldWorkbook())
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := readBIFF(data)
		var p *page.Problem
		if err != nil && !errors.As(err, &p) {
			t.Fatal(err)
		}
		sound(t, a)
	})
}

// sound holds the words of an answer to their pages.
func sound(t *testing.T, a format.Answer) {
	t.Helper()
	for i, p := range a.Pages {
		if p.Number != i+1 || !(p.Width > 0 && p.Width < 1e6 && p.Height > 0 && p.Height < 1e6) {
			t.Fatalf("page %d: number %d, %v by %v", i+1, p.Number, p.Width, p.Height)
		}
		for _, w := range p.Words {
			if w.Text == "" || strings.ContainsAny(w.Text, " \n\t") || w.Box.Empty() || w.Box.X0 < 0 || w.Box.Y0 < 0 || w.Box.X1 > p.Width+1 || w.Box.Y1 > p.Height+1 {
				t.Fatalf("word %+v on a page of %v by %v", w, p.Width, p.Height)
			}
		}
	}
}
