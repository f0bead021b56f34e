// Package layout turns the words of a page into the fields of a paper: it finds
// lines and cells, labels and boxes of forms, parties and tables. It knows what
// papers of a type print, in several languages, and nothing of any sender.
package layout

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"tallyman/extract/page"
	"tallyman/trade"
)

// Read fills d, whose Type is known, with every field that its pages print.
func Read(d *trade.Document, pages []page.Page) {
	r := &reader{typ: d.Type, pages: pages, lx: lexiconOf(d.Type), tables: readTables(d.Type, pages)}
	for _, p := range pages {
		r.sheets = append(r.sheets, sheetOf(p, r.lx))
	}
	for _, st := range r.tables.statements {
		r.add(st, rankTable, "")
	}
	r.forms()
	r.labels()
	r.parties()
	r.equipment()
	r.attached()
	r.pageNumbers()
	r.title()
	r.looseTerms()
	r.destination()
	r.lineName()
	r.handling()
	r.journeyLine()
	r.massesInWords()
	r.packagesInWords()
	r.totals()
	r.worth()
	r.currency()
	r.kindOfPackages()
	r.wholeOfParts()
	for _, st := range r.chosen() {
		// The paths come from our own tables, and a test holds them to the
		// fields that exist: Set can only refuse an item beyond its limit.
		_ = d.Set(st)
	}
}

// A reader gathers what the pages of one paper state.
type reader struct {
	typ    trade.DocumentType
	lx     *lexicon
	pages  []page.Page
	sheets []*sheet
	tables tableResult
	found  []candidate
	sums   []sum
}

// A candidate is a statement that may be the one to keep.
type candidate struct {
	trade.Statement
	rank   rank
	script string // of its label
}

// A rank orders candidates for one field: the better label comes first.
type rank int

const (
	rankGuess   rank = 10 // no label: by its place
	rankTitle   rank = 20 // behind the title of the paper
	rankGeneral rank = 40 // a label of many papers, such as "Date"
	rankTable   rank = 60 // the foot of a column
	rankLabel   rank = 80 // a label of its own
	rankForm    rank = 90 // the box of a form
)

// doubtful is the confidence under which words of an optical reader are noise
// more often than not. Figures are kept: a doubtful figure is worth a look.
const doubtful = 0.4

func (r *reader) add(st trade.Statement, at rank, script string) {
	if st.Reader.Optical() && st.Confidence < doubtful && !hasDigit(st.Text) {
		return // words that a reader guessed at
	}
	if strings.TrimSpace(st.Text) != "" {
		st.Script = script
		r.found = append(r.found, candidate{st, at, script})
	}
}

// has reports whether a statement for that path was found, at that rank or better.
func (r *reader) has(path string, at rank) bool {
	return slices.ContainsFunc(r.found, func(c candidate) bool { return c.Path == path && c.rank >= at })
}

// wholeOfParts prefers, of several masses or counts behind one label, that which
// the label calls the total, or which the others make up: a packing list in
// blocks prints the mass of each.
func (r *reader) wholeOfParts() {
	for _, path := range []string{"/grossMass", "/netMass", "/packages", "/grossVolume"} {
		var at []int
		var values []trade.Decimal
		for i, c := range r.found {
			if c.Path != path || c.rank != rankLabel {
				continue
			}
			d := &trade.Document{}
			if d.Set(c.Statement) != nil {
				continue
			}
			f, _ := d.Field(path)
			number, _, _ := strings.Cut(f.Value, " ")
			m, ok := value{[]page.Word{{Text: number, Box: c.Box, Reader: c.Reader}}, "", 1}.money()
			if !ok || slices.ContainsFunc(values, func(o trade.Decimal) bool { return o.Cmp(m.Amount) == 0 }) {
				continue
			}
			at, values = append(at, i), append(values, m.Amount)
		}
		if len(at) < 3 {
			continue
		}
		best := -1
		for k := range at {
			if r.calledTotal(r.found[at[k]].Statement) {
				best = k
			}
		}
		for k, v := range values {
			rest, ok := v, true
			for j, o := range values {
				if j != k {
					var err error
					rest, err = rest.Sub(o)
					ok = ok && err == nil
				}
			}
			if ok && rest.IsZero() {
				best = k
			}
		}
		if best >= 0 {
			r.found[at[best]].rank = rankForm
		}
	}
}

