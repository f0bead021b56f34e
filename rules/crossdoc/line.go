package crossdoc

import (
	"fmt"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// PhantomLine finds a line that one paper has and the other has not.
var PhantomLine = &rules.Rule{
	ID:    "XD-33",
	Title: "a line of goods stands on one paper only",
	Doc: `Invoice, packing list and declaration of one consignment list the same goods.
A line that has no counterpart may be goods that were added, or goods that
nobody was to see.

Only tables that were read whole are compared: every line has a description, the
numbers of the lines have no gap, and a printed total bears the lines out where
there is one. A line counts as missing only if nothing on the other paper shares
its article number, its tariff code, its quantity or its words, and if nearly all
other lines have a counterpart. Lines of an invoice that were evidently left for
another shipment, with their mass and packages, are of low severity.`,
	Severity: rules.High,
	Sources:  []rules.Source{ucp14d},
	Run: func(p *rules.Pass) error {
		all, lists, declared := of(p, trade.CommercialInvoice), of(p, trade.PackingList), of(p, trade.ExportDeclaration, trade.ImportDeclaration)
		if len(all) == 1 && len(lists) == 1 {
			phantoms(p, all[0], lists[0])
		}
		// A declaration may put lines of one code together, so that it has
		// fewer; lines that the invoice lacks are another matter.
		if len(all) == 1 && len(declared) == 1 && len(declared[0].Items) > len(all[0].Items) {
			phantoms(p, all[0], declared[0])
		}
		return nil
	},
}

// phantoms reports the lines of the longer of two tables that the shorter lacks.
func phantoms(p *rules.Pass, a, b *trade.Document) {
	if !complete(a) || !complete(b) || len(a.Items) == len(b.Items) || !borneOut(a) || !borneOut(b) || len(a.Items)*len(b.Items) > mostPairs {
		return
	}
	from, to := b, a
	if len(a.Items) > len(b.Items) {
		from, to = a, b
	}
	var lost []trade.Item
	matched := 0
	used := make([]bool, len(to.Items))
	for _, it := range from.Items {
		found := -1
		for k, o := range to.Items {
			if alike(p.Model, it, o) || sameQuantity(it, o) && !used[k] {
				found = k
				if !used[k] {
					break
				}
			}
		}
		if found >= 0 {
			used[found] = true
			matched++
		} else {
			lost = append(lost, it)
		}
	}
	left := 0
	for _, u := range used {
		if !u {
			left++
		}
	}
	// Papers of which little matches are laid out too differently, or are of
	// other consignments: other rules say so. A line left over on the shorter
	// paper may be the lost one under another name.
	if 2*matched < len(from.Items) || left > 0 {
		return
	}
	severity := rules.High
	if linesOfPart(p, to, from) && partialFigures(to, from) {
		severity = rules.Low // the rest of the invoice goes later
	}
	if from.Type == trade.PackingList && linesWithin(to, from) && partialFigures(to, from) && (to.GrossMass.Known() || to.NetMass.Known()) {
		severity = rules.Low // a packing list of several invoices: this one states the mass of its own goods
	}
	for _, it := range lost {
		p.Report(rules.Finding{
			Severity: severity,
			At:       it.Description.At, Related: []trade.Place{to.Items[0].Description.At}, Doubtful: it.Description.Confidence < leastConfidence,
			Message: fmt.Sprintf("%q here, and nothing like it on %s", short(it.Description.Value), to.Name),
			Figures: []rules.Figure{
				{Name: "lines on " + from.Name, Value: fmt.Sprint(len(from.Items))},
				{Name: "lines on " + to.Name, Value: fmt.Sprint(len(to.Items))},
			},
			Innocent: []string{"the other paper names the line differently, or adds it to another line: quantities would show it"},
		})
	}
}

// partialFigures reports whether no total of a part equals that of the whole:
// who leaves out a line to hide it still carries its mass and its packages.
func partialFigures(part, whole *trade.Document) bool {
	return !(part.Packages.Known() && whole.Packages.Known() && part.Packages.Value.Count == whole.Packages.Value.Count) &&
		!(part.GrossMass.Known() && whole.GrossMass.Known() && !massConflict(part.GrossMass.Value, whole.GrossMass.Value, massTolerance)) &&
		!(part.NetMass.Known() && whole.NetMass.Known() && !massConflict(part.NetMass.Value, whole.NetMass.Value, massTolerance))
}

func sameQuantity(a, b trade.Item) bool {
	return a.Quantity.Known() && b.Quantity.Known() && !quantityConflict(a.Quantity.Value, b.Quantity.Value) &&
		a.Quantity.Value.Amount.Cmp(b.Quantity.Value.Amount) == 0
}

// complete reports whether the lines of a paper were evidently read whole: the
// paper is done, every line has a description, and numbered lines have no gap.
func complete(d *trade.Document) bool {
	if d.Status == trade.Partial || len(d.Items) == 0 {
		return false
	}
	numbered := 0
	for i, it := range d.Items {
		if !it.Description.Known() || it.Description.Confidence < leastConfidence || !namesGoods(it.Description.Value) {
			return false
		}
		if it.Sequence.Known() {
			numbered++
			if strings.TrimLeft(it.Sequence.Value, "0") != fmt.Sprint(i+1) {
				return false
			}
		}
	}
	return numbered == 0 || numbered == len(d.Items)
}

// sumWords begin rows of sums.
var sumWords = map[string]bool{"total": true, "subtotal": true, "итого": true, "всего": true, "барлығы": true, "合计": true, "总计": true, "toplam": true, "gesamt": true, "summe": true}

// namesGoods reports whether a description has words besides numbers and units:
// "523 cartons" was taken from another column.
func namesGoods(s string) bool {
	words := wordsOf(s)
	letters := 0
	for _, w := range words {
		if sumWords[w] {
			return false // a sum was taken for goods
		}
		if strings.Trim(w, "0123456789") != "" && len([]rune(w)) > 2 {
			letters++
		}
	}
	if len(words) > 0 && strings.Trim(words[0], "0123456789") == "" {
		letters-- // a number and its unit
	}
	return letters > 0 || script(s) == 'h'
}

// borneOut reports whether a printed total equals the sum of the lines, in the
// first measure of which the paper prints both; true if it prints none.
func borneOut(d *trade.Document) bool {
	if d.TotalQuantity.Known() {
		if lines, ok := sumOfLines(d); ok {
			return lines.Value.Amount.Cmp(d.TotalQuantity.Value.Amount) == 0
		}
	}
	if d.Packages.Known() {
		sum, all := int64(0), true
		for _, it := range d.Items {
			all = all && it.Packages.Known()
			sum += it.Packages.Value.Count
		}
		if all {
			return sum == d.Packages.Value.Count
		}
	}
	for _, total := range []trade.Reading[trade.Money]{d.Subtotal, d.InvoiceTotal} {
		if !total.Known() {
			continue
		}
		var sum trade.Decimal
		all := true
		for _, it := range d.Items {
			s, err := sum.Add(it.Amount.Value.Amount)
			all = all && it.Amount.Known() && err == nil
			sum = s
		}
		if all {
			return sum.Cmp(total.Value.Amount) <= 0
		}
	}
	return true
}
