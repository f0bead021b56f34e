package physics

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// Borders beyond which no load lies, however it is packed.
const (
	// leastDensity and mostDensity are in kilograms a cubic metre: foam in films,
	// and solid iron without any packing.
	leastDensity, mostDensity = 5, 7900
	// A container of 45 feet takes 86 cubic metres. ISO 668 lets none be heavier
	// than 36 tonnes, its own 2 to 5 among them.
	containerMass, containerRoom = 36000, 90
	// The strongest wagon of the 1520 mm gauge has eight axles of 25 tonnes.
	wagonMass, wagonRoom = 150000, 250
	// A lorry with a trailer has, whole, 44 tonnes in Europe and 44 in the EAEU;
	// timber and machines go beyond, with a permit.
	lorryMass, lorryRoom = 60000, 160
	// A list that was not read whole gives far more than double.
	listMissing = 3
	// leastLiquid and mostLiquid are in kilograms a litre: petrol gas, and twice
	// the density of strong acids.
	leastLiquid, mostLiquid = 0.45, 3.5
)

// all reports whether every plausible pair of values is outside.
func all[A, B any](a trade.Reading[A], b trade.Reading[B], outside func(A, B) bool) bool {
	for _, x := range a.Candidates() {
		for _, y := range b.Candidates() {
			if !outside(x, y) {
				return false
			}
		}
	}
	return a.Known() && b.Known()
}

// doubtful reports whether one misread character of either would clear it.
func doubtful[A, B any](a trade.Reading[A], b trade.Reading[B], outside func(A, B) bool) bool {
	for _, x := range a.Confusions {
		if !outside(x, b.Value) {
			return true
		}
	}
	return slices.ContainsFunc(b.Confusions, func(y B) bool { return !outside(a.Value, y) })
}

// DensityImpossible divides gross mass by volume.
var DensityImpossible = &rules.Rule{
	ID:    "WV-02",
	Title: "mass and volume do not belong to the same load",
	Doc: `Gross mass divided by gross volume is below 5 or above 7,900 kilograms a cubic
metre. Foam packed in film is heavier than the first, and solid iron without any
packing is not as heavy as the second. It is judged for the whole load, and left
out where a line is of precious metal, lead, tungsten or another heavy metal.

Most often one of both is in another unit: cubic feet, litres, grams or tonnes.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "density of iron, 7,874 kg/m3 (CRC Handbook of Chemistry and Physics)", Unverified: true},
		{Title: "5 kg/m3: the project's choice, half of what insulating foam weighs", Unverified: true},
	},
	Run: func(p *rules.Pass) error {
		for _, d := range p.Dossier.Documents {
			if slices.ContainsFunc(d.Items, func(i trade.Item) bool {
				return i.TariffCode.Known() && len(i.TariffCode.Value) >= 2 && slices.Contains([]string{"28", "71", "74", "78", "80", "81"}, i.TariffCode.Value.Chapter())
			}) {
				continue
			}
			outside := func(m trade.Mass, v trade.Volume) bool {
				density := m.Kilograms() / v.CubicMetres()
				return m.Kilograms() > 0 && v.CubicMetres() > 0 && (density < leastDensity || density > mostDensity)
			}
			m, v := d.GrossMass, d.GrossVolume
			if !all(m, v, outside) {
				continue
			}
			density := m.Value.Kilograms() / v.Value.CubicMetres()
			p.Report(rules.Finding{
				At: v.At, Related: []trade.Place{m.At}, Doubtful: doubtful(m, v, outside),
				Message:  fmt.Sprintf("volume %s here and gross mass %s make %s kg a cubic metre; solid iron has 7900, foam has 5", v.Text, m.Text, rules.Round(density)),
				Figures:  []rules.Figure{{Name: "gross mass over volume", Value: rules.Round(density), Unit: "KMQ"}},
				Innocent: []string{"The volume or the mass is in another unit than printed, such as cubic feet, litres or tonnes: size and number of the packages would show it."},
			})
		}
		return nil
	},
}

// TooMuchForEquipment compares the load with what its containers, wagons or
// lorries can take.
var TooMuchForEquipment = &rules.Rule{
	ID:    "WV-03",
	Title: "the load is more than its containers can take",
	Doc: `Gross mass and volume, divided by the number of containers that the papers name,
are more than any container takes: 36 tonnes, the rating of ISO 668 with the
container itself, and 90 cubic metres, above the room of one of 45 feet. Ordinary
containers take less; the rule does not ask which they are.

It is judged only if two papers name the same number of containers, and not
where the load would fill more than three times as many: then a list was left
out.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "ISO 668: series 1 freight containers, ratings (amendment of 2016)", Unverified: true},
		{Title: "a container of 45 feet takes 86 m3", Unverified: true},
	},
	Run: func(p *rules.Pass) error {
		return tooMuch(p, "container", containerMass, containerRoom)
	},
}

