// Package typeset puts cells and paragraphs onto pages, as a spreadsheet or a
// word processor prints them: a file that knows cells but no page is then read
// by the same code as a PDF. Widths of letters are those of a common face, so
// boxes are near to what a program shows, not equal to it.
package typeset

import (
	"math"
	"slices"
	"strings"
	"unicode"

	"tallyman/extract/page"
	"tallyman/trade"
)

// An Align says where in its cell a text stands.
type Align int

const (
	Left Align = iota
	Center
	Right
)

// A Valign says at which height in its cell a text stands.
type Valign int

const (
	Top Valign = iota
	Middle
	Bottom
)

// A Border names the sides of a cell that are ruled.
type Border uint8

const (
	West Border = 1 << iota
	North
	East
	South
	Box = West | North | East | South
)

// A Cell is a text in a grid.
type Cell struct {
	Row, Col   int // from 0
	Rows, Cols int // that it covers; 0 is 1
	Text       string
	Size       float64 // points
	Bold       bool
	Align      Align
	Valign     Valign
	Border     Border
	Wrap       bool // breaks its lines rather than run over empty neighbours
	// Figure says that the file holds a number here, not a text: its column is
	// made wide enough, and nobody need guess which mark is the decimal one.
	Figure bool
}

// A Grid is a table to be set.
type Grid struct {
	Widths  []float64 // of columns, points; a column beyond has Width
	Heights []float64 // of rows, points, at least; a row beyond has Height
	Width   float64
	Height  float64
	Cells   []Cell // in the order of rows, then columns
	Fixed   bool   // columns keep their widths, as in a text document
	Whole   bool   // kept on one page if it is not far higher
	Breaks  []int  // rows that begin a page
}

// Limits on what is set. A paper has a few hundred words a page.
const (
	MaxWords   = 150_000 // of one file
	maxPerPage = 12_000
	margin     = 36.0
	leading    = 1.2
	widest     = 230.0 // points that a column is widened to for its text
	widestWord = 420.0
	blankRows  = 4 // of empty rows in a run are kept
)

// A Paper is pages in the making.
type Paper struct {
	Wide, High float64 // of a page, points; a grid that is wider makes it wider
	pages      []page.Page
	rules      [][]page.Rule
	y          float64
	words      int
	full       bool
}

// New returns a paper with pages of that size.
func New(wide, high float64) *Paper { return &Paper{Wide: wide, High: high} }

// Full reports whether something was left out because the limit of words was
// reached.
func (p *Paper) Full() bool { return p.full }

// Break begins a new page with the next thing that is set.
func (p *Paper) Break() { p.y = math.Inf(1) }

func (p *Paper) at() *page.Page {
	if len(p.pages) == 0 || math.IsInf(p.y, 1) {
		p.pages = append(p.pages, page.Page{Number: len(p.pages) + 1, Width: p.Wide, Height: p.High})
		p.rules = append(p.rules, nil)
		p.y = margin
	}
	return &p.pages[len(p.pages)-1]
}

// Pages returns what was set.
func (p *Paper) Pages() []page.Page {
	for i := range p.pages {
		p.pages[i].Rules = page.JoinRules(p.rules[i], 0.6, 2, 3)
	}
	return p.pages
}

// Gap leaves room.
func (p *Paper) Gap(points float64) {
	if len(p.pages) > 0 && !math.IsInf(p.y, 1) {
		p.y += points
	}
}

// Paragraph sets a text between the margins.
func (p *Paper) Paragraph(text string, size float64, bold bool, align Align, indent float64) {
	avail := p.Wide - 2*margin - indent
	for _, line := range wrap(text, size, bold, avail) {
		high := leading * size
		pg := p.at()
		if p.y+high > p.High-margin && p.y > margin {
			p.Break()
			pg = p.at()
		}
		x := margin + indent
		p.line(pg, line, place(x, x+avail, width(line, size, bold), align), p.y, size, bold, trade.TextLayer)
		p.y += high
	}
	if strings.TrimSpace(text) == "" {
		p.Gap(leading * size)
	}
}

func place(x0, x1, w float64, align Align) float64 {
	switch align {
	case Center:
		return max(x0, (x0+x1-w)/2)
	case Right:
		return max(x0, x1-w)
	}
	return x0
}

// line sets one line of words that begins at x.
func (p *Paper) line(pg *page.Page, text string, x, y, size float64, bold bool, by trade.Reader) {
	word := func(s string, x float64) {
		if p.words == MaxWords {
			p.full = true
			return
		}
		p.words++
		w := width(s, size, bold)
		pg.Words = append(pg.Words, page.Word{
			Text: s, Box: trade.Box{X0: x, Y0: y + 0.1*size, X1: x + max(w, 0.1*size), Y1: y + 1.02*size},
			Confidence: 1, Reader: by, Size: size, Bold: bold,
		})
		pg.Width = max(pg.Width, x+w+margin/2)
	}
	from := -1
	for i, r := range text {
		if unicode.IsSpace(r) {
			if from >= 0 {
				word(text[from:i], x+width(text[:from], size, bold))
			}
			from = -1
		} else if from < 0 {
			from = i
		}
	}
	if from >= 0 {
		word(text[from:], x+width(text[:from], size, bold))
	}
}

