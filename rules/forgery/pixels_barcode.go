package forgery

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"tallyman/rules"
	"tallyman/trade"
)

// BarcodeDiffers compares what a barcode holds with what is printed.
var BarcodeDiffers = &rules.Rule{
	ID:    "FG-18",
	Title: "a barcode says something else than the print",
	Doc: `A program that makes a paper writes its number, date, total, account and tax
numbers into a barcode too. Whoever changes the print with a pencil or an editor
seldom makes a new barcode, for it cannot be read by eye.

Only barcodes of published layouts are compared: Swiss QR-bill, SEPA payment,
payment code of GOST R 56042, cash registers of Russia, Kazakhstan and Kyrgyzstan,
e-invoices of Turkey, India, Saudi Arabia, China and Portugal, air waybills, and
container numbers. Any other content, such as an address on the web, says nothing.
A value that stands anywhere in print on the paper is no contradiction.

Read the barcode with a telephone and compare. It is harmless if the barcode is on
a sticker of somebody else, if it is that of another paper on the same sheet, or if
the payment code asks for a part of the total.`,
	Severity: rules.High,
	Sources: []rules.Source{
		{Title: "SIX, Swiss Payment Standards: Implementation Guidelines QR-bill", URL: "https://www.six-group.com/en/products-services/banking-services/payment-standardization/standards/qr-bill.html"},
		{Title: "European Payments Council, EPC069-12: Quick Response Code guidelines for SEPA credit transfers", URL: "https://www.europeanpaymentscouncil.eu/document-library/guidance-documents/quick-response-code-guidelines-enable-data-capture-initiation"},
		{Title: "GOST R 56042-2014: two-dimensional barcodes for payments of private persons"},
		{Title: "IATA Resolution 606: bar-coded label; Resolution 600a: the air waybill", Unverified: true},
		{Title: "ISO 6346: freight containers, coding and identification"},
	},
	Run: runBarcodeDiffers,
}

// Paths that stand for more than one field.
const (
	waybill   = "waybill"
	equipment = "equipment"
)

func runBarcodeDiffers(p *rules.Pass) error {
	for _, d := range p.Dossier.Documents {
		for _, o := range d.Observations {
			if o.Kind != trade.Barcode {
				continue
			}
			content, ok := payloadOf(o.Print, o.Text)
			if !ok {
				continue
			}
			for _, c := range content.claims {
				compareClaim(p, d, o, content.layout, c)
			}
		}
	}
	return nil
}

func compareClaim(p *rules.Pass, d *trade.Document, o trade.Observation, layout string, c claim) {
	if printed(d, c) {
		return
	}
	var fields []trade.Field
	for _, path := range c.paths {
		fields = append(fields, stated(d, path)...)
	}
	// The first known field is the one that a person would look at.
	var at trade.Field
	verdict := rules.Conflict
	for _, f := range fields {
		if f.Value == "" {
			continue
		}
		if at.Path == "" {
			at = f
		}
		if v := against(d, f, c); v < verdict {
			verdict = v
		}
	}
	if at.Path == "" || verdict == rules.Agree {
		return
	}
	said := c.text
	if c.unit != "" {
		said += " " + c.unit
	}
	p.Report(rules.Finding{
		At: at.At, Related: []trade.Place{o.Place(d)}, Doubtful: verdict == rules.Doubtful,
		Message: fmt.Sprintf("%s is %s in print and %s in the %s on the same paper", c.what, at.Value, said, layout),
		Innocent: []string{
			"The barcode belongs to another paper, such as a sticker of the carrier: read it with a telephone.",
			"A payment code may ask for a part of the total, or for another account of the same seller: the seller's earlier invoices show it.",
		},
	})
}

