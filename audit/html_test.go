package audit

import (
	"bytes"
	"strings"
	"testing"

	"tallyman/rules"
	"tallyman/trade"
)

func sample(t *testing.T) *Report {
	t.Helper()
	list := &trade.Document{ID: "1", Name: "packing-list.pdf", File: "d/packing-list.pdf", Type: trade.PackingList, Status: trade.Done}
	bill := &trade.Document{ID: "2", Name: "bill.pdf", File: "d/bill.pdf", Type: trade.BillOfLading, Status: trade.Done}
	for d, text := range map[*trade.Document]string{list: "1205 KGS", bill: "3405 KGS"} {
		if err := d.Set(trade.Statement{Path: "/grossMass", Text: text, Page: 1, Box: trade.Box{X0: 10, Y0: 10, X1: 60, Y1: 20}, Reader: trade.TextLayer}); err != nil {
			t.Fatal(err)
		}
	}
	if err := list.Set(trade.Statement{Path: "/seller/name", Text: `<script>alert("x")</script>`}); err != nil {
		t.Fatal(err)
	}
	at, other := bill.GrossMass.At, list.GrossMass.At
	return &Report{
		CheckedOn: trade.Date{Year: 2026, Month: 3, Day: 5},
		Rules: map[string]*rules.Rule{"XD-01": {ID: "XD-01", Title: "papers state different gross masses", Doc: "One.\n\nTwo.",
			Sources: []rules.Source{{Title: "UCP 600, article 14(d)"}, {Title: "custom", Unverified: true}}}},
		Pictures: map[trade.Place]Picture{at: {PNG: []byte{1, 2, 3}, Width: 100, Height: 50, Mark: trade.Box{X0: 10, Y0: 10, X1: 60, Y1: 20}}},
		Dossiers: []Dossier{{
			Name: "d", Papers: []*trade.Document{list, bill},
			Findings: []rules.Finding{{Rule: "XD-01", Severity: rules.High, Message: "gross mass 3405 kg here, 1205 kg on packing-list.pdf",
				At: at, Related: []trade.Place{other}, Figures: []rules.Figure{{Name: "difference", Value: "2200", Unit: "KGM"}},
				Innocent: []string{"the carrier weighed the container"}}},
			Unread: []Unread{{File: "d/locked.pdf", Status: trade.Quarantined, Code: "needs_password", Reason: "the file needs a password"}},
			NotRun: []rules.NotRun{{Rule: "DT-08", Reason: "no date of receipt is known"}},
		}},
		Versions: Versions{Tallyman: "test", Rules: "r", Reference: "none", Model: "none", Readers: []string{"pdfium"}},
	}
}

func page(t *testing.T, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.HTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestHTMLShowsTheFindingWhole(t *testing.T) {
	got := page(t, sample(t))
	for _, want := range []string{
		"1 discrepancy in 2 papers; 1 file not read, or not whole",
		"gross mass 3405 kg here, 1205 kg on packing-list.pdf",
		"papers state different gross masses", "UCP 600, article 14(d)", "not yet verified",
		"the carrier weighed the container", "2200 kg", "data:image/png;base64,AQID",
		"1205 KGS", "3405 KGS", "the file needs a password", "no date of receipt is known", "2026-03-05",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestHTMLTakesNothingFromAPaperAsMarkup(t *testing.T) {
	got := page(t, sample(t))
	if strings.Contains(got, "<script") {
		t.Error("text of a paper became markup")
	}
	for _, outside := range []string{"http://", "https://", "src=\"/", "@import", "url("} {
		if strings.Contains(got, outside) {
			t.Errorf("the page asks for something outside: %s", outside)
		}
	}
}

func TestHTMLIsTheSameEachTime(t *testing.T) {
	if a, b := page(t, sample(t)), page(t, sample(t)); a != b {
		t.Error("two pages of the same report differ")
	}
}

func TestVerdict(t *testing.T) {
	low := rules.Finding{Severity: rules.Low}
	high := rules.Finding{Severity: rules.High}
	two := make([]*trade.Document, 2)
	for _, tt := range []struct {
		d               Dossier
		sentence, class string
	}{
		{Dossier{Papers: two}, "no discrepancy in 2 papers", "clear"},
		{Dossier{Papers: two[:1], Findings: []rules.Finding{high, high}}, "2 discrepancies in 1 paper", "high"},
		{Dossier{Papers: two, Findings: []rules.Finding{low}}, "no discrepancy in 2 papers, 1 thing to look at", "low"},
		{Dossier{Papers: two, Unread: make([]Unread, 1)}, "no discrepancy in 2 papers; 1 file not read, or not whole", "unread"},
		{Dossier{Unread: make([]Unread, 1)}, "no paper could be read", "unread"},
		{Dossier{Unread: []Unread{{Aside: true}}}, "no paper lies here", "clear"},
		{Dossier{Papers: two, Unread: []Unread{{Aside: true}}}, "no discrepancy in 2 papers", "clear"},
	} {
		if s, c := Verdict(tt.d); s != tt.sentence || c != tt.class {
			t.Errorf("got %q %q, want %q %q", s, c, tt.sentence, tt.class)
		}
	}
}

func TestFieldName(t *testing.T) {
	for path, want := range map[string]string{
		"/grossMass": "gross mass", "/items/2/netMass": "line 3, net mass", "/seller/name": "seller, name",
		"/equipment/0/seals/1": "container or wagon 1, seal 2",
	} {
		if got := FieldName(path); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

func TestEveryFieldHasWords(t *testing.T) {
	d := &trade.Document{}
	for _, path := range compared {
		if err := d.Set(trade.Statement{Path: path, Text: "1"}); err != nil {
			t.Error(err)
		}
		for _, seg := range strings.Split(path[1:], "/") {
			if _, ok := fieldWords[seg]; !ok && seg != "0" && seg != "1" {
				t.Errorf("no words for %q of %s", seg, path)
			}
		}
	}
}

func TestRiskGrowsAndStaysBelowOne(t *testing.T) {
	d := Dossier{}
	last := d.Risk()
	if last != 0 {
		t.Errorf("risk of nothing is %v", last)
	}
	for range 3 {
		d.Findings = append(d.Findings, rules.Finding{Severity: rules.High})
		if r := d.Risk(); r <= last || r >= 1 {
			t.Errorf("risk %v after %v", r, last)
		} else {
			last = r
		}
	}
}
