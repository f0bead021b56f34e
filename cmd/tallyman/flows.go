package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tallyman/flows"
)

// flowsJSON is the wire format of flows --json; see docs/flows.schema.json.
type flowsJSON struct {
	Tallyman string          `json:"tallyman"`
	Level    int             `json:"level"`
	Least    float64         `json:"least"`
	Sources  []flows.Source  `json:"sources"`
	Findings []flows.Finding `json:"findings"`
}

func newFlows() *cobra.Command {
	var opts flows.Options
	var asJSON bool
	var report, flow, lanes string
	var top int
	cmd := &cobra.Command{
		Use:   "flows FILE...",
		Short: "find growth breaks, mirror gaps and substitution in trade statistics",
		Long: `flows reads tables of trade statistics (UN Comtrade, Eurostat Comext, national
tables; CSV, also packed with gzip, and XLSX) and ranks the lanes that moved out
of line by the money involved. A table that does not say who counted is named
with the country before it: KZ=exports.xlsx. Nothing is said of lanes worth less
than --least a year. Statistics say where to look, not what a consignment holds.`,
		Example: `  tallyman flows KZ=kazakhstan.csv KG=kyrgyz-exports.xlsx
  tallyman flows --year 2022 --report out comext.csv.gz`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return &usageError{fmt.Errorf("name at least one table")}
			}
			if opts.Level != 2 && opts.Level != 4 && opts.Level != 6 {
				return &usageError{fmt.Errorf("--level is 2, 4 or 6, not %d", opts.Level)}
			}
			if flow != "" && flow != string(flows.Export) && flow != string(flows.Import) {
				return &usageError{fmt.Errorf("--flow is export or import, not %q", flow)}
			}
			if opts.Least <= 0 {
				return &usageError{fmt.Errorf("--least is more than 0")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			var all []flows.Observation
			result := flowsJSON{Tallyman: version, Level: opts.Level, Least: opts.Least, Sources: []flows.Source{}, Findings: []flows.Finding{}}
			for _, arg := range args {
				name, reporter := arg, ""
				if country, rest, ok := strings.Cut(arg, "="); ok && flows.Country(country) != "" {
					if _, err := os.Stat(arg); err != nil {
						reporter, name = flows.Country(country), rest
					}
				}
				data, err := os.ReadFile(name)
				if err != nil {
					return err
				}
				part, src, err := flows.Read(name, data, reporter, flows.Flow(flow))
				if err != nil {
					return fmt.Errorf("read %s: %w", name, err)
				}
				all = append(all, part...)
				result.Sources = append(result.Sources, src)
			}
			result.Findings = append(result.Findings, flows.Find(all, opts)...)
			if report != "" {
				if err := writeFlowsReport(report, result); err != nil {
					return err
				}
			}
			if lanes != "" {
				if err := writeLanes(lanes, result.Findings); err != nil {
					return err
				}
			}
			if asJSON {
				e := json.NewEncoder(cmd.OutOrStdout())
				e.SetEscapeHTML(false)
				return e.Encode(result)
			}
			return printFlows(cmd, result, top)
		},
	}
	f := cmd.Flags()
	f.IntVar(&opts.Year, "year", 0, "year to hold against those before it (default: the last of each series)")
	f.IntVar(&opts.Level, "level", 2, "digits of the codes: 2, 4 or 6")
	f.Float64Var(&opts.Least, "least", 1e6, "least value of a lane a year, in its own currency")
	f.StringVar(&flow, "flow", "", "export or import, for tables that do not say")
	f.IntVar(&top, "top", 10, "how many lanes of each kind to print; 0 prints all")
	f.BoolVar(&asJSON, "json", false, "print JSON")
	f.StringVar(&report, "report", "", "write flows.html, a page with pictures, into this folder")
	f.StringVar(&lanes, "lanes", "", "write the lanes that broke into this CSV, in the form of the prior")
	return cmd
}

func printFlows(cmd *cobra.Command, r flowsJSON, top int) error {
	out := cmd.OutOrStdout()
	var shown []flows.Finding
	for _, f := range r.Findings {
		if top <= 0 || f.Rank <= top {
			shown = append(shown, f)
		}
	}
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	if len(shown) > 0 {
		fmt.Fprintln(w, "rank\tkind\tlane\tcode\tyear\twhat")
	}
	for _, f := range shown {
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%d\t%s\n", f.Rank, f.Kind, f.Lane, f.Code, f.Year, f.Sentence)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%d lanes out of line, %d shown; least value %.0f a year, codes of %d digits\n", len(r.Findings), len(shown), r.Least, r.Level)
	for _, s := range r.Sources {
		fmt.Fprintf(out, "compared: %s, %d figures of %d to %d; left out: %s\n", clean(s.File), s.Used, s.First, s.Last, s.Omitted())
	}
	return nil
}

func writeFlowsReport(dir string, r flowsJSON) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	name := filepath.Join(dir, "flows.html")
	f, err := os.Create(name)
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	if err := flows.WriteHTML(f, r.Findings, r.Sources); err != nil {
		f.Close()
		return fmt.Errorf("write the report: %w", err)
	}
	fmt.Fprintln(os.Stderr, "report:", name)
	return f.Close()
}

// writeLanes writes the breaks as a table that the prior of the risk can hold.
func writeLanes(name string, findings []flows.Finding) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	w.Write(flows.PriorColumns)
	for _, x := range findings {
		if row, ok := flows.PriorRow(x); ok {
			w.Write(row)
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
