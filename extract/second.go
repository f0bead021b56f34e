package extract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"

	ledongthuc "github.com/ledongthuc/pdf"

	"tallyman/extract/page"
	"tallyman/extract/sandbox"
)

// second reads the text layer of a PDF with another parser. It is cheap and
// fragile: it fails on many good files, and its failure says nothing of them.
type second struct{}

func newSecond(json.RawMessage) (sandbox.Handler, error) { return second{}, nil }

// Handle returns the figures that each page prints, page by page.
func (second) Handle(_ string, _ json.RawMessage, body []byte) (answer any, _ []byte, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("second reader: %v", v)
		}
	}()
	r, err := ledongthuc.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return nil, nil, err
	}
	var pages [][]string
	for n := 1; n <= min(r.NumPage(), maxSecondPages); n++ {
		p := r.Page(n)
		if p.V.IsNull() {
			pages = append(pages, nil)
			continue
		}
		text, err := p.GetPlainText(nil)
		if err != nil {
			return nil, nil, err
		}
		pages = append(pages, figures(strings.Fields(text)))
	}
	return pages, nil, nil
}

// maxSecondPages bounds the second look; papers are short.
const maxSecondPages = 50

// figures returns the tokens that carry at least four digits, as digits alone.
func figures(tokens []string) []string {
	var all []string
	for _, t := range tokens {
		digits := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, t)
		letters := strings.ContainsFunc(t, unicode.IsLetter)
		if len(digits) >= 4 && !letters {
			all = append(all, digits)
		}
	}
	return all
}

// disagreements notes figures that one reader of the text layer sees and the
// other does not. The second reader glues and loses words, so it is heard only
// where it agrees on nearly everything: then a difference is worth a look.
func disagreements(p *page.Page, other []string) []page.Note {
	var notes []page.Note
	left := slices.Clone(other)
	agreed := 0
	var missing []page.Word
	for _, w := range p.Words {
		for _, f := range figures([]string{w.Text}) {
			if i := slices.Index(left, f); i >= 0 {
				left = slices.Delete(left, i, i+1)
				agreed++
			} else {
				missing = append(missing, w)
			}
		}
	}
	if agreed < 10 || len(missing) > 2 || len(left) > 2 {
		return nil
	}
	for _, w := range missing {
		for _, f := range left {
			if own := figures([]string{w.Text}); len(own) == 1 && len(own[0]) == len(f) {
				notes = append(notes, page.Note{
					Code: page.ReadersDisagree,
					Text: fmt.Sprintf("One reader of the text layer sees %s here, the other %s.", w.Text, f),
					Box:  w.Box,
				})
			}
		}
	}
	return notes
}
