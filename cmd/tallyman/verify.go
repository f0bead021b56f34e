package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"tallyman/audit"
	"tallyman/store"
)

func newVerify(code *int) *cobra.Command {
	var where storeFlags
	var key, head string
	cmd := &cobra.Command{
		Use:   "verify [FILE...]",
		Short: "whether a report or the ledger was altered, offline",
		Long: `verify FILE says whether a report is as it was made, and whether the ledger that it
names holds its evidence. verify --db checks a whole store: every entry of the ledger,
every row, every original, every signature. verify FILE --db compares the two as well.
It exits with 0 if everything holds, 1 if something was altered, 2 if it could not be
checked or nobody vouches for it, and 64 if the call is wrong.`,
		Example: `  tallyman verify report.pdf
  tallyman verify report.pdf --key tallyman.db.key.pub
  tallyman verify --db sqlite:tallyman.db
  tallyman verify --db sqlite:tallyman.db --head 42:kGZ1...=    the head that a report prints`,
		RunE: func(cmd *cobra.Command, files []string) error {
			if len(files) == 0 && where.db == "" {
				if absent(defaultDB[len("sqlite:"):]) {
					return &usageError{errors.New("name a report, or a store: --db sqlite:FILE")}
				}
				where.db = defaultDB
			}
			trusted, err := publicKey(key)
			if err != nil {
				return &usageError{err}
			}
			var s *store.Store
			if where.db != "" {
				if s, err = where.open(cmd.Context(), true); err != nil {
					return err
				}
				defer s.Close()
				if trusted == "" {
					trusted = s.Key()
				} else if trusted != s.Key() {
					*code = exitFindings
					return fmt.Errorf("the store is signed with the key %s, not with %s", audit.KeyName(s.Key()), audit.KeyName(trusted))
				}
			}
			out := cmd.OutOrStdout()
			for _, name := range files {
				data, err := os.ReadFile(name)
				if err != nil {
					return err
				}
				o, err := audit.VerifyReport(data, trusted)
				if err != nil {
					fmt.Fprintf(out, "%s\n  ALTERED  %v\n", clean(name), err)
					*code = worse(*code, exitFindings)
					continue
				}
				if s != nil && o.OK() {
					s.VerifyReport(cmd.Context(), o)
				}
				*code = worse(*code, printOutcome(out, clean(name), o))
			}
			if len(files) > 0 {
				return nil
			}
			o, err := s.Verify(cmd.Context())
			if err != nil {
				return err
			}
			if head != "" {
				h, err := s.ParseHead(head)
				if err != nil {
					return &usageError{err}
				}
				if err := s.VerifyHead(cmd.Context(), h); err != nil {
					o.Fail("%v", err)
				} else {
					o.Pass("the head that you gave lies on the way to this state")
				}
			}
			*code = printOutcome(out, where.name(), o)
			return nil
		},
	}
	cmd.Flags().StringVar(&key, "key", "", "public key that you trust: a file, or the key itself")
	cmd.Flags().StringVar(&head, "head", "", "head of the ledger as a report prints it, ENTRIES:ROOT")
	where.add(cmd.Flags(), "the ledger to verify, or to compare a report with")
	return cmd
}

// worse keeps the graver of two exit codes: altered before not checked.
func worse(a, b int) int {
	if a == exitFindings || b == exitFindings {
		return exitFindings
	}
	return max(a, b)
}

// publicKey reads a key from a file, or takes the text as the key.
func publicKey(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	if data, err := os.ReadFile(s); err == nil {
		s = string(data)
	}
	s = strings.TrimSpace(s)
	if strings.Count(s, "+") < 2 || strings.ContainsAny(s, " \n") {
		return "", errors.New("--key takes the public key of a ledger, or the file that has it")
	}
	return s, nil
}

func printOutcome(w io.Writer, name string, o *audit.Outcome) int {
	fmt.Fprintln(w, name)
	for _, c := range o.Checks {
		word := "ok     "
		switch {
		case c.Unread:
			word = "UNREAD "
		case !c.OK:
			word = "ALTERED"
		}
		fmt.Fprintf(w, "  %s  %s\n", word, clean(c.Text))
	}
	switch {
	case o.Altered():
		fmt.Fprintln(w, "  This is not what was recorded.")
		return exitFindings
	case !o.OK():
		fmt.Fprintln(w, "  Not everything could be checked.")
		return exitUnread
	case o.Unproved:
		fmt.Fprintln(w, "  Nobody vouches for this report: it was made without a store and carries no signature.")
		return exitUnread
	}
	fmt.Fprintln(w, "  Everything holds.")
	return exitClean
}
