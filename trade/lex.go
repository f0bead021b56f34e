package trade

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is a piece of text as printed: a word, a number, or anything else
// that is not a space.
type token struct {
	kind tokenKind
	text string // words folded, see foldWord; else as normalised
	num  numeral
	gap  bool // a space precedes it
}

type tokenKind int

const (
	aMark    tokenKind = iota
	aWord              // letters, and a power behind them: kgs, м3
	aNumeral           // a printed number
	aCode              // letters and digits mixed: INV12, 1O4
)

// isMark reports whether t is the mark m.
func (t token) isMark(m string) bool { return t.kind == aMark && t.text == m }

// normalise reduces the many forms of a character to one: full width digits
// and letters, raised powers, dashes, apostrophes, spaces. A space that does
// not break a line becomes U+00A0: it groups thousands, it does not part words.
func normalise(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r >= '٠' && r <= '٩':
			return r - '٠' + '0'
		case r >= '۰' && r <= '۹':
			return r - '۰' + '0'
		}
		switch r {
		case '\u00a0', '\u2007', '\u2009', '\u200a', '\u202f':
			return '\u00a0'
		case '²':
			return '2'
		case '³':
			return '3'
		case '‐', '‑', '‒', '–', '—', '―', '−', '﹣':
			return '-'
		case '’', '‘', '´', '`', '′', 'ʼ', 'ʻ', '٬':
			return '\''
		case '，', '、':
			return ','
		case '\u00ad', '\u200b', '\u200c', '\u200d', '\ufeff', '\u200e', '\u200f', '\u0307':
			return -1
		case '٫':
			return ','
		}
		if unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, s)
}

// lex takes a text apart.
func lex(s string) []token {
	rs := []rune(normalise(s))
	var all []token
	gap := false
	for i := 0; i < len(rs); {
		r := rs[i]
		switch {
		case isSpace(r):
			gap = true
			i++
			continue
		case isDigit(r) || r == '.' && isDigit(at(rs, i+1)) && !wordBefore(all, gap):
			n, next := scanNumeral(rs, i)
			if isLetter(at(rs, next)) {
				if end, code := gluedCode(rs, i, next); code {
					all = append(all, token{kind: aCode, text: string(rs[i:end]), gap: gap})
					i, gap = end, false
					continue
				}
			}
			all = append(all, token{kind: aNumeral, text: string(rs[i:next]), num: n, gap: gap})
			i = next
		case isLetter(r):
			end := i
			for isLetter(at(rs, end)) || at(rs, end) == '\'' && isLetter(at(rs, end+1)) {
				end++
			}
			word := foldWord(string(rs[i:end]))
			if p := at(rs, end); (p == '2' || p == '3') && !isDigit(at(rs, end+1)) && powered[word] {
				end++
				word += string(p)
			} else if to := misreadUnit(rs, i); isDigit(p) && to > 0 {
				word, end = misreadWord(rs[i:to]), to
			} else if isDigit(p) && !beforeDigits(word) {
				for isLetter(at(rs, end)) || isDigit(at(rs, end)) {
					end++
				}
				all = append(all, token{kind: aCode, text: string(rs[i:end]), gap: gap})
				i, gap = end, false
				continue
			}
			all = append(all, token{kind: aWord, text: word, gap: gap})
			i = end
		default:
			all = append(all, token{kind: aMark, text: string(r), gap: gap})
			i++
		}
		gap = false
	}
	return all
}

// powered are the units that are printed with a power behind them.
var powered = map[string]bool{"m": true, "cm": true, "mm": true, "dm": true, "дm": true, "ft": true, "in": true, "fyt": true}

// beforeDigits reports whether a word may stand before a number without a
// space: "USD50", "Rs500", "KGS1205". Single letters make a code: "T12".
func beforeDigits(word string) bool {
	if word == "x" || isHan(word) {
		return true
	}
	return utf8.RuneCountInString(word) > 1 && !isConfusable(word) && (currencyTable[word] != "" || massWords[word] != "")
}

