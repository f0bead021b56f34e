// Package language says in other languages what the rules say in English.
//
// A rule writes its findings in English, with [fmt] verbs for what the papers
// say. The English format is the key of a phrase: a finding, also one that was
// stored years ago, is taken apart by the formats that could have made it, and
// the same values are put into the phrase of the other language. So evidence
// holds one wording only, and its hash does not depend on who reads it.
//
// Taking apart must never guess. A text that two phrases, or one phrase in two
// ways, could have made is returned as not translated, unless the two agree or
// the names of the papers decide.
package language

import (
	"crypto/sha256"
	_ "embed" // the phrases
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed phrases.ru.txt
var russianPhrases string

//go:embed rules.ru.txt
var russianRules string

// A Table has the phrases of one language.
type Table struct {
	exact     map[string]*phrase
	patterns  []*phrase // with verbs; the longest literal text first
	fragments []*phrase // those that are appended to another phrase
	rules     map[string]ruleText
}

type ruleText struct{ sum, title, doc string }

// Russian returns the table of Russian.
var Russian = sync.OnceValue(func() *Table {
	t, err := parse(russianPhrases, russianRules)
	if err != nil {
		panic("rules/language: " + err.Error()) // a test reads the same files
	}
	return t
})

// A phrase is a format and its translation.
type phrase struct {
	english string
	parts   []part // of the English format
	say     []part // of the translation
	literal int    // letters of the format that are no verbs
	within  bool   // never a whole text
}

// A part is a run of text, or a verb.
type part struct {
	text  string
	verb  byte // 0: text
	arg   int  // which argument, from 0
	forms []string
}

// Verbs of a format are those of fmt. In a translation there are two more: %w is
// one that holds a phrase of ours, to be translated in turn, and a noun in
// three forms may follow a number: %d{лист|листа|листов}.
var verb = regexp.MustCompile(`%(?:%|(?:\[(\d+)\])?[0-9.]*([a-z])(?:\{([^{}]*)\})?)`)

func parts(format string) ([]part, error) {
	var all []part
	next := 0
	text := func(s string) {
		if n := len(all); n > 0 && all[n-1].verb == 0 {
			all[n-1].text += s
		} else if s != "" {
			all = append(all, part{text: s})
		}
	}
	at := 0
	for _, m := range verb.FindAllStringSubmatchIndex(format, -1) {
		text(format[at:m[0]])
		at = m[1]
		if format[m[0]:m[1]] == "%%" {
			text("%")
			continue
		}
		p := part{verb: format[m[4]], arg: next}
		if m[2] >= 0 {
			n, err := strconv.Atoi(format[m[2]:m[3]])
			if err != nil || n < 1 {
				return nil, fmt.Errorf("%q has no argument %s", format, format[m[2]:m[3]])
			}
			p.arg = n - 1
		}
		next = p.arg + 1
		if m[6] >= 0 {
			if p.forms = strings.Split(format[m[6]:m[7]], "|"); len(p.forms) != 3 {
				return nil, fmt.Errorf("%q: a counted noun has three forms", format)
			}
		}
		all = append(all, p)
	}
	text(format[at:])
	return all, nil
}

func newPhrase(english, translated string) (*phrase, error) {
	p := &phrase{english: english}
	var err error
	if p.parts, err = parts(english); err != nil {
		return nil, err
	}
	if p.say, err = parts(translated); err != nil {
		return nil, err
	}
	n := 0
	for _, x := range p.parts {
		p.literal += utf8.RuneCountInString(x.text)
		if x.verb != 0 {
			n = max(n, x.arg+1)
		}
	}
	said := make([]bool, n)
	for _, x := range p.say {
		switch {
		case x.verb == 0:
		case x.arg >= n:
			return nil, fmt.Errorf("%q has %d values, its translation more", english, n)
		default:
			said[x.arg] = true
		}
	}
	if i := slices.Index(said, false); i >= 0 {
		return nil, fmt.Errorf("the translation of %q does not say value %d", english, i+1)
	}
	return p, nil
}

// parse reads a table. Of phrases, a line that begins a line is English, and the
// line below, after a tab, the translation. A line with # is a
// remark. English after a tilde stands within other phrases only.
func parse(phrases, texts string) (*Table, error) {
	t := &Table{exact: map[string]*phrase{}, rules: map[string]ruleText{}}
	english, done := "", false
	for i, line := range strings.Split(phrases, "\n") {
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
		case !strings.HasPrefix(line, "\t"):
			if english != "" {
				return nil, fmt.Errorf("line %d: %q is not translated", i, english)
			}
			english = line
		default:
			english, within := strings.CutPrefix(english, "~ ")
			p, err := newPhrase(english, line[1:])
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", i+1, err)
			}
			if english == "" || t.exact[english] != nil {
				return nil, fmt.Errorf("line %d: %q is translated twice, or not in English", i+1, english)
			}
			t.exact[english], p.within = p, within
			switch {
			case strings.HasPrefix(english, "; ") || strings.HasPrefix(english, ", "):
				t.fragments = append(t.fragments, p)
			case len(p.parts) > 1 || p.parts[0].verb != 0:
				t.patterns = append(t.patterns, p)
			}
			done = true
		}
		if done {
			english, done = "", false
		}
	}
	if english != "" {
		return nil, fmt.Errorf("%q is not translated", english)
	}
	longest := func(a, b *phrase) int { return b.literal - a.literal }
	slices.SortStableFunc(t.patterns, longest)
	slices.SortStableFunc(t.fragments, longest)
	for _, entry := range strings.Split("\n"+texts, "\n## ")[1:] {
		head, rest, _ := strings.Cut(entry, "\n")
		id, sum, _ := strings.Cut(head, " ")
		title, doc, _ := strings.Cut(strings.TrimSpace(rest), "\n")
		if doc = strings.TrimSpace(doc); title == "" || doc == "" || t.rules[id].sum != "" {
			return nil, fmt.Errorf("rule %s needs one title and one text", id)
		}
		t.rules[id] = ruleText{sum, title, doc}
	}
	return t, nil
}

