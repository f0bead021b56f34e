package trade

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

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
