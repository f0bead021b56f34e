package typeset

import "unicode"

// ascii are the widths of the characters from space to tilde in thousandths of
// the size, as common sans serif faces have them (Adobe's metrics of Helvetica).
var ascii = [...]int{
	278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
	556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
	1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
	667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
	333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
	556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
}

func widthOf(r rune) int {
	switch {
	case r == '\t':
		return 3000 // wider than any gap within a text
	case r >= ' ' && int(r-' ') < len(ascii):
		return ascii[r-' ']
	case wide(r):
		return 1000
	case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r):
		return 0
	case unicode.IsUpper(r):
		return 700
	}
	return 560
}

// wide reports whether a character is as wide as it is high, and a line may
// break beside it.
func wide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) ||
		r >= 0x3000 && r <= 0x303f || r >= 0xff01 && r <= 0xff60
}

// width is that of text in points.
func width(text string, size float64, bold bool) float64 {
	sum := 0
	for _, r := range text {
		sum += widthOf(r)
	}
	w := float64(sum) * size / 1000
	if bold {
		w *= 1.05
	}
	return w
}
