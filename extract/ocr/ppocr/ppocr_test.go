package ppocr

import (
	"errors"
	"image"
	"image/color"
	"math"
	"strings"
	"testing"

	"github.com/go-fonts/dejavu/dejavusans"
	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/f64"
	"golang.org/x/image/math/fixed"
)

// installed opens the second reader, or skips the test.
func installed(t *testing.T) *Reader {
	t.Helper()
	r, err := Open(Folder())
	if errors.Is(err, ErrAbsent) {
		t.Skipf("%v: make second-reader fetches it", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// sheet prints lines of text, 28 dots high (ten points at 200 dots an inch),
// each 60 dots below the one before.
func sheet(t *testing.T, lines ...string) *image.Gray {
	t.Helper()
	f, err := opentype.Parse(dejavusans.TTF)
	if err != nil {
		t.Fatal(err)
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: 28, DPI: 72})
	if err != nil {
		t.Fatal(err)
	}
	g := image.NewGray(image.Rect(0, 0, 1000, 120+60*len(lines)))
	draw.Draw(g, g.Rect, image.White, image.Point{}, draw.Src)
	d := font.Drawer{Dst: g, Src: image.Black, Face: face}
	for i, l := range lines {
		d.Dot = fixed.P(100, 100+60*i)
		d.DrawString(l)
	}
	return g
}

func texts(words []Word) string {
	var all []string
	for _, w := range words {
		all = append(all, w.Text)
	}
	return strings.Join(all, " ")
}

var printed = []string{"Invoice No. AB-2026/0417", "Gross weight 12,480.50 KGM", "MSKU 1234567 USD 98,301.75"}

func TestRead(t *testing.T) {
	r := installed(t)
	g := sheet(t, printed...)
	words, err := r.Read(g, Job{Find: true})
	if err != nil {
		t.Fatal(err)
	}
	got := texts(words)
	for _, want := range []string{"AB-2026/0417", "12,480.50", "98,301.75", "1234567"} {
		var word *Word
		for i := range words {
			if words[i].Text == want {
				word = &words[i]
			}
		}
		if word == nil {
			t.Errorf("read %q: no word %s", got, want)
			continue
		}
		if word.Least < 0.9 {
			t.Errorf("%s has %.2f, clean print should have more", want, word.Least)
		}
		// The box holds the ink of the word and not much more.
		ink := inkIn(g, image.Rect(int(word.X0)-8, int(word.Y0)-8, int(word.X1)+8, int(word.Y1)+8))
		for _, d := range [...]float64{word.X0 - float64(ink.Min.X), word.Y0 - float64(ink.Min.Y), word.X1 - float64(ink.Max.X), word.Y1 - float64(ink.Max.Y)} {
			if math.Abs(d) > 7 {
				t.Errorf("%s: box %.0f %.0f %.0f %.0f, its ink %v", want, word.X0, word.Y0, word.X1, word.Y1, ink)
				break
			}
		}
	}
}

// inkIn returns the box of the dark dots in a part of the bitmap.
func inkIn(g *image.Gray, r image.Rectangle) (box image.Rectangle) {
	r = r.Intersect(g.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if g.GrayAt(x, y).Y < 128 {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return box
}

func TestReadLinesOnly(t *testing.T) {
	r := installed(t)
	g := sheet(t, printed...)
	words, err := r.Read(g, Job{Lines: []image.Rectangle{image.Rect(90, 126, 620, 172), image.Rect(-50, -50, -10, -10)}})
	if err != nil {
		t.Fatal(err)
	}
	if got := texts(words); got != "Gross weight 12,480.50 KGM" {
		t.Errorf("read %q, want the second line", got)
	}
}

func TestReadSkips(t *testing.T) {
	r := installed(t)
	g := sheet(t, printed...)
	words, err := r.Read(g, Job{Find: true, Skip: []image.Rectangle{image.Rect(95, 70, 800, 108)}})
	if err != nil {
		t.Fatal(err)
	}
	if got := texts(words); strings.Contains(got, "0417") || !strings.Contains(got, "12,480.50") {
		t.Errorf("read %q, want all but the first line", got)
	}
	words, err = r.Read(g, Job{Find: true, Skip: []image.Rectangle{image.Rect(95, 70, 800, 108)}, Doubt: []image.Rectangle{image.Rect(300, 75, 420, 105)}})
	if err != nil {
		t.Fatal(err)
	}
	if got := texts(words); !strings.Contains(got, "0417") {
		t.Errorf("read %q, want the first line too: a word of it is in doubt", got)
	}
}

func TestReadAskew(t *testing.T) {
	r := installed(t)
	g := sheet(t, printed...)
	turned := image.NewGray(g.Rect)
	draw.Draw(turned, turned.Rect, image.White, image.Point{}, draw.Src)
	sin, cos := math.Sincos(2 * math.Pi / 180)
	draw.BiLinear.Transform(turned, f64.Aff3{cos, -sin, 5, sin, cos, -12}, g, g.Rect, draw.Src, nil)
	words, err := r.Read(turned, Job{Find: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := texts(words); !strings.Contains(got, "12,480.50") || !strings.Contains(got, "AB-2026/0417") {
		t.Errorf("two degrees askew: %q", got)
	}
}

func TestReadNothing(t *testing.T) {
	r := installed(t)
	for name, g := range map[string]*image.Gray{"no bitmap": nil, "a speck": image.NewGray(image.Rect(0, 0, 3, 3)), "white": sheet(t), "black": image.NewGray(image.Rect(0, 0, 300, 200))} {
		words, err := r.Read(g, Job{Find: true})
		if err != nil || len(words) > 0 {
			t.Errorf("%s: %v, %v; want nothing", name, words, err)
		}
	}
}

func TestAbsent(t *testing.T) {
	for _, dir := range []string{"", t.TempDir()} {
		if _, err := Open(dir); !errors.Is(err, ErrAbsent) {
			t.Errorf("Open(%q): %v, want ErrAbsent", dir, err)
		}
		if v, err := Version(dir); !errors.Is(err, ErrAbsent) || v != "" {
			t.Errorf("Version(%q): %q, %v, want ErrAbsent", dir, v, err)
		}
	}
}

func TestFolder(t *testing.T) {
	t.Setenv(FolderVariable, "/somewhere/else")
	if got := Folder(); got != "/somewhere/else" {
		t.Errorf("Folder() = %q, want what the environment says", got)
	}
}

// answers makes what the network would answer: a row for each step, 0 is none.
func answers(chars []string, steps ...int) []float32 {
	out := make([]float32, len(steps)*len(chars))
	for t, c := range steps {
		out[t*len(chars)+c] = 0.9
	}
	return out
}

func TestDecode(t *testing.T) {
	chars := []string{"", "1", "2", "A", " "}
	for _, test := range []struct {
		name  string
		steps []int
		want  string
	}{
		{"a run is one character", []int{0, 1, 1, 1, 0}, "1"},
		{"with none between it is two", []int{1, 0, 1}, "11"},
		{"changes need none between", []int{1, 2, 3}, "12A"},
		{"a space is a character", []int{1, 4, 2}, "1 2"},
		{"the end counts", []int{0, 0, 3}, "A"},
		{"nothing", []int{0, 0, 0}, ""},
	} {
		got := ""
		for _, c := range decode(answers(chars, test.steps...), chars, len(test.steps), 8, 8*len(test.steps)) {
			got += c.text
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	// What stands in the filling beyond the strip is not print.
	if got := decode(answers(chars, 1, 0, 0, 0, 2), chars, 5, 8, 16); len(got) != 1 || got[0].text != "1" {
		t.Errorf("beyond the strip: %v, want the first character alone", got)
	}
}

func TestOutline(t *testing.T) {
	const w, h = 200, 100
	prob := make([]float32, w*h)
	fill := func(r image.Rectangle, p float32) {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				prob[y*w+x] = p
			}
		}
	}
	fill(image.Rect(20, 20, 120, 30), 0.9) // a line
	fill(image.Rect(20, 60, 120, 70), 0.4) // too weak
	fill(image.Rect(150, 60, 152, 61), 1)  // a speck
	got := outline(prob, w, h)
	if len(got) != 1 {
		t.Fatalf("%d lines, want 1: %v", len(got), got)
	}
	x0, y0, x1, y1 := got[0].box(-got[0].long, got[0].long)
	// 100 by 10 dots, wider by 1.5 times area by girth: 6.8 dots on each side.
	for i, v := range [...]float64{x0 - 13.2, y0 - 13.2, x1 - 126.8, y1 - 36.8} {
		if math.Abs(v) > 0.1 {
			t.Errorf("side %d of %.1f %.1f %.1f %.1f is off by %.2f", i, x0, y0, x1, y1, v)
		}
	}
}

func TestAround(t *testing.T) {
	// A rectangle of 80 by 20 whose long side runs in direction (4, 3)/5.
	at := func(u, v float64) point { return point{50 + u*.8 - v*.6, 60 + u*.6 + v*.8} }
	var points []point
	for _, u := range []float64{-40, -10, 0, 25, 40} {
		for _, v := range []float64{-10, 0, 10} {
			points = append(points, at(u, v))
		}
	}
	s := around(hull(points))
	for i, v := range [...]float64{s.cx - 50, s.cy - 60, s.long - 40, s.wide - 10, s.ux - .8, s.uy - .6} {
		if math.Abs(v) > 1e-9 {
			t.Errorf("figure %d of %+v is off by %g", i, s, v)
		}
	}
}

func TestResize(t *testing.T) {
	g := image.NewGray(image.Rect(0, 0, 40, 20))
	draw.Draw(g, g.Rect, image.NewUniform(color.Gray{200}), image.Point{}, draw.Src)
	for _, size := range [][2]int{{10, 5}, {40, 20}, {64, 64}} {
		for i, v := range resize(g, size[0], size[1]) {
			if math.Abs(float64(v)-200) > 0.01 {
				t.Fatalf("%v: dot %d is %v, want the even gray", size, i, v)
			}
		}
	}
}

func TestNarrow(t *testing.T) {
	for in, want := range map[string]string{"１": "1", "Ａ": "A", "，": ",", "：": ":", "票": "票", "a": "a"} {
		if got := narrow(in); got != want {
			t.Errorf("narrow(%q) = %q, want %q", in, got, want)
		}
	}
}
