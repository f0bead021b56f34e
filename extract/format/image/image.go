// Package image reads JPEG, PNG and TIFF files: how many pages they hold, and
// each page as gray levels or in colour, upright as the camera held it.
package image

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math"

	"golang.org/x/image/tiff"

	"tallyman/extract/page"
)

// Limits that hold before anything is decoded.
const (
	MaxPixels = 200_000_000
	maxSide   = 40_000
)

// A File is an image file with one or more pages.
type File struct {
	Kind  string // image/jpeg, image/png, image/tiff
	Pages []Frame

	data []byte
}

// A Frame describes one page.
type Frame struct {
	Width, Height int     // pixels, before the orientation is applied
	Orientation   int     // as in EXIF, 1 to 8
	DPI           float64 // as the file states it; 0 if it does not, or not credibly

	offset uint32 // TIFF: where the directory of the page is
}

// Kind returns the media type of data if it begins as one of the images that
// are read, and nothing otherwise.
func Kind(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xd8, 0xff}):
		return "image/jpeg"
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return "image/png"
	case bytes.HasPrefix(data, []byte("II*\x00")), bytes.HasPrefix(data, []byte("MM\x00*")):
		return "image/tiff"
	}
	return ""
}

func corrupt(format string, args ...any) error {
	return &page.Problem{Code: page.Corrupt, Text: fmt.Sprintf(format, args...) + " Ask the sender for a new copy."}
}

// Open reads the structure of the file, and decodes nothing.
func Open(data []byte) (*File, error) {
	f := &File{Kind: Kind(data), data: data}
	switch f.Kind {
	case "image/jpeg":
		c, err := jpeg.DecodeConfig(bytes.NewReader(data))
		if err != nil {
			return nil, corrupt("The JPEG image is damaged.")
		}
		orientation, dpi := jpegFacts(data)
		f.Pages = []Frame{{Width: c.Width, Height: c.Height, Orientation: orientation, DPI: dpi}}
	case "image/png":
		c, err := png.DecodeConfig(bytes.NewReader(data))
		if err != nil {
			return nil, corrupt("The PNG image is damaged.")
		}
		f.Pages = []Frame{{Width: c.Width, Height: c.Height, Orientation: 1, DPI: pngDPI(data)}}
	case "image/tiff":
		frames, err := tiffFrames(data)
		if err != nil {
			return nil, err
		}
		f.Pages = frames
	default:
		return nil, &page.Problem{Code: page.UnsupportedType, Text: "The file is no JPEG, PNG or TIFF image."}
	}
	return f, nil
}

// Decode decodes page n, counted from 1, upright. A truncated JPEG gives what
// there is, with partial set.
func (f *File) Decode(n int) (img image.Image, partial bool, err error) {
	if n < 1 || n > len(f.Pages) {
		return nil, false, corrupt("Page %d does not exist.", n)
	}
	fr := f.Pages[n-1]
	if fr.Width < 1 || fr.Height < 1 {
		return nil, false, corrupt("Page %d has no size.", n)
	}
	if fr.Width > maxSide || fr.Height > maxSide || fr.Width*fr.Height > MaxPixels {
		return nil, false, &page.Problem{Code: page.LimitPixels, Text: fmt.Sprintf("Page %d is %d by %d dots; at most %d million dots are read. Ask for a scan of 300 dots an inch.", n, fr.Width, fr.Height, MaxPixels/1_000_000)}
	}
	switch f.Kind {
	case "image/jpeg":
		img, err = jpeg.Decode(bytes.NewReader(f.data))
		if err != nil {
			if img = mend(f.data); img != nil {
				partial, err = true, nil
			}
		}
	case "image/png":
		img, err = png.Decode(bytes.NewReader(f.data))
	case "image/tiff":
		img, err = f.tiff(fr)
	}
	if err != nil {
		var p *page.Problem
		if errors.As(err, &p) {
			return nil, false, p
		}
		return nil, false, corrupt("Page %d of the image is damaged.", n)
	}
	return upright(img, fr.Orientation), partial, nil
}

// mend decodes what a truncated JPEG holds. The decoder of the standard library
// gives no part of an image, so the file is ended in a way it accepts: the
// missing data become zeros, which are decoded as even gray.
func mend(data []byte) image.Image {
	// Less than a tenth of a picture is not worth reading, and an image whose
	// header is broken is not helped.
	for _, filler := range []int{1 << 20, 16 << 20} {
		r := &padded{data: data, fill: filler}
		if img, err := jpeg.Decode(r); err == nil {
			return img
		}
	}
	return nil
}

