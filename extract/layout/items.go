package layout

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tallyman/extract/page"
	"tallyman/trade"
)

// A tableResult is what the tables of a paper print, and where they stand.
type tableResult struct {
	statements []trade.Statement
	regions    []region
}

// A region is a part of a page that a table covers: labels in it are its own.
type region struct {
	page int
	box  trade.Box
}

// readTables reads the lines of goods, and the sums beneath their columns. The
// goods of transport papers, declarations and insurance certificates stand in
// the boxes of forms, which are read elsewhere.
func readTables(typ trade.DocumentType, pages []page.Page) tableResult {
	if typ.Transport() || typ.Declaration() || typ == trade.InsuranceCertificate {
		return tableResult{}
	}
	b := &tableBuilder{typ: typ}
	b.grids = mainTable(gridsOf(pages))
	if len(b.grids) == 0 {
		b.grids = bareTable(pages)
	}
	for _, p := range pages {
		b.ordinal = append(b.ordinal, p.Number)
	}
	b.align()
	b.items()
	b.sums()
	b.totalsBoxes(pages)
	return b.result
}

// gridsOf reads every table of goods of the pages, those that go on from page
// to page without headings too.
func gridsOf(pages []page.Page) []*tableGrid {
	var all []*tableGrid
	for i, p := range pages {
		t := tablePageOf(p)
		heads := t.heads()
		top := len(t.lines)
		if len(heads) > 0 {
			top = heads[0].from
		}
		if len(all) > 0 && i > 0 {
			last := all[len(all)-1]
			if last.page.Number == pages[i-1].Number && !last.ended && len(last.items) > 0 {
				if g := t.continued(last, top); g != nil {
					all = append(all, g)
				}
			}
		}
		for k, h := range heads {
			to := len(t.lines)
			if k+1 < len(heads) {
				to = heads[k+1].from
			}
			if g := t.read(h, to); g != nil && len(g.items) > 0 {
				if k == 0 {
					t.forward(g, h)
				}
				all = append(all, g)
			}
		}
	}
	return all
}

// forward reads a sum brought forward that stands above the headings.
func (t *tablePage) forward(g *tableGrid, h tableHead) {
	at := slices.IndexFunc(g.cols, func(c tableColumn) bool { return c.role == colAmount })
	if at < 0 {
		return
	}
	for n := max(0, h.from-4); n < h.from; n++ {
		l := t.lines[n]
		if len(l.cells) < 2 {
			continue
		}
		value := l.cells[len(l.cells)-1]
		f, ok := figureIn(value.text, t.optical)
		if role, _ := rowRole(l.cells[0].text, t.optical); !ok || role != rowForward {
			continue
		}
		r := tableRow{n: n, line: l, cells: make([][]page.Word, len(g.cols)), figs: make([]*tableFigure, len(g.cols))}
		r.cells[at], r.figs[at] = value.words, &f
		g.sums = append([]tableSum{{role: rowForward, page: t.Number, n: n, label: l.cells[0].text, row: r}}, g.sums...)
		return
	}
}

// continued reads the top of a page as more rows of the table before it.
func (t *tablePage) continued(before *tableGrid, to int) *tableGrid {
	if len(t.lines) == 0 || to == 0 {
		return nil
	}
	first := t.lines[0].box
	head := trade.Box{X0: first.X0, Y0: first.Y0 - 1, X1: first.X1, Y1: first.Y0 - 0.5}
	g := t.readGrid(slices.Clone(before.cols), 0, to, head)
	if len(g.items) == 0 {
		// A page that holds nothing but the sums of the one before.
		if len(g.sums) == 0 || to == 0 {
			return nil
		}
		return nil
	}
	g.weigh()
	full := 0
	for _, it := range g.items {
		n := 0
		for i, c := range g.cols {
			if c.role.numeric() && it.figs[i] != nil {
				n++
			}
		}
		if n >= 2 {
			full++
		}
	}
	if full*2 < len(g.items) || g.score < float64(len(g.items)) {
		return nil
	}
	g.box = trade.Box{}
	for _, it := range g.items {
		g.box = g.box.Union(it.box)
	}
	return g
}

// mainTable chooses the table of the goods among the tables of a paper, with
// all its parts: the others say the same again, or something else.
func mainTable(grids []*tableGrid) []*tableGrid {
	type group struct {
		roles map[tableRole]bool
		grids []*tableGrid
		score float64
	}
	var groups []*group
	for _, g := range grids {
		roles := map[tableRole]bool{}
		value := 0.0
		for _, c := range g.cols {
			if _, ok := itemFieldOf[c.role]; ok {
				roles[c.role] = true
				value++
				if c.role == colAmount || c.role == colQuantity || c.role == colDescription {
					value++
				}
			}
		}
		var home *group
		for _, o := range groups {
			both := 0
			for r := range roles {
				if o.roles[r] {
					both++
				}
			}
			if both*10 >= 7*max(len(roles), len(o.roles)) {
				home = o
				break
			}
		}
		if home == nil {
			home = &group{roles: roles}
			groups = append(groups, home)
		}
		home.grids = append(home.grids, g)
		home.score += g.score + value*float64(min(len(g.items), 12))
	}
	var best *group
	for _, g := range groups {
		if best == nil || g.score > best.score {
			best = g
		}
	}
	if best == nil {
		return nil
	}
	return best.grids
}

