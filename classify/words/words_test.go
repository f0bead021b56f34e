package words

import (
	"bytes"
	"slices"
	"testing"
)

func TestNames(t *testing.T) {
	m := Load()
	for _, c := range []struct {
		text, heading string
		language      Language
	}{
		{"men's leather shoes", "6403", English},
		{"integrated circuits", "8542", English},
		{"wigs of synthetic hair", "6704", English},
		{"ОБУВЬ МУЖСКАЯ НА ПОДОШВЕ ИЗ РЕЗИНЫ С ВЕРХОМ ИЗ НАТУРАЛЬНОЙ КОЖИ", "6403", Russian},
		{"СХЕМЫ ИНТЕГРАЛЬНЫЕ ЭЛЕКТРОННЫЕ", "8542", Russian},
		{"洗发水 控油", "3305", Chinese},
	} {
		s := m.Score(c.text)
		best := 0
		sum := 0.0
		for i, p := range s.P {
			sum += p
			if p > s.P[best] {
				best = i
			}
		}
		if s.Headings[best] != c.heading || s.Language != c.language || s.Abstained != "" || sum < 0.999 || sum > 1.001 {
			t.Errorf("%q is %s in %v, %q, sum %v", c.text, s.Headings[best], s.Language, s.Abstained, sum)
		}
	}
}

func TestAbstains(t *testing.T) {
	for _, text := range []string{"", "12345 67", "zzqx vvrk", "ქართული ენა", "goods"} {
		if s := Load().Score(text); s.Abstained == "" {
			t.Errorf("%q was named", text)
		}
	}
}

func TestDamaged(t *testing.T) {
	for _, n := range []int{0, 10, 1000, len(modelData) / 2, len(modelData) - 1} {
		if _, err := Read(modelData[:n]); err == nil {
			t.Errorf("%d bytes were read", n)
		}
	}
}

// What is written is what is read, and the same parameters are the same bytes.
func TestWriteTwice(t *testing.T) {
	m := Load()
	p := m.Params
	p.Chapter = map[uint32][]Weight{7: {{0, 5}, {2, -5}}}
	p.Heading, p.Bayes, p.Sub = map[uint32][]Weight{9: {{1, 1}}}, map[uint32][]Weight{9: {{1, 1}}}, map[uint32][]Weight{1<<Bits - 1: {{0, 1}}}
	var a, b bytes.Buffer
	if err := Write(&a, &p); err != nil {
		t.Fatal(err)
	}
	if err := Write(&b, &p); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two writes differ")
	}
	r, err := Read(a.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.rows[0].of(7), p.Chapter[7]) || !slices.Equal(r.Headings, p.Headings) || len(r.rows[0].of(8)) != 0 {
		t.Error("what was read is not what was written")
	}
}

func TestLanguages(t *testing.T) {
	for text, want := range map[string]Language{
		"": Unknown, "8517": Unknown, "phone": English, "телефон Samsung": Russian, "手机 Samsung": Chinese, "ტელეფონი": Unknown,
	} {
		if got := LanguageOf(text); got != want {
			t.Errorf("%q is %v, want %v", text, got, want)
		}
	}
}

func BenchmarkScore(b *testing.B) {
	Load()
	for b.Loop() {
		Load().Score("женские куртки из синтетической ткани на молнии с капюшоном, артикул KT-77, торговая марка без марки")
	}
}

func FuzzScore(f *testing.F) {
	for _, s := range []string{"", "wigs", "парики", "假发", "a\x00b", "\xff\xfe", "ＡＢＣ１２"} {
		f.Add(s)
	}
	m := Load()
	f.Fuzz(func(t *testing.T, text string) {
		s := m.Score(text)
		for _, p := range s.P {
			if p < 0 || p > 1 || p != p {
				t.Fatalf("%q has a probability of %v", text, p)
			}
		}
	})
}

func TestHeadOfAName(t *testing.T) {
	for text, want := range map[string]string{
		"Women's wigs of synthetic hair":  "wig",
		"dog collars, leather":            "leather", // no comma is kept: the last word it is
		"Brushes for paint":               "brush",
		"glasses":                         "glass",
		"batteries 12 V":                  "v",
		"bus":                             "bus",
		"for cars":                        "",
		"LED лампа":                       "",
		"парики":                          "",
		"连衣裙 dress":                       "",
		"stainless steel bolts M8 x 40":   "x",
		"toothpastes made in 2 countries": "toothpaste",
	} {
		if got := head(Tokens(text)); got != want {
			t.Errorf("the head of %q is %q, not %q", text, got, want)
		}
	}
}
