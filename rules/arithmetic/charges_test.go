package arithmetic

import (
	"fmt"
	"testing"

	"tallyman/rules"
	"tallyman/trade"
)

// A total that does not follow from the subtotal is an alarm if the two stand
// line below line, and is none if a line that was not read may stand between.
func TestRoomForAnUnreadCharge(t *testing.T) {
	const height = 9.0 // points
	for _, c := range []struct {
		name  string
		pitch float64
		lines int // from subtotal to total
		page  int // of the total
		want  rules.Severity
	}{
		{"next line", 12, 1, 1, rules.High},
		{"next row of a ruled table", 21, 1, 1, rules.High},
		{"a line between", 14, 2, 1, rules.Low},
		{"three lines between", 12, 4, 1, rules.Low},
		{"next page", 12, 1, 2, rules.Low},
	} {
		d := &trade.Document{ID: "invoice", Type: trade.CommercialInvoice, Status: trade.Done, Pages: []int{1, 2}}
		for _, s := range []trade.Statement{
			{Path: "/subtotal", Text: "1000.00 EUR", Page: 1, Box: trade.Box{X0: 400, Y0: 500, X1: 460, Y1: 500 + height}},
			{Path: "/invoiceTotal", Text: "737.10 EUR", Page: c.page, Box: trade.Box{X0: 400, Y0: 500 + float64(c.lines)*c.pitch, X1: 460, Y1: 500 + float64(c.lines)*c.pitch + height}},
		} {
			if err := d.Set(s); err != nil {
				t.Fatal(err)
			}
		}
		findings, _ := rules.Run(&trade.Dossier{Documents: []*trade.Document{d}}, nil, ChargesDoNotMakeTotal)
		if len(findings) != 1 || findings[0].Severity != c.want {
			t.Errorf("%s: findings %v, want one of severity %v", c.name, findings, c.want)
		}
	}
}

// The lines and their total are an alarm if one follows the other, and are none
// if there is room for adjustments between them.
func TestRoomForAdjustments(t *testing.T) {
	const height = 9.0 // points
	for _, c := range []struct {
		name  string
		lines float64 // from the last line of goods to the total
		want  rules.Severity
	}{
		{"below the table", 2, rules.High},
		{"eight lines below", 9, rules.Low},
	} {
		d := &trade.Document{ID: "invoice", Type: trade.CommercialInvoice, Status: trade.Done, Pages: []int{1}}
		for i, s := range []trade.Statement{
			{Path: "/items/0/sequence", Text: "1"}, {Path: "/items/0/amount", Text: "450.00 EUR"},
			{Path: "/items/1/sequence", Text: "2"}, {Path: "/items/1/amount", Text: "600.00 EUR"},
			{Path: "/subtotal", Text: "900.00 EUR"},
		} {
			s.Page = 1
			top := 300 + float64(i/2)*12
			if s.Path == "/subtotal" {
				top = 312 + c.lines*12
			}
			s.Box = trade.Box{X0: 400, Y0: top, X1: 460, Y1: top + height}
			if err := d.Set(s); err != nil {
				t.Fatal(err)
			}
		}
		findings, _ := rules.Run(&trade.Dossier{Documents: []*trade.Document{d}}, nil, LinesDoNotMakeSubtotal)
		if len(findings) != 1 || findings[0].Severity != c.want {
			t.Errorf("%s: findings %v, want one of severity %v", c.name, findings, c.want)
		}
	}
}

// Lines that make more than their total are an alarm if they stand evenly, and
// are none if a discount may stand among them.
func TestRoomAmongLines(t *testing.T) {
	const height = 9.0 // points
	for _, c := range []struct {
		name string
		tops []float64 // of the lines of goods
		want rules.Severity
	}{
		{"evenly", []float64{300, 314, 328}, rules.High},
		{"a row between", []float64{300, 328, 342}, rules.Low},
		{"two lines, close", []float64{300, 314}, rules.High},
		{"two lines, a row between", []float64{300, 328}, rules.Low},
	} {
		d := &trade.Document{ID: "invoice", Type: trade.CommercialInvoice, Status: trade.Done, Pages: []int{1}}
		set := func(path, text string, top float64) {
			s := trade.Statement{Path: path, Text: text, Page: 1, Box: trade.Box{X0: 400, Y0: top, X1: 460, Y1: top + height}}
			if err := d.Set(s); err != nil {
				t.Fatal(err)
			}
		}
		for i, top := range c.tops {
			set(fmt.Sprintf("/items/%d/sequence", i), fmt.Sprint(i+1), top)
			set(fmt.Sprintf("/items/%d/amount", i), "450.00 EUR", top)
		}
		set("/subtotal", "800.00 EUR", c.tops[len(c.tops)-1]+20)
		findings, _ := rules.Run(&trade.Dossier{Documents: []*trade.Document{d}}, nil, LinesDoNotMakeSubtotal)
		if len(findings) != 1 || findings[0].Severity != c.want {
			t.Errorf("%s: findings %v, want one of severity %v", c.name, findings, c.want)
		}
	}
}

// A count that was taken for that of a line and for the total proves nothing.
func TestOnePrintForTwo(t *testing.T) {
	for _, c := range []struct {
		name string
		top  float64 // of the total
		want int
	}{
		{"the print of the first line", 300, 0},
		{"its own", 600, 1},
	} {
		d := &trade.Document{ID: "declaration", Type: trade.ImportDeclaration, Status: trade.Done, Pages: []int{1}}
		set := func(path, text string, top float64) {
			s := trade.Statement{Path: path, Text: text, Page: 1, Box: trade.Box{X0: 85, Y0: top, X1: 111, Y1: top + 7}}
			if err := d.Set(s); err != nil {
				t.Fatal(err)
			}
		}
		set("/items/0/sequence", "1", 290)
		set("/items/0/packages", "50 CTNS", 300)
		set("/items/1/sequence", "2", 390)
		set("/items/1/packages", "403 CTNS", 400)
		set("/packages", "50 CTNS", c.top)
		findings, _ := rules.Run(&trade.Dossier{Documents: []*trade.Document{d}}, nil, PackagesDoNotAddUp)
		if len(findings) != c.want {
			t.Errorf("%s: findings %v, want %d", c.name, findings, c.want)
		}
	}
}
