package edifact

import (
	"fmt"
	"slices"
	"strings"

	"tallyman/extract/format"
	"tallyman/extract/page"
	"tallyman/trade"
)

// Reader reads EDIFACT interchanges.
var Reader = &format.Reader{Name: "edifact", Version: "1", Detect: detect, Read: Read}

// detect also takes interchanges whose first letters were lost.
func detect(data []byte) string {
	if kind := Detect(data); kind != "" {
		return kind
	}
	head := string(start(data[:min(len(data), 600)]))
	if strings.HasPrefix(head, "BGM+") && strings.Contains(head, "'") {
		return "application/edifact"
	}
	for _, mark := range []string{"'UNH+", "'\nUNH+", "'\r\nUNH+", "'\nBGM+", "'\r\nBGM+", "'BGM+"} {
		if strings.Contains(head, mark) {
			return "application/edifact"
		}
	}
	return ""
}

// types are the papers by code of data element 1001 that we know; other codes
// of an invoice and its like are gathered below.
var types = map[string]trade.DocumentType{
	"271": trade.PackingList, "315": trade.Contract, "325": trade.ProformaInvoice, "380": trade.CommercialInvoice,
	"520": trade.InsuranceCertificate, "703": trade.HouseWaybill, "704": trade.MasterBillOfLading, "705": trade.BillOfLading,
	"710": trade.SeaWaybill, "714": trade.HouseBillOfLading, "720": trade.RailConsignmentNote, "730": trade.RoadConsignmentNote,
	"740": trade.AirWaybill, "741": trade.MasterAirWaybill, "830": trade.ExportDeclaration, "929": trade.ImportDeclaration,
	"861": trade.CertificateOfOrigin, "787": trade.RoadConsignmentNote,
	"384": trade.CommercialInvoice, "386": trade.CommercialInvoice, "393": trade.CommercialInvoice, "388": trade.CommercialInvoice,
	"935": trade.CommercialInvoice, "326": trade.CommercialInvoice,
}

// Read reads an interchange: each message, or each consignment of a cargo
// report, is a paper.
func Read(data []byte) (format.Answer, error) {
	_, segments, cut, err := split(data)
	if err != nil {
		return format.Answer{}, err
	}
	all, loose := messages(segments)
	var a format.Answer
	var torn []string
	for i, m := range all {
		if i == maxMessages {
			a.Partial = &page.Problem{Code: page.LimitPages, Text: fmt.Sprintf("The interchange holds %d messages; the first %d were read. Split it.", len(all), maxMessages)}
			break
		}
		if m.torn != "" {
			torn = append(torn, m.torn)
		}
		a.Papers = append(a.Papers, readMessage(m)...)
	}
	a.Papers = slices.DeleteFunc(a.Papers, func(p page.Stated) bool { return len(p.Statements) == 0 })
	switch {
	case a.Partial != nil:
	case len(all) == 0 && loose > 0:
		a.Partial = &page.Problem{Code: page.Corrupt, Text: "The EDIFACT file has lost the header of its message (UNH), so that nothing says what it is. Ask the sender for it again."}
	case len(all) == 0:
		a.Partial = &page.Problem{Code: page.Corrupt, Text: "The EDIFACT file holds no message. Ask the sender for it again."}
	case len(a.Papers) == 0 && len(torn) == 0 && !cut:
		a.Partial = &page.Problem{Code: page.NotAPaper, Text: fmt.Sprintf("The messages of the interchange (%s) are no papers of goods.", kindsOf(all))}
	case len(a.Papers) == 0:
		a.Partial = &page.Problem{Code: page.Corrupt, Text: "No message of the interchange is whole or states a number, a party or goods. Ask the sender for it again."}
	case cut:
		a.Partial = &page.Problem{Code: page.Corrupt, Text: "The EDIFACT file ends in the middle; what came before was read. Ask the sender for it again."}
	case len(torn) > 0:
		a.Partial = &page.Problem{Code: page.Corrupt, Text: fmt.Sprintf("A message is not whole: %s. What there is was read; ask the sender for it again.", torn[0])}
	case loose > 0:
		a.Partial = &page.Problem{Code: page.Corrupt, Text: fmt.Sprintf("%d segments stand outside of any message and were not read. Ask the sender for the file again.", loose)}
	}
	return a, nil
}

