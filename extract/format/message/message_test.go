package message

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tallyman/extract/page"
	"tallyman/trade"
)

// fields reads a message and lists the fields of its one paper, as the rest of
// the program will see them.
func fields(t *testing.T, data []byte) (trade.DocumentType, []string) {
	t.Helper()
	a, err := Reader.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Papers) != 1 {
		t.Fatalf("%d papers", len(a.Papers))
	}
	d := &trade.Document{Type: a.Papers[0].Type}
	for _, st := range a.Papers[0].Statements {
		if err := d.Set(st); err != nil {
			t.Errorf("%s: %v", st.Path, err)
		}
	}
	var all []string
	for _, f := range d.Fields() {
		if f.Problem != "" {
			t.Errorf("%s %q: %s", f.Path, f.Text, f.Problem)
		}
		all = append(all, f.Path+" "+f.Value)
	}
	return d.Type, all
}

var update = flag.Bool("update", false, "write the golden files anew")

func TestMessages(t *testing.T) {
	names, _ := filepath.Glob("testdata/*.xml")
	if len(names) == 0 {
		t.Fatal("no messages in testdata")
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if Reader.Detect(data) == "" {
				t.Error("not detected")
			}
			typ, got := fields(t, data)
			golden := strings.TrimSuffix(name, ".xml") + ".golden"
			text := string(typ) + "\n" + strings.Join(got, "\n") + "\n"
			if *update {
				if err := os.WriteFile(golden, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), text); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	const body = `<ASYCUDA><Identification><Type><Type_of_declaration>EX</Type_of_declaration></Type></Identification><Traders><Exporter><Exporter_name>Пример</Exporter_name></Exporter></Traders></ASYCUDA>`
	wide := func(s string) []byte {
		b := []byte{0xFF, 0xFE}
		for _, r := range s {
			b = append(b, byte(r), byte(r>>8))
		}
		return b
	}
	cyrillic := []byte(`<?xml version="1.0" encoding="windows-1251"?>`)
	for _, r := range body {
		switch {
		case r < 128:
			cyrillic = append(cyrillic, byte(r))
		case r >= 'А' && r <= 'я':
			cyrillic = append(cyrillic, byte(r-'А'+0xC0))
		}
	}
	for name, data := range map[string][]byte{
		"plain": []byte(body), "mark": []byte("\ufeff" + body), "wide": wide(`<?xml version="1.0" encoding="UTF-16"?>` + body), "1251": cyrillic,
	} {
		typ, got := fields(t, data)
		if typ != trade.ExportDeclaration || len(got) != 1 || got[0] != "/consignor/name Пример" {
			t.Errorf("%s: %s %q", name, typ, got)
		}
	}
}

func TestRefused(t *testing.T) {
	deep := strings.Repeat("<a>", maxDepth+2)
	for _, tt := range []struct{ name, text, code string }{
		{"entities", `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "b">]><ASYCUDA>&b;</ASYCUDA>`, page.UnsupportedType},
		{"deep", `<?xml version="1.0"?>` + deep, page.LimitDepth},
		{"cut off", `<?xml version="1.0"?><ASYCUDA><Item>`, page.Corrupt},
		{"two roots", `<ASYCUDA></ASYCUDA><ASYCUDA></ASYCUDA>`, page.Corrupt},
		{"something else", `<?xml version="1.0"?><project/>`, page.NotAPaper},
		{"empty", `<?xml version="1.0"?><ASYCUDA/>`, page.Unreadable},
		{"encoding", `<?xml version="1.0" encoding="no-such"?><ASYCUDA/>`, page.Corrupt},
	} {
		_, err := Reader.Read([]byte(tt.text))
		var p *page.Problem
		if !errors.As(err, &p) || p.Code != tt.code {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.code)
		}
	}
	if Reader.Detect([]byte(`<?xml version="1.0"?><svg/>`)) != "" || Reader.Detect([]byte("<html></html>")) != "" {
		t.Error("a picture or a page is taken for a message")
	}
}

// A price for several pieces, or before a discount of the line, is not the
// price of one piece, and is not stated as that.
func TestPriceOfOne(t *testing.T) {
	const whole = `<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"><ID>7</ID><InvoiceLine><InvoicedQuantity unitCode="C62">4</InvoicedQuantity>%s<Price><PriceAmount currencyID="EUR">5.00</PriceAmount>%s</Price></InvoiceLine></Invoice>`
	for _, tt := range []struct {
		charge, base string
		stated       bool
	}{
		{"", "", true},
		{"", "<BaseQuantity>1.00</BaseQuantity>", true},
		{"", "<BaseQuantity>10</BaseQuantity>", false},
		{"", "<BaseQuantity>1.5</BaseQuantity>", false},
		{"<AllowanceCharge><Amount>1</Amount></AllowanceCharge>", "", false},
	} {
		_, got := fields(t, fmt.Appendf(nil, whole, tt.charge, tt.base))
		if stated := strings.Contains(strings.Join(got, "\n"), "/items/0/unitPrice 5.00 EUR"); stated != tt.stated {
			t.Errorf("%q %q: %q", tt.charge, tt.base, got)
		}
	}
}

// Every path of the table is a field that exists.
func TestTable(t *testing.T) {
	for _, k := range kinds() {
		if len(k.roots) == 0 || k.typ == "" {
			t.Errorf("%s has no root or no type", k.name)
		}
		check := func(path string) {
			d := &trade.Document{}
			if err := d.Set(trade.Statement{Path: path, Text: "1", Reader: trade.Structured, Confidence: 1}); err != nil {
				t.Errorf("%s: %v", k.name, err)
			}
		}
		for _, f := range k.fields {
			check(f.path)
		}
		for _, l := range k.lists {
			for _, f := range l.fields {
				check(fmt.Sprintf("%s/0%s", l.prefix, f.path))
			}
		}
	}
}

// Every file of the sets of messages ends with a paper or a reason.
func TestCorpus(t *testing.T) {
	const corpus = "../../../../shared/corpus"
	if _, err := os.Stat(corpus); err != nil {
		t.Skip("the sets of messages are not beside the project")
	}
	n, papers := 0, 0
	for _, set := range []string{"ru-esad-xml", "al-asycuda-xml", "en16931-examples", "xrechnung-testsuite", "peppol-bis3", "ubl-2.3-examples", "uk-hmrc-cds-xml", "iata-xfwb"} {
		filepath.WalkDir(filepath.Join(corpus, set), func(name string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() || filepath.Ext(name) != ".xml" {
				return err
			}
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			n++
			if Reader.Detect(data) == "" {
				t.Errorf("%s is not detected", name)
			}
			a, err := Reader.Read(data)
			var p *page.Problem
			switch {
			case errors.As(err, &p) && p.Code == page.NotAPaper:
			case err != nil:
				t.Errorf("%s: %v", name, err)
			case len(a.Papers) == 0:
				t.Errorf("%s: neither a paper nor a reason", name)
			default:
				papers++
			}
			return nil
		})
	}
	t.Logf("%d messages, %d papers", n, papers)
	if papers < n/2 {
		t.Errorf("only %d of %d messages are papers", papers, n)
	}
}

func FuzzRead(f *testing.F) {
	names, _ := filepath.Glob("testdata/*.xml")
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		Reader.Detect(data)
		a, err := Reader.Read(data)
		if err == nil && len(a.Papers) == 0 {
			t.Error("neither a paper nor a reason")
		}
	})
}
