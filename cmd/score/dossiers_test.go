package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tallyman/fixtures"
	"tallyman/inspect"
	"tallyman/rules"
	"tallyman/trade"
)

func TestTruthOf(t *testing.T) {
	p := truthOf("a.pdf", fixtures.Paper{Type: trade.RoadConsignmentNote, Language: "en", Truth: []fixtures.Fact{
		{Path: "/consignee/address", Value: "Mill St 1"},
		{Path: "/consignee/country", Value: "KZ", Text: "Kazakhstan"},
		{Path: "/placeOfDelivery", Value: "Astana"},
		{Path: "/seller/name", Value: "A"},
		{Path: "/seller/name", Value: "Б"},
		{Path: "/invoiceTotal", Value: "10.00 USD"},
	}})
	want := []string{
		"/consignee/address = Mill St 1 | Mill St 1 Kazakhstan", "/consignee/country = KZ",
		"/placeOfDelivery = Astana | Astana Kazakhstan", "/seller/name = A | Б", "/invoiceTotal = 10.00 USD", "/currency = USD",
	}
	if diff := cmp.Diff(want, flat(p.Facts)); diff != "" || !p.Complete {
		t.Error(diff)
	}
}

func TestJudgeDossier(t *testing.T) {
	paperOf := func(name string) *trade.Document { return &trade.Document{ID: name, File: "d-1/" + name + ".pdf"} }
	files := []inspect.File{
		{Path: "d-1/invoice.pdf", Papers: []*trade.Document{paperOf("invoice")}},
		{Path: "d-1/cmr.pdf", Papers: []*trade.Document{paperOf("cmr")}},
		{Path: "d-1/packing-list.pdf", Papers: []*trade.Document{paperOf("packing-list")}},
	}
	found := func(rule string, s rules.Severity, at string, related ...string) rules.Finding {
		f := rules.Finding{Rule: rule, Severity: s, At: trade.Place{Document: at}}
		for _, r := range related {
			f.Related = append(f.Related, trade.Place{Document: r})
		}
		return f
	}
	plant := fixtures.Plant{Rule: "XD-01", Also: []string{"XD-02"}, Severity: rules.Medium, Paper: "cmr"}
	for name, c := range map[string]struct {
		planted  []fixtures.Plant
		twin     string
		findings []rules.Finding
		want     findingRow
	}{
		"right":                 {[]fixtures.Plant{plant}, "", []rules.Finding{found("XD-01", rules.High, "invoice", "cmr")}, findingRow{Planted: 1, Right: 1}},
		"right but low":         {[]fixtures.Plant{plant}, "", []rules.Finding{found("XD-01", rules.Low, "cmr")}, findingRow{Planted: 1, Right: 1, Low: 1}},
		"right rule, elsewhere": {[]fixtures.Plant{plant}, "", []rules.Finding{found("XD-01", rules.High, "invoice", "packing-list")}, findingRow{Planted: 1, Missed: 1}},
		"another rule":          {[]fixtures.Plant{plant}, "", []rules.Finding{found("XD-02", rules.High, "cmr")}, findingRow{Planted: 1, Other: 1}},
		"unrelated":             {[]fixtures.Plant{plant}, "", []rules.Finding{found("DT-01", rules.High, "invoice")}, findingRow{Planted: 1, Missed: 1, Further: 1}},
		"nothing":               {[]fixtures.Plant{plant}, "", nil, findingRow{Planted: 1, Missed: 1}},
		"honest":                {nil, "", []rules.Finding{found("DT-01", rules.Low, "invoice")}, findingRow{Clean: 1}},
		"honest, alarmed":       {nil, "", []rules.Finding{found("DT-01", rules.Medium, "invoice"), found("DT-02", rules.High, "cmr")}, findingRow{Clean: 1, CleanAlarmed: 1}},
		"odd, alarmed":          {nil, "tare", []rules.Finding{found("DT-01", rules.Medium, "invoice")}, findingRow{Odd: 1, OddAlarmed: 1}},
	} {
		var row findingRow
		s := &scorer{}
		s.judgeDossier(&row, job{opts: fixtures.Options{Twin: c.twin}}, fixtures.Dossier{Planted: c.planted}, files, []inspect.Result{{Findings: c.findings}})
		if diff := cmp.Diff(c.want, row); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
