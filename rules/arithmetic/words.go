package arithmetic

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"unicode"

	"tallyman/rules"
	"tallyman/trade"
)

// WordsDifferFromFigures compares the amount in words with the total in figures.
var WordsDifferFromFigures = &rules.Rule{
	ID:    "AR-05",
	Title: "amount in words differs from the total in figures",
	Doc: `Where a paper spells its total out, words and figures are the same amount. Words are
written last and changed least: if the two differ, the figure may have been
altered.

Words may leave the hundredths out, and may spell another amount of the same
paper, such as the total without tax. Words whose end was not read are told
apart.`,
	Severity: rules.High,
	Sources: []rules.Source{
		{Title: "where words and figures of a bill of exchange differ, the words prevail: Geneva Uniform Law of 1930, article 6"},
		{Title: "UCP 600, article 14(d): data must not conflict"},
	},
	Run: runWordsDifferFromFigures,
}

func runWordsDifferFromFigures(p *rules.Pass) error {
	for _, d := range p.Dossier.Documents {
		checkWords(p, d)
	}
	return nil
}

func checkWords(p *rules.Pass, d *trade.Document) {
	total := moneyFigure(d, d.InvoiceTotal)
	spelled := d.AmountInWords
	if !spelled.Known() || !total.known() {
		return
	}
	words := figure{at: spelled.At, unit: total.unit, half: new(big.Rat)}
	for i, text := range append(spelled.Candidates(), spelled.Confusions...) {
		n, err := trade.ParseAmountInWords(text)
		if err != nil {
			if i == 0 {
				return // nothing to compare
			}
			continue
		}
		v, _, _ := decimalMeasure(n)
		if i < len(spelled.Candidates()) {
			words.candidates = append(words.candidates, v)
		} else {
			words.confusions = append(words.confusions, v)
		}
	}
	same := func(v []*big.Rat) bool {
		words, figures := v[0], v[1]
		return words.Cmp(figures) == 0 || words.IsInt() && words.Cmp(floor(figures)) == 0
	}
	verdict := judge([]figure{words, total}, same)
	if verdict == rules.Agree || cutShort(spelled.Value, words.value(), total.value()) {
		return
	}
	for _, r := range []trade.Reading[trade.Money]{d.Subtotal, d.Tax, d.CustomsValue, d.Freight, d.Discount} {
		if other := moneyFigure(d, r); other.known() && judge([]figure{words, other}, same) == rules.Agree {
			return // the words spell that amount
		}
	}
	if known, _ := charges(d); reaches(total.value(), words.value(), negated(known), leastMoney) {
		return // the words spell the total without a tax or a charge
	}
	f := rules.Finding{
		At: words.at, Related: places(total), Doubtful: verdict == rules.Doubtful,
		Message: fmt.Sprintf("amount in words is %s here, total in figures %s", strings.TrimSpace(show(words.value())+" "+words.unit), total.text),
		Figures: []rules.Figure{
			shown("in words", words.value(), total.unit), shown("in figures", total.value(), total.unit), shown("difference", minus(words.value(), total.value()), total.unit),
		},
		Innocent: []string{"The words are those of an earlier version of the paper, left in by mistake: the other papers show which total was paid."},
	}
	// A reader that works from pixels loses whole words, which no single
	// character explains.
	if spelled.Reader.Optical() {
		f.Doubtful = true
	}
	if d.InvoiceTotal.Reader.Optical() && digitsLost(total.value(), words.value()) {
		f.Doubtful = true
	}
	p.Report(f)
}

// digitsLost reports whether a figure is the beginning or the end of another: a
// reader that works from pixels leaves out what a stamp covers.
func digitsLost(figure, whole *big.Rat) bool {
	digits := func(r *big.Rat) string { return strings.ReplaceAll(show(r), ".", "") }
	f, w := digits(figure), digits(whole)
	return len(f) > 2 && len(f) < len(w) && (strings.HasPrefix(w, f) || strings.HasSuffix(w, f))
}

// negated are the charges with their effect turned round.
func negated(known []charge) []charge {
	known = slices.Clone(known)
	for i := range known {
		if known[i].less {
			known[i].less = false
			continue
		}
		var all []*big.Rat
		for _, v := range known[i].candidates {
			all = append(all, new(big.Rat).Neg(v))
		}
		known[i].candidates = all
	}
	return known
}

func floor(r *big.Rat) *big.Rat {
	return new(big.Rat).SetInt(new(big.Int).Div(r.Num(), r.Denom()))
}

// cutShort reports whether the words may be the beginning of the right ones,
// whose second line was not read: they end with a number, and a longer text that
// begins like them can spell the figure.
func cutShort(text string, words, figures *big.Rat) bool {
	w, f := floor(words), floor(figures)
	if f.Cmp(w) <= 0 || w.Sign() <= 0 || closed(text) {
		return false
	}
	// What the last words say may still be followed by smaller numbers, and by
	// "thousand" or "million": five hundred | and twelve thousand.
	thousand := whole(1000)
	last := minus(w, times(floor(over(w, thousand)), thousand))
	if last.Sign() == 0 {
		return minus(f, w).Cmp(roundness(w)) < 0
	}
	for scale := whole(1); scale.Cmp(f) <= 0; scale = times(scale, thousand) {
		group := floor(over(minus(f, minus(w, last)), scale))
		if group.Cmp(thousand) < 0 && group.Cmp(last) >= 0 && minus(group, last).Cmp(roundness(last)) < 0 {
			return true
		}
	}
	return false
}

// roundness is the greatest power of ten that divides a whole number.
func roundness(n *big.Rat) *big.Rat {
	ten, unit := whole(10), whole(1)
	for over(n, times(unit, ten)).IsInt() {
		unit = times(unit, ten)
	}
	return unit
}

// closed reports whether the words end as such words do: with the name of a
// currency, "only", or hundredths.
func closed(text string) bool {
	tail := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) })
	if len(tail) > 4 {
		tail = tail[len(tail)-4:]
	}
	for _, w := range tail {
		for _, end := range []string{"only", "dollar", "cent", "euro", "rub", "usd", "eur", "kzt", "cny", "tenge", "yuan", "kop", "lira", "долл", "цент", "евро", "руб", "коп", "тенге", "теңге", "тиын", "тиин", "юан", "сум", "сом"} {
			if strings.HasPrefix(w, end) {
				return true
			}
		}
	}
	return false
}
