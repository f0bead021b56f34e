package trade

import (
	"fmt"
	"strings"
	"testing"
)

// told returns what a document reads in a field: the value, then its
// alternatives after a bar; or "!" and the problem.
func told(t *testing.T, path, text, unit string) string {
	t.Helper()
	d := &Document{}
	if err := d.Set(Statement{Path: path, Text: text, Unit: unit, Reader: TextLayer}); err != nil {
		t.Fatal(err)
	}
	f, ok := d.Field(path)
	switch {
	case !ok:
		return ""
	case f.Problem != "":
		return "! " + f.Problem
	}
	all := []string{f.Value}
	for _, a := range f.Alternatives {
		all = append(all, a.Value)
	}
	if sum := f.Confidence + sumOf(f.Alternatives); sum > 1.0001 {
		t.Errorf("%s %q: probabilities sum to %v", path, text, sum)
	}
	return strings.Join(all, " | ")
}

func sumOf(as []Alternative[string]) (sum float64) {
	for _, a := range as {
		sum += a.Probability
	}
	return sum
}

type printed struct{ text, unit, want string }

func check(t *testing.T, path string, cases []printed) {
	t.Helper()
	for _, c := range cases {
		t.Run(fmt.Sprintf("%s/%s", c.text, c.unit), func(t *testing.T) {
			t.Helper()
			got := told(t, path, c.text, c.unit)
			if got != c.want && !(c.want == "!" && strings.HasPrefix(got, "! ")) {
				t.Errorf("%s %q %q\n got %s\nwant %s", path, c.text, c.unit, got, c.want)
			}
		})
	}
}

func TestMass(t *testing.T) {
	check(t, "/grossMass", []printed{
		{"1.205,50 KGS", "", "1205.50 KGM"},
		{"1 205,5 кг", "", "1205.5 KGM"},
		{"1\u00a0205,5 кг", "", "1205.5 KGM"},
		{"1\u2009205,5\u202fкг", "", "1205.5 KGM"},
		{"2,657 lbs", "", "2657 LBR | 2.657 LBR"},
		{"8,264.40 KGS", "", "8264.40 KGM"},
		{"8264.40 KGM", "", "8264.40 KGM"},
		{"1.205 KGM", "", "1.205 KGM"},
		{"1.205 kg", "", "1.205 KGM | 1205 KGM"},
		{"1,205 kg", "", "1205 KGM | 1.205 KGM"},
		{"1,205", "Вес нетто, кг", "1.205 KGM | 1205 KGM"},
		{"1 234,567 т", "", "1234.567 TNE"},
		{"12,5 TN", "", "12.5 TNE"},
		{"24.5 MT", "", "24.5 TNE"},
		{"12KGS", "", "12 KGM"},
		{"KGS 1205.0", "", "1205.0 KGM"},
		{"1205", "KGS", "1205 KGM"},
		{"1205", "G.W.(KGS)", "1205 KGM"},
		{"1205", "毛重(公斤)", "1205 KGM"},
		{"1205", "", "1205 KGM"},
		{"毛重1205公斤", "", "1205 KGM"},
		{"1205 KGS / 2656.6 LBS", "", "1205 KGM"},
		{"12'345.5 kg", "", "12345.5 KGM"},
		{"Gross weight: 340 kgs", "", "340 KGM"},
		{"12 CTNS", "", "!"},
		{"12 CTNS 340 KGS", "", "340 KGM"},
		{"-12 kg", "", "!"},
		{"12 5 kg", "", "!"},
		{"1 205 340 kg", "", "1205340 KGM"},
		{"2024 123 kg", "", "!"},
		{"see list", "", "!"},
		{"0,125 кг", "", "0.125 KGM"},
		{".5 kg", "", "0.5 KGM"},
		{"12.345.678 kg", "", "12345678 KGM"},
		{"12.03.2026", "", "!"},
		{"1２05 ＫＧ", "", "1205 KGM"},
		{"5O,964.6O KGS", "", "50964.60 KGM"},
		{"l205 kg", "", "1205 KGM"},
		{"|1205| kg", "", "1205 KGM"},
		{"INV205", "", "!"},
		{"12 g", "", "12 GRM"},
		{"1,205.5KG5", "", "1205.5 KGM"},
		{"1205/1105 kg", "", "!"},
		{"1 2 0 5 kg", "", "!"},
		{"1205 KGS NET 1105 KGS", "", "!"},
		{"99999999999999999999999 kg", "", "!"},
	})
}

