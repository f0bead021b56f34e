package forgery

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"tallyman/rules"
	"tallyman/trade"
)

// SameInk finds ink that stands on two papers, or on one twice, dot by dot.
var SameInk = &rules.Rule{
	ID:    "FG-12",
	Title: "the same ink stands on two scanned papers",
	Doc: `A stamp that is pressed twice, and a hand that signs twice, never leave the same
ink: angle, pressure and gaps differ, and a scanner adds its own noise. Where the
dots of a stamp or of a signature on one scanned paper are those of another, dot by
dot, one of them was copied with an editor.

Lay the two crops over each other. Only ink is compared that is coloured or paler
than print, on pages that are scans with the grain of paper; a stamp that a program
prints into the papers itself (an electronic facsimile) is stated as a fact, without
severity. Two scans of one sheet are not compared. Within one page the severity is
medium, because a facsimile that was printed twice and then scanned can come close;
a copy that lies exactly beside or below the other is stated without severity.

It says nothing of stamps that were turned or made larger after copying, and
nothing of faxes.`,
	Severity: rules.High,
	Sources: []rules.Source{
		{Title: "Fridrich, Soukal, Lukas: Detection of copy-move forgery in digital images (DFRWS 2003)"},
		{Title: "the project's own measurement: docs/forgery-images.md"},
	},
	Run: runSameInk,
}

const (
	// leastPieces is how many pieces have to be the same dots with one shift. Of
	// honest pairs of pages none had more than four.
	leastPieces = 8
	// apartDots is how far a copy lies from the original on one page at least.
	apartDots = 60
	// grainless is the share of paper without grain from which on a page may never
	// have lain on a scanner.
	grainless = 0.97
	// oneSheet is the share of words from which on two papers are one sheet.
	oneSheet  = 0.85
	mostPages = 60 // that are compared with each other
	// boxRoom is left around the ink that is shown, and lineHeight is the height of a
	// line of print, in points.
	boxRoom    = 6
	lineHeight = 12
)

// A sheet is the ink of one page.
type sheet struct {
	d      *trade.Document
	o      trade.Observation
	sketch sketch
}

func runSameInk(p *rules.Pass) error {
	var all []sheet
	for _, d := range p.Dossier.Documents {
		for _, o := range d.Observations {
			if o.Kind != trade.Ink || o.Text != "" || len(all) == mostPages {
				continue
			}
			if s := sketchOf(o.Print); len(s) >= leastPieces {
				all = append(all, sheet{d, o, s})
			}
		}
	}
	// A page has two sketches if it has ink of two kinds; it is reported once.
	type pages struct {
		a, b   string
		pa, pb int
	}
	told := map[pages]bool{}
	for i, a := range all {
		for _, b := range all[i:] {
			if k := (pages{a.d.ID, b.d.ID, a.o.Page, b.o.Page}); !told[k] {
				told[k] = compareInk(p, a, b)
			}
		}
	}
	return nil
}

