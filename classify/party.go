package classify

import (
	_ "embed"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"tallyman/classify/reference"
)

//go:embed party.txt
var partyText string

// A Model scores what papers say. The zero Model is ready to use. It satisfies
// the Model of package rules.
type Model struct {
	calibration *Calibration    // nil: none
	figures     *reference.Pack // nil: those that came with the program
}

// NewModel returns the model that is part of the program.
func NewModel() Model { return Model{} }

// SameParty returns the probability that two names, as printed, mean the same
// party: over Cyrillic and Latin spellings, legal forms, word order,
// abbreviations and the slips of optical readers. 0.5 is the border; it is also
// the answer where the names cannot be compared, such as a Chinese name with
// one in English.
func (Model) SameParty(a, b string) float64 {
	// A bilingual name is compared in the script that both names use: the
	// other half would only say that nobody can tell.
	hanA, restA := byScript(a)
	hanB, restB := byScript(b)
	if (hanA != "" && restA != "") != (hanB != "" && restB != "") {
		switch {
		case restA != "" && restB != "":
			a, b = restA, restB
		case hanA != "" && hanB != "":
			a, b = hanA, hanB
		}
	}
	best := 0.0
	for _, x := range nameVariants(a) {
		for _, y := range nameVariants(b) {
			best = max(best, sameName(x, y))
		}
	}
	return best
}

// A name is a name of a firm or person without its legal form.
type name struct {
	words []nameWord
	forms map[string]bool // classes of legal forms
	han   string          // the Chinese part without form, place and business
}

type nameWord struct {
	text     string // as printed, folded
	skeleton string // Latin letters in which all romanisations are one
	cyrillic bool
	kind     rune   // 'w' a word of business, 'p' a place, 0 a word of its own
	canon    string // of a word of business or place
}

// weight is how much a word tells one firm from another.
// byScript parts a name into its Chinese half and the rest. A half of fewer than
// three letters is none.
func byScript(s string) (chinese, rest string) {
	count := 0
	rest = strings.TrimSpace(strings.Map(func(r rune) rune {
		if han(r) {
			chinese += string(r)
			return ' '
		}
		if unicode.IsLetter(r) {
			count++
		}
		return r
	}, s))
	if len([]rune(chinese)) < 3 {
		return "", s
	}
	if count < 3 {
		return chinese, ""
	}
	return chinese, rest
}

func (w nameWord) weight() float64 {
	switch {
	case w.kind == 'p':
		return 0.4
	case w.kind == 'w':
		return 0.5
	case len([]rune(w.text)) == 1:
		return 0.2
	}
	return 1
}

type nameLexicon struct {
	forms  map[string]string // phrase of words joined by spaces: class
	words  map[string]string
	places map[string]string
	han    []string // all Chinese entries, the longest first
	longer int      // most words in a phrase
}

var nameWords = sync.OnceValue(func() *nameLexicon {
	l, err := parseNames(partyText)
	if err != nil {
		panic(err) // the text is part of the program, and a test reads it
	}
	return l
})

func parseNames(text string) (*nameLexicon, error) {
	l := &nameLexicon{forms: map[string]string{}, words: map[string]string{}, places: map[string]string{}}
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		head, list, ok := strings.Cut(line, ":")
		f := strings.Fields(head)
		if !ok || len(f) != 2 {
			return nil, fmt.Errorf("party.txt:%d: no colon, or no name", n+1)
		}
		table := map[string]map[string]string{"form": l.forms, "word": l.words, "place": l.places}[f[0]]
		if table == nil {
			return nil, fmt.Errorf("party.txt:%d: no kind %q", n+1, f[0])
		}
		entries := strings.Split(list, "|")
		if f[0] != "form" {
			entries = append(entries, f[1])
		}
		for _, e := range entries {
			ws := tokens(e)
			key := joinTokens(ws)
			if key == "" {
				continue
			}
			table[key] = f[1]
			if han([]rune(key)[0]) {
				l.han = append(l.han, key)
			}
			l.longer = max(l.longer, len(ws))
		}
	}
	slices.SortFunc(l.han, func(a, b string) int { return len(b) - len(a) })
	return l, nil
}

func joinTokens(ws []token) string {
	var b strings.Builder
	for i, w := range ws {
		if i > 0 && !(han([]rune(w.text)[0]) && han([]rune(ws[i-1].text)[0])) {
			b.WriteByte(' ')
		}
		b.WriteString(w.text)
	}
	return b.String()
}

