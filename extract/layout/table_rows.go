package layout

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"tallyman/extract/page"
	"tallyman/trade"
)

// A tableItem is a line of goods: the words of its columns over all its lines.
type tableItem struct {
	page   int
	first  int // line of the page that holds its figures
	cells  [][]page.Word
	figs   []*tableFigure
	lines  [][]page.Word // of the description, line by line
	number []page.Word   // of the row, where it has no column
	box    trade.Box
}

func (it tableItem) fig(cols []tableColumn, role tableRole) *tableFigure {
	for i, c := range cols {
		if c.role == role && it.figs[i] != nil {
			return it.figs[i]
		}
	}
	return nil
}

// A tableSum is a row of a total, a tax or a charge.
type tableSum struct {
	role  tableRole
	page  int
	n     int // line of the page
	after int // items of the grid before it
	label string
	row   tableRow
}

// A tableGrid is a table as one hypothesis reads it.
type tableGrid struct {
	page  *tablePage
	cols  []tableColumn
	items []tableItem
	sums  []tableSum
	box   trade.Box
	score float64
	ended bool // a grand total closed it
	sold  int  // 1 + the column of the mass or volume that the price is for; 0 for none
}

// A rowClass is what a line within a table is.
type rowClass int

const (
	textRow rowClass = iota
	itemRow
	sumRow
	skipRow
	weakRow  // goods with an amount alone, if goods follow
	labelRow // a label with its value
	lotRow   // more of the goods above, which are named once
	countRow // goods with a count alone, if the table has no more
)

// rowRole says what a row that is no goods is about, by its words.
func rowRole(label string, optical bool) (role tableRole, sure bool) {
	b := tableRowBook()
	clean := func(s string) []string {
		var words []string
		for _, w := range headingWords(s) {
			if optical {
				w = b.correct(w)
			}
			if hasDigit(w) || unitToken(w) && !b.known[w] {
				continue
			}
			words = append(words, w)
		}
		return words
	}
	if label = strings.Join(slices.DeleteFunc(strings.Fields(label), material.MatchString), " "); label == "" {
		return "", false
	}
	words := clean(label)
	if len(words) == 0 {
		return "", false
	}
	best := b.matchWords(words)
	for _, half := range strings.FieldsFunc(label, func(r rune) bool { return r == '/' || r == '(' || r == ':' || r == '：' }) {
		if m := b.matchWords(clean(half)); m.share >= 0.9 && m.letters >= 4 && best.share < 0.5 {
			best = m
		}
	}
	if best.role == "" {
		return "", false
	}
	settle := func(r tableRole) tableRole {
		if !sumRole(r) || r == rowPage || r == rowForward || r == rowCarried {
			return r
		}
		_, tax := taxWords(label)
		for _, w := range words {
			switch w {
			case "netto", "hetto", "neto":
				tax = min(tax, 0) - 1
			case "brutto", "bruto":
				tax = 1
			}
		}
		switch {
		case tax < 0:
			return rowSub
		case tax > 0:
			return rowGrand
		}
		return r
	}
	if best.share >= 0.5 {
		return settle(best.role), true
	}
	// "Total amount in words and figures ...": the first words decide.
	for n := min(len(words), 5); n > 0; n-- {
		if m := b.matchWords(words[:n]); m.role != "" && m.share >= 0.95 {
			return settle(m.role), false
		}
	}
	return "", false
}

// material is of what packages are made: "513 cardboard boxes TOTAL".
var material = regexp.MustCompile(`(?i)^(?:картонн|деревянн|пластиков|пластмассов|фанерн|металлическ|бумажн|полиэтиленов|стальн|cardboard$|wooden$|plastic$|paper$|steel$)`)

// pageLine is a line that says nothing but the number of its page.
var pageLine = regexp.MustCompile(`(?i)^(?:page|pag\.?|p\.|стр\.?|страница|лист|бет|sheet|seite|blatt|sayfa)[ .:№#]*\d{1,4}(?:\s*(?:of|из|/|von|de|sur|di|z)\s*\d{1,4})?$`)

func sumRole(r tableRole) bool {
	switch r {
	case rowSub, rowTotal, rowGrand, rowPage, rowForward, rowCarried:
		return true
	}
	return false
}

// counting reports whether a figure in the column is of goods.
func counting(c tableColumn) bool { return c.role.counts() || c.role == "" }

