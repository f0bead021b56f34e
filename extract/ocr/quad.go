package ocr

import (
	"image"
	"math"

	"tallyman/extract/page"
)

// flatten finds a sheet of paper that lies on darker ground, as in a photo
// taken by hand, and returns it as if seen straight from above, with the map
// from its dots to those of g. ok is false if there is no such sheet, which is
// so for every scan that shows nothing but paper.
func flatten(g *image.Gray) (out *image.Gray, back page.Matrix, ok bool) {
	q, ok := sheet(g)
	if !ok {
		return nil, page.Identity, false
	}
	side := func(a, b point) float64 { return math.Hypot(a.x-b.x, a.y-b.y) }
	w := max(side(q[0], q[1]), side(q[3], q[2]))
	h := max(side(q[0], q[3]), side(q[1], q[2]))
	// What looks nearly like A4 is A4: the sides as seen depend on the angle.
	const a4 = 297.0 / 210
	switch r := h / w; {
	case r > a4*0.88 && r < a4*1.12:
		h = w * a4
	case r > 0.88/a4 && r < 1.12/a4:
		w = h * a4
	}
	// The outermost dots show the edge of the sheet and its shadow.
	const inset = 0.004
	back, ok = square([4]point{{-inset * w, -inset * h}, {w * (1 + inset), -inset * h}, {w * (1 + inset), h * (1 + inset)}, {-inset * w, h * (1 + inset)}}, q)
	if !ok {
		return nil, page.Identity, false
	}
	return warp(g, back, int(w), int(h)), back, true
}

// warp draws what back shows of g, w by h dots.
func warp(g *image.Gray, back page.Matrix, w, h int) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, w, h))
	sw, sh := g.Rect.Dx(), g.Rect.Dy()
	for y := range out.Rect.Dy() {
		row := out.Pix[y*out.Stride:]
		for x := range out.Rect.Dx() {
			sx, sy := back.Apply(float64(x)+0.5, float64(y)+0.5)
			sx, sy = sx-0.5, sy-0.5
			x0, y0 := int(sx), int(sy)
			if sx < 0 || sy < 0 || x0+1 >= sw || y0+1 >= sh {
				row[x] = 255
				continue
			}
			fx, fy := sx-float64(x0), sy-float64(y0)
			p := g.Pix[y0*g.Stride+x0:]
			r := g.Pix[(y0+1)*g.Stride+x0:]
			row[x] = uint8((float64(p[0])*(1-fx)+float64(p[1])*fx)*(1-fy) + (float64(r[0])*(1-fx)+float64(r[1])*fx)*fy + 0.5)
		}
	}
	return out
}

type point struct{ x, y float64 }

// square returns the projective map that takes the four points of from to to.
func square(from, to [4]point) (page.Matrix, bool) {
	var a [8][9]float64
	for i := range 4 {
		x, y, u, v := from[i].x, from[i].y, to[i].x, to[i].y
		a[2*i] = [9]float64{x, y, 1, 0, 0, 0, -u * x, -u * y, u}
		a[2*i+1] = [9]float64{0, 0, 0, x, y, 1, -v * x, -v * y, v}
	}
	for c := range 8 {
		best := c
		for r := c; r < 8; r++ {
			if math.Abs(a[r][c]) > math.Abs(a[best][c]) {
				best = r
			}
		}
		a[c], a[best] = a[best], a[c]
		if math.Abs(a[c][c]) < 1e-9 {
			return page.Identity, false
		}
		for r := range 8 {
			if r == c {
				continue
			}
			f := a[r][c] / a[c][c]
			for k := c; k < 9; k++ {
				a[r][k] -= f * a[c][k]
			}
		}
	}
	var m page.Matrix
	for i := range 8 {
		m[i] = a[i][8] / a[i][i]
	}
	m[8] = 1
	return m, true
}

