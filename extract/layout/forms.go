package layout

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"tallyman/extract/page"
	"tallyman/trade"
)

// boxAround returns the box of a form that a heading stands in: the nearest
// ruled lines on its four sides. It is none if a side is open, or if the box is
// no larger than the heading, or a good part of the page.
func (s *sheet) boxAround(h *hit) (trade.Box, bool) {
	const reach = 3 // how far the ends of a rule may miss a corner, in points
	y, x := middleY(h.box), h.box.X0+min(6, (h.box.X1-h.box.X0)/2)
	box := trade.Box{X0: -1, Y0: -1, X1: s.Width + 1, Y1: s.Height + 1}
	for _, r := range s.Rules {
		if !r.Horizontal() {
			if r.Y0-reach > y || r.Y1+reach < y {
				continue
			}
			at := (r.X0 + r.X1) / 2
			if at <= h.box.X0+2 && at > box.X0 {
				box.X0 = at
			}
			if at >= h.box.X1-4 && at > x && at < box.X1 {
				box.X1 = at
			}
			continue
		}
		if r.X0-reach > x || r.X1+reach < x {
			continue
		}
		at := (r.Y0 + r.Y1) / 2
		if at <= h.box.Y0+0.35*(h.box.Y1-h.box.Y0) && at > box.Y0 {
			box.Y0 = at
		}
		if at >= h.box.Y1-0.35*(h.box.Y1-h.box.Y0) && at < box.Y1 {
			box.Y1 = at
		}
	}
	if s.Scanned && box.Y0 >= 0 && box.Y1 <= s.Height && s.aloneOnLine(h) {
		// The ruled line of a side is lost easily, beside a dark number or the
		// letters of a stamp; the lines above and below show how far it goes.
		x0, x1 := s.endsOf(box.Y0, x), s.endsOf(box.Y1, x)
		if box.X0 < 0 && abs(x0.from-x1.from) <= reach && x0.from <= h.box.X0+2 {
			box.X0 = min(x0.from, x1.from)
		}
		if box.X1 > s.Width && abs(x0.to-x1.to) <= reach && x0.to >= h.box.X1-4 {
			box.X1 = max(x0.to, x1.to)
		}
	}
	if box.X0 < 0 || box.Y0 < 0 || box.X1 > s.Width || box.Y1 > s.Height {
		return box, false
	}
	wide, high := box.X1-box.X0, box.Y1-box.Y0
	if wide < 30 || high > 0.45*s.Height || h.box.Y0-box.Y0 > 0.6*high+4 {
		return box, false
	}
	// A box with room for the heading alone is a cell of a table.
	if high < 1.7*(h.box.Y1-h.box.Y0) && h.box.X1 > box.X1-0.25*wide {
		return box, false
	}
	return box, true
}

// aloneOnLine reports whether nothing but a heading stands on its line.
func (s *sheet) aloneOnLine(h *hit) bool {
	return h.line < len(s.lines) && len(s.lines[h.line].cells) == 1
}

// endsOf returns from where to where the lying rule at a height goes that
// crosses x; nowhere if there is none.
func (s *sheet) endsOf(y, x float64) (ends struct{ from, to float64 }) {
	for _, r := range s.Rules {
		if r.Horizontal() && (r.Y0+r.Y1)/2 == y && r.X0-3 <= x && r.X1+3 >= x {
			ends.from, ends.to = r.X0, r.X1
		}
	}
	return ends
}

