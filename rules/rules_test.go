package rules

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tallyman/trade"
)

func place(document, path string) trade.Place {
	return trade.Place{Document: document, Path: path, Page: 1}
}

// says makes a rule that reports one finding at each place.
func says(id string, at ...trade.Place) *Rule {
	return &Rule{ID: id, Severity: Medium, Run: func(p *Pass) error {
		for _, a := range at {
			p.Reportf(a, nil, "found at %s", a.Path)
		}
		return nil
	}}
}

func TestRunSortsFindings(t *testing.T) {
	d := &trade.Dossier{Documents: []*trade.Document{{ID: "a"}, {ID: "b"}}}
	findings, notRun := Run(d, nil,
		says("XD-02", place("b", "/netMass"), place("a", "/netMass")),
		says("XD-01", place("b", "/grossMass"), place("a", "/netMass")))
	var got []string
	for _, f := range findings {
		got = append(got, f.At.Document+f.At.Path+" "+f.Rule)
	}
	want := []string{"a/netMass XD-01", "a/netMass XD-02", "b/grossMass XD-01", "b/netMass XD-02"}
	if diff := cmp.Diff(want, got); diff != "" || len(notRun) > 0 {
		t.Errorf("not run %v, order (-want +got):\n%s", notRun, diff)
	}
}

// A rule that fails or panics takes nothing from the others, and is named.
func TestRunNamesRulesThatCouldNotRun(t *testing.T) {
	fails := &Rule{ID: "XD-01", Run: func(*Pass) error { return errors.New("no date is known") }}
	panics := &Rule{ID: "XD-02", Run: func(*Pass) error { panic("index out of range") }}
	findings, notRun := Run(&trade.Dossier{}, nil, panics, fails, says("XD-03", place("a", "/marks")))
	want := []NotRun{{"XD-01", "no date is known"}, {"XD-02", "the rule failed: index out of range"}}
	if diff := cmp.Diff(want, notRun); diff != "" {
		t.Errorf("not run (-want +got):\n%s", diff)
	}
	if len(findings) != 1 || findings[0].Rule != "XD-03" {
		t.Errorf("findings %v, want one of XD-03", findings)
	}
}

func TestSeverityOfFindings(t *testing.T) {
	r := &Rule{ID: "XD-01", Severity: High, Run: func(p *Pass) error {
		p.Report(Finding{Message: "1 as the rule"})
		p.Report(Finding{Message: "2 its own", Severity: Low})
		p.Report(Finding{Message: "3 doubtful", Doubtful: true})
		p.Note(Finding{Message: "4 a fact"})
		return nil
	}}
	findings, _ := Run(&trade.Dossier{}, nil, r)
	var got []Severity
	for _, f := range findings {
		got = append(got, f.Severity)
	}
	if diff := cmp.Diff([]Severity{High, Low, Low, Info}, got); diff != "" {
		t.Errorf("severities (-want +got):\n%s", diff)
	}
}

// An inspector's decision survives another wording, another page and another
// severity, but not another place.
func TestID(t *testing.T) {
	f := Finding{Rule: "XD-01", Message: "one", At: place("a", "/grossMass"), Related: []trade.Place{place("b", "/grossMass")}}
	same := Finding{Rule: "XD-01", Message: "two", Severity: High, At: trade.Place{Document: "a", Path: "/grossMass", Page: 7}, Related: f.Related}
	if f.ID() != same.ID() || len(f.ID()) != 16 {
		t.Errorf("IDs %s and %s: want the same sixteen digits", f.ID(), same.ID())
	}
	for name, other := range map[string]Finding{
		"rule":    {Rule: "XD-02", At: f.At, Related: f.Related},
		"paper":   {Rule: "XD-01", At: place("c", "/grossMass"), Related: f.Related},
		"field":   {Rule: "XD-01", At: place("a", "/netMass"), Related: f.Related},
		"related": {Rule: "XD-01", At: f.At},
	} {
		if other.ID() == f.ID() {
			t.Errorf("another %s has the same ID", name)
		}
	}
}

func TestCompare(t *testing.T) {
	reading := func(value int, others, confusions []int) trade.Reading[int] {
		r := trade.Reading[int]{Value: value, Text: "printed", Confusions: confusions}
		for _, o := range others {
			r.Alternatives = append(r.Alternatives, trade.Alternative[int]{Value: o, Probability: 0.3})
		}
		return r
	}
	differ := func(a, b int) bool { return a != b }
	for _, c := range []struct {
		name string
		a, b trade.Reading[int]
		want Verdict
	}{
		{"equal", reading(12, nil, nil), reading(12, nil, nil), Agree},
		{"different", reading(12, nil, nil), reading(17, nil, nil), Conflict},
		{"absent", reading(12, nil, nil), trade.Reading[int]{}, Agree},
		{"unreadable", reading(12, nil, nil), trade.Reading[int]{Text: "?", Problem: "no number"}, Agree},
		{"an alternative agrees", reading(12, []int{17}, nil), reading(17, nil, nil), Agree},
		{"two alternatives agree", reading(12, []int{15}, nil), reading(17, []int{15}, nil), Agree},
		{"one misread character", reading(12, nil, []int{17}), reading(17, nil, nil), Doubtful},
		{"one misread character of the other", reading(12, nil, nil), reading(17, nil, []int{12}), Doubtful},
		{"two misread characters", reading(12, nil, []int{15}), reading(17, nil, []int{15}), Conflict},
	} {
		if got := Compare(c.a, c.b, differ); got != c.want {
			t.Errorf("%s: verdict %d, want %d", c.name, got, c.want)
		}
	}
}

func TestSeverityAsText(t *testing.T) {
	for s := Info; s <= High; s++ {
		b, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var back Severity
		if err := json.Unmarshal(b, &back); err != nil || back != s {
			t.Errorf("%s came back as %v, %v", b, back, err)
		}
	}
	var s Severity
	if err := s.UnmarshalText([]byte("grave")); err == nil {
		t.Error("a severity that there is not was read")
	}
}

func TestValidate(t *testing.T) {
	whole := Rule{ID: "XD-01", Title: "papers state different masses", Doc: "Look at them.", Sources: []Source{{Title: "UCP 600"}}, Run: func(*Pass) error { return nil }}
	if err := Validate(&whole); err != nil {
		t.Errorf("a whole rule: %v", err)
	}
	for want, change := range map[string]func(r *Rule){
		"no ID":           func(r *Rule) { r.ID = "XD1" },
		"no title":        func(r *Rule) { r.Title = "" },
		"letters":         func(r *Rule) { r.Title = strings.Repeat("long ", 20) },
		"period":          func(r *Rule) { r.Title += "." },
		"capital":         func(r *Rule) { r.Title = "Papers differ" },
		"undocumented":    func(r *Rule) { r.Doc = " \n" },
		"no source":       func(r *Rule) { r.Sources = nil },
		"without a title": func(r *Rule) { r.Sources = []Source{{URL: "https://example.org"}} },
		"nothing":         func(r *Rule) { r.Run = nil },
	} {
		r := whole
		change(&r)
		if err := Validate(&r); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
	if err := Validate(&whole, &whole); err == nil {
		t.Error("two rules have one ID")
	}
	if err := Validate(&Rule{ID: "XD-01", Title: "CMR names another carrier", Doc: "Look.", Sources: whole.Sources, Run: whole.Run}); err != nil {
		t.Errorf("an abbreviation at the head of a title: %v", err)
	}
}
