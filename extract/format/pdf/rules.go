package pdf

import (
	"math"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"tallyman/extract/page"
)

const (
	thin     = 2.5 // points: a filled box this narrow is drawn as a line
	shortest = 4.0 // points: shorter strokes are parts of letters and logos
	// maxPath is how many segments a path of ruled lines may have. Drawings
	// and outlined letters have more, and their straight pieces rule nothing.
	maxPath = 400
)

// path gathers the ruled lines that a path object draws.
func (s *scene) path(ref references.FPDF_PAGEOBJECT, m matrix) {
	mode, err := s.d.pdf.FPDFPath_GetDrawMode(&requests.FPDFPath_GetDrawMode{PageObject: ref})
	if err != nil {
		return
	}
	filled := mode.FillMode != enums.FPDF_FILLMODE_NONE
	if filled {
		s.cover(ref, m, false)
	}
	if !filled && !mode.Stroke {
		return
	}
	if filled && !mode.Stroke && s.white(ref) {
		return
	}
	count, err := s.d.pdf.FPDFPath_CountSegments(&requests.FPDFPath_CountSegments{PageObject: ref})
	if err != nil {
		return
	}
	own, ok := s.matrix(ref)
	if !ok {
		return
	}
	m = own.then(m)
	if count.Count > maxPath {
		s.curves++
		s.long = true
		return
	}

	type point struct{ x, y float64 }
	var sub []point
	curved := false
	flush := func(closed bool) {
		defer func() { sub, curved = sub[:0], false }()
		if len(sub) < 2 {
			return
		}
		if curved {
			s.curves++
			return
		}
		x0, y0, x1, y1 := sub[0].x, sub[0].y, sub[0].x, sub[0].y
		for _, p := range sub {
			x0, x1, y0, y1 = min(x0, p.x), max(x1, p.x), min(y0, p.y), max(y1, p.y)
		}
		if filled && !mode.Stroke {
			s.fills++
			switch {
			case y1-y0 <= thin && x1-x0 > y1-y0:
				y := (y0 + y1) / 2
				s.line(x0, y, x1, y)
				return
			case x1-x0 <= thin:
				x := (x0 + x1) / 2
				s.line(x, y0, x, y1)
				return
			}
			// The edge of a shaded field rules a table as a line does, unless
			// it is the ground of the whole page.
			if w, h := s.f.size(); x1-x0 > 0.95*w && y1-y0 > 0.9*h {
				return
			}
		}
		if closed || filled {
			sub = append(sub, sub[0])
		}
		for i := 1; i < len(sub); i++ {
			s.line(sub[i-1].x, sub[i-1].y, sub[i].x, sub[i].y)
		}
	}
	closed := false
	for i := range count.Count {
		s.segments++
		seg, err := s.d.pdf.FPDFPath_GetPathSegment(&requests.FPDFPath_GetPathSegment{PageObject: ref, Index: i})
		if err != nil {
			return
		}
		kind, err := s.d.pdf.FPDFPathSegment_GetType(&requests.FPDFPathSegment_GetType{PathSegment: seg.PathSegment})
		if err != nil {
			return
		}
		at, err := s.d.pdf.FPDFPathSegment_GetPoint(&requests.FPDFPathSegment_GetPoint{PathSegment: seg.PathSegment})
		if err != nil {
			return
		}
		x, y := s.f.point(m.apply(float64(at.X), float64(at.Y)))
		switch kind.Type {
		case enums.FPDF_SEGMENT_MOVETO:
			flush(closed)
			closed = false
		case enums.FPDF_SEGMENT_BEZIERTO:
			curved = true
		}
		sub = append(sub, point{x, y})
		if c, err := s.d.pdf.FPDFPathSegment_GetClose(&requests.FPDFPathSegment_GetClose{PathSegment: seg.PathSegment}); err == nil && c.IsClose {
			closed = true
		}
	}
	flush(closed)
}

// white reports whether the path is filled so that nothing is seen on paper.
func (s *scene) white(ref references.FPDF_PAGEOBJECT) bool {
	c, err := s.d.pdf.FPDFPageObj_GetFillColor(&requests.FPDFPageObj_GetFillColor{PageObject: ref})
	if err != nil {
		return false
	}
	return c.FillColor.A == 0 || min(c.FillColor.R, c.FillColor.G, c.FillColor.B) >= 250
}

// line keeps a straight line that lies or stands.
func (s *scene) line(x0, y0, x1, y1 float64) {
	w, h := s.f.size()
	switch dx, dy := math.Abs(x1-x0), math.Abs(y1-y0); {
	case dy <= 0.6 && dx > 0.6:
		y := (y0 + y1) / 2
		if x0, x1 = max(min(x0, x1), 0), min(max(x0, x1), w); x0 < x1 && y >= 0 && y <= h {
			s.lines = append(s.lines, page.Rule{X0: x0, Y0: y, X1: x1, Y1: y})
		}
	case dx <= 0.6 && dy > 0.6:
		x := (x0 + x1) / 2
		if y0, y1 = max(min(y0, y1), 0), min(max(y0, y1), h); y0 < y1 && x >= 0 && x <= w {
			s.lines = append(s.lines, page.Rule{X0: x, Y0: y0, X1: x, Y1: y1})
		}
	}
}

func (s *scene) rules() []page.Rule { return page.JoinRules(s.lines, 1.2, 3, shortest) }
