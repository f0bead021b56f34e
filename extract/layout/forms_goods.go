package layout

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"tallyman/extract/page"
	"tallyman/trade"
)

// goodsRoles are the headings of the goods of a transport paper, with the field
// of the item that stands under each; empty for what is only kept apart.
var goodsRoles = map[string]string{
	"-goods": "description", "packages": "packages", "-packing": "packing", "grossMass": "grossMass", "netMass": "netMass",
	"grossVolume": "grossVolume", "-tariff": "tariffCode", "marks": "marks", "container": "", "-quantityOther": "quantity",
	"-itemGoods": "description", "-itemOrigin": "origin", "-itemUnits": "quantity", "-itemPrice": "amount", "-itemNumber": "sequence",
	"chargeableMass": "chargeableMass", "tareMass": "", "seal": "", "-weightOther": "",
}

// A goodsColumn is a heading with the room under it.
type goodsColumn struct {
	field       string
	unit        string
	box         trade.Box // of the heading
	left, right float64
}

// goods reads the lines of goods of a transport paper: the headings in one band,
// and the rows under them.
func (r *reader) goods() {
	items := 0
	for _, s := range r.sheets {
		columns, bottom := s.goodsBand(r)
		if columns == nil {
			continue
		}
		items += r.goodsRows(s, columns, bottom, items)
	}
}

// goodsBand finds the headings of the goods: the band of at most four lines with
// the most different ones, among them the goods or the packages, and a mass.
func (s *sheet) goodsBand(r *reader) (columns []goodsColumn, bottom float64) {
	best, most := -1, 2
	member := func(h hit) bool {
		_, ok := goodsRoles[h.role]
		// "Marks & Nos. / Container No.": two headings of one column.
		joined := h.role == "marks" && h.to < len(s.tokens[h.line]) && s.hitAt(h.line, h.to) != nil
		return ok && !h.colon && (!h.open || joined) && !r.inTable(s.Number, h.box)
	}
	band := func(n int) []hit {
		var hs []hit
		top := s.lines[n].box.Y0
		for _, h := range s.hits {
			if member(h) && h.box.Y0 >= top-1 && h.box.Y0 < top+4.5*s.lines[n].height {
				hs = append(hs, h)
			}
		}
		// "Name" amid the headings of marks and masses is that of the goods.
		if len(hs) > 2 && !slices.ContainsFunc(hs, func(h hit) bool { return goodsRoles[h.role] == "description" }) {
			for _, h := range s.hits {
				if h.role == "partyName" && !h.colon && !h.open && h.box.Y0 >= top-1 && h.box.Y0 < top+s.lines[n].height {
					h.role = "-goods"
					hs = append(hs, h)
				}
			}
		}
		return hs
	}
	for n := range s.lines {
		seen := map[string]bool{}
		for _, h := range band(n) {
			seen[h.role] = true
			if h.role == "-itemGoods" {
				seen["-goods"] = true
			}
		}
		// A band that names the goods is theirs, whatever other boxes of masses
		// and packages the form has.
		weight := len(seen)
		if seen["-goods"] {
			weight += 2
		}
		mass := seen["grossMass"] || seen["-weightOther"]
		named := (seen["-goods"] || seen["packages"]) && mass && len(seen) > 2
		// A heading that could not be read leaves the others.
		left := seen["-goods"] && seen["packages"] && len(seen) > 2 || mass && len(seen) > 3
		if (named || left) && weight > most {
			best, most = n, weight
		}
		if best < 0 && len(seen) == 2 && seen["-goods"] && seen["grossMass"] {
			best = n
		}
	}
	if best < 0 {
		return nil, 0
	}
	heads := band(best)
	best = heads[0].line // the first of them, not the line above
	for _, h := range heads {
		best = min(best, h.line)
	}
	heads = band(best)
	for _, h := range heads {
		field := goodsRoles[h.role]
		h.box = s.withNumber(&h, s.bothLanguages(&h))
		// The second language, or line, of a heading that is there already: known
		// by its words, or by its place right below the first.
		merged := false
		for i := range columns {
			c := &columns[i]
			if c.field != field && h.box.X0 > c.box.X0-3 && h.box.X1 < c.box.X1+3 && h.box.Y0 > c.box.Y1-3 && h.box.Y0 < c.box.Y1+0.6*s.lines[h.line].height && c.field == "description" {
				c.box = c.box.Union(h.box)
				merged = true
			}
		}
		for i := range columns {
			// "Количество" over "мест".
			c := &columns[i]
			if c.field == "quantity" && field == "packages" && h.role == "packages" && h.box.X0 > c.box.X0-3 && h.box.X1 < c.box.X1+3 && h.box.Y0 > c.box.Y1-3 && h.box.Y0 < c.box.Y1+1.6*s.lines[h.line].height {
				c.field = field
			}
		}
		for i := range columns {
			c := &columns[i]
			if c.field == field && h.box.X0 < c.box.X1+6 && c.box.X0 < h.box.X1+6 {
				c.box = c.box.Union(h.box)
				if c.unit == "" {
					c.unit = h.unit
				}
				merged = true
			}
		}
		if !merged {
			columns = append(columns, goodsColumn{field: field, unit: h.unit, box: h.box})
		}
		bottom = max(bottom, h.box.Y1)
	}
	// Headings go on below, in a second language or a third line.
	for more := true; more; {
		more = false
		for _, h := range s.hits {
			if !member(h) || h.box.Y0 < s.lines[best].box.Y0 || h.box.Y1 <= bottom || h.box.Y0 > bottom+0.9*s.lines[best].height {
				continue
			}
			for i := range columns {
				c := &columns[i]
				if c.field == goodsRoles[h.role] && h.box.X0 < c.box.X1+6 && c.box.X0 < h.box.X1+6 {
					c.box = c.box.Union(h.box)
					bottom, more = h.box.Y1, true
					if c.unit == "" {
						c.unit = h.unit
					}
				}
			}
		}
	}
	// Headings that no label is known for have columns as well.
	for n, l := range s.lines {
		if l.box.Y1 < s.lines[best].box.Y0-1 || l.box.Y0 > bottom {
			continue
		}
		for c, cl := range l.cells {
			if cl.box.Y1 < s.lines[best].box.Y0-1 || cl.box.Y0 > bottom || hint(cl.words) || s.figures(n, c) {
				continue
			}
			if k := slices.IndexFunc(columns, func(k goodsColumn) bool {
				return k.box.X0 > cl.box.X1-1 && k.box.X0-cl.box.X1 < 3*l.height && k.box.Y0 < cl.box.Y1 && cl.box.Y0 < k.box.Y1
			}); k >= 0 && digitsOnly(cl.text) && len(cl.text) <= 2 && !(cl.text == "32" && r.typ.Declaration()) {
				columns[k].box.X0 = cl.box.X0 // the number of the box before its heading
				continue
			}
			if !slices.ContainsFunc(columns, func(k goodsColumn) bool { return k.box.X0 < cl.box.X1 && cl.box.X0 < k.box.X1 }) {
				field := ""
				if cl.text == "32" && r.typ.Declaration() { // the number of the box of the item number
					field = "sequence"
				}
				columns = append(columns, goodsColumn{field: field, box: cl.box})
			}
		}
	}
	slices.SortFunc(columns, func(a, b goodsColumn) int { return compare(a.box.X0, b.box.X0) })
	// Rulers part the columns, or else the middle of the gap between headings;
	// words begin where their heading begins, so the gap leans to the left.
	y := bottom + 2*s.lines[best].height
	for i := range columns {
		c := &columns[i]
		c.left, c.right = 0, s.Width
		if i > 0 {
			c.left = s.between(columns[i-1].box.X1, c.box.X0, y)
		}
		if i+1 < len(columns) {
			c.right = s.between(c.box.X1, columns[i+1].box.X0, y)
		}
	}
	return columns, bottom
}

