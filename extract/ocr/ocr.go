// Package ocr reads words from the pixels of a page with Tesseract, after
// Leptonica has made the page even, straight and free of ruled lines.
//
// Tesseract can neither be stopped nor trusted with its memory, so callers run
// it in a process they can kill, with OMP_THREAD_LIMIT=1 in its environment:
// with more threads a page costs up to eight times as much.
package ocr

import (
	"fmt"
	"image"
	"math"
	"os"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/otiai10/gosseract/v2"

	"tallyman/extract/page"
	"tallyman/trade"
)

// target is the resolution that print of the usual size is read at. At 300
// dots an inch Tesseract is slower and worse.
const target = 200

// A Bitmap is a page, or a part of one, as gray levels.
type Bitmap struct {
	Gray *image.Gray
	// Dark has the same dots with print of any colour dark, where Gray lets
	// coloured print fade. Nil if there is none.
	Dark *image.Gray
	DPI  float64 // dots an inch; has to be known or estimated
	// Fine says that the print is small, so that a third more dots are worth it.
	Fine bool
	// Part says that this is a part of a page: it is not turned or straightened.
	Part bool
	// Photo says that the bitmap may come from a camera: the resolution is a
	// guess, and the page may lie on a ground, seen at an angle.
	Photo bool
	// Languages are those to read, in Tesseract's names; empty means that the
	// reader finds out.
	Languages string
}

// A Result is what was read.
type Result struct {
	Width, Height float64 // points, of the page as straightened
	Words         []page.Word
	Rules         []page.Rule
	// View maps a point of the straightened page to the bitmap, both in points.
	View      page.Matrix
	Languages string
	Mean      float64 // Tesseract's mean confidence, 0 to 100
	Ink       float64 // share of the page that is inked
	// Notes are on the reading itself.
	Notes []page.Note `json:",omitempty"`
}

// FolderVariable is the environment variable that names the folder of language
// data, where it is not the usual one.
const FolderVariable = "TESSDATA_PREFIX"

// Folders are where language data may lie: a reader opens those of a language
// when it first needs them.
func Folders() []string {
	all := []string{"/usr/share/tesseract-ocr", "/usr/share/tessdata", "/usr/local/share/tessdata"}
	if dir := os.Getenv(FolderVariable); dir != "" {
		all = append(all, dir)
	}
	return all
}

// A Reader holds the engines that were used so far. It is for one goroutine.
type Reader struct {
	clients map[string]*gosseract.Client
	osd     *orienter
}

// NewReader returns a reader without engines: each is made when first needed.
func NewReader() *Reader { return &Reader{clients: map[string]*gosseract.Client{}} }

// Close frees the engines.
func (r *Reader) Close() {
	for _, c := range r.clients {
		c.Close()
	}
	if r.osd != nil {
		r.osd.close()
	}
}

// Warm makes the engines that most pages need.
func (r *Reader) Warm() { r.client(english) }

const (
	english  = "eng"
	russian  = "rus+eng"
	cyrillic = "rus+kaz+eng"
	chinese  = "chi_sim"
	turkish  = "tur+eng"
)

func (r *Reader) client(languages string) *gosseract.Client {
	if c, ok := r.clients[languages]; ok {
		return c
	}
	c := gosseract.NewClient()
	c.SetLanguage(strings.Split(languages, "+")...)
	r.clients[languages] = c
	return c
}

// A found is a word as Tesseract reports it, in pixels.
type found struct {
	text string
	box  image.Rectangle
	conf float64
	// other is what another look at the same place gave.
	other     string
	otherConf float64
}

// recognise reads an image.
func (r *Reader) recognise(p pix, languages, mode string) ([]found, error) {
	c := r.client(languages)
	data := p.pnm()
	if data == nil {
		return nil, fmt.Errorf("write page for tesseract")
	}
	if err := c.SetImageFromBytes(data); err != nil {
		return nil, err
	}
	// SetPageSegMode is lost at the first recognition; a variable is not.
	if err := c.SetVariable("tessedit_pageseg_mode", mode); err != nil {
		return nil, err
	}
	boxes, err := c.GetBoundingBoxes(gosseract.RIL_WORD)
	if err != nil {
		return nil, err
	}
	w, h := p.size()
	var out []found
	for _, b := range boxes {
		text := strings.TrimSpace(b.Word)
		// A blank page is one empty word whose box was never set.
		if text == "" || b.Box.Empty() || !b.Box.In(image.Rect(0, 0, w, h)) || !utf8.ValidString(text) {
			continue
		}
		out = append(out, found{text: text, box: b.Box, conf: b.Confidence})
	}
	return out, nil
}

