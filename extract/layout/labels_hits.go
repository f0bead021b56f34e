package layout

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tallyman/extract/page"
	"tallyman/trade"
)

// A sheet is a page with its lines, and the labels found on them.
type sheet struct {
	page.Page
	lines []line
	// tokens are the words of each line, those that glue a label to its value
	// taken apart.
	tokens [][]token
	hits   []hit
	form   bool      // the paper is a form with boxes
	over   [][]int32 // for each token of each line, the label that covers it: its place in hits, from 1; 0 for none
}

// shortRule is the length, in points, under which a rule is the stroke of a
// signature or a stamp and parts nothing.
const shortRule = 11

// A token is a word, or the part of one before or after a colon.
type token struct {
	page.Word
	fold string
	cell int // in its line
}

// A hit is a label found on a page.
type hit struct {
	role     string
	label    string   // as in the lexicon
	also     []string // further roles that the same heading names, as in "Buyer / Consignee"
	line     int      // in the sheet
	cell     int      // in the line
	from, to int      // tokens of the line, with a colon and a unit in brackets
	number   string   // of the box of a form, if it stands before the label
	colon    bool
	open     bool    // words follow in the same cell, without a colon
	shares   bool    // with other labels that fill one cell: the headings of one box
	lower    bool    // the second line of a label whose first line has the value beside it
	unit     string  // in brackets or after a comma
	quality  float64 // 1 for an exact match
	script   string  // latin, cyrillic or han
	box      trade.Box
}

func (h hit) is(role string) bool { return h.role == role || slices.Contains(h.also, role) }

func (h hit) roles() []string { return append([]string{h.role}, h.also...) }

// sheetOf finds the labels of a page.
func sheetOf(p page.Page, lx *lexicon) *sheet {
	p.Words = withoutNotes(p.Words)
	s := &sheet{Page: p, lines: linesOf(p), form: lx.form}
	s.Rules = slices.DeleteFunc(slices.Clone(p.Rules), func(r page.Rule) bool { return max(r.X1-r.X0, r.Y1-r.Y0) < shortRule })
	if lx.form {
		for n := range s.lines {
			s.splitNumbered(n)
		}
	}
	s.colonsBack()
	s.splitParties(lx)
	for _, l := range s.lines {
		var ts []token
		for c, cl := range l.cells {
			for _, w := range cl.words {
				for _, part := range apart(w) {
					ts = append(ts, token{part, foldKey(part.Text), c})
				}
			}
		}
		s.tokens = append(s.tokens, ts)
	}
	for i := range s.lines {
		s.hits = append(s.hits, s.labelsOf(i, lx)...)
	}
	s.index()
	s.wraps(lx)
	if lx.form {
		s.headings()
		if !s.Scanned {
			s.headingsInType()
		}
	}
	return s
}

// colonsBack gives a colon that stands in a column of its own, or before the value,
// to the label on its left: "APPLICANT    : HAVELOCK & ROWE PLC".
func (s *sheet) colonsBack() {
	for n := range s.lines {
		cells := s.lines[n].cells
		for c := 1; c < len(cells); c++ {
			first := cells[c].words[0]
			r, size := utf8.DecodeRuneInString(first.Text)
			if r != ':' && r != '：' || !letters(cells[c-1].text) || colonEnds(cells[c-1].text) {
				continue
			}
			colon, rest := first, slices.Clone(cells[c].words[1:])
			colon.Text = first.Text[:size]
			if size < len(first.Text) {
				value := first
				value.Text = first.Text[size:]
				x := first.Box.X0 + (first.Box.X1-first.Box.X0)/float64(utf8.RuneCountInString(first.Text))
				colon.Box.X1, value.Box.X0 = x, x
				rest = append([]page.Word{value}, rest...)
			}
			cells = slices.Clone(cells)
			cells[c-1] = cellOf(append(slices.Clone(cells[c-1].words), colon))
			if len(rest) == 0 {
				cells = slices.Delete(cells, c, c+1)
			} else {
				cells[c] = cellOf(rest)
			}
			s.lines[n].cells = cells
		}
	}
}

// splitParties parts the lines below the headings of two parties that stand side
// by side, where a line of the left one nearly touches the right one.
func (s *sheet) splitParties(lx *lexicon) {
	for n, l := range s.lines {
		for c := 1; c < len(l.cells); c++ {
			cl := l.cells[c]
			here, before := lx.exact[foldKey(cl.text)], lx.exact[foldKey(l.cells[c-1].text)]
			if here == nil || before == nil || roles[here.role] != partyKind || roles[before.role] != partyKind {
				continue
			}
			bottom := l.box.Y1
			for m := n + 1; m < len(s.lines) && m <= n+8 && s.lines[m].box.Y0-bottom < 2*l.height; m++ {
				bottom = s.lines[m].box.Y1
				for _, o := range s.lines[m].cells {
					if o.box.X0 < cl.box.X0-4*l.height && slices.ContainsFunc(o.words, func(w page.Word) bool { return abs(w.Box.X0-cl.box.X0) < 0.25*l.height }) {
						s.splitAt(m, cl.box.X0)
						break
					}
				}
			}
		}
	}
}

