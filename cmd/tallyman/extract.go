package main

import (
	"github.com/spf13/cobra"

	"tallyman/audit"
	"tallyman/trade"
)

func newExtract(code *int) *cobra.Command {
	var asJSON bool
	var reading readerFlags
	cmd := &cobra.Command{
		Use:   "extract PATH...",
		Short: "what each paper says, without judging",
		Example: `  tallyman extract invoice.pdf
  tallyman extract --json papers/ | jq -c '.fields[] | [.path, .value]'`,
		Args: needPaths,
		RunE: func(cmd *cobra.Command, paths []string) error {
			line, done, err := openLine(reading)
			if err != nil {
				return err
			}
			defer done()
			files, err := readAll(cmd.Context(), line, paths)
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			for _, f := range files {
				if f.Status != trade.Done && !unread(f).Aside {
					*code = exitUnread
				}
				if len(f.Papers) == 0 && f.Status == trade.Done && f.Holds > 0 {
					continue // an archive: what it holds follows
				}
				if len(f.Papers) == 0 {
					u := unread(f)
					if asJSON {
						if err := audit.WriteUnread(out, u, f.SHA256); err != nil {
							return err
						}
						continue
					}
					printDossier(out, audit.Dossier{Name: f.Path, Unread: []audit.Unread{u}}, audit.English)
				}
				if !asJSON {
					printNotes(out, f)
				}
				// What one value leaves open, others of the same file may settle: 640,000
				// beside 1 200,000 is no number of thousands.
				(&trade.Dossier{Documents: f.Papers}).Resolve()
				for _, d := range f.Papers {
					if !asJSON {
						printPaper(out, d)
					} else if err := audit.WritePaper(out, d); err != nil {
						return err
					}
				}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one line of JSON for each paper")
	reading.add(cmd.Flags())
	return cmd
}
