package trade

import (
	"errors"
	"slices"
	"strings"
)

var percentWords = wordTable("P1: % percent pct процент процента процентов пайыз")

// parsePercent reads a rate such as "(+) 12%". A rate of tax or discount has at
// most two digits before its decimals, so a lone mark is a decimal mark.
func parsePercent(s Statement) ([]Alternative[Percent], error) {
	return mended(s, func(s Statement) ([]Alternative[Percent], error) {
		if figure, ok := strings.CutSuffix(strings.TrimSpace(s.Text), " P1"); ok {
			s.Text = figure + " %"
		}
		all := measures(lex(s.Text), percentWords)
		if len(all) == 0 {
			return nil, errNoNumber
		}
		p := 1.0
		if len(all) > 1 {
			all = slices.DeleteFunc(all, func(m measured) bool { return m.unit == "" })
			p = 0.95
		}
		if len(all) != 1 {
			return nil, errTwoNumbers
		}
		m := all[0]
		if m.unit == "" && m.foreign != "" {
			return nil, errors.New("no percentage is printed here")
		}
		if m.linked {
			return nil, errTwoNumbers
		}
		values, err := m.num.values(habit{})
		if err != nil {
			return nil, err
		}
		if m.negative < 1 {
			m.negative = 0 // a dash from a label
		}
		return turned(signed(values, m.negative), p, func(d Decimal) Percent { return Percent{d} }), nil
	})
}
