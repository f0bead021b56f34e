package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"

	"tallyman/extract/page"
	"tallyman/trade"
)

// loadNepal reads two things: table layouts from all over the world, given as
// markdown, and PDFs with the values of a peer's own test data.
func loadNepal(dir string) ([]set, error) {
	layouts, err := nepalLayouts(filepath.Join(dir, "backend", "tests", "data", "invoice_formats.json"))
	if err != nil {
		return nil, err
	}
	pdfs, err := nepalPapers(filepath.Join(dir, "backend", "sample_data"))
	return []set{layouts, pdfs}, err
}

func nepalLayouts(name string) (set, error) {
	var all []struct {
		ID           string
		Page         string
		ExpectedRows int            `json:"expected_rows"`
		ShouldParse  bool           `json:"should_parse"`
		First        map[string]any `json:"expected_first_row"`
	}
	s := set{Name: "np layouts", Note: "tables given as markdown, placed as words on a grid without ruled lines; layout alone, typed as commercial invoice. " +
		"Counts: the number of rows, and of the first row description, quantity, price, amount, tariff code. Left out: the unit; further rows. " +
		"A page that the set says no reader should take for a table counts right if no row is read."}
	if err := readJSON(name, &all); err != nil {
		return s, err
	}
	for _, l := range all {
		var f facts
		f.add("/rows", fmt.Sprint(l.ExpectedRows))
		if l.ShouldParse {
			f.add("/items/0/description", text(l.First["description"]))
			f.add("/items/0/quantity", numbers(text(l.First["quantity"]))...)
			f.add("/items/0/unitPrice", numbers(text(l.First["unit_price"]))...)
			f.add("/items/0/amount", numbers(text(l.First["line_total"]))...)
			f.add("/items/0/tariffCode", digitsOnly(text(l.First["hs_code"])))
		}
		s.Papers = append(s.Papers, paper{File: l.ID, Sheets: []page.Page{grid(l.Page)}, Type: trade.CommercialInvoice, Language: "mixed", Facts: f.list, InPlace: true})
	}
	return s, nil
}

func digitsOnly(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// Type of 8 points on lines of 12, about as an invoice program prints.
const (
	charWidth  = 4.4
	lineHeight = 12.0
	margin     = 36.0
	columnGap  = 12.0
	glyphTop   = 8.0
)

// grid places the words of a markdown page: its tables in columns as wide as
// their widest cell, figures to the right where the markdown says so, and other
// lines as they are.
func grid(markdown string) page.Page {
	p := page.Page{Number: 1, Width: 842}
	y := margin
	put := func(x float64, s string) float64 {
		for i, w := range strings.Fields(s) {
			if i > 0 {
				x += charWidth
			}
			x1 := x + charWidth*float64(columns(w))
			p.Words = append(p.Words, page.Word{
				Text: w, Confidence: 1, Reader: trade.TextLayer, Size: 8,
				Box: trade.Box{X0: x, Y0: y, X1: x1, Y1: y + glyphTop},
			})
			p.Width = max(p.Width, x1+margin)
			x = x1
		}
		return x
	}
	lines := strings.Split(markdown, "\n")
	for i := 0; i < len(lines); i++ {
		if !strings.HasPrefix(strings.TrimSpace(lines[i]), "|") {
			put(margin+charWidth*float64(len(lines[i])-len(strings.TrimLeft(lines[i], " "))), plainMarkdown(lines[i]))
			y += lineHeight
			continue
		}
		var rows [][]string
		right := map[int]bool{}
		widths := map[int]int{}
		for ; i < len(lines) && strings.HasPrefix(strings.TrimSpace(lines[i]), "|"); i++ {
			cells := cellsOf(lines[i])
			if isRule(cells) {
				for c, cell := range cells {
					right[c] = strings.HasSuffix(cell, ":") && !strings.HasPrefix(cell, ":")
				}
				continue
			}
			for c, cell := range cells {
				widths[c] = max(widths[c], columns(cell))
			}
			rows = append(rows, cells)
		}
		i--
		for _, cells := range rows {
			x := margin
			for c, cell := range cells {
				room := charWidth * float64(widths[c])
				if right[c] {
					put(x+room-charWidth*float64(columns(cell)), cell)
				} else {
					put(x, cell)
				}
				x += room + columnGap
			}
			y += lineHeight
		}
	}
	p.Height = max(595, y+margin)
	return p
}

func cellsOf(line string) []string {
	line = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(line), "|"), "|")
	cells := strings.Split(line, "|")
	for i := range cells {
		cells[i] = plainMarkdown(cells[i])
	}
	return cells
}

func plainMarkdown(s string) string {
	s = strings.NewReplacer("**", "", "<br>", " ", "<br/>", " ").Replace(s)
	return strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(s), "#"))
}

