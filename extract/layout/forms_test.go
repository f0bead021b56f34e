package layout

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"tallyman/extract/page"
	"tallyman/trade"
)

// set writes text in type of that size from x on, with its top at y: letters are 0.5
// of the size wide, and lines of one box follow each other by 1.2 of it.
func (s *sketch) set(size, x, y float64, lines ...string) *sketch {
	for _, text := range lines {
		at := x
		for _, w := range strings.Fields(text) {
			wide := 0.5 * size * float64(utf8.RuneCountInString(w))
			s.Words = append(s.Words, page.Word{Text: w, Box: trade.Box{X0: at, Y0: y, X1: at + wide, Y1: y + 0.8*size}, Size: size, Confidence: 1, Reader: trade.TextLayer})
			at += wide + 0.3*size
		}
		y += 1.2 * size
	}
	return s
}

// goodsBoxes draws the boxes of goods of a consignment note, side by side: for each
// its left side, its heading and what is filled in below.
func (s *sketch) goodsBoxes(top, bottom float64, boxes ...[]string) *sketch {
	x := 20.0
	for _, b := range boxes {
		wide := 110.0
		heading := strings.Split(b[0], "|")
		s.box(x, top, x+wide, bottom).set(6, x+2, top+2, heading...)
		s.set(10, x+2, top+2+7.2*float64(len(heading))+3, b[1:]...)
		x += wide
	}
	return s
}