// Read reads the page.
func (r *Reader) Read(b Bitmap) (*Result, error) {
	g := b.Gray
	if g == nil || g.Bounds().Dx() < 8 || g.Bounds().Dy() < 8 {
		return &Result{View: page.Identity}, nil
	}
	if b.DPI < 30 {
		b.DPI = 30
	}
	// toBitmap maps pixels of p to points of the bitmap; dpi is what a point
	// of the result is reckoned with.
	toBitmap := page.Scale(72 / b.DPI)
	if !b.Part {
		if sheet, back, ok := flatten(g); ok {
			g = sheet
			if b.Dark != nil {
				b.Dark = warp(b.Dark, back, sheet.Rect.Dx(), sheet.Rect.Dy())
			}
			toBitmap = back.Then(toBitmap)
			if b.Photo {
				// The sheet fills a part of the photo only.
				b.DPI = float64(max(g.Rect.Dx(), g.Rect.Dy())) / 11.69
			}
		}
	}
	dpi := b.DPI
	p := newPix(g)
	if p.p == nil {
		return nil, fmt.Errorf("no memory for the page")
	}
	defer p.free()
	p.even()
	tint := newTint(b.Dark, &p)
	defer tint.free()
	f, textDPI := r.size(p, b)
	plain := g
	if b.Dark != nil {
		plain = b.Dark
	}
	white := newReverse(plain, f)
	defer white.free()
	if b.Photo {
		dpi = textDPI
	}
	if f != 1 {
		w0, _ := p.size()
		if !p.scale(f) {
			return nil, fmt.Errorf("scale the page")
		}
		tint.scale(f)
		white.scale(f)
		w1, _ := p.size()
		f = float64(w1) / float64(w0)
		toBitmap = page.Scale(1 / f).Then(toBitmap)
		dpi *= f
	}

	if !b.Part {
		if angle, conf := p.skew(); math.Abs(angle) > 0.15 && conf > 2 {
			w, h := p.size()
			if p.turn(-angle) {
				tint.turn(-angle)
				white.turn(-angle)
				toBitmap = page.Turn(angle, float64(w)/2, float64(h)/2).Then(toBitmap)
			}
		}
	}
	lying, standing := p.rules()
	l, s := tint.rules()
	lying, standing = append(lying, l...), append(standing, s...)
	p.blacken()
	inked := p.components()
	if n := p.despeckle(inked); n > 0 {
		inked = p.components()
	}

	turned := false
	turn := func(turns int) {
		w, h := p.size()
		if turns != 0 && p.quarter(turns) {
			tint.quarter(turns)
			white.quarter(turns)
			toBitmap = quarterBack(turns, w, h).Then(toBitmap)
			lying, standing = turnRules(lying, standing, turns, w, h)
			inked = p.components()
			turned = true
		}
	}
	// Tesseract reads a page that lies on its side, but says nothing of it.
	asked := false
	if !b.Part && sideways(inked) {
		turn(r.upright(p, true))
		asked = true
	}
	languages, han := b.Languages, false
	if languages == "" {
		languages, han = r.languages(p, inked)
	}
	words, err := r.recognise(p, languages, "3")
	if err != nil {
		return nil, err
	}

	if !b.Part && !asked && (len(words) < 10 || mean(words) < 60) && letterLike(inked) >= 20 {
		if turn(r.upright(p, false)); turned {
			if b.Languages == "" {
				languages, han = r.languages(p, inked)
			}
			if words, err = r.recognise(p, languages, "3"); err != nil {
				return nil, err
			}
		}
	}
	if b.Languages == "" {
		if better := r.second(words, languages); better != "" {
			again, err := r.recognise(p, better, "3")
			if err == nil && worth(again) >= worth(words) {
				words, languages = again, better
			}
		}
	}
	if b.Languages == "" && languages == english {
		words, languages = r.otherScript(p, words)
	}
	words = slices.DeleteFunc(words, func(f found) bool { return !plausible(f, dpi) })
	words = r.doubtful(p, words, languages, b.Languages, han)
	words = r.missed(p, words, inked, languages, dpi)
	words = r.reversed(white, words, languages, dpi)
	words = r.coloured(tint, words, languages, dpi)
	for i := range words {
		words[i].text = oneScript(words[i].text)
	}

	w, h := p.size()
	points := 72 / dpi
	res := &Result{
		Width: float64(w) * points, Height: float64(h) * points,
		Languages: languages, Mean: mean(words),
		View: page.Scale(1 / points).Then(toBitmap),
	}
	for _, c := range inked {
		res.Ink += float64(c.Dx()*c.Dy()) / float64(w*h)
	}
	for _, f := range words {
		word := page.Word{
			Text: f.text, Confidence: calibrated(f.conf), Reader: trade.FirstOCR,
			Box: trade.Box{X0: float64(f.box.Min.X) * points, Y0: float64(f.box.Min.Y) * points, X1: float64(f.box.Max.X) * points, Y1: float64(f.box.Max.Y) * points},
		}
		if f.other != "" {
			word.Alternatives = []trade.Alternative[string]{{Value: f.other, Probability: math.Round(1000*min(1-word.Confidence, calibrated(f.otherConf)/2)) / 1000}}
		}
		res.Words = append(res.Words, word)
	}
	var pieces []page.Rule
	for _, l := range lying {
		y := float64(l.Min.Y+l.Max.Y) / 2 * points
		pieces = append(pieces, page.Rule{X0: float64(l.Min.X) * points, Y0: y, X1: float64(l.Max.X) * points, Y1: y})
	}
	for _, l := range standing {
		x := float64(l.Min.X+l.Max.X) / 2 * points
		pieces = append(pieces, page.Rule{X0: x, Y0: float64(l.Min.Y) * points, X1: x, Y1: float64(l.Max.Y) * points})
	}
	res.Rules = page.JoinRules(pieces, 2.2, 8, 12)
	return res, nil
}

