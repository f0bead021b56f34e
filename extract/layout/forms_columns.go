package layout

import (
	"regexp"
	"slices"
	"strings"

	"tallyman/extract/page"
	"tallyman/trade"
)

// The boxes of goods stand side by side, and each is filled for itself: where one
// heading takes more lines than its neighbour, its values begin lower.

// headingEnds returns, for each column, where its heading ends and the size of its
// type; the size is 0 where that cannot be told.
func (s *sheet) headingEnds(columns []goodsColumn) (ends, sizes []float64) {
	ends, sizes = make([]float64, len(columns)), make([]float64, len(columns))
	for i, c := range columns {
		ends[i] = c.box.Y1
		if s.Scanned {
			continue
		}
		for _, w := range s.Words {
			if x, y := middleX(w.Box), middleY(w.Box); x > c.box.X0 && x < c.box.X1 && y > c.box.Y0 && y < c.box.Y1 && w.Size > 0 {
				sizes[i] = w.Size
				break
			}
		}
		if sizes[i] == 0 {
			continue
		}
		other := false              // something below is set in other type
		for _, l := range s.lines { // from top to bottom
			for _, w := range l.words() {
				if x := middleX(w.Box); x < c.left || x > c.right || w.Box.Y0 < c.box.Y0-1 || w.Box.Y0-ends[i] > 5*sizes[i] || other {
					continue
				}
				switch same := abs(w.Size-sizes[i]) <= 0.04*sizes[i]; {
				case !same && w.Box.Y0 > c.box.Y1-1:
					other = w.Size > largerType*sizes[i]
				case same && w.Box.Y0-ends[i] < 1.6*sizes[i]:
					ends[i] = max(ends[i], w.Box.Y1)
				}
			}
		}
		if !other {
			ends[i], sizes[i] = c.box.Y1, 0
		}
	}
	return ends, sizes
}

// columnAt returns the column that x stands in; -1 if none.
func columnAt(columns []goodsColumn, x float64) int {
	return slices.IndexFunc(columns, func(c goodsColumn) bool { return x >= c.left && x < c.right })
}

// boxesEnd returns where the boxes of the goods end, if their headings and what is
// filled in share boxes that end at one height; 0 if not.
func (s *sheet) boxesEnd(columns []goodsColumn) float64 {
	if s.Scanned {
		return 0
	}
	var ends []float64
	for _, c := range columns {
		box, ok := s.boxAround(&hit{box: c.box})
		if !ok || c.field == "" {
			continue
		}
		filled := slices.ContainsFunc(s.Words, func(w page.Word) bool {
			x, y := middleX(w.Box), middleY(w.Box)
			return x > box.X0 && x < box.X1 && y > c.box.Y1+1 && y < box.Y1 && hasDigit(w.Text)
		})
		if filled {
			ends = append(ends, box.Y1)
		}
	}
	if len(ends) < 2 {
		return 0
	}
	slices.Sort(ends)
	if ends[len(ends)-1]-ends[0] > 4 {
		return 0
	}
	return ends[len(ends)-1]
}

// footOfSums reports whether the cells of a line are figures under packages and
// masses and nothing else: the sums at the foot of an air waybill.
func (s *sheet) footOfSums(n int, columns []goodsColumn) bool {
	seen := map[string]bool{}
	for _, cl := range s.lines[n].cells {
		i := columnAt(columns, middleX(cl.box))
		if i < 0 || !figure.MatchString(cl.words[0].Text) {
			return false
		}
		seen[columns[i].field] = true
	}
	return seen["packages"] && seen["grossMass"]
}

// A goodsRun is words of one column on one line.
type goodsRun struct {
	column int
	field  string
	words  []page.Word
	total  bool // its line is one of sums
	row    int
}