// TestForms tries forms as others lay them out.
func TestForms(t *testing.T) {
	tests := []struct {
		name string
		typ  trade.DocumentType
		page *sketch
		want []string
	}{
		{"boxes of goods, each filled for itself", trade.RoadConsignmentNote,
			newSketch().goodsBoxes(300, 420,
				[]string{"7 Number of|packages", "24", "6", "30"},
				[]string{"8 Method of packing", "cartons", "pallets"},
				[]string{"9 Nature of the goods", "LED lamps", "Lamp posts", "TOTAL"},
				[]string{"10 Statistical|number", "94054210", "73089098"},
				[]string{"11 Gross weight|in|kg", "412,80", "2860,00", "3272,80"}),
			[]string{"/grossMass 3272,80", "/packages 30",
				"/items/0/description LED lamps", "/items/0/tariffCode 94054210", "/items/0/grossMass 412,80", "/items/0/packages 24",
				"/items/1/description Lamp posts", "/items/1/tariffCode 73089098", "/items/1/grossMass 2860,00", "/items/1/packages 6"}},
		{"headings in two languages, one of them unknown", trade.RoadConsignmentNote,
			newSketch().box(20, 100, 300, 140).set(6, 22, 102, "3 Place of delivery of the goods / Toimituspaikka", "Leveringssted").set(10, 22, 120, "Neumünster, Germany"),
			[]string{"/placeOfDelivery Neumünster, Germany", "/countryOfDestination Germany"}},
		{"vehicles in the box of the carrier", trade.RoadConsignmentNote,
			newSketch().box(300, 100, 580, 160).set(6, 302, 102, "16 Carrier (name, address, country)").set(10, 302, 112, "KEMURA TRANS SIA", "Brivibas 201, Riga, Latvia", "truck KT-4471 / trailer P-2210"),
			[]string{"/carrier/name KEMURA TRANS SIA", "/carrier/address Brivibas 201, Riga, Latvia", "/carrier/country Latvia", "/vehicle/0/plate KT-4471", "/vehicle/1/plate P-2210"}},
		{"a postcode is no vehicle", trade.RoadConsignmentNote,
			newSketch().box(300, 100, 580, 160).set(6, 302, 102, "16 Carrier (name, address, country)").set(10, 302, 112, "KEMURA HAULAGE LTD", "8 Weir Lane, Reading", "RG1 8DF"),
			[]string{"/carrier/name KEMURA HAULAGE LTD", "/carrier/address 8 Weir Lane, Reading RG1 8DF"}},
		{"the invoice among papers attached", trade.RoadConsignmentNote,
			newSketch().box(20, 100, 300, 130).set(6, 22, 102, "5 Documents attached").set(10, 22, 112, "INV. OL-26-0871 / 13.08.2026, PL, EX1"),
			[]string{"/invoice/number OL-26-0871", "/invoice/date 13.08.2026"}},
		{"copies of an invoice", trade.RoadConsignmentNote,
			newSketch().box(20, 100, 300, 130).set(6, 22, 102, "5 Documents attached").set(10, 22, 112, "Invoice 2 copies, packing list 12 copies"), nil},
		{"the number in the box of the title", trade.RoadConsignmentNote,
			newSketch().box(300, 20, 580, 70).set(6, 302, 22, "INTERNATIONAL CONSIGNMENT NOTE").set(14, 302, 34, "CMR").set(14, 400, 34, "CZ 4408117"),
			[]string{"/number CZ 4408117"}},
		{"the tare of the container is no mass of goods", trade.RailConsignmentNote,
			newSketch().goodsBoxes(300, 420,
				[]string{"15 Наименование груза", "Колодки тормозные"}, []string{"16 Род упаковки", "коробки"}, []string{"17 Число мест", "1180"},
				[]string{"18 Масса (в кг)", "24662,0", "тара", "3880"}),
			[]string{"/grossMass 24662,0", "/packages 1180", "/items/0/description Колодки тормозные", "/items/0/grossMass 24662,0", "/items/0/packages 1180"}},
		{"the mass of each wagon below that of all", trade.RailConsignmentNote,
			newSketch().goodsBoxes(300, 420,
				[]string{"15 Наименование груза", "Сода кальцинированная"}, []string{"16 Род упаковки", "МКР"}, []string{"17 Число мест", "136", "68", "68"},
				[]string{"18 Масса (в кг)", "136680", "68340", "68340"}),
			[]string{"/grossMass 136680", "/packages 136", "/items/0/description Сода кальцинированная", "/items/0/grossMass 136680", "/items/0/packages 136"}},
		{"what stands below the boxes of goods is none of them", trade.RailConsignmentNote,
			newSketch().goodsBoxes(300, 340,
				[]string{"15 Наименование груза", "Сода кальцинированная"}, []string{"16 Род упаковки", "МКР"}, []string{"17 Число мест", "136"},
				[]string{"18 Масса (в кг)", "136680"}).
				set(10, 22, 344, "23 Платежи перевозчикам").set(10, 242, 344, "24 Бумаги"),
			[]string{"/grossMass 136680", "/packages 136", "/items/0/description Сода кальцинированная", "/items/0/grossMass 136680", "/items/0/packages 136"}},
		{"codes listed below the goods, clauses, containers", trade.BillOfLading,
			newSketch().goodsBoxes(300, 420,
				[]string{"No. of Containers or|Packages", "2 CONTAINERS", "1964 CTNS"},
				[]string{"Description of Goods", "SAID TO CONTAIN:", "KETTLES 1.7L AND", "RICE COOKERS", "HS 851679 851660", "FREIGHT PREPAID"},
				[]string{"Gross Weight", "12,766.00 KGS"}, []string{"Measurement", "134.200 CBM"}),
			[]string{"/grossMass 12,766.00 KGS", "/grossVolume 134.200 CBM", "/packages 1964 CTNS",
				"/items/0/description KETTLES 1.7L", "/items/0/tariffCode 851679", "/items/1/description RICE COOKERS", "/items/1/tariffCode 851660"}},
		{"rate lines of an air waybill, sums at the foot", trade.AirWaybill,
			newSketch().goodsBoxes(300, 420,
				[]string{"No. of|Pieces|RCP", "2", "1"}, []string{"Gross|Weight", "310.0", "84.0"}, []string{"Chargeable|Weight", "310.0", "96.5"},
				[]string{"Nature and Quantity of Goods", "TOOL HOLDERS", "HS 8466.10", "TOOL PRESETTER", "HS 9031.49", "80X60X90CM X1", "VOL 2.450 MC"}).
				set(10, 22, 424, "3").set(10, 132, 424, "394.0"),
			[]string{"/grossMass 394.0", "/grossVolume 2.450", "/packages 3",
				"/items/0/description TOOL HOLDERS", "/items/0/tariffCode 8466.10", "/items/1/description TOOL PRESETTER", "/items/1/tariffCode 9031.49"}},
		{"an address under a ruled heading", trade.AirWaybill,
			newSketch().box(20, 100, 300, 170).box(20, 100, 160, 112).box(160, 100, 300, 112).set(6, 22, 102, "Consignee's Name and Address").set(6, 162, 102, "Consignee's Account Number").
				set(10, 22, 120, "LLP TURAN MEDIMPORT", "41 Kabanbay Batyr Ave", "Astana, Kazakhstan"),
			[]string{"/consignee/name LLP TURAN MEDIMPORT", "/consignee/address 41 Kabanbay Batyr Ave Astana, Kazakhstan", "/consignee/country Kazakhstan"}},
		{"wagons in a column", trade.RailConsignmentNote,
			newSketch().set(6, 22, 100, "7 Вагон").set(6, 102, 100, "10 Оси").set(10, 22, 110, "61284410", "63107551").set(10, 102, 110, "4", "4"),
			[]string{"/equipment/0/id 61284410", "/equipment/1/id 63107551"}},
		{"a container, its seal and its type", trade.BillOfLading,
			newSketch().set(6, 22, 100, "Container No. / Seal No.").set(10, 22, 110, "ONTU7710396/OX118230/40HQ", "ONTU7710400/OX118231/40HQ"),
			[]string{"/equipment/0/id ONTU7710396", "/equipment/0/seals/0 OX118230", "/equipment/1/id ONTU7710400", "/equipment/1/seals/0 OX118231"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, fieldsOf(tt.typ, tt.page)); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
		})
	}
}
