package classify

import (
	"regexp"
	"strconv"
	"strings"

	"tallyman/trade"
)

// A Page is one page of a file as lines of print, from top to bottom.
type Page struct {
	Lines []Line
	Blank bool // nothing is printed on it
}

// A Line is a line of print.
type Line struct {
	Text   string  // cells two spaces apart
	Top    float64 // of its upper edge, as a fraction of the page height
	Left   float64 // of its left edge, as a fraction of the page width
	Height float64 // of its letters, as a fraction of the page height; 0 if unknown
}

// A Paper is a run of pages that are one document.
type Paper struct {
	Pages      []int // indices of the pages, ascending
	Type       trade.DocumentType
	Confidence float64 // probability that Type is right, 0 to 1
}

// Papers decides which pages are one paper, and of what type each paper is.
// Every page is in exactly one paper; papers come in the order of their first
// pages.
//
// A page begins a new paper if it says so: a title of another kind, another
// number, "page 1 of 3", or the same words as a page before it (a second copy
// of the paper). A page without a title goes on with the paper before it. Blank
// pages belong to the paper before them, at the head of a file to the one
// after. A paper that is no shipping paper is [trade.OtherPaper]: no type is
// forced on it. So is a blank file, with a confidence of 0.
func Papers(pages []Page) []Paper {
	var all []Paper
	var heads []sheet // of the open paper, one for each page with print on it
	var blanks []int  // at the head of the file
	open := func() *Paper { return &all[len(all)-1] }
	sheets := make([]sheet, len(pages))
	for i, p := range pages {
		sheets[i] = sheetOf(p)
	}
	for i, s := range sheets {
		switch {
		case s.blank && len(all) == 0:
			blanks = append(blanks, i)
		case s.blank:
			open().Pages = append(open().Pages, i)
		case len(all) == 0 || begins(heads, s):
			all = append(all, Paper{Pages: append(blanks, i)})
			heads, blanks = []sheet{s}, nil
		default:
			open().Pages = append(open().Pages, i)
			heads = append(heads, s)
		}
	}
	if len(all) == 0 && len(blanks) > 0 {
		return []Paper{{Pages: blanks, Type: trade.OtherPaper}}
	}
	for k := range all {
		e := newEvidence()
		share := 1.0
		for _, i := range all[k].Pages {
			if !sheets[i].blank {
				e.add(sheets[i].says, share)
				share = 0.5
			}
		}
		all[k].Type, all[k].Confidence = e.verdict()
	}
	return all
}

// A sheet is what a page says about itself.
type sheet struct {
	blank  bool
	says   evidence
	kind   trade.DocumentType // of its title; empty if it has none to speak of
	number string             // of the paper, folded; empty if unknown
	page   int                // n of "page n of m"; 0 if none is printed
	of     int
	words  map[string]int
	count  int // of words
	head   map[string]bool
}

// titled is how strong a title must be to begin a new paper by itself: large,
// or alone in the upper part of the page.
const titled = 0.55

// listed is how strong three titles of different kinds must be for the page to
// be taken for one with a list of papers on it, such as enclosures.
const listed = 0.35

func sheetOf(p Page) sheet {
	s := sheet{blank: p.Blank || len(p.Lines) == 0, words: map[string]int{}, head: map[string]bool{}}
	if s.blank {
		return s
	}
	s.says = read(p)
	strong := map[trade.DocumentType]bool{}
	for _, t := range allTypes {
		if s.says.titles[t] >= listed {
			strong[family(t)] = true
		}
	}
	if t, strength := s.says.best(); strength >= titled && len(strong) <= 2 {
		s.kind = t
	}
	for i, l := range p.Lines {
		for _, w := range tokens(l.Text) {
			s.words[w.text]++
			s.count++
			if i < 4 {
				s.head[w.text] = true
			}
		}
	}
	s.page, s.of = pageNumber(p.Lines)
	s.number = ownNumber(p.Lines, s.kind)
	return s
}

// begins reports whether a page begins a new paper after those of the open one.
func begins(open []sheet, s sheet) bool {
	first, last := open[0], open[len(open)-1]
	score := 0.0
	switch {
	case s.page == 1 && (last.page >= 1 || s.of > 1):
		score += 4
	case s.page > 1 && last.page == s.page-1 && (s.of == last.of || s.of == 0 || last.of == 0):
		score -= 7
	case s.page > 1:
		score -= 3
	}
	kind := first.kind
	if kind == "" {
		kind, _ = first.says.verdict()
	}
	switch {
	case s.kind == "":
		score -= 2
		// A form without its title: most of its boxes are there.
		was, now := first.says.markSums(), s.says.markSums()
		for _, t := range allTypes {
			if markLimit(t) == formLimit && t != trade.Contract && family(kind) != t && now[t] >= 4 && now[t]-was[t] >= 3 {
				score += 3.5
				break
			}
		}
	case family(s.kind) != family(kind),
		// a house and its master, an export and an import declaration
		s.kind != first.kind && s.kind != family(s.kind) && first.kind != family(first.kind):
		score += 4
	case s.number != "" && first.number != "":
		if sameNumber(s.number, first.number) {
			score -= 4
		} else {
			score += 5
		}
	default:
		score += 1
	}
	if s.page != 1 && s.kind == first.kind && alike(s.head, last.head) {
		score -= 1.5
	}
	for _, o := range open {
		if copyOf(s, o) {
			score += 6
			break
		}
	}
	return score > 0
}

