package layout

import (
	_ "embed"
	"fmt"
	"math/bits"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"tallyman/trade"
)

// columns.txt is what columns of goods are called; tablerows.txt what rows say
// that are no goods.
var (
	//go:embed columns.txt
	columnText string
	//go:embed tablerows.txt
	tableRowText string
)

// A role is what the cells of a column hold, or what a row is about: a name of
// columns.txt or tablerows.txt. Empty if that is unknown.
type tableRole string

const (
	colSequence    tableRole = "sequence"
	colDescription tableRole = "description"
	colArticle     tableRole = "article"
	colTariff      tableRole = "tariff"
	colQuantity    tableRole = "quantity"
	colUnit        tableRole = "unit"
	colPrice       tableRole = "price"
	colAmount      tableRole = "amount"
	colAmountGross tableRole = "amountGross"
	colNetMass     tableRole = "netMass"
	colGrossMass   tableRole = "grossMass"
	colPackages    tableRole = "packages"
	colPackageKind tableRole = "-packageKind"
	colPackageNo   tableRole = "-packageNo"
	colPerPackage  tableRole = "perPackage"
	colDimensions  tableRole = "dimensions"
	colVolume      tableRole = "volume"
	colOrigin      tableRole = "origin"
	colBrand       tableRole = "brand"
	colSerials     tableRole = "serialNumbers"
	colCurrency    tableRole = "-currency"
	colTaxRate     tableRole = "-taxRate"
	colTax         tableRole = "-tax"
	colDiscount    tableRole = "-discount"
	colMass        tableRole = "-mass"
	colLot         tableRole = "-lot"

	rowSub       tableRole = "sub"
	rowTotal     tableRole = "total"
	rowGrand     tableRole = "grand"
	rowTax       tableRole = "tax"
	rowDiscount  tableRole = "discount"
	rowFreight   tableRole = "freight"
	rowInsurance tableRole = "insurance"
	rowOther     tableRole = "other"
	rowIgnore    tableRole = "ignore"
	rowForward   tableRole = "forward"
	rowCarried   tableRole = "carried"
	rowPage      tableRole = "page"
)

// itemFieldOf is the field of an item that a column fills.
var itemFieldOf = map[tableRole]string{
	colSequence: "sequence", colDescription: "description", colArticle: "articleNumber", colTariff: "tariffCode",
	colQuantity: "quantity", colPrice: "unitPrice", colAmount: "amount", colNetMass: "netMass", colGrossMass: "grossMass",
	colPackages: "packages", colPerPackage: "quantityPerPackage", colDimensions: "packageDimensions", colVolume: "grossVolume",
	colOrigin: "origin", colBrand: "brand", colSerials: "serialNumbers",
}

// numeric reports whether the cells of a column are figures.
func (r tableRole) numeric() bool {
	switch r {
	case colQuantity, colPrice, colAmount, colAmountGross, colNetMass, colGrossMass, colPackages, colPerPackage, colVolume,
		colTaxRate, colTax, colDiscount, colMass, "-massEach", "-volumeEach", "-quantityOther", "-priceGross":
		return true
	}
	return false
}

// counts reports whether a figure of the column makes a row a line of goods.
func (r tableRole) counts() bool {
	switch r {
	case colQuantity, colPrice, colAmount, colAmountGross, colNetMass, colGrossMass, colPackages, colVolume, colMass:
		return true
	}
	return false
}

// A phrase is a heading, or the words of a sum, in the form of comparison.
type phrase struct {
	role    tableRole
	words   []string
	letters int
	solid   string // without spaces, for scripts that write none
}

type phraseBook struct {
	phrases []phrase
	byWord  map[string][]int // phrases by their first word
	solid   []int            // phrases of scripts without spaces
	known   map[string]bool  // every word of every phrase
	byLen   map[int][]string // known words by length in runes, for the fuzzy search
	fixed   sync.Map         // corrections of words, for the next page
	size    atomic.Int64
}

var columnBook = sync.OnceValue(func() *phraseBook { return mustPhrases(columnText) })
var tableRowBook = sync.OnceValue(func() *phraseBook { return mustPhrases(tableRowText) })

func mustPhrases(text string) *phraseBook {
	b, err := readPhrases(text)
	if err != nil {
		panic(err) // the files are part of the program, and a test reads them
	}
	return b
}

