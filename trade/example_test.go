package trade_test

import (
	"fmt"

	"tallyman/trade"
)

// A paper prints a mass as it likes; the reading keeps the printed digits.
func ExampleDocument_Set() {
	d := &trade.Document{}
	for _, s := range []trade.Statement{
		{Path: "/grossMass", Text: "8.264,40 KGS"},
		{Path: "/packages", Text: "1 704 мест"},
		{Path: "/issueDate", Text: "«05» мая 2024 г."},
		{Path: "/invoiceTotal", Text: "50,964.60", Unit: "Amount (USD)"},
		{Path: "/deliveryTerms", Text: "FCA Almaty (Incoterms® 2020)"},
		{Path: "/countryOfOrigin", Text: "Made in P.R.C."},
		{Path: "/netMass", Text: "see packing list"},
	} {
		if err := d.Set(s); err != nil {
			fmt.Println(err)
		}
	}
	for _, f := range d.Fields() {
		fmt.Printf("%s %s\n", f.Path, f.Value+f.Problem)
	}
	// Output:
	// /issueDate 2024-05-05
	// /deliveryTerms FCA Almaty 2020
	// /countryOfOrigin CN
	// /grossMass 8264.40 KGM
	// /netMass no number is printed here
	// /packages 1704 PK
	// /invoiceTotal 50964.60 USD
}

// Dates of one paper settle each other.
func ExampleDossier_Resolve() {
	invoice := &trade.Document{Type: trade.CommercialInvoice}
	for path, text := range map[string]string{"/issueDate": "03/04/2026", "/contract/date": "25/03/2026"} {
		if err := invoice.Set(trade.Statement{Path: path, Text: text}); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(invoice.IssueDate.Candidates())
	(&trade.Dossier{Documents: []*trade.Document{invoice}}).Resolve()
	fmt.Println(invoice.IssueDate.Candidates())
	// Output:
	// [2026-04-03 2026-03-04]
	// [2026-04-03]
}

func ExampleMass_Kilograms() {
	d := &trade.Document{}
	if err := d.Set(trade.Statement{Path: "/grossMass", Text: "2,657 lbs"}); err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%v is %.1f kg\n", d.GrossMass.Value, d.GrossMass.Value.Kilograms())
	// Output: 2657 LBR is 1205.2 kg
}

func ExampleDate() {
	fmt.Println(trade.Date{Year: 2026, Month: 3, Day: 5}, trade.Date{Year: 2026, Month: 3})
	// Output: 2026-03-05 2026-03
}

func ExampleTariffCode() {
	c := trade.TariffCode("8517130000")
	fmt.Println(c.Chapter(), c.Heading(), c.HS6())
	// Output: 85 8517 851713
}

func ExampleParseAmountInWords() {
	amount, err := trade.ParseAmountInWords("Сто двадцать одна тысяча рублей 00 копеек")
	fmt.Println(amount, err)
	// Output: 121000.00 <nil>
}

func ExampleSameIdentifier() {
	fmt.Println(trade.SameIdentifier("KT-286/2025", "КТ 286-2025")) // the second is Cyrillic
	// Output: true
}

func ExampleCheckContainer() {
	fmt.Println(trade.CheckContainer("CSQU 305438-4"))
	// Output: the check digit is 4, the others give 3
}

func ExampleParseBIN() {
	b, err := trade.ParseBIN("940140000385")
	fmt.Println(b.Year, b.Month, b.Business, err)
	// Output: 1994 1 true <nil>
}
