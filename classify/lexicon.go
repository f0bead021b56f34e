package classify

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"tallyman/trade"
)

//go:embed papers.txt
var papersText string

// A phrase is a run of words that speaks for a type of paper.
type phrase struct {
	words  []int // of the lexicon
	of     trade.DocumentType
	weight float64 // of a mark; 0 for a title
	key    int     // one for each phrase and type, so that a mark counts once
}

// A lexicon finds phrases in running text, also where an optical reader got one
// letter of a long word wrong.
type lexicon struct {
	ids     map[string]int
	near    map[string][]int // words with one letter left out
	list    []string
	byFirst map[int][]phrase // the longest first
}

var papersLexicon = sync.OnceValue(func() *lexicon {
	l, err := parseLexicon(papersText)
	if err != nil {
		panic(err) // the text is part of the program, and a test reads it
	}
	return l
})

func parseLexicon(text string) (*lexicon, error) {
	l := &lexicon{ids: map[string]int{}, near: map[string][]int{}, byFirst: map[int][]phrase{}}
	key := 0
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		head, list, ok := strings.Cut(line, ":")
		f := strings.Fields(head)
		if !ok || len(f) < 2 {
			return nil, fmt.Errorf("papers.txt:%d: no colon, or no type", n+1)
		}
		p := phrase{of: trade.DocumentType(f[1])}
		switch {
		case f[0] == "title" && len(f) == 2:
		case f[0] == "mark" && len(f) == 3:
			w, err := strconv.ParseFloat(f[2], 64)
			if err != nil {
				return nil, fmt.Errorf("papers.txt:%d: %w", n+1, err)
			}
			p.weight = w
		default:
			return nil, fmt.Errorf("papers.txt:%d: neither a title nor a mark", n+1)
		}
		for _, s := range strings.Split(list, "|") {
			q := p
			key++
			q.key = key
			for _, t := range tokens(s) {
				q.words = append(q.words, l.add(t.text))
			}
			if len(q.words) > 0 {
				l.insert(q)
			}
		}
	}
	return l, nil
}

func (l *lexicon) add(w string) int {
	if id, ok := l.ids[w]; ok {
		return id
	}
	id := len(l.list)
	l.ids[w] = id
	l.list = append(l.list, w)
	if rs := []rune(w); len(rs) >= 5 {
		l.near[w] = append(l.near[w], id)
		for i := range rs {
			short := string(rs[:i]) + string(rs[i+1:])
			l.near[short] = append(l.near[short], id)
		}
	}
	return id
}

func (l *lexicon) insert(p phrase) {
	list := l.byFirst[p.words[0]]
	i := 0
	for i < len(list) && len(list[i].words) >= len(p.words) {
		i++
	}
	list = append(list, phrase{})
	copy(list[i+1:], list[i:])
	list[i] = p
	l.byFirst[p.words[0]] = list
}

// ordinary are words that lie one letter from a word of the lexicon and mean
// something else.
var ordinary = map[string]bool{
	"contact": true, "contacts": true, "contrast": true, "resort": true, "expert": true,
	"latter": true, "better": true, "quota": true, "process": true, "packed": true,
	"invoiced": true, "impart": true, "carrier": true, "barrier": true, "sender": true,
	"договорной": true, "berechnung": true, "invoicing": true, "orders": true, "offered": true, "chapter": true,
	"resale": true, "statements": true, "reports": true, "parking": true, "backing": true,
	"счета": true, "счету": true, "договора": true, "договору": true, "контракта": true,
	"контракту": true, "инвойса": true, "инвойсу": true, "спецификации": true, "коносамента": true,
	"накладной": true, "накладные": true, "полиса": true, "декларации": true, "отчета": true,
	"чека": true, "письма": true, "контакт": true, "контакты": true, "invoices": true,
	"contracts": true, "актив": true, "packings": true, "listed": true, "factory": true,
	"order": true, "border": true, "rates": true, "prices": true, "price": true, "prime": true,
}

// compounds are last parts of German and Dutch words that say what the whole
// is: a Warenrechnung is a Rechnung.
var compounds = []string{"rechnung", "factuur", "frachtbrief", "vrachtbrief"}

// digitShapes put letters for the digits that look like them.
var digitShapes = []*strings.Replacer{
	strings.NewReplacer("0", "o", "1", "i", "5", "s", "8", "b", "6", "b"),
	strings.NewReplacer("0", "o", "1", "l", "5", "s", "8", "b", "6", "b"),
	strings.NewReplacer("0", "о", "3", "з", "6", "б", "8", "в", "4", "ч"),
}

// id returns the word of the lexicon that w is, or may be but for one letter;
// -1 if there is none.
func (l *lexicon) id(w string) (id int, exact bool) {
	if id, ok := l.ids[w]; ok {
		return id, true
	}
	if hasDigit(w) {
		for _, table := range digitShapes { // L1ST
			if id, ok := l.ids[table.Replace(w)]; ok && !number(w) {
				return id, false
			}
		}
	}
	rs := []rune(w)
	if len(rs) < 5 || ordinary[w] {
		return -1, false
	}
	for _, last := range compounds {
		if before, ok := strings.CutSuffix(w, last); ok && len(before) > 2 && before != "ver" && !strings.HasSuffix(before, "ab") {
			return l.ids[last], true
		}
	}
	try := func(s string) int {
		for _, id := range l.near[s] {
			if nearWord(w, l.list[id]) {
				return id
			}
		}
		return -1
	}
	if id := try(w); id >= 0 {
		return id, false
	}
	for i := range rs {
		if id := try(string(rs[:i]) + string(rs[i+1:])); id >= 0 {
			return id, false
		}
	}
	return -1, false
}

// A hit is a phrase found in a run of words.
type hit struct {
	phrase
	at    int  // index of the first word
	exact bool // no word had to be repaired
}

func (h hit) end() int { return h.at + len(h.words) }

// find returns the phrases in a run of words, in their order.
func (l *lexicon) find(ids []int, exact []bool) []hit {
	var hits []hit
	for i, id := range ids {
		if id < 0 {
			continue
		}
		for _, p := range l.byFirst[id] {
			if i+len(p.words) > len(ids) {
				continue
			}
			ok, ex := true, true
			for k, w := range p.words {
				if ids[i+k] != w {
					ok = false
					break
				}
				ex = ex && exact[i+k]
			}
			if ok {
				hits = append(hits, hit{p, i, ex})
			}
		}
	}
	return hits
}
