package dates

import (
	"errors"
	"fmt"
	"strconv"

	"tallyman/rules"
	"tallyman/trade"
)

// PaperFromTheFuture compares the dates of papers with the day of the check.
var PaperFromTheFuture = &rules.Rule{
	ID:    "DT-08",
	Title: "paper is dated after the day on which it was handed over",
	Doc: `A paper that is here was made already, so its date, and the dates of the papers
that it cites, are not in the future. The day to compare with comes with the
dossier: the day of receipt, or that of the check. One day is allowed for time
zones.

Where that day is not known the rule says that it could not run. The dates that a
PDF file states of itself are not compared.`,
	Severity: rules.High,
	Sources: []rules.Source{
		{Title: "one day: time zones differ by up to 26 hours"},
	},
	Run: runPaperFromTheFuture,
}

func runPaperFromTheFuture(p *rules.Pass) error {
	today := p.Dossier.CheckedOn
	for _, d := range p.Dossier.Documents {
		for _, dated := range []struct {
			r    trade.Reading[trade.Date]
			what string
		}{
			{d.IssueDate, "is dated"},
			{d.Contract.Date, "cites a contract dated"}, {d.Invoice.Date, "cites an invoice dated"}, {d.TransportDocument.Date, "cites a transport document dated"},
		} {
			if !dated.r.Known() {
				continue
			}
			if today == (trade.Date{}) {
				return errors.New("no date of receipt is known: state the day on which the papers were handed over")
			}
			checkFuture(p, dated.r, dated.what, today)
		}
	}
	return nil
}

func checkFuture(p *rules.Pass, r trade.Reading[trade.Date], what string, today trade.Date) {
	verdict := rules.Compare(r, trade.Reading[trade.Date]{Value: today, Text: today.String()}, later)
	if verdict == rules.Agree {
		return
	}
	p.Report(rules.Finding{
		At: r.At, Doubtful: verdict == rules.Doubtful,
		Message:  fmt.Sprintf("%s %v here, %d days after %v, when it was handed over", what, r.Value, today.DaysUntil(r.Value), today),
		Figures:  []rules.Figure{{Name: "days in the future", Value: strconv.Itoa(today.DaysUntil(r.Value)), Unit: "DAY"}},
		Innocent: []string{"A slip of the pen in the year: the dates of the other papers would show it.", "The clock of the computer that made the check is wrong."},
	})
}
