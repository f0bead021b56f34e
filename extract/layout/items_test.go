package layout

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"tallyman/extract/page"
	"tallyman/trade"
)

// A drawing is a page in the making: texts at places, as a printer sets them.
type drawing struct {
	page.Page
	bold bool
}

func draw() *drawing {
	return &drawing{Page: page.Page{Number: 1, Width: 595, Height: 842}}
}

const drawnLetter = 4.6 // width of a letter of 9 points

// at puts words from x on.
func (d *drawing) at(x, y float64, text string) *drawing {
	for _, w := range strings.Fields(text) {
		width := drawnLetter * float64(utf8.RuneCountInString(w))
		d.Words = append(d.Words, page.Word{Text: w, Box: trade.Box{X0: x, Y0: y, X1: x + width, Y1: y + 9}, Confidence: 1, Reader: trade.TextLayer, Size: 9, Bold: d.bold})
		x += width + 2.6
	}
	return d
}

func drawnWidth(text string) float64 {
	words := strings.Fields(text)
	n := 0
	for _, w := range words {
		n += utf8.RuneCountInString(w)
	}
	return drawnLetter*float64(n) + 2.6*float64(len(words)-1)
}

// row puts cells at their columns: a place below nought is the right edge.
func (d *drawing) row(y float64, xs []float64, cells ...string) *drawing {
	for i, c := range cells {
		if c == "" {
			continue
		}
		x := xs[i]
		if x < 0 {
			x = -x - drawnWidth(c)
		}
		d.at(x, y, c)
	}
	return d
}

func (d *drawing) rule(x0, y0, x1, y1 float64) *drawing {
	d.Rules = append(d.Rules, page.Rule{X0: x0, Y0: y0, X1: x1, Y1: y1})
	return d
}

// readDrawn returns what the tables of the pages state: one line a field.
func readDrawn(typ trade.DocumentType, drawings ...*drawing) []string {
	var pages []page.Page
	for i, d := range drawings {
		d.Number = i + 1
		pages = append(pages, d.Page)
	}
	var all []string
	for _, st := range readTables(typ, pages).statements {
		s := st.Path + " = " + st.Text
		if st.Unit != "" {
			s += " [" + st.Unit + "]"
		}
		all = append(all, s)
	}
	slices.Sort(all)
	return all
}

var invoiceColumns = []float64{40, 66, -320, -368, -450, -540}

