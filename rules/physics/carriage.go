package physics

import (
	"fmt"
	"slices"

	"tallyman/rules"
	"tallyman/trade"
)

const (
	// mostPallets stand on a lorry or in a container: the floor of a trailer of
	// 13.6 by 2.48 m has 33.7 m2, the smallest pallet in use, 600 by 800 mm, 0.48,
	// and two layers. Of 800 by 1,200 mm there are 33.
	mostPallets = 150
	// smallRoom is more than a container of 20 feet takes: 33.2 m3, and 37.5 if it
	// is high.
	smallRoom = 40
	// emptyMass and emptyRoom are a tenth of what a container of 20 feet takes.
	emptyMass, emptyRoom = 2800, 3.3
)

// carriers counts the lorries or containers that a paper names.
func carriers(d *trade.Document) (n int, at trade.Place) {
	seen := map[string]bool{}
	for _, e := range d.Equipment {
		id := trade.FoldIdentifier(e.ID.Value)
		if e.ID.Known() && len(id) >= 10 && id[0] >= 'A' && !seen[id] {
			seen[id] = true
			at = e.ID.At
		}
	}
	if len(seen) > 0 {
		return len(seen), at
	}
	if d.Type == trade.RoadConsignmentNote && len(d.Vehicles) > 0 && len(d.Vehicles) <= 2 {
		return 1, d.Vehicles[0].Plate.At
	}
	return 0, at
}

