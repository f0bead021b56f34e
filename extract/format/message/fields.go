package message

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"tallyman/extract/page"
	"tallyman/trade"
)

//go:embed fields.txt
var fieldsText string

// A kind is one kind of message, and what its elements say.
type kind struct {
	name  string
	roots []string
	space string // part of the namespace; empty: any
	typ   trade.DocumentType
	body  []step // the papers within; empty: the root is the paper
	when  []step // has to be there; empty: always
	// lines are lists: their elements, and the prefix of their fields.
	fields []field
	lists  []list
	types  map[string]trade.DocumentType // by the text at typeAt
	typeAt []step
}

type list struct {
	prefix string // such as /items
	at     [][]step
	fields []field
}

// A field is filled from the first of its sources that says something; a source
// is one or several paths whose texts are joined.
type field struct {
	path    string
	sources [][]source
}

type source struct {
	path  []step
	attr  string // the value is an attribute
	unit  string // a unit of its own
	uAttr string // the attribute that has the unit
	uPath []step // the element, from the paper, that has the unit
	cut   int    // only so many characters, such as the date of a time
	// unless are elements that change what the value means, such as the number
	// of pieces that a price is for: with one that is not 1, it says nothing.
	unless [][]step
}

var kinds = sync.OnceValue(func() []*kind {
	all, err := parseFields(fieldsText)
	if err != nil {
		panic(err) // the table is part of the program, and a test reads it
	}
	return all
})

var byRoot = sync.OnceValue(func() map[string][]*kind {
	m := map[string][]*kind{}
	for _, k := range kinds() {
		for _, r := range k.roots {
			m[r] = append(m[r], k)
		}
	}
	return m
})

func formatFor(root *node) *kind {
	for _, k := range byRoot()[root.name] {
		if strings.Contains(root.space, k.space) && (len(k.when) == 0 || len(root.all(k.when)) > 0) {
			return k
		}
	}
	return nil
}

func (k *kind) bodies(root *node) []*node {
	if len(k.body) == 0 {
		return []*node{root}
	}
	return root.all(k.body)
}

// state makes the statements of a paper.
func (k *kind) state(body *node) page.Stated {
	s := page.Stated{Format: k.name, Type: k.typ}
	if len(k.types) > 0 {
		for _, e := range body.all(k.typeAt) {
			if t, ok := k.types[e.text]; ok {
				s.Type = t
			} else if t, ok := k.types[e.text[:min(2, len(e.text))]]; ok {
				s.Type = t
			}
		}
	}
	for _, f := range k.fields {
		k.fill(&s, f.path, f, body, body)
	}
	for _, l := range k.lists {
		n := 0
		seen := map[string]bool{}
		for _, at := range l.at {
			for _, e := range body.all(at) {
				before := len(s.Statements)
				for _, f := range l.fields {
					k.fill(&s, fmt.Sprintf("%s/%d%s", l.prefix, n, f.path), f, e, body)
				}
				if len(s.Statements) == before {
					continue
				}
				// The same container for each line of goods is one container.
				if first := s.Statements[before].Text; l.prefix != "/items" {
					if seen[first] {
						s.Statements = s.Statements[:before]
						continue
					}
					seen[first] = true
				}
				n++
			}
		}
	}
	return s
}

// countUnits are codes of Rec. 20 and older lists for counted goods.
var countUnits = map[string]string{"C62": "PCE", "H87": "PCE", "NAR": "PCE", "NMB": "PCE", "EA": "PCE", "XPP": "PCE", "XPC": "PCE", "ZZ": "PCE", "KG": "KGM", "LB": "LBR", "L": "LBR", "K": "KGM", "CBM": "MTQ", "MC": "MTQ"}

func (k *kind) fill(s *page.Stated, path string, f field, at, body *node) {
	for _, parts := range f.sources {
		var texts []string
		unit := ""
		for _, p := range parts {
			if p.changed(at) {
				continue
			}
			for _, e := range at.all(p.path) {
				text := e.text
				if p.attr != "" {
					text = e.attrs[p.attr]
				}
				if p.cut > 0 && len(text) > p.cut {
					text = text[:p.cut]
				}
				if text = strings.TrimSpace(text); text == "" || slices.Contains(texts, text) {
					continue
				}
				texts = append(texts, text)
				if unit == "" {
					unit = p.unitOf(e, body)
				}
				if len(parts) == 1 {
					break // one value; several make an address
				}
			}
		}
		if len(texts) == 0 {
			continue
		}
		text := strings.Join(texts, ", ")
		if strings.HasSuffix(path, "/deliveryTerms") {
			text = strings.Join(texts, " ")
		}
		s.Statements = append(s.Statements, trade.Statement{Path: path, Text: text, Unit: unit, Confidence: 1, Reader: trade.Structured})
		return
	}
}

