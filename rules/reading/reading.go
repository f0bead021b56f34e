// Package reading holds the rules about what could not be read. No rule passes
// in silence over a box that nobody could make out.
package reading

import (
	"fmt"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// Rules are the rules of this family, in the order of their IDs.
var Rules = []*rules.Rule{NotRead}

// NotRead names every printed value that could not be read.
var NotRead = &rules.Rule{
	ID:    "RD-01",
	Title: "a value or a paper could not be read",
	Doc: `Rules compare only what was read. This one names what was not, so that "nothing
found" is not taken for "nothing wrong": every value that is printed but could
not be understood, and every paper that was read in part or not at all.

It is no objection to the paper. Look at the box, and type what it says; the
check is then made again. The severity is low for a value of the whole
consignment and for a paper that was not read whole; values of single lines are
stated without severity, and if more than five of a column could not be read,
once for the column.`,
	Severity: rules.Low,
	Sources: []rules.Source{
		{Title: "the project's own principle: nothing found and not looked never look alike"},
	},
	Run: runNotRead,
}

// mostOfColumn is the number of unreadable values of one column that are named
// one by one; a column with more of them was misunderstood as a whole.
const mostOfColumn = 5

func runNotRead(p *rules.Pass) error {
	for _, d := range p.Dossier.Documents {
		checkDocument(p, d)
		columns := map[string][]trade.Field{}
		var order []string
		for _, f := range d.Fields() {
			switch {
			case f.Problem == "":
			case !strings.HasPrefix(f.Path, "/items/"):
				reportValue(p, f)
			default:
				name := f.Path[strings.LastIndexByte(f.Path, '/')+1:]
				if columns[name] == nil {
					order = append(order, name)
				}
				columns[name] = append(columns[name], f)
			}
		}
		for _, name := range order {
			reportColumn(p, name, columns[name])
		}
	}
	return nil
}

func checkDocument(p *rules.Pass, d *trade.Document) {
	message := ""
	switch d.Status {
	case trade.Partial:
		message = "the paper was read in part"
	case trade.Quarantined:
		message = "the paper was not read"
	default:
		return
	}
	if d.Reason != "" {
		message += ": " + d.Reason
	}
	p.Report(rules.Finding{
		At:       trade.Place{Document: d.ID},
		Message:  message,
		Innocent: []string{"A better scan, or the original file, would be read."},
	})
}

func reportValue(p *rules.Pass, f trade.Field) {
	finding := rules.Finding{
		At:       f.At,
		Message:  fmt.Sprintf("%q could not be read: %s", f.Text, f.Problem),
		Innocent: []string{"A person can read the box: type what it says."},
	}
	if weighty[f.Path] {
		p.Report(finding)
		return
	}
	p.Note(finding)
}

// weighty are the values of the whole consignment that other rules compare.
var weighty = map[string]bool{
	"/number": true, "/issueDate": true, "/currency": true, "/deliveryTerms": true,
	"/grossMass": true, "/netMass": true, "/grossVolume": true, "/packages": true, "/totalQuantity": true,
	"/subtotal": true, "/freight": true, "/insurance": true, "/discount": true, "/tax": true, "/invoiceTotal": true, "/customsValue": true,
	"/countryOfOrigin": true, "/countryOfDestination": true,
}

func reportColumn(p *rules.Pass, name string, fields []trade.Field) {
	if len(fields) <= mostOfColumn {
		for _, f := range fields {
			reportValue(p, f)
		}
		return
	}
	var related []trade.Place
	for _, f := range fields[1:] {
		related = append(related, f.At)
	}
	p.Note(rules.Finding{
		At: fields[0].At, Related: related,
		Message:  fmt.Sprintf("%d values of the column %s could not be read; the first, %q: %s", len(fields), name, fields[0].Text, fields[0].Problem),
		Figures:  []rules.Figure{{Name: "values not read", Value: fmt.Sprint(len(fields))}},
		Innocent: []string{"The column means something else than its heading says: look at the table."},
	})
}