// TooManyPallets compares the pallets with the floor of the vehicle.
var TooManyPallets = &rules.Rule{
	ID:    "WV-06",
	Title: "more pallets than stand in the vehicle",
	Doc: `A paper counts more than 150 pallets for each lorry or container that it names. A
trailer of 13.6 m has room for 33 pallets of 800 by 1,200 mm; even of the smallest in
use, 600 by 800 mm, and in two layers, it holds 140.

Most often cartons were counted as pallets, or the list of further vehicles is
missing.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "floor of 13.6 by 2.48 m and pallets of ISO 6780; two layers of the smallest: the project's choice", Unverified: true},
	},
	Run: func(p *rules.Pass) error {
		for _, d := range p.Dossier.Documents {
			n, at := carriers(d)
			c := d.Packages
			over := func(c trade.Packages) bool { return c.Kind == "PX" && c.Count > int64(mostPallets*n) }
			if n == 0 || d.Status != trade.Done || !c.Known() || slices.ContainsFunc(c.Candidates(), func(c trade.Packages) bool { return !over(c) }) {
				continue
			}
			p.Report(rules.Finding{
				At: c.At, Related: []trade.Place{at}, Doubtful: slices.ContainsFunc(c.Confusions, func(c trade.Packages) bool { return !over(c) }),
				Message:  fmt.Sprintf("%d pallets here for %d vehicle(s) or container(s); none takes more than %d", c.Value.Count, n, mostPallets),
				Figures:  []rules.Figure{{Name: "pallets for each vehicle", Value: rules.Round(float64(c.Value.Count) / float64(n)), Unit: "XPX"}},
				Innocent: []string{"Cartons were counted as pallets, or further vehicles are named on a list: ask for it."},
			})
		}
		return nil
	},
}

// sizes of containers as papers print them, dry ones and by length.
var (
	twenty = []string{"20gp", "20dc", "20dv", "20st", "20ft", "22g1", "1x20gp", "2x20gp", "1x20dc", "2x20dc", "1x20dv"}
	longer = []string{"40gp", "40dc", "40dv", "40hc", "40hq", "40st", "40ft", "42g1", "45g1", "45hc", "45ft", "1x40gp", "1x40dc", "1x40hc", "1x40hq", "2x40hc", "2x40hq", "40rf", "40rh", "40hr", "40ot", "40fr", "1x40", "2x40", "40footer"}
)

func prints(docs []*trade.Document, words []string) bool {
	return slices.ContainsFunc(docs, func(d *trade.Document) bool { return slices.ContainsFunc(words, d.Prints) })
}

// TooMuchForSize compares the volume with the size of container that is printed.
var TooMuchForSize = &rules.Rule{
	ID:    "WV-10",
	Title: "the volume does not go into containers of the size printed",
	Doc: `The papers name containers of 20 feet and none longer, and the volume is more than 40
cubic metres for each: one takes 33, a high one 37. What no container of any size takes
is finding WV-03.

The reverse is a note that asks nothing: containers of a bill of lading that are less
than a tenth full by mass and by volume. An almost empty container costs as much as a
full one; look whether other goods share it.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "20 feet: 33.2 m3, 28.2 t (typical, as one forwarder gives them)", URL: "https://www.rohlig.com"},
	},
	Run: func(p *rules.Pass) error {
		for _, d := range p.Dossier.Documents {
			n, at := carriers(d)
			if n == 0 || d.Status != trade.Done || len(d.Equipment) == 0 {
				continue
			}
			v, m := d.GrossVolume, d.GrossMass
			over := func(v trade.Volume) bool {
				x := v.CubicMetres() / float64(n)
				return x > smallRoom && x <= listMissing*smallRoom
			}
			if v.Known() && !slices.ContainsFunc(v.Candidates(), func(v trade.Volume) bool { return !over(v) }) &&
				prints([]*trade.Document{d}, twenty) && !prints(p.Dossier.Documents, longer) {
				each := v.Value.CubicMetres() / float64(n)
				p.Report(rules.Finding{
					At: v.At, Related: []trade.Place{at}, Doubtful: slices.ContainsFunc(v.Confusions, func(v trade.Volume) bool { return !over(v) }),
					Message:  fmt.Sprintf("volume %s here is %s m³ for each of %d container(s) of 20 feet, which takes 33", v.Text, rules.Round(each), n),
					Figures:  []rules.Figure{{Name: "volume", Value: rules.Round(each), Unit: "MTQ"}, {Name: "limit", Value: rules.Round(smallRoom), Unit: "MTQ"}},
					Innocent: []string{"The container is longer than printed: its number and its size code stand on the door."},
				})
			}
			whole := d.Type == trade.BillOfLading || d.Type == trade.MasterBillOfLading || d.Type == trade.SeaWaybill
			if whole && m.Known() && v.Known() && !m.Reader.Optical() && !v.Reader.Optical() &&
				m.Value.Kilograms() > 0 && v.Value.CubicMetres() > 0 &&
				m.Value.Kilograms() < float64(n)*emptyMass && v.Value.CubicMetres() < float64(n)*emptyRoom &&
				!prints([]*trade.Document{d}, []string{"lcl", "cfs"}) {
				p.Note(rules.Finding{
					At: v.At, Related: []trade.Place{m.At, at},
					Message: fmt.Sprintf("gross mass %s and volume %s are less than a tenth of what %d container(s) take", m.Text, v.Text, n),
				})
			}
		}
		return nil
	},
}

// dangerous are subheadings all of whose goods are dangerous by the UN Model
// Regulations, and the numbers that they go by.
var dangerous = map[string][]string{
	"271012": {"1203", "1268", "1300", "1863", "1993", "1999", "3295"},
	"271112": {"1075", "1965", "1978"},
	"271113": {"1011", "1075", "1965", "1969"},
	"271119": {"1075", "1965"},
	"280110": {"1017"},
	"280410": {"1049", "1966"},
	"280800": {"1796", "1826", "2031", "2032"},
	"281111": {"1052", "1790"},
	"281410": {"1005"},
	"282911": {"1495", "2428"},
	"283711": {"1689", "3414"},
	"290220": {"1114"},
	"290230": {"1294"},
	"290511": {"1230"},
	"291411": {"1090"},
	"310230": {"1942", "2067", "2071", "2426", "3375"},
	"360100": {"0160", "0161", "0509"},
	"360200": {"0081", "0082", "0083", "0084", "0241", "0331", "0332"},
	"360410": {"0333", "0334", "0335", "0336", "0337"},
	"391220": {"0340", "0341", "0342", "0343", "2059", "2060", "2555", "2556", "2557", "3380"},
	"961310": {"1057"},
}

