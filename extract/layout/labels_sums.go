package layout

import (
	"regexp"
	"slices"
	"strings"

	"tallyman/extract/page"
	"tallyman/trade"
)

// A sum is an amount beside a label such as "Total".
type sum struct {
	role string
	value
	page   int
	script string
}

// money returns the amount that a value prints.
func (v value) money() (trade.Money, bool) {
	d := &trade.Document{}
	st := v.statement("/invoiceTotal", 1)
	if d.Set(st) != nil || !d.InvoiceTotal.Known() {
		return trade.Money{}, false
	}
	return d.InvoiceTotal.Value, true
}

// sumOf finds the amount of a label of a sum. On a line with several figures,
// such as quantity, mass and amount, the last is the sum.
func (s *sheet) sumOf(h *hit, path string) (value, bool) {
	try := func(ws []page.Word, trust float64) (value, bool) {
		from, to, ok := takeFigure(ws, moneyKind)
		if !ok {
			return value{}, false
		}
		run := trimmed(ws[from:to], ",;:*")
		if !readable(path, run, h.unit) || year(run) || len(run) == 1 && len(run[0].Text) > 10 && digitsOnly(run[0].Text) {
			return value{}, false
		}
		return value{run, h.unit, trust * (0.6 + 0.4*h.quality)}, true
	}
	ws := s.behind(h)
	if len(ws) > 0 && h.open {
		// "Total amount due on 5 May 2026" and the like: the date is no amount.
		if datedWord.MatchString(ws[0].Text) {
			ws = nil
			h.open = false
		}
	}
	if len(ws) > 0 {
		if v, ok := try(ws, trustBehind); ok {
			return v, true
		}
		if h.open && !currencyOnly(ws) {
			// "Total 18 items": something else is summed. But "НДС 12 %" and
			// "MwSt. 19 %" have their amount beside.
			if _, _, ok := takePercent(ws); !ok && !parenthesised(ws) {
				return value{}, false
			}
		}
	}
	cells := s.lines[h.line].cells
	var last value
	found := false
	for c := h.cell + 1; c < len(cells); c++ {
		if o := s.beginsWithLabel(h.line, c); o != nil {
			break
		}
		ws := s.cellWords(h.line, c)
		if currencyOnly(ws) && c+1 < len(cells) {
			ws = append(append([]page.Word(nil), ws...), s.cellWords(h.line, c+1)...)
		}
		if v, ok := try(ws, trustBeside); ok {
			last, found = v, true
		} else if found && letters(textOf(ws)) && !currencyOnly(ws) {
			break
		}
	}
	if found {
		return last, true
	}
	if len(cells) > h.cell+1 && s.beginsWithLabel(h.line, h.cell+1) == nil {
		return value{}, false
	}
	if ws := s.below(h); len(ws) > 0 {
		v, ok := try(ws, trustBelow)
		if ok && s.headerRow(h) {
			v = s.lastBelow(h, v, try)
		}
		return v, ok
	}
	return value{}, false
}

// lastBelow goes on down the column under a heading in a row of headings: the
// rows of tax rates end with their sum.
func (s *sheet) lastBelow(h *hit, v value, try func([]page.Word, float64) (value, bool)) value {
	bottom := v.words[0].Box.Y1
	for n := h.line + 1; n < len(s.lines); n++ {
		l := s.lines[n]
		if l.box.Y0 < bottom {
			continue
		}
		if l.box.Y0-bottom > 2.5*l.height {
			break
		}
		found := false
		for c, cl := range l.cells {
			if cl.box.X0 < h.box.X1 && h.box.X0 < cl.box.X1 && s.beginsWithLabel(n, c) == nil {
				if next, ok := try(s.cellWords(n, c), trustBelow); ok {
					v, bottom, found = next, cl.box.Y1, true
				}
			}
		}
		if !found {
			break
		}
	}
	return v
}

func currencyOnly(ws []page.Word) bool {
	if len(ws) == 0 {
		return false
	}
	for _, w := range ws {
		if t := strings.Trim(w.Text, "():.-–—=_…"); t != "" && !currencyRe.MatchString(t) {
			return false
		}
	}
	return true
}

