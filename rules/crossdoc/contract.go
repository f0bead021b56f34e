package crossdoc

import (
	"fmt"
	"slices"

	"tallyman/rules"
	"tallyman/trade"
)

// ContractDiffers compares the contract that each paper cites.
var ContractDiffers = &rules.Rule{
	ID:    "XD-20",
	Title: "papers cite different contracts",
	Doc: `Papers of one consignment cite one contract by number and date. Where the
dossier holds contracts, specifications or supplements, a paper must cite one of
them; else the papers are compared with each other.

A paper that cites a supplement by its own number is honest if the supplement is
among the papers or the number contains that of the contract.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{ucp14d},
	Run: func(p *rules.Pass) error {
		onFile := of(p, trade.Contract)
		var refs []trade.Reference // of the contracts on file
		for _, d := range onFile {
			if d.Number.Known() {
				refs = append(refs, trade.Reference{Number: d.Number, Date: d.IssueDate})
			}
			if d.Contract.Number.Known() { // a specification cites its contract
				refs = append(refs, d.Contract)
			}
		}
		if len(refs) == 0 {
			citedContracts(p)
			return nil
		}
		for _, d := range papers(p, trade.Contract, trade.ProformaInvoice) {
			ref := d.Contract
			if !ref.Number.Known() || scrap(ref.Number) {
				continue
			}
			i := slices.IndexFunc(refs, func(r trade.Reference) bool { return sameMark(r.Number, ref.Number) })
			if i < 0 {
				p.Report(contractFinding(p, ref, refs[0]))
				continue
			}
			// Several papers may carry the number; one that has the date is enough.
			var wrong *trade.Reference
			for k := range refs {
				if !sameMark(refs[k].Number, ref.Number) || !refs[k].Date.Known() {
					continue
				}
				if rules.Compare(ref.Date, refs[k].Date, otherDay) == rules.Agree {
					wrong = nil
					break
				}
				wrong = &refs[k]
			}
			if wrong != nil {
				p.Report(contractDateFinding(p, ref, *wrong))
			}
		}
		return nil
	},
}

func otherDay(a, b trade.Date) bool { return a != b }

// citedContracts compares what papers cite with each other.
func citedContracts(p *rules.Pass) {
	var refs []trade.Reference
	for _, d := range papers(p, trade.ProformaInvoice) {
		if d.Contract.Number.Known() && !scrap(d.Contract.Number) {
			refs = append(refs, d.Contract)
		}
	}
	best, most := 0, -1
	for i, a := range refs {
		n := 0
		for _, b := range refs {
			if sameMark(a.Number, b.Number) {
				n++
			}
		}
		if n > most {
			best, most = i, n
		}
	}
	for i, ref := range refs {
		switch {
		case i == best:
		case !sameMark(ref.Number, refs[best].Number):
			p.Report(contractFinding(p, ref, refs[best]))
		case rules.Compare(ref.Date, refs[best].Date, otherDay) != rules.Agree:
			p.Report(contractDateFinding(p, ref, refs[best]))
		}
	}
}

var contractInnocent = []string{"the paper cites a supplement, or a framework contract: it would name both"}

func contractFinding(p *rules.Pass, here, there trade.Reference) rules.Finding {
	return rules.Finding{
		At: here.Number.At, Related: []trade.Place{there.Number.At}, Doubtful: unsureMark(here.Number, there.Number), Innocent: contractInnocent,
		Message: fmt.Sprintf("contract %s here, %s on %s", here.Number.Value, there.Number.Value, p.On(there.Number.At)),
	}
}

func contractDateFinding(p *rules.Pass, here, there trade.Reference) rules.Finding {
	v := rules.Compare(here.Date, there.Date, otherDay)
	return rules.Finding{
		At: here.Date.At, Related: []trade.Place{there.Date.At}, Doubtful: v == rules.Doubtful || unsure(here.Date, there.Date), Innocent: contractInnocent,
		Message: fmt.Sprintf("the contract is of %v here, of %v on %s", here.Date.Value, there.Date.Value, p.On(there.Date.At)),
	}
}
