// Package audit turns what was found into what a person or a program reads: the
// report page and the JSON of the contract. A report is made from values handed
// to it; it reads no file, no clock and no network.
package audit

import (
	"math"
	"slices"

	"tallyman/rules"
	"tallyman/trade"
)

// A Report is the outcome of one check.
type Report struct {
	Lang      Lang       // of the page; English if empty
	CheckedOn trade.Date // zero: unknown
	Dossiers  []Dossier
	Rules     map[string]*rules.Rule // by ID: the text and the sources of each finding
	Pictures  map[trade.Place]Picture
	Versions  Versions
}

// A Dossier is one set of papers with what was found in it.
type Dossier struct {
	Name     string
	Papers   []*trade.Document
	Findings []rules.Finding
	NotRun   []rules.NotRun
	Unread   []Unread
}

// Unread is a file, or a part of one, that could not be read.
type Unread struct {
	File   string
	Status trade.Status
	Code   string // stable, such as needs_password
	Reason string // one sentence
	// Aside says that the file is no paper at all, such as a note or a program
	// that lies in the folder: it is listed, but nothing is missing without it.
	Aside bool
}

// Why says what the code means, and what to do about it.
func (u Unread) Why() (says, action string) { return English.why(u.Code) }

// A Picture is the part of a page around a place.
type Picture struct {
	PNG           []byte
	Width, Height int       // pixels
	Mark          trade.Box // the place within the picture, in pixels
}

// Versions say what made the report.
type Versions struct {
	Tallyman  string   `json:"tallyman"`
	Rules     string   `json:"rules"`
	Reference string   `json:"reference"` // SHA-256 of the reference pack, or "none"
	Model     string   `json:"model"`     // SHA-256 of the model, or "none"
	Readers   []string `json:"readers"`
}

// Count returns how many findings have at least that severity.
func (d Dossier) Count(least rules.Severity) int {
	n := 0
	for _, f := range d.Findings {
		if f.Severity >= least {
			n++
		}
	}
	return n
}

// Missing returns the files that should have been read: all but those aside.
func (d Dossier) Missing() []Unread {
	return slices.DeleteFunc(slices.Clone(d.Unread), func(u Unread) bool { return u.Aside })
}

// find returns the paper with that ID, or nil.
func (d Dossier) find(id string) *trade.Document {
	return (&trade.Dossier{Documents: d.Papers}).Find(id)
}

func tenth(x float64) float64 { return math.Round(x*10) / 10 }
func round(x float64) float64 { return math.Round(x*1000) / 1000 }
