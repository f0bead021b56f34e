package train

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"

	"tallyman/classify/words"
)

// An example is a text as features.
type example struct {
	features []words.Feature
	heading  int // index of its heading
	chapter  int // index of its chapter
	code     string
	weight   float32
	text     *Text
}

// A fitted model before it is written: dense per feature and chapter.
type fitted struct {
	idf      []float32
	headings []string // sorted
	chapters []string // sorted
	first    []int    // first heading of each chapter, and the end
	chapterW map[uint32][]float32
	headingW map[uint64][]float32 // by feature and chapter
	chapterB []float32
	headingB []float32
	counts   []map[uint32]float32 // of each heading, for naive Bayes
	totals   [words.Languages][]float64
	prior    [words.Languages][]float64

	subheadings []string
	subTotals   []float64
	subCounts   []map[uint32]float32
}

// fit trains on texts; epochs over all of them in a fixed order.
func fit(texts []*Text, epochs int) *fitted {
	m := &fitted{idf: make([]float32, 1<<words.Bits), chapterW: map[uint32][]float32{}, headingW: map[uint64][]float32{}}
	df := make([]float32, 1<<words.Bits)
	for _, t := range texts {
		for _, f := range words.Features(t.Words, func(uint32) float32 { return 1 }) {
			df[f.ID]++
		}
	}
	for id, n := range df {
		if n >= 2 {
			m.idf[id] = float32(1 + 0.5*math.Log(float64(len(texts))/float64(n)))
		}
	}
	set := map[string]bool{}
	for _, t := range texts {
		set[t.Code[:4]] = true
	}
	for h := range set {
		m.headings = append(m.headings, h)
	}
	slices.Sort(m.headings)
	for i, h := range m.headings {
		if len(m.chapters) == 0 || m.chapters[len(m.chapters)-1] != h[:2] {
			m.chapters = append(m.chapters, h[:2])
			m.first = append(m.first, i)
		}
	}
	m.first = append(m.first, len(m.headings))
	var examples []example
	for _, t := range texts {
		if e, ok := m.example(t); ok {
			examples = append(examples, e)
		}
	}
	m.bayes(examples)
	m.softmax(examples, epochs)
	return m
}

func (m *fitted) example(t *Text) (example, bool) {
	h, ok := slices.BinarySearch(m.headings, t.Code[:4])
	if !ok {
		return example{}, false
	}
	c, _ := slices.BinarySearch(m.chapters, m.headings[h][:2])
	return example{words.Features(t.Words, func(id uint32) float32 { return m.idf[id] }), h, c, t.Code, t.Weight, t}, true
}

// bayes counts the features of each heading.
func (m *fitted) bayes(examples []example) {
	m.counts = make([]map[uint32]float32, len(m.headings))
	for l := range words.Languages {
		m.totals[l] = make([]float64, len(m.headings))
		m.prior[l] = make([]float64, len(m.headings))
	}
	for i := range m.counts {
		m.counts[i] = map[uint32]float32{}
	}
	for _, e := range examples {
		l := e.text.Language
		if l >= words.Languages {
			continue
		}
		for _, f := range e.features {
			m.counts[e.heading][f.ID] += f.X * e.weight
			m.totals[l][e.heading] += float64(f.X * e.weight)
		}
		m.prior[l][e.heading] += float64(e.weight)
	}
	set := map[string]bool{}
	for _, e := range examples {
		if len(e.code) == 6 {
			set[e.code] = true
		}
	}
	m.subheadings = slices.Sorted(maps.Keys(set))
	m.subTotals = make([]float64, len(m.subheadings))
	m.subCounts = make([]map[uint32]float32, len(m.subheadings))
	for i := range m.subCounts {
		m.subCounts[i] = map[uint32]float32{}
	}
	for _, e := range examples {
		k, ok := slices.BinarySearch(m.subheadings, e.code)
		if !ok {
			continue
		}
		for _, f := range e.features {
			if words.Whole(f.ID) {
				m.subCounts[k][f.ID] += f.X * e.weight
				m.subTotals[k] += float64(f.X * e.weight)
			}
		}
	}
}

const (
	rate      = 3.0 // of the first epoch
	rateDecay = 0.7 // from one to the next
)

// softmax fits chapter weights and, inside each chapter, heading weights by
// stochastic descent.
func (m *fitted) softmax(examples []example, epochs int) {
	r := rand.New(rand.NewPCG(7, 11))
	m.chapterB = make([]float32, len(m.chapters))
	m.headingB = make([]float32, len(m.headings))
	order := make([]int, len(examples))
	for i := range order {
		order[i] = i
	}
	p := make([]float32, len(m.chapters))
	q := make([]float32, len(m.headings))
	step := float32(rate)
	for range epochs {
		r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			e := &examples[i]
			copy(p, m.chapterB)
			rows := make([][]float32, len(e.features))
			for k, f := range e.features {
				w := m.chapterW[f.ID]
				if w == nil {
					w = make([]float32, len(m.chapters))
					m.chapterW[f.ID] = w
				}
				rows[k] = w
				for c, v := range w {
					p[c] += f.X * v
				}
			}
			softmax(p)
			s := step * min(e.weight, 3)
			p[e.chapter]--
			for c := range p {
				m.chapterB[c] -= 0.02 * s * p[c]
			}
			for k, f := range e.features {
				w := rows[k]
				x := s * f.X
				for c, g := range p {
					w[c] -= x * g
				}
			}
			a, b := m.first[e.chapter], m.first[e.chapter+1]
			if b-a < 2 {
				continue
			}
			z := q[:b-a]
			copy(z, m.headingB[a:b])
			for k, f := range e.features {
				id := uint64(f.ID)<<8 | uint64(e.chapter)
				w := m.headingW[id]
				if w == nil {
					w = make([]float32, b-a)
					m.headingW[id] = w
				}
				rows[k] = w
				for c, v := range w {
					z[c] += f.X * v
				}
			}
			softmax(z)
			z[e.heading-a]--
			for c := range z {
				m.headingB[a+c] -= 0.02 * s * z[c]
			}
			for k, f := range e.features {
				w := rows[k]
				x := s * f.X
				for c, g := range z {
					w[c] -= x * g
				}
			}
		}
		step *= float32(rateDecay)
	}
}

func softmax(z []float32) {
	most := slices.Max(z)
	var sum float32
	for i, v := range z {
		z[i] = float32(math.Exp(float64(v - most)))
		sum += z[i]
	}
	for i := range z {
		z[i] /= sum
	}
}