// classify says what a row is. closed says that a total was passed.
func (t *tablePage) classify(r tableRow, cols []tableColumn, closed bool) (rowClass, tableRole, string) {
	if pageLine.MatchString(strings.TrimSpace(r.line.text())) {
		return skipRow, "", ""
	}
	var label []string
	var blurred []bool // of each label: whether it may be misread
	figures, known, money, price, quantity := 0, 0, 0, 0, 0
	filled := 0
	named, numbered, described := false, false, false
	odd := false // a figure where goods have a name
	has := map[tableRole]bool{}
	for _, c := range cols {
		has[c.role] = true
	}
	for i, c := range cols {
		if len(r.cells[i]) == 0 {
			continue
		}
		filled++
		f := r.figs[i]
		switch {
		case c.role == colSequence:
			text := strings.Trim(r.text(i), ".,:)( ")
			numbered = len([]rune(text)) <= 6 && (hasDigit(text) || len([]rune(text)) <= 2)
			if !numbered || letters(text) {
				label = append(label, r.text(i))
				blurred = append(blurred, t.optical)
			}
			continue
		case c.role == colDescription:
			described = strings.IndexFunc(r.text(i), unicode.IsLetter) >= 0
			named = described || named
			if !described && f == nil {
				odd = true
			}
			odd = odd || f != nil && !f.integer
		case c.role == colArticle || c.role == colTariff:
			named = named || f == nil || f.integer || c.role == colTariff && dottedCode.MatchString(r.text(i))
			odd = odd || c.role == colArticle && f != nil && !f.integer
		}
		if f != nil && (c.role.numeric() || c.role == "") {
			if f.percent && (c.role.counts() || c.role == colPrice) {
				odd = true
				continue
			}
			switch c.role {
			case colAmount, colAmountGross, colTax, colTaxRate, colDiscount:
				if c.role == colAmount || c.role == colAmountGross {
					money++
				}
			case colPrice:
				price++
			case "":
			default:
				quantity++
			}
			if counting(c) && !(f.percent && c.role != colQuantity) {
				figures++
				if c.role != "" {
					known++
				}
			}
			continue
		}
		label = append(label, r.text(i))
		blurred = append(blurred, t.optical && !c.role.numeric())
		if c.role == "" && !has[colDescription] && wordy(r.cells[i]) {
			named = true
		}
	}
	text := strings.Join(label, " ")
	if columnNumbers(r) {
		return skipRow, "", text
	}
	// A label within a row of goods: it says something of them, or of the sums.
	if !numbered && !(price > 0 && quantity > 0 && money > 0) {
		for i, c := range cols {
			if len(r.cells[i]) == 0 || r.figs[i] != nil {
				continue
			}
			s := r.text(i)
			if c.role.numeric() && strings.ContainsAny(s, ":：") && letters(strings.TrimRight(strings.ReplaceAll(s, ":", ""), "0123456789.,- ")) ||
				colonEnds(s) && figures+price > 0 {
				if role, sure := rowRole(text, t.optical); role != "" && (sure || sumRole(role)) {
					break
				}
				return labelRow, "", text
			}
		}
	}
	role, sure := rowRole(text, t.optical)
	if ws := strings.Fields(text); role == "" && len(ws) > 1 && len(ws) < 5 && !numbered && price == 0 && unitKind(ws[len(ws)-2]) == "package" {
		// "375 | cardboard boxes Total": the kind of packages ran into the label.
		if alone, clear := rowRole(ws[len(ws)-1], t.optical); clear && sumRole(alone) {
			role, sure = alone, true
		}
	}
	if role == "" && len(label) > 1 && !numbered && price == 0 {
		// "375 cardboard boxes | Total | ...": a cell of its own says it.
		// What stands for a figure that could not be read is no misread label.
		for i, l := range label {
			if alone, clear := rowRole(l, blurred[i]); clear && sumRole(alone) && !hasDigit(l) {
				role, sure = alone, true
			}
		}
	}
	goods := numbered && price > 0 || price > 0 && quantity > 0 && money > 0
	if role != "" && !goods {
		any := figures > 0
		if !any {
			for _, f := range r.figs {
				any = any || f != nil && !f.percent
			}
		}
		switch {
		case sumRole(role):
			if sure || !numbered {
				if any {
					return sumRow, role, text
				}
				return skipRow, role, text
			}
		case (sure || !numbered && price == 0) && quantity == 0:
			if any && !numbered {
				return sumRow, role, text
			}
			if !any && (role == rowTax || role == rowIgnore) && closed {
				return skipRow, role, text
			}
		}
	}
	available, moneyCols := 0, 0
	for _, c := range cols {
		if c.role.counts() {
			available++
		}
		if c.role == colAmount || c.role == colAmountGross {
			moneyCols++
		}
	}
	hasNumber := countRole(cols, colSequence) > 0
	switch {
	case zeroes(r, cols) && !described && !named:
		return textRow, "", text // the empty lines of a form
	case closed && !(numbered && figures+price >= 2) && !(price > 0 && quantity > 0 && money > 0) && !(priceless(cols) && described && figures >= 2):
		return textRow, "", text
	case odd && !described && !numbered && !(named && rowCloses(r, cols)):
		return textRow, "", text
	case figures+price >= 2 && (named || numbered):
		return itemRow, "", text
	case figures >= 2 && known >= 2 && !odd && (price > 0 && money > 0 && quantity > 0 && rowCloses(r, cols) || priceless(cols) && quantity >= 2):
		return lotRow, "", text
	case figures >= 1 && numbered && (named || available == 1):
		return itemRow, "", text
	case figures == 1 && available <= 1 && named:
		return itemRow, "", text
	case money > 0 && described && !hasNumber && price == 0:
		return weakRow, "", text // a service has a price and no quantity
	case price > 0 && named && numbered:
		return itemRow, "", text
	case t.optical && named && quantity > 0 && filledFigures(r, cols) >= 2:
		return itemRow, "", text // some of its figures could not be read
	case figures == 1 && quantity == 1 && price == 0 && described && filled <= 4:
		return countRow, "", text
	}
	return textRow, "", text
}

// kindBelow reports whether the words below a count go on naming its kind:
// "55 cardboard" over "boxes".
func kindBelow(role tableRole, ws []page.Word) bool {
	if role != colPackages && role != colQuantity || len(ws) > 2 {
		return false
	}
	for _, w := range ws {
		if !letters(w.Text) || strings.HasSuffix(w.Text, ":") {
			return false
		}
	}
	return true
}

// wordy reports whether a cell holds a word of letters.
func wordy(ws []page.Word) bool {
	for _, w := range ws {
		n := 0
		for _, r := range w.Text {
			if unicode.IsLetter(r) {
				n++
			}
		}
		if n >= 3 {
			return true
		}
	}
	return false
}

func noDigits(r rune) rune {
	if unicode.IsDigit(r) {
		return -1
	}
	return r
}

// behindSum reports whether a row stands behind a sum.
func behindSum(i int, class func(int) rowClass) bool {
	for k := i - 1; k >= 0; k-- {
		switch class(k) {
		case sumRow:
			return true
		case itemRow:
			return false
		}
	}
	return false
}

// rowCloses reports whether quantity and price of a row multiply to its amount.
func rowCloses(r tableRow, cols []tableColumn) bool {
	it := tableItem{cells: r.cells, figs: r.figs}
	q, p, a := it.fig(cols, colQuantity), it.fig(cols, colPrice), it.fig(cols, colAmount)
	return q != nil && p != nil && a != nil && closes(*q, *p, *a)
}

// priceless reports whether a table has no prices: a packing list.
func priceless(cols []tableColumn) bool {
	return countRole(cols, colPrice) == 0 && countRole(cols, colAmount) == 0
}

// zeroes reports whether every figure of the row is nought.
func zeroes(r tableRow, cols []tableColumn) bool {
	for i := range cols {
		if f := r.figs[i]; f != nil && cols[i].role != colSequence && f.values[0].n.Sign() != 0 {
			return false
		}
	}
	return true
}

// negative reports whether the amount of a row is taken off.
func negative(r tableRow, cols []tableColumn) bool {
	for i, c := range cols {
		if f := r.figs[i]; f != nil && c.role == colAmount && f.values[0].n.Sign() < 0 {
			return true
		}
	}
	return false
}

// filledFigures counts the columns of figures in which something is printed.
func filledFigures(r tableRow, cols []tableColumn) int {
	n := 0
	for i, c := range cols {
		if (c.role.counts() || c.role == colPrice) && len(r.cells[i]) > 0 && len(r.cells[i]) <= 2 {
			n++
		}
	}
	return n
}

// columnNumbers reports whether a row numbers the columns: 1 2 3 4, A Б 1 2.
func columnNumbers(r tableRow) bool {
	n, numbers, last, run := 0, 0, -1, 0
	for i := range r.cells {
		for _, w := range r.cells[i] {
			text := []rune(strings.Trim(w.Text, "()[]. "))
			if len(text) == 0 {
				continue
			}
			n++
			if len(text) > 3 {
				return false
			}
			v, err := strconv.Atoi(string(text))
			if err != nil {
				// "А" and "10а" stand between the numbers.
				if !unicode.IsLetter(text[len(text)-1]) || len(text) > 1 && last >= 0 && !strings.HasPrefix(string(text), strconv.Itoa(last)) {
					return false
				}
				continue
			}
			numbers++
			if last >= 0 && v == last+1 {
				run++
			}
			last = v
		}
	}
	return n >= 4 && run >= numbers-2 && run >= 2 && numbers*2 >= n
}

