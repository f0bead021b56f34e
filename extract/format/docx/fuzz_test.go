package docx

import (
	"errors"
	"testing"

	"tallyman/extract/page"
)

// The fuzzers write the text of a document: within a packed file they would never
// get past the checksums.
func FuzzDOCX(f *testing.F) {
	f.Add(head + paragraph("Invoice 17") + "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>12</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>")
	f.Add(head + `<w:p><w:pPr><w:tabs><w:tab w:val="right" w:pos="-9"/></w:tabs></w:pPr><w:r><w:tab/><w:br w:type="page"/><w:sz w:val="4000"/></w:r></w:p><w:sectPr><w:pgSz w:w="0" w:h="99999999"/></w:sectPr></w:body></w:document>`)
	f.Add(head + `<w:tbl><w:tblGrid><w:gridCol w:w="-1"/></w:tblGrid><w:tr><w:tc><w:tcPr><w:gridSpan w:val="100000"/><w:vMerge/></w:tcPr><w:tbl><w:tr><w:tc/></w:tr></w:tbl></w:tc></w:tr></w:tbl></w:body></w:document>`)
	f.Fuzz(func(t *testing.T, text string) {
		a, err := DOCX.Read(pack(t, "[Content_Types].xml", "<Types/>", "word/document.xml", text))
		sound(t, a.Pages, err)
	})
}

func FuzzODT(f *testing.F) {
	f.Add(`<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="tb"><office:body><office:text><text:p>Invoice<text:s text:c="5"/>17</text:p></office:text></office:body></office:document-content>`)
	f.Add(`<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="tb"><office:body><office:text><table:table><table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="1000000"><text:p>x</text:p></table:table-cell></table:table-row></table:table></office:text></office:body></office:document-content>`)
	f.Fuzz(func(t *testing.T, text string) {
		a, err := ODT.Read(pack(t, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", text))
		sound(t, a.Pages, err)
	})
}

// sound holds the words of pages to the paper.
func sound(t *testing.T, pages []page.Page, err error) {
	t.Helper()
	var p *page.Problem
	if err != nil && !errors.As(err, &p) {
		t.Fatal(err)
	}
	for i, p := range pages {
		if p.Number != i+1 || !(p.Width > 0 && p.Width < 1e6 && p.Height > 0 && p.Height < 1e6) {
			t.Fatalf("page %d: number %d, %v by %v", i+1, p.Number, p.Width, p.Height)
		}
		for _, w := range p.Words {
			if w.Text == "" || w.Box.Empty() {
				t.Fatalf("word %+v", w)
			}
		}
	}
}
