package extract

import (
	"context"
	"fmt"
	goimage "image"
	"slices"
	"sync"
	"time"

	"tallyman/extract/page"
	"tallyman/extract/sandbox"
)

func (x *Extractor) readImage(ctx context.Context, s *Source, data []byte) {
	began := time.Now()
	ses, err := x.session(ctx, x.image, data)
	if err != nil {
		s.Reason = reason(err, "the file")
		return
	}
	defer ses.close()
	if err := ses.open(ctx); err != nil {
		s.Reason = reason(err, "the file")
		return
	}
	s.PageCount = ses.opened.Pages
	pages := s.PageCount
	if pages > x.limits.OpticalPages {
		pages = x.limits.OpticalPages
		s.Reason = &page.Problem{Code: page.LimitPages, Text: fmt.Sprintf("The file holds %d pages; the first %d were read. Split it.", s.PageCount, pages)}
	}
	total := x.limits.Total + time.Duration(pages)*10*time.Second
	var results []*page.Page
	var wg sync.WaitGroup
	defer func() {
		wg.Wait()
		for _, p := range results {
			s.Pages = append(s.Pages, *p)
		}
	}()
	for n := 1; n <= pages; n++ {
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > total {
			s.Reason = &page.Problem{Code: page.TimeoutTotal, Text: fmt.Sprintf("The time for the file was up after %d of %d pages; split it.", n-1, s.PageCount)}
			return
		}
		p := &page.Page{Number: n, Scanned: true}
		results = append(results, p)
		var a bitmapAnswer
		body, err := ses.call(ctx, x.budget(2*x.limits.PageCPU), "gray", pageArg{Page: n}, &a)
		var g bitmap
		if err == nil {
			g, err = bitmapOf(a, body)
		}
		if err == nil {
			err = see(p, a)
		}
		if err != nil {
			p.Problem = reason(err, fmt.Sprintf("page %d", n))
			continue
		}
		p.Width, p.Height = float64(a.Width)*72/a.DPI, float64(a.Height)*72/a.DPI
		wg.Go(func() {
			res, err := x.optical(ctx, g, opticalArg{DPI: a.DPI, Photo: !a.Stated, Languages: x.opts.Languages})
			if err != nil {
				p.Problem = reason(err, fmt.Sprintf("page %d", n))
				return
			}
			adopt(p, res)
			p.Seen = append(p.Seen, patches(g.gray, a.DPI, p)...)
			if a.Partial && p.Problem == nil {
				p.Problem = &page.Problem{Code: page.Corrupt, Text: "A part of the image is missing; what there is was read. Ask the sender for a new copy."}
			}
		})
	}
}

// A bitmap is a page as gray levels, once as black print shows best and, if the
// page has coloured print, once with that as dark.
type bitmap struct{ gray, dark *goimage.Gray }

func bitmapOf(a bitmapAnswer, body []byte) (bitmap, error) {
	size := a.Width * a.Height
	planes := 1
	if a.Coloured {
		planes = 2
	}
	if a.Width < 1 || a.Height < 1 || len(body) != planes*size || !(a.DPI > 1 && a.DPI < 10_000) {
		return bitmap{}, sandbox.ErrAnswer
	}
	plane := func(pix []byte) *goimage.Gray {
		return &goimage.Gray{Pix: pix, Stride: a.Width, Rect: goimage.Rect(0, 0, a.Width, a.Height)}
	}
	b := bitmap{gray: plane(body[:size:size])}
	if a.Coloured {
		b.dark = plane(body[size:])
	}
	return b, nil
}

// pix is the levels of both, one after the other, as they came.
func (b bitmap) pix() []byte {
	if b.dark == nil {
		return b.gray.Pix
	}
	return slices.Concat(b.gray.Pix, b.dark.Pix)
}

// draw asks a reader for a page in colour.
func (x *Extractor) draw(ctx context.Context, pool *sandbox.Pool, data []byte, n int, dpi float64) (*goimage.RGBA, *page.Problem) {
	ses, err := x.session(ctx, pool, data)
	if err != nil {
		return nil, reason(err, "the file")
	}
	defer ses.close()
	if err := ses.open(ctx); err != nil {
		return nil, reason(err, "the file")
	}
	if n < 1 || n > ses.opened.Pages {
		return nil, &page.Problem{Code: page.Corrupt, Text: fmt.Sprintf("The file has no page %d.", n)}
	}
	var a bitmapAnswer
	body, err := ses.call(ctx, x.budget(2*x.limits.PageCPU), "colour", pageArg{Page: n, DPI: dpi}, &a)
	if err != nil {
		return nil, reason(err, fmt.Sprintf("page %d", n))
	}
	if a.Width < 1 || a.Height < 1 || len(body) != 4*a.Width*a.Height {
		return nil, reason(sandbox.ErrAnswer, fmt.Sprintf("page %d", n))
	}
	return &goimage.RGBA{Pix: body, Stride: 4 * a.Width, Rect: goimage.Rect(0, 0, a.Width, a.Height)}, nil
}
