package forgery

import (
	"unicode"

	"tallyman/rules"
	"tallyman/trade"
)

// observed returns what was noticed of that kind.
func observed(d *trade.Document, kind string) []trade.Observation {
	var out []trade.Observation
	for _, o := range d.Observations {
		if o.Kind == kind {
			out = append(out, o)
		}
	}
	return out
}

// each calls f with each paper and each thing of that kind that was noticed of it.
func each(p *rules.Pass, kind string, f func(*trade.Document, trade.Observation)) {
	for _, d := range p.Dossier.Documents {
		for _, o := range observed(d, kind) {
			f(d, o)
		}
	}
}

// fieldAt is the field that the paper states at a place of a page.
func fieldAt(d *trade.Document, page int, box trade.Box) (trade.Field, bool) {
	if page == 0 || box.Empty() {
		return trade.Field{}, false
	}
	for _, f := range append(d.Fields(), d.Restatements...) {
		if f.At.Page != page || f.At.Box.Empty() {
			continue
		}
		w, h := min(box.X1, f.At.Box.X1)-max(box.X0, f.At.Box.X0), min(box.Y1, f.At.Box.Y1)-max(box.Y0, f.At.Box.Y0)
		if w <= 0 || h <= 0 {
			continue
		}
		if own := (box.X1 - box.X0) * (box.Y1 - box.Y0); w*h > 0.3*min(own, (f.At.Box.X1-f.At.Box.X0)*(f.At.Box.Y1-f.At.Box.Y0)) {
			return f, true
		}
	}
	return trade.Field{}, false
}

// place is where something was noticed, with the field that is stated there.
func place(d *trade.Document, o trade.Observation) trade.Place {
	at := o.Place(d)
	if f, ok := fieldAt(d, o.Page, o.Box); ok {
		at.Path = f.Path
	}
	return at
}

// figure reports whether a text holds a number of three digits or more.
func figure(text string) bool {
	n := 0
	for _, r := range text {
		switch {
		case unicode.IsDigit(r):
			if n++; n == 3 {
				return true
			}
		case r != '.' && r != ',' && r != ' ' && r != '\u00a0' && r != '\'':
			n = 0
		}
	}
	return false
}

// quoted is a text in quotation marks, or a word for nothing.
func quoted(text string) string {
	if text == "" {
		return "nothing"
	}
	return "“" + text + "”"
}

// weigh reports what matters with what would clear it, and notes the rest: a note
// asks nobody anything.
func weigh(p *rules.Pass, f rules.Finding, matters bool) {
	if matters {
		p.Report(f)
		return
	}
	f.Innocent = nil
	p.Note(f)
}