// calledTotal reports whether the label before a statement says that it is a total.
func (r *reader) calledTotal(st trade.Statement) bool {
	for _, s := range r.sheets {
		if s.Number != st.Page {
			continue
		}
		for i := range s.hits {
			h := &s.hits[i]
			if h.box.Y0 < st.Box.Y1 && h.box.Y1 > st.Box.Y0 && h.box.X1 <= st.Box.X0+1 && st.Box.X0-h.box.X1 < 60 &&
				slices.ContainsFunc(wordsOf(s.tokens[h.line][h.from:h.to]), func(w page.Word) bool {
					return totalWord(foldWord(strings.Trim(w.Text, ":.,"))) || strings.EqualFold(strings.Trim(w.Text, ":."), "total")
				}) {
				return true
			}
		}
	}
	return false
}

// chosen returns the best statement of each path, in the order in which paths
// were first found, and behind it those that say it again in another script.
func (r *reader) chosen() []trade.Statement {
	var paths []string
	of := map[string][]candidate{}
	for _, c := range r.found {
		if of[c.Path] == nil {
			paths = append(paths, c.Path)
		}
		of[c.Path] = append(of[c.Path], c)
	}
	var all []trade.Statement
	for _, p := range paths {
		cs := of[p]
		if p == "/packages" && r.typ.Transport() {
			cs = slices.DeleteFunc(slices.Clone(cs), func(c candidate) bool { return r.oneOfSeveral(c.Statement) })
			if len(cs) == 0 {
				continue
			}
		}
		if name, ok := ofConsignment[p]; ok && of[list("items", 1, name)] != nil {
			// What one of several lines says is not said of all of them.
			cs = slices.DeleteFunc(slices.Clone(cs), func(c candidate) bool {
				for i := range trade.MaxItems {
					lines, known := of[list("items", i, name)]
					if slices.ContainsFunc(lines, func(l candidate) bool { return sameBox(c.Statement, l.Statement) }) {
						return true
					}
					if !known && i > 1 {
						break
					}
				}
				return false
			})
			if len(cs) == 0 {
				continue
			}
		}
		slices.SortStableFunc(cs, func(a, b candidate) int { return int(b.rank - a.rank) })
		all = append(all, cs[0].Statement)
		scripts := []string{cs[0].script}
		for _, c := range cs[1:] {
			if c.rank >= rankLabel && c.script != "" && cs[0].script != "" && !slices.Contains(scripts, c.script) && !sameBox(c.Statement, cs[0].Statement) {
				scripts = append(scripts, c.script)
				all = append(all, c.Statement)
			}
		}
	}
	return all
}

// oneOfSeveral reports whether a number of packages that was read from pixels
// stands in one of several lines that each name a number, and not in that of the
// sum: the lines of goods were not made out, and one is not for all.
func (r *reader) oneOfSeveral(st trade.Statement) bool {
	if !st.Reader.Optical() {
		return false
	}
	for _, s := range r.sheets {
		if s.Number != st.Page {
			continue
		}
		counts, own := 0, false
		for n, l := range s.lines {
			counted, total := false, false
			for i, t := range s.tokens[n] {
				if i > 0 && unitKind(t.Text) == "package" && digitsOnly(s.tokens[n][i-1].Text) {
					counted = true
				}
				if role, clear := rowRole(t.Text, true); clear && sumRole(role) {
					total = true
				}
			}
			if counted && !total {
				counts++
				y := middleY(st.Box)
				own = own || l.box.Y0 <= y && y <= l.box.Y1
			}
		}
		return own && counts > 1
	}
	return false
}

