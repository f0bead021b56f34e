package dates

import (
	"fmt"
	"strconv"

	"tallyman/rules"
	"tallyman/trade"
)

// OrderOfPapers compares the dates of papers that are made one after another.
var OrderOfPapers = &rules.Rule{
	ID:    "DT-01",
	Title: "papers are dated in an order that cannot be",
	Doc: `A contract is made before the invoice that rests on it, and an invoice before the
waybill and the declaration that it travels with. A paper cannot cite a paper
that is dated later than itself.

One day in the wrong order is no finding, nor is a paper whose date is that of the
contract, which papers print beside its number. The severity is low if the later paper
does not cite the earlier one, for an invoice may have been issued again after the
goods had left, and for dates more than 60 days apart, of which one is most likely
that of something else. Invoices of sea transport are often issued after the
bill of lading, and are compared only if it cites them.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "UCP 600, article 14(d): data must not conflict"},
		{Title: "that an invoice travels with the goods by road, rail and air: trade practice", Unverified: true},
		{Title: "one day, and 60 days: the project's choice", Unverified: true},
	},
	Run: runOrderOfPapers,
}

func runOrderOfPapers(p *rules.Pass) error {
	for _, d := range p.Dossier.Documents {
		for _, cited := range []struct {
			what string
			ref  trade.Reference
		}{{"contract", d.Contract}, {"invoice", d.Invoice}} {
			compare(p, cited.ref.Date, d.IssueDate, rules.Medium, func() string {
				return fmt.Sprintf("cites the %s of %v here, but is itself dated %v", cited.what, cited.ref.Date.Value, d.IssueDate.Value)
			}, "The date cited is that of a later version, and the paper was corrected without changing its own date: ask for both versions.")
		}
	}
	for _, invoice := range p.Dossier.Documents {
		if !invoice.Type.Invoice() {
			continue
		}
		for _, d := range p.Dossier.Documents {
			switch {
			case d.Type == trade.Contract:
				if !specification(d) && cites(invoice.Contract, d) != unrelated {
					compare(p, d.IssueDate, invoice.IssueDate, severity(cites(invoice.Contract, d)), func() string {
						return fmt.Sprintf("contract dated %v here, after the invoice of %v that rests on it", d.IssueDate.Value, invoice.IssueDate.Value)
					}, "The contract is a later one between the same parties: the number that the invoice cites would show it.")
				}
			case d.Type.Transport() || d.Type.Declaration():
				link := cites(d.Invoice, invoice)
				if link == unrelated || link == unnamed && (bySea(d.Type) || several(p.Dossier, invoice.Type) || several(p.Dossier, d.Type)) {
					continue
				}
				compare(p, invoice.IssueDate, d.IssueDate, severity(link), func() string {
					return fmt.Sprintf("invoice dated %v here, after the %s of %v that it travels with", invoice.IssueDate.Value, d.Type.Name(), d.IssueDate.Value)
				}, "The invoice was issued again after the goods had left, to correct it: ask for the first version.")
			}
		}
	}
	return nil
}

// compare objects if the first date is later than the second.
func compare(p *rules.Pass, first, second trade.Reading[trade.Date], s rules.Severity, message func() string, innocent string) {
	verdict := rules.Compare(first, second, later)
	if verdict == rules.Agree || dateOfContract(p.Dossier, second) {
		return
	}
	days := second.Value.DaysUntil(first.Value)
	other := []string{innocent, "A slip of the pen in the year or the month: the dates of the other papers would show it."}
	if days > farApart {
		s = rules.Low
		other = append(other, "One of the two dates belongs to another paper that is cited beside it, such as the contract: look at both.")
	}
	p.Report(rules.Finding{
		Severity: s, At: first.At, Related: []trade.Place{second.At}, Doubtful: verdict == rules.Doubtful,
		Message: message(),
		Figures: []rules.Figure{
			{Name: "days in the wrong order", Value: strconv.Itoa(days), Unit: "DAY"},
		},
		Innocent: other,
	})
}

// farApart is the number of days beyond which papers of one consignment are not
// merely in the wrong order: one of the dates is that of something else.
const farApart = 60

// dateOfContract reports whether a paper's own date is that of the contract of
// the dossier: it was made on the same day, or, more likely, it is the date that
// it prints beside the number of the contract.
func dateOfContract(dossier *trade.Dossier, own trade.Reading[trade.Date]) bool {
	for _, d := range dossier.Documents {
		if d.ID == own.At.Document && d.Contract.Date.Absent() && sameLine(d.Contract.Number.At, own.At) {
			return true
		}
		if r := d.Contract.Date; r.Known() && r.At != own.At && r.Value == own.Value {
			return true
		}
		if d.Type == trade.Contract && d.IssueDate.Known() && d.IssueDate.At != own.At && d.IssueDate.Value == own.Value {
			return true
		}
	}
	return false
}

// sameLine reports whether two readings are printed on one line.
func sameLine(a, b trade.Place) bool {
	if a.Page != b.Page || a.Box.Empty() || b.Box.Empty() {
		return false
	}
	shared := min(a.Box.Y1, b.Box.Y1) - max(a.Box.Y0, b.Box.Y0)
	return 2*shared > min(a.Box.Y1-a.Box.Y0, b.Box.Y1-b.Box.Y0)
}

// link says how one paper points at another.
type link int

const (
	unrelated link = iota // it cites another
	unnamed               // it cites none
	cited                 // it cites that one
)

func cites(ref trade.Reference, d *trade.Document) link {
	switch {
	case !ref.Number.Known() || !d.Number.Known():
		return unnamed
	case trade.SameIdentifier(ref.Number.Value, d.Number.Value):
		return cited
	}
	return unrelated
}

func severity(l link) rules.Severity {
	if l == cited {
		return rules.Medium
	}
	return rules.Low
}

// specification reports whether a contract paper is an annex to another one, and
// so may be younger than the invoices of the contract.
func specification(d *trade.Document) bool {
	n := d.Contract.Number
	return n.Known() && (!d.Number.Known() || !trade.SameIdentifier(n.Value, d.Number.Value))
}

func bySea(t trade.DocumentType) bool {
	switch t {
	case trade.BillOfLading, trade.MasterBillOfLading, trade.HouseBillOfLading, trade.SeaWaybill:
		return true
	}
	return false
}

// several reports whether the dossier holds more than one paper of the type, so
// that it is unknown which belongs to which.
func several(dossier *trade.Dossier, t trade.DocumentType) bool {
	n := 0
	for _, d := range dossier.Documents {
		if d.Type == t {
			n++
		}
	}
	return n > 1
}
