package trade

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/govalues/decimal"
)

var numberPattern = regexp.MustCompile(`\d[\d.,'’ \x{a0}\x{202f}\x{2009}]*`)

// parseNumber reads the one number of s. A single separator with three digits
// behind it may group thousands or mark decimals: both are returned.
func parseNumber(s string) ([]Alternative[Decimal], error) {
	loc := numberPattern.FindStringIndex(s)
	if loc == nil {
		return nil, errors.New("no number is printed here")
	}
	raw := s[loc[0]:loc[1]]
	negative := strings.HasSuffix(strings.TrimSpace(s[:loc[0]]), "-") || strings.Contains(s[:loc[0]], "(") && strings.HasPrefix(strings.TrimSpace(s[loc[1]:]), ")")
	raw = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\u202f' || r == '\u2009' {
			return ' '
		}
		return r
	}, raw)
	raw = strings.TrimSpace(raw)
	raw = strings.TrimSuffix(strings.TrimSuffix(raw, ",-"), ".-")
	raw = strings.Trim(raw, "., ")
	raw = regexp.MustCompile(`([.,]) `).ReplaceAllString(raw, "$1")
	raw = strings.NewReplacer("'", " ", "’", " ").Replace(raw)
	if strings.Contains(raw, " ") {
		groups := strings.Split(raw, " ")
		glued := groups[0]
		for i, g := range groups[1:] {
			digits := strings.IndexFunc(g, func(r rune) bool { return r == '.' || r == ',' })
			if digits < 0 {
				digits = len(g)
			}
			if digits != 3 || i == 0 && len(groups[0]) > 3 {
				return nil, fmt.Errorf("%q holds more than one number", s)
			}
			glued += g
		}
		raw = glued
	}
	dots, commas := strings.Count(raw, "."), strings.Count(raw, ",")
	plain := func(mark string) string {
		if mark == "." {
			return strings.ReplaceAll(raw, ",", "")
		}
		return strings.Replace(strings.ReplaceAll(raw, ".", ""), ",", ".", 1)
	}
	var texts []Alternative[string]
	switch {
	case dots > 0 && commas > 0:
		if strings.LastIndex(raw, ".") > strings.LastIndex(raw, ",") {
			texts = []Alternative[string]{{plain("."), 1}}
		} else {
			texts = []Alternative[string]{{plain(","), 1}}
		}
	case dots > 1 || commas > 1:
		texts = []Alternative[string]{{strings.NewReplacer(".", "", ",", "").Replace(raw), 1}}
	case dots+commas == 1:
		i := strings.IndexAny(raw, ".,")
		point := raw[:i] + "." + raw[i+1:]
		whole := raw[:i] + raw[i+1:]
		if len(raw)-i-1 == 3 && i <= 3 && raw[0] != '0' {
			texts = []Alternative[string]{{whole, 0.6}, {point, 0.4}}
			if raw[i] == '.' {
				texts = []Alternative[string]{{point, 0.6}, {whole, 0.4}}
			}
		} else {
			texts = []Alternative[string]{{point, 1}}
		}
	default:
		texts = []Alternative[string]{{raw, 1}}
	}
	var all []Alternative[Decimal]
	for _, t := range texts {
		d, err := decimal.Parse(t.Value)
		if err != nil {
			return nil, fmt.Errorf("%q is no number", s)
		}
		if negative {
			d = d.Neg()
		}
		all = append(all, Alternative[Decimal]{d, t.Probability})
	}
	return all, nil
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

// unitOf finds the first word of the text, then of the heading, that the table knows.
func unitOf(s Statement, table map[string]string) string {
	for _, text := range []string{s.Text, s.Unit} {
		for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && r != '³' && r != '3' }) {
			w = strings.TrimLeft(w, "3")
			if u := table[w]; u != "" {
				return u
			}
		}
	}
	return ""
}

var massWords = map[string]string{"kg": "KGM", "kgs": "KGM", "кг": "KGM", "kilograms": "KGM", "g": "GRM", "г": "GRM", "гр": "GRM", "t": "TNE", "т": "TNE", "mt": "TNE", "tn": "TNE", "lb": "LBR", "lbs": "LBR", "pounds": "LBR", "oz": "ONZ", "公斤": "KGM", "千克": "KGM"}

