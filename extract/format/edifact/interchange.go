// Package edifact reads UN/EDIFACT interchanges (ISO 9735): invoices, despatch
// advices, transport instructions, cargo reports and customs declarations. The
// tables follow the message directories of UN/CEFACT (D.93A to D.24A), in which
// the segments read here kept their meaning.
package edifact

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"tallyman/extract/page"
)

// A segment is a tag and its elements, each a list of components.
type segment struct {
	tag      string
	elements [][]string
}

// get returns a component by its place, counted from 1 as the directories do
// for elements and components; empty if it is not there.
func (s segment) get(element, component int) string {
	if element > len(s.elements) || component > len(s.elements[element-1]) {
		return ""
	}
	return strings.TrimSpace(s.elements[element-1][component-1])
}

// all returns the components of an element.
func (s segment) all(element int) []string {
	if element > len(s.elements) {
		return nil
	}
	return s.elements[element-1]
}

// marks are the characters that part an interchange, as UNA says.
type marks struct{ component, element, decimal, release, repetition, terminator byte }

var usual = marks{':', '+', '.', '?', '*', '\''}

// Limits on an interchange.
const (
	maxSegments = 500_000
	maxMessages = 2_000
)

// Detect returns the media type of an interchange, or of messages that lost
// their envelope.
func Detect(data []byte) string {
	head := start(data)
	switch {
	case len(head) > 12 && bytes.HasPrefix(head, []byte("UNA")) && !letter(head[3]) && !letter(head[4]):
	case len(head) > 8 && (bytes.HasPrefix(head, []byte("UNB")) || bytes.HasPrefix(head, []byte("UNH")) || bytes.HasPrefix(head, []byte("UNG"))) && !letter(head[3]) && head[3] != ' ' && head[3] > ' ':
	default:
		return ""
	}
	return "application/edifact"
}

func letter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' || b >= '0' && b <= '9' }

// start skips what may stand before an interchange.
func start(data []byte) []byte {
	return bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), " \t\r\n\x00")
}

// charsets are the 8-bit repertoires of ISO 9735 that are not UTF-8.
var charsets = map[string]*charmap.Charmap{
	"UNOC": charmap.ISO8859_1, "UNOD": charmap.ISO8859_2, "UNOE": charmap.ISO8859_5, "UNOF": charmap.ISO8859_7,
	"UNOG": charmap.ISO8859_3, "UNOH": charmap.ISO8859_4, "UNOI": charmap.ISO8859_6, "UNOJ": charmap.ISO8859_8, "UNOK": charmap.ISO8859_9,
}

// split cuts an interchange into segments. cut reports that it ends in the
// middle of one, or is longer than what is read.
func split(data []byte) (m marks, segments []segment, cut bool, err error) {
	data = start(data)
	m = usual
	if bytes.HasPrefix(data, []byte("UNA")) && len(data) >= 9 {
		m = marks{data[3], data[4], data[5], data[6], data[7], data[8]}
		if m.release == ' ' {
			m.release = 0 // none in use
		}
		data = bytes.TrimLeft(data[9:], "\r\n\t ")
	} else if len(data) > 4 && data[3] != '+' {
		// Syntax level B of old parts with unprintable separators.
		if data[3] == 0x1d {
			m = marks{0x1f, 0x1d, '.', 0, 0, 0x1c}
		}
	}
	seen := map[byte]bool{}
	for _, b := range []byte{m.component, m.element, m.terminator} {
		if seen[b] || letter(b) {
			return m, nil, false, &page.Problem{Code: page.Corrupt, Text: "The EDIFACT file names its separators wrongly (UNA). Ask the sender for a new copy."}
		}
		seen[b] = true
	}
	var charset *charmap.Charmap
	decode := func(b []byte) string {
		if charset != nil && !utf8.Valid(b) {
			if s, err := charset.NewDecoder().Bytes(b); err == nil {
				return string(s)
			}
		}
		return strings.ToValidUTF8(string(b), "�")
	}
	var cur segment
	var component []byte
	var element []string
	clean := func() {
		element = append(element, decode(component))
		component = component[:0]
	}
	open := false // something of the segment was read
	for i := 0; i < len(data); i++ {
		switch b := data[i]; {
		case m.release != 0 && b == m.release:
			if i+1 < len(data) {
				i++
				component = append(component, data[i])
			}
		case b == m.terminator:
			clean()
			cur.elements = append(cur.elements, element)
			element = nil
			if s, ok := finish(cur); ok {
				if s.tag == "UNB" && charset == nil {
					charset = charsets[s.get(1, 1)]
				}
				segments = append(segments, s)
			}
			cur, open = segment{}, false
			if len(segments) >= maxSegments {
				return m, segments, true, nil
			}
		case b == m.element:
			clean()
			cur.elements = append(cur.elements, element)
			element = nil
		case b == m.component:
			clean()
		case b == '\r' || b == '\n':
			// Lines are broken for the eye alone.
		default:
			if !open && (b == ' ' || b == '\t' || b == 0) {
				continue
			}
			open = true
			component = append(component, b)
		}
	}
	return m, segments, open, nil
}

// finish makes the tag of the first element.
func finish(s segment) (segment, bool) {
	if len(s.elements) == 0 || len(s.elements[0]) == 0 {
		return s, false
	}
	s.tag = strings.ToUpper(strings.TrimSpace(s.elements[0][0]))
	s.elements = s.elements[1:]
	if len(s.tag) != 3 {
		return s, false
	}
	for _, b := range []byte(s.tag) {
		if !letter(b) {
			return s, false
		}
	}
	return s, true
}

// A message is the segments between UNH and UNT.
type message struct {
	kind      string // such as INVOIC
	version   string // such as D.96A
	reference string
	segments  []segment
	torn      string // why it is not whole
}

// messages gathers the messages of an interchange.
func messages(segments []segment) (all []message, loose int) {
	var cur *message
	end := func(why string) {
		if cur != nil {
			cur.torn = why
			all = append(all, *cur)
		}
		cur = nil
	}
	for _, s := range segments {
		switch s.tag {
		case "UNH":
			end("the message does not end before the next begins")
			cur = &message{kind: strings.ToUpper(s.get(2, 1)), version: strings.Trim(s.get(2, 2)+"."+s.get(2, 3), "."), reference: s.get(1, 1)}
		case "UNT":
			if cur == nil {
				loose++
				continue
			}
			why := ""
			if n := s.get(1, 1); n != "" && n != fmt.Sprint(len(cur.segments)+2) {
				why = fmt.Sprintf("the message says that it has %s segments, and has %d", n, len(cur.segments)+2)
			}
			if r := s.get(2, 1); why == "" && r != "" && r != cur.reference {
				why = "the message ends with another reference than it begins with"
			}
			end(why)
		case "UNB", "UNZ", "UNG", "UNE":
			end("the message does not end before the interchange does")
		default:
			if cur == nil {
				loose++
				continue
			}
			cur.segments = append(cur.segments, s)
		}
	}
	end("the message does not end")
	return all, loose
}