// bareTable reads goods without headings: rows of figures of which two multiply
// to a third, throughout.
func bareTable(pages []page.Page) []*tableGrid {
	var all []*tableGrid
	for _, p := range pages {
		t := tablePageOf(p)
		if g := t.bare(); g != nil {
			all = append(all, g)
		}
	}
	return mainTable(all)
}

func (t *tablePage) bare() *tableGrid {
	from, to, n := -1, -1, 0
	var rows []line
	for i, l := range t.lines {
		figures, text := 0, false
		for _, c := range l.cells {
			if _, ok := figureIn(c.text, t.optical); ok {
				figures++
			} else if letters(c.text) || utf8.RuneCountInString(c.text) > 6 {
				text = true
			}
		}
		if figures < 3 || !text {
			continue
		}
		if from < 0 {
			from = i
		}
		to = i + 1
		n++
		rows = append(rows, l)
	}
	if n < 2 {
		return nil
	}
	clusters := t.clusters(rows, n >= 3, nil)
	if len(clusters) < 4 {
		return nil
	}
	var cols []tableColumn
	var cuts []float64
	for i, c := range clusters {
		cols = append(cols, tableColumn{box: trade.Box{X0: c.x0, Y0: rows[0].box.Y0, X1: c.x1, Y1: rows[0].box.Y0 + 1}})
		if i > 0 {
			cuts = append(cuts, (clusters[i-1].x1+c.x0)/2)
		}
	}
	head := trade.Box{X0: clusters[0].x0, Y0: rows[0].box.Y0 - 2, X1: clusters[len(clusters)-1].x1, Y1: rows[0].box.Y0 - 1}
	cols = columnsCut(cols, cuts, rows)
	// The words: the widest stretch without figures.
	widest := -1
	for i, c := range clusters {
		if !c.numeric && (widest < 0 || c.x1-c.x0 > clusters[widest].x1-clusters[widest].x0) {
			widest = i
		}
	}
	if widest < 0 {
		return nil
	}
	cols[widest].role = colDescription
	g := t.readGrid(slices.Clone(cols), from, min(to+8, len(t.lines)), head)
	if len(g.items) == 0 {
		return nil
	}
	if widest > 0 && counted(g.items, 0) {
		g.cols[0].role = colSequence
	}
	g.infer()
	if countRole(g.cols, colAmount) == 0 || countRole(g.cols, colPrice) == 0 || countRole(g.cols, colQuantity) == 0 {
		return nil
	}
	g = t.readGrid(g.cols, from, min(to+8, len(t.lines)), head)
	g.weigh()
	closed := 0
	for _, it := range g.items {
		q, p, a := it.fig(g.cols, colQuantity), it.fig(g.cols, colPrice), it.fig(g.cols, colAmount)
		if q != nil && p != nil && a != nil && closes(*q, *p, *a) {
			closed++
		}
	}
	if closed < 2 || closed*5 < len(g.items)*4 {
		return nil
	}
	return g
}

// counted reports whether a column counts the rows: 1, 2, 3.
func counted(items []tableItem, c int) bool {
	last := -1
	for _, it := range items {
		if it.figs[c] == nil {
			return false
		}
		n, ok := it.figs[c].smallWhole()
		if !ok || last >= 0 && n != last+1 {
			return false
		}
		last = n
	}
	return len(items) > 1
}

// A tableBuilder makes statements of grids.
type tableBuilder struct {
	typ     trade.DocumentType
	grids   []*tableGrid
	ordinal []int // page numbers of the paper in order
	count   int   // of items so far
	result  tableResult
}

func (b *tableBuilder) add(st trade.Statement) { b.result.statements = append(b.result.statements, st) }

// currencyOf is the currency that a heading of the table prints.
func currencyOf(cols []tableColumn) string {
	for _, role := range []tableRole{colAmount, colPrice, colAmountGross, colTax} {
		for _, c := range cols {
			if c.role == role && c.unit != "" {
				return c.unit
			}
		}
	}
	return ""
}

