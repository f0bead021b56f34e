// Package fit makes the tables of package reference from folders of public trade
// data.
package fit

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"tallyman/classify/reference"
)

// A source of observations: what its figures are good for.
type source struct {
	letter, prefix, name, licence string
	leastKg                       float64 // below it masses are rounding noise
	price                         bool    // its price level is recent enough
}

var sources = []source{
	{"B", "BACI_HS17", "CEPII BACI, HS 2017, 2020", "Etalab 2.0", 10, true},
	{"C", "BACI_HS92", "CEPII BACI, HS 1992, 2021", "Etalab 2.0", 10, true},
	{"S", "BACI_seafood", "CEPII BACI, seafood, 2018", "Etalab 2.0", 10, true},
	{"E", "Ethiopia_exports", "Ethiopian customs, exports 1997-2018", "published by the customs office", 5, true},
	{"I", "Ethiopia_imports", "Ethiopian customs, imports 1997-2000", "published by the customs office", 5, false},
	{"N", "Nepal", "Nepal customs, 2018/19 and 2024/25", "published by the customs office", 5, true},
	{"U", "Comtrade", "UN Comtrade extracts", "UN Comtrade terms", 5, true},
}

// perSource is how many observations of a subheading one source may give: the
// extracts of fish would otherwise outweigh all else.
const perSource = 300

type observation struct {
	source  *source
	year    int
	hs6     string
	key     string // of the ratio as printed, to find weights that were filled in
	measure [reference.Measures]float64
	known   [reference.Measures]bool
	pair    bool
}

// pieces are the units that count articles.
var pieces = map[string]bool{"No.": true, "UN": true, "u": true, "PCS": true, "Number of items": true, "Pair": true, "PAIR": true, "PR": true, "2UN": true}

// Values fits the spreads of all codes from observations, without those of
// sources whose name begins with one of without, and writes them to out.
func Values(in, concordances, out string, without ...string) error {
	goods, err := fitted(in, concordances, without)
	if err != nil {
		return err
	}
	return write(out, goods)
}

// Pack fits the figures for a measure in which whole sources are held out.
func Pack(in, concordances string, without ...string) (*reference.Pack, error) {
	goods, err := fitted(in, concordances, without)
	if err != nil {
		return nil, err
	}
	return reference.Parse(packed(table(goods)))
}

// An Observation is a published trade flow as its source states it.
type Observation struct {
	Source string
	Code   string                      // of HS 2022
	Ratios [reference.Measures]float64 // 0 is not known
	Pair   bool
}

// Observations returns the usable rows of sources whose name begins with source.
func Observations(in, concordances, source string) ([]Observation, error) {
	var all []Observation
	err := read(in, concordances, func(name string, o observation) {
		if !strings.HasPrefix(name, source) {
			return
		}
		x := Observation{Source: name, Code: o.hs6, Pair: o.pair}
		for m := range reference.Measures {
			if o.known[m] {
				x.Ratios[m] = math.Exp(o.measure[m])
			}
		}
		all = append(all, x)
	})
	return all, err
}

// read calls each with the usable rows, their codes led to HS 2022.
func read(in, concordances string, each func(source string, o observation)) error {
	revisions, err := readConcordance(concordances)
	if err != nil {
		return err
	}
	f, err := os.Open(in)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	r := csv.NewReader(z)
	r.ReuseRecord = true
	if _, err := r.Read(); err != nil {
		return err
	}
	for {
		rec, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if o, ok := observe(rec); ok {
			o.hs6 = revisions.current(o.hs6, editionOf(rec[1], o.year))
			each(rec[0], o)
		}
	}
}

func fitted(in, concordances string, without []string) (map[string]*reference.Goods, error) {
	type group struct {
		hs6    string
		source *source
	}
	groups := map[group][]observation{}
	err := read(in, concordances, func(name string, o observation) {
		if slices.ContainsFunc(without, func(w string) bool { return strings.HasPrefix(name, w) }) {
			return
		}
		k := group{o.hs6, o.source}
		groups[k] = append(groups[k], o)
	})
	if err != nil {
		return nil, err
	}
	byCode := map[string][]observation{}
	for k, all := range groups {
		byCode[k.hs6] = append(byCode[k.hs6], thinned(all)...)
	}
	goods := fit(byCode)
	return goods, estimates(goods)
}

