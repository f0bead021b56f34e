package identity

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"tallyman/rules"
	"tallyman/trade"
)

//go:embed hs6.txt
var hs6Text string

// nomenclature is the set of headings and subheadings of the Harmonized System
// that any edition since 2012 has.
var nomenclature = sync.OnceValue(func() map[string]bool {
	codes := map[string]bool{}
	for line := range strings.Lines(hs6Text) {
		f := strings.Fields(line)
		if len(f) < 2 || f[0] == "#" {
			continue
		}
		codes[f[0]] = true
		for _, last := range f[1:] {
			codes[f[0]+last] = true
		}
	}
	return codes
})

// TariffCodeUnknown checks that tariff codes exist.
var TariffCodeUnknown = &rules.Rule{
	ID:    "ID-19",
	Title: "tariff code stands in no edition of the nomenclature",
	Doc: `The first six digits of a tariff code are a subheading of the Harmonized System.
A code that no edition since 2012 has was invented or typed wrongly. National
digits after the sixth are not checked, nor are the chapters 98 and 99, which
states use for themselves.

A heading that does not exist weighs more than a subheading.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "WCO Harmonized System, editions 2012, 2017 and 2022, as in the reference lists of UN Comtrade", URL: "https://comtradeplus.un.org"},
	},
	Run: func(p *rules.Pass) error {
		var all []mention
		for _, d := range p.Dossier.Documents {
			for _, it := range d.Items {
				if c := it.TariffCode; c.Known() {
					all = append(all, mention{d, asText(c)})
				}
			}
		}
		for _, c := range complaints(all, codeExists) {
			f := rules.Finding{
				At: c.At, Related: c.again, Doubtful: c.doubtful,
				Message:  fmt.Sprintf("tariff code %s: %v", c.Value, c.err),
				Innocent: []string{"the column holds another code, such as an article number: its heading would say so"},
			}
			if code := trade.TariffCode(c.Value); !nomenclature()[code.Heading()] && !c.doubtful {
				f.Severity = rules.High
			}
			p.Report(f)
		}
		return nil
	},
}

// codeExists checks as many digits as the Harmonized System has.
func codeExists(s string) error {
	code := trade.TariffCode(digits(s))
	codes := nomenclature()
	tries := []trade.TariffCode{code}
	if len(code)%2 == 1 { // a spreadsheet drops the nought of 0302
		tries = append(tries, "0"+code)
	}
	for _, c := range tries {
		if len(c) < 4 || c.Chapter() >= "98" {
			return nil // too little to say
		}
		if codes[c.HS6()] || len(c) == 5 && codes[c.Heading()] {
			return nil
		}
		// 8504 40 may be written 8504 4000: a heading that is not divided, or
		// a heading in six digits.
		if codes[c.Heading()] && (len(c) < 6 || c[4:6] == "00") {
			return nil
		}
	}
	if !slices.ContainsFunc(tries, func(c trade.TariffCode) bool { return codes[c.Heading()] }) {
		return fmt.Errorf("there is no heading %s in the Harmonized System", code.Heading())
	}
	return fmt.Errorf("heading %s has no subheading %s", code.Heading(), code.HS6())
}

// asText is a reading of a tariff code as one of text.
func asText(r trade.Reading[trade.TariffCode]) trade.Reading[string] {
	t := trade.Reading[string]{
		Value: string(r.Value), Text: r.Text, Problem: r.Problem, At: r.At, Confidence: r.Confidence, Reader: r.Reader,
	}
	for _, a := range r.Alternatives {
		t.Alternatives = append(t.Alternatives, trade.Alternative[string]{Value: string(a.Value), Probability: a.Probability})
	}
	for _, c := range r.Confusions {
		t.Confusions = append(t.Confusions, string(c))
	}
	return t
}
