package layout

import (
	"regexp"
	"slices"
	"strings"

	"tallyman/extract/page"
	"tallyman/trade"
)

// The Single Administrative Document and its kin, such as the goods declaration
// of the Eurasian Economic Union, have one box for each fact; every goods item
// has boxes 31 to 46 of its own, on continuation sheets too.

// areas returns what stands in the box of a heading, line by line, nearest first.
// Where no ruled box is seen: behind the heading, beside it, or below.
func (s *sheet) areas(h *hit) [][]page.Word {
	var all [][]page.Word
	if box, ok := s.boxAround(h); ok {
		if s.Scanned {
			box = s.betweenHeadings(box, h)
		}
		for _, l := range s.linesIn(box, h) {
			if ws := wordsOf(s.tokens[l.line][l.from:l.to]); !hint(ws) {
				all = append(all, ws)
			}
		}
		return all
	}
	for _, ws := range [][]page.Word{s.behind(h), s.right(h), s.below(h)} {
		if len(ws) > 0 && !hint(ws) {
			all = append(all, ws)
		}
	}
	return all
}

// betweenHeadings cuts a box of a scan where the headings beside its own and below it
// stand: the ruled line between two boxes may have been lost. What stands in a
// box begins under its number, left of the heading by the width of three letters.
func (s *sheet) betweenHeadings(box trade.Box, h *hit) trade.Box {
	number := 3 * (h.box.Y1 - h.box.Y0)
	for i := range s.hits {
		o := &s.hits[i]
		if o == h || o.open && o.number == "" && o.box.Y0 >= h.box.Y1 || o.box.X1 < box.X0 || o.box.X0 > box.X1 || o.box.Y1 < box.Y0 || o.box.Y0 > box.Y1 {
			continue
		}
		beside := o.box.Y0 < h.box.Y1 && o.box.Y1 > h.box.Y0
		switch {
		case beside && o.box.X1 < h.box.X0:
			box.X0 = max(box.X0, o.box.X1, h.box.X0-number)
		case beside && o.box.X0 > h.box.X1:
			box.X1 = min(box.X1, max(h.box.X1, o.box.X0-number))
		case o.box.Y0 >= h.box.Y1 && !o.colon && o.box.X0 < h.box.X1 && o.box.X1 > h.box.X0:
			box.Y1 = min(box.Y1, o.box.Y0-1)
		}
	}
	return box
}

var (
	declarationRe = regexp.MustCompile(`^\d{5,8}/\d{6}/[\dA-ZА-Я]{6,8}$`)
	mrnRe         = regexp.MustCompile(`^\d{2}[A-Z]{2}[A-Z0-9]{14}$`)
)

// declaration reads the boxes of a goods declaration.
func (r *reader) declaration() {
	r.declarationNumber()
	r.declarationHead()
	r.declarationItems()
	r.declarationDocuments()
}

// declarationNumber finds the registration number by its form: office, date and
// number ("10702070/050526/0012345"), or a movement reference number.
func (r *reader) declarationNumber() {
	for _, s := range r.sheets {
		for _, ts := range s.tokens {
			for i, t := range ts {
				text := strings.Trim(t.Text, ",.;()")
				n := 1
				if !declarationRe.MatchString(text) && i+4 < len(ts) { // "10702070 / 050526 / 0012345"
					text, n = strings.ReplaceAll(textOf(wordsOf(ts[i:i+5])), " ", ""), 5
				}
				if !declarationRe.MatchString(text) && !(n == 1 && mrnRe.MatchString(text)) {
					if text = strings.Trim(t.Text, ",.;()"); !mrnRe.MatchString(text) {
						continue
					}
					n = 1
				}
				if !r.has("/number", rankForm) {
					st := state("/number", s.Number, wordsOf(ts[i:i+n]))
					st.Text = text
					r.add(st, rankForm, "")
				}
			}
		}
	}
}

// declarationHead reads the boxes of the whole declaration.
func (r *reader) declarationHead() {
	for _, s := range r.sheets {
		for i := range s.hits {
			h := &s.hits[i]
			switch h.role {
			case "declaredTotal":
				for _, ws := range s.areas(h) {
					if _, to, ok := takeCurrency(ws); ok && !r.has("/currency", rankForm) {
						r.add(value{trimmed(ws[to-1:to], ",.;)"), "", 0.95}.statement("/currency", s.Number), rankForm, h.script)
					}
					if run, ok := figureOf(ws, moneyKind, "/invoiceTotal", h.unit); ok && !r.has("/invoiceTotal", rankForm) {
						r.add(value{run, h.unit, 0.95}.statement("/invoiceTotal", s.Number), rankForm, h.script)
					}
				}
			case "declaredPackages":
				r.boxFigure(s, h, "/packages", packagesKind)
			case "declaredValue", "customsValue":
				if h.number == "12" || h.number == "" {
					r.boxFigure(s, h, "/customsValue", moneyKind)
				}
			case "-meansIdentity":
				r.declaredMeans(s, h)
			}
		}
	}
}

