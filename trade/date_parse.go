package trade

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// numberOfPaper is a number that holds a month and a year, and goes on: "No.
// 11/2025-EXP".
var numberOfPaper = regexp.MustCompile(`(?i)^\s*(?:№|no\.?|nr\.?|n°)\s*\d{1,3}/\d{4}-\pL+\s*$`)

var (
	errNoDate   = errors.New("no date is printed here")
	errTwoDates = errors.New("more than one date is printed here")
	errNoDay    = errors.New("the calendar has no such day")
)

// The order of day and month in 03/04/2026 differs by country. Points and words
// leave no doubt; strokes are American too. See also Dossier.Resolve.
const (
	dayFirstBySlash = 0.65
	dayFirstByDash  = 0.8
)

// minYear and maxYear bound the years of the papers of a consignment.
const minYear, maxYear = 1950, 2099

// recent is a year before which papers are rarely checked.
const recent = 2015

func parseDate(s Statement) ([]Alternative[Date], error) {
	if numberOfPaper.MatchString(s.Text) {
		return nil, errNoDate
	}
	all, err := dates(s.Text)
	if err == nil || errors.Is(err, errTwoDates) {
		return all, err
	}
	text := repairedDate(s.Text)
	if text == "" {
		return nil, err
	}
	all, again := dates(text)
	if again != nil {
		return nil, err
	}
	for i := range all {
		all[i].Probability *= byRepair
	}
	return all, nil
}

// A datePart is a number or a month of a date, with what stands before it.
type datePart struct {
	month  time.Month // if a word
	digits string     // if a number
	dated  bool       // a word such as "dated" or "от" stands before it
	before string     // the mark between the last part and this: . / - 年 or a space
}

func (p datePart) n() int { n, _ := strconv.Atoi(p.digits); return n }

// dates finds the one date of a text.
func dates(text string) ([]Alternative[Date], error) {
	parts := dateParts(text)
	for _, p := range parts {
		if p.before == misread {
			return nil, errNoDate
		}
	}
	var found []Alternative[Date]
	dated, several := false, false
	var err error = errNoDate
	for i := 0; i < len(parts); {
		all, n, why := dateAt(parts, i)
		if why != nil {
			err = why
		}
		if n == 0 {
			i++
			continue
		}
		switch says := parts[i].dated; {
		case found == nil || says && !dated: // "No. 12/05/2024 dated 06.05.2024"
			found, dated, several = all, says, false
		case says == dated && found[0].Value != all[0].Value:
			several = true
		}
		i += n
	}
	if several {
		return nil, errTwoDates
	}
	if found == nil {
		return nil, err
	}
	return found, nil
}

// dateAt reads the date that begins with parts[i], and says how many parts it has.
func dateAt(parts []datePart, i int) (all []Alternative[Date], n int, err error) {
	p := parts[i:]
	for _, shape := range []struct {
		parts int
		read  func([]datePart) []Alternative[Date]
	}{{3, yearFirst}, {3, withMonth}, {3, inNumbers}, {2, monthOnly}, {1, compact}} {
		if len(p) < shape.parts {
			continue
		}
		all := shape.read(p[:shape.parts])
		if all == nil {
			continue
		}
		var valid []Alternative[Date]
		for _, a := range all {
			if d := a.Value; d.Valid() && d.Year >= minYear && d.Year <= maxYear {
				valid = append(valid, a)
			}
		}
		if valid == nil {
			err = errNoDay
			continue
		}
		if len(valid) == 1 && len(all) > 1 { // the other order is no day: no doubt is left
			valid[0].Probability = 1
		}
		return valid, shape.parts, nil
	}
	return nil, 0, err
}

// misread is the mark of a letter that stands for a digit: 12.O3.2026.
const misread = "?"

// on makes the one alternative of a date without doubt.
func on(y int, m time.Month, d int, p float64) []Alternative[Date] {
	return []Alternative[Date]{{Date{y, m, d}, p}}
}

// yearFirst reads 2026-03-05, 2026年3月5日, 2024 жылғы 5 мамыр.
func yearFirst(p []datePart) []Alternative[Date] {
	y, a, b := p[0], p[1], p[2]
	if len(y.digits) != 4 {
		return nil
	}
	switch {
	case a.month != 0 && short(b.digits):
		return on(y.n(), a.month, b.n(), 1)
	case b.month != 0 && short(a.digits):
		return on(y.n(), b.month, a.n(), 1)
	case short(a.digits) && short(b.digits) && a.before == b.before && b.before != "," || a.before == "年":
		if !short(b.digits) || b.before != a.before && b.before != "月" {
			return nil
		}
		return on(y.n(), time.Month(a.n()), b.n(), 1)
	}
	return nil
}

// withMonth reads 12 MAR 2026, May 5th, 2024, 05-MAY-24.
func withMonth(p []datePart) []Alternative[Date] {
	day, month, year := p[0], p[1], p[2]
	if day.month != 0 {
		day, month = month, day
	}
	if month.month == 0 || !short(day.digits) || len(year.digits) != 4 && len(year.digits) != 2 {
		return nil
	}
	return on(fullYear(year), month.month, day.n(), 1)
}

