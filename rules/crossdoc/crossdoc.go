// Package crossdoc holds the rules that compare the papers of one consignment
// with each other. Their measure is UCP 600, article 14(d): data need not be
// identical to, but must not conflict with, data in any other paper.
//
// Papers differ honestly in many ways: they round, they weigh with the pallets
// or without, they count cartons or pallets, they name the forwarder for the
// buyer, they cover a part. A rule of this package objects only to what none of
// the customs of the trade that it knows explains, in every plausible reading.
package crossdoc

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// Rules are the rules of this family, in the order of their IDs.
var Rules = []*rules.Rule{
	GrossMassDiffers, NetMassDiffers, PackagesDiffer, GoodsDiffer, QuantityDiffers,
	UnitPriceDiffers, DeclaredValueDiffers, CurrencyDiffers, SellerDiffers, ConsigneeIsNoBuyer, ThreeCountries,
	DeliveryPlaceDiffers, DestinationDiffers, OriginDiffers, TariffCodeDiffers, EquipmentDiffers, SealDiffers,
	ContractDiffers, InvoiceReferenceDiffers, PhantomLine, LanguagesDiffer,
}

var ucp14d = rules.Source{Title: "UCP 600, article 14(d): data must not conflict with data in any other stipulated document"}

const (
	// leastConfidence is how sure both readings must be for a finding to be
	// more than a request to look at the box again.
	leastConfidence = 0.5
	// sureReading is how sure an optical reader must be of a figure that
	// differs in a single digit from that of another paper.
	sureReading = 0.9
	// sureType is how sure the type of a paper must be where a rule depends
	// on what the paper is for.
	sureType = 0.5
)

var errNoModel = errors.New("no model of names and goods is loaded")

// A witness is what a paper says in one field, or what several papers of one
// kind say together.
type witness[T any] struct {
	doc *trade.Document
	trade.Reading[T]
	others []trade.Place // the other readings of a sum
}

// witnesses gathers a field from every paper of the consignment.
func witnesses[T any](p *rules.Pass, pick func(*trade.Document) trade.Reading[T], skip ...trade.DocumentType) []witness[T] {
	var all []witness[T]
	for _, d := range papers(p, skip...) {
		if r := pick(d); r.Known() {
			all = append(all, witness[T]{doc: d, Reading: r})
		}
	}
	rankWitnesses(all)
	return all
}

// sums gathers a field that papers of one kind share among them: two invoices
// of one consignment have their masses together. A kind of which one paper is
// silent is left out. Every part, and the parts together, is a plausible value:
// another paper may cover as much.
func sums[T any](p *rules.Pass, pick func(*trade.Document) trade.Reading[T], add func(a, b T) (T, bool), skip ...trade.DocumentType) []witness[T] {
	var all []witness[T]
	for _, k := range kinds(papers(p, skip...)) {
		if len(k.distinct) == 1 {
			for _, d := range k.all { // copies of one paper speak each for itself
				if r := pick(d); r.Known() && !boxesMixed(d) {
					all = append(all, witness[T]{doc: d, Reading: r})
				}
			}
			continue
		}
		var parts []trade.Reading[T]
		for _, d := range k.distinct {
			if r := pick(d); r.Known() && !boxesMixed(d) {
				parts = append(parts, r)
			}
		}
		if len(parts) < len(k.distinct) {
			continue
		}
		if w, ok := sum(parts, add); ok {
			w.doc = k.distinct[0]
			all = append(all, w)
		}
	}
	rankWitnesses(all)
	return all
}

// mostSubsets is the number of papers up to which any of them may be those that
// another paper covers.
const mostSubsets = 5

func sum[T any](parts []trade.Reading[T], add func(a, b T) (T, bool)) (witness[T], bool) {
	w := witness[T]{Reading: parts[0]}
	w.Alternatives, w.Confusions = nil, nil
	total := parts[0].Value
	for _, r := range parts[1:] {
		var ok bool
		if total, ok = add(total, r.Value); !ok {
			return w, false
		}
		w.others = append(w.others, r.At)
		w.Confidence = min(w.Confidence, r.Confidence)
		if r.Reader.Optical() {
			w.Reader = r.Reader
		}
	}
	w.Value = total
	with := func(values func(trade.Reading[T]) []T) (list []T) {
		for i, r := range parts {
			for _, v := range values(r) {
				t, ok := v, true
				for k, o := range parts {
					if k != i && ok {
						t, ok = add(t, o.Value)
					}
				}
				if ok {
					list = append(list, t)
				}
			}
		}
		return list
	}
	for _, v := range with(func(r trade.Reading[T]) []T { return r.Candidates()[1:] }) {
		w.Alternatives = append(w.Alternatives, trade.Alternative[T]{Value: v})
	}
	w.Confusions = with(func(r trade.Reading[T]) []T { return r.Confusions })
	for _, r := range parts {
		w.Alternatives = append(w.Alternatives, trade.Alternative[T]{Value: r.Value})
	}
	if len(parts) > 2 && len(parts) <= mostSubsets {
		for set := 1; set < 1<<len(parts)-1; set++ {
			var t T
			n, ok := 0, true
			for i, r := range parts {
				switch {
				case set&(1<<i) == 0 || !ok:
				case n == 0:
					t, n = r.Value, 1
				default:
					t, ok = add(t, r.Value)
					n++
				}
			}
			if ok && n > 1 {
				w.Alternatives = append(w.Alternatives, trade.Alternative[T]{Value: t})
			}
		}
	}
	return w, true
}

