package price

import (
	"fmt"
	"slices"

	"tallyman/rules"
	"tallyman/trade"
)

// materials are the lowest yearly means of what a material cost from 2015 to 2024,
// in US dollars a kilogram, and the headings of goods that are little else. Waste,
// mattes and master alloys have other headings. World Bank Commodity Price Data
// ("Pink Sheet"), annual: copper 4,868 $/t, aluminium 1,604 and nickel 9,595 in
// 2016; tin 16,067, zinc 1,932, lead 1,788, gold 1,161 and silver 15.7 $/troy oz in
// 2015; platinum 864 $/troy oz in 2019; cotton, A index, 1.55 $/kg in 2015.
var materials = []struct {
	name     string
	headings []string
	lowest   float64
	year     int
	share    float64 // of it that goods may cost at least: alloys, doré
}{
	{"copper", []string{"7403", "7407", "7408", "7409", "7411"}, 4.87, 2016, 0.4},
	{"aluminium", []string{"7601", "7604", "7605", "7606", "7607", "7608"}, 1.60, 2016, 0.5},
	{"nickel", []string{"7502", "7505", "7506", "7507"}, 9.60, 2016, 0.3},
	{"tin", []string{"8001"}, 16.1, 2015, 0.4},
	{"zinc", []string{"7901", "7905"}, 1.93, 2015, 0.5},
	{"lead", []string{"7801"}, 1.79, 2015, 0.5},
	{"gold", []string{"7108"}, 37300, 2015, 0.1},
	{"silver", []string{"7106"}, 505, 2015, 0.1},
	{"cotton", []string{"5201", "5205", "5208", "5209"}, 1.55, 2015, 0.5},
}

