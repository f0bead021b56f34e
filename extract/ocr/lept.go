package ocr

/*
#cgo pkg-config: lept tesseract
#include <stdlib.h>
#include <string.h>
#include <leptonica/allheaders.h>
#include <tesseract/capi.h>

// tmGray copies an 8-bit gray image into a Pix.
static PIX *tmGray(const unsigned char *data, int w, int h, int stride) {
	PIX *p = pixCreate(w, h, 8);
	if (!p) return NULL;
	int wpl = pixGetWpl(p);
	l_uint32 *raster = pixGetData(p);
	for (int y = 0; y < h; y++) {
		const unsigned char *from = data + (size_t)y * stride;
		l_uint32 *to = raster + (size_t)y * wpl;
		for (int x = 0; x < w; x++) SET_DATA_BYTE(to, x, from[x]);
	}
	return p;
}

// tmCopy writes the gray levels of an 8-bit Pix to data, w bytes a row.
static void tmCopy(PIX *p, unsigned char *data) {
	int w = pixGetWidth(p), h = pixGetHeight(p), wpl = pixGetWpl(p);
	l_uint32 *raster = pixGetData(p);
	for (int y = 0; y < h; y++) {
		l_uint32 *from = raster + (size_t)y * wpl;
		for (int x = 0; x < w; x++) data[(size_t)y * w + x] = GET_DATA_BYTE(from, x);
	}
}

// tmQuiet stops Leptonica and Tesseract from writing to stderr.
static void tmQuiet(void) { setMsgSeverity(L_SEVERITY_NONE); }
*/
import "C"

import (
	"image"
	"math"
	"unsafe"
)

func init() { C.tmQuiet() }

// A pix is an image of Leptonica. It has to be freed.
type pix struct{ p *C.PIX }

func newPix(g *image.Gray) pix {
	b := g.Bounds()
	if b.Empty() {
		return pix{}
	}
	return pix{C.tmGray((*C.uchar)(unsafe.Pointer(&g.Pix[g.PixOffset(b.Min.X, b.Min.Y)])), C.int(b.Dx()), C.int(b.Dy()), C.int(g.Stride))}
}

func (p *pix) free() {
	if p.p != nil {
		C.pixDestroy(&p.p)
	}
}

// become replaces p by next, if there is one, and frees the old image.
func (p *pix) become(next *C.PIX) bool {
	if next == nil {
		return false
	}
	p.free()
	p.p = next
	return true
}

func (p pix) size() (w, h int) { return int(C.pixGetWidth(p.p)), int(C.pixGetHeight(p.p)) }

func (p pix) gray() *image.Gray {
	w, h := p.size()
	g := image.NewGray(image.Rect(0, 0, w, h))
	C.tmCopy(p.p, (*C.uchar)(unsafe.Pointer(&g.Pix[0])))
	return g
}

// scale makes the image f times as large.
func (p *pix) scale(f float64) bool {
	if f < 0.7 {
		return p.become(C.pixScaleAreaMap(p.p, C.float(f), C.float(f)))
	}
	return p.become(C.pixScale(p.p, C.float(f), C.float(f)))
}

// ink is the gray level below which a dot is ink, once the image is even.
const ink = 165

// even takes uneven light out of the image: paper becomes white. The function
// of Leptonica brings the paper to level 200.
func (p *pix) even() bool {
	if !p.become(C.pixBackgroundNormSimple(p.p, nil, nil)) {
		return false
	}
	C.pixMultConstantGray(p.p, 255.0/200.0)
	return true
}

// skew returns by how many degrees the print is turned, clockwise positive,
// and how sure that is.
func (p pix) skew() (degrees, confidence float64) {
	b := C.pixThresholdToBinary(p.p, ink)
	if b == nil {
		return 0, 0
	}
	defer C.pixDestroy(&b)
	var angle, conf C.l_float32
	if C.pixFindSkewSweepAndSearch(b, &angle, &conf, 4, 2, 8, 1, 0.01) != 0 {
		return 0, 0
	}
	return -float64(angle), float64(conf)
}

// turn turns the image by degrees, clockwise, around its middle.
func (p *pix) turn(degrees float64) bool {
	return p.become(C.pixRotate(p.p, C.float(degrees*math.Pi/180), C.L_ROTATE_AREA_MAP, C.L_BRING_IN_WHITE, 0, 0))
}

// quarter turns the image by quarter turns, clockwise.
func (p *pix) quarter(turns int) bool {
	if turns%4 == 0 {
		return true
	}
	return p.become(C.pixRotateOrth(p.p, C.l_int32(turns%4)))
}

// hide paints paper over what is darker than level in other, and beyond it as
// far as a brick of that size reaches.
func (p *pix) hide(other pix, level, brick int) {
	b := C.pixThresholdToBinary(other.p, C.l_int32(level))
	if b == nil {
		return
	}
	defer C.pixDestroy(&b)
	if wide := C.pixDilateBrick(nil, b, C.l_int32(brick), C.l_int32(brick)); wide != nil {
		defer C.pixDestroy(&wide)
		C.pixSetMasked(p.p, wide, 255)
	}
}

