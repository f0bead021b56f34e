package catalogue

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// forbidden are the packages that a rule must not import, and why.
var forbidden = map[string]string{
	"os":        "a rule reads no file",
	"net":       "a rule asks no network",
	"math/rand": "the same papers give the same findings next year",
}

// A rule is a function of a dossier: it reads no clock, no file and no network,
// and knows neither readers nor models nor another family.
func TestRulesKnowOnlyTheDossier(t *testing.T) {
	files, err := filepath.Glob("../*/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files of rules found: %v", err)
	}
	for _, name := range files {
		family := filepath.Base(filepath.Dir(name))
		if strings.HasSuffix(name, "_test.go") || family == "catalogue" || family == "rulestest" {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			path, _ := strconv.Unquote(i.Path.Value)
			first, _, _ := strings.Cut(path, "/")
			why := forbidden[path]
			if why == "" {
				why = forbidden[first]
			}
			if why != "" {
				t.Errorf("%s imports %s: %s", name, path, why)
			}
			if first == "tallyman" && path != "tallyman/trade" && path != "tallyman/rules" {
				t.Errorf("%s imports %s: a rule knows trade and rules only", name, path)
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" && (s.Sel.Name == "Now" || s.Sel.Name == "Since") {
					t.Errorf("%s reads the clock: what is today comes with the dossier", name)
				}
			}
			return true
		})
	}
}
