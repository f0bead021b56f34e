package pdf

import (
	"image"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"

	"tallyman/extract/forensic"
	"tallyman/extract/page"
	"tallyman/trade"
)

// A study is what was noticed of one page beside its words.
type study struct {
	tokens  []forensic.Token
	covers  []cover
	notes   []annotation
	letters []forensic.Odd
	spoken  []trade.Box // places where the file states apart what the letters say
}

// spoken reports whether the file states what a text says apart from its letters.
func (s *scene) spoken(ref references.FPDF_PAGEOBJECT) bool {
	count, err := s.d.pdf.FPDFPageObj_CountMarks(&requests.FPDFPageObj_CountMarks{PageObject: ref})
	if err != nil {
		return false
	}
	for i := range min(count.Count, 8) {
		m, err := s.d.pdf.FPDFPageObj_GetMark(&requests.FPDFPageObj_GetMark{PageObject: ref, Index: uint64(i)})
		if err != nil {
			continue
		}
		if _, err := s.d.pdf.FPDFPageObjMark_GetParamStringValue(&requests.FPDFPageObjMark_GetParamStringValue{PageObjectMark: m.Mark, Key: "ActualText"}); err == nil {
			return true
		}
	}
	return false
}

// A cover is an opaque shape or an image, which hides what was drawn before it.
type cover struct {
	box   trade.Box
	order int
	image bool
}

// An annotation is what is filled in or stuck on a page.
type annotation struct {
	box    trade.Box
	widget bool
	value  string // of a form field
}

// A span is a word as it lies in the stream of characters.
type span struct {
	page.Word
	from, to int
	outside  bool
}

// limits on what is looked at: a page of the densest print has 5,000 words.
const (
	maxTokens = 20_000
	maxCovers = 2_000
)

// opaque reports whether a filled shape lets nothing through.
func (s *scene) opaque(ref references.FPDF_PAGEOBJECT) bool {
	c, err := s.d.pdf.FPDFPageObj_GetFillColor(&requests.FPDFPageObj_GetFillColor{PageObject: ref})
	if err != nil || c.FillColor.A < 250 {
		return false
	}
	through, err := s.d.pdf.FPDFPageObj_HasTransparency(&requests.FPDFPageObj_HasTransparency{PageObject: ref})
	return err == nil && !through.HasTransparency
}

// cover keeps an opaque shape that is large enough to hide a figure.
func (s *scene) cover(ref references.FPDF_PAGEOBJECT, m matrix, isImage bool) {
	if len(s.covers) >= maxCovers || len(s.texts) == 0 {
		return // what is drawn first hides nothing
	}
	box, ok := s.bounds(ref, m)
	if !ok || box.X1-box.X0 < 5 || box.Y1-box.Y0 < 3 {
		return
	}
	if !isImage && !s.opaque(ref) {
		return
	}
	s.covers = append(s.covers, cover{box: box, order: s.objects, image: isImage})
}

// look looks at the print of the words while the text of the page is open.
func (s *scene) look(text references.FPDF_TEXTPAGE, chars []*responses.GetPageTextStructuredChar) *study {
	st := &study{covers: s.covers, notes: s.d.annotations}
	for _, t := range s.texts {
		if t.spoken {
			st.spoken = append(st.spoken, t.box)
		}
	}
	for _, sp := range s.spans {
		if len(st.tokens) >= maxTokens {
			break
		}
		t := forensic.Token{Word: sp.Word}
		t.Font = s.fontAt(text, sp.from)
		if o, err := s.d.pdf.FPDFText_GetCharOrigin(&requests.FPDFText_GetCharOrigin{TextPage: text, Index: sp.from}); err == nil {
			_, t.Base = s.f.point(o.X, o.Y)
		}
		if c, err := s.d.pdf.FPDFText_GetFillColor(&requests.FPDFText_GetFillColor{TextPage: text, Index: sp.from}); err == nil {
			t.White = c.A < 8 || min(c.R, c.G, c.B) >= 247
		}
		switch {
		case sp.outside && s.cropped(sp.Box):
			t.Hidden = forensic.Cropped
		case sp.outside:
			t.Hidden = forensic.Outside
		case s.unpainted(sp.Box):
			t.Hidden = forensic.Invisible
		}
		if strings.ContainsFunc(sp.Text, unicode.IsDigit) && sp.to-sp.from <= 40 {
			for i := sp.from; i < sp.to; i++ {
				t.Glyphs = append(t.Glyphs, s.glyph(text, chars[i], i))
			}
		}
		st.tokens = append(st.tokens, t)
	}
	s.beneath(text, st)
	st.letters = s.letters(chars)
	return st
}

