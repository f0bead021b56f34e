package arithmetic

import (
	"fmt"
	"math/big"

	"tallyman/rules"
	"tallyman/trade"
)

// TaxDiffersFromRate multiplies the taxed amount by the printed rate.
var TaxDiffersFromRate = &rules.Rule{
	ID:    "AR-04",
	Title: "tax is not the printed rate of any amount of the paper",
	Doc: `A paper that prints a rate of tax and an amount of tax has to print, or to imply, the
amount that is taxed: the subtotal or the total, with or without discount,
freight, insurance and other charges, with the tax on top or within.

The finding is made only if none of these gives the tax. Whether the rate is one
that the state levied on that day is not checked.

Look first for goods of another rate on the same paper.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "Directive 2006/112/EC, article 226: an invoice states the taxable amount per rate, the rate and the tax", Unverified: true},
		{Title: "the threshold of 0.02, or the rounding of every line: the project's choice", Unverified: true},
	},
	Run: runTaxDiffersFromRate,
}

func runTaxDiffersFromRate(p *rules.Pass) error {
	for _, d := range p.Dossier.Documents {
		checkTax(p, d)
	}
	return nil
}

func checkTax(p *rules.Pass, d *trade.Document) {
	tax := moneyFigure(d, d.Tax)
	rate := figureOf(d.TaxRate, "P1", func(r trade.Percent) (*big.Rat, *big.Rat, bool) { return decimalMeasure(r.Amount) })
	known, unread := charges(d)
	if !tax.known() || !rate.known() || rate.value().Sign() < 0 || unread || d.Status != trade.Done {
		return
	}
	var others []charge
	for _, c := range known {
		if c.name != "tax" {
			others = append(others, c)
		}
	}
	// What the tax may be a share of, before charges.
	subtotal, total := moneyFigure(d, d.Subtotal), moneyFigure(d, d.InvoiceTotal)
	lines := amounts(d)
	if !subtotal.known() && lines.full() && allLinesRead(d) == complete {
		if sums, ok := lines.sums(); ok {
			subtotal = figure{at: lines.cells[0].at, unit: lines.cells[0].unit, candidates: sums, half: lines.rounding()}
		}
	}
	bases := []figure{}
	for _, f := range []figure{subtotal, total} {
		if !f.known() {
			continue
		}
		if f.unit != "" && tax.unit != "" && f.unit != tax.unit {
			return
		}
		bases = append(bases, f)
	}
	if len(bases) == 0 {
		return
	}
	tolerance := most(leastSum, plus(tax.half, times(halfDigit(2), whole(int64(len(d.Items)+1)))))
	verdict := judge(append([]figure{tax, rate}, bases...), func(v []*big.Rat) bool {
		t, r := v[0], over(v[1], whole(100))
		for _, base := range v[2:] {
			// On top of the base, or within it: base × r = t, or base × r = t × (1 + r).
			if taxes(base, r, t, others, tolerance) || taxes(base, r, times(t, plus(whole(1), r)), others, tolerance) {
				return true
			}
		}
		// The rate of some of the goods only.
		return r.Sign() != 0 && lines.full() && (lines.partOf(over(t, r), over(tolerance, r)) || single(lines, over(t, r), over(tolerance, r)))
	})
	if verdict == rules.Agree {
		return
	}
	base, name := bases[0], "subtotal"
	if !d.Subtotal.Known() {
		if base.at.Path == d.InvoiceTotal.At.Path {
			name = "total"
		} else {
			name = "sum of the lines"
		}
	}
	r := over(rate.value(), whole(100))
	want := times(base.value(), r)
	if name == "total" {
		want = over(want, plus(whole(1), r))
	}
	p.Report(rules.Finding{
		At: tax.at, Related: places(append([]figure{rate}, bases...)...), Doubtful: verdict == rules.Doubtful,
		Message: fmt.Sprintf("tax %s here, but %s %% of the %s %s is %s", tax.text, show(rate.value()), name, showLike(base.value(), tax), showLike(round(want, 2), tax)),
		Figures: []rules.Figure{
			shown(name, base.value(), base.unit), shown("rate", rate.value(), "P1"),
			shown("tax at that rate", round(want, 4), tax.unit), shown("tax", tax.value(), tax.unit),
		},
		Innocent: []string{"Goods of another rate, or free of tax, on the same paper: the lines would show their rates."},
	})
}

// taxes reports whether base, with some choice of the charges, times r is t.
func taxes(base, r, t *big.Rat, others []charge, tolerance *big.Rat) bool {
	if r.Sign() == 0 {
		return near(t, new(big.Rat), tolerance)
	}
	return reaches(base, over(t, r), others, over(tolerance, r))
}

// single reports whether one cell alone is the total.
func single(c column, total, tolerance *big.Rat) bool {
	for _, f := range c.cells {
		if near(f.value(), total, tolerance) {
			return true
		}
	}
	return false
}

// round rounds to so many decimal places.
func round(r *big.Rat, places int) *big.Rat {
	n, _ := new(big.Rat).SetString(r.FloatString(places))
	return n
}
