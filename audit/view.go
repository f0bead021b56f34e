package audit

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"tallyman/rules"
)

// A Format is a form that a report is written in.
type Format string

const (
	HTML  Format = "html"
	PDF   Format = "pdf"
	XLSX  Format = "xlsx"
	CSV   Format = "csv"
	JSON  Format = "json"
	SARIF Format = "sarif"
)

// Formats are all formats.
var Formats = []Format{HTML, PDF, XLSX, CSV, JSON, SARIF}

// ParseFormat reads the name of a format.
func ParseFormat(s string) (Format, error) {
	if !slices.Contains(Formats, Format(s)) {
		return "", fmt.Errorf("there is no format %q: it is html, pdf, xlsx, csv, json or sarif", s)
	}
	return Format(s), nil
}

// Write writes the report. The bytes follow from the account, the format and the
// language alone: no clock, no locale, no order of a map. signer is the ledger's
// key, or nil if the account has no proof.
func (a *Account) Write(w io.Writer, format Format, lang Lang, signer note.Signer) error {
	if (a.Proof == nil) != (signer == nil) {
		return fmt.Errorf("write the report: a proof and a key to sign with go together")
	}
	render := map[Format]func(*view, string) ([]byte, error){
		HTML: renderHTML, PDF: renderPDF, XLSX: renderXLSX, CSV: renderCSV, JSON: renderJSON, SARIF: renderSARIF,
	}[format]
	if render == nil {
		return fmt.Errorf("write the report: no format %q", format)
	}
	v := newView(a, lang)
	return a.seal(w, format, lang, signer, func(seal string) ([]byte, error) { return render(v, seal) })
}

// A view is what a report shows, in words of one language; HTML, PDF and XLSX
// only lay it out.
type view struct {
	Account  *Account
	Lang     Lang
	Sentence string   // the verdict
	More     []string // what it rests on
	Class    string   // high, medium, low, unread, clear
	About    []pair   // dossier, time, day
	Findings []shownFinding
	Notes    []shownFinding
	Earlier  []shownDecision // about findings that are no longer made
	Papers   []shownPaper
	Columns  []string
	Rows     []rowView
	Unread   []shownFile
	Aside    []string
	NotRun   []shownNotRun
	Pages    []shownPage
	Versions []pair
	Proof    []pair
	ProofHow string
	names    []string // of the papers, as texts of rules name them
	English  bool     // some text of a rule is not in the language of the report
}

type pair struct{ Name, Value string }

type shownFinding struct {
	Number    int
	ID, Rule  string
	Title     string
	Severity  string // the word of the language
	Class     string
	Message   string
	Doubtful  bool
	Places    []shownPlace
	Figures   []shownFigure
	LooksLike []likenessJSON
	Innocent  []string
	Sources   []SourceItem
	Doc       []string
	Decisions []shownDecision
	Undecided bool
}

type shownPlace struct {
	Paper, Field, Where string // Where is the page in words, or empty
	Page                int
	Path, File          string
	Text, Value, Reader string
	Confidence          float64
	Picture             *PictureRef
}

type shownFigure struct{ Name, Value, Unit, Note, Source string }

type shownDecision struct {
	Decision
	Ruling   string
	Reworded bool
}

type shownPaper struct {
	PaperRecord
	TypeName, StatusName, PageList string
}

// A shownFile is one that was not read, or not whole.
type shownFile struct {
	FileRecord
	Says, Action string // of its code
}

type shownNotRun struct{ Rule, Reason string }

type shownPage struct {
	PageCopy
	Labels []shownLabel
}

// A shownLabel stands in the margin of a page copy, where it hides nothing.
type shownLabel struct {
	Numbers string  // of the findings that are marked at this height
	Y       float64 // pixels from the top
}

