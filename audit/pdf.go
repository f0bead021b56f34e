package audit

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
)

// The page of a PDF report, in millimetres.
const (
	pageWidth, pageHeight = 210.0, 297.0
	marginSide            = 18.0
	marginTop             = 18.0
	marginFoot            = 20.0
	textWidth             = pageWidth - 2*marginSide
)

type colour [3]int

var (
	ink     = colour{29, 35, 39}
	soft    = colour{86, 98, 107}
	hair    = colour{217, 222, 226}
	ground  = colour{240, 241, 238}
	white   = colour{255, 255, 255}
	classes = map[string]colour{
		"high": {179, 38, 30}, "medium": {163, 82, 0}, "unread": {163, 82, 0}, "low": {76, 106, 134}, "info": {110, 120, 128}, "clear": {44, 110, 73},
	}
)

// A pen writes a PDF from the top of a page to its foot. With dry set it only
// moves, so that the height of a block is known before it is drawn.
type pen struct {
	f       *fpdf.Fpdf
	v       *view
	y       float64
	dry     bool
	wide    bool // the fallback font is in use
	missing bool // a character was shown by its number
	images  map[string]bool
}

// A style is how text looks.
type style struct {
	size float64 // points
	bold bool
	ink  colour
}

var (
	body    = style{9.5, false, ink}
	small   = style{8, false, soft}
	strong  = style{9.5, true, ink}
	heading = style{13, true, ink}
	label   = style{8, true, soft}
)

func (s style) face() *face {
	if s.bold {
		return boldFace
	}
	return plainFace
}

// forCell makes a hash small enough to stay on one line.
func (s style) forCell(text string) style {
	if hashForm.MatchString(text) {
		s.size = 7.3
	}
	return s
}

var hashForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// lead is the distance of lines in millimetres.
func (s style) lead() float64 { return s.size * 25.4 / 72 * 1.38 }

// renderPDF writes the report for the printer and the court. The seal lies in
// the metadata of the file.
func renderPDF(v *view, seal string) ([]byte, error) {
	f := fpdf.New("P", "mm", "A4", "")
	f.SetCreationDate(documentTime)
	f.SetModificationDate(documentTime)
	f.SetCatalogSort(true)
	f.SetProducer("Tallyman", false)
	f.SetTitle(v.Lang.say("title")+": "+v.Account.Evidence.Dossier, true)
	f.SetLang(string(v.Lang))
	f.SetAutoPageBreak(false, 0)
	f.SetMargins(marginSide, marginTop, marginSide)
	f.AddUTF8FontFromBytes(plainFace.name, "", plainFace.data)
	f.AddUTF8FontFromBytes(boldFace.name, "B", boldFace.data)
	f.AliasNbPages("{pages}")
	f.SetXmpMetadata([]byte(`<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:tallyman="urn:tallyman:report"><tallyman:seal>` +
		seal + `</tallyman:seal></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>`))
	p := &pen{f: f, v: v, images: map[string]bool{}}
	f.SetFooterFunc(p.footer)
	p.page()
	p.report()
	var b bytes.Buffer
	if err := f.Output(&b); err != nil {
		return nil, fmt.Errorf("write the PDF: %w", err)
	}
	return b.Bytes(), nil
}

func (p *pen) page() {
	p.f.AddPage()
	p.y = marginTop
}

func (p *pen) footer() {
	p.rule(marginSide, pageHeight-14, textWidth, hair)
	e := p.v.Account.Evidence
	y := pageHeight - 10.5
	p.line(marginSide, y, p.fit(p.runs(e.Dossier+" · SHA-256 "+e.Digest()[:16]+"…", small), small, textWidth-30), small)
	// The alias of the last page number is replaced when the file is written,
	// so the line is set where its usual width ends.
	text := p.v.Lang.say("footer", p.f.PageNo(), "{pages}")
	p.setFont(plainFace, small)
	p.f.Text(pageWidth-marginSide-p.f.GetStringWidth(strings.Replace(text, "{pages}", "00", 1)), y, text)
}

func (p *pen) setFont(f *face, s style) {
	p.f.SetFont(f.name, f.style, s.size)
	p.f.SetTextColor(s.ink[0], s.ink[1], s.ink[2])
}

// A run is text in one font.
type run struct {
	face *face
	text string
}

