package identity

import (
	"fmt"
	"regexp"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// IBANFails checks bank accounts.
var IBANFails = &rules.Rule{
	ID:    "ID-17",
	Title: "account number fails its check digits or is of another country",
	Doc: `An IBAN begins with its country and two check digits, and has a length that the
country fixes (ISO 13616). One that fails takes no money.

An account in another country than its owner is lawful and not rare; it is shown,
at low severity, because payment to a third country is a published red flag. Only
accounts that have the form of an IBAN are checked.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "ISO 13616, international bank account number; SWIFT IBAN registry"}, stdnum,
		{Title: "BIS and FinCEN red flags: payment through third countries", Unverified: true},
	},
	Run: func(p *rules.Pass) error {
		var all []mention
		abroad := map[string]bool{}
		for _, d := range p.Dossier.Documents {
			for _, r := range roles(d) {
				a := r.party.Account
				if !a.Known() || !ibanShaped(a.Value) {
					continue
				}
				all = append(all, mention{d, a})
				home := jurisdiction(r.party)
				of := trade.FoldIdentifier(a.Value)[:2]
				key := trade.FoldIdentifier(a.Value)
				if trade.CheckIBAN(a.Value) == nil && r.party.Country.Known() && home != "" && home != of && !abroad[key] {
					abroad[key] = true
					p.Report(rules.Finding{
						Severity: rules.Low, At: a.At, Related: []trade.Place{r.party.Country.At},
						Message:  fmt.Sprintf("the account of the %s is in %s, the %s itself in %s", r.name, of, r.name, home),
						Innocent: []string{"the firm banks abroad: the contract would name the same account"},
					})
				}
			}
		}
		for _, c := range complaints(all, checkAccount) {
			f := rules.Finding{
				At: c.At, Related: c.again, Doubtful: c.doubtful,
				Message:  fmt.Sprintf("account %s: %v", c.Value, c.err),
				Innocent: innocentTyping,
			}
			if n := len(trade.FoldIdentifier(c.Value)); c.Reader.Optical() && n > 2 && trade.LengthOfIBAN(c.Value) != n {
				f.Severity = rules.Low // a reader of pixels loses a character sooner than a bank does
			}
			p.Report(f)
		}
		return nil
	},
}

// checkAccount checks an account as it is printed: the code of the bank (ISO 9362)
// often stands behind it, "DE89 3704 0044 0532 0130 00 XMPLDEFF".
func checkAccount(s string) error {
	account, code, found := strings.Cut(strings.TrimSpace(s), " ")
	for found && !bankCode.MatchString(code) {
		next, rest, more := strings.Cut(code, " ")
		account, code, found = account+next, rest, more
	}
	if found && len(trade.FoldIdentifier(account)) >= 15 {
		return trade.CheckIBAN(account)
	}
	return trade.CheckIBAN(s)
}

var bankCode = regexp.MustCompile(`^[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$`)

// ibanCountries have accounts in the form of an IBAN.
const ibanCountries = "AE AL AT AZ BA BE BG BY CH CY CZ DE DK EE ES FI FR GB GE GR HR HU IE IL IT KZ LI LT LU LV MD ME MK MT NL NO PL PT RO RS SA SE SI SK TR UA"

func ibanShaped(s string) bool {
	s = trade.FoldIdentifier(s)
	if len(s) < 15 || len(s) > 34 || s[2] < '0' || s[2] > '9' || s[3] < '0' || s[3] > '9' {
		return false
	}
	for i := 0; i+2 <= len(ibanCountries); i += 3 {
		if ibanCountries[i:i+2] == s[:2] {
			return true
		}
	}
	return false
}