func readPhrases(text string) (*phraseBook, error) {
	b := &phraseBook{byWord: map[string][]int{}, known: map[string]bool{}, byLen: map[int][]string{}}
	seen := map[string]bool{}
	for n, l := range strings.Split(text, "\n") {
		if l = strings.TrimSpace(l); l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		name, list, ok := strings.Cut(l, ":")
		if !ok || strings.ContainsAny(name, " |") {
			return nil, fmt.Errorf("line %d: no name before a colon", n+1)
		}
		for _, p := range strings.Split(list, " | ") {
			words := headingWords(p)
			if len(words) == 0 {
				continue
			}
			// The same words again would make the order of the file matter.
			sorted := slices.Clone(words)
			slices.Sort(sorted)
			key := strings.Join(sorted, " ")
			if seen[key] {
				continue
			}
			seen[key] = true
			b.add(tableRole(name), words)
		}
	}
	for w := range b.known {
		n := len([]rune(w))
		b.byLen[n] = append(b.byLen[n], w)
	}
	for n := range b.byLen {
		slices.Sort(b.byLen[n])
	}
	return b, nil
}

func (b *phraseBook) add(role tableRole, words []string) {
	p := phrase{role: role, words: words}
	for _, w := range words {
		b.known[w] = true
		switch unitKind(w) {
		case "mass", "volume", "length", "area", "money":
		default:
			p.letters += len([]rune(w))
		}
	}
	if p.letters == 0 { // nothing but a unit: "PCS", "CTNS"
		for _, w := range words {
			p.letters += len([]rune(w))
		}
	}
	if s := strings.Join(words, ""); spaceless(s) {
		p.solid = s
		p.letters *= 2 // a Chinese character says as much as two letters
		b.solid = append(b.solid, len(b.phrases))
	}
	b.byWord[words[0]] = append(b.byWord[words[0]], len(b.phrases))
	b.phrases = append(b.phrases, p)
}

// spaceless reports whether s is of a script that puts no spaces between words.
func spaceless(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool {
		return !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai)
	}) < 0
}

// headingWords cuts s into folded words. The strokes and points within an
// abbreviation do not cut: "N.W.", "P/N" and "Q-ty" are one word each.
func headingWords(s string) []string {
	var words []string
	for _, f := range strings.Fields(s) {
		parts := strings.FieldsFunc(f, func(r rune) bool {
			return strings.ContainsRune("/|-–—_()[]{},;:：；，、。（）+«»\"“”", r)
		})
		single := len(parts) > 1
		for _, p := range parts {
			if len([]rune(strings.Trim(p, "."))) > 2 {
				single = false
			}
		}
		if single { // P/N, G/W, Q-ty, S/N, м-ка
			parts = []string{strings.Join(parts, "")}
		}
		for _, p := range parts {
			inner := strings.FieldsFunc(p, func(r rune) bool { return r == '.' })
			if len(inner) > 1 && slices.ContainsFunc(inner, func(t string) bool { return len([]rune(t)) > 3 }) {
				for _, t := range inner {
					if w := foldWord(t); w != "" {
						words = append(words, w)
					}
				}
				continue
			}
			if w := foldWord(p); w != "" {
				words = append(words, w)
			}
		}
	}
	return words
}

// correct returns the known word that an optical reader may have meant by w.
func (b *phraseBook) correct(w string) string {
	n := len([]rune(w))
	if b.known[w] || n < 4 || spaceless(w) {
		return w
	}
	if strings.IndexFunc(w, unicode.IsLetter) < 0 {
		return w
	}
	if hasDigit(w) {
		if plain := strings.NewReplacer("0", "o", "1", "i", "5", "s", "8", "b", "6", "g").Replace(w); b.known[plain] {
			return plain
		}
	}
	if known, ok := b.fixed.Load(w); ok {
		return known.(string)
	}
	limit := 2 // one wrong letter, two of seven, three of eleven
	switch {
	case n >= 11:
		limit = 4
	case n >= 7:
		limit = 3
	}
	least := limit
	best := w
	runes, letters := []rune(w), lettersOf(w)
	for d := -1; d <= 1; d++ {
		for _, k := range b.byLen[n+d] {
			// A letter that was changed adds and takes one at most.
			if bits.OnesCount64(letters^lettersOf(k)) > 2*(least-1) {
				continue
			}
			if c := distance(runes, []rune(k), least); c < least {
				least, best = c, k
			}
		}
	}
	if b.size.Add(1) <= maxFixed {
		b.fixed.Store(w, best)
	}
	return best
}

