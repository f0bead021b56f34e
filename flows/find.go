package flows

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Options say what to compare. The zero value takes the defaults.
type Options struct {
	Year  int     // the year that is held against those before; 0 means the last one of each series
	Level int     // digits of the code: 2 (default), 4 or 6
	Least float64 // what a lane must be worth a year before anything is said of it; 0 means 1,000,000
}

// A Kind says what is out of line.
type Kind string

const (
	// Break: the lane grew by more than other lanes of the same reporter did.
	Break Kind = "break"
	// Rise: the lane grew, but so did others: nothing unusual but its size.
	Rise Kind = "rise"
	// Mirror: the two sides of one lane state different values.
	Mirror Kind = "mirror"
	// Substitution: a code goes to one country instead of another.
	Substitution Kind = "substitution"
	// Passage: more comes into a country from one side as more leaves on the other.
	Passage Kind = "passage"
)

// kinds in the order in which they are told; what is only large comes last.
var kinds = []Kind{Break, Substitution, Passage, Mirror, Rise}

// Thresholds. They are conventions of robust statistics and of published mirror
// studies, not fitted to any lane.
const (
	leastGrowth = 1.25 // a rise under a quarter is not mentioned
	leastZ      = 2.0  // robust standard deviations that make a rise a break
	leastPeers  = 8    // lanes; under this no z is stated
	leastSpread = 0.15 // floor of the spread of ln growth: figures are revised by as much
	leastGap    = 1.5  // ratio of the two sides of a lane; transport alone explains 1.05 to 1.2
	leastFall   = 0.6  // a lane that keeps less than this share has fallen
	leastShare  = 0.1  // a substitute must make good at least this share of the fall
)

// A Finding is one lane, or pair of lanes, out of line.
type Finding struct {
	Rank     int    `json:"rank"` // within its kind
	Kind     Kind   `json:"kind"`
	Code     string `json:"code"`     // digits, or TOTAL
	Lane     string `json:"lane"`     // such as CN > KZ, or CN > KZ > RU
	Flow     Flow   `json:"flow"`     // as the reporter counted it
	Reporter string `json:"reporter"` // EU for the members of the Union together
	Partner  string `json:"partner"`
	Via      string `json:"via,omitempty"` // substitution: where the goods went before; passage: where they came from
	Year     int    `json:"year"`
	Months   int    `json:"months"` // that were compared: 12, or those that all years have
	// Value is that of Year, Previous that of the year before, Baseline the
	// median of up to three years before, over the same months, in Currency. For
	// a mirror gap Value is what the reporter states, Other what the partner does.
	Value    float64  `json:"value"`
	Previous float64  `json:"previous"`
	Baseline float64  `json:"baseline"`
	Other    float64  `json:"other,omitempty"`
	Growth   float64  `json:"growth"` // Value over Previous; 0 if Previous is nearly nothing
	Excess   float64  `json:"excess"` // the money out of line, in Currency; ranks
	Currency string   `json:"currency"`
	Z        float64  `json:"z,omitempty"` // robust standard deviations from the peers; 0 if there were too few
	Usual    int      `json:"usual"`       // moves in the years before that z is over
	Peers    int      `json:"peers"`       // other lanes of the year
	PeerRate float64  `json:"peerGrowth"`  // their median growth
	Sources  []string `json:"sources"`     // files
	Sentence string   `json:"sentence"`    // all of it in words
	History  []Point  `json:"history"`     // for the picture
	weight   float64  // Excess in USD
}

// A Point is the value of a lane in one year, over the months compared.
type Point struct {
	Year  int     `json:"year"`
	Value float64 `json:"value"`
}

// eu are the members of the European Union since 2020.
var eu = strings.Fields("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK")

// EU is the reporter that stands for the members of the Union together.
const EU = "EU"

// rates are annual averages of the reference rate of the European Central Bank,
// US dollars for one euro; they serve to rank and to compare the two sides of a
// lane, never within one series. Years not listed take the nearest.
var rates = map[int]float64{2018: 1.181, 2019: 1.1195, 2020: 1.1422, 2021: 1.1827, 2022: 1.053, 2023: 1.0813, 2024: 1.0824}

