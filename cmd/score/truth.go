package main

import (
	"fmt"
	"strconv"
	"strings"

	"tallyman/extract/page"
	"tallyman/trade"
)

// A set is a collection of papers whose truth is known.
type set struct {
	Name    string
	Skipped string // why it was not read; empty if it was
	Note    string // which fields count, and which do not
	Papers  []paper
}

// A paper is what one paper says, by whoever labelled it.
type paper struct {
	File     string             // path
	Data     []byte             // the file, if it is not on disk
	Page     int                // where the paper begins in the file, counted from 1; 0 is 1
	Sheets   []page.Page        // words that are already read, in place of a file
	Type     trade.DocumentType // UnknownType: not labelled
	Language string
	Facts    []fact
	// Complete says that the facts are all that the paper prints, so that any
	// further value is a false one. Else only fields that are labelled count.
	Complete bool
	// Doubted says that the labels may state what the page does not print, such
	// as XML that was written apart from the page: on a page of text, a fact of
	// which no value is printed does not count.
	Doubted bool
	// InPlace says that item N of the truth is item N of the reading. Else rows
	// are aligned first, so that one lost row is one lost row.
	InPlace bool
}

// A fact is one field that is labelled.
type fact struct {
	Path string
	Or   []string // other fields where the value may rightly be read
	// Values are the canonical values, any of which is right: mentions in two
	// languages, or a label that leaves open what it means.
	Values []string
	// Void says that the fact does not count, nor what is read in its place.
	Void bool
}

// facts collects labels; a field labelled twice accepts either value.
type facts struct {
	list []fact
	at   map[string]int
}

func (f *facts) add(path string, values ...string) { f.addOr(path, nil, values...) }

func (f *facts) addOr(path string, or []string, values ...string) {
	var some []string
	for _, v := range values {
		if v = strings.TrimSpace(v); v != "" {
			some = append(some, v)
		}
	}
	if len(some) == 0 {
		return
	}
	if f.at == nil {
		f.at = map[string]int{}
	}
	if i, ok := f.at[path]; ok {
		f.list[i].Values = append(f.list[i].Values, some...)
		return
	}
	f.at[path] = len(f.list)
	f.list = append(f.list, fact{Path: path, Or: or, Values: some})
}

func item(n int, field string) string { return fmt.Sprintf("/items/%d/%s", n, field) }

// template is the path with # for each index.
func template(path string) string {
	seg := strings.Split(path, "/")
	for i, s := range seg {
		if isIndex(s) {
			seg[i] = "#"
		}
	}
	return strings.Join(seg, "/")
}

// itemOf splits /items/3/amount into 3 and amount.
func itemOf(path string) (n int, field string, ok bool) {
	rest, ok := strings.CutPrefix(path, "/items/")
	if !ok {
		return 0, "", false
	}
	index, field, _ := strings.Cut(rest, "/")
	n, err := strconv.Atoi(index)
	return n, field, err == nil
}

// printed makes the facts void of which no value is printed on the pages, and
// counts them. It looks at the words of a text layer alone, so that what optical
// reading loses still counts as lost.
func printed(all []fact, pages []page.Page) (judged []fact, absent int) {
	var text []string
	for _, p := range pages {
		if p.Scanned {
			return all, 0
		}
		for _, w := range p.Words {
			text = append(text, w.Text)
		}
	}
	if len(text) == 0 {
		return all, 0
	}
	has := map[string]bool{}
	for _, t := range tokens(strings.Join(text, " ")) {
		has[t] = true
	}
	figures := map[string]bool{}
	for _, t := range text {
		for _, n := range numbers(t) {
			figures[plainFigure(n)] = true
		}
	}
	whole := plainCode(strings.Join(text, ""))
	for _, f := range all {
		found := false
		for _, v := range f.Values {
			switch kindOf(f.Path) {
			case figure:
				number, _, _ := strings.Cut(v, " ")
				found = found || figures[plainFigure(number)]
			case day:
				found = found || printsDate(v, whole, has)
			case code:
				found = found || strings.Contains(whole, plainCode(v)) || f.Path == "/currency"
			default:
				n := 0
				want := tokens(v)
				for _, t := range want {
					if has[t] {
						n++
					}
				}
				found = found || float64(n) >= minOverlap*float64(len(want))
			}
		}
		if !found {
			f.Void = true
			absent++
		}
		judged = append(judged, f)
	}
	return judged, absent
}

// plainFigure drops zeros behind the point, and the sign: a credit may print
// its minus apart.
func plainFigure(s string) string {
	s = strings.TrimPrefix(s, "-")
	if strings.Contains(s, ".") {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// printsDate looks for the figures of a date; months may be words, so that day
// and year are what is looked for if no numeric form is there.
func printsDate(iso, whole string, has map[string]bool) bool {
	part := strings.Split(iso, "-")
	if len(part) != 3 {
		return true
	}
	y, m, d := part[0], part[1], part[2]
	bare := func(s string) string { return strings.TrimPrefix(s, "0") }
	for _, form := range []string{
		d + "." + m + "." + y, d + "." + m + "." + y[2:], bare(d) + "." + bare(m) + "." + y, d + "/" + m + "/" + y, y + "-" + m + "-" + d, d + "-" + m + "-" + y,
		m + "/" + d + "/" + y, bare(m) + "/" + bare(d) + "/" + y,
	} {
		if strings.Contains(whole, form) {
			return true
		}
	}
	months := []string{"jan", "feb", "mar", "mär", "apr", "may", "mai", "jun", "jul", "aug", "sep", "oct", "okt", "nov", "dec", "dez"}
	for t := range has {
		for _, name := range months {
			if strings.HasPrefix(strings.ToLower(t), name) && has[y] && (has[d] || has[bare(d)]) {
				return true
			}
		}
	}
	return false
}
