package image

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"testing"
)

// marked is an image with a red upper left corner.
func marked(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{255, 255, 255, 255}
			if x < w/4 && y < h/4 {
				c = color.RGBA{220, 0, 0, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

// withEXIF puts an orientation into a JPEG.
func withEXIF(t testing.TB, img image.Image, orientation uint16) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	be := binary.BigEndian
	seg := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01")
	seg = be.AppendUint16(seg, 274)
	seg = be.AppendUint16(seg, 3)
	seg = be.AppendUint32(seg, 1)
	seg = be.AppendUint16(seg, orientation)
	seg = append(seg, 0, 0, 0, 0, 0, 0)
	out := []byte{0xff, 0xd8, 0xff, 0xe1}
	out = be.AppendUint16(out, uint16(len(seg)+2))
	out = append(out, seg...)
	return append(out, b.Bytes()[2:]...)
}

// What the camera wrote of its position brings the corner where it belongs.
func TestOrientation(t *testing.T) {
	// Where the stored upper left corner stands when the image is upright.
	corner := map[uint16]string{1: "left top", 2: "right top", 3: "right bottom", 4: "left bottom", 5: "left top", 6: "right top", 7: "right bottom", 8: "left bottom"}
	for orientation, want := range corner {
		f, err := Open(withEXIF(t, marked(80, 40), orientation))
		if err != nil {
			t.Fatal(err)
		}
		img, partial, err := f.Decode(1)
		if err != nil || partial {
			t.Fatal(err, partial)
		}
		b := img.Bounds()
		if (b.Dx() > b.Dy()) != (orientation < 5) {
			t.Errorf("orientation %d: %v", orientation, b)
		}
		got := ""
		for _, c := range []struct {
			name string
			x, y int
		}{{"left top", 2, 2}, {"right top", b.Dx() - 3, 2}, {"right bottom", b.Dx() - 3, b.Dy() - 3}, {"left bottom", 2, b.Dy() - 3}} {
			if _, g, _, _ := img.At(b.Min.X+c.x, b.Min.Y+c.y).RGBA(); g < 0x6000 {
				got += c.name
			}
		}
		if got != want {
			t.Errorf("orientation %d: the corner is %q, want %q", orientation, got, want)
		}
	}
}

func TestResolution(t *testing.T) {
	tests := []struct {
		frame  Frame
		dpi    float64
		stated bool
	}{
		{Frame{Width: 2480, Height: 3508, DPI: 300}, 300, true},
		{Frame{Width: 1654, Height: 2339}, 200, false},         // the shape of A4
		{Frame{Width: 2339, Height: 1654, DPI: 1}, 200, false}, // a resolution nobody has
		{Frame{Width: 600, Height: 1800}, 200, false},          // no shape of paper
		{Frame{Width: 2480, Height: 3508, DPI: 5e6}, 300, false},
	}
	for _, test := range tests {
		dpi, stated := test.frame.Resolution()
		if dpi < test.dpi-1 || dpi > test.dpi+1 || stated != test.stated {
			t.Errorf("%+v: %v %v, want %v %v", test.frame, dpi, stated, test.dpi, test.stated)
		}
	}
}

// Coloured ink fades, black print stays, what is transparent is paper.
func TestGray(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 4, 1))
	m.SetNRGBA(0, 0, color.NRGBA{230, 20, 30, 255})
	m.SetNRGBA(1, 0, color.NRGBA{10, 12, 11, 255})
	m.SetNRGBA(2, 0, color.NRGBA{0, 0, 0, 0})
	m.SetNRGBA(3, 0, color.NRGBA{250, 250, 250, 255})
	for name, img := range map[string]image.Image{"NRGBA": m, "RGBA": RGBA(m)} {
		g := Gray(img)
		for x, want := range []uint8{230, 12, 255, 250} {
			if got := g.GrayAt(x, 0).Y; got < want-1 || got > want+0 && want != 12 || want == 12 && got > 13 {
				t.Errorf("%s: dot %d has level %d, want %d", name, x, got, want)
			}
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(withEXIF(f, marked(8, 8), 6))
	f.Add([]byte("II*\x00\x08\x00\x00\x00\x01\x00\x00\x01\x03\x00\x01\x00\x00\x00\x08\x00\x00\x00\x08\x00\x00\x00"))
	f.Add([]byte("MM\x00*\x00\x00\x00\x08\xff\xff"))
	f.Add([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Open(data)
		if err != nil {
			return
		}
		for i, fr := range file.Pages {
			if i == 3 || fr.Width*fr.Height > 1<<20 {
				break
			}
			if dpi, _ := fr.Resolution(); !(dpi > 1 && dpi < 1e6) {
				t.Errorf("resolution %v", dpi)
			}
			file.Decode(i + 1)
		}
	})
}