// compareInk reports whether it found the ink of a on b.
func compareInk(p *rules.Pass, a, b sheet) bool {
	self := a.d == b.d && a.o.Page == b.o.Page
	apart := 0
	if self {
		apart = apartDots
	}
	l := alike(a.sketch, b.sketch, apart)
	if l.pieces < leastPieces {
		return false
	}
	if !self && max(abs(l.dx), abs(l.dy)) <= 3 && (a.d == b.d || a.d.PrintShare(b.d) >= oneSheet || a.d.SHA256 == b.d.SHA256) {
		return false // one sheet, scanned once and kept twice
	}
	if self && l.a.overlaps(l.b) {
		return false // a pattern that repeats itself
	}
	f := rules.Finding{
		At:      trade.Place{Document: b.d.ID, Page: b.o.Page, Box: l.b.on(b.o)},
		Related: []trade.Place{{Document: a.d.ID, Page: a.o.Page, Box: l.a.on(a.o)}},
		Figures: []rules.Figure{
			{Name: "pieces of ink with the same dots", Value: fmt.Sprint(l.pieces)},
			{Name: "what is left between them, of their contrast", Value: fmt.Sprintf("%.2f", l.rest)},
		},
		Innocent: []string{
			"A facsimile that a program prints stands on each paper alike: ask for the paper with the wet stamp.",
			"Both pages are scans of one sheet: compare what else is printed.",
		},
	}
	// Print repeats itself, in its line and in its column, and no reader knows all
	// words of it.
	print := flat(f.At.Box) && flat(f.Related[0].Box)
	clean := min(a.o.Figure("even"), b.o.Figure("even")) > grainless || print
	switch {
	case self:
		f.Message = fmt.Sprintf("ink stands twice on page %d, dot by dot: %d pieces of it are the same", a.o.Page, l.pieces)
		if clean || min(abs(l.dx), abs(l.dy)) <= 3 || aligned(f.At.Box, f.Related[0].Box) {
			p.Note(f)
			return false
		}
		f.Severity = rules.Medium
	case a.d == b.d:
		// The sheets of one form are printed alike, in colour too.
		f.Message = fmt.Sprintf("ink is the same as on %s, dot by dot: %d pieces of it", p.On(f.Related[0]), l.pieces)
		if clean || aligned(f.At.Box, f.Related[0].Box) {
			p.Note(f)
			return false
		}
		f.Severity = rules.Medium
	default:
		f.Message = fmt.Sprintf("ink is the same as on %s, dot by dot: %d pieces of it", p.On(f.Related[0]), l.pieces)
		if clean {
			p.Note(f)
			return false
		}
	}
	p.Report(f)
	return true
}

// flat reports whether a box around pieces of ink is no higher or no wider than a
// line of print.
func flat(b trade.Box) bool { return min(b.X1-b.X0, b.Y1-b.Y0) < lineHeight+2*boxRoom }

// aligned reports whether two boxes lie exactly beside or below each other on the
// page, however it lay when it was scanned.
func aligned(a, b trade.Box) bool {
	const near = 2 // points
	return math.Abs(a.X0-b.X0) < near && math.Abs(a.X1-b.X1) < near || math.Abs(a.Y0-b.Y0) < near && math.Abs(a.Y1-b.Y1) < near
}

func abs(v int) int {
	if v < 0 {
		return -v
	}
	return v
}

// An area is a part of a page in dots.
type area struct{ x0, y0, x1, y1 int }

func (a *area) add(x, y int) {
	if *a == (area{}) {
		*a = area{x, y, x, y}
		return
	}
	*a = area{min(a.x0, x), min(a.y0, y), max(a.x1, x), max(a.y1, y)}
}

func (a area) overlaps(b area) bool {
	return a.x0 <= b.x1 && b.x0 <= a.x1 && a.y0 <= b.y1 && b.y0 <= a.y1
}

// on returns the area in points, on the page that was sketched, with some room.
func (a area) on(o trade.Observation) trade.Box {
	var m [9]float64
	for i := range m {
		m[i] = o.Figure(fmt.Sprintf("m%d", i))
	}
	out := trade.Box{X0: math.Inf(1), Y0: math.Inf(1), X1: math.Inf(-1), Y1: math.Inf(-1)}
	for _, c := range [...][2]int{{a.x0, a.y0}, {a.x1, a.y0}, {a.x0, a.y1}, {a.x1, a.y1}} {
		x, y := float64(c[0]), float64(c[1])
		w := m[6]*x + m[7]*y + m[8]
		if w == 0 {
			return trade.Box{}
		}
		px, py := (m[0]*x+m[1]*y+m[2])/w, (m[3]*x+m[4]*y+m[5])/w
		out = trade.Box{X0: min(out.X0, px), Y0: min(out.Y0, py), X1: max(out.X1, px), Y1: max(out.Y1, py)}
	}
	return trade.Box{X0: max(0, out.X0-boxRoom), Y0: max(0, out.Y0-boxRoom), X1: out.X1 + boxRoom, Y1: out.Y1 + boxRoom}
}

