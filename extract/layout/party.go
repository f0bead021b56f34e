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

// A block is the lines of a party, each a run of words.
type block struct {
	sheet *sheet
	lines []blockLine
	trust float64
	boxed bool // the lines fill a ruled box
}

// A blockLine is what a line of the page has of a block: tokens [from,to).
type blockLine struct {
	line, from, to int
	label          *hit // that stands in a column of its own beside the line; nil if none does
}

// maxBlock bounds the lines of a party.
const maxBlock = 10

// parties reads the blocks under the headings of roles, and takes the letterhead
// for the seller where no heading names one.
func (r *reader) parties() {
	type seen struct {
		statements []trade.Statement
		script     string
		exporter   bool // by its heading
	}
	best := map[string]seen{}
	names := map[string][]string{} // every name under the headings of a role
	var order []string
	for _, s := range r.sheets {
		for i := range s.hits {
			h := &s.hits[i]
			if roles[h.role] != partyKind || h.lower || r.inTable(s.Number, h.box) {
				continue
			}
			if s.secondLanguage(h) {
				continue
			}
			b, ok := s.blockOf(h, r)
			if !ok {
				continue
			}
			if r.journey(s, h, b) {
				continue
			}
			if h.is("carrier") && r.typ == trade.RoadConsignmentNote {
				b = r.vehiclesOf(b)
			}
			for _, role := range h.roles() {
				if roles[role] != partyKind {
					continue
				}
				sts := b.party("/" + role)
				if len(sts) == 0 {
					continue
				}
				names[role] = append(names[role], nameIn(sts))
				old, ok := best[role]
				if !ok {
					order = append(order, role)
				}
				if len(sts) > len(old.statements) {
					best[role] = seen{sts, h.script, exporterWord.MatchString(s.textIn(h))}
				}
			}
		}
	}
	// Who exports is who sells, on an invoice, a contract or a paper with a buyer, that
	// names no other seller.
	sells := r.typ.Invoice() || r.typ == trade.Contract || len(best["buyer"].statements) > 0 && len(best["consignee"].statements) == 0
	exporter := (sells || len(best["seller"].statements) > 0) && len(best["consignor"].statements) > 0 && best["consignor"].exporter
	if same := best["seller"].statements; exporter && (len(same) == 0 || sameBox(same[0], best["consignor"].statements[0])) {
		if len(same) == 0 {
			sts := best["consignor"].statements
			for i := range sts {
				sts[i].Path = "/seller" + strings.TrimPrefix(sts[i].Path, "/consignor")
			}
			best["seller"] = best["consignor"]
			order = append(order, "seller")
		}
		delete(best, "consignor")
	}
	if c, own := best["consignor"], best["seller"]; exporter && len(c.statements) > 0 && len(own.statements) > 0 && nameIn(c.statements) != "" && slices.Contains(names["seller"], nameIn(c.statements)) {
		// The seller again, as exporter: the fuller block of the two is his.
		if len(c.statements) > len(own.statements) {
			for i := range c.statements {
				c.statements[i].Path = "/seller" + strings.TrimPrefix(c.statements[i].Path, "/consignor")
			}
			best["seller"] = c
		}
		delete(best, "consignor")
	}
	for _, role := range order {
		for _, st := range best[role].statements {
			r.add(st, rankLabel, best[role].script)
		}
	}
	r.preamble()
	r.letterhead()
	r.addressWindow()
	r.bankAccount()
}

// nameIn returns the folded name among the statements of a party; empty if it has
// none.
func nameIn(sts []trade.Statement) string {
	for _, st := range sts {
		if strings.HasSuffix(st.Path, "/name") {
			return foldKey(st.Text)
		}
	}
	return ""
}

// exporterWord is in a heading that names who exports, not who sends.
var exporterWord = regexp.MustCompile(`(?i)export|экспорт|出口|[iİ]hracat|esportatore|eksporter`)

// textIn returns the words of a label.
func (s *sheet) textIn(h *hit) string { return textOf(wordsOf(s.tokens[h.line][h.from:h.to])) }

// secondLanguage reports whether a heading is the further language of one on the
// line above, whose party begins beside that.
func (s *sheet) secondLanguage(h *hit) bool {
	for i := range s.hits {
		o := &s.hits[i]
		if o.role == h.role && o.line < h.line && o.line >= h.line-2 && !o.colon && o.box.X0-h.box.X0 < 8 && h.box.X0-o.box.X0 < 8 &&
			h.box.Y0-o.box.Y1 < 1.2*s.lines[h.line].height && len(s.right(o)) > 0 && len(s.behind(o)) == 0 {
			return true
		}
	}
	return false
}

// bankAccount takes the account that an invoice names apart from the parties for
// the seller's, if it is the only one.
func (r *reader) bankAccount() {
	if !r.typ.Invoice() || r.has("/seller/account", rankGuess) || r.has("/buyer/account", rankGuess) {
		return
	}
	var only []page.Word
	number := 0
	for _, s := range r.sheets {
		for i := range s.hits {
			h := &s.hits[i]
			if h.role != "account" || h.open && !h.colon && len(s.behind(h)) == 0 {
				continue
			}
			for _, ws := range [][]page.Word{s.behind(h), s.right(h)} {
				to := 0
				for to < len(ws) && strings.IndexFunc(strings.Trim(ws[to].Text, ",;:"), func(r rune) bool { return !unicode.IsUpper(r) && !unicode.IsDigit(r) && r != '-' }) < 0 && hasDigit(ws[to].Text) {
					to++
				}
				if countDigits(ws[:to]) < 8 {
					continue
				}
				run := trimmed(ws[:to], ",;:.")
				if only != nil && textOf(only) != textOf(run) {
					return
				}
				only, number = run, s.Number
				break
			}
		}
	}
	if only != nil && readable("/seller/account", only, "") {
		r.add(value{only, "", 0.9}.statement("/seller/account", number), rankGeneral, "")
	}
}

// weakParty are headings that mean a party only with a colon.
var weakParty = map[string]bool{}

func init() {
	for _, w := range []string{"To", "From", "Alan", "Satan", "Son", "Client", "Customer", "Carrier", "Agent", "Alıcısı", "Issued by"} {
		weakParty[foldKey(w)] = true
	}
}

// journey takes "From: A To: B" on one line for places, and reports whether it
// is that.
func (r *reader) journey(s *sheet, h *hit, b block) bool {
	from, to := foldKey("From"), foldKey("To")
	key := foldKey(h.label)
	if key != from && key != to {
		return false
	}
	ws := wordsOf(b.tokens(b.lines[0]))
	firm := legalForms.MatchString(" " + textOf(ws) + " ")
	if !slices.ContainsFunc(s.hits, func(o hit) bool {
		k := foldKey(o.label)
		near := o.line == h.line || !r.typ.Invoice() && o.line >= h.line-2 && o.line <= h.line+2 && !firm && len(b.lines) == 1
		return near && (o.from != h.from || o.line != h.line) && (k == from || k == to) && k != key
	}) {
		return false
	}
	path := "/placeOfLoading"
	if key == to {
		path = pathOf("placeOfUnloading", r.typ)
	}
	if _, _, ok := takeWords(ws); ok && !legalForms.MatchString(" "+textOf(ws)+" ") {
		v := value{ws, "", b.trust}
		r.add(v.statement(path, s.Number), rankGeneral, h.script)
	}
	return true
}

