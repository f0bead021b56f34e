// Package arithmetic holds the rules about sums inside one paper.
//
// Nobody upstream does these sums: banks compare totals only. But a sum that
// does not close has more innocent causes than any other conflict: a rounded
// price, a discount that stands in its own column, a row that was not read. So a
// rule of this package objects only if no plausible reading of the figures, and
// none of the customs of the trade that it knows, closes the sum; and to a total
// only if every line of the goods was evidently read.
package arithmetic

import (
	"fmt"
	"math/big"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// Rules are the rules of this family, in the order of their IDs.
var Rules = []*rules.Rule{
	LineAmountDiffers,
	LinesDoNotMakeSubtotal,
	ChargesDoNotMakeTotal,
	TaxDiffersFromRate,
	WordsDifferFromFigures,
	PackagesDoNotAddUp,
	MassesDoNotAddUp,
	NetMassExceedsGross,
	NetMassEqualsGross,
	DimensionsDoNotMakeVolume,
	PagesDoNotFollow,
}

// A figure is a printed number in the terms of a sum: exact, and in one unit.
type figure struct {
	at         trade.Place
	unit       string
	text       string     // canonical, with its unit, as a message shows it
	candidates []*big.Rat // every plausible value, the likeliest first
	confusions []*big.Rat // what one misread character would make of it
	half       *big.Rat   // half a unit of the last digit printed
	optical    bool       // read from pixels
}

func (f figure) value() *big.Rat { return f.candidates[0] }
func (f figure) known() bool     { return len(f.candidates) > 0 }

// measure says what a value is worth in the terms of a sum: a number and half a
// unit of its last digit; ok is false if it has none.
type measure[T any] func(T) (value, half *big.Rat, ok bool)

// figureOf returns the figure of a reading; it is not known if the reading is
// not, or if one of its values has no measure.
func figureOf[T fmt.Stringer](r trade.Reading[T], unit string, m measure[T]) figure {
	if !r.Known() {
		return figure{}
	}
	f := figure{at: r.At, unit: unit, text: r.Value.String(), optical: r.Reader.Optical()}
	for i, v := range r.Candidates() {
		n, half, ok := m(v)
		if !ok {
			return figure{}
		}
		if i == 0 {
			f.half = half
		}
		f.candidates = add(f.candidates, n)
	}
	for _, v := range r.Confusions {
		if n, _, ok := m(v); ok {
			f.confusions = add(f.confusions, n)
		}
	}
	if f.optical {
		f.confusions = append(f.confusions, withLeader(f.value())...)
	}
	return f
}

// withLeader is what a figure may be that a reader of pixels has lost the first
// digit of: a single one before a space, as in "1 199.55", is easily lost.
func withLeader(v *big.Rat) []*big.Rat {
	whole := new(big.Int).Quo(v.Num(), v.Denom())
	n := len(whole.String())
	if v.Sign() <= 0 || n%3 != 0 || n > 9 {
		return nil
	}
	var all []*big.Rat
	step := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
	for k := int64(1); k <= 9; k++ {
		all = append(all, new(big.Rat).Add(v, new(big.Rat).SetInt(new(big.Int).Mul(step, big.NewInt(k)))))
	}
	return all
}

// add appends a value that is not there yet: a dollar of one country and of
// another are one number.
func add(all []*big.Rat, n *big.Rat) []*big.Rat {
	for _, r := range all {
		if r.Cmp(n) == 0 {
			return all
		}
	}
	return append(all, n)
}

func decimalMeasure(d trade.Decimal) (value, half *big.Rat, ok bool) {
	value, ok = new(big.Rat).SetString(d.String())
	return value, halfDigit(d.Scale()), ok
}

// halfDigit is half a unit of the last of so many decimal places.
func halfDigit(places int) *big.Rat {
	return new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Mul(big.NewInt(2), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil)))
}

func moneyFigure(d *trade.Document, r trade.Reading[trade.Money]) figure {
	f := figureOf(r, currency(d, r.Value), func(m trade.Money) (*big.Rat, *big.Rat, bool) { return decimalMeasure(m.Amount) })
	if f.known() {
		f.text = strings.TrimSpace(r.Value.Amount.String() + " " + f.unit)
	}
	return f
}

// currency is that of the amount, or else that of the paper.
func currency(d *trade.Document, m trade.Money) string {
	if m.Currency == "" && d.Currency.Known() {
		return d.Currency.Value
	}
	return m.Currency
}

func quantityFigure(r trade.Reading[trade.Quantity]) figure {
	return figureOf(r, r.Value.Unit, func(q trade.Quantity) (*big.Rat, *big.Rat, bool) { return decimalMeasure(q.Amount) })
}

