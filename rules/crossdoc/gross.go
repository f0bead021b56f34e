package crossdoc

import (
	"tallyman/rules"
	"tallyman/trade"
)

// GrossMassDiffers compares the gross mass of the consignment on every paper.
var GrossMassDiffers = &rules.Rule{
	ID:    "XD-01",
	Title: "papers state different gross masses",
	Doc: `Papers of one consignment describe the same goods in the same packaging,
so they should state the same gross mass. Figures need not be identical, but
must not conflict: a paper rounded to the kilogram agrees with one that is not,
and pounds agree with kilograms. Several invoices or packing lists are added up.

More than 1 % is medium, more than 5 % high. Less than 1 %, but more than 5 kg,
is shown at low severity.

Look first for a paper that includes the tare mass of the container or of the
pallets, and for one that prints the net mass as gross: where the papers
themselves bear that out, the severity is low.`,
	Severity: rules.Medium,
	Sources:  append(massSources[:len(massSources):len(massSources)], rules.Source{Title: "UN/CEFACT BSP RDM D22A, consignment gross weight: goods and packaging, without transport equipment"}),
	Run: func(p *rules.Pass) error {
		return massDiffers(p, "gross mass",
			func(d *trade.Document) trade.Reading[trade.Mass] { return d.GrossMass },
			func(it trade.Item) trade.Reading[trade.Mass] { return it.GrossMass })
	},
}
