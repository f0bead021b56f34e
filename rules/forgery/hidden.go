package forgery

import (
	"fmt"

	"tallyman/rules"
	"tallyman/trade"
)

// Unseen finds words that a file holds and its page does not show.
var Unseen = &rules.Rule{
	ID:    "FG-06",
	Title: "the file says something that the page does not show",
	Doc: `A program reads the text of a file, a person sees the page. Where the two
differ, one of them is deceived: text in white, too small, clipped away, beside the
sheet or on a layer that is off; a table of letters that takes a 3 for an 8; a field of
a form with another value than it shows; a text beneath a scan that the scan does not
print.

Hidden words are never used as values. Words without a figure are noted only: programs
leave their own marks on pages. The text beneath a scan comes from an optical reader
and errs; only figures are named that no such reader takes for each other.`,
	Severity: rules.High,
	Sources: []rules.Source{
		{Title: "ISO 32000-2:2020, 9.3.6: text rendering mode; 9.10: extraction of text; 8.11: optional content"},
		{Title: "Markwood, Shen, Liu, Lu: PDF Mirage: Content Masking Attack Against Information-Based Online Services (USENIX Security 2017)"},
	},
	Run: func(p *rules.Pass) error {
		each(p, trade.HiddenText, func(d *trade.Document, o trade.Observation) {
			if !laidOver(o) {
				reportHidden(p, d, o)
			}
		})
		each(p, trade.LayerDiffers, func(d *trade.Document, o trade.Observation) {
			p.Report(rules.Finding{
				At:      place(d, o),
				Message: fmt.Sprintf("the page shows %s, and the text of the file says %s here", quoted(o.Against), quoted(o.Text)),
				Innocent: []string{
					"The text beneath a scan was made by a poor optical reader: then many of its words are wrong.",
				},
			})
		})
		each(p, trade.FormValue, func(d *trade.Document, o trade.Observation) {
			p.Report(rules.Finding{
				At:       place(d, o),
				Message:  fmt.Sprintf("the form shows %s, and the value of its field is %s", quoted(o.Text), quoted(o.Against)),
				Innocent: []string{"The form was filled in by a program that does not draw it anew: open and save it in another one."},
			})
		})
		return nil
	},
}

// PaintedOver finds words that something was laid over.
var PaintedOver = &rules.Rule{
	ID:    "FG-07",
	Title: "something was laid over older print",
	Doc: `A white box, or a note with a ground of its own, was drawn over words that stand
on the page, and often others were written on it. The words beneath are still in the
file.

Forms draw a ground first and print on it; that is not meant. Ask for the file as it
was issued.`,
	Severity: rules.High,
	Sources:  []rules.Source{{Title: "ISO 32000-2:2020, 11.3: the painting model"}},
	Run: func(p *rules.Pass) error {
		each(p, trade.HiddenText, func(d *trade.Document, o trade.Observation) {
			if laidOver(o) {
				reportHidden(p, d, o)
			}
		})
		return nil
	},
}

func laidOver(o trade.Observation) bool { return o.Print == "covered" || o.Print == "annotation" }

// ways are how text is hidden, in words.
var ways = map[string]string{
	"white":      "in the colour of the paper",
	"covered":    "under a shape that was drawn over it",
	"annotation": "under a note that was laid over it",
	"invisible":  "in no colour",
	"not drawn":  "on a layer that is off, or clipped away",
	"tiny":       "too small to be seen",
	"outside":    "beyond the edge of the page",
	"cropped":    "on a part of the page that is cut off",
}

func reportHidden(p *rules.Pass, d *trade.Document, o trade.Observation) {
	f := rules.Finding{At: place(d, o), Message: fmt.Sprintf("the file holds %s here, %s", quoted(o.Text), ways[o.Print])}
	if o.Page > 0 && o.Box.Empty() {
		f.Message = fmt.Sprintf("the file holds %s for page %d, %s", quoted(o.Text), o.Page, ways[o.Print])
	}
	if o.Against != "" {
		f.Message += fmt.Sprintf("; the page shows %s", quoted(o.Against))
	}
	f.Innocent = []string{"A template carries marks for a program that signs or sorts the papers: then all papers of that sender have them."}
	again := o.Against != "" && squeezed(o.Text) == squeezed(o.Against) // drawn once more
	weigh(p, f, !again && (figure(o.Text) || laidOver(o) && o.Against != "" && worth(d, o)))
}
