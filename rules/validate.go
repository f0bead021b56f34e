package rules

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var idPattern = regexp.MustCompile(`^[A-Z]{2}-[0-9]{2}$`)

// maxTitle is the longest title, in letters, that fits one line of a list.
const maxTitle = 72

// Validate returns an error that names every rule which is not fit to be shown
// to an inspector: one without a well-formed ID, a title, a text, a source or a
// function, and every ID that two rules share.
func Validate(all ...*Rule) error {
	var errs []error
	seen := map[string]bool{}
	for _, r := range all {
		bad := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("rule %q %s", r.ID, fmt.Sprintf(format, args...)))
		}
		if !idPattern.MatchString(r.ID) {
			bad("has no ID such as XD-01")
		}
		if seen[r.ID] {
			bad("has the ID of another rule")
		}
		seen[r.ID] = true
		switch {
		case r.Title == "":
			bad("has no title")
		case utf8.RuneCountInString(r.Title) > maxTitle:
			bad("has a title of more than %d letters", maxTitle)
		case strings.HasSuffix(r.Title, "."):
			bad("has a title that ends with a period")
		case startsCapitalized(r.Title):
			bad("has a title that begins with a capital letter")
		}
		if strings.TrimSpace(r.Doc) == "" {
			bad("is undocumented")
		}
		if len(r.Sources) == 0 {
			bad("names no source")
		}
		for _, s := range r.Sources {
			if s.Title == "" {
				bad("has a source without a title")
			}
		}
		if r.Run == nil {
			bad("does nothing")
		}
	}
	return errors.Join(errs...)
}

// startsCapitalized reports whether the first word is written as at the head of
// a sentence; an abbreviation such as CMR is not.
func startsCapitalized(s string) bool {
	first, size := utf8.DecodeRuneInString(s)
	second, _ := utf8.DecodeRuneInString(s[size:])
	return unicode.IsUpper(first) && unicode.IsLower(second)
}
