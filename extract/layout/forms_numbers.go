package layout

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"tallyman/extract/page"
	"tallyman/trade"
)

// The boxes of some forms have the same numbers in every language: the Single
// Administrative Document (Regulation (EEC) 2454/93, annexes 31 to 34, and its kin),
// the CMR note in the model of the IRU, and the SMGS note of 2015.
var boxRoles = map[string]map[int]string{
	"declaration": {1: "-declarationOther", 2: "consignor", 3: "-declarationOther", 4: "-declarationOther", 5: "-declarationOther", 6: "declaredPackages",
		7: "-declarationOther", 8: "consignee", 9: "-carrierAgent", 10: "-declarationOther", 11: "-declarationOther", 13: "-declarationOther", 14: "declarant", 15: "-declarationOther",
		17: "countryOfDestination", 18: "-meansIdentity", 19: "-declarationOther", 20: "deliveryTerms", 21: "-meansIdentity", 22: "declaredTotal", 23: "-declarationOther",
		24: "-declarationOther", 25: "-declarationOther", 26: "-declarationOther", 27: "-declarationOther", 28: "-declarationOther", 30: "-declarationOther",
		31: "-itemGoods", 32: "-itemNumber", 33: "-tariff", 34: "-itemOrigin", 35: "grossMass", 36: "-declarationOther", 37: "-declarationOther", 38: "netMass", 39: "-declarationOther",
		40: "-declarationOther", 41: "-itemUnits", 42: "-itemPrice", 43: "-declarationOther", 44: "-documents", 45: "-itemCustomsValue", 46: "-statisticalValue",
		47: "-declarationOther", 48: "-declarationOther", 49: "-declarationOther", 50: "-declarationOther", 54: "date"},
	"road": {1: "consignor", 2: "consignee", 3: "placeOfDelivery", 4: "placeOfLoading", 5: "-formOther", 6: "marks", 7: "packages", 8: "-packing", 9: "-goods", 10: "-tariff",
		11: "grossMass", 12: "grossVolume", 13: "-formOther", 14: "-formOther", 15: "-formOther", 16: "carrier", 17: "-carrierAgent", 18: "-formOther", 19: "-formOther", 20: "-formOther",
		21: "date", 22: "-formOther", 23: "-formOther", 24: "-formOther"},
	"rail": {1: "consignor", 2: "placeOfLoading", 3: "-formOther", 4: "consignee", 5: "placeOfUnloading", 6: "borderPost", 7: "wagon", 8: "-formOther", 9: "-formOther", 10: "-formOther",
		11: "-formOther", 12: "-formOther", 15: "-goods", 16: "-packing", 17: "packages", 18: "grossMass", 19: "seal", 20: "-formOther", 21: "-formOther", 22: "-formOther", 23: "-formOther",
		24: "-formOther", 26: "date", 27: "-formOther", 28: "-formOther", 29: "transportNo"},
}

// boxRolesOf returns the roles of the numbered boxes of a type of paper; nil if its
// boxes have no numbers of their own.
func boxRolesOf(typ trade.DocumentType) map[int]string {
	for _, name := range []string{"declaration", "road", "rail"} {
		if papers[name](typ) {
			return boxRoles[name]
		}
	}
	return nil
}

// byNumber names the headings that no label is known for by the numbers of their
// boxes, where enough other headings show that the form has these numbers, and
// headings are set in smaller type than what is filled in.
func (s *sheet) byNumber(numbers map[int]string) {
	if s.Scanned || numbers == nil {
		return
	}
	fits := func(h *hit, role string) bool {
		return h.is(role) || strings.HasPrefix(role, "-") && strings.HasPrefix(h.role, "-")
	}
	agree, differ := map[int]bool{}, map[int]bool{}
	var sizes []float64
	for i := range s.hits {
		h := &s.hits[i]
		if !digitsOnly(h.number) || numbers[atoi(h.number)] == "" {
			continue
		}
		size := sizeIn(s.tokens[h.line][h.from:h.to])
		if size == 0 {
			continue
		}
		if fits(h, numbers[atoi(h.number)]) {
			agree[atoi(h.number)] = true
			sizes = append(sizes, size)
		} else {
			differ[atoi(h.number)] = true
		}
	}
	if len(agree) < 4 || len(agree) < 3*len(differ) {
		return
	}
	heading := median(sizes)
	var filled []float64
	for _, w := range s.Words {
		if w.Size > 0 && abs(w.Size-heading) > 0.04*heading {
			filled = append(filled, w.Size)
		}
	}
	if len(filled) < 5 || median(filled) < largerType*heading {
		return
	}
	for n := range s.lines {
		for c := range s.lines[n].cells {
			from, to := s.span(n, c)
			if to-from < 2 {
				continue
			}
			m := boxNumber.FindStringSubmatch(s.tokens[n][from].Text)
			if m == nil || !digitsOnly(m[1]) || numbers[atoi(m[1])] == "" {
				continue
			}
			first := firstRune(s.tokens[n][from+1].Text)
			if size := s.tokens[n][from+1].Size; !unicode.IsUpper(first) && !han(first) || abs(size-heading) > 0.1*heading {
				continue
			}
			role := numbers[atoi(m[1])]
			if o := s.hitAt(n, from+1); o != nil && fits(o, role) {
				continue
			}
			h := hit{role: role, quality: 1, script: scriptOf(s.tokens[n][from+1].Text)}
			end := from + 1
			for end < to && s.tokens[n][end].Size > 0 && abs(s.tokens[n][end].Size-heading) <= 0.1*heading {
				end++
			}
			if k := roles[role]; k == massKind || k == volumeKind {
				h.unit = unitIn(textOf(wordsOf(s.tokens[n][from:end])))
			}
			if countDigits(wordsOf(s.tokens[n][from+1:end])) > 0 && roles[role] != partyKind {
				continue
			}
			s.put(h, n, c, from+1, end)
		}
	}
}

