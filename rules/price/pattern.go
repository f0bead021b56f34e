package price

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"tallyman/rules"
	"tallyman/trade"
)

const (
	// alikeLines and alikeChapters are the least that have to cost the same a
	// kilogram, to within alikeShare and the rounding of the masses.
	alikeLines, alikeChapters = 4, 3
	alikeShare                = 0.002
	// coarse is the greatest share of a mass that its rounding may be.
	coarse = 0.005
)

// SamePricePerKg looks for unlike goods that all cost the same a kilogram.
var SamePricePerKg = &rules.Rule{
	ID:    "PR-10",
	Title: "unlike goods all cost the same a kilogram",
	Doc: `At least four lines, of at least three chapters of the tariff, and all with the
same value a kilogram to within 0.2 per cent and the rounding of the masses, though none is sold by the kilogram.
Such values were computed from the weight: at least some of them are not what
anybody paid.

Groupage is sometimes valued by weight because the receiver has no invoices; that
too is worth a question.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "values computed from weight as a mark of made-up invoices: general knowledge", Unverified: true},
		{Title: "four lines of three chapters within 0.2 per cent: the project's choice", Unverified: true},
	},
	Run: func(p *rules.Pass) error {
		for _, d := range p.Dossier.Documents {
			if !d.Type.Invoice() && !d.Type.Declaration() {
				continue
			}
			var first *trade.Item
			var also []trade.Place
			chapters := map[string]bool{}
			least, most, lines, whole := math.Inf(1), 0.0, 0, true
			for i := range d.Items {
				item := &d.Items[i]
				v, ok := item.Amount.Value.Amount.Float64()
				kg := item.NetMass.Value.Kilograms()
				if !item.Amount.Known() || !item.NetMass.Known() || !item.TariffCode.Known() || len(item.TariffCode.Value) < 4 || !ok || v <= 0 || kg <= 0 || byMass(item.Quantity) {
					whole = false
					break
				}
				// Rounded masses of light lines tell nothing either way.
				half := float64(item.NetMass.Value.Resolution()) / 1e9
				if half/kg > coarse {
					continue
				}
				lines++
				chapters[item.TariffCode.Value.Chapter()] = true
				least, most = min(least, v/(kg-half)), max(most, v/(kg+half))
				if first == nil {
					first = item
				} else {
					also = append(also, item.Amount.At)
				}
			}
			if !whole || lines < alikeLines || len(chapters) < alikeChapters || most > least*(1+alikeShare) {
				continue
			}
			p.Report(rules.Finding{
				At: first.Amount.At, Related: also,
				Message: fmt.Sprintf("%d lines of %d chapters all cost %s a kilogram", lines, len(chapters), rules.Round((least+most)/2)),
				Figures: []rules.Figure{{Name: "value of a kilogram", Value: rules.Round((least + most) / 2)}, {Name: "lines", Value: strconv.Itoa(lines)}},
				Innocent: []string{
					"The sender values mixed goods by weight, as some groupage does: the receipts of the receiver would show what was paid.",
				},
			})
		}
		return nil
	},
}

// byMass reports whether goods are sold by mass; it is not known where no
// quantity is printed.
func byMass(q trade.Reading[trade.Quantity]) bool {
	return !q.Known() || slices.Contains([]string{"KGM", "GRM", "TNE", "LBR", "ONZ", "DTN", ""}, q.Value.Unit)
}

// FreightExceedsValue compares what the carriage costs with what the goods cost.
var FreightExceedsValue = &rules.Rule{
	ID:    "PR-11",
	Title: "the carriage costs more than the goods",
	Doc: `The freight on the invoice is more than the value of all goods. Nobody pays that for
goods that are worth no more than this, unless they are samples, spares that a
plant waits for, or cheap bulk goods over a long way.`,
	Severity: rules.Low,
	Sources: []rules.Source{
		{Title: "1,000 dollars of freight for 450 of cylinders, the figures that led to a seizure", URL: "https://www.jjkellerlibrary.com"},
	},
	Run: func(p *rules.Pass) error {
		for _, d := range p.Dossier.Documents {
			v := d.Subtotal
			if !v.Known() || !d.Freight.Known() || !d.Type.Invoice() || d.Freight.Value.Currency != v.Value.Currency {
				continue
			}
			over := func(f, v trade.Money) bool { return v.Amount.Sign() > 0 && f.Amount.Cmp(v.Amount) > 0 }
			sure := true
			for _, f := range d.Freight.Candidates() {
				for _, w := range v.Candidates() {
					sure = sure && over(f, w)
				}
			}
			if !sure {
				continue
			}
			p.Report(rules.Finding{
				At: d.Freight.At, Related: []trade.Place{v.At},
				Message:  fmt.Sprintf("freight %s here, goods %s", d.Freight.Text, v.Text),
				Innocent: []string{"Samples, or spares that are needed at once: the correspondence would show it."},
			})
		}
		return nil
	},
}
