package layout

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tallyman/extract/page"
	"tallyman/trade"
)

// A tablePage is a page as the reader of tables sees it.
type tablePage struct {
	page.Page
	lines    []line
	typical  float64 // height of a letter
	standing []page.Rule
	lying    []page.Rule
	optical  bool
	sums     map[int]bool // what sumBox said of lines: it is asked often
}

func tablePageOf(p page.Page) *tablePage {
	// Words that stand on end, in the margin, are of no table.
	p.Words = slices.DeleteFunc(slices.Clone(p.Words), func(w page.Word) bool {
		width, height := w.Box.X1-w.Box.X0, w.Box.Y1-w.Box.Y0
		if r, size := utf8.DecodeRuneInString(w.Text); size == len(w.Text) && r >= '①' && r <= '⑳' {
			return true // the number of a box
		}
		return utf8.RuneCountInString(w.Text) >= 3 && height > 1.6*width
	})
	t := &tablePage{Page: p, lines: sideBySide(linesOf(p)), standing: standingRules(p.Rules)}
	var hs []float64
	for _, l := range t.lines {
		hs = append(hs, l.height)
	}
	t.typical = median(hs)
	for _, r := range p.Rules {
		if r.Horizontal() && r.X1-r.X0 > 4*t.typical {
			t.lying = append(t.lying, r)
		}
	}
	t.optical = p.Scanned || opticalWords(p.Words)
	t.joinFigures()
	return t
}

// The two halves of a figure whose groups of thousands were wrapped.
var (
	figureBegins = regexp.MustCompile(`^(?:[^\d\s]{1,4}\s?)?-?\d{1,3}(?:[ \x{00a0}\x{202f}]\d{3})*$`)
	figureGoesOn = regexp.MustCompile(`^\d{3}(?:[ \x{00a0}\x{202f}]\d{3})*(?:[.,]\d{1,4})?$`)
)

// joinFigures puts together figures that were wrapped at the space between their
// groups, as narrow columns do: "11 800" above "000,00". No figure begins with
// "000", and a box that holds nothing but the two halves holds one figure.
func (t *tablePage) joinFigures() {
	for n := 0; n < len(t.lines); n++ {
		for i := 0; i < len(t.lines[n].cells); i++ {
			upper := t.lines[n].cells[i]
			if !figureBegins.MatchString(upper.text) {
				continue
			}
			for m := n + 1; m < len(t.lines) && m <= n+2; m++ {
				k := slices.IndexFunc(t.lines[m].cells, func(c cell) bool {
					return figureGoesOn.MatchString(c.text) && t.wrapped(upper.box, c.box) &&
						(strings.HasPrefix(c.text, "0") && strings.ContainsAny(c.text, ".,") || strings.HasPrefix(c.text, "000") || strings.ContainsAny(c.text, ".,") && t.boxed(upper.box, c.box))
				})
				if k < 0 {
					continue
				}
				lower := t.lines[m].cells[k]
				whole := cellOf(append(slices.Clone(upper.words), lower.words...))
				at := n // the line that names the row
				for q := n + 1; q <= m; q++ {
					if len(t.lines[q].cells) > len(t.lines[at].cells) {
						at = q
					}
				}
				t.take(n, i)
				t.take(m, k)
				l := &t.lines[at]
				l.cells = append(l.cells, whole)
				slices.SortStableFunc(l.cells, func(a, b cell) int { return compare(a.box.X0, b.box.X0) })
				l.box = l.box.Union(whole.box)
				if at == n {
					i--
				}
				break
			}
		}
	}
	t.joinUnitsBelow()
	t.lines = slices.DeleteFunc(t.lines, func(l line) bool { return len(l.cells) == 0 })
}

// joinUnitsBelow puts a figure and its unit, one above and one below the middle of
// a row, into the row: "1,500" over "DOZ" beside the one line of the others.
func (t *tablePage) joinUnitsBelow() {
	for n := 0; n+2 < len(t.lines); n++ {
		row := t.lines[n+1]
		for i := 0; i < len(t.lines[n].cells); i++ {
			upper := t.lines[n].cells[i]
			if _, ok := figureIn(upper.text, t.optical); !ok || letters(upper.text) || len(row.cells) <= len(t.lines[n].cells) {
				continue
			}
			k := slices.IndexFunc(t.lines[n+2].cells, func(c cell) bool {
				return len(c.words) == 1 && unitKind(c.text) != "" && unitKind(c.text) != "money" && t.wrapped(upper.box, c.box)
			})
			if k < 0 || slices.ContainsFunc(row.cells, func(c cell) bool { return c.box.X0 < upper.box.X1+2 && upper.box.X0 < c.box.X1+2 }) {
				continue
			}
			whole := cellOf(append(slices.Clone(upper.words), t.lines[n+2].cells[k].words...))
			t.take(n, i)
			t.take(n+2, k)
			i--
			l := &t.lines[n+1]
			l.cells = append(slices.Clone(l.cells), whole)
			slices.SortStableFunc(l.cells, func(a, b cell) int { return compare(a.box.X0, b.box.X0) })
			l.box = l.box.Union(whole.box)
			row = *l
		}
	}
}

// take takes a cell out of a line.
func (t *tablePage) take(n, i int) {
	l := &t.lines[n]
	l.cells = slices.Delete(slices.Clone(l.cells), i, i+1)
	l.box = trade.Box{}
	for _, c := range l.cells {
		l.box = l.box.Union(c.box)
	}
}

// wrapped reports whether one box continues the other on the next line: close
// below, in line with it at the left, at the right or in the middle, and no rule
// between them.
func (t *tablePage) wrapped(a, b trade.Box) bool {
	height := a.Y1 - a.Y0
	if b.Y0 < a.Y0+0.5*height || b.Y0-a.Y1 > 0.9*height || !t.aligned(a, b) {
		return false
	}
	return !slices.ContainsFunc(t.lying, func(r page.Rule) bool {
		return r.Y0 > (a.Y0+a.Y1)/2 && r.Y0 < (b.Y0+b.Y1)/2 && r.X0 < a.X1 && r.X1 > a.X0
	})
}

func (t *tablePage) aligned(a, b trade.Box) bool {
	near := func(x, y float64) bool { return max(x-y, y-x) < 0.2*t.typical }
	return near(a.X0, b.X0) || near(a.X1, b.X1) || near(middleX(a), middleX(b))
}

// boxed reports whether rules close in the two boxes and nothing else above or
// below them.
func (t *tablePage) boxed(a, b trade.Box) bool {
	over, under := false, false
	for _, r := range t.lying {
		if r.X0 > a.X0 || r.X1 < a.X1 {
			continue
		}
		over = over || r.Y0 <= a.Y0+1 && a.Y0-r.Y0 < 1.5*t.typical
		under = under || r.Y0 >= b.Y1-1 && r.Y0-b.Y1 < 1.5*t.typical
	}
	return over && under
}

// sideBySide joins lines that overlap in height and stand beside each other:
// the cells of one row need not stand at one height.
func sideBySide(lines []line) []line {
	var all []line
	for _, l := range lines {
		if n := len(all); n > 0 {
			a := &all[n-1]
			overlap := min(a.box.Y1, l.box.Y1) - max(a.box.Y0, l.box.Y0)
			high := max(a.box.Y1, l.box.Y1) - min(a.box.Y0, l.box.Y0)
			if overlap > 0.35*min(a.box.Y1-a.box.Y0, l.box.Y1-l.box.Y0) && high < 1.8*max(a.height, l.height) && apartIn(a.cells, l.cells) {
				cells := append(slices.Clone(a.cells), l.cells...)
				slices.SortStableFunc(cells, func(x, y cell) int { return compare(x.box.X0, y.box.X0) })
				a.cells = cells
				a.box = a.box.Union(l.box)
				continue
			}
		}
		all = append(all, l)
	}
	return all
}

// apartIn reports whether no cell of one row stands over or under one of the other.
func apartIn(a, b []cell) bool {
	for _, x := range a {
		for _, y := range b {
			if min(x.box.X1, y.box.X1)-max(x.box.X0, y.box.X0) > 0.5 {
				return false
			}
		}
	}
	return true
}

// A tableColumn is a column with its heading.
type tableColumn struct {
	role        tableRole
	share       float64 // how much of the heading says so
	text        string  // the heading as printed, its lines joined
	unit        string  // that the heading prints for the column
	box         trade.Box
	left, right float64 // where its cells may stand
	outer       float64 // of the first column: where the table begins
}

// A tableHead is the lines of headings of one table.
type tableHead struct {
	from, to int // lines of the page
	cols     []tableColumn
	box      trade.Box
}

func (h tableHead) has(role tableRole) bool {
	return slices.ContainsFunc(h.cols, func(c tableColumn) bool { return c.role == role })
}

// A headPiece is a part of a line of headings that heads one column.
type headPiece struct {
	words []page.Word
	box   trade.Box
	text  string
	match headingMatch
}

