package identity

import (
	"fmt"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// ContainerFails checks the check digit of freight containers.
var ContainerFails = &rules.Rule{
	ID:    "ID-01",
	Title: "container number fails its check digit",
	Doc: `The last digit of a container number follows from the four letters and six
digits before it (ISO 6346). A number that fails does not exist: the container
was invented, or a character is wrong.

Compare the number with the door of the container, or with the terminal's
record. Shipper-owned units and trailers of some domestic fleets carry numbers
of their own; only numbers of four letters, the last of them U, J or Z, and seven
digits are checked.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{{Title: "ISO 6346, freight containers: coding, identification and marking"}, stdnum},
	Run: func(p *rules.Pass) error {
		for _, c := range complaints(equipment(p, containerShaped), trade.CheckContainer) {
			p.Report(rules.Finding{
				At: c.At, Related: c.again, Doubtful: c.doubtful,
				Message:  fmt.Sprintf("container %s: %v", c.Value, c.err),
				Innocent: innocentTyping,
			})
		}
		return nil
	},
}

// containerShaped reports whether s is four letters, the last U, J or Z, and
// seven digits.
func containerShaped(s string) bool {
	s = trade.FoldIdentifier(s)
	if len(s) != 11 || !strings.ContainsRune("UJZ", rune(s[3])) {
		return false
	}
	for i, r := range s {
		if i < 4 && (r < 'A' || r > 'Z') || i >= 4 && (r < '0' || r > '9') {
			return false
		}
	}
	return true
}

func equipment(p *rules.Pass, is func(string) bool) []mention {
	var all []mention
	for _, d := range p.Dossier.Documents {
		for _, e := range d.Equipment {
			if e.ID.Known() && is(e.ID.Value) {
				all = append(all, mention{d, e.ID})
			}
		}
	}
	return all
}
