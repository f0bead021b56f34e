package layout

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"tallyman/extract/page"
	"tallyman/trade"
)

var (
	containerRe = regexp.MustCompile(`[A-Z]{3}[UJZ][ -]?\d{6}[ -/]?\d(?:\D|$)`)
	sealRe      = regexp.MustCompile(`^(?:\p{Lu}{0,6}[-/]?\d{4,10}\p{Lu}?|\p{Lu}{1,4}\d{3,10}|\d{4,10})$`)
	wagonRe     = regexp.MustCompile(`^\d{8}$`)
	plateRe     = regexp.MustCompile(`^[\p{Lu}\d]{1,8}(?:[-·]?[\p{Lu}\d]{1,8}){0,3}$`)
)

// A unit of transport equipment as it is found, with its seals.
type unit struct {
	id    trade.Statement
	key   string
	sheet *sheet
	line  int
	seals []trade.Statement
}

// equipment finds containers by the form of their numbers (ISO 6346), seals,
// wagons and plates beside their labels.
func (r *reader) equipment() {
	var units []*unit
	known := func(key string) bool {
		return slices.ContainsFunc(units, func(u *unit) bool { return u.key == key })
	}
	for _, s := range r.sheets {
		for n, ts := range s.tokens {
			for i := 0; i < len(ts); i++ {
				words, key := containerAt(ts, i)
				if words == 0 {
					continue
				}
				if !known(key) {
					st := state("", s.Number, wordsOf(ts[i:i+words]))
					st.Text = strings.Trim(st.Text, "()[],;:/\\")
					if loc := containerRe.FindStringIndex(strings.ToUpper(st.Text)); loc != nil {
						st.Text = strings.TrimRight(st.Text[loc[0]:loc[1]], "()[],;:/\\ ")
					}
					units = append(units, &unit{id: st, key: key, sheet: s, line: n})
				}
				i += words - 1
			}
		}
	}
	{
		for _, s := range r.sheets {
			for i := range s.hits {
				h := &s.hits[i]
				if !h.is("wagon") && h.role != "-meansIdentity" {
					continue
				}
				areas := [][]page.Word{s.behind(h), s.right(h), s.below(h)}
				if s.form {
					areas = s.areas(h)
				}
				if h.is("wagon") {
					areas = append(areas, s.columnUnder(h))
				}
				for _, area := range areas {
					taken := false
					for k := 0; k < len(area); k++ {
						w := area[k]
						if t := strings.Trim(w.Text, ",;."); wagonRe.MatchString(t) && !known(t) {
							st := state("", s.Number, []page.Word{w})
							st.Text = t
							units = append(units, &unit{id: st, key: t, sheet: s, line: h.line})
							taken = true
							if next, ok := s.wordUnder(w); ok { // further wagons stand below
								area = append(slices.Clone(area), next)
							}
						}
					}
					if taken {
						break
					}
				}
			}
		}
	}
	r.seals(units)
	for n, u := range units {
		u.id.Path = list("equipment", n, "/id")
		r.add(u.id, rankLabel, "")
		for k, st := range u.seals {
			st.Path = list("equipment", n, "/seals") + "/" + itoa(k)
			r.add(st, rankLabel, "")
		}
	}
	r.plates()
}

// wordUnder returns the word of the next line that begins where w begins.
func (s *sheet) wordUnder(w page.Word) (page.Word, bool) {
	for _, l := range s.lines {
		if l.box.Y0 < w.Box.Y1-1 || l.box.Y0-w.Box.Y1 > 1.5*heightOf(w) {
			continue
		}
		for _, o := range l.words() {
			if abs(o.Box.X0-w.Box.X0) < 2 {
				return o, true
			}
		}
	}
	return page.Word{}, false
}

// sealWord is a word for a seal, in the languages of the papers.
var sealWord = regexp.MustCompile(`(?i)^\(?(?:seals?|пломб[аыу]?|пломбалар|封号|封條|封条|铅封号?|mühür)[.:№]*$`)

