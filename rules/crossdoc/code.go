package crossdoc

import (
	"fmt"

	"tallyman/rules"
	"tallyman/trade"
)

// TariffCodeDiffers compares the tariff codes of the papers.
var TariffCodeDiffers = &rules.Rule{
	ID:    "XD-17",
	Title: "papers state different tariff codes",
	Doc: `The first six digits of a tariff code are the same in every country (Harmonized
System), so papers of one consignment should state the same ones. Digits beyond
six are national and are not compared.

A code counts as different only if no line of the other paper has it, and that
paper states a code for every line. Codes that differ in the heading, the first
four digits, weigh more.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{ucp14d, {Title: "WCO, International Convention on the Harmonized System, article 3"}},
	Run: func(p *rules.Pass) error {
		invoice := one(p, commercialInvoice)
		if invoice == nil || !coded(invoice) {
			invoice = one(p, func(d *trade.Document) bool { return d.Type.Declaration() })
		}
		if invoice == nil || !coded(invoice) {
			return nil
		}
		for _, d := range p.Dossier.Documents {
			if d == invoice || d.Type == trade.OtherPaper || d.Type == trade.Contract {
				continue
			}
			reported := map[string]bool{}
			for i, it := range d.Items {
				code := it.TariffCode
				if !code.Known() || len(code.Value) < 6 || reported[code.Value.HS6()] {
					continue
				}
				best, near := rules.Conflict, invoice.Items[min(i, len(invoice.Items)-1)].TariffCode
				for _, o := range invoice.Items {
					v := rules.Compare(code, o.TariffCode, func(a, b trade.TariffCode) bool { return !sameCode(a, b) })
					best = min(best, v)
					if code.Value.Heading() == o.TariffCode.Value.Heading() {
						near = o.TariffCode
					}
				}
				if best == rules.Agree {
					continue
				}
				reported[code.Value.HS6()] = true
				f := rules.Finding{
					At: code.At, Related: []trade.Place{near.At}, Doubtful: best == rules.Doubtful || code.Confidence < leastConfidence,
					Message:  fmt.Sprintf("tariff code %s here, %s on %s", code.Value, near.Value, invoice.Name),
					Innocent: []string{"one paper follows an older edition of the nomenclature: its date would show it"},
				}
				if code.Value.Heading() != near.Value.Heading() {
					f.Severity = rules.High
				}
				p.Report(f)
			}
		}
		return nil
	},
}

// sameCode compares as many digits as both papers print, at most six.
func sameCode(a, b trade.TariffCode) bool {
	n := min(len(a), len(b), 6)
	return a[:n] == b[:n]
}

// coded reports whether every line of a paper states a tariff code.
func coded(d *trade.Document) bool {
	for _, it := range d.Items {
		if !it.TariffCode.Known() || len(it.TariffCode.Value) < 4 {
			return false
		}
	}
	return len(d.Items) > 0
}
