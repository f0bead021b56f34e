package extract

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"hash/crc32"
	goimage "image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"codeberg.org/go-pdf/fpdf"
	"github.com/google/go-cmp/cmp"

	"tallyman/extract/page"
	"tallyman/extract/sandbox"
	"tallyman/trade"
)

func TestMain(m *testing.M) {
	makers["mock"] = newMock
	ChildMain()
	code := m.Run()
	if shared != nil {
		shared.Close()
	}
	os.Exit(code)
}

var shared *Extractor

// reader returns an extractor that the tests share, without a cache.
func reader(t testing.TB) *Extractor {
	t.Helper()
	if shared == nil {
		x, err := Open(Options{Workers: 2})
		if err != nil {
			t.Fatal(err)
		}
		shared = x
	}
	return shared
}

const fonts = "/usr/share/fonts/truetype/dejavu/"

// A paper is drawn with the DejaVu fonts, in points.
func paper(t testing.TB) *fpdf.Fpdf {
	t.Helper()
	if _, err := os.Stat(fonts + "DejaVuSans.ttf"); err != nil {
		t.Skip("the DejaVu fonts are not installed")
	}
	f := fpdf.New("P", "pt", "A4", fonts)
	f.AddUTF8Font("sans", "", "DejaVuSans.ttf")
	f.AddUTF8Font("sans", "B", "DejaVuSans-Bold.ttf")
	f.SetFont("sans", "", 10)
	f.SetCompression(true)
	return f
}

