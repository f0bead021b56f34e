package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"math"
	"testing"
	"unicode/utf8"

	"tallyman/extract/page"
)

// FuzzXLSX lets the fuzzer write the parts of a workbook: within a packed file it
// would never get past the checksums.
func FuzzXLSX(f *testing.F) {
	const workbook = `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Invoice" sheetId="1" r:id="rId1"/></sheets></workbook>`
	const rels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`
	const styles = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="#,##0.00;[Red](0)"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>`
	f.Add(workbook, rels, `<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Qty</t></is></c><c r="B1" s="1"><v>1234.5</v></c><c r="C1" s="2"><v>45992</v></c></row></sheetData></worksheet>`, styles)
	f.Add(workbook, rels, `<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1e308</v></c></row><row><c><v>-1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>`, styles)
	f.Add(workbook, rels, `<worksheet><cols><col min="1" max="16384" width="0" hidden="1"/></cols><sheetData><row r="2" hidden="1" ht="-5"><c r="A2" t="s"><v>7</v></c><c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row></sheetData></worksheet>`, "")
	f.Fuzz(func(t *testing.T, workbook, rels, sheet, styles string) {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for _, p := range [][2]string{{"[Content_Types].xml", `<Types/>`}, {"xl/workbook.xml", workbook}, {"xl/_rels/workbook.xml.rels", rels}, {"xl/worksheets/sheet1.xml", sheet}, {"xl/styles.xml", styles}} {
			if w, err := z.Create(p[0]); err == nil {
				w.Write([]byte(p[1]))
			}
		}
		z.Close()
		a, err := XLSX.Read(b.Bytes())
		var p *page.Problem
		if err != nil && !errors.As(err, &p) {
			t.Fatal(err)
		}
		sound(t, a)
	})
}

// FuzzShow holds the formats of cells: any number in any format is text.
func FuzzShow(f *testing.F) {
	for _, code := range []string{"General", "#,##0.00", "0.00E+00", `[$-419]dd mmmm yyyy;@`, "[h]:mm:ss", "# ?/?", `"kg" 0.0;[Red]-0`, "@", "0%", "yyyy\\-mm\\-dd", ";;;", "[<100]0;[>5]#", "0_-", "*x0"} {
		f.Add(45992.5, code, false)
		f.Add(-1e300, code, true)
	}
	f.Fuzz(func(t *testing.T, v float64, code string, old bool) {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return // no cell holds them
		}
		if s := show(v, code, old); len(s) > 1<<16+4*len(code) || utf8.ValidString(code) && !utf8.ValidString(s) {
			t.Fatalf("%v as %q: %d bytes", v, code, len(s))
		}
	})
}
