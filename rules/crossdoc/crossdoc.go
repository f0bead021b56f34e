// Package crossdoc holds the rules that compare the papers of one consignment
// with each other. Their measure is UCP 600, article 14(d): data need not be
// identical to, but must not conflict with, data in any other paper.
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

// Rules are all rules of the family, in the order of their IDs.
var Rules = []*rules.Rule{
	GrossMassDiffers, NetMassDiffers, PackagesDiffer, GoodsDiffer, QuantityDiffers,
	UnitPriceDiffers, DeclaredValueDiffers, CurrencyDiffers, SellerDiffers, ConsigneeIsNoBuyer,
	DeliveryPlaceDiffers, DestinationDiffers, OriginDiffers, TariffCodeDiffers, EquipmentDiffers, SealDiffers,
	ContractDiffers, InvoiceReferenceDiffers, PhantomLine, LanguagesDiffer,
}

var ucp14d = rules.Source{Title: "UCP 600, article 14(d): data must not conflict with data in any other stipulated document"}

// leastConfidence is how sure both readings must be for a finding to be more
// than a request to look at the box again.
const leastConfidence = 0.5

// A witness is what one paper says in one field.
type witness[T any] struct {
	doc *trade.Document
	trade.Reading[T]
}

// witnesses gathers a field from the papers that speak of the whole
// consignment. A type of which the dossier holds several papers is left out:
// each may cover a part.
func witnesses[T any](p *rules.Pass, pick func(*trade.Document) trade.Reading[T], skip ...trade.DocumentType) []witness[T] {
	count := map[trade.DocumentType]int{}
	for _, d := range p.Dossier.Documents {
		count[d.Type]++
	}
	var all []witness[T]
	for _, d := range p.Dossier.Documents {
		r := pick(d)
		if r.Known() && count[d.Type] == 1 && d.Type != trade.OtherPaper && !slices.Contains(skip, d.Type) {
			all = append(all, witness[T]{d, r})
		}
	}
	return all
}

// objection is a pair of readings that conflict.
type objection[T any] struct {
	here, there witness[T]
	doubtful    bool
}

// conflicts holds each witness against the one that most others agree with, so
// that one wrong paper of three gives one finding. Of two, the first counts.
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
	var all []objection[T]
	for i, w := range ws {
		if i == best {
			continue
		}
		v := rules.Compare(w.Reading, ws[best].Reading, conflict)
		if v == rules.Agree {
			continue
		}
		unsure := min(w.Confidence, ws[best].Confidence) < leastConfidence
		all = append(all, objection[T]{w, ws[best], v == rules.Doubtful || unsure})
	}
	return all
}

// kilograms writes micrograms for an inspector.
func kilograms(micrograms int64) string {
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.3f", float64(micrograms)/1e9), "0"), ".") + " kg"
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
	return rules.Figure{Name: "difference", Value: fmt.Sprintf("%.1f", 100*s), Unit: "P1"}
}

var errNoModel = errors.New("no model of names and goods is loaded")

// samePartyLimit: below it two names are different parties, as far as spelling
// can say. The model puts the border at 0.5; a finding needs more than that.
const samePartyLimit = 0.25

// one returns the only paper of the dossier that passes, or nil.
func one(p *rules.Pass, is func(*trade.Document) bool) *trade.Document {
	var found *trade.Document
	for _, d := range p.Dossier.Documents {
		if is(d) {
			if found != nil {
				return nil
			}
			found = d
		}
	}
	return found
}

func commercialInvoice(d *trade.Document) bool { return d.Type == trade.CommercialInvoice }

// complete reports whether the lines of a paper were evidently read whole: the
// paper is done, every line has a description, and numbered lines have no gap.
func complete(d *trade.Document) bool {
	if d.Status == trade.Partial || len(d.Items) == 0 {
		return false
	}
	numbered := 0
	for i, it := range d.Items {
		if !it.Description.Known() || it.Description.Confidence < leastConfidence {
			return false
		}
		if it.Sequence.Known() {
			numbered++
			if strings.TrimLeft(it.Sequence.Value, "0") != fmt.Sprint(i+1) {
				return false
			}
		}
	}
	return numbered == 0 || numbered == len(d.Items)
}