// inNumbers reads 05.05.2024, 5/3/26, 03-04-2026.
func inNumbers(p []datePart) []Alternative[Date] {
	a, b, y := p[0], p[1], p[2]
	if !short(a.digits) || !short(b.digits) || len(y.digits) != 4 && len(y.digits) != 2 {
		return nil
	}
	mark := b.before
	if mark == "." && y.before == " " && len(y.digits) == 4 { // 12.03 2026: a point was lost
		y.before = "."
	}
	if mark != y.before || mark == "," || mark == ":" || mark == " " && (len(y.digits) != 4 || len(a.digits) != 2 || len(b.digits) != 2) {
		return nil
	}
	dayFirst := 1.0
	switch mark {
	case "/":
		dayFirst = dayFirstBySlash
	case "-":
		dayFirst = dayFirstByDash
	case " ":
		dayFirst = 0.9
	}
	if dayFirst == 1 && len(y.digits) == 2 && (b.n() > 12 || fullYear(y) > 2040) { // 24.05.31: the year is first
		return on(fullYear(a), time.Month(b.n()), y.n(), 0.8)
	}
	all := on(fullYear(y), time.Month(b.n()), a.n(), dayFirst)
	if long := (Date{fullYear(a), time.Month(b.n()), y.n()}); len(y.digits) == 2 && fullYear(y) < recent && long.Year >= recent && long.Valid() && long.Day > 0 {
		// 26/03/12: the year comes first in East Asia, and papers of 2012 are rare
		p := 0.4
		if mark != "." {
			p = 0.6
		}
		all[0].Probability = 1 - p
		all = append(all, Alternative[Date]{long, p})
		if p > 0.5 {
			all[0], all[1] = all[1], all[0]
		}
		return all
	}
	if dayFirst < 1 && a.n() != b.n() {
		all = append(all, Alternative[Date]{Date{fullYear(y), time.Month(a.n()), b.n()}, 1 - dayFirst})
	} else {
		all[0].Probability = 1
	}
	if dayFirst == 1 && b.n() > 12 { // 03.25.2026: American after all
		all = on(fullYear(y), time.Month(a.n()), b.n(), 0.8)
	}
	return all
}

// monthOnly reads March 2026, 03/2026, 二〇二六年三月: Day is 0.
func monthOnly(p []datePart) []Alternative[Date] {
	a, b := p[0], p[1]
	switch {
	case a.month != 0 && len(b.digits) == 4:
		return on(b.n(), a.month, 0, 0.95)
	case len(a.digits) == 4 && b.month != 0:
		return on(a.n(), b.month, 0, 0.95)
	case len(a.digits) == 4 && short(b.digits) && (b.before == "年" || b.before == "-"):
		return on(a.n(), time.Month(b.n()), 0, 0.95)
	case strings.Contains("./-", a.before) && a.before != "": // the end of 31.02.2026
	case short(a.digits) && len(b.digits) == 4 && (b.before == "/" || b.before == "."):
		return on(b.n(), time.Month(a.n()), 0, 0.9)
	}
	return nil
}

// compact reads 20260305, and 05032026.
func compact(p []datePart) []Alternative[Date] {
	s := p[0].digits
	if len(s) != 8 {
		return nil
	}
	n := func(from, to int) int { v, _ := strconv.Atoi(s[from:to]); return v }
	if y := n(0, 4); y >= 1990 && y <= 2049 {
		return on(y, time.Month(n(4, 6)), n(6, 8), 0.95)
	}
	return on(n(4, 8), time.Month(n(2, 4)), n(0, 2), 0.7)
}

// short reports whether digits may be a day or a month.
func short(digits string) bool { return len(digits) == 1 || len(digits) == 2 }

// fullYear understands a year of two digits: 70 to 99 are of the last century.
func fullYear(p datePart) int {
	y := p.n()
	if len(p.digits) > 2 {
		return y
	}
	if y >= 70 {
		return 1900 + y
	}
	return 2000 + y
}

