package extract

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"os"
	"sync"

	"github.com/go-fonts/dejavu/dejavusans"
	"github.com/go-fonts/dejavu/dejavusansbold"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"tallyman/extract/page"
)

// wideFonts are where the font for Chinese, Japanese and Korean may lie. Without
// one, such a letter is drawn as a frame.
var wideFonts = []string{"/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"}

var faces = sync.OnceValue(func() (f struct{ plain, bold, wide *sfnt.Font }) {
	f.plain, _ = opentype.Parse(dejavusans.TTF)
	f.bold, _ = opentype.Parse(dejavusansbold.TTF)
	for _, name := range wideFonts {
		if data, err := os.ReadFile(name); err == nil {
			if f.wide, err = opentype.Parse(data); err == nil {
				break
			}
		}
	}
	return f
})

// renderFormat draws a page of a file that has no picture of its own: what was
// read, where it was put.
func (x *Extractor) renderFormat(ctx context.Context, name string, data []byte, number int, dpi float64) (image.Image, *page.Problem) {
	src := x.Read(ctx, name, data)
	if number < 1 || number > len(src.Pages) {
		return nil, &page.Problem{Code: page.Corrupt, Text: fmt.Sprintf("The file has no page %d.", number)}
	}
	p := src.Pages[number-1]
	scale := dpi / 72
	w, h := int(p.Width*scale+0.5), int(p.Height*scale+0.5)
	if w < 1 || h < 1 || w > 20_000 || h > 60_000 || w*h > 120_000_000 {
		return nil, &page.Problem{Code: page.LimitPixels, Text: "The page is too large to be drawn."}
	}
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(img, img.Bounds(), image.White, image.Point{}, draw.Src)
	line := image.NewUniform(color.Gray{0x70})
	for _, r := range p.Rules {
		box := image.Rect(int(r.X0*scale), int(r.Y0*scale), max(int(r.X1*scale), int(r.X0*scale)+1), max(int(r.Y1*scale), int(r.Y0*scale)+1))
		draw.Draw(img, box, line, image.Point{}, draw.Src)
	}
	pen := &pen{img: img, scale: scale, faces: map[faceKey]font.Face{}}
	for _, word := range p.Words {
		pen.word(word)
	}
	return img, nil
}

type faceKey struct {
	font *sfnt.Font
	size int // quarters of a pixel
}

type pen struct {
	img   draw.Image
	scale float64
	faces map[faceKey]font.Face
	buf   sfnt.Buffer
}

func (p *pen) face(f *sfnt.Font, size float64) font.Face {
	key := faceKey{f, int(size*4 + 0.5)}
	if p.faces[key] == nil {
		face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: max(1, float64(key.size)/4), DPI: 72, Hinting: font.HintingNone})
		if err != nil {
			return nil
		}
		p.faces[key] = face
	}
	return p.faces[key]
}

// word draws a word so that it fills its box.
func (p *pen) word(w page.Word) {
	all := faces()
	main := all.plain
	if w.Bold {
		main = all.bold
	}
	size := w.Size * p.scale
	if size <= 0 {
		size = (w.Box.Y1 - w.Box.Y0) * p.scale
	}
	of := func(r rune, size float64) font.Face {
		for _, f := range []*sfnt.Font{main, all.wide} {
			if f == nil {
				continue
			}
			if i, err := f.GlyphIndex(&p.buf, r); err == nil && i != 0 {
				return p.face(f, size)
			}
		}
		return nil
	}
	length := func(size float64) (sum fixed.Int26_6) {
		for _, r := range w.Text {
			if f := of(r, size); f != nil {
				a, _ := f.GlyphAdvance(r)
				sum += a
			} else {
				sum += fixed.Int26_6(size * 64)
			}
		}
		return sum
	}
	room := (w.Box.X1 - w.Box.X0) * p.scale
	if n := float64(length(size)) / 64; n > room && n > 0 {
		size *= max(0.5, room/n)
	}
	x := fixed.Int26_6(w.Box.X0 * p.scale * 64)
	y := fixed.Int26_6((w.Box.Y0 + 0.82*(w.Box.Y1-w.Box.Y0)) * p.scale * 64)
	for _, r := range w.Text {
		f := of(r, size)
		if f == nil {
			p.frame(x.Floor(), y.Floor(), int(size))
			x += fixed.Int26_6(size * 64)
			continue
		}
		at := fixed.Point26_6{X: x, Y: y}
		if dr, mask, maskp, advance, ok := f.Glyph(at, r); ok {
			draw.DrawMask(p.img, dr, image.Black, image.Point{}, mask, maskp, draw.Over)
			x += advance
		}
	}
}

// frame stands for a letter that no font has.
func (p *pen) frame(x, y, size int) {
	for i := 1; i < size-1; i++ {
		for _, at := range [...]image.Point{{x + i, y - size + 2}, {x + i, y}, {x + 1, y - i}, {x + size - 2, y - i}} {
			p.img.Set(at.X, at.Y, color.Gray{0x60})
		}
	}
}
