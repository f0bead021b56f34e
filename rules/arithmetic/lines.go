package arithmetic

import (
	"math/big"
	"strconv"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// A column is one kind of figure over the lines of goods of a paper, and the
// total that the paper prints for it.
type column struct {
	cells []figure // of the lines that state one
	lines int      // lines of goods that were read
	total figure
}

// columnOf gathers a column. Its unit is that of the total if the cells print
// none; a column whose cells have several units is empty.
func columnOf(d *trade.Document, total figure, cell func(*trade.Item) figure) column {
	c := column{lines: len(d.Items), total: total}
	unit := ""
	for i := range d.Items {
		f := cell(&d.Items[i])
		if !f.known() {
			continue
		}
		if f.unit != "" && unit != "" && f.unit != unit {
			return column{lines: len(d.Items)}
		}
		if f.unit != "" {
			unit = f.unit
		}
		c.cells = append(c.cells, f)
	}
	if unit != "" && total.unit != "" && unit != total.unit || c.lines > 1 && c.printsTotal() {
		c.total = figure{}
	}
	return c
}

// printsTotal reports whether the total was read in the same place as one of the
// lines: one print was taken for two things, and one of them is wrong.
func (c column) printsTotal() bool {
	t := c.total.at
	for _, f := range c.cells {
		if b := f.at.Box; f.at.Page == t.Page && !b.Empty() && min(b.X1, t.Box.X1) > max(b.X0, t.Box.X0) && min(b.Y1, t.Box.Y1) > max(b.Y0, t.Box.Y0) {
			return true
		}
	}
	return false
}

func amounts(d *trade.Document) column {
	return columnOf(d, moneyFigure(d, d.Subtotal), func(i *trade.Item) figure { return moneyFigure(d, i.Amount) })
}

func quantities(d *trade.Document) column {
	return columnOf(d, quantityFigure(d.TotalQuantity), func(i *trade.Item) figure { return quantityFigure(i.Quantity) })
}

func packageCounts(d *trade.Document) column {
	return columnOf(d, packagesFigure(d.Packages), func(i *trade.Item) figure { return packagesFigure(i.Packages) })
}

func netMasses(d *trade.Document) column {
	return columnOf(d, massFigure(d.NetMass), func(i *trade.Item) figure { return massFigure(i.NetMass) })
}

func grossMasses(d *trade.Document) column {
	return columnOf(d, massFigure(d.GrossMass), func(i *trade.Item) figure { return massFigure(i.GrossMass) })
}

// full reports whether every line states a figure.
func (c column) full() bool { return len(c.cells) > 0 && len(c.cells) == c.lines }

func (c column) sum() *big.Rat {
	sum := new(big.Rat)
	for _, f := range c.cells {
		sum.Add(sum, f.value())
	}
	return sum
}

// maxSums bounds the sums that ambiguous cells can make. Beyond it some sum makes
// any total, and proves nothing.
const maxSums = 500

// sums returns every sum that plausible readings of the cells give; ok is false
// if there are too many to prove anything.
func (c column) sums() (all []*big.Rat, ok bool) {
	sure := new(big.Rat)
	all = []*big.Rat{new(big.Rat)}
	for _, f := range c.cells {
		if len(f.candidates) == 1 {
			sure.Add(sure, f.value())
			continue
		}
		seen := map[string]bool{}
		var next []*big.Rat
		for _, s := range all {
			for _, v := range f.candidates {
				n := plus(s, v)
				if key := n.RatString(); !seen[key] {
					seen[key] = true
					next = append(next, n)
				}
			}
		}
		if all = next; len(all) > maxSums {
			return nil, false
		}
	}
	for i := range all {
		all[i] = plus(all[i], sure)
	}
	return all, true
}

// judge holds the objection that the cells do not make the total against every
// plausible reading, and then against each single misread character.
func (c column) judge(closes func(sum, total *big.Rat) bool) rules.Verdict {
	sums, ok := c.sums()
	if !ok {
		return rules.Agree
	}
	any := func(sums, totals []*big.Rat) bool {
		for _, s := range sums {
			for _, t := range totals {
				if closes(s, t) {
					return true
				}
			}
		}
		return false
	}
	if any(sums, c.total.candidates) {
		return rules.Agree
	}
	if any(sums, c.total.confusions) {
		return rules.Doubtful
	}
	for _, f := range c.cells {
		for _, v := range f.confusions {
			if any([]*big.Rat{plus(sums[0], minus(v, f.value()))}, c.total.candidates) {
				return rules.Doubtful
			}
		}
		// Two marks that were misread at once move the point: 2,980.02 as 2980020.
		for power := int64(10); f.optical && power <= 1000; power *= 10 {
			for _, v := range []*big.Rat{over(f.value(), whole(power)), times(f.value(), whole(power))} {
				if any([]*big.Rat{plus(sums[0], minus(v, f.value()))}, c.total.candidates) {
					return rules.Doubtful
				}
			}
		}
	}
	return rules.Conflict
}

// rounding is how far a sum of printed figures may honestly be from the printed
// total: half a unit of the last digit for each of them. A column prints its
// figures to the finest digit that any of them shows.
func (c column) rounding() *big.Rat {
	if len(c.cells) == 0 {
		return new(big.Rat)
	}
	finest := c.cells[0].half
	for _, f := range c.cells {
		if f.half.Cmp(finest) < 0 {
			finest = f.half
		}
	}
	sum := times(finest, whole(int64(len(c.cells))))
	if c.total.known() {
		sum.Add(sum, c.total.half)
	}
	return sum
}

// related are the total's companions in a finding: at most so many cells that a
// person can look at them all.
func (c column) related() []trade.Place {
	const most = 40
	return places(c.cells[:min(most, len(c.cells))]...)
}

// foldsSubtotal reports whether one of the lines looks like a sum of the lines
// above it: a subtotal, or the total itself, that was taken for goods.
func (c column) foldsSubtotal() bool {
	run := new(big.Rat)
	for i, f := range c.cells {
		total := i == len(c.cells)-1 && c.total.known() && f.value().Cmp(c.total.value()) == 0
		if (i >= 2 || i == 1 && total) && f.value().Sign() != 0 && f.value().Cmp(run) == 0 {
			return true
		}
		run.Add(run, f.value())
	}
	return false
}

// partOf reports whether the total is the sum of some neighbouring lines, but
// not of all: the total of a section or of a page.
func (c column) partOf(total, tolerance *big.Rat) bool {
	const most = 500 // lines; among more of them some part makes any total
	if len(c.cells) > most {
		return false
	}
	for i := range c.cells {
		run := new(big.Rat)
		for k := i; k < len(c.cells); k++ {
			run.Add(run, c.cells[k].value())
			if k > i && k-i+1 < len(c.cells) && near(run, total, tolerance) {
				return true
			}
		}
	}
	return false
}

// evidence says how sure it is that every line of goods on a paper was read. A
// row that was lost in a scan makes an honest total look wrong.
type evidence int

const (
	noEvidence evidence = iota // lines may be missing
	complete                   // they are numbered without a gap, or another column of theirs closes
)

// allLinesRead looks for evidence that the list of goods is complete.
func allLinesRead(d *trade.Document) evidence {
	if d.Status != trade.Done || len(d.Items) == 0 || pagesMissing(d) {
		return noEvidence
	}
	for _, c := range []column{quantities(d), packageCounts(d), netMasses(d), grossMasses(d), amounts(d)} {
		if c.full() && c.total.known() && c.lines > 1 && near(c.sum(), c.total.value(), new(big.Rat)) {
			return complete
		}
	}
	if numbered(d) && totalsFollow(d) {
		return complete
	}
	return noEvidence
}

// numbered reports whether the lines carry the numbers 1, 2, 3 without a gap.
func numbered(d *trade.Document) bool {
	for i, item := range d.Items {
		if !item.Sequence.Known() {
			return false
		}
		n, err := strconv.Atoi(strings.Trim(item.Sequence.Value, " .)№#"))
		if err != nil || n != i+1 {
			return false
		}
	}
	return len(d.Items) > 0
}

// totalsFollow reports whether the totals stand on the page of the last line: if
// they do not, lines of the pages between may be missing.
func totalsFollow(d *trade.Document) bool {
	last := d.Items[len(d.Items)-1].Sequence.At.Page
	for _, page := range []int{d.Subtotal.At.Page, d.InvoiceTotal.At.Page, d.Packages.At.Page, d.NetMass.At.Page, d.GrossMass.At.Page} {
		if page > last && last > 0 {
			return false
		}
	}
	return true
}

// pagesMissing reports whether the paper counts more pages than were read.
func pagesMissing(d *trade.Document) bool {
	for _, n := range d.PageNumbers {
		if n.Known() && n.Value.Of > len(d.Pages) {
			return true
		}
	}
	return false
}
