package crossdoc

import (
	"fmt"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// sameMark compares two identifiers by every plausible reading. Those of a text
// layer must be equal; where a reader worked from pixels, one character that it
// may have mistaken is forgiven.
func sameMark(a, b trade.Reading[string]) bool {
	for _, x := range a.Candidates() {
		for _, y := range b.Candidates() {
			fx, fy := trade.FoldIdentifier(x), trade.FoldIdentifier(y)
			if fx == fy || len(fx) >= 4 && strings.Contains(fy, fx) || len(fy) >= 4 && strings.Contains(fx, fy) {
				return true
			}
			if (a.Reader.Optical() || b.Reader.Optical()) && trade.Confusable(x, y) {
				return true
			}
		}
	}
	return false
}

// ContractDiffers compares the contract that each paper cites.
var ContractDiffers = &rules.Rule{
	ID:    "XD-20",
	Title: "papers cite different contracts",
	Doc: `Papers of one consignment cite one contract by number and date. A dossier that
holds several contracts, or papers that cite a supplement by its own number, are
honest; a single paper that cites another contract than all others is not
explained by that.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{ucp14d},
	Run: func(p *rules.Pass) error {
		cite := func(d *trade.Document) trade.Reference {
			if d.Type == trade.Contract {
				if d.Contract.Number.Known() { // a specification cites its contract
					return d.Contract
				}
				return trade.Reference{Number: d.Number, Date: d.IssueDate}
			}
			return d.Contract
		}
		return referenceDiffers(p, "contract", cite)
	},
}

// referenceDiffers compares what papers cite with the first that cites.
func referenceDiffers(p *rules.Pass, what string, cite func(*trade.Document) trade.Reference) error {
	var first *trade.Reference
	for _, d := range p.Dossier.Documents {
		ref := cite(d)
		if !ref.Number.Known() || d.Type == trade.OtherPaper {
			continue
		}
		if first == nil {
			first = &ref
			continue
		}
		f := rules.Finding{Innocent: []string{"the paper cites a supplement, or a framework contract: it would name both"}}
		switch {
		case !sameMark(ref.Number, first.Number):
			f.At, f.Related = ref.Number.At, []trade.Place{first.Number.At}
			f.Doubtful = min(ref.Number.Confidence, first.Number.Confidence) < leastConfidence
			f.Message = fmt.Sprintf("%s %s here, %s on %s", what, ref.Number.Value, first.Number.Value, p.On(first.Number.At))
		default:
			v := rules.Compare(ref.Date, first.Date, func(a, b trade.Date) bool { return a != b })
			if v == rules.Agree {
				continue
			}
			f.At, f.Related = ref.Date.At, []trade.Place{first.Date.At}
			f.Doubtful = v == rules.Doubtful || min(ref.Date.Confidence, first.Date.Confidence) < leastConfidence
			f.Message = fmt.Sprintf("%s of %v here, of %v on %s", what, ref.Date.Value, first.Date.Value, p.On(first.Date.At))
		}
		p.Report(f)
	}
	return nil
}

// InvoiceReferenceDiffers checks that a cited invoice is among the papers.
var InvoiceReferenceDiffers = &rules.Rule{
	ID:    "XD-21",
	Title: "a paper cites an invoice that is not the one presented",
	Doc: `Packing list, waybill and declaration cite the invoice of the goods. A paper
that cites another number or date belongs to another invoice, or to one that was
replaced.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{ucp14d},
	Run: func(p *rules.Pass) error {
		var invoices []*trade.Document
		for _, d := range p.Dossier.Documents {
			if d.Type.Invoice() && d.Number.Known() {
				invoices = append(invoices, d)
			}
		}
		if len(invoices) == 0 {
			return nil
		}
		for _, d := range p.Dossier.Documents {
			ref := d.Invoice
			if d.Type.Invoice() || d.Type == trade.OtherPaper || !ref.Number.Known() {
				continue
			}
			var match *trade.Document
			for _, inv := range invoices {
				if sameMark(ref.Number, inv.Number) {
					match = inv
				}
			}
			f := rules.Finding{Innocent: []string{"the invoice was replaced by a corrected one: both would be on file"}}
			switch {
			case match == nil:
				f.At, f.Related = ref.Number.At, []trade.Place{invoices[0].Number.At}
				f.Doubtful = min(ref.Number.Confidence, invoices[0].Number.Confidence) < leastConfidence
				f.Message = fmt.Sprintf("invoice %s is cited here, %s is presented as %s", ref.Number.Value, invoices[0].Number.Value, invoices[0].Name)
			default:
				v := rules.Compare(ref.Date, match.IssueDate, func(a, b trade.Date) bool { return a != b })
				if v == rules.Agree {
					continue
				}
				f.At, f.Related = ref.Date.At, []trade.Place{match.IssueDate.At}
				f.Doubtful = v == rules.Doubtful || min(ref.Date.Confidence, match.IssueDate.Confidence) < leastConfidence
				f.Message = fmt.Sprintf("the invoice is of %v here, %s itself is of %v", ref.Date.Value, match.Name, match.IssueDate.Value)
			}
			p.Report(f)
		}
		return nil
	},
}

// LanguagesDiffer compares what a bilingual paper says in its two languages.
var LanguagesDiffer = &rules.Rule{
	ID:    "XD-35",
	Title: "the two languages of a paper say different things",
	Doc: `A paper in two languages states each figure twice. The translations must not
conflict. Only figures, dates and quantities that are printed with words of two
scripts are compared; wording is left to the reader.`,
	Severity: rules.High,
	Sources:  []rules.Source{ucp14d},
	Run: func(p *rules.Pass) error {
		for _, d := range p.Dossier.Documents {
			for _, again := range d.Restatements {
				first, ok := d.Field(again.Path)
				if !ok || first.Problem != "" || again.Problem != "" || again.Value == "" || first.Value == again.Value {
					continue
				}
				a, b := script(first.Text), script(again.Text)
				if a == 0 || b == 0 || a == b || !figure(again.Path) || may(first, again.Value) || may(again, first.Value) {
					continue
				}
				p.Report(rules.Finding{
					At: again.At, Related: []trade.Place{first.At},
					Doubtful: min(first.Confidence, again.Confidence) < leastConfidence || again.Reader.Optical() && trade.Confusable(first.Value, again.Value),
					Message:  fmt.Sprintf("%s here, %s in the other language of the same paper", again.Value, first.Value),
					Innocent: []string{"one of the two figures is of something else, such as a page or a part"},
				})
			}
		}
		return nil
	},
}

func may(f trade.Field, value string) bool {
	for _, a := range f.Alternatives {
		if a.Value == value {
			return true
		}
	}
	return false
}

// figure reports whether a field is a number or a date.
func figure(path string) bool {
	last := path[strings.LastIndexByte(path, '/')+1:]
	switch last {
	case "grossMass", "netMass", "packages", "quantity", "totalQuantity", "invoiceTotal", "amount", "unitPrice", "issueDate", "date", "grossVolume":
		return true
	}
	return false
}
