package pixels

import (
	"encoding/binary"
	"image"
	"math"
	"slices"
)

const (
	MostPieces = 2400
	fewCorners = 16
	patch      = 9 // dots a side of a piece of a sketch
)

// Ink sketches the stamps and signatures of a scanned page, or returns none if
// there are none: ink that is coloured, or paler than print. The sketch is up to
// 2,400 pieces of 9 by 9 dots, chosen where the ink has corners. Pieces keep their
// gray levels, so that two sketches tell whether two marks are the same dots, or
// only marks of the same stamp: nobody presses a stamp twice with the same angle,
// ink and pressure, and no scanner reads the same ink twice with the same noise.
//
// Coloured ink and pale ink are sketched apart, for pieces of pale print are among
// the pale ones: who knows the words takes them out, see [Thin].
//
// A piece is its place on the page (two bytes x, two bytes y, of its middle, in
// dots) and 81 levels by rows.
func Ink(img image.Image) (coloured, pale []byte) {
	b := img.Bounds()
	if b.Dx() < 300 || b.Dy() < 300 || b.Dx() > 20000 || b.Dy() > 20000 {
		return nil, nil
	}
	if m, ok := img.(*image.Paletted); ok && len(m.Palette) <= 2 {
		// One bit a dot keeps neither pressure nor noise.
		return nil, nil
	}
	v := look(img)
	if v.coloured {
		coloured = v.sketch()
	}
	v.midtones()
	return coloured, v.sketch()
}

// A view is a page as luminance, and a coarse map of where stamp ink is: one
// square for each 4 by 4 dots.
type view struct {
	w, h   int
	level  []uint8
	stride int
	inked  []bool
	cw, ch int
	// coloured says that there is coloured ink, which inked then shows.
	coloured bool
}

const square = 4

func look(img image.Image) view {
	b := img.Bounds()
	v := levelsAndStride(img)
	v.cw, v.ch = v.w/square, v.h/square
	v.inked = make([]bool, v.cw*v.ch)
	switch m := img.(type) {
	case *image.YCbCr:
		n := 0
		cb, cr := tone(m)
		for cy := range v.ch {
			for cx := range v.cw {
				hits := 0
				for k := range square {
					o := m.COffset(b.Min.X+cx*square+k, b.Min.Y+cy*square+k)
					c := max(abs(int(m.Cb[o])-cb), abs(int(m.Cr[o])-cr))
					if c >= 9 && v.level[(cy*square+k)*v.stride+cx*square+k] < 225 {
						hits++
					}
				}
				if hits >= 2 {
					v.inked[cy*v.cw+cx] = true
					n++
				}
			}
		}
		v.coloured = n >= 200
	case *image.RGBA:
		n := 0
		for cy := range v.ch {
			for cx := range v.cw {
				hits := 0
				for k := range square {
					p := m.Pix[m.PixOffset(b.Min.X+cx*square+k, b.Min.Y+cy*square+k):]
					if hi, lo := max(p[0], p[1], p[2]), min(p[0], p[1], p[2]); hi-lo >= 18 && lo < 225 {
						hits++
					}
				}
				if hits >= 2 {
					v.inked[cy*v.cw+cx] = true
					n++
				}
			}
		}
		v.coloured = n >= 200
	}
	return v
}

// tone is the colour of most of the middle of the page: the paper under its lamp.
func tone(m *image.YCbCr) (cb, cr int) {
	var b, r [256]int
	w, h := m.Rect.Dx(), m.Rect.Dy()
	for y := h / 5; y < h*4/5; y += 9 {
		for x := w / 5; x < w*4/5; x += 9 {
			o := m.COffset(m.Rect.Min.X+x, m.Rect.Min.Y+y)
			b[m.Cb[o]]++
			r[m.Cr[o]]++
		}
	}
	for l := range 256 {
		if b[l] > b[cb] {
			cb = l
		}
		if r[l] > r[cr] {
			cr = l
		}
	}
	return cb, cr
}

// midtones marks ink that is paler than print: on a scan in gray, a stamp is.
func (v *view) midtones() {
	paper := v.paper()
	lo, hi := uint8(paper*28/100), uint8(paper*80/100)
	for cy := range v.ch {
		for cx := range v.cw {
			least := uint8(255)
			for y := cy * square; y < (cy+1)*square; y++ {
				for _, p := range v.level[y*v.stride+cx*square:][:square] {
					least = min(least, p)
				}
			}
			// What is coloured was looked at already.
			v.inked[cy*v.cw+cx] = least >= lo && least <= hi && !(v.coloured && v.inked[cy*v.cw+cx])
		}
	}
}

// paper is the level of most of the page.
func (v *view) paper() int {
	var count [256]int
	for y := 0; y < v.h; y += 7 {
		for x := 0; x < v.w; x += 7 {
			count[v.level[y*v.stride+x]]++
		}
	}
	best := 128
	for l := 128; l < 256; l++ {
		if count[l] > count[best] {
			best = l
		}
	}
	return best
}