// withNumber widens the box of a heading by the number of its box, where that stands
// in a cell of its own before it: the heading goes on below under the number.
func (s *sheet) withNumber(h *hit, box trade.Box) trade.Box {
	if from, _ := s.span(h.line, h.cell); h.cell == 0 || h.from != from {
		return box
	}
	if n := s.lines[h.line].cells[h.cell-1]; digitsOnly(n.text) && len(n.text) <= 2 && h.box.X0-n.box.X1 < 3*s.lines[h.line].height {
		box.X0 = n.box.X0
	}
	return box
}

// bothLanguages returns the box of a heading with the words of another script
// before it, of which no label is known.
func (s *sheet) bothLanguages(h *hit) trade.Box {
	box := h.box
	for i := h.from - 1; i >= 0 && s.tokens[h.line][i].cell == h.cell; i-- {
		t := s.tokens[h.line][i]
		if script := scriptOf(t.Text); s.hitAt(h.line, i) != nil || script == "" || script == h.script {
			break
		}
		box = box.Union(t.Box)
	}
	return box
}

// figures reports whether a cell is figures rather than a heading.
func (s *sheet) figures(n, c int) bool {
	text := s.lines[n].cells[c].text
	if ws := s.lines[n].cells[c].words; len(ws) > 1 && boxNumber.MatchString(ws[0].Text) && letters(ws[1].Text) {
		return false // "10. Стат. №"
	}
	return hasDigit(text) && !(digitsOnly(text) && len(text) <= 2) // but "32" is the number of a box
}

// between returns where two columns part.
func (s *sheet) between(a, b, y float64) float64 {
	for _, r := range s.Rules {
		if x := (r.X0 + r.X1) / 2; !r.Horizontal() && r.Y0 <= y && y <= r.Y1 && x > a-4 && x < b+4 {
			return x
		}
	}
	if b < a {
		return b
	}
	return b - min(0.35*(b-a), 12)
}

