package words

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"sort"
	"strings"
	"sync"
)

//go:embed words.model
var modelData []byte

// A Weight is a weight of one class, or one count, of a feature.
type Weight struct {
	Class uint16
	Q     int8 // weights: steps of Step; counts: see Count
}

// Step of a quantised weight.
const Step = 0.1

// Count turns a quantised logarithm back into a count.
func Count(q int8) float64 { return math.Exp2(float64(q) / 10) }

// QuantiseCount is the inverse of Count; counts below 1/4000 are none.
func QuantiseCount(n float64) int8 {
	return int8(max(-120, min(127, math.Round(10*math.Log2(n)))))
}

// A Tuning joins the two ways of scoring and sharpens them, for one language.
type Tuning struct {
	N           float64 // texts it was fitted on; 0: the language is not calibrated
	Tree, Sharp float64 // share of the tree; exponent of naive Bayes of pieces, pairs and heads
	// Whole is the share of naive Bayes of whole words, WholeSharp its exponent; the
	// rest of the share is that of pieces.
	Whole, WholeSharp float64
	Sharper           [Trusts]float64 // exponent of the whole, by how far it can be trusted
	Ranks             []float64       // probabilities of the right chapter, sorted
}

// Trusts is in how many ways a score can be trusted: whether both ways of
// scoring name the same heading, and whether every word is known.
const Trusts = 4

// Trust tells which.
func Trust(agree, allKnown bool) int {
	n := 0
	if agree {
		n = 1
	}
	if allKnown {
		n += 2
	}
	return n
}

// Params is a model as it is written.
type Params struct {
	Headings    []string // sorted
	Subheadings []string // sorted
	IDF         []uint8  // in 1/16; 0: an unknown feature
	ChapterB    []float32
	HeadingB    []float32
	Totals      [Languages][]float32 // of each heading, for naive Bayes of each language
	Prior       [Languages][]float32
	SubTotals   []float32           // of each subheading
	Chapter     map[uint32][]Weight // chapters by feature
	Heading     map[uint32][]Weight // headings by feature, each given its chapter
	Bayes       map[uint32][]Weight // counts of headings by feature
	Sub         map[uint32][]Weight // counts of subheadings by feature
	Tuned       [Languages]Tuning
}

// A Model scores texts. It may be used by several goroutines.
type Model struct {
	Params
	chapters []string
	first    []int
	logTotal [Languages][]float64
	logPrior [Languages][]float64 // prior of each heading, to its power
	rows     [4]rows
}

// rows are the weights of all features, one after the other.
type rows struct {
	at  []uint32 // of each feature, and the end
	all []Weight
}

func (r *rows) of(id uint32) []Weight { return r.all[r.at[id]:r.at[id+1]] }

var load = sync.OnceValue(func() *Model {
	m, err := Read(modelData)
	if err != nil {
		panic(err) // the weights are part of the program, and a test reads them
	}
	return m
})

// Load returns the model that came with the program.
func Load() *Model { return load() }

// Hash returns the SHA-256 of the weights that came with the program, hex.
func Hash() string { return hash256() }

var hash256 = sync.OnceValue(func() string {
	sum := sha256.Sum256(modelData)
	return hex.EncodeToString(sum[:])
})

const magic = "tallyman words 4\n"

// Write writes parameters as Read reads them. The same parameters give the same bytes.
func Write(w io.Writer, p *Params) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	b := bufio.NewWriter(z)
	b.WriteString(magic)
	put := func(n int) { b.Write(binary.AppendUvarint(nil, uint64(n))) }
	floats := func(xs []float32) {
		put(len(xs))
		for _, x := range xs {
			b.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(x)))
		}
	}
	texts := func(all []string) {
		put(len(all))
		for _, s := range all {
			put(len(s))
			b.WriteString(s)
		}
	}
	texts(p.Headings)
	texts(p.Subheadings)
	b.Write(p.IDF)
	floats(p.ChapterB)
	floats(p.HeadingB)
	for l := range Languages {
		floats(p.Totals[l])
		floats(p.Prior[l])
	}
	floats(p.SubTotals)
	for _, m := range []map[uint32][]Weight{p.Chapter, p.Heading, p.Bayes, p.Sub} {
		ids := make([]uint32, 0, len(m))
		for id := range m {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		put(len(ids))
		last := uint32(0)
		for _, id := range ids {
			put(int(id - last))
			last = id
			put(len(m[id]))
		}
		// Classes and values apart: each alone is more regular than both mixed.
		for _, id := range ids {
			before := 0
			for _, w := range m[id] {
				put(int(w.Class) - before)
				before = int(w.Class)
			}
		}
		for _, id := range ids {
			for _, w := range m[id] {
				b.WriteByte(byte(w.Q))
			}
		}
	}
	for _, t := range p.Tuned {
		for _, x := range append(append([]float64{t.N, t.Tree, t.Sharp, t.Whole, t.WholeSharp}, t.Sharper[:]...), append([]float64{float64(len(t.Ranks))}, t.Ranks...)...) {
			b.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(x)))
		}
	}
	if err := b.Flush(); err != nil {
		return err
	}
	return z.Close()
}