// noteMark is the number of a line of a form, as it stands behind each value:
// "ООО «Зерно» (2)", "12.01.2026 [10]".
var noteMark = regexp.MustCompile(`^[(\[]\d{1,2}[а-яa-z]?[)\]]$`)

// withoutNotes leaves out the numbers of lines, where a paper prints many.
func withoutNotes(words []page.Word) []page.Word {
	marks := map[string]bool{}
	for _, w := range words {
		if noteMark.MatchString(w.Text) {
			marks[w.Text] = true
		}
	}
	if len(marks) < 5 || !(marks["(1)"] && marks["(2)"]) {
		return words
	}
	return slices.DeleteFunc(slices.Clone(words), func(w page.Word) bool { return noteMark.MatchString(w.Text) })
}

var (
	gluedColon  = regexp.MustCompile(`^([^\s:：]*\p{L}[^\s:：]*[:：])([^\s/:：].*)$`)
	gluedSeal   = regexp.MustCompile(`^([A-Z]{4}\d{7}/)(\p{L}{3,}.*|[\p{Lu}\d-]*\d{4,}(?:/.*)?)$`) // "BPLU7004513/SEAL", "BPLU7004513/OX118230/40HQ"
	gluedNumber = regexp.MustCompile(`^(№|#|[Nn][°º]|(?:[Nn]o|NO|Nr|NR)\.)([\p{L}\d][\p{L}\d/_.-]*\d[\p{L}\d/_.-]*|\d)$`)
)

// apart splits a word that glues a label to its value: "Date:12.03.2026", "№17".
func apart(w page.Word) []page.Word {
	if r, size := utf8.DecodeRuneInString(w.Text); r >= '①' && r <= '⑳' {
		// "⑧ No. & date of invoice": the number of a box, in a circle.
		number, rest := w, w
		number.Text = strconv.Itoa(int(r-'①') + 1)
		if rest.Text = w.Text[size:]; rest.Text == "" {
			return []page.Word{number}
		}
		x := w.Box.X0 + (w.Box.X1-w.Box.X0)/float64(utf8.RuneCountInString(w.Text))
		number.Box.X1, rest.Box.X0 = x, x
		return append([]page.Word{number}, apart(rest)...)
	}
	m := gluedSeal.FindStringSubmatch(w.Text)
	if m == nil {
		m = gluedColon.FindStringSubmatch(w.Text)
	}
	if m == nil || strings.Contains(m[1], "@") || strings.HasPrefix(strings.ToLower(m[1]), "http") {
		m = gluedNumber.FindStringSubmatch(w.Text)
	}
	if m == nil {
		return []page.Word{w}
	}
	share := float64(utf8.RuneCountInString(m[1])) / float64(utf8.RuneCountInString(w.Text))
	x := w.Box.X0 + share*(w.Box.X1-w.Box.X0)
	a, b := w, w
	a.Text, b.Text = m[1], m[2]
	a.Box.X1, b.Box.X0 = x, x
	a.Alternatives, b.Alternatives = nil, nil
	for _, alt := range w.Alternatives {
		if rest, ok := strings.CutPrefix(alt.Value, m[1]); ok {
			b.Alternatives = append(b.Alternatives, trade.Alternative[string]{Value: rest, Probability: alt.Probability})
		}
	}
	if len(b.Alternatives) == 0 && !strings.ContainsAny(b.Text, ":：") {
		return []page.Word{a, b}
	}
	return append([]page.Word{a}, apart(b)...)
}

// boxNumber is the number of a box of a form before its heading.
var boxNumber = regexp.MustCompile(`^\(?(\d{1,2}[a-zA-Zа-яА-Я]?)[.)]?$`)

// maxLabelWords bounds the words of a label.
const maxLabelWords = 12