var (
	totalLine = regexp.MustCompile(`(?i)^(?:(?:total|totals|grand total|ttl|toplam|summe|gesamt|totale?)\b|итого|всего|общ(?:ее|ий|ая) (?:количество|вес|масса|объ[её]м)|барлығы|жиыны|合计|总(?:计|件数|毛重|净重|体积))`)
	codeRe    = regexp.MustCompile(`^\d{4}[. ]?\d{2}(?:[. ]?\d{2}){0,2}(?:\d{2})?$|^\d{6,10}$`)
	hsInText  = regexp.MustCompile(`(?i)(?:HS ?code|H\.S\. ?code|HS编码|海关编码|HS|ТН ?ВЭД|ТНВЭД|HTS|HSN|NCM|GTIP|Tariff no|Tariff code|Commodity code)[ :.№#/-]*(?:code|no|ЕАЭС|Tariff No)?[ :.№#]*(\d{4}[.]?\d{2}(?:[.]?\d{2}){0,2})`)
)

// goodsKinds are the kinds of the figures of goods.
var goodsKinds = map[string]kind{"packages": packagesKind, "grossMass": massKind, "netMass": massKind, "grossVolume": volumeKind, "chargeableMass": massKind, "quantity": quantityKind}

// nhmInText is a code of the harmonised nomenclature of railways, of which the
// first six digits are those of the Harmonized System.
var nhmInText = regexp.MustCompile(`(?i)(?:ГНГ|NHM)[ :.№#-]*(\d{6,8})`)

// codeIn finds a tariff code behind its name amid words.
func codeIn(ws []page.Word, re *regexp.Regexp) (page.Word, bool) {
	for k, w := range ws {
		text := textOf(ws[max(0, k-3) : k+1])
		if m := re.FindStringSubmatch(text); m != nil && strings.HasSuffix(strings.Trim(text, ".,;)"), m[1]) {
			w.Text = m[1]
			return w, true
		}
	}
	return page.Word{}, false
}

// A goodsRow is an item in the making.
type goodsRow struct {
	words map[string][]page.Word
	total bool
	cells [][]page.Word
	y     float64 // the middle of its line
	far   bool    // an empty part of the boxes is above it
}

func (g goodsRow) has(field string) bool { return len(g.words[field]) > 0 }

// goodsRows reads the rows under the headings and returns how many items they are.
func (r *reader) goodsRows(s *sheet, columns []goodsColumn, bottom float64, from int) int {
	var rows []goodsRow
	last := bottom
	left, right := columns[0].left, columns[len(columns)-1].right
	highest := bottom // the end of the shortest heading
	for _, c := range columns {
		highest = min(highest, c.box.Y1)
	}
	ends, sizes := s.headingEnds(columns)
	limit := s.boxesEnd(columns)
	inHeading := func(cl cell) bool { // set in the type of its heading, and close below it
		i := columnAt(columns, middleX(cl.box))
		return i >= 0 && sizes[i] > 0 && middleY(cl.box) < ends[i] && abs(cl.words[0].Size-sizes[i]) <= 0.04*sizes[i]
	}
	var runs []goodsRun
	for _, n := range s.linesBelow(highest) {
		l := s.lines[n]
		if limit > 0 && middleY(l.box) > limit && !(airPaper(r.typ) && s.footOfSums(n, columns)) {
			break // below the boxes of the goods
		}
		beside := middleY(l.box) <= bottom+1 // values begin beside a heading that goes on
		if l.box.Y0-last > 12*l.height {
			// Below an empty part of the box only its total stands, at its foot.
			foot := slices.ContainsFunc(l.cells, func(cl cell) bool { return totalLine.MatchString(cl.text) }) || airPaper(r.typ) && s.footOfSums(n, columns)
			if !foot || len(rows) == 0 || rows[len(rows)-1].total {
				break
			}
		}
		row := goodsRow{words: map[string][]page.Word{}, y: middleY(l.box), far: l.box.Y0-last > 4*l.height}
		row.total = airPaper(r.typ) && len(rows) > 0 && l.box.Y0-last > 3*l.height && s.footOfSums(n, columns)
		stop, any := false, false
		first := len(runs)
		for c, cl := range l.cells {
			if cl.box.X1 < left || cl.box.X0 > right {
				continue
			}
			if i := columnAt(columns, middleX(cl.box)); i >= 0 && sizes[i] > 0 {
				if inHeading(cl) || cl.box.Y0 < ends[i]-0.5*sizes[i] {
					continue
				}
			} else if !beside && cl.box.Y0 < bottom-1 || beside && !s.belowHeading(n, c, columns) {
				continue
			}
			if o := s.beginsWithLabel(n, c); o != nil && !goodsInside(o) {
				if roles[o.role] == moneyKind && (o.role == "total" || o.role == "grandTotal") {
					row.total = true
				} else if o.colon || roles[o.role] != noKind || o.role == "-heading" || o.role == "-carrierAgent" || o.role == "-handling" {
					stop = true
					break
				}
			}
			if totalLine.MatchString(cl.text) {
				row.total = true
			}
			row.cells = append(row.cells, s.cellWords(n, c))
			if len(rows) == 0 && !beside && strings.HasSuffix(cl.text, ")") && !strings.Contains(cl.text, "(") && !hasDigit(cl.text) {
				continue // the end of a hint in a heading above
			}
			if (len(rows) == 0 || beside) && s.headingCell(n, c) {
				continue // the lower half of a heading
			}
			if hint(cl.words) || bracketNumber.MatchString(cl.text) || numbersRow(l) {
				continue
			}
			for _, run := range s.columnsOf(cl, columns) {
				row.words[run.field] = append(row.words[run.field], run.words...)
				any = true
				runs = append(runs, goodsRun{column: max(0, columnAt(columns, middleX(run.words[0].Box))), field: run.field, words: run.words, row: len(rows)})
			}
		}
		if stop {
			runs = runs[:first]
			break
		}
		for i := first; i < len(runs); i++ {
			runs[i].total = totalLine.MatchString(textOf(runs[i].words)) || row.total && airPaper(r.typ)
		}
		if !any {
			continue
		}
		last = l.box.Y1
		rows = append(rows, row)
	}
	// What stands at the foot of the boxes, below an empty part, is on one line.
	near := len(rows)
	for i := 1; i < len(rows) && near == len(rows); i++ {
		if rows[i].far {
			near = i
		}
	}
	runs = slices.DeleteFunc(runs, func(run goodsRun) bool { return run.row >= near })
	if together := stepped(rows[:near], runs, ends, sizes); together != nil {
		rows = append(together, rows[near:]...)
	}
	return r.goodsItems(s, columns, withSums(withoutParts(withoutTare(s.ruledRows(columns, rows)))), from)
}

