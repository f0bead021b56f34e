package main

import (
	"slices"
	"strings"
	"unicode"

	"tallyman/extract/ocr"
	"tallyman/extract/page"
)

// sure is the confidence from which a word counts as read without a look.
const sure = 0.9

// A tokenRow says how the figures of scans were read, word by word. Figures are
// words with four digits, or three and a separator: numbers, codes, dates,
// masses and money. The truth is the text of the digital paper.
type tokenRow struct {
	Quality string `json:"quality"`
	Printed int    `json:"printed"`
	Exact   int    `json:"exact"`  // read as the word they are
	Cut     int    `json:"cut"`    // all characters read, but in more words or fewer
	AtOdds  int    `json:"atOdds"` // lost, and another figure is read at 0.9 or more that is printed nowhere on the page
	Lost    int    `json:"lost"`
	Read    int    `json:"read"`      // figures in the words of the scan
	Sure    int    `json:"sure"`      // of these, with 0.9 or more
	Wrong   int    `json:"sureWrong"` // of these, printed nowhere on the page
}

// A wrongToken is a figure that was read for sure and is not printed.
type wrongToken struct {
	file string
	page int
	word page.Word
}

// figuresOf is a page as the words that count, and all its characters in a row.
type figuresOf struct {
	words []string
	run   []rune
	ends  []bool // whether a word ends before the character of run
}

func figuresIn(words []page.Word) figuresOf {
	var f figuresOf
	for _, w := range words {
		if t := plainWord(w.Text); ocr.Key(t) {
			f.words = append(f.words, t)
		}
		for i, r := range []rune(ocr.Fold(w.Text)) {
			f.run = append(f.run, r)
			f.ends = append(f.ends, i == 0)
		}
	}
	return f
}

// holds reports whether the characters stand in a row somewhere on the page,
// with no digit of the same word before or behind them: half a number is
// another number.
func (f figuresOf) holds(token string) bool {
	t := []rune(token)
	for i := 0; i+len(t) <= len(f.run); i++ {
		if !slices.Equal(f.run[i:i+len(t)], t) {
			continue
		}
		j := i + len(t)
		before := i > 0 && !f.ends[i] && unicode.IsDigit(f.run[i-1]) && unicode.IsDigit(t[0])
		behind := j < len(f.run) && !f.ends[j] && unicode.IsDigit(f.run[j]) && unicode.IsDigit(t[len(t)-1])
		if !before && !behind {
			return true
		}
	}
	return false
}

// add holds the words of a page against what is printed on it.
func (r *tokenRow) add(printed, read []page.Word) (wrong []page.Word) {
	truth := figuresIn(printed)
	left := map[string]int{}
	// All characters but those of figures that are not on the page.
	var run strings.Builder
	for _, w := range read {
		t := plainWord(w.Text)
		if !ocr.Key(t) {
			run.WriteString(ocr.Fold(w.Text))
			continue
		}
		left[t]++
		if truth.holds(t) {
			run.WriteString(ocr.Fold(w.Text))
		} else {
			run.WriteByte(' ')
		}
	}
	lost := 0
	for _, t := range truth.words {
		r.Printed++
		switch {
		case left[t] > 0:
			left[t]--
			r.Exact++
		case strings.Contains(run.String(), t):
			r.Cut++
		default:
			lost++
		}
	}
	for _, w := range read {
		t := plainWord(w.Text)
		if !ocr.Key(t) {
			continue
		}
		r.Read++
		if w.Confidence < sure {
			continue
		}
		r.Sure++
		if !truth.holds(t) {
			r.Wrong++
			wrong = append(wrong, w)
		}
	}
	odds := min(lost, len(wrong))
	r.AtOdds += odds
	r.Lost += lost - odds
	return wrong
}

func (r *tokenRow) sum(o tokenRow) {
	r.Printed += o.Printed
	r.Exact += o.Exact
	r.Cut += o.Cut
	r.AtOdds += o.AtOdds
	r.Lost += o.Lost
	r.Read += o.Read
	r.Sure += o.Sure
	r.Wrong += o.Wrong
}

// plainWord is a word without the signs around it, letters that look alike as one.
func plainWord(s string) string {
	return strings.TrimFunc(ocr.Fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
