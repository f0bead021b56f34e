package trade

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// packageWords are the printed kinds of packages, by code of UN/ECE
// Recommendation 21 (collection "unece-package-codes", Open Data Commons PDDL).
// Words for packages of any kind are PK; a pallet of whatever size is PX.
var packageWords = wordTable(`
CT: ct ctn ctns cartn carton cartons cartonbox cartonboxes karton kartons kartonai kartone kartony картон картона картонов короб короба коробов коробка коробки коробок коробках кор коробкикартон картоннаякоробка картонныхкоробок картонныекоробки қорап қораптар картонқорап 箱 纸箱 cartones
BX: bx box boxes bxs бокс боксов ящик ящика ящиков ящики ящ жәшік жәшіктер жәшiк kutu kasten caja cajas scatola scatole 盒 kutija kutije
PX: px plt plts pallet pallets pal pals palet paletler palette paletten palettes palete paleta paletas pallett пал паллет паллета паллеты паллетов паллете палет палета палеты палетов поддон поддона поддонов поддоны европаллет европаллета европоддон europallet europallets тұғырық табандық 托 托盘 卡板 栈板 pll
PK: pk pkg pkgs package packages packs pack pck colli collis collo kolli koli kolliler kap kaplar colis bulto bultos packstück packstücke packstucke место места мест местами грузовоеместо грузовыхмест грузовыеместа грузместо грузмест гм упаковка упаковки упаковок упак уп орын орындар жүкорны жүкорындары 件 包装 koleta volumes
PP: pp piece pieces pcs
BG: bg bag bags мешок мешка мешков мешки мш қап қаптар bigbag bigbags бигбэг бигбэга бигбэгов бэг биг çuval torba sacco saco sacos sac sacs sack sacks säcke 袋 вreća пакет пакета пакетов пакеты
BL: bl bale bales кипа кипы кип тюк тюка тюков тюки балот balya 包
BE: bundle bundles bdl bdls связка связки связок пачка пачки пачек пачкa пучок bağ demet bund bunde 捆 扎 束 бума
DR: dr drum drums бочка бочки бочек барабан барабана барабанов бөшке бөшкелер fıçı varil bidon bidons fass fässer fût fûts tambor tambores 桶 bure
CS: cs case cases кейс кейса кейсов
CR: cr crate crates обрешётка обрешетка обрешётки обрешетки обрешеток обрешёток клеть клети клетей 木箱 sandık
RO: ro roll rolls рулон рулона рулонов рулоны орам rulo rolle rollen rouleau rouleaux rollo rollos 卷 ролик
RL: reel reels катушка катушки катушек бобина бобины бобин
CL: cl coil coils бухта бухты бухт 盘
CY: cylinder cylinders баллон баллона баллонов баллоны 瓶
CN: container containers контейнер контейнера контейнеров контейнеры cntr cntrs 柜
WA: ibc ibcs еврокуб еврокуба еврокубов
CA: can cans канистра канистры канистр банка банки банок 罐
BK: basket baskets корзина корзины корзин
PL: pail pails ведро ведра ведер вёдер kova
BO: bottle bottles бутылка бутылки бутылок şişe
SK: skeletoncase
SI: skid skids
TU: tube tubes туба тубы туб тубус
EN: envelope envelopes конверт конверта конвертов
TY: tankcontainer цистерна цистерны цистерн
VN: vehicle vehicles автомобиль автомобиля автомобилей
NE: unpacked безупаковки навалом насыпью inbulk 裸装 裸
UN: unit units
`)

// packageKinds are the codes themselves. They are no words: CN or SI is
// something else almost anywhere.
var packageKinds = func() map[string]bool {
	all := map[string]bool{}
	for _, kind := range packageWords {
		all[kind] = true
	}
	return all
}()

// PackageWords returns the printed words for kinds of packages, sorted.
func PackageWords() []string { return slices.Sorted(maps.Keys(packageWords)) }

func parsePackages(s Statement) ([]Alternative[Packages], error) {
	return mended(s, parsePackagesAsPrinted)
}

func parsePackagesAsPrinted(s Statement) ([]Alternative[Packages], error) {
	if n, kind, ok := strings.Cut(strings.TrimSpace(s.Text), " "); ok && packageKinds[kind] && allDigits(n) && len(n) < maxDigits {
		count, err := strconv.ParseInt(n, 10, 64)
		return []Alternative[Packages]{{Packages{count, kind}, 1}}, err
	}
	if m := containerPattern.FindStringSubmatch(s.Text); m != nil {
		// Containers are no packages, but they are all that some papers count.
		rest := containerPattern.ReplaceAllString(s.Text, " ")
		if strings.ContainsAny(rest, "0123456789") {
			s.Text = rest
		} else {
			s.Text, s.Unit = m[1]+" container", ""
		}
	}
	ts := lex(s.Text)
	m, p, err := choose(ts, s.Unit, packageWords)
	if errors.Is(err, errTwoNumbers) {
		if all := packagesInPackages(ts); all != nil {
			return all, nil
		}
	}
	if err != nil {
		return nil, err
	}
	if m.negative == 1 {
		return nil, errors.New("a count of packages below zero is printed here")
	}
	all := counted(m, p)
	if len(all) == 0 {
		return nil, fmt.Errorf("%s is no whole number of packages", m.num)
	}
	return all, nil
}

// containerPattern is a count of containers by size: 1 x 40HC, 2X20'DC.
var containerPattern = regexp.MustCompile(`(?i)(\d+)\s*[xх×*]\s*(?:20|40|45)\s*(?:['’′"]+|ft\b|фут\p{L}*)?\s*-?(?:HC|HQ|GP|DC|DV|OT|FR|RF|RH|ST|SD)?\b['’′]?`)

// counted returns the whole numbers that a numeral may be. "1.000" is a
// thousand, or one with needless decimals.
func counted(m measured, p float64) []Alternative[Packages] {
	values, err := m.num.values(habit{comma: 0.95, point: 0.92})
	if err != nil {
		return nil
	}
	var all []Alternative[Packages]
	for _, v := range values {
		if n, f, ok := v.Value.Int64(0); ok && f == 0 && n >= 0 && v.Value.IsInt() {
			all = append(all, Alternative[Packages]{Packages{n, m.unit}, p * v.Probability})
		}
	}
	return all
}

// packagesInPackages understands "1704 cartons on 24 pallets", where either may
// be the count that the paper means: both are returned.
func packagesInPackages(ts []token) []Alternative[Packages] {
	var all []Alternative[Packages]
	for _, m := range measures(ts, packageWords) {
		if m.foreign != "" {
			continue
		}
		c := counted(m, 1)
		if len(c) != 1 || m.unit == "" || m.linked || slices.ContainsFunc(all, func(a Alternative[Packages]) bool { return a.Value.Kind == m.unit }) {
			return nil
		}
		all = append(all, c[0])
	}
	if len(all) != 2 {
		return nil
	}
	for i, a := range all {
		if a.Value.Kind == "CN" { // 1704 cartons in 1 container
			all[1-i].Probability = 0.95
			return all[1-i : 2-i]
		}
	}
	all[0].Probability, all[1].Probability = 0.6, 0.38
	return all
}
