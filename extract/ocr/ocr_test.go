package ocr

import (
	"image"
	"image/color"
	"math"
	"os"
	"os/exec"
	"testing"

	"tallyman/extract/page"
)

// libgomp reads its limit of threads when it is loaded, so the tests run in a
// process that has it from the start, as the readers do.
func TestMain(m *testing.M) {
	if os.Getenv("OMP_THREAD_LIMIT") == "" {
		cmd := exec.Command(os.Args[0], os.Args[1:]...)
		cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		if err := cmd.Run(); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestOneScript(t *testing.T) {
	tests := []struct{ text, want string }{
		{"55-АХ/2025", "55-AX/2025"},   // Cyrillic letters in a number
		{"123АВС02", "123ABC02"},       // a plate
		{"СSQU3054383", "CSQU3054383"}, // one letter astray
		{"ТОО", "ТОО"},                 // a word that is Cyrillic, and stays
		{"Cнаб", "Снаб"},               // a Latin C before Cyrillic
		{"Поcтавка", "Поставка"},       //
		{"Гр-7", "Гр-7"},               // a letter peculiar to Cyrillic
		{"invoice", "invoice"},         //
		{"12.03.2026", "12.03.2026"},   //
		{"COMMERCIАL", "COMMERCIAL"},   //
		{"江苏2024", "江苏2024"},           //
		{"kг", "kг"},                   // k is no twin: left to the reader of units
	}
	for _, test := range tests {
		if got := oneScript(test.text); got != test.want {
			t.Errorf("%s: %s, want %s", test.text, got, test.want)
		}
	}
}

func TestCalibratedRises(t *testing.T) {
	last := -1.0
	for c := 0.0; c <= 100; c++ {
		v := calibrated(c)
		if v < last || v < 0 || v >= 1 {
			t.Errorf("confidence %v gives %v after %v", c, v, last)
		}
		last = v
	}
}

// sheetPhoto draws a bright sheet with the given corners on a dark ground.
func sheetPhoto(w, h int, q [4]point, ground uint8) *image.Gray {
	g := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			in := true
			for k := range 4 {
				a, b := q[k], q[(k+1)%4]
				if (b.x-a.x)*(float64(y)-a.y)-(b.y-a.y)*(float64(x)-a.x) < 0 {
					in = false
				}
			}
			v := ground
			if in {
				v = 225
				if y/20%3 == 1 && x/9%2 == 0 && x > 200 && x < w-200 && y > 200 && y < h-200 {
					v = 40 // print
				}
			}
			g.SetGray(x, y, color.Gray{Y: v})
		}
	}
	return g
}

func TestFlatten(t *testing.T) {
	q := [4]point{{130, 90}, {1080, 120}, {1120, 1500}, {80, 1460}}
	g := sheetPhoto(1200, 1600, q, 70)
	out, back, ok := flatten(g)
	if !ok {
		t.Fatal("the sheet was not found")
	}
	w, h := float64(out.Rect.Dx()), float64(out.Rect.Dy())
	if r := h / w; math.Abs(r-297.0/210) > 0.01 {
		t.Errorf("the sheet has sides %v by %v", w, h)
	}
	for k, c := range [4]point{{0, 0}, {w, 0}, {w, h}, {0, h}} {
		x, y := back.Apply(c.x, c.y)
		if math.Hypot(x-q[k].x, y-q[k].y) > 12 {
			t.Errorf("corner %d leads to %.0f,%.0f, want %v", k, x, y, q[k])
		}
	}
	dark := 0
	for x := range out.Rect.Dx() {
		if out.GrayAt(x, 2).Y < 100 && out.GrayAt(x, out.Rect.Dy()-3).Y < 100 {
			dark++
		}
	}
	if dark > out.Rect.Dx()/10 {
		t.Errorf("%d dots of the ground are left at the edges", dark)
	}
}

