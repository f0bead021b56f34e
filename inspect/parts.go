package inspect

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"unicode"

	"tallyman/extract"
	"tallyman/extract/page"
	"tallyman/trade"
)

// Limits on files within files. Each archive and letter has limits of its own;
// these hold for all that lie within one file together.
const (
	maxDepth   = 4       // of archives and letters within each other
	maxHolders = 200     // archives and letters
	maxTooDeep = 20      // archives beyond maxDepth, after which none is opened
	maxParts   = 20_000  // files
	maxBytes   = 1 << 30 // of all files, unpacked
)

// A tree counts what was taken out of one file.
type tree struct {
	mu      sync.Mutex
	holders int
	tooDeep int
	files   int
	bytes   int64
}

// A place is where a file lies in a tree.
type place struct {
	folder string // of its papers
	depth  int    // of archives and letters around it
	letter bool   // what is around it is a letter
	outer  string // the file on disk
}

// take counts a file, or says why it is not read.
func (t *tree) take(n int64) *page.Problem {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.files+1 > maxParts:
		return &page.Problem{Code: page.LimitMembers, Text: fmt.Sprintf("the file that this lies in holds more than %d files in all; split it", maxParts)}
	case t.bytes+n > maxBytes:
		return &page.Problem{Code: page.LimitBytes, Text: fmt.Sprintf("the file that this lies in unpacks to more than %d MB in all; split it", maxBytes>>20)}
	}
	t.files++
	t.bytes += n
	return nil
}

// hold counts an archive or a letter, or says why it is not opened.
func (t *tree) hold(depth int) *page.Problem {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.tooDeep > maxTooDeep:
		return &page.Problem{Code: page.LimitDepth, Text: fmt.Sprintf("the file that this lies in holds more than %d archives too deep to be opened, and the rest was left alone; ask the sender what this is", maxTooDeep)}
	case depth >= maxDepth:
		t.tooDeep++
		return &page.Problem{Code: page.LimitDepth, Text: fmt.Sprintf("this lies %d archives or letters deep, and holds further files; take it out and hand it over alone", depth)}
	case t.holders+1 > maxHolders:
		return &page.Problem{Code: page.LimitMembers, Text: fmt.Sprintf("the file that this lies in holds more than %d archives or letters; split it", maxHolders)}
	}
	t.holders++
	return nil
}

// parts reads the files inside a file.
func (l *Line) parts(ctx context.Context, f *File, src *extract.Source, at place, t *tree) {
	if len(src.Parts) == 0 {
		return
	}
	inside := place{folder: f.Folder, depth: at.depth + 1, outer: at.outer}
	if inside.outer == "" {
		inside.outer = f.Path
	}
	letter := src.Type == trade.OtherPaper
	archive := len(src.Pages) == 0 && len(src.Papers) == 0
	if letter || archive {
		if p := t.hold(at.depth); p != nil {
			f.Status, f.Reason = trade.Quarantined, p
			if len(src.Pages) > 0 {
				f.Status = trade.Partial // the text of the letter was read
			}
			return
		}
		inside.letter = letter
		// What a letter brings belongs together, in an archive or not.
		if !at.letter {
			inside.folder = f.Path
		}
		if letter {
			f.Folder = inside.folder
		}
	}
	names := partNames(f.Path, src.Parts)
	f.Parts = make([]File, len(src.Parts))
	// Counted one after the other, so that it is always the same that is beyond
	// a limit.
	beyond := make([]*page.Problem, len(src.Parts))
	for i, p := range src.Parts {
		if p.Problem == nil {
			beyond[i] = t.take(int64(len(p.Data)))
		}
	}
	read := func(i int) {
		where := inside
		if archive {
			where.folder = path.Join(inside.folder, path.Dir(names[i]))
		}
		f.Parts[i] = l.readPart(ctx, f.Path+"/"+names[i], src.Parts[i], beyond[i], where, t)
		src.Parts[i].Data = nil
	}
	var later []int
	for i, p := range src.Parts {
		if at.depth > 0 || mayHold(p.Data) {
			read(i)
		} else {
			later = append(later, i)
		}
	}
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(max(1, runtime.GOMAXPROCS(0)), len(later)) {
		wg.Go(func() {
			for i := range next {
				read(i)
			}
		})
	}
	for _, i := range later {
		next <- i
	}
	close(next)
	wg.Wait()
}

