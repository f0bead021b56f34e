package layout

import (
	"regexp"
	"slices"
	"strings"

	"tallyman/extract/page"
	"tallyman/trade"
)

// Forms print their headings in small type and in two or three languages; what is
// typed into a box is larger. Where the sizes differ, they tell the rest of a
// heading from its value better than any list of words.

// largerType is how much larger than its heading a value has to be set.
const largerType = 1.15

// sizeIn returns the size of the type of words; 0 if they are of several sizes, or
// of one that is not known.
func sizeIn(ts []token) float64 {
	size := 0.0
	for _, t := range ts {
		switch {
		case t.Size <= 0 || size > 0 && abs(t.Size-size) > 0.04*size:
			return 0
		case size == 0:
			size = t.Size
		}
	}
	return size
}

// headingsInType closes headings of which only the beginning is known: the rest of
// their line is set in the same type, and what stands below in larger type.
func (s *sheet) headingsInType() {
	for i := range s.hits {
		h := &s.hits[i]
		if !h.open {
			continue
		}
		_, end := s.span(h.line, h.cell)
		size := sizeIn(s.tokens[h.line][h.from:end])
		rest := wordsOf(s.tokens[h.line][h.to:end])
		if size == 0 || countDigits(rest) > 0 || slices.ContainsFunc(rest, func(w page.Word) bool { return colonEnds(w.Text) }) || !s.largerBelow(h, size) {
			continue
		}
		if next := slices.IndexFunc(s.hits, func(o hit) bool { return o.line == h.line && o.from >= h.to && o.from < end }); next >= 0 {
			continue // another label in the same cell
		}
		if h.unit == "" && roles[h.role] != noKind {
			for _, w := range rest {
				if u := unitIn(w.Text); u != "" {
					h.unit = u
				}
			}
		}
		for _, w := range rest {
			h.box = h.box.Union(w.Box)
		}
		h.to, h.open = end, false
	}
	s.index()
}

// largerBelow reports whether the next words under a heading that are not of its
// type are larger.
func (s *sheet) largerBelow(h *hit, size float64) bool {
	right := s.columnEnd(h)
	bottom := h.box.Y1
	for n := h.line + 1; n < len(s.lines) && n <= h.line+6; n++ {
		for _, w := range s.lines[n].words() {
			if w.Box.X0 > right-1 || w.Box.X1 < h.box.X0+1 || w.Box.Y0 < h.box.Y1-0.3*size || w.Box.Y0-bottom > 5*size {
				continue
			}
			if abs(w.Size-size) <= 0.04*size {
				bottom = max(bottom, w.Box.Y1)
				continue
			}
			return w.Size > largerType*size
		}
	}
	return false
}

// withoutHeadingLines drops the lines at the head of a box that go on with its
// heading, in further languages: they are set in its type, close below it, and
// what stands below them is larger.
func (s *sheet) withoutHeadingLines(lines []blockLine, h *hit) []blockLine {
	size := sizeIn(s.tokens[h.line][h.from:h.to])
	if size == 0 || s.Scanned {
		return lines
	}
	bottom, n := h.box.Y1, 0
	for ; n < len(lines); n++ {
		ts := s.tokens[lines[n].line][lines[n].from:lines[n].to]
		own := sizeIn(ts)
		box := cellOf(wordsOf(ts)).box
		if own == 0 || abs(own-size) > 0.04*size || box.Y0-bottom > 1.6*size || countDigits(wordsOf(ts)) > 0 {
			break
		}
		bottom = max(bottom, box.Y1)
	}
	if n == 0 || n == len(lines) {
		return lines
	}
	if first := s.tokens[lines[n].line][lines[n].from]; first.Size > largerType*size {
		return lines[n:]
	}
	return lines
}

// vehicleWord are words for a vehicle before its plate, amid other words.
var vehicleWord = regexp.MustCompile(`(?i)^(?:тягач|а/м|авто|автомобиль|прицеп|п/прицеп|п/п|полуприцеп|госномер|гос|рег|номер|truck|trailer|tractor|semi-?trailer|lorry|vehicle|plates?|reg|lkw|kfz|zugmaschine|auflieger|anhänger|çekici|dorse|plaka|ciągnik|naczepa|pojazd|remorque|tracteur|no|nr|№)[.:№]*$`)

