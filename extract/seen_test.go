package extract

import (
	"context"
	"testing"

	"codeberg.org/go-pdf/fpdf"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"tallyman/extract/page"
	"tallyman/trade"
)

// withCode draws a QR code as many small rectangles, as programs do.
func withCode(t testing.TB, f *fpdf.Fpdf, text string, x, y, side float64) {
	t.Helper()
	m, err := qrcode.NewQRCodeWriter().Encode(text, gozxing.BarcodeFormat_QR_CODE, 1, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	step := side / float64(m.GetWidth())
	f.SetFillColor(0, 0, 0)
	for j := range m.GetHeight() {
		for i := range m.GetWidth() {
			if m.Get(i, j) {
				f.Rect(x+float64(i)*step, y+float64(j)*step, step, step, "F")
			}
		}
	}
}

func TestBarcodeOfAPDF(t *testing.T) {
	const text = "BCD\n002\n1\nSCT\n\nExample Trading BV\nNL91ABNA0417164300\nEUR1234.50"
	f := paper(t)
	f.AddPage()
	for i := range 12 {
		f.Text(60, 60+float64(20*i), "A line of an invoice with some words in it")
	}
	withCode(t, f, text, 380, 600, 110)
	s := reader(t).Read(context.Background(), "code.pdf", bytesOf(t, f))
	if len(s.Pages) != 1 {
		t.Fatalf("%s: %v", s.Status, s.Reason)
	}
	var codes []trade.Observation
	for _, o := range s.Pages[0].Seen {
		if o.Kind == trade.Barcode {
			codes = append(codes, o)
		}
	}
	if len(codes) != 1 {
		t.Fatalf("barcodes %+v", codes)
	}
	o := codes[0]
	if o.Print != "qr" || o.Text != text || o.Page != 1 {
		t.Errorf("got %+v", o)
	}
	if o.Box.X0 > 400 || o.Box.X1 < 470 || o.Box.Y0 > 620 || o.Box.Y1 < 690 {
		t.Errorf("the box is %v", o.Box)
	}
	if s.Status != trade.Done {
		t.Errorf("status %s: %v", s.Status, s.Reason)
	}
}

func TestSeenOfAHostileChild(t *testing.T) {
	good := trade.Observation{Kind: trade.Barcode, Text: "x", Page: 1}
	for name, change := range map[string]func(*trade.Observation){
		"another page":   func(o *trade.Observation) { o.Page = 2 },
		"no text":        func(o *trade.Observation) { o.Text = "\xff" },
		"a long text":    func(o *trade.Observation) { o.Text = string(make([]byte, maxSaid+1)) },
		"a long print":   func(o *trade.Observation) { o.Print = string(make([]byte, maxSketch+1)) },
		"many figures":   func(o *trade.Observation) { o.Figures = make([]trade.Measure, 21) },
		"ink, no map":    func(o *trade.Observation) { o.Kind = trade.Ink },
		"a place beyond": func(o *trade.Observation) { o.Box.X1 = 1e300 },
	} {
		o := good
		change(&o)
		if checkSeen([]trade.Observation{o}, 1) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if err := checkSeen([]trade.Observation{good}, 1); err != nil {
		t.Errorf("refused %+v: %v", good, err)
	}
	if checkSeen(make([]trade.Observation, maxSeen+1), 0) == nil {
		t.Error("too many were accepted")
	}
}

// Boxes and the map of a sketch follow the page when it is straightened.
func TestSeenIsStraightened(t *testing.T) {
	v := page.Turn(90, 100, 100)
	p := &page.Page{Number: 1, View: &v, Seen: []trade.Observation{
		{Kind: trade.Barcode, Page: 1, Box: trade.Box{X0: 10, Y0: 20, X1: 30, Y1: 50}},
		{Kind: trade.Ink, Page: 1},
	}}
	for _, n := range []string{"m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "even"} {
		p.Seen[1].Figures = append(p.Seen[1].Figures, trade.Measure{Name: n})
	}
	for i, m := range page.Identity {
		p.Seen[1].Figures[i].Value = m
	}
	straightenSeen(p)
	if got := p.OnFile(p.Seen[0].Box); got.X0 < 9.9 || got.X0 > 10.1 || got.Y1 < 49.9 || got.Y1 > 50.1 {
		t.Errorf("the box on the file is %v", got)
	}
	x, y := mapOf(p.Seen[1]).Apply(10, 20)
	if bx, by := v.Apply(x, y); bx < 9.9 || bx > 10.1 || by < 19.9 || by > 20.1 {
		t.Errorf("the map leads to %.1f, %.1f", bx, by)
	}
}