func newView(a *Account, l Lang) *view {
	e := a.Evidence
	v := &view{Account: a, Lang: l}
	v.Sentence, v.More, v.Class = l.verdict(e)
	inspected := e.InspectedAt
	if inspected == "" {
		inspected = l.say("inspected.none")
	}
	v.About = []pair{{l.say("dossier"), e.Dossier}, {l.say("dossier.id"), e.ID}, {l.say("inspected"), inspected}}
	if e.CheckedOn != "" {
		v.About = append(v.About, pair{l.say("checked.on"), e.CheckedOn})
	}
	for _, p := range e.Papers {
		v.names = append(v.names, p.Name, p.ID)
	}
	texts := map[string]RuleRecord{}
	for _, r := range e.Rules {
		texts[r.ID] = r
	}
	numbers := map[string]int{}
	decided := 0
	for i, f := range e.Findings {
		numbers[f.ID] = i + 1
		s := v.finding(i+1, f, texts[f.Rule])
		if f.Severity >= rules.Medium {
			if len(s.Decisions) > 0 {
				decided++
			}
			v.Findings = append(v.Findings, s)
		} else {
			v.Notes = append(v.Notes, s)
		}
	}
	if len(v.Findings) > 0 && decided > 0 {
		v.More = append(v.More, l.say("verdict.decided", decided, len(v.Findings)))
	}
	for _, p := range e.Papers {
		status := l.say(string(p.Status))
		if p.Reason != "" {
			status += ": " + p.Reason
		}
		v.Papers = append(v.Papers, shownPaper{p, l.typeName(p.Type), status, pageRange(p.Pages)})
		v.Columns = append(v.Columns, p.Name)
	}
	v.Rows = l.sideBySide(e.Papers)
	for _, f := range e.Missing() {
		says, action := l.why(f.Code)
		v.Unread = append(v.Unread, shownFile{f, says, action})
	}
	v.Earlier = v.earlier()
	for _, f := range e.Files {
		if f.Aside {
			v.Aside = append(v.Aside, f.Name)
		}
	}
	for _, n := range e.NotRun {
		n.Reason, _ = l.Rule(n.Reason)
		v.NotRun = append(v.NotRun, shownNotRun(n))
	}
	for _, p := range e.Pages {
		v.Pages = append(v.Pages, shownPage{p, marginLabels(p, numbers)})
	}
	v.prove()
	return v
}

func (v *view) finding(number int, f FindingItem, rule RuleRecord) shownFinding {
	l := v.Lang
	title, doc, translated := l.ruleText(rule)
	v.English = v.English || !translated
	s := shownFinding{
		Number: number, ID: f.ID, Rule: f.Rule, Title: title, Severity: l.severity(f.Severity), Class: f.Severity.String(),
		Doubtful: f.Doubtful, LooksLike: f.LooksLike, Doc: splitDoc(doc),
	}
	for _, source := range rule.Sources {
		source.Title, _ = l.Rule(source.Title) // what an authority published keeps its name
		s.Sources = append(s.Sources, source)
	}
	say := func(text string) string {
		t, ok := l.Rule(text, v.names...)
		v.English = v.English || !ok
		return t
	}
	s.Message = say(f.Message)
	for _, why := range f.Innocent {
		s.Innocent = append(s.Innocent, say(why))
	}
	for _, at := range f.Places {
		p := shownPlace{
			Paper: at.Name, Field: l.fieldName(at.Path), Page: at.Page, Path: at.Path, File: at.File,
			Text: at.Text, Value: at.Value, Confidence: at.Confidence, Picture: at.Picture,
		}
		if at.Page > 0 {
			p.Where = l.say("page", at.Page)
			if at.End > 0 {
				p.Where += ", " + l.say("earlierFile")
			}
		}
		if at.Reader != "" {
			p.Reader = l.say(string(at.Reader))
		}
		s.Places = append(s.Places, p)
	}
	for _, x := range f.Figures {
		n := ""
		if x.N > 0 {
			n = fmt.Sprintf("n = %d", x.N)
		}
		s.Figures = append(s.Figures, shownFigure{say(x.Name), l.figure(x.Value), l.unit(x.Unit), n, x.Source})
	}
	for _, d := range v.Account.Decisions {
		if d.Finding == f.ID {
			s.Decisions = append(s.Decisions, shownDecision{d, l.say(string(d.Verdict)), d.Message != f.Message})
		}
	}
	s.Undecided = len(s.Decisions) == 0
	return s
}

// earlier are the decisions about findings that the newest inspection does not
// make: what was decided is never dropped.
func (v *view) earlier() []shownDecision {
	made := map[string]bool{}
	for _, f := range v.Account.Evidence.Findings {
		made[f.ID] = true
	}
	var all []shownDecision
	for _, d := range v.Account.Decisions {
		if !made[d.Finding] {
			all = append(all, shownDecision{d, v.Lang.say(string(d.Verdict)), false})
		}
	}
	return all
}

// marginLabels puts the numbers of all findings at one height of the page
// together.
func marginLabels(p PageCopy, numbers map[string]int) []shownLabel {
	marks := slices.Clone(p.Marks)
	slices.SortStableFunc(marks, func(a, b PageMark) int {
		return cmp.Or(cmp.Compare(a.Box[1], b.Box[1]), cmp.Compare(numbers[a.Finding], numbers[b.Finding]))
	})
	var all []shownLabel
	var at [][]int
	for _, m := range marks {
		n := numbers[m.Finding]
		if k := len(all) - 1; k >= 0 && m.Box[1]-all[k].Y < float64(p.Height)/60 {
			if !slices.Contains(at[k], n) {
				at[k] = append(at[k], n)
			}
			continue
		}
		all, at = append(all, shownLabel{Y: m.Box[1]}), append(at, []int{n})
	}
	for k, ns := range at {
		slices.Sort(ns)
		var words []string
		for _, n := range ns {
			words = append(words, fmt.Sprint(n))
		}
		all[k].Numbers = strings.Join(words, ", ")
	}
	return all
}

