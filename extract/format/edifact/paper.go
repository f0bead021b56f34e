package edifact

import (
	"fmt"
	"slices"
	"strings"

	"tallyman/extract/page"
	"tallyman/trade"
)

// A paper is a paper in the making. What a message states first of a field
// stands; the directories put the statement of the whole before that of parts.
type paper struct {
	message
	typ        trade.DocumentType
	statements []trade.Statement
	said       map[string]bool
	currency   string
	item       int            // lines so far
	equipment  map[string]int // containers by number
	vehicles   int
}

func newPaper(m message, typ trade.DocumentType) *paper {
	return &paper{message: m, typ: typ, said: map[string]bool{}, equipment: map[string]int{}}
}

func (p *paper) stated() page.Stated {
	name := strings.TrimSpace("EDIFACT " + p.version + " " + p.kind)
	return page.Stated{Format: name, Type: p.typ, Statements: p.statements}
}

// set states a field, once.
func (p *paper) set(path, text, unit string) {
	if text = strings.Join(strings.Fields(text), " "); text == "" || p.said[path] {
		return
	}
	p.said[path] = true
	p.statements = append(p.statements, trade.Statement{Path: path, Text: text, Unit: unit, Confidence: 1, Reader: trade.Structured})
}

// number states an amount in some unit. The standard allows a comma and a point
// before decimals, and no mark between thousands.
func (p *paper) number(path, text, unit string) {
	if !figure(text) {
		return
	}
	p.set(path, strings.ReplaceAll(text, ",", "."), unit)
}

func figure(s string) bool {
	return s != "" && strings.ContainsAny(s, "0123456789") && strings.Trim(s, "0123456789.,-") == "" && strings.Count(s, ".")+strings.Count(s, ",") <= 1
}

func (p *paper) at(field string) string { return fmt.Sprintf("/items/%d/%s", p.item-1, field) }

// units are codes that the standards treat as pieces, and the older national
// ones for units of Rec. 20.
var units = map[string]string{"C62": "PCE", "H87": "PCE", "NAR": "PCE", "NMB": "PCE", "EA": "PCE", "UN": "PCE", "UNT": "PCE", "K": "KGM", "KG": "KGM", "KGS": "KGM", "L": "LBR", "CBM": "MTQ", "TN": "TNE"}

func unit(code string) string {
	if u := units[strings.ToUpper(code)]; u != "" {
		return u
	}
	return strings.ToUpper(code)
}

// packageKinds are GS1 codes of packages that are not in Rec. 21.
var packageKinds = map[string]string{"201": "PX", "202": "PX", "203": "PX", "204": "PX", "210": "PX", "211": "PX", "09": "PX", "08": "PX", "200": "PX", "PN": "PX", "RO": "RO", "COL": "CL"}

func packageKind(code, words string) string {
	code = strings.ToUpper(code)
	if k := packageKinds[code]; k != "" {
		return k
	}
	if len(code) == 2 && letter(code[0]) && letter(code[1]) && !strings.ContainsAny(code, "0123456789") {
		return code
	}
	return words
}

// date states a date of a C507: a qualifier, a value, a format. Formats begin
// with the year but for a few.
func (p *paper) date(path string, s segment) {
	if d := dateOf(s.get(1, 2), s.get(1, 3)); d != "" {
		p.set(path, d, "")
	}
}

func dateOf(value, format string) string {
	digits := strings.TrimSpace(value)
	if strings.Trim(digits, "0123456789") != "" {
		return ""
	}
	switch format {
	case "2", "4": // DDMMYY, DDMMCCYY
		switch len(digits) {
		case 6:
			return "20" + digits[4:6] + "-" + digits[2:4] + "-" + digits[:2]
		case 8:
			return digits[4:8] + "-" + digits[2:4] + "-" + digits[:2]
		}
		return ""
	case "101", "201":
		if len(digits) < 6 {
			return ""
		}
		digits = "20" + digits
	case "", "102", "203", "204", "205", "718":
	default:
		return ""
	}
	if len(digits) < 8 {
		return ""
	}
	return digits[:4] + "-" + digits[4:6] + "-" + digits[6:8]
}

