package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tallyman/extract/page"
)

func TestTokens(t *testing.T) {
	words := func(text string, confidence float64) (out []page.Word) {
		for w := range strings.FieldsSeq(text) {
			out = append(out, page.Word{Text: w, Confidence: confidence})
		}
		return out
	}
	for _, c := range []struct {
		name          string
		printed, read string
		confidence    float64
		want          tokenRow
	}{
		{"exact", "Total 12,345.50 EUR", "Total: 12,345.50 EUR", 0.95, tokenRow{Printed: 1, Exact: 1, Read: 1, Sure: 1}},
		{"signs and looks", "№ КА-4411.", "KA-4411", 0.95, tokenRow{Printed: 1, Exact: 1, Read: 1, Sure: 1}},
		{"cut in two", "weight 6117,33 kg", "weight 6117 ,33 kg", 0.95, tokenRow{Printed: 1, Cut: 1, Read: 1, Sure: 1}},
		{"made one", "sum 6 117,33 of 1 040,20", "sum 6117,33 of 1040,20", 0.95, tokenRow{Printed: 2, Cut: 2, Read: 2, Sure: 2}},
		{"a digit lost", "BIN 200540001760", "BIN 20054000176", 0.95, tokenRow{Printed: 1, AtOdds: 1, Read: 1, Sure: 1, Wrong: 1}},
		{"in doubt", "BIN 200540001760", "BIN 200540001750", 0.89, tokenRow{Printed: 1, Lost: 1, Read: 1}},
		{"not read", "BIN 200540001760", "BIN", 0.99, tokenRow{Printed: 1, Lost: 1}},
		{"once of two", "1234 1234", "1234", 0.99, tokenRow{Printed: 2, Exact: 1, Cut: 1, Read: 1, Sure: 1}},
		{"no figure", "page 1 of 12", "page 7 of 12", 0.99, tokenRow{}},
	} {
		var got tokenRow
		got.add(words(c.printed, 1), words(c.read, c.confidence))
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}
