package rulestest

import (
	"math"
	"slices"
	"strings"

	"tallyman/trade"
)

// Goods is a small model of what goods cost and weigh, for cases: what a few
// headings have, in round figures, so that a case does not change with the
// reference pack. It satisfies trade.PlausibleGoods and rules.Model.
type Goods struct{}

type usual struct{ low, high float64 } // 5 and 95 of 100

var goodsOf = map[string]struct {
	label             string
	value, mass, each usual // USD a kilogram, kilograms a piece, USD a piece
}{
	"6704": {"wigs and false hair", usual{1.5, 200}, usual{0.05, 0.5}, usual{1, 60}},
	"2005": {"vegetables in tins", usual{0.6, 6}, usual{0.1, 1.2}, usual{0.15, 4}},
	"8542": {"integrated circuits", usual{50, 8000}, usual{0.0003, 0.05}, usual{0.1, 300}},
	"8517": {"telephones", usual{60, 2000}, usual{0.1, 0.6}, usual{30, 900}},
	"6403": {"leather footwear", usual{5, 120}, usual{0.4, 2}, usual{6, 90}},
	"8458": {"lathes", usual{5, 40}, usual{300, 6000}, usual{3000, 200000}},
	"9503": {"toys", usual{2, 130}, usual{0.1, 1}, usual{0.5, 40}},
}

// estimated is the heading of which nobody counted pieces.
const estimated = "9503"

func (Goods) SameGoods(a, b string) (float64, bool) { return 0, false }
func (Goods) SameParty(a, b string) float64         { return 0.5 }
func (Goods) ReferenceHash() string                 { return "cases" }
func (Goods) WordsHash() string                     { return "cases" }

// Goods names the chapter that Describes does by its one heading.
func (g Goods) Goods(description string) trade.Headings {
	f := g.Describes("", description)
	for _, code := range []string{"2005", "6403", "6704", "8542"} {
		if f.Abstained == "" && code[:2] == f.TopChapter {
			return trade.Headings{Best: []trade.Heading{{Code: code, Label: goodsOf[code].label, Probability: 0.99}}}
		}
	}
	return trade.Headings{Abstained: "cases have few words"}
}

// Describes knows the goods of the small model by a few words.
func (Goods) Describes(code trade.TariffCode, description string) trade.WordsFit {
	for _, known := range [][2]string{{"wig", "67"}, {"microchip", "85"}, {"canned", "20"}, {"shoes", "64"}} {
		word, chapter := known[0], known[1]
		if !strings.Contains(strings.ToLower(description), word) {
			continue
		}
		f := trade.WordsFit{Chapter: 0.99, P: 1, TopChapter: chapter, TopChapterP: 0.99}
		if len(code) >= 2 && string(code[:2]) != chapter {
			f.Chapter, f.P, f.Opposed = 0.001, 0.001, !strings.Contains(description, "case")
		}
		return f
	}
	return trade.WordsFit{Abstained: "cases have few words"}
}

// Instead leaves the declared heading out of Looks.
func (g Goods) Instead(declared trade.TariffCode, r trade.Ratios) trade.Headings {
	all := g.Looks(r)
	all.Best = slices.DeleteFunc(all.Best, func(h trade.Heading) bool { return strings.HasPrefix(string(declared), h.Code) })
	return all
}

func (g Goods) Together(_ string, r trade.Ratios) trade.Headings { return g.Looks(r) }

// USD takes every currency for US dollars.
func (Goods) USD(m trade.Money) (float64, bool) {
	f, ok := m.Amount.Float64()
	return f, ok && m.Currency != ""
}

func z(v float64, u usual) float64 {
	middle, scale := (math.Log(u.low)+math.Log(u.high))/2, (math.Log(u.high)-math.Log(u.low))/3.29
	return (math.Log(v) - middle) / scale
}

func (Goods) Fits(code trade.TariffCode, r trade.Ratios) trade.Fit {
	f := trade.Fit{P: 1}
	g, ok := goodsOf[string(code[:min(4, len(code))])]
	if !ok {
		return f
	}
	add := func(name, unit string, v float64, u usual) {
		if v <= 0 {
			return
		}
		p := math.Erfc(math.Abs(z(v, u)) / math.Sqrt2)
		f.P = min(f.P, p)
		f.Ratios = append(f.Ratios, trade.RatioFit{Name: name, Unit: unit, Value: v, P: p, Percentile: 0.5 * math.Erfc(-z(v, u)/math.Sqrt2),
			P5: u.low, P50: math.Sqrt(u.low * u.high), P95: u.high, N: 100, Source: "cases", From: 2026, To: 2026})
	}
	add("value per kg", "USD/KGM", r.ValuePerMass, g.value)
	add("kg per piece", "KGM/PCE", r.MassPerPiece, g.mass)
	if n := len(f.Ratios) - 1; n >= 0 && f.Ratios[n].Name == "kg per piece" && code[:4] == estimated {
		f.Ratios[n].N, f.Ratios[n].ShrunkFigures = 0, true
	}
	add("value per piece", "USD/PCE", r.ValuePerPiece, g.each)
	return f
}

func (Goods) Looks(r trade.Ratios) trade.Headings {
	var all trade.Headings
	sum := 0.0
	for _, code := range []string{"2005", "6403", "6704", "8458", "8517", "8542"} {
		g, l := goodsOf[code], 0.0
		if r.ValuePerMass > 0 {
			l -= z(r.ValuePerMass, g.value) * z(r.ValuePerMass, g.value) / 2
		}
		if r.MassPerPiece > 0 {
			l -= z(r.MassPerPiece, g.mass) * z(r.MassPerPiece, g.mass) / 2
		}
		all.Best = append(all.Best, trade.Heading{Code: code, Label: g.label, Probability: math.Exp(l)})
		sum += math.Exp(l)
	}
	for i := range all.Best {
		all.Best[i].Probability /= sum
		for k := i; k > 0 && all.Best[k].Probability > all.Best[k-1].Probability; k-- {
			all.Best[k], all.Best[k-1] = all.Best[k-1], all.Best[k]
		}
	}
	return all
}

// Repair knows one slip: grams for kilograms.
func (g Goods) Repair(code trade.TariffCode, r trade.Ratios) (trade.Repair, bool) {
	r.ValuePerMass *= 1000
	r.MassPerPiece /= 1000
	if f := g.Fits(code, r); len(f.Ratios) > 0 && f.P > 0.1 {
		return trade.Repair{Figure: "net mass", Factor: 0.001, Means: "consistent if the net mass is in grams", P: f.P, Unit: true}, true
	}
	return trade.Repair{}, false
}
