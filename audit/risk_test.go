package audit

import (
	"strings"
	"testing"

	"tallyman/rules"
	"tallyman/trade"
)

func paperOf(t *testing.T, fields map[string]string) *trade.Document {
	t.Helper()
	d := &trade.Document{ID: "p", Name: "invoice.pdf", File: "invoice.pdf", Type: trade.CommercialInvoice, Status: trade.Done}
	for path, text := range fields {
		if err := d.Set(trade.Statement{Path: path, Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func TestRisk(t *testing.T) {
	at := trade.Place{Document: "p", Path: "/number"}
	finding := func(rule string, s rules.Severity) rules.Finding {
		return rules.Finding{Rule: rule, Severity: s, At: at}
	}
	lane := map[string]string{"/number": "1", "/seller/country": "Germany", "/countryOfDestination": "Kazakhstan", "/items/0/tariffCode": "8542310000", "/items/0/description": "circuits"}
	calm := map[string]string{"/number": "1", "/seller/country": "Germany", "/countryOfDestination": "France", "/items/0/tariffCode": "8542310000"}
	// Each dossier stands before the next.
	last := 1.0
	for _, c := range []struct {
		name     string
		fields   map[string]string
		findings []rules.Finding
	}{
		{"two rules, high", calm, []rules.Finding{finding("XD-01", rules.High), finding("AR-02", rules.High)}},
		{"one rule, high, many lines", calm, []rules.Finding{finding("XD-01", rules.High), finding("XD-01", rules.High), finding("XD-01", rules.High)}},
		{"high along a lane that broke", lane, []rules.Finding{finding("XD-01", rules.High)}},
		{"high", calm, []rules.Finding{finding("XD-01", rules.High)}},
		{"medium", calm, []rules.Finding{finding("XD-01", rules.Medium)}},
		{"low along a lane that broke", lane, []rules.Finding{finding("XD-01", rules.Low)}},
		{"low", calm, []rules.Finding{finding("XD-01", rules.Low)}},
		{"only the lane", lane, []rules.Finding{finding("XD-01", rules.Info)}},
		{"nothing", calm, nil},
	} {
		d := Dossier{Name: "d", Papers: []*trade.Document{paperOf(t, c.fields)}, Findings: c.findings}
		r := d.Assess()
		if r.Value >= last {
			t.Errorf("%s: %v does not stand below %v", c.name, r.Value, last)
		}
		last = r.Value
		if (r.Value > 0) != (len(r.Reasons) > 0) {
			t.Errorf("%s: %v for reasons %v", c.name, r.Value, r.Reasons)
		}
		report := &Report{Dossiers: []Dossier{d}, Rules: map[string]*rules.Rule{"XD-01": {ID: "XD-01"}, "AR-02": {ID: "AR-02"}}}
		if e := NewEvidence(report, d, nil, ""); e.Risk() != r.Value {
			t.Errorf("%s: the evidence says %v, the dossier %v", c.name, e.Risk(), r.Value)
		}
	}
	if last != 0 {
		t.Errorf("nothing found has risk %v", last)
	}
	d := Dossier{Papers: []*trade.Document{paperOf(t, lane)}}
	if r := d.Assess(); r.Value > 0.05 || !strings.Contains(r.Reasons[0].Text, "prior, no finding") || !strings.Contains(r.Reasons[0].Text, "Eurostat") {
		t.Errorf("%+v", r)
	}
}

// A finding about text that was hardly read weighs less.
func TestRiskOfDoubtfulReading(t *testing.T) {
	risk := func(confidence float64) float64 {
		d := &trade.Document{ID: "p", Status: trade.Done}
		if err := d.Set(trade.Statement{Path: "/number", Text: "A-1", Confidence: confidence, Reader: trade.TextLayer}); err != nil {
			t.Fatal(err)
		}
		return Dossier{Papers: []*trade.Document{d}, Findings: []rules.Finding{{Rule: "XD-01", Severity: rules.High, At: trade.Place{Document: "p", Path: "/number"}}}}.Risk()
	}
	if risk(0.5) >= risk(1) {
		t.Errorf("%v for half, %v for sure", risk(0.5), risk(1))
	}
}
