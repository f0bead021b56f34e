package ocr

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tallyman/extract/page"
	"tallyman/trade"
)

// row lays words out on a line, ten points for a character and a gap of six.
func row(reader trade.Reader, y float64, words ...any) []page.Word {
	var out []page.Word
	x := 0.0
	for i := 0; i < len(words); i += 2 {
		text, conf := words[i].(string), words[i+1].(float64)
		n := float64(len([]rune(text))) * 10
		if conf > 0 { // 0 leaves the place empty
			out = append(out, page.Word{Text: text, Confidence: conf, Reader: reader, Box: trade.Box{X0: x, Y0: y, X1: x + n, Y1: y + 12}})
		}
		x += n + 6
	}
	return out
}

func one(words ...any) []page.Word { return row(trade.FirstOCR, 100, words...) }
func two(words ...any) []page.Word { return row(trade.SecondOCR, 99, words...) }

func TestMerge(t *testing.T) {
	type word struct {
		text   string
		reader trade.Reader
		sure   bool   // accepted without a look
		other  string // the first alternative
	}
	for _, test := range []struct {
		name          string
		first, second []page.Word
		want          []word
	}{
		{"both read the same", one("Total", .95, "1,234.50", .7), two("Total", .95, "1,234.50", .92),
			[]word{{"Total", trade.BothOCR, true, ""}, {"1,234.50", trade.BothOCR, true, ""}}},
		{"a figure in dispute goes to the likelier", one("1,284.50", .6), two("1,234.50", .95),
			[]word{{"1,234.50", trade.SecondOCR, false, "1,284.50"}}},
		{"the second is the likelier even where the first is sure", one("1,284.50", .99), two("1,234.50", .8),
			[]word{{"1,234.50", trade.SecondOCR, false, "1,284.50"}}},
		{"but not a digit among letters", one("1-300-AEON", .95), two("1-300-AE0N", .97),
			[]word{{"1-300-AEON", trade.FirstOCR, false, "1-300-AE0N"}}},
		{"the first is the likelier where the second guesses", one("1,284.50", .97), two("1,234.50", .55),
			[]word{{"1,284.50", trade.FirstOCR, false, "1,234.50"}}},
		{"a guess of the second does not touch a sure word", one("1,284.50", .97), two("l.2B4;5", .3),
			[]word{{"1,284.50", trade.FirstOCR, true, ""}}},
		{"a separator is a dispute", one("1.234", .93), two("1,234", .95),
			[]word{{"1,234", trade.SecondOCR, false, "1.234"}}},
		{"signs around a figure are none", one("(1,234.50)", .7), two("1,234.50", .95),
			[]word{{"(1,234.50)", trade.BothOCR, true, ""}}},
		{"the second writes words together", one("Gross", .95, "weight", .95, "5678.10", .6),
			[]page.Word{{Text: "Grossweight5678.10", Confidence: .95, Reader: trade.SecondOCR, Box: trade.Box{X0: 0, Y0: 99, X1: 185, Y1: 111}}},
			[]word{{"Gross", trade.BothOCR, true, ""}, {"weight", trade.BothOCR, true, ""}, {"5678.10", trade.BothOCR, true, ""}}},
		{"the first splits a figure it is unsure of", one("10", .5, ".60O", .4),
			[]page.Word{{Text: "10.600", Confidence: .95, Reader: trade.SecondOCR, Box: trade.Box{X0: 0, Y0: 99, X1: 66, Y1: 111}}},
			[]word{{"10.600", trade.SecondOCR, false, "10.60O"}}},
		{"white beside a point is no gap", one("11,", .97, "80", .98, "T", .9),
			[]page.Word{{Text: "11,80", Confidence: .95, Reader: trade.SecondOCR, Box: trade.Box{X0: 0, Y0: 99, X1: 56, Y1: 111}}},
			[]word{{"11,80", trade.BothOCR, true, ""}, {"T", trade.FirstOCR, true, ""}}},
		{"a gap that both see is one", one("11,", .97, "80", .98), two("11,", .95, "80", .95),
			[]word{{"11,", trade.BothOCR, true, ""}, {"80", trade.BothOCR, true, ""}}},
		{"Latin letters never replace Cyrillic", one("Москва", .5, "РОССИЯ", .4, "нетто", .6, "брутто", .6), two("MockBa", .97, "POCCNR", .98, "HeTTo", .97, "6pyTTo", .97),
			[]word{{"Москва", trade.FirstOCR, false, ""}, {"РОССИЯ", trade.FirstOCR, false, ""}, {"нетто", trade.FirstOCR, false, ""}, {"брутто", trade.FirstOCR, false, ""}}},
		{"figures of a page in Cyrillic are compared", one("Масса", .95, "нетто", .95, "груза", .95, "12480,5", .6), two("Macca", .97, "HeTTo", .97, "rpy3a", .9, "12480,5", .95),
			[]word{{"Масса", trade.BothOCR, true, ""}, {"нетто", trade.FirstOCR, true, ""}, {"груза", trade.FirstOCR, true, ""}, {"12480,5", trade.BothOCR, true, ""}}},
		{"a number with a Cyrillic letter keeps it", one("123/45-Ж", .95), two("128/45-X", .95),
			[]word{{"123/45-Ж", trade.FirstOCR, false, ""}}},
		{"letters that look alike are the same", one("МSKU1234567", .6), two("MSKU1234567", .95),
			[]word{{"МSKU1234567", trade.BothOCR, true, ""}}},
		{"accents are the first reader's", one("Gönderici", .8), two("Gonderici", .95),
			[]word{{"Gönderici", trade.BothOCR, true, ""}}},
		{"a Latin word it is unsure of comes from the second", one("Kuaia", .4), two("Kuala", .95),
			[]word{{"Kuala", trade.SecondOCR, false, "Kuaia"}}},
		{"a Latin word it is sure of stays", one("Kuala", .96), two("Kuaia", .97),
			[]word{{"Kuala", trade.FirstOCR, false, "Kuaia"}}},
		{"Chinese comes from the second", one("发", .6, "栗", .5, "号码", .6),
			[]page.Word{{Text: "发票号码", Confidence: .9, Reader: trade.SecondOCR, Box: trade.Box{X0: 0, Y0: 99, X1: 52, Y1: 111}}},
			[]word{{"发票号码", trade.SecondOCR, true, "发栗号码"}}},
		{"what the first missed is added if sure", one("Total", .95, "99.00", 0.), two("Total", .95, "99.00", .95),
			[]word{{"Total", trade.BothOCR, true, ""}, {"99.00", trade.SecondOCR, true, ""}}},
		{"and left out if not", one("Total", .95, "99.00", 0.), two("Total", .95, "99.00", .8),
			[]word{{"Total", trade.BothOCR, true, ""}}},
		{"on a page in Cyrillic only figures are added", one("Масса", .95, "нетто", .95, "груза", .95, "Xerr", 0., "77.10", 0.), two("", 0., "", 0., "", 0., "", 0., "", 0.),
			[]word{{"Масса", trade.FirstOCR, true, ""}, {"нетто", trade.FirstOCR, true, ""}, {"груза", trade.FirstOCR, true, ""}}},
		{"one reader alone", one("Total", .95, "1,234.50", .7), nil,
			[]word{{"Total", trade.FirstOCR, true, ""}, {"1,234.50", trade.FirstOCR, false, ""}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := append([]page.Word(nil), test.first...)
			var got []word
			for _, w := range Merge(test.first, test.second) {
				g := word{text: w.Text, reader: w.Reader, sure: w.Confidence >= accepted}
				if len(w.Alternatives) > 0 {
					g.other = w.Alternatives[0].Value
				}
				got = append(got, g)
			}
			if d := cmp.Diff(test.want, got, cmp.AllowUnexported(word{})); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
			if d := cmp.Diff(before, test.first); d != "" {
				t.Errorf("the first reading was changed:\n%s", d)
			}
		})
	}
}