// unitAt is the unit of the figure in column c, where the cell has none.
func unitAt(cols []tableColumn, cells [][]page.Word, c int) string {
	beside := func(role tableRole) string {
		for i, o := range cols {
			if o.role == role && len(cells[i]) > 0 {
				return textOf(cells[i])
			}
		}
		return ""
	}
	switch cols[c].role {
	case colQuantity:
		if u := beside(colUnit); u != "" && !digitsOnly(u) {
			return u
		}
	case colPrice, colAmount:
		if u := beside(colCurrency); u != "" {
			return u
		}
		if cols[c].unit == "" {
			return currencyOf(cols)
		}
	case colPackages:
		if u := beside(colPackageKind); u != "" && !hasDigit(u) {
			return u
		}
	}
	return cols[c].unit
}

// align moves the figures of a sum row to the columns whose figures they sum,
// where the row stands crooked.
func (b *tableBuilder) align() {
	if len(b.grids) == 0 {
		return
	}
	last := b.grids[len(b.grids)-1]
	parts := map[tableRole][]tableFigure{}
	for _, g := range b.grids {
		for _, it := range g.items {
			for i, c := range g.cols {
				if it.figs[i] != nil && c.role.counts() {
					parts[c.role] = append(parts[c.role], *it.figs[i])
				}
			}
		}
	}
	for k := range last.sums {
		s := &last.sums[k]
		if !sumRole(s.role) || s.after != len(last.items) {
			continue
		}
		for i, c := range last.cols {
			f := s.row.figs[i]
			if f == nil || sumsTo(parts[c.role], *f) {
				continue
			}
			for j, d := range last.cols {
				if j != i && s.row.figs[j] == nil && d.role.counts() && len(parts[d.role]) > 1 && sumsTo(parts[d.role], *f) {
					s.row.figs[j], s.row.cells[j] = f, s.row.cells[i]
					s.row.figs[i], s.row.cells[i] = nil, nil
					break
				}
			}
		}
	}
}

func (b *tableBuilder) items() {
	var before *tableItem
	var beforeCols []tableColumn
	for _, g := range b.grids {
		b.result.regions = append(b.result.regions, region{g.page.Number, g.box})
		for k := range g.items {
			it := &g.items[k]
			if g.remark(it) {
				continue
			}
			b.item(g, it, before, beforeCols)
			before, beforeCols = it, g.cols
		}
	}
}

// remark reports whether a row without an amount is no goods but a label with its
// value: "Line discount 1: 2 % Basis:" beside 75.00.
func (g *tableGrid) remark(it *tableItem) bool {
	for i, c := range g.cols {
		if c.role == colAmount && it.figs[i] != nil {
			return false
		}
	}
	if len(it.lines) == 0 || len(it.lines[0]) == 0 {
		return false
	}
	first := it.lines[0]
	return colonEnds(first[len(first)-1].Text)
}

// item states one line of goods.
func (b *tableBuilder) item(g *tableGrid, it, before *tableItem, beforeCols []tableColumn) {
	n := b.count
	b.count++
	path := func(field string) string { return fmt.Sprintf("/items/%d/%s", n, field) }
	stated := map[string]bool{}
	if len(it.number) > 0 {
		b.add(state(path("sequence"), it.page, it.number))
		stated["sequence"] = true
	}
	for i, c := range g.cols {
		field := itemFieldOf[c.role]
		if field == "" || len(it.cells[i]) == 0 || c.role == colDescription {
			continue
		}
		if c.role.numeric() && it.figs[i] == nil && !oneFigure(it.cells[i]) && !readable("/items/0/"+field, it.cells[i], "") {
			continue // a dash, a ditto mark, the words of something else
		}
		if noValue(textOf(it.cells[i])) {
			continue
		}
		ws := it.cells[i]
		if c.role == colTariff && len(ws) == 2 && eaeuCode.MatchString(ws[0].Text) && len(ws[1].Text) == 3 && digitsOnly(ws[1].Text) {
			ws = ws[:1] // beside it the code of the unit: "8482101000 796"
		}
		if k := len(ws) - 1; c.role == colTariff && k > 0 && letters(ws[k].Text) && readable("/items/0/tariffCode", ws[:k], "") && readable("/items/0/origin", ws[k:], "") {
			b.add(state(path("origin"), it.page, ws[k:])) // "Commodity code / Origin", one over the other
			stated["origin"] = true
			ws = ws[:k]
		}
		if c.role.numeric() {
			ws = slices.Clone(ws)
			slices.SortStableFunc(ws, func(a, b page.Word) int {
				if abs(middleY(a.Box)-middleY(b.Box)) > 0.5*(a.Box.Y1-a.Box.Y0) {
					return compare(middleY(a.Box), middleY(b.Box))
				}
				return compare(a.Box.X0, b.Box.X0)
			})
		}
		st := state(path(field), it.page, ws)
		st.Unit = unitAt(g.cols, it.cells, i)
		b.add(st)
		stated[field] = true
	}
	if c := g.sold - 1; c >= 0 && it.figs[c] != nil {
		st := state(path("quantity"), it.page, it.cells[c])
		if st.Unit = unitAt(g.cols, it.cells, c); st.Unit == "" {
			for i, o := range g.cols {
				if o.role == colUnit {
					st.Unit = textOf(it.cells[i])
				}
			}
		}
		b.add(st)
	}
	var lines [][]page.Word
	for i, l := range it.lines {
		if i == 0 && !stated["sequence"] && len(l) == 2 && len(it.lines) > 1 && countedInTens.MatchString(l[0].Text) && articleAlone.MatchString(l[1].Text) && named(it.lines[1]) {
			b.add(state(path("sequence"), it.page, l[:1])) // "000010 380110-000"
			l = l[1:]
		}
		if i == 0 && !stated["articleNumber"] && len(l) == 1 && len(it.lines) > 1 && articleAlone.MatchString(l[0].Text) && named(it.lines[1]) {
			b.add(state(path("articleNumber"), it.page, l))
			stated["articleNumber"] = true
			continue
		}
		if i > 0 && besideGoods.MatchString(textOf(l)) {
			continue
		}
		lines = append(lines, b.inside(l, it.page, path, stated))
	}
	var words []page.Word
	for _, l := range lines {
		words = append(words, l...)
	}
	if len(words) > 0 {
		b.add(state(path("description"), it.page, words))
		return
	}
	// A value given once for several rows stands in the first of them.
	if len(it.lines) == 0 && before != nil && it.page == before.page && len(beforeCols) == len(g.cols) {
		for _, l := range before.lines {
			words = append(words, l...)
		}
		if len(words) > 0 {
			b.add(state(path("description"), before.page, words))
			it.lines = before.lines
		}
	}
}