// frameEnd returns where the standing rules of a table end, in points from the
// top: those that pass its headings, with what continues them. It returns 0 if
// the goods are not framed.
func (t *tablePage) frameEnd(head trade.Box) float64 {
	var xs, ends []float64
	for _, r := range t.standing {
		if r.Y0 > head.Y1-1 || r.Y1 < head.Y0+1 || r.X0 < head.X0-4*t.typical || r.X0 > head.X1+6*t.typical {
			continue
		}
		end := r.Y1
		for again := true; again; {
			again = false
			for _, o := range t.standing {
				if abs(o.X0-r.X0) < 2 && o.Y0 < end+3 && o.Y1 > end+1 {
					end, again = o.Y1, true
				}
			}
		}
		if k := slices.IndexFunc(xs, func(x float64) bool { return abs(x-r.X0) < 2 }); k >= 0 {
			ends[k] = max(ends[k], end)
			continue
		}
		xs, ends = append(xs, r.X0), append(ends, end)
	}
	if len(ends) < 4 {
		return 0
	}
	last := slices.Max(ends)
	at := 0
	for _, e := range ends {
		if last-e < 3 {
			at++
		}
	}
	if at < 2 || last < head.Y1+2*t.typical {
		return 0
	}
	return last
}

// readGrid reads the lines from and before to as rows below the columns.
func (t *tablePage) readGrid(cols []tableColumn, from, to int, head trade.Box) *tableGrid {
	g := &tableGrid{page: t, cols: cols}
	var rows []classed
	closed := false
	last, sums := -1, 0
	bottom := head.Y1
	frame := t.frameEnd(head)
	for n := from; n < to; n++ {
		r := t.rowOf(n, cols)
		if last >= 0 && t.sumBox(n) {
			break
		}
		if rest, ok := t.lastPair(t.lines[n]); ok {
			r = t.rowOfLine(n, rest, cols)
		}
		class, role, label := t.classify(r, cols, closed)
		if frame > 0 && middleY(r.line.box) > frame && class != sumRow {
			class = skipRow // below the frame of the table stand no goods
		}
		if last >= 0 && n-last > 16 {
			break
		}
		if sums > 0 && class == textRow {
			// Behind the sums only more of them, close by.
			if r.line.box.Y0-bottom > 8*t.typical {
				break
			}
		}
		if class == sumRow && sums > 0 && r.line.box.Y0-bottom > 12*t.typical {
			break
		}
		rows = append(rows, classed{r, class, role, label})
		switch class {
		case itemRow, weakRow, lotRow, countRow:
			last, bottom = n, r.line.box.Y1
		case sumRow:
			last, bottom = n, r.line.box.Y1
			closed = closed || role != rowForward // behind a sum, goods must be plain
			sums++
		}
	}
	// An amount alone makes a line of goods among goods, or where no column
	// says how many; behind the goods it is a sum of some kind.
	plain := true
	for _, c := range cols {
		if c.role == colQuantity || c.role == colPrice {
			plain = false
		}
	}
	firm := 0
	counted := map[int]int{}
	for i := range rows {
		switch r := &rows[i]; r.class {
		case itemRow:
			firm++
		case lotRow:
			r.class = skipRow
			// Named above: by goods of which these are more, or by words alone.
			above := false
			if i > 0 && rows[i-1].class == textRow {
				for c, k := range cols {
					if k.role == colDescription && len(rows[i-1].cells[c]) > 0 && letters(strings.Map(noDigits, rows[i-1].text(c))) {
						above = r.line.box.Y0-rows[i-1].line.box.Y1 < t.typical
					}
				}
			}
			// Without a name, and the sum of what stands above.
			met := 0
			for c := range cols {
				var parts []tableFigure
				for k := range i {
					if rows[k].class == itemRow && rows[k].figs[c] != nil {
						parts = append(parts, *rows[k].figs[c])
					}
				}
				if len(parts) > 1 && r.figs[c] != nil && sumsTo(parts, *r.figs[c]) {
					met++
				}
			}
			if met >= 2 {
				r.class, r.role = sumRow, rowTotal
				continue
			}
			if (firm > 0 || above) && !behindSum(i, func(k int) rowClass { return rows[k].class }) {
				r.class = itemRow
				firm++
			}
		case countRow:
			for c, f := range r.figs {
				if f != nil && cols[c].role.counts() {
					counted[c]++
				}
			}
		}
	}
	// Counts alone are goods if they all stand in one column.
	total, most0 := 0, 0
	for _, n := range counted {
		total += n
		most0 = max(most0, n)
	}
	lone := (firm == 0 || blackened(rows, cols)) && total > 1 && most0*10 >= total*9
	for i := range rows {
		if rows[i].class == countRow {
			rows[i].class = textRow
			if lone {
				rows[i].class = itemRow
			}
		}
	}
	followed := false
	for i := len(rows) - 1; i >= 0; i-- {
		switch rows[i].class {
		case itemRow:
			followed = true
		case weakRow:
			rows[i].class = skipRow
			switch {
			case negative(rows[i].tableRow, cols):
				rows[i].class, rows[i].role = sumRow, rowDiscount
			case plain || followed:
				rows[i].class = itemRow
			}
		}
	}
	end := -1
	for i, r := range rows {
		if r.class == itemRow || r.class == sumRow {
			end = i
		}
	}
	first := slices.IndexFunc(rows, func(r classed) bool { return r.class == itemRow })
	if first < 0 {
		return g
	}
	described := -1
	for i, c := range cols {
		if c.role == colDescription {
			described = i
		}
	}
	// continues reports whether a text row can be more of a description.
	continues := func(r classed) bool {
		if r.class != textRow {
			return false
		}
		inside, outside := 0, 0
		for i, c := range cols {
			if len(r.cells[i]) == 0 {
				continue
			}
			switch {
			case i == described:
				box := cellOf(r.cells[i]).box
				if box.X1 > c.right+6*t.typical && box.X1-box.X0 > 1.2*(c.right-c.left) {
					return false // a sentence across the table
				}
				inside++
			case c.role == colSequence:
				return false
			case c.role.counts() && r.figs[i] != nil:
				return false // half a line of goods
			case kindBelow(c.role, r.cells[i]):
				inside++
			case c.role.numeric():
				if r.figs[i] == nil && !unitCell(r.text(i)) {
					if len(r.cells[i]) > 3 {
						return false
					}
					outside++
				}
			default:
				inside++
			}
		}
		if described >= 0 && len(r.cells[described]) > 0 && strings.HasSuffix(r.text(described), ":") {
			return false
		}
		return inside > 0 && outside == 0 || inside+outside > 0 && outside <= 1 && inside > 0
	}
	adjacent := func(a, b classed) bool { return b.line.box.Y0-a.line.box.Y1 < 0.9*max(t.typical, a.line.height) }
	// How descriptions stand to their figures: below them, above, or around.
	lead := 0
	for i := first - 1; i >= 0 && continues(rows[i]) && adjacent(rows[i], rows[i+1]); i-- {
		lead++
	}
	between, anchors, trail := 0, 0, 0
	most := 0
	run := 0
	lastItem := first
	for i := first; i <= end; i++ {
		switch rows[i].class {
		case itemRow:
			anchors++
			lastItem = i
			most = max(most, run)
			run = 0
		case textRow:
			if continues(rows[i]) {
				between++
				run++
			}
		}
	}
	for i := lastItem + 1; i < len(rows) && continues(rows[i]) && adjacent(rows[i-1], rows[i]); i++ {
		trail++
	}
	style := 0 // below
	switch {
	case lead > 0 && trail == 0 && (between > 0 || anchors == 1):
		style = 1 // above
	case lead > 0 && trail > 0 && (anchors == 1 || most >= lead+min(trail, lead)):
		style = 2 // around
	}
	owner := make([]int, len(rows)) // index of the item row that a text row belongs to
	for i := range owner {
		owner[i] = -1
	}
	var itemAt []int
	for i, r := range rows {
		if r.class == itemRow {
			itemAt = append(itemAt, i)
		}
	}
	if style != 0 {
		for i := first - lead; i < first; i++ {
			owner[i] = first
		}
	}
	reach := 0.9 * t.typical // the gaps within the lines of goods
	for k, a := range itemAt {
		stop := len(rows)
		next := -1
		if k+1 < len(itemAt) {
			next = itemAt[k+1]
			stop = next
		}
		var texts []int
		for i := a + 1; i < stop; i++ {
			if rows[i].class == sumRow {
				next = -1
				break
			}
			texts = append(texts, i)
		}
		if next >= 0 {
			split := t.splitBetween(rowsOfClassed(rows[a].line, rows[next].line, func() []line {
				var ls []line
				for _, i := range texts {
					ls = append(ls, rows[i].line)
				}
				return ls
			}), style)
			for j, i := range texts {
				if !continues(rows[i]) {
					continue
				}
				if j < split {
					owner[i] = a
					reach = max(reach, rows[i].line.box.Y0-rows[i-1].line.box.Y1+0.1*t.typical)
				} else {
					owner[i] = next
				}
			}
			continue
		}
		if style == 1 {
			continue
		}
		limit := 8
		if anchors > 1 {
			limit = most + 1
			if style == 2 {
				limit = max(1, trail)
			}
		}
		for j, i := range texts {
			if j >= limit || !continues(rows[i]) || !adjacent(rows[i-1], rows[i]) && (j >= most || rows[i].line.box.Y0-rows[i-1].line.box.Y1 > reach) {
				break
			}
			if role, sure := rowRole(rows[i].label, t.optical); role != "" && sure {
				break
			}
			owner[i] = a
		}
	}
	// Bold lines between lines that are not bold head a group.
	for i := range rows {
		if o := owner[i]; o >= 0 && described >= 0 && boldCell(rows[i].cells[described]) && !boldCell(rows[o].cells[described]) && len(rows[o].cells[described]) > 0 {
			owner[i] = -1
		}
	}
	items := map[int]int{}
	for _, a := range itemAt {
		items[a] = len(g.items)
		g.items = append(g.items, tableItem{page: t.Number, first: rows[a].n, cells: make([][]page.Word, len(cols)), figs: slices.Clone(rows[a].figs)})
	}
	// The kind of the packages of a sum may stand on the next line.
	for i := range rows {
		if rows[i].class != sumRow || i+1 == len(rows) || rows[i+1].class != textRow || !adjacent(rows[i], rows[i+1]) {
			continue
		}
		for c, k := range cols {
			if ws := rows[i+1].cells[c]; len(ws) > 0 && rows[i].figs[c] != nil && kindBelow(k.role, ws) {
				rows[i].cells[c] = append(slices.Clone(rows[i].cells[c]), ws...)
			}
		}
	}
	for i, r := range rows {
		o := i
		if r.class != itemRow {
			o = owner[i]
		}
		if r.class == sumRow {
			after := 0
			for _, a := range itemAt {
				if a < i {
					after++
				}
			}
			g.sums = append(g.sums, tableSum{role: r.role, page: t.Number, n: r.n, after: after, label: r.label, row: r.tableRow})
			if r.role == rowGrand {
				g.ended = true
			}
		}
		if o < 0 {
			continue
		}
		k, ok := items[o]
		if !ok {
			continue
		}
		it := &g.items[k]
		for c := range cols {
			if len(r.cells[c]) == 0 {
				continue
			}
			if i != o && (cols[c].role.numeric() || cols[c].role == colSequence) {
				// Below a figure only its unit belongs to it.
				if it.figs[c] == nil || !kindBelow(cols[c].role, r.cells[c]) && (it.figs[c].unit != "" || !unitCell(r.text(c))) {
					continue
				}
			}
			if c == described {
				it.lines = append(it.lines, r.cells[c])
			}
			it.cells[c] = append(it.cells[c], r.cells[c]...)
			it.box = it.box.Union(cellOf(r.cells[c]).box)
		}
	}
	g.box = head
	for _, it := range g.items {
		g.box = g.box.Union(it.box)
	}
	return g
}

