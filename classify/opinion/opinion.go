// Package opinion asks a language model for a second opinion on what was found,
// through any server that follows the documented OpenAI chat schema. It is off
// unless a server is named.
//
// The model never decides. It may add a line of evidence to a finding, or point
// at a field that was not read, and for both it must quote words that stand in
// the paper. It sees candidates as a closed list. It cannot add, remove, raise
// or lower a finding: [Outcome.Add] has no means to. If it is slow, wrong or
// away, the papers get the findings that they would have had without it, and
// the report says that it was not heard.
package opinion

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tallyman/rules"
	"tallyman/trade"
)

// Rule stands behind the remarks of the second opinion in a report. It is in no
// catalogue and runs over no dossier.
var Rule = &rules.Rule{
	ID:    "SO-01",
	Title: "a language model read this otherwise",
	Doc: `A language model was asked for a second opinion, and this is what it said. Its
words were found on the paper, but what it makes of them was not checked by
anyone. It is a hint where to look; nothing else depends on it.`,
	Severity: rules.Info,
	Run:      func(*rules.Pass) error { return nil },
}

// Settings say whom to ask and how much. URL and Model must be set.
type Settings struct {
	URL      string        // base of the server, such as http://localhost:11434/v1
	Model    string        // as the server calls it
	Key      string        // sent as a bearer token; empty sends none
	Calls    int           // most calls for one dossier; 0 means 8
	Deadline time.Duration // for all calls of one dossier; 0 means 90 s
	Cache    string        // folder for answers; empty keeps none
}

// MaxText is the longest paper that is asked about, in bytes. A longer one is
// not cut: what was cut off might be what matters.
const MaxText = 24_000

// A Paper is the text of one paper, as it was read.
type Paper struct {
	Document string // its ID
	Text     string
	Lines    []Line // of goods, of which no model of our own says what they are
}

// A Line is a line of goods with the headings that its figures allow.
type Line struct {
	Item       int // index in Document.Items
	Candidates []rules.Likeness
}

// An Outcome is what the model said about one dossier.
type Outcome struct {
	evidence map[string][]rules.Figure // by finding ID
	notes    []rules.Finding
	failures []string // why it was not heard, one for each question
	Asked    int      // calls made
	Cached   int      // answers taken from the cache
}

// Ask asks about the findings that name likely goods, about lines of goods that
// our own models do not name, and about papers that lack what papers of their
// kind state. It returns when all is answered, when
// the calls are used up or when the deadline has passed, whichever is first.
func Ask(ctx context.Context, s Settings, d *trade.Dossier, findings []rules.Finding, papers []Paper) *Outcome {
	o := &Outcome{evidence: map[string][]rules.Figure{}}
	c, err := open(s)
	if err != nil {
		o.failures = append(o.failures, err.Error())
		return o
	}
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(s.Deadline, 90*time.Second))
	defer cancel()
	texts := map[string]string{}
	for _, p := range papers {
		texts[p.Document] = p.Text
	}
	calls := cmp.Or(s.Calls, 8)
	ask := func(q question) {
		if len(q.text) > MaxText {
			o.failures = append(o.failures, fmt.Sprintf("%s: the paper has more than %d bytes of text", q.about, MaxText))
			return
		}
		raw, cached := c.cached(q)
		if !cached {
			if o.Asked >= calls {
				o.failures = append(o.failures, fmt.Sprintf("%s: the %d calls for this dossier are used up", q.about, calls))
				return
			}
			o.Asked++
			if raw, err = c.ask(ctx, q); err != nil {
				o.failures = append(o.failures, fmt.Sprintf("%s: %v", q.about, err))
				return
			}
		} else {
			o.Cached++
		}
		// Only an answer that bears the test is kept.
		if err := q.take(raw); err != nil {
			o.failures = append(o.failures, fmt.Sprintf("%s: %v", q.about, err))
			return
		}
		if !cached {
			c.keep(q, raw)
		}
	}
	for _, f := range findings {
		if q, ok := goodsQuestion(s, d, f, texts[f.At.Document], o); ok {
			ask(q)
		}
	}
	for _, p := range papers {
		for _, l := range p.Lines {
			if q, ok := lineQuestion(s, d.Find(p.Document), l, p.Text, o); ok {
				ask(q)
			}
		}
	}
	for _, doc := range d.Documents {
		if q, ok := fieldQuestion(s, doc, texts[doc.ID], o); ok {
			ask(q)
		}
	}
	return o
}

// Add returns the findings with what the model said: the same ones, in the same
// order, some with more figures, followed by its remarks, which are Info.
func (o *Outcome) Add(findings []rules.Finding) []rules.Finding {
	all := slices.Clone(findings)
	for i, f := range all {
		if more := o.evidence[f.ID()]; len(more) > 0 {
			all[i].Figures = append(slices.Clone(f.Figures), more...)
		}
	}
	return append(all, o.notes...)
}

