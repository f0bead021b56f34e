package extract

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"tallyman/extract/format/pdf"
	"tallyman/extract/ocr"
	"tallyman/extract/page"
	"tallyman/trade"
)

const (
	readDPI = 200 // of pages for optical reading
	fineDPI = 300 // of pages with print below 8 points
	lookDPI = 80  // of pages of text, to see which words they show
	// giveUp is after how many pages in a row that end in a crash or out of
	// time the rest of a file is left alone.
	giveUp = 3
)

func (x *Extractor) readPDF(ctx context.Context, s *Source, data []byte) {
	began := time.Now()
	ses, err := x.session(ctx, x.pdf, data)
	if err != nil {
		s.Reason = reason(err, "the file")
		return
	}
	defer ses.close()
	if err := ses.open(ctx); err != nil {
		s.Reason = reason(err, "the file")
		if s.Reason.Code == page.TimeoutPage {
			s.Reason.Code = page.TimeoutTotal
		}
		return
	}
	s.PageCount = ses.opened.Pages
	x.inside(ctx, ses, s)
	if s.PageCount == 0 {
		s.Reason = &page.Problem{Code: page.Corrupt, Text: "The PDF holds no page; ask the sender for a new copy."}
		return
	}
	pages := s.PageCount
	if pages > x.limits.Pages {
		pages = x.limits.Pages
		s.Reason = &page.Problem{Code: page.LimitPages, Text: fmt.Sprintf("The file claims %d pages; the first %d were read. Split it.", s.PageCount, pages)}
	}
	total := x.limits.Total + time.Duration(pages)*10*time.Second

	s.Pages = make([]page.Page, 0, min(pages, 64))
	var results []*page.Page
	var wg sync.WaitGroup
	defer func() {
		wg.Wait()
		for _, p := range results {
			s.Pages = append(s.Pages, *p)
		}
		x.secondReading(ctx, s, data)
	}()
	defer func() { // before the session ends
		if ctx.Err() == nil && len(results) > 0 {
			wg.Wait() // straightened pages are moved by then
			x.history(ctx, ses, s, results)
		}
	}()
	inRow, optical := 0, 0
	proven := prover{}
	for n := 1; n <= pages; n++ {
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > total {
			s.Reason = &page.Problem{Code: page.TimeoutTotal, Text: fmt.Sprintf("The time for the file was up after %d of %d pages; split it.", n-1, s.PageCount)}
			return
		}
		var layer pdf.Layer
		_, err := ses.call(ctx, x.budget(x.limits.PageCPU), "read", pageArg{Page: n}, &layer)
		if err == nil {
			err = check(&layer.Page, n)
		}
		if err != nil {
			var p *page.Problem
			if !errors.As(err, &p) {
				inRow++
			}
			results = append(results, &page.Page{Number: n, Problem: reason(err, fmt.Sprintf("page %d", n))})
			if inRow == giveUp && n < pages {
				s.Reason = &page.Problem{Code: page.Crashed, Text: fmt.Sprintf("%d pages in a row could not be read; the other %d were left alone. Ask for another copy.", giveUp, s.PageCount-n)}
				return
			}
			continue
		}
		inRow = 0
		p := &layer.Page
		results = append(results, p)
		if samples := proven.choose(layer.Samples); len(samples) > 0 {
			x.prove(ctx, ses, p, samples)
		}
		switch {
		case layer.Blank:
			p.Notes = append(p.Notes, page.Note{Code: page.EmptyPage, Text: "The page is blank."})
		case layer.Optical, len(layer.Images) > 0:
			optical++
			if optical > x.limits.OpticalPages {
				p.Words = nil
				p.Problem = &page.Problem{Code: page.LimitPages, Text: fmt.Sprintf("Only the first %d pages that are images are read; split the file.", x.limits.OpticalPages)}
				continue
			}
			if layer.Optical {
				x.scannedPage(ctx, ses, &layer, &wg)
			} else {
				x.mixedPage(ctx, ses, &layer, &wg)
			}
		}
	}
}

// scannedPage reads a page whose words are pixels. The pixels are drawn at
// once, because only this goroutine may use the session; reading them goes on
// beside the next page.
func (x *Extractor) scannedPage(ctx context.Context, ses *session, layer *pdf.Layer, wg *sync.WaitGroup) {
	p := &layer.Page
	dpi := float64(readDPI)
	if layer.Small {
		dpi = fineDPI
	}
	if most := 40e6 * 72 * 72 / (p.Width * p.Height); dpi*dpi > most {
		dpi = float64(readDPI)
	}
	g, a, err := x.gray(ctx, ses, pageArg{Page: p.Number, DPI: dpi})
	if err == nil {
		err = see(p, a)
	}
	if err != nil {
		p.Words = nil
		p.Problem = reason(err, fmt.Sprintf("page %d", p.Number))
		return
	}
	wg.Go(func() {
		beneath := p.Words
		res, err := x.optical(ctx, g, opticalArg{DPI: dpi, Fine: layer.Small, Languages: x.opts.Languages})
		if err != nil {
			p.Words = nil
			p.Problem = reason(err, fmt.Sprintf("page %d", p.Number))
			return
		}
		adopt(p, res)
		notes, seen := layerMismatch(beneath, p)
		p.Notes, p.Seen = append(p.Notes, notes...), append(p.Seen, seen...)
	})
}

