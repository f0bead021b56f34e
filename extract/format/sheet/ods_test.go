package sheet

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"tallyman/extract/format/zipfile"
	"tallyman/extract/page"
)

// openDocument packs a content.xml as a spreadsheet.
func openDocument(t *testing.T, content string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, m := range [][2]string{{"mimetype", zipfile.ODS}, {"content.xml", content}} {
		method := zip.Deflate
		if m[0] == "mimetype" {
			method = zip.Store
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: m[0], Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(m[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestOpenDocument(t *testing.T) {
	data := openDocument(t, `<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s" xmlns:fo="f">
<office:automatic-styles>
 <style:style style:name="co1" style:family="table-column"><style:table-column-properties style:column-width="6cm"/></style:style>
 <style:style style:name="ce1" style:family="table-cell"><style:table-cell-properties fo:border="0.06pt solid #000000"/><style:text-properties fo:font-weight="bold" fo:font-size="12pt"/></style:style>
 <style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>
</office:automatic-styles>
<office:body><office:spreadsheet>
<table:table table:name="One">
 <table:table-column table:style-name="co1"/><table:table-column table:number-columns-repeated="3"/>
 <table:table-row><table:table-cell table:style-name="ce1" table:number-columns-spanned="2" office:value-type="string"><text:p>Goods<text:s text:c="2"/>here</text:p></table:table-cell><table:covered-table-cell/><table:table-cell table:number-columns-repeated="1000"/></table:table-row>
 <table:table-row>
  <table:table-cell office:value-type="string"><text:p>Lamp</text:p><text:p>of brass</text:p></table:table-cell>
  <table:table-cell office:value-type="float" office:value="1234.5"><text:p>1.234,50</text:p></table:table-cell>
  <table:table-cell office:value-type="date" office:date-value="2026-03-08"><text:p>03/08/26</text:p></table:table-cell>
 </table:table-row>
 <table:table-row table:visibility="collapse"><table:table-cell office:value-type="string"><text:p>unseen</text:p></table:table-cell></table:table-row>
 <table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="float" office:value="7"><text:p>7</text:p></table:table-cell><table:table-cell table:formula="of:=1+1"/></table:table-row>
 <table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>
</table:table>
<table:table table:name="Two" table:style-name="ta2"><table:table-row><table:table-cell office:value-type="string"><text:p>old prices</text:p></table:table-cell></table:table-row></table:table>
</office:spreadsheet></office:body></office:document-content>`)
	if ODS.Detect(data) == "" {
		t.Fatal("not taken for a spreadsheet")
	}
	a, err := readODS(data)
	if err != nil {
		t.Fatal(err)
	}
	// A cell of two lines is set before its neighbours, which stand at its foot.
	if got, want := strings.Fields(text(a)), "Goods here Lamp of brass 1234.50 2026-03-08 7 7"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(a.Pages[0].Rules) != 4 || !a.Pages[0].Words[0].Bold || a.Pages[0].Words[0].Size != 12 {
		t.Errorf("the look of the first cell is lost: %v %+v", a.Pages[0].Rules, a.Pages[0].Words[0])
	}
	for _, want := range []string{"unseen", "old prices"} {
		if hidden := notes(a, page.HiddenContent); !strings.Contains(hidden, want) {
			t.Errorf("no note says %q: %s", want, hidden)
		}
	}
	if n := notes(a, page.FormulaNoValue); !strings.Contains(n, "B4") {
		t.Errorf("no note on a formula without a result: %q", n)
	}
}