// besideGoods begins a line under the name of goods that says how or when they
// are delivered, or for whose order, and not what they are.
var besideGoods = regexp.MustCompile(`(?i)^(?:packing|packaging|packed in|delivery date|delivery note|order(?: no| number|ed by)?|your order|customer (?:ref|order|po)|p\.?o\.?(?: no| number)?|verpackung|liefer-?datum|liefer-?schein|bestell-?(?:nr|nummer|datum)|besteller|ihre bestellung|auftrag(?:s-?nr)?|упаковка|дата поставки|номер заказа|заказ №?|заказчик|emballage|commande|date de livraison|ambalaj|teslim tarihi|sipariş(?: no)?|包装|交货日期|订单号)\.?\s*[:：]`)

// countedInTens is the number of a line as a program counts them, in tens.
var countedInTens = regexp.MustCompile(`^0{0,5}[1-9]\d{0,4}$`)

// articleAlone is the number of an article on a line of its own above its name.
var articleAlone = regexp.MustCompile(`^[A-ZА-Я0-9][A-ZА-Я0-9./_-]*\d[A-ZА-Я0-9./_-]*$`)

// named reports whether a line begins with a word.
func named(ws []page.Word) bool {
	return len(ws) > 0 && utf8.RuneCountInString(ws[0].Text) > 2 && unicode.IsLetter(firstRune(ws[0].Text)) && !hasDigit(ws[0].Text)
}

// oneFigure reports whether the words are one word that is mostly digits: a
// figure that is printed there, if not well.
func oneFigure(ws []page.Word) bool {
	if len(ws) != 1 {
		return false
	}
	digits, other := 0, 0
	for _, r := range ws[0].Text {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			other++
		}
	}
	return digits > other
}

func noValue(s string) bool { return strings.Trim(s, "-–—−.…_=*\"'″〃 ") == "" }