// labelsOf finds the labels of a line. The longest wins; they do not overlap.
func (s *sheet) labelsOf(n int, lx *lexicon) []hit {
	ts := s.tokens[n]
	var hits []hit
	for i := 0; i < len(ts); {
		h, ok := s.labelAt(n, i, lx)
		if !ok {
			i++
			continue
		}
		if last := len(hits) - 1; last >= 0 && hits[last].cell == h.cell && hits[last].to == h.from && !hits[last].colon && joinable(hits[last], h) {
			// "Отправитель / Consignor", "Buyer / Consignee", "No. / Date"
			a := &hits[last]
			for _, r := range h.roles() {
				if !a.is(r) {
					a.also = append(a.also, r)
				}
			}
			a.to, a.colon, a.open = h.to, h.colon, h.open
			a.box = a.box.Union(h.box)
			if a.unit == "" {
				a.unit = h.unit
			}
			a.quality = min(a.quality, h.quality)
		} else {
			hits = append(hits, h)
		}
		i = h.to
	}
	// Labels up to the end of a cell are the headings of one box: none has a
	// value behind it. "唛头 集装箱号 封号 Marks & Nos. / Container No. / Seal No."
	for k := len(hits) - 2; k >= 0; k-- {
		a, b := &hits[k], &hits[k+1]
		to := a.to
		for to < b.from && ts[to].fold == "" {
			to++
		}
		if !b.open && !b.colon && a.cell == b.cell && to == b.from {
			a.open, a.shares, b.shares = false, true, true
		}
	}
	return hits
}

// joinable reports whether two labels that touch are one heading.
func joinable(a, b hit) bool {
	if a.role == b.role || b.role == "partyName" || b.role == "partyAddress" {
		return true
	}
	ka, kb := roles[a.role], roles[b.role]
	switch {
	case ka == partyKind && kb == partyKind, ka == refKind && kb == dateKind, ka == equipmentKind && kb == equipmentKind:
		return true
	case a.role == "vessel" && b.role == "-voyage", a.role == "deliveryTerms" && kb == wordsKind:
		return true
	}
	return false
}

// labelAt matches a label that begins with token i of line n.
func (s *sheet) labelAt(n, i int, lx *lexicon) (hit, bool) {
	ts := s.tokens[n]
	if ts[i].fold == "" {
		return hit{}, false
	}
	number, starts := s.startsLabel(n, i)
	after := starts || s.afterValue(n, i)
	named := i > 0 && documentWords[ts[i].fold] != "" // "FREIGHT COLLECT Invoice No. 74166"
	measured := s.afterMeasure(n, i)                  // "Net weight 150 kg Gross weight 165 kg"
	var (
		key     string
		best    *label
		quality float64
		end     int
		depth   int     // of brackets
		long    float64 // letters of the best, less those that are wrong
	)
	for j := i; j < len(ts) && j < i+maxLabelWords && ts[j].cell == ts[i].cell; j++ {
		key += ts[j].fold
		if utf8.RuneCountInString(key) > lx.longest+2 || (!s.Scanned && number == "" && !lx.prefix[key]) {
			break
		}
		if ts[j].fold == "" && !colonEnds(ts[j].Text) {
			continue
		}
		depth += strings.Count(ts[j].Text, "(") - strings.Count(ts[j].Text, ")")
		if depth > 0 {
			continue // inside a hint: "Exporter (name"
		}
		if starts || after && s.colonAfter(n, j) || named && numberFollows(ts, j) || measured && figureAfter(ts, j) {
			// A text layer may itself come from a reader: a numbered heading, or
			// one with a colon, is worth a second look.
			per := exactly
			switch {
			case s.Scanned && (starts || len(key) > 5):
				per = blurred
			case number != "":
				per = typed
			}
			if l, q := lx.find(key, per); l != nil && (q == 1 || !hasDigit(ts[j].Text)) && (starts || s.colonAfter(n, j) || !measured || measuredKind(roles[l.role])) {
				// The longest wins; a blurred one must be longer by a letter at least.
				if n := q * float64(utf8.RuneCountInString(key)); q == 1 || n > long+1 {
					best, quality, end, long = l, q, j+1, n
				}
			}
		}
		if colonEnds(ts[j].Text) && !(j+1 < len(ts) && ts[j+1].fold != "" && lx.prefix[key+ts[j+1].fold]) {
			break
		}
	}
	if best != nil && best.key == "no" && !strings.ContainsAny(ts[i].Text, "#№") && (end == len(ts) || ts[end].cell == ts[i].cell) && !s.colonAfter(n, end-1) {
		// "No. 42, Canal Road" is an address; the title of a paper is read apart.
		return hit{}, false
	}
	var also []string
	if best == nil && starts {
		best, also, quality = lx.findPair(ts[i].Text, s.per())
		end = i + 1
	}
	if best == nil {
		return hit{}, false
	}
	if number != "" && i > 0 && ts[i-1].cell == ts[i].cell {
		i-- // the number belongs to the heading
	}
	h := hit{also: also, role: best.role, label: best.text, line: n, cell: ts[i].cell, from: i, to: end, number: number, quality: quality, script: scriptOf(best.text)}
	h.colon = colonEnds(ts[end-1].Text)
	if h.role == "container" && h.also == nil && (strings.Contains(best.key, "seal") || strings.Contains(best.key, foldKey("пломб"))) {
		h.also = []string{"seal"}
	}
	s.tail(n, &h)
	for _, t := range ts[i:h.to] {
		h.box = h.box.Union(t.Box)
	}
	return h, true
}

