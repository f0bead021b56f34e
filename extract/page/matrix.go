package page

import (
	"math"

	"tallyman/trade"
)

// A Matrix is a projective map of the plane, by rows. The zero Matrix is no
// map; [Identity] changes nothing.
type Matrix [9]float64

// Identity is the map that changes nothing.
var Identity = Matrix{1, 0, 0, 0, 1, 0, 0, 0, 1}

// Apply maps one point.
func (m Matrix) Apply(x, y float64) (float64, float64) {
	w := m[6]*x + m[7]*y + m[8]
	if w == 0 {
		return 0, 0
	}
	return (m[0]*x + m[1]*y + m[2]) / w, (m[3]*x + m[4]*y + m[5]) / w
}

// Then returns the map that applies m first and n after it.
func (m Matrix) Then(n Matrix) Matrix {
	var out Matrix
	for r := range 3 {
		for c := range 3 {
			for k := range 3 {
				out[3*r+c] += n[3*r+k] * m[3*k+c]
			}
		}
	}
	return out
}

// Inverse returns the map that undoes m, and false if there is none.
func (m Matrix) Inverse() (Matrix, bool) {
	a, b, c, d, e, f, g, h, i := m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8]
	det := a*(e*i-f*h) - b*(d*i-f*g) + c*(d*h-e*g)
	if math.Abs(det) < 1e-12 {
		return Identity, false
	}
	out := Matrix{
		e*i - f*h, c*h - b*i, b*f - c*e,
		f*g - d*i, a*i - c*g, c*d - a*f,
		d*h - e*g, b*g - a*h, a*e - b*d,
	}
	for k := range out {
		out[k] /= det
	}
	return out, true
}

// Box returns the smallest upright box around the image of b.
func (m Matrix) Box(b trade.Box) trade.Box {
	out := trade.Box{X0: math.Inf(1), Y0: math.Inf(1), X1: math.Inf(-1), Y1: math.Inf(-1)}
	for _, p := range [...][2]float64{{b.X0, b.Y0}, {b.X1, b.Y0}, {b.X0, b.Y1}, {b.X1, b.Y1}} {
		x, y := m.Apply(p[0], p[1])
		out = trade.Box{X0: min(out.X0, x), Y0: min(out.Y0, y), X1: max(out.X1, x), Y1: max(out.Y1, y)}
	}
	return out
}

// Scale returns the map that makes everything f times as large.
func Scale(f float64) Matrix { return Matrix{f, 0, 0, 0, f, 0, 0, 0, 1} }

// Shift returns the map that moves everything.
func Shift(dx, dy float64) Matrix { return Matrix{1, 0, dx, 0, 1, dy, 0, 0, 1} }

// Turn returns the map that turns everything by degrees, clockwise as seen on
// a page, around a point.
func Turn(degrees, x, y float64) Matrix {
	s, c := math.Sincos(degrees * math.Pi / 180)
	return Shift(-x, -y).Then(Matrix{c, -s, 0, s, c, 0, 0, 0, 1}).Then(Shift(x, y))
}

// OnFile returns where a box of p lies on the page as the file has it, before
// the page was turned upright and straightened.
func (p Page) OnFile(b trade.Box) trade.Box {
	if p.View == nil {
		return b
	}
	return p.View.Box(b)
}
