package dates

import (
	"testing"

	"tallyman/rules"
	"tallyman/rules/rulestest"
	"tallyman/trade"
)

func TestRules(t *testing.T) { rulestest.Run(t, Rules...) }

// A date on the line of the contract's number is that of the contract, whatever
// the reader took it for.
func TestDateBesideContract(t *testing.T) {
	for _, c := range []struct {
		name string
		top  float64 // of the date; the number of the contract stands at 500
		want int
	}{
		{"on the same line", 501, 0},
		{"elsewhere", 700, 1},
	} {
		d := &trade.Document{ID: "cmr", Type: trade.RoadConsignmentNote, Status: trade.Done, Pages: []int{1}}
		for _, s := range []trade.Statement{
			{Path: "/contract/number", Text: "02/2025-IMP", Box: trade.Box{X0: 100, Y0: 500, X1: 160, Y1: 509}},
			{Path: "/issueDate", Text: "2025-06-05", Box: trade.Box{X0: 200, Y0: c.top, X1: 250, Y1: c.top + 9}},
			{Path: "/invoice/date", Text: "2025-11-12", Box: trade.Box{X0: 200, Y0: 300, X1: 250, Y1: 309}},
		} {
			s.Page = 1
			if err := d.Set(s); err != nil {
				t.Fatal(err)
			}
		}
		findings, _ := rules.Run(&trade.Dossier{Documents: []*trade.Document{d}}, nil, OrderOfPapers)
		if len(findings) != c.want {
			t.Errorf("%s: findings %v, want %d", c.name, findings, c.want)
		}
	}
}
