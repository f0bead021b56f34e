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

// A value is the words that a field is printed in.
type value struct {
	words []page.Word
	unit  string // printed elsewhere, such as in the label
	trust float64
}

func (v value) statement(path string, number int) trade.Statement {
	st := state(path, number, v.words)
	st.Unit = v.unit
	st.Confidence *= v.trust
	return st
}

// readable reports whether the words are a value of the field at path.
func readable(path string, words []page.Word, unit string) bool {
	d := &trade.Document{}
	st := state(path, 1, words)
	st.Unit = unit
	if d.Set(st) != nil {
		return false
	}
	f, ok := d.Field(path)
	return ok && f.Problem == ""
}

// An acceptor takes a value from the beginning of words: it returns how many
// words precede it, and where it ends. Words before it are marks such as "№".
type acceptor func(words []page.Word) (from, to int, ok bool)

// acceptorOf returns what may stand beside a label of that kind.
func acceptorOf(k kind, path string) acceptor {
	switch k {
	case refKind:
		return takeReference
	case dateKind:
		return takeDate
	case moneyKind, massKind, volumeKind, quantityKind, packagesKind:
		return func(ws []page.Word) (int, int, bool) { return takeFigure(ws, k) }
	case percentKind:
		return takePercent
	case currencyKind:
		return takeCurrency
	case countryKind:
		return takeCountry
	case termsKind:
		return takeTerms
	case wordsKind, spelledKind:
		return takeWords
	}
	return nil
}

var (
	referenceWord  = regexp.MustCompile(`^[\p{Lu}\p{Nd}][\p{L}\p{Nd}]*(?:[-/._\\()№#+*][\p{L}\p{Nd}]+)*[-/.,;)]*$|^\d[\p{L}\p{Nd}/._-]*[,;.]?$|^[\p{L}\p{Nd}]+(?:[-/_][\p{L}\p{Nd}]+)*[-/_]\d+$`)
	referenceStart = regexp.MustCompile(`^[A-ZА-Я]{1,6}[-/]?$`)
	dateShape      = regexp.MustCompile(`^\d{1,2}[./-]\d{1,2}[./-](\d{4}|\d{2})\.?$|^\d{4}[./-]\d{1,2}[./-]\d{1,2}$`)
	marksBefore    = regexp.MustCompile(`^(?i:no|nr|№|n°|nº|#|:|：|\.|-|–|=|n|number|номер|from|of)[.:]*$|^[№#:：.=–—-]+$`)
)

// takeReference takes the number of a paper: capitals and digits, at least one
// digit, in one word or a few that belong together.
func takeReference(ws []page.Word) (from, to int, ok bool) {
	for from < len(ws) && marksBefore.MatchString(ws[from].Text) {
		from++
	}
	if from == len(ws) {
		return 0, 0, false
	}
	text := func(i int) string { return strings.Trim(ws[i].Text, ",;") }
	to = from
	switch {
	case hasDigit(text(to)) && referenceWord.MatchString(text(to)) && !dateShape.MatchString(text(to)):
		to++
	case to+1 < len(ws) && referenceStart.MatchString(text(to)) && hasDigit(text(to+1)) && referenceWord.MatchString(text(to+1)) && near(ws[to], ws[to+1]):
		to += 2
	default:
		return 0, 0, false
	}
	// "KZ 6 112 00045": groups of figures to the end.
	if rest := ws[to:]; len(rest) > 1 && len(rest) < 6 && digitsOnly(text(to-1)) {
		all := true
		for i, w := range rest {
			all = all && digitsOnly(w.Text) && near(ws[to+i-1], w)
		}
		if all {
			return from, len(ws), true
		}
	}
	for to < len(ws) && near(ws[to-1], ws[to]) {
		last, next := ws[to-1].Text, ws[to].Text
		joins := strings.HasSuffix(last, "/") || strings.HasSuffix(last, "-") || strings.HasPrefix(next, "/") || strings.HasPrefix(next, "-") || next == "/" || next == "-"
		if strings.HasSuffix(last, ",") || strings.HasSuffix(last, ";") {
			break
		}
		if from, _, ok := takeDate(ws[min(to+1, len(ws)):]); ok && from == 0 && (next == "/" || next == "-") {
			break // "PX-11/CI / 14-Nov-2025"
		}
		if joins && (next == "/" || next == "-" || hasDigit(next)) && !dateShape.MatchString(strings.Trim(next, "/-")) {
			to++
			continue
		}
		// "071 2345 6789", "KZ 2026 15": groups of digits, and nothing else.
		if digitsOnly(next) && digitsOnly(strings.Trim(last, ".")) && len(next) >= 3 && to == len(ws)-1 && to-from < 4 {
			to++
			continue
		}
		break
	}
	for to > from && strings.Trim(ws[to-1].Text, "/-") == "" {
		to--
	}
	if t := textOf(ws[from:to]); utf8.RuneCountInString(t) > 40 || money.MatchString(t) || strings.Contains(t, "@") {
		return 0, 0, false
	}
	return from, to, true
}

