package audit

import (
	"bytes"
	"encoding/json"
	"net/url"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"tallyman/rules"
)

// sarifLevels are how SARIF names severities.
var sarifLevels = map[rules.Severity]string{rules.Info: "none", rules.Low: "note", rules.Medium: "warning", rules.High: "error"}

// renderSARIF writes the findings in the Static Analysis Results Interchange
// Format, version 2.1.0. A page and a box have no place of their own there and
// stand in the properties of a location.
func renderSARIF(v *view, seal string) ([]byte, error) {
	e := v.Account.Evidence
	log := sarif.NewReport()
	run := sarif.NewRunWithInformationURI("Tallyman", "https://tallyman.invalid/")
	run.Tool.Driver.InformationURI = nil
	run.Tool.Driver.WithVersion(e.Versions.Tallyman)
	run.Tool.Driver.WithLanguage("en") // of the messages
	texts := map[string]RuleRecord{}
	for _, r := range e.Rules {
		texts[r.ID] = r
		d := run.AddRule(r.ID)
		d.WithShortDescription(sarif.NewMultiformatMessageString().WithText(r.Title))
		d.WithFullDescription(sarif.NewMultiformatMessageString().WithText(r.Doc))
		d.WithProperties(bag("sources", r.Sources))
	}
	for _, f := range e.Files {
		a := sarif.NewArtifact().WithLocation(location(f.Name)).WithLength(int(f.Size)).WithRoles([]string{"analysisTarget"})
		if f.SHA256 != "" {
			a.WithHashes(map[string]string{"sha-256": f.SHA256})
		}
		run.AddArtifact(a)
	}
	for _, f := range e.Findings {
		level := sarifLevels[f.Severity]
		res := sarif.NewRuleResult(f.Rule).WithMessage(sarif.NewTextMessage(f.Message)).WithLevel(level).
			WithPartialFingerprints(map[string]string{"tallymanFinding/v1": f.ID})
		res.WithKind("fail")
		if level == "none" {
			res.WithKind("informational")
		}
		for i, at := range f.Places {
			loc := sarif.NewLocationWithPhysicalLocation(sarif.NewPhysicalLocation().WithArtifactLocation(location(at.File)))
			loc.WithID(i)
			if at.Path != "" {
				loc.AddLogicalLocation(sarif.NewLogicalLocation().WithFullyQualifiedName(at.Path).WithName(FieldName(at.Path)).WithKind("member"))
			}
			loc.WithProperties(bag("paper", at.Name, "page", at.Page, "box", at.Box, "printed", at.Text, "value", at.Value, "reader", at.Reader))
			if i == 0 {
				res.WithLocations([]*sarif.Location{loc})
			} else {
				res.AddRelatedLocation(loc)
			}
		}
		var decided []Decision
		for _, d := range v.Account.Decisions {
			if d.Finding == f.ID {
				decided = append(decided, d)
			}
		}
		res.WithProperties(bag("severity", f.Severity, "doubtful", f.Doubtful, "figures", f.Figures, "looksLike", f.LooksLike,
			"wouldClearIt", f.Innocent, "decisions", nonNil(decided)))
		run.AddResult(res)
	}
	done := sarif.NewInvocation().WithExecutionSuccessful(len(e.Missing()) == 0)
	if e.InspectedAt != "" {
		done.WithEndTimeUtc(e.InspectedAt)
	}
	for _, f := range v.Unread {
		n := sarif.NewNotification().WithLevel("error").WithMessage(sarif.NewTextMessage(f.Says + " " + f.Reason + " " + f.Action)).
			WithDescriptor(sarif.NewReportingDescriptorReference().WithID(f.Code))
		n.AddLocation(sarif.NewLocationWithPhysicalLocation(sarif.NewPhysicalLocation().WithArtifactLocation(location(f.Name))))
		done.AddToolExecutionNotification(n)
	}
	for _, n := range e.NotRun {
		done.AddToolExecutionNotification(sarif.NewNotification().WithLevel("note").WithMessage(sarif.NewTextMessage(n.Reason)).
			WithAssociatedRule(sarif.NewReportingDescriptorReference().WithID(n.Rule)))
	}
	run.AddInvocation(done)
	earlier := []Decision{}
	for _, d := range v.Earlier {
		earlier = append(earlier, d.Decision)
	}
	run.WithProperties(bag("dossier", e.Dossier, "dossierId", e.ID, "versions", e.Versions, "checksMade", e.Ran, "evidenceSha256", e.Digest(), "earlierDecisions", earlier))
	log.AddRun(run)
	log.Properties = *bag("tallymanSeal", seal)

	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(log); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func bag(pairs ...any) *sarif.PropertyBag {
	p := sarif.NewPropertyBag()
	for i := 0; i < len(pairs); i += 2 {
		p.Add(pairs[i].(string), pairs[i+1])
	}
	return p
}

// location names a file as a relative URI.
func location(name string) *sarif.ArtifactLocation {
	return sarif.NewSimpleArtifactLocation((&url.URL{Path: name}).String())
}