// inParty reports whether a label may stand inside the block of a party.
func inParty(h *hit) bool {
	switch h.role {
	case "-partyIdOther", "-partyCity", "-carrierAgent", "-handling", "-customerNo":
		return true
	}
	return roles[h.role] == memberKind || h.role == "tax" && idWords[foldKey(h.label)]
}

// blockOf returns the lines that belong to a heading.
func (s *sheet) blockOf(h *hit, r *reader) (block, bool) {
	b := block{sheet: s, trust: trustBelow * (0.6 + 0.4*h.quality)}
	behind := s.behind(h)
	if h.open && !s.distinct(h) && !s.namesFirm(h, behind) {
		return b, false // "The seller shall ...": prose
	}
	if weakParty[foldKey(h.label)] && !h.colon && h.number == "" {
		if _, ok := s.boxAround(h); !ok || roles[h.role] != partyKind || h.role == "buyer" || h.role == "seller" {
			return b, false
		}
	}
	if len(behind) == 0 && !s.form {
		if lines := s.boxBeside(h); len(lines) > 1 && len(lines) <= maxBlock {
			b.lines, b.boxed, b.trust = lines, true, trustBehind*(0.6+0.4*h.quality)
			return b, true
		}
	}
	if box, ok := s.boxAround(h); ok && (box.X1-box.X0 < 0.6*s.Width || s.form && (h.number != "" || s.Scanned && s.aloneOnLine(h))) {
		box, shared := s.withoutNeighbours(box, h)
		b.lines = s.linesIn(box, h)
		if len(b.lines) > 0 && len(b.lines) <= maxBlock {
			b.boxed = true
			return b, true
		}
		if !shared && len(b.lines) == 0 {
			b.lines = s.linesUnder(box, h)
			b.boxed = len(b.lines) > 0
			return b, b.boxed // or an empty box of a form
		}
		b.lines = nil
	}
	height := s.lines[h.line].height
	left, right := h.box.X0, s.columnEnd(h)
	lefts := []float64{left}
	column := false // the block stands in a column of values, beside a column of labels
	bottom := h.box.Y1
	add := func(n, c int) bool {
		from, to := s.span(n, c)
		for i := from; i < to; i++ {
			o := s.hitAt(n, i)
			if o == nil || o.from != i || o == h {
				continue
			}
			if (o.colon || !o.open) && !inParty(o) {
				to = i
				break
			}
		}
		if to <= from {
			return false
		}
		b.lines = append(b.lines, blockLine{line: n, from: from, to: to})
		return true
	}
	switch {
	case dash(behind):
		return b, false
	case len(behind) > 0:
		from := h.to
		to := from + len(behind)
		// What follows inside the cell may carry labels of its own.
		for to < len(s.tokens[h.line]) && s.tokens[h.line][to].cell == h.cell {
			if o := s.hitAt(h.line, to); o != nil && o.from == to && !inParty(o) && (o.colon || !o.open) {
				break
			}
			to++
		}
		b.lines = append(b.lines, blockLine{line: h.line, from: from, to: to})
		lefts = append(lefts, behind[0].Box.X0)
		b.trust = trustBehind * (0.6 + 0.4*h.quality)
	default:
		// Below or beside? Below, if words begin there under the heading.
		below := s.below(h)
		beside := s.right(h)
		if hint(beside) {
			beside = nil
		}
		if len(beside) > 0 && (len(below) == 0 || h.colon && !s.headsBlock(h, below)) {
			if !add(h.line, h.cell+1) {
				return b, false
			}
			column = true
			for c := h.cell + 2; c < len(s.lines[h.line].cells) && s.beginsWithLabel(h.line, c) == nil; c++ {
				if last := s.lines[h.line].cells[c-1]; !strings.HasSuffix(last.text, ",") {
					break
				}
				add(h.line, c)
			}
			lefts = []float64{beside[0].Box.X0}
			right = s.columnEndAt(h.line, h.cell+1)
		}
	}
	for n := h.line + 1; n < len(s.lines) && len(b.lines) < maxBlock; n++ {
		l := s.lines[n]
		limit := 1.7 * height
		if len(b.lines) == 0 {
			limit = 2.6 * height
		}
		if l.box.Y0-bottom > limit {
			break
		}
		stop, took, below := false, false, false
		for c, cl := range l.cells {
			if cl.box.Y0 < bottom-0.6*height || cl.box.X0 >= right-1 || cl.box.X1 <= left+1 {
				continue
			}
			if len(b.lines) == 0 && cl.box.X0 < left-1.5*height && cl.box.X1 > h.box.X1+6*height {
				continue // a line across the page
			}
			if len(b.lines) == 0 && !column && cl.box.X0 > max(h.box.X1, left+8*height)+2*height {
				continue // of another column, whose lines stand at other heights
			}
			if !aligned(cl.box.X0, lefts, 2*height) && !(len(b.lines) == 0 && cl.box.X0 > left-1.5*height) {
				if len(b.lines) > 0 {
					continue
				}
				if cl.box.X0 < left-1.5*height {
					continue
				}
			}
			below = true
			o := (*hit)(nil)
			if column && c > 0 {
				if o = s.beginsWithLabel(n, c-1); o != nil && !inParty(o) && !(o.lower && o.is(h.role)) {
					stop = true
					break
				}
			}
			if cl.box.Y0-bottom > limit || r.inTable(s.Number, cl.box) {
				stop = true
				break
			}
			if o := s.beginsWithLabel(n, c); o != nil && !inParty(o) {
				if len(b.lines) == 0 && o.is(h.role) && len(s.behind(o)) == 0 { // its second language
					bottom = o.box.Y1
					took = true
					break
				}
				stop = true
				break
			}
			if s.lyingBetween(trade.Box{X0: left, X1: h.box.X1, Y0: bottom - 1, Y1: bottom}, cl.box) > 0 && len(b.lines) > 0 {
				stop = true
				break
			}
			if len(b.lines) == 0 {
				lefts = append(lefts, cl.box.X0)
			}
			if add(n, c) {
				bottom, took = cl.box.Y1, true
				if o != nil && o.to-1 < len(s.tokens[n]) && s.tokens[n][o.to-1].cell == c-1 {
					b.lines[len(b.lines)-1].label = o
				}
			}
			break
		}
		if stop || (below && !took) {
			break
		}
	}
	return b, len(b.lines) > 0
}

// namesFirm reports whether a heading at the left of its line goes on with a firm
// and no more: "Sold to Messrs. ALFA TRADING LLC".
func (s *sheet) namesFirm(h *hit, behind []page.Word) bool {
	if h.from != 0 && s.tokens[h.line][h.from-1].cell == h.cell || len(behind) < 2 || len(behind) > 9 || !capital(behind[0].Text) || roles[h.role] != partyKind {
		return false
	}
	text := " " + textOf(behind) + " "
	return ownForms.MatchString(text) && !prose(behind) || strings.HasPrefix(strings.TrimSpace(text), "PT.")
}

