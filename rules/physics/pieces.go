package physics

import (
	"fmt"
	"math"
	"slices"

	"tallyman/rules"
	"tallyman/trade"
)

// denseAs is the density of the material itself, in kilograms a cubic metre, by
// chapter: no packing makes goods of it denser than that. Figures of the CRC
// Handbook of Chemistry and Physics, rounded up: sugar 1,590, cellulose 1,540,
// polyester 1,380, rubber with fillers up to 1,600, wood substance 1,530, coated
// paper up to 1,500. Chapters where metals, glass or salt may be are left out.
var denseAs = map[string]float64{
	"06": 1600, "07": 1600, "08": 1600, "09": 1600, "10": 1600, "11": 1600, "17": 1600, "18": 1600, "19": 1600, "20": 1600,
	"40": 1800, "44": 1600, "45": 1600, "46": 1600, "47": 1600, "49": 1800,
	"50": 1600, "51": 1600, "52": 1600, "53": 1600, "54": 1800, "55": 1800,
	"60": 1800, "61": 1800, "62": 1800, "63": 1800, "64": 1800, "67": 1800,
}

// leastLitres is the least room that a piece of some goods takes, in litres,
// packed or not: below the smallest that is on sale, with subheadings that hold
// parts or miniatures left out. A car tyre of 5 kg is 4 litres of rubber alone.
var leastLitres = []struct {
	code   string
	litres float64
}{
	{"401110", 4}, {"401120", 10}, {"640319", 0.2}, {"640351", 0.2}, {"640391", 0.2}, {"670411", 0.03},
	{"841510", 10}, {"841810", 20}, {"841821", 10}, {"845011", 20}, {"847130", 0.1}, {"851650", 8}, {"851712", 0.02}, {"851713", 0.02},
	{"852872", 0.3}, {"8703", 500}, {"871200", 10}, {"871120", 50}, {"871130", 50},
}

// room is how much more than stated the goods have to need, for rounding.
const roomShare = 1.1

// litresOf returns the least room of a piece of the code.
func litresOf(code trade.TariffCode) float64 {
	for _, l := range leastLitres {
		if len(code) >= len(l.code) && string(code[:len(l.code)]) == l.code {
			return l.litres
		}
	}
	return 0
}

// piecesOf is a quantity counted piece by piece, or pair by pair.
func piecesOf(q trade.Quantity) float64 {
	n, ok := q.Amount.Float64()
	if !ok || q.Unit != "PCE" && q.Unit != "PR" {
		return 0
	}
	return n
}

// atMost is the greatest volume that the printed figure may stand for, m³.
func atMost(v trade.Volume) float64 {
	amount, ok := v.Amount.Float64()
	if !ok || amount <= 0 {
		return math.Inf(1)
	}
	return v.CubicMetres() * (1 + math.Pow10(-v.Amount.Scale())/2/amount)
}