// copyWords is the least number of words that make a page recognisable.
const copyWords = 25

// copyOf reports whether two pages are copies of one another: they share nine
// words of ten.
func copyOf(a, b sheet) bool {
	if min(a.count, b.count) < copyWords || a.page != b.page {
		return false
	}
	shared := 0
	for w, n := range a.words {
		shared += min(n, b.words[w])
	}
	return shared*10 >= max(a.count, b.count)*9
}

func alike(a, b map[string]bool) bool {
	shared := 0
	for w := range a {
		if b[w] {
			shared++
		}
	}
	return shared >= 3 && shared*3 >= max(len(a), len(b))*2
}

var (
	pageOf  = regexp.MustCompile(`(?i)(?:page|pages|pg|p|sheet|seite|blatt|pagina|página|strona|sayfa|стр|страница|лист|бет|парақ)\.?\s*(?:no\.?|№|:)?\s*(\d{1,3})\s*(?:of|из|von|de|sur|di|van|z|/|\\|-)\s*(\d{1,3})\b`)
	pageNo  = regexp.MustCompile(`(?i)^(?:page|pg|sheet|seite|blatt|pagina|página|strona|sayfa|стр|страница|лист)\.?\s*(?:no\.?|№|:)?\s*(\d{1,3})\.?$`)
	pageHan = regexp.MustCompile(`第\s*(\d{1,3})\s*页(?:[\s,，/]*共\s*(\d{1,3})\s*页)?`)
	bareOf  = regexp.MustCompile(`^[-–— ]*(\d{1,2})\s*(?:/|of|из)\s*(\d{1,2})[-–— ]*$`)
)

// pageNumber finds "page 2 of 3" in any of its forms.
func pageNumber(lines []Line) (n, of int) {
	get := func(m []string) (int, int, bool) {
		n, _ := strconv.Atoi(m[1])
		of := 0
		if len(m) > 2 && m[2] != "" {
			of, _ = strconv.Atoi(m[2])
		}
		return n, of, n > 0 && (of == 0 || n <= of)
	}
	edge := func(l Line) bool { return l.Top < 0.12 || l.Top > 0.85 }
	for _, l := range lines {
		if !hasDigit(l.Text) {
			continue
		}
		for _, re := range []*regexp.Regexp{pageOf, pageHan} {
			if m := re.FindStringSubmatch(l.Text); m != nil {
				if n, of, ok := get(m); ok {
					return n, of
				}
			}
		}
	}
	for _, l := range lines {
		for _, c := range cellsOf(l.Text) {
			if m := pageNo.FindStringSubmatch(c); m != nil {
				if n, _, ok := get(m); ok {
					return n, 0
				}
			}
			if m := bareOf.FindStringSubmatch(c); m != nil && edge(l) {
				if n, of, ok := get(m); ok && of > 1 {
					return n, of
				}
			}
		}
	}
	return 0, 0
}

var idLike = regexp.MustCompile(`[\p{L}\d][\p{L}\d/_.\-]*\d[\p{L}\d/_.\-]*|\d{2,}`)

// ownNumber finds the number that stands beside or below the name of a paper in
// the upper half of the page.
func ownNumber(lines []Line, kind trade.DocumentType) string {
	if kind == "" {
		return ""
	}
	lex := papersLexicon()
	for i, l := range lines {
		if l.Top > 0.5 {
			break
		}
		cells := cellsOf(l.Text)
		for k, c := range cells {
			ws := tokens(c)
			if !titleLength(ws) {
				continue
			}
			ids, exact := make([]int, len(ws)), make([]bool, len(ws))
			for n, w := range ws {
				ids[n], exact[n] = lex.id(w.text)
			}
			for _, h := range lex.find(ids, exact) {
				if h.weight > 0 || family(h.of) != family(kind) || h.at > 1 {
					continue
				}
				labelled := h.end() < len(ws) && numberWords[ws[h.end()].text] && ws[h.end()].text != "date" && ws[h.end()].text != "дата"
				rest := strings.Join(cells[k:], "  ")
				if id := idAfter(rest, ws[h.end()-1].text); id != "" && (labelled || k+1 == len(cells) && h.end() < len(ws)) {
					return id
				}
				if labelled && i+1 < len(lines) {
					if id := idLike.FindString(lines[i+1].Text); id != "" && len(cells) == 1 {
						return strings.ToLower(id)
					}
				}
			}
		}
	}
	return ""
}

// idAfter returns the first token with a digit after the word.
func idAfter(s, word string) string {
	low := fold(s)
	i := strings.Index(low, word)
	if i < 0 {
		return ""
	}
	id := idLike.FindString(low[i+len(word):])
	if len(id) < 2 {
		return ""
	}
	return strings.Trim(id, "./-_")
}

// confused maps characters that an optical reader mixes up to one of them.
var confused = strings.NewReplacer("o", "0", "о", "0", "l", "1", "i", "1", "|", "1", "з", "3", "s", "5", "b", "8", "в", "8", "z", "2",
	"/", "", "-", "", "_", "", ".", "")

// sameNumber reports whether two numbers are one but for punctuation and
// characters that look alike.
func sameNumber(a, b string) bool { return confused.Replace(a) == confused.Replace(b) }