// stepped puts the runs of the columns together by how far below the end of their
// own heading they stand, if they meet on fewer lines that way than by their height
// on the page; nil if they do not.
func stepped(rows []goodsRow, runs []goodsRun, ends, sizes []float64) []goodsRow {
	type at struct {
		y   float64
		run goodsRun
	}
	var all []at
	lowest, highest := 0.0, 0.0
	pitch := 0.0
	last := map[int]float64{}
	for _, run := range runs {
		if sizes[run.column] == 0 {
			return nil
		}
		y := run.words[0].Box.Y1
		if before, ok := last[run.column]; ok {
			if d := y - before; d > 3 && (pitch == 0 || d < pitch) {
				pitch = d
			}
		}
		last[run.column] = y
		end := ends[run.column]
		if lowest == 0 || end < lowest {
			lowest = end
		}
		highest = max(highest, end)
		all = append(all, at{y - end, run})
	}
	if len(all) == 0 || pitch == 0 || highest-lowest < 0.25*pitch || len(last) < 3 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b at) int { return compare(a.y, b.y) })
	var groups [][]goodsRun
	top := 0.0
	for i, a := range all {
		if i == 0 || a.y-top > 0.4*pitch {
			groups = append(groups, nil)
			top = a.y
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], a.run)
	}
	if len(groups) >= len(rows) {
		return nil
	}
	var out []goodsRow
	for _, g := range groups {
		slices.SortStableFunc(g, func(a, b goodsRun) int { return compare(a.words[0].Box.X0, b.words[0].Box.X0) })
		row := goodsRow{words: map[string][]page.Word{}, y: middleY(g[0].words[0].Box)}
		for _, run := range g {
			row.words[run.field] = append(row.words[run.field], run.words...)
			row.cells = append(row.cells, run.words)
			row.total = row.total || run.total
		}
		out = append(out, row)
	}
	return out
}

// linesOfWords cuts words at the ends of the lines that they stand on.
func linesOfWords(ws []page.Word) (all [][]page.Word) {
	for i, w := range ws {
		if i == 0 || w.Box.Y0 > ws[i-1].Box.Y0+0.5*heightOf(w) {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], w)
	}
	return all
}

var (
	// clauseLine is a line in the box of the goods that carriers print on every paper.
	clauseLine = regexp.MustCompile(`(?i)^(?:"?(?:shipper'?s?|carrier'?s?) load,?(?: stow(?:age)?,?)?(?:(?: and| &)? count,?)?(?:(?: and| &)? seal(?:ed)?)?"?|freight (?:prepaid|collect|payable.*)|clean on board|(?:clean )?shipped on board.*|laden on board.*|not restricted|non[- ]?restricted|груз не опасный|не опасный груз|fcl ?/ ?fcl|lcl ?/ ?lcl|cy ?/ ?cy|as per attached (?:list|sheet|manifest|rider))[.,:;]*$`)
	// sizeLine is a line of sizes or volumes of pieces: "2/60X40X45 CM", "VOL 0.720 MC".
	sizeWords = regexp.MustCompile(`(?i)\b(?:dims?|dimensions?|vol(?:ume)?|total|cms?|mm|inch(?:es)?|in|pcs?|ctns?|mc|cbm|m3|x)\b|м³|m³|размеры?|габариты?`)
	sizeRest  = regexp.MustCompile(`^[\d\s.,:;/@*xX×хХ()=+-]*$`)
	sizeShape = regexp.MustCompile(`(?i)\d ?[x×х*] ?\d|\d ?(?:mc|cbm|m3|m³|м³)`)
	// cubicMC is the code of the cubic metre on air waybills (IATA CASS and Cargo-IMP).
	cubicMC = regexp.MustCompile(`(?i)^(?:vol(?:ume)?[.: ]*)?(\d[\d.,]*) ?MC[.]?$`)
)

// onlySizes reports whether a line states sizes and volumes and nothing else.
func onlySizes(text string) bool {
	return sizeShape.MatchString(text) && sizeRest.MatchString(sizeWords.ReplaceAllString(text, ""))
}

// goodsNamed drops the lines amid goods that name none of them: clauses of the
// carrier, sizes of pieces. It leaves the words alone if nothing else is there.
func goodsNamed(ws []page.Word) []page.Word {
	var out []page.Word
	for _, l := range linesOfWords(ws) {
		if t := textOf(l); !clauseLine.MatchString(t) && !onlySizes(t) {
			out = append(out, l...)
		}
	}
	if len(out) == 0 {
		return ws
	}
	return out
}

