package classify

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"tallyman/trade"
)

// Weights of the evidence, in natural logarithms. They were set by hand so that
// the confidence of a paper is about the share of such papers that are typed
// right, and are held in place by the cases in testdata.
const (
	fullTitle  = 6.0 // a title alone on its line, large, at the top
	otherPrior = 2.0 // for a paper without any evidence to be no shipping paper
	formLimit  = 8.0 // of all marks of a form with numbered or fixed boxes
	tableLimit = 3.0 // of all marks of a paper without a form: they are common words
	longLine   = 12  // words: a line of more is a sentence, not a title
	titleRows  = 5   // lines from the top in which a title without large letters may stand
	centred    = 0.2 // of the page width: a line that begins there or later is not at the margin
)

// family is the type under which marks of a type are collected.
func family(t trade.DocumentType) trade.DocumentType {
	switch t {
	case trade.MasterAirWaybill, trade.HouseWaybill:
		return trade.AirWaybill
	case trade.MasterBillOfLading, trade.HouseBillOfLading, trade.SeaWaybill:
		return trade.BillOfLading
	case trade.ExportDeclaration:
		return trade.ImportDeclaration
	case trade.ProformaInvoice:
		return trade.CommercialInvoice
	}
	return t
}

// markLimit is the most that the marks of a family can say.
func markLimit(t trade.DocumentType) float64 {
	switch t {
	case trade.CommercialInvoice, trade.PackingList, trade.OtherPaper:
		return tableLimit
	}
	return formLimit
}

var allTypes = []trade.DocumentType{
	trade.CommercialInvoice, trade.ProformaInvoice, trade.PackingList, trade.RoadConsignmentNote,
	trade.RailConsignmentNote, trade.AirWaybill, trade.MasterAirWaybill, trade.HouseWaybill,
	trade.BillOfLading, trade.MasterBillOfLading, trade.HouseBillOfLading, trade.SeaWaybill,
	trade.ImportDeclaration, trade.ExportDeclaration, trade.CertificateOfOrigin, trade.Contract,
	trade.InsuranceCertificate, trade.OtherPaper,
}

// evidence is what the words of a page, or of a paper, say about its type.
type evidence struct {
	titles map[trade.DocumentType]float64 // best title, 0 to about 1.2
	marks  map[int]hit                    // by key of the phrase
	export int                            // codes EX and IM of box 1 of a declaration: above 0 is export
	house  bool                           // cites its own master
}

func newEvidence() evidence {
	return evidence{titles: map[trade.DocumentType]float64{}, marks: map[int]hit{}}
}

// best is the strongest title.
func (e evidence) best() (t trade.DocumentType, strength float64) {
	for _, k := range allTypes {
		if e.titles[k] > strength {
			t, strength = k, e.titles[k]
		}
	}
	return t, strength
}

// add joins the evidence of a further page; its titles count for less, for
// later pages carry the titles of annexes and cited papers.
func (e *evidence) add(f evidence, share float64) {
	for t, s := range f.titles {
		e.titles[t] = max(e.titles[t], share*s)
	}
	for k, h := range f.marks {
		e.marks[k] = h
	}
	if e.export == 0 {
		e.export = f.export
	}
	e.house = e.house || f.house
}

// markSums are the saturated sums of the marks by family.
func (e evidence) markSums() map[trade.DocumentType]float64 {
	keys := make([]int, 0, len(e.marks))
	for k := range e.marks {
		keys = append(keys, k)
	}
	slices.Sort(keys) // floating-point sums depend on their order
	sums := map[trade.DocumentType]float64{}
	for _, k := range keys {
		sums[e.marks[k].of] += e.marks[k].weight
	}
	for t, s := range sums {
		limit := markLimit(t)
		sums[t] = limit * (1 - math.Exp(-s/limit))
	}
	return sums
}

