package trade

import (
	"fmt"
	"strconv"
	"strings"
)

// A Field is one reading of a document without its type, for those who show,
// store or score readings.
type Field struct {
	Path         string
	Text         string // as printed
	Value        string // canonical, such as "8264.40 KGM"; empty if unreadable
	Problem      string
	At           Place
	Confidence   float64
	Reader       Reader
	Script       string // of the label beside it, as in Statement
	Alternatives []Alternative[string]
}

// limits of a list in a document; a paper with more is read up to here.
const (
	MaxItems = 20_000
	maxList  = 1_000
)

// Set records that d prints s.Text in the field s.Path. It is the only way a
// value enters a Document. Text that is no value makes the Reading unreadable;
// Set returns an error only if there is no such field.
//
// A field that is stated again keeps its first reading, and the other is added
// to d.Restatements, unless the new one was typed by hand: that corrects the
// first.
func (d *Document) Set(s Statement) error {
	slot, err := d.slot(s.Path)
	if err != nil {
		return err
	}
	if strings.TrimSpace(s.Text) == "" {
		return nil
	}
	if s.Reader == "" {
		s.Reader = ByHand
	}
	if s.Confidence == 0 {
		s.Confidence = 1
	}
	if s.Reader.Optical() {
		s.Unit = cyrillicUnit(s.Unit)
	}
	at := Place{Document: d.ID, Path: s.Path, Page: s.Page, Box: s.Box}
	if slot.field(s.Path).Text != "" && s.Reader != ByHand {
		d.Restatements = append(d.Restatements, slot.restate(s, at))
		return nil
	}
	slot.set(s, at)
	return nil
}

// Field returns the reading at that path; ok is false if it is absent or there
// is no such field.
func (d *Document) Field(path string) (f Field, ok bool) {
	slot, err := d.lookup(path, false)
	if err != nil {
		return Field{}, false
	}
	f = slot.field(path)
	return f, f.Text != ""
}

// Fields returns every reading that is not absent, in the order of the contract.
func (d *Document) Fields() []Field {
	var all []Field
	d.walk(func(path string, s slot) {
		if f := s.field(path); f.Text != "" {
			all = append(all, f)
		}
	})
	return all
}

// slot is one Reading behind its path, whatever its type.
type slot interface {
	set(s Statement, at Place)
	restate(s Statement, at Place) Field
	field(path string) Field
	sort() sort
	// options are the values that the printed text itself allows, the one in
	// force first; alternatives that need another text are none.
	options() []string
	// choose lets only some of the options stand, the likeliest of them in force.
	choose(keep []string)
}

// parser understands text as printed. It returns every plausible value, the
// likeliest first, or why there is none.
type parser[T any] func(s Statement) ([]Alternative[T], error)

type typed[T any] struct {
	r     *Reading[T]
	parse parser[T]
	show  func(T) string
}

func (t typed[T]) set(s Statement, at Place) { *t.r = read(s, at, t.parse, t.show) }

func (t typed[T]) restate(s Statement, at Place) Field {
	r := read(s, at, t.parse, t.show)
	return typed[T]{&r, t.parse, t.show}.field(at.Path)
}

func (t typed[T]) field(path string) Field {
	f := Field{Path: path, Text: t.r.Text, Problem: t.r.Problem, At: t.r.At, Confidence: t.r.Confidence, Reader: t.r.Reader, Script: t.r.Script}
	if t.r.Known() {
		f.Value = t.show(t.r.Value)
		for _, a := range t.r.Alternatives {
			f.Alternatives = append(f.Alternatives, Alternative[string]{t.show(a.Value), a.Probability})
		}
	}
	return f
}

// misreadMark is how likely one of several equal marks was misread.
const misreadMark = 0.05

// minProbability is the least probability of an alternative that is worth keeping.
const minProbability = 0.005

