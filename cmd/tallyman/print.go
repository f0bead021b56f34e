package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"unicode"

	"tallyman/audit"
	"tallyman/inspect"
	"tallyman/rules"
	"tallyman/trade"
)

// printDossier prints the findings as a person reads them, one a line, the file
// and page first as compilers do.
func printDossier(w io.Writer, d audit.Dossier, l audit.Lang) {
	var names []string
	for _, p := range d.Papers {
		names = append(names, p.Name, p.ID)
	}
	fmt.Fprintf(w, "%s\n", clean(d.Name))
	notes := 0
	for _, f := range d.Findings {
		if f.Severity < rules.Low {
			notes++
			continue
		}
		message, _ := l.Rule(f.Message, names...)
		fmt.Fprintf(w, "  %s: %-*s %s %s\n", clean(where(d, f.At)), l.SeverityWidth(), l.Severity(f.Severity), f.Rule, clean(message))
	}
	var aside []string
	for _, u := range d.Unread {
		if u.Aside {
			aside = append(aside, filepath.Base(u.File))
			continue
		}
		says, action := l.Why(u.Code)
		fmt.Fprintf(w, "  %s: %s (%s): %s %s\n", clean(u.File), l.Word("not read", "не прочитано"), u.Code, says, action)
		reason, _ := l.Rule(u.Reason)
		fmt.Fprintf(w, "      %s\n", clean(reason))
	}
	for _, p := range d.Papers {
		if p.Type == trade.OtherPaper {
			fmt.Fprintf(w, "  %s: %s\n", clean(p.Name), l.Word("no shipping paper that we know; its values were not compared", "не известный нам товаросопроводительный документ; его сведения не сравнивались"))
		}
	}
	if len(aside) > 0 {
		fmt.Fprintf(w, "  %s: %s\n", l.Word("no papers, left aside", "не документы, отложены"), clean(strings.Join(aside, ", ")))
	}
	if n := len(d.NotRun); n > 0 {
		fmt.Fprintf(w, "  "+l.Word("%d of the checks could not be made; --json and --report say which", "проверок, которые не удалось провести: %d; какие именно, видно с --json и --report")+"\n", n)
	}
	fmt.Fprintf(w, "  %s\n", l.Verdict(d))
}

func where(d audit.Dossier, at trade.Place) string {
	name := at.Document
	for _, p := range d.Papers {
		if p.ID == at.Document {
			name = p.Name
		}
	}
	if at.Page > 0 {
		return fmt.Sprintf("%s:%d", name, at.Page)
	}
	return name
}

// clean makes text from a paper safe for a terminal: no control characters.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
}

// printPaper prints what one paper says.
func printPaper(w io.Writer, d *trade.Document) {
	fmt.Fprintf(w, "%s: %s (%.0f%% sure), %s", clean(d.Name), d.Type.Name(), 100*d.TypeConfidence, d.Status)
	if d.Reason != "" {
		fmt.Fprintf(w, " (%s)", clean(d.Reason))
	}
	fmt.Fprintln(w)
	for _, f := range d.Fields() {
		value := f.Value
		if f.Problem != "" {
			value = "? " + f.Problem
		}
		fmt.Fprintf(w, "  %-28s %-32s %q p.%d %.2f %s", f.Path, clean(value), clean(f.Text), f.At.Page, f.Confidence, f.Reader)
		for _, a := range f.Alternatives {
			fmt.Fprintf(w, " or %s", clean(a.Value))
		}
		fmt.Fprintln(w)
	}
}

// printNotes prints what the reader noticed about a file and its pages.
func printNotes(w io.Writer, f inspect.File) {
	for _, n := range f.Notes {
		fmt.Fprintf(w, "%s: note (%s): %s\n", clean(f.Path), n.Code, clean(n.Text))
	}
	for _, p := range f.Pages {
		for _, n := range p.Notes {
			fmt.Fprintf(w, "%s:%d: note (%s): %s\n", clean(f.Path), p.Number, n.Code, clean(n.Text))
		}
	}
}