func parenthesised(ws []page.Word) bool {
	return len(ws) > 0 && strings.HasPrefix(ws[0].Text, "(") && strings.ContainsAny(ws[len(ws)-1].Text, ")")
}

// year reports whether the words are a bare year rather than an amount.
func year(ws []page.Word) bool {
	t := ws[len(ws)-1].Text
	return len(ws) == 1 && len(t) == 4 && digitsOnly(t) && (strings.HasPrefix(t, "19") || strings.HasPrefix(t, "20"))
}

// worthOf are the words by which a contract names its price in a sentence.
var worthOf = regexp.MustCompile(`(?i)^(?:(?:общая|total|the|жалпы)\s+)*(?:(?:стоимость|сумма|цена|value|amount|price)\s+(?:(?:настоящего|данного|товара|по|of|the|this|present|goods|under)\s+)*(?:контракт|договор|contract|agreement)|(?:contract|agreement)\s+(?:total\s+)?(?:value|amount|price|sum)\b|合同总(?:值|价|金额))`)

// worth finds the price that a contract states in a sentence, over the ends of
// its lines: "1.2. The total value of the contract is USD 48 000 000.00".
func (r *reader) worth() {
	if r.typ != trade.Contract || r.has("/invoiceTotal", rankGuess) {
		return
	}
	var best sum
	var most trade.Decimal
	for _, s := range r.sheets {
		var ws []page.Word
		for _, l := range s.lines {
			ws = append(ws, l.words()...)
		}
		for i := range ws {
			if !worthOf.MatchString(textOf(ws[i:min(len(ws), i+9)])) {
				continue
			}
			for k := i + 1; k < min(len(ws), i+16); k++ {
				if !hasDigit(ws[k].Text) || strings.ContainsAny(ws[k].Text, "№/-") || dateShape.MatchString(strings.TrimRight(ws[k].Text, ",;.")) {
					continue // "of contract 15/EK of 10.01.2025 is 48 000"
				}
				to := k + 1
				for to < len(ws) && group.MatchString(strings.TrimRight(ws[to].Text, ".;")) {
					to++
				}
				v := value{trimmed(ws[k:to], ",;:()"), "", 0.9}
				priced := slices.ContainsFunc(ws[max(0, k-1):min(len(ws), to+12)], func(w page.Word) bool { return currencyRe.MatchString(strings.Trim(w.Text, ".,;()")) })
				if m, ok := v.money(); ok && priced && !year(v.words) && m.Amount.Sign() > 0 && (best.words == nil || m.Amount.Cmp(most) > 0) {
					best, most = sum{"total", v, s.Number, ""}, m.Amount
				}
				break
			}
		}
	}
	if best.words != nil {
		r.add(best.statement("/invoiceTotal", best.page), rankGuess, "")
	}
}