// read makes a Reading of a statement: the values of its text, then those of
// its alternative texts, weighed by their probabilities.
func read[T any](s Statement, at Place, parse parser[T], show func(T) string) Reading[T] {
	r := Reading[T]{Text: strings.TrimSpace(s.Text), At: at, Reader: s.Reader, Script: s.Script}
	if s.Reader.Optical() {
		s.Text = cyrillicUnit(s.Text)
	}
	values, err := parse(s)
	if err == nil && len(values) == 0 {
		err = fmt.Errorf("nothing is printed here")
	}
	if err != nil {
		r.Problem = err.Error()
		r.Confidence = s.Confidence
		return r
	}
	r.Value, r.Confidence = values[0].Value, s.Confidence*values[0].Probability
	seen := map[string]bool{show(r.Value): true}
	add := func(v T, p float64) {
		if key := show(v); p >= minProbability && !seen[key] {
			seen[key] = true
			r.Alternatives = append(r.Alternatives, Alternative[T]{v, p})
		}
	}
	for _, v := range values[1:] {
		add(v.Value, s.Confidence*v.Probability)
	}
	for _, other := range s.Alternatives {
		t := s
		t.Text = other.Value
		if values, err := parse(t); err == nil {
			for _, v := range values {
				add(v.Value, other.Probability*v.Probability)
			}
		}
	}
	if s.Reader.Optical() {
		if text, ok := otherMark(s.Text); ok {
			t := s
			t.Text = text
			if values, err := parse(t); err == nil && len(values) == 1 {
				add(values[0].Value, misreadMark*s.Confidence)
			}
		}
		for _, text := range confusions(s.Text) {
			t := s
			t.Text = text
			values, err := parse(t)
			if err != nil {
				continue
			}
			for _, v := range values {
				if key := show(v.Value); !seen[key] {
					seen[key] = true
					r.Confusions = append(r.Confusions, v.Value)
				}
			}
		}
	}
	return r
}

// The tables below are the one list of fields: Set, Field and Fields follow them.

type entry[T any] struct {
	name string
	of   func(*T) slot
}

var documentFields = []entry[Document]{
	{"number", func(d *Document) slot { return reference(&d.Number) }},
	{"issueDate", func(d *Document) slot { return date(&d.IssueDate) }},
	{"currency", func(d *Document) slot { return typed[string]{&d.Currency, parseCurrency, same} }},
	{"deliveryTerms", func(d *Document) slot {
		return typed[DeliveryTerms]{&d.DeliveryTerms, parseDeliveryTerms, DeliveryTerms.String}
	}},
	{"placeOfLoading", func(d *Document) slot { return words(&d.PlaceOfLoading) }},
	{"placeOfUnloading", func(d *Document) slot { return words(&d.PlaceOfUnloading) }},
	{"placeOfDelivery", func(d *Document) slot { return words(&d.PlaceOfDelivery) }},
	{"borderPost", func(d *Document) slot { return words(&d.BorderPost) }},
	{"countryOfOrigin", func(d *Document) slot { return country(&d.CountryOfOrigin) }},
	{"countryOfDestination", func(d *Document) slot { return country(&d.CountryOfDestination) }},
	{"grossMass", func(d *Document) slot { return mass(&d.GrossMass) }},
	{"netMass", func(d *Document) slot { return mass(&d.NetMass) }},
	{"chargeableMass", func(d *Document) slot { return mass(&d.ChargeableMass) }},
	{"tareMass", func(d *Document) slot { return mass(&d.TareMass) }},
	{"grossVolume", func(d *Document) slot { return volume(&d.GrossVolume) }},
	{"packages", func(d *Document) slot { return packages(&d.Packages) }},
	{"totalQuantity", func(d *Document) slot { return quantity(&d.TotalQuantity) }},
	{"subtotal", func(d *Document) slot { return money(&d.Subtotal) }},
	{"freight", func(d *Document) slot { return money(&d.Freight) }},
	{"insurance", func(d *Document) slot { return money(&d.Insurance) }},
	{"otherCharges", func(d *Document) slot { return money(&d.OtherCharges) }},
	{"discount", func(d *Document) slot { return money(&d.Discount) }},
	{"taxRate", func(d *Document) slot { return typed[Percent]{&d.TaxRate, parsePercent, Percent.String} }},
	{"tax", func(d *Document) slot { return money(&d.Tax) }},
	{"invoiceTotal", func(d *Document) slot { return money(&d.InvoiceTotal) }},
	{"amountInWords", func(d *Document) slot { return words(&d.AmountInWords) }},
	{"customsValue", func(d *Document) slot { return money(&d.CustomsValue) }},
	{"marks", func(d *Document) slot { return words(&d.Marks) }},
	{"paymentTerms", func(d *Document) slot { return words(&d.PaymentTerms) }},
}

