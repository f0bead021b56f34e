package trade

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// A measured is a number of a text with the unit that is printed with it.
type measured struct {
	num      numeral
	unit     string // a code of the table asked for; empty if none is printed
	foreign  string // a unit of another kind beside the number
	linked   bool   // joined to another number: 4/5
	negative float64
	parens   bool // the text is nothing but this, in parentheses
}

// measures finds the numbers of a text, each with its unit.
func measures(ts []token, table map[string]string) []measured {
	var all []measured
	var at []int
	for i, t := range ts {
		if t.kind == aNumeral {
			at = append(at, i)
		}
	}
	bound := func(k, otherwise int) int {
		if k < 0 || k >= len(at) {
			return otherwise
		}
		return at[k]
	}
	// "KGS 1205 LBS 2657" has its units in front, "1205 KGS 2657 LBS" behind.
	inFront := len(at) > 1 && findUnit(ts[:at[0]], table) != "" && findUnit(ts[at[len(at)-1]+1:], table) == ""
	for k, i := range at {
		m := measured{num: ts[i].num}
		behind := ts[i+1 : bound(k+1, len(ts))]
		before := ts[bound(k-1, -1)+1 : i]
		m.unit = findUnit(behind, table)
		if m.unit == "" || inFront {
			if u := findUnit(before, table); u != "" && (k == 0 || inFront || len(behind) == 0) {
				m.unit = u
			}
		}
		if m.unit == "" {
			m.foreign = foreignUnit(ts, i)
		}
		m.linked = linked(ts, i)
		m.negative, m.parens = negative(ts, i)
		all = append(all, m)
	}
	return all
}

// findUnit returns the first unit of the table among the words of ts. A single
// letter may be an abbreviation of another word, as in "G.W. (KGS)": it counts
// if there is nothing else.
func findUnit(ts []token, table map[string]string) string {
	letter := ""
	for i := range ts {
		u, n := unitAt(ts, i, table)
		switch {
		case u == "":
		case n > 1 || utf8.RuneCountInString(ts[i].text) > 1 || ts[i].kind == aMark:
			return u
		case letter == "":
			letter = u
		}
	}
	return letter
}

// unitAt returns the unit that begins at ts[i], of up to three words ("cu ft",
// "куб. м", "U.S.$"), and how many tokens it has.
func unitAt(ts []token, i int, table map[string]string) (unit string, n int) {
	if ts[i].kind != aWord && ts[i].kind != aMark {
		return "", 0
	}
	joined, words := "", 0
	for k := i; k < len(ts) && words < 3; k++ {
		t := ts[k]
		if t.isMark(".") || t.isMark("/") && words > 0 {
			continue
		}
		if t.kind == aNumeral || t.kind == aCode || words > 0 && t.isMark("(") {
			break
		}
		joined += t.text
		words++
		if u := table[joined]; u != "" {
			unit, n = u, k-i+1
		}
	}
	if unit == "" && isHan(ts[i].text) { // no spaces part Chinese words
		rs := []rune(ts[i].text)
		for from := range rs {
			for to := min(len(rs), from+4); to > from; to-- {
				if u := table[string(rs[from:to])]; u != "" {
					return u, 1
				}
			}
		}
	}
	return unit, n
}

// foreignUnit returns the word right behind the number at ts[i], or the sign
// in front of it, if it is a unit of whatever kind.
func foreignUnit(ts []token, i int) string {
	if i+1 < len(ts) {
		if ts[i+1].isMark("%") {
			return "%"
		}
		for _, table := range []map[string]string{massWords, volumeWords, quantityWords, packageWords, currencyTable} {
			if u, _ := unitAt(ts, i+1, table); u != "" {
				return u
			}
		}
	}
	if i > 0 {
		return currencyTable[ts[i-1].text]
	}
	return ""
}

// linked reports whether no word parts the number at ts[i] from another one:
// 4/5, 50 , 964 . 60. Brackets do: 24 (1704).
func linked(ts []token, i int) bool {
	for _, step := range []int{-1, 1} {
		for k := i + step; k >= 0 && k < len(ts); k += step {
			if ts[k].kind == aNumeral {
				return true
			}
			if ts[k].kind != aMark || currencyTable[ts[k].text] != "" || strings.Contains("()[]%;", ts[k].text) {
				break
			}
		}
	}
	return false
}

