package crossdoc

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/govalues/decimal"

	"tallyman/rules"
	"tallyman/trade"
)

// bulkTolerance is what UCP 600, article 30(b), allows where goods are measured
// and not counted in packing units or items.
const bulkTolerance = 0.05

// measured are the units in which goods are not counted but measured.
var measured = map[string]bool{"KGM": true, "TNE": true, "GRM": true, "LTR": true, "MTR": true, "MTK": true, "MTQ": true, "LBR": true, "YRD": true, "FOT": true}

// multiples are units of so many pieces.
var multiples = map[string]int64{"DZN": 12, "GRO": 144, "MIL": 1000, "CEN": 100, "": 1, "NMB": 1, "H87": 1, "C62": 1, "EA": 1, "NIU": 1}

// QuantityDiffers compares the number of pieces on invoice, packing list and
// declaration.
var QuantityDiffers = &rules.Rule{
	ID:    "XD-05",
	Title: "papers state different quantities of goods",
	Doc: `Invoice, packing list and declaration count the same pieces. Counted pieces
must agree exactly; goods that are weighed or measured may differ by 5 %. Dozens
and thousands are counted as pieces.

The totals are compared where both papers state one unit and their tables were
read whole; then the lines that share an article number or a description. Free
samples that one paper leaves out explain a small difference.`,
	Severity: rules.High,
	Sources:  []rules.Source{ucp14d, {Title: "UCP 600, article 30(b)"}},
	Run: func(p *rules.Pass) error {
		var ws []witness[trade.Quantity]
		for _, w := range sums(p, totalQuantity, addQuantity, trade.Contract, trade.ProformaInvoice, trade.InsuranceCertificate) {
			if !w.doc.Type.Transport() {
				ws = append(ws, w)
			}
		}
		for _, o := range conflicts(ws, quantityConflict) {
			if partOf(p, o.here.doc, o.there.doc) || countsPackages(o.here.doc, o.here.Value) || countsPackages(o.there.doc, o.there.Value) {
				continue
			}
			f := rules.Finding{
				At: o.here.At, Related: o.related(), Doubtful: o.doubtful || misreadLines(o.here.doc) || misreadLines(o.there.doc),
				Message: fmt.Sprintf("%v in all here, %v on %s", o.here.Value, o.there.Value, p.On(o.there.At)),
				Figures: []rules.Figure{
					{Name: "quantity here", Value: o.here.Value.Amount.String(), Unit: o.here.Value.Unit},
					{Name: "quantity on " + p.On(o.there.At), Value: o.there.Value.Amount.String(), Unit: o.there.Value.Unit},
				},
				Innocent: []string{
					partNote,
					"one paper leaves out free samples or spare parts: its lines would be fewer",
				},
			}
			if a, b := differingLine(o.here.doc, o.there.doc); a != nil && len(o.here.others)+len(o.there.others) == 0 {
				f.At, f.Related = a.Quantity.At, append([]trade.Place{b.Quantity.At, o.here.At, o.there.At}, o.again...)
				f.Message = fmt.Sprintf("%q: %v here, %v on %s", short(a.Description.Value), a.Quantity.Value, b.Quantity.Value, p.On(b.Quantity.At))
				f.Doubtful = f.Doubtful || rules.Compare(a.Quantity, b.Quantity, quantityConflict) == rules.Doubtful || unsure(a.Quantity, b.Quantity)
			}
			p.Report(f)
		}
		linesDiffer(p)
		return nil
	},
}