// TooManyForRoom compares goods with the room that the papers give them.
var TooManyForRoom = &rules.Rule{
	ID:    "WV-12",
	Title: "the goods need more room than the papers give them",
	Doc: `The goods of a line need more room than its volume, or than its cartons have, however
they are packed. It is judged in two ways. The net mass, divided by the density of
the material itself, is the room of the goods pressed to a block: cotton, paper,
wood, rubber and food are never denser than 1.6 to 1.8 tonnes a cubic metre. And
for some goods of one size, such as tyres, shoes, laptops and bicycles, the number
of pieces times the room of the smallest on sale.

A line whose volume may be that of a single package is not judged by it. Most
often the quantity, the mass or the volume is in another unit than printed.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "densities of cellulose, rubber, wood substance and sugar: CRC Handbook of Chemistry and Physics, rounded up", Unverified: true},
		{Title: "least room of a piece: the project's choice, below the smallest on sale", Unverified: true},
	},
	Run: runTooManyForRoom,
}

func runTooManyForRoom(p *rules.Pass) error {
	one := onlyCode(p.Dossier)
	for _, d := range p.Dossier.Documents {
		if d.Status != trade.Done {
			continue
		}
		found := false
		for i := range d.Items {
			found = roomOfLine(p, &d.Items[i], codeOf(&d.Items[i], one)) || found
		}
		if !found {
			roomOfPaper(p, d, one)
		}
	}
	return nil
}

// onlyCode returns the code of all goods if the papers name one subheading only:
// a packing list often prints none.
func onlyCode(d *trade.Dossier) (one trade.Reading[trade.TariffCode]) {
	for _, doc := range d.Documents {
		for i := range doc.Items {
			c := doc.Items[i].TariffCode
			switch {
			case !c.Known():
			case !one.Known():
				one = c
			case c.Value.HS6() != one.Value.HS6():
				return trade.Reading[trade.TariffCode]{}
			}
		}
	}
	return one
}

// codeOf returns the code of a line, or the one of all goods if it prints none.
func codeOf(item *trade.Item, one trade.Reading[trade.TariffCode]) trade.Reading[trade.TariffCode] {
	if item.TariffCode.Absent() {
		return one
	}
	return item.TariffCode
}

// roomOfLine compares a line with its volume and its cartons.
func roomOfLine(p *rules.Pass, item *trade.Item, code trade.Reading[trade.TariffCode]) bool {
	count := item.Packages
	if !code.Known() || len(code.Value) < 4 || len(code.Candidates()) > 1 || !count.Known() || len(count.Candidates()) > 1 || count.Value.Count < 1 {
		return false
	}
	// The column may hold the volume of one package.
	n := float64(count.Value.Count)
	if v, m, dense := item.GrossVolume, item.NetMass, denseAs[code.Value.Chapter()]; dense > 0 {
		if roomOfMass(p, v, m, dense, n, []trade.Place{code.At, count.At}) {
			return true
		}
	}
	litres := litresOf(code.Value)
	if litres == 0 {
		return false
	}
	if roomOfPieces(p, item.GrossVolume, item.Quantity, litres, n, code, count.At) {
		return true
	}
	// A guessed unit of length has less confidence than this.
	size := item.PackageDimensions
	if !size.Known() || size.Confidence < 0.85 {
		return false
	}
	outside := func(s trade.Dimensions, q trade.Quantity) bool {
		v := cubicMetres(s) * n
		return v > 0 && piecesOf(q)*litres/1000 > roomShare*v
	}
	if !all(size, item.Quantity, outside) {
		return false
	}
	pieces := piecesOf(item.Quantity.Value)
	have := cubicMetres(size.Value) * n
	p.Report(rules.Finding{
		At: item.Quantity.At, Related: []trade.Place{size.At, count.At, code.At}, Doubtful: doubtful(size, item.Quantity, outside) || code.Reader.Optical() && len(code.Confusions) > 0,
		Message: fmt.Sprintf("%s pieces of code %v need at least %s m³, and %d packages of %s have %s m³",
			rules.Round(pieces), code.Value, rules.Round(pieces*litres/1000), count.Value.Count, size.Text, rules.Round(have)),
		Figures:  roomFigures(pieces*litres/1000, have),
		Innocent: roomInnocent,
	})
	return true
}

var roomInnocent = []string{
	"The quantity or the volume is in another unit than printed, or the volume is that of a single package: count and measure one package.",
}

func roomFigures(need, have float64) []rules.Figure {
	return []rules.Figure{
		{Name: "room needed at least", Value: rules.Round(need), Unit: "MTQ"},
		{Name: "room stated", Value: rules.Round(have), Unit: "MTQ"},
	}
}

func cubicMetres(s trade.Dimensions) float64 {
	unit := map[string]float64{"MMT": 0.001, "CMT": 0.01, "MTR": 1, "INH": 0.0254, "FOT": 0.3048}[s.Unit]
	v := unit * unit * unit
	for _, side := range []trade.Decimal{s.Length, s.Width, s.Height} {
		f, ok := side.Float64()
		if !ok {
			return 0
		}
		v *= f
	}
	return v
}

// roomOfMass compares a volume, times n packages, with a mass of that density.
func roomOfMass(p *rules.Pass, v trade.Reading[trade.Volume], m trade.Reading[trade.Mass], dense, n float64, related []trade.Place) bool {
	outside := func(v trade.Volume, m trade.Mass) bool {
		kg := m.Kilograms() - float64(m.Resolution())/1e9
		return v.CubicMetres() > 0 && kg/dense > roomShare*n*atMost(v)
	}
	if !all(v, m, outside) {
		return false
	}
	need := m.Value.Kilograms() / dense
	p.Report(rules.Finding{
		At: v.At, Related: append([]trade.Place{m.At}, related...), Doubtful: doubtful(v, m, outside),
		Message: fmt.Sprintf("net mass %s of such goods takes at least %s m³ without any packing, volume %s here", m.Text, rules.Round(need), v.Text),
		Figures: append(roomFigures(need, v.Value.CubicMetres()),
			rules.Figure{Name: "density of the material, at most", Value: rules.Round(dense), Unit: "KMQ"}),
		Innocent: roomInnocent,
	})
	return true
}

func roomOfPieces(p *rules.Pass, v trade.Reading[trade.Volume], q trade.Reading[trade.Quantity], litres, n float64, code trade.Reading[trade.TariffCode], also trade.Place) bool {
	outside := func(v trade.Volume, q trade.Quantity) bool {
		return v.CubicMetres() > 0 && piecesOf(q)*litres/1000 > roomShare*n*atMost(v)
	}
	if !all(v, q, outside) {
		return false
	}
	need := piecesOf(q.Value) * litres / 1000
	p.Report(rules.Finding{
		At: v.At, Related: []trade.Place{q.At, code.At, also}, Doubtful: doubtful(v, q, outside) || code.Reader.Optical() && len(code.Confusions) > 0,
		Message:  fmt.Sprintf("%s pieces of code %v need at least %s m³, volume %s here", rules.Round(piecesOf(q.Value)), code.Value, rules.Round(need), v.Text),
		Figures:  roomFigures(need, v.Value.CubicMetres()),
		Innocent: roomInnocent,
	})
	return true
}

// roomOfPaper compares the totals of a paper whose goods are all of materials
// that are known.
func roomOfPaper(p *rules.Pass, d *trade.Document, one trade.Reading[trade.TariffCode]) {
	if !d.GrossVolume.Known() || !d.NetMass.Known() || len(d.Items) == 0 {
		return
	}
	dense, lines := 0.0, 0.0
	var related []trade.Place
	for i := range d.Items {
		c := codeOf(&d.Items[i], one)
		if !c.Known() || len(c.Value) < 4 || denseAs[c.Value.Chapter()] == 0 {
			return
		}
		dense = max(dense, denseAs[c.Value.Chapter()])
		if i == 0 {
			related = append(related, c.At)
		}
		if v := d.Items[i].GrossVolume; v.Known() {
			lines += v.Value.CubicMetres()
		}
	}
	if lines > roomShare*d.GrossVolume.Value.CubicMetres() {
		return // the total is of something else than the lines
	}
	n := 1.0
	if c := d.Packages; !c.Known() || c.Value.Count < 2 {
		return // of one package, perhaps
	}
	roomOfMass(p, d.GrossVolume, d.NetMass, dense, n, related)
}

// A chip in its housing weighs milligrams to some tens of grams; the largest
// processors and modules of chapter 8542 a few hundred. Wafers and dies, in
// pieces, are not below a hundredth of a milligram.
const mostChip, leastChip = 0.5, 1e-8

// ChipTooHeavy divides the mass of integrated circuits by their number.
var ChipTooHeavy = &rules.Rule{
	ID:    "WV-14",
	Title: "a piece declared as a chip weighs what no chip does",
	Doc: `Lines of heading 8542, electronic integrated circuits, are counted in pieces, and a
piece has a net mass of more than 0.5 kg. A chip in its housing weighs milligrams
to some tens of grams, the largest server processors little more than a hundred.
What weighs half a kilogram is a board, a module or a device, and has another code.

Most often the quantity counts reels, trays or boxes, not chips.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "4,390 microchips in 125 kg, packed: 28.5 g each, as found in a car at the border of Pskov in July 2022", URL: "https://pskov-news.net"},
		{Title: "0.5 kg: the project's choice, four times the heaviest processors on sale", Unverified: true},
	},
	Run: func(p *rules.Pass) error {
		one := onlyCode(p.Dossier)
		for _, d := range p.Dossier.Documents {
			var first *rules.Finding // one for the paper, about its first such line
			for i := range d.Items {
				item := &d.Items[i]
				c, q, m := codeOf(item, one), item.Quantity, item.NetMass
				if !c.Known() || len(c.Candidates()) > 1 || c.Value.Heading() != "8542" {
					continue
				}
				outside := func(q trade.Quantity, m trade.Mass) bool {
					n := piecesOf(q)
					each := m.Kilograms() / n
					return n >= 2 && q.Unit == "PCE" && m.Kilograms() > 0 && (each > mostChip || each < leastChip)
				}
				if !all(q, m, outside) {
					continue
				}
				each := m.Value.Kilograms() / piecesOf(q.Value)
				if first != nil {
					first.Related = append(first.Related, m.At)
					first.Doubtful = first.Doubtful && doubtful(q, m, outside)
					continue
				}
				first = &rules.Finding{
					At: m.At, Related: []trade.Place{q.At, c.At}, Doubtful: doubtful(q, m, outside),
					Message:  fmt.Sprintf("net mass %s for %s chips of code %v is %s kg a chip", m.Text, q.Value.Amount, c.Value, rules.Round(each)),
					Figures:  []rules.Figure{{Name: "kilograms a chip", Value: rules.Round(each), Unit: "KGM/PCE"}, {Name: "limit", Value: rules.Round(mostChip), Unit: "KGM/PCE"}},
					Innocent: []string{"The quantity counts reels, trays or boxes of chips: the packing list would show it."},
				}
			}
			if first != nil {
				p.Report(*first)
			}
		}
		return nil
	},
}

