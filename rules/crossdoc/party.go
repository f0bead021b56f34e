package crossdoc

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tallyman/rules"
	"tallyman/trade"
)

// samePartyLimit: below it two names are different parties, as far as spelling
// can say. The model puts the border at 0.5; a finding needs more than that.
const samePartyLimit = 0.35

// differentParties reports whether both names are read well and mean different
// parties in every plausible reading.
func differentParties(m rules.Model, a, b trade.Party) bool {
	if !a.Name.Known() || !b.Name.Known() || min(a.Name.Confidence, b.Name.Confidence) < leastConfidence {
		return false
	}
	if a.ID.Known() && b.ID.Known() && trade.Confusable(a.ID.Value, b.ID.Value) {
		return false
	}
	optical := a.Name.Reader.Optical() || b.Name.Reader.Optical()
	// Letter by letter into another script, a misread name is another one; only
	// two numbers tell then.
	if optical && script(a.Name.Value) != script(b.Name.Value) && !(a.ID.Known() && b.ID.Known()) {
		return false
	}
	for _, x := range a.Name.Candidates() {
		for _, y := range b.Name.Candidates() {
			if m.SameParty(x, y) >= samePartyLimit || optical && nearlyEqual(trade.FoldIdentifier(x), trade.FoldIdentifier(y)) {
				return false
			}
			// A reader that takes two lines for one prints the name inside
			// the address of the other.
			if fx, fy := trade.FoldIdentifier(x), trade.FoldIdentifier(y); len(fx) >= 6 && len(fy) >= 6 &&
				(strings.Contains(fx, fy) || strings.Contains(fy, fx)) {
				return false
			}
		}
	}
	return true
}

// nearlyEqual reports whether at most a fifth of the letters differ: a name off
// a bad scan loses more than a character.
func nearlyEqual(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) < 8 || len(y) < 8 {
		return false
	}
	row := make([]int, len(y)+1)
	for k := range row {
		row[k] = k
	}
	for i, r := range x {
		last := row[0]
		row[0] = i + 1
		for k, s := range y {
			d := last
			if r != s {
				d++
			}
			last = row[k+1]
			row[k+1] = min(d, last+1, row[k]+1)
		}
	}
	return 5*row[len(y)] <= max(len(x), len(y))
}

// namedOn reports whether a paper names the party in any role, also inside an
// address.
func namedOn(m rules.Model, d *trade.Document, q trade.Party) bool {
	for _, o := range []trade.Party{d.Seller, d.Buyer, d.Consignor, d.Consignee, d.NotifyParty, d.Declarant} {
		if o.Name.Known() && !differentParties(m, q, o) {
			return true
		}
		for _, name := range q.Name.Candidates() {
			if key := trade.FoldIdentifier(name); len(key) >= 6 && strings.Contains(trade.FoldIdentifier(o.Address.Text), key) {
				return true
			}
		}
	}
	return slices.ContainsFunc(d.Restatements, func(r trade.Field) bool {
		return strings.HasSuffix(r.Path, "/name") && slices.ContainsFunc(q.Name.Candidates(), func(x string) bool {
			return m.SameParty(x, r.Text) >= samePartyLimit
		})
	})
}

// sureOfType reports whether the type of a paper is certain enough for rules
// that depend on what the paper is for.
func sureOfType(d *trade.Document) bool { return d.TypeConfidence == 0 || d.TypeConfidence >= sureType }

// aName reports whether a reading looks like the name of a party: letters, and
// more of them than digits. What a reader takes from the wrong box rarely does.
func aName(q trade.Party) bool {
	letters, others := 0, 0
	for _, r := range q.Name.Value {
		switch {
		case r >= '0' && r <= '9':
			others++
		case r != ' ' && r != '.' && r != ',' && r != '-':
			letters++
		}
	}
	if first, _ := utf8.DecodeRuneInString(q.Name.Value); q.Name.Reader.Optical() && unicode.IsLower(first) {
		return false // a piece of a label or of an address
	}
	return letters >= 4 && letters > others
}

// agentWords are words in the names of those who take goods for others.
var agentWords = []string{"logist", "логист", "forward", "форвард", "экспед", "тамож", "express", "cargo", "карго", "freight", "shipping", "transport", "транспорт",
	"spedition", "терминал", "terminal", "warehouse", "склад", "броке", "broker", "customs", "lojistik", "nakliy", "物流", "货运", "dhl", "fedex", "ups ", "schenker", "kuehne", "maersk"}

func agent(name string) bool {
	low := strings.ToLower(name)
	return slices.ContainsFunc(agentWords, func(w string) bool { return strings.Contains(low, w) })
}

// toOrder reports whether what stands for the consignee is no party: an order,
// a bank, or a reference to another box.
func toOrder(name string) bool {
	low := strings.ToLower(name)
	return slices.ContainsFunc([]string{"order", "приказу", "same as", "bank", "банк", "see ", "as above", "bearer", "предъявител", "凭指示"},
		func(w string) bool { return strings.Contains(low, w) })
}
