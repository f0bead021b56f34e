package trade

import (
	"errors"
	"fmt"
)

// lengthWords are the printed units of length, by UN/ECE Rec. 20 code.
var lengthWords = wordTable(`
CMT: cm cms cmt см сантиметр 厘米 公分
MMT: mm mmt мм миллиметр 毫米
MTR: m mtr meter meters metre metres м метр 米
INH: in inch inches inh дюйм "
FOT: ft feet fot фут
`)

// dimensionsAlone is the probability of the unit that is guessed where none is
// printed: millimetres for numbers above 400, metres for fractions up to 3,
// else centimetres.
const dimensionsAlone = 0.8

// parseDimensions reads length, width and height: 40x30x25 cm, 1,2 х 0,8 х 1,6 м.
func parseDimensions(s Statement) ([]Alternative[Dimensions], error) {
	return mended(s, parseDimensionsAsPrinted)
}

func parseDimensionsAsPrinted(s Statement) ([]Alternative[Dimensions], error) {
	ts := lex(s.Text)
	var sides []numeral
	for i, t := range ts {
		switch {
		case t.kind == aCode:
			return nil, errors.New("no dimensions are printed here")
		case t.kind != aNumeral:
		case len(sides) > 0 && len(sides) < 3 && !timesBetween(ts[:i]):
			return nil, errors.New("no dimensions are printed here: three numbers are not joined by x")
		default:
			sides = append(sides, t.num)
		}
	}
	if len(sides) != 3 {
		return nil, fmt.Errorf("no dimensions are printed here: %d numbers, not 3", len(sides))
	}
	p, unit := 1.0, findUnit(ts, lengthWords)
	if unit == "" {
		unit = findUnit(lex(s.Unit), lengthWords)
	}
	h := habit{comma: 0.1, point: 0.1}
	if unit == "MMT" {
		h = habit{comma: 0.95, point: 0.9}
	}
	var d [3]Decimal
	largest, fraction := 0.0, false
	for i, n := range sides {
		values, err := n.values(h)
		if err != nil {
			return nil, err
		}
		d[i] = values[0].Value
		p *= values[0].Probability
		f, _ := d[i].Float64()
		largest = max(largest, f)
		fraction = fraction || d[i].Scale() > 0
	}
	if unit == "" {
		p *= dimensionsAlone
		switch {
		case largest > 400:
			unit = "MMT"
		case largest <= 3 && fraction:
			unit = "MTR"
		default:
			unit = "CMT"
		}
	}
	return []Alternative[Dimensions]{{Dimensions{d[0], d[1], d[2], unit}, p}}, nil
}

// timesBetween reports whether a sign of multiplication stands behind the last
// number of ts: x, х (Cyrillic), ×, *.
func timesBetween(ts []token) bool {
	for i := len(ts) - 1; i >= 0 && ts[i].kind != aNumeral; i-- {
		if t := ts[i]; t.text == "x" || t.isMark("×") || t.isMark("*") || t.isMark("✕") || t.isMark("х") {
			return true
		}
	}
	return false
}