// ofConsignment are the figures that papers state for a line and for all.
var ofConsignment = map[string]string{"/packages": "/packages", "/grossMass": "/grossMass", "/netMass": "/netMass", "/grossVolume": "/grossVolume"}

func sameBox(a, b trade.Statement) bool {
	return a.Page == b.Page && a.Box.X0 < b.Box.X1 && b.Box.X0 < a.Box.X1 && a.Box.Y0 < b.Box.Y1 && b.Box.Y0 < a.Box.Y1
}

// inTable reports whether a table covers the middle of a box.
func (r *reader) inTable(number int, b trade.Box) bool {
	for _, g := range r.tables.regions {
		x, y := middleX(b), middleY(b)
		if g.page == number && g.box.X0 <= x && x <= g.box.X1 && g.box.Y0 <= y && y <= g.box.Y1 {
			return true
		}
	}
	return false
}

// labels reads the values beside labels, all but parties, sums and lists.
func (r *reader) labels() {
	for _, s := range r.sheets {
		for i := range s.hits {
			h := &s.hits[i]
			if h.lower {
				continue
			}
			inside := r.inTable(s.Number, h.box)
			for _, role := range h.roles() {
				// A certificate of origin names the invoice in a column of its goods.
				// So is a line of sums with labels of its own: "TOTAL QTY: 2000 G.W.: 2169".
				if inside && !(r.typ == trade.CertificateOfOrigin && role == "invoiceNo") && !(h.colon && len(s.behind(h)) > 0 && s.sumsLine(h.line)) {
					continue
				}
				r.label(s, h, role)
			}
		}
	}
}

// sumsLine reports whether a line begins with the label of a sum.
func (s *sheet) sumsLine(n int) bool {
	for i := range s.tokens[n] {
		if o := s.hitAt(n, i); o != nil {
			return o.role == "total" || o.role == "totalQuantity" || o.role == "grandTotal"
		}
		if s.tokens[n][i].fold != "" {
			return false
		}
	}
	return false
}

// general are roles whose labels stand on many papers for many things.
var general = map[string]bool{"number": true, "date": true}

func (r *reader) label(s *sheet, h *hit, role string) {
	path, k := pathOf(role, r.typ), roles[role]
	if role == "route" {
		r.route(s, h)
		return
	}
	if path == "" || k == partyKind || k == memberKind {
		return
	}
	switch role {
	case "declaredTotal", "declaredPackages", "declaredValue":
		return // boxes of a declaration, see forms
	case "grandTotal", "total", "subtotal", "tax":
		if v, ok := s.sumOf(h, path); ok {
			r.sums = append(r.sums, sum{role, v, s.Number, h.script})
		}
		return
	}
	if role == "date" && r.ofAnother(s, h) {
		return
	}
	at := rankLabel
	if general[role] {
		at = rankGeneral
	}
	if k == massKind || k == volumeKind || k == packagesKind || k == quantityKind {
		if r.typ.Declaration() && !h.colon {
			return // its boxes are items, see forms
		}
		if s.headsColumn(h) {
			return // a column of figures is a table's
		}
	}
	v, ok := s.valueOf(h, path, k)
	if !ok {
		return
	}
	if (k == massKind || k == volumeKind) && v.unit == "" && vague[foldKey(h.label)] && !unitEnds(v.words, k) {
		return // "Net 30"
	}
	if role == "marks" && !h.colon && (s.headerRow(h) && len(s.right(h)) == 0 && !s.boxed(h) || len(v.words) == 1 && len(v.words[0].Text) < 3) {
		return
	}
	if role == "tareMass" && r.typ == trade.RailConsignmentNote {
		return // of the wagon, in tonnes
	}
	if role == "currency" && r.typ.Transport() {
		return // that of the charges, not of the goods
	}
	if role == "amountInWords" && !r.typ.Invoice() && r.typ != trade.Contract {
		return
	}
	if strings.HasPrefix(role, "placeOf") && legalForms.MatchString(" "+textOf(v.words)+" ") {
		return
	}
	if role == "invoiceTitle" {
		// Below the word alone, in a row of headings only; beside it, anywhere.
		if v.words[0].Box.Y0 > h.box.Y1 && !slices.ContainsFunc(s.hits, func(o hit) bool { return o.line == h.line && o.role != role }) {
			return
		}
		if h.colon || len(v.words) != 1 || countDigits(v.words) < 3 || len(s.following(v.words[0])) > 0 || r.has(path, rankTitle) {
			return
		}
		at = rankTitle
	}
	if role == "paymentTerms" && incoterm.MatchString(v.words[0].Text) && readable("/deliveryTerms", v.words, "") {
		r.add(v.statement("/deliveryTerms", s.Number), rankGeneral, h.script)
		return
	}
	if role == "number" && r.typ.Transport() && len(textOf(v.words)) < 4 {
		return
	}
	if k == refKind && !h.colon && len(textOf(v.words)) < 3 && v.words[0].Reader.Optical() {
		return // a speck
	}
	if k == refKind {
		r.reference(s, h, role, path, at, v)
		return
	}
	if k == dateKind && !h.colon && h.open && s.Scanned && h.quality < 1 {
		return
	}
	if k == spelledKind {
		v.words = s.spelledOut(v.words)
	}
	if k == termsKind {
		v.words = s.closed(v.words)
	}
	r.add(v.statement(path, s.Number), at, h.script)
}