// What a description prints of the goods beside their name.
var insideDescription = []struct {
	field string
	re    *regexp.Regexp
}{
	{"tariffCode", regexp.MustCompile(`(?i)(?:^|[\s(;,])((?:(?:hs\s*编码|海关编码|商品编码|税号|сэқ\s*тн\s*коды|код\s*тн\s*вэд|тн\s*вэд|hs(?:\s*code)?)\s*[/,]?\s*)?(?:h\.?\s?s\.?\s*(?:tariff\s*)?(?:code|no|#|n°)?\.?|hts(?:us)?(?:\s*(?:code|no))?\.?|hsn(?:\s*code)?|(?:код\s*)?(?:товара\s*)?(?:по\s*)?тн\s*вэд(?:\s*(?:еаэс|тс))?|сэқ\s*тн(?:\s*коды)?|gt[iı]p(?:\s*no)?|zolltarif(?:nummer|-?nr\.?)|warennummer|commodity\s*code|customs\s*(?:tariff\s*)?(?:code|no\.?|number)|tariff\s*(?:code|no\.?|number|heading)|taric(?:\s*code)?|code\s*(?:sh|douanier|nc)|partida(?:\s*arancelaria)?|kod\s*cn|cn\s*code|cn|v\.\s?d\.|voce\s*doganale|海关编码|商品编码|税号|hs\s*编码)\s*[:：.#№-]*\s*(\d{4} \d{2} \d{3} \d|\d{4}(?:[ .]?\d{2}){0,3}(?:[ .]?\d{1,3})?))(?:$|[\s);,])`)},
	{"origin", regexp.MustCompile(`(?i)(?:^|[\s(;,])((?:country\s*of\s*origin|origin|made\s*in|страна\s*происхождения|происхождение|шығарылған\s*елі|ursprungsland|ursprung|pays\s*d['’]origine|origine|país\s*de\s*origen|menşe[i]?(?:\s*ülke(?:si)?)?|原产[国地]|c/?o/?o)\s*[:：]\s*([^;,)(]+?))\s*(?:$|[);,])`)},
	{"-barcode", regexp.MustCompile(`(?i)(?:^|[\s(;,])((?:gtin|ean|upc|штрих-?код)(?:-\pL+)?\s*[:：#]?\s*(\d{8,14}))(?:$|[\s);,])`)},
	{"articleNumber", regexp.MustCompile(`(?i)(?:^|[\s(;,])((?:art(?:icle|ikel)?\.?\s*-?(?:no|nr|number|nummer|№)?\.?|part\s*(?:no|number|#)\.?|p/n|sku|item\s*(?:code|no|number)\.?|product\s*(?:code|no|number)\.?|артикул|арт\.?|货号|réf(?:érence)?\.?|ref\.?)\s*[:：#]\s*([\pL\d][\pL\d./_-]*))(?:$|[\s);,])`)},
	{"articleNumber", regexp.MustCompile(`^(\[([A-Z0-9][A-Z0-9._/-]{2,30})\])\s`)},
	{"serialNumbers", regexp.MustCompile(`(?i)(?:^|[\s(;,])((?:serial\s*(?:no|nos|number|numbers)?\.?|s/n|зав(?:одской|\.)?\s*(?:номер|№)|серийный\s*(?:номер|№)|seriennummer|序列号)\s*[:：#]\s*([\pL\d][\pL\d./_-]*(?:\s*,\s*[\pL\d][\pL\d./_-]*)*))(?:$|[\s);])`)},
	{"brand", regexp.MustCompile(`(?i)(?:^|[\s(;,])((?:brand(?:\s*name)?|trade\s*mark|trademark|торговая\s*марка|товарный\s*знак|бренд|т\.\s?м\.|品牌|marque|marke|marka)\s*[:：]\s*([^;,)(]+?))\s*(?:$|[);,])`)},
	{"netMass", regexp.MustCompile(`(?i)(?:^|[\s(;,])((?:net(?:t)?\s*(?:weight|wt|mass)\.?|n\.?w\.?|вес\s*нетто|масса\s*нетто|нетто|净重)\s*[:：]\s*(\d[\d., ]*\s*(?:kgs?|кг|g|г|t|т)))(?:$|[\s);,.])`)},
	{"grossMass", regexp.MustCompile(`(?i)(?:^|[\s(;,])((?:gross\s*(?:weight|wt|mass)\.?|g\.?w\.?|вес\s*брутто|масса\s*брутто|брутто|毛重)\s*[:：]\s*(\d[\d., ]*\s*(?:kgs?|кг|g|г|t|т)))(?:$|[\s);,.])`)},
}

// modelNumber is a style or a model that begins like the name of a tariff code: "HS-2201".
var modelNumber = regexp.MustCompile(`(?i)^(?:hs|cn)-\d{3,5}$`)

// inside states what a line of a description prints beside the name of the
// goods, and returns the words that are left.
func (b *tableBuilder) inside(words []page.Word, number int, path func(string) string, stated map[string]bool) []page.Word {
	for _, in := range insideDescription {
		if stated[in.field] {
			continue
		}
		// Offsets of the words in their text.
		var text strings.Builder
		starts := make([]int, len(words))
		for i, w := range words {
			if i > 0 {
				text.WriteByte(' ')
			}
			starts[i] = text.Len()
			text.WriteString(w.Text)
		}
		s := text.String()
		m := in.re.FindStringSubmatchIndex(s)
		if m == nil {
			continue
		}
		value := strings.TrimRight(s[m[4]:m[5]], " .-")
		if in.field == "tariffCode" && modelNumber.MatchString(s[m[2]:m[3]]) {
			continue
		}
		from, to := span(starts, words, m[4], m[4]+len(value))
		if from >= to {
			continue
		}
		run := words[from:to]
		st := state(path(in.field), number, run)
		st.Text = value
		if whole := strings.Join(textsOf(run), " "); whole != value {
			st.Alternatives = nil // they are of the whole words
		}
		if in.field == "origin" && !readable("/items/0/origin", run, "") {
			continue
		}
		if in.field[0] != '-' {
			b.add(st)
			stated[in.field] = true
		}
		lo, hi := span(starts, words, m[2], m[3])
		rest := append(slices.Clone(words[:lo]), words[hi:]...)
		// Words that hold more than the label stay in the description.
		if strings.Trim(strings.Join(textsOf(words[lo:hi]), " "), "()[];, ") == strings.Trim(s[m[2]:m[3]], "()[];, ") {
			words = rest
		}
		if len(words) == 0 {
			break
		}
	}
	return words
}

