package extract

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"slices"
	"strings"
	"time"
	"unicode"

	ledongthuc "github.com/ledongthuc/pdf"

	"tallyman/extract/forensic"
	"tallyman/extract/page"
	"tallyman/extract/sandbox"
	"tallyman/trade"
)

const secondVersion = "ledongthuc/pdf 2026-09-07"

// maxSecond is how many pages the second reader reads.
const maxSecond = 60

type secondChild struct{}

func newSecondChild(json.RawMessage) (sandbox.Handler, error) {
	log.SetOutput(io.Discard)
	return secondChild{}, nil
}

// Handle returns the text of each page that was asked for; a page that fails
// is an empty text.
func (secondChild) Handle(op string, raw json.RawMessage, body []byte) (any, []byte, error) {
	pages, err := arguments[[]int](raw)
	if err != nil {
		return nil, nil, err
	}
	texts := make([]string, len(pages))
	var r *ledongthuc.Reader
	if err := caught(func() error {
		var err error
		r, err = ledongthuc.NewReader(bytes.NewReader(body), int64(len(body)))
		return err
	}); err != nil {
		return texts, nil, nil
	}
	for i, n := range pages {
		caught(func() error {
			text, err := r.Page(n).GetPlainText(nil)
			texts[i] = strings.ToValidUTF8(text, "")
			return err
		})
	}
	return texts, nil, nil
}

func caught(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%v", v)
		}
	}()
	return f()
}

// secondReading lets a second program read the text layers and notes where it
// sees other figures. Its own failures mean nothing.
func (x *Extractor) secondReading(ctx context.Context, s *Source, data []byte) {
	var pages, at []int
	for i, p := range s.Pages {
		if !p.Scanned && p.Problem == nil && len(p.Words) > 0 && len(pages) < maxSecond {
			pages, at = append(pages, p.Number), append(at, i)
		}
	}
	if len(pages) == 0 || ctx.Err() != nil {
		return
	}
	c, err := x.second.Get(ctx)
	if err != nil {
		return
	}
	defer func() { x.second.Put(c) }()
	var texts []string
	cpu := 2*time.Second + time.Duration(len(pages))*100*time.Millisecond
	if _, err := c.Call(ctx, x.budget(cpu), "read", pages, data, &texts); err != nil || len(texts) != len(pages) {
		return
	}
	for k, i := range at {
		s.Pages[i].Notes = append(s.Pages[i].Notes, disagreements(s.Pages[i].Words, texts[k])...)
	}
}

// disagreements compares the figures of a page with what a second reader made
// of it.
//
// The second reader has weaknesses: it loses glyphs of some fonts, splits or
// glues words, and leaves out whole parts. So it is believed only on pages where
// it agrees on nearly everything, and only where it reads another figure of the
// same shape that the first reader sees nowhere.
func disagreements(words []page.Word, other string) []page.Note {
	theirs := figures(strings.FieldsFunc(other, unicode.IsSpace))
	stream := digitsOf(other)
	var ours []string
	var missing []page.Word
	total := 0
	for _, w := range words {
		d := digitsOf(w.Text)
		if len(d) == 0 {
			continue
		}
		ours = append(ours, d)
		if len(d) < 4 || w.Reader != trade.TextLayer {
			continue
		}
		total++
		if !strings.Contains(stream, d) {
			missing = append(missing, w)
		}
	}
	if total < 10 || len(missing) == 0 || len(missing) > 2 || len(missing)*20 > total {
		return nil
	}
	glued := strings.Join(ours, "")
	var notes []page.Note
	for _, w := range missing {
		d := digitsOf(w.Text)
		var candidates []string
		for _, t := range theirs {
			if len(t) == len(d) && !strings.Contains(glued, t) && !slices.Contains(candidates, t) {
				candidates = append(candidates, t)
			}
		}
		if len(candidates) == 1 {
			notes = append(notes, page.Note{
				Code: page.ReadersDisagree, Box: w.Box,
				Text: fmt.Sprintf("One reader of the file sees the figure %q here, another sees the digits %s; look at the page.", w.Text, candidates[0]),
			})
		}
	}
	return notes
}

