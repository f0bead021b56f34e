package classify

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"tallyman/classify/reference"
	"tallyman/classify/words"
	"tallyman/trade"
)

// WordsHash identifies the model of words: SHA-256, hex.
func WordsHash() string { return words.Hash() }

// heard is what words say.
type heard struct {
	p         map[string]float64 // of each heading
	abstained string
	scored    words.Scores
}

func (m Model) heard(description string) heard {
	s := words.Load().Score(description)
	h := heard{p: make(map[string]float64, len(s.P)), abstained: s.Abstained, scored: s}
	for i, p := range s.P {
		h.p[s.Headings[i]] = p
	}
	if share, nearest := m.calibration.recall(description); nearest > 0 {
		// The same words stood for the same code before: one importer's history
		// names 0.886 of its goods to six digits, more than any public words.
		own := 0.9 * math.Pow(nearest, 2)
		for c := range h.p {
			h.p[c] *= 1 - own
		}
		for c, p := range share {
			h.p[c] += own * p
		}
		if nearest > 0.8 {
			h.abstained = ""
		}
	}
	return h
}

// Goods returns the headings that words describe, best first.
func (m Model) Goods(description string) trade.Headings {
	h := m.heard(description)
	all := make([]trade.Heading, 0, len(h.p))
	for c, p := range h.p {
		all = append(all, trade.Heading{Code: c, Probability: p})
	}
	slices.SortFunc(all, func(a, b trade.Heading) int {
		return cmp.Or(cmp.Compare(b.Probability, a.Probability), cmp.Compare(a.Code, b.Code))
	})
	all = all[:min(most, len(all))]
	for i := range all {
		all[i].Label = reference.Label(all[i].Code, "en")
	}
	return trade.Headings{Best: all, Abstained: h.abstained}
}

// Describes returns how well words fit a code.
func (m Model) Describes(code trade.TariffCode, description string) trade.WordsFit {
	h := m.heard(description)
	f := trade.WordsFit{Abstained: h.abstained, P: 1}
	chapters := map[string]float64{}
	codes := make([]string, 0, len(h.p))
	for c := range h.p {
		codes = append(codes, c)
	}
	slices.Sort(codes) // sums of fractions depend on their order
	for _, c := range codes {
		chapters[c[:2]] += h.p[c]
	}
	for _, c := range codes {
		if p := chapters[c[:2]]; p > f.TopChapterP {
			f.TopChapter, f.TopChapterP = c[:2], p
		}
	}
	if len(code) < 4 {
		return f
	}
	f.Chapter, f.Heading = chapters[string(code[:2])], h.p[string(code[:4])]
	if len(code) >= 6 {
		f.Subheading = f.Heading * words.Load().Within(h.scored, string(code[:6]))
	}
	if h.scored.Abstained == "" || h.abstained == "" {
		f.P = words.Load().Rank(h.scored.Language, f.Chapter)
	}
	f.Opposed = opposed(string(code[:2]), f.TopChapter, knownGoods(description))
	return f
}

// opposed reports whether the known chapters hold top and nothing that is or is
// akin to the declared chapter: the same goods are named by their material, by
// their use or as parts, and then words prove nothing.
func opposed(declared, top string, known []int) bool {
	d, err1 := strconv.Atoi(declared)
	t, err2 := strconv.Atoi(top)
	if err1 != nil || err2 != nil || d < 1 || d > 97 || d == 77 || t < 1 || t > 97 || !slices.Contains(known, t) {
		return false
	}
	var all chapters
	for _, n := range append(known, t) {
		all.add(n)
	}
	return goodsWords().wider[d].and(all).empty()
}
