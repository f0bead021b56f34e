package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tallyman/flows"
	"tallyman/rules"
	"tallyman/trade"
)

// A Risk orders dossiers: 0 where nothing speaks against the papers, towards 1
// the more does. Reasons say what it is made of, the weightiest first.
type Risk struct {
	Value   float64
	Reasons []Reason
}

// A Reason is one part of a risk.
type Reason struct {
	Text  string  `json:"reason"`
	Rule  string  `json:"rule,omitempty"` // empty: no finding, but where the goods go
	Share float64 `json:"share"`          // what it would give alone
}

// weights are how much the gravest finding of one rule gives alone.
var weights = map[rules.Severity]float64{rules.Low: 0.05, rules.Medium: 0.6, rules.High: 0.85}

const (
	// repeated is what each further finding of the same rule counts: often one
	// cause shows in many lines.
	repeated = 0.25
	// laneWeight is what it gives that exports of such goods along the same lane
	// grew far beyond what was usual: enough to look at one of two clean dossiers
	// first, never enough to look like a finding.
	laneWeight = 0.03
)

// weighed is what the risk takes from a finding.
type weighed struct {
	rule       string
	severity   rules.Severity
	confidence float64 // of the least certain reading it is about; 0: unknown
}

// stated is what the risk takes from a paper: values by path.
type stated func(path string) string

// risk puts the reasons together as if they were independent: each takes its
// share of what the others leave.
func risk(findings []weighed, papers []stated) Risk {
	type group struct {
		share float64
		n     int
		top   rules.Severity
	}
	byRule := map[string]*group{}
	var order []string
	slices.SortStableFunc(findings, func(a, b weighed) int {
		return cmp.Or(cmp.Compare(a.rule, b.rule), cmp.Compare(b.severity, a.severity), cmp.Compare(b.confidence, a.confidence))
	})
	for _, f := range findings {
		w := weights[f.severity]
		if w == 0 {
			continue
		}
		if f.confidence > 0 {
			w *= f.confidence
		}
		g := byRule[f.rule]
		if g == nil {
			g = &group{top: f.severity}
			byRule[f.rule] = g
			order = append(order, f.rule)
		} else {
			w *= repeated
		}
		g.share = 1 - (1-g.share)*(1-w)
		g.n++
	}
	var r Risk
	for _, id := range order {
		g := byRule[id]
		text := fmt.Sprintf("1 finding, %s", g.top)
		if g.n > 1 {
			text = fmt.Sprintf("%d findings, up to %s", g.n, g.top)
		}
		r.Reasons = append(r.Reasons, Reason{text, id, g.share})
	}
	if lane, ok := laneOf(papers); ok {
		r.Reasons = append(r.Reasons, Reason{Text: "prior, no finding: " + lane.String(), Share: laneWeight})
	}
	slices.SortStableFunc(r.Reasons, func(a, b Reason) int { return cmp.Compare(b.Share, a.Share) })
	clear := 1.0
	for i := range r.Reasons {
		clear *= 1 - r.Reasons[i].Share
		r.Reasons[i].Share = round(r.Reasons[i].Share)
	}
	r.Value = round(1 - clear)
	if r.Value >= 1 { // certainty is nothing that papers give
		r.Value = 0.999
	}
	return r
}

// laneOf finds the lane of the committed table that the goods run along: from a
// country that a paper names as that of the sender or the origin, to one that it
// names as that of the destination or the consignee.
func laneOf(papers []stated) (best flows.Lane, ok bool) {
	values := func(paths ...string) []string {
		var all []string
		for _, p := range papers {
			for _, path := range paths {
				if v := p(path); v != "" && !slices.Contains(all, v) {
					all = append(all, v)
				}
			}
		}
		return all
	}
	from := values("/consignor/country", "/seller/country", "/countryOfOrigin")
	to := values("/countryOfDestination", "/consignee/country")
	if len(from) == 0 || len(to) == 0 {
		return best, false
	}
	var codes []string
	for _, p := range papers {
		for i := range 200 { // the chapters of a paper show in its first lines
			if v := p(fmt.Sprintf("/items/%d/tariffCode", i)); v != "" {
				codes = append(codes, v)
			} else if p(fmt.Sprintf("/items/%d/description", i)) == "" {
				break
			}
		}
	}
	for _, a := range from {
		for _, b := range to {
			for _, c := range codes {
				if l, found := flows.Prior(a, b, c); found && (!ok || l.Z > best.Z) {
					best, ok = l, true
				}
			}
		}
	}
	return best, ok
}

// Assess returns the risk of a dossier with its reasons.
func (d Dossier) Assess() Risk {
	var all []weighed
	for _, f := range d.Findings {
		w := weighed{rule: f.Rule, severity: f.Severity}
		for _, at := range append([]trade.Place{f.At}, f.Related...) {
			if doc := d.find(at.Document); doc != nil {
				if field, ok := doc.Field(at.Path); ok && field.Confidence > 0 && (w.confidence == 0 || field.Confidence < w.confidence) {
					w.confidence = round(field.Confidence)
				}
			}
		}
		all = append(all, w)
	}
	var papers []stated
	for _, p := range d.Papers {
		papers = append(papers, func(path string) string { f, _ := p.Field(path); return f.Value })
	}
	return risk(all, papers)
}

// Risk is the value of [Dossier.Assess].
func (d Dossier) Risk() float64 { return d.Assess().Value }

// Assess is that of [Dossier.Assess].
func (e *Evidence) Assess() Risk {
	var all []weighed
	for _, f := range e.Findings {
		w := weighed{rule: f.Rule, severity: f.Severity}
		for _, p := range f.Places {
			if p.Confidence > 0 && (w.confidence == 0 || p.Confidence < w.confidence) {
				w.confidence = p.Confidence
			}
		}
		all = append(all, w)
	}
	var papers []stated
	for _, p := range e.Papers {
		values := map[string]string{}
		for _, f := range p.Fields {
			if _, known := values[f.Path]; !known && !f.Restatement {
				values[f.Path] = strings.TrimSpace(f.Value)
			}
		}
		papers = append(papers, func(path string) string { return values[path] })
	}
	return risk(all, papers)
}

// Risk is the value of [Evidence.Assess].
func (e *Evidence) Risk() float64 { return e.Assess().Value }