// verdict is the likeliest type and its probability.
func (e evidence) verdict() (trade.DocumentType, float64) {
	marks := e.markSums()
	score := map[trade.DocumentType]float64{}
	for _, t := range allTypes {
		s := fullTitle * e.titles[t]
		switch t {
		case trade.OtherPaper:
			s += otherPrior + marks[t]
		case trade.ExportDeclaration, trade.ImportDeclaration:
			s = fullTitle*max(e.titles[trade.ExportDeclaration], e.titles[trade.ImportDeclaration]) + marks[trade.ImportDeclaration]
			export := e.titles[trade.ExportDeclaration] > e.titles[trade.ImportDeclaration]
			if e.export != 0 {
				export = e.export > 0
			}
			if export != (t == trade.ExportDeclaration) {
				s -= 2
			}
		default:
			s += marks[family(t)]
			if t != family(t) && e.titles[t] == 0 {
				s -= 3 // a special kind says so
			}
		}
		score[t] = s
	}
	if e.house && e.titles[trade.MasterAirWaybill] < 0.3 && score[trade.HouseWaybill] < score[trade.AirWaybill] {
		score[trade.HouseWaybill] = score[trade.AirWaybill] + 1
	}
	best, sum := trade.OtherPaper, 0.0
	for _, t := range allTypes {
		if score[t] > score[best] {
			best = t
		}
	}
	for _, t := range allTypes {
		sum += math.Exp(score[t] - score[best])
	}
	return best, 1 / sum
}

// numberWords follow the name of a paper in a label of its number or date:
// "Invoice No." on a packing list is no title.
var numberWords = map[string]bool{
	"no": true, "nr": true, "number": true, "num": true, "numero": true, "n": true, "ref": true, "id": true,
	"номер": true, "нөмірі": true, "号": true, "號": true, "编": true, "nummer": true, "numer": true, "numarasi": true,
	"date": true, "dated": true, "дата": true, "от": true, "tarihi": true, "datum": true, "日": true, "күні": true,
	"value": true, "total": true, "amount": true, "address": true, "terms": true, "currency": true, "reference": true,
	"сумма": true, "стоимость": true,
}

// weightless words say nothing about what a title is.
var weightless = map[string]bool{
	"no": true, "nr": true, "number": true, "n": true, "the": true, "номер": true, "от": true, "and": true, "и": true,
	"date": true, "dated": true, "дата": true, "original": true, "copy": true, "оригинал": true, "копия": true,
	"номері": true, "for": true, "to": true, "page": true, "of": true, "стр": true, "г": true, "du": true, "vom": true, "von": true, "号": true,
	"正": true, "本": true, "副": true, "duplicate": true, "draft": true, "и/или": true, "numero": true, "und": true, "et": true, "y": true,
	"january": true, "february": true, "march": true, "april": true, "june": true, "july": true, "august": true, "september": true, "october": true,
	"november": true, "december": true, "januar": true, "februar": true, "marz": true, "mai": true, "juni": true, "juli": true, "oktober": true, "dezember": true,
	"января": true, "февраля": true, "марта": true, "апреля": true, "мая": true, "июня": true, "июля": true, "августа": true, "сентября": true,
	"октября": true, "ноября": true, "декабря": true, "год": true, "года": true, "ocak": true, "subat": true, "mart": true, "nisan": true, "mayis": true,
	"haziran": true, "temmuz": true, "agustos": true, "eylul": true, "ekim": true, "kasim": true, "aralik": true, "年": true, "月": true, "日": true,
	"jan": true, "feb": true, "mar": true, "apr": true, "may": true, "jun": true, "jul": true, "aug": true, "sep": true, "oct": true, "nov": true, "dec": true,
}

// joins are the words and signs between two titles of one combined paper.
func joins(t token) bool {
	switch t.sep {
	case '&', '/', '+':
		return true
	}
	switch t.text {
	case "and", "cum", "и", "und", "et", "y", "e", "i", "ve", "及", "兼", "және", "en":
		return true
	}
	return false
}

