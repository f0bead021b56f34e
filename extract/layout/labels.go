package layout

import (
	_ "embed"
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"tallyman/trade"
)

// labelText is the lexicon; its head says how it is written.
//
//go:embed labels.txt
var labelText string

// A kind of value tells what may stand beside a label.
type kind int

const (
	noKind        kind = iota // a label whose value is not kept
	refKind                   // a number of a paper, a registration number
	dateKind                  //
	wordsKind                 // a place, terms: words up to the end of the cell
	countryKind               //
	moneyKind                 //
	massKind                  //
	volumeKind                //
	packagesKind              //
	quantityKind              //
	percentKind               //
	currencyKind              //
	termsKind                 // an Incoterms rule and its place
	partyKind                 // a block of lines
	memberKind                // what stands inside a party
	equipmentKind             // containers, seals, wagons, plates
	pageKind                  // a number of a page
	spelledKind               // an amount in words
)

// roles are the words of the lexicon, with the kind of their values.
var roles = map[string]kind{
	"number": refKind, "invoiceNo": refKind, "invoiceTitle": refKind, "packingNo": refKind, "contractNo": refKind, "transportNo": refKind,
	"date": dateKind, "invoiceDate": dateKind, "packingDate": dateKind, "contractDate": dateKind, "transportDate": dateKind,
	"seller": partyKind, "buyer": partyKind, "consignor": partyKind, "consignee": partyKind, "notifyParty": partyKind,
	"carrier": partyKind, "declarant": partyKind,
	"partyName": memberKind, "partyAddress": memberKind, "partyCountry": memberKind, "partyId": memberKind,
	"phone": memberKind, "email": memberKind, "account": memberKind,
	"deliveryTerms": termsKind, "paymentTerms": wordsKind,
	"placeOfLoading": wordsKind, "placeOfUnloading": wordsKind, "placeOfDelivery": wordsKind, "borderPost": wordsKind, "route": wordsKind,
	"countryOfOrigin": countryKind, "countryOfDestination": countryKind,
	"grossMass": massKind, "netMass": massKind, "chargeableMass": massKind, "tareMass": massKind,
	"grossVolume": volumeKind, "packages": packagesKind, "totalQuantity": quantityKind,
	"currency": currencyKind, "grandTotal": moneyKind, "total": moneyKind, "subtotal": moneyKind, "tax": moneyKind,
	"taxRate": percentKind, "freight": moneyKind, "insurance": moneyKind, "discount": moneyKind, "otherCharges": moneyKind,
	"customsValue": moneyKind, "amountInWords": spelledKind,
	"broughtForward": moneyKind, "carriedForward": moneyKind, "pageTotal": moneyKind, "pageNumber": pageKind,
	"vessel": wordsKind, "container": equipmentKind, "seal": equipmentKind, "plate": equipmentKind, "wagon": equipmentKind,
	"marks":  wordsKind,
	"-refNo": noKind, "-orderNo": noKind, "-customerNo": noKind, "-otherDate": noKind, "-carrierAgent": noKind, "-handling": noKind,
	"-partyCity": noKind, "-partyIdOther": noKind, "-placeOther": noKind, "-countryOther": noKind, "-weightOther": noKind,
	"declaredTotal": moneyKind, "declaredPackages": packagesKind, "declaredValue": moneyKind,
	"-itemGoods": noKind, "-itemNumber": noKind, "-itemOrigin": noKind, "-itemUnits": noKind, "-itemPrice": noKind, "-itemCustomsValue": noKind,
	"-statisticalValue": noKind, "-documents": noKind, "-meansIdentity": noKind, "-declarationOther": noKind,
	"-formOther": noKind, "-volumetric": noKind, "-goods": noKind, "-packing": noKind, "-tariff": noKind, "-heading": noKind, "-quantityOther": noKind, "-insuredSum": noKind, "-voyage": noKind,
}

// papers are the words for kinds of paper in the lexicon.
var papers = map[string]func(trade.DocumentType) bool{
	"invoice":     trade.DocumentType.Invoice,
	"packing":     func(t trade.DocumentType) bool { return t == trade.PackingList },
	"contract":    func(t trade.DocumentType) bool { return t == trade.Contract },
	"origin":      func(t trade.DocumentType) bool { return t == trade.CertificateOfOrigin },
	"insurance":   func(t trade.DocumentType) bool { return t == trade.InsuranceCertificate },
	"declaration": trade.DocumentType.Declaration,
	"transport":   trade.DocumentType.Transport,
	"road":        func(t trade.DocumentType) bool { return t == trade.RoadConsignmentNote },
	"rail":        func(t trade.DocumentType) bool { return t == trade.RailConsignmentNote },
	"air":         airPaper,
	"sea":         seaPaper,
}

func airPaper(t trade.DocumentType) bool {
	return t == trade.AirWaybill || t == trade.MasterAirWaybill || t == trade.HouseWaybill
}