func pieceOf(words []page.Word, optical bool) headPiece {
	c := cellOf(words)
	return headPiece{words, c.box, c.text, roleOfHeading(c.text, optical)}
}

// headPieces cuts a line of headings into pieces: its cells, and within a cell
// where two headings stand closer than the cells of the page.
func (t *tablePage) headPieces(l line) []headPiece {
	l = apartAtCase(l)
	var all []headPiece
	for _, c := range l.cells {
		all = append(all, t.cutHeading(c.words, l.height)...)
	}
	return all
}

func (t *tablePage) cutHeading(words []page.Word, height float64) []headPiece {
	whole := pieceOf(words, t.optical)
	if len(words) < 2 || len(words) > 24 {
		return []headPiece{whole}
	}
	var spaces []float64
	for i := 1; i < len(words); i++ {
		spaces = append(spaces, words[i].Box.X0-words[i-1].Box.X1)
	}
	slices.Sort(spaces)
	least := max(0.5*height, 1.3*spaces[0])
	// A heading that is only half understood may be two, a space apart.
	narrow := whole.match.share < 0.95 || counts2(whole) || unitInside(words)
	if narrow {
		least = -height // print may overlap
	}
	if spaces[len(spaces)-1] < least && !enumerates(words) {
		return []headPiece{whole}
	}
	// best[i] is the cut of the first i words that reads the most letters.
	type state struct {
		score  int
		pieces []headPiece
	}
	best := make([]*state, len(words)+1)
	best[0] = &state{}
	for i := 1; i <= len(words); i++ {
		for j := range i {
			// "Packages, Net weight" are two, however close.
			comma := j > 0 && strings.HasSuffix(words[j-1].Text, ",") && !unitCell(words[j].Text)
			if best[j] == nil || j > 0 && !comma && words[j].Box.X0-words[j-1].Box.X1 < least {
				continue
			}
			// A unit in brackets belongs to what stands before it, and a stroke
			// parts two names of one column.
			if j > 0 && (strings.HasPrefix(words[j].Text, "(") || words[j].Text == "/" || words[j-1].Text == "/") {
				continue
			}
			// The same in another script is no other column, but for what stands
			// behind a unit in brackets.
			if j > 0 && !comma && !strings.HasSuffix(words[j-1].Text, ")") && ascii(words[j].Text) != ascii(words[j-1].Text) && words[j].Box.X0-words[j-1].Box.X1 < 0.7*height {
				continue
			}
			if unitInside(words[j:i]) {
				continue
			}
			p := pieceOf(words[j:i], t.optical)
			score := best[j].score - 1
			if p.match.share >= 0.6 {
				score += p.match.letters
			}
			if n := len(best[j].pieces); n > 0 {
				q := best[j].pieces[n-1]
				if q.match.role == p.match.role {
					continue
				}
				// More words of one heading: "净重 NET WEIGHT". They say little alone.
				if little := p.match.letters < 6 || itemFieldOf[p.match.role] == ""; little && p.match.role != "" && !ascii(q.text) && ascii(p.text) && words[j].Box.X0-words[j-1].Box.X1 < height {
					if both := pieceOf(words[j-len(q.words):i], t.optical).match; both.role == q.match.role && both.share >= 0.95 {
						continue
					}
				}
			}
			if best[i] == nil || score > best[i].score {
				best[i] = &state{score, append(slices.Clone(best[j].pieces), p)}
			}
		}
	}
	s := best[len(words)]
	if s != nil && narrow {
		for i, p := range s.pieces {
			sure := p.match.share >= 0.95
			if i > 0 {
				q := s.pieces[i-1]
				gap := p.box.X0 - q.box.X1
				strong := p.match.letters >= 6 && q.match.letters >= 6 && (p.match.role.numeric() || q.match.role.numeric())
				sure = sure && (gap >= 0.5*height || strong && p.match.role != q.match.role || p.match.role.numeric() && q.match.role.numeric() && p.match.role != q.match.role)
			}
			if !sure {
				return []headPiece{whole}
			}
		}
	}
	if s == nil || len(s.pieces) < 2 || slices.ContainsFunc(s.pieces, func(p headPiece) bool { return p.match.role == "" }) {
		return []headPiece{whole}
	}
	return s.pieces
}

// unitInside reports whether a unit in brackets ends a heading before the last of
// the words: "QTY (PCS.) packages".
func unitInside(words []page.Word) bool {
	if len(words) == 0 {
		return false
	}
	return slices.ContainsFunc(words[:len(words)-1], func(w page.Word) bool {
		return strings.HasPrefix(w.Text, "(") && strings.HasSuffix(w.Text, ")") && unitKind(w.Text) != ""
	})
}

// counts2 reports whether a heading counts something besides what it names:
// "Packages Description".
func counts2(p headPiece) bool {
	left := headingWords(p.text)
	for _, w := range p.match.words {
		if i := slices.Index(left, w); i >= 0 {
			left = slices.Delete(left, i, i+1)
		}
	}
	if len(left) == 0 || p.match.role != colDescription {
		return false
	}
	m := columnBook().matchWords(left)
	return m.role.counts() && m.letters >= 6
}

// enumerates reports whether a comma stands between words of a heading:
// "PACKAGES, QUANTITY," over "ctns" and "PCS".
func enumerates(ws []page.Word) bool {
	return slices.ContainsFunc(ws[:len(ws)-1], func(w page.Word) bool { return strings.HasSuffix(w.Text, ",") })
}

// seed reports whether a line reads as headings of goods on its own.
func (t *tablePage) seed(pieces []headPiece) bool {
	roles := map[tableRole]bool{}
	matched, figures, prose := 0, 0, 0
	for _, p := range pieces {
		if _, ok := figureIn(p.text, t.optical); ok {
			figures++
			continue
		}
		if i := strings.IndexAny(p.text, ":："); i >= 0 && i < len(p.text)-3 {
			prose++ // a label with its value
			continue
		}
		if len(p.words) > 12 {
			prose++
			continue
		}
		if p.match.role != "" && p.match.share >= 0.45 {
			roles[p.match.role] = true
			matched++
		}
	}
	counting, named := 0, 0
	for r := range roles {
		if r.counts() || r == colPrice {
			counting++
		}
		if r == colDescription || r == colArticle || r == colTariff || r == colSequence {
			named++
		}
	}
	n := len(pieces)
	switch {
	case counting == 0 || figures*3 > n || prose*2 > n:
		return false
	case len(roles) >= 3:
		return matched*2 >= n && (named > 0 || counting >= 3)
	case len(roles) == 2:
		return named > 0 && matched*3 >= n*2 && n <= 4 && figures == 0 && roles[colDescription]
	}
	return false
}

// headWord reports whether a line, above or below headings, is more of them:
// its words are words of headings or units.
func (t *tablePage) moreHead(l line, h tableHead, box trade.Box) bool {
	b := columnBook()
	known, all := 0, 0
	for _, c := range l.cells {
		if strings.ContainsAny(c.text, ":：") && !strings.HasSuffix(c.text, ":") {
			return false
		}
		// Headings that stand a little lower may reach further.
		level := min(l.box.Y1, box.Y1) > max(l.box.Y0, box.Y0)
		if !level && (middleX(c.box) < box.X0-2*t.typical || middleX(c.box) > box.X1+6*t.typical) {
			return false
		}
		if len(c.words) > 10 {
			return false
		}
		for _, w := range headingWords(c.text) {
			if hasDigit(w) && unitKind(w) == "" && len(w) < 6 && !strings.HasSuffix(w, "%") {
				return false
			}
			if t.optical {
				w = b.correct(w)
			}
			n := len([]rune(w))
			all += n
			if b.known[w] || unitKind(w) != "" || roleOfHeading(w, false).share > 0.6 {
				known += n
			}
		}
	}
	if h.to > h.from {
		// Close lines of a heading may break words: "Quan-" over "tity".
		if gap := max(h.box.Y0-l.box.Y1, l.box.Y0-h.box.Y1); gap < 0.5*t.typical && len(l.cells) > 1 {
			return known*10 >= all*4
		}
	}
	return all > 0 && known*10 >= all*6
}