// prove says what made the report and how it is verified.
func (v *view) prove() {
	e, l := v.Account.Evidence, v.Lang
	none := func(s string) string {
		if s == "none" || s == "" {
			return l.say("none")
		}
		return s
	}
	v.Versions = []pair{
		{l.say("v.program"), e.Versions.Tallyman}, {l.say("v.rules"), e.Versions.Rules},
		{l.say("v.reference"), none(e.Versions.Reference)}, {l.say("v.model"), none(e.Versions.Model)},
		{l.say("v.readers"), strings.Join(e.Versions.Readers, "; ")},
	}
	v.Proof = []pair{{l.say("p.evidence"), e.Digest()}}
	v.ProofHow = l.say("proof.how")
	p := v.Account.Proof
	if p == nil {
		v.ProofHow = l.say("proof.none")
		return
	}
	v.Proof = append(v.Proof, pair{l.say("p.inspection"), p.Inspection})
	if head, err := ParseHead(noteText(p.Checkpoint)); err == nil {
		v.Proof = append(v.Proof, pair{l.say("p.ledger"), head.Origin})
		if len(p.Entries) > 0 {
			v.Proof = append(v.Proof, pair{l.say("p.entry"), fmt.Sprint(p.Entries[0].Index)})
		}
		v.Proof = append(v.Proof, pair{l.say("p.head"), head.String()})
	}
	v.Proof = append(v.Proof, pair{l.say("p.key"), p.Key})
}

// noteText is the text of a signed note, without its signatures.
func noteText(signed string) string {
	if i := strings.Index(signed, "\n\n"); i >= 0 {
		return signed[:i+1]
	}
	return signed
}

// sideBySide lays the statements of the papers beside each other.
func (l Lang) sideBySide(papers []PaperRecord) []rowView {
	by := make([]map[string]fieldJSON, len(papers))
	for i, p := range papers {
		by[i] = map[string]fieldJSON{}
		for _, f := range p.Fields {
			if !f.Restatement {
				by[i][f.Path] = f
			}
		}
	}
	var rows []rowView
	for _, path := range compared {
		row := rowView{Field: l.fieldName(path)}
		any := false
		for i := range papers {
			f, ok := by[i][path]
			c := cellView{Text: f.Text, Value: f.Value}
			switch {
			case !ok:
				c.Class = "absent"
			case f.Problem != "":
				c.Class, c.Value = "unreadable", f.Problem
			}
			any = any || ok
			row.Cells = append(row.Cells, c)
		}
		if any {
			rows = append(rows, row)
		}
	}
	return rows
}

// pageRange writes 1, 2, 3, 5 as "1-3, 5".
func pageRange(pages []int) string {
	var parts []string
	for i := 0; i < len(pages); {
		k := i
		for k+1 < len(pages) && pages[k+1] == pages[k]+1 {
			k++
		}
		if k == i {
			parts = append(parts, fmt.Sprint(pages[i]))
		} else {
			parts = append(parts, fmt.Sprintf("%d-%d", pages[i], pages[k]))
		}
		i = k + 1
	}
	return strings.Join(parts, ", ")
}

// readable makes text of a paper fit to print on one line: no control
// characters, and those that turn the direction of writing or show nothing are
// shown by their number, so that nobody reads what is not there.
func readable(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			b.WriteByte(' ')
		case hidden(r):
			fmt.Fprintf(&b, "⟨U+%04X⟩", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// hidden reports whether a character shows nothing or turns the text around it.
func hidden(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r < 0xa0, r == 0xad, r == 0x34f, r == 0x61c, r == 0xfeff, r == 0xfffe, r == 0xffff:
		return true
	case r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000:
		return true
	}
	return false
}

// reportJSON is the JSON report: the canonical evidence, the decisions, the
// proof, and the seal last.
type reportJSON struct {
	Report    string          `json:"report"`
	Language  Lang            `json:"language"`
	Verdict   string          `json:"verdict"`
	Risk      float64         `json:"risk"`
	Evidence  json.RawMessage `json:"evidence"`
	Decisions []Decision      `json:"decisions"`
	Proof     *proofJSON      `json:"proof"`
	Seal      string          `json:"seal"`
}

type proofJSON struct {
	Inspection string  `json:"inspection"`
	Key        string  `json:"key"`
	Checkpoint string  `json:"checkpoint"`
	Entries    []Entry `json:"entries"`
}

func renderJSON(v *view, seal string) ([]byte, error) {
	a := v.Account
	r := reportJSON{
		Report: "tallyman report 1", Language: v.Lang, Verdict: v.Class, Risk: a.Evidence.Risk(),
		Evidence: a.Evidence.Canonical(), Decisions: nonNil(a.Decisions), Seal: seal,
	}
	if p := a.Proof; p != nil {
		r.Proof = &proofJSON{p.Inspection, p.Key, p.Checkpoint, nonNil(p.Entries)}
	}
	return append(canonical(r), '\n'), nil
}
