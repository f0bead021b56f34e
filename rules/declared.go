package rules

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"tallyman/trade"
)

// Declared is what the papers of a dossier state of all goods of one heading
// together: single lines are too noisy to be judged by their price and weight.
type Declared struct {
	Code        trade.Reading[trade.TariffCode] // the first that is printed
	Description trade.Reading[string]           // of its first line
	Lines       int

	USD    float64 // 0: unknown
	Kg     float64 // net mass; 0: unknown
	Pieces float64 // 0: unknown, or not counted in pieces
	Ratios trade.Ratios

	// Value, Mass and Quantity are where the figures stand, the first of each.
	Value, Mass, Quantity []trade.Place
	// Confirmed says that the sums of the lines are the totals that the papers
	// print, or that no optical reader was at work.
	Confirmed bool
}

// DeclaredGoods gathers the goods of each heading from the paper that states
// most of them: a declaration or an invoice, with the masses of the packing list
// where the invoice has none.
func DeclaredGoods(d *trade.Dossier, m trade.PlausibleGoods) []Declared {
	one, single := onlyHeading(d)
	var best []Declared
	most := 0
	for _, doc := range d.Documents {
		if !doc.Type.Invoice() && !doc.Type.Declaration() || doc.Status != trade.Done || len(doc.Items) == 0 {
			continue
		}
		all := declaredOn(d, doc, m, one, single)
		n := 0
		for _, g := range all {
			if g.Ratios.ValuePerMass > 0 {
				n++
			}
			if g.Ratios.MassPerPiece > 0 {
				n++
			}
			if g.Ratios.ValuePerPiece > 0 {
				n++
			}
		}
		if n > most {
			best, most = all, n
		}
	}
	return best
}

// onlyHeading returns the code of all goods if the papers name one heading.
func onlyHeading(d *trade.Dossier) (code trade.Reading[trade.TariffCode], ok bool) {
	for _, doc := range d.Documents {
		for _, item := range doc.Items {
			c := item.TariffCode
			if !c.Known() || len(c.Value) < 4 {
				continue
			}
			if code.Known() && code.Value[:4] != c.Value[:4] {
				return code, false
			}
			if !code.Known() || len(c.Value) > len(code.Value) {
				code = c
			}
		}
	}
	return code, code.Known()
}

func declaredOn(d *trade.Dossier, doc *trade.Document, m trade.PlausibleGoods, one trade.Reading[trade.TariffCode], single bool) []Declared {
	masses := lineMasses(d, doc)
	groups := map[string]*Declared{}
	var order []string
	var usd, kg float64
	priced, weighed := true, true
	unit := map[string]string{}
	optical, misread := false, false
	for i := range doc.Items {
		item := &doc.Items[i]
		code := item.TariffCode
		if !code.Known() || len(code.Value) < 4 {
			if !single {
				return nil // a line of nobody knows what would spoil the sums
			}
			code = one
		}
		key := string(code.Value[:4])
		g := groups[key]
		if g == nil {
			g = &Declared{Code: code, Description: item.Description, Confirmed: true}
			groups[key] = g
			order = append(order, key)
		}
		g.Lines++
		value, ok := m.USD(moneyOf(doc, item.Amount))
		if !ok || value <= 0 {
			priced, g.USD = false, math.Inf(-1)
		} else {
			usd += value
			g.USD += value
			g.Value = append(g.Value, item.Amount.At)
			optical = optical || item.Amount.Reader.Optical()
		}
		if r := masses[i]; r.Known() && r.Value.Kilograms() > 0 {
			kg += r.Value.Kilograms()
			g.Kg += r.Value.Kilograms()
			g.Mass = append(g.Mass, r.At)
			optical = optical || r.Reader.Optical()
		} else {
			weighed, g.Kg = false, math.Inf(-1)
		}
		q := item.Quantity
		ratios := trade.RatiosOf(0, 1, 0, q.Value)
		n := 0.0
		if q.Known() && ratios.MassPerPiece > 0 {
			n = 1 / ratios.MassPerPiece
		}
		if n <= 0 || unit[key] != "" && unit[key] != ratios.Unit {
			g.Pieces = math.Inf(-1)
		} else {
			unit[key] = ratios.Unit
			g.Pieces += n
			g.Quantity = append(g.Quantity, q.At)
			optical = optical || q.Reader.Optical()
			misread = misread || q.Reader.Optical() && !lineCloses(item)
		}
	}
	// One heading: the totals say what the lines leave out.
	if len(order) == 1 {
		g := groups[order[0]]
		if !priced {
			if total, ok := m.USD(moneyOf(doc, doc.InvoiceTotal)); ok && total > 0 {
				g.USD, g.Value = total, []trade.Place{doc.InvoiceTotal.At}
				optical = optical || doc.InvoiceTotal.Reader.Optical()
			}
		}
		if !weighed && !(priced && short(usd, m, doc)) {
			if r, ok := netMassOf(d, doc, g.Pieces); ok {
				g.Kg, g.Mass = r.Value.Kilograms(), []trade.Place{r.At}
				optical = optical || r.Reader.Optical()
			}
		}
	}
	sure := !misread && (!optical || agrees(usd, m, doc) && massAgrees(kg, weighed, d, doc))
	var all []Declared
	for _, key := range order {
		g := groups[key]
		g.USD, g.Kg, g.Pieces = max(g.USD, 0), max(g.Kg, 0), max(g.Pieces, 0)
		g.Confirmed = sure
		if g.Kg > 0 && g.USD > 0 {
			g.Ratios.ValuePerMass = g.USD / g.Kg
		}
		if g.Pieces > 1 && g.Pieces != g.Kg {
			g.Ratios.Unit = unit[key]
			if g.Kg > 0 {
				g.Ratios.MassPerPiece = g.Kg / g.Pieces
			}
			if g.USD > 0 {
				g.Ratios.ValuePerPiece = g.USD / g.Pieces
			}
		}
		all = append(all, *g)
	}
	return all
}