// BelowMaterial compares the value of a kilogram with that of the material.
var BelowMaterial = &rules.Rule{
	ID:    "PR-06",
	Title: "the goods cost less than the material that they are made of",
	Doc: `Bars, wire, plates and tubes of a metal, or raw cotton, yarn and cloth, cost by these
papers less than half of the lowest price that their material had in any year from
2015 to 2024; less than a tenth for gold and silver, which are traded in alloys.
Nobody works a material up and sells it below what it costs as scrap.

Look at the net mass and the currency first. Then ask whether the value is that of
the work alone: goods made from the buyer's own material are sometimes invoiced so,
but customs are told the value with the material.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "World Bank, Commodity Price Data (Pink Sheet), annual prices 2015 to 2024", URL: "https://www.worldbank.org/en/research/commodity-markets", Unverified: true},
		{Title: "a half, and a tenth for gold and silver: the project's choice", Unverified: true},
	},
	Run: func(p *rules.Pass) error {
		m, ok := p.Model.(trade.PlausibleGoods)
		if !ok {
			return errNoModel
		}
		for _, g := range rules.DeclaredGoods(p.Dossier, m) {
			v := g.Ratios.ValuePerMass
			if v <= 0 || len(g.Value) == 0 || len(g.Mass) == 0 {
				continue
			}
			for _, x := range materials {
				if !slices.Contains(x.headings, g.Heading()) || v >= x.share*x.lowest {
					continue
				}
				at := g.Value[0]
				p.Report(rules.Finding{
					At: at, Related: g.Places(at), Doubtful: !g.Confirmed,
					Message: fmt.Sprintf("a kilogram of heading %s costs %s USD by these papers; %s alone cost %s USD in its cheapest year, %d", g.Heading(), rules.Round(v), x.name, rules.Round(x.lowest), x.year),
					Figures: []rules.Figure{
						{Name: "value of the goods", Value: rules.Round(g.USD), Unit: "USD"},
						{Name: "net mass", Value: rules.Round(g.Kg), Unit: "KGM"},
						{Name: "value of a kilogram", Value: rules.Round(v), Unit: "USD/KGM"},
						{Name: "the material in its cheapest year", Value: rules.Round(x.lowest), Unit: "USD/KGM", Source: fmt.Sprintf("World Bank Pink Sheet, %d", x.year)},
					},
					Innocent: []string{
						"The net mass or the value is in another unit or currency than printed: the scale ticket and the payment would show it.",
						"The value is that of the work on the buyer's own material: the contract would show it.",
					},
				})
			}
		}
		return nil
	},
}

// By air goes what is worth more than 4 dollars a kilogram, as a rule, at freights
// of 1.5 to 4.5. Loads of less than lightLoad kilograms are samples and spares.
const (
	cheapByAir = 1.0
	lightLoad  = 300
)

// perishable are chapters whose goods fly because they would spoil, and printed
// matter.
var perishable = []string{"01", "02", "03", "04", "06", "07", "08", "49"}

// CheapByAir compares the value of a kilogram with what flies.
var CheapByAir = &rules.Rule{
	ID:    "PR-12",
	Title: "goods of less than a dollar a kilogram go by air",
	Doc: `The goods weigh more than 300 kilograms, go by air, and cost less than one US dollar a
kilogram by the invoice. Carriage by air costs 1.5 to 4.5 dollars a kilogram, and
what is sent so is typically worth more than 4. Fresh goods and printed matter are
left out. The mass is that of a packing list or an invoice that agrees with the
waybill.

Relief goods, and spares that a plant waits for, are sent so at times.`,
	Severity: rules.Low,
	Sources: []rules.Source{
		{Title: "World Bank, Air Freight: A Market Study with Implications for Landlocked Countries (2009): rates of 1.50 to 4.50, values above 4.00 dollars a kilogram", URL: "https://www.worldbank.org/en/topic/transport/publication/air-freight-study"},
		{Title: "1 dollar and 300 kilograms: the project's choice", Unverified: true},
	},
	Run: runCheapByAir,
}

func runCheapByAir(p *rules.Pass) error {
	m, ok := p.Model.(trade.PlausibleGoods)
	if !ok {
		return errNoModel
	}
	for _, bill := range p.Dossier.Documents {
		flies := bill.Type == trade.AirWaybill || bill.Type == trade.MasterAirWaybill || bill.Type == trade.HouseWaybill
		mass := bill.GrossMass
		if !flies || !mass.Known() || mass.Reader.Optical() || len(mass.Candidates()) > 1 || mass.Value.Kilograms() < lightLoad {
			continue
		}
		kg := mass.Value.Kilograms()
		invoices, agrees, spoils := 0, false, false
		var of *trade.Document
		for _, d := range p.Dossier.Documents {
			if d.Type == trade.CommercialInvoice {
				invoices, of = invoices+1, d
			}
			if g := d.GrossMass; d != bill && g.Known() && g.Value.Kilograms() > 0.98*kg && g.Value.Kilograms() < 1.02*kg {
				agrees = true
			}
			for _, item := range d.Items {
				spoils = spoils || item.TariffCode.Known() && slices.Contains(perishable, item.TariffCode.Value.Chapter())
			}
		}
		if invoices != 1 || !agrees || spoils || of.Status != trade.Done {
			continue // several invoices may be on one waybill
		}
		total := of.InvoiceTotal
		usd, ok := m.USD(moneyOf(of, total))
		if !ok || usd <= 0 || total.Reader.Optical() || len(total.Candidates()) > 1 || usd/kg >= cheapByAir {
			continue
		}
		p.Report(rules.Finding{
			At: total.At, Related: []trade.Place{mass.At},
			Message:  fmt.Sprintf("total %s here for %s by air is %s USD a kilogram", total.Text, mass.Text, rules.Round(usd/kg)),
			Figures:  []rules.Figure{{Name: "value of a kilogram", Value: rules.Round(usd / kg), Unit: "USD/KGM"}},
			Innocent: []string{"Relief goods, or spares that a plant waits for: the correspondence would show it."},
		})
	}
	return nil
}

// moneyOf gives an amount the currency of its paper if it has none.
func moneyOf(d *trade.Document, r trade.Reading[trade.Money]) trade.Money {
	if !r.Known() {
		return trade.Money{}
	}
	v := r.Value
	if v.Currency == "" && d.Currency.Known() {
		v.Currency = d.Currency.Value
	}
	return v
}
