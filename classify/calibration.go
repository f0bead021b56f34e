package classify

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"sort"

	"tallyman/classify/reference"
	"tallyman/classify/words"
	"tallyman/trade"
)

// A Calibration is what a user's own accepted lines taught: how far their prices
// and masses lie from the public figures, how usual honest ratios really are,
// and which words stood for which codes. It holds no text, only hashed words.
type Calibration struct {
	Version   int    `json:"version"`
	Reference string `json:"reference"` // hash of the figures it was fitted on
	Lines     int    `json:"lines"`     // accepted lines with ratios and a code
	// Shift and Widen move and stretch the public spreads of each measure, in
	// natural logarithms.
	Shift []float64 `json:"shift"`
	Widen []float64 `json:"widen"`
	// Headings are shifts of single headings beyond Shift.
	Headings map[string][]Offset `json:"headings,omitempty"`
	// Ranks are the nominal p-values of accepted lines, each from figures fitted
	// without it, sorted.
	Ranks []float64 `json:"ranks"`
	Goods []Known   `json:"goods,omitempty"`

	index map[uint32][]int // goods by word
}

// An Offset is the mean distance of accepted lines from the public figures.
type Offset struct {
	N    int     `json:"n"`
	Mean float64 `json:"mean"`
}

// Known are words that were accepted for a code.
type Known struct {
	Words []uint32 `json:"words"` // hashed, sorted
	Code  string   `json:"code"`
	N     int      `json:"n"`
}

// An Accepted is one line of papers that nobody objects to.
type Accepted struct {
	Description string
	Code        trade.TariffCode
	Ratios      trade.Ratios
}

// leastLines is how many accepted lines a calibration needs: below it a p-value
// of 5 % cannot be told.
const leastLines = 20

// ErrTooFew says that there are not enough accepted lines to learn from.
var ErrTooFew = errors.New("too few accepted lines with a tariff code and figures")

// Calibrate learns from accepted lines.
func Calibrate(lines []Accepted) (*Calibration, error) { return NewModel().Calibrate(lines) }

// Calibrate learns from accepted lines beside the figures of the model.
func (m Model) Calibrate(lines []Accepted) (*Calibration, error) {
	m.calibration = nil
	var usable []Accepted
	for _, l := range lines {
		if len(m.Fits(l.Code, l.Ratios).Ratios) > 0 {
			usable = append(usable, l)
		}
	}
	if len(usable) < leastLines {
		return nil, fmt.Errorf("%w: %d of the %d that are needed", ErrTooFew, len(usable), leastLines)
	}
	c := m.fitOffsets(usable)
	c.Goods = known(lines)
	// Each line is judged by figures that were fitted without its fifth.
	const folds = 5
	for f := range folds {
		var rest, out []Accepted
		for i, l := range usable {
			if i%folds == f {
				out = append(out, l)
			} else {
				rest = append(rest, l)
			}
		}
		judge := m.With(m.fitOffsets(rest))
		for _, l := range out {
			c.Ranks = append(c.Ranks, judge.nominal(l.Code, l.Ratios))
		}
	}
	slices.Sort(c.Ranks)
	c.prepare()
	return c, nil
}

// nominal is the p-value of ratios before it is ranked.
func (m Model) nominal(code trade.TariffCode, r trade.Ratios) float64 {
	var ps []float64
	for _, x := range m.Fits(code, r).Ratios {
		if x.Name != reference.Name[reference.NetOverGross] {
			ps = append(ps, x.P)
		}
	}
	return simes(ps)
}

// fitOffsets fits shifts and widths by medians, which a few wrong lines do not move.
func (model Model) fitOffsets(lines []Accepted) *Calibration {
	c := &Calibration{Version: 1, Reference: model.ReferenceHash(), Lines: len(lines), Headings: map[string][]Offset{}}
	type residual struct {
		heading string
		x       float64 // in natural logarithms
		scale   float64
	}
	for m := range reference.Measures {
		var all []residual
		for _, l := range lines {
			v, ok := measured(l.Ratios)
			s, _, known := model.spread(string(l.Code), m)
			if ok[m] && known {
				all = append(all, residual{string(l.Code[:4]), v[m] - s.Location, s.Scale})
			}
		}
		shift, widen := 0.0, 1.0
		if n := float64(len(all)); n > 0 {
			var xs []float64
			for _, r := range all {
				xs = append(xs, r.x)
			}
			shift = median(xs) * n / (n + 10)
			by := map[string][]float64{}
			for _, r := range all {
				by[r.heading] = append(by[r.heading], r.x-shift)
			}
			var wide []float64
			for _, r := range all {
				others := by[r.heading]
				wide = append(wide, math.Abs(r.x-shift-drawn(median(others), len(others)))/r.scale)
			}
			for h, xs := range by {
				if c.Headings[h] == nil {
					c.Headings[h] = make([]Offset, reference.Measures)
				}
				c.Headings[h][m] = Offset{len(xs), median(xs)}
			}
			// The median of the absolute value of this t is 0.741.
			widen = math.Exp(math.Log(max(median(wide)/0.741, 0.25)) * n / (n + 10))
		}
		c.Shift, c.Widen = append(c.Shift, shift), append(c.Widen, max(widen, 0.5))
	}
	return c
}

