// Package rulestest runs rules over small dossiers that a customs inspector
// could read.
//
// The cases of a rule stand in testdata/<ID>/*.txtar, each named after its
// situation. The first line of a case is a sentence that tells it. Then come
// the papers, each a file of the archive; the name of the file is the name of
// the paper. Each line is a field, and the text printed in it:
//
//	The carrier weighed the container; the packer weighed the goods.
//
//	-- packing-list --
//	type              271
//	/grossMass        1205 KGM
//
//	-- bill-of-lading --
//	type              705
//	/grossMass        3405 KGM   // want "gross mass 3405 kg here, 1205 kg on packing-list"
//
// A want at the end of a line expects a finding at that field, whose message
// matches the regular expression. It may ask for a severity, for a doubtful
// finding, or for several findings:
//
//	// want medium "is not 60.00"
//	// want low doubtful "is not 60.00"
//	// want "first" high "second"
//
// A finding that no want expects fails the test, and so does a want without a
// finding. A case without any want is one that looks wrong but is not.
//
// Between the field and its text, options in brackets say how the text was
// read. They are separated by commas:
//
//	[ocr 0.62]            read by the optical reader, with that confidence
//	[ocr2] [both] [hand]  the other readers; without one it is a text layer
//	[page 2]              where it is printed; without it page 1
//	[box 10 20 90 32]     where on the page, in points
//	[unit KGS]            the unit or currency that is printed elsewhere
//	[or 1206 KGM 0.3]     another text that the same pixels could be
//
// as in
//
//	/grossMass  [ocr 0.62, page 2, unit KGS]  1205
//
// A line without a slash states what the document is, not what it says:
//
//	type    380                    UN/EDIFACT 1001
//	status  partial page 2 is torn its trade.Status and the reason
//	pages   1-3                    pages of the file; without it page 1
//	prints  Total due 12 345.60    words that it prints outside of fields
//	seen    {"Kind": "barcode"}    a trade.Observation, as JSON
//
// A want on such a line expects a finding about the whole document. Blank lines
// and lines that begin with # mean nothing.
//
// Lines after the first sentence are free text, but for two that may stand
// there alone:
//
//	checked on 2026-03-01          the dossier's CheckedOn
//	not run "no date of receipt"   the rule must return an error that matches
//
// Each statement enters by trade.Document.Set, and ambiguities are resolved as
// they are in production.
package rulestest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"tallyman/rules"
	"tallyman/trade"
)

// Run runs each rule, without a model, over its cases in testdata.
func Run(t *testing.T, all ...*rules.Rule) {
	t.Helper()
	RunWith(t, nil, all...)
}

// RunWith is Run with a model.
func RunWith(t *testing.T, model rules.Model, all ...*rules.Rule) {
	t.Helper()
	for _, p := range check("testdata", model, all...) {
		t.Error(p)
	}
}

// Load reads one case, for tests that need more than Run.
func Load(name string) (*trade.Dossier, error) {
	c, problems := load(name)
	if len(problems) > 0 {
		return nil, fmt.Errorf("%s", strings.Join(problems, "\n"))
	}
	return c.dossier, nil
}

// check returns one line for everything that is wrong with the rules or with
// their cases.
func check(dir string, model rules.Model, all ...*rules.Rule) []string {
	var problems []string
	if err := rules.Validate(all...); err != nil {
		problems = append(problems, strings.Split(err.Error(), "\n")...)
	}
	known := map[string]bool{}
	for _, r := range all {
		known[r.ID] = true
		names, _ := filepath.Glob(filepath.Join(dir, r.ID, "*.txtar"))
		objects, silent := 0, 0
		for _, name := range names {
			c, bad := load(name)
			if len(bad) > 0 {
				problems = append(problems, bad...)
				continue
			}
			switch {
			case len(c.wants) > 0:
				objects++
			case c.notRun == nil:
				silent++
			}
			if r.Run != nil {
				problems = append(problems, c.run(model, r)...)
			}
		}
		if objects == 0 {
			problems = append(problems, fmt.Sprintf("rule %s has no case that objects: no file in %s has a want", r.ID, filepath.Join(dir, r.ID)))
		}
		if silent == 0 {
			problems = append(problems, fmt.Sprintf("rule %s has no case that looks wrong but is not: every file in %s has a want", r.ID, filepath.Join(dir, r.ID)))
		}
	}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if e.IsDir() && !known[e.Name()] {
			problems = append(problems, fmt.Sprintf("%s: no rule %s was given to run its cases", filepath.Join(dir, e.Name()), e.Name()))
		}
	}
	return problems
}

