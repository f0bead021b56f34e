package dates

import (
	"fmt"
	"strings"
	"time"

	"tallyman/rules"
	"tallyman/trade"
)

// PaperOlderThanFirm reads the date of registration in the numbers of firms.
var PaperOlderThanFirm = &rules.Rule{
	ID:    "DT-04",
	Title: "paper is older than the firm that it names",
	Doc: `A Kazakh BIN begins with the year and month in which the firm was registered, and a
Russian OGRN holds the year after its first digit. A paper cannot print a number
that was not yet given out.

Only numbers whose check digit holds are used, and only their month or year: a
paper of the month of registration is no finding. A BIN can be that of a
re-registration; it is still no older than its date. A contract that is only
cited may have been made by a predecessor: the severity is then low.`,
	Severity: rules.High,
	Sources: []rules.Source{
		{Title: "BIN: the first four digits are the year and month of registration", URL: "https://www.bcc.kz/bcc-journal/category/glossary/bin/"},
		{Title: "OGRN: digits 2 and 3 are the year of the entry in the register; since 2002", Unverified: true},
	},
	Run: runPaperOlderThanFirm,
}

func runPaperOlderThanFirm(p *rules.Pass) error {
	for _, d := range p.Dossier.Documents {
		for _, role := range []struct {
			name  string
			party *trade.Party
		}{
			{"seller", &d.Seller}, {"buyer", &d.Buyer}, {"consignor", &d.Consignor}, {"consignee", &d.Consignee},
			{"notify party", &d.NotifyParty}, {"carrier", &d.Carrier}, {"declarant", &d.Declarant},
		} {
			firm, ok := registered(role.party)
			if !ok {
				continue
			}
			if checkAge(p, d, role.name, role.party.ID, firm, d.IssueDate, rules.High) {
				break // once for each paper
			}
			if role.name == "seller" || role.name == "buyer" {
				checkAge(p, d, role.name, role.party.ID, firm, d.Contract.Date, rules.Low)
			}
		}
	}
	return nil
}

// registration is what a number tells of the day when it was given out.
type registration struct {
	first trade.Date // the earliest day
	kind  string     // such as BIN
	when  string     // as a message shows it
}

// registered reads the number of a firm; ok is false if it tells no date.
func registered(party *trade.Party) (registration, bool) {
	id := party.ID
	if !id.Known() || len(id.Alternatives) > 0 {
		return registration{}, false
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, id.Value)
	country := ""
	if party.Country.Known() {
		country = party.Country.Value
	}
	switch len(digits) {
	case 12:
		bin, err := trade.ParseBIN(digits)
		if err != nil || !bin.Business || country != "" && country != "KZ" {
			return registration{}, false
		}
		if country == "" && trade.CheckINN(digits) == nil {
			return registration{}, false // may be the number of a Russian entrepreneur
		}
		first := trade.Date{Year: bin.Year, Month: time.Month(bin.Month), Day: 1}
		return registration{first, "BIN", fmt.Sprintf("%04d-%02d", bin.Year, bin.Month)}, true
	case 13:
		year, err := trade.ParseOGRN(digits)
		if err != nil || country != "" && country != "RU" {
			return registration{}, false
		}
		return registration{trade.Date{Year: year, Month: 1, Day: 1}, "OGRN", fmt.Sprint(year)}, true
	}
	return registration{}, false
}

func checkAge(p *rules.Pass, d *trade.Document, role string, id trade.Reading[string], firm registration, dated trade.Reading[trade.Date], s rules.Severity) bool {
	verdict := rules.Compare(dated, id, func(day trade.Date, number string) bool {
		// A misread number fails its check digit, and one that passes was read.
		return day.Before(firm.first)
	})
	if verdict == rules.Agree {
		return false
	}
	paper := fmt.Sprintf("%s of %v", d.Type.Name(), dated.Value)
	if s != rules.High {
		paper = fmt.Sprintf("contract of %v that it cites", dated.Value)
	}
	p.Report(rules.Finding{
		Severity: s, At: id.At, Related: []trade.Place{dated.At}, Doubtful: verdict == rules.Doubtful,
		Message: fmt.Sprintf("%s of the %s was given out in %s, after the %s", firm.kind, role, firm.when, paper),
		Figures: []rules.Figure{
			{Name: "earliest registration", Value: firm.first.String()}, {Name: "date of the paper", Value: dated.Value.String()},
		},
		Innocent: []string{"A slip of the pen in the year of the paper: the dates of the other papers would show it.", "The firm took the contract over from another: the register and an annex to the contract would show it."},
	})
	return true
}
