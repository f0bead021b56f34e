package crossdoc

import (
	"tallyman/rules"
	"tallyman/trade"
)

// NetMassDiffers compares the net mass of the consignment on every paper.
var NetMassDiffers = &rules.Rule{
	ID:    "XD-02",
	Title: "papers state different net masses",
	Doc: `Papers of one consignment should state the same net mass. More than 1 % is
medium, more than 5 % high; less, but more than 5 kg, is shown at low severity.

Net is not one thing: some papers count the retail packing in, some do not
(UN/EDIFACT 6160 and 6048). A difference of a few per cent may be that. Ask how
the goods were weighed.`,
	Severity: rules.Medium,
	Sources:  append(massSources[:len(massSources):len(massSources)], rules.Source{Title: "UN/CEFACT BSP RDM D22A, consignment net weight: without packaging"}),
	Run: func(p *rules.Pass) error {
		return massDiffers(p, "net mass",
			func(d *trade.Document) trade.Reading[trade.Mass] { return d.NetMass },
			func(it trade.Item) trade.Reading[trade.Mass] { return it.NetMass })
	},
}
