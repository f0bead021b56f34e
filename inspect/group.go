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

// group gathers the papers of files into dossiers, folder by folder. What was
// taken out of an archive or a letter lies in a folder of its own, and joins
// papers beside it only if they name the same thing.
func group(files []File, same partyMatch) []Result {
	var folders []string
	byFolder := map[string][]File{}
	for _, f := range files {
		if f.Folder == "" {
			f.Folder = filepath.Dir(f.Path)
		}
		dir := filepath.Dir(f.Path)
		if f.outer != "" {
			dir = filepath.Dir(f.outer)
		}
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

// A sheaf is papers that belong together, and the folder that they lie in.
type sheaf struct {
	docs    []*trade.Document
	folders []string // of each paper
	home    string
}

func groupFolder(dir string, files []File, same partyMatch) []Result {
	var docs []*trade.Document
	var in []string
	var unread []File
	type once struct{ folder, id string }
	seen := map[once]bool{}
	outer := 0
	for _, f := range files {
		for _, d := range f.Papers {
			if key := (once{f.Folder, d.ID}); !seen[key] { // the same bytes twice are one paper
				seen[key] = true
				docs = append(docs, d)
				in = append(in, f.Folder)
			}
		}
		// A file that holds others is read if these are.
		if f.Status != trade.Done || len(f.Papers) == 0 && f.Holds == 0 {
			unread = append(unread, f)
		}
		if f.outer == "" {
			outer++
		}
	}
	single := ""
	if outer == 1 {
		single = filepath.ToSlash(files[0].Path)
	}
	sheaves := sheavesOf(dir, docs, in, same)
	at := map[string]int{} // how many dossiers lie in a folder
	for _, s := range sheaves {
		at[s.home]++
	}
	var results []Result
	for _, s := range sheaves {
		name := filepath.ToSlash(s.home)
		switch {
		case at[s.home] > 1:
			name = filepath.ToSlash(filepath.Join(s.home, s.docs[0].Name))
		case s.home == dir && single != "":
			name = single
		}
		results = append(results, Result{Dossier: &trade.Dossier{ID: name, Documents: s.docs}})
	}
	// A file that gave no paper may belong to any dossier of its folder: each
	// of them must say that it was not looked at. If there is none, the folder
	// is a dossier of its own.
	var lone []string
	stray := map[string][]File{}
	for _, f := range unread {
		found := false
		for i, s := range sheaves {
			if len(f.Papers) > 0 && holds(results[i].Dossier, f) || len(f.Papers) == 0 && slices.Contains(s.folders, f.Folder) {
				results[i].Unread = append(results[i].Unread, f)
				found = true
			}
		}
		if !found && len(f.Papers) == 0 {
			at := f.Folder
			if f.outer != "" {
				at = f.outer // one for the whole archive, however deep it goes
			}
			if stray[at] == nil {
				lone = append(lone, at)
			}
			stray[at] = append(stray[at], f)
		}
	}
	if len(docs) == 0 && len(lone) == 0 {
		lone = []string{dir} // nothing but files that hold nothing
	}
	for _, folder := range lone {
		name := filepath.ToSlash(folder)
		if folder == dir && single != "" {
			name = single
		}
		results = append(results, Result{Dossier: &trade.Dossier{ID: name}, Unread: stray[folder]})
	}
	return results
}

// sheavesOf clusters the papers of a folder and of what lies in it.
func sheavesOf(dir string, docs []*trade.Document, in []string, same partyMatch) []sheaf {
	var all []sheaf
	// The text of a letter goes with what the letter brought.
	var letters []*trade.Document
	var rest []*trade.Document
	var restIn []string
	for i, d := range docs {
		if d.Type == trade.OtherPaper && d.File == in[i] {
			letters = append(letters, d)
		} else {
			rest, restIn = append(rest, d), append(restIn, in[i])
		}
	}
	docs, in = rest, restIn
	for _, g := range cluster(docs, in, same) {
		var s sheaf
		ids := map[string]bool{}
		for _, i := range g {
			if i == g[0] {
				s.home = in[i]
			} else if in[i] != s.home {
				s.home = dir
			}
			s.folders = append(s.folders, in[i])
			if !ids[docs[i].ID] { // a copy in another archive
				ids[docs[i].ID] = true
				s.docs = append(s.docs, docs[i])
			}
		}
		all = append(all, s)
	}
	for _, l := range letters {
		i := slices.IndexFunc(all, func(s sheaf) bool { return slices.Contains(s.folders, l.File) })
		if i < 0 {
			all = append(all, sheaf{home: dir})
			i = len(all) - 1
		}
		all[i].docs = append(all[i].docs, l)
		all[i].folders = append(all[i].folders, l.File)
	}
	return all
}

func holds(d *trade.Dossier, f File) bool {
	return slices.ContainsFunc(f.Papers, func(p *trade.Document) bool { return d.Find(p.ID) != nil })
}

// cluster joins documents, the most alike first, until no two groups are alike,
// and returns their places in docs. in are the folders that they lie in.
func cluster(docs []*trade.Document, in []string, same partyMatch) [][]int {
	marks := make([]mark, len(docs))
	for i, d := range docs {
		marks[i] = markOf(d)
		marks[i].folder = in[i]
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
	for _, g := range groups {
		slices.Sort(g)
	}
	return groups
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
	folder     string
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
	for _, a := range d.Invoice.Number.Alternatives { // a packing list of several invoices
		if key := trade.FoldIdentifier(a.Value); len(key) >= 3 {
			m.references[key] = true
		}
	}
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
	if a.folder != b.folder && !common(a.references, b.references) && !common(a.equipment, b.equipment) {
		return 0 // who sent them apart had a reason
	}
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
	case a.kind != b.kind && a.folder == b.folder:
		s += oneFolder
	case a.kind != b.kind:
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
