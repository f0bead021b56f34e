package trade

import (
	"slices"
	"strings"
)

// Resolve lets the papers of a dossier settle what one text alone leaves open:
// the order of day and month in 03/04/2026, the thousands in 1.205, whose
// dollars "$" are. It looks at unambiguous texts of the same paper first, then
// at papers of the same seller, then at what another paper states in the same
// field.
//
// It only chooses among the values that the printed text allows; it never
// takes a value because it would fit, nor one that only a misread character
// would give. What stays open keeps its alternatives. The result does not
// depend on the order of the documents.
func (d *Dossier) Resolve() {
	// What one choice settles may settle another: each round leaves fewer open.
	for open := d.open(); open > 0; {
		d.resolve()
		left := d.open()
		if left == open {
			return
		}
		open = left
	}
}

// open counts the alternatives of all readings.
func (d *Dossier) open() (n int) {
	for _, doc := range d.Documents {
		doc.walk(func(path string, s slot) { n += len(s.field(path).Alternatives) })
	}
	return n
}

func (d *Dossier) resolve() {
	papers := make([]*witness, len(d.Documents))
	for i, doc := range d.Documents {
		papers[i] = newWitness(doc)
	}
	for _, p := range papers {
		p.settle(p.style)
	}
	sellers := map[string]style{}
	for _, p := range papers {
		if p.seller != "" {
			sellers[p.seller] = sellers[p.seller].plus(p.style)
		}
	}
	for _, p := range papers {
		if p.seller != "" {
			p.settle(sellers[p.seller])
		}
	}
	settleByOthers(papers)
	settleCurrencies(papers)
}

// settled is the share of the trust in an ambiguous text that its choice keeps.
const settled = 0.98

// A witness is a document with what its texts say about how it is written.
type witness struct {
	doc    *Document
	seller string // folded name; empty if the paper states none
	style  style
	named  []string // currencies
	states []string // ISO 3166-1
}

// A style counts the texts that leave no doubt how a paper is written.
type style struct {
	decimalComma, decimalPoint int
	dayFirst, monthFirst       int
}

func (s style) plus(t style) style {
	return style{s.decimalComma + t.decimalComma, s.decimalPoint + t.decimalPoint, s.dayFirst + t.dayFirst, s.monthFirst + t.monthFirst}
}

// clear reports whether a says enough against b: one slip in ten texts, such as
// a comma that was read for a point, does not unsettle a paper.
func clear(a, b int) bool { return a > 0 && a >= 10*b }

func newWitness(doc *Document) *witness {
	w := &witness{doc: doc}
	if doc.Seller.Name.Known() {
		w.seller = FoldIdentifier(doc.Seller.Name.Value)
	}
	var counted style // by numbers of pieces, that may have been printed with decimals
	doc.walk(func(path string, s slot) {
		f := s.field(path)
		if f.Value == "" || f.Reader == Structured {
			return
		}
		switch s.sort() {
		case numbers:
			if _, doubtful := otherMark(f.Text); doubtful && f.Reader.Optical() {
				return // one of its marks may be misread
			}
			for _, t := range lex(f.Text) {
				if t.kind != aNumeral {
					continue
				}
				mark := t.num.decimalMark()
				if mark == 0 && countsWhole(path, f.Value) {
					switch t.num.markOfCount() {
					case ',':
						counted.decimalComma++
					case '.':
						counted.decimalPoint++
					}
				}
				switch mark {
				case ',':
					w.style.decimalComma++
				case '.':
					w.style.decimalPoint++
				}
			}
		case days:
			switch dayFirst, sure := dayOrder(f.Text); {
			case sure && dayFirst:
				w.style.dayFirst++
			case sure:
				w.style.monthFirst++
			}
		}
	})
	if w.style.decimalComma == 0 && w.style.decimalPoint == 0 {
		w.style = w.style.plus(counted)
	}
	return w
}

// settle chooses among the values of ambiguous texts by style.
func (w *witness) settle(s style) {
	w.doc.walk(func(path string, slot slot) {
		options := slot.options()
		if len(options) < 2 {
			return
		}
		text := slot.field(path).Text
		switch slot.sort() {
		case numbers:
			switch {
			case clear(s.decimalComma, s.decimalPoint):
				chooseIf(slot, options, func(o string) bool { return takesMark(text, o, ',') })
			case clear(s.decimalPoint, s.decimalComma):
				chooseIf(slot, options, func(o string) bool { return takesMark(text, o, '.') })
			}
		case days:
			switch {
			case clear(s.dayFirst, s.monthFirst):
				chooseIf(slot, options, func(o string) bool { return takesOrder(text, o, true) })
			case clear(s.monthFirst, s.dayFirst):
				chooseIf(slot, options, func(o string) bool { return takesOrder(text, o, false) })
			}
		}
	})
}

