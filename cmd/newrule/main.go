// Command newrule begins a rule: it writes its file and its first two cases, adds
// it to its family, and says what is left to do.
//
//	go run ./cmd/newrule XD-36
package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/format"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"tallyman/rules/catalogue"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./cmd/newrule XD-36")
		os.Exit(2)
	}
	if err := begin(".", os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "newrule: error:", err)
		os.Exit(1)
	}
}

// families are the folders of the rules, by the letters of their IDs.
var families = map[string]string{
	"AR": "arithmetic", "CT": "control", "XD": "crossdoc", "DT": "dates", "ID": "identity", "RD": "reading", "VG": "vague",
	"AL": "pattern", "CL": "tariff", "FG": "forgery", "PA": "party", "PR": "price", "RT": "route", "WV": "physics",
}

var idPattern = regexp.MustCompile(`^[A-Z]{2}-[0-9]{2}$`)

// begin writes the files of a rule below root, the folder of the project.
func begin(root, id string, out io.Writer) error {
	if !idPattern.MatchString(id) {
		return fmt.Errorf("%q is no ID such as XD-36", id)
	}
	family := families[id[:2]]
	if family == "" {
		return fmt.Errorf("no family of rules begins with %s", id[:2])
	}
	if catalogue.Find(id) != nil {
		return fmt.Errorf("there is a rule %s already; IDs are never used again", id)
	}
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		return fmt.Errorf("run this in the folder of the project: %w", err)
	}
	folder := filepath.Join(root, "rules", family)
	name := strings.ReplaceAll(id, "-", "")
	for _, f := range []struct{ path, text string }{
		{filepath.Join(folder, strings.ToLower(name)+".go"), ruleText},
		{filepath.Join(folder, "testdata", id, "objects.txtar"), objectsText},
		{filepath.Join(folder, "testdata", id, "looks_wrong_ok.txtar"), silentText},
	} {
		text := strings.NewReplacer("FAMILY", family, "NAME", name, "XX-00", id).Replace(f.text)
		if err := writeNew(f.path, text); err != nil {
			return err
		}
		fmt.Fprintf(out, "wrote %s\n", f.path)
	}
	list := filepath.Join(folder, family+".go")
	switch err := addTo(list, name); {
	case errors.Is(err, os.ErrNotExist):
		err := writeNew(list, strings.NewReplacer("FAMILY", family, "NAME", name).Replace(familyText))
		if err != nil {
			return err
		}
		if err := writeNew(filepath.Join(folder, family+"_test.go"), strings.ReplaceAll(testText, "FAMILY", family)); err != nil {
			return err
		}
		fmt.Fprintf(out, "wrote %s, a new family: add %s.Rules to rules/catalogue/catalogue.go\n", list, family)
	case err != nil:
		return err
	default:
		fmt.Fprintf(out, "added %s to the list in %s\n", name, list)
	}
	fmt.Fprintf(out, `
What is left to do:
  1. rename the file and the variable %[1]s after what is wrong, such as mass.go and GrossMassDiffers
  2. fill in Title, Doc, Sources and Run; a threshold is a named constant with its source
  3. name the two cases after their situations: one that objects, one that looks wrong but is not
  4. go test ./rules/%[2]s
  5. make generate
  6. commit as "%[3]s: ..."
`, name, family, id)
	return nil
}

// writeNew writes a file that must not exist yet.
func writeNew(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// addTo adds a variable to the end of the list Rules in a Go file.
func addTo(path, name string) error {
	src, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	head := []byte("var Rules = []*rules.Rule{")
	start := bytes.Index(src, head)
	if start < 0 {
		return fmt.Errorf("%s has no list %q: add %s to the rules of the family by hand", path, head, name)
	}
	end := bytes.Index(src[start:], []byte("\n}"))
	if end < 0 {
		return fmt.Errorf("%s: the list of rules does not end: add %s by hand", path, name)
	}
	end += start
	src = append(src[:end:end], append([]byte("\n\t"+name+","), src[end:]...)...)
	if src, err = format.Source(src); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, src, 0o644)
}

const ruleText = `package FAMILY

import "tallyman/rules"

// NAME says in one sentence what the rule compares.
var NAME = &rules.Rule{
	ID:       "XX-00",
	Title:    "",
	Doc:      "",
	Severity: rules.Low,
	Sources:  []rules.Source{{Title: "", Unverified: true}},
	Run:      runNAME,
}

func runNAME(p *rules.Pass) error {
	for _, d := range p.Dossier.Documents {
		if d.NetMass.Known() && d.GrossMass.Absent() {
			p.Reportf(d.NetMass.At, nil, "net mass %v here, and no gross mass", d.NetMass.Value)
		}
	}
	return nil
}
`

const objectsText = `Say in one sentence what happened.

-- packing-list --
type        271
/netMass    1205 KGM   // want low "net mass 1205 KGM here, and no gross mass"
`

const silentText = `Say in one sentence what looks wrong, and why it is not.

-- packing-list --
type         271
/netMass     1205 KGM
/grossMass   1290 KGM
`

const familyText = `// Package FAMILY holds the rules about what the folder is named after.
package FAMILY

import "tallyman/rules"

// Rules are the rules of this family, in the order of their IDs.
var Rules = []*rules.Rule{
	NAME,
}
`

const testText = `package FAMILY

import (
	"testing"

	"tallyman/rules/rulestest"
)

func TestRules(t *testing.T) { rulestest.Run(t, Rules...) }
`
