package arithmetic

import (
	"fmt"
	"math/big"

	"tallyman/rules"
	"tallyman/trade"
)

// PackagesDoNotAddUp adds the packages of the lines.
var PackagesDoNotAddUp = &rules.Rule{
	ID:    "AR-06",
	Title: "packages of the lines do not add up to the total",
	Doc: `The packages of the lines, of one kind, make the total number of packages.

Lines may honestly make more than the total, because several lines share a
package: that is assumed where leaving out whole lines closes the sum and their
neighbour states the same number. Cartons are not added up to a total of pallets.
The finding is made only if every line was evidently read.

Look first for an outer packing (pallets, cages) that only the total counts.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "UCP 600, article 14(d): data must not conflict"},
	},
	Run: runPackagesDoNotAddUp,
}

func runPackagesDoNotAddUp(p *rules.Pass) error {
	for _, d := range p.Dossier.Documents {
		checkPackages(p, d)
	}
	return nil
}

func checkPackages(p *rules.Pass, d *trade.Document) {
	c := columnOf(d, packagesFigure(d.Packages), func(i *trade.Item) figure {
		f := packagesFigure(i.Packages)
		f.unit = kindOf(f.unit)
		return f
	})
	if !c.full() || !c.total.known() || c.foldsSubtotal() || allLinesRead(d) != complete {
		return
	}
	kind := ""
	for _, f := range c.cells {
		if f.unit != "" {
			kind = f.unit
		}
	}
	if total := kindOf(packagesFigure(d.Packages).unit); total != "" && kind != "" && total != kind {
		return // cartons on the lines, pallets in total
	}
	verdict := c.judge(func(sum, total *big.Rat) bool { return sum.Cmp(total) == 0 })
	if verdict == rules.Agree || c.shared() {
		return
	}
	sum := c.sum()
	if sum.Cmp(times(c.total.value(), whole(mostPerPackage))) > 0 {
		return // the column counts pieces
	}
	p.Report(rules.Finding{
		At: c.total.at, Related: c.related(), Doubtful: verdict == rules.Doubtful,
		Message: fmt.Sprintf("%s packages in total here, the %d lines make %s", show(c.total.value()), len(c.cells), show(sum)),
		Figures: []rules.Figure{
			shown("sum of the lines", sum, kind), shown("total", c.total.value(), kind), shown("difference", minus(c.total.value(), sum), kind),
		},
		Innocent: []string{
			"The total counts an outer packing, such as pallets, and the lines what is on it: the packing list would state both.",
			"Lines that share a package: the marks or the package numbers of the lines would show it.",
		},
	})
}

// mostPerPackage is how many times the total the lines may make: a column that
// makes more counts what is in the packages.
const mostPerPackage = 10

// kindOf takes words that mean a package of no particular kind for no kind.
func kindOf(kind string) string {
	switch kind {
	case "PK", "PP", "ZZ", "NA": // package, piece, mutually defined, not available (UN/ECE Rec. 21)
		return ""
	}
	return kind
}

// shared reports whether lines that state the same number of packages as the
// line above them, left out of the sum, close it: they share those packages.
func (c column) shared() bool {
	excess := minus(c.sum(), c.total.value())
	if excess.Sign() <= 0 {
		return false
	}
	reach := map[string]*big.Rat{"0": new(big.Rat)}
	for i := 1; i < len(c.cells) && len(reach) < maxChoices; i++ {
		if v := c.cells[i].value(); v.Cmp(c.cells[i-1].value()) == 0 {
			next := map[string]*big.Rat{}
			for _, r := range reach {
				if n := plus(r, v); n.Cmp(excess) <= 0 {
					next[n.RatString()] = n
				}
			}
			for k, r := range next {
				reach[k] = r
			}
		}
	}
	_, ok := reach[excess.RatString()]
	return ok
}
