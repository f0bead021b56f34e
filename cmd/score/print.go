package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// report is the JSON form.
type report struct {
	Fields   []row        `json:"fields"`
	Findings []findingRow `json:"findings"`
	Tokens   []tokenRow   `json:"tokens"`
	Details  []detail     `json:"details"`
	Alarms   []alarm      `json:"alarms"`
	Notes    []string     `json:"notes"`
	Skipped  []string     `json:"skipped"`
}

func (s *scorer) report() report {
	sortDetails(s.details)
	return report{s.rows, s.findings, s.tokens, s.details, s.alarms, s.notes, s.skipped}
}

func percent(a, b int) string {
	if b == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f%%", 100*share(a, b))
}

func (s *scorer) print(w io.Writer) {
	if s.opts.verbose {
		sortDetails(s.details)
		for _, d := range s.details {
			fmt.Fprintln(w, d)
		}
		for _, a := range s.alarms {
			fmt.Fprintln(w, a)
		}
		fmt.Fprintln(w)
	}
	if len(s.rows) > 0 {
		fmt.Fprintln(w, "FIELDS (recall: of the labelled fields, read right; precision: of the values read, right; exact: of the lines of goods, with description, quantity, price and amount right)")
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
		line := func(cells ...any) {
			for i, c := range cells {
				if i > 0 {
					fmt.Fprint(t, "\t")
				}
				fmt.Fprint(t, c)
			}
			fmt.Fprint(t, "\t\n")
		}
		line("set", "quality", "paper", "language", "n", "type right", "fields", "recall", "precision", "wrong", "missed", "extra", "lines", "exact")
		for i := 0; i < len(s.rows); {
			k := i
			var sum tally
			for ; k < len(s.rows) && s.rows[k].Set == s.rows[i].Set && s.rows[k].Quality == s.rows[i].Quality; k++ {
				r := s.rows[k]
				sum.add(r.tally)
				line(r.Set, r.Quality, r.Paper, r.Language, r.Papers, percent(r.TypeRight, r.Typed), r.Fields, percent(r.Right, r.Fields),
					percent(r.Right, r.Right+r.Wrong+r.Extra), r.Wrong, r.Missed, r.Extra, r.Lines, percent(r.Exact, r.Lines))
			}
			if k > i+1 {
				line(s.rows[i].Set, s.rows[i].Quality, "all", "", sum.Papers, percent(sum.TypeRight, sum.Typed), sum.Fields, percent(sum.Right, sum.Fields),
					percent(sum.Right, sum.Right+sum.Wrong+sum.Extra), sum.Wrong, sum.Missed, sum.Extra, sum.Lines, percent(sum.Exact, sum.Lines))
			}
			i = k
		}
		t.Flush()
	}
	if s.opts.fields {
		s.printFields(w)
	}
	s.printTokens(w)
	s.printFindings(w)
	if len(s.notes) > 0 {
		fmt.Fprintln(w, "\nWHAT COUNTS")
		for _, n := range s.notes {
			fmt.Fprintln(w, n)
		}
	}
	for _, n := range s.skipped {
		fmt.Fprintln(w, n)
	}
}

// printFields gives each field of each set, all papers together.
func (s *scorer) printFields(w io.Writer) {
	fmt.Fprintln(w, "\nBY FIELD")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "set\tfield\tn\trecall\tprecision\twrong\tmissed\textra")
	sums := map[string]map[string]tally{}
	var order []string
	for _, r := range s.rows {
		name := strings.TrimSpace(r.Set + " " + r.Quality)
		if sums[name] == nil {
			sums[name] = map[string]tally{}
			order = append(order, name)
		}
		for path, f := range r.ByField {
			u := sums[name][path]
			u.add(f)
			sums[name][path] = u
		}
	}
	for _, name := range order {
		for _, path := range slices.Sorted(maps.Keys(sums[name])) {
			f := sums[name][path]
			fmt.Fprintf(t, "%s\t%s\t%d\t%s\t%s\t%d\t%d\t%d\n", name, path, f.Fields, percent(f.Right, f.Fields), percent(f.Right, f.Right+f.Wrong+f.Extra), f.Wrong, f.Missed, f.Extra)
		}
	}
	t.Flush()
}

func (s *scorer) printTokens(w io.Writer) {
	if len(s.tokens) == 0 {
		return
	}
	fmt.Fprintln(w, "\nFIGURES (words with four digits, or three and a separator, of the pages of scans: numbers, codes, dates, masses, money; sure: read at 0.9 or more; wrong: printed nowhere on the page)")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "quality\tprinted\texact\tcut otherwise\tanother read for sure\tlost\tread\tsure\tsure but wrong\tshare\t")
	for _, r := range s.tokens {
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\t%d\t%d\t%d\t%d\t%d\t%s\t\n", r.Quality, r.Printed, percent(r.Exact, r.Printed), percent(r.Cut, r.Printed), r.AtOdds, r.Lost,
			r.Read, r.Sure, r.Wrong, finePercent(r.Wrong, r.Sure))
	}
	t.Flush()
}

// finePercent is for shares that are to be near nothing.
func finePercent(a, b int) string {
	if b == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f%%", 100*share(a, b))
}

func (s *scorer) printFindings(w io.Writer) {
	if len(s.findings) == 0 {
		return
	}
	fmt.Fprintln(w, "\nFINDINGS (planted: by the right rule, at the right paper; clean and honest but odd: dossiers with a medium or high finding)")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "quality\tplanted\tright rule\trecall\tof these low\tanother rule\tmissed\tfurther alarms\tclean\twith alarm\todd\twith alarm\tunread files\t")
	for _, f := range s.findings {
		fmt.Fprintf(t, "%s\t%d\t%d\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n", f.Quality, f.Planted, f.Right, percent(f.Right, f.Planted), f.Low, f.Other, f.Missed, f.Further,
			f.Clean, f.CleanAlarmed, f.Odd, f.OddAlarmed, f.Unread)
	}
	t.Flush()
}
