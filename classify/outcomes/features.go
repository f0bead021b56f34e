package outcomes

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A field says how one column, or a pair of columns, becomes numbers.
type field struct {
	Kind   string // number, category, prefix, ratio, repeat, day, pair
	Column string
	Other  string         `json:",omitempty"` // the second column of ratio, repeat and pair
	Length int            `json:",omitempty"` // of a prefix
	Seen   map[string]int `json:",omitempty"` // by category: how often
	Found  map[string]int `json:",omitempty"` // by category: how often confirmed
	Bounds []float64      // upper bounds of the bins; see bin
}

// smoothing is how many average rows a category is mixed with.
const smoothing = 12

// folds is how many parts the training rows are cut into: a row's category is
// scored by the other parts, so that its own outcome does not leak into it.
const folds = 5

// categorical reports whether values are names rather than amounts.
func (f *field) categorical() bool {
	return f.Kind == "category" || f.Kind == "prefix" || f.Kind == "repeat" || f.Kind == "pair"
}

// key is the category of a row.
func (f *field) key(get func(string) string) string {
	v := get(f.Column)
	switch f.Kind {
	case "prefix":
		return v[:min(f.Length, len(v))]
	case "pair":
		return v + "\x00" + get(f.Other)
	case "repeat":
		a, okA := number(v)
		b, okB := number(get(f.Other))
		if !okA || !okB || a <= 0 || b <= 0 {
			return ""
		}
		return strconv.FormatFloat(a/b, 'g', 4, 64)
	}
	return v
}

// amount is the number of a row; NaN if there is none.
func (f *field) amount(get func(string) string) float64 {
	v := get(f.Column)
	switch f.Kind {
	case "day":
		t, ok := day(v)
		if !ok {
			return math.NaN()
		}
		return float64(t.Weekday())
	case "ratio":
		a, okA := number(v)
		b, okB := number(get(f.Other))
		if !okA || !okB || a <= 0 || b <= 0 {
			return math.NaN()
		}
		return math.Log(a / b)
	}
	x, ok := number(v)
	if !ok {
		return math.NaN()
	}
	return x
}

// rate is the share of confirmed rows in a category, drawn towards base.
func rate(found, seen int, base float64) float64 {
	return (float64(found) + smoothing*base) / (float64(seen) + smoothing)
}

func number(s string) (float64, bool) {
	x, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return x, err == nil && !math.IsInf(x, 0) && !math.IsNaN(x)
}

func day(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	for _, layout := range []string{"2006-01-02", "02.01.2006", "20060102"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// design chooses the fields from what the columns hold.
func design(t *Table, skip map[int]bool) []*field {
	var fields []*field
	var amounts, names []string
	for c, name := range t.Columns {
		if skip[c] {
			continue
		}
		distinct := map[string]int{}
		numbers, fractions, days, codes, filled := 0, 0, 0, 0, 0
		width := -1
		for _, row := range t.Rows {
			v := strings.TrimSpace(row[c])
			if v == "" {
				continue
			}
			filled++
			distinct[v]++
			if _, ok := number(v); ok {
				numbers++
			}
			if strings.Contains(v, ".") {
				fractions++
			}
			if _, ok := day(v); ok {
				days++
			}
			if strings.Trim(v, "0123456789") == "" && len(v) >= 6 && len(v) <= 10 && (width < 0 || width == len(v)) {
				width = len(v)
				codes++
			}
		}
		switch {
		case filled == 0 || len(distinct) < 2:
		case days == filled && (strings.Contains(strings.ToLower(name), "date") || codes < filled):
			fields = append(fields, &field{Kind: "day", Column: name})
		case codes == filled && len(distinct)*4 > filled*3, numbers < filled && len(distinct)*10 > filled*9:
			// a number of the declaration itself: it names the row and says nothing
		case codes == filled: // a tariff code: its chapter and heading say something too
			for _, n := range []int{2, 4} {
				fields = append(fields, &field{Kind: "prefix", Column: name, Length: n})
			}
			fields = append(fields, &field{Kind: "category", Column: name})
			names = append(names, name)
		case numbers == filled && fractions > 0:
			fields = append(fields, &field{Kind: "number", Column: name})
			if len(distinct) > 100 {
				amounts = append(amounts, name)
			}
			if len(distinct) < 1000 {
				fields = append(fields, &field{Kind: "category", Column: name})
			}
		default:
			fields = append(fields, &field{Kind: "category", Column: name})
			names = append(names, name)
		}
	}
	// A price for each kilogram that comes back to the fourth digit says that the
	// goods are the same; otherwise it is at least a price.
	for i, a := range amounts {
		for _, b := range amounts[:i] {
			fields = append(fields, &field{Kind: "ratio", Column: a, Other: b}, &field{Kind: "repeat", Column: a, Other: b})
		}
	}
	for i, a := range names {
		for _, b := range names[:i] {
			fields = append(fields, &field{Kind: "pair", Column: a, Other: b})
		}
	}
	return fields
}

// bins is how many steps a number is cut into; the last is for "none".
const bins = 64

// bin returns the step of x.
func (f *field) bin(x float64) uint8 {
	if math.IsNaN(x) {
		return bins - 1
	}
	i, _ := slices.BinarySearch(f.Bounds, x)
	return uint8(i)
}

// cut sets the bounds of the steps from training values: equal shares of rows.
func (f *field) cut(values []float64) {
	sorted := slices.DeleteFunc(slices.Clone(values), math.IsNaN)
	slices.Sort(sorted)
	f.Bounds = nil
	for i := 1; i < bins-1 && len(sorted) > 0; i++ {
		b := sorted[i*(len(sorted)-1)/(bins-1)]
		if n := len(f.Bounds); n == 0 || b > f.Bounds[n-1] {
			f.Bounds = append(f.Bounds, b)
		}
	}
}

// leaks reports whether one column alone nearly gives the outcome away: then it
// was written after the examination, and a model on it learns nothing.
func leaks(t *Table, c int, labels []bool) bool {
	seen, found := map[string]int{}, map[string]int{}
	total := 0
	for i, row := range t.Rows {
		seen[row[c]]++
		if labels[i] {
			found[row[c]]++
			total++
		}
	}
	if len(seen) > 50 {
		return false
	}
	wrong := 0
	for v, n := range seen {
		wrong += min(found[v], n-found[v])
	}
	return wrong*4 < min(total, len(labels)-total)
}

// getter returns how fields ask for the values of a row.
func (t *Table) getter() func(row []string) func(string) string {
	at := map[string]int{}
	for i, c := range t.Columns {
		if key := strings.ToLower(c); at[key] == 0 {
			at[key] = i + 1
		}
	}
	exact := map[string]int{}
	return func(row []string) func(string) string {
		return func(name string) string {
			i, known := exact[name]
			if !known {
				i = at[strings.ToLower(name)]
				exact[name] = i
			}
			if i > 0 && i <= len(row) {
				return strings.TrimSpace(row[i-1])
			}
			return ""
		}
	}
}

func (f *field) String() string {
	switch {
	case f.Length > 0:
		return fmt.Sprintf("%s, first %d digits", f.Column, f.Length)
	case f.Kind == "ratio" || f.Kind == "repeat":
		return f.Column + " for each " + f.Other
	case f.Other != "":
		return f.Column + " with " + f.Other
	}
	return f.Column
}