// ofAnother reports whether a label of a date stands behind the number of another
// paper: "Contract No.: 17 date 5 May 2026".
func (r *reader) ofAnother(s *sheet, h *hit) bool {
	for i := h.from - 1; i >= 0 && s.tokens[h.line][i].cell == h.cell; i-- {
		o := s.hitAt(h.line, i)
		if o == nil {
			continue
		}
		path := pathOf(o.role, r.typ)
		return strings.HasSuffix(path, "/number") && path != "/number" && !s.ownDate(h)
	}
	return false
}

// spelledOut adds the lines on which an amount in words goes on: whatever
// stands right below, is no label, and still makes an amount with the rest.
func (s *sheet) spelledOut(ws []page.Word) []page.Word {
	box := cellOf(ws).box
	for n, l := range s.lines {
		if l.box.Y0 < box.Y1-0.4*l.height || l.box.Y0 > box.Y1+1.6*l.height {
			continue
		}
		for c, cl := range l.cells {
			if cl.box.X0 >= box.X1 || cl.box.X1 <= box.X0-20*l.height || s.beginsWithLabel(n, c) != nil {
				continue
			}
			longer := append(slices.Clone(ws), s.cellWords(n, c)...)
			if _, err := trade.ParseAmountInWords(textOf(longer)); err == nil {
				ws = longer
				box = box.Union(cl.box)
				break
			}
		}
	}
	return ws
}

// closed adds the line below if it closes a bracket that is open: "CPT Almaty
// (Incoterms" over "2020)".
func (s *sheet) closed(ws []page.Word) []page.Word {
	text, box := textOf(ws), cellOf(ws).box
	if strings.Count(text, "(") == strings.Count(text, ")") {
		return ws
	}
	at := ws[0]
	at.Box = box
	if more := s.goesOn(at); len(more) > 0 && len(more) <= 3 && strings.HasSuffix(more[len(more)-1].Text, ")") {
		return append(slices.Clone(ws), more...)
	}
	return ws
}

// vague are labels of masses and volumes that mean other things as well, unless
// a unit says otherwise.
var vague = map[string]bool{}

func init() {
	for _, w := range []string{"Net", "Gross", "Нетто", "Брутто", "Brutto", "GW", "NW", "Tare", "Тара", "Volume", "Umfang", "Cube", "Meas", "Dara", "Measurement", "Measurements"} {
		vague[foldKey(w)] = true
	}
}

// unitEnds reports whether the last word carries a unit of that kind.
func unitEnds(ws []page.Word, k kind) bool {
	last := ws[len(ws)-1].Text
	return unitOf(k, last) || unitOf(k, strings.TrimLeft(last, "0123456789.,' ")) || unitOf(k, ws[0].Text)
}