// A sketch is pieces of a mark, as extract/pixels makes them.
type sketch []piece

const (
	nearContrast = 1.12 // copies that were saved again differ by less
	sameRest     = 0.3  // of the contrast: what may be left between two pieces of the same dots

	pieceSide  = 9
	pieceBytes = 4 + pieceSide*pieceSide
)

type piece struct {
	x, y   int
	levels []uint8
	mean   float64
	spread float64 // standard deviation of the levels
}

func (p piece) contrast() float64 { return p.spread / max(p.mean, 1) }

func sketchOf(text string) sketch {
	b, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil || len(b)%pieceBytes != 0 {
		return nil
	}
	var s sketch
	for ; len(b) > 0; b = b[pieceBytes:] {
		p := piece{x: int(binary.BigEndian.Uint16(b)), y: int(binary.BigEndian.Uint16(b[2:])), levels: b[4:pieceBytes]}
		sum, squares := 0, 0
		for _, l := range p.levels {
			sum += int(l)
			squares += int(l) * int(l)
		}
		n := float64(len(p.levels))
		p.mean = float64(sum) / n
		p.spread = math.Sqrt(max(0, float64(squares)/n-p.mean*p.mean))
		s = append(s, p)
	}
	return s
}

// A likeness says how far two marks are the same dots.
type likeness struct {
	pieces int     // that stand in the same place of both
	dx, dy int     // where the second lies, seen from the first
	rest   float64 // median of the root mean square difference of pieces, as a share of their contrast
	a, b   area    // around these pieces
}

// alike lays one page over the other: it finds the shift at which most pieces are
// the same, and measures how much is left between them. Pieces closer than apart
// are not compared.
func alike(a, b sketch, apart int) likeness {
	type pair struct {
		dx, dy int
		rest   float64
		p, q   piece
	}
	var pairs []pair
	// A copy that was laid over other paper by an editor is lighter or darker as a
	// whole, so that contrast is reckoned against the mean.
	byContrast := slices.Clone(b)
	slices.SortStableFunc(byContrast, func(p, q piece) int { return cmp.Compare(p.contrast(), q.contrast()) })
	for _, p := range a {
		c := p.contrast()
		from, _ := slices.BinarySearchFunc(byContrast, c/nearContrast, func(q piece, c float64) int { return cmp.Compare(q.contrast(), c) })
		limit := int(sameRest * p.spread * sameRest * p.spread * pieceSide * pieceSide)
		for _, q := range byContrast[from:] {
			if q.contrast() > c*nearContrast {
				break
			}
			if p.mean > 1.4*q.mean || q.mean > 1.4*p.mean {
				continue
			}
			if dx, dy := q.x-p.x, q.y-p.y; dx*dx+dy*dy < apart*apart {
				continue
			}
			gain := int(math.Round(256 * p.mean / q.mean))
			sum := 0
			for k, l := range p.levels {
				d := int(l) - (int(q.levels[k])*gain+128)>>8
				if sum += d * d; sum > limit {
					break
				}
			}
			if sum > limit {
				continue
			}
			pairs = append(pairs, pair{q.x - p.x, q.y - p.y, math.Sqrt(float64(sum)/(pieceSide*pieceSide)) / max(p.spread, 1), p, q})
		}
	}
	count := map[[2]int]int{}
	for _, p := range pairs {
		count[[2]int{p.dx, p.dy}]++
	}
	var l likeness
	for _, p := range pairs { // in the order of pairs, so that ties do not depend on the map
		if n := count[[2]int{p.dx, p.dy}]; n > l.pieces {
			l.pieces, l.dx, l.dy = n, p.dx, p.dy
		}
	}
	var rests []float64
	for _, p := range pairs {
		if p.dx == l.dx && p.dy == l.dy {
			rests = append(rests, p.rest)
			l.a.add(p.p.x, p.p.y)
			l.b.add(p.q.x, p.q.y)
		}
	}
	if len(rests) > 0 {
		slices.Sort(rests)
		l.rest = rests[len(rests)/2]
	}
	return l
}
