package trade

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/govalues/decimal"
)

// Decimal is an exact decimal number that remembers how many digits were
// printed after the point: 1.50 and 1.5 are equal but not the same.
type Decimal = decimal.Decimal

// A Mass is a number of a unit of mass, as printed. Weight on paper is mass.
type Mass struct {
	Amount Decimal
	Unit   string // UN/ECE Rec. 20: KGM, GRM, MGM, TNE, DTN, LBR, ONZ, STN, LTN
}

// massUnits are the exact micrograms of each unit (pound, ounce and their tons:
// international avoirdupois, 1959).
var massUnits = map[string]int64{
	"MGM": 1_000,
	"GRM": 1_000_000,
	"KGM": 1_000_000_000,
	"TNE": 1_000_000_000_000,
	"DTN": 100_000_000_000,
	"STN": 907_184_740_000,
	"LTN": 1_016_046_908_800,
	"LBR": 453_592_370,
	"ONZ": 28_349_523, // 28,349,523.125; see Micrograms
}

// Micrograms returns the mass in micrograms, rounded; ok is false if the unit
// is unknown or the mass does not fit (9.2 million tonnes).
func (m Mass) Micrograms() (n int64, ok bool) {
	if m.Unit == "ONZ" { // the only unit that is no whole number of micrograms
		return scale(m.Amount, big.NewRat(28_349_523_125, 1000))
	}
	per, known := massUnits[m.Unit]
	if !known {
		return 0, false
	}
	return scale(m.Amount, new(big.Rat).SetInt64(per))
}

// Kilograms returns the mass in kilograms for ratios and display.
func (m Mass) Kilograms() float64 {
	n, _ := m.Micrograms()
	return float64(n) / 1e9
}

// Resolution returns half a unit of the last printed digit, in micrograms: two
// figures that differ by less may be one figure, rounded.
func (m Mass) Resolution() int64 {
	n, _ := Mass{Amount: lastDigit(m.Amount), Unit: m.Unit}.Micrograms()
	return n / 2
}

func (m Mass) String() string { return join(m.Amount, m.Unit) }

// A Volume is a number of a unit of volume, as printed.
type Volume struct {
	Amount Decimal
	Unit   string // UN/ECE Rec. 20: MTQ, LTR, HLT, MLT, DMQ, CMQ, FTQ, INQ, GLL, BLL
}

// volumeUnits are the nanolitres of each unit.
var volumeUnits = map[string]int64{
	"CMQ": 1_000_000,
	"MLT": 1_000_000,
	"INQ": 16_387_064,
	"DMQ": 1_000_000_000,
	"LTR": 1_000_000_000,
	"GLL": 3_785_411_784,
	"BLL": 158_987_294_928,
	"HLT": 100_000_000_000,
	"MTQ": 1_000_000_000_000,
	"FTQ": 28_316_846_592,
}

// Nanolitres returns the volume in nanolitres; ok is false if the unit is
// unknown or the volume does not fit.
func (v Volume) Nanolitres() (n int64, ok bool) {
	per, known := volumeUnits[v.Unit]
	if !known {
		return 0, false
	}
	return scale(v.Amount, new(big.Rat).SetInt64(per))
}

// CubicMetres returns the volume in cubic metres for ratios and display.
func (v Volume) CubicMetres() float64 {
	n, _ := v.Nanolitres()
	return float64(n) / 1e12
}

func (v Volume) String() string { return join(v.Amount, v.Unit) }

// Money is an amount of a currency, as printed.
type Money struct {
	Amount   Decimal
	Currency string // ISO 4217; empty if the paper prints none beside the amount
}

func (m Money) String() string { return join(m.Amount, m.Currency) }

// A Quantity is a number of a unit of measure, as printed.
type Quantity struct {
	Amount Decimal
	Unit   string // UN/ECE Rec. 20, such as PCE, PR, SET, MTR, KGM; empty if none is printed
}

func (q Quantity) String() string { return join(q.Amount, q.Unit) }

// Packages is a count of packages of one kind.
type Packages struct {
	Count int64
	Kind  string // UN/ECE Rec. 21, such as CT carton, PX pallet, PK package; empty if none is printed
}

func (p Packages) String() string {
	return strings.TrimSpace(strconv.FormatInt(p.Count, 10) + " " + p.Kind)
}

// Percent is a rate in hundredths, such as the 12 of "VAT 12 %".
type Percent struct{ Amount Decimal }

func (p Percent) String() string { return p.Amount.String() + " P1" } // P1: UN/ECE Rec. 20, percent

// Dimensions are the outer length, width and height of a package.
type Dimensions struct {
	Length, Width, Height Decimal
	Unit                  string // UN/ECE Rec. 20: CMT, MMT, MTR, INH
}

func (d Dimensions) String() string {
	return strings.TrimSpace(fmt.Sprintf("%v x %v x %v %s", d.Length, d.Width, d.Height, d.Unit))
}

// A TariffCode is a tariff code in digits only, 4 to 12 of them: the first six
// are the Harmonized System, the rest national.
type TariffCode string

// Chapter returns the two digits of the HS chapter.
func (c TariffCode) Chapter() string { return c.first(2) }

// Heading returns the four digits of the HS heading.
func (c TariffCode) Heading() string { return c.first(4) }

// HS6 returns the six digits that are the same in every country, or fewer if
// fewer are printed.
func (c TariffCode) HS6() string { return c.first(6) }

func (c TariffCode) first(n int) string { return string(c[:min(n, len(c))]) }

func (c TariffCode) String() string { return string(c) }

// DeliveryTerms are an Incoterms rule and its named place.
type DeliveryTerms struct {
	Incoterm string // three letters, such as FCA
	Place    string
	Edition  string // such as 2020; empty if none is printed
}

func (t DeliveryTerms) String() string {
	return strings.Join(strings.Fields(t.Incoterm+" "+t.Place+" "+t.Edition), " ")
}

// A PageNumber is "page Number of Of".
type PageNumber struct{ Number, Of int }

func (p PageNumber) String() string { return fmt.Sprintf("%d of %d", p.Number, p.Of) }

// scale returns d times factor, rounded half away from zero to a whole number.
func scale(d Decimal, factor *big.Rat) (n int64, ok bool) {
	r, ok := new(big.Rat).SetString(d.String())
	if !ok {
		return 0, false
	}
	r.Mul(r, factor)
	num := new(big.Int).Mul(r.Num(), big.NewInt(2))
	if r.Sign() < 0 {
		num.Sub(num, r.Denom())
	} else {
		num.Add(num, r.Denom())
	}
	num.Quo(num, new(big.Int).Mul(r.Denom(), big.NewInt(2)))
	return num.Int64(), num.IsInt64()
}

// lastDigit returns one unit of the last digit printed of d.
func lastDigit(d Decimal) Decimal { return decimal.MustNew(1, d.Scale()) }

func join(d Decimal, unit string) string { return strings.TrimSpace(d.String() + " " + unit) }
