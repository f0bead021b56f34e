package layout

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"tallyman/extract/page"
	"tallyman/trade"
)

// markdownPage sets a page of markdown as print: the cells of a table on a
// grid, numbers to the right of their columns, other lines as they are.
func markdownPage(text string) page.Page {
	const (
		size, letter, pitch = 9.0, 4.6, 14.0
		margin, gutter      = 40.0, 16.0
	)
	p := page.Page{Number: 1}
	y := 60.0
	put := func(x float64, s string) float64 {
		for _, w := range strings.Fields(s) {
			width := letter * float64(utf8.RuneCountInString(w))
			p.Words = append(p.Words, page.Word{Text: w, Box: trade.Box{X0: x, Y0: y, X1: x + width, Y1: y + size}, Confidence: 1, Reader: trade.TextLayer, Size: size})
			x += width + letter*0.6
		}
		p.Width = max(p.Width, x+margin)
		return x
	}
	width := func(s string) float64 { return letter * float64(utf8.RuneCountInString(s)) }
	var table [][]string
	flush := func() {
		var widths []float64
		for _, cells := range table {
			for i, c := range cells {
				if i == len(widths) {
					widths = append(widths, 0)
				}
				widths[i] = max(widths[i], width(c))
			}
		}
		for _, cells := range table {
			x := margin
			for i, c := range cells {
				at := x
				if _, ok := figureIn(c, false); ok && i > 0 {
					at = x + widths[i] - width(c)
				}
				put(at, c)
				x += widths[i] + gutter
			}
			y += pitch
		}
		table = nil
	}
	for _, l := range strings.Split(text, "\n") {
		l = strings.TrimSpace(l)
		if strings.HasPrefix(l, "|") {
			cells := strings.Split(strings.Trim(l, "|"), "|")
			if strings.Trim(l, "|-: ") == "" && strings.Contains(l, "-") {
				continue
			}
			for i, c := range cells {
				cells[i] = strings.TrimSpace(strings.ReplaceAll(c, "<br>", " "))
			}
			table = append(table, cells)
			continue
		}
		flush()
		put(margin, l)
		y += pitch
	}
	flush()
	p.Height = y + 60
	return p
}

// itemsOf gathers the texts of the items: field by field.
func itemsOf(res tableResult) []map[string]trade.Statement {
	var items []map[string]trade.Statement
	for _, st := range res.statements {
		var n int
		var field string
		if c, _ := fmt.Sscanf(st.Path, "/items/%d/%s", &n, &field); c != 2 {
			continue
		}
		for len(items) <= n {
			items = append(items, map[string]trade.Statement{})
		}
		items[n][field] = st
	}
	return items
}

// sameFigure reports whether two texts print one number; the expectations leave
// out the marks between thousands here and there.
func sameFigure(a, b string) bool {
	x, ok1 := figureIn(a, false)
	y, ok2 := figureIn(b, false)
	if !ok1 || !ok2 {
		return false
	}
	for _, v := range x.values {
		for _, w := range y.values {
			if v.n.Cmp(w.n) == 0 {
				return true
			}
		}
	}
	return false
}

// TestTableLayouts reads the collected layouts of invoices of many countries.
// It holds what the reader reaches; a change that loses a layout must say so.
func TestTableLayouts(t *testing.T) {
	file := filepath.Join("..", "..", "..", "shared", "corpus", "np-asycuda-synth", "backend", "tests", "data", "invoice_formats.json")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Skip("the collection of table layouts is not here")
	}
	var layouts []struct {
		ID   string            `json:"id"`
		Page string            `json:"page"`
		Rows int               `json:"expected_rows"`
		Row  map[string]string `json:"expected_first_row"`
	}
	if err := json.Unmarshal(data, &layouts); err != nil {
		t.Fatal(err)
	}
	fields := map[string]string{"description": "description", "quantity": "quantity", "unit_price": "unitPrice", "line_total": "amount", "hs_code": "tariffCode"}
	flat := func(s string) string { return strings.Join(strings.Fields(strings.Trim(s, " *")), "") }
	rows, first, both := 0, 0, 0
	hit, all := map[string]int{}, map[string]int{}
	for _, l := range layouts {
		items := itemsOf(readTables(trade.CommercialInvoice, []page.Page{markdownPage(l.Page)}))
		sameRows := len(items) == l.Rows
		sameFirst := true
		var wrong []string
		if l.Rows > 0 {
			row := map[string]trade.Statement{}
			if len(items) > 0 {
				row = items[0]
			}
			for name, field := range fields {
				want := l.Row[name]
				if want == "" {
					continue
				}
				all[name]++
				if flat(row[field].Text) == flat(want) || sameFigure(row[field].Text, want) {
					hit[name]++
					continue
				}
				sameFirst = false
				wrong = append(wrong, fmt.Sprintf("%s: got %q, want %q", name, row[field].Text, want))
			}
			if want := l.Row["uom"]; want != "" {
				all["uom"]++
				if got := row["quantity"].Unit; strings.EqualFold(flat(got), flat(want)) || strings.HasSuffix(flat(row["quantity"].Text), flat(want)) {
					hit["uom"]++
				} else {
					wrong = append(wrong, fmt.Sprintf("uom: got %q, want %q", got, want))
				}
			}
		}
		if sameRows {
			rows++
		}
		if sameFirst {
			first++
		}
		if sameRows && sameFirst {
			both++
		}
		if !sameRows || len(wrong) > 0 {
			t.Logf("%s: %d rows of %d; %s", l.ID, len(items), l.Rows, strings.Join(wrong, "; "))
		}
	}
	t.Logf("%d layouts: %d with the right number of rows, %d with the right first row, %d with both; fields of first rows: %v of %v", len(layouts), rows, first, both, hit, all)
	const floor = 112
	if both < floor {
		t.Errorf("%d layouts are read whole, %d were", both, floor)
	}
}
