package extract

import (
	"math"
	"unicode/utf8"

	"tallyman/extract/page"
	"tallyman/extract/pixels"
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
	if p.Number != n || !plain(p.Width) || !plain(p.Height) || p.Width < 0 || p.Height < 0 || len(p.Words) > maxWords || len(p.Rules) > maxRules || !p.Problem.Proper() {
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
	if err := checkSeen(p.Seen, n); err != nil {
		return err
	}
	for _, r := range p.Rules {
		if !plainBox(trade.Box(r)) {
			return sandbox.ErrAnswer
		}
	}
	return nil
}

// maxSeen is how many observations of one page are kept, and maxSaid the length
// of what one says: the largest QR code holds 4,296 characters.
const (
	maxSeen = 200
	maxSaid = 8192
	// maxSketch is the length of a sketch, see [pixels.Ink].
	maxSketch = pixels.MostPieces*pixels.PieceBytes*4/3 + 4
)

func checkSeen(all []trade.Observation, n int) error {
	if len(all) > maxSeen {
		return sandbox.ErrAnswer
	}
	for _, o := range all {
		if o.Page != n || o.OtherPage < 0 || len(o.Figures) > 20 || !plainBox(o.Box) || !plainBox(o.Other) {
			return sandbox.ErrAnswer
		}
		if len(o.Print) > maxSketch || !utf8.ValidString(o.Print) {
			return sandbox.ErrAnswer
		}
		if o.Kind == trade.Ink && len(o.Figures) != 10 {
			return sandbox.ErrAnswer
		}
		for _, s := range []string{o.Kind, o.Text} {
			if len(s) > maxSaid || !utf8.ValidString(s) {
				return sandbox.ErrAnswer
			}
		}
		for _, m := range o.Figures {
			if math.IsNaN(m.Value) || math.Abs(m.Value) > 1e12 || len(m.Name) > 100 {
				return sandbox.ErrAnswer
			}
		}
	}
	return nil
}

func plain(v float64) bool { return !math.IsNaN(v) && math.Abs(v) < 1e6 }

func plainBox(b trade.Box) bool { return plain(b.X0) && plain(b.Y0) && plain(b.X1) && plain(b.Y1) }
