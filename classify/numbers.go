package classify

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"
	"sync"

	"tallyman/classify/reference"
	"tallyman/trade"
)

var _ trade.PlausibleGoods = Model{}

// ReferenceHash identifies the reference figures: SHA-256, hex.
func ReferenceHash() string { return reference.Load().Hash }

// ReferenceHash identifies the reference figures: SHA-256, hex.
func (m Model) ReferenceHash() string { return m.pack().Hash }

// Words identifies the model of words: SHA-256, hex.
func (Model) WordsHash() string { return WordsHash() }

// WithFigures returns the model with other reference figures, such as a user's
// own or those that leave out what they are measured on.
func (m Model) WithFigures(p *reference.Pack) Model {
	m.figures = p
	return m
}

func (m Model) pack() *reference.Pack {
	if m.figures != nil {
		return m.figures
	}
	return reference.Load()
}

// measured returns the natural logarithms of the ratios that are known.
func measured(r trade.Ratios) (v [reference.Measures]float64, known [reference.Measures]bool) {
	for m, x := range [reference.Measures]float64{r.ValuePerMass, r.MassPerPiece, r.ValuePerPiece, r.NetOverGross} {
		if x > 0 && !math.IsInf(x, 0) && !math.IsNaN(x) {
			v[m], known[m] = math.Log(x), true
		}
	}
	return v, known
}

// spread returns how a measure varies for a code, from the longest of its
// beginnings that has one, and that beginning.
func (m Model) spread(code string, i reference.Measure) (s reference.Spread, of string, ok bool) {
	p := m.pack()
	for _, n := range []int{6, 4, 2} {
		if len(code) < n {
			continue
		}
		if g := p.At(code[:n]); g != nil && g.Known[i] {
			return g.Of[i], code[:n], true
		}
	}
	return s, "", false
}

// tail is the distribution function of Student's t with four degrees of freedom.
func tail(t float64) float64 {
	x := t / math.Sqrt(4+t*t)
	return 0.5 + 0.5*x*(1+0.5*(1-x*x))
}

// density is that of Student's t with four degrees of freedom, as a logarithm.
func density(t float64) float64 { return math.Log(0.375) - 2.5*math.Log1p(t*t/4) }

// quantile of Student's t with four degrees of freedom, in closed form (Shaw 2006).
func quantile(p float64) float64 {
	a := 4 * p * (1 - p)
	q := math.Cos(math.Acos(math.Sqrt(a))/3) / math.Sqrt(a)
	t := 2 * math.Sqrt(q-1)
	if p < 0.5 {
		return -t
	}
	return t
}

// enough observations of a code let its figures alarm without others.
const enough = 5

// Fits says how usual ratios are for the goods of a code. Net over gross mass is
// shown but does not count: it says how goods are packed, not what they are.
func (m Model) Fits(code trade.TariffCode, r trade.Ratios) trade.Fit {
	f := trade.Fit{P: 1}
	v, known := measured(r)
	var ps []float64
	for i := range reference.Measures {
		s, of, ok := m.spread(string(code), i)
		if !known[i] || !ok {
			continue
		}
		shift, widen := m.calibration.of(string(code), i)
		location, scale := s.Location+shift, s.Scale*widen
		t := (v[i] - location) / scale
		at := func(p float64) float64 { return math.Exp(location + scale*quantile(p)) }
		both := 2 * min(tail(t), 1-tail(t))
		if i != reference.NetOverGross {
			ps = append(ps, both)
		}
		if len(of) > len(f.Code) {
			f.Code = of
		}
		f.Ratios = append(f.Ratios, trade.RatioFit{
			Name: reference.Name[i], Unit: reference.Unit[i], Value: math.Exp(v[i]), P: both, Percentile: tail(t),
			P5: at(0.05), P50: at(0.5), P95: at(0.95), N: s.N, From: s.From, To: s.To,
			Source: m.pack().SourceNames(s.Sources), Expected: of, ShrunkFigures: s.N < enough,
		})
	}
	f.P = simes(ps)
	if m.calibration != nil {
		f.P, f.Calibrated = m.calibration.rank(f.P), m.calibration.Lines
	}
	return f
}

// simes joins p-values that may depend on each other (Simes 1986).
func simes(ps []float64) float64 {
	slices.Sort(ps)
	joint := 1.0
	for i, p := range ps {
		joint = min(joint, p*float64(len(ps))/float64(i+1))
	}
	return joint
}

