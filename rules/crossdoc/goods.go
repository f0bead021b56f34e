package crossdoc

import (
	"fmt"

	"tallyman/rules"
	"tallyman/trade"
)

// differentGoods: below this probability two descriptions mean other goods.
const differentGoods = 0.1

// mostPairs is how many pairs of lines are compared by their words.
const mostPairs = 40_000

// GoodsDiffer compares the descriptions of the goods with those of the invoice.
var GoodsDiffer = &rules.Rule{
	ID:    "XD-04",
	Title: "papers describe different goods",
	Doc: `The invoice describes the goods specifically; other papers may be general,
but must not conflict with it (UCP 600, articles 14(e) and 18(c)). A paper that
says "textile goods" agrees with an invoice for T-shirts; one that says "toys"
does not.

The check speaks only where the words on both papers are plain, the lines of the
invoices were read whole, and no line of them can be meant. Lines that share an
article number or a heading of the tariff are taken for the same goods.`,
	Severity: rules.High,
	Sources:  []rules.Source{ucp14d, {Title: "UCP 600, articles 14(e) and 18(c)"}},
	Run: func(p *rules.Pass) error {
		if p.Model == nil {
			return errNoModel
		}
		base := invoices(p)
		if len(base) == 0 {
			base = of(p, trade.PackingList)
		}
		var items []trade.Item
		for _, inv := range base {
			if !complete(inv) {
				return nil
			}
			items = append(items, inv.Items...)
		}
		if len(items) == 0 {
			return nil
		}
		isBase := map[*trade.Document]bool{}
		for _, d := range base {
			isBase[d] = true
		}
		for _, d := range papers(p, trade.Contract, trade.ProformaInvoice) {
			if isBase[d] {
				continue
			}
			for i, it := range d.Items {
				if i*len(items) > mostPairs {
					break // the first of so many lines tell
				}
				if !it.Description.Known() || it.Description.Confidence < leastConfidence || it.Amount.Known() && it.Amount.Value.Amount.IsZero() {
					continue
				}
				other := nothingLike(p.Model, it, items)
				if other == nil {
					continue
				}
				s, _ := p.Model.SameGoods(it.Description.Value, other.Description.Value)
				p.Report(rules.Finding{
					At: it.Description.At, Related: []trade.Place{other.Description.At},
					Message:  fmt.Sprintf("%q here, %q on %s", short(it.Description.Value), short(other.Description.Value), p.On(other.Description.At)),
					Figures:  []rules.Figure{{Name: "likeness of the goods", Value: fmt.Sprintf("%.2f", s)}},
					Innocent: []string{"the two words name the same goods: a data sheet or a photograph would show it"},
				})
				break // once for a paper
			}
		}
		return nil
	},
}

// nothingLike returns the most alike of items by its place if the model is sure
// that every one of them is other goods than it.
func nothingLike(m rules.Model, it trade.Item, items []trade.Item) *trade.Item {
	for _, o := range items {
		if s, ok := m.SameGoods(it.Description.Value, o.Description.Value); !ok || s >= differentGoods {
			return nil
		}
		if it.TariffCode.Known() && o.TariffCode.Known() && it.TariffCode.Value.Heading() == o.TariffCode.Value.Heading() {
			return nil
		}
		if it.ArticleNumber.Known() && o.ArticleNumber.Known() && sameMark(it.ArticleNumber, o.ArticleNumber) {
			return nil
		}
	}
	if len(items) == 0 {
		return nil
	}
	return &items[0]
}

// alike reports whether two lines may be the same goods.
func alike(m rules.Model, a, b trade.Item) bool {
	if a.ArticleNumber.Known() && b.ArticleNumber.Known() && trade.Confusable(a.ArticleNumber.Value, b.ArticleNumber.Value) {
		return true
	}
	if a.TariffCode.Known() && b.TariffCode.Known() && sameCode(a.TariffCode.Value, b.TariffCode.Value) {
		return true
	}
	if sharedWords(a.Description.Value, b.Description.Value) >= 0.5 {
		return true
	}
	if m != nil {
		s, ok := m.SameGoods(a.Description.Value, b.Description.Value)
		return ok && s > 0.5
	}
	return false
}