// read collects the evidence of one page.
func read(p Page) evidence {
	e := newEvidence()
	if len(p.Lines) == 0 {
		return e
	}
	lex := papersLexicon()
	letter := medianHeight(p.Lines)
	type coded struct {
		words []token
		ids   []int
		exact []bool
	}
	code := func(s string) coded {
		c := coded{words: tokens(s)}
		c.words = joinSpaced(c.words)
		for _, w := range c.words {
			id, exact := lex.id(w.text)
			c.ids, c.exact = append(c.ids, id), append(c.exact, exact)
		}
		return c
	}
	var hawb, mawb bool
	var titles []title
	listed := -1 // the last line of the heading of a list of papers
	for i, line := range p.Lines {
		whole := code(line.Text)
		for _, h := range lex.find(whole.ids, whole.exact) {
			if h.weight > 0 {
				e.marks[h.key] = h
			}
		}
		for k, w := range whole.words {
			switch w.text {
			case "hawb":
				hawb = hawb || citesNumber(whole.words[k+1:])
			case "mawb":
				mawb = mawb || citesNumber(whole.words[k+1:])
			}
			if line.Top < 0.3 {
				switch w.text { // EX A, close together
				case "exa", "эка":
					e.export++
				case "ima", "има":
					e.export--
				}
			}
			if line.Top < 0.3 && k+1 < len(whole.words) && isCode(whole.words[k+1].text) {
				switch w.text {
				case "ex", "эк", "exp":
					e.export++
				case "im", "им", "imp":
					e.export--
				}
			}
		}
		size := 1.0
		if letter > 0 && line.Height > 0 {
			size = line.Height / letter
		}
		cells := cellsOf(line.Text)
		if listsPapers(line.Text) {
			listed = i
		}
		consider := func(s string, alone bool, size float64, parts ...string) {
			c := code(s)
			if !titleLength(c.words) {
				return
			}
			of, strength := titleOf(lex, c.words, c.ids, c.exact, size, alone)
			if of == "" {
				return
			}
			strength *= position(line.Top) * emphasis(size, s)
			if listed >= 0 && i-listed <= listLines && size < 1.3 {
				strength *= 0.3
			}
			titles = append(titles, title{of: of, strength: strength, text: s, parts: parts})
		}
		// A line that stands alone and in the middle, or at the very top, is no
		// label of a box.
		alone := len(cells) == 1 && (i == 0 || i < titleRows && line.Left > centred)
		for _, cell := range cells {
			consider(cell, alone, size)
			// "Firm GmbH – Packing list to invoice 17"
			if parts := dashes.Split(cell, -1); len(parts) > 1 && len(cells) == 1 && line.Top < 0.3 {
				for _, part := range parts {
					consider(part, alone, size)
				}
			}
		}
		if len(cells) > 1 && len(whole.words) <= 8 {
			consider(line.Text, false, size)
		}
		if i+1 == len(p.Lines) {
			continue
		}
		// A title of two lines, alone or beside the boxes of a form.
		next := p.Lines[i+1]
		below := cellsOf(next.Text)
		if r := next.Height / max(line.Height, 1e-9); len(cells) == 1 && len(below) == 1 && r > 0.8 && r < 1.25 && len(whole.words) <= 5 {
			consider(line.Text+" "+next.Text, alone, size)
			continue
		}
		if line.Top > 0.35 {
			continue
		}
		for _, a := range cells {
			for _, b := range below {
				if len(strings.Fields(a)) > 3 || len(strings.Fields(b)) > 3 {
					continue
				}
				for _, s := range []string{a + " " + b, b + " " + a} {
					// The halves say nothing or something else: no more than the
					// whole title counts.
					if c := code(s); len(c.words) < 3 || !onePhrase(lex, c.ids, c.exact, "") {
						continue
					}
					// Packing list, and below it: invoice number.
					if ca, cb := code(a), code(b); onePhrase(lex, ca.ids, ca.exact, trade.OtherPaper) || onePhrase(lex, cb.ids, cb.exact, trade.OtherPaper) {
						continue
					}
					consider(s, false, size, a, b)
				}
			}
		}
	}
	for _, n := range titles {
		if !partOf(n, titles) {
			e.titles[n.of] = max(e.titles[n.of], n.strength)
		}
	}
	e.house = hawb && mawb
	return e
}

// dashes part the firm from the name of its paper.
var dashes = regexp.MustCompile(`\s+[-–—|•·]\s+`)

// A title is what a cell, or several together, call the paper.
type title struct {
	of       trade.DocumentType
	strength float64
	text     string
	parts    []string // the cells it is put together from
}

// partOf reports whether a title is a part of a stronger one for another paper:
// the second line of INTERNATIONAL ROAD / WAYBILL is no title of its own. A
// waybill that says which one elsewhere is the same.
func partOf(n title, all []title) bool {
	waybill := n.of == trade.OtherPaper && strings.HasSuffix(fold(n.text), fold("накладная")) && len(strings.Fields(n.text)) <= 2
	for _, o := range all {
		if o.of != n.of && o.strength >= 0.7 && o.of != trade.OtherPaper {
			if slices.Contains(o.parts, n.text) || waybill && markLimit(family(o.of)) == formLimit {
				return true
			}
		}
	}
	return false
}