// money is a sum with its currency, which no number of a paper looks like.
var money = regexp.MustCompile(`^[$€£¥₽₸]\s?\d|\d[.,]\d\d[€£¥₽₸]?$`)

func hasDigit(s string) bool { return strings.IndexFunc(s, unicode.IsDigit) >= 0 }

func digitsOnly(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// near reports whether b follows a as the next word of a phrase.
func near(a, b page.Word) bool {
	return b.Box.X0-a.Box.X1 < 1.2*max(heightOf(a), heightOf(b))
}

// trimmed returns words without a comma or full stop behind the last.
func trimmed(ws []page.Word, cutset string) []page.Word {
	if len(ws) == 0 {
		return ws
	}
	out := append([]page.Word(nil), ws...)
	last := &out[len(out)-1]
	if t := strings.TrimRight(last.Text, cutset); t != "" {
		last.Text = t
	}
	first := &out[0]
	if t := strings.TrimLeft(first.Text, ":：;,=#№("); t != "" {
		first.Text = t
	}
	return out
}

// dateWords bounds the words of a date: « 05 » мая 2024 г .
const dateWords = 8

var yearIn = regexp.MustCompile(`\d{4}|\d[./-]\d{2}$|'\d\d|\d{2}$|年|〇`)

// monthRe is the beginning of the name of a month, in the languages of labels.txt.
var monthRe = regexp.MustCompile(`^(?:jan|feb|fév|fev|fevr|mar|mär|mrt|maa|apr|avr|abr|may|mai|maj|mei|jun|jui|jul|aug|aoû|aou|ago|sep|set|oct|okt|ott|out|nov|dec|dez|déc|dic|янв|фев|мар|апр|май|мая|июн|июл|авг|сен|окт|ноя|дек|қаң|ақп|нау|сәу|мам|мау|шіл|там|қыр|қаз|қар|жел|oca|şub|nis|haz|tem|ağu|eyl|eki|kas|ara|sty|lut|kwi|cze|lip|sie|wrz|paź|lis|gru|gen|mag|giu|lug|ene)`)

// timeRe is a time of day, which is no part of a date.
var timeRe = regexp.MustCompile(`^\d{1,2}:\d{2}`)

// onlyDate reports whether every word may belong to a date: figures, the name of
// a month, and short words such as "of", "de", "г.".
func onlyDate(ws []page.Word) bool {
	for _, w := range ws {
		t := strings.ToLower(strings.Trim(w.Text, "«\"“”„',.();"))
		if strings.Count(t, ".")+strings.Count(t, "-")+strings.Count(t, "/") > 2 {
			return false
		}
		if hasDigit(t) || monthRe.MatchString(t) || t == "года" || t == "year" || utf8.RuneCountInString(t) <= 2 && !datedOnly[t] || t == "жыл" || t == "жылғы" || t == "del" || t == "day" || han(firstRune(t)) {
			continue
		}
		return false
	}
	return true
}

// datedOnly are short words before a date, never in it.
var datedOnly = map[string]bool{"от": true, "on": true, "no": true, "nr": true, "dd": true, "du": true, "№": true}

// numberNotDate reports whether a word is no part of a date but a number: of a
// flight, of a paper such as "06/2025-IMP".
func numberNotDate(w string) bool {
	if n := len(w); digitsOnly(w) && (n == 3 || n > 4 && n != 6 && n != 8) {
		return true // "239 / 25 Sep 2026", "86827 21 July 2026"
	}
	m := gluedLetters.FindStringSubmatch(w)
	return m != nil && !monthRe.MatchString(strings.ToLower(m[1]))
}

var gluedLetters = regexp.MustCompile(`\d[-/](\p{Lu}{2,})[.,;)]*$`)

// takeDate takes the longest beginning that is a date.
func takeDate(ws []page.Word) (from, to int, ok bool) {
	for from < len(ws) && from < 2 && (marksBefore.MatchString(ws[from].Text) || datedWord.MatchString(ws[from].Text)) {
		from++
	}
	for to = min(len(ws), from+dateWords); to > from; to-- {
		run := ws[from:to]
		text := strings.Trim(textOf(run), " ,;()")
		if !hasDigit(text) && !strings.ContainsAny(text, "一二三四五六七八九〇") || utf8.RuneCountInString(text) < 6 || !yearIn.MatchString(text) {
			continue
		}
		if !hasDigit(run[0].Text) && !monthRe.MatchString(strings.ToLower(strings.Trim(run[0].Text, "«\"“”,."))) && !han(firstRune(run[0].Text)) && strings.Trim(run[0].Text, "«\"“„'_") != "" {
			return 0, 0, false
		}
		if slices.ContainsFunc(run, func(w page.Word) bool { return numberNotDate(w.Text) }) {
			continue
		}
		if to-from > 1 && dateShape.MatchString(strings.Trim(run[0].Text, ",;")) {
			continue // "01.02.2026 14:30" is dated by its first word
		}
		if !onlyDate(run) || timeRe.MatchString(run[len(run)-1].Text) {
			continue
		}
		if readable("/issueDate", trimmed(run, ",;)"), "") {
			return from, to, true
		}
	}
	return 0, 0, false
}

// datedWord stands between the number of a paper and its date.
var datedWord = regexp.MustCompile(`^(?i:dated|dd|dtd|dated:|of|on|from|от|vom|von|du|de|del|le|tarihli|tarih|date|date:|dt|dt:|d\.d|дата:?|күні|日期|自|于|(?:d/d))\.?,?$`)

var (
	figure     = regexp.MustCompile(`^[-–+(]*\s*(?:[A-Z]{2,3}\.?\$?|US\$|[$€£¥₽₸₴₺₹]|RM|Rs\.?|руб\.?)?[-–]?\(?\d[\d.,'’·]*(?:[-–]|,-|\.-)?\)?(?:[$€£¥₽₸₺₹%]|[A-Za-zА-Яа-я³]{1,6}\d?\.?(?:/[A-Za-z]+)?)?[.,;:)*]*$`)
	group      = regexp.MustCompile(`^\d{3}(?:[.,]\d+)?(?:[-–)]|[.,;:])?$`)
	currencyRe = regexp.MustCompile(`^(?i:USD|EUR|RUB|RUR|KZT|CNY|RMB|GBP|TRY|JPY|INR|CHF|AED|PLN|CZK|SEK|NOK|DKK|HUF|BYN|UZS|UAH|CAD|AUD|SGD|HKD|MYR|RM|THB|EGP|SAR|KRW|TWD|NPR|LKR|PKR|BDT|ZAR|BRL|MXN|TL|RON|BGN|GEL|AZN|AMD|TJS|TMT|MNT|US\$|U\.S\.\$|[$€£¥₽₸₺₹]|Rs\.?|руб\.?|рубл\p{L}*|roubles?|rubles?|тенге|теңге|юан\p{L}*|тг\.?|евро|долл\.?|доллар\p{L}*|元|美元|人民币|欧元|Euro|dollars?)[.,;:)]*$`)
	massRe     = regexp.MustCompile(`^(?i:kgs?|kgm|кгс?|килограмм\p{L}*|т|тн|тонн\p{L}*|t|mt|tons?|tonnes?|g|gr|gram\p{L}*|гр?|lbs?|pounds?|oz|公斤|千克|克|吨)[.,;:)]*$`)
	volumeRe   = regexp.MustCompile(`^(?i:cbm|m3|m³|м3|м³|куб\.?м?|cu\.?m?|cft|ft3|cuft|l|л|ltr|立方米|cubic|mtq)[.,;:)]*$`)
)

// takeFigure takes a number with a unit of that kind before or behind it.
func takeFigure(ws []page.Word, k kind) (from, to int, ok bool) {
	i := 0
	for i < len(ws) && i < 3 && strings.Trim(ws[i].Text, ":：=.-–—_…|") == "" {
		i++
	}
	from = i
	if i < len(ws) && unitOf(k, ws[i].Text) { // USD 50,964.60
		i++
	}
	if i < len(ws) && strings.Trim(ws[i].Text, ":：=-–—_|") == "" && i > from {
		i++
	}
	if i >= len(ws) || !figure.MatchString(strings.ReplaceAll(ws[i].Text, " ", "")) || dateShape.MatchString(strings.Trim(ws[i].Text, ",;:")) {
		return 0, 0, false
	}
	numeral := i
	i++
	for i < len(ws) && group.MatchString(ws[i].Text) && near(ws[i-1], ws[i]) && spacedGroup(ws[numeral:i]) {
		i++
	}
	to = i
	if i < len(ws) && ws[i].Box.X0-ws[i-1].Box.X1 < 2*heightOf(ws[i]) && unitOf(k, ws[i].Text) {
		to = i + 1
	} else if k == packagesKind && i < len(ws) && near(ws[i-1], ws[i]) && letters(ws[i].Text) {
		to = i + kindWords(ws[from:], i-from)
	} else if k == quantityKind && i < len(ws) && near(ws[i-1], ws[i]) && letters(ws[i].Text) {
		if readable("/totalQuantity", trimmed(ws[from:i+1], ",;:)"), "") {
			to = i + 1
		}
	}
	if k == packagesKind && strings.EqualFold(ws[to-1].Text, "x") {
		to-- // "1 x 20' container"
	}
	// Another kind of unit behind it: "Total 2000 KGS" is no money.
	if to < len(ws) && to == i && near(ws[to-1], ws[to]) {
		for _, other := range foreign(k) {
			if other != k && unitOf(other, ws[to].Text) && !unitOf(k, ws[to].Text) {
				return 0, 0, false
			}
		}
		if t := ws[to].Text; (k == massKind || k == volumeKind) && letters(t) && !unitOf(k, t) && len(t) > 1 {
			return 0, 0, false // "30 days", "38 Net mass"
		}
		if ws[to].Text == "%" || ws[to].Text == "x" || ws[to].Text == "X" || ws[to].Text == "%)" {
			return 0, 0, false
		}
	}
	if k != percentKind && strings.Contains(textOf(ws[from:to]), "%") {
		return 0, 0, false
	}
	if head := strings.TrimRight(ws[numeral].Text, "-–+()0123456789.,'’:;"); k != moneyKind && head != "" && unitOf(moneyKind, head) {
		return 0, 0, false // "USD6,300.00"
	}
	if tail := strings.TrimLeft(ws[numeral].Text, "-–+(0123456789.,'’$€£¥"); tail != "" { // "1205KGS"
		for _, other := range foreign(k) {
			if other != k && unitOf(other, tail) && !unitOf(k, tail) {
				return 0, 0, false
			}
		}
	}
	return from, to, true
}

// kindWords returns how many of the words behind a figure name the kind of the
// packages: "cartons", "картонных коробок". The kinds are many: the parser knows
// them, and the first word that makes a kind of its own decides.
func kindWords(ws []page.Word, figure int) int {
	least := 0
	for n := 1; n <= 3 && figure+n <= len(ws); n++ {
		last := ws[figure+n-1]
		if !letters(last.Text) || strings.EqualFold(last.Text, "x") || !near(ws[figure+n-2], last) {
			break
		}
		d := &trade.Document{}
		if d.Set(state("/packages", 1, trimmed(ws[:figure+n], ",;:)"))) != nil || !d.Packages.Known() {
			continue
		}
		if k := d.Packages.Value.Kind; k != "" && k != "PK" {
			return n
		} else if k == "PK" && least == 0 {
			least = n
		}
		if strings.ContainsAny(last.Text, ",;)") {
			break
		}
	}
	return least
}

// foreign returns the kinds whose units mean that a figure is not of kind k. A
// quantity may be a mass: "Total quantity 2000 KGS".
func foreign(k kind) []kind {
	if k == quantityKind {
		return []kind{moneyKind}
	}
	return []kind{moneyKind, massKind, volumeKind}
}

func letters(s string) bool {
	return strings.IndexFunc(s, unicode.IsLetter) >= 0 && !hasDigit(s)
}

// spacedGroup reports whether ws may go on with a group of three digits: "1 205".
func spacedGroup(ws []page.Word) bool {
	first := strings.TrimLeft(ws[0].Text, "-–+($€£¥₽₸")
	if len(ws) == 1 {
		return digitsOnly(first) && len(first) <= 3
	}
	return digitsOnly(ws[len(ws)-1].Text)
}

func unitOf(k kind, s string) bool {
	switch k {
	case moneyKind:
		return currencyRe.MatchString(strings.TrimLeft(s, "("))
	case massKind:
		return massRe.MatchString(strings.TrimLeft(s, "("))
	case volumeKind:
		return volumeRe.MatchString(strings.TrimLeft(s, "("))
	}
	return false
}

var percentRe = regexp.MustCompile(`^\(?@?\d{1,2}(?:[.,]\d{1,3})?%?\)?[:,;]?$`)

func takePercent(ws []page.Word) (from, to int, ok bool) {
	if len(ws) == 0 || !percentRe.MatchString(ws[0].Text) {
		return 0, 0, false
	}
	if len(ws) > 1 && strings.HasPrefix(ws[1].Text, "%") {
		return 0, 2, true
	}
	return 0, 1, strings.Contains(ws[0].Text, "%")
}

func takeCurrency(ws []page.Word) (from, to int, ok bool) {
	for i := 0; i < min(len(ws), 4); i++ {
		if currencyRe.MatchString(strings.Trim(ws[i].Text, "(),.;")) && !hasDigit(ws[i].Text) {
			return i, i + 1, readable("/currency", trimmed(ws[i:i+1], ",.;)"), "")
		}
	}
	return 0, 0, false
}

// countryWords bounds the words of the name of a country.
const countryWords = 6

func takeCountry(ws []page.Word) (from, to int, ok bool) {
	for to = min(len(ws), countryWords); to > 0; to-- {
		run := trimmed(ws[:to], ".,;:)")
		if letters(textOf(run)) && countryCode("/countryOfOrigin", run) != "" {
			return 0, to, true
		}
	}
	return 0, 0, false
}

// countryCode returns the ISO 3166-1 code of the words, or nothing.
func countryCode(path string, ws []page.Word) string {
	d := &trade.Document{}
	if d.Set(state(path, 1, ws)) != nil {
		return ""
	}
	f, ok := d.Field(path)
	if !ok || f.Problem != "" || len(f.Value) != 2 || strings.ToUpper(f.Value) != f.Value || !ascii(f.Value) {
		return ""
	}
	return f.Value
}

var incoterm = regexp.MustCompile(`^\(?(?i:EXW|FCA|FAS|FOB|CFR|C&F|CNF|CIF|CPT|CIP|DAP|DPU|DDP|DAT|DAF|DDU|DES|DEQ)[.,:;)-]*$`)

// takeTerms takes an Incoterms rule and what follows it.
func takeTerms(ws []page.Word) (from, to int, ok bool) {
	for i, w := range ws {
		if !incoterm.MatchString(w.Text) {
			continue
		}
		end := min(len(ws), i+9)
		for k := i + 1; k < end; k++ { // "DAP Astana (Incoterms 2020). 2.2. Partial shipments"
			if t := ws[k-1].Text; strings.HasSuffix(t, ").") || strings.HasSuffix(t, ");") || strings.HasSuffix(t, ".") && clauseNo.MatchString(ws[k].Text) {
				end = k
			}
		}
		for to = end; to > i; to-- {
			if readable("/deliveryTerms", trimmed(ws[i:to], ".,;"), "") {
				return i, to, true
			}
		}
	}
	return 0, 0, false
}

// clauseNo is the number of a clause or a sentence that follows.
var clauseNo = regexp.MustCompile(`^\d{1,2}\.(?:\d{1,2}\.?)*$`)

// wordsMost bounds the letters of a place or of terms.
const wordsMost = 160

func takeWords(ws []page.Word) (from, to int, ok bool) {
	for from < len(ws) && strings.Trim(ws[from].Text, ":：-–—=_./|*") == "" {
		from++
	}
	t := textOf(ws[from:])
	n := 0
	for _, r := range t {
		if unicode.IsLetter(r) {
			n++
		}
	}
	if n < 2 || utf8.RuneCountInString(t) > wordsMost || strings.Contains(t, "___") {
		return 0, 0, false
	}
	return from, len(ws), true
}

// together returns the words of several lines of a box in reading order: parts
// of one line that a reader saw at slightly different heights, from left to right.
func (s *sheet) together(lines []blockLine) []page.Word {
	var all []page.Word
	for _, l := range lines {
		ws := wordsOf(s.tokens[l.line][l.from:l.to])
		if hint(ws) || dash(ws) {
			continue
		}
		at := len(all)
		for at > 0 && all[at-1].Box.X0 > ws[0].Box.X1 && min(all[at-1].Box.Y1, ws[0].Box.Y1)-max(all[at-1].Box.Y0, ws[0].Box.Y0) > 0.3*heightOf(ws[0]) {
			at--
		}
		all = slices.Insert(all, at, ws...)
	}
	return all
}

// wholeDate reports whether words are a date and nothing else.
func wholeDate(ws []page.Word) bool {
	from, to, ok := takeDate(ws)
	return ok && from == 0 && to == len(ws)
}

// withoutDate returns a place without the date that follows it.
func withoutDate(ws []page.Word) []page.Word {
	for i := 1; i < len(ws); i++ {
		if hasDigit(ws[i].Text) || monthRe.MatchString(strings.ToLower(ws[i].Text)) {
			if from, to, ok := takeDate(ws[i:]); ok && from == 0 && i+to == len(ws) {
				for i > 1 && strings.Trim(ws[i-1].Text, "/-–—") == "" {
					i--
				}
				return trimmed(ws[:i], ",;:/")
			}
		}
	}
	return ws
}

// behind returns the words of the label's cell that follow it, up to the next
// label.
func (s *sheet) behind(h *hit) []page.Word {
	var ws []page.Word
	ts := s.tokens[h.line]
	for i := h.to; i < len(ts) && ts[i].cell == h.cell; i++ {
		if o := s.hitAt(h.line, i); o != nil && o.from == i && (o.colon || !o.open) {
			break
		}
		ws = append(ws, ts[i].Word)
	}
	if len(ws) == 0 || !h.colon {
		return ws
	}
	// A figure that is cut at the end of the line: "588" and below "000,00", or
	// the currency and below it the amount.
	k := roles[h.role]
	last := ws[len(ws)-1].Text
	cut := k == moneyKind && (currencyOnly(ws) || digitsOnly(last) && len(last) <= 3)
	goesOn := k == wordsKind && strings.HasSuffix(last, ",")
	if !cut && !goesOn || h.to+len(ws) < len(ts) && ts[h.to+len(ws)].cell == h.cell {
		return ws
	}
	if h.line+1 < len(s.lines) && s.lines[h.line+1].box.Y0-s.lines[h.line].box.Y1 < s.lines[h.line].height {
		if c := s.cellUnder(h.line+1, s.lines[h.line].cells[h.cell].box, s.lines[h.line].height); c >= 0 {
			next := s.cellWords(h.line+1, c)
			if s.beginsWithLabel(h.line+1, c) == nil && len(next) > 0 && (goesOn || group.MatchString(next[0].Text) && digitsOnly(last) || currencyOnly(ws)) {
				if cut && digitsOnly(last) {
					// One figure, as if it stood on one line.
					end := &ws[len(ws)-1]
					end.Text += " " + next[0].Text
					end.Box = end.Box.Union(next[0].Box)
					next = next[1:]
				}
				ws = append(ws, next...)
			}
		}
	}
	return ws
}

// cellWords returns the words of a cell up to a label in it; none if it begins
// with one.
func (s *sheet) cellWords(n, c int) []page.Word {
	var ws []page.Word
	for i, t := range s.tokens[n] {
		if t.cell != c {
			continue
		}
		if o := s.hitAt(n, i); o != nil && o.from == i && (o.colon || !o.open) {
			break
		}
		ws = append(ws, t.Word)
	}
	if len(ws) > 0 && colonEnds(ws[len(ws)-1].Text) && strings.Trim(ws[len(ws)-1].Text, ":：") != "" {
		return nil // a label that is not known
	}
	return ws
}

// beginsWithLabel reports whether a cell begins with a label.
func (s *sheet) beginsWithLabel(n, c int) *hit {
	for i, t := range s.tokens[n] {
		if t.cell == c {
			if o := s.hitAt(n, i); o != nil && o.from == i && (o.colon || !o.open || s.numbered(o)) {
				return o
			}
			return nil
		}
	}
	return nil
}

// numbered reports whether a label ends with the sign of a number and has one
// behind it: "Contract No. 15/EK" needs no colon to be one.
func (s *sheet) numbered(o *hit) bool {
	ts := s.tokens[o.line]
	if roles[o.role] != refKind || o.to >= len(ts) || ts[o.to].cell != o.cell || !numberSign.MatchString(ts[o.to-1].Text) {
		return false
	}
	_, _, ok := takeReference(wordsOf(ts[o.to : o.to+1]))
	return ok
}

var numberSign = regexp.MustCompile(`(?i)^(?:№|#|no|nr|n°|nº|num|number|номер)[.:]?$`)

// Trust in a value by where it stands; the label's own quality comes on top.
const (
	trustBehind = 0.99
	trustBeside = 0.97
	trustBelow  = 0.95
)

// valueOf finds the value of a label: behind it in its cell, in the cell beside
// it, or below it; the first that is such a value. The figures of another label
// are never taken: the search stops at labels.
func (s *sheet) valueOf(h *hit, path string, k kind) (value, bool) {
	accept := acceptorOf(k, path)
	if accept == nil {
		return value{}, false
	}
	try := func(ws []page.Word, trust float64) (value, bool) {
		from, to, ok := accept(ws)
		if !ok {
			return value{}, false
		}
		run := trimmed(ws[from:to], ",;:")
		if k == wordsKind || k == spelledKind {
			run = ws[from:to]
			if strings.HasPrefix(path, "/placeOf") || path == "/means/name" {
				run = withoutDate(run)
			}
		}
		if len(run) == 0 || !readable(path, run, h.unit) {
			return value{}, false
		}
		if k == percentKind && !s.onlyRate(run) {
			return value{}, false
		}
		return value{run, h.unit, trust * (0.6 + 0.4*h.quality)}, true
	}
	if k == dateKind {
		// "Almaty, 12.05.2026": the place may stand first.
		first := try
		try = func(ws []page.Word, trust float64) (value, bool) {
			for i := 0; i < len(ws) && i < 6; i++ {
				if v, ok := first(ws[i:], trust); ok {
					return v, true
				}
				if hasDigit(ws[i].Text) || colonEnds(ws[i].Text) {
					break
				}
			}
			return value{}, false
		}
	}
	if k == refKind {
		// Beside and below, the number is all there is, or a date follows.
		whole := try
		try = func(ws []page.Word, trust float64) (value, bool) {
			if trust != trustBehind {
				_, to, ok := takeReference(ws)
				if !ok {
					return value{}, false
				}
				if rest := ws[to:]; len(rest) > 0 && !(h.dated() && wholeDate(rest)) && !datedWord.MatchString(strings.Trim(rest[0].Text, "(,")) && !dateShape.MatchString(strings.Trim(rest[0].Text, "(),.;")) &&
					!strings.HasPrefix(rest[0].Text, "(") && !strings.HasSuffix(ws[to-1].Text, ",") && strings.Trim(rest[0].Text, "/,;-") != "" {
					return value{}, false
				}
			}
			return whole(ws, trust)
		}
	}
	wordy := k == wordsKind || k == spelledKind
	if s.form {
		if box, ok := s.boxAround(h); ok {
			// What stands in the box of a heading is its value, and nothing else
			// is, unless the box is a cell with room for the heading alone.
			box, _ = s.withoutNeighbours(box, h)
			lines := s.linesIn(box, h)
			if wordy {
				if ws := s.together(lines); len(ws) > 0 && len(ws) <= 14 {
					if v, ok := try(ws, trustBelow); ok {
						return v, true
					}
				}
			}
			for _, l := range lines {
				ws := wordsOf(s.tokens[l.line][l.from:l.to])
				if hint(ws) || dash(ws) {
					continue
				}
				if v, ok := try(ws, trustBelow); ok {
					return v, true
				}
			}
			if len(lines) > 0 || box.Y1-box.Y0 > 2.4*s.lines[h.line].height {
				return value{}, false
			}
		}
	}
	if ws := s.behind(h); len(ws) > 0 {
		if dash(ws) {
			return value{}, false
		}
		if !wordy || h.colon || k == spelledKind {
			if v, ok := try(ws, trustBehind); ok {
				return v, true
			}
		}
		if h.open || len(ws) > 1 || len(ws[0].Text) > 4 {
			return value{}, false // a longer label that is not known, or prose
		}
	}
	below := func() (value, bool) {
		if ws := s.below(h); len(ws) > 0 {
			return try(ws, trustBelow)
		}
		return value{}, false
	}
	// A heading over its value: nothing behind it, no colon, and the words right
	// below begin where it begins. Of words, any would do, so the nearer wins.
	if wordy && !h.colon && s.heads(h) {
		if v, ok := below(); ok {
			return v, true
		}
	}
	if v, ok := s.beside(h, k, try); ok {
		return v, true
	}
	return below()
}

// onlyRate reports whether no other rate stands beneath this one. A table of the
// rates of a paper states none of them for the whole.
func (s *sheet) onlyRate(run []page.Word) bool {
	number := func(w page.Word) string { return strings.Trim(w.Text, "()@%:,; ") }
	b, height := run[0].Box, run[0].Box.Y1-run[0].Box.Y0
	for _, w := range s.Words {
		if w.Box.Y0 < b.Y1-0.3*height || w.Box.Y0 > b.Y1+6*height || w.Box.X0 >= b.X1+height || w.Box.X1 <= b.X0-height {
			continue
		}
		if percentRe.MatchString(w.Text) && strings.Contains(w.Text, "%") && number(w) != number(run[0]) {
			return false
		}
	}
	return true
}

// beside tries the cells to the right, up to the next label.
func (s *sheet) beside(h *hit, k kind, try func([]page.Word, float64) (value, bool)) (value, bool) {
	cells := s.lines[h.line].cells
	for c := h.cell + 1; c < len(cells) && c <= h.cell+3; c++ {
		if s.beginsWithLabel(h.line, c) != nil {
			break
		}
		ws := s.cellWords(h.line, c)
		if hint(ws) {
			continue
		}
		if h.number != "" && len(ws) > 1 && boxNumber.MatchString(ws[0].Text) && unicode.IsUpper(firstRune(ws[1].Text)) {
			break // the heading of the next box: "12 Type of tank"
		}
		if dash(ws) && h.colon {
			break
		}
		if v, ok := try(ws, trustBeside); ok {
			return v, true
		}
		// Only a mark, or a currency in a cell of its own, may stand between.
		t := strings.Trim(textOf(ws), ":：.-–—=_| ")
		if t != "" && !(k == moneyKind && currencyRe.MatchString(t)) {
			break
		}
		if t != "" && c+1 < len(cells) && k == moneyKind {
			if both := append(append([]page.Word(nil), ws...), s.cellWords(h.line, c+1)...); s.beginsWithLabel(h.line, c+1) == nil {
				if v, ok := try(both, trustBeside); ok {
					return v, true
				}
			}
		}
	}
	return value{}, false
}

// heads reports whether a label stands over words that begin where it begins,
// closer than the next cell to its right.
func (s *sheet) heads(h *hit) bool {
	ws := s.below(h)
	if len(ws) == 0 {
		return false
	}
	cells := s.lines[h.line].cells
	if h.cell+1 >= len(cells) {
		return true
	}
	return s.beginsWithLabel(h.line, h.cell+1) != nil || cells[h.cell+1].box.X0-h.box.X1 > 3*s.lines[h.line].height ||
		ws[0].Box.X0-h.box.X0 < 2*s.lines[h.line].height
}

// below returns the words of the cell under a label, up to the next label. The
// second language of the label may stand between.
func (s *sheet) below(h *hit) []page.Word {
	height := s.lines[h.line].height
	bottom := h.box.Y1
	left := h.box.X0
	right := s.columnEnd(h)
	room := 3 * height
	if k := roles[h.role]; (k == refKind || k == dateKind || k == moneyKind) && s.headerRow(h) {
		room = 5 * height
	}
	for n := h.line + 1; n < len(s.lines) && n <= h.line+4; n++ {
		l := s.lines[n]
		if l.box.Y0-bottom > room {
			break
		}
		found := false
		for c, cl := range l.cells {
			if cl.box.X0 >= right-1 || cl.box.X1 <= left+1 || cl.box.Y0 < h.box.Y1-0.4*height {
				continue
			}
			if cl.box.X0 > h.box.X1+height {
				continue // beside what stands under the label
			}
			// Under the label: it begins there, or is centred on it.
			if cl.box.X0 < left-1.5*height && cl.box.X1 > h.box.X1+4*height {
				continue
			}
			found = true
			if o := s.beginsWithLabel(n, c); o != nil {
				if o.is(h.role) && o.script != h.script && len(s.behind(o)) == 0 {
					bottom = o.box.Y1
					break
				}
				return nil
			}
			if s.lyingBetween(h.box, cl.box) > 1 {
				return nil
			}
			ws := s.cellWords(n, c)
			if hint(ws) || h.shares && n == h.line+1 && s.headingCell(n, c) {
				bottom = cl.box.Y1
				break
			}
			return ws
		}
		if found {
			continue
		}
	}
	return nil
}

// columnEnd returns where the column of a label ends: at the next cell to its
// right, or the next standing rule.
func (s *sheet) columnEnd(h *hit) float64 {
	right := s.Width
	cells := s.lines[h.line].cells
	if h.cell+1 < len(cells) {
		right = cells[h.cell+1].box.X0
	}
	y := middleY(h.box)
	for _, r := range s.Rules {
		if x := (r.X0 + r.X1) / 2; !r.Horizontal() && r.Y0 <= y && y <= r.Y1 && x > h.box.X1-2 && x < right {
			right = x
		}
	}
	return right
}

// lyingBetween counts the lying rules between two boxes, one above the other:
// one may underline a heading, two close a box.
func (s *sheet) lyingBetween(a, b trade.Box) int {
	x := max(a.X0, b.X0) + 2
	n := 0
	last := -10.0
	for _, r := range s.Rules {
		y := (r.Y0 + r.Y1) / 2
		if r.Horizontal() && r.X0 <= x && x <= r.X1 && y > middleY(a) && y < middleY(b) && y-last > 2 {
			n, last = n+1, y
		}
	}
	return n
}
