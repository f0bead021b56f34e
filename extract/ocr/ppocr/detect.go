package ppocr

import (
	"image"
	"math"
	"slices"

	ort "github.com/yalue/onnxruntime_go"
)

// Figures of PP-OCR's own settings, but for side, which it sets to 960 for
// photos of signs: a page in small print needs more.
const (
	side    = 1600 // most dots of the longer side, for the network that finds lines
	inked   = 0.3  // a dot that is print more likely than this is part of a line
	sure    = 0.5  // a line is one if its dots are print with this probability, in the mean
	unclip  = 1.5  // lines are found too thin: how much wider they are, as area by girth
	least   = 3    // dots, the thinnest line
	maxLine = 3000 // lines of a page
)

// A strip is a rectangle that may lie askew: its centre, half its sides, and
// the direction of the line, a unit vector.
type strip struct {
	cx, cy, long, wide float64
	ux, uy             float64
}

func level(r image.Rectangle) strip {
	return strip{float64(r.Min.X+r.Max.X) / 2, float64(r.Min.Y+r.Max.Y) / 2, float64(r.Dx()) / 2, float64(r.Dy()) / 2, 1, 0}
}

// known reports whether most of the strip lies on boxes that need no reading,
// and no box in doubt lies on it.
func (s strip) known(skip, doubt []image.Rectangle) bool {
	x0, y0, x1, y1 := s.box(-s.long, s.long)
	for _, b := range doubt {
		x, y := float64(b.Min.X+b.Max.X)/2, float64(b.Min.Y+b.Max.Y)/2
		if x > x0 && x < x1 && y > y0 && y < y1 {
			return false
		}
	}
	// What is found is wider than the print, and a word may stick out.
	h := (y1 - y0) * 0.2
	covered := 0.0
	for _, b := range skip {
		if float64(b.Max.Y) < y0+h || float64(b.Min.Y) > y1-h {
			continue
		}
		covered += max(0, min(x1, float64(b.Max.X))-max(x0, float64(b.Min.X)))
	}
	return covered >= 0.8*(x1-x0-2*h)
}

// box returns the level box around the part of the strip from a to b along it,
// counted from its middle.
func (s strip) box(a, b float64) (x0, y0, x1, y1 float64) {
	x0, y0, x1, y1 = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, u := range [...]float64{a, b} {
		for _, v := range [...]float64{-s.wide, s.wide} {
			x, y := s.cx+u*s.ux-v*s.uy, s.cy+u*s.uy+v*s.ux
			x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x), max(y1, y)
		}
	}
	return x0, y0, x1, y1
}

// lines finds the lines of print.
func (r *Reader) lines(g *image.Gray) ([]strip, error) {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	f := min(1, side/float64(max(w, h)))
	// The network halves the sides five times.
	nw, nh := max(32, int(math.Round(float64(w)*f/32))*32), max(32, int(math.Round(float64(h)*f/32))*32)
	fx, fy := float64(w)/float64(nw), float64(h)/float64(nh)
	data := make([]float32, 3*nw*nh)
	small := resize(g, nw, nh)
	mean, dev := [...]float32{0.485, 0.456, 0.406}, [...]float32{0.229, 0.224, 0.225}
	for c := range 3 {
		plane := data[c*nw*nh:]
		for i, v := range small {
			plane[i] = (v/255 - mean[c]) / dev[c]
		}
	}
	out, shape, err := run(r.find, ort.NewShape(1, 3, int64(nh), int64(nw)), data)
	if err != nil {
		return nil, err
	}
	if len(shape) < 2 || int(shape[len(shape)-1]) != nw || int(shape[len(shape)-2]) != nh || len(out) < nw*nh {
		return nil, nil
	}
	strips := outline(out[:nw*nh], nw, nh)
	for i := range strips {
		s := &strips[i]
		// Back to dots of the bitmap. The two scales are the same but for
		// rounding, so right angles stay right.
		dx, dy := s.ux*fx, s.uy*fy
		n := math.Hypot(dx, dy)
		s.long, s.wide = s.long*n, s.wide*math.Hypot(s.uy*fx, s.ux*fy)
		s.ux, s.uy = dx/n, dy/n
		s.cx, s.cy = s.cx*fx+float64(g.Rect.Min.X), s.cy*fy+float64(g.Rect.Min.Y)
	}
	return strips, nil
}

// resize returns the gray levels of g as w by h dots: the mean of what each
// covers if the bitmap is larger, else between neighbours.
func resize(g *image.Gray, w, h int) []float32 {
	sw, sh := g.Rect.Dx(), g.Rect.Dy()
	// A tap is what one dot takes from a row of dots.
	type tap struct {
		from   int
		weight []float32
	}
	taps := func(src, dst int) []tap {
		f := float64(src) / float64(dst)
		reach := max(1, f)
		all := make([]tap, dst)
		for i := range all {
			centre := (float64(i)+0.5)*f - 0.5
			from, to := max(0, int(math.Ceil(centre-reach))), min(src-1, int(math.Floor(centre+reach)))
			t := tap{from: min(from, src-1)}
			sum := float32(0)
			for k := t.from; k <= to; k++ {
				v := float32(max(0, 1-math.Abs(float64(k)-centre)/reach))
				t.weight = append(t.weight, v)
				sum += v
			}
			if sum == 0 {
				t.weight, sum = []float32{1}, 1
			}
			for k := range t.weight {
				t.weight[k] /= sum
			}
			all[i] = t
		}
		return all
	}
	across, down := taps(sw, w), taps(sh, h)
	rows := make([]float32, w*sh)
	for y := range sh {
		src, dst := g.Pix[y*g.Stride:], rows[y*w:]
		for x, t := range across {
			sum := float32(0)
			for k, v := range t.weight {
				sum += v * float32(src[t.from+k])
			}
			dst[x] = sum
		}
	}
	out := make([]float32, w*h)
	for y, t := range down {
		dst := out[y*w : (y+1)*w]
		for k, v := range t.weight {
			for x, p := range rows[(t.from+k)*w : (t.from+k+1)*w] {
				dst[x] += v * p
			}
		}
	}
	return out
}

