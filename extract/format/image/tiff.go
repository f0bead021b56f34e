package image

import (
	"encoding/binary"
	"errors"
	"fmt"

	"tallyman/extract/page"
)

// maxPages is how many pages of one file are listed.
const maxPages = 5000

var errTIFF = errors.New("damaged TIFF")

// A tiffFile finds its way through the directories of a TIFF.
type tiffFile struct {
	data  []byte
	order binary.ByteOrder
	first uint32
}

func newTIFF(data []byte) (*tiffFile, error) {
	if len(data) < 8 {
		return nil, errTIFF
	}
	t := &tiffFile{data: data, order: binary.LittleEndian}
	switch string(data[:4]) {
	case "II*\x00":
	case "MM\x00*":
		t.order = binary.BigEndian
	default:
		return nil, errTIFF
	}
	t.first = t.order.Uint32(data[4:])
	return t, nil
}

// A directory holds the first number of each field of a page.
type directory struct {
	numbers map[uint16]float64
	next    uint32
}

func (t *tiffFile) directory(at uint32) (*directory, error) {
	n := uint64(len(t.data))
	if at < 8 || uint64(at)+2 > n {
		return nil, errTIFF
	}
	count := uint64(t.order.Uint16(t.data[at:]))
	end := uint64(at) + 2 + 12*count
	if count == 0 || end > n {
		return nil, errTIFF
	}
	d := &directory{numbers: map[uint16]float64{}}
	for i := range count {
		e := t.data[uint64(at)+2+12*i:]
		tag, kind := t.order.Uint16(e), t.order.Uint16(e[2:])
		switch kind {
		case 1: // byte
			d.numbers[tag] = float64(e[8])
		case 3: // two bytes
			d.numbers[tag] = float64(t.order.Uint16(e[8:]))
		case 4: // four bytes
			d.numbers[tag] = float64(t.order.Uint32(e[8:]))
		case 5: // a fraction, elsewhere
			at := uint64(t.order.Uint32(e[8:]))
			if at+8 <= n {
				if den := t.order.Uint32(t.data[at+4:]); den > 0 {
					d.numbers[tag] = float64(t.order.Uint32(t.data[at:])) / float64(den)
				}
			}
		}
	}
	if end+4 <= n {
		d.next = t.order.Uint32(t.data[end:])
	}
	return d, nil
}

func (d *directory) number(tag uint16, otherwise float64) float64 {
	if v, ok := d.numbers[tag]; ok {
		return v
	}
	return otherwise
}

// dpi returns the horizontal resolution, 0 if none is stated.
func (d *directory) dpi() float64 {
	x := d.number(282, 0)
	switch d.number(296, 2) {
	case 2:
		return x
	case 3:
		return x * 2.54
	}
	return 0
}

// tiffFrames lists the pages. Small copies of pages (thumbnails) are not pages.
func tiffFrames(data []byte) ([]Frame, error) {
	t, err := newTIFF(data)
	if err != nil {
		return nil, corrupt("The TIFF image is damaged.")
	}
	var out []Frame
	seen := map[uint32]bool{}
	for at := t.first; at != 0; {
		if seen[at] {
			break // the list of pages bites its tail
		}
		seen[at] = true
		d, err := t.directory(at)
		if err != nil {
			break
		}
		w, h := d.number(256, 0), d.number(257, 0)
		// Bit 0 of NewSubfileType marks a smaller copy.
		if int(d.number(254, 0))&1 == 0 && w > 0 && h > 0 && w < 1<<24 && h < 1<<24 {
			fr := Frame{Width: int(w), Height: int(h), Orientation: int(d.number(274, 1)), DPI: d.dpi(), offset: at}
			if fr.DPI == 72 || fr.DPI == 96 {
				fr.DPI = 0
			}
			out = append(out, fr)
		}
		if len(out) > maxPages {
			return nil, &page.Problem{Code: page.LimitPages, Text: fmt.Sprintf("The image holds more than %d pages.", maxPages)}
		}
		at = d.next
	}
	if len(out) == 0 {
		return nil, corrupt("The TIFF image holds no page that can be read.")
	}
	return out, nil
}