// isRule reports the line of dashes under a heading.
func isRule(cells []string) bool {
	for _, c := range cells {
		if strings.Trim(c, "-: ") != "" || !strings.Contains(c, "-") {
			return false
		}
	}
	return len(cells) > 0
}

// columns is how many narrow characters a text is as wide as.
func columns(s string) int {
	n := utf8.RuneCountInString(s)
	for _, r := range s {
		if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
			n++
		}
	}
	return n
}

// nepalPapers reads the values that the peer's tests expect of its sample PDFs.
func nepalPapers(dir string) (set, error) {
	s := set{Name: "np papers", Note: "PDFs of a peer. Counts: the labelled header, totals, and of each line description, quantity, amount, tariff code. " +
		"Left out: addresses within names, the masses of the packing list's lines (not printed on the page), the bank and insurance papers."}
	var inv struct {
		Header map[string]any
		Rows   []map[string]any
		Totals map[string]any
	}
	if err := readJSON(filepath.Join(dir, "fixtures", "invoice.json"), &inv); err != nil {
		return s, err
	}
	object := func(m map[string]any, key string) map[string]any {
		o, _ := m[key].(map[string]any)
		return o
	}
	firstLine := func(s string) string {
		line, _, _ := strings.Cut(s, "\n")
		return strings.Trim(line, " ,")
	}
	lines := func(f *facts, rows []map[string]any) {
		for n, r := range rows {
			f.add(item(n, "description"), text(r["description_raw"]))
			f.add(item(n, "quantity"), numbers(text(r["quantity_raw"]))...)
			f.add(item(n, "amount"), numbers(text(r["line_total_raw"]))...)
			f.add(item(n, "tariffCode"), text(r["hs_code_raw"]))
		}
	}
	var f facts
	f.add("/number", text(inv.Header["invoice_number_raw"]))
	f.add("/issueDate", isoDate(text(inv.Header["invoice_date_raw"])))
	f.addOr("/seller/name", []string{"/consignor/name"}, firstLine(text(object(inv.Header, "exporter")["name_raw"])))
	f.addOr("/buyer/name", []string{"/consignee/name"}, firstLine(text(object(inv.Header, "consignee")["name_raw"])))
	f.add("/currency", text(inv.Header["currency_raw"]))
	f.add("/invoiceTotal", numbers(text(inv.Totals["grand_total_raw"]))...)
	lines(&f, inv.Rows)
	s.Papers = append(s.Papers, paper{File: filepath.Join(dir, "sample_invoice.pdf"), Type: trade.CommercialInvoice, Language: "en", Facts: f.list})

	var list struct {
		Number string `json:"packing_list_number_raw"`
		Refs   []any  `json:"invoice_references_raw"`
		Rows   []map[string]any
		Gross  map[string]any `json:"total_gross_weight"`
		Count  map[string]any `json:"total_packages"`
	}
	if err := readJSON(filepath.Join(dir, "fixtures", "packing_list.json"), &list); err != nil {
		return s, err
	}
	f = facts{}
	f.add("/number", list.Number)
	for _, r := range list.Refs {
		f.add("/invoice/number", text(r))
	}
	f.add("/grossMass", with("KGM", numbers(text(list.Gross["value_raw"]))...)...)
	f.add("/packages", text(list.Count["value_raw"]))
	lines(&f, list.Rows)
	s.Papers = append(s.Papers, paper{File: filepath.Join(dir, "sample_packing_list.pdf"), Type: trade.PackingList, Language: "en", Facts: f.list})

	var air struct{ Forms []map[string]any }
	if err := readJSON(filepath.Join(dir, "fixtures", "air_waybill.json"), &air); err != nil {
		return s, err
	}
	for _, form := range air.Forms {
		f = facts{}
		typ := trade.MasterAirWaybill
		if text(form["hawb_number_raw"]) != "" {
			typ = trade.HouseWaybill
		}
		f.add("/number", text(form["primary_awb_number_raw"]))
		f.add("/carrier/name", text(form["carrier_raw"]))
		f.add("/consignor/name", text(object(form, "shipper")["name_raw"]))
		f.add("/consignee/name", text(object(form, "consignee")["name_raw"]))
		f.add("/grossMass", with("KGM", numbers(text(object(form, "gross_weight")["value_raw"]))...)...)
		f.add("/chargeableMass", with("KGM", numbers(text(object(form, "chargeable_weight")["value_raw"]))...)...)
		f.add("/packages", numbers(text(object(form, "pieces_or_packages")["value_raw"]))...)
		f.add("/freight", numbers(text(object(form, "freight_amount")["amount_raw"]))...)
		start := 1
		if pages, ok := form["source_pages"].([]any); ok && len(pages) > 0 {
			fmt.Sscan(text(pages[0]), &start)
		}
		s.Papers = append(s.Papers, paper{File: filepath.Join(dir, "sample_airwaybill.pdf"), Page: start, Type: typ, Language: "en", Facts: f.list})
	}
	return s, nil
}