// drawn draws the shift of a heading to that of all goods by how few lines it has.
func drawn(mean float64, n int) float64 { return mean * float64(n) / (float64(n) + 4) }

func median(xs []float64) float64 {
	if len(xs) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(xs))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}

// of returns how the spread of a measure of a code is moved and stretched.
func (c *Calibration) of(code string, m reference.Measure) (shift, widen float64) {
	if c == nil {
		return 0, 1
	}
	shift, widen = c.Shift[m], c.Widen[m]
	if len(code) >= 4 {
		if h := c.Headings[code[:4]]; h != nil {
			shift += drawn(h[m].Mean, h[m].N)
		}
	}
	return shift, widen
}

// rank turns a nominal p-value into the share of accepted lines at least as
// unusual, which holds whatever the law of their ratios is.
func (c *Calibration) rank(p float64) float64 {
	if c == nil || len(c.Ranks) == 0 {
		return p
	}
	n := sort.SearchFloat64s(c.Ranks, math.Nextafter(p, 2))
	return float64(1+n) / float64(1+len(c.Ranks))
}

// Measured returns the share of the accepted lines, each judged without itself,
// whose nominal p-value was at most nominal.
func (c *Calibration) Measured(nominal float64) float64 {
	return float64(sort.SearchFloat64s(c.Ranks, math.Nextafter(nominal, 2))) / float64(len(c.Ranks))
}

func hashed(description string) []uint32 {
	var all []uint32
	for _, t := range words.Tokens(description) {
		h := fnv.New32a()
		h.Write([]byte(t))
		all = append(all, h.Sum32())
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func known(lines []Accepted) []Known {
	at := map[string]int{}
	var all []Known
	for _, l := range lines {
		w := hashed(l.Description)
		if len(l.Code) < 4 || len(w) == 0 {
			continue
		}
		k := fmt.Sprint(w, l.Code)
		if i, ok := at[k]; ok {
			all[i].N++
			continue
		}
		at[k] = len(all)
		all = append(all, Known{w, string(l.Code), 1})
	}
	slices.SortStableFunc(all, func(a, b Known) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), slices.Compare(a.Words, b.Words))
	})
	return all
}

func (c *Calibration) prepare() {
	c.index = map[uint32][]int{}
	for i, g := range c.Goods {
		for _, w := range g.Words {
			c.index[w] = append(c.index[w], i)
		}
	}
}

// recall returns the headings of accepted goods described by nearly these words,
// with their shares, and how near the nearest is, 0 to 1.
func (c *Calibration) recall(description string) (share map[string]float64, nearest float64) {
	if c == nil {
		return nil, 0
	}
	w := hashed(description)
	shared := map[int]int{}
	for _, x := range w {
		for _, i := range c.index[x] {
			shared[i]++
		}
	}
	share = map[string]float64{}
	sum := 0.0
	found := make([]int, 0, len(shared))
	for i := range shared {
		found = append(found, i)
	}
	slices.Sort(found) // sums of fractions depend on their order
	for _, i := range found {
		g := c.Goods[i]
		s := float64(shared[i]) / float64(len(w)+len(g.Words)-shared[i])
		if s < 0.5 {
			continue
		}
		nearest = max(nearest, s)
		x := float64(g.N) * math.Pow(s, 8)
		share[g.Code[:4]] += x
		sum += x
	}
	for h := range share {
		share[h] /= sum
	}
	return share, nearest
}

// UnmarshalCalibration reads what json.Marshal of a Calibration wrote. Figures of
// another edition of the reference are refused: offsets from them would mislead.
func UnmarshalCalibration(data []byte) (*Calibration, error) {
	var c Calibration
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, fmt.Errorf("read the calibration: %w", err)
	}
	switch {
	case c.Version != 1 || len(c.Shift) != int(reference.Measures) || len(c.Widen) != int(reference.Measures):
		return nil, errors.New("read the calibration: it is of another version: calibrate again")
	case c.Reference != ReferenceHash():
		return nil, errors.New("read the calibration: it was fitted on other reference figures: calibrate again")
	}
	for h, all := range c.Headings {
		if len(all) != int(reference.Measures) {
			return nil, fmt.Errorf("read the calibration: heading %q is damaged", h)
		}
	}
	for _, g := range c.Goods {
		if len(g.Code) < 4 {
			return nil, errors.New("read the calibration: a tariff code is damaged")
		}
	}
	c.prepare()
	return &c, nil
}

// With returns the model with what a user's accepted lines taught.
func (m Model) With(c *Calibration) Model {
	m.calibration = c
	return m
}

// Calibrated returns how many accepted lines the model was calibrated on; 0: none.
func (m Model) Calibrated() int {
	if m.calibration == nil {
		return 0
	}
	return m.calibration.Lines
}
