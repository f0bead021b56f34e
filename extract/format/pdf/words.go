package pdf

import (
	"math"
	"strings"
	"unicode"

	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"

	"tallyman/extract/page"
	"tallyman/trade"
)

// maxChars is how many characters of one page are read; a page of the densest
// print holds about 20,000.
const maxChars = 200_000

// words returns the words of the text layer that can be seen on the page.
func (d *Document) words(ref requests.Page, f frame, s *scene) ([]page.Word, error) {
	text, err := d.pdf.GetPageTextStructured(&requests.GetPageTextStructured{
		Page: ref, Mode: requests.GetPageTextStructuredModeChars,
	})
	if err != nil {
		return nil, err
	}
	chars := text.Chars
	if len(chars) > maxChars {
		chars = chars[:maxChars]
	}
	loaded, err := d.pdf.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: ref})
	if err != nil {
		return nil, err
	}
	defer d.pdf.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: loaded.TextPage})

	style := func(i int) (size float64, bold bool) {
		at := i
		if got, err := d.pdf.FPDFText_GetFontSize(&requests.FPDFText_GetFontSize{TextPage: loaded.TextPage, Index: at}); err == nil {
			size = got.FontSize
		}
		if got, err := d.pdf.FPDFText_GetMatrix(&requests.FPDFText_GetMatrix{TextPage: loaded.TextPage, Index: at}); err == nil {
			size *= math.Hypot(float64(got.Matrix.C), float64(got.Matrix.D))
		}
		if got, err := d.pdf.FPDFText_GetFontWeight(&requests.FPDFText_GetFontWeight{TextPage: loaded.TextPage, Index: at}); err == nil && got.FontWeight >= 600 {
			bold = true
		}
		if !bold {
			if got, err := d.pdf.FPDFText_GetFontInfo(&requests.FPDFText_GetFontInfo{TextPage: loaded.TextPage, Index: at}); err == nil {
				name := strings.ToLower(got.FontName)
				bold = strings.Contains(name, "bold") || strings.Contains(name, "black") || strings.Contains(name, "heavy")
			}
		}
		return size, bold
	}

	var words []page.Word
	w, h := f.size()
	emit := func(from, to int, size float64, bold bool) {
		var b strings.Builder
		var box trade.Box
		for _, c := range chars[from:to] {
			b.WriteString(clean(c.Text))
			p := c.PointPosition
			cb := f.box(p.Left, p.Bottom, p.Right, p.Top)
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
		if blank(chars[i].Text) {
			i++
			continue
		}
		j := i + 1
		for j < len(chars) && !blank(chars[j].Text) {
			j++
		}
		size, bold := style(i)
		start := i
		for k := i + 1; k < j; k++ {
			if apart(chars[k-1], chars[k], size) {
				emit(start, k, size, bold)
				start = k
				size, bold = style(k)
			}
		}
		emit(start, j, size, bold)
		i = j
	}
	s.study = s.look(loaded.TextPage, chars)
	return drawnTwice(words), nil
}

// apart reports whether two neighbours in the stream of characters do not
// belong to one word, although no space stands between them: the next cell of
// a table, or the next line.
func apart(a, b *responses.GetPageTextStructuredChar, size float64) bool {
	if size <= 0 {
		size = 10
	}
	if math.Abs(a.Angle-b.Angle) > 0.1 {
		return true
	}
	p, q := a.PointPosition, b.PointPosition
	// Along the line of writing, and across it.
	var gap, back, off float64
	switch quarter(a.Angle) {
	case 0:
		gap, back, off = q.Left-p.Right, p.Left-q.Left, distance(p.Bottom, p.Top, q.Bottom, q.Top)
	case 1: // upward or downward, depending on the convention: take the distance
		gap, off = distance(p.Bottom, p.Top, q.Bottom, q.Top), distance(p.Left, p.Right, q.Left, q.Right)
	case 2:
		gap, back, off = p.Left-q.Right, q.Left-p.Left, distance(p.Bottom, p.Top, q.Bottom, q.Top)
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

func blank(text string) bool {
	for _, r := range text {
		if !unicode.IsSpace(r) && r != '\u200b' && r != 0 {
			return false
		}
	}
	return true
}

var ligatures = strings.NewReplacer("ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl", "ﬅ", "st", "ﬆ", "st")

// clean returns the character as a person would type it.
func clean(text string) string {
	for _, r := range text {
		switch {
		case r == '\u0002' || r == '\ufffe' || r == '\u00ad':
			return "-" // PDFium marks a hyphen at the end of a line so
		case r >= '\ufb00' && r <= '\ufb06':
			return ligatures.Replace(text)
		case r < 0x20 || r == '\u200b' || r == '\ufeff':
			return ""
		}
	}
	return text
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
