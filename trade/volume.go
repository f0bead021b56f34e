package trade

import "errors"

// volumeWords are the printed units of volume, by UN/ECE Rec. 20 code.
var volumeWords = wordTable(`
MTQ: m3 cbm cbms mtq cum cubm cubicm cubicmeter cubicmeters cubicmetre cubicmetres m³ м3 кубм кубметр кубметров кубметра куб кбм кубическихметров кубическийметр текшем текшеметр 立方米 立方 方 metreküp kubikmeter metrocubo metroscubicos
LTR: l lt ltr ltrs litre litres liter liters л лтр литр литра литров 升 litros
MLT: ml mlt мл миллилитр
HLT: hl hlt гл
DMQ: dm3 dmq дм3
CMQ: cm3 cc cmq ccm см3 кубсм
FTQ: ft3 ftq cft cuft cubicfeet cubicfoot cubft фут3 кубфут кубфутов
INQ: in3 inq cuin cubicinch cubicinches
BLL: bbl bbls bll баррель барреля баррелей
GLL: gal gals gll gallon gallons usgal галлон галлонов
`)

// volumeAlone is the probability that a volume without any unit is in cubic
// metres.
const volumeAlone = 0.85

func parseVolume(s Statement) ([]Alternative[Volume], error) { return mended(s, parseVolumeAsPrinted) }

func parseVolumeAsPrinted(s Statement) ([]Alternative[Volume], error) {
	ts := lex(s.Text)
	m, p, err := choose(ts, s.Unit, volumeWords)
	if err != nil {
		return nil, err
	}
	if m.negative == 1 {
		return nil, errors.New("a volume below zero is printed here")
	}
	unit := m.unit
	if unit == "" {
		unit, p = "MTQ", p*volumeAlone
	}
	values, err := m.num.values(volumeHabit(s, ts, unit))
	if err != nil {
		return nil, err
	}
	return turned(values, p, func(d Decimal) Volume { return Volume{d, unit} }), nil
}

// volumeHabit: cubic metres are measured to the litre, and a thousand of them
// fill a ship's hold; litres and cubic feet come in thousands.
func volumeHabit(s Statement, ts []token, unit string) habit {
	switch {
	case data(s, ts):
		return exact
	case unit == "MTQ":
		return habit{comma: 0.1, point: 0.05}
	case cyrillic(s.Text) || cyrillic(s.Unit):
		return habit{comma: 0.2, point: 0.5}
	}
	return habit{comma: 0.8, point: 0.4}
}