func TestReadTables(t *testing.T) {
	head := func(d *drawing, y float64) *drawing {
		return d.row(y, invoiceColumns, "No.", "Description of goods", "Qty", "Unit", "Unit price (USD)", "Amount (USD)")
	}
	tests := []struct {
		name string
		typ  trade.DocumentType
		page []*drawing
		want []string
	}{
		{
			name: "units in headings, sums beneath",
			page: []*drawing{head(draw(), 200).
				row(215, invoiceColumns, "1", "Steel bolts M12", "2,000", "PCS", "0.42", "840.00").
				row(230, invoiceColumns, "2", "Copper wire", "150", "KG", "8.10", "1,215.00").
				row(245, invoiceColumns, "", "Subtotal", "", "", "", "2,055.00").
				row(260, invoiceColumns, "", "Freight", "", "", "", "145.00").
				row(275, invoiceColumns, "", "Insurance", "", "", "", "10.00").
				row(290, invoiceColumns, "", "Total CIF Aktau", "", "", "", "2,210.00")},
			want: []string{
				"/freight = 145.00 [USD]", "/insurance = 10.00 [USD]", "/invoiceTotal = 2,210.00 [USD]",
				"/items/0/amount = 840.00 [USD]", "/items/0/description = Steel bolts M12", "/items/0/quantity = 2,000 [PCS]", "/items/0/sequence = 1", "/items/0/unitPrice = 0.42 [USD]",
				"/items/1/amount = 1,215.00 [USD]", "/items/1/description = Copper wire", "/items/1/quantity = 150 [KG]", "/items/1/sequence = 2", "/items/1/unitPrice = 8.10 [USD]",
				"/subtotal = 2,055.00 [USD]",
			},
		},
		{
			name: "a heading behind the unit of another, close",
			page: []*drawing{draw().at(340, 190, "No. of").at(50, 200, "No.").at(90, 200, "Description of goods").at(290, 200, "QTY (PCS) packages").at(420, 200, "Net weight, kg").at(340, 210, "(ctns)").
				row(225, []float64{50, 90, -320, -370, -470}, "1", "Steel bolts M12", "40", "8", "84.2").
				row(240, []float64{50, 90, -320, -370, -470}, "2", "Copper wire", "50", "10", "21.5")},
			want: []string{
				"/items/0/description = Steel bolts M12", "/items/0/netMass = 84.2 [kg]", "/items/0/packages = 8 [ctns]", "/items/0/quantity = 40 [PCS]", "/items/0/sequence = 1",
				"/items/1/description = Copper wire", "/items/1/netMass = 21.5 [kg]", "/items/1/packages = 10 [ctns]", "/items/1/quantity = 50 [PCS]", "/items/1/sequence = 2",
			},
		},
		{
			name: "two headings that touch, the second over two lines",
			page: []*drawing{draw().at(392, 190, "Цена за").at(50, 200, "№").at(90, 200, "Описание товара").at(340, 200, "Количество единицу,").at(460, 200, "Сумма, USD").at(400, 210, "USD").
				row(225, []float64{50, 90, -370, -415, -510}, "1", "Steel bolts M12", "2 000", "0.42", "840.00").
				row(240, []float64{50, 90, -370, -415, -510}, "2", "Copper wire", "150", "8.10", "1 215.00")},
			want: []string{
				"/items/0/amount = 840.00 [USD]", "/items/0/description = Steel bolts M12", "/items/0/quantity = 2 000", "/items/0/sequence = 1", "/items/0/unitPrice = 0.42 [USD]",
				"/items/1/amount = 1 215.00 [USD]", "/items/1/description = Copper wire", "/items/1/quantity = 150", "/items/1/sequence = 2", "/items/1/unitPrice = 8.10 [USD]",
			},
		},
		{
			name: "headings run into each other, a description ends with a figure close to the next column",
			page: []*drawing{draw().at(50, 200, "No.").at(90, 200, "Description of goods").at(300, 200, "Quantity (PCS)").at(400, 200, "Gross weight, KgsMeasurement,").at(510, 210, "CBM").
				row(225, []float64{50, 90, -365, -455, -545}, "1", "Steel bolts M12", "2000", "84.2", "0.42").
				row(240, []float64{50, 90, -365, -455, -545}, "2", "Centrifugal pumps with a float switch QDX, 220", "150", "215.5", "1.10").
				row(251, []float64{50, 90}, "", "V")},
			want: []string{
				"/items/0/description = Steel bolts M12", "/items/0/grossMass = 84.2 [Kgs]", "/items/0/grossVolume = 0.42 [CBM]", "/items/0/quantity = 2000 [PCS]", "/items/0/sequence = 1",
				"/items/1/description = Centrifugal pumps with a float switch QDX, 220 V", "/items/1/grossMass = 215.5 [Kgs]", "/items/1/grossVolume = 1.10 [CBM]", "/items/1/quantity = 150 [PCS]", "/items/1/sequence = 2",
			},
		},
		{
			name: "a false product is kept as printed",
			page: []*drawing{head(draw(), 200).
				row(215, invoiceColumns, "1", "Steel bolts M12", "2,000", "PCS", "0.42", "880.00").
				row(230, invoiceColumns, "2", "Copper wire", "150", "KG", "8.10", "1,215.00")},
			want: []string{
				"/items/0/amount = 880.00 [USD]", "/items/0/description = Steel bolts M12", "/items/0/quantity = 2,000 [PCS]", "/items/0/sequence = 1", "/items/0/unitPrice = 0.42 [USD]",
				"/items/1/amount = 1,215.00 [USD]", "/items/1/description = Copper wire", "/items/1/quantity = 150 [KG]", "/items/1/sequence = 2", "/items/1/unitPrice = 8.10 [USD]",
			},
		},
		{
			name: "wrapped descriptions below, with a code on its own line",
			page: []*drawing{head(draw(), 200).
				row(215, invoiceColumns, "1", "Ladies' dresses of synthetic", "600", "PCS", "4.00", "2,400.00").
				row(226, invoiceColumns, "", "fibres, knitted").
				row(237, invoiceColumns, "", "HS Code: 6104.43").
				row(252, invoiceColumns, "2", "Men's shirts of cotton", "300", "PCS", "5.00", "1,500.00").
				row(263, invoiceColumns, "", "Country of origin: China").
				row(290, invoiceColumns, "", "Total", "", "", "", "3,900.00")},
			want: []string{
				"/invoiceTotal = 3,900.00 [USD]",
				"/items/0/amount = 2,400.00 [USD]", "/items/0/description = Ladies' dresses of synthetic fibres, knitted", "/items/0/quantity = 600 [PCS]", "/items/0/sequence = 1", "/items/0/tariffCode = 6104.43", "/items/0/unitPrice = 4.00 [USD]",
				"/items/1/amount = 1,500.00 [USD]", "/items/1/description = Men's shirts of cotton", "/items/1/origin = China", "/items/1/quantity = 300 [PCS]", "/items/1/sequence = 2", "/items/1/unitPrice = 5.00 [USD]",
			},
		},
		{
			name: "descriptions above their figures",
			page: []*drawing{draw().row(200, []float64{40, -330, -430, -540}, "Commodity", "Quantity", "Unit price", "Amount").
				row(215, []float64{40}, "Sodium lactate solution").
				row(226, []float64{40, -330, -430, -540}, "free of pyrogens", "2000KGS", "USD3.15/KG", "USD6,300.00").
				row(246, []float64{40}, "Citric acid").
				row(257, []float64{40, -330, -430, -540}, "monohydrate", "1000KGS", "USD1.10/KG", "USD1,100.00").
				row(280, []float64{40, -330, -430, -540}, "TOTAL:", "3000KGS", "", "USD7,400.00")},
			want: []string{
				"/invoiceTotal = USD7,400.00",
				"/items/0/amount = USD6,300.00", "/items/0/description = Sodium lactate solution free of pyrogens", "/items/0/quantity = 2000KGS", "/items/0/unitPrice = USD3.15/KG",
				"/items/1/amount = USD1,100.00", "/items/1/description = Citric acid monohydrate", "/items/1/quantity = 1000KGS", "/items/1/unitPrice = USD1.10/KG",
				"/totalQuantity = 3000KGS",
			},
		},
		{
			name: "headings over two lines, under a group heading, in Russian",
			typ:  trade.PackingList,
			page: []*drawing{draw().
				row(189, []float64{40, 60, 250, 330, 430}, "№", "Наименование", "Кол-во", "Количество", "Вес, кг").
				row(200, []float64{40, 60, 250, 330, 400, 480}, "п/п", "товара", "шт.", "мест", "нетто", "брутто").
				row(216, []float64{40, 60, -275, -350, -425, -510}, "1", "Парики", "4000", "40", "110,5", "120,0").
				row(231, []float64{40, 60, -275, -350, -425, -510}, "2", "Ресницы", "500", "2", "9,5", "11,0").
				row(246, []float64{40, 60, -275, -350, -425, -510}, "", "Итого:", "4500", "42", "120,0", "131,0")},
			want: []string{
				"/grossMass = 131,0 [кг]",
				"/items/0/description = Парики", "/items/0/grossMass = 120,0 [кг]", "/items/0/netMass = 110,5 [кг]", "/items/0/packages = 40 [мест]", "/items/0/quantity = 4000 [шт.]", "/items/0/sequence = 1",
				"/items/1/description = Ресницы", "/items/1/grossMass = 11,0 [кг]", "/items/1/netMass = 9,5 [кг]", "/items/1/packages = 2 [мест]", "/items/1/quantity = 500 [шт.]", "/items/1/sequence = 2",
				"/netMass = 120,0 [кг]", "/packages = 42 [мест]", "/totalQuantity = 4500 [шт.]",
			},
		},
		{
			name: "numbers of columns, charges and taxes, notes behind",
			page: []*drawing{draw().
				row(200, []float64{40, 60, 300, 360, 440}, "№", "Наименование товара", "Кол-во", "Цена", "Сумма, руб.").
				row(212, []float64{42, 100, 310, 365, 450}, "1", "2", "3", "4", "5").
				row(226, []float64{40, 60, -330, -385, -490}, "1", "Насос центробежный", "2", "15 000,00", "30 000,00").
				row(240, []float64{40, 60, -330, -385, -490}, "", "Итого без НДС", "", "", "30 000,00").
				row(254, []float64{40, 60, -330, -385, -490}, "", "НДС 12%", "", "", "3 600,00").
				row(268, []float64{40, 60, -330, -385, -490}, "", "Всего к оплате", "", "", "33 600,00").
				at(40, 300, "Счёт получателя 40702 810 5 0000 0000123").
				at(40, 314, "Итого прописью: тридцать три тысячи шестьсот рублей")},
			want: []string{
				"/invoiceTotal = 33 600,00 [руб.]",
				"/items/0/amount = 30 000,00 [руб.]", "/items/0/description = Насос центробежный", "/items/0/quantity = 2", "/items/0/sequence = 1", "/items/0/unitPrice = 15 000,00 [руб.]",
				"/subtotal = 30 000,00 [руб.]", "/tax = 3 600,00 [руб.]", "/taxRate = 12%",
			},
		},
		{
			name: "ruled columns closer than a space, and currency signs apart",
			page: []*drawing{draw().
				rule(38, 195, 38, 260).rule(118, 195, 118, 260).rule(160, 195, 160, 260).rule(215, 195, 215, 260).rule(280, 195, 280, 260).
				row(200, []float64{42, 122, 165, 220}, "Item description", "Qty", "Price", "Total").
				row(215, []float64{42, 122}, "Garden hose", "12").at(163, 215, "$").row(215, []float64{-212}, "9.99").at(218, 215, "$").row(215, []float64{-276}, "119.88").
				row(230, []float64{42, 122}, "Brass tap", "5").at(163, 230, "$").row(230, []float64{-212}, "20.00").at(218, 230, "$").row(230, []float64{-276}, "100.00")},
			want: []string{
				"/items/0/amount = $ 119.88", "/items/0/description = Garden hose", "/items/0/quantity = 12", "/items/0/unitPrice = $ 9.99",
				"/items/1/amount = $ 100.00", "/items/1/description = Brass tap", "/items/1/quantity = 5", "/items/1/unitPrice = $ 20.00",
			},
		},
		{
			name: "no headings: what multiplies",
			page: []*drawing{draw().
				row(200, []float64{40, 60, -330, -430, -540}, "1", "Garden hose", "12", "9.99", "119.88").
				row(215, []float64{40, 60, -330, -430, -540}, "2", "Brass tap with valve", "5", "20.00", "100.00").
				row(230, []float64{40, 60, -330, -430, -540}, "3", "Sprinkler", "7", "3.10", "21.70")},
			want: []string{
				"/items/0/amount = 119.88", "/items/0/description = Garden hose", "/items/0/quantity = 12", "/items/0/sequence = 1", "/items/0/unitPrice = 9.99",
				"/items/1/amount = 100.00", "/items/1/description = Brass tap with valve", "/items/1/quantity = 5", "/items/1/sequence = 2", "/items/1/unitPrice = 20.00",
				"/items/2/amount = 21.70", "/items/2/description = Sprinkler", "/items/2/quantity = 7", "/items/2/sequence = 3", "/items/2/unitPrice = 3.10",
			},
		},
		{
			name: "carried over a page, with headings and sums of pages",
			page: []*drawing{
				head(draw(), 200).
					row(215, invoiceColumns, "1", "Steel bolts M12", "2,000", "PCS", "0.42", "840.00").
					row(230, invoiceColumns, "2", "Copper wire", "150", "KG", "8.10", "1,215.00").
					row(245, invoiceColumns, "", "Carried forward", "", "", "", "2,055.00"),
				head(draw(), 60).
					row(75, invoiceColumns, "", "Brought forward", "", "", "", "2,055.00").
					row(90, invoiceColumns, "3", "Zinc sheet", "10", "PCS", "12.00", "120.00").
					row(105, invoiceColumns, "", "Total", "", "", "", "2,175.00"),
			},
			want: []string{
				"/invoiceTotal = 2,175.00 [USD]",
				"/items/0/amount = 840.00 [USD]", "/items/0/description = Steel bolts M12", "/items/0/quantity = 2,000 [PCS]", "/items/0/sequence = 1", "/items/0/unitPrice = 0.42 [USD]",
				"/items/1/amount = 1,215.00 [USD]", "/items/1/description = Copper wire", "/items/1/quantity = 150 [KG]", "/items/1/sequence = 2", "/items/1/unitPrice = 8.10 [USD]",
				"/items/2/amount = 120.00 [USD]", "/items/2/description = Zinc sheet", "/items/2/quantity = 10 [PCS]", "/items/2/sequence = 3", "/items/2/unitPrice = 12.00 [USD]",
				"/pageTotals/0/carriedForward = 2,055.00 [USD]", "/pageTotals/1/broughtForward = 2,055.00 [USD]",
			},
		},
		{
			name: "goes on without headings",
			page: []*drawing{
				head(draw(), 200).
					row(215, invoiceColumns, "1", "Steel bolts M12", "2,000", "PCS", "0.42", "840.00").
					row(230, invoiceColumns, "2", "Copper wire", "150", "KG", "8.10", "1,215.00"),
				draw().
					row(60, invoiceColumns, "3", "Zinc sheet", "10", "PCS", "12.00", "120.00").
					row(75, invoiceColumns, "4", "Lead sheet", "2", "PCS", "30.00", "60.00").
					row(90, invoiceColumns, "", "Grand total", "", "", "", "2,235.00"),
			},
			want: []string{
				"/invoiceTotal = 2,235.00 [USD]",
				"/items/0/amount = 840.00 [USD]", "/items/0/description = Steel bolts M12", "/items/0/quantity = 2,000 [PCS]", "/items/0/sequence = 1", "/items/0/unitPrice = 0.42 [USD]",
				"/items/1/amount = 1,215.00 [USD]", "/items/1/description = Copper wire", "/items/1/quantity = 150 [KG]", "/items/1/sequence = 2", "/items/1/unitPrice = 8.10 [USD]",
				"/items/2/amount = 120.00 [USD]", "/items/2/description = Zinc sheet", "/items/2/quantity = 10 [PCS]", "/items/2/sequence = 3", "/items/2/unitPrice = 12.00 [USD]",
				"/items/3/amount = 60.00 [USD]", "/items/3/description = Lead sheet", "/items/3/quantity = 2 [PCS]", "/items/3/sequence = 4", "/items/3/unitPrice = 30.00 [USD]",
			},
		},
		{
			name: "named once for several rows, packed in lots",
			typ:  trade.PackingList,
			page: []*drawing{draw().
				row(200, []float64{40, 180, 260, 340, 430}, "品名 Description", "件数 CTNS", "数量 QTY (PCS)", "净重 N.W. (KGS)", "毛重 G.W. (KGS)").
				row(215, []float64{40, -205, -320, -400, -490}, "T-shirts", "10", "1000", "150.0", "165.0").
				row(230, []float64{40, -205, -320, -400, -490}, "", "5", "500", "75.0", "82.5").
				row(245, []float64{40, -205, -320, -400, -490}, "合计 TOTAL", "15", "1500", "225.0", "247.5")},
			want: []string{
				"/grossMass = 247.5 [KGS]",
				"/items/0/description = T-shirts", "/items/0/grossMass = 165.0 [KGS]", "/items/0/netMass = 150.0 [KGS]", "/items/0/packages = 10 [CTNS]", "/items/0/quantity = 1000 [PCS]",
				"/items/1/description = T-shirts", "/items/1/grossMass = 82.5 [KGS]", "/items/1/netMass = 75.0 [KGS]", "/items/1/packages = 5 [CTNS]", "/items/1/quantity = 500 [PCS]",
				"/netMass = 225.0 [KGS]", "/packages = 15 [CTNS]", "/totalQuantity = 1500 [PCS]",
			},
		},
		{
			name: "group headings in bold are no part of a description",
			page: []*drawing{func() *drawing {
				d := head(draw(), 200)
				d.bold = true
				d.row(215, invoiceColumns, "", "Fasteners")
				d.bold = false
				d.row(230, invoiceColumns, "1", "Steel bolts M12", "2,000", "PCS", "0.42", "840.00")
				d.bold = true
				d.row(245, invoiceColumns, "", "Wires")
				d.bold = false
				return d.row(260, invoiceColumns, "2", "Copper wire", "150", "KG", "8.10", "1,215.00")
			}()},
			want: []string{
				"/items/0/amount = 840.00 [USD]", "/items/0/description = Steel bolts M12", "/items/0/quantity = 2,000 [PCS]", "/items/0/sequence = 1", "/items/0/unitPrice = 0.42 [USD]",
				"/items/1/amount = 1,215.00 [USD]", "/items/1/description = Copper wire", "/items/1/quantity = 150 [KG]", "/items/1/sequence = 2", "/items/1/unitPrice = 8.10 [USD]",
			},
		},
		{
			name: "freight that is numbered like goods, and summed apart from them",
			page: []*drawing{head(draw(), 200).
				row(215, invoiceColumns, "1", "Steel bolts M12", "2,000", "PCS", "0.42", "840.00").
				row(230, invoiceColumns, "2", "Copper wire", "150", "KG", "8.10", "1,215.00").
				row(245, invoiceColumns, "3", "Ocean freight", "1", "LOT", "300.00", "300.00").
				row(260, invoiceColumns, "", "Total goods value", "", "", "", "2,055.00").
				row(275, invoiceColumns, "", "Invoice total", "", "", "", "2,355.00")},
			want: []string{
				"/freight = 300.00 [USD]", "/invoiceTotal = 2,355.00 [USD]",
				"/items/0/amount = 840.00 [USD]", "/items/0/description = Steel bolts M12", "/items/0/quantity = 2,000 [PCS]", "/items/0/sequence = 1", "/items/0/unitPrice = 0.42 [USD]",
				"/items/1/amount = 1,215.00 [USD]", "/items/1/description = Copper wire", "/items/1/quantity = 150 [KG]", "/items/1/sequence = 2", "/items/1/unitPrice = 8.10 [USD]",
				"/subtotal = 2,055.00 [USD]",
			},
		},
		{
			name: "labels with values are no table",
			page: []*drawing{draw().
				row(100, []float64{40, 200, 360}, "Quantity: 500 PCS", "Net weight: 300 KG", "Amount: USD 4,000").
				row(115, []float64{40, 200, 360}, "Total packages: 20", "Gross weight: 320 KG", "Price: USD 8")},
		},
		{
			name: "transport papers have forms",
			typ:  trade.BillOfLading,
			page: []*drawing{head(draw(), 200).row(215, invoiceColumns, "1", "Steel bolts M12", "2,000", "PCS", "0.42", "840.00")},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			typ := tt.typ
			if typ == "" {
				typ = trade.CommercialInvoice
			}
			if diff := cmp.Diff(tt.want, readDrawn(typ, tt.page...)); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
		})
	}
}