func observe(rec []string) (o observation, ok bool) {
	for i := range sources {
		if strings.HasPrefix(rec[0], sources[i].prefix) {
			o.source = &sources[i]
		}
	}
	if o.source == nil || len(rec[6]) != 6 {
		return o, false
	}
	o.hs6 = strings.Clone(rec[6])
	o.year, _ = strconv.Atoi(rec[5][:min(4, len(rec[5]))])
	value, _ := strconv.ParseFloat(rec[8], 64)
	kg, _ := strconv.ParseFloat(rec[9], 64)
	n, _ := strconv.ParseFloat(rec[11], 64)
	if kg < o.source.leastKg || value <= 0 {
		return o, false
	}
	set := func(m reference.Measure, v float64) {
		if v > 0 && !math.IsInf(v, 0) {
			o.measure[m], o.known[m] = math.Log(v), true
		}
	}
	if o.source.price {
		set(reference.ValuePerKg, value/kg)
	}
	// Most gross masses that equal the net mass are the same figure, copied.
	if gross, _ := strconv.ParseFloat(rec[10], 64); gross > kg && gross < 5*kg {
		set(reference.NetOverGross, kg/gross)
	}
	o.key = strconv.FormatFloat(value/kg, 'e', 4, 64)
	// The mass copied into the quantity, or one piece for a whole load, is no
	// count of pieces.
	if pieces[rec[12]] && n > 1 && math.Abs(n-kg) > 0.001*kg {
		if strings.HasPrefix(strings.ToUpper(rec[12]), "PAIR") || rec[12] == "PR" || rec[12] == "2UN" {
			o.pair = true
		}
		set(reference.KgPerPiece, kg/n)
		if o.source.price {
			set(reference.ValuePerPiece, value/n)
		}
	}
	return o, o.known[reference.ValuePerKg] || o.known[reference.KgPerPiece]
}

// thinned drops observations whose ratio occurs more than twice, which are
// weights that somebody filled in with an average, and takes at most perSource,
// evenly over the rest.
func thinned(all []observation) []observation {
	count := map[string]int{}
	for _, o := range all {
		count[o.key]++
	}
	all = slices.DeleteFunc(all, func(o observation) bool { return count[o.key] > 2 })
	if len(all) <= perSource {
		return all
	}
	slices.SortStableFunc(all, func(a, b observation) int { return strings.Compare(a.key, b.key) })
	var some []observation
	for i := range perSource {
		some = append(some, all[i*len(all)/perSource])
	}
	return some
}

const (
	leastScale = 0.4 // in natural logarithms: public figures are averages of shipments
	own        = 6.0 // observations that count as much as what the code above says
)

// least is the least spread of a measure. A part of a whole varies little.
func least(m reference.Measure) float64 {
	if m == reference.NetOverGross {
		return 0.03
	}
	return leastScale
}