// containerAt returns how many tokens from i on are a container number, and the
// number without spaces.
func containerAt(ts []token, i int) (words int, key string) {
	text := ""
	for n := 1; n <= 3 && i+n <= len(ts) && ts[i+n-1].cell == ts[i].cell; n++ {
		text += strings.ToUpper(strings.Trim(ts[i+n-1].Text, "(),;:"))
		if m := containerRe.FindString(text); m != "" {
			var b strings.Builder
			for _, r := range m {
				if unicode.IsLetter(r) || unicode.IsDigit(r) {
					b.WriteRune(r)
				}
			}
			if k := b.String(); len(k) >= 11 {
				return n, k[:11]
			}
		}
		if n == 1 && !startsOwner(text) {
			return 0, ""
		}
	}
	return 0, ""
}

// startsOwner reports whether s may begin a container number: the code of an
// owner, or the beginning of the number.
func startsOwner(s string) bool {
	return len(s) >= 4 && len(s) <= 12 && strings.ContainsRune("UJZ", rune(s[3])) && strings.IndexFunc(s[:4], func(r rune) bool { return r < 'A' || r > 'Z' }) < 0
}

// right returns the words of the next cell, none if it begins with a label.
func (s *sheet) right(h *hit) []page.Word {
	if h.cell+1 >= len(s.lines[h.line].cells) || s.beginsWithLabel(h.line, h.cell+1) != nil {
		return nil
	}
	return s.cellWords(h.line, h.cell+1)
}

// seals gives each unit the seals that stand on its line behind it; with one
// unit only, those beside any label of seals.
func (r *reader) seals(units []*unit) {
	seen := map[string]bool{}
	take := func(u *unit, s *sheet, w page.Word) bool {
		text := strings.Trim(w.Text, "(),;:/.")
		text, _, _ = strings.Cut(text, "/") // "OX118230/40HQ"
		if !sealRe.MatchString(strings.ToUpper(text)) || containerRe.MatchString(strings.ToUpper(text)) || seen[text] {
			return false
		}
		seen[text] = true
		st := state("", s.Number, []page.Word{w})
		st.Text = text
		u.seals = append(u.seals, st)
		return true
	}
	// "QZXU 046731-2, seal No. CN538795": what a line itself calls the seal.
	for _, u := range units {
		seen[u.key] = true // a wagon is no seal
	}
	for _, s := range r.sheets {
		for i := 1; i < len(s.Words); i++ {
			if s.Words[i-1].Text == "UN" {
				seen[strings.Trim(s.Words[i].Text, "(),;:/.")] = true // nor is a substance: "UN 1230"
			}
		}
	}
	for _, u := range units {
		ts := u.sheet.tokens[u.line]
		for i, t := range ts {
			if t.Box.X0 < u.id.Box.X1-1 || !sealWord.MatchString(t.Text) {
				continue
			}
			for k := i + 1; k < len(ts) && k <= i+3 && ts[k].cell == t.cell; k++ {
				if hasDigit(ts[k].Text) {
					take(u, u.sheet, ts[k].Word)
					break
				}
			}
		}
	}
	for _, s := range r.sheets {
		for i := range s.hits {
			h := &s.hits[i]
			if !h.is("seal") {
				continue
			}
			// The unit of this line, or the only one.
			var u *unit
			for _, x := range units {
				if x.sheet == s && x.line == h.line {
					u = x
				}
			}
			for _, x := range units { // "Container No. ..." over "Seal No. ..."
				if u == nil && x.sheet == s && x.line == h.line-1 && abs(x.id.Box.X0-h.box.X0) < 2*s.lines[h.line].height && len(x.seals) == 0 {
					u = x
				}
			}
			if u == nil {
				// Of a container and its wagon, the container is sealed.
				var boxes []*unit
				for _, x := range units {
					if len(x.key) == 11 {
						boxes = append(boxes, x)
					}
				}
				if len(boxes) == 0 {
					boxes = units
				}
				if len(boxes) == 1 {
					u = boxes[0]
				} else if u = nil; len(boxes) > 1 {
					r.sealsInOrder(s, h, boxes, take)
				}
			}
			if u != nil {
				for _, area := range s.areas(h) {
					taken := false
					for _, w := range area {
						taken = take(u, s, w) || taken
					}
					if taken {
						break
					}
				}
			}
			// A column: containers below the label, their seals beside them.
			for _, x := range units {
				if x.sheet != s || x.line <= h.line || len(x.seals) > 0 {
					continue
				}
				behind := false
				for _, t := range s.tokens[x.line] {
					if t.Box.X0 >= x.id.Box.X0 && t.Box.X0 < x.id.Box.X1 {
						behind = true
						continue
					}
					if behind && strings.Trim(t.Text, "/-–,") == "" {
						continue
					}
					if behind && t.Box.X0 > x.id.Box.X1-1 {
						// Only the word right behind it, or one under the label.
						near := x.id.Box.Y0-h.box.Y1 < 40 && h.box.X1 > x.id.Box.X1 && !digitsOnly(t.Text) && hasDigit(t.Text)
						if t.Box.X0-x.id.Box.X1 < 3*heightOf(t.Word) || near || (t.Box.X0 < h.box.X1 && h.box.X0 < t.Box.X1) {
							if take(x, s, t.Word) {
								break
							}
						}
					}
				}
			}
		}
	}
}

