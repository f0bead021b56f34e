package crossdoc

import (
	"fmt"

	"tallyman/rules"
	"tallyman/trade"
)

// ThreeCountries compares the countries of the sender, the seller and the goods.
var ThreeCountries = &rules.Rule{
	ID:    "XD-13",
	Title: "sender, seller and origin are in three countries",
	Doc: `Goods that are made in one country, sold from a second and sent from a third
have a story, and the papers usually tell it: the invoice names the sender, or a
warehouse. The check speaks only if no trade paper names the party that sends the
goods.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{{Title: "published checks of trade-based money laundering: countries of shipper, seller and origin differ", URL: "https://github.com/amrandil/Cross-Document-Validation-Agent"}},
	Run: func(p *rules.Pass) error {
		if p.Model == nil {
			return errNoModel
		}
		for _, inv := range invoices(p) {
			origin := originOf(inv)
			if !inv.Seller.Country.Known() || !aName(inv.Seller) || !sureOfType(inv) {
				continue
			}
			for _, d := range papers(p) {
				from := d.Consignor
				if !d.Type.Transport() || master(p, d) || !from.Country.Known() || !aName(from) || agent(from.Name.Value) || !sureOfType(d) {
					continue
				}
				made := origin
				if !made.Known() {
					made = originOf(d)
				}
				apart := func(a, b string) bool { return a != b }
				if rules.Compare(from.Country, inv.Seller.Country, apart) != rules.Conflict ||
					rules.Compare(from.Country, made, apart) != rules.Conflict || rules.Compare(inv.Seller.Country, made, apart) != rules.Conflict {
					continue
				}
				known := false
				for _, o := range papers(p) {
					if !o.Type.Transport() && !o.Type.Declaration() {
						known = known || namedOn(p.Model, o, from)
					}
				}
				if known {
					continue
				}
				p.Report(rules.Finding{
					At: from.Country.At, Related: []trade.Place{inv.Seller.Country.At, made.At},
					Doubtful: unsure(from.Country, inv.Seller.Country),
					Message:  fmt.Sprintf("sent from %s by %s, sold from %s, made in %s", from.Country.Value, short(from.Name.Value), inv.Seller.Country.Value, made.Value),
					Innocent: []string{"the seller trades from a warehouse abroad: a warehouse or manufacturer's invoice would show it"},
				})
				return nil // once for a consignment
			}
		}
		return nil
	},
}
