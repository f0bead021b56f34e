package control

import (
	"errors"
	"fmt"
	"slices"

	"tallyman/rules"
	"tallyman/trade"
)

const (
	// likelyControlled is the share of probability on listed goods from which the
	// rule speaks, and unusualDeclared the most that the declared goods may have.
	likelyControlled = 0.2
	unusualDeclared  = 0.01
	// outside is how many times outside the usual range one figure has to lie.
	outside = 10
)

// LooksControlled finds goods declared under an innocent code whose figures look
// like goods of the Common High Priority List.
var LooksControlled = &rules.Rule{
	ID:    "CT-07",
	Title: "declared as harmless, priced and weighed like controlled goods",
	Doc: `The declared code is on no list, its usual price and weight are nowhere near what
the papers state, and at least a fifth of the probability of what the figures
look like lies on headings with goods of the Common High Priority List, such as
integrated circuits, transistors or navigation instruments.

This is a reason to open a package, not a classification: the figures of many
headings overlap. Look first whether the mass is in grams or the value in another
currency.`,
	Severity: rules.High,
	Sources: []rules.Source{
		{Title: "Common High Priority List, edition of 23 February 2024, HS 2022 (BIS, EU, UK, Japan)"},
		{Title: "reference pack of this program: CEPII BACI, UN Comtrade and customs of Ethiopia and Nepal"},
	},
	Run: func(p *rules.Pass) error {
		m, ok := p.Model.(trade.PlausibleGoods)
		if !ok {
			return errors.New("no figures of what goods cost and weigh are loaded")
		}
		for _, g := range rules.DeclaredGoods(p.Dossier, m) {
			if g.Ratios.ValuePerMass == 0 || g.Ratios.MassPerPiece == 0 || len(listed(g.Heading())) > 0 {
				continue
			}
			fit := m.Fits(g.Code.Value, g.Ratios)
			at := slices.IndexFunc(fit.Ratios, func(r trade.RatioFit) bool { return !r.ShrunkFigures && rules.Off(r) >= outside })
			if fit.P > unusualDeclared || at < 0 {
				continue
			}
			looks := m.Looks(g.Ratios)
			share := 0.0
			for _, h := range looks.Best {
				if len(listed(h.Code)) > 0 {
					share += h.Probability
				}
			}
			if share < likelyControlled {
				continue
			}
			// What is sought counts for naming the goods, never for the alarm.
			instead := m.Instead(g.Code.Value, g.Ratios)
			var like []rules.Likeness
			for _, h := range instead.Best {
				if len(like) < 3 && len(listed(h.Code)) > 0 {
					like = append(like, rules.Likeness{Heading: h.Code, Label: h.Label, Probability: h.Probability})
				}
			}
			u := rules.Unusual{Goods: g, Ratio: fit.Ratios[at], Looks: looks, Instead: instead}
			u.Repair, u.Slip = m.Repair(g.Code.Value, g.Ratios)
			f := rules.Finding{
				At: g.Code.At, Related: g.Places(g.Code.At), Figures: u.Figures(), LooksLike: like,
				Message: fmt.Sprintf("declared as %s, but %s USD a kilogram and %s kg a piece look like goods of the Common High Priority List with a probability of %.0f %%",
					g.Code.Value, rules.Round(g.Ratios.ValuePerMass), rules.Round(g.Ratios.MassPerPiece), 100*share),
				Innocent: []string{
					"The net mass or the quantity is in another unit than printed: the scale ticket and the specification would show it.",
					"An opened package would show the goods.",
				},
			}
			if u.Slip {
				f.Severity = rules.Medium
				f.Innocent = append([]string{"A slip of the pen: every ratio is " + u.Repair.Means + "."}, f.Innocent...)
			}
			if !g.Confirmed {
				f.Severity, f.Doubtful = rules.Low, true
			}
			p.Report(f)
		}
		return nil
	},
}

// listed returns the codes of the list below a heading.
func listed(heading string) []string {
	var all []string
	for _, t := range []tier{tier1, tier2, tier3A, tier3B, tier4A, tier4B} {
		for _, c := range t.codes {
			if c[:4] == heading {
				all = append(all, c)
			}
		}
	}
	return all
}
