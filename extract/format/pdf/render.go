package pdf

import (
	"bytes"
	"fmt"
	"image"

	"github.com/klippa-app/go-pdfium/requests"

	"tallyman/extract/page"
	"tallyman/trade"
)

// maxRender is how many dots a bitmap may have. PDFium holds four bytes for
// each in its own memory.
const maxRender = 60_000_000

// Render draws page n, or the part of it within box (in points, as displayed),
// in colour on white.
func (d *Document) Render(n int, dpi float64, box *trade.Box) (*image.RGBA, error) {
	ref, err := d.load(n)
	if err != nil {
		return nil, err
	}
	f, err := d.frame(ref)
	if err != nil {
		return nil, &page.Problem{Code: page.Corrupt, Text: fmt.Sprintf("The size of page %d cannot be read.", n)}
	}
	w, h := f.size()
	request := requests.RenderPageInDPI{Page: ref, DPI: int(dpi + 0.5)}
	if box != nil {
		request.Crop = &requests.RenderPageCrop{X: box.X0, Y: box.Y0, Width: box.X1 - box.X0, Height: box.Y1 - box.Y0}
		w, h = box.X1-box.X0, box.Y1-box.Y0
	}
	if dots := w * h * dpi * dpi / 72 / 72; !(dots >= 1 && dots <= maxRender) {
		return nil, &page.Problem{Code: page.LimitPixels, Text: fmt.Sprintf("Page %d would need %.0f million dots to draw; at most %d million are drawn.", n, dots/1e6, maxRender/1_000_000)}
	}
	drawn, err := d.pdf.RenderPageInDPI(&request)
	if err != nil {
		return nil, &page.Problem{Code: page.Corrupt, Text: fmt.Sprintf("Page %d cannot be drawn.", n)}
	}
	defer drawn.Cleanup()
	src, ok := drawn.Result.RenderedImage.(*image.RGBA)
	if !ok {
		return nil, fmt.Errorf("pdfium drew no image")
	}
	// The dots lie in the memory of PDFium and are gone after Cleanup.
	return &image.RGBA{Pix: bytes.Clone(src.Pix), Stride: src.Stride, Rect: src.Rect}, nil
}
