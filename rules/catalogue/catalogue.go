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
	"tallyman/rules/classification"
	"tallyman/rules/control"
	"tallyman/rules/crossdoc"
	"tallyman/rules/dates"
	"tallyman/rules/forgery"
	"tallyman/rules/identity"
	"tallyman/rules/physics"
	"tallyman/rules/price"
	"tallyman/rules/reading"
	"tallyman/rules/vague"
)

//go:generate go run ./generate ../../docs/rules.md

// Rules are all rules, in the order of their IDs.
var Rules = gather(
	arithmetic.Rules,
	classification.Rules,
	control.Rules,
	crossdoc.Rules,
	dates.Rules,
	forgery.Rules,
	identity.Rules,
	physics.Rules,
	price.Rules,
	reading.Rules,
	vague.Rules,
)

func gather(families ...[]*rules.Rule) []*rules.Rule {
	all := slices.Concat(families...)
	slices.SortFunc(all, func(a, b *rules.Rule) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// Find returns the rule with that ID, or nil.
func Find(id string) *rules.Rule {
	i, ok := slices.BinarySearchFunc(Rules, id, func(r *rules.Rule, id string) int { return cmp.Compare(r.ID, id) })
	if !ok {
		return nil
	}
	return Rules[i]
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
