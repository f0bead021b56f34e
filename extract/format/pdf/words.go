package pdf

import (
	"errors"
	"math"
	"strings"
	"unicode"

	"tallyman/extract/page"
	"tallyman/trade"
)

// maxChars is how many characters of one page are read; a page of the densest
// print holds about 20,000.
const maxChars = 200_000

var errNoText = errors.New("the text of the page cannot be opened")

// words returns the words of the text layer that can be seen on the page.
func (d *Document) words(own handle, f frame, s *scene) ([]page.Word, error) {
	text := openText(d.raw, own)
	defer text.close()
	if text.page == 0 {
		return nil, errors.Join(errNoText, d.raw.took())
	}
	chars := text.chars

	var words []page.Word
	w, h := f.size()
	emit := func(from, to int, p print) {
		size, bold := p.size, p.bold
		var b strings.Builder
		var box trade.Box
		for _, c := range chars[from:to] {
			b.WriteString(clean(c.r))
			cb := f.box(c.left, c.bottom, c.right, c.top)
			if box == (trade.Box{}) {
				box = cb
			} else {
				box = trade.Box{X0: min(box.X0, cb.X0), Y0: min(box.Y0, cb.Y0), X1: max(box.X1, cb.X1), Y1: max(box.Y1, cb.Y1)}
			}
		}
		if b.Len() == 0 || !finite(box) {
			return
		}
		// Text beyond the edge of the page is not on the paper.
		if box.X1 <= 0 || box.Y1 <= 0 || box.X0 >= w || box.Y0 >= h {
			s.spans = append(s.spans, span{Word: page.Word{Text: b.String(), Box: box, Size: size}, from: from, to: to, outside: true})
			return
		}
		// A row of underscores is a line to write on.
		if text := b.String(); len(text) >= 3 && strings.Trim(text, "_") == "" {
			s.line(box.X0, box.Y1, box.X1, box.Y1)
			return
		}
		// A dash or a dot may be a box without height.
		if box.X1-box.X0 < 0.1 {
			box.X1 = box.X0 + 0.1
		}
		if box.Y1-box.Y0 < 0.1 {
			box.Y1 = box.Y0 + 0.1
		}
		words = append(words, page.Word{Text: b.String(), Box: box, Confidence: 1, Reader: trade.TextLayer, Size: math.Round(size*100) / 100, Bold: bold})
		s.spans = append(s.spans, span{Word: words[len(words)-1], from: from, to: to})
	}

	for i := 0; i < len(chars); {
		if blank(chars[i].r) {
			i++
			continue
		}
		j := i + 1
		for j < len(chars) && !blank(chars[j].r) {
			j++
		}
		p := text.print(i)
		start := i
		for k := i + 1; k < j; k++ {
			if apart(&chars[k-1], &chars[k], p.size) {
				emit(start, k, p)
				start = k
				p = text.print(k)
			}
		}
		emit(start, j, p)
		i = j
	}
	s.study = s.look(text)
	return drawnTwice(words), d.raw.took()
}

// apart reports whether two neighbours in the stream of characters do not
// belong to one word, although no space stands between them: the next cell of
// a table, or the next line.
func apart(p, q *char, size float64) bool {
	if size <= 0 {
		size = 10
	}
	if math.Abs(p.angle-q.angle) > 0.1 {
		return true
	}
	// Along the line of writing, and across it.
	var gap, back, off float64
	switch quarter(p.angle) {
	case 0:
		gap, back, off = q.left-p.right, p.left-q.left, distance(p.bottom, p.top, q.bottom, q.top)
	case 1: // upward or downward, depending on the convention: take the distance
		gap, off = distance(p.bottom, p.top, q.bottom, q.top), distance(p.left, p.right, q.left, q.right)
	case 2:
		gap, back, off = p.left-q.right, q.left-p.left, distance(p.bottom, p.top, q.bottom, q.top)
	}
	return gap > 0.6*size || back > 1.5*size || off > 0.6*size
}

// quarter returns 0 for text from left to right, 1 for text that stands, 2 for
// text upside down.
func quarter(angle float64) int {
	a := math.Mod(math.Abs(angle), 2*math.Pi)
	switch {
	case a < math.Pi/4 || a > 7*math.Pi/4:
		return 0
	case a > 3*math.Pi/4 && a < 5*math.Pi/4:
		return 2
	}
	return 1
}

// distance returns the gap between two intervals, 0 if they touch.
func distance(a0, a1, b0, b1 float64) float64 {
	return max(0, max(a0, b0)-min(a1, b1))
}

func finite(b trade.Box) bool {
	for _, v := range [...]float64{b.X0, b.Y0, b.X1, b.Y1} {
		if math.IsNaN(v) || math.Abs(v) > 1e6 {
			return false
		}
	}
	return true
}

func blank(r rune) bool { return unicode.IsSpace(r) || r == '\u200b' || r == 0 }

var ligatures = strings.NewReplacer("ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl", "ﬅ", "st", "ﬆ", "st")

// clean returns the character as a person would type it.
func clean(r rune) string {
	switch {
	case r == '\u0002' || r == '\ufffe' || r == '\u00ad':
		return "-" // PDFium marks a hyphen at the end of a line so
	case r >= '\ufb00' && r <= '\ufb06':
		return ligatures.Replace(string(r))
	case r < 0x20 || r == '\u200b' || r == '\ufeff':
		return ""
	}
	return string(r)
}

// drawnTwice removes words that a page draws twice in the same place, with a
// shift of a hair, to make them look bold.
func drawnTwice(words []page.Word) []page.Word {
	type key struct {
		text string
		x, y int
	}
	seen := map[key]int{}
	out := words[:0]
next:
	for _, w := range words {
		x, y := int(math.Round(w.Box.X0/2)), int(math.Round(w.Box.Y0/2))
		for dx := -1; dx <= 1; dx++ {
			for dy := -1; dy <= 1; dy++ {
				if i, ok := seen[key{w.Text, x + dx, y + dy}]; ok {
					o := out[i]
					if math.Abs(o.Box.X0-w.Box.X0) < 1.2 && math.Abs(o.Box.Y0-w.Box.Y0) < 1.2 {
						out[i].Bold = true
						continue next
					}
				}
			}
		}
		seen[key{w.Text, x, y}] = len(out)
		out = append(out, w)
	}
	return out
}
