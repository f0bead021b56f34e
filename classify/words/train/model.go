package train

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"tallyman/classify/words"
)

// Folds of the sources that are measured: tested, and used to join and sharpen.
// No text of them, nor one of the same words in another source, is trained on.
const (
	testFolds = 2
	tuneFold  = 2
	epochs    = 4
)

// A Result is a model and what was measured of it.
type Result struct {
	Model    []byte
	Measures []Measure
	Trained  int
}

// A Measure is how well one source was named.
type Measure struct {
	Source                    string
	Language                  words.Language
	N                         int
	Chapter, Top1, Top5, Sub  float64
	CalibrationError          float64 // expected, of the top heading, ten bins
	Luck                      float64 // the same of a model whose probabilities are right, by luck alone
	Answered, AnsweredChapter float64 // share not abstained, and its chapters that are right
	Near                      [3]Near // by similarity to the nearest text that was trained on
}

// Near is the accuracy on texts of one range of similarity.
type Near struct {
	N    int
	Top1 float64
}

// Run trains, tunes and measures. out is told how far it is.
func Run(texts []Text, out io.Writer) (*Result, error) {
	held := map[string]int{} // fold of the words that are held out
	for i := range texts {
		if t := &texts[i]; t.Held && t.Code != "" && t.Fold <= tuneFold {
			held[key(t.Words)] = t.Fold
		}
	}
	var small, whole, tune, test, unclear []*Text
	for i := range texts {
		t := &texts[i]
		fold, isHeld := held[key(t.Words)]
		switch {
		case t.Code == "":
			unclear = append(unclear, t)
		case !isHeld:
			small, whole = append(small, t), append(whole, t)
		case t.Held && fold < testFolds:
			test = append(test, t)
		case t.Held && fold == tuneFold:
			tune, whole = append(tune, t), append(whole, t)
		}
	}
	// A first model, which knows nothing of the fold for tuning, says how its
	// scores are to be joined; the second learns from that fold too.
	fmt.Fprintf(out, "%d texts to tune with, %d to test with, %d to learn from\n", len(tune), len(test), len(whole))
	first, err := words.Read(encode(fit(small, epochs), words.Params{}))
	if err != nil {
		return nil, err
	}
	var tuned [words.Languages]words.Tuning
	for l := range words.Languages {
		tuned[l] = tuneLanguage(first, tune, l)
		fmt.Fprintf(out, "%v: %.0f texts, tree %.2f, whole words %.2f, sharp %.2f and %.2f, sharper %.2f\n", l, tuned[l].N, tuned[l].Tree, tuned[l].Whole, tuned[l].Sharp, tuned[l].WholeSharp, tuned[l].Sharper)
	}
	r := &Result{Trained: len(whole)}
	r.Model = encode(fit(whole, epochs), words.Params{Tuned: tuned})
	m, err := words.Read(r.Model)
	if err != nil {
		return nil, err
	}
	r.Measures = measure(m, test, unclear, whole)
	for _, x := range r.Measures {
		fmt.Fprintln(out, x)
	}
	return r, nil
}

func (x Measure) String() string {
	s := fmt.Sprintf("%s (%v) n %d: chapter %.3f, heading %.3f, in first five %.3f, subheading %.3f, calibration error %.3f (by luck %.3f), answered %.3f, of these chapter %.3f; by similarity",
		x.Source, x.Language, x.N, x.Chapter, x.Top1, x.Top5, x.Sub, x.CalibrationError, x.Luck, x.Answered, x.AnsweredChapter)
	for i, n := range x.Near {
		s += fmt.Sprintf(" %s %.3f (n %d)", nearNames[i], n.Top1, n.N)
	}
	return s
}

var nearNames = [3]string{"below 0.3", "0.3 to 0.7", "above 0.7"}

// least of a weight that is kept: smaller ones change nothing that can be measured.
const least = 1.5 * words.Step

