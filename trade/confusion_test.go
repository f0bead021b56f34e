package trade

import (
	"slices"
	"strings"
	"testing"
)

func TestConfusions(t *testing.T) {
	for _, tt := range []struct{ text, holds string }{
		{"1208.50 KGS", "1203.50 KGS"},
		{"1208.50 KGS", "120850 KGS"},
		{"1208.50 KGS", "1208,50 KGS"},
		{"120850", "1208.50"},
		{"1,208 KGS", "1.208 KGS"},
		{"CSQU3054383", "CSQU3054333"},
		{"CSQU30S4383", "CSQU3054383"},
		{"12.03.2026", "17.03.2026"},
	} {
		if all := confusions(tt.text); !slices.Contains(all, tt.holds) {
			t.Errorf("confusions(%q) lacks %q: %q", tt.text, tt.holds, all)
		}
	}
	for _, text := range []string{"", "cotton", "KGS", strings.Repeat("12 ", 50)} {
		if all := confusions(text); all != nil {
			t.Errorf("confusions(%q) = %q", text, all)
		}
	}
	if n := len(confusions(strings.Repeat("6", 40))); n != maxConfusions {
		t.Errorf("%d confusions", n)
	}
	for _, c := range confusions("SET 12") {
		if !strings.HasPrefix(c, "SET ") {
			t.Errorf("a word without digits is changed: %q", c)
		}
	}
}

// Only what an optical reader read may be confused.
func TestConfusionsOfOpticalReadersOnly(t *testing.T) {
	for reader, want := range map[Reader]bool{TextLayer: false, Structured: false, ByHand: false, FirstOCR: true, SecondOCR: true, BothOCR: true} {
		d := &Document{}
		if err := d.Set(Statement{Path: "/netMass", Text: "1208 KGM", Reader: reader}); err != nil {
			t.Fatal(err)
		}
		if got := slices.Contains(d.NetMass.Confusions, Mass{d.NetMass.Value.Amount, "KGM"}); got {
			t.Errorf("%s: the value itself is no confusion", reader)
		}
		if got := len(d.NetMass.Confusions) > 0; got != want {
			t.Errorf("%s: confusions %v", reader, d.NetMass.Confusions)
		}
	}
}