// uncounted is the density, as a logarithm, of a mass a piece for goods of which
// nobody counts pieces: anything from a gram to a tonne.
const uncounted = -4.6

// unpriced is the same of a price a kilogram: from a cent to ten thousand dollars.
const unpriced = -2.6

// used returns the measures that a likelihood is made of. Three ratios of three
// figures depend on each other: two say it all.
func used(known [reference.Measures]bool) []reference.Measure {
	var all []reference.Measure
	for _, i := range []reference.Measure{reference.ValuePerKg, reference.KgPerPiece} {
		if known[i] {
			all = append(all, i)
		}
	}
	if len(all) == 0 && known[reference.ValuePerPiece] {
		all = append(all, reference.ValuePerPiece)
	}
	return all
}

// unmeasured is the logarithm of how likely ratios are for goods of which
// nothing is known.
func unmeasured(r trade.Ratios) float64 {
	_, known := measured(r)
	sum := 0.0
	for _, i := range used(known) {
		sum += unknownDensity(i)
	}
	return sum
}

// likelihoods returns the logarithm of how likely ratios are for each heading.
func (m Model) likelihoods(r trade.Ratios) map[string]float64 {
	all := map[string]float64{}
	for i, x := range m.likelihoodsOf(r) {
		all[m.pack().Headings[i]] = x
	}
	return all
}

// likelihoodsOf returns the same in the order of the headings of the pack; nil
// if no ratio is known.
func (m Model) likelihoodsOf(r trade.Ratios) []float64 {
	v, known := measured(r)
	use := used(known)
	if len(use) == 0 {
		return nil
	}
	spreads := m.spreads()
	all := make([]float64, len(spreads))
	for k := range spreads {
		all[k] = m.likelihoodAt(&spreads[k], v, use)
	}
	return all
}

// headingSpreads are what a likelihood needs of one heading.
type headingSpreads struct {
	code  string
	of    [reference.Measures]reference.Spread
	known [reference.Measures]bool
}

// tables are the spreads of the headings of each pack: looking them up takes
// longer than working with them.
var tables sync.Map // *reference.Pack to []headingSpreads

func (m Model) spreads() []headingSpreads {
	if known, ok := tables.Load(m.pack()); ok {
		return known.([]headingSpreads)
	}
	headings := m.pack().Headings
	all := make([]headingSpreads, len(headings))
	for k, h := range headings {
		all[k] = m.spreadsOf(h)
	}
	tables.Store(m.pack(), all)
	return all
}

// spreadsOf leaves out what a piece of a chapter weighs: it says nothing of one
// of its headings. What a kilogram costs does.
func (m Model) spreadsOf(h string) headingSpreads {
	x := headingSpreads{code: h}
	for i := range reference.Measures {
		s, of, ok := m.spread(h, i)
		x.of[i], x.known[i] = s, ok && (len(of) >= 4 || i == reference.ValuePerKg)
	}
	return x
}

func unknownDensity(i reference.Measure) float64 {
	if i == reference.ValuePerKg {
		return unpriced
	}
	return uncounted
}

// likelihood is that of one heading; ok is false if no ratio is known.
func (m Model) likelihood(h string, r trade.Ratios) (sum float64, ok bool) {
	k, ok := slices.BinarySearch(m.pack().Headings, h)
	v, known := measured(r)
	use := used(known)
	if !ok || len(use) == 0 {
		return 0, false
	}
	return m.likelihoodAt(&m.spreads()[k], v, use), true
}

// likelihoodAt adds up what the ratios say of one heading.
func (m Model) likelihoodAt(s *headingSpreads, v [reference.Measures]float64, use []reference.Measure) (sum float64) {
	for _, i := range use {
		if !s.known[i] {
			sum += unknownDensity(i)
			continue
		}
		shift, widen := m.calibration.of(s.code, i)
		scale := s.of[i].Scale * widen
		sum += density((v[i]-s.of[i].Location-shift)/scale) - math.Log(scale)
	}
	return sum
}

// priorShare is how much the share of a heading in all trade counts.
const priorShare = 0.2

func (m Model) prior(h string) float64 {
	g := m.pack().At(h)
	if g == nil {
		return priorShare * math.Log(1e-5)
	}
	return priorShare * math.Log(g.Weight+1e-5)
}

const noRatios = "the papers give no mass, value or count of pieces to compare"

// most headings are returned.
const most = 60

