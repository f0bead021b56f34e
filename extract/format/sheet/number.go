package sheet

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// builtin are the number formats that a workbook uses by number without saying
// what they are (ECMA-376 part 1, 18.8.30).
var builtin = map[int]string{
	0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
	5: `"$"#,##0_);("$"#,##0)`, 6: `"$"#,##0_);("$"#,##0)`, 7: `"$"#,##0.00_);("$"#,##0.00)`, 8: `"$"#,##0.00_);("$"#,##0.00)`,
	9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
	14: "m/d/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
	20: "h:mm", 21: "h:mm:ss", 22: "m/d/yyyy h:mm", 37: "#,##0_);(#,##0)", 38: "#,##0_);(#,##0)",
	39: "#,##0.00_);(#,##0.00)", 40: "#,##0.00_);(#,##0.00)", 41: "#,##0", 42: `"$"#,##0`, 43: "#,##0.00", 44: `"$"#,##0.00`,
	45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
	// Those of Chinese and Japanese versions.
	27: "yyyy/m/d", 28: "yyyy/m/d", 29: "yyyy/m/d", 30: "m/d/yyyy", 31: `yyyy"年"m"月"d"日"`, 32: "h:mm", 33: "h:mm:ss",
	34: "yyyy/m/d", 35: "yyyy/m/d", 36: "yyyy/m/d", 50: "yyyy/m/d", 51: "yyyy/m/d", 52: "yyyy/m/d", 53: "yyyy/m/d", 54: "yyyy/m/d",
	55: "yyyy/m/d", 56: "yyyy/m/d", 57: `yyyy"年"m"月"`, 58: `m"月"d"日"`,
}

// A section is one of the up to four parts of a number format.
type section struct {
	tokens    []token
	condition string // such as ">=100"; empty for the sign of the number
	kind      sectionKind
}

type sectionKind int

const (
	numberSection sectionKind = iota
	dateSection
	textSection
	generalSection
)

// A token is a literal, or a part that stands for digits or for a part of a
// date.
type token struct {
	text    string
	literal bool
}

// sections cuts a number format into its parts.
func sections(code string) []section {
	var all []section
	cur := section{}
	literal := func(s string) {
		if s == "" {
			return
		}
		if n := len(cur.tokens); n > 0 && cur.tokens[n-1].literal {
			cur.tokens[n-1].text += s
			return
		}
		cur.tokens = append(cur.tokens, token{s, true})
	}
	end := func() {
		cur.kind = kindOf(cur.tokens)
		all = append(all, cur)
		cur = section{}
	}
	rs := []rune(code)
	for i := 0; i < len(rs); i++ {
		switch r := rs[i]; {
		case r == ';':
			end()
		case r == '"':
			k := i + 1
			for k < len(rs) && rs[k] != '"' {
				k++
			}
			literal(string(rs[i+1 : min(k, len(rs))]))
			i = k
		case r == '\\' && i+1 < len(rs):
			i++
			literal(string(rs[i]))
		case r == '_' && i+1 < len(rs):
			i++
			literal(" ")
		case r == '*' && i+1 < len(rs):
			i++
			literal(" ")
		case r == '[':
			k := i + 1
			for k < len(rs) && rs[k] != ']' {
				k++
			}
			inner := string(rs[i+1 : min(k, len(rs))])
			i = k
			low := strings.ToLower(inner)
			switch {
			case strings.HasPrefix(inner, "$"):
				symbol, _, _ := strings.Cut(inner[1:], "-")
				literal(symbol)
				if _, locale, ok := strings.Cut(inner, "-"); ok {
					cur.tokens = append(cur.tokens, token{"[$" + strings.ToLower(locale), false})
				}
			case low != "" && (strings.Trim(low, "h") == "" || strings.Trim(low, "m") == "" || strings.Trim(low, "s") == ""):
				cur.tokens = append(cur.tokens, token{"[" + low, false})
			case strings.HasPrefix(inner, "<") || strings.HasPrefix(inner, ">") || strings.HasPrefix(inner, "="):
				cur.condition = inner
			}
		case strings.ContainsRune("0#?.,%@", r):
			cur.tokens = append(cur.tokens, token{string(r), false})
		case (r == 'E' || r == 'e') && i+1 < len(rs) && (rs[i+1] == '+' || rs[i+1] == '-'):
			cur.tokens = append(cur.tokens, token{"E" + string(rs[i+1]), false})
			i++
		case hasFold(rs[i:], "general"):
			cur.tokens = append(cur.tokens, token{"general", false})
			i += 6
		case hasFold(rs[i:], "am/pm"):
			cur.tokens = append(cur.tokens, token{"am/pm", false})
			i += 4
		case hasFold(rs[i:], "a/p"):
			cur.tokens = append(cur.tokens, token{"am/pm", false})
			i += 2
		case strings.ContainsRune("yYmMdDhHsSgGeE", r):
			k := i
			for k < len(rs) && (rs[k]|0x20) == (r|0x20) {
				k++
			}
			cur.tokens = append(cur.tokens, token{strings.ToLower(string(rs[i:k])), false})
			i = k - 1
		default:
			literal(string(r))
		}
	}
	end()
	return all
}