// figures returns the digits of each text that has four of them or more.
func figures(texts []string) []string {
	var out []string
	for _, t := range texts {
		if d := digitsOf(t); len(d) >= 4 {
			out = append(out, d)
		}
	}
	return out
}

func digitsOf(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// alike are digits that optical readers take for each other.
var alike = []string{"08", "38", "56", "17", "68", "49", "35", "06", "27", "89", "69", "14", "58", "23", "39"}

// layerMismatch compares the text layer of a scan with its image. Such layers
// come from the optical reader of a scanner and err, so only figures that no
// such reader mistakes for each other are noted.
func layerMismatch(layer []page.Word, p *page.Page) (notes []page.Note, seen []trade.Observation) {
	back := page.Identity
	if p.View != nil {
		inv, ok := p.View.Inverse()
		if !ok {
			return nil, nil
		}
		back = inv
	}
	shown := numbers(p.Words)
	read := map[string]bool{}
	for _, w := range shown {
		if d := digitsOf(w.Text); d != "" {
			read[d] = true
		}
	}
	for _, w := range numbers(layer) {
		d := digitsOf(w.Text)
		if len(d) < 3 || read[d] {
			continue
		}
		box := back.Box(w.Box)
		area := (box.X1 - box.X0) * (box.Y1 - box.Y0)
		var over []page.Word
		for _, o := range shown {
			own := (o.Box.X1 - o.Box.X0) * (o.Box.Y1 - o.Box.Y0)
			if common(box, o.Box) > 0.3*min(own, area) {
				over = append(over, o)
			}
		}
		if len(over) != 1 || over[0].Confidence < 0.985 || common(box, over[0].Box) < 0.4*area {
			continue
		}
		e := digitsOf(over[0].Text)
		if len(e) != len(d) || !otherFigure(d, e) {
			continue
		}
		notes = append(notes, page.Note{
			Code: page.TextLayerMismatch, Box: over[0].Box,
			Text: fmt.Sprintf("The page shows %q, but the text beneath the image says %q.", over[0].Text, w.Text),
		})
		if len(seen) < forensic.Most {
			seen = append(seen, trade.Observation{Kind: trade.LayerDiffers, Print: "scan", Text: w.Text, Against: over[0].Text, Page: p.Number, Box: over[0].Box})
		}
	}
	return notes, seen
}

// numbers joins the groups of numbers that are written with spaces, such as 12 345,
// and leaves other words as they are.
func numbers(words []page.Word) []page.Word {
	var out []page.Word
	for _, w := range words {
		if n := len(out); n > 0 {
			l := &out[n-1]
			h := min(l.Box.Y1-l.Box.Y0, w.Box.Y1-w.Box.Y0)
			gap := w.Box.X0 - l.Box.X1
			group := digitsOf(w.Text)
			if strings.Trim(l.Text, "0123456789 ") == "" && len(group) >= 3 && strings.HasPrefix(w.Text, group[:3]) &&
				gap > 0 && gap < 0.7*h && min(l.Box.Y1, w.Box.Y1)-max(l.Box.Y0, w.Box.Y0) > 0.6*h {
				l.Text += " " + w.Text
				l.Box = l.Box.Union(w.Box)
				l.Confidence = min(l.Confidence, w.Confidence)
				continue
			}
		}
		out = append(out, w)
	}
	return out
}

// otherFigure reports whether two figures of one length differ in digits that
// do not look alike.
func otherFigure(a, b string) bool {
	for i := range a {
		x, y := a[i], b[i]
		if x > y {
			x, y = y, x
		}
		if x != y && !slices.Contains(alike, string([]byte{x, y})) {
			return true
		}
	}
	return false
}
