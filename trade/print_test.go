package trade

import "testing"

func TestPrints(t *testing.T) {
	var d Document
	d.AddPrint("Total", "EUR", "12", "345.60", "No.:", "INV-2026/0047", "CH44", "3199", "9123", "0008", "89012")
	for text, want := range map[string]bool{
		"12345.60": true, "1234560": true, "12 345,60": true, "12345": false, "345": false,
		"inv20260047": true, "2026/0047": true, "INV-2026/0048": false,
		"CH4431999123000889012": true, "": false, "-": false, "12": true, "1": false,
	} {
		if got := d.Prints(text); got != want {
			t.Errorf("Prints(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestPrintShare(t *testing.T) {
	var a, b, none Document
	a.AddPrint("one", "two", "two", "three")
	b.AddPrint("Two", "two", "four", "five", "six")
	if got := a.PrintShare(&b); got != 0.5 {
		t.Errorf("share %v, want 0.5", got)
	}
	if got := a.PrintShare(&none); got != 0 {
		t.Errorf("share with nothing %v, want 0", got)
	}
}