// Looks returns the headings that ratios look like, best first.
func (m Model) Looks(r trade.Ratios) trade.Headings {
	l := m.likelihoodsOf(r)
	if len(l) == 0 {
		return trade.Headings{Abstained: noRatios}
	}
	all := make([]trade.Heading, len(l))
	for i, h := range m.pack().Headings {
		all[i] = trade.Heading{Code: h, Probability: l[i] + m.prior(h)}
	}
	return trade.Headings{Best: posterior(all)}
}

// posterior turns logarithms, in a fixed order, into the best headings with
// their probabilities.
func posterior(all []trade.Heading) []trade.Heading {
	if len(all) == 0 {
		return nil
	}
	top := math.Inf(-1)
	for _, h := range all {
		top = max(top, h.Probability)
	}
	sum, least := 0.0, 0.0
	for i := range all {
		all[i].Probability = math.Exp(all[i].Probability - top)
		sum += all[i].Probability
	}
	// Most headings have next to nothing, and need no sorting.
	if len(all) > 4*most {
		some := make([]float64, len(all))
		for i := range all {
			some[i] = all[i].Probability
		}
		slices.Sort(some)
		least = some[len(some)-most]
	}
	all = slices.DeleteFunc(all, func(h trade.Heading) bool { return h.Probability < least })
	slices.SortFunc(all, func(a, b trade.Heading) int {
		return cmp.Or(cmp.Compare(b.Probability, a.Probability), cmp.Compare(a.Code, b.Code))
	})
	all = all[:min(most, len(all))]
	for i := range all {
		all[i].Probability /= sum
		all[i].Label = reference.Label(all[i].Code, "en")
	}
	return all
}

// Chapter returns the probability of the chapter of a code by words and numbers
// together. It orders lines for a look; a finding needs one kind of evidence
// that stands alone.
func (m Model) Chapter(code trade.TariffCode, description string, r trade.Ratios) float64 {
	if len(code) < 2 {
		return 0
	}
	l := m.likelihoods(r)
	told := m.heard(description).p
	switch {
	case len(told) > 0 && len(l) > 0:
		l = joined(l, told)
	case len(told) > 0:
		l = map[string]float64{}
		for h, p := range told {
			l[h] = math.Log(p + 1e-12)
		}
	}
	top := math.Inf(-1)
	for _, x := range l {
		top = max(top, x)
	}
	all, chapter := 0.0, 0.0
	for _, h := range slices.Sorted(maps.Keys(l)) { // sums of fractions depend on their order
		p := math.Exp(l[h] - top)
		all += p
		if h[:2] == string(code[:2]) {
			chapter += p
		}
	}
	if all == 0 {
		return 0
	}
	return chapter / all
}

type slip struct {
	figure string
	factor float64
	means  string
	unit   bool
}

// apply returns the ratios that were meant.
func (s slip) apply(r trade.Ratios) trade.Ratios {
	switch s.figure {
	case "value":
		r.ValuePerMass *= s.factor
		r.ValuePerPiece *= s.factor
	case "net mass":
		r.ValuePerMass /= s.factor
		r.MassPerPiece *= s.factor
	case "quantity":
		r.ValuePerPiece /= s.factor
		r.MassPerPiece /= s.factor
	}
	return r
}

// slips are the mistakes that make honest figures impossible, likeliest first.
var slips = []slip{
	{"net mass", 0.001, "consistent if the net mass is in grams", true},
	{"net mass", 1000, "consistent if the net mass is in tonnes", true},
	{"value", 0.001, "consistent if the value is a thousand times lower: a comma taken for a point, or the other way round", true},
	{"value", 1000, "consistent if the value is in thousands", true},
	{"quantity", 1000, "consistent if the quantity is in thousands", true},
	{"quantity", 0.001, "consistent if the quantity is a thousand times lower: a comma taken for a point, or the other way round", true},
	{"net mass", 0.45359237, "consistent if the net mass is in pounds", true},
	{"quantity", 12, "consistent if the quantity is in dozens", true},
	{"quantity", 1.0 / 12, "consistent if pieces were counted and dozens declared", true},
	{"quantity", 100, "consistent if the quantity is in hundreds", true},
	{"quantity", 0.01, "consistent if the quantity is a hundred times lower", true},
	{"value", 0.01, "consistent if the value is in hundredths of the currency", true},
	{"value", 100, "consistent if the value is a hundred times higher", true},
	{"value", 1.0 / 7.2, "consistent if the value is in yuan", true},
	{"value", 1.0 / 90, "consistent if the value is in roubles", true},
	{"value", 1.0 / 500, "consistent if the value is in tenge", true},
	{"value", 0.1, "consistent if the value has a digit too many", false},
	{"value", 10, "consistent if the value lacks a digit", false},
	{"net mass", 0.1, "consistent if the net mass has a digit too many", false},
	{"net mass", 10, "consistent if the net mass lacks a digit", false},
	{"quantity", 0.1, "consistent if the quantity has a digit too many", false},
	{"quantity", 10, "consistent if the quantity lacks a digit", false},
}