// cubicMetres returns the volume that a line amid the goods of an air waybill
// states in the unit of air waybills: "VOL 0.720 MC".
func cubicMetres(ws []page.Word) (page.Word, bool) {
	for _, l := range linesOfWords(ws) {
		m := cubicMC.FindStringSubmatch(textOf(l))
		if m == nil {
			continue
		}
		for _, w := range l {
			if hasDigit(w.Text) {
				w.Text = m[1]
				return w, true
			}
		}
	}
	return page.Word{}, false
}

// byCodes divides goods that are named line by line above as many tariff codes:
// "KETTLES" over "RICE COOKERS" over "HS CODE: 851679, 851660".
func (s *sheet) byCodes(it *goodsLine) []*goodsLine {
	var names [][]page.Word
	var codes []page.Word
	for _, l := range linesOfWords(goodsNamed(it.words["description"])) {
		at := slices.IndexFunc(l, func(w page.Word) bool {
			o := s.hitOver(w)
			return o != nil && o.role == "-tariff" || codeName.MatchString(w.Text)
		})
		switch {
		case at == 0:
			for _, w := range l {
				for _, p := range splitWords([]page.Word{w}, ",;/") {
					if t := strings.Trim(p[0].Text, ".:"); codeRe.MatchString(t) && digitCount(t) >= 6 {
						codes = append(codes, p[0])
					}
				}
			}
		case at > 0:
			return nil // a code behind each name
		case len(codes) > 0:
			return nil // goods go on below their codes
		default:
			if o := s.hitOver(l[0]); o != nil && o.colon && o.to-o.from >= len(l) {
				continue // "SAID TO CONTAIN:"
			}
			names = append(names, l)
		}
	}
	if len(codes) < 2 || len(codes) != len(names) {
		return nil
	}
	var parts []*goodsLine
	for i, n := range names {
		if last := n[len(n)-1].Text; len(n) > 1 && joinWord.MatchString(last) {
			n = n[:len(n)-1]
		}
		if !letters(strings.Map(keepLetters, textOf(n))) || len([]rune(textOf(n))) < 4 {
			return nil
		}
		parts = append(parts, &goodsLine{map[string][]page.Word{"description": trimmed(n, ",;"), "tariffCode": {codes[i]}}})
	}
	return parts
}

// joinWord ends a line of goods to which the next adds more.
var joinWord = regexp.MustCompile(`(?i)^(?:and|&|и|und|et|y|ve|,)$`)

func digitCount(s string) int { return len(s) - len(strings.Map(withoutDigits, s)) }

func withoutDigits(r rune) rune {
	if r >= '0' && r <= '9' {
		return -1
	}
	return r
}

// exactMass returns the mass that words print, if they print one.
func exactMass(ws []page.Word) (trade.Mass, bool) {
	from, to, ok := takeFigure(ws, massKind)
	if !ok {
		return trade.Mass{}, false
	}
	d := &trade.Document{}
	st := state("/grossMass", 1, trimmed(ws[from:to], ",;:"))
	if d.Set(st) != nil || !d.GrossMass.Known() {
		st.Unit = "kg"
		d = &trade.Document{}
		if d.Set(st) != nil || !d.GrossMass.Known() {
			return trade.Mass{}, false
		}
	}
	return d.GrossMass.Value, true
}

// tareWord is said of the mass of a container or a wagon beside that of the goods.
var tareWord = regexp.MustCompile(`(?i)^\(?(?:тар[аы]|tare|taragewicht|dara|皮重|自重)[.:,]*$`)

// withoutTare drops the tare of containers from the masses of goods: the line that
// names it, and the figure on the next.
func withoutTare(rows []goodsRow) []goodsRow {
	under := false
	for i := range rows {
		ws := rows[i].words["grossMass"]
		if len(ws) == 0 {
			continue
		}
		at := slices.IndexFunc(ws, func(w page.Word) bool { return tareWord.MatchString(w.Text) })
		figures := countDigits(ws) > 0
		if at >= 0 && countDigits(ws[:at]) == 0 || under && figures {
			under = at >= 0 && !figures
			delete(rows[i].words, "grossMass")
			continue
		}
		under = false
	}
	return rows
}