// rowsOfClassed gathers the lines from one item to the next.
func rowsOfClassed(a, b line, between func() []line) []line {
	return append(append([]line{a}, between()...), b)
}

// splitBetween says how many of the lines between two items belong to the upper
// one: up to a ruled line, else up to the widest gap, else by the style of the
// table.
func (t *tablePage) splitBetween(lines []line, style int) int {
	n := len(lines) - 2
	if n == 0 {
		return 0
	}
	for _, r := range t.lying {
		y := (r.Y0 + r.Y1) / 2
		for i := 0; i+1 < len(lines); i++ {
			if y >= middleY(lines[i].box) && y <= middleY(lines[i+1].box) && y > lines[i].box.Y1-0.4*t.typical && r.X0 < lines[0].box.X1 && r.X1 > lines[0].box.X0+0.4*(lines[0].box.X1-lines[0].box.X0) {
				return i
			}
		}
	}
	gaps := make([]float64, n+1)
	widest := 0
	for i := range gaps {
		gaps[i] = lines[i+1].box.Y0 - lines[i].box.Y1
		if gaps[i] > gaps[widest] {
			widest = i
		}
	}
	second := -1e9
	for i, gap := range gaps {
		if i != widest {
			second = max(second, gap)
		}
	}
	if gaps[widest] > second+0.25*t.typical {
		return widest
	}
	switch style {
	case 1:
		return 0
	case 2:
		return n / 2
	}
	return n
}

func boldCell(ws []page.Word) bool {
	if len(ws) == 0 {
		return false
	}
	for _, w := range ws {
		if !w.Bold {
			return false
		}
	}
	return true
}