// kindsOf names the kinds of messages, each once.
func kindsOf(all []message) string {
	var kinds []string
	for _, m := range all {
		if m.kind != "" && len(kinds) < 10 && !slices.Contains(kinds, m.kind) {
			kinds = append(kinds, m.kind)
		}
	}
	return strings.Join(kinds, ", ")
}

func readMessage(m message) []page.Stated {
	switch m.kind {
	case "INVOIC":
		return []page.Stated{invoic(m)}
	case "DESADV":
		return []page.Stated{desadv(m)}
	case "IFTMIN", "IFTMCS":
		return []page.Stated{iftmin(m)}
	case "CUSCAR":
		return cuscar(m)
	case "CUSDEC":
		return []page.Stated{cusdec(m)}
	}
	p := newPaper(m, trade.OtherPaper)
	header, _, _ := parts(m.segments, "LIN", "GID", "CNI", "UNS")
	p.head(header)
	p.parties(header)
	return []page.Stated{p.stated()}
}

// parts cuts a message into what comes before its lines, the lines, and the
// summary. begins are the tags that a line begins with.
func parts(segments []segment, begins ...string) (header, detail, summary []segment) {
	from := slices.IndexFunc(segments, func(s segment) bool { return slices.Contains(begins, s.tag) })
	if from < 0 {
		from = len(segments)
	}
	header, detail = segments[:from], segments[from:]
	// The summary of an invoice begins with UNS+S.
	if i := slices.IndexFunc(detail, func(s segment) bool { return s.tag == "UNS" && s.get(1, 1) == "S" }); i >= 0 {
		return header, detail[:i], detail[i+1:]
	}
	return header, detail, nil
}

// groups cuts segments before each that has the tag. What comes before the
// first is left out.
func groups(segments []segment, tag string) [][]segment {
	var all [][]segment
	for i, s := range segments {
		if s.tag == tag {
			all = append(all, nil)
		}
		if len(all) > 0 {
			all[len(all)-1] = append(all[len(all)-1], segments[i])
		}
	}
	return all
}

// head states what all messages say in the same way at their beginning.
func (p *paper) head(segments []segment) {
	for i, s := range segments {
		switch s.tag {
		case "BGM":
			p.set("/number", s.get(2, 1), "")
		case "DTM":
			if i > 0 && segments[i-1].tag == "RFF" {
				continue // the date of a reference
			}
			if s.get(1, 1) == "137" || s.get(1, 1) == "3" {
				p.date("/issueDate", s)
			}
		case "CUX":
			if c := s.get(1, 2); len(c) == 3 && (p.currency == "" || s.get(1, 3) == "4") {
				p.currency = c
			}
		case "RFF":
			path := map[string]string{
				"CT": "/contract", "IV": "/invoice", "BM": "/transportDocument", "AWB": "/transportDocument", "MWB": "/transportDocument",
				"HWB": "/transportDocument", "MB": "/transportDocument", "BH": "/transportDocument", "AAS": "/transportDocument", "CMR": "/transportDocument",
			}[s.get(1, 1)]
			if path == "" || path == "/invoice" && p.typ.Invoice() {
				continue
			}
			fresh := !p.said[path+"/number"]
			p.set(path+"/number", s.get(1, 2), "")
			if fresh && i+1 < len(segments) && segments[i+1].tag == "DTM" && segments[i+1].get(1, 1) == "171" {
				p.date(path+"/date", segments[i+1])
			}
		case "TOD":
			p.terms(s, segments[i+1:])
		case "TDT":
			p.transport(s)
		case "LOC":
			if i > 0 && (segments[i-1].tag == "TOD" || segments[i-1].tag == "NAD") {
				continue
			}
			p.place(s)
		case "MEA":
			if i > 0 && (segments[i-1].tag == "EQD" || segments[i-1].tag == "PAC" || inEquipment(segments[:i])) {
				continue // of the container, or of one package
			}
			p.measure("", s)
		case "ALI":
			if c := s.get(1, 1); len(c) == 2 {
				p.set("/countryOfOrigin", c, "")
			}
		case "CNT":
			p.control(s)
		}
	}
}

