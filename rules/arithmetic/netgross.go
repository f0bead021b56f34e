package arithmetic

import (
	"fmt"
	"math/big"

	"tallyman/rules"
	"tallyman/trade"
)

// NetMassExceedsGross compares net with gross mass, in total and on every line.
var NetMassExceedsGross = &rules.Rule{
	ID:    "AR-08",
	Title: "net mass exceeds gross mass",
	Doc: `Gross mass is that of goods and packaging, net mass that of the goods: net can equal
gross, for goods that travel unpacked, but cannot exceed it.

Rounding is allowed for: 120.4 kg net and 120 kg gross may be one mass. A gross
mass that is stated for one package, or in tonnes without saying so, is told
apart. If most lines of a paper are the wrong way round, the two headings are
exchanged, by the writer or by the reader, or a column counts something else: that
is one finding of low severity.`,
	Severity: rules.High,
	Sources: []rules.Source{
		{Title: "UN/CEFACT BSP RDM D22A: gross weight includes packaging, net weight excludes it"},
	},
	Run: runNetMassExceedsGross,
}

// NetMassEqualsGross looks for packages that weigh nothing.
var NetMassEqualsGross = &rules.Rule{
	ID:    "AR-09",
	Title: "packed goods have the same net and gross mass",
	Doc: `Two or more cartons, cases, drums or pallets weigh something: a net mass that equals
the gross mass to the last digit was copied, not weighed.

It is a common shortcut where the packing is light, and the trade buys some goods
"gross for net": the severity is low. Bulk, bags and goods without packing are
not looked at.`,
	Severity: rules.Low,
	Sources: []rules.Source{
		{Title: "UN/CEFACT BSP RDM D22A: gross weight includes packaging, net weight excludes it"},
		{Title: "which kinds of packages have a mass worth stating: the project's choice", Unverified: true},
	},
	Run: runNetMassEqualsGross,
}

func runNetMassExceedsGross(p *rules.Pass) error {
	for _, d := range p.Dossier.Documents {
		checkNetGross(p, d)
	}
	return nil
}

// massPair are the net and the gross mass of the same goods.
type massPair struct {
	net, gross figure
	item       *trade.Item // nil: the whole consignment
	verdict    rules.Verdict
}

func (m massPair) exceeds(v []*big.Rat) bool {
	return v[0].Cmp(plus(v[1], m.net.half, m.gross.half)) > 0
}

func (m *massPair) judge() {
	m.verdict = judge([]figure{m.net, m.gross}, func(v []*big.Rat) bool { return !m.exceeds(v) })
}

func checkNetGross(p *rules.Pass, d *trade.Document) {
	var all, wrong []massPair
	try := func(net, gross trade.Reading[trade.Mass], item *trade.Item) {
		m := massPair{net: massFigure(net), gross: massFigure(gross), item: item}
		if !m.net.known() || !m.gross.known() || m.gross.value().Sign() <= 0 {
			return
		}
		if m.judge(); m.verdict != rules.Agree && !perPackage(m) {
			wrong = append(wrong, m)
		}
		all = append(all, m)
	}
	try(d.NetMass, d.GrossMass, nil)
	for i := range d.Items {
		try(d.Items[i].NetMass, d.Items[i].GrossMass, &d.Items[i])
	}
	if len(wrong) > 1 && len(wrong) == len(all) || len(wrong) >= 4 && 2*len(wrong) > len(all) || columnsInDoubt(d) {
		m := wrong[0]
		f := m.finding()
		for _, w := range wrong[1:] {
			f.Related = append(f.Related, places(w.net, w.gross)...)
		}
		f.Severity = rules.Low
		f.Message = fmt.Sprintf("net mass exceeds gross mass %d times of %d; first %s", len(wrong), len(all), f.Message)
		f.Innocent = []string{"The headings net and gross are exchanged, or one of the columns counts something else: weigh one package, or ask which column is which."}
		p.Report(f)
		return
	}
	for _, m := range wrong {
		p.Report(m.finding())
	}
}

// columnsInDoubt reports whether every line of a paper that states both masses,
// and two at least, states the net above the gross: one of the columns is
// another, as the writer or the reader took it.
func columnsInDoubt(d *trade.Document) bool {
	n := 0
	for i := range d.Items {
		m := massPair{net: massFigure(d.Items[i].NetMass), gross: massFigure(d.Items[i].GrossMass)}
		if !m.net.known() || !m.gross.known() {
			continue
		}
		if m.judge(); m.verdict == rules.Agree || perPackage(m) {
			return false
		}
		n++
	}
	return n > 1
}

