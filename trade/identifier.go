package trade

import (
	"fmt"
	"math/big"
	"strings"
)

func digitsOf(s string, n ...int) ([]int, error) {
	var ds []int
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			ds = append(ds, int(r-'0'))
		case r == ' ' || r == '-':
		default:
			return nil, fmt.Errorf("%q holds something else than digits", s)
		}
	}
	for _, k := range n {
		if len(ds) == k {
			return ds, nil
		}
	}
	return nil, fmt.Errorf("%q has %d digits, not %d", s, len(ds), n[0])
}

func weigh(ds []int, weights ...int) int {
	sum := 0
	for i, w := range weights {
		sum += w * ds[i]
	}
	return sum
}

func expect(want, got int) error {
	if want != got {
		return fmt.Errorf("the check digit is %d, the others give %d", got, want)
	}
	return nil
}

// CheckContainer checks the number of a freight container (ISO 6346): four
// letters, the last of them U, J or Z, six digits and a check digit.
func CheckContainer(s string) error {
	s = FoldIdentifier(s)
	if len(s) != 11 {
		return fmt.Errorf("a container number has 4 letters and 7 digits, %q has %d characters", s, len(s))
	}
	sum := 0
	for i, r := range s[:10] {
		v := 0
		switch {
		case i < 4 && r >= 'A' && r <= 'Z':
			v = int(r-'A') + 10
			v += (v - 1) / 10 // 11, 22 and 33 are left out
		case i >= 4 && r >= '0' && r <= '9':
			v = int(r - '0')
		default:
			return fmt.Errorf("a container number has 4 letters and 7 digits, not %q", s)
		}
		sum += v << i
	}
	if !strings.ContainsRune("UJZ", rune(s[3])) {
		return fmt.Errorf("the fourth letter of a container number is U, J or Z, not %c", s[3])
	}
	if s[10] < '0' || s[10] > '9' {
		return fmt.Errorf("a container number ends with a digit, not %q", s)
	}
	return expect(sum%11%10, int(s[10]-'0'))
}

// CheckAirWaybill checks the number of an air waybill: three digits of the
// airline and eight of which the last is the first seven modulo 7 (IATA).
func CheckAirWaybill(s string) error {
	ds, err := digitsOf(s, 11)
	if err != nil {
		return err
	}
	n := 0
	for _, d := range ds[3:10] {
		n = n*10 + d
	}
	return expect(n%7, ds[10])
}

// CheckWagon checks the eight digits of a wagon of the 1520 mm railways:
// weights 2 1 2 1 2 1 2, the digits of the products summed, up to the next ten.
func CheckWagon(s string) error {
	ds, err := digitsOf(s, 8)
	if err != nil {
		return err
	}
	sum := 0
	for i, d := range ds[:7] {
		v := d * (2 - i%2)
		sum += v/10 + v%10
	}
	return expect((10-sum%10)%10, ds[7])
}

// A BIN is what the twelve digits of a Kazakh business (БИН) or individual
// (ИИН) identification number tell.
type BIN struct {
	Business    bool
	Year, Month int // of registration, or re-registration, of a firm; of birth of a person
	Kind        int // firms, digit 5: 4 resident, 5 non-resident, 6 entrepreneur
	Part        int // firms, digit 6: 0 head office, 1 branch, 2 representation, 3 farm
}

// ParseBIN checks and takes apart a BIN or IIN: weights 1 to 11 modulo 11, and
// if that gives 10, weights 3 to 11, 1, 2.
func ParseBIN(s string) (BIN, error) {
	ds, err := digitsOf(s, 12)
	if err != nil {
		return BIN{}, err
	}
	check := weigh(ds, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11) % 11
	if check == 10 {
		check = weigh(ds, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2) % 11
	}
	if check == 10 {
		return BIN{}, fmt.Errorf("no number begins with the digits of %q", s)
	}
	if err := expect(check, ds[11]); err != nil {
		return BIN{}, err
	}
	b := BIN{Month: ds[2]*10 + ds[3], Business: ds[4] >= 4}
	if b.Month < 1 || b.Month > 12 {
		return BIN{}, fmt.Errorf("digits 3 and 4 of %q are no month", s)
	}
	yy := ds[0]*10 + ds[1]
	if b.Business {
		b.Kind, b.Part = ds[4], ds[5]
		if b.Kind > 6 || b.Part > 3 {
			return b, fmt.Errorf("digits 5 and 6 of %q are of no kind of firm", s)
		}
		b.Year = 2000 + yy
		if yy >= 60 {
			b.Year = 1900 + yy
		}
		return b, nil
	}
	b.Year = 1900 + yy // the century of a person stands in digit 7
	if ds[6] >= 5 {
		b.Year = 2000 + yy
	}
	return b, nil
}