// maxFixed bounds the words whose correction is remembered.
const maxFixed = 20_000

// A reading of a heading: what it calls the column, and how much of its
// letters say so.
type headingMatch struct {
	role    tableRole
	letters int
	share   float64
	words   []string // of the phrase
}

// match returns the phrase with the most letters among those whose words all
// stand in the heading.
func (b *phraseBook) match(text string, optical bool) headingMatch {
	words := headingWords(text)
	if optical {
		for i, w := range words {
			words[i] = b.correct(w)
		}
	}
	return b.matchWords(words)
}

func (b *phraseBook) matchWords(words []string) headingMatch {
	count := map[string]int{}
	total := 0
	for _, w := range words {
		count[w]++
		if !unitToken(w) {
			total += len([]rune(w)) * weightOf(w)
		}
	}
	var best headingMatch
	better := func(p phrase) {
		if p.letters > best.letters || p.letters == best.letters && len(p.words) > len(best.words) {
			best = headingMatch{role: p.role, letters: p.letters, words: p.words}
		}
	}
	tried := map[string]bool{}
	for _, w := range words {
		if tried[w] {
			continue
		}
		tried[w] = true
		for _, i := range b.byWord[w] {
			p := b.phrases[i]
			if holds(count, p.words) {
				better(p)
			}
		}
	}
	solid := strings.Join(words, "")
	if strings.IndexFunc(solid, func(r rune) bool { return spaceless(string(r)) }) >= 0 {
		for _, i := range b.solid {
			if p := b.phrases[i]; strings.Contains(solid, p.solid) {
				better(p)
			}
		}
	}
	if best.role != "" {
		best.share = min(1, float64(best.letters)/float64(max(1, total)))
	}
	return best
}

func weightOf(w string) int {
	if spaceless(w) {
		return 2
	}
	return 1
}

func holds(count map[string]int, words []string) bool {
	for i, w := range words {
		n := 1
		for _, v := range words[:i] {
			if v == w {
				n++
			}
		}
		if count[w] < n {
			return false
		}
	}
	return true
}

// roleOfHeading reads a heading. A heading in two languages says the same
// twice; the half that is understood best decides. A heading that is mostly
// other words is none.
func roleOfHeading(text string, optical bool) headingMatch {
	text, tax := taxWords(text)
	best := bestHeading(text, optical)
	if before, unit, ok := strings.Cut(text, "/"); ok && best.share < 0.95 && strings.TrimSpace(before) != "" && unitKind(strings.TrimSpace(before)) == "money" && unitKind(strings.TrimSpace(unit)) != "" && unitKind(strings.TrimSpace(unit)) != "money" {
		best = headingMatch{role: colPrice, share: 1, letters: max(best.letters, 4)} // "US$/DOZ"
	}
	if tax > 0 {
		switch best.role {
		case colAmount:
			best.role = colAmountGross
		case colPrice:
			best.role = "-priceGross"
		}
	}
	return best
}

// bareWord reports whether a heading says net or gross, and not of what.
func bareWord(text string) bool {
	words := headingWords(text)
	return len(words) == 1 && slices.Contains([]string{"net", "nett", "netto", "gross", "brutto"}, words[0])
}

// taxWords takes "without tax" and "with tax" out of a heading: what is left
// says what the column holds. tax is +1 for with, -1 for without, 0 for neither.
func taxWords(text string) (rest string, tax int) {
	m := withTax.FindStringSubmatchIndex(text)
	if m == nil {
		return text, 0
	}
	rest = strings.TrimSpace(text[:m[0]] + " " + text[m[1]:])
	if strings.Trim(rest, " ()[]/") == "" {
		return text, 0
	}
	if m[2] >= 0 {
		return rest, -1
	}
	return rest, 1
}

var withTax = regexp.MustCompile(`(?i)[(\[]?(?:^|[\s(\[/])(?:(excl(?:usive|uding|\.)?(?:\s+of)?|excluding|ex\.?|w/o|without|before|exkl\.?|ohne|hors|sans|sin|senza|sem|zonder|bez|без|fără|brez|ekskl\.?|utan|be)|incl(?:usive|uding|\.)?(?:\s+of)?|inc\.?|including|with|inkl\.?|mit|avec|con|com|met|с|с учетом|s|cu|z|su|ar)\s+(?:vat|gst|tax|taxes|mwst|ust|tva|iva|btw|moms|mva|dph|áfa|pdv|ddv|ндс|ддс|пдв|pvm|pvn|kdv|ққс)\.?[)\]]?`)

