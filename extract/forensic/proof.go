package forensic

import (
	"fmt"
	"image"
	"image/draw"
	"math"
	"slices"

	"tallyman/trade"
)

// A Sample is a word of the text layer whose print an optical reader shall look
// at. A table of letters that takes one digit for another does so wherever its
// font is used: a few words show each digit of each font once.
type Sample struct {
	Text string
	Font string
	Box  trade.Box
	// Spoken says that the file states what the word says apart from its letters
	// (ActualText), so that it alone may differ.
	Spoken bool `json:",omitempty"`
	// Shows are the signs of its digits: font, digit, and what room the drawing of it
	// takes. One digit in two drawings is two signs.
	Shows []string `json:",omitempty"`
	// Digits are those that it has.
	Digits []Glyph `json:"-"`
}

// maxSamples is how many words of one page are looked at.
const maxSamples = 40

// Samples chooses words of a page until each digit of each font is among them,
// and all texts that are spoken, which lie in the boxes given.
func Samples(tokens []Token, spoken []trade.Box) []Sample {
	shown := map[string]bool{}
	var out []Sample
	in := func(t Token, b trade.Box) bool {
		x, y := (t.Box.X0+t.Box.X1)/2, (t.Box.Y0+t.Box.Y1)/2
		return x > b.X0 && x < b.X1 && y > b.Y0 && y < b.Y1
	}
	for _, b := range spoken {
		s := Sample{Box: b, Spoken: true}
		for _, t := range tokens {
			if t.Hidden == "" && in(t, b) {
				s.Text, s.Font = s.Text+t.Text, t.Font
			}
		}
		if len(digitsOf(s.Text)) >= 2 && len(out) < maxSamples && b.X1-b.X0 < 400 {
			out = append(out, s)
		}
	}
	for _, t := range tokens {
		if t.Hidden != "" || t.White || len(digitsOf(t.Text)) < 2 || t.Box.X1-t.Box.X0 < 1.2*(t.Box.Y1-t.Box.Y0) {
			continue // a word that stands is read badly
		}
		if t.Size < 5 || slices.ContainsFunc(spoken, func(b trade.Box) bool { return in(t, b) }) {
			continue
		}
		s := Sample{Text: t.Text, Font: t.Font, Box: t.Box}
		news := false
		for _, g := range t.Glyphs {
			if g.Rune >= '0' && g.Rune <= '9' {
				sign := g.sign()
				news = news || !shown[sign]
				shown[sign] = true
				s.Shows, s.Digits = append(s.Shows, sign), append(s.Digits, g)
			}
		}
		if news && len(out) < maxSamples {
			out = append(out, s)
		}
	}
	return out
}

// sign is what tells one drawing of a character from another: a 3 that is said to be
// an 8 takes less room than the true one.
func (g Glyph) sign() string {
	size := max(g.Size, 1)
	part := func(v float64) int { return int(math.Round(v / size * 32)) }
	return fmt.Sprintf("%s %c %d %d", g.Font, g.Rune, part(g.Box.X1-g.Box.X0), part(g.Box.Y1-g.Box.Y0))
}

// ProofDPI is the resolution of samples.
const ProofDPI = 300

const (
	proofWidth = 1800 // dots
	proofGap   = 36
)

// Proof lays pictures of samples out on one sheet, in rows, and returns where
// each one lies.
func Proof(pictures []image.Image) (*image.Gray, []image.Rectangle) {
	cells := make([]image.Rectangle, len(pictures))
	x, y, row := proofGap, proofGap, 0
	for i, p := range pictures {
		w, h := p.Bounds().Dx(), p.Bounds().Dy()
		// One sample in a row, or a reader takes two for one.
		if x > proofGap && x+w+4*proofGap > proofWidth {
			x, y, row = proofGap, y+row+proofGap, 0
		}
		cells[i] = image.Rect(x, y, x+w, y+h)
		x += w + 4*proofGap
		row = max(row, h)
	}
	width := proofGap
	for _, c := range cells {
		width = max(width, c.Max.X+proofGap)
	}
	sheet := image.NewGray(image.Rect(0, 0, width, y+row+proofGap))
	draw.Draw(sheet, sheet.Bounds(), image.White, image.Point{}, draw.Src)
	for i, p := range pictures {
		draw.Draw(sheet, cells[i], p, p.Bounds().Min, draw.Src)
	}
	return sheet, cells
}

// Misread says in which digits a word differs from what was seen of it; ok is
// false where the two cannot be compared.
func Misread(text, seen string) (from, to []byte, ok bool) {
	a, b := digitsOf(text), digitsOf(seen)
	if len(a) != len(b) || a == "" {
		return nil, nil, false
	}
	for i := range len(a) {
		if a[i] != b[i] {
			from, to = append(from, a[i]), append(to, b[i])
		}
	}
	return from, to, true
}

// alike are digits that optical readers take for each other.
var alike = []string{"08", "38", "56", "17", "68", "49", "35", "06", "27", "89", "69", "14", "58", "23", "39"}

// Wrong returns the samples whose text is not what was seen of them, in two looks.
// more are further words that hold the same digits, with what was seen of them: a
// digit that optical readers mistake has to be seen so in two words.
func Wrong(samples []Sample, first, second []string, more []Sample, seen []string) []int {
	type pair struct{ from, to byte }
	count := map[pair]int{}
	tally := func(s Sample, seen string) {
		from, to, ok := Misread(s.Text, seen)
		var once []pair
		for i := range from {
			if k := (pair{from[i], to[i]}); ok && !slices.Contains(once, k) {
				once = append(once, k)
				count[k]++
			}
		}
	}
	for i, s := range samples {
		tally(s, second[i])
	}
	for i, s := range more {
		tally(s, seen[i])
	}
	var out []int
	for i, s := range samples {
		from, to, ok := Misread(s.Text, first[i])
		_, again, ok2 := Misread(s.Text, second[i])
		if !ok || !ok2 || len(from) == 0 || string(to) != string(again) {
			continue
		}
		sure := true
		for k := range from {
			x, y := min(from[k], to[k]), max(from[k], to[k])
			mistaken := slices.Contains(alike, string([]byte{x, y}))
			sure = sure && (!mistaken || count[pair{from[k], to[k]}] >= 2)
		}
		if sure {
			out = append(out, i)
		}
	}
	return out
}
