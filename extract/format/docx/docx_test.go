package docx

import (
	"archive/zip"
	"bytes"
	"image"
	"image/png"
	"math"
	"strings"
	"testing"

	"tallyman/extract/format"
	"tallyman/extract/format/zipfile"
	"tallyman/extract/page"
)

func pack(t *testing.T, pairs ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i < len(pairs); i += 2 {
		method := zip.Deflate
		if pairs[i] == "mimetype" {
			method = zip.Store
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: pairs[i], Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(pairs[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// text is the words of all pages, a line for each line that was set.
func text(a format.Answer) string {
	var b strings.Builder
	for _, p := range a.Pages {
		last := -1.0
		for _, w := range p.Words {
			if last >= 0 && math.Abs(w.Box.Y0-last) > 1 {
				b.WriteString("\n")
			} else if last >= 0 {
				b.WriteString(" ")
			}
			last = w.Box.Y0
			b.WriteString(w.Text)
		}
		b.WriteString("\n")
	}
	return b.String()
}

const head = `<w:document xmlns:w="w" xmlns:mc="mc"><w:body>`

func paragraph(s string) string { return "<w:p><w:r><w:t>" + s + "</w:t></w:r></w:p>" }

func TestDOCX(t *testing.T) {
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 1000, 1200))); err != nil {
		t.Fatal(err)
	}
	var logo bytes.Buffer
	if err := png.Encode(&logo, image.NewGray(image.Rect(0, 0, 300, 90))); err != nil {
		t.Fatal(err)
	}
	data := pack(t,
		"[Content_Types].xml", "<Types/>",
		"word/styles.xml", `<w:styles xmlns:w="w"><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="20"/></w:rPr></w:rPrDefault></w:docDefaults><w:style w:styleId="Big"><w:rPr><w:b/><w:sz w:val="36"/></w:rPr></w:style><w:style w:styleId="Bigger"><w:basedOn w:val="Big"/></w:style><w:style w:styleId="Grid"><w:tblPr><w:tblBorders><w:top w:val="single"/></w:tblBorders></w:tblPr></w:style></w:styles>`,
		"word/_rels/document.xml.rels", `<Relationships><Relationship Id="r1" Type="http://x/header" Target="header1.xml"/><Relationship Id="r2" Type="http://x/footer" Target="footer1.xml"/></Relationships>`,
		"word/header1.xml", `<w:hdr xmlns:w="w">`+paragraph("head of page")+`</w:hdr>`,
		"word/footer1.xml", `<w:ftr xmlns:w="w">`+paragraph("foot of page")+`</w:ftr>`,
		"word/document.xml", head+
			`<w:p><w:pPr><w:pStyle w:val="Bigger"/></w:pPr><w:r><w:t>title</w:t></w:r></w:p>`+
			`<w:p><w:r><w:t>before</w:t></w:r><w:r><w:br w:type="page"/></w:r><w:r><w:t>behind</w:t></w:r></w:p>`+
			`<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>`+paragraph("in a box")+`</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>`+paragraph("in a box")+`</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>`+
			`<w:p><w:ins><w:r><w:t>kept</w:t></w:r></w:ins><w:del><w:r><w:delText>struck</w:delText></w:r></w:del><w:r><w:fldChar/><w:instrText>PAGE</w:instrText></w:r></w:p>`+
			`<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/></w:tblPr><w:tblGrid><w:gridCol w:w="2000"/><w:gridCol w:w="2000"/><w:gridCol w:w="2000"/></w:tblGrid>`+
			`<w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>`+paragraph("tall")+`</w:tc><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>`+paragraph("wide")+`</w:tc></w:tr>`+
			`<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc>`+paragraph("b")+paragraph("c")+`</w:tc><w:tc><w:tbl><w:tr><w:tc>`+paragraph("x")+`</w:tc><w:tc>`+paragraph("y")+`</w:tc></w:tr></w:tbl><w:p/></w:tc></w:tr>`+
			`</w:tbl></w:body></w:document>`,
		"word/media/scan.png", picture.String(), "word/media/logo.png", logo.String())
	if DOCX.Detect(data) == "" {
		t.Fatal("not taken for a document")
	}
	a, err := readDOCX(data)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := text(a), "head of page\ntitle\nbefore\nbehind\nin a box\nkept\ntall wide\nb\nc\nx y\nfoot of page\n"; strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(want), " ") {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(a.Pages) != 2 {
		t.Errorf("%d pages, want 2", len(a.Pages))
	}
	if w := a.Pages[0].Words[3]; w.Text != "title" || w.Size != 18 {
		t.Errorf("the title is %+v", w)
	}
	// Around the table and between its cells; the tall cell has no line through it.
	lying, standing := 0, 0
	for _, r := range a.Pages[1].Rules {
		if r.Horizontal() {
			lying++
		} else {
			standing++
		}
	}
	if lying != 3 || standing != 4 {
		t.Errorf("%d lying and %d standing rules, want 3 and 4: %v", lying, standing, a.Pages[1].Rules)
	}
	if len(a.Parts) != 1 || a.Parts[0].Name != "scan.png" {
		t.Errorf("parts %v, want the one picture that may be a page", a.Parts)
	}
	if len(a.Notes) != 1 || a.Notes[0].Code != page.HiddenContent || !strings.Contains(a.Notes[0].Text, "struck") {
		t.Errorf("notes %v", a.Notes)
	}
}

func TestODT(t *testing.T) {
	data := pack(t, "mimetype", zipfile.ODT, "content.xml", `<office:document-content xmlns:office="o" xmlns:text="x" xmlns:table="t" xmlns:style="s" xmlns:fo="f"><office:automatic-styles>`+
		`<style:style style:name="P1"><style:paragraph-properties fo:text-align="center"/><style:text-properties fo:font-size="18pt" fo:font-weight="bold"/></style:style>`+
		`<style:style style:name="C1"><style:table-cell-properties fo:border="0.5pt solid #000000"/></style:style></office:automatic-styles><office:body><office:text>`+
		`<text:tracked-changes><text:changed-region><text:deletion><text:p>struck</text:p></text:deletion></text:changed-region></text:tracked-changes>`+
		`<text:p text:style-name="P1">title</text:p><text:p>one<text:tab/>two<text:line-break/>three<text:s text:c="3"/>four</text:p>`+
		`<table:table><table:table-column table:number-columns-repeated="2"/><table:table-row><table:table-cell table:style-name="C1"><text:p>a</text:p></table:table-cell><table:table-cell table:style-name="C1"><text:p>b</text:p><text:p>c</text:p></table:table-cell></table:table-row></table:table>`+
		`</office:text></office:body></office:document-content>`)
	if ODT.Detect(data) == "" {
		t.Fatal("not taken for a text")
	}
	a, err := readODT(data)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(strings.Fields(text(a)), " "), "title one two three four a b c"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if w := a.Pages[0].Words[0]; !w.Bold || w.Size != 18 || w.Box.X0 < 200 {
		t.Errorf("the title is %+v", w)
	}
	if len(a.Pages[0].Rules) != 5 {
		t.Errorf("%d rules around two cells, want 5: %v", len(a.Pages[0].Rules), a.Pages[0].Rules)
	}
	if len(a.Notes) != 1 || !strings.Contains(a.Notes[0].Text, "struck") {
		t.Errorf("notes %v", a.Notes)
	}
}
