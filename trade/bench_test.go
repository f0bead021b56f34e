package trade

import (
	"fmt"
	"testing"
)

func BenchmarkSet(b *testing.B) {
	for _, s := range []Statement{
		{Path: "/items/0/amount", Text: "50,964.60", Unit: "Amount (USD)"},
		{Path: "/grossMass", Text: "8 264,40 кг"},
		{Path: "/issueDate", Text: "«05» мая 2024 г."},
		{Path: "/countryOfOrigin", Text: "Made in China"},
		{Path: "/items/0/description", Text: "Bearings, deep groove, 6204-2RS, for electric motors"},
	} {
		for _, reader := range []Reader{TextLayer, FirstOCR} {
			s.Reader = reader
			b.Run(string(reader)+s.Path, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					d := &Document{}
					if err := d.Set(s); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkResolve settles two papers of two thousand lines each.
func BenchmarkResolve(b *testing.B) {
	dossier := func() *Dossier {
		d := &Dossier{}
		for _, kind := range []DocumentType{CommercialInvoice, PackingList} {
			doc := &Document{Type: kind}
			for i := range 2000 {
				for field, text := range map[string]string{"description": "Bearing 6204", "quantity": "1,200 PCS", "netMass": "12.500 kg", "amount": "$1,200.00"} {
					if err := doc.Set(Statement{Path: fmt.Sprintf("/items/%d/%s", i, field), Text: text, Reader: TextLayer}); err != nil {
						b.Fatal(err)
					}
				}
			}
			d.Documents = append(d.Documents, doc)
		}
		return d
	}
	for b.Loop() {
		b.StopTimer()
		d := dossier()
		b.StartTimer()
		d.Resolve()
	}
}
