// Package physics holds the rules about what goods weigh and how much room they
// take.
package physics

import (
	"errors"
	"fmt"
	"slices"

	"tallyman/rules"
	"tallyman/trade"
)

// Rules are the rules of this family, in the order of their IDs.
var Rules = []*rules.Rule{
	PieceWeightUnusual, DensityImpossible, TooMuchForEquipment, TooMuchForLorry, TooMuchForWagons, ChargeableTooLow,
	TooManyPallets, TooMuchForSize, PackageWeightImpossible, TooManyForRoom, ChipTooHeavy, LitresTooHeavy, NoUNNumber,
}

var errNoModel = errors.New("no figures of what goods cost and weigh are loaded")

const (
	// far is how many times outside the usual range a mass has to lie: articles
	// of one heading differ less in weight than in price.
	far = 8
	// rare is the most that a finding may have as probability among honest lots.
	rare = 0.01
)

// PieceWeightUnusual compares the mass of a piece with that of such goods.
var PieceWeightUnusual = &rules.Rule{
	ID:    "WV-01",
	Title: "a piece weighs what no such goods weigh",
	Doc: `The net mass of all goods of one heading, divided by the number of pieces, lies
at least eight times outside the range of nine lots in ten of such goods. Weight
a piece is what tells goods apart best: a microchip weighs a gram, a wig a
hundred, and neither depends on price or quality.

Where public figures count too few pieces, the program has its own estimate of what
a common article weighs. It speaks alone of pieces ten times lighter only. A piece
that is lighter than nearly all, while the kilogram is dearer than nearly all, is
unusual too, if one lot in 3,000 is both and other goods explain it a hundred times
better. These two are never high.

A piece that is too heavy, while the kilogram is not dear, is low below thirty times
and medium above until the program is calibrated on papers of your own, unless a unit
would explain it: many count packages as pieces.

A quantity in sets, pairs or thousands, and a mass in grams or pounds, explain
most such cases: look at the units first.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "reference pack of this program: customs of Ethiopia and Nepal, UN Comtrade, and own estimates of what common articles weigh"},
		{Title: "bed covers of 136.82 kg a bale, the figure that found a load of contraband", Unverified: true},
	},
	Run: func(p *rules.Pass) error {
		m, ok := p.Model.(trade.PlausibleGoods)
		if !ok {
			return errNoModel
		}
		for _, u := range rules.FindUnusual(p.Dossier, m, "kg per piece", far, rare) {
			at := u.Goods.Mass[0]
			f := rules.Finding{
				At: at, Related: u.Goods.Places(at), Figures: u.Figures(), LooksLike: u.Likenesses(),
				Message: fmt.Sprintf("a piece weighs %s kg by these papers; goods of heading %s weigh %s to %s kg",
					rules.Round(u.Ratio.Value), u.Goods.Heading(), rules.Round(u.Ratio.P5), rules.Round(u.Ratio.P95)),
				Innocent: []string{
					"The quantity counts something else than pieces, such as sets, metres or thousands: the contract's specification would show it.",
					"The net mass is that of a part of the goods, or in another unit: the scale ticket would show it.",
				},
			}
			if u.Dear.Name != "" {
				f.Message += fmt.Sprintf("; and a kilogram costs %s USD, such goods cost %s to %s", rules.Round(u.Dear.Value), rules.Round(u.Dear.P5), rules.Round(u.Dear.P95))
			}
			if u.Slip {
				f.Message += ", " + u.Repair.Means
			}
			// Packages counted as pieces do not make a kilogram dearer.
			heavy := u.Ratio.Percentile > 0.5 && !u.Calibrated && !slices.ContainsFunc(m.Fits(u.Goods.Code.Value, u.Goods.Ratios).Ratios, func(r trade.RatioFit) bool {
				return r.Name == "value per kg" && r.Percentile >= 0.95
			})
			switch {
			case !u.Goods.Confirmed:
				f.Severity = rules.Low
				f.Doubtful = true
			case heavy && rules.Off(u.Ratio) < packageOfPieces && !(u.Slip && (u.Repair.Factor == 1000 || u.Repair.Factor == 0.001)):
				f.Severity = rules.Low
			case !u.Slip && !u.Weak && !heavy && u.Rival():
				f.Severity = rules.High
			}
			p.Report(f)
		}
		return nil
	},
}

// packageOfPieces is how many times heavier than usual a piece has to be for the
// count of packages as pieces to be an unlikely reason.
const packageOfPieces = 30
