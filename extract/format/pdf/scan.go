package pdf

import (
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"tallyman/trade"
)

// Scan returns the file of the image that page n consists of, and where it lies
// on the page, in points; ok is false if the page is no upright scan of one JPEG.
// Drawing the page mixes the dots of the image, and what tells one copy of a stamp
// from another is lost.
func (d *Document) Scan(n int) (jpeg []byte, box trade.Box, ok bool) {
	ref, err := d.load(n)
	if err != nil {
		return nil, box, false
	}
	f, err := d.frame(ref)
	if err != nil || f.turns != 0 {
		return nil, box, false
	}
	count, err := d.pdf.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: ref})
	if err != nil || count.Count > 2000 {
		return nil, box, false
	}
	var object references.FPDF_PAGEOBJECT
	images := 0
	for i := range count.Count {
		o, err := d.pdf.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: ref, Index: i})
		if err != nil {
			return nil, box, false
		}
		kind, err := d.pdf.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: o.PageObject})
		if err == nil && kind.Type == enums.FPDF_PAGEOBJ_IMAGE {
			object = o.PageObject
			images++
		}
	}
	if images != 1 {
		return nil, box, false
	}
	s := &scene{d: d, f: f}
	m, ok := s.matrix(object)
	w, h := f.size()
	if !ok || m.b != 0 || m.c != 0 || m.a < 0.9*w || m.d < 0.9*h {
		return nil, box, false
	}
	filters, err := d.pdf.FPDFImageObj_GetImageFilterCount(&requests.FPDFImageObj_GetImageFilterCount{ImageObject: object})
	if err != nil || filters.Count != 1 {
		return nil, box, false
	}
	filter, err := d.pdf.FPDFImageObj_GetImageFilter(&requests.FPDFImageObj_GetImageFilter{ImageObject: object})
	if err != nil || filter.ImageFilter != "DCTDecode" {
		return nil, box, false
	}
	raw, err := d.pdf.FPDFImageObj_GetImageDataRaw(&requests.FPDFImageObj_GetImageDataRaw{ImageObject: object})
	if err != nil || len(raw.Data) == 0 {
		return nil, box, false
	}
	return raw.Data, f.box(m.e, m.f, m.e+m.a, m.f+m.d), true
}
