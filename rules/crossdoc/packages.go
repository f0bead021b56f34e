package crossdoc

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"tallyman/rules"
	"tallyman/trade"
)

// outerAtLeast is how many packages an outer package holds at least, where two
// papers print counts that may be of two levels of packing.
const outerAtLeast = 4

// innerAtLeast is how many packages an outer package holds at least, where one
// paper states both counts.
const innerAtLeast = 2

// PackagesDiffer compares the number of packages on every paper.
var PackagesDiffer = &rules.Rule{
	ID:    "XD-03",
	Title: "papers state different numbers of packages",
	Doc: `The number of packages is counted at every change of hands, so papers of one
consignment should agree on it exactly. Several invoices or packing lists are
added up.

Cartons on pallets are honest: one paper counts the cartons and another the
pallets. Papers that name different kinds of packages are not compared, and a
number that another paper gives as well is accepted. Where one paper prints no
kind and its number is much smaller, it may count the outer packages: the
severity is then low. So it is where mass, packages and amounts are all smaller
by about as much: that paper covers a part of the consignment.`,
	Severity: rules.High,
	Sources:  []rules.Source{ucp14d, {Title: "an outer package holds four packages or more", Unverified: true}},
	Run: func(p *rules.Pass) error {
		pick := func(d *trade.Document) trade.Reading[trade.Packages] {
			if ofOneLine(d, d.Packages, func(it trade.Item) trade.Reading[trade.Packages] { return it.Packages },
				func(a, b trade.Packages) bool { return a.Count == b.Count }) {
				return trade.Reading[trade.Packages]{}
			}
			return d.Packages
		}
		conflict := func(a, b trade.Packages) bool { return a.Count != b.Count && sameKind(a.Kind, b.Kind) }
		add := func(a, b trade.Packages) (trade.Packages, bool) {
			return trade.Packages{Count: a.Count + b.Count, Kind: a.Kind}, sameKind(a.Kind, b.Kind)
		}
		for _, o := range conflicts(sums(p, pick, add, trade.Contract, trade.InsuranceCertificate, trade.ProformaInvoice), conflict) {
			here, there := o.here.Value.Count, o.there.Value.Count
			if len(o.here.others)+len(o.there.others) == 0 && max(here, there) >= innerAtLeast*min(here, there) && (states(o.there.doc, here) || states(o.here.doc, there)) {
				continue // two levels of packing
			}
			if here > there && master(p, o.here.doc) || there > here && master(p, o.there.doc) {
				continue // a consolidation
			}
			f := rules.Finding{
				At: o.here.At, Related: o.related(), Doubtful: o.doubtful, Severity: rules.High,
				Message: fmt.Sprintf("%d packages here, %d on %s", here, there, p.On(o.there.At)),
				Figures: []rules.Figure{
					{Name: "packages here", Value: strconv.FormatInt(here, 10), Unit: o.here.Value.Kind},
					{Name: "packages on " + p.On(o.there.At), Value: strconv.FormatInt(there, 10), Unit: o.there.Value.Kind},
				},
				Innocent: []string{
					"one paper counts pallets and the other the cartons on them: the packing list would say how many a pallet holds",
					partNote,
				},
			}
			switch {
			case partOf(p, o.here.doc, o.there.doc):
				f.Severity = rules.Low
				f.Message += "; masses or amounts differ by about as much, so one paper seems to cover a part"
			case o.here.Value.Kind != o.there.Value.Kind && max(here, there) >= outerAtLeast*min(here, there):
				f.Severity = rules.Low
			}
			p.Report(f)
		}
		return nil
	},
}

var wholeNumber = regexp.MustCompile(`\d+`)

// states reports whether a paper prints n as a number of packages anywhere.
func states(d *trade.Document, n int64) bool {
	texts := []string{d.Packages.Text, d.Marks.Text}
	sum := int64(0)
	for _, it := range d.Items {
		texts = append(texts, it.Packages.Text)
		if it.Packages.Known() {
			sum += it.Packages.Value.Count
		}
	}
	for _, r := range d.Restatements {
		if r.Path == "/packages" {
			texts = append(texts, r.Text)
		}
	}
	if sum == n {
		return true
	}
	return slices.ContainsFunc(texts, func(s string) bool {
		return slices.Contains(wholeNumber.FindAllString(s, -1), strconv.FormatInt(n, 10))
	})
}

// Kinds of packages (UN/ECE Rec. 21) that papers call by each other's names.
var (
	palletKinds = []string{"PX", "PF", "PW", "AF", "AG", "AH", "AI", "AL", "OA", "OB", "OC", "OD", "OE", "OF", "PD", "PE", "TW", "8A", "8B", "8C"}
	cartonKinds = []string{"CT", "BX", "CS", "CR", "4G", "QR", "PK", "PA", "PC", "CI", "CK", "BZ"}
	sackKinds   = []string{"BG", "SA", "5L", "5M", "5H", "EC", "XK", "BE", "BL", "WA", "43"}
)

func pallet(kind string) bool { return slices.Contains(palletKinds, kind) }

// sameKind reports whether two kinds of packages may be one; PK and nothing are
// any kind.
func sameKind(a, b string) bool {
	anyKind := func(k string) bool { return k == "" || k == "PK" }
	if a == b || anyKind(a) || anyKind(b) {
		return true
	}
	for _, group := range [][]string{palletKinds, cartonKinds, sackKinds} {
		if slices.Contains(group, a) && slices.Contains(group, b) {
			return true
		}
	}
	return false
}
