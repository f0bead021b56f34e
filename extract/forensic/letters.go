package forensic

import (
	"fmt"
	"strings"
	"unicode"

	"tallyman/trade"
)

// Kinds of odd letters.
const (
	Homoglyph = "homoglyph"
	ZeroWidth = "zero width"
	Direction = "direction"
)

// Odd is a word with odd letters.
type Odd struct {
	Kind, Text, Names string
	Box               trade.Box
}

// Visible is a text without the characters that are not seen.
func Visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x200b && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2060 && r <= 0x2069 || r == 0xfeff || unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
}

// twins are Cyrillic and Greek letters and the Latin letter that looks the same.
var twins = map[rune]rune{
	'А': 'A', 'В': 'B', 'Е': 'E', 'К': 'K', 'М': 'M', 'Н': 'H', 'О': 'O', 'Р': 'P', 'С': 'C', 'Т': 'T', 'Х': 'X', 'У': 'Y', 'І': 'I', 'Ј': 'J', 'Ѕ': 'S',
	'а': 'a', 'е': 'e', 'о': 'o', 'р': 'p', 'с': 'c', 'х': 'x', 'у': 'y', 'і': 'i', 'ј': 'j', 'ѕ': 's',
	'Α': 'A', 'Β': 'B', 'Ε': 'E', 'Ζ': 'Z', 'Η': 'H', 'Ι': 'I', 'Κ': 'K', 'Μ': 'M', 'Ν': 'N', 'Ο': 'O', 'Ρ': 'P', 'Τ': 'T', 'Υ': 'Y', 'Χ': 'X', 'ο': 'o',
}

// figures are letters and the digit that looks the same.
var figureTwins = map[rune]rune{'О': '0', 'о': '0', 'O': '0', 'o': '0', 'Ο': '0', 'ο': '0', 'З': '3', 'з': '3', 'І': '1', 'l': '1', 'Ι': '1'}

// Letters finds characters in a word that pass for others, or that are not seen,
// and names them.
func Letters(word string) (kind, names string) {
	all := []rune(word)
	for i, r := range all {
		switch {
		case r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069:
			if strings.ContainsFunc(word, unicode.IsDigit) {
				return Direction, "a character that turns the direction of writing " + name(r)
			}
		case r == 0x200b || r == 0x200c || r == 0x200d || r == 0x2060 || r == 0xfeff:
			// Between two digits nothing may break a line.
			if i > 0 && i+1 < len(all) && unicode.IsDigit(all[i-1]) && unicode.IsDigit(all[i+1]) {
				return ZeroWidth, "a character without width between two digits " + name(r)
			}
		}
	}
	digits, latin, other, look := 0, 0, 0, 0
	var lookalikes, inFigure []rune
	amount := true
	for i, r := range all {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			if _, ok := figureTwins[r]; ok && i > 0 && unicode.IsDigit(all[i-1]) && i+1 < len(all) && unicode.IsDigit(all[i+1]) {
				inFigure = append(inFigure, r)
			} else {
				amount = false
			}
			switch {
			case r < 0x250:
				latin++
			case unicode.Is(unicode.Cyrillic, r) || unicode.Is(unicode.Greek, r):
				other++
				if _, ok := twins[r]; ok {
					look++
					lookalikes = append(lookalikes, r)
				}
			}
		}
	}
	if amount && len(inFigure) > 0 && digits >= 2 {
		separated := strings.ContainsAny(word, ".,")
		for _, r := range inFigure {
			if r > 0x250 || separated {
				return Homoglyph, "a letter in the place of a digit " + name(r)
			}
		}
	}
	if latin > 0 && other > 0 && other == look && latin+other >= 4 && (latin >= other || digits > 0) {
		return Homoglyph, "letters of two alphabets that look alike " + name(lookalikes[0])
	}
	return "", ""
}

func name(r rune) string { return fmt.Sprintf("(U+%04X)", r) }
