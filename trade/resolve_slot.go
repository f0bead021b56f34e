package trade

import (
	"slices"
	"strings"
)

// A sort tells in which way a text may be ambiguous.
type sort int

const (
	others  sort = iota
	numbers      // decimals or thousands; whose currency
	days         // the order of day and month
)

func (t typed[T]) sort() sort {
	switch any(t.r.Value).(type) {
	case Mass, Volume, Money, Quantity, Packages, Percent:
		return numbers
	case Date:
		return days
	}
	return others
}

func (t typed[T]) options() []string {
	if !t.r.Known() {
		return nil
	}
	value := t.show(t.r.Value)
	all := []string{value}
	if len(t.r.Alternatives) == 0 {
		return all
	}
	number, unit, _ := strings.Cut(value, " ")
	var printed []string
	// A unit that was printed elsewhere is not kept, but the value has it.
	texts := []string{t.r.Text}
	if other, ok := otherMark(t.r.Text); ok && t.r.Reader.Optical() {
		texts = append(texts, other)
	}
	for _, text := range texts {
		if values, err := t.parse(Statement{Path: t.r.At.Path, Text: text, Unit: unit, Reader: t.r.Reader}); err == nil {
			for _, v := range values {
				printed = append(printed, t.show(v.Value))
			}
		}
	}
	if !slices.Contains(printed, value) {
		return all // the value in force is of another text
	}
	for _, a := range t.r.Alternatives {
		other := t.show(a.Value)
		sameNumber, _, _ := strings.Cut(other, " ")
		shared := t.sort() == numbers && sameNumber == number && currencyIn(value) != "" && currencyIn(other) != ""
		if shared || slices.Contains(printed, other) {
			all = append(all, other)
		}
	}
	return all
}

func (t typed[T]) choose(keep []string) {
	options := t.options()
	all := append([]Alternative[T]{{t.r.Value, t.r.Confidence}}, t.r.Alternatives...)
	var stand, rest []Alternative[T]
	left, kept := 0.0, 0.0
	for _, a := range all {
		switch v := t.show(a.Value); {
		case slices.Contains(keep, v):
			stand = append(stand, a)
			kept += a.Probability
		case slices.Contains(options, v):
			left += a.Probability
		default:
			rest = append(rest, a)
		}
	}
	if len(stand) == 0 || kept <= 0 {
		return
	}
	for i := range stand { // they share what the others leave
		stand[i].Probability += settled * left * stand[i].Probability / kept
	}
	t.r.Value, t.r.Confidence = stand[0].Value, stand[0].Probability
	t.r.Alternatives = slices.Clip(append(stand[1:], rest...))
	if len(t.r.Alternatives) == 0 {
		t.r.Alternatives = nil
	}
}
