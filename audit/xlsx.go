package audit

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// documentTime stands wherever a file format wants a time of making: the report
// follows from the evidence, and the time of the inspection is printed in it.
var documentTime = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// A book is a workbook in the making.
type book struct {
	f     *excelize.File
	style map[string]int
	err   error
}

// renderXLSX writes a workbook. Every cell is a string or a number, never a
// formula. The seal is the comment of the ZIP file.
func renderXLSX(v *view, seal string) ([]byte, error) {
	l, e := v.Lang, v.Account.Evidence
	b := &book{f: excelize.NewFile(), style: map[string]int{}}
	defer b.f.Close()
	b.styles()

	name := l.say("sheet.verdict")
	b.try(b.f.SetSheetName("Sheet1", name))
	b.verdict(name, v)

	all := append(append([]shownFinding(nil), v.Findings...), v.Notes...)
	t := b.table(l.say("sheet.findings"), []column{{"№", 6}, {l.say("severity"), 14}, {l.say("rule"), 9}, {l.say("message"), 50}, {l.say("about"), 30}, {l.say("where"), 28}, {l.say("arithmetic"), 30}, {l.say("clears"), 36}, {l.say("decision"), 26}})
	for _, f := range all {
		message := f.Message
		if f.Doubtful {
			message += ". " + l.say("doubtful")
		}
		var where, figures, decided []string
		for _, p := range f.Places {
			where = append(where, strings.TrimSuffix(p.Paper+", "+p.Where, ", "))
		}
		for _, x := range f.Figures {
			figures = append(figures, strings.TrimSpace(x.Name+": "+x.Value+" "+x.Unit))
		}
		for _, d := range f.Decisions {
			decided = append(decided, strings.TrimSuffix(l.say("decided", d.Ruling, d.By, d.At)+": "+d.Note, ": "))
		}
		if f.Undecided {
			decided = []string{l.say("undecided")}
		}
		t.row(f.Class, f.Number, f.Severity, f.Rule, message, f.Title, strings.Join(where, "\n"), strings.Join(figures, "\n"), strings.Join(f.Innocent, "\n"), strings.Join(decided, "\n"))
	}
	t = b.table(l.say("sheet.places"), []column{{"№", 6}, {l.say("rule"), 9}, {l.say("paper"), 34}, {l.say("pages"), 8}, {l.say("field"), 30}, {l.say("printed"), 44}, {l.say("value"), 30}, {l.say("reader"), 28}, {l.say("sure"), 12}})
	for _, f := range all {
		for _, p := range f.Places {
			t.row("", f.Number, f.Rule, p.Paper, blank(p.Page), p.Field, p.Text, p.Value, p.Reader, p.Confidence)
		}
	}
	columns := []column{{l.say("field"), 28}}
	for _, c := range v.Columns {
		columns = append(columns, column{c, 32})
	}
	t = b.table(l.say("sheet.compare"), columns)
	for _, r := range v.Rows {
		cells := []any{r.Field}
		for _, c := range r.Cells {
			cells = append(cells, c.Text)
		}
		t.row("", cells...)
	}
	t = b.table(l.say("sheet.papers"), []column{{l.say("paper"), 30}, {l.say("name"), 26}, {l.say("number"), 20}, {l.say("date"), 12}, {l.say("pages"), 8}, {l.say("read"), 26}, {l.say("file"), 30}, {"SHA-256", 68}})
	for _, p := range v.Papers {
		t.row("", p.Name, p.TypeName, p.Number, p.Date, p.PageList, p.StatusName, p.File, p.SHA256)
	}
	t = b.table(l.say("sheet.statements"), []column{{l.say("paper"), 34}, {l.say("pages"), 8}, {l.say("field"), 34}, {l.say("printed"), 44}, {l.say("value"), 34}, {l.say("note"), 34}, {l.say("reader"), 28}, {l.say("sure"), 12}})
	for _, p := range v.Papers {
		for _, f := range p.Fields {
			t.row("", p.Name, blank(f.Page), l.fieldName(f.Path), f.Text, f.Value, f.Problem, l.say(string(f.Reader)), f.Confidence)
		}
	}
	t = b.table(l.say("sheet.unread"), []column{{l.say("file"), 40}, {l.say("happened"), 60}, {l.say("action"), 60}, {l.say("note"), 80}, {l.say("code"), 24}})
	for _, f := range v.Unread {
		t.row("", f.Name, f.Says, f.Action, f.Reason, f.Code)
	}
	if len(v.Unread) == 0 {
		t.row("", l.say("unread.none"), "", "", "", "")
	}
	t = b.table(l.say("sheet.authority"), []column{{l.say("rule"), 9}, {l.say("about"), 50}, {l.say("authority"), 70}, {l.say("source"), 50}, {l.say("note"), 36}})
	for _, r := range e.Rules {
		title, _, _ := l.ruleText(r)
		for _, s := range r.Sources {
			unverified := ""
			if s.Unverified {
				unverified = l.say("unverified")
			}
			t.row("", r.ID, title, s.Title, s.URL, unverified)
		}
	}
	t = b.table(l.say("sheet.checks"), []column{{l.say("rule"), 9}, {l.say("result"), 90}})
	for _, n := range v.NotRun {
		t.row("", n.Rule, n.Reason)
	}
	for _, id := range e.Ran {
		t.row("", id, l.say("made.check"))
	}
	t = b.table(l.say("sheet.decisions"), []column{{"№", 6}, {l.say("decision"), 26}, {l.say("by"), 28}, {l.say("at"), 24}, {l.say("note"), 60}, {l.say("message"), 60}, {"SHA-256", 68}})
	for _, f := range all {
		for _, d := range f.Decisions {
			t.row("", f.Number, d.Ruling, d.By, d.At, d.Note, d.Message, d.Digest())
		}
	}
	for _, d := range v.Earlier {
		t.row("", "", d.Ruling, d.By, d.At, d.Note, d.Message, d.Digest())
	}
	if len(v.Account.Decisions) == 0 {
		t.row("", "", l.say("undecided"))
	}
	t = b.table(l.say("sheet.proof"), []column{{l.say("name"), 34}, {l.say("value"), 100}})
	for _, p := range append(slices.Clone(v.Versions), v.Proof...) {
		t.row("", p.Name, p.Value)
	}
	for _, f := range e.Files {
		t.row("", l.say("fingerprints")+": "+f.Name, f.SHA256)
	}
	t.row("", l.say("proof"), v.ProofHow)

	b.f.SetActiveSheet(0)
	b.try(b.f.SetDocProps(&excelize.DocProperties{
		Title: l.say("title"), Creator: "Tallyman", LastModifiedBy: "Tallyman", Language: string(l),
		Created: documentTime.Format(time.RFC3339), Modified: documentTime.Format(time.RFC3339),
	}))
	if b.err != nil {
		return nil, fmt.Errorf("write the workbook: %w", b.err)
	}
	var out bytes.Buffer
	if err := b.f.Write(&out); err != nil {
		return nil, fmt.Errorf("write the workbook: %w", err)
	}
	return settle(out.Bytes(), seal)
}