func TestMoney(t *testing.T) {
	check(t, "/invoiceTotal", []printed{
		{"USD 50,964.60", "", "50964.60 USD"},
		{"50.964,60 EUR", "", "50964.60 EUR"},
		{"US$ 1,200.00", "", "1200.00 USD"},
		{"U.S.$ 1,200.00", "", "1200.00 USD"},
		{"$1,200.00", "", "1200.00 USD | 1200.00 HKD | 1200.00 CAD | 1200.00 AUD | 1200.00 SGD"},
		{"€ 84.000,-", "", "84000 EUR"},
		{"84,-", "", "84"},
		{"1'234.50 CHF", "", "1234.50 CHF"},
		{"12,34,567.00 INR", "", "1234567.00 INR"},
		{"500 000 ₸", "", "500000 KZT"},
		{"500 000,00 тенге", "", "500000.00 KZT"},
		{"12 345 руб. ", "", "12345 RUB | 12345 BYN"},
		{"¥ 900", "", "900 CNY | 900 JPY"},
		{"RMB 900", "", "900 CNY"},
		{"CN¥900", "", "900 CNY"},
		{"1234,50 долл. США", "", "1234.50 USD"},
		{"(1,234.50)", "", "-1234.50 | 1234.50"},
		{"1,234.50-", "", "-1234.50 | 1234.50"},
		{"-1234.50 USD", "", "-1234.50 USD"},
		{"-$50", "", "-50 USD | -50 HKD | -50 CAD | -50 AUD | -50 SGD"},
		{"50,964. 60", "USD", "50964.60 USD"},
		{"50 964.60", "Amount (USD)", "50964.60 USD"},
		{"50964.60", "", "50964.60"},
		{"1.250", "EUR", "1250 EUR | 1.250 EUR"},
		{"1,234.567", "USD", "1234.567 USD"},
		{"1 205 340", "", "1205340"},
		{"12 5", "", "!"},
		{"USD 100 / EUR 90", "", "100 USD | 90 EUR"},
		{"12.50 / 13.50", "", "!"},
		{"USD50,964.60", "", "50964.60 USD"},
		{"Rs.500", "", "500 INR | 500 PKR | 500 LKR | 500 NPR"},
		{"1,205 KWD", "", "1.205 KWD | 1205 KWD"},
		{"1,205 JPY", "", "1205 JPY | 1.205 JPY"},
		{"as agreed", "", "!"},
		{"***", "", "!"},
		{"VAT 12% 144.00", "", "144.00"},
		{"12 345 руб. 67 коп.", "", "12345.67 RUB | 12345.67 BYN"},
		{"1 234 567-00", "KZT", "1234567.00 KZT"},
		{"1234567=89", "", "1234567.89"},
		{"50, 964.60", "", "50964.60"},
		{"$ 50 , 964 . 60", "", "!"},
		{"50 964 60", "", "!"},
		{"50.964.60", "", "50964.60"},
		{"USD 50,964.60 for 12 cartons", "", "50964.60 USD"},
	})
	check(t, "/items/0/unitPrice", []printed{
		{"1.205", "USD", "1.205 USD | 1205 USD"},
		{"0.125", "USD/PCS", "0.125 USD"},
		{"12.50 USD/KG", "", "12.50 USD"},
		{"4,50", "Цена, EUR", "4.50 EUR"},
	})
}

