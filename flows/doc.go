// Package flows reads published trade statistics and says where they moved out
// of line: lanes that grew, reporters that contradict each other, goods that go
// to a neighbour instead, goods that come in as more goes out.
//
// Statistics are about countries and codes, never about a consignment: what is
// found here says where to look, and adds at most a small stated prior to the
// order in which papers are looked at. Values are floats, because they are sums
// of published and rounded figures; no amount of a paper is computed here.
package flows

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// An Observation is one published figure.
type Observation struct {
	Flow     Flow
	Reporter string // who counted: ISO 3166-1 alpha-2
	Partner  string // the other side: where exports went, where imports came from
	Code     string // digits of the Harmonized System, or Total
	Year     int
	Month    int     // 1 to 12; 0 means the whole year
	Value    float64 // in Currency
	Currency string  // ISO 4217
	Source   string  // name of the file
}

// Total is the code of all goods together.
const Total = "TOTAL"

// Flow is the direction as the reporter counted it.
type Flow string

const (
	Export Flow = "export"
	Import Flow = "import"
)

// A Source says what was read from one file, and what was not.
type Source struct {
	File    string         `json:"file"`
	Rows    int            `json:"rows"` // below the header
	Used    int            `json:"used"` // observations taken
	LeftOut map[string]int `json:"leftOut"`
	First   int            `json:"firstYear"`
	Last    int            `json:"lastYear"`
}

// Omitted says what was left out of a source, in words.
func (s Source) Omitted() string {
	if len(s.LeftOut) == 0 {
		return "nothing"
	}
	var parts []string
	for _, why := range slices.Sorted(maps.Keys(s.LeftOut)) {
		parts = append(parts, fmt.Sprintf("%d: %s", s.LeftOut[why], why))
	}
	return strings.Join(parts, "; ")
}