// per is how exactly labels of the page must be spelled.
func (s *sheet) per() int {
	if s.Scanned {
		return blurred
	}
	return exactly
}

// findPair returns the labels of a word such as "Грузоотправитель/экспортер":
// the first, and the roles of the others.
func (lx *lexicon) findPair(text string, per int) (first *label, also []string, quality float64) {
	parts := strings.Split(strings.TrimRight(text, ":："), "/")
	if len(parts) < 2 || len(parts) > 3 {
		return nil, nil, 0
	}
	quality = 1
	for _, p := range parts {
		l, q := lx.find(foldKey(p), per)
		if l == nil || roles[l.role] != partyKind {
			return nil, nil, 0
		}
		quality = min(quality, q)
		switch {
		case first == nil:
			first = l
		case l.role != first.role:
			also = append(also, l.role)
		}
	}
	return first, also, quality
}

// startsLabel reports whether a label may begin with token i: at the beginning
// of a cell, behind the number of a box, or behind a mark that ends what came
// before. Elsewhere it must end with a colon.
func (s *sheet) startsLabel(n, i int) (number string, ok bool) {
	ts := s.tokens[n]
	if i == 0 || ts[i-1].cell != ts[i].cell {
		if i > 0 && ts[i-1].cell == ts[i].cell-1 { // the number in a small box of its own
			if m := boxNumber.FindStringSubmatch(ts[i-1].Text); m != nil && (i == 1 || ts[i-2].cell != ts[i-1].cell) {
				return m[1], true
			}
		}
		return "", true
	}
	before := ts[i-1].Text
	if digitsOnly(before) && (unitKind(ts[i].Text) != "" || containersWord.MatchString(before+" "+ts[i].Text)) && (i+1 == len(ts) || ts[i+1].cell != ts[i].cell) {
		return "", false // "97 мест"
	}
	if m := boxNumber.FindStringSubmatch(before); m != nil && (i == 1 || ts[i-2].cell != ts[i].cell) {
		return m[1], true
	}
	last := lastRune(before)
	if strings.ContainsRune(":;/|)，：；•*·—–-]", last) || before == "," {
		return "", true
	}
	// Words that touch a label of another script: "发货人 Shipper", "HS编码 HS code".
	if ends := scriptOf(string(last)); ends != scriptOf(ts[i].Text) && ends != "" && scriptOf(ts[i].Text) != "" {
		return "", true
	}
	// The headings of one box: "唛头 集装箱号 封号".
	if scriptOf(before) == "han" && scriptOf(ts[i].Text) == "han" {
		return "", true
	}
	return "", false
}

// afterValue reports whether token i may follow the value of another label in
// its cell: a figure stands before it, or a colon somewhere, so that "Retest
// date:" is not taken for "Date:".
func (s *sheet) afterValue(n, i int) bool {
	ts := s.tokens[n]
	if hasDigit(ts[i-1].Text) || strings.HasSuffix(ts[i-1].Text, ",") {
		return true
	}
	if i-2 < 0 || ts[i-2].cell != ts[i].cell {
		return false
	}
	for j := i - 2; j >= 0 && ts[j].cell == ts[i].cell; j-- {
		if colonEnds(ts[j].Text) {
			return !generalWord[ts[i].fold] || !unicode.IsUpper(firstRune(ts[i-1].Text))
		}
	}
	return false
}

// afterMeasure reports whether token i stands behind a figure with its unit, in
// the same cell.
func (s *sheet) afterMeasure(n, i int) bool {
	ts := s.tokens[n]
	if i < 2 || ts[i-1].cell != ts[i].cell || ts[i-2].cell != ts[i].cell || !hasDigit(ts[i-2].Text) {
		return false
	}
	switch unitKind(ts[i-1].Text) {
	case "mass", "volume", "package":
		return true
	}
	return false
}

func measuredKind(k kind) bool { return k == massKind || k == volumeKind || k == packagesKind }

// figureAfter reports whether a figure stands behind token j in its cell.
func figureAfter(ts []token, j int) bool {
	return j+1 < len(ts) && ts[j+1].cell == ts[j].cell && hasDigit(ts[j+1].Text) && !strings.HasSuffix(ts[j].Text, ",")
}

// numberFollows reports whether token j ends the name of a number, "Invoice No.",
// and a number stands behind it.
func numberFollows(ts []token, j int) bool {
	if j+1 >= len(ts) || ts[j+1].cell != ts[j].cell || !numberWord[ts[j].fold] {
		return false
	}
	_, _, ok := takeReference(wordsOf(ts[j+1 : j+2]))
	return ok
}

// numberWord are the words that end the name of a number.
var numberWord = map[string]bool{}

