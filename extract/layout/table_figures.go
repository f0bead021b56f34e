package layout

import (
	"math/big"
	"regexp"
	"strings"
	"unicode"

	"tallyman/extract/page"
)

// A tableFigure is a number as it stands in a cell. It serves to see which
// columns and rows belong together; the value of a field is read by its
// statement alone.
type tableFigure struct {
	values  []scaled // what the digits may mean, the likeliest first
	percent bool
	unit    string // printed before or behind the number
	digits  int
	integer bool
}

// scaled is a number and how many digits are printed after its point.
type scaled struct {
	n     *big.Rat
	scale int
}

var (
	tableNumber = regexp.MustCompile(`^(?:\d{1,3}(?:[ \x{a0}\x{202f}\x{2009}]\d{3})+|\d{1,3}(?:[.,'’]\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}|\d{1,3}(?:[ \x{a0}'’.]\d{3})+|\d+)(?:[.,]\d{1,6})?$|^[.,]\d{1,6}$`)
	numberCore  = regexp.MustCompile(`[\d.,'’][\d.,'’ \x{a0}\x{202f}\x{2009}]*`)
)

// westernDigits replaces the digits of other scripts.
func westernDigits(s string) string {
	if ascii(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return '0' + r - '٠'
		case r >= '۰' && r <= '۹':
			return '0' + r - '۰'
		case r >= '०' && r <= '९':
			return '0' + r - '०'
		case r >= '０' && r <= '９':
			return '0' + r - '０'
		case r >= '๐' && r <= '๙':
			return '0' + r - '๐'
		case r == '٫':
			return '.'
		case r == '٬':
			return ','
		case r == '，':
			return ','
		case r == '．':
			return '.'
		case r == '％':
			return '%'
		case r == '−', r == '–':
			return '-'
		case r == '\u200e', r == '\u200f', r == '\u202a', r == '\u202c':
			return -1
		}
		return r
	}, s)
}

// figureIn reads a cell that is a number, with a unit or a currency at most.
func figureIn(text string, optical bool) (tableFigure, bool) {
	s := strings.TrimSpace(westernDigits(text))
	if optical {
		s = strings.Trim(mendDigits(s), "|_*'`~;: ")
	}
	s = strings.TrimRight(s, "*")
	if s == "" || len(s) > 60 {
		return tableFigure{}, false
	}
	loc := numberCore.FindStringIndex(s)
	if loc == nil {
		return tableFigure{}, false
	}
	before, core, after := strings.TrimSpace(s[:loc[0]]), s[loc[0]:loc[1]], strings.TrimSpace(s[loc[1]:])
	core = strings.TrimSpace(core)
	negative := false
	switch { // 84.000,-   84.000,--
	case strings.HasPrefix(after, "-") && (strings.HasSuffix(core, ",") || strings.HasSuffix(core, ".")):
		after = strings.TrimLeft(after, "- ")
		core += "00"
	case strings.HasPrefix(after, "—"):
		after = strings.TrimLeft(after, "— ")
	case after == "-":
		negative, after = true, ""
	}
	if strings.HasSuffix(core, "'") || strings.HasSuffix(core, "’") || strings.HasPrefix(after, "\"") || strings.HasPrefix(after, "″") {
		return tableFigure{}, false // feet and inches
	}
	core = strings.Trim(core, ", '’")
	if strings.HasSuffix(core, ".") {
		core = strings.TrimRight(core, ".")
	}
	if strings.HasPrefix(core, ".") && len(core) > 1 && strings.Count(core, ".") > 1 {
		core = core[1:] // Rs.1.234,50
	}
	if optical {
		core = strings.NewReplacer(", ", ",", ". ", ".").Replace(core)
	}
	if strings.HasPrefix(before, "(") && strings.HasPrefix(after, ")") {
		negative = true
		before, after = before[1:], after[1:]
	}
	before, after = strings.Trim(before, "()[]@:= "), strings.Trim(after, "()[]: ")
	if strings.HasSuffix(before, "-") || strings.HasSuffix(before, "+") {
		negative = strings.HasSuffix(before, "-")
		before = strings.TrimSpace(before[:len(before)-1])
	} else if strings.HasPrefix(before, "-") {
		negative = true
		before = before[1:]
	}
	if !tableNumber.MatchString(core) || hasDigit(before) {
		return tableFigure{}, false
	}
	if before != "" && !moneyMark(before) && unitKind(before) != "count" {
		return tableFigure{}, false
	}
	f := tableFigure{unit: before}
	if after != "" {
		if strings.HasPrefix(after, "%") {
			f.percent = true
			after = strings.TrimSpace(after[1:])
		}
		ws := strings.Fields(after)
		for i, w := range ws {
			what := i+1 < len(ws) && unitKind(ws[i+1]) == "package" && letters(w) // "картонных коробок"
			if i > 2 || !unitLike(w) && !what {
				return tableFigure{}, false
			}
		}
		if after != "" {
			f.unit = strings.TrimSpace(f.unit + " " + after)
		}
	}
	for _, r := range core {
		if unicode.IsDigit(r) {
			f.digits++
		}
	}
	if f.digits > 10 && f.unit == "" && digitsOnly(core) {
		return tableFigure{}, false // an account, a register or a bar code
	}
	f.values = readingsOf(core)
	f.integer = !strings.ContainsAny(core, ".,")
	if negative {
		for _, v := range f.values {
			v.n.Neg(v.n)
		}
	}
	return f, len(f.values) > 0
}

