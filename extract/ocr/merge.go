package ocr

import (
	"math"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"tallyman/extract/page"
	"tallyman/trade"
)

// accepted is the confidence from which a word counts as read. What the two
// readers see differently never has it. On 24 receipts, photos and bad scans of
// thermal paper, 346 figures had it from the first reader alone and 37 of these
// were wrong; with the second, 359 have it and 5 are wrong, two of these an I
// that both read as 1. Of 339 figures that both read alike 5 are wrong.
const accepted = 0.9

// secondWins is the confidence from which the second reader is believed about a
// figure, however sure the first is. Of 121 figures of 24 receipts that the two
// read differently the second was right in 92, the first in 6, neither in 23.
const secondWins = 0.6

// disputed is the most that a word can have that they see differently.
const disputed = 0.89

// Key reports whether a word may be money, a mass, a code, a date or a number of
// a paper: four digits, or three and a separator.
func Key(s string) bool {
	digits, separated := 0, false
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case strings.ContainsRune(".,/-:", r):
			separated = separated || digits > 0
		}
	}
	return digits >= 4 || digits == 3 && separated
}

// A Question is what the second reader is asked about a page, in points of the
// page. The zero Question asks nothing.
type Question struct {
	// Lines are parts of lines of print in which the first reader was unsure.
	Lines []trade.Box
	// Whole asks for the whole page, except lines that Sure covers and that hold
	// nothing of Unsure.
	Whole        bool
	Sure, Unsure []trade.Box
}

// Empty reports whether there is nothing to ask.
func (q Question) Empty() bool { return !q.Whole && len(q.Lines) == 0 }

// Ask decides what to ask the second reader of what the first has read. A few
// lines cost a fifth of a page; from about ten on the page costs the same and
// shows what was missed besides.
func Ask(res *Result, photo bool) Question {
	const few = 10
	var q Question
	unsure, words := 0, 0
	for _, w := range res.Words {
		if alphanumeric(w.Text) == 0 {
			continue
		}
		words++
		if Key(w.Text) && w.Confidence < accepted {
			unsure++
			q.Lines = append(q.Lines, chunk(res.Words, w))
		}
	}
	chinese := res.Languages == chinese || hasHan(res.Words)
	// A page with ink and hardly a word on it is one the first reader failed on.
	q.Whole = photo || chinese || unsure > few || res.Mean < 75 && res.Ink > 0.002 || words < 5 && res.Ink > 0.002
	if !q.Whole {
		q.Lines = joined(q.Lines)
		return q
	}
	q.Lines = nil
	if !chinese {
		for _, w := range res.Words {
			switch {
			case alphanumeric(w.Text) == 0:
			// Figures of a photo are read twice, however sure.
			case photo && strings.ContainsAny(w.Text, "0123456789") || w.Confidence < accepted:
				q.Unsure = append(q.Unsure, w.Box)
			case w.Confidence >= 0.97:
				q.Sure = append(q.Sure, w.Box)
			}
		}
	}
	return q
}

// chunk returns the box of a word and of those that stand close beside it: the
// reader of lines goes by what stands around.
func chunk(words []page.Word, w page.Word) trade.Box {
	box := w.Box
	h := w.Box.Y1 - w.Box.Y0
	for again := true; again; {
		again = false
		for _, o := range words {
			m := (o.Box.Y0 + o.Box.Y1) / 2
			gap := max(o.Box.X0-box.X1, box.X0-o.Box.X1)
			if m > w.Box.Y0 && m < w.Box.Y1 && gap < 0.8*h && o.Box.Y1-o.Box.Y0 < 1.6*h && (o.Box.X0 < box.X0 || o.Box.X1 > box.X1) && box.X1-box.X0 < 30*h {
				box.X0, box.X1 = min(box.X0, o.Box.X0), max(box.X1, o.Box.X1)
				box.Y0, box.Y1 = min(box.Y0, o.Box.Y0), max(box.Y1, o.Box.Y1)
				again = true
			}
		}
	}
	pad := 0.2 * h
	return trade.Box{X0: box.X0 - pad, Y0: box.Y0 - pad, X1: box.X1 + pad, Y1: box.Y1 + pad}
}

// joined leaves out boxes that lie in others.
func joined(boxes []trade.Box) []trade.Box {
	var out []trade.Box
next:
	for i, b := range boxes {
		for j, o := range boxes {
			if i != j && share(b, o) > 0.8*area(b) && (area(o) > area(b) || area(o) == area(b) && j < i) {
				continue next
			}
		}
		out = append(out, b)
	}
	return out
}

