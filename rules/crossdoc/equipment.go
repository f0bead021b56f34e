package crossdoc

import (
	"fmt"

	"tallyman/rules"
	"tallyman/trade"
)

// EquipmentDiffers compares containers, wagons and plates.
var EquipmentDiffers = &rules.Rule{
	ID:    "XD-18",
	Title: "papers name different containers, wagons or vehicles",
	Doc: `A consignment travels in the containers, wagons or vehicles that its papers
name. A paper that names as many as another, but not the same ones, is of
another load, or the load was changed.

A tractor may be changed on the way: the carrier notes it on the waybill.`,
	Severity: rules.High,
	Sources:  []rules.Source{ucp14d},
	Run: func(p *rules.Pass) error {
		setsDiffer(p, "container or wagon", func(d *trade.Document) []trade.Reading[string] {
			var ids []trade.Reading[string]
			for _, e := range d.Equipment {
				ids = append(ids, e.ID)
			}
			return ids
		})
		setsDiffer(p, "vehicle", func(d *trade.Document) []trade.Reading[string] {
			var ids []trade.Reading[string]
			for _, v := range d.Vehicles {
				ids = append(ids, v.Plate)
			}
			return ids
		})
		return nil
	},
}

// SealDiffers compares the seals.
var SealDiffers = &rules.Rule{
	ID:    "XD-19",
	Title: "papers name different seals",
	Doc: `The seal is put on when the load is closed, and its number stands on the papers
from then on. Another number means that the load was opened. Customs may open
and seal a load again: an act, or a note on the waybill, says so.`,
	Severity: rules.High,
	Sources:  []rules.Source{ucp14d},
	Run: func(p *rules.Pass) error {
		setsDiffer(p, "seal", func(d *trade.Document) []trade.Reading[string] {
			var ids []trade.Reading[string]
			for _, e := range d.Equipment {
				ids = append(ids, e.Seals...)
			}
			return ids
		})
		return nil
	},
}

// setsDiffer compares lists of identifiers. Papers that name more or fewer may
// cover more or less; only lists of one length are held against each other.
func setsDiffer(p *rules.Pass, what string, pick func(*trade.Document) []trade.Reading[string]) {
	var first *trade.Document
	var want []trade.Reading[string]
	for _, d := range p.Dossier.Documents {
		ids := known(pick(d))
		if len(ids) == 0 || d.Type == trade.OtherPaper || d.Type == trade.Contract {
			continue
		}
		if first == nil {
			first, want = d, ids
			continue
		}
		if len(ids) != len(want) {
			continue
		}
		for _, id := range missing(ids, want) {
			others := missing(want, ids)
			if len(others) == 0 {
				break
			}
			other := others[0]
			p.Report(rules.Finding{
				At: id.At, Related: []trade.Place{other.At}, Doubtful: min(id.Confidence, other.Confidence) < leastConfidence,
				Message:  fmt.Sprintf("%s %s here, %s on %s", what, id.Value, other.Value, first.Name),
				Innocent: []string{"it was changed on the way: a note on the waybill or an act would say when and by whom"},
			})
		}
	}
}

func known(rs []trade.Reading[string]) []trade.Reading[string] {
	var all []trade.Reading[string]
	for _, r := range rs {
		if r.Known() && len(trade.FoldIdentifier(r.Value)) >= 4 {
			all = append(all, r)
		}
	}
	return all
}

// missing returns those of a that b has not, not even with one character that
// readers mistake, or as a part ("seal 001234" and "001234").
func missing(a, b []trade.Reading[string]) []trade.Reading[string] {
	var all []trade.Reading[string]
	for _, x := range a {
		found := false
		for _, y := range b {
			found = found || sameMark(x, y)
		}
		if !found {
			all = append(all, x)
		}
	}
	return all
}