func encode(m *fitted, p words.Params) []byte {
	p.Headings = m.headings
	p.IDF = make([]uint8, len(m.idf))
	for id, x := range m.idf {
		p.IDF[id] = uint8(min(255, math.Round(float64(x)*16)))
	}
	p.ChapterB, p.HeadingB = m.chapterB, m.headingB
	quantised := func(w []float32, first int) []words.Weight {
		var all []words.Weight
		for i, x := range w {
			if x > least || x < -least {
				all = append(all, words.Weight{Class: uint16(first + i), Q: int8(max(-127, min(127, math.Round(float64(x)/words.Step))))})
			}
		}
		return all
	}
	p.Chapter, p.Heading = map[uint32][]words.Weight{}, map[uint32][]words.Weight{}
	for id, w := range m.chapterW {
		if q := quantised(w, 0); len(q) > 0 {
			p.Chapter[id] = q
		}
	}
	for k, w := range m.headingW {
		if q := quantised(w, m.first[k&255]); len(q) > 0 {
			p.Heading[uint32(k>>8)] = append(p.Heading[uint32(k>>8)], q...)
		}
	}
	p.Bayes, p.Sub = map[uint32][]words.Weight{}, map[uint32][]words.Weight{}
	for h, counts := range m.counts {
		for l := range words.Languages {
			p.Totals[l], p.Prior[l] = append(p.Totals[l], float32(m.totals[l][h])), append(p.Prior[l], float32(m.prior[l][h]))
		}
		for id, n := range counts {
			p.Bayes[id] = append(p.Bayes[id], words.Weight{Class: uint16(h), Q: words.QuantiseCount(float64(n))})
		}
	}
	for k, s := range m.subheadings {
		p.Subheadings, p.SubTotals = append(p.Subheadings, s), append(p.SubTotals, float32(m.subTotals[k]))
		for id, n := range m.subCounts[k] {
			p.Sub[id] = append(p.Sub[id], words.Weight{Class: uint16(k), Q: words.QuantiseCount(float64(n))})
		}
	}
	for _, rows := range []map[uint32][]words.Weight{p.Heading, p.Bayes, p.Sub} {
		for _, r := range rows {
			slices.SortFunc(r, func(a, b words.Weight) int { return cmp.Compare(a.Class, b.Class) })
		}
	}
	var b bytes.Buffer
	if err := words.Write(&b, &p); err != nil {
		panic(err) // a buffer takes everything
	}
	return b.Bytes()
}

// scored is a text with what the model says of it before joining.
type scored struct {
	parts  words.Parts // empty: the text has no known features
	want   int
	known  bool
	weight float64
	text   *Text
}

func (s *scored) trust() int { return words.Trust(s.parts.Agree(), s.known) }

func raw(m *words.Model, texts []*Text) []scored {
	var all []scored
	for _, t := range texts {
		h, ok := slices.BinarySearch(m.Headings, t.Code[:4])
		if !ok {
			h = -1
		}
		s := scored{want: h, text: t, weight: 1, known: m.Familiar(t.Words) == 1}
		if f := m.FeaturesOf(t.Words); len(f) > 0 {
			s.parts = m.Raw(f, t.Language)
		}
		all = append(all, s)
	}
	return all
}

// tuneLanguage picks the way to join that makes held-out texts likeliest. Each
// source of a language counts alike.
func tuneLanguage(m *words.Model, texts []*Text, l words.Language) words.Tuning {
	var of []*Text
	count := map[string]int{}
	for _, t := range texts {
		if t.Language == l && count[t.Source] < 1000 {
			count[t.Source]++
			of = append(of, t)
		}
	}
	if len(of) < 50 {
		return words.Tuning{}
	}
	plain := words.Tuning{N: float64(len(of)), Sharper: [words.Trusts]float64{1, 1, 1, 1}}
	all := raw(m, of)
	for i := range all {
		all[i].weight = 1 / float64(count[all[i].text.Source])
	}
	// The mix that ranks best, then the exponents that make its probabilities right.
	best, most := plain, -1.0
	for _, shares := range [][2]float64{{0.5, 0.2}, {0.5, 0.3}, {0.6, 0.2}, {0.7, 0.15}, {0.8, 0.1}, {0.9, 0.05}, {0.95, 0}} {
		for _, sharp := range []float64{0.5, 0.7, 1, 1.5} {
			for _, whole := range []float64{0.7, 1.5, 3} {
				t := plain
				t.Tree, t.Whole, t.Sharp, t.WholeSharp = shares[0], shares[1], sharp, whole
				right := 0.0
				for _, s := range all {
					if s.parts.Tree == nil || s.want < 0 {
						continue
					}
					p := t.Mix(s.parts)
					rank := 0
					for _, x := range p {
						if x > p[s.want] {
							rank++
						}
					}
					if rank == 0 {
						right += s.weight
					}
					if rank < 5 {
						right += s.weight
					}
				}
				if right > most {
					best, most = t, right
				}
			}
		}
	}
	for trust := range words.Trusts {
		bestLoss, pick := math.Inf(1), 1.0
		for sharper := 0.4; sharper < 2.5; sharper += 0.05 {
			t := best
			t.Sharper[trust] = sharper
			loss, n := 0.0, 0
			for _, s := range all {
				if s.parts.Tree == nil || s.trust() != trust {
					continue
				}
				p := 1e-6
				if s.want >= 0 {
					p += t.Join(s.parts, s.known)[s.want]
				}
				loss -= math.Log(p)
				n++
			}
			if n >= 30 && loss < bestLoss {
				bestLoss, pick = loss, sharper
			}
		}
		best.Sharper[trust] = pick
	}
	var ranks []float64
	for _, s := range all {
		p := 0.0
		if s.parts.Tree != nil && s.want >= 0 {
			p = chapterP(m, best.Join(s.parts, s.known), s.text.Code[:2])
		}
		ranks = append(ranks, p)
	}
	slices.Sort(ranks)
	best.Ranks = ranks
	return best
}