// heads finds the headings of tables of goods on a page.
func (t *tablePage) heads() []tableHead {
	var all []tableHead
	for i := 0; i < len(t.lines); i++ {
		pieces := t.headPieces(t.lines[i])
		h := tableHead{from: i, to: i + 1, box: t.lines[i].box}
		reach := h.box // how far its lines go
		if !t.seed(pieces) {
			if !t.seedOver(i) {
				continue
			}
			reach = reach.Union(t.lines[i+1].box)
		}
		low := 0
		if len(all) > 0 {
			low = all[len(all)-1].to
		}
		for n := 0; n < 3 && h.from > low; n++ {
			l := t.lines[h.from-1]
			if h.box.Y0-l.box.Y1 > 1.1*t.typical || !t.moreHead(l, h, h.box) || wide(l, h.box) || !t.better(h, h.from-1, h.to) {
				break
			}
			h.from--
			h.box = trade.Box{X0: min(h.box.X0, l.box.X0), Y0: l.box.Y0, X1: max(h.box.X1, l.box.X1), Y1: h.box.Y1}
		}
		for n := 0; n < 5 && h.to < len(t.lines); n++ {
			l := t.lines[h.to]
			if reach = reach.Union(h.box); l.box.Y0-h.box.Y1 > 1.1*t.typical || !t.moreHead(l, h, reach) || t.dataLine(l) || !t.better(h, h.from, h.to+1) {
				break
			}
			h.to++
			h.box = h.box.Union(l.box)
		}
		h.cols = t.headColumns(h)
		if !t.worth(h) {
			continue
		}
		i = h.to - 1
		// Headings that stand apart, line by line, are one head.
		if n := len(all) - 1; n >= 0 && all[n].to == h.from && h.box.Y0-all[n].box.Y1 < 2.5*t.typical {
			both := tableHead{from: all[n].from, to: h.to, box: all[n].box.Union(h.box)}
			both.cols = t.headColumns(both)
			if t.worth(both) {
				all[n] = both
				continue
			}
		}
		all = append(all, h)
	}
	return all
}

// sumBox reports whether a line is the labels of boxes of sums.
func (t *tablePage) sumBox(n int) bool {
	if is, asked := t.sums[n]; asked {
		return is
	}
	if t.sums == nil {
		t.sums = map[int]bool{}
	}
	t.sums[n] = t.sumsIn(n)
	return t.sums[n]
}

func (t *tablePage) sumsIn(n int) bool {
	sums := 0
	pieces := t.headPieces(t.lines[n])
	for _, p := range pieces {
		if totalHeading(p.text) {
			sums++
		}
	}
	return sums >= 2 && sums*2 >= len(pieces) && !t.dataLine(t.lines[n])
}

// better reports whether headings say no less with one more line.
func (t *tablePage) better(h tableHead, from, to int) bool {
	sense := func(cols []tableColumn) float64 {
		sum := 0.0
		for _, c := range cols {
			switch {
			case itemFieldOf[c.role] != "":
				sum += c.share
			case c.role != "":
				sum += c.share / 2
			}
		}
		return sum
	}
	more := h
	more.from, more.to = from, to
	return sense(t.headColumns(more)) > sense(t.headColumns(h))-0.15
}

// seedOver reports whether two lines together read as headings: a heading of
// which every line is broken says little line by line.
func (t *tablePage) seedOver(i int) bool {
	if i+1 >= len(t.lines) {
		return false
	}
	a, b := t.lines[i], t.lines[i+1]
	if b.box.Y0-a.box.Y1 > t.typical || len(a.cells) < 2 || len(b.cells) < 2 {
		return false
	}
	box := a.box.Union(b.box)
	if !t.moreHead(a, tableHead{}, box) || !t.moreHead(b, tableHead{}, box) || t.dataLine(b) {
		return false
	}
	h := tableHead{from: i, to: i + 2, box: box}
	n := 0
	for _, c := range t.headColumns(h) {
		if c.role != "" && c.share >= 0.6 {
			n++
		}
	}
	return n >= 3 && t.worth(tableHead{from: i, to: i + 2, cols: t.headColumns(h), box: box})
}

// wide reports whether a line is one stretch of words over most of a table: a
// title, not a heading.
func wide(l line, box trade.Box) bool {
	return len(l.cells) == 1 && l.box.X1-l.box.X0 > 0.5*(box.X1-box.X0)
}

// dataLine reports whether a line has figures as goods have them.
func (t *tablePage) dataLine(l line) bool {
	n := 0
	for _, c := range l.cells {
		if f, ok := figureIn(c.text, t.optical); ok && f.digits > 0 {
			n++
		}
	}
	return n >= 1
}

// worth reports whether headings are those of goods: they name something and
// count it.
func (t *tablePage) worth(h tableHead) bool {
	sums := 0
	for _, c := range h.cols {
		if totalHeading(c.text) {
			sums++
		}
	}
	if sums >= 2 && sums*2 >= len(h.cols) && !h.has(colDescription) {
		return false // boxes of sums, see totalsBoxes
	}
	counting, known := 0, 0
	for _, c := range h.cols {
		if c.role.counts() || c.role == colPrice {
			counting++
		}
		if c.role != "" {
			known++
		}
	}
	if h.has(colDescription) {
		return counting >= 1 && known*2 >= len(h.cols)
	}
	return counting >= 2 && known >= 3 && known*2 >= len(h.cols)
}

// cutOverGoods cuts headings a space apart where the cells of the goods below
// begin, end or are centred under one word each: "Pallet Cartons Article" over
// "1", "30", "4410-22".
func (t *tablePage) cutOverGoods(pieces []headPiece, from int) []headPiece {
	var rows []line
	for n := from; n < len(t.lines) && n < from+6 && len(rows) < 3; n++ {
		if len(t.lines[n].cells) >= 4 && t.dataLine(t.lines[n]) {
			rows = append(rows, t.lines[n])
		}
	}
	if len(rows) == 0 {
		return pieces
	}
	// under returns the cell of a row that stands in line with the words.
	under := func(l line, b trade.Box) int {
		return slices.IndexFunc(l.cells, func(c cell) bool {
			near := func(x, y float64) bool { return max(x-y, y-x) < 0.2*t.typical }
			return near(c.box.X0, b.X0) || near(c.box.X1, b.X1) || near(middleX(c.box), middleX(b))
		})
	}
	var all []headPiece
	for _, p := range pieces {
		cut := 0
		var parts []headPiece
		for k := 1; k < len(p.words); k++ {
			a, b := cellOf(p.words[cut:k]).box, cellOf(p.words[k:]).box
			one := cellOf(p.words[k : k+1]).box
			apart := func(l line) bool {
				x, y := under(l, a), under(l, b)
				if y < 0 {
					y = under(l, one)
				}
				return x >= 0 && y >= 0 && x < y && l.cells[x].box.X1 <= p.words[k].Box.X0 && l.cells[y].box.X0 >= a.X1-0.2*t.typical
			}
			if strings.HasPrefix(p.words[k].Text, "(") || p.words[k].Text == "/" || p.words[k-1].Text == "/" || slices.ContainsFunc(rows, func(l line) bool { return !apart(l) }) {
				continue
			}
			parts = append(parts, pieceOf(p.words[cut:k], t.optical))
			cut = k
		}
		if cut == 0 {
			all = append(all, p)
			continue
		}
		all = append(append(all, parts...), pieceOf(p.words[cut:], t.optical))
	}
	return all
}

