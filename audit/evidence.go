package audit

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// EvidenceFormat names the form of [Evidence]; it changes when the form does.
const EvidenceFormat = "tallyman evidence 1"

// Evidence is all that one inspection of a dossier found, without the words of
// any language: what a report is made from, and what the ledger vouches for. Its
// canonical JSON is what is hashed. It names files as they lie in the dossier,
// not where the dossier lies, so that it is the same on every machine.
type Evidence struct {
	Format      string         `json:"format"`
	ID          string         `json:"id"`          // of the dossier: the same papers, the same ID
	Dossier     string         `json:"dossier"`     // its name
	InspectedAt string         `json:"inspectedAt"` // RFC 3339 in UTC; empty: not kept in a store
	CheckedOn   string         `json:"checkedOn"`   // the day that rules about dates compare with; empty: unknown
	Files       []FileRecord   `json:"files"`
	Papers      []PaperRecord  `json:"papers"`
	Findings    []FindingItem  `json:"findings"`
	Rules       []RuleRecord   `json:"rules"` // those that found something
	Ran         []string       `json:"ran"`   // every rule that was applied, by ID
	NotRun      []NotRunRecord `json:"notRun"`
	Pages       []PageCopy     `json:"pages"` // copies of the pages that findings point at
	Versions    Versions       `json:"versions"`
}

// A FileRecord is one file of the dossier, read or not.
type FileRecord struct {
	Name   string       `json:"name"`
	SHA256 string       `json:"sha256"` // empty if the file could not be opened
	Size   int64        `json:"size"`   // bytes
	Status trade.Status `json:"status"`
	Code   string       `json:"code,omitempty"` // why it was not read whole, or gave no paper: stable; empty if all is well
	Reason string       `json:"reason,omitempty"`
	Aside  bool         `json:"aside,omitempty"` // no paper at all; nothing is missing without it
}

// A PaperRecord is one paper and what it states.
type PaperRecord struct {
	ID         string             `json:"id"`
	Name       string             `json:"name"`
	File       string             `json:"file"`
	SHA256     string             `json:"sha256"`
	Pages      []int              `json:"pages"`
	Type       trade.DocumentType `json:"type"`
	Confidence float64            `json:"typeConfidence"`
	Status     trade.Status       `json:"status"`
	Reason     string             `json:"reason,omitempty"`
	Number     string             `json:"number"`
	Date       string             `json:"date"`
	Fields     []fieldJSON        `json:"fields"`
}

// A FindingItem is one finding with its places.
type FindingItem struct {
	ID        string         `json:"id"`
	Rule      string         `json:"rule"`
	Severity  rules.Severity `json:"severity"`
	Message   string         `json:"message"`
	Doubtful  bool           `json:"doubtful,omitempty"`
	Places    []PlaceRecord  `json:"places"` // the first is the one the finding is about
	Figures   []figureJSON   `json:"figures"`
	LooksLike []likenessJSON `json:"looksLike"`
	Innocent  []string       `json:"innocent"`
}

// A PlaceRecord is what one paper states at one place, with its picture.
type PlaceRecord struct {
	Paper      string       `json:"paper"` // ID
	Name       string       `json:"name"`  // of the paper
	File       string       `json:"file"`
	Page       int          `json:"page"`
	Path       string       `json:"path"`
	Box        []float64    `json:"box"`
	Text       string       `json:"text"` // as printed
	Value      string       `json:"value"`
	Reader     trade.Reader `json:"reader"`
	Confidence float64      `json:"confidence"`
	// End is where an earlier version of the file ends, in bytes; 0 is the file as it is.
	End     int         `json:"end,omitempty"`
	Picture *PictureRef `json:"picture,omitempty"`
}

// A PictureRef names a picture by the SHA-256 of its bytes.
type PictureRef struct {
	SHA256 string    `json:"sha256"`
	Width  int       `json:"width"`  // pixels
	Height int       `json:"height"` // pixels
	Mark   []float64 `json:"mark"`   // the place in it, in pixels: left, top, right, bottom
}

// A PageCopy is the picture of a whole page, with the places of findings on it.
type PageCopy struct {
	File   string     `json:"file"`
	Page   int        `json:"page"`
	SHA256 string     `json:"sha256"` // of the picture
	Width  int        `json:"width"`  // pixels
	Height int        `json:"height"` // pixels
	Marks  []PageMark `json:"marks"`
	Medium string     `json:"medium"` // image/png or image/jpeg
}

