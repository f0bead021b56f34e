package forensic

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tallyman/extract/page"
	"tallyman/trade"
)

func word(text string, x, y float64) page.Word {
	return page.Word{Text: text, Box: trade.Box{X0: x, Y0: y, X1: x + 5*float64(len([]rune(text))), Y1: y + 8}, Size: 10}
}

func TestVersions(t *testing.T) {
	one := "%PDF-1.4\n1 0 obj\n<<>>\nendobj\nxref\nstartxref\n30\n%%EOF\n"
	two := one + "1 0 obj\n<<>>\nendobj\nxref\nstartxref\n70\n%%EOF\n"
	linear := strings.Replace(two, "<<>>", "<</Linearized 1>>", 1)
	for _, c := range []struct {
		name, data string
		want       []int
	}{
		{"one", one, []int{len(one)}},
		{"two", two, []int{len(one) - 1, len(two)}},
		{"for the web", linear, []int{len(linear)}},
		{"no end", "%PDF-1.4", []int{8}},
		{"an end in a stream", one[:9] + "%%EOF " + one[9:], []int{len(one) + 6}},
	} {
		if diff := cmp.Diff(c.want, Versions([]byte(c.data))); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestTwice(t *testing.T) {
	two := "%PDF\n4 0 obj\n<<>>\nendobj\n4 0 obj\n<<>>\nendobj\nstartxref\n3\n%%EOF\n"
	if diff := cmp.Diff([]int{4}, Twice([]byte(two))); diff != "" {
		t.Error(diff)
	}
	versions := "%PDF\n4 0 obj\n<<>>\nendobj\nstartxref\n3\n%%EOF\n4 0 obj\n<<>>\nendobj\nstartxref\n3\n%%EOF\n"
	if got := Twice([]byte(versions)); got != nil {
		t.Errorf("each version defines it once, got %v", got)
	}
}

func TestObjects(t *testing.T) {
	data := "4 0 obj 12 0 obj\n7 65535 obj\rx3 0 obj 5 0 object 123456789 0 obj 8 123456 obj 9  0 obj\n10 0 obj"
	if diff := cmp.Diff([]int{4, 12, 7, 10}, objects([]byte(data))); diff != "" {
		t.Error(diff)
	}
}

func TestCompare(t *testing.T) {
	before := []page.Word{word("Total", 10, 10), word("1205.00", 60, 10), word("kg", 100, 10)}
	for _, c := range []struct {
		name  string
		after []page.Word
		want  [][2]string
	}{
		{"the same", before, nil},
		{"a hair aside", []page.Word{word("Total", 10.4, 10.4), word("1205.00", 60.3, 10), word("kg", 100, 10)}, nil},
		{"another figure", []page.Word{before[0], word("3205.00", 60, 10), before[2]}, [][2]string{{"1205.00", "3205.00"}}},
		{"taken away", []page.Word{before[0], before[2]}, [][2]string{{"1205.00", ""}}},
		{"added", append([]page.Word{word("RECEIVED", 300, 700)}, before...), [][2]string{{"", "RECEIVED"}}},
		{"moved", []page.Word{before[0], word("1205.00", 60, 400), before[2]}, nil},
	} {
		var got [][2]string
		for _, x := range Compare(before, c.after) {
			got = append(got, [2]string{x.Before, x.After})
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestUnseen(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 300, 100))
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	ink := func(w page.Word, c color.Color) {
		draw.Draw(img, image.Rect(int(w.Box.X0)+1, int(w.Box.Y0)+1, int(w.Box.X1)-1, int(w.Box.Y1)-2), image.NewUniform(c), image.Point{}, draw.Src)
	}
	black, red, white, off, under := word("1205.00", 10, 10), word("3405.00", 60, 10), word("99.95", 110, 10), word("4417", 150, 10), word("1999", 190, 10)
	ink(black, color.Black)
	ink(red, color.RGBA{255, 0, 0, 255})
	tokens := []Token{{Word: black, Font: "F"}, {Word: red, Font: "F"}, {Word: white, Font: "F", White: true}, {Word: off, Font: "F"}, {Word: under, Font: "F"}}
	Unseen(tokens, img, 72, func(b trade.Box) string {
		if b == under.Box {
			return Covered
		}
		return ""
	})
	var got []string
	for _, x := range tokens {
		got = append(got, x.Hidden)
	}
	if diff := cmp.Diff([]string{"", "", White, NotDrawn, Covered}, got); diff != "" {
		t.Error(diff)
	}
	// A font that cannot be drawn hides all its words, and says nothing.
	var none []Token
	for i := range 12 {
		none = append(none, Token{Word: word("4417", 10, 30+float64(i)), Font: "G"})
	}
	Unseen(none, img, 72, func(trade.Box) string { return "" })
	for _, x := range none {
		if x.Hidden != "" {
			t.Fatalf("%q is %s", x.Text, x.Hidden)
		}
	}
}

// figures are tokens of one line with glyphs as given.
func figureOf(text string, change func(i int, g *Glyph)) Token {
	t := Token{Word: word(text, 100, 50), Font: "ABCDEF+Arial", Base: 58}
	for i, r := range text {
		g := Glyph{Rune: r, Font: t.Font, Size: 10, Base: 58}
		change(i, &g)
		t.Glyphs = append(t.Glyphs, g)
	}
	return t
}

func TestOddPrint(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(int, *Glyph)
		want   string
	}{
		{"in one go", func(int, *Glyph) {}, ""},
		{"a digit from another copy of the font", func(i int, g *Glyph) {
			if i == 2 {
				g.Font = "ZZZZZZ+Arial"
			}
		}, trade.OddSubset},
		{"a digit of another font", func(i int, g *Glyph) {
			if i == 2 {
				g.Font = "Courier"
			}
		}, trade.OddFont},
		{"a larger digit", func(i int, g *Glyph) {
			if i == 2 {
				g.Size = 11.5
			}
		}, trade.OddSize},
		{"a raised digit", func(i int, g *Glyph) {
			if i == 2 {
				g.Base -= 0.8
			}
		}, trade.OddBaseline},
		{"small cents", func(i int, g *Glyph) {
			if i > 4 {
				g.Size, g.Base = 6, 55
			}
		}, ""},
	} {
		got := ""
		for _, o := range OddPrint([]Token{figureOf("1205.50", c.change)}, 1) {
			got = o.Print
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestLetters(t *testing.T) {
	for _, c := range []struct{ word, want string }{
		{"1205.50", ""}, {"1О05.50", Homoglyph}, {"МОСКВА", ""}, {"MОSCOW", Homoglyph},
		{"12\u200b05", ZeroWidth}, {"annex\u200b/\u200bpage", ""}, {"\u202e5021", Direction}, {"О123ОО77", ""}, {"20О1", Homoglyph},
	} {
		if got, _ := Letters(c.word); got != c.want {
			t.Errorf("%q: got %q, want %q", c.word, got, c.want)
		}
	}
}

func TestDescribed(t *testing.T) {
	xmp := `<rdf:RDF><rdf:Description xmp:CreateDate="2026-02-03T10:00:00Z"><pdf:Producer>Ledger &amp; Co</pdf:Producer></rdf:Description></rdf:RDF>`
	d, ok := Described(fmt.Appendf(nil, "7 0 obj\n<</Type /Metadata /Subtype /XML /Length %d>>\nstream\n%s\nendstream", len(xmp), xmp))
	if !ok || d.Producer != "Ledger & Co" || d.Created != "2026-02-03T10:00:00Z" {
		t.Errorf("got %+v", d)
	}
	for _, c := range []struct {
		info, xmp string
		apart     bool
	}{
		{"D:20260203100000Z", "2026-02-03T10:00:00Z", false}, {"D:20260203120000+02'00'", "2026-02-03T10:00:00Z", false}, {"D:20190203", "2026-02-03", true}, {"never", "2026-02-03", false},
	} {
		if days, ok := Apart(c.info, c.xmp); (ok && days > 1.5) != c.apart {
			t.Errorf("%s and %s: %g days, %t", c.info, c.xmp, days, ok)
		}
	}
}

func TestWrong(t *testing.T) {
	s := []Sample{{Text: "22,191"}, {Text: "1205"}, {Text: "83"}}
	first := []string{"55,191", "1205", "33"}
	if got := Wrong(s, first, first, nil, nil); !cmp.Equal(got, []int{0}) {
		t.Errorf("got %v: an 8 taken for a 3 in one word proves nothing", got)
	}
	if got := Wrong(s, first, first, []Sample{{Text: "8417"}}, []string{"3417"}); !cmp.Equal(got, []int{0, 2}) {
		t.Errorf("got %v: in two words it does", got)
	}
	if got := Wrong(s, first, []string{"22,191", "1205", "83"}, nil, nil); got != nil {
		t.Errorf("got %v: the second look cleared it", got)
	}
}

func FuzzVersions(f *testing.F) {
	f.Add([]byte("%PDF-1.4\nstartxref\n3\n%%EOF\n<rdf:RDF></rdf:RDF>"))
	f.Add([]byte("/Subtype /XML stream\nx\nendstream 1 0 obj 1 0 obj"))
	f.Fuzz(func(t *testing.T, data []byte) {
		ends := Versions(data)
		for i, e := range ends {
			if e > len(data) || i > 0 && e < ends[i-1] {
				t.Fatalf("ends %v of %d bytes", ends, len(data))
			}
		}
		Twice(data)
		Described(data)
	})
}
