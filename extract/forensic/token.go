package forensic

import (
	"cmp"
	"image"
	"math"
	"slices"
	"strings"
	"unicode"

	"tallyman/extract/page"
	"tallyman/trade"
)

// A Token is a word of the text layer with what the file says of its print.
type Token struct {
	page.Word
	Font string // as the file names it, such as ABCDEF+Arial
	Base float64
	// White says that the letters are filled with white, or with nothing.
	White bool
	// Hidden is how the file keeps the word off the page, or empty. See [Covered]
	// and its neighbours.
	Hidden string
	// Glyphs are the characters of a word that has a digit, one by one.
	Glyphs []Glyph
}

// A Glyph is one character as it is drawn.
type Glyph struct {
	Rune rune
	Font string
	Size float64 // points
	Base float64 // of the line it stands on, in points from the top of the page
	Box  trade.Box
}

// How words are kept off a page.
const (
	White     = "white"      // in the colour of the paper
	Covered   = "covered"    // something opaque was drawn over it
	Annotated = "annotation" // a comment or stamp was laid over it
	Invisible = "invisible"  // drawn in no colour at all
	NotDrawn  = "not drawn"  // on a layer that is switched off, or clipped away
	Tiny      = "tiny"       // too small to be seen
	Outside   = "outside"    // beyond the edge of the page
	Cropped   = "cropped"    // on a part of the page that is cut off
)

// faint is the least difference of brightness, of 255, that ink makes: less is
// not seen on paper.
const faint = 9

// Contrast returns by how much the dots within a box differ, of 255, in the
// colour in which they differ most. The box is in points.
func Contrast(img *image.RGBA, dpi float64, b trade.Box) int {
	s := dpi / 72
	r := image.Rect(int(math.Floor(b.X0*s)), int(math.Floor(b.Y0*s)), int(math.Ceil(b.X1*s)), int(math.Ceil(b.Y1*s))).Intersect(img.Rect)
	if r.Empty() {
		return 0
	}
	var lo, hi [3]uint8
	lo = [3]uint8{255, 255, 255}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := img.Pix[img.PixOffset(r.Min.X, y):img.PixOffset(r.Max.X, y)]
		for i := 0; i+3 < len(row); i += 4 {
			for k := range 3 {
				lo[k], hi[k] = min(lo[k], row[i+k]), max(hi[k], row[i+k])
			}
		}
	}
	most := 0
	for k := range 3 {
		most = max(most, int(hi[k])-int(lo[k]))
	}
	return most
}

// Unseen finds out which tokens the bitmap of the page does not show, and says
// so in their Hidden. covered reports whether something lies over a token.
//
// A font that the renderer cannot draw hides all its words; that says nothing of
// the paper, so words are named only where the page shows others of that font.
func Unseen(tokens []Token, img *image.RGBA, dpi float64, covered func(trade.Box) string) {
	for i := range tokens {
		t := &tokens[i]
		if (t.Hidden == Covered || t.Hidden == Annotated) && Contrast(img, dpi, t.Box) >= faint && !replaced(tokens, t) {
			t.Hidden = "" // the shape lets it through: it is cut to another form
		}
	}
	type tally struct{ all, unseen int }
	fonts := map[string]*tally{}
	blank := make([]bool, len(tokens))
	for i := range tokens {
		t := &tokens[i]
		if t.Hidden != "" || !says(t.Text) {
			continue
		}
		f := fonts[t.Font]
		if f == nil {
			f = &tally{}
			fonts[t.Font] = f
		}
		f.all++
		if Contrast(img, dpi, t.Box) < faint {
			blank[i] = true
			if !t.White {
				f.unseen++
			}
		}
	}
	for i := range tokens {
		t := &tokens[i]
		switch {
		case t.Hidden != "" || !says(t.Text):
		case blank[i] && t.White:
			t.Hidden = White
		case blank[i]:
			f := fonts[t.Font]
			how := covered(t.Box)
			if how == "" && f.unseen > 5 && f.unseen*2 > f.all {
				continue
			}
			t.Hidden = NotDrawn
			if how != "" {
				t.Hidden = how
			}
		case t.Size > 0 && t.Size < 2.6 && t.Box.Y1-t.Box.Y0 < 2.2 && len([]rune(t.Text)) >= 2:
			t.Hidden = Tiny
		}
	}
}

