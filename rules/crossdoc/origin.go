package crossdoc

import (
	"fmt"
	"slices"

	"tallyman/rules"
	"tallyman/trade"
)

// OriginDiffers compares the country of origin on every paper.
var OriginDiffers = &rules.Rule{
	ID:    "XD-16",
	Title: "papers name different countries of origin",
	Doc: `Invoice, certificate of origin and declaration name one country in which the
goods were made. The country they are sent from may be another; it is not
compared here. A paper whose lines are of several origins agrees with each of
them, and "European Union" with each of its states.`,
	Severity: rules.High,
	Sources:  []rules.Source{ucp14d},
	Run: func(p *rules.Pass) error {
		docs := papers(p, trade.ProformaInvoice)
		conflict := func(a, b string) bool { return a != b && !(inUnion(a) && b == "EU") && !(inUnion(b) && a == "EU") }
		for _, o := range conflicts(witnesses(p, originOf, trade.ProformaInvoice), conflict) {
			// A paper with lines of several origins may have both.
			if slices.ContainsFunc(docs, func(d *trade.Document) bool { return originsOf(d)[o.here.Value] && originsOf(d)[o.there.Value] }) {
				continue
			}
			p.Report(rules.Finding{
				At: o.here.At, Related: o.related(), Doubtful: o.doubtful,
				Message:  fmt.Sprintf("country of origin %s here, %s on %s", o.here.Value, o.there.Value, p.On(o.there.At)),
				Innocent: []string{"one paper names the country of dispatch as that of origin: a certificate of origin would decide"},
			})
		}
		return nil
	},
}

// originOf is the country of origin of all goods of a paper: the one that it
// names, or the one that all its lines name.
func originOf(d *trade.Document) trade.Reading[string] {
	if d.CountryOfOrigin.Known() {
		return d.CountryOfOrigin
	}
	var r trade.Reading[string]
	for _, it := range d.Items {
		if !it.Origin.Known() || r.Known() && r.Value != it.Origin.Value {
			return trade.Reading[string]{}
		}
		if !r.Known() {
			r = it.Origin
		}
	}
	return r
}

func originsOf(d *trade.Document) map[string]bool {
	all := map[string]bool{}
	if d.CountryOfOrigin.Known() {
		all[d.CountryOfOrigin.Value] = true
	}
	for _, it := range d.Items {
		if it.Origin.Known() {
			all[it.Origin.Value] = true
		}
	}
	return all
}

// inUnion reports whether a country is a member of the European Union.
func inUnion(c string) bool {
	return slices.Contains([]string{"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"}, c)
}