func init() {
	for _, w := range []string{"No", "Number", "Номер", "нөмірі", "号", "Numarası", "Nummer", "Numéro"} {
		numberWord[foldKey(w)] = true
	}
}

// generalWord are labels that are the last word of many longer ones.
var generalWord = map[string]bool{}

func init() {
	for _, w := range []string{"Date", "Дата", "No", "Number", "Номер", "Tarih", "Datum", "Fecha", "Total", "Name", "Address"} {
		generalWord[foldKey(w)] = true
	}
}

func colonEnds(s string) bool { return strings.HasSuffix(s, ":") || strings.HasSuffix(s, "：") }

// colonAfter reports whether a colon follows token j, in it or as the next.
func (s *sheet) colonAfter(n, j int) bool {
	ts := s.tokens[n]
	if colonEnds(ts[j].Text) {
		return true
	}
	return j+1 < len(ts) && ts[j+1].cell == ts[j].cell && (ts[j+1].Text == ":" || ts[j+1].Text == "：")
}

// tail takes what belongs to a label behind its words: a colon, a hint or a unit
// in brackets, a unit behind a comma, a stroke before the next language.
func (s *sheet) tail(n int, h *hit) {
	ts := s.tokens[n]
	in := func(j int) bool { return j < len(ts) && ts[j].cell == h.cell }
	for !h.colon && in(h.to) {
		t := ts[h.to].Text
		switch {
		case strings.Trim(t, ":：.") == "":
			h.colon = strings.ContainsAny(t, ":：")
			h.to++
			continue
		case t == "№" && strings.HasSuffix(ts[h.to-1].Text, "/") && in(h.to+1) && !hasDigit(ts[h.to+1].Text):
			return // "Инвойс № / № инвойса": the sign begins the second language
		case strings.Trim(t, "/-–—|*†№") == "":
			h.to++
			continue
		case strings.HasPrefix(t, "(") || strings.HasPrefix(t, "（") || strings.HasPrefix(t, "["):
			j := h.to
			for in(j) && !strings.ContainsAny(ts[j].Text, ")）]") {
				j++
			}
			if !in(j) {
				j--
			}
			text := textOf(wordsOf(ts[h.to : j+1]))
			if !strings.ContainsAny(text, ")）]") && j-h.to > 10 {
				return
			}
			if h.unit == "" {
				h.unit = unitIn(text)
			}
			h.to, h.colon = j+1, colonEnds(ts[j].Text)
			continue
		case strings.HasSuffix(ts[h.to-1].Text, ",") || unitIn(t) != "":
			u := unitIn(t)
			// A unit belongs to the label if nothing, or a colon, or a bare
			// figure follows; "kg 1200" is as good a value as "1200".
			if u == "" || roles[h.role] == noKind {
				break
			}
			h.unit, h.to = u, h.to+1
			h.colon = colonEnds(t)
			continue
		}
		break
	}
	if h.role == "-itemGoods" && h.number != "" {
		for in(h.to) { // box 31 has a long heading
			h.to++
		}
	}
	h.open = !h.colon && in(h.to)
}

func wordsOf(ts []token) []page.Word {
	ws := make([]page.Word, len(ts))
	for i, t := range ts {
		ws[i] = t.Word
	}
	return ws
}

// unitWords are units and currencies that labels carry in brackets.
var unitWords = map[string]bool{
	"kg": true, "kgs": true, "kgm": true, "kgc": true, "кг": true, "t": true, "mt": true, "tn": true, "т": true, "g": true, "gr": true, "lb": true, "lbs": true,
	"cbm": true, "m3": true, "м3": true, "m³": true, "м³": true, "куб.м": true, "cft": true, "千克": true, "公斤": true, "立方米": true,
	"usd": true, "eur": true, "rub": true, "kzt": true, "cny": true, "rmb": true, "gbp": true, "try": true, "jpy": true, "inr": true, "chf": true, "aed": true,
	"us$": true, "$": true, "€": true, "£": true, "¥": true, "₽": true, "₸": true, "руб": true, "руб.": true, "тенге": true, "евро": true, "rm": true, "tl": true,
	"pcs": true, "шт": true, "шт.": true, "ctns": true, "cartons": true, "件": true, "箱": true, "кг.": true, "pln": true, "czk": true, "egp": true, "byn": true, "uzs": true, "kgs)": true,
}

// misreadHeadings are units in small print as optical readers give them.
var misreadHeadings = map[string]string{"xr": "кг", "xг": "кг", "kг": "кг", "кr": "кг", "wr": "шт", "wt": "шт", "мз": "м3", "mз": "м3"}

// unitIn returns the unit in a bracket such as "(KGS)" or "(in kg)".
func unitIn(text string) string {
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("()[]（）,:：/", r) }) {
		if unitWords[strings.ToLower(w)] {
			return w
		}
		if u := misreadHeadings[strings.ToLower(w)]; u != "" {
			return u
		}
	}
	return ""
}

