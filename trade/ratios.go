package trade

// Ratios are what the figures of a line of goods say about the goods whatever
// the size of the shipment. They are estimates for statistics, not amounts: a
// figure that is zero is not known.
type Ratios struct {
	ValuePerMass  float64 // US dollars a kilogram of net mass
	MassPerPiece  float64 // kilograms of net mass a piece, pair or set; see Unit
	ValuePerPiece float64 // US dollars a piece, pair or set
	NetOverGross  float64 // net mass over gross mass, 0 to 1
	Unit          string  // UN/ECE Rec. 20 of what counts the pieces: PCE, PR, SET; empty if there are none
}

// Empty reports whether no ratio is known.
func (r Ratios) Empty() bool {
	return r.ValuePerMass == 0 && r.MassPerPiece == 0 && r.ValuePerPiece == 0 && r.NetOverGross == 0
}

// pieceCounts is how many of the unit that counts goods are in one of a unit.
var pieceCounts = map[string]struct {
	n    float64
	unit string
}{
	"PCE": {1, "PCE"}, "DZN": {12, "PCE"}, "CEN": {100, "PCE"}, "GRO": {144, "PCE"}, "MIL": {1000, "PCE"},
	"PR": {1, "PR"}, "SET": {1, "SET"},
}

// RatiosOf derives ratios from figures of one line or of one consignment. The
// value is in US dollars and zero if it is not known; so are masses in
// kilograms. A quantity in kilograms, litres or metres counts no pieces. A
// quantity equal to the net mass was copied from it, and counts none either.
func RatiosOf(usd, netKg, grossKg float64, quantity Quantity) Ratios {
	var r Ratios
	if usd > 0 && netKg > 0 {
		r.ValuePerMass = usd / netKg
	}
	if netKg > 0 && grossKg > 0 && netKg <= grossKg {
		r.NetOverGross = netKg / grossKg
	}
	per, counted := pieceCounts[quantity.Unit]
	n, ok := quantity.Amount.Float64()
	n *= per.n
	if !counted || !ok || n <= 0 || n > 1 && n == netKg {
		return r
	}
	r.Unit = per.unit
	if netKg > 0 {
		r.MassPerPiece = netKg / n
	}
	if usd > 0 {
		r.ValuePerPiece = usd / n
	}
	return r
}

// Headings are headings of the Harmonized System with their probabilities, the
// likeliest first.
type Headings struct {
	Best []Heading
	// Abstained says why the model does not name the goods: the words are vague,
	// it is unsure, or it does not know the language. Best may then still hold
	// guesses, which prove nothing. Empty: it stands by them.
	Abstained string
	// Refused is, for words and numbers together, the probability that the words
	// are not those of the goods: with goods of the words no slip and no usual
	// price explains the numbers. It starts from a small share that is stated.
	Refused float64
}

// P returns the probability of the heading that a tariff code begins with.
func (h Headings) P(code TariffCode) float64 {
	if len(code) < 4 {
		return 0
	}
	for _, b := range h.Best {
		if b.Code == string(code[:4]) {
			return b.Probability
		}
	}
	return 0
}

// A Heading is a heading of the Harmonized System, four digits.
type Heading struct {
	Code, Label string // the label in short English words
	Probability float64
}

// WordsFit is how well words describe the goods of a tariff code.
type WordsFit struct {
	Chapter, Heading, Subheading float64 // probabilities of the code's first 2, 4 and 6 digits
	// P is the share of honest descriptions that fit their chapter no better.
	P float64
	// TopChapter is the chapter that the words describe best.
	TopChapter  string
	TopChapterP float64
	// Opposed says that a list of words, made apart from the probabilities,
	// names TopChapter as well, and neither the chapter of the code nor one that
	// honest papers take for it.
	Opposed   bool
	Abstained string // as in Headings
}

// A Fit is how usual ratios are for the goods of a tariff code.
type Fit struct {
	Code string // the digits whose figures were used: 6, 4 or 2 of the tariff code
	// P is the share of honest lines of these goods with ratios at least as
	// unusual, over all ratios together (Simes); 1 if nothing can be compared.
	P      float64
	Ratios []RatioFit
	// Calibrated is how many of the user's own accepted lines P was fitted on;
	// 0: none, and P is nominal, which is known to be wrong for other data.
	Calibrated int
}

// A RatioFit is one ratio beside what is usual.
type RatioFit struct {
	Name, Unit    string  // such as "value per kg", "USD/KGM"
	Value         float64 // as derived from the paper
	P             float64 // two-sided
	Percentile    float64 // 0 to 1
	P5, P50, P95  float64 // of the goods of the code
	N             int     // observations of just this code
	From, To      int     // years
	Source        string
	Expected      string // the digits whose figures were used
	ShrunkFigures bool   // fewer than 5 observations: cannot alarm alone
}

// A Repair is one slip that would explain unusual ratios: with it every ratio
// is usual again.
type Repair struct {
	Figure string  // "value", "net mass" or "quantity"
	Factor float64 // what the printed figure would have to be multiplied by
	Means  string  // such as "consistent if the net mass is in grams"
	P      float64 // of the ratios after it, as in Fit
	Unit   bool    // the factor is a change of units rather than a lost digit
}