// stated returns what the document says in the field, each time.
func stated(d *trade.Document, path string) (all []trade.Field) {
	switch path {
	case waybill:
		if d.Type != trade.AirWaybill && d.Type != trade.MasterAirWaybill {
			return nil
		}
		path = "/number"
	case equipment:
		for i := range d.Equipment {
			all = append(all, stated(d, fmt.Sprintf("/equipment/%d/id", i))...)
		}
		return all
	}
	if f, ok := d.Field(path); ok {
		all = append(all, f)
	}
	for _, f := range d.Restatements {
		if f.Path == path {
			all = append(all, f)
		}
	}
	return all
}

// against holds the claim against a field. What pixels show may be misread: then
// a difference of one or two characters proves nothing.
func against(d *trade.Document, f trade.Field, c claim) rules.Verdict {
	other := &trade.Document{ID: d.ID}
	path := f.Path
	if err := other.Set(trade.Statement{Path: path, Text: c.text, Unit: c.unit, Reader: trade.Structured}); err != nil {
		return rules.Agree
	}
	claimed, ok := other.Field(path)
	if !ok || claimed.Value == "" {
		return rules.Agree
	}
	verdict := rules.Conflict
	values := []string{f.Value}
	for _, a := range f.Alternatives {
		values = append(values, a.Value)
	}
	for _, v := range values {
		if same(v, claimed.Value) {
			return rules.Agree
		}
		if f.Reader.Optical() && distance(letters(v), letters(claimed.Value)) <= slack(c) {
			verdict = rules.Doubtful
		}
	}
	return verdict
}

// slack is how many characters of a value off a scan may be misread.
func slack(c claim) int {
	if len(letters(c.text)) >= 12 {
		return 2
	}
	return 1
}

// same compares two values as the trade writes them: an amount with and without
// its currency, a number with and without its prefix.
func same(a, b string) bool {
	if x, y := amountOf(a), amountOf(b); x != "" && x == y {
		return true
	}
	x, y := strings.TrimLeft(letters(a), "0"), strings.TrimLeft(letters(b), "0")
	if x == y {
		return true
	}
	short, long := x, y
	if len(short) > len(long) {
		short, long = long, short
	}
	return len(short) >= 5 && strings.HasSuffix(long, short) && amountOf(a) == ""
}

// amountOf returns the decimal number at the head of a value such as
// "120.50 EUR", without trailing zeros; empty if there is none.
func amountOf(v string) string {
	head, _, _ := strings.Cut(v, " ")
	whole, part, found := strings.Cut(head, ".")
	if !found || strings.Trim(whole+part, "0123456789") != "" {
		return ""
	}
	return whole + "." + strings.TrimRight(part, "0")
}

// letters keeps letters and digits, in small letters.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// distance counts the characters that have to change, come or go, up to 3.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) > 2 || len(y)-len(x) > 2 || len(x) > 200 {
		return 3
	}
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		left := row[0]
		row[0] = i + 1
		for j := range y {
			cost := left
			if x[i] != y[j] {
				cost++
			}
			left = row[j+1]
			row[j+1] = min(cost, left+1, row[j]+1)
		}
	}
	return min(row[len(y)], 3)
}

// printed reports whether the claim stands anywhere in print, in one of the ways
// in which people write it.
func printed(d *trade.Document, c claim) bool {
	forms := []string{c.text}
	switch {
	case len(c.paths) > 0 && c.paths[0] == "/issueDate":
		var y, m, day string
		if n, _ := fmt.Sscanf(c.text, "%4s-%2s-%2s", &y, &m, &day); n != 3 {
			return false
		}
		forms = append(forms, y+m+day, day+m+y, m+day+y, day+m+y[2:], m+day+y[2:])
	case amountOf(c.text) != "":
		whole, part, _ := strings.Cut(c.text, ".")
		part = strings.TrimRight(part, "0")
		forms = append(forms, whole+part)
		if len(part) < 2 {
			forms = append(forms, whole+part+"0")
		}
		if part == "" {
			forms = append(forms, whole+"00")
		}
	default:
		forms = append(forms, strings.TrimLeft(letters(c.text), "0"))
	}
	return slices.ContainsFunc(forms, d.Prints)
}
