package layout

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tallyman/extract/page"
	"tallyman/trade"
)

// A line is the words that stand side by side on a page, cut into cells.
type line struct {
	page   int
	box    trade.Box
	height float64 // of its letters, in points
	cells  []cell
}

// A cell is a run of words of one line with no wide gap and no ruled line
// between them: what a person reads in one go.
type cell struct {
	words []page.Word
	box   trade.Box
	text  string
}

// text returns the words of the whole line, cells two spaces apart.
func (l line) text() string {
	parts := make([]string, len(l.cells))
	for i, c := range l.cells {
		parts[i] = c.text
	}
	return strings.Join(parts, "  ")
}

// words returns the words of the whole line, from left to right.
func (l line) words() []page.Word {
	var all []page.Word
	for _, c := range l.cells {
		all = append(all, c.words...)
	}
	return all
}

// linesOf cuts the words of a page into lines from top to bottom, and each line
// into cells from left to right. A page that was scanned askew gives the lines
// that a person would follow, and boxes as they stand on the page.
func linesOf(p page.Page) []line {
	words := make([]page.Word, 0, len(p.Words))
	for _, w := range p.Words {
		w.Text = strings.TrimSpace(w.Text)
		if w.Text != "" && !w.Box.Empty() {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return nil
	}
	if p.Scanned {
		words = rejoined(words)
	}
	typical := typicalHeight(words)
	slope := 0.0
	if p.Scanned {
		slope = skewOf(words)
	}
	rows := rowsOf(words, slope, typical, p.Scanned)
	pitch := pitchesOf(words)
	standing := standingRules(p.Rules)
	lines := make([]line, 0, len(rows))
	for _, row := range rows {
		lines = append(lines, cut(row, p.Number, standing, pitch))
	}
	lines = slices.DeleteFunc(lines, func(l line) bool { return len(l.cells) == 0 })
	return lines
}

var (
	cutFigure  = regexp.MustCompile(`\d[.,]$`)
	restFigure = regexp.MustCompile(`^\d{2,3}(?:[.,]\d{2})?$`)
)

// blurredKg is what a reader makes of "кг".
var blurredKg = regexp.MustCompile(`^(?:kr|Kr|kг|Kг|кr|Кr|KГ|кт|kT|kт)[.,;]?$`)

func endsDigit(s string) bool {
	r := lastRune(s)
	return r >= '0' && r <= '9'
}

// rejoined puts figures together that an optical reader cut behind the point:
// "65." and "20".
func rejoined(words []page.Word) []page.Word {
	out := words[:0:0]
	for _, w := range words {
		// A Russian kilogram read with Latin letters, behind a figure.
		if n := len(out) - 1; n >= 0 && blurredKg.MatchString(w.Text) && endsDigit(out[n].Text) && w.Box.X0-out[n].Box.X1 < 1.2*(w.Box.Y1-w.Box.Y0) {
			w.Text = "кг" + strings.TrimLeft(w.Text, "kKкКrгГTтt")
		}
		if n := len(out) - 1; n >= 0 && cutFigure.MatchString(out[n].Text) && restFigure.MatchString(w.Text) {
			last := out[n]
			h := last.Box.Y1 - last.Box.Y0
			gap := w.Box.X0 - last.Box.X1
			if gap > -0.5*h && gap < 0.55*h && min(last.Box.Y1, w.Box.Y1)-max(last.Box.Y0, w.Box.Y0) > 0.5*h {
				last.Text += w.Text
				last.Box = last.Box.Union(w.Box)
				last.Confidence = min(last.Confidence, w.Confidence)
				last.Alternatives = nil
				out[n] = last
				continue
			}
		}
		out = append(out, w)
	}
	return out
}

// heightOf returns the height of the letters of w: its font where it is known,
// for the box of "..." says nothing of it.
func heightOf(w page.Word) float64 {
	h := w.Box.Y1 - w.Box.Y0
	if w.Size > 0 && w.Size < 4*h {
		return max(h, 0.7*w.Size)
	}
	return h
}

func typicalHeight(words []page.Word) float64 {
	hs := make([]float64, len(words))
	for i, w := range words {
		hs[i] = heightOf(w)
	}
	return median(hs)
}

func median(xs []float64) float64 {
	if len(xs) == 0 {
		return 0
	}
	s := slices.Clone(xs)
	slices.Sort(s)
	return s[len(s)/2]
}

// skewOf returns the slope of the lines of text, y per x: the median over pairs
// of words that follow each other.
func skewOf(words []page.Word) float64 {
	sorted := slices.Clone(words)
	slices.SortFunc(sorted, func(a, b page.Word) int { return compare(a.Box.X0, b.Box.X0) })
	var slopes []float64
	for i, a := range sorted {
		h := a.Box.Y1 - a.Box.Y0
		for _, b := range sorted[i+1:] {
			gap := b.Box.X0 - a.Box.X1
			if b.Box.X0 > a.Box.X1+6*h {
				break
			}
			hb := b.Box.Y1 - b.Box.Y0
			dx := middleX(b.Box) - middleX(a.Box)
			if gap < 0 || dx < 3*h || hb > 1.25*h || hb < 0.8*h {
				continue
			}
			if slope := (b.Box.Y1 - a.Box.Y1) / dx; math.Abs(slope) < 0.15 && math.Abs(b.Box.Y1-a.Box.Y1) < h {
				slopes = append(slopes, slope)
			}
		}
	}
	if len(slopes) < 10 {
		return 0
	}
	return median(slopes)
}

func middleX(b trade.Box) float64 { return (b.X0 + b.X1) / 2 }
func middleY(b trade.Box) float64 { return (b.Y0 + b.Y1) / 2 }

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// row is a line in the making; top and bottom are where it would stand if the
// page were straight.
type row struct {
	words       []page.Word
	top, bottom float64
}

// rowsOf gathers the words that stand on one line. A word joins the row that it
// overlaps most, if that is half of the lower of the two: letters with tails,
// commas and capitals still meet, and the next line does not.
func rowsOf(words []page.Word, slope, typical float64, scanned bool) []row {
	straight := func(b trade.Box) (float64, float64) {
		dy := slope * middleX(b)
		if scanned && b.Y1-b.Y0 > 1.5*typical {
			// A stamp or a speck above a word makes its box too high; the foot
			// of the letters is where the line is.
			return b.Y1 - 1.25*typical - dy, b.Y1 - dy
		}
		return b.Y0 - dy, b.Y1 - dy
	}
	order := slices.Clone(words)
	// Words of ordinary height first: a large heading or a dash must not decide
	// where a line stands.
	odd := func(w page.Word) bool {
		h := w.Box.Y1 - w.Box.Y0
		return h > 1.8*typical || h < 0.45*typical
	}
	slices.SortStableFunc(order, func(a, b page.Word) int {
		oa, ob := odd(a), odd(b)
		if oa != ob {
			if oa {
				return 1
			}
			return -1
		}
		ya, _ := straight(a.Box)
		yb, _ := straight(b.Box)
		if c := compare(ya, yb); c != 0 {
			return c
		}
		return compare(a.Box.X0, b.Box.X0)
	})
	var rows []row
	for _, w := range order {
		top, bottom := straight(w.Box)
		best, share := -1, 0.5
		for i := range rows {
			r := &rows[i]
			overlap := min(bottom, r.bottom) - max(top, r.top)
			lower := min(bottom-top, r.bottom-r.top)
			higher := max(bottom-top, r.bottom-r.top)
			if overlap <= 0 || (higher > 2.2*lower && bottom-top > 0.6*typical) {
				continue
			}
			if s := overlap / lower; s >= share && !covers(r.words, w) {
				best, share = i, s+1e-9
			}
		}
		if best < 0 {
			rows = append(rows, row{[]page.Word{w}, top, bottom})
			continue
		}
		r := &rows[best]
		n := float64(len(r.words))
		if !odd(w) {
			r.top, r.bottom = (r.top*n+top)/(n+1), (r.bottom*n+bottom)/(n+1)
		}
		r.words = append(r.words, w)
	}
	slices.SortStableFunc(rows, func(a, b row) int { return compare(a.top+a.bottom, b.top+b.bottom) })
	for i := range rows {
		slices.SortStableFunc(rows[i].words, func(a, b page.Word) int { return compare(a.Box.X0, b.Box.X0) })
	}
	return rows
}

// covers reports whether w lies on a word of the row: then they cannot stand
// side by side.
func covers(row []page.Word, w page.Word) bool {
	for _, o := range row {
		overlap := min(o.Box.X1, w.Box.X1) - max(o.Box.X0, w.Box.X0)
		if overlap > 0.5*min(o.Box.X1-o.Box.X0, w.Box.X1-w.Box.X0) {
			return true
		}
	}
	return false
}

func standingRules(rules []page.Rule) []page.Rule {
	var standing []page.Rule
	for _, r := range rules {
		if !r.Horizontal() && r.Y1-r.Y0 > 4 {
			standing = append(standing, r)
		}
	}
	return standing
}

// gapOfCells is the width of a gap between cells, in heights of a letter: a
// space is 0.3 of it, and one that justifies a line seldom over 0.9.
const gapOfCells = 1.15

// pitchOf returns the width of a letter and its space, as a share of the size of
// the type, if all letters are equally wide, as a typewriter has them; 0 if they
// are not. Such type has wide spaces.
func pitchOf(words []page.Word) float64 {
	var widths []float64
	for _, w := range words {
		n := utf8.RuneCountInString(w.Text)
		if n < 5 || !ascii(w.Text) && scriptOf(w.Text) == "han" {
			continue
		}
		// From the first letter to the last: the bearings of two letters are lost.
		widths = append(widths, (w.Box.X1-w.Box.X0)/(float64(n)-0.15)/max(w.Size, 1))
	}
	if len(widths) < 12 {
		return 0
	}
	slices.Sort(widths)
	n := len(widths)
	low, middle, high := widths[n/5], widths[n/2], widths[n-1-n/5]
	if (high-low)/middle > 0.07 {
		return 0
	}
	return middle
}

// pitchesOf returns the pitch of the type that a word is set in: that of the whole
// page, or of the words of its size, where a form with printed headings is filled
// in on a typewriter.
func pitchesOf(words []page.Word) func(page.Word) float64 {
	if whole := pitchOf(words); whole > 0 {
		return func(page.Word) float64 { return whole }
	}
	key := func(w page.Word) int { return int(math.Round(10 * w.Size)) }
	bySize := map[int][]page.Word{}
	for _, w := range words {
		if w.Size > 0 && strings.IndexFunc(w.Text, unicode.IsLetter) >= 0 { // all figures are equally wide in most type
			bySize[key(w)] = append(bySize[key(w)], w)
		}
	}
	pitches := map[int]float64{}
	for k, ws := range bySize {
		if p := pitchOf(ws); p > 0.54 {
			pitches[k] = p
		}
	}
	return func(w page.Word) float64 { return pitches[key(w)] }
}

// cut divides a row into cells.
func cut(r row, number int, standing []page.Rule, pitch func(page.Word) float64) line {
	l := line{page: number}
	hs := make([]float64, 0, len(r.words))
	for _, w := range r.words {
		hs = append(hs, heightOf(w))
	}
	l.height = median(hs)
	var run []page.Word
	flush := func() {
		if len(run) > 0 {
			c := cellOf(run)
			l.cells = append(l.cells, c)
			l.box = l.box.Union(c.box)
		}
		run = nil
	}
	for _, w := range r.words {
		if upright(w.Text) { // a ruled line that was read as a letter
			flush()
			continue
		}
		if len(run) > 0 {
			last := run[len(run)-1]
			h := min(l.height, max(heightOf(last), heightOf(w)))
			if w.Box.X0-last.Box.X1 > max(gapOfCells*h, 1.8*min(pitch(last), pitch(w))*max(min(last.Size, w.Size), 1)) || ruled(standing, last.Box, w.Box) {
				flush()
			}
		}
		run = append(run, w)
	}
	flush()
	return l
}

// upright reports whether s is nothing but strokes that a reader made of a
// ruled line.
func upright(s string) bool { return strings.Trim(s, "|¦│┃") == "" }

// ruled reports whether a standing rule passes between two neighbours.
func ruled(standing []page.Rule, a, b trade.Box) bool {
	y := (middleY(a) + middleY(b)) / 2
	left, right := min(a.X1, b.X0)-1.5, max(a.X1, b.X0)+1.5
	if right > b.X1 {
		right = b.X1
	}
	for _, r := range standing {
		x := (r.X0 + r.X1) / 2
		if x > left && x < right && x > middleX(a) && x < middleX(b) && r.Y0 <= y && y <= r.Y1 {
			return true
		}
	}
	return false
}

func cellOf(words []page.Word) cell {
	c := cell{words: words}
	for _, w := range words {
		c.box = c.box.Union(w.Box)
	}
	c.text = textOf(words)
	return c
}

// textOf joins words as they are printed: Chinese and Japanese are written
// without spaces.
func textOf(words []page.Word) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			last := words[i-1]
			gap := w.Box.X0 - last.Box.X1
			glued := han(lastRune(last.Text)) && han(firstRune(w.Text)) && gap < 0.6*heightOf(w)
			if !glued {
				b.WriteByte(' ')
			}
		}
		b.WriteString(w.Text)
	}
	return b.String()
}

