package arithmetic

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"tallyman/rules"
	"tallyman/trade"
)

// paper is an invoice with a packing list in it, whose sums are known in exact
// hundredths of the currency and grams.
type paper struct {
	texts    map[string]string
	subtotal int64
	net      int64
	gross    int64
	packages int64
	total    int64
	first    int64 // amount of the first line
}

func (p *paper) set(path, format string, args ...any) {
	p.texts[path] = fmt.Sprintf(format, args...)
}

func (p *paper) document(t *testing.T) *trade.Dossier {
	t.Helper()
	d := &trade.Document{ID: "invoice", Name: "invoice", Type: trade.CommercialInvoice, Status: trade.Done, Pages: []int{1}}
	for path, text := range p.texts {
		if err := d.Set(trade.Statement{Path: path, Text: text, Page: 1, Confidence: 1, Reader: trade.TextLayer}); err != nil {
			t.Fatal(err)
		}
	}
	return &trade.Dossier{Documents: []*trade.Document{d}}
}

// hundredths writes an amount with two decimals.
func hundredths(n int64) string { return fmt.Sprintf("%d.%02d", n/100, n%100) }

// grams writes a mass in kilograms with so many decimals, rounded.
func grams(n int64, places int) string { return fmt.Sprintf("%.*f KG", places, float64(n)/1000) }

// honest makes a paper whose figures are computed as sellers' programs do: unit
// prices rounded for printing, amounts computed from the exact price; freight,
// discount and tax or none of them; masses rounded line by line.
func honest(seed uint64) *paper {
	r := rand.New(rand.NewPCG(seed, 1))
	p := &paper{texts: map[string]string{}}
	p.set("/currency", "EUR")
	lines := 1 + r.IntN(12)
	places := r.IntN(3)
	whole := r.IntN(5) == 0 // amounts in whole units of the currency
	for i := range lines {
		at := func(field string) string { return fmt.Sprintf("/items/%d/%s", i, field) }
		quantity := int64(1 + r.IntN(2000))
		price := int64(50 + r.IntN(500_000)) // hundredths of a cent
		amount := (quantity*price + 50) / 100
		text := hundredths(amount)
		if whole {
			amount = (amount + 50) / 100 * 100
			text = fmt.Sprint(amount / 100)
		}
		p.set(at("sequence"), "%d", i+1)
		p.set(at("description"), "goods of line %d", i+1)
		p.set(at("quantity"), "%d PCS", quantity)
		p.set(at("unitPrice"), "%s", hundredths((price+50)/100))
		p.set(at("amount"), "%s", text)
		if i == 0 {
			p.first = amount
		}
		p.subtotal += amount
		net := quantity * int64(20+r.IntN(9000))
		gross := net + net*int64(4+r.IntN(12))/100
		cartons := int64(1 + r.IntN(60))
		p.set(at("netMass"), "%s", grams(net, places))
		p.set(at("grossMass"), "%s", grams(gross, places))
		p.set(at("packages"), "%d CTNS", cartons)
		p.net, p.gross, p.packages = p.net+net, p.gross+gross, p.packages+cartons
	}
	p.set("/subtotal", "%s", hundredths(p.subtotal))
	total := p.subtotal
	if r.IntN(3) == 0 {
		discount := p.subtotal * int64(1+r.IntN(10)) / 100
		p.set("/discount", "%s", hundredths(discount))
		total -= discount
	}
	if r.IntN(2) == 0 {
		freight := int64(5000 + r.IntN(500_000))
		p.set("/freight", "%s", hundredths(freight))
		if r.IntN(2) == 0 { // else it is in the prices already
			total += freight
		}
	}
	if r.IntN(3) == 0 {
		rate := []int64{12, 16, 20}[r.IntN(3)]
		tax := (total*rate + 50) / 100
		p.set("/taxRate", "%d %%", rate)
		p.set("/tax", "%s", hundredths(tax))
		total += tax
	}
	p.total = total
	p.set("/invoiceTotal", "%s", hundredths(total))
	p.set("/netMass", "%s", grams(p.net, places))
	p.set("/grossMass", "%s", grams(p.gross, places))
	p.set("/packages", "%d CTNS", p.packages)
	return p
}

func run(t *testing.T, p *paper) []rules.Finding {
	t.Helper()
	findings, notRun := rules.Run(p.document(t), nil, Rules...)
	if len(notRun) > 0 {
		t.Fatalf("rules did not run: %v", notRun)
	}
	return findings
}

// Nothing is said of a thousand honest papers.
func TestHonestPapersAreSilent(t *testing.T) {
	for seed := range uint64(1000) {
		for _, f := range run(t, honest(seed)) {
			t.Errorf("seed %d: %s %v at %s: %s", seed, f.Rule, f.Severity, f.At.Path, f.Message)
		}
	}
}

// Each kind of figure is altered by a tenth to a half, on five hundred papers: the
// rule that knows the sum has to say so.
func TestAlteredPapersAreFound(t *testing.T) {
	for _, c := range []struct {
		rule  string
		field string
		least int // per cent of the papers; a price of a cent or an only line proves little
		alter func(p *paper, percent int64)
	}{
		{"AR-01", "/items/0/amount", 85, func(p *paper, n int64) { p.set("/items/0/amount", "%s", hundredths(p.first*(1000+10*n+3)/1000+1700)) }},
		{"AR-02", "/subtotal", 98, func(p *paper, n int64) { p.set("/subtotal", "%s", hundredths(p.subtotal*(100+n)/100+7)) }},
		{"AR-03", "/invoiceTotal", 98, func(p *paper, n int64) { p.set("/invoiceTotal", "%s", hundredths(p.total*(1000-10*n-3)/1000-1700)) }},
		{"AR-06", "/packages", 98, func(p *paper, n int64) { p.set("/packages", "%d CTNS", p.packages+1+p.packages*n/100) }},
		{"AR-07", "/netMass", 98, func(p *paper, n int64) { p.set("/netMass", "%s", grams(p.net*(100-n)/100-2500, 3)) }},
		{"AR-08", "/netMass", 98, func(p *paper, n int64) { p.set("/netMass", "%s", grams(p.gross*(100+n)/100+2500, 3)) }},
	} {
		found := 0
		const papers = 500
		for seed := range uint64(papers) {
			p := honest(seed)
			c.alter(p, 10+int64(seed%41))
			for _, f := range run(t, p) {
				if f.Rule == c.rule && f.At.Path == c.field && f.Severity >= rules.Medium {
					found++
					break
				}
			}
		}
		if found < papers*c.least/100 {
			t.Errorf("%s found %d of %d papers whose %s was altered", c.rule, found, papers, c.field)
		}
		t.Logf("%s found %d of %d", c.rule, found, papers)
	}
}