// headerRow reports whether a label stands in a row of headings.
func (s *sheet) headerRow(h *hit) bool {
	n := 0
	for _, o := range s.hits {
		if o.line >= h.line-1 && o.line <= h.line+1 && !o.colon && !o.open {
			n++
		}
	}
	return n >= 3
}

// headsColumn reports whether a label without a colon heads a column: beside it
// stand other labels of figures.
func (s *sheet) headsColumn(h *hit) bool {
	if h.colon || len(s.behind(h)) > 0 {
		return false
	}
	// Figures stand below one another, with others beside them.
	run := 0
	for n := h.line + 1; n < len(s.lines) && n < h.line+5; n++ {
		for c, cl := range s.lines[n].cells {
			if _, ok := figureIn(cl.text, s.Scanned); ok && c > 0 && cl.box.X0 < h.box.X1 && h.box.X0 < cl.box.X1 && len(s.lines[n].cells) > 2 {
				run++
			}
		}
	}
	if run >= 3 {
		return true
	}
	n := 0
	for _, o := range s.hits {
		k := roles[o.role]
		figures := k == massKind || k == volumeKind || k == quantityKind || k == packagesKind || k == moneyKind || o.role == "-quantityOther" || o.role == "-weightOther"
		if o.from != h.from && figures && !o.colon && !o.lower && o.line >= h.line-1 && o.line <= h.line+1 {
			n++
		}
	}
	return n >= 2
}

// dateOf is the path of the date that goes with a number.
func dateOf(path string) string {
	if path == "/number" {
		return "/issueDate"
	}
	return strings.Replace(path, "/number", "/date", 1)
}

// reference adds the number of a paper, and its date if that follows: "No. 17
// dated 5 May 2026", "№ 17 от 05.05.2026".
func (r *reader) reference(s *sheet, h *hit, role, path string, at rank, v value) {
	st := v.statement(path, s.Number)
	rest := s.following(v.words[len(v.words)-1])
	if path == "/invoice/number" {
		// "Invoices: TV-311, TV-312": the paper may be named with either.
		for len(rest) > 0 && len(v.words) == 1 && len(st.Alternatives) < 8 {
			next := strings.Trim(rest[0].Text, ",;&")
			if next != "" && !(shapeOf(next) == shapeOf(v.words[0].Text) && hasDigit(next) && len(next) > 3) {
				break
			}
			if next != "" {
				st.Alternatives = append(st.Alternatives, trade.Alternative[string]{Value: next, Probability: 0.4})
			}
			rest = rest[1:]
		}
	}
	r.add(st, at, h.script)
	if len(rest) == 0 && at == rankTitle || len(rest) == 0 && path == "/number" && h.line < 6 {
		rest = s.dateBeside(v.words[len(v.words)-1]) // "INVOICE № 219   14.05.2026"
	}
	if len(rest) == 0 {
		return
	}
	if last := strings.Trim(rest[len(rest)-1].Text, "(,"); datedWord.MatchString(last) && len(rest) <= 3 {
		rest = append(slices.Clone(rest), s.goesOn(v.words[0])...) // the date stands on the next line
	}
	i := 0
	for i < len(rest) && i < 3 && strings.Trim(rest[i].Text, ",;/|-–—(") == "" {
		i++
	}
	if i == len(rest) {
		return
	}
	first := strings.Trim(rest[i].Text, "(,")
	if !h.dated() && !datedWord.MatchString(first) && !dateShape.MatchString(strings.Trim(first, ".,;)")) {
		return
	}
	if o := s.hitOver(rest[i]); o != nil && (roles[o.role] == noKind || path != "/number" && s.ownDate(o)) {
		return
	}
	from, to, ok := takeDate(rest[i:])
	if !ok {
		return
	}
	run := trimmed(rest[i+from:i+to], ",;:).")
	date := value{run, "", v.trust}
	r.add(date.statement(dateOf(path), s.Number), at, h.script)
}