// boxBeside returns the lines of the ruled box to the right of that which holds
// nothing but the heading: "Buyer | NYALI AUTO SPARES LTD / Links Road". A value
// on one line needs no box to be found.
func (s *sheet) boxBeside(h *hit) []blockLine {
	y, x := middleY(h.box), h.box.X1+1
	left, right := -1.0, s.Width+1
	for _, r := range s.Rules { // the nearest two to the right of the heading
		if at := (r.X0 + r.X1) / 2; !r.Horizontal() && r.Y0 <= y && r.Y1 >= y && at > x {
			switch {
			case left < 0 || at < left-2:
				if left > 0 {
					right = left
				}
				left = at
			case at > left+20 && at < right:
				right = at
			}
		}
	}
	if left < 0 || right > s.Width || right-left < 40 || left-h.box.X0 > 0.5*s.Width {
		return nil
	}
	box := trade.Box{X0: left, Y0: -1, X1: right, Y1: s.Height + 1}
	for _, r := range s.Rules {
		if at := (r.Y0 + r.Y1) / 2; r.Horizontal() && r.X0 < left+10 && r.X1 > left+10 {
			if at <= y && at > box.Y0 {
				box.Y0 = at
			}
			if at >= y && at < box.Y1 {
				box.Y1 = at
			}
		}
	}
	if box.Y0 < 0 || box.Y1 > s.Height || box.Y1-box.Y0 > 12*(h.box.Y1-h.box.Y0) || box.Y0 > h.box.Y0+1 || box.Y1 < h.box.Y1-1 {
		return nil
	}
	own := trade.Box{X0: h.box.X0 - 6, Y0: box.Y0, X1: left, Y1: box.Y1}
	var lines []blockLine
	for n, ts := range s.tokens {
		from := -1
		for i, t := range ts {
			mx, my := middleX(t.Box), middleY(t.Box)
			if own.X0 < mx && mx < own.X1 && own.Y0 < my && my < own.Y1 && s.hitAt(n, i) == nil {
				return nil // more than the heading stands there
			}
			if box.X0 < mx && mx < box.X1 && box.Y0 < my && my < box.Y1 {
				if o := s.hitAt(n, i); o != nil && o.from == i && (o.colon || !o.open) && !inParty(o) {
					return nil // a box of its own
				}
				if from < 0 {
					from = i
				}
				if i+1 == len(ts) {
					lines = append(lines, blockLine{line: n, from: from, to: i + 1})
				}
				continue
			}
			if from >= 0 {
				lines = append(lines, blockLine{line: n, from: from, to: i})
				from = -1
			}
		}
	}
	return lines
}

// withoutNeighbours cuts a box where other headings stand in it: beside the
// heading, and below it.
func (s *sheet) withoutNeighbours(box trade.Box, h *hit) (trade.Box, bool) {
	shared := false
	for i := range s.hits {
		o := &s.hits[i]
		if h.sharesWith(o) {
			continue
		}
		if o == h || o.open || inParty(o) || o.is(h.role) || o.box.X0 < box.X0-1 || o.box.X1 > box.X1+1 || o.box.Y0 < box.Y0-1 || o.box.Y1 > box.Y1+1 {
			continue
		}
		switch {
		case o.box.Y0 < h.box.Y1 && o.box.Y1 > h.box.Y0 && o.box.X1 < h.box.X0:
			box.X0, shared = max(box.X0, h.box.X0-4), true
		case o.box.Y0 < h.box.Y1 && o.box.Y1 > h.box.Y0 && o.box.X0 > h.box.X1:
			box.X1, shared = min(box.X1, o.box.X0-1), true
		case o.box.Y0 >= h.box.Y1 && o.box.X0 < h.box.X1+20:
			box.Y1, shared = min(box.Y1, o.box.Y0-1), true
		case o.box.Y0 >= h.box.Y1 && o.box.X0 > h.box.X1:
			box.X1, shared = min(box.X1, o.box.X0-1), true
		}
	}
	return box, shared
}

// sharesWith reports whether two labels head one box together.
func (h *hit) sharesWith(o *hit) bool {
	return h.shares && o.shares && h.line == o.line && h.cell == o.cell
}

// headingCell reports whether a cell ends with a label and states nothing before
// it: "No. / Seal No." under "Marks & Nos. / Container".
func (s *sheet) headingCell(n, c int) bool {
	from, to := s.span(n, c)
	o := s.hitAt(n, to-1)
	return o != nil && !o.open && !o.colon && o.from > from && countDigits(wordsOf(s.tokens[n][from:o.from])) == 0
}

// headsBlock reports whether below begins where the heading does.
func (s *sheet) headsBlock(h *hit, below []page.Word) bool {
	d := below[0].Box.X0 - h.box.X0
	height := s.lines[h.line].height
	return d > -1.5*height && d < 1.5*height && below[0].Box.Y0-h.box.Y1 < 1.5*height && s.right(h)[0].Box.X0-h.box.X1 > 6*height
}

// distinct reports whether a heading stands out from the words behind it by its
// weight: "Seller ALFA LLC" with the first word bold.
func (s *sheet) distinct(h *hit) bool {
	ts := s.tokens[h.line]
	if h.to >= len(ts) {
		return false
	}
	for _, t := range ts[h.from:h.to] {
		if !t.Bold {
			return false
		}
	}
	return !ts[h.to].Bold
}

func aligned(x float64, lefts []float64, tolerance float64) bool {
	for _, l := range lefts {
		if x > l-tolerance && x < l+tolerance {
			return true
		}
	}
	return false
}

// span returns the tokens of a cell.
func (s *sheet) span(n, c int) (from, to int) {
	ts := s.tokens[n]
	for from < len(ts) && ts[from].cell != c {
		from++
	}
	to = from
	for to < len(ts) && ts[to].cell == c {
		to++
	}
	return from, to
}

func (s *sheet) columnEndAt(n, c int) float64 {
	cells := s.lines[n].cells
	if c+1 < len(cells) {
		return cells[c+1].box.X0
	}
	return s.Width
}

// linesIn returns the tokens inside a box, without the words of its heading.
func (s *sheet) linesIn(box trade.Box, h *hit) []blockLine {
	var all []blockLine
	for n, ts := range s.tokens {
		if s.lines[n].box.Y1 < box.Y0 || s.lines[n].box.Y0 > box.Y1 {
			continue
		}
		from := -1
		flush := func(to int) {
			if from >= 0 && to > from {
				all = append(all, blockLine{line: n, from: from, to: to})
			}
			from = -1
		}
		for i, t := range ts {
			x, y := middleX(t.Box), middleY(t.Box)
			in := x > box.X0 && x < box.X1 && y > box.Y0 && y < box.Y1
			o := s.hitAt(n, i)
			heading := h.shares && t.cell == h.cell && (n == h.line || n == h.line+1 && s.headingCell(n, t.cell)) || o != nil && (o == h || (o.is(h.role) && roles[o.role] == roles[h.role] && !o.open))
			if in && y < h.box.Y0 && n < h.line {
				in = false // above the heading
			}
			if n == h.line && i < h.from {
				in = false
			}
			if !in || heading {
				flush(i)
				continue
			}
			if from < 0 {
				from = i
			}
		}
		flush(len(ts))
	}
	if s.form {
		return s.withoutHeadingLines(all, h)
	}
	return all
}

