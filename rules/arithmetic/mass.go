package arithmetic

import (
	"fmt"
	"math/big"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// MassesDoNotAddUp adds the net and the gross masses of the lines.
var MassesDoNotAddUp = &rules.Rule{
	ID:    "AR-07",
	Title: "masses of the lines do not add up to the total",
	Doc: `The net masses of the lines make the total net mass, and the gross masses the total
gross mass. A total may honestly differ by a kilogram, by half a per cent, or by
the rounding of its lines.

A carrier's total may include the empty containers that its paper names. A total
gross mass may be greater by the pallets or cases that only the total
counts: where the papers speak of pallets, up to 60 kg for each of them is no
finding. A column may state the mass of one piece or of one package: it is
multiplied before anything is said. The finding is made only if every line was
evidently read.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "UCP 600, article 14(d): data must not conflict"},
		{Title: "0.5 per cent or 1 kg: the project's choice", Unverified: true},
		{Title: "an empty EUR pallet is 20 to 24 kg", URL: "https://vmp-logistics.de/en/charge-carriers/europallet/"},
		{Title: "60 kg for a larger pallet with its wrapping: the project's choice", Unverified: true},
	},
	Run: runMassesDoNotAddUp,
}

// Two masses are told apart only beyond both of these.
var (
	leastMass      = whole(1) // kg
	leastMassShare = big.NewRat(5, 1000)
)

// heaviestPallet is the greatest mass of one empty pallet, in kg.
var heaviestPallet = whole(60)

func runMassesDoNotAddUp(p *rules.Pass) error {
	for _, d := range p.Dossier.Documents {
		if allLinesRead(d) != complete {
			continue
		}
		checkMass(p, d, "net", netMasses(d), func(i *trade.Item) figure { return massFigure(i.NetMass) })
		checkMass(p, d, "gross", grossMasses(d), func(i *trade.Item) figure { return massFigure(i.GrossMass) })
	}
	return nil
}

func checkMass(p *rules.Pass, d *trade.Document, name string, c column, of func(*trade.Item) figure) {
	if !c.full() || !c.total.known() || c.foldsSubtotal() {
		return
	}
	tolerance := most(leastMass, c.rounding(), times(c.total.value(), leastMassShare))
	verdict := c.judge(func(sum, total *big.Rat) bool {
		return near(sum, total, tolerance) || name == "gross" && (withTare(d, sum, total, tolerance) || withContainers(d, sum, total) || onPallets(p.Dossier, sum, total, tolerance))
	})
	if verdict == rules.Agree || eachMakes(d, c, of, tolerance) {
		return
	}
	sum, total := c.sum(), c.total.value()
	f := rules.Finding{
		At: c.total.at, Related: c.related(), Doubtful: verdict == rules.Doubtful,
		Message: fmt.Sprintf("%s mass %s in total here, the %d lines make %s kg", name, massText(c.total), len(c.cells), show(sum)),
		Figures: []rules.Figure{
			shown("sum of the lines", sum, "KGM"), shown("total", total, "KGM"), shown("difference", minus(total, sum), "KGM"),
		},
		Innocent: []string{"A line that was not read, or a mass that is shared by several lines: look at the column."},
	}
	if columnsInDoubt(d) {
		f.Severity = rules.Low
	}
	if name == "gross" && total.Cmp(sum) > 0 {
		f.Innocent = append([]string{"Pallets or cases that only the total counts: their number and mass on the packing list would show it."}, f.Innocent...)
	}
	p.Report(f)
}

// massText shows a mass as it is printed, in kilograms if it is in them.
func massText(f figure) string { return strings.Replace(f.text, " KGM", " kg", 1) }

// withTare reports whether the total counts the container in.
func withTare(d *trade.Document, sum, total, tolerance *big.Rat) bool {
	tare := massFigure(d.TareMass)
	return tare.known() && near(plus(sum, tare.value()), total, tolerance)
}

// Empty containers of 20 to 45 feet weigh about so much, in kg.
var lightestContainer, heaviestContainer = whole(1900), whole(5000)

// withContainers reports whether the total of a transport document exceeds the
// lines by what its containers may weigh empty.
func withContainers(d *trade.Document, sum, total *big.Rat) bool {
	n := int64(0)
	for _, e := range d.Equipment {
		if e.ID.Known() {
			n++
		}
	}
	excess := minus(total, sum)
	return d.Type.Transport() && n > 0 && excess.Cmp(times(lightestContainer, whole(n))) >= 0 && excess.Cmp(times(heaviestContainer, whole(n))) <= 0
}

// onPallets reports whether a total gross mass exceeds the sum by what the
// pallets of the dossier may weigh.
func onPallets(dossier *trade.Dossier, sum, total, tolerance *big.Rat) bool {
	excess := minus(minus(total, sum), tolerance)
	if excess.Sign() <= 0 {
		return false
	}
	count, mentioned := pallets(dossier)
	if count > 0 {
		return excess.Cmp(times(heaviestPallet, whole(count))) <= 0
	}
	const share = 10 // one tenth, where pallets are mentioned but not counted
	return mentioned && times(excess, whole(share)).Cmp(sum) <= 0
}

// pallets returns the greatest number of pallets that a paper states, and
// whether any paper mentions them at all.
func pallets(dossier *trade.Dossier) (count int64, mentioned bool) {
	for _, d := range dossier.Documents {
		count = max(count, palletCount(d.Packages))
		lines := int64(0)
		for _, i := range d.Items {
			lines += palletCount(i.Packages)
			mentioned = mentioned || speaksOfPallets(i.Packages.Text) || speaksOfPallets(i.Description.Text)
		}
		count = max(count, lines)
		mentioned = mentioned || speaksOfPallets(d.Packages.Text) || speaksOfPallets(d.Marks.Text)
		for _, r := range d.Restatements {
			mentioned = mentioned || strings.HasSuffix(r.Path, "/packages") && speaksOfPallets(r.Text)
		}
	}
	return count, mentioned || count > 0
}

func palletCount(r trade.Reading[trade.Packages]) int64 {
	if !r.Known() {
		return 0
	}
	switch r.Value.Kind {
	case "PX", "AF", "AG", "AH", "AI", "AL", "OA", "OB", "OC", "OD", "OE", "OF", "PD", "PE", "TW", "8A", "8B", "8C": // UN/ECE Rec. 21: pallets and the like
		return r.Value.Count
	}
	return 0
}

func speaksOfPallets(text string) bool {
	text = strings.ToLower(text)
	for _, word := range []string{"pallet", "plt", "паллет", "палет", "поддон", "палета", "пал.", "тұғырық", "托盘", "palet", "paleta"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// eachMakes reports whether the column states the mass of one piece or of one
// package, so that the lines make the total when multiplied.
func eachMakes(d *trade.Document, c column, of func(*trade.Item) figure, tolerance *big.Rat) bool {
	for _, count := range []func(*trade.Item) figure{
		func(i *trade.Item) figure { return quantityFigure(i.Quantity) },
		func(i *trade.Item) figure { return packagesFigure(i.Packages) },
	} {
		sum, all, slack := new(big.Rat), true, new(big.Rat)
		for i := range d.Items {
			n, m := count(&d.Items[i]), of(&d.Items[i])
			if all = all && n.known() && m.known(); !all {
				break
			}
			sum = plus(sum, times(n.value(), m.value()))
			slack = plus(slack, times(n.value(), m.half))
		}
		if all && near(sum, c.total.value(), most(tolerance, slack)) {
			return true
		}
	}
	return false
}
