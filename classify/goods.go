package classify

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed goods.txt
var goodsText string

// chapters is a set of chapters of the Harmonized System, 1 to 97.
type chapters [2]uint64

func (c *chapters) add(n int) { c[n/64] |= 1 << (n % 64) }

func (c chapters) and(d chapters) chapters { return chapters{c[0] & d[0], c[1] & d[1]} }

func (c chapters) or(d chapters) chapters { return chapters{c[0] | d[0], c[1] | d[1]} }

func (c chapters) empty() bool { return c == chapters{} }

// related are chapters between which honest papers slip: the same goods are
// named by their material, their use or their state.
var related = [][]int{
	{84, 85, 90, 95}, {84, 85, 87, 86, 88, 40, 73}, {85, 94}, {61, 62, 63, 65, 60, 43, 42}, {2, 16, 3, 5}, {4, 21, 19, 18, 17, 22},
	{7, 8, 20, 11, 19, 21, 12, 9}, {10, 11, 19, 12, 23}, {39, 40}, {72, 73, 83, 82, 76, 84}, {28, 29, 38, 31, 25, 27, 32, 34, 39, 30},
	{30, 33, 34, 90, 96, 38}, {44, 94}, {47, 48, 49}, {68, 69, 70, 25}, {32, 33, 34, 35, 38}, {74, 85, 84}, {73, 94}, {82, 84, 85},
	{50, 51, 52, 53, 54, 55, 56, 58, 59, 60, 61, 62, 63}, {57, 63, 94}, {64, 42, 95}, {63, 39, 94}, {39, 48, 44, 76, 73}, {95, 96, 92, 85},
	{69, 84, 73, 39}, {12, 15, 7}, {15, 33, 27, 34}, {90, 91, 71, 85}, {67, 96, 95, 33, 5}, {42, 39, 63}, {70, 39, 90}, {96, 48, 63, 39},
	{73, 39, 84}, {76, 39, 73}, {26, 25, 72}, {9, 21, 22}, {24, 85}, {66, 63}, {41, 42, 43}, {83, 39, 73}, {95, 87}, {89, 95}, {65, 39, 95},
	{94, 95}, {94, 39}, {39, 90}, {39, 95}, {39, 85}, {39, 87}, {70, 87}, {49, 95, 48}, {16, 21, 19, 20}, {71, 83, 96}, {36, 29},
	{1, 2}, {6, 12}, {75, 72, 84}, {79, 78, 74}, {42, 85}, {62, 96}, {68, 87}, {40, 87}, {64, 40}, {61, 62, 64, 65}, {33, 96}, {38, 85, 29},
}

// goodsEntry is a phrase of goods.txt.
type goodsEntry struct {
	words []string // folded; a stem ends in a star
	kind  byte     // 'g' goods, 'm' matter, 'a' a general group
	in    chapters
	id    int // of the line
}

type goodsLexicon struct {
	exact map[string][]goodsEntry // by first word
	stem  map[string][]goodsEntry // by first stem
	wider [98]chapters            // a chapter and those related to it
}

var goodsWords = sync.OnceValue(func() *goodsLexicon {
	l, err := parseGoods(goodsText)
	if err != nil {
		panic(err) // the text is part of the program, and a test reads it
	}
	return l
})

func parseGoods(text string) (*goodsLexicon, error) {
	l := &goodsLexicon{exact: map[string][]goodsEntry{}, stem: map[string][]goodsEntry{}}
	for n := range l.wider {
		if n > 0 {
			l.wider[n].add(n)
		}
	}
	for _, group := range related {
		for _, a := range group {
			for _, b := range group {
				l.wider[a].add(b)
			}
		}
	}
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		head, list, ok := strings.Cut(line, ":")
		f := strings.Fields(head)
		if !ok || len(f) != 2 {
			return nil, fmt.Errorf("goods.txt:%d: no colon, or no codes", n+1)
		}
		kind, ok := map[string]byte{"goods": 'g', "matter": 'm', "general": 'a'}[f[0]]
		if !ok {
			return nil, fmt.Errorf("goods.txt:%d: no kind %q", n+1, f[0])
		}
		in, err := parseChapters(f[1])
		if err != nil {
			return nil, fmt.Errorf("goods.txt:%d: %w", n+1, err)
		}
		for _, s := range strings.Split(list, "|") {
			e := goodsEntry{kind: kind, in: in, id: n + 1}
			for _, w := range strings.Fields(s) {
				star := strings.HasSuffix(w, "*")
				ts := tokens(w)
				for i, t := range ts {
					if star && i == len(ts)-1 {
						t.text += "*"
					}
					e.words = append(e.words, t.text)
				}
			}
			if len(e.words) == 0 {
				continue
			}
			if first, ok := strings.CutSuffix(e.words[0], "*"); ok {
				l.stem[first] = append(l.stem[first], e)
			} else {
				l.exact[e.words[0]] = append(l.exact[e.words[0]], e)
			}
		}
	}
	return l, nil
}