// sketch chooses the pieces: where the levels change in both directions most. A
// corner counts if it is the strongest within three dots: what is chosen then
// moves with the ink, wherever on the page it stands.
func (v *view) sketch() []byte {
	const half = patch / 2
	const margin = half + 4
	type corner struct {
		x, y  int
		power int
	}
	black := uint8(v.paper() * 22 / 100)
	var all []corner
	var power [square + 6][square + 6]int
	// Neighbouring squares ask for the same corners; 0 is one nobody asked for.
	known := make([]int32, v.w*v.h)
	for cy := 3; cy < v.ch-3; cy++ {
		for cx := 3; cx < v.cw-3; cx++ {
			if !v.inked[cy*v.cw+cx] {
				continue
			}
			x0, y0 := cx*square-3, cy*square-3
			if x0 < margin || y0 < margin || x0+square+6 > v.w-margin || y0+square+6 > v.h-margin {
				continue
			}
			// Levels that hardly change have no corner.
			lo, hi := uint8(255), uint8(0)
			for y := range square + 2 {
				for _, l := range v.level[(y0+2+y)*v.stride+x0+2:][:square+2] {
					lo, hi = min(lo, l), max(hi, l)
				}
			}
			if hi-lo < 24 {
				continue
			}
			for y := range power {
				for x := range power[y] {
					k := &known[(y0+y)*v.w+x0+x]
					if *k == 0 {
						*k = int32(v.corner(x0+x, y0+y)) + 1
					}
					power[y][x] = int(*k - 1)
				}
			}
			for y := 3; y < 3+square; y++ {
			next:
				for x := 3; x < 3+square; x++ {
					p := power[y][x]
					if p == 0 {
						continue
					}
					for j := y - 3; j <= y+3; j++ {
						for i := x - 3; i <= x+3; i++ {
							if q := power[j][i]; q > p || q == p && (j < y || j == y && i < x) {
								continue next
							}
						}
					}
					all = append(all, corner{x0 + x, y0 + y, p})
				}
			}
		}
	}
	// Print beneath the ink is not the ink's.
	all = slices.DeleteFunc(all, func(c corner) bool {
		for y := c.y - half; y <= c.y+half; y++ {
			for _, l := range v.level[y*v.stride+c.x-half:][:patch] {
				if l < black {
					return true
				}
			}
		}
		return false
	})
	if len(all) < fewCorners {
		return nil
	}
	slices.SortStableFunc(all, func(a, b corner) int { return b.power - a.power })
	all = all[:min(len(all), MostPieces)]
	out := make([]byte, 0, len(all)*(4+patch*patch))
	for _, c := range all {
		out = binary.BigEndian.AppendUint16(out, uint16(c.x))
		out = binary.BigEndian.AppendUint16(out, uint16(c.y))
		for y := c.y - half; y <= c.y+half; y++ {
			out = append(out, v.level[y*v.stride+c.x-half:][:patch]...)
		}
	}
	return out
}

// corner is how much the levels around a dot change in both directions: the
// smaller eigenvalue of the structure tensor over 5 by 5 dots, in whole numbers.
func (v *view) corner(x, y int) int {
	var xx, yy, xy int
	for j := -2; j <= 2; j++ {
		row := (y + j) * v.stride
		for i := -2; i <= 2; i++ {
			o := row + x + i
			dx := int(v.level[o+1]) - int(v.level[o-1])
			dy := int(v.level[o+v.stride]) - int(v.level[o-v.stride])
			xx += dx * dx
			yy += dy * dy
			xy += dx * dy
		}
	}
	trace := float64(xx + yy)
	det := float64(xx)*float64(yy) - float64(xy)*float64(xy)
	power := int(trace/2 - math.Sqrt(max(0, trace*trace/4-det)))
	if power < 1500 {
		return 0
	}
	return power
}

// Even is the share of the paper's dots that are as light as the dot beside them.
// It is near 1 on a page that never lay on a scanner, and on one whose paper was
// whitened.
func Even(img image.Image) float64 {
	v := levelsAndStride(img)
	same, n := 0, 0
	for y := v.h / 10; y < v.h*9/10; y += 5 {
		row := v.level[y*v.stride:][:v.w]
		for x := v.w / 10; x < v.w*9/10-1; x += 3 {
			a, b := row[x], row[x+1]
			if a < 160 || b < 160 {
				continue
			}
			n++
			if a == b {
				same++
			}
		}
	}
	if n == 0 {
		return 0
	}
	return float64(same) / float64(n)
}

// levelsAndStride is a view without the map of ink.
func levelsAndStride(img image.Image) view {
	b := img.Bounds()
	v := view{w: b.Dx(), h: b.Dy()}
	switch m := img.(type) {
	case *image.Gray:
		v.level, v.stride = m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], m.Stride
	case *image.YCbCr:
		v.level, v.stride = m.Y[m.YOffset(b.Min.X, b.Min.Y):], m.YStride
	case *image.RGBA:
		v.level, v.stride = make([]uint8, v.w*v.h), v.w
		for y := range v.h {
			p := m.Pix[m.PixOffset(b.Min.X, b.Min.Y+y):]
			row := v.level[y*v.w:]
			for x := range v.w {
				row[x] = uint8((299*int(p[4*x]) + 587*int(p[4*x+1]) + 114*int(p[4*x+2])) / 1000)
			}
		}
	default:
		v.level, v.stride = make([]uint8, v.w*v.h), v.w
		for y := range v.h {
			for x := range v.w {
				r, g, bl, _ := img.At(b.Min.X+x, b.Min.Y+y).RGBA()
				v.level[y*v.w+x] = uint8((299*r + 587*g + 114*bl) / 1000 >> 8)
			}
		}
	}
	return v
}

// PieceBytes is the length of one piece of a sketch.
const PieceBytes = 4 + patch*patch

// Thin leaves out the pieces of a sketch that drop says yes to, given their
// place, and keeps at most n of the others, the strongest.
func Thin(sketch []byte, n int, drop func(x, y int) bool) []byte {
	var out []byte
	for ; len(sketch) >= PieceBytes && n > 0; sketch = sketch[PieceBytes:] {
		if drop(int(binary.BigEndian.Uint16(sketch)), int(binary.BigEndian.Uint16(sketch[2:]))) {
			continue
		}
		out = append(out, sketch[:PieceBytes]...)
		n--
	}
	return out
}
