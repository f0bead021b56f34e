package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tallyman/trade"
)

// A tally counts fields.
type tally struct {
	Papers    int `json:"papers"`
	Typed     int `json:"typed"`     // papers whose type is labelled
	TypeRight int `json:"typeRight"` // of these
	Fields    int `json:"fields"`    // labelled
	Right     int `json:"right"`
	Wrong     int `json:"wrong"`  // read, but as another value, or as no value
	Missed    int `json:"missed"` // not read
	Extra     int `json:"extra"`  // read, where the truth has nothing
	Lines     int `json:"lines"`  // of goods, with any of what makes a line
	Exact     int `json:"exact"`  // of these, with all of it right
}

// lineFields make a line of goods: a line is exact if all that is labelled of them
// is read right.
var lineFields = map[string]bool{"description": true, "quantity": true, "unitPrice": true, "amount": true}

func (t *tally) add(u tally) {
	t.Papers += u.Papers
	t.Typed += u.Typed
	t.TypeRight += u.TypeRight
	t.Fields += u.Fields
	t.Right += u.Right
	t.Wrong += u.Wrong
	t.Missed += u.Missed
	t.Extra += u.Extra
	t.Lines += u.Lines
	t.Exact += u.Exact
}

func share(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// A detail is one field that is not right.
type detail struct {
	Set        string  `json:"set"`
	File       string  `json:"file"`
	Page       int     `json:"page,omitempty"`
	What       string  `json:"what"` // wrong, missed, extra, type
	Path       string  `json:"path"`
	Expected   string  `json:"expected"`
	Read       string  `json:"read"`
	Text       string  `json:"text,omitempty"` // as printed, by the reader
	Confidence float64 `json:"confidence,omitempty"`
}

func (d detail) String() string {
	return fmt.Sprintf("%s\t%s\t%s\t%s\texpected %q\tread %q\ttext %q\tp. %d\t%.2f",
		d.What, d.Set, d.File, d.Path, d.Expected, d.Read, d.Text, d.Page, d.Confidence)
}

// judge compares one paper with what was read of it; doc is nil if nothing was.
// The tally of each field is under its template, such as /items/#/amount.
func judge(p paper, doc *trade.Document) (byField map[string]tally, details []detail) {
	byField = map[string]tally{}
	count := func(path string, t tally) {
		u := byField[template(path)]
		u.add(t)
		byField[template(path)] = u
	}
	var read []trade.Field
	if doc != nil {
		read = doc.Fields()
		read = append(read, trade.Field{Path: "/rows", Value: fmt.Sprint(rows(read)), Confidence: 1})
	}
	if !p.InPlace {
		read = aligned(p.Facts, read)
	}
	at := map[string][]int{} // fields read by path; those of lists but goods by template
	key := func(path string) string {
		if _, _, ok := itemOf(path); ok {
			return path
		}
		return template(path)
	}
	for i, f := range read {
		at[key(f.Path)] = append(at[key(f.Path)], i)
	}
	used := make([]bool, len(read))
	scope := map[string]bool{}
	type open struct {
		fact
		place int // of the field that is read there, or -1
	}
	var unmet []open
	lines := map[int]bool{} // whether all of the line is right so far
	// First what is right, so that a wrong one of a list takes no right one away.
	for _, f := range p.Facts {
		found := false
		scope[template(f.Path)] = true
		for _, path := range append([]string{f.Path}, f.Or...) {
			for _, i := range at[key(path)] {
				if !found && !used[i] && anyEqual(path, f.Values, read[i].Value) {
					used[i], found = true, true
				}
			}
		}
		if f.Void {
			for _, i := range at[key(f.Path)] {
				used[i] = true
			}
			continue
		}
		if n, field, ok := itemOf(f.Path); ok && lineFields[field] {
			right, before := lines[n]
			lines[n] = found && (right || !before)
		}
		if found {
			count(f.Path, tally{Fields: 1, Right: 1})
		} else {
			unmet = append(unmet, open{f, -1})
		}
	}
	for _, f := range unmet {
		for _, path := range append([]string{f.Path}, f.Or...) {
			for _, i := range at[key(path)] {
				if f.place < 0 && !used[i] {
					used[i], f.place = true, i
				}
			}
		}
		d := detail{File: p.File, What: "missed", Path: f.Path, Expected: strings.Join(f.Values, " | "), Page: p.Page}
		if f.place >= 0 {
			g := read[f.place]
			d.What, d.Read, d.Text, d.Confidence, d.Page = "wrong", g.Value, g.Text, g.Confidence, g.At.Page
			if g.Problem != "" {
				d.Read = "(" + g.Problem + ")"
			}
			count(f.Path, tally{Fields: 1, Wrong: 1})
		} else {
			count(f.Path, tally{Fields: 1, Missed: 1})
		}
		details = append(details, d)
	}
	for i, g := range read {
		if used[i] || g.Path == "/rows" || g.Value == "" {
			continue
		}
		n, _, isItem := itemOf(g.Path)
		switch {
		case p.InPlace && isItem && n > lastItem(p.Facts):
			continue // rows that nobody labelled
		case !p.Complete && !scope[template(g.Path)]:
			continue
		}
		count(g.Path, tally{Extra: 1})
		details = append(details, detail{File: p.File, What: "extra", Path: g.Path, Read: g.Value, Text: g.Text, Confidence: g.Confidence, Page: g.At.Page})
	}
	total := tally{Papers: 1, Lines: len(lines)}
	for _, right := range lines {
		if right {
			total.Exact++
		}
	}
	if p.Type != trade.UnknownType {
		total.Typed = 1
		switch {
		case doc != nil && doc.Type == p.Type:
			total.TypeRight = 1
		case doc != nil:
			details = append(details, detail{File: p.File, What: "type", Path: "/type", Expected: p.Type.Name(), Read: doc.Type.Name(), Confidence: doc.TypeConfidence})
		default:
			details = append(details, detail{File: p.File, What: "type", Path: "/type", Expected: p.Type.Name(), Read: "no paper"})
		}
	}
	byField[""] = total
	return byField, details
}

func anyEqual(path string, values []string, got string) bool {
	return slices.ContainsFunc(values, func(v string) bool { return equal(path, v, got) })
}

func lastItem(all []fact) int {
	last := -1
	for _, f := range all {
		if n, _, ok := itemOf(f.Path); ok {
			last = max(last, n)
		}
	}
	return last
}

// rows counts the items that were read.
func rows(read []trade.Field) int {
	seen := map[int]bool{}
	for _, f := range read {
		if n, _, ok := itemOf(f.Path); ok {
			seen[n] = true
		}
	}
	return len(seen)
}

// aligned renumbers the items that were read, so that they stand beside the
// items of the truth: in their order, with as many right fields as there can be.
// Rows that have no partner are numbered behind the last row of the truth.
func aligned(truth []fact, read []trade.Field) []trade.Field {
	want := map[int]map[string]fact{}
	wantRows := 0
	for _, f := range truth {
		if n, field, ok := itemOf(f.Path); ok {
			if want[n] == nil {
				want[n] = map[string]fact{}
			}
			want[n][field] = f
			wantRows = max(wantRows, n+1)
		}
	}
	got := map[int][]trade.Field{}
	gotRows := 0
	for _, f := range read {
		if n, _, ok := itemOf(f.Path); ok {
			got[n] = append(got[n], f)
			gotRows = max(gotRows, n+1)
		}
	}
	if wantRows == 0 || gotRows == 0 {
		return read
	}
	// best[i][j] is the most right fields of truth rows from i and read rows
	// from j. A tenth of a point for a pair at all keeps wrong rows beside the
	// rows that they stand for.
	const right, pair = 10, 1
	score := func(i, j int) int {
		s := pair
		for _, f := range got[j] {
			_, field, _ := itemOf(f.Path)
			for _, name := range append([]string{field}, orNames(want[i], field)...) {
				if w, ok := want[i][name]; ok && anyEqual(f.Path, w.Values, f.Value) {
					s += right
					break
				}
			}
		}
		return s
	}
	best := make([][]int, wantRows+1)
	pairs := make([][]int, wantRows)
	for i := range best {
		best[i] = make([]int, gotRows+1)
	}
	for i := wantRows - 1; i >= 0; i-- {
		pairs[i] = make([]int, gotRows)
		for j := gotRows - 1; j >= 0; j-- {
			pairs[i][j] = score(i, j)
			best[i][j] = max(best[i+1][j], best[i][j+1], best[i+1][j+1]+pairs[i][j])
		}
	}
	to := map[int]int{}
	for i, j := 0, 0; i < wantRows && j < gotRows; {
		switch best[i][j] {
		case best[i+1][j+1] + pairs[i][j]:
			to[j] = i
			i, j = i+1, j+1
		case best[i+1][j]:
			i++
		default:
			j++
		}
	}
	spare := wantRows
	for j := range gotRows {
		if _, ok := to[j]; !ok && len(got[j]) > 0 {
			to[j] = spare
			spare++
		}
	}
	out := slices.Clone(read)
	for k := range out {
		if n, field, ok := itemOf(out[k].Path); ok {
			out[k].Path = item(to[n], field)
		}
	}
	return out
}

// orNames are the fields of a row that accept a value read as that field.
func orNames(row map[string]fact, field string) []string {
	var names []string
	for name, f := range row {
		for _, or := range f.Or {
			if _, other, ok := itemOf(or); ok && other == field {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// sortDetails orders them for a person who looks for causes.
func sortDetails(all []detail) {
	slices.SortStableFunc(all, func(a, b detail) int {
		return cmp.Or(cmp.Compare(a.Set, b.Set), cmp.Compare(a.File, b.File), cmp.Compare(a.Page, b.Page))
	})
}