// vehicleLine returns the plates on a line that names vehicles and nothing else:
// "Тягач 512 ABT 10 / п/прицеп 44 KLA 10", "KT-4471 / P-2210". Without a word for a
// vehicle it takes two of them, for one may be a postcode.
func vehicleLine(ws []page.Word) (plates [][]page.Word) {
	named := false
	var run []page.Word
	var runs [][]page.Word
	flush := func() {
		if len(run) > 0 {
			runs = append(runs, run)
		}
		run = nil
	}
	for _, w := range ws {
		switch {
		case vehicleWord.MatchString(w.Text):
			flush()
			named = true
		case strings.Trim(w.Text, "/|,;+–—") == "":
			flush()
		default:
			run = append(run, w)
		}
	}
	flush()
	for _, r := range runs {
		for _, p := range splitWords(r, "/,;|+") {
			if plateKey(textOf(p)) == "" {
				return nil
			}
			plates = append(plates, p)
		}
	}
	if !named && len(plates) < 2 {
		return nil
	}
	return plates
}

// vehiclesOf takes the lines that name vehicles out of the block of a carrier, and
// states their plates.
func (r *reader) vehiclesOf(b block) block {
	kept := b.lines[:0:0]
	for i, l := range b.lines {
		plates := [][]page.Word(nil)
		if i > 0 {
			plates = vehicleLine(wordsOf(b.tokens(l)))
		}
		if len(plates) == 0 {
			kept = append(kept, l)
			continue
		}
		for _, p := range plates {
			r.plate(b.sheet, p, 0.9)
		}
	}
	b.lines = kept
	return b
}

// plate states the plate of one more vehicle, if the paper has not named it yet.
func (r *reader) plate(s *sheet, ws []page.Word, trust float64) {
	key, n := plateKey(textOf(ws)), 0
	for _, c := range r.found {
		if strings.HasPrefix(c.Path, "/vehicle/") && plateKey(c.Text) == key {
			return
		}
	}
	for r.has(list("vehicle", n, "/plate"), rankGuess) {
		n++
	}
	r.add(value{trimmed(ws, ",;."), "", trust}.statement(list("vehicle", n, "/plate"), s.Number), rankForm, "")
}

var (
	// invoiceWord is a word for an invoice before its number, where a form names the
	// papers that go with the goods.
	invoiceWord = regexp.MustCompile(`(?i)^(?:invoices?|inv|c/?inv|инвойсы?|счет-фактур[аыу]?|счёт-фактур[аыу]?|сч[её]т|шот-фактура|rechnung|handelsrechnung|faktur[ay]|fatura|factura|facture|fattura|factuur)[.:]*$|^(?:商业)?发票[:：]?$`)
	// copiesWord counts copies of a paper: "Invoice 2 copies".
	copiesWord = regexp.MustCompile(`(?i)^(?:copies|copy|cop|originals?|orig|pcs|x|экз|экземпляр\p{L}*|шт|листа?х?|лист|sets?|fach|nüsha|ex|份)[.,;]*$`)
	otherBill  = regexp.MustCompile(`(?i)^(?:freight|proforma|pro-forma|фрахтов\p{L}*|проформа)[.:]*$`)
)

// attached takes the invoice that a transport paper names among what goes with the
// goods, in the box for that or amid remarks: "INV. OL-26-0871 / 13.08.2026". Of
// several the first is stated, with the others as what it may be too.
func (r *reader) attached() {
	if !r.typ.Transport() || r.has("/invoice/number", rankGuess) {
		return
	}
	var number, date trade.Statement
	for _, s := range r.sheets {
		for n, ts := range s.tokens {
			for i, t := range ts {
				if !invoiceWord.MatchString(t.Text) || i > 0 && ts[i-1].cell == t.cell && otherBill.MatchString(ts[i-1].Text) {
					continue
				}
				j := i + 1
				signed := false
				for j < len(ts) && ts[j].cell == t.cell && marksBefore.MatchString(ts[j].Text) {
					signed = true
					j++
				}
				_, end := s.span(n, t.cell)
				if j >= end {
					continue
				}
				rest := wordsOf(ts[j:end])
				from, to, ok := takeReference(rest)
				if !ok || from > 0 || currencyRe.MatchString(rest[0].Text) {
					continue
				}
				if copies := to < len(rest) && copiesWord.MatchString(rest[to].Text); copies || !signed && countDigits(rest[:to]) < 2 {
					continue
				}
				st := value{trimmed(rest[:to], ",;:."), "", 0.9}.statement("/invoice/number", s.Number)
				switch {
				case number.Text == "":
					number = st
				case st.Text != number.Text:
					if len(number.Alternatives) < maxAlternatives {
						number.Alternatives = append(number.Alternatives, trade.Alternative[string]{Value: st.Text, Probability: 0.4})
					}
					continue
				}
				if date.Text == "" {
					if ws := dateBehind(rest[to:]); ws != nil {
						date = value{ws, "", 0.9}.statement("/invoice/date", s.Number)
					}
				}
			}
		}
	}
	r.add(number, rankGeneral, "")
	if !r.has("/invoice/date", rankGuess) {
		r.add(date, rankGeneral, "")
	}
}

