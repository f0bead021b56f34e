package pdf

import (
	"fmt"
	"math"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"

	"tallyman/extract/forensic"
	"tallyman/extract/page"
	"tallyman/trade"
)

// A Layer is what the text layer and the page description say of one page, and
// what an optical reader has still to look at.
type Layer struct {
	Page page.Page

	// Optical says that the words of the page have to be read from pixels:
	// the page is an image, or its text layer is absent or garbage. Page.Words
	// then holds the text layer all the same, for comparison.
	Optical bool
	// Images are the parts of a page with a good text layer that are images
	// large enough to hold print.
	Images []trade.Box
	// Blank says that the page draws nothing at all.
	Blank bool
	// Small says that some text is smaller than 8 points.
	Small bool
	// Pictured says that the page draws images or many small shapes, among which
	// a barcode may be.
	Pictured bool
	// Samples are words that the optical reader shall look at, to see that the text
	// layer says what the page shows. Filled in by Look.
	Samples []forensic.Sample

	study *study // what Look needs; nil if the page is read from pixels
}

// Limits on a page description. What lies beyond them is left out: it is far
// more than any form draws, and each object costs time.
const (
	maxObjects  = 40_000
	maxSegments = 60_000
	maxDepth    = 6
	maxSide     = 14_400 // points: the largest page that PDF 1.7 allows
	// maxPixels is how many dots one image may have, before it is decoded.
	maxPixels = 200_000_000
)

// A frame maps the user space of a page to the page as displayed.
type frame struct {
	left, bottom, right, top float64
	turns                    int // quarter turns, clockwise
}

func (f frame) size() (w, h float64) {
	w, h = f.right-f.left, f.top-f.bottom
	if f.turns%2 == 1 {
		w, h = h, w
	}
	return w, h
}

func (f frame) point(x, y float64) (float64, float64) {
	switch f.turns {
	case 1:
		return y - f.bottom, x - f.left
	case 2:
		return f.right - x, y - f.bottom
	case 3:
		return f.top - y, f.right - x
	}
	return x - f.left, f.top - y
}

func (f frame) box(left, bottom, right, top float64) trade.Box {
	x0, y0 := f.point(left, bottom)
	x1, y1 := f.point(right, top)
	return trade.Box{X0: min(x0, x1), Y0: min(y0, y1), X1: max(x0, x1), Y1: max(y0, y1)}
}

// Read reads page number n, counted from 1.
func (d *Document) Read(n int) (*Layer, error) {
	ref, err := d.load(n)
	if err != nil {
		return nil, err
	}

	f, err := d.frame(ref)
	if err != nil {
		return nil, &page.Problem{Code: page.Corrupt, Text: fmt.Sprintf("The size of page %d cannot be read.", n)}
	}
	w, h := f.size()
	if !(w > 1 && h > 1 && w <= maxSide && h <= maxSide) {
		return nil, &page.Problem{Code: page.LimitPageSize, Text: fmt.Sprintf("Page %d is %.0f by %.0f points; pages from 1 to %d points are read.", n, w, h, maxSide)}
	}

	layer := &Layer{Page: page.Page{Number: n, Width: w, Height: h}}
	s := &scene{d: d, f: f, ref: ref}
	s.walk(ref)
	if s.pixels > maxPixels {
		return nil, &page.Problem{Code: page.LimitPixels, Text: fmt.Sprintf("An image on page %d has %d million dots; at most %d million are read. Ask for a scan of 300 dots an inch.", n, s.pixels/1_000_000, maxPixels/1_000_000)}
	}
	words, err := d.words(ref, f, s)
	if err != nil {
		return nil, &page.Problem{Code: page.Corrupt, Text: fmt.Sprintf("The text of page %d cannot be read.", n)}
	}
	layer.Page.Words = words
	layer.Page.Rules = s.rules()
	s.judge(layer)
	s.origin(layer)
	return layer, nil
}