var errDamaged = errors.New("the model of words is damaged")

// Read reads a model.
func Read(data []byte) (*Model, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("read the model of words: %w", err)
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("read the model of words: %w", err)
	}
	m := &Model{}
	if !bytes.HasPrefix(raw, []byte(magic)) {
		return nil, errDamaged
	}
	raw = raw[len(magic):]
	bad := false
	get := func() int {
		n, k := binary.Uvarint(raw)
		if k <= 0 || n > 1<<31 {
			bad, raw = true, nil
			return 0
		}
		raw = raw[k:]
		return int(n)
	}
	take := func(n int) []byte {
		if n < 0 || n > len(raw) {
			bad, raw = true, nil
			return make([]byte, max(0, min(n, 1<<24)))
		}
		b := raw[:n]
		raw = raw[n:]
		return b
	}
	floats := func() []float32 {
		b := take(4 * get())
		xs := make([]float32, len(b)/4)
		for i := range xs {
			xs[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
		}
		return xs
	}
	texts := func() []string {
		var all []string
		for n := get(); n > 0 && !bad; n-- {
			all = append(all, string(take(get())))
		}
		return all
	}
	m.Headings, m.Subheadings = texts(), texts()
	m.IDF = take(1 << Bits)
	m.ChapterB, m.HeadingB = floats(), floats()
	for l := range Languages {
		m.Totals[l], m.Prior[l] = floats(), floats()
		bad = bad || len(m.Totals[l]) != len(m.Headings) || len(m.Prior[l]) != len(m.Headings)
	}
	m.SubTotals = floats()
	for k := range m.rows {
		n := get()
		r := &m.rows[k]
		r.at = make([]uint32, 1<<Bits+1)
		id, total := 0, 0
		for i := range n {
			if i == 0 {
				id = get()
			} else {
				id += get()
			}
			if bad || id >= 1<<Bits {
				return nil, errDamaged
			}
			c := get()
			r.at[id+1] = uint32(c)
			total += c
		}
		if bad || total > len(raw) {
			return nil, errDamaged
		}
		for i := range 1 << Bits {
			r.at[i+1] += r.at[i]
		}
		r.all = make([]Weight, total)
		for i := range 1 << Bits {
			class := 0
			for j := r.at[i]; j < r.at[i+1]; j++ {
				class += get()
				r.all[j].Class = uint16(class)
			}
		}
		for i, q := range take(total) {
			r.all[i].Q = int8(q)
		}
	}
	for l := range m.Tuned {
		f := func() float64 { return math.Float64frombits(binary.LittleEndian.Uint64(take(8))) }
		t := &m.Tuned[l]
		t.N, t.Tree, t.Sharp, t.Whole, t.WholeSharp = f(), f(), f(), f(), f()
		for i := range t.Sharper {
			t.Sharper[i] = f()
		}
		n := int(f())
		if bad || n < 0 || n > 1<<16 {
			return nil, errDamaged
		}
		for range n {
			t.Ranks = append(t.Ranks, f())
		}
	}
	if bad || len(m.HeadingB) != len(m.Headings) || len(m.SubTotals) != len(m.Subheadings) {
		return nil, errDamaged
	}
	for i, h := range m.Headings {
		if len(h) != 4 {
			return nil, errDamaged
		}
		if len(m.chapters) == 0 || m.chapters[len(m.chapters)-1] != h[:2] {
			m.chapters = append(m.chapters, h[:2])
			m.first = append(m.first, i)
		}
	}
	m.first = append(m.first, len(m.Headings))
	if len(m.chapters) != len(m.ChapterB) {
		return nil, errDamaged
	}
	limit := [4]int{len(m.chapters), len(m.Headings), len(m.Headings), len(m.Subheadings)}
	for k := range m.rows {
		for _, w := range m.rows[k].all {
			if int(w.Class) >= limit[k] {
				return nil, errDamaged
			}
		}
	}
	for l := range Languages {
		for _, t := range m.Totals[l] {
			m.logTotal[l] = append(m.logTotal[l], math.Log(Smooth/(float64(t)+Smooth*Vocabulary)))
		}
		for _, x := range m.Prior[l] {
			m.logPrior[l] = append(m.logPrior[l], priorPower*math.Log(float64(x))) // not used where it is 0
		}
	}
	return m, nil
}

