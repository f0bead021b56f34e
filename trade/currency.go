package trade

import (
	"errors"
	"fmt"
	"maps"
	"strings"
)

// minorUnits are the currencies of ISO 4217 (list one as of January 2026, and
// list three: those withdrawn since 2010; collection "currency-codes", Open Data
// Commons PDDL) by the number of their decimals.
var minorUnits = func() map[string]int {
	all := map[string]int{}
	for decimals, codes := range map[int]string{
		0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF BYR",
		2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF
			CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG
			HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR
			MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD
			SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD
			XCG YER ZAR ZMW ZWG ANG CUC EEK HRK LTL LVL MRO SLL STD USS VEF ZMK ZWL`,
		3: "BHD IQD JOD KWD LYD OMR TND",
		4: "CLF UYW",
	} {
		for _, c := range strings.Fields(codes) {
			all[c] = decimals
		}
	}
	return all
}()

// MinorUnits returns how many decimals the amounts of a currency have (ISO
// 4217); 2 if it is unknown.
func MinorUnits(currency string) int {
	if n, ok := minorUnits[currency]; ok {
		return n
	}
	return 2
}

// currencyWords are the signs and words for currencies other than the code. A
// sign that several currencies share stands for the list in shared.
var currencyWords = wordTable(`
USD: us$ $сша долларысша u$s usd$ $us usdollar usdollars доллсша долларсша долларасша долларовсша долларамисша дсша ақшдоллары ақшдолл 美元 美金 usdoll abddoları
$: $ dollar dollars доллар доллара долларов долларах долл доллары дол dolar
EUR: € euro euros евро еуро 欧元 eur€ avro €uro
KZT: ₸ тенге теңге тг тнг tenge tg 坚戈
RUB: ₽ rur росруб российскийрубль российскихрублей российскихрубля рубрф ресейрублі 卢布 rusrublesi
RUBLE: руб рубль рубля рублей рублях рубли р roubles rubles rouble ruble
BYN: белруб белорусскийрубль белорусскихрублей
CNY: cn¥ rmb cnh юань юаня юаней юанях юаньcny 人民币 元 yuan yuans renminbi китайскийюань китайскихюаней китайскихюаня
¥: ¥ ￥
JPY: jp¥ yen иена иены иен йена йен 日元 円
GBP: £ фунтстерлингов фунтовстерлингов sterling 英镑
TRY: ₺ tl tl. лира лиры лир турецкаялира турецкихлир türklirası
UAH: ₴ грн гривна гривны гривен гривень гривня
INR: ₹ индийскаярупия рупия рупий рупии inr.
RS: rs rupee rupees re
UZS: сум сумов сўм soʻm so'm sum soum uzs.
KGS: сом сома сомов som кыргызскийсом
AZN: ₼
MANAT: манат маната манатов manat
GEL: ₾ лари lari
AMD: ֏ драм драма драмов dram
TJS: сомони somoni
MNT: ₮ тугрик тугриков төгрөг
KRW: ₩ вона вон won 韩元
VND: ₫ đ донг
THB: ฿ бат baht
ILS: ₪ шекель шекелей
PLN: zł zl злотый злотых
CZK: kč kc крона чешскаякрона
HUF: ft. forint форинт
CHF: sfr франк швейцарскийфранк швейцарскихфранков swissfrancs 瑞士法郎
KR: kr kr.
HKD: hk$ hkd$ 港币 港元
SGD: s$ sg$
CAD: c$ ca$ can$
AUD: a$ au$
TWD: nt$ nt 新台币
NZD: nz$
BRL: r$
MXN: mx$ mex$
AED: dhs dh дирхам дирхама дирхамов dirham dirhams
SAR: sr riyal
MYR: rm
IDR: rp
RON: lei лей
MDL: молдавскийлей
RSD: din динар дин
LKR: slrs
PKR: pkrs
ZAR: rand
KES: ksh
PHP: ₱
NGN: ₦
`)

// shared are the signs of several currencies, the likeliest first on the
// papers of Eurasian trade.
var shared = map[string][]Alternative[string]{
	"$":     {{"USD", 0.92}, {"HKD", 0.02}, {"CAD", 0.02}, {"AUD", 0.02}, {"SGD", 0.02}},
	"¥":     {{"CNY", 0.75}, {"JPY", 0.25}},
	"RUBLE": {{"RUB", 0.95}, {"BYN", 0.05}},
	"RS":    {{"INR", 0.5}, {"PKR", 0.2}, {"LKR", 0.15}, {"NPR", 0.15}},
	"MANAT": {{"AZN", 0.6}, {"TMT", 0.4}},
	"KR":    {{"SEK", 0.4}, {"NOK", 0.3}, {"DKK", 0.3}},
}

// currenciesOf returns the currencies that a sign stands for.
func currenciesOf(sign string) []Alternative[string] {
	if all := shared[sign]; all != nil {
		return all
	}
	return []Alternative[string]{{sign, 1}}
}

// wordsToo are codes that are English words as well: they count only alone.
var wordsToo = map[string]bool{"ALL": true, "TOP": true, "CUP": true, "PEN": true, "MAD": true, "SOS": true, "BOB": true, "BAM": true, "COP": true, "MOP": true}

// currencyTable are all the signs, words and codes.
var currencyTable = func() map[string]string {
	all := maps.Clone(currencyWords)
	for code := range minorUnits {
		if !wordsToo[code] {
			all[strings.ToLower(code)] = code
		}
	}
	return all
}()

func parseCurrency(s Statement) ([]Alternative[string], error) {
	alone := strings.ToUpper(strings.TrimSpace(s.Text))
	if _, ok := minorUnits[alone]; ok {
		return []Alternative[string]{{alone, 1}}, nil
	}
	for _, text := range []string{s.Text, s.Unit} {
		signs := unitsIn(lex(text), currencyTable)
		switch len(signs) {
		case 0:
		case 1:
			return currenciesOf(signs[0]), nil
		default:
			return nil, fmt.Errorf("two currencies are printed here: %s and %s", signs[0], signs[1])
		}
	}
	return nil, errors.New("no currency is printed here")
}

// unitsIn returns the different units of a text. "USD ($)" is one: a shared
// sign adds nothing to a currency that it may stand for.
func unitsIn(ts []token, table map[string]string) []string {
	var all []string
	for i := 0; i < len(ts); i++ {
		u, n := unitAt(ts, i, table)
		if u == "" {
			continue
		}
		i += n - 1
		merged := false
		for k, seen := range all {
			switch {
			case seen == u, mayBe(u, seen):
				merged = true
			case mayBe(seen, u):
				all[k], merged = u, true
			}
		}
		if !merged {
			all = append(all, u)
		}
	}
	return all
}

// mayBe reports whether the shared sign may stand for the currency.
func mayBe(sign, currency string) bool {
	for _, a := range shared[sign] {
		if a.Value == currency {
			return true
		}
	}
	return false
}
