package ocr

import (
	"strings"
	"unicode"
)

// Letters of the two scripts that look the same in print, capital and small.
const (
	latinTwins    = "ABCEHKMOPTXYaceopxyi"
	cyrillicTwins = "АВСЕНКМОРТХУасеорхуі"
)

var toLatin, toCyrillic = func() (l, c map[rune]rune) {
	l, c = map[rune]rune{}, map[rune]rune{}
	latin, cyr := []rune(latinTwins), []rune(cyrillicTwins)
	for i := range latin {
		l[cyr[i]], c[latin[i]] = latin[i], cyr[i]
	}
	return l, c
}()

// oneScript writes a word in one script. Tesseract, reading two languages at
// once, takes letters that look the same from either: the mark 55-AX then gets
// a Cyrillic X, and no longer equals itself on the next paper. A word that holds
// figures and no letter peculiar to Cyrillic is a mark or number, and those are
// written in Latin letters.
func oneScript(text string) string {
	latin, cyr, twinsL, twinsC, digits := 0, 0, 0, 0, 0
	for _, r := range text {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.Is(unicode.Cyrillic, r):
			cyr++
			if _, ok := toLatin[r]; ok {
				twinsC++
			}
		case unicode.Is(unicode.Latin, r):
			latin++
			if _, ok := toCyrillic[r]; ok {
				twinsL++
			}
		}
	}
	switch {
	case cyr == 0, latin == 0 && digits == 0:
		return text
	case cyr == twinsC && (latin > twinsL || digits > 0):
		return mapped(text, toLatin)
	case latin > 0 && latin == twinsL && cyr > twinsC:
		return mapped(text, toCyrillic)
	case latin > 0 && latin == twinsL && cyr == twinsC:
		// All could be either: the script of most.
		if latin >= cyr {
			return mapped(text, toLatin)
		}
		return mapped(text, toCyrillic)
	}
	return text
}

func mapped(text string, to map[rune]rune) string {
	return strings.Map(func(r rune) rune {
		if m, ok := to[r]; ok {
			return m
		}
		return r
	}, text)
}
