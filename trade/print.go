package trade

import (
	"strings"
	"unicode"
)

// AddPrint tells the document which words it prints, in reading order, whether
// or not they became part of a field.
func (d *Document) AddPrint(words ...string) {
	for _, w := range words {
		if w = bare(w); w != "" {
			d.print = append(d.print, w)
		}
	}
}

// Prints reports whether the paper prints the text anywhere, as a word, a part
// of a long word, or up to five words in a row. Only letters and digits count,
// and capitals are small letters. It says false of a text without any.
func (d *Document) Prints(text string) bool {
	text = bare(text)
	if text == "" {
		return false
	}
	for i, w := range d.print {
		if len(text) >= 6 && strings.Contains(w, text) {
			return true
		}
		for k := i; strings.HasPrefix(text, w) && len(w) <= len(text); {
			if w == text {
				return true
			}
			if k++; k == len(d.print) || k == i+5 {
				break
			}
			w += d.print[k]
		}
	}
	return false
}

func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
