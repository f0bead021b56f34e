package arithmetic

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// LinesDoNotMakeSubtotal adds the amounts of the lines.
var LinesDoNotMakeSubtotal = &rules.Rule{
	ID:    "AR-02",
	Title: "line amounts do not add up to the total of the goods",
	Doc: `The amounts of the lines make the subtotal; where an invoice prints neither a
subtotal nor any charge, they make the total. A declaration states the total of
the invoice without the charges in it, and is not added up.

The finding needs every line: it is made only if the lines are numbered without
a gap, or if another column of the same lines closes to the last digit, and the
whole paper was read. Without such evidence a difference is stated as a fact
without severity, because a row may not have been read, unless the lines make
more than the total, which no lost row explains.

The severity is low where several lines of print have room between the goods and
the total, or one among the goods, as for a discount of a line. Look first for a line that is continued on the next page, for a
discount, and for goods that are listed "free of charge, value for customs
purposes only".`,
	Severity: rules.High,
	Sources: []rules.Source{
		{Title: "UCP 600, article 14(d): data must not conflict"},
		{Title: "the threshold of 0.02 or 0.01 per cent of the total: the project's choice, above the rounding of any line", Unverified: true},
	},
	Run: runLinesDoNotMakeSubtotal,
}

// A sum of money is off only if it is off by more than both of these, and by
// more than rounding explains.
var (
	leastSum   = big.NewRat(2, 100)
	leastShare = big.NewRat(1, 10_000)
)

func sumTolerance(c column) *big.Rat {
	t := most(leastSum, c.rounding())
	if c.total.known() {
		t = most(t, new(big.Rat).Abs(times(c.total.value(), leastShare)))
	}
	return t
}

func runLinesDoNotMakeSubtotal(p *rules.Pass) error {
	for _, d := range p.Dossier.Documents {
		checkLineSum(p, d)
	}
	return nil
}

func checkLineSum(p *rules.Pass, d *trade.Document) {
	c := amounts(d)
	known, unread := charges(d)
	name := "subtotal"
	if !c.total.known() {
		if !d.Subtotal.Absent() || len(known) > 0 || unread || !d.InvoiceTotal.Known() || !listsCharges(d) {
			return // the charges rule compares the whole chain
		}
		name = "total"
		if c.total = moneyFigure(d, d.InvoiceTotal); c.lines > 1 && c.printsTotal() {
			return
		}
	}
	if !c.full() || !c.total.known() || c.foldsSubtotal() {
		return
	}
	if c.total.unit != "" && c.cells[0].unit != "" && c.total.unit != c.cells[0].unit {
		return
	}
	tolerance := sumTolerance(c)
	verdict := c.judge(func(sum, total *big.Rat) bool {
		// The lines may be before discount and the total of the goods after it;
		// the lines may hold the tax and the subtotal not.
		return reaches(sum, total, known, tolerance) || reaches(total, sum, known, tolerance)
	})
	if verdict == rules.Agree {
		return
	}
	sum, total := c.sum(), c.total.value()
	if name == "subtotal" {
		grand := moneyFigure(d, d.InvoiceTotal)
		if grand.known() && reaches(sum, grand.value(), known, tolerance) {
			if _, taxed := likelyTax(total, sum, tolerance); taxed || c.partOf(total, tolerance) {
				return // prices with a tax whose line was not read, or the subtotal of a section
			}
		}
	}
	if name == "subtotal" && restated(d, "/subtotal", sum, tolerance) {
		return // one subtotal before adjustments, another after them
	}
	f := rules.Finding{
		At: c.total.at, Related: c.related(), Doubtful: verdict == rules.Doubtful,
		Message: fmt.Sprintf("%s %s here, the %d line amounts make %s", name, c.total.text, len(c.cells), showLike(sum, c.total)),
		Figures: []rules.Figure{
			shown("sum of line amounts", sum, c.total.unit),
			shown(name, total, c.total.unit),
			shown("difference", minus(total, sum), c.total.unit),
		},
		Innocent: []string{
			"A line that was not read, or that stands on a page that is not here: count the lines of the paper.",
			"A discount or a charge that is part of this total but printed elsewhere: the terms of the invoice would show it.",
		},
	}
	taxRate, taxed := likelyTax(sum, total, tolerance)
	switch {
	case allLinesRead(d) != complete && (sum.Cmp(total) < 0 || d.Status != trade.Done):
		p.Note(f)
		return
	case name == "total" && taxed:
		f.Severity = rules.Low
		f.Innocent = append([]string{fmt.Sprintf("The total is %s %% above the lines, to the coin: a tax of that rate would explain it.", show(taxRate))}, f.Innocent...)
	case sum.Cmp(total) > 0 && roomAmongLines(d):
		f.Severity = rules.Low
		f.Innocent = append([]string{"A discount among the lines that was not recognised: look at what stands between them."}, f.Innocent...)
	case linesBetween(d, c.total.at) > mostBetween:
		f.Severity = rules.Low
		f.Innocent = append([]string{"Adjustments between the lines and this total that were not recognised: look at what stands between them."}, f.Innocent...)
	case name == "total" || allLinesRead(d) != complete:
		f.Severity = rules.Medium
	}
	p.Report(f)
}

