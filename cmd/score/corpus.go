package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tallyman/trade"
)

// A source finds one labelled set below the folder of the corpus.
type source struct {
	folder string
	load   func(dir string) ([]set, error)
}

var sources = []source{
	{"invoice2data", loadInvoice2data},
	{"cn-ateco-scan", loadAteco},
	{"sroie", loadSROIE},
	{"zugferd-corpus", loadZUGFeRD},
	{"np-asycuda-synth", loadNepal},
	{"azure-form-recognizer", loadAzure},
	{"otniel-golden", loadOtniel},
	{"acre-w3c", loadACRE},
	{drawnFolder, loadDrawn},
}

// loadCorpus reads the truth of all sets whose name contains only.
func loadCorpus(dir, only string) ([]set, error) {
	var all []set
	for _, s := range sources {
		if !strings.Contains(s.folder, only) {
			continue
		}
		folder := filepath.Join(dir, s.folder)
		if s.folder == drawnFolder {
			folder = s.folder // part of this project
		}
		if _, err := os.Stat(folder); err != nil {
			all = append(all, set{Name: s.folder, Skipped: folder + " is not here"})
			continue
		}
		sets, err := s.load(folder)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.folder, err)
		}
		all = append(all, sets...)
	}
	return all, nil
}

// readJSON reads a file of JSON and keeps its numbers as they are written.
func readJSON(name string, into any) error {
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(name), err)
	}
	return nil
}

// text is a value of JSON as text; empty for null and what is no scalar.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// with puts a unit behind each number.
func with(unit string, numbers ...string) []string {
	out := slices.Clone(numbers)
	for i := range out {
		if unit != "" {
			out[i] += " " + unit
		}
	}
	return out
}

// isoDate reads a date as labels write it. Day before month: the sets that
// write figures with strokes are Malaysian and Nepalese.
func isoDate(s string) string {
	s = strings.TrimSpace(s)
	for _, layout := range []string{
		"2006-01-02", "2/1/2006", "2-1-2006", "2.1.2006", "2/1/06", "2-1-06", "2.1.06",
		"2 Jan 2006", "2 January 2006", "2-Jan-2006", "2-Jan-06", "2 Jan 06", "2/Jan/2006", "Jan 2, 2006", "January 2, 2006",
		"20060102", "2006/1/2",
	} {
		for _, c := range []string{s, titled(s)} {
			if t, err := time.Parse(layout, c); err == nil {
				return t.Format("2006-01-02")
			}
		}
	}
	return ""
}

// titled turns JAN into Jan.
func titled(s string) string {
	out := []byte(strings.ToLower(s))
	for i := range out {
		if (i == 0 || out[i-1] < 'a' || out[i-1] > 'z') && out[i] >= 'a' && out[i] <= 'z' {
			out[i] -= 'a' - 'A'
		}
	}
	return string(out)
}

// loadInvoice2data reads the peer's own expected values. The PDF and the PNG of
// one case are two papers; cases of plain text have no paper.
func loadInvoice2data(dir string) ([]set, error) {
	pdfs := set{Name: "invoice2data pdf", Note: "counts: number, date, amount, currency, untaxed amount, tax, lines (name, quantity, price, amount, code). " +
		"Left out: issuer and partner_* (fixed texts of the peer's templates, not read from the page), and what no field of ours is."}
	pngs := set{Name: "invoice2data png", Note: pdfs.Note}
	names, err := filepath.Glob(filepath.Join(dir, "tests", "compare", "*.json"))
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		var cases []map[string]any
		if err := readJSON(name, &cases); err != nil {
			return nil, err
		}
		if len(cases) == 0 {
			continue
		}
		for _, to := range []struct {
			ext string
			set *set
		}{{".pdf", &pdfs}, {".png", &pngs}} {
			file := strings.TrimSuffix(name, ".json") + to.ext
			if _, err := os.Stat(file); err == nil {
				to.set.Papers = append(to.set.Papers, paper{File: file, Type: trade.CommercialInvoice, Language: "mixed", Facts: invoice2dataFacts(cases[0])})
			}
		}
	}
	return []set{pdfs, pngs}, nil
}

func invoice2dataFacts(c map[string]any) []fact {
	var f facts
	f.add("/number", text(c["invoice_number"]))
	f.add("/issueDate", text(c["date"]))
	currency := text(c["currency"])
	f.add("/currency", currency)
	// The currency is scored as a field of its own, so that an amount without
	// one beside it counts as read.
	f.add("/invoiceTotal", text(c["amount"]))
	f.add("/subtotal", text(c["amount_untaxed"]))
	f.add("/tax", text(c["amount_tax"]))
	lines, _ := c["lines"].([]any)
	n := 0
	for _, l := range lines {
		line, _ := l.(map[string]any)
		name := text(line["name"])
		if name == "" {
			name = text(line["desc"])
		}
		if name == "" {
			continue // a heading or a note between the lines
		}
		f.add(item(n, "description"), name)
		f.add(item(n, "articleNumber"), text(line["code"]))
		f.add(item(n, "quantity"), text(line["qty"]))
		amount := text(line["price_subtotal"])
		f.add(item(n, "amount"), amount)
		price := text(line["price_unit"])
		if price == "" {
			price = text(line["price"])
		}
		var or []string
		if amount == "" { // the peer names the only figure of the line a price
			or = []string{item(n, "amount")}
		}
		f.addOr(item(n, "unitPrice"), or, price)
		n++
	}
	return f.list
}

