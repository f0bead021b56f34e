package main

import (
	"slices"
	"strings"
	"unicode"

	"github.com/govalues/decimal"
	"golang.org/x/text/unicode/norm"
)

// A kind is how a field is compared.
type kind int

const (
	words  kind = iota // names, addresses, descriptions: the same words, or nearly all of them
	figure             // the number exactly, and the unit if the truth states one
	code               // exactly, but for spaces and letter case
	day                // the ISO date exactly
	terms              // the Incoterm exactly, its place as words
)

var kinds = map[string]kind{
	"grossMass": figure, "netMass": figure, "chargeableMass": figure, "tareMass": figure, "grossVolume": figure,
	"packages": figure, "totalQuantity": figure, "quantity": figure, "quantityPerPackage": figure,
	"unitPrice": figure, "amount": figure, "subtotal": figure, "freight": figure, "insurance": figure,
	"otherCharges": figure, "discount": figure, "taxRate": figure, "tax": figure, "invoiceTotal": figure,
	"customsValue": figure, "broughtForward": figure, "carriedForward": figure, "total": figure, "rows": figure,

	"issueDate": day, "date": day,

	"number": code, "id": code, "account": code, "currency": code, "country": code, "countryOfOrigin": code,
	"countryOfDestination": code, "origin": code, "tariffCode": code, "articleNumber": code, "serialNumbers": code,
	"sequence": code, "plate": code, "phone": code, "email": code, "packageDimensions": code, "seals": code,
	"pageNumbers": code,

	"deliveryTerms": terms,
}

func kindOf(path string) kind {
	seg := strings.Split(path, "/")
	last := seg[len(seg)-1]
	if isIndex(last) && len(seg) > 1 {
		last = seg[len(seg)-2]
	}
	return kinds[last]
}

func isIndex(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// equal reports whether got says what want says in that field.
func equal(path, want, got string) bool {
	if got == "" {
		return false
	}
	switch kindOf(path) {
	case figure:
		return sameFigure(want, got)
	case code:
		return plainCode(want) == plainCode(got)
	case day:
		return want == got
	case terms:
		w, g := strings.Fields(want), strings.Fields(got)
		if len(w) == 0 || len(g) == 0 || !strings.EqualFold(w[0], g[0]) {
			return false
		}
		return len(w) == 1 || sameWords(strings.Join(w[1:], " "), strings.Join(g[1:], " "))
	}
	return sameWords(want, got)
}

// sameFigure compares numbers by value, so that 1.50 is 1.5, and units as they
// stand; a truth without a unit says nothing about it.
func sameFigure(want, got string) bool {
	wantNumber, wantUnit, _ := strings.Cut(want, " ")
	gotNumber, gotUnit, _ := strings.Cut(got, " ")
	w, err := decimal.Parse(wantNumber)
	if err != nil {
		return want == got
	}
	g, err := decimal.Parse(gotNumber)
	return err == nil && w.Cmp(g) == 0 && (wantUnit == "" || wantUnit == gotUnit)
}

// plainCode drops spaces, case and the number sign before a number.
func plainCode(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return twin(unicode.ToUpper(r))
	}, norm.NFKC.String(s))
	return strings.Trim(s, "#№.,;:")
}

// twin makes one of the Cyrillic and Latin capitals that look the same: nobody
// can tell them apart on paper.
func twin(r rune) rune {
	const cyrillic, latin = "АВЕКМНОРСТУХІЈЅ", "ABEKMHOPCTYXIJS"
	if i := slices.Index([]rune(cyrillic), r); i >= 0 {
		return rune(latin[i])
	}
	return r
}

// minOverlap is the share of words that two names must have in common: twice
// the common words over all words of both (Dice). One wrong word of six passes,
// one of four does not.
const minOverlap = 0.8

func sameWords(want, got string) bool {
	w, g := tokens(want), tokens(got)
	if len(w) == 0 || len(g) == 0 {
		return len(w) == len(g)
	}
	if strings.Join(w, "") == strings.Join(g, "") {
		return true
	}
	common := 0
	rest := slices.Clone(g)
	for _, t := range w {
		if i := slices.Index(rest, t); i >= 0 {
			common++
			rest = slices.Delete(rest, i, i+1)
		}
	}
	return float64(2*common)/float64(len(w)+len(g)) >= minOverlap
}

// tokens are the words of s without case and punctuation; each Chinese
// character is a word.
func tokens(s string) []string {
	var all []string
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			all = append(all, b.String())
			b.Reset()
		}
	}
	for _, r := range norm.NFKC.String(s) {
		switch {
		case unicode.Is(unicode.Han, r):
			flush()
			all = append(all, string(r))
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r):
			b.WriteRune(twin(unicode.ToUpper(r)))
		default:
			flush()
		}
	}
	flush()
	return all
}

// numbers returns what a printed figure can mean, as canonical decimals: two
// values if its one separator may mark thousands or decimals, none if it is no
// number. It knows nothing of package trade, so that a mistake there shows.
func numbers(raw string) []string {
	var b strings.Builder
	negative := false
	for _, r := range strings.TrimSpace(raw) {
		switch {
		case unicode.IsDigit(r):
			b.WriteByte(byte('0' + digitValue(r)))
		case r == '.' || r == ',' || r == '٫':
			if r == '٫' {
				r = ','
			}
			b.WriteRune(r)
		case r == '-' && b.Len() == 0:
			negative = true
		}
	}
	s := strings.Trim(b.String(), ".,")
	if s == "" {
		return nil
	}
	sign := ""
	if negative {
		sign = "-"
	}
	last := strings.LastIndexAny(s, ".,")
	if last < 0 {
		return []string{sign + s}
	}
	strip := strings.NewReplacer(".", "", ",", "")
	whole := sign + strip.Replace(s)
	decimals := sign + strip.Replace(s[:last]) + "." + s[last+1:]
	mark := s[last : last+1]
	switch {
	case strings.Count(s, mark) > 1:
		return []string{whole}
	case strings.ContainsAny(s[:last], ".,"):
		return []string{decimals}
	case len(s)-last-1 == 3 && last <= 3 && s[0] != '0':
		return []string{decimals, whole}
	}
	return []string{decimals}
}

// digitValue is 0 to 9 for a decimal digit of any script: their code points
// stand in runs of ten, zero first.
func digitValue(r rune) int {
	for _, run := range unicode.Digit.R16 {
		if rune(run.Lo) <= r && r <= rune(run.Hi) {
			return int(r-rune(run.Lo)) % 10
		}
	}
	for _, run := range unicode.Digit.R32 {
		if rune(run.Lo) <= r && r <= rune(run.Hi) {
			return int(r-rune(run.Lo)) % 10
		}
	}
	return 0
}
