package pixels

import (
	"image"
	"slices"
)

// A Print measures how a word came onto the page.
type Print struct {
	Ink   int     // level of its darkest dots
	Paper int     // level of the paper around it
	Edge  float64 // the steepest steps from paper to ink, as a share of the way
	Grain float64 // mean step between neighbouring dots of paper, in levels
	Dots  int     // of paper that grain was measured on
}

// MeasurePrint measures the print in a box, a little of the paper around included;
// ok is false if there is too little of either.
func MeasurePrint(g *image.Gray, box image.Rectangle) (p Print, ok bool) {
	box = box.Inset(-2).Intersect(g.Rect.Inset(1))
	if box.Dx() < 10 || box.Dy() < 8 || box.Dx()*box.Dy() > 400_000 {
		return p, false
	}
	var count [256]int
	n := box.Dx() * box.Dy()
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for _, l := range g.Pix[y*g.Stride+box.Min.X:][:box.Dx()] {
			count[l]++
		}
	}
	p.Ink = quantile(&count, n/33)
	p.Paper = quantile(&count, n*3/4)
	depth := p.Paper - p.Ink
	if depth < 60 {
		return p, false
	}
	light := uint8(p.Paper - depth/6)
	var steps []int
	sum := 0
	for y := box.Min.Y; y < box.Max.Y; y++ {
		row := g.Pix[y*g.Stride:]
		for x := box.Min.X; x < box.Max.X; x++ {
			d := abs(int(row[x+1]) - int(row[x]))
			if 4*d > depth {
				steps = append(steps, d)
			}
			if min(row[x-1], row[x], row[x+1], g.Pix[(y-1)*g.Stride+x], g.Pix[(y+1)*g.Stride+x]) > light {
				sum += d
				p.Dots++
			}
		}
	}
	if len(steps) < 20 || p.Dots < 40 {
		return p, false
	}
	slices.Sort(steps)
	p.Edge = float64(steps[len(steps)*9/10]) / float64(depth)
	p.Grain = float64(sum) / float64(p.Dots)
	return p, true
}

// quantile is the level that n dots are darker than.
func quantile(count *[256]int, n int) int {
	for l, c := range count {
		if n -= c; n < 0 {
			return l
		}
	}
	return 255
}

// Odd says how far the print at i stands out of the others, both in the depth of
// its ink and in the steepness of its edges: by how much it goes beyond the second
// most extreme of the others, as a share of how far that one goes beyond the middle.
// One other that is as odd is left out of account. There is no answer with fewer
// than thirty others.
func Odd(all []Print, i int) (ink, edge float64, ok bool) {
	if len(all) < 31 {
		return 0, 0, false
	}
	inks, edges := make([]int, 0, len(all)-1), make([]float64, 0, len(all)-1)
	for k, p := range all {
		if k != i {
			inks, edges = append(inks, p.Ink), append(edges, p.Edge)
		}
	}
	slices.Sort(inks)
	slices.Sort(edges)
	n := len(inks)
	spread := max(8, float64(inks[n/2]-inks[1]))
	reach := max(0.06, edges[n-2]-edges[n/2])
	return float64(inks[1]-all[i].Ink) / spread, (all[i].Edge - edges[n-2]) / reach, true
}