// replaced reports whether other words are printed where a token was.
func replaced(tokens []Token, t *Token) bool {
	for i := range tokens {
		o := &tokens[i]
		if o != t && o.Hidden == "" && common(o.Box, t.Box) > 0.2*min(area(o.Box), area(t.Box)) {
			return true
		}
	}
	return false
}

// says reports whether a text has a letter or a digit.
func says(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// Hidden returns what is hidden on page n, and how.
func Hidden(tokens []Token, n int) []trade.Observation {
	var out []trade.Observation
	for _, how := range []string{White, Covered, Annotated, Invisible, NotDrawn, Tiny, Outside, Cropped} {
		var words []page.Word
		for _, t := range tokens {
			if t.Hidden == how {
				words = append(words, t.Word)
			}
		}
		all := Runs(words)
		if len(all) > 0 && (how == Outside || how == Cropped) {
			// There is nothing to point at on the page: one note for all of it,
			// figures first.
			slices.SortStableFunc(all, func(a, b page.Word) int { return cmp.Compare(figured(b.Text), figured(a.Text)) })
			var text []string
			for _, r := range all[:min(len(all), Most)] {
				text = append(text, r.Text)
			}
			out = append(out, trade.Observation{Kind: trade.HiddenText, Print: how, Text: Cut(strings.Join(text, "; ")), Page: n,
				Figures: []trade.Measure{{Name: "words", Value: float64(len(words))}}})
			continue
		}
		for i, r := range all {
			if i == Most {
				break
			}
			o := trade.Observation{Kind: trade.HiddenText, Print: how, Text: Cut(r.Text), Page: n, Box: r.Box}
			for _, t := range tokens {
				if t.Hidden == "" && common(t.Box, r.Box) > 0.2*min(area(t.Box), area(r.Box)) {
					o.Against = strings.TrimSpace(o.Against + " " + t.Text)
				}
			}
			o.Against = Cut(o.Against)
			out = append(out, o)
		}
	}
	return out
}

// figured is 1 for a text with an amount in it, and 0 for others.
func figured(s string) int {
	if len(digitsOf(s)) >= 3 {
		return 1
	}
	return 0
}

// Cut keeps a text short enough for a report.
func Cut(s string) string {
	const most = 300
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// Family is the name of a font without what a program put before it when it took
// the letters that a file needs, and without weight and slope.
func Family(font string) string {
	if i := strings.IndexByte(font, '+'); i == 6 {
		font = font[7:]
	}
	font = strings.ToLower(font)
	if i := strings.IndexAny(font, ",-"); i > 0 {
		font = font[:i]
	}
	for _, s := range []string{"regular", "bold", "italic", "oblique", "mt", "ps", "black", "light", "medium", "semi", "demi", "narrow", "condensed", "cond"} {
		font = strings.TrimSuffix(font, s)
	}
	return font
}

// OddPrint returns tokens whose print differs from that of their neighbours on page n:
// a figure with characters of two fonts, two sizes or two lines, and a figure in a
// font that the rest of the page does not use.
func OddPrint(tokens []Token, n int) []trade.Observation {
	var out []trade.Observation
	add := func(t Token, how, against string) {
		if len(out) < Most {
			out = append(out, trade.Observation{Kind: trade.OddPrint, Print: how, Text: t.Text, Against: against, Page: n, Box: t.Box})
		}
	}
	use := map[string]int{}     // words of a family on the page
	figures := map[string]int{} // and those with a digit
	visible := tokens[:0:0]
	for _, t := range tokens {
		if t.Hidden == "" {
			visible = append(visible, t)
			use[Family(t.Font)]++
			if len(t.Glyphs) > 0 {
				figures[Family(t.Font)]++
			}
		}
	}
	for _, t := range grouped(visible) {
		if len(digitsOf(t.Text)) < 2 {
			continue
		}
		if how, against := within(t); how != "" {
			add(t, how, against)
			continue
		}
		// A figure or two (a number may be written in groups) in a font of their own,
		// in a line of another one.
		own := Family(t.Font)
		if own == "" || use[own] > 3 || figures[own] > 3 {
			continue
		}
		other, beside := "", 0
		for _, o := range visible {
			if Family(o.Font) != own && alongside(t, o) {
				other = o.Font
				beside++
			}
		}
		if beside >= 1 && len(visible) >= 20 {
			add(t, trade.OddFont, other)
		}
	}
	return out
}

// alongside reports whether two tokens stand in one line, or in one column of
// figures next to each other.
func alongside(t, o Token) bool {
	h := max(t.Box.Y1-t.Box.Y0, 1)
	if math.Abs(t.Base-o.Base) < 0.6*h {
		return math.Abs(t.Box.X0-o.Box.X1) < 40*h || math.Abs(o.Box.X0-t.Box.X1) < 40*h
	}
	column := math.Abs(t.Box.X1-o.Box.X1) < 1.5 || math.Abs(t.Box.X0-o.Box.X0) < 1.5
	return column && len(o.Glyphs) > 0 && math.Abs(t.Base-o.Base) < 8*h
}

// grouped joins the groups of a number that is written with spaces, such as 12 345.
func grouped(tokens []Token) []Token {
	var out []Token
	for _, t := range tokens {
		if n := len(out); n > 0 && number(t) && number(out[n-1]) {
			l := out[n-1]
			gap, size := t.Box.X0-l.Box.X1, max(t.Size, l.Size)
			if gap > 0 && gap < 0.45*size && math.Abs(t.Base-l.Base) < 0.2*size {
				l.Text += " " + t.Text
				l.Box = l.Box.Union(t.Box)
				l.Glyphs = append(slices.Clone(l.Glyphs), t.Glyphs...)
				out[n-1] = l
				continue
			}
		}
		out = append(out, t)
	}
	return out
}

// number reports whether a token is made of digits and separators.
func number(t Token) bool {
	return len(t.Glyphs) > 0 && strings.Trim(t.Text, "0123456789.,'") == ""
}

// within looks at the characters of one figure: digits of two fonts, two sizes or
// two lines do not come from a program that printed it in one go.
func within(t Token) (how, against string) {
	var digits []Glyph
	for _, g := range t.Glyphs {
		if unicode.IsDigit(g.Rune) {
			digits = append(digits, g)
		}
	}
	if len(digits) < 2 {
		return "", ""
	}
	first := digits[0]
	var fonts []string
	for _, g := range digits {
		if !slices.Contains(fonts, g.Font) {
			fonts = append(fonts, g.Font)
		}
	}
	if len(fonts) > 1 {
		how = trade.OddFont
		if Family(fonts[0]) == Family(fonts[1]) {
			how = trade.OddSubset
		}
		return how, strings.Join(fonts, ", ")
	}
	// Powers and small cents are printed so: a run of smaller digits at one end.
	// A change inside, or up and down again, is not.
	size, base := 0, 0
	for i, g := range digits[1:] {
		p := digits[i]
		if math.Abs(g.Size-p.Size) > 0.04*max(g.Size, p.Size) {
			size++
		}
		if math.Abs(g.Base-p.Base) > max(0.035*first.Size, 0.3) {
			base++
		}
	}
	switch {
	case size >= 2:
		return trade.OddSize, ""
	case base >= 1 && size == 0:
		return trade.OddBaseline, ""
	}
	return "", ""
}

// OtherFigure reports whether a field of a form shows another number than its
// value. Forms show a value with separators, more or fewer decimals and a
// currency; that is the same number.
func OtherFigure(value, shown string) bool {
	a, b := strings.TrimLeft(digitsOf(value), "0"), strings.TrimLeft(digitsOf(shown), "0")
	if len(a) < 2 || len(b) < 2 || strings.ContainsFunc(value, unicode.IsLetter) {
		return false
	}
	a, b = strings.TrimRight(a, "0"), strings.TrimRight(b, "0")
	if len(a) > len(b) {
		a, b = b, a
	}
	// A rounded number begins like the exact one, but for its last digit.
	return !strings.HasPrefix(b, a[:max(len(a)-1, 0)])
}
