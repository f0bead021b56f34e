package typeset

import (
	"fmt"
	"strings"
	"testing"

	"tallyman/extract/page"
	"tallyman/trade"
)

func find(t *testing.T, p page.Page, text string) page.Word {
	t.Helper()
	for _, w := range p.Words {
		if w.Text == text {
			return w
		}
	}
	t.Fatalf("no word %q on the page", text)
	return page.Word{}
}

func TestGrid(t *testing.T) {
	p := New(595, 842)
	p.Grid(Grid{Widths: []float64{60, 60, 100}, Width: 50, Height: 15, Cells: []Cell{
		{Row: 0, Col: 0, Cols: 3, Text: "title", Align: Center, Size: 14},
		{Row: 1, Col: 0, Text: "a long text that runs over"},
		{Row: 2, Col: 0, Text: "kept beside", Border: Box},
		{Row: 2, Col: 1, Text: "its neighbour"},
		{Row: 2, Col: 2, Text: "1234.50", Figure: true, Align: Right},
		{Row: 3, Col: 2, Text: "words that break into lines of the cell", Wrap: true},
	}})
	pages := p.Pages()
	if len(pages) != 1 {
		t.Fatalf("%d pages", len(pages))
	}
	pg := pages[0]
	a, b := find(t, pg, "beside"), find(t, pg, "its")
	if gap := b.Box.X0 - a.Box.X1; gap < 1.2*10 {
		t.Errorf("two cells are %.1f points apart, no more than two words", gap)
	}
	if a, b := find(t, pg, "a"), find(t, pg, "long"); b.Box.X0-a.Box.X1 > 0.5*10 || b.Box.Y0 != a.Box.Y0 {
		t.Errorf("two words of one cell are at %v and %v", a.Box, b.Box)
	}
	if w := find(t, pg, "over"); w.Box.Y0 != find(t, pg, "a").Box.Y0 {
		t.Error("a text beside empty cells was broken")
	}
	if a, b := find(t, pg, "words"), find(t, pg, "cell"); b.Box.Y0 <= a.Box.Y0 {
		t.Error("a text that breaks was not broken")
	}
	if w := find(t, pg, "1234.50"); w.Reader != trade.Structured {
		t.Errorf("a figure is read by %s", w.Reader)
	}
	if w := find(t, pg, "title"); w.Box.X0 < 100 {
		t.Errorf("the title stands at %.1f, not in the middle", w.Box.X0)
	}
	if len(pg.Rules) != 4 {
		t.Errorf("%d rules around one cell", len(pg.Rules))
	}
	for _, w := range pg.Words {
		if w.Box.X1 > pg.Width || w.Box.Y1 > pg.Height || w.Box.Empty() {
			t.Errorf("%q at %v leaves the page of %.0f by %.0f", w.Text, w.Box, pg.Width, pg.Height)
		}
	}
}

func TestRowsBreakPages(t *testing.T) {
	var cells []Cell
	for r := range 200 {
		cells = append(cells, Cell{Row: r, Col: 0, Text: fmt.Sprint("row ", r)})
	}
	cells = append(cells, Cell{Row: 0, Col: 1, Rows: 3, Text: "over three rows", Border: Box})
	p := New(595, 842)
	p.Grid(Grid{Width: 100, Height: 15, Cells: cells, Breaks: []int{10}})
	pages := p.Pages()
	if len(pages) < 4 {
		t.Fatalf("%d pages", len(pages))
	}
	find(t, pages[0], "9")
	find(t, pages[1], "10")
	n := 0
	for i, pg := range pages {
		if pg.Number != i+1 {
			t.Errorf("page %d is numbered %d", i+1, pg.Number)
		}
		for _, w := range pg.Words {
			if w.Text == "row" {
				n++
			}
		}
	}
	if n != 200 {
		t.Errorf("%d of 200 rows were set", n)
	}
}

func TestParagraphs(t *testing.T) {
	p := New(300, 200)
	p.Paragraph(strings.Repeat("several words ", 30), 10, false, Left, 0)
	p.Paragraph("a\tb", 10, false, Left, 0)
	p.Break()
	p.Paragraph("货物由宁波运往汉堡，共八百箱，总毛重九千公斤，收货人为布林德尔公司。", 12, true, Left, 0)
	pages := p.Pages()
	if len(pages) < 2 {
		t.Fatalf("%d pages", len(pages))
	}
	for _, w := range pages[0].Words {
		if w.Box.X1 > 300-margin+1 {
			t.Errorf("%q ends at %.1f, beyond the margin", w.Text, w.Box.X1)
		}
	}
	last := pages[len(pages)-1].Words
	if len(last) < 2 || last[0].Box.X1 > 300-margin+13 || !last[0].Bold {
		t.Errorf("Chinese was not broken into lines: %+v", last)
	}
	var a, b page.Word
	for _, pg := range pages {
		for i, w := range pg.Words {
			if w.Text == "b" {
				a, b = pg.Words[i-1], w
			}
		}
	}
	if b.Box.X0-a.Box.X1 < 20 {
		t.Errorf("a tab is %.1f points wide", b.Box.X0-a.Box.X1)
	}
}

func TestManyWords(t *testing.T) {
	var cells []Cell
	for r := range MaxWords/100 + 10 {
		cells = append(cells, Cell{Row: r, Text: strings.Repeat("w ", 100), Wrap: true})
	}
	p := New(595, 842)
	p.Grid(Grid{Width: 400, Height: 15, Cells: cells})
	n := 0
	for _, pg := range p.Pages() {
		n += len(pg.Words)
		if len(pg.Words) > maxPerPage {
			t.Errorf("%d words on one page", len(pg.Words))
		}
	}
	if n != MaxWords || !p.Full() {
		t.Errorf("%d words, full: %v", n, p.Full())
	}
}
