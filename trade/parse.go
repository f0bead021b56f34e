package trade

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/govalues/decimal"
)

var numberPattern = regexp.MustCompile(`-?\d[\d.,' \x{a0}\x{202f}]*`)

func parseNumber(s string) ([]Alternative[Decimal], error) {
	m := strings.TrimRight(numberPattern.FindString(s), "., '\u00a0\u202f")
	if m == "" {
		return nil, errors.New("no number")
	}
	m = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "'", "").Replace(m)
	dot, comma := strings.LastIndex(m, "."), strings.LastIndex(m, ",")
	if comma > dot {
		m = strings.Replace(strings.ReplaceAll(m, ".", ""), ",", ".", 1)
	} else {
		m = strings.ReplaceAll(m, ",", "")
	}
	d, err := decimal.Parse(m)
	if err != nil {
		return nil, fmt.Errorf("%q is no number", s)
	}
	return []Alternative[Decimal]{{d, 1}}, nil
}

func number[T any](s Statement, make func(Decimal) T) ([]Alternative[T], error) {
	ds, err := parseNumber(s.Text)
	if err != nil {
		return nil, err
	}
	var all []Alternative[T]
	for _, d := range ds {
		all = append(all, Alternative[T]{make(d.Value), d.Probability})
	}
	return all, nil
}

func parseMass(s Statement) ([]Alternative[Mass], error) {
	return number(s, func(d Decimal) Mass { return Mass{d, "KGM"} })
}

func parseVolume(s Statement) ([]Alternative[Volume], error) {
	return number(s, func(d Decimal) Volume { return Volume{d, "MTQ"} })
}

func parseMoney(s Statement) ([]Alternative[Money], error) {
	c, _ := parseCurrency(s)
	return number(s, func(d Decimal) Money {
		if len(c) > 0 {
			return Money{d, c[0].Value}
		}
		return Money{d, ""}
	})
}

func parseQuantity(s Statement) ([]Alternative[Quantity], error) {
	return number(s, func(d Decimal) Quantity { return Quantity{d, "PCE"} })
}

func parsePackages(s Statement) ([]Alternative[Packages], error) {
	return number(s, func(d Decimal) Packages {
		n, _, _ := d.Int64(0)
		return Packages{n, "CT"}
	})
}

func parsePercent(s Statement) ([]Alternative[Percent], error) {
	return number(s, func(d Decimal) Percent { return Percent{d} })
}

func parseDimensions(s Statement) ([]Alternative[Dimensions], error) {
	return nil, errors.New("no dimensions")
}

func parseDate(s Statement) ([]Alternative[Date], error) {
	t, err := time.Parse("2006-01-02", strings.TrimSpace(s.Text))
	if err != nil {
		return nil, fmt.Errorf("%q is no date", s.Text)
	}
	return []Alternative[Date]{{Date{t.Year(), t.Month(), t.Day()}, 1}}, nil
}

var currencyPattern = regexp.MustCompile(`\b[A-Z]{3}\b`)

func parseCurrency(s Statement) ([]Alternative[string], error) {
	if c := currencyPattern.FindString(s.Text + " " + s.Unit); c != "" {
		return []Alternative[string]{{c, 1}}, nil
	}
	return nil, errors.New("no currency")
}

func parseTariffCode(s Statement) ([]Alternative[TariffCode], error) {
	digits := regexp.MustCompile(`\D`).ReplaceAllString(s.Text, "")
	if len(digits) < 4 || len(digits) > 12 {
		return nil, fmt.Errorf("%q is no tariff code", s.Text)
	}
	return []Alternative[TariffCode]{{TariffCode(digits), 1}}, nil
}

func parseDeliveryTerms(s Statement) ([]Alternative[DeliveryTerms], error) {
	f := strings.Fields(s.Text)
	if len(f) == 0 || len(f[0]) != 3 {
		return nil, errors.New("no delivery terms")
	}
	return []Alternative[DeliveryTerms]{{DeliveryTerms{Incoterm: f[0], Place: strings.Join(f[1:], " ")}, 1}}, nil
}

func parseCountry(s Statement) ([]Alternative[string], error) {
	return []Alternative[string]{{strings.TrimSpace(s.Text), 1}}, nil
}

func parsePageNumber(s Statement) ([]Alternative[PageNumber], error) {
	n := regexp.MustCompile(`\d+`).FindAllString(s.Text, 2)
	if len(n) != 2 {
		return nil, errors.New("no page number")
	}
	a, _ := strconv.Atoi(n[0])
	b, _ := strconv.Atoi(n[1])
	return []Alternative[PageNumber]{{PageNumber{a, b}, 1}}, nil
}

func parseWords(s Statement) ([]Alternative[string], error) {
	return []Alternative[string]{{strings.Join(strings.Fields(s.Text), " "), 1}}, nil
}

func parseReference(s Statement) ([]Alternative[string], error) { return parseWords(s) }

// confusions returns the texts that differ from s by one character that an
// optical reader is known to mistake.
func confusions(s string) []string { return nil }