func area(b trade.Box) float64 { return (b.X1 - b.X0) * (b.Y1 - b.Y0) }

func share(a, b trade.Box) float64 {
	w, h := min(a.X1, b.X1)-max(a.X0, b.X0), min(a.Y1, b.Y1)-max(a.Y0, b.Y0)
	return max(0, w) * max(0, h)
}

// Merge makes one reading of two of the same page. A word that both read alike
// is surer than either makes it. Where they differ the likelier counts, the
// other stays an alternative, and the word is not accepted unseen.
//
// Second knows no Cyrillic and writes Latin letters that look alike, so it has
// no say in a word that first reads in Cyrillic, nor, on a page with Cyrillic,
// in any word without a digit.
func Merge(first, second []page.Word) []page.Word {
	out := slices.Clone(first)
	cyrillic := 0
	for _, w := range first {
		if peculiar(w.Text) {
			cyrillic++
		}
	}
	// A bar or a dash looks like a Chinese letter; a page of Chinese has many.
	han := 0
	for _, w := range second {
		if w.Confidence >= 0.7 {
			han += hanLetters(w.Text)
		}
	}
	if han < 4 {
		second = slices.DeleteFunc(slices.Clone(second), func(w page.Word) bool { return hanText(w.Text) })
	}
	m := merger{words: out, cyrillic: cyrillic >= 3, gone: make([]bool, len(out))}
	// What the first reader made of two lines at once is nothing.
	for i, w := range first {
		if w.Confidence < accepted && !peculiar(w.Text) && tall(w, second) {
			m.gone[i] = true
		}
	}
	second = slices.DeleteFunc(slices.Clone(second), func(w page.Word) bool { return tall(w, first) })
	for _, g := range groups(first, second, m.gone) {
		switch {
		case len(g.first) > 0 && len(g.second) > 0:
			m.group(g, second)
		case len(g.second) > 0:
			for _, j := range g.second {
				m.add(second[j])
			}
		}
	}
	// From right to left, so that a figure in three parts becomes one.
	for _, j := range slices.Backward(m.joins) {
		l, r := &m.words[j[0]], m.words[j[1]]
		l.Text += r.Text
		l.Box = trade.Box{X0: min(l.Box.X0, r.Box.X0), Y0: min(l.Box.Y0, r.Box.Y0), X1: max(l.Box.X1, r.Box.X1), Y1: max(l.Box.Y1, r.Box.Y1)}
		l.Confidence = min(l.Confidence, r.Confidence)
		l.Alternatives = nil
		m.gone[j[1]] = true
	}
	var kept []page.Word
	for i, w := range m.words {
		if !m.gone[i] {
			kept = append(kept, w)
		}
	}
	return append(kept, m.added...)
}

type merger struct {
	words    []page.Word
	gone     []bool
	added    []page.Word
	cyrillic bool
	joins    [][2]int // a word, and the one that continues it
}

// group is words of both readers that lie on the same ink.
type group struct{ first, second []int }

