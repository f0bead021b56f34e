package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"tallyman/classify"
	"tallyman/classify/reference"
	"tallyman/classify/reference/fit"
	"tallyman/rules"
	"tallyman/rules/catalogue"
	"tallyman/trade"
)

// lotSeed and lotsOfEach fix the invented lots: they were drawn once the rules
// and the prior were written, and nothing was fitted to them.
const (
	lotSeed    = 6704
	lotsOfEach = 40
	// lotsOfMany is how many lots of all consumer goods there are: one heading
	// tells little of the others.
	lotsOfMany = 200
)

// numberRules are the rules that speak by numbers or by words of goods.
var numberRules = []string{"PR-01", "PR-02", "WV-01", "CT-07", "CL-01"}

// A lot is one line of goods of an invoice.
type lot struct {
	words      string
	code       trade.TariffCode // declared
	usd, kg, n float64
}

// A lotKind is a kind of lots with what became of them.
type lotKind struct {
	name                      string
	of                        int // how many lots there are to be
	n, silent, medium, high   int // high findings are counted in medium too
	inThree, instead, numbers int // 8542 among the first three: of a finding, instead of the declared goods, by the numbers alone
	slip                      int // findings that name the slip that was made
	said                      []string
}

// drawn are the ranges that invented lots are drawn from where published
// observations hold no count of pieces: kilograms.
var drawn = map[string][2]float64{
	// A reel of 330 mm weighs 0.3 to 0.9 kg and takes 1,000 to 4,000 components; a
	// tray of the JEDEC size weighs 0.15 kg and takes 40 to 490; 4,390 chips that
	// were seized weighed 28.5 g each with all packing.
	"8542": {0.0002, 0.04},
	"6704": {0.08, 0.35}, // a wig in its net and box
	"1604": {0.08, 0.5}, "2005": {0.2, 1.1}, "2002": {0.2, 1.1},
}

var lotWords = map[string][]string{
	"6704": {"Women's wigs of synthetic hair", "Парики женские из искусственных волос", "Wigs of human hair", "Парики из натуральных волос"},
	"1604": {"Canned tuna in oil", "Консервы рыбные, сардины в масле"},
	"2005": {"Canned green peas", "Горошек зелёный консервированный"},
	"2002": {"Tomatoes, canned whole", "Томаты консервированные"},
}

var lotCodes = map[string]string{"6704": "6704110000", "1604": "1604141800", "2005": "2005400000", "2002": "2002101000"}

var electronicHeadings = []string{"8471", "8473", "8504", "8517", "8523", "8525", "8526", "8529", "8532", "8533", "8534", "8536", "8541", "8542", "8543"}

// consumerChapters are those of goods that households buy by the piece.
var consumerChapters = []string{"16", "19", "20", "21", "22", "33", "34", "39", "42", "48", "49", "57", "61", "62", "63", "64", "65", "66", "67", "69", "70", "82", "94", "95", "96"}

// scoreLots declares lots, invented from figures of sources that are held out of
// the reference, and counts what the rules say. Prices are those of the sources;
// pieces are counted by them, or drawn where they count none.
func scoreLots(w io.Writer, dir string, verbose bool) error {
	in := filepath.Join(dir, "unit_values", "unit_value_observations.csv.gz")
	concordances := filepath.Join(dir, "comtrade-hs-reference", "HS_consolidated_comtrade_concordances.csv")
	if _, err := os.Stat(in); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	held := [][]string{{"BACI_HS17", "BACI_HS92"}, {"Nepal"}, {"Ethiopia_exports"}}
	models := make([]classify.Model, len(held))
	rows := make([]map[string][]fit.Observation, len(held)) // by heading
	for i, names := range held {
		pack, err := fit.Pack(in, concordances, names...)
		if err != nil {
			return err
		}
		models[i], rows[i] = classify.NewModel().WithFigures(pack), map[string][]fit.Observation{}
		for _, name := range names {
			some, err := fit.Observations(in, concordances, name)
			if err != nil {
				return err
			}
			for _, o := range some {
				if o.Ratios[reference.ValuePerKg] > 0 {
					rows[i][o.Code[:4]] = append(rows[i][o.Code[:4]], o)
				}
			}
		}
	}
	kinds := inventLots(models, rows)
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "Invented lots before the rules", strings.Join(numberRules, ", ")+"; their prices are of sources held out of the figures; not calibrated")
	fmt.Fprintln(t, "lots\tn\tsilent\tmedium or high\thigh\tslip named\t8542 in the first three of a finding\tinstead of the declared\tby numbers alone")
	for _, k := range kinds {
		if k.n == 0 {
			continue
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\n", k.name, k.n, k.silent, k.medium, k.high, k.slip, k.inThree, k.instead, k.numbers)
	}
	if err := t.Flush(); err != nil || !verbose {
		return err
	}
	for _, k := range kinds {
		for _, s := range k.said {
			fmt.Fprintln(w, k.name+":", s)
		}
	}
	return nil
}