// scriptOf names the script of the first letter of s.
func scriptOf(s string) string {
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Han, r):
			return "han"
		case unicode.Is(unicode.Cyrillic, r):
			return "cyrillic"
		case unicode.Is(unicode.Latin, r):
			return "latin"
		}
	}
	return ""
}

// hitAt returns the label that begins at token i of a line, or covers it.
func (s *sheet) hitAt(n, i int) *hit {
	if k := s.over[n][i]; k > 0 {
		return &s.hits[k-1]
	}
	return nil
}

// index notes which label covers each token.
func (s *sheet) index() {
	s.over = make([][]int32, len(s.lines))
	for n := range s.over {
		s.over[n] = make([]int32, len(s.tokens[n]))
	}
	for k, h := range s.hits {
		for i := h.from; i < h.to; i++ {
			if s.over[h.line][i] == 0 {
				s.over[h.line][i] = int32(k + 1)
			}
		}
	}
}

// wraps finds the labels that are broken over two or three lines of a cell: "Gross"
// over "weight", "COMMERCIAL" over "INVOICE". Each line then carries the whole label,
// so that the value may stand beside either, or below.
func (s *sheet) wraps(lx *lexicon) {
	type place struct{ line, cell int }
	lowerHalf := map[place]bool{}
	for n := 0; n+1 < len(s.lines); n++ {
		for c := range s.lines[n].cells {
			upper, from, to := s.cellKey(n, c)
			if lowerHalf[place{n, c}] || upper == "" || from == to || colonEnds(s.tokens[n][to-1].Text) {
				continue
			}
			var (
				parts []part
				l     *label
				q     float64
			)
			if s.Scanned || lx.prefix[upper] {
				parts, l, q = s.broken(lx, n, c, upper)
			} else if second := s.secondScript(n, from, to); second != "" && lx.prefix[second] {
				parts, l, q = s.broken(lx, n, c, second) // "发货人姓名及地址 Shipper's Name and" over "Address:"
			}
			if l == nil && !s.Scanned {
				parts, l, q = s.secondName(lx, n, c)
			}
			if l != nil {
				// A value beside the first line and another: two rows of a list,
				// unless only the last ends with a colon: then all have one value.
				last := parts[len(parts)-1]
				both := s.valueBeside(n, c) && slices.ContainsFunc(parts, func(p part) bool { return s.valueBeside(p.line, p.cell) })
				if s.valueBeside(n, c) && s.valueBeside(parts[0].line, parts[0].cell) && !colonEnds(s.tokens[last.line][last.to-1].Text) {
					continue
				}
				whole := hit{role: l.role, label: l.text, quality: q, script: scriptOf(l.text)}
				s.put(whole, n, c, from, to)
				if first := s.hitAt(n, from); first != nil && colonEnds(s.tokens[last.line][last.to-1].Text) {
					first.colon = true
				}
				whole.lower = both
				for _, p := range parts {
					s.put(whole, p.line, p.cell, p.from, p.to)
					lowerHalf[place{p.line, p.cell}] = true
				}
			}
		}
	}
}

// A part is the tokens of a cell that belong to a label.
type part struct{ line, cell, from, to int }

// broken follows a label that begins with the words of a cell down the lines
// below it, two at most, and returns the label and its further parts.
func (s *sheet) broken(lx *lexicon, n, c int, upper string) (parts []part, l *label, quality float64) {
	key, shortest := upper, utf8.RuneCountInString(upper)
	_, from, to := s.cellKey(n, c)
	bare := cellOf(wordsOf(s.tokens[n][from:to])).box // without the number of a box
	above := s.lines[n].cells[c].box
	for m := n + 1; m <= n+4 && m < len(s.lines) && len(parts) < 2; m++ {
		height := s.lines[n].height
		if s.lines[m].box.Y0-above.Y1 > 0.9*height {
			break
		}
		k := s.cellUnder(m, s.lines[n].cells[c].box, height)
		if k < 0 {
			k = s.cellUnder(m, bare, height)
		}
		if k < 0 {
			continue
		}
		lower, from, to := s.cellKey(m, k)
		if lower == "" {
			break
		}
		key += lower
		shortest = min(shortest, utf8.RuneCountInString(lower))
		parts = append(parts, part{m, k, from, to})
		// The halves must be longer than what may be misread, or a label would
		// swallow the short word above it.
		per := exactly
		if s.Scanned && shortest > utf8.RuneCountInString(key)/blurred+1 {
			per = blurred
		}
		if l, quality = lx.find(key, per); l != nil {
			return parts, l, quality
		}
		if !lx.prefix[key] || colonEnds(s.tokens[m][to-1].Text) {
			break
		}
		above = s.lines[m].cells[k].box
	}
	return nil, nil, 0
}