func packagesFigure(r trade.Reading[trade.Packages]) figure {
	return figureOf(r, r.Value.Kind, func(p trade.Packages) (*big.Rat, *big.Rat, bool) {
		return new(big.Rat).SetInt64(p.Count), new(big.Rat), true
	})
}

// massFigure is in kilograms.
func massFigure(r trade.Reading[trade.Mass]) figure {
	const microgramsPerKilogram = 1_000_000_000
	return figureOf(r, "KGM", func(m trade.Mass) (*big.Rat, *big.Rat, bool) {
		n, ok := m.Micrograms()
		return big.NewRat(n, microgramsPerKilogram), big.NewRat(m.Resolution(), microgramsPerKilogram), ok
	})
}

// volumeFigure is in cubic metres.
func volumeFigure(r trade.Reading[trade.Volume]) figure {
	const nanolitresPerCubicMetre = 1_000_000_000_000
	return figureOf(r, "MTQ", func(v trade.Volume) (*big.Rat, *big.Rat, bool) {
		n, ok := v.Nanolitres()
		if !ok {
			return nil, nil, false
		}
		value := big.NewRat(n, nanolitresPerCubicMetre)
		_, half, ok := decimalMeasure(v.Amount)
		if one, _, _ := decimalMeasure(v.Amount); ok && one.Sign() != 0 { // half a digit, in the same unit
			half = new(big.Rat).Quo(new(big.Rat).Mul(half, value), one)
		}
		return value, half, ok
	})
}

// maxChoices bounds the plausible values that are tried together. Figures that
// are more ambiguous than that can prove nothing.
const maxChoices = 20_000

// judge holds an objection against every plausible choice of the figures, and
// then against each single misread character. closes reports whether the
// values, in the order of the figures, are no contradiction.
func judge(figures []figure, closes func(v []*big.Rat) bool) rules.Verdict {
	choices := 1
	for _, f := range figures {
		if choices *= max(1, len(f.candidates)); choices > maxChoices {
			return rules.Agree
		}
	}
	v := make([]*big.Rat, len(figures))
	var any func(i, misread int) bool
	any = func(i, misread int) bool {
		if i == len(figures) {
			return closes(v)
		}
		values := figures[i].candidates
		if i == misread {
			values = figures[i].confusions
		}
		for _, v[i] = range values {
			if any(i+1, misread) {
				return true
			}
		}
		return false
	}
	if any(0, -1) {
		return rules.Agree
	}
	for i := range figures {
		if len(figures[i].confusions) > 0 && any(0, i) {
			return rules.Doubtful
		}
	}
	return rules.Conflict
}

// near reports whether a and b differ by no more than the tolerance.
func near(a, b, tolerance *big.Rat) bool {
	d := new(big.Rat).Sub(a, b)
	return d.Abs(d).Cmp(tolerance) <= 0
}

func plus(all ...*big.Rat) *big.Rat {
	sum := new(big.Rat)
	for _, r := range all {
		sum.Add(sum, r)
	}
	return sum
}

func minus(a, b *big.Rat) *big.Rat { return new(big.Rat).Sub(a, b) }
func times(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) }

// over returns a divided by b, which must not be zero.
func over(a, b *big.Rat) *big.Rat { return new(big.Rat).Quo(a, b) }

func most(a *big.Rat, others ...*big.Rat) *big.Rat {
	for _, b := range others {
		if b.Cmp(a) > 0 {
			a = b
		}
	}
	return a
}

func whole(n int64) *big.Rat { return new(big.Rat).SetInt64(n) }

// show writes a number with the decimal places that it needs, six at most.
func show(r *big.Rat) string {
	const places = 6
	s := r.FloatString(places)
	s = strings.TrimRight(s, "0")
	return strings.TrimSuffix(s, ".")
}

// showLike writes a number with at least as many places as f prints.
func showLike(r *big.Rat, f figure) string {
	s := show(r)
	places := 0
	if i := strings.IndexByte(f.text, '.'); i >= 0 {
		places = len(strings.SplitN(f.text[i+1:], " ", 2)[0])
	}
	have := 0
	if i := strings.IndexByte(s, '.'); i >= 0 {
		have = len(s) - i - 1
	} else if places > 0 {
		s += "."
	}
	return s + strings.Repeat("0", max(0, places-have))
}

func shown(name string, r *big.Rat, unit string) rules.Figure {
	return rules.Figure{Name: name, Value: show(r), Unit: unit}
}

func places(figures ...figure) []trade.Place {
	var all []trade.Place
	for _, f := range figures {
		if f.known() {
			all = append(all, f.at)
		}
	}
	return all
}