// runs splits text by the fonts that have its characters. What no font has is
// shown by its number, for an empty box would hide which character it was.
func (p *pen) runs(s string, st style) []run {
	var all []run
	add := func(f *face, text string) {
		if n := len(all); n > 0 && all[n-1].face == f {
			all[n-1].text += text
			return
		}
		all = append(all, run{f, text})
	}
	for _, r := range readable(s) {
		switch {
		case st.face().has(r) || r == ' ':
			add(st.face(), string(r))
		case plainFace.has(r):
			add(plainFace, string(r))
		case wideFace.has(r):
			if !p.wide {
				p.wide = true
				p.f.AddUTF8FontFromBytes(wideFace.name, "", wideFace.data)
			}
			add(wideFace, string(r))
		default:
			p.missing = true
			add(st.face(), fmt.Sprintf("<U+%04X>", r))
		}
	}
	return all
}

func (p *pen) width(runs []run, s style) float64 {
	w := 0.0
	for _, r := range runs {
		p.setFont(r.face, s)
		w += p.f.GetStringWidth(r.text)
	}
	return w
}

// line draws runs with their foot at y.
func (p *pen) line(x, y float64, runs []run, s style) {
	for _, r := range runs {
		p.setFont(r.face, s)
		p.f.Text(x, y, r.text)
		x += p.f.GetStringWidth(r.text)
	}
}

// fit cuts runs to a width and puts an ellipsis where they end.
func (p *pen) fit(runs []run, s style, width float64) []run {
	if p.width(runs, s) <= width {
		return runs
	}
	text := []rune{}
	for _, r := range runs {
		text = append(text, []rune(r.text)...)
	}
	for len(text) > 0 && p.width(p.runs(string(text)+"…", s), s) > width {
		text = text[:len(text)-1]
	}
	return p.runs(string(text)+"…", s)
}

// tokens are the pieces between which a line may end: words with the space
// behind them, and single characters of scripts without spaces.
func tokens(s string) []string {
	var all []string
	word := ""
	flush := func() {
		if word != "" {
			all = append(all, word)
			word = ""
		}
	}
	for _, r := range s {
		switch {
		case r == ' ':
			word += " "
			flush()
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
			flush()
			all = append(all, string(r))
		default:
			word += string(r)
		}
	}
	flush()
	return all
}

// wrap breaks text into lines of at most width millimetres; a word that is
// longer than a line, such as a hash, is broken where the line ends.
func (p *pen) wrap(text string, s style, width float64) []string {
	var lines []string
	current, used := "", 0.0
	for _, t := range tokens(strings.TrimSpace(readable(text))) {
		w := p.width(p.runs(strings.TrimRight(t, " "), s), s)
		full := p.width(p.runs(t, s), s)
		if used+w <= width {
			current, used = current+t, used+full
			continue
		}
		if current != "" {
			lines = append(lines, strings.TrimRight(current, " "))
			current, used = "", 0
		}
		if w <= width {
			current, used = t, full
			continue
		}
		for _, r := range t {
			rw := p.width(p.runs(string(r), s), s)
			if used+rw > width && current != "" {
				lines = append(lines, current)
				current, used = "", 0
			}
			current, used = current+string(r), used+rw
		}
	}
	if current != "" {
		lines = append(lines, strings.TrimRight(current, " "))
	}
	return lines
}

// text writes a paragraph at x, over pages if need be, and moves down.
func (p *pen) text(x, width float64, text string, s style) {
	for _, line := range p.wrap(text, s, width) {
		p.room(s.lead())
		p.y += s.lead()
		if !p.dry {
			p.line(x, p.y-0.3*s.lead(), p.runs(line, s), s)
		}
	}
}

// room begins a page if height does not fit on this one.
func (p *pen) room(height float64) {
	if !p.dry && p.y+height > pageHeight-marginFoot {
		p.page()
	}
}

// height is how far draw moves down.
func (p *pen) height(draw func()) float64 {
	y, dry := p.y, p.dry
	p.dry, p.y = true, 0
	draw()
	h := p.y
	p.y, p.dry = y, dry
	return h
}

// whole draws a block on one page if it fits on any.
func (p *pen) whole(draw func()) {
	if h := p.height(draw); h < pageHeight-marginTop-marginFoot {
		p.room(h)
	}
	draw()
}

