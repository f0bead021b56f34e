package main

import (
	"testing"

	"tallyman/extract/page"
	"tallyman/inspect"
	"tallyman/rules"
	"tallyman/trade"
)

func TestCountStructured(t *testing.T) {
	d := &trade.Document{}
	for path, text := range map[string]string{"/number": "K-1", "/countryOfOrigin": "ZG"} {
		if err := d.Set(trade.Statement{Path: path, Text: text, Reader: trade.Structured, Confidence: 1}); err != nil {
			t.Fatal(err)
		}
	}
	var sum structuredCount
	sum.add(countStructured(inspect.File{Status: trade.Done, Papers: []*trade.Document{d}},
		[]inspect.Result{{Findings: []rules.Finding{{Severity: rules.Low}, {Severity: rules.High}}}}))
	sum.add(countStructured(inspect.File{Status: trade.Rejected, Reason: &page.Problem{Code: page.NotAPaper}}, nil))
	sum.add(countStructured(inspect.File{Status: trade.Done}, nil))
	const want = "1 papers with 2 fields, 1 of them unreadable; no paper for a reason: not_a_paper 1; lost: 1; findings of medium or more: 1"
	if got := sum.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
