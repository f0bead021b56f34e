package crossdoc

import (
	"fmt"
	"slices"

	"tallyman/rules"
	"tallyman/trade"
)

// DeliveryPlaceDiffers compares where the carrier delivers with where the
// seller promised to.
var DeliveryPlaceDiffers = &rules.Rule{
	ID:    "XD-14",
	Title: "the carrier delivers to another place than the seller promised",
	Doc: `Under CPT, CIP, DAP, DPU, DAT and DDP the seller pays the carriage to a named
place, so the waybill should name it as the place of delivery. Goods that are to
be delivered elsewhere may never reach the country that the papers name.

Places are compared only if both are written in the same script.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{{Title: "Incoterms 2020, rules CPT to DDP: named place of destination"}, {Title: "reported cases of false transit: storage on the way and changed places of delivery"}},
	Run: func(p *rules.Pass) error {
		invoice := one(p, commercialInvoice)
		if invoice == nil || !invoice.DeliveryTerms.Known() {
			return nil
		}
		terms := invoice.DeliveryTerms
		if !slices.Contains([]string{"CPT", "CIP", "DAP", "DPU", "DAT", "DDP"}, terms.Value.Incoterm) || terms.Value.Place == "" {
			return nil
		}
		for _, d := range p.Dossier.Documents {
			if d.Type != trade.RoadConsignmentNote && d.Type != trade.RailConsignmentNote {
				continue
			}
			to := d.PlaceOfDelivery
			if !to.Known() {
				to = d.PlaceOfUnloading
			}
			if !to.Known() || script(to.Value) != script(terms.Value.Place) || min(to.Confidence, terms.Confidence) < leastConfidence {
				continue
			}
			if sharesPlace(to.Value, terms.Value.Place) {
				continue
			}
			p.Report(rules.Finding{
				At: to.At, Related: []trade.Place{terms.At},
				Message:  fmt.Sprintf("place of delivery %s here, %s on %s", to.Value, terms.Value, invoice.Name),
				Innocent: []string{"the carrier delivers to a terminal, and another carrier takes the goods on: a second waybill would show it"},
			})
		}
		return nil
	},
}

// sharesPlace reports whether two places have a word in common, or one that
// differs by its ending ("Казань", "г. Казани").
func sharesPlace(a, b string) bool {
	for _, x := range wordsOf(a) {
		for _, y := range wordsOf(b) {
			rx, ry := []rune(x), []rune(y)
			n := min(len(rx), len(ry))
			if n < 3 {
				continue
			}
			k := max(3, n-2)
			if string(rx[:min(k, len(rx))]) == string(ry[:min(k, len(ry))]) || trade.Confusable(x, y) {
				return true
			}
		}
	}
	return false
}

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
		return countryDiffers(p, "country of destination", func(d *trade.Document) trade.Reading[string] { return d.CountryOfDestination })
	},
}

// OriginDiffers compares the country of origin on every paper.
var OriginDiffers = &rules.Rule{
	ID:    "XD-16",
	Title: "papers name different countries of origin",
	Doc: `Invoice, certificate of origin and declaration name one country in which the
goods were made. The country they are sent from may be another; it is not
compared here.`,
	Severity: rules.High,
	Sources:  []rules.Source{ucp14d},
	Run: func(p *rules.Pass) error {
		return countryDiffers(p, "country of origin", func(d *trade.Document) trade.Reading[string] {
			if d.CountryOfOrigin.Known() {
				return d.CountryOfOrigin
			}
			// The lines speak for the paper if they all name one country.
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
		})
	},
}

func countryDiffers(p *rules.Pass, what string, pick func(*trade.Document) trade.Reading[string]) error {
	for _, o := range conflicts(witnesses(p, pick, trade.ProformaInvoice), func(a, b string) bool { return a != b }) {
		p.Report(rules.Finding{
			At: o.here.At, Related: []trade.Place{o.there.At}, Doubtful: o.doubtful,
			Message:  fmt.Sprintf("%s %s here, %s on %s", what, o.here.Value, o.there.Value, p.On(o.there.At)),
			Innocent: []string{"one paper was made out before the goods were sold on: its date would be earlier"},
		})
	}
	return nil
}
