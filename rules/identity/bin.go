package identity

import (
	"fmt"
	"strconv"

	"tallyman/rules"
	"tallyman/trade"
)

var binSource = rules.Source{Title: "identification numbers of Kazakhstan: structure of BIN and IIN, and the two-pass check digit", URL: "https://github.com/arthurdejong/python-stdnum"}

// BINFails checks the check digit of Kazakh identification numbers.
var BINFails = &rules.Rule{
	ID:    "ID-09",
	Title: "number of a Kazakh firm or person fails its check digit",
	Doc: `The twelfth digit of a BIN (firms) or IIN (persons) follows from the eleven
before it. A number that fails was given to nobody.

The register of taxpayers shows the number of a firm by its name. Only parties in
Kazakhstan with a number of twelve digits are checked.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{binSource},
	Run: func(p *rules.Pass) error {
		check := func(s string) error {
			if impossible(s) != nil || trade.CheckINN(digits(s)) == nil {
				return nil // another rule says so, or it is a number of Russia
			}
			_, err := trade.ParseBIN(digits(s))
			return err
		}
		for _, c := range complaints(partyIDs(p, "KZ", 12), check) {
			p.Report(rules.Finding{
				At: c.At, Related: c.again, Doubtful: c.doubtful,
				Message:  fmt.Sprintf("number %s of a party in Kazakhstan: %v", c.Value, c.err),
				Innocent: innocentTyping,
			})
		}
		return nil
	},
}

// BINImpossible checks what the digits of a Kazakh identification number say.
var BINImpossible = &rules.Rule{
	ID:    "ID-10",
	Title: "number of a Kazakh firm or person says something impossible",
	Doc: `Digits 1 to 4 of a BIN are the year and month of registration; digit 5 is 4 for a
resident firm, 5 for a non-resident, 6 for an entrepreneur; digit 6 is 0 for the
head office, 1 for a branch, 2 for a representation, 3 for a farm. An IIN begins
with a date of birth. A number with month 13, or of a kind that does not exist,
was given to nobody.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{binSource},
	Run: func(p *rules.Pass) error {
		for _, c := range complaints(partyIDs(p, "KZ", 12), impossible) {
			p.Report(rules.Finding{
				At: c.At, Related: c.again, Doubtful: c.doubtful,
				Message:  fmt.Sprintf("number %s of a party in Kazakhstan: %v", c.Value, c.err),
				Innocent: innocentTyping,
			})
		}
		return nil
	},
}

// impossible says which digits of a BIN or IIN cannot be.
func impossible(s string) error {
	s = digits(s)
	if trade.CheckINN(s) == nil {
		return nil // a number of Russia that stands beside the wrong country
	}
	if len(s) != 12 {
		return fmt.Errorf("it has %d digits, not 12", len(s))
	}
	month, _ := strconv.Atoi(s[2:4])
	day, _ := strconv.Atoi(s[4:6])
	switch kind := s[4]; {
	case month < 1 || month > 12:
		return fmt.Errorf("digits 3 and 4 are %s, which is no month", s[2:4])
	case kind < '4' && (day < 1 || day > 31):
		return fmt.Errorf("digits 5 and 6 are %s, which is neither a day of birth nor a kind of firm", s[4:6])
	case kind > '6':
		return fmt.Errorf("digit 5 is %c; firms have 4, 5 or 6 there, and persons less", kind)
	case kind >= '4' && s[5] > '3':
		return fmt.Errorf("digit 6 is %c; firms have 0 to 3 there", s[5])
	}
	return nil
}
