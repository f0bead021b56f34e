package forensic

import (
	_ "embed"
	"image"
	"math"
)

//go:generate go run ./shapes digits.bin

// shapes are the ten digits as common fonts draw them, one shape after the other:
// the digit, then its dots. The program in the folder shapes makes them.
//
//go:embed digits.bin
var shapes []byte

// A Shape is one character as it is drawn, in shapeSide rows of as many dots: 0 is
// paper, 255 is ink. Its height fills the rows; its width keeps the proportion.
type Shape [shapeSide * shapeSide]uint8

const (
	shapeSide = 20
	// leastHeight is how many dots high a character has to be drawn.
	leastHeight = 10
	// likeShape is how far a character may be from a shape, and clearShape how much
	// nearer the digit that it is said to be has to be than any other. Measured on
	// 78 fonts of Debian: no digit of any of them passes for another, and 84 % of all pass.
	likeShape  = 0.07
	clearShape = 0.7
	// sameShape is how far two drawings of one character lie apart, between dots.
	sameShape = 0.008
)

// ShapeOf returns the shape of the only character that is drawn in a part of an
// image, dark on light or light on dark; ok is false if there is none.
func ShapeOf(img *image.Gray, r image.Rectangle) (s Shape, ok bool) {
	r = r.Intersect(img.Rect)
	if r.Dx() < 3 || r.Dy() < leastHeight || r.Dx() > 400 || r.Dy() > 400 {
		return s, false
	}
	// The paper is what most dots show.
	var count [32]int
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			count[img.GrayAt(x, y).Y>>3]++
		}
	}
	// Round the edge, for a fat digit may fill more than half of its box.
	paper, most := 0, 0
	for x := r.Min.X; x < r.Max.X; x++ {
		count[img.GrayAt(x, r.Min.Y).Y>>3] += r.Dy()
		count[img.GrayAt(x, r.Max.Y-1).Y>>3] += r.Dy()
	}
	for i, n := range count {
		if n > most {
			paper, most = i*8+4, n
		}
	}
	level := func(x, y int) int {
		d := int(img.GrayAt(x, y).Y) - paper
		return max(d, -d)
	}
	deepest := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			deepest = max(deepest, level(x, y))
		}
	}
	if deepest < 60 {
		return s, false
	}
	ink := image.Rectangle{}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if 5*level(x, y) > 2*deepest {
				ink = ink.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	if ink.Dy() < leastHeight || ink.Dx() > ink.Dy() {
		return s, false
	}
	// Each dot of the shape is the mean of what it covers.
	scale := float64(ink.Dy()) / shapeSide
	left := float64(ink.Min.X) - (shapeSide*scale-float64(ink.Dx()))/2
	for y := range shapeSide {
		y0, y1 := float64(ink.Min.Y)+float64(y)*scale, float64(ink.Min.Y)+float64(y+1)*scale
		for x := range shapeSide {
			x0, x1 := left+float64(x)*scale, left+float64(x+1)*scale
			sum, area := 0.0, 0.0
			for v := int(math.Floor(y0)); v < int(math.Ceil(y1)); v++ {
				h := min(y1, float64(v+1)) - max(y0, float64(v))
				for u := int(math.Floor(x0)); u < int(math.Ceil(x1)); u++ {
					w := min(x1, float64(u+1)) - max(x0, float64(u))
					area += w * h
					if u >= ink.Min.X && u < ink.Max.X && v >= ink.Min.Y && v < ink.Max.Y {
						sum += w * h * float64(level(u, v))
					}
				}
			}
			s[y*shapeSide+x] = uint8(min(255, 255*sum/area/float64(deepest)))
		}
	}
	return s, true
}

// unit is a distance of 1, in the sums below.
const unit = 255 * 255 * shapeSide * shapeSide

// distance is the sum of the squares of the differences of two shapes where they lie
// over each other best (a serif more or less moves a narrow 1 aside), or limit if it
// is no less than that.
func (s *Shape) distance(o []uint8, limit int) int {
	for _, shift := range [...]int{0, -1, 1, -2, 2} {
		from, to := max(0, -shift), min(shapeSide, shapeSide-shift)
		sum := 0
		for y := 0; y < shapeSide && sum < limit; y++ {
			mine, other := s[y*shapeSide:(y+1)*shapeSide], o[y*shapeSide:(y+1)*shapeSide]
			for x := range shapeSide {
				d := int(mine[x])
				if x >= from && x < to {
					d -= int(other[x+shift])
				}
				sum += d * d
			}
		}
		limit = min(limit, sum)
	}
	return limit
}

// Same reports whether two shapes are two drawings of one character of one font.
func (s *Shape) Same(o *Shape) bool {
	const limit = sameShape * unit
	return s.distance(o[:], int(limit)) < int(limit)
}

// Is reports whether a shape is surely that digit. A font unlike all that are
// known gives false, and so does a digit that is another one.
func (s *Shape) Is(digit rune) bool {
	const size = 1 + shapeSide*shapeSide
	like := likeShape * unit
	own := int(like)
	for i := 0; i+size <= len(shapes); i += size {
		if rune(shapes[i]) == digit {
			own = s.distance(shapes[i+1:i+size], own)
		}
	}
	if own == int(like) {
		return false
	}
	clear := int(float64(own) / clearShape)
	for i := 0; i+size <= len(shapes); i += size {
		if rune(shapes[i]) != digit && s.distance(shapes[i+1:i+size], clear) < clear {
			return false
		}
	}
	return true
}
