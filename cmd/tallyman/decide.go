package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tallyman/audit"
	"tallyman/store"
)

func newDecide() *cobra.Command {
	var where storeFlags
	var as, by, note string
	cmd := &cobra.Command{
		Use:   "decide DOSSIER FINDING",
		Short: "record what a person decided about a finding",
		Long: `decide records that a person confirmed a finding, explained it, or saw that the
program misread the paper. DOSSIER is the number or the name of a dossier in the
store, FINDING the id of a finding of its newest inspection, or the beginning of one;
check --json and every report print them. The finding stays: the decision stands
beside it in every report, with who, when and why, and an entry of the ledger vouches
for it. A decision is never changed; a later one stands after it. A dossier alone
lists its findings with their ids and what was decided.`,
		Example: `  tallyman decide 3f9a01c2d4e5b677 --db sqlite:tallyman.db
  tallyman decide 3f9a01c2d4e5b677 b41d07 --as confirmed --by "A. Inspector" --note "weighed: 812 kg"
  tallyman decide 3f9a01c2d4e5b677 b41d07 --as misread --by "A. Inspector" --note "the 8 is a 3"`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return &usageError{errors.New("name a dossier and one of its findings")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if where.db == "" {
				if absent(defaultDB[len("sqlite:"):]) {
					return &usageError{errors.New("name the store: --db sqlite:FILE")}
				}
				where.db = defaultDB
			}
			ruling := audit.Ruling(as)
			if len(args) == 2 {
				if !slices.Contains(audit.Rulings, ruling) {
					return &usageError{fmt.Errorf("--as takes confirmed, explained or misread, not %q", as)}
				}
				if strings.TrimSpace(by) == "" {
					return &usageError{errors.New("say who decided: --by NAME")}
				}
			}
			s, err := where.open(cmd.Context(), len(args) == 1)
			if err != nil {
				return err
			}
			defer s.Close()
			dossier, err := s.Find(cmd.Context(), args[0])
			if errors.Is(err, store.ErrNotFound) {
				return &usageError{err}
			} else if err != nil {
				return err
			}
			account, err := s.Account(cmd.Context(), dossier)
			if err != nil {
				return err
			}
			if len(args) == 1 {
				printDecisions(cmd, account)
				return nil
			}
			finding, err := findingOf(account.Evidence, args[1])
			if err != nil {
				return &usageError{err}
			}
			d, err := s.Decide(cmd.Context(), audit.Decision{Dossier: dossier, Finding: finding, Verdict: ruling, By: by, Note: note})
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s: %s by %s, %s\n  %s\n", d.ID, d.Verdict, clean(d.By), d.At, clean(d.Message))
			return nil
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "confirmed, explained or misread")
	cmd.Flags().StringVar(&by, "by", "", "`name` of the person who decided")
	cmd.Flags().StringVar(&note, "note", "", "why, in a sentence")
	where.add(cmd.Flags(), "where the dossier is kept")
	return cmd
}

// findingOf is the id of the one finding that has it or begins with it.
func findingOf(e *audit.Evidence, id string) (string, error) {
	var hits []string
	for _, f := range e.Findings {
		if f.ID == id {
			return id, nil
		}
		if len(id) >= 4 && strings.HasPrefix(f.ID, id) {
			hits = append(hits, f.ID)
		}
	}
	switch len(hits) {
	case 0:
		return "", fmt.Errorf("the newest inspection of %s has no finding %s", clean(e.Dossier), clean(id))
	case 1:
		return hits[0], nil
	}
	return "", fmt.Errorf("several findings begin with %s: %s", id, strings.Join(hits, ", "))
}

func printDecisions(cmd *cobra.Command, a *audit.Account) {
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "%s (%s)\n", clean(a.Evidence.Dossier), a.Evidence.ID)
	for _, f := range a.Evidence.Findings {
		fmt.Fprintf(out, "  %s  %-6s %s %s\n", f.ID, f.Severity, f.Rule, clean(f.Message))
		for _, d := range a.Decisions {
			if d.Finding == f.ID {
				fmt.Fprintf(out, "      %s by %s, %s", d.Verdict, clean(d.By), d.At)
				if d.Note != "" {
					fmt.Fprintf(out, ": %s", clean(d.Note))
				}
				fmt.Fprintln(out)
			}
		}
	}
}