func dollars(v float64, currency string, year int) (float64, bool) {
	switch currency {
	case "USD":
		return v, true
	case "EUR":
		return v * rates[min(max(year, 2018), 2024)], true
	}
	return v, false
}

type key struct {
	flow              Flow
	reporter, partner string
	code, currency    string
}

func (k key) from() string {
	if k.flow == Export {
		return k.reporter
	}
	return k.partner
}

func (k key) to() string {
	if k.flow == Export {
		return k.partner
	}
	return k.reporter
}

// series is what one lane was worth.
type series struct {
	key
	months  map[int][13]float64 // by year; month 0 is a figure for the whole year
	sources []string
}

// Find compares observations and returns what is out of line: kind by kind,
// most money first.
func Find(all []Observation, opts Options) []Finding {
	opts.Level = cmp.Or(opts.Level, 2)
	opts.Least = cmp.Or(opts.Least, 1e6)
	lanes, covered := gather(all, opts.Level)
	moves := measure(lanes, covered, opts)
	findings := rises(moves, opts)
	findings = append(findings, mirrors(moves, opts)...)
	findings = append(findings, substitutions(moves, opts)...)
	findings = append(findings, passages(findings, moves, opts)...)
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)), cmp.Compare(b.weight, a.weight), cmp.Compare(a.Lane, b.Lane),
			cmp.Compare(a.Code, b.Code), cmp.Compare(a.Flow, b.Flow), cmp.Compare(a.Year, b.Year))
	})
	for i := range findings {
		findings[i].Rank = 1
		if i > 0 && findings[i].Kind == findings[i-1].Kind {
			findings[i].Rank = findings[i-1].Rank + 1
		}
	}
	return findings
}

// group names a set of figures that are published together.
type group struct {
	flow     Flow
	reporter string
}

// gather sums observations into lanes. Members of the Union are summed. A code
// whose heading is in the same table is part of it and not counted again.
// covered says which months each reporter published, by year.
func gather(all []Observation, level int) ([]*series, map[group]map[int][13]bool) {
	type table struct{ source, code string }
	codes := map[table]bool{}
	for _, o := range all {
		codes[table{o.Source, o.Code}] = true
	}
	inside := func(o Observation) bool {
		for n := 2; n < len(o.Code) && o.Code != Total; n += 2 {
			if codes[table{o.Source, o.Code[:n]}] {
				return true
			}
		}
		return false
	}
	within := map[table]bool{}
	for t := range codes {
		within[t] = inside(Observation{Source: t.source, Code: t.code})
	}
	// Where two files state the same figure the file named first counts.
	type figure struct {
		flow                    Flow
		reporter, partner, code string
		year, month             int
	}
	owner := map[figure]string{}
	several := len(all) > 0 && slices.ContainsFunc(all, func(o Observation) bool { return o.Source != all[0].Source })
	byKey := map[key]*series{}
	covered := map[group]map[int][13]bool{}
	var lanes []*series
	for _, o := range all {
		if within[table{o.Source, o.Code}] {
			continue
		}
		if several {
			f := figure{o.Flow, o.Reporter, o.Partner, o.Code, o.Year, o.Month}
			if first, ok := owner[f]; ok && first != o.Source {
				continue
			}
			owner[f] = o.Source
		}
		k := key{o.Flow, o.Reporter, o.Partner, o.Code, o.Currency}
		if slices.Contains(eu, o.Reporter) {
			if slices.Contains(eu, o.Partner) {
				continue
			}
			k.reporter = EU
		}
		if k.code != Total {
			if len(k.code) < level {
				continue
			}
			k.code = k.code[:level]
		}
		s := byKey[k]
		if s == nil {
			s = &series{key: k, months: map[int][13]float64{}}
			byKey[k] = s
			lanes = append(lanes, s)
		}
		months := s.months[o.Year]
		months[o.Month] += o.Value
		s.months[o.Year] = months
		if !slices.Contains(s.sources, o.Source) {
			s.sources = append(s.sources, o.Source)
		}
		g := group{k.flow, k.reporter}
		if covered[g] == nil {
			covered[g] = map[int][13]bool{}
		}
		c := covered[g][o.Year]
		c[o.Month] = true
		covered[g][o.Year] = c
	}
	return lanes, covered
}

