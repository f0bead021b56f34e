package trade

import (
	"strings"
	"testing"
)

func TestCountry(t *testing.T) {
	check(t, "/countryOfOrigin", []printed{
		{"CN", "", "CN"},
		{"CHN", "", "CN"},
		{"China", "", "CN"},
		{"MADE IN CHINA", "", "CN"},
		{"P.R.C.", "", "CN"},
		{"P. R. China", "", "CN"},
		{"P.R. CHINA (CN)", "", "CN"},
		{"КНР", "", "CN"},
		{"Китай / China", "", "CN"},
		{"Сделано в Китае", "", "CN"},
		{"Страна происхождения: Китай", "", "CN"},
		{"中国", "", "CN"},
		{"原产国：中国", "", "CN"},
		{"中华人民共和国", "", "CN"},
		{"Қытай", "", "CN"},
		{"Çin", "", "CN"},
		{"РК", "", "KZ"},
		{"ҚР", "", "KZ"},
		{"Республика Казахстан", "", "KZ"},
		{"Республики Казахстан", "", "KZ"},
		{"Қазақстан Республикасы", "", "KZ"},
		{"哈萨克斯坦", "", "KZ"},
		{"РФ", "", "RU"},
		{"Российской Федерации", "", "RU"},
		{"Russian Federation", "", "RU"},
		{"Rusya", "", "RU"},
		{"U.S.A.", "", "US"},
		{"USA", "", "US"},
		{"США", "", "US"},
		{"Türkiye", "", "TR"},
		{"TURKIYE", "", "TR"},
		{"TÜRKİYE", "", "TR"},
		{"Турции", "", "TR"},
		{"Hong Kong, China", "", "HK"},
		{"Republic of Korea", "", "KR"},
		{"Bosnia & Herzegovina", "", "BA"},
		{"Нигерия", "", "NG"},
		{"Индии", "", "IN"},
		{"Германия (DE)", "", "DE"},
		{"UK", "", "GB"},
		{"Côte d'Ivoire", "", "CI"},
		{"Viet Nam", "", "VN"},
		{"Papua New Guinea", "", "PG"},
		{"Equatorial Guinea", "", "GQ"},
		{"in", "", "!"},
		{"EU", "", "!"},
		{"Европейский союз", "", "!"},
		{"China, Germany", "", "!"},
		{"various", "", "!"},
		{"contact us", "", "!"},
		{"12", "", "!"},
	})
}

// Every name of the list must lead back to its country, unless several
// countries share it.
func TestCountryNames(t *testing.T) {
	for line := range strings.Lines(countriesText) {
		codes, names, ok := strings.Cut(line, ":")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		code := strings.Fields(codes)[0]
		for name := range strings.SplitSeq(names, "|") {
			name = strings.TrimSpace(name)
			got, err := parseCountry(Statement{Text: name})
			if err != nil {
				t.Errorf("%s %s: %v", code, name, err)
				continue
			}
			known := false
			for _, a := range got {
				known = known || a.Value == code
			}
			if !known {
				t.Errorf("%s: %s is read as %v", code, name, got)
			}
		}
	}
}