// Sum names the English text that a translation is of: when the text changes,
// the translation is out of date and is no longer shown.
func Sum(title, doc string) string {
	h := sha256.Sum256([]byte(title + "\n" + doc))
	return hex.EncodeToString(h[:4])
}

// Rule returns the title and the text of a rule whose English ones are given. It
// reports false if there is no translation of that very text.
func (t *Table) Rule(id, title, doc string) (string, string, bool) {
	r, ok := t.rules[id]
	if !ok || r.sum != Sum(title, doc) {
		return title, doc, false
	}
	return r.title, r.doc, true
}

// Say translates what a rule said. It returns the English text and false if it
// is made of no phrase, or if it cannot be told of which. Papers are the names
// of papers that the text may hold.
func (t *Table) Say(english string, papers ...string) (string, bool) {
	if s, ok := t.say(english, reader{papers, new(int)}, 0); ok {
		return s, true
	}
	return english, false
}

const (
	mostDepth  = 4    // phrases in phrases in phrases
	mostParses = 200  // of one text by one format
	mostTries  = 5000 // formats held against one text and its parts: a paper chooses its own name
)

// A reader takes one text apart.
type reader struct {
	papers []string
	tries  *int
}

func (t *Table) say(english string, r reader, depth int) (string, bool) {
	if english == "" || depth > mostDepth {
		return "", false
	}
	if p := t.exact[english]; p != nil && len(p.parts) == 1 && p.parts[0].verb == 0 {
		return join(p.say), true
	}
	for _, f := range t.fragments {
		head := f.parts[0].text
		for i := strings.Index(english, head); i > 0; {
			tail, ok := t.fill(f, english[i:], r, depth)
			if ok {
				if first, ok := t.say(english[:i], r, depth+1); ok {
					return first + tail, true
				}
			}
			next := strings.Index(english[i+1:], head)
			if next < 0 {
				break
			}
			i += 1 + next
		}
	}
	for i := 0; i < len(t.patterns); i++ {
		if t.patterns[i].within && depth == 0 {
			continue
		}
		s, ok := t.fill(t.patterns[i], english, r, depth)
		if !ok {
			continue
		}
		// Another phrase with as much text of its own could have said it too.
		for _, p := range t.patterns[i+1:] {
			if p.literal < t.patterns[i].literal {
				break
			}
			if p.within && depth == 0 {
				continue
			}
			if other, ok := t.fill(p, english, r, depth); ok && other != s {
				return "", false
			}
		}
		return s, true
	}
	return "", false
}

func join(parts []part) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.text)
	}
	return b.String()
}

