package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"tallyman/rules"
	"tallyman/rules/catalogue"
)

type ruleJSON struct {
	ID       string         `json:"id"`
	Title    string         `json:"title"`
	Severity rules.Severity `json:"severity"`
	Doc      string         `json:"doc"`
	Sources  []sourceJSON   `json:"sources"`
}

type sourceJSON struct {
	Title      string `json:"title"`
	URL        string `json:"url,omitempty"`
	Unverified bool   `json:"unverified,omitempty"`
}

func newRules() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "list every check",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			out := cmd.OutOrStdout()
			for _, r := range catalogue.Rules {
				if !asJSON {
					fmt.Fprintf(out, "%-6s %-6s %s\n", r.ID, r.Severity, r.Title)
					continue
				}
				j := ruleJSON{ID: r.ID, Title: r.Title, Severity: r.Severity, Doc: r.Doc, Sources: []sourceJSON{}}
				for _, s := range r.Sources {
					j.Sources = append(j.Sources, sourceJSON(s))
				}
				if err := json.NewEncoder(out).Encode(j); err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one line of JSON for each check")
	return cmd
}

func newExplain() *cobra.Command {
	return &cobra.Command{
		Use:     "explain RULE",
		Short:   "one check, with its sources and what clears it",
		Example: "  tallyman explain XD-01",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &usageError{fmt.Errorf("name one rule, such as XD-01")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			out := cmd.OutOrStdout()
			for _, r := range catalogue.Rules {
				if !strings.EqualFold(r.ID, args[0]) {
					continue
				}
				fmt.Fprintf(out, "%s: %s\nseverity: %s\n\n%s\n", r.ID, r.Title, r.Severity, r.Doc)
				for _, s := range r.Sources {
					note := ""
					if s.Unverified {
						note = " (general knowledge, not yet verified)"
					}
					fmt.Fprintf(out, "\nsource: %s%s", s.Title, note)
				}
				fmt.Fprintln(out)
				return nil
			}
			return &usageError{fmt.Errorf("there is no rule %q; tallyman rules lists them", args[0])}
		},
	}
}