// Smoothing of naive Bayes, and the size of the vocabulary that it stands for.
const (
	Smooth     = 0.01
	Vocabulary = 20000
	priorPower = 0.3
)

// Scores are the probabilities of all headings for one text.
type Scores struct {
	Headings  []string // of the model, not to be changed
	P         []float64
	Language  Language
	Abstained string
	features  []Feature
}

// Parts is what the ways of scoring say of each heading before they are joined.
type Parts struct {
	Tree          []float64 // probabilities
	Pieces, Whole []float64 // naive Bayes, logarithms without scale: of pieces of words, pairs and heads; of whole words
}

// Raw scores features.
func (m *Model) Raw(features []Feature, l Language) Parts {
	if l >= Languages {
		l = English
	}
	p := slices.Clone(m.ChapterB)
	z := slices.Clone(m.HeadingB)
	var bayes [2][]float64
	var sum [2]float64
	for k := range bayes {
		bayes[k] = make([]float64, len(m.Headings))
	}
	for _, f := range features {
		for _, w := range m.rows[0].of(f.ID) {
			p[w.Class] += f.X * Step * float32(w.Q)
		}
		for _, w := range m.rows[1].of(f.ID) {
			z[w.Class] += f.X * Step * float32(w.Q)
		}
		k := f.ID & 1 // see Whole
		of := bayes[k]
		for _, w := range m.rows[2].of(f.ID) {
			of[w.Class] += float64(f.X) * logCount[uint8(w.Q)]
		}
		sum[k] += float64(f.X)
	}
	softmax(p)
	tree := make([]float64, len(m.Headings))
	for c := range m.chapters {
		a, b := m.first[c], m.first[c+1]
		softmax(z[a:b])
		for h := a; h < b; h++ {
			tree[h] = float64(p[c]) * float64(z[h])
		}
	}
	for k, of := range bayes {
		for h := range of {
			if m.Prior[l][h] == 0 {
				of[h] = -1e9 // no text of this language is of that heading
				continue
			}
			of[h] += sum[k]*m.logTotal[l][h] + m.logPrior[l][h]
		}
	}
	return Parts{tree, bayes[0], bayes[1]}
}

// Agree reports whether the tree and naive Bayes of all features name one heading.
func (p *Parts) Agree() bool {
	best := 0
	for h := range p.Pieces {
		if p.Pieces[h]+p.Whole[h] > p.Pieces[best]+p.Whole[best] {
			best = h
		}
	}
	return p.Tree[best] == slices.Max(p.Tree)
}

// logCount is the logarithm of one plus a quantised count over the smoothing.
var logCount = func() (t [256]float64) {
	for q := range t {
		t[q] = math.Log1p(Count(int8(uint8(q))) / Smooth)
	}
	return t
}()

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

// Join turns raw scores into probabilities.
func (t *Tuning) Join(x Parts, allKnown bool) []float64 {
	return t.Sharpen(t.Mix(x), Trust(x.Agree(), allKnown))
}

// Mix adds the ways of scoring up by their shares.
func (t *Tuning) Mix(x Parts) []float64 {
	p := make([]float64, len(x.Tree))
	for h, y := range x.Tree {
		p[h] = t.Tree * y
	}
	for _, part := range []struct {
		of           []float64
		share, sharp float64
	}{{x.Pieces, 1 - t.Tree - t.Whole, t.Sharp}, {x.Whole, t.Whole, t.WholeSharp}} {
		if part.share <= 0 {
			continue
		}
		most, sum := slices.Max(part.of), 0.0
		q := make([]float64, len(p))
		for h, b := range part.of {
			q[h] = math.Exp((b - most) * part.sharp)
			sum += q[h]
		}
		for h := range p {
			p[h] += part.share * q[h] / sum
		}
	}
	return p
}

// Sharpen makes probabilities of shares right for how far they can be trusted.
func (t *Tuning) Sharpen(p []float64, trust int) []float64 {
	total := 0.0
	for h := range p {
		p[h] = math.Pow(p[h], t.Sharper[trust])
		total += p[h]
	}
	for h := range p {
		p[h] /= total
	}
	return p
}

// FeaturesOf returns the features of a text that the model knows.
func (m *Model) FeaturesOf(text string) []Feature { return Features(text, m.idf) }

