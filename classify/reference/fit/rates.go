package fit

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// currencyOf names the currency of the countries in the table of rates of the
// Federal Reserve (H.10).
var currencyOf = map[string]string{
	"Australia": "AUD", "Brazil": "BRL", "Canada": "CAD", "China": "CNY", "Denmark": "DKK", "Euro": "EUR",
	"Hong Kong": "HKD", "India": "INR", "Japan": "JPY", "Malaysia": "MYR", "Mexico": "MXN", "New Zealand": "NZD",
	"Norway": "NOK", "Singapore": "SGD", "South Africa": "ZAR", "South Korea": "KRW", "Sri Lanka": "LKR",
	"Sweden": "SEK", "Switzerland": "CHF", "Taiwan": "TWD", "Thailand": "THB", "United Kingdom": "GBP",
}

// rounded are rates that no table at hand holds: general knowledge, rounded, for
// the mean of 2025. A peg is exact.
var rounded = []string{
	"AED 3.6725 peg", "AMD 385 rounded", "AZN 1.70 rounded", "BYN 3.1 rounded", "CZK 22 rounded", "GEL 2.75 rounded",
	"HUF 355 rounded", "IDR 16400 rounded", "ILS 3.5 rounded", "KGS 87 rounded", "KZT 520 rounded", "MDL 17.2 rounded",
	"MNT 3500 rounded", "PHP 57 rounded", "PKR 281 rounded", "PLN 3.8 rounded", "RON 4.5 rounded", "RUB 84 rounded",
	"SAR 3.75 peg", "TJS 10.2 rounded", "TMT 3.5 peg", "TRY 39 rounded", "UAH 41.7 rounded", "UZS 12600 rounded",
	"VND 26000 rounded", "RSD 104 rounded", "BGN 1.73 rounded", "EGP 50 rounded", "NPR 138 rounded", "BDT 121 rounded",
}

// Exchange writes how much of each currency a US dollar cost.
func Exchange(dir, out string) error {
	f, err := os.Open(filepath.Join(dir, "monthly.csv"))
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return err
	}
	type year struct {
		sum    float64
		months int
	}
	years := map[string]map[string]*year{} // currency, then year
	for _, row := range rows[1:] {
		c := currencyOf[row[1]]
		y, _, _ := strings.Cut(row[0], "-")
		x, err := strconv.ParseFloat(row[2], 64)
		if c == "" || err != nil || x <= 0 {
			continue
		}
		if years[c] == nil {
			years[c] = map[string]*year{}
		}
		if years[c][y] == nil {
			years[c][y] = &year{}
		}
		years[c][y].sum += x
		years[c][y].months++
	}
	var lines []string
	for c, all := range years {
		last := ""
		for y, v := range all {
			if v.months == 12 && y > last {
				last = y
			}
		}
		if last != "" {
			lines = append(lines, fmt.Sprintf("%s %.5g %s", c, all[last].sum/12, last))
		}
	}
	if len(lines) < len(currencyOf) {
		return fmt.Errorf("monthly.csv: only %d of %d currencies", len(lines), len(currencyOf))
	}
	lines = append(lines, rounded...)
	slices.Sort(lines)
	text := "# Units of a currency for one US dollar, and the year: yearly means of the Federal\n# Reserve (H.10, monthly table of datahub, ODC-PDDL); \"rounded\" is general knowledge of 2025.\n" + strings.Join(lines, "\n") + "\n"
	return os.WriteFile(out, []byte(text), 0o644)
}