// TooMuchForWagons is TooMuchForEquipment for railway wagons.
var TooMuchForWagons = &rules.Rule{
	ID:    "WV-05",
	Title: "the load is more than its wagons can take",
	Doc: `Gross mass and volume, divided by the number of wagons that the papers name, are
more than any wagon of the 1520 mm gauge takes: 150 tonnes for the eight axles of
the strongest, and 250 cubic metres. An ordinary covered wagon takes 68 tonnes and
138 cubic metres, so a finding is far beyond.

It is judged only if two papers name the same number of wagons, and not where the
load would fill more than three times as many: then a list was left out.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "covered wagon 11-1268: 68 t", URL: "https://www.railwaygazette.com"},
		{Title: "eight axles of 25 t less the wagon itself: the project's choice", Unverified: true},
	},
	Run: func(p *rules.Pass) error { return tooMuch(p, "wagon", wagonMass, wagonRoom) },
}

func tooMuch(p *rules.Pass, kind string, mass, room float64) error {
	counts := map[int]int{}
	numbers := func(d *trade.Document) (ids []trade.Reading[string]) {
		seen := map[string]bool{}
		for _, e := range d.Equipment {
			id := trade.FoldIdentifier(e.ID.Value)
			letters := len(id) >= 4 && strings.Trim(id[:4], "0123456789") != ""
			if e.ID.Known() && !seen[id] && (kind == "container" && letters && len(id) >= 10 || kind == "wagon" && trade.CheckWagon(id) == nil) {
				seen[id] = true
				ids = append(ids, e.ID)
			}
		}
		return ids
	}
	most := 0
	for _, d := range p.Dossier.Documents {
		n := len(numbers(d))
		counts[n]++
		most = max(most, n)
	}
	if most == 0 || counts[most] < 2 {
		return nil
	}
	for _, d := range p.Dossier.Documents {
		ids := numbers(d)
		if len(ids) != most || d.Status != trade.Done {
			continue
		}
		n := float64(most)
		report := func(what, text string, at trade.Place, each, limit float64, unit string, doubt bool) {
			f := rules.Finding{
				At: at, Doubtful: doubt,
				Message:  fmt.Sprintf("%s %s here is %s for each %s, and none takes more than %s", what, text, rules.Round(each), kind, rules.Round(limit)),
				Figures:  []rules.Figure{{Name: what, Value: rules.Round(each), Unit: unit}, {Name: "limit", Value: rules.Round(limit), Unit: unit}},
				Innocent: []string{"The paper covers more equipment than it names: the list attached to the transport document would show it.", "The figure is in another unit than printed, such as pounds or cubic feet."},
			}
			for _, id := range ids {
				f.Related = append(f.Related, id.At)
			}
			p.Report(f)
		}
		if m := d.GrossMass; m.Known() {
			over := func(v trade.Mass) bool { x := v.Kilograms() / n; return x > mass && x <= listMissing*mass }
			if !slices.ContainsFunc(m.Candidates(), func(v trade.Mass) bool { return !over(v) }) {
				report("gross mass", m.Text, m.At, m.Value.Kilograms()/n, mass, "KGM", slices.ContainsFunc(m.Confusions, func(v trade.Mass) bool { return !over(v) }))
			}
		}
		if v := d.GrossVolume; v.Known() {
			over := func(v trade.Volume) bool { x := v.CubicMetres() / n; return x > room && x <= listMissing*room }
			if !slices.ContainsFunc(v.Candidates(), func(v trade.Volume) bool { return !over(v) }) {
				report("volume", v.Text, v.At, v.Value.CubicMetres()/n, room, "MTQ", slices.ContainsFunc(v.Confusions, func(v trade.Volume) bool { return !over(v) }))
			}
		}
	}
	return nil
}

// TooMuchForLorry compares a road consignment note with what a lorry can take.
var TooMuchForLorry = &rules.Rule{
	ID:    "WV-04",
	Title: "the load is more than a lorry can take",
	Doc: `A road consignment note names one or two plates, a tractor and its trailer, and a
load of more than 60 tonnes or 160 cubic metres. A lorry with a trailer may have 40
to 44 tonnes, itself among them, and room for about 120 cubic metres; a permit for
heavy goods goes beyond, which is why the border lies so far out.`,
	Severity: rules.High,
	Sources: []rules.Source{
		{Title: "Directive 96/53/EC, annex I: 40 to 44 tonnes for combined vehicles"},
		{Title: "60 tonnes and 160 m3: the project's choice, beyond the longest combinations in use", Unverified: true},
	},
	Run: func(p *rules.Pass) error {
		for _, d := range p.Dossier.Documents {
			plates := len(d.Vehicles)
			if d.Type != trade.RoadConsignmentNote || plates == 0 || plates > 2 || d.Status != trade.Done {
				continue
			}
			if m := d.GrossMass; m.Known() && !slices.ContainsFunc(m.Candidates(), func(v trade.Mass) bool { return v.Kilograms() <= lorryMass }) {
				p.Report(rules.Finding{
					At: m.At, Related: []trade.Place{d.Vehicles[0].Plate.At},
					Doubtful: slices.ContainsFunc(m.Confusions, func(v trade.Mass) bool { return v.Kilograms() <= lorryMass }),
					Message:  fmt.Sprintf("gross mass %s here, on one lorry", m.Text),
					Innocent: []string{"Several lorries carry it, and the others are named on a list: ask for it.", "The mass is in another unit than printed, such as pounds."},
				})
			}
			if v := d.GrossVolume; v.Known() && !slices.ContainsFunc(v.Candidates(), func(v trade.Volume) bool { return v.CubicMetres() <= lorryRoom }) {
				p.Report(rules.Finding{
					At: v.At, Related: []trade.Place{d.Vehicles[0].Plate.At},
					Doubtful: slices.ContainsFunc(v.Confusions, func(v trade.Volume) bool { return v.CubicMetres() <= lorryRoom }),
					Message:  fmt.Sprintf("volume %s here, on one lorry", v.Text),
					Innocent: []string{"The volume is in another unit than printed, such as cubic feet."},
				})
			}
		}
		return nil
	},
}

// ChargeableTooLow compares the mass that an airline charges with what it weighs.
var ChargeableTooLow = &rules.Rule{
	ID:    "WV-07",
	Title: "the airline charges for less than the load weighs",
	Doc: `The chargeable weight is the greater of the gross mass and the mass that the volume
counts for, so it is never below the gross mass. A chargeable weight above both is
common, since a higher weight may have a lower rate, and is no finding.

The volume is not compared: airlines and forwarders agree on divisors.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{{Title: "IATA, The Air Cargo Tariff: chargeable weight", Unverified: true}},
	Run: func(p *rules.Pass) error {
		for _, d := range p.Dossier.Documents {
			if !slices.Contains([]trade.DocumentType{trade.AirWaybill, trade.MasterAirWaybill, trade.HouseWaybill}, d.Type) {
				continue
			}
			less := func(c, g trade.Mass) bool {
				return c.Kilograms() > 0 && c.Kilograms() < g.Kilograms()-max(1, g.Kilograms()/200)
			}
			if c, g := d.ChargeableMass, d.GrossMass; all(c, g, less) {
				p.Report(rules.Finding{
					At: c.At, Related: []trade.Place{g.At}, Doubtful: doubtful(c, g, less),
					Message:  fmt.Sprintf("chargeable weight %s here, gross mass %s", c.Text, g.Text),
					Innocent: []string{"The load is charged in several lines, and one of them was taken for all: the column of rates would show it."},
				})
			}
		}
		return nil
	},
}

