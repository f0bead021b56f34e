package classification

import (
	_ "embed" // the subheadings that ended and began
	"fmt"
	"slices"
	"strings"
	"sync"

	"tallyman/rules"
	"tallyman/trade"
)

//go:embed editions.txt
var editionList string

// editions are the subheadings that ended with 2021, and those that began in 2022.
var editions = sync.OnceValue(func() (lists struct{ ended, began map[string]bool }) {
	lists.ended, lists.began = map[string]bool{}, map[string]bool{}
	into := lists.ended
	for line := range strings.Lines(editionList) {
		f := strings.Fields(line)
		switch {
		case len(f) == 0 || f[0] == "#":
		case f[0] == "ended":
			into = lists.ended
		case f[0] == "began":
			into = lists.began
		default:
			for _, last := range f[1:] {
				into[f[0]+last] = true
			}
		}
	}
	return lists
})

// The edition of 2022 is in force since 1 January 2022. Its text was published in
// January 2020, and some states followed a year late, so that papers of the years
// around it have either code.
const (
	knownFrom  = 2020 // no paper has a code of the edition before this year
	unusedFrom = 2024 // an older code is out of use from this year on
)

// CodeOfOtherEdition compares tariff codes with the date of their paper.
var CodeOfOtherEdition = &rules.Rule{
	ID:    "CL-13",
	Title: "the code is of an edition of the tariff other than in force",
	Doc: `The Harmonized System was last revised on 1 January 2022. A paper from 2024 on has a
subheading that ended with the edition of 2017; or a paper from before 2020 has one
that came into being with the edition of 2022, whose text nobody knew yet.

The first is low: old codes live on in lists of articles, and some states adopt an
edition late. What customs are told has to be of the edition in force. The second
is medium: such a paper was not made when it says.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "WCO, HS Nomenclature 2022 edition, in force 1 January 2022; subheadings as in the reference lists of UN Comtrade, H5 and H6", URL: "https://comtradeplus.un.org"},
		{Title: "WCO, 2022 edition accepted by the contracting parties in January 2020", Unverified: true},
	},
	Run: runCodeOfOtherEdition,
}

func runCodeOfOtherEdition(p *rules.Pass) error {
	lists := editions()
	found := map[string]int{}
	var all []rules.Finding
	for _, d := range p.Dossier.Documents {
		date := d.IssueDate
		if !date.Known() {
			continue
		}
		year := func(ok func(int) bool) bool {
			return !slices.ContainsFunc(date.Candidates(), func(t trade.Date) bool { return !ok(t.Year) })
		}
		late := year(func(y int) bool { return y >= unusedFrom })
		early := year(func(y int) bool { return y < knownFrom })
		for i := range d.Items {
			c := d.Items[i].TariffCode
			if !c.Known() || len(c.Value) < 6 || len(c.Candidates()) > 1 {
				continue
			}
			hs := c.Value.HS6()
			var f rules.Finding
			switch {
			case late && lists.ended[hs]:
				f = rules.Finding{Severity: rules.Low,
					Message:  fmt.Sprintf("subheading %s here ended with the year 2021; the paper is of %s", hs, date.Value),
					Innocent: []string{"The list of articles was not renewed, or the state still uses the older edition: its tariff of that day would show it."}}
			case early && lists.began[hs]:
				f = rules.Finding{Severity: rules.Medium,
					Message:  fmt.Sprintf("subheading %s here began with the year 2022; the paper is of %s", hs, date.Value),
					Innocent: []string{"The code is that of a national tariff with other digits, or the date is that of a contract: look at the box of the date."}}
			default:
				continue
			}
			if k, ok := found[hs+f.Severity.String()]; ok {
				all[k].Related = append(all[k].Related, c.At)
				continue
			}
			f.At, f.Related = c.At, []trade.Place{date.At}
			f.Doubtful = slices.ContainsFunc(c.Confusions, func(o trade.TariffCode) bool { return !lists.ended[o.HS6()] && !lists.began[o.HS6()] }) ||
				slices.ContainsFunc(date.Confusions, func(t trade.Date) bool { return t.Year >= knownFrom && t.Year < unusedFrom })
			found[hs+f.Severity.String()] = len(all)
			all = append(all, f)
		}
	}
	for _, f := range all {
		p.Report(f)
	}
	return nil
}
