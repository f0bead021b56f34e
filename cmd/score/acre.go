package main

import (
	"fmt"
	"path/filepath"

	"tallyman/trade"
)

// loadACRE describes the filled papers of the set, whose owner published them
// without labels, as they were read by eye: figures, dates, codes and places. What
// the owner blackened, the names of firms and the words for the goods are left out.
func loadACRE(dir string) ([]set, error) {
	s := set{Name: "acre-w3c", Note: "five papers of one trade on images, read by eye. Counts: type, number, date, places, vessel, container, seal, packages, masses, volumes, quantities. Left out: names, prices (blackened), words for the goods; the purchase order and the test report, which are no shipping papers."}
	add := func(name string, typ trade.DocumentType, f facts) {
		s.Papers = append(s.Papers, paper{File: filepath.Join(dir, "docs", "samples", name+".png"), Type: typ, Language: "en", Facts: f.list})
	}

	var f facts
	f.add("/issueDate", "2021-05-25")
	f.add("/placeOfLoading", "XIAMEN PORT, CHINA")
	f.addOr("/placeOfUnloading", []string{"/placeOfDelivery"}, "KOBENHAVN, DENMARK")
	f.add("/deliveryTerms", "FOB XIAMEN")
	f.add("/currency", "USD")
	for i, n := range []int{540, 200, 80} {
		f.add(fmt.Sprintf("/items/%d/quantity", i), fmt.Sprint(n, " PCE"))
	}
	add("commercial-invoice-ex", trade.CommercialInvoice, f)

	f = facts{}
	f.add("/issueDate", "2020-09-30")
	f.add("/currency", "USD")
	for i, n := range []int{1080, 1080, 6480, 1080, 2160, 540, 1080, 1080, 3780, 2160, 1080, 1080, 540, 1080, 2160, 1080, 1080, 540, 540, 1080, 1080, 2160, 540, 1080, 540, 540, 540, 540} {
		f.add(fmt.Sprintf("/items/%d/quantity", i), fmt.Sprint(n))
	}
	add("invoice-ex", trade.CommercialInvoice, f)

	f = facts{}
	f.add("/issueDate", "2021-05-25")
	f.add("/placeOfLoading", "XIAMEN PORT, CHINA")
	f.addOr("/placeOfUnloading", []string{"/placeOfDelivery"}, "KOBENHAVN, DENMARK")
	f.add("/packages", "622 CT")
	f.add("/totalQuantity", "820 PCE")
	f.add("/grossMass", "4038 KGM")
	f.add("/grossVolume", "67.74 MTQ")
	for i, line := range [][5]string{{"540", "540", "3402", "3834", "66.96"}, {"2", "200", "42", "44", "0.28"}, {"80", "80", "50", "160", "0.50"}} {
		for k, field := range []string{"packages", "quantity", "netMass", "grossMass", "grossVolume"} {
			unit := []string{" CT", " PCE", " KGM", " KGM", " MTQ"}[k]
			f.add(fmt.Sprintf("/items/%d/%s", i, field), line[k]+unit)
		}
	}
	add("packing-list-ex", trade.PackingList, f)

	for _, b := range []struct{ name, number, date, vessel, packages, gross, volume, container, seal string }{
		{"bill-of-lading-ex-1", "XMANR2102045", "2021-02-15", "HMM ALGECIRAS V.0004W", "245 PK", "1671.90 KGM", "27.230 MTQ", "YMLU3380910", "YMAI715692"},
		{"bill-of-lading-ex-2", "XMANR2105013", "2021-05-11", "OOCL JAPAN V.017W", "524 CT", "3825.20 KGM", "65.500 MTQ", "OOLU9776672", "OOLGHT2430"},
	} {
		f = facts{}
		f.add("/number", b.number)
		f.add("/issueDate", b.date)
		f.add("/means/name", b.vessel)
		f.add("/placeOfLoading", "XIAMEN, CHINA")
		f.add("/placeOfUnloading", "ANTWERP, BELGIUM")
		f.add("/placeOfDelivery", "ANTWERP CY, BELGIUM")
		f.add("/packages", b.packages)
		f.add("/grossMass", b.gross)
		f.add("/grossVolume", b.volume)
		f.add("/equipment/0/id", b.container)
		f.add("/equipment/0/seals/0", b.seal)
		add(b.name, trade.BillOfLading, f)
	}
	return []set{s}, nil
}