// letter reports whether an inked spot may be a letter.
func letter(c image.Rectangle) bool {
	return c.Dy() >= 5 && c.Dy() <= 120 && c.Dx() <= 3*c.Dy() && 8*c.Dx() >= c.Dy()
}

func letterLike(inked []image.Rectangle) int {
	n := 0
	for _, c := range inked {
		if letter(c) {
			n++
		}
	}
	return n
}

// sideways reports whether the letters stand one below the other rather than
// one beside the other: the nearest letter to a letter is its neighbour in the
// word.
func sideways(inked []image.Rectangle) bool {
	const cell = 48
	grid := map[image.Point][]int{}
	var spots []image.Rectangle
	for _, c := range inked {
		if letter(c) && c.Dy() <= 60 {
			m := image.Pt((c.Min.X+c.Max.X)/2, (c.Min.Y+c.Max.Y)/2)
			k := image.Pt(m.X/cell, m.Y/cell)
			grid[k] = append(grid[k], len(spots))
			spots = append(spots, c)
		}
	}
	beside, below := 0, 0
	for i, c := range spots {
		m := image.Pt((c.Min.X+c.Max.X)/2, (c.Min.Y+c.Max.Y)/2)
		best, vertical := 2*cell, false
		for dy := -1; dy <= 1; dy++ {
			for dx := -1; dx <= 1; dx++ {
				for _, j := range grid[image.Pt(m.X/cell+dx, m.Y/cell+dy)] {
					if j == i {
						continue
					}
					o := spots[j]
					// The white between the two, along and across.
					gx := max(0, o.Min.X-c.Max.X, c.Min.X-o.Max.X)
					gy := max(0, o.Min.Y-c.Max.Y, c.Min.Y-o.Max.Y)
					if gx > 0 == (gy > 0) {
						continue
					}
					if d := gx + gy; d < best {
						best, vertical = d, gy > 0
					}
				}
			}
		}
		switch {
		case best == 2*cell:
		case vertical:
			below++
		default:
			beside++
		}
	}
	return below+beside >= 40 && below > 2*beside
}

// usual is how many dots high the middle one of all letters is, in print of ten
// points at the target resolution.
const usual = 15.5