// rank orders papers by how near their author stands to the goods: the packer,
// the seller, the carrier, the declarant.
func rank(t trade.DocumentType) int {
	switch {
	case t == trade.PackingList:
		return 0
	case t == trade.CommercialInvoice:
		return 1
	case t == trade.Contract:
		return 2
	case t.Transport():
		return 3
	case t.Declaration():
		return 4
	}
	return 5
}

func rankWitnesses[T any](ws []witness[T]) {
	slices.SortStableFunc(ws, func(a, b witness[T]) int { return rank(a.doc.Type) - rank(b.doc.Type) })
}

// An objection is a pair of readings that conflict.
type objection[T any] struct {
	here, there witness[T]
	doubtful    bool
	again       []trade.Place // papers that say the same as here
}

// related are the places that a finding on the objection compares.
func (o objection[T]) related() []trade.Place {
	return slices.Concat([]trade.Place{o.there.At}, o.there.others, o.here.others, o.again)
}

// conflicts holds each witness against the one that most others agree with, so
// that one wrong paper of three gives one finding, and three papers that share
// one wrong figure give one as well. Of two, the one of higher rank counts.
func conflicts[T any](ws []witness[T], conflict func(a, b T) bool) []objection[T] {
	if len(ws) < 2 {
		return nil
	}
	best, most := 0, -1
	for i, a := range ws {
		n := 0
		for k, b := range ws {
			if i != k && rules.Compare(a.Reading, b.Reading, conflict) == rules.Agree {
				n++
			}
		}
		if n > most {
			best, most = i, n
		}
	}
	pivot := ws[best]
	var all []objection[T]
	for i, w := range ws {
		if i == best {
			continue
		}
		v := rules.Compare(w.Reading, pivot.Reading, conflict)
		if v == rules.Agree {
			continue
		}
		doubtful := v == rules.Doubtful || unsure(w.Reading, pivot.Reading)
		same := slices.IndexFunc(all, func(o objection[T]) bool {
			return o.doubtful == doubtful && !conflict(o.here.Value, w.Value) && !conflict(w.Value, o.here.Value)
		})
		if same >= 0 {
			all[same].again = append(all[same].again, w.At)
			continue
		}
		all = append(all, objection[T]{here: w, there: pivot, doubtful: doubtful})
	}
	return all
}

// unsure reports whether one of two readings is so poor, or the difference so
// much that of a single character, that the reader is to be suspected first.
func unsure[A, B any](a trade.Reading[A], b trade.Reading[B]) bool {
	least := min(a.Confidence, b.Confidence)
	if least < leastConfidence || cutOff(digits(a.Text), digits(b.Text)) {
		return true
	}
	return (a.Reader.Optical() || b.Reader.Optical()) && least < sureReading && oneSlip(digits(a.Text), digits(b.Text))
}

// cutOff reports whether one figure is the head of the other, shorter by two
// digits or more: "8 774.20" of which the first column was read.
func cutOff(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return a != "" && len(b)-len(a) >= 2 && strings.HasPrefix(b, a) && strings.Trim(b[len(a):], "0") != ""
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// oneSlip reports whether two runs of digits differ in one digit, read wrongly,
// lost or added.
func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) == 0 || len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return i == len(a) || a[i+1:] == b[i+1:]
	}
	return a[i:] == b[i+1:]
}

// share is the difference of a and b as a share of the smaller.
func share(a, b float64) float64 {
	least := math.Min(math.Abs(a), math.Abs(b))
	if least == 0 {
		return math.Inf(1)
	}
	return math.Abs(a-b) / least
}

// percent writes a share as per cent with one digit.
func percent(s float64) rules.Figure {
	if math.IsInf(s, 0) {
		return rules.Figure{Name: "difference", Value: "all of it"}
	}
	return rules.Figure{Name: "difference", Value: fmt.Sprintf("%.1f", 100*s), Unit: "P1"}
}

// partNote is the innocent explanation of any figure of one paper that is less
// than that of another.
const partNote = "one paper covers a part of the consignment: its packages, lines and amounts would be fewer"

// boxesMixed reports whether a declaration that was read from pixels may have the
// figures of one of its goods taken for those of the whole: its boxes stand close,
// and only masses that add up show that each was found.
func boxesMixed(d *trade.Document) bool {
	if !d.Type.Declaration() {
		return false
	}
	optical := d.GrossMass.Reader.Optical() || d.NetMass.Reader.Optical() || d.Packages.Reader.Optical()
	for _, it := range d.Items {
		optical = optical || it.Description.Reader.Optical() || it.GrossMass.Reader.Optical() || it.NetMass.Reader.Optical()
	}
	if !optical {
		return false
	}
	return !addUp(d, d.GrossMass, func(it trade.Item) trade.Reading[trade.Mass] { return it.GrossMass }) &&
		!addUp(d, d.NetMass, func(it trade.Item) trade.Reading[trade.Mass] { return it.NetMass })
}

// addUp reports whether the masses of all goods are known and make the total.
func addUp(d *trade.Document, total trade.Reading[trade.Mass], line func(trade.Item) trade.Reading[trade.Mass]) bool {
	if !total.Known() || len(d.Items) == 0 {
		return false
	}
	sum := int64(0)
	for _, it := range d.Items {
		n, ok := line(it).Value.Micrograms()
		if !line(it).Known() || !ok {
			return false
		}
		sum += n
	}
	whole, ok := total.Value.Micrograms()
	return ok && share(float64(sum), float64(whole)) <= massTolerance
}
