package audit

import (
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

//go:embed report.html
var reportHTML string

var reportTemplate = template.Must(template.New("report").Funcs(words("")).Parse(reportHTML))

// words are what the page calls to speak a language.
func words(l Lang) template.FuncMap {
	return template.FuncMap{"join": strings.Join, "say": l.say, "count": l.count, "unit": l.unit}
}

// unitSymbols are the signs that people write for codes of UN/ECE Rec. 20.
var unitSymbols = map[string]string{
	"KGM": "kg", "GRM": "g", "TNE": "t", "LBR": "lb", "ONZ": "oz", "MTQ": "m³", "LTR": "l", "FTQ": "ft³",
	"CMT": "cm", "MMT": "mm", "MTR": "m", "MTK": "m²", "PCE": "pieces", "C62": "pieces", "P1": "%", "DAY": "days",
}

// unitSymbol writes a unit, or a ratio of two such as USD/KGM, for people.
func unitSymbol(unit string) string { return unitName(unit, unitSymbols) }

func unitName(unit string, symbols map[string]string) string {
	parts := strings.Split(unit, "/")
	for i, p := range parts {
		if s := symbols[p]; s != "" {
			parts[i] = s
		}
	}
	return strings.Join(parts, "/")
}

// HTML writes the report as one page that needs nothing else: no network, no
// script, no other file.
func (r *Report) HTML(w io.Writer) error {
	v := reportView{CheckedOn: "", Versions: r.Versions, Lang: r.Lang}
	if v.Lang == "" {
		v.Lang = English
	}
	if r.CheckedOn != (trade.Date{}) {
		v.CheckedOn = r.CheckedOn.String()
	}
	for _, d := range r.Dossiers {
		v.Dossiers = append(v.Dossiers, r.view(d, v.Lang))
		v.Papers += len(d.Papers)
	}
	v.Index = len(v.Dossiers) > 1
	t, err := reportTemplate.Clone()
	if err != nil {
		return err
	}
	return t.Funcs(words(v.Lang)).Execute(w, v)
}

// The views below are what the page shows, in words.

type reportView struct {
	Lang      Lang
	CheckedOn string
	Papers    int
	Index     bool
	Dossiers  []dossierView
	Versions  Versions
}

type dossierView struct {
	Anchor, Name string
	Verdict      string
	Class        string // of the worst finding: high, medium, low, clear, unread
	Papers       []paperView
	Findings     []findingView
	Notes        []findingView // low and info
	Columns      []string
	Rows         []rowView
	Unread       []unreadView
	Aside        []string // files that are no papers
	NotRun       []rules.NotRun
}

type unreadView struct{ File, Says, Reason, Action, Code string }

type paperView struct {
	Name, Type, Number, Date, Status, Reason, SHA256 string
	Pages                                            string
}

type findingView struct {
	Anchor, Rule, Title, Severity, Message string
	Class                                  string // the severity, as the page's style names it
	Doubtful                               bool
	Places                                 []placeView
	Figures                                []rules.Figure
	Spread                                 template.HTML
	Doc                                    []string
	Innocent                               []string
	Sources                                []rules.Source
	LooksLike                              []rules.Likeness
}

type placeView struct {
	Paper, Field, Text string
	Page               int
	Picture            template.URL
	Width, Height      int
	Style              template.CSS // of the mark over the picture, in percent
	Reader             string
}

type rowView struct {
	Field string
	Cells []cellView
}

type cellView struct {
	Text, Value, Class string
}

func (r *Report) view(d Dossier, l Lang) dossierView {
	v := dossierView{Anchor: anchor(d.Name), Name: d.Name, NotRun: l.Dossier(d).NotRun}
	for _, u := range d.Unread {
		if u.Aside {
			v.Aside = append(v.Aside, u.File)
			continue
		}
		says, action := l.why(u.Code)
		reason, _ := l.Rule(u.Reason)
		v.Unread = append(v.Unread, unreadView{u.File, says, reason, action, u.Code})
	}
	_, v.Class = Verdict(d)
	v.Verdict = l.Verdict(d)
	for _, p := range d.Papers {
		v.Papers = append(v.Papers, paperView{
			Name: p.Name, Type: l.typeName(p.Type), Number: p.Number.Value, Date: printed(p.IssueDate),
			Status: l.say(string(p.Status)), Reason: l.problem(p.Reason), SHA256: p.SHA256, Pages: fmt.Sprint(len(p.Pages)),
		})
		v.Columns = append(v.Columns, p.Name)
	}
	findings := slices.Clone(d.Findings)
	slices.SortStableFunc(findings, func(a, b rules.Finding) int { return int(b.Severity) - int(a.Severity) })
	for _, f := range findings {
		if f.Severity >= rules.Medium {
			v.Findings = append(v.Findings, r.finding(d, f, l))
		} else {
			v.Notes = append(v.Notes, r.finding(d, f, l))
		}
	}
	v.Rows = l.compare(d.Papers)
	return v
}

// problem says in the language why a paper was not read whole: a code, a colon and
// a sentence. Where the sentence has no translation, it is what the code means.
func (l Lang) problem(reason string) string {
	code, text, ok := strings.Cut(reason, ": ")
	if l == English || !ok {
		return reason
	}
	if said, ok := l.Rule(text); ok {
		return said
	}
	says, _ := l.why(code)
	return says
}

// Verdict says in one sentence what was found in a dossier, and its class:
// high, medium, low, unread or clear.
func Verdict(d Dossier) (sentence, class string) {
	serious, papers := d.Count(rules.Medium), count(len(d.Papers), "paper")
	missing := len(d.Missing())
	switch {
	case d.Count(rules.High) > 0:
		class = "high"
	case serious > 0:
		class = "medium"
	case missing > 0 || len(d.Papers) == 0:
		class = "unread"
	case d.Count(rules.Low) > 0:
		class = "low"
	default:
		class = "clear"
	}
	switch {
	case serious > 0:
		sentence = count(serious, "discrepancy") + " in " + papers
	case len(d.Papers) == 0 && missing == 0:
		return "no paper lies here", "clear"
	case len(d.Papers) == 0:
		return "no paper could be read", class
	case d.Count(rules.Low) > 0:
		sentence = "no discrepancy in " + papers + ", " + count(d.Count(rules.Low), "thing") + " to look at"
	default:
		sentence = "no discrepancy in " + papers
	}
	if missing > 0 {
		sentence += "; " + count(missing, "file") + " not read, or not whole"
	}
	return sentence, class
}

// count writes a number and its noun, such as "1 paper", "2 discrepancies".
func count(n int, noun string) string {
	switch {
	case n == 1:
	case strings.HasSuffix(noun, "y"):
		noun = strings.TrimSuffix(noun, "y") + "ies"
	default:
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

func (r *Report) finding(d Dossier, f rules.Finding, l Lang) findingView {
	said := l.Dossier(Dossier{Papers: d.Papers, Findings: []rules.Finding{f}}).Findings[0]
	v := findingView{
		Anchor: f.ID(), Rule: f.Rule, Severity: l.Severity(f.Severity), Class: f.Severity.String(), Message: said.Message, Doubtful: f.Doubtful,
		Spread: l.spread(f.Figures), Innocent: said.Innocent, LooksLike: f.LooksLike,
	}
	for _, x := range said.Figures {
		x.Value = l.figure(x.Value)
		v.Figures = append(v.Figures, x)
	}
	if rule := r.Rules[f.Rule]; rule != nil {
		title, doc, _ := l.RuleText(rule.ID, rule.Title, rule.Doc)
		v.Title = title
		for _, source := range rule.Sources {
			source.Title, _ = l.Rule(source.Title)
			v.Sources = append(v.Sources, source)
		}
		v.Doc = strings.Split(doc, "\n\n")
	}
	for _, at := range append([]trade.Place{f.At}, f.Related...) {
		v.Places = append(v.Places, r.place(d, at, l))
	}
	return v
}

func (r *Report) place(d Dossier, at trade.Place, l Lang) placeView {
	v := placeView{Paper: at.Document, Page: at.Page}
	if at.Path != "" {
		v.Field = l.fieldName(at.Path)
	}
	if doc := d.find(at.Document); doc != nil {
		v.Paper = doc.Name
		if f, ok := doc.Field(at.Path); ok {
			v.Text = f.Text
			if f.Reader != "" {
				v.Reader = l.say(string(f.Reader))
			}
		}
	}
	if at.End > 0 {
		v.Text = l.say("earlierFile")
	}
	if p, ok := r.Pictures[at]; ok && p.Width > 0 && p.Height > 0 {
		v.Picture = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(p.PNG))
		v.Width, v.Height = p.Width, p.Height
		w, h := float64(p.Width), float64(p.Height)
		v.Style = template.CSS(fmt.Sprintf("left:%.2f%%;top:%.2f%%;width:%.2f%%;height:%.2f%%",
			100*p.Mark.X0/w, 100*p.Mark.Y0/h, 100*(p.Mark.X1-p.Mark.X0)/w, 100*(p.Mark.Y1-p.Mark.Y0)/h))
	}
	return v
}

// compared are the fields that are shown side by side for all papers.
var compared = []string{
	"/seller/name", "/buyer/name", "/consignor/name", "/consignee/name", "/carrier/name", "/contract/number", "/invoice/number",
	"/transportDocument/number", "/deliveryTerms", "/placeOfLoading", "/placeOfUnloading", "/placeOfDelivery",
	"/countryOfOrigin", "/countryOfDestination", "/packages", "/grossMass", "/netMass", "/grossVolume", "/invoiceTotal",
	"/equipment/0/id", "/equipment/0/seals/0", "/vehicle/0/plate", "/vehicle/1/plate",
	"/items/0/description", "/items/0/tariffCode", "/items/0/quantity",
}

// compare lays the statements of the papers side by side.
func (l Lang) compare(papers []*trade.Document) []rowView {
	var rows []rowView
	for _, path := range compared {
		row := rowView{Field: l.fieldName(path)}
		any := false
		for _, p := range papers {
			f, ok := p.Field(path)
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

var fieldWords = map[string]string{
	"number": "number", "issueDate": "date", "currency": "currency", "name": "name", "address": "address", "country": "country", "id": "identification",
	"phone": "phone", "email": "e-mail", "account": "account", "seller": "seller", "buyer": "buyer", "consignor": "consignor", "consignee": "consignee",
	"notifyParty": "notify party", "carrier": "carrier", "declarant": "declarant", "contract": "contract", "invoice": "invoice",
	"transportDocument": "transport document", "date": "date", "deliveryTerms": "delivery terms", "placeOfLoading": "place of loading",
	"placeOfUnloading": "place of unloading", "placeOfDelivery": "place of delivery", "borderPost": "border post", "countryOfOrigin": "country of origin",
	"countryOfDestination": "country of destination", "grossMass": "gross mass", "netMass": "net mass", "chargeableMass": "chargeable mass",
	"tareMass": "tare mass", "grossVolume": "gross volume", "packages": "packages", "totalQuantity": "total quantity", "subtotal": "subtotal",
	"freight": "freight", "insurance": "insurance", "otherCharges": "other charges", "discount": "discount", "taxRate": "tax rate", "tax": "tax",
	"invoiceTotal": "invoice total", "amountInWords": "amount in words", "customsValue": "customs value", "marks": "marks", "paymentTerms": "payment terms",
	"means": "vessel or flight", "equipment": "container or wagon", "seals": "seal", "vehicle": "vehicle", "plate": "plate", "items": "line",
	"description": "description", "articleNumber": "article number", "tariffCode": "tariff code", "origin": "origin", "brand": "brand",
	"serialNumbers": "serial numbers", "quantity": "quantity", "unitPrice": "unit price", "amount": "amount", "packageDimensions": "dimensions of a package",
	"quantityPerPackage": "quantity per package", "sequence": "line number", "pageTotals": "page", "pageNumbers": "page number",
	"broughtForward": "brought forward", "carriedForward": "carried forward", "total": "total",
}

// FieldName says a field path in words: "/items/2/netMass" is "line 3, net mass".
func FieldName(path string) string { return fieldName(path, fieldWords) }

func fieldName(path string, in map[string]string) string {
	var words []string
	for _, seg := range strings.Split(strings.TrimPrefix(path, "/"), "/") {
		var n int
		if _, err := fmt.Sscanf(seg, "%d", &n); err == nil && len(words) > 0 {
			words[len(words)-1] += fmt.Sprintf(" %d", n+1)
			continue
		}
		if w := in[seg]; w != "" {
			seg = w
		}
		words = append(words, seg)
	}
	return strings.Join(words, ", ")
}

func printed[T fmt.Stringer](r trade.Reading[T]) string {
	if !r.Known() {
		return ""
	}
	return r.Value.String()
}

// anchor makes a name fit for a link within the page.
func anchor(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '/' || r == ' ' || r == '.' {
			return '-'
		}
		return r
	}, name)
}