func textsOf(ws []page.Word) []string {
	var all []string
	for _, w := range ws {
		all = append(all, w.Text)
	}
	return all
}

// span returns the words that cover the bytes from a to b of their joined text.
func span(starts []int, words []page.Word, a, b int) (from, to int) {
	from = len(words)
	for i, w := range words {
		if starts[i] < b && starts[i]+len(w.Text) > a {
			from = min(from, i)
			to = i + 1
		}
	}
	return from, to
}

// money returns the column whose figure is the amount of a sum row.
func (s tableSum) money(cols []tableColumn) int {
	at := -1
	for i, c := range cols {
		if s.row.figs[i] == nil || s.row.figs[i].percent {
			continue
		}
		switch c.role {
		case colAmount:
			if s.role != rowTax || at < 0 {
				at = i
			}
			if s.role != rowTax && s.role != rowGrand {
				return i
			}
		case colTax:
			if s.role == rowTax {
				return i
			}
		case colAmountGross:
			if s.role == rowGrand || at < 0 {
				at = i
			}
		}
	}
	if at >= 0 {
		return at
	}
	if !sumRole(s.role) {
		return -1
	}
	// A sum may stand beside its column; but a count is no amount.
	for i := len(cols) - 1; i >= 0; i-- {
		if f := s.row.figs[i]; f != nil && !f.percent {
			switch cols[i].role {
			case colPrice, "", "-other", colTax, colTaxRate, colDiscount, "-priceGross":
				return i
			}
			if f.unit != "" && moneyMark(f.unit) {
				return i
			}
			return -1
		}
	}
	return -1
}

// region is the part of its line that a sum covers: from its label to its
// figure. Something else may stand to the left.
func (s tableSum) region(col int) trade.Box {
	box := cellOf(s.row.cells[col]).box
	for i := len(s.row.line.cells) - 1; i >= 0; i-- {
		c := s.row.line.cells[i]
		if c.box.X0 >= box.X1 {
			continue
		}
		if role, _ := rowRole(c.text, false); role == s.role {
			return box.Union(c.box)
		}
	}
	return box.Union(s.row.line.box)
}

// totalHeading reports whether a heading is that of a sum.
func totalHeading(text string) bool {
	for _, t := range []string{text, latinOf(text)} {
		if m := tableRowBook().match(t, false); m.role == rowTotal && m.share > 0.6 {
			return true
		}
	}
	return false
}

// totalsBoxes states sums that stand in boxes of their own, label over figure:
// "TOTAL PACKAGES | TOTAL N.W. | TOTAL G.W.".
func (b *tableBuilder) totalsBoxes(pages []page.Page) {
	stated := map[string]bool{}
	for _, st := range b.result.statements {
		stated[st.Path] = true
	}
	paths := map[tableRole]string{colPackages: "/packages", colNetMass: "/netMass", colGrossMass: "/grossMass", colVolume: "/grossVolume", colQuantity: "/totalQuantity"}
	for _, p := range pages {
		t := tablePageOf(p)
		for n := 0; n+1 < len(t.lines); n++ {
			pieces := t.headPieces(t.lines[n])
			below := t.lines[n+1]
			if !t.sumBox(n) || below.box.Y0-t.lines[n].box.Y1 > 2*t.typical {
				continue
			}
			for i, piece := range pieces {
				path := paths[piece.match.role]
				if path == "" || stated[path] {
					continue
				}
				for _, c := range below.cells {
					right := 1e9
					if i+1 < len(pieces) {
						right = pieces[i+1].box.X0
					}
					if c.box.X1 < piece.box.X0 || c.box.X0 > right || c.box.X0 < piece.box.X0-2*t.typical {
						continue
					}
					if _, ok := t.figureOf(c.text, piece.match.role); !ok {
						break
					}
					st := state(path, p.Number, c.words)
					st.Unit = unitOfHeading(piece.text, piece.match.role)
					b.add(st)
					b.result.regions = append(b.result.regions, region{p.Number, piece.box.Union(c.box)})
					stated[path] = true
					break
				}
			}
		}
	}
}

