package catalogue

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"tallyman/rules"
	"tallyman/rules/language"
	"tallyman/rules/rulestest"
	"tallyman/trade"
)

// What the rules say over all their cases is said in Russian too.
func TestCasesInRussian(t *testing.T) {
	cases, err := filepath.Glob("../*/testdata/*/*.txtar")
	if err != nil || len(cases) < 100 {
		t.Fatalf("%d cases: %v", len(cases), err)
	}
	missing := map[string]bool{}
	for _, name := range cases {
		if strings.Contains(filepath.ToSlash(name), "../rulestest/") {
			continue
		}
		dossier, err := rulestest.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		findings, notRun := rules.Run(dossier, rulestest.Goods{}, Rules...)
		inRussian(t, name, dossier, findings, notRun, missing)
	}
}

// inRussian says each text that has no Russian, once.
func inRussian(t *testing.T, where string, dossier *trade.Dossier, findings []rules.Finding, notRun []rules.NotRun, missing map[string]bool) {
	t.Helper()
	var papers []string
	for _, d := range dossier.Documents {
		papers = append(papers, d.ID, d.Name)
	}
	say := func(rule, text string) {
		if _, ok := language.Russian().Say(text, papers...); !ok && !missing[text] {
			missing[text] = true
			t.Errorf("%s: %s says %q; rules/language/phrases.ru.txt has no Russian for it", where, rule, text)
		}
	}
	for _, f := range findings {
		say(f.Rule, f.Message)
		for _, text := range f.Innocent {
			say(f.Rule, text)
		}
		for _, g := range f.Figures {
			say(f.Rule, g.Name)
		}
	}
	for _, n := range notRun {
		say(n.Rule, n.Reason)
	}
}

// notSaid are literals with a space that no inspector reads as a sentence: words
// that a rule looks for on papers, names of programs, parts that stand within a
// whole phrase of the table.
var notSaid = regexp.MustCompile(`(?is)^(%s %[sq]|;? ?the|same as|as above|.*(federation|petersburg|republic of belarus|editor|pro|pdf|enhanced|draw|photoshop|phantompdf|distiller|scan|pdfcontext|printer|cash box)|an editor of pdfs|not drawn|wondershare pdfelement|adobe illustrator|and or of the .*|\n.*)$`)

// Every sentence in the code of a rule has its Russian, also where no case leads.
func TestSentencesInRussian(t *testing.T) {
	files, err := filepath.Glob("../*/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files of rules found: %v", err)
	}
	table := language.Russian()
	seen := 0
	for _, name := range files {
		switch filepath.Base(filepath.Dir(name)) {
		case "catalogue", "rulestest", "language":
			continue
		}
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.ImportSpec:
				return false
			case *ast.KeyValueExpr: // the texts of a rule are another file
				if k, ok := x.Key.(*ast.Ident); ok && (k.Name == "Doc" || k.Name == "Title" || k.Name == "Sources" || k.Name == "Source" || k.Name == "URL") {
					return false
				}
			case *ast.CompositeLit: // a source as a variable
				if s, ok := x.Type.(*ast.SelectorExpr); ok && s.Sel.Name == "Source" {
					return false
				}
			case *ast.CallExpr: // a pattern, or a list of words
				if s, ok := x.Fun.(*ast.SelectorExpr); ok && (s.Sel.Name == "MustCompile" || s.Sel.Name == "Fields" || s.Sel.Name == "NewReplacer") {
					return false
				}
			case *ast.BasicLit:
				text, err := strconv.Unquote(x.Value)
				if x.Kind != token.STRING || err != nil || !sentence(text) || notSaid.MatchString(text) {
					return true
				}
				seen++
				if !table.Holds(text) {
					t.Errorf("%s: %q has no Russian in rules/language/phrases.ru.txt", fset.Position(x.Pos()), text)
				}
			}
			return true
		})
	}
	if seen < 200 {
		t.Errorf("only %d sentences seen: the test looks in the wrong place", seen)
	}
}

var twoWords = regexp.MustCompile(`\p{Ll}{2,}.* .*\p{Ll}{2,}|%\S+ \p{Ll}{3,}|\p{Ll}{3,} %`)

func sentence(text string) bool {
	return twoWords.MatchString(text) && !regexp.MustCompile(`\p{Cyrillic}|\p{Han}`).MatchString(text)
}

// Every rule has a Russian title and text, of the English that it has now.
func TestTextsInRussian(t *testing.T) {
	table := language.Russian()
	for _, r := range Rules {
		if _, ok := table.Say(r.Title); !ok {
			t.Errorf("rules/language/phrases.ru.txt has no Russian for the title of %s, %q", r.ID, r.Title)
		}
		if _, _, ok := table.Rule(r.ID, r.Title, r.Doc); !ok {
			t.Errorf("rules/language/rules.ru.txt has no Russian of %s as it reads now: below \"## %s %s\" it has to stand", r.ID, r.ID, language.Sum(r.Title, r.Doc))
		}
	}
}