// size returns by how much the bitmap is to be scaled for reading, and the
// resolution that its letters suggest.
func (r *Reader) size(p pix, b Bitmap) (f, dpi float64) {
	want := float64(target)
	if b.Fine {
		want = 300
	}
	f, dpi = want/b.DPI, b.DPI
	var heights []int
	for _, c := range p.components() {
		if letter(c) {
			heights = append(heights, c.Dy())
		}
	}
	if len(heights) >= 40 {
		slices.Sort(heights)
		middle := float64(heights[len(heights)/2])
		suggested := min(max(target*middle/usual, 50), 600)
		// Print of a page is five to sixteen points high. A guess at the
		// resolution that says otherwise is wrong.
		if b.Photo {
			if points := 10 * suggested / b.DPI; points < 5.5 || points > 16 || !paperShape(p) {
				dpi = suggested
			}
			f = target / suggested
			// Pictures of a screen have few dots a letter, and soft ones: more of
			// them read better there, and nowhere else.
			if suggested < 130 {
				f *= 1.3
			}
		} else if left := middle * f; left < 9 || left > 34 {
			f = target / suggested
		}
	}
	w, h := p.size()
	f = min(max(f, 0.2), 3, math.Sqrt(30e6/float64(w*h)))
	if f > 0.9 && f < 1.12 {
		f = 1
	}
	return f, dpi
}

// paperShape reports whether the image has about the sides of A4 or Letter.
func paperShape(p pix) bool {
	w, h := p.size()
	ratio := float64(max(w, h)) / float64(min(w, h))
	return ratio > 1.2 && ratio < 1.55
}

// languages guesses what the page is written in from a few bands of it, and
// whether it holds Chinese besides.
func (r *Reader) languages(p pix, inked []image.Rectangle) (languages string, han bool) {
	bands := p.bands(3, inked)
	if len(bands) == 0 {
		return english, false
	}
	read := func(languages string) (all []found) {
		part := bands
		if languages != english {
			part = bands[:min(2, len(bands))]
		}
		for _, b := range part {
			c := p.crop(b)
			if c.p == nil {
				continue
			}
			words, err := r.recognise(c, languages, "6")
			c.free()
			if err == nil {
				all = append(all, words...)
			}
		}
		return all
	}
	// share is how much of what was read for sure is of a script.
	share := func(words []found, script *unicode.RangeTable) float64 {
		sum, of := 0, 0
		for _, w := range words {
			for _, c := range w.text {
				if !unicode.IsLetter(c) {
					continue
				}
				of++
				if w.conf >= 70 && unicode.Is(script, c) {
					sum++
				}
			}
		}
		return float64(sum) / float64(max(1, of))
	}
	latin := read(english)
	high := mean(latin)
	if len(latin) == 0 || high >= 86 {
		return english, false
	}
	cyr := read(cyrillic)
	if m := mean(cyr); m > high && share(cyr, unicode.Cyrillic) > 0.15 {
		if kazakh(cyr) {
			return cyrillic, false
		}
		return russian, false
	}
	if high < 80 {
		zh := read(chinese)
		switch s := share(zh, unicode.Han); {
		case s > 0.5 && mean(zh) > high:
			return chinese, true
		case s > 0.06:
			return english, true
		}
	}
	return english, false
}