// sums states the totals, the taxes and the charges.
func (b *tableBuilder) sums() {
	type placed struct {
		tableSum
		g    *tableGrid
		last bool // behind the last line of goods
	}
	var all []placed
	for k, g := range b.grids {
		for _, s := range g.sums {
			last := s.after == len(g.items)
			for _, o := range b.grids[k+1:] {
				last = last && len(o.items) == 0
			}
			all = append(all, placed{s, g, last})
		}
	}
	pageIndex := func(number int) int { return max(0, slices.Index(b.ordinal, number)) }
	done := map[string]bool{}
	put := func(p placed, col int, path string) {
		if col < 0 || done[path] {
			return
		}
		f := p.row.figs[col]
		switch path {
		case "/grossMass", "/netMass", "/grossVolume", "/packages", "/totalQuantity":
			if f != nil && (f.percent || f.unit != "" && moneyMark(f.unit)) {
				return
			}
			if f != nil && path == "/totalQuantity" && unitKind(f.unit) == "mass" && !b.weighed(colQuantity) {
				return
			}
		default:
			if f != nil && (unitKind(f.unit) == "mass" || unitKind(f.unit) == "volume" || unitKind(f.unit) == "package") {
				return
			}
		}
		done[path] = true
		st := state(path, p.page, p.row.cells[col])
		switch path {
		case "/grossMass", "/netMass", "/grossVolume", "/packages", "/totalQuantity":
			st.Unit = p.g.cols[col].unit
			if path == "/totalQuantity" && st.Unit == "" {
				st.Unit = b.commonUnit(colUnit)
			}
			if path == "/packages" && st.Unit == "" {
				st.Unit = b.commonUnit(colPackageKind)
			}
		default:
			st.Unit = currencyOf(p.g.cols)
			if st.Unit == "" {
				st.Unit = b.commonUnit(colCurrency)
			}
		}
		b.add(st)
		b.result.regions = append(b.result.regions, region{p.page, p.region(col)})
	}
	// Sums of pages: before the last goods, or by their words.
	for _, p := range all {
		at := fmt.Sprintf("/pageTotals/%d/", pageIndex(p.page))
		switch {
		case p.role == rowForward:
			put(p, p.money(p.g.cols), at+"broughtForward")
		case p.role == rowCarried:
			put(p, p.money(p.g.cols), at+"carriedForward")
		case p.role == rowPage, (p.role == rowTotal || p.role == rowSub) && !p.last && p.after == len(p.g.items) && len(b.ordinal) > 1:
			put(p, p.money(p.g.cols), at+"total")
		}
	}
	var totals, taxes []placed
	charged := func(from, to int) bool { // a charge or tax between two rows of all
		for _, p := range all[from+1 : to] {
			switch p.role {
			case rowTax, rowFreight, rowInsurance, rowOther, rowDiscount:
				return true
			}
		}
		return false
	}
	index := map[string]int{}
	key := func(p placed) string { return fmt.Sprint(p.page, "/", p.n) }
	for i, p := range all {
		index[key(p)] = i
		if !p.last || b.ofOneTable(p.g, p.tableSum) {
			continue
		}
		switch p.role {
		case rowSub, rowTotal, rowGrand:
			for i, c := range p.g.cols {
				if p.row.figs[i] == nil {
					continue
				}
				role := c.role
				if m := roleOfHeading(p.label, p.g.page.optical); m.share >= 0.6 && m.role != role && labelled(p.tableSum) == 1 {
					switch m.role { // "Total net weight: 7500 kg" under the quantities
					case colNetMass, colGrossMass, colVolume, colPackages:
						role = m.role
					}
				}
				switch role {
				case colQuantity:
					put(p, i, "/totalQuantity")
				case colNetMass:
					put(p, i, "/netMass")
				case colGrossMass:
					put(p, i, "/grossMass")
				case colVolume:
					put(p, i, "/grossVolume")
				case colPackages:
					put(p, i, "/packages")
				}
			}
			if p.money(p.g.cols) >= 0 {
				totals = append(totals, p)
			}
		case rowTax:
			if p.money(p.g.cols) >= 0 {
				taxes = append(taxes, p)
			}
		case rowFreight:
			put(p, p.money(p.g.cols), "/freight")
		case rowInsurance:
			put(p, p.money(p.g.cols), "/insurance")
		case rowDiscount:
			put(p, p.money(p.g.cols), "/discount")
		case rowOther:
			put(p, p.money(p.g.cols), "/otherCharges")
		}
	}
	if !b.typ.Invoice() && b.typ != trade.Contract && b.typ != trade.UnknownType && b.typ != trade.OtherPaper {
		return // a packing list has no money, or that of another paper
	}
	if len(taxes) > 0 {
		pick := -1
		if len(taxes) == 1 {
			pick = 0
		}
		for i, t := range taxes { // "Total VAT" beside its parts
			if m := headingWords(t.label); len(taxes) > 1 && slices.ContainsFunc(m, totalWord) {
				pick = i
			}
		}
		if pick >= 0 {
			put(taxes[pick], taxes[pick].money(taxes[pick].g.cols), "/tax")
		}
		if len(taxes) == 1 {
			b.taxRate(taxes[0].tableSum)
		}
	}
	first := func(role tableRole) *placed {
		for i := range totals {
			if totals[i].role == role {
				return &totals[i]
			}
		}
		return nil
	}
	sub, plain, grand := first(rowSub), first(rowTotal), first(rowGrand)
	var lastPlain *placed
	for i := range totals {
		if totals[i].role == rowTotal {
			lastPlain = &totals[i]
		}
	}
	money := func(p *placed) string { return textOf(p.row.cells[p.money(p.g.cols)]) }
	switch {
	case grand != nil:
		put(*grand, grand.money(grand.g.cols), "/invoiceTotal")
		if sub == nil && plain != nil && money(plain) != money(grand) && index[key(*plain)] < index[key(*grand)] {
			sub = plain
		}
	case plain != nil && lastPlain != plain && money(plain) != money(lastPlain) && charged(index[key(*plain)], index[key(*lastPlain)]):
		put(*lastPlain, lastPlain.money(lastPlain.g.cols), "/invoiceTotal")
		if sub == nil {
			sub = plain
		}
	case plain != nil:
		put(*plain, plain.money(plain.g.cols), "/invoiceTotal")
	}
	if sub != nil {
		put(*sub, sub.money(sub.g.cols), "/subtotal")
	}
}

