package forgery

import (
	"fmt"
	"math/big"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// FaceDiffers compares the page of a hybrid paper with the data that it brings.
var FaceDiffers = &rules.Rule{
	ID:    "FG-23",
	Title: "the page says something else than the data inside the file",
	Doc: `A hybrid invoice (ZUGFeRD, Factur-X, XRechnung in a PDF) is two papers in one file:
the page for people, and the same invoice as XML for programs. One program writes both,
so they state the same. Whoever changes the page with an editor seldom changes the XML.

The number, the date, the total, the tax numbers, the account to pay to, and the
quantities and amounts of the lines are compared. A value that stands anywhere in print
on the paper is no contradiction, and lines are compared only if both have as many, and
agree in some: a page may show prices with tax and its data without.

Open the attachment of the PDF and compare. It is harmless if the sender's program
is at fault: then every invoice of that sender looks so.`,
	Severity: rules.High,
	Sources: []rules.Source{
		{Title: "EN 16931-1: semantic data model of the core elements of an electronic invoice"},
		{Title: "FeRD and FNFE-MPE: ZUGFeRD 2 / Factur-X, where both parts of the hybrid have to be identical", URL: "https://www.ferd-net.de/standards/zugferd"},
	},
	Run: runFaceDiffers,
}

// insideClaims are the fields of the data that are compared, with the words for
// a sentence. Names are left out: the page may print a brand for a firm.
var insideClaims = []claim{
	{what: "the number of the paper", paths: []string{"/number"}},
	{what: "the date of the paper", paths: []string{"/issueDate"}},
	{what: "the total", paths: []string{"/invoiceTotal"}},
	{what: "the account to pay to", paths: []string{"/seller/account"}},
	{what: "the tax number of the seller", paths: []string{"/seller/id"}},
	{what: "the tax number of the buyer", paths: []string{"/buyer/id"}},
}

func runFaceDiffers(p *rules.Pass) error {
	for _, d := range p.Dossier.Documents {
		inside := &trade.Document{ID: d.ID}
		n := 0
		for _, o := range observed(d, trade.Inside) {
			// A path that this version does not know is no matter of the paper.
			if inside.Set(trade.Statement{Path: o.Print, Text: o.Text, Unit: o.Against, Reader: trade.Structured}) == nil {
				n++
			}
		}
		if n == 0 {
			continue
		}
		for _, c := range append(insideClaims, lineClaims(d, inside)...) {
			compareInside(p, d, inside, c)
		}
	}
	return nil
}

// lineClaims are the quantities and amounts of the lines, if page and data have as
// many, and of each kind agree in one at least.
func lineClaims(d, inside *trade.Document) []claim {
	if len(d.Items) != len(inside.Items) {
		return nil
	}
	var all []claim
	for _, field := range []struct{ name, what string }{{"quantity", "the quantity of line %d"}, {"amount", "the amount of line %d"}} {
		var claims []claim
		agree := 0
		for i := range d.Items {
			c := claim{what: fmt.Sprintf(field.what, i+1), paths: []string{fmt.Sprintf("/items/%d/%s", i, field.name)}}
			face, ok := d.Field(c.paths[0])
			data, known := inside.Field(c.paths[0])
			if !ok || !known || face.Value == "" || data.Value == "" {
				continue
			}
			if sameNumber(face.Value, data.Value) {
				agree++
			}
			claims = append(claims, c)
		}
		if agree > 0 {
			all = append(all, claims...)
		}
	}
	return all
}

func compareInside(p *rules.Pass, d, inside *trade.Document, c claim) {
	data, ok := inside.Field(c.paths[0])
	if !ok || data.Value == "" {
		return
	}
	face, ok := d.Field(c.paths[0])
	if !ok || face.Value == "" || face.Reader.Optical() {
		return // what pixels show may be misread
	}
	c.text, c.unit, _ = strings.Cut(data.Value, " ")
	if _, _, number := numberOf(data.Value); !number {
		c.text, c.unit = data.Value, ""
	}
	values := []string{face.Value}
	for _, a := range face.Alternatives {
		values = append(values, a.Value)
	}
	for _, v := range values {
		if _, _, number := numberOf(v); number && sameNumber(v, data.Value) || !number && same(v, data.Value) {
			return
		}
	}
	if printed(d, c) {
		return
	}
	severity := rules.High
	if c.paths[0] == "/number" || c.paths[0] == "/issueDate" {
		severity = rules.Medium // drafts and samples are renumbered and dated anew
	}
	p.Report(rules.Finding{
		Severity: severity, At: face.At, Related: []trade.Place{{Document: d.ID}},
		Message: fmt.Sprintf("%s is %s on the page and %s in the data that the file brings with it", c.what, face.Value, data.Value),
		Innocent: []string{
			"The sender's program writes page and data from different sources: then other invoices of this sender differ as well.",
			"The data are those of an earlier draft: the sender can send the file anew.",
		},
	})
}

// numberOf returns the number at the head of a value, and half a unit of its last
// place.
func numberOf(v string) (n, half *big.Rat, ok bool) {
	head, _, _ := strings.Cut(v, " ")
	if head == "" || strings.Trim(strings.TrimPrefix(head, "-"), "0123456789.") != "" {
		return nil, nil, false
	}
	n, ok = new(big.Rat).SetString(head)
	_, part, _ := strings.Cut(head, ".")
	half = new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Mul(big.NewInt(2), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(len(part))), nil)))
	return n, half, ok
}

// sameNumber compares two values by the numbers at their heads, as far as the one
// with fewer decimals gives them: their units are compared by other rules.
func sameNumber(a, b string) bool {
	x, hx, ok := numberOf(a)
	y, hy, known := numberOf(b)
	if !ok || !known {
		return false
	}
	if hx.Cmp(hy) < 0 {
		hx = hy
	}
	diff := new(big.Rat).Sub(x, y)
	return x.Cmp(y) == 0 || diff.Abs(diff).Cmp(hx) < 0
}
