package trade

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/govalues/decimal"
)

// numberWords are what words count in English, Russian and Kazakh. A word of
// 100 multiplies in English and Kazakh (nine hundred); Russian has hundreds of
// its own (девятьсот). From 1000 on a word multiplies all before it.
var numberWords = numberTable(`
0: zero nil ноль нуль нөл
1: one один одна одно бір
2: two два две екі
3: three три үш
4: four четыре төрт
5: five пять бес
6: six шесть алты
7: seven семь жеті
8: eight восемь сегіз
9: nine девять тоғыз
10: ten десять он
11: eleven одиннадцать
12: twelve двенадцать
13: thirteen тринадцать
14: fourteen четырнадцать
15: fifteen пятнадцать
16: sixteen шестнадцать
17: seventeen семнадцать
18: eighteen восемнадцать
19: nineteen девятнадцать
20: twenty двадцать жиырма
30: thirty тридцать отыз
40: forty сорок қырық
50: fifty пятьдесят елу
60: sixty шестьдесят алпыс
70: seventy семьдесят жетпіс
80: eighty восемьдесят сексен
90: ninety девяносто тоқсан
100: hundred жүз
101: сто
200: двести
300: триста
400: четыреста
500: пятьсот
600: шестьсот
700: семьсот
800: восемьсот
900: девятьсот
1000: thousand тысяча тысячи тысяч мың
100000: lakh lakhs
1000000: million millions миллион миллиона миллионов
10000000: crore crores
1000000000: billion billions миллиард миллиарда миллиардов
`)

// oneHundredRU is the entry of сто, which adds while "hundred" multiplies.
const oneHundredRU = 101

func numberTable(text string) map[string]int64 {
	all := map[string]int64{}
	for line := range strings.Lines(text) {
		n, words, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			continue
		}
		v, _ := strconv.ParseInt(n, 10, 64)
		for _, w := range strings.Fields(words) {
			all[w] = v
		}
	}
	return all
}

func spelledSet(text string) map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(text) {
		all[w] = true
	}
	return all
}

var (
	majorWords = spelledSet(`us u s usa usd eur kzt rub cny rmb gbp try chf jpy aed kgs uzs byn inr dollar dollars euro euros tenge rouble roubles ruble rubles yuan yuans renminbi
		pound pounds sterling lira liras franc francs swiss yen dirham dirhams som soms sum rupee rupees united states america american chinese russian turkish kazakhstan kazakhstani kazakh indian british belarusian
		доллар доллара долларов доллары долл сша америки соединенных штатов американский американских евро тенге теңге рубль рубля рублей руб р российский российских российская рф юань юаня юаней китайский китайских
		казахстанский казахстанских казахстан қазақстан лира лиры лир турецкая турецких турецкие франк франка франков швейцарских фунт фунта фунтов стерлингов иена иены иен йен дирхам дирхамов сом сома сомов сум сумов ақш рубл ресей доллары белорусских белорусский кыргызских узбекских`)
	minorWords = spelledSet(`cent cents kopeck kopecks kopek kopeks tiyn tiyns fen pence penny centime centimes paise kurus kuruş eurocent eurocents
		цент цента центов копейка копейки копеек коп тиын тиына тиынов тиыны фэнь фэня фэней фынь фыней евроцент евроцента евроцентов тыйын тыйынов`)
	fillerWords = spelledSet(`say total only and in words word amount the sum of a an net invoice value to be paid exactly grand
		итого всего сумма на сумму прописью к оплате ровно и с общая стоимость составляет сумме в размере жазбаша сомасы барлығы және тек жалпы`)
	// hundredths stand for the fraction where none is printed: "and no/100".
	hundredths = spelledSet("no nil xx")
)

// ParseAmountInWords reads an amount spelled out in English, Russian or Kazakh,
// such as "Say US dollars fifty thousand nine hundred sixty four and cents
// sixty only". Hundredths may be in words, in digits (60 центов) or a fraction
// (60/100). A word that it does not know, or that is spelled wrongly, is an
// error: it never guesses.
func ParseAmountInWords(text string) (Decimal, error) {
	items, err := spell(text)
	if err != nil {
		return Decimal{}, err
	}
	major, minor, err := assemble(items)
	if err != nil {
		return Decimal{}, err
	}
	if minor < 0 {
		return decimal.New(major, 0)
	}
	return decimal.New(major*100+minor, 2)
}

// A spelled is a part of an amount in words.
type spelled struct {
	kind  rune // 'n' number, 'M' name of the currency, 'm' name of its hundredth, '/' fraction
	value int64
	// last is the part of the number behind its last "and", before is the rest;
	// last is -1 if there is no "and".
	before, last int64
}

