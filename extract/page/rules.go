package page

import (
	"cmp"
	"slices"
)

// JoinRules makes one rule of the pieces of each line (dashes, the edges that
// neighbouring cells share) that are at most near apart across and gap along,
// drops what is then still shorter than least, all in points, and sorts: the lying ones from top to bottom, then the standing ones from left
// to right.
func JoinRules(lines []Rule, near, gap, least float64) []Rule {
	type span struct{ at, from, to float64 }
	var lying, standing []span
	for _, l := range lines {
		if l.Horizontal() {
			lying = append(lying, span{l.Y0, l.X0, l.X1})
		} else {
			standing = append(standing, span{l.X0, l.Y0, l.Y1})
		}
	}
	join := func(spans []span) []span {
		slices.SortFunc(spans, func(a, b span) int {
			return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
		})
		var out []span
		for i := 0; i < len(spans); {
			// All pieces on about the same height, then joined from left to right.
			j := i + 1
			for j < len(spans) && spans[j].at-spans[i].at <= near {
				j++
			}
			group := slices.Clone(spans[i:j])
			slices.SortStableFunc(group, func(a, b span) int { return cmp.Compare(a.from, b.from) })
			cur := group[0]
			for _, g := range group[1:] {
				if g.from <= cur.to+gap {
					cur.to = max(cur.to, g.to)
					continue
				}
				out = append(out, cur)
				cur = g
			}
			out = append(out, cur)
			i = j
		}
		return slices.DeleteFunc(out, func(s span) bool { return s.to-s.from < least })
	}
	var out []Rule
	for _, s := range join(lying) {
		out = append(out, Rule{X0: s.from, Y0: s.at, X1: s.to, Y1: s.at})
	}
	for _, s := range join(standing) {
		out = append(out, Rule{X0: s.at, Y0: s.from, X1: s.at, Y1: s.to})
	}
	return out
}