// identityRe is a registration number as it stands behind the heading of a party on
// a declaration, or alone above its name.
var identityRe = regexp.MustCompile(`^(?:[A-Z]{2}[A-Z\d]{6,13}|\d{9,15}|\d{10}/\d{9})$`)

// headingID takes the registration number out of the line of a heading: "2
// Consignor/Exporter No GR094417730". It returns none if there is none.
func (s *sheet) headingID(h *hit) []page.Word {
	_, end := s.span(h.line, h.cell)
	ws := wordsOf(s.tokens[h.line][h.to:end])
	for len(ws) > 0 && marksBefore.MatchString(ws[0].Text) {
		ws = ws[1:]
	}
	if len(ws) == 1 && identityRe.MatchString(ws[0].Text) && countDigits(ws) >= 6 {
		return ws
	}
	return nil
}

// identified closes the headings of parties that a registration number follows, so
// that the party is looked for below.
func (s *sheet) identified() {
	for i := range s.hits {
		h := &s.hits[i]
		if roles[h.role] != partyKind || !h.open || h.number == "" {
			continue
		}
		if id := s.headingID(h); id != nil {
			_, end := s.span(h.line, h.cell)
			h.id, h.to, h.open = id, end, false
			h.box = h.box.Union(cellOf(id).box)
		}
	}
	s.index()
}

// idLine takes a line that is a registration number alone out of the block of a
// party of a declaration: "6317055126/631701001" above the name.
func (b block) idLine() (block, []page.Word) {
	for i, l := range b.lines {
		ws := wordsOf(b.tokens(l))
		if len(ws) != 1 || !identityRe.MatchString(ws[0].Text) || countDigits(ws) < 6 {
			continue
		}
		b.lines = slices.Delete(slices.Clone(b.lines), i, i+1)
		if m := twoRegisters.FindStringSubmatch(ws[0].Text); m != nil {
			ws[0].Text = m[1]
		}
		return b, ws
	}
	return b, nil
}

// areaBeside returns the lines of the box to the right of that of a heading, without
// the words in the type of headings at its top.
func (s *sheet) areaBeside(h *hit) [][]page.Word {
	box, ok := s.boxAround(h)
	if !ok {
		return nil
	}
	beside, ok := s.boxAround(&hit{line: h.line, cell: -1, box: trade.Box{X0: box.X1 + 4, Y0: h.box.Y0, X1: box.X1 + 14, Y1: h.box.Y1}})
	if !ok || abs(beside.X0-box.X1) > 6 {
		return nil
	}
	size := sizeIn(s.tokens[h.line][h.from:h.to])
	var all [][]page.Word
	for _, l := range s.linesIn(beside, &hit{box: trade.Box{X0: beside.X0, Y0: beside.Y0, X1: beside.X0, Y1: beside.Y0}}) {
		ws := wordsOf(s.tokens[l.line][l.from:l.to])
		if len(all) == 0 && size > 0 && abs(ws[0].Size-size) <= 0.1*size {
			continue
		}
		all = append(all, ws)
	}
	return all
}

// packagesLine returns the number of packages with their kind that a line of marks
// ends with, "WEDF 1-14, 14 PALLETS"; none if the line names goods.
func packagesLine(ws []page.Word) []page.Word {
	for i := range ws {
		from, to, ok := takeFigure(ws[i:], packagesKind)
		if !ok || from != 0 || to < 2 || i+to != len(ws) || !figure.MatchString(ws[i].Text) || unitKind(ws[i+1].Text) != "package" {
			continue
		}
		if i > 0 && !marksLine(ws[:i]) {
			return nil
		}
		return trimmed(ws[i:], ",;.")
	}
	return nil
}

// marksLine reports whether words are marks of packages: few, and none a word in
// small letters.
func marksLine(ws []page.Word) bool {
	return len(ws) <= 5 && !slices.ContainsFunc(ws, func(w page.Word) bool {
		t := strings.Trim(w.Text, ",;:.")
		return strings.ToUpper(t) != t || len([]rune(t)) > 12
	})
}

// headingType reports whether words are set in the type of a heading.
func (s *sheet) headingType(ws []page.Word, h *hit) bool {
	size := sizeIn(s.tokens[h.line][h.from:h.to])
	return size > 0 && !slices.ContainsFunc(ws, func(w page.Word) bool { return abs(w.Size-size) > 0.04*size })
}
