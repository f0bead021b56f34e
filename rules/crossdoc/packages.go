package crossdoc

import (
	"fmt"

	"tallyman/rules"
	"tallyman/trade"
)

// PackagesDiffer compares the number of packages on every paper.
var PackagesDiffer = &rules.Rule{
	ID:    "XD-03",
	Title: "papers state different numbers of packages",
	Doc: `The number of packages is counted at every change of hands, so papers of one
consignment should agree on it exactly.

Cartons on pallets are honest: one paper counts the cartons and another the
pallets. Papers that name different kinds of packages are not compared, and a
number that another paper gives for another kind is accepted.`,
	Severity: rules.High,
	Sources:  []rules.Source{ucp14d},
	Run: func(p *rules.Pass) error {
		mentioned := map[int64]int{}
		for _, d := range p.Dossier.Documents {
			own := map[int64]bool{}
			if d.Packages.Known() {
				own[d.Packages.Value.Count] = true
			}
			for _, f := range d.Restatements {
				if f.Path == "/packages" {
					var n int64
					if _, err := fmt.Sscan(f.Value, &n); err == nil {
						own[n] = true
					}
				}
			}
			for n := range own {
				mentioned[n]++
			}
		}
		pick := func(d *trade.Document) trade.Reading[trade.Packages] { return d.Packages }
		conflict := func(a, b trade.Packages) bool { return a.Count != b.Count && sameKind(a.Kind, b.Kind) }
		for _, o := range conflicts(witnesses(p, pick, trade.Contract, trade.InsuranceCertificate, trade.ProformaInvoice), conflict) {
			// A count that two papers share is a level of packing of its own.
			if mentioned[o.here.Value.Count] > 1 && mentioned[o.there.Value.Count] > 1 {
				continue
			}
			p.Report(rules.Finding{
				At: o.here.At, Related: []trade.Place{o.there.At}, Doubtful: o.doubtful,
				Message: fmt.Sprintf("%d packages here, %d on %s", o.here.Value.Count, o.there.Value.Count, p.On(o.there.At)),
				Innocent: []string{
					"one paper counts pallets and the other the cartons on them: the packing list would say how many a pallet holds",
					"one paper covers a part of the consignment",
				},
			})
		}
		return nil
	},
}

// sameKind reports whether two kinds of packages may be one; PK and nothing
// are any kind.
func sameKind(a, b string) bool {
	anyKind := func(k string) bool { return k == "" || k == "PK" }
	return a == b || anyKind(a) || anyKind(b)
}
