package classify

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"sync"

	"tallyman/classify/reference"
	"tallyman/trade"
)

// What goods could these be? There are two cases, and each has its own evidence:
//
//   - the words are true, though a figure may have slipped or a price be odd: the
//     words say which goods, the numbers say which of them;
//   - the words are cover for other goods: then they are the word of whoever
//     covers them, and say nothing. The numbers say which goods, beside what is
//     known to be worth covering.
//
// The numbers decide between the two. None of these figures was fitted to lots
// that anything is measured on.
const (
	// coverPrior is how often words are cover before anything is seen. Nobody
	// has counted it; one line in a hundred is of the order of what customs
	// finds wrong in what it opens.
	coverPrior = 0.01
	// slipPrior is how often a figure of an honest line has a wrong unit or digit.
	slipPrior = 0.01
	// numbersShare is how much of a likelihood of numbers is believed: the ratios
	// of a lot depend on each other, and on the shipper.
	numbersShare = 0.6
	// wordsFloor is the share of honest words that name none of the goods that
	// the model takes them for.
	wordsFloor = 0.02
	// soughtShare is the share of covered goods that are of the Common High
	// Priority List: it says what is sought and cannot be declared. The rest is
	// spread as all trade is, more evenly.
	soughtShare = 0.5
)

// sought returns the share of each heading in the Common High Priority List, in
// which each subheading counts alike. By tiers, integrated circuits would have an
// eighth of all that is covered, and would be named for any figures.
var sought = sync.OnceValue(func() map[string]float64 {
	share, n := map[string]float64{}, 0
	for _, h := range reference.Load().Headings {
		for range reference.Priority(h) {
			share[h]++
			n++
		}
	}
	for h := range share {
		share[h] /= float64(n)
	}
	return share
})

// covers are the priors of covered goods of each pack: they take as long to work
// out as a line takes.
var covers sync.Map // *reference.Pack to []float64

// covered returns how likely each heading of the pack is to be that of goods
// under cover of other words, as logarithms.
func (m Model) covered() []float64 {
	if known, ok := covers.Load(m.pack()); ok {
		return known.([]float64)
	}
	headings := m.pack().Headings
	all, sum := make([]float64, len(headings)), 0.0
	for i, h := range headings {
		all[i] = math.Exp(m.prior(h))
		sum += all[i]
	}
	listed := sought()
	for i, h := range headings {
		all[i] = math.Log((1-soughtShare)*all[i]/sum + soughtShare*listed[h])
	}
	covers.Store(m.pack(), all)
	return all
}

// Instead returns the headings that ratios look like if the declared code is
// not that of the goods: by the numbers, and by which goods are known to travel
// under other names. The declared heading is none of them.
func (m Model) Instead(declared trade.TariffCode, r trade.Ratios) trade.Headings {
	l := m.likelihoodsOf(r)
	if len(l) == 0 {
		return trade.Headings{Abstained: noRatios}
	}
	prior := m.covered()
	all := make([]trade.Heading, 0, len(l))
	for i, h := range m.pack().Headings {
		if len(declared) < 4 || h != string(declared[:4]) {
			all = append(all, trade.Heading{Code: h, Probability: numbersShare*l[i] + prior[i]})
		}
	}
	return trade.Headings{Best: posterior(all)}
}

// Together weighs words and numbers, to name goods. Whether papers contradict
// each other is for each kind of evidence alone.
func (m Model) Together(description string, r trade.Ratios) trade.Headings {
	l := m.likelihoodsOf(r)
	told := m.heard(description).p
	switch {
	case len(l) == 0:
		return m.Goods(description)
	case len(told) == 0:
		return m.Looks(r)
	}
	// Logarithms are taken of sums only, so both cases are added up as they are,
	// beside the likeliest numbers.
	top := max(slices.Max(l), unmeasured(r))
	scaled := func(x float64) float64 { return math.Exp(numbersShare * (x - top)) }
	words := func(h string) float64 { return (1-wordsFloor)*told[h] + wordsFloor/float64(len(l)) }
	slipped := m.slipped(told, r, scaled)
	prior := m.covered()
	var honest, hidden float64
	all := make([]trade.Heading, 0, len(l)+8)
	for i, h := range m.pack().Headings {
		x := scaled(l[i])
		a := (1 - coverPrior) * words(h) * ((1-slipPrior)*x + slipPrior*slipped[h])
		b := coverPrior * math.Exp(prior[i]) * x
		honest, hidden = honest+a, hidden+b
		all = append(all, trade.Heading{Code: h, Probability: math.Log(a + b)})
	}
	unknown := scaled(unmeasured(r))
	for _, h := range slices.Sorted(maps.Keys(told)) { // sums of fractions depend on their order
		if m.pack().At(h) == nil && told[h] > 0 {
			a := (1 - coverPrior) * words(h) * unknown
			honest += a
			all = append(all, trade.Heading{Code: h, Probability: math.Log(a)})
		}
	}
	return trade.Headings{Best: posterior(all), Refused: hidden / (honest + hidden)}
}

// slipped returns how likely ratios are for the headings that the words name
// first if one figure has slipped, on average over the slips.
func (m Model) slipped(told map[string]float64, r trade.Ratios, scaled func(float64) float64) map[string]float64 {
	const searched, named = 5, 0.02
	var likely []string
	for h, p := range told {
		if p >= named {
			likely = append(likely, h)
		}
	}
	slices.SortFunc(likely, func(a, b string) int {
		return cmp.Or(cmp.Compare(told[b], told[a]), cmp.Compare(a, b))
	})
	all := map[string]float64{}
	for _, h := range likely[:min(searched, len(likely))] {
		if m.pack().At(h) == nil {
			continue
		}
		for _, s := range slips {
			if x, ok := m.likelihood(h, s.apply(r)); ok {
				all[h] += scaled(x) / float64(len(slips))
			}
		}
	}
	return all
}

// joined adds what words say to the likelihoods of numbers, for the chapter that
// a code is of: whether it was ever meant is not asked.
func joined(l, told map[string]float64) map[string]float64 {
	const floor = 1e-4 // words are sometimes wrong
	for h := range l {
		l[h] = numbersShare*l[h] + math.Log(told[h]+floor)
	}
	for h, p := range told {
		if _, ok := l[h]; !ok {
			// A heading without figures: as likely as one of spreads a factor ten wide.
			l[h] = numbersShare*uncounted + math.Log(p+floor)
		}
	}
	return l
}