// idf of a feature.
func (m *Model) idf(id uint32) float32 { return float32(m.IDF[id]) / 16 }

// Reasons to abstain.
const (
	NoWords         = "the words are too few or too vague"
	UnknownLanguage = "the language is not one that was calibrated"
	UnknownWords    = "most of the words are not known"
	Unsure          = "no goods are clearly likeliest"
)

// Borders of abstention: the chapter must be likelier than not, and half of the
// words known.
const (
	sureChapter = 0.5
	knownWords  = 0.5
)

// Score names the goods of a text.
func (m *Model) Score(text string) Scores {
	s := Scores{Headings: m.Headings, Language: LanguageOf(text)}
	known := m.Familiar(text)
	tuned := &m.Tuned[English]
	switch {
	case s.Language == Unknown:
		s.Abstained = UnknownLanguage
	case m.Tuned[s.Language].N == 0:
		s.Abstained = UnknownLanguage
	default:
		tuned = &m.Tuned[s.Language]
	}
	s.features = Features(text, m.idf)
	if len(s.features) == 0 {
		s.Abstained = NoWords
		return s
	}
	s.P = tuned.Join(m.Raw(s.features, s.Language), known == 1)
	if s.Abstained != "" {
		return s
	}
	top := 0.0
	for c := range m.chapters {
		sum := 0.0
		for h := m.first[c]; h < m.first[c+1]; h++ {
			sum += s.P[h]
		}
		top = max(top, sum)
	}
	switch {
	case vague(text):
		s.Abstained = NoWords
	case s.Language != Chinese && known < knownWords:
		s.Abstained = UnknownWords
	case top < sureChapter:
		s.Abstained = Unsure
	}
	return s
}

// empty are words that name no goods: a text of nothing else says nothing.
var empty = func() map[string]bool {
	all := map[string]bool{}
	for w := range strings.FieldsSeq(`a an and of for the to with other new used
		goods good item items article articles product products cargo merchandise sample samples gift gifts parcel
		part parts spare spares accessory accessories equipment component components material materials set sets kit
		consolidated general personal effects misc miscellaneous various assorted stuff thing things
		товар товары груз изделие изделия продукция часть части запчасти запасные прочее прочие прочий разное
		оборудование комплектующие принадлежности материал материалы образец образцы подарок подарки и для из на с
		набор новые новый сборный личные вещи 货物 商品 产品 配件 零件 样品 物品 礼品 其他`) {
		all[w] = true
	}
	return all
}()

func vague(text string) bool {
	return !slices.ContainsFunc(Tokens(text), func(t string) bool { return !empty[t] })
}

// Familiar returns the share of the words of a text that are known.
func (m *Model) Familiar(text string) float64 {
	tokens := Tokens(text)
	known := 0
	for _, t := range tokens {
		if m.knows(t) {
			known++
		}
	}
	return float64(known) / float64(max(1, len(tokens)))
}

func (m *Model) knows(token string) bool {
	return m.IDF[hash(kindWord, token)] != 0 || len([]rune(token)) > 2 && LanguageOf(token) == Chinese
}

// Within returns the probability of a subheading given its heading.
func (m *Model) Within(s Scores, code string) float64 {
	a := sort.SearchStrings(m.Subheadings, code[:4])
	b := a
	for b < len(m.Subheadings) && m.Subheadings[b][:4] == code[:4] {
		b++
	}
	k, ok := slices.BinarySearch(m.Subheadings, code)
	if !ok {
		return 0
	}
	z := make([]float32, b-a)
	for i := range z {
		sum := 0.0
		for _, f := range s.features {
			if Whole(f.ID) {
				sum += float64(f.X)
			}
		}
		z[i] = float32(2 * sum * math.Log(0.05/(float64(m.SubTotals[a+i])+0.05*500)))
	}
	for _, f := range s.features {
		for _, w := range m.rows[3].of(f.ID) {
			if i := int(w.Class); i >= a && i < b {
				z[i-a] += float32(2 * float64(f.X) * math.Log1p(Count(w.Q)/0.05))
			}
		}
	}
	softmax(z)
	return float64(z[k-a])
}

// Rank returns the share of honest texts of a language whose own chapter had at
// most this probability.
func (m *Model) Rank(l Language, p float64) float64 {
	if l >= Languages || len(m.Tuned[l].Ranks) == 0 {
		return 1
	}
	r := m.Tuned[l].Ranks
	n := sort.SearchFloat64s(r, math.Nextafter(p, 2))
	return float64(n+1) / float64(len(r)+1)
}