// groups joins what lies on the same ink. Words of both stand from left to right.
func groups(first, second []page.Word, gone []bool) []group {
	parent := make([]int, len(first)+len(second))
	for i := range parent {
		parent[i] = i
	}
	var root func(int) int
	root = func(i int) int {
		if parent[i] != i {
			parent[i] = root(parent[i])
		}
		return parent[i]
	}
	for j, b := range second {
		for i, a := range first {
			if !gone[i] && same(a.Box, b.Box) {
				parent[root(len(first)+j)] = root(i)
			}
		}
	}
	at := map[int]int{}
	var all []group
	for i := range parent {
		if i < len(first) && gone[i] {
			continue
		}
		r := root(i)
		k, ok := at[r]
		if !ok {
			k = len(all)
			at[r] = k
			all = append(all, group{})
		}
		if i < len(first) {
			all[k].first = append(all[k].first, i)
		} else {
			all[k].second = append(all[k].second, i-len(first))
		}
	}
	for _, g := range all {
		slices.SortStableFunc(g.first, func(i, j int) int { return compare(first[i].Box.X0, first[j].Box.X0) })
		slices.SortStableFunc(g.second, func(i, j int) int { return compare(second[i].Box.X0, second[j].Box.X0) })
	}
	return all
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// same reports whether two boxes are of the same ink: half the lower one's
// height and a third of the narrower one's width.
func same(a, b trade.Box) bool {
	w, h := min(a.X1, b.X1)-max(a.X0, b.X0), min(a.Y1, b.Y1)-max(a.Y0, b.Y0)
	return w > 0 && h > 0 && 2*h >= min(a.Y1-a.Y0, b.Y1-b.Y0) && 3*w >= min(a.X1-a.X0, b.X1-b.X0)
}

// tall reports whether the box of a word holds words of others that stand one
// below the other.
func tall(w page.Word, others []page.Word) bool {
	top, low := math.Inf(1), math.Inf(-1)
	for _, o := range others {
		if same(w.Box, o.Box) {
			top, low = min(top, o.Box.Y1), max(low, o.Box.Y0)
		}
	}
	return low > top-0.1*(w.Box.Y1-w.Box.Y0) && !math.IsInf(low, -1)
}

func (m *merger) group(g group, second []page.Word) {
	// Each character of either, and the word it is from.
	var a, b []mark
	sure, least := 1.0, 1.0
	for _, i := range g.first {
		a = append(a, marks(m.words[i].Text, i)...)
		sure = min(sure, m.words[i].Confidence)
	}
	for _, j := range g.second {
		b = append(b, marks(second[j].Text, j)...)
		least = min(least, second[j].Confidence)
	}
	texts := func(all []mark) string {
		var s strings.Builder
		for _, c := range all {
			s.WriteRune(c.folded)
		}
		return s.String()
	}
	whole := texts(a) == texts(b)
	if !whole && m.replace(g, second, sure, least) {
		return
	}
	m.join(g, b, whole)
	pairs := align(a, b)
	for _, i := range g.first {
		w := &m.words[i]
		// What the second reader saw where this word stands.
		var piece, raw []rune
		conf := 1.0
		box := w.Box
		for k, c := range a {
			if c.word != i {
				continue
			}
			for _, l := range pairs[k] {
				piece = append(piece, b[l].folded)
				raw = append(raw, b[l].printed...)
				conf = min(conf, second[b[l].word].Confidence)
				if o := second[b[l].word].Box; len(g.first) == 1 {
					box.X0, box.X1 = min(box.X0, o.X0), max(box.X1, o.X1)
				}
			}
		}
		if len(piece) == 0 {
			continue
		}
		if m.word(w, string(piece), string(raw), conf); w.Reader == trade.SecondOCR {
			w.Box = box
		}
	}
}

// join makes one figure of two words where both readers see the same characters
// and the second sees no gap: the first takes the white beside a point for one.
// They are joined when all words have been weighed.
func (m *merger) join(g group, second []mark, same bool) {
	if !same {
		return
	}
	at := 0 // of the first character of the word, among those of the second reader
	for n, i := range g.first {
		k := len(marks(m.words[i].Text, i))
		if n > 0 && at > 0 && at < len(second) && second[at-1].word == second[at].word {
			l := &m.words[g.first[n-1]]
			r := m.words[i]
			if figures(l.Text) && figures(r.Text) && separates(l.Text[len(l.Text)-1]) != separates(r.Text[0]) && r.Box.X0-l.Box.X1 < 0.8*(r.Box.Y1-r.Box.Y0) {
				m.joins = append(m.joins, [2]int{g.first[n-1], i})
			}
		}
		at += k
	}
}

// figures reports whether a word is of digits and separators alone.
func figures(s string) bool {
	return digits(s) != "" && strings.Trim(s, "0123456789.,") == ""
}

func separates(c byte) bool { return c == '.' || c == ',' }

// replace takes the words of the second reader instead of those of the first,
// with their boxes, where the first is lost: it is unsure of all of them, or
// the words are Chinese.
func (m *merger) replace(g group, second []page.Word, sure, least float64) bool {
	han, unsure := false, true
	var theirs, ours strings.Builder
	for _, j := range g.second {
		han = han || hanText(second[j].Text)
		theirs.WriteString(second[j].Text)
	}
	for _, i := range g.first {
		if peculiar(m.words[i].Text) {
			return false
		}
		unsure = unsure && m.words[i].Confidence < 0.7
		ours.WriteString(m.words[i].Text)
	}
	if m.cyrillic && strings.ContainsFunc(theirs.String(), unicode.IsLetter) {
		return false
	}
	switch {
	case han && least >= 0.6:
	case unsure && least >= 0.8 && len(g.first) != len(g.second):
	default:
		return false
	}
	for _, i := range g.first {
		m.gone[i] = true
	}
	for n, j := range g.second {
		w := second[j]
		w.Reader = trade.SecondOCR
		if !han || Key(w.Text) {
			w.Confidence = min(w.Confidence, disputed)
		}
		if n == 0 && len(g.second) == 1 && alphanumeric(ours.String()) > 0 {
			w.Alternatives = []trade.Alternative[string]{{Value: ours.String(), Probability: other(w.Confidence, sure)}}
		}
		m.added = append(m.added, w)
	}
	return true
}

// other is the probability of what was not chosen.
func other(chosen, conf float64) float64 {
	return math.Round(1000*min(1-chosen, conf/2)) / 1000
}

// word weighs a word of the first reader against what the second saw there.
func (m *merger) word(w *page.Word, piece, raw string, conf float64) {
	own := Fold(w.Text)
	key := strings.ContainsAny(w.Text, "0123456789") || strings.ContainsAny(raw, "0123456789")
	if trim(own) == trim(piece) {
		w.Confidence = agreed(w.Confidence, conf)
		w.Reader = trade.BothOCR
		w.Alternatives = nil
		return
	}
	if peculiar(w.Text) || m.cyrillic && !key {
		// The digits of a word in Cyrillic can still be compared.
		if d := digits(w.Text); len(d) > 1 && d != digits(raw) && conf >= 0.8 {
			w.Confidence = min(w.Confidence, disputed)
		}
		return
	}
	if m.cyrillic && strings.ContainsFunc(raw, unicode.IsLetter) && !strings.ContainsFunc(w.Text, unicode.IsLetter) {
		// The letters are likely those of a neighbour in Cyrillic.
		return
	}
	raw = strings.TrimSpace(raw)
	if alphanumeric(raw) == 0 || conf < 0.5 && w.Confidence >= accepted {
		return
	}
	// The one who knows accents and the other who does not are not at odds.
	keep := func() {
		if !key && conf < w.Confidence {
			return
		}
		w.Alternatives = alternatives(w.Alternatives, raw, other(min(w.Confidence, disputed), conf), w.Text)
		w.Confidence = min(w.Confidence, disputed)
	}
	likelier := conf > w.Confidence
	if key {
		likelier = conf >= secondWins && !oddDigit(raw, w.Text)
	}
	if !likelier || !key && w.Confidence >= accepted {
		keep()
		return
	}
	old := w.Text
	was := w.Confidence
	w.Text, w.Reader = raw, trade.SecondOCR
	w.Confidence = min(conf, disputed)
	w.Alternatives = alternatives(w.Alternatives, old, other(w.Confidence, was), raw)
}

// oddDigit reports whether the second reader sees a digit between letters where
// the first sees a letter: AE0N for AEON.
func oddDigit(second, first string) bool {
	a, b := []rune(second), []rune(first)
	if len(a) != len(b) {
		return false
	}
	odd := false
	for i, r := range a {
		if r == b[i] {
			continue
		}
		if !unicode.IsDigit(r) || !unicode.IsLetter(b[i]) || i == 0 || i == len(a)-1 || !unicode.IsLetter(a[i-1]) || !unicode.IsLetter(a[i+1]) {
			return false
		}
		odd = true
	}
	return odd
}

// alternatives adds one to a list that holds each text once, and not the text
// itself.
func alternatives(list []trade.Alternative[string], text string, p float64, chosen string) []trade.Alternative[string] {
	var out []trade.Alternative[string]
	if text != chosen && p > 0 {
		out = append(out, trade.Alternative[string]{Value: text, Probability: p})
	}
	for _, a := range list {
		if a.Value != text && a.Value != chosen {
			out = append(out, a)
		}
	}
	return out
}

// add takes a word that only the second reader saw.
func (m *merger) add(w page.Word) {
	least := accepted
	for i, o := range m.words {
		// The first saw ink here, but made nothing of it.
		if m.gone[i] && same(o.Box, w.Box) {
			least = 0.6
		}
	}
	if w.Confidence < least || alphanumeric(w.Text) == 0 {
		return
	}
	letters := strings.ContainsFunc(w.Text, unicode.IsLetter)
	if m.cyrillic && letters {
		return
	}
	if letters && alphanumeric(w.Text) < 2 && !hanText(w.Text) {
		return
	}
	for i, o := range m.words {
		if !m.gone[i] && share(o.Box, w.Box) > 0.1*min(area(o.Box), area(w.Box)) {
			return
		}
	}
	w.Reader = trade.SecondOCR
	m.added = append(m.added, w)
}

// A mark is a character of a word, as compared and as printed.
type mark struct {
	folded  rune
	printed []rune
	word    int
}

func marks(text string, word int) []mark {
	var out []mark
	for _, r := range text {
		folded := []rune(Fold(string(r)))
		for i, f := range folded {
			c := mark{folded: f, word: word}
			if i == 0 {
				c.printed = []rune{r}
			}
			out = append(out, c)
		}
		if len(folded) == 0 && len(out) > 0 {
			out[len(out)-1].printed = append(out[len(out)-1].printed, r)
		}
	}
	return out
}

// Fold writes a text so that two that look the same are the same: without
// accents, in small letters, Cyrillic letters as the Latin ones they look like,
// and one form of each sign.
func Fold(s string) string {
	s = mapped(norm.NFKC.String(s), toLatin)
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r) || unicode.IsSpace(r):
		case r == '—' || r == '–' || r == '−' || r == '‐' || r == '_':
			b.WriteByte('-')
		case r == '’' || r == '‘' || r == '`' || r == '´' || r == '“' || r == '”' || r == '"' || r == '„' || r == '«' || r == '»':
			b.WriteByte('\'')
		case r == 'ı':
			b.WriteByte('i')
		case r == '。':
			b.WriteByte('.')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// trim leaves out the signs around a text.
func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// peculiar reports whether a text holds a letter that only Cyrillic has, or is
// of Cyrillic letters alone.
func peculiar(s string) bool {
	cyr, latin, own := 0, 0, false
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Cyrillic, r):
			cyr++
			if _, ok := toLatin[r]; !ok {
				own = true
			}
		case unicode.Is(unicode.Latin, r):
			latin++
		}
	}
	return own || cyr > 0 && latin == 0
}

