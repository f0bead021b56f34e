package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tallyman/classify"
	"tallyman/inspect"
	"tallyman/rules"
)

// addCalibration adds the flag that names a calibration.
func addCalibration(f *pflag.FlagSet, name *string) {
	f.StringVar(name, "calibration", "", "`file` written by tallyman calibrate (default: that of the user, if there is one)")
}

func newCalibrate() *cobra.Command {
	var to string
	var reading readerFlags
	cmd := &cobra.Command{
		Use:   "calibrate PATH...",
		Short: "learn from papers of your own that were accepted",
		Long: `calibrate reads papers that nobody objects to, and learns how far their prices and
masses lie from public figures and which words stand for which codes. It prints,
for several nominal rates of false alarms, the rate that was measured on lines
judged by figures fitted without them. It keeps numbers and hashed words, no text.`,
		Example: `  tallyman calibrate accepted/
  tallyman calibrate --calibration lane-west.json accepted/west/`,
		Args: needPaths,
		RunE: func(cmd *cobra.Command, paths []string) error {
			if to == "" {
				if to = calibrationFile(); to == "" {
					return &usageError{errors.New("name the file with --calibration: this account has no folder for settings")}
				}
			}
			line, done, err := openLine(reading)
			if err != nil {
				return err
			}
			defer done()
			line.Rules = []*rules.Rule{} // none: accepted papers are not judged
			var accepted []classify.Accepted
			seen := map[string]bool{}
			m := classify.NewModel()
			err = eachFolder(cmd.Context(), line, paths, func(files []inspect.File, _ io.Writer) error {
				for _, r := range line.Check(files) {
					for _, l := range r.Dossier.Lines(m.USD) {
						if l.Code == "" {
							continue
						}
						// The same line stands on several papers of a consignment.
						key := fmt.Sprint(r.Dossier.ID, l.Code, l.Description, l.Ratios)
						if seen[key] {
							continue
						}
						seen[key] = true
						accepted = append(accepted, classify.Accepted{Description: l.Description, Code: l.Code, Ratios: l.Ratios})
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			c, err := classify.Calibrate(accepted)
			if err != nil {
				return err
			}
			if err := writeCalibration(to, c); err != nil {
				return err
			}
			printCalibration(cmd.OutOrStdout(), c, accepted)
			fmt.Fprintln(os.Stderr, "calibration:", to)
			return nil
		},
	}
	addCalibration(cmd.Flags(), &to)
	reading.add(cmd.Flags())
	return cmd
}

func writeCalibration(name string, c *classify.Calibration) error {
	data, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("write the calibration: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return fmt.Errorf("write the calibration: %w", err)
	}
	// A whole file or none: a half-written one would stop every later check.
	part := name + ".part"
	if err := os.WriteFile(part, data, 0o600); err != nil {
		return fmt.Errorf("write the calibration: %w", err)
	}
	if err := os.Rename(part, name); err != nil {
		return fmt.Errorf("write the calibration: %w", err)
	}
	return nil
}

func printCalibration(w io.Writer, c *classify.Calibration, accepted []classify.Accepted) {
	before := classify.NewModel()
	raw := func(nominal float64) (share float64) {
		n := 0
		for _, a := range accepted {
			if f := before.Fits(a.Code, a.Ratios); len(f.Ratios) > 0 {
				n++
				if f.P <= nominal {
					share++
				}
			}
		}
		return share / float64(max(n, 1))
	}
	fmt.Fprintf(w, "lines with a code and figures: %d; descriptions with a code: %d\n", c.Lines, len(c.Goods))
	fmt.Fprintln(w, "nominal  before  after   n")
	for _, nominal := range []float64{0.01, 0.02, 0.05, 0.1} {
		fmt.Fprintf(w, "%5.1f%%  %5.1f%%  %5.1f%%  %d\n", 100*nominal, 100*raw(nominal), 100*c.Measured(nominal), c.Lines)
	}
	fmt.Fprintln(w, "Thresholds follow the measured ranks, so that of lines like these the nominal share alarms.")
	if c.Lines < 200 {
		fmt.Fprintf(w, "Below 200 lines the rate is rough: at 5%% it may be anything up to %.0f%%.\n", 100*(0.05+2/float64(c.Lines)+0.43/math.Sqrt(float64(c.Lines))))
	}
}
