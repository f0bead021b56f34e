package crossdoc

import (
	"slices"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// papers returns the papers that speak of this consignment. A paper that
// evidently is of another one is left out: a single rule says so, instead of a
// contradiction in every field.
func papers(p *rules.Pass, skip ...trade.DocumentType) []*trade.Document {
	foreign := strangers(p)
	var all []*trade.Document
	for _, d := range p.Dossier.Documents {
		if d.Type != trade.OtherPaper && d.Type != trade.UnknownType && !slices.Contains(skip, d.Type) && !foreign[d] {
			all = append(all, d)
		}
	}
	return all
}

// of returns the papers of a type.
func of(p *rules.Pass, types ...trade.DocumentType) []*trade.Document {
	return slices.DeleteFunc(papers(p), func(d *trade.Document) bool { return !slices.Contains(types, d.Type) })
}

// invoices returns the commercial invoices, or else the proforma ones.
func invoices(p *rules.Pass) []*trade.Document {
	if all := of(p, trade.CommercialInvoice); len(all) > 0 {
		return all
	}
	return of(p, trade.ProformaInvoice)
}

// A kind is the papers that share a consignment among them.
type kind struct {
	all      []*trade.Document
	distinct []*trade.Document // without further copies
}

// kinds sorts papers by what they are for. A house and a master waybill, or the
// waybills of two legs, speak each of the whole consignment.
func kinds(docs []*trade.Document) []*kind {
	var all []*kind
	byType := map[trade.DocumentType]*kind{}
	for _, d := range docs {
		t := d.Type
		if t == trade.SeaWaybill {
			t = trade.BillOfLading
		}
		k := byType[t]
		if k == nil {
			k = &kind{}
			byType[t] = k
			all = append(all, k)
		}
		k.all = append(k.all, d)
		if !slices.ContainsFunc(k.distinct, func(o *trade.Document) bool { return copies(o, d) }) {
			k.distinct = append(k.distinct, d)
		}
	}
	return all
}

// copies reports whether two papers of one type carry one number.
func copies(a, b *trade.Document) bool {
	return a.Number.Known() && b.Number.Known() && sameMark(a.Number, b.Number)
}

// A likeness counts in what two papers agree and conflict.
type likeness struct{ agree, conflict int }

func (l *likeness) count(comparable, agree bool) {
	switch {
	case !comparable:
	case agree:
		l.agree++
	default:
		l.conflict++
	}
}

const (
	// A paper that shares nothing with any other and conflicts in so many
	// matters is of another consignment. Among three papers or more the
	// others bear each other out, so less is needed.
	foreignOfMany = 3
	foreignOfTwo  = 4
)

// strangers finds papers that evidently are of another consignment.
func strangers(p *rules.Pass) map[*trade.Document]bool {
	var docs []*trade.Document
	for _, d := range p.Dossier.Documents {
		if d.Type != trade.OtherPaper && d.Type != trade.UnknownType && d.Type != trade.Contract {
			docs = append(docs, d)
		}
	}
	found := map[*trade.Document]bool{}
	if len(docs) < 2 {
		return found
	}
	limit := foreignOfMany
	if len(docs) == 2 {
		limit = foreignOfTwo
	}
	for i, d := range docs {
		if len(docs) == 2 && i == 0 {
			continue // of two, the second is the stranger
		}
		least, shares := 0, false
		for _, o := range docs {
			if o == d || found[o] {
				continue
			}
			l := compare(d, o)
			if l.agree > 0 || l.conflict >= 2 && partiesShared(p, d, o) {
				shares = true
				break
			}
			least = max(least, l.conflict)
		}
		if !shares && least >= limit {
			found[d] = true
		}
	}
	return found
}

// compare counts numbers, equipment and figures that two papers share.
func compare(a, b *trade.Document) likeness {
	var l likeness
	// Numbers: one cites the other, or both cite a third.
	for _, x := range []trade.Reading[string]{a.Number, a.Invoice.Number, a.TransportDocument.Number} {
		for _, y := range []trade.Reading[string]{b.Number, b.Invoice.Number, b.TransportDocument.Number} {
			if x.Known() && y.Known() && len(trade.FoldIdentifier(x.Value)) >= 3 && sameMark(x, y) {
				l.agree++
			}
		}
	}
	cited := func(d, o *trade.Document) bool {
		return d.Invoice.Number.Known() && o.Type.Invoice() && o.Number.Known() ||
			d.TransportDocument.Number.Known() && o.Type.Transport() && o.Number.Known()
	}
	l.count(l.agree == 0 && (cited(a, b) || cited(b, a)), false)
	if a.Contract.Number.Known() && b.Contract.Number.Known() {
		l.count(true, sameMark(a.Contract.Number, b.Contract.Number))
	}
	x, y := equipmentOf(a), equipmentOf(b)
	l.count(len(x) > 0 && len(y) > 0, len(missing(x, y)) < len(x))
	l.count(a.GrossMass.Known() && b.GrossMass.Known(),
		rules.Compare(a.GrossMass, b.GrossMass, func(m, n trade.Mass) bool { return massConflict(m, n, massTolerance) }) == rules.Agree)
	l.count(a.Packages.Known() && b.Packages.Known(), a.Packages.Value.Count == b.Packages.Value.Count)
	l.count(a.InvoiceTotal.Known() && b.InvoiceTotal.Known(), a.InvoiceTotal.Value.Amount.Cmp(b.InvoiceTotal.Value.Amount) == 0)
	l.count(a.CountryOfDestination.Known() && b.CountryOfDestination.Known() && a.CountryOfDestination.Value != b.CountryOfDestination.Value, false)
	return l
}

func equipmentOf(d *trade.Document) []trade.Reading[string] {
	var ids []trade.Reading[string]
	for _, e := range d.Equipment {
		ids = append(ids, e.ID)
	}
	for _, v := range d.Vehicles {
		ids = append(ids, v.Plate)
	}
	return known(ids)
}

// partiesShared reports whether two papers name a party in common, or cannot be
// told apart by their parties.
func partiesShared(p *rules.Pass, a, b *trade.Document) bool {
	x, y := namedParties(a), namedParties(b)
	if len(x) == 0 || len(y) == 0 || p.Model == nil {
		return false
	}
	for _, m := range x {
		for _, n := range y {
			if !differentParties(p.Model, m, n) {
				return true
			}
		}
	}
	return false
}

func namedParties(d *trade.Document) []trade.Party {
	var all []trade.Party
	for _, q := range []trade.Party{d.Seller, d.Buyer, d.Consignor, d.Consignee, d.NotifyParty} {
		if q.Name.Known() {
			all = append(all, q)
		}
	}
	return all
}

const (
	// partMost is the largest share of the whole that is called a part, and
	// partSpread how far the shares of packages, mass and amount may lie apart.
	partMost   = 0.97
	partSpread = 0.25
)

// partOf reports whether one of two papers evidently covers a part of what the
// other covers: at least two measures are smaller, all by about as much, and
// none is the same; or the lines of a paper of the goods show it.
func partOf(p *rules.Pass, a, b *trade.Document) bool {
	if linesOfPart(p, a, b) || linesOfPart(p, b, a) || ofWhole(p, a, b) || ofWhole(p, b, a) {
		return true
	}
	var shares []float64
	add := func(x, y float64) {
		if x > 0 && y > 0 {
			shares = append(shares, x/y)
		}
	}
	if a.Packages.Known() && b.Packages.Known() && sameKind(a.Packages.Value.Kind, b.Packages.Value.Kind) {
		add(float64(a.Packages.Value.Count), float64(b.Packages.Value.Count))
	}
	switch { // one measure of mass
	case a.GrossMass.Known() && b.GrossMass.Known():
		add(a.GrossMass.Value.Kilograms(), b.GrossMass.Value.Kilograms())
	case a.NetMass.Known() && b.NetMass.Known():
		add(a.NetMass.Value.Kilograms(), b.NetMass.Value.Kilograms())
	}
	if x, y := totalQuantity(a), totalQuantity(b); x.Known() && y.Known() && x.Value.Unit == y.Value.Unit {
		m, _ := x.Value.Amount.Float64()
		n, _ := y.Value.Amount.Float64()
		add(m, n)
	}
	if a.InvoiceTotal.Known() && b.InvoiceTotal.Known() && cur(a.InvoiceTotal.Value, a) == cur(b.InvoiceTotal.Value, b) {
		m, _ := a.InvoiceTotal.Value.Amount.Float64()
		n, _ := b.InvoiceTotal.Value.Amount.Float64()
		add(m, n)
	}
	if len(shares) < 2 {
		return false
	}
	if shares[0] > 1 {
		for i := range shares {
			shares[i] = 1 / shares[i]
		}
	}
	return slices.Max(shares) < partMost && slices.Max(shares)-slices.Min(shares) <= partSpread*slices.Max(shares)
}

// ofWhole reports whether whole is a paper that is made out once for all goods of
// an invoice, and part goes with some lines of it: goods that travel in parts
// share one certificate.
func ofWhole(p *rules.Pass, part, whole *trade.Document) bool {
	if whole.Type != trade.CertificateOfOrigin && whole.Type != trade.InsuranceCertificate && !whole.Type.Declaration() {
		return false
	}
	return slices.ContainsFunc(of(p, trade.CommercialInvoice), func(invoice *trade.Document) bool {
		return linesOfPart(p, part, invoice) && !linesOfPart(p, whole, invoice)
	})
}

// linesOfPart reports whether a paper of the goods as they travel covers some
// lines of what was invoiced, each in full: a packing list whose every line is
// a line of the invoice with the same quantity, or a paper that agrees with
// such a packing list. Goods that were taken out one by one look otherwise.
func linesOfPart(p *rules.Pass, part, whole *trade.Document) bool {
	if whole.Type != trade.CommercialInvoice || part.Type.Invoice() || part.Type == trade.Contract {
		return false
	}
	if linesWithin(part, whole) {
		return true
	}
	return slices.ContainsFunc(of(p, trade.PackingList), func(list *trade.Document) bool {
		if list == part || !linesWithin(list, whole) {
			return false
		}
		l := compare(part, list)
		sameMass := part.GrossMass.Known() && list.GrossMass.Known() &&
			rules.Compare(part.GrossMass, list.GrossMass, func(m, n trade.Mass) bool { return massConflict(m, n, massTolerance) }) == rules.Agree
		return sameMass && l.conflict == 0
	})
}

// sameLine finds the line with the same quantity whose description is a part of
// that of it, or the other way round: a reader may have put the packages before
// the goods.
func sameLine(it trade.Item, among []trade.Item) *trade.Item {
	name := trade.FoldIdentifier(it.Description.Value)
	for i := range among {
		o := &among[i]
		other := trade.FoldIdentifier(o.Description.Value)
		if len(name) >= 12 && len(other) >= 12 && (strings.Contains(name, other) || strings.Contains(other, name)) &&
			it.Quantity.Known() && o.Quantity.Known() && it.Quantity.Value.Amount.Cmp(o.Quantity.Value.Amount) == 0 {
			return o
		}
	}
	return nil
}

// linesWithin reports whether every line of a is a line of b in the same
// quantity, and b has more lines.
func linesWithin(a, b *trade.Document) bool {
	if len(a.Items) == 0 || len(a.Items) >= len(b.Items) || !complete(a) {
		return false
	}
	for _, it := range a.Items {
		o := counterpart(it, b.Items)
		if o == nil {
			o = sameLine(it, b.Items)
		}
		if o == nil || !it.Quantity.Known() || !o.Quantity.Known() || it.Quantity.Value.Amount.Cmp(o.Quantity.Value.Amount) != 0 {
			return false
		}
	}
	return true
}

// master reports whether a paper is, or may be, the carrier's waybill over those
// of a forwarder. It covers all that the forwarder sent together, from
// forwarder to forwarder: it may well state more than the papers of one of the
// consignments, but not less.
func master(p *rules.Pass, d *trade.Document) bool {
	has := func(t trade.DocumentType) bool {
		return slices.ContainsFunc(p.Dossier.Documents, func(o *trade.Document) bool { return o.Type == t })
	}
	switch d.Type {
	case trade.MasterAirWaybill, trade.MasterBillOfLading:
		return true
	case trade.AirWaybill:
		return has(trade.HouseWaybill)
	case trade.BillOfLading, trade.SeaWaybill:
		return has(trade.HouseBillOfLading)
	}
	return false
}

// ofOneLine reports whether what stands for a total of a paper with several
// lines is the figure of one of them: the total was taken from the table.
func ofOneLine[T any](d *trade.Document, total trade.Reading[T], line func(trade.Item) trade.Reading[T], same func(a, b T) bool) bool {
	if !total.Known() || len(d.Items) < 2 {
		return false
	}
	return slices.ContainsFunc(d.Items, func(it trade.Item) bool {
		r := line(it)
		return r.Known() && same(r.Value, total.Value)
	})
}
