package flows

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// PriorColumns are the headings of a table of lanes.
var PriorColumns = []string{"from", "to", "code", "year", "months", "previous", "value", "currency", "growth", "z", "peers", "source"}

// PriorRow is a finding as a row of such a table; ok is false for kinds that are
// no break of one lane and one code.
func PriorRow(f Finding) (row []string, ok bool) {
	if f.Kind != Break || f.Code == Total || f.Z < leastZ {
		return nil, false
	}
	from, to, _ := strings.Cut(f.Lane, " > ")
	return []string{from, to, f.Code, strconv.Itoa(f.Year), strconv.Itoa(f.Months), strconv.FormatFloat(f.Previous, 'f', 0, 64),
		strconv.FormatFloat(f.Value, 'f', 0, 64), f.Currency, strconv.FormatFloat(f.Growth, 'f', 3, 64),
		strconv.FormatFloat(f.Z, 'f', 2, 64), strconv.Itoa(f.Peers), strings.Join(f.Sources, " ")}, true
}

//go:embed lanes.csv
var lanesText string

// A Lane is one row of the committed table: goods of a chapter whose exports to
// a country grew by more than those of its peers did.
type Lane struct {
	From, To, Code  string
	Year, Months    int
	Previous, Value float64
	Currency        string
	Growth, Z       float64
	Peers           int
	Source          string
}

var lanes = sync.OnceValues(func() ([]Lane, error) {
	r := csv.NewReader(strings.NewReader(lanesText))
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	var all []Lane
	for _, row := range rows[1:] {
		number := func(i int) float64 {
			x, e := strconv.ParseFloat(row[i], 64)
			if e != nil && err == nil {
				err = e
			}
			return x
		}
		all = append(all, Lane{row[0], row[1], row[2], int(number(3)), int(number(4)), number(5), number(6), row[7], number(8), number(9), int(number(10)), row[11]})
	}
	return all, err
})

// Lanes returns the committed table.
func Lanes() []Lane {
	all, err := lanes()
	if err != nil {
		panic("flows: lanes.csv: " + err.Error()) // a test reads it
	}
	return all
}

// Prior returns the lane of the committed table that goods of a tariff code on
// their way from one country to another run along, if there is one.
func Prior(from, to, code string) (Lane, bool) {
	if slices.Contains(eu, from) {
		from = EU
	}
	for _, l := range Lanes() {
		if l.From == from && l.To == to && strings.HasPrefix(code, l.Code) {
			return l, true
		}
	}
	return Lane{}, false
}

func (l Lane) String() string {
	s := fmt.Sprintf("exports of chapter %s from %s to %s grew from %s to %s in %d", l.Code, l.From, l.To, money(l.Previous, l.Currency), money(l.Value, l.Currency), l.Year)
	return s + fmt.Sprintf(" (%d months compared, z %.1f among %d lanes; %s)", l.Months, l.Z, l.Peers, l.Source)
}
