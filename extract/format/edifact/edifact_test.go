package edifact

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"

	"tallyman/extract/format"
	"tallyman/extract/page"
	"tallyman/trade"
)

// wrap puts segments into an interchange of one message.
func wrap(kind string, segments ...string) string {
	all := append([]string{"UNB+UNOC:3+SENDER+RECEIVER+260301:1200+77", "UNH+1+" + kind + ":D:96A:UN"}, segments...)
	all = append(all, fmt.Sprintf("UNT+%d+1", len(segments)+2), "UNZ+1+77")
	return strings.Join(all, "'\n") + "'\n"
}

func read(t *testing.T, data string) format.Answer {
	t.Helper()
	if detect([]byte(data)) == "" {
		t.Fatal("not taken for EDIFACT")
	}
	a, err := Read([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// fields sets the statements of a paper in a document and returns its fields.
func fields(t *testing.T, s page.Stated) map[string]string {
	t.Helper()
	d := &trade.Document{}
	for _, st := range s.Statements {
		if err := d.Set(st); err != nil {
			t.Fatal(err)
		}
	}
	if len(d.Restatements) > 0 {
		t.Errorf("%s is stated twice", d.Restatements[0].Path)
	}
	all := map[string]string{}
	for _, f := range d.Fields() {
		if f.Problem != "" {
			t.Errorf("%s: %q: %s", f.Path, f.Text, f.Problem)
		}
		all[f.Path] = f.Value
	}
	return all
}

func TestMessages(t *testing.T) {
	for _, tt := range []struct {
		name, data string
		typ        trade.DocumentType
		want       map[string]string
	}{
		{"invoice", wrap("INVOIC",
			"BGM+380+LW-4471+9", "DTM+137:20260214:102", "RFF+CT:K-88/2025", "DTM+171:20250901:102", "RFF+ON:PO1",
			"NAD+SE+++Lanternwick Tools GmbH+Am Kai 4:Halle 2+Bremen++28195+DE", "RFF+VA:DE811999001", "CTA+IC+:A", "COM+?+49421000:TE+desk@lanternwick.example:EM",
			"NAD+BY++Brindle & Rook LLC:77 Orchard Lane:Leeds", "NAD+DP+++Brindle Depot", "CUX+2:EUR:4", "TOD+3++CIP", "LOC+1+:::Leeds", "PAT+1+:::30 days net", "LOC+9+DEBRV:139:6:Bremerhaven",
			"LIN+1++4000862141404:EN", "PIA+5+8205590000:HS+AX-12:SA", "IMD+F++:::Torque wrench?: 12 mm?+ case", "QTY+46:99:PCE", "QTY+47:40:C62", "MOA+203:2160,50", "PRI+AAA:54.0125", "ALI+DE", "ALC+A", "MOA+8:10",
			"LIN+2", "IMD+F++:::Grease", "QTY+47:12.655:KGM", "MEA+AAE+AAA+KGM:12.655", "MOA+203:100", "PRI+AAA:790:::100:KGM",
			"UNS+S", "CNT+7:845.505:KGM", "CNT+11:4", "MOA+79:2260.5", "MOA+77:2690", "MOA+124:429.5", "TAX+7+VAT+++:::19", "MOA+64:0"),
			trade.CommercialInvoice, map[string]string{
				"/number": "LW-4471", "/issueDate": "2026-02-14", "/currency": "EUR", "/contract/number": "K-88/2025", "/contract/date": "2025-09-01",
				"/seller/name": "Lanternwick Tools GmbH", "/seller/address": "Am Kai 4, Halle 2, 28195 Bremen", "/seller/country": "DE", "/seller/id": "DE811999001",
				"/seller/phone": "+49421000", "/seller/email": "desk@lanternwick.example",
				"/buyer/name": "Brindle & Rook LLC", "/buyer/address": "77 Orchard Lane, Leeds", "/consignee/name": "Brindle Depot",
				"/deliveryTerms": "CIP Leeds", "/placeOfLoading": "Bremerhaven", "/paymentTerms": "30 days net",
				"/grossMass": "845.505 KGM", "/packages": "4", "/subtotal": "2260.5 EUR", "/invoiceTotal": "2690 EUR", "/tax": "429.5 EUR", "/taxRate": "19 P1", "/freight": "0 EUR",
				"/items/0/sequence": "1", "/items/0/description": "Torque wrench: 12 mm+ case", "/items/0/articleNumber": "AX-12", "/items/0/tariffCode": "8205590000",
				"/items/0/origin": "DE", "/items/0/quantity": "40 PCE", "/items/0/unitPrice": "54.0125 EUR", "/items/0/amount": "2160.50 EUR",
				"/items/1/sequence": "2", "/items/1/description": "Grease", "/items/1/quantity": "12.655 KGM", "/items/1/netMass": "12.655 KGM", "/items/1/amount": "100 EUR",
			}},
		{"despatch advice", wrap("DESADV",
			"BGM+351+DA-9+9", "DTM+137:202602150930:203", "NAD+SU+++Lanternwick Tools GmbH", "NAD+CN+++Brindle Depot", "EQD+CN+CSQU3054383+22G1", "SEL+TT001",
			"CPS+1", "PAC+4++PX", "LIN+1", "PIA+1+AX-12:SA", "IMD+F++:::Torque wrench", "QTY+12:40:PCE", "MEA+AAE+AAB+KGM:840.25", "CPS+2+1", "PAC+1++CT", "LIN+2", "QTY+12:3", "CNT+2:2"),
			trade.PackingList, map[string]string{
				"/number": "DA-9", "/issueDate": "2026-02-15", "/seller/name": "Lanternwick Tools GmbH", "/consignee/name": "Brindle Depot",
				"/equipment/0/id": "CSQU3054383", "/equipment/0/seals/0": "TT001",
				"/items/0/sequence": "1", "/items/0/articleNumber": "AX-12", "/items/0/description": "Torque wrench", "/items/0/quantity": "40 PCE", "/items/0/grossMass": "840.25 KGM",
				"/items/1/sequence": "2", "/items/1/quantity": "3",
			}},
		{"transport instruction by sea", wrap("IFTMIN",
			"BGM+340+SI-5+9", "DTM+137:20260216:102", "CNT+7:9120:KGM", "CNT+11:800:CT", "CNT+15:41.2:MTQ", "LOC+9+CNNGB:139:6:Ningbo", "LOC+11+DEHAM:139:6:Hamburg", "RFF+CT:K-88",
			"TDT+20+027W+1++:::Grey Gull Line+++9074729:146::MV PALE HERON", "NAD+CZ+++Papercrane Works", "NAD+CN+++Brindle Depot", "NAD+NI+++Rook Forwarding",
			"GID+1+800:CT", "FTX+AAA+++Brass barometers:QF-20", "MEA+AAE+G+KGM:9120", "MEA+AAE+AAW+MTQ:41.2", "PIA+5+902580:HS", "PCI+28+QF:1-800", "SGP+CSQU3054383+800",
			"EQD+CN+CSQU3054383+45G1", "SEL+NB7781+CA"),
			trade.BillOfLading, map[string]string{
				"/number": "SI-5", "/issueDate": "2026-02-16", "/consignor/name": "Papercrane Works", "/consignee/name": "Brindle Depot", "/notifyParty/name": "Rook Forwarding",
				"/carrier/name": "Grey Gull Line", "/contract/number": "K-88", "/placeOfLoading": "Ningbo", "/placeOfUnloading": "Hamburg",
				"/grossMass": "9120 KGM", "/packages": "800", "/grossVolume": "41.2 MTQ", "/means/name": "MV PALE HERON", "/marks": "QF 1-800",
				"/equipment/0/id": "CSQU3054383", "/equipment/0/seals/0": "NB7781",
				"/items/0/sequence": "1", "/items/0/description": "Brass barometers QF-20", "/items/0/tariffCode": "902580", "/items/0/grossMass": "9120 KGM",
				"/items/0/grossVolume": "41.2 MTQ", "/items/0/packages": "800 CT",
			}},
		{"import declaration", wrap("CUSDEC",
			"BGM+929+24DE0001+9", "DTM+137:20260301:102", "MOA+39:2690:EUR", "MOA+43:2800:EUR", "NAD+IM+++Brindle Depot", "NAD+EX+++Lanternwick Tools GmbH", "NAD+DT+++Quay Brokers",
			"DOC+380+LW-4471", "LOC+36+GB", "UNS+D", "CST+1+8205590000:122", "FTX+AAA+++Torque wrenches", "LOC+27+DE", "MEA+AAE+AAB+KGM:840.25", "MEA+AAE+AAA+KGM:800", "PAC+4++PX", "MOA+38:2690:EUR", "UNS+S", "CNT+11:4"),
			trade.ImportDeclaration, map[string]string{
				"/number": "24DE0001", "/issueDate": "2026-03-01", "/consignor/name": "Lanternwick Tools GmbH", "/consignee/name": "Brindle Depot", "/declarant/name": "Quay Brokers",
				"/invoice/number": "LW-4471", "/countryOfDestination": "GB", "/invoiceTotal": "2690 EUR", "/customsValue": "2800 EUR", "/packages": "4",
				"/items/0/sequence": "1", "/items/0/description": "Torque wrenches", "/items/0/tariffCode": "8205590000", "/items/0/origin": "DE",
				"/items/0/grossMass": "840.25 KGM", "/items/0/netMass": "800 KGM", "/items/0/packages": "4 PX", "/items/0/amount": "2690 EUR",
			}},
		{"another message is another paper", wrap("ORDERS", "BGM+220+PO1+9", "DTM+137:20260101:102", "NAD+BY+++Brindle Depot", "LIN+1++X:EN", "QTY+21:5"),
			trade.OtherPaper, map[string]string{"/number": "PO1", "/issueDate": "2026-01-01", "/buyer/name": "Brindle Depot"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := read(t, tt.data)
			if a.Partial != nil || len(a.Papers) != 1 {
				t.Fatalf("%d papers, %v", len(a.Papers), a.Partial)
			}
			if a.Papers[0].Type != tt.typ {
				t.Errorf("type %q, want %q", a.Papers[0].Type, tt.typ)
			}
			if diff := cmp.Diff(tt.want, fields(t, a.Papers[0])); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

func TestCargoReport(t *testing.T) {
	a := read(t, wrap("CUSCAR",
		"BGM+85+MANIFEST1+9", "TDT+20+27W+1++GGL:172:20:Grey Gull Line+++9074729:146::MV PALE HERON", "LOC+60+DEHAM",
		"EQD+CN+CSQU3054383+22G1", "SEL+S1", "EQD+CN+MSKU6011672+22G1", "SEL+S2",
		"CNI+1+BL-1", "RFF+BM:GGL001", "LOC+9+CNNGB", "LOC+11+DEHAM", "NAD+CZ+++Papercrane Works", "NAD+CN+++Brindle Depot", "GID+1+10:CT", "FTX+AAA+++Lamps", "MEA+AAE+G+KGM:500", "SGP+CSQU3054383+10",
		"CNI+2+BL-2", "RFF+BM:GGL002", "NAD+CZ+++Papercrane Works", "GID+1+20:CT", "FTX+AAA+++Kettles", "MEA+AAE+G+KGM:700", "SGP+MSKU6011672+20"))
	if len(a.Papers) != 2 {
		t.Fatalf("%d papers, want 2", len(a.Papers))
	}
	want := []map[string]string{
		{"/number": "GGL001", "/consignor/name": "Papercrane Works", "/consignee/name": "Brindle Depot", "/carrier/name": "Grey Gull Line", "/means/name": "MV PALE HERON",
			"/placeOfLoading": "CNNGB", "/placeOfUnloading": "DEHAM", "/equipment/0/id": "CSQU3054383", "/equipment/0/seals/0": "S1",
			"/items/0/sequence": "1", "/items/0/description": "Lamps", "/items/0/grossMass": "500 KGM", "/items/0/packages": "10 CT"},
		{"/number": "GGL002", "/consignor/name": "Papercrane Works", "/carrier/name": "Grey Gull Line", "/means/name": "MV PALE HERON",
			"/equipment/0/id": "MSKU6011672", "/equipment/0/seals/0": "S2",
			"/items/0/sequence": "1", "/items/0/description": "Kettles", "/items/0/grossMass": "700 KGM", "/items/0/packages": "20 CT"},
	}
	for i, p := range a.Papers {
		if p.Type != trade.BillOfLading {
			t.Errorf("paper %d is %q", i+1, p.Type)
		}
		if diff := cmp.Diff(want[i], fields(t, p)); diff != "" {
			t.Errorf("paper %d: want -, got +\n%s", i+1, diff)
		}
	}
}

func TestSyntax(t *testing.T) {
	cyrillic, err := charmap.ISO8859_5.NewEncoder().String("Фонарь")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, data, field, want string }{
		{"other separators", "UNA;*,! ~UNB*UNOA;1*A*B*260101;1200*1~UNH*1*INVOIC;D;96A;UN~BGM*380*N!*1!~2~MOA*77*1~UNT*4*1~", "/number", "N*1~2"},
		{"a decimal comma", "UNA:+,? 'UNH+1+INVOIC:D:96A:UN'BGM+380+1'CUX+2:USD:4'UNS+S'MOA+77:1,205'UNT+6+1'", "/invoiceTotal", "1.205 USD"},
		{"lines broken within a segment", "UNH+1+INVOIC:D:96A:UN'BGM+380+AB\r\nC12'UNT+3+1'", "/number", "ABC12"},
		{"Cyrillic of ISO 8859-5", "UNB+UNOE:3+A+B+260101:1200+1'UNH+1+INVOIC:D:96A:UN'BGM+380+1'NAD+SE+++" + cyrillic + "'UNT+4+1'UNZ+1+1'", "/seller/name", "Фонарь"},
		{"UTF-8", "UNB+UNOY:4+A+B+260101:1200+1'UNH+1+INVOIC:D:96A:UN'BGM+380+1'NAD+SE+++宁波纸鹤'UNT+4+1'UNZ+1+1'", "/seller/name", "宁波纸鹤"},
		{"a lost first letter", "NB+UNOA:1+A+B+260101:1200+1'\nUNH+1+INVOIC:D:96A:UN'\nBGM+380+X9'\nUNT+3+1'\n", "/number", "X9"},
	} {
		a := read(t, tt.data)
		if len(a.Papers) != 1 {
			t.Errorf("%s: %d papers, %v", tt.name, len(a.Papers), a.Partial)
			continue
		}
		if got := fields(t, a.Papers[0])[tt.field]; got != tt.want {
			t.Errorf("%s: %s is %q, want %q", tt.name, tt.field, got, tt.want)
		}
	}
}

func TestTorn(t *testing.T) {
	for _, tt := range []struct {
		name, data string
		papers     int
	}{
		{"ends in the middle", "UNB+UNOA:1+A+B+260101:1200+1'UNH+1+INVOIC:D:96A:UN'BGM+380+X9'DTM+13", 1},
		{"a wrong count of segments", "UNH+1+INVOIC:D:96A:UN'BGM+380+X9'UNT+99+1'", 1},
		{"no header", "BGM+380+X9'DTM+137:20260101:102'", 0},
		{"an envelope alone", "UNB+UNOA:1+A+B+260101:1200+1'UNZ+0+1'", 0},
	} {
		a := read(t, tt.data)
		if a.Partial == nil || len(a.Papers) != tt.papers {
			t.Errorf("%s: %d papers, %v", tt.name, len(a.Papers), a.Partial)
		}
	}
	if a := read(t, wrap("CONTRL", "UCI+1+A+B+8")); len(a.Papers) != 0 || a.Partial == nil || a.Partial.Code != page.NotAPaper {
		t.Errorf("a receipt of syntax: %d papers, %v", len(a.Papers), a.Partial)
	}
	for _, data := range []string{"UNDER the bridge", "UNABLE to read", "UNB", "%PDF-1.7", "", "BGM is no message"} {
		if k := detect([]byte(data)); k != "" {
			t.Errorf("%q is taken for %s", data, k)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(wrap("INVOIC", "BGM+380+1", "LIN+1", "QTY+47:5:PCE", "UNS+S", "MOA+77:5:EUR")))
	f.Add([]byte(wrap("CUSCAR", "CNI+1", "GID+1+5:CT", "SGP+X", "EQD+CN+X", "SEL+1")))
	f.Add([]byte(wrap("IFTMIN", "TDT+20++1", "GID", "MEA", "PIA", "TOD+3++CIF", "LOC+1")))
	f.Add([]byte(wrap("CUSDEC", "CST", "UNS+D", "CST+1+1", "DOC")))
	f.Add([]byte("UNA;*,! ~UNH*1*DESADV~LIN~CPS~"))
	f.Add([]byte("UNH+'UNT+?"))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := Read(data)
		var p *page.Problem
		if err != nil && !errors.As(err, &p) {
			t.Fatal(err)
		}
		if err == nil && a.Partial == nil && len(a.Papers) == 0 {
			t.Fatal("neither a paper nor a reason")
		}
		for _, s := range a.Papers {
			d := &trade.Document{}
			for _, st := range s.Statements {
				if err := d.Set(st); err != nil && !strings.Contains(st.Path, "/items/") && !strings.Contains(st.Path, "/vehicle/") && !strings.Contains(st.Path, "/equipment/") {
					t.Fatal(err)
				}
			}
		}
	})
}