func inventLots(models []classify.Model, rows []map[string][]fit.Observation) []*lotKind {
	r := rand.New(rand.NewPCG(lotSeed, 8542))
	between := func(least, most float64) float64 { return least * math.Exp(r.Float64()*math.Log(most/least)) }
	// price returns what a kilogram of a heading cost in a source that model i has
	// not seen; ok is false if the source has none.
	price := func(i int, h string) (float64, bool) {
		if len(rows[i][h]) == 0 {
			return 0, false
		}
		return rows[i][h][r.IntN(len(rows[i][h]))].Ratios[reference.ValuePerKg], true
	}
	pick := func(all []string) string { return all[r.IntN(len(all))] }
	tins := []string{"1604", "2002", "2005"}
	var kinds []*lotKind
	// repeat makes lots until there are enough; i is the model that may judge.
	repeat := func(name, meant string, invent func(i int) (lot, bool)) {
		k := &lotKind{name: name, of: lotsOfEach}
		if strings.Contains(name, "consumer goods") {
			k.of = lotsOfMany
		}
		kinds = append(kinds, k)
		for tries := 0; k.n < k.of && tries < 100*k.of; tries++ {
			i := tries % len(models)
			if l, ok := invent(i); ok {
				k.judge(models[i], l, meant)
			}
		}
	}
	// of makes a lot of n pieces, or as many as weigh a hundred kilograms.
	of := func(h string, perKg, piece float64) lot {
		n := math.Max(20, math.Round(between(40, 400)/piece))
		return lot{pick(lotWords[h]), trade.TariffCode(lotCodes[h]), perKg * piece * n, piece * n, n}
	}
	repeat("wigs priced and packed like components", "", func(i int) (lot, bool) {
		p, ok := price(i, "8542")
		return of("6704", p, between(drawn["8542"][0], drawn["8542"][1])), ok
	})
	// The figures of the case that the classifier is asked for: components as a
	// factory pays them, above a hundred dollars a kilogram.
	repeat("the same, components above USD 1,000 a kilogram", "", func(i int) (lot, bool) {
		p, ok := price(i, "8542")
		return of("6704", p, between(drawn["8542"][0], drawn["8542"][1])), ok && p > 1000
	})
	repeat("honest wigs", "", func(i int) (lot, bool) {
		p, ok := price(i, "6704")
		return of("6704", p, between(drawn["6704"][0], drawn["6704"][1])), ok
	})
	repeat("honest wigs at USD 99 to 187 a kilogram", "", func(int) (lot, bool) {
		return of("6704", between(99, 187), between(drawn["6704"][0], drawn["6704"][1])), true
	})
	electronics := func(i int) (lot, bool) {
		all := counted(rows[i][pick(electronicHeadings)])
		if len(all) == 0 {
			return lot{}, false
		}
		o := all[r.IntN(len(all))]
		return of(pick(tins), o.Ratios[reference.ValuePerKg], o.Ratios[reference.KgPerPiece]), true
	}
	repeat("tins priced and packed like electronics", "", electronics)
	// Half of the observations are of used sets and of chargers, which cost a
	// kilogram what tins do.
	repeat("the same, electronics above USD 100 a kilogram", "", func(i int) (lot, bool) {
		l, ok := electronics(i)
		return l, ok && l.usd > 100*l.kg
	})
	repeat("honest tins", "", func(i int) (lot, bool) {
		h := pick(tins)
		p, ok := price(i, h)
		return of(h, p, between(drawn[h][0], drawn[h][1])), ok
	})
	for _, slip := range []struct {
		name   string
		factor float64
		meant  string
	}{
		{"honest goods of any heading", 1, ""},
		{"net mass in grams, printed as kilograms", 1000, "if the net mass is in grams"},
		{"net mass in tonnes, printed as kilograms", 0.001, "if the net mass is in tonnes"},
	} {
		repeat(slip.name, slip.meant, func(i int) (lot, bool) {
			o, ok := anyCounted(r, rows[i])
			if !ok {
				return lot{}, false
			}
			n := math.Max(20, math.Round(between(40, 4000)/o.Ratios[reference.KgPerPiece]))
			kg := n * o.Ratios[reference.KgPerPiece]
			return lot{"", trade.TariffCode(o.Code), kg * o.Ratios[reference.ValuePerKg], kg * slip.factor, n}, true
		})
	}
	consumer := make([][]fit.Observation, len(models))
	var codes []string
	for i := range rows {
		for _, h := range slices.Sorted(maps.Keys(rows[i])) {
			if slices.Contains(consumerChapters, h[:2]) {
				consumer[i] = append(consumer[i], counted(rows[i][h])...)
			}
		}
		for _, o := range consumer[i] {
			codes = append(codes, o.Code)
		}
	}
	slices.Sort(codes)
	codes = slices.Compact(codes)
	// lotOf makes a lot with the figures of an observation.
	lotOf := func(code string, o fit.Observation) lot {
		piece := o.Ratios[reference.KgPerPiece]
		n := math.Max(20, math.Round(between(40, 4000)/piece))
		return lot{"", trade.TariffCode(code), n * piece * o.Ratios[reference.ValuePerKg], n * piece, n}
	}
	repeat("consumer goods of any heading, priced and packed like electronics", "", func(i int) (lot, bool) {
		all := counted(rows[i][pick(electronicHeadings)])
		if len(all) == 0 {
			return lot{}, false
		}
		return lotOf(pick(codes), all[r.IntN(len(all))]), true
	})
	repeat("the same consumer goods, electronics above USD 100 a kilogram", "", func(i int) (lot, bool) {
		all := counted(rows[i][pick(electronicHeadings)])
		if len(all) == 0 {
			return lot{}, false
		}
		l := lotOf(pick(codes), all[r.IntN(len(all))])
		return l, l.usd > 100*l.kg
	})
	repeat("consumer goods of any heading, priced and packed like components", "", func(i int) (lot, bool) {
		p, ok := price(i, "8542")
		piece := between(drawn["8542"][0], drawn["8542"][1])
		n := math.Max(20, math.Round(between(40, 400)/piece))
		return lot{"", trade.TariffCode(pick(codes)), p * piece * n, piece * n, n}, ok
	})
	repeat("honest consumer goods of any heading", "", func(i int) (lot, bool) {
		if len(consumer[i]) == 0 {
			return lot{}, false
		}
		o := consumer[i][r.IntN(len(consumer[i]))]
		return lotOf(o.Code, o), true
	})
	return kinds
}