// PlausibleGoods is a model that knows what goods cost and weigh and how they are
// described. It states figures; a rule chooses thresholds, severity and words.
type PlausibleGoods interface {
	// Goods returns what the words describe.
	Goods(description string) Headings
	// Describes returns how well the words fit the code.
	Describes(code TariffCode, description string) WordsFit
	// Looks returns what goods have such ratios.
	Looks(r Ratios) Headings
	// Instead returns what goods have such ratios if they are not the declared
	// ones: by the ratios, and by which goods are known to go under other names.
	Instead(declared TariffCode, r Ratios) Headings
	// Together returns what the words and the ratios describe together.
	Together(description string, r Ratios) Headings
	// Fits returns how usual the ratios are for the code.
	Fits(code TariffCode, r Ratios) Fit
	// Repair returns the slip that would explain ratios unusual for the code; ok
	// is false if no single slip does.
	Repair(code TariffCode, r Ratios) (repair Repair, ok bool)
	// USD returns an amount in US dollars, at the yearly rate, for statistics; ok
	// is false for a currency without a rate.
	USD(m Money) (usd float64, ok bool)
	// Reference and Words name the figures and the model that were used.
	ReferenceHash() string
	WordsHash() string
}

// A Line is a line of goods with its tariff code and what its figures give.
type Line struct {
	Document    *Document
	Item        int // index in Document.Items
	Description string
	Code        TariffCode // empty if the line states none
	Ratios      Ratios
}

// Lines returns the lines of goods of a dossier with their ratios. usd turns
// money into US dollars. What a line leaves out is taken from the same paper if
// it has one line only, and else from the line of another paper with the same
// article, the same code and the same quantity, or the same words and quantity.
func (d *Dossier) Lines(usd func(Money) (float64, bool)) []Line {
	var all []Line
	for _, doc := range d.Documents {
		for i := range doc.Items {
			it := &doc.Items[i]
			l := Line{Document: doc, Item: i, Description: it.Description.Value, Code: it.TariffCode.Value}
			f := figuresOf(doc, i)
			for _, other := range d.Documents {
				if f.value.Known() && f.net.Known() && f.quantity.Known() && l.Code != "" {
					break
				}
				if other == doc {
					continue
				}
				if j := sameLine(it, other, len(doc.Items)); j >= 0 {
					f.complete(figuresOf(other, j))
					if l.Code == "" {
						l.Code = other.Items[j].TariffCode.Value
					}
				}
			}
			l.Ratios = f.ratios(usd)
			all = append(all, l)
		}
	}
	return all
}

// figures are those of one line.
type figures struct {
	value      Reading[Money]
	currency   string
	net, gross Reading[Mass]
	quantity   Reading[Quantity]
}

func figuresOf(d *Document, i int) figures {
	it := &d.Items[i]
	f := figures{it.Amount, d.Currency.Value, it.NetMass, it.GrossMass, it.Quantity}
	if len(d.Items) == 1 {
		value := d.Subtotal
		if !value.Known() {
			value = d.InvoiceTotal
		}
		f.complete(figures{value, d.Currency.Value, d.NetMass, d.GrossMass, d.TotalQuantity})
	}
	return f
}

// complete takes over what is missing.
func (f *figures) complete(g figures) {
	if !f.value.Known() {
		f.value, f.currency = g.value, g.currency
	}
	if !f.net.Known() {
		f.net = g.net
	}
	if !f.gross.Known() {
		f.gross = g.gross
	}
	if !f.quantity.Known() {
		f.quantity = g.quantity
	}
}

func (f *figures) ratios(usd func(Money) (float64, bool)) Ratios {
	var value, net, gross float64
	if m := f.value.Value; f.value.Known() {
		if m.Currency == "" {
			m.Currency = f.currency
		}
		value, _ = usd(m)
	}
	if f.net.Known() {
		net = f.net.Value.Kilograms()
	}
	if f.gross.Known() {
		gross = f.gross.Value.Kilograms()
	}
	var q Quantity
	if f.quantity.Known() {
		q = f.quantity.Value
	}
	return RatiosOf(value, net, gross, q)
}

// sameLine finds the line of another paper that is about the goods of it; -1 if
// none or more than one is.
func sameLine(it *Item, other *Document, lines int) int {
	if lines == 1 && len(other.Items) == 1 {
		return 0
	}
	found := -1
	for j := range other.Items {
		o := &other.Items[j]
		quantity := it.Quantity.Known() && o.Quantity.Known() && it.Quantity.Value.Unit == o.Quantity.Value.Unit && it.Quantity.Value.Amount.Cmp(o.Quantity.Value.Amount) == 0
		same := it.ArticleNumber.Known() && it.ArticleNumber.Value == o.ArticleNumber.Value ||
			quantity && it.TariffCode.Known() && it.TariffCode.Value == o.TariffCode.Value ||
			quantity && it.Description.Known() && it.Description.Value == o.Description.Value
		if !same {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = j
	}
	return found
}
