package trade

import "errors"

// massWords are the printed units of mass, by code of UN/ECE Recommendation 20
// (collection "unece-units-of-measure", Open Data Commons PDDL). "Ton" alone
// is taken for the metric ton, as the papers of Eurasia mean it.
var massWords = wordTable(`
KGM: kg kgs kgr kgrs kgm kilo kilos kilogram kilograms kilogramme kilogrammes kilogramm kgnet kgnetto kgbrutto кг кгс килограмм килограмма килограммов килограмм. келі 公斤 千克 kilogramos kilogramo quilos キログラム
GRM: g gr grs gm gms grm gram grams gramme grammes gramm г гр грамм грамма граммов 克
MGM: mg mgm мг миллиграмм
TNE: t tn tns to ton tons tonne tonnes tonnen tonna tne mt mts mton mtons metricton metrictons metrictonne metrictonnes т тн тонн тонна тонны тонне тоннa 吨 公吨 toneladas tonelada ton.
LBR: lb lbs lbr pound pounds фунт фунта фунтов 磅
ONZ: oz ozs onz ounce ounces унция унции унций
DTN: dtn ц цн центнер центнера центнеров quintal quintals
STN: stn shortton shorttons
LTN: ltn longton longtons
`)

// massAlone is the probability that a mass without any unit is in kilograms:
// it nearly always is, but papers in pounds or tonnes exist.
const massAlone = 0.85

func parseMass(s Statement) ([]Alternative[Mass], error) { return mended(s, parseMassAsPrinted) }

func parseMassAsPrinted(s Statement) ([]Alternative[Mass], error) {
	ts := lex(s.Text)
	m, p, err := choose(ts, s.Unit, massWords)
	if errors.Is(err, errTwoNumbers) {
		m, p, err = sameMassTwice(ts)
	}
	if err != nil {
		return nil, err
	}
	if m.negative == 1 {
		return nil, errors.New("a mass below zero is printed here")
	}
	unit := m.unit
	if unit == "" {
		unit, p = "KGM", p*massAlone
	}
	values, err := m.num.values(massHabit(s, ts, unit))
	if err != nil {
		return nil, err
	}
	return turned(values, p, func(d Decimal) Mass { return Mass{d, unit} }), nil
}

// turned makes alternatives of numbers into alternatives of T.
func turned[T any](values []Alternative[Decimal], p float64, make func(Decimal) T) []Alternative[T] {
	var all []Alternative[T]
	for _, v := range values {
		all = append(all, Alternative[T]{make(v.Value), p * v.Probability})
	}
	return all
}

// massHabit says how "1.205 kg" is meant. Scales and declarations print three
// decimals, so a point often marks them; Russian papers never group with a
// comma, English ones always do; tonnes are weighed to the kilogram.
func massHabit(s Statement, ts []token, unit string) habit {
	switch {
	case data(s, ts):
		return exact
	case unit == "TNE":
		return habit{comma: 0.1, point: 0.1}
	case unit == "LBR" || unit == "ONZ":
		return habit{comma: 0.95, point: 0.2}
	case cyrillic(s.Text) || cyrillic(s.Unit):
		return habit{comma: 0.1, point: 0.3}
	}
	return habit{comma: 0.65, point: 0.4}
}

// cyrillic reports whether a text has a letter that only Cyrillic has.
func cyrillic(s string) bool {
	for _, r := range s {
		if r >= 'Ѐ' && r <= 'ӿ' {
			return true
		}
	}
	return false
}

// sameMassTwice understands "1205 KGS / 2656.6 LBS": one mass in two units.
func sameMassTwice(ts []token) (measured, float64, error) {
	all := measures(ts, massWords)
	if len(all) != 2 || all[0].unit == "" || all[1].unit == "" || all[0].unit == all[1].unit {
		return measured{}, 0, errTwoNumbers
	}
	for _, h := range []habit{{1, 0}, {0, 1}, {1, 1}, {0, 0}} {
		a, errA := all[0].num.values(h)
		b, errB := all[1].num.values(h)
		if errA != nil || errB != nil {
			break
		}
		x, y := Mass{a[0].Value, all[0].unit}, Mass{b[0].Value, all[1].unit}
		n, okX := x.Micrograms()
		m, okY := y.Micrograms()
		if okX && okY && max(n-m, m-n) <= max(x.Resolution(), y.Resolution())+n/1000 {
			return all[0], 0.97, nil
		}
	}
	return measured{}, 0, errTwoNumbers
}
