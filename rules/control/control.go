// Package control holds the rules about goods on control lists.
//
// A controlled code on the papers of honest trade is a fact worth stating, not
// an alarm. What makes it one is where the papers say that the goods go, or
// through which states.
package control

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tallyman/rules"
	"tallyman/trade"
)

// Rules are the rules of this family, in the order of their IDs.
var Rules = []*rules.Rule{
	tier1.rule(), tier2.rule(), tier3A.rule(), tier3B.rule(), tier4A.rule(), tier4B.rule(), LooksControlled,
}

// A tier is one part of the Common High Priority List.
type tier struct {
	id, name string
	goods    string
	// grave and passing are the severities if the papers lead to Russia or
	// Belarus, and through them to another state.
	grave, passing rules.Severity
	codes          []string // of the Harmonized System 2022, six digits
}

func (t tier) rule() *rules.Rule {
	return &rules.Rule{
		ID:    t.id,
		Title: "tariff code of the Common High Priority List, tier " + t.name,
		Doc: fmt.Sprintf(`The code is one of the fifty that the European Union, Japan, the United Kingdom and
the United States found in weapons used against Ukraine. Tier %s: %s.

The list is broad: it holds ball bearings and plugs. So the code alone is stated
as a fact, without severity. The severity is %v if the papers say that the goods
go from another state to Russia or Belarus, as destination, consignee's country
or place of delivery, and %v if they are to pass through one of these states on
their way to another. Goods that leave Russia or Belarus are not looked at.

This compares the first six digits of a printed code and is no legal
classification.`, t.name, t.goods, t.grave, t.passing),
		Severity: t.grave,
		Sources: []rules.Source{
			{Title: "Common High Priority List, edition of 23 February 2024, HS 2022 (BIS, EU, UK, Japan)"},
			{Title: "red flags: transit through, and delivery to, Russia and Belarus (BIS and FinCEN, joint alerts of 2022 and 2023)", Unverified: true},
		},
		Run: t.run,
	}
}

// seen is one code of the tier, and where the papers print it.
type seen struct {
	code   string
	first  trade.Reading[trade.TariffCode]
	others []trade.Place
}

func (t tier) run(p *rules.Pass) error {
	var codes []*seen
	for _, d := range p.Dossier.Documents {
		for _, item := range d.Items {
			r := item.TariffCode
			if !r.Known() || len(r.Value) < 6 || !slices.Contains(t.codes, r.Value.HS6()) {
				continue
			}
			i := slices.IndexFunc(codes, func(s *seen) bool { return s.code == r.Value.HS6() })
			if i < 0 {
				codes = append(codes, &seen{code: r.Value.HS6(), first: r})
				continue
			}
			codes[i].others = append(codes[i].others, r.At)
		}
	}
	if len(codes) == 0 {
		return nil
	}
	towards := routeOf(p.Dossier)
	for _, s := range codes {
		t.report(p, s, towards)
	}
	return nil
}

func (t tier) report(p *rules.Pass, s *seen, towards route) {
	f := rules.Finding{
		At: s.first.At, Related: s.others,
		Message: fmt.Sprintf("tariff code %v here is on the Common High Priority List, tier %s", s.first.Value, t.name),
		Figures: []rules.Figure{{Name: "code of the list", Value: s.code, Source: "Common High Priority List, 23 February 2024"}},
	}
	for _, v := range slices.Concat(s.first.Alternatives, confusionsOf(s.first)) {
		if !slices.Contains(t.codes, v.Value.HS6()) {
			f.Doubtful = s.others == nil // several papers are not misread alike
		}
	}
	if towards.country == "" {
		f.Doubtful = false
		f.Innocent = []string{"Nothing on these papers leads to Russia or Belarus."}
		p.Note(f)
		return
	}
	f.Related = append(f.Related, towards.at...)
	if towards.through {
		f.Severity = t.passing
		f.Message += fmt.Sprintf("; the papers lead through %s: %s", countryNames[towards.country], towards.evidence)
	} else {
		f.Severity = t.grave
		f.Message += fmt.Sprintf("; the papers lead to %s: %s", countryNames[towards.country], towards.evidence)
	}
	f.Innocent = []string{
		"A licence or an exemption for these goods: ask for it.",
		"The goods are of the code but of no use for arms, such as bearings for household machines: the article numbers and the end user would show it.",
	}
	if f.Severity == rules.Info {
		p.Note(f)
		return
	}
	p.Report(f)
}

