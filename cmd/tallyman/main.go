// Tallyman reads the shipping papers of a consignment and says where they
// contradict each other.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"tallyman/extract"
)

// Exit codes of the contract.
const (
	exitClean    = 0
	exitFindings = 1
	exitUnread   = 2
	exitUsage    = 64
)

// version is set by the Makefile from the tag or the commit.
var version = "dev"

func main() {
	extract.ChildMain() // does not return in a reader child
	os.Exit(run(os.Args[1:]))
}

// run is the whole program, so that a test can start it in its own process.
func run(args []string) int {
	if os.Getenv("GOMEMLIMIT") == "" {
		// Files are parsed in children; what is kept of them here is little. Near
		// this the collector works harder rather than let garbage pile up.
		debug.SetMemoryLimit(320 << 20)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code := exitClean
	root := newRoot(&code)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var usage *usageError
	var unconfined *confinementError
	switch {
	case err == nil:
		return code
	case errors.As(err, &usage), isCobraUsage(err):
		fail(err, "run tallyman --help")
		return exitUsage
	case errors.As(err, &unconfined):
		fail(err, "--require-sandbox=false reads with what there is, and reports and ledger say so; docs/sandbox.md says what is needed")
		return exitUnread
	default:
		fail(err, "")
		return exitUnread
	}
}

func newRoot(code *int) *cobra.Command {
	root := &cobra.Command{
		Use:   "tallyman",
		Short: "finds contradictions between the papers of a consignment",
		Example: `  tallyman check papers/              read a folder of papers, print what contradicts
  tallyman check --report out a.pdf b.jpg   and write out/report.html
  tallyman extract --json invoice.pdf       what one paper says, with the place of each value
  tallyman explain XD-01                    what a check means, its sources, what clears it`,
		SilenceErrors: true, SilenceUsage: true,
		Version: version,
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	root.AddCommand(newCheck(code), newClassify(), newExtract(code), newRules(), newExplain(), newReportCommand(), newDecide(), newVerify(code), newFlows(), withOutcomes(newCalibrate()))
	root.CompletionOptions.HiddenDefaultCmd = true
	return root
}

// usageError is a mistake in the call rather than in the papers.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }

func isCobraUsage(err error) bool { return strings.HasPrefix(err.Error(), "unknown command") }

// needPaths refuses a call that names no file.
func needPaths(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return &usageError{errors.New("name at least one file or folder")}
	}
	// One wrong name among several is no reason to leave the others unread: it is
	// reported with them.
	for _, p := range args {
		if !absent(p) {
			return nil
		}
	}
	return &usageError{fmt.Errorf("%s: there is no such file or folder", args[0])}
}

// fail prints an error, and a hint where there is one: no capital, no period.
func fail(err error, hint string) {
	fmt.Fprintln(os.Stderr, "tallyman: error:", err)
	if hint != "" {
		fmt.Fprintln(os.Stderr, "tallyman: hint:", hint)
	}
}