func parseMass(s Statement) ([]Alternative[Mass], error) {
	u := unitOf(s, massWords)
	if u == "" {
		u = "KGM"
	}
	return number(s, func(d Decimal) Mass { return Mass{d, u} })
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

var quantityWords = map[string]string{"pcs": "PCE", "pc": "PCE", "pce": "PCE", "шт": "PCE", "pieces": "PCE", "ea": "PCE", "pair": "PR", "pairs": "PR", "пар": "PR", "пара": "PR", "set": "SET", "sets": "SET", "компл": "SET", "kg": "KGM", "кг": "KGM", "kgs": "KGM", "m": "MTR", "м": "MTR", "adet": "PCE", "件": "PCE", "个": "PCE", "套": "SET"}

func parseQuantity(s Statement) ([]Alternative[Quantity], error) {
	u := unitOf(s, quantityWords)
	return number(s, func(d Decimal) Quantity { return Quantity{d, u} })
}

var packageWords = map[string]string{"ctns": "CT", "ctn": "CT", "cartons": "CT", "carton": "CT", "коробок": "CT", "короб": "CT", "коробки": "CT", "pallets": "PX", "pallet": "PX", "паллет": "PX", "pkgs": "PK", "packages": "PK", "мест": "PK", "места": "PK", "место": "PK", "bags": "BG", "мешков": "BG", "drums": "DR", "бочек": "DR", "cases": "CS", "箱": "CT"}

func parsePackages(s Statement) ([]Alternative[Packages], error) {
	u := unitOf(s, packageWords)
	ds, err := parseNumber(s.Text)
	if err != nil {
		return nil, err
	}
	var all []Alternative[Packages]
	for _, d := range ds {
		if n, f, ok := d.Value.Int64(0); ok && f == 0 && n >= 0 && d.Value.IsInt() {
			all = append(all, Alternative[Packages]{Packages{n, u}, d.Probability})
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%q is no count of packages", s.Text)
	}
	return all, nil
}

func parsePercent(s Statement) ([]Alternative[Percent], error) {
	return number(s, func(d Decimal) Percent { return Percent{d} })
}

func parseDimensions(s Statement) ([]Alternative[Dimensions], error) {
	m := regexp.MustCompile(`(?i)([\d.,]+)\s*[x*х×]\s*([\d.,]+)\s*[x*х×]\s*([\d.,]+)`).FindStringSubmatch(s.Text)
	if m == nil {
		return nil, errors.New("no dimensions are printed here")
	}
	var d [3]Decimal
	for i := range d {
		v, err := parseNumber(m[i+1])
		if err != nil {
			return nil, err
		}
		d[i] = v[0].Value
	}
	u := unitOf(s, map[string]string{"cm": "CMT", "см": "CMT", "mm": "MMT", "мм": "MMT", "m": "MTR", "м": "MTR"})
	if u == "" {
		u = "CMT"
	}
	return []Alternative[Dimensions]{{Dimensions{d[0], d[1], d[2], u}, 1}}, nil
}

var monthWords = []string{"jan янв ocak қаңтар", "feb фев şub ақпан", "mar мар mär наурыз", "apr апр nis сәуір", "may мая май mai мамыр", "jun июн haz маусым", "jul июл tem шілде", "aug авг ağu тамыз", "sep сен eyl қыркүйек", "oct окт okt eki қазан", "nov ноя kas қараша", "dec дек dez ara желтоқсан"}

func monthOf(w string) time.Month {
	w = strings.ToLower(w)
	for i, names := range monthWords {
		for _, n := range strings.Fields(names) {
			if strings.HasPrefix(w, n) {
				return time.Month(i + 1)
			}
		}
	}
	return 0
}

func parseDate(s Statement) ([]Alternative[Date], error) {
	year := func(t string) int {
		n, _ := strconv.Atoi(t)
		if n < 100 {
			n += 2000
		}
		return n
	}
	text := strings.NewReplacer("«", " ", "»", " ", "\"", " ", "“", " ", "”", " ", "年", "-", "月", "-", "日", " ").Replace(s.Text)
	var all []Alternative[Date]
	add := func(y, m, d int, p float64) {
		if v := (Date{y, time.Month(m), d}); m >= 1 && m <= 12 && y >= 1950 && y < 2100 && v.Valid() {
			all = append(all, Alternative[Date]{v, p})
		}
	}
	n := func(t string) int { v, _ := strconv.Atoi(t); return v }
	if m := regexp.MustCompile(`\b(\d{4})\s*[-./]\s*(\d{1,2})\s*[-./]\s*(\d{1,2})`).FindStringSubmatch(text); m != nil {
		add(n(m[1]), n(m[2]), n(m[3]), 1)
	} else if m := regexp.MustCompile(`\b(\d{1,2})\s*([-./])\s*(\d{1,2})\s*[-./]\s*(\d{4}|\d{2})\b`).FindStringSubmatch(text); m != nil {
		a, b := n(m[1]), n(m[3])
		if m[2] == "." || a == b {
			add(year(m[4]), b, a, 1)
		} else {
			add(year(m[4]), b, a, 0.6)
			add(year(m[4]), a, b, 0.4)
		}
	} else if m := regexp.MustCompile(`\b(\d{1,2})(?:st|nd|rd|th)?[\s.-]*(\pL{3,})\.?[\s,.-]*(\d{4}|\d{2})\b`).FindStringSubmatch(text); m != nil {
		add(year(m[3]), int(monthOf(m[2])), n(m[1]), 1)
	} else if m := regexp.MustCompile(`(\pL{3,})\.?\s*(\d{1,2})(?:st|nd|rd|th)?\s*,?\s*(\d{4})\b`).FindStringSubmatch(text); m != nil {
		add(n(m[3]), int(monthOf(m[1])), n(m[2]), 1)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%q is no date", s.Text)
	}
	return all, nil
}

var currencyPattern = regexp.MustCompile(`\b(USD|EUR|RUB|KZT|CNY|GBP|TRY|JPY|INR|AED|UZS|KGS|BYN|CHF|PLN|MYR|NPR|LKR)\b`)

func parseCurrency(s Statement) ([]Alternative[string], error) {
	for _, text := range []string{s.Text, s.Unit} {
		if c := currencyPattern.FindString(text); c != "" {
			return []Alternative[string]{{c, 1}}, nil
		}
		for _, sign := range []struct{ sign, code string }{{"$", "USD"}, {"€", "EUR"}, {"₸", "KZT"}, {"₽", "RUB"}, {"руб", "RUB"}, {"тенге", "KZT"}, {"£", "GBP"}, {"RMB", "CNY"}, {"долл", "USD"}, {"евро", "EUR"}} {
			if strings.Contains(text, sign.sign) {
				return []Alternative[string]{{sign.code, 0.95}}, nil
			}
		}
	}
	return nil, errors.New("no currency is printed here")
}

func parseTariffCode(s Statement) ([]Alternative[TariffCode], error) {
	digits := regexp.MustCompile(`\D`).ReplaceAllString(s.Text, "")
	if len(digits) < 4 || len(digits) > 12 || regexp.MustCompile(`[^\d. ]`).MatchString(strings.TrimSpace(s.Text)) {
		return nil, fmt.Errorf("%q is no tariff code", s.Text)
	}
	return []Alternative[TariffCode]{{TariffCode(digits), 1}}, nil
}

func parseDeliveryTerms(s Statement) ([]Alternative[DeliveryTerms], error) {
	m := regexp.MustCompile(`(?i)\b(EXW|FCA|FAS|FOB|CFR|CIF|CPT|CIP|DAP|DPU|DAT|DDP|DDU)\b[\s,:-]*(.*)`).FindStringSubmatch(s.Text)
	if m == nil {
		return nil, fmt.Errorf("%q holds no Incoterms rule", s.Text)
	}
	return []Alternative[DeliveryTerms]{{DeliveryTerms{Incoterm: strings.ToUpper(m[1]), Place: strings.TrimSpace(m[2])}, 1}}, nil
}

func parseCountry(s Statement) ([]Alternative[string], error) {
	for _, c := range []struct{ code, words string }{{"KZ", "казахстан kazakhstan қазақстан"}, {"RU", "росси russia"}, {"CN", "китай china кнр 中国"}, {"TR", "türkiye turkey турция"}, {"DE", "germany германия"}, {"US", "usa united states сша"}, {"BY", "belarus беларусь"}, {"UZ", "uzbekistan узбекистан"}, {"KG", "kyrgyz кыргыз"}} {
		for _, w := range strings.Fields(c.words) {
			if strings.Contains(strings.ToLower(s.Text), w) {
				return []Alternative[string]{{c.code, 1}}, nil
			}
		}
	}
	if m := regexp.MustCompile(`^[A-Z]{2}$`).FindString(strings.TrimSpace(s.Text)); m != "" {
		return []Alternative[string]{{m, 1}}, nil
	}
	return nil, fmt.Errorf("%q is no country that we know", s.Text)
}

func parsePageNumber(s Statement) ([]Alternative[PageNumber], error) {
	n := regexp.MustCompile(`\d+`).FindAllString(s.Text, 2)
	if len(n) != 2 {
		return nil, errors.New("no page number is printed here")
	}
	a, _ := strconv.Atoi(n[0])
	b, _ := strconv.Atoi(n[1])
	return []Alternative[PageNumber]{{PageNumber{a, b}, 1}}, nil
}

func parseWords(s Statement) ([]Alternative[string], error) {
	return []Alternative[string]{{strings.Join(strings.Fields(s.Text), " "), 1}}, nil
}

func parseReference(s Statement) ([]Alternative[string], error) { return parseWords(s) }
