package trade

import "testing"

func TestCheckDigits(t *testing.T) {
	bin := func(s string) error { _, err := ParseBIN(s); return err }
	ogrn := func(s string) error { _, err := ParseOGRN(s); return err }
	// Test vectors: ISO 6346, IATA, and the published algorithms of each state.
	for _, tt := range []struct {
		name      string
		check     func(string) error
		good, bad string
	}{
		{"container", CheckContainer, "CSQU3054383", "MSCU6639871"},
		{"container with a space", CheckContainer, "CSQU 305438-3", "CSQU 305438-4"},
		{"container, another", CheckContainer, "MSCU6639870", "MSCA6639870"},
		{"air waybill", CheckAirWaybill, "176-12345675", "176-12345676"},
		{"BIN", bin, "940140000385", "940140000386"},
		{"BIN, second weights", bin, "990140004654", "990140004655"},
		{"INN", CheckINN, "7707083893", "7707083894"},
		{"OGRN", ogrn, "1027700132195", "1027700132196"},
		{"USCC", CheckUSCC, "91110000600037341L", "91110000600037341M"},
		{"IBAN", CheckIBAN, "DE89 3704 0044 0532 0130 00", "DE88 3704 0044 0532 0130 00"},
		{"INN of a person", CheckINN, "500100732259", "500100732258"},
		{"OGRNIP", ogrn, "304500116000157", "304500116000158"},
		{"ship", CheckIMO, "IMO 9074729", "IMO 9074728"},
		{"vehicle", CheckVIN, "1M8GDM9AXKP042788", "1M8GDM9A1KP042788"},
		{"European vehicle", CheckVIN, "WVWZZZ1JZXW000001", "WVWZZZ1JZXO000001"},
		{"payer of Belarus", CheckUNP, "200988541", "200988542"},
		{"wagon", CheckWagon, "52567476", "52567477"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.check(tt.good); err != nil {
				t.Errorf("%s: %v", tt.good, err)
			}
			if tt.check(tt.bad) == nil {
				t.Errorf("%s passes", tt.bad)
			}
		})
	}
}

func TestSameIdentifier(t *testing.T) {
	for _, tt := range []struct {
		a, b             string
		same, confusable bool
	}{
		{"KT-286/2025", "KT286-2025", true, true},
		{"АВ 1234", "AB1234", true, true}, // Cyrillic and Latin
		{"INV-1008", "INV-1003", false, true},
		{"INV-1001", "INV-1094", false, false},
		{"000123", "123", true, true},
		{"A00123", "A123", false, false},
		{"№ 12/A", "12-a", true, true},
		{"TCLU4521187", "TCLU4521178", false, false},
	} {
		if got := SameIdentifier(tt.a, tt.b); got != tt.same {
			t.Errorf("SameIdentifier(%q, %q) = %v", tt.a, tt.b, got)
		}
		if got := Confusable(tt.a, tt.b); got != tt.confusable {
			t.Errorf("Confusable(%q, %q) = %v", tt.a, tt.b, got)
		}
	}
}