func chapterP(m *words.Model, p []float64, chapter string) float64 {
	sum := 0.0
	for h, c := range m.Headings {
		if c[:2] == chapter {
			sum += p[h]
		}
	}
	return sum
}

func measure(m *words.Model, test, unclear, trained []*Text) []Measure {
	near := newNearest(trained)
	var all []Measure
	bySource := map[string][]*Text{}
	var names []string
	for _, t := range test {
		if bySource[t.Source] == nil {
			names = append(names, t.Source)
		}
		bySource[t.Source] = append(bySource[t.Source], t)
	}
	slices.Sort(names)
	if len(bySource["uk-terms"]) > 0 {
		bySource["both uk"] = append(slices.Clone(bySource["uk-parcels"]), bySource["uk-terms"]...)
		names = append(names, "both uk")
	}
	for _, name := range names {
		x := Measure{Source: name, N: len(bySource[name]), Language: bySource[name][0].Language}
		var bins [10]struct{ n, p, right, variance float64 }
		subs := 0.0
		for _, t := range bySource[name] {
			s := m.Score(t.Words)
			if len(s.P) == 0 {
				x.Near[0].N++
				continue
			}
			top := 0
			for h := range s.P {
				if s.P[h] > s.P[top] {
					top = h
				}
			}
			rank := len(s.P)
			if h, ok := slices.BinarySearch(m.Headings, t.Code[:4]); ok {
				rank = 0
				for _, p := range s.P {
					if p > s.P[h] {
						rank++
					}
				}
			}
			bestChapter, bestP := "", 0.0
			for i := 0; i < len(m.Headings); {
				c, sum := m.Headings[i][:2], 0.0
				for ; i < len(m.Headings) && m.Headings[i][:2] == c; i++ {
					sum += s.P[i]
				}
				if sum > bestP {
					bestChapter, bestP = c, sum
				}
			}
			b := &bins[min(9, int(s.P[top]*10))]
			b.n++
			b.p += s.P[top]
			b.variance += s.P[top] * (1 - s.P[top])
			n := 0
			switch sim := near.of(t.Words); {
			case sim >= 0.7:
				n = 2
			case sim >= 0.3:
				n = 1
			}
			x.Near[n].N++
			if rank == 0 {
				x.Top1++
				b.right++
				x.Near[n].Top1++
			}
			if rank < 5 {
				x.Top5++
			}
			if bestChapter == t.Code[:2] {
				x.Chapter++
			}
			if s.Abstained == "" {
				x.Answered++
				if bestChapter == t.Code[:2] {
					x.AnsweredChapter++
				}
			}
			if len(t.Code) == 6 {
				subs++
				best, bestP := "", -1.0
				for h, p := range s.P {
					if p < 0.02 && h != top {
						continue
					}
					for _, c := range m.Subheadings {
						if c[:4] == m.Headings[h] {
							if q := p * m.Within(s, c); q > bestP {
								best, bestP = c, q
							}
						}
					}
				}
				if best == t.Code {
					x.Sub++
				}
			}
		}
		n := float64(x.N)
		for _, b := range bins {
			if b.n > 0 {
				x.CalibrationError += math.Abs(b.p-b.right) / n
				// The mean distance of a normal law from its middle.
				x.Luck += math.Sqrt(2/math.Pi*b.variance) / n
			}
		}
		if x.Answered > 0 {
			x.AnsweredChapter /= x.Answered
		}
		x.Chapter, x.Top1, x.Top5, x.Answered = x.Chapter/n, x.Top1/n, x.Top5/n, x.Answered/n
		x.Sub /= max(subs, 1)
		for i := range x.Near {
			x.Near[i].Top1 /= max(float64(x.Near[i].N), 1)
		}
		all = append(all, x)
	}
	if len(unclear) > 0 {
		x := Measure{Source: "uk-vague", N: len(unclear)}
		for _, t := range unclear {
			if m.Score(t.Words).Abstained == "" {
				x.Answered++
			}
		}
		x.Answered /= float64(x.N)
		all = append(all, x)
	}
	return all
}

// nearest finds how alike a text is to the nearest one that was trained on: the
// words that both have, over the words that either has.
type nearest struct {
	sizes []int
	index map[string][]int32
}

func newNearest(texts []*Text) *nearest {
	n := &nearest{index: map[string][]int32{}}
	for i, t := range texts {
		ws := strings.Fields(key(t.Words))
		n.sizes = append(n.sizes, len(ws))
		for _, w := range ws {
			n.index[w] = append(n.index[w], int32(i))
		}
	}
	return n
}

func (n *nearest) of(text string) float64 {
	ws := strings.Fields(key(text))
	shared := map[int32]int{}
	for _, w := range ws {
		for _, i := range n.index[w] {
			shared[i]++
		}
	}
	best := 0.0
	for i, s := range shared {
		best = max(best, float64(s)/float64(len(ws)+n.sizes[i]-s))
	}
	return best
}