var (
	quoted   = regexp.MustCompile(`[«"“„”‘]\s*([^«»"“”„]{2,}?)\s*[»"”“’]`)
	initials = regexp.MustCompile(`\p{Lu}\.\s?(?:\p{Lu}\.\s?)+`)
	brackets = regexp.MustCompile(`[(（][^)）]*[)）]`)
)

// nameVariants are the ways to read a printed name: whole, what stands in
// quotation marks, and what is before an address.
func nameVariants(s string) []name {
	texts := []string{s}
	if bare := strings.TrimSpace(brackets.ReplaceAllString(s, " ")); bare != "" && bare != s {
		texts = append(texts, bare)
	}
	if m := quoted.FindStringSubmatch(s); m != nil {
		form := strings.Join(strings.Fields(s[:strings.Index(s, m[1])]), " ")
		texts = append(texts, form+" "+m[1])
	}
	if cut := beforeAddress(s); cut != s {
		texts = append(texts, cut)
	}
	for _, cut := range []func(string) string{afterForm, beforeStreet} {
		if t := cut(texts[len(texts)-1]); t != "" {
			texts = append(texts, t)
		}
	}
	var all []name
	for _, t := range texts {
		if n := nameOf(t); len(n.words) > 0 || n.han != "" {
			all = append(all, n)
		}
	}
	return all
}

// beforeAddress cuts what follows a comma, a semicolon or a line break, unless
// it is a legal form: "Alfa Trade LLP, Abay 12" but "Alfa Co., Ltd".
func beforeAddress(s string) string {
	for i, r := range s {
		if r != ',' && r != ';' && r != '\n' {
			continue
		}
		rest := tokens(s[i:])
		if len(rest) == 0 {
			return s[:i]
		}
		if _, ok := nameWords().forms[rest[0].text]; ok && r == ',' {
			continue
		}
		return s[:i]
	}
	return s
}

// afterForm cuts what follows a legal form behind the name: "Alfa Trade LLP
// Almaty Abay 12". Empty if there is nothing to cut.
func afterForm(s string) string {
	fields := strings.Fields(s)
	for i := 1; i+1 < len(fields); i++ {
		ws := tokens(fields[i])
		if len(ws) == 0 || len([]rune(ws[0].text)) < 3 {
			continue
		}
		class := nameWords().forms[joinTokens(ws)]
		next := tokens(fields[i+1])
		if class == "" || class == "other" || len(next) == 0 || nameWords().forms[next[0].text] != "" {
			continue
		}
		return strings.Join(fields[:i+1], " ")
	}
	return ""
}

// streetWords begin an address.
var streetWords = map[string]bool{"г": true, "ул": true, "город": true, "улица": true, "пр": true, "проспект": true, "мкр": true, "обл": true, "адрес": true,
	"str": true, "street": true, "road": true, "rd": true, "address": true, "add": true, "no": true, "room": true, "tel": true, "тел": true, "бин": true, "инн": true,
	"bin": true, "inn": true, "мекенжайы": true, "қаласы": true, "көшесі": true, "cad": true, "mah": true, "sok": true, "building": true, "floor": true, "ave": true}

// beforeStreet cuts an address that begins with a postcode or a word such as
// "street". Empty if there is none.
func beforeStreet(s string) string {
	fields := strings.Fields(s)
	for i := 1; i < len(fields); i++ {
		ws := tokens(fields[i])
		if len(ws) == 0 {
			continue
		}
		w := ws[0].text
		if w == "no" && i+2 >= len(fields) {
			return "" // "Factory No. 3"
		}
		if streetWords[w] || number(w) && len(w) >= 5 {
			return strings.Join(fields[:i], " ")
		}
	}
	return ""
}

