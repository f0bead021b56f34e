package crossdoc

import (
	"fmt"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// LanguagesDiffer compares what a bilingual paper says in its two languages.
var LanguagesDiffer = &rules.Rule{
	ID:    "XD-35",
	Title: "the two languages of a paper say different things",
	Doc: `A paper in two languages states each figure twice. The translations must not
conflict. Only figures and dates of which one is printed with, or beside, words of
one script and one with words of another are compared; wording is left to the
reader.

Masses in two units of mass agree if they are the same mass.`,
	Severity: rules.High,
	Sources:  []rules.Source{ucp14d},
	Run: func(p *rules.Pass) error {
		for _, d := range papers(p) {
			for _, again := range d.Restatements {
				first, ok := d.Field(again.Path)
				if !ok || first.Problem != "" || again.Problem != "" || again.Value == "" || !figureConflict(again.Path, first.Value, again.Value) {
					continue
				}
				a, b := languageOf(first), languageOf(again)
				if a == "" || b == "" || a == b || !sideBySide(first, again) || may(first, again.Value) || may(again, first.Value) {
					continue
				}
				optical := again.Reader.Optical() || first.Reader.Optical()
				p.Report(rules.Finding{
					At: again.At, Related: []trade.Place{first.At},
					Doubtful: min(first.Confidence, again.Confidence) < leastConfidence ||
						optical && (trade.Confusable(first.Value, again.Value) || min(first.Confidence, again.Confidence) < sureReading && oneSlip(digits(first.Text), digits(again.Text))),
					Message:  fmt.Sprintf("%s here, %s in the other language of the same paper", again.Value, first.Value),
					Innocent: []string{"one of the two figures is of something else, such as a page or a part"},
				})
			}
		}
		return nil
	},
}

// sideBySide reports whether two mentions stand as two languages do: with words
// of their own, or as figures in two columns or on lines that follow each other.
// Dates need words: there are many on a paper, of many things.
func sideBySide(a, b trade.Field) bool {
	if x, y := script(a.Text), script(b.Text); x != 0 && y != 0 && x != y {
		return true
	}
	if strings.HasSuffix(strings.ToLower(a.Path), "date") {
		return false
	}
	x, y := a.At.Box, b.At.Box
	if x.Empty() || y.Empty() {
		return a.At.Page == b.At.Page // from a data file, or typed
	}
	height := max(x.Y1-x.Y0, y.Y1-y.Y0)
	gap := max(x.Y0, y.Y0) - min(x.Y1, y.Y1)
	return a.At.Page == b.At.Page && gap < 2.5*height
}

// languageOf tells the language of a mention by the script of its label, or
// else of its own words.
func languageOf(f trade.Field) string {
	if f.Script != "" {
		return f.Script
	}
	return map[rune]string{'l': "latin", 'c': "cyrillic", 'h': "han"}[script(f.Text)]
}

func may(f trade.Field, value string) bool {
	for _, a := range f.Alternatives {
		if a.Value == value {
			return true
		}
	}
	return false
}

// figureConflict reports whether a field is a number or a date, and two
// canonical values of it differ.
func figureConflict(path, a, b string) bool {
	x, ux, _ := strings.Cut(a, " ")
	y, uy, _ := strings.Cut(b, " ")
	differ := !sameNumber(x, y)
	switch path[strings.LastIndexByte(path, '/')+1:] {
	case "issueDate", "date":
		return a != b
	case "grossMass", "netMass", "grossVolume":
		return differ && ux == uy // in two units: a rounding of its own
	case "packages":
		return differ && sameKind(ux, uy)
	case "quantity", "totalQuantity":
		return differ && (ux == uy || ux == "" || uy == "")
	case "invoiceTotal", "amount", "unitPrice":
		return differ && (ux == uy || ux == "" || uy == "")
	}
	return false
}

// sameNumber compares canonical decimals: 1.50 and 1.5 are one.
func sameNumber(a, b string) bool {
	trim := func(s string) string {
		if strings.Contains(s, ".") {
			s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
		}
		return s
	}
	return trim(a) == trim(b)
}