// headColumns joins the lines of headings into one heading a column.
func (t *tablePage) headColumns(h tableHead) []tableColumn {
	type slot struct {
		box  trade.Box
		text []string
		own  int // pieces of its own, group headings not counted
	}
	lines := make([][]headPiece, 0, h.to-h.from)
	base := 0
	for n := h.from; n < h.to; n++ {
		lines = append(lines, t.joinUnits(t.headPieces(t.lines[n])))
		if len(lines[n-h.from]) >= len(lines[base]) { // the lower is the finer
			base = n - h.from
		}
	}
	for n := range lines {
		for _, other := range lines {
			lines[n] = t.cutUnder(lines[n], other)
		}
		lines[n] = t.cutOverGoods(lines[n], h.to)
	}
	var slots []slot
	for _, p := range lines[base] {
		slots = append(slots, slot{p.box, []string{p.text}, 1})
	}
	over := func(p headPiece) []int {
		b := p.box
		var hit []int
		for i, s := range slots {
			o := min(b.X1, s.box.X1) - max(b.X0, s.box.X0)
			if o > 0.25*min(b.X1-b.X0, s.box.X1-s.box.X0) && !t.ruleBetween(b, s.box) {
				hit = append(hit, i)
			}
		}
		if hit == nil {
			for i, s := range slots {
				gap := max(b.X0-s.box.X1, s.box.X0-b.X1)
				// Two headings of figures, each whole, stand close: "G.W., kg" beside "VOLUME,".
				own := roleOfHeading(strings.Join(s.text, " "), t.optical)
				apart := p.match.share >= 0.95 && own.share >= 0.95 && p.match.role != own.role && p.match.role.numeric() && own.role.numeric()
				if gap < 0.8*t.typical && !apart && !t.ruleBetween(b, s.box) {
					return []int{i}
				}
			}
		}
		return hit
	}
	// straddles joins a heading that stands over the gap between two columns to
	// both, if both make more sense with it.
	straddles := func(p headPiece) bool {
		for i := 1; i < len(slots); i++ {
			a, b := &slots[i-1], &slots[i]
			if p.box.X0 < a.box.X1-1 || p.box.X1 > b.box.X1 || middleX(p.box) > b.box.X0+t.typical || p.box.X0-a.box.X1 > 4*t.typical {
				continue
			}
			with := func(s *slot) tableRole {
				own := roleOfHeading(strings.Join(s.text, " "), t.optical)
				both := roleOfHeading(p.text+" "+strings.Join(s.text, " "), t.optical)
				if both.letters > own.letters && both.share >= own.share && both.role.numeric() {
					return both.role
				}
				return ""
			}
			if x, y := with(a), with(b); x != "" && y != "" && x != y {
				a.text = append([]string{p.text}, a.text...)
				b.text = append([]string{p.text}, b.text...)
				return true
			}
		}
		return false
	}
	merge := func(pieces []headPiece, above bool) {
		of := make([][]int, len(pieces))
		for k, p := range pieces {
			of[k] = over(p)
		}
		var fresh []slot
		for k, p := range pieces {
			switch hit := of[k]; {
			case len(hit) == 0 && above && straddles(p):
			case len(hit) == 0:
				fresh = append(fresh, slot{p.box, []string{p.text}, 1})
			case len(hit) == 1:
				s := &slots[hit[0]]
				// Two pieces below one heading: it is the heading of a group.
				twin := -1
				for j := range pieces {
					if j != k && slices.Equal(of[j], hit) && !above && differ(strings.Join(s.text, " "), p.text, pieces[j].text, t.optical) {
						twin = j
						break
					}
				}
				if twin >= 0 && s.own > 0 {
					if twin > k {
						fresh = append(fresh, slot{p.box, append(slices.Clone(s.text), p.text), 1})
						continue
					}
					// The last of them takes the slot itself.
					last := true
					for j := k + 1; j < len(pieces); j++ {
						if slices.Equal(of[j], hit) {
							last = false
						}
					}
					fresh = append(fresh, slot{p.box, append(slices.Clone(s.text), p.text), 1})
					if last {
						s.own = -1
					}
					continue
				}
				if above && straddles(p) {
					continue
				}
				if above {
					s.text = append([]string{p.text}, s.text...)
				} else {
					s.text = append(s.text, p.text)
				}
				s.box = s.box.Union(p.box)
			case !above && t.oneHeading(p, func(i int) trade.Box { return slots[i].box }, hit):
				s := &slots[hit[0]]
				for _, i := range hit[1:] {
					s.text = append(s.text, slots[i].text...)
					s.box = s.box.Union(slots[i].box)
					slots[i].own = -1
				}
				s.text = append(s.text, p.text)
				s.box = s.box.Union(p.box)
			default:
				for _, i := range hit {
					s := &slots[i]
					joined := p.text + " " + strings.Join(s.text, " ")
					if roleOfHeading(joined, t.optical).letters > roleOfHeading(strings.Join(s.text, " "), t.optical).letters {
						s.text = append([]string{p.text}, s.text...)
					}
				}
			}
		}
		slots = slices.DeleteFunc(slots, func(s slot) bool { return s.own < 0 })
		slots = append(slots, fresh...)
		slices.SortStableFunc(slots, func(a, b slot) int { return compare(middleX(a.box), middleX(b.box)) })
	}
	for n := base - 1; n >= 0; n-- {
		merge(lines[n], true)
	}
	for n := base + 1; n < len(lines); n++ {
		merge(lines[n], false)
	}
	// A unit a little to the right of its heading, and headings that a wide space
	// has torn: "No." "of packages".
	for i := 1; i < len(slots); i++ {
		a, b := strings.Join(slots[i-1].text, " "), strings.Join(slots[i].text, " ")
		gap := slots[i].box.X0 - slots[i-1].box.X1
		if gap > 1.2*t.typical || t.ruleBetween(slots[i-1].box, slots[i].box) {
			continue
		}
		own := roleOfHeading(a, t.optical)
		joined := append(slices.Clone(slots[i-1].text), slots[i].text...)
		torn := false
		if whole := roleOfHeading(a+" "+b, t.optical); whole.share >= 0.95 && whole.role != "" && len(headingWords(a)) > 0 && len(headingWords(b)) > 0 {
			torn = len(whole.words) == len(headingWords(a+" "+b)) && len(slots[i-1].text) == 1 && len(slots[i].text) == 1
		}
		if x, y := latinOf(a), latinOf(b); x != a && x != "" && y != "" {
			whole := roleOfHeading(x+" "+y, t.optical) // HS编码 H.S. | CODE
			torn = torn || whole.role == own.role && whole.share >= 0.95 && len(whole.words) == len(headingWords(x+" "+y)) && len(slots[i].text) == 1
		}
		if other := roleOfHeading(b, t.optical); own.role.numeric() && other.role.numeric() && own.role != other.role && own.share >= 0.95 && other.share >= 0.95 {
			torn = false // "Packages" beside "Qty" are two
		}
		if torn || own.role.numeric() && unitCell(b) && unitOfHeading(b, own.role) != "" && unitOfHeading(a, own.role) == "" {
			slots[i-1] = slot{slots[i-1].box.Union(slots[i].box), joined, 1}
			slots = slices.Delete(slots, i, i+1)
			i--
		}
	}
	// Words of one description that stand far apart.
	for i := 1; i < len(slots); i++ {
		a, b := roleOfHeading(strings.Join(slots[i-1].text, " "), t.optical), roleOfHeading(strings.Join(slots[i].text, " "), t.optical)
		joined := append(slices.Clone(slots[i-1].text), slots[i].text...)
		j := roleOfHeading(strings.Join(joined, " "), t.optical)
		text := func(r tableRole) bool { return r == "" || r == colDescription || r == colArticle }
		if j.role == colDescription && text(a.role) && text(b.role) && j.letters > max(a.letters, b.letters) && j.letters >= a.letters+b.letters &&
			slots[i].box.X0-slots[i-1].box.X1 < 3*t.typical && !t.ruleBetween(slots[i-1].box, slots[i].box) {
			slots[i-1] = slot{slots[i-1].box.Union(slots[i].box), joined, 1}
			slots = slices.Delete(slots, i, i+1)
			i--
		}
	}
	var cols []tableColumn
	for _, s := range slots {
		c := tableColumn{text: strings.Join(s.text, " "), box: s.box}
		m := roleOfHeading(c.text, t.optical)
		// A word cut at the end of a line: "Quan-" "tity".
		if glued := strings.Join(s.text, ""); len(s.text) > 1 {
			glued = strings.ReplaceAll(glued, "-", "")
			if g := roleOfHeading(glued, t.optical); g.letters > m.letters && g.share > m.share {
				m = g
			}
		}
		c.role, c.share = m.role, m.share
		c.unit = unitOfHeading(c.text, c.role)
		cols = append(cols, c)
	}
	resolveHeads(cols)
	return cols
}

// oneHeading reports whether a piece lies under neighbours that a wide space
// has torn: "No." "of" over "packages".
func (t *tablePage) oneHeading(p headPiece, box func(int) trade.Box, hit []int) bool {
	around := box(hit[0])
	for k := 1; k < len(hit); k++ {
		if hit[k] != hit[k-1]+1 || box(hit[k]).X0-box(hit[k-1]).X1 > 1.2*t.typical || t.ruleBetween(box(hit[k-1]), box(hit[k])) {
			return false
		}
		around = around.Union(box(hit[k]))
	}
	return around.X1-around.X0 < 1.4*(p.box.X1-p.box.X0)
}

// differ reports whether two pieces below one heading make two headings of it.
func differ(group, a, b string, optical bool) bool {
	x, y := roleOfHeading(group+" "+a, optical), roleOfHeading(group+" "+b, optical)
	return x.role != "" && y.role != "" && x.role != y.role
}

func latinOf(s string) string {
	var words []string
	for _, w := range strings.Fields(s) {
		if ascii(w) {
			words = append(words, w)
		}
	}
	return strings.Join(words, " ")
}

// joinUnits gives a unit that stands alone to the heading before it.
func (t *tablePage) joinUnits(pieces []headPiece) []headPiece {
	var all []headPiece
	for _, p := range pieces {
		if n := len(all) - 1; n >= 0 && unitCell(p.text) && !unitCell(all[n].text) && !(strings.HasSuffix(all[n].text, ")") && unitOfHeading(all[n].text, all[n].match.role) != "") {
			q := all[n]
			gap := p.box.X0 - q.box.X1
			if (gap < 1.2*t.typical || strings.HasSuffix(q.text, ",") && gap < 2.5*t.typical) && !t.ruleBetween(q.box, p.box) {
				all[n] = pieceOf(append(slices.Clone(q.words), p.words...), t.optical)
				continue
			}
		}
		all = append(all, p)
	}
	return all
}