// sealsInOrder gives each of several containers its seal where a box of a form
// lists as many seals as there are containers.
func (r *reader) sealsInOrder(s *sheet, h *hit, units []*unit, take func(*unit, *sheet, page.Word) bool) {
	var seals []page.Word
	for _, area := range s.areas(h) {
		for _, w := range area {
			if text := strings.ToUpper(strings.Trim(w.Text, "(),;:/.")); sealRe.MatchString(text) && !containerRe.MatchString(text) && len(text) >= 6 {
				seals = append(seals, w)
			}
		}
		if len(seals) > 0 {
			break
		}
	}
	if len(seals) != len(units) || slices.ContainsFunc(units, func(u *unit) bool { return len(u.seals) > 0 }) {
		return
	}
	for i, u := range units {
		take(u, s, seals[i])
	}
}

// plates reads the plates of vehicles beside their labels: "A123BC 77 / AB1234 77".
func (r *reader) plates() {
	seen := map[string]bool{}
	var found []trade.Statement
	defer func() {
		// Side by side, the tractor comes before the trailer.
		slices.SortStableFunc(found, func(a, b trade.Statement) int {
			if a.Page != b.Page {
				return a.Page - b.Page
			}
			if d := middleY(a.Box) - middleY(b.Box); d < -15 || d > 15 {
				return compare(a.Box.Y0, b.Box.Y0)
			}
			return compare(a.Box.X0, b.Box.X0)
		})
		n := 0
		for _, st := range found {
			for r.has(list("vehicle", n, "/plate"), rankGuess) {
				n++
			}
			st.Path = list("vehicle", n, "/plate")
			r.add(st, rankLabel, "")
		}
	}()
	for _, c := range r.found {
		if strings.HasPrefix(c.Path, "/vehicle/") {
			seen[plateKey(c.Text)] = true
		}
	}
	for _, s := range r.sheets {
		for i := range s.hits {
			h := &s.hits[i]
			if !h.is("plate") {
				continue
			}
			for _, area := range s.areas(h) {
				taken := false
				for _, run := range splitWords(area, "/,;|") {
					text := textOf(run)
					if key := plateKey(text); key != "" && !seen[key] {
						seen[key] = true
						st := state("", s.Number, run)
						st.Text = strings.Trim(text, ".,;:() ")
						found = append(found, st)
						taken = true
					}
				}
				if taken {
					break
				}
			}
		}
	}
}

// plateKey returns a plate without spaces; empty if the text is none: letters
// and digits, at least two digits, at most twelve characters.
func plateKey(text string) string {
	var b strings.Builder
	digits, capitals := 0, 0
	for _, r := range strings.Trim(text, ".,;:() ") {
		switch {
		case unicode.IsDigit(r):
			digits++
			b.WriteRune(r)
		case unicode.IsUpper(r):
			capitals++
			b.WriteRune(r)
		case r == ' ' || r == '-' || r == '·':
		default:
			return ""
		}
	}
	key := b.String()
	if digits < 2 || capitals < 1 || capitals > 6 || len([]rune(key)) > 12 || len([]rune(key)) < 5 || !plateRe.MatchString(key) {
		return ""
	}
	return key
}

