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

// PrintShare is the share of words that two documents have in common, of those of
// the one that has fewer.
func (d *Document) PrintShare(e *Document) float64 {
	least := min(len(d.print), len(e.print))
	if least == 0 {
		return 0
	}
	count := map[string]int{}
	for _, w := range d.print {
		count[w]++
	}
	n := 0
	for _, w := range e.print {
		if count[w] > 0 {
			count[w]--
			n++
		}
	}
	return float64(n) / float64(least)
}

func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