// totals chooses the total, the subtotal and the tax among the sums. Of several
// labels for the total the stronger wins, then the larger amount: a subtotal or
// a page total is never larger.
func (r *reader) totals() {
	money := r.typ.Invoice() || r.typ == trade.Contract || r.typ == trade.OtherPaper || r.typ == trade.UnknownType
	if !money {
		return
	}
	// What the feet of tables say takes part, with the words they stand in.
	for _, st := range r.tables.statements {
		role := map[string]string{"/invoiceTotal": "total", "/subtotal": "subtotal", "/tax": "tax"}[st.Path]
		if role == "" {
			continue
		}
		w := page.Word{Text: st.Text, Box: st.Box, Confidence: st.Confidence, Reader: st.Reader, Alternatives: st.Alternatives}
		r.sums = append(r.sums, sum{role, value{[]page.Word{w}, st.Unit, 1}, st.Page, ""})
	}
	// A paper that states its sums in two currencies begins with its own.
	own := ""
	for _, c := range r.sums {
		if m, ok := c.money(); ok && m.Currency != "" && !m.Amount.IsZero() {
			own = m.Currency
			break
		}
	}
	best := func(role string) (sum, trade.Decimal, bool) {
		var (
			pick   sum
			most   trade.Decimal
			picked bool
		)
		for _, c := range r.sums {
			if c.role != role {
				continue
			}
			m, ok := c.money()
			a := m.Amount
			if !ok || a.IsZero() && role != "tax" || m.Currency != "" && m.Currency != own {
				continue
			}
			if !picked || a.CmpAbs(most) >= 0 {
				pick, most, picked = c, a, true
			}
		}
		return pick, most, picked
	}
	subtotal, sub, hasSub := best("subtotal")
	tax, taxed, hasTax := best("tax")
	grand, grandAmount, hasGrand := best("grandTotal")
	plain, plainAmount, hasPlain := best("total")
	if due := grandAmount; hasSub && hasTax && (hasGrand || hasPlain) {
		if !hasGrand {
			due = plainAmount
		}
		hasTax = !r.ratesOf(sub, taxed, due)
	}
	if hasGrand && hasPlain && hasSub && hasTax {
		// What is due may include an older balance: the sums of this paper decide.
		if whole, err := sub.Add(taxed); err == nil && whole.Cmp(plainAmount) == 0 && whole.Cmp(grandAmount) != 0 {
			hasGrand = false
		}
	}
	if whole, ok := r.beforePayments(own); ok {
		// What is still to pay is no total of the goods.
		m, _ := whole.money()
		grand, grandAmount, hasGrand, hasPlain = whole, m.Amount, true, false
		hasSub = hasSub && sub.Cmp(m.Amount) != 0
	}
	switch {
	case hasGrand:
		r.addTotal(grand)
		if hasPlain && !hasSub && hasTax {
			if whole, err := plainAmount.Add(taxed); err == nil && whole.Cmp(grandAmount) == 0 {
				r.add(plain.statement("/subtotal", plain.page), rankGeneral, plain.script)
			}
		}
	case hasPlain:
		r.addTotal(plain)
	}
	if hasSub && !(hasGrand && sub.CmpAbs(grandAmount) > 0 && !hasTax && !r.less(sub, grandAmount)) {
		r.add(subtotal.statement("/subtotal", subtotal.page), rankLabel, subtotal.script)
	}
	if hasTax && !(hasGrand && taxed.CmpAbs(grandAmount) > 0) && !(!hasGrand && hasPlain && taxed.CmpAbs(plainAmount) > 0) {
		r.add(tax.statement("/tax", tax.page), rankLabel, tax.script)
	}
}

// Words of sums that have been paid on a total already, and of older debts that
// are asked for beside it.
var (
	paidWord = regexp.MustCompile(`(?i)\b(?:pre-?paid|pre-?payments?|advances?|deposit|down ?payment|paid|payments? received|part payment|credit(?:s|ed)?)\b|предоплат|предварительн\S* оплат|аванс|оплачен|задат|алдын ала|төленген|预付|預付|定金|订金|已付|已收|anzahlung|vorauszahlung|gezahlt|bezahlt|peşin|avans|ödenen|ön ödeme|kapora|acompte|déjà (?:payé|réglé)|arrhes|anticip|pagad[oa]|pagat[oa]|betaald|aanbetaling|zaliczk|zapłacon|przedpłat|acconto|záloh|zaplacen`)
	owedWord = regexp.MustCompile(`(?i)\b(?:previous|prior|old|unpaid|past due|outstanding|overdue|opening)\b.*\b(?:balance|amount|invoices?)\b|balance (?:forward|b/f|brought)|задолженн|долг на|сальдо|上期|offener? (?:posten|betrag)|önceki bakiye|solde (?:antérieur|précédent)|saldo (?:anterior|precedente|poprzedni)`)
)

// beforePayments returns the sum of the goods and charges, where a paper goes on
// to what is still to pay: less a deposit, or with an older debt. All three must
// be printed and close exactly; ok is false where they do not.
func (r *reader) beforePayments(own string) (whole sum, ok bool) {
	var paid, owed []trade.Decimal
	for _, s := range r.sheets {
		for _, l := range s.lines {
			text := l.text()
			switch {
			case owedWord.MatchString(text):
				owed = append(owed, amountsIn(l.words())...)
			case paidWord.MatchString(text):
				for _, part := range amountsIn(l.words()) {
					paid = append(paid, part.Neg())
				}
			}
		}
	}
	for _, t := range r.sums {
		total, ok := t.money()
		if !ok || t.role == "tax" || total.Amount.Sign() <= 0 || total.Currency != "" && total.Currency != own {
			continue
		}
		for _, d := range r.sums {
			due, ok := d.money()
			if ok && (d.role == "grandTotal" || d.role == "total") && due.Amount.Cmp(total.Amount) != 0 &&
				(leadsTo(total.Amount, due.Amount, paid) || leadsTo(total.Amount, due.Amount, owed)) {
				return t, true
			}
		}
	}
	return sum{}, false
}