// titles are the words that papers are titled with, by type.
var titles = map[trade.DocumentType][]string{
	trade.CommercialInvoice:    {"Invoice", "Commercial invoice", "Tax invoice", "Инвойс", "Счет-фактура", "Счет", "Счёт на оплату", "Счет на оплату", "Коммерческий инвойс", "Rechnung", "Handelsrechnung", "Facture", "Factura", "Factuur", "Fattura", "Faktura", "Faktura VAT", "Fatura", "发票", "商业发票", "Инвойс/Invoice", "Invoice/Инвойс", "Шот-фактура", "Шот", "Export invoice", "Sales invoice", "Factura comercial", "Facture commerciale", "Ticari fatura", "Faktura handlowa", "Fattura commerciale", "Fattura accompagnatoria", "Commerciële factuur", "Sąskaita faktūra", "PVM sąskaita faktūra", "Rēķins", "Arve", "Receipt", "Bill", "Statement", "Cash receipt"},
	trade.ProformaInvoice:      {"Proforma invoice", "Pro forma invoice", "Proforma", "Проформа-инвойс", "Счет-проформа", "Инвойс-проформа", "Proformarechnung", "Facture proforma", "Factura proforma", "Proforma fatura", "形式发票"},
	trade.PackingList:          {"Packing list", "Упаковочный лист", "Packing slip", "Packliste", "Liste de colisage", "Lista de empaque", "Çeki listesi", "装箱单", "Қаптама парағы", "Буып-түю парағы", "Packing list/Упаковочный лист", "Упаковочный лист/Packing list", "Packing/weight list", "Packing and weight list", "Detailed packing list", "Packing list/Weight note", "Packing list/Weight list", "Packing note", "Weight note", "Packing list & weight note"},
	trade.Contract:             {"Contract", "Sales contract", "Purchase contract", "Sale and purchase contract", "Контракт", "Договор", "Договор поставки", "Договор купли-продажи", "Внешнеторговый контракт", "Келісімшарт", "Шарт", "合同", "销售合同", "Sözleşme", "Vertrag", "Kaufvertrag", "Contrat", "Contrato", "Sales confirmation", "Agreement", "Sales agreement"},
	trade.InsuranceCertificate: {"Insurance certificate", "Certificate of insurance", "Insurance policy", "Cargo insurance policy", "Marine cargo insurance policy", "Страховой полис", "Страховой сертификат", "Полис страхования грузов", "保险单", "货物运输保险单"},
	trade.CertificateOfOrigin:  {"Certificate of origin", "Сертификат происхождения", "Сертификат о происхождении товара", "Form A", "原产地证书", "Тауардың шығу тегі туралы сертификат"},
	trade.RoadConsignmentNote:  {"CMR", "International consignment note", "Международная товарно-транспортная накладная", "Consignment note", "Internationaler Frachtbrief", "Lettre de voiture internationale"},
	trade.RailConsignmentNote:  {"Накладная СМГС", "СМГС", "SMGS", "Consignment note", "Накладная", "CIM", "CIM/SMGS"},
	trade.ImportDeclaration:    {"Customs declaration", "Import declaration", "Декларация на товары", "Goods declaration"},
	trade.ExportDeclaration:    {"Customs declaration", "Export declaration", "Декларация на товары", "Goods declaration"},
}

// title reads the number and the date behind the title of the paper: "INVOICE
// No. 17 dated 5 May 2026"; and a date that stands alone at its head.
func (r *reader) title() {
	if len(r.sheets) == 0 {
		return
	}
	words := map[string]bool{}
	for _, t := range titles[r.typ] {
		words[foldKey(t)] = true
	}
	s := r.sheets[0]
	for n, l := range s.lines {
		if l.box.Y0 > s.Height*0.5 {
			break
		}
		for c, cl := range l.cells {
			end := titleEnd(cl.words, words)
			if end == 0 {
				continue
			}
			ws := slices.Clone(cl.words[end:])
			if len(ws) == 0 && c+1 < len(l.cells) && s.beginsWithLabel(n, c+1) == nil {
				ws = l.cells[c+1].words
			}
			if len(ws) == 0 && n+1 < len(s.lines) && len(s.lines[n+1].cells) > 0 {
				// "No. 17 dated ..." on the line below the title.
				for k, o := range s.lines[n+1].cells {
					if marksBefore.MatchString(o.words[0].Text) && (s.beginsWithLabel(n+1, k) == nil || s.beginsWithLabel(n+1, k).role == "number") {
						ws = o.words
					}
				}
			}
			if !r.has("/number", rankGeneral) {
				if own := s.signedNumber(n); own != nil && (len(ws) == 0 || !numberIn(ws)) {
					ws = own
				}
			}
			if len(ws) == 0 {
				continue
			}
			h := &hit{role: "number", line: n, cell: c, quality: 1}
			if datedWord.MatchString(ws[0].Text) && len(ws) > 1 {
				ws = ws[1:] // "INVOICE DATE 3 February"
			} else if from, to, ok := takeReference(ws); ok && !r.has("/number", rankGeneral) && !shortNumber(ws[from:to]) {
				v := value{trimmed(ws[from:to], ",;:."), "", 0.9}
				r.reference(s, h, "number", "/number", rankTitle, v)
				continue
			}
			if _, to, ok := takeDate(ws); ok && !r.has("/issueDate", rankGeneral) {
				v := value{trimmed(ws[:to], ",;:)."), "", 0.9}
				r.add(v.statement("/issueDate", s.Number), rankTitle, "")
			}
		}
	}
	if r.typ == trade.RoadConsignmentNote && !s.Scanned && !r.has("/number", rankGuess) {
		r.boxedNumber(s, words)
	}
	if s.Scanned && !r.has("/number", rankGuess) && (r.typ.Invoice() || r.typ == trade.PackingList) {
		r.blurredNumber(s)
	}
	if !r.has("/issueDate", rankGuess) {
		r.loneDate(s, s.Height*0.45)
	}
	if !r.has("/issueDate", rankGuess) && r.typ.Invoice() {
		r.loneDate(s, s.Height)
	}
}

