package crossdoc

import (
	"fmt"

	"github.com/govalues/decimal"

	"tallyman/rules"
	"tallyman/trade"
)

// priceTolerance is the difference of unit prices that rounding explains.
var priceTolerance = decimal.MustParse("0.005")

// UnitPriceDiffers compares unit prices of the contract with the invoice.
var UnitPriceDiffers = &rules.Rule{
	ID:    "XD-08",
	Title: "contract and invoice state different unit prices",
	Doc: `The unit price of the contract or its specification is the price that was
agreed; the invoice should ask for it. Lines are compared that share an article
number, or a description word for word, a currency and a unit. Of several
contracts and specifications, one that has the price is enough.

A later supplement to the contract may have changed the price, and an invoice
that grants a discount may print the price after it: the severity is then low.`,
	Severity: rules.High,
	Sources:  []rules.Source{ucp14d, {Title: "0.5 %: rounding of prices", Unverified: true}},
	Run: func(p *rules.Pass) error {
		contracts := of(p, trade.Contract)
		for _, invoice := range of(p, trade.CommercialInvoice) {
			for _, it := range invoice.Items {
				if f, ok := priceFinding(p, invoice, it, contracts); ok {
					p.Report(f)
				}
			}
		}
		return nil
	},
}

func priceFinding(p *rules.Pass, invoice *trade.Document, it trade.Item, contracts []*trade.Document) (rules.Finding, bool) {
	var f rules.Finding
	found := false
	for _, c := range contracts {
		o := counterpart(it, c.Items)
		if o == nil || !it.UnitPrice.Known() || !o.UnitPrice.Known() {
			continue
		}
		// The contract's line is this one's alone: several lines of one name are
		// of several sorts, at several prices.
		if back := counterpart(*o, invoice.Items); back == nil || back.UnitPrice.At != it.UnitPrice.At {
			continue
		}
		conflict := func(a, b trade.Money) bool {
			if cur(a, invoice) != cur(b, c) || !a.Amount.IsPos() || !b.Amount.IsPos() {
				return false
			}
			if it.Quantity.Known() && o.Quantity.Known() && it.Quantity.Value.Unit != o.Quantity.Value.Unit {
				return false // the price of another unit
			}
			diff, err := a.Amount.SubAbs(b.Amount)
			if err != nil {
				return false
			}
			limit, err := b.Amount.Mul(priceTolerance)
			return err == nil && diff.Cmp(limit) > 0
		}
		v := rules.Compare(it.UnitPrice, o.UnitPrice, conflict)
		if v == rules.Agree {
			return f, false // this contract has the price
		}
		x, _ := it.UnitPrice.Value.Amount.Float64()
		y, _ := o.UnitPrice.Value.Amount.Float64()
		f = rules.Finding{
			At: it.UnitPrice.At, Related: []trade.Place{o.UnitPrice.At}, Severity: rules.High,
			Doubtful: v == rules.Doubtful || unsure(it.UnitPrice, o.UnitPrice),
			Message:  fmt.Sprintf("unit price %v here, %v on %s", it.UnitPrice.Value, o.UnitPrice.Value, p.On(o.UnitPrice.At)),
			Figures: []rules.Figure{
				{Name: "unit price here", Value: it.UnitPrice.Value.Amount.String(), Unit: cur(it.UnitPrice.Value, invoice)},
				{Name: "unit price on " + p.On(o.UnitPrice.At), Value: o.UnitPrice.Value.Amount.String(), Unit: cur(o.UnitPrice.Value, c)},
				percent(share(x, y)),
			},
			Innocent: []string{"a supplement to the contract changed the price: it would bear a later date"},
		}
		if x < y && (invoice.Discount.Known() || c.Discount.Known()) {
			f.Severity = rules.Low
			f.Innocent = append(f.Innocent, "the price is after the discount that the paper grants: the rate would be the same on every line")
		}
		found = true
	}
	return f, found
}
