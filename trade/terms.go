package trade

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// incoterms are the rules of the International Chamber of Commerce, by the
// editions that have them.
var incoterms = map[string][]string{
	"EXW": {"2020", "2010", "2000"}, "FCA": {"2020", "2010", "2000"}, "CPT": {"2020", "2010", "2000"}, "CIP": {"2020", "2010", "2000"},
	"FAS": {"2020", "2010", "2000"}, "FOB": {"2020", "2010", "2000"}, "CFR": {"2020", "2010", "2000"}, "CIF": {"2020", "2010", "2000"},
	"DDP": {"2020", "2010", "2000"}, "DAP": {"2020", "2010"}, "DPU": {"2020"}, "DAT": {"2010"},
	"DAF": {"2000"}, "DES": {"2000"}, "DEQ": {"2000"}, "DDU": {"2000"},
}

// Editions returns the editions of the Incoterms that have the rule, the latest
// first; nil if it is no rule.
func (t DeliveryTerms) Editions() []string { return slices.Clone(incoterms[t.Incoterm]) }

var (
	editionPattern  = regexp.MustCompile(`(?i)[(\[]?\s*(?:icc\s*)?(?:in[ck]oterms?|инкотермс)\s*(?:®|™|\(r\)|©)?\s*[-:,]?\s*((?:19|20)\d\d)?(?:\s*г(?:\.|ода|\b))?\s*[)\]]?`)
	yearAtEnd       = regexp.MustCompile(`(?:^|[\s,;])[(\[]?\s*(20[0-2]0)\s*[)\]]?[\s.,;]*$`)
	smallWordTerms  = map[string]bool{"DES": true, "DAT": true, "FAS": true, "DAP": true}
	termsLabelWords = foldedSet("delivery term terms incoterm incoterms of trade price basis shipment sales conditions условия условие поставки базис инкотермс жеткізу шарты шарттары teslim şekli lieferbedingung lieferbedingungen conditions livraison condiciones entrega 贸易条款 成交方式 价格条款 交货条件")
)

func foldedSet(words string) map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(words) {
		all[foldWord(w)] = true
	}
	return all
}

// parseDeliveryTerms reads an Incoterms rule with its named place and edition:
// "FCA Almaty (Incoterms 2020)", "CPT - Москва", "Incoterms® 2010 FOB Shanghai".
// Only the letters of the editions 2020, 2010 and 2000 are rules.
func parseDeliveryTerms(s Statement) ([]Alternative[DeliveryTerms], error) {
	text := strings.Join(strings.Fields(s.Text), " ")
	edition := ""
	text = editionPattern.ReplaceAllStringFunc(text, func(m string) string {
		if y := editionPattern.FindStringSubmatch(m)[1]; y != "" {
			edition = y
		}
		return " | "
	})
	term, from, to, p := "", 0, 0, 1.0
	for _, w := range termWords(text) {
		t, sure := termOf(text[w[0]:w[1]], w[0] == 0 || strings.Trim(text[:w[0]], " |:") == "")
		switch {
		case t == "" || t == term:
		case term != "":
			return nil, fmt.Errorf("two delivery terms are printed here: %s and %s", term, t)
		default:
			term, from, to, p = t, w[0], w[1], sure
		}
	}
	if term == "" {
		return nil, errors.New("no rule of the Incoterms is printed here")
	}
	place := text[to:]
	if m := yearAtEnd.FindStringSubmatchIndex(place); m != nil && edition == "" {
		edition, place = place[m[2]:m[3]], place[:m[0]]
	}
	place = cleanPlace(place)
	if place == "" {
		place = placeBefore(text[:from])
	}
	return []Alternative[DeliveryTerms]{{DeliveryTerms{term, place, edition}, p}}, nil
}

// termWords returns where the words of letters and digits are.
func termWords(text string) [][2]int {
	var all [][2]int
	from := -1
	for i, r := range text + " " {
		inWord := unicode.IsLetter(r) || unicode.IsDigit(r)
		if inWord && from < 0 {
			from = i
		}
		if !inWord && from >= 0 {
			all, from = append(all, [2]int{from, i}), -1
		}
	}
	return all
}

// termOf returns the rule that a word is: in Latin letters or Cyrillic ones
// that look like them, small letters if they are no word of a language, 0 and 1
// for O and I with less trust.
func termOf(word string, first bool) (term string, p float64) {
	if len([]rune(word)) != 3 {
		return "", 0
	}
	t := lookalikes.Replace(strings.ToUpper(word))
	p = 1
	if incoterms[t] == nil {
		t, p = strings.NewReplacer("0", "O", "1", "I").Replace(t), 0.8
	}
	if incoterms[t] == nil || word != strings.ToUpper(word) && smallWordTerms[t] && !first {
		return "", 0
	}
	return t, p
}

// cleanPlace trims what joins a place to its rule.
func cleanPlace(s string) string {
	s = strings.Join(strings.Fields(strings.ReplaceAll(s, "|", " ")), " ")
	for {
		was := s
		s = strings.TrimLeft(s, " -–—:,.;/)]=»\"")
		s = strings.TrimRight(s, " -–—:,;/([=«\"")
		if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") && strings.Count(s, "(") == 1 {
			s = s[1 : len(s)-1]
		}
		if strings.Count(s, "(") > strings.Count(s, ")") {
			s = strings.TrimLeft(s, "(")
		}
		if strings.Count(s, ")") > strings.Count(s, "(") {
			s = strings.TrimRight(s, ")")
		}
		if s == was {
			return s
		}
	}
}

// placeBefore returns the place in front of a rule, as in "Shanghai FOB",
// without words of a label.
func placeBefore(s string) string {
	if i := strings.LastIndexAny(s, ":：|"); i >= 0 {
		s = strings.TrimLeft(s[i:], ":：|")
	}
	var rest []string
	for _, w := range strings.Fields(s) {
		if !termsLabelWords[foldWord(strings.Trim(w, ".,()/"))] {
			rest = append(rest, w)
		}
	}
	if len(rest) > 4 {
		return ""
	}
	return cleanPlace(strings.Join(rest, " "))
}