// testCase is one file of testdata.
type testCase struct {
	name    string
	dossier *trade.Dossier
	wants   []want
	notRun  *regexp.Regexp
	lines   map[trade.Place]int // line of each field; Document and Path only
}

type want struct {
	line     int
	at       trade.Place // Document and Path only
	message  *regexp.Regexp
	severity rules.Severity
	anyLevel bool // no severity was asked for
	doubtful bool
}

func (c *testCase) run(model rules.Model, r *rules.Rule) []string {
	var problems []string
	say := func(line int, format string, args ...any) {
		problems = append(problems, fmt.Sprintf("%s:%d: %s", c.name, line, fmt.Sprintf(format, args...)))
	}
	findings, notRun := rules.Run(c.dossier, model, r)
	switch {
	case c.notRun != nil && len(notRun) == 0:
		say(1, "the rule ran; it should not for want of %q", c.notRun)
	case c.notRun != nil && !c.notRun.MatchString(notRun[0].Reason):
		say(1, "the rule did not run because %q; that does not match %q", notRun[0].Reason, c.notRun)
	case c.notRun == nil && len(notRun) > 0:
		say(1, "the rule did not run: %s", notRun[0].Reason)
	}
	met := make([]bool, len(c.wants))
	for _, f := range findings {
		at := trade.Place{Document: f.At.Document, Path: f.At.Path}
		i := slices.IndexFunc(c.wants, func(w want) bool { return w.at == at && w.message.MatchString(f.Message) })
		for k := i; k >= 0 && k < len(c.wants); k++ { // the first of its kind that is not met yet
			if w := c.wants[k]; !met[k] && w.at == at && w.message.MatchString(f.Message) {
				i = k
				break
			}
		}
		if i < 0 || met[i] {
			say(c.line(at), "unexpected finding: %s", show(f))
			continue
		}
		met[i] = true
		w := c.wants[i]
		if !w.anyLevel && f.Severity != w.severity {
			say(w.line, "the severity is %v, not %v: %s", f.Severity, w.severity, f.Message)
		}
		if f.Doubtful != w.doubtful {
			say(w.line, "doubtful is %v, not %v: %s", f.Doubtful, w.doubtful, f.Message)
		}
		for _, p := range append([]trade.Place{f.At}, f.Related...) {
			if c.dossier.Find(p.Document) == nil {
				say(w.line, "the finding points at %q, which is no document", p.Document)
			} else if p.Path != "" && c.lines[trade.Place{Document: p.Document, Path: p.Path}] == 0 {
				say(w.line, "the finding points at %s %s, where nothing is printed", p.Document, p.Path)
			}
		}
	}
	for i, w := range c.wants {
		if !met[i] {
			say(w.line, "no finding matching %q", w.message)
		}
	}
	return problems
}

func show(f rules.Finding) string {
	s := fmt.Sprintf("%s %v", f.Rule, f.Severity)
	if f.Doubtful {
		s += " doubtful"
	}
	return fmt.Sprintf("%s at %q: %s", s, f.At.Path, f.Message)
}

// line returns where a field stands; that of the document if it stands nowhere.
func (c *testCase) line(at trade.Place) int {
	if n := c.lines[at]; n > 0 {
		return n
	}
	return cmp.Or(c.lines[trade.Place{Document: at.Document}], 1)
}

var (
	checkedOnPattern = regexp.MustCompile(`^checked on\s+(\d{4})-(\d{2})-(\d{2})$`)
	notRunPattern    = regexp.MustCompile(`^not run\s+(".*")$`)
	wantPattern      = regexp.MustCompile(`(?:^|\s)//\s*want\s`)
)