// unitCell reports whether a cell is nothing but a unit or a currency.
func unitCell(s string) bool {
	words := strings.Fields(s)
	for _, w := range words {
		if unitKind(w) == "" {
			return false
		}
	}
	return len(words) > 0
}

// refine settles what headings left open by what the cells hold. It reports
// whether it changed anything.
func (g *tableGrid) refine() bool {
	changed := false
	set := func(i int, role tableRole) {
		if g.cols[i].role != role {
			g.cols[i].role = role
			g.cols[i].unit = unitOfHeading(g.cols[i].text, role)
			changed = true
		}
	}
	has := func(r tableRole) bool { return countRole(g.cols, r) > 0 }
	for i := range g.cols {
		figures, whole, texts, words, coded, filled, ranges := 0, 0, 0, 0, 0, 0, 0
		for _, it := range g.items {
			if len(it.cells[i]) == 0 {
				continue
			}
			filled++
			text := textOf(it.cells[i])
			switch f := it.figs[i]; {
			case f != nil:
				figures++
				if _, ok := f.smallWhole(); ok {
					whole++
				}
			case numberRange(text):
				ranges++
			case strings.IndexFunc(text, unicode.IsLetter) >= 0:
				texts++
				if len(it.cells[i]) > 2 {
					words++
				}
				if hasDigit(text) && len(it.cells[i]) <= 2 {
					coded++
				}
			default:
				coded++
			}
		}
		if filled == 0 {
			continue
		}
		role := g.cols[i].role
		if role == "" && !has(colTariff) {
			codes := 0
			for _, it := range g.items {
				if len(it.cells[i]) > 0 && tariffShape.MatchString(textOf(it.cells[i])) {
					codes++
				}
			}
			if codes == filled {
				set(i, colTariff)
				continue
			}
		}
		// "Code of the kind of goods", and what stands in it is ten digits of the
		// nomenclature, beside the code of the unit.
		if (role == "" || role == "-other" || role == "-lot" || role == colArticle) && !has(colTariff) && codeWord.MatchString(g.cols[i].text) &&
			!slices.ContainsFunc(g.items, func(it tableItem) bool {
				return len(it.cells[i]) > 0 && !eaeuCode.MatchString(it.cells[i][0].Text)
			}) {
			set(i, colTariff)
			continue
		}
		most := func(n int) bool { return n*2 > filled }
		switch {
		case role == colSequence && most(words):
			if !has(colDescription) {
				set(i, colDescription)
			} else {
				set(i, "")
			}
		case role == colSequence && most(coded) && !has(colArticle) && filled > 0 && longCells(g.items, i):
			set(i, colArticle)
		case role == colSequence && most(texts) && longCells(g.items, i):
			set(i, "")
		case role == colArticle && most(figures) && whole*2 < filled:
			set(i, "") // decimals are no codes
		case role == colDescription && most(whole) && !most(texts):
			set(i, "")
		case role == colPackages && most(ranges):
			set(i, colPackageNo)
		case role == colPackages && most(texts) && figures == 0:
			set(i, colPackageKind)
		case role == colUnit && most(figures) && !has(colQuantity):
			set(i, colQuantity)
		case role == colUnit && most(figures) && !has(colPrice):
			set(i, colPrice)
		case role == colQuantity && figures == 0 && ranges > 0:
			set(i, colPackageNo)
		case role == colPackageNo && strings.Contains(strings.ToLower(g.cols[i].text), "from"):
		}
	}
	// A heading that could not be read beside one with nothing below it.
	for i, c := range g.cols {
		if !c.role.counts() || g.filled(i) > 0 {
			continue
		}
		for _, k := range []int{i + 1, i - 1} {
			if k < 0 || k >= len(g.cols) || g.cols[k].role != "" || g.filled(k)*2 < len(g.items) {
				continue
			}
			if gap := max(g.cols[k].box.X0-c.box.X1, c.box.X0-g.cols[k].box.X1); gap < 2.5*g.page.typical && g.numericCells(k) {
				unit := c.unit
				set(k, c.role)
				if g.cols[k].unit == "" {
					g.cols[k].unit = unit
				}
				g.cols[i].role = "-other"
				break
			}
		}
	}
	if !has(colDescription) {
		best, most := -1, 0
		for i, c := range g.cols {
			if c.role != "" && c.role != colLot && c.role != colArticle && c.role != colBrand {
				continue
			}
			n := 0
			for _, it := range g.items {
				for _, w := range it.cells[i] {
					if letters(w.Text) {
						n += len([]rune(w.Text))
					}
				}
			}
			if n > most && n >= 6*len(g.items) {
				best, most = i, n
			}
		}
		if best >= 0 {
			set(best, colDescription)
		}
	}
	return changed
}

// eaeuCode is a code of the goods nomenclature of the Eurasian Economic Union.
var (
	eaeuCode = regexp.MustCompile(`^(?:0[1-9]|[1-8]\d|9[0-7])\d{8}$`)
	codeWord = regexp.MustCompile(`(?i)\b(?:code|kod|hs|hsn|tariff)|код|тн вэд|编码`)
)

// dottedCode is a subheading with its point: "6104.62".
var dottedCode = regexp.MustCompile(`^(?:0[1-9]|[1-8]\d|9[0-7])\d{2}\.\d{2}$`)

// tariffShape is a tariff code as its points or spaces show it.
var tariffShape = regexp.MustCompile(`^\d{4}[. ]\d{2}(?:[. -]?\d{2,4}){1,3}$`)

// demote takes freight and other charges, that were numbered like goods, out
// of the goods, if the sum of the goods is printed without them.
// A classed row is a line within a table and what it is.
type classed struct {
	tableRow
	class rowClass
	role  tableRole
	label string
}

// blackened reports whether a table has columns of money and no figure in them.
func blackened(rows []classed, cols []tableColumn) bool {
	money := func(c tableColumn) bool { return c.role == colPrice || c.role == colAmount }
	if !slices.ContainsFunc(cols, money) {
		return false
	}
	return !slices.ContainsFunc(rows, func(r classed) bool {
		for i, c := range cols {
			if money(c) && r.figs[i] != nil {
				return true
			}
		}
		return false
	})
}