// inEquipment reports whether the last group that was opened is a container.
func inEquipment(segments []segment) bool {
	for i := len(segments) - 1; i >= 0; i-- {
		switch segments[i].tag {
		case "EQD":
			return true
		case "MEA", "DIM", "SEL", "RFF", "FTX", "TMD", "LOC":
		default:
			return false
		}
	}
	return false
}

// control states a sum over the message.
func (p *paper) control(s segment) {
	value, u := s.get(1, 2), unit(s.get(1, 3))
	switch s.get(1, 1) {
	case "7", "19":
		if u == "" {
			return // a mass without a unit
		}
		p.number("/grossMass", value, u)
	case "18":
		if u != "" {
			p.number("/netMass", value, u)
		}
	case "11":
		p.number("/packages", value, "")
	case "15":
		if u != "" {
			p.number("/grossVolume", value, u)
		}
	}
}

// line states what the segments of a line of goods say in the same way in all
// messages.
func (p *paper) line(segments []segment) {
	var goods, marks []string
	for i, s := range segments {
		switch s.tag {
		case "PIA":
			for _, e := range s.elements[min(1, len(s.elements)):] {
				if len(e) < 2 {
					continue
				}
				switch e[1] {
				case "HS", "TG", "CC":
					p.set(p.at("tariffCode"), e[0], "")
				case "SA", "MF", "MN":
					p.set(p.at("articleNumber"), e[0], "")
				}
			}
		case "IMD":
			if t := joined([]string{s.get(3, 4), s.get(3, 5)}, " "); t != "" {
				goods = append(goods, t)
			}
		case "FTX":
			if s.get(1, 1) == "AAA" {
				goods = append(goods, text(s))
			}
		case "MEA":
			p.measure(strings.TrimSuffix(p.at(""), "/"), s)
		case "QTY":
			switch s.get(1, 1) {
			case "52", "59":
				p.number(p.at("quantityPerPackage"), s.get(1, 2), unit(s.get(1, 3)))
			}
		case "PAC":
			p.packages(p.at("packages"), s.get(1, 1), s.get(3, 1), s.get(3, 4))
		case "ALI":
			if c := s.get(1, 1); len(c) == 2 {
				p.set(p.at("origin"), c, "")
			}
		case "LOC":
			if s.get(1, 1) == "27" {
				p.country(p.at("origin"), s)
			}
		case "PCI":
			if t := joined(s.all(2), " "); t != "" {
				marks = append(marks, t)
			}
		case "PRI":
			// A price for another number of units than one is no unit price.
			if k := s.get(1, 1); (k == "AAA" || k == "INV" || k == "CAL") && (s.get(1, 5) == "" || s.get(1, 5) == "1") {
				cur := p.currency
				if i+1 < len(segments) && segments[i+1].tag == "CUX" && len(segments[i+1].get(1, 2)) == 3 {
					cur = segments[i+1].get(1, 2)
				}
				p.number(p.at("unitPrice"), s.get(1, 2), cur)
			}
		}
	}
	// Invoiced before despatched, delivered, and what has no word of its own.
	for _, code := range []string{"47", "12", "46", "1", "11"} {
		for _, s := range segments {
			if s.tag == "QTY" && s.get(1, 1) == code {
				p.number(p.at("quantity"), s.get(1, 2), unit(s.get(1, 3)))
			}
		}
	}
	p.set(p.at("description"), strings.Join(goods, " "), "")
	p.set("/marks", strings.Join(marks, " "), "")
}