func bestHeading(text string, optical bool) headingMatch {
	b := columnBook()
	best := b.match(text, optical)
	// The words of each script are a heading of their own.
	var latin, other []string
	for _, w := range strings.Fields(text) {
		if ascii(w) {
			latin = append(latin, w)
		} else {
			other = append(other, w)
		}
	}
	halves := strings.FieldsFunc(text, func(r rune) bool { return r == '/' || r == '\n' || r == '|' })
	if len(latin) > 0 && len(other) > 0 {
		halves = append(halves, strings.Join(latin, " "), strings.Join(other, " "))
	}
	if len(halves) > 1 {
		for _, h := range halves {
			m := b.match(h, optical)
			if m.share == 1 && m.letters > best.letters || best.share < 0.34 && m.share > 0.6 && m.letters >= 4 {
				best = m
			}
		}
	}
	// Names apart by a stroke that mean the same: "Саны / Кол-во (компл)".
	if names := strings.Split(text, "/"); len(names) > 1 && len(names) < 4 && best.role != "" {
		agree := true
		for _, name := range names {
			m := b.match(name, optical)
			agree = agree && m.role == best.role && m.share >= 0.9
		}
		if agree {
			best.share = 1
		}
	}
	// Halves that agree say it in two languages.
	if len(latin) > 0 && len(other) > 0 {
		x, y := b.match(strings.Join(latin, " "), optical), b.match(strings.Join(other, " "), optical)
		if bareWord(strings.Join(latin, " ")) && y.share >= 0.9 && (y.role == colNetMass || y.role == colGrossMass) {
			x.role, x.share = y.role, 1 // 净重 NET
		}
		if x.role != "" && x.role == y.role && x.share >= 0.9 && y.share >= 0.9 && (x.role == best.role || best.share < 0.95) {
			best.role, best.share = x.role, 1
		}
	}
	if best.share < 0.3 {
		return headingMatch{}
	}
	return best
}

// unitToken reports whether a folded word is a unit or a currency.
func unitToken(w string) bool { return tableUnits()[w] != "" }

// tableUnitText lists the units that headings and cells print, by what they
// measure.
const tableUnitText = `
mass: kg kgs kgm kilo kilos kilogram kilograms кг кило g gr gram grams г гр t mt ton tons tonne tonnes т тн тонн тонна lb lbs pound pounds oz 公斤 千克 公斤(kg) 吨 кілограм kilogramm کیلو كجم كغ ק"ג กก ק״ג
volume: m3 cbm m³ м3 м³ куб куб.м cuft ft3 cft liter liters litre litres l л литр л. 立方米 立方 dm3 cm3
length: m м mtr mtrs meter meters metre metres метр метров mm мм cm см yd yds yard yards yrd yrds ft feet inch in 米 厘米 公分 pm п.м пог.м
area: m2 m² м2 м² sqm sqft кв.м 平方米
count: pc pcs pce pces piece pieces ea each unit units nos no. pr prs pair pairs set sets doz dozen dz dzn gross шт штук штука шт. пар пара пары компл комплект комплектов ед adet ad çift takım stk st stück stuck stck satz paar pièce pièces pza pzas pz uds ud ks szt kpl kus kom buc бр 件 个 個 套 双 雙 只 pcs/ctn ea. kos db дана бірлік
package: ctn ctns carton cartons box boxes bx bxs pkg pkgs package packages plt plts pallet pallets bag bags drum drums roll rolls rl rls bale bales case cases cs crate crates bdl bundle bundles кор кор. коробок короб коробки ящ ящик ящиков мест место места паллет паллета мешок мешков рулон рулонов уп уп. упак упаковок koli palet karton kartons colis bultos cajas 箱 包 卷 袋 桶 托 托盘 kutu çuval rulo
money: usd us$ eur euro euros rub rur руб руб. kzt тенге тг тнг cny rmb yuan gbp try tl jpy inr rs rs. aed chf pln myr rm npr lkr sek nok dkk czk huf ron bgn hrk rsd uah грн byn uzs kgs сом cad aud nzd sgd hkd twd ntd krw thb vnd idr ils sar egp mad brl mxn zar ntd долл доллар долларов доллар.сша долл.сша сша евро $ € £ ¥ ₽ ₸ ₺ ₹ ₩ ₪ ฿ ₫ ₴ 美元 人民币 欧元 元 円 원 บาท zł kč ft kn лв din php qar kwd omr bhd pkr bdt tnd dzd ngn kes ghs amd azn gel mdl tjs tmt mnt
percent: % percent проц
`

