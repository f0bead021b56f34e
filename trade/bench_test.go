package trade

import "testing"

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
