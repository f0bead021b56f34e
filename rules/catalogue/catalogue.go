// Package catalogue gathers the rules of all families.
package catalogue

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"tallyman/rules"
	"tallyman/rules/arithmetic"
	"tallyman/rules/crossdoc"
)

//go:generate go run tallyman/rules/catalogue/page -o ../../docs/rules.md

// Rules are all rules, in the order of their IDs.
var Rules = gather(
	arithmetic.Rules,
	crossdoc.Rules,
)

func gather(families ...[]*rules.Rule) []*rules.Rule {
	all := slices.Concat(families...)
	slices.SortFunc(all, func(a, b *rules.Rule) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// Version names the catalogue: it changes when a rule is added or taken away, or
// when its severity, its text or its sources change. A change of the code of a
// rule is told by the version of the program.
func Version() string { return version(Rules) }

func version(all []*rules.Rule) string {
	h := sha256.New()
	for _, r := range all {
		fmt.Fprintf(h, "%q %q %v %q\n", r.ID, r.Title, r.Severity, r.Doc)
		for _, s := range r.Sources {
			fmt.Fprintf(h, "\t%q %q %v\n", s.Title, s.URL, s.Unverified)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}
