package outcomes

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
)

// Options say how to train. The zero value takes the defaults.
type Options struct {
	Outcome string   // heading of the column with the outcome; found by name if empty
	Ignore  []string // headings of columns that were not known before the examination
	Rounds  int      // trees; 0 means 150
}

// A Model scores declarations. Its exported fields are its JSON.
type Model struct {
	Outcome string
	Trained int      // rows it was trained on
	Base    float64  // share of confirmed rows among them
	Ignored []string // columns that were left out because they give the outcome away
	Fields  []*field
	Trees   [][]node
}

// A node is one question of a tree; a leaf has Left zero.
type node struct {
	Field int     `json:"f,omitempty"`
	Bin   uint8   `json:"b,omitempty"` // rows up to this step go left
	Left  int     `json:"l,omitempty"`
	Right int     `json:"r,omitempty"`
	Value float64 `json:"v,omitempty"` // what a leaf adds to the log odds
}

// What the booster may do: usual values, not searched for.
const (
	learningRate = 0.06
	leaves       = 24
	leastWeight  = 8.0 // least sum of second derivatives in a leaf
	ridge        = 4.0
	columnShare  = 0.5 // of the fields each tree looks at
	rowShare     = 0.7
	leastRows    = 200
	leastFound   = 20
)

// Train fits a model to examined declarations.
func Train(t *Table, opts Options) (*Model, error) {
	target, err := t.outcome(opts.Outcome)
	if err != nil {
		return nil, err
	}
	labels, err := t.labels(target)
	if err != nil {
		return nil, err
	}
	found := 0
	for _, l := range labels {
		if l {
			found++
		}
	}
	if len(labels) < leastRows || found < leastFound || len(labels)-found < leastFound {
		return nil, fmt.Errorf("%d rows with %d confirmed are too few: at least %d rows, %d of each outcome", len(labels), found, leastRows, leastFound)
	}
	m := &Model{Outcome: t.Columns[target], Trained: len(labels), Base: float64(found) / float64(len(labels))}
	skip := map[int]bool{target: true}
	for _, name := range opts.Ignore {
		i := t.column(name)
		if i < 0 {
			return nil, fmt.Errorf("there is no column %q to ignore", name)
		}
		skip[i] = true
	}
	for c, name := range t.Columns {
		related := strings.Contains(strings.ToLower(name), strings.ToLower(m.Outcome))
		if !skip[c] && (related || leaks(t, c, labels)) {
			skip[c] = true
			m.Ignored = append(m.Ignored, name)
		}
	}
	m.Fields = design(t, skip)
	if len(m.Fields) == 0 {
		return nil, errors.New("no column says anything about the rows")
	}
	columns := m.encode(t, labels)
	m.boost(columns, labels, cmp.Or(opts.Rounds, 150))
	return m, nil
}

// encode fits the fields and returns their steps, a column each.
func (m *Model) encode(t *Table, labels []bool) [][]uint8 {
	all := make([][]uint8, len(m.Fields))
	get := t.getter()
	for k, f := range m.Fields {
		values := make([]float64, len(t.Rows))
		if f.categorical() {
			keys := make([]string, len(t.Rows))
			f.Seen, f.Found = map[string]int{}, map[string]int{}
			var seen, found [folds]map[string]int
			for i := range seen {
				seen[i], found[i] = map[string]int{}, map[string]int{}
			}
			for i, row := range t.Rows {
				key := f.key(get(row))
				keys[i] = key
				f.Seen[key]++
				seen[i%folds][key]++
				if labels[i] {
					f.Found[key]++
					found[i%folds][key]++
				}
			}
			for i, key := range keys {
				values[i] = rate(f.Found[key]-found[i%folds][key], f.Seen[key]-seen[i%folds][key], m.Base)
			}
			for key, n := range f.Seen { // a name seen once says no more than a new one
				if n < 2 {
					delete(f.Seen, key)
					delete(f.Found, key)
				}
			}
		} else {
			for i, row := range t.Rows {
				values[i] = f.amount(get(row))
			}
		}
		f.cut(values)
		all[k] = make([]uint8, len(values))
		for i, x := range values {
			all[k][i] = f.bin(x)
		}
	}
	return all
}

