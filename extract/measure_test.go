package extract

import (
	"bufio"
	"context"
	"fmt"
	goimage "image"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"

	"tallyman/extract/format/image"
	"tallyman/extract/ocr"
	"tallyman/extract/ocr/ppocr"
	"tallyman/extract/page"
	"tallyman/fixtures"
	"tallyman/fixtures/worn"
	"tallyman/trade"
)

// TestMeasureReaders holds the first optical reader, the second, and the two
// together against the text of papers of our own that were worn. It measures and
// judges nothing, takes half a minute a paper, and runs only if asked:
//
//	TALLYMAN_MEASURE=8 OMP_THREAD_LIMIT=1 go test -timeout 4h -run MeasureReaders -v ./extract
//
// with the number of dossiers of each kind. TALLYMAN_TOKENS names a file to
// write each figure to.
func TestMeasureReaders(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("TALLYMAN_MEASURE"))
	if n == 0 {
		t.Skip("TALLYMAN_MEASURE is not set")
	}
	second, err := ppocr.Open(ppocr.Folder())
	if err != nil {
		t.Skip(err)
	}
	defer second.Close()
	first := ocr.NewReader()
	defer first.Close()
	x, err := Open(Options{Workers: 1, Models: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	var tokens *bufio.Writer
	if name := os.Getenv("TALLYMAN_TOKENS"); name != "" {
		f, err := os.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		tokens = bufio.NewWriter(f)
		defer tokens.Flush()
	}
	ctx := context.Background()
	for _, kind := range []worn.Kind{worn.WornScan, worn.PhonePhoto, worn.CleanScan} {
		readers := [...]string{"first", "second", "merged", "merged, whole page"}
		var sum [len(readers)]tally
		var all [len(readers)]time.Duration
		pages, asked, whole := 0, 0, 0
		for seed := range n {
			language := [...]string{"en", "ru", "en", "zh-en", "kk-ru"}[seed%5]
			d, err := fixtures.Make(uint64(9000+seed), fixtures.Options{Language: language})
			if err != nil {
				t.Fatal(err)
			}
			for k, p := range d.Papers {
				if (k+seed)%3 != 0 {
					continue
				}
				src := x.Read(ctx, p.Name, p.PDF)
				dpi := float64(worn.DPI(kind, uint64(seed)))
				img, problem := x.Render(ctx, p.Name, p.PDF, 1, dpi)
				if problem != nil || len(src.Pages) == 0 {
					t.Fatalf("%s: %v", p.Name, problem)
				}
				truth := map[string]int{}
				var run strings.Builder
				for _, w := range src.Pages[0].Words {
					run.WriteString(ocr.Fold(w.Text))
					if s := plainToken(w.Text); ocr.Key(s) {
						truth[s]++
					}
				}
				bad := worn.Apply(img, kind, uint64(seed*31+k))
				photo := kind == worn.PhonePhoto
				g := bitmap{gray: image.Gray(bad), dark: image.Dark(bad)}
				pages++

				from := cpu()
				res, err := first.Read(ocr.Bitmap{Gray: g.gray, Dark: g.dark, DPI: dpi, Photo: photo})
				if err != nil {
					t.Fatal(err)
				}
				spent := cpu() - from
				all[0] += spent
				from = cpu()
				sheet, at := sheetOf(g.gray, dpi, res)
				full, err := second.Read(sheet, ppocr.Job{Find: true})
				if err != nil {
					t.Fatal(err)
				}
				alone := secondWords(full, at/72)
				all[1] += cpu() - from
				all[3] += spent + cpu() - from
				from = cpu()
				q := ocr.Ask(res, photo)
				merged := res.Words
				if !q.Empty() {
					asked++
					if q.Whole {
						whole++
					}
					part, err := second.Read(sheet, jobOf(q, at/72))
					if err != nil {
						t.Fatal(err)
					}
					merged = ocr.Merge(res.Words, secondWords(part, at/72))
				}
				all[2] += spent + cpu() - from
				for i, words := range [...][]page.Word{res.Words, alone, merged, ocr.Merge(res.Words, alone)} {
					sum[i].add(truth, run.String(), words, func(w page.Word, right bool) {
						if tokens != nil {
							fmt.Fprintf(tokens, "%s\t%s\t%d\t%s\t%s\t%.3f\t%s\t%v\t%v\n", kind, language, pages, readers[i], w.Reader, w.Confidence, w.Text, right, w.Alternatives)
						}
					})
				}
			}
		}
		t.Logf("%s: %d pages; second asked on %d, whole page on %d", kind, pages, asked, whole)
		for i, r := range readers {
			s := sum[i]
			t.Logf("  %-20s %d of %d figures right (%.1f%%); accepted %d (%.1f%%), of these wrong %d (%.2f%%); agreed %d, of these wrong %d; %.2f CPU s a page",
				r, s.right, s.of, 100*float64(s.right)/float64(s.of), s.accepted, 100*float64(s.accepted)/float64(s.of), s.wrong, 100*float64(s.wrong)/float64(max(1, s.accepted)), s.both, s.bothWrong, all[i].Seconds()/float64(pages))
		}
	}
}

// A tally counts figures: of the text, read right, accepted, accepted though
// wrong, read alike by both, and wrong though both read it.
type tally struct{ of, right, accepted, wrong, both, bothWrong int }

// A word is not wrong if its characters stand in the text in a row, with gaps
// elsewhere.
func (s *tally) add(truth map[string]int, text string, words []page.Word, each func(w page.Word, right bool)) {
	left := map[string]int{}
	for text, n := range truth {
		left[text] = n
		s.of += n
	}
	// The surer of two equal figures is the one that is there.
	words = slices.Clone(words)
	slices.SortStableFunc(words, func(a, b page.Word) int { return int(1000 * (b.Confidence - a.Confidence)) })
	for _, w := range words {
		token := plainToken(w.Text)
		if !ocr.Key(token) {
			continue
		}
		right := left[token] > 0
		if right {
			left[token]--
			s.right++
		}
		right = right || truth[token] == 0 && strings.Contains(text, token)
		if w.Confidence >= 0.9 {
			s.accepted++
			if !right {
				s.wrong++
			}
		}
		if w.Reader == trade.BothOCR {
			s.both++
			if !right {
				s.bothWrong++
			}
		}
		each(w, right)
	}
}

// plainToken is a word without the signs around it, letters that look alike
// as one.
func plainToken(s string) string {
	return strings.TrimFunc(ocr.Fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// cpu is the processor time that this process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestSheetOf(t *testing.T) {
	// A page of 400 by 200 dots at 100 an inch, a dark square in it, seen turned
	// by a quarter.
	g := goimage.NewGray(goimage.Rect(0, 0, 400, 200))
	for i := range g.Pix {
		g.Pix[i] = 255
	}
	for y := 20; y < 40; y++ {
		for x := 300; x < 320; x++ {
			g.Pix[y*g.Stride+x] = 0
		}
	}
	// The straightened page has the other sides: its point (x, y) is (y, 144-x)
	// of the bitmap, in points.
	res := &ocr.Result{Width: 144, Height: 288, View: page.Matrix{0, 1, 0, -1, 0, 144, 0, 0, 1}}
	sheet, dpi := sheetOf(g, 100, res)
	if dpi != readDPI || sheet.Rect.Dx() != 400 || sheet.Rect.Dy() != 800 {
		t.Fatalf("a sheet of %v at %v, want 400 by 800 at %d", sheet.Rect, dpi, readDPI)
	}
	for _, at := range []struct {
		x, y int
		dark bool
	}{{340, 620, true}, {322, 602, true}, {358, 638, true}, {310, 620, false}, {340, 590, false}, {60, 180, false}} {
		if got := sheet.GrayAt(at.x, at.y).Y < 128; got != at.dark {
			t.Errorf("dot %d, %d is dark: %v, want %v", at.x, at.y, got, at.dark)
		}
	}
	level := &ocr.Result{Width: 144, Height: 72, View: page.Identity}
	if same, dpi := sheetOf(g, 200, level); same != g || dpi != 200 {
		t.Error("a page that lies level was drawn again")
	}
	if none, _ := sheetOf(g, 100, &ocr.Result{View: res.View}); none != nil {
		t.Error("a page without sides has a sheet")
	}
}