// load reads a case, and says everything that is wrong with its form.
func load(name string) (*testCase, []string) {
	c := &testCase{name: name, dossier: &trade.Dossier{ID: strings.TrimSuffix(filepath.Base(name), ".txtar")}, lines: map[trade.Place]int{}}
	var problems []string
	say := func(line int, format string, args ...any) {
		problems = append(problems, fmt.Sprintf("%s:%d: %s", name, line, fmt.Sprintf(format, args...)))
	}
	a, err := txtar.ParseFile(name)
	if err != nil {
		return nil, []string{err.Error()}
	}
	comment := strings.Split(string(a.Comment), "\n")
	if sentence := strings.TrimSpace(comment[0]); !strings.HasSuffix(sentence, ".") {
		say(1, "the first line is no sentence that tells the case")
	}
	for i, line := range comment {
		line = strings.TrimSpace(line)
		if m := checkedOnPattern.FindStringSubmatch(line); m != nil {
			if err := c.checkedOn(m[1:]); err != nil {
				say(i+1, "%v", err)
			}
		}
		if m := notRunPattern.FindStringSubmatch(line); m != nil {
			pattern, err := strconv.Unquote(m[1])
			if err == nil {
				c.notRun, err = regexp.Compile(pattern)
			}
			if err != nil {
				say(i+1, "not run: %v", err)
			}
		}
	}
	n := strings.Count(string(a.Comment), "\n")
	for _, f := range a.Files {
		n++ // the line -- name --
		d := &trade.Document{ID: f.Name, Name: f.Name, File: f.Name, Status: trade.Done, Pages: []int{1}, TypeConfidence: 1}
		if c.dossier.Find(d.ID) != nil {
			say(n, "two papers are called %s", f.Name)
		}
		c.dossier.Documents = append(c.dossier.Documents, d)
		c.lines[trade.Place{Document: d.ID}] = n
		for line := range strings.Lines(string(f.Data)) {
			n++
			if err := c.read(d, strings.TrimSpace(line), n); err != nil {
				say(n, "%v", err)
			}
		}
	}
	if len(a.Files) == 0 {
		say(1, "the case has no paper")
	}
	if len(problems) == 0 {
		c.dossier.Resolve()
	}
	return c, problems
}

// read takes one line of a paper.
func (c *testCase) read(d *trade.Document, line string, n int) error {
	if line == "" || strings.HasPrefix(line, "#") {
		return nil
	}
	expects := ""
	if loc := wantPattern.FindAllStringIndex(line, -1); loc != nil {
		last := loc[len(loc)-1]
		line, expects = strings.TrimSpace(line[:last[0]]), strings.TrimSpace(line[last[1]:])
	}
	name, rest, _ := cut(line)
	at := trade.Place{Document: d.ID}
	if strings.HasPrefix(name, "/") {
		at.Path = name
		if c.lines[at] == 0 {
			c.lines[at] = n
		}
		s, err := statement(name, rest)
		if err != nil {
			return err
		}
		if s.Text == "" {
			return fmt.Errorf("nothing is printed in %s", name)
		}
		if err := d.Set(s); err != nil {
			return err
		}
	} else if err := state(d, name, rest); err != nil {
		return err
	}
	if expects == "" {
		return nil
	}
	wants, err := parseWants(expects)
	for _, w := range wants {
		w.line, w.at = n, at
		c.wants = append(c.wants, w)
	}
	return err
}

// state sets what a document is.
func state(d *trade.Document, name, rest string) error {
	switch name {
	case "type":
		d.Type = trade.DocumentType(rest)
	case "status":
		status, reason, _ := cut(rest)
		d.Status, d.Reason = trade.Status(status), reason
		if !slices.Contains([]trade.Status{trade.Done, trade.Partial, trade.Quarantined, trade.Rejected}, d.Status) {
			return fmt.Errorf("no status %q", status)
		}
	case "pages":
		first, last, _ := strings.Cut(rest, "-")
		from, err := strconv.Atoi(first)
		if err != nil {
			return fmt.Errorf("pages: %w", err)
		}
		to, err := strconv.Atoi(cmp.Or(last, first))
		if err != nil {
			return fmt.Errorf("pages: %w", err)
		}
		d.Pages = nil
		for p := from; p <= to; p++ {
			d.Pages = append(d.Pages, p)
		}
	case "prints":
		d.AddPrint(strings.Fields(rest)...)
	case "seen":
		o := trade.Observation{Page: 1}
		dec := json.NewDecoder(strings.NewReader(rest))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&o); err != nil {
			return fmt.Errorf("seen: %w", err)
		}
		d.Observations = append(d.Observations, o)
	default:
		return fmt.Errorf("%q is no field, and none of type, status, pages, prints and seen", name)
	}
	return nil
}

