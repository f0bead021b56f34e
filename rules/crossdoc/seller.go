package crossdoc

import (
	"fmt"

	"tallyman/rules"
	"tallyman/trade"
)

// SellerDiffers compares the seller, and the buyer, of invoice and contract.
var SellerDiffers = &rules.Rule{
	ID:    "XD-11",
	Title: "invoice and contract name different sellers or buyers",
	Doc: `The invoice is issued by the seller of the contract to its buyer (UCP 600,
article 18(a)); the packing list and the proforma invoice name them too. Names
are compared over scripts, spellings and legal forms; where both papers print a
registration number, that decides.

A party that the invoice names in another role is accepted: papers call the
manufacturer the seller, or the consignee the buyer.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{{Title: "UCP 600, article 18(a)(i) and (ii)"}},
	Run: func(p *rules.Pass) error {
		if p.Model == nil {
			return errNoModel
		}
		all := of(p, trade.CommercialInvoice)
		for _, d := range of(p, trade.Contract, trade.PackingList, trade.ProformaInvoice) {
			if !sureOfType(d) {
				continue
			}
			for _, role := range []string{"seller", "buyer"} {
				pick := func(d *trade.Document) trade.Party {
					if role == "seller" {
						return d.Seller
					}
					return d.Buyer
				}
				here := pick(d)
				var there *trade.Party
				named := false
				for _, inv := range all {
					o := pick(inv)
					if !sureOfType(inv) || !aName(o) || !aName(here) || named {
						continue
					}
					named = namedOn(p.Model, inv, here) || namedOn(p.Model, d, o)
					if !named && differentParties(p.Model, here, o) {
						there = &o
					}
				}
				if named || there == nil {
					continue
				}
				p.Report(rules.Finding{
					At: here.Name.At, Related: []trade.Place{there.Name.At},
					Message: fmt.Sprintf("%s %s here, %s on %s", role, short(here.Name.Value), short(there.Name.Value), p.On(there.Name.At)),
					Figures: []rules.Figure{{Name: "likeness of the names", Value: fmt.Sprintf("%.2f", p.Model.SameParty(here.Name.Value, there.Name.Value))}},
					Innocent: []string{
						"the rights passed to another firm: a supplement or an assignment would say so",
						"the firm was renamed: the register would show both names under one number",
					},
				})
			}
		}
		return nil
	},
}