func (g *tableGrid) demote() {
	at, described := -1, -1
	for i, c := range g.cols {
		switch c.role {
		case colAmount:
			at = i
		case colDescription:
			described = i
		}
	}
	if at < 0 || described < 0 {
		return
	}
	roles := make([]tableRole, len(g.items))
	charges := 0
	var goods, all []tableFigure
	for i, it := range g.items {
		f := it.figs[at]
		switch role, _ := rowRole(textOf(it.cells[described]), g.page.optical); role {
		case rowFreight, rowInsurance, rowOther, rowDiscount:
			roles[i] = role
			charges++
		default:
			if f != nil {
				goods = append(goods, *f)
			}
		}
		if f != nil {
			all = append(all, *f)
		}
	}
	if charges == 0 || charges*2 > len(g.items) {
		return
	}
	without, with := false, false
	for _, s := range g.sums {
		if f := s.row.figs[at]; f != nil && (sumRole(s.role) || s.role == rowOther) {
			without = without || sumsTo(goods, *f)
			with = with || sumsTo(all, *f)
		}
	}
	if with && !without {
		return
	}
	var items []tableItem
	for i, it := range g.items {
		drop := roles[i] != ""
		if drop && !without {
			// No sum says: freight comes once, and has no code or article.
			for k, c := range g.cols {
				if c.role == colTariff || c.role == colArticle || c.role == colNetMass || c.role == colGrossMass {
					drop = drop && len(it.cells[k]) == 0
				}
				if c.role == colQuantity && it.figs[k] != nil {
					drop = drop && one(it.figs[k])
				}
			}
		}
		if !drop {
			items = append(items, it)
			continue
		}
		r := tableRow{n: it.first, line: g.page.lines[it.first], cells: it.cells, figs: it.figs}
		g.sums = append(g.sums, tableSum{role: roles[i], page: it.page, n: it.first, after: len(items), label: textOf(it.cells[described]), row: r})
	}
	for i := range g.sums {
		if g.sums[i].after > len(items) || g.sums[i].n > g.items[len(g.items)-1].first {
			g.sums[i].after = len(items)
		}
	}
	if len(items) > 0 && roles[len(roles)-1] != "" {
		for i := range g.sums {
			if g.sums[i].n >= items[len(items)-1].first {
				g.sums[i].after = len(items)
			}
		}
	}
	slices.SortStableFunc(g.sums, func(a, b tableSum) int { return a.n - b.n })
	g.items = items
}

// filled counts the items that have something in a column.
func (g *tableGrid) filled(i int) int {
	n := 0
	for _, it := range g.items {
		if len(it.cells[i]) > 0 {
			n++
		}
	}
	return n
}

func (g *tableGrid) numericCells(i int) bool {
	n := 0
	for _, it := range g.items {
		if it.figs[i] != nil {
			n++
		}
	}
	return n*3 >= g.filled(i)*2
}

func longCells(items []tableItem, i int) bool {
	n, long := 0, 0
	for _, it := range items {
		if len(it.cells[i]) > 0 {
			n++
			if len([]rune(textOf(it.cells[i]))) > 4 {
				long++
			}
		}
	}
	return long*2 > n
}

// numberRange reports whether a cell numbers packages: 1-40, 12~15, #7.
func numberRange(s string) bool {
	s = strings.Trim(s, "# ")
	for _, mark := range []string{"-", "~", "–", "—", "～", " to ", "/"} {
		if a, b, ok := strings.Cut(s, mark); ok && digitsOnly(strings.TrimSpace(a)) && digitsOnly(strings.TrimSpace(b)) {
			return true
		}
	}
	return false
}

// infer finds the columns that multiply, among those that headings call
// quantity, price and amount and those that no heading explains. It chooses
// between columns; it changes no figure.
func (g *tableGrid) infer() {
	candidates := func(roles ...tableRole) []int {
		var all []int
		for i, c := range g.cols {
			if !slices.Contains(roles, c.role) {
				continue
			}
			for _, it := range g.items {
				if it.figs[i] != nil {
					all = append(all, i)
					break
				}
			}
		}
		return all
	}
	// A column that a heading names is not looked for elsewhere.
	either := func(role tableRole, more ...tableRole) []int {
		if countRole(g.cols, role) > 0 {
			return candidates(append(more, role)...)
		}
		return candidates(append(more, "")...)
	}
	qs := either(colQuantity, "-quantityOther")
	if countRole(g.cols, colQuantity) == 0 {
		qs = append(qs, candidates(colSequence)...)
	}
	ps := either(colPrice, "-priceGross")
	if countRole(g.cols, colPrice) == 0 {
		ps = append(ps, candidates(colAmount)...)
	}
	as := either(colAmount, colAmountGross)
	if countRole(g.cols, colAmount) == 0 {
		as = append(as, candidates("-priceGross", "-tax")...) // "BTW | Prijs incl. BTW", cut in the wrong place
	}
	type triple struct{ q, p, a int }
	var best triple
	bestScore := 0.0
	for _, q := range qs {
		for _, p := range ps {
			for _, a := range as {
				if q == p || p == a || q == a {
					continue
				}
				yes, no, plain := 0, 0, 0
				money := g.cols[p].role != "" || g.cols[a].role != ""
				for _, it := range g.items {
					for _, f := range []*tableFigure{it.figs[p], it.figs[a]} {
						// Money has cents or a sign; pieces in a box have none.
						money = money || f != nil && (f.values[0].scale > 0 || moneyMark(f.unit) && f.unit != "")
					}
				}
				if !money {
					continue
				}
				for _, it := range g.items {
					x, y, z := it.figs[q], it.figs[p], it.figs[a]
					if x == nil || y == nil || z == nil || x.percent || y.percent || z.percent {
						continue
					}
					if closes(*x, *y, *z) {
						yes++
						if one(x) || one(y) {
							plain++
						}
					} else {
						no++
					}
				}
				known := 0
				if g.cols[q].role == colQuantity {
					known++
				}
				if g.cols[p].role == colPrice {
					known++
				}
				if g.cols[a].role == colAmount {
					known++
				}
				if yes == 0 || no*2 > yes || known == 0 && (yes < 2 || plain == yes) || known < 2 && yes == plain {
					continue
				}
				score := float64(yes) - 2*float64(no) + 0.4*float64(known)
				if g.cols[q].role == colSequence && (yes < 2 || counted(g.items, q)) {
					continue
				}
				if g.cols[a].role == colAmountGross || g.cols[q].role == "-quantityOther" || g.cols[p].role == "-priceGross" {
					score -= 0.3
				}
				if q < p && p < a {
					score += 0.1
				}
				if score > bestScore {
					best, bestScore = triple{q, p, a}, score
				}
			}
		}
	}
	keep := func(role tableRole, at int) {
		for i := range g.cols {
			if g.cols[i].role == role && i != at {
				g.cols[i].role = "-other"
			}
		}
		g.cols[at].role = role
		g.cols[at].unit = unitOfHeading(g.cols[at].text, role)
	}
	if bestScore > 0 && (g.cols[best.p].role != colAmount || countRole(g.cols, colAmount) > 1) {
		keep(colQuantity, best.q)
		keep(colPrice, best.p)
		keep(colAmount, best.a)
	}
	// Goods sold by weight have their mass for a quantity.
	if countRole(g.cols, colQuantity) == 0 {
		for _, x := range candidates(colNetMass, colGrossMass, colMass, colVolume) {
			for _, y := range candidates(colPrice) {
				for _, z := range candidates(colAmount) {
					yes, no := 0, 0
					for _, it := range g.items {
						if it.figs[x] != nil && it.figs[y] != nil && it.figs[z] != nil {
							if closes(*it.figs[x], *it.figs[y], *it.figs[z]) {
								yes++
							} else {
								no++
							}
						}
					}
					if yes > 0 && no*4 <= yes && g.sold == 0 {
						g.sold = x + 1
					}
				}
			}
		}
	}
	g.multiply(candidates(colQuantity, colPackages, colPerPackage, ""))
	// Packages of so many pieces give the quantity of a column called total.
	if countRole(g.cols, colQuantity) == 0 {
		for _, x := range candidates(colPackages) {
			for _, y := range candidates(colPerPackage) {
				for _, z := range candidates(colAmount, "") {
					yes, no := 0, 0
					for _, it := range g.items {
						if it.figs[x] != nil && it.figs[y] != nil && it.figs[z] != nil {
							if closes(*it.figs[x], *it.figs[y], *it.figs[z]) {
								yes++
							} else {
								no++
							}
						}
					}
					if yes > 1 && no*4 <= yes {
						keep(colQuantity, z)
					}
				}
			}
		}
	}
	if countRole(g.cols, colAmount) == 0 {
		if as := candidates(colAmountGross); len(as) == 1 && countRole(g.cols, colTax) == 0 {
			g.cols[as[0]].role = colAmount
		}
	}
	// Of two columns of one name the better heading is kept.
	for role := range itemFieldOf {
		at := -1
		for i, c := range g.cols {
			if c.role != role {
				continue
			}
			switch {
			case at < 0:
				at = i
			case c.share > g.cols[at].share+0.05 && role != colDescription:
				g.cols[at].role = "-other"
				at = i
			default:
				g.cols[i].role = "-other"
			}
		}
	}
}

