package crossdoc

import (
	"fmt"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// SellerDiffers compares the seller, and the buyer, of invoice and contract.
var SellerDiffers = &rules.Rule{
	ID:    "XD-11",
	Title: "invoice and contract name different sellers or buyers",
	Doc: `The invoice is issued by the seller of the contract to its buyer (UCP 600,
article 18(a)). Names are compared over scripts, spellings and legal forms;
where both papers print a registration number, that decides.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{{Title: "UCP 600, article 18(a)(i) and (ii)"}},
	Run: func(p *rules.Pass) error {
		if p.Model == nil {
			return errNoModel
		}
		invoice := one(p, commercialInvoice)
		if invoice == nil {
			return nil
		}
		for _, d := range p.Dossier.Documents {
			if d.Type != trade.Contract && d.Type != trade.PackingList && d.Type != trade.ProformaInvoice {
				continue
			}
			for _, role := range []struct {
				word        string
				here, there trade.Party
			}{{"seller", d.Seller, invoice.Seller}, {"buyer", d.Buyer, invoice.Buyer}} {
				if differentParties(p.Model, role.here, role.there) {
					p.Report(rules.Finding{
						At: role.here.Name.At, Related: []trade.Place{role.there.Name.At},
						Message:  fmt.Sprintf("%s %s here, %s on %s", role.word, role.here.Name.Value, role.there.Name.Value, invoice.Name),
						Innocent: []string{"the rights passed to another firm: a supplement or an assignment would say so"},
					})
				}
			}
		}
		return nil
	},
}

// differentParties reports whether both names are read well and mean different
// parties.
func differentParties(m rules.Model, a, b trade.Party) bool {
	if !a.Name.Known() || !b.Name.Known() || min(a.Name.Confidence, b.Name.Confidence) < leastConfidence {
		return false
	}
	if a.ID.Known() && b.ID.Known() && trade.Confusable(a.ID.Value, b.ID.Value) {
		return false
	}
	for _, x := range a.Name.Candidates() {
		for _, y := range b.Name.Candidates() {
			if m.SameParty(x, y) >= samePartyLimit {
				return false
			}
		}
	}
	return true
}

// ConsigneeIsNoBuyer compares who receives the goods with who buys them.
var ConsigneeIsNoBuyer = &rules.Rule{
	ID:    "XD-12",
	Title: "the goods go to somebody whom the invoice does not name",
	Doc: `The consignee of the transport document is usually the buyer, or a party that
the invoice names as consignee. A consignee whom no trade paper knows may be the
true receiver.

Honest cases are many: a forwarder, a bank ("to order"), a warehouse. The check
stays silent if the transport document names the buyer as the party to notify.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "BIS, Know Your Customer guidance and red flags (Supplement No. 3 to Part 732 of the EAR)"},
		{Title: "FinCEN FIN-2010-A001: third parties without apparent connection"},
	},
	Run: func(p *rules.Pass) error {
		if p.Model == nil {
			return errNoModel
		}
		invoice := one(p, commercialInvoice)
		if invoice == nil || !invoice.Buyer.Name.Known() {
			return nil
		}
		for _, d := range p.Dossier.Documents {
			if !d.Type.Transport() || !d.Consignee.Name.Known() || toOrder(d.Consignee.Name.Value) {
				continue
			}
			known := false
			for _, doc := range p.Dossier.Documents {
				if doc.Type.Transport() {
					continue
				}
				for _, party := range []trade.Party{doc.Buyer, doc.Consignee, doc.NotifyParty} {
					known = known || party.Name.Known() && !differentParties(p.Model, d.Consignee, party)
				}
			}
			notified := d.NotifyParty.Name.Known() && !differentParties(p.Model, d.NotifyParty, invoice.Buyer)
			if known || notified || !differentParties(p.Model, d.Consignee, invoice.Buyer) {
				continue
			}
			p.Report(rules.Finding{
				At: d.Consignee.Name.At, Related: []trade.Place{invoice.Buyer.Name.At},
				Message: fmt.Sprintf("consignee %s here, buyer %s on %s", d.Consignee.Name.Value, invoice.Buyer.Name.Value, invoice.Name),
				Innocent: []string{
					"the consignee is the buyer's forwarder or warehouse: a contract between them would show it",
				},
			})
		}
		return nil
	},
}

func toOrder(name string) bool {
	n := strings.ToLower(name)
	return strings.Contains(n, "order") || strings.Contains(n, "приказу") || strings.Contains(n, "same as") || strings.Contains(n, "bank") || strings.Contains(n, "банк")
}
