package layout

import (
	"testing"

	"tallyman/trade"
)

func allTypes() []trade.DocumentType {
	return []trade.DocumentType{
		trade.PackingList, trade.Contract, trade.ProformaInvoice, trade.CommercialInvoice, trade.InsuranceCertificate,
		trade.HouseWaybill, trade.MasterBillOfLading, trade.BillOfLading, trade.SeaWaybill, trade.HouseBillOfLading,
		trade.RailConsignmentNote, trade.RoadConsignmentNote, trade.AirWaybill, trade.MasterAirWaybill,
		trade.ExportDeclaration, trade.ImportDeclaration, trade.CertificateOfOrigin,
	}
}

func TestLexiconIsWhole(t *testing.T) {
	all, err := readLabels(labelText)
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, l := range all {
		used[l.role] = true
	}
	for role := range roles {
		if !used[role] && role != "-heading" { // headings that no label is known for
			t.Errorf("no label has the role %s", role)
		}
	}
}

func TestEveryPathExists(t *testing.T) {
	for role := range roles {
		for _, typ := range allTypes() {
			if path := pathOf(role, typ); path != "" {
				if err := new(trade.Document).Set(trade.Statement{Path: path, Text: "1"}); err != nil {
					t.Errorf("%s on %s: %v", role, typ.Name(), err)
				}
			}
		}
	}
}

func TestFindLabel(t *testing.T) {
	tests := []struct {
		typ     trade.DocumentType
		text    string
		optical bool
		role    string // empty: no label
	}{
		{trade.CommercialInvoice, "Invoice No.", false, "invoiceNo"},
		{trade.CommercialInvoice, "INVOICE №", false, "invoiceNo"},
		{trade.CommercialInvoice, "Invoice #", false, "invoiceNo"},
		{trade.CommercialInvoice, "Rechnungs-Nr.", false, "invoiceNo"},
		{trade.CommercialInvoice, "Facture N°", false, "invoiceNo"},
		{trade.CommercialInvoice, "发票号码", false, "invoiceNo"},
		{trade.CommercialInvoice, "Номер инвойса", false, "invoiceNo"},
		{trade.CommercialInvoice, "Fälligkeitsdatum", false, "-otherDate"},
		{trade.CommercialInvoice, "Genel Toplam", false, "grandTotal"},
		{trade.PackingList, "Вес брутто", false, "grossMass"},
		{trade.PackingList, "BEC БРУТTО", false, "grossMass"}, // Latin letters among the Cyrillic
		{trade.PackingList, "Жүк алушы", false, "consignee"},
		{trade.BillOfLading, "B/L No.", false, "transportNo"},
		{trade.BillOfLading, "Consigmee", false, ""}, // a typist's slip is not guessed at
		{trade.BillOfLading, "Consigmee", true, "consignee"},
		{trade.BillOfLading, "Port of Ioading", true, "placeOfLoading"},
		{trade.BillOfLading, "Грузополучатепь", true, "consignee"},
		{trade.BillOfLading, "Nef", true, ""}, // too short to guess at
		{trade.BillOfLading, "Ocean", true, ""},
		{trade.ImportDeclaration, "Declaration No", false, "number"},
		{trade.CommercialInvoice, "Declaration No", false, "-refNo"},
	}
	for _, tt := range tests {
		role := ""
		per := exactly
		if tt.optical {
			per = blurred
		}
		if l, _ := lexiconOf(tt.typ).find(foldKey(tt.text), per); l != nil {
			role = l.role
		}
		if role != tt.role {
			t.Errorf("find %q (optical %v) = %q, want %q", tt.text, tt.optical, role, tt.role)
		}
	}
}

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b  string
		limit int
		want  int
	}{
		{"", "", 3, 0}, {"abc", "abc", 3, 0}, {"abc", "abd", 3, 1}, {"abc", "acb", 3, 1}, {"abc", "ab", 3, 1},
		{"kitten", "sitting", 9, 3}, {"kitten", "sitting", 2, 2}, {"a", "abcdef", 3, 3},
	}
	for _, tt := range tests {
		if got := distance([]rune(tt.a), []rune(tt.b), tt.limit); got != tt.want {
			t.Errorf("distance(%q, %q, %d) = %d, want %d", tt.a, tt.b, tt.limit, got, tt.want)
		}
	}
}
