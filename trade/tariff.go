package trade

import (
	"errors"
	"strings"
	"time"
)

var (
	errNoCode   = errors.New("no tariff code is printed here")
	errTwoCodes = errors.New("more than one tariff code is printed here")
)

// parseTariffCode reads 4 to 12 digits in the groups that tariff codes are
// printed in: 8517130000, 6104.42.00, 8517 13 000 0, 85 17 13. A label before
// it is passed over. Dates and amounts are no codes.
func parseTariffCode(s Statement) ([]Alternative[TariffCode], error) {
	return mended(s, parseTariffCodeAsPrinted)
}

func parseTariffCodeAsPrinted(s Statement) ([]Alternative[TariffCode], error) {
	text := normalise(s.Text)
	start := strings.IndexFunc(text, isDigit)
	if start < 0 {
		return nil, errNoCode
	}
	label, core := text[:start], strings.TrimRight(text[start:], " \u00a0.,;:)]-'\"")
	if currencySigned(label) {
		return nil, errNoCode
	}
	groups := strings.FieldsFunc(core, func(r rune) bool { return r == '.' || r == '-' || isSpace(r) })
	digits := strings.Join(groups, "")
	if strings.ContainsFunc(digits, func(r rune) bool { return !isDigit(r) }) {
		for _, r := range digits {
			if strings.ContainsRune("/;,", r) && len(digits) > 12 {
				return nil, errTwoCodes
			}
		}
		return nil, errNoCode
	}
	switch {
	case len(digits) < 4 || len(digits) > 12 || strings.HasPrefix(digits, "00"):
		if len(digits) > 12 && len(groups) > 1 {
			return nil, errTwoCodes
		}
		return nil, errNoCode
	case !codeGroups(groups) || dateGroups(groups, core):
		return nil, errNoCode
	}
	p := 1.0
	if len(digits)%2 == 1 { // codes of most states have an even number of digits: one may be lost
		p = 0.8
	}
	return []Alternative[TariffCode]{{TariffCode(digits), p}}, nil
}

// currencySigned reports whether the label in front of digits ends with a currency.
func currencySigned(label string) bool {
	ts := lex(label)
	return len(ts) > 0 && currencyTable[ts[len(ts)-1].text] != ""
}

// codeGroups reports whether tariff codes are printed in such groups: the
// heading or more first, or pairs all through.
func codeGroups(groups []string) bool {
	if len(groups) == 1 {
		return true
	}
	pairs := len(groups) >= 3
	for i, g := range groups {
		pairs = pairs && len(g) == 2
		if i > 0 && len(g) > 4 {
			return len(groups) == 2 && len(groups[0]) == 4 // 8517.130000
		}
	}
	return pairs || len(groups[0]) >= 4
}

// dateGroups reports whether the groups are a day: 2026-03-05, 12.03.26. A
// heading such as 2008 is no year of a paper unless the mark is a dash.
func dateGroups(groups []string, core string) bool {
	if len(groups) != 3 || isSpace(rune(core[len(groups[0])])) {
		return false
	}
	all, err := dates(core)
	if err != nil {
		return false
	}
	heading := len(groups[0]) == 4 && groups[0] >= "2001" && groups[0] <= "2009"
	return !heading || strings.Contains(core, "-") && all[0].Value.Month >= time.January
}