// bulkLoad is the mass, in kilograms, above which limited quantities in small
// inner packagings explain nothing.
const bulkLoad = 1000

// NoUNNumber looks for dangerous goods whose transport document has no UN number.
var NoUNNumber = &rules.Rule{
	ID:    "WV-21",
	Title: "dangerous goods travel without their UN number",
	Doc: `A paper declares more than a tonne of goods that are dangerous whatever their grade,
such as petrol, methanol, nitric acid or ammonium nitrate, by their tariff code, and
no paper of the dossier prints a UN number of these goods. A transport document has to
state it for each dangerous substance, on road, rail and sea and in the air.

Goods whose danger depends on strength or packing, such as paints, batteries and weak
acids, are left out. Most often a separate declaration of dangerous goods is missing
from the dossier.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "ADR 5.4.1.1.1 (a): the transport document contains the UN number preceded by the letters UN", URL: "https://adrbook.com/en/2017/Kitap/5.4.1.4/5.4.1.1.1"},
		{Title: "IMDG Code 5.4.1.4.1, RID 5.4.1.1.1, SMGS annex 2, IATA Dangerous Goods Regulations 8.1: the same", Unverified: true},
		{Title: "numbers of the goods: UN Model Regulations, chapter 3.2", Unverified: true},
	},
	Run: runNoUNNumber,
}

func runNoUNNumber(p *rules.Pass) error {
	var transport *trade.Document
	for _, d := range p.Dossier.Documents {
		if d.Status != trade.Done {
			return nil // the number may stand where nobody could read
		}
		if d.Type.Transport() && transport == nil {
			transport = d
		}
	}
	// A structured message prints no words.
	if transport == nil || !transport.GrossMass.Known() || transport.PrintShare(transport) == 0 ||
		prints(p.Dossier.Documents, []string{"dgd", "shippersdeclaration", "dangerousgoodsdeclaration", "imodeclaration", "dangerousgoodsform", "multimodaldangerous"}) {
		return nil
	}
	printed := map[string]bool{} // by subheading: the words are many, and the lines too
	for _, d := range p.Dossier.Documents {
		for i := range d.Items {
			item := &d.Items[i]
			c, m := item.TariffCode, item.NetMass
			if !m.Known() {
				m = item.GrossMass
			}
			if !c.Known() || len(c.Value) < 6 || len(c.Candidates()) > 1 || !m.Known() || slices.ContainsFunc(m.Candidates(), func(m trade.Mass) bool { return m.Kilograms() < bulkLoad }) {
				continue
			}
			numbers := dangerous[c.Value.HS6()]
			if numbers == nil || printed[c.Value.HS6()] {
				continue
			}
			var words []string
			for _, n := range numbers {
				words = append(words, n, "un"+n, "оон"+n)
			}
			if prints(p.Dossier.Documents, words) {
				printed[c.Value.HS6()] = true
				continue
			}
			p.Report(rules.Finding{
				At: transport.GrossMass.At, Related: []trade.Place{c.At, m.At},
				Doubtful: transport.GrossMass.Reader.Optical() || c.Reader.Optical(),
				Message:  fmt.Sprintf("no UN number on this transport document; code %v on %s is always dangerous goods, such as UN %s", c.Value, p.On(c.At), numbers[0]),
				Figures:  []rules.Figure{{Name: "mass of the dangerous goods", Value: rules.Round(m.Value.Kilograms()), Unit: "KGM"}},
				Innocent: []string{"The declaration of dangerous goods is a paper of its own that is not in the dossier: ask the carrier for it."},
			})
			return nil
		}
	}
	return nil
}
