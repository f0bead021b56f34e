package crossdoc

import (
	"fmt"

	"tallyman/rules"
	"tallyman/trade"
)

// ConsigneeIsNoBuyer compares who receives the goods with who buys them.
var ConsigneeIsNoBuyer = &rules.Rule{
	ID:    "XD-12",
	Title: "the goods go to somebody whom the invoice does not name",
	Doc: `The consignee of the transport document is usually the buyer, or a party that
the invoice, the contract or the packing list names. A consignee whom no trade
paper knows may be the true receiver.

Honest cases are many: a forwarder, a bank ("to order"), a warehouse. The check
stays silent if the transport document names the buyer as the party to notify;
it is low if the consignee's name is that of a forwarder, and high if consignee
and buyer are in different countries.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "BIS, Know Your Customer guidance and red flags (Supplement No. 3 to Part 732 of the EAR)"},
		{Title: "FinCEN FIN-2010-A001: third parties without apparent connection"},
	},
	Run: func(p *rules.Pass) error {
		if p.Model == nil {
			return errNoModel
		}
		var buyer *trade.Party
		for _, inv := range invoices(p) {
			if aName(inv.Buyer) && sureOfType(inv) && buyer == nil {
				buyer = &inv.Buyer
			}
		}
		if buyer == nil {
			return nil
		}
		var reported []trade.Party
		for _, d := range papers(p) {
			to := d.Consignee
			if !d.Type.Transport() || master(p, d) || !sureOfType(d) || !aName(to) || toOrder(to.Name.Value) || !differentParties(p.Model, to, *buyer) {
				continue
			}
			known := false
			for _, o := range papers(p) {
				// A declaration repeats the waybill; it vouches for nobody.
				if !o.Type.Transport() && !o.Type.Declaration() {
					known = known || namedOn(p.Model, o, to)
				}
			}
			if known || namedOn(p.Model, d, *buyer) {
				continue
			}
			again := false
			for _, r := range reported {
				again = again || !differentParties(p.Model, r, to)
			}
			if again {
				continue
			}
			reported = append(reported, to)
			f := rules.Finding{
				At: to.Name.At, Related: []trade.Place{buyer.Name.At}, Severity: rules.Medium,
				Message: fmt.Sprintf("consignee %s here, buyer %s on %s", short(to.Name.Value), short(buyer.Name.Value), p.On(buyer.Name.At)),
				Figures: []rules.Figure{{Name: "likeness of the names", Value: fmt.Sprintf("%.2f", p.Model.SameParty(to.Name.Value, buyer.Name.Value))}},
				Innocent: []string{
					"the consignee is the buyer's forwarder or warehouse: a contract between them would show it",
					"the buyer sold the goods on while they travelled: a second invoice would show it",
				},
			}
			switch {
			case agent(to.Name.Value):
				f.Severity = rules.Low
			case rules.Compare(to.Country, buyer.Country, func(a, b string) bool { return a != b }) == rules.Conflict:
				f.Severity = rules.High
				f.Message += fmt.Sprintf("; they are in %s and %s", to.Country.Value, buyer.Country.Value)
			}
			p.Report(f)
		}
		return nil
	},
}
