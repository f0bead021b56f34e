package trade

import (
	"errors"
	"fmt"
	"strings"

	"github.com/govalues/decimal"
)

// A numeral is a number as printed: groups of digits, and what stands between
// them. "1 205,50" has the groups 1, 205, 50 and the marks ' ' and ','.
type numeral struct {
	groups []string
	marks  []rune  // ' ' U+00A0 '\'' ',' '.'; one less than groups
	repair float64 // probability that a space inside was put there by the reader, 1 if there is none
	dash   bool    // ends with ",-": no fraction follows
}

// scanNumeral reads the number that begins at rs[i]. It never glues two
// numbers: behind a space it goes on only with a group of three digits.
func scanNumeral(rs []rune, i int) (n numeral, next int) {
	n.repair = 1
	if rs[i] == '.' { // ".50"
		n.groups, n.marks = []string{"0"}, []rune{'.'}
		i++
	}
	take := func() {
		from := i
		for isDigit(at(rs, i)) {
			i++
		}
		n.groups = append(n.groups, string(rs[from:i]))
	}
	take()
	for {
		mark := at(rs, i)
		switch {
		case mark == '.' || mark == ',' || mark == '\'':
			if isDigit(at(rs, i+1)) {
				n.marks = append(n.marks, mark)
				i++
				take()
				continue
			}
			if mark != '\'' && (at(rs, i+1) == '-' || at(rs, i+1) == '=') {
				end := i + 1
				for at(rs, end) == '-' || at(rs, end) == '=' {
					end++
				}
				if !isDigit(at(rs, end)) && !isLetter(at(rs, end)) {
					n.dash = true
					return n, end
				}
			}
			if k := digitsFrom(rs, i+2); mark != '\'' && isSpace(at(rs, i+1)) && (n.mayBreak(mark, k) || k == 3 && goesOn(rs, i+5, mark)) {
				n.marks = append(n.marks, mark)
				n.repair *= broken
				i += 2
				take()
				continue
			}
		case isSpace(mark):
			if n.spaced() && digitsFrom(rs, i+1) == 3 {
				n.marks = append(n.marks, mark)
				i++
				take()
				continue
			}
			if p, k := at(rs, i+1), digitsFrom(rs, i+2); (p == ',' || p == '.') && k == 2 && n.mayBreak(p, k) {
				n.marks = append(n.marks, p)
				n.repair *= broken
				i += 2
				take()
				continue
			}
		}
		return n, i
	}
}

// broken is the probability that a space beside a point inside a number means
// nothing: "50,964. 60". Optical readers put such spaces there.
const broken = 0.85

// digitsFrom counts the digits at rs[i:].
func digitsFrom(rs []rune, i int) int {
	k := 0
	for isDigit(at(rs, i+k)) {
		k++
	}
	return k
}

// spaced reports whether another group of three digits may follow behind a space.
func (n numeral) spaced() bool {
	for _, m := range n.marks {
		if !isSpace(m) {
			return false
		}
	}
	return n.thousands(len(n.groups))
}

// mayBreak reports whether k digits behind a mark and a space may go on with
// the number. "12, 500" may be a list; "50,964. 60" is no list.
func (n numeral) mayBreak(mark rune, k int) bool {
	for _, m := range n.marks {
		if m == mark {
			return false
		}
	}
	return k == 2 && (mark == '.' || len(n.marks) > 0) || k == 3 && len(n.marks) > 0
}

// goesOn reports whether rs[i:] is the other mark and digits: the ".60" of
// "50, 964.60", which shows that the space before 964 means nothing.
func goesOn(rs []rune, i int, mark rune) bool {
	r := at(rs, i)
	return (r == '.' || r == ',') && r != mark && digitsFrom(rs, i+1) == 2
}

// thousands reports whether the first k groups are thousands: one to three
// digits, then three each.
func (n numeral) thousands(k int) bool {
	for i, g := range n.groups[:k] {
		if i == 0 && (len(g) > 3 || g[0] == '0' && k > 1) || i > 0 && len(g) != 3 {
			return false
		}
	}
	return true
}

