package audit

import (
	"encoding/json"
	"io"

	"tallyman/rules"
	"tallyman/trade"
)

// The types below are the wire format of the contract; docs/*.schema.json
// describe them.

type paperJSON struct {
	File           string             `json:"file"`
	SHA256         string             `json:"sha256"`
	Pages          []int              `json:"pages"`
	Type           trade.DocumentType `json:"type"`
	TypeName       string             `json:"typeName"`
	TypeConfidence float64            `json:"typeConfidence"`
	Status         trade.Status       `json:"status"`
	Reason         string             `json:"reason"`
	Fields         []fieldJSON        `json:"fields"`
}

type fieldJSON struct {
	Path         string            `json:"path"`
	Text         string            `json:"text"`
	Value        string            `json:"value"`
	Problem      string            `json:"problem,omitempty"`
	Page         int               `json:"page"`
	Box          []float64         `json:"box"`
	Confidence   float64           `json:"confidence"`
	Reader       trade.Reader      `json:"reader"`
	Alternatives []alternativeJSON `json:"alternatives,omitempty"`
	Restatement  bool              `json:"restatement,omitempty"`
}

type alternativeJSON struct {
	Value       string  `json:"value"`
	Probability float64 `json:"probability"`
}

// WritePaper writes what one paper says as one line of JSON.
func WritePaper(w io.Writer, d *trade.Document) error {
	p := paperJSON{
		File: d.File, SHA256: d.SHA256, Pages: nonNil(d.Pages), Type: d.Type, TypeName: d.Type.Name(),
		TypeConfidence: round(d.TypeConfidence), Status: d.Status, Reason: d.Reason, Fields: []fieldJSON{},
	}
	for _, f := range d.Fields() {
		p.Fields = append(p.Fields, fieldOf(f))
	}
	for _, f := range d.Restatements {
		j := fieldOf(f)
		j.Restatement = true
		p.Fields = append(p.Fields, j)
	}
	return line(w, p)
}

// WriteUnread writes a file that gave no paper as one line of JSON.
func WriteUnread(w io.Writer, u Unread, sha256 string) error {
	return line(w, paperJSON{
		File: u.File, SHA256: sha256, Pages: []int{}, TypeName: trade.OtherPaper.Name(),
		Status: u.Status, Reason: u.Code + ": " + u.Reason, Fields: []fieldJSON{},
	})
}

func fieldOf(f trade.Field) fieldJSON {
	j := fieldJSON{
		Path: f.Path, Text: f.Text, Value: f.Value, Problem: f.Problem, Page: f.At.Page,
		Box: boxJSON(f.At.Box), Confidence: round(f.Confidence), Reader: f.Reader,
	}
	for _, a := range f.Alternatives {
		j.Alternatives = append(j.Alternatives, alternativeJSON{a.Value, round(a.Probability)})
	}
	return j
}

type dossierJSON struct {
	Dossier  string        `json:"dossier"`
	Papers   []paperRef    `json:"papers"`
	Risk     float64       `json:"risk"`
	Reasons  []Reason      `json:"riskReasons"`
	Findings []findingJSON `json:"findings"`
	NotRun   []notRunJSON  `json:"notRun"`
	Unread   []unreadJSON  `json:"unread"`
	Versions Versions      `json:"versions"`
}

type paperRef struct {
	File   string             `json:"file"`
	Pages  []int              `json:"pages"`
	Type   trade.DocumentType `json:"type"`
	Number string             `json:"number"`
	Status trade.Status       `json:"status"`
}

type findingJSON struct {
	ID        string         `json:"id"`
	Rule      string         `json:"rule"`
	Severity  rules.Severity `json:"severity"`
	Message   string         `json:"message"`
	Doubtful  bool           `json:"doubtful,omitempty"`
	At        placeJSON      `json:"at"`
	Related   []placeJSON    `json:"related"`
	Figures   []figureJSON   `json:"figures"`
	LooksLike []likenessJSON `json:"looksLike"`
	Innocent  []string       `json:"innocent"`
}

type placeJSON struct {
	File string    `json:"file"`
	Page int       `json:"page"`
	Path string    `json:"path"`
	Text string    `json:"text"`
	Box  []float64 `json:"box"`
}

type figureJSON struct {
	Name       string  `json:"name"`
	Value      string  `json:"value"`
	Unit       string  `json:"unit,omitempty"`
	Percentile float64 `json:"percentile,omitempty"`
	N          int     `json:"n,omitempty"`
	Source     string  `json:"source,omitempty"`
}

type likenessJSON struct {
	Heading     string  `json:"heading"`
	Label       string  `json:"label"`
	Probability float64 `json:"probability"`
}

type notRunJSON struct {
	Rule   string `json:"rule"`
	Reason string `json:"reason"`
}

type unreadJSON struct {
	File   string `json:"file"`
	Reason string `json:"reason"` // stable code
	Says   string `json:"says"`   // what the code means
	Action string `json:"action"` // what to do
	Detail string `json:"detail"` // what happened to this file
}

// WriteDossier writes one dossier of a report as one line of JSON.
func WriteDossier(w io.Writer, d Dossier, v Versions) error {
	assessed := d.Assess()
	j := dossierJSON{
		Dossier: d.Name, Papers: []paperRef{}, Risk: assessed.Value, Reasons: nonNil(assessed.Reasons), Findings: []findingJSON{},
		NotRun: []notRunJSON{}, Unread: []unreadJSON{}, Versions: v,
	}
	j.Versions.Readers = nonNil(v.Readers)
	for _, p := range d.Papers {
		j.Papers = append(j.Papers, paperRef{p.File, nonNil(p.Pages), p.Type, p.Number.Value, p.Status})
	}
	for _, f := range d.Findings {
		g := findingJSON{
			ID: f.ID(), Rule: f.Rule, Severity: f.Severity, Message: f.Message, Doubtful: f.Doubtful,
			At: d.place(f.At), Related: []placeJSON{}, Figures: []figureJSON{}, LooksLike: []likenessJSON{}, Innocent: nonNil(f.Innocent),
		}
		for _, p := range f.Related {
			g.Related = append(g.Related, d.place(p))
		}
		for _, x := range f.Figures {
			g.Figures = append(g.Figures, figureJSON(x))
		}
		for _, x := range f.LooksLike {
			g.LooksLike = append(g.LooksLike, likenessJSON(x))
		}
		j.Findings = append(j.Findings, g)
	}
	for _, n := range d.NotRun {
		j.NotRun = append(j.NotRun, notRunJSON(n))
	}
	for _, u := range d.Unread {
		says, action := u.Why()
		j.Unread = append(j.Unread, unreadJSON{u.File, u.Code, says, action, u.Reason})
	}
	return line(w, j)
}

func (d Dossier) place(at trade.Place) placeJSON {
	p := placeJSON{Page: at.Page, Path: at.Path, Box: boxJSON(at.Box)}
	if doc := d.find(at.Document); doc != nil {
		p.File = doc.File
		if f, ok := doc.Field(at.Path); ok {
			p.Text = f.Text
		}
	}
	return p
}

func line(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

func boxJSON(b trade.Box) []float64 {
	if b.Empty() {
		return []float64{}
	}
	return []float64{tenth(b.X0), tenth(b.Y0), tenth(b.X1), tenth(b.Y1)}
}

func nonNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