// negative returns how probable it is that the number at ts[i] is below zero,
// and whether the text is only that number in parentheses, as accounts print it.
func negative(ts []token, i int) (p float64, parens bool) {
	k := i - 1
	for k >= 0 && (ts[k].kind == aMark && currencyWords[ts[k].text] != "" || ts[k].kind == aWord && !ts[k+1].gap) { // -$50
		k--
	}
	switch {
	case k >= 0 && ts[k].isMark("-") && k+1 < len(ts) && !ts[k+1].gap && (k == 0 || ts[k].gap || ts[k-1].kind == aMark):
		return 1, false
	case k == 0 && ts[k].isMark("-"):
		return 0.7, false // it may lead the eye from a label
	case i+1 < len(ts) && ts[i+1].isMark("-") && !ts[i+1].gap && (i+2 == len(ts) || ts[i+2].gap):
		return 0.9, false // 1,234.50-
	}
	first, last := ts[0], ts[len(ts)-1]
	if first.isMark("(") && last.isMark(")") || len(ts) > 1 && ts[1].isMark("(") && last.isMark(")") && ts[0].kind != aNumeral {
		for n, t := range ts {
			if n != i && t.kind == aNumeral {
				return 0, false
			}
		}
		return 0, true
	}
	return 0, false
}

// choose returns the number that a text states, with its unit. Units that are
// printed elsewhere hold for a number without one.
func choose(ts []token, elsewhere string, table map[string]string) (m measured, p float64, err error) {
	all := measures(ts, table)
	if len(all) == 0 {
		return m, 0, errNoNumber
	}
	own := slices.DeleteFunc(slices.Clone(all), func(m measured) bool { return m.foreign != "" })
	if len(own) == 0 {
		return m, 0, fmt.Errorf("a number of %s is printed here", all[0].foreign)
	}
	p = 1
	if len(all) > 1 {
		p = 0.9
	}
	if len(own) > 1 {
		with := slices.DeleteFunc(slices.Clone(own), func(m measured) bool { return m.unit == "" })
		if len(with) != 1 {
			return m, 0, errTwoNumbers
		}
		own = with
	}
	m = own[0]
	if m.linked {
		return m, 0, errTwoNumbers
	}
	if m.unit == "" {
		m.unit = findUnit(lex(elsewhere), table)
	}
	return m, p, nil
}

// repaired returns the text with letters inside numbers as the digits that they
// look like: 5O,964.6O. It returns "" if there is nothing to repair.
func repaired(s string) string {
	changed := false
	words := strings.Fields(normalise(s))
	for i, w := range words {
		core := strings.Trim(w, "|:;")
		digits, letters, other := 0, 0, 0
		for _, r := range core {
			switch {
			case isDigit(r):
				digits++
			case looksLikeDigit[r] != 0:
				letters++
			case !strings.ContainsRune(".,'-()", r):
				other++
			}
		}
		if core != w && digits > 0 {
			words[i], changed = core, true
		}
		if digits == 0 || letters == 0 || letters > digits || other > 0 {
			continue
		}
		words[i] = strings.Map(func(r rune) rune {
			if d := looksLikeDigit[r]; d != 0 {
				return d
			}
			return r
		}, core)
		changed = true
	}
	if !changed {
		return ""
	}
	return strings.Join(words, " ")
}

// looksLikeDigit are letters that optical readers give for digits.
var looksLikeDigit = map[rune]rune{'O': '0', 'o': '0', 'О': '0', 'о': '0', 'Q': '0', 'D': '0', 'l': '1', 'I': '1', '|': '1', 'i': '1', 'S': '5', 's': '5', 'Z': '2', 'z': '2', 'B': '8', 'В': '8', 'З': '3', 'з': '3', 'б': '6'}

// byRepair is the probability of a value that needed repaired.
const byRepair = 0.6

// mended parses a text, and if that fails once more with its letters repaired.
func mended[T any](s Statement, parse func(Statement) ([]Alternative[T], error)) ([]Alternative[T], error) {
	all, err := parse(s)
	if err == nil {
		return all, nil
	}
	if s.Text = repaired(s.Text); s.Text == "" {
		return nil, err
	}
	all, again := parse(s)
	if again != nil {
		return nil, err
	}
	for i := range all {
		all[i].Probability *= byRepair
	}
	return all, nil
}

// data reports whether the text is data rather than print: a structured file,
// or a code of a standard in place of a unit ("1.205 KGM").
func data(s Statement, ts []token) bool {
	if s.Reader == Structured {
		return true
	}
	for _, t := range ts {
		if t.kind == aWord && standardUnits[t.text] {
			return true
		}
	}
	return false
}

// standardUnits are codes of UN/ECE Rec. 20 that people do not print otherwise.
var standardUnits = map[string]bool{"kgm": true, "grm": true, "tne": true, "lbr": true, "onz": true, "mgm": true, "mtq": true, "ltr": true, "cmq": true, "ftq": true, "inq": true, "dmq": true, "mtr": true, "mtk": true, "pce": true}
