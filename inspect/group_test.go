package inspect

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tallyman/extract/page"
	"tallyman/trade"
)

// paper makes a document of lines "path text".
func paper(t *testing.T, name string, kind trade.DocumentType, lines ...string) *trade.Document {
	t.Helper()
	d := &trade.Document{ID: name, Name: name, File: "papers/" + name, Type: kind}
	for _, l := range lines {
		path, text, _ := strings.Cut(l, " ")
		if err := d.Set(trade.Statement{Path: path, Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func TestGroup(t *testing.T) {
	invoice := func() *trade.Document {
		return paper(t, "invoice", trade.CommercialInvoice, "/number KT-286/2025", "/seller/name Alfa Trade LLP", "/buyer/name Beta OOO")
	}
	for _, tt := range []struct {
		name   string
		papers []*trade.Document
		want   string
	}{
		{"a paper cites the other", []*trade.Document{
			invoice(),
			paper(t, "cmr", trade.RoadConsignmentNote, "/invoice/number KT-286/2025"),
		}, "[[invoice cmr]]"},
		{"one wrong reference does not part papers of the same parties", []*trade.Document{
			invoice(),
			paper(t, "list", trade.PackingList, "/invoice/number KT-999/2025", "/seller/name Alfa Trade LLP", "/buyer/name Beta OOO"),
		}, "[[invoice list]]"},
		{"two invoices of strangers", []*trade.Document{
			invoice(),
			paper(t, "other", trade.CommercialInvoice, "/number 77", "/seller/name Gamma GmbH", "/buyer/name Delta SA"),
		}, "[[invoice] [other]]"},
		{"two invoices on one waybill", []*trade.Document{
			invoice(),
			paper(t, "second", trade.CommercialInvoice, "/number KT-287/2025", "/transportDocument/number 0042119", "/seller/name Alfa Trade LLP"),
			paper(t, "cmr", trade.RoadConsignmentNote, "/number 0042119", "/invoice/number KT-286/2025"),
		}, "[[invoice second cmr]]"},
		{"a bill of lading of another consignment", []*trade.Document{
			invoice(),
			paper(t, "list", trade.PackingList, "/invoice/number KT-286/2025"),
			paper(t, "bl", trade.BillOfLading, "/number XYZ123", "/consignor/name Omega Ltd", "/consignee/name Sigma AG"),
		}, "[[invoice list] [bl]]"},
		{"a photo of which nothing was read stays with the only dossier", []*trade.Document{
			invoice(),
			paper(t, "list", trade.PackingList, "/invoice/number KT-286/2025"),
			paper(t, "cmr", trade.RoadConsignmentNote),
		}, "[[invoice list cmr]]"},
		{"the same contract, two consignments", []*trade.Document{
			paper(t, "a", trade.CommercialInvoice, "/number 1001", "/contract/number K-55", "/seller/name Alfa Trade LLP"),
			paper(t, "b", trade.CommercialInvoice, "/number 1002", "/contract/number K-55", "/seller/name Alfa Trade LLP"),
		}, "[[a] [b]]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, g := range cluster(tt.papers, make([]string, len(tt.papers)), strings.EqualFold) {
				var names []string
				for _, i := range g {
					names = append(names, tt.papers[i].ID)
				}
				got = append(got, fmt.Sprint(names))
			}
			if s := fmt.Sprint(got); s != tt.want {
				t.Errorf("got %s, want %s", s, tt.want)
			}
		})
	}
}

func TestUnreadFilesStand(t *testing.T) {
	files := []File{
		{Path: "d/a.pdf", Status: trade.Done, Papers: []*trade.Document{paper(t, "a", trade.CommercialInvoice, "/number 1")}},
		{Path: "d/locked.pdf", Status: trade.Quarantined},
		{Path: "e/only.zip", Status: trade.Rejected},
	}
	got := group(files, strings.EqualFold)
	if len(got) != 2 {
		t.Fatalf("got %d dossiers, want 2: one of papers, one of nothing but an unread file", len(got))
	}
	if n := len(got[0].Unread); n != 1 {
		t.Errorf("the first dossier names %d unread files, want 1", n)
	}
	if n := len(got[1].Unread); n != 1 || len(got[1].Dossier.Documents) != 0 {
		t.Errorf("the folder without papers names %d unread files, want 1", n)
	}
}

// TestGroupInside holds what lies in archives and letters to dossiers of their
// own, unless it names the same thing as a paper beside them.
func TestGroupInside(t *testing.T) {
	in := func(path, folder, outer string, docs ...*trade.Document) File {
		return File{Path: path, Folder: folder, Status: trade.Done, Papers: docs, outer: outer}
	}
	holder := func(path string, n int) File { return File{Path: path, Folder: "d", Status: trade.Done, Holds: n} }
	files := []File{
		holder("d/one.zip", 2),
		in("d/one.zip/inv.pdf", "d/one.zip", "d/one.zip", paper(t, "inv1", trade.CommercialInvoice, "/number AB-1001", "/seller/name Alfa Trade LLP")),
		in("d/one.zip/pl.pdf", "d/one.zip", "d/one.zip", paper(t, "pl1", trade.PackingList, "/seller/name Alfa Trade LLP")),
		holder("d/two.zip", 2),
		in("d/two.zip/inv.pdf", "d/two.zip", "d/two.zip", paper(t, "inv2", trade.CommercialInvoice, "/number AB-2002", "/seller/name Alfa Trade LLP")),
		{Path: "d/two.zip/locked.pdf", Folder: "d/two.zip", Status: trade.Quarantined, outer: "d/two.zip"},
		in("d/cmr.pdf", "d", "", paper(t, "cmr", trade.RoadConsignmentNote, "/invoice/number AB-2002", "/consignor/name Alfa Trade LLP")),
		{Path: "d/broken.zip", Folder: "d", Status: trade.Quarantined},
	}
	var got []string
	for _, r := range group(files, strings.EqualFold) {
		var names []string
		for _, d := range r.Dossier.Documents {
			names = append(names, d.ID)
		}
		got = append(got, fmt.Sprint(r.Dossier.ID, names, len(r.Unread)))
	}
	want := "[d/one.zip[inv1 pl1] 0 d[inv2 cmr] 2]"
	if s := fmt.Sprint(got); s != want {
		t.Errorf("got %s, want %s", s, want)
	}
}

func TestSafeNames(t *testing.T) {
	var parts []page.Part
	for _, name := range []string{"a.pdf", "A.pdf", "../../etc/passwd", "/abs/x.pdf", `C:\temp\y.pdf`, `b\..\c.pdf`, "n\x00\n.pdf", "", "rev\u202efdp.exe", "..", "dir/a.pdf"} {
		parts = append(parts, page.Part{Name: name})
	}
	got := partNames("x/outer.zip", parts)
	want := []string{"a.pdf", "A (2).pdf", "etc/passwd", "abs/x.pdf", "temp/y.pdf", "b/c.pdf", "n__.pdf", "file 8", "rev_fdp.exe", "file 10", "dir/a.pdf"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := partNames("x/invoice.pdf.gz", []page.Part{{}}); got[0] != "invoice.pdf" {
		t.Errorf("a single packed file is called %q", got[0])
	}
}

func TestPageRange(t *testing.T) {
	if got := pageRange([]int{1, 2, 3, 5, 7, 8}); got != "1-3, 5, 7-8" {
		t.Errorf("got %q", got)
	}
}