// figureOf finds a figure of a kind in a line, whatever words stand before it.
func figureOf(ws []page.Word, k kind, path, unit string) ([]page.Word, bool) {
	for i := range ws {
		from, to, ok := takeFigure(ws[i:], k)
		if !ok {
			continue
		}
		run := trimmed(ws[i+from:i+to], ",;:")
		if readable(path, run, unit) {
			return run, true
		}
	}
	return nil, false
}

func (r *reader) boxFigure(s *sheet, h *hit, path string, k kind) {
	if r.has(path, rankForm) {
		return
	}
	for _, ws := range s.areas(h) {
		if run, ok := figureOf(ws, k, path, h.unit); ok {
			r.add(value{run, h.unit, 0.95}.statement(path, s.Number), rankForm, h.script)
			return
		}
	}
}

// flightRe is the number of a flight: the code of an airline and figures.
var flightRe = regexp.MustCompile(`^(?:[A-Z]{2}|[A-Z]\d|\d[A-Z]) ?\d{3,4}$`)

// vesselRe is the name of a vessel that shows itself as one, by the word before
// it or the voyage behind it: "MV EXAMPLE", "EXAMPLE STAR V.808W".
var vesselRe = regexp.MustCompile(`(?i)^(?:(?:M/?V|M/?S|M/?T|S/?S|т/х|т/к|м/в)\.? \pL.*|\pL.{2,40} V(?:OY)?\.? ?\d{1,4}[A-Z]{0,2})$`)

// declaredMeans reads plates, or the name of a vessel, out of boxes 18 and 21.
func (r *reader) declaredMeans(s *sheet, h *hit) {
	for _, ws := range s.areas(h) {
		for _, run := range splitWords(ws, "/,;:|") {
			// The nationality stands behind the last plate: "73 HXO 02 KZ".
			if last := run[len(run)-1]; len(run) > 1 && len(last.Text) == 2 && countryCode("/countryOfOrigin", run[len(run)-1:]) != "" && plateKey(textOf(run[:len(run)-1])) != "" {
				run = run[:len(run)-1]
			}
			if flightRe.MatchString(textOf(run)) || vesselRe.MatchString(textOf(run)) {
				if !r.has("/means/name", rankForm) {
					r.add(value{run, "", 0.9}.statement("/means/name", s.Number), rankForm, h.script)
				}
				continue
			}
			if key := plateKey(textOf(run)); key != "" {
				n := 0
				for r.has(list("vehicle", n, "/plate"), rankGuess) {
					if slices.ContainsFunc(r.found, func(c candidate) bool { return c.Path == list("vehicle", n, "/plate") && plateKey(c.Text) == key }) {
						n = -1
						break
					}
					n++
				}
				if n >= 0 {
					r.add(value{run, "", 0.9}.statement(list("vehicle", n, "/plate"), s.Number), rankForm, h.script)
				}
			}
		}
	}
}

// A goodsItem is the boxes of one item of a declaration.
type goodsItem struct {
	sheet       *sheet
	top, bottom float64
	hits        []*hit
}

// declarationTable reads the items of a declaration that prints them as a table,
// one row an item, and reports whether it does.
func (r *reader) declarationTable() bool {
	table := false
	for _, s := range r.sheets {
		for _, h := range s.hits {
			if h.role != "-tariff" {
				continue
			}
			for _, o := range s.hits {
				beside := o.box.Y0 < h.box.Y1+6 && h.box.Y0 < o.box.Y1+6
				table = table || beside && (o.role == "-itemPrice" || o.role == "-itemUnits" || o.role == "netMass") && !o.colon && !h.colon && s.emptyRight(&o)
			}
		}
	}
	if !table {
		return false
	}
	before := len(r.found)
	r.goods()
	return slices.ContainsFunc(r.found[before:], func(c candidate) bool { return strings.HasPrefix(c.Path, "/items/") })
}