func (p *pen) gap(mm float64) { p.y += mm }

func (p *pen) box(x, y, w, h float64, c colour) {
	if p.dry {
		return
	}
	p.f.SetFillColor(c[0], c[1], c[2])
	p.f.Rect(x, y, w, h, "F")
}

func (p *pen) rule(x, y, w float64, c colour) {
	if p.dry {
		return
	}
	p.f.SetDrawColor(c[0], c[1], c[2])
	p.f.SetLineWidth(0.2)
	p.f.Line(x, y, x+w, y)
}

func (p *pen) head(text string) {
	p.room(28)
	p.heading(text)
}

func (p *pen) heading(text string) {
	p.gap(7)
	p.text(marginSide, textWidth, text, heading)
	p.gap(1.5)
	if !p.dry {
		p.f.Bookmark(text, 0, p.y-8)
	}
}

// findings draws findings under a head that stays with the first of them.
func (p *pen) findings(head string, all []shownFinding) {
	for i, f := range all {
		if i > 0 {
			head = ""
		}
		p.finding(head, f)
	}
}

// report draws everything, the verdict first.
func (p *pen) report() {
	v, l := p.v, p.v.Lang
	p.text(marginSide, textWidth, l.say("title"), style{10, true, soft})
	p.gap(2)
	c := classes[v.Class]
	inner := func() {
		p.gap(3.5)
		p.text(marginSide+7, textWidth-12, v.Sentence, style{18, true, c})
		p.gap(1)
		for _, m := range v.More {
			p.text(marginSide+7, textWidth-12, m, style{10.5, false, ink})
		}
		p.gap(3.5)
	}
	h := p.height(inner)
	p.box(marginSide, p.y, textWidth, h, ground)
	p.box(marginSide, p.y, 2.5, h, c)
	inner()
	p.gap(4)
	p.pairs(v.About)
	p.gap(1.5)
	what := l.say("what")
	if v.English {
		what += " " + l.say("english")
	}
	p.text(marginSide, textWidth, what, small)

	if len(v.Findings) > 0 {
		p.findings(l.say("findings"), v.Findings)
	}
	if len(v.Earlier) > 0 {
		p.head(l.say("earlier"))
		p.text(marginSide, textWidth, l.say("earlier.why"), small)
		for _, d := range v.Earlier {
			p.gap(1.5)
			p.text(marginSide, textWidth, d.Message, body)
			p.text(marginSide, textWidth, l.say("decided", d.Ruling, d.By, d.At), strong)
			if d.Note != "" {
				p.text(marginSide, textWidth, d.Note, body)
			}
		}
	}
	if len(v.Unread) > 0 {
		p.head(l.say("unread"))
		var rows [][]string
		for _, f := range v.Unread {
			rows = append(rows, []string{f.Name, f.Says + " " + f.Reason, f.Action, f.Code})
		}
		p.table([]string{l.say("file"), l.say("happened"), l.say("action"), l.say("code")}, []float64{38, 62, 46, 28}, rows)
	}
	if len(v.Papers) > 0 {
		p.head(l.say("papers"))
		var rows [][]string
		for _, d := range v.Papers {
			rows = append(rows, []string{d.Name, d.TypeName, d.Number, d.Date, d.PageList, d.StatusName})
		}
		p.table([]string{l.say("paper"), "", l.say("number"), l.say("date"), l.say("pages"), l.say("read")}, []float64{40, 34, 32, 24, 15, 29}, rows)
	}
	if len(v.Aside) > 0 {
		p.gap(2)
		p.text(marginSide, textWidth, l.say("aside")+": "+strings.Join(v.Aside, ", "), small)
	}
	p.compare()
	if len(v.Notes) > 0 {
		p.findings(l.say("notes"), v.Notes)
	}
	if len(v.NotRun) > 0 {
		p.head(l.say("not.run"))
		var rows [][]string
		for _, n := range v.NotRun {
			rows = append(rows, []string{n.Rule, n.Reason})
		}
		p.table([]string{l.say("rule"), l.say("reason")}, []float64{18, 156}, rows)
	}
	if ran := v.Account.Evidence.Ran; len(ran) > 0 {
		p.head(l.say("ran"))
		p.text(marginSide, textWidth, strings.Join(ran, ", "), small)
	}
	p.proof()
	p.copies()
}

