package audit

import (
	"embed"
	"sync"

	"github.com/go-fonts/dejavu/dejavusans"
	"github.com/go-fonts/dejavu/dejavusansbold"
	"golang.org/x/image/font/sfnt"
)

// fonts holds the fallback font if the build had it; see fonts/README.md.
//
//go:embed fonts
var fonts embed.FS

// A face is a font that PDF reports print with.
type face struct {
	name  string
	style string // empty or B
	data  []byte

	mu    sync.Mutex
	font  *sfnt.Font
	known map[rune]bool
}

var (
	plainFace = &face{name: "sans", data: dejavusans.TTF}
	boldFace  = &face{name: "sans", style: "B", data: dejavusansbold.TTF}
	// wideFace prints Chinese, Japanese and Korean; without data it prints nothing.
	wideFace = &face{name: "wide", data: fallback()}
)

func fallback() []byte {
	data, _ := fonts.ReadFile("fonts/DroidSansFallbackFull.ttf") // may be absent
	return data
}

// has reports whether the font can print r. The PDF writer knows the Basic
// Multilingual Plane alone.
func (f *face) has(r rune) bool {
	if len(f.data) == 0 || r > 0xffff {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if ok, known := f.known[r]; known {
		return ok
	}
	if f.font == nil {
		font, err := sfnt.Parse(f.data)
		if err != nil {
			return false
		}
		f.font, f.known = font, map[rune]bool{}
	}
	var buf sfnt.Buffer
	i, err := f.font.GlyphIndex(&buf, r)
	f.known[r] = err == nil && i != 0
	return f.known[r]
}