// A table on each of many pages is one list of goods.
func TestManyPages(t *testing.T) {
	var pages []*drawing
	n := 0
	for range 19 {
		d := draw().row(60, invoiceColumns, "No.", "Description of goods", "Qty", "Unit", "Unit price (USD)", "Amount (USD)")
		for k := range 30 {
			n++
			d.row(75+12*float64(k), invoiceColumns, fmt.Sprint(n), fmt.Sprintf("Part number %d of a machine", n), "3", "PCS", "2.00", "6.00")
		}
		pages = append(pages, d)
	}
	items := 0
	for _, s := range readDrawn(trade.CommercialInvoice, pages...) {
		if strings.Contains(s, "/amount = 6.00") {
			items++
		}
	}
	if items != n {
		t.Errorf("%d of %d lines were read", items, n)
	}
}

// Every heading of the files is understood as what it stands under, in capitals
// and with Latin letters for Cyrillic ones too.
func TestHeadings(t *testing.T) {
	for _, text := range []string{columnText, tableRowText} {
		if _, err := readPhrases(text); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		text string
		want tableRole
		unit string
	}{
		{"Net weight, kg", colNetMass, "kg"},
		{"Вес нетто (кг)", colNetMass, "кг"},
		{"BEC БPУTTO, KГ", colGrossMass, "KГ"},
		{"Amount (USD)", colAmount, "USD"},
		{"Total Amount in USD", colAmount, "USD"},
		{"Unit Price EUR", colPrice, "EUR"},
		{"数量 Quantity (PCS)", colQuantity, "PCS"},
		{"Кол-во, шт.", colQuantity, "шт."},
		{"Количество мест", colPackages, "мест"},
		{"Таза салмағы, кг", colNetMass, "кг"},
		{"Brüt Ağırlık (KG)", colGrossMass, "KG"},
		{"Prix unitaire HT", colPrice, ""},
		{"Код ТН ВЭД ЕАЭС", colTariff, ""},
		{"Amount (AUD ex GST)", colAmount, "AUD"},
		{"Total incl. VAT", colAmountGross, ""},
		{"G.W. (KGS)", colGrossMass, "KGS"},
		{"Measurement (CBM)", colVolume, "CBM"},
		{"Pcs/ctn", colPerPackage, "Pcs"},
		{"Количество мест, картонных коробок", colPackages, "картонных коробок"},
		{"Страна происхождения", colOrigin, ""},
		{"Payment terms and conditions of delivery", "", ""},
	}
	for _, tt := range tests {
		m := roleOfHeading(tt.text, false)
		if unit := unitOfHeading(tt.text, m.role); m.role != tt.want || unit != tt.unit {
			t.Errorf("heading %q: %q in %q, want %q in %q", tt.text, m.role, unit, tt.want, tt.unit)
		}
	}
	for text, want := range map[string]tableRole{"Саны / Кол-во (компл)": colQuantity, "СЭҚ ТН коды / Код ТН ВЭД": colTariff, "Бағасы / Цена": colPrice} {
		if m := roleOfHeading(text, false); m.role != want || m.share != 1 {
			t.Errorf("heading %q: %q, %.2f of it; want %q, all of it", text, m.role, m.share, want)
		}
	}
	if m := roleOfHeading("Descrlption of gcods", true); m.role != colDescription {
		t.Errorf("a misread heading is %q, want %q", m.role, colDescription)
	}
}