// wrap breaks a text into lines that are no wider than avail, if its words let
// it.
func wrap(text string, size float64, bold bool, avail float64) []string {
	var lines []string
	for _, hard := range strings.FieldsFunc(strings.ReplaceAll(text, "\r\n", "\n"), func(r rune) bool { return r == '\n' || r == '\r' || r == '\v' || r == '\f' }) {
		line := ""
		for _, piece := range pieces(hard) {
			next := line + piece
			if line != "" && width(strings.TrimRightFunc(next, unicode.IsSpace), size, bold) > avail {
				lines = append(lines, strings.TrimRightFunc(line, unicode.IsSpace))
				line = strings.TrimLeftFunc(piece, unicode.IsSpace)
				continue
			}
			line = next
		}
		if s := strings.TrimRightFunc(line, unicode.IsSpace); strings.TrimSpace(s) != "" {
			lines = append(lines, s)
		}
	}
	return lines
}

// pieces cuts a text where a line may end: behind spaces, and beside Chinese.
func pieces(s string) []string {
	var all []string
	from := 0
	last := rune(0)
	for i, r := range s {
		if i > from && (unicode.IsSpace(last) && !unicode.IsSpace(r) || wide(last) && !noStart(r) && !unicode.IsSpace(r) || wide(r) && !unicode.IsSpace(last) && !noStart(r)) {
			all = append(all, s[from:i])
			from = i
		}
		last = r
	}
	return append(all, s[from:])
}

// noStart reports whether no line begins with r.
func noStart(r rune) bool { return unicode.IsPunct(r) || unicode.IsDigit(r) || r == '%' }

// longest is the width of the widest piece that cannot be broken.
func longest(text string, size float64, bold bool) float64 {
	w := 0.0
	for _, f := range strings.Fields(text) {
		for _, piece := range pieces(f) {
			w = max(w, width(piece, size, bold))
		}
	}
	return w
}