// padded is a file that goes on with zeros and then ends as a JPEG does.
type padded struct {
	data []byte
	at   int
	fill int
}

func (p *padded) Read(b []byte) (int, error) {
	n := copy(b, p.data[min(p.at, len(p.data)):])
	for n < len(b) && p.at+n < len(p.data)+p.fill {
		b[n] = 0
		n++
	}
	p.at += n
	if n == 0 {
		end := []byte{0xff, 0xd9}
		k := p.at - len(p.data) - p.fill
		if k < 0 || k >= len(end) {
			return 0, errors.New("end of the image")
		}
		n = copy(b, end[k:])
		p.at += n
	}
	return n, nil
}

// DPI returns the resolution to work with, and whether the file states it. A
// file that says nothing is taken for an A4 page if it has that shape, and else
// for a scan of 200 dots an inch.
func (fr Frame) Resolution() (dpi float64, stated bool) {
	if fr.DPI >= 70 && fr.DPI <= 1300 {
		return fr.DPI, true
	}
	long, short := float64(max(fr.Width, fr.Height)), float64(min(fr.Width, fr.Height))
	if ratio := long / short; ratio > 1.2 && ratio < 1.55 {
		return max(40, long/11.69), false
	}
	return 200, false
}

// Gray returns the image as gray levels for reading. Each level is the largest
// of red, green and blue, so that coloured stamps and signatures fade and black
// print stays.
func Gray(img image.Image) *image.Gray {
	b := img.Bounds()
	g := image.NewGray(image.Rect(0, 0, b.Dx(), b.Dy()))
	switch src := img.(type) {
	case *image.Gray:
		for y := range b.Dy() {
			o := src.PixOffset(b.Min.X, b.Min.Y+y)
			copy(g.Pix[y*g.Stride:y*g.Stride+b.Dx()], src.Pix[o:o+b.Dx()])
		}
	case *image.YCbCr:
		for y := range b.Dy() {
			row := g.Pix[y*g.Stride:]
			for x := range b.Dx() {
				yi := src.YOffset(b.Min.X+x, b.Min.Y+y)
				ci := src.COffset(b.Min.X+x, b.Min.Y+y)
				if cb, cr := src.Cb[ci], src.Cr[ci]; cb > 126 && cb < 130 && cr > 126 && cr < 130 {
					row[x] = src.Y[yi]
					continue
				}
				r, gg, bb := color.YCbCrToRGB(src.Y[yi], src.Cb[ci], src.Cr[ci])
				row[x] = max(r, gg, bb)
			}
		}
	case *image.RGBA:
		for y := range b.Dy() {
			row := g.Pix[y*g.Stride:]
			p := src.Pix[src.PixOffset(b.Min.X, b.Min.Y+y):]
			for x := range b.Dx() {
				// What is transparent shows paper.
				row[x] = max(p[4*x], p[4*x+1], p[4*x+2]) + (255 - p[4*x+3])
			}
		}
	default:
		for y := range b.Dy() {
			for x := range b.Dx() {
				r, gg, bb, a := img.At(b.Min.X+x, b.Min.Y+y).RGBA()
				g.Pix[y*g.Stride+x] = uint8((max(r, gg, bb) + 0xffff - a) >> 8)
			}
		}
	}
	return g
}

// Dark returns the image with the smallest of red, green and blue as level, on
// which print of any colour is dark, or nil if the image has so little colour
// that Gray shows all of its print. Forms are often printed in red, and letters
// typed in blue: Gray lets them fade with the stamps.
func Dark(img image.Image) *image.Gray {
	var level func(x, y int) (low, high uint8)
	b := img.Bounds()
	switch src := img.(type) {
	case *image.YCbCr:
		level = func(x, y int) (uint8, uint8) {
			yi, ci := src.YOffset(b.Min.X+x, b.Min.Y+y), src.COffset(b.Min.X+x, b.Min.Y+y)
			r, g, bb := color.YCbCrToRGB(src.Y[yi], src.Cb[ci], src.Cr[ci])
			return min(r, g, bb), max(r, g, bb)
		}
	case *image.RGBA:
		level = func(x, y int) (uint8, uint8) {
			p := src.Pix[src.PixOffset(b.Min.X+x, b.Min.Y+y):]
			clear := 255 - p[3]
			return min(p[0], p[1], p[2]) + clear, max(p[0], p[1], p[2]) + clear
		}
	case *image.Gray, *image.Gray16:
		return nil
	default:
		level = func(x, y int) (uint8, uint8) {
			r, g, bb, a := img.At(b.Min.X+x, b.Min.Y+y).RGBA()
			return uint8((min(r, g, bb) + 0xffff - a) >> 8), uint8((max(r, g, bb) + 0xffff - a) >> 8)
		}
	}
	// Colour is looked for on a part of the dots first.
	const step, coloured = 5, 40
	n := 0
	for y := 0; y < b.Dy(); y += step {
		for x := 0; x < b.Dx(); x += step {
			if low, high := level(x, y); high-low >= coloured && low < 190 {
				n++
			}
		}
	}
	if n*step*step*400 < b.Dx()*b.Dy() {
		return nil
	}
	g := image.NewGray(image.Rect(0, 0, b.Dx(), b.Dy()))
	for y := range b.Dy() {
		row := g.Pix[y*g.Stride:]
		for x := range b.Dx() {
			row[x], _ = level(x, y)
		}
	}
	return g
}

