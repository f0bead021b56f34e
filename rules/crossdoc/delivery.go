package crossdoc

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"tallyman/rules"
	"tallyman/trade"
)

// carriagePaid are the Incoterms rules under which the seller pays the carriage
// to the named place.
var carriagePaid = []string{"CPT", "CIP", "DAP", "DPU", "DAT", "DDP"}

// DeliveryPlaceDiffers compares where the carrier delivers with where the
// seller promised to.
var DeliveryPlaceDiffers = &rules.Rule{
	ID:    "XD-14",
	Title: "the carrier delivers to another place than the seller promised",
	Doc: `Under CPT, CIP, DAP, DPU, DAT and DDP the seller pays the carriage to a named
place, so the waybill by road or rail should name it as the place of delivery, in
its address of the consignee or in its destination. Goods that are to be
delivered elsewhere may never reach the country that the papers name.

Places are compared by their words, over Cyrillic and Latin letters. A terminal
or a suburb is another place by its words: look at a map first.`,
	Severity: rules.High,
	Sources: []rules.Source{
		{Title: "Incoterms 2020, rules CPT to DDP: named place of destination"},
		{Title: "reported cases of false transit: changed places of delivery (OCCRP, 21 February 2024)"},
	},
	Run: func(p *rules.Pass) error {
		var terms []trade.Reading[trade.DeliveryTerms]
		for _, d := range of(p, trade.CommercialInvoice, trade.Contract) {
			if t := d.DeliveryTerms; t.Known() && slices.Contains(carriagePaid, t.Value.Incoterm) && len(placeWords(t.Value.Place)) > 0 {
				terms = append(terms, t)
			}
		}
		if len(terms) == 0 {
			return nil
		}
		for _, d := range of(p, trade.RoadConsignmentNote, trade.RailConsignmentNote) {
			to := d.PlaceOfDelivery
			if !to.Known() {
				to = d.PlaceOfUnloading
			}
			if !to.Known() || len(placeWords(to.Value)) == 0 || !sureOfType(d) {
				continue
			}
			// Any mention of the promised place on the waybill is enough.
			said := []string{to.Value, d.PlaceOfUnloading.Value, d.PlaceOfDelivery.Value, d.Consignee.Address.Value, d.BorderPost.Value}
			match := slices.ContainsFunc(terms, func(t trade.Reading[trade.DeliveryTerms]) bool {
				return slices.ContainsFunc(said, func(s string) bool { return sharesPlace(p.Model, s, t.Value.Place) })
			})
			t := terms[0]
			if match || p.Model == nil && script(to.Value) != script(t.Value.Place) {
				continue
			}
			f := rules.Finding{
				At: to.At, Related: []trade.Place{t.At}, Severity: rules.Medium,
				Doubtful: min(to.Confidence, t.Confidence) < leastConfidence,
				Message:  fmt.Sprintf("place of delivery %s here, %v on %s", short(to.Value), t.Value, p.On(t.At)),
				Innocent: []string{
					"the carrier delivers to a terminal or a suburb, and the goods go on from there: a map, or a second waybill, would show it",
				},
			}
			if !to.Reader.Optical() && !t.Reader.Optical() || min(to.Confidence, t.Confidence) >= sureReading {
				f.Severity = rules.High
			}
			p.Report(f)
		}
		return nil
	},
}

// placeless are words of addresses that name no place.
var placeless = map[string]bool{"city": true, "город": true, "г": true, "str": true, "street": true, "ул": true, "region": true, "обл": true, "область": true,
	"port": true, "порт": true, "station": true, "станция": true, "ст": true, "terminal": true, "терминал": true, "warehouse": true, "склад": true, "of": true,
	"the": true, "republic": true, "республика": true, "country": true, "incoterms": true, "инкотермс": true, "place": true, "delivery": true, "named": true}

func placeWords(s string) []string {
	return slices.DeleteFunc(wordsOf(s), func(w string) bool {
		return placeless[w] || len([]rune(w)) < 3 || strings.IndexFunc(w, unicode.IsLetter) < 0
	})
}

// sharesPlace reports whether two places have a word in common, or one that
// differs by its ending ("Казань", "г. Казани") or its script.
func sharesPlace(m rules.Model, a, b string) bool {
	for _, x := range placeWords(a) {
		for _, y := range placeWords(b) {
			rx, ry := []rune(x), []rune(y)
			k := max(3, min(len(rx), len(ry))-2)
			if string(rx[:min(k, len(rx))]) == string(ry[:min(k, len(ry))]) || trade.Confusable(x, y) {
				return true
			}
			// A name is a name, of a place as of a firm.
			if m != nil && script(x) != script(y) && m.SameParty(x, y) >= samePartyLimit {
				return true
			}
		}
	}
	return false
}