// cutUnder cuts the pieces of one line of headings where those of another line
// show that they are two, a space apart.
func (t *tablePage) cutUnder(pieces, other []headPiece) []headPiece {
	var all []headPiece
	for _, p := range pieces {
		var near []headPiece
		for _, q := range other {
			if min(p.box.X1, q.box.X1) > max(p.box.X0, q.box.X0) {
				near = append(near, q)
			}
		}
		if len(near) == 1 && (p.match.role == "" || p.match.share < 0.95) {
			if a, b, ok := t.cutBeside(p, near[0]); ok {
				all = append(all, a, b)
				continue
			}
		}
		if len(near) < 2 || len(near) > len(p.words) || p.match.role != "" && p.match.share >= 0.95 && !counts2(p) && !enumerates(p.words) {
			all = append(all, p)
			continue
		}
		parts := make([][]page.Word, len(near))
		at := 0
		for _, w := range p.words {
			x := middleX(w.Box)
			for at+1 < len(near) && x > (near[at].box.X1+near[at+1].box.X0)/2 {
				at++
			}
			parts[at] = append(parts[at], w)
		}
		fits := true
		units := 0
		for _, part := range parts {
			if text := textOf(part); unitCell(text) && !strings.HasSuffix(text, ",") {
				units++
			}
		}
		if units > 0 && units < len(parts) {
			all = append(all, p) // a unit stays with its heading
			continue
		}
		for i, part := range parts {
			if len(part) == 0 {
				fits = false
				break
			}
			x := middleX(cellOf(part).box)
			fits = fits && x > near[i].box.X0-3 && x < near[i].box.X1+3
		}
		if !fits {
			// Or each half is a heading by itself, of another column.
			seen := map[tableRole]bool{}
			fits = true
			for _, part := range parts {
				m := headingMatch{}
				if len(part) > 0 {
					m = roleOfHeading(textOf(part), t.optical)
				}
				fits = fits && m.share >= 0.95 && !seen[m.role]
				seen[m.role] = true
			}
		}
		if !fits {
			all = append(all, p)
			continue
		}
		for _, part := range parts {
			all = append(all, pieceOf(part, t.optical))
		}
	}
	return all
}

// cutBeside cuts a piece whose one end is a heading by itself, while the other
// end lies under or over the piece of another line and makes another heading
// with it: "Quantity unit," under "Price per".
func (t *tablePage) cutBeside(p, other headPiece) (a, b headPiece, ok bool) {
	for n := 1; n < len(p.words); n++ {
		a, b = pieceOf(p.words[:n], t.optical), pieceOf(p.words[n:], t.optical)
		whole, part := a, b
		if middleX(other.box) < middleX(p.box) {
			whole, part = b, a
		}
		if whole.match.share < 0.95 || whole.match.role == "" ||
			min(whole.box.X1, other.box.X1)-max(whole.box.X0, other.box.X0) > 0 || abs(middleX(part.box)-middleX(other.box)) > 3 {
			continue
		}
		with := roleOfHeading(other.text+" "+part.text, t.optical)
		if other.box.Y0 > p.box.Y0 {
			with = roleOfHeading(part.text+" "+other.text, t.optical)
		}
		if with.role != "" && with.role != whole.match.role && with.letters > max(part.match.letters, other.match.letters) {
			return a, b, true
		}
	}
	return a, b, false
}

// ruleBetween reports whether a standing rule passes between two boxes that do
// not overlap much.
func (t *tablePage) ruleBetween(a, b trade.Box) bool {
	if a.X0 > b.X0 {
		a, b = b, a
	}
	for _, r := range t.standing {
		x := (r.X0 + r.X1) / 2
		if x >= a.X1-1 && x <= b.X0+1 && r.Y0 < max(a.Y1, b.Y1) && r.Y1 > min(a.Y0, b.Y0) {
			return true
		}
	}
	return false
}

var withoutWord = regexp.MustCompile(`(?i)\bw/o\b|\bwithout\b|\bexcl|без |ohne|hariç|\bsans\b|\bsin\b|不含|不包括`)

// resolveHeads settles headings that mean different things on different papers
// by the headings beside them.
func resolveHeads(cols []tableColumn) {
	has := func(r tableRole) bool {
		return slices.ContainsFunc(cols, func(c tableColumn) bool { return c.role == r })
	}
	for i := range cols {
		c := &cols[i]
		words := headingWords(c.text)
		bare := len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool {
			switch w {
			case "net", "netto", "neto", "nett", "gross", "brutto", "bruto", "hetto", "бpytto":
				return false
			}
			return unitKind(w) == ""
		})
		massUnit := slices.ContainsFunc(words, func(w string) bool { return unitKind(w) == "mass" })
		switch {
		case bare && c.role == colAmount && (has(colGrossMass) || massUnit):
			c.role = colNetMass
		case c.role == colQuantity && c.unit != "" && unitKind(c.unit) == "package" && i > 0 && countRole(cols, colQuantity) > 1 && !has(colPackages):
			c.role = colPackages
		case c.role == colTax && strings.Contains(c.text, "%"):
			c.role = colTaxRate
		case c.role == colQuantity && !has(colAmount) && c.unit == "" && unitOfHeading(c.text, colAmount) != "":
			c.role = colAmount
		}
		c.unit = unitOfHeading(c.text, c.role)
	}
	// Of two gross masses that of the shipment is with its pallets.
	if countRole(cols, colGrossMass) > 1 {
		for i := range cols {
			if cols[i].role == colGrossMass && countRole(cols, colGrossMass) > 1 && withoutWord.MatchString(cols[i].text) {
				cols[i].role, cols[i].unit = "-other", ""
			}
		}
	}
	// "Item" or "Article" beside a description is its number.
	if countRole(cols, colDescription) > 1 {
		best := -1
		for i, c := range cols {
			if c.role == colDescription && (best < 0 || headLetters(c) > headLetters(cols[best])) {
				best = i
			}
		}
		for i := range cols {
			if cols[i].role != colDescription || i == best {
				continue
			}
			cols[i].role = ""
			if !has(colArticle) {
				cols[i].role = colArticle
			}
		}
	}
}

func headLetters(c tableColumn) int {
	n := roleOfHeading(c.text, false).letters
	for _, w := range headingWords(c.text) {
		switch w {
		case "item", "items", "article", "artikel", "art", "product", "produkt", "material", "style", "title", "name":
			n -= 3
		}
	}
	return n
}

func countRole(cols []tableColumn, role tableRole) int {
	n := 0
	for _, c := range cols {
		if c.role == role {
			n++
		}
	}
	return n
}

// A tableRow is a line of a page cut into the columns of a table.
type tableRow struct {
	n     int // line of the page
	line  line
	cells [][]page.Word // by column
	figs  []*tableFigure
}

func (r tableRow) text(c int) string { return textOf(r.cells[c]) }

// sample returns the lines that look like goods, by which columns are found.
func (t *tablePage) sample(from, to int) []line {
	var rows []line
	idle := 0
	for n := from; n < to && len(rows) < 60; n++ {
		l := t.lines[n]
		figures := 0
		for _, c := range l.cells {
			if _, ok := figureIn(c.text, t.optical); ok {
				figures++
				continue
			}
			n := 0
			for _, w := range c.words {
				if _, ok := figureIn(w.Text, t.optical); ok {
					n++
				}
			}
			if n > 1 && n*3 >= len(c.words) {
				figures += n // columns that stand close
			}
		}
		switch {
		case figures >= 2:
			if m := tableRowBook().match(l.text(), t.optical); m.role != "" && m.share > 0.3 && figures < 4 && len(rows) > 0 {
				continue
			}
			rows = append(rows, l)
			idle = 0
		default:
			if idle++; idle > 14 && len(rows) > 0 {
				return rows
			}
		}
	}
	return rows
}

// A cutting is a way to divide a table into columns.
type cutting int

const (
	byRules cutting = iota
	byWords
	byCells
	byValleys
	byLefts // where the headings begin
)

// cuts returns where the columns end: len(cols)-1 places from left to right;
// ok is false if that way does not apply.
func (t *tablePage) cuts(h tableHead, rows []line, how cutting) (cuts []float64, ok bool) {
	switch how {
	case byRules:
		return t.ruledCuts(h)
	case byWords:
		if len(rows) < 3 {
			return nil, false
		}
		return t.clusterCuts(h, rows, true)
	case byCells:
		return t.clusterCuts(h, rows, false)
	case byLefts:
		return t.leftCuts(h, rows)
	default:
		return t.valleyCuts(h, rows), true
	}
}

// ruledCuts takes the standing rules that pass the headings.
func (t *tablePage) ruledCuts(h tableHead) ([]float64, bool) {
	var xs []float64
	for _, r := range t.standing {
		if r.Y0 < h.box.Y1-1 && r.Y1 > h.box.Y0+1 || r.Y0 < h.box.Y1+4*t.typical && r.Y1 > h.box.Y1+t.typical {
			xs = append(xs, (r.X0+r.X1)/2)
		}
	}
	slices.Sort(xs)
	xs = slices.CompactFunc(xs, func(a, b float64) bool { return abs(b-a) < 4 })
	var cuts []float64
	for i := 1; i < len(h.cols); i++ {
		a, b := h.cols[i-1].box, h.cols[i].box
		best, found := 0.0, false
		for _, x := range xs {
			if x > middleX(a) && x < middleX(b) && x > a.X0 && x < b.X1 {
				if !found || abs(x-(a.X1+b.X0)/2) < abs(best-(a.X1+b.X0)/2) {
					best, found = x, true
				}
			}
		}
		if !found {
			return nil, false
		}
		cuts = append(cuts, best)
	}
	return cuts, len(cuts) > 0
}

