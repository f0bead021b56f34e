package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"tallyman/classify"
	"tallyman/trade"
)

// classifyJSON runs classify --json and holds its output against the schema.
func classifyJSON(t *testing.T, args ...string) classified {
	t.Helper()
	cmd := newClassify()
	var out bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetArgs(append(args, "--json"))
	if err := cmd.Execute(); err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	schema, err := jsonschema.NewCompiler().Compile("../../docs/classify.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var v any
	var c classified
	if err := json.Unmarshal(out.Bytes(), &v); err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(v); err != nil {
		t.Errorf("%q: %v\n%s", args, err, out.Bytes())
	}
	if err := json.Unmarshal(out.Bytes(), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestClassify(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	wigs := []string{"--describe", "women's wigs, synthetic hair", "--code", "670411", "--net", "120 kg", "--quantity", "4000 PCE"}

	chips := classifyJSON(t, append(wigs, "--value", "588000 USD")...)
	if chips.Words[0].Heading != "6704" {
		t.Errorf("the words describe %+v", chips.Words[0])
	}
	found := false
	for _, h := range chips.Numbers[:3] {
		found = found || h.Heading == "8542"
	}
	if !found || *chips.Declared.NumbersP > 0.05 {
		t.Errorf("the numbers look like %+v and fit with %v", chips.Numbers[:3], *chips.Declared.NumbersP)
	}

	honest := classifyJSON(t, append(wigs, "--value", "3000 USD")...)
	if *honest.Declared.NumbersP < 0.05 || honest.Repair != "" {
		t.Errorf("honest wigs fit with %v, repaired by %q", *honest.Declared.NumbersP, honest.Repair)
	}
	silent := classifyJSON(t, "--describe", "схемы интегральные электронные")
	if silent.Declared != nil || len(silent.Numbers) != 0 || silent.Words[0].Heading != "8542" {
		t.Errorf("words alone give %+v", silent)
	}
	for _, vague := range []string{"goods", "qwrtzp xklmv", "Damenperücken aus Kunsthaar für Fasching"} {
		if c := classifyJSON(t, "--describe", vague); !c.Abstained || c.Reason == "" {
			t.Errorf("%q was named: %+v", vague, c.Words[0])
		}
	}
}

func TestClassifyRefuses(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	for _, args := range [][]string{
		{}, {"--describe", "wigs", "--value", "588000"}, {"--describe", "wigs", "--net", "heavy"},
		{"--describe", "wigs", "--value", "5 XTS"}, {"--describe", "wigs", "--calibration", "none.json"},
	} {
		cmd := newClassify()
		cmd.SetOut(&bytes.Buffer{})
		cmd.SilenceErrors, cmd.SilenceUsage = true, true
		cmd.SetArgs(args)
		if err := cmd.Execute(); err == nil {
			t.Errorf("%q was taken", args)
		}
	}
}

// What calibrate keeps changes what classify says, and damaged files are refused.
func TestCalibrationIsKept(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	var lines []classify.Accepted
	for i := range 40 {
		lines = append(lines, classify.Accepted{Description: "KT-77 light", Code: "640399", Ratios: trade.Ratios{ValuePerMass: 200 + float64(i)}})
	}
	c, err := classify.Calibrate(lines)
	if err != nil {
		t.Fatal(err)
	}
	if err := writeCalibration(calibrationFile(), c); err != nil {
		t.Fatal(err)
	}
	after := classifyJSON(t, "--describe", "KT-77 light", "--code", "6403990000", "--value", "22000 USD", "--net", "100 kg")
	if after.Calibrated != 40 || after.Words[0].Heading != "6403" || *after.Declared.NumbersP < 0.3 {
		t.Errorf("after 40 such lines: %+v", after)
	}
	var out strings.Builder
	printCalibration(&out, c, lines)
	if !strings.Contains(out.String(), "nominal") || !strings.Contains(out.String(), "40") {
		t.Error(out.String())
	}
	data, err := os.ReadFile(calibrationFile())
	if err != nil {
		t.Fatal(err)
	}
	for _, hurt := range []string{"{}", string(data[:len(data)/2]), strings.Replace(string(data), `"reference":"`, `"reference":"0`, 1)} {
		name := filepath.Join(t.TempDir(), "hurt.json")
		if err := os.WriteFile(name, []byte(hurt), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := calibratedModel(name); err == nil {
			t.Errorf("a damaged calibration of %d bytes was taken", len(hurt))
		}
	}
}
