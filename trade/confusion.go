package trade

import (
	"regexp"
	"strings"
	"unicode"
)

// lookalikes folds letters that are drawn alike in Latin and Cyrillic.
var lookalikes = strings.NewReplacer("А", "A", "В", "B", "Е", "E", "К", "K", "М", "M", "Н", "H", "О", "O", "Р", "P", "С", "C", "Т", "T", "У", "Y", "Х", "X",
	"І", "I", "Ё", "E", "Ѕ", "S", "Ј", "J", "Қ", "K", "Ү", "Y", "Һ", "H")

// FoldIdentifier reduces a number of a paper, container, seal or firm to what
// tells it from others: capital letters and digits, with Cyrillic letters that
// look like Latin ones as Latin.
func FoldIdentifier(s string) string {
	s = lookalikes.Replace(strings.ToUpper(s))
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// SameIdentifier reports whether two identifiers are the same after folding
// case, spaces, punctuation and look-alike letters. Numbers of digits only are
// the same without their leading zeros, which spreadsheets drop.
func SameIdentifier(a, b string) bool {
	a, b = FoldIdentifier(a), FoldIdentifier(b)
	if a == b {
		return true
	}
	return allDigits(a) && allDigits(b) && strings.TrimLeft(a, "0") == strings.TrimLeft(b, "0")
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// confused are the characters that optical readers mistake for each other.
var confused = []string{"0OQD", "1IL7T", "2Z", "3893ЗB", "5S6", "8B", "6GБ", "4A", "VY", "UV", "CG", "MN", "EF", "PR", "KX"}

// Confusable reports whether two identifiers are the same but for at most one
// character that optical readers are known to mistake, drop or double.
func Confusable(a, b string) bool {
	if SameIdentifier(a, b) {
		return true
	}
	x, y := []rune(FoldIdentifier(a)), []rune(FoldIdentifier(b))
	if len(x) > len(y) {
		x, y = y, x
	}
	switch len(y) - len(x) {
	case 0:
		wrong := 0
		for i := range x {
			if x[i] == y[i] {
				continue
			}
			wrong++
			if !mistaken(x[i], y[i]) {
				return false
			}
		}
		return wrong <= 1
	case 1:
		if len(x) < 3 {
			return false
		}
		for i := range y {
			if string(y[:i])+string(y[i+1:]) == string(x) {
				return true
			}
		}
	}
	return false
}

func mistaken(a, b rune) bool {
	for _, set := range confused {
		if strings.ContainsRune(set, a) && strings.ContainsRune(set, b) {
			return true
		}
	}
	return false
}

// misreadings are what an optical reader may have seen in place of a
// character: digits for digits first, since they change a number.
var misreadings = map[rune]string{
	'0': "86O", '1': "7I", '2': "7Z", '3': "85", '4': "1A", '5': "63S", '6': "580G", '7': "12", '8': "306B", '9': "8",
	'З': "3", 'B': "8", 'В': "8", 'O': "0", 'О': "0", 'Q': "0", 'D': "0", 'l': "1", 'I': "1", 'i': "1", '|': "1", 'S': "5", 'Z': "2", 'G': "6", 'A': "4",
	'.': ",", ',': ".",
}

const (
	maxConfusions    = 64
	longestConfusion = 40 // characters of a text that may be a number or a code
)

// digitChunk is a part of a text that may hold a number or a code.
var digitChunk = regexp.MustCompile(`\S*\d\S*`)

// misreadUnits are short Cyrillic units as optical readers that expect Latin
// letters as well write them. None is a unit of its own.
var misreadUnits = map[string]string{
	"wt": "шт", "wr": "шт", "wi": "шт", "wir": "шт", "wit": "шт", "шr": "шт", "шi": "шт", "шt": "шт", "шг": "шт", "iut": "шт",
	"nap": "пар", "kop": "кор", "kор": "кор", "kг": "кг", "xr": "кг", "mect": "мест", "mecr": "мест", "mест": "мест",
}

// cyrillicUnit puts the unit in its place at the end of a figure, or alone.
func cyrillicUnit(text string) string {
	trimmed := strings.TrimRight(text, ". ")
	at := strings.LastIndexByte(trimmed, ' ') + 1
	unit, ok := misreadUnits[strings.ToLower(trimmed[at:])]
	if !ok || strings.Trim(trimmed[:at], "0123456789., ") != "" {
		return text
	}
	return trimmed[:at] + unit
}

// separators are thousands in groups with one and the same mark.
var separators = regexp.MustCompile(`^\D*(\d{1,3}(?:\.\d{3}){2,}|\d{1,3}(?:,\d{3}){2,})\D*$`)

// otherMark returns the text with its last mark read as the other one:
// 1.150.000 may be 1,150.000 with a comma that an optical reader took for a
// point. ok is false if the text is no such number.
func otherMark(text string) (other string, ok bool) {
	if !separators.MatchString(text) {
		return "", false
	}
	at := strings.LastIndexAny(text, ".,")
	if i := strings.LastIndexFunc(text, func(r rune) bool { return r >= '0' && r <= '9' }); at > i {
		at = strings.LastIndexAny(text[:i], ".,")
	}
	mark := map[byte]string{'.': ",", ',': "."}[text[at]]
	return text[:at] + mark + text[at+1:], true
}

// confusions returns the texts that differ from s by one character that an
// optical reader is known to mistake, by a point or comma that it lost, or by
// one that it saw too many. Only words with a digit are looked at. There are
// none for long texts: those are no numbers.
func confusions(s string) []string {
	if len(s) > 2*longestConfusion || !strings.ContainsAny(s, "0123456789") {
		return nil
	}
	var all []string
	add := func(text string) {
		if len(all) < maxConfusions {
			all = append(all, text)
		}
	}
	for _, loc := range digitChunk.FindAllStringIndex(s, -1) {
		before, chunk, after := s[:loc[0]], []rune(s[loc[0]:loc[1]]), s[loc[1]:]
		for i, r := range chunk {
			head, tail := before+string(chunk[:i]), string(chunk[i+1:])+after
			for _, o := range misreadings[r] {
				add(head + string(o) + tail)
			}
			if r == '.' || r == ',' {
				add(head + tail)
			}
		}
		if n := len(chunk); n > 3 && allDigits(string(chunk)) {
			for _, decimals := range []int{2, 3} {
				if n > decimals+1 {
					add(before + string(chunk[:n-decimals]) + "." + string(chunk[n-decimals:]) + after)
				}
			}
		}
	}
	return all
}