func TestQuantity(t *testing.T) {
	check(t, "/items/0/quantity", []printed{
		{"20,448 PCS", "", "20448 PCE"},
		{"1.000 PCS", "", "1000 PCE | 1.000 PCE"},
		{"12 шт", "", "12 PCE"},
		{"12 шт.", "", "12 PCE"},
		{"240 пар", "", "240 PR"},
		{"15 kom", "", "15 PCE"},
		{"15 adet", "", "15 PCE"},
		{"15件", "", "15 PCE"},
		{"15", "数量(件)", "15 PCE"},
		{"15 SET(S)", "", "15 SET"},
		{"120", "", "120"},
		{"12.3 MTR", "", "12.3 MTR"},
		{"-20 PCS", "", "-20 PCE"},
		{"120 CTNS", "", "120 XCT"},
		{"10 м2", "", "10 MTK"},
		{"1,5 тыс. шт", "", "1.5 MIL"},
		{"3 m", "", "3 MTR"},
		{"100", "Q-ty, pcs", "100 PCE"},
		{"1 000", "Кол-во, шт.", "1000 PCE"},
		{"5 компл.", "", "5 SET"},
		{"4/5 PCS", "", "!"},
		{"2 000 шт./1 000 пар", "", "2000 PCE | 1000 PR"},
	})
}

func TestPackages(t *testing.T) {
	check(t, "/packages", []printed{
		{"1704 CTNS", "", "1704 CT"},
		{"1 704 мест", "", "1704 PK"},
		{"1704 коробки", "", "1704 CT"},
		{"1,704 CARTON(S)", "", "1704 CT"},
		{"24 pallets", "", "24 PX"},
		{"34 паллеты", "", "34 PX"},
		{"6 пал.", "", "6 PX"},
		{"12 жәшік", "", "12 BX"},
		{"12 koli", "", "12 PK"},
		{"12 kap", "", "12 PK"},
		{"12箱", "", "12 CT"},
		{"件数: 12", "", "12 PK"},
		{"4/5 PALLETS", "", "!"},
		{"1704", "CTNS", "1704 CT"},
		{"1704", "", "1704"},
		{"1704 CTNS ON 24 PALLETS", "", "1704 CT | 24 PX"},
		{"12.5 ctns", "", "!"},
		{"1 x 40HC container STC 1704 CTNS", "", "1704 CT"},
		{"1X20'DC", "", "1 CN"},
		{"1704 cartons in 1 container", "", "1704 CT"},
		{"340 KGS", "", "!"},
		{"1704 CT", "", "1704 CT"},
		{"1.704 Kartons", "", "1704 CT"},
	})
}

func TestVolume(t *testing.T) {
	check(t, "/grossVolume", []printed{
		{"48.823 м³", "", "48.823 MTQ | 48823 MTQ"},
		{"48.823 MTQ", "", "48.823 MTQ"},
		{"48,82 cbm", "", "48.82 MTQ"},
		{"48.8 M3", "", "48.8 MTQ"},
		{"48.8M3", "", "48.8 MTQ"},
		{"1 200 л", "", "1200 LTR"},
		{"120.5 ft3", "", "120.5 FTQ"},
		{"120.5 cu. ft", "", "120.5 FTQ"},
		{"12 куб. м", "", "12 MTQ"},
		{"12", "Объем, м3", "12 MTQ"},
		{"12", "", "12 MTQ"},
		{"12立方米", "", "12 MTQ"},
	})
}

func TestDimensions(t *testing.T) {
	check(t, "/items/0/packageDimensions", []printed{
		{"40x30x25 cm", "", "40 x 30 x 25 CMT"},
		{"1200 х 800 х 1600 мм", "", "1200 x 800 x 1600 MMT"},
		{"1,2*0,8*1,6", "", "1.2 x 0.8 x 1.6 MTR"},
		{"40×30×25", "CM", "40 x 30 x 25 CMT"},
		{"40cm x 30cm x 25cm", "", "40 x 30 x 25 CMT"},
		{"40x30", "", "!"},
		{"40 30 25", "", "!"},
		{"60 x 40 x 40 CMT", "", "60 x 40 x 40 CMT"},
	})
}

func TestPercent(t *testing.T) {
	check(t, "/taxRate", []printed{
		{"(+) 12%", "", "12 P1"},
		{"12 %", "", "12 P1"},
		{"12,5%", "", "12.5 P1"},
		{"VAT 20%", "", "20 P1"},
		{"20 P1", "", "20 P1"},
		{"12.000 %", "", "12.000 P1"},
		{"без НДС", "", "!"},
	})
}
