package rulestest

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tallyman/rules"
	"tallyman/trade"
)

// exceeds is a rule with all that the cases can ask for.
var exceeds = &rules.Rule{
	ID: "ZZ-01", Title: "net mass exceeds gross mass", Doc: "A rule to test the tests of rules.",
	Severity: rules.High, Sources: []rules.Source{{Title: "no source"}},
	Run: func(p *rules.Pass) error {
		any := false
		for _, d := range p.Dossier.Documents {
			any = any || d.NetMass.Known()
			if d.Status == trade.Partial {
				p.Note(rules.Finding{At: trade.Place{Document: d.ID}, Message: "read in part: " + d.Reason})
			}
			switch {
			case len(d.NetMass.Alternatives) > 0 || !d.NetMass.Known():
			case d.NetMass.Value.Kilograms() > d.GrossMass.Value.Kilograms():
				p.Report(rules.Finding{
					At: d.NetMass.At, Related: []trade.Place{d.GrossMass.At}, Doubtful: d.GrossMass.Reader.Optical(),
					Message: "net " + d.NetMass.Value.String() + ", gross " + d.GrossMass.Value.String(),
				})
			}
		}
		if !any {
			return errors.New("no mass is stated")
		}
		return nil
	},
}

func TestCasesThatHold(t *testing.T) {
	if got := check("testdata/good", nil, exceeds); len(got) > 0 {
		t.Errorf("problems where there are none:\n%s", strings.Join(got, "\n"))
	}
}

func TestCasesThatFail(t *testing.T) {
	undocumented := &rules.Rule{ID: "ZZ-02", Title: "Capitalized title.", Run: exceeds.Run}
	got := check("testdata/bad", nil, exceeds, undocumented)
	want := []string{
		`rule "ZZ-02" has a title that ends with a period`,
		`rule "ZZ-02" is undocumented`,
		`rule "ZZ-02" names no source`,
		`bad/ZZ-01/form.txtar:1: the first line is no sentence that tells the case`,
		`bad/ZZ-01/form.txtar:4: no field "/noSuchField" in a document`,
		`bad/ZZ-01/form.txtar:5: no option [colour red]`,
		`bad/ZZ-01/form.txtar:6: nothing is printed in /netMass`,
		`bad/ZZ-01/form.txtar:7: "what" is no field, and none of type, status, pages, prints and seen`,
		`bad/ZZ-01/form.txtar:8: want: no severity "loud": it is one of info, low, medium, high`,
		`bad/ZZ-01/form.txtar:9: two papers are called packing-list`,
		`bad/ZZ-01/missing.txtar:4: no finding matching "net 100"`,
		`bad/ZZ-01/severity.txtar:4: the severity is high, not low: net 120 KGM, gross 110 KGM`,
		`bad/ZZ-01/unexpected.txtar:4: unexpected finding: ZZ-01 high at "/netMass": net 120 KGM, gross 110 KGM`,
		`rule ZZ-02 has no case that objects: no file in bad/ZZ-02 has a want`,
		`rule ZZ-02 has no case that looks wrong but is not: every file in bad/ZZ-02 has a want`,
		`bad/ZZ-99: no rule ZZ-99 was given to run its cases`,
	}
	for i := range got {
		got[i] = strings.ReplaceAll(filepath.ToSlash(got[i]), "testdata/", "")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestStatement(t *testing.T) {
	for _, c := range []struct {
		text string
		want trade.Statement
	}{
		{"1205 KGM", trade.Statement{Text: "1205 KGM", Page: 1, Confidence: 1, Reader: trade.TextLayer}},
		{"[ocr 0.62, page 2, unit KGS] 1205", trade.Statement{Text: "1205", Unit: "KGS", Page: 2, Confidence: 0.62, Reader: trade.FirstOCR}},
		{"[or 1206 KGM 0.3] 1205 KGM", trade.Statement{Text: "1205 KGM", Page: 1, Confidence: 1, Reader: trade.TextLayer,
			Alternatives: []trade.Alternative[string]{{Value: "1206 KGM", Probability: 0.3}}}},
	} {
		got, err := statement("/grossMass", c.text)
		c.want.Path = "/grossMass"
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: error %v, statement (-want +got):\n%s", c.text, err, diff)
		}
	}
	for _, bad := range []string{"[ocr 1.5] 12", "[page two] 12", "[or 12] 13", "[] 12"} {
		if _, err := statement("/grossMass", bad); err == nil {
			t.Errorf("%s: no error", bad)
		}
	}
}
