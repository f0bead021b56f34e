package crossdoc

import (
	"fmt"

	"tallyman/rules"
	"tallyman/trade"
)

const (
	// massTolerance is the difference that practice bears between papers; at
	// 1 % a peer's customs rule speaks of a risk of infringement (RECAUCA,
	// articles 320 to 325).
	massTolerance = 0.01
	massHigh      = 0.05
	// massFloor in micrograms: scales and rounding differ by as much on small
	// consignments.
	massFloor = 2_000_000_000
	// Empty containers of 20 to 45 feet weigh about so much, in micrograms.
	tareLeast, tareMost = 1_900_000_000_000, 5_000_000_000_000
)

// GrossMassDiffers compares the gross mass of the consignment on every paper.
var GrossMassDiffers = &rules.Rule{
	ID:    "XD-01",
	Title: "papers state different gross masses",
	Doc: `Papers of one consignment describe the same goods in the same packaging,
so they should state the same gross mass. Figures need not be identical, but
must not conflict: a paper rounded to the kilogram agrees with one that is not,
and pounds agree with kilograms.

Look first for a paper that includes the tare mass of the container or of the
pallets, and for a paper that covers a part of the consignment.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{ucp14d, {Title: "UN/CEFACT BSP RDM D22A, consignment gross weight: goods and packaging, without transport equipment"}},
	Run: func(p *rules.Pass) error {
		return massDiffers(p, "gross mass", func(d *trade.Document) trade.Reading[trade.Mass] { return d.GrossMass })
	},
}

// NetMassDiffers compares the net mass of the consignment on every paper.
var NetMassDiffers = &rules.Rule{
	ID:    "XD-02",
	Title: "papers state different net masses",
	Doc: `Papers of one consignment should state the same net mass.

Net is not one thing: some papers count the retail packing in, some do not
(UN/EDIFACT 6160 and 6048). A difference of a few per cent may be that. Ask how
the goods were weighed.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{ucp14d, {Title: "UN/CEFACT BSP RDM D22A, consignment net weight: without packaging"}},
	Run: func(p *rules.Pass) error {
		return massDiffers(p, "net mass", func(d *trade.Document) trade.Reading[trade.Mass] { return d.NetMass })
	},
}

func massDiffers(p *rules.Pass, what string, pick func(*trade.Document) trade.Reading[trade.Mass]) error {
	conflict := func(a, b trade.Mass) bool {
		x, okX := a.Micrograms()
		y, okY := b.Micrograms()
		if !okX || !okY {
			return false
		}
		diff := x - y
		if diff < 0 {
			diff = -diff
		}
		return diff > massFloor && diff > a.Resolution()+b.Resolution() && share(float64(x), float64(y)) > massTolerance
	}
	for _, o := range conflicts(witnesses(p, pick, trade.Contract, trade.InsuranceCertificate, trade.ProformaInvoice), conflict) {
		x, _ := o.here.Value.Micrograms()
		y, _ := o.there.Value.Micrograms()
		f := rules.Finding{
			At: o.here.At, Related: []trade.Place{o.there.At}, Doubtful: o.doubtful,
			Message: fmt.Sprintf("%s %s here, %s on %s", what, kilograms(x), kilograms(y), p.On(o.there.At)),
			Figures: []rules.Figure{percent(share(float64(x), float64(y)))},
			Innocent: []string{
				"one paper covers a part of the consignment: its packages and lines would be fewer",
				"the goods were weighed again: a weighing slip would show it",
			},
		}
		if share(float64(x), float64(y)) > massHigh {
			f.Severity = rules.High
		}
		if tare := x - y; what == "gross mass" && o.here.doc.Type.Transport() && tare >= tareLeast && tare <= tareMost {
			f.Severity = rules.Medium
			f.Innocent = append([]string{"the carrier's figure includes the empty container: the tare on its door would equal the difference"}, f.Innocent...)
			if t := o.here.doc.TareMass; t.Known() {
				if n, ok := t.Value.Micrograms(); ok && share(float64(n), float64(tare)) < massTolerance {
					continue
				}
			}
			if len(o.here.doc.Equipment) > 0 { // a container that weighs nothing has not been counted
				f.Severity = rules.Low
			}
		}
		p.Report(f)
	}
	return nil
}