// fit gives each code of 2, 4 and 6 digits its spreads, each drawn to the level
// above by how few observations it has.
func fit(byCode map[string][]observation) map[string]*reference.Goods {
	level := map[string][]observation{}
	total := 0
	codes := make([]string, 0, len(byCode))
	for code := range byCode {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	for _, code := range codes {
		all := byCode[code]
		total += len(all)
		for _, n := range []int{0, 2, 4, 6} {
			level[code[:n]] = append(level[code[:n]], all...)
		}
	}
	goods := map[string]*reference.Goods{}
	keys := make([]string, 0, len(level))
	for k := range level {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	for _, key := range keys {
		g := &reference.Goods{Code: key, Weight: float64(len(level[key])) / float64(total)}
		for m := range reference.Measures {
			var vs []float64
			s := &g.Of[m]
			letters := map[string]bool{}
			for _, o := range level[key] {
				if o.known[m] {
					vs = append(vs, o.measure[m])
					letters[o.source.letter] = true
					if o.year > 1900 && (s.From == 0 || o.year < s.From) {
						s.From = o.year
					}
					s.To = max(s.To, o.year)
				}
			}
			var above *reference.Goods
			if len(key) > 0 {
				above = goods[key[:len(key)-2]]
			}
			if len(vs) == 0 {
				continue // At falls back on the code above
			}
			slices.Sort(vs)
			at := func(q float64) float64 { return vs[int(q*float64(len(vs)-1)+0.5)] }
			location := at(0.5)
			// Half the distance of the central two thirds, which is one standard
			// deviation of a normal law and 1.1 scales of this t.
			scale := (at(5.0/6) - at(1.0/6)) / 2 / 1.05
			if above != nil && above.Known[m] {
				w := float64(len(vs)) / (float64(len(vs)) + own)
				location = w*location + (1-w)*above.Of[m].Location
				scale = math.Sqrt(w*scale*scale + (1-w)*above.Of[m].Scale*above.Of[m].Scale)
			}
			s.Location, s.Scale, s.N = location, max(scale, least(m)), len(vs)
			for _, src := range sources {
				if letters[src.letter] {
					s.Sources += src.letter
				}
			}
			g.Known[m] = true
		}
		goods[key] = g
	}
	return goods
}

//go:embed pieces.txt
var piecesText string

// enoughPieces is how many observations of a heading outweigh an estimate. Few of
// them are of those who count packages: 68 rows make a piece of make-up weigh 48
// kg, 66 a diode 1.2 kg.
const enoughPieces = 100

// estimates puts in what a piece weighs, and from that what it costs, where too
// few observations count pieces.
func estimates(goods map[string]*reference.Goods) error {
	for _, line := range strings.Split(piecesText, "\n") {
		f := strings.Split(line, "|")
		if len(f) != 3 || strings.HasPrefix(line, "#") {
			continue
		}
		kg, err1 := strconv.ParseFloat(strings.TrimSpace(f[1]), 64)
		factor, err2 := strconv.ParseFloat(strings.TrimSpace(f[2]), 64)
		heading := strings.TrimSpace(f[0])
		if err1 != nil || err2 != nil {
			return fmt.Errorf("pieces: %q", line)
		}
		g := goods[heading]
		if g == nil {
			continue
		}
		for code, below := range goods {
			if !strings.HasPrefix(code, heading) || below.Known[reference.KgPerPiece] && below.Of[reference.KgPerPiece].N >= enoughPieces {
				continue
			}
			below.Known[reference.KgPerPiece] = true
			below.Of[reference.KgPerPiece] = reference.Spread{Location: math.Log(kg), Scale: max(math.Log(factor), leastScale), Sources: "X", From: 2026, To: 2026}
			if value := below.Of[reference.ValuePerKg]; below.Known[reference.ValuePerKg] {
				below.Known[reference.ValuePerPiece] = true
				below.Of[reference.ValuePerPiece] = reference.Spread{
					Location: value.Location + math.Log(kg), Scale: math.Hypot(value.Scale, math.Log(factor)),
					Sources: value.Sources + "X", From: value.From, To: 2026,
				}
			}
		}
	}
	return nil
}

func write(out string, goods map[string]*reference.Goods) error {
	return os.WriteFile(out, packed(table(goods)), 0o644)
}

// table is the text of the figures, sorted.
func table(goods map[string]*reference.Goods) []byte {
	var b strings.Builder
	for _, s := range append(slices.Clone(sources), source{letter: "X", name: "own estimates of what an article weighs, 2026", licence: "Apache-2.0"}) {
		fmt.Fprintf(&b, "source\t%s\t%s\t%s\n", s.letter, s.name, s.licence)
	}
	var codes []string
	for c := range goods {
		if c != "" {
			codes = append(codes, c)
		}
	}
	slices.Sort(codes)
	for _, c := range codes {
		g := goods[c]
		fmt.Fprintf(&b, "%s\t%.3g", c, g.Weight)
		for m := range reference.Measures {
			s := g.Of[m]
			if !g.Known[m] {
				b.WriteString("\t\t\t\t\t\t")
				continue
			}
			fmt.Fprintf(&b, "\t%.3f\t%.3f\t%d\t%s\t%d\t%d", s.Location, s.Scale, s.N, s.Sources, s.From, s.To)
		}
		b.WriteByte('\n')
	}
	return []byte(b.String())
}

// packed compresses without a name or a time, so that the bytes are the same.
func packed(data []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is valid
	z.Write(data)                                         // a buffer takes everything
	z.Close()
	return b.Bytes()
}

// Priority writes the Common High Priority List.
func Priority(dir, out string) error {
	names, err := filepath.Glob(filepath.Join(dir, "chpl_*.csv"))
	if err != nil || len(names) == 0 {
		return fmt.Errorf("no list in %s", dir)
	}
	slices.Sort(names)
	name := names[len(names)-1]
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return err
	}
	var lines []string
	for _, rec := range all[1:] {
		lines = append(lines, rec[0]+" "+rec[1])
	}
	slices.Sort(lines)
	edition := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(name), "chpl_"), ".csv")
	text := "# Common High Priority List of the EU, the United States, the United Kingdom and\n# Japan, edition of " + edition + ": tier and subheading of HS 2022.\n" + strings.Join(lines, "\n") + "\n"
	return os.WriteFile(out, []byte(text), 0o644)
}
