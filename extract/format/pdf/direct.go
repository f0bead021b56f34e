package pdf

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"unicode/utf16"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/tetratelabs/wazero/api"
)

// A handle is where an object of PDFium lies in its memory; 0 is none.
type handle uint32

// A direct calls PDFium itself. The wrapper asks for memory inside PDFium for
// every result, gives it back, and keeps a name for every object; a page takes
// ten thousand calls.
type direct struct {
	module  api.Module
	calls   [lastCall]api.Function
	stack   [8]uint64
	scratch uint32 // room for results, scratchSize bytes
	// failed is the first call that PDFium did not return from, since it was
	// taken last. Nothing else is asked until then.
	failed error
	pages  reflect.Value // of the wrapper: what is open there
}

const scratchSize = 1024

// A call is a function of PDFium.
type call uint8

const (
	memoryAlloc call = iota
	memoryFree
	pageCountObjects
	pageGetObject
	formCountObjects
	formGetObject
	objectType
	objectBounds
	objectMatrix
	objectFillColor
	objectTransparent
	objectCountMarks
	objectMark
	markString
	imageSize
	pathDrawMode
	pathCountSegments
	pathSegment
	segmentType
	segmentPoint
	segmentClose
	textRenderMode
	textOfObject
	textLoad
	textClose
	textCount
	textUnicode
	textBox
	textAngle
	textOrigin
	textObjectAt
	textSize
	textWeight
	textFont
	textMatrix
	textFill
	lastCall
)

var callNames = [lastCall]string{
	memoryAlloc: "malloc", memoryFree: "free",
	pageCountObjects: "FPDFPage_CountObjects", pageGetObject: "FPDFPage_GetObject",
	formCountObjects: "FPDFFormObj_CountObjects", formGetObject: "FPDFFormObj_GetObject",
	objectType: "FPDFPageObj_GetType", objectBounds: "FPDFPageObj_GetBounds", objectMatrix: "FPDFPageObj_GetMatrix",
	objectFillColor: "FPDFPageObj_GetFillColor", objectTransparent: "FPDFPageObj_HasTransparency",
	objectCountMarks: "FPDFPageObj_CountMarks", objectMark: "FPDFPageObj_GetMark", markString: "FPDFPageObjMark_GetParamStringValue",
	imageSize:    "FPDFImageObj_GetImagePixelSize",
	pathDrawMode: "FPDFPath_GetDrawMode", pathCountSegments: "FPDFPath_CountSegments", pathSegment: "FPDFPath_GetPathSegment",
	segmentType: "FPDFPathSegment_GetType", segmentPoint: "FPDFPathSegment_GetPoint", segmentClose: "FPDFPathSegment_GetClose",
	textRenderMode: "FPDFTextObj_GetTextRenderMode", textOfObject: "FPDFTextObj_GetText",
	textLoad: "FPDFText_LoadPage", textClose: "FPDFText_ClosePage", textCount: "FPDFText_CountChars",
	textUnicode: "FPDFText_GetUnicode", textBox: "FPDFText_GetCharBox", textAngle: "FPDFText_GetCharAngle", textOrigin: "FPDFText_GetCharOrigin",
	textObjectAt: "FPDFText_GetTextObject", textSize: "FPDFText_GetFontSize", textWeight: "FPDFText_GetFontWeight",
	textFont: "FPDFText_GetFontInfo", textMatrix: "FPDFText_GetMatrix", textFill: "FPDFText_GetFillColor",
}

var errWrapper = errors.New("pdfium: the wrapper is not the one that this was written for")

// newDirect looks into the wrapper. It has no method for either, but states the
// module, and may be asked for its open pages.
func newDirect(instance pdfium.Pdfium) (*direct, error) {
	holder, ok := instance.(interface{ GetImplementation() any })
	if !ok {
		return nil, errWrapper
	}
	inner := reflect.Indirect(reflect.ValueOf(holder.GetImplementation()))
	if inner.Kind() != reflect.Struct {
		return nil, errWrapper
	}
	module, pages := inner.FieldByName("Module"), inner.FieldByName("pageRefs")
	if !module.IsValid() || !pages.IsValid() || pages.Kind() != reflect.Map {
		return nil, errWrapper
	}
	m, ok := module.Interface().(api.Module)
	if !ok {
		return nil, errWrapper
	}
	d := &direct{module: m, pages: pages}
	d.scratch = uint32(d.call(memoryAlloc, scratchSize))
	if d.scratch == 0 {
		return nil, errors.Join(errWrapper, d.failed)
	}
	return d, nil
}

