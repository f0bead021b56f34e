package ppocr

import (
	"image"
	"math"
	"slices"
	"strings"
	"unicode"

	ort "github.com/yalue/onnxruntime_go"
	"golang.org/x/text/width"
)

const (
	high    = 48   // dots a line is high for the network that reads it
	step    = 8    // dots the network looks at for one answer
	longest = 3200 // dots of a line; what is longer is squeezed
	// shortest is how wide a strip is filled up to: the network was made with
	// strips of 320 dots and reads much shorter ones badly.
	shortest = 320
	space    = 13 // dots of white that part words
)

// cut returns the gray levels of a strip of the bitmap, laid level, high dots
// high and w wide.
func cut(g *image.Gray, s strip, w int) []float32 {
	out := make([]float32, high*w)
	f := 2 * s.wide / high        // dots of the bitmap for one down the strip
	fw := 2 * s.long / float64(w) // and along it
	// Where print is larger than the network wants it, more dots make one.
	taps := min(4, max(1, int(math.Round(max(f, fw)))))
	at := func(x, y float64) float32 {
		x, y = x-0.5-float64(g.Rect.Min.X), y-0.5-float64(g.Rect.Min.Y)
		x, y = min(max(x, 0), float64(g.Rect.Dx()-1)), min(max(y, 0), float64(g.Rect.Dy()-1))
		x0, y0 := int(x), int(y)
		x1, y1 := min(x0+1, g.Rect.Dx()-1), min(y0+1, g.Rect.Dy()-1)
		dx, dy := float32(x-float64(x0)), float32(y-float64(y0))
		top := float32(g.Pix[y0*g.Stride+x0])*(1-dx) + float32(g.Pix[y0*g.Stride+x1])*dx
		low := float32(g.Pix[y1*g.Stride+x0])*(1-dx) + float32(g.Pix[y1*g.Stride+x1])*dx
		return top*(1-dy) + low*dy
	}
	for y := range high {
		for x := range w {
			sum := float32(0)
			for j := range taps {
				v := (float64(y)+(float64(j)+0.5)/float64(taps))*f - s.wide
				for i := range taps {
					u := (float64(x)+(float64(i)+0.5)/float64(taps))*fw - s.long
					sum += at(s.cx+u*s.ux-v*s.uy, s.cy+u*s.uy+v*s.ux)
				}
			}
			out[y*w+x] = sum / float32(taps*taps)
		}
	}
	return out
}

// A char is a character as the network sees it.
type char struct {
	text string
	prob float64
	at   float64 // its middle, in dots along the strip
}

// line reads a strip. One that stands is read both ways, and the surer counts.
func (r *Reader) line(g *image.Gray, s strip) ([]Word, error) {
	words, err := r.lay(g, s)
	if err != nil || math.Abs(s.uy) < math.Abs(s.ux) || s.long < 1.5*s.wide {
		return words, err
	}
	back := s
	back.ux, back.uy = -s.ux, -s.uy
	other, err := r.lay(g, back)
	if err == nil && weight(other) > weight(words) {
		words = other
	}
	return words, err
}

func weight(words []Word) float64 {
	sum := 0.0
	for _, w := range words {
		sum += w.Mean * w.Mean * float64(len([]rune(w.Text)))
	}
	return sum
}

func (r *Reader) lay(g *image.Gray, s strip) ([]Word, error) {
	w := min(max(4, int(math.Ceil(high*s.long/s.wide))), longest)
	levels := cut(g, s, w)
	full := max(w, shortest)
	full = (full + step - 1) / step * step
	data := make([]float32, 3*high*full)
	for y := range high {
		for x := range w {
			v := levels[y*w+x]/127.5 - 1
			for c := range 3 {
				data[(c*high+y)*full+x] = v
			}
		}
	}
	out, shape, err := run(r.read, ort.NewShape(1, 3, high, int64(full)), data)
	if err != nil {
		return nil, err
	}
	if len(shape) != 3 || int(shape[2]) != len(r.chars) || len(out) != int(shape[1]*shape[2]) {
		// The list of characters belongs to another network.
		return nil, errCharacters
	}
	chars := decode(out, r.chars, int(shape[1]), float64(full)/float64(shape[1]), w)
	var words []Word
	for _, p := range split(chars, gaps(levels, w), w) {
		word := Word{Least: 1}
		var text strings.Builder
		for _, c := range p.chars {
			text.WriteString(narrow(c.text))
			word.Least = min(word.Least, c.prob)
			word.Mean += c.prob / float64(len(p.chars))
		}
		word.Text = text.String()
		k := 2 * s.long / float64(w)
		t := s
		if top, low, ok := rise(levels, w, p); ok {
			// The strip is wider than the print.
			kv := 2 * s.wide / high
			mid := (float64(top+low)/2 - high/2) * kv
			t.cx, t.cy, t.wide = s.cx-mid*s.uy, s.cy+mid*s.ux, float64(low-top)/2*kv
		}
		word.X0, word.Y0, word.X1, word.Y1 = t.box(p.from*k-s.long, p.to*k-s.long)
		words = append(words, word)
	}
	return words, nil
}

// narrow writes the wide forms of Latin letters, digits and signs, which the
// network uses as it likes, in the usual form.
func narrow(s string) string {
	for _, r := range s {
		if r >= 0xff01 && r <= 0xff5e {
			return width.Narrow.String(s)
		}
	}
	return s
}