// Grid sets a grid, and breaks pages between its rows.
func (p *Paper) Grid(g Grid) {
	cols, rows := 0, 0
	taken := map[[2]int]bool{} // cells that hold text or are covered
	cells := make([]Cell, 0, len(g.Cells))
	for _, c := range g.Cells {
		c.Rows, c.Cols = max(c.Rows, 1), max(c.Cols, 1)
		if c.Size <= 0 {
			c.Size = 10
		}
		c.Size = min(max(c.Size, 4), 72)
		cols, rows = max(cols, c.Col+c.Cols), max(rows, c.Row+c.Rows)
		cells = append(cells, c)
		if strings.TrimSpace(c.Text) != "" {
			for k := range c.Cols {
				taken[[2]int{c.Row, c.Col + k}] = true
			}
		}
	}
	widths := make([]float64, cols)
	for i := range widths {
		widths[i] = g.Width
		if i < len(g.Widths) {
			widths[i] = g.Widths[i]
		}
	}
	if g.Fixed {
		for _, c := range cells { // but for words that a column is too narrow for
			if c.Cols == 1 {
				widths[c.Col] = max(widths[c.Col], min(longest(c.Text, c.Size, c.Bold), widestWord)+2*pad(c))
			}
		}
	} else {
		widen(cells, widths, taken)
	}
	left := make([]float64, cols+1)
	left[0] = margin
	for i, w := range widths {
		left[i+1] = left[i] + w
	}

	// What each cell prints, and how high its row must be for it.
	heights := make([]float64, rows)
	used := make([]bool, rows)
	for i := range heights {
		heights[i] = g.Height
		if i < len(g.Heights) && g.Heights[i] > 0 {
			heights[i] = g.Heights[i]
		}
	}
	lines := make([][]string, len(cells))
	ends := make([]float64, len(cells))
	for i, c := range cells {
		end := left[c.Col+c.Cols]
		if !c.Wrap && !g.Fixed && c.Align == Left && !c.Figure {
			// A text runs on over empty cells.
			for k := c.Col + c.Cols; k < cols && !taken[[2]int{c.Row, k}] && width(c.Text, c.Size, c.Bold) > end-left[c.Col]-2*pad(c); k++ {
				end = left[k+1]
			}
			if end == left[cols] {
				end = max(end, left[c.Col]+widestWord)
			}
		}
		ends[i] = end
		lines[i] = wrap(c.Text, c.Size, c.Bold, end-left[c.Col]-2*pad(c))
		for k := range c.Rows {
			used[c.Row+k] = used[c.Row+k] || len(lines[i]) > 0 || c.Border != 0
		}
		if c.Rows == 1 {
			heights[c.Row] = max(heights[c.Row], need(lines[i], c.Size))
		}
	}
	for i, c := range cells {
		if c.Rows > 1 {
			have := 0.0
			for k := range c.Rows {
				have += heights[c.Row+k]
			}
			if lack := need(lines[i], c.Size) - have; lack > 0 {
				heights[c.Row+c.Rows-1] += lack
			}
		}
	}
	for i, run := 0, 0; i < rows; i++ {
		if used[i] {
			run = 0
		} else if run++; run > blankRows {
			heights[i] = 0
		}
	}

	if g.Whole {
		total := 0.0
		for _, h := range heights {
			total += h
		}
		wide := max(p.Wide, left[cols]+margin)
		p.High = math.Sqrt2 * wide
		if total < 2.5*p.High && len(g.Breaks) == 0 { // one page, lying if there is little on it
			p.High = max(wide/math.Sqrt2, total+3*margin)
		}
		if len(p.pages) > 0 && !math.IsInf(p.y, 1) {
			p.pages[len(p.pages)-1].Height = p.High
		}
	}
	// A page ends between two rows that no cell covers together.
	joined := make([]bool, rows+1)
	for _, c := range cells {
		for k := 1; k < c.Rows; k++ {
			joined[c.Row+k] = true
		}
	}
	top := make([]float64, rows)
	sheet := make([]int, rows)
	words := 0
	next := 0
	for r := 0; r < rows; {
		end, high := r+1, heights[r]
		for end < rows && joined[end] {
			high += heights[end]
			end++
		}
		n := 0
		for k := next; k < len(cells) && cells[k].Row < end; k++ {
			n += len(strings.Fields(cells[k].Text))
			next = k + 1
		}
		p.at()
		if p.y > margin && (p.y+high > p.High-margin || words+n > maxPerPage || slices.Contains(g.Breaks, r)) {
			p.Break()
			p.at()
			words = 0
		}
		words += n
		pg := &p.pages[len(p.pages)-1]
		for ; r < end; r++ {
			sheet[r], top[r] = len(p.pages)-1, p.y
			p.y += heights[r]
		}
		pg.Height = max(pg.Height, p.y+margin)
	}
	for i, c := range cells {
		k := sheet[c.Row]
		pg := &p.pages[k]
		x0, x1 := left[c.Col], left[c.Col+c.Cols]
		y0 := top[c.Row]
		y1 := y0
		for n := range c.Rows {
			y1 += heights[c.Row+n]
		}
		pg.Width = max(pg.Width, x1+margin)
		y := y0 + 1.5
		switch free := y1 - y0 - need(lines[i], c.Size); {
		case free <= 0:
		case c.Valign == Middle:
			y += free / 2
		case c.Valign == Bottom:
			y += free
		}
		by := trade.TextLayer
		if c.Figure {
			by = trade.Structured
		}
		for _, l := range lines[i] {
			p.line(pg, l, place(x0+pad(c), ends[i]-pad(c), width(l, c.Size, c.Bold), c.Align), y, c.Size, c.Bold, by)
			y += leading * c.Size
		}
		for _, side := range [...]struct {
			b    Border
			rule page.Rule
		}{{North, page.Rule{X0: x0, Y0: y0, X1: x1, Y1: y0}}, {South, page.Rule{X0: x0, Y0: y1, X1: x1, Y1: y1}}, {West, page.Rule{X0: x0, Y0: y0, X1: x0, Y1: y1}}, {East, page.Rule{X0: x1, Y0: y0, X1: x1, Y1: y1}}} {
			if c.Border&side.b != 0 && (side.rule.X1 > side.rule.X0 || side.rule.Y1 > side.rule.Y0) {
				p.rules[k] = append(p.rules[k], side.rule)
			}
		}
	}
}

// pad is the room beside the text of a cell. Where no ruled line stands between
// two texts side by side, they are further apart than two words of one.
func pad(c Cell) float64 {
	if c.Border&(West|East) == West|East {
		return 2.5
	}
	return max(6, 0.65*c.Size)
}

// need is how high a row is for these lines.
func need(lines []string, size float64) float64 {
	if len(lines) == 0 {
		return 0
	}
	return float64(len(lines))*leading*size + 3
}

// widen makes columns wide enough for their figures and words.
func widen(cells []Cell, widths []float64, taken map[[2]int]bool) {
	for _, c := range cells {
		if c.Cols != 1 || strings.TrimSpace(c.Text) == "" {
			continue
		}
		w := min(longest(c.Text, c.Size, c.Bold), widestWord)
		whole := 0.0
		for _, l := range strings.Split(c.Text, "\n") {
			whole = max(whole, width(strings.TrimSpace(l), c.Size, c.Bold))
		}
		switch {
		case c.Figure:
			w = min(whole, widestWord)
		case c.Wrap:
		case c.Align == Left && !taken[[2]int{c.Row, c.Col + 1}]:
			continue // it runs on over its neighbours
		default:
			w = max(w, min(whole, widest))
		}
		widths[c.Col] = max(widths[c.Col], w+2*pad(c))
	}
	// A covered run of columns holds its longest word.
	for _, c := range cells {
		if c.Cols == 1 {
			continue
		}
		have := 0.0
		for k := range c.Cols {
			have += widths[c.Col+k]
		}
		if lack := min(longest(c.Text, c.Size, c.Bold), widestWord) + 2*pad(c) - have; lack > 0 {
			widths[c.Col+c.Cols-1] += lack
		}
	}
}