func bytesOf(t testing.TB, f *fpdf.Fpdf) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Output(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var invoiceLines = []string{
	"COMMERCIAL INVOICE No. KV-2026/0417",
	"Date 12.03.2026  Contract 55-AX/2025",
	"Seller: Northwind Textiles Ltd, Harbour Road 14",
	"Покупатель: ТОО «Пример Снаб», г. Алматы",
	"Gross weight 1 205,50 kg  Net weight 1 100,25 kg",
	"Container CSQU3054383  Seal 778812",
	"Total amount USD 50,964.60",
}

func invoice(t testing.TB) []byte {
	f := paper(t)
	f.AddPage()
	for i, l := range invoiceLines {
		f.Text(60, 100+float64(i)*24, l)
	}
	f.SetLineWidth(0.8)
	f.Line(60, 300, 540, 300)
	f.Rect(60, 320, 200, 60, "D")
	f.SetFillColor(0, 0, 0)
	f.Rect(300, 340, 150, 0.7, "F")
	return bytesOf(t, f)
}

func texts(p page.Page) []string {
	var out []string
	for _, w := range p.Words {
		out = append(out, w.Text)
	}
	return out
}

func find(t testing.TB, p page.Page, text string) page.Word {
	t.Helper()
	for _, w := range p.Words {
		if w.Text == text {
			return w
		}
	}
	t.Fatalf("no word %q on page %d: %q", text, p.Number, texts(p))
	return page.Word{}
}

func near(a, b, by float64) bool { return a-b <= by && b-a <= by }

func TestTextLayer(t *testing.T) {
	s := reader(t).Read(context.Background(), "invoice.pdf", invoice(t))
	if s.Status != trade.Done || s.Reason != nil || s.PageCount != 1 || len(s.Pages) != 1 || s.MediaType != "application/pdf" {
		t.Fatalf("status %v, reason %v, %d pages of %d, %s", s.Status, s.Reason, len(s.Pages), s.PageCount, s.MediaType)
	}
	p := s.Pages[0]
	if want := strings.Fields(strings.Join(invoiceLines, " ")); !cmp.Equal(texts(p), want) {
		t.Error(cmp.Diff(want, texts(p)))
	}
	if !near(p.Width, 595.28, 0.1) || !near(p.Height, 841.89, 0.1) || p.Scanned || len(p.Notes) > 0 {
		t.Errorf("page %v by %v, scanned %v, notes %v", p.Width, p.Height, p.Scanned, p.Notes)
	}
	f := paper(t)
	f.AddPage()
	// The box begins where the pen stands, sits on the base line, and is about
	// as wide as the font says.
	for _, c := range []struct {
		text string
		x, y float64
	}{{"COMMERCIAL", 60, 100}, {"Покупатель:", 60, 172}, {"50,964.60", 60 + f.GetStringWidth("Total amount USD "), 244}} {
		w := find(t, p, c.text)
		if !near(w.Box.X0, c.x, 1.5) || !near(w.Box.X1, c.x+f.GetStringWidth(c.text), 1.5) || !near(w.Box.Y1, c.y, 2.6) || w.Box.Y0 < c.y-10 || w.Size != 10 || w.Bold || w.Confidence != 1 || w.Reader != trade.TextLayer {
			t.Errorf("%q: %+v", c.text, w)
		}
	}
	want := []page.Rule{
		{X0: 60, Y0: 300, X1: 540, Y1: 300},
		{X0: 60, Y0: 320, X1: 260, Y1: 320},
		{X0: 300, Y0: 340.35, X1: 450, Y1: 340.35},
		{X0: 60, Y0: 380, X1: 260, Y1: 380},
		{X0: 60, Y0: 320, X1: 60, Y1: 380},
		{X0: 260, Y0: 320, X1: 260, Y1: 380},
	}
	if len(p.Rules) != len(want) {
		t.Fatalf("rules %v, want %v", p.Rules, want)
	}
	for i, r := range p.Rules {
		if !near(r.X0, want[i].X0, 0.6) || !near(r.Y0, want[i].Y0, 0.6) || !near(r.X1, want[i].X1, 0.6) || !near(r.Y1, want[i].Y1, 0.6) {
			t.Errorf("rule %d: %v, want %v", i, r, want[i])
		}
	}
}

func TestBold(t *testing.T) {
	f := paper(t)
	f.AddPage()
	f.Text(60, 100, "plain letters stand in this line of the page")
	f.SetFont("sans", "B", 12)
	f.Text(60, 130, "strong")
	p := reader(t).Read(context.Background(), "", bytesOf(t, f)).Pages[0]
	if w := find(t, p, "strong"); !w.Bold || w.Size != 12 {
		t.Errorf("%+v", w)
	}
	if w := find(t, p, "plain"); w.Bold {
		t.Errorf("%+v", w)
	}
}

// A page with /Rotate and a CropBox is given as people see it.
func TestRotatedAndCropped(t *testing.T) {
	base := invoice(t)
	for _, turn := range []int{0, 90, 180, 270} {
		data := bytes.Replace(base, []byte("/Type /Page\n"), fmt.Appendf(nil, "/Type /Page\n/Rotate %d /CropBox [20 30 580 800]\n", turn), 1)
		s := reader(t).Read(context.Background(), "", data)
		if s.Status != trade.Done {
			t.Fatalf("turned by %d: %v %v", turn, s.Status, s.Reason)
		}
		p := s.Pages[0]
		w := find(t, p, "COMMERCIAL").Box
		// In the user space of the page the word begins at 60, on a base line
		// 100 below the upper edge, which is at 841.89.
		x, y := 60-20.0, 800-(841.89-100)
		width, height := 560.0, 770.0
		var gotX, gotY float64
		switch turn {
		case 0:
			gotX, gotY = w.X0, w.Y1
		case 90:
			gotX, gotY = w.Y0, height-w.X0
		case 180:
			gotX, gotY = width-w.X1, height-w.Y0
		case 270:
			gotX, gotY = width-w.Y1, w.X1
		}
		if turn%180 == 90 {
			width, height = height, width
		}
		if !near(p.Width, width, 0.1) || !near(p.Height, height, 0.1) {
			t.Errorf("turned by %d: page %v by %v", turn, p.Width, p.Height)
		}
		if !near(gotX, x, 1.5) || !near(gotY, y, 1.5) {
			t.Errorf("turned by %d: the word is at %v,%v, want %v,%v", turn, gotX, gotY, x, y)
		}
	}
}

// picture draws a PDF with our own renderer, as a scanner would see it.
func picture(t testing.TB, data []byte, dpi float64) *goimage.RGBA {
	t.Helper()
	img, problem := reader(t).Render(context.Background(), "", data, 1, dpi)
	if problem != nil {
		t.Fatal(problem)
	}
	return img.(*goimage.RGBA)
}

func grayOfRGBA(img goimage.Image) *goimage.Gray {
	g := goimage.NewGray(img.Bounds())
	draw.Draw(g, g.Bounds(), img, img.Bounds().Min, draw.Src)
	return g
}

func encodeJPEG(t testing.TB, img goimage.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 85}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// scan makes a PDF of a picture, over a text layer if one is given: each line
// where invoice prints it.
func scan(t testing.TB, img goimage.Image, layer []string) []byte {
	t.Helper()
	f := paper(t)
	f.AddPage()
	for i, l := range layer {
		f.Text(60, 100+float64(i)*24, l)
	}
	f.RegisterImageOptionsReader("scan", fpdf.ImageOptions{ImageType: "JPG"}, bytes.NewReader(encodeJPEG(t, img)))
	f.ImageOptions("scan", 0, 0, 595.28, 841.89, false, fpdf.ImageOptions{ImageType: "JPG"}, 0, "")
	return bytesOf(t, f)
}

// readWell reports how many of the words of want were read.
func readWell(p page.Page, want []string) (n int) {
	all := texts(p)
	for _, w := range want {
		if slices.Contains(all, w) {
			n++
		}
	}
	return n
}

func TestScanIsReadByItsPixels(t *testing.T) {
	clean := picture(t, invoice(t), 200)
	lying := slices.Clone(invoiceLines)
	lying[6] = "Total amount USD 20,264.60"
	s := reader(t).Read(context.Background(), "scan.pdf", scan(t, clean, lying))
	if s.Status != trade.Done {
		t.Fatalf("%v %v", s.Status, s.Reason)
	}
	p := s.Pages[0]
	want := strings.Fields(strings.Join(invoiceLines, " "))
	if n := readWell(p, want); !p.Scanned || n < len(want)-2 {
		t.Errorf("scanned %v, %d of %d words read: %q", p.Scanned, n, len(want), texts(p))
	}
	w := find(t, p, "50,964.60")
	if w.Reader != trade.FirstOCR || w.Confidence < 0.9 || w.Confidence >= 1 {
		t.Errorf("%+v", w)
	}
	if len(p.Notes) != 1 || p.Notes[0].Code != page.TextLayerMismatch || !strings.Contains(p.Notes[0].Text, "20,264.60") || !p.Notes[0].Box.Union(w.Box).Empty() && p.Notes[0].Box != w.Box {
		t.Errorf("notes %+v, want one about the total at %v", p.Notes, w.Box)
	}
	// Words and ruled lines stand where the text layer had them.
	born := reader(t).Read(context.Background(), "", invoice(t)).Pages[0]
	for _, text := range []string{"COMMERCIAL", "CSQU3054383", "50,964.60"} {
		a, b := find(t, p, text).Box, find(t, born, text).Box
		if !near(a.X0, b.X0, 2) || !near(a.X1, b.X1, 2) || !near(a.Y0, b.Y0, 2) || !near(a.Y1, b.Y1, 2) {
			t.Errorf("%s: on the scan at %v, in the text layer at %v", text, a, b)
		}
	}
	if len(p.Rules) == 0 || !near(p.Rules[0].Y0, 300, 2) || !near(p.Rules[0].X0, 60, 3) || !near(p.Rules[0].X1, 540, 3) {
		t.Errorf("rules %v", p.Rules)
	}
}

func TestHonestLayerGivesNoNote(t *testing.T) {
	s := reader(t).Read(context.Background(), "", scan(t, picture(t, invoice(t), 200), invoiceLines))
	if len(s.Pages) != 1 || len(s.Pages[0].Notes) > 0 || !s.Pages[0].Scanned {
		t.Errorf("%+v", s.Pages[0].Notes)
	}
}

// turned turns a picture around its middle, clockwise, on white ground.
func turned(src *goimage.RGBA, degrees float64) *goimage.RGBA {
	out := goimage.NewRGBA(src.Rect)
	w, h := float64(src.Rect.Dx()), float64(src.Rect.Dy())
	m := page.Turn(-degrees, w/2, h/2)
	for y := range src.Rect.Dy() {
		for x := range src.Rect.Dx() {
			sx, sy := m.Apply(float64(x), float64(y))
			c := color.RGBA{255, 255, 255, 255}
			if p := goimage.Pt(int(sx+0.5), int(sy+0.5)); p.In(src.Rect) {
				c = src.RGBAAt(p.X, p.Y)
			}
			out.SetRGBA(x, y, c)
		}
	}
	return out
}

// A page that lies askew is read straight, and View leads back to it.
func TestSkew(t *testing.T) {
	const degrees = 2.5
	data := scan(t, turned(picture(t, invoice(t), 200), degrees), nil)
	s := reader(t).Read(context.Background(), "", data)
	p := s.Pages[0]
	want := strings.Fields(strings.Join(invoiceLines, " "))
	if n := readWell(p, want); n < len(want)-3 {
		t.Errorf("%d of %d words read: %q", n, len(want), texts(p))
	}
	if p.View == nil {
		t.Fatal("no view")
	}
	born := find(t, reader(t).Read(context.Background(), "", invoice(t)).Pages[0], "CSQU3054383").Box
	got := p.OnFile(find(t, p, "CSQU3054383").Box)
	x, y := page.Turn(degrees, 595.28/2, 841.89/2).Apply((born.X0+born.X1)/2, (born.Y0+born.Y1)/2)
	if !near((got.X0+got.X1)/2, x, 2) || !near((got.Y0+got.Y1)/2, y, 2) {
		t.Errorf("the word is at %v of the file, want its middle at %.1f,%.1f", got, x, y)
	}
	if !near(p.Rules[0].Y0, p.Rules[0].Y1, 0.01) || !near(p.Rules[0].X1-p.Rules[0].X0, 480, 6) {
		t.Errorf("the first rule is %v", p.Rules[0])
	}
	// The page is drawn as it was read.
	img, problem := reader(t).Render(context.Background(), "", data, 1, 72)
	if problem != nil {
		t.Fatal(problem)
	}
	b := find(t, p, "COMMERCIAL").Box
	if d := darkest(img, b); d > 140 {
		t.Errorf("the box of a word shows no print: darkest level %d", d)
	}
	over := trade.Box{X0: b.X0, Y0: b.Y0 - 14, X1: b.X1, Y1: b.Y0 - 4}
	if d := darkest(img, over); d < 140 {
		t.Errorf("above the word there is print: level %d", d)
	}
}

func darkest(img goimage.Image, b trade.Box) uint8 {
	least := uint8(255)
	for y := int(b.Y0); y < int(b.Y1); y++ {
		for x := int(b.X0); x < int(b.X1); x++ {
			least = min(least, color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y)
		}
	}
	return least
}

// A page that lies on its side or head is turned.
func TestSideways(t *testing.T) {
	f := paper(t)
	f.AddPage()
	for i := range 40 {
		f.Text(60, 80+float64(i)*17, invoiceLines[i%3]+" and further words of the line")
	}
	src := picture(t, bytesOf(t, f), 150)
	w, h := src.Rect.Dx(), src.Rect.Dy()
	side := goimage.NewRGBA(goimage.Rect(0, 0, h, w))
	for y := range h {
		for x := range w {
			side.SetRGBA(h-1-y, x, src.RGBAAt(x, y)) // a quarter turn, clockwise
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, side); err != nil {
		t.Fatal(err)
	}
	s := reader(t).Read(context.Background(), "", b.Bytes())
	p := s.Pages[0]
	if n := readWell(p, []string{"COMMERCIAL", "INVOICE", "Northwind", "Textiles", "further"}); n < 5 {
		t.Errorf("%d of 5 words read: %q", n, texts(p)[:min(30, len(p.Words))])
	}
	if p.Height < p.Width || p.View == nil {
		t.Errorf("page %v by %v, view %v", p.Width, p.Height, p.View)
	}
}

func TestMixedPage(t *testing.T) {
	f := paper(t)
	f.AddPage()
	for i := range 12 {
		f.Text(60, 80+float64(i)*16, "This line of the text layer is plain and not scanned at all")
	}
	f.RegisterImageOptionsReader("scan", fpdf.ImageOptions{ImageType: "JPG"}, bytes.NewReader(encodeJPEG(t, picture(t, invoice(t), 200))))
	f.ImageOptions("scan", 60, 300, 400, 565.7, false, fpdf.ImageOptions{ImageType: "JPG"}, 0, "")
	s := reader(t).Read(context.Background(), "", bytesOf(t, f))
	p := s.Pages[0]
	if p.Scanned || find(t, p, "plain").Reader != trade.TextLayer {
		t.Error("the text layer was not used")
	}
	if w := find(t, p, "CSQU3054383"); w.Reader != trade.FirstOCR || w.Box.Y0 < 300 {
		t.Errorf("%+v", w)
	}
}

// tiffOf writes pages as an uncompressed TIFF.
func tiffOf(pages ...*goimage.Gray) []byte {
	var b bytes.Buffer
	b.WriteString("II*\x00")
	le := binary.LittleEndian
	offset := uint32(8)
	for i, g := range pages {
		w, h := uint32(g.Rect.Dx()), uint32(g.Rect.Dy())
		next := offset + w*h + 8
		next += next % 2
		binary.Write(&b, le, next) // of the directory: in the header, or after the last one
		b.Write(g.Pix)
		binary.Write(&b, le, []uint32{200, 1}) // 200 dots an inch
		if (offset+w*h+8)%2 == 1 {
			b.WriteByte(0)
		}
		tags := [][3]uint32{{256, 4, w}, {257, 4, h}, {258, 3, 8}, {259, 3, 1}, {262, 3, 1}, {273, 4, offset}, {277, 3, 1}, {278, 4, h}, {279, 4, w * h}, {282, 5, offset + w*h}, {296, 3, 2}}
		binary.Write(&b, le, uint16(len(tags)))
		for _, t := range tags {
			binary.Write(&b, le, uint16(t[0]))
			binary.Write(&b, le, uint16(t[1]))
			binary.Write(&b, le, uint32(1))
			binary.Write(&b, le, t[2])
		}
		offset = next + 2 + uint32(12*len(tags)) + 4
		if i == len(pages)-1 {
			binary.Write(&b, le, uint32(0))
		}
	}
	return b.Bytes()
}

func TestEveryPageOfATIFF(t *testing.T) {
	var pages []*goimage.Gray
	for _, text := range []string{"first page of the fax 1001", "second page of the fax 2002", "third page of the fax 3003"} {
		f := paper(t)
		f.AddPage()
		for i := range 6 {
			f.Text(60, 100+float64(i)*24, text)
		}
		pages = append(pages, grayOfRGBA(picture(t, bytesOf(t, f), 200)))
	}
	s := reader(t).Read(context.Background(), "fax.tif", tiffOf(pages...))
	if s.Status != trade.Done || s.PageCount != 3 || len(s.Pages) != 3 || s.MediaType != "image/tiff" {
		t.Fatalf("%v %v, %d pages of %d", s.Status, s.Reason, len(s.Pages), s.PageCount)
	}
	for i, want := range []string{"1001", "2002", "3003"} {
		if w := find(t, s.Pages[i], want); s.Pages[i].Number != i+1 || !near(s.Pages[i].Width, 595.28, 1) || w.Box.X0 < 150 {
			t.Errorf("page %d: %v wide, word %v", s.Pages[i].Number, s.Pages[i].Width, w)
		}
	}
}

func TestTruncatedJPEG(t *testing.T) {
	data := encodeJPEG(t, picture(t, invoice(t), 150))
	s := reader(t).Read(context.Background(), "", data[:len(data)*3/5])
	if s.Status != trade.Partial || s.Reason == nil || s.Reason.Code != page.Corrupt || readWell(s.Pages[0], []string{"COMMERCIAL", "INVOICE"}) < 2 {
		t.Errorf("%v %v %q", s.Status, s.Reason, texts(s.Pages[0]))
	}
	s = reader(t).Read(context.Background(), "", data[:200])
	if s.Status != trade.Quarantined || s.Reason.Code != page.Corrupt {
		t.Errorf("%v %v", s.Status, s.Reason)
	}
}

// bomb is a PNG that promises more dots than it has.
func bomb(w, h uint32) []byte {
	var b bytes.Buffer
	b.WriteString("\x89PNG\r\n\x1a\n")
	chunk := func(kind string, data []byte) {
		binary.Write(&b, binary.BigEndian, uint32(len(data)))
		c := append([]byte(kind), data...)
		b.Write(c)
		binary.Write(&b, binary.BigEndian, crc32.ChecksumIEEE(c))
	}
	head := binary.BigEndian.AppendUint32(nil, w)
	head = binary.BigEndian.AppendUint32(head, h)
	chunk("IHDR", append(head, 1, 0, 0, 0, 0))
	chunk("IDAT", []byte{0x78, 0x9c, 0x63, 0, 0, 0, 1, 0, 1})
	chunk("IEND", nil)
	return b.Bytes()
}

func TestReasons(t *testing.T) {
	locked := paper(t)
	locked.SetProtection(0, "open sesame", "owner")
	locked.AddPage()
	locked.Text(60, 100, "secret")
	owner := paper(t)
	owner.SetProtection(fpdf.CnProtectPrint, "", "owner")
	owner.AddPage()
	owner.Text(60, 100, "free to read")
	blank := paper(t)
	blank.AddPage()
	large := bytes.Replace(invoice(t), []byte("/MediaBox [0 0 595.28 841.89]"), []byte("/MediaBox [0 0 9999999 99999]"), 1)
	tests := []struct {
		name   string
		data   []byte
		status trade.Status
		reason string
	}{
		{"nothing", nil, trade.Rejected, page.EmptyFile},
		{"text", []byte("invoice 1205 kg"), trade.Rejected, page.UnsupportedType},
		{"page of the web", []byte("<html><body>1205 kg</body></html>"), trade.Rejected, page.UnsupportedType},
		{"markup before a PDF", append([]byte("<html><!--"), invoice(t)...), trade.Rejected, page.UnsupportedType},
		{"drawing", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), trade.Rejected, page.UnsupportedType},
		{"damaged archive", []byte("PK\x03\x04 and so on"), trade.Quarantined, page.Corrupt},
		{"password", bytesOf(t, locked), trade.Quarantined, page.NeedsPassword},
		{"password of the owner only", bytesOf(t, owner), trade.Done, ""},
		{"half a PDF", invoice(t)[:3000], trade.Quarantined, page.Corrupt},
		{"PDF in name", []byte("%PDF-1.7\nnothing follows"), trade.Quarantined, page.Corrupt},
		{"blank PDF", bytesOf(t, blank), trade.Quarantined, page.EmptyPage},
		{"sheet of two miles", large, trade.Quarantined, page.LimitPageSize},
		{"pixel bomb", bomb(60_000, 60_000), trade.Quarantined, page.LimitPixels},
		{"damaged PNG", bomb(600, 600), trade.Quarantined, page.Corrupt},
		{"TIFF without pages", []byte("II*\x00\x08\x00\x00\x00\x00\x00"), trade.Quarantined, page.Corrupt},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := reader(t).Read(context.Background(), test.name, test.data)
			code := ""
			if s.Reason != nil {
				code = s.Reason.Code
				if !strings.HasSuffix(s.Reason.Text, ".") || len(s.Reason.Text) < 15 {
					t.Errorf("reason %q is no sentence", s.Reason.Text)
				}
			}
			if s.Status != test.status || code != test.reason {
				t.Errorf("%v %q (%v), want %v %q", s.Status, code, s.Reason, test.status, test.reason)
			}
		})
	}
}

