package catalogue

import (
	"bytes"
	"fmt"
	"strings"

	"tallyman/rules"
)

// Page returns the page of all rules, docs/rules.md.
func Page() []byte {
	var b bytes.Buffer
	b.WriteString(`# The checks

<!-- Generated from the rules by "make generate"; change the rule, not this page. -->

A finding is a fact about the papers, not a verdict. Its severity is the most
that the rule gives; what lowers it stands in the text. A finding that one
misread character would explain is *doubtful*, and never more than low. General
knowledge that nobody has looked up yet is marked *not verified*.

| check | severity | what it finds |
|---|---|---|
`)
	for _, r := range Rules {
		fmt.Fprintf(&b, "| [%s](#%s) | %v | %s |\n", r.ID, strings.ToLower(r.ID), r.Severity, r.Title)
	}
	for _, r := range Rules {
		fmt.Fprintf(&b, "\n## %s\n\n**%s** · severity %v\n\n%s\n\nSources:\n\n", r.ID, r.Title, r.Severity, strings.TrimSpace(r.Doc))
		for _, s := range r.Sources {
			b.WriteString("- " + source(s) + "\n")
		}
	}
	return b.Bytes()
}

func source(s rules.Source) string {
	text := s.Title
	if s.URL != "" {
		text = fmt.Sprintf("[%s](%s)", s.Title, s.URL)
	}
	if s.Unverified {
		text += " *(not verified)*"
	}
	return text
}