// A PageMark is the place of a finding on a page copy.
type PageMark struct {
	Finding string    `json:"finding"`
	Box     []float64 `json:"box"` // pixels
}

// A RuleRecord is a rule as it was worded when it found something.
type RuleRecord struct {
	ID      string       `json:"id"`
	Title   string       `json:"title"`
	Doc     string       `json:"doc"`
	Sources []SourceItem `json:"sources"`
}

// A SourceItem is one authority of a rule.
type SourceItem struct {
	Title      string `json:"title"`
	URL        string `json:"url,omitempty"`
	Unverified bool   `json:"unverified,omitempty"`
}

// A NotRunRecord is a rule that could not be applied, and why.
type NotRunRecord struct {
	Rule   string `json:"rule"`
	Reason string `json:"reason"`
}

// A Decision is what a person decided about a finding. It is never changed: a
// change of mind is another decision.
type Decision struct {
	ID         string `json:"id"`
	Dossier    string `json:"dossier"`
	Inspection string `json:"inspection"`
	Finding    string `json:"finding"`
	Verdict    Ruling `json:"verdict"`
	By         string `json:"by"`
	At         string `json:"at"` // RFC 3339 in UTC
	Note       string `json:"note"`
	Message    string `json:"message"` // of the finding as it was seen
}

// A Ruling is how a person decided.
type Ruling string

const (
	Confirmed Ruling = "confirmed" // the papers contradict each other
	Explained Ruling = "explained" // they do, and there is an honest reason
	Misread   Ruling = "misread"   // the program read the paper wrongly
)

// Rulings are all rulings there are.
var Rulings = []Ruling{Confirmed, Explained, Misread}

// An Account is what a report tells: the evidence, who decided what about it,
// and the proof that both stand in a ledger.
type Account struct {
	Evidence  *Evidence
	Decisions []Decision
	Pictures  map[string][]byte // by SHA-256, hex
	Proof     *Proof            // nil: made without a store
}

// NewEvidence makes the evidence of one dossier of the report. Files are those
// of the dossier, with the paths that its papers have. at is the time of the
// inspection, RFC 3339 in UTC, or empty. The pictures and the page copies are
// added by [Evidence.Illustrate].
func NewEvidence(r *Report, d Dossier, files []FileRecord, at string) *Evidence {
	e := &Evidence{
		Format: EvidenceFormat, Dossier: path.Base(filepath.ToSlash(d.Name)), InspectedAt: at,
		Files: []FileRecord{}, Papers: []PaperRecord{}, Findings: []FindingItem{}, Rules: []RuleRecord{}, Ran: []string{},
		NotRun: []NotRunRecord{}, Pages: []PageCopy{}, Versions: r.Versions,
	}
	e.Versions.Readers = nonNil(r.Versions.Readers)
	if r.CheckedOn != (trade.Date{}) {
		e.CheckedOn = r.CheckedOn.String()
	}
	root := commonFolder(files)
	local := func(name string) string { return strings.TrimPrefix(filepath.ToSlash(name), root) }
	for _, f := range files {
		f.Name = local(f.Name)
		e.Files = append(e.Files, f)
	}
	slices.SortStableFunc(e.Files, func(a, b FileRecord) int { return cmp.Compare(a.Name, b.Name) })
	for _, p := range d.Papers {
		e.Papers = append(e.Papers, paperRecord(p, local(p.File)))
	}
	e.ID = dossierID(e)

	used := map[string]bool{}
	for _, f := range bySeverity(d.Findings) {
		used[f.Rule] = true
		e.Findings = append(e.Findings, d.findingItem(f, local))
	}
	skipped := map[string]bool{}
	for _, n := range d.NotRun {
		skipped[n.Rule] = true
		e.NotRun = append(e.NotRun, NotRunRecord(n))
	}
	ids := make([]string, 0, len(r.Rules))
	for id := range r.Rules {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		if !skipped[id] {
			e.Ran = append(e.Ran, id)
		}
		if used[id] {
			e.Rules = append(e.Rules, ruleRecord(r.Rules[id]))
		}
	}
	return e.valid()
}

// valid returns the evidence as it reads back from its JSON: a paper may hold
// bytes that are no text, and these become U+FFFD once and for all.
func (e *Evidence) valid() *Evidence {
	v := &Evidence{}
	if err := json.Unmarshal(e.Canonical(), v); err != nil {
		panic(fmt.Sprintf("audit: evidence does not read back: %v", err)) // no such evidence can be made
	}
	return v
}