// declaredRow states what a row of declared goods has beyond the goods of a
// transport paper, and returns its description without the packages at its end.
func (r *reader) declaredRow(s *sheet, prefix string, words map[string][]page.Word, units map[string]string) []page.Word {
	set := func(field string, ws []page.Word, unit string) {
		if path := prefix + "/" + field; len(ws) > 0 && readable(path, ws, unit) {
			r.add(value{ws, unit, 0.95}.statement(path, s.Number), rankForm, "")
		}
	}
	for _, f := range []struct {
		field string
		k     kind
	}{{"amount", moneyKind}, {"quantity", quantityKind}} {
		if run, ok := figureOf(words[f.field], f.k, prefix+"/"+f.field, units[f.field]); ok {
			set(f.field, run, units[f.field])
		}
	}
	for ws := words["origin"]; len(ws) > 0; ws = ws[1:] {
		if _, to, ok := takeCountry(ws); ok {
			set("origin", trimmed(ws[:to], ".,;"), "")
			break
		}
	}
	if ws := words["sequence"]; len(ws) > 0 && digitsOnly(strings.Trim(ws[0].Text, ".")) {
		set("sequence", trimmed(ws[:1], "."), "")
	}
	d := words["description"]
	if len(words["packages"]) == 0 {
		for i := len(d) - 2; i > 0 && i >= len(d)-4; i-- {
			from, to, ok := takeFigure(d[i:], packagesKind)
			if ok && from == 0 && i+to == len(d) && to > 1 && figure.MatchString(d[i].Text) && d[i].Box.Y0 > d[i-1].Box.Y0+0.5*heightOf(d[i]) {
				words["packages"] = d[i:]
				return d[:i]
			}
		}
	}
	return d
}

// emptyRight reports whether what stands in the box of a heading is no value: a
// heading of a table fills its cell.
func (s *sheet) emptyRight(h *hit) bool {
	box, ok := s.boxAround(h)
	if !ok {
		return true
	}
	for _, l := range s.linesIn(box, h) {
		for _, t := range s.tokens[l.line][l.from:l.to] {
			if hasDigit(t.Text) {
				return false
			}
		}
	}
	return true
}

// declarationItems groups the boxes of items by what begins one: box 31, or 33.
func (r *reader) declarationItems() {
	if r.declarationTable() {
		return
	}
	var items []*goodsItem
	for _, s := range r.sheets {
		var tops []float64
		anchor := "-itemGoods"
		begins := func(h hit) bool { return h.role == anchor && (!h.open || h.number != "") }
		count := func(role string) (n int) {
			anchor = role
			for _, h := range s.hits {
				if begins(h) {
					n++
				}
			}
			return n
		}
		// A scan loses the number of a box 31, and what follows then looks like prose.
		codes := count("-tariff")
		if goods := count("-itemGoods"); goods == 0 || s.Scanned && goods < codes {
			anchor = "-tariff"
		}
		for _, h := range s.hits {
			if begins(h) {
				if n := len(tops); n == 0 || h.box.Y0-tops[n-1] > 40 {
					tops = append(tops, h.box.Y0)
				}
			}
		}
		for i, top := range tops {
			it := &goodsItem{sheet: s, top: top - 12, bottom: s.Height}
			if i+1 < len(tops) {
				it.bottom = tops[i+1] - 12
			}
			for k := range s.hits {
				if h := &s.hits[k]; h.box.Y0 >= it.top && h.box.Y0 < it.bottom {
					it.hits = append(it.hits, h)
				}
			}
			items = append(items, it)
		}
	}
	n := 0
	for _, it := range items {
		if r.declarationItem(it, list("items", n, "")) {
			n++
		}
	}
	if n == 1 {
		for _, f := range []string{"grossMass", "netMass"} {
			for _, c := range r.found {
				if c.Path == "/items/0/"+f && !r.has("/"+f, rankForm) {
					c.Statement.Path = "/" + f
					r.add(c.Statement, rankForm, c.script)
					break
				}
			}
		}
	}
}

// goodsHeading is the rest of the heading of box 31.
var goodsHeading = regexp.MustCompile(`(?i)^(?:31 )?[-–, ]*(?:маркировка и|номера контейнеров|контейнеров|особенности|количество и отличит|marks and numbers|container no|number and kind|containers? no|kind of packages|таңбалау)`)

// firstGoods is the mark before the description in box 31, placesIn the one
// before the packages.
var firstGoods = regexp.MustCompile(`^1[).-]$`)

// packagesLabel stands before the number of packages in box 31.
var packagesLabel = regexp.MustCompile(`(?i)^(?:packages|no\. of packages|number of packages|кол-во мест|количество мест|мест|орын саны|кап adedi|件数) ?[:：]`)

