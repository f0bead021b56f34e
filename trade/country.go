package trade

import (
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"unicode"
)

//go:embed countries.txt
var countriesText string

// countryForms are printed forms that the lists of names do not have: short
// forms, abbreviations, older names.
const countryForms = `
AE: UAE | U.A.E. | ОАЭ | Emirates | Dubai | Дубай | БАӘ | BAE | 阿联酋
AM: Армения Республикасы
AZ: Азербайджанская Республика | Azerbaycan Cumhuriyeti
BY: РБ | Белоруссия | Республика Беларусь | Belorussia | Byelorussia | Беларусь Республикасы | Білорусь
CD: DR Congo | DRC | ДРК
CG: Republic of the Congo | Республика Конго
CH: Swiss | Schweiz
CI: Cote d'Ivoire
CN: PRC | P.R.C. | P.R.China | PR China | PR of China | КНР | ҚХР | Қытай Халық Республикасы | Mainland China | 中國 | 中华人民共和国 | Çin Halk Cumhuriyeti | ÇHC | VR China | Volksrepublik China | Китайская Народная Республика
CZ: Czech Republic | Чешская Республика | Чехия | Çek Cumhuriyeti | Czechia
DE: FRG | ФРГ | BRD | Bundesrepublik Deutschland | Federal Almanya
GB: UK | U.K. | Great Britain | England | Scotland | Wales | Northern Ireland | Англия | Соединенное Королевство | İngiltere | Британия | Ұлыбритания
GE: Грузия Республикасы | Gürcistan Cumhuriyeti
HK: Hong Kong | Hongkong | HKSAR | Hong Kong SAR | Hong Kong S.A.R. | Hong Kong China | 香港 | 中国香港 | Гонконг | САР Гонконг | Сянган
IR: Iran | IRI | I.R. Iran | ИРИ | Исламская Республика Иран
IT: Italia | Итальянская Республика
KG: КР | Кыргызстан | Киргизская Республика | Kirgizia | Kyrgyzstan | Kyrgyz Republic | Kırgız Cumhuriyeti | ҚР Қырғызстан
KP: North Korea | DPRK | D.P.R.K. | КНДР | Северная Корея
KR: Korea | South Korea | Republic of Korea | R.O.K. | ROK | Korea Rep | S. Korea | Корея | Южная Корея | Республика Корея | Корея Республикасы | 韩国 | 韓國 | Güney Kore
KZ: РК | ҚР | R.K. | Kazakstan | Republic of Kazakhstan | Қазақстан Республикасы | Республика Казахстан | Kazakistan Cumhuriyeti | Qazaqstan
LA: Laos | Lao PDR | ЛНДР
MD: Moldova | Молдавия | Republic of Moldova
MK: North Macedonia | Macedonia | Македония
MM: Burma | Myanmar | Бирма
MO: Macao | Macau | 澳门 | Макао
NL: Holland | The Netherlands | Голландия | Hollanda | Niederlande | Nederland
PL: Polska | Республика Польша
RU: РФ | R.F. | Russia | Rossiya | Russian Fed | Rus Federation | Российская Федерация | Ресей Федерациясы | РФ Россия | Rusya Federasyonu | 俄国 | 俄羅斯
SA: KSA | K.S.A. | КСА | Saudi Arabia | Саудовская Аравия
SE: Sverige
ES: España
AT: Österreich
FI: Suomi
GR: Hellas | Ellada
HU: Magyarország
HR: Hrvatska
LT: Lietuva
LV: Latvija
EE: Eesti
SK: Slovensko
RS: Srbija | Србија
TJ: РТ Таджикистан | Таджикия | Республика Таджикистан
TM: Туркмения | Turkmenia | Туркменистан
TR: Turkiye | Turkey | TÜRKİYE CUMHURİYETİ | T.C. | Турецкая Республика | Republic of Turkey | Republic of Türkiye
TW: Taiwan | R.O.C. | ROC | Chinese Taipei | Taiwan Province of China | Taiwan China | Тайвань | Тайвань Китай | 台湾 | 臺灣 | 中国台湾
TZ: Tanzania
UA: Ukraine | Украина
US: USA | U.S.A. | U.S. | US | United States | США | Америка | АҚШ | ABD | A.B.D. | EEUU | EE.UU. | Соединенные Штаты Америки
UZ: РУз | РУ Узбекистан | Uzbekiston | Oʻzbekiston | Ozbekiston | Республика Узбекистан | Özbekistan Cumhuriyeti
VN: Viet Nam | Vietnam | СРВ | S.R. Vietnam
`