// NotRun says what the model was asked and did not answer.
func (o *Outcome) NotRun() []rules.NotRun {
	var all []rules.NotRun
	for _, f := range o.failures {
		all = append(all, rules.NotRun{Rule: Rule.ID, Reason: "second opinion, " + f})
	}
	return all
}

// A question is one call.
type question struct {
	about  string // for people
	task   string
	text   string // of the paper
	schema json.RawMessage
	code   string                      // must come back: it stands before the paper, where servers cut
	take   func(json.RawMessage) error // tests the answer and takes it
}

// source names who said it.
func source(s Settings) string { return "language model " + s.Model + ", not verified" }

// goodsQuestion asks which of the headings that a finding names the words of its
// line describe.
func goodsQuestion(s Settings, d *trade.Dossier, f rules.Finding, text string, o *Outcome) (question, bool) {
	doc := d.Find(f.At.Document)
	part := strings.Split(f.At.Path, "/")
	if doc == nil || f.Severity == rules.Info || len(part) < 3 || part[1] != "items" {
		return question{}, false
	}
	return headingQuestion(doc, part[2], f.LooksLike, text, func(heading, label, quote string) {
		id := f.ID()
		o.evidence[id] = append(o.evidence[id], rules.Figure{
			Name:  fmt.Sprintf("second opinion: the words describe %s (%s)", heading, label),
			Value: quote, Source: source(s),
		})
	})
}

// lineQuestion asks which of the headings that its figures allow a line of goods
// describes. The answer is a remark.
func lineQuestion(s Settings, doc *trade.Document, l Line, text string, o *Outcome) (question, bool) {
	if doc == nil {
		return question{}, false
	}
	item := strconv.Itoa(l.Item)
	return headingQuestion(doc, item, l.Candidates, text, func(heading, label, quote string) {
		at := trade.Place{Document: doc.ID, Path: "/items/" + item + "/description"}
		if f, ok := doc.Field(at.Path); ok {
			at = f.At
		}
		o.notes = append(o.notes, rules.Finding{
			Rule: Rule.ID, Severity: rules.Info, At: at,
			Message: fmt.Sprintf("a language model takes the goods of line %d of %s for %s (%s), of which our own model says nothing", l.Item+1, doc.Name, heading, label),
			Figures: []rules.Figure{{Name: "words it points at", Value: quote, Source: source(s)}},
		})
	})
}

// headingQuestion asks which of some headings the words of a line describe. said
// is given an answer that bears every test.
func headingQuestion(doc *trade.Document, item string, candidates []rules.Likeness, text string, said func(heading, label, quote string)) (question, bool) {
	words, ok := doc.Field("/items/" + item + "/description")
	if !ok || len(candidates) == 0 || text == "" {
		return question{}, false
	}
	labels := map[string]string{}
	enum := []string{}
	list := ""
	for _, l := range candidates {
		if _, twice := labels[l.Heading]; !twice {
			labels[l.Heading] = l.Label
			enum = append(enum, l.Heading)
			list += fmt.Sprintf("%s: %s\n", l.Heading, l.Label)
		}
	}
	enum = append(enum, "none")
	allowed, _ := json.Marshal(enum)
	line, _ := json.Marshal(words.Text)
	q := question{
		about: fmt.Sprintf("goods of %s", doc.Name),
		task: fmt.Sprintf("Which of these headings of the Harmonized System does the line of goods %s describe?\n%sAnswer none if no heading fits or the words do not tell. As quote, copy the words of the paper that show it.",
			line, list),
		text: text,
		schema: json.RawMessage(`{"type":"object","additionalProperties":false,"required":["code","heading","quote"],"properties":{` +
			`"code":{"type":"string","pattern":"^[0-9a-f]{8}$"},"heading":{"type":"string","enum":` + string(allowed) + `},"quote":{"type":"string","maxLength":300}}}`),
	}
	q.seal()
	q.take = func(raw json.RawMessage) error {
		var a struct{ Code, Heading, Quote string }
		if err := q.answer(raw, &a, &a.Code); err != nil {
			return err
		}
		if a.Heading == "none" {
			return nil
		}
		if !quoted(text, a.Quote) {
			return errNotQuoted
		}
		said(a.Heading, labels[a.Heading], strings.TrimSpace(a.Quote))
		return nil
	}
	return q, true
}

