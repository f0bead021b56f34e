package layout

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tallyman/extract/page"
	"tallyman/trade"
)

// A sketch is a page in the making: words of 10-point type, 5 points a letter.
type sketch struct{ page.Page }

func newSketch() *sketch { return &sketch{page.Page{Number: 1, Width: 595, Height: 842}} }

// put writes text from x on, with its top at y.
func (s *sketch) put(x, y float64, text string) *sketch {
	for _, w := range strings.Fields(text) {
		wide := 5 * float64(utf8.RuneCountInString(w))
		s.Words = append(s.Words, page.Word{Text: w, Box: trade.Box{X0: x, Y0: y, X1: x + wide, Y1: y + 10}, Confidence: 1, Reader: trade.TextLayer})
		x += wide + 3
	}
	return s
}

// box rules the four sides of a box.
func (s *sketch) box(x0, y0, x1, y1 float64) *sketch {
	s.Rules = append(s.Rules, page.Rule{X0: x0, Y0: y0, X1: x1, Y1: y0}, page.Rule{X0: x0, Y0: y1, X1: x1, Y1: y1},
		page.Rule{X0: x0, Y0: y0, X1: x0, Y1: y1}, page.Rule{X0: x1, Y0: y0, X1: x1, Y1: y1})
	return s
}

// scanned says that the words were read from pixels.
func (s *sketch) scanned() *sketch {
	s.Scanned = true
	for i := range s.Words {
		s.Words[i].Reader, s.Words[i].Confidence = trade.FirstOCR, 0.95
	}
	return s
}

// fieldsOf reads a sketch as a paper of that type: one "path text" a field.
func fieldsOf(typ trade.DocumentType, sketches ...*sketch) []string {
	d := &trade.Document{Type: typ}
	var pages []page.Page
	for i, s := range sketches {
		s.Number = i + 1
		pages = append(pages, s.Page)
	}
	Read(d, pages)
	var all []string
	for _, f := range d.Fields() {
		all = append(all, f.Path+" "+f.Text)
	}
	return all
}