// otherScript looks whether what English made nothing of is Cyrillic, such as
// one party of a contract in two languages, and reads those lines, or the whole
// page, again.
func (r *Reader) otherScript(p pix, words []found) ([]found, string) {
	var low []int
	for i, w := range words {
		if w.conf < 88 && alphanumeric(w.text) >= 3 && w.box.Dx() > 2*w.box.Dy() && !strings.ContainsAny(w.text, "0123456789") {
			low = append(low, i)
		}
	}
	if len(low) < 3 {
		return words, english
	}
	slices.SortStableFunc(low, func(i, j int) int { return words[j].box.Dx() - words[i].box.Dx() })
	w, h := p.size()
	padded := func(b image.Rectangle) image.Rectangle {
		pad := max(4, b.Dy()/4)
		return image.Rect(max(0, b.Min.X-pad), max(0, b.Min.Y-pad), min(w, b.Max.X+pad), min(h, b.Max.Y+pad))
	}
	read := func(area image.Rectangle, languages string) []found {
		c := p.crop(area)
		if c.p == nil {
			return nil
		}
		defer c.free()
		again, err := r.recognise(c, languages, "7")
		if err != nil {
			return nil
		}
		for i := range again {
			again[i].box = again[i].box.Add(area.Min)
		}
		return again
	}
	votes, asked := 0, min(6, len(low))
	for _, i := range low[:asked] {
		for _, f := range read(padded(words[i].box), cyrillic) {
			letters := strings.IndexFunc(f.text, func(c rune) bool { return unicode.Is(unicode.Cyrillic, c) })
			if f.conf >= 75 && f.conf > words[i].conf+3 && letters >= 0 && alphanumeric(f.text) >= 3 {
				votes++
				break
			}
		}
	}
	if votes < 2 {
		return words, english
	}
	if len(low)*4 > len(words) {
		if again, err := r.recognise(p, cyrillic, "3"); err == nil && worth(again) > worth(words) {
			return again, cyrillic
		}
		return words, english
	}
	// Lines of words that stand close together and hold an unsure one.
	taken := make([]bool, len(words))
	for _, i := range low {
		if taken[i] {
			continue
		}
		line := words[i].box
		for again := true; again; {
			again = false
			for j, o := range words {
				m := (o.box.Min.Y + o.box.Max.Y) / 2
				gap := max(o.box.Min.X-line.Max.X, line.Min.X-o.box.Max.X)
				if !taken[j] && !o.box.In(line) && m > line.Min.Y && m < line.Max.Y && gap < 2*line.Dy() && o.box.Dy() < 2*line.Dy() {
					line = line.Union(o.box)
					again = true
				}
			}
		}
		var old []found
		for j, o := range words {
			if !taken[j] && o.box.In(line) {
				old = append(old, o)
			}
		}
		again := read(padded(line), cyrillic)
		if worth(again) <= worth(old) {
			taken[i] = true
			continue
		}
		for j, o := range words {
			if !taken[j] && o.box.In(line) {
				taken[j] = true
				words[j].text = ""
			}
		}
		words = append(words, again...)
		for len(taken) < len(words) {
			taken = append(taken, true)
		}
	}
	return slices.DeleteFunc(words, func(f found) bool { return f.text == "" }), cyrillic
}

// kazakh reports whether letters occur that Russian does not have.
func kazakh(words []found) bool {
	n := 0
	for _, w := range words {
		if w.conf >= 60 && strings.ContainsAny(strings.ToLower(w.text), "әғқңөұүһ") {
			n++
		}
	}
	return n >= 2
}

// doubtful reads words again that the first pass was not sure of, each alone:
// there the line and its neighbours do not mislead. What both agree on is surer;
// where they differ the surer one counts, and the other stays an alternative.
func (r *Reader) doubtful(p pix, words []found, languages, fixed string, han bool) []found {
	const most = 40
	w, h := p.size()
	n := 0
	// A few words may be tried in Chinese although nothing speaks for it: the
	// name of a firm over a page in English.
	probes := 0
	if fixed == "" {
		probes = 3
	}
	for i := range words {
		f := &words[i]
		digits := strings.ContainsAny(f.text, "0123456789")
		if f.conf >= 85 || f.conf >= 70 && !digits || f.box.Dy() < 8 || n == most {
			continue
		}
		n++
		pad := max(4, f.box.Dy()/4)
		area := image.Rect(max(0, f.box.Min.X-pad), max(0, f.box.Min.Y-pad), min(w, f.box.Max.X+pad), min(h, f.box.Max.Y+pad))
		// The neighbours stay out.
		for j, o := range words {
			if j == i || o.box.Max.Y <= f.box.Min.Y || o.box.Min.Y >= f.box.Max.Y {
				continue
			}
			if o.box.Max.X <= f.box.Min.X {
				area.Min.X = max(area.Min.X, o.box.Max.X+1)
			} else if o.box.Min.X >= f.box.Max.X {
				area.Max.X = min(area.Max.X, o.box.Min.X-1)
			}
		}
		c := p.crop(area)
		if c.p == nil {
			continue
		}
		best, conf := "", 0.0
		try := func(languages string) {
			again, err := r.recognise(c, languages, "7")
			if err != nil || len(again) == 0 {
				return
			}
			var parts []string
			for _, a := range again {
				parts = append(parts, a.text)
			}
			if m := mean(again); m > conf {
				best, conf = strings.Join(parts, ""), m
			}
		}
		try(languages)
		if conf < 65 && !digits && languages != chinese && (han || probes > 0) {
			probes--
			try(chinese)
			han = han || conf >= 65 && strings.ContainsFunc(best, func(c rune) bool { return unicode.Is(unicode.Han, c) })
		}
		c.free()
		switch {
		case best == "" || alphanumeric(best) == 0:
		case best == f.text:
			f.conf = max(f.conf, conf)
		case conf > f.conf+5:
			f.other, f.otherConf = f.text, f.conf
			f.text, f.conf = best, conf
		case conf > 40:
			f.other, f.otherConf = best, conf
		}
	}
	return words
}