// total is the value of a year over the months given; month 0 is a whole year.
func (s *series) total(year int, months [13]bool) float64 {
	sum := 0.0
	for m, use := range months {
		if use {
			sum += s.months[year][m]
		}
	}
	return sum
}

// move is one lane in one year, held against the years before.
type move struct {
	*series
	year, count           int
	value, previous, base float64
	rate                  float64 // ln growth; NaN if one end is under the least value
	history               []Point
	wanted                bool // the year that was asked for; others say what is usual
}

// measure computes the moves of every lane, in every year that has one before.
func measure(lanes []*series, covered map[group]map[int][13]bool, opts Options) []move {
	var moves []move
	for _, s := range lanes {
		years := covered[group{s.flow, s.reporter}]
		var all []int
		for y := range years {
			all = append(all, y)
		}
		slices.Sort(all)
		for i, y := range all {
			if i == 0 || all[i-1] != y-1 {
				continue
			}
			from := max(0, i-3)
			common := years[y]
			for _, b := range all[from:i] {
				have := years[b]
				for m := range common {
					common[m] = common[m] && have[m]
				}
			}
			m := move{series: s, year: y, wanted: y == opts.Year || (opts.Year == 0 && i == len(all)-1)}
			for n, use := range common {
				if use && n == 0 {
					m.count = 12
				} else if use && !common[0] {
					m.count++
				}
			}
			if common[0] {
				common = [13]bool{true}
			}
			if m.count == 0 {
				continue
			}
			var before []float64
			for _, b := range all[from : i+1] {
				v := s.total(b, common)
				m.history = append(m.history, Point{b, math.Round(v)})
				if b < y {
					before = append(before, v)
				}
			}
			m.value, m.previous, m.base = s.total(y, common), s.total(y-1, common), median(before)
			m.rate = math.NaN()
			if m.value >= opts.Least/4 && m.previous >= opts.Least/4 {
				m.rate = math.Log(m.value / m.previous)
			}
			moves = append(moves, m)
		}
	}
	return moves
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	s := slices.Clone(values)
	slices.Sort(s)
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}

// finding fills in what every kind has.
func (m move) finding(k Kind, excess float64) Finding {
	f := Finding{
		Kind: k, Code: m.code, Lane: m.from() + " > " + m.to(), Flow: m.flow, Reporter: m.reporter, Partner: m.partner,
		Year: m.year, Months: m.count, Value: math.Round(m.value), Previous: math.Round(m.previous), Baseline: math.Round(m.base),
		Excess: math.Round(excess), Currency: m.currency, Sources: m.sources, History: m.history,
	}
	f.weight, _ = dollars(excess, m.currency, m.year)
	if !math.IsNaN(m.rate) {
		f.Growth = math.Round(m.value/m.previous*1000) / 1000
	}
	return f
}

