package inspect

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"tallyman/extract"
	"tallyman/trade"
)

// A book is a workbook of one sheet in the making.
type book struct {
	t *testing.T
	f *excelize.File
}

const sheetName = "Sheet1"

func newBook(t *testing.T) book { return book{t, excelize.NewFile()} }

func (b book) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// style makes a style; format is a number format, or empty.
func (b book) style(format string, bold, ruled, wrap bool, size float64, align string) int {
	s := &excelize.Style{Font: &excelize.Font{Bold: bold, Size: size, Family: "Arial"}, Alignment: &excelize.Alignment{WrapText: wrap, Horizontal: align}}
	if format != "" {
		s.CustomNumFmt = &format
	}
	if ruled {
		for _, side := range []string{"left", "top", "right", "bottom"} {
			s.Border = append(s.Border, excelize.Border{Type: side, Color: "000000", Style: 1})
		}
	}
	id, err := b.f.NewStyle(s)
	b.must(err)
	return id
}

func (b book) set(cell string, v any, style int) {
	b.t.Helper()
	b.must(b.f.SetCellValue(sheetName, cell, v))
	if style > 0 {
		b.must(b.f.SetCellStyle(sheetName, cell, cell, style))
	}
}

func (b book) merge(from, to string, v any, style int) {
	b.t.Helper()
	b.must(b.f.MergeCell(sheetName, from, to))
	b.set(from, v, 0)
	b.must(b.f.SetCellStyle(sheetName, from, to, style))
}

func (b book) bytes() []byte {
	b.t.Helper()
	var out bytes.Buffer
	b.must(b.f.Write(&out))
	return out.Bytes()
}

// words are the labels of an invoice and a packing list in one language.
type words struct {
	invoice, list, number, date, seller, buyer, terms, total, grossTotal, netTotal string
	columns, listColumns                                                           []string
	sellerName, buyerName, sellerAddress, buyerAddress, unit                       string
	goods                                                                          [3]string
	dateFormat, moneyFormat                                                        string
}

var languages = map[string]words{
	"English": {
		invoice: "COMMERCIAL INVOICE", list: "PACKING LIST", number: "Invoice No.:", date: "Date:", seller: "Seller:", buyer: "Buyer:",
		terms: "Terms of delivery:", total: "TOTAL", grossTotal: "Total gross weight, kg:", netTotal: "Total net weight, kg:",
		columns:     []string{"No.", "Description of goods", "HS code", "Quantity", "Unit", "Unit price, USD", "Amount, USD"},
		listColumns: []string{"No.", "Description of goods", "Quantity", "Unit", "Packages, ctn", "Net weight, kg", "Gross weight, kg"},
		sellerName:  "Quillfeather Instruments Ltd", sellerAddress: "14 Lantern Wharf, Bristol BS1 4XX, United Kingdom",
		buyerName: "Marrowgate Laboratories Inc", buyerAddress: "900 Cinder Avenue, Dayton OH 45402, USA", unit: "PCS",
		goods:      [3]string{"Brass barometer, model QF-20", "Spare dial glass", "Leather carrying case"},
		dateFormat: "dd/mm/yyyy", moneyFormat: "#,##0.00",
	},
	"Russian": {
		invoice: "ИНВОЙС", list: "УПАКОВОЧНЫЙ ЛИСТ", number: "Инвойс №:", date: "Дата:", seller: "Продавец:", buyer: "Покупатель:",
		terms: "Условия поставки:", total: "ИТОГО", grossTotal: "Общий вес брутто, кг:", netTotal: "Общий вес нетто, кг:",
		columns:     []string{"№", "Наименование товара", "Код ТН ВЭД", "Количество", "Ед. изм.", "Цена, USD", "Сумма, USD"},
		listColumns: []string{"№", "Наименование товара", "Количество", "Ед. изм.", "Кол-во мест, кор.", "Вес нетто, кг", "Вес брутто, кг"},
		sellerName:  "ООО «Северный Фонарь»", sellerAddress: "190000, Санкт-Петербург, наб. Маячная, д. 3",
		buyerName: "ТОО «Степной Компас»", buyerAddress: "050000, г. Алматы, ул. Ветреная, 18, Казахстан", unit: "шт",
		goods:      [3]string{"Барометр латунный, модель СФ-20", "Стекло запасное", "Футляр кожаный"},
		dateFormat: "dd.mm.yyyy", moneyFormat: "# ##0.00",
	},
	"Chinese": {
		invoice: "商业发票 COMMERCIAL INVOICE", list: "装箱单 PACKING LIST", number: "发票号 Invoice No.:", date: "日期 Date:", seller: "卖方 Seller:", buyer: "买方 Buyer:",
		terms: "贸易条款 Terms of delivery:", total: "合计 TOTAL", grossTotal: "总毛重 Total gross weight (KG):", netTotal: "总净重 Total net weight (KG):",
		columns:     []string{"序号 No.", "品名 Description", "HS编码 HS code", "数量 Quantity", "单位 Unit", "单价 Unit price (USD)", "金额 Amount (USD)"},
		listColumns: []string{"序号 No.", "品名 Description", "数量 Quantity", "单位 Unit", "箱数 Cartons", "净重 N.W. (KG)", "毛重 G.W. (KG)"},
		sellerName:  "宁波纸鹤仪器有限公司", sellerAddress: "浙江省宁波市纸鹤路88号",
		buyerName: "Velvet Anchor Trading LLC", buyerAddress: "12 Saltmarsh Road, Portland ME 04101, USA", unit: "PCS",
		goods:      [3]string{"黄铜气压计 QF-20", "备用表盘玻璃", "皮革便携箱"},
		dateFormat: `yyyy"年"m"月"d"日"`, moneyFormat: `#,##0.00`,
	},
}