func hanText(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

func hanLetters(s string) int {
	n := 0
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			n++
		}
	}
	return n
}

func hasHan(words []page.Word) bool {
	n := 0
	for _, w := range words {
		if w.Confidence >= 0.7 && hanText(w.Text) {
			n++
		}
	}
	return n >= 3
}

// align returns for each character of a those of b that stand in its place, in
// the way that changes the fewest. What b has between two characters of a goes
// with the one before, or, within the same word of b, with the next if only
// that continues it.
func align(a, b []mark) [][]int {
	n, m := len(a), len(b)
	pairs := make([][]int, n)
	if n == 0 || m == 0 || n*m > 1_000_000 {
		return pairs
	}
	cost := make([]int, (n+1)*(m+1))
	at := func(i, j int) *int { return &cost[i*(m+1)+j] }
	for i := range n + 1 {
		*at(i, 0) = 2 * i
	}
	for j := range m + 1 {
		*at(0, j) = 2 * j
	}
	change := func(i, j int) int {
		switch x, y := a[i].folded, b[j].folded; {
		case x == y:
			return 0
		case unicode.IsDigit(x) == unicode.IsDigit(y) && unicode.IsLetter(x) == unicode.IsLetter(y):
			return 2
		}
		return 3
	}
	for i := 1; i <= n; i++ {
		for j := 1; j <= m; j++ {
			*at(i, j) = min(*at(i-1, j-1)+change(i-1, j-1), *at(i-1, j)+2, *at(i, j-1)+2)
		}
	}
	for i, j := n, m; i > 0 || j > 0; {
		switch {
		case i > 0 && j > 0 && *at(i, j) == *at(i-1, j-1)+change(i-1, j-1):
			i, j = i-1, j-1
			pairs[i] = append([]int{j}, pairs[i]...)
		case i > 0 && *at(i, j) == *at(i-1, j)+2:
			i--
		default:
			j--
			k := i - 1
			if k < 0 {
				k = 0
			}
			pairs[k] = append(pairs[k], j)
			slices.Sort(pairs[k])
		}
	}
	return pairs
}

// agreed is the confidence of a word that both readers read alike.
func agreed(first, second float64) float64 {
	return math.Round(1000*min(0.998, 1-(1-max(first, second))/3)) / 1000
}

// SecondConfidence turns the least probability that the second reader gives to
// a character of a word into the probability that the word is right.
func SecondConfidence(least float64) float64 {
	at := [...][2]float64{{0, .1}, {.5, .5}, {.8, .75}, {.9, .86}, {.95, .92}, {.98, .95}, {1, .98}}
	least = min(max(least, 0), 1)
	i := slices.IndexFunc(at[:], func(p [2]float64) bool { return p[0] >= least })
	if i <= 0 {
		return at[0][1]
	}
	a, b := at[i-1], at[i]
	return math.Round(1000*(a[1]+(b[1]-a[1])*(least-a[0])/(b[0]-a[0]))) / 1000
}