// tokens returns the tokens of a line of a block.
func (b block) tokens(l blockLine) []token { return b.sheet.tokens[l.line][l.from:l.to] }

var (
	emailRe = regexp.MustCompile(`[\p{L}\d._+-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+`)
	ibanRe  = regexp.MustCompile(`^[A-Z]{2}\d{2}[A-Z0-9]{10,30}$`)
	phoneRe = regexp.MustCompile(`^[+(]?[\d(][\d()+./–-]*[,;]?$`)
	webRe   = regexp.MustCompile(`(?i)^(https?://|www\.)|\.(com|ru|kz|cn|de|org|net)/?$`)
	idRe    = regexp.MustCompile(`^[A-Z]{0,4}[-.]?\d[\dA-Z./-]{5,24}$`)
	// idWords are the names of registration numbers, as they stand amid an
	// address without a colon.
	idWords = map[string]bool{}
	// registerWords are the names of further numbers, that are no address either.
	registerWords = map[string]bool{}
	// legalForms are what firms call themselves: they end, or begin, a name.
	legalForms = regexp.MustCompile(`(?i)(?:^|[\s,."«(])(?:co\.?,? ?ltd|ltd|limited|llc|l\.l\.c|inc|incorporated|corp|corporation|gmbh|ag|kg|ohg|s\.?a\.?|s\.?a\.?s|s\.?a\.?r\.?l|s\.?r\.?l|s\.?p\.?a|b\.?v|n\.?v|plc|pte|pvt|pty|fze|fzco|fz-llc|sdn|bhd|sp\. ?z ?o\.? ?o|oü|oy|ab|a/s|aps|kft|a\.?ş|ltd\. ?şti|şti|a\.?s|ооо|оао|зао|пао|ао|ип|тоо|тдо|чп|одо|чуп|уп|мчж|осоо|жшс|жк|публичное|公司|有限公司|trading co|company|sp|общество|товарищество|акционерное)(?:$|[\s,.)"»;])`)
)

// isTitle reports whether words are the name of a paper and nothing else.
func isTitle(ws []page.Word) bool {
	key := foldKey(textOf(ws))
	for _, names := range titles {
		for _, t := range names {
			if foldKey(t) == key {
				return true
			}
		}
	}
	return false
}

// shortForms are legal forms that are words of a language too: they end a name, in
// the letters that they are written with.
var shortForms = regexp.MustCompile(`(?:^(?:UAB|SIA|AS|PT\.?|CV|OOO|TOO|AO|ZAO) .+|[\p{L}\d&».] ?(?:SAS|SASU|SARL|S\.A\.S\.?|S\.A\.|SA|SIA|OÜ|ApS|Kft\.?|S\.L\.U?\.?|SL|SLU|Lda\.?|JSC|LLP|EOOD|OOD|MMC|s\.r\.o\.|S\.r\.l\.?|d\.o\.o\.|SpA|A/S|AS|Oy|AB|KG|e\.K\.|Co\.?|CO\.?|Inc\.?|GmbH & Co\. KG))$`)

// ownForms are the legal forms that are no other word: of them a letterhead is
// known.
var ownForms = regexp.MustCompile(`(?i)(?:^|[\s,."«(])(?:co\.?,? ?ltd|ltd|limited|llc|l\.l\.c|inc|corp|corporation|gmbh|ag|s\.a\.?r?\.?l?|srl|s\.p\.a|b\.v|bv|n\.v|plc|pvt|pty|fze|fzco|sdn|bhd|sp\. ?z ?o\.? ?o|a\.ş|ltd\. ?şti|şti|ооо|оао|зао|пао|тоо|одо|чуп|осоо|жшс|公司|有限公司|общество|товарищество)(?:$|[\s,.)"»;])`)

func init() {
	for _, w := range []string{"БИН", "ИИН", "БИН/ИИН", "ИИН/БИН", "ИНН", "ИНН/КПП", "УНП", "BIN", "IIN", "INN", "TIN", "TRN", "VKN", "BSN", "БСН", "ЖСН", "EORI", "VAT", "USCC", "USCI", "NIP", "GSTIN", "NTN", "ABN", "NIF", "CIF", "RUC", "RFC", "TVA", "BTW", "IVA", "CNPJ", "SIRET", "UID", "P.IVA", "P.I", "STIR", "СТИР", "VÖEN", "IDNO", "ЕДРПОУ", "USt-IdNr.", "UST-ID", "ОКПО", "Vergi No", "Tax No", "Tax ID", "VAT No", "VAT ID", "Steuer-Nr."} {
		idWords[foldKey(w)] = true
	}
	for _, w := range []string{"КПП", "ОГРН", "ОГРНИП", "ОКПО", "ОКЭД", "KPP", "OGRN", "OKPO", "DUNS", "HRB", "MERSIS"} {
		registerWords[foldKey(w)] = true
	}
}

// signedBy is a person as signatures name one: "Жумабеков Д. С.", "D. S. Brown".
var signedBy = regexp.MustCompile(`^(?:\p{Lu}[\p{L}-]+,? \p{Lu}\. ?(?:\p{Lu}\.)?|\p{Lu}\. ?(?:\p{Lu}\. ?)?\p{Lu}\p{Ll}[\p{L}-]+)$`)

// twoRegisters is a taxpayer's number with the code of its tax office.
var twoRegisters = regexp.MustCompile(`^(\d{10}|\d{12})/(?:\d{9}|[-–—]*)$`)