// roles are the parties that we know, by code of data element 3035, the best
// code for each role first.
var roles = []struct {
	party string
	codes []string
}{
	{"seller", []string{"SE", "SU"}},
	{"buyer", []string{"BY", "IV"}},
	{"consignor", []string{"CZ", "OS", "EX", "SF", "SH"}},
	{"consignee", []string{"CN", "UC", "IM", "DP"}},
	{"notifyParty", []string{"NI", "N1", "N2"}},
	{"carrier", []string{"CA"}},
	{"declarant", []string{"DT", "CB", "AE"}},
}

// parties states who the NAD segments name, each with the references and the
// contacts behind it. shared are segments of the whole message.
func (p *paper) parties(segments []segment) {
	for _, role := range roles {
		for _, code := range role.codes {
			if p.said["/"+role.party+"/name"] || p.said["/"+role.party+"/address"] {
				break
			}
			for i, s := range segments {
				if s.tag == "NAD" && s.get(1, 1) == code {
					p.party("/"+role.party, s, behind(segments[i+1:]))
					break
				}
			}
		}
	}
}

// behind returns the segments that belong to a party.
func behind(segments []segment) []segment {
	for i, s := range segments {
		if !slices.Contains([]string{"RFF", "DTM", "CTA", "COM", "FII", "LOC", "DOC"}, s.tag) || s.tag == "LOC" && i > 0 && segments[i-1].tag != "NAD" {
			return segments[:i]
		}
	}
	return segments
}

func (p *paper) party(at string, s segment, more []segment) {
	name := joined(s.all(4), " ")
	var lines []string
	for _, l := range s.all(3) {
		if l = strings.TrimSpace(l); l != "" {
			lines = append(lines, l)
		}
	}
	if name == "" && len(lines) > 0 {
		name, lines = lines[0], lines[1:]
	}
	if name == "" && s.get(2, 2) == "" && s.get(2, 3) == "" && strings.ContainsAny(s.get(2, 1), " ") {
		name = s.get(2, 1) // some put the name where the code stands
	}
	p.set(at+"/name", name, "")
	for _, part := range []string{joined(s.all(5), ", "), strings.TrimSpace(s.get(8, 1) + " " + s.get(6, 1))} {
		if part != "" {
			lines = append(lines, part)
		}
	}
	p.set(at+"/address", strings.Join(lines, ", "), "")
	if c := s.get(9, 1); len(c) == 2 {
		p.set(at+"/country", c, "")
	}
	for _, o := range more {
		switch o.tag {
		case "RFF":
			switch o.get(1, 1) {
			case "VA", "FC", "AHP", "XA", "GN": // tax and registration numbers
				p.set(at+"/id", o.get(1, 2), "")
			}
		case "COM":
			for _, c := range o.elements {
				if len(c) < 2 {
					continue
				}
				switch c[1] {
				case "TE":
					p.set(at+"/phone", c[0], "")
				case "EM":
					p.set(at+"/email", c[0], "")
				}
			}
		case "FII":
			if account := o.get(2, 1); o.get(1, 1) == "RB" && len(account) > 7 && strings.ContainsAny(account, "0123456789") {
				p.set(at+"/account", account, "")
			}
		}
	}
}

func joined(parts []string, with string) string {
	var all []string
	for _, s := range parts {
		if s = strings.TrimSpace(s); s != "" {
			all = append(all, s)
		}
	}
	return strings.Join(all, with)
}

// measure states a mass or a volume of a MEA segment. prefix is that of the
// line, or empty for the whole.
func (p *paper) measure(prefix string, s segment) {
	value, u := s.get(3, 2), unit(s.get(3, 1))
	kind := s.get(2, 1)
	if kind == "" {
		kind = s.get(1, 1)
	}
	switch kind {
	case "AAB", "G", "AAD", "AAC", "WT", "AAE":
		// AAC is the total net weight, AAD the total gross weight.
		if kind == "AAC" {
			p.number(prefix+"/netMass", value, u)
			return
		}
		if kind == "AAE" || kind == "WT" {
			if u != "KGM" && u != "TNE" && u != "LBR" {
				return
			}
		}
		p.number(prefix+"/grossMass", value, u)
	case "AAA", "N", "AAF":
		p.number(prefix+"/netMass", value, u)
	case "AAW", "ABJ", "VOL", "VW":
		p.number(prefix+"/grossVolume", value, u)
	case "AAX":
		if prefix == "" {
			return
		}
	case "T":
		if prefix == "" {
			p.number("/tareMass", value, u)
		}
	case "AAI":
		// "Item weight": gross unless the next element says otherwise.
		p.number(prefix+"/grossMass", value, u)
	}
}

