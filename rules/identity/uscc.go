package identity

import (
	"fmt"

	"tallyman/rules"
	"tallyman/trade"
)

// USCCFails checks the check character of Chinese social credit codes.
var USCCFails = &rules.Rule{
	ID:    "ID-13",
	Title: "social credit code of China fails its check character",
	Doc: `The last of the eighteen characters of a unified social credit code follows from
the others (GB 32100-2015). A code that fails was given to no firm. The letters I,
O, S, V and Z do not occur.

Only parties in China with a code of eighteen characters are checked.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{{Title: "GB 32100-2015, unified social credit identifier"}, stdnum},
	Run: func(p *rules.Pass) error {
		for _, c := range complaints(partyIDs(p, "CN", 18), trade.CheckUSCC) {
			p.Report(rules.Finding{
				At: c.At, Related: c.again, Doubtful: c.doubtful,
				Message:  fmt.Sprintf("social credit code %s: %v", c.Value, c.err),
				Innocent: innocentTyping,
			})
		}
		return nil
	},
}