// RGBA returns the image in colour on white paper.
func RGBA(img image.Image) *image.RGBA {
	b := img.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(out, out.Bounds(), img, b.Min, draw.Over)
	return out
}

// upright undoes the orientation of the camera.
func upright(img image.Image, orientation int) image.Image {
	if orientation < 2 || orientation > 8 {
		return img
	}
	src := RGBA(img)
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	ow, oh := w, h
	if orientation >= 5 {
		ow, oh = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, ow, oh))
	for y := range oh {
		for x := range ow {
			var sx, sy int
			switch orientation {
			case 2:
				sx, sy = w-1-x, y
			case 3:
				sx, sy = w-1-x, h-1-y
			case 4:
				sx, sy = x, h-1-y
			case 5:
				sx, sy = y, x
			case 6:
				sx, sy = y, h-1-x
			case 7:
				sx, sy = w-1-y, h-1-x
			case 8:
				sx, sy = w-1-y, x
			}
			copy(out.Pix[out.PixOffset(x, y):][:4], src.Pix[src.PixOffset(sx, sy):][:4])
		}
	}
	return out
}

// jpegFacts returns the orientation and the resolution that a JPEG states.
func jpegFacts(data []byte) (orientation int, dpi float64) {
	orientation = 1
	for i := 2; i+4 <= len(data) && data[i] == 0xff; {
		marker := data[i+1]
		if marker == 0xff {
			i++
			continue
		}
		if marker == 0xda || marker == 0xd9 {
			break
		}
		n := int(binary.BigEndian.Uint16(data[i+2:]))
		if n < 2 || i+2+n > len(data) {
			break
		}
		seg := data[i+4 : i+2+n]
		switch {
		case marker == 0xe0 && len(seg) >= 12 && bytes.HasPrefix(seg, []byte("JFIF\x00")):
			x := float64(binary.BigEndian.Uint16(seg[8:]))
			switch seg[7] {
			case 1:
				dpi = x
			case 2:
				dpi = x * 2.54
			}
		case marker == 0xe1 && len(seg) > 14 && bytes.HasPrefix(seg, []byte("Exif\x00\x00")):
			if t, err := newTIFF(seg[6:]); err == nil {
				if d, err := t.directory(t.first); err == nil {
					if o := int(d.number(274, 1)); o >= 1 && o <= 8 {
						orientation = o
					}
					if x := d.dpi(); x > 0 && dpi <= 1 {
						dpi = x
					}
				}
			}
		}
		i += 2 + n
	}
	// 72 and 96 are what programs write when they do not know.
	if dpi == 72 || dpi == 96 {
		dpi = 0
	}
	return orientation, dpi
}

func pngDPI(data []byte) float64 {
	for i := 8; i+12 <= len(data); {
		n := int(binary.BigEndian.Uint32(data[i:]))
		kind := string(data[i+4 : i+8])
		if n < 0 || i+12+n > len(data) || kind == "IDAT" {
			return 0
		}
		if kind == "pHYs" && n == 9 && data[i+16] == 1 {
			dpi := math.Round(float64(binary.BigEndian.Uint32(data[i+8:])) * 0.0254)
			if dpi == 72 || dpi == 96 {
				return 0
			}
			return dpi
		}
		i += 12 + n
	}
	return 0
}

// tiff decodes one page. The library reads the first directory only, so it is
// given the file with another first directory.
func (f *File) tiff(fr Frame) (image.Image, error) {
	data := bytes.Clone(f.data)
	order := binary.ByteOrder(binary.LittleEndian)
	if data[0] == 'M' {
		order = binary.BigEndian
	}
	order.PutUint32(data[4:], fr.offset)
	return tiff.Decode(bytes.NewReader(data))
}