// multiply settles tables that print pieces in a set, sets and pieces: the
// product is the quantity.
func (g *tableGrid) multiply(among []int) {
	if countRole(g.cols, colQuantity) < 2 {
		return
	}
	for _, z := range among {
		for i, x := range among {
			for _, y := range among[i+1:] {
				if x == z || y == z || g.cols[z].role != colQuantity && g.cols[z].role != "" {
					continue
				}
				yes, no := 0, 0
				for _, it := range g.items {
					if it.figs[x] != nil && it.figs[y] != nil && it.figs[z] != nil {
						if !closes(*it.figs[x], *it.figs[y], *it.figs[z]) {
							no++
						} else if !one(it.figs[x]) && !one(it.figs[y]) {
							yes++
						}
					}
				}
				if yes > 1 && no*4 <= yes {
					for _, c := range []int{x, y} {
						if g.cols[c].role == colQuantity {
							g.cols[c].role = "-other"
						}
					}
					g.cols[z].role = colQuantity
					return
				}
			}
		}
	}
}

// doubtful reports whether a table that was read from pixels is too broken to
// be believed: it has columns to multiply, and few rows with two of them.
func (g *tableGrid) doubtful() bool {
	if !g.page.optical || len(g.items) < 2 || countRole(g.cols, colAmount) == 0 || countRole(g.cols, colPrice)+countRole(g.cols, colQuantity) == 0 {
		return false
	}
	sound, priced, counted := 0, 0, 0
	for _, it := range g.items {
		n := 0
		for _, r := range []tableRole{colQuantity, colPrice, colAmount} {
			switch {
			case it.fig(g.cols, r) == nil:
				continue
			case r == colQuantity:
				counted++
			default:
				priced++
			}
			n++
		}
		if n >= 2 {
			sound++
		}
	}
	if priced == 0 && counted*10 >= len(g.items)*8 {
		return false // the prices are blackened, or left to another paper
	}
	return sound*2 < len(g.items)
}

func one(f *tableFigure) bool {
	n, ok := f.smallWhole()
	if ok && n == 1 {
		return true
	}
	return len(f.values) > 0 && f.values[0].n.IsInt() && f.values[0].n.Num().IsInt64() && f.values[0].n.Num().Int64() == 1
}

// weigh scores a grid: rows that close, sums that are met, cells that are what
// their column says, against those that are not.
func (g *tableGrid) weigh() {
	g.score = 0
	for _, it := range g.items {
		q, p, a := it.fig(g.cols, colQuantity), it.fig(g.cols, colPrice), it.fig(g.cols, colAmount)
		switch {
		case q != nil && p != nil && a != nil && closes(*q, *p, *a):
			g.score += 3
		case q != nil && p != nil && a != nil:
			g.score -= 0.5
		}
		g.score += 0.5
		for i, c := range g.cols {
			filled := len(it.cells[i]) > 0
			switch {
			case !filled:
			case c.role.numeric() && it.figs[i] == nil:
				g.score -= 1
			case c.role.numeric():
				g.score += 0.3
			case c.role == colSequence && len([]rune(textOf(it.cells[i]))) > 8:
				g.score -= 1
			case c.role == colDescription && it.figs[i] != nil:
				g.score -= 0.7
			case c.role == colUnit && len(it.cells[i]) > 3:
				g.score -= 0.5
			case c.role != "":
				g.score += 0.1
			}
		}
	}
	for i, c := range g.cols {
		if !c.role.counts() {
			continue
		}
		var parts []tableFigure
		for _, it := range g.items {
			if it.figs[i] != nil {
				parts = append(parts, *it.figs[i])
			}
		}
		if len(parts) < 2 {
			continue
		}
		for _, s := range g.sums {
			if f := s.row.figs[i]; f != nil && sumRole(s.role) && s.after == len(g.items) && sumsTo(parts, *f) {
				g.score += 3
				break
			}
		}
	}
}

// read reads the goods below headings, by whichever cutting closes best. The
// rows that turn out to be goods then show the columns again, and better.
func (t *tablePage) read(h tableHead, to int) *tableGrid {
	best := t.readBest(h, to, t.sample(h.to, to))
	if best == nil || len(best.items) == 0 {
		return best
	}
	var rows []line
	for _, it := range best.items {
		rows = append(rows, t.lines[it.first])
		if len(rows) == 60 {
			break
		}
	}
	if again := t.readBest(h, to, rows); again != nil && again.score > best.score+1e-9 {
		best = again
	}
	best = t.widen(best, h, to)
	if best.doubtful() {
		return nil
	}
	best.number()
	best.leadingCount()
	return best
}

