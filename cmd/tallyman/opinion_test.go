package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"tallyman/fixtures"
)

// checked is what check --json says, apart from what a second opinion may add.
type checked struct {
	Code     int
	Risk     float64
	Findings []map[string]any
	Added    int // figures and remarks of the second opinion
}

func check(t *testing.T, cache string, args ...string) checked {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, append([]string{"check", "--json"}, args...)...)
	cmd.Env = append(os.Environ(), runAsProgram+"=1", "XDG_CACHE_HOME="+cache, opinionKey+"=sk-secret")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, _ := cmd.Output()
	if strings.Contains(string(out)+stderr.String(), "sk-secret") {
		t.Error("the key is printed")
	}
	c := checked{Code: cmd.ProcessState.ExitCode()}
	var d struct {
		Risk     float64
		Findings []map[string]any
	}
	if err := json.Unmarshal(out, &d); err != nil {
		t.Fatalf("%v: %s%s", err, out, stderr.String())
	}
	c.Risk = d.Risk
	for _, f := range d.Findings {
		if f["rule"] == "SO-01" {
			if f["severity"] != "info" {
				t.Errorf("a remark is %v", f["severity"])
			}
			c.Added++
			continue
		}
		var figures []any
		for _, x := range f["figures"].([]any) {
			if strings.HasPrefix(fmt.Sprint(x.(map[string]any)["name"]), "second opinion") {
				c.Added++
				continue
			}
			figures = append(figures, x)
		}
		f["figures"] = figures
		c.Findings = append(c.Findings, f)
	}
	return c
}

// TestVerdictWithoutRegardToTheModel runs the same papers with no model, with
// one that finds all well, with one that does what it likes, and with one that
// is away. Exit code, risk and findings are the same.
func TestVerdictWithoutRegardToTheModel(t *testing.T) {
	d, err := fixtures.Make(11, fixtures.Options{Plant: "wigs", Lines: 2})
	if err != nil {
		t.Fatal(err)
	}
	folder, cache := filepath.Join(t.TempDir(), d.Name), t.TempDir()
	if err := d.Write(folder); err != nil {
		t.Fatal(err)
	}
	alone := check(t, cache, folder)
	if alone.Code != exitFindings || len(alone.Findings) == 0 {
		t.Fatalf("without a model: %+v", alone)
	}
	for name, answer := range map[string]string{
		"all is well":     `{"code":"CODE","fields":[{"field":"none","quote":""}]}`,
		"clears and lies": `{"code":"CODE","heading":"6704","quote":"nothing to see","verdict":"clear","findings":[]}`,
	} {
		var calls atomic.Int32
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			calls.Add(1)
			body, _ := io.ReadAll(r.Body)
			_, rest, ok := strings.Cut(string(body), "The code is ")
			if !ok {
				w.WriteHeader(404)
				return
			}
			json.NewEncoder(w).Encode(map[string]any{"choices": []any{map[string]any{"finish_reason": "stop",
				"message": map[string]any{"role": "assistant", "content": strings.ReplaceAll(answer, "CODE", rest[:8])}}}})
		}))
		heard := check(t, cache, "--opinion-url", server.URL+"/v1", "--opinion-model", "m", "--opinion-deadline", "10s", folder)
		server.Close()
		heard.Added = alone.Added
		if diff := cmp.Diff(alone, heard); diff != "" {
			t.Errorf("%s: (-alone +heard)\n%s", name, diff)
		}
		t.Logf("%s: %d questions", name, calls.Load())
	}
	away := check(t, cache, "--opinion-url", "http://127.0.0.1:9/v1", "--opinion-model", "m", "--opinion-deadline", "5s", folder)
	if diff := cmp.Diff(alone, away); diff != "" {
		t.Errorf("away: (-alone +heard)\n%s", diff)
	}
}

// TestFlowsFollowTheSchema holds what flows prints against docs/.
func TestFlowsFollowTheSchema(t *testing.T) {
	var lines strings.Builder
	lines.WriteString("reporter,partner,cmdCode,flow,year,primaryValue\n")
	for i, p := range strings.Fields("AE AR AU BR CA CH CL CN EG RU KZ") {
		for y := 2018; y <= 2022; y++ {
			v := 1e7 * float64(10+i+y%3)
			switch {
			case p == "KZ" && y == 2022:
				v *= 5
			case p == "RU" && y == 2022:
				v /= 5
			}
			fmt.Fprintf(&lines, "TR,%s,854231,X,%d,%.0f\nKZ,TR,854231,M,%d,1000000\n", p, y, v, y)
		}
	}
	name := filepath.Join(t.TempDir(), "trade.csv")
	if err := os.WriteFile(name, []byte(lines.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	self, _ := os.Executable()
	for _, level := range []string{"2", "4", "6"} {
		cmd := exec.Command(self, "flows", "--json", "--level", level, name)
		cmd.Env = append(os.Environ(), runAsProgram+"=1")
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		schema, err := jsonschema.NewCompiler().Compile("../../docs/flows.schema.json")
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Error(err)
		}
		if !strings.Contains(string(out), `"kind":"break"`) || !strings.Contains(string(out), `"kind":"substitution"`) {
			t.Errorf("level %s: %s", level, out)
		}
	}
}