// gluedCode reports whether the letters behind the number at rs[i:next] make a
// code of it rather than being its unit, and where that ends.
func gluedCode(rs []rune, i, next int) (end int, code bool) {
	end = next
	for isLetter(at(rs, end)) {
		end++
	}
	letters := string(rs[next:end])
	word := foldWord(letters)
	if p := at(rs, end); (p == '2' || p == '3') && !isDigit(at(rs, end+1)) && powered[word] {
		return end, false
	}
	if isDigit(at(rs, end)) && word != "x" && !isHan(letters) && misreadUnit(rs, next) == 0 {
		for isLetter(at(rs, end)) || isDigit(at(rs, end)) {
			end++
		}
		return end, true
	}
	return end, isConfusable(word) && !isUnit(word)
}

// misreadUnit returns where a unit ends that has a digit for a letter, as
// optical readers give it ("KG5"); 0 if rs[i:] is none.
func misreadUnit(rs []rune, i int) (end int) {
	end = i
	for isLetter(at(rs, end)) || isDigit(at(rs, end)) {
		end++
	}
	if end-i < 3 || !isLetter(rs[i]) {
		return 0
	}
	if massWords[misreadWord(rs[i:end])] == "" {
		return 0
	}
	return end
}

func misreadWord(rs []rune) string {
	return strings.NewReplacer("5", "s", "0", "o", "1", "l").Replace(foldWord(string(rs)))
}

// isUnit reports whether a folded word is a unit of any kind.
func isUnit(word string) bool {
	return massWords[word] != "" || volumeWords[word] != "" || quantityWords[word] != "" || packageWords[word] != "" ||
		currencyTable[word] != "" || lengthWords[word] != ""
}

// isConfusable reports whether all letters of a word look like digits.
func isConfusable(word string) bool {
	return strings.Trim(word, "oOQlIisSzZbB|зЗб") == ""
}

func wordBefore(ts []token, gap bool) bool {
	return !gap && len(ts) > 0 && (ts[len(ts)-1].kind == aWord || ts[len(ts)-1].kind == aCode)
}

func at(rs []rune, i int) rune {
	if i < 0 || i >= len(rs) {
		return 0
	}
	return rs[i]
}

func isDigit(r rune) bool  { return r >= '0' && r <= '9' }
func isSpace(r rune) bool  { return r == ' ' || r == '\u00a0' }
func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.Is(unicode.Mn, r) }

func isHan(s string) bool {
	for _, r := range s {
		return unicode.Is(unicode.Han, r)
	}
	return false
}

// foldWord makes words comparable: small letters without accents, Cyrillic
// letters that look like Latin ones as Latin ("кг" and "kг" are one word).
func foldWord(s string) string { return wordFolder.Replace(strings.ToLower(s)) }

var wordFolder = strings.NewReplacer(
	"а", "a", "в", "b", "е", "e", "ё", "e", "к", "k", "м", "m", "н", "h", "о", "o", "р", "p", "с", "c", "т", "t", "у", "y", "х", "x", "і", "i", "ї", "i", "ј", "j", "ѕ", "s", "\u0307", "",
	"ş", "s", "ș", "s", "ś", "s", "š", "s", "ı", "i", "í", "i", "î", "i", "ü", "u", "ú", "u", "û", "u", "ö", "o", "ó", "o", "ô", "o", "õ", "o", "ç", "c", "ć", "c", "č", "c", "ğ", "g",
	"é", "e", "è", "e", "ê", "e", "ë", "e", "ę", "e", "ä", "a", "á", "a", "à", "a", "â", "a", "ã", "a", "å", "a", "ą", "a", "ł", "l", "ń", "n", "ñ", "n", "ź", "z", "ż", "z", "ž", "z", "ß", "ss")

// wordTable reads lines of "CODE: word word ..." into a map from the folded
// word to its code. Words of several parts are written together: "cubicmetres".
func wordTable(text string) map[string]string {
	table := map[string]string{}
	for line := range strings.Lines(text) {
		code, words, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		code = strings.TrimSpace(code)
		if own := strings.ToLower(code); len(code) > 2 && table[own] == "" {
			table[own] = code // a code of three letters is a word as well
		}
		for _, w := range strings.Fields(words) {
			table[foldWord(w)] = code
		}
	}
	return table
}
