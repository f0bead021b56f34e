package forgery

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tallyman/rules"
	"tallyman/trade"
)

// paper states a total at a place of its first page.
func paper(t *testing.T, seen ...trade.Observation) *trade.Dossier {
	t.Helper()
	d := &trade.Document{ID: "a", Name: "invoice", Type: trade.CommercialInvoice, Pages: []int{1, 2}, Status: trade.Done, Observations: seen}
	err := d.Set(trade.Statement{Path: "/invoiceTotal", Text: "1205.00", Unit: "EUR", Page: 1, Box: at, Confidence: 1, Reader: trade.TextLayer})
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range []string{"Page 1 of 2", "Page 2 of 2"} {
		path := "/pageNumbers/" + string(rune('0'+i))
		if err := d.Set(trade.Statement{Path: path, Text: text, Page: i + 1, Box: trade.Box{X0: 1, Y0: 1, X1: 9, Y1: 9}, Confidence: 1, Reader: trade.TextLayer}); err != nil {
			t.Fatal(err)
		}
	}
	return &trade.Dossier{Documents: []*trade.Document{d}}
}

var (
	at    = trade.Box{X0: 100, Y0: 100, X1: 140, Y1: 108}
	aside = trade.Box{X0: 400, Y0: 700, X1: 440, Y1: 708}
)

func origins(a, b string, width float64) []trade.Observation {
	return []trade.Observation{
		{Kind: trade.PageOrigin, Print: a, Page: 1, Figures: []trade.Measure{{Name: "width", Value: 595}, {Name: "height", Value: 842}}},
		{Kind: trade.PageOrigin, Print: b, Page: 2, Figures: []trade.Measure{{Name: "width", Value: width}, {Name: "height", Value: 792}}},
	}
}