func (p *paper) packages(path, count, code, words string) {
	if count == "0" || code == "" && words == "" && count == "" {
		return
	}
	p.number(path, count, packageKind(code, words))
}

// amount states the money of a MOA segment.
func (p *paper) amount(path string, s segment) {
	c := s.get(1, 3)
	if len(c) != 3 {
		c = p.currency
	}
	p.number(path, s.get(1, 2), c)
}

func invoic(m message) page.Stated {
	p := newPaper(m, trade.CommercialInvoice)
	header, detail, summary := parts(m.segments, "LIN", "UNS")
	if bgm := first(header, "BGM"); bgm.get(1, 1) != "" {
		t, ok := types[bgm.get(1, 1)]
		if !ok {
			t = trade.OtherPaper // a credit note, a statement of account
		}
		p.typ = t
	}
	p.head(header)
	p.set("/currency", p.currency, "")
	p.parties(header)
	for _, s := range header {
		switch s.tag {
		case "PAT":
			p.set("/paymentTerms", s.get(2, 4), "")
		case "PAC":
			p.packages("/packages", s.get(1, 1), s.get(3, 1), s.get(3, 4))
		}
	}
	p.equip(header, nil)
	for _, g := range groups(detail, "LIN") {
		lin := g[0]
		p.item++
		p.set(p.at("sequence"), lin.get(1, 1), "")
		p.line(g)
		p.set(p.at("articleNumber"), lin.get(3, 1), "")
		// Amounts behind a charge or a tax are those of the charge.
		inCharge := false
		for _, want := range []string{"203", "38", "66"} {
			inCharge = false
			for _, s := range g {
				switch s.tag {
				case "ALC", "TAX":
					inCharge = true
				case "MOA":
					if s.get(1, 1) == want && (!inCharge || want == "203") {
						p.amount(p.at("amount"), s)
					}
				}
			}
		}
	}
	money := map[string][]string{
		"/invoiceTotal": {"77", "39", "86", "9"}, "/subtotal": {"79"}, "/tax": {"176", "124"},
		"/freight": {"64"}, "/insurance": {"67"},
	}
	paths := []string{"/subtotal", "/freight", "/insurance", "/tax", "/invoiceTotal"}
	taxes := 0
	for _, s := range summary {
		if s.tag == "MOA" && s.get(1, 1) == "124" {
			taxes++
		}
	}
	for _, path := range paths {
		for _, code := range money[path] {
			inCharge := false
			for _, s := range summary {
				switch s.tag {
				case "ALC":
					inCharge = true
				case "MOA":
					if s.get(1, 1) != code || inCharge || code == "124" && taxes != 1 {
						continue // one of several taxes is not the tax
					}
					p.amount(path, s)
				}
			}
		}
	}
	rates := map[string]bool{}
	for _, s := range summary {
		if s.tag == "TAX" && s.get(2, 1) == "VAT" && s.get(5, 4) != "" {
			rates[s.get(5, 4)] = true
		}
	}
	if len(rates) == 1 {
		for r := range rates {
			p.number("/taxRate", r, "")
		}
	}
	for _, s := range summary {
		if s.tag == "CNT" {
			p.control(s)
		}
	}
	return p.stated()
}

func first(segments []segment, tag string) segment {
	for _, s := range segments {
		if s.tag == tag {
			return s
		}
	}
	return segment{}
}

