package extract

import (
	"bytes"
	"context"
	"errors"
	goimage "image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-fonts/dejavu/dejavusans"
	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"tallyman/extract/ocr/ppocr"
	"tallyman/extract/page"
	"tallyman/trade"
)

// snapshot prints a page of figures as an image that states no resolution, as a
// camera gives it.
func snapshot(t *testing.T) []byte {
	t.Helper()
	f, err := opentype.Parse(dejavusans.TTF)
	if err != nil {
		t.Fatal(err)
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: 28, DPI: 72})
	if err != nil {
		t.Fatal(err)
	}
	g := goimage.NewGray(goimage.Rect(0, 0, 1000, 700))
	draw.Draw(g, g.Rect, goimage.White, goimage.Point{}, draw.Src)
	d := font.Drawer{Dst: g, Src: goimage.Black, Face: face}
	for i, line := range []string{"Invoice number AB-2026/0417", "Gross weight 12,480.50 KGM", "Net weight 11,902.25 KGM", "Total amount USD 98,301.75", "Container MSKU 1234567"} {
		d.Dot = fixed.P(100, 120+80*i)
		d.DrawString(line)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func readWith(t *testing.T, models string) (*Extractor, Source) {
	t.Helper()
	x, err := Open(Options{Workers: 1, Models: models})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	s := x.Read(context.Background(), "snapshot.png", snapshot(t))
	if s.Status != trade.Done || len(s.Pages) != 1 {
		t.Fatalf("%s: %v", s.Status, s.Reason)
	}
	return x, s
}

func figure(t *testing.T, s Source, text string) page.Word {
	t.Helper()
	for _, w := range s.Pages[0].Words {
		if w.Text == text {
			return w
		}
	}
	t.Fatalf("%s was not read: %v", text, s.Pages[0].Words)
	return page.Word{}
}

func TestSecondReader(t *testing.T) {
	if _, err := ppocr.Version(ppocr.Folder()); err != nil {
		t.Skipf("%v: make second-reader fetches it", err)
	}
	_, s := readWith(t, "")
	for _, text := range []string{"AB-2026/0417", "12,480.50", "11,902.25", "98,301.75"} {
		if w := figure(t, s, text); w.Reader != trade.BothOCR || w.Confidence < 0.95 {
			t.Errorf("%s: reader %s, confidence %.3f; want both, and sure", text, w.Reader, w.Confidence)
		}
	}
	if slices.ContainsFunc(s.Pages[0].Notes, func(n page.Note) bool { return n.Code == page.OneReader }) {
		t.Errorf("notes %v: want none", s.Pages[0].Notes)
	}
}

func TestWithoutSecondReader(t *testing.T) {
	x, s := readWith(t, t.TempDir())
	if _, err := x.Second(); !errors.Is(err, ppocr.ErrAbsent) {
		t.Errorf("Second: %v, want ErrAbsent", err)
	}
	if v := x.Versions(); v[3] != "no second optical reader" {
		t.Errorf("versions %q do not say that there is one reader", v)
	}
	if w := figure(t, s, "98,301.75"); w.Reader != trade.FirstOCR {
		t.Errorf("read by %s, want the first reader", w.Reader)
	}
}

// A second reader that cannot start costs nothing but itself.
func TestBrokenSecondReader(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"det.onnx", "rec.onnx", "keys.txt", "libonnxruntime.so.1"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("this is none"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	x, s := readWith(t, dir)
	if v := x.Versions(); !strings.HasPrefix(v[3], "pp-ocr with models of the user sha256:") {
		t.Errorf("versions %q do not name the models as the user's", v)
	}
	if w := figure(t, s, "98,301.75"); w.Reader != trade.FirstOCR {
		t.Errorf("read by %s, want the first reader", w.Reader)
	}
	if !slices.ContainsFunc(s.Pages[0].Notes, func(n page.Note) bool { return n.Code == page.OneReader }) {
		t.Errorf("notes %v: want one that says that the page was read once", s.Pages[0].Notes)
	}
}
