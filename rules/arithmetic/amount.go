package arithmetic

import (
	"fmt"
	"math/big"

	"tallyman/rules"
	"tallyman/trade"
)

// LineAmountDiffers multiplies quantity and unit price of every line of goods.
var LineAmountDiffers = &rules.Rule{
	ID:    "AR-01",
	Title: "quantity times unit price is not the amount of the line",
	Doc: `The amount of a line is its quantity at its unit price. Banks and carriers check
totals only, so nobody before you has multiplied the lines.

A unit price is often rounded: a difference of half a unit of its last printed
digit for each piece is no finding. Nor is an amount that follows from the mass
or the packages of the line, a price for a hundred, a thousand or a dozen, a line
free of charge, or one discount or tax that all lines share.

Look first for a discount of that line, and for a price per another unit than the
quantity. The severity is low for a difference of a whole percentage, and for the
only line of a paper whose quantity nothing else confirms: it may be that of an
order or of a balance. If most lines of a paper do not close, the columns mean something else
than their headings say, or were not read well: that is one finding of low
severity.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "ISBP 745, paragraph M6: of a packing list banks only examine totals", URL: "http://library.iccwbo.org/content/tfb/RULES/tfb-isbp-2013-13.htm"},
		{Title: "that banks do not multiply the lines of an invoice either", Unverified: true},
		{Title: "half a unit of the last printed digit: the rounding of a decimal number"},
	},
	Run: runLineAmountDiffers,
}

// leastMoney is the least difference of money that is worth a word: the smallest
// coin of most currencies.
var leastMoney = big.NewRat(1, 100)

// lineAmount is one line whose amount can be checked.
type lineAmount struct {
	item                    *trade.Item
	quantity, price, amount figure
	verdict                 rules.Verdict
	wants                   *big.Rat // quantity times price
}

func runLineAmountDiffers(p *rules.Pass) error {
	for _, d := range p.Dossier.Documents {
		lines := lineAmounts(d)
		var wrong []lineAmount
		for _, l := range lines {
			if l.verdict != rules.Agree {
				wrong = append(wrong, l)
			}
		}
		switch {
		case len(wrong) == 0:
		case len(wrong) > 1 && 2*len(wrong) > len(lines):
			if !shareRatio(wrong) {
				reportMostLines(p, wrong, len(lines))
			}
		case len(wrong) > 1 && shareRatio(wrong):
			// A discount for some of the goods.
		default:
			for _, l := range wrong {
				// Optical readers misread more than one character of an amount: it
				// has to be what the printed total is made of.
				if l.item.Amount.Reader.Optical() && (!totalReached(d, lines) || l.digitsLost()) {
					l.verdict = rules.Doubtful
				}
				reportLine(p, l, len(lines) > len(wrong) || confirmed(p.Dossier, d, l))
			}
		}
	}
	return nil
}

// digitsLost reports whether the line closes if one of its figures, read from
// pixels, is the beginning or the end of what is printed.
func (l lineAmount) digitsLost() bool {
	amount, q, price := l.amount.value(), l.quantity.value(), l.price.value()
	return digitsLost(q, over(amount, price)) || digitsLost(price, over(amount, q)) || digitsLost(amount, l.wants)
}

// totalReached reports whether a printed total is the sum of the printed amounts.
func totalReached(d *trade.Document, lines []lineAmount) bool {
	if len(lines) != len(d.Items) {
		return false
	}
	sum := new(big.Rat)
	for _, l := range lines {
		sum = plus(sum, l.amount.value())
	}
	for _, r := range []trade.Reading[trade.Money]{d.InvoiceTotal, d.Subtotal} {
		if total := moneyFigure(d, r); total.known() && near(sum, total.value(), big.NewRat(1, 50)) {
			return true
		}
	}
	return false
}

func lineAmounts(d *trade.Document) []lineAmount {
	var lines []lineAmount
	pricePlaces, amountPlaces := finest(d)
	for i := range d.Items {
		item := &d.Items[i]
		l := lineAmount{item: item, quantity: quantityFigure(item.Quantity), price: moneyFigure(d, item.UnitPrice), amount: moneyFigure(d, item.Amount)}
		if !l.quantity.known() || !l.price.known() || !l.amount.known() {
			continue
		}
		if l.price.unit != l.amount.unit && l.price.unit != "" && l.amount.unit != "" {
			continue // two currencies: nothing to multiply
		}
		if l.amount.value().Sign() == 0 || l.price.value().Sign() == 0 || l.quantity.value().Sign() == 0 {
			continue // free of charge, or struck out
		}
		l.price.half, l.amount.half = pricePlaces, amountPlaces
		l.wants = times(l.quantity.value(), l.price.value())
		l.verdict = judge([]figure{l.quantity, l.price, l.amount}, l.closes)
		lines = append(lines, l)
	}
	return lines
}

// finest returns half a unit of the finest digit that the columns of prices and
// of amounts print: 12 among 12.50 is 12.00.
func finest(d *trade.Document) (price, amount *big.Rat) {
	price, amount = halfDigit(0), halfDigit(0)
	for i := range d.Items {
		if f := moneyFigure(d, d.Items[i].UnitPrice); f.known() && f.half.Cmp(price) < 0 {
			price = f.half
		}
		if f := moneyFigure(d, d.Items[i].Amount); f.known() && f.half.Cmp(amount) < 0 {
			amount = f.half
		}
	}
	return price, amount
}

// packed are the counts that a unit price may be for: a hundred, a thousand, a
// dozen, a gross.
var packed = []int64{12, 100, 144, 1000}

// closes reports whether a quantity, a price and an amount are no contradiction.
func (l lineAmount) closes(v []*big.Rat) bool {
	q, price, amount := v[0], v[1], v[2]
	tolerance := most(leastMoney, plus(slack(q, l.price.half), l.amount.half))
	if measured(l.item.Quantity.Value.Unit) || l.quantity.half.Cmp(halfDigit(0)) < 0 {
		// A measure may be rounded too; a count is not.
		tolerance = plus(tolerance, slack(price, l.quantity.half))
	}
	product := times(q, price)
	// A line that takes goods back may carry its minus in the amount alone.
	if near(product, amount, tolerance) || near(product, new(big.Rat).Neg(amount), tolerance) {
		return true
	}
	for _, n := range packed {
		if near(over(product, whole(n)), amount, tolerance) {
			return true
		}
	}
	// The price may be for a kilogram, a tonne or a package.
	count := packagesFigure(l.item.Packages)
	each := quantityFigure(l.item.QuantityPerPackage)
	others := []figure{massFigure(l.item.NetMass), massFigure(l.item.GrossMass), count}
	for _, f := range others {
		for _, n := range f.candidates {
			at := most(leastMoney, plus(slack(n, l.price.half), slack(price, f.half), l.amount.half))
			if near(times(n, price), amount, at) || near(over(times(n, price), whole(1000)), amount, at) {
				return true
			}
		}
	}
	if each.known() { // the quantity may be that of packages
		n := times(q, each.value())
		if near(times(n, price), amount, most(leastMoney, plus(slack(n, l.price.half), l.amount.half))) {
			return true
		}
	}
	return false
}

// slack is how far a product may be off if one factor is rounded by half.
func slack(factor, half *big.Rat) *big.Rat { return new(big.Rat).Abs(times(factor, half)) }

// measured reports whether the unit measures rather than counts.
func measured(unit string) bool {
	switch unit {
	case "KGM", "GRM", "TNE", "LBR", "ONZ", "MTR", "MTK", "MTQ", "LTR", "CMT", "MMT", "FOT", "FTK", "FTQ", "YRD", "INH", "KWH", "CTM":
		return true
	}
	return false
}

// shareRatio reports whether all the lines differ by one and the same ratio: a
// discount, a tax or a rate of exchange, not a mistake.
func shareRatio(lines []lineAmount) bool {
	if len(lines) < 2 {
		return false
	}
	ratio := over(lines[0].amount.value(), lines[0].wants)
	for _, l := range lines[1:] {
		tolerance := most(leastMoney, plus(slack(l.quantity.value(), l.price.half), l.amount.half))
		if !near(times(ratio, l.wants), l.amount.value(), tolerance) {
			return false
		}
	}
	return true
}

// roundPercent reports by how many whole percent the amount is off, if it is off
// by a whole number of them and by no more than half.
func (l lineAmount) roundPercent() (percent *big.Rat, ok bool) {
	percent = minus(times(whole(100), over(l.amount.value(), l.wants)), whole(100))
	n := new(big.Rat).SetInt(new(big.Int).Quo(plus(percent, sign(percent, big.NewRat(1, 2))).Num(), plus(percent, sign(percent, big.NewRat(1, 2))).Denom()))
	off := times(n, over(l.wants, whole(100)))
	tolerance := most(leastMoney, plus(slack(l.quantity.value(), l.price.half), l.amount.half))
	return n, n.Sign() != 0 && new(big.Rat).Abs(n).Cmp(whole(50)) <= 0 && near(plus(l.wants, off), l.amount.value(), tolerance)
}

// sign returns r with the sign of like.
func sign(like, r *big.Rat) *big.Rat {
	if like.Sign() < 0 {
		return new(big.Rat).Neg(r)
	}
	return r
}

// confirmed reports whether the quantity of the line is also that of the whole
// paper or of a line of another paper, so that it was taken from the right column.
func confirmed(dossier *trade.Dossier, d *trade.Document, l lineAmount) bool {
	same := func(r trade.Reading[trade.Quantity]) bool {
		f := quantityFigure(r)
		return f.known() && f.value().Cmp(l.quantity.value()) == 0
	}
	if same(d.TotalQuantity) {
		return true
	}
	for _, other := range dossier.Documents {
		if other == d {
			continue
		}
		if same(other.TotalQuantity) {
			return true
		}
		for i := range other.Items {
			if same(other.Items[i].Quantity) {
				return true
			}
		}
	}
	return false
}

func reportLine(p *rules.Pass, l lineAmount, columnsSure bool) {
	f := rules.Finding{
		At: l.amount.at, Related: places(l.quantity, l.price), Doubtful: l.verdict == rules.Doubtful,
		Message: fmt.Sprintf("amount %s here, but %s at %s is %s", l.amount.text, l.quantity.text, l.price.text, showLike(l.wants, l.amount)),
		Figures: []rules.Figure{
			shown("quantity", l.quantity.value(), l.quantity.unit),
			shown("unit price", l.price.value(), l.price.unit),
			shown("quantity × unit price", l.wants, l.amount.unit),
			shown("amount", l.amount.value(), l.amount.unit),
			shown("difference", minus(l.amount.value(), l.wants), l.amount.unit),
		},
		Innocent: []string{
			"A discount or a surcharge of this line: its own column, or the contract, would show the rate.",
			"The price is for another unit than the quantity, such as a set or a metre: the contract's price list would show it.",
		},
	}
	if !columnsSure {
		f.Severity = rules.Low
		f.Innocent = append([]string{"The quantity is another one of the same line, such as that ordered: the heading of its column would show it."}, f.Innocent...)
	}
	if percent, ok := l.roundPercent(); ok {
		f.Severity = rules.Low
		f.Innocent = append([]string{fmt.Sprintf("The amount is %s %% off, to the coin: a discount or tax of that rate, shown elsewhere on the paper, would explain it.", show(percent))}, f.Innocent...)
	}
	p.Report(f)
}

func reportMostLines(p *rules.Pass, wrong []lineAmount, checked int) {
	l := wrong[0]
	var related []trade.Place
	for _, w := range wrong {
		related = append(related, places(w.amount, w.quantity, w.price)...)
	}
	p.Report(rules.Finding{
		At: l.amount.at, Related: related[1:], Severity: rules.Low,
		Message: fmt.Sprintf("in %d of %d lines quantity times unit price is not the amount; in the first, amount %s here, but %s at %s is %s",
			len(wrong), checked, l.amount.text, l.quantity.text, l.price.text, showLike(l.wants, l.amount)),
		Figures: []rules.Figure{
			shown("lines that do not close", whole(int64(len(wrong))), ""),
			shown("lines checked", whole(int64(checked)), ""),
		},
		Innocent: []string{
			"The columns mean something else than quantity, unit price and amount, or were read askew: look at the table.",
		},
	})
}
