// Package reference holds the figures that the classifier is fitted from: what a
// kilogram and a piece of the goods of each heading cost and weigh, and which
// goods are under control. The tables are made by `make reference` and embedded;
// their bytes depend on the sources alone.
package reference

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed values.tsv.gz
var valuesData []byte

//go:embed labels.txt
var labelsText string

//go:embed chpl.txt
var chplText string

// A Measure is a ratio of two figures of a line of goods.
type Measure int

const (
	ValuePerKg    Measure = iota // USD a kilogram of net mass
	KgPerPiece                   // kilograms of net mass a piece, or a pair
	ValuePerPiece                // USD a piece, or a pair
	NetOverGross                 // net mass over gross mass
	Measures                     // how many there are
)

// Names and units of the measures, in the words of the interface.
var (
	Name = [Measures]string{"value per kg", "kg per piece", "value per piece", "net over gross mass"}
	Unit = [Measures]string{"USD/KGM", "KGM/PCE", "USD/PCE", "KGM/KGM"}
)

// A Spread says how a measure of the goods of a code varies: natural logarithms,
// Student's t with four degrees of freedom.
type Spread struct {
	Location, Scale float64
	N               int    // observations of this code itself; the rest is from those above it
	Sources         string // letters of Sources
	From, To        int    // years
}

// A Goods is what is known of a code of 2, 4 or 6 digits.
type Goods struct {
	Code   string
	Of     [Measures]Spread
	Known  [Measures]bool
	Weight float64 // share of all trade lines, for a prior
}

// Source names where figures of a pack come from.
type Source struct{ Letter, Name, Licence string }

// A Pack is the whole reference.
type Pack struct {
	Hash     string // SHA-256 of the tables, hex
	Sources  []Source
	goods    map[string]*Goods
	Headings []string // all headings with any figure, sorted
}

var load = sync.OnceValue(func() *Pack {
	p, err := Parse(valuesData)
	if err != nil {
		panic(err) // the tables are part of the program, and a test reads them
	}
	return p
})

// Load returns the pack that came with the program.
func Load() *Pack { return load() }

// Of returns what is known of a code, from the longest of 6, 4 and 2 digits for
// which anything is; nil if nothing is.
func (p *Pack) Of(code string) *Goods {
	for _, n := range []int{6, 4, 2} {
		if len(code) >= n {
			if g := p.goods[code[:n]]; g != nil {
				return g
			}
		}
	}
	return nil
}

// At returns what is known of exactly this code; nil if nothing is.
func (p *Pack) At(code string) *Goods { return p.goods[code] }

// Parse reads a table of figures.
func Parse(data []byte) (*Pack, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	h.Write(text)
	io.WriteString(h, labelsText)
	io.WriteString(h, chplText)
	p := &Pack{Hash: hex.EncodeToString(h.Sum(nil)), goods: map[string]*Goods{}}
	for n, line := range strings.Split(string(text), "\n") {
		f := strings.Split(line, "\t")
		switch {
		case line == "":
		case f[0] == "source" && len(f) == 4:
			p.Sources = append(p.Sources, Source{f[1], f[2], f[3]})
		case len(f) == 2+6*int(Measures):
			g := &Goods{Code: f[0]}
			if g.Weight, err = strconv.ParseFloat(f[1], 64); err != nil {
				return nil, fmt.Errorf("values: line %d: %v", n+1, err)
			}
			for m := range Measures {
				c := f[2+6*m : 8+6*m]
				if c[0] == "" {
					continue
				}
				s := &g.Of[m]
				if _, err := fmt.Sscan(strings.Join([]string{c[0], c[1], c[2], c[4], c[5]}, " "), &s.Location, &s.Scale, &s.N, &s.From, &s.To); err != nil {
					return nil, fmt.Errorf("values: line %d: %v", n+1, err)
				}
				s.Sources, g.Known[m] = c[3], true
			}
			p.goods[g.Code] = g
			if len(g.Code) == 4 {
				p.Headings = append(p.Headings, g.Code)
			}
		default:
			return nil, fmt.Errorf("values: line %d has %d fields", n+1, len(f))
		}
	}
	return p, nil
}

// SourceNames spells the letters of a spread.
func (p *Pack) SourceNames(letters string) string {
	var names []string
	for _, s := range p.Sources {
		if strings.Contains(letters, s.Letter) {
			names = append(names, s.Name)
		}
	}
	return strings.Join(names, "; ")
}

type label struct{ en, ru string }

var labels = sync.OnceValue(func() map[string]label {
	all := map[string]label{}
	for _, line := range strings.Split(labelsText, "\n") {
		if f := strings.Split(line, "|"); len(f) == 3 && !strings.HasPrefix(line, "#") {
			all[strings.TrimSpace(f[0])] = label{strings.TrimSpace(f[1]), strings.TrimSpace(f[2])}
		}
	}
	return all
})

// Label returns a short name of a chapter or heading in our own words, in
// English or Russian ("ru"); of a heading without one, that of its chapter.
func Label(code, lang string) string {
	for _, n := range []int{4, 2} {
		if len(code) < n {
			continue
		}
		if l, ok := labels()[code[:n]]; ok {
			if lang == "ru" {
				return l.ru
			}
			return l.en
		}
	}
	return ""
}

var tiers = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	for _, line := range strings.Split(chplText, "\n") {
		if f := strings.Fields(line); len(f) == 2 && !strings.HasPrefix(line, "#") {
			all[f[1]] = f[0]
		}
	}
	return all
})

// Tier returns the tier of the Common High Priority List that a code of six or
// more digits is in; empty if it is not listed.
func Tier(code string) string {
	if len(code) < 6 {
		return ""
	}
	return tiers()[code[:6]]
}

// Priority returns the subheadings of the list below a heading.
func Priority(heading string) []string {
	var all []string
	for line := range strings.SplitSeq(chplText, "\n") {
		if f := strings.Fields(line); len(f) == 2 && strings.HasPrefix(f[1], heading) && !strings.HasPrefix(line, "#") {
			all = append(all, f[1])
		}
	}
	return all
}

//go:embed rates.txt
var ratesText string

var rates = sync.OnceValue(func() map[string]float64 {
	all := map[string]float64{"USD": 1}
	for line := range strings.Lines(ratesText) {
		f := strings.Fields(line)
		if len(f) == 3 && f[0] != "#" {
			if x, err := strconv.ParseFloat(f[1], 64); err == nil && x > 0 {
				all[f[0]] = x
			}
		}
	}
	return all
})

// PerUSD returns how much of a currency a US dollar cost on average in the last
// full year that is known: good for telling a factor of two, not for accounts.
func PerUSD(currency string) (float64, bool) {
	x, ok := rates()[currency]
	return x, ok
}

// A Short is the short name of a chapter or heading.
type Short struct{ Code, English, Russian string }

// Labels returns all short names in the order of their codes.
func Labels() []Short {
	all := make([]Short, 0, len(labels()))
	for code, l := range labels() {
		all = append(all, Short{code, l.en, l.ru})
	}
	slices.SortFunc(all, func(a, b Short) int { return strings.Compare(a.Code, b.Code) })
	return all
}
