package catalogue

import (
	"bytes"
	"fmt"
	"strings"

	"tallyman/rules"
)

// Page returns the page of all rules, docs/rules.md.
func Page() []byte {
	var b bytes.Buffer
	b.WriteString(`# The checks

<!-- Generated from the rules by "make generate"; change the rule, not this page. -->

A finding is a fact about the papers, not a verdict. Its severity is the most
that the rule gives; what lowers it stands in the text. A finding that one
misread character would explain is *doubtful*, and never more than low. General
knowledge that nobody has looked up yet is marked *not verified*.

| check | severity | what it finds |
|---|---|---|
`)
	for _, r := range Rules {
		fmt.Fprintf(&b, "| [%s](#%s) | %v | %s |\n", r.ID, strings.ToLower(r.ID), r.Severity, r.Title)
	}
	for _, r := range Rules {
		fmt.Fprintf(&b, "\n## %s\n\n**%s** · severity %v\n\n%s\n\nSources:\n\n", r.ID, r.Title, r.Severity, strings.TrimSpace(r.Doc))
		for _, s := range r.Sources {
			b.WriteString("- " + source(s) + "\n")
		}
	}
	b.WriteString(waiting)
	return b.Bytes()
}

func source(s rules.Source) string {
	text := s.Title
	if s.URL != "" {
		text = fmt.Sprintf("[%s](%s)", s.Title, s.URL)
	}
	if s.Unverified {
		text += " *(not verified)*"
	}
	return text
}

// waiting says which checks on price, weight and code are not made, and why, so
// that nobody takes their silence for a result.
const waiting = `
## Checks that wait

Not made in this release, so that silence about them proves nothing:

- PR-03, PR-05, PR-08, PR-09, PR-17, CL-05, CL-06, WV-13, WV-22 compare shipments with
  earlier ones of the same firm or article. They need an archive, and come with it.
- PR-04 needs dated prices of commodity exchanges, PR-07 and PR-18 prices of the
  market for listed goods and between related firms, PR-13 the thresholds of each
  state by date. None is shipped: what cannot be sourced is not printed as fact.
- PR-14 and PR-15, odd decimals and the order of variants in a price list, are common on
  honest invoices: a price of many digits is a total that was divided.
- CL-02 needs the official texts of the tariff, which are not free to pass on; CL-01
  compares the words by their meaning instead. CL-03 needs to know which state's
  supplementary unit a printed quantity is in: papers say it on electronic
  declarations alone, whose system checks it. CL-04, CL-08 to CL-12 need tables of
  duties, brands, trade by pairs of states, firms and permits.
- WV-09, verified gross mass against gross mass and tare: the first is
  not read from papers yet. WV-23, the class of the vehicle: a consignment note prints its plate, not
  its class. WV-08, WV-15 and WV-18 need the aircraft or the data sheet.
- WV-17 and WV-19, bands of textiles and food: WV-01 and PR-01 compare with measured
  lots instead; no sourced band is narrower. WV-20: refrigerated containers carry dry
  goods honestly, and notes on frozen ones often leave out the temperature.
`