// lakhs reports whether the first k groups are Indian: 12,34,567.
func (n numeral) lakhs(k int) bool {
	if k < 3 {
		return false
	}
	for i, g := range n.groups[:k] {
		switch {
		case i == 0 && (len(g) > 2 || g[0] == '0'), i > 0 && i < k-1 && len(g) != 2, i == k-1 && len(g) != 3:
			return false
		}
	}
	return true
}

// A habit says how a lone mark with three digits behind it is meant: the
// probability that it groups thousands, by mark. 1.205 kg may be a kilogram or
// a tonne, 1.205 pieces are no pieces and a bit.
type habit struct{ comma, point float64 }

func (h habit) of(mark rune) float64 {
	if mark == ',' {
		return h.comma
	}
	return h.point
}

// exact is the habit of data: no groups, a decimal point.
var exact = habit{comma: 0.95, point: 0}

// values returns what the numeral may mean, the likeliest first.
func (n numeral) values(h habit) ([]Alternative[Decimal], error) {
	last := len(n.marks)
	whole, fraction := func() string { return strings.Join(n.groups, "") }, func() string {
		return strings.Join(n.groups[:last], "") + "." + n.groups[last]
	}
	one := func(text string, p float64) ([]Alternative[Decimal], error) {
		d, err := toDecimal(text)
		return []Alternative[Decimal]{{d, p * n.repair}}, err
	}
	if last == 0 {
		return one(whole(), 1)
	}
	mark, others := n.marks[last-1], n.marks[:last-1]
	uniform := true
	for i, m := range others {
		uniform = uniform && kindOf(m) == kindOf(others[0]) && i >= 0
	}
	decimalMark := mark == ',' || mark == '.'
	switch {
	case !uniform:
	case len(others) == 0 && decimalMark:
		if n.dash && n.thousands(2) {
			return one(whole(), 1)
		}
		if n.dash {
			break
		}
		if len(n.groups[1]) != 3 || !n.thousands(2) {
			return one(fraction(), 1)
		}
		a, err := one(whole(), h.of(mark))
		if err != nil {
			return nil, err
		}
		b, _ := one(fraction(), 1-h.of(mark))
		all := append(a, b...)
		if all[0].Probability < all[1].Probability {
			all[0], all[1] = all[1], all[0]
		}
		if all[1].Probability < minProbability {
			all = all[:1]
		}
		return all, nil
	case len(others) == 0 || kindOf(others[0]) == kindOf(mark):
		switch {
		case n.thousands(last + 1):
			if mark == ' ' { // two columns that stand close together look the same
				return one(whole(), 0.97)
			}
			return one(whole(), 1)
		case mark == ',' && n.lakhs(last+1):
			return one(whole(), 1)
		case decimalMark && !n.dash && n.thousands(last) && len(n.groups[last]) == 2:
			return one(fraction(), 0.6) // 1.234.56: a point printed or read for a comma
		}
	case decimalMark && !n.dash && (n.thousands(last) || others[0] == ',' && n.lakhs(last)):
		return one(fraction(), 1)
	}
	return nil, fmt.Errorf("%q is no number", n)
}

// kindOf tells marks apart: all spaces are one.
func kindOf(mark rune) rune {
	if isSpace(mark) {
		return ' '
	}
	return mark
}

func (n numeral) String() string {
	var b strings.Builder
	for i, g := range n.groups {
		if i > 0 {
			b.WriteRune(n.marks[i-1])
		}
		b.WriteString(g)
	}
	return b.String()
}

// isCount reports whether the numeral is a whole number without any mark.
func (n numeral) isCount() bool { return len(n.marks) == 0 }

// maxDigits is what Decimal holds without rounding.
const maxDigits = 19

func toDecimal(text string) (Decimal, error) {
	text = strings.TrimLeft(text, "0")
	if text == "" || text[0] == '.' {
		text = "0" + text
	}
	if digits := len(strings.TrimPrefix(strings.Replace(text, ".", "", 1), "0")); digits > maxDigits || len(text)-strings.IndexByte(text+".", '.')-1 > maxDigits {
		return Decimal{}, fmt.Errorf("a number of %d digits is printed here", digits)
	}
	d, err := decimal.Parse(text)
	if err != nil {
		return Decimal{}, fmt.Errorf("%q is no number", text)
	}
	return d, nil
}

var (
	errNoNumber   = errors.New("no number is printed here")
	errTwoNumbers = errors.New("more than one number is printed here")
)