var (
	countryCodes  = map[string]string{} // alpha-2 and alpha-3 in capitals
	countryNames  = map[string][]string{}
	countryStems  = map[string][]string{} // Cyrillic names without their case endings
	countryShort  = map[string]bool{}     // abbreviations: words, if not in capitals
	longestName   int                     // in words
	countryHan    = map[string]string{}
	longestInHan  int
	partsOfStates = map[string]string{"HK": "CN", "MO": "CN", "TW": "CN", "PR": "US", "GU": "US"}
)

func init() {
	for _, text := range []string{countriesText, countryForms} {
		for line := range strings.Lines(text) {
			codes, names, ok := strings.Cut(line, ":")
			if !ok || strings.HasPrefix(line, "#") {
				continue
			}
			all := strings.Fields(codes)
			for _, c := range all {
				countryCodes[c] = all[0]
			}
			for name := range strings.SplitSeq(names, "|") {
				addCountryName(all[0], strings.TrimSpace(name))
			}
		}
	}
}

// hanFolder leaves out what parts the characters of one Chinese name.
var hanFolder = strings.NewReplacer("（", "", "）", "", "，", "", "、", "")

func addCountryName(code, name string) {
	if isHan(name) {
		name = hanFolder.Replace(name)
		countryHan[name] = code
		longestInHan = max(longestInHan, len([]rune(name)))
		return
	}
	words := countryWords(name)
	if len(words) == 0 {
		return
	}
	longestName = max(longestName, len(words))
	put := func(to map[string][]string, key string) {
		for _, c := range to[key] {
			if c == code {
				return
			}
		}
		to[key] = append(to[key], code)
	}
	put(countryNames, strings.Join(words, " "))
	if len(words) == 1 && name == strings.ToUpper(name) {
		countryShort[words[0]] = true
	}
	if cyrillic(name) {
		put(countryStems, stems(words))
	}
}

// countryWords are the words of a text that tell countries apart: small
// letters without accents, initials joined (P.R.C. is prc), no articles.
func countryWords(s string) []string {
	var words []string
	initials := ""
	flush := func() {
		if initials != "" {
			words = append(words, initials)
			initials = ""
		}
	}
	for _, w := range strings.FieldsFunc(latinFolder.Replace(strings.ToLower(normalise(s))), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }) {
		w = strings.ReplaceAll(w, "'", "")
		switch {
		case w == "":
		case len([]rune(w)) == 1 && w != "и":
			initials += w
		default:
			flush()
			if !smallWords[w] {
				words = append(words, w)
			}
		}
	}
	flush()
	return words
}

var smallWords = map[string]bool{"and": true, "the": true, "of": true, "и": true, "та": true, "und": true, "et": true, "de": true, "la": true, "du": true, "del": true}

var latinFolder = strings.NewReplacer("\u0307", "", "ё", "е", "ş", "s", "ı", "i", "í", "i", "î", "i", "ï", "i", "ü", "u", "ú", "u", "û", "u", "ö", "o", "ó", "o", "ô", "o", "ç", "c", "ğ", "g",
	"é", "e", "è", "e", "ê", "e", "ë", "e", "ä", "a", "á", "a", "à", "a", "â", "a", "ã", "a", "å", "a", "ñ", "n", "ý", "y", "ž", "z", "š", "s", "č", "c")

// caseEndings are the endings that Russian and Ukrainian nouns and adjectives
// change: Китая, Китаю, Российской Федерации.
var caseEndings = []string{"ской", "ская", "скую", "ским", "ских", "ские", "ого", "ому", "ами", "ями", "ией", "иею", "ием", "ой", "ая", "ую", "ые", "ых", "ым", "ий", "ии", "ия", "ию", "ие", "ом", "ем", "ей", "ою", "єю", "ії", "ію", "ія", "а", "у", "е", "ы", "и", "я", "й", "ю", "ь", "о", "і"}

func stems(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w
		for _, e := range caseEndings {
			if rest, ok := strings.CutSuffix(w, e); ok && len([]rune(rest)) >= 3 {
				out[i] = rest
				break
			}
		}
	}
	return strings.Join(out, " ")
}

var (
	errNoCountry = errors.New("no country that we know is printed here")
	errUnion     = errors.New("a union of states is printed here, not a country")
)