func nameOf(s string) name {
	l := nameWords()
	n := name{forms: map[string]bool{}}
	ws := tokens(initials.ReplaceAllStringFunc(s, func(m string) string {
		letters := strings.Map(func(r rune) rune {
			if r == '.' || unicode.IsSpace(r) {
				return -1
			}
			return r
		}, m)
		if rs := []rune(letters); len(rs) == 2 && l.forms[fold(letters)] == "" {
			return string(rs[0]) + " " + string(rs[1]) + " "
		}
		return m
	}))
	for i := 0; i < len(ws); {
		if r := []rune(ws[i].text)[0]; han(r) {
			k := i
			var b strings.Builder
			for k < len(ws) && han([]rune(ws[k].text)[0]) {
				b.WriteString(ws[k].text)
				k++
			}
			n.hanRun(l, b.String())
			i = k
			continue
		}
		took := false
		for size := min(l.longer, len(ws)-i); size >= 1 && !took; size-- {
			key := joinTokens(ws[i : i+size])
			switch {
			case l.forms[key] != "":
				// A short form may be a word: "As", "SE", "Sa", "AB". It is a
				// form at either end of the name.
				if size == 1 && len([]rune(key)) <= 2 && i > 0 && i+1 < len(ws) && l.forms[key] != "other" && !formNext(l, ws, i+1) {
					continue
				}
				if l.forms[key] != "other" {
					n.forms[l.forms[key]] = true
				}
				i += size
				took = true
			case l.words[key] != "":
				n.words = append(n.words, nameWord{text: key, skeleton: skeleton(key), cyrillic: isCyrillic(key), kind: 'w', canon: l.words[key]})
				i += size
				took = true
			case l.places[key] != "":
				n.words = append(n.words, nameWord{text: key, skeleton: skeleton(key), cyrillic: isCyrillic(key), kind: 'p', canon: l.places[key]})
				i += size
				took = true
			}
		}
		if !took {
			w := ws[i].text
			n.words = append(n.words, nameWord{text: w, skeleton: skeleton(w), cyrillic: isCyrillic(w)})
			i++
		}
	}
	// A name of general words alone, "The Company", is one; a legal form alone,
	// "Co., Ltd.", is the second line of a name whose first was not read.
	if len(n.words) == 0 && n.han == "" && len(n.forms) == 0 {
		for _, w := range ws {
			n.words = append(n.words, nameWord{text: w.text, skeleton: skeleton(w.text), cyrillic: isCyrillic(w.text)})
		}
	}
	return n
}

// formNext reports whether the words from i on begin with a legal form.
func formNext(l *nameLexicon, ws []token, i int) bool {
	return i < len(ws) && l.forms[ws[i].text] != ""
}

// hanRun takes a Chinese name apart: legal form, place, business, and the rest.
func (n *name) hanRun(l *nameLexicon, s string) {
	for _, e := range l.han {
		i := strings.Index(s, e)
		if i < 0 {
			continue
		}
		switch {
		case l.forms[e] != "":
			if l.forms[e] != "other" {
				n.forms[l.forms[e]] = true
			}
		case l.words[e] != "":
			n.words = append(n.words, nameWord{text: e, kind: 'w', canon: l.words[e]})
		default:
			n.words = append(n.words, nameWord{text: e, kind: 'p', canon: l.places[e]})
		}
		s = s[:i] + s[i+len(e):]
	}
	n.han += s
}

func isCyrillic(s string) bool {
	for _, r := range s {
		if unicode.Is(unicode.Cyrillic, r) {
			return true
		}
	}
	return false
}

// sameName is the probability that two names without ambiguity are one.
func sameName(a, b name) float64 {
	p := sameWords(a, b)
	switch {
	case p < 0.5 || len(a.forms) == 0 || len(b.forms) == 0 || shareForm(a, b):
	case a.forms["sole"] != b.forms["sole"]:
		p = min(p, 0.4) // a sole trader and a firm of that name are two
	default:
		// OOO and AO are two kinds of firms, but translations mix them up.
		p = min(p, 0.6)
	}
	return p
}

func shareForm(a, b name) bool {
	for f := range a.forms {
		if b.forms[f] {
			return true
		}
	}
	return false
}