// dateBehind returns the date that follows the number of a paper, with no more than
// two short words between: "z dnia 2026-10-05", "/ 13.08.2026".
func dateBehind(ws []page.Word) []page.Word {
	for i := 0; i <= 2 && i < len(ws); i++ {
		if from, to, ok := takeDate(ws[i:]); ok {
			return trimmed(ws[i+from:i+to], ",;:).")
		}
		if hasDigit(ws[i].Text) || len([]rune(ws[i].Text)) > 8 {
			break
		}
	}
	return nil
}

// boxedNumber takes the number that stands in the box of the title without any
// label, if it is the only one there: "CMR  CZ 4408117".
func (r *reader) boxedNumber(s *sheet, titles map[string]bool) {
	for n, l := range s.lines {
		for c, cl := range l.cells {
			from, _ := s.span(n, c)
			if titleEnd(cl.words, titles) == 0 || from == len(s.tokens[n]) {
				continue
			}
			box, ok := s.boxAround(&hit{line: n, cell: c, from: from, to: from + 1, box: cl.box})
			if !ok {
				continue
			}
			var found [][]page.Word
			for m, o := range s.lines {
				for k, cell := range o.cells {
					if x, y := middleX(cell.box), middleY(cell.box); x < box.X0 || x > box.X1 || y < box.Y0 || y > box.Y1 {
						continue
					}
					ws := s.cellWords(m, k)
					if _, to, ok := takeReference(ws); ok && to == len(ws) && countDigits(ws) >= 4 {
						found = append(found, ws)
					}
				}
			}
			if len(found) == 1 {
				r.add(value{trimmed(found[0], ",;:."), "", 0.9}.statement("/number", s.Number), rankGuess, "")
				return
			}
		}
	}
}

// linesUnder returns the lines in the box right under one that holds a heading and
// nothing else, if no heading stands in it: forms that rule off the heading, or a
// number beside it.
func (s *sheet) linesUnder(box trade.Box, h *hit) []blockLine {
	if s.Scanned || !s.form || box.Y1-box.Y0 > 7*(h.box.Y1-h.box.Y0) {
		return nil
	}
	for n, l := range s.lines {
		if middleY(l.box) < box.Y1 {
			continue
		}
		for c, cl := range l.cells {
			if cl.box.X0 < box.X0-1 || cl.box.X0 > box.X1 || middleY(cl.box) < box.Y1 {
				continue
			}
			if cl.box.Y0-box.Y1 > 30 {
				return nil
			}
			from, _ := s.span(n, c)
			under, ok := s.boxAround(&hit{line: n, cell: c, from: from, to: from + 1, box: trade.Box{X0: cl.box.X0, Y0: cl.box.Y0, X1: cl.box.X0 + 12, Y1: cl.box.Y1}})
			if !ok || abs(under.Y0-box.Y1) > 4 || abs(under.X0-box.X0) > 4 {
				return nil
			}
			own := &hit{line: n, cell: c, from: from, to: from, box: trade.Box{X0: cl.box.X0, Y0: cl.box.Y0, X1: cl.box.X0, Y1: cl.box.Y0}}
			lines := s.linesIn(under, own)
			for _, bl := range lines {
				for i := bl.from; i < bl.to; i++ {
					if o := s.hitAt(bl.line, i); o != nil && (o.colon || !o.open) && !inParty(o) {
						return nil
					}
				}
			}
			if len(lines) > maxBlock {
				return nil
			}
			return lines
		}
	}
	return nil
}

// columnUnder returns the words that stand under a heading one below the other, each
// where the heading begins, down to the first line without one.
func (s *sheet) columnUnder(h *hit) (words []page.Word) {
	bottom := h.box.Y1
	right := s.columnEnd(h)
	for n := h.line + 1; n < len(s.lines); n++ {
		l := s.lines[n]
		if l.box.Y0-bottom > 2.5*l.height {
			break
		}
		for c, cl := range l.cells {
			if abs(cl.box.X0-h.box.X0) > 2*l.height || cl.box.X0 >= right {
				continue
			}
			if s.beginsWithLabel(n, c) != nil {
				return words
			}
			words, bottom = append(words, cl.words...), cl.box.Y1
		}
	}
	return words
}