// lineCloses reports whether quantity times unit price is the amount.
func lineCloses(item *trade.Item) bool {
	q, ok1 := item.Quantity.Value.Amount.Float64()
	price, ok2 := item.UnitPrice.Value.Amount.Float64()
	amount, ok3 := item.Amount.Value.Amount.Float64()
	return item.UnitPrice.Known() && item.Amount.Known() && ok1 && ok2 && ok3 && math.Abs(q*price-amount) <= 0.02*amount
}

// moneyOf gives an amount the currency of its paper if it has none.
func moneyOf(d *trade.Document, r trade.Reading[trade.Money]) trade.Money {
	if !r.Known() {
		return trade.Money{}
	}
	v := r.Value
	if v.Currency == "" && d.Currency.Known() {
		v.Currency = d.Currency.Value
	}
	return v
}

// lineMasses returns the net mass of each line: as the paper states it, or as a
// packing list with the same quantities line by line does.
func lineMasses(d *trade.Dossier, doc *trade.Document) []trade.Reading[trade.Mass] {
	all := make([]trade.Reading[trade.Mass], len(doc.Items))
	missing := false
	for i := range doc.Items {
		all[i] = doc.Items[i].NetMass
		missing = missing || !all[i].Known()
	}
	if !missing {
		return all
	}
	for _, p := range d.Documents {
		if p.Type != trade.PackingList || p.Status != trade.Done || len(p.Items) != len(doc.Items) {
			continue
		}
		same := true
		for i := range p.Items {
			a, b := p.Items[i].Quantity, doc.Items[i].Quantity
			if !a.Known() || !b.Known() || a.Value.Amount.Cmp(b.Value.Amount) != 0 || !p.Items[i].NetMass.Known() {
				same = false
			}
		}
		if !same {
			continue
		}
		for i := range p.Items {
			all[i] = p.Items[i].NetMass
		}
		return all
	}
	return all
}

// netMassOf returns the net mass of all goods of a paper, from itself or from
// another paper about the same pieces.
func netMassOf(d *trade.Dossier, doc *trade.Document, pieces float64) (trade.Reading[trade.Mass], bool) {
	for _, p := range append([]*trade.Document{doc}, d.Documents...) {
		r := p.NetMass
		if !r.Known() || r.Value.Kilograms() <= 0 || p != doc && p.Type != trade.PackingList {
			continue
		}
		if p != doc && pieces > 0 {
			n := 0.0
			for _, item := range p.Items {
				v, ok := item.Quantity.Value.Amount.Float64()
				if !item.Quantity.Known() || !ok {
					n = 0
					break
				}
				n += v
			}
			if n == 0 && p.TotalQuantity.Known() {
				n, _ = p.TotalQuantity.Value.Amount.Float64()
			}
			if math.Abs(n-pieces) > 0.01*pieces {
				continue // a part of the goods, or another count
			}
		}
		return r, true
	}
	return trade.Reading[trade.Mass]{}, false
}