// leftCuts takes the left edges of the headings, where every cell of the goods
// stands between two of them: a spreadsheet sets headings to the left of their
// columns, and figures to the right, nearer to the next heading than to their own.
func (t *tablePage) leftCuts(h tableHead, rows []line) ([]float64, bool) {
	var cuts []float64
	for _, c := range h.cols[1:] {
		cuts = append(cuts, c.box.X0-1)
	}
	full := 0
	for _, l := range rows {
		for _, c := range l.cells {
			for _, w := range c.words {
				for _, x := range cuts {
					if w.Box.X0 < x && w.Box.X1 > x+2 {
						return nil, false
					}
				}
			}
		}
		if len(l.cells)+1 >= len(h.cols) {
			full++
		}
	}
	return cuts, len(cuts) > 1 && full*2 > len(rows)
}

func abs(x float64) float64 {
	if x < 0 {
		return -x
	}
	return x
}

// A tableCluster is a stretch of the page, from left to right, where words of
// the goods stand.
type tableCluster struct {
	x0, x1  float64
	numeric bool
}

// clusters are the stretches between the gaps that pass down through the rows.
// Figures amid words are no figures of their own, unless a heading of figures
// stands over them.
func (t *tablePage) clusters(rows []line, byWord bool, cols []tableColumn) []tableCluster {
	type span struct {
		x0, x1  float64
		numeric bool
	}
	var spans []span
	for _, l := range rows {
		for _, c := range l.cells {
			_, fig := figureIn(c.text, t.optical)
			if fig || !byWord {
				spans = append(spans, span{c.box.X0, c.box.X1, fig})
				continue
			}
			for _, w := range c.words {
				_, fig := figureIn(w.Text, t.optical)
				spans = append(spans, span{w.Box.X0, w.Box.X1, fig})
			}
		}
	}
	if len(spans) == 0 {
		return nil
	}
	var xs []float64
	for _, s := range spans {
		xs = append(xs, s.x0, s.x1)
	}
	slices.Sort(xs)
	xs = slices.Compact(xs)
	allowed := len(rows) / 10
	var all []tableCluster
	open := false
	for i := 0; i+1 < len(xs); i++ {
		mid := (xs[i] + xs[i+1]) / 2
		n := 0
		for _, s := range spans {
			if s.x0 < mid && mid < s.x1 {
				n++
			}
		}
		if n > allowed {
			if !open {
				all = append(all, tableCluster{x0: xs[i]})
				open = true
			}
			all[len(all)-1].x1 = xs[i+1]
		} else {
			open = false
		}
	}
	for i := range all {
		figures, n := 0, 0
		for _, s := range spans {
			if m := (s.x0 + s.x1) / 2; m >= all[i].x0 && m <= all[i].x1 {
				n++
				if s.numeric {
					figures++
				}
			}
		}
		all[i].numeric = n > 0 && figures*10 >= n*7 && !(byWord && !headed(all[i], cols) && amidWords(all[i], rows))
	}
	return all
}

// clusterCuts gives every cluster to a heading, in order, so that the sum of
// the distances is least, and cuts between them.
func (t *tablePage) clusterCuts(h tableHead, rows []line, byWord bool) ([]float64, bool) {
	clusters := t.clusters(rows, byWord, h.cols)
	if len(clusters) == 0 {
		return nil, false
	}
	m, n := len(clusters), len(h.cols)
	distance := func(c tableCluster, k tableColumn) float64 {
		if o := min(c.x1, k.box.X1) - max(c.x0, k.box.X0); o > 0 {
			return 0
		}
		gap := max(c.x0-k.box.X1, k.box.X0-c.x1)
		if k.role == colDescription {
			if !c.numeric {
				return 0.3 * gap
			}
			return gap + 10
		}
		if c.numeric && (k.role == colOrigin || k.role == colBrand) {
			return gap + 20
		}
		return gap
	}
	const none = 1e12
	cost := make([][]float64, m+1)
	from := make([][]int, m+1)
	for i := range cost {
		cost[i] = make([]float64, n+1)
		from[i] = make([]int, n+1)
		for j := range cost[i] {
			cost[i][j] = none
		}
	}
	cost[0][0] = 0
	// cost[i][j]: the first i clusters are given, the last of them to heading j.
	for i := 1; i <= m; i++ {
		for j := 1; j <= n; j++ {
			for k := 0; k <= j; k++ {
				if cost[i-1][k] >= none || k == 0 && i > 1 {
					continue
				}
				d := cost[i-1][k] + distance(clusters[i-1], h.cols[j-1])
				if k == j {
					switch {
					case clusters[i-1].numeric && clusters[i-2].numeric:
						d += 40
					case h.cols[j-1].role == colDescription:
						d += 1
					default:
						d += 6
					}
				} else {
					d += 12 * float64(j-k-1) // headings with nothing below
				}
				if d < cost[i][j] {
					cost[i][j], from[i][j] = d, k
				}
			}
		}
	}
	end := 1
	for j := 1; j <= n; j++ {
		if cost[m][j]+12*float64(n-j) < cost[m][end]+12*float64(n-end) {
			end = j
		}
	}
	if cost[m][end] >= none {
		return nil, false
	}
	lefts, rights := make([]float64, n), make([]float64, n)
	filled := make([]bool, n)
	for i, j := m, end; i > 0; i-- {
		c := clusters[i-1]
		if !filled[j-1] {
			lefts[j-1], rights[j-1], filled[j-1] = c.x0, c.x1, true
		} else {
			lefts[j-1] = min(lefts[j-1], c.x0)
			rights[j-1] = max(rights[j-1], c.x1)
		}
		j = from[i][j]
	}
	for j := range n {
		if !filled[j] {
			lefts[j], rights[j] = h.cols[j].box.X0, h.cols[j].box.X1
		}
	}
	var cuts []float64
	for j := 1; j < n; j++ {
		x := (rights[j-1] + lefts[j]) / 2
		// A heading that reaches beyond its figures keeps its own ground.
		if !filled[j-1] || !filled[j] {
			x = (max(rights[j-1], min(h.cols[j-1].box.X1, lefts[j])) + lefts[j]) / 2
		}
		if len(cuts) > 0 {
			x = max(x, cuts[len(cuts)-1]+0.5)
		}
		cuts = append(cuts, x)
	}
	return cuts, true
}

// unnamed returns the head with a column more for each stretch of figures that
// stands under a heading of its own neighbour: its heading could not be read.
func (t *tablePage) unnamed(h tableHead, rows []line) (tableHead, bool) {
	clusters := t.clusters(rows, len(rows) >= 3, h.cols)
	cols := slices.Clone(h.cols)
	added := false
	for i := range h.cols {
		k := h.cols[i]
		if !k.role.counts() && k.role != colPrice {
			continue
		}
		var mine []tableCluster
		for _, c := range clusters {
			if !c.numeric {
				continue
			}
			// The heading nearest to the cluster.
			near, least := -1, 1e9
			for j, o := range h.cols {
				gap := max(c.x0-o.box.X1, o.box.X0-c.x1, 0)
				if o.role == colDescription && gap == 0 {
					gap = 0.1
				}
				if gap < least {
					near, least = j, gap
				}
			}
			if near == i {
				mine = append(mine, c)
			}
		}
		if len(mine) < 2 {
			continue
		}
		best := 0
		for j, c := range mine {
			if overlap(c, k) > overlap(mine[best], k) {
				best = j
			}
		}
		for j, c := range mine {
			if j != best {
				cols = append(cols, tableColumn{box: trade.Box{X0: c.x0, Y0: k.box.Y0, X1: c.x1, Y1: k.box.Y1}})
				added = true
			}
		}
	}
	slices.SortStableFunc(cols, func(a, b tableColumn) int { return compare(middleX(a.box), middleX(b.box)) })
	h.cols = cols
	return h, added
}

// headed reports whether a heading of figures stands over a stretch.
func headed(c tableCluster, cols []tableColumn) bool {
	return slices.ContainsFunc(cols, func(k tableColumn) bool { return k.role.numeric() && overlap(c, k) > 0 })
}

// amidWords reports whether a stretch of figures is part of what stands before
// it: "drum 250 kg", in most of its lines.
func amidWords(k tableCluster, rows []line) bool {
	amid, all := 0, 0
	for _, l := range rows {
		for _, c := range l.cells {
			for i, w := range c.words {
				if x := middleX(w.Box); x < k.x0 || x > k.x1 {
					continue
				}
				all++
				if i > 0 && middleX(c.words[i-1].Box) < k.x0 && letters(c.words[i-1].Text) {
					amid++
				}
				break
			}
		}
	}
	return amid*2 > all
}