// widen moves the border of the description to where its words begin, if that
// is to the left: a heading over the middle of a wide column does not show it.
func (t *tablePage) widen(g *tableGrid, h tableHead, to int) *tableGrid {
	d := slices.IndexFunc(g.cols, func(c tableColumn) bool { return c.role == colDescription })
	if d < 1 || len(g.items) == 0 {
		return g
	}
	var lefts []float64
	for _, it := range g.items {
		if len(it.lines) > 0 && len(it.lines[0]) > 0 {
			lefts = append(lefts, it.lines[0][0].Box.X0)
		}
	}
	if len(lefts)*2 < len(g.items) || len(lefts) == 0 {
		return g
	}
	slices.Sort(lefts)
	x := lefts[len(lefts)/4] - 1
	if x >= g.cols[d].left {
		return g
	}
	cols := slices.Clone(g.cols)
	cols[d].left, cols[d-1].right = x, x
	again := t.readCut(cols, h.to, to, h.box)
	if len(again.items) >= len(g.items) {
		again.score = max(again.score, g.score)
		return again
	}
	return g
}

func (t *tablePage) readBest(h tableHead, to int, rows []line) *tableGrid {
	var best *tableGrid
	for _, how := range []cutting{byRules, byWords, byCells, byValleys, byLefts} {
		cuts, ok := t.cuts(h, rows, how)
		if !ok {
			continue
		}
		g := t.readCut(columnsCut(h.cols, cuts, rows), h.to, to, h.box)
		if how == byCells || how == byWords {
			if more, ok := t.unnamed(h, rows); ok {
				if cuts, ok := t.cuts(more, rows, how); ok {
					if other := t.readCut(columnsCut(more.cols, cuts, rows), h.to, to, h.box); other.score > g.score {
						g = other
					}
				}
			}
		}
		if how == byRules && len(g.items) > 0 {
			g.score += 2 // someone drew the columns
		}
		if best == nil || g.score > best.score+1e-9 {
			best = g
		}
	}
	return best
}

// number takes the numbers of the rows out of the words that they stand before.
func (g *tableGrid) number() {
	if countRole(g.cols, colSequence) > 0 || len(g.items) < 2 {
		return
	}
	for _, role := range []tableRole{colDescription, colArticle} {
		c := slices.IndexFunc(g.cols, func(c tableColumn) bool { return c.role == role })
		if c < 0 {
			continue
		}
		last, ok := -1, true
		for _, it := range g.items {
			ws := it.cells[c]
			if len(ws) < 2 {
				ok = false
				break
			}
			n := 0
			text := strings.Trim(ws[0].Text, ".):")
			for _, r := range text {
				if r < '0' || r > '9' || n > 100_000 {
					n = -1
					break
				}
				n = n*10 + int(r-'0')
			}
			if text == "" || n < 0 || last >= 0 && n != last+1 {
				ok = false
				break
			}
			last = n
		}
		if !ok {
			continue
		}
		for i := range g.items {
			it := &g.items[i]
			it.number = it.cells[c][:1]
			it.cells[c] = it.cells[c][1:]
			if role == colDescription && len(it.lines) > 0 {
				it.lines = slices.Clone(it.lines)
				it.lines[0] = it.lines[0][1:]
			}
		}
		return
	}
}

// readCut reads rows below cut columns, and again when the cells have shown
// what the columns are.
// leadingCount parts a column of counts from the words it stands close to: "13
// Ball valves of brass" under a heading of packages and goods. The figures end
// nameColumn takes a column of words for that of the descriptions, where no
// heading says so: a list of tea names its goods under "Grade".
func (t *tablePage) nameColumn(cols []tableColumn, from, to int) {
	if countRole(cols, colDescription) > 0 {
		return
	}
	named, said := make([]int, len(cols)), make([]int, len(cols)) // rows with words, and their letters
	rows := 0
	for n := from; n < min(to, from+12); n++ {
		r := t.rowOf(n, cols)
		figures := 0
		for i, c := range cols {
			if r.figs[i] != nil && c.role.counts() {
				figures++
			}
		}
		if figures < 2 {
			continue
		}
		rows++
		for i := range cols {
			if r.figs[i] == nil && wordy(r.cells[i]) {
				named[i]++
				said[i] += len([]rune(strings.Map(noDigits, r.text(i))))
			}
		}
	}
	best := -1
	for i, c := range cols {
		if (c.role == "" || c.role == "-lot") && rows > 1 && named[i]*10 >= rows*8 && (best < 0 || said[i] > said[best]) {
			best = i
		}
	}
	if best >= 0 {
		cols[best].role, cols[best].unit = colDescription, ""
	}
}

// at one place and the words begin at one, in every row.
func (g *tableGrid) leadingCount() {
	d := slices.IndexFunc(g.cols, func(c tableColumn) bool { return c.role == colDescription })
	if d < 0 || len(g.items) < 3 || countRole(g.cols, colPackages) > 0 ||
		!slices.ContainsFunc(strings.Fields(g.cols[d].text), func(w string) bool { return unitKind(w) == "package" }) {
		return
	}
	var ends, begins []float64
	for _, it := range g.items {
		if len(it.lines) == 0 || len(it.lines[0]) < 2 || !digitsOnly(it.lines[0][0].Text) || !letters(it.lines[0][1].Text) {
			return
		}
		ends, begins = append(ends, it.lines[0][0].Box.X1), append(begins, it.lines[0][1].Box.X0)
	}
	if slices.Max(ends)-slices.Min(ends) > 2 || slices.Max(begins)-slices.Min(begins) > 2 {
		return
	}
	x := (slices.Max(ends) + slices.Min(begins)) / 2
	packages := g.cols[d]
	packages.role, packages.right = colPackages, x
	packages.unit = unitOfHeading(packages.text, colPackages)
	g.cols[d].left = x
	g.cols = slices.Insert(slices.Clone(g.cols), d, packages)
	for i := range g.items {
		it := &g.items[i]
		count := it.lines[0][:1]
		it.lines = slices.Clone(it.lines)
		it.lines[0] = it.lines[0][1:]
		rest := slices.DeleteFunc(slices.Clone(it.cells[d]), func(w page.Word) bool { return w.Box == count[0].Box })
		it.cells = slices.Insert(slices.Clone(it.cells), d, count)
		it.cells[d+1] = rest
		var fig *tableFigure
		if f, ok := g.page.figureOf(count[0].Text, colPackages); ok {
			fig = &f
		}
		it.figs = slices.Insert(slices.Clone(it.figs), d, fig)
	}
	for i := range g.sums {
		r := &g.sums[i].row
		r.cells = slices.Insert(slices.Clone(r.cells), d, []page.Word(nil))
		r.figs = slices.Insert(slices.Clone(r.figs), d, (*tableFigure)(nil))
	}
	if g.sold > d {
		g.sold++
	}
}

func (t *tablePage) readCut(cols []tableColumn, from, to int, head trade.Box) *tableGrid {
	t.nameColumn(cols, from, to)
	g := t.readGrid(slices.Clone(cols), from, to, head)
	for range 2 {
		if len(g.items) == 0 || !g.refine() {
			break
		}
		g = t.readGrid(g.cols, from, to, head)
	}
	g.infer()
	again := t.readGrid(slices.Clone(g.cols), from, to, head)
	if len(again.items) > 0 {
		again.sold = g.sold
		g = again
	}
	g.demote()
	g.weigh()
	return g
}
