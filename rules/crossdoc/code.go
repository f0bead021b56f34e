package crossdoc

import (
	"fmt"
	"slices"

	"tallyman/rules"
	"tallyman/trade"
)

// TariffCodeDiffers compares the tariff codes of the papers.
var TariffCodeDiffers = &rules.Rule{
	ID:    "XD-17",
	Title: "papers state different tariff codes",
	Doc: `The first six digits of a tariff code are the same in every country (Harmonized
System), so papers of one consignment should state the same ones. Digits beyond
six are national and are not compared; neither are more digits than both papers
print.

A code counts as different only if no line of the invoices has it, and the
invoices state a code for every line. Codes that differ in the heading, the first
four digits, weigh more.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{ucp14d, {Title: "WCO, International Convention on the Harmonized System, article 3"}},
	Run: func(p *rules.Pass) error {
		base := of(p, trade.CommercialInvoice)
		if len(base) == 0 || !slices.ContainsFunc(base, coded) {
			base = of(p, trade.PackingList)
		}
		if len(base) == 0 || !slices.ContainsFunc(base, coded) {
			base = of(p, trade.ExportDeclaration, trade.ImportDeclaration)
		}
		var items []trade.Item
		for _, d := range base {
			if !coded(d) {
				return nil
			}
			items = append(items, d.Items...)
		}
		if len(items) == 0 {
			return nil
		}
		for _, d := range papers(p, trade.Contract) {
			if slices.Contains(base, d) || base[0].Type != trade.CommercialInvoice && !coded(d) {
				continue
			}
			if base[0].Type == trade.PackingList && slices.ContainsFunc(base, func(b *trade.Document) bool { return partOf(p, b, d) }) {
				continue // the packing list covers some of the goods
			}
			reported := map[string]bool{}
			for i, it := range d.Items {
				code := it.TariffCode
				if !code.Known() || len(code.Value) < 4 || reported[code.Value.HS6()] {
					continue
				}
				best, near := rules.Conflict, items[min(i, len(items)-1)].TariffCode
				for _, o := range items {
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
					At: code.At, Related: []trade.Place{near.At}, Doubtful: best == rules.Doubtful || unsure(code, near),
					Message: fmt.Sprintf("tariff code %s here, %s on %s", code.Value, near.Value, p.On(near.At)),
					Innocent: []string{
						"one paper follows an older edition of the nomenclature: its date would show it",
						"customs classified the goods otherwise than the seller: a ruling would say so",
					},
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