// parseChapters reads "61-62,6704,05".
func parseChapters(s string) (c chapters, err error) {
	for _, part := range strings.Split(s, ",") {
		from, to, ok := strings.Cut(part, "-")
		if !ok {
			to = from
		}
		if len(from) < 2 || len(to) < 2 {
			return c, fmt.Errorf("no chapter %q", part)
		}
		a, err1 := strconv.Atoi(from[:2])
		b, err2 := strconv.Atoi(to[:2])
		if err1 != nil || err2 != nil || a < 1 || b > 97 || a > b {
			return c, fmt.Errorf("no chapters %q", part)
		}
		for n := a; n <= b; n++ {
			c.add(n)
		}
	}
	return c, nil
}

// emptyWords say nothing about goods.
var emptyWords = wordSet()

func wordSet() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`goods cargo products product items item articles article materials material parts part set sets kit kits
		pcs pieces piece ctn ctns carton cartons pallet pallets package packages box boxes bag bags roll rolls kg kgs gross net weight total as per
		invoice no number contract the of and for with in to by from on made new brand model type size color colour art ref hs code
		qty quantity unit units price amount country origin various assorted general merchandise other different men women ladies mens
		womens kids children boys girls unisex adult use used high quality brand-new fresh frozen dry raw finished natural
		товар товары товаров изделия изделие продукция груз прочие прочее части часть набор наборы шт мест место короб коробок коробки упаковка
		вес брутто нетто кг согласно по инвойсу инвойс контракт военного назначения гражданского предназначены предназначен используется используются ремонта изготовления изготовленные
		виде количестве включая готовые химических технических целей вид сорт марки модели торговая дополнительная информация для из и в на с от артикул модель размер цвет марка новый новые новая код тнвэд
		разные различные прочий страна происхождения производитель общий согласно спецификации мужские женские детские мужская женская детская
		тауар тауарлар бұйымдар жүк дана және үшін ürün ürünler mal eşya adet ve için malzeme parça`) {
		m[fold(w)] = true
	}
	return m
}

// boundaries part what the goods are from what they are for, made of, or come
// with: "covers for phones", "чехлы для телефонов".
var boundaries = map[string]bool{"for": true, "of": true, "to": true, "with": true, "in": true, "from": true, "used": true, "made": true,
	"для": true, "к": true, "д": true, "из": true, "с": true, "в": true, "на": true, "от": true, "марки": true, "модель": true, "модели": true,
	"используется": true, "используемый": true, "применяемые": true, "предназначен": true, "предназначены": true, "арт": true, "марка": true,
	"состоящий": true, "без": true, "under": true, "by": true, "without": true, "като": true, "үшін": true, "için": true, "including": true, "включая": true}

// A meaning is what a description can mean.
type meaning struct {
	goods chapters        // of the words for goods
	all   chapters        // with matter and general groups
	lines map[int]bool    // of goods.txt, words for goods only
	words map[string]bool // skeletons that may tell goods apart
	// head says that the word that names the goods is known, and not only a
	// word of what they are for or made of.
	head bool
}