func TestMergeAddsFiguresToCyrillic(t *testing.T) {
	first := one("Масса", .95, "нетто", .95, "груза", .95)
	second := row(trade.SecondOCR, 140, "77.10", .96, "Xerr", .96)
	got := Merge(first, second)
	if len(got) != 4 || got[3].Text != "77.10" {
		t.Errorf("added %v, want the figure alone", got[3:])
	}
}

func TestKey(t *testing.T) {
	for s, want := range map[string]bool{
		"1,234.50": true, "2026": true, "12.5": true, "MSKU1234567": true, "01/02/26": true,
		"123": false, "12": false, "ABC": false, "1.5": false, "№12": false, "": false,
	} {
		if Key(s) != want {
			t.Errorf("Key(%q) = %v", s, !want)
		}
	}
}

func TestAsk(t *testing.T) {
	clean := &Result{Languages: english, Mean: 92, Ink: .1, Words: one("Invoice", .98, "number", .98, "AB-12345", .97, "of", .97, "2026", .98, "Total", .98)}
	if q := Ask(clean, false); !q.Empty() {
		t.Errorf("a page that is sure: %+v, want no question", q)
	}
	unsure := *clean
	unsure.Words = append(one("Invoice", .98, "number", .98, "of", .97, "2026", .98, "Total", .98), row(trade.FirstOCR, 300, "5678.10", .7)...)
	q := Ask(&unsure, false)
	if q.Whole || len(q.Lines) != 1 || q.Lines[0].Y0 > 300 || q.Lines[0].Y1 < 312 {
		t.Errorf("one figure unsure: %+v, want its line", q)
	}
	if q := Ask(clean, true); !q.Whole || len(q.Sure) == 0 {
		t.Errorf("a photo: %+v, want the whole page but what is sure", q)
	}
	zh := *clean
	zh.Languages = chinese
	if q := Ask(&zh, false); !q.Whole || len(q.Sure) != 0 {
		t.Errorf("a page in Chinese: %+v, want all of it", q)
	}
	many := *clean
	for y := range 12 {
		many.Words = append(many.Words[:len(many.Words):len(many.Words)], row(trade.FirstOCR, float64(200+20*y), "5678.10", .7)...)
	}
	if q := Ask(&many, false); !q.Whole {
		t.Errorf("twelve figures unsure: %+v, want the whole page", q)
	}
}
