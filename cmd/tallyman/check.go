package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"tallyman/audit"
	"tallyman/classify"
	"tallyman/extract/page"
	"tallyman/inspect"
	"tallyman/rules"
	"tallyman/rules/catalogue"
	"tallyman/trade"
)

func newCheck(code *int) *cobra.Command {
	var asJSON bool
	var reportDir, failOn, calibration, lang string
	var where storeFlags
	var second opinionFlags
	var reading readerFlags
	cmd := &cobra.Command{
		Use:   "check PATH...",
		Short: "read papers and say where they contradict each other",
		Long: `check reads files, folders, archives and letters, groups the papers into
dossiers (one for each consignment), and prints what contradicts. It exits with
0 if there is nothing at or above --fail-on, 1 if there is, 2 if something could
not be read or checked, and 64 if the call is wrong.`,
		Example: `  tallyman check papers/
  tallyman check --report out papers/      also write out/report.html
  tallyman check --lang ru papers/         in Russian
  tallyman check --json papers/ | jq .     one line of JSON for each dossier
  tallyman check --db sqlite:tallyman.db papers/   and keep it, for reports and courts`,
		Args: needPaths,
		RunE: func(cmd *cobra.Command, paths []string) error {
			var least rules.Severity
			if err := least.UnmarshalText([]byte(failOn)); err != nil || least == rules.Info {
				return &usageError{fmt.Errorf("--fail-on takes low, medium or high, not %q", failOn)}
			}
			l, err := audit.ParseLang(lang)
			if err != nil {
				return &usageError{err}
			}
			if err := second.check(); err != nil {
				return err
			}
			line, done, err := openLine(reading)
			if err != nil {
				return err
			}
			defer done()
			out, flush := besideProgress(cmd.OutOrStdout())
			line.KeepWords = second.settings.URL != ""
			if line.Model, err = calibratedModel(calibration); err != nil {
				return err
			}
			var k *keeper
			if where.db != "" {
				s, err := where.open(cmd.Context(), false)
				if err != nil {
					return err
				}
				if k, err = newKeeper(s, line); err != nil {
					return err
				}
				defer k.close()
			}
			whole := newReport(line)
			whole.Lang = l
			var sum outcome
			err = eachFolder(cmd.Context(), line, paths, func(files []inspect.File, aside io.Writer) error {
				report := *whole
				report.Dossiers = dossiersOf(line, files)
				second.hear(cmd.Context(), aside, line, &report, files)
				if err := k.keep(cmd.Context(), aside, &report, files); err != nil {
					return err
				}
				for _, d := range report.Dossiers {
					sum.add(d, least)
					if !asJSON {
						printDossier(out, d, l)
					} else if err := audit.WriteDossier(out, l.Dossier(d), report.Versions); err != nil {
						return err
					}
				}
				if reportDir != "" {
					whole.Dossiers = append(whole.Dossiers, report.Dossiers...)
					maps.Copy(whole.Pictures, pictures(cmd.Context(), line, report.Dossiers))
				}
				return nil
			})
			flush()
			if err != nil {
				return err
			}
			if reportDir != "" {
				name, err := writeReport(reportDir, whole)
				if err != nil {
					return err
				}
				defer fmt.Fprintln(os.Stderr, "report:", name)
			}
			*code = sum.exitCode()
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one line of JSON for each dossier")
	cmd.Flags().StringVar(&reportDir, "report", "", "write report.html, a page with the places on the papers, into this folder")
	addLang(cmd.Flags(), &lang)
	second.add(cmd.Flags())
	reading.add(cmd.Flags())
	addCalibration(cmd.Flags(), &calibration)
	where.add(cmd.Flags(), "keeps the originals, what they state and what was found")
	cmd.Flags().StringVar(&failOn, "fail-on", "medium", "least severity that makes the exit code 1: low, medium or high")
	return cmd
}

// An outcome is what the dossiers of a run come to.
type outcome struct{ unread, found bool }

func (o *outcome) add(d audit.Dossier, least rules.Severity) {
	o.unread = o.unread || len(d.Missing()) > 0
	o.found = o.found || d.Count(least) > 0
}

// exitCode follows the contract: findings before unread files, so that a script
// that only looks for findings is not told less than there is.
func (o outcome) exitCode() int {
	switch {
	case o.found:
		return exitFindings
	case o.unread:
		return exitUnread
	}
	return exitClean
}

// newReport is a report without dossiers.
func newReport(line *inspect.Line) *audit.Report {
	r := &audit.Report{CheckedOn: line.Now, Rules: map[string]*rules.Rule{}, Pictures: map[trade.Place]audit.Picture{}, Versions: versions(line)}
	for _, rule := range line.Rules {
		r.Rules[rule.ID] = rule
	}
	return r
}

// dossiersOf are the dossiers of files with what was found in them.
func dossiersOf(line *inspect.Line, files []inspect.File) []audit.Dossier {
	var all []audit.Dossier
	for _, res := range line.Check(files) {
		d := audit.Dossier{Name: res.Dossier.ID, Papers: res.Dossier.Documents, Findings: res.Findings, NotRun: res.NotRun}
		for _, f := range res.Unread {
			d.Unread = append(d.Unread, unread(f))
		}
		all = append(all, d)
	}
	return all
}

func unread(f inspect.File) audit.Unread {
	why := f.Reason
	if why == nil {
		why = &page.Problem{Code: page.NoPaper, Text: "No paper was found in the file."}
	}
	return audit.Unread{File: f.Path, Status: f.Status, Code: why.Code, Reason: why.Text, Aside: why.Code == page.NotAPaper}
}

func versions(line *inspect.Line) audit.Versions {
	readers := line.Extractor.Versions()
	if c := line.Extractor.Confinement(); c != "" {
		readers = append(readers, c)
	}
	return audit.Versions{
		Tallyman: version, Rules: catalogue.Version(), Reference: "sha256:" + classify.ReferenceHash(), Model: "sha256:" + classify.WordsHash(),
		Readers: readers,
	}
}

func writeReport(dir string, r *audit.Report) (string, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", fmt.Errorf("write the report: %w", err)
	}
	name := filepath.Join(dir, "report.html")
	f, err := os.Create(name)
	if err != nil {
		return "", fmt.Errorf("write the report: %w", err)
	}
	if err := r.HTML(f); err != nil {
		f.Close()
		return "", fmt.Errorf("write the report: %w", err)
	}
	return name, f.Close()
}

// today is the only clock of the program: rules are told the day.
func today() trade.Date {
	t := time.Now()
	return trade.Date{Year: t.Year(), Month: t.Month(), Day: t.Day()}
}
