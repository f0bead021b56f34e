// Package price holds the rules about what goods cost.
//
// A price alone proves nothing: brands, ages and qualities differ tenfold. The
// rules speak only where the figure lies far outside all of that, and they ask.
package price

import (
	"errors"
	"fmt"

	"tallyman/rules"
	"tallyman/trade"
)

// Rules are the rules of this family, in the order of their IDs.
var Rules = []*rules.Rule{ValuePerKgUnusual, ValuePerPieceUnusual, BelowMaterial, SamePricePerKg, FreightExceedsValue, CheapByAir}

var errNoModel = errors.New("no figures of what goods cost and weigh are loaded")

const (
	// far is how many times outside the usual range a figure has to lie. Until it
	// is calibrated on a user's own papers, the range itself is nominal: on
	// sources that it was not fitted on, 0.3 to 48.5 of 100 lots lay outside the
	// range of 95.
	far = 10
	// rare is the most that a finding may have as probability among honest lots.
	rare = 0.01
)

// ValuePerKgUnusual compares the value of a kilogram with what such goods cost.
var ValuePerKgUnusual = &rules.Rule{
	ID:    "PR-01",
	Title: "a kilogram costs what no such goods cost",
	Doc: `The value of all goods of one heading, divided by their net mass, lies at least
ten times outside the range of nine lots in ten of such goods in public trade
statistics. The finding is high if another kind of goods explains the figures a
hundred times better. It names the three headings that the figures look like if
the goods are not the declared ones; in this goods of the Common High Priority
List count for half before any figure is seen.

A price that is too low is low until the program is calibrated on papers of your
own, unless a unit would explain it: used goods, scrap and samples are cheap, and
no public figures tell them apart.

Look at the net mass first: grams or tonnes instead of kilograms, a lost digit,
or a value in another currency explain most such cases. A price is a reason to
ask or to inspect; it never sets a value for customs.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "WCO Guidelines on the development and use of a national valuation database"},
		{Title: "reference pack of this program: CEPII BACI, UN Comtrade and customs of Ethiopia and Nepal"},
	},
	Run: func(p *rules.Pass) error {
		return run(p, "value per kg", "a kilogram costs", "cost", []string{
			"The net mass or the value is in another unit or currency than printed: the scale ticket and the payment would show it.",
			"The goods are of an unusual kind, such as samples, antiques or a luxury brand: the price list of the maker would show it.",
		})
	},
}

// ValuePerPieceUnusual compares the value of a piece with what such goods cost.
var ValuePerPieceUnusual = &rules.Rule{
	ID:    "PR-02",
	Title: "a piece costs what no such goods cost",
	Doc: `The value of all goods of one heading, divided by the number of pieces, lies at
least ten times outside the range of nine lots in ten of such goods. It is judged
only where the papers give no net mass: with one, PR-01 and WV-01 say more.

A quantity in sets, cartons or thousands explains most such cases.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{{Title: "reference pack of this program: customs of Ethiopia and Nepal, UN Comtrade"}},
	Run: func(p *rules.Pass) error {
		return run(p, "value per piece", "a piece costs", "cost", []string{
			"The quantity counts sets, cartons or thousands: the price list would show it.",
		})
	},
}

// thousand reports whether a factor is that of a unit or of a comma for a point.
func thousand(factor float64) bool { return factor == 1000 || factor == 0.001 }

func run(p *rules.Pass, name, what, verb string, innocent []string) error {
	m, ok := p.Model.(trade.PlausibleGoods)
	if !ok {
		return errNoModel
	}
	for _, u := range rules.FindUnusual(p.Dossier, m, name, far, rare) {
		if name == "value per piece" && u.Goods.Kg > 0 {
			continue
		}
		at := u.Goods.Value[0]
		f := rules.Finding{
			At: at, Related: u.Goods.Places(at), Figures: u.Figures(), LooksLike: u.Likenesses(), Innocent: innocent,
			Message: fmt.Sprintf("%s %s USD by these papers; goods of heading %s %s %s to %s USD",
				what, rules.Round(u.Ratio.Value), u.Goods.Heading(), verb, rules.Round(u.Ratio.P5), rules.Round(u.Ratio.P95)),
		}
		switch {
		case !u.Goods.Confirmed:
			f.Severity = rules.Low
			f.Doubtful = true
		case u.Slip:
			f.Message += ", " + u.Repair.Means
			if u.Ratio.Percentile < 0.5 && !u.Calibrated && !thousand(u.Repair.Factor) {
				f.Severity = rules.Low
			}
		case u.Ratio.Percentile < 0.5 && !u.Calibrated:
			f.Severity = rules.Low
		case u.Rival() && u.Ratio.Percentile > 0.5:
			f.Severity = rules.High
		}
		if u.Slip {
			f.Innocent = append([]string{"A slip of the pen: every ratio is " + u.Repair.Means + "; the original of the paper would show it."}, f.Innocent...)
		}
		p.Report(f)
	}
	return nil
}