// letters finds words with characters that pass for others. Characters that are
// not seen part words elsewhere; here they do not.
func (s *scene) letters(chars []*responses.GetPageTextStructuredChar) []forensic.Odd {
	var out []forensic.Odd
	for i := 0; i < len(s.spans) && len(out) < forensic.Most; i++ {
		k := i
		for k+1 < len(s.spans) && s.spans[k].to < s.spans[k+1].from && unseen(chars[s.spans[k].to:s.spans[k+1].from]) {
			k++
		}
		var raw strings.Builder
		box := s.spans[i].Box
		for _, c := range chars[s.spans[i].from:s.spans[k].to] {
			raw.WriteString(c.Text)
		}
		for _, sp := range s.spans[i : k+1] {
			box = box.Union(sp.Box)
		}
		if kind, names := forensic.Letters(raw.String()); kind != "" && !s.spans[i].outside {
			out = append(out, forensic.Odd{Kind: kind, Text: raw.String(), Names: names, Box: box})
		}
		i = k
	}
	return out
}

// unseen reports whether characters take no room at all.
func unseen(chars []*responses.GetPageTextStructuredChar) bool {
	for _, c := range chars {
		for _, r := range c.Text {
			if !(r >= 0x200b && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2060 && r <= 0x2069 || r == 0xfeff) {
				return false
			}
		}
	}
	return true
}

func (s *scene) fontAt(text references.FPDF_TEXTPAGE, i int) string {
	got, err := s.d.pdf.FPDFText_GetFontInfo(&requests.FPDFText_GetFontInfo{TextPage: text, Index: i})
	if err != nil {
		return ""
	}
	return got.FontName
}

func (s *scene) glyph(text references.FPDF_TEXTPAGE, c *responses.GetPageTextStructuredChar, i int) forensic.Glyph {
	g := forensic.Glyph{Font: s.fontAt(text, i)}
	for _, r := range c.Text {
		g.Rune = r
		break
	}
	p := c.PointPosition
	g.Box = s.f.box(p.Left, p.Bottom, p.Right, p.Top)
	if got, err := s.d.pdf.FPDFText_GetFontSize(&requests.FPDFText_GetFontSize{TextPage: text, Index: i}); err == nil {
		g.Size = got.FontSize
	}
	if got, err := s.d.pdf.FPDFText_GetMatrix(&requests.FPDFText_GetMatrix{TextPage: text, Index: i}); err == nil {
		g.Size *= math.Hypot(float64(got.Matrix.C), float64(got.Matrix.D))
	}
	if o, err := s.d.pdf.FPDFText_GetCharOrigin(&requests.FPDFText_GetCharOrigin{TextPage: text, Index: i}); err == nil {
		_, g.Base = s.f.point(o.X, o.Y)
		if s.f.turns%2 == 1 {
			g.Base, _ = s.f.point(o.X, o.Y)
		}
	}
	if quarter(c.Angle) == 1 {
		g.Base = 0 // text that stands has its line the other way
	}
	return g
}

// unpainted reports whether the words in a box are drawn in no colour.
func (s *scene) unpainted(b trade.Box) bool {
	x, y := (b.X0+b.X1)/2, (b.Y0+b.Y1)/2
	hidden := false
	for _, t := range s.texts {
		if x < t.box.X0-0.5 || x > t.box.X1+0.5 || y < t.box.Y0-0.5 || y > t.box.Y1+0.5 {
			continue
		}
		if !t.invisible {
			return false
		}
		hidden = true
	}
	return hidden
}

// cropped reports whether the file shows only a part of the sheet, and a word
// beyond the edge lies on the rest of it.
func (s *scene) cropped(b trade.Box) bool {
	if _, err := s.d.pdf.FPDFPage_GetCropBox(&requests.FPDFPage_GetCropBox{Page: s.ref}); err != nil {
		return false
	}
	got, err := s.d.pdf.FPDFPage_GetMediaBox(&requests.FPDFPage_GetMediaBox{Page: s.ref})
	if err != nil {
		return true // the sheet is stated elsewhere
	}
	return overlaps(b, s.f.box(float64(got.Left), float64(got.Bottom), float64(got.Right), float64(got.Top)))
}