var tableUnits = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	for _, l := range strings.Split(strings.TrimSpace(tableUnitText), "\n") {
		name, list, _ := strings.Cut(l, ":")
		for _, w := range strings.Fields(list) {
			for _, k := range []string{foldWord(w), strings.ToLower(w)} {
				if k != "" && k != "no" && m[k] == "" {
					m[k] = name
				}
			}
		}
	}
	// The kinds of packages in all their cases; short words mean other things as well.
	for _, w := range trade.PackageWords() {
		// They come with the letters that are drawn alike as Latin ones.
		if utf8.RuneCountInString(w) < 4 || !strings.ContainsFunc(w, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
			continue
		}
		for _, k := range []string{foldWord(w), w} {
			if m[k] == "" {
				m[k] = "package"
			}
		}
	}
	return m
})

// unitKind says what a word of a heading or a cell measures: mass, volume,
// length, area, count, package, money or percent; empty if it is no unit.
func unitKind(s string) string {
	s = strings.Trim(s, "()[]{}.,:;/（）*'\"“”")
	if k := tableUnits()[strings.ToLower(s)]; k != "" {
		return k
	}
	if f := foldWord(s); f != "" {
		return tableUnits()[f]
	}
	return ""
}

// unitOfHeading returns the unit that a heading prints for its column, as
// printed: "Net weight, kg" gives "kg". kinds says what may be measured.
func unitOfHeading(text string, role tableRole) string {
	want := func(k string) bool { return false }
	switch role {
	case colNetMass, colGrossMass, colMass, "-massEach":
		want = func(k string) bool { return k == "mass" }
	case colVolume:
		want = func(k string) bool { return k == "volume" }
	case colPrice, colAmount, colAmountGross, colTax, colDiscount:
		want = func(k string) bool { return k == "money" }
	case colPackages:
		want = func(k string) bool { return k == "package" }
	case colDimensions:
		want = func(k string) bool { return k == "length" }
	case colPerPackage:
		want = func(k string) bool { return k == "count" || k == "length" || k == "mass" }
	case colQuantity:
		want = func(k string) bool { return k != "" && k != "money" && k != "percent" }
	}
	words := strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("()[]{}/,:;（）|-–", r)
	})
	// The last one: "Quantity in pieces (PCS)"; and what stands in brackets
	// before what does not.
	found := ""
	for i := len(words) - 1; i >= 0; i-- {
		w := words[i]
		if !want(unitKind(w)) {
			continue
		}
		// A word that names the column rather than a unit: "No. of units".
		if role == colQuantity && (len([]rune(w)) > 3 && !strings.Contains(text, "("+w) && !strings.HasSuffix(strings.TrimSpace(text), ", "+w)) && quantityNoun(w) {
			continue
		}
		if found == "" || strings.Contains(text, "("+w) {
			found = w
			if k := foldWord(w); i > 0 && k == foldWord("США") && unitKind(words[i-1]) == "money" {
				found = words[i-1] + " " + w // "долл. США"
			}
		}
	}
	if _, kind, ok := strings.Cut(text, ","); ok && role == colPackages {
		// The kinds of packages are many: "Количество мест, картонных коробок".
		kind = strings.Trim(kind, " ()")
		d := &trade.Document{}
		if d.Set(trade.Statement{Path: "/packages", Text: "2 " + kind}) == nil && d.Packages.Known() && d.Packages.Value.Kind != "" && d.Packages.Value.Kind != "PK" {
			return kind
		}
	}
	if found == "" && (role == colQuantity || role == colPerPackage) {
		// Units are many: short letters in brackets are one.
		if m := bracketUnit.FindStringSubmatch(text); m != nil && unitKind(m[1]) == "" && !columnBook().known[foldWord(m[1])] {
			return m[1]
		}
	}
	return found
}

var bracketUnit = regexp.MustCompile(`\(([\pL]{1,5}[.23²³]?)\)`)

// quantityNoun reports whether a unit is a word that headings use without
// meaning it as one.
func quantityNoun(w string) bool {
	switch strings.ToLower(w) {
	case "unit", "units", "each", "gross", "nos", "ед", "package", "packages":
		return true
	}
	return false
}