// outline makes strips of the probabilities that a dot is print.
func outline(prob []float32, w, h int) []strip {
	seen := make([]bool, w*h)
	var strips []strip
	var stack []int
	for start, p := range prob {
		if p <= inked || seen[start] {
			continue
		}
		// The dots that hang together, and of each row the outermost: the rest
		// does not matter for the rectangle around them.
		stack = append(stack[:0], start)
		seen[start] = true
		sum, n := 0.0, 0
		low, high := start/w, start/w
		ends := map[int][2]int{}
		for len(stack) > 0 {
			at := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			x, y := at%w, at/w
			sum += float64(prob[at])
			n++
			e, ok := ends[y]
			if !ok {
				e = [2]int{x, x}
			}
			ends[y] = [2]int{min(e[0], x), max(e[1], x)}
			low, high = min(low, y), max(high, y)
			for dy := -1; dy <= 1; dy++ {
				for dx := -1; dx <= 1; dx++ {
					nx, ny := x+dx, y+dy
					if nx < 0 || ny < 0 || nx >= w || ny >= h {
						continue
					}
					if next := ny*w + nx; !seen[next] && prob[next] > inked {
						seen[next] = true
						stack = append(stack, next)
					}
				}
			}
		}
		if n < 6 || sum/float64(n) < sure {
			continue
		}
		var points []point
		for y := low; y <= high; y++ {
			e := ends[y]
			// The corners of the dots, not their middles.
			for _, py := range [...]float64{float64(y), float64(y) + 1} {
				points = append(points, point{float64(e[0]), py}, point{float64(e[1]) + 1, py})
			}
		}
		s := around(hull(points))
		if 2*s.wide < least {
			continue
		}
		grow := 4 * s.long * s.wide * unclip / (4 * (s.long + s.wide))
		s.long, s.wide = s.long+grow, s.wide+grow
		strips = append(strips, s)
		if len(strips) == maxLine {
			break
		}
	}
	return strips
}

type point struct{ x, y float64 }

// hull returns the corners of the convex polygon around the points, in order.
func hull(points []point) []point {
	slices.SortFunc(points, func(a, b point) int {
		switch {
		case a.x < b.x || a.x == b.x && a.y < b.y:
			return -1
		case a == b:
			return 0
		}
		return 1
	})
	points = slices.Compact(points)
	if len(points) < 3 {
		return points
	}
	half := func(points []point) (out []point) {
		for _, p := range points {
			for len(out) >= 2 {
				a, b := out[len(out)-2], out[len(out)-1]
				if (b.x-a.x)*(p.y-a.y)-(b.y-a.y)*(p.x-a.x) > 0 {
					break
				}
				out = out[:len(out)-1]
			}
			out = append(out, p)
		}
		return out[:len(out)-1]
	}
	lower := half(points)
	slices.Reverse(points)
	return append(lower, half(points)...)
}

// around returns the smallest rectangle around a convex polygon: one of its
// sides lies on a side of the polygon. The line runs along the longer side,
// from left to right; a line that stands runs downwards.
func around(corners []point) strip {
	var best strip
	area := math.Inf(1)
	for i, a := range corners {
		b := corners[(i+1)%len(corners)]
		n := math.Hypot(b.x-a.x, b.y-a.y)
		if n == 0 {
			continue
		}
		ux, uy := (b.x-a.x)/n, (b.y-a.y)/n
		u0, u1, v0, v1 := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
		for _, p := range corners {
			u, v := p.x*ux+p.y*uy, -p.x*uy+p.y*ux
			u0, u1, v0, v1 = min(u0, u), max(u1, u), min(v0, v), max(v1, v)
		}
		if (u1-u0)*(v1-v0) >= area {
			continue
		}
		area = (u1 - u0) * (v1 - v0)
		u, v := (u0+u1)/2, (v0+v1)/2
		best = strip{u*ux - v*uy, u*uy + v*ux, (u1 - u0) / 2, (v1 - v0) / 2, ux, uy}
	}
	if best.wide > best.long {
		best.long, best.wide = best.wide, best.long
		best.ux, best.uy = -best.uy, best.ux
	}
	if math.Abs(best.uy) > math.Abs(best.ux) {
		if best.uy < 0 {
			best.ux, best.uy = -best.ux, -best.uy
		}
	} else if best.ux < 0 {
		best.ux, best.uy = -best.ux, -best.uy
	}
	return best
}