func overlaps(a, b trade.Box) bool {
	return a.X0 < b.X1 && b.X0 < a.X1 && a.Y0 < b.Y1 && b.Y0 < a.Y1
}

// beneath finds the words over which an opaque shape was drawn later.
func (s *scene) beneath(text references.FPDF_TEXTPAGE, st *study) {
	said := map[int]string{}
	words := func(t textObject) string {
		got, ok := said[t.order]
		if !ok {
			if r, err := s.d.pdf.FPDFTextObj_GetText(&requests.FPDFTextObj_GetText{PageObject: t.ref, TextPage: text}); err == nil {
				got = r.Text
			}
			said[t.order] = got
		}
		return got
	}
	for _, c := range st.covers {
		if c.image {
			continue // an image may let through what is beneath; its dots will say
		}
		for i := range st.tokens {
			t := &st.tokens[i]
			if t.Hidden != "" || !inside(t.Box, c.box) {
				continue
			}
			x, y := (t.Box.X0+t.Box.X1)/2, (t.Box.Y0+t.Box.Y1)/2
			under, over := false, false
			for _, o := range s.texts {
				if o.invisible || x < o.box.X0 || x > o.box.X1 || y < o.box.Y0 || y > o.box.Y1 || !slices.Contains(strings.Fields(words(o)), t.Text) {
					continue
				}
				if o.order < c.order {
					under = true
				} else {
					over = true
				}
			}
			if under && !over {
				t.Hidden = forensic.Covered
				for _, a := range st.notes {
					if inside(c.box, trade.Box{X0: a.box.X0 - 3, Y0: a.box.Y0 - 3, X1: a.box.X1 + 3, Y1: a.box.Y1 + 3}) {
						t.Hidden = forensic.Annotated
					}
				}
			}
		}
	}
}

// inside reports whether nearly all of a lies in b.
func inside(a, b trade.Box) bool {
	const slack = 0.8
	return a.X0 >= b.X0-slack && a.X1 <= b.X1+slack && (a.Y0+a.Y1)/2 > b.Y0 && (a.Y0+a.Y1)/2 < b.Y1 &&
		min(a.Y1, b.Y1)-max(a.Y0, b.Y0) > 0.7*(a.Y1-a.Y0)
}

// Look holds the words of the page against its bitmap, and takes out those that
// the page does not show. It may be called once, in the process that read the
// page; a layer that came from another process knows nothing more.
func (l *Layer) Look(img *image.RGBA, dpi float64) {
	st := l.study
	if st == nil {
		return
	}
	n := l.Page.Number
	forensic.Unseen(st.tokens, img, dpi, func(b trade.Box) string {
		for _, c := range st.covers {
			if inside(b, c.box) {
				return forensic.Covered
			}
		}
		return ""
	})
	hidden := map[place]bool{}
	for _, t := range st.tokens {
		if t.Hidden != "" {
			hidden[place{t.Text, t.Box}] = true
		}
	}
	if len(hidden) > 0 {
		kept := l.Page.Words[:0]
		for _, w := range l.Page.Words {
			if !hidden[place{w.Text, w.Box}] {
				kept = append(kept, w)
			}
		}
		l.Page.Words = kept
	}
	l.Samples = forensic.Samples(st.tokens, st.spoken)
	seen := forensic.Hidden(st.tokens, n)
	seen = append(seen, forensic.OddPrint(st.tokens, n)...)
	seen = append(seen, st.forms(n)...)
	for _, o := range st.letters {
		seen = append(seen, trade.Observation{Kind: trade.OddLetters, Print: o.Kind, Text: forensic.Cut(forensic.Visible(o.Text)), Against: o.Names, Page: n, Box: o.Box})
	}
	if room := 100 - len(l.Page.Seen); len(seen) > room {
		seen = seen[:max(room, 0)]
	}
	l.Page.Seen = append(l.Page.Seen, seen...)
}

// A place is what tells one word of a page from another.
type place struct {
	text string
	box  trade.Box
}

