package trade

import (
	"errors"
	"maps"
	"strings"
)

// quantityWords are the printed units of quantity, by UN/ECE Rec. 20 code.
// Counted goods are PCE whatever the paper calls them (piece, each, unit, H87,
// C62): papers of one consignment use these words for one another. Packages as
// a unit of sale are X and their Rec. 21 code, as Rec. 20 prescribes.
var quantityWords = func() map[string]string {
	all := map[string]string{}
	for word, kind := range packageWords {
		all[word] = "X" + kind
		all["x"+strings.ToLower(kind)] = "X" + kind
	}
	maps.Copy(all, massWords)
	maps.Copy(all, volumeWords)
	maps.Copy(all, wordTable(`
PCE: pce st pcs pc pces ps piece pieces ea each un uns und unid unit units unt nos no-s number h87 c62 nar ед единица единицы единиц шт штук штука штуки штукa штука. дана даналар adet ad tane stk stck stück stuck kom kos szt sztuk pz pzs pza pzas pezzi pièce pièces pieza piezas 件 个 個 只 台 支 条 條 枚 把 根 辆 架 颗 粒 ks
PR: pr prs pair pairs paires пар пара пары пару жұп 双 對 对 çift paar pairs.
SET: set sets st-set компл комплект комплекта комплектов комплекты к-т набор набора наборов наборы жиынтық takım takim satz sätze 套 組 组
DZN: dz dzn doz dozen dozens дюж дюжина дюжин 打 düzine
MIL: mil thousand тысшт тысяча тысяч тыс 千个 千件 千只 mille
CEN: cen hundred 100шт
GRO: gro gross
MTR: m mtr mtrs meter meters metre metres м метр метра метров пм погм мп пмет погонныйметр погонныхметров 米 metro mt-r lm rm-tr metros
KMT: km км километр километров
CMT: cm cmt см
MMT: mm mmt мм
MTK: m2 sqm sqmt sqmtr mtk qm squaremeter squaremeters squaremetre м2 квм кв-м 平方米 平米 metrekare
FTK: ft2 sqft squarefeet
FOT: ft feet foot fot фут футов
INH: inch inches inh дюйм дюймов
YRD: yd yds yard yards yrd ярд ярдов 码
KWH: kwh квтч квт-ч
CTM: carat carats карат каратов
HUR: hour hours hrs час часов
`))
	return all
}()

// counting are the units that come in whole numbers.
var counting = map[string]bool{"PCE": true, "PR": true, "SET": true, "DZN": true}

func parseQuantity(s Statement) ([]Alternative[Quantity], error) {
	return mended(s, parseQuantityAsPrinted)
}

func parseQuantityAsPrinted(s Statement) ([]Alternative[Quantity], error) {
	ts := lex(s.Text)
	m, p, err := choose(ts, s.Unit, quantityWords)
	if errors.Is(err, errTwoNumbers) {
		return quantityTwice(s, ts)
	}
	if err != nil {
		return nil, err
	}
	return quantities(s, ts, m, p)
}

// quantityTwice understands "2 000 шт. / 1 000 пар": one quantity in two units,
// or two. Either may be meant.
func quantityTwice(s Statement, ts []token) ([]Alternative[Quantity], error) {
	ms := measures(ts, quantityWords)
	if len(ms) != 2 || ms[0].unit == "" || ms[1].unit == "" || ms[0].unit == ms[1].unit || ms[0].linked || ms[1].linked {
		return nil, errTwoNumbers
	}
	var all []Alternative[Quantity]
	for i, p := range []float64{0.6, 0.38} {
		a, err := quantities(s, ts, ms[i], 1)
		if err != nil {
			return nil, err
		}
		all = append(all, Alternative[Quantity]{a[0].Value, p})
	}
	return all, nil
}

func quantities(s Statement, ts []token, m measured, p float64) ([]Alternative[Quantity], error) {
	values, err := m.num.values(quantityHabit(s, ts, m.unit))
	if err != nil {
		return nil, err
	}
	if counting[m.unit] {
		values = wholeOnly(values)
	}
	values = signed(values, m.negative)
	return turned(values, p, func(d Decimal) Quantity { return Quantity{d, m.unit} }), nil
}

func quantityHabit(s Statement, ts []token, unit string) habit {
	switch {
	case data(s, ts):
		return exact
	case massUnits[unit] != 0:
		return massHabit(s, ts, unit)
	case volumeUnits[unit] != 0:
		return volumeHabit(s, ts, unit)
	case counting[unit] || strings.HasPrefix(unit, "X"):
		return habit{comma: 0.9, point: 0.85}
	case unit == "":
		return habit{comma: 0.8, point: 0.6}
	case cyrillic(s.Text) || cyrillic(s.Unit):
		return habit{comma: 0.2, point: 0.4}
	}
	return habit{comma: 0.65, point: 0.4}
}

// wholeOnly leaves out a fraction of a piece where the text may also be a whole
// number of them: 1.205 pieces are 1205. But 1.000 may be 1.
func wholeOnly(values []Alternative[Decimal]) []Alternative[Decimal] {
	var whole []Alternative[Decimal]
	left := 0.0
	for _, v := range values {
		if v.Value.IsInt() {
			whole = append(whole, v)
		} else {
			left += v.Probability
		}
	}
	if len(whole) == 0 {
		return values
	}
	whole[0].Probability += left * 0.9
	return whole
}

// signed turns values below zero with that probability.
func signed(values []Alternative[Decimal], negative float64) []Alternative[Decimal] {
	if negative == 0 {
		return values
	}
	var below, above []Alternative[Decimal]
	for _, v := range values {
		below = append(below, Alternative[Decimal]{v.Value.Neg(), v.Probability * negative})
		if negative < 1 {
			above = append(above, Alternative[Decimal]{v.Value, v.Probability * (1 - negative)})
		}
	}
	return append(below, above...)
}