// signedNumber returns the cell near below a title that is a number with its
// sign and nothing else: "№ 157628".
func (s *sheet) signedNumber(title int) []page.Word {
	for n := title; n < len(s.lines) && s.lines[n].box.Y0-s.lines[title].box.Y1 < 70; n++ {
		for c := range s.lines[n].cells {
			from, to := s.span(n, c)
			if to-from < 2 || to-from > 4 || !signRe.MatchString(s.tokens[n][from].Text) {
				continue
			}
			ws := wordsOf(s.tokens[n][from:to])
			if _, end, ok := takeReference(ws); ok && end == len(ws) && countDigits(ws) >= 3 {
				return ws
			}
		}
	}
	return nil
}

var signRe = regexp.MustCompile(`^(?:№|N[°ºo]\.?|NO\.?|Nr\.?):?$`)

func numberIn(ws []page.Word) bool {
	_, _, ok := takeReference(ws)
	return ok
}

// shortNumber reports whether the words are a single digit, as in "Invoice 1".
func shortNumber(ws []page.Word) bool { return len(ws) == 1 && len(ws[0].Text) < 2 }

// titleEnd returns how many words of a cell are the title of the paper, in one
// or two languages; 0 if it does not begin with it.
func titleEnd(ws []page.Word, titles map[string]bool) int {
	end, from := 0, 0
	for {
		key, best := "", 0
		for i := from; i < min(len(ws), from+8); i++ {
			key += foldKey(ws[i].Text)
			if titles[key] {
				best = i + 1
			}
		}
		if best == 0 {
			// "Faktura VAT WDT nr 17": a word or two of the kind, before the mark of the number.
			for i := end; end > 0 && i < min(len(ws), end+2); i++ {
				if w := ws[i].Text; strings.ToUpper(w) != w || hasDigit(w) || utf8.RuneCountInString(w) > 5 {
					break
				}
				if i+1 < len(ws) && marksBefore.MatchString(ws[i+1].Text) {
					return i + 1
				}
			}
			return end
		}
		end, from = best, best
		for from < len(ws) && strings.Trim(ws[from].Text, "/-–—|(") == "" {
			from++
		}
	}
}

// loneDate takes a date that stands in a cell of its own at the head of the
// first page, if there is but one such date, and no label claims it.
func (r *reader) loneDate(s *sheet, bottom float64) {
	var lone [][]page.Word
	texts := map[string]bool{}
	for n, l := range s.lines {
		if l.box.Y0 > bottom {
			break
		}
		for c, cl := range l.cells {
			if s.beginsWithLabel(n, c) != nil || (c > 0 && s.waits(n, c-1)) || r.inTable(s.Number, cl.box) {
				continue
			}
			ws := cl.words
			if !hasDigit(cl.text) && !han(firstRune(cl.text)) {
				continue
			}
			// "Almaty, 5 May 2026"
			for from := range ws {
				f, to, ok := takeDate(ws[from:])
				if !ok || f > 0 {
					continue
				}
				if from+to < len(ws) && !hasTime(ws[from+to:]) {
					break
				}
				if from > 0 && strings.ContainsAny(textOf(ws[:from]), ":：") && !(s.Scanned && from == 1 && blurredDate(ws[0].Text)) {
					break
				}
				timed := dateShape.MatchString(ws[from].Text) && from+to < len(ws)
				if !timed && (from > 3 || from > 0 && hasDigit(textOf(ws[:from]))) {
					break
				}
				run := trimmed(ws[from:from+to], ",;:)(.")
				if len(run) == 1 && digitsOnly(run[0].Text) {
					break // without a label, eight digits are the number of a wagon
				}
				if r.ownedDate(state("", s.Number, run)) {
					break
				}
				// The same date in two languages is one date.
				if key := dateValue(run); !texts[key] {
					texts[key] = true
					lone = append(lone, run)
				}
				break
			}
		}
	}
	if len(lone) == 1 {
		v := value{lone[0], "", 0.7}
		r.add(v.statement("/issueDate", s.Number), rankGuess, "")
	}
}