// forms are the fields of forms whose value is another figure than the one shown.
func (st *study) forms(n int) []trade.Observation {
	var out []trade.Observation
	for _, a := range st.notes {
		if !a.widget || len(out) == forensic.Most {
			continue
		}
		shown := ""
		for _, t := range st.tokens {
			if t.Hidden == "" && inside(t.Box, a.box) {
				shown = strings.TrimSpace(shown + " " + t.Text)
			}
		}
		if forensic.OtherFigure(a.value, shown) {
			out = append(out, trade.Observation{Kind: trade.FormValue, Text: shown, Against: a.value, Page: n, Box: a.box})
		}
	}
	return out
}

// stuck lists what is filled in or stuck on the page.
func (d *Document) stuck(ref requests.Page) []annotation {
	f, err := d.frame(ref)
	if err != nil {
		return nil
	}
	count, err := d.pdf.FPDFPage_GetAnnotCount(&requests.FPDFPage_GetAnnotCount{Page: ref})
	if err != nil {
		return nil
	}
	var out []annotation
	for i := range min(count.Count, 1000) {
		a, err := d.pdf.FPDFPage_GetAnnot(&requests.FPDFPage_GetAnnot{Page: ref, Index: i})
		if err != nil {
			continue
		}
		kind, err := d.pdf.FPDFAnnot_GetSubtype(&requests.FPDFAnnot_GetSubtype{Annotation: a.Annotation})
		if err == nil && kind.Subtype != enums.FPDF_ANNOT_SUBTYPE_LINK && kind.Subtype != enums.FPDF_ANNOT_SUBTYPE_POPUP {
			note := annotation{widget: kind.Subtype == enums.FPDF_ANNOT_SUBTYPE_WIDGET}
			if r, err := d.pdf.FPDFAnnot_GetRect(&requests.FPDFAnnot_GetRect{Annotation: a.Annotation}); err == nil {
				q := r.Rect
				note.box = f.box(float64(min(q.Left, q.Right)), float64(min(q.Bottom, q.Top)), float64(max(q.Left, q.Right)), float64(max(q.Bottom, q.Top)))
			}
			if note.widget {
				if v, err := d.pdf.FPDFAnnot_GetStringValue(&requests.FPDFAnnot_GetStringValue{Annotation: a.Annotation, Key: "V"}); err == nil && len(v.Value) < 200 {
					note.value = v.Value
				}
			}
			out = append(out, note)
		}
		d.pdf.FPDFPage_CloseAnnot(&requests.FPDFPage_CloseAnnot{Annotation: a.Annotation})
	}
	return out
}

// origin notes how the page came to be, and what was written over it if it is a
// picture.
func (s *scene) origin(l *Layer) {
	p := &l.Page
	o := trade.Observation{Kind: trade.PageOrigin, Print: "text", Page: p.Number,
		Figures: []trade.Measure{{Name: "width", Value: math.Round(p.Width)}, {Name: "height", Value: math.Round(p.Height)}}}
	if p.Scanned {
		o.Print = "scan"
	}
	if l.Blank {
		return
	}
	p.Seen = append(p.Seen, o)
	if !l.Optical {
		l.study = s.study
		return
	}
	if !p.Scanned || len(s.images) == 0 || s.study == nil {
		return
	}
	// A scanner lays its words over the picture too, but in no colour.
	var over []page.Word
	for _, t := range s.study.tokens {
		if t.Hidden == "" && !t.White && s.written(t.Box) {
			over = append(over, t.Word)
		}
	}
	for i, w := range forensic.Runs(over) {
		if i == forensic.Most {
			break
		}
		p.Seen = append(p.Seen, trade.Observation{Kind: trade.TextOnScan, Text: forensic.Cut(w.Text), Page: p.Number, Box: w.Box})
	}
}

// written reports whether the words in a box were drawn after a picture beneath
// them.
func (s *scene) written(b trade.Box) bool {
	x, y := (b.X0+b.X1)/2, (b.Y0+b.Y1)/2
	at := 0
	for _, i := range s.images {
		if x > i.box.X0 && x < i.box.X1 && y > i.box.Y0 && y < i.box.Y1 {
			at = max(at, i.order)
		}
	}
	if at == 0 {
		return false
	}
	for _, t := range s.texts {
		if !t.invisible && t.order > at && x > t.box.X0-0.5 && x < t.box.X1+0.5 && y > t.box.Y0-0.5 && y < t.box.Y1+0.5 {
			return true
		}
	}
	return false
}