// withoutParts drops the rows of figures alone that divide the figures of the goods
// above them, wagon by wagon: 136 680 over 68 340 and 68 340.
func withoutParts(rows []goodsRow) []goodsRow {
	first := slices.IndexFunc(rows, func(g goodsRow) bool { _, ok := exactMass(g.words["grossMass"]); return ok })
	if first < 0 || rows[first].total {
		return rows
	}
	whole, _ := exactMass(rows[first].words["grossMass"])
	rest, known := whole.Micrograms()
	var parts []int
	for i := first + 1; i < len(rows); i++ {
		m, ok := exactMass(rows[i].words["grossMass"])
		if !ok {
			continue
		}
		if rows[i].total || rows[i].has("tariffCode") {
			return rows
		}
		part, ok := m.Micrograms()
		known = known && ok
		rest -= part
		parts = append(parts, i)
	}
	if len(parts) < 2 || !known || rest != 0 {
		return rows
	}
	for _, i := range parts {
		delete(rows[i].words, "grossMass")
		delete(rows[i].words, "packages")
	}
	return rows
}

// containersWord counts containers, which are no packages where packages are counted too.
var containersWord = regexp.MustCompile(`(?i)^\(?\d+ ?(?:x ?\d\d ?['’]?.*|(?:containers?|cntrs?|ctrs?|контейнер\p{L}*|fcl)\b.*)$`)

// withoutContainers drops the number of containers from a column of packages that
// counts packages as well: "2 CONTAINERS" over "1964 CTNS".
func withoutContainers(rows []goodsRow) []goodsRow {
	counted := slices.ContainsFunc(rows, func(g goodsRow) bool {
		_, _, ok := takeFigure(g.words["packages"], packagesKind)
		return ok && !containersWord.MatchString(textOf(g.words["packages"]))
	})
	if !counted {
		return rows
	}
	for i := range rows {
		if containersWord.MatchString(textOf(rows[i].words["packages"])) {
			delete(rows[i].words, "packages")
		}
	}
	return rows
}

// oneConsignment puts the rate lines of an air waybill together where what it says
// of the goods does not stand line by line beside them: the box of the goods is
// filled for itself, with sizes and codes between.
func oneConsignment(rows []goodsRow) []goodsRow {
	lines, loose := 0, false
	for _, g := range rows {
		_, weighed := exactMass(g.words["grossMass"])
		if g.total {
			continue
		}
		t := textOf(g.words["description"])
		if weighed {
			lines++
			loose = loose || t == "" || lines > 1 && (onlySizes(t) || codeName.MatchString(g.words["description"][0].Text))
		}
	}
	if lines < 2 || !loose {
		return rows
	}
	all := goodsRow{words: map[string][]page.Word{}}
	var out []goodsRow
	for _, g := range rows {
		if g.total {
			out = append(out, g)
			continue
		}
		all.words["description"] = append(all.words["description"], g.words["description"]...)
		for f := range goodsKinds {
			if len(all.words[f]) == 0 && f != "packages" && f != "grossMass" && f != "chargeableMass" {
				all.words[f] = g.words[f]
			}
		}
	}
	if len(out) > 0 { // the sums are of the consignment
		for _, f := range []string{"packages", "grossMass"} {
			all.words[f] = out[0].words[f]
		}
	}
	return append([]goodsRow{all}, out...)
}

// withSums marks the rows of figures alone whose mass is that of all goods above them:
// the sums, without a word that says so.
func withSums(rows []goodsRow) []goodsRow {
	var sum int64
	known := true
	for i := range rows {
		m, ok := exactMass(rows[i].words["grossMass"])
		if !ok {
			continue
		}
		n, exact := m.Micrograms()
		if known && exact && sum > 0 && n == sum && !rows[i].has("description") && !rows[i].has("tariffCode") && !rows[i].has("marks") {
			rows[i].total = true
			return rows
		}
		known = known && exact && !rows[i].total
		sum += n
	}
	return rows
}
