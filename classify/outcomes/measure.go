package outcomes

import (
	"cmp"
	"slices"
	"strings"
)

// Figures say how well scores order rows whose outcome is known.
type Figures struct {
	N             int     `json:"n"`
	Confirmed     int     `json:"confirmed"`
	PrecisionAt5  float64 `json:"precisionAt5"` // share confirmed among the 5 % of rows with the highest scores
	PrecisionAt10 float64 `json:"precisionAt10"`
	AUC           float64 `json:"auc"` // probability that a confirmed row scores above another; ties count half
	// Calibration is the mean difference between score and share confirmed over
	// ten groups of equal size, ordered by score.
	Calibration float64 `json:"calibrationError"`
}

// Base is the share of confirmed rows.
func (f Figures) Base() float64 { return float64(f.Confirmed) / float64(max(1, f.N)) }

// Measure holds the scores of a table against its outcomes.
func (m *Model) Measure(t *Table) (Figures, error) {
	target, err := t.outcome(m.Outcome)
	if err != nil {
		return Figures{}, err
	}
	labels, err := t.labels(target)
	if err != nil {
		return Figures{}, err
	}
	return measure(m.Score(t), labels), nil
}

func measure(scores []float64, labels []bool) Figures {
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	f := Figures{N: len(scores)}
	for _, l := range labels {
		if l {
			f.Confirmed++
		}
	}
	at := func(percent int) float64 {
		n := max(1, len(order)*percent/100)
		hit := 0
		for _, i := range order[:n] {
			if labels[i] {
				hit++
			}
		}
		return float64(hit) / float64(n)
	}
	f.PrecisionAt5, f.PrecisionAt10 = at(5), at(10)
	// AUC from ranks, lowest score first, equal scores sharing their mean rank.
	var sum float64
	for i := len(order) - 1; i >= 0; {
		j := i
		for j >= 0 && scores[order[j]] == scores[order[i]] {
			j--
		}
		mean := float64(len(order)-1-i+len(order)-1-j-1)/2 + 1
		for _, k := range order[j+1 : i+1] {
			if labels[k] {
				sum += mean
			}
		}
		i = j
	}
	pos, neg := float64(f.Confirmed), float64(f.N-f.Confirmed)
	if pos > 0 && neg > 0 {
		f.AUC = (sum - pos*(pos+1)/2) / (pos * neg)
	}
	const groups = 10
	for g := range groups {
		part := order[g*len(order)/groups : (g+1)*len(order)/groups]
		var p, y float64
		for _, i := range part {
			p += scores[i]
			if labels[i] {
				y++
			}
		}
		f.Calibration += max(p-y, y-p) / float64(max(1, len(order)))
	}
	return f
}

// Fresh returns the rows of t that repeat no row of known: a row repeats another
// if all its amounts are the same. Rows that do are easy, whatever the model;
// figures for the fresh ones say more of what is to come.
func Fresh(known, t *Table) *Table {
	var amounts []string
	for _, f := range design(known, nil) {
		if f.Kind == "number" {
			amounts = append(amounts, f.Column)
		}
	}
	key := func(get func(string) string) string {
		var b strings.Builder
		for _, name := range amounts {
			b.WriteString(get(name) + "\x00")
		}
		return b.String()
	}
	seen := map[string]bool{}
	of := known.getter()
	for _, row := range known.Rows {
		seen[key(of(row))] = true
	}
	fresh := &Table{Columns: t.Columns}
	of = t.getter()
	for _, row := range t.Rows {
		if len(amounts) == 0 || !seen[key(of(row))] {
			fresh.Rows = append(fresh.Rows, row)
		}
	}
	return fresh
}

// Split cuts a table into what comes first and the last share of it: by the
// first column of dates if there is one, else in the order of the rows.
func (t *Table) Split(share float64) (first, last *Table) {
	rows := slices.Clone(t.Rows)
	for c := range t.Columns {
		dated := !slices.ContainsFunc(rows, func(r []string) bool { _, ok := day(r[c]); return !ok })
		if dated {
			slices.SortStableFunc(rows, func(a, b []string) int {
				x, _ := day(a[c])
				y, _ := day(b[c])
				return x.Compare(y)
			})
			break
		}
	}
	n := len(rows) - int(share*float64(len(rows)))
	return &Table{t.Columns, rows[:n]}, &Table{t.Columns, rows[n:]}
}