// What is no sheet on a table stays as it is.
func TestFlattenLeavesScansAlone(t *testing.T) {
	whole := [4]point{{-10, -10}, {1210, -10}, {1210, 1610}, {-10, 1610}}
	scan := sheetPhoto(1200, 1600, whole, 70)
	if _, _, ok := flatten(scan); ok {
		t.Error("a scan without a border was cut")
	}
	framed := sheetPhoto(1200, 1600, whole, 70)
	for i := range 20 { // a printed frame
		for x := 100; x < 1100; x++ {
			framed.SetGray(x, 100+i, color.Gray{})
			framed.SetGray(x, 1400+i, color.Gray{})
		}
		for y := 100; y < 1420; y++ {
			framed.SetGray(100+i, y, color.Gray{})
			framed.SetGray(1080+i, y, color.Gray{})
		}
	}
	if _, _, ok := flatten(framed); ok {
		t.Error("a page was cut at its printed frame")
	}
	cut := [4]point{{-50, 90}, {1080, 120}, {1120, 1500}, {-80, 1460}}
	if _, _, ok := flatten(sheetPhoto(1200, 1600, cut, 70)); ok {
		t.Error("a sheet that is partly outside the photo was stretched")
	}
	if _, _, ok := flatten(image.NewGray(image.Rect(0, 0, 900, 900))); ok {
		t.Error("a black image holds a sheet")
	}
}

func TestRulesAreToldFromPrint(t *testing.T) {
	g := image.NewGray(image.Rect(0, 0, 1200, 900))
	for i := range g.Pix {
		g.Pix[i] = 255
	}
	bar := func(r image.Rectangle) {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				g.SetGray(x, y, color.Gray{})
			}
		}
	}
	bar(image.Rect(100, 200, 1000, 203)) // lines of a table
	bar(image.Rect(100, 300, 1000, 303))
	bar(image.Rect(100, 200, 103, 303))
	bar(image.Rect(997, 200, 1000, 303))
	bar(image.Rect(100, 500, 700, 560)) // a black field
	for i := range 12 {                 // blurred print: stems joined by a band
		bar(image.Rect(100+i*14, 700, 106+i*14, 716))
	}
	bar(image.Rect(100, 706, 260, 710))
	p := newPix(g)
	defer p.free()
	lying, standing := p.rules()
	if len(lying) != 2 || len(standing) != 2 {
		t.Errorf("lying %v, standing %v, want two each", lying, standing)
	}
	left := p.gray()
	if left.GrayAt(500, 201).Y < 200 || left.GrayAt(101, 250).Y < 200 || left.GrayAt(101, 201).Y < 200 {
		t.Error("a line was left")
	}
	if left.GrayAt(300, 530).Y > 50 || left.GrayAt(103, 703).Y > 50 || left.GrayAt(140, 708).Y > 50 {
		t.Error("something else was taken out")
	}
}

func TestReadNothing(t *testing.T) {
	r := NewReader()
	defer r.Close()
	for _, size := range []image.Point{{1, 1}, {8, 8}, {2000, 9}, {700, 990}} {
		g := image.NewGray(image.Rectangle{Max: size})
		for i := range g.Pix {
			g.Pix[i] = 255
		}
		res, err := r.Read(Bitmap{Gray: g, DPI: 200})
		if err != nil || len(res.Words) != 0 || res.Ink > 0 {
			t.Errorf("%v: %d words, ink %v, error %v", size, len(res.Words), res.Ink, err)
		}
	}
}

func TestQuarterBack(t *testing.T) {
	for turns := range 4 {
		p := newPix(image.NewGray(image.Rect(0, 0, 30, 20)))
		// One dark dot, far from the middle.
		g := p.gray()
		for i := range g.Pix {
			g.Pix[i] = 255
		}
		g.SetGray(27, 3, color.Gray{})
		p.free()
		p = newPix(g)
		p.quarter(turns)
		turned := p.gray()
		p.free()
		m := page.Identity
		if turns > 0 {
			m = quarterBack(turns, 30, 20)
		}
		found := false
		for y := range turned.Rect.Dy() {
			for x := range turned.Rect.Dx() {
				if turned.GrayAt(x, y).Y == 0 {
					bx, by := m.Apply(float64(x)+0.5, float64(y)+0.5)
					found = bx == 27.5 && by == 3.5
				}
			}
		}
		if !found {
			t.Errorf("%d quarter turns: the dot does not come back", turns)
		}
	}
}