var placesIn = regexp.MustCompile(`^2[).-]$`)

// headsCell reports whether a label is the first of its cell.
func (s *sheet) headsCell(h *hit) bool {
	from, _ := s.span(h.line, h.cell)
	return h.from == from
}

// declarationItem states the fields of one item, and reports whether it has any.
func (r *reader) declarationItem(it *goodsItem, prefix string) bool {
	s := it.sheet
	found := false
	set := func(field string, ws []page.Word, unit string, h *hit) {
		path := prefix + "/" + field
		if r.has(path, rankForm) || len(ws) == 0 || !readable(path, ws, unit) {
			return
		}
		found = true
		r.add(value{ws, unit, 0.95 * (0.6 + 0.4*h.quality)}.statement(path, s.Number), rankForm, h.script)
	}
	for _, h := range it.hits {
		if h.open && h.number == "" && !(s.Scanned && h.role == "-itemGoods" && s.headsCell(h)) {
			continue
		}
		switch h.role {
		case "-tariff":
			for _, ws := range s.areas(h) {
				if n := codeWords(ws); n > 0 {
					set("tariffCode", trimmed(ws[:n], ",;."), "", h)
					break
				}
			}
		case "grossMass", "netMass":
			if !h.colon { // "Total gross weight:" is below the items
				r.itemFigure(it, h, massKind, h.role, set)
			}
		case "-itemNumber":
			for _, ws := range s.areas(h) {
				if t := strings.Trim(ws[0].Text, ".,"); digitsOnly(t) && len(t) <= 4 {
					set("sequence", ws[:1], "", h)
					break
				}
			}
		case "-itemPrice":
			r.itemFigure(it, h, moneyKind, "amount", set)
		case "-itemUnits":
			r.itemFigure(it, h, quantityKind, "quantity", set)
		case "-itemOrigin", "countryOfOrigin":
			if h.role == "countryOfOrigin" && h.number == "16" {
				continue
			}
			for _, ws := range s.areas(h) {
				if _, to, ok := takeCountry(ws); ok {
					set("origin", trimmed(ws[:to], ".,;:)"), "", h)
					break
				}
			}
		case "-itemGoods":
			var words []page.Word
			for _, ws := range s.areas(h) {
				if len(words) == 0 && goodsHeading.MatchString(textOf(ws)) {
					continue // the heading goes on
				}
				if len(words) > 0 || letters(strings.Map(keepLetters, textOf(ws))) {
					words = append(words, ws...)
				}
			}
			r.declaredGoods(s.withoutSmallType(words, h), h, set)
		}
	}
	return found
}

func (r *reader) itemFigure(it *goodsItem, h *hit, k kind, field string, set func(string, []page.Word, string, *hit)) {
	unit := h.unit
	for _, ws := range it.sheet.areas(h) {
		if field == "quantity" { // "4000/ШТ/796": number, unit, code of the unit
			if parts := splitWords(ws, "/"); len(parts) >= 2 && len(parts[0]) == 1 && hasDigit(parts[0][0].Text) {
				set(field, parts[0], textOf(parts[1]), h)
				return
			}
		}
		if run, ok := figureOf(ws, k, "/items/0/"+field, unit); ok {
			set(field, run, unit, h)
			return
		}
	}
}

// declaredGoods states the description of box 31, and the packages that it
// counts behind "2)", as the declaration of the Eurasian Economic Union does.
func (r *reader) declaredGoods(words []page.Word, h *hit, set func(string, []page.Word, string, *hit)) {
	if len(words) == 0 {
		return
	}
	for i, w := range words[:min(len(words), 14)] {
		if firstGoods.MatchString(w.Text) {
			words = words[i+1:]
			break
		}
	}
	if len(words) == 0 {
		return
	}
	goods := words
	for i := range words {
		// "Packages: 195 CTNS", "Кол-во мест: 350 картонных коробок"
		if m := packagesLabel.FindString(textOf(words[i:min(len(words), i+3)])); m != "" && i > 0 {
			n := len(strings.Fields(m))
			if from, to, ok := takeFigure(words[i+n:], packagesKind); ok {
				run := trimmed(words[i+n+from:i+n+to], ",;:")
				unit := ""
				if rest := words[i+n+to:]; len(rest) > 0 && to-from == 1 {
					unit = textOf(rest[:min(2, len(rest))])
				}
				set("packages", run, unit, h)
			}
			words = words[:i]
			goods = words
			break
		}
	}
	for i, w := range words {
		if i > 0 && placesIn.MatchString(w.Text) {
			goods = words[:i]
			if run, ok := figureOf(words[i+1:min(len(words), i+6)], packagesKind, "/items/0/packages", ""); ok {
				set("packages", run, "", h)
			}
			break
		}
	}
	set("description", goods, "", h)
	for i := range words {
		text := textOf(words[max(0, i-3) : i+1])
		if m := hsInText.FindStringSubmatch(text); m != nil && strings.HasSuffix(strings.Trim(text, ".,;)"), m[1]) {
			w := words[i]
			w.Text = m[1]
			set("tariffCode", []page.Word{w}, "", h)
		}
	}
}