// ownedDate reports whether a date was read as that of another paper already.
func (r *reader) ownedDate(st trade.Statement) bool {
	return slices.ContainsFunc(r.found, func(c candidate) bool { return strings.HasSuffix(c.Path, "/date") && sameBox(c.Statement, st) })
}

// blurredNumber takes the number behind a label that ends with "No:" and could
// not be read, at the head of a scan, if there is but one.
func (r *reader) blurredNumber(s *sheet) {
	var only []page.Word
	for n, ts := range s.tokens {
		if s.lines[n].box.Y0 > 0.35*s.Height {
			break
		}
		for i := 0; i+1 < len(ts); i++ {
			k := strings.ToLower(strings.TrimSpace(ts[i].Text))
			if !strings.HasSuffix(k, "no:") && !strings.HasSuffix(k, "no.:") && !strings.HasSuffix(k, "№:") || s.hitAt(n, i) != nil || ts[i+1].cell != ts[i].cell || i > 0 && ts[i-1].cell == ts[i].cell {
				continue
			}
			ws := wordsOf(ts[i+1:])
			from, to, ok := takeReference(ws)
			if !ok || countDigits(ws[from:to]) < 3 {
				continue
			}
			if only != nil {
				return
			}
			only = trimmed(ws[from:to], ",;:.")
		}
	}
	if only != nil {
		r.add(value{only, "", 0.8}.statement("/number", s.Number), rankGuess, "")
	}
}

// blurredDate reports whether a label is "Date" with a letter misread: too short
// a word to guess at, but for the date behind it.
func blurredDate(label string) bool {
	k := []rune(foldKey(label))
	return distance(k, []rune("date"), 2) < 2 || distance(k, []rune(foldKey("дата")), 2) < 2
}

// dateValue returns the date that words print, in one form.
func dateValue(ws []page.Word) string {
	d := &trade.Document{}
	if d.Set(state("/issueDate", 1, ws)) != nil || !d.IssueDate.Known() {
		return textOf(ws)
	}
	return d.IssueDate.Value.String()
}

// waits reports whether a cell is a label without its value.
func (s *sheet) waits(n, c int) bool {
	o := s.beginsWithLabel(n, c)
	return o != nil && len(s.behind(o)) == 0
}

// hasTime reports whether words are a time of day.
func hasTime(ws []page.Word) bool {
	return len(ws) <= 2 && strings.Contains(ws[0].Text, ":") && hasDigit(ws[0].Text)
}

// forms reads what only a form has: the goods of a transport paper, the boxes of
// a declaration.
func (r *reader) forms() {
	if r.typ.Transport() {
		r.goods()
	}
	if r.typ.Transport() || r.typ == trade.InsuranceCertificate {
		r.listedGoods()
	}
	if airPaper(r.typ) {
		r.airNumber()
	}
	if r.typ.Declaration() {
		r.declaration()
	}
}

// airNumberRe is the number of a master air waybill: three digits of the airline,
// seven and a check digit.
var airNumberRe = regexp.MustCompile(`^(\d{3})[- ]?(\d{4}) ?(\d{4})$`)

// airNumber finds the number of an air waybill in its corners, by its form and
// its check digit (IATA Resolution 600a: the remainder of seven digits by 7). A
// number whose check digit does not fit is believed if two corners print it: it
// stands once in one piece, and once with the airport between its parts.
func (r *reader) airNumber() {
	type place struct {
		sheet *sheet
		words []page.Word
	}
	whole, parted := map[string]place{}, map[string]bool{}
	var order []string
	for _, s := range r.sheets {
		for n, l := range s.lines {
			if l.box.Y0 > 0.12*s.Height && l.box.Y1 < 0.9*s.Height {
				continue
			}
			ts := s.tokens[n]
			for i := range ts {
				for k := 1; k <= 3 && i+k <= len(ts) && ts[i+k-1].cell == ts[i].cell; k++ {
					m := airNumberRe.FindStringSubmatch(textOf(wordsOf(ts[i : i+k])))
					if m == nil || r.typ == trade.HouseWaybill {
						continue
					}
					if atoi(m[2]+m[3][:3])%7 != int(m[3][3]-'0') {
						if key := m[1] + m[2] + m[3]; whole[key].sheet == nil {
							whole[key] = place{s, wordsOf(ts[i : i+k])}
							order = append(order, key)
						} else {
							parted[key] = true
						}
						continue
					}
					if !r.has("/number", rankLabel) {
						r.add(state("/number", s.Number, wordsOf(ts[i:i+k])), rankForm, "")
					}
				}
			}
			if c := l.cells; len(c) >= 3 && airParts.MatchString(c[0].text+" "+c[1].text+" "+c[2].text) {
				parted[strings.ReplaceAll(c[0].text+c[2].text, " ", "")] = true
			}
		}
	}
	for _, key := range order {
		if parted[key] && !r.has("/number", rankLabel) {
			r.add(state("/number", whole[key].sheet.Number, whole[key].words), rankForm, "")
		}
	}
}