// sheet returns the corners of the sheet in dots of g: upper left, upper right,
// lower right, lower left.
func sheet(g *image.Gray) (q [4]point, ok bool) {
	const side = 400
	b := g.Rect
	step := float64(max(b.Dx(), b.Dy())) / side
	if step < 1 {
		return q, false
	}
	w, h := int(float64(b.Dx())/step), int(float64(b.Dy())/step)
	if w < 60 || h < 60 {
		return q, false
	}
	small := shrink(g, w, h)
	level := otsu(small)
	bright := make([]bool, w*h)
	for i, v := range small {
		bright[i] = int(v) > level
	}
	mask, n := largest(bright, w, h)
	if share := float64(n) / float64(w*h); share < 0.2 || share > 0.97 {
		return q, false
	}

	// The corners are the dots that reach farthest along the diagonals.
	var ext [4]point
	best := [4]float64{math.Inf(1), math.Inf(-1), math.Inf(-1), math.Inf(1)}
	for y := range h {
		for x := range w {
			if !mask[y*w+x] {
				continue
			}
			fx, fy := float64(x), float64(y)
			for k, d := range [4]float64{fx + fy, fx - fy, fx + fy, fx - fy} {
				if k == 0 && d < best[0] || k == 1 && d > best[1] || k == 2 && d > best[2] || k == 3 && d < best[3] {
					best[k], ext[k] = d, point{fx, fy}
				}
			}
		}
	}
	// Each side is a line through the outermost dots between two corners.
	var lines [4][3]float64 // a x + b y = c
	for k := range 4 {
		var pts []point
		p, r := ext[k], ext[(k+1)%4]
		if k%2 == 0 { // upper and lower side
			x0, x1 := min(p.x, r.x), max(p.x, r.x)
			for x := int(x0 + 0.06*(x1-x0)); x <= int(x1-0.06*(x1-x0)); x++ {
				for i := range h {
					y := i
					if k == 2 {
						y = h - 1 - i
					}
					if mask[y*w+x] {
						pts = append(pts, point{float64(x), float64(y)})
						break
					}
				}
			}
		} else {
			y0, y1 := min(p.y, r.y), max(p.y, r.y)
			for y := int(y0 + 0.06*(y1-y0)); y <= int(y1-0.06*(y1-y0)); y++ {
				for i := range w {
					x := i
					if k == 1 {
						x = w - 1 - i
					}
					if mask[y*w+x] {
						pts = append(pts, point{float64(x), float64(y)})
						break
					}
				}
			}
		}
		line, good := fit(pts, k%2 == 0)
		if !good {
			return q, false
		}
		lines[k] = line
	}
	for k := range 4 {
		p, good := meet(lines[(k+3)%4], lines[k])
		// A corner beyond the edge of the photo: a part of the sheet is missing,
		// and what shape it has is unknown.
		if !good || p.x < 1 || p.y < 1 || p.x > float64(w-2) || p.y > float64(h-2) {
			return q, false
		}
		q[k] = p
	}
	if !convex(q) || !darkAround(small, w, h, q, level) {
		return q, false
	}
	for k := range q {
		q[k].x, q[k].y = (q[k].x+0.5)*step, (q[k].y+0.5)*step
	}
	return q, true
}

// shrink returns the image at w by h dots, each the mean of those it covers.
func shrink(g *image.Gray, w, h int) []uint8 {
	out := make([]uint8, w*h)
	for y := range h {
		y0, y1 := y*g.Rect.Dy()/h, (y+1)*g.Rect.Dy()/h
		for x := range w {
			x0, x1 := x*g.Rect.Dx()/w, (x+1)*g.Rect.Dx()/w
			sum, n := 0, 0
			for j := y0; j < max(y1, y0+1); j++ {
				for i := x0; i < max(x1, x0+1); i++ {
					sum += int(g.Pix[j*g.Stride+i])
					n++
				}
			}
			out[y*w+x] = uint8(sum / n)
		}
	}
	return out
}

// otsu returns the level that parts dark from bright best.
func otsu(pix []uint8) int {
	var hist [256]float64
	for _, v := range pix {
		hist[v]++
	}
	total, sum := float64(len(pix)), 0.0
	for v, n := range hist {
		sum += float64(v) * n
	}
	best, level := 0.0, 127
	low, lowSum := 0.0, 0.0
	for v := range 255 {
		low += hist[v]
		lowSum += float64(v) * hist[v]
		if low == 0 || low == total {
			continue
		}
		d := lowSum/low - (sum-lowSum)/(total-low)
		if between := low * (total - low) * d * d; between > best {
			best, level = between, v
		}
	}
	return level
}

