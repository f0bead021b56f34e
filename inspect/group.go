package inspect

import (
	"path/filepath"
	"slices"

	"tallyman/trade"
)

// Papers belong to one dossier if they point at each other: they cite the same
// numbers, carry the same containers, parties, masses. One contradiction never
// parts them, for contradictions inside a dossier are what we look for. The
// weights below say how much each likeness counts; papers join from joinAt on.
const (
	sameReference = 5 // one cites the other's number, or both cite the same third
	sameEquipment = 4 // container, wagon or plate
	sameContract  = 2 // a contract covers many consignments
	sameParty     = 1 // for each of two roles
	sameFigure    = 1 // gross mass, packages or total
	oneFolder     = 2 // different types of paper in one folder
	twoOfAKind    = -6
	strangers     = -3 // both name their parties, and share none

	joinAt = 3
)

// partyMatch reports whether two names mean one party.
type partyMatch func(a, b string) bool

// group gathers the papers of files into dossiers, folder by folder.
func group(files []File, same partyMatch) []Result {
	var folders []string
	byFolder := map[string][]File{}
	for _, f := range files {
		dir := filepath.Dir(f.Path)
		if _, ok := byFolder[dir]; !ok {
			folders = append(folders, dir)
		}
		byFolder[dir] = append(byFolder[dir], f)
	}
	var results []Result
	for _, dir := range folders {
		results = append(results, groupFolder(dir, byFolder[dir], same)...)
	}
	return results
}

func groupFolder(dir string, files []File, same partyMatch) []Result {
	var docs []*trade.Document
	var unread []File
	seen := map[string]bool{}
	for _, f := range files {
		for _, d := range f.Papers {
			if !seen[d.ID] { // the same bytes twice are one paper
				seen[d.ID] = true
				docs = append(docs, d)
			}
		}
		if len(f.Papers) == 0 || f.Status != trade.Done {
			unread = append(unread, f)
		}
	}
	groups := cluster(docs, same)
	if len(groups) == 0 {
		return []Result{{Dossier: &trade.Dossier{ID: dossierName(dir, files, nil)}, Unread: unread}}
	}
	var results []Result
	for _, g := range groups {
		d := &trade.Dossier{Documents: g}
		d.ID = dossierName(dir, files, nil)
		if len(groups) > 1 {
			d.ID = dossierName(dir, files, g)
		}
		results = append(results, Result{Dossier: d})
	}
	// A file that gave no paper may belong to any dossier of its folder: each
	// of them must say that it was not looked at.
	for i := range results {
		for _, f := range unread {
			if len(f.Papers) == 0 || holds(results[i].Dossier, f) {
				results[i].Unread = append(results[i].Unread, f)
			}
		}
	}
	return results
}

func holds(d *trade.Dossier, f File) bool {
	return slices.ContainsFunc(f.Papers, func(p *trade.Document) bool { return d.Find(p.ID) != nil })
}

// dossierName is the folder, and the first paper if the folder holds several
// dossiers.
func dossierName(dir string, files []File, docs []*trade.Document) string {
	name := filepath.ToSlash(dir)
	if len(files) == 1 {
		name = filepath.ToSlash(files[0].Path)
	}
	if len(docs) > 0 {
		name = filepath.ToSlash(filepath.Join(dir, docs[0].Name))
	}
	return name
}

// cluster joins documents, the most alike first, until no two groups are alike.
func cluster(docs []*trade.Document, same partyMatch) [][]*trade.Document {
	marks := make([]mark, len(docs))
	for i, d := range docs {
		marks[i] = markOf(d)
	}
	score := make([][]int, len(docs))
	for i := range docs {
		score[i] = make([]int, len(docs))
		for k := range i {
			score[i][k] = likeness(marks[i], marks[k], same)
			score[k][i] = score[i][k]
		}
	}
	groups := make([][]int, len(docs))
	for i := range docs {
		groups[i] = []int{i}
	}
	for {
		best, a, b := joinAt-1, -1, -1
		for i := range groups {
			for k := range i {
				if s := link(groups[i], groups[k], score); s > best {
					best, a, b = s, k, i
				}
			}
		}
		if a < 0 {
			break
		}
		groups[a] = append(groups[a], groups[b]...)
		groups = slices.Delete(groups, b, b+1)
	}
	groups = joinStrays(groups, score)
	var all [][]*trade.Document
	for _, g := range groups {
		slices.Sort(g)
		var ds []*trade.Document
		for _, i := range g {
			ds = append(ds, docs[i])
		}
		all = append(all, ds)
	}
	return all
}