// secondScript returns the folded words from where the second script of a
// heading begins; empty if it has one script.
func (s *sheet) secondScript(n, from, to int) string {
	first, key := scriptOf(s.tokens[n][from].Text), ""
	for _, t := range s.tokens[n][from+1 : to] {
		if script := scriptOf(t.Text); key != "" || script != "" && script != first {
			key += t.fold
		}
	}
	return key
}

// secondName follows a heading with two names in one script, apart by a stroke,
// of which the second is broken: "Барлық орын / Общее" over "количество мест:".
// Both have to name the same.
func (s *sheet) secondName(lx *lexicon, n, c int) (parts []part, l *label, quality float64) {
	_, from, to := s.cellKey(n, c)
	first, second, stroke := "", "", false
	for i := from; i < to; i++ {
		switch t := s.tokens[n][i]; {
		case t.Text == "/":
			first, second, stroke = first+second, "", true
		case stroke:
			second += t.fold
		default:
			first += t.fold
		}
	}
	name, _ := lx.find(first, exactly)
	if !stroke || name == nil || second != "" && !lx.prefix[second] {
		return nil, nil, 0
	}
	parts, l, quality = s.broken(lx, n, c, second)
	switch {
	case l == nil:
	case name.role == "grandTotal" && l.role == "total":
		l = name // the word for a sum alone says less
	case name.role != l.role:
		return nil, nil, 0
	}
	return parts, l, quality
}

// cellKey returns the folded words of a cell, up to a colon, without a hint in
// brackets, and the tokens they are.
func (s *sheet) cellKey(n, c int) (key string, from, to int) {
	from, end := s.span(n, c)
	if from+1 < end && boxNumber.MatchString(s.tokens[n][from].Text) {
		from++
	}
	to = from
	for i := from; i < end; i++ {
		t := s.tokens[n][i]
		if strings.HasPrefix(t.Text, "(") {
			if i == from {
				return "", from, from
			}
			return key, from, to
		}
		if i > from && strings.HasSuffix(s.tokens[n][i-1].Text, ",") && (currencyRe.MatchString(t.Text) || unitKind(t.Text) != "") {
			return key, from, to // "Цена товара, USD"
		}
		key += t.fold
		to = i + 1
		if colonEnds(t.Text) {
			if i+1 < end {
				return "", from, from // a value stands in the cell
			}
			break
		}
	}
	if utf8.RuneCountInString(key) > 40 {
		return "", from, from
	}
	return key, from, to
}

// cellUnder returns the cell of line m that begins, or is centred, under a box;
// -1 if there is none.
func (s *sheet) cellUnder(m int, b trade.Box, height float64) int {
	for k, cl := range s.lines[m].cells {
		if d := cl.box.X0 - b.X0; d > -0.8*height && d < 0.8*height {
			return k
		}
		if d := middleX(cl.box) - middleX(b); d > -0.8*height && d < 0.8*height {
			return k
		}
	}
	return -1
}

// valueBeside reports whether the next cell carries a value rather than a label.
func (s *sheet) valueBeside(n, c int) bool {
	if c+1 >= len(s.lines[n].cells) || s.beginsWithLabel(n, c+1) != nil {
		return false
	}
	if next := s.lines[n].cells[c+1].text; s.form && c > 0 && digitsOnly(next) && digitsOnly(s.lines[n].cells[c-1].text) && atoi(next) == atoi(s.lines[n].cells[c-1].text)+1 {
		return false // the number of the next box
	}
	return true
}

// put makes tokens of a cell the label h, instead of labels that were found in
// them.
func (s *sheet) put(h hit, n, c, from, to int) {
	if from > 0 && s.tokens[n][from-1].cell == c && boxNumber.MatchString(s.tokens[n][from-1].Text) {
		from--
		h.number = boxNumber.FindStringSubmatch(s.tokens[n][from].Text)[1]
	}
	h.line, h.cell, h.from, h.to = n, c, from, to
	for _, t := range s.tokens[n][from:to] {
		h.box = h.box.Union(t.Box)
	}
	h.colon = colonEnds(s.tokens[n][to-1].Text)
	s.tail(n, &h)
	for _, o := range s.hits {
		if o.line == n && o.from < to && from < o.to {
			if h.number == "" {
				h.number = o.number
			}
			if h.unit == "" {
				h.unit = o.unit
			}
		}
	}
	s.hits = slices.DeleteFunc(s.hits, func(o hit) bool { return o.line == n && o.from < to && from < o.to })
	at := slices.IndexFunc(s.hits, func(o hit) bool { return o.line > n || o.line == n && o.from > from })
	if at < 0 {
		at = len(s.hits)
	}
	s.hits = slices.Insert(s.hits, at, h)
	s.index()
}