func (p *pen) proof() {
	v, l := p.v, p.v.Lang
	p.head(l.say("fingerprints"))
	var rows [][]string
	for _, f := range v.Account.Evidence.Files {
		rows = append(rows, []string{f.Name, fmt.Sprint(f.Size), f.SHA256})
	}
	p.table([]string{l.say("file"), l.say("size"), "SHA-256"}, []float64{42, 16, 116}, rows)
	p.head(l.say("made"))
	p.pairs(v.Versions)
	p.head(l.say("proof"))
	p.text(marginSide, textWidth, v.ProofHow, body)
	p.gap(2)
	p.pairs(v.Proof)
	if p.missing {
		p.gap(2)
		p.text(marginSide, textWidth, l.say("missing"), small)
	}
}

func (p *pen) pairs(all []pair) {
	const left = 46.0
	for _, x := range all {
		p.whole(func() {
			y := p.y
			p.text(marginSide, left-3, x.Name, small)
			low := p.y
			p.y = y
			p.text(marginSide+left, textWidth-left, x.Value, style{8.5, false, ink})
			p.y = max(p.y, low) + 0.6
		})
	}
}

// table draws rows under a head that is repeated on each page.
func (p *pen) table(head []string, widths []float64, rows [][]string) {
	cell := style{8.5, false, ink}
	draw := func(cells []string, s style) {
		top, low := p.y+0.8, p.y
		x := marginSide
		for i, c := range cells {
			p.y = top
			p.text(x, widths[i]-3, c, s.forCell(c))
			low = max(low, p.y)
			x += widths[i]
		}
		p.y = max(low, top) + 0.9
		p.rule(marginSide, p.y, textWidth, hair)
	}
	begin := func() { draw(head, label) }
	p.room(20)
	begin()
	for _, r := range rows {
		h := p.height(func() { draw(r, cell) })
		if h < pageHeight-marginTop-marginFoot-10 && p.y+h > pageHeight-marginFoot {
			p.page()
			begin()
		}
		draw(r, cell)
	}
}

// compare lays four papers beside each other, and the next four below.
func (p *pen) compare() {
	v, l := p.v, p.v.Lang
	if len(v.Rows) == 0 {
		return
	}
	const abreast = 4
	p.head(l.say("compare"))
	for from := 0; from < len(v.Columns); from += abreast {
		to := min(from+abreast, len(v.Columns))
		head, widths := []string{""}, []float64{34}
		for _, c := range v.Columns[from:to] {
			head, widths = append(head, c), append(widths, (textWidth-34)/float64(to-from))
		}
		var rows [][]string
		for _, r := range v.Rows {
			line, any := []string{r.Field}, false
			for _, c := range r.Cells[from:to] {
				text := c.Text
				if text == "" {
					text = "–"
				} else {
					any = true
				}
				line = append(line, text)
			}
			if any {
				rows = append(rows, line)
			}
		}
		p.table(head, widths, rows)
		p.gap(4)
	}
}