func han(r rune) bool { return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) }

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

func lastRune(s string) rune {
	var last rune
	for _, r := range s {
		last = r
	}
	return last
}

// confidenceOf is that of the word read worst.
func confidenceOf(words []page.Word) float64 {
	least := 1.0
	for _, w := range words {
		if w.Confidence > 0 {
			least = min(least, w.Confidence)
		}
	}
	return least
}

// readerOf names who read the words; of several, the one that may err.
func readerOf(words []page.Word) trade.Reader {
	var r trade.Reader
	for _, w := range words {
		if r == "" || (!r.Optical() && w.Reader.Optical()) || (r == trade.BothOCR && w.Reader.Optical()) {
			r = w.Reader
		}
	}
	if r == "" {
		r = trade.TextLayer
	}
	return r
}

// maxAlternatives bounds the other texts that are passed on with a statement.
const maxAlternatives = 8

// alternativesOf returns the texts that differ from that of words by another
// reading of one word.
func alternativesOf(words []page.Word) []trade.Alternative[string] {
	var all []trade.Alternative[string]
	for i, w := range words {
		for _, a := range w.Alternatives {
			if len(all) == maxAlternatives {
				return all
			}
			other := slices.Clone(words)
			other[i].Text = a.Value
			all = append(all, trade.Alternative[string]{Value: textOf(other), Probability: a.Probability})
		}
	}
	return all
}

// state makes the statement that words of a page print the field at path.
func state(path string, number int, words []page.Word) trade.Statement {
	c := cellOf(words)
	return trade.Statement{
		Path: path, Text: c.text, Page: number, Box: c.box,
		Confidence: confidenceOf(words), Reader: readerOf(words), Alternatives: alternativesOf(words),
	}
}
