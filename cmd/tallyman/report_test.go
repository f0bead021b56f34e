package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"tallyman/audit"
)

// tallyman runs the program as a user does, in a folder of its own.
func tallyman(t *testing.T, dir string, env []string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), runAsProgram+"=1"), env...)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if exit, ok := err.(*exec.ExitError); err != nil && (!ok || exit.ExitCode() > exitUnread) {
		t.Fatalf("%v: %v\n%s", args, err, complaint.String())
	}
	return out
}

// The same papers give the same report however many readers work at once,
// wherever the folder is named from, whatever the language of the machine is, and
// whether the papers are read or remembered.
func TestReportIsTheSameForAnyWorkers(t *testing.T) {
	from, err := filepath.Abs("../../fixtures/added-line")
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	first := map[audit.Format][]byte{}
	for run, v := range []struct{ path, procs, lang string }{{from, "1", "C"}, {"../../fixtures/added-line", "2", "ru_RU.UTF-8"}, {from + "/../added-line/", "8", "tr_TR.UTF-8"}} {
		cache := filepath.Join(home, fmt.Sprint(run/2)) // the third run remembers nothing
		dir, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range []audit.Format{audit.JSON, audit.PDF} {
			out := tallyman(t, dir, []string{"GOMAXPROCS=" + v.procs, "LANG=" + v.lang, "LC_ALL=" + v.lang, "XDG_CACHE_HOME=" + cache}, "report", v.path, "--format", string(f), "--lang", "ru", "--out", "-")
			if len(out) < 1000 {
				t.Fatalf("run %d: %s has %d bytes", run, f, len(out))
			}
			if run == 0 {
				first[f] = out
			} else if !bytes.Equal(first[f], out) {
				t.Errorf("run %d gives another %s", run, f)
			}
		}
	}
}

func TestReportFollowsItsSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../docs/report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	from, err := filepath.Abs("../../fixtures/added-line")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	tallyman(t, dir, nil, "check", "--db", "sqlite:t.db", from)
	for _, args := range [][]string{{"report", from}, {"report", "added-line", "--db", "sqlite:t.db"}} {
		out := tallyman(t, dir, nil, append(args, "--format", "json", "--out", "-")...)
		var v any
		if err := json.Unmarshal(out, &v); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%v: %v", args, err)
		}
	}
}
