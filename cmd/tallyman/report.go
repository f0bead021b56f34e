package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/mod/sumdb/note"

	"tallyman/audit"
)

func newReportCommand() *cobra.Command {
	var where storeFlags
	var format, out, lang string
	var reading readerFlags
	cmd := &cobra.Command{
		Use:   "report DOSSIER",
		Short: "the audit report of a dossier",
		Long: `report writes what was found in one dossier, for people, programs and courts. DOSSIER
is the number or the name of a dossier in the store, or a folder of papers, which is
then checked on the spot. A report from the store is signed and names the head of the
ledger; the same evidence gives the same bytes on any machine.`,
		Example: `  tallyman report 3f9a01c2d4e5b677 --format pdf --out report.pdf --db sqlite:tallyman.db
  tallyman report papers/ --format html --out report.html --lang ru
  tallyman verify report.pdf`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &usageError{errors.New("name one dossier: its number in the store, or a folder")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := audit.ParseFormat(format)
			if err != nil {
				return &usageError{err}
			}
			l, err := audit.ParseLang(lang)
			if err != nil {
				return &usageError{err}
			}
			if out == "" {
				return &usageError{errors.New("say where the report goes: --out FILE, or --out - for standard output")}
			}
			account, signer, err := accountOf(cmd, &where, reading, args[0])
			if err != nil {
				return err
			}
			var b bytes.Buffer
			if err := account.Write(&b, f, l, signer); err != nil {
				return err
			}
			if out == "-" {
				_, err := cmd.OutOrStdout().Write(b.Bytes())
				return err
			}
			if err := os.WriteFile(out, b.Bytes(), 0o666); err != nil {
				return fmt.Errorf("write the report: %w", err)
			}
			fmt.Fprintln(os.Stderr, "report:", out)
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "html", "html, pdf, xlsx, csv, json or sarif")
	cmd.Flags().StringVar(&out, "out", "", "file to write; - is standard output")
	cmd.Flags().StringVar(&lang, "lang", "en", "language of the frame: en or ru")
	where.add(cmd.Flags(), "where the dossier is kept")
	reading.add(cmd.Flags())
	return cmd
}

// accountOf reads a dossier from the store, or checks a folder on the spot.
func accountOf(cmd *cobra.Command, where *storeFlags, reading readerFlags, name string) (*audit.Account, note.Signer, error) {
	ctx := cmd.Context()
	if where.db == "" {
		if !absent(name) {
			a, err := onTheSpot(cmd, reading, name)
			return a, nil, err
		}
		if absent(defaultDB[len("sqlite:"):]) {
			return nil, nil, &usageError{fmt.Errorf("%s is no folder, and no store is named: --db sqlite:FILE", name)}
		}
		where.db = defaultDB
	}
	s, err := where.open(ctx, true)
	if err != nil {
		return nil, nil, err
	}
	defer s.Close()
	if s.Signer() == nil {
		return nil, nil, errors.New("the key of the ledger cannot be read, and a report is signed with it")
	}
	id, err := s.Find(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	a, err := s.Account(ctx, id)
	return a, s.Signer(), err
}

func onTheSpot(cmd *cobra.Command, reading readerFlags, path string) (*audit.Account, error) {
	line, done, err := openLine(reading)
	if err != nil {
		return nil, err
	}
	defer done()
	k, err := newKeeper(nil, line)
	if err != nil {
		return nil, err
	}
	defer k.close()
	files, err := readAll(cmd.Context(), line, []string{path})
	if err != nil {
		return nil, err
	}
	if err := k.failed(); err != nil {
		return nil, err
	}
	report := newReport(line)
	report.Dossiers = dossiersOf(line, files)
	if n := len(report.Dossiers); n != 1 {
		return nil, fmt.Errorf("%s holds %d dossiers: keep them with tallyman check --db, and report each by its number", path, n)
	}
	account := &audit.Account{}
	err = k.records(cmd.Context(), report, files, "", func(r record) error {
		account.Evidence, account.Pictures = r.evidence, r.pictures
		return nil
	})
	return account, err
}