func sameWords(a, b name) float64 {
	if (a.han != "") != (b.han != "") {
		return acrossScripts(a, b)
	}
	if a.han != "" && b.han != "" {
		return sameHan(a, b)
	}
	if squeeze(a) == squeeze(b) && squeeze(a) != "" {
		return 0.98
	}
	if squeeze(a) == "" || squeeze(b) == "" {
		return 0.5 // "Co., Ltd." is no name
	}
	if acronym(a, b) || acronym(b, a) {
		return 0.6
	}
	// Pair the words, the most alike first.
	type pair struct {
		i, k int
		s    float64
	}
	var pairs []pair
	for i, x := range a.words {
		for k, y := range b.words {
			if s := sameWord(x, y); s > 0 {
				pairs = append(pairs, pair{i, k, s})
			}
		}
	}
	slices.SortStableFunc(pairs, func(p, q pair) int {
		switch {
		case p.s > q.s:
			return -1
		case p.s < q.s:
			return 1
		}
		return 0
	})
	usedA, usedB := make([]bool, len(a.words)), make([]bool, len(b.words))
	own, matched, quality := 0.0, 0.0, 0.0
	for _, p := range pairs {
		if usedA[p.i] || usedB[p.k] {
			continue
		}
		usedA[p.i], usedB[p.k] = true, true
		w := min(a.words[p.i].weight(), b.words[p.k].weight())
		matched += w
		quality += w * p.s
		if a.words[p.i].kind == 0 && b.words[p.k].kind == 0 && w == 1 {
			own++
		}
	}
	leftA, leftB := joinLeft(a, b, usedA, usedB, &own, &matched, &quality)
	if matched == 0 {
		return 0.03
	}
	q := quality / matched
	onlyGeneral := own == 0
	p := 0.97
	switch {
	case leftA.own > 0 && leftB.own > 0:
		p = 0.1
	case leftA.own+leftB.own > 0 && leftA.rest+leftB.rest > 0 && (leftA.own > 0) != (leftA.rest > 0):
		p = 0.2 // each has a word that the other lacks
	case leftA.business > 0 && leftB.business > 0:
		p = 0.2 // Alfa Trade and Alfa Trans
	case leftA.place > 0 && leftB.place > 0:
		p = 0.3
	case leftA.own+leftB.own > 0:
		p = 0.62 - 0.12*(leftA.own+leftB.own) // one name has more words
		if own >= 2 {
			p += 0.1
		}
	case leftA.rest+leftB.rest > 0:
		p = 0.8 - 0.1*(leftA.rest+leftB.rest)
	}
	if onlyGeneral {
		if leftA.own+leftB.own+leftA.rest+leftB.rest > 0 {
			return min(p, 0.3)
		}
		p = min(p, 0.9)
	}
	return max(0.02, p*math.Pow(q, 1.6))
}

type left struct{ own, business, place, rest float64 }

// joinLeft tries words that one name writes apart and the other together, and
// counts those that stay alone.
func joinLeft(a, b name, usedA, usedB []bool, own, matched, quality *float64) (left, left) {
	split := func(x, y name, ux, uy []bool) {
		for i := 0; i+1 < len(x.words); i++ {
			if ux[i] && ux[i+1] {
				continue
			}
			both := x.words[i].skeleton + x.words[i+1].skeleton
			for k, w := range y.words {
				if !uy[k] && (w.skeleton == both || len(both) >= 7 && oneEdit([]rune(w.skeleton), []rune(both))) && !ux[i] && !ux[i+1] {
					ux[i], ux[i+1], uy[k] = true, true, true
					*own++
					*matched++
					*quality += 0.97
				}
			}
		}
	}
	split(a, b, usedA, usedB)
	split(b, a, usedB, usedA)
	count := func(n name, used []bool) (l left) {
		for i, w := range n.words {
			switch {
			case used[i]:
			case w.kind == 'w':
				l.business++
				l.rest++
			case w.kind == 'p':
				l.place++
				l.rest += 0.8
			case len([]rune(w.text)) == 1 && !number(w.text):
				l.rest += 0.3
			default:
				l.own++
			}
		}
		return l
	}
	return count(a, usedA), count(b, usedB)
}