func TestRowRoles(t *testing.T) {
	for label, want := range map[string]tableRole{
		"TOTAL:": rowTotal, "Итого": rowTotal, "合计": rowTotal, "Genel Toplam": rowGrand, "Барлығы": rowTotal,
		"Total excl. VAT": rowSub, "Total incl. VAT": rowGrand, "Всего к оплате": rowGrand, "Итого без НДС": rowSub,
		"VAT 20%": rowTax, "В том числе НДС 12%": rowTax, "Discount 5%": rowDiscount, "Freight charges": rowFreight,
		"Rechnungssumme Netto (excl. USt.)": rowSub, "513 картонных Итого": rowTotal, "Page total": rowPage, "Carried forward": rowCarried,
		"Total station with tripod and two batteries": "", "Copper wire": "",
	} {
		got, sure := rowRole(label, false)
		if want == "" && sure {
			t.Errorf("%q is goods, not %q", label, got)
		}
		if want != "" && got != want {
			t.Errorf("%q is %q, want %q", label, got, want)
		}
	}
}

func TestFigureIn(t *testing.T) {
	tests := []struct {
		text string
		want []string // the values, the likeliest first; nil for no figure
	}{
		{"1,205.50", []string{"1205.50"}},
		{"1.205,50 KGS", []string{"1205.50"}},
		{"2 946,00", []string{"2946.00"}},
		{"84.000,-", []string{"84000.00"}},
		{"1,205", []string{"1205", "1.205"}},
		{"1.205", []string{"1.205", "1205"}},
		{"$ 9.99", []string{"9.99"}},
		{"USD3.15/KG", []string{"3.15"}},
		{"1,23,456.00", []string{"123456.00"}},
		{"(120.00)", []string{"-120.00"}},
		{"-4,95", []string{"-4.95"}},
		{"٣٬٠٠٠", []string{"3000", "3.000"}},
		{"2,169.", []string{"2169", "2.169"}},
		{"12.03.2026", nil},
		{"6907.21.00", nil},
		{"12 34", nil},
		{"40'HC", nil},
		{"M12", nil},
		{"", nil},
	}
	for _, tt := range tests {
		f, ok := figureIn(tt.text, false)
		var got []string
		if ok {
			for _, v := range f.values {
				got = append(got, v.n.FloatString(v.scale))
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.text, diff)
		}
	}
}