func overlap(c tableCluster, k tableColumn) float64 {
	return min(c.x1, k.box.X1) - max(c.x0, k.box.X0)
}

// valleyCuts cuts between two headings where the fewest words stand in the way.
func (t *tablePage) valleyCuts(h tableHead, rows []line) []float64 {
	var cuts []float64
	for i := 1; i < len(h.cols); i++ {
		a, b := h.cols[i-1].box, h.cols[i].box
		lo, hi := middleX(a), middleX(b)
		gap := (a.X1 + b.X0) / 2
		const steps = 60
		best, bestRun, bestCost := gap, 0, 1<<30
		run, runCost, runFrom := 0, -1, lo
		flush := func(to float64) {
			if runCost < 0 {
				return
			}
			if runCost < bestCost || runCost == bestCost && run > bestRun {
				best, bestRun, bestCost = (runFrom+to)/2, run, runCost
			}
		}
		for s := 0; s <= steps; s++ {
			x := lo + (hi-lo)*float64(s)/steps
			cost := 0
			for _, l := range rows {
				for _, c := range l.cells {
					if c.box.X0+0.3 < x && x < c.box.X1-0.3 {
						cost++
					}
				}
			}
			if a.X0 < x && x < a.X1 || b.X0 < x && x < b.X1 {
				cost++
			}
			if cost != runCost {
				flush(x)
				run, runCost, runFrom = 0, cost, x
			}
			run++
		}
		flush(hi)
		if len(cuts) > 0 {
			best = max(best, cuts[len(cuts)-1]+0.5)
		}
		cuts = append(cuts, best)
	}
	return cuts
}

// columnsCut returns the columns with their ground between the cuts. Rows show
// whether the table begins to the left of its headings.
func columnsCut(cols []tableColumn, cuts []float64, rows []line) []tableColumn {
	cols = slices.Clone(cols)
	cols[0].outer = cols[0].box.X0
	var lefts []float64
	for _, r := range rows {
		if len(r.cells) > 0 {
			lefts = append(lefts, r.cells[0].box.X0)
		}
	}
	if len(lefts) > 0 {
		slices.Sort(lefts)
		cols[0].outer = min(cols[0].outer, lefts[len(lefts)/3])
	}
	for i := range cols {
		cols[i].left, cols[i].right = -1e9, 1e9
		if i > 0 {
			cols[i].left = cuts[i-1]
		}
		if i < len(cuts) {
			cols[i].right = cuts[i]
		}
	}
	return cols
}

// rowOf cuts a line into columns. A cell goes whole where it stands, unless it
// lies over a cut and has room for it there.
func (t *tablePage) rowOf(n int, cols []tableColumn) tableRow {
	return t.rowOfLine(n, t.lines[n], cols)
}

// lastPair returns a line of sums without what stands beside them to the left:
// "Total packages: 30 CTNS   Subtotal 1,500.00".
func (t *tablePage) lastPair(l line) (line, bool) {
	last, before := -1, -1
	for i, c := range l.cells {
		if f, ok := t.figureOf(c.text, colPackages); ok && f.digits > 0 {
			before, last = last, i
		}
	}
	if before < 1 || last != len(l.cells)-1 || last-before < 2 {
		return l, false
	}
	if role, _ := rowRole(l.cells[before-1].text, t.optical); role == "" && !colonEnds(l.cells[before-1].text) {
		return l, false
	}
	if role, _ := rowRole(l.cells[before+1].text, t.optical); role == "" {
		return l, false
	}
	rest := l
	rest.cells = slices.Clone(l.cells[before+1:])
	rest.box = trade.Box{}
	for _, c := range rest.cells {
		rest.box = rest.box.Union(c.box)
	}
	return rest, true
}

func (t *tablePage) rowOfLine(n int, l line, cols []tableColumn) tableRow {
	r := tableRow{n: n, line: l, cells: make([][]page.Word, len(cols)), figs: make([]*tableFigure, len(cols))}
	at := func(x float64) int {
		for i, c := range cols {
			if x < c.right {
				return i
			}
		}
		return len(cols) - 1
	}
	groups := make([][][]page.Word, len(cols)) // the cells of the line in each column
	put := func(i int, ws []page.Word) {
		if len(ws) > 0 {
			groups[i] = append(groups[i], ws)
		}
	}
	over := func(b trade.Box) int { // the column that holds most of the box
		best, most := at(middleX(b)), 0.0
		for i, c := range cols {
			if o := min(b.X1, c.right) - max(b.X0, c.left); o > most {
				best, most = i, o
			}
		}
		return best
	}
	before := -1 // the column of the cell before
	for k, c := range l.cells {
		if c.box.X1 < cols[0].outer-2*t.typical {
			continue // beside the table
		}
		// A number in brackets belongs to the words before it.
		if bracketed.MatchString(c.text) && before >= 0 && !cols[before].role.numeric() && k+1 < len(l.cells) && c.box.X0-l.cells[k-1].box.X1 < l.cells[k+1].box.X0-c.box.X1 {
			put(before, c.words)
			continue
		}
		before = at(middleX(c.box))
		first, last := at(c.box.X0+0.5), at(c.box.X1-0.5)
		if first == last {
			put(first, c.words)
			continue
		}
		if _, fig := figureIn(c.text, t.optical); fig {
			put(over(c.box), c.words)
			continue
		}
		// Cut where a gap lies on, or beside, the border of two columns.
		var run []page.Word
		start := at(middleX(c.words[0].Box))
		if s := at(c.words[0].Box.X0 + 0.5); !cols[s].role.numeric() {
			start = s
		}
		for i, w := range c.words {
			col := at(middleX(w.Box))
			if i > 0 && col != start {
				gap := w.Box.X0 - c.words[i-1].Box.X1
				_, fig := figureIn(w.Text, t.optical)
				text := !cols[start].role.numeric() && !cols[col].role.numeric()
				if fig && gap < 0.9*l.height && !cols[start].role.numeric() && k+1 < len(l.cells) && at(middleX(l.cells[k+1].box)) == col && l.cells[k+1].box.X0-c.box.X1 > 2*gap {
					// The column has a figure of its own: "pump QDX 69, 220 | 190" over "V".
					run = append(run, w)
					continue
				}
				if (fig && cols[col].role.numeric() && gap > 0.2*l.height) || gap >= 0.45*l.height && (!text || abs(w.Box.X0-cols[col].box.X0) < l.height) {
					// "8 239,42 kg 9 192,12 kg": the thousands stay with their number.
					var head []page.Word
					n := len(run) - 1
					if thousands.MatchString(run[n].Text) && hundreds.MatchString(w.Text) &&
						(n > 0 && gap < 0.6*l.height && !thousands.MatchString(run[n-1].Text) || n == 0 && len(groups[start]) > 0) {
						head, run = run[n:], run[:n:n]
					}
					put(start, run)
					run, start = slices.Clone(head), col
				}
			}
			run = append(run, w)
		}
		put(start, run)
	}
	t.spread(groups, cols)
	t.unglue(groups, cols)
	for i := range cols {
		for _, ws := range groups[i] {
			r.cells[i] = append(r.cells[i], ws...)
		}
		if len(r.cells[i]) == 0 {
			continue
		}
		if f, ok := t.figureOf(r.text(i), cols[i].role); ok {
			r.figs[i] = &f
		}
	}
	r.joinSigns(cols)
	return r
}

// thousands and hundreds are the groups of a number printed with spaces.
var (
	thousands = regexp.MustCompile(`^\d{1,3}$`)
	hundreds  = regexp.MustCompile(`^\d{3}(?:[.,]\d+)?$`)
)

var bracketed = regexp.MustCompile(`^\(\d{1,4}\)$`)

// figureOf reads a cell of a column. The kinds of packages are many: behind a
// count any words may name them.
func (t *tablePage) figureOf(text string, role tableRole) (tableFigure, bool) {
	if f, ok := figureIn(text, t.optical); ok {
		return f, true
	}
	if role != colPackages && role != colQuantity {
		return tableFigure{}, false
	}
	i := strings.IndexFunc(text, unicode.IsLetter)
	if i <= 0 {
		return tableFigure{}, false
	}
	words := strings.Fields(text[i:])
	if len(words) > 3 || hasDigit(text[i:]) || strings.ContainsAny(text[i:], ":：") {
		return tableFigure{}, false
	}
	f, ok := figureIn(text[:i], t.optical)
	f.unit = text[i:]
	return f, ok
}