// ofOneTable reports whether a row sums no more than the last of several tables: a
// packing list of two containers.
func (b *tableBuilder) ofOneTable(g *tableGrid, sum tableSum) bool {
	if sum.role != rowSub {
		return false
	}
	met, goods := 0, 0
	for i, c := range g.cols {
		f := sum.row.figs[i]
		if f == nil || !c.role.counts() {
			continue
		}
		var own, all []tableFigure
		for _, o := range b.grids {
			for k, oc := range o.cols {
				if oc.role != c.role {
					continue
				}
				for _, it := range o.items {
					if it.figs[k] != nil {
						all = append(all, *it.figs[k])
						if o == g {
							own = append(own, *it.figs[k])
						}
					}
				}
			}
		}
		goods++
		if len(all) > len(own) && len(own) > 0 && (sumsTo(own, *f) || len(own) == 1) && !sumsTo(all, *f) {
			met++
		}
	}
	return goods > 0 && met*2 > goods
}

// labelled counts the figures of a sum row.
func labelled(s tableSum) int {
	n := 0
	for _, f := range s.row.figs {
		if f != nil {
			n++
		}
	}
	return n
}

func totalWord(w string) bool {
	switch w {
	case "total", "totale", "totaal", "iтого", "итого", "всего", "toplam", "gesamt", "celkem", "ukupno", "reclamation":
		return true
	}
	return false
}

var rateInLabel = regexp.MustCompile(`\d{1,2}(?:[.,]\d{1,2})?\s?%`)

// taxRate states the rate that the label of a tax prints.
func (b *tableBuilder) taxRate(s tableSum) {
	for i, ws := range s.row.cells {
		text := textOf(ws)
		m := rateInLabel.FindString(text)
		if m == "" {
			continue
		}
		for k, w := range ws {
			if !hasDigit(w.Text) {
				continue
			}
			run := ws[k : k+1]
			if !strings.Contains(w.Text, "%") && k+1 < len(ws) && ws[k+1].Text == "%" {
				run = ws[k : k+2]
			}
			if textOf(run) == "" || !strings.Contains(textOf(run), "%") {
				continue
			}
			st := state("/taxRate", s.page, run)
			st.Text = strings.Trim(st.Text, "()@:, ")
			b.add(st)
			return
		}
		_ = i
	}
}

// weighed reports whether the figures of a column are masses.
func (b *tableBuilder) weighed(role tableRole) bool {
	for _, g := range b.grids {
		for i, c := range g.cols {
			if c.role != role {
				continue
			}
			if unitKind(c.unit) == "mass" {
				return true
			}
			for _, it := range g.items {
				if it.figs[i] != nil && unitKind(it.figs[i].unit) == "mass" {
					return true
				}
			}
		}
	}
	return unitKind(b.commonUnit(colUnit)) == "mass"
}

// commonUnit is the one text of a column of units, if there is only one.
func (b *tableBuilder) commonUnit(role tableRole) string {
	found := ""
	for _, g := range b.grids {
		for i, c := range g.cols {
			if c.role != role {
				continue
			}
			for _, it := range g.items {
				if len(it.cells[i]) == 0 {
					continue
				}
				u := textOf(it.cells[i])
				if found != "" && u != found {
					return ""
				}
				found = u
			}
		}
	}
	return found
}