// sameWord is how alike two words are: 1 the same, 0 different.
func sameWord(x, y nameWord) float64 {
	if x.kind != 0 && y.kind != 0 {
		switch {
		case x.canon == y.canon:
			return 1
		case x.canon == "trade" && y.canon == "trading", x.canon == "trading" && y.canon == "trade",
			x.canon == "trans" && y.canon == "transport", x.canon == "transport" && y.canon == "trans":
			return 0.68 // two names, or one translated carelessly
		}
		return 0
	}
	if x.skeleton == "" || y.skeleton == "" {
		if x.text == y.text {
			return 1
		}
		return 0
	}
	if x.text == y.text || x.skeleton == y.skeleton {
		return 1
	}
	a, b := []rune(x.skeleton), []rune(y.skeleton)
	if number(x.text) || number(y.text) {
		return 0
	}
	short := min(len(a), len(b))
	if x.kind != 0 || y.kind != 0 {
		// One is a word of business with a slip: "Tradinq".
		if short >= 5 && oneEdit(a, b) {
			return 0.9
		}
		return 0
	}
	if shape(x.text) == shape(y.text) {
		return 0.95
	}
	if short >= 5 && oneEdit(a, b) {
		if short >= 7 {
			return 0.9
		}
		return 0.78
	}
	if short >= 8 && twoEdits(a, b) {
		return 0.82
	}
	if x.cyrillic != y.cyrillic {
		if s := consonants(x.skeleton); len(s) >= 2 && s == consonants(y.skeleton) {
			return 0.8 // an English word as it sounds: Грин, Green
		}
	}
	// An abbreviation: "Kaz" for "Kazakhstan", "Pharm." for "Pharmacy".
	if short >= 3 && short < max(len(a), len(b)) && string(a[:short]) == string(b[:short]) && short*3 >= max(len(a), len(b)) {
		return 0.75
	}
	if short == 1 && a[0] == b[0] {
		return 0.7 // an initial
	}
	return 0
}

// number reports whether a word is one: Factory 3 is not Factory 7.
func number(s string) bool { return strings.Trim(s, "0123456789") == "" }

// squeeze is a name without spaces.
func squeeze(n name) string {
	var b strings.Builder
	for _, w := range n.words {
		switch {
		case w.kind != 0:
			b.WriteString(w.canon)
		default:
			b.WriteString(w.skeleton)
		}
	}
	return b.String()
}

// acronym reports whether a is one short word made of the initials of b.
func acronym(a, b name) bool {
	if len(a.words) != 1 || len(b.words) < 3 || a.words[0].kind != 0 {
		return false
	}
	var in strings.Builder
	for _, w := range b.words {
		if w.skeleton == "" {
			return false
		}
		in.WriteString(w.skeleton[:1])
	}
	return a.words[0].skeleton == in.String()
}

// acrossScripts compares a Chinese name with one in letters: only places and
// words of business can be compared.
func acrossScripts(a, b name) float64 {
	p := 0.5
	for _, kind := range []rune{'p', 'w'} {
		var x, y []string
		for _, w := range a.words {
			if w.kind == kind {
				x = append(x, w.canon)
			}
		}
		for _, w := range b.words {
			if w.kind == kind {
				y = append(y, w.canon)
			}
		}
		shared := slices.ContainsFunc(x, func(s string) bool { return slices.Contains(y, s) })
		switch {
		case shared:
			p += 0.1
		case len(x) > 0 && len(y) > 0 && kind == 'p':
			p -= 0.2
		}
	}
	return p
}

func sameHan(a, b name) float64 {
	p := 0.05
	switch x, y := []rune(a.han), []rune(b.han); {
	case a.han == b.han:
		p = 0.97
	case len(x) >= 4 && oneEdit(x, y):
		p = 0.7
	case strings.Contains(a.han, b.han) || strings.Contains(b.han, a.han):
		p = 0.55
	}
	for _, kind := range []rune{'p', 'w'} {
		conflict := func(m, n name) (only bool) {
			for _, w := range m.words {
				if w.kind == kind && !slices.ContainsFunc(n.words, func(v nameWord) bool { return v.canon == w.canon }) {
					only = true
				}
			}
			return only
		}
		if conflict(a, b) && conflict(b, a) {
			p = min(p, 0.25)
		}
	}
	return p
}

// twoEdits reports whether two words of like length differ in two letters at most.
func twoEdits(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 2 {
		return false
	}
	prev := make([]int, len(b)+1)
	cur := make([]int, len(b)+1)
	for k := range prev {
		prev[k] = k
	}
	for i := range a {
		cur[0] = i + 1
		for k := range b {
			d := prev[k]
			if a[i] != b[k] {
				d++
			}
			cur[k+1] = min(d, prev[k+1]+1, cur[k]+1)
		}
		prev, cur = cur, prev
	}
	return prev[len(b)] <= 2
}

var shapes = strings.NewReplacer("rn", "m", "0", "o", "1", "l", "i", "l", "5", "s", "8", "b", "vv", "w", "cl", "d", "6", "b", "ii", "u", "h", "b",
	"и", "н", "ш", "щ", "з", "э", "0", "о", "б", "6", "3", "з", "е", "с")

// shape is a word without what an optical reader mixes up.
func shape(s string) string { return shapes.Replace(s) }