// joinStrays adds a single paper of which little could be read to the only
// dossier of the folder that it does not contradict.
func joinStrays(groups [][]int, score [][]int) [][]int {
	for i := 0; i < len(groups); i++ {
		if len(groups[i]) > 1 {
			continue
		}
		home := -1
		for k := range groups {
			if len(groups[k]) > 1 && link(groups[i], groups[k], score) >= oneFolder {
				if home >= 0 {
					home = -1
					break
				}
				home = k
			}
		}
		if home >= 0 {
			groups[home] = append(groups[home], groups[i]...)
			groups = slices.Delete(groups, i, i+1)
			i--
		}
	}
	return groups
}

// link is the likeness of two groups: that of their two most alike papers, less
// what speaks against any pair, unless a third paper cites both.
func link(a, b []int, score [][]int) int {
	best, worst := score[a[0]][b[0]], 0
	for _, i := range a {
		for _, k := range b {
			best = max(best, score[i][k])
			worst = min(worst, score[i][k])
		}
	}
	if best >= sameReference {
		return best
	}
	return best + worst
}

// A mark is what tells one consignment from another, as one paper states it.
type mark struct {
	kind       trade.DocumentType
	number     string
	references map[string]bool // own number and cited ones, folded
	equipment  map[string]bool
	contract   string
	parties    []string
	figures    map[string]bool
}

func markOf(d *trade.Document) mark {
	m := mark{kind: d.Type, references: map[string]bool{}, equipment: map[string]bool{}, figures: map[string]bool{}}
	note := func(set map[string]bool, r trade.Reading[string]) string {
		key := trade.FoldIdentifier(r.Value)
		if !r.Known() || len(key) < 3 {
			return ""
		}
		set[key] = true
		return key
	}
	m.number = note(m.references, d.Number)
	note(m.references, d.Invoice.Number)
	note(m.references, d.TransportDocument.Number)
	if d.Type == trade.Contract {
		m.contract = m.number
		m.references = map[string]bool{}
	} else {
		m.contract = note(map[string]bool{}, d.Contract.Number)
	}
	for _, e := range d.Equipment {
		note(m.equipment, e.ID)
	}
	for _, v := range d.Vehicles {
		note(m.equipment, v.Plate)
	}
	for _, p := range []trade.Party{d.Seller, d.Consignor, d.Buyer, d.Consignee} {
		if p.Name.Known() {
			m.parties = append(m.parties, p.Name.Value)
		}
	}
	if d.GrossMass.Known() {
		if n, ok := d.GrossMass.Value.Micrograms(); ok {
			m.figures["mass "+trade.Mass{Amount: d.GrossMass.Value.Amount.Trim(0), Unit: d.GrossMass.Value.Unit}.String()] = n > 0
		}
	}
	if d.Packages.Known() && d.Packages.Value.Count > 1 {
		m.figures["packages "+trade.Packages{Count: d.Packages.Value.Count}.String()] = true
	}
	if d.InvoiceTotal.Known() {
		m.figures["total "+d.InvoiceTotal.Value.Amount.Trim(0).String()] = true
	}
	return m
}

func likeness(a, b mark, same partyMatch) int {
	s := 0
	if common(a.references, b.references) {
		s += sameReference
	}
	if common(a.equipment, b.equipment) {
		s += sameEquipment
	}
	if a.contract != "" && a.contract == b.contract {
		s += sameContract
	}
	for k := range a.figures {
		if b.figures[k] {
			s += sameFigure
		}
	}
	shared := 0
	for _, p := range a.parties {
		if slices.ContainsFunc(b.parties, func(q string) bool { return same(p, q) }) {
			shared++
		}
	}
	switch {
	case shared > 0:
		s += sameParty * min(shared, 2)
	case len(a.parties) > 0 && len(b.parties) > 0:
		s += strangers
	}
	switch {
	case a.kind != b.kind:
		s += oneFolder
	case a.number != "" && b.number != "" && !trade.Confusable(a.number, b.number):
		s += twoOfAKind
	}
	return s
}

func common(a, b map[string]bool) bool {
	for k := range a {
		if b[k] {
			return true
		}
	}
	return false
}