// dateParts takes the numbers and months out of a text, without times of day.
func dateParts(text string) []datePart {
	rs := []rune(chineseDigits(normalise(text)))
	var parts []datePart
	mark, dated := "", false
	for i := 0; i < len(rs); {
		r := rs[i]
		switch {
		case isDigit(r):
			end := i
			for isDigit(at(rs, end)) {
				end++
			}
			if to := timeOfDay(rs, i, end); to > 0 {
				i, mark = to, "|"
				continue
			}
			digits := string(rs[i:end])
			if n := len(parts); n > 1 && len(digits) == 2 && (mark == " " || mark == "") && parts[n-1].digits == "20" && parts[n-2].month != 0 {
				parts[n-1].digits += digits // «12» марта 20 26 г.: forms print the century
			} else {
				parts = append(parts, datePart{digits: digits, before: mark, dated: dated})
			}
			i, mark, dated = end, "", false
		case r == '年' || r == '月' || r == '日':
			i, mark = i+1, string(r)
		case isLetter(r):
			end := i
			for isLetter(at(rs, end)) && !strings.ContainsRune("年月日", rs[end]) {
				end++
			}
			word := foldWord(string(rs[i:end]))
			if m := monthOf(word); m != 0 && (months[word] != 0 || mark != "" && mark != " ") {
				parts = append(parts, datePart{month: m, before: mark, dated: dated})
				mark, dated = "", false
			} else if !aroundDates[word] && !(word == "t" && end == i+1) {
				dated = datingWords[word]
				mark = "|" // another word parts dates
				if isConfusable(string(rs[i:end])) && (isDigit(at(rs, i-1)) || isDigit(at(rs, end))) {
					mark = misread
				}
			}
			i = end
		default:
			if strings.ContainsRune("./-,:", r) || isSpace(r) && mark == "" {
				if isSpace(r) {
					mark = " "
				} else if mark == "" || mark == " " {
					mark = string(r)
				}
			}
			i++
		}
	}
	return parts
}

// timeOfDay returns where the time ends that begins at rs[i:end] with an hour.
func timeOfDay(rs []rune, i, end int) int {
	if end-i > 2 || at(rs, end) != ':' || digitsFrom(rs, end+1) != 2 || i > 1 && at(rs, i-1) == ':' {
		return 0
	}
	to := end + 3
	if at(rs, to) == ':' && digitsFrom(rs, to+1) == 2 {
		to += 3
		if at(rs, to) == '.' {
			to += 1 + digitsFrom(rs, to+1)
		}
	}
	if p := at(rs, to); (p == '+' || p == '-') && digitsFrom(rs, to+1) == 2 {
		to += 3
		if at(rs, to) == ':' {
			to += 1 + digitsFrom(rs, to+1)
		}
	}
	if at(rs, to) == ':' { // 12:03:2026 is no time
		return 0
	}
	return to
}

// datingWords say that the date of something follows, folded.
var datingWords = foldedSet("dated dtd date от дата датированный vom datum du tarih tarihli күні fecha")

// aroundDates are the words that stand inside a date, folded.
var aroundDates = func() map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields("st nd rd th of de del the year an anno г год года ж жыл жылғы жылы жылдың р року y yil yılı er") {
		all[foldWord(w)] = true
	}
	return all
}()

// chineseDigits turns 二〇二六年三月二十五日 into 2026年3月25日.
func chineseDigits(s string) string {
	const digits = "〇一二三四五六七八九"
	value := func(r rune) int {
		if r == '零' || r == '○' || r == 'Ｏ' {
			return 0
		}
		if i := strings.IndexRune(digits, r); i >= 0 {
			return i / len("〇")
		}
		return -1
	}
	rs := []rune(s)
	var b strings.Builder
	for i := 0; i < len(rs); i++ {
		v := value(rs[i])
		if v < 0 && rs[i] != '十' {
			b.WriteRune(rs[i])
			continue
		}
		tens, run := -1, ""
		for ; i < len(rs) && (value(rs[i]) >= 0 || rs[i] == '十'); i++ {
			if rs[i] == '十' {
				tens = 1
				if run != "" {
					tens, _ = strconv.Atoi(run)
				}
				run = ""
				continue
			}
			run += strconv.Itoa(value(rs[i]))
		}
		i--
		if tens >= 0 {
			n, _ := strconv.Atoi(run)
			run = strconv.Itoa(tens*10 + n)
		}
		b.WriteString(run)
	}
	return b.String()
}

// repairedDate returns the text with what optical readers do to dates undone:
// letters for digits, commas and colons for points. It returns "" if that
// changes nothing.
func repairedDate(s string) string {
	rs := []rune(normalise(s))
	next := func(i, step int) rune {
		for i += step; isSpace(at(rs, i)); i += step {
		}
		return at(rs, i)
	}
	for i, r := range rs {
		d := looksLikeDigit[r]
		beside := func(r rune) bool { return isDigit(r) || strings.ContainsRune(".,/-", r) && r != 0 }
		switch {
		case d != 0 && (isDigit(at(rs, i-1)) && (i+1 == len(rs) || !isLetter(at(rs, i+1))) || isDigit(at(rs, i+1)) && !isLetter(at(rs, i-1))) && (beside(next(i, -1)) || beside(next(i, 1))):
			rs[i] = d
		}
	}
	for i, r := range rs {
		if (r == ',' || r == ':') && isDigit(next(i, -1)) && isDigit(next(i, 1)) {
			rs[i] = '.'
		}
	}
	for i := 0; i < len(rs); i++ { // 0CT, 5EP
		end, letters := i, 0
		for ; isLetter(at(rs, end)) || isDigit(at(rs, end)); end++ {
			if isLetter(rs[end]) {
				letters++
			}
		}
		if word := misreadWord(rs[i:end]); letters >= 2 && letters < end-i && months[word] != 0 {
			copy(rs[i:end], []rune(word))
		}
		i = max(i, end)
	}
	if string(rs) == normalise(s) {
		return ""
	}
	return string(rs)
}
