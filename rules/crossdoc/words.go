package crossdoc

import (
	"strings"
	"unicode"
)

// sharedWords is the share of the words of the shorter text that the longer
// one has too. Letters that Cyrillic and Latin share are not folded: a
// translation shares nothing.
func sharedWords(a, b string) float64 {
	as, bs := wordsOf(a), wordsOf(b)
	if len(as) > len(bs) {
		as, bs = bs, as
	}
	if len(as) == 0 {
		return 0
	}
	have := map[string]bool{}
	for _, w := range bs {
		have[w] = true
	}
	n := 0
	for _, w := range as {
		if have[w] {
			n++
		}
	}
	return float64(n) / float64(len(as))
}

func wordsOf(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// script tells in which letters a text is mostly written: 'l' Latin, 'c'
// Cyrillic, 'h' Chinese, 0 for none.
func script(s string) rune {
	var l, c, h int
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Latin, r):
			l++
		case unicode.Is(unicode.Cyrillic, r):
			c++
		case unicode.Is(unicode.Han, r):
			h++
		}
	}
	switch {
	case l+c+h == 0:
		return 0
	case h > l && h > c:
		return 'h'
	case c > l:
		return 'c'
	}
	return 'l'
}