func (m massPair) finding() rules.Finding {
	f := rules.Finding{
		At: m.net.at, Related: places(m.gross), Doubtful: m.verdict == rules.Doubtful,
		Message: fmt.Sprintf("net mass %s here exceeds gross mass %s", massText(m.net), massText(m.gross)),
		Figures: []rules.Figure{
			shown("net mass", m.net.value(), "KGM"), shown("gross mass", m.gross.value(), "KGM"), shown("net less gross", minus(m.net.value(), m.gross.value()), "KGM"),
		},
		Innocent: []string{"One of the two figures is of other goods, such as a subtotal: the other papers would show the true pair."},
	}
	if ratio := over(m.net.value(), m.gross.value()); ratio.Cmp(whole(500)) > 0 && ratio.Cmp(whole(1000)) <= 0 {
		f.Severity = rules.Low
		f.Innocent = []string{"The gross mass is in tonnes: the heading of its column would show it."}
	}
	return f
}

// perPackage reports whether the gross mass of a line is plainly that of one
// package or piece: times their number it is a little more than the net mass.
func perPackage(m massPair) bool {
	if m.item == nil {
		return false
	}
	heaviest := big.NewRat(16, 10) // gross to net of the heaviest packing, tins and bottles aside
	for _, n := range []figure{packagesFigure(m.item.Packages), quantityFigure(m.item.Quantity)} {
		if !n.known() || n.value().Cmp(whole(1)) <= 0 {
			continue
		}
		gross := times(m.gross.value(), n.value())
		if gross.Cmp(minus(m.net.value(), times(m.gross.half, n.value()))) >= 0 && gross.Cmp(times(m.net.value(), heaviest)) <= 0 {
			return true
		}
	}
	return false
}

// heavyKinds are packages that weigh something, and are not sold by gross mass
// (UN/ECE Rec. 21): cartons, boxes, cases, crates, drums, barrels, cans, pallets,
// reels and cylinders.
var heavyKinds = map[string]bool{
	"CT": true, "BX": true, "4G": true, "CS": true, "7A": true, "7B": true, "CR": true, "8B": true, "DR": true, "1A": true, "1G": true, "1H": true,
	"BA": true, "CA": true, "TN": true, "JR": true, "PX": true, "RL": true, "CY": true, "CH": true, "TB": true, "PL": true, "PA": true,
}

func runNetMassEqualsGross(p *rules.Pass) error {
	for _, d := range p.Dossier.Documents {
		if equalMasses(p, d, d.NetMass, d.GrossMass, d.Packages) {
			continue
		}
		for i := range d.Items {
			item := &d.Items[i]
			if equalMasses(p, d, item.NetMass, item.GrossMass, item.Packages) {
				break // once for each paper
			}
		}
	}
	return nil
}

func equalMasses(p *rules.Pass, d *trade.Document, net, gross trade.Reading[trade.Mass], packages trade.Reading[trade.Packages]) bool {
	const leastPackages = 2
	if !packages.Known() || packages.Value.Count < leastPackages || !heavyKinds[packages.Value.Kind] {
		return false
	}
	n, g := massFigure(net), massFigure(gross)
	if !n.known() || !g.known() || n.value().Sign() == 0 {
		return false
	}
	if n.value().Cmp(g.value()) != 0 {
		return false
	}
	// Cartons of a gram beside goods of a tonne vanish in the last digit.
	const lightest = 5 // thousandths of the mass; below it the printed digit cannot show a packing
	if times(g.value(), big.NewRat(lightest, 1000)).Cmp(plus(n.half, g.half)) <= 0 {
		return false
	}
	p.Report(rules.Finding{
		At: n.at, Related: append(places(g), packages.At),
		Message: fmt.Sprintf("net mass %s here equals the gross mass, with %s", massText(n), packages.Text),
		Figures: []rules.Figure{
			shown("net mass", n.value(), "KGM"), shown("gross mass", g.value(), "KGM"), shown("packages", whole(packages.Value.Count), packages.Value.Kind),
		},
		Innocent: []string{
			"The contract sells gross for net: its text would say so.",
			"The packing is so light that the seller left it out: weigh an empty package.",
		},
	})
	return true
}