// place states a place of a LOC segment.
func (p *paper) place(s segment) {
	name := s.get(2, 4)
	if name == "" && p.typ != trade.RoadConsignmentNote && p.typ != trade.RailConsignmentNote {
		// A UN/LOCODE alone. Where delivery terms are compared with the place, a
		// code would be taken for another place than the name it stands for.
		name = s.get(2, 1)
	}
	if name == "" || strings.Trim(name, "0123456789") == "" {
		return // the number of a place says nothing to a person
	}
	switch s.get(1, 1) {
	case "9", "5": // loading; departure
		p.set("/placeOfLoading", name, "")
	case "11", "12", "8": // discharge; unloading; destination
		if s.get(1, 1) == "8" {
			p.set("/placeOfDelivery", name, "")
			return
		}
		p.set("/placeOfUnloading", name, "")
	case "7":
		p.set("/placeOfDelivery", name, "")
	case "27":
		p.country("/countryOfOrigin", s)
	case "28", "36":
		p.country("/countryOfDestination", s)
	case "17", "22", "41", "42", "43":
		p.set("/borderPost", name, "")
	}
}

func (p *paper) country(path string, s segment) {
	if c := s.get(2, 1); len(c) == 2 {
		p.set(path, c, "")
	}
}

// terms states the delivery terms of a TOD segment and the place behind it.
func (p *paper) terms(s segment, next []segment) {
	code := s.get(3, 1)
	if code == "" {
		code = s.get(3, 4)
	}
	if len(code) != 3 {
		return
	}
	where := ""
	if len(next) > 0 && next[0].tag == "LOC" && next[0].get(1, 1) == "1" {
		if where = next[0].get(2, 4); where == "" {
			where = next[0].get(2, 1)
		}
	}
	if where == "" {
		where = s.get(3, 5)
	}
	p.set("/deliveryTerms", strings.TrimSpace(code+" "+where), "")
}

// transport states the means of a TDT segment.
func (p *paper) transport(s segment) {
	if stage := s.get(1, 1); stage != "20" && stage != "11" && stage != "12" && stage != "1" && stage != "2" {
		return
	}
	name := s.get(8, 4)
	id := s.get(8, 1)
	switch mode := s.get(3, 1); mode {
	case "3", "30", "31":
		if name == "" {
			name = id
		}
		if name != "" && name != "BT" {
			p.set(fmt.Sprintf("/vehicle/%d/plate", p.vehicles), name, "")
			p.vehicles++
		}
	case "4", "40":
		if name == "" {
			name = s.get(2, 1) // the flight
		}
		p.set("/means/name", name, "")
	default:
		p.set("/means/name", name, "")
	}
	carrier := s.get(5, 4)
	p.set("/carrier/name", carrier, "")
}

// container states a container or a wagon once, and returns its place.
func (p *paper) container(id string) int {
	key := trade.FoldIdentifier(id)
	if key == "" {
		return -1
	}
	if n, ok := p.equipment[key]; ok {
		return n
	}
	n := len(p.equipment)
	p.equipment[key] = n
	p.set(fmt.Sprintf("/equipment/%d/id", n), id, "")
	return n
}

// seal states a seal of a container.
func (p *paper) seal(n int, number string) {
	for k := range 100 {
		path := fmt.Sprintf("/equipment/%d/seals/%d", n, k)
		if !p.said[path] {
			p.set(path, number, "")
			return
		}
	}
}

// equip states the containers of the EQD segments among those given, with the
// seals behind each. only, if not nil, names those that count.
func (p *paper) equip(segments []segment, only map[string]bool) {
	last := -1
	for _, s := range segments {
		switch s.tag {
		case "EQD":
			last = -1
			id := s.get(2, 1)
			switch s.get(1, 1) {
			case "CN", "RR", "CH", "BL", "BI", "RG", "SW", "TE", "TP", "UL", "":
			default:
				continue
			}
			if only == nil || only[trade.FoldIdentifier(id)] {
				last = p.container(id)
			}
		case "SEL":
			if last >= 0 {
				p.seal(last, s.get(1, 1))
			}
		case "CNI", "GID", "UNS":
			last = -1
		}
	}
}

// text is that of an FTX segment.
func text(s segment) string { return joined(s.all(4), " ") }
