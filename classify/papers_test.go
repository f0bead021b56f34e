package classify

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tallyman/trade"
)

// A case in testdata/papers is a file as its pages. It begins with the papers
// that it holds, one a line: the type, the least and the greatest confidence,
// and the pages. Pages follow, each after a line of dashes; a line of print that
// begins with "#" is in letters twice as high as the others, with "+" half as
// high again. Cells are two spaces apart.
//
//	380  0.9-1  1,2
//	271  0.9-1  3
//	-----
//	# COMMERCIAL INVOICE
//	...
func TestPapers(t *testing.T) {
	names, err := filepath.Glob("testdata/papers/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			want, pages := parseCase(t, string(data))
			got := Papers(pages)
			for i := 0; i < max(len(got), len(want)); i++ {
				switch {
				case i >= len(got):
					t.Errorf("no paper %s on pages %v", want[i].kind, want[i].pages)
				case i >= len(want):
					t.Errorf("a paper too many: %s (%s) on pages %v", got[i].Type, got[i].Type.Name(), got[i].Pages)
				case fmt.Sprint(got[i].Pages) != fmt.Sprint(want[i].pages):
					t.Errorf("paper %d is on pages %v, want %v", i+1, got[i].Pages, want[i].pages)
				case got[i].Type != want[i].kind:
					t.Errorf("paper %d is %s (%s) with %.2f, want %s", i+1, got[i].Type, got[i].Type.Name(), got[i].Confidence, want[i].kind)
				case got[i].Confidence < want[i].least || got[i].Confidence > want[i].most:
					t.Errorf("paper %d is %s with %.2f, want %v to %v", i+1, got[i].Type, got[i].Confidence, want[i].least, want[i].most)
				}
			}
		})
	}
}

type wantPaper struct {
	kind        trade.DocumentType
	least, most float64
	pages       []int
}

func parseCase(t *testing.T, s string) ([]wantPaper, []Page) {
	t.Helper()
	parts := strings.Split(s, "\n-----\n")
	var want []wantPaper
	for line := range strings.Lines(parts[0]) {
		f := strings.Fields(line)
		if len(f) == 0 || strings.HasPrefix(line, "//") {
			continue
		}
		if len(f) != 3 {
			t.Fatalf("header line %q", line)
		}
		w := wantPaper{kind: trade.DocumentType(f[0])}
		if _, err := fmt.Sscanf(strings.Replace(f[1], "-", " ", 1), "%f %f", &w.least, &w.most); err != nil {
			t.Fatalf("header line %q: %v", line, err)
		}
		for _, n := range strings.Split(f[2], ",") {
			k, err := strconv.Atoi(n)
			if err != nil {
				t.Fatalf("header line %q: %v", line, err)
			}
			w.pages = append(w.pages, k-1)
		}
		want = append(want, w)
	}
	var pages []Page
	for _, text := range parts[1:] {
		var p Page
		lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
		step := 0.9 / float64(max(45, len(lines)))
		for i, l := range lines {
			if strings.TrimSpace(l) == "" {
				continue
			}
			height := 0.01
			switch {
			case strings.HasPrefix(l, "# "):
				l, height = l[2:], 0.02
			case strings.HasPrefix(l, "+ "):
				l, height = l[2:], 0.015
			}
			p.Lines = append(p.Lines, Line{Text: l, Top: 0.05 + step*float64(i), Left: 0.1, Height: height})
		}
		p.Blank = len(p.Lines) == 0
		pages = append(pages, p)
	}
	return want, pages
}

func TestPapersOfNothing(t *testing.T) {
	if got := Papers(nil); len(got) != 0 {
		t.Errorf("Papers(nil) = %v", got)
	}
	got := Papers([]Page{{Blank: true}, {Blank: true}})
	if len(got) != 1 || got[0].Type != trade.OtherPaper || got[0].Confidence != 0 || len(got[0].Pages) != 2 {
		t.Errorf("two blank pages are %v", got)
	}
}

// Every page is in exactly one paper, whatever is printed on it.
func FuzzPapers(f *testing.F) {
	names, _ := filepath.Glob("testdata/papers/*.txt")
	for _, name := range names {
		if data, err := os.ReadFile(name); err == nil {
			f.Add(string(data))
		}
	}
	f.Add("\x00  \xff\n-----\n# № №  -")
	f.Fuzz(func(t *testing.T, s string) {
		var pages []Page
		for _, text := range strings.Split(s, "\n-----\n") {
			var p Page
			for i, l := range strings.Split(text, "\n") {
				p.Lines = append(p.Lines, Line{Text: l, Top: float64(i) / 50, Height: 0.01})
			}
			pages = append(pages, p)
		}
		seen := map[int]int{}
		for _, p := range Papers(pages) {
			if p.Confidence < 0 || p.Confidence > 1 {
				t.Errorf("confidence %v", p.Confidence)
			}
			for _, i := range p.Pages {
				seen[i]++
			}
		}
		for i := range pages {
			if seen[i] != 1 {
				t.Errorf("page %d is in %d papers", i, seen[i])
			}
		}
	})
}

func TestLexiconsAreSound(t *testing.T) {
	if _, err := parseLexicon(papersText); err != nil {
		t.Error(err)
	}
	if _, err := parseNames(partyText); err != nil {
		t.Error(err)
	}
	if _, err := parseGoods(goodsText); err != nil {
		t.Error(err)
	}
	known := map[trade.DocumentType]bool{}
	for _, k := range allTypes {
		known[k] = true
	}
	for _, list := range papersLexicon().byFirst {
		for _, p := range list {
			if !known[p.of] {
				t.Errorf("papers.txt: no type %q", p.of)
			}
		}
	}
}

func BenchmarkPapers(b *testing.B) {
	data, err := os.ReadFile("testdata/papers/cmr_ru.txt")
	if err != nil {
		b.Fatal(err)
	}
	parts := strings.Split(string(data), "\n-----\n")
	var p Page
	for i, l := range strings.Split(parts[1], "\n") {
		p.Lines = append(p.Lines, Line{Text: l, Top: float64(i) / 50, Height: 0.01})
	}
	for b.Loop() {
		Papers([]Page{p})
	}
}