// listsCharges reports whether a paper of this type would print the charges that
// stand between its lines and its total. A declaration would not.
func listsCharges(d *trade.Document) bool {
	return d.Type.Invoice() || d.Type == trade.UnknownType
}

// Rates of value added tax, in per cent, lie between these.
const lowestTax, highestTax = 4, 27

// likelyTax reports whether total is the sum and a whole percentage of tax that
// some state levies.
func likelyTax(sum, total, tolerance *big.Rat) (rate *big.Rat, ok bool) {
	for n := int64(lowestTax); n <= highestTax; n++ {
		if near(times(sum, big.NewRat(100+n, 100)), total, tolerance) {
			return whole(n), true
		}
	}
	return nil, false
}

// likelyMixedTax reports whether total exceeds the sum by no more than a tax
// would: some goods at one rate, some at another.
func likelyMixedTax(sum, total *big.Rat) bool {
	return total.Cmp(sum) > 0 && total.Cmp(times(sum, big.NewRat(100+highestTax, 100))) <= 0
}

// restated reports whether the paper states the field once more, as that value.
func restated(d *trade.Document, path string, value, tolerance *big.Rat) bool {
	for _, f := range d.Restatements {
		number, _, _ := strings.Cut(f.Value, " ")
		if v, ok := new(big.Rat).SetString(number); ok && f.Path == path && near(v, value, tolerance) {
			return true
		}
	}
	return false
}

// mostBetween is the number of lines of print for which there may be room between
// the last line of goods and the total: the rest of its description, a ruled line
// and a heading.
const mostBetween = 4

// linesBetween returns for how many lines of print there is room between the last
// line of goods and a total on the same page; 0 if their places are not known.
func linesBetween(d *trade.Document, total trade.Place) int {
	bottom, height := 0.0, 0.0
	for _, f := range d.Fields() {
		if strings.HasPrefix(f.Path, "/items/") && f.At.Page == total.Page && !f.At.Box.Empty() {
			bottom = max(bottom, f.At.Box.Y1)
		}
	}
	height = total.Box.Y1 - total.Box.Y0
	if bottom == 0 || height <= 0 || total.Box.Y0 <= bottom {
		return 0
	}
	const pitch = 1.3 // of lines that stand close
	return int((total.Box.Y0 - bottom) / (height * pitch))
}

// roomAmongLines reports whether a row without a number, such as a discount, may
// stand between two lines of goods: some of them stand further apart than others
// by a line of print.
func roomAmongLines(d *trade.Document) bool {
	extent := make([]trade.Box, len(d.Items)) // of what was read of each line
	page := make([]int, len(d.Items))
	height := 0.0 // of the smallest print
	for _, f := range d.Fields() {
		rest, ok := strings.CutPrefix(f.Path, "/items/")
		if !ok || f.At.Box.Empty() {
			continue
		}
		number, _, _ := strings.Cut(rest, "/")
		i, err := strconv.Atoi(number)
		if err != nil || page[i] != 0 && page[i] != f.At.Page {
			continue
		}
		page[i], extent[i] = f.At.Page, extent[i].Union(f.At.Box)
		if h := f.At.Box.Y1 - f.At.Box.Y0; height == 0 || h < height {
			height = h
		}
	}
	var gaps []float64
	for i := 1; i < len(extent); i++ {
		if page[i] != 0 && page[i] == page[i-1] {
			gaps = append(gaps, extent[i].Y0-extent[i-1].Y1)
		}
	}
	switch len(gaps) {
	case 0:
		return false
	case 1: // nothing to compare with: a line of print and the space around it
		const lone = 1.8
		return gaps[0] > lone*height
	}
	return slices.Max(gaps)-slices.Min(gaps) > height
}