// fill takes the text apart by the format and puts it together in the language.
func (t *Table) fill(p *phrase, text string, r reader, depth int) (string, bool) {
	if first := p.parts[0]; first.verb == 0 && !strings.HasPrefix(text, first.text) {
		return "", false
	}
	if *r.tries++; *r.tries > mostTries {
		return "", false
	}
	// Of several ways the one counts that holds most names of papers, then the
	// one whose phrases of ours are longest: "net mass" before "net".
	const name = 1 << 20
	best, most, agree := "", -1, true
	n := 0
	walk(p.parts, text, nil, func(args []string) bool {
		n++
		s, ok := t.put(p, args, r, depth)
		if !ok {
			return n < mostParses
		}
		known := 0
		for _, a := range args {
			if slices.Contains(r.papers, a) {
				known += name
			}
		}
		for _, x := range p.say {
			if x.verb == 'w' {
				known += len(args[x.arg])
			}
		}
		switch {
		case known > most:
			best, most, agree = s, known, true
		case known == most && s != best:
			agree = false
		}
		return n < mostParses
	})
	return best, most >= 0 && agree && n < mostParses
}

var shapes = map[byte]*regexp.Regexp{
	'd': regexp.MustCompile(`^-?\d+`),
	'f': regexp.MustCompile(`^-?\d+(\.\d+)?`),
	'q': regexp.MustCompile(`^"(?:[^"\\]|\\.)*"`),
	'c': regexp.MustCompile(`^.`),
}

// walk calls found with the values of each way in which the parts make the text,
// until it returns false.
func walk(ps []part, text string, args []string, found func([]string) bool) bool {
	if len(ps) == 0 {
		return text != "" || found(args)
	}
	p := ps[0]
	switch {
	case p.verb == 0:
		rest, ok := strings.CutPrefix(text, p.text)
		return !ok || walk(ps[1:], rest, args, found)
	case shapes[p.verb] != nil:
		v := shapes[p.verb].FindString(text)
		return v == "" || walk(ps[1:], text[len(v):], append(slices.Clip(args), v), found)
	case len(ps) == 1:
		return text == "" || found(append(slices.Clip(args), text))
	case ps[1].verb != 0:
		for i := range text {
			if i > 0 && !walk(ps[1:], text[i:], append(slices.Clip(args), text[:i]), found) {
				return false
			}
		}
		return true
	}
	for i := 1; i < len(text); i++ {
		k := strings.Index(text[i:], ps[1].text)
		if k < 0 {
			return true
		}
		i += k
		if !walk(ps[1:], text[i:], append(slices.Clip(args), text[:i]), found) {
			return false
		}
	}
	return true
}

var measure = regexp.MustCompile(`^(-?[0-9][0-9 .,]*) (\p{L}+[³²]?)$`)

// put says the phrase with the values.
func (t *Table) put(p *phrase, args []string, r reader, depth int) (string, bool) {
	var b strings.Builder
	for _, x := range p.say {
		if x.verb == 0 {
			b.WriteString(x.text)
			continue
		}
		a := args[x.arg]
		switch {
		case x.verb == 'w':
			s, ok := t.say(a, r, depth+1)
			if !ok {
				return "", false
			}
			a = s
		case x.forms != nil:
			n, err := strconv.Atoi(a)
			if err != nil {
				return "", false
			}
			a += " " + x.forms[Plural(n)]
		default:
			if m := measure.FindStringSubmatch(a); m != nil {
				if u := t.exact["unit "+m[2]]; u != nil {
					a = m[1] + " " + join(u.say)
				}
			}
		}
		b.WriteString(a)
	}
	return b.String(), true
}

// Plural says which of three forms a Russian noun has after a number: 0 after
// 1 and 21, 1 after 2 to 4, 2 after all others.
func Plural(n int) int {
	if n < 0 {
		n = -n
	}
	switch {
	case n%10 == 1 && n%100 != 11:
		return 0
	case n%10 >= 2 && n%10 <= 4 && (n%100 < 12 || n%100 > 14):
		return 1
	}
	return 2
}

// Holds reports whether a text of the code is the key of a phrase, a part of one
// that the code puts together, or a format that makes one.
func (t *Table) Holds(text string) bool {
	if t.exact[text] != nil {
		return true
	}
	format, err := parts(text)
	if err != nil {
		return false
	}
	for i := range format {
		if format[i].verb != 0 {
			format[i].verb = 's' // a key has verbs where the code puts values
		}
	}
	for english := range t.exact {
		if strings.Contains(english, text) {
			return true
		}
		made := false
		walk(format, strings.ReplaceAll(english, "%%", "%"), nil, func([]string) bool { made = true; return false })
		if made {
			return true
		}
	}
	return false
}