// chooseIf lets only those options stand that fit, if any does.
func chooseIf(s slot, options []string, fits func(string) bool) {
	keep := slices.DeleteFunc(slices.Clone(options), func(o string) bool { return !fits(o) })
	if len(keep) > 0 && len(keep) < len(options) {
		s.choose(keep)
	}
}

// decimalMark returns the mark that separates the decimals of whoever printed
// the numeral, as far as it shows: 0 if it does not.
func (n numeral) decimalMark() rune {
	last := len(n.marks)
	if last == 0 || n.repair < 1 || n.dash {
		return 0
	}
	mark := n.marks[last-1]
	other := map[rune]rune{',': '.', '.': ','}[mark]
	switch {
	case other == 0:
		return 0
	case last == 1 && len(n.groups[1]) == 3 && n.thousands(2):
		return 0 // 1.205
	case last == 1:
		return mark
	}
	for _, m := range n.marks[:last-1] {
		if m != mark {
			return mark // 1.205,50
		}
	}
	if n.thousands(last+1) || mark == ',' && n.lakhs(last+1) {
		return other // 1.205.340
	}
	return 0
}

// countsWhole reports whether a field counts things that come whole.
func countsWhole(path, value string) bool {
	_, unit, _ := strings.Cut(value, " ")
	return strings.HasSuffix(path, "/packages") || strings.HasSuffix(path, "/quantity") && (unit == "PCE" || unit == "PR" || unit == "SET")
}

// markOfCount returns the decimal mark of whoever printed 1.900 for a number of
// pieces: the mark in it groups thousands, so it is the other one.
func (n numeral) markOfCount() rune {
	if len(n.marks) == 1 && n.repair >= 1 && !n.dash && len(n.groups[1]) == 3 && n.thousands(2) {
		return map[rune]rune{',': '.', '.': ','}[n.marks[0]]
	}
	return 0
}

// takesMark reports whether the option is the value of the text if mark
// separates decimals.
func takesMark(text, option string, mark rune) bool {
	for _, t := range lex(text) {
		if t.kind != aNumeral || len(t.num.marks) == 0 {
			continue
		}
		if _, misread := otherMark(text); len(t.num.marks) > 1 && !misread {
			continue
		}
		number, _, _ := strings.Cut(option, " ")
		return (t.num.marks[0] == mark) == strings.Contains(number, ".")
	}
	return true
}

// dayOrder tells whether a date in numbers puts the day first; sure is false
// if the text leaves it open, or is another kind of date.
func dayOrder(text string) (dayFirst, sure bool) {
	parts := dateParts(text)
	if len(parts) != 3 || parts[1].before != "/" && parts[1].before != "-" || len(parts[0].digits) > 2 {
		return false, false
	}
	a, b := parts[0].n(), parts[1].n()
	if parts[0].month != 0 || parts[1].month != 0 || (a > 12) == (b > 12) {
		return false, false
	}
	return a > 12, true
}

// takesOrder reports whether the option is the date of the text if the day is
// first, or second.
func takesOrder(text, option string, dayFirst bool) bool {
	parts := dateParts(text)
	if len(parts) != 3 || len(option) != len("2026-03-05") {
		return true
	}
	day := parts[0]
	if !dayFirst {
		day = parts[1]
	}
	return strings.TrimLeft(day.digits, "0") == strings.TrimLeft(option[len("2026-03-"):], "0")
}

// settleByOthers chooses a value because another paper states the same in the
// same field, without doubt.
func settleByOthers(papers []*witness) {
	type place struct{ path, value string }
	stated := map[place][]int{}
	for i, p := range papers {
		p.doc.walk(func(path string, s slot) {
			f := s.field(path)
			if f.Value == "" || len(s.options()) > 1 {
				return
			}
			for _, at := range samePlaces(p.doc, path) {
				key := place{at, comparable(f.Value)}
				stated[key] = append(stated[key], i)
			}
		})
	}
	for i, p := range papers {
		p.doc.walk(func(path string, s slot) {
			options := s.options()
			if len(options) < 2 {
				return
			}
			chooseIf(s, options, func(o string) bool {
				for _, at := range samePlaces(p.doc, path) {
					for _, other := range stated[place{at, comparable(o)}] {
						if other != i {
							return true
						}
					}
				}
				return false
			})
		})
	}
}

