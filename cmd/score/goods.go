package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"

	"tallyman/classify"
	"tallyman/classify/reference"
	"tallyman/classify/reference/fit"
	"tallyman/classify/words/train"
	"tallyman/trade"
)

// goodsTrial is the swapped-goods test on one source that the figures never saw.
type goodsTrial struct {
	Source              string
	Rows                int
	Nominal             float64 // rate of false alarms asked for
	Before, After       float64 // rates measured, before and after calibration on 200 rows
	Recall              float64 // of other-chapter swaps, words and numbers, at After
	RecallNumbers       float64
	RecallWords         float64
	Third               float64 // true heading among the first three of words and numbers
	AtFive              float64 // recall, words and numbers, with the border where 5 % of the source's other rows are alarms
	Conformal           float64 // alarms by numbers after calibration on 500 rows, 5 % asked for
	ConformalRows       int
	Units               int     // mass a thousand times too high
	UnitsFound, UnitsOK float64 // share below the border; share whose repair is named
}

// calibrationRows is how many accepted rows a user is asked for, and
// conformalRows how many make the rate of alarms the one that was asked for.
// Which rows they are is drawn goodsDraws times: the rate of alarms behind a
// border of 200 rows differs by 1.5 points from draw to draw by luck alone.
const (
	calibrationRows = 200
	conformalRows   = 500
	goodsDraws      = 5
)

// scoreGoods holds out whole sources of observations that count pieces. Each row
// is given words of its true heading that the model of words never saw, since
// the sources give none; a swap declares the code of a row of another chapter.
func scoreGoods(w io.Writer, dir string) error {
	in := filepath.Join(dir, "unit_values", "unit_value_observations.csv.gz")
	concordances := filepath.Join(dir, "comtrade-hs-reference", "HS_consolidated_comtrade_concordances.csv")
	if _, err := os.Stat(in); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	texts, err := train.HeldOut(dir)
	if err != nil {
		return err
	}
	said := map[string][]string{}
	for _, t := range texts {
		said[t.Code[:4]] = append(said[t.Code[:4]], t.Words)
	}
	fmt.Fprintln(w, "Swapped goods, whole sources held out of the figures (words held out of the model)")
	fmt.Fprintf(w, "mean of %d draws of %d own rows; alarms after: least to most; at 5%%: where 5%% are measured; 500 rows: alarms by numbers\n", goodsDraws, calibrationRows)
	fmt.Fprintln(w, "source            n    asked  before  after              recall  at 5%   numbers  words  first three  x1000 found  named  500 rows")
	for _, source := range []string{"Nepal_FY2018_19", "Nepal_FY2024_25", "Ethiopia_exports", "BACI_HS17"} {
		without := []string{source}
		if source[:5] == "Nepal" {
			without = []string{"Nepal"}
		}
		pack, err := fit.Pack(in, concordances, without...)
		if err != nil {
			return err
		}
		rows, err := fit.Observations(in, concordances, source)
		if err != nil {
			return err
		}
		m := classify.NewModel().WithFigures(pack)
		var t goodsTrial
		least, most := 1.0, 0.0
		for draw := range uint64(goodsDraws) {
			x := tryGoods(m, rows, said, draw)
			least, most = min(least, x.After), max(most, x.After)
			t.add(x)
		}
		fmt.Fprintf(w, "%-16s %5d  %4.1f%%  %5.1f%%  %4.1f%% (%4.1f-%4.1f)  %5.1f%%  %5.1f%%  %5.1f%%  %5.1f%%  %5.1f%%  %5.1f%%  %5.1f%%  %4.1f%% (n %d)\n", source, t.Rows, 100*t.Nominal,
			100*t.Before, 100*t.After, 100*least, 100*most, 100*t.Recall, 100*t.AtFive, 100*t.RecallNumbers, 100*t.RecallWords, 100*t.Third, 100*t.UnitsFound, 100*t.UnitsOK,
			100*t.Conformal, t.ConformalRows)
	}
	return nil
}

// add adds one of the draws to their mean.
func (t *goodsTrial) add(x goodsTrial) {
	const share = 1.0 / goodsDraws
	t.Rows, t.Units, t.ConformalRows, t.Nominal = x.Rows, x.Units, x.ConformalRows, x.Nominal
	for _, f := range []struct {
		sum *float64
		x   float64
	}{
		{&t.Before, x.Before}, {&t.After, x.After}, {&t.Recall, x.Recall}, {&t.AtFive, x.AtFive}, {&t.RecallNumbers, x.RecallNumbers},
		{&t.RecallWords, x.RecallWords}, {&t.Third, x.Third}, {&t.UnitsFound, x.UnitsFound}, {&t.UnitsOK, x.UnitsOK}, {&t.Conformal, x.Conformal},
	} {
		*f.sum += share * f.x
	}
}