// onePhrase reports whether all the words together are one name of a paper of
// another type than except.
func onePhrase(lex *lexicon, ids []int, exact []bool, except trade.DocumentType) bool {
	for _, h := range lex.find(ids, exact) {
		if h.weight == 0 && h.of != except && h.at == 0 && h.end() == len(ids) {
			return true
		}
	}
	return false
}

// listLines is how many lines a list of papers has that go along with a paper.
const listLines = 5

// listsPapers reports whether a line is the heading of such a list.
func listsPapers(s string) bool {
	s = fold(s)
	for _, w := range []string{"documents attached", "attached documents", "enclos", "attachments", "documents handed", "прилагаемые документы", "приложения:", "приложенные",
		"документы, приложенные", "следующие документы", "following documents", "beigefugte", "documents annexes", "қоса берілген", "随附单", "ekli belgeler"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// titleLength reports whether a cell is no longer than titles are. A Chinese
// word has two or three characters; numbers do not count.
func titleLength(ws []token) bool {
	n := 0
	for _, w := range ws {
		switch {
		case han([]rune(w.text)[0]):
			n += 2
		case !hasDigit(w.text) && !weightless[w.text]:
			n += 6
		}
	}
	return n > 0 && n <= 6*longLine
}

// citesNumber reports whether a number follows a label.
func citesNumber(ws []token) bool {
	for i, w := range ws {
		if hasDigit(w.text) {
			return true
		}
		if i > 0 || !numberWords[w.text] {
			break
		}
	}
	return false
}

func isCode(s string) bool {
	if s == "a" || s == "а" || s == "d" {
		return true
	}
	return len(s) <= 2 && s != "" && s[0] >= '0' && s[0] <= '9'
}

func cellsOf(line string) []string {
	var all []string
	for _, c := range strings.Split(line, "  ") {
		if c = strings.TrimSpace(c); c != "" {
			all = append(all, c)
		}
	}
	return all
}

// joinSpaced puts words together that were printed with spaces between their
// letters: P A C K I N G  L I S T.
func joinSpaced(ws []token) []token {
	single := 0
	for _, w := range ws {
		if r := []rune(w.text); len(r) == 1 && unicode.IsLetter(r[0]) && !han(r[0]) {
			single++
		}
	}
	if single < 5 || single*4 < len(ws)*3 {
		return ws
	}
	var b strings.Builder
	for _, w := range ws {
		b.WriteString(w.text)
	}
	return spacedTitle(b.String())
}

// spacedTitle parts the letters of a title again into the words of the lexicon.
func spacedTitle(s string) []token {
	lex := papersLexicon()
	rs := []rune(s)
	var all []token
	for i := 0; i < len(rs); {
		k := min(len(rs), i+20)
		for k > i+1 {
			if _, ok := lex.ids[string(rs[i:k])]; ok {
				break
			}
			k--
		}
		all = append(all, token{text: string(rs[i:k])})
		i = k
	}
	if len(all) > 6 {
		return []token{{text: s}} // no words of ours: one word
	}
	return all
}

// titleOf returns the type that a cell names as its own, and how much of the
// cell that name is.
func titleOf(lex *lexicon, words []token, ids []int, exact []bool, size float64, alone bool) (trade.DocumentType, float64) {
	best, strength := trade.DocumentType(""), 0.0
	try := func(words []token, ids []int, exact []bool) {
		if t, s := titleIn(lex, words, ids, exact, size, alone); s > strength {
			best, strength = t, s
		}
	}
	try(words, ids, exact)
	// "Annex No. 3 to the contract": once more without the numbers
	var w2 []token
	var i2 []int
	var e2 []bool
	for i, w := range words {
		if w.text == "no" || w.text == "the" || hasDigit(w.text) {
			continue
		}
		w2, i2, e2 = append(w2, w), append(i2, ids[i]), append(e2, exact[i])
	}
	if len(w2) < len(words) {
		if t, s := titleIn(lex, w2, i2, e2, size, alone); s > strength && len(w2) > 1 && best != t {
			best, strength = t, s
		}
	}
	return best, strength
}

func titleIn(lex *lexicon, words []token, ids []int, exact []bool, size float64, alone bool) (trade.DocumentType, float64) {
	var names []hit // longest first at each place, none inside another
	for _, h := range lex.find(ids, exact) {
		if h.weight > 0 {
			continue
		}
		inside := false
		for k, n := range names {
			switch {
			case h.at >= n.at && h.end() <= n.end():
				inside = true
			case n.at >= h.at && n.end() <= h.end():
				names = slices.Delete(names, k, k+1)
			}
			if inside || len(names) <= k {
				break
			}
		}
		if !inside {
			names = append(names, h)
		}
	}
	if len(names) == 0 {
		return "", 0
	}
	slices.SortStableFunc(names, func(a, b hit) int { return a.at - b.at })
	first := names[0]
	of := first.of
	covered := make([]bool, len(words))
	good := true
	cited := len(words) // where a title goes on to the paper that it belongs to
	for k, n := range names {
		same := n.of == first.of
		if !same && n.of != first.of && k > 0 {
			prev := names[k-1].end()
			combined := n.at == prev || n.at == prev+1 && joins(words[prev]) || joins(words[n.at])
			if !combined {
				if n.of != first.of && n.at > first.end() && belongs[words[n.at-1].text] && cited == len(words) {
					cited = n.at - 1
				}
				continue
			}
			same = true
			// "Commercial invoice & packing list": the invoice is the paper
			// that customs and banks need, the packing list rides along.
			if n.of == trade.CommercialInvoice || of == trade.OtherPaper {
				of = n.of
			}
		}
		if same {
			for i := n.at; i < n.end(); i++ {
				covered[i] = true
			}
			good = good && n.exact
		}
	}
	all, own := 0, 0
	for i, w := range words[:cited] {
		switch {
		case covered[i]:
			all++
			own++
		case i > 0 && covered[i-1] && w.sep == '#', i > 1 && covered[i-2] && numberWords[words[i-1].text] && !han([]rune(w.text)[0]):
			// the letters of a number: Invoice # RE-2017
		case weightless[w.text] || hasDigit(w.text):
		default:
			all++
		}
	}
	cover := float64(own) / float64(all)
	if cover < 0.8 && partCovered(words, covered) {
		cover = 0.8 // "Packing list / an unknown language"
	}
	s := 0.1
	switch {
	case cover > 0.95:
		s = 1
	case cover >= 0.6:
		s = 0.6
	case cover >= 0.4:
		s = 0.35
	}
	if first.at > 0 && cover < 0.95 {
		s *= 0.7 // "see packing list", "as per contract"
	}
	if !good {
		s *= 0.85
	}
	if end := first.end(); end < len(words) && size < 1.3 && !alone {
		if numberWords[words[end].text] || words[end].sep == ':' || hasDigit(words[end].text) && !alone {
			s *= 0.4 // a label
		}
	}
	return of, s
}

// belongs are the words between a paper and that which it belongs to: "packing
// list to invoice 17".
var belongs = map[string]bool{"to": true, "for": true, "zu": true, "zur": true, "к": true, "ко": true, "по": true, "для": true, "of": true, "pour": true, "para": true, "до": true}

// partCovered reports whether a title covers the whole of what stands before or
// after a slash.
func partCovered(words []token, covered []bool) bool {
	full, any, slashes := true, false, 0
	for i := 0; i <= len(words); i++ {
		if i == len(words) || words[i].sep == '/' || words[i].sep == '|' {
			if full && any && (slashes > 0 || i < len(words)) {
				return true
			}
			full, any = true, false
			slashes++
		}
		numbered := i > 0 && i+1 < len(words) && numberWords[words[i-1].text] && hasDigit(words[i+1].text)
		if i < len(words) && !weightless[words[i].text] && !hasDigit(words[i].text) && !numbered {
			any = true
			full = full && covered[i]
		}
	}
	return false
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

// position weighs how far down the page a title stands.
func position(top float64) float64 {
	switch {
	case top < 0.2:
		return 1
	case top < 0.35:
		return 0.85
	case top < 0.6:
		return 0.5
	}
	return 0.3
}

// emphasis weighs the size of the letters, and capitals.
func emphasis(size float64, s string) float64 {
	f := 0.75
	switch {
	case size >= 1.8:
		f = 1.1
	case size >= 1.3:
		f = 1
	case size >= 1.12:
		f = 0.9
	}
	if strings.ToUpper(s) == s && strings.ToLower(s) != s {
		f += 0.1
	}
	return f
}

func medianHeight(lines []Line) float64 {
	var hs []float64
	for _, l := range lines {
		if l.Height > 0 {
			hs = append(hs, l.Height)
		}
	}
	if len(hs) == 0 {
		return 0
	}
	slices.Sort(hs)
	return hs[len(hs)/2]
}