func blank(n int) any {
	if n == 0 {
		return ""
	}
	return n
}

func (b *book) try(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *book) styles() {
	border := []excelize.Border{{Type: "bottom", Color: "D9DEE2", Style: 1}}
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	fill := func(c string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{c}}
	}
	font := func(size float64, bold bool, colour string) *excelize.Font {
		return &excelize.Font{Family: "Calibri", Size: size, Bold: bold, Color: colour}
	}
	// In the order of a list: styles are numbered as they are made.
	for _, s := range []struct {
		name  string
		style excelize.Style
	}{
		{"cell", excelize.Style{Alignment: top, Border: border, Font: font(10.5, false, "1D2327")}},
		{"head", excelize.Style{Alignment: top, Font: font(10.5, true, "FFFFFF"), Fill: fill("56626B")}},
		{"title", excelize.Style{Font: font(11, true, "56626B")}},
		{"plain", excelize.Style{Alignment: top, Font: font(11, false, "1D2327")}},
		{"label", excelize.Style{Alignment: top, Font: font(10.5, true, "56626B")}},
		{"high", excelize.Style{Alignment: top, Border: border, Font: font(10.5, true, "FFFFFF"), Fill: fill("B3261E")}},
		{"medium", excelize.Style{Alignment: top, Border: border, Font: font(10.5, true, "FFFFFF"), Fill: fill("A35200")}},
		{"low", excelize.Style{Alignment: top, Border: border, Font: font(10.5, true, "FFFFFF"), Fill: fill("4C6A86")}},
		{"info", excelize.Style{Alignment: top, Border: border, Font: font(10.5, true, "1D2327"), Fill: fill("D9DEE2")}},
		{"big-high", excelize.Style{Alignment: top, Font: font(20, true, "B3261E")}},
		{"big-medium", excelize.Style{Alignment: top, Font: font(20, true, "A35200")}},
		{"big-unread", excelize.Style{Alignment: top, Font: font(20, true, "A35200")}},
		{"big-low", excelize.Style{Alignment: top, Font: font(20, true, "4C6A86")}},
		{"big-clear", excelize.Style{Alignment: top, Font: font(20, true, "2C6E49")}},
	} {
		id, err := b.f.NewStyle(&s.style)
		b.try(err)
		b.style[s.name] = id
	}
}

