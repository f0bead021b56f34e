package crossdoc

import (
	"fmt"
	"slices"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// InvoiceReferenceDiffers checks that a cited invoice is among the papers.
var InvoiceReferenceDiffers = &rules.Rule{
	ID:    "XD-21",
	Title: "a paper cites an invoice that is not the one presented",
	Doc: `Packing list, waybill and declaration cite the invoice of the goods by number and
date. A paper that cites another number belongs to another invoice, or to one
that was replaced. Hyphens, slashes and spaces do not matter.

The rule also names a paper that shares no number, party, vehicle or figure with
any other: it seems to be of another consignment, and is compared no further.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{ucp14d},
	Run: func(p *rules.Pass) error {
		foreign := strangers(p)
		for _, d := range p.Dossier.Documents {
			if !foreign[d] {
				continue
			}
			at := trade.Place{Document: d.ID, Page: 1}
			if len(d.Pages) > 0 {
				at.Page = d.Pages[0]
			}
			p.Report(rules.Finding{
				At: at, Message: "this paper shares no number, party, vehicle or figure with the others; it seems to be of another consignment, and was compared no further",
				Innocent: []string{"it was put among these papers by mistake: its own dossier would miss it"},
			})
		}
		var all []*trade.Document
		for _, d := range papers(p) {
			if d.Type.Invoice() && d.Number.Known() && !noNumber(d) {
				all = append(all, d)
			}
		}
		if len(all) == 0 {
			return nil
		}
		var unknown []rules.Finding // one for each number that is cited
		var numbers []trade.Reading[string]
		for _, d := range papers(p) {
			ref := d.Invoice
			if d.Type.Invoice() || d.Type == trade.Contract || !ref.Number.Known() {
				continue
			}
			matches := slices.DeleteFunc(slices.Clone(all), func(inv *trade.Document) bool { return !sameMark(ref.Number, inv.Number) })
			if i := slices.IndexFunc(numbers, func(r trade.Reading[string]) bool { return sameMark(r, ref.Number) }); len(matches) == 0 && i >= 0 {
				unknown[i].Related = append(unknown[i].Related, ref.Number.At)
				continue
			}
			if len(matches) == 0 {
				inv := all[0]
				f := rules.Finding{
					At: ref.Number.At, Related: []trade.Place{inv.Number.At}, Doubtful: unsureMark(ref.Number, inv.Number),
					Message: fmt.Sprintf("invoice %s is cited here, %s is presented as %s", ref.Number.Value, inv.Number.Value, inv.Name),
					Innocent: []string{
						"the invoice was replaced by a corrected one: both would be on file",
						"the paper covers further invoices that were not handed over",
					},
				}
				for _, o := range all[1:] {
					f.Related = append(f.Related, o.Number.At)
				}
				unknown, numbers = append(unknown, f), append(numbers, ref.Number)
				continue
			}
			if slices.ContainsFunc(matches, func(inv *trade.Document) bool {
				return rules.Compare(ref.Date, inv.IssueDate, otherDay) == rules.Agree
			}) {
				continue
			}
			inv := matches[0]
			v := rules.Compare(ref.Date, inv.IssueDate, otherDay)
			p.Report(rules.Finding{
				At: ref.Date.At, Related: []trade.Place{inv.IssueDate.At}, Doubtful: v == rules.Doubtful || unsure(ref.Date, inv.IssueDate),
				Message:  fmt.Sprintf("the invoice is of %v here, %s itself is of %v", ref.Date.Value, inv.Name, inv.IssueDate.Value),
				Innocent: []string{"the invoice was issued again under its number: both would be on file"},
			})
		}
		for _, f := range unknown {
			p.Report(f)
		}
		return nil
	},
}

// noNumber reports whether what was read as the number of a paper is another
// thing that it prints: an account, or the numbers of the packages.
func noNumber(d *trade.Document) bool {
	key := trade.FoldIdentifier(d.Number.Value)
	return trade.CheckIBAN(d.Number.Value) == nil || d.Marks.Known() && strings.Contains(trade.FoldIdentifier(d.Marks.Value), key)
}