type goodsLine struct {
	code                 string
	quantity, packages   int
	price, amount        float64
	net, gross           float64
	quantityS, priceS    string
	amountS, netS, grosS string
}

var lines = []goodsLine{
	{"9025800000", 1200, 40, 18.5, 22200, 960, 1104.5, "1200", "18.50", "22200.00", "960.000", "1104.500"},
	{"7015900000", 1205, 5, 1.25, 1506.25, 60.25, 71.205, "1205", "1.25", "1506.25", "60.250", "71.205"},
	{"4202110000", 300, 30, 9.9, 2970, 210, 262.4, "300", "9.90", "2970.00", "210.000", "262.400"},
}

// invoice lays out an invoice as an office does: a head, two parties, a ruled
// table, sums by formula.
func invoice(t *testing.T, w words) []byte {
	b := newBook(t)
	plain, bold := b.style("", false, false, false, 10, ""), b.style("", true, false, false, 10, "")
	title := b.style("", true, false, false, 16, "center")
	head, text := b.style("", true, true, true, 10, "center"), b.style("", false, true, true, 10, "left")
	count, money := b.style("#,##0", false, true, false, 10, ""), b.style(w.moneyFormat, false, true, false, 10, "")
	day := b.style(w.dateFormat, false, false, false, 10, "left")
	for i, width := range []float64{5, 34, 14, 10, 8, 14, 16} {
		name, _ := excelize.ColumnNumberToName(i + 1)
		b.must(b.f.SetColWidth(sheetName, name, name, width))
	}
	b.merge("A1", "G1", w.invoice, title)
	b.set("A3", w.number, bold)
	b.set("C3", "QF-2026/0417", plain)
	b.set("E3", w.date, bold)
	b.set("F3", 46089, day) // 8 March 2026
	b.set("A5", w.seller, bold)
	b.set("C5", w.sellerName, plain)
	b.set("C6", w.sellerAddress, plain)
	b.set("A8", w.buyer, bold)
	b.set("C8", w.buyerName, plain)
	b.set("C9", w.buyerAddress, plain)
	b.set("A11", w.terms, bold)
	b.set("C11", "FCA Bristol", plain)
	for i, c := range w.columns {
		name, _ := excelize.CoordinatesToCellName(i+1, 13)
		b.set(name, c, head)
	}
	for i, l := range lines {
		row := 14 + i
		at := func(col string) string { return fmt.Sprintf("%s%d", col, row) }
		b.set(at("A"), i+1, count)
		b.set(at("B"), w.goods[i], text)
		b.set(at("C"), l.code, text)
		b.set(at("D"), l.quantity, count)
		b.set(at("E"), w.unit, text)
		b.set(at("F"), l.price, money)
		b.set(at("G"), l.amount, money)
	}
	b.merge("A17", "C17", w.total, head)
	b.set("D17", 2705, count)
	b.set("E17", "", text)
	b.set("F17", "", text)
	b.set("G17", 26676.25, money)
	b.set("A19", w.netTotal, bold)
	b.set("D19", 1230.25, money)
	b.set("A20", w.grossTotal, bold)
	b.set("D20", 1438.105, b.style("0.000", false, false, false, 10, ""))
	return b.bytes()
}

