package forgery

import (
	"fmt"

	"tallyman/rules"
	"tallyman/trade"
)

// SavedAgain notes that a file holds earlier versions of itself.
var SavedAgain = &rules.Rule{
	ID:    "FG-01",
	Title: "the file holds earlier versions of itself",
	Doc: `A program that changes a PDF may append the change to the file and leave the
rest as it was. Earlier versions can then be opened and compared. Signing, filling
in a form, and adding a note all do that: by itself it says nothing of the paper.

What differs in print between the versions is the matter of FG-02 and FG-05.`,
	Severity: rules.Info,
	Sources:  []rules.Source{{Title: "ISO 32000-2:2020, 7.5.6: incremental updates"}},
	Run: func(p *rules.Pass) error {
		each(p, trade.Versions, func(d *trade.Document, o trade.Observation) {
			p.Note(rules.Finding{
				At: o.Place(d),
				Message: fmt.Sprintf("versions that the file holds of itself: %.0f; places where they differ in print: %.0f; the last one brought %s",
					o.Figure("versions"), o.Figure("changed"), o.Text),
			})
		})
		return nil
	},
}

// ChangedPrint compares the versions that a file holds of itself.
var ChangedPrint = &rules.Rule{
	ID:    "FG-02",
	Title: "an earlier version of the file prints something else here",
	Doc: `A figure or a name stood on the page, and a later version of the same file shows
another one in its place. The earlier version is still in the file: the report shows
both. The same is found where one version of a file holds the page twice, so that two
programs show two pages.

What was filled in, stamped or noted on a form that was empty there is not meant.
Ask who changed the file, and have the paper sent by whoever issued it.`,
	Severity: rules.High,
	Sources: []rules.Source{
		{Title: "ISO 32000-2:2020, 7.5.6: incremental updates"},
		{Title: "Mainka, Mladenov, Rohlmann: Shadow Attacks: Hiding and Replacing Content in Signed PDFs (NDSS 2021)"},
	},
	Run: func(p *rules.Pass) error {
		each(p, trade.Changed, func(d *trade.Document, o trade.Observation) {
			if o.Print == "signed" {
				return // FG-05
			}
			reportChange(p, d, o, "")
		})
		return nil
	},
}

// reportChange reports a change that matters, and notes one that does not.
func reportChange(p *rules.Pass, d *trade.Document, o trade.Observation, after string) {
	f := rules.Finding{
		At: place(d, o),
		Innocent: []string{
			"Whoever issued the paper corrected it before sending: they still have the earlier one and can say why.",
			"The file is a form that is filled in by saving it again: then every paper of that sender looks so.",
		},
	}
	switch o.Print {
	case "twice":
		f.Message = fmt.Sprintf("the file holds this page twice: it shows %s, and a program that searches the file shows %s", quoted(o.Text), quoted(o.Against))
	default:
		f.Message = fmt.Sprintf("%s stands here, and an earlier version of the file%s shows %s", quoted(o.Text), after, quoted(o.Against))
	}
	if end := o.Figure("end"); end > 0 {
		before := o.Place(d)
		before.End = int(end)
		f.Related = []trade.Place{before}
		f.Figures = []rules.Figure{{Name: "end of the earlier version", Value: fmt.Sprintf("%.0f", end), Unit: "bytes"}}
	}
	_, field := fieldAt(d, o.Page, o.Box)
	replaced := o.Text != "" && o.Against != ""
	matters := (replaced || o.Against != "" && figure(o.Against)) && (field || figure(o.Text) || figure(o.Against))
	added := after != "" && figure(o.Text) // whatever is added to what is signed
	weigh(p, f, matters || added)
}

// Signature finds signatures that were taken away, and print that came after
// signing.
var Signature = &rules.Rule{
	ID:    "FG-05",
	Title: "changed after signing, or a signature was taken away",
	Doc: `A digital signature covers the file as it was when it was signed. An earlier
version was signed and the present one is not, or the page prints something else than
the version that was signed.

A second signature, a time stamp and the proofs for keeping a signature are added
behind the first one and change no print. Check the signature with a program for it:
this rule sees what was changed, and not whose signature it is.`,
	Severity: rules.High,
	Sources: []rules.Source{
		{Title: "ISO 32000-2:2020, 12.8: digital signatures"},
		{Title: "ETSI EN 319 142-1: PAdES digital signatures"},
	},
	Run: func(p *rules.Pass) error {
		each(p, trade.SignatureGone, func(d *trade.Document, o trade.Observation) {
			p.Report(rules.Finding{
				At: o.Place(d),
				Message: fmt.Sprintf("digital signatures taken out of the file: %.0f; left in it: %.0f",
					o.Figure("gone"), o.Figure("left")),
				Innocent: []string{"A program that prints or joins files takes signatures away: ask for the file as it was signed."},
			})
		})
		each(p, trade.Changed, func(d *trade.Document, o trade.Observation) {
			if o.Print == "signed" {
				reportChange(p, d, o, ", which was signed,")
			}
		})
		return nil
	},
}
