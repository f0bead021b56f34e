package extract

import (
	"context"
	"fmt"
	"image"
	"slices"
	"strings"

	"tallyman/extract/forensic"
	"tallyman/extract/format/pdf"
	"tallyman/extract/ocr"
	"tallyman/extract/page"
	"tallyman/extract/sandbox"
	"tallyman/trade"
)

// A proofArg asks for pictures of words on one sheet.
type proofArg struct {
	Page  int
	DPI   float64
	Boxes []trade.Box
}

type proofAnswer struct {
	Width, Height int
	Cells         []image.Rectangle // where each word lies
}

// proofSheet draws the words of a page on one sheet. It runs in the child.
func proofSheet(d *pdf.Document, arg proofArg) (any, []byte, error) {
	const margin = 2.5 // points
	var pictures []image.Image
	for _, b := range arg.Boxes {
		b = trade.Box{X0: max(b.X0-margin, 0), Y0: max(b.Y0-margin, 0), X1: b.X1 + margin, Y1: b.Y1 + margin}
		img, err := d.Render(arg.Page, arg.DPI, &b)
		if err != nil {
			return nil, nil, err
		}
		pictures = append(pictures, img)
	}
	sheet, cells := forensic.Proof(pictures)
	return proofAnswer{sheet.Rect.Dx(), sheet.Rect.Dy(), cells}, sheet.Pix, nil
}

// A prover remembers which digits of a file were looked at, by their signs.
type prover map[string]bool

// choose leaves out samples that show nothing new.
func (v prover) choose(all []forensic.Sample) []forensic.Sample {
	var out []forensic.Sample
	for _, s := range all {
		news := s.Spoken
		for _, sign := range s.Shows {
			news = news || !v[sign]
			v[sign] = true
		}
		if news {
			out = append(out, s)
		}
	}
	return out
}

// prove lets the optical reader look at words of the text layer, and notes those
// that the page shows otherwise. Its failures mean nothing for the paper.
func (x *Extractor) prove(ctx context.Context, ses *session, p *page.Page, samples []forensic.Sample) {
	var boxes []trade.Box
	for _, s := range samples {
		boxes = append(boxes, s.Box)
	}
	first, cells, err := x.proofOf(ctx, ses, p.Number, forensic.ProofDPI, boxes)
	if err != nil {
		return
	}
	// Another size gives other dots: what is read alike twice is what is there.
	// It is drawn only if the first look says that something differs.
	seen, err := x.readProof(ctx, first, cells)
	if err != nil {
		return
	}
	var doubted string
	for i, s := range samples {
		if from, _, ok := forensic.Misread(s.Text, seen[i]); ok {
			doubted += string(from)
		}
	}
	if doubted == "" {
		return
	}
	var more []forensic.Sample
	for _, w := range p.Words {
		known := slices.ContainsFunc(samples, func(s forensic.Sample) bool { return s.Box == w.Box })
		if !known && len(more) < 12 && len(digitsOf(w.Text)) >= 2 && strings.ContainsAny(w.Text, doubted) && w.Box.X1-w.Box.X0 > w.Box.Y1-w.Box.Y0 {
			more = append(more, forensic.Sample{Text: w.Text, Box: w.Box})
			boxes = append(boxes, w.Box)
		}
	}
	larger, cells, err := x.proofOf(ctx, ses, p.Number, forensic.ProofDPI*4/3, boxes)
	if err != nil {
		return
	}
	again, err := x.readProof(ctx, larger, cells)
	if err != nil {
		return
	}
	n := len(samples)
	for k, i := range forensic.Wrong(samples, seen, again[:n], more, again[n:]) {
		if k == forensic.Most || len(p.Seen) >= maxSeen {
			break
		}
		s := samples[i]
		how := "letters"
		if s.Spoken {
			how = "spoken"
		}
		p.Seen = append(p.Seen, trade.Observation{Kind: trade.LayerDiffers, Print: how, Text: s.Text, Against: seen[i], Page: p.Number, Box: s.Box})
	}
}

func (x *Extractor) proofOf(ctx context.Context, ses *session, n int, dpi float64, boxes []trade.Box) (*image.Gray, []image.Rectangle, error) {
	var a proofAnswer
	body, err := ses.call(ctx, x.budget(x.limits.PageCPU), "proof", proofArg{n, dpi, boxes}, &a)
	if err != nil {
		return nil, nil, err
	}
	if len(a.Cells) != len(boxes) || a.Width < 1 || a.Height < 1 || a.Width > 1<<14 || a.Height > 1<<16 || len(body) != a.Width*a.Height {
		return nil, nil, sandbox.ErrAnswer
	}
	return &image.Gray{Pix: body, Stride: a.Width, Rect: image.Rect(0, 0, a.Width, a.Height)}, a.Cells, nil
}

// readProof returns what the optical reader sees in each cell of a sheet.
func (x *Extractor) readProof(ctx context.Context, sheet *image.Gray, cells []image.Rectangle) ([]string, error) {
	c, err := x.ocr.Get(ctx)
	if err != nil {
		return nil, err
	}
	ses := &session{x: x, pool: x.ocr, child: c}
	defer func() { x.ocr.Put(ses.child) }()
	arg := opticalArg{Width: sheet.Rect.Dx(), Height: sheet.Rect.Dy(), DPI: forensic.ProofDPI, Part: true, Languages: "eng"}
	var res ocr.Result
	err = ses.twice(func() error {
		res = ocr.Result{}
		_, err := ses.child.Call(ctx, x.budget(x.limits.OpticalCPU), "read", arg, sheet.Pix, &res)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("proof: %w", err)
	}
	texts := make([]string, len(cells))
	const scale = float64(forensic.ProofDPI) / 72
	for _, w := range res.Words {
		at := image.Pt(int((w.Box.X0+w.Box.X1)/2*scale), int((w.Box.Y0+w.Box.Y1)/2*scale))
		for i, c := range cells {
			if at.In(c.Inset(-6)) && w.Confidence >= 0.5 {
				texts[i] += w.Text
			}
		}
	}
	return texts, nil
}
