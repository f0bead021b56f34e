package main

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"tallyman/classify/outcomes"
)

// withOutcomes adds to calibrate the training on a user's own outcomes: with
// --outcomes the command takes no papers and does that instead.
func withOutcomes(cmd *cobra.Command) *cobra.Command {
	var o outcomesCall
	cmd.Long += `

With --outcomes it reads a table of declarations that were examined instead, one a
row with what came of it (1 or 0), and learns in which order to examine new ones. It
prints how right that is on rows it has not seen; docs/risk.md says how to read it.`
	cmd.Example += `
  tallyman calibrate --outcomes examined.csv --save-model order.json
  tallyman calibrate --outcomes examined.csv --rank today.csv`
	f := cmd.Flags()
	f.StringVar(&o.from, "outcomes", "", "CSV of examined declarations: train a model that orders new ones by what was found before")
	f.StringVar(&o.column, "outcome-column", "", "heading of the column with the outcome, 1 or 0 (default: outcome, confirmed, fraud, illicit, label or result)")
	f.StringSliceVar(&o.ignore, "ignore", nil, "headings of columns that were not known before the examination")
	f.StringVar(&o.test, "test", "", "CSV of further examined declarations to measure on (default: the last fifth of --outcomes)")
	f.StringVar(&o.save, "save-model", "", "write the trained model into this file")
	f.StringVar(&o.rank, "rank", "", "CSV of new declarations: print their row numbers and scores, highest first")
	run, args := cmd.RunE, cmd.Args
	cmd.Args = func(cmd *cobra.Command, a []string) error {
		if o.from == "" {
			if o.rank != "" || o.test != "" || o.save != "" || o.column != "" || len(o.ignore) > 0 {
				return &usageError{errors.New("--test, --rank, --save-model, --outcome-column and --ignore go with --outcomes")}
			}
			return args(cmd, a)
		}
		if len(a) > 0 {
			return &usageError{errors.New("--outcomes takes tables, no papers")}
		}
		return nil
	}
	cmd.RunE = func(cmd *cobra.Command, a []string) error {
		if o.from == "" {
			return run(cmd, a)
		}
		return o.run(cmd.OutOrStdout(), cmd.ErrOrStderr())
	}
	return cmd
}

// outcomesCall is one call of calibrate --outcomes.
type outcomesCall struct {
	from, column, test, save, rank string
	ignore                         []string
}

func (o *outcomesCall) run(out, aside io.Writer) error {
	train, err := readTable(o.from)
	if err != nil {
		return err
	}
	var test *outcomes.Table
	learn := train
	if o.test != "" {
		if test, err = readTable(o.test); err != nil {
			return err
		}
	} else {
		learn, test = train.Split(0.2)
	}
	opts := outcomes.Options{Outcome: o.column, Ignore: o.ignore}
	m, err := outcomes.Train(learn, opts)
	if err != nil {
		return fmt.Errorf("train on %s: %w", o.from, err)
	}
	for _, name := range m.Ignored {
		fmt.Fprintf(aside, "left out: column %q gives the outcome away\n", name)
	}
	for _, part := range []struct {
		name string
		rows *outcomes.Table
	}{{"all rows", test}, {"rows that repeat no row trained on", outcomes.Fresh(learn, test)}} {
		if len(part.rows.Rows) == 0 {
			fmt.Fprintf(aside, "measured on %s: there are none\n", part.name)
			continue
		}
		f, err := m.Measure(part.rows)
		if err != nil {
			return fmt.Errorf("measure: %w", err)
		}
		fmt.Fprintf(aside, "measured on %s, n %d, confirmed %.1f %%: precision at 5 %% %.3f, at 10 %% %.3f, AUC %.3f, calibration error %.3f\n",
			part.name, f.N, 100*f.Base(), f.PrecisionAt5, f.PrecisionAt10, f.AUC, f.Calibration)
	}
	if o.test == "" && (o.save != "" || o.rank != "") { // the model that is kept has seen every row
		if m, err = outcomes.Train(train, opts); err != nil {
			return fmt.Errorf("train on %s: %w", o.from, err)
		}
	}
	if o.save != "" {
		data, err := json.Marshal(m)
		if err != nil {
			return fmt.Errorf("write the model: %w", err)
		}
		if err := os.WriteFile(o.save, data, 0o666); err != nil {
			return fmt.Errorf("write the model: %w", err)
		}
	}
	if o.rank == "" {
		return nil
	}
	fresh, err := readTable(o.rank)
	if err != nil {
		return err
	}
	scores := m.Score(fresh)
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	w := csv.NewWriter(out)
	w.Write(append([]string{"row", "score"}, fresh.Columns...))
	for _, i := range order {
		w.Write(append([]string{strconv.Itoa(i + 2), strconv.FormatFloat(scores[i], 'f', 4, 64)}, fresh.Rows[i]...))
	}
	w.Flush()
	return w.Error()
}

func readTable(name string) (*outcomes.Table, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	t, err := outcomes.Read(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return t, nil
}
