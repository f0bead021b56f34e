package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"tallyman/extract"
	"tallyman/fixtures"
)

// runAsProgram makes the test binary behave as tallyman itself.
const runAsProgram = "TALLYMAN_TEST_RUN"

func TestMain(m *testing.M) {
	extract.ChildMain() // the test binary is its own reader child
	if os.Getenv(runAsProgram) != "" {
		os.Exit(run(os.Args[1:]))
	}
	testscript.Main(m, map[string]func(){
		"tallyman": func() { os.Exit(run(os.Args[1:])) },
	})
}

// TestScripts are sessions that a user could type.
func TestScripts(t *testing.T) {
	fixtures, err := filepath.Abs("../../fixtures")
	if err != nil {
		t.Fatal(err)
	}
	cache := t.TempDir()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("FIXTURES", fixtures)
			env.Setenv("XDG_CACHE_HOME", cache)
			return nil
		},
	})
}

// TestOutputFollowsTheSchemas holds what the program prints against docs/.
func TestOutputFollowsTheSchemas(t *testing.T) {
	hurt := filepath.Join(t.TempDir(), "hurt.pdf")
	if err := os.WriteFile(hurt, []byte("%PDF-1.4\nnothing of it is there"), 0o666); err != nil {
		t.Fatal(err)
	}
	paths := []string{hurt}
	for seed := range uint64(2) {
		d, err := fixtures.Make(seed, fixtures.Options{})
		if err != nil {
			t.Fatal(err)
		}
		folder := filepath.Join(t.TempDir(), d.Name)
		if err := d.Write(folder); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, folder)
	}
	for _, command := range []string{"extract", "check"} {
		schema, err := jsonschema.NewCompiler().Compile("../../docs/" + command + ".schema.json")
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(os.Args[0], append([]string{command, "--json"}, paths...)...)
		cmd.Env = append(os.Environ(), runAsProgram+"=1")
		out, err := cmd.Output()
		if _, exited := err.(*exec.ExitError); err != nil && !exited {
			t.Fatal(err)
		}
		lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
		if len(lines) < 2 {
			t.Fatalf("%s printed %d lines", command, len(lines))
		}
		for _, l := range lines {
			var v any
			if err := json.Unmarshal(l, &v); err != nil {
				t.Fatalf("%s: %v\n%s", command, err, l)
			}
			if err := schema.Validate(v); err != nil {
				t.Errorf("%s: %v\n%s", command, err, l)
			}
		}
	}
}