func seaPaper(t trade.DocumentType) bool {
	return t == trade.BillOfLading || t == trade.MasterBillOfLading || t == trade.HouseBillOfLading || t == trade.SeaWaybill
}

// pathOf returns the field that a role fills on a paper of that type; empty if
// it fills none. Parties, totals and lists are filled elsewhere.
func pathOf(role string, typ trade.DocumentType) string {
	own := func(is bool, field, other string) string {
		if is {
			return "/" + field
		}
		return other
	}
	switch role {
	case "number", "invoiceTitle":
		return "/number"
	case "date":
		return "/issueDate"
	case "invoiceNo":
		return own(typ.Invoice(), "number", "/invoice/number")
	case "invoiceDate":
		return own(typ.Invoice(), "issueDate", "/invoice/date")
	case "contractNo":
		return own(typ == trade.Contract, "number", "/contract/number")
	case "contractDate":
		return own(typ == trade.Contract, "issueDate", "/contract/date")
	case "transportNo":
		return own(typ.Transport(), "number", "/transportDocument/number")
	case "transportDate":
		return own(typ.Transport(), "issueDate", "/transportDocument/date")
	case "packingNo":
		return own(typ == trade.PackingList, "number", "")
	case "packingDate":
		return own(typ == trade.PackingList, "issueDate", "")
	case "grandTotal", "total":
		return "/invoiceTotal"
	case "declaredTotal":
		return "/invoiceTotal"
	case "declaredPackages":
		return "/packages"
	case "declaredValue":
		return "/customsValue"
	case "placeOfUnloading":
		// The railway delivers at the station of destination.
		return own(typ == trade.RailConsignmentNote || typ == trade.InsuranceCertificate, "placeOfDelivery", "/placeOfUnloading")
	case "vessel":
		return "/means/name"
	case "container", "seal", "plate", "wagon", "route", "pageNumber", "pageTotal", "broughtForward", "carriedForward",
		"partyName", "partyAddress", "partyCountry", "partyId", "phone", "email", "account":
		return ""
	}
	if strings.HasPrefix(role, "-") || roles[role] == partyKind {
		return ""
	}
	return "/" + role
}

// A label is a text that papers print beside a value.
type label struct {
	text    string // as in the lexicon
	key     string // folded, without spaces
	letters uint64 // which letters the key has, a bit for each
	role    string
	on      []string // kinds of paper; empty for all
}

// lexicon holds the labels of one type of paper.
type lexicon struct {
	exact   map[string]*label
	bySize  map[int][]*label // by runes of the key
	prefix  map[string]bool  // every beginning of a key, to stop early
	longest int              // runes of the longest key
	form    bool             // the paper is a form with numbered boxes
}

var parseLabels = sync.OnceValues(func() ([]*label, error) { return readLabels(labelText) })

// readLabels reads a lexicon.
func readLabels(text string) ([]*label, error) {
	var all []*label
	for n, row := range strings.Split(text, "\n") {
		row = strings.TrimSpace(row)
		if row == "" || strings.HasPrefix(row, "#") {
			continue
		}
		head, tail, ok := strings.Cut(row, ": ")
		if !ok {
			return nil, fmt.Errorf("labels.txt:%d: no colon", n+1)
		}
		words := strings.Fields(head)
		if _, ok := roles[words[0]]; !ok {
			return nil, fmt.Errorf("labels.txt:%d: no role %q", n+1, words[0])
		}
		var on []string
		for _, w := range words[1:] {
			name := strings.TrimPrefix(w, "@")
			if papers[name] == nil {
				return nil, fmt.Errorf("labels.txt:%d: no kind of paper %q", n+1, name)
			}
			on = append(on, name)
		}
		for _, t := range strings.Split(tail, " | ") {
			t = strings.TrimSpace(t)
			key := foldKey(t)
			if key == "" {
				return nil, fmt.Errorf("labels.txt:%d: empty label %q", n+1, t)
			}
			all = append(all, &label{text: t, key: key, letters: lettersOf(key), role: words[0], on: on})
		}
	}
	return all, nil
}

var (
	lexiconsMu sync.Mutex
	lexicons   = map[trade.DocumentType]*lexicon{}
)