// CheckINN checks a Russian taxpayer number of 10 or 12 digits.
func CheckINN(s string) error {
	ds, err := digitsOf(s, 10, 12)
	if err != nil {
		return err
	}
	if len(ds) == 10 {
		return expect(weigh(ds, 2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10, ds[9])
	}
	if err := expect(weigh(ds, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10, ds[10]); err != nil {
		return err
	}
	return expect(weigh(ds, 3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10, ds[11])
}

// ParseOGRN checks a Russian state registration number, OGRN of 13 or OGRNIP of
// 15 digits, and returns the year in it.
func ParseOGRN(s string) (year int, err error) {
	ds, err := digitsOf(s, 13, 15)
	if err != nil {
		return 0, err
	}
	last := len(ds) - 1
	n := 0
	for _, d := range ds[:last] {
		n = n*10 + d
	}
	if err := expect(n%(last-1)%10, ds[last]); err != nil {
		return 0, err
	}
	return 2000 + ds[1]*10 + ds[2], nil
}

const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// CheckUSCC checks a Chinese unified social credit code (GB 32100-2015).
func CheckUSCC(s string) error {
	s = FoldIdentifier(s)
	if len(s) != 18 {
		return fmt.Errorf("a social credit code has 18 characters, %q has %d", s, len(s))
	}
	sum, w := 0, 1
	for i := range 17 {
		v := strings.IndexByte(usccAlphabet, s[i])
		if v < 0 {
			return fmt.Errorf("%q holds a letter that no social credit code has", s)
		}
		sum += v * w
		w = w * 3 % 31
	}
	if want := usccAlphabet[(31-sum%31)%31]; want != s[17] {
		return fmt.Errorf("the check character is %c, the others give %c", s[17], want)
	}
	return nil
}

// ibanLength is how long the account numbers of a country are (SWIFT IBAN
// registry).
var ibanLength = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27, "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28,
	"CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23,
	"GL": 18, "GR": 27, "GT": 28, "HN": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28,
	"LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28,
	"NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24,
	"SI": 19, "SK": 24, "SM": 27, "SO": 23, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}

// CheckIBAN checks an international bank account number (ISO 13616): length of
// its country, modulo 97.
func CheckIBAN(s string) error {
	s = FoldIdentifier(s)
	if len(s) < 15 || len(s) > 34 {
		return fmt.Errorf("an IBAN has 15 to 34 characters, %q has %d", s, len(s))
	}
	n, known := ibanLength[s[:2]]
	if !known {
		return fmt.Errorf("no IBAN begins with %s", s[:2])
	}
	if n != len(s) {
		return fmt.Errorf("an IBAN of %s has %d characters, %q has %d", s[:2], n, s, len(s))
	}
	var b strings.Builder
	for _, r := range s[4:] + s[:4] {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r >= 'A' && r <= 'Z':
			fmt.Fprint(&b, int(r-'A')+10)
		default:
			return fmt.Errorf("%q is no IBAN", s)
		}
	}
	v, _ := new(big.Int).SetString(b.String(), 10)
	if rest := v.Mod(v, big.NewInt(97)).Int64(); rest != 1 {
		return fmt.Errorf("the check digits of %s do not fit", s)
	}
	return nil
}

// LengthOfIBAN returns how many characters the accounts of the country have that s
// begins with; 0 if it is not known.
func LengthOfIBAN(s string) int {
	if s = FoldIdentifier(s); len(s) < 2 {
		return 0
	}
	return ibanLength[s[:2]]
}

// CheckIMO checks the number of a ship: seven digits, weights 7 to 2 modulo 10
// (IMO resolution A.1117(30)). Some real ships fail.
func CheckIMO(s string) error {
	ds, err := digitsOf(strings.TrimPrefix(FoldIdentifier(s), "IMO"), 7)
	if err != nil {
		return err
	}
	return expect(weigh(ds, 7, 6, 5, 4, 3, 2)%10, ds[6])
}

// CheckUNP checks a payer's number of Belarus: nine digits, weights 29 23 19 17
// 13 7 5 3 modulo 11. Numbers of persons, which begin with letters, are not
// checked.
func CheckUNP(s string) error {
	ds, err := digitsOf(s, 9)
	if err != nil {
		return err
	}
	return expect(weigh(ds, 29, 23, 19, 17, 13, 7, 5, 3)%11, ds[8])
}

// vinValue are what the letters of a VIN count; I, O and Q do not occur.
var vinValue = func() map[rune]int {
	all := map[rune]int{}
	for i, r := range "0123456789" {
		all[r] = i
	}
	for i, letters := range []string{"AJ", "BKS", "CLT", "DMU", "ENV", "FW", "GPX", "HY", "RZ"} {
		for _, r := range letters {
			all[r] = i + 1
		}
	}
	all['P'], all['R'] = 7, 9
	return all
}()

// CheckVIN checks a vehicle identification number (ISO 3779): 17 characters
// without I, O and Q. Only vehicles of North America (first character 1 to 5)
// and China (L) have a check character, the ninth (49 CFR 565.15, GB 16735).
func CheckVIN(s string) error {
	s = FoldIdentifier(s)
	if len(s) != 17 {
		return fmt.Errorf("a VIN has 17 characters, %q has %d", s, len(s))
	}
	sum := 0
	weights := []int{8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2}
	for i, r := range s {
		v, ok := vinValue[r]
		if !ok {
			return fmt.Errorf("no VIN holds the letter %c", r)
		}
		sum += v * weights[i]
	}
	if !strings.ContainsRune("12345L", rune(s[0])) {
		return nil
	}
	if want := "0123456789X"[sum%11]; want != s[8] {
		return fmt.Errorf("the check character is %c, the others give %c", s[8], want)
	}
	return nil
}
