package classify

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// lookalikes are Cyrillic letters that a keyboard or an optical reader mixes up
// with Latin ones, lower case on the left. Used only on words of mixed script.
var lookalikes = map[rune]rune{
	'а': 'a', 'в': 'b', 'е': 'e', 'к': 'k', 'м': 'm', 'н': 'h', 'о': 'o', 'р': 'p',
	'с': 'c', 'т': 't', 'у': 'y', 'х': 'x', 'і': 'i', 'ѕ': 's', 'ј': 'j', 'ү': 'y', 'һ': 'h',
}

var lookalikesBack = func() map[rune]rune {
	m := map[rune]rune{}
	for _, c := range "авекмнорстухі" {
		m[lookalikes[c]] = c
	}
	return m
}()

// fold lower-cases and takes accents off Latin letters: "Śliwa" and "SLIWA",
// "ё" and "е" are one. Cyrillic й and Kazakh letters stay what they are.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKC.String(s) {
		r = unicode.ToLower(r)
		switch {
		case r < 0x80:
		case r == 'ё':
			r = 'е'
		case r == 'ı':
			r = 'i'
		case r == 'ø':
			r = 'o'
		case r == 'ł':
			r = 'l'
		case r == 'đ':
			r = 'd'
		case r == 'ß':
			b.WriteRune('s')
			r = 's'
		case r == 'æ':
			b.WriteRune('a')
			r = 'e'
		case unicode.Is(unicode.Mn, r):
			continue
		case unicode.Is(unicode.Latin, r):
			r, _ = utf8.DecodeRuneInString(norm.NFD.String(string(r)))
		}
		b.WriteRune(r)
	}
	return b.String()
}

// A token is a word of folded text; each Han character is a word of its own.
type token struct {
	text string
	sep  rune // the punctuation before it that joins or parts, or 0
}

func han(r rune) bool { return unicode.Is(unicode.Han, r) }

// tokens splits text into folded words of letters and digits. Points inside
// abbreviations ("A.W.B.") are dropped, a hyphen parts words.
func tokens(s string) []token {
	s = fold(s)
	var all []token
	var word []rune
	var sep rune
	flush := func() {
		if len(word) > 0 {
			all = append(all, token{sameScript(string(word)), sep})
			word, sep = word[:0], 0
		}
	}
	rs := []rune(s)
	for i, r := range rs {
		switch {
		case han(r):
			flush()
			all = append(all, token{string(r), sep})
			sep = 0
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			word = append(word, r)
		case (r == '.' || r == '\'' || r == '’') && len(word) == 1 && i+1 < len(rs) && unicode.IsLetter(rs[i+1]),
			r == '.' && i > 1 && rs[i-2] == '.' && i+1 < len(rs) && unicode.IsLetter(rs[i+1]):
			// a.w.b, l'origine: keep the letters together
		case r == '№':
			flush()
			all = append(all, token{"no", sep})
			sep = 0
		default:
			flush()
			if strings.ContainsRune("&/+:#,;()|", r) {
				sep = r
			}
		}
	}
	flush()
	return all
}

// sameScript repairs a word of mixed Cyrillic and Latin letters to the script
// that most of its unmistakable letters have.
func sameScript(w string) string {
	latin, cyrillic, both := 0, 0, 0
	for _, r := range w {
		_, lookC := lookalikes[r]
		_, lookL := lookalikesBack[r]
		switch {
		case unicode.Is(unicode.Cyrillic, r):
			both |= 1
			if !lookC {
				cyrillic++
			}
		case unicode.Is(unicode.Latin, r):
			both |= 2
			if !lookL {
				latin++
			}
		}
	}
	if both != 3 || latin == cyrillic {
		return w
	}
	table := lookalikes
	if cyrillic > latin {
		table = lookalikesBack
	}
	return strings.Map(func(r rune) rune {
		if t, ok := table[r]; ok {
			return t
		}
		return r
	}, w)
}

// nearWord reports whether two folded words are one but for a single wrong,
// missing or doubled letter. Short words must be equal.
func nearWord(a, b string) bool {
	if a == b {
		return true
	}
	ra, rb := []rune(a), []rune(b)
	if min(len(ra), len(rb)) < 5 {
		return false
	}
	return oneEdit(ra, rb)
}

// oneEdit reports whether a and b differ by at most one edit.
func oneEdit(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		if i == len(a) {
			return true
		}
		if i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && string(a[i+2:]) == string(b[i+2:]) {
			return true // two letters changed places
		}
		return string(a[i+1:]) == string(b[i+1:])
	}
	return string(a[i:]) == string(b[i+1:])
}