// ruledRows joins the lines between two rules that pass under all columns: names of
// two lines beside figures that stand in their middle.
func (s *sheet) ruledRows(columns []goodsColumn, rows []goodsRow) []goodsRow {
	if len(rows) < 3 || len(columns) < 3 {
		return rows
	}
	left, right := columns[0].box.X1, columns[len(columns)-1].box.X0
	band := func(y float64) int {
		n := 0
		for _, c := range []float64{left, (left + right) / 2, right} {
			k := 0
			for _, r := range s.Rules {
				if r.Horizontal() && r.X0 < c && r.X1 > c && (r.Y0+r.Y1)/2 < y {
					k++
				}
			}
			if c == left {
				n = k
			} else if k != n {
				return -1
			}
		}
		return n
	}
	var all []goodsRow
	at, figures := -1, 0
	merged := false
	for _, row := range rows {
		b := band(row.y)
		n := 0
		for f, k := range goodsKinds {
			if _, _, ok := takeFigure(row.words[f], k); ok {
				n = 1
			}
		}
		last := len(all) - 1
		if b < 0 || b != at || last < 0 || row.total != all[last].total || figures+n > 1 {
			if b >= 0 && b == at && figures+n > 1 {
				return rows // several lines of goods between two rules
			}
			all, at, figures = append(all, row), b, n
			continue
		}
		words := map[string][]page.Word{}
		for _, r := range []goodsRow{all[last], row} {
			for f, ws := range r.words {
				words[f] = append(slices.Clone(words[f]), ws...)
			}
		}
		all[last].words = words
		all[last].cells = append(slices.Clone(all[last].cells), row.cells...)
		figures += n
		merged = true
	}
	if !merged || len(all) < 2 {
		return rows
	}
	return all
}

// belowHeading reports whether a cell that stands beside the end of some heading is
// a value under its own: the heading of its column has ended, and it is a figure
// or set in other type.
func (s *sheet) belowHeading(n, c int, columns []goodsColumn) bool {
	cl := s.lines[n].cells[c]
	for i := range cl.words {
		from, _ := s.span(n, c)
		if o := s.hitAt(n, from+i); o != nil {
			if _, ok := goodsRoles[o.role]; ok {
				return false
			}
		}
	}
	for _, k := range columns {
		if x := middleX(cl.box); x < k.left || x >= k.right {
			continue
		}
		if cl.box.Y0 < k.box.Y1-0.5 || k.left > 0 && cl.box.X0 < k.left-1 || cl.box.X1 > k.right+1 {
			return false
		}
		size := 0.0 // of the heading
		for _, l := range s.lines {
			for _, o := range l.cells {
				for _, w := range o.words {
					if x, y := middleX(w.Box), middleY(w.Box); x > k.box.X0 && x < k.box.X1 && y > k.box.Y0 && y < k.box.Y1 {
						size = w.Size
					}
				}
			}
		}
		other := size > 0 && abs(cl.words[0].Size-size) > 0.12*size
		return other || s.figures(n, c) && size == 0 || s.figures(n, c) && !s.Scanned
	}
	return false
}

// bracketNumber is the number of a column printed under its heading: "(20)".
var bracketNumber = regexp.MustCompile(`^\(\d{1,2}\)$`)

// numbersRow reports whether a line numbers the columns: 1 2 3 4.
func numbersRow(l line) bool {
	last := 0
	for _, c := range l.cells {
		t := strings.Trim(c.text, "().")
		if len(t) > 2 || !digitsOnly(t) || atoi(t) != last+1 && last > 0 {
			return false
		}
		last = atoi(t)
	}
	return len(l.cells) >= 3
}

func atoi(s string) int {
	n := 0
	for _, r := range s {
		n = 10*n + int(r-'0')
	}
	return n
}

