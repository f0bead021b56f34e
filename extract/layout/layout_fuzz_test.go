package layout

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"tallyman/extract/page"
	"tallyman/trade"
)

// FuzzRead reads words that stand anywhere: no page may stop the reader, and
// every field it states must be one that exists.
func FuzzRead(f *testing.F) {
	f.Add("Invoice No: 17 Date: 12.05.2026 Total USD 100.00", uint64(1), false)
	f.Add("1 Sender 2 Consignee 6 Marks 7 Number of packages 9 Nature of goods 11 Gross weight 40 cartons 820.5", uint64(2), true)
	f.Add("31 33 Commodity code 35 Gross mass 04021 17 от 12.05.2026 10702070/120526/0012345", uint64(3), false)
	f.Add("合计 发票号码：A1 货物名称 № : / | ( ) « » - 第 1 页 共 3 页", uint64(4), true)
	f.Fuzz(func(t *testing.T, text string, seed uint64, scanned bool) {
		words := strings.Fields(text)
		if len(words) > 400 {
			return
		}
		rnd := rand.New(rand.NewPCG(seed, 1))
		p := page.Page{Number: 1, Width: 595, Height: 842, Scanned: scanned}
		for _, w := range words {
			x, y := rnd.Float64()*550, rnd.Float64()*820
			if rnd.IntN(3) > 0 && len(p.Words) > 0 { // most words follow another
				last := p.Words[len(p.Words)-1].Box
				x, y = last.X1+3, last.Y0
			}
			p.Words = append(p.Words, page.Word{Text: w, Box: trade.Box{X0: x, Y0: y, X1: x + 5*float64(len(w)), Y1: y + 10}, Confidence: 0.9, Reader: trade.FirstOCR})
		}
		for range rnd.IntN(12) {
			x, y := rnd.Float64()*595, rnd.Float64()*842
			p.Rules = append(p.Rules, page.Rule{X0: x, Y0: y, X1: x, Y1: y + 200}, page.Rule{X0: x, Y0: y, X1: x + 200, Y1: y})
		}
		for _, typ := range []trade.DocumentType{trade.CommercialInvoice, trade.RoadConsignmentNote, trade.ImportDeclaration, trade.Contract} {
			d := &trade.Document{Type: typ}
			Read(d, []page.Page{p, p})
			for _, f := range d.Fields() {
				if f.At.Page != 1 {
					t.Fatalf("%s stands on page %d", f.Path, f.At.Page)
				}
			}
		}
	})
}

// TestCrowdedPage holds the time of a page with far more words than people write.
func TestCrowdedPage(t *testing.T) {
	p := page.Page{Number: 1, Width: 595, Height: 842, Scanned: true}
	for i := range 20_000 {
		x, y := float64(i%200)*3, float64(i/200)*8
		p.Words = append(p.Words, page.Word{Text: fmt.Sprintf("w%d", i%977), Box: trade.Box{X0: x, Y0: y, X1: x + 2, Y1: y + 6}, Confidence: 1, Reader: trade.FirstOCR})
	}
	start := time.Now()
	lines := linesOf(p)
	if len(lines) != 100 {
		t.Errorf("%d lines, want 100", len(lines))
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("cutting 20,000 words into lines took %v", took)
	}
}

func TestLinesOfScan(t *testing.T) {
	// One degree askew, a tall box in the line, a ruled line read as a letter.
	p := page.Page{Number: 1, Width: 595, Height: 842, Scanned: true}
	for row := range 6 {
		for col := range 12 {
			x, y := 20+float64(col)*45, 50+float64(row)*14+float64(col)*45*0.0175
			w := page.Word{Text: "word", Box: trade.Box{X0: x, Y0: y, X1: x + 40, Y1: y + 8}, Confidence: 1, Reader: trade.FirstOCR}
			if row == 2 && col == 5 {
				w.Box.Y0 -= 7 // a speck above it
			}
			if row == 3 && col == 4 {
				w.Text = "|"
			}
			p.Words = append(p.Words, w)
		}
	}
	lines := linesOf(p)
	if len(lines) != 6 {
		t.Fatalf("%d lines, want 6", len(lines))
	}
	for i, l := range lines {
		want := 12
		if i == 3 {
			want = 11
		}
		if got := len(l.words()); got != want {
			t.Errorf("line %d has %d words, want %d", i, got, want)
		}
	}
	if got := len(lines[3].cells); got != 2 {
		t.Errorf("line 3 has %d cells, want 2: a stroke parts them", got)
	}
}
