package crossdoc

import (
	"fmt"

	"github.com/govalues/decimal"

	"tallyman/rules"
	"tallyman/trade"
)

// A declaration that differs from the invoice by more than this is worth a
// question, or more than one.
const (
	valueTolerance = 0.01
	valueHigh      = 0.10
)

// DeclaredValueDiffers compares the total of the invoice with the declaration.
var DeclaredValueDiffers = &rules.Rule{
	ID:    "XD-09",
	Title: "invoice and declaration state different totals",
	Doc: `The declaration repeats the total of the invoice in its currency (box 22 of the
single administrative document). A declaration for another amount undervalues or
overvalues the goods.

The total may be taken before or after freight, insurance, discount and tax: an
amount that equals the invoice with or without them is accepted.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{ucp14d, {Title: "single administrative document, box 22: currency and total amount invoiced"}},
	Run: func(p *rules.Pass) error {
		invoice := one(p, commercialInvoice)
		if invoice == nil || !invoice.InvoiceTotal.Known() {
			return nil
		}
		for _, d := range p.Dossier.Documents {
			if !d.Type.Declaration() {
				continue
			}
			conflict := func(a, b trade.Money) bool {
				if cur(a, d) != cur(b, invoice) {
					return false
				}
				x, _ := a.Amount.Float64()
				for _, v := range totals(invoice, b.Amount) {
					y, _ := v.Float64()
					if share(x, y) <= valueTolerance {
						return false
					}
				}
				return true
			}
			v := rules.Compare(d.InvoiceTotal, invoice.InvoiceTotal, conflict)
			if v == rules.Agree {
				continue
			}
			x, _ := d.InvoiceTotal.Value.Amount.Float64()
			y, _ := invoice.InvoiceTotal.Value.Amount.Float64()
			f := rules.Finding{
				At: d.InvoiceTotal.At, Related: []trade.Place{invoice.InvoiceTotal.At}, Doubtful: v == rules.Doubtful,
				Message: fmt.Sprintf("total %v here, %v on %s", d.InvoiceTotal.Value, invoice.InvoiceTotal.Value, invoice.Name),
				Figures: []rules.Figure{percent(share(x, y))},
				Innocent: []string{
					"the declaration covers several invoices, or a part of one: box 44 would name them",
				},
			}
			if share(x, y) > valueHigh {
				f.Severity = rules.High
			}
			p.Report(f)
		}
		return nil
	},
}

// cur is the currency of an amount: its own, or else that of its paper.
func cur(m trade.Money, d *trade.Document) string {
	if m.Currency == "" && d.Currency.Known() {
		return d.Currency.Value
	}
	return m.Currency
}

// totals are the amounts that an invoice may be said to be for: its total, and
// that total without one of its parts.
func totals(d *trade.Document, total trade.Decimal) []trade.Decimal {
	all := []trade.Decimal{total}
	if d.Subtotal.Known() {
		all = append(all, d.Subtotal.Value.Amount)
	}
	for _, part := range []trade.Reading[trade.Money]{d.Freight, d.Insurance, d.Tax, d.OtherCharges, d.Discount} {
		if !part.Known() {
			continue
		}
		for _, op := range []func(decimal.Decimal) (decimal.Decimal, error){total.Sub, total.Add} {
			if v, err := op(part.Value.Amount); err == nil {
				all = append(all, v)
			}
		}
	}
	return all
}

// CurrencyDiffers compares the currency of contract, invoice and declaration.
var CurrencyDiffers = &rules.Rule{
	ID:    "XD-10",
	Title: "papers are in different currencies",
	Doc: `Contract, invoice and the invoice total of the declaration are in one currency
(UCP 600, article 18(a)(iii)). A statistical or customs value in the currency of
the state is another thing and is not compared.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{{Title: "UCP 600, article 18(a)(iii)"}},
	Run: func(p *rules.Pass) error {
		pick := func(d *trade.Document) trade.Reading[string] {
			if d.Type.Invoice() || d.Type == trade.Contract || d.Type.Declaration() {
				return d.Currency
			}
			return trade.Reading[string]{}
		}
		for _, o := range conflicts(witnesses(p, pick), func(a, b string) bool { return a != b }) {
			p.Report(rules.Finding{
				At: o.here.At, Related: []trade.Place{o.there.At}, Doubtful: o.doubtful,
				Message:  fmt.Sprintf("currency %s here, %s on %s", o.here.Value, o.there.Value, p.On(o.there.At)),
				Innocent: []string{"the contract allows payment in another currency: it would name the rate"},
			})
		}
		return nil
	},
}