// goodsInside reports whether a label may stand amid goods.
func goodsInside(o *hit) bool {
	switch o.role {
	case "container", "seal", "grossMass", "netMass", "packages", "-tariff", "marks", "invoiceNo", "contractNo", "-orderNo",
		"-quantityOther", "-goods", "-packing", "countryOfOrigin", "grossVolume", "totalQuantity", "tareMass", "-refNo", "-partyIdOther", "transportNo":
		return true
	}
	return false
}

// linesBelow returns the lines that begin below y.
func (s *sheet) linesBelow(y float64) []int {
	var ns []int
	for n, l := range s.lines {
		if middleY(l.box) > y+1 {
			ns = append(ns, n)
		}
	}
	return ns
}

type columnRun struct {
	field string
	words []page.Word
}

// columnsOf divides the words of a cell among the columns. Where a ruler cuts it,
// each part goes to its own; otherwise a figure goes to the column under which
// it stands, and words that reach under the goods are goods.
func (s *sheet) columnsOf(cl cell, columns []goodsColumn) []columnRun {
	at := func(x float64) int {
		for i, c := range columns {
			if x >= c.left && x < c.right {
				return i
			}
		}
		if x < columns[0].left {
			return 0
		}
		return len(columns) - 1
	}
	first, last := at(cl.box.X0+1), at(cl.box.X1-1)
	middle := at(middleX(cl.box))
	if first == last {
		return []columnRun{{columns[first].field, cl.words}}
	}
	wordy := 0
	for _, w := range cl.words {
		if letters(w.Text) && len([]rune(strings.Trim(w.Text, ".,()"))) > 2 {
			wordy++
		}
	}
	if wordy < 2 && len(cl.words) <= 3 {
		return []columnRun{{columns[middle].field, cl.words}}
	}
	for i := first; i <= last; i++ {
		if columns[i].field == "description" {
			// A figure in front belongs to the column before: "24 cartons Textiles".
			return []columnRun{{"description", cl.words}}
		}
	}
	return []columnRun{{columns[first].field, cl.words}}
}

// A goodsLine is the words of an item by their fields.
type goodsLine struct {
	words map[string][]page.Word
}

// volumeInGoods reads "VOL 3.18 CBM" amid the goods of an air waybill.
func (r *reader) volumeInGoods(s *sheet, ws []page.Word) bool {
	if w, ok := cubicMetres(ws); ok && readable("/grossVolume", []page.Word{w}, "cbm") {
		r.add(value{[]page.Word{w}, "cbm", 0.95}.statement("/grossVolume", s.Number), rankForm, "")
		return true
	}
	for i, w := range ws {
		if !volWord.MatchString(w.Text) {
			continue
		}
		if from, to, ok := takeFigure(ws[i+1:], volumeKind); ok {
			run := trimmed(ws[i+1+from:i+1+to], ",;:")
			if unitEnds(run, volumeKind) && readable("/grossVolume", run, "") {
				r.add(value{run, "", 0.95}.statement("/grossVolume", s.Number), rankForm, "")
				return true
			}
		}
	}
	return false
}

// byCode divides goods that share one set of figures and are told apart by a
// tariff code behind each, as air waybills list them.
func byCode(it *goodsLine) []*goodsLine {
	var parts []*goodsLine
	d := it.words["description"]
	from := 0
	for i := range d {
		text := textOf(d[max(from, i-2) : i+1])
		m := hsInText.FindStringSubmatch(text)
		if m == nil || !strings.HasSuffix(strings.Trim(text, ".,;)"), m[1]) {
			continue
		}
		if !letters(strings.Map(keepLetters, textOf(d[from:max(from, i-2)]))) {
			return nil // codes without goods
		}
		parts = append(parts, &goodsLine{map[string][]page.Word{"description": d[from : i+1]}})
		from = i + 1
	}
	if len(parts) < 2 {
		return nil
	}
	return parts
}

