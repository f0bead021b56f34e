package trade

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// paper makes a document of "path text" lines.
func paper(t *testing.T, kind DocumentType, lines ...string) *Document {
	t.Helper()
	d := &Document{ID: fmt.Sprint(kind, lines), Type: kind}
	for _, l := range lines {
		path, text, _ := strings.Cut(l, " ")
		if err := d.Set(Statement{Path: path, Text: text, Reader: TextLayer}); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// reads returns the value of a field with its alternatives.
func reads(d *Document, path string) string {
	f, _ := d.Field(path)
	all := []string{f.Value}
	for _, a := range f.Alternatives {
		all = append(all, a.Value)
	}
	return strings.Join(all, " | ")
}

func TestResolve(t *testing.T) {
	invoice := func(lines ...string) *Document { return paper(t, CommercialInvoice, lines...) }
	packing := func(lines ...string) *Document { return paper(t, PackingList, lines...) }
	for _, tt := range []struct {
		name   string
		papers []*Document
		path   string // of the first paper
		want   string
	}{
		{"day first by another date of the paper", []*Document{invoice("/issueDate 03/04/2026", "/contract/date 25/03/2026")}, "/issueDate", "2026-04-03"},
		{"month first by another date of the paper", []*Document{invoice("/issueDate 03/04/2026", "/contract/date 03/25/2026")}, "/issueDate", "2026-03-04"},
		{"the same seller", []*Document{invoice("/issueDate 03/04/2026", "/seller/name ACME"), packing("/issueDate 03/25/2026", "/seller/name Acme")}, "/issueDate", "2026-03-04"},
		{"another seller tells nothing", []*Document{invoice("/issueDate 03/04/2026", "/seller/name ACME"), packing("/issueDate 03/25/2026", "/seller/name Other")}, "/issueDate", "2026-04-03 | 2026-03-04"},
		{"another paper names the date", []*Document{invoice("/issueDate 03/04/2026"), packing("/invoice/date 2026-03-04")}, "/issueDate", "2026-03-04"},
		{"another paper has another date", []*Document{invoice("/issueDate 03/04/2026"), packing("/invoice/date 2026-03-05")}, "/issueDate", "2026-04-03 | 2026-03-04"},
		{"issue dates of two papers are two dates", []*Document{invoice("/issueDate 03/04/2026"), packing("/issueDate 2026-03-04")}, "/issueDate", "2026-04-03 | 2026-03-04"},
		{"decimal point", []*Document{invoice("/grossMass 1,205 kg", "/invoiceTotal 1,000.50")}, "/grossMass", "1205 KGM"},
		{"decimal comma", []*Document{invoice("/grossMass 1,205 kg", "/invoiceTotal 1.000,50")}, "/grossMass", "1.205 KGM"},
		{"thousands show the decimal mark", []*Document{invoice("/grossMass 1.205 kg", "/invoiceTotal 1.250.000")}, "/grossMass", "1205 KGM"},
		{"pieces come whole", []*Document{invoice("/items/0/quantity 1.900 PCS", "/items/0/netMass 317,300 kg")}, "/items/0/netMass", "317.300 KGM"},
		{"metres need not", []*Document{invoice("/items/0/quantity 1.900 m", "/items/0/netMass 317,300 kg")}, "/items/0/netMass", "317300 KGM | 317.300 KGM"},
		{"a paper of both styles", []*Document{invoice("/grossMass 1.205 kg", "/invoiceTotal 1.250,50", "/freight 12.50")}, "/grossMass", "1.205 KGM | 1205 KGM"},
		{"another paper states the mass", []*Document{invoice("/grossMass 1.205 kg"), packing("/grossMass 1205.00 KGM")}, "/grossMass", "1205 KGM"},
		{"a planted difference stays", []*Document{invoice("/grossMass 1.205 kg"), packing("/grossMass 1305 KGM")}, "/grossMass", "1.205 KGM | 1205 KGM"},
		{"no ambiguity, no change", []*Document{invoice("/grossMass 1205.5 kg"), packing("/grossMass 12055 KGM")}, "/grossMass", "1205.5 KGM"},
		{"the paper names its dollars", []*Document{invoice("/invoiceTotal $100", "/currency CAD")}, "/invoiceTotal", "100 CAD"},
		{"a seller from no land of dollars", []*Document{invoice("/invoiceTotal $100", "/seller/country CN")}, "/invoiceTotal", "100 USD"},
		{"a seller from Hong Kong", []*Document{invoice("/invoiceTotal $100", "/seller/country Hong Kong")}, "/invoiceTotal", "100 USD | 100 HKD | 100 CAD | 100 AUD | 100 SGD"},
		{"no land of dollars anywhere", []*Document{invoice("/invoiceTotal $100")}, "/invoiceTotal", "100 USD"},
		{"a land of dollars somewhere", []*Document{invoice("/invoiceTotal $100", "/buyer/address 12 King St, Sydney, Australia")}, "/invoiceTotal", "100 USD | 100 HKD | 100 CAD | 100 AUD | 100 SGD"},
		{"another paper names the dollars", []*Document{invoice("/invoiceTotal $100", "/seller/country Hong Kong"), packing("/invoiceTotal 100 USD")}, "/invoiceTotal", "100 USD"},
		{"rupees of the seller", []*Document{invoice("/invoiceTotal Rs 100", "/seller/country Nepal")}, "/invoiceTotal", "100 NPR"},
		{"rupees of nobody", []*Document{invoice("/invoiceTotal Rs 100")}, "/invoiceTotal", "100 INR | 100 PKR | 100 LKR | 100 NPR"},
		{"roubles of Belarus or Russia", []*Document{invoice("/invoiceTotal 100 руб.", "/seller/address г. Минск, Беларусь")}, "/invoiceTotal", "100 RUB | 100 BYN"},
		{"yuan", []*Document{invoice("/invoiceTotal ¥100", "/seller/country Japan")}, "/invoiceTotal", "100 JPY"},
		{"cartons or pallets", []*Document{invoice("/packages 60 ctns on 2 pallets"), packing("/packages 2 pallets")}, "/packages", "2 PX"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			// The order of the papers must not matter.
			d := &Dossier{Documents: slices.Clone(tt.papers)}
			slices.Reverse(d.Documents)
			d.Resolve()
			if got := reads(tt.papers[0], tt.path); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			d.Resolve()
			if got := reads(tt.papers[0], tt.path); got != tt.want {
				t.Errorf("resolved again: got %s, want %s", got, tt.want)
			}
		})
	}
}

// A value that only a misread character would give is never chosen, however
// well it fits.
func TestResolveKeepsToTheText(t *testing.T) {
	d := &Document{Type: CommercialInvoice}
	s := Statement{Path: "/grossMass", Text: "1288 KGM", Reader: FirstOCR, Confidence: 0.7, Alternatives: []Alternative[string]{{"1208 KGM", 0.2}}}
	if err := d.Set(s); err != nil {
		t.Fatal(err)
	}
	dossier := &Dossier{Documents: []*Document{d, paper(t, PackingList, "/grossMass 1208 KGM")}}
	dossier.Resolve()
	if got := reads(d, "/grossMass"); got != "1288 KGM | 1208 KGM" {
		t.Errorf("got %s", got)
	}
	if d.GrossMass.Confidence != 0.7 {
		t.Errorf("confidence is %v", d.GrossMass.Confidence)
	}
}

func TestResolveConfidence(t *testing.T) {
	d := paper(t, CommercialInvoice, "/issueDate 03/04/2026", "/contract/date 25/03/2026")
	(&Dossier{Documents: []*Document{d}}).Resolve()
	if c := d.IssueDate.Confidence; c < 0.95 || c > 1 {
		t.Errorf("a settled date has confidence %v", c)
	}
}

// A comma that an optical reader took for a point is seen by the other figures
// of the paper; the same text in a text layer is what it says.
func TestResolveMisreadMark(t *testing.T) {
	for _, tt := range []struct {
		reader Reader
		want   string
	}{{FirstOCR, "1150.000 KGM"}, {TextLayer, "1150000 KGM"}} {
		d := &Document{Type: PackingList}
		for path, text := range map[string]string{"/grossMass": "9,885.620 kg", "/items/0/netMass": "1.150.000 kg", "/items/1/netMass": "2,104.500 kg"} {
			if err := d.Set(Statement{Path: path, Text: text, Confidence: 0.9, Reader: tt.reader}); err != nil {
				t.Fatal(err)
			}
		}
		(&Dossier{Documents: []*Document{d}}).Resolve()
		if got := d.Items[0].NetMass.Value.String(); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.reader, got, tt.want)
		}
	}
}

func TestMisreadUnit(t *testing.T) {
	for _, tt := range []struct {
		text, unit string
		reader     Reader
		want       string
	}{
		{"12 WT.", "", FirstOCR, "12 PCE"},
		{"576 nap", "", FirstOCR, "576 PR"},
		{"720", "wr.", FirstOCR, "720 PCE"},
		{"12 WT", "", TextLayer, "12"}, // a text layer means what it says
	} {
		d := &Document{}
		if err := d.Set(Statement{Path: "/items/0/quantity", Text: tt.text, Unit: tt.unit, Reader: tt.reader, Confidence: 0.9}); err != nil {
			t.Fatal(err)
		}
		if got := d.Items[0].Quantity.Value.String(); got != tt.want {
			t.Errorf("%q %q: got %s, want %s", tt.text, tt.unit, got, tt.want)
		}
	}
}