// leadsTo reports whether one of the parts, or the first few together, make due
// out of total.
func leadsTo(total, due trade.Decimal, parts []trade.Decimal) bool {
	left := total
	for _, p := range parts {
		one, err := total.Add(p)
		if err == nil {
			left, err = left.Add(p)
		}
		if err != nil {
			return false
		}
		if one.Cmp(due) == 0 || left.Cmp(due) == 0 {
			return true
		}
	}
	return false
}

// amountsIn returns the sizes of the amounts that a line prints.
func amountsIn(ws []page.Word) []trade.Decimal {
	var all []trade.Decimal
	for i := 0; i < len(ws); i++ {
		for j := min(len(ws), i+6); j > i; j-- {
			m, ok := value{ws[i:j], "", 1}.money()
			if !ok || m.Amount.IsZero() || !hasDigit(textOf(ws[i:j])) || strings.Contains(ws[j-1].Text, "%") || j < len(ws) && strings.HasPrefix(ws[j].Text, "%") {
				continue
			}
			all = append(all, m.Amount.Abs())
			i = j - 1
			break
		}
	}
	return all
}

// less reports whether the paper prints what the total is less than the sum of the
// goods: a discount.
func (r *reader) less(sub, grand trade.Decimal) bool {
	rest, err := sub.Sub(grand)
	if err != nil || rest.Sign() <= 0 {
		return false
	}
	for _, s := range r.sheets {
		for _, w := range s.Words {
			if m, ok := (value{[]page.Word{w}, "", 1}).money(); ok && m.Amount.Cmp(rest) == 0 {
				return true
			}
		}
	}
	return false
}

// ratesOf reports whether the tax is that of one of two rates: what it lacks to
// make the total out of the sum of the goods is printed too, and is the tax of the
// other. Their sum is not printed.
func (r *reader) ratesOf(sub, tax, grand trade.Decimal) bool {
	whole, err := sub.Add(tax)
	if err != nil || whole.CmpAbs(grand) >= 0 {
		return false
	}
	rest, err := grand.Sub(whole)
	if err != nil {
		return false
	}
	rates := map[string]bool{}
	printed := false
	for _, s := range r.sheets {
		for _, w := range s.Words {
			if percentRe.MatchString(w.Text) && strings.Contains(w.Text, "%") {
				rates[strings.Trim(w.Text, "()@%:,; ")] = true
			}
			m, ok := value{[]page.Word{w}, "", 1}.money()
			printed = printed || ok && m.Amount.Cmp(rest) == 0
		}
	}
	return printed && len(rates) > 1
}

// addTotal adds the total, and its twin in the second language of the paper:
// the same label in another script, on the same line of the other column.
func (r *reader) addTotal(total sum) {
	r.add(total.statement("/invoiceTotal", total.page), rankLabel, total.script)
	box := cellOf(total.words).box
	for _, c := range r.sums {
		other := cellOf(c.words).box
		if (c.role == "total" || c.role == "grandTotal") && c.page == total.page && c.script != "" && total.script != "" && c.script != total.script &&
			min(box.Y1, other.Y1)-max(box.Y0, other.Y0) > 0.5*(box.Y1-box.Y0) {
			r.add(c.statement("/invoiceTotal", c.page), rankLabel, c.script)
			return
		}
	}
}

// kindOfPackages gives the total of packages the kind that all items name, where
// it is printed as a bare figure.
func (r *reader) kindOfPackages() {
	kind, text := "", ""
	for _, c := range r.found {
		if !strings.HasPrefix(c.Path, "/items/") || !strings.HasSuffix(c.Path, "/packages") {
			continue
		}
		d := &trade.Document{}
		st := c.Statement
		st.Path = "/packages"
		if d.Set(st) != nil || !d.Packages.Known() || d.Packages.Value.Kind == "" || kind != "" && d.Packages.Value.Kind != kind {
			return
		}
		kind = d.Packages.Value.Kind
		text = strings.TrimLeft(c.Text, "0123456789.,' ")
		if text == "" {
			text = c.Unit
		}
	}
	if kind == "" || text == "" {
		return
	}
	for i := range r.found {
		if c := &r.found[i]; c.Path == "/packages" && c.Unit == "" && !letters(strings.Map(keepLetters, c.Text)) {
			c.Unit = text
		}
	}
}

