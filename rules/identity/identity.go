// Package identity holds the rules about numbers that prove themselves: check
// digits, and the forms of containers, wagons, waybills, firms, accounts and
// tariff codes. They need one paper and no database.
//
// A check digit fails for three reasons: the number was invented, it was typed
// wrongly, or it was read wrongly. Only the first two are about the papers, so
// a number that one misread character would mend is doubtful.
package identity

import (
	"slices"
	"strings"
	"unicode"

	"tallyman/rules"
	"tallyman/trade"
)

// Rules are the rules of this family, in the order of their IDs.
var Rules = []*rules.Rule{
	ContainerFails, AirWaybillFails, WagonFails, BINFails, BINImpossible, INNFails, OGRNFails, USCCFails, IBANFails, TariffCodeUnknown,
}

// sureReading is how sure an optical reader must be for a number that fails to
// be held against the paper rather than the reader.
const sureReading = 0.8

// A mention is a number and where it is printed.
type mention struct {
	doc *trade.Document
	trade.Reading[string]
}

// A complaint is a number that fails a check, and why.
type complaint struct {
	mention
	err      error
	doubtful bool
	again    []trade.Place // where else it is printed
}

// complaints holds every mention against a check. A number that passes in any
// plausible reading passes; one that stands on several papers is reported once.
func complaints(all []mention, check func(string) error) []complaint {
	var out []complaint
	seen := map[string]int{}
	for _, m := range all {
		if !m.Known() || slices.ContainsFunc(m.Candidates(), func(s string) bool { return check(s) == nil }) {
			continue
		}
		key := trade.FoldIdentifier(m.Value)
		if i, ok := seen[key]; ok {
			out[i].again = append(out[i].again, m.At)
			// Two papers that print the same wrong number were hardly both
			// misread, unless by the same reader in the same way.
			continue
		}
		c := complaint{mention: m, err: check(m.Value)}
		if m.Reader.Optical() {
			c.doubtful = m.Confidence < sureReading ||
				slices.ContainsFunc(m.Confusions, func(s string) bool { return check(s) == nil }) ||
				slices.ContainsFunc(all, func(o mention) bool {
					return o.Known() && o.At != m.At && check(o.Value) == nil && alike(o.Value, m.Value)
				})
		}
		seen[key] = len(out)
		out = append(out, c)
	}
	return out
}

// alike reports whether two identifiers differ in two characters at most.
func alike(a, b string) bool {
	x, y := []rune(trade.FoldIdentifier(a)), []rune(trade.FoldIdentifier(b))
	if len(x) != len(y) {
		return trade.Confusable(a, b)
	}
	wrong := 0
	for i := range x {
		if x[i] != y[i] {
			wrong++
		}
	}
	return wrong <= 2
}

// A role is a party of a paper and what it is there.
type role struct {
	name  string
	party *trade.Party
}

func roles(d *trade.Document) []role {
	return []role{
		{"seller", &d.Seller}, {"buyer", &d.Buyer}, {"consignor", &d.Consignor}, {"consignee", &d.Consignee},
		{"notify party", &d.NotifyParty}, {"carrier", &d.Carrier}, {"declarant", &d.Declarant},
	}
}

// partyIDs gathers the registration numbers of parties of one country that have
// one of the lengths.
func partyIDs(p *rules.Pass, country string, lengths ...int) []mention {
	var all []mention
	for _, d := range p.Dossier.Documents {
		for _, r := range roles(d) {
			id := r.party.ID
			if !id.Known() || jurisdiction(r.party) != country {
				continue
			}
			id.Value = beforeSlash(id.Value)
			if slices.Contains(lengths, len(trade.FoldIdentifier(id.Value))) {
				all = append(all, mention{d, id})
			}
		}
	}
	return all
}

// beforeSlash takes the INN from "INN/KPP".
func beforeSlash(s string) string {
	if i := strings.IndexByte(s, '/'); i > 0 {
		return s[:i]
	}
	return s
}

// homeWords are words in names, addresses and phone numbers that tell where a
// party is registered.
var homeWords = []struct {
	country string
	words   []string
}{
	{"KZ", []string{"тоо", "жшс", "казахстан", "қазақстан", "kazakhstan", "almaty", "алматы", "astana", "астана", "llp", "бин", "bin", "жсн", "бсн"}},
	{"RU", []string{"ооо", "россия", "российская", "russia", "moscow", "москва", "оао", "пао", "зао", "инн", "огрн"}},
	{"CN", []string{"china", "китай", "prc", "有限公司"}},
}

// jurisdiction returns the country whose numbers the party carries: the one that
// is printed, or the one that its name and address speak of. Empty if unknown,
// or if they speak of several.
func jurisdiction(p *trade.Party) string {
	words := map[string]bool{}
	for _, w := range strings.FieldsFunc(strings.ToLower(p.Name.Text), func(r rune) bool { return !unicode.IsLetter(r) }) {
		words[w] = true
	}
	if p.Country.Known() {
		// Only Kazakh firms have these forms: the country is of another line.
		if len(p.Country.Alternatives) > 0 || p.Country.Value != "KZ" && (words["тоо"] || words["жшс"]) {
			return ""
		}
		return p.Country.Value
	}
	text := strings.ToLower(p.Name.Text + " " + p.Address.Text + " " + p.ID.Text)
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		words[w] = true
	}
	found := ""
	for _, h := range homeWords {
		for _, w := range h.words {
			if words[w] || strings.Contains(w, "有限") && strings.Contains(text, w) {
				if found != "" && found != h.country {
					return ""
				}
				found = h.country
			}
		}
	}
	return found
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// innocentTyping are the explanations of any number that fails.
var innocentTyping = []string{
	"a digit was typed or read wrongly: the paper that the number comes from would show it",
}

var stdnum = rules.Source{Title: "python-stdnum, which implements the published algorithms", URL: "https://github.com/arthurdejong/python-stdnum"}
