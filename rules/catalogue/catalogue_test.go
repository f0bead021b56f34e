package catalogue

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tallyman/rules"
	"tallyman/trade"
)

func TestRulesAreFitToShow(t *testing.T) {
	if err := rules.Validate(Rules...); err != nil {
		t.Error(err)
	}
	for i, r := range Rules[1:] {
		if r.ID <= Rules[i].ID {
			t.Errorf("%s stands behind %s", r.ID, Rules[i].ID)
		}
	}
}

// Every family that has a folder is in the catalogue: a rule that nobody runs is
// worse than none.
func TestEveryFamilyIsGathered(t *testing.T) {
	cases, err := filepath.Glob("../*/testdata/*-[0-9][0-9]")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases of rules found: %v", err)
	}
	for _, folder := range cases {
		id := filepath.Base(folder)
		if !strings.Contains(filepath.ToSlash(folder), "../rulestest/") && Find(id) == nil {
			t.Errorf("%s has cases, but is not in the catalogue", id)
		}
	}
}

func TestPageIsUpToDate(t *testing.T) {
	got, err := os.ReadFile("../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(Page()), string(got)); diff != "" {
		t.Errorf("docs/rules.md is not what the rules say; run make generate (-want +got):\n%s", diff)
	}
}

func TestVersion(t *testing.T) {
	if a, b := Version(), version(gather(slices.Clone(Rules))); a != b || len(a) != 12 {
		t.Errorf("version %s, then %s: it has to be the same twelve digits", a, b)
	}
	changed := slices.Clone(Rules)
	first := *changed[0]
	first.Severity = rules.Info
	changed[0] = &first
	if version(changed) == Version() {
		t.Error("another severity gives the same version")
	}
	if version(Rules[1:]) == Version() {
		t.Error("a rule less gives the same version")
	}
}

func TestFind(t *testing.T) {
	if r := Find("AR-01"); r == nil || r.ID != "AR-01" {
		t.Errorf("Find(AR-01) is %v", r)
	}
	if r := Find("AR-00"); r != nil {
		t.Errorf("Find(AR-00) is %v, want none", r)
	}
}

// An empty dossier, and one whose papers say nothing, are not wrong.
func TestNothingIsWrongWithNothing(t *testing.T) {
	for _, d := range []*trade.Dossier{
		{},
		{Documents: []*trade.Document{{ID: "a", Status: trade.Done, Type: trade.CommercialInvoice, Consignment: trade.Consignment{Items: make([]trade.Item, 3)}}, {ID: "b", Status: trade.Done}}},
	} {
		findings, notRun := rules.Run(d, nil, Rules...)
		for _, f := range findings {
			t.Errorf("%d papers: %s: %s", len(d.Documents), f.Rule, f.Message)
		}
		for _, n := range notRun {
			if strings.Contains(n.Reason, "failed") {
				t.Errorf("%d papers: %s did not run: %s", len(d.Documents), n.Rule, n.Reason)
			}
		}
	}
}
