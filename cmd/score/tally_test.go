package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tallyman/trade"
)

func document(t *testing.T, typ trade.DocumentType, pairs ...string) *trade.Document {
	t.Helper()
	d := &trade.Document{ID: "d", Type: typ, TypeConfidence: 0.9}
	for i := 0; i < len(pairs); i += 2 {
		if err := d.Set(trade.Statement{Path: pairs[i], Text: pairs[i+1], Page: 1, Confidence: 0.8, Reader: trade.TextLayer}); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func total(byField map[string]tally) tally {
	var sum tally
	for _, t := range byField {
		sum.add(t)
	}
	return sum
}

func TestJudge(t *testing.T) {
	var f facts
	f.add("/number", "A-1")
	f.add("/currency", "USD")
	f.addOr("/seller/name", []string{"/consignor/name"}, "Example Trading")
	f.add("/grossMass", "10 KGM")
	doc := document(t, trade.PackingList, "/number", "A-1", "/consignor/name", "EXAMPLE TRADING", "/grossMass", "11 kg", "/netMass", "9 kg")

	p := paper{File: "a.pdf", Type: trade.CommercialInvoice, Facts: f.list}
	byField, details := judge(p, doc)
	if diff := cmp.Diff(tally{Papers: 1, Typed: 1, Fields: 4, Right: 2, Wrong: 1, Missed: 1}, total(byField)); diff != "" {
		t.Errorf("labels only: %s", diff)
	}
	if len(details) != 3 { // the wrong mass, the missed currency, the type
		t.Errorf("%d details, want 3: %v", len(details), details)
	}

	p.Complete = true // now the net mass is one too many
	byField, _ = judge(p, doc)
	if diff := cmp.Diff(tally{Papers: 1, Typed: 1, Fields: 4, Right: 2, Wrong: 1, Missed: 1, Extra: 1}, total(byField)); diff != "" {
		t.Errorf("complete: %s", diff)
	}
	if diff := cmp.Diff(tally{Extra: 1}, byField["/netMass"]); diff != "" {
		t.Errorf("net mass: %s", diff)
	}
}

func TestJudgeNothingRead(t *testing.T) {
	var f facts
	f.add("/number", "A-1")
	byField, details := judge(paper{Type: trade.AirWaybill, Facts: f.list, Complete: true}, nil)
	if diff := cmp.Diff(tally{Papers: 1, Typed: 1, Fields: 1, Missed: 1}, total(byField)); diff != "" {
		t.Error(diff)
	}
	if len(details) != 2 {
		t.Errorf("details: %v", details)
	}
}

// One lost row and one row too many cost themselves, not all that follow.
func TestJudgeAlignsRows(t *testing.T) {
	var f facts
	for n, w := range []string{"apples", "bolts", "chairs"} {
		f.add(item(n, "description"), w)
		f.add(item(n, "amount"), []string{"10", "20", "30"}[n])
	}
	doc := document(t, trade.CommercialInvoice,
		"/items/0/description", "carried forward", "/items/0/amount", "5.00 USD",
		"/items/1/description", "bolts", "/items/1/amount", "20.00 USD",
		"/items/2/description", "chairs", "/items/2/amount", "33.00 USD")
	byField, _ := judge(paper{Facts: f.list}, doc)
	// bolts is right, chairs has a wrong amount; apples stands beside the line
	// carried forward, and is wrong twice.
	if diff := cmp.Diff(tally{Papers: 1, Fields: 6, Right: 3, Wrong: 3, Lines: 3, Exact: 1}, total(byField)); diff != "" {
		t.Error(diff)
	}
	lost := document(t, trade.CommercialInvoice, "/items/0/description", "bolts", "/items/0/amount", "20.00 USD",
		"/items/1/description", "chairs", "/items/1/amount", "30.00 USD")
	byField, _ = judge(paper{Facts: f.list}, lost)
	if diff := cmp.Diff(tally{Papers: 1, Fields: 6, Right: 4, Missed: 2, Lines: 3, Exact: 2}, total(byField)); diff != "" {
		t.Error(diff)
	}
	byField, _ = judge(paper{Facts: f.list, InPlace: true}, lost)
	if got := total(byField).Right; got != 0 {
		t.Errorf("in place: %d right, want 0", got)
	}
}

func TestJudgeRowCount(t *testing.T) {
	var f facts
	f.add("/rows", "0")
	p := paper{Facts: f.list, InPlace: true}
	byField, _ := judge(p, document(t, trade.CommercialInvoice))
	if total(byField).Right != 1 {
		t.Error("no rows were expected and none were read, and that is not right")
	}
	byField, _ = judge(p, document(t, trade.CommercialInvoice, "/items/0/description", "a"))
	if total(byField).Wrong != 1 {
		t.Error("a row where none is passes")
	}
}

// The order of containers is no matter, their numbers are.
func TestJudgeLists(t *testing.T) {
	var f facts
	f.add("/equipment/0/id", "AAAU0000010")
	f.add("/equipment/1/id", "BBBU0000020")
	doc := document(t, trade.BillOfLading, "/equipment/0/id", "BBBU0000020", "/equipment/1/id", "CCCU0000030")
	byField, _ := judge(paper{Facts: f.list}, doc)
	if diff := cmp.Diff(tally{Fields: 2, Right: 1, Wrong: 1}, byField["/equipment/#/id"]); diff != "" {
		t.Error(diff)
	}
}

func TestJudgeMentions(t *testing.T) {
	var f facts
	f.add("/seller/name", "Example Trading")
	f.add("/seller/name", "ТОО Образец")
	byField, _ := judge(paper{Facts: f.list}, document(t, trade.Contract, "/seller/name", "ТОО «Образец»"))
	if diff := cmp.Diff(tally{Fields: 1, Right: 1}, byField["/seller/name"]); diff != "" {
		t.Error(diff)
	}
}

func TestJudgeUnreadable(t *testing.T) {
	var f facts
	f.add("/grossMass", "10 KGM")
	byField, details := judge(paper{Facts: f.list}, document(t, trade.PackingList, "/grossMass", "see attached"))
	if diff := cmp.Diff(tally{Fields: 1, Wrong: 1}, byField["/grossMass"]); diff != "" {
		t.Error(diff)
	}
	if len(details) != 1 || details[0].Text != "see attached" {
		t.Errorf("details: %v", details)
	}
}

func TestJudgeVoid(t *testing.T) {
	var f facts
	f.add("/items/0/amount", "10")
	f.add("/items/1/amount", "20")
	f.list[1].Void = true
	byField, details := judge(paper{Facts: f.list}, document(t, trade.CommercialInvoice, "/items/0/amount", "10 USD", "/items/1/amount", "23.80 USD"))
	if diff := cmp.Diff(tally{Papers: 1, Fields: 1, Right: 1, Lines: 1, Exact: 1}, total(byField)); diff != "" || len(details) > 0 {
		t.Error(diff, details)
	}
}