func (l *goodsLexicon) read(s string) meaning {
	m := meaning{lines: map[int]bool{}, words: map[string]bool{}}
	ws := tokens(s)
	inHead, place, hit, last := true, 0, false, -1 // of the first phrase
	cyrillic, chinese := false, false
	covered := 0 // words up to here belong to a hit
	for i := 0; i < len(ws); i++ {
		w := ws[i].text
		r := []rune(w)[0]
		chinese = chinese || han(r)
		telling := !emptyWords[w] && !hasDigit(w) && (len([]rune(w)) > 2 || han(r)) && !boundaries[w]
		if telling {
			m.words[stemOf(skeleton(w))] = true
			cyrillic = cyrillic || inHead && isCyrillic(w)
		}
		if inHead && place > 0 && (boundaries[w] || strings.ContainsRune(",;():|", ws[i].sep) && ws[i].sep != 0) {
			inHead = false
		}
		if inHead && telling {
			place++
		}
		n := m.take(l.exact[w], ws[i:])
		if rs := []rune(w); strings.HasSuffix(w, "s") && len(rs) > 3 {
			n = max(n, m.take(l.exact[string(rs[:len(rs)-1])], ws[i:]))
			if strings.HasSuffix(w, "es") { // dresses, brushes
				n = max(n, m.take(l.exact[string(rs[:len(rs)-2])], ws[i:]))
			}
		}
		rs := []rune(w)
		for k := 2; k <= len(rs); k++ {
			n = max(n, m.take(l.stem[string(rs[:k])], ws[i:]))
		}
		if n > 0 {
			covered = max(covered, i+n)
		}
		if inHead && telling && i < covered {
			last = place
			hit = hit || place <= 3
		}
	}
	switch {
	case chinese:
		m.head = last > 0
	case cyrillic: // the noun is the first or, in Kazakh, the last
		m.head = hit || last == place && last > 0
	default:
		m.head = last == place && last > 0
	}
	return m
}

// take adds the entries whose words stand at the head of ws, and returns how
// many words the longest of goods or a group has.
func (m *meaning) take(entries []goodsEntry, ws []token) (longest int) {
	for _, e := range entries {
		if len(e.words) > len(ws) {
			continue
		}
		ok := true
		for i, w := range e.words[1:] {
			t := ws[i+1].text
			if stem, star := strings.CutSuffix(w, "*"); star && !strings.HasPrefix(t, stem) || !star && t != w {
				ok = false
				break
			}
		}
		if !ok {
			continue
		}
		m.all = m.all.or(e.in)
		if e.kind == 'g' {
			m.goods = m.goods.or(e.in)
			m.lines[e.id] = true
		}
		if e.kind != 'm' {
			longest = max(longest, len(e.words))
		}
	}
	return longest
}

// stemOf cuts the endings of plurals and cases.
func stemOf(s string) string {
	rs := []rune(s)
	if len(rs) > 6 {
		rs = rs[:6]
	}
	s = string(rs)
	if len(rs) > 4 {
		s = strings.TrimSuffix(s, "s")
	}
	return s
}

// widen adds the related chapters.
func (l *goodsLexicon) widen(c chapters) chapters {
	out := c
	for n := 1; n <= 97; n++ {
		if c[n/64]&(1<<(n%64)) != 0 {
			out = out.or(l.wider[n])
		}
	}
	return out
}

// SameGoods returns the probability that two descriptions, as printed, can mean
// the same goods. A general name agrees with a specific one that it covers. ok
// is false if the model knows too few of the words to say.
func (Model) SameGoods(a, b string) (p float64, ok bool) {
	l := goodsWords()
	x, y := l.read(a), l.read(b)
	if len(x.words) == 0 || len(y.words) == 0 {
		return 0, false
	}
	shared := 0
	for w := range x.words {
		if y.words[w] {
			shared++
		}
	}
	small := min(len(x.words), len(y.words))
	apart := l.widen(x.all).and(y.all).empty() && !x.all.empty() && !y.all.empty()
	if !apart && (shared == small || shared >= 3 && shared*5 >= small*3) {
		return 0.85 + 0.1*float64(shared)/float64(max(len(x.words), len(y.words))), true
	}
	if x.all.empty() || y.all.empty() {
		return 0, false
	}
	if x.head && y.head {
		for n := range x.lines {
			if y.lines[n] {
				return 0.85, true
			}
		}
	}
	if apart && shared == 0 && x.head && y.head && (!x.goods.empty() || !y.goods.empty()) {
		return 0.03, true
	}
	return 0, false
}

// knownGoods returns the chapters that words of a description name, for tests.
func knownGoods(s string) []int {
	m := goodsWords().read(s)
	var list []int
	for n := 1; n <= 97; n++ {
		if m.all[n/64]&(1<<(n%64)) != 0 {
			list = append(list, n)
		}
	}
	slices.Sort(list)
	return list
}
