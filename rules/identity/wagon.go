package identity

import (
	"fmt"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// WagonFails checks the check digit of wagons of the 1520 mm railways.
var WagonFails = &rules.Rule{
	ID:    "ID-05",
	Title: "wagon number fails its check digit",
	Doc: `A wagon of the 1520 mm railways has eight digits, the last of which follows from
the others. A number that fails does not exist, or a digit is wrong.

Only numbers of eight digits are checked: wagons of other railways have seven or
twelve.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{{Title: "numbering of freight wagons of the 1520 mm railways: weights 2 and 1, digits of the products summed"}},
	Run: func(p *rules.Pass) error {
		eight := func(s string) bool {
			s = trade.FoldIdentifier(s)
			return len(s) == 8 && strings.Trim(s, "0123456789") == ""
		}
		for _, c := range complaints(equipment(p, eight), trade.CheckWagon) {
			p.Report(rules.Finding{
				At: c.At, Related: c.again, Doubtful: c.doubtful,
				Message:  fmt.Sprintf("wagon %s: %v", c.Value, c.err),
				Innocent: innocentTyping,
			})
		}
		return nil
	},
}