func hasFold(rs []rune, s string) bool {
	return len(rs) >= len(s) && strings.EqualFold(string(rs[:len(s)]), s)
}

func kindOf(ts []token) sectionKind {
	kind := textSection
	for _, t := range ts {
		switch {
		case t.literal || strings.HasPrefix(t.text, "[$"):
		case t.text == "general":
			return generalSection
		case strings.ContainsRune("ymdhsge", rune(t.text[0])) || t.text == "am/pm" || t.text[0] == '[':
			return dateSection
		case strings.ContainsAny(t.text, "0#?"):
			kind = numberSection
		}
	}
	return kind
}

// show prints a number as its format says, but for two things that a screen
// decides by the country of the machine and a reader would have to guess: there
// is no mark between thousands and a point before decimals, and a date in
// figures that could be read two ways is written year first.
func show(v float64, code string, epoch1904 bool) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	if code == "" {
		return general(v) // no format at all, or one that the workbook does not have
	}
	all := sections(code)
	s, sign := choose(all, v)
	switch s.kind {
	case generalSection:
		return spaced(around(s.tokens, general(v)))
	case dateSection:
		if t, ok := dateOf(v, epoch1904); ok {
			return spaced(showDate(s.tokens, t, v))
		}
		return general(v)
	case textSection:
		out, at := "", false
		for _, t := range s.tokens {
			if t.literal {
				out += t.text
			} else if t.text == "@" {
				out += general(v)
				at = true
			}
		}
		if !at && len(s.tokens) == 0 {
			return "" // a section that hides its numbers
		}
		return spaced(out)
	}
	if sign {
		v = math.Abs(v)
	}
	return spaced(showNumber(s.tokens, v))
}

// around puts a number among the literals beside a "General".
func around(ts []token, number string) string {
	out := ""
	for _, t := range ts {
		switch {
		case t.literal:
			out += t.text
		case t.text == "general":
			out += number
		}
	}
	return out
}

// spaced has no two spaces in a row, and none at the ends.
func spaced(s string) string { return strings.Join(strings.Fields(s), " ") }

// choose returns the section for v, and whether it prints the sign itself.
func choose(all []section, v float64) (section, bool) {
	if slices.ContainsFunc(all, func(s section) bool { return s.condition != "" }) {
		for i, s := range all {
			if s.condition == "" || holds(s.condition, v) {
				return s, v < 0 && i > 0 && s.condition != ""
			}
		}
		return all[len(all)-1], false
	}
	numbers := all
	if len(numbers) == 4 {
		numbers = numbers[:3]
	}
	switch {
	case v < 0 && len(numbers) > 1:
		return numbers[1], true
	case v == 0 && len(numbers) > 2:
		return numbers[2], false
	}
	return numbers[0], false
}

func holds(condition string, v float64) bool {
	op := strings.TrimRight(condition, "0123456789.-+eE")
	n, err := strconv.ParseFloat(condition[len(op):], 64)
	if err != nil {
		return false
	}
	switch op {
	case "<":
		return v < n
	case "<=":
		return v <= n
	case ">":
		return v > n
	case ">=":
		return v >= n
	case "=":
		return v == n
	case "<>":
		return v != n
	}
	return false
}

// general prints a number as a wide cell without a format shows it.
func general(v float64) string {
	if v == 0 {
		return "0"
	}
	a := math.Abs(v)
	if a >= 1e15 || a < 1e-9 {
		return strconv.FormatFloat(v, 'E', -1, 64)
	}
	whole := len(strconv.FormatFloat(math.Floor(a), 'f', 0, 64))
	return trimZeros(fixed(v, max(0, 10-whole)))
}

