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