func desadv(m message) page.Stated {
	p := newPaper(m, trade.PackingList)
	header, detail, _ := parts(m.segments, "CPS", "LIN")
	p.head(header)
	for _, s := range header { // an advice without a date of its own
		if s.tag == "DTM" && s.get(1, 1) == "11" {
			p.date("/issueDate", s)
		}
	}
	p.parties(header)
	p.equip(m.segments, nil)
	for _, g := range groups(detail, "LIN") {
		// A further level of packing ends the line.
		if i := slices.IndexFunc(g, func(s segment) bool { return s.tag == "CPS" || s.tag == "CNT" }); i >= 0 {
			g = g[:i]
		}
		p.item++
		p.set(p.at("sequence"), g[0].get(1, 1), "")
		p.line(g)
		p.set(p.at("articleNumber"), g[0].get(3, 1), "")
	}
	p.footing(m)
	return p.stated()
}

// footing states the sums at the end of a message that has no part for them.
func (p *paper) footing(m message) {
	for _, s := range m.segments {
		if s.tag == "CNT" {
			p.control(s)
		}
	}
}

// carriage is the paper of a contract of carriage by mode (data element 8067).
var carriage = map[byte]trade.DocumentType{
	'1': trade.BillOfLading, '2': trade.RailConsignmentNote, '3': trade.RoadConsignmentNote, '4': trade.AirWaybill,
}

// transportType is the type by its code, or else by the mode of the main stage.
func transportType(code string, segments []segment) trade.DocumentType {
	if t := types[code]; t.Transport() {
		return t
	}
	for _, s := range segments {
		if s.tag == "TDT" && (s.get(1, 1) == "20" || s.get(1, 1) == "11") {
			if mode := s.get(3, 1); mode != "" {
				if mode == "03" || len(mode) == 2 && mode[0] == '0' {
					mode = mode[1:]
				}
				if t := carriage[mode[0]]; t != "" {
					return t
				}
			}
		}
	}
	return trade.OtherPaper
}

func iftmin(m message) page.Stated {
	header, detail, _ := parts(m.segments, "GID", "EQD")
	p := newPaper(m, transportType(first(header, "BGM").get(1, 1), header))
	p.head(header)
	p.parties(header)
	for _, s := range header {
		if s.tag == "RFF" && s.get(1, 1) == "BM" {
			p.set("/number", s.get(1, 2), "")
		}
	}
	p.goods(detail)
	p.equip(m.segments, nil)
	return p.stated()
}

// goods states the goods items (GID) of a transport message.
func (p *paper) goods(detail []segment) {
	for _, g := range groups(detail, "GID") {
		if i := slices.IndexFunc(g, func(s segment) bool { return s.tag == "EQD" || s.tag == "CNI" || s.tag == "UNS" }); i >= 0 {
			g = g[:i]
		}
		p.item++
		p.set(p.at("sequence"), g[0].get(1, 1), "")
		p.packages(p.at("packages"), g[0].get(2, 1), g[0].get(2, 2), g[0].get(2, 5))
		// What is split over containers is the same goods again.
		own := g
		if i := slices.IndexFunc(g, func(s segment) bool { return s.tag == "SGP" }); i >= 0 {
			own = g[:i]
		}
		p.line(own)
		for _, s := range own {
			if s.tag == "CST" {
				p.set(p.at("tariffCode"), s.get(2, 1), "")
			}
		}
		for _, s := range g {
			if s.tag == "SGP" {
				p.container(s.get(1, 1))
			}
		}
	}
}