// unglue parts a count with its unit from the words of goods that stand a mere
// space from it: "15 ctns Women's dresses".
func (t *tablePage) unglue(groups [][][]page.Word, cols []tableColumn) {
	text := func(k int) bool {
		return k >= 0 && k < len(cols) && (cols[k].role == colDescription || cols[k].role == "")
	}
	for i := 1; i < len(cols); i++ {
		// "700 ctns 6 | 659.895 Kgs": the thousands went to the column before.
		if !cols[i].role.counts() || len(groups[i]) == 0 || len(groups[i-1]) == 0 {
			continue
		}
		last := &groups[i-1][len(groups[i-1])-1]
		first := groups[i][0]
		n := len(*last)
		if n > 1 && len(first) > 0 && afterThousands.MatchString(first[0].Text) {
			w, before := (*last)[n-1], (*last)[n-2]
			gap := first[0].Box.X0 - w.Box.X1
			if digitsOnly(w.Text) && len(w.Text) <= 3 && letters(before.Text) && !hasDigit(before.Text) && gap < w.Box.X0-before.Box.X1 {
				*last = (*last)[:n-1]
				groups[i][0] = append([]page.Word{w}, first...)
			}
		}
	}
	figures := slices.IndexFunc(cols, func(c tableColumn) bool { return c.role.counts() })
	for i := range cols {
		if cols[i].role == colSequence && text(i+1) && len(groups[i]) == 0 && len(groups[i+1]) > 0 {
			// "16 Belt": number and goods fell to the goods.
			if ws := groups[i+1][0]; len(ws) > 1 && lineNumber(ws[0].Text) && middleX(ws[0].Box) < cols[i].right && letters(ws[1].Text) {
				groups[i] = [][]page.Word{ws[:1]}
				groups[i+1] = append([][]page.Word{ws[1:]}, groups[i+1][1:]...)
			}
			continue
		}
		if cols[i].role == colSequence && text(i+1) && len(groups[i]) == 1 {
			// "53 Door lock": the number of the line stands close to the goods.
			// "520 cartons" below the lines is no line.
			ws := groups[i][0]
			packages := len(ws) <= 4 && unitKind(ws[len(ws)-1].Text) != ""
			alone := len(ws) > 1 && len(groups[i+1]) == 0 && letters(ws[1].Text) && figures > i && len(groups[figures]) > 0
			if len(ws) > 1 && lineNumber(ws[0].Text) && (wordy(ws[1:]) && !packages || alone) {
				groups[i] = [][]page.Word{ws[:1]}
				groups[i+1] = append([][]page.Word{ws[1:]}, groups[i+1]...)
			}
			continue
		}
		if !cols[i].role.counts() && cols[i].role != colTariff || len(groups[i]) == 0 {
			continue
		}
		var ws []page.Word
		for _, g := range groups[i] {
			ws = append(ws, g...)
		}
		if cols[i].role == colTariff {
			// The end of a description that reaches into the codes.
			if n := len(groups[i]); n > 1 && text(i-1) && countDigits(groups[i][0]) < 4 && countDigits(groups[i][n-1]) >= 4 {
				groups[i-1] = append(groups[i-1], groups[i][:n-1]...)
				groups[i] = groups[i][n-1:]
				continue
			}
			k := len(ws)
			for k > 0 && digitsOnly(strings.Trim(strings.ReplaceAll(ws[k-1].Text, ".", ""), "-")) {
				k--
			}
			if text(i-1) && k > 0 && k < len(ws) && slices.ContainsFunc(ws[:k], func(w page.Word) bool { return letters(w.Text) }) {
				groups[i], groups[i-1] = [][]page.Word{ws[k:]}, append(groups[i-1], ws[:k])
			}
			continue
		}
		if f, ok := figureIn(textOf(ws), t.optical); ok || len(ws) < 2 {
			// Its unit may have gone to the words behind it.
			if ok && f.unit == "" && text(i+1) && len(groups[i+1]) > 0 && (cols[i].role == colPackages || cols[i].role == colQuantity) {
				first := groups[i+1][0]
				kind := unitKind(first[0].Text)
				if len(first) > 1 && (kind == "package" || kind == "count") && first[0].Box.X0-ws[len(ws)-1].Box.X1 < 1.3*heightOf(first[0]) {
					groups[i] = [][]page.Word{append(slices.Clone(ws), first[0])}
					groups[i+1] = append([][]page.Word{first[1:]}, groups[i+1][1:]...)
				}
			}
			continue
		}
		if text(i + 1) {
			n := 0
			for k := 1; k < len(ws) && k <= 5; k++ {
				if _, ok := figureIn(textOf(ws[:k]), t.optical); !ok {
					continue
				}
				last := unitKind(ws[k-1].Text)
				if k == 1 || last == "package" || last == "count" || hasDigit(ws[k-1].Text) {
					n = k
				}
			}
			if n > 0 && n < len(ws) && wordy(ws[n:]) {
				groups[i] = [][]page.Word{ws[:n]}
				groups[i+1] = append([][]page.Word{ws[n:]}, groups[i+1]...)
				continue
			}
		}
		if text(i - 1) {
			for k := 1; k < len(ws); k++ {
				if _, ok := figureIn(textOf(ws[k:]), t.optical); ok && wordy(ws[:k]) && hasDigit(ws[k].Text) {
					groups[i] = [][]page.Word{ws[k:]}
					groups[i-1] = append(groups[i-1], ws[:k])
					break
				}
			}
		}
	}
}

// afterThousands is what follows the thousands of a figure with spaces.
var afterThousands = regexp.MustCompile(`^\d{3}(?:[.,]\d+)?$`)

// grown is where two headings that touch have become one word: KgsMEASUREMENT.
var grown = regexp.MustCompile(`\p{Ll}{2}(\p{Lu}{4})|\pL\)(\p{Lu}\pL{3})|\b(?:[Kk]gs?|KGS?|[cm]m|m3|M3|CBM|[Pp]cs|PCS|USD|EUR|RUB|CNY|кг|шт|м3)(\p{Lu}\p{Ll}{3})`)

// apartAtCase cuts such words in two.
func apartAtCase(l line) line {
	if !slices.ContainsFunc(l.cells, func(c cell) bool { return grown.MatchString(c.text) }) {
		return l
	}
	out := l
	out.cells = nil
	for _, c := range l.cells {
		var words []page.Word
		var cuts []int
		for _, w := range c.words {
			m := grown.FindStringSubmatchIndex(w.Text)
			if m == nil {
				words = append(words, w)
				continue
			}
			at := max(m[2], m[4], m[6])
			left, right := w, w
			left.Text, right.Text = w.Text[:at], w.Text[at:]
			share := float64(utf8.RuneCountInString(left.Text)) / float64(utf8.RuneCountInString(w.Text))
			x := w.Box.X0 + share*(w.Box.X1-w.Box.X0)
			left.Box.X1, right.Box.X0 = x-0.5, x+0.5
			words = append(words, left)
			cuts = append(cuts, len(words))
			words = append(words, right)
		}
		from := 0
		for _, cut := range append(cuts, len(words)) {
			if cut > from {
				out.cells = append(out.cells, cellOf(words[from:cut]))
				from = cut
			}
		}
	}
	return out
}

// lineNumber reports whether a word may number a line of goods.
func lineNumber(s string) bool {
	s = strings.TrimRight(s, ".)")
	return len(s) > 0 && len(s) <= 4 && digitsOnly(s)
}

// spread moves a figure on, where a ragged row has put two into one column and
// none into the next.
func (t *tablePage) spread(groups [][][]page.Word, cols []tableColumn) {
	figure := func(ws []page.Word) bool {
		f, ok := figureIn(textOf(ws), t.optical)
		return ok && !f.percent
	}
	for i := range cols {
		if cols[i].role == colDescription {
			continue
		}
		n := len(groups[i])
		takes := func(k int) bool {
			return k >= 0 && k < len(cols) && len(groups[k]) == 0 && (cols[k].role.counts() || cols[k].role == colPrice)
		}
		switch {
		case n == 2 && figure(groups[i][1]) && hasDigit(textOf(groups[i][0])) && takes(i+1):
			groups[i+1], groups[i] = groups[i][1:], groups[i][:1]
		case n == 2 && figure(groups[i][0]) && hasDigit(textOf(groups[i][1])) && takes(i-1):
			groups[i-1], groups[i] = groups[i][:1], groups[i][1:]
		case n == 1 && cols[i].role == colUnit && figure(groups[i][0]) && takes(i-1):
			groups[i-1], groups[i] = groups[i], nil
		}
	}
}

// joinSigns moves a currency that stands in a cell of its own to its amount.
func (r *tableRow) joinSigns(cols []tableColumn) {
	for i := range r.cells {
		if len(r.cells[i]) == 0 || r.figs[i] != nil || cols[i].role == colCurrency || cols[i].role == colUnit {
			continue
		}
		if s := r.text(i); !moneyMark(s) || hasDigit(s) {
			continue
		}
		for _, k := range []int{i + 1, i - 1} {
			if k >= 0 && k < len(cols) && r.figs[k] != nil && (cols[k].role == colPrice || cols[k].role == colAmount || cols[k].role == "") {
				ws := append(slices.Clone(r.cells[i]), r.cells[k]...)
				slices.SortStableFunc(ws, func(a, b page.Word) int { return compare(a.Box.X0, b.Box.X0) })
				r.cells[k], r.cells[i] = ws, nil
				break
			}
		}
	}
}
