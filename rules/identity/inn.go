package identity

import (
	"fmt"

	"tallyman/rules"
	"tallyman/trade"
)

// INNFails checks the check digits of Russian taxpayer numbers.
var INNFails = &rules.Rule{
	ID:    "ID-11",
	Title: "taxpayer number of Russia fails its check digits",
	Doc: `The last digit of an INN of ten digits (firms), and the last two of one of twelve
(persons), follow from the others. A number that fails was given to nobody.

Only parties in Russia are checked.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{{Title: "identification number of a taxpayer (INN): check digits modulo 11"}, stdnum},
	Run: func(p *rules.Pass) error {
		check := func(s string) error {
			if _, err := trade.ParseBIN(digits(s)); err == nil {
				return nil // twelve digits of Kazakhstan that stand beside the wrong country
			}
			return trade.CheckINN(digits(s))
		}
		for _, c := range complaints(partyIDs(p, "RU", 10, 12), check) {
			p.Report(rules.Finding{
				At: c.At, Related: c.again, Doubtful: c.doubtful,
				Message:  fmt.Sprintf("taxpayer number %s of a party in Russia: %v", c.Value, c.err),
				Innocent: innocentTyping,
			})
		}
		return nil
	},
}

// OGRNFails checks the check digit of Russian state registration numbers.
var OGRNFails = &rules.Rule{
	ID:    "ID-12",
	Title: "registration number of Russia fails its check digit",
	Doc: `The last digit of an OGRN (13 digits, firms) or OGRNIP (15 digits, entrepreneurs)
follows from the others. A number that fails stands in no register.

Only parties in Russia are checked.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{{Title: "primary state registration number (OGRN): remainder by 11, OGRNIP by 13"}, stdnum},
	Run: func(p *rules.Pass) error {
		check := func(s string) error { _, err := trade.ParseOGRN(digits(s)); return err }
		for _, c := range complaints(partyIDs(p, "RU", 13, 15), check) {
			p.Report(rules.Finding{
				At: c.At, Related: c.again, Doubtful: c.doubtful,
				Message:  fmt.Sprintf("registration number %s of a party in Russia: %v", c.Value, c.err),
				Innocent: innocentTyping,
			})
		}
		return nil
	},
}
