package crossdoc

import (
	"fmt"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// CurrencyDiffers compares the currency of contract, invoice and declaration.
var CurrencyDiffers = &rules.Rule{
	ID:    "XD-10",
	Title: "papers are in different currencies",
	Doc: `Contract, invoice and the invoice total of the declaration are in one currency
(UCP 600, article 18(a)(iii)). A statistical or customs value in the currency of
the state is another thing and is not compared.

A proforma invoice in another currency than the final one is not compared.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{{Title: "UCP 600, article 18(a)(iii)"}},
	Run: func(p *rules.Pass) error {
		pick := func(d *trade.Document) trade.Reading[string] {
			switch {
			case d.Type == trade.Contract || d.Type.Declaration() || d.Type == trade.CommercialInvoice:
			default:
				return trade.Reading[string]{}
			}
			if m := d.InvoiceTotal; m.Known() && m.Value.Currency != "" {
				if d.Currency.Known() && d.Currency.Value != m.Value.Currency {
					return trade.Reading[string]{} // the paper speaks of two
				}
				r := trade.Reading[string]{Value: m.Value.Currency, Text: m.Text, At: m.At, Confidence: m.Confidence, Reader: m.Reader}
				for _, a := range m.Alternatives {
					r.Alternatives = append(r.Alternatives, trade.Alternative[string]{Value: a.Value.Currency, Probability: a.Probability})
				}
				return r
			}
			// A code is printed in capitals; "Cad." is a street in Turkey.
			if c := d.Currency; c.Known() && strings.EqualFold(strings.Trim(c.Text, " ."), c.Value) && strings.Trim(c.Text, " .") != c.Value {
				return trade.Reading[string]{}
			}
			return d.Currency
		}
		conflict := func(a, b string) bool { return a != "" && b != "" && a != b }
		for _, o := range conflicts(witnesses(p, pick), conflict) {
			p.Report(rules.Finding{
				At: o.here.At, Related: o.related(), Doubtful: o.doubtful,
				Message: fmt.Sprintf("currency %s here, %s on %s", o.here.Value, o.there.Value, p.On(o.there.At)),
				Innocent: []string{
					"the contract allows payment in another currency: it would name the rate",
					"the declaration prints its national currency in this box: the box of the invoice total would show the other",
				},
			})
		}
		return nil
	},
}