// put writes a cell: a number, or a string that stays one.
func (b *book) put(sheet string, col, row int, value any, style string) {
	cell, err := excelize.CoordinatesToCellName(col, row)
	b.try(err)
	switch x := value.(type) {
	case int:
		b.try(b.f.SetCellInt(sheet, cell, int64(x)))
	case float64:
		b.try(b.f.SetCellFloat(sheet, cell, x, 3, 64))
	case string:
		var lines []string
		for _, line := range strings.Split(x, "\n") {
			lines = append(lines, readable(line))
		}
		b.try(b.f.SetCellStr(sheet, cell, strings.Join(lines, "\n")))
	}
	b.try(b.f.SetCellStyle(sheet, cell, cell, b.style[style]))
}

// verdict lays out the first sheet: what was found, in plain words.
func (b *book) verdict(sheet string, v *view) {
	b.try(b.f.SetColWidth(sheet, "A", "A", 34))
	b.try(b.f.SetColWidth(sheet, "B", "B", 96))
	row := 1
	wide := func(text, style string, height float64) {
		b.put(sheet, 1, row, text, style)
		b.try(b.f.MergeCell(sheet, fmt.Sprint("A", row), fmt.Sprint("B", row)))
		b.try(b.f.SetRowHeight(sheet, row, height))
		row++
	}
	wide(v.Lang.say("title"), "title", 18)
	wide(v.Sentence, "big-"+v.Class, 34)
	for _, m := range v.More {
		wide(m, "plain", 18)
	}
	row++
	for _, p := range v.About {
		b.put(sheet, 1, row, p.Name, "label")
		b.put(sheet, 2, row, p.Value, "plain")
		row++
	}
	row++
	what := v.Lang.say("what")
	if v.English {
		what += " " + v.Lang.say("english")
	}
	wide(what, "plain", 52)
	row++
	for _, f := range v.Findings {
		b.put(sheet, 1, row, fmt.Sprintf("%d. %s, %s", f.Number, f.Rule, f.Severity), f.Class)
		b.put(sheet, 2, row, f.Message, "cell")
		b.try(b.f.SetRowHeight(sheet, row, lineHeight(1+len([]rune(f.Message))/90)))
		row++
	}
	b.page(sheet)
}

func lineHeight(lines int) float64 { return 15 * float64(max(1, lines)) }

// page makes a sheet print on A4, its columns on one page.
func (b *book) page(sheet string) {
	landscape, a4, one, none, yes := "landscape", 9, 1, 0, true
	b.try(b.f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4, FitToWidth: &one, FitToHeight: &none}))
	b.try(b.f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &yes}))
	grid := false
	b.try(b.f.SetSheetView(sheet, 0, &excelize.ViewOptions{ShowGridLines: &grid}))
}

type column struct {
	name  string
	width float64 // letters
}

// A grid is a sheet with a head line.
type grid struct {
	b       *book
	sheet   string
	columns []column
	next    int
}

func (b *book) table(sheet string, columns []column) *grid {
	_, err := b.f.NewSheet(sheet)
	b.try(err)
	for i, c := range columns {
		name, err := excelize.ColumnNumberToName(i + 1)
		b.try(err)
		b.try(b.f.SetColWidth(sheet, name, name, c.width))
		b.put(sheet, i+1, 1, c.name, "head")
	}
	b.try(b.f.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	b.page(sheet)
	return &grid{b, sheet, columns, 2}
}

// row adds a line; class colours the second cell.
func (g *grid) row(class string, cells ...any) {
	lines := 1
	for i, c := range cells {
		style := "cell"
		if i == 1 && class != "" {
			style = class
		}
		g.b.put(g.sheet, i+1, g.next, c, style)
		if text, ok := c.(string); ok && i < len(g.columns) {
			n := 0
			for _, line := range strings.Split(text, "\n") {
				n += 1 + len([]rune(line))/int(g.columns[i].width)
			}
			lines = max(lines, n)
		}
	}
	g.b.try(g.b.f.SetRowHeight(g.sheet, g.next, min(lineHeight(lines), 400)))
	g.next++
}

// settle writes the parts of the workbook in a fixed order with a fixed time,
// and the seal as the comment of the archive.
func settle(data []byte, seal string) ([]byte, error) {
	if len(seal) > 65_535 {
		return nil, fmt.Errorf("write the workbook: the proof is longer than a workbook can carry; take another format")
	}
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	parts := slices.Clone(in.File)
	rank := func(f *zip.File) string {
		if f.Name == "[Content_Types].xml" {
			return ""
		}
		return f.Name
	}
	slices.SortFunc(parts, func(a, b *zip.File) int { return strings.Compare(rank(a), rank(b)) })
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, p := range parts {
		to, err := w.CreateHeader(&zip.FileHeader{Name: p.Name, Method: zip.Deflate, Modified: documentTime})
		if err != nil {
			return nil, err
		}
		from, err := p.Open()
		if err != nil {
			return nil, err
		}
		if _, err := io.Copy(to, from); err != nil {
			return nil, err
		}
		from.Close()
	}
	if err := w.SetComment(seal); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
