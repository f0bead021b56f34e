package zipfile

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"

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

func TestKind(t *testing.T) {
	book := pack(t, "[Content_Types].xml", "", "xl/workbook.xml", "")
	for _, tt := range []struct {
		name string
		data []byte
		want string
	}{
		{"a workbook", book, XLSX},
		{"a document", pack(t, "[Content_Types].xml", "", "word/document.xml", ""), DOCX},
		{"an OpenDocument sheet", pack(t, "mimetype", ODS, "content.xml", ""), ODS},
		{"an OpenDocument text", pack(t, "mimetype", ODT, "content.xml", ""), ODT},
		{"an archive of workbooks", pack(t, "a.xlsx", string(book)), Plain},
		{"a workbook that was unpacked and packed in a folder", pack(t, "case/[Content_Types].xml", "", "case/xl/workbook.xml", ""), Plain},
		{"no archive", []byte("PK is a word"), ""},
		{"a cut workbook", book[:40], Plain},
	} {
		if got := Kind(tt.data); got != tt.want {
			t.Errorf("%s is %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestTraps(t *testing.T) {
	code := func(err error) string {
		var p *page.Problem
		if errors.As(err, &p) {
			return p.Code
		}
		return ""
	}
	if _, err := Open(pack(t, "xl/sheet.xml", "1", "xl/SHEET.xml", "2")); code(err) != page.Corrupt {
		t.Errorf("two parts of one name: %v", err)
	}
	f, err := Open(pack(t, "xl/bomb.xml", strings.Repeat(" ", 40<<20), "xl/deep.xml", strings.Repeat("<a>", 300)+strings.Repeat("</a>", 300), "xl/dtd.xml", `<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>`, "xl/ok.xml", `<a b="c"/>`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Bytes("xl/bomb.xml"); code(err) != page.LimitRatio {
		t.Errorf("a bomb: %v", err)
	}
	drain := func(name string) error {
		d, err := f.XML(name)
		if err != nil {
			return err
		}
		for {
			tok, err := d.Next()
			if tok == nil {
				return err
			}
		}
	}
	if err := drain("xl/deep.xml"); code(err) != page.LimitDepth {
		t.Errorf("300 elements deep: %v", err)
	}
	if err := drain("xl/dtd.xml"); code(err) != page.Corrupt {
		t.Errorf("a document type: %v", err)
	}
	if err := drain("/xl/OK.xml"); err != nil {
		t.Errorf("an honest part: %v", err)
	}
	if d, err := f.XML("xl/none.xml"); d != nil || err != nil {
		t.Errorf("a part that is not there: %v, %v", d, err)
	}
}
