// Package message reads papers that are XML messages: UBL, UN/CEFACT cross
// industry invoices, IATA waybills, and the declarations of several customs
// administrations. What each element means stands in fields.txt.
package message

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/ianaindex"

	"tallyman/extract/format"
	"tallyman/extract/page"
	"tallyman/trade"
)

// Reader reads XML messages.
var Reader = &format.Reader{Name: "xml", Version: "3", Detect: detect, Read: read}

// Limits on one message.
const (
	maxBytes    = 64 << 20
	maxDepth    = 64
	maxElements = 500_000
	maxText     = 64 << 10 // bytes of one value
)

func detect(data []byte) string {
	head := plain(data[:min(len(data), 4096)])
	head = strings.TrimLeft(head, " \t\r\n")
	if strings.HasPrefix(head, "<?xml") {
		for _, other := range []string{"<svg", "<html", "<HTML", "<!DOCTYPE html", "<!DOCTYPE svg"} {
			if strings.Contains(head, other) {
				return ""
			}
		}
		return "application/xml"
	}
	if name := rootName(head); name != "" && byRoot()[name] != nil {
		return "application/xml"
	}
	return ""
}

// rootName returns the local name of the first element of a text.
func rootName(s string) string {
	for strings.HasPrefix(s, "<!--") {
		end := strings.Index(s, "-->")
		if end < 0 {
			return ""
		}
		s = strings.TrimLeft(s[end+3:], " \t\r\n")
	}
	if !strings.HasPrefix(s, "<") {
		return ""
	}
	end := strings.IndexAny(s, " \t\r\n/>")
	if end < 2 {
		return ""
	}
	name := s[1:end]
	if i := strings.LastIndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	return name
}

// plain returns the text of data, whose encoding is told by its first bytes.
func plain(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte{0xEF, 0xBB, 0xBF}):
		return string(data[3:])
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}), bytes.HasPrefix(data, []byte{'<', 0}):
		return wide(data, 0, 1)
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}), bytes.HasPrefix(data, []byte{0, '<'}):
		return wide(data, 1, 0)
	}
	return string(data)
}

// wide decodes UTF-16 with the low byte of each unit at low.
func wide(data []byte, low, high int) string {
	var units []uint16
	for i := 0; i+1 < len(data); i += 2 {
		units = append(units, uint16(data[i+low])|uint16(data[i+high])<<8)
	}
	return strings.TrimPrefix(string(utf16.Decode(units)), "\ufeff")
}

func problem(code, text string) *page.Problem { return &page.Problem{Code: code, Text: text} }

func read(data []byte) (format.Answer, error) {
	var a format.Answer
	if len(data) > maxBytes {
		return a, problem(page.LimitBytes, fmt.Sprintf("The message has more than %d MB; ask for it in parts.", maxBytes>>20))
	}
	root, err := parse(data)
	if err != nil {
		return a, err
	}
	f := formatFor(root)
	if f == nil {
		return a, problem(page.NotAPaper, fmt.Sprintf("This is an XML file of the kind %s, which is no paper that is known.", kindOf(root)))
	}
	for _, body := range f.bodies(root) {
		s := f.state(body)
		if len(s.Statements) > 0 {
			a.Papers = append(a.Papers, s)
		}
	}
	if len(a.Papers) == 0 {
		return a, problem(page.Unreadable, fmt.Sprintf("The message is of the kind %s, and states nothing that a paper would; look at it by hand.", f.name))
	}
	return a, nil
}

// kindOf names a message for people: by its root, and by what an envelope holds,
// since an answer of customs comes in the same envelope as a declaration.
func kindOf(root *node) string {
	for _, c := range root.children {
		if len(c.children) > 0 {
			return short(root.name) + " with " + short(c.name)
		}
	}
	return short(root.name)
}

func short(s string) string {
	if len(s) > 60 {
		s = strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}

// A node is an element of a message.
type node struct {
	name     string // local
	space    string
	text     string
	attrs    map[string]string // by local name
	children []*node
}

// parse reads a whole message. A document type declaration is refused: entities
// of its own making are how XML attacks its reader.
func parse(data []byte) (*node, error) {
	text := data
	utf := plain(data)
	if len(utf) != len(data) { // a mark, or two bytes a character
		text = []byte(utf)
	}
	dec := xml.NewDecoder(bytes.NewReader(text))
	dec.Strict = true
	wasWide := utf8.ValidString(utf) && len(utf) != len(data)
	dec.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		if wasWide {
			return in, nil
		}
		e, err := ianaindex.IANA.Encoding(label)
		if err != nil || e == nil {
			return nil, fmt.Errorf("unknown encoding %q", label)
		}
		return e.NewDecoder().Reader(in), nil
	}
	var stack []*node
	var root *node
	n := 0
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) && root != nil && len(stack) == 0 {
			return root, nil
		}
		if err != nil {
			return nil, problem(page.Corrupt, "The XML of the message is damaged; ask the sender for it again.")
		}
		switch t := tok.(type) {
		case xml.Directive:
			return nil, problem(page.UnsupportedType, "The message declares a document type of its own, which trade messages do not; ask for a plain one.")
		case xml.StartElement:
			if n++; n > maxElements {
				return nil, problem(page.LimitAnswer, fmt.Sprintf("The message has more than %d elements; ask for it in parts.", maxElements))
			}
			if len(stack) >= maxDepth {
				return nil, problem(page.LimitDepth, fmt.Sprintf("The elements of the message lie more than %d deep; no trade message does that.", maxDepth))
			}
			e := &node{name: t.Name.Local, space: t.Name.Space}
			for _, a := range t.Attr {
				if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
					if e.attrs == nil {
						e.attrs = map[string]string{}
					}
					e.attrs[a.Name.Local] = a.Value
				}
			}
			if len(stack) == 0 {
				if root != nil {
					return nil, problem(page.Corrupt, "The XML of the message is damaged; ask the sender for it again.")
				}
				root = e
			} else {
				up := stack[len(stack)-1]
				up.children = append(up.children, e)
			}
			stack = append(stack, e)
		case xml.EndElement:
			e := stack[len(stack)-1]
			e.text = strings.Join(strings.Fields(e.text), " ")
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if len(stack) > 0 {
				if e := stack[len(stack)-1]; len(e.text)+len(t) <= maxText {
					e.text += string(t)
				}
			}
		}
	}
}

// all returns the elements that a path leads to.
func (n *node) all(path []step) []*node {
	at := []*node{n}
	for _, s := range path {
		var next []*node
		for _, e := range at {
			for _, c := range e.children {
				if c.name == s.name && s.fits(c) {
					next = append(next, c)
				}
			}
		}
		at = next
	}
	return at
}

// A step is one element of a path, with what its children have to say.
type step struct {
	name        string
	child, want string // of a condition such as [TypeCode=705]; child "@x" is an attribute
}

func (s step) fits(n *node) bool {
	switch {
	case s.child == "":
		return true
	case s.child[0] == '@':
		return n.attrs[s.child[1:]] == s.want
	}
	for _, c := range n.children {
		if c.name == s.child && c.text == s.want {
			return true
		}
	}
	return false
}

var _ trade.Reader // the statements carry it