func paperRecord(p *trade.Document, file string) PaperRecord {
	rec := PaperRecord{
		ID: p.ID, Name: p.Name, File: file, SHA256: p.SHA256, Pages: nonNil(p.Pages), Type: p.Type,
		Confidence: round(p.TypeConfidence), Status: p.Status, Reason: p.Reason, Number: p.Number.Value,
		Date: printed(p.IssueDate), Fields: []fieldJSON{},
	}
	for _, f := range p.Fields() {
		rec.Fields = append(rec.Fields, fieldOf(f))
	}
	for _, f := range p.Restatements {
		j := fieldOf(f)
		j.Restatement = true
		rec.Fields = append(rec.Fields, j)
	}
	return rec
}

func ruleRecord(r *rules.Rule) RuleRecord {
	rec := RuleRecord{ID: r.ID, Title: r.Title, Doc: r.Doc, Sources: []SourceItem{}}
	for _, s := range r.Sources {
		rec.Sources = append(rec.Sources, SourceItem(s))
	}
	return rec
}

func (d Dossier) findingItem(f rules.Finding, local func(string) string) FindingItem {
	item := FindingItem{
		ID: f.ID(), Rule: f.Rule, Severity: f.Severity, Message: f.Message, Doubtful: f.Doubtful,
		Places: []PlaceRecord{}, Figures: []figureJSON{}, LooksLike: []likenessJSON{}, Innocent: nonNil(f.Innocent),
	}
	for _, at := range append([]trade.Place{f.At}, f.Related...) {
		rec := PlaceRecord{Paper: at.Document, Page: at.Page, Path: at.Path, Box: boxJSON(at.Box), End: at.End}
		if doc := d.find(at.Document); doc != nil {
			rec.Name, rec.File = doc.Name, local(doc.File)
			if field, ok := doc.Field(at.Path); ok {
				rec.Text, rec.Value, rec.Reader, rec.Confidence = field.Text, field.Value, field.Reader, round(field.Confidence)
			}
		}
		item.Places = append(item.Places, rec)
	}
	for _, x := range f.Figures {
		item.Figures = append(item.Figures, figureJSON(x))
	}
	for _, x := range f.LooksLike {
		item.LooksLike = append(item.LooksLike, likenessJSON(x))
	}
	return item
}

// bySeverity puts the gravest first and otherwise keeps the order.
func bySeverity(all []rules.Finding) []rules.Finding {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b rules.Finding) int { return int(b.Severity) - int(a.Severity) })
	return all
}

// Illustrate adds pictures of the places of findings and copies of their pages.
// draw returns the picture of a page, and whether it was straightened; it is
// asked once for each page, and for each page of an earlier version that ends at
// that byte of the file. It returns the pictures by their SHA-256.
func (e *Evidence) Illustrate(draw func(sha256 string, end, page int) (Sheet, bool)) map[string][]byte {
	pictures := map[string][]byte{}
	type key struct {
		sha  string
		end  int // of an earlier version, or 0
		page int
	}
	type spot struct{ finding, place int }
	var order []key
	spots := map[key][]spot{}
	sha := map[string]string{}
	for _, p := range e.Papers {
		sha[p.ID] = p.SHA256
	}
	for i, f := range e.Findings {
		if f.Severity < rules.Low {
			continue
		}
		for k, at := range f.Places {
			if at.Page == 0 || len(at.Box) != 4 || sha[at.Paper] == "" {
				continue
			}
			page := key{sha[at.Paper], at.End, at.Page}
			if spots[page] == nil {
				order = append(order, page)
			}
			spots[page] = append(spots[page], spot{i, k})
		}
	}
	// One page after the other: a drawn page takes ten megabytes, and a dossier may
	// have hundreds.
	for _, page := range order {
		s, ok := draw(page.sha, page.end, page.page)
		if !ok {
			continue
		}
		crops := map[trade.Box]*PictureRef{}
		var c *PageCopy
		for _, x := range spots[page] {
			f := &e.Findings[x.finding]
			at := &f.Places[x.place]
			box := trade.Box{X0: at.Box[0], Y0: at.Box[1], X1: at.Box[2], Y1: at.Box[3]}
			if _, done := crops[box]; !done {
				crops[box] = nil
				if p, err := s.Crop(box); err == nil {
					name := digest(p.PNG)
					pictures[name] = p.PNG
					crops[box] = &PictureRef{SHA256: name, Width: p.Width, Height: p.Height, Mark: pixels(p.Mark)}
				}
			}
			at.Picture = crops[box]
			if c == nil {
				data, medium, w, h, err := s.Copy()
				if err != nil {
					continue
				}
				c = &PageCopy{File: at.File, Page: at.Page, SHA256: digest(data), Width: w, Height: h, Medium: medium, Marks: []PageMark{}}
				pictures[c.SHA256] = data
			}
			mark := PageMark{Finding: f.ID, Box: pixels(s.onCopy(box))}
			if !slices.ContainsFunc(c.Marks, func(m PageMark) bool { return m.Finding == mark.Finding && slices.Equal(m.Box, mark.Box) }) {
				c.Marks = append(c.Marks, mark)
			}
		}
		if c != nil {
			e.Pages = append(e.Pages, *c)
		}
	}
	return pictures
}