const (
	brokenP   = 0.02 // ratios less usual than this want a repair
	repairedP = 0.1  // and these are usual
	// Grams printed as kilograms make goods a thousand times heavier and cheaper,
	// as nothing else does. After it, ratios may lie this many times outside what
	// nine lots in ten have, if one lay a hundred times farther out before: used
	// goods and offcuts do not become kilograms of grams.
	nearly, freed = 10, 100
)

// Repair looks for the one slip that makes every ratio of a code usual. Where
// several do, the likeliest is named: by how likely the ratios are after it, and
// by how often people make it. One of a thousand comes before smaller ones.
func (m Model) Repair(code trade.TariffCode, r trade.Ratios) (trade.Repair, bool) {
	before := m.Fits(code, r)
	if len(before.Ratios) == 0 || before.P > brokenP {
		return trade.Repair{}, false
	}
	var best trade.Repair
	bestScore, found := 0.0, false
	for _, s := range slips {
		after := s.apply(r)
		f := m.Fits(code, after)
		worst, farthest, score := 1.0, 1.0, 0.0
		for _, x := range f.Ratios {
			if x.Name == reference.Name[reference.NetOverGross] {
				continue
			}
			worst, farthest = min(worst, x.P), max(farthest, outside(x))
			score += likely(x)
		}
		thousand := s.factor == 0.001 || s.factor == 1000
		usual := worst >= repairedP/2 && f.P >= repairedP
		grams := s.figure == "net mass" && s.factor == 0.001 && farthest <= nearly
		if !usual && !(grams && relieved(before, f)) {
			continue
		}
		if thousand {
			score += oftener
		}
		if !found || score > bestScore {
			bestScore, found = score, true
			best = trade.Repair{Figure: s.figure, Factor: s.factor, Means: s.means, P: f.P, Unit: s.unit}
			if !usual {
				best.Means = moreUsual
			}
		}
	}
	return best, found
}

// moreUsual is said of a slip that leaves ratios somewhat unusual.
const moreUsual = "more usual by far if the net mass is in grams"

// oftener is how much oftener than others, as a logarithm, slips of a thousand are made.
const oftener = 3

// likely is the logarithm of how likely a ratio is for its goods, from how many
// lots lie at least as far out: enough to compare slips of the same goods.
func likely(x trade.RatioFit) float64 { return math.Log(max(x.P, 1e-9)) }

// outside returns how many times a ratio lies outside what nine lots in ten have.
func outside(x trade.RatioFit) float64 { return max(1, x.Value/x.P95, x.P5/x.Value) }

// relieved reports whether a slip brings some ratio back from a hundred times
// farther out.
func relieved(before, after trade.Fit) bool {
	for i, x := range before.Ratios {
		if x.Name != reference.Name[reference.NetOverGross] && outside(x) >= freed*outside(after.Ratios[i]) {
			return true
		}
	}
	return false
}

// Years spells the years of figures.
func Years(from, to int) string {
	switch {
	case from == 0:
		return ""
	case from == to:
		return strconv.Itoa(to)
	}
	return strconv.Itoa(from) + " to " + strconv.Itoa(to)
}

// Label is a short name of the heading or chapter of a code, in our own words,
// in English or, for "ru", in Russian.
func Label(code, lang string) string { return reference.Label(code, lang) }

// PriorityTier returns the tier of the Common High Priority List that a code is
// in; empty if it is not listed.
func PriorityTier(code string) string { return reference.Tier(code) }

// USD returns an amount in US dollars at the mean rate of the last full year of
// the reference, for statistics; ok is false for a currency without a rate.
func (Model) USD(m trade.Money) (usd float64, ok bool) {
	rate, ok := reference.PerUSD(m.Currency)
	if !ok {
		return 0, false
	}
	x, ok := m.Amount.Float64()
	return x / rate, ok
}
