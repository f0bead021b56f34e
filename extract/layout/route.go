package layout

import (
	"regexp"
	"slices"
	"strings"

	"tallyman/extract/page"
	"tallyman/trade"
)

var (
	fromWord = regexp.MustCompile(`^(?i:from|ex|из|от|с|von|ab|de|da|自|从|由)$`)
	toWord   = regexp.MustCompile(`^(?i:to|till|в|до|на|nach|bis|à|a|至|到)$`)
	byWord   = regexp.MustCompile(`^(?i:by|via|through|per|on|через|транзитом|автотранспортом|железнодорожным|авиатранспортом|经|乘)$`)
	leads    = regexp.MustCompile(`^(?:[-–—→>]|->|=>|-+>)$`)
)

// route reads where a journey begins and where it ends: "From Milan to Astana by
// truck", "Milan - Warsaw - Astana".
func (r *reader) route(s *sheet, h *hit) {
	for _, ws := range s.areas(h) {
		if r.ends(s, ws, rankGeneral, h.script) {
			return
		}
	}
}

// journeyLine reads a line of its own that says the same without a label: "From
// Xiamen, China To Kobenhavn, Denmark BY SEA".
func (r *reader) journeyLine() {
	if !r.typ.Invoice() && r.typ != trade.PackingList {
		return
	}
	for _, s := range r.sheets {
		for _, ts := range s.tokens {
			if len(ts) < 4 || len(ts) > 16 || !lineFrom.MatchString(ts[0].Text) {
				continue
			}
			ws := wordsOf(ts)
			if slices.ContainsFunc(ws, func(w page.Word) bool { return byWord.MatchString(w.Text) }) && r.ends(s, ws, rankGuess, "") {
				return
			}
		}
	}
}

// lineFrom begins such a line.
var lineFrom = regexp.MustCompile(`^(?:From|FROM|Из|Von|自)$`)

// ends states the two ends of a journey, if the words name them.
func (r *reader) ends(s *sheet, ws []page.Word, at rank, script string) bool {
	a, b := endsOf(ws)
	if !place(a) || !place(b) {
		return false
	}
	to := "/placeOfUnloading"
	if !r.typ.Transport() {
		to = "/placeOfDelivery"
	}
	for _, end := range []struct {
		path  string
		words []page.Word
	}{{"/placeOfLoading", a}, {to, b}} {
		if readable(end.path, end.words, "") && !r.has(end.path, at) {
			r.add(value{end.words, "", trustBelow}.statement(end.path, s.Number), at, script)
		}
	}
	return true
}

// endsOf returns the first and the last place of a journey; none if the words do
// not name one.
func endsOf(ws []page.Word) (a, b []page.Word) {
	if i := slices.IndexFunc(ws, func(w page.Word) bool { return colonEnds(w.Text) }); i >= 0 { // "By truck: ..."
		ws = ws[i+1:]
	}
	is := func(re *regexp.Regexp) func(page.Word) bool {
		return func(w page.Word) bool { return re.MatchString(strings.Trim(w.Text, ",;.()")) }
	}
	from := slices.IndexFunc(ws, is(fromWord))
	to := -1
	if from >= 0 {
		if i := slices.IndexFunc(ws[from+1:], is(toWord)); i >= 0 {
			to = from + 1 + i
		}
	}
	switch {
	case to >= 0:
		a, b = ws[from+1:to], ws[to+1:]
	default:
		first := slices.IndexFunc(ws, is(leads))
		if first < 0 {
			return nil, nil
		}
		last := first
		for i := range ws {
			if leads.MatchString(ws[i].Text) {
				last = i
			}
		}
		a, b = ws[:first], ws[last+1:]
	}
	for _, end := range []*[]page.Word{&a, &b} {
		if i := slices.IndexFunc(*end, is(byWord)); i > 0 {
			*end = (*end)[:i]
		}
		*end = trimmed(*end, ",;.")
	}
	return a, b
}

// place reports whether words may name a place: a few, in letters, no firm.
func place(ws []page.Word) bool {
	if len(ws) == 0 || len(ws) > 6 || legalForms.MatchString(" "+textOf(ws)+" ") {
		return false
	}
	_, _, ok := takeWords(ws)
	return ok && !hasDigit(textOf(ws))
}

// Marks as they are put on packages: whose, where to, and which of how many.
var (
	shippingMarks = regexp.MustCompile(`^\pL[\pL\d.& -]* / \pL[\pL .-]* / (?:No|C/No|№)\.? ?\d+ ?[-–] ?\d+$`)
	marksAndPlace = regexp.MustCompile(`^(\S*\d\S*) (\p{Lu}[\p{Lu} -]{3,})$`)
)

