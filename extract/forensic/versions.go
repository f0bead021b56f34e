package forensic

import (
	"bytes"
	"math"
	"regexp"
	"strconv"

	"tallyman/extract/page"
	"tallyman/trade"
)

// maxVersions is how many saved versions of a file are compared, the last ones.
const maxVersions = 12

var (
	endOfFile = []byte("%%EOF")
	startXref = regexp.MustCompile(`startxref\s+(\d+)\s*$`)
)

// Versions returns where each saved version of a PDF ends, in bytes; the last is
// the length of the file. A program that changes a PDF may append what it
// changed, and then everything up to an earlier end is the file as it was.
//
// The first end of a file that is laid out for the web (linearised) closes no
// version.
func Versions(data []byte) []int {
	var ends []int
	for at := 0; ; {
		i := bytes.Index(data[at:], endOfFile)
		if i < 0 {
			break
		}
		end := at + i + len(endOfFile)
		from := max(at+i-64, 0)
		at = end
		m := startXref.FindSubmatch(bytes.TrimRight(data[from:end-len(endOfFile)], "\x00"))
		if m == nil {
			continue
		}
		// The number says where the table of objects of this version starts.
		if n, err := strconv.Atoi(string(m[1])); err != nil || n >= end {
			continue
		}
		ends = append(ends, end)
	}
	if len(ends) > 1 && bytes.Contains(data[:min(len(data), 2048)], []byte("/Linearized")) {
		ends = ends[1:]
	}
	if len(ends) == 0 {
		return []int{len(data)}
	}
	ends[len(ends)-1] = len(data)
	if len(ends) > maxVersions {
		ends = ends[len(ends)-maxVersions:]
	}
	return ends
}

// Twice returns the numbers of objects that one version of the file defines more
// than once. Which of them counts is left to the program that opens the file, so
// that two programs may show two pages.
func Twice(data []byte) []int {
	var out []int
	start := 0
	for _, end := range Versions(data) {
		seen := map[int]int{}
		for _, n := range objects(data[start:end]) {
			if seen[n]++; seen[n] == 2 {
				out = append(out, n)
			}
		}
		start = end
	}
	return out
}

// maxObjects is how many objects of one version are counted.
const maxObjects = 200_000

// objects returns the numbers of the objects that a part of a file begins: "4 0 obj"
// after the end of a line or a space.
func objects(data []byte) []int {
	var out []int
	mark := []byte(" obj")
	for at := 0; len(out) < maxObjects; {
		i := bytes.Index(data[at:], mark)
		if i < 0 {
			break
		}
		i += at
		at = i + len(mark)
		if at < len(data) && wordByte(data[at]) {
			continue
		}
		from, _ := digitsBefore(data, i, 5)
		if from == i || from == 0 || data[from-1] != ' ' {
			continue
		}
		first, n := digitsBefore(data, from-1, 8)
		if first < from-1 && (first == 0 || data[first-1] == ' ' || data[first-1] == '\r' || data[first-1] == '\n') {
			out = append(out, n)
		}
	}
	return out
}

// digitsBefore reads at most that many digits that end before a place; from is
// where they begin.
func digitsBefore(data []byte, end, most int) (from, n int) {
	from = end
	for unit := 1; from > 0 && end-from < most && data[from-1] >= '0' && data[from-1] <= '9'; unit *= 10 {
		from--
		n += int(data[from]-'0') * unit
	}
	return from, n
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// A Change is a place where two versions of a page print other words.
type Change struct {
	Before, After string // one may be empty
	Box           trade.Box
}

// near is by how much the place of a word may differ and still be the same, in
// points: programs round.
const near = 1.6

// Compare returns where two versions of a page differ, in the order of the later
// one. Words that only moved are no change.
func Compare(before, after []page.Word) []Change {
	gone := without(before, after)
	come := without(after, before)
	var out []Change
	used := make([]bool, len(gone))
	// A line of words that are new is compared with the words that were in its
	// place, for "1,205 kg" may be one word in one version and two in another.
	for _, run := range Runs(come) {
		var was []page.Word
		for i, g := range gone {
			if !used[i] && meets(g.Box, run.Box) {
				used[i] = true
				was = append(was, g)
			}
		}
		c := Change{After: run.Text, Box: run.Box}
		for _, r := range Runs(was) {
			if c.Before != "" {
				c.Before += " "
			}
			c.Before += r.Text
			c.Box = c.Box.Union(r.Box)
		}
		if squeeze(c.Before) != squeeze(c.After) {
			out = append(out, c)
		}
	}
	var left []page.Word
	for i, g := range gone {
		if !used[i] {
			left = append(left, g)
		}
	}
	for _, r := range Runs(left) {
		out = append(out, Change{Before: r.Text, Box: r.Box})
	}
	// What was taken away in one place and stands in another has moved.
	for i := range out {
		for k := range out {
			a, b := &out[i], &out[k]
			if a.After == "" && b.Before == "" && a.Before != "" && squeeze(a.Before) == squeeze(b.After) {
				a.Before, b.After = "", ""
			}
		}
	}
	kept := out[:0]
	for _, c := range out {
		if c.Before != "" || c.After != "" {
			kept = append(kept, c)
		}
	}
	return kept
}

// meets reports whether a word stands where a run stands: over it, or begun or
// ended at the same place of the same line.
func meets(w, run trade.Box) bool {
	if common(w, run) > 0.25*min(area(w), area(run)) {
		return true
	}
	same := math.Abs(w.Y1-run.Y1) < 3 || math.Abs(w.Y0-run.Y0) < 3
	return same && (math.Abs(w.X0-run.X0) < 2 || math.Abs(w.X1-run.X1) < 2)
}

// without returns the words of a that do not stand in b at the same place.
func without(a, b []page.Word) []page.Word {
	at := map[string][]trade.Box{}
	for _, w := range b {
		at[w.Text] = append(at[w.Text], w.Box)
	}
	var out []page.Word
next:
	for _, w := range a {
		for i, o := range at[w.Text] {
			if math.Abs(o.X0-w.Box.X0) < near && math.Abs(o.Y1-w.Box.Y1) < near {
				at[w.Text] = append(at[w.Text][:i:i], at[w.Text][i+1:]...)
				continue next
			}
		}
		out = append(out, w)
	}
	return out
}

// squeeze takes spaces out: they are an opinion of the reader.
func squeeze(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		if r != ' ' && r != '\u00a0' {
			out = append(out, r)
		}
	}
	return string(out)
}