// missed reads what the first pass left out: inked places far from any word,
// such as a figure alone in a ruled box.
func (r *Reader) missed(p pix, words []found, inked []image.Rectangle, languages string, dpi float64) []found {
	var left []image.Rectangle
	for _, c := range inked {
		if !letter(c) || c.Dy() < int(dpi/25) || c.Dy() > int(dpi/2.5) {
			continue
		}
		// A row of three or more such spots is likely print.
		left = append(left, c)
	}
	left = uncovered(left, words)
	lines, single := rows(left)
	// A letter alone is worth a look if it is as high as the others: the number
	// of a line, or of pieces.
	if len(words) > 0 {
		var heights []int
		for _, f := range words {
			heights = append(heights, f.box.Dy())
		}
		slices.Sort(heights)
		usual := heights[len(heights)/2]
		single = slices.DeleteFunc(single, func(s image.Rectangle) bool {
			return s.Dy()*4 < usual*2 || s.Dy()*2 > usual*3 || s.Dx()*6 < s.Dy() || s.Dx() > 2*s.Dy()
		})
	}
	const most, mostSingle = 24, 40
	lines, single = lines[:min(most, len(lines))], single[:min(mostSingle, len(single))]
	w, h := p.size()
	for i, l := range append(lines, single...) {
		least := 75.0
		if i >= len(lines) {
			least = 88
		}
		pad := max(5, l.Dy()/3)
		area := image.Rect(max(0, l.Min.X-pad), max(0, l.Min.Y-pad), min(w, l.Max.X+pad), min(h, l.Max.Y+pad))
		c := p.crop(area)
		if c.p == nil {
			continue
		}
		again, err := r.recognise(c, languages, "7")
		c.free()
		if err != nil {
			continue
		}
		for _, a := range again {
			a.box = a.box.Add(area.Min)
			// Remains of stamps and drawings look like unsure words.
			if a.conf >= least && alphanumeric(a.text) > 0 && plausible(a, dpi) && len(uncovered([]image.Rectangle{a.box}, words)) > 0 {
				words = append(words, a)
			}
		}
	}
	return words
}

// uncovered returns the spots whose middle lies on no word.
func uncovered(spots []image.Rectangle, words []found) []image.Rectangle {
	// Words in cells of a coarse grid, so that a page of words is quick.
	const cell = 64
	grid := map[image.Point][]image.Rectangle{}
	for _, w := range words {
		for y := w.box.Min.Y / cell; y <= w.box.Max.Y/cell; y++ {
			for x := w.box.Min.X / cell; x <= w.box.Max.X/cell; x++ {
				grid[image.Pt(x, y)] = append(grid[image.Pt(x, y)], w.box)
			}
		}
	}
	var out []image.Rectangle
next:
	for _, s := range spots {
		m := image.Pt((s.Min.X+s.Max.X)/2, (s.Min.Y+s.Max.Y)/2)
		for _, b := range grid[image.Pt(m.X/cell, m.Y/cell)] {
			if m.In(b.Inset(-2)) {
				continue next
			}
		}
		out = append(out, s)
	}
	return out
}