// party reads the members of a party out of its block.
func (b block) party(prefix string) []trade.Statement {
	var (
		statements []trade.Statement
		free       [][]page.Word // lines without a label: the name and the address
		address    [][]page.Word
		name       []page.Word
		named      bool
		attention  []page.Word // for the attention of: a name if there is no other
		bank       bool
		inAddress  bool
	)
	number := b.sheet.Number
	has := func(field string) bool {
		return slices.ContainsFunc(statements, func(st trade.Statement) bool { return st.Path == prefix+field })
	}
	state1 := func(field string, ws []page.Word) {
		if len(ws) == 0 || has(field) || !readable(prefix+field, ws, "") {
			return
		}
		st := state(prefix+field, number, ws)
		st.Confidence *= b.trust
		statements = append(statements, st)
	}
	for _, bl := range b.lines {
		ts := b.tokens(bl)
		var run []page.Word
		member := "" // the label that the run belongs to
		colon := false
		if bl.label != nil {
			switch k := roles[bl.label.role]; {
			case bl.label.role == "partyId" || bl.label.role == "phone" || bl.label.role == "email" || bl.label.role == "partyAddress":
				member = bl.label.role
			case k == noKind:
				member = "-"
			}
		}
		flush := func() {
			ws := run
			run = nil
			switch {
			case len(ws) == 0:
			case bank && member != "account":
			case member == "":
				if inAddress {
					address = append(address, ws)
				} else {
					free = append(free, ws)
				}
			case member == "attention":
				attention = ws
			case member == "partyName":
				if !named {
					name, named = ws, true
				}
			case member == "partyAddress":
				address = append(address, ws)
				inAddress = true
			case member == "partyCountry":
				if n := takeCountryAll(prefix, ws); n > 0 {
					state1("/country", trimmed(ws[:n], ".,;:"))
				}
			case member == "partyId":
				for k := range ws { // "ИНН/КПП 7453012342/745301001"
					if m := twoRegisters.FindStringSubmatch(ws[k].Text); m != nil {
						ws = slices.Clone(ws)
						ws[k].Text = m[1]
					}
				}
				if i := slices.IndexFunc(ws, func(w page.Word) bool { return idRe.MatchString(strings.Trim(w.Text, ",;.")) }); i >= 0 && i < 3 {
					to := i + 1
					for to < len(ws) && digitsOnly(strings.Trim(ws[to].Text, ",;")) && near(ws[to-1], ws[to]) && !strings.ContainsAny(ws[to-1].Text, ",;") {
						to++
					}
					state1("/id", trimmed(ws[i:to], ",;."))
				} else if i := b.spacedID(ws); i > 0 {
					state1("/id", trimmed(ws[:i], ",;."))
				}
			case member == "phone":
				to := 0
				for to < len(ws) && phoneRe.MatchString(ws[to].Text) {
					to++
					if strings.ContainsAny(ws[to-1].Text, ",;") {
						break
					}
				}
				if countDigits(ws[:to]) >= 5 {
					state1("/phone", trimmed(ws[:to], ",;./"))
				}
			case member == "email":
				for _, w := range ws {
					if m := emailRe.FindString(w.Text); m != "" {
						w.Text = m
						state1("/email", []page.Word{w})
						break
					}
				}
			case member == "account":
				to := 0
				for to < len(ws) && strings.IndexFunc(strings.Trim(ws[to].Text, ",;:"), func(r rune) bool { return !unicode.IsUpper(r) && !unicode.IsDigit(r) && r != '-' }) < 0 {
					to++
				}
				if countDigits(ws[:to]) >= 8 {
					state1("/account", trimmed(ws[:to], ",;:"))
				}
			}
			_ = colon
		}
		for i := 0; i < len(ts); i++ {
			at := bl.from + i
			if o := b.sheet.hitAt(bl.line, at); o != nil && o.from == at && inParty(o) && memberUsable(o, ts, i, bl) {
				flush()
				member, colon = o.role, o.colon
				if o.role == "-carrierAgent" && strings.HasPrefix(foldKey(textOf(wordsOf(ts[i:min(len(ts), i+1)]))), foldKey("bank")) || strings.HasPrefix(ts[i].fold, foldKey("банк")) {
					bank = true
				}
				if roles[o.role] == noKind {
					member = "-"
					if k := foldKey(o.label); k == "attn" || k == "attention" || k == "contact" || k == "contactperson" {
						member = "attention"
					}
				}
				if o.role == "tax" {
					member = "partyId"
				}
				i = o.to - bl.from - 1
				if i < 0 {
					i = 0
				}
				continue
			}
			if i+2 < len(ts) && idWords[ts[i].fold+ts[i+1].fold] && countDigits(wordsOf(ts[i+2:min(len(ts), i+4)])) >= 8 { // "Vergi No 1234567890"
				flush()
				member = "partyId"
				i++
				continue
			}
			if idWords[ts[i].fold] && i+1 < len(ts) && countDigits(wordsOf(ts[i+1:min(len(ts), i+3)])) >= 8 {
				flush()
				member = "partyId"
				continue
			}
			if registerWords[ts[i].fold] && i+1 < len(ts) && countDigits(wordsOf(ts[i+1:min(len(ts), i+3)])) >= 5 {
				flush()
				member = "-"
				continue
			}
			if m := emailRe.FindString(ts[i].Text); m != "" {
				keep := member
				flush()
				w := ts[i].Word
				w.Text = m
				state1("/email", []page.Word{w})
				member = keep
				continue
			}
			if t := strings.Trim(ts[i].Text, ",;"); ibanRe.MatchString(t) && len(t) >= 15 && countDigits([]page.Word{ts[i].Word}) >= 8 {
				state1("/account", trimmed([]page.Word{ts[i].Word}, ",;"))
				continue
			}
			run = append(run, ts[i].Word)
			// An ID or a phone ends with its digits: what follows is free again.
			if (member == "partyId" || member == "-") && (strings.HasSuffix(ts[i].Text, ",") || strings.HasSuffix(ts[i].Text, ";")) {
				flush()
				member = ""
			}
		}
		flush()
	}
	if name == nil && attention != nil && len(free) > 0 && streetRe.MatchString(textOf(free[0])) {
		name = attention
	}
	b.nameAndAddress(prefix, free, address, name, state1, has)
	if !slices.ContainsFunc(statements, func(st trade.Statement) bool { return st.Path == prefix+"/name" }) {
		return nil
	}
	return statements
}

func (b block) spacedID(ws []page.Word) int {
	to := 0
	for to < len(ws) && to < 6 && (digitsOnly(strings.Trim(ws[to].Text, ",;.")) || to == 0 && len(ws[to].Text) == 2 && strings.ToUpper(ws[to].Text) == ws[to].Text) {
		to++
	}
	if countDigits(ws[:to]) >= 8 {
		return to
	}
	return 0
}

// memberUsable reports whether a label inside a block is one: a colon follows,
// or nothing, or what such a label calls for.
func memberUsable(o *hit, ts []token, i int, bl blockLine) bool {
	if o.colon || !o.open {
		return true
	}
	next := o.to - bl.from
	if next >= len(ts) {
		return true
	}
	switch o.role {
	case "phone", "partyId", "account", "-partyIdOther", "tax":
		return hasDigit(ts[next].Text)
	case "email":
		return strings.Contains(ts[next].Text, "@")
	}
	return false
}

func countDigits(ws []page.Word) int {
	n := 0
	for _, w := range ws {
		for _, r := range w.Text {
			if unicode.IsDigit(r) {
				n++
			}
		}
	}
	return n
}