// LitresTooHeavy divides the net mass of liquids by their litres.
var LitresTooHeavy = &rules.Rule{
	ID:    "WV-16",
	Title: "litres and kilograms are not of one liquid",
	Doc: `The quantity of a line is in litres, and a litre of it weighs less than 0.45 kg or
more than 3.5 kg. Petrol has 0.7, oil 0.9, water 1, strong sulphuric acid 1.8. Gases
(headings 2711 and 2804) and the chemicals of chapter 28, where mercury is, are left
out.

Most often the quantity counts bottles or drums, not litres.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "densities of liquids (CRC Handbook of Chemistry and Physics)", Unverified: true},
	},
	Run: func(p *rules.Pass) error {
		for _, d := range p.Dossier.Documents {
			for i := range d.Items {
				item := &d.Items[i]
				if c := item.TariffCode; c.Known() && (strings.HasPrefix(string(c.Value), "28") || strings.HasPrefix(string(c.Value), "2711")) {
					continue
				}
				outside := func(q trade.Quantity, m trade.Mass) bool {
					n, ok := q.Amount.Float64()
					each := m.Kilograms() / n
					return ok && q.Unit == "LTR" && n >= 10 && m.Kilograms() > 0 && !math.IsInf(each, 0) && (each < leastLiquid || each > mostLiquid)
				}
				q, m := item.Quantity, item.NetMass
				if !all(q, m, outside) {
					continue
				}
				n, _ := q.Value.Amount.Float64()
				p.Report(rules.Finding{
					At: m.At, Related: []trade.Place{q.At}, Doubtful: doubtful(q, m, outside),
					Message:  fmt.Sprintf("net mass %s here for %s litres is %s kg a litre", m.Text, q.Value.Amount, rules.Round(m.Value.Kilograms()/n)),
					Figures:  []rules.Figure{{Name: "kilograms a litre", Value: rules.Round(m.Value.Kilograms() / n), Unit: "KGM/LTR"}},
					Innocent: []string{"The quantity counts bottles, drums or cubic metres: the packing list would show it."},
				})
			}
		}
		return nil
	},
}
