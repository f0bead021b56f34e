package trade

import "testing"

// Every unit that a text can state must be known to the arithmetic.
func TestUnitsAreKnown(t *testing.T) {
	for word, unit := range massWords {
		if _, ok := (Mass{Unit: unit}).Micrograms(); !ok {
			t.Errorf("%s: the micrograms of %s are unknown", word, unit)
		}
	}
	for word, unit := range volumeWords {
		if _, ok := (Volume{Unit: unit}).Nanolitres(); !ok {
			t.Errorf("%s: the nanolitres of %s are unknown", word, unit)
		}
	}
	for word, sign := range currencyWords {
		for _, c := range currenciesOf(sign) {
			if _, ok := minorUnits[c.Value]; !ok {
				t.Errorf("%s: %s is no currency", word, c.Value)
			}
		}
	}
}

func TestMassOfUnits(t *testing.T) {
	for text, kilograms := range map[string]float64{"1 t": 1000, "2 lbs": 0.90718474, "1 ц": 100, "500 g": 0.5, "16 oz": 0.45359237, "1 short ton": 907.18474} {
		d := &Document{}
		if err := d.Set(Statement{Path: "/netMass", Text: text}); err != nil {
			t.Fatal(err)
		}
		if got := d.NetMass.Value.Kilograms(); got < kilograms-1e-6 || got > kilograms+1e-6 {
			t.Errorf("%s is %v kg, want %v", text, got, kilograms)
		}
	}
}