// nameAndAddress states the first free line as the name and the rest as the
// address, and finds the country at its end.
func (b block) nameAndAddress(prefix string, free, address [][]page.Word, name []page.Word, state1 func(string, []page.Word), has func(string) bool) {
	usable := func(ws []page.Word) bool {
		n := 0
		for _, r := range textOf(ws) {
			if unicode.IsLetter(r) {
				n++
			}
		}
		return n >= 3 || n == 2 && han(firstRune(textOf(ws)))
	}
	clean := func(lines [][]page.Word) [][]page.Word {
		return slices.DeleteFunc(lines, func(ws []page.Word) bool {
			return len(ws) == 1 && (webRe.MatchString(ws[0].Text) || boxNumber.MatchString(ws[0].Text)) || hint(ws) || dash(ws) || strings.Trim(textOf(ws), " .,:;_-–—*/|()") == ""
		})
	}
	free, address = clean(free), clean(address)
	for len(free) > 0 && askingRe.MatchString(textOf(free[0])) {
		free = free[1:] // a heading that could not be read: "Сатег (name, address, country)"
	}
	if name == nil {
		for len(free) > 0 && !usable(free[0]) {
			free = free[1:]
		}
		if len(free) == 0 {
			return
		}
		name = free[0]
		free = free[1:]
		if cut := nameEnd(name, len(free) == 0 && len(address) == 0); cut > 0 {
			free = append([][]page.Word{name[cut:]}, free...)
			name = name[:cut]
		}
		for len(free) > 0 && nameGoesOn(name, free[0]) {
			name = append(slices.Clone(name), free[0]...)
			free = free[1:]
		}
	}
	name = slices.Clone(name)
	if last := &name[len(name)-1]; strings.HasSuffix(last.Text, ",") || strings.HasSuffix(last.Text, ";") {
		last.Text = strings.TrimRight(last.Text, ",;")
	}
	if utf8.RuneCountInString(textOf(name)) > 160 || !usable(name) || sumRe.MatchString(name[len(name)-1].Text) || prose(name) || colonEnds(name[len(name)-1].Text) || sameRe.MatchString(textOf(name)) {
		return
	}
	if len(free)+len(address) == 0 && signedBy.MatchString(textOf(name)) {
		return // who signs under "Seller" is not the seller
	}
	state1("/name", name)
	whole := slices.Concat(free, address)
	if len(whole) == 0 {
		return
	}
	var all []page.Word
	for _, l := range whole {
		all = append(all, l...)
	}
	if n := utf8.RuneCountInString(textOf(all)); n <= 400 && usable(all) {
		state1("/address", trimmed(all, ",;"))
	}
	if has("/country") {
		return
	}
	// The country stands last, alone or behind a comma; in some addresses first.
	for i := len(whole) - 1; i >= 0 && i >= len(whole)-3; i-- {
		if ws := countryAtEnd(prefix, whole[i]); ws != nil {
			state1("/country", ws)
			return
		}
	}
	if ws := countryAtStart(prefix, whole[0]); ws != nil {
		state1("/country", ws)
		return
	}
	// A part of its own between commas.
	for _, run := range splitWords(all, ",;") {
		if t := textOf(run); len(run) <= 4 && letters(t) && (utf8.RuneCountInString(t) > 2 || strings.ToUpper(t) == t && !ascii(t)) && countryCode(prefix+"/country", run) != "" {
			state1("/country", trimmed(run, ".,;"))
			return
		}
	}
}

// askingRe is the hint of a heading, in brackets at the end of a line.
var askingRe = regexp.MustCompile(`(?i)[({](?:name|full name|complete name|наименование|название|имя|фамилия|name and address|nom|anschrift|nombre|атауы|ad[ıi])[\s,\p{L}./-]*[)}]?$`)

// sameRe is a reference to another box instead of a name.
var sameRe = regexp.MustCompile(`(?i)^(?:same as|as (?:above|consignee|per)|ditto|idem|the same|см\.? ?граф|см\.? ?п|смотри|он же|тот же|see box|same )`)

// streetRe is a line that begins with the number of a house.
var streetRe = regexp.MustCompile(`^\d+[A-Za-z]?[ ,/-]`)

// sumRe is an amount of money, which no name ends with.
var sumRe = regexp.MustCompile(`^[$€£¥]?\d[\d,. ]*[.,]\d\d$`)

// prose reports whether the words are a sentence rather than a name: many words
// in small letters.
func prose(ws []page.Word) bool {
	small := 0
	for _, w := range ws {
		if r := firstRune(w.Text); unicode.IsLower(r) {
			small++
		}
	}
	return small > 6 && small > len(ws)/2
}

// countryAtEnd returns the words at the end of a line that name a country.
func countryAtEnd(prefix string, ws []page.Word) []page.Word {
	var best []page.Word
	code := ""
	for n := 1; n <= min(len(ws), countryWords); n++ {
		from := len(ws) - n
		if n > 1 && strings.HasSuffix(ws[from].Text, ",") {
			break
		}
		run := trimmed(ws[from:], ".,;:)")
		t := textOf(run)
		if size := utf8.RuneCountInString(t); size < 2 || size < 3 && (n > 1 || confidenceOf(run) < 0.9 || states[t] || strings.ToUpper(t) != t) || !letters(t) {
			continue
		}
		// "Guinea", and then "Papua New Guinea"; but "Korea" and not "Seoul Korea".
		if c := countryCode(prefix+"/country", run); c != "" && c != code {
			best, code = run, c
		}
	}
	return best
}

// states are codes of the United States that are codes of countries as well.
var states = map[string]bool{"AL": true, "AR": true, "AZ": true, "CA": true, "CO": true, "DE": true, "GA": true, "ID": true, "IL": true, "IN": true, "KY": true, "LA": true,
	"MA": true, "MD": true, "ME": true, "MN": true, "MO": true, "MS": true, "MT": true, "NC": true, "NE": true, "PA": true, "SC": true, "SD": true, "TN": true, "VA": true, "NO": true, "TO": true, "CO.": true}

// countryAtStart returns the words before the first comma if they name a country.
func countryAtStart(prefix string, ws []page.Word) []page.Word {
	for n := 1; n <= min(len(ws), countryWords); n++ {
		if !strings.HasSuffix(ws[n-1].Text, ",") && n < len(ws) {
			continue
		}
		run := trimmed(ws[:n], ".,;:)")
		if t := textOf(run); utf8.RuneCountInString(t) >= 3 && letters(t) && countryCode(prefix+"/country", run) != "" {
			return run
		}
		return nil
	}
	return nil
}

func takeCountryAll(prefix string, ws []page.Word) int {
	for n := min(len(ws), countryWords); n > 0; n-- {
		if countryCode(prefix+"/country", trimmed(ws[:n], ".,;:)")) != "" {
			return n
		}
	}
	return 0
}

// nameEnd returns where the name ends in a line that goes on with the address:
// at a closing quote or a comma behind the legal form; 0 if the line is all name.
func nameEnd(ws []page.Word, alone bool) int {
	for i := 0; i+1 < len(ws); i++ {
		t := ws[i].Text
		if !strings.HasSuffix(t, ",") && !strings.HasSuffix(t, ";") {
			continue
		}
		before, after := textOf(ws[:i+1]), textOf(ws[i+1:])
		if m := legalForms.FindStringIndex(" " + after + " "); m != nil && m[0] < 8 && !legalForms.MatchString(" "+before+" ") {
			continue // "ABC Trading Co., Ltd."
		}
		if next := strings.ToLower(strings.Trim(ws[i+1].Text, ".,")); next == "ltd" || next == "inc" || next == "llc" || next == "limited" || next == "corp" {
			continue
		}
		if alone || hasDigit(after) || legalForms.MatchString(" "+before+" ") {
			return i + 1
		}
		return 0
	}
	return 0
}

