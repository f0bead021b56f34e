package crossdoc

import (
	"fmt"
	"strings"

	"github.com/govalues/decimal"

	"tallyman/rules"
	"tallyman/trade"
)

const (
	// massTolerance is the difference that practice bears between papers; at
	// 1 % a customs rule speaks of a risk of infringement (RECAUCA, articles
	// 320 to 325).
	massTolerance = 0.01
	massHigh      = 0.05
	// Smaller differences are shown at low severity from so many micrograms on.
	massSlight = 5_000_000_000
	// massFloor in micrograms: scales and rounding differ by as much.
	massFloor = 1_000_000_000
	// roundingShare is the most that a figure with noughts at its end may be
	// off to count as rounded.
	roundingShare = 0.005
	// Empty containers of 20 to 45 feet weigh about so much, in micrograms.
	tareLeast, tareMost = 1_900_000_000_000, 5_000_000_000_000
	// A pallet weighs about so much, in micrograms; papers weigh with or without.
	palletLeast, palletMost = 5_000_000_000, 35_000_000_000
)

var massSources = []rules.Source{
	ucp14d,
	{Title: "1 %: RECAUCA, articles 320 to 325, as a published validator applies them"},
	{Title: "tare of containers 1.9 to 5 t, of pallets 5 to 35 kg", Unverified: true},
}

// massDiffers compares one mass over all papers.
func massDiffers(p *rules.Pass, what string, total func(*trade.Document) trade.Reading[trade.Mass], line func(trade.Item) trade.Reading[trade.Mass]) error {
	pick := func(d *trade.Document) trade.Reading[trade.Mass] {
		r := total(d)
		if ofOneLine(d, r, line, func(a, b trade.Mass) bool { return a.Amount.Cmp(b.Amount) == 0 }) {
			return trade.Reading[trade.Mass]{}
		}
		return r
	}
	ws := sums(p, pick, addMass, trade.Contract, trade.InsuranceCertificate, trade.ProformaInvoice)
	seen := map[trade.Place]bool{}
	for _, o := range conflicts(ws, func(a, b trade.Mass) bool { return massConflict(a, b, massTolerance) }) {
		seen[o.here.At] = true
		for _, at := range o.again {
			seen[at] = true
		}
		if f, ok := massFinding(p, what, o); ok {
			p.Report(f)
		}
	}
	slight := func(a, b trade.Mass) bool {
		x, _ := a.Micrograms()
		y, _ := b.Micrograms()
		return max(x-y, y-x) > massSlight && massConflict(a, b, 0)
	}
	for _, o := range conflicts(ws, slight) {
		if seen[o.here.At] || seen[o.there.At] || o.doubtful {
			continue
		}
		if f, ok := massFinding(p, what, o); ok {
			f.Severity = rules.Low
			p.Report(f)
		}
	}
	return nil
}

func massFinding(p *rules.Pass, what string, o objection[trade.Mass]) (rules.Finding, bool) {
	x, _ := o.here.Value.Micrograms()
	y, _ := o.there.Value.Micrograms()
	diff := share(float64(x), float64(y))
	f := rules.Finding{
		At: o.here.At, Related: o.related(), Doubtful: o.doubtful, Severity: rules.Medium,
		Message: fmt.Sprintf("%s %s here, %s on %s", what, kilograms(o.here.Value), kilograms(o.there.Value), p.On(o.there.At)),
		Figures: []rules.Figure{
			{Name: what + " here", Value: decimalKilograms(x), Unit: "KGM"},
			{Name: what + " on " + p.On(o.there.At), Value: decimalKilograms(y), Unit: "KGM"},
			percent(diff),
		},
		Innocent: []string{partNote, "the goods were weighed again: a weighing slip would show it"},
	}
	if len(o.here.others)+len(o.there.others) > 0 {
		f.Message += ", several papers of one kind taken together"
	}
	if diff > massHigh {
		f.Severity = rules.High
	}
	explain := func(why string) { f.Innocent = append([]string{why}, f.Innocent...) }
	if partOf(p, o.here.doc, o.there.doc) {
		return f, false // the rule on packages says so once
	}
	if x > y && master(p, o.here.doc) || y > x && master(p, o.there.doc) {
		return f, false // a consolidation
	}
	if what != "gross mass" {
		explain("one paper counts the retail packing as net, the other does not: the packing list would give both")
		return f, true
	}
	// The figure of one paper is another mass of the other paper.
	for _, pair := range [][2]*trade.Document{{o.here.doc, o.there.doc}, {o.there.doc, o.here.doc}} {
		a, b := pair[0], pair[1]
		for _, other := range []struct {
			name string
			r    trade.Reading[trade.Mass]
		}{{"net mass", b.NetMass}, {"chargeable mass", b.ChargeableMass}} {
			if other.r.Known() && a.GrossMass.Known() && !massConflict(a.GrossMass.Value, other.r.Value, massTolerance) {
				f.Severity = rules.Low
				explain(fmt.Sprintf("%s prints the %s of %s as gross", a.Name, other.name, b.Name))
				return f, true
			}
		}
	}
	heavy, tare := o.here.doc, x-y
	if tare < 0 {
		heavy, tare = o.there.doc, -tare
	}
	boxes := int64(0)
	for _, e := range heavy.Equipment {
		if e.ID.Known() {
			boxes++
		}
	}
	if heavy.TareMass.Known() {
		if n, ok := heavy.TareMass.Value.Micrograms(); ok && share(float64(n), float64(tare)) < massTolerance {
			return f, false // the paper itself says what it added
		}
	}
	if heavy.Type.Transport() && boxes > 0 && tare >= boxes*tareLeast && tare <= boxes*tareMost {
		f.Severity = rules.Low
		explain("the carrier's figure includes the empty container: the tare on its door would equal the difference")
		return f, true
	}
	if n := palletsOf(p); n > 0 && (heavy.Type.Transport() || heavy.Type.Declaration() || heavy.Type == trade.PackingList) &&
		tare >= n*palletLeast && tare <= n*palletMost {
		f.Severity = rules.Low
		explain(fmt.Sprintf("one paper weighs the %d pallets and the other does not", n))
	}
	return f, true
}