// linesDiffer compares papers whose goods are in several units, and so have no
// sum, line by line: every line has its counterpart, and one of them another
// quantity.
func linesDiffer(p *rules.Pass) {
	var first *trade.Document
	for _, d := range of(p, trade.CommercialInvoice, trade.PackingList, trade.ExportDeclaration, trade.ImportDeclaration) {
		if !complete(d) {
			continue
		}
		if first == nil {
			first = d
			continue
		}
		if d.Type == first.Type || len(d.Items) != len(first.Items) || totalQuantity(d).Known() && totalQuantity(first).Known() {
			continue
		}
		a, b := differingLine(d, first)
		if a == nil {
			continue
		}
		same := 0
		for i := range d.Items {
			o := counterpart(d.Items[i], first.Items)
			if o != nil && d.Items[i].Quantity.Known() && rules.Compare(d.Items[i].Quantity, o.Quantity, quantityConflict) == rules.Agree {
				same++
			}
		}
		if same != len(d.Items)-1 {
			continue // the tables count different things
		}
		p.Report(rules.Finding{
			At: a.Quantity.At, Related: []trade.Place{b.Quantity.At},
			Doubtful: rules.Compare(a.Quantity, b.Quantity, quantityConflict) == rules.Doubtful || unsure(a.Quantity, b.Quantity),
			Message:  fmt.Sprintf("%q: %v here, %v on %s", short(a.Description.Value), a.Quantity.Value, b.Quantity.Value, p.On(b.Quantity.At)),
			Figures: []rules.Figure{
				{Name: "quantity here", Value: a.Quantity.Value.Amount.String(), Unit: a.Quantity.Value.Unit},
				{Name: "quantity on " + p.On(b.Quantity.At), Value: b.Quantity.Value.Amount.String(), Unit: b.Quantity.Value.Unit},
			},
			Innocent: []string{partNote},
		})
	}
}

func quantityConflict(a, b trade.Quantity) bool {
	x, ux, ok1 := pieces(a)
	y, uy, ok2 := pieces(b)
	if !ok1 || !ok2 || ux != uy {
		return false
	}
	if measured[ux] {
		m, _ := x.Float64()
		n, _ := y.Float64()
		return share(m, n) > bulkTolerance
	}
	return x.Cmp(y) != 0
}

// pieces writes a quantity in pieces, if it is one of them.
func pieces(q trade.Quantity) (trade.Decimal, string, bool) {
	n, ok := multiples[q.Unit]
	if !ok {
		return q.Amount, q.Unit, true
	}
	d, err := decimal.New(n, 0)
	if err != nil {
		return q.Amount, q.Unit, false
	}
	v, err := q.Amount.Mul(d)
	return v, "PCE", err == nil
}

func addQuantity(a, b trade.Quantity) (trade.Quantity, bool) {
	if a.Unit != b.Unit {
		return a, false
	}
	s, err := a.Amount.Add(b.Amount)
	return trade.Quantity{Amount: s, Unit: a.Unit}, err == nil
}

// countsPackages reports whether what a paper calls the quantity is its number
// of packages: a column of cartons under the heading "Qty".
func countsPackages(d *trade.Document, q trade.Quantity) bool {
	n, _, ok := q.Amount.Int64(0)
	if !ok || !d.Packages.Known() && !states(d, n) {
		return false
	}
	return d.Packages.Known() && d.Packages.Value.Count == n || states(d, n)
}

// totalQuantity is the quantity of all goods of a paper: the total that it
// prints, or the sum of its lines if they were read whole and are in one unit.
// A paper whose total is not the sum of its lines says nothing here: rules of
// arithmetic speak of that.
func totalQuantity(d *trade.Document) trade.Reading[trade.Quantity] {
	none := trade.Reading[trade.Quantity]{}
	lines, ok := sumOfLines(d)
	printed := d.TotalQuantity
	switch {
	case !ok && printed.Known() && len(d.Items) == 0 && knownUnit(printed):
		return printed
	case !ok:
		return none
	case !printed.Known():
		return lines
	case printed.Value.Amount.Cmp(lines.Value.Amount) != 0:
		return none
	}
	lines.At = printed.At
	return lines
}

// knownUnit reports whether a quantity has a unit that was understood, or
// prints none.
func knownUnit(q trade.Reading[trade.Quantity]) bool {
	return q.Value.Unit != "" || strings.IndexFunc(q.Text, unicode.IsLetter) < 0
}