// goodsItems joins rows to items and states them.
func (r *reader) goodsItems(s *sheet, columns []goodsColumn, rows []goodsRow, from int) int {
	units := map[string]string{}
	for _, c := range columns {
		if c.unit != "" {
			units[c.field] = c.unit
		}
	}
	type item = goodsLine
	rows = withoutContainers(rows)
	if airPaper(r.typ) {
		rows = oneConsignment(rows)
	}
	figureIn := func(row goodsRow, field string, k kind) bool {
		_, _, ok := takeFigure(row.words[field], k)
		return ok
	}
	var items []*item
	var total *goodsRow
	more := map[*item]bool{} // has further figures in a column: it is several that ran together
	for i := range rows {
		row := rows[i]
		if ws := row.words["packing"]; len(row.words["packages"]) == 0 && len(ws) > 1 && hasDigit(ws[0].Text) {
			// "110 cartons" over both columns
			if from, to, ok := takeFigure(ws[:1], packagesKind); ok && from == 0 && to == 1 {
				row.words["packages"], row.words["packing"] = ws[:1], ws[1:]
			}
		}
		if row.total {
			if total == nil {
				total = &rows[i]
			}
			continue
		}
		if total != nil {
			continue // what stands below the total are remarks
		}
		pounds := slices.ContainsFunc(row.words["grossMass"], func(w page.Word) bool {
			return strings.HasPrefix(strings.ToLower(strings.Trim(w.Text, "\"'.,;:)")), "lb")
		})
		anchor := figureIn(row, "packages", packagesKind) || figureIn(row, "grossMass", massKind) && !pounds
		var cur *item
		if len(items) > 0 {
			cur = items[len(items)-1]
		}
		fresh := cur == nil
		if anchor && cur != nil && !row.has("description") && !row.has("tariffCode") && !row.has("marks") && !slices.ContainsFunc(row.words["packages"], func(w page.Word) bool { return letters(w.Text) }) {
			// Figures alone, below an item that has them already: the sums.
			sums := 0
			for _, f := range []string{"packages", "grossMass"} {
				if k := goodsKinds[f]; figureIn(row, f, k) {
					if _, _, ok := takeFigure(cur.words[f], k); ok {
						sums++
					}
				}
			}
			if sums > 0 && figureIn(row, "grossMass", massKind) && !pounds {
				total = &rows[i]
				continue
			}
		}
		if anchor && cur != nil {
			// A further figure in a column that the item has filled already.
			for _, f := range []string{"packages", "grossMass"} {
				k := massKind
				if f == "packages" {
					k = packagesKind
				}
				if figureIn(row, f, k) && len(cur.words[f]) > 0 {
					if _, _, ok := takeFigure(cur.words[f], k); ok {
						fresh = true
					}
				}
			}
			if fresh && !slices.ContainsFunc([]string{"description", "packages", "tariffCode"}, row.has) {
				fresh = false // a sum, or the same mass in another unit
			}
		}
		if fresh {
			cur = &item{map[string][]page.Word{}}
			items = append(items, cur)
		}
		for _, f := range []string{"description", "packages", "packing", "grossMass", "netMass", "grossVolume", "tariffCode", "marks", "quantity", "chargeableMass", "amount", "origin", "sequence"} {
			ws := row.words[f]
			if len(ws) == 0 {
				continue
			}
			switch f {
			case "description", "marks", "packing", "origin":
				cur.words[f] = append(cur.words[f], ws...)
			default:
				if len(cur.words[f]) == 0 {
					if k, ok := goodsKinds[f]; ok && !figureIn(row, f, k) {
						continue
					}
					cur.words[f] = ws
				} else if f == "packages" && !hasDigit(textOf(ws)) {
					cur.words[f] = append(cur.words[f], ws...)
				} else if k, ok := goodsKinds[f]; f == "tariffCode" && codeWords(ws) > 0 || ok && f != "grossMass" && figureIn(row, f, k) {
					more[cur] = true
				}
			}
		}
	}
	apart, foot := ragged(items, more, rows)
	if apart != nil {
		items, more = apart, map[*item]bool{}
		if total == nil {
			total = foot
		}
	}
	items = slices.DeleteFunc(items, func(it *item) bool {
		// Goods without any figure are seldom goods.
		n := 0
		for _, f := range []string{"packages", "grossMass", "grossVolume", "tariffCode", "netMass"} {
			if len(it.words[f]) > 0 {
				n++
			}
		}
		return n == 0 || !slices.ContainsFunc(it.words["description"], func(w page.Word) bool { return letters(w.Text) }) && n < 2
	})
	shared := map[string][]page.Word(nil)
	if airPaper(r.typ) && len(items) == 1 {
		if r.volumeInGoods(s, items[0].words["description"]) {
			units["grossVolume"] = ""
		}
		if parts := byCode(items[0]); parts != nil {
			shared = items[0].words
			items = parts
		}
	}
	if r.typ.Transport() && len(items) == 1 && len(items[0].words["tariffCode"]) == 0 {
		if parts := s.byCodes(items[0]); parts != nil {
			shared = items[0].words
			items = parts
		}
	}
	figures := func(prefix string, words map[string][]page.Word) {
		for _, f := range []struct {
			field string
			k     kind
		}{{"packages", packagesKind}, {"grossMass", massKind}, {"netMass", massKind}, {"grossVolume", volumeKind}, {"chargeableMass", massKind}} {
			if prefix != "" && f.field == "chargeableMass" {
				continue
			}
			ws := words[f.field]
			a, b, ok := takeFigure(ws, f.k)
			if !ok {
				continue
			}
			run := trimmed(ws[a:b], ",;:")
			if len(run) == 1 && len(run[0].Text) >= 8 && digitsOnly(run[0].Text) {
				continue // a code: no consignment weighs that, or has so many packages
			}
			unit := units[f.field]
			if f.field == "packages" && !letters(strings.Map(keepLetters, textOf(run))) && len(words["packing"]) > 0 {
				unit = textOf(words["packing"][:min(3, len(words["packing"]))])
			}
			if !readable(prefix+"/"+f.field, run, unit) {
				unit = "" // a kind of package that is not known
				if !readable(prefix+"/"+f.field, run, unit) {
					continue
				}
			}
			r.add(value{run, unit, 0.95}.statement(prefix+"/"+f.field, s.Number), rankForm, "")
		}
	}
	for i, it := range items {
		prefix := list("items", from+i, "")
		d := it.words["description"]
		if r.typ.Declaration() {
			d = r.declaredRow(s, prefix, it.words, units)
			it.words["description"] = d
		}
		// The one line of an air waybill without a line of sums is the consignment.
		if !(airPaper(r.typ) && len(items) == 1 && from == 0 && total == nil && shared == nil) {
			figures(prefix, it.words)
		}
		if r.typ.Transport() {
			d = goodsNamed(d)
		}
		if plain := s.plainGoods(d); len(plain) > 0 && letters(strings.Map(keepLetters, textOf(plain))) {
			r.add(value{plain, "", 0.95}.statement(prefix+"/description", s.Number), rankForm, "")
		}
		if ws := it.words["tariffCode"]; len(ws) > 0 {
			for len(ws) > 1 && codeWords(ws) == 0 {
				ws = ws[1:]
			}
			if n := codeWords(ws); n > 0 {
				r.add(value{trimmed(ws[:n], ",;."), "", 0.95}.statement(prefix+"/tariffCode", s.Number), rankForm, "")
			}
		}
		if !r.has(prefix+"/tariffCode", rankGuess) {
			r.codeAmid(s, prefix, d)
		}
		if ws := s.plainGoods(it.words["marks"]); i == 0 && from == 0 && len(ws) > 0 && len(textOf(ws)) > 2 && !r.has("/marks", rankForm) {
			if _, _, ok := takeWords(ws); ok {
				r.add(value{ws, "", 0.9}.statement("/marks", s.Number), rankForm, "")
			}
		}
	}
	switch {
	case total != nil:
		for _, ws := range total.cells { // "685 ctns", wherever it stands
			for len(ws) > 0 && !hasDigit(ws[0].Text) {
				ws = ws[1:]
			}
			if len(ws) == 0 {
				continue
			}
			if from, to, ok := takeFigure(ws, packagesKind); ok && to == len(ws) && letters(ws[len(ws)-1].Text) && readable("/packages", ws[from:to], "") &&
				!unitOf(massKind, ws[len(ws)-1].Text) && !unitOf(volumeKind, ws[len(ws)-1].Text) {
				total.words["packages"] = ws
			}
		}
		figures("", total.words)
		if len(items) == 1 && from == 0 && !more[items[0]] { // what the line of sums leaves out
			rest := map[string][]page.Word{}
			for f, ws := range items[0].words {
				if len(total.words[f]) == 0 {
					rest[f] = ws
				}
			}
			figures("", rest)
		}
	case shared != nil:
		figures("", shared)
	case len(items) == 1 && from == 0 && !more[items[0]]:
		figures("", items[0].words)
	}
	if shared != nil && total != nil {
		figures("", map[string][]page.Word{"chargeableMass": shared["chargeableMass"]})
	}
	return len(items)
}

