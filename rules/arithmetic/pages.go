package arithmetic

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// PagesDoNotFollow follows the pages of a paper and the sums they carry forward.
var PagesDoNotFollow = &rules.Rule{
	ID:    "AR-18",
	Title: "pages are missing, or do not carry their sums forward",
	Doc: `A paper that says "page 2 of 3" has three pages, and the sum that a page carries
forward is the sum that the next page brings forward.

A page that is not here may stand in another file: papers that were taken from
the same file are not said to lack what may be next to them. Look first for a
back side with conditions of trade that nobody copied.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "UCP 600, article 14(d): data must not conflict"},
		{Title: "carried forward and brought forward: bookkeeping practice", Unverified: true},
	},
	Run: runPagesDoNotFollow,
}

func runPagesDoNotFollow(p *rules.Pass) error {
	for _, d := range p.Dossier.Documents {
		checkPageNumbers(p, d)
		checkCarried(p, d)
	}
	return nil
}

func checkPageNumbers(p *rules.Pass, d *trade.Document) {
	if len(d.PageNumbers) == 0 || d.Status != trade.Done || hasNeighbour(p.Dossier, d) {
		return
	}
	of := 0
	here := map[int]bool{}
	var at []trade.Place
	doubtful := false
	for _, r := range d.PageNumbers {
		if !r.Known() {
			return
		}
		n := r.Value
		if n.Number < 1 || n.Number > n.Of || of != 0 && n.Of != of || here[n.Number] {
			return // these are no page numbers of one paper
		}
		of, here[n.Number], at = n.Of, true, append(at, r.At)
		doubtful = doubtful || len(r.Confusions) > 0 && slices.ContainsFunc(r.Confusions, func(c trade.PageNumber) bool { return c.Of == len(d.Pages) })
	}
	// A page without a number may be any of those that are missed.
	if len(d.Pages) >= of || len(here) != len(d.Pages) {
		return
	}
	var missing []string
	for n := 1; n <= of; n++ {
		if !here[n] {
			missing = append(missing, strconv.Itoa(n))
		}
	}
	word, verb := "page", "is"
	if len(missing) > 1 {
		word, verb = "pages", "are"
	}
	p.Report(rules.Finding{
		At: at[0], Related: at[1:], Doubtful: doubtful,
		Message: fmt.Sprintf("the paper counts %d pages; %s %s %s not here", of, word, strings.Join(missing, ", "), verb),
		Figures: []rules.Figure{
			{Name: "pages counted by the paper", Value: strconv.Itoa(of)}, {Name: "pages here", Value: strconv.Itoa(len(d.Pages))},
		},
		Innocent: []string{"The page was not handed over, such as a back side with conditions: ask for it."},
	})
}

// hasNeighbour reports whether another paper comes from the same file: the page
// that one lacks may have been counted to the other.
func hasNeighbour(dossier *trade.Dossier, d *trade.Document) bool {
	for _, other := range dossier.Documents {
		if other != d && (other.File != "" && other.File == d.File || other.SHA256 != "" && other.SHA256 == d.SHA256) {
			return true
		}
	}
	return false
}

func checkCarried(p *rules.Pass, d *trade.Document) {
	for i := 1; i < len(d.PageTotals); i++ {
		last, next := d.PageTotals[i-1].CarriedForward, d.PageTotals[i].BroughtForward
		if !last.Known() || !next.Known() || next.At.Page != 0 && next.At.Page != last.At.Page+1 {
			continue
		}
		differ := func(a, b trade.Money) bool {
			return a.Amount.Cmp(b.Amount) != 0 || a.Currency != b.Currency && a.Currency != "" && b.Currency != ""
		}
		verdict := rules.Compare(last, next, differ)
		if verdict == rules.Agree {
			continue
		}
		p.Report(rules.Finding{
			At: next.At, Related: []trade.Place{last.At}, Doubtful: verdict == rules.Doubtful,
			Message: fmt.Sprintf("%s brought forward here, %s carried forward on the page before", moneyFigure(d, next).text, moneyFigure(d, last).text),
			Figures: []rules.Figure{
				{Name: "carried forward", Value: last.Value.Amount.String(), Unit: currency(d, last.Value)},
				{Name: "brought forward", Value: next.Value.Amount.String(), Unit: currency(d, next.Value)},
			},
			Innocent: []string{"A page between the two is not here, or belongs to another version of the paper: compare their numbers and dates."},
		})
	}
}