// load opens a page with what is filled in or stuck on it (form fields, text
// boxes, stamps) made a part of the page, as it would be on paper. It stays open
// until another page is loaded: opening one takes longer than most that is asked
// of it.
func (d *Document) load(n int) (ref requests.Page, err error) {
	if d.number == n {
		return d.held, nil
	}
	d.release()
	for again := false; ; again = true {
		loaded, err := d.pdf.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: d.doc, Index: n - 1})
		if err != nil {
			return ref, &page.Problem{Code: page.Corrupt, Text: fmt.Sprintf("Page %d is damaged and cannot be opened.", n)}
		}
		ref = requests.Page{ByReference: &loaded.Page}
		d.held, d.number = ref, n
		d.free = func() { d.pdf.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: loaded.Page}) }
		if !again {
			d.annotations = d.stuck(ref)
		}
		if again || len(d.annotations) == 0 {
			return ref, nil
		}
		d.ownBox(ref)
		flat, err := d.pdf.FPDFPage_Flatten(&requests.FPDFPage_Flatten{Page: ref, Usage: requests.FPDFPage_FlattenUsageNormalDisplay})
		if err != nil || flat.Result != responses.FPDFPage_FlattenResultSuccess {
			return ref, nil
		}
		// An open page does not show what was added to it.
		d.release()
	}
}

// ownBox states the size of the page on the page itself. Flattening takes a page
// that inherits its size for one of 612 by 792 points.
func (d *Document) ownBox(ref requests.Page) {
	if _, err := d.pdf.FPDFPage_GetMediaBox(&requests.FPDFPage_GetMediaBox{Page: ref}); err == nil {
		return
	}
	box, err := d.pdf.FPDF_GetPageBoundingBox(&requests.FPDF_GetPageBoundingBox{Page: ref})
	if err != nil {
		return
	}
	r := box.Rect
	d.pdf.FPDFPage_SetMediaBox(&requests.FPDFPage_SetMediaBox{Page: ref, Left: r.Left, Bottom: r.Bottom, Right: r.Right, Top: r.Top})
}

func (d *Document) frame(ref requests.Page) (frame, error) {
	box, err := d.pdf.FPDF_GetPageBoundingBox(&requests.FPDF_GetPageBoundingBox{Page: ref})
	if err != nil {
		return frame{}, err
	}
	turn, err := d.pdf.FPDFPage_GetRotation(&requests.FPDFPage_GetRotation{Page: ref})
	if err != nil {
		return frame{}, err
	}
	r := box.Rect
	return frame{
		left: float64(min(r.Left, r.Right)), right: float64(max(r.Left, r.Right)),
		bottom: float64(min(r.Bottom, r.Top)), top: float64(max(r.Bottom, r.Top)),
		turns: ((int(turn.PageRotation) % 4) + 4) % 4,
	}, nil
}

// A matrix maps (x, y) to (a x + c y + e, b x + d y + f), as PDF writes it.
type matrix struct{ a, b, c, d, e, f float64 }

func (m matrix) apply(x, y float64) (float64, float64) {
	return m.a*x + m.c*y + m.e, m.b*x + m.d*y + m.f
}

// then returns the matrix that applies m first and n after it.
func (m matrix) then(n matrix) matrix {
	return matrix{
		m.a*n.a + m.b*n.c, m.a*n.b + m.b*n.d,
		m.c*n.a + m.d*n.c, m.c*n.b + m.d*n.d,
		m.e*n.a + m.f*n.c + n.e, m.e*n.b + m.f*n.d + n.f,
	}
}

// A scene is what the objects of a page draw.
type scene struct {
	d        *Document
	f        frame
	ref      requests.Page
	objects  int
	segments int

	lines  []page.Rule
	images []imageOnPage
	texts  []textObject
	pixels int  // of the largest image
	curves int  // drawn paths that are no straight lines
	fills  int  // paths that are filled and not white
	long   bool // some path has very many segments

	covers []cover
	spans  []span // every word of the text layer, on the page or not
	study  *study
}

type imageOnPage struct {
	box    trade.Box
	order  int
	pixels int
}

type textObject struct {
	box       trade.Box
	order     int
	invisible bool
	spoken    bool // the file states apart what it says
	ref       references.FPDF_PAGEOBJECT
}

