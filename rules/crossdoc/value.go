package crossdoc

import (
	"fmt"
	"slices"

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
overvalues the goods. More than 1 % is medium, more than 10 % high.

The total may be taken before or after freight, insurance, discount and tax: an
amount that equals the invoice with or without them is accepted. Several invoices
are added up, and a declaration may cover some of them. Customs and statistical
values are other things and are not compared here.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		ucp14d,
		{Title: "single administrative document, box 22: currency and total amount invoiced"},
		{Title: "10 %: default of a published checker of import cases", URL: "https://github.com/Borre/case-to-clearance"},
	},
	Run: func(p *rules.Pass) error {
		all := invoices(p)
		var parts []trade.Reading[trade.Money]
		for i, inv := range all {
			if slices.ContainsFunc(all[:i], func(o *trade.Document) bool { return copies(o, inv) }) {
				continue
			}
			if !inv.InvoiceTotal.Known() {
				return nil // an invoice of which the total is unknown
			}
			r := inv.InvoiceTotal
			r.Value.Currency = cur(r.Value, inv)
			r.Alternatives = slices.Clone(r.Alternatives)
			for k := range r.Alternatives {
				r.Alternatives[k].Value.Currency = cur(r.Alternatives[k].Value, inv)
			}
			parts = append(parts, r)
		}
		if len(parts) == 0 {
			return nil
		}
		add := func(a, b trade.Money) (trade.Money, bool) {
			s, err := a.Amount.Add(b.Amount)
			return trade.Money{Amount: s, Currency: a.Currency}, err == nil && a.Currency == b.Currency
		}
		total, ok := sum(parts, add)
		if !ok {
			return nil
		}
		for _, d := range papers(p) {
			if !d.Type.Declaration() || !d.InvoiceTotal.Known() {
				continue
			}
			conflict := func(a, b trade.Money) bool {
				if c := cur(a, d); c != b.Currency || c == "" {
					return false // another currency is the matter of another rule
				}
				x, _ := a.Amount.Float64()
				for _, v := range totals(all, b.Amount) {
					if y, _ := v.Float64(); share(x, y) <= valueTolerance {
						return false
					}
				}
				return true
			}
			v := rules.Compare(d.InvoiceTotal, total.Reading, conflict)
			if v == rules.Agree || len(all) == 1 && partOf(p, d, all[0]) {
				continue
			}
			x, _ := d.InvoiceTotal.Value.Amount.Float64()
			y, _ := total.Value.Amount.Float64()
			f := rules.Finding{
				At: d.InvoiceTotal.At, Related: append([]trade.Place{total.At}, total.others...),
				Doubtful: v == rules.Doubtful || unsure(d.InvoiceTotal, total.Reading),
				Message:  fmt.Sprintf("total %v here, %v on %s", d.InvoiceTotal.Value, total.Value, p.On(total.At)),
				Figures: []rules.Figure{
					{Name: "total declared", Value: d.InvoiceTotal.Value.Amount.String(), Unit: cur(d.InvoiceTotal.Value, d)},
					{Name: "total invoiced", Value: total.Value.Amount.String(), Unit: total.Value.Currency},
					percent(share(x, y)),
				},
				Innocent: []string{
					"the declaration covers several invoices, or a part of one: box 44 would name them",
					"freight or insurance was added: the terms of delivery and a freight invoice would show it",
				},
			}
			if len(total.others) > 0 {
				f.Message = fmt.Sprintf("total %v here, %v on %d invoices together", d.InvoiceTotal.Value, total.Value, len(parts))
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

// totals are the amounts that invoices may be said to be for: their total, with
// or without what they print besides the goods, singly and all together.
func totals(docs []*trade.Document, total trade.Decimal) []trade.Decimal {
	all := []trade.Decimal{total}
	var extra decimal.Decimal
	for _, d := range docs {
		if d.Subtotal.Known() && len(docs) == 1 {
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
			if s, err := extra.Add(part.Value.Amount); err == nil {
				extra = s
			}
		}
	}
	for _, op := range []func(decimal.Decimal) (decimal.Decimal, error){total.Sub, total.Add} {
		if v, err := op(extra); err == nil {
			all = append(all, v)
		}
	}
	return all
}
