// Package words says what goods a description names: headings of the Harmonized
// System with calibrated probabilities, from hashed words and pieces of words in
// English, Russian and Chinese. It holds weights only; no text that it learned
// from can be read out of it. cmd/reference trains it.
package words

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bits of a hashed feature.
const Bits = 20

// A Language is one that the model was trained and calibrated for.
type Language uint8

const (
	English Language = iota
	Russian
	Chinese
	Languages          // how many there are
	Unknown   Language = 255
)

func (l Language) String() string {
	if l < Languages {
		return [...]string{"English", "Russian", "Chinese"}[l]
	}
	return "unknown"
}

// LanguageOf tells the language by the script of most letters. Latin letters
// are taken for English: other languages written in them show as words that the
// model does not know.
func LanguageOf(text string) Language {
	var latin, cyrillic, han, other int
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Han, r):
			han += 3 // one character is about a word
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
		case unicode.Is(unicode.Latin, r):
			latin++
		case unicode.IsLetter(r):
			other++
		}
	}
	switch most := max(latin, cyrillic, han, other); {
	case most == 0 || most == other:
		return Unknown
	case han > 0 && 2*han >= latin && han >= cyrillic:
		return Chinese
	case cyrillic > 0 && 2*cyrillic >= latin:
		return Russian
	}
	return English
}

// A Feature is a hashed piece of a text and its weight.
type Feature struct {
	ID uint32 // below 1<<Bits
	X  float32
}

// kinds of features, which keep equal spellings apart
const (
	kindWord = iota + 1
	kindPair
	kindPiece
	kindHan
	kindShape
	kindHead
)

func hash(kind byte, s string) uint32 {
	h := uint64(14695981039346656037)
	h = (h ^ uint64(kind)) * 1099511628211
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	h ^= h >> 32
	id := uint32(h) & (1<<Bits - 2)
	if kind == kindWord || kind == kindHan && utf8.RuneCountInString(s) <= 2 {
		id |= 1
	}
	return id
}

// Whole reports whether a feature is a word, or one or two Chinese characters:
// these alone tell subheadings apart.
func Whole(id uint32) bool { return id&1 == 1 }

// Tokens are the words of a text in lower case, without numbers. Runs of
// Chinese characters are tokens of their own.
func Tokens(text string) []string {
	var all []string
	var b strings.Builder
	letters := false
	flush := func() {
		if b.Len() > 0 && letters {
			all = append(all, b.String())
		}
		b.Reset()
		letters = false
	}
	inHan := false
	for _, r := range text {
		if r >= 0xFF01 && r <= 0xFF5E { // full width forms
			r -= 0xFEE0
		}
		han := unicode.Is(unicode.Han, r)
		switch {
		case han != inHan && b.Len() > 0:
			flush()
			fallthrough
		case han || unicode.IsLetter(r) || unicode.IsDigit(r):
			if !han && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				break
			}
			r = unicode.ToLower(r)
			if r == 'ё' {
				r = 'е'
			}
			b.WriteRune(r)
			letters = letters || unicode.IsLetter(r)
		default:
			flush()
		}
		inHan = han
	}
	flush()
	return all
}

// Features of a text, sorted by ID, of length 1 once weighed by idf.
func Features(text string, idf func(id uint32) float32) []Feature {
	count := map[uint32]float32{}
	add := func(kind byte, s string, x float32) { count[hash(kind, s)] += x }
	tokens := Tokens(text)
	if len(tokens) > 60 {
		tokens = tokens[:60]
	}
	if h := head(tokens); h != "" {
		add(kindHead, h, 1)
		marked := "<" + h + ">"
		for n := 4; n <= 5 && n <= len(marked); n++ {
			add(kindHead, marked[len(marked)-n:], 0.4)
			add(kindHead, marked[:n], 0.4)
		}
	}
	before := ""
	for _, t := range tokens {
		rs := []rune(t)
		if unicode.Is(unicode.Han, rs[0]) {
			for n := 1; n <= 4; n++ {
				for i := 0; i+n <= len(rs); i++ {
					add(kindHan, string(rs[i:i+n]), 1)
				}
			}
			before = ""
			continue
		}
		digits := strings.ContainsFunc(t, unicode.IsDigit)
		add(kindWord, t, 1)
		if before != "" {
			add(kindPair, before+" "+t, 0.7)
		}
		before = t
		if digits {
			// Part numbers are alike at their beginning.
			for n := 2; n < len(rs) && n <= 6; n++ {
				add(kindShape, string(rs[:n]), 0.6)
			}
			continue
		}
		marked := append(append([]rune{'<'}, rs...), '>')
		for n := 3; n <= 6; n++ {
			for i := 0; i+n <= len(marked); i++ {
				add(kindPiece, string(marked[i:i+n]), 0.5)
			}
		}
	}
	all := make([]Feature, 0, len(count))
	for id, x := range count {
		w := idf(id)
		if w == 0 {
			continue
		}
		all = append(all, Feature{id, min(x, 2*x/(1+x)) * w})
	}
	slices.SortFunc(all, func(a, b Feature) int { return int(a.ID) - int(b.ID) })
	sum := 0.0
	for _, f := range all {
		sum += float64(f.X) * float64(f.X)
	}
	if sum > 0 {
		n := float32(1 / math.Sqrt(sum))
		for i := range all {
			all[i].X *= n
		}
	}
	return all
}

// headEnds are words that what the goods are stands before, in English.
var headEnds = map[string]bool{"of": true, "for": true, "with": true, "in": true, "to": true, "from": true, "made": true,
	"on": true, "by": true, "other": true, "not": true, "and": true, "or": true}

// head returns the English word that names the goods: the last before "of", "for"
// and the like, in the singular. A dog collar is a collar. It is empty if there is
// none, or if it is of another script.
func head(tokens []string) string {
	last := ""
	for _, t := range tokens {
		if headEnds[t] {
			break
		}
		for i := range len(t) {
			if t[i] >= utf8.RuneSelf {
				return ""
			}
		}
		if !strings.ContainsAny(t, "0123456789") {
			last = t
		}
	}
	return singular(last)
}

// singular takes the ending of an English plural away.
func singular(t string) string {
	if len(t) < 4 {
		return t
	}
	for _, es := range []string{"sses", "ches", "shes", "xes"} {
		if strings.HasSuffix(t, es) {
			return t[:len(t)-2]
		}
	}
	switch {
	case strings.HasSuffix(t, "ies") && len(t) > 4:
		return t[:len(t)-3] + "y"
	case strings.HasSuffix(t, "s") && !strings.HasSuffix(t, "ss") && !strings.HasSuffix(t, "us") && !strings.HasSuffix(t, "is"):
		return t[:len(t)-1]
	}
	return t
}