// counted are the observations that count pieces.
func counted(all []fit.Observation) []fit.Observation {
	return slices.DeleteFunc(slices.Clone(all), func(o fit.Observation) bool { return o.Ratios[reference.KgPerPiece] == 0 })
}

// anyCounted picks a heading, each alike, and one of its observations.
func anyCounted(r *rand.Rand, rows map[string][]fit.Observation) (fit.Observation, bool) {
	headings := slices.Sorted(maps.Keys(rows))
	all := counted(rows[headings[r.IntN(len(headings))]])
	if len(all) == 0 {
		return fit.Observation{}, false
	}
	return all[r.IntN(len(all))], true
}

// judge puts a lot on an invoice with its packing list and counts what is said.
func (k *lotKind) judge(m classify.Model, l lot, meant string) {
	k.n++
	d, err := l.papers()
	if err != nil {
		k.said = append(k.said, err.Error())
		return
	}
	var all []*rules.Rule
	for _, id := range numberRules {
		all = append(all, catalogue.Find(id))
	}
	findings, notRun := rules.Run(d, m, all...)
	for _, x := range notRun {
		k.said = append(k.said, fmt.Sprint(x))
	}
	medium, high, third, named := false, false, false, false
	for _, f := range findings {
		medium = medium || f.Severity >= rules.Medium
		high = high || f.Severity >= rules.High
		named = named || meant != "" && strings.Contains(f.Message+strings.Join(f.Innocent, " "), meant)
		for i, x := range f.LooksLike {
			third = third || i < 3 && x.Heading == "8542"
		}
		k.said = append(k.said, fmt.Sprintf("%s %v %s %v", f.Rule, f.Severity, f.Message, f.LooksLike))
	}
	for _, x := range []struct {
		is bool
		n  *int
	}{
		{len(findings) == 0, &k.silent}, {medium, &k.medium}, {high, &k.high}, {third, &k.inThree}, {named, &k.slip},
		{chips(m.Instead(l.code, l.ratios())), &k.instead}, {chips(m.Looks(l.ratios())), &k.numbers},
	} {
		if x.is {
			*x.n++
		}
	}
	if len(findings) == 0 {
		k.said = append(k.said, fmt.Sprintf("silent: %s %.4g USD, %.4g kg, %.0f pieces", l.code, l.usd, l.kg, l.n))
	}
}

