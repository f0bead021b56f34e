// Package classification holds the rules about tariff codes that are not those
// of the goods.
//
// No model of words names goods to the subheading well enough to accuse anyone:
// on lines never seen, six lines in ten at best. The rules compare chapters, and
// speak only where two ways of reading the words agree.
package classification

import (
	"errors"
	"fmt"

	"tallyman/rules"
	"tallyman/trade"
)

// Rules are the rules of this family, in the order of their IDs.
var Rules = []*rules.Rule{WordsOfOtherGoods, ChipUnderOtherCode, CodeOfOtherEdition}

var errNoModel = errors.New("no model of words is loaded")

const (
	// sureOf is the least probability of the chapter that the words describe, and
	// unlikely the most of the declared one, for a finding to be made.
	sureOf   = 0.95
	unlikely = 0.01
	// misfit is the most probability that value and mass may have as those of the
	// declared goods, and fits the least as those of the goods described, for the
	// figures to count as agreeing with the words.
	misfit = 0.05
	fits   = 0.2
)

// WordsOfOtherGoods compares the words of a line with its tariff code.
var WordsOfOtherGoods = &rules.Rule{
	ID:    "CL-01",
	Title: "the words describe goods of another chapter than the code",
	Doc: `A model of words gives each chapter of the tariff a probability. The finding is made
if it gives the declared chapter less than one in a hundred and another chapter
at least 95, and if a list of words that was made apart from it names the other
chapter as well, and none that honest papers take for the declared one (a part of
plastics for a machine, say). The heading and the subheading are never judged.

The finding is high if the value and the mass do not fit the declared goods but
fit those described. Look whether the code slipped by a line, and whether the
line names what the goods are for rather than what they are.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "model of words of this program: see docs/model-card.md for what it was measured to do"},
		{Title: "WCO, General rules for the interpretation of the Harmonized System, rule 1: headings and notes decide"},
	},
	Run: runWordsOfOtherGoods,
}

// A suspect is one description with one code, and every line that has both.
type suspect struct {
	line *trade.Item
	fit  trade.WordsFit
	also []trade.Place
}

func runWordsOfOtherGoods(p *rules.Pass) error {
	m, ok := p.Model.(trade.PlausibleGoods)
	if !ok {
		return errNoModel
	}
	type key struct{ code, top string }
	seen := map[key]*suspect{}
	var order []key
	for _, d := range p.Dossier.Documents {
		for i := range d.Items {
			item := &d.Items[i]
			c, words := item.TariffCode, item.Description
			if !c.Known() || len(c.Value) < 4 || !words.Known() {
				continue
			}
			w := m.Describes(c.Value, words.Value)
			if w.Abstained != "" || !w.Opposed || w.TopChapter == c.Value.Chapter() || w.TopChapterP < sureOf || w.Chapter >= unlikely {
				continue
			}
			k := key{string(c.Value[:4]), w.TopChapter}
			if s := seen[k]; s != nil {
				s.also = append(s.also, words.At)
				continue
			}
			seen[k] = &suspect{line: item, fit: w, also: []trade.Place{c.At}}
			order = append(order, k)
		}
	}
	if len(order) == 0 {
		return nil
	}
	goods := rules.DeclaredGoods(p.Dossier, m)
	for _, k := range order {
		s := seen[k]
		words, code := s.line.Description, s.line.TariffCode
		f := rules.Finding{
			At: words.At, Related: s.also,
			Message: fmt.Sprintf("%q are words of chapter %s; the code beside them, %v, is of chapter %s", words.Text, s.fit.TopChapter, code.Value, code.Value.Chapter()),
			Figures: []rules.Figure{
				{Name: "probability of the chapter described", Value: rules.Round(s.fit.TopChapterP)},
				{Name: "probability of the chapter declared", Value: rules.Round(s.fit.Chapter)},
			},
			Innocent: []string{
				"The code stands one line too high or too low: the line beside it would show it.",
				"The words name what the goods are for, or what they come with: the specification would show it.",
			},
			Doubtful: words.Reader.Optical() && words.Confidence < 0.7,
		}
		for _, h := range m.Goods(words.Value).Best {
			if len(f.LooksLike) < 3 && h.Code[:2] == s.fit.TopChapter {
				f.LooksLike = append(f.LooksLike, rules.Likeness{Heading: h.Code, Label: h.Label, Probability: h.Probability})
			}
		}
		for _, c := range append(code.Confusions, code.Candidates()...) {
			// One misread digit of the code would clear it.
			if len(c) >= 2 && c.Chapter() == s.fit.TopChapter {
				f.Doubtful = true
			}
		}
		if len(s.also) > 1 && code.Reader.Optical() {
			f.Doubtful = false // several papers are not misread alike
		}
		for _, g := range goods {
			if g.Heading() != k.code || !g.Confirmed || len(f.LooksLike) == 0 || g.Ratios.ValuePerMass == 0 {
				continue
			}
			declared, described := m.Fits(g.Code.Value, g.Ratios), m.Fits(trade.TariffCode(f.LooksLike[0].Heading), g.Ratios)
			if len(described.Ratios) > 0 && declared.P <= misfit && described.P >= fits {
				f.Severity = rules.High
				f.Message += fmt.Sprintf("; %s USD a kilogram are usual for the words, not for the code", rules.Round(g.Ratios.ValuePerMass))
			}
		}
		p.Report(f)
	}
	return nil
}