// agrees reports whether the lines sum to a total that the paper prints.
func agrees(usd float64, m trade.PlausibleGoods, doc *trade.Document) bool {
	for _, r := range []trade.Reading[trade.Money]{doc.InvoiceTotal, doc.Subtotal} {
		if total, ok := m.USD(moneyOf(doc, r)); ok && total > 0 && math.Abs(total-usd) < 0.03*total {
			return true
		}
	}
	return false
}

// short reports whether the lines leave out so much of the printed total that no
// freight explains it: some of them were not read, and the mass is that of all.
func short(usd float64, m trade.PlausibleGoods, doc *trade.Document) bool {
	for _, r := range []trade.Reading[trade.Money]{doc.Subtotal, doc.InvoiceTotal} {
		if total, ok := m.USD(moneyOf(doc, r)); ok && total > 0 {
			return usd < 0.7*total || usd > 1.3*total
		}
	}
	return false
}

// massAgrees reports whether the masses of the lines sum to a printed total.
func massAgrees(kg float64, weighed bool, d *trade.Dossier, doc *trade.Document) bool {
	if !weighed {
		return true // a total was used, of itself
	}
	return slices.ContainsFunc(d.Documents, func(p *trade.Document) bool {
		total := p.NetMass
		return total.Known() && math.Abs(total.Value.Kilograms()-kg) < 0.03*kg
	})
}

// Heading returns the first four digits.
func (g Declared) Heading() string { return string(g.Code.Value[:4]) }

// Places are where the figures stand, without At itself.
func (g Declared) Places(at trade.Place) []trade.Place {
	var all []trade.Place
	for _, ps := range [][]trade.Place{g.Value, g.Mass, g.Quantity} {
		if len(ps) > 0 && ps[0] != at {
			all = append(all, ps[0])
		}
	}
	if g.Code.At != at {
		all = append(all, g.Code.At)
	}
	return all
}

// Off returns how many times a ratio lies outside what nine of ten lots of such
// goods have: 1 if it lies inside.
func Off(r trade.RatioFit) float64 {
	switch {
	case r.Value > r.P95 && r.P95 > 0:
		return r.Value / r.P95
	case r.Value < r.P5 && r.Value > 0:
		return r.P5 / r.Value
	}
	return 1
}

// Unusual are the findings about one ratio of goods: what is common to them.
type Unusual struct {
	Goods Declared
	Ratio trade.RatioFit
	Looks trade.Headings // what the numbers look like
	// Instead is what they look like if the goods are not the declared ones.
	Instead trade.Headings
	Repair  trade.Repair
	Slip    bool // Repair would explain it
	// Calibrated says that the usual ranges are those of a user's own papers.
	Calibrated bool
	// Weak says that no published figure is far out by itself: the ratio is judged
	// by our own estimate of what a piece weighs, or together with the price.
	Weak bool
	// Dear is the price of a kilogram if it and the mass of a piece are unusual
	// together only.
	Dear trade.RatioFit
	fits bool // the likeliest of Looks has such figures
}

// explains is the least probability that figures may have as those of goods for
// these goods to explain them.
const explains = 0.1

// together is the most probability that the price of a kilogram and the mass of a
// piece may have together if neither is far out: as dear and as light as this.
// On customs rows of Ethiopia and of UN Comtrade, held out of the figures, none of
// 1,000 lots and 1 of 500 lots of consumer goods had less, beside a hundred times
// better explanation; of components under codes of consumer goods 59 of 100 had.
const together = 3e-4

// light is the most that the mass of a piece, and of the price the same from
// above, may have as percentile to count as light and dear.
const light = 0.1

// FindUnusual looks for goods whose ratio of that name lies at least off times
// outside the usual, with a probability of at most p. The mass of a piece is
// unusual too if it is light and the kilogram dear, and both together are rare.
func FindUnusual(d *trade.Dossier, m trade.PlausibleGoods, name string, off, p float64) []Unusual {
	var all []Unusual
	for _, g := range DeclaredGoods(d, m) {
		fit := m.Fits(g.Code.Value, g.Ratios)
		for _, r := range fit.Ratios {
			if r.Name != name {
				continue
			}
			far := r.P <= p && Off(r) >= off
			dear := dearAndLight(fit, r)
			if !far && dear.Name == "" {
				continue
			}
			u := Unusual{Goods: g, Ratio: r, Calibrated: fit.Calibrated > 0, Looks: m.Looks(g.Ratios), Instead: m.Instead(g.Code.Value, g.Ratios)}
			if len(u.Looks.Best) > 0 {
				u.fits = m.Fits(trade.TariffCode(u.Looks.Best[0].Code), g.Ratios).P >= explains
			}
			// Figures of few observations do not speak alone. What we estimate that a
			// piece weighs does, of lighter ones: who counts packages as pieces makes
			// them heavier, and 1 of 949 honest lots is ten times lighter than usual.
			// The value of a piece is no second voice: it has the same count or value.
			seconded := slices.ContainsFunc(fit.Ratios, func(o trade.RatioFit) bool {
				return o.Name != name && o.Name != "value per piece" && !o.ShrunkFigures && o.P <= p && Off(o) >= off
			})
			switch {
			case far && (!r.ShrunkFigures && (name != "kg per piece" || r.N >= fewestPieces) || seconded):
			case far && r.N == 0 && r.Value < r.P5 && Off(r) >= farFromEstimate && !g.machines():
				u.Weak = true
			case dear.Name != "" && u.better():
				u.Weak, u.Dear = true, dear
			default:
				continue
			}
			u.Repair, u.Slip = m.Repair(g.Code.Value, g.Ratios)
			all = append(all, u)
		}
	}
	return all
}