// spell takes an amount in words apart.
func spell(text string) ([]spelled, error) {
	ts := lexWords(text)
	var items []spelled
	words := false // a number in words was seen
	for i := 0; i < len(ts); {
		t := ts[i]
		_, counts := numberWords[t]
		switch {
		case i+2 < len(ts) && ts[i+1] == "/" && ts[i+2] == "100" && (allDigits(t) && len(t) <= 2 || hundredths[t]):
			n, _ := strconv.ParseInt("0"+strings.Trim(t, "nilxo"), 10, 64)
			items = append(items, spelled{kind: '/', value: n})
			i += 3
		case counts:
			n, next, err := spelledNumber(ts, i)
			if err != nil {
				return nil, err
			}
			items = append(items, n)
			words, i = true, next
		case allDigits(t):
			switch {
			case len(t) <= 2 && i+1 < len(ts) && minorWords[ts[i+1]]:
				n, _ := strconv.ParseInt(t, 10, 64)
				items = append(items, spelled{kind: 'n', value: n, last: -1})
			case words:
				return nil, fmt.Errorf("the amount in words goes on with the number %s", t)
			}
			i++ // the same amount in digits, before the words
		case majorWords[t]:
			if len(items) == 0 || items[len(items)-1].kind != 'M' {
				items = append(items, spelled{kind: 'M'})
			}
			i++
		case minorWords[t]:
			items = append(items, spelled{kind: 'm'})
			i++
		case fillerWords[t] || t == "/":
			i++
		case hundredths[t] && i+1 < len(ts) && minorWords[ts[i+1]]: // no cents
			items = append(items, spelled{kind: 'n', last: -1})
			i++
		default:
			return nil, fmt.Errorf("%q is no word of an amount", t)
		}
	}
	if !words {
		return nil, errors.New("no amount in words is printed here")
	}
	return items, nil
}

// lexWords returns the words, the numbers and the strokes of a text.
func lexWords(text string) []string {
	var all []string
	word := ""
	flush := func() {
		if word != "" {
			all = append(all, word)
			word = ""
		}
	}
	for _, r := range strings.ToLower(normalise(text)) {
		if r == 'ё' {
			r = 'е'
		}
		switch {
		case isLetter(r):
			if allDigits(word) {
				flush()
			}
			word += string(r)
		case isDigit(r):
			if word != "" && !allDigits(word) {
				flush()
			}
			word += string(r)
		default:
			flush()
			if r == '/' {
				all = append(all, "/")
			}
		}
	}
	flush()
	return all
}

// spelledNumber reads the number in words that begins at ts[i].
func spelledNumber(ts []string, i int) (n spelled, next int, err error) {
	n = spelled{kind: 'n', last: -1}
	var total, part int64 // total of the scales, and the hundreds since
	scale, step := int64(0), int64(0)
	add := func(word string) bool {
		v := numberWords[word]
		switch {
		case v >= 1000:
			if scale != 0 && v >= scale {
				return false
			}
			total, part, scale, step = total+max(part, 1)*v, 0, v, 0
		case v == 100: // multiplies
			if part == 0 || part > 19 {
				return false
			}
			part, step = part*100, 100
		default:
			size := int64(1)
			switch {
			case v >= oneHundredRU:
				size = 100
				if v == oneHundredRU {
					v = 100
				}
			case v >= 20 || word == "он": // Kazakh says ten-one
				size = 10
			}
			if v >= 10 && v < 20 && size == 1 { // takes the place of tens and units
				if step != 0 && step <= 10 {
					return false
				}
				part, step = part+v, 1
				return true
			}
			if step != 0 && size >= step || v == 0 && (step != 0 || scale != 0) {
				return false
			}
			part, step = part+v, size
		}
		return true
	}
	for ; i < len(ts); i++ {
		if _, counts := numberWords[ts[i]]; !counts {
			_, more := numberWords[wordAt(ts, i+1)]
			if and := ts[i] == "and" || ts[i] == "и" || ts[i] == "және"; and && more {
				n.before, n.last = total+part, int64(i)
				continue
			}
			break
		}
		if !add(ts[i]) {
			return n, i, fmt.Errorf("%q does not go on a number in words", ts[i])
		}
	}
	n.value = total + part
	if n.last >= 0 {
		n.last = n.value - n.before
	}
	return n, i, nil
}

func wordAt(ts []string, i int) string {
	if i < len(ts) {
		return ts[i]
	}
	return ""
}

var errNoAmount = errors.New("the words are no amount")

// assemble finds the whole amount and its hundredths, -1 if none are stated.
// Names stand before their numbers ("dollars fifty, cents sixty") or behind
// ("fifty dollars sixty cents").
func assemble(items []spelled) (major, minor int64, err error) {
	major, minor = -1, -1
	set := func(to *int64, v int64) {
		if *to >= 0 {
			err = errNoAmount
		}
		*to = v
	}
	namesFirst := len(items) > 0 && items[0].kind != 'n' && items[len(items)-1].kind == 'n'
	for i, it := range items {
		kindAt := func(k int) rune {
			if k < 0 || k >= len(items) {
				return 0
			}
			return items[k].kind
		}
		isMinor := kindAt(i+1) == 'm'
		if namesFirst {
			isMinor = kindAt(i-1) == 'm'
		}
		switch {
		case it.kind == '/':
			set(&minor, it.value)
		case it.kind != 'n':
		case isMinor && it.value < 100:
			set(&minor, it.value)
		case isMinor && it.last >= 0 && it.last < 100: // dollars fifty thousand and sixty cents
			set(&major, it.before)
			set(&minor, it.last)
		case isMinor:
			err = errNoAmount
		default:
			set(&major, it.value)
		}
	}
	if err == nil && major < 0 && minor >= 0 {
		major = 0
	}
	if err == nil && (major < 0 || major > 1e15) {
		err = errNoAmount
	}
	return major, minor, err
}