func pixels(b trade.Box) []float64 {
	return []float64{tenth(b.X0), tenth(b.Y0), tenth(b.X1), tenth(b.Y1)}
}

// dossierID follows from the papers and the unread files alone.
func dossierID(e *Evidence) string {
	var parts []string
	for _, p := range e.Papers {
		parts = append(parts, "paper "+p.ID)
	}
	for _, f := range e.Files {
		parts = append(parts, "file "+cmp.Or(f.SHA256, f.Name))
	}
	slices.Sort(parts)
	return digest([]byte(strings.Join(slices.Compact(parts), "\n")))[:16]
}

// commonFolder returns the deepest folder of all files, with a slash behind it.
func commonFolder(files []FileRecord) string {
	root := ""
	for i, f := range files {
		dir := path.Dir(filepath.ToSlash(f.Name)) + "/"
		if i == 0 {
			root = dir
		}
		for !strings.HasPrefix(dir, root) {
			root = root[:strings.LastIndex(strings.TrimSuffix(root, "/"), "/")+1]
		}
	}
	return root
}

// Canonical returns the one JSON text of the evidence, without a line end.
func (e *Evidence) Canonical() []byte { return canonical(e) }

// Digest returns the SHA-256 of the canonical JSON, hex.
func (e *Evidence) Digest() string { return digest(e.Canonical()) }

// ParseEvidence reads canonical JSON and refuses any other text.
func ParseEvidence(data []byte) (*Evidence, error) {
	e := &Evidence{}
	if err := parseCanonical(data, e); err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	if e.Format != EvidenceFormat {
		return nil, fmt.Errorf("evidence: its form is %q; this program knows %q", e.Format, EvidenceFormat)
	}
	return e, nil
}

// canonical writes v as JSON with the fields in the order of the type, no
// spaces and no escapes beyond need. Types in evidence have no maps and no
// floats but those rounded on the way in, so there is one text for each value.
func canonical(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("audit: %T has no JSON: %v", v, err)) // no such value can be made
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// parseCanonical refuses what canonical would write otherwise: one value, one
// text, so that no byte of it is without meaning.
func parseCanonical(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if !bytes.Equal(canonical(v), data) {
		return fmt.Errorf("the text is not in canonical form")
	}
	return nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Count returns how many findings have at least that severity.
func (e *Evidence) Count(least rules.Severity) int {
	n := 0
	for _, f := range e.Findings {
		if f.Severity >= least {
			n++
		}
	}
	return n
}

// Missing returns the files that should have been read whole and were not.
func (e *Evidence) Missing() []FileRecord {
	var all []FileRecord
	for _, f := range e.Files {
		if f.Code != "" && !f.Aside {
			all = append(all, f)
		}
	}
	return all
}

// Finding returns the finding with that ID, or nil.
func (e *Evidence) Finding(id string) *FindingItem {
	for i := range e.Findings {
		if e.Findings[i].ID == id {
			return &e.Findings[i]
		}
	}
	return nil
}

// Class is that of the verdict: high, medium, low, unread or clear.
func (e *Evidence) Class() string {
	_, _, class := English.verdict(e)
	return class
}

// An Exhibit is a picture that the evidence names.
type Exhibit struct {
	SHA256 string
	Medium string // image/png or image/jpeg
}

// Exhibits lists every picture once, in the order in which it is first named.
func (e *Evidence) Exhibits() []Exhibit {
	var all []Exhibit
	seen := map[string]bool{}
	add := func(sha, medium string) {
		if !seen[sha] {
			seen[sha] = true
			all = append(all, Exhibit{sha, medium})
		}
	}
	for _, f := range e.Findings {
		for _, p := range f.Places {
			if p.Picture != nil {
				add(p.Picture.SHA256, "image/png")
			}
		}
	}
	for _, p := range e.Pages {
		add(p.SHA256, p.Medium)
	}
	return all
}