// rows joins spots that stand in a row, as letters do, and returns the rows of
// two spots or more, the longest first, and the spots that stand alone.
func rows(spots []image.Rectangle) (lines, single []image.Rectangle) {
	slices.SortFunc(spots, func(a, b image.Rectangle) int { return a.Min.X - b.Min.X })
	type row struct {
		box image.Rectangle
		n   int
	}
	var all []row
	for _, s := range spots {
		at := -1
		for i, r := range all {
			m := (s.Min.Y + s.Max.Y) / 2
			gap := s.Min.X - r.box.Max.X
			if m >= r.box.Min.Y && m <= r.box.Max.Y && gap <= 2*r.box.Dy() && s.Dy() <= 2*r.box.Dy() && r.box.Dy() <= 3*s.Dy() {
				at = i
			}
		}
		if at < 0 {
			all = append(all, row{s, 1})
			continue
		}
		all[at].box = all[at].box.Union(s)
		all[at].n++
	}
	slices.SortStableFunc(all, func(a, b row) int { return b.n - a.n })
	for _, r := range all {
		switch {
		case r.n == 1:
			single = append(single, r.box)
		case r.box.Dx() > r.box.Dy()/2:
			lines = append(lines, r.box)
		}
	}
	return lines, single
}

var turkishWords = map[string]bool{
	"fatura": true, "tarihi": true, "tarih": true, "sayın": true, "sayin": true, "vergi": true, "dairesi": true, "tutar": true,
	"toplam": true, "miktar": true, "hizmet": true, "birim": true, "fiyat": true, "ihracat": true, "kdv": true, "tutarı": true, "mal": true,
	"ödenecek": true, "odenecek": true, "sıra": true, "numarası": true, "ve": true, "ile": true, "adresi": true,
}

// second names a language to read the page again in, or nothing.
func (r *Reader) second(words []found, languages string) string {
	if languages == english {
		turk := map[string]bool{}
		for _, w := range words {
			t := strings.ToLower(strings.Trim(w.text, ".,:;()"))
			if turkishWords[t] {
				turk[t] = true
			}
		}
		if len(turk) >= 4 {
			return turkish
		}
	}
	return ""
}

// worth weighs a reading: sure letters and digits count, the others do not.
func worth(words []found) float64 {
	sum := 0.0
	for _, w := range words {
		if w.conf >= 60 {
			sum += w.conf * float64(alphanumeric(w.text))
		}
	}
	return sum
}