// TestValueBesideLabel tries the ways in which labels and values stand together.
func TestValueBesideLabel(t *testing.T) {
	tests := []struct {
		name string
		typ  trade.DocumentType
		page *sketch
		want []string
	}{
		{"behind a colon", trade.CommercialInvoice, newSketch().put(50, 100, "Invoice No.: KT-286/2025"), []string{"/number KT-286/2025"}},
		{"glued", trade.CommercialInvoice, newSketch().put(50, 100, "Invoice No:KT-286/2025"), []string{"/number KT-286/2025"}},
		{"in the next cell", trade.CommercialInvoice, newSketch().put(50, 100, "Invoice Number").put(200, 100, "KT-286/2025"), []string{"/number KT-286/2025"}},
		{"below", trade.CommercialInvoice, newSketch().put(50, 100, "Invoice Number").put(50, 112, "KT-286/2025"), []string{"/number KT-286/2025"}},
		{"a row of headings", trade.CommercialInvoice,
			newSketch().put(50, 100, "Invoice No").put(180, 100, "Date").put(300, 100, "Customer No").put(50, 114, "17/A").put(180, 114, "2026-05-12").put(300, 114, "9934"),
			[]string{"/number 17/A", "/issueDate 2026-05-12"}},
		{"with its date", trade.PackingList, newSketch().put(50, 100, "Invoice No. 17 dated 2026-05-12"), []string{"/invoice/number 17", "/invoice/date 2026-05-12"}},
		{"a title", trade.CommercialInvoice, newSketch().put(50, 40, "СЧЕТ-ФАКТУРА № 117 от 12.05.2026"), []string{"/number 117", "/issueDate 12.05.2026"}},
		{"two languages", trade.CommercialInvoice, newSketch().put(50, 100, "Номер инвойса / Invoice No: 117"), []string{"/number 117"}},
		{"over two lines", trade.CommercialInvoice, newSketch().put(50, 100, "COMMERCIAL").put(150, 100, "1424").put(50, 111, "INVOICE").put(50, 122, "DATE").put(150, 122, "2026-05-12"),
			[]string{"/number 1424", "/issueDate 2026-05-12"}},
		{"not the due date", trade.CommercialInvoice, newSketch().put(50, 100, "Due date: 2026-06-12").put(50, 114, "Date: 2026-05-12"), []string{"/issueDate 2026-05-12"}},
		{"not a longer label", trade.CommercialInvoice, newSketch().put(50, 100, "Retest date: 2026-06-12"), nil},
		{"not another label", trade.CommercialInvoice, newSketch().put(50, 100, "Invoice No").put(180, 100, "Order No"), nil},
		{"nothing", trade.AirWaybill, newSketch().put(50, 100, "HAWB No: -").put(50, 112, "Carrier"), nil},
		{"net days are no mass", trade.CommercialInvoice, newSketch().put(50, 100, "Net 30 days"), nil},
		{"unit in the label", trade.PackingList, newSketch().put(50, 100, "Gross weight (KGS):").put(200, 100, "1 205,50"), []string{"/grossMass 1 205,50"}},
		{"unit behind", trade.PackingList, newSketch().put(50, 100, "Вес брутто: 1 205,5 кг"), []string{"/grossMass 1 205,5 кг"}},
		{"one cell, four labels", trade.PackingList, newSketch().put(20, 100, "G.W.: 2169KGS N.W.: 2000KGS MEAS: 3.100CBM"),
			[]string{"/grossMass 2169KGS", "/netMass 2000KGS", "/grossVolume 3.100CBM"}},
		{"terms", trade.CommercialInvoice, newSketch().put(50, 100, "Terms of delivery: FCA Almaty"), []string{"/deliveryTerms FCA Almaty"}},
		{"country", trade.CommercialInvoice, newSketch().put(50, 100, "Country of origin: CN"), []string{"/countryOfOrigin CN"}},
		{"page", trade.CommercialInvoice, newSketch().put(50, 800, "Page 2 of 3"), []string{"/pageNumbers/0 Page 2 of 3"}},
		{"a journey", trade.CommercialInvoice, newSketch().put(50, 100, "FROM: CHENGDU").put(250, 100, "TO: CAIRO"), []string{"/placeOfLoading CHENGDU", "/placeOfUnloading CAIRO"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, fieldsOf(tt.typ, tt.page)); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSums(t *testing.T) {
	tests := []struct {
		name string
		page *sketch
		want []string
	}{
		{"subtotal, tax and total",
			newSketch().put(300, 500, "Subtotal").put(450, 500, "100.00").put(300, 514, "VAT 20 %").put(450, 514, "20.00").put(300, 528, "Total").put(450, 528, "USD 120.00"),
			[]string{"/currency USD", "/subtotal 100.00", "/tax 20.00", "/invoiceTotal USD 120.00"}},
		{"what is due may include an older balance",
			newSketch().put(300, 500, "Subtotal").put(450, 500, "100.00").put(300, 514, "Tax").put(450, 514, "20.00").put(300, 528, "Total").put(450, 528, "120.00").
				put(300, 542, "Amount due").put(450, 542, "620.00"),
			[]string{"/subtotal 100.00", "/tax 20.00", "/invoiceTotal 120.00"}},
		{"what is due is less a deposit",
			newSketch().put(300, 500, "Total").put(450, 500, "USD 10,000.00").put(300, 514, "Advance payment 30%").put(450, 514, "-3,000.00").
				put(300, 528, "Balance due").put(450, 528, "7,000.00"),
			[]string{"/currency USD", "/invoiceTotal USD 10,000.00"}},
		{"an older debt beside the total",
			newSketch().put(300, 500, "Total").put(450, 500, "USD 110.00").put(300, 514, "Previous unpaid balance").put(450, 514, "500.00").
				put(300, 528, "Amount due").put(450, 528, "610.00"),
			[]string{"/currency USD", "/invoiceTotal USD 110.00"}},
		{"a deposit that does not close the sums",
			newSketch().put(300, 500, "Total").put(450, 500, "USD 10,000.00").put(300, 514, "Deposit").put(450, 514, "3,000.00").
				put(300, 528, "Amount due").put(450, 528, "9,000.00"),
			[]string{"/currency USD", "/invoiceTotal 9,000.00"}},
		{"nothing left to pay", newSketch().put(300, 500, "Total").put(450, 500, "120.00").put(300, 514, "Amount due").put(450, 514, "0.00"), []string{"/invoiceTotal 120.00"}},
		{"pieces are no money", newSketch().put(300, 500, "Total 2000 KGS"), nil},
		{"the last figure of the line", newSketch().put(50, 500, "Total:").put(200, 500, "2000").put(300, 500, "115.5").put(450, 500, "6300.00"), []string{"/invoiceTotal 6300.00"}},
		{"Russian", newSketch().put(300, 500, "Всего к оплате:").put(450, 500, "6 300,00 USD"), []string{"/currency USD", "/invoiceTotal 6 300,00 USD"}},
		{"Chinese", newSketch().put(300, 500, "合计").put(450, 500, "6300.00"), []string{"/invoiceTotal 6300.00"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, fieldsOf(trade.CommercialInvoice, tt.page)); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParties(t *testing.T) {
	tests := []struct {
		name string
		typ  trade.DocumentType
		page *sketch
		want []string
	}{
		{"two columns", trade.CommercialInvoice,
			newSketch().put(50, 100, "Seller").put(300, 100, "Buyer").
				put(50, 112, "Brightwater Textile Co., Ltd").put(300, 112, "TOO Aqbota").
				put(50, 124, "12 Canal Road, Ningbo").put(300, 124, "Abay avenue 5, Almaty").
				put(50, 136, "Tel: +86 574 1234567").put(300, 136, "BIN 990140001234"),
			[]string{"/seller/name Brightwater Textile Co., Ltd", "/seller/address 12 Canal Road, Ningbo", "/seller/phone +86 574 1234567",
				"/buyer/name TOO Aqbota", "/buyer/address Abay avenue 5, Almaty", "/buyer/id 990140001234"}},
		{"behind the heading", trade.CommercialInvoice,
			newSketch().put(50, 100, "Покупатель: ТОО «Акбота», г. Алматы, пр. Абая 5").put(50, 112, "БИН: 990140001234, e-mail: info@aqbota.example"),
			[]string{"/buyer/name ТОО «Акбота»", "/buyer/address г. Алматы, пр. Абая 5", "/buyer/id 990140001234", "/buyer/email info@aqbota.example"}},
		{"in ruled boxes", trade.RoadConsignmentNote,
			newSketch().box(40, 90, 290, 170).box(290, 90, 550, 170).put(44, 94, "1 Sender (name, address, country)").put(294, 94, "16 Carrier (name, address, country)").
				put(44, 110, "Brightwater Textile").put(44, 122, "12 Canal Road").put(294, 110, "Steppe Haulage LLP").put(294, 150, "99 Silk Road Street"),
			[]string{"/consignor/name Brightwater Textile", "/consignor/address 12 Canal Road", "/carrier/name Steppe Haulage LLP", "/carrier/address 99 Silk Road Street"}},
		{"two roles of one party", trade.CommercialInvoice, newSketch().put(50, 100, "Buyer / Consignee:").put(50, 112, "TOO Aqbota"),
			[]string{"/buyer/name TOO Aqbota", "/consignee/name TOO Aqbota"}},
		{"prose", trade.Contract, newSketch().put(50, 100, "The Seller shall deliver the goods within 30 days"), nil},
		{"letterhead", trade.CommercialInvoice, newSketch().put(150, 30, "BRIGHTWATER TEXTILE CO., LTD").put(150, 42, "12 Canal Road, Ningbo").put(50, 100, "Invoice No: 17"),
			[]string{"/number 17", "/seller/name BRIGHTWATER TEXTILE CO., LTD", "/seller/address 12 Canal Road, Ningbo"}},
		{"preamble of a contract", trade.Contract,
			newSketch().put(50, 100, "ООО «Рассвет», именуемое в дальнейшем «Продавец», с одной стороны,").put(50, 112, "и ТОО «Акбота», именуемое в дальнейшем «Покупатель»"),
			[]string{"/seller/name ООО «Рассвет»", "/buyer/name ТОО «Акбота»"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, fieldsOf(tt.typ, tt.page)); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
		})
	}
}

func TestScannedLabels(t *testing.T) {
	p := newSketch().put(50, 100, "Gross weiqht: 1205 KGS").put(50, 114, "Грузополучатепь:").put(50, 126, "ТОО Акбота").put(50, 160, "Lnvoice date: 2026-05-12").scanned()
	want := []string{"/consignee/name ТОО Акбота", "/invoice/date 2026-05-12", "/grossMass 1205 KGS"}
	if diff := cmp.Diff(want, fieldsOf(trade.PackingList, p)); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

func TestEquipment(t *testing.T) {
	p := newSketch().put(50, 100, "Container No / Seal No").put(50, 112, "CSQU3054383 / SL998877").put(50, 140, "Truck plate: 123ABC02 / 77XYZ02")
	want := []string{"/equipment/0/id CSQU3054383", "/equipment/0/seals/0 SL998877", "/vehicle/0/plate 123ABC02", "/vehicle/1/plate 77XYZ02"}
	if diff := cmp.Diff(want, fieldsOf(trade.BillOfLading, p)); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

func TestGoods(t *testing.T) {
	p := newSketch().
		put(40, 300, "Marks and Nos").put(140, 300, "Number of packages").put(260, 300, "Nature of the goods").put(420, 300, "Gross weight, kg").put(520, 300, "Volume m3").
		put(40, 320, "N/M").put(140, 320, "40 cartons").put(260, 320, "Wigs of human hair").put(420, 320, "820.5").put(520, 320, "3.1").
		put(260, 332, "HS code 670420").
		put(140, 350, "2 pallets").put(260, 350, "Combs").put(420, 350, "100").
		put(140, 380, "42 packages").put(260, 380, "Total").put(420, 380, "920.5")
	want := []string{"/grossMass 920.5", "/packages 42 packages", "/marks N/M",
		"/items/0/description Wigs of human hair", "/items/0/tariffCode 670420", "/items/0/grossMass 820.5", "/items/0/grossVolume 3.1", "/items/0/packages 40 cartons",
		"/items/1/description Combs", "/items/1/grossMass 100", "/items/1/packages 2 pallets"}
	if diff := cmp.Diff(want, fieldsOf(trade.RoadConsignmentNote, p)); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

func TestDeclaration(t *testing.T) {
	p := newSketch().put(400, 30, "10702070/120526/0012345").
		box(40, 100, 290, 140).put(44, 103, "22 Currency and total amount invoiced").put(44, 120, "USD 6300.00").
		box(290, 100, 420, 140).put(294, 103, "6 Total packages").put(294, 120, "42")
	for i := range 2 {
		y := 200 + 200*float64(i)
		p.box(40, y, 330, y+80).put(44, y+3, "31 Packages and description of goods").put(44, y+20, fmt.Sprintf("1) Wigs of hair, kind %d", i)).put(44, y+40, "2) 21 CT").
			box(330, y, 550, y+26).put(334, y+3, "33 Commodity code").put(334, y+14, fmt.Sprintf("670420000%d", i)).
			box(330, y+26, 440, y+52).put(334, y+29, "35 Gross mass (kg)").put(334, y+40, "820.5").
			box(440, y+26, 550, y+52).put(444, y+29, "38 Net mass (kg)").put(444, y+40, "800").
			box(330, y+52, 550, y+80).put(334, y+55, "42 Item price").put(334, y+68, "3150.00")
	}
	p.put(40, 700, "44 04021 17 от 12.05.2026").put(40, 714, "02015 № 55 от 13.05.2026")
	want := []string{"/number 10702070/120526/0012345", "/currency USD", "/invoice/number 17", "/invoice/date 12.05.2026",
		"/transportDocument/number 55", "/transportDocument/date 13.05.2026", "/packages 42", "/invoiceTotal USD 6300.00",
		"/items/0/description Wigs of hair, kind 0", "/items/0/tariffCode 6704200000", "/items/0/amount 3150.00", "/items/0/netMass 800", "/items/0/grossMass 820.5", "/items/0/packages 21 CT",
		"/items/1/description Wigs of hair, kind 1", "/items/1/tariffCode 6704200001", "/items/1/amount 3150.00", "/items/1/netMass 800", "/items/1/grossMass 820.5", "/items/1/packages 21 CT"}
	if diff := cmp.Diff(want, fieldsOf(trade.ImportDeclaration, p)); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

// A table of two rates states no rate of the whole paper; one rate does.
func TestRatesOfAPaper(t *testing.T) {
	table := func(second string) *sketch {
		return newSketch().put(47, 428, "USt. Satz").put(117, 428, "Nettopreis").put(177, 428, "USt.-Betrag").
			put(47, 446, "7%").put(117, 446, "160,00 €").put(177, 446, "11,20 €").
			put(47, 464, second).put(117, 464, "198,00 €").put(177, 464, "37,62 €")
	}
	rate := func(s *sketch) string {
		for _, f := range fieldsOf(trade.CommercialInvoice, s) {
			if strings.HasPrefix(f, "/taxRate") {
				return f
			}
		}
		return ""
	}
	if got := rate(table("19%")); got != "" {
		t.Errorf("two rates, and the paper states %s", got)
	}
	if got := rate(table("7%")); !strings.Contains(got, "7") {
		t.Errorf("one rate twice, and the paper states %q", got)
	}
}

func TestListedGoods(t *testing.T) {
	p := newSketch().
		put(40, 200, "Nature and Quantity of Goods:").put(240, 200, "Dresses of cotton").put(240, 212, "HS code 610442").
		put(240, 226, "Wigs").put(240, 238, "HS code 670411").
		put(40, 260, "Flight:").put(240, 260, "XB 239 / 25-Sep-2026")
	want := []string{"/means/name XB 239",
		"/items/0/description Dresses of cotton", "/items/0/tariffCode 610442", "/items/1/description Wigs", "/items/1/tariffCode 670411"}
	if diff := cmp.Diff(want, fieldsOf(trade.AirWaybill, p)); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

// Papers as other firms lay them out.
func TestAsOthersPrint(t *testing.T) {
	for _, tt := range []struct {
		name string
		typ  trade.DocumentType
		page *sketch
		want []string
	}{
		{"labels behind a measure", trade.CommercialInvoice,
			newSketch().put(40, 100, "Net weight 1.104,0 kg Gross weight 1.318,5 kg"),
			[]string{"/netMass 1.104,0 kg", "/grossMass 1.318,5 kg"}},
		{"a packing list in blocks", trade.PackingList,
			newSketch().put(40, 100, "Net: 612.35 kg").put(240, 100, "Gross: 684.92 kg").put(40, 120, "Net: 544.31 kg").put(240, 120, "Gross: 598.74 kg").
				put(40, 140, "Net: 1,156.66 kg").put(240, 140, "Gross: 1,283.66 kg"),
			[]string{"/netMass 1,156.66 kg", "/grossMass 1,283.66 kg"}},
		{"the date beside the number", trade.CommercialInvoice,
			newSketch().put(40, 100, "INVOICE No. 219").put(140, 100, "14.05.2026").put(40, 130, "Contract No. 14-E/2026 of 11.05.2026"),
			[]string{"/number 219", "/issueDate 14.05.2026", "/contract/number 14-E/2026", "/contract/date 11.05.2026"}},
		{"masses in a sentence", trade.CommercialInvoice,
			newSketch().put(40, 100, "2 cartons, 38.6 kg gross, 31.2 kg net"),
			[]string{"/packages 2 cartons", "/grossMass 38.6 kg", "/netMass 31.2 kg"}},
		{"packages in words", trade.CommercialInvoice,
			newSketch().put(40, 100, "TOTAL PACKED IN 412 ROLLS"), []string{"/packages 412 ROLLS"}},
		{"a numbered label needs no colon", trade.CommercialInvoice,
			newSketch().put(40, 100, "Buyer: TOO Aqbota, Abay avenue 5, Almaty").put(40, 111, "Contract No. 15/EK of 10.01.2025"),
			[]string{"/buyer/name TOO Aqbota", "/buyer/address Abay avenue 5, Almaty", "/contract/number 15/EK", "/contract/date 10.01.2025"}},
		{"registers are no address", trade.CommercialInvoice,
			newSketch().put(40, 100, "Покупатель: ООО «Зерно», ИНН 7453012342, КПП 745301001, г. Челябинск, ул. Труда, 78"),
			[]string{"/buyer/name ООО «Зерно»", "/buyer/address г. Челябинск, ул. Труда, 78", "/buyer/id 7453012342"}},
		{"columns at other heights", trade.CommercialInvoice,
			newSketch().put(200, 100, "BILL TO").put(380, 104, "INVOICE DATE 3 February 2025").put(200, 109, "JSC Caspian Hydro").put(380, 113, "PO # CH-7").put(200, 118, "9 Satpayev St, Atyrau"),
			[]string{"/issueDate 3 February 2025", "/buyer/name JSC Caspian Hydro", "/buyer/address 9 Satpayev St, Atyrau"}},
		{"the price of a contract in a sentence", trade.Contract,
			newSketch().put(40, 100, "1.1. The total value of this contract No. 15/EK of 10.01.2025 is 48").put(40, 111, "000 000.00 (forty eight million) roubles, and may change by 10 %."),
			[]string{"/number 15/EK", "/issueDate 10.01.2025", "/invoiceTotal 48 000 000.00"}},
		{"terms end with their sentence", trade.Contract,
			newSketch().put(40, 100, "2. Terms of delivery: DAP Astana (Incoterms 2020). 2.2. Partial shipments are allowed."),
			[]string{"/deliveryTerms DAP Astana (Incoterms 2020)."}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := fieldsOf(tt.typ, tt.page)
			slices.Sort(got)
			slices.Sort(tt.want)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBrokenLabels(t *testing.T) {
	for _, tt := range []struct {
		name string
		typ  trade.DocumentType
		page *sketch
		want []string
	}{
		{"beside two lines of a value", trade.AirWaybill,
			newSketch().put(40, 100, "Shipper's Name and").put(240, 100, "Brightwater Textile Ltd").put(40, 112, "Address:").put(240, 112, "12 Canal Road, Ningbo"),
			[]string{"/consignor/name Brightwater Textile Ltd", "/consignor/address 12 Canal Road, Ningbo"}},
		{"second language over two lines", trade.AirWaybill,
			newSketch().put(40, 100, "托运人姓名及地址 Shipper's Name and").put(300, 100, "Brightwater Textile Ltd").put(40, 112, "Address:").put(300, 112, "12 Canal Road, Ningbo"),
			[]string{"/consignor/name Brightwater Textile Ltd", "/consignor/address 12 Canal Road, Ningbo"}},
		{"date on the next line", trade.CommercialInvoice,
			newSketch().put(40, 100, "INVOICE No. INV-17 dated").put(40, 112, "23 October 2025").put(40, 140, "Contract No.: 14-10/725 date 22 May 2025"),
			[]string{"/number INV-17", "/issueDate 23 October 2025", "/contract/number 14-10/725", "/contract/date 22 May 2025"}},
		{"the date of another paper", trade.CommercialInvoice,
			newSketch().put(40, 100, "商业发票 INVOICE 编号 No. INV-17 日期 dated").put(40, 112, "23 October 2025").put(40, 140, "合同号 Contract No.: 14-10/725 日期 dated 22 May 2025"),
			[]string{"/number INV-17", "/issueDate 23 October 2025", "/contract/number 14-10/725", "/contract/date 22 May 2025"}},
		{"a date below its word", trade.PackingList,
			newSketch().put(40, 100, "Contract No:").put(240, 100, "KZ-2157 dated").put(240, 112, "2 May 2025"),
			[]string{"/contract/number KZ-2157", "/contract/date 2 May 2025"}},
		{"a number that looks like a date", trade.Contract,
			newSketch().put(40, 100, "CONTRACT Number 06/2025-IMP").put(40, 114, "Bishkek, 11.07.2025"),
			[]string{"/number 06/2025-IMP", "/issueDate 11.07.2025"}},
		{"number and date in one box", trade.CertificateOfOrigin,
			newSketch().box(40, 90, 290, 130).put(44, 94, "10 Number and date of invoice").put(44, 112, "86827 21 July 2026"),
			[]string{"/invoice/number 86827", "/invoice/date 21 July 2026"}},
		{"two names in one script, the second broken", trade.PackingList,
			newSketch().put(40, 100, "Барлық орын / Общее").put(240, 100, "97 мест").put(40, 112, "количество мест:").put(40, 124, "Жалпы брутто салмағы /").put(240, 124, "7495,58 кг").put(40, 136, "Всего брутто:"),
			[]string{"/packages 97 мест", "/grossMass 7495,58 кг"}},
		{"two names of a party, a stroke between", trade.PackingList,
			newSketch().put(40, 100, "Жүк жөнелтуші /").put(240, 100, "ТОО «Бриг»").put(40, 112, "Грузоотправитель:").put(240, 112, "ул. Абая 7, 050000 Алматы").put(240, 124, "Казахстан"),
			[]string{"/consignor/name ТОО «Бриг»", "/consignor/address ул. Абая 7, 050000 Алматы Казахстан", "/consignor/country Казахстан"}},
		{"several headings of one box", trade.BillOfLading,
			newSketch().box(40, 90, 290, 130).put(44, 94, "唛头 集装箱号 封号 Marks & Nos. / Container No. / Seal No.").put(44, 112, "BRIG / HAMBURG / No. 1-40"),
			[]string{"/marks BRIG / HAMBURG / No. 1-40"}},
		{"marks for the handling of air cargo", trade.AirWaybill,
			newSketch().box(40, 90, 290, 130).put(44, 94, "Handling Information").put(44, 112, "DOCS ATTACHED. BRIG / ASTANA / No. 1-40"),
			[]string{"/marks BRIG / ASTANA / No. 1-40"}},
		{"no marks in other words for the handling", trade.AirWaybill,
			newSketch().box(40, 90, 290, 130).put(44, 94, "Handling Information").put(44, 112, "UN3481 LITHIUM BATTERIES"),
			nil},
		{"the number of an invoice behind other words", trade.AirWaybill,
			newSketch().box(40, 90, 290, 130).put(44, 94, "Accounting Information").put(44, 112, "FREIGHT COLLECT Invoice Number 08067"),
			[]string{"/invoice/number 08067"}},
		{"the line beside the title", trade.BillOfLading,
			newSketch().put(40, 100, "BILL OF LADING").put(400, 102, "Brightwater Container Line"),
			[]string{"/carrier/name Brightwater Container Line"}},
		{"what stands under the title is no line", trade.BillOfLading,
			newSketch().put(40, 100, "BILL OF LADING").put(45, 114, "Not Negotiable"),
			nil},
		{"a vessel in the box of means", trade.ExportDeclaration,
			newSketch().box(40, 90, 340, 130).put(44, 94, "21 Identity and nationality of active means of transport crossing the border").put(44, 112, "MV BRIGHTWATER V.092W"),
			[]string{"/means/name MV BRIGHTWATER V.092W"}},
		{"a journey in a line of its own", trade.PackingList,
			newSketch().put(40, 100, "From Ningbo Port, China To Almaty, Kazakhstan BY RAIL"),
			[]string{"/placeOfLoading Ningbo Port, China", "/placeOfDelivery Almaty, Kazakhstan"}},
		{"a sentence that begins like a journey", trade.PackingList,
			newSketch().put(40, 100, "From time to time we check the goods"),
			nil},
		{"a route", trade.CertificateOfOrigin,
			newSketch().box(40, 90, 290, 130).put(44, 94, "3 Means of transport and route").put(44, 112, "From Milan to Astana by truck"),
			[]string{"/placeOfLoading Milan", "/placeOfDelivery Astana"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := fieldsOf(tt.typ, tt.page)
			slices.Sort(got)
			want := slices.Sorted(slices.Values(tt.want))
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEndsOfJourney(t *testing.T) {
	for text, want := range map[string][2]string{
		"Milan - Astana":                        {"Milan", "Astana"},
		"Milan - Warsaw - Astana":               {"Milan", "Astana"},
		"From Ningbo, China to Almaty by train": {"Ningbo, China", "Almaty"},
		"By truck: Новосибирск – Шымкент":       {"Новосибирск", "Шымкент"},
		"by truck": {},
	} {
		var ws []page.Word
		for _, w := range strings.Fields(text) {
			ws = append(ws, page.Word{Text: w})
		}
		a, b := endsOf(ws)
		if got := [2]string{textOf(a), textOf(b)}; got != want {
			t.Errorf("endsOf(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestSeveralContainersAndWagons(t *testing.T) {
	p := newSketch().put(40, 100, "Container No.").put(240, 100, "CSQU3054383").put(240, 112, "Seal No. SL998877").
		put(40, 124, "Container No.").put(240, 124, "MSCU6639870").put(240, 136, "Seal No. CN089713")
	want := []string{"/equipment/0/id CSQU3054383", "/equipment/0/seals/0 SL998877", "/equipment/1/id MSCU6639870", "/equipment/1/seals/0 CN089713"}
	if diff := cmp.Diff(want, fieldsOf(trade.PackingList, p)); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

// A scan loses the numbers of the boxes, printed white on dark, and ruled lines
// beside them: each value stays with its heading.
func TestScannedDeclarationWithoutNumbers(t *testing.T) {
	lying := func(s *sketch, x0, x1 float64, ys ...float64) {
		for _, y := range ys {
			s.Rules = append(s.Rules, page.Rule{X0: x0, Y0: y, X1: x1, Y1: y})
		}
	}
	p := newSketch().put(30, 30, "CUSTOMS DECLARATION").
		put(42, 80, "Consignor / Exporter").put(30, 95, "Example Export Ltd").put(30, 107, "Sample St. 1, 34197 Istanbul").
		put(42, 135, "Consignee").put(30, 150, "Specimen Import LLP").put(30, 162, "Model St. 2, 050000 Almaty").
		put(42, 200, "Packages and description of goods: marks and").put(30, 213, "31 number and kind").put(30, 230, "Oil filters").
		put(310, 200, "Commodity code").put(298, 213, "8421230000").
		put(160, 260, "Procedure").put(310, 260, "Net mass (kg)").put(148, 273, "10 00").put(298, 273, "455.3")
	lying(p, 28, 568, 75, 130, 190, 255, 290)
	p.Rules = append(p.Rules, page.Rule{X0: 290, Y0: 190, X1: 290, Y1: 255}, page.Rule{X0: 28, Y0: 190, X1: 28, Y1: 290}, page.Rule{X0: 568, Y0: 75, X1: 568, Y1: 290})
	got := fieldsOf(trade.ExportDeclaration, p.scanned())
	for _, want := range []string{"/consignor/name Example Export Ltd", "/consignee/name Specimen Import LLP", "/items/0/description Oil filters",
		"/items/0/tariffCode 8421230000", "/items/0/netMass 455.3"} {
		if !slices.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
}