func (s *scene) walk(ref requests.Page) {
	count, err := s.d.pdf.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: ref})
	if err != nil {
		return
	}
	for i := range count.Count {
		object, err := s.d.pdf.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: ref, Index: i})
		if err != nil {
			continue
		}
		if !s.object(object.PageObject, matrix{a: 1, d: 1}, 0) {
			return
		}
	}
}

// object looks at one object and returns false when the page has too many.
func (s *scene) object(ref references.FPDF_PAGEOBJECT, m matrix, depth int) bool {
	s.objects++
	if s.objects > maxObjects || s.segments > maxSegments {
		return false
	}
	kind, err := s.d.pdf.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: ref})
	if err != nil {
		return true
	}
	switch kind.Type {
	case enums.FPDF_PAGEOBJ_TEXT:
		mode, err := s.d.pdf.FPDFTextObj_GetTextRenderMode(&requests.FPDFTextObj_GetTextRenderMode{PageObject: ref})
		if err != nil {
			return true
		}
		t := textObject{order: s.objects, ref: ref}
		t.invisible = mode.TextRenderMode == enums.FPDF_TEXTRENDERMODE_INVISIBLE || mode.TextRenderMode == enums.FPDF_TEXTRENDERMODE_CLIP
		t.box, _ = s.bounds(ref, m)
		t.spoken = s.spoken(ref)
		s.texts = append(s.texts, t)
	case enums.FPDF_PAGEOBJ_IMAGE:
		box, ok := s.bounds(ref, m)
		if !ok {
			return true
		}
		img := imageOnPage{box: box, order: s.objects}
		if size, err := s.d.pdf.FPDFImageObj_GetImagePixelSize(&requests.FPDFImageObj_GetImagePixelSize{ImageObject: ref}); err == nil {
			img.pixels = int(size.Width) * int(size.Height)
			s.pixels = max(s.pixels, img.pixels)
		}
		s.images = append(s.images, img)
		s.cover(ref, m, true)
	case enums.FPDF_PAGEOBJ_PATH:
		s.path(ref, m)
	case enums.FPDF_PAGEOBJ_FORM:
		if depth == maxDepth {
			return true
		}
		inner, ok := s.matrix(ref)
		if !ok {
			return true
		}
		inner = inner.then(m)
		count, err := s.d.pdf.FPDFFormObj_CountObjects(&requests.FPDFFormObj_CountObjects{PageObject: ref})
		if err != nil {
			return true
		}
		for i := range count.Count {
			child, err := s.d.pdf.FPDFFormObj_GetObject(&requests.FPDFFormObj_GetObject{PageObject: ref, Index: uint64(i)})
			if err != nil {
				continue
			}
			if !s.object(child.PageObject, inner, depth+1) {
				return false
			}
		}
	}
	return true
}

func (s *scene) matrix(ref references.FPDF_PAGEOBJECT) (matrix, bool) {
	got, err := s.d.pdf.FPDFPageObj_GetMatrix(&requests.FPDFPageObj_GetMatrix{PageObject: ref})
	if err != nil {
		return matrix{}, false
	}
	m := got.Matrix
	return matrix{float64(m.A), float64(m.B), float64(m.C), float64(m.D), float64(m.E), float64(m.F)}, true
}

// bounds returns the box of the object on the page as displayed, cut to it.
func (s *scene) bounds(ref references.FPDF_PAGEOBJECT, m matrix) (trade.Box, bool) {
	b, err := s.d.pdf.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: ref})
	if err != nil {
		return trade.Box{}, false
	}
	xs := [2]float64{float64(b.Left), float64(b.Right)}
	ys := [2]float64{float64(b.Bottom), float64(b.Top)}
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, x := range xs {
		for _, y := range ys {
			px, py := m.apply(x, y)
			x0, x1 = min(x0, px), max(x1, px)
			y0, y1 = min(y0, py), max(y1, py)
		}
	}
	return s.cut(s.f.box(x0, y0, x1, y1))
}

func (s *scene) cut(b trade.Box) (trade.Box, bool) {
	w, h := s.f.size()
	b = trade.Box{X0: max(b.X0, 0), Y0: max(b.Y0, 0), X1: min(b.X1, w), Y1: min(b.Y1, h)}
	return b, b.X0 <= b.X1 && b.Y0 <= b.Y1
}