// airParts is the number in the upper left corner: airline, airport, serial.
var airParts = regexp.MustCompile(`^\d{3} [A-Z]{3} \d{4} ?\d{4}$`)

// plainTerm is an Incoterms rule in capitals, as it stands amid other words.
var plainTerm = regexp.MustCompile(`^\(?(?:EXW|FCA|FAS|FOB|CFR|CIF|CPT|CIP|DAP|DPU|DDP|DAT)$`)

// looseTerms finds the terms of delivery where no label names them: a rule of
// Incoterms and a place, if the paper knows only one rule.
func (r *reader) looseTerms() {
	if r.has("/deliveryTerms", rankGuess) {
		return
	}
	rules := map[string]bool{}
	var best trade.Statement
	for _, s := range r.sheets {
		for _, ts := range s.tokens {
			for i, t := range ts {
				if !plainTerm.MatchString(t.Text) || i+1 >= len(ts) || ts[i+1].cell != t.cell {
					continue
				}
				to := i + 1
				for to < len(ts) && to < i+5 && ts[to].cell == t.cell && placeWord(ts[to].Text) {
					to++
					if strings.ContainsAny(ts[to-1].Text, ";)") || strings.HasSuffix(ts[to-1].Text, ".") {
						break
					}
				}
				if to == i+1 {
					continue
				}
				// "(Incoterms 2020)"
				if to+1 < len(ts) && ts[to+1].cell == t.cell && incotermsWord.MatchString(ts[to].Text) && strings.Contains(ts[to+1].Text, "20") {
					to += 2
				}
				ws := trimmed(wordsOf(ts[i:to]), ".,;")
				if !readable("/deliveryTerms", ws, "") {
					continue
				}
				rules[strings.Trim(t.Text, "(")] = true
				if best.Text == "" {
					best = value{ws, "", 0.85}.statement("/deliveryTerms", s.Number)
				}
			}
		}
	}
	if len(rules) == 1 {
		r.add(best, rankGuess, "")
	}
}

var incotermsWord = regexp.MustCompile(`(?i)^\(?(?:incoterms?|инкотермс)`)

// placeWord reports whether a word may belong to the name of a place behind an
// Incoterms rule.
func placeWord(s string) bool {
	switch strings.ToUpper(strings.Trim(s, ".,;:()")) {
	case "BY", "VIA", "PRICE", "VALUE", "TOTAL", "AMOUNT", "INCOTERMS", "TERMS", "COST", "OR", "AND", "UNIT", "ИНКОТЕРМС":
		return false
	}
	return (capital(s) || han(firstRune(s))) && !strings.HasPrefix(s, "(") && !hasDigit(s) && !currencyRe.MatchString(strings.Trim(s, "().,"))
}

// destination takes the country of destination from the place of delivery, where
// a transport paper asks for both in one box: "Place of delivery (place, country)".
func (r *reader) destination() {
	if !r.typ.Transport() || r.has("/countryOfDestination", rankGuess) {
		return
	}
	for _, path := range []string{"/placeOfDelivery", "/placeOfUnloading"} {
		for _, c := range r.found {
			if c.Path != path {
				continue
			}
			ws := strings.Fields(c.Text)
			for n := 1; n <= min(3, len(ws)-1); n++ {
				st := c.Statement
				st.Path, st.Text = "/countryOfDestination", strings.Trim(strings.Join(ws[len(ws)-n:], " "), ",.;()")
				st.Alternatives = nil
				if len([]rune(st.Text)) < 4 || strings.Contains(c.Text, "(") {
					continue // the code of an airport
				}
				d := &trade.Document{}
				if d.Set(st) == nil && d.CountryOfDestination.Known() {
					st.Confidence *= 0.95
					r.add(st, rankGuess, c.script)
					return
				}
			}
		}
	}
}
