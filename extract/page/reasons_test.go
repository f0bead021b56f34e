package page

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// constants are the codes of reasons by the names of their constants: the first
// group of reason.go.
func constants(t *testing.T) map[string]string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "reason.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, spec := range f.Decls[0].(*ast.GenDecl).Specs {
		v := spec.(*ast.ValueSpec)
		code, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		all[v.Names[0].Name] = code
	}
	return all
}

// TestEveryReasonHasWords: no code lacks its sentence and its action, in either
// language, and the table has no other codes.
func TestEveryReasonHasWords(t *testing.T) {
	codes := map[string]bool{}
	for name, code := range constants(t) {
		codes[code] = true
		if _, ok := ReasonOf(code); !ok {
			t.Errorf("%s (%s) is not in the table", name, code)
		}
	}
	seen := map[string]bool{}
	for _, r := range Reasons {
		if !codes[r.Code] || seen[r.Code] {
			t.Errorf("%s: no constant, or twice", r.Code)
		}
		seen[r.Code] = true
		for i, s := range []string{r.Says.English, r.Action.English, r.Says.Russian, r.Action.Russian} {
			if len(s) < 8 || !strings.HasSuffix(s, ".") || strings.Contains(strings.TrimSuffix(s, "."), ". ") {
				t.Errorf("%s: %q is not one sentence", r.Code, s)
			}
			if russian := strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }); russian != (i > 1) {
				t.Errorf("%s: %q is in the wrong language", r.Code, s)
			}
		}
	}
}

// TestNoOtherReasons reads the program: wherever it makes a Problem, or ends a
// file, the code is one of the constants.
func TestNoOtherReasons(t *testing.T) {
	known := constants(t)
	used := map[string]bool{}
	made := 0
	root := "../.."
	err := filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			return nil // half written by somebody; the compiler says so
		}
		here := f.Name.Name == "page"
		hold := func(x ast.Expr) {
			made++
			switch x := x.(type) {
			case *ast.SelectorExpr:
				if _, ok := known[x.Sel.Name]; ok && ident(x.X) == "page" {
					used[x.Sel.Name] = true
					return
				}
			case *ast.Ident:
				if _, ok := known[x.Name]; ok && here {
					used[x.Name] = true
					return
				}
				if x.Name == "code" {
					return // handed on by a function whose callers are looked at
				}
			}
			t.Errorf("%s: a reason that is no constant of this package", set.Position(x.Pos()))
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				if typ := ident(n.Type); typ != "Problem" && typ != "page.Problem" || len(n.Elts) == 0 {
					return true
				}
				for i, el := range n.Elts {
					if kv, ok := el.(*ast.KeyValueExpr); !ok && i == 0 {
						hold(el)
					} else if ok && ident(kv.Key) == "Code" {
						hold(kv.Value)
					}
				}
			case *ast.AssignStmt:
				s, ok := n.Lhs[0].(*ast.SelectorExpr)
				if ok && s.Sel.Name == "Code" && (strings.HasSuffix(ident(s.X), ".Reason") || strings.HasSuffix(ident(s.X), ".Problem")) {
					hold(n.Rhs[0])
				}
			case *ast.CallExpr:
				if s, ok := n.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "ended" && len(n.Args) == 3 {
					hold(n.Args[1])
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if made < 80 {
		t.Fatalf("%d problems are made in the whole program: the test sees too little", made)
	}
	for name := range known {
		if !used[name] {
			t.Errorf("%s is used nowhere", name)
		}
	}
}

func ident(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return ident(x.X) + "." + x.Sel.Name
	}
	return ""
}

func TestProper(t *testing.T) {
	var none *Problem
	for _, tt := range []struct {
		p    *Problem
		want bool
	}{
		{none, true}, {&Problem{Code: Corrupt, Text: "x"}, true}, {&Problem{Code: "all_is_well"}, false},
		{&Problem{}, false}, {&Problem{Code: Corrupt, Text: "\xff"}, false}, {&Problem{Code: Corrupt, Text: strings.Repeat("x", 5000)}, false},
	} {
		if got := tt.p.Proper(); got != tt.want {
			t.Errorf("%v: %v", tt.p, got)
		}
	}
}

// docs/sandbox.md has the same table.
func TestReasonsAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("../../docs/sandbox.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range Reasons {
		if row := "| `" + r.Code + "` | " + r.Says.English + " | " + r.Action.English + " |\n"; !strings.Contains(string(doc), row) {
			t.Errorf("docs/sandbox.md lacks the row\n%s", row)
		}
	}
}
