package audit

import (
	"strings"
	"testing"

	"tallyman/rules"
)

func TestSpread(t *testing.T) {
	figures := []rules.Figure{
		{Name: "net mass", Value: "120", Unit: "KGM"},
		{Name: "value per kg", Value: "4900", Unit: "USD/KGM", Percentile: 0.999},
		{Name: "usual, 5 of 100 are below", Value: "1.4", Unit: "USD/KGM"},
		{Name: "usual, the middle", Value: "7", Unit: "USD/KGM"},
		{Name: "usual, 5 of 100 are above", Value: "31", Unit: "USD/KGM"},
	}
	got := string(English.spread(figures))
	for _, want := range []string{"<svg", "these papers: 4900", "31.0 USD/kg", "1.40"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	if got := English.spread(figures[:2]); got != "" {
		t.Errorf("a picture without a range: %s", got)
	}
	figures[1].Unit = `"><script>`
	if strings.Contains(string(English.spread(figures)), "<script") {
		t.Error("markup from a unit")
	}
}