// palletsOf is the number of pallets that any paper states; 0 if none does.
func palletsOf(p *rules.Pass) (most int64) {
	for _, d := range papers(p) {
		if d.Packages.Known() && pallet(d.Packages.Value.Kind) {
			most = max(most, d.Packages.Value.Count)
		}
		sum := int64(0)
		for _, it := range d.Items {
			if it.Packages.Known() && pallet(it.Packages.Value.Kind) {
				sum += it.Packages.Value.Count
			}
		}
		most = max(most, sum)
		for _, r := range d.Restatements {
			var n int64
			var k string
			if _, err := fmt.Sscan(r.Value, &n, &k); err == nil && r.Path == "/packages" && pallet(k) {
				most = max(most, n)
			}
		}
	}
	return most
}

// massConflict reports whether two masses differ by more than rounding and by
// more than the tolerance.
func massConflict(a, b trade.Mass, tolerance float64) bool {
	x, okX := a.Micrograms()
	y, okY := b.Micrograms()
	if !okX || !okY {
		return false
	}
	diff := max(x-y, y-x)
	if diff <= massFloor || diff <= a.Resolution()+b.Resolution() || share(float64(x), float64(y)) <= tolerance {
		return false
	}
	return !rounded(a, x, y) && !rounded(b, y, x)
}

// rounded reports whether x, that ends in noughts, is y rounded to as many.
func rounded(m trade.Mass, x, y int64) bool {
	whole, _, _ := strings.Cut(m.Amount.Trim(0).String(), ".")
	step := 1.0
	for strings.HasSuffix(whole, "0") && len(whole) > 1 {
		whole = whole[:len(whole)-1]
		step *= 10
	}
	if step == 1 || m.Amount.Trim(0).Scale() > 0 {
		return false
	}
	one, ok := trade.Mass{Amount: decimal.One, Unit: m.Unit}.Micrograms()
	diff := float64(max(x-y, y-x))
	return ok && diff <= step*float64(one) && diff <= roundingShare*float64(y)
}

func addMass(a, b trade.Mass) (trade.Mass, bool) {
	if a.Unit == b.Unit {
		s, err := a.Amount.Add(b.Amount)
		return trade.Mass{Amount: s, Unit: a.Unit}, err == nil
	}
	x, ok1 := a.Micrograms()
	y, ok2 := b.Micrograms()
	s, err := decimal.New(x+y, 9)
	return trade.Mass{Amount: s, Unit: "KGM"}, ok1 && ok2 && err == nil
}

// kilograms writes a mass for an inspector: as printed if it is in kilograms.
func kilograms(m trade.Mass) string {
	if m.Unit == "KGM" {
		return m.Amount.String() + " kg"
	}
	n, _ := m.Micrograms()
	return decimalKilograms(n) + " kg"
}

// decimalKilograms writes micrograms as kilograms with grams.
func decimalKilograms(micrograms int64) string {
	d, err := decimal.New(micrograms, 9)
	if err != nil {
		return fmt.Sprint(micrograms / 1_000_000_000)
	}
	return d.Round(3).Trim(0).String()
}