var partyFields = []entry[Party]{
	{"name", func(p *Party) slot { return words(&p.Name) }},
	{"address", func(p *Party) slot { return words(&p.Address) }},
	{"country", func(p *Party) slot { return country(&p.Country) }},
	{"id", func(p *Party) slot { return reference(&p.ID) }},
	{"phone", func(p *Party) slot { return words(&p.Phone) }},
	{"email", func(p *Party) slot { return words(&p.Email) }},
	{"account", func(p *Party) slot { return reference(&p.Account) }},
}

var parties = []struct {
	name string
	of   func(*Document) *Party
}{
	{"seller", func(d *Document) *Party { return &d.Seller }},
	{"buyer", func(d *Document) *Party { return &d.Buyer }},
	{"consignor", func(d *Document) *Party { return &d.Consignor }},
	{"consignee", func(d *Document) *Party { return &d.Consignee }},
	{"notifyParty", func(d *Document) *Party { return &d.NotifyParty }},
	{"carrier", func(d *Document) *Party { return &d.Carrier }},
	{"declarant", func(d *Document) *Party { return &d.Declarant }},
}

var references = []struct {
	name string
	of   func(*Document) *Reference
}{
	{"contract", func(d *Document) *Reference { return &d.Contract }},
	{"invoice", func(d *Document) *Reference { return &d.Invoice }},
	{"transportDocument", func(d *Document) *Reference { return &d.TransportDocument }},
}

var referenceFields = []entry[Reference]{
	{"number", func(r *Reference) slot { return reference(&r.Number) }},
	{"date", func(r *Reference) slot { return date(&r.Date) }},
}

var itemFields = []entry[Item]{
	{"sequence", func(i *Item) slot { return reference(&i.Sequence) }},
	{"description", func(i *Item) slot { return words(&i.Description) }},
	{"articleNumber", func(i *Item) slot { return reference(&i.ArticleNumber) }},
	{"tariffCode", func(i *Item) slot { return typed[TariffCode]{&i.TariffCode, parseTariffCode, TariffCode.String} }},
	{"origin", func(i *Item) slot { return country(&i.Origin) }},
	{"brand", func(i *Item) slot { return words(&i.Brand) }},
	{"serialNumbers", func(i *Item) slot { return words(&i.SerialNumbers) }},
	{"quantity", func(i *Item) slot { return quantity(&i.Quantity) }},
	{"unitPrice", func(i *Item) slot { return money(&i.UnitPrice) }},
	{"amount", func(i *Item) slot { return money(&i.Amount) }},
	{"netMass", func(i *Item) slot { return mass(&i.NetMass) }},
	{"grossMass", func(i *Item) slot { return mass(&i.GrossMass) }},
	{"grossVolume", func(i *Item) slot { return volume(&i.GrossVolume) }},
	{"packages", func(i *Item) slot { return packages(&i.Packages) }},
	{"packageDimensions", func(i *Item) slot {
		return typed[Dimensions]{&i.PackageDimensions, parseDimensions, Dimensions.String}
	}},
	{"quantityPerPackage", func(i *Item) slot { return quantity(&i.QuantityPerPackage) }},
}

var pageTotalFields = []entry[PageTotal]{
	{"broughtForward", func(p *PageTotal) slot { return money(&p.BroughtForward) }},
	{"carriedForward", func(p *PageTotal) slot { return money(&p.CarriedForward) }},
	{"total", func(p *PageTotal) slot { return money(&p.Total) }},
}

func mass(r *Reading[Mass]) slot         { return typed[Mass]{r, parseMass, Mass.String} }
func volume(r *Reading[Volume]) slot     { return typed[Volume]{r, parseVolume, Volume.String} }
func money(r *Reading[Money]) slot       { return typed[Money]{r, parseMoney, Money.String} }
func quantity(r *Reading[Quantity]) slot { return typed[Quantity]{r, parseQuantity, Quantity.String} }
func packages(r *Reading[Packages]) slot { return typed[Packages]{r, parsePackages, Packages.String} }
func date(r *Reading[Date]) slot         { return typed[Date]{r, parseDate, Date.String} }
func words(r *Reading[string]) slot      { return typed[string]{r, parseWords, same} }
func reference(r *Reading[string]) slot  { return typed[string]{r, parseReference, same} }
func country(r *Reading[string]) slot    { return typed[string]{r, parseCountry, same} }
func same(s string) string               { return s }

// slot returns the reading at path, growing lists as far as it takes.
func (d *Document) slot(path string) (slot, error) { return d.lookup(path, true) }