// numbered is the number of a box as headings print it.
var numbered = regexp.MustCompile(`^\(?\d{1,2}[a-zа-я]?[.)]$`)

// headings marks the headings of numbered boxes that no label is known for, so
// that they are not taken for what stands in another box.
func (s *sheet) headings() {
	for n, ts := range s.tokens {
		for i := 0; i+1 < len(ts); i++ {
			if i > 0 && ts[i-1].cell == ts[i].cell || ts[i+1].cell != ts[i].cell || !numbered.MatchString(ts[i].Text) || !letters(ts[i+1].Text) {
				continue
			}
			if s.hitAt(n, i) != nil || s.hitAt(n, i+1) != nil {
				continue
			}
			_, to := s.span(n, ts[i].cell)
			for j := i; j < to; j++ {
				if s.hitAt(n, j) != nil {
					to = j
				}
			}
			s.put(hit{role: "-heading", quality: 1, script: scriptOf(ts[i+1].Text)}, n, ts[i].cell, i, to)
		}
	}
}

// hint reports whether words are a remark in brackets under or beside a
// heading: "(name and address)".
func hint(ws []page.Word) bool {
	if len(ws) == 0 {
		return false
	}
	t := textOf(ws)
	return (strings.HasPrefix(t, "(") || strings.HasPrefix(t, "（")) && (strings.HasSuffix(t, ")") || strings.HasSuffix(t, "）") || len(ws) > 3 && !strings.ContainsAny(t, ")）"))
}

// dash reports whether words say that there is nothing: "-", "N/A".
func dash(ws []page.Word) bool {
	t := strings.ToLower(strings.Trim(textOf(ws), " .:_"))
	return len(ws) > 0 && (strings.Trim(t, "-–—/") == "" && t != "" || t == "n/a" || t == "none" || t == "нет" || t == "nil")
}

// splitNumbered parts the headings of numbered boxes that stand so close that
// they look like one cell, "7. Number 8. Method of", and the next lines of the
// same headings below them.
func (s *sheet) splitNumbered(n int) {
	var out []cell
	for k, c := range s.lines[n].cells {
		var cuts []int
		if last := len(c.words) - 1; last > 0 && k+1 < len(s.lines[n].cells) && boxNumber.MatchString(c.words[last].Text) {
			// "Quantity 8" before "Method of packing": 8 is the number of the next box.
			next := s.lines[n].cells[k+1]
			ordered := k > 0 && digitsOnly(s.lines[n].cells[k-1].text) && atoi(s.lines[n].cells[k-1].text)+1 == atoi(c.words[last].Text)
			if ordered && unicode.IsUpper(firstRune(next.text)) && next.box.X0-c.box.X1 < 3*s.lines[n].height {
				out = append(out, cellOf(c.words[:last]), cellOf(c.words[last:]))
				continue
			}
		}
		for i := 1; i+1 < len(c.words); i++ {
			if numbered.MatchString(c.words[i].Text) && !strings.HasPrefix(c.words[i].Text, "(") && unicode.IsUpper(firstRune(c.words[i+1].Text)) && numbered.MatchString(c.words[0].Text) {
				cuts = append(cuts, i)
			}
			// "7 Quantity 8 Method of packing"
			if first := c.words[0].Text; digitsOnly(first) && digitsOnly(c.words[i].Text) && len(first) < 3 && atoi(c.words[i].Text) == atoi(first)+1 && unicode.IsUpper(firstRune(c.words[1].Text)) && unicode.IsUpper(firstRune(c.words[i+1].Text)) {
				cuts = append(cuts, i)
			}
		}
		for _, i := range cuts {
			x := c.words[i].Box.X0
			for m := n + 1; m <= n+3 && m < len(s.lines); m++ {
				if s.lines[m].box.Y0-s.lines[n].box.Y1 > 1.5*s.lines[n].height {
					break
				}
				s.splitAt(m, x)
			}
		}
		from := 0
		for _, i := range append(cuts, len(c.words)) {
			out = append(out, cellOf(c.words[from:i]))
			from = i
		}
	}
	s.lines[n].cells = out
}

// splitAt parts the cell of a line that reaches across x, before the word that
// begins nearest to it.
func (s *sheet) splitAt(n int, x float64) {
	for k, c := range s.lines[n].cells {
		if c.box.X0 > x-2 || c.box.X1 < x+2 {
			continue
		}
		best, gap := 0, 8.0
		for i := 1; i < len(c.words); i++ {
			if d := c.words[i].Box.X0 - x; d < gap && d > -gap {
				best, gap = i, max(d, -d)
			}
		}
		if best > 0 {
			s.lines[n].cells = slices.Replace(s.lines[n].cells, k, k+1, cellOf(c.words[:best]), cellOf(c.words[best:]))
		}
		return
	}
}