// cuscar gives a paper for each consignment of a cargo report.
func cuscar(m message) []page.Stated {
	header, detail, _ := parts(m.segments, "CNI")
	all := groups(detail, "CNI")
	if len(all) == 0 {
		p := newPaper(m, trade.OtherPaper)
		p.head(header)
		p.parties(header)
		p.equip(header, nil)
		return []page.Stated{p.stated()}
	}
	var papers []page.Stated
	for _, g := range all {
		before := g
		if i := slices.IndexFunc(g, func(s segment) bool { return s.tag == "GID" }); i >= 0 {
			before = g[:i]
		}
		p := newPaper(m, transportType(first(before, "DOC").get(1, 1), header))
		for _, want := range []struct {
			code string
			typ  trade.DocumentType
		}{{"BM", trade.BillOfLading}, {"BH", trade.HouseBillOfLading}, {"HWB", trade.HouseWaybill}, {"AWB", trade.AirWaybill}, {"AAM", ""}} {
			for _, s := range before {
				if s.tag == "RFF" && s.get(1, 1) == want.code && s.get(1, 2) != "" {
					if p.typ == trade.OtherPaper && want.typ != "" {
						p.typ = want.typ
					}
					p.set("/number", s.get(1, 2), "")
				}
			}
		}
		p.set("/number", first(before, "DOC").get(2, 1), "")
		p.set("/number", g[0].get(2, 1), "")
		for i, s := range before {
			switch s.tag {
			case "LOC":
				if i > 0 && before[i-1].tag == "NAD" {
					continue
				}
				p.place(s)
			case "CNT":
				p.control(s)
				if s.get(1, 1) == "8" {
					p.number("/packages", s.get(1, 2), "")
				}
			case "MEA":
				p.measure("", s)
			case "TOD":
				p.terms(s, before[i+1:])
			}
		}
		p.parties(before)
		p.goods(g)
		for _, s := range header {
			if s.tag == "TDT" {
				p.transport(s)
			}
		}
		for _, s := range header {
			if s.tag == "LOC" {
				p.place(s)
			}
		}
		if len(all) == 1 && len(p.equipment) == 0 {
			p.equip(header, nil)
		} else {
			only := map[string]bool{}
			for key := range p.equipment {
				only[key] = true
			}
			p.equip(header, only)
		}
		p.parties(header)
		papers = append(papers, p.stated())
	}
	return papers
}

func cusdec(m message) page.Stated {
	header, rest, summary := parts(m.segments, "CST", "UNS")
	typ := types[first(header, "BGM").get(1, 1)]
	if !typ.Declaration() {
		// The parties tell one from the other where the code is a national one.
		typ = trade.ImportDeclaration
		if slices.ContainsFunc(header, func(s segment) bool { return s.tag == "NAD" && s.get(1, 1) == "EX" }) &&
			!slices.ContainsFunc(header, func(s segment) bool { return s.tag == "NAD" && s.get(1, 1) == "IM" }) {
			typ = trade.ExportDeclaration
		}
	}
	p := newPaper(m, typ)
	p.head(header)
	p.set("/currency", p.currency, "")
	p.parties(header)
	for _, s := range header {
		switch s.tag {
		case "MOA":
			switch s.get(1, 1) {
			case "43", "40":
				p.amount("/customsValue", s)
			case "39", "77", "5":
				p.amount("/invoiceTotal", s)
			case "64":
				p.amount("/freight", s)
			case "67":
				p.amount("/insurance", s)
			}
		case "DOC":
			switch types[s.get(1, 1)] {
			case trade.CommercialInvoice:
				p.set("/invoice/number", s.get(2, 1), "")
			case trade.Contract:
				p.set("/contract/number", s.get(2, 1), "")
			case "":
			default:
				if types[s.get(1, 1)].Transport() {
					p.set("/transportDocument/number", s.get(2, 1), "")
				}
			}
		}
	}
	p.equip(m.segments, nil)
	for _, g := range groups(rest, "CST") {
		p.item++
		p.set(p.at("sequence"), g[0].get(1, 1), "")
		for e := 2; e <= 6; e++ {
			if code := g[0].get(e, 1); len(code) >= 6 && strings.Trim(code, "0123456789") == "" {
				p.set(p.at("tariffCode"), code, "")
			}
		}
		p.line(g)
		for _, s := range g {
			if s.tag == "MOA" {
				switch s.get(1, 1) {
				case "38", "66", "63", "203":
					p.amount(p.at("amount"), s)
				}
			}
		}
	}
	for _, s := range slices.Concat(summary, m.segments) {
		if s.tag == "CNT" {
			p.control(s)
		}
	}
	return p.stated()
}
