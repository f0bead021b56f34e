package trade

import (
	"errors"
	"regexp"
	"slices"
	"strings"
)

func parseMoney(s Statement) ([]Alternative[Money], error) { return mended(s, parseMoneyAsPrinted) }

// Hundredths may be printed with a word of their own (12 345 руб. 67 коп.), or
// behind a dash or a double line (1 234 567-89, 1234567=89), as Russian papers do.
var (
	hundredthsByWord = regexp.MustCompile(`(?i)(\d)(\D{0,20}?)[\s,.]*\b(\d\d)\s*(?:коп|тиын|цент|cent|kopeck|tiyn|kuruş)\p{L}*\.?`)
	hundredthsByDash = regexp.MustCompile(`(\d)[=–-](\d\d)(\D*)$`)
)

// withDecimals writes hundredths that are printed apart as decimals.
func withDecimals(text string) string {
	mark := ","
	if strings.Contains(text, ",") {
		mark = "."
	}
	if hundredthsByWord.MatchString(text) {
		return hundredthsByWord.ReplaceAllString(text, "${1}"+mark+"${3}${2}")
	}
	return hundredthsByDash.ReplaceAllString(text, "${1}"+mark+"${2}${3}")
}

func parseMoneyAsPrinted(s Statement) ([]Alternative[Money], error) {
	s.Text = withDecimals(s.Text)
	ts := lex(s.Text)
	m, p, err := choose(ts, s.Unit, currencyTable)
	if errors.Is(err, errTwoNumbers) {
		return moneyTwice(s, ts)
	}
	if err != nil {
		return nil, err
	}
	return amounts(s, ts, m, p)
}

// amounts returns what the numeral and its sign of currency may mean together.
func amounts(s Statement, ts []token, m measured, p float64) ([]Alternative[Money], error) {
	if m.parens { // accounts print a negative amount in parentheses
		m.negative = 0.9
	}
	// "¥ 1,200" under "Amount (JPY)": the heading says whose sign it is.
	if named := unitsIn(lex(s.Unit), currencyTable); len(named) == 1 && mayBe(m.unit, named[0]) {
		m.unit = named[0]
	}
	var all []Alternative[Money]
	for _, c := range currenciesOf(m.unit) {
		values, err := m.num.values(moneyHabit(s, ts, c.Value))
		if err != nil {
			return nil, err
		}
		all = append(all, turned(signed(values, m.negative), p*c.Probability, func(d Decimal) Money { return Money{d, c.Value} })...)
	}
	slices.SortStableFunc(all, func(a, b Alternative[Money]) int {
		switch {
		case a.Probability > b.Probability:
			return -1
		case a.Probability < b.Probability:
			return 1
		}
		return 0
	})
	return all, nil
}

// moneyHabit: amounts have the decimals of their currency, so three digits
// behind a mark are thousands, except in dinars; unit prices may have more.
func moneyHabit(s Statement, ts []token, currency string) habit {
	h := habit{comma: 0.97, point: 0.9}
	switch {
	case data(s, ts):
		return exact
	case MinorUnits(currency) == 3:
		return habit{comma: 0.3, point: 0.05}
	case MinorUnits(currency) == 0 && currency != "":
		return habit{comma: 0.99, point: 0.98}
	case strings.HasSuffix(s.Path, "/unitPrice"):
		h = habit{comma: 0.75, point: 0.35}
		if cyrillic(s.Text) || cyrillic(s.Unit) {
			h.comma = 0.4
		}
	}
	return h
}

// moneyTwice understands "USD 50,964.60 (EUR 47,120.00)": two amounts, in two
// currencies. Either may be meant; the first is likelier.
func moneyTwice(s Statement, ts []token) ([]Alternative[Money], error) {
	var all []Alternative[Money]
	for _, m := range measures(ts, currencyTable) {
		if m.foreign != "" {
			continue
		}
		if m.unit == "" || m.linked || slices.ContainsFunc(all, func(a Alternative[Money]) bool { return a.Value.Currency == currenciesOf(m.unit)[0].Value }) {
			return nil, errTwoNumbers
		}
		a, err := amounts(s, ts, m, 1)
		if err != nil {
			return nil, err
		}
		all = append(all, a[0])
	}
	if len(all) != 2 {
		return nil, errTwoNumbers
	}
	all[0].Probability, all[1].Probability = 0.6, 0.38
	return all, nil
}
