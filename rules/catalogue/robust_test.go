package catalogue

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"tallyman/rules"
	"tallyman/trade"
)

var headFields = strings.Fields(`
/number /issueDate /currency /deliveryTerms /placeOfLoading /placeOfUnloading /placeOfDelivery /borderPost /countryOfOrigin
/countryOfDestination /grossMass /netMass /chargeableMass /tareMass /grossVolume /packages /totalQuantity /subtotal /freight
/insurance /otherCharges /discount /taxRate /tax /invoiceTotal /amountInWords /customsValue /marks /paymentTerms /seller/name
/seller/id /seller/country /buyer/name /buyer/id /buyer/country /consignee/name /consignor/name /consignee/account /contract/number
/contract/date /invoice/number /invoice/date /transportDocument/number /equipment/0/id /equipment/0/seals/0 /vehicle/0/plate
/pageTotals/0/carriedForward /pageTotals/1/broughtForward /pageNumbers/0 /pageNumbers/1`)

var lineFields = strings.Fields(`sequence description articleNumber tariffCode origin quantity unitPrice amount netMass grossMass
grossVolume packages packageDimensions quantityPerPackage`)

// texts are what a torn, empty or hostile paper may print anywhere.
var texts = []string{
	"0", "-1", "1", "1.205", "1,205", "0.00", "-0.001", "12", "999999999999999999", "0.000000000000000001", "100 ctns", "3 pallets", "12 PCS",
	"60 x 40 x 40 cm", "0 x 0 x 0", "1 of 3", "3 of 1", "03/04/2026", "31.12.2049", "2026-02-30", "USD", "EUR 12", "8542310000", "240340000009",
	"MSCU6639870", "Russia", "Moscow, Russia", "KZ", "spare parts", "запчасти", "one hundred only", "сто", "FOB Ningbo", "***", "₸", "шт", "%", "16 %",
}

// Whatever papers print, every rule comes to an end and gives the same findings
// each time, at places that are there.
func TestRulesStandAnything(t *testing.T) {
	readers := []trade.Reader{trade.TextLayer, trade.FirstOCR, trade.BothOCR, trade.ByHand}
	types := []trade.DocumentType{trade.UnknownType, trade.CommercialInvoice, trade.PackingList, trade.Contract, trade.RoadConsignmentNote, trade.AirWaybill, trade.ImportDeclaration, "???"}
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 2))
		dossier := &trade.Dossier{}
		if r.IntN(3) > 0 {
			dossier.CheckedOn = trade.Date{Year: 2026, Month: 3, Day: 5}
		}
		for n := range 1 + r.IntN(3) {
			d := &trade.Document{ID: fmt.Sprint("paper", n), Status: trade.Done, Type: types[r.IntN(len(types))], Pages: []int{1}}
			set := func(path string) {
				if r.IntN(3) == 0 {
					return
				}
				s := trade.Statement{Path: path, Text: texts[r.IntN(len(texts))], Page: r.IntN(3), Confidence: r.Float64(), Reader: readers[r.IntN(len(readers))]}
				if r.IntN(4) == 0 {
					s.Alternatives = []trade.Alternative[string]{{Value: texts[r.IntN(len(texts))], Probability: 0.3}}
				}
				if err := d.Set(s); err != nil {
					t.Fatal(err)
				}
			}
			for _, path := range headFields {
				set(path)
			}
			for i := range r.IntN(6) {
				for _, field := range lineFields {
					set(fmt.Sprintf("/items/%d/%s", i, field))
				}
			}
			dossier.Documents = append(dossier.Documents, d)
		}
		findings, notRun := rules.Run(dossier, nil, Rules...)
		for _, n := range notRun {
			if strings.Contains(n.Reason, "the rule failed") {
				t.Errorf("seed %d: %s: %s", seed, n.Rule, n.Reason)
			}
		}
		again, _ := rules.Run(dossier, nil, Rules...)
		if fmt.Sprint(findings) != fmt.Sprint(again) {
			t.Errorf("seed %d: two runs over the same papers differ", seed)
		}
		for _, f := range findings {
			if f.Message == "" {
				t.Errorf("seed %d: %s says nothing", seed, f.Rule)
			}
			for _, at := range append([]trade.Place{f.At}, f.Related...) {
				d := dossier.Find(at.Document)
				if d == nil {
					t.Errorf("seed %d: %s points at %q, which is no paper", seed, f.Rule, at.Document)
				} else if _, ok := d.Field(at.Path); at.Path != "" && !ok {
					t.Errorf("seed %d: %s points at %s, where nothing is printed", seed, f.Rule, at.Path)
				}
			}
		}
	}
}
