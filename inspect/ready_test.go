package inspect_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"tallyman/extract"
	"tallyman/fixtures"
	"tallyman/inspect"
	"tallyman/rules"
	"tallyman/trade"
)

func TestMain(m *testing.M) {
	extract.ChildMain() // the test binary is its own reader child
	os.Exit(m.Run())
}

// TestReadyDossiers runs the whole line over the dossiers that come with the
// project: the planted rule is found, and nothing else is a discrepancy.
func TestReadyDossiers(t *testing.T) {
	x, err := extract.Open(extract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	line := inspect.New(x)
	line.Now = trade.Date{Year: 2026, Month: 12, Day: 31}
	for _, r := range fixtures.ReadyMade {
		t.Run(r.Name, func(t *testing.T) {
			folder := filepath.Join("..", "fixtures", r.Name)
			d, err := fixtures.Read(folder)
			if err != nil {
				t.Fatal(err)
			}
			names, err := inspect.Walk([]string{folder})
			if err != nil {
				t.Fatal(err)
			}
			results := line.Check(line.Read(context.Background(), names))
			if len(results) != 1 {
				t.Fatalf("%d dossiers, want 1", len(results))
			}
			var want, also []string
			for _, p := range d.Planted {
				want, also = append(want, p.Rule), append(also, p.Also...)
			}
			var found []string
			for _, f := range results[0].Findings {
				if f.Severity >= rules.Low {
					found = append(found, f.Rule)
				}
				if f.Severity >= rules.Medium && !slices.Contains(want, f.Rule) && !slices.Contains(also, f.Rule) {
					t.Errorf("%s %s: %s", f.Rule, f.Severity, f.Message)
				}
			}
			for _, rule := range want {
				if !slices.Contains(found, rule) {
					t.Errorf("%s is not among %v", rule, found)
				}
			}
			for _, doc := range results[0].Dossier.Documents {
				i := slices.IndexFunc(d.Papers, func(p fixtures.Paper) bool { return p.File == filepath.Base(doc.File) })
				if i < 0 || d.Papers[i].Type != doc.Type {
					t.Errorf("%s is taken for a %s", doc.Name, doc.Type.Name())
				}
			}
		})
	}
}