func (p *pen) finding(head string, f shownFinding) {
	l := p.v.Lang
	c := classes[f.Class]
	const inset = 5.0
	x, w := marginSide+inset, textWidth-inset
	p.whole(func() {
		if head != "" {
			p.heading(head)
		}
		p.gap(3)
		tag := fmt.Sprintf("%d. %s", f.Number, f.Severity)
		ts := style{8, true, white}
		tw := p.width(p.runs(tag, ts), ts) + 4
		if !p.dry {
			p.room(12)
			p.box(marginSide, p.y, 1.8, 11, c)
			p.box(x, p.y, tw, 4.6, c)
			p.line(x+2, p.y+3.3, p.runs(tag, ts), ts)
			p.line(x+tw+3, p.y+3.3, p.fit(p.runs(strings.TrimSuffix(f.Rule+": "+f.Title, ": "), small), small, w-tw-3), small)
		}
		p.gap(6)
		p.text(x, w, f.Message, style{11, true, ink})
		if f.Doubtful {
			p.text(x, w, l.say("doubtful"), small)
		}
		p.sub(x, l.say("says"))
		// The first two places stay with the finding.
		p.places(x, w, f.Places[:min(2, len(f.Places))])
	})
	if len(f.Places) > 2 {
		p.places(x, w, f.Places[2:])
	}
	if len(f.Figures) > 0 {
		p.whole(func() {
			p.sub(x, l.say("arithmetic"))
			for _, g := range f.Figures {
				p.text(x, w, strings.TrimSpace(fmt.Sprintf("%s: %s %s", g.Name, g.Value, g.Unit))+tail(g.Note)+tail(g.Source), body)
			}
		})
	}
	if len(f.LooksLike) > 0 {
		p.whole(func() {
			p.sub(x, l.say("looks"))
			var all []string
			for _, k := range f.LooksLike {
				all = append(all, k.Label+" ("+k.Heading+")")
			}
			p.text(x, w, strings.Join(all, ", "), body)
		})
	}
	p.list(x, w, l.say("clears"), f.Innocent)
	var sources []string
	for _, s := range f.Sources {
		text := s.Title + tail(s.URL)
		if s.Unverified {
			text += " (" + l.say("unverified") + ")"
		}
		sources = append(sources, text)
	}
	p.list(x, w, l.say("authority"), sources)
	p.whole(func() {
		if len(f.Doc) > 0 {
			p.sub(x, l.say("about"))
		}
		for _, d := range f.Doc {
			p.text(x, w, d, small)
			p.gap(0.8)
		}
		p.sub(x, l.say("decision"))
		if f.Undecided {
			p.text(x, w, l.say("undecided"), body)
		}
		for _, d := range f.Decisions {
			p.text(x, w, l.say("decided", d.Ruling, d.By, d.At), strong)
			if d.Note != "" {
				p.text(x, w, d.Note, body)
			}
			if d.Reworded {
				p.text(x, w, l.say("reworded", d.Message), small)
			}
		}
	})
	p.gap(3)
	p.rule(marginSide, p.y, textWidth, hair)
}

func tail(s string) string {
	if s = strings.TrimSpace(s); s == "" {
		return ""
	}
	return ", " + s
}

func (p *pen) sub(x float64, text string) {
	p.gap(2)
	p.text(x, textWidth, text, label)
	p.gap(0.3)
}

func (p *pen) list(x, w float64, name string, items []string) {
	if len(items) == 0 {
		return
	}
	p.whole(func() {
		p.sub(x, name)
		for _, item := range items {
			y := p.y
			p.text(x+4, w-4, item, body)
			if !p.dry && p.y > y {
				p.line(x+0.5, y+0.7*body.lead(), p.runs("•", body), body)
			}
		}
	})
}

// places draws what papers say, two abreast.
func (p *pen) places(x, w float64, places []shownPlace) {
	const between = 5.0
	each := (w - between) / 2
	for i := 0; i < len(places); i += 2 {
		p.whole(func() {
			top, low := p.y, p.y
			for k, at := range places[i:min(i+2, len(places))] {
				p.y = top
				p.place(x+float64(k)*(each+between), each, at)
				low = max(low, p.y)
			}
			p.y = low + 2
		})
	}
}

func (p *pen) place(x, w float64, at shownPlace) {
	p.text(x, w, at.Paper+tail(at.Where), strong)
	if at.Field != "" {
		p.text(x, w, at.Field+tail(at.Reader), small)
	}
	if at.Text != "" {
		said := style{10.5, false, ink}
		lines := p.wrap(at.Text, said, w-4)
		if len(lines) > 6 {
			lines = append(lines[:6], "…")
		}
		p.gap(0.8)
		p.box(x, p.y, w, float64(len(lines))*said.lead()+1.6, ground)
		p.gap(0.8)
		for _, line := range lines {
			p.y += said.lead()
			if !p.dry {
				p.line(x+2, p.y-0.3*said.lead(), p.runs(line, said), said)
			}
		}
		p.gap(1.6)
	}
	if r := at.Picture; r != nil && r.Width > 0 && len(r.Mark) == 4 {
		mm := 25.4 / SheetDPI // of a pixel at full size
		if float64(r.Width)*mm > w {
			mm = w / float64(r.Width)
		}
		p.picture(r.SHA256, "image/png", x, p.y, float64(r.Width)*mm, float64(r.Height)*mm)
		p.mark(x+r.Mark[0]*mm, p.y+r.Mark[1]*mm, (r.Mark[2]-r.Mark[0])*mm, (r.Mark[3]-r.Mark[1])*mm)
		p.gap(float64(r.Height)*mm + 1)
	}
}