// chips reports whether components are among the first three.
func chips(h trade.Headings) bool {
	return slices.ContainsFunc(h.Best[:min(3, len(h.Best))], func(b trade.Heading) bool { return b.Code == "8542" })
}

func (l lot) ratios() trade.Ratios {
	return trade.Ratios{ValuePerMass: l.usd / l.kg, MassPerPiece: l.kg / l.n, ValuePerPiece: l.usd / l.n, Unit: "PCE"}
}

// papers returns an invoice of one line and its packing list.
func (l lot) papers() (*trade.Dossier, error) {
	money, mass := strconv.FormatFloat(l.usd, 'f', 2, 64), strconv.FormatFloat(l.kg, 'f', 3, 64)
	count := strconv.FormatFloat(l.n, 'f', 0, 64)
	invoice := &trade.Document{ID: "invoice", Type: trade.CommercialInvoice, Status: trade.Done}
	list := &trade.Document{ID: "packing list", Type: trade.PackingList, Status: trade.Done}
	set := func(d *trade.Document, path, text, unit string) error {
		if text == "" {
			return nil
		}
		return d.Set(trade.Statement{Path: path, Text: text, Unit: unit, Reader: trade.Structured})
	}
	err := errors.Join(
		set(invoice, "/currency", "USD", ""),
		set(invoice, "/items/0/description", l.words, ""), set(invoice, "/items/0/tariffCode", string(l.code), ""),
		set(invoice, "/items/0/quantity", count, "PCE"), set(invoice, "/items/0/amount", money, "USD"), set(invoice, "/invoiceTotal", money, "USD"),
		set(list, "/items/0/description", l.words, ""), set(list, "/items/0/quantity", count, "PCE"),
		set(list, "/items/0/netMass", mass, "KGM"), set(list, "/netMass", mass, "KGM"), set(list, "/totalQuantity", count, "PCE"))
	return &trade.Dossier{ID: "lot", Documents: []*trade.Document{invoice, list}}, err
}
