package arithmetic

import (
	"fmt"
	"math/big"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// ChargesDoNotMakeTotal adds the charges to the subtotal.
var ChargesDoNotMakeTotal = &rules.Rule{
	ID:    "AR-03",
	Title: "subtotal and charges do not make the total",
	Doc: `Subtotal, less discount, with freight, insurance, other charges and tax, is the total.

Each charge may be part of the subtotal already (freight in a CIF price, tax in a
gross price) or be stated for information only: the finding is made only if no
choice of charges makes the total.

Look first for a charge whose line the tool did not recognise: if the paper
leaves room for one between subtotal and total, the severity is low, and there is
none if the difference is no more than a tax. Of a paper
that was read in part the difference is stated as a fact only.`,
	Severity: rules.High,
	Sources: []rules.Source{
		{Title: "UCP 600, article 14(d): data must not conflict"},
		{Title: "the threshold of 0.02: the project's choice, above the rounding of any line", Unverified: true},
	},
	Run: runChargesDoNotMakeTotal,
}

// A charge is an amount that may stand between the lines and the total.
type charge struct {
	figure
	name string
	less bool // it is taken off
}

// charges are the known charges of a paper; unread reports whether one is printed
// that could not be read, or is in another currency.
func charges(d *trade.Document) (known []charge, unread bool) {
	for _, c := range []struct {
		name string
		r    trade.Reading[trade.Money]
		less bool
	}{
		{"discount", d.Discount, true},
		{"freight", d.Freight, false},
		{"insurance", d.Insurance, false},
		{"other charges", d.OtherCharges, false},
		{"tax", d.Tax, false},
	} {
		if c.r.Unreadable() {
			unread = true
			continue
		}
		f := moneyFigure(d, c.r)
		if !f.known() {
			continue
		}
		if total := currency(d, d.InvoiceTotal.Value); d.InvoiceTotal.Known() && f.unit != "" && total != "" && f.unit != total {
			unread = true
			continue
		}
		if f.value().Sign() != 0 {
			known = append(known, charge{f, c.name, c.less})
		}
	}
	return known, unread
}

// reaches reports whether some choice of the charges leads from a sum to a total.
// A discount is taken off whether or not it is printed with a minus sign.
func reaches(sum, total *big.Rat, known []charge, tolerance *big.Rat) bool {
	var any func(i int, have *big.Rat) bool
	any = func(i int, have *big.Rat) bool {
		if i == len(known) {
			return near(have, total, tolerance)
		}
		if any(i+1, have) {
			return true
		}
		for _, v := range known[i].candidates {
			if known[i].less {
				v = new(big.Rat).Neg(new(big.Rat).Abs(v))
			}
			if any(i+1, plus(have, v)) {
				return true
			}
		}
		return false
	}
	return any(0, sum)
}

func runChargesDoNotMakeTotal(p *rules.Pass) error {
	for _, d := range p.Dossier.Documents {
		checkCharges(p, d)
	}
	return nil
}

func checkCharges(p *rules.Pass, d *trade.Document) {
	total := moneyFigure(d, d.InvoiceTotal)
	known, unread := charges(d)
	if !total.known() || unread {
		return
	}
	base, name, related := moneyFigure(d, d.Subtotal), "subtotal", []trade.Place(nil)
	if !base.known() {
		// Without a subtotal the lines take its place, if there are charges and
		// all lines were read; without charges AR-02 compares them.
		c := amounts(d)
		if !d.Subtotal.Absent() || len(known) == 0 || !listsCharges(d) || !c.full() || c.foldsSubtotal() || allLinesRead(d) != complete {
			return
		}
		sums, ok := c.sums()
		if !ok {
			return
		}
		base = figure{unit: c.cells[0].unit, candidates: sums, half: c.rounding()}
		base.text = strings.TrimSpace(showLike(sums[0], c.cells[0]) + " " + base.unit)
		name, related = fmt.Sprintf("the sum of the %d lines,", len(c.cells)), c.related()
	} else {
		related = places(base)
	}
	if base.unit != "" && total.unit != "" && base.unit != total.unit {
		return
	}
	tolerance := most(leastSum, plus(base.half, total.half))
	figures := []figure{base, total}
	for _, c := range known {
		tolerance = plus(tolerance, c.half)
		figures = append(figures, c.figure)
	}
	verdict := judge(figures, func(v []*big.Rat) bool {
		chosen := make([]charge, len(known))
		for i, c := range known {
			chosen[i] = charge{figure{candidates: v[2+i : 3+i]}, c.name, c.less}
		}
		return reaches(v[0], v[1], chosen, tolerance)
	})
	if verdict == rules.Agree {
		return
	}
	expect := base.value()
	f := rules.Finding{At: total.at, Doubtful: verdict == rules.Doubtful, Figures: []rules.Figure{shown(strings.TrimSuffix(name, ","), base.value(), base.unit)}}
	terms := name + " " + base.text
	for _, c := range known {
		v, word := c.value(), "and"
		if c.less {
			v, word = new(big.Rat).Neg(new(big.Rat).Abs(v)), "less"
		}
		expect = plus(expect, v)
		terms += fmt.Sprintf(" %s %s %s", word, c.name, c.text)
		related = append(related, c.at)
		f.Figures = append(f.Figures, shown(c.name, v, c.unit))
	}
	if len(known) > 0 {
		f.Message = fmt.Sprintf("total %s here, but %s is %s", total.text, terms, showLike(expect, total))
	} else {
		f.Message = fmt.Sprintf("total %s here, but %s and no charge between them", total.text, terms)
	}
	f.Related = related
	f.Figures = append(f.Figures, shown("their sum", expect, total.unit), shown("total", total.value(), total.unit), shown("difference", minus(total.value(), expect), total.unit))
	f.Innocent = []string{
		"A charge, a deposit or an earlier payment between them that was not recognised: look at the lines above the total.",
		"Another total of the same paper, such as the amount due after a prepayment: the payment terms would show it.",
	}
	rate, taxed := likelyTax(base.value(), total.value(), tolerance)
	if d.Status != trade.Done {
		p.Note(f) // what was not read may be a charge
		return
	}
	switch {
	case len(known) == 0 && likelyMixedTax(base.value(), total.value()) && roomForMore(d, figures):
		f.Innocent = append([]string{"A tax of several rates, whose lines were not recognised: look below the subtotal."}, f.Innocent...)
		p.Note(f)
		return
	case len(known) == 0 && taxed:
		f.Severity = rules.Low
		f.Innocent = append([]string{fmt.Sprintf("The total is %s %% above the subtotal, to the coin: a tax of that rate would explain it.", show(rate))}, f.Innocent...)
	case roomForMore(d, figures):
		f.Severity = rules.Low
	case name != "subtotal":
		f.Severity = rules.Medium
	}
	p.Report(f)
}

// roomForMore reports whether an unread line may stand between the printed
// figures: they are on different pages, or the lines that were read are not
// evenly spaced. Figures without a place on the page leave no room.
func roomForMore(d *trade.Document, figures []figure) bool {
	var boxes []trade.Box
	page := 0
	for _, f := range figures {
		if f.at.Box.Empty() {
			continue
		}
		if page != 0 && f.at.Page != page {
			return true
		}
		page = f.at.Page
		boxes = append(boxes, f.at.Box)
	}
	if len(boxes) < 2 {
		return false
	}
	top, bottom, height := boxes[0].Y0, boxes[0].Y1, boxes[0].Y1-boxes[0].Y0
	for _, b := range boxes {
		top, bottom, height = min(top, b.Y0), max(bottom, b.Y1), min(height, b.Y1-b.Y0)
	}
	// Lines of print are at most about twice their height apart, padding of a
	// ruled cell included.
	const pitch = 2.4
	return bottom-top > (float64(len(boxes)-1)*pitch+1.2)*height
}