// mixedPage reads the images of a page that has a text layer besides.
func (x *Extractor) mixedPage(ctx context.Context, ses *session, layer *pdf.Layer, wg *sync.WaitGroup) {
	p := &layer.Page
	type part struct {
		box  trade.Box
		gray bitmap
	}
	var parts []part
	for _, box := range layer.Images {
		g, _, err := x.gray(ctx, ses, pageArg{Page: p.Number, DPI: readDPI, Box: &box})
		if err != nil {
			p.Problem = reason(err, fmt.Sprintf("an image on page %d", p.Number))
			return
		}
		parts = append(parts, part{box, g})
	}
	wg.Go(func() {
		text := p.Words
		for _, part := range parts {
			res, err := x.optical(ctx, part.gray, opticalArg{DPI: readDPI, Part: true, Languages: x.opts.Languages})
			if err != nil {
				p.Problem = reason(err, fmt.Sprintf("an image on page %d", p.Number))
				continue
			}
			for _, r := range res.Rules {
				p.Rules = append(p.Rules, page.Rule{X0: r.X0 + part.box.X0, Y0: r.Y0 + part.box.Y0, X1: r.X1 + part.box.X0, Y1: r.Y1 + part.box.Y0})
			}
			for _, w := range res.Words {
				w.Box = page.Shift(part.box.X0, part.box.Y0).Box(w.Box)
				// Print over the image is in the text layer already, and specks of
				// a picture are not print.
				if !covered(w.Box, text) && w.Confidence >= 0.8 {
					p.Words = append(p.Words, w)
				}
			}
		}
		p.Rules = page.JoinRules(p.Rules, 1.2, 3, 4)
	})
}

// adopt puts what was read from pixels in the place of what p held.
func adopt(p *page.Page, res *ocr.Result) {
	p.Words, p.Rules, p.Scanned = res.Words, res.Rules, true
	p.Width, p.Height = res.Width, res.Height
	p.Notes = append(p.Notes, res.Notes...)
	if !still(res) {
		v := res.View
		p.View = &v
		straightenSeen(p)
	}
	thinInk(p)
	if len(p.Words) == 0 {
		if res.Ink < 0.001 {
			p.Notes = append(p.Notes, page.Note{Code: page.EmptyPage, Text: "The page is blank."})
			return
		}
		p.Problem = &page.Problem{Code: page.Unreadable, Text: fmt.Sprintf("Page %d holds marks, but no word could be made out; look at it.", p.Number)}
	}
}

// still reports whether the view moves no corner by half a point.
func still(res *ocr.Result) bool {
	for _, c := range [...][2]float64{{0, 0}, {res.Width, 0}, {0, res.Height}, {res.Width, res.Height}} {
		x, y := res.View.Apply(c[0], c[1])
		if x-c[0] > 0.5 || c[0]-x > 0.5 || y-c[1] > 0.5 || c[1]-y > 0.5 {
			return false
		}
	}
	return true
}

// covered reports whether a good part of the box lies on words of the text layer.
func covered(b trade.Box, words []page.Word) bool {
	area := (b.X1 - b.X0) * (b.Y1 - b.Y0)
	for _, w := range words {
		if common(b, w.Box) > 0.3*area {
			return true
		}
	}
	return false
}

// common returns the area that two boxes share.
func common(a, b trade.Box) float64 {
	w, h := min(a.X1, b.X1)-max(a.X0, b.X0), min(a.Y1, b.Y1)-max(a.Y0, b.Y0)
	if w <= 0 || h <= 0 {
		return 0
	}
	return w * h
}

// gray asks the session for a page as gray levels.
func (x *Extractor) gray(ctx context.Context, ses *session, arg pageArg) (g bitmap, a bitmapAnswer, err error) {
	body, err := ses.call(ctx, x.budget(2*x.limits.PageCPU), "gray", arg, &a)
	if err != nil {
		return g, a, err
	}
	g, err = bitmapOf(a, body)
	return g, a, err
}

// optical reads gray levels in a child of their own.
func (x *Extractor) optical(ctx context.Context, g bitmap, arg opticalArg) (*ocr.Result, error) {
	c, err := x.ocr.Get(ctx)
	if err != nil {
		return nil, err
	}
	ses := &session{x: x, pool: x.ocr, child: c}
	defer func() { x.ocr.Put(ses.child) }()
	arg.Width, arg.Height, arg.Coloured = g.gray.Rect.Dx(), g.gray.Rect.Dy(), g.dark != nil
	var res ocr.Result
	// More dots take more time.
	cpu := x.limits.OpticalCPU + time.Duration(arg.Width*arg.Height/1_000_000)*time.Second
	err = ses.twice(func() error {
		res = ocr.Result{}
		_, err := ses.child.Call(ctx, x.budget(cpu), "read", arg, g.pix(), &res)
		return err
	})
	if err != nil {
		return nil, err
	}
	p := page.Page{Number: 1, Width: res.Width, Height: res.Height, Words: res.Words, Rules: res.Rules}
	if err := check(&p, 1); err != nil {
		return nil, err
	}
	res.Words, res.Rules = p.Words, p.Rules
	x.again(ctx, g, arg, &res)
	return &res, nil
}