// ragged puts goods together column by column, where the lines of the boxes do not
// stand beside each other: three names over three codes and one count of packages,
// or names of two lines beside counts of one. It returns nil where the lines agree,
// or the columns do not.
func ragged(items []*goodsLine, more map[*goodsLine]bool, rows []goodsRow) (all []*goodsLine, foot *goodsRow) {
	uneven := false
	for _, it := range items {
		uneven = uneven || more[it] || len(it.words["description"]) == 0 && len(items) > 1 || len(items) > 1 && len(it.words["tariffCode"]) == 0 && len(items[0].words["tariffCode"]) > 0
	}
	if !uneven {
		return nil, nil
	}
	columns := map[string][][]page.Word{}
	for i := range rows {
		row := &rows[i]
		if row.total {
			break
		}
		for f, k := range goodsKinds {
			if _, _, ok := takeFigure(row.words[f], k); ok {
				columns[f] = append(columns[f], row.words[f])
			}
		}
		if ws := row.words["tariffCode"]; codeWords(ws) > 0 {
			columns["tariffCode"] = append(columns["tariffCode"], ws)
		}
		if ws := row.words["packing"]; len(ws) > 0 {
			columns["packing"] = append(columns["packing"], ws)
		}
		if ws := row.words["description"]; len(ws) > 0 {
			n := len(columns["description"])
			if first := firstRune(ws[0].Text); n > 0 && !unicode.IsUpper(first) { // "сушеный" below "Изюм светлый"
				columns["description"][n-1] = append(slices.Clone(columns["description"][n-1]), ws...)
				continue
			}
			columns["description"] = append(columns["description"], ws)
		}
	}
	n := len(columns["tariffCode"])
	if n < 2 || len(columns["description"]) != n {
		return nil, nil
	}
	foot = &goodsRow{words: map[string][]page.Word{}, total: true}
	for range n {
		all = append(all, &goodsLine{map[string][]page.Word{}})
	}
	for _, f := range []string{"description", "tariffCode", "packages", "packing", "grossMass", "netMass", "grossVolume", "quantity", "chargeableMass"} {
		entries := columns[f]
		switch len(entries) {
		case 0:
		case n, n + 1:
			for i := range n {
				all[i].words[f] = entries[i]
			}
			if len(entries) > n {
				foot.words[f] = entries[n]
			}
		case 1:
			foot.words[f] = entries[0] // of all goods together
		default:
			return nil, nil
		}
	}
	for _, row := range rows {
		if ws := row.words["marks"]; len(ws) > 0 {
			all[0].words["marks"] = append(all[0].words["marks"], ws...)
		}
	}
	return all, foot
}