// handling finds the marks of packages that an air waybill gives, without a
// label, in its box for handling information: "DOCS ATTACHED. N/M".
func (r *reader) handling() {
	if !airPaper(r.typ) || r.has("/marks", rankGuess) {
		return
	}
	to := ""
	for _, c := range r.found {
		if c.Path == "/placeOfUnloading" || c.Path == "/placeOfDelivery" {
			to += " " + strings.ToUpper(c.Text)
		}
	}
	for _, s := range r.sheets {
		for i := range s.hits {
			h := &s.hits[i]
			if h.role != "-handling" {
				continue
			}
			for _, ws := range s.areas(h) {
				// The last sentence of the line.
				for k := len(ws) - 1; k > 0; k-- {
					if t := ws[k-1].Text; strings.HasSuffix(t, ".") && len(t) > 4 {
						ws = ws[k:]
						break
					}
				}
				t := textOf(ws)
				m := marksAndPlace.FindStringSubmatch(t)
				if strings.EqualFold(t, "N/M") || shippingMarks.MatchString(t) || m != nil && strings.Contains(to, m[2]) {
					r.add(value{ws, "", 0.9}.statement("/marks", s.Number), rankGuess, h.script)
					return
				}
			}
		}
	}
}

// Words behind a mass that say which it is: "38.6 kg gross, 31.2 kg net".
var (
	grossWord = regexp.MustCompile(`(?i)^\(?(?:gross|gr\.?|brutto|brut[oü]?|брутто|毛重)[,.;)]*$`)
	netWord   = regexp.MustCompile(`(?i)^\(?(?:nett?|netto|neto|нетто|净重)[,.;)]*$`)
)

// massesInWords takes the masses of the consignment from a sentence, where no
// label states them.
func (r *reader) massesInWords() {
	if r.typ == trade.Contract {
		return
	}
	for _, s := range r.sheets {
		for n, ts := range s.tokens {
			for i := 2; i < len(ts); i++ {
				path := ""
				switch {
				case grossWord.MatchString(ts[i].Text):
					path = "/grossMass"
				case netWord.MatchString(ts[i].Text):
					path = "/netMass"
				}
				if path == "" || ts[i].cell != ts[i-1].cell || unitKind(ts[i-1].Text) != "mass" || s.hitAt(n, i-1) != nil || r.inTable(s.Number, ts[i].Box) {
					continue
				}
				// A label, whose figure comes behind it: "Weight kg gross: 38.6".
				if i+1 < len(ts) && ts[i+1].cell == ts[i].cell && hasDigit(ts[i+1].Text) && !strings.ContainsAny(ts[i].Text, ",;") {
					continue
				}
				from := i - 2
				for from > 0 && ts[from-1].cell == ts[i].cell && group.MatchString(ts[from].Text) && digitsOnly(ts[from-1].Text) && len(ts[from-1].Text) <= 3 {
					from--
				}
				ws := wordsOf(ts[from:i])
				if !r.has(path, rankGuess) && hasDigit(ts[from].Text) && readable(path, ws, "") {
					r.add(value{ws, "", 0.95}.statement(path, s.Number), rankGeneral, "")
				}
			}
		}
	}
}

// packagesInWords takes the packages from the sentence that states the masses: "6
// boxes, net 136.6 kg, gross 176.0 kg". Two kinds, as cartons on pallets, leave it
// open which are meant.
func (r *reader) packagesInWords() {
	if r.has("/packages", rankGuess) || r.typ == trade.Contract || r.typ.Transport() || r.typ.Declaration() {
		return
	}
	for _, s := range r.sheets {
		for n, ts := range s.tokens {
			weighed := false
			for i := range ts {
				weighed = weighed || unitKind(ts[i].Text) == "mass" && i > 0 && hasDigit(ts[i-1].Text)
			}
			if !weighed || len(s.lines[n].cells) > 3 {
				continue
			}
			var found []page.Word
			kinds := 0
			for i := 0; i+1 < len(ts); i++ {
				if !digitsOnly(strings.ReplaceAll(ts[i].Text, ",", "")) || ts[i+1].cell != ts[i].cell || unitKind(ts[i+1].Text) != "package" || r.inTable(s.Number, ts[i].Box) {
					continue
				}
				kinds++
				found = wordsOf(ts[i : i+2])
			}
			if run := trimmed(found, ",;.:/"); kinds == 1 && readable("/packages", run, "") {
				r.add(value{run, "", 0.85}.statement("/packages", s.Number), rankGuess, "")
				return
			}
		}
	}
}