func TestCloses(t *testing.T) {
	figure := func(s string) tableFigure {
		f, ok := figureIn(s, false)
		if !ok {
			t.Fatalf("%q is no figure", s)
		}
		return f
	}
	tests := []struct {
		q, p, a string
		want    bool
	}{
		{"12", "9.99", "119.88", true},
		{"2,000", "0.42", "840.00", true},
		{"25.000", "0,42", "10.500,00", true},
		{"3", "0.333", "1.00", true}, // rounded
		{"12", "9.99", "119.98", false},
		{"100", "5.00", "5000.00", false},
	}
	for _, tt := range tests {
		if got := closes(figure(tt.q), figure(tt.p), figure(tt.a)); got != tt.want {
			t.Errorf("%s x %s = %s: %v, want %v", tt.q, tt.p, tt.a, got, tt.want)
		}
	}
}

// Whatever stands in a cell, reading it ends and its figures have values.
func FuzzFigureIn(f *testing.F) {
	for _, s := range []string{"1,205.50", "84.000,-", "(1 205,5 кг)", "USD3.15/KG", "١٢٫٥", ".5", "1'000", "--", "12%"} {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, s string, optical bool) {
		fig, ok := figureIn(s, optical)
		if ok && len(fig.values) == 0 {
			t.Errorf("%q is a figure without a value", s)
		}
	})
}

func TestLinesOfPageNumbers(t *testing.T) {
	for text, want := range map[string]bool{"Page 1 of 2": true, "Лист 2 из 3": true, "Page stand, 2 pieces": false} {
		if got := pageLine.MatchString(text); got != want {
			t.Errorf("%q is a line of a page number: %v", text, got)
		}
	}
}