// fewestPieces is how many observations of the mass of a piece speak alone: what a
// heading counts as a piece differs from customs to customs, and seven years of one
// of them made a bicycle's saddle weigh 30 kilograms.
const fewestPieces = 20

// farFromEstimate is how many times lighter than estimated a piece has to be.
const farFromEstimate = 10

// machines reports whether a heading holds machines and, under the same code, parts
// of them that weigh a thousandth: what a piece of it weighs cannot be estimated.
func (g Declared) machines() bool { return g.Heading() >= "84" && g.Heading() < "91" }

// dearAndLight returns the price of a kilogram if r is the mass of a piece, light,
// and the price dear, and both together are rare.
func dearAndLight(fit trade.Fit, r trade.RatioFit) trade.RatioFit {
	if r.Name != "kg per piece" || r.Percentile > light {
		return trade.RatioFit{}
	}
	for _, v := range fit.Ratios {
		if v.Name == "value per kg" && !v.ShrunkFigures && 1-v.Percentile <= light && (1-v.Percentile)*r.Percentile < together {
			return v
		}
	}
	return trade.RatioFit{}
}

// Rival reports whether another heading explains the figures, and a hundred times
// better than the declared one. Figures that are no goods' figures are an error
// of somebody, and tell nothing about the goods.
func (u Unusual) Rival() bool {
	return u.fits && u.better()
}

// better reports whether another heading explains the figures a hundred times
// better than the declared one.
func (u Unusual) better() bool {
	if len(u.Looks.Best) == 0 {
		return false
	}
	best := u.Looks.Best[0]
	own := u.Looks.P(u.Goods.Code.Value)
	return best.Code != u.Goods.Heading() && best.Probability >= 100*own
}

// Likenesses are the three headings that the figures look like most if the goods
// are not the declared ones. The words are not asked: they are the declaration.
func (u Unusual) Likenesses() []Likeness {
	var all []Likeness
	for _, h := range u.Instead.Best[:min(3, len(u.Instead.Best))] {
		all = append(all, Likeness{Heading: h.Code, Label: h.Label, Probability: h.Probability})
	}
	return all
}

// Figures shows the ratio beside what is usual.
func (u Unusual) Figures() []Figure {
	var all []Figure
	add := func(name string, v float64, unit string) {
		if v > 0 {
			all = append(all, Figure{Name: name, Value: Round(v), Unit: unit})
		}
	}
	add("value of the goods", u.Goods.USD, "USD")
	add("net mass", u.Goods.Kg, "KGM")
	add("quantity", u.Goods.Pieces, u.Goods.Ratios.Unit)
	r := u.Ratio
	years := ""
	if r.From > 0 && r.N > 0 { // an estimate names its year
		years = fmt.Sprintf(", %d to %d", r.From, r.To)
	}
	all = append(all, Figure{Name: r.Name, Value: Round(r.Value), Unit: r.Unit, Percentile: r.Percentile, N: r.N, Source: r.Source + years})
	add("usual, 5 of 100 are below", r.P5, r.Unit)
	add("usual, the middle", r.P50, r.Unit)
	add("usual, 5 of 100 are above", r.P95, r.Unit)
	return all
}

// Round writes a statistic with three digits that count.
func Round(v float64) string {
	digits := 2 - int(math.Floor(math.Log10(math.Abs(v))))
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return "0"
	}
	if digits < 0 {
		scale := math.Pow(10, float64(-digits))
		return strconv.FormatFloat(math.Round(v/scale)*scale, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'f', digits, 64)
}
