package main

import (
	"go/format"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tallyman/rules"
	"tallyman/rules/rulestest"
)

// project makes a folder with the list of one family.
func project(t *testing.T) string {
	root := t.TempDir()
	folder := filepath.Join(root, "rules", "crossdoc")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		filepath.Join(root, "go.mod"):        "module tallyman\n",
		filepath.Join(folder, "crossdoc.go"): "package crossdoc\n\nimport \"tallyman/rules\"\n\n// Rules are listed.\nvar Rules = []*rules.Rule{\n\tGrossMassDiffers,\n}\n\nfunc other() {\n}\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestBegin(t *testing.T) {
	root := project(t)
	var out strings.Builder
	if err := begin(root, "XD-99", &out); err != nil {
		t.Fatal(err)
	}
	code := read(t, root, "rules", "crossdoc", "xd99.go")
	if formatted, err := format.Source([]byte(code)); err != nil || string(formatted) != code {
		t.Errorf("the rule is no formatted Go (%v):\n%s", err, code)
	}
	for _, want := range []string{"package crossdoc\n", `ID:       "XD-99"`, "var XD99 ="} {
		if !strings.Contains(code, want) {
			t.Errorf("the rule has no %q:\n%s", want, code)
		}
	}
	if list := read(t, root, "rules", "crossdoc", "crossdoc.go"); !strings.Contains(list, "\tGrossMassDiffers,\n\tXD99,\n}\n\nfunc other() {\n}\n") {
		t.Errorf("the list does not end with the rule:\n%s", list)
	}
	for _, want := range []string{"go test ./rules/crossdoc", "make generate", `commit as "XD-99: ..."`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the output does not say %q:\n%s", want, &out)
		}
	}
	if err := begin(root, "XD-99", &out); err == nil {
		t.Error("a second rule of the same ID was begun")
	}
}

// The cases that are written are cases: they load, and one of them is about the
// value that the rule of the template looks at.
func TestCasesLoad(t *testing.T) {
	root := project(t)
	if err := begin(root, "XD-99", &strings.Builder{}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"objects": 1, "looks_wrong_ok": 0} {
		d, err := rulestest.Load(filepath.Join(root, "rules", "crossdoc", "testdata", "XD-99", name+".txtar"))
		if err != nil {
			t.Fatal(err)
		}
		sample := &rules.Rule{ID: "XD-99", Severity: rules.Low, Run: func(p *rules.Pass) error {
			for _, d := range p.Dossier.Documents {
				if d.NetMass.Known() && d.GrossMass.Absent() {
					p.Reportf(d.NetMass.At, nil, "net mass %v here, and no gross mass", d.NetMass.Value)
				}
			}
			return nil
		}}
		if findings, _ := rules.Run(d, nil, sample); len(findings) != want {
			t.Errorf("%s: %d findings, want %d", name, len(findings), want)
		}
	}
}

func TestNewFamily(t *testing.T) {
	root := project(t)
	var out strings.Builder
	if err := begin(root, "PR-99", &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "add price.Rules to rules/catalogue/catalogue.go") {
		t.Errorf("the output does not say how to gather a new family:\n%s", &out)
	}
	for _, name := range []string{"price.go", "price_test.go", "pr99.go"} {
		src := read(t, root, "rules", "price", name)
		if formatted, err := format.Source([]byte(src)); err != nil || string(formatted) != src {
			t.Errorf("%s is no formatted Go: %v", name, err)
		}
	}
}

func TestRefused(t *testing.T) {
	root := project(t)
	for _, id := range []string{"", "XD-1", "xd-36", "QQ-01", "AR-01"} {
		if err := begin(root, id, &strings.Builder{}); err == nil {
			t.Errorf("%q was begun", id)
		}
	}
	if err := begin(t.TempDir(), "XD-99", &strings.Builder{}); err == nil {
		t.Error("a rule was begun outside of the project")
	}
}
