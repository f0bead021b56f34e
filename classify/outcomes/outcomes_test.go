package outcomes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"
)

func load(t *testing.T, name string) *Table {
	t.Helper()
	f, err := os.Open("../../../shared/refdata/seondong-customs-declaration/" + name)
	if err != nil {
		t.Skip("the public set of synthetic declarations is not here")
	}
	defer f.Close()
	table, err := Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// TestSyntheticDeclarations trains on the declarations of 2020 and measures on
// the validation part, January to March 2021. The rows are synthetic.
func TestSyntheticDeclarations(t *testing.T) {
	train, test := load(t, "df_syn_train_eng.csv"), load(t, "df_syn_valid_eng.csv")
	begun := time.Now()
	m, err := Train(train, Options{Outcome: "Fraud", Ignore: []string{"Declaration ID"}})
	if err != nil {
		t.Fatal(err)
	}
	f, err := m.Measure(test)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("n=%d base %.3f precision at 5%% %.3f, at 10%% %.3f, AUC %.3f, calibration error %.3f, %v (published LightGBM, on the test part: .762, .641)",
		f.N, f.Base(), f.PrecisionAt5, f.PrecisionAt10, f.AUC, f.Calibration, time.Since(begun).Round(time.Second))
	fresh, err := m.Measure(Fresh(train, test))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("of these, rows that repeat no amounts of a training row: n=%d base %.3f precision at 5%% %.3f, at 10%% %.3f, AUC %.3f",
		fresh.N, fresh.Base(), fresh.PrecisionAt5, fresh.PrecisionAt10, fresh.AUC)
	if f.PrecisionAt5 < 0.80 || f.PrecisionAt10 < 0.68 {
		t.Errorf("precision %.3f and %.3f, want at least .80 and .68", f.PrecisionAt5, f.PrecisionAt10)
	}
}

// invented makes declarations of which importer X is found at fault most often.
func invented(n int, seed uint64) *Table {
	rng := rand.New(rand.NewPCG(seed, 0))
	t := &Table{Columns: []string{"Number", "Date", "Importer", "HS", "Mass", "Value", "Examined by", "Outcome"}}
	for i := range n {
		importer := string(rune('A' + rng.IntN(24)))
		mass := 10 + 1000*rng.Float64()
		value := mass * (1 + 9*rng.Float64())
		p := 0.05
		if importer == "X" {
			p = 0.8
		}
		if value/mass < 1.5 {
			p += 0.15
		}
		outcome, by := "0", "none"
		if rng.Float64() < p {
			outcome, by = "1", "laboratory"
		}
		t.Rows = append(t.Rows, []string{fmt.Sprintf("D-%06d", i), "2026-01-02", importer, []string{"670411", "854231", "610910"}[rng.IntN(3)],
			fmt.Sprintf("%.2f", mass), fmt.Sprintf("%.2f", value), by, outcome})
	}
	return t
}

func TestTrain(t *testing.T) {
	train, test := invented(4000, 1), invented(4000, 2)
	m, err := Train(train, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Ignored) != 1 || m.Ignored[0] != "Examined by" {
		t.Errorf("ignored %q: the column written after the examination is the one", m.Ignored)
	}
	f, err := m.Measure(test)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", f)
	if f.PrecisionAt5 < 3*f.Base() || f.Calibration > 0.03 {
		t.Errorf("%+v: importer X was not found, or the scores are no probabilities", f)
	}
	first, _ := json.Marshal(m)
	again, _ := Train(train, Options{})
	second, _ := json.Marshal(again)
	if !bytes.Equal(first, second) {
		t.Error("the same table gives another model")
	}
	var read Model
	if err := json.Unmarshal(first, &read); err != nil {
		t.Fatal(err)
	}
	if a, b := m.Score(test), read.Score(test); fmt.Sprint(a) != fmt.Sprint(b) {
		t.Error("a model that was written and read scores differently")
	}
}

func TestTrainOnNoise(t *testing.T) {
	train, test := invented(3000, 3), invented(3000, 4)
	rng := rand.New(rand.NewPCG(5, 0))
	for _, table := range []*Table{train, test} {
		for _, row := range table.Rows {
			row[6], row[7] = "none", []string{"0", "0", "0", "1"}[rng.IntN(4)]
		}
	}
	m, err := Train(train, Options{})
	if err != nil {
		t.Fatal(err)
	}
	f, _ := m.Measure(test)
	if f.AUC > 0.55 || f.AUC < 0.45 {
		t.Errorf("AUC %.3f on outcomes drawn by lot", f.AUC)
	}
}

func TestRefused(t *testing.T) {
	for name, text := range map[string]string{
		"no rows":      "a,outcome\n",
		"no outcome":   "a,b\n" + strings.Repeat("1,2\n", 300),
		"not examined": "a,outcome\n" + strings.Repeat("1,\n", 300),
		"too few":      "a,outcome\n1,0\n2,1\n",
		"one kind":     "a,outcome\n" + strings.Repeat("1,0\n", 300),
	} {
		table, err := Read(strings.NewReader(text))
		if err == nil {
			_, err = Train(table, Options{})
		}
		if err == nil {
			t.Errorf("%s: trained", name)
		}
	}
}

func TestSplitByDate(t *testing.T) {
	table, err := Read(strings.NewReader("day;outcome\n2026-03-01;1\n2026-01-01;0\n2026-02-01;0\n2025-01-01;1\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, last := table.Split(0.25)
	if len(last.Rows) != 1 || last.Rows[0][0] != "2026-03-01" {
		t.Errorf("the last quarter is %v", last.Rows)
	}
}
