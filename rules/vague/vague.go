// Package vague holds the rules about descriptions that describe nothing.
//
// A general description is no contradiction: a transport document may describe
// goods in general terms if the invoice is specific (UCP 600, articles 14(e) and
// 18(c)). So the rules ask where the description stands, whether a number of the
// article tells what the words do not, and whether another paper is specific.
package vague

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"tallyman/rules"
	"tallyman/trade"
)

// Rules are the rules of this family, in the order of their IDs.
var Rules = []*rules.Rule{
	StopWordAlone,
	StopWordAloneRussian,
}

// phrases is a list of words and phrases that describe nothing when they stand
// alone, keyed by their first word.
type phrases struct {
	byFirst map[string][][]string
	joints  map[string]bool // words that join phrases, and add nothing
}

// list reads phrases that are separated by commas or line ends.
func list(text, joints string) phrases {
	p := phrases{byFirst: map[string][][]string{}, joints: map[string]bool{}}
	for phrase := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == '\n' }) {
		if words := wordsOf(phrase); len(words) > 0 {
			p.byFirst[words[0]] = append(p.byFirst[words[0]], words)
		}
	}
	for _, w := range strings.Fields(joints) {
		p.joints[w] = true
	}
	return p
}

// wordsOf are the words of a text in small letters, without digits and marks.
func wordsOf(text string) []string {
	return strings.FieldsFunc(strings.ReplaceAll(strings.ToLower(text), "ё", "е"), func(r rune) bool { return !unicode.IsLetter(r) })
}

// alone returns the phrases of the list that the text is made of, parted by marks
// and by words that join; none if it says anything else, or a number that may be
// that of a model.
func (p phrases) alone(text string) []string {
	if strings.ContainsFunc(text, unicode.IsDigit) {
		return nil
	}
	var found []string
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsSpace(r) && r != '-' }) {
		phrase := []string{}
		flush := func() bool {
			if len(phrase) == 0 {
				return true
			}
			known := p.has(phrase)
			found = append(found, strings.Join(phrase, " "))
			phrase = phrase[:0]
			return known
		}
		for _, word := range wordsOf(part) {
			if p.has(append(phrase, word)) || !p.joints[word] {
				phrase = append(phrase, word)
				continue
			}
			// A joining word may still be part of a longer phrase, such as
			// "freight of all kinds".
			if p.begins(append(phrase, word)) {
				phrase = append(phrase, word)
				continue
			}
			if !flush() {
				return nil
			}
		}
		if !flush() {
			return nil
		}
	}
	return found
}

// has reports whether the words are a phrase of the list.
func (p phrases) has(words []string) bool {
	for _, phrase := range p.byFirst[words[0]] {
		if slices.Equal(phrase, words) {
			return true
		}
	}
	return false
}

// begins reports whether a phrase of the list begins with the words.
func (p phrases) begins(words []string) bool {
	for _, phrase := range p.byFirst[words[0]] {
		if len(phrase) > len(words) && slices.Equal(phrase[:len(words)], words) {
			return true
		}
	}
	return false
}

// check reports the lines of goods whose description is made of the phrases.
func check(p *rules.Pass, vague phrases, all []phrases) {
	for _, d := range p.Dossier.Documents {
		for i := range d.Items {
			item := &d.Items[i]
			if !item.Description.Known() {
				continue
			}
			found := vague.alone(item.Description.Value)
			if found == nil {
				continue
			}
			for _, alt := range item.Description.Alternatives {
				if vague.alone(alt.Value) == nil {
					found = nil
				}
			}
			if found != nil {
				report(p, d, item, found, all)
			}
		}
	}
}

func report(p *rules.Pass, d *trade.Document, item *trade.Item, found []string, all []phrases) {
	f := rules.Finding{
		At:      item.Description.At,
		Message: fmt.Sprintf("the goods are described as %q and nothing more", item.Description.Value),
	}
	specific := specificElsewhere(p.Dossier, d, all)
	if specific != nil {
		f.Related = []trade.Place{specific.At}
		f.Message += fmt.Sprintf("; %s says %q", p.On(specific.At), shorten(specific.Value))
	}
	for _, phrase := range found {
		f.Figures = append(f.Figures, rules.Figure{Name: "term that describes nothing", Value: phrase})
	}
	number := ""
	for _, r := range []trade.Reading[string]{item.ArticleNumber, item.SerialNumbers, item.Brand} {
		if r.Known() && number == "" {
			number = r.Value
			f.Related = append(f.Related, r.At)
		}
	}
	code := item.TariffCode.Known() && len(item.TariffCode.Value) >= 6
	if code {
		f.Related = append(f.Related, item.TariffCode.At)
	}
	switch {
	case refersToInvoice(found) && specific != nil, number != "" && code:
		return // it says where to look, and that is here
	case number != "" || specific != nil && !mustBeSpecific(d.Type):
		f.Innocent = []string{"Another paper, or the number of the article, says what the goods are."}
		p.Note(f)
		return
	case code:
		f.Severity = rules.Low
		f.Innocent = []string{"The tariff code says what kind of goods they are: ask for a description that fits it."}
	case specific != nil:
		f.Severity = rules.Medium
		f.Innocent = []string{"The goods are those that the other paper describes: compare number and mass of the line."}
	default:
		if !allVague(d, all) {
			f.Severity = rules.Medium
		}
		f.Innocent = []string{"A catalogue, a specification or the contract names the goods: ask for it."}
	}
	p.Report(f)
}

// mustBeSpecific reports whether the paper has to describe the goods itself: the
// invoice (UCP 600, article 18(c)), and the declaration.
func mustBeSpecific(t trade.DocumentType) bool { return t.Invoice() || t.Declaration() }

// specificElsewhere returns a description on another paper that says something.
func specificElsewhere(dossier *trade.Dossier, d *trade.Document, all []phrases) *trade.Reading[string] {
	for _, other := range dossier.Documents {
		if other == d {
			continue
		}
		for i := range other.Items {
			r := &other.Items[i].Description
			if r.Known() && len(wordsOf(r.Value)) > 0 && !anyAlone(all, r.Value) {
				return r
			}
		}
	}
	return nil
}

// allVague reports whether no line of the paper says what its goods are.
func allVague(d *trade.Document, all []phrases) bool {
	for i := range d.Items {
		if r := d.Items[i].Description; r.Known() && !anyAlone(all, r.Value) {
			return false
		}
	}
	return true
}

func anyAlone(all []phrases, text string) bool {
	for _, p := range all {
		if p.alone(text) != nil {
			return true
		}
	}
	return false
}

func refersToInvoice(found []string) bool {
	for _, phrase := range found {
		for _, word := range []string{"invoice", "list", "attached", "инвойс", "счет", "упаковочн", "приложен", "шот", "specification", "спецификац"} {
			if strings.Contains(phrase, word) {
				return true
			}
		}
	}
	return false
}

func shorten(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