func sumOfLines(d *trade.Document) (trade.Reading[trade.Quantity], bool) {
	total := trade.Reading[trade.Quantity]{Confidence: 1}
	if !complete(d) {
		return total, false
	}
	for _, it := range d.Items {
		q := it.Quantity
		if !q.Known() || !knownUnit(q) || len(q.Alternatives) > 0 || (total.Text != "" && q.Value.Unit != total.Value.Unit) {
			return total, false
		}
		sum, err := total.Value.Amount.Add(q.Value.Amount)
		if err != nil {
			return total, false
		}
		if total.Text == "" {
			total.At, total.Text, total.Reader = q.At, q.Text, q.Reader
		}
		total.Value = trade.Quantity{Amount: sum, Unit: q.Value.Unit}
		total.Confidence = min(total.Confidence, q.Confidence)
	}
	total.Text = total.Value.String()
	// One misread digit of any line would change the sum by as much.
	for _, it := range d.Items {
		for _, c := range it.Quantity.Confusions {
			rest, err := total.Value.Amount.Sub(it.Quantity.Value.Amount)
			if err != nil {
				continue
			}
			if other, err := rest.Add(c.Amount); err == nil {
				total.Confusions = append(total.Confusions, trade.Quantity{Amount: other, Unit: total.Value.Unit})
			}
		}
	}
	return total, true
}

// differingLine returns the only line of a whose counterpart on b has another
// quantity.
func differingLine(a, b *trade.Document) (x, y *trade.Item) {
	for i := range a.Items {
		it := &a.Items[i]
		o := counterpart(*it, b.Items)
		if o == nil && len(a.Items) == len(b.Items) && it.TariffCode.Known() && b.Items[i].TariffCode.Known() && sameCode(it.TariffCode.Value, b.Items[i].TariffCode.Value) {
			o = &b.Items[i]
		}
		if o == nil || !knownUnit(it.Quantity) || !knownUnit(o.Quantity) || rules.Compare(it.Quantity, o.Quantity, quantityConflict) == rules.Agree {
			continue
		}
		if x != nil {
			return nil, nil
		}
		x, y = it, o
	}
	return x, y
}

// manyLines is the number of lines from which on they are matched by equal
// keys only, without forgiving a misread character: time grows with the square.
const manyLines = 400

// counterpart finds the only line of items that is the same goods as it.
func counterpart(it trade.Item, items []trade.Item) *trade.Item {
	article, description := trade.FoldIdentifier(it.ArticleNumber.Value), trade.FoldIdentifier(it.Description.Value)
	var found *trade.Item
	for i := range items {
		o := &items[i]
		same := false
		if len(items) < manyLines {
			same = it.ArticleNumber.Known() && o.ArticleNumber.Known() && sameMark(it.ArticleNumber, o.ArticleNumber)
		} else {
			same = article != "" && it.ArticleNumber.Value == o.ArticleNumber.Value
		}
		if !same && description != "" && o.Description.Known() {
			same = it.Description.Value == o.Description.Value ||
				len(items) < manyLines && (trade.FoldIdentifier(o.Description.Value) == description || sameInOneScript(it.Description.Value, o.Description.Value))
		}
		if same {
			if found != nil {
				return nil
			}
			found = o
		}
	}
	return found
}

// sameInOneScript reports whether two descriptions, of which one is in two
// languages, are word for word the same in the script that both use.
func sameInOneScript(a, b string) bool {
	const least = 10 // letters that must be shared
	for _, table := range []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic} {
		only := func(s string) (text string, letters int, others bool) {
			text = strings.Map(func(r rune) rune {
				switch {
				case unicode.Is(table, r):
					letters++
					return unicode.ToLower(r)
				case unicode.IsDigit(r):
					return r
				case unicode.IsLetter(r):
					others = true
				}
				return -1
			}, s)
			return text, letters, others
		}
		x, n, mixedX := only(a)
		y, _, mixedY := only(b)
		if n >= least && x == y && mixedX != mixedY {
			return true
		}
	}
	return false
}

// short cuts a description for a message.
func short(s string) string {
	const most = 60
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// misreadLines reports whether a scanned paper has a line whose quantity times
// unit price is not its amount: one of the three was misread, and the sum of the
// quantities proves nothing.
func misreadLines(d *trade.Document) bool {
	return slices.ContainsFunc(d.Items, func(it trade.Item) bool {
		if !it.Quantity.Reader.Optical() || !it.Quantity.Known() || !it.UnitPrice.Known() || !it.Amount.Known() {
			return false
		}
		q, ok1 := it.Quantity.Value.Amount.Float64()
		price, ok2 := it.UnitPrice.Value.Amount.Float64()
		amount, ok3 := it.Amount.Value.Amount.Float64()
		return ok1 && ok2 && ok3 && math.Abs(q*price-amount) > 0.02*math.Abs(amount)
	})
}
