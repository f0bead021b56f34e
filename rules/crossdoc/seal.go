package crossdoc

import (
	"fmt"
	"slices"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// SealDiffers compares the seals.
var SealDiffers = &rules.Rule{
	ID:    "XD-19",
	Title: "papers name different seals",
	Doc: `The seal is put on when the load is closed, and its number stands on the papers
from then on. Another number means that the load was opened. Customs may open
and seal a load again: an act, or a note on the waybill, says so.

Seals are compared container by container where both papers say whose they are,
and only where both name as many: a paper may leave out the seal of the carrier,
of customs or of the sender.`,
	Severity: rules.High,
	Sources:  []rules.Source{ucp14d, {Title: "reported cases of opened containers (Journal of Commerce)", Unverified: true}},
	Run: func(p *rules.Pass) error {
		type sealed struct {
			doc   *trade.Document
			unit  trade.Reading[string]
			seals []trade.Reading[string]
		}
		var all []sealed
		for _, d := range papers(p, trade.Contract, trade.ProformaInvoice) {
			for _, e := range d.Equipment {
				seals := slices.DeleteFunc(known(e.Seals), func(r trade.Reading[string]) bool { return noSeal(p, r) })
				if len(seals) > 0 {
					all = append(all, sealed{d, e.ID, seals})
				}
			}
		}
		reported := map[trade.Place]bool{}
		for i, a := range all {
			for _, b := range all[:i] {
				sameUnit := a.unit.Known() && b.unit.Known() && sameMark(a.unit, b.unit)
				single := len(a.doc.Equipment) == 1 && len(b.doc.Equipment) == 1 && (!a.unit.Known() || !b.unit.Known())
				// One container, its one seal on each paper: the columns of a wagon
				// and its container are easily mistaken for each other.
				if onlySeal(a.doc) && onlySeal(b.doc) && sameContainers(a.doc, b.doc) {
					single = true
				}
				if a.doc == b.doc || !sameUnit && !single || len(a.seals) != len(b.seals) {
					continue
				}
				x, y := missing(a.seals, b.seals), missing(b.seals, a.seals)
				if len(x) == 0 || len(y) == 0 || reported[x[0].At] || reported[y[0].At] {
					continue
				}
				reported[x[0].At] = true
				f := rules.Finding{
					At: x[0].At, Related: []trade.Place{y[0].At},
					Doubtful: slices.ContainsFunc(x, func(r trade.Reading[string]) bool {
						return slices.ContainsFunc(y, func(o trade.Reading[string]) bool { return unsureMark(r, o) })
					}),
					Message: fmt.Sprintf("seal %s here, %s on %s", joined(x), joined(y), p.On(y[0].At)),
					Innocent: []string{
						"it was changed on the way: a note on the waybill or an act would say when and by whom",
						"one number is of the sender's seal and the other of the carrier's: the container would bear both",
					},
				}
				if a.unit.Known() && sameUnit {
					f.Message = fmt.Sprintf("%s on %s", f.Message[:len(f.Message)-len(" on "+p.On(y[0].At))], p.On(y[0].At)) + ", both of " + a.unit.Value
				}
				p.Report(f)
			}
		}
		return nil
	},
}

// onlySeal reports whether a paper names one seal in all.
func onlySeal(d *trade.Document) bool {
	n := 0
	for _, e := range d.Equipment {
		n += len(known(e.Seals))
	}
	return n == 1
}

// sameContainers reports whether two papers name the same one container.
func sameContainers(a, b *trade.Document) bool {
	container := func(d *trade.Document) (only trade.Reading[string], n int) {
		for _, e := range d.Equipment {
			if id := trade.FoldIdentifier(e.ID.Value); e.ID.Known() && len(id) == 11 {
				only, n = e.ID, n+1
			}
		}
		return only, n
	}
	x, n := container(a)
	y, m := container(b)
	return n == 1 && m == 1 && sameMark(x, y)
}

// noSeal reports whether what was read as a seal is another number of the
// papers: of the contract, the invoice, or the marks on the packages.
func noSeal(p *rules.Pass, seal trade.Reading[string]) bool {
	key := trade.FoldIdentifier(seal.Value)
	return slices.ContainsFunc(p.Dossier.Documents, func(d *trade.Document) bool {
		for _, r := range []trade.Reading[string]{d.Number, d.Contract.Number, d.Invoice.Number, d.TransportDocument.Number, d.Marks} {
			if r.Known() && strings.Contains(trade.FoldIdentifier(r.Value), key) {
				return true
			}
		}
		return false
	})
}