func trimZeros(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

// fixed prints v with that many decimals. A workbook holds a number as the
// nearest binary fraction, and means its first fifteen digits: it is these that
// are rounded, half away from zero.
func fixed(v float64, decimals int) string {
	s := strconv.FormatFloat(math.Abs(v), 'e', 14, 64) // d.dddddddddddddde±xx
	mantissa, exponent, _ := strings.Cut(s, "e")
	exp, _ := strconv.Atoi(exponent)
	digits := strings.Replace(mantissa, ".", "", 1) // 15 of them, the point behind 1+exp
	for exp < 0 {
		digits = "0" + digits
		exp++
	}
	keep := 1 + exp + decimals
	for len(digits) < keep {
		digits += "0"
	}
	rounded := []byte(digits[:keep])
	if keep < len(digits) && digits[keep] >= '5' {
		i := keep - 1
		for ; i >= 0; i-- {
			if rounded[i] < '9' {
				rounded[i]++
				break
			}
			rounded[i] = '0'
		}
		if i < 0 {
			rounded = append([]byte{'1'}, rounded...)
			exp++
		}
	}
	out := string(rounded[:1+exp])
	if decimals > 0 {
		out += "." + string(rounded[1+exp:])
	}
	if v < 0 && strings.Trim(out, "0.") != "" {
		out = "-" + out
	}
	return out
}

// showNumber prints v by the digits, marks and literals of a section.
func showNumber(ts []token, v float64) string {
	decimals, least, wholeLeast := 0, 0, 0
	percent, point, exponent, scale := 0, false, -1, 0
	first, last := -1, -1
	fraction := false
	for i, t := range ts {
		switch {
		case t.literal:
			if t.text == "/" && first >= 0 {
				fraction = true
			}
		case t.text[0] == '[':
		case t.text == "%":
			percent++
		case t.text == ".":
			point = true
			if first < 0 {
				first = i
			}
			last = i
		case t.text[0] == 'E':
			exponent = i
		case strings.ContainsAny(t.text, "0#?"):
			if first < 0 {
				first = i
			}
			if exponent >= 0 {
				continue
			}
			last = i
			scale = 0
			switch {
			case point:
				decimals++
				if t.text == "0" {
					least = decimals
				}
			case t.text == "0":
				wholeLeast++
			}
		case t.text == ",":
			scale++ // counts only behind the last digit
		}
	}
	if first < 0 || fraction {
		return around(append(slices.Clone(ts), token{"general", false}), general(v))
	}
	v *= math.Pow(100, float64(percent))
	v /= math.Pow(1000, float64(scale))
	var number string
	if exponent >= 0 {
		number = strconv.FormatFloat(v, 'E', decimals, 64)
	} else {
		number = fixed(v, decimals)
		if whole, frac, ok := strings.Cut(number, "."); ok {
			for len(frac) > least && strings.HasSuffix(frac, "0") {
				frac = frac[:len(frac)-1]
			}
			number = whole
			if frac != "" {
				number += "." + frac
			}
		}
		sign := ""
		if strings.HasPrefix(number, "-") {
			sign, number = "-", number[1:]
		}
		whole, _, _ := strings.Cut(number, ".")
		for n := len(whole); n < wholeLeast; n++ {
			number = "0" + number
		}
		number = sign + number
	}
	sign := ""
	if strings.HasPrefix(number, "-") {
		sign, number = "-", number[1:]
	}
	out, done := "", false
	// Literals among the digits, as in 000-00, split the number: it is then
	// printed from the right into the places.
	split, loose := false, slices.ContainsFunc(ts, func(t token) bool { return t.text == "#" })
	for i, t := range ts {
		split = split || t.literal && i > first && i < last && (strings.TrimSpace(t.text) != "" || !loose)
	}
	if split && !point && exponent < 0 {
		return sign + splitNumber(ts, number)
	}
	for i, t := range ts {
		switch {
		case t.literal && i > first && i < last:
		case t.literal:
			out += t.text
		case t.text == "%":
			out += "%"
		case i == first && !done:
			out += number
			done = true
		}
	}
	if sign != "" {
		out = sign + strings.TrimLeft(out, " ")
	}
	return out
}

// splitNumber puts the digits of a whole number into the places of a format
// such as 000-00-00.
func splitNumber(ts []token, number string) string {
	out := ""
	digits := []byte(number)
	places := 0
	for _, t := range ts {
		if !t.literal && strings.ContainsAny(t.text, "0#?") {
			places++
		}
	}
	for _, t := range ts {
		switch {
		case t.literal:
			out += t.text
		case strings.ContainsAny(t.text, "0#?"):
			for len(digits) > places {
				out += string(digits[0])
				digits = digits[1:]
			}
			if len(digits) == places && len(digits) > 0 {
				out += string(digits[0])
				digits = digits[1:]
			} else if t.text == "0" {
				out += "0"
			}
			places--
		}
	}
	return out
}

// dateOf returns the day and time of a serial number.
func dateOf(v float64, epoch1904 bool) (time.Time, bool) {
	if v < 0 || v >= 2958466 {
		return time.Time{}, false
	}
	if epoch1904 {
		v += 1462
	} else if v < 60 {
		v++ // there was no 29 February 1900, but the numbers count one
	}
	seconds := int64(math.Round(v * 86400))
	return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).Add(time.Duration(seconds/86400*24) * time.Hour).Add(time.Duration(seconds%86400) * time.Second), true
}