// picture draws a picture of the account with a frame.
func (p *pen) picture(sha, medium string, x, y, w, h float64) {
	if p.dry {
		return
	}
	options := fpdf.ImageOptions{ImageType: "PNG"}
	if medium == "image/jpeg" {
		options.ImageType = "JPG"
	}
	if !p.images[sha] {
		p.images[sha] = true
		info := p.f.RegisterImageOptionsReader(sha, options, bytes.NewReader(p.v.Account.Pictures[sha]))
		if err := inOrder(info, len(p.images)); err != nil {
			p.f.SetError(err)
			return
		}
	}
	p.f.ImageOptions(sha, x, y, w, h, false, options, 0, "")
	p.f.SetDrawColor(hair[0], hair[1], hair[2])
	p.f.SetLineWidth(0.2)
	p.f.Rect(x, y, w, h, "D")
}

// inOrder makes the width of a picture unlike that of any other by less than a
// pixel. The library writes pictures in the order of their widths, and those of
// one width in the order of a map, which is another each time; the width that
// stands in the file is a whole number.
func inOrder(info *fpdf.ImageInfoType, n int) error {
	if info == nil {
		return nil // the library has its own error
	}
	data, err := info.GobEncode()
	if err != nil {
		return err
	}
	var pixels, mask, palette []byte
	var object, bits int
	var width, height, scale, dpi float64
	var space, filter, params string
	var transparent []int
	fields := []any{&pixels, &mask, &object, &width, &height, &space, &palette, &bits, &filter, &params, &transparent, &scale, &dpi}
	from := gob.NewDecoder(bytes.NewReader(data))
	for _, f := range fields {
		if err := from.Decode(f); err != nil {
			return err
		}
	}
	width += float64(n) / 1e6
	var b bytes.Buffer
	to := gob.NewEncoder(&b)
	for _, f := range fields {
		if err := to.Encode(f); err != nil {
			return err
		}
	}
	return info.GobDecode(b.Bytes())
}

// mark draws a box around a place, and a wash of colour through which the print
// can be read.
func (p *pen) mark(x, y, w, h float64) {
	if p.dry {
		return
	}
	c := classes["high"]
	p.f.SetAlpha(0.18, "Normal")
	p.box(x, y, w, h, colour{255, 200, 0})
	p.f.SetAlpha(1, "Normal")
	p.f.SetDrawColor(c[0], c[1], c[2])
	p.f.SetLineWidth(0.5)
	p.f.Rect(x, y, w, h, "D")
}

// copies draws each page that findings point at, with their numbers.
func (p *pen) copies() {
	l := p.v.Lang
	for i, c := range p.v.Pages {
		if c.Width <= 0 || c.Height <= 0 {
			continue
		}
		p.page()
		if i == 0 {
			p.text(marginSide, textWidth, l.say("pages.copy"), heading)
			p.f.Bookmark(l.say("pages.copy"), 0, marginTop)
			p.text(marginSide, textWidth, l.say("pages.note"), small)
			p.gap(2)
		}
		p.text(marginSide, textWidth, c.File+tail(l.say("page", c.Page)), strong)
		p.gap(1.5)
		mm := min(textWidth/float64(c.Width), (pageHeight-marginFoot-p.y)/float64(c.Height))
		x, y := marginSide+(textWidth-float64(c.Width)*mm)/2, p.y
		p.picture(c.SHA256, c.Medium, x, y, float64(c.Width)*mm, float64(c.Height)*mm)
		for _, m := range c.Marks {
			if len(m.Box) != 4 {
				continue
			}
			mx, my := x+m.Box[0]*mm-0.5, y+m.Box[1]*mm-0.5
			p.mark(mx, my, (m.Box[2]-m.Box[0])*mm+1, (m.Box[3]-m.Box[1])*mm+1)
		}
		for _, m := range c.Labels {
			s := style{7.5, true, white}
			w := p.width(p.runs(m.Numbers, s), s) + 2.4
			p.box(x-w-1, y+m.Y*mm-0.5, w, 4, classes["high"])
			p.line(x-w+0.2, y+m.Y*mm+2.4, p.runs(m.Numbers, s), s)
		}
	}
}
