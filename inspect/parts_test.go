package inspect

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tallyman/trade"
)

// archiveOf packs members, named and filled in pairs.
func archiveOf(t *testing.T, pairs ...any) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i < len(pairs); i += 2 {
		w, err := z.Create(pairs[i].(string))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(pairs[i+1].([]byte)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// letterOf is a letter with files, named and filled in pairs.
func letterOf(text string, pairs ...any) []byte {
	var b strings.Builder
	b.WriteString("From: desk@lantern.example\r\nTo: import@rook.example\r\nSubject: papers\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b1\r\n\r\n--b1\r\nContent-Type: text/plain\r\n\r\n" + text + "\r\n")
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&b, "--b1\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=%q\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n", pairs[i], base64.StdEncoding.EncodeToString(pairs[i+1].([]byte)))
	}
	return []byte(b.String() + "--b1--\r\n")
}

// document is an invoice as a text document: paragraphs, then a ruled table.
func document(t *testing.T, w words) []byte {
	run := func(s string, size int, bold bool) string {
		b := ""
		if bold {
			b = "<w:b/>"
		}
		return fmt.Sprintf(`<w:r><w:rPr>%s<w:sz w:val="%d"/></w:rPr><w:t xml:space="preserve">%s</w:t></w:r>`, b, 2*size, html.EscapeString(s))
	}
	var b strings.Builder
	par := func(parts ...string) { b.WriteString("<w:p>" + strings.Join(parts, "") + "</w:p>") }
	tab := "<w:r><w:tab/></w:r>"
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`)
	b.WriteString(`<w:p><w:pPr><w:jc w:val="center"/></w:pPr>` + run(w.invoice, 16, true) + "</w:p>")
	par(run(w.number, 10, true), run(" QF-2026/0417", 10, false), tab, run(w.date, 10, true), run(" 8.03.2026", 10, false))
	par(run(w.seller, 10, true), run(" "+w.sellerName, 10, false))
	par(run(w.sellerAddress, 10, false))
	par(run(w.buyer, 10, true), run(" "+w.buyerName, 10, false))
	par(run(w.buyerAddress, 10, false))
	par(`<w:del><w:r><w:delText>USD 99999.00</w:delText></w:r></w:del>`, run(w.terms, 10, true), run(" FCA Bristol", 10, false))
	par(`<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden words</w:t></w:r>`)
	b.WriteString(`<w:tbl><w:tblPr><w:tblBorders><w:top w:val="single"/><w:insideH w:val="single"/><w:insideV w:val="single"/></w:tblBorders></w:tblPr><w:tblGrid>`)
	for _, width := range []int{500, 3000, 1500, 1100, 900, 1300, 1500} {
		fmt.Fprintf(&b, `<w:gridCol w:w="%d"/>`, width)
	}
	b.WriteString("</w:tblGrid>")
	row := func(span int, cells ...string) {
		b.WriteString("<w:tr>")
		for i, c := range cells {
			b.WriteString("<w:tc><w:tcPr>")
			if i == 0 && span > 1 {
				fmt.Fprintf(&b, `<w:gridSpan w:val="%d"/>`, span)
			}
			b.WriteString("</w:tcPr>")
			par(run(c, 9, false))
			b.WriteString("</w:tc>")
		}
		b.WriteString("</w:tr>")
	}
	row(1, w.columns...)
	for i, l := range lines {
		row(1, fmt.Sprint(i+1), w.goods[i], l.code, l.quantityS, w.unit, l.priceS, l.amountS)
	}
	row(3, w.total, "2705", "", "", "26676.25")
	b.WriteString(`</w:tbl><w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>`)
	return archiveOf(t, "[Content_Types].xml", []byte("<Types/>"), "word/document.xml", []byte(b.String()))
}

func TestDocuments(t *testing.T) {
	line := New(openExtractor(t))
	for _, name := range []string{"English", "Russian", "Chinese"} {
		t.Run(name, func(t *testing.T) {
			w := languages[name]
			f := line.ReadBytes(context.Background(), "invoice.docx", document(t, w))
			if f.Status != trade.Done || len(f.Papers) != 1 || f.Papers[0].Type != trade.CommercialInvoice {
				t.Fatalf("%s, %v, %d papers", f.Status, f.Reason, len(f.Papers))
			}
			want := map[string]string{"/number": "QF-2026/0417", "/issueDate": "2026-03-08", "/seller/name": w.sellerName, "/buyer/name": w.buyerName, "/deliveryTerms": "FCA Bristol", "/invoiceTotal": "26676.25 USD"}
			for i, l := range lines {
				at := fmt.Sprintf("/items/%d/", i)
				want[at+"description"], want[at+"tariffCode"], want[at+"quantity"], want[at+"amount"] = w.goods[i], l.code, l.quantityS+" PCE", l.amountS+" USD"
			}
			compareFields(t, f.Papers[0], want)
			var notes []string
			for _, n := range f.Notes {
				notes = append(notes, n.Text)
			}
			if s := strings.Join(notes, "\n"); !strings.Contains(s, "USD 99999.00") || !strings.Contains(s, "hidden words") {
				t.Errorf("the notes do not tell what is struck out or hidden: %s", s)
			}
		})
	}
}

// TestFilesWithinFiles follows papers into archives and letters.
func TestFilesWithinFiles(t *testing.T) {
	w := languages["English"]
	inv, list := invoice(t, w), packingList(t, w)
	deep := inv
	for range maxDepth + 2 {
		deep = archiveOf(t, "down.zip", deep)
	}
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, data, 0o666); err != nil {
			t.Fatal(err)
		}
		return p
	}
	names := []string{
		write("case.zip", archiveOf(t, "invoice.xlsx", inv, "inner/list.zip", archiveOf(t, "list.xlsx", list), "notes.txt", []byte("nothing here"), ".hidden", []byte("x"), "broken.pdf", []byte("%PDF-1.4 nothing"))),
		write("deep.zip", deep),
		write("letter.eml", letterOf("Invoice 99 of 1 USD is no paper of mine.", "invoice.xlsx", inv, "rest.zip", archiveOf(t, "list.xlsx", list))),
	}
	line := New(openExtractor(t))
	files := line.Read(context.Background(), names)
	var got []string
	for _, f := range files {
		rel, err := filepath.Rel(dir, f.Path)
		if err != nil {
			t.Fatal(err)
		}
		s := fmt.Sprintf("%s %s %d papers", rel, f.Status, len(f.Papers))
		if f.Reason != nil {
			s += " " + f.Reason.Code
		}
		got = append(got, s)
	}
	down := strings.Repeat("/down.zip", maxDepth)
	want := []string{
		"case.zip done 0 papers", "case.zip/invoice.xlsx done 1 papers", "case.zip/inner/list.zip done 0 papers", "case.zip/inner/list.zip/list.xlsx done 1 papers",
		"case.zip/notes.txt rejected 0 papers not_a_paper", "case.zip/.hidden rejected 0 papers not_a_paper", "case.zip/broken.pdf quarantined 0 papers corrupt",
		"deep.zip done 0 papers", "deep.zip/down.zip done 0 papers", "deep.zip/down.zip/down.zip done 0 papers", "deep.zip/down.zip/down.zip/down.zip done 0 papers",
		"deep.zip" + down + " quarantined 0 papers limit.depth",
		"letter.eml done 1 papers", "letter.eml/invoice.xlsx done 1 papers", "letter.eml/rest.zip done 0 papers", "letter.eml/rest.zip/list.xlsx done 1 papers",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("want -, got +\n%s", diff)
	}
	for _, f := range files {
		if f.SHA256 == "" && f.Reason == nil {
			t.Errorf("%s has neither a hash nor a reason", f.Path)
		}
		if len(f.Papers) == 0 || f.Path == names[2] {
			continue
		}
		data, err := line.Open(context.Background(), f.Path)
		if err != nil || !bytes.Equal(data, inv) && !bytes.Equal(data, list) {
			t.Errorf("%s cannot be opened again: %d bytes, %v", f.Path, len(data), err)
		}
		if img, problem := line.Extractor.Render(context.Background(), f.Path, data, 1, 60); problem != nil || img.Bounds().Dx() < 100 {
			t.Errorf("%s cannot be drawn: %v", f.Path, problem)
		}
	}
	if _, err := line.Open(context.Background(), names[0]+"/no.pdf"); err == nil {
		t.Error("a file that is not in the archive was opened")
	}
	if letter := files[12].Papers[0]; letter.Type != trade.OtherPaper {
		t.Errorf("the text of a letter is a %s", letter.Type.Name())
	}
	// The archive, its inner archive and the letter name the same invoice: one
	// dossier of two papers, for the copies are the same bytes.
	var dossiers []string
	for _, r := range line.Check(files) {
		var ids []string
		for _, d := range r.Dossier.Documents {
			ids = append(ids, d.Name)
		}
		dossiers = append(dossiers, fmt.Sprint(strings.TrimPrefix(r.Dossier.ID, filepath.ToSlash(dir)), ids, len(r.Unread)))
		for _, f := range r.Findings {
			t.Errorf("finding in honest papers: %s %s", f.Rule, f.Message)
		}
	}
	if diff := cmp.Diff([]string{"[invoice.xlsx list.xlsx letter.eml] 3", "/deep.zip[] 1"}, dossiers); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}
