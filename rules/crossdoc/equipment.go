package crossdoc

import (
	"fmt"
	"slices"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// EquipmentDiffers compares containers, wagons and plates.
var EquipmentDiffers = &rules.Rule{
	ID:    "XD-18",
	Title: "papers name different containers, wagons or vehicles",
	Doc: `A consignment travels in the containers, wagons or vehicles that its papers
name. A paper that names as many as another, but not the same ones, or none that
the other has, is of another load, or the load was changed.

Containers are compared with containers and wagons with wagons. A tractor may be
changed on the way: the carrier notes it on the waybill. Papers of different
modes of transport do not share vehicles, nor do waybills of different numbers:
a sale may go in several loads.`,
	Severity: rules.High,
	Sources:  []rules.Source{ucp14d},
	Run: func(p *rules.Pass) error {
		for _, what := range []string{"container", "wagon"} {
			setsDiffer(p, what, func(d *trade.Document) []trade.Reading[string] {
				var ids []trade.Reading[string]
				for _, e := range d.Equipment {
					if unitKind(e.ID.Value) == what {
						ids = append(ids, e.ID)
					}
				}
				return ids
			})
		}
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

// unitKind tells a container from a wagon by its number.
func unitKind(s string) string {
	s = trade.FoldIdentifier(s)
	switch {
	case len(s) >= 10 && strings.Trim(s[:4], "0123456789") != "" && s[0] >= 'A':
		return "container"
	case len(s) >= 7 && len(s) <= 12 && strings.Trim(s, "0123456789") == "":
		return "wagon"
	}
	return ""
}

// setsDiffer compares lists of identifiers. Papers that name more or fewer may
// cover more or less: a shorter list conflicts only if the other has none of it.
func setsDiffer(p *rules.Pass, what string, pick func(*trade.Document) []trade.Reading[string]) {
	type list struct {
		doc *trade.Document
		ids []trade.Reading[string]
	}
	var lists []list
	for _, d := range papers(p, trade.Contract, trade.ProformaInvoice) {
		if ids := known(pick(d)); len(ids) > 0 {
			lists = append(lists, list{d, ids})
		}
	}
	if len(lists) < 2 {
		return
	}
	// The carrier knows what it carries in.
	slices.SortStableFunc(lists, func(a, b list) int {
		switch x, y := a.doc.Type.Transport(), b.doc.Type.Transport(); {
		case x && !y:
			return -1
		case y && !x:
			return 1
		}
		return 0
	})
	differ := func(a, b list) ([]trade.Reading[string], []trade.Reading[string]) {
		x, y := missing(a.ids, b.ids), missing(b.ids, a.ids)
		if len(x) == 0 || len(y) == 0 || len(a.ids) != len(b.ids) && len(x) < len(a.ids) && len(y) < len(b.ids) {
			return nil, nil
		}
		return x, y
	}
	best, most := 0, -1
	for i := range lists {
		n := 0
		for k := range lists {
			if x, _ := differ(lists[i], lists[k]); i != k && x == nil {
				n++
			}
		}
		if n > most {
			best, most = i, n
		}
	}
	pivot := lists[best]
	for i, l := range lists {
		x, y := differ(l, pivot)
		if i == best || x == nil {
			continue
		}
		// Waybills of different numbers are different loads of one sale.
		if l.doc.Type.Transport() && l.doc.Type == pivot.doc.Type && l.doc.Number.Known() && pivot.doc.Number.Known() &&
			trade.FoldIdentifier(l.doc.Number.Value) != trade.FoldIdentifier(pivot.doc.Number.Value) && !l.doc.Number.Reader.Optical() && !pivot.doc.Number.Reader.Optical() {
			continue
		}
		f := rules.Finding{
			At: x[0].At, Doubtful: false,
			Message:  fmt.Sprintf("%s %s here, %s on %s", what, joined(x), joined(y), p.On(y[0].At)),
			Innocent: []string{"it was changed on the way: a note on the waybill or an act would say when and by whom"},
		}
		for k, a := range x {
			if k > 0 {
				f.Related = append(f.Related, a.At)
			}
			for _, b := range y {
				f.Doubtful = f.Doubtful || unsureMark(a, b)
			}
		}
		for _, b := range y {
			f.Related = append(f.Related, b.At)
		}
		// Two copies of one kind of paper, or two modes, may have each its own.
		if what == "vehicle" && l.doc.Type.Transport() && pivot.doc.Type.Transport() && l.doc.Type != pivot.doc.Type {
			continue
		}
		p.Report(f)
	}
}

// unsureMark reports whether two identifiers were read too poorly to be held
// against each other, or differ so little that the reader is to blame.
func unsureMark(a, b trade.Reading[string]) bool {
	least := min(a.Confidence, b.Confidence)
	if least < leastConfidence {
		return true
	}
	if !a.Reader.Optical() && !b.Reader.Optical() {
		return false
	}
	x, y := []rune(trade.FoldIdentifier(a.Value)), []rune(trade.FoldIdentifier(b.Value))
	if len(x) != len(y) {
		return least < sureReading && max(len(x), len(y))-min(len(x), len(y)) <= 2
	}
	wrong := 0
	for i := range x {
		if x[i] != y[i] {
			wrong++
		}
	}
	return wrong <= 1 || wrong == 2 && least < sureReading
}

func joined(rs []trade.Reading[string]) string {
	var all []string
	for _, r := range rs {
		all = append(all, r.Value)
	}
	return strings.Join(all, ", ")
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

// scrap reports whether a reading is one or two characters off a scan: a piece of
// a number, which says nothing.
func scrap(r trade.Reading[string]) bool {
	return r.Reader.Optical() && len(trade.FoldIdentifier(r.Value)) < 3
}

// sameMark compares two identifiers by every plausible reading. Those of a text
// layer must be equal; where a reader worked from pixels, one character that it
// may have mistaken is forgiven.
func sameMark(a, b trade.Reading[string]) bool {
	if scrap(a) || scrap(b) {
		return true
	}
	for _, x := range a.Candidates() {
		for _, y := range b.Candidates() {
			fx, fy := trade.FoldIdentifier(x), trade.FoldIdentifier(y)
			if fx == fy || len(fx) >= 4 && strings.Contains(fy, fx) || len(fy) >= 4 && strings.Contains(fx, fy) {
				return true
			}
			if (a.Reader.Optical() || b.Reader.Optical()) && trade.Confusable(x, y) {
				return true
			}
		}
	}
	return false
}
