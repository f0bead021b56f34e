// Package rules says what a rule is, what a finding is, and runs rules over a
// dossier.
//
// A rule is a value; a finding is a fact about the papers; an error means that
// the check could not be made. A rule is a function of a dossier: it reads no
// clock, no file and no network, so that the same papers give the same findings
// next year.
package rules

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"tallyman/trade"
)

// A Rule is one check.
type Rule struct {
	ID       string // such as "XD-01"; never renamed, never reused
	Title    string // no capital, no period, at most about 60 letters
	Doc      string // for the inspector: what is wrong, what to look at, when it is harmless
	Severity Severity
	Sources  []Source

	// Run examines p.Dossier and calls p.Report or p.Reportf for each finding.
	// It returns an error only if the check could not be made.
	Run func(p *Pass) error
}

// A Source is where a rule or a threshold has its authority.
type Source struct {
	Title string
	URL   string // optional
	// Unverified marks general knowledge that nobody has looked up yet; a
	// report says so wherever it prints the figure.
	Unverified bool
}

// Severity orders findings; the zero value is Info.
type Severity int

const (
	Info Severity = iota
	Low
	Medium
	High
)

var severityNames = []string{"info", "low", "medium", "high"}

func (s Severity) String() string { return severityNames[s] }

// MarshalText writes the severity as a word.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a word.
func (s *Severity) UnmarshalText(text []byte) error {
	i := slices.Index(severityNames, string(text))
	if i < 0 {
		return fmt.Errorf("no severity %q: it is one of %s", text, strings.Join(severityNames, ", "))
	}
	*s = Severity(i)
	return nil
}

// A Finding is one thing a rule found. It is a fact about the papers, not an error.
type Finding struct {
	Rule     string
	Severity Severity
	Message  string        // both values and the other paper; it judges nothing
	At       trade.Place   // the reading the finding is about
	Related  []trade.Place // the readings it was compared with
	Figures  []Figure      // the arithmetic
	Innocent []string      // the cheapest innocent explanations, and what would show each
	// Doubtful says that one wrongly read character would clear the finding:
	// look at the box again before asking anyone.
	Doubtful  bool
	LooksLike []Likeness // what a model takes the goods for
}

// A Figure is one number of the arithmetic behind a finding.
type Figure struct {
	Name       string
	Value      string // canonical decimal
	Unit       string // UN/ECE Rec. 20, ISO 4217, or a ratio of them such as USD/KGM
	Percentile float64
	N          int
	Source     string
}

// A Likeness is a heading of the Harmonized System with its probability.
type Likeness struct {
	Heading     string
	Label       string
	Probability float64
}

// ID identifies the finding across runs. It depends on the rule and the places,
// not on the wording, so an inspector's decision survives a reworded message.
func (f Finding) ID() string {
	var b strings.Builder
	b.WriteString(f.Rule)
	for _, p := range append([]trade.Place{f.At}, f.Related...) {
		fmt.Fprintf(&b, "\x00%s\x00%s", p.Document, p.Path)
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:8])
}

// NotRun is a rule that could not run, and why. In an audit, "nothing found"
// and "not looked" must never look alike.
type NotRun struct{ Rule, Reason string }

// A Model scores what papers say. It never decides: a rule chooses the
// threshold, the severity and the words.
type Model interface {
	// SameGoods returns the probability that two descriptions mean the same
	// goods; ok is false if the model abstains.
	SameGoods(a, b string) (p float64, ok bool)
	// SameParty returns the probability that two names mean the same party,
	// over scripts, spellings and legal forms.
	SameParty(a, b string) (p float64)
}

// A Pass is one run of one rule over one dossier.
type Pass struct {
	Rule    *Rule
	Dossier *trade.Dossier
	Model   Model // nil: run without

	findings []Finding
}

// Report adds a finding. Its Rule is filled in, and its Severity is that of the
// rule if the finding states none.
func (p *Pass) Report(f Finding) {
	f.Rule = p.Rule.ID
	if f.Severity == Info {
		f.Severity = p.Rule.Severity
	}
	if f.Doubtful {
		f.Severity = min(f.Severity, Low)
	}
	p.findings = append(p.findings, f)
}

// Reportf adds a finding with the severity of the rule.
func (p *Pass) Reportf(at trade.Place, related []trade.Place, format string, args ...any) {
	p.Report(Finding{At: at, Related: related, Message: fmt.Sprintf(format, args...)})
}

// Note adds a finding of severity Info, whatever the severity of the rule: a
// fact worth stating that asks nobody anything.
func (p *Pass) Note(f Finding) {
	f.Rule, f.Severity = p.Rule.ID, Info
	p.findings = append(p.findings, f)
}

// On names the paper of a place as people know it.
func (p *Pass) On(at trade.Place) string {
	if d := p.Dossier.Find(at.Document); d != nil && d.Name != "" {
		return d.Name
	}
	return at.Document
}

// Run runs the rules over the dossier, in the order of their IDs. Findings come
// sorted by document, place and rule.
func Run(dossier *trade.Dossier, model Model, all ...*Rule) ([]Finding, []NotRun) {
	var findings []Finding
	var notRun []NotRun
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b *Rule) int { return cmp.Compare(a.ID, b.ID) })
	for _, r := range all {
		p := &Pass{Rule: r, Dossier: dossier, Model: model}
		if err := run(r, p); err != nil {
			notRun = append(notRun, NotRun{r.ID, err.Error()})
		}
		findings = append(findings, p.findings...)
	}
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.At.Document, b.At.Document),
			cmp.Compare(a.At.Page, b.At.Page),
			cmp.Compare(a.At.Path, b.At.Path),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Message, b.Message))
	})
	return findings, notRun
}

// run calls the rule; a rule that panics is a rule that could not run.
func run(r *Rule, p *Pass) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the rule failed: %v", v)
		}
	}()
	return r.Run(p)
}

// Verdict says how firmly two readings conflict.
type Verdict int

const (
	Agree    Verdict = iota // some plausible pair of values agrees
	Doubtful                // they conflict, unless one character was misread
	Conflict                // they conflict however they are read
)

// Compare holds an objection against every plausible pair of values of two
// known readings. Ambiguity (03/04/2026; 1.205) that could clear it clears it.
func Compare[A, B any](a trade.Reading[A], b trade.Reading[B], conflict func(A, B) bool) Verdict {
	if !a.Known() || !b.Known() {
		return Agree
	}
	as, bs := a.Candidates(), b.Candidates()
	if !conflictAll(as, bs, conflict) {
		return Agree
	}
	if !conflictAll(a.Confusions, bs, conflict) || !conflictAll(as, b.Confusions, conflict) {
		return Doubtful
	}
	return Conflict
}

func conflictAll[A, B any](as []A, bs []B, conflict func(A, B) bool) bool {
	for _, a := range as {
		for _, b := range bs {
			if !conflict(a, b) {
				return false
			}
		}
	}
	return true
}
