package forgery

import (
	"fmt"
	"regexp"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// TypedOver finds figures of a scan that came onto it without the scanner.
var TypedOver = &rules.Rule{
	ID:    "FG-15",
	Title: "a figure on a scan is sharper and darker than all other print",
	Doc: `Whoever changes a figure of a scan types another one over it with an editor. The
new figure never went through the glass: it is blacker than any ink on the page, and
its edges are steeper than the scanner draws them. A figure of money, mass, count or
of a tariff code that is both, and alone with it among at least thirty words, is
named.

Look at the figure at four times its size beside its neighbours. It is harmless if a
clerk put the figure on the paper with another printer or a numbering stamp before
it was scanned, or if the page is a form that was filled in on a screen. Numbers and
dates of papers are stated without severity for that reason; a figure with decimals
that is no field of the paper is low. A page on which many
words are odd is not judged, nor is print that is as soft as its neighbours:
nothing found does not mean that nothing was changed.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "Farid: Photo Forensics (MIT Press 2016), sharpness and noise that differ within an image", Unverified: true},
		{Title: "the project's own measurement: docs/forgery-images.md"},
	},
	Run: runTypedOver,
}

// decimals is how sums and masses are printed.
var decimals = regexp.MustCompile(`^[0-9]{1,3}([.,' ]?[0-9]{3})*[.,][0-9]{1,4}$`)

func runTypedOver(p *rules.Pass) error {
	for _, d := range p.Dossier.Documents {
		for _, o := range d.Observations {
			if o.Kind != trade.Patch {
				continue
			}
			f := rules.Finding{
				At:      o.Place(d),
				Message: fmt.Sprintf("%q on page %d is darker and sharper than all of the other %.0f words of the scan", o.Text, o.Page, o.Figure("words")-1),
				Figures: []rules.Figure{
					{Name: "darker than the others, as a share of their spread", Value: fmt.Sprintf("%.2f", o.Figure("ink"))},
					{Name: "sharper than the others, as a share of their spread", Value: fmt.Sprintf("%.2f", o.Figure("edge"))},
				},
				Innocent: []string{
					"The figure was put on the paper with another printer or a stamp before the scan: ask for the paper itself.",
				},
			}
			field, ok := printedAt(d, o)
			if !ok {
				// What it stands for is not known, only that it looks like a sum or a mass.
				if f.Severity = rules.Low; !decimals.MatchString(o.Text) {
					p.Note(f)
					continue
				}
				p.Report(f)
				continue
			}
			f.At, f.Related = field.At, []trade.Place{o.Place(d)}
			if !worthForging(field.Path) {
				p.Note(f)
				continue
			}
			p.Report(f)
		}
	}
	return nil
}

// printedAt returns the field that the observation lies on.
func printedAt(d *trade.Document, o trade.Observation) (trade.Field, bool) {
	x, y := (o.Box.X0+o.Box.X1)/2, (o.Box.Y0+o.Box.Y1)/2
	for _, f := range d.Fields() {
		b := f.At.Box
		if f.At.Page == o.Page && x >= b.X0 && x <= b.X1 && y >= b.Y0 && y <= b.Y1 {
			return f, true
		}
	}
	return trade.Field{}, false
}

// worthForging reports whether the field holds money, a mass, a count or a code.
func worthForging(path string) bool {
	name := path[strings.LastIndexByte(path, '/')+1:]
	switch name {
	case "invoiceTotal", "subtotal", "freight", "insurance", "discount", "tax", "customsValue", "otherCharges", "unitPrice", "amount", "total",
		"grossMass", "netMass", "chargeableMass", "tareMass", "grossVolume",
		"packages", "quantity", "totalQuantity", "quantityPerPackage", "tariffCode", "carriedForward", "broughtForward":
		return true
	}
	return false
}
