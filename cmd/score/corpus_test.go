package main

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tallyman/extract/page"
	"tallyman/trade"
)

// write puts files below a folder of the test.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, body := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func flat(all []fact) []string {
	var out []string
	for _, f := range all {
		s := f.Path
		if len(f.Or) > 0 {
			s += " or " + strings.Join(f.Or, " ")
		}
		out = append(out, s+" = "+strings.Join(f.Values, " | "))
	}
	return out
}

func TestLoadInvoice2data(t *testing.T) {
	dir := write(t, map[string]string{
		"tests/compare/one.pdf": "x", "tests/compare/one.png": "x",
		"tests/compare/one.json": `[{"issuer":"Sample","amount":10.50,"date":"2026-01-02","invoice_number":"N-1","currency":"EUR",
			"lines":[{"note":"heading"},{"name":"A","qty":2,"price_unit":5.25,"price_subtotal":10.50},{"desc":"B","price":"1.00"}]}]`,
		"tests/compare/texts.json": `[{"amount":1}]`, "tests/compare/texts.txt": "x",
	})
	sets, err := loadInvoice2data(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(sets) != 2 || len(sets[0].Papers) != 1 || len(sets[1].Papers) != 1 {
		t.Fatalf("one PDF and one PNG, got %+v", sets)
	}
	want := []string{
		"/number = N-1", "/issueDate = 2026-01-02", "/currency = EUR", "/invoiceTotal = 10.50",
		"/items/0/description = A", "/items/0/quantity = 2", "/items/0/amount = 10.50", "/items/0/unitPrice = 5.25",
		"/items/1/description = B", "/items/1/unitPrice or /items/1/amount = 1.00",
	}
	if diff := cmp.Diff(want, flat(sets[0].Papers[0].Facts)); diff != "" {
		t.Error(diff)
	}
}

func TestLoadAteco(t *testing.T) {
	dir := write(t, map[string]string{"labels.json": `{"shipments":[{"docs":[
		{"file":"i.jpeg","type":"commercial_invoice","no":"N1","qty":20,"unit_price":3.15,"total":63.0,"gross_kg":25,"incoterm":"FCA X"},
		{"file":"p.jpeg","type":"packing_list","no":"N1","packages":"2 PALLETS / 80 DRUMS","net_kg":20,"cbm":3.1}]}]}`})
	sets, err := loadAteco(dir)
	if err != nil {
		t.Fatal(err)
	}
	p := sets[0].Papers
	if len(p) != 2 || p[0].Type != trade.CommercialInvoice || p[1].Type != trade.PackingList {
		t.Fatalf("papers: %+v", p)
	}
	if diff := cmp.Diff([]string{
		"/number = N1", "/items/0/quantity or /totalQuantity = 20", "/items/0/unitPrice = 3.15",
		"/invoiceTotal or /items/0/amount = 63.0", "/grossMass = 25 KGM", "/deliveryTerms = FCA X | FCA X China",
	}, flat(p[0].Facts)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{
		"/number or /invoice/number = N1", "/netMass = 20 KGM", "/grossVolume = 3.1 MTQ", "/packages = 2 PX | 80 DR",
	}, flat(p[1].Facts)); diff != "" {
		t.Error(diff)
	}
}

func TestLoadSROIE(t *testing.T) {
	dir := write(t, map[string]string{
		"img/1.jpg": "x", "key/1.json": `{"company":"SAMPLE SDN BHD","date":"28-12-17","total":"RM9.90","address":"somewhere"}`,
		"key/2.json": `{"total":"1.00"}`, // no image
	})
	sets, err := loadSROIE(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(sets[0].Papers) != 1 {
		t.Fatalf("papers: %+v", sets[0].Papers)
	}
	if diff := cmp.Diff([]string{"/seller/name = SAMPLE SDN BHD", "/issueDate = 2017-12-28", "/invoiceTotal = 9.90"}, flat(sets[0].Papers[0].Facts)); diff != "" {
		t.Error(diff)
	}
}

const crossIndustry = `<?xml version="1.0"?><r:CrossIndustryDocument xmlns:r="r" xmlns:a="a">
<r:HeaderExchangedDocument><a:ID>7</a:ID><a:IssueDateTime><a:DateTimeString format="102">20260102</a:DateTimeString></a:IssueDateTime></r:HeaderExchangedDocument>
<r:T><a:SellerTradeParty><a:ID>9</a:ID><a:Name>Muster</a:Name></a:SellerTradeParty><a:BuyerTradeParty><a:Name>Beispiel</a:Name></a:BuyerTradeParty>
<a:ApplicableSupplyChainTradeSettlement><a:InvoiceCurrencyCode>EUR</a:InvoiceCurrencyCode>
<a:SpecifiedTradeSettlementMonetarySummation><a:LineTotalAmount>10.00</a:LineTotalAmount><a:TaxTotalAmount>1.90</a:TaxTotalAmount><a:GrandTotalAmount>11.90</a:GrandTotalAmount></a:SpecifiedTradeSettlementMonetarySummation></a:ApplicableSupplyChainTradeSettlement>
<a:IncludedSupplyChainTradeLineItem><a:Note>no amount</a:Note></a:IncludedSupplyChainTradeLineItem>
<a:IncludedSupplyChainTradeLineItem><a:Agreement><a:NetPriceProductTradePrice><a:ChargeAmount>5.00</a:ChargeAmount></a:NetPriceProductTradePrice></a:Agreement>
<a:BilledQuantity unitCode="C62">2</a:BilledQuantity><a:LineTotalAmount>10.00</a:LineTotalAmount><a:SpecifiedTradeProduct><a:Name>Thing</a:Name></a:SpecifiedTradeProduct></a:IncludedSupplyChainTradeLineItem>
</r:T></r:CrossIndustryDocument>`

func TestZUGFeRD(t *testing.T) {
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	fmt.Fprint(w, crossIndustry)
	w.Close()
	for name, body := range map[string]string{"deflated": z.String(), "plain": crossIndustry} {
		pdf := "%PDF-1.4\n1 0 obj <</Length 3>>stream\nq Q\nendstream endobj\n2 0 obj << /Type /EmbeddedFile >>\nstream\r\n" + body + "\nendstream endobj"
		x := attachedInvoice([]byte(pdf))
		if x == nil {
			t.Errorf("%s: no invoice found", name)
			continue
		}
		f, err := zugferdFacts(x)
		if err != nil {
			t.Fatal(err)
		}
		want := []string{
			"/number = 7", "/issueDate = 2026-01-02", "/seller/name = Muster", "/buyer/name = Beispiel", "/currency = EUR",
			"/subtotal = 10.00", "/tax = 1.90", "/invoiceTotal = 11.90",
			"/items/0/description = Thing | Thing", "/items/0/quantity = 2", "/items/0/unitPrice = 5.00", "/items/0/amount = 10.00",
		}
		if diff := cmp.Diff(want, flat(f)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if attachedInvoice([]byte("%PDF-1.4 stream\nabc\nendstream")) != nil {
		t.Error("an invoice in a PDF that has none")
	}
}

func TestGrid(t *testing.T) {
	p := grid("Some words\n\n| No | Goods | Amount |\n| --- | :-- | --: |\n| 1 | Long description of it | 5,00 |\n| 2 | Kurz | 1.205,00 |\nafter")
	var got []string
	box := map[string]trade.Box{}
	for _, w := range p.Words {
		got = append(got, w.Text)
		box[w.Text] = w.Box
	}
	if diff := cmp.Diff(strings.Fields("Some words No Goods Amount 1 Long description of it 5,00 2 Kurz 1.205,00 after"), got); diff != "" {
		t.Error(diff)
	}
	if box["5,00"].X1 != box["1.205,00"].X1 || box["Amount"].X1 != box["5,00"].X1 {
		t.Error("figures of a right column do not end together")
	}
	if box["Long"].X0 != box["Kurz"].X0 || box["Goods"].X0 != box["Kurz"].X0 {
		t.Error("words of a left column do not begin together")
	}
	if box["No"].Y0 >= box["1"].Y0 || box["1"].Y0 >= box["2"].Y0 || box["2"].Y0 >= box["after"].Y0 {
		t.Error("lines do not follow each other")
	}
	if p.Width < box["1.205,00"].X1 || p.Height < box["after"].Y1 {
		t.Error("words lie outside the page")
	}
}

func TestAzureWords(t *testing.T) {
	dir := write(t, map[string]string{"o.json": `{"analyzeResult":{"readResults":[{"page":1,"width":8.5,"height":11,"unit":"inch",
		"lines":[{"words":[{"text":"Total","boundingBox":[1,2,1.5,2,1.5,2.2,1,2.2],"confidence":0.9}]}]}]}}`})
	pages, err := azureWords(filepath.Join(dir, "o.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(pages) != 1 || pages[0].Width != 612 || len(pages[0].Words) != 1 {
		t.Fatalf("pages: %+v", pages)
	}
	if b := pages[0].Words[0].Box; b != (trade.Box{X0: 72, Y0: 144, X1: 108, Y1: b.Y1}) || b.Y1 < 158 || b.Y1 > 159 {
		t.Errorf("box: %v", b)
	}
}

func TestLoadCorpusSkips(t *testing.T) {
	sets, err := loadCorpus(filepath.Join(t.TempDir(), "none"), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sets {
		if s.Skipped == "" {
			t.Errorf("%s was not skipped", s.Name)
		}
	}
	if len(sets) != len(sources) {
		t.Errorf("%d sets, want one line for each of %d", len(sets), len(sources))
	}
}

func TestPrinted(t *testing.T) {
	pages := []page.Page{{Words: []page.Word{{Text: "Muster"}, {Text: "GmbH"}, {Text: "1.420,00"}, {Text: "08.10.2015"}, {Text: "R-7"}, {Text: "5"}, {Text: "March"}, {Text: "2026"}}}}
	var f facts
	f.add("/number", "R-7")
	f.add("/invoiceTotal", "119")
	f.add("/subtotal", "1420")
	f.add("/issueDate", "2014-10-08")
	f.add("/contract/date", "2015-10-08")
	f.add("/invoice/date", "2026-03-05")
	f.add("/seller/name", "Muster GmbH")
	f.add("/buyer/name", "Beispiel AG")
	all, absent := printed(f.list, pages)
	kept := slices.DeleteFunc(all, func(f fact) bool { return f.Void })
	if diff := cmp.Diff([]string{"/number = R-7", "/subtotal = 1420", "/contract/date = 2015-10-08", "/invoice/date = 2026-03-05", "/seller/name = Muster GmbH"}, flat(kept)); diff != "" || absent != 3 {
		t.Errorf("%d absent; %s", absent, diff)
	}
	pages[0].Scanned = true // what optical reading does not see may still be there
	if kept, absent := printed(f.list, pages); len(kept) != len(f.list) || absent != 0 {
		t.Error("labels of a scanned page were left out")
	}
}

func TestLinesOf(t *testing.T) {
	if diff := cmp.Diff([]string{"GLN 1\nMuster GmbH\nX", "GLN 1", "Muster GmbH"}, linesOf("GLN 1\nMuster GmbH\nX")); diff != "" {
		t.Error(diff)
	}
}