// unitLike reports whether a word behind a number may be its unit.
func unitLike(w string) bool {
	w = strings.Trim(w, "().,/*:;[]'\"")
	if w == "" {
		return true
	}
	if unitKind(w) != "" {
		return true
	}
	if hasDigit(w) && w != "m2" && w != "m3" && w != "м2" && w != "м3" {
		return false
	}
	n := len([]rune(w))
	return n <= 4
}

// moneyMark reports whether s is a sign or a code of a currency.
func moneyMark(s string) bool {
	for _, w := range strings.Fields(s) {
		w = strings.Trim(w, ".:()")
		if w == "" {
			continue
		}
		if unitKind(w) == "money" {
			continue
		}
		stripped := strings.TrimFunc(w, unicode.IsLetter)
		if stripped != "" && strings.Trim(stripped, "$€£¥₽₸₺₹₩₪฿₫₴￥＄") == "" && len([]rune(w)) <= 4 {
			continue
		}
		return false
	}
	return true
}

// mendDigits replaces the letters that stand for digits between digits.
func mendDigits(s string) string {
	if !hasDigit(s) {
		return s
	}
	r := []rune(s)
	digit := func(i int) bool {
		return i >= 0 && i < len(r) && (unicode.IsDigit(r[i]) || strings.ContainsRune(".,", r[i]))
	}
	for i := range r {
		if digit(i-1) && (digit(i+1) || i == len(r)-1) {
			switch r[i] {
			case 'O', 'o', 'О', 'о':
				r[i] = '0'
			case 'l', 'I', '|':
				r[i] = '1'
			case 'S':
				r[i] = '5'
			case 'B':
				r[i] = '8'
			}
		}
	}
	return string(r)
}

// readingsOf returns what a run of digits and separators may mean.
func readingsOf(core string) []scaled {
	var plain strings.Builder
	dots, commas := strings.Count(core, "."), strings.Count(core, ",")
	last := strings.LastIndexAny(core, ".,")
	decimals := func(at int) (string, int) {
		plain.Reset()
		scale := 0
		for i, r := range core {
			if unicode.IsDigit(r) {
				plain.WriteRune(r)
				if i > at {
					scale++
				}
			} else if i == at {
				plain.WriteByte('.')
			}
		}
		return plain.String(), scale
	}
	add := func(all []scaled, at int) []scaled {
		if at < 0 {
			at = len(core)
		}
		text, scale := decimals(at)
		text = strings.TrimSuffix(text, ".")
		if strings.HasPrefix(text, ".") {
			text = "0" + text
		}
		if n, ok := new(big.Rat).SetString(text); ok {
			return append(all, scaled{n, scale})
		}
		return all
	}
	switch {
	case dots > 0 && commas > 0:
		return add(nil, last)
	case dots > 1 || commas > 1, last < 0:
		return add(nil, -1)
	}
	if len(core)-last-1 == 3 && last <= 3 && last > 0 && core[0] != '0' && !strings.ContainsAny(core, " '’\u00a0\u202f") {
		if core[last] == ',' {
			return add(add(nil, -1), last)
		}
		return add(add(nil, last), -1)
	}
	return add(nil, last)
}

// closes reports whether some plausible values of quantity and price multiply
// to the amount, within the digits printed.
func closes(q, p, a tableFigure) bool {
	for _, x := range q.values {
		for _, y := range p.values {
			product := new(big.Rat).Mul(x.n, y.n)
			for _, z := range a.values {
				diff := new(big.Rat).Sub(product, z.n)
				diff.Abs(diff)
				// Half a unit of the last digit of the amount, and of the price
				// as many times as there are pieces; a unit is allowed for
				// those who cut instead of rounding.
				slack := tenth(z.scale)
				more := new(big.Rat).Mul(new(big.Rat).Abs(x.n), tenth(y.scale))
				more.Quo(more, big.NewRat(2, 1))
				if small := new(big.Rat).Quo(new(big.Rat).Abs(z.n), big.NewRat(100, 1)); more.Cmp(small) > 0 {
					more = small // a coarse price must not close everything
				}
				slack.Add(slack, more)
				if diff.Cmp(slack) <= 0 {
					return true
				}
			}
		}
	}
	return false
}

// tenth is one unit of the last of n decimals.
func tenth(n int) *big.Rat {
	d := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
	return new(big.Rat).SetFrac(big.NewInt(1), d)
}

// sumsTo reports whether figures add up to the total. The first reading of each
// is taken, or the second throughout: a paper writes its thousands in one way.
func sumsTo(parts []tableFigure, total tableFigure) bool {
	if len(parts) == 0 {
		return false
	}
	for style := range 2 {
		sum, scale := new(big.Rat), 0
		for _, p := range parts {
			v := p.values[min(style, len(p.values)-1)]
			sum.Add(sum, v.n)
			scale = max(scale, v.scale)
		}
		for _, t := range total.values {
			diff := new(big.Rat).Sub(sum, t.n)
			if diff.Abs(diff).Cmp(new(big.Rat).Mul(tenth(max(scale, t.scale)), big.NewRat(2, 1))) <= 0 {
				return true
			}
		}
	}
	return false
}

// smallWhole returns the number if the figure is a bare whole number below a million.
func (f tableFigure) smallWhole() (int, bool) {
	if !f.integer || f.percent || f.unit != "" || len(f.values) == 0 || !f.values[0].n.IsInt() {
		return 0, false
	}
	n := f.values[0].n.Num()
	if !n.IsInt64() || n.Int64() > 1_000_000 || n.Sign() < 0 {
		return 0, false
	}
	return int(n.Int64()), true
}

func opticalWords(ws []page.Word) bool {
	for _, w := range ws {
		if w.Reader.Optical() {
			return true
		}
	}
	return false
}
