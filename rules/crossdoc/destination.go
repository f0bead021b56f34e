package crossdoc

import (
	"fmt"

	"tallyman/rules"
	"tallyman/trade"
)

// DestinationDiffers compares the country of destination on every paper.
var DestinationDiffers = &rules.Rule{
	ID:    "XD-15",
	Title: "papers name different countries of destination",
	Doc: `Invoice, transport document and declaration of one consignment name one
country of destination. A country that changes from paper to paper is how goods
are sent to one place and declared for another.`,
	Severity: rules.High,
	Sources:  []rules.Source{ucp14d},
	Run: func(p *rules.Pass) error {
		pick := func(d *trade.Document) trade.Reading[string] { return d.CountryOfDestination }
		for _, o := range conflicts(witnesses(p, pick, trade.ProformaInvoice), func(a, b string) bool { return a != b }) {
			p.Report(rules.Finding{
				At: o.here.At, Related: o.related(), Doubtful: o.doubtful,
				Message: fmt.Sprintf("country of destination %s here, %s on %s", o.here.Value, o.there.Value, p.On(o.there.At)),
				Innocent: []string{
					"one paper was made out before the goods were sold on: its date would be earlier",
					"one paper names the country where the carriage of its carrier ends: another waybill would go on from there",
				},
			})
		}
		return nil
	},
}