// lexiconOf returns the labels of a type of paper. A label of that kind of
// paper comes before one of all papers, and of two equal ones the first.
func lexiconOf(typ trade.DocumentType) *lexicon {
	lexiconsMu.Lock()
	defer lexiconsMu.Unlock()
	if lx := lexicons[typ]; lx != nil {
		return lx
	}
	all, err := parseLabels()
	if err != nil {
		panic(err) // the lexicon is ours, and a test reads it
	}
	lx := &lexicon{exact: map[string]*label{}, bySize: map[int][]*label{}, prefix: map[string]bool{}}
	lx.form = typ.Transport() || typ.Declaration() || typ == trade.CertificateOfOrigin || typ == trade.InsuranceCertificate
	own := func(l *label) bool {
		return slices.ContainsFunc(l.on, func(name string) bool { return papers[name](typ) })
	}
	for _, special := range []bool{true, false} {
		for _, l := range all {
			if special != (len(l.on) > 0) || (special && !own(l)) || lx.exact[l.key] != nil {
				continue
			}
			lx.exact[l.key] = l
			runes := []rune(l.key)
			lx.bySize[len(runes)] = append(lx.bySize[len(runes)], l)
			lx.longest = max(lx.longest, len(runes))
			for i := 1; i <= len(runes); i++ {
				lx.prefix[string(runes[:i])] = true
			}
		}
	}
	lexicons[typ] = lx
	return lx
}

// How far a label may differ from the lexicon: one wrong letter in so many.
const (
	exactly = 1 << 20
	typed   = 12 // a text layer, which may come from an unknown reader
	blurred = 6  // read from pixels; short labels must match exactly, or "net" would be "ref"
)

// find returns the label with that key, or the one nearest to it if one letter
// in so many may be wrong; quality is 1 for an exact match.
func (lx *lexicon) find(key string, per int) (l *label, quality float64) {
	if l := lx.exact[key]; l != nil {
		return l, 1
	}
	if per == exactly {
		return nil, 0
	}
	runes := []rune(key)
	n := len(runes)
	allowed := n / per
	if allowed == 0 {
		return nil, 0
	}
	letters := lettersOf(key)
	best, least, ties := (*label)(nil), allowed+1, false
	for size := n - allowed; size <= n+allowed; size++ {
		for _, l := range lx.bySize[size] {
			if bits.OnesCount64(l.letters^letters) > 2*allowed {
				continue
			}
			d := distance(runes, []rune(l.key), least+1)
			switch {
			case d < least:
				best, least, ties = l, d, false
			case d == least && best != nil && l.role != best.role:
				ties = true
			}
		}
	}
	if best == nil || ties {
		return nil, 0
	}
	return best, 1 - float64(least)/float64(n)
}

func lettersOf(s string) uint64 {
	var set uint64
	for _, r := range s {
		set |= 1 << (uint32(r) * 2654435761 >> 26)
	}
	return set
}

// distance is the number of letters to change, add, drop or swap to make b of
// a; it stops counting at limit.
func distance(a, b []rune, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	var room [3][64]int // enough for all but the longest labels, without allocation
	before, last, cur := room[0][:], room[1][:], room[2][:]
	if len(b) >= len(room[0]) {
		before, last, cur = make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	}
	before, last, cur = before[:len(b)+1], last[:len(b)+1], cur[:len(b)+1]
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(last[j]+1, cur[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
			least = min(least, cur[j])
		}
		if least >= limit {
			return limit
		}
		before, last, cur = last, cur, before
	}
	return min(last[len(b)], limit)
}

// lookalikes are Cyrillic letters, in lower case, and the Latin ones that a
// reader or a typist takes for them; Kazakh letters fold to their Russian kin.
var lookalikes = map[rune]string{
	'а': "a", 'в': "b", 'е': "e", 'ё': "e", 'к': "k", 'м': "m", 'н': "h", 'о': "o", 'р': "p", 'с': "c", 'т': "t",
	'у': "y", 'х': "x", 'і': "i", 'ї': "i", 'ә': "a", 'ғ': "г", 'қ': "k", 'ң': "h", 'ө': "o", 'ұ': "y", 'ү': "y", 'һ': "h",
	'й': "и", 'ѕ': "s", 'ј': "j",
	'ı': "i", 'ß': "ss", 'ø': "o", 'æ': "ae", 'œ': "oe", 'ł': "l", 'đ': "d",
	'№': "no", '#': "no", '&': "",
}

// foldKey returns s in the form in which labels are compared: lower case, no
// accents, no spaces and no punctuation, look-alikes folded, every way to write
// "number" the same.
func foldKey(s string) string {
	var b strings.Builder
	for _, w := range strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("/|-–—()[].,:;：，。、（）", r)
	}) {
		b.WriteString(foldWord(w))
	}
	return b.String()
}

// foldWord folds one word without spaces or hyphens.
func foldWord(w string) string {
	if ascii(w) {
		w = strings.ToLower(w)
	} else {
		w = strings.NewReplacer("n°", "no", "N°", "no", "nº", "no", "Nº", "no", "№", "no").Replace(w)
		w = strings.ToLower(norm.NFKD.String(w))
	}
	var b strings.Builder
	for _, r := range w {
		switch t, ok := lookalikes[r]; {
		case ok:
			b.WriteString(t)
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '%' || r == '@':
			b.WriteRune(r)
		}
	}
	switch f := b.String(); f {
	case "nr", "nos", "num", "ho", "n0":
		return "no"
	default:
		return f
	}
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