// codeAmid states the tariff code that the words of goods hold behind its name.
func (r *reader) codeAmid(s *sheet, prefix string, ws []page.Word) {
	var run []page.Word
	trust := 0.93
	if w, ok := codeIn(ws, hsInText); ok {
		run = []page.Word{w}
	} else if w, ok := codeIn(ws, nhmInText); ok {
		run, trust = []page.Word{w}, 0.9
	} else {
		run = s.codeByLabel(ws)
	}
	if run != nil {
		r.add(value{run, "", trust}.statement(prefix+"/tariffCode", s.Number), rankForm, "")
	}
}

// codeByLabel returns the tariff code behind its label amid goods.
func (s *sheet) codeByLabel(ws []page.Word) []page.Word {
	for i := range ws {
		o := s.hitOver(ws[i])
		if o == nil || o.role != "-tariff" {
			continue
		}
		rest := ws[i+1:]
		for len(rest) > 0 && s.hitOver(rest[0]) == o {
			rest = rest[1:]
		}
		if n := codeWords(rest); n > 0 {
			return trimmed(rest[:n], ",;.")
		}
	}
	return nil
}

// plainGoods returns a description without what labels in it say of other fields:
// the tariff code, containers and seals, numbers of other papers, "said to contain".
func (s *sheet) plainGoods(ws []page.Word) []page.Word {
	var out []page.Word
	for i := 0; i < len(ws); i++ {
		if n := containerWords(ws[i:]); n > 0 {
			i += n - 1
			continue
		}
		o := s.hitOver(ws[i])
		codeName := codeName.MatchString(ws[i].Text)
		if o == nil && !codeName && !volWord.MatchString(ws[i].Text) {
			out = append(out, ws[i])
			continue
		}
		role := ""
		if o != nil {
			role = o.role
		}
		end := i + 1
		for o != nil && end < len(ws) && s.hitOver(ws[end]) == o {
			end++
		}
		took := 0
		rest := ws[end:]
		for len(rest) > 0 && (codeName || role == "-tariff") && (codeFiller.MatchString(rest[0].Text) || s.hitOver(rest[0]) != nil && s.hitOver(rest[0]).role == "-tariff") {
			rest, took = rest[1:], took+1
		}
		switch {
		case role == "-tariff" || codeName:
			if n := codeWords(rest); n > 0 {
				took += n
			} else {
				took = -1
			}
		case role == "container" && containerWords(rest) > 0:
			took = containerWords(rest)
		case role == "container" || role == "seal":
			for took < len(rest) && (hasDigit(rest[took].Text) || strings.Trim(rest[took].Text, "/,;-") == "") && took < 4 {
				took++
			}
			if took == 0 {
				took = -1
			}
		case role == "invoiceNo" || role == "contractNo":
			if _, to, ok := takeReference(rest); ok {
				took = to
			} else {
				took = -1
			}
		case role == "-goods" && len(out) == 0 && len(rest) > 0:
		case volWord.MatchString(ws[i].Text):
			if _, to, ok := takeFigure(rest, volumeKind); ok {
				took = to
			} else {
				took = -1
			}
		default:
			took = -1
		}
		if took < 0 {
			out = append(out, ws[i])
			continue
		}
		i = end + took - 1
	}
	return out
}

// containerWords returns how many words are the number of a container; 0 if they
// are none.
func containerWords(ws []page.Word) int {
	text := ""
	for n := 1; n <= 3 && n <= len(ws); n++ {
		text += strings.ToUpper(strings.Trim(ws[n-1].Text, "(),;:"))
		if containerRe.MatchString(text) {
			return n
		}
		if n == 1 && !startsOwner(text) {
			return 0
		}
	}
	return 0
}

var (
	codeName   = regexp.MustCompile(`^(?i:HS|H\.S\.|HTS|NHM|ГНГ|ТНВЭД|NHM/HS|ГНГ/ТН|HS编码|ЕТСНГ)[:.]?$`)
	codeFiller = regexp.MustCompile(`^(?i:code|codes|код|ВЭД|ЕАЭС|no|№|编码|tariff)?[:.,№]*$`)
	volWord    = regexp.MustCompile(`^(?i:VOL|VOLUME)[:.]?$`)
)

func keepLetters(r rune) rune {
	if unicode.IsLetter(r) {
		return r
	}
	return -1
}

// codeWords returns how many words are a tariff code; 0 if they are none.
func codeWords(ws []page.Word) int {
	for n := min(len(ws), 4); n > 0; n-- {
		t := strings.Trim(textOf(ws[:n]), ",;. ")
		if codeRe.MatchString(t) || codeRe.MatchString(strings.ReplaceAll(t, " ", "")) {
			return n
		}
	}
	return 0
}