// parseCountry reads the country that a text names, by its name in whatever
// language or by its code. Other words are passed over: "Made in China". A code
// counts only where it cannot be a word: "IN" in "MADE IN" is not India.
func parseCountry(s Statement) ([]Alternative[string], error) {
	if code := countryCode(s.Text); code != "" {
		return []Alternative[string]{{code, 1}}, nil
	}
	found, rest := namedCountries(s.Text)
	found = withoutStates(found)
	p := 1.0
	if rest > 2 {
		p = 0.9
	}
	switch len(found) {
	case 0:
		if codes := codesIn(s.Text); len(codes) == 1 {
			return []Alternative[string]{{codes[0], 0.95}}, nil
		}
		words := strings.Join(countryWords(s.Text), " ")
		if words == "eu" || words == "ес" || strings.Contains(words, "european union") || strings.Contains(words, "евросоюз") || strings.Contains(words, "европейск") {
			return nil, errUnion
		}
		return nil, errNoCountry
	case 1:
		codes := found[0]
		if len(codes) == 1 {
			return []Alternative[string]{{codes[0], p}}, nil
		}
		var all []Alternative[string]
		for _, c := range codes {
			all = append(all, Alternative[string]{c, p / float64(len(codes))})
		}
		return all, nil
	}
	return nil, fmt.Errorf("more than one country is printed here: %s and %s", found[0][0], found[1][0])
}

// countryCode returns the country if the text is nothing but its code.
func countryCode(text string) string {
	t := strings.Trim(normalise(text), " .,;:()[]|\u00a0")
	if len([]rune(t)) > 3 || len([]rune(t)) < 2 || t != strings.ToUpper(t) {
		return ""
	}
	if c := countryCodes[t]; c != "" {
		return c
	}
	if folded := strings.ToUpper(foldWord(t)); folded != t && strings.ContainsFunc(t, func(r rune) bool { return r < 0x80 }) { // СN with a Cyrillic С
		return countryCodes[folded]
	}
	return ""
}

// codesIn returns the codes of a text of capital codes only, or in parentheses.
func codesIn(text string) []string {
	var all []string
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
	for _, w := range words {
		c := countryCodes[w]
		if c == "" && !strings.Contains(text, "(") {
			return nil
		}
		if c == "" || strings.Contains(text, "(") && !strings.Contains(text, "("+w+")") {
			continue
		}
		if len(all) == 0 || all[0] != c {
			all = append(all, c)
		}
	}
	return all
}

// namedCountries returns the countries that a text names, each with others of
// the same name, and how many words name none.
func namedCountries(text string) (found [][]string, rest int) {
	add := func(codes []string) {
		for _, f := range found {
			if f[0] == codes[0] {
				return
			}
		}
		found = append(found, codes)
	}
	for _, run := range strings.FieldsFunc(hanFolder.Replace(text), func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
		rs := []rune(run)
	han:
		for i := 0; i < len(rs); i++ {
			for n := min(longestInHan, len(rs)-i); n >= 2; n-- {
				if c := countryHan[string(rs[i:i+n])]; c != "" {
					add([]string{c})
					i += n - 1
					continue han
				}
			}
		}
	}
	words := countryWords(text)
next:
	for i := 0; i < len(words); i++ {
		for n := min(longestName, len(words)-i); n > 0; n-- {
			key := strings.Join(words[i:i+n], " ")
			if n == 1 && countryShort[key] && !strings.Contains(strings.ReplaceAll(normalise(text), ".", ""), strings.ToUpper(key)) {
				continue // "us" is a word, "US" and "U.S." are a country
			}
			if codes := countryNames[key]; codes != nil {
				add(codes)
				i += n - 1
				continue next
			}
		}
		for n := min(longestName, len(words)-i); n > 0; n-- {
			if len([]rune(words[i])) < 4 {
				break
			}
			if codes := countryStems[stems(words[i:i+n])]; codes != nil {
				add(codes)
				i += n - 1
				continue next
			}
		}
		rest++
	}
	return found, rest
}

// withoutStates leaves out the state that a place with a code of its own
// belongs to: "Hong Kong, China" is HK.
func withoutStates(found [][]string) [][]string {
	var all [][]string
	for _, f := range found {
		state := false
		for _, g := range found {
			state = state || partsOfStates[g[0]] == f[0]
		}
		if !state {
			all = append(all, f)
		}
	}
	return all
}