// boost adds trees, each fitted to what those before it got wrong.
func (m *Model) boost(columns [][]uint8, labels []bool, rounds int) {
	n := len(labels)
	score := make([]float64, n)
	start := math.Log(m.Base / (1 - m.Base))
	for i := range score {
		score[i] = start
	}
	gradient, hessian := make([]float64, n), make([]float64, n)
	rng := rand.New(rand.NewPCG(4, 1))
	for range rounds {
		for i, s := range score {
			p := 1 / (1 + math.Exp(-s))
			y := 0.0
			if labels[i] {
				y = 1
			}
			gradient[i], hessian[i] = p-y, p*(1-p)
		}
		var rows []int32
		for i := range n {
			if rng.Float64() < rowShare {
				rows = append(rows, int32(i))
			}
		}
		use := rng.Perm(len(columns))[:max(1, int(columnShare*float64(len(columns))))]
		slices.Sort(use)
		tree := grow(columns, use, rows, gradient, hessian)
		m.Trees = append(m.Trees, tree)
		for i := range score {
			at := 0
			for tree[at].Left != 0 {
				if columns[tree[at].Field][i] <= tree[at].Bin {
					at = tree[at].Left
				} else {
					at = tree[at].Right
				}
			}
			score[i] += tree[at].Value
		}
	}
}

// A split is the best question for the rows of one leaf.
type split struct {
	gain  float64
	field int
	bin   uint8
	rows  []int32
	node  int
}

// grow grows one tree, the leaf with the greatest gain first.
func grow(columns [][]uint8, use []int, rows []int32, gradient, hessian []float64) []node {
	tree := []node{{}}
	leaf := func(at int, rows []int32) split {
		var g, h float64
		for _, i := range rows {
			g += gradient[i]
			h += hessian[i]
		}
		tree[at].Value = math.Round(-learningRate*g/(h+ridge)*1e9) / 1e9
		best := split{rows: rows, node: at}
		for _, k := range use {
			var gs, hs [bins]float64
			column := columns[k]
			for _, i := range rows {
				b := column[i]
				gs[b] += gradient[i]
				hs[b] += hessian[i]
			}
			var gl, hl float64
			for b := range bins - 1 {
				gl += gs[b]
				hl += hs[b]
				if hl < leastWeight || h-hl < leastWeight {
					continue
				}
				gain := gl*gl/(hl+ridge) + (g-gl)*(g-gl)/(h-hl+ridge) - g*g/(h+ridge)
				if gain > best.gain+1e-9 {
					best.gain, best.field, best.bin = gain, k, uint8(b)
				}
			}
		}
		return best
	}
	open := []split{leaf(0, rows)}
	for n := 1; n < leaves; n++ {
		at := 0
		for i := range open {
			if open[i].gain > open[at].gain {
				at = i
			}
		}
		s := open[at]
		if s.gain <= 0 {
			break
		}
		var left, right []int32
		for _, i := range s.rows {
			if columns[s.field][i] <= s.bin {
				left = append(left, i)
			} else {
				right = append(right, i)
			}
		}
		l := len(tree)
		tree = append(tree, node{}, node{})
		tree[s.node] = node{Field: s.field, Bin: s.bin, Left: l, Right: l + 1}
		open[at] = leaf(l, left)
		open = append(open, leaf(l+1, right))
	}
	return tree
}

// Score returns the probability that an examination would confirm something,
// for each row of a table with the same headings.
func (m *Model) Score(t *Table) []float64 {
	scores := make([]float64, len(t.Rows))
	steps := make([]uint8, len(m.Fields))
	of := t.getter()
	for i, row := range t.Rows {
		get := of(row)
		for k, f := range m.Fields {
			x := 0.0
			if f.categorical() {
				key := f.key(get)
				x = rate(f.Found[key], f.Seen[key], m.Base)
			} else {
				x = f.amount(get)
			}
			steps[k] = f.bin(x)
		}
		s := math.Log(m.Base / (1 - m.Base))
		for _, tree := range m.Trees {
			at := 0
			for tree[at].Left != 0 {
				if steps[tree[at].Field] <= tree[at].Bin {
					at = tree[at].Left
				} else {
					at = tree[at].Right
				}
			}
			s += tree[at].Value
		}
		scores[i] = 1 / (1 + math.Exp(-s))
	}
	return scores
}