var readers = map[string]trade.Reader{
	"text": trade.TextLayer, "ocr": trade.FirstOCR, "ocr2": trade.SecondOCR, "both": trade.BothOCR,
	"structured": trade.Structured, "hand": trade.ByHand,
}

// statement makes a statement of a line: options in brackets, then the text.
func statement(path, rest string) (trade.Statement, error) {
	s := trade.Statement{Path: path, Text: rest, Page: 1, Confidence: 1, Reader: trade.TextLayer}
	inside, text, ok := strings.Cut(strings.TrimPrefix(rest, "["), "]")
	if !strings.HasPrefix(rest, "[") || !ok {
		return s, nil
	}
	s.Text = strings.TrimSpace(text)
	for option := range strings.SplitSeq(inside, ",") {
		word, value, _ := cut(strings.TrimSpace(option))
		var err error
		switch reader, isReader := readers[word]; {
		case isReader:
			s.Reader = reader
			if value != "" {
				s.Confidence, err = probability(value)
			}
		case word == "page":
			s.Page, err = strconv.Atoi(value)
		case word == "box":
			_, err = fmt.Sscanf(value, "%g %g %g %g", &s.Box.X0, &s.Box.Y0, &s.Box.X1, &s.Box.Y1)
		case word == "unit":
			s.Unit = value
		case word == "or":
			i := strings.LastIndexByte(value, ' ')
			if i < 0 {
				return s, fmt.Errorf("option [%s] needs a text and its probability", option)
			}
			var p float64
			p, err = probability(value[i+1:])
			s.Alternatives = append(s.Alternatives, trade.Alternative[string]{Value: strings.TrimSpace(value[:i]), Probability: p})
		default:
			return s, fmt.Errorf("no option [%s]", option)
		}
		if err != nil {
			return s, fmt.Errorf("option [%s]: %w", option, err)
		}
	}
	return s, nil
}

func probability(s string) (float64, error) {
	p, err := strconv.ParseFloat(s, 64)
	if err == nil && (p <= 0 || p > 1) {
		err = fmt.Errorf("%s is no probability", s)
	}
	return p, err
}

// parseWants reads `"regexp"`, `medium "regexp"`, `low doubtful "regexp"`, one
// or more.
func parseWants(s string) ([]want, error) {
	var all []want
	w := want{anyLevel: true}
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		if s[0] == '"' || s[0] == '`' {
			quoted, err := strconv.QuotedPrefix(s)
			if err != nil {
				return nil, fmt.Errorf("want: %w in %s", err, s)
			}
			pattern, _ := strconv.Unquote(quoted)
			if w.message, err = regexp.Compile(pattern); err != nil {
				return nil, fmt.Errorf("want: %w", err)
			}
			all = append(all, w)
			w, s = want{anyLevel: true}, s[len(quoted):]
			continue
		}
		var word string
		word, s, _ = cut(s)
		if word == "doubtful" {
			w.doubtful = true
			continue
		}
		if err := w.severity.UnmarshalText([]byte(word)); err != nil {
			return nil, fmt.Errorf("want: %w", err)
		}
		w.anyLevel = false
	}
	if len(all) == 0 || !w.anyLevel || w.doubtful {
		return nil, fmt.Errorf("want: a message in quotation marks is missing at the end")
	}
	return all, nil
}

// cut splits s around the first run of blanks.
func cut(s string) (before, after string, found bool) {
	i := strings.IndexAny(s, " \t")
	if i < 0 {
		return s, "", false
	}
	return s[:i], strings.TrimSpace(s[i:]), true
}

func (c *testCase) checkedOn(fields []string) error {
	var n [3]int
	for i := range n {
		n[i], _ = strconv.Atoi(fields[i])
	}
	c.dossier.CheckedOn = trade.Date{Year: n[0], Month: time.Month(n[1]), Day: n[2]}
	if !c.dossier.CheckedOn.Valid() {
		return fmt.Errorf("the calendar has no day %s", strings.Join(fields, "-"))
	}
	return nil
}