// samePlaces returns the names of a field that papers share. The date of issue
// of an invoice is what other papers call the date of the invoice; that of
// other papers is their own.
func samePlaces(doc *Document, path string) []string {
	if path != "/issueDate" && path != "/number" {
		return []string{path}
	}
	tail := map[string]string{"/issueDate": "/date", "/number": "/number"}[path]
	switch {
	case doc.Type.Invoice():
		return []string{"/invoice" + tail}
	case doc.Type == Contract:
		return []string{"/contract" + tail}
	case doc.Type.Transport():
		return []string{"/transportDocument" + tail}
	}
	return nil
}

// comparable writes equal values equally: 1205.00 KGM as 1205 KGM.
func comparable(value string) string {
	number, unit, _ := strings.Cut(value, " ")
	if strings.Contains(number, ".") {
		number = strings.TrimRight(strings.TrimRight(number, "0"), ".")
	}
	return number + " " + unit
}

// homes are the states whose own currency a shared sign may mean.
var homes = map[string]string{"USD": "US", "HKD": "HK", "CAD": "CA", "AUD": "AU", "SGD": "SG", "CNY": "CN", "JPY": "JP", "RUB": "RU", "BYN": "BY",
	"INR": "IN", "PKR": "PK", "LKR": "LK", "NPR": "NP", "AZN": "AZ", "TMT": "TM", "SEK": "SE", "NOK": "NO", "DKK": "DK"}

// abroad are the currencies in which sellers of other states sell as well: of a
// seller in Hong Kong "$" may be either dollar.
var abroad = map[string]bool{"USD": true, "RUB": true}

// settleCurrencies chooses among the currencies of a shared sign: the one that
// the paper names elsewhere, or that another paper names; else that of the
// seller's state; else the likeliest, if no paper mentions the states of the
// others.
func settleCurrencies(papers []*witness) {
	var named []string
	mentioned := map[string]bool{}
	for _, p := range papers {
		p.listen()
		named = append(named, p.named...)
		for _, c := range p.states {
			mentioned[c] = true
		}
	}
	for _, p := range papers {
		seller := p.doc.Seller.Country
		p.doc.walk(func(path string, s slot) {
			options := s.options()
			if len(options) < 2 || currencyIn(options[0]) == "" {
				return
			}
			among := func(all []string) func(string) bool {
				return func(o string) bool { return slices.Contains(all, currencyIn(o)) }
			}
			atHome := func(o string) bool {
				return seller.Known() && len(seller.Alternatives) == 0 && homes[currencyIn(o)] == seller.Value
			}
			first := currencyIn(options[0])
			elsewhere := slices.ContainsFunc(options[1:], func(o string) bool {
				c := currencyIn(o)
				return c != first && (homes[c] == "" || mentioned[homes[c]])
			})
			switch {
			case slices.ContainsFunc(options, among(p.named)):
				chooseIf(s, options, among(p.named))
			case slices.ContainsFunc(options, among(named)):
				chooseIf(s, options, among(named))
			case slices.ContainsFunc(options, atHome) && (!abroad[first] || atHome(options[0])):
				chooseIf(s, options, atHome)
			case !elsewhere && likely(first):
				chooseIf(s, options, among([]string{first}))
			}
		})
	}
}

// likely reports whether the currency in force is most of what the options
// allow: "$" is, "Rs" is not.
func likely(currency string) bool {
	for _, all := range shared {
		if all[0].Value == currency {
			return all[0].Probability >= 0.7
		}
	}
	return false
}

// listen notes the currencies that a paper names without doubt, and the states
// that it mentions in whatever field.
func (w *witness) listen() {
	note := func(options []string, value string) {
		if c := currencyIn(value); len(options) == 1 && c != "" && !slices.Contains(w.named, c) {
			w.named = append(w.named, c)
		}
	}
	currency := typed[string]{&w.doc.Currency, parseCurrency, same}
	note(currency.options(), w.doc.Currency.Value)
	w.doc.walk(func(path string, s slot) {
		f := s.field(path)
		if s.sort() == numbers {
			note(s.options(), f.Value)
			return
		}
		if strings.HasPrefix(path, "/items/") && !strings.HasSuffix(path, "/origin") || s.sort() != others {
			return
		}
		if strings.HasSuffix(strings.ToLower(path), "country") || strings.HasPrefix(path, "/countryOf") || strings.HasSuffix(path, "/origin") {
			for _, a := range append(f.Alternatives, Alternative[string]{Value: f.Value}) {
				w.states = append(w.states, a.Value)
			}
			return
		}
		found, _ := namedCountries(f.Text)
		for _, codes := range found {
			w.states = append(w.states, codes...)
		}
	})
}

// currencyIn returns the currency that a canonical value ends with, or "".
func currencyIn(value string) string {
	code := value[strings.LastIndexByte(value, ' ')+1:]
	if _, ok := minorUnits[code]; ok {
		return code
	}
	return ""
}
