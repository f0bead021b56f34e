package arithmetic

import (
	"fmt"
	"math/big"

	"tallyman/rules"
	"tallyman/trade"
)

// DimensionsDoNotMakeVolume multiplies the size of a package by their number.
var DimensionsDoNotMakeVolume = &rules.Rule{
	ID:    "AR-12",
	Title: "size and number of packages do not make the volume",
	Doc: `Length, width and height of a package, times their number, is the volume of the line;
the lines make the volume of the consignment.

The finding is made only beyond 10 per cent, for boxes of a shape, and only if
neither another unit of length, nor the volume of a single package, nor pallets
around the cartons explain the difference.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "10 per cent: the project's choice, above what bulging cartons and rounded sizes explain", Unverified: true},
	},
	Run: runDimensionsDoNotMakeVolume,
}

// volumeShare is how much two volumes may differ, as a part of the greater.
var volumeShare = big.NewRat(1, 10)

func runDimensionsDoNotMakeVolume(p *rules.Pass) error {
	for _, d := range p.Dossier.Documents {
		total := column{lines: len(d.Items), total: volumeFigure(d.GrossVolume)}
		var wrong []rules.Finding
		checked := 0
		for i := range d.Items {
			item := &d.Items[i]
			one := volumeOfOne(item.PackageDimensions)
			count := packagesFigure(item.Packages)
			if !one.known() || !count.known() || count.value().Sign() == 0 || !boxed(item.Packages.Value.Kind) {
				continue
			}
			all := figure{at: one.at, unit: "MTQ", half: times(one.half, count.value())}
			for _, v := range one.candidates {
				all.candidates = append(all.candidates, times(v, count.value()))
			}
			total.cells = append(total.cells, all)
			if stated := volumeFigure(item.GrossVolume); stated.known() {
				checked++
				if f, ok := checkVolume(item, one, count, stated); ok {
					wrong = append(wrong, f)
				}
			}
		}
		// Where no line closes, the column is not that of the volumes.
		if checked == 1 || len(wrong) < checked {
			for _, f := range wrong {
				p.Report(f)
			}
		}
		if total.full() && total.total.known() && allLinesRead(d) == complete {
			checkTotalVolume(p, d, total)
		}
	}
	return nil
}

// boxed reports whether a package of this kind fills its outer dimensions.
func boxed(kind string) bool {
	switch kind {
	case "", "PK", "CT", "BX", "4G", "CS", "7A", "7B", "CR", "8B", "4C", "PX", "PA":
		return true
	}
	return false
}

// lengthUnits are the millimetres of each unit of length.
var lengthUnits = map[string]*big.Rat{
	"MMT": whole(1), "CMT": whole(10), "MTR": whole(1000), "INH": big.NewRat(254, 10), "DMT": whole(100), "FOT": big.NewRat(3048, 10),
}

const cubicMillimetresPerCubicMetre = 1_000_000_000

// volumeOfOne is the volume of one package, in cubic metres.
func volumeOfOne(r trade.Reading[trade.Dimensions]) figure {
	return figureOf(r, "MTQ", func(s trade.Dimensions) (*big.Rat, *big.Rat, bool) {
		unit, ok := lengthUnits[s.Unit]
		if !ok {
			return nil, nil, false
		}
		small, large, exact := whole(1), whole(1), big.NewRat(1, cubicMillimetresPerCubicMetre)
		for _, side := range []trade.Decimal{s.Length, s.Width, s.Height} {
			v, half, ok := decimalMeasure(side)
			if !ok || v.Sign() <= 0 {
				return nil, nil, false
			}
			small, large = times(small, times(minus(v, half), unit)), times(large, times(plus(v, half), unit))
			exact = times(exact, times(v, unit))
		}
		half := over(minus(large, small), whole(2*cubicMillimetresPerCubicMetre))
		return exact, half, true
	})
}

// sameVolume reports whether two volumes are within the share, or within what
// rounding explains, or are the same in another unit of length.
func sameVolume(a, b, rounding *big.Rat) bool {
	tolerance := plus(times(most(a, b), volumeShare), rounding)
	for _, from := range lengthUnits {
		for _, to := range lengthUnits {
			scale := over(from, to)
			if near(times(a, times(scale, times(scale, scale))), b, tolerance) {
				return true
			}
		}
	}
	return false
}

// checkVolume returns a finding if packages of that size do not make the volume.
func checkVolume(item *trade.Item, one, count, stated figure) (rules.Finding, bool) {
	verdict := judge([]figure{one, count, stated}, func(v []*big.Rat) bool {
		rounding := plus(times(one.half, v[1]), stated.half)
		return sameVolume(times(v[0], v[1]), v[2], rounding) || sameVolume(v[0], v[2], rounding)
	})
	if verdict == rules.Agree {
		return rules.Finding{}, false
	}
	made := times(one.value(), count.value())
	return rules.Finding{
		At: stated.at, Related: places(one, count), Doubtful: verdict == rules.Doubtful,
		Message: fmt.Sprintf("volume %s m³ here, but %s packages of %s make %s m³", show(stated.value()), show(count.value()), item.PackageDimensions.Text, show(round(made, 3))),
		Figures: []rules.Figure{
			shown("volume of one package", round(one.value(), 6), "MTQ"), shown("packages", count.value(), count.unit),
			shown("their volume", round(made, 3), "MTQ"), shown("volume stated", stated.value(), "MTQ"),
		},
		Innocent: []string{"The size is that of the largest package, or of the goods without packing: measure one package."},
	}, true
}

func checkTotalVolume(p *rules.Pass, d *trade.Document, c column) {
	_, onPallets := pallets(p.Dossier)
	verdict := c.judge(func(sum, total *big.Rat) bool {
		return sameVolume(sum, total, c.rounding()) || onPallets && total.Cmp(sum) > 0
	})
	if verdict == rules.Agree {
		return
	}
	sum := round(c.sum(), 3)
	related := c.related()
	for i := range d.Items {
		related = append(related, d.Items[i].Packages.At)
	}
	p.Report(rules.Finding{
		At: c.total.at, Related: related, Doubtful: verdict == rules.Doubtful,
		Message: fmt.Sprintf("volume %s m³ in total here, the sizes and numbers of the packages make %s m³", show(c.total.value()), show(sum)),
		Figures: []rules.Figure{
			shown("volume of the packages", sum, "MTQ"), shown("volume stated", c.total.value(), "MTQ"), shown("difference", round(minus(c.total.value(), sum), 3), "MTQ"),
		},
		Innocent: []string{"The volume is that of the space in the vehicle, with gaps between the packages: the carrier's paper would say so."},
	})
}
