package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tallyman/audit"
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
	var lang string
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "list every check",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := audit.ParseLang(lang)
			if err != nil {
				return &usageError{err}
			}
			out := cmd.OutOrStdout()
			for _, r := range catalogue.Rules {
				title, doc, _ := l.RuleText(r.ID, r.Title, r.Doc)
				if !asJSON {
					fmt.Fprintf(out, "%-6s %-*s %s\n", r.ID, l.SeverityWidth(), l.Severity(r.Severity), title)
					continue
				}
				j := ruleJSON{ID: r.ID, Title: title, Severity: r.Severity, Doc: doc, Sources: []sourceJSON{}}
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
	addLang(cmd.Flags(), &lang)
	return cmd
}

func newExplain() *cobra.Command {
	var lang string
	cmd := &cobra.Command{
		Use:     "explain RULE",
		Short:   "one check, with its sources and what clears it",
		Example: "  tallyman explain XD-01\n  tallyman explain XD-01 --lang ru",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &usageError{fmt.Errorf("name one rule, such as XD-01")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			l, err := audit.ParseLang(lang)
			if err != nil {
				return &usageError{err}
			}
			out := cmd.OutOrStdout()
			for _, r := range catalogue.Rules {
				if !strings.EqualFold(r.ID, args[0]) {
					continue
				}
				title, doc, _ := l.RuleText(r.ID, r.Title, r.Doc)
				fmt.Fprintf(out, "%s: %s\n%s: %s\n\n%s\n", r.ID, title, l.Word("severity", "важность"), l.Severity(r.Severity), doc)
				for _, s := range r.Sources {
					note := ""
					if s.Unverified {
						note = l.Word(" (general knowledge, not yet verified)", " (общеизвестное, ещё не проверено по источнику)")
					}
					fmt.Fprintf(out, "\n%s: %s%s", l.Word("source", "источник"), s.Title, note)
				}
				fmt.Fprintln(out)
				return nil
			}
			return &usageError{fmt.Errorf("there is no rule %q; tallyman rules lists them", args[0])}
		},
	}
	addLang(cmd.Flags(), &lang)
	return cmd
}

// addLang adds --lang. The language of the machine is not asked: the same call
// prints the same words everywhere.
func addLang(flags *pflag.FlagSet, lang *string) {
	flags.StringVar(lang, "lang", "en", "language of what is printed: en or ru; LANG is not asked, so that the same call prints the same everywhere")
}