func (d *Document) lookup(path string, grow bool) (slot, error) {
	none := fmt.Errorf("no field %q in a document", path)
	if !strings.HasPrefix(path, "/") {
		return nil, none
	}
	seg := strings.Split(path[1:], "/")
	if len(seg) == 1 {
		if s := find(documentFields, seg[0], d); s != nil {
			return s, nil
		}
		return nil, none
	}
	for _, p := range parties {
		if len(seg) == 2 && p.name == seg[0] {
			if s := find(partyFields, seg[1], p.of(d)); s != nil {
				return s, nil
			}
		}
	}
	for _, r := range references {
		if len(seg) == 2 && r.name == seg[0] {
			if s := find(referenceFields, seg[1], r.of(d)); s != nil {
				return s, nil
			}
		}
	}
	if len(seg) == 2 && seg[0] == "means" && seg[1] == "name" {
		return words(&d.MeansName), nil
	}
	n, ok := index(seg[1])
	if !ok {
		return nil, none
	}
	var s slot
	switch {
	case seg[0] == "items" && len(seg) == 3 && reach(&d.Items, n, MaxItems, grow):
		s = find(itemFields, seg[2], &d.Items[n])
	case seg[0] == "equipment" && len(seg) == 3 && seg[2] == "id" && reach(&d.Equipment, n, maxList, grow):
		s = reference(&d.Equipment[n].ID)
	case seg[0] == "equipment" && len(seg) == 4 && seg[2] == "seals" && reach(&d.Equipment, n, maxList, grow):
		if k, ok := index(seg[3]); ok && reach(&d.Equipment[n].Seals, k, maxList, grow) {
			s = reference(&d.Equipment[n].Seals[k])
		}
	case seg[0] == "vehicle" && len(seg) == 3 && seg[2] == "plate" && reach(&d.Vehicles, n, maxList, grow):
		s = reference(&d.Vehicles[n].Plate)
	case seg[0] == "pageTotals" && len(seg) == 3 && reach(&d.PageTotals, n, maxList, grow):
		s = find(pageTotalFields, seg[2], &d.PageTotals[n])
	case seg[0] == "pageNumbers" && len(seg) == 2 && reach(&d.PageNumbers, n, maxList, grow):
		s = typed[PageNumber]{&d.PageNumbers[n], parsePageNumber, PageNumber.String}
	}
	if s == nil {
		return nil, none
	}
	return s, nil
}

func find[T any](table []entry[T], name string, of *T) slot {
	for _, e := range table {
		if e.name == name {
			return e.of(of)
		}
	}
	return nil
}

func index(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 0 && strconv.Itoa(n) == s
}

// reach reports whether list has an element n, growing it if asked to.
func reach[T any](list *[]T, n, limit int, grow bool) bool {
	if n >= limit {
		return false
	}
	if n >= len(*list) {
		if !grow {
			return false
		}
		*list = append(*list, make([]T, n+1-len(*list))...)
	}
	return true
}

func (d *Document) walk(visit func(path string, s slot)) {
	each(documentFields[:3], d, "", visit)
	for _, p := range parties {
		each(partyFields, p.of(d), "/"+p.name, visit)
	}
	for _, r := range references {
		each(referenceFields, r.of(d), "/"+r.name, visit)
	}
	each(documentFields[3:], d, "", visit)
	visit("/means/name", words(&d.MeansName))
	for i := range d.Equipment {
		at := fmt.Sprintf("/equipment/%d", i)
		visit(at+"/id", reference(&d.Equipment[i].ID))
		for k := range d.Equipment[i].Seals {
			visit(fmt.Sprintf("%s/seals/%d", at, k), reference(&d.Equipment[i].Seals[k]))
		}
	}
	for i := range d.Vehicles {
		visit(fmt.Sprintf("/vehicle/%d/plate", i), reference(&d.Vehicles[i].Plate))
	}
	for i := range d.PageTotals {
		each(pageTotalFields, &d.PageTotals[i], fmt.Sprintf("/pageTotals/%d", i), visit)
	}
	for i := range d.PageNumbers {
		visit(fmt.Sprintf("/pageNumbers/%d", i), typed[PageNumber]{&d.PageNumbers[i], parsePageNumber, PageNumber.String})
	}
	for i := range d.Items {
		each(itemFields, &d.Items[i], fmt.Sprintf("/items/%d", i), visit)
	}
}

func each[T any](table []entry[T], of *T, at string, visit func(string, slot)) {
	for _, e := range table {
		visit(at+"/"+e.name, e.of(of))
	}
}