// largest returns the largest connected bright field, and its size with the
// print upon it.
func largest(bright []bool, w, h int) ([]bool, int) {
	mark := make([]int, w*h)
	best, size := 0, 0
	var stack []int
	for i, b := range bright {
		if !b || mark[i] != 0 {
			continue
		}
		id, n := i+1, 0
		mark[i] = id
		stack = append(stack[:0], i)
		for len(stack) > 0 {
			k := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			n++
			x, y := k%w, k/w
			for _, d := range [4][2]int{{1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
				nx, ny := x+d[0], y+d[1]
				if nx < 0 || ny < 0 || nx >= w || ny >= h {
					continue
				}
				if j := ny*w + nx; bright[j] && mark[j] == 0 {
					mark[j] = id
					stack = append(stack, j)
				}
			}
		}
		if n > size {
			best, size = id, n
		}
	}
	mask := make([]bool, w*h)
	for i := range mask {
		mask[i] = best != 0 && mark[i] == best
	}
	return mask, size
}

// fit lays a line through points, leaving out those that lie off it. flat says
// that the line runs along x rather than y.
func fit(pts []point, flat bool) (line [3]float64, ok bool) {
	if len(pts) < 20 {
		return line, false
	}
	if !flat {
		for i, p := range pts {
			pts[i] = point{p.y, p.x}
		}
	}
	keep := pts
	var m, c float64
	for range 6 {
		var sx, sy, sxx, sxy float64
		for _, p := range keep {
			sx, sy, sxx, sxy = sx+p.x, sy+p.y, sxx+p.x*p.x, sxy+p.x*p.y
		}
		n := float64(len(keep))
		d := n*sxx - sx*sx
		if d == 0 {
			return line, false
		}
		m = (n*sxy - sx*sy) / d
		c = (sy - m*sx) / n
		var spread float64
		for _, p := range keep {
			spread += math.Abs(p.y - m*p.x - c)
		}
		limit := max(1.2, 2*spread/n)
		var next []point
		for _, p := range pts {
			if math.Abs(p.y-m*p.x-c) <= limit {
				next = append(next, p)
			}
		}
		if len(next) < len(pts)/2 {
			return line, false
		}
		keep = next
	}
	close := 0
	for _, p := range pts {
		if math.Abs(p.y-m*p.x-c) <= 1.6 {
			close++
		}
	}
	if close*10 < len(pts)*8 || math.Abs(m) > 0.5 {
		return line, false
	}
	if flat {
		return [3]float64{m, -1, -c}, true
	}
	return [3]float64{-1, m, -c}, true
}

// meet returns where two lines cross.
func meet(a, b [3]float64) (point, bool) {
	d := a[0]*b[1] - a[1]*b[0]
	if math.Abs(d) < 1e-6 {
		return point{}, false
	}
	return point{(a[2]*b[1] - a[1]*b[2]) / d, (a[0]*b[2] - a[2]*b[0]) / d}, true
}

// convex reports whether the corners go round clockwise, with angles as the
// photo of a sheet has them.
func convex(q [4]point) bool {
	for k := range 4 {
		a, b, c := q[k], q[(k+1)%4], q[(k+2)%4]
		ux, uy, vx, vy := b.x-a.x, b.y-a.y, c.x-b.x, c.y-b.y
		lu, lv := math.Hypot(ux, uy), math.Hypot(vx, vy)
		if lu < 30 || lv < 30 {
			return false
		}
		if cross := (ux*vy - uy*vx) / (lu * lv); cross < 0.8 {
			return false
		}
	}
	return true
}

// darkAround reports whether what lies outside the sheet is dark. It is not if
// the four lines are a frame that is printed on the paper.
func darkAround(small []uint8, w, h int, q [4]point, level int) bool {
	outside, dark := 0, 0
	for y := range h {
		for x := range w {
			in := true
			for k := range 4 {
				a, b := q[k], q[(k+1)%4]
				if (b.x-a.x)*(float64(y)-a.y)-(b.y-a.y)*(float64(x)-a.x) < -3*math.Hypot(b.x-a.x, b.y-a.y) {
					in = false
					break
				}
			}
			if !in {
				outside++
				if int(small[y*w+x]) <= level {
					dark++
				}
			}
		}
	}
	return outside*100 >= 2*w*h && dark*100 >= 85*outside
}
