package layout

import (
	"regexp"
	"slices"
	"strings"

	"tallyman/extract/page"
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
		a, b := endsOf(ws)
		if !place(a) || !place(b) {
			continue
		}
		to := "/placeOfUnloading"
		if !r.typ.Transport() {
			to = "/placeOfDelivery"
		}
		for _, end := range []struct {
			path  string
			words []page.Word
		}{{"/placeOfLoading", a}, {to, b}} {
			if readable(end.path, end.words, "") && !r.has(end.path, rankGeneral) {
				r.add(value{end.words, "", trustBelow}.statement(end.path, s.Number), rankGeneral, h.script)
			}
		}
		return
	}
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
