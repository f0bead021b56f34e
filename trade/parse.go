package trade

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

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
