package classify

import "strings"

// cyrillicLatin writes Cyrillic letters (Russian, Kazakh, Ukrainian, Belarusian,
// Kyrgyz) so that what the usual romanisations write differently comes out
// alike. The Latin table below does the same to the other side.
var cyrillicLatin = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ж': "zh", 'з': "z", 'и': "i", 'й': "i",
	'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u",
	'ф': "f", 'х': "h", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "sh", 'ъ': "", 'ы': "i", 'ь': "", 'э': "e",
	'ю': "iu", 'я': "ia",
	'ә': "a", 'ғ': "g", 'қ': "k", 'ң': "n", 'ө': "o", 'ұ': "u", 'ү': "u", 'һ': "h", 'і': "i",
	'ї': "i", 'є': "e", 'ґ': "g", 'ў': "u",
}

// latinSpellings are spellings of one sound in the romanisations of ISO 9, GOST,
// ICAO, BGN and people's habits, the longest first.
var latinSpellings = strings.NewReplacer(
	"shch", "sh", "tsch", "ch", "sch", "sh", "dzh", "zh", "tch", "ch", "kh", "h", "ck", "k", "ph", "f", "tz", "ts",
	"yu", "iu", "ju", "iu", "ya", "ia", "ja", "ia", "yo", "io", "ye", "e", "je", "e", "yi", "i", "iy", "i", "ij", "i", "ii", "i", "yy", "i",
	"zh", "zh", "sh", "sh", "ch", "ch", "ce", "se", "ci", "si", "cy", "si",
	"ee", "i", "oo", "u", "ou", "u", "gh", "g", "th", "t",
	"x", "ks", "q", "k", "w", "v", "y", "i", "j", "zh", "c", "k",
)

// skeleton writes a folded word in Latin letters in which its romanisations
// are one: Жамбыл, Zhambyl and Jambyl; Хоргос, Khorgos and Horgos.
func skeleton(w string) string {
	var b strings.Builder
	for _, r := range w {
		if s, ok := cyrillicLatin[r]; ok {
			b.WriteString(s)
		} else {
			b.WriteRune(r)
		}
	}
	s := b.String()
	s = latinSpellings.Replace(s)
	s = strings.ReplaceAll(s, "ii", "i")
	// double letters are one: групп, group
	b.Reset()
	var last rune
	for _, r := range s {
		if r != last || r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

// consonants is a skeleton without vowels and h, and a silent ending, for words
// that were written down by ear.
func consonants(s string) string {
	s = strings.ReplaceAll(s, "zh", "j")
	return strings.Map(func(r rune) rune {
		switch r {
		case 'a', 'e', 'i', 'o', 'u', 'h':
			return -1
		case 'z':
			return 's'
		}
		return r
	}, s)
}