func confusionsOf(r trade.Reading[trade.TariffCode]) []trade.Alternative[trade.TariffCode] {
	var all []trade.Alternative[trade.TariffCode]
	for _, c := range r.Confusions {
		all = append(all, trade.Alternative[trade.TariffCode]{Value: c})
	}
	return all
}

var countryNames = map[string]string{"RU": "Russia", "BY": "Belarus"}

// A route is what the papers say about Russia and Belarus.
type route struct {
	country  string // RU, BY, or empty
	through  bool   // on the way to another state
	evidence string
	at       []trade.Place
}

// routeOf looks for the strongest evidence: where the goods are to go, then
// through where. The zero route says that there is none.
func routeOf(dossier *trade.Dossier) route {
	var to, via route
	add := func(r *route, country, what string, at trade.Place, text string) {
		if r.country == "" {
			*r = route{country: country, evidence: fmt.Sprintf("%s %q", what, text)}
		}
		if r.country == country {
			r.at = append(r.at, at)
		}
	}
	for _, d := range dossier.Documents {
		for _, c := range []struct {
			what string
			r    trade.Reading[string]
		}{
			{"country of the consignor", d.Consignor.Country}, {"country of the seller", d.Seller.Country},
		} {
			if c.r.Known() && countryNames[c.r.Value] != "" {
				return route{} // an export of Russia or Belarus
			}
		}
		if r := d.PlaceOfLoading; r.Known() && countryIn(r.Value) != "" {
			return route{}
		}
		for _, c := range []struct {
			what string
			r    trade.Reading[string]
		}{
			{"country of destination", d.CountryOfDestination}, {"country of the consignee", d.Consignee.Country}, {"country of the buyer", d.Buyer.Country},
		} {
			if c.r.Known() && countryNames[c.r.Value] != "" {
				add(&to, c.r.Value, c.what, c.r.At, c.r.Text)
			}
		}
		for _, c := range []struct {
			what string
			r    trade.Reading[string]
		}{{"place of delivery", d.PlaceOfDelivery}, {"place of unloading", d.PlaceOfUnloading}} {
			if c.r.Known() && countryIn(c.r.Value) != "" {
				add(&to, countryIn(c.r.Value), c.what, c.r.At, c.r.Text)
			}
		}
		if r := d.BorderPost; r.Known() && countryIn(r.Value) != "" {
			add(&via, countryIn(r.Value), "border post", r.At, r.Text)
		}
	}
	if to.country != "" {
		return to
	}
	via.through = true
	if via.country == "" {
		return route{}
	}
	return via
}

// names are how papers write Russia and Belarus, and their greatest places of
// unloading, in the languages of the trade.
var names = map[string][]string{
	"RU": {"russia", "russian federation", "россия", "россии", "российская федерация", "рф", "ресей", "俄罗斯", "rusya", "russland",
		"moscow", "moskva", "москва", "st petersburg", "saint petersburg", "санкт петербург", "novosibirsk", "новосибирск",
		"yekaterinburg", "екатеринбург", "vladivostok", "владивосток", "zabaikalsk", "забайкальск"},
	"BY": {"belarus", "republic of belarus", "беларусь", "беларуси", "белоруссия", "白俄罗斯", "minsk", "минск", "брест", "gomel", "гомель"},
}

// chinese reports whether the words hold a Chinese name, which no spaces part
// from its neighbours. White Russia is not Russia.
func chinese(words, name string) bool {
	first, _ := utf8.DecodeRuneInString(name)
	if !unicode.Is(unicode.Han, first) {
		return false
	}
	return strings.Contains(strings.ReplaceAll(words, "白"+name, ""), name)
}

// countryIn returns RU or BY if the text names one of them, as a whole word; it
// is empty if it names neither or both.
func countryIn(text string) string {
	words := " " + strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !('a' <= r && r <= 'z' || r >= 0x80) || r == '，' || r == '、' || r == '«' || r == '»'
	}), " ") + " "
	found := ""
	for _, country := range []string{"BY", "RU"} {
		for _, name := range names[country] {
			if !strings.Contains(words, " "+name+" ") && !chinese(words, name) {
				continue
			}
			if found != "" && found != country {
				return ""
			}
			found = country
		}
	}
	return found
}