func (p source) changed(at *node) bool {
	for _, path := range p.unless {
		for _, e := range at.all(path) {
			if whole, rest, _ := strings.Cut(e.text, "."); whole != "1" || strings.Trim(rest, "0") != "" {
				return true
			}
		}
	}
	return false
}

func (p source) unitOf(e, body *node) string {
	unit := p.unit
	if p.uAttr != "" {
		unit = e.attrs[p.uAttr]
	}
	if len(p.uPath) > 0 && unit == "" {
		for _, u := range body.all(p.uPath) {
			if u.text != "" {
				unit = u.text
				break
			}
		}
	}
	if u, ok := countUnits[unit]; ok {
		return u
	}
	return unit
}

// parseFields reads the table.
func parseFields(text string) ([]*kind, error) {
	var all []*kind
	var k *kind
	var l *list
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		fail := func(err any) error { return fmt.Errorf("fields.txt:%d: %v", n+1, err) }
		switch {
		case line == "" || line[0] == '#':
			continue
		case line[0] == '[':
			k = &kind{name: strings.Trim(line, "[]")}
			all, l = append(all, k), nil
			continue
		case k == nil:
			return nil, fail("no message begins here")
		}
		key, value, ok := strings.Cut(line, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if !ok || value == "" {
			return nil, fail("no value")
		}
		switch key {
		case "root":
			k.roots = strings.Fields(value)
			continue
		case "space":
			k.space = value
			continue
		case "type":
			k.typ = trade.DocumentType(value)
			continue
		case "body":
			k.body = stepsOf(value)
			continue
		case "when":
			k.when = stepsOf(value)
			continue
		case "typeAt":
			k.typeAt = stepsOf(value)
			continue
		}
		if name, ok := strings.CutPrefix(key, "type."); ok {
			if k.types == nil {
				k.types = map[string]trade.DocumentType{}
			}
			k.types[name] = trade.DocumentType(value)
			continue
		}
		if name, ok := strings.CutPrefix(key, "list "); ok {
			k.lists = append(k.lists, list{prefix: "/" + name})
			l = &k.lists[len(k.lists)-1]
			for p := range strings.SplitSeq(value, "|") {
				l.at = append(l.at, stepsOf(strings.TrimSpace(p)))
			}
			continue
		}
		f := field{}
		for alternative := range strings.SplitSeq(value, "|") {
			var parts []source
			for part := range strings.SplitSeq(alternative, " + ") {
				p, err := sourceOf(strings.TrimSpace(part))
				if err != nil {
					return nil, fail(err)
				}
				parts = append(parts, p)
			}
			f.sources = append(f.sources, parts)
		}
		if sub, ok := strings.CutPrefix(key, "."); ok {
			if l == nil {
				return nil, fail("no list")
			}
			f.path = "/" + sub
			l.fields = append(l.fields, f)
			continue
		}
		f.path = "/" + key
		k.fields = append(k.fields, f)
	}
	return all, nil
}

// sourceOf reads "A/B[C=D]/E @unit", "A :KGM", "A ^Currency", "A %10", "A ~attr", "A !B".
func sourceOf(s string) (source, error) {
	words := strings.Fields(s)
	if len(words) == 0 {
		return source{}, fmt.Errorf("an empty path")
	}
	p := source{path: stepsOf(words[0])}
	for _, w := range words[1:] {
		switch w[0] {
		case '@':
			p.uAttr = w[1:]
		case ':':
			p.unit = w[1:]
		case '^':
			p.uPath = stepsOf(w[1:])
		case '!':
			p.unless = append(p.unless, stepsOf(w[1:]))
		case '~':
			p.attr = w[1:]
		case '%':
			n, err := strconv.Atoi(w[1:])
			if err != nil {
				return p, err
			}
			p.cut = n
		default:
			return p, fmt.Errorf("%q is neither unit nor cut", w)
		}
	}
	return p, nil
}

func stepsOf(s string) []step {
	if s == "." {
		return nil
	}
	var all []step
	for part := range strings.SplitSeq(s, "/") {
		name, condition, ok := strings.Cut(strings.TrimSuffix(part, "]"), "[")
		st := step{name: name}
		if ok {
			st.child, st.want, _ = strings.Cut(condition, ":")
		}
		all = append(all, st)
	}
	return all
}