// withoutSmallType drops what goes on in the type of a heading, line by line,
// before larger type: the heading of box 31 is long, and in two languages.
func (s *sheet) withoutSmallType(words []page.Word, h *hit) []page.Word {
	size := s.tokens[h.line][h.to-1].Size
	small := func(w page.Word) bool { return w.Size > 0 && w.Size < 1.1*size }
	n := 0
	for n < len(words) && small(words[n]) {
		n++
	}
	if n == 0 || n == len(words) || slices.ContainsFunc(words[n:], small) {
		return words
	}
	return words[n:]
}

// documentCodes are codes of presented documents and the field of their number:
// those of the Eurasian Economic Union (decision of the Customs Union Commission
// No 378, annex 8) and those of the European Union (TARIC, box 44).
var documentCodes = map[string]string{
	"04021": "/invoice/number", "04031": "/invoice/number", "N380": "/invoice/number", "N325": "/invoice/number", "380": "/invoice/number",
	"03011": "/contract/number",
	"02011": "/transportDocument/number", "02012": "/transportDocument/number", "02013": "/transportDocument/number", "02014": "/transportDocument/number",
	"02015": "/transportDocument/number", "02016": "/transportDocument/number", "02017": "/transportDocument/number",
	"N705": "/transportDocument/number", "N730": "/transportDocument/number", "N740": "/transportDocument/number", "N741": "/transportDocument/number", "N720": "/transportDocument/number",
	"N714": "/transportDocument/number", "N703": "/transportDocument/number", "N704": "/transportDocument/number",
}

// documentWords are the names of presented documents, before their numbers.
var documentWords = map[string]string{}

func init() {
	for path, words := range map[string][]string{
		"/transportDocument/number": {"CMR", "ЦМР", "AWB", "MAWB", "HAWB", "B/L", "BL", "SMGS", "СМГС", "CIM", "Коносамент", "Авианакладная", "Накладная", "ТТН"},
		"/invoice/number":           {"Invoice", "Инвойс", "Счет-фактура", "Счет"},
		"/contract/number":          {"Contract", "Контракт", "Договор"},
	} {
		for _, w := range words {
			documentWords[foldKey(w)] = path
		}
	}
}

// declarationDocuments reads the references of box 44: "04021 № 17 от 05.05.2026".
func (r *reader) declarationDocuments() {
	for _, s := range r.sheets {
		for n, ts := range s.tokens {
			for i, t := range ts {
				code := strings.Trim(t.Text, ",.;:()")
				code, _, _ = strings.Cut(code, "/")
				path, ok := documentCodes[code]
				if !ok && s.form && (i == 0 || ts[i-1].cell != t.cell) {
					path, ok = documentWords[t.fold]
					ok = ok && i+1 < len(ts) && ts[i+1].cell == t.cell
				} else {
					ok = ok && len(code) >= 4
				}
				if !ok || r.has(path, rankLabel) || i+1 >= len(ts) {
					continue
				}
				var rest []page.Word
				for j := i + 1; j < len(ts) && ts[j].cell <= t.cell+2; j++ {
					rest = append(rest, ts[j].Word)
				}
				// A word such as "Invoice" may stand between the code and the number.
				for len(rest) > 0 && documentWords[foldKey(rest[0].Text)] != "" {
					rest = rest[1:]
				}
				for len(rest) > 0 && letters(rest[0].Text) && !marksBefore.MatchString(rest[0].Text) && !referenceStart.MatchString(rest[0].Text) {
					rest = rest[1:]
				}
				from, to, ok := takeReference(rest)
				if !ok {
					continue
				}
				h := &hit{role: "number", line: n, quality: 1}
				r.reference(s, h, "number", path, rankLabel, value{trimmed(rest[from:to], ",;:."), "", 0.93})
			}
		}
	}
}
