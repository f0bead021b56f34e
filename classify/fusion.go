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

// covered returns how likely each heading is to be that of goods under cover of
// other words, as logarithms.
func (m Model) covered(l map[string]float64) map[string]float64 {
	all, sum := map[string]float64{}, 0.0
	for _, h := range slices.Sorted(maps.Keys(l)) { // sums of fractions depend on their order
		all[h] = math.Exp(m.prior(h))
		sum += all[h]
	}
	listed := sought()
	for h := range all {
		all[h] = math.Log((1-soughtShare)*all[h]/sum + soughtShare*listed[h])
	}
	return all
}

// Instead returns the headings that ratios look like if the declared code is
// not that of the goods: by the numbers, and by which goods are known to travel
// under other names. The declared heading is none of them.
func (m Model) Instead(declared trade.TariffCode, r trade.Ratios) trade.Headings {
	l := m.likelihoods(r)
	if len(l) == 0 {
		return trade.Headings{Abstained: noRatios}
	}
	if len(declared) >= 4 {
		delete(l, string(declared[:4]))
	}
	prior := m.covered(l)
	for h := range l {
		l[h] = numbersShare*l[h] + prior[h]
	}
	return trade.Headings{Best: posterior(l)}
}

// Together weighs words and numbers, to name goods. Whether papers contradict
// each other is for each kind of evidence alone.
func (m Model) Together(description string, r trade.Ratios) trade.Headings {
	l := m.likelihoods(r)
	told := m.heard(description).p
	switch {
	case len(l) == 0:
		return m.Goods(description)
	case len(told) == 0:
		return m.Looks(r)
	}
	honest := m.honest(l, told, r)
	hidden := m.covered(l)
	for h := range hidden {
		hidden[h] += numbersShare*l[h] + math.Log(coverPrior)
	}
	for h := range honest {
		honest[h] += math.Log(1 - coverPrior)
	}
	refused := 1 / (1 + math.Exp(total(honest)-total(hidden)))
	all := map[string]float64{}
	for _, part := range []map[string]float64{honest, hidden} {
		for h, x := range part {
			if y, ok := all[h]; ok {
				x = math.Max(x, y) + math.Log1p(math.Exp(-math.Abs(x-y)))
			}
			all[h] = x
		}
	}
	return trade.Headings{Best: posterior(all), Refused: refused}
}

// honest returns, as logarithms, how likely words and ratios are together for
// each heading if the words are true. Where the words name a heading, one slip
// of a figure may stand between it and its ratios.
func (m Model) honest(l, told map[string]float64, r trade.Ratios) map[string]float64 {
	// Only headings that the words name are worth a search for slips.
	const searched, named = 5, 0.02
	likely := slices.SortedFunc(maps.Keys(told), func(a, b string) int {
		return cmp.Or(cmp.Compare(told[b], told[a]), cmp.Compare(a, b))
	})
	slipped := map[string]float64{}
	for _, h := range likely[:min(searched, len(likely))] {
		if told[h] < named {
			break
		}
		sum := 0.0
		for _, s := range slips {
			if x, ok := m.likelihood(h, s.apply(r)); ok {
				sum += math.Exp(numbersShare * x)
			}
		}
		slipped[h] = sum / float64(len(slips))
	}
	words := func(h string) float64 { return (1-wordsFloor)*told[h] + wordsFloor/float64(len(l)) }
	all := map[string]float64{}
	for h, x := range l {
		all[h] = math.Log((1-slipPrior)*math.Exp(numbersShare*x)+slipPrior*slipped[h]) + math.Log(words(h))
	}
	unknown := numbersShare * unmeasured(r)
	for h, p := range told {
		if _, ok := l[h]; !ok && p > 0 {
			all[h] = unknown + math.Log(words(h))
		}
	}
	return all
}

// total is the logarithm of a sum of which the logarithms are given.
func total(logs map[string]float64) float64 {
	top := math.Inf(-1)
	for _, x := range logs {
		top = max(top, x)
	}
	if math.IsInf(top, -1) {
		return top
	}
	sum := 0.0
	for _, h := range slices.Sorted(maps.Keys(logs)) { // sums of fractions depend on their order
		sum += math.Exp(logs[h] - top)
	}
	return top + math.Log(sum)
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