// decode reads the answers of the network, steps of them, each a probability
// for each character: of a run of the same answer one is meant, and the first
// answer of all is none. What lies beyond w dots is filling.
func decode(out []float32, chars []string, steps int, dots float64, w int) []char {
	var all []char
	last, from := 0, 0
	best := 0.0
	end := func(t int) {
		if last != 0 {
			if at := (float64(from) + float64(t)) / 2 * dots; at < float64(w)+dots {
				all = append(all, char{chars[last], best, min(at, float64(w))})
			}
		}
	}
	for t := range steps {
		row := out[t*len(chars) : (t+1)*len(chars)]
		top := 0
		for i, p := range row {
			if p > row[top] {
				top = i
			}
		}
		if p := float64(row[top]); top != last {
			end(t)
			last, from, best = top, t, p
		} else {
			best = max(best, p)
		}
	}
	end(steps)
	return all
}

// A span is a part of a strip, in dots along it.
type span struct{ from, to int }

// gaps returns the inked parts of a strip that white parts them, as wide as a
// space at least.
func gaps(levels []float32, w int) []span {
	sorted := slices.Clone(levels)
	slices.Sort(sorted)
	paper, print := sorted[len(sorted)*4/5], sorted[len(sorted)/50]
	// White print on dark, where the dark is most of it, is left to the network.
	if paper-print < 30 {
		return nil
	}
	ink := paper - 0.4*(paper-print)
	dark := make([]bool, w)
	// Neighbouring lines reach into the rim.
	for y := high / 8; y < high-high/8; y++ {
		for x, v := range levels[y*w : (y+1)*w] {
			if v < ink {
				dark[x] = true
			}
		}
	}
	var parts []span
	for x := 0; x < w; x++ {
		if !dark[x] {
			continue
		}
		if n := len(parts); n > 0 && x-parts[n-1].to < space {
			parts[n-1].to = x + 1
		} else {
			parts = append(parts, span{x, x + 1})
		}
	}
	return parts
}

// rise returns the rows between which the ink of a word lies.
func rise(levels []float32, w int, p piece) (top, low int, ok bool) {
	from, to := max(0, int(p.from)), min(w, int(math.Ceil(p.to)))
	if to-from < 3 {
		return 0, 0, false
	}
	dark, light := float32(255), float32(0)
	var rows [high]float32
	for y := range high {
		rows[y] = 255
		for _, v := range levels[y*w+from : y*w+to] {
			rows[y] = min(rows[y], v)
			light = max(light, v)
		}
		dark = min(dark, rows[y])
	}
	if light-dark < 40 {
		return 0, 0, false
	}
	ink := light - 0.4*(light-dark)
	inked := func(y int) bool { return rows[y] < ink }
	top, low = high/2, high/2
	// Two white rows end a word; one may part a dot from its letter.
	for top > 0 && (inked(top-1) || top > 1 && inked(top-2)) {
		top--
	}
	for low < high && (inked(low) || low+1 < high && inked(low+1)) {
		low++
	}
	return top, low, low-top >= high/4
}

// A piece is the characters of one word and where they stand along the strip.
type piece struct {
	chars    []char
	from, to float64
}

// split parts characters at spaces, and where the ink shows a gap that the
// network passed over. Chinese has no spaces, and wide gaps.
func split(chars []char, parts []span, w int) []piece {
	part := func(at float64) int {
		best, near := -1, math.Inf(1)
		for i, p := range parts {
			if d := max(float64(p.from)-at, at-float64(p.to), 0); d < near {
				best, near = i, d
			}
		}
		return best
	}
	var all []piece
	var open []char
	end := func() {
		if len(open) > 0 {
			all = append(all, piece{chars: open})
			open = nil
		}
	}
	for _, c := range chars {
		if c.text == " " || c.text == "\u3000" {
			end()
			continue
		}
		if n := len(open); n > 0 && len(parts) > 1 {
			a := open[n-1]
			if i, j := part(a.at), part(c.at); i != j && !(wide(a.text) && wide(c.text)) && !(figure(a.text) && figure(c.text) && parts[j].from-parts[i].to < 2*space-6) {
				end()
			}
		}
		open = append(open, c)
	}
	end()
	for i := range all {
		p := &all[i]
		first, last := p.chars[0].at, p.chars[len(p.chars)-1].at
		// Half a character more at each end, but not beyond the neighbour.
		half := high / 4.0
		if n := len(p.chars); n > 1 {
			half = min(high/2, (last-first)/float64(n-1)/2)
		}
		p.from, p.to = max(0, first-half), min(float64(w), last+half)
		if len(parts) > 0 {
			// The ink says better where a word begins and ends, if it parts it
			// from its neighbours.
			a, b := parts[part(first)], parts[part(last)]
			if i == 0 || part(all[i-1].chars[len(all[i-1].chars)-1].at) != part(first) {
				p.from = float64(a.from)
			}
			if i == len(all)-1 || part(all[i+1].chars[0].at) != part(last) {
				p.to = float64(b.to)
			}
		}
		if p.to <= p.from {
			p.to = p.from + 1
		}
	}
	return all
}

// figure reports whether s may stand inside a figure. Points and commas, and
// the 1, have white on either side.
func figure(s string) bool { return s != "" && strings.Contains("0123456789.,:/-", s) }

func wide(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef
	})
}
