package crossdoc

import (
	"fmt"

	"github.com/govalues/decimal"

	"tallyman/rules"
	"tallyman/trade"
)

// bulkTolerance is what UCP 600, article 30(b), allows where goods are measured
// and not counted in packing units or items.
const bulkTolerance = 0.05

// measured are the units in which goods are not counted but measured.
var measured = map[string]bool{"KGM": true, "TNE": true, "GRM": true, "LTR": true, "MTR": true, "MTK": true, "MTQ": true, "LBR": true}

// QuantityDiffers compares the number of pieces on invoice, packing list and
// declaration.
var QuantityDiffers = &rules.Rule{
	ID:    "XD-05",
	Title: "papers state different quantities of goods",
	Doc: `Invoice, packing list and declaration count the same pieces. Counted pieces
must agree exactly; goods that are weighed or measured may differ by 5 %.

Only tables that were read whole and state one unit are compared. Free samples
that one paper leaves out explain a small difference.`,
	Severity: rules.High,
	Sources:  []rules.Source{ucp14d, {Title: "UCP 600, article 30(b)"}},
	Run: func(p *rules.Pass) error {
		var ws []witness[trade.Quantity]
		for _, w := range witnesses(p, totalQuantity, trade.Contract, trade.ProformaInvoice, trade.InsuranceCertificate) {
			if !w.doc.Type.Transport() {
				ws = append(ws, w)
			}
		}
		conflict := func(a, b trade.Quantity) bool {
			if a.Unit != b.Unit || a.Unit == "" {
				return false
			}
			if measured[a.Unit] {
				x, _ := a.Amount.Float64()
				y, _ := b.Amount.Float64()
				return share(x, y) > bulkTolerance
			}
			return a.Amount.Cmp(b.Amount) != 0
		}
		for _, o := range conflicts(ws, conflict) {
			p.Report(rules.Finding{
				At: o.here.At, Related: []trade.Place{o.there.At}, Doubtful: o.doubtful,
				Message: fmt.Sprintf("%v in all here, %v on %s", o.here.Value, o.there.Value, p.On(o.there.At)),
				Innocent: []string{
					"one paper covers a part of the consignment",
					"one paper leaves out free samples or spare parts: its lines would be fewer",
				},
			})
		}
		return nil
	},
}

// totalQuantity is the sum of the lines of a paper if they were read whole and
// are in one unit. It points at the first line, or at the printed total.
func totalQuantity(d *trade.Document) trade.Reading[trade.Quantity] {
	none := trade.Reading[trade.Quantity]{}
	if !complete(d) {
		return none
	}
	total := trade.Reading[trade.Quantity]{Confidence: 1}
	for _, it := range d.Items {
		q := it.Quantity
		if !q.Known() || len(q.Alternatives) > 0 || (total.Text != "" && q.Value.Unit != total.Value.Unit) {
			return none
		}
		sum, err := total.Value.Amount.Add(q.Value.Amount)
		if err != nil {
			return none
		}
		if total.Text == "" {
			total.At, total.Text, total.Reader = q.At, q.Text, q.Reader
		}
		total.Value = trade.Quantity{Amount: sum, Unit: q.Value.Unit}
		total.Confidence = min(total.Confidence, q.Confidence)
	}
	// One misread digit of any line would change the sum by as much.
	for _, it := range d.Items {
		for _, c := range it.Quantity.Confusions {
			rest, err := total.Value.Amount.Sub(it.Quantity.Value.Amount)
			if err != nil {
				continue
			}
			if other, err := rest.Add(c.Amount); err == nil {
				total.Confusions = append(total.Confusions, trade.Quantity{Amount: other, Unit: total.Value.Unit})
			}
		}
	}
	if d.TotalQuantity.Known() {
		if d.TotalQuantity.Value.Amount.Cmp(total.Value.Amount) != 0 {
			return none // the paper contradicts itself: rules of arithmetic say so
		}
		total.At = d.TotalQuantity.At
	}
	return total
}

// priceTolerance is the difference of unit prices that rounding explains.
var priceTolerance = decimal.MustParse("0.005")

// UnitPriceDiffers compares unit prices of the contract with the invoice.
var UnitPriceDiffers = &rules.Rule{
	ID:    "XD-08",
	Title: "contract and invoice state different unit prices",
	Doc: `The unit price of the contract or its specification is the price that was
agreed; the invoice should ask for it. Lines are compared that share an article
number, or a description word for word, and a currency.

A later supplement to the contract may have changed the price.`,
	Severity: rules.High,
	Sources:  []rules.Source{ucp14d},
	Run: func(p *rules.Pass) error {
		contract := one(p, func(d *trade.Document) bool { return d.Type == trade.Contract })
		invoice := one(p, commercialInvoice)
		if contract == nil || invoice == nil {
			return nil
		}
		conflict := func(a, b trade.Money) bool {
			if a.Currency != b.Currency || a.Amount.IsZero() || b.Amount.IsZero() {
				return false
			}
			diff, err := a.Amount.SubAbs(b.Amount)
			if err != nil {
				return false
			}
			limit, err := b.Amount.Mul(priceTolerance)
			return err == nil && diff.Cmp(limit) > 0
		}
		for _, it := range invoice.Items {
			o := counterpart(it, contract.Items)
			if o == nil {
				continue
			}
			v := rules.Compare(it.UnitPrice, o.UnitPrice, conflict)
			if v == rules.Agree {
				continue
			}
			p.Report(rules.Finding{
				At: it.UnitPrice.At, Related: []trade.Place{o.UnitPrice.At}, Doubtful: v == rules.Doubtful,
				Message:  fmt.Sprintf("unit price %v here, %v on %s", it.UnitPrice.Value, o.UnitPrice.Value, p.On(o.UnitPrice.At)),
				Innocent: []string{"a supplement to the contract changed the price: it would bear a later date"},
			})
		}
		return nil
	},
}

// counterpart finds the only line of items that is the same goods as it.
func counterpart(it trade.Item, items []trade.Item) *trade.Item {
	var found *trade.Item
	for i := range items {
		o := &items[i]
		same := it.ArticleNumber.Known() && o.ArticleNumber.Known() && trade.SameIdentifier(it.ArticleNumber.Value, o.ArticleNumber.Value) ||
			it.Description.Known() && o.Description.Known() && trade.SameIdentifier(it.Description.Value, o.Description.Value)
		if same {
			if found != nil {
				return nil
			}
			found = o
		}
	}
	return found
}