// wanted are the fields that a paper of a kind states as a rule, with what to
// call them.
var wanted = []struct {
	path, name string
	on         func(trade.DocumentType) bool
}{
	{"/grossMass", "total gross mass with its unit", func(t trade.DocumentType) bool { return t == trade.PackingList || t.Transport() || t.Declaration() }},
	{"/packages", "total number of packages with their kind", func(t trade.DocumentType) bool { return t == trade.PackingList || t.Transport() }},
	{"/invoiceTotal", "total amount with its currency", func(t trade.DocumentType) bool { return t.Invoice() }},
	{"/number", "number of the paper", func(t trade.DocumentType) bool { return t != trade.OtherPaper && t != trade.UnknownType }},
	{"/issueDate", "date of issue", func(t trade.DocumentType) bool { return t.Invoice() || t.Transport() }},
	{"/countryOfDestination", "country of destination", func(t trade.DocumentType) bool { return t.Transport() || t.Declaration() }},
}

// proposed is the confidence of a field that only a model saw.
const proposed = "0.2"

// fieldQuestion asks for fields that were not read on a paper of their kind.
func fieldQuestion(s Settings, doc *trade.Document, text string, o *Outcome) (question, bool) {
	if text == "" || doc.Status == trade.Quarantined || doc.Status == trade.Rejected {
		return question{}, false
	}
	list := ""
	enum := []string{}
	for _, w := range wanted {
		if _, known := doc.Field(w.path); !known && w.on(doc.Type) {
			enum = append(enum, w.path)
			list += w.path + ": " + w.name + "\n"
		}
	}
	if len(enum) == 0 {
		return question{}, false
	}
	allowed, _ := json.Marshal(append(slices.Clone(enum), "none"))
	q := question{
		about: "missing fields of " + doc.Name,
		task:  "Does the paper state any of these?\n" + list + "For each one that it does, copy the words that state it, exactly as printed. If it states none of them, answer with one entry none and an empty quote.",
		text:  text,
		// An empty list is what some servers return where nothing forbids it.
		schema: json.RawMessage(`{"type":"object","additionalProperties":false,"required":["code","fields"],"properties":{"code":{"type":"string","pattern":"^[0-9a-f]{8}$"},` +
			`"fields":{"type":"array","minItems":1,"maxItems":6,"items":{"type":"object","additionalProperties":false,"required":["field","quote"],"properties":{` +
			`"field":{"type":"string","enum":` + string(allowed) + `},"quote":{"type":"string","maxLength":120}}}}}}`),
	}
	q.seal()
	q.take = func(raw json.RawMessage) error {
		var a struct {
			Code   string
			Fields []struct{ Field, Quote string }
		}
		if err := q.answer(raw, &a, &a.Code); err != nil {
			return err
		}
		var notes []rules.Finding
		seen := map[string]bool{}
		for _, f := range a.Fields {
			if f.Field == "none" || seen[f.Field] {
				continue
			}
			seen[f.Field] = true
			if !quoted(text, f.Quote) {
				return errNotQuoted
			}
			// The text must be something that the field can hold, by the same door
			// as all other text. It goes into a paper of its own: this one stays.
			trial := trade.Document{ID: doc.ID}
			value := ""
			if err := trial.Set(trade.Statement{Path: f.Field, Text: strings.TrimSpace(f.Quote), Confidence: 0.2}); err == nil {
				if r, ok := trial.Field(f.Field); ok && r.Problem == "" {
					value = r.Value
				}
			}
			if value == "" {
				continue
			}
			notes = append(notes, rules.Finding{
				Rule: Rule.ID, Severity: rules.Info, At: trade.Place{Document: doc.ID, Path: f.Field},
				Message: fmt.Sprintf("a language model reads %q as %s, which was not read from %s; look whether it is so", strings.TrimSpace(f.Quote), f.Field[1:], doc.Name),
				Figures: []rules.Figure{{Name: "alternative reading, confidence " + proposed, Value: value, Source: source(s)}},
			})
		}
		o.notes = append(o.notes, notes...)
		return nil
	}
	return q, true
}

// seal gives the question its code: eight digits of its own hash.
func (q *question) seal() {
	sum := sha256.Sum256([]byte(q.task + "\x00" + q.text))
	q.code = hex.EncodeToString(sum[:4])
}

// answer validates what came back and reads it into a.
func (q *question) answer(raw json.RawMessage, a any, code *string) error {
	if err := validate(q.schema, raw); err != nil {
		return err
	}
	if err := json.Unmarshal(raw, a); err != nil {
		return fmt.Errorf("the answer is no JSON of the schema: %w", err)
	}
	if *code != q.code {
		return fmt.Errorf("the answer does not bear the code that stands before the paper: the server cut the question")
	}
	return nil
}

var errNotQuoted = fmt.Errorf("the quoted words do not stand in the paper")

// quoted reports whether a quote stands in the text, apart from spaces and
// letter case. A quote of one or two characters shows nothing.
func quoted(text, quote string) bool {
	q := folded(quote)
	return utf8.RuneCountInString(q) >= 3 && strings.Contains(" "+folded(text)+" ", " "+q+" ")
}

func folded(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