// mayHold reports whether data looks like an archive or a letter.
func mayHold(data []byte) bool {
	for _, mark := range []string{"PK", "7z", "Rar!", "\x1f\x8b", "BZh", "\xfd7zXZ", "\x28\xb5\x2f\xfd", "\xd0\xcf\x11\xe0"} {
		if bytes.HasPrefix(data, []byte(mark)) {
			return true
		}
	}
	head := data[:min(len(data), 600)]
	return bytes.Contains(head, []byte("ustar")) || bytes.IndexByte(head, 0) < 0 && bytes.Contains(head, []byte(":")) && !bytes.HasPrefix(head, []byte("%PDF"))
}

func (l *Line) readPart(ctx context.Context, name string, p page.Part, beyond *page.Problem, at place, t *tree) File {
	f := File{Path: name, Folder: at.folder, Size: int64(len(p.Data)), outer: at.outer}
	switch {
	case ctx.Err() != nil:
		return f.ended(trade.Quarantined, page.Interrupted, "the run was stopped before this file was read; run it again")
	case p.Problem != nil && (p.Problem.Code == page.NotAPaper || p.Problem.Code == page.NotAFile):
		f.Status, f.Reason = trade.Rejected, p.Problem
		return f
	case p.Problem != nil:
		f.Status, f.Reason = trade.Quarantined, p.Problem
		return f
	case hidden(name):
		return f.ended(trade.Rejected, page.NotAPaper, "this is a hidden file of the system that packed the archive, no paper")
	case beyond != nil:
		f.Status, f.Reason = trade.Quarantined, beyond
		return f
	}
	return l.read(ctx, name, p.Data, at, t)
}

// hidden reports whether Walk would leave a file of that name out.
func hidden(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(base, ".") || strings.Contains(name, "/__MACOSX/") || strings.EqualFold(base, "thumbs.db") || strings.EqualFold(base, "desktop.ini")
}

// partNames gives each part a name of its own, fit for a path that is shown and
// never opened.
func partNames(outer string, parts []page.Part) []string {
	names := make([]string, len(parts))
	taken := map[string]bool{}
	for i, p := range parts {
		name := safeName(p.Name)
		if name == "" {
			// A single packed file goes by the name of its packing.
			base := filepath.Base(outer)
			if ext := path.Ext(base); len(parts) == 1 && p.Name == "" && ext != "" && ext != base {
				name = strings.TrimSuffix(base, ext)
			} else {
				name = fmt.Sprintf("file %d", i+1)
			}
		}
		ext := path.Ext(name)
		for n, first := 2, name; taken[strings.ToLower(name)]; n++ {
			name = fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(first, ext), n, ext)
		}
		taken[strings.ToLower(name)] = true
		names[i] = name
	}
	return names
}

// safeName has no steps up, no root, no drive, and no character that is not
// seen.
func safeName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r == '\\' {
			return '/'
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	var steps []string
	for i, step := range strings.Split(name, "/") {
		step = strings.TrimSpace(step)
		if step == "" || strings.Trim(step, ".") == "" || i == 0 && len(step) == 2 && step[1] == ':' {
			continue
		}
		steps = append(steps, step)
	}
	return strings.Join(steps, "/")
}

// flat lists files, each followed by those inside it.
func flat(files []File) []File {
	nested := false
	for _, f := range files {
		nested = nested || len(f.Parts) > 0
	}
	if !nested {
		return files
	}
	var all []File
	for _, f := range files {
		inside := flat(f.Parts)
		f.Parts, f.Holds = nil, max(f.Holds, len(inside))
		all = append(all, f)
		all = append(all, inside...)
	}
	return all
}

// Open returns the bytes of a file by the path that Read gave it, also of one
// that lies inside another.
func (l *Line) Open(ctx context.Context, name string) ([]byte, error) {
	for outer := name; ; {
		info, err := os.Stat(outer)
		if err == nil && info.Mode().IsRegular() {
			data, err := os.ReadFile(outer)
			if err != nil || outer == name {
				return data, err
			}
			return l.inside(ctx, outer, data, name)
		}
		next := path.Dir(filepath.ToSlash(outer))
		if next == outer || next == "." {
			return nil, fmt.Errorf("open %s: no such file", name)
		}
		outer = next
	}
}

// inside finds the file of that name in the bytes of the one around it.
func (l *Line) inside(ctx context.Context, outer string, data []byte, name string) ([]byte, error) {
	for range maxDepth + 1 {
		src := l.Extractor.Read(ctx, outer, data)
		found := false
		for i, part := range partNames(outer, src.Parts) {
			switch at := outer + "/" + part; {
			case at == name:
				return src.Parts[i].Data, nil
			case strings.HasPrefix(name, at+"/"):
				outer, data, found = at, src.Parts[i].Data, true
			}
			if found {
				break
			}
		}
		if !found {
			break
		}
	}
	return nil, fmt.Errorf("open %s: it is not in %s", name, outer)
}