// packageLimits are the least and the most gross mass of one package, in
// kilograms: no such package is lighter empty, or holds so much. The UN Model
// Regulations (6.1.4, 6.5, 6.6) let boxes and drums have 400 kg net, large
// packagings 3 m³; board boxes on pallets, big bags and casks go beyond, which
// is why the limits lie so far out.
var packageLimits = map[string]struct{ least, most float64 }{
	"CT": {0.02, 2000}, "BG": {0.005, 3000}, "DR": {0.1, 2000}, "BO": {0.005, 200}, "PL": {0.01, 200}, "BL": {0.1, 2000},
}

// PackageWeightImpossible divides the gross mass by the number of packages.
var PackageWeightImpossible = &rules.Rule{
	ID:    "WV-11",
	Title: "a package weighs what no such package does",
	Doc: `The gross mass of all goods, divided by the number of cartons, bags, drums, bales or
bottles, is less than such a package weighs empty, or more than any holds. A carton
is judged below 20 g and above 2 tonnes, a bag above 3 tonnes.

Only totals are judged, for lines often give the mass of one package. Most often
the packages are counted as something else, such as pallets or retail boxes, or
the mass is in another unit.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "UN Model Regulations, 6.1.4: boxes of fibreboard and drums of at most 400 kg net"},
		{Title: "the limits, five times that and more: the project's choice", Unverified: true},
	},
	Run: func(p *rules.Pass) error {
		for _, d := range p.Dossier.Documents {
			m, c := d.GrossMass, d.Packages
			if d.Status != trade.Done || !c.Known() {
				continue
			}
			kind := c.Value.Kind
			limit, ok := packageLimits[kind]
			if !ok {
				continue
			}
			outside := func(m trade.Mass, c trade.Packages) bool {
				each := m.Kilograms() / float64(c.Count)
				return c.Kind == kind && c.Count >= 2 && m.Kilograms() > 0 && (each < limit.least || each > limit.most)
			}
			// A total that another paper of the dossier states otherwise is XD-01.
			if !all(m, c, outside) || slices.ContainsFunc(d.Items, func(i trade.Item) bool {
				return i.GrossMass.Known() && i.GrossMass.Value.Kilograms() > 1.01*m.Value.Kilograms()
			}) {
				continue
			}
			each := m.Value.Kilograms() / float64(c.Value.Count)
			p.Report(rules.Finding{
				At: m.At, Related: []trade.Place{c.At}, Doubtful: doubtful(m, c, outside),
				Message: fmt.Sprintf("gross mass %s here for %s is %s kg a package; such packages have %s to %s kg", m.Text, c.Text, rules.Round(each), rules.Round(limit.least), rules.Round(limit.most)),
				Figures: []rules.Figure{{Name: "gross mass a package", Value: rules.Round(each), Unit: "KGM"}},
				Innocent: []string{
					"The packages are counted as something else, such as pallets or retail boxes: count them.",
					"The mass is in another unit than printed, such as pounds or tonnes.",
				},
			})
		}
		return nil
	},
}