// nameGoesOn reports whether the next line still belongs to the name.
func nameGoesOn(name, next []page.Word) bool {
	last := name[len(name)-1].Text
	text := textOf(next)
	if strings.HasSuffix(last, "&") || strings.EqualFold(last, "and") || strings.EqualFold(last, "of") || strings.HasSuffix(last, "-") {
		return true
	}
	// The same bold type, and the legal form comes only now.
	if all := append(slices.Clone(name[len(name)-1:]), next...); !slices.ContainsFunc(all, func(w page.Word) bool { return !w.Bold }) &&
		legalForms.MatchString(" "+text+" ") && !hasDigit(text) && next[0].Size > 0 && next[0].Size == name[len(name)-1].Size {
		return true
	}
	// A name in Chinese, and again in Latin letters.
	if han(lastRune(textOf(name))) && scriptOf(text) == "latin" && legalForms.MatchString(" "+text+" ") && !hasDigit(text) {
		return true
	}
	// An opened quote is still open.
	n := textOf(name)
	if strings.Count(n, "«") > strings.Count(n, "»") && strings.Contains(text, "»") {
		return true
	}
	if strings.Count(n, "\"")%2 == 1 && strings.Contains(text, "\"") && !hasDigit(text) {
		return true
	}
	// The legal form alone.
	m := legalForms.FindStringIndex(" " + text + " ")
	return m != nil && len(text) <= 18 && !hasDigit(text) && !legalForms.MatchString(" "+n+" ")
}

// calledRe finds how a contract introduces its parties.
var calledRe = regexp.MustCompile(`(?i)(?:именуем\p{L}+ в дальнейшем|далее по тексту|hereinafter (?:referred to as|called|named)|бұдан әрі)[ –—-]*,?\s*(?:the )?["«“”'‘]*(?:the )?(Продав\p{L}+|Покупат\p{L}+|Поставщик\p{L}*|Seller|Buyer|Supplier|Сатушы|Сатып алушы)`)

// preamble reads the parties of a contract out of its first sentence: "ООО
// «Альфа», именуемое в дальнейшем «Продавец»".
func (r *reader) preamble() {
	if r.typ != trade.Contract || len(r.sheets) == 0 {
		return
	}
	s := r.sheets[0]
	var ws []page.Word
	for _, l := range s.lines {
		ws = append(ws, l.words()...)
	}
	var text strings.Builder
	starts := make([]int, len(ws))
	for i, w := range ws {
		if i > 0 {
			text.WriteByte(' ')
		}
		starts[i] = text.Len()
		text.WriteString(w.Text)
	}
	whole := text.String()
	for _, m := range calledRe.FindAllStringSubmatchIndex(whole, 4) {
		role := "buyer"
		switch foldKey(whole[m[2]:m[3]])[:2] {
		case foldKey("пр")[:2], foldKey("по")[:2], "se", "su":
			role = "seller"
		}
		if k := foldKey(whole[m[2]:m[3]]); strings.HasPrefix(k, foldKey("покуп")) || strings.HasPrefix(k, foldKey("сатып")) || k == "buyer" {
			role = "buyer"
		} else {
			role = "seller"
		}
		// A heading at the end may have only who signs under it.
		at := rankGeneral
		if r.has("/"+role+"/name", rankGeneral) {
			if slices.ContainsFunc(r.found, func(c candidate) bool {
				return c.Path == "/"+role+"/name" && legalForms.MatchString(" "+c.Text+" ")
			}) {
				continue
			}
			at = rankForm
		}
		// Back from there to where the sentence, or the other party, ends.
		end := 0
		for end < len(ws) && starts[end] < m[0] {
			end++
		}
		from := -1
		for i := end - 1; i >= 0 && i > end-40; i-- {
			if legalForms.MatchString(" " + ws[i].Text + " ") {
				from = i
				if scriptOf(ws[i].Text) == "cyrillic" {
					// The form comes first: "ООО «Альфа»".
					break
				}
				// The form comes last: back to the beginning of the name.
				for from > 0 && capital(ws[from-1].Text) && !strings.HasSuffix(ws[from-1].Text, ".") && end-from < 12 {
					from--
				}
				break
			}
		}
		if from < 0 {
			continue
		}
		run := ws[from:end]
		if cut := nameEnd(run, false); cut > 0 {
			run = run[:cut]
		}
		for i, w := range run {
			if strings.HasSuffix(w.Text, "»,") || strings.HasSuffix(w.Text, "\",") {
				run = run[:i+1]
				break
			}
		}
		run = trimmed(run, ",;(")
		if n := utf8.RuneCountInString(textOf(run)); n < 4 || n > 120 || at == rankForm && !legalForms.MatchString(" "+textOf(run)+" ") {
			continue
		}
		st := state("/"+role+"/name", s.Number, run)
		st.Confidence *= 0.9
		r.add(st, at, scriptOf(st.Text))
	}
}

func capital(s string) bool {
	r := firstRune(strings.TrimLeft(s, "\"«“("))
	return unicode.IsUpper(r) || r == '&'
}

// letterhead takes the firm at the head of an invoice for the seller, where no
// heading names one: a name with a legal form, above everything else.
func (r *reader) letterhead() {
	if !r.typ.Invoice() && r.typ != trade.PackingList || len(r.sheets) == 0 || r.has("/seller/name", rankGuess) {
		return
	}
	s := r.sheets[0]
	for n, l := range s.lines {
		if l.box.Y0 > s.Height/4 {
			return
		}
		for c, cl := range l.cells {
			if o := s.beginsWithLabel(n, c); o != nil {
				if roles[o.role] == partyKind {
					return
				}
				continue
			}
			text := " " + cl.text + " "
			if n+1 < len(s.lines) { // "Example Import & Export Co.," over "Ltd."
				if k := s.cellUnder(n+1, cl.box, l.height); k >= 0 && len(s.lines[n+1].cells[k].words) <= 2 {
					text += s.lines[n+1].cells[k].text + " "
				}
			}
			if !ownForms.MatchString(text) && !shortForms.MatchString(strings.TrimSpace(text)) && !strings.Contains(text, "公司") || len(l.cells) > 2 && cl.box.X1-cl.box.X0 < 100 || len(cl.words) < 2 || utf8.RuneCountInString(cl.text) > 70 || !capital(cl.words[0].Text) && !han(firstRune(cl.text)) {
				continue
			}
			b := block{sheet: s, trust: 0.75}
			from, to := s.span(n, c)
			b.lines = []blockLine{{line: n, from: from, to: to}}
			bottom := cl.box.Y1
			for m := n + 1; m < len(s.lines) && len(b.lines) < 6; m++ {
				if s.lines[m].box.Y0-bottom > 1.2*l.height {
					break
				}
				took := false
				for k, o := range s.lines[m].cells {
					left := o.box.X0 > cl.box.X0-2*l.height && o.box.X0 < cl.box.X0+2*l.height
					centred := middleX(o.box) > middleX(cl.box)-2*l.height && middleX(o.box) < middleX(cl.box)+2*l.height
					if !left && !centred {
						continue
					}
					if hit := s.beginsWithLabel(m, k); hit != nil && !inParty(hit) || isTitle(o.words) {
						break
					}
					from, to := s.span(m, k)
					b.lines = append(b.lines, blockLine{line: m, from: from, to: to})
					bottom, took = o.box.Y1, true
					break
				}
				if !took {
					break
				}
			}
			for _, st := range b.party("/seller") {
				r.add(st, rankGuess, "")
			}
			return
		}
	}
}

// postalTown is the last line of an address in the window of an envelope.
var postalTown = regexp.MustCompile(`^(?:[A-Z]{1,2}[- ])?\d{4,6} \p{Lu}[\p{L} .\-]+$`)