// rises finds lanes that grew, and says how usual that is. What is usual is
// the growth of lanes of the same reporter, flow and level of code, of like size
// (a tenth to ten times), over the three years before: the same year alone would
// hide a change that took a whole region. A break must also outgrow its peers of
// the same year.
func rises(moves []move, opts Options) []Finding {
	type class struct {
		group
		total bool
	}
	type rate struct {
		year        int
		from, value float64
	}
	of := func(m move) class { return class{group{m.flow, m.reporter}, m.code == Total} }
	all := map[class][]rate{}
	for _, m := range moves {
		if !math.IsNaN(m.rate) {
			all[of(m)] = append(all[of(m)], rate{m.year, m.previous, m.rate})
		}
	}
	var findings []Finding
	for _, m := range moves {
		if !m.wanted || m.value < opts.Least || m.value < leastGrowth*m.previous || m.value < leastGrowth*m.base || m.value-m.previous < opts.Least {
			continue
		}
		var same, usual []float64
		for _, r := range all[of(m)] {
			if r.from < m.previous/10 || r.from > m.previous*10 {
				continue
			}
			if r.year == m.year {
				same = append(same, r.value)
			} else if r.year < m.year && r.year >= m.year-3 {
				usual = append(usual, r.value)
			}
		}
		f := m.finding(Rise, m.value-m.previous)
		f.Peers, f.Usual = max(0, len(same)-1), len(usual)
		f.Sentence = fmt.Sprintf("%s of %s by %s, %s: %s in %d%s, %s in %d", m.verb(), goods(m.code), m.reporter, m.lane(), money(m.previous, m.currency), m.year-1, months(m.count), money(m.value, m.currency), m.year)
		switch {
		case math.IsNaN(m.rate):
			f.Sentence += "; too little before to state a growth"
		case len(usual) < leastPeers || f.Peers < leastPeers:
			f.Sentence += fmt.Sprintf(" (%+.1f %%); too few lanes of like size to say whether this is usual (%d before, %d now)", 100*(f.Growth-1), len(usual), f.Peers)
		default:
			center := median(usual)
			away := make([]float64, len(usual))
			for i, r := range usual {
				away[i] = math.Abs(r - center)
			}
			f.Z = math.Round((m.rate-center)/max(leastSpread, 1.4826*median(away))*100) / 100
			f.PeerRate = math.Round(math.Exp(median(same))*1000) / 1000
			if f.Z >= leastZ && f.Growth > f.PeerRate {
				f.Kind = Break
			}
			f.Sentence += fmt.Sprintf(" (%+.1f %%); usual before %+.1f %%, z %.1f over %d; %d other lanes in %d %+.1f %%",
				100*(f.Growth-1), 100*(math.Exp(center)-1), f.Z, len(usual), f.Peers, m.year, 100*(f.PeerRate-1))
		}
		findings = append(findings, f)
	}
	return findings
}

// mirrors compares what two countries state of one lane.
func mirrors(moves []move, opts Options) []Finding {
	type lane struct {
		from, to, code string
		year           int
	}
	imports := map[lane]move{}
	for _, m := range moves {
		if m.flow == Import {
			imports[lane{m.from(), m.to(), m.code, m.year}] = m
		}
	}
	var findings []Finding
	for _, m := range moves {
		if m.flow != Export || !m.wanted {
			continue
		}
		other, ok := imports[lane{m.from(), m.to(), m.code, m.year}]
		if !ok || other.count != m.count {
			continue
		}
		a, okA := dollars(m.value, m.currency, m.year)
		b, okB := dollars(other.value, other.currency, m.year)
		// Both sides must say something: a lane that one side does not publish at
		// all is no contradiction.
		if !okA || !okB || min(a, b) < opts.Least/4 || math.Abs(a-b) < opts.Least || max(a, b) < leastGap*min(a, b) {
			continue
		}
		f := m.finding(Mirror, math.Abs(a-b))
		f.Currency, f.weight = "USD", math.Abs(a-b)
		f.Value, f.Other = math.Round(a), math.Round(b)
		f.Previous, _ = dollars(m.previous, m.currency, m.year-1)
		f.Previous = math.Round(f.Previous)
		f.Sources = append(slices.Clone(m.sources), other.sources...)
		f.Sentence = fmt.Sprintf("%s of %s in %d%s: %s states exports of %s, %s imports of %s (ratio %.2f; freight and insurance explain 1.05 to 1.2)",
			m.lane(), goods(m.code), m.year, months(m.count), m.reporter, money(a, "USD"), other.reporter, money(b, "USD"), b/a)
		findings = append(findings, f)
	}
	return findings
}

