package trade

import (
	"slices"
	"strings"
	"testing"
)

// allPaths are the paths of every field, the lists with one element.
func allPaths(t testing.TB) []string {
	d := &Document{}
	for _, p := range []string{"/items/0/amount", "/equipment/0/id", "/equipment/0/seals/0", "/vehicle/0/plate", "/pageTotals/0/total", "/pageNumbers/0"} {
		if _, err := d.slot(p); err != nil {
			t.Fatal(err)
		}
	}
	var all []string
	d.walk(func(path string, _ slot) { all = append(all, path) })
	return all
}

// FuzzSet checks that no text breaks a field: whatever a field accepts, it
// accepts again in its canonical form, as the same value. Numbers whose
// canonical form is ambiguous, such as 1.205 USD, must keep it as a candidate.
func FuzzSet(f *testing.F) {
	for _, text := range []string{"1.205,50 KGS", "12 MAR 2026", "«05» мая 2024 г.", "二〇二六年三月", "USD 50,964.60", "1704 CTNS", "84.000,-", "12,34,567.00",
		"40x30x25 cm", "(+) 12%", "(1,234.50)", "1,234.50-", "FCA Almaty (Incoterms 2020)", "8517 13 000 0", "P.R. China", "2 of 3", "№ 12 от 05.05.2024",
		"5O,964. 6O", "1205 KGS / 2656.6 LBS", "1704 CTNS ON 24 PALLETS", "USD 100 / EUR 90", "2026年3月5日", "03/04/2026", ".5 l", "1.000", "O", "-", "№", "FCA 2020", "((("} {
		f.Add(text, "KGS", uint8(0))
		f.Add(text, "", uint8(3))
	}
	paths := allPaths(f)
	readers := []Reader{TextLayer, FirstOCR, Structured, ByHand}
	f.Fuzz(func(t *testing.T, text, unit string, reader uint8) {
		if len(text) > 300 || len(unit) > 100 {
			return
		}
		for _, path := range paths {
			d := &Document{}
			if err := d.Set(Statement{Path: path, Text: text, Unit: unit, Reader: readers[int(reader)%len(readers)]}); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			field, ok := d.Field(path)
			if !ok || field.Value == "" {
				continue
			}
			sum := field.Confidence + sumOf(field.Alternatives)
			if sum > 1.0001 || field.Confidence <= 0 {
				t.Errorf("%s %q: probabilities sum to %v, the first %v", path, text, sum, field.Confidence)
			}
			again := &Document{}
			if err := again.Set(Statement{Path: path, Text: field.Value, Reader: TextLayer}); err != nil {
				t.Fatal(err)
			}
			back, _ := again.Field(path)
			candidates := []string{back.Value}
			for _, a := range back.Alternatives {
				candidates = append(candidates, a.Value)
			}
			if !slices.Contains(candidates, field.Value) {
				t.Errorf("%s: %q is %q, and that is %q (%s)", path, text, field.Value, strings.Join(candidates, " | "), back.Problem)
			}
		}
		ParseAmountInWords(text) // must not panic
	})
}

// FuzzResolve checks that Resolve chooses among what a text allows, and that
// a second run changes nothing.
func FuzzResolve(f *testing.F) {
	f.Add("03/04/2026", "25/03/2026", "1.205 kg", "1205 KGM")
	f.Add("12 MAR 2026", "26/03/12", "$1,205", "1.205,50")
	f.Add("05-06-24", "2024-05-06", "60 ctns on 2 pallets", "2 pallets")
	f.Fuzz(func(t *testing.T, day, otherDay, number, otherNumber string) {
		if len(day)+len(otherDay)+len(number)+len(otherNumber) > 300 {
			return
		}
		d := &Dossier{Documents: []*Document{{Type: CommercialInvoice}, {Type: PackingList}}}
		paths := []string{"/issueDate", "/invoice/date", "/grossMass", "/invoiceTotal", "/packages", "/totalQuantity"}
		for i, doc := range d.Documents {
			for k, path := range paths {
				text := [][]string{{day, otherDay}, {number, otherNumber}}[min(k/2, 1)][(i+k)%2]
				if err := doc.Set(Statement{Path: path, Text: text, Reader: FirstOCR}); err != nil {
					t.Fatal(err)
				}
			}
		}
		candidates := func() (all [][]string) {
			for _, doc := range d.Documents {
				for _, path := range paths {
					f, _ := doc.Field(path)
					one := []string{f.Value}
					for _, a := range f.Alternatives {
						one = append(one, a.Value)
					}
					all = append(all, one)
				}
			}
			return all
		}
		before := candidates()
		d.Resolve()
		after := candidates()
		for i, one := range after {
			for _, v := range one {
				if !slices.Contains(before[i], v) {
					t.Errorf("%q was none of %q", v, before[i])
				}
			}
		}
		d.Resolve()
		if again := candidates(); !slices.EqualFunc(after, again, slices.Equal) {
			t.Errorf("a second run changes %q to %q", after, again)
		}
	})
}

// Every unit that a text can state is read back from its code.
func TestUnitsReadBack(t *testing.T) {
	for path, table := range map[string]map[string]string{"/netMass": massWords, "/grossVolume": volumeWords, "/totalQuantity": quantityWords, "/packages": packageWords} {
		for word, unit := range table {
			d := &Document{}
			if err := d.Set(Statement{Path: path, Text: "12 " + unit}); err != nil {
				t.Fatal(err)
			}
			if f, _ := d.Field(path); f.Value != "12 "+unit {
				t.Errorf("%s: %s for %q is read back as %q %s", path, unit, word, f.Value, f.Problem)
			}
		}
	}
}
