package layout

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"tallyman/extract/page"
	"tallyman/trade"
)

// listedGoods reads goods that are listed beside or under one heading, such as
// "Nature and quantity of goods" of an air waybill or "Goods insured", where no
// table of goods was found.
func (r *reader) listedGoods() {
	if r.has("/items/0/description", rankTable) {
		return
	}
	for _, s := range r.sheets {
		for i := range s.hits {
			h := &s.hits[i]
			if h.role != "-goods" || h.lower || h.open && !h.colon || r.inTable(s.Number, h.box) || r.has("/items/0/description", rankForm) {
				continue
			}
			goods := r.goodsOf(s.goodsLines(h))
			if len(goods) > 1 { // figures that were read before are of all of them
				r.found = slices.DeleteFunc(r.found, func(c candidate) bool {
					field, ok := strings.CutPrefix(c.Path, "/items/0/")
					return ok && ofConsignment["/"+field] != "" && !r.has("/items/1/"+field, rankGuess)
				})
			}
			for n, it := range goods {
				prefix := list("items", n, "")
				plain := s.plainGoods(it)
				if _, _, ok := takeWords(plain); ok {
					r.add(value{plain, "", 0.9}.statement(prefix+"/description", s.Number), rankForm, h.script)
				}
				r.codeAmid(s, prefix, it)
			}
		}
	}
}

// goodsLines returns the lines of words that belong to a heading of goods: those
// in its box, or behind and beside it and on down that column, up to the next label.
func (s *sheet) goodsLines(h *hit) (lines [][]page.Word) {
	keep := func(ws []page.Word) {
		if len(ws) > 0 && !hint(ws) && !dash(ws) {
			lines = append(lines, ws)
		}
	}
	if box, ok := s.boxAround(h); ok {
		for _, l := range s.linesIn(box, h) {
			keep(wordsOf(s.tokens[l.line][l.from:l.to]))
		}
		return lines
	}
	first := s.behind(h)
	if len(first) == 0 {
		first = s.right(h)
	}
	if len(first) == 0 {
		if ws := s.below(h); len(ws) > 0 {
			return [][]page.Word{ws}
		}
		return nil
	}
	keep(first)
	height := s.lines[h.line].height
	left, bottom := first[0].Box.X0, cellOf(first).box.Y1
	for n := h.line + 1; n < len(s.lines); n++ {
		l := s.lines[n]
		if l.box.Y0-bottom > 1.5*height {
			break
		}
		at := -1
		for c, cl := range l.cells {
			if o := s.beginsWithLabel(n, c); o != nil && o.lower {
				continue
			}
			switch {
			case cl.box.X0 > left-1.5*height && cl.box.X0 < left+1.5*height:
				at = c
			case cl.box.X1 < left && middleY(cl.box) > h.box.Y1 && !s.within(n, c, h):
				return lines // the next label of the letter, known or not
			}
		}
		if at < 0 {
			continue
		}
		if o := s.beginsWithLabel(n, at); o != nil && !goodsInside(o) {
			break
		}
		from, to := s.span(n, at)
		ws := wordsOf(s.tokens[n][from:to])
		keep(ws)
		bottom = cellOf(ws).box.Y1
	}
	return lines
}

// within reports whether a cell is the rest of a heading of several lines.
func (s *sheet) within(n, c int, h *hit) bool {
	from, to := s.span(n, c)
	for i := from; i < to; i++ {
		if o := s.hitAt(n, i); o == h || o != nil && o.role == h.role {
			return true
		}
	}
	// The last words of a heading of which the first were known.
	return n == h.line+1 && len(s.behind(h)) == 0 && s.lines[n].cells[c].box.X0 < h.box.X0+2
}

// goodsOf divides the lines of a list of goods: each tariff code ends one of
// them. Without codes a line is one, if a certificate of insurance lists it,
// unless it goes on from the line above; a waybill describes all in one.
func (r *reader) goodsOf(lines [][]page.Word) (all [][]page.Word) {
	coded := false
	for _, ws := range lines {
		coded = coded || endsWithCode(ws)
	}
	var cur []page.Word
	flush := func() {
		if letters(strings.Map(keepLetters, textOf(cur))) {
			all = append(all, cur)
		}
		cur = nil
	}
	for _, ws := range lines {
		goesOn := unicode.IsLower(firstRune(ws[0].Text)) || len(cur) > 0 && strings.HasSuffix(cur[len(cur)-1].Text, ",")
		if !coded && r.typ == trade.InsuranceCertificate && !goesOn {
			flush()
		}
		cur = append(cur, ws...)
		if coded && endsWithCode(ws) {
			flush()
		}
	}
	if len(cur) > 0 && !(coded && len(all) > 0) { // what stands below the last code are remarks
		flush()
	}
	return all
}

// endsWithCode reports whether a line ends with a tariff code behind its name.
func endsWithCode(ws []page.Word) bool {
	text := strings.TrimRight(textOf(ws), ".,;) ")
	for _, re := range []*regexp.Regexp{hsInText, nhmInText} {
		if m := re.FindStringSubmatch(text); m != nil && strings.HasSuffix(text, m[1]) {
			return true
		}
	}
	return len(ws) > 1 && codeWords(ws[len(ws)-1:]) == 1 && codeName.MatchString(strings.Fields(textOf(ws[:len(ws)-1]))[0])
}
