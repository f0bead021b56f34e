package extract

import (
	"math"
	"unicode/utf8"

	"tallyman/extract/page"
	"tallyman/extract/sandbox"
	"tallyman/trade"
)

// Limits on what a child may say of one page.
const (
	maxWords = 100_000
	maxRules = 50_000
	maxWord  = 4096
)

// check holds the answer of a child to what a page can be. Children read
// untrusted files, so their answers are not trusted either.
func check(p *page.Page, n int) error {
	if p.Number != n || !plain(p.Width) || !plain(p.Height) || p.Width < 0 || p.Height < 0 || len(p.Words) > maxWords || len(p.Rules) > maxRules {
		return sandbox.ErrAnswer
	}
	words := p.Words[:0]
	for _, w := range p.Words {
		if w.Text == "" || !utf8.ValidString(w.Text) || len(w.Text) > maxWord || !plainBox(w.Box) || w.Box.Empty() {
			continue
		}
		if !(w.Confidence >= 0 && w.Confidence <= 1) || !plain(w.Size) {
			return sandbox.ErrAnswer
		}
		words = append(words, w)
	}
	p.Words = words
	for _, r := range p.Rules {
		if !plainBox(trade.Box(r)) {
			return sandbox.ErrAnswer
		}
	}
	return nil
}

func plain(v float64) bool { return !math.IsNaN(v) && math.Abs(v) < 1e6 }

func plainBox(b trade.Box) bool { return plain(b.X0) && plain(b.Y0) && plain(b.X1) && plain(b.Y1) }