// currency finds the currency of the paper, and gives it to the amounts that
// print none.
func (r *reader) currency() {
	var code *trade.Statement
	for i := range r.found {
		if r.found[i].Path == "/currency" {
			code = &r.found[i].Statement
			break
		}
	}
	if code == nil {
		code = r.voted()
		if code != nil {
			r.add(*code, rankGuess, "")
			code = &r.found[len(r.found)-1].Statement
		}
	}
	if code == nil {
		return
	}
	text := code.Text
	for i := range r.found {
		c := &r.found[i]
		if c.Unit != "" || !moneyPath(c.Path) {
			continue
		}
		if !strings.ContainsAny(c.Text, "$€£¥₽₸₺₹") && !slices.ContainsFunc(strings.Fields(c.Text), func(w string) bool { return currencyRe.MatchString(w) }) {
			c.Unit = text
		}
	}
}

// gluedCode is an amount with its currency before it, without a space.
var gluedCode = regexp.MustCompile(`^(?:USD|EUR|RUB|KZT|CNY|RMB|GBP|TRY|JPY|INR|CHF|AED|PLN)\d[\d.,]*$`)

func moneyPath(path string) bool {
	switch path[strings.LastIndex(path, "/")+1:] {
	case "invoiceTotal", "subtotal", "tax", "freight", "insurance", "discount", "otherCharges",
		"amount", "unitPrice", "broughtForward", "carriedForward", "total":
		return true
	}
	return false
}

// voted returns the currency that stands most often beside a figure, in the
// brackets of a heading or before the words of an amount.
func (r *reader) voted() *trade.Statement {
	if !r.typ.Invoice() && r.typ != trade.Contract && !r.typ.Declaration() && r.typ != trade.OtherPaper && r.typ != trade.UnknownType {
		return nil
	}
	type votes struct {
		n  int
		at trade.Statement
	}
	var order []string
	count := map[string]*votes{}
	vote := func(s *sheet, w page.Word, weight int) {
		d := &trade.Document{}
		st := state("/currency", s.Number, trimmed([]page.Word{w}, ".,;:)"))
		if d.Set(st) != nil || !d.Currency.Known() {
			return
		}
		key := d.Currency.Value
		if count[key] == nil {
			order = append(order, key)
			count[key] = &votes{at: st}
		}
		count[key].n += weight
	}
	for _, s := range r.sheets {
		for _, ts := range s.tokens {
			for i, t := range ts {
				bare := strings.Trim(t.Text, "(),.;:[]/")
				switch {
				case strings.ContainsAny(t.Text, "$€£¥₽₸₺₹") && (figure.MatchString(t.Text) || currencyRe.MatchString(bare)):
					w := t.Word
					for _, c := range t.Text {
						if strings.ContainsRune("$€£¥₽₸₺₹", c) {
							w.Text = string(c)
							break
						}
					}
					if strings.Contains(strings.ToUpper(t.Text), "US$") {
						w.Text = "US$"
					}
					vote(s, w, 2)
				case gluedCode.MatchString(bare):
					w := t.Word
					w.Text = bare[:3]
					vote(s, w, 2)
				case currencyRe.MatchString(bare) && !hasDigit(bare):
					beside := (i+1 < len(ts) && figure.MatchString(ts[i+1].Text)) || (i > 0 && figure.MatchString(ts[i-1].Text))
					if ascii(bare) && strings.ToUpper(bare) != bare && !beside {
						continue // an ordinary word
					}
					weight := 1
					if beside || strings.HasPrefix(t.Text, "(") {
						weight = 2
					}
					w := t.Word
					w.Text = bare
					vote(s, w, weight)
				}
			}
		}
	}
	best := ""
	for _, k := range order {
		if best == "" || count[k].n > count[best].n {
			best = k
		}
	}
	if best == "" {
		return nil
	}
	at := count[best].at
	at.Confidence *= 0.9
	return &at
}
