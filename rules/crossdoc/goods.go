package crossdoc

import (
	"fmt"

	"tallyman/rules"
	"tallyman/trade"
)

// differentGoods: below this probability two descriptions mean other goods.
const differentGoods = 0.1

// GoodsDiffer compares the descriptions of the goods with those of the invoice.
var GoodsDiffer = &rules.Rule{
	ID:    "XD-04",
	Title: "papers describe different goods",
	Doc: `The invoice describes the goods specifically; other papers may be general,
but must not conflict with it (UCP 600, articles 14(e) and 18(c)). A paper that
says "textile goods" agrees with an invoice for T-shirts; one that says "toys"
does not.

The check speaks only where the words on both papers are plain.`,
	Severity: rules.High,
	Sources:  []rules.Source{ucp14d, {Title: "UCP 600, articles 14(e) and 18(c)"}},
	Run: func(p *rules.Pass) error {
		if p.Model == nil {
			return errNoModel
		}
		invoice := one(p, commercialInvoice)
		if invoice == nil || !complete(invoice) {
			return nil
		}
		for _, d := range p.Dossier.Documents {
			if d == invoice || d.Type == trade.OtherPaper || d.Type == trade.Contract {
				continue
			}
			for _, it := range d.Items {
				if !it.Description.Known() || it.Description.Confidence < leastConfidence {
					continue
				}
				if other := nothingLike(p.Model, it, invoice.Items); other != nil {
					p.Report(rules.Finding{
						At: it.Description.At, Related: []trade.Place{other.Description.At},
						Message:  fmt.Sprintf("%q here, %q on %s", it.Description.Value, other.Description.Value, p.On(other.Description.At)),
						Innocent: []string{"the two words name the same goods: a data sheet or a photograph would show it"},
					})
					break
				}
			}
		}
		return nil
	},
}

// nothingLike returns the first of items if the model is sure that every one of
// them is other goods than it.
func nothingLike(m rules.Model, it trade.Item, items []trade.Item) *trade.Item {
	for _, o := range items {
		if s, ok := m.SameGoods(it.Description.Value, o.Description.Value); !ok || s >= differentGoods {
			return nil
		}
		if it.TariffCode.Known() && o.TariffCode.Known() && it.TariffCode.Value.Heading() == o.TariffCode.Value.Heading() {
			return nil
		}
	}
	if len(items) == 0 {
		return nil
	}
	return &items[0]
}

// PhantomLine finds a line that one paper has and the other has not.
var PhantomLine = &rules.Rule{
	ID:    "XD-33",
	Title: "a line of goods stands on one paper only",
	Doc: `Invoice, packing list and declaration of one consignment list the same goods.
A line that has no counterpart may be goods that were added, or goods that
nobody was to see.

Only tables that were read whole are compared, and a line counts as missing only
if nothing on the other paper shares its article number, its tariff code, or
its words.`,
	Severity: rules.High,
	Sources:  []rules.Source{ucp14d},
	Run: func(p *rules.Pass) error {
		invoice := one(p, commercialInvoice)
		list := one(p, func(d *trade.Document) bool { return d.Type == trade.PackingList })
		if invoice == nil || list == nil || !complete(invoice) || !complete(list) || len(invoice.Items) == len(list.Items) {
			return nil
		}
		from, to := list, invoice
		if len(invoice.Items) > len(list.Items) {
			from, to = invoice, list
		}
		var lost []trade.Item
		matched := 0
		for _, it := range from.Items {
			found := false
			for _, o := range to.Items {
				found = found || alike(p.Model, it, o)
			}
			if found {
				matched++
			} else {
				lost = append(lost, it)
			}
		}
		// Papers of which little matches are laid out too differently, or are of
		// other consignments: other rules say so.
		if 2*matched < len(from.Items) || matched < len(to.Items)-1 {
			return nil
		}
		for _, it := range lost {
			p.Report(rules.Finding{
				At: it.Description.At, Related: []trade.Place{to.Items[0].Description.At}, Doubtful: it.Description.Confidence < leastConfidence,
				Message: fmt.Sprintf("%q here, and nothing like it on %s", it.Description.Value, to.Name),
				Figures: []rules.Figure{
					{Name: "lines on " + from.Name, Value: fmt.Sprint(len(from.Items))},
					{Name: "lines on " + to.Name, Value: fmt.Sprint(len(to.Items))},
				},
				Innocent: []string{"the other paper names the line differently, or adds it to another line: quantities would show it"},
			})
		}
		return nil
	},
}

// alike reports whether two lines may be the same goods.
func alike(m rules.Model, a, b trade.Item) bool {
	if a.ArticleNumber.Known() && b.ArticleNumber.Known() && trade.Confusable(a.ArticleNumber.Value, b.ArticleNumber.Value) {
		return true
	}
	if a.TariffCode.Known() && b.TariffCode.Known() && a.TariffCode.Value.HS6() == b.TariffCode.Value.HS6() {
		return true
	}
	if m != nil {
		if s, ok := m.SameGoods(a.Description.Value, b.Description.Value); ok && s > 0.5 {
			return true
		}
	}
	return sharedWords(a.Description.Value, b.Description.Value) >= 0.5
}