func tryGoods(m classify.Model, rows []fit.Observation, said map[string][]string, draw uint64) goodsTrial {
	r := rand.New(rand.NewPCG(4+draw, 670411))
	type row struct {
		code   trade.TariffCode
		words  string
		ratios trade.Ratios
	}
	var all []row
	for _, o := range rows {
		texts := said[o.Code[:4]]
		if len(texts) == 0 || o.Ratios[reference.ValuePerKg] == 0 {
			continue
		}
		x := row{trade.TariffCode(o.Code), texts[r.IntN(len(texts))], trade.Ratios{
			ValuePerMass: o.Ratios[reference.ValuePerKg], MassPerPiece: o.Ratios[reference.KgPerPiece], ValuePerPiece: o.Ratios[reference.ValuePerPiece], NetOverGross: o.Ratios[reference.NetOverGross],
		}}
		all = append(all, x)
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	all = all[:min(len(all), 1200)]
	if len(all) < 2*calibrationRows {
		return goodsTrial{Rows: len(all)}
	}
	own, rest := all[:calibrationRows], all[calibrationRows:]
	t := goodsTrial{Rows: len(rest), Nominal: 0.05}
	for _, x := range rest {
		if m.Fits(x.code, x.ratios).P <= t.Nominal {
			t.Before++
		}
	}
	t.Before /= float64(len(rest))

	var accepted []classify.Accepted
	for _, x := range own {
		// The words of the swapped rows must not be learned by heart.
		accepted = append(accepted, classify.Accepted{Code: x.code, Ratios: x.ratios})
	}
	numbers := func(m classify.Model, code trade.TariffCode, x row) float64 { return m.Fits(code, x.ratios).P }
	words := func(m classify.Model, code trade.TariffCode, x row) float64 {
		return m.Describes(code, x.words).Chapter
	}
	both := func(m classify.Model, code trade.TariffCode, x row) float64 {
		return m.Chapter(code, x.words, x.ratios)
	}
	// Each fifth of the user's rows is judged by what the rest taught.
	const folds = 5
	var ns, ws, bs []float64
	for f := range folds {
		var others []classify.Accepted
		for i, a := range accepted {
			if i%folds != f {
				others = append(others, a)
			}
		}
		c, err := m.Calibrate(others)
		if err != nil {
			return t
		}
		judge := m.With(c)
		for i, x := range own {
			if i%folds == f {
				ns, ws, bs = append(ns, numbers(judge, x.code, x)), append(ws, words(judge, x.code, x)), append(bs, both(judge, x.code, x))
			}
		}
	}
	if len(all) > conformalRows {
		var many []classify.Accepted
		for _, x := range all[:conformalRows] {
			many = append(many, classify.Accepted{Code: x.code, Ratios: x.ratios})
		}
		c, err := m.Calibrate(many)
		if err != nil {
			return t
		}
		judge := m.With(c)
		t.ConformalRows = len(all) - conformalRows
		for _, x := range all[conformalRows:] {
			if numbers(judge, x.code, x) <= t.Nominal {
				t.Conformal += 1 / float64(t.ConformalRows)
			}
		}
	}
	c, err := m.Calibrate(accepted)
	if err != nil {
		return t
	}
	m = m.With(c)
	// The border of each kind of evidence lies where 5 % of the user's own rows
	// fall below it.
	slices.Sort(ns)
	slices.Sort(ws)
	slices.Sort(bs)
	rank := func(sorted []float64, v float64) float64 {
		i, _ := slices.BinarySearchFunc(sorted, v, func(a, b float64) int {
			if a <= b {
				return -1
			}
			return 1
		})
		return float64(i+1) / float64(len(sorted)+1)
	}
	n := float64(len(rest))
	var own5, swaps5 []float64
	for i, x := range rest {
		mine := both(m, x.code, x)
		own5 = append(own5, mine)
		if rank(bs, mine) <= t.Nominal {
			t.After++
		}
		swapped := rest[(i+1)%len(rest)]
		for k := 2; swapped.code[:2] == x.code[:2]; k++ {
			swapped = rest[(i+k)%len(rest)]
		}
		theirs := both(m, swapped.code, x)
		swaps5 = append(swaps5, theirs)
		if rank(bs, theirs) <= t.Nominal {
			t.Recall++
		}
		if rank(ns, numbers(m, swapped.code, x)) <= t.Nominal {
			t.RecallNumbers++
		}
		if rank(ws, words(m, swapped.code, x)) <= t.Nominal {
			t.RecallWords++
		}
		for _, h := range m.Together(x.words, x.ratios).Best[:3] {
			if h.Code == string(x.code[:4]) {
				t.Third++
			}
		}
		if i < 100 {
			t.Units++
			slip := x.ratios
			slip.ValuePerMass /= 1000
			slip.MassPerPiece *= 1000
			if m.Fits(x.code, slip).P <= t.Nominal {
				t.UnitsFound++
			}
			if rep, ok := m.Repair(x.code, slip); ok && rep.Figure == "net mass" && rep.Factor == 0.001 {
				t.UnitsOK++
			}
		}
	}
	slices.Sort(own5)
	border := own5[int(t.Nominal*n)]
	for _, p := range swaps5 {
		if p < border {
			t.AtFive += 1 / n
		}
	}
	t.After, t.Recall, t.RecallNumbers, t.RecallWords, t.Third = t.After/n, t.Recall/n, t.RecallNumbers/n, t.RecallWords/n, t.Third/n
	t.UnitsFound, t.UnitsOK = t.UnitsFound/float64(t.Units), t.UnitsOK/float64(t.Units)
	return t
}