func alphanumeric(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// upright returns by how many quarter turns, clockwise, the page has to be
// turned to be read. What Tesseract's detector says, or else every way that is
// left, is tried on a few lines: a page is turned only if it then reads better.
func (r *Reader) upright(p pix, sideways bool) int {
	ways := []int{0, 2}
	if sideways {
		ways = []int{0, 1, 3}
	}
	if r.osd == nil {
		r.osd = newOrienter()
	}
	if r.osd != nil {
		if turns, conf, _ := r.osd.orientation(p); conf >= 1 && turns != 0 {
			ways = []int{0, turns}
		}
	}
	best, high := 0, 0.0
	for _, turns := range ways {
		q := newPix(p.gray())
		if q.p == nil {
			return 0
		}
		q.quarter(turns)
		sum := 0.0
		for _, languages := range []string{english, cyrillic} {
			sure := 0.0
			for _, b := range q.bands(3, q.components()) {
				c := q.crop(b)
				if c.p == nil {
					continue
				}
				words, err := r.recognise(c, languages, "6")
				c.free()
				if err == nil {
					sure += worth(words)
				}
			}
			sum = max(sum, sure)
		}
		q.free()
		// A page stays as it is unless another way is clearly better.
		if turns == 0 {
			sum *= 1.2
		}
		if sum > high {
			best, high = turns, sum
		}
	}
	return best
}

// mean returns the mean confidence, a letter a vote.
func mean(words []found) float64 {
	sum, n := 0.0, 0.0
	for _, w := range words {
		k := float64(utf8.RuneCountInString(w.text))
		sum += w.conf * k
		n += k
	}
	if n == 0 {
		return 0
	}
	return sum / n
}

// bands returns up to n bands of the page that hold print, spread over it.
func (p pix) bands(n int, inked []image.Rectangle) []image.Rectangle {
	w, h := p.size()
	high := max(56, h/40)
	if h < 4*high {
		return []image.Rectangle{image.Rect(0, 0, w, h)}
	}
	rows, crossed := make([]int, h), make([]int, h)
	for _, c := range inked {
		if c.Dy() < 6 || c.Dy() > 60 || c.Dx() > 120 {
			continue
		}
		rows[(c.Min.Y+c.Max.Y)/2]++
		for y := max(0, c.Min.Y); y < min(h, c.Max.Y); y++ {
			crossed[y]++
		}
	}
	// clear returns the row between from and to that cuts the fewest letters.
	clear := func(from, to int) int {
		best := max(0, from)
		for y := best; y < min(h, to); y++ {
			if crossed[y] < crossed[best] {
				best = y
			}
		}
		return best
	}
	type band struct{ y, ink int }
	var out []image.Rectangle
	for k := range n {
		from, to := h*k/n, h*(k+1)/n-high
		best := band{}
		sum := 0
		for y := from; y < from+high && y < h; y++ {
			sum += rows[y]
		}
		for y := from; y < to; y++ {
			if sum > best.ink {
				best = band{y, sum}
			}
			sum += rows[y+high] - rows[y]
		}
		if best.ink >= 8 {
			out = append(out, image.Rect(0, clear(best.y-high/2, best.y+high/4), w, clear(best.y+high*3/4, best.y+high*3/2)))
		}
	}
	return out
}

// quarterBack maps pixels of a page turned by quarter turns to those of the
// page before, whose size was w by h.
func quarterBack(turns, w, h int) page.Matrix {
	fw, fh := float64(w), float64(h)
	switch turns % 4 {
	case 1:
		return page.Matrix{0, 1, 0, -1, 0, fh, 0, 0, 1}
	case 2:
		return page.Matrix{-1, 0, fw, 0, -1, fh, 0, 0, 1}
	case 3:
		return page.Matrix{0, -1, fw, 1, 0, 0, 0, 0, 1}
	}
	return page.Identity
}

func turnRules(lying, standing []image.Rectangle, turns, w, h int) (l, s []image.Rectangle) {
	turn := func(r image.Rectangle) image.Rectangle {
		switch turns % 4 {
		case 1:
			return image.Rect(h-r.Max.Y, r.Min.X, h-r.Min.Y, r.Max.X)
		case 2:
			return image.Rect(w-r.Max.X, h-r.Max.Y, w-r.Min.X, h-r.Min.Y)
		case 3:
			return image.Rect(r.Min.Y, w-r.Max.X, r.Max.Y, w-r.Min.X)
		}
		return r
	}
	for _, r := range lying {
		l = append(l, turn(r))
	}
	for _, r := range standing {
		s = append(s, turn(r))
	}
	if turns%2 == 1 {
		l, s = s, l
	}
	return l, s
}

// plausible reports whether what Tesseract calls a word may be one: specks and
// remains of lines are not.
func plausible(f found, dpi float64) bool {
	n := alphanumeric(f.text)
	if n == 0 {
		// Punctuation alone matters little; noise is made of it.
		return f.conf >= 60 && f.box.Dy() < int(dpi/2)
	}
	if f.conf < 5 {
		return false
	}
	height := float64(f.box.Dy()) / dpi * 72
	if height < 2.5 || height > 150 {
		return false
	}
	if f.conf < 30 && n <= 1 {
		return false
	}
	// A column of figures that was taken for a line that stands.
	if n > 1 && f.box.Dy() > 3*f.box.Dx() {
		return false
	}
	return true
}

// calibrated turns the confidence of Tesseract into the probability that a
// figure of that confidence is right, as it was measured on 1,528 figures of
// 25 hard pages.
func calibrated(conf float64) float64 {
	at := [...][2]float64{{0, .2}, {40, .45}, {60, .7}, {75, .84}, {82, .9}, {87, .96}, {91, .985}, {95, .995}, {100, .998}}
	i := slices.IndexFunc(at[:], func(p [2]float64) bool { return p[0] >= conf })
	switch {
	case i == 0:
		return at[0][1]
	case i < 0:
		return at[len(at)-1][1]
	}
	a, b := at[i-1], at[i]
	v := a[1] + (b[1]-a[1])*(conf-a[0])/(b[0]-a[0])
	return math.Round(v*1000) / 1000
}

// Version names the engine and the languages that are installed, as reports
// print it.
func Version() string {
	langs, err := gosseract.GetAvailableLanguages()
	if err != nil {
		langs = nil
	}
	slices.Sort(langs)
	return "tesseract " + gosseract.Version() + " " + strings.Join(langs, "+")
}