func packingList(t *testing.T, w words) []byte {
	b := newBook(t)
	plain, bold := b.style("", false, false, false, 10, ""), b.style("", true, false, false, 10, "")
	title := b.style("", true, false, false, 16, "center")
	head, text := b.style("", true, true, true, 10, "center"), b.style("", false, true, true, 10, "left")
	count, mass := b.style("#,##0", false, true, false, 10, ""), b.style("#,##0.000", false, true, false, 10, "")
	for i, width := range []float64{5, 34, 10, 8, 12, 14, 14} {
		name, _ := excelize.ColumnNumberToName(i + 1)
		b.must(b.f.SetColWidth(sheetName, name, name, width))
	}
	b.merge("A1", "G1", w.list, title)
	b.set("A3", w.number, bold)
	b.set("C3", "QF-2026/0417", plain)
	b.set("E3", w.date, bold)
	b.set("F3", 46089, b.style(w.dateFormat, false, false, false, 10, "left"))
	b.set("A5", w.seller, bold)
	b.set("C5", w.sellerName, plain)
	b.set("A6", w.buyer, bold)
	b.set("C6", w.buyerName, plain)
	for i, c := range w.listColumns {
		name, _ := excelize.CoordinatesToCellName(i+1, 8)
		b.set(name, c, head)
	}
	for i, l := range lines {
		row := 9 + i
		at := func(col string) string { return fmt.Sprintf("%s%d", col, row) }
		b.set(at("A"), i+1, count)
		b.set(at("B"), w.goods[i], text)
		b.set(at("C"), l.quantity, count)
		b.set(at("D"), w.unit, text)
		b.set(at("E"), l.packages, count)
		b.set(at("F"), l.net, mass)
		b.set(at("G"), l.gross, mass)
	}
	b.merge("A12", "B12", w.total, head)
	b.set("C12", 2705, count)
	b.set("D12", "", text)
	b.set("E12", 75, count)
	b.set("F12", 1230.25, mass)
	b.set("G12", 1438.105, mass)
	return b.bytes()
}

// values returns the fields of a paper by path.
func values(d *trade.Document) map[string]string {
	all := map[string]string{}
	for _, f := range d.Fields() {
		all[f.Path] = f.Value
	}
	return all
}