// invert turns black into white.
func (p *pix) invert() { C.pixInvert(p.p, p.p) }

// blocks returns the boxes of what is darker than level over wide areas, such
// as the bands that headings are printed on in white.
func (p pix) blocks(level, side int) []image.Rectangle {
	b := C.pixThresholdToBinary(p.p, C.l_int32(level))
	if b == nil {
		return nil
	}
	defer C.pixDestroy(&b)
	solid := C.pixOpenBrick(nil, b, C.l_int32(side), C.l_int32(side))
	if solid == nil {
		return nil
	}
	defer C.pixDestroy(&solid)
	whole := C.pixCloseSafeBrick(nil, solid, C.l_int32(6*side), C.l_int32(side))
	if whole == nil {
		return nil
	}
	defer C.pixDestroy(&whole)
	return boxesOf(whole)
}

// darkShare returns which part of a box is darker than level, 0 to 1.
func (p pix) darkShare(r image.Rectangle, level int) float64 {
	c := p.crop(r)
	if c.p == nil {
		return 0
	}
	defer c.free()
	b := C.pixThresholdToBinary(c.p, C.l_int32(level))
	if b == nil {
		return 0
	}
	defer C.pixDestroy(&b)
	var n C.l_int32
	if C.pixCountPixels(b, &n, nil) != 0 {
		return 0
	}
	return float64(n) / float64(r.Dx()*r.Dy())
}

// pnm returns the image as a file for Tesseract.
func (p pix) pnm() []byte {
	var data *C.l_uint8
	var size C.size_t
	if C.pixWriteMemPnm(&data, &size, p.p) != 0 {
		return nil
	}
	defer C.free(unsafe.Pointer(data))
	return C.GoBytes(unsafe.Pointer(data), C.int(size))
}

// crop returns a part of the image.
func (p pix) crop(r image.Rectangle) pix {
	box := C.boxCreate(C.l_int32(r.Min.X), C.l_int32(r.Min.Y), C.l_int32(r.Dx()), C.l_int32(r.Dy()))
	defer C.boxDestroy(&box)
	return pix{C.pixClipRectangle(p.p, box, nil)}
}

// runs returns the boxes of what is left of the ink after an opening with a
// line of that length.
func (p pix) runs(length int, flat bool) []image.Rectangle {
	b := C.pixThresholdToBinary(p.p, ink)
	if b == nil {
		return nil
	}
	defer C.pixDestroy(&b)
	w, h := C.l_int32(length), C.l_int32(1)
	if !flat {
		w, h = h, w
	}
	open := C.pixOpenBrick(nil, b, w, h)
	if open == nil {
		return nil
	}
	defer C.pixDestroy(&open)
	return boxesOf(open)
}

// components returns the boxes of the connected inked spots.
func (p pix) components() []image.Rectangle { return p.spots(ink) }

// spots returns the boxes of the connected spots that are darker than level.
func (p pix) spots(level int) []image.Rectangle {
	b := C.pixThresholdToBinary(p.p, C.l_int32(level))
	if b == nil {
		return nil
	}
	defer C.pixDestroy(&b)
	return boxesOf(b)
}

func boxesOf(b *C.PIX) []image.Rectangle {
	boxes := C.pixConnCompBB(b, 8)
	if boxes == nil {
		return nil
	}
	defer C.boxaDestroy(&boxes)
	n := int(C.boxaGetCount(boxes))
	out := make([]image.Rectangle, 0, n)
	for i := range n {
		var x, y, w, h C.l_int32
		if C.boxaGetBoxGeometry(boxes, C.l_int32(i), &x, &y, &w, &h) == 0 {
			out = append(out, image.Rect(int(x), int(y), int(x+w), int(y+h)))
		}
	}
	return out
}

// An orienter tells which way up a page is.
type orienter struct{ api *C.TessBaseAPI }

func newOrienter() *orienter {
	api := C.TessBaseAPICreate()
	if api == nil {
		return nil
	}
	lang := C.CString("osd")
	defer C.free(unsafe.Pointer(lang))
	if C.TessBaseAPIInit3(api, nil, lang) != 0 {
		C.TessBaseAPIDelete(api)
		return nil
	}
	C.TessBaseAPISetPageSegMode(api, C.PSM_OSD_ONLY)
	return &orienter{api}
}

func (o *orienter) close() {
	C.TessBaseAPIEnd(o.api)
	C.TessBaseAPIDelete(o.api)
}

// orientation returns by how many quarter turns, clockwise, the page has to be
// turned to stand upright, how sure that is, and the script seen.
func (o *orienter) orientation(p pix) (turns int, confidence float64, script string) {
	C.TessBaseAPISetImage2(o.api, p.p)
	C.TessBaseAPISetSourceResolution(o.api, 200)
	defer C.TessBaseAPIClear(o.api)
	var degrees C.int
	var conf, scriptConf C.float
	var name *C.char
	if C.TessBaseAPIDetectOrientationScript(o.api, &degrees, &conf, &name, &scriptConf) == 0 {
		return 0, 0, ""
	}
	return ((360 - int(degrees)) / 90) % 4, float64(conf), C.GoString(name)
}