// splitWords cuts a run of words at words, or ends of words, made of marks.
func splitWords(ws []page.Word, marks string) [][]page.Word {
	var all [][]page.Word
	var run []page.Word
	flush := func() {
		if len(run) > 0 {
			all = append(all, run)
		}
		run = nil
	}
	for _, w := range ws {
		parts := strings.FieldsFunc(w.Text, func(r rune) bool { return strings.ContainsRune(marks, r) })
		switch {
		case len(parts) == 0:
			flush()
			continue
		case strings.ContainsAny(w.Text[:1], marks):
			flush()
		}
		for i, p := range parts {
			if i > 0 {
				flush()
			}
			part := w
			part.Text = p
			run = append(run, part)
		}
		if strings.ContainsAny(w.Text[len(w.Text)-1:], marks) {
			flush()
		}
	}
	flush()
	return all
}

var pageNumberRe = regexp.MustCompile(`(?i)(?:page|pag|p\.|стр\.?|страница|лист|бет|sheet|seite|blatt|página|sayfa|strona|第|页)?[ .:№#]*\b(\d{1,4})\s*(?:页)?\s*(?:of|из|/|von|de|sur|di|iz|共|z)\s*(\d{1,4})\b`)
var barePage = regexp.MustCompile(`^(\d{1,3}) ?/ ?(\d{1,3})$`)
var pageWordRe = regexp.MustCompile(`(?i)(?:page|pag\b|p\.|стр|страница|лист|бет|sheet|seite|blatt|página|sayfa|strona|第)`)

// pageNumbers reads what pages print of their own number: "Page 2 of 3".
func (r *reader) pageNumbers() {
	n := 0
	for _, s := range r.sheets {
		if st, ok := s.pageNumber(); ok {
			st.Path = list("pageNumbers", n, "")
			r.add(st, rankLabel, "")
			n++
		}
	}
}

func (s *sheet) pageNumber() (trade.Statement, bool) {
	for _, l := range s.lines {
		// "2 / 3" alone at the head or the foot: only if it is this page.
		for _, c := range l.cells {
			m := barePage.FindStringSubmatch(c.text)
			if m == nil || l.box.Y0 > 0.08*s.Height && l.box.Y1 < 0.92*s.Height || atoi(m[1]) != s.Number || atoi(m[2]) < s.Number {
				continue
			}
			if s.underHeading(c.box) {
				continue // box 3 of a declaration: the first of two forms
			}
			if readable("/pageNumbers/0", c.words, "") {
				return state("/pageNumbers/0", s.Number, c.words), true
			}
		}
	}
	for _, l := range s.lines {
		for _, c := range l.cells {
			if !hasDigit(c.text) || !pageWordRe.MatchString(c.text) {
				continue
			}
			for from := range c.words {
				if !pageWordRe.MatchString(c.words[from].Text) {
					continue
				}
				if strings.Contains(c.words[from].Text, "-бет") && len(c.words)-from <= 3 { // "2-бет, барлығы 3"
					if ws := c.words[from:]; readable("/pageNumbers/0", ws, "") {
						return state("/pageNumbers/0", s.Number, ws), true
					}
				}
				for to := min(len(c.words), from+6); to > from; to-- {
					text := textOf(c.words[from:to])
					m := pageNumberRe.FindStringSubmatchIndex(text)
					if m == nil || atoi(text[m[2]:m[3]]) > atoi(text[m[4]:m[5]]) || m[0] != 0 || m[1] != len(strings.TrimRight(text, ".)页")) {
						continue
					}
					st := state("/pageNumbers/0", s.Number, c.words[from:to])
					if readable("/pageNumbers/0", c.words[from:to], "") {
						return st, true
					}
				}
			}
		}
	}
	return trade.Statement{}, false
}

// underHeading reports whether a heading of a form stands right above a box.
func (s *sheet) underHeading(b trade.Box) bool {
	return slices.ContainsFunc(s.hits, func(h hit) bool {
		return s.form && h.box.Y1 <= b.Y0+2 && b.Y0-h.box.Y1 < 2*(h.box.Y1-h.box.Y0) && h.box.X0 < b.X1+20 && h.box.X1 > b.X0-20
	})
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}