// shapeOf returns a text with one letter for all letters, and one digit for all
// digits.
func shapeOf(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsDigit(r):
			return '9'
		case unicode.IsLetter(r):
			return 'A'
		}
		return r
	}, s)
}

// ownDate reports whether a label of a date is the only one of the page, and stands
// apart with a colon: "Invoice No.: 17  Date: 15 July" on a policy is the policy's.
func (s *sheet) ownDate(h *hit) bool {
	if h.role != "date" || !h.colon || !unicode.IsUpper(firstRune(s.tokens[h.line][h.from].Text)) {
		return false
	}
	for i := range s.hits {
		if o := &s.hits[i]; o != h && roles[o.role] == dateKind && !strings.HasPrefix(o.role, "-") {
			return false
		}
	}
	return true
}

// dateBeside returns the words of the next cell of the line, if they are a date
// in figures.
func (s *sheet) dateBeside(w page.Word) []page.Word {
	for n, l := range s.lines {
		for c, cl := range l.cells {
			if last := cl.words[len(cl.words)-1]; last.Box != w.Box || c+1 >= len(l.cells) {
				continue
			}
			next := l.cells[c+1]
			if next.box.X0-cl.box.X1 < 6*l.height && dateShape.MatchString(strings.Trim(next.words[0].Text, "(,.;)")) && s.beginsWithLabel(n, c+1) == nil {
				return next.words
			}
		}
	}
	return nil
}

// goesOn returns the words of the cell right below a word that begin where it
// begins, if no label begins there.
func (s *sheet) goesOn(w page.Word) []page.Word {
	left := w.Box.X0
	for _, l := range s.lines {
		for _, cl := range l.cells {
			if slices.ContainsFunc(cl.words, func(o page.Word) bool { return o.Box == w.Box }) {
				left = cl.box.X0 // "Contract № 17 dated" over "5 May 2026"
			}
		}
	}
	for n, l := range s.lines {
		if l.box.Y0 < w.Box.Y1-0.4*l.height || l.box.Y0 > w.Box.Y1+1.2*l.height {
			continue
		}
		for c, cl := range l.cells {
			if (abs(cl.box.X0-w.Box.X0) < l.height || abs(cl.box.X0-left) < l.height) && s.beginsWithLabel(n, c) == nil {
				return s.cellWords(n, c)
			}
		}
	}
	return nil
}

// dated reports whether a heading asks for a number and its date: "Number and
// date of invoice".
func (h *hit) dated() bool {
	return dateWordIn.MatchString(h.label) || slices.ContainsFunc(h.roles(), func(o string) bool { return roles[o] == dateKind })
}

var dateWordIn = regexp.MustCompile(`(?i)\bdate\b|дата|датасы|日期|\bdatum\b|\btarih`)

// boxed reports whether a heading stands in a ruled box of its own.
func (s *sheet) boxed(h *hit) bool {
	_, ok := s.boxAround(h)
	return ok
}

// following returns the words of the same cell behind w.
func (s *sheet) following(w page.Word) []page.Word {
	for n, ts := range s.tokens {
		for i, t := range ts {
			if t.Box.X0 != w.Box.X0 || t.Box.Y0 != w.Box.Y0 {
				continue
			}
			var ws []page.Word
			for _, o := range ts[i+1:] {
				if o.cell == t.cell {
					ws = append(ws, o.Word)
				}
			}
			_ = n
			return ws
		}
	}
	return nil
}

// hitOver returns the label that covers a word.
func (s *sheet) hitOver(w page.Word) *hit {
	for i := range s.hits {
		h := &s.hits[i]
		for _, t := range s.tokens[h.line][h.from:h.to] {
			if t.Box == w.Box {
				return h
			}
		}
	}
	return nil
}

// list numbers the entries of a list field in the order in which they come.
func list(prefix string, n int, rest string) string { return fmt.Sprintf("/%s/%d%s", prefix, n, rest) }