// loadAteco reads labels.json: one invoice and one packing list.
func loadAteco(dir string) ([]set, error) {
	var all struct {
		Shipments []struct {
			Docs []map[string]any `json:"docs"`
		} `json:"shipments"`
	}
	if err := readJSON(filepath.Join(dir, "labels.json"), &all); err != nil {
		return nil, err
	}
	s := set{Name: "cn-ateco-scan", Note: "counts: every labelled value."}
	for _, sh := range all.Shipments {
		for _, d := range sh.Docs {
			s.Papers = append(s.Papers, atecoPaper(dir, d))
		}
	}
	return []set{s}, nil
}

var packageKinds = map[string]string{"PALLETS": "PX", "DRUMS": "DR", "CARTONS": "CT", "BAGS": "BG"}

func atecoPaper(dir string, d map[string]any) paper {
	p := paper{File: filepath.Join(dir, text(d["file"])), Language: "en-zh", Type: trade.CommercialInvoice}
	if text(d["type"]) == "packing_list" {
		p.Type = trade.PackingList
	}
	var f facts
	f.add("/issueDate", text(d["date"]))
	if p.Type == trade.PackingList {
		// A packing list that prints the number of its invoice may mean either.
		f.addOr("/number", []string{"/invoice/number"}, text(d["no"]))
	} else {
		f.add("/number", text(d["no"]))
	}
	f.addOr("/seller/name", []string{"/consignor/name"}, text(d["seller"]))
	f.addOr("/buyer/name", []string{"/consignee/name"}, text(d["buyer"]))
	f.addOr("/items/0/quantity", []string{"/totalQuantity"}, text(d["qty"]))
	f.add("/items/0/unitPrice", text(d["unit_price"]))
	f.addOr("/invoiceTotal", []string{"/items/0/amount"}, text(d["total"]))
	f.add("/currency", text(d["currency"]))
	f.add("/grossMass", with("KGM", text(d["gross_kg"]))...)
	f.add("/netMass", with("KGM", text(d["net_kg"]))...)
	f.add("/grossVolume", with("MTQ", text(d["cbm"]))...)
	if terms := text(d["incoterm"]); terms != "" {
		// The page prints the country behind the place; the label leaves it out.
		f.add("/deliveryTerms", terms, terms+" China")
	}
	f.addOr("/countryOfOrigin", []string{"/items/0/origin"}, text(d["origin"]))
	var counts []string // "2 PALLETS / 80 DRUMS": both are true
	for part := range strings.SplitSeq(text(d["packages"]), "/") {
		if n, kind, ok := strings.Cut(strings.TrimSpace(part), " "); ok {
			counts = append(counts, strings.TrimSpace(n+" "+packageKinds[kind]))
		}
	}
	f.add("/packages", counts...)
	p.Facts = slices.DeleteFunc(f.list, func(f fact) bool { return strings.HasPrefix(f.Values[0], " ") })
	for i := range p.Facts {
		p.Facts[i].Values = slices.DeleteFunc(p.Facts[i].Values, func(v string) bool { return v == "KGM" || v == "MTQ" })
	}
	p.Facts = slices.DeleteFunc(p.Facts, func(f fact) bool { return len(f.Values) == 0 })
	return p
}

// loadSROIE reads the keys of scanned receipts.
func loadSROIE(dir string) ([]set, error) {
	names, err := filepath.Glob(filepath.Join(dir, "key", "*.json"))
	if err != nil {
		return nil, err
	}
	s := set{Name: "sroie", Note: "receipts, which are no shipping papers. Counts: company (as seller), date (day first), total. Left out: the address, the type."}
	for _, name := range names {
		var key map[string]any
		if err := readJSON(name, &key); err != nil {
			return nil, err
		}
		img := filepath.Join(dir, "img", strings.TrimSuffix(filepath.Base(name), ".json")+".jpg")
		if _, err := os.Stat(img); err != nil {
			continue
		}
		var f facts
		f.add("/seller/name", text(key["company"]))
		f.add("/issueDate", isoDate(text(key["date"])))
		f.add("/invoiceTotal", numbers(text(key["total"]))...)
		s.Papers = append(s.Papers, paper{File: img, Language: "en", Facts: f.list})
	}
	return []set{s}, nil
}

// loadOtniel reads the golden values of trade confirmations.
func loadOtniel(dir string) ([]set, error) {
	names, err := filepath.Glob(filepath.Join(dir, "eval", "golden", "*.json"))
	if err != nil {
		return nil, err
	}
	s := set{Name: "otniel-golden", Note: "trade confirmations. Counts: number, date, buyer, seller, quantity, price, total, currency, place of delivery. Left out: the type, the unit, the settlement date."}
	for _, name := range names {
		var g map[string]any
		if err := readJSON(name, &g); err != nil {
			return nil, err
		}
		at := func(object, key string) string {
			m, _ := g[object].(map[string]any)
			return text(m[key])
		}
		var f facts
		f.addOr("/number", []string{"/contract/number"}, text(g["confirmation_id"]))
		f.addOr("/issueDate", []string{"/contract/date"}, text(g["trade_date"]))
		f.add("/buyer/name", at("buyer", "name"))
		f.add("/seller/name", at("seller", "name"))
		f.addOr("/items/0/quantity", []string{"/totalQuantity"}, at("quantity", "value"))
		f.add("/items/0/unitPrice", at("price", "value"))
		f.addOr("/invoiceTotal", []string{"/items/0/amount"}, text(g["notional"]))
		f.add("/currency", text(g["notional_currency"]))
		f.add("/placeOfDelivery", text(g["delivery_location"]))
		file := filepath.Join(dir, "documents", strings.TrimSuffix(filepath.Base(name), ".json")+".pdf")
		s.Papers = append(s.Papers, paper{File: file, Language: "en", Facts: f.list})
	}
	return []set{s}, nil
}