// What a device printed before the PDF does no harm.
func TestPrinterCommandsBeforePDF(t *testing.T) {
	s := reader(t).Read(context.Background(), "", append([]byte("\x1b%-12345X@PJL ENTER LANGUAGE=PDF\r\n"), invoice(t)...))
	if s.Status != trade.Done {
		t.Errorf("%v %v", s.Status, s.Reason)
	}
}

func TestPageLimit(t *testing.T) {
	f := paper(t)
	for i := range 5 {
		f.AddPage()
		f.Text(60, 100, fmt.Sprintf("page %d of the paper, which has several lines", i+1))
	}
	x, err := Open(Options{Workers: 1, Limits: Limits{Pages: 3}})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	s := x.Read(context.Background(), "", bytesOf(t, f))
	if s.Status != trade.Partial || s.Reason.Code != page.LimitPages || len(s.Pages) != 3 || s.PageCount != 5 {
		t.Errorf("%v %v, %d pages of %d", s.Status, s.Reason, len(s.Pages), s.PageCount)
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s := reader(t).Read(ctx, "", invoice(t))
	if s.Status != trade.Quarantined || s.Reason.Code != page.Interrupted {
		t.Errorf("%v %v", s.Status, s.Reason)
	}
	if s := reader(t).Read(context.Background(), "", invoice(t)); s.Status != trade.Done {
		t.Errorf("afterwards: %v %v", s.Status, s.Reason)
	}
}

// mock is a reader of PDFs that goes wrong on certain pages.
type mock struct {
	behaviour, state string
}

func newMock(setup json.RawMessage) (sandbox.Handler, error) {
	v, err := arguments[[2]string](setup)
	m := mock{behaviour: v[0], state: v[1]}
	if m.behaviour == "crash once" {
		// Once it serves it can write nothing.
		if _, err := os.Stat(m.state); err == nil {
			m.behaviour = ""
		}
		os.WriteFile(m.state, nil, 0o600)
	}
	return m, err
}

func (m mock) Handle(op string, raw json.RawMessage, body []byte) (any, []byte, error) {
	if op == "open" {
		return openAnswer{Pages: 6}, nil, nil
	}
	arg, err := arguments[pageArg](raw)
	if err != nil {
		return nil, nil, err
	}
	p := page.Page{Number: arg.Page, Width: 595, Height: 842, Words: []page.Word{{Text: "word", Box: trade.Box{X0: 1, Y0: 1, X1: 9, Y1: 9}, Confidence: 1, Reader: trade.TextLayer}}}
	if op == "read" && arg.Page == 3 {
		switch m.behaviour {
		case "crash", "crash once":
			os.Exit(3)
		case "hang":
			time.Sleep(time.Hour)
		case "garbage":
			os.NewFile(3, "").WriteString(strings.Repeat("garbage ", 20))
			time.Sleep(time.Hour)
		case "nonsense":
			p.Words[0].Confidence = 7
		case "other page":
			p.Number = 4
		}
	}
	if op == "read" && m.behaviour == "crash always" {
		os.Exit(3)
	}
	return map[string]any{"Page": p, "Optical": false, "Blank": false}, nil, nil
}

func TestReaderGoesWrong(t *testing.T) {
	tests := []struct {
		behaviour string
		status    trade.Status
		reason    string
		pages     int // with words
	}{
		{"", trade.Done, "", 6},
		{"crash", trade.Partial, page.Crashed, 5},
		{"crash once", trade.Done, "", 6},
		{"hang", trade.Partial, page.TimeoutPage, 5},
		{"garbage", trade.Partial, page.LimitAnswer, 5},
		{"nonsense", trade.Partial, page.LimitAnswer, 5},
		{"other page", trade.Partial, page.LimitAnswer, 5},
		{"crash always", trade.Quarantined, page.Crashed, 0},
	}
	for _, test := range tests {
		t.Run(test.behaviour, func(t *testing.T) {
			t.Parallel()
			x, err := Open(Options{Workers: 1})
			if err != nil {
				t.Fatal(err)
			}
			defer x.Close()
			x.wall = 1500 * time.Millisecond
			x.pdf.Close()
			x.pdf = sandbox.NewPool(&sandbox.Kind{Name: "mock", Setup: [2]string{test.behaviour, filepath.Join(t.TempDir(), "crashed")}, Memory: 1 << 30, Answer: 1 << 20}, 1)
			s := x.Read(context.Background(), "", []byte("%PDF-1.7 for a mock"))
			read := 0
			for _, p := range s.Pages {
				if len(p.Words) > 0 {
					read++
				}
			}
			code := ""
			if s.Reason != nil {
				code = s.Reason.Code
			}
			if s.Status != test.status || code != test.reason || read != test.pages {
				t.Errorf("%v %q, %d pages, want %v %q, %d: %v", s.Status, code, read, test.status, test.reason, test.pages, s.Reason)
			}
		})
	}
}

func TestCache(t *testing.T) {
	dir := t.TempDir()
	x, err := Open(Options{Workers: 1, CacheDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	data := invoice(t)
	first := x.Read(context.Background(), "", data)
	var files []string
	filepath.Walk(dir, func(p string, i os.FileInfo, err error) error {
		if !i.IsDir() {
			files = append(files, p)
		}
		return err
	})
	if len(files) != 1 {
		t.Fatalf("the cache holds %q", files)
	}
	x.pdf.Close() // nothing can be read any more
	if again := x.Read(context.Background(), "", data); !cmp.Equal(first, again) {
		t.Error(cmp.Diff(first, again))
	}
	// A damaged entry is not used.
	b, _ := os.ReadFile(files[0])
	b[len(b)/2] ^= 0xff
	os.WriteFile(files[0], b, 0o600)
	if s := x.Read(context.Background(), "", data); s.Status == trade.Done {
		t.Error("a damaged entry was used")
	}
	// Other settings, other entry.
	y := &Extractor{opts: Options{CacheDir: dir, Languages: "tur"}, limits: x.limits}
	if x.key("ab") == y.key("ab") {
		t.Error("the language of reading makes no difference")
	}
}

// The same file gives the same pages, whatever was read before and beside.
func TestSameAgain(t *testing.T) {
	data := scan(t, picture(t, invoice(t), 200), nil)
	x := reader(t)
	first := x.Read(context.Background(), "", data)
	x.Read(context.Background(), "", invoice(t))
	var wg sync.WaitGroup
	var wrong atomic.Int32
	for range 3 {
		wg.Go(func() {
			if !cmp.Equal(first, x.Read(context.Background(), "", data)) {
				wrong.Add(1)
			}
		})
	}
	wg.Wait()
	if n := wrong.Load(); n > 0 {
		t.Errorf("%d of 3 further readings differ", n)
	}
}

func TestVersions(t *testing.T) {
	v := reader(t).Versions()
	if len(v) < 4 || !strings.HasPrefix(v[0], "pdfium 1.") || !strings.HasPrefix(v[2], "tesseract 5") || !strings.HasPrefix(v[3], "pp-ocr v4 mobile sha256:") && v[3] != "no second optical reader" || !cmp.Equal(v, reader(t).Versions()) {
		t.Errorf("%q", v)
	}
}

func TestDisagreements(t *testing.T) {
	word := func(text string) page.Word {
		return page.Word{Text: text, Box: trade.Box{X0: 1, Y0: 1, X1: 9, Y1: 9}, Confidence: 1, Reader: trade.TextLayer}
	}
	var words []page.Word
	var same []string
	for i := range 30 {
		text := fmt.Sprint(4000 + 137*i)
		words, same = append(words, word(text)), append(same, text)
	}
	words = append(words, word("50,964.60"))
	tests := []struct {
		name, other string
		want        int
	}{
		{"the same", strings.Join(same, " ") + " 50,964.60", 0},
		{"another figure", strings.Join(same, " ") + " 20,964.61", 1},
		{"left out", strings.Join(same, " "), 0},
		{"split", strings.Join(same, " ") + " 50,9 64.60", 0},
		{"glued", strings.Join(same, "") + "50,964.60", 0},
		{"rubbish", "####", 0},
		{"other digits altogether", strings.Repeat("99999 ", 40), 0},
	}
	for _, test := range tests {
		if got := disagreements(words, test.other); len(got) != test.want {
			t.Errorf("%s: %v, want %d notes", test.name, got, test.want)
		}
	}
}

var all = flag.Bool("all", false, "read every hostile file")

// Hostile files: every one ends with a status, and with a reason unless it was
// read. The quickest third is read here; all of them by `-args -all`.
func TestHostile(t *testing.T) {
	dir := "../../shared/corpus/hostile"
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Skip("the collection of hostile files is not there: " + dir)
	}
	x := reader(t)
	began := time.Now()
	for i, e := range entries {
		if !*all && i%3 != 0 && !strings.HasPrefix(e.Name(), "self__bomb_p") {
			continue
		}
		if !*all && time.Since(began) > 40*time.Second {
			t.Logf("stopped after %d of %d files", i, len(entries))
			break
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		at := time.Now()
		s := x.Read(context.Background(), e.Name(), data)
		if s.Status == "" || (s.Status == trade.Done) != (s.Reason == nil) {
			t.Errorf("%s: status %q with reason %v", e.Name(), s.Status, s.Reason)
		}
		if d := time.Since(at); d > 3*time.Minute {
			t.Errorf("%s took %v", e.Name(), d)
		}
	}
	if s := x.Read(context.Background(), "", invoice(t)); s.Status != trade.Done {
		t.Errorf("after the hostile files: %v %v", s.Status, s.Reason)
	}
}

// The processor time of the children, which the clock of a busy machine hides,
// is known when they have ended; it includes their start.
func benchmarkRead(b *testing.B, data []byte) {
	x, err := Open(Options{Workers: 1})
	if err != nil {
		b.Fatal(err)
	}
	before := children()
	n := 0
	for b.Loop() {
		if s := x.Read(context.Background(), "", data); s.Status != trade.Done {
			b.Fatal(s.Reason)
		}
		n++
	}
	x.Close()
	b.ReportMetric(float64((children()-before).Milliseconds())/float64(n), "cpu-ms/page")
}

func children() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_CHILDREN, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkTextPage(b *testing.B) {
	f := paper(b)
	f.AddPage()
	for i := range 40 {
		f.Text(60, 80+float64(i)*17, invoiceLines[i%7]+"  and further 1204.50")
	}
	benchmarkRead(b, bytesOf(b, f))
}

func BenchmarkScannedPage(b *testing.B) {
	f := paper(b)
	f.AddPage()
	for i := range 40 {
		f.Text(60, 80+float64(i)*17, invoiceLines[i%7]+"  and further 1204.50")
	}
	benchmarkRead(b, scan(b, picture(b, bytesOf(b, f), 200), nil))
}

func BenchmarkScannedEnglishPage(b *testing.B) {
	f := paper(b)
	f.AddPage()
	for i := range 40 {
		f.Text(60, 80+float64(i)*17, invoiceLines[i%3]+"  and further goods of 1204.50 kg")
	}
	benchmarkRead(b, scan(b, picture(b, bytesOf(b, f), 200), nil))
}

func BenchmarkOpen(b *testing.B) {
	data := invoice(b)
	for b.Loop() {
		x, err := Open(Options{Workers: 1})
		if err != nil {
			b.Fatal(err)
		}
		x.Read(context.Background(), "", data)
		x.Close()
	}
}

// A file inside a PDF is named, so that none is lost in silence.
func TestAttachedFilesAreNamed(t *testing.T) {
	f := paper(t)
	f.AddPage()
	f.Text(60, 100, "COMMERCIAL INVOICE No. HL-7 of 2 March 2026")
	f.SetAttachments([]fpdf.Attachment{
		{Content: []byte("<a/>"), Filename: "factur-x.xml"},
		{Content: []byte("b"), Filename: "terms.txt"},
	})
	var b bytes.Buffer
	if err := f.Output(&b); err != nil {
		t.Fatal(err)
	}
	s := reader(t).Read(context.Background(), "hybrid.pdf", b.Bytes())
	want := []page.Note{{Code: "attached_file", Text: `The PDF holds 2 files more, which were not read: "factur-x.xml", "terms.txt". Take them out to have them checked.`}}
	if s.Status != trade.Done || !cmp.Equal(s.Notes, want) {
		t.Errorf("status %v, notes %v, want %v", s.Status, s.Notes, want)
	}
	if s := reader(t).Read(context.Background(), "plain.pdf", invoice(t)); len(s.Notes) > 0 {
		t.Errorf("a plain file: %v", s.Notes)
	}
	if got := attachedNotes(5, []string{shownName("x\x1b[2J\xff.xml")}); len(got) != 1 || strings.Contains(got[0].Text, "\x1b") || !utf8.ValidString(got[0].Text) || !strings.Contains(got[0].Text, "and others") {
		t.Errorf("an untrusted name: %v", got)
	}
}

// The data of a hybrid paper are kept beside what its page says, and make no
// second paper.
func TestDataInsideAFile(t *testing.T) {
	data, err := os.ReadFile("format/message/testdata/cii.xml")
	if err != nil {
		t.Fatal(err)
	}
	f := paper(t)
	f.AddPage()
	f.Text(60, 100, "COMMERCIAL INVOICE No. HL-7 of 2 March 2026")
	f.SetAttachments([]fpdf.Attachment{
		{Content: []byte("b"), Filename: "terms.txt"},
		{Content: data, Filename: "factur-x.xml"},
		{Content: data, Filename: "again.xml"},
	})
	var b bytes.Buffer
	if err := f.Output(&b); err != nil {
		t.Fatal(err)
	}
	// PDFium finds a file by the name that the older key has too, which is empty here.
	file := bytes.ReplaceAll(b.Bytes(), []byte("/F () /UF"), []byte("/F(a) /UF"))
	s := reader(t).Read(context.Background(), "hybrid.pdf", file)
	number := ""
	for _, o := range s.Seen {
		if o.Kind == trade.Inside && o.Print == "/number" {
			number += o.Text
		}
	}
	var notes []string
	for _, n := range s.Notes {
		notes = append(notes, n.Code)
	}
	if s.Status != trade.Done || number == "" || len(s.Papers)+len(s.Parts) > 0 || !cmp.Equal(notes, []string{"attached_message", "attached_file"}) {
		t.Errorf("status %v, number inside %q, %d papers, notes %v", s.Status, number, len(s.Papers), s.Notes)
	}
	if !strings.Contains(s.Notes[len(s.Notes)-1].Text, `"terms.txt", "again.xml"`) {
		t.Errorf("unread files: %q", s.Notes[len(s.Notes)-1].Text)
	}
}