// substitutions finds codes that go to one country as they stop going to another.
func substitutions(moves []move, opts Options) []Finding {
	type exporter struct {
		reporter, code string
		year           int
	}
	falls := map[exporter][]move{}
	of := func(m move) exporter { return exporter{m.reporter, m.code, m.year} }
	for _, m := range moves {
		if m.wanted && m.flow == Export && m.code != Total && m.base >= opts.Least && m.value < leastFall*m.base && m.base-m.value >= opts.Least {
			falls[of(m)] = append(falls[of(m)], m)
		}
	}
	var findings []Finding
	for _, m := range moves {
		rise := m.value - m.base
		if !m.wanted || m.flow != Export || m.code == Total || m.value < leastGrowth*m.base || m.value < leastGrowth*m.previous || rise < opts.Least {
			continue
		}
		for _, fell := range falls[of(m)] {
			fall := fell.base - fell.value
			if rise < leastShare*fall || rise > fall/leastShare || fell.currency != m.currency {
				continue
			}
			f := m.finding(Substitution, min(rise, fall))
			f.Via = fell.partner
			f.Sources = m.sources
			f.Sentence = fmt.Sprintf("exports of %s by %s in %d%s: %s to %s against a median of %s before, %s to %s against %s: the rise is %.0f %% of the fall",
				goods(m.code), m.reporter, m.year, months(m.count), money(fell.value, m.currency), fell.partner, money(fell.base, m.currency),
				money(m.value, m.currency), m.partner, money(m.base, m.currency), 100*rise/fall)
			findings = append(findings, f)
		}
	}
	return findings
}

// passages joins a lane that grew into a country with one that grew out of it.
// Goods come and go everywhere, so it wants more: both lanes of one code broke with what was
// usual, or what the first country sent straight to the last has fallen.
func passages(found []Finding, moves []move, opts Options) []Finding {
	var rising []Finding
	for _, f := range found {
		if f.Kind == Break || f.Kind == Rise {
			rising = append(rising, f)
		}
	}
	type direct struct {
		from, to, code string
		year           int
	}
	fell := map[direct]move{}
	for _, m := range moves {
		if m.wanted && m.flow == Export && m.base >= opts.Least && m.value < leastFall*m.base {
			fell[direct{m.from(), m.to(), m.code, m.year}] = m
		}
	}
	var findings []Finding
	for _, in := range rising {
		from, hub, _ := strings.Cut(in.Lane, " > ")
		for _, out := range rising {
			start, to, _ := strings.Cut(out.Lane, " > ")
			// A lane back to where the goods came from is ordinary trade.
			if start != hub || to == from || in.Year != out.Year || (in.Code != out.Code && out.Code != Total) {
				continue
			}
			less, detour := fell[direct{from, to, in.Code, in.Year}]
			if !detour && (in.Kind != Break || out.Kind != Break || in.Code != out.Code || in.Code == Total) {
				continue
			}
			f := out
			f.Kind, f.Code, f.Via, f.Lane = Passage, in.Code, from, from+" > "+hub+" > "+to
			if in.weight < out.weight {
				f.Excess, f.Currency, f.weight = in.Excess, in.Currency, in.weight
			}
			f.Z = min(in.Z, out.Z)
			f.Sources = slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(in.Sources), out.Sources...))))
			f.Sentence = fmt.Sprintf("%s in %d: %s from %s into %s grew from %s to %s, %s from there to %s from %s to %s; statistics do not say that it is the same goods",
				f.Lane, f.Year, goods(in.Code), from, hub, money(in.Previous, in.Currency), money(in.Value, in.Currency),
				goods(out.Code), to, money(out.Previous, out.Currency), money(out.Value, out.Currency))
			if detour {
				f.Sentence += fmt.Sprintf("; what %s sends straight to %s fell from %s (median before) to %s", from, to, money(less.base, less.currency), money(less.value, less.currency))
			}
			findings = append(findings, f)
		}
	}
	return findings
}

func (m move) lane() string { return m.from() + " > " + m.to() }

func (m move) verb() string { return string(m.flow) + "s" }

func goods(code string) string {
	switch {
	case code == Total:
		return "all goods"
	case len(code) == 2:
		return "chapter " + code
	}
	return "code " + code
}

func months(n int) string {
	if n == 12 {
		return ""
	}
	return fmt.Sprintf(" (%d months of each year)", n)
}

// money prints a value in millions.
func money(v float64, currency string) string {
	return fmt.Sprintf("%s %s m", currency, grouped(v/1e6))
}

// grouped prints one decimal, and thousands apart.
func grouped(v float64) string {
	s := fmt.Sprintf("%.1f", v)
	whole, rest, _ := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0 && whole[i-1] != '-'; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return whole + "." + rest
}
