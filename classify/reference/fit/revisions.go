package fit

import (
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strings"
)

// editions of the Harmonized System, oldest first.
var editions = []string{"1988", "1992", "1996", "2002", "2007", "2012", "2017", "2022"}

// A concordance leads a subheading from one edition to the next.
type concordance map[string]map[string][]string // "1992" to "before" to "after", sorted

func readConcordance(path string) (concordance, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	c := concordance{}
	for _, row := range rows[1:] {
		after, before, ok := strings.Cut(row[3], " to ")
		if !ok || !slices.Contains(editions, after) || !slices.Contains(editions, before) {
			continue
		}
		to, from := six(row[0]), six(row[1])
		if to == "" || from == "" {
			continue
		}
		if c[before] == nil {
			c[before] = map[string][]string{}
		}
		c[before][from] = append(c[before][from], to)
	}
	if len(c) == 0 {
		return nil, fmt.Errorf("%s: no concordance of the Harmonized System", path)
	}
	for _, m := range c {
		for _, to := range m {
			slices.Sort(to)
		}
	}
	return c, nil
}

// six restores the zero that a spreadsheet dropped; other lengths are no
// subheadings.
func six(digits string) string {
	switch len(digits) {
	case 5:
		return "0" + digits
	case 6:
		return digits
	}
	return ""
}

// current returns the subheading of HS 2022 for one of an older edition. Where
// a subheading was split it stays what it was if it still is one, then goes to
// the first of its own heading, then to the first of all: figures of goods that
// were one subheading describe each part of it alike.
func (c concordance) current(hs6, edition string) string {
	for i := slices.Index(editions, edition); i >= 0 && i < len(editions)-1; i++ {
		to := c[editions[i]][hs6]
		switch {
		case len(to) == 0 || slices.Contains(to, hs6):
		default:
			next := to[0]
			for _, t := range to {
				if t[:4] == hs6[:4] {
					next = t
					break
				}
			}
			hs6 = next
		}
	}
	return hs6
}

// editionOf tells the edition of a row: as the source says, or the one in force
// in the year where codes are given as reported.
func editionOf(stated string, year int) string {
	if e := strings.TrimPrefix(stated, "HS"); slices.Contains(editions, e) {
		return e
	}
	e := editions[0]
	for _, next := range editions {
		if next <= fmt.Sprint(year) {
			e = next
		}
	}
	return e
}