// page returns the page that the wrapper opened.
func (d *direct) page(ref requests.Page) (handle, error) {
	if ref.ByReference == nil {
		return 0, errWrapper
	}
	known := reflect.Indirect(d.pages.MapIndex(reflect.ValueOf(*ref.ByReference)))
	if known.Kind() != reflect.Struct {
		return 0, errWrapper
	}
	at := reflect.Indirect(known.FieldByName("handle"))
	if at.Kind() != reflect.Uint64 || at.Uint() == 0 || at.Uint() > math.MaxUint32 {
		return 0, errWrapper
	}
	return handle(at.Uint()), nil
}

// took returns what failed since it was asked last.
func (d *direct) took() error {
	err := d.failed
	d.failed = nil
	return err
}

func (d *direct) call(c call, args ...uint64) uint64 {
	copy(d.stack[:], args)
	return d.run(c)
}

// of asks about an object and returns a whole number.
func (d *direct) of(c call, h handle, args ...uint64) int {
	d.stack[0] = uint64(h)
	copy(d.stack[1:], args)
	return int(int32(d.run(c)))
}

// run calls a function with what lies on the stack.
func (d *direct) run(c call) uint64 {
	if d.failed != nil {
		return 0
	}
	f := d.calls[c]
	if f == nil {
		if f = d.module.ExportedFunction(callNames[c]); f == nil {
			d.failed = fmt.Errorf("pdfium has no %s", callNames[c])
			return 0
		}
		d.calls[c] = f
	}
	if err := f.CallWithStack(context.Background(), d.stack[:]); err != nil {
		d.failed = fmt.Errorf("%s: %w", callNames[c], err)
		return 0
	}
	return d.stack[0]
}

// child asks an object for one of its parts; 0 is none.
func (d *direct) child(c call, h handle, i int) handle {
	return handle(uint32(d.call(c, uint64(h), uint64(uint32(i)))))
}

// at is the address of the i-th result, of size bytes each.
func (d *direct) at(i, size uint32) uint64 { return uint64(d.scratch + i*size) }

// results returns the bytes of the last results; they hold until the next call.
func (d *direct) results(n uint32) []byte {
	b, ok := d.module.Memory().Read(d.scratch, n)
	if !ok {
		if d.failed == nil {
			d.failed = errWrapper
		}
		return make([]byte, n)
	}
	return b
}

func (d *direct) wholes(n int) (v [4]uint32) {
	b := d.results(uint32(4 * n))
	for i := range n {
		v[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	return v
}

func (d *direct) floats(n int) (v [6]float64) {
	b := d.results(uint32(4 * n))
	for i := range n {
		v[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])))
	}
	return v
}

func (d *direct) doubles(n int) (v [4]float64) {
	b := d.results(uint32(8 * n))
	for i := range n {
		v[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return v
}

// A colour is of what fills a shape or a letter.
type colour struct{ r, g, b, a uint32 }

// fill returns the colour that fills an object.
func (d *direct) fill(h handle) (colour, bool) {
	ok := d.of(objectFillColor, h, d.at(0, 4), d.at(1, 4), d.at(2, 4), d.at(3, 4)) != 0
	return d.colour(), ok
}

// inked returns the colour that fills character i of a text.
func (d *direct) inked(text handle, i int) (colour, bool) {
	ok := d.of(textFill, text, uint64(i), d.at(0, 4), d.at(1, 4), d.at(2, 4), d.at(3, 4)) != 0
	return d.colour(), ok
}

func (d *direct) colour() colour {
	v := d.wholes(4)
	return colour{v[0], v[1], v[2], v[3]}
}

func (d *direct) matrix() matrix {
	v := d.floats(6)
	return matrix{v[0], v[1], v[2], v[3], v[4], v[5]}
}

// bytes returns what a call writes that first says how long it is.
func (d *direct) bytes(ask func(to, size uint64) int) []byte {
	n := ask(0, 0)
	if n <= 0 || n > 1<<24 {
		return nil
	}
	to := d.scratch
	if n > scratchSize {
		if to = uint32(d.call(memoryAlloc, uint64(n))); to == 0 {
			return nil
		}
		defer func() { d.call(memoryFree, uint64(to)) }()
	}
	ask(uint64(to), uint64(n))
	b, ok := d.module.Memory().Read(to, uint32(n))
	if !ok || d.failed != nil {
		return nil
	}
	return append([]byte(nil), b...)
}

// said reports whether a mark has a text of a name.
func (d *direct) said(mark handle, name string) bool {
	const at = 64 // behind the result
	if !d.module.Memory().Write(d.scratch+at, append([]byte(name), 0)) {
		return false
	}
	return d.of(markString, mark, uint64(d.scratch+at), 0, 0, d.at(0, 4)) != 0 && d.wholes(1)[0] > 0
}

// wide reads the text that a call writes in UTF-16, ended by a zero.
func wide(b []byte) string {
	units := make([]uint16, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		units = append(units, binary.LittleEndian.Uint16(b))
	}
	if n := len(units); n > 0 && units[n-1] == 0 {
		units = units[:n-1]
	}
	return string(utf16.Decode(units))
}