func openExtractor(t *testing.T) *extract.Extractor {
	t.Helper()
	x, err := extract.Open(extract.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

// TestWorkbooks holds what is read of workbooks against what was written there.
func TestWorkbooks(t *testing.T) {
	line := New(openExtractor(t))
	for name, w := range languages {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, data := range map[string][]byte{"invoice.xlsx": invoice(t, w), "list.xlsx": packingList(t, w)} {
				if err := os.WriteFile(filepath.Join(dir, file), data, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			files := line.Read(context.Background(), []string{filepath.Join(dir, "invoice.xlsx"), filepath.Join(dir, "list.xlsx")})
			for _, f := range files {
				if f.Status != trade.Done || len(f.Papers) != 1 {
					t.Fatalf("%s: %s, %v, %d papers", f.Path, f.Status, f.Reason, len(f.Papers))
				}
			}
			results := line.Check(files)
			inv, list := files[0].Papers[0], files[1].Papers[0]
			if inv.Type != trade.CommercialInvoice || list.Type != trade.PackingList {
				t.Errorf("types %s and %s", inv.Type.Name(), list.Type.Name())
			}
			want := map[string]string{
				"/number": "QF-2026/0417", "/issueDate": "2026-03-08", "/currency": "USD", "/seller/name": w.sellerName, "/buyer/name": w.buyerName,
				"/deliveryTerms": "FCA Bristol", "/grossMass": "1438.105 KGM", "/invoiceTotal": "26676.25 USD",
			}
			for i, l := range lines {
				at := fmt.Sprintf("/items/%d/", i)
				want[at+"description"], want[at+"tariffCode"] = w.goods[i], l.code
				want[at+"quantity"], want[at+"unitPrice"], want[at+"amount"] = l.quantityS+" PCE", l.priceS+" USD", l.amountS+" USD"
			}
			compareFields(t, inv, want)
			want = map[string]string{
				"/seller/name": w.sellerName, "/buyer/name": w.buyerName, "/netMass": "1230.250 KGM", "/grossMass": "1438.105 KGM", "/packages": "75 CT",
			}
			for i, l := range lines {
				at := fmt.Sprintf("/items/%d/", i)
				want[at+"description"], want[at+"quantity"] = w.goods[i], l.quantityS+" PCE"
				want[at+"packages"], want[at+"netMass"], want[at+"grossMass"] = fmt.Sprint(l.packages)+" CT", l.netS+" KGM", l.grosS+" KGM"
			}
			compareFields(t, list, want)
			for _, r := range results {
				if len(results) != 1 {
					t.Errorf("dossier %s: %d papers", r.Dossier.ID, len(r.Dossier.Documents))
				}
				for _, f := range r.Findings {
					t.Errorf("finding in honest papers: %s %s", f.Rule, f.Message)
				}
			}
		})
	}
}

func compareFields(t *testing.T, d *trade.Document, want map[string]string) {
	t.Helper()
	got := values(d)
	for path := range got {
		if _, asked := want[path]; !asked {
			delete(got, path)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: want -, got +\n%s", d.Name, diff)
	}
}

// TestLongWorkbook reads a table that goes over many pages.
func TestLongWorkbook(t *testing.T) {
	const n = 400
	w := languages["English"]
	b := newBook(t)
	head, text := b.style("", true, true, true, 10, "center"), b.style("", false, true, true, 10, "left")
	money := b.style("$#,##0.00", false, true, false, 10, "")
	b.merge("A1", "G1", w.invoice, head)
	b.set("A3", w.number, 0)
	b.set("C3", "QF-2026/0418", 0)
	for i, c := range w.columns {
		b.set(fmt.Sprintf("%c5", 'A'+i), c, head)
	}
	for i := range n {
		row := fmt.Sprint(6 + i)
		b.set("A"+row, i+1, text)
		b.set("B"+row, fmt.Sprintf("Spare part of series %d", 1000+i), text)
		b.set("C"+row, lines[i%3].code, text)
		b.set("D"+row, 10+i, text)
		b.set("E"+row, w.unit, text)
		b.set("F"+row, 2.5, money)
		b.set("G"+row, 2.5*float64(10+i), money)
	}
	f := New(openExtractor(t)).ReadBytes(context.Background(), "long.xlsx", b.bytes())
	if len(f.Papers) != 1 || len(f.Papers[0].Items) != n || f.PageCount < 2 {
		t.Fatalf("%d papers on %d pages, want one on several; %d lines, want %d", len(f.Papers), f.PageCount, len(f.Papers[0].Items), n)
	}
	for i, item := range f.Papers[0].Items {
		want := [...]string{fmt.Sprintf("Spare part of series %d", 1000+i), fmt.Sprintf("%d PCE", 10+i), fmt.Sprintf("%.2f USD", 2.5*float64(10+i))}
		if got := [...]string{item.Description.Value, item.Quantity.Value.String(), item.Amount.Value.String()}; got != want {
			t.Fatalf("line %d: got %q, want %q", i+1, got, want)
		}
	}
}

// TestTablesInText reads an invoice that was saved as text, in the encodings
// and with the separators that programs of the country use.
func TestTablesInText(t *testing.T) {
	line := New(openExtractor(t))
	for _, tt := range []struct {
		language string
		comma    rune
		encode   encoding.Encoding
	}{
		{"English", ',', nil}, {"English", '\t', nil}, {"English", '|', unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
		{"Russian", ';', nil}, {"Russian", ';', charmap.Windows1251},
		{"Chinese", ',', nil}, {"Chinese", ',', simplifiedchinese.GBK},
	} {
		t.Run(fmt.Sprintf("%s %q %v", tt.language, tt.comma, tt.encode), func(t *testing.T) {
			w := languages[tt.language]
			var out bytes.Buffer
			c := csv.NewWriter(&out)
			c.Comma = tt.comma
			rows := [][]string{
				{w.invoice, "", "", "", "", "", ""}, {"", "", "", "", "", "", ""},
				{w.number, "QF-2026/0417", "", w.date, "2026-03-08", "", ""},
				{w.seller, w.sellerName + ", " + w.sellerAddress, "", "", "", "", ""}, {w.buyer, w.buyerName, "", "", "", "", ""},
				w.columns,
			}
			for i, l := range lines {
				rows = append(rows, []string{fmt.Sprint(i + 1), w.goods[i], l.code, l.quantityS, w.unit, l.priceS, l.amountS})
			}
			rows = append(rows, []string{w.total, "", "", "2705", "", "", "26676.25"})
			if err := c.WriteAll(rows); err != nil {
				t.Fatal(err)
			}
			data := out.Bytes()
			if tt.encode != nil {
				var err error
				if data, err = tt.encode.NewEncoder().Bytes(data); err != nil {
					t.Fatal(err)
				}
			}
			f := line.ReadBytes(context.Background(), "invoice.csv", data)
			if f.Status != trade.Done || len(f.Papers) != 1 || f.Papers[0].Type != trade.CommercialInvoice {
				t.Fatalf("%s, %v, %d papers", f.Status, f.Reason, len(f.Papers))
			}
			want := map[string]string{"/number": "QF-2026/0417", "/issueDate": "2026-03-08", "/seller/name": w.sellerName, "/buyer/name": w.buyerName, "/invoiceTotal": "26676.25 USD"}
			for i, l := range lines {
				at := fmt.Sprintf("/items/%d/", i)
				want[at+"description"], want[at+"quantity"], want[at+"amount"] = w.goods[i], l.quantityS+" PCE", l.amountS+" USD"
			}
			compareFields(t, f.Papers[0], want)
		})
	}
}

// TestTwoPapersInOneWorkbook reads sheets without a single ruled line, whose
// figures a program sets to the right and texts to the left.
func TestTwoPapersInOneWorkbook(t *testing.T) {
	b := book{t, excelize.NewFile()}
	b.must(b.f.SetSheetName(sheetName, "INV"))
	_, err := b.f.NewSheet("PL")
	b.must(err)
	fill := func(sheet string, rows [][]any) {
		for i, r := range rows {
			for k, v := range r {
				b.must(b.f.SetCellValue(sheet, fmt.Sprintf("%c%d", 'A'+k, i+1), v))
			}
		}
	}
	fill("INV", [][]any{
		{"Lanternwick Tools GmbH"}, {"Am Kai 4, 28195 Bremen, Germany"}, {}, {"INVOICE"}, {},
		{"Invoice number", "LW-88"}, {"Invoice date", 46089}, {}, {"Bill to:", "Brindle & Rook LLC"}, {"", "77 Orchard Lane, Leeds, UK"}, {},
		{"Pos", "Article", "Description", "Qty", "Unit", "Price", "Total"},
		{1, "AX-1", "Torque wrench", 40, "pcs", 54.01, 2160.40}, {2, "AX-2", "Grease cartridge", 1205, "pcs", 1.2, 1446}, {},
		{"", "", "", "", "", "Subtotal", 3606.4}, {"", "", "", "", "", "VAT 19%", 685.22}, {"", "", "", "", "", "Total", 4291.62},
	})
	fill("PL", [][]any{
		{"PACKING LIST"}, {"Invoice number", "LW-88"}, {"Consignee:", "Brindle & Rook LLC"}, {},
		{"Pos", "Description", "Qty", "Cartons", "N.W. kg", "G.W. kg"},
		{1, "Torque wrench", 40, 4, 500, 520.5}, {2, "Grease cartridge", 1205, 10, 300, 325}, {"Total", "", 1245, 14, 800, 845.5},
	})
	b.must(b.f.SetCellStyle("INV", "F13", "G18", b.style("#,##0.00 [$€-407]", false, false, false, 11, "")))
	b.must(b.f.SetCellStyle("INV", "B7", "B7", b.style("dd.mm.yyyy", false, false, false, 11, "")))
	b.must(b.f.SetColWidth("INV", "C", "C", 30))
	b.must(b.f.SetColWidth("PL", "B", "B", 25))
	line := New(openExtractor(t))
	f := line.ReadBytes(context.Background(), "book.xlsx", b.bytes())
	if len(f.Papers) != 2 {
		t.Fatalf("%d papers, want 2", len(f.Papers))
	}
	compareFields(t, f.Papers[0], map[string]string{
		"/number": "LW-88", "/issueDate": "2026-03-08", "/currency": "EUR", "/seller/name": "Lanternwick Tools GmbH", "/buyer/name": "Brindle & Rook LLC",
		"/subtotal": "3606.40 EUR", "/invoiceTotal": "4291.62 EUR",
		"/items/0/sequence": "1", "/items/0/description": "Torque wrench", "/items/0/quantity": "40 PCE", "/items/0/unitPrice": "54.01 EUR", "/items/0/amount": "2160.40 EUR",
		"/items/1/sequence": "2", "/items/1/description": "Grease cartridge", "/items/1/quantity": "1205 PCE", "/items/1/unitPrice": "1.20 EUR", "/items/1/amount": "1446.00 EUR",
	})
	compareFields(t, f.Papers[1], map[string]string{
		"/invoice/number": "LW-88", "/consignee/name": "Brindle & Rook LLC", "/packages": "14 CT", "/netMass": "800 KGM", "/grossMass": "845.5 KGM",
		"/items/0/sequence": "1", "/items/0/description": "Torque wrench", "/items/0/quantity": "40", "/items/0/netMass": "500 KGM", "/items/0/grossMass": "520.5 KGM", "/items/0/packages": "4 CT",
		"/items/1/sequence": "2", "/items/1/description": "Grease cartridge", "/items/1/quantity": "1205", "/items/1/netMass": "300 KGM", "/items/1/grossMass": "325 KGM", "/items/1/packages": "10 CT",
	})
}
