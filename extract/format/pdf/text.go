package pdf

import (
	"math"
	"strings"
	"unicode/utf8"
)

// A text is the text layer of a page, open in PDFium.
type text struct {
	raw    *direct
	page   handle
	chars  []char
	prints map[handle]print
}

// A char is one character and the box of its print, in the space of the page.
type char struct {
	r                        rune // 0: the file does not say which
	left, bottom, right, top float64
	angle                    float64
	object                   handle // that draws it; 0: none does
}

// A print is how characters are drawn. It is the same for all characters of one
// object.
type print struct {
	font  string // as the file names it
	size  float64
	bold  bool
	white bool // filled with white, or with nothing
}

// openText reads the characters of a page.
func openText(raw *direct, own handle) *text {
	t := &text{raw: raw, prints: map[handle]print{}}
	t.page = handle(raw.call(textLoad, uint64(own)))
	if t.page == 0 {
		return t
	}
	n := min(raw.of(textCount, t.page), maxChars)
	t.chars = make([]char, max(n, 0))
	for i := range t.chars {
		c := &t.chars[i]
		raw.of(textBox, t.page, uint64(i), raw.at(0, 8), raw.at(1, 8), raw.at(2, 8), raw.at(3, 8))
		box := raw.doubles(4)
		c.left, c.right, c.bottom, c.top = box[0], box[1], box[2], box[3]
		if c.r = rune(raw.of(textUnicode, t.page, uint64(i))); !utf8.ValidRune(c.r) {
			c.r = utf8.RuneError
		}
		c.angle = float64(math.Float32frombits(uint32(raw.of(textAngle, t.page, uint64(i)))))
		c.object = handle(raw.of(textObjectAt, t.page, uint64(i)))
	}
	return t
}

func (t *text) close() {
	if t.page != 0 {
		t.raw.call(textClose, uint64(t.page))
	}
}

// print returns how character i is drawn.
func (t *text) print(i int) print {
	object := t.chars[i].object
	if p, ok := t.prints[object]; ok && object != 0 {
		return p
	}
	var p print
	at := uint64(i)
	p.size = math.Float64frombits(t.raw.call(textSize, uint64(t.page), at))
	if t.raw.of(textMatrix, t.page, at, t.raw.at(0, 4)) != 0 {
		m := t.raw.matrix()
		p.size *= math.Hypot(m.c, m.d)
	}
	name := t.raw.bytes(func(to, size uint64) int { return t.raw.of(textFont, t.page, at, to, size, 0) })
	p.font = string(name[:max(len(name)-1, 0)])
	p.bold = t.raw.of(textWeight, t.page, at) >= 600
	if lower := strings.ToLower(p.font); strings.Contains(lower, "bold") || strings.Contains(lower, "black") || strings.Contains(lower, "heavy") {
		p.bold = true
	}
	if c, ok := t.raw.inked(t.page, i); ok {
		p.white = c.a < 8 || min(c.r, c.g, c.b) >= 247
	}
	t.prints[object] = p
	return p
}

// origin returns where character i stands on its line.
func (t *text) origin(i int) (x, y float64, ok bool) {
	ok = t.raw.of(textOrigin, t.page, uint64(i), t.raw.at(0, 8), t.raw.at(1, 8)) != 0
	at := t.raw.doubles(2)
	return at[0], at[1], ok
}

// of returns what an object of the page says.
func (t *text) of(object handle) string {
	return wide(t.raw.bytes(func(to, size uint64) int { return t.raw.of(textOfObject, object, uint64(t.page), to, size) }))
}