func TestPapers(t *testing.T) {
	for _, c := range []struct {
		name string
		seen []trade.Observation
		want string // rule and severity of the gravest finding
	}{
		{"saved again", []trade.Observation{{Kind: trade.Versions, Text: "a signature"}}, "FG-01 info"},
		{"a figure changed", []trade.Observation{{Kind: trade.Changed, Print: "saved", Text: "1205.00", Against: "805.00", Page: 1, Box: at}}, "FG-02 high"},
		{"a stamp added", []trade.Observation{{Kind: trade.Changed, Print: "saved", Text: "RECEIVED 4417", Page: 1, Box: aside}}, "FG-02 info"},
		{"a word of the text changed", []trade.Observation{{Kind: trade.Changed, Print: "saved", Text: "seen", Against: "sent", Page: 1, Box: aside}}, "FG-02 info"},
		{"the page twice", []trade.Observation{{Kind: trade.Changed, Print: "twice", Text: "1205.00", Against: "805.00", Page: 1, Box: at}}, "FG-02 high"},
		{"changed after signing", []trade.Observation{{Kind: trade.Changed, Print: "signed", Text: "1205.00", Against: "805.00", Page: 1, Box: at}}, "FG-05 high"},
		{"a figure added after signing", []trade.Observation{{Kind: trade.Changed, Print: "signed", Text: "805.00", Page: 1, Box: aside}}, "FG-05 high"},
		{"a signature gone", []trade.Observation{{Kind: trade.SignatureGone}}, "FG-05 high"},
		{"one description differs", []trade.Observation{{Kind: trade.Metadata, Print: "producer", Text: "A", Against: "B"}}, "FG-03 info"},
		{"both descriptions differ", []trade.Observation{{Kind: trade.Metadata, Print: "producer", Text: "A", Against: "B"}, {Kind: trade.Metadata, Print: "date of creation", Text: "x", Against: "y"}}, "FG-03 medium"},
		{"an editor", []trade.Observation{{Kind: trade.Maker, Text: "Wondershare PDFelement 9"}}, "FG-04 medium"},
		{"a tool for joining", []trade.Observation{{Kind: trade.Maker, Text: "iLovePDF"}}, "FG-04 info"},
		{"an office program", []trade.Observation{{Kind: trade.Maker, Text: "LibreOffice 7.4", Against: "Writer"}}, ""},
		{"printed anew", []trade.Observation{{Kind: trade.Maker, Text: "Microsoft: Print To PDF"}}, "FG-22 info"},
		{"a figure in white", []trade.Observation{{Kind: trade.HiddenText, Print: "white", Text: "Total 805.00", Page: 1, Box: aside}}, "FG-06 high"},
		{"a name in no colour", []trade.Observation{{Kind: trade.HiddenText, Print: "invisible", Text: "powered by a program", Page: 1, Box: aside}}, "FG-06 info"},
		{"another letter", []trade.Observation{{Kind: trade.LayerDiffers, Print: "letters", Text: "805.00", Against: "1205.00", Page: 1, Box: at}}, "FG-06 high"},
		{"painted over", []trade.Observation{{Kind: trade.HiddenText, Print: "covered", Text: "805.00", Against: "1205.00", Page: 1, Box: at}}, "FG-07 high"},
		{"drawn once more", []trade.Observation{{Kind: trade.HiddenText, Print: "covered", Text: "1205.00", Against: "1205.00", Page: 1, Box: at}}, "FG-07 info"},
		{"a font of its own in the total", []trade.Observation{{Kind: trade.OddPrint, Print: trade.OddFont, Text: "1205.00", Page: 1, Box: at}}, "FG-08 medium"},
		{"a font of its own elsewhere", []trade.Observation{{Kind: trade.OddPrint, Print: trade.OddFont, Text: "4417", Page: 1, Box: aside}}, "FG-08 info"},
		{"two copies of a font", []trade.Observation{{Kind: trade.OddPrint, Print: trade.OddSubset, Text: "1205.00", Page: 1, Box: at}}, "FG-09 medium"},
		{"typed over a value of a scan", []trade.Observation{{Kind: trade.TextOnScan, Text: "1205.00", Page: 1, Box: at}}, "FG-10 medium"},
		{"a number in the margin of a scan", []trade.Observation{{Kind: trade.TextOnScan, Text: "Register 4417", Page: 1, Box: aside}}, "FG-10 info"},
		{"an amount typed over a scan", []trade.Observation{{Kind: trade.TextOnScan, Text: "2 208.60", Page: 1, Box: aside}}, "FG-10 medium"},
		{"pages of two origins", origins("text", "scan", 612), "FG-19 medium"},
		{"a narrower picture", origins("text", "scan", 559), "FG-19 medium"},
		{"two scans", origins("scan", "scan", 595), "FG-22 info"},
		{"a letter in a figure", []trade.Observation{{Kind: trade.OddLetters, Print: "homoglyph", Text: "1О05.00", Page: 1, Box: aside}}, "FG-21 medium"},
		{"a mixed word of the text", []trade.Observation{{Kind: trade.OddLetters, Print: "homoglyph", Text: "Сarrier", Page: 1, Box: aside}}, "FG-21 info"},
		{"nothing", nil, ""},
	} {
		findings, notRun := rules.Run(paper(t, c.seen...), nil, Rules...)
		if len(notRun) > 0 {
			t.Errorf("%s: %v", c.name, notRun)
		}
		got, worst := "", rules.Info
		for _, f := range findings {
			if got == "" || f.Severity > worst {
				got, worst = f.Rule+" "+f.Severity.String(), f.Severity
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// TestMixedPagesUnnumbered takes a page that prints no number, or whose number was
// not made out.
func TestMixedPagesUnnumbered(t *testing.T) {
	for second, want := range map[string]int{"scan": 1, "text": 0} {
		first := map[string]string{"scan": "text", "text": "scan"}[second]
		d := paper(t, origins(first, second, 612)...)
		d.Documents[0].PageNumbers = d.Documents[0].PageNumbers[:1]
		findings, _ := rules.Run(d, nil, MixedPages)
		if len(findings) != want {
			t.Errorf("a %s without a number beside one %s of 2: %d findings, want %d", second, first, len(findings), want)
		}
	}
}

func TestInkOfPrint(t *testing.T) {
	box := func(x, y, w, h float64) trade.Box { return trade.Box{X0: x, Y0: y, X1: x + w, Y1: y + h} }
	for _, c := range []struct {
		name          string
		a, b          trade.Box
		flat, aligned bool
	}{
		{"one word in two lines", box(117, 245, 72, 18.5), box(148, 282, 72, 18.5), true, false},
		{"rows of a table", box(219, 92, 47, 88), box(219, 176, 47, 87), false, true},
		{"one column of the sheets of a form", box(265.1, 230.5, 105.2, 131.2), box(266, 330.5, 105.8, 131.6), false, true},
		{"two stamps", box(100, 500, 90, 90), box(300, 620, 90, 90), false, false},
	} {
		if got := flat(c.a) && flat(c.b); got != c.flat {
			t.Errorf("%s: flat is %t", c.name, got)
		}
		if got := aligned(c.a, c.b); got != c.aligned {
			t.Errorf("%s: aligned is %t", c.name, got)
		}
	}
}