// addressWindow takes the block of lines in the window of an envelope for the
// buyer of an invoice that names its seller and no buyer: a name, a street with
// a number, a postal code and a town, at the left, in the upper part of the page.
func (r *reader) addressWindow() {
	if !r.typ.Invoice() || len(r.sheets) == 0 || r.has("/buyer/name", rankGuess) || !r.has("/seller/name", rankGuess) {
		return
	}
	s := r.sheets[0]
	for n, l := range s.lines {
		if l.box.Y0 > 0.4*s.Height {
			return
		}
		if l.box.Y0 < 0.1*s.Height || len(l.cells) == 0 {
			continue
		}
		town := l.cells[0]
		if town.box.X0 > 0.35*s.Width || !postalTown.MatchString(town.text) || s.beginsWithLabel(n, 0) != nil {
			continue
		}
		from, to := s.span(n, 0)
		lines := []blockLine{{line: n, from: from, to: to}}
		top := town.box.Y0
		for m := n - 1; m >= 0 && len(lines) < 5; m-- {
			k := slices.IndexFunc(s.lines[m].cells, func(c cell) bool {
				return c.box.X0 > town.box.X0-l.height && c.box.X0 < town.box.X0+l.height
			})
			if k < 0 {
				if top-s.lines[m].box.Y1 > 2.5*l.height {
					break
				}
				continue
			}
			c := s.lines[m].cells[k]
			// The line of the sender above the window is small and has it all.
			if top-c.box.Y1 > 3*l.height || s.beginsWithLabel(m, k) != nil || len(c.words) > 7 || strings.ContainsAny(c.text, "●•·|:") || postalTown.MatchString(c.text) {
				break
			}
			from, to := s.span(m, k)
			lines = append(lines, blockLine{line: m, from: from, to: to})
			top = c.box.Y0
		}
		slices.Reverse(lines)
		if len(lines) > 2 && honorific[strings.ToLower(strings.Trim(textOf(wordsOf(s.tokens[lines[0].line][lines[0].from:lines[0].to])), "."))] {
			lines = lines[1:]
		}
		if len(lines) < 3 {
			continue
		}
		street := lines[len(lines)-2]
		if !hasDigit(textOf(wordsOf(s.tokens[street.line][street.from:street.to]))) {
			continue
		}
		b := block{sheet: s, trust: 0.7, lines: lines}
		found := b.party("/buyer")
		for _, st := range found {
			if st.Path == "/buyer/name" && r.namesSeller(st.Text) {
				return
			}
		}
		for _, st := range found {
			r.add(st, rankGuess, "")
		}
		return
	}
}

// honorific stands on a line of its own above a name.
var honorific = map[string]bool{"herrn": true, "herr": true, "frau": true, "firma": true, "an": true, "mr": true, "mrs": true, "ms": true, "messrs": true, "m/s": true, "madame": true, "monsieur": true}

// namesSeller reports whether a name is that of the seller.
func (r *reader) namesSeller(name string) bool {
	key := trade.FoldIdentifier(name)
	return slices.ContainsFunc(r.found, func(c candidate) bool {
		k := trade.FoldIdentifier(c.Text)
		return c.Path == "/seller/name" && (strings.Contains(k, key) || strings.Contains(key, k))
	})
}

var titleOfLading = regexp.MustCompile(`(?i)bills? of lading|sea ?waybill|коносамент|提单|提單|konşimento|konossement|connaissement`)

// lineName takes the name over the title of a bill of lading for its carrier,
// where no label names one: a line prints its bills with its name at their head.
func (r *reader) lineName() {
	if !seaPaper(r.typ) || len(r.sheets) == 0 || r.has("/carrier/name", rankGuess) {
		return
	}
	s := r.sheets[0]
	for n, l := range s.lines {
		if l.box.Y0 > 0.3*s.Height {
			return
		}
		for _, cl := range l.cells {
			if titleOfLading.MatchString(cl.text) && len(cl.words) <= 6 && s.beginsWithLabelOf(cl) == nil {
				ws := s.nameOver(n, cl)
				if ws == nil {
					ws = s.nameBy(n, cl)
				}
				if ws != nil {
					r.add(value{ws, "", 0.8}.statement("/carrier/name", s.Number), rankGuess, "")
				}
				return
			}
		}
	}
}

// beginsWithLabelOf returns the label with a value behind it that a cell is.
func (s *sheet) beginsWithLabelOf(cl cell) *hit {
	if o := s.hitOver(cl.words[0]); o != nil && (roles[o.role] == refKind || o.colon) {
		return o
	}
	return nil
}

// nameOver returns the name in large type that stands above a title, in one line
// or two.
func (s *sheet) nameOver(n int, title cell) []page.Word {
	size := median(heights(title.words))
	var name []page.Word
	for m := n - 1; m >= 0 && title.box.Y0-s.lines[m].box.Y1 < 5*size; m-- {
		for _, cl := range s.lines[m].cells {
			beside := cl.box.X0 > title.box.X0-2*size && cl.box.X0 < title.box.X1 || middleX(cl.box) > title.box.X0 && middleX(cl.box) < title.box.X1
			if !beside || hasDigit(cl.text) || len(cl.words) > 8 || median(heights(cl.words)) < 0.8*size || titleOfLading.MatchString(cl.text) {
				continue
			}
			if len(name) > 0 && (abs(cl.box.X0-name[0].Box.X0) > 2 || name[0].Box.Y0-cl.box.Y1 > size) {
				return name
			}
			name = append(slices.Clone(cl.words), name...)
		}
	}
	if len(name) < 2 || len(name) > 10 {
		return nil
	}
	return name
}

// nameBy returns the name of a line that stands beside a title or right under
// its middle: words that say what such firms do, each with a capital.
func (s *sheet) nameBy(n int, title cell) []page.Word {
	for m := n; m < len(s.lines) && m <= n+1; m++ {
		if s.lines[m].box.Y0-title.box.Y1 > 2*median(heights(title.words)) {
			break
		}
		for _, cl := range s.lines[m].cells {
			if m > n && abs(middleX(cl.box)-middleX(title.box)) > 3 || hasDigit(cl.text) || len(cl.words) < 2 || len(cl.words) > 8 || titleOfLading.MatchString(cl.text) ||
				s.hitOver(cl.words[0]) != nil || slices.ContainsFunc(cl.words, func(w page.Word) bool { return !unicode.IsUpper(firstRune(w.Text)) && len(w.Text) > 3 }) {
				continue
			}
			if carrying.MatchString(cl.text) || legalForms.MatchString(" "+cl.text+" ") {
				return cl.words
			}
		}
	}
	return nil
}

// carrying are the words by which those who carry by sea call themselves.
var carrying = regexp.MustCompile(`(?i)\b(lines?|shipping|container|maritime|marine|ocean|lloyd|forwarding|logistics|cargo|navigation|seaways|denizcilik|reederei|schiff\p{L}*|линия|линии|лайн\p{L}*|пароходство|海运|航运|物流)\b`)

func heights(ws []page.Word) []float64 {
	hs := make([]float64, len(ws))
	for i, w := range ws {
		hs[i] = heightOf(w)
	}
	return hs
}