var months = map[string][]string{
	"": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	// In the genitive, as they stand in a date.
	"ru": {"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"},
	"kk": {"қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"},
	"de": {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
	"fr": {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	"es": {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
	"tr": {"Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım", "Aralık"},
}

// locales are the languages by the low byte of a Windows locale number.
var locales = map[uint64]string{0x19: "ru", 0x3f: "kk", 0x07: "de", 0x0c: "fr", 0x0a: "es", 0x1f: "tr"}

func showDate(ts []token, t time.Time, v float64) string {
	names := months[""]
	day, month, year, clock, half := false, false, false, false, false
	order := ""

	var separators string
	for _, tk := range ts {
		switch {
		case tk.literal:
			if order != "" && !clock {
				separators += tk.text
			}
		case tk.text == ".":
			if order != "" && !clock {
				separators += "."
			}
		case strings.HasPrefix(tk.text, "[$"):
			if n, err := strconv.ParseUint(tk.text[2:], 16, 64); err == nil {
				if l := locales[n&0xff]; l != "" {
					names = months[l]
				}
			}
		case tk.text == "am/pm":
			half = true
		case tk.text[0] == '[':
			clock = true
		case tk.text[0] == 'd' && len(tk.text) <= 2:
			day = true
			order += "d"
		case tk.text[0] == 'y' || tk.text[0] == 'e':
			year = true
			order += "y"
		case tk.text[0] == 'h' || tk.text[0] == 's':
			clock = true
		}
	}
	// "m" is a month, or minutes behind hours or before seconds.
	minutes := make([]bool, len(ts))
	last := byte(0)
	for i, tk := range ts {
		if tk.literal || tk.text == "am/pm" || tk.text[0] == '[' && tk.text[1] == '$' {
			continue
		}
		c := tk.text[0]
		if c == '[' {
			c = tk.text[1]
		}
		if c == 'm' {
			next := byte(0)
			for _, o := range ts[i+1:] {
				if !o.literal && o.text[0] >= 'a' && o.text[0] <= 'z' && o.text != "am/pm" {
					next = o.text[0]
					break
				}
			}
			minutes[i] = last == 'h' || next == 's'
			month = month || !minutes[i]
		}
		last = c
	}
	figures := month && day && year
	for i, tk := range ts {
		if !tk.literal && tk.text[0] == 'm' && !minutes[i] && len(tk.text) >= 3 {
			figures = false
		}
	}
	if figures && !strings.HasPrefix(order, "y") && !strings.Contains(separators, ".") {
		s := t.Format("2006-01-02")
		if clock && (t.Hour() != 0 || t.Minute() != 0) {
			s += t.Format(" 15:04")
		}
		return s
	}
	out := ""
	pad := func(n, width int) string {
		s := strconv.Itoa(n)
		for len(s) < width {
			s = "0" + s
		}
		return s
	}
	for i, tk := range ts {
		if tk.literal {
			out += tk.text
			continue
		}
		n := len(tk.text)
		switch c := tk.text[0]; {
		case tk.text == "am/pm":
			if t.Hour() < 12 {
				out += "AM"
			} else {
				out += "PM"
			}
		case strings.HasPrefix(tk.text, "[$"):
		case c == '[':
			switch tk.text[1] {
			case 'h':
				out += strconv.Itoa(int(v * 24))
			case 'm':
				out += strconv.Itoa(int(v * 1440))
			default:
				out += strconv.Itoa(int(math.Round(v * 86400)))
			}
		case c == 'y', c == 'e':
			if n <= 2 && c == 'y' {
				out += pad(t.Year()%100, 2)
			} else {
				out += pad(t.Year(), 4)
			}
		case c == 'm' && minutes[i]:
			out += pad(t.Minute(), n)
		case c == 'm' && n == 3:
			rs := []rune(names[t.Month()-1])
			out += string(rs[:min(3, len(rs))])
		case c == 'm' && n >= 4:
			out += names[t.Month()-1]
		case c == 'm':
			out += pad(int(t.Month()), n)
		case c == 'd' && n >= 3:
			s := t.Weekday().String()
			if n == 3 {
				s = s[:3]
			}
			out += s
		case c == 'd':
			out += pad(t.Day(), n)
		case c == 'h':
			h := t.Hour()
			if half {
				h = (h+11)%12 + 1
			}
			out += pad(h, n)
		case c == 's':
			out += pad(t.Second(), n)
		case strings.ContainsRune("0#?", rune(c)), c == 'g':
		case tk.text == "." || tk.text == "," || tk.text == "%":
			out += tk.text
		}
	}
	return out
}
