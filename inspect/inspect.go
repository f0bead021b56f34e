// Package inspect is the line that a paper travels: files in, statements and
// findings out. It reads files, splits them into papers, groups the papers into
// dossiers, and runs the rules over each. It knows no database and no screen.
package inspect

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"tallyman/classify"
	"tallyman/extract"
	"tallyman/extract/layout"
	"tallyman/extract/page"
	"tallyman/rules"
	"tallyman/rules/catalogue"
	"tallyman/trade"
)

// A Line reads files and checks dossiers. Its fields may be set before use.
type Line struct {
	Extractor *extract.Extractor
	Model     rules.Model   // nil: rules that need one say that they did not run
	Rules     []*rules.Rule // the whole catalogue if nil
	// Now is the day on which the papers are checked; the zero Date means
	// unknown, and no rule about dates in the future can run.
	Now trade.Date
	// OnFile, if set, is called after each file, from several goroutines.
	OnFile func(File)
	// OnBytes, if set, is given the content of each file before it is read, from
	// several goroutines.
	OnBytes func(name string, data []byte)
	// KeepWords leaves the words and lines of the pages in the files that are
	// returned. Without it they are dropped once the papers are made of them: a
	// batch of thousands would fill the memory.
	KeepWords bool
}

// New returns a line with the reader, the model and the whole catalogue.
func New(x *extract.Extractor) *Line {
	return &Line{Extractor: x, Model: classify.NewModel(), Rules: catalogue.Rules}
}

// A File is what became of one file: exactly one Status, and the papers that
// it holds.
type File struct {
	Path      string
	SHA256    string // hex; empty if the file could not be opened
	Size      int64
	Status    trade.Status
	Reason    *page.Problem // why Status is not Done
	PageCount int
	Pages     []page.Page
	Papers    []*trade.Document
	Notes     []page.Note // about the file as a whole
	Seen      []trade.Observation
	// Folder is the folder that its papers lie in, as dossiers go: that of the
	// file, or of the archive or letter that it was taken from.
	Folder string
	// Parts are the files inside it, each with its own status. Read lists them
	// behind the file itself and leaves Parts empty; Holds says how many follow.
	Parts []File
	Holds int
	// Took is how long reading it took, with the files inside it; it is known of
	// files that Read read, and stands in no report.
	Took  time.Duration
	outer string // the file on disk that it was taken from; empty if it is one
}

// A Result is what was found in one dossier.
type Result struct {
	Dossier  *trade.Dossier
	Findings []rules.Finding
	NotRun   []rules.NotRun
	Unread   []File // files beside these papers that gave none, or not all
}

// Read reads files, as Walk lists them, and returns one File for each, in the
// same order, each followed by the files inside it. Nothing is left out: a file
// that cannot be read is there with its reason, and so is one that was not
// reached because ctx ended.
func (l *Line) Read(ctx context.Context, names []string) []File {
	var all []File
	_ = l.readAhead(ctx, [][]string{names}, func(files []File) error {
		all = files
		return nil
	})
	return all
}

// Folders reads files as Read does, but hands them over folder by folder, in the
// order in which the folders come up first, and keeps none of them: what lies in
// different folders is never one dossier, and a batch of any size fits into the
// memory of a few folders. The first error of each ends it and is returned.
func (l *Line) Folders(ctx context.Context, names []string, each func([]File) error) error {
	var folders [][]string
	at := map[string]int{}
	for _, name := range names {
		dir := filepath.Dir(name)
		i, ok := at[dir]
		if !ok {
			i = len(folders)
			at[dir] = i
			folders = append(folders, nil)
		}
		folders[i] = append(folders[i], name)
	}
	return l.readAhead(ctx, folders, each)
}

// readAhead reads lists of files and hands them over in their order. While one is
// looked at, the next are read: as many as keep all processors at work, and no more.
func (l *Line) readAhead(ctx context.Context, lists [][]string, each func([]File) error) error {
	workers := max(1, runtime.GOMAXPROCS(0))
	type job struct{ list, file int }
	jobs := make(chan job)
	room := make(chan struct{}, 2*workers) // lists in memory
	stop := make(chan struct{})
	read := make([][]File, len(lists))
	left := make([]sync.WaitGroup, len(lists))
	for i, names := range lists {
		left[i].Add(len(names))
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(jobs)
		for i, names := range lists {
			select {
			case room <- struct{}{}:
			case <-stop:
				return
			}
			read[i] = make([]File, len(names))
			for k := range names {
				select {
				case jobs <- job{i, k}:
				case <-stop:
					return
				}
			}
		}
	})
	for range workers {
		wg.Go(func() {
			for j := range jobs {
				began := time.Now()
				f := l.readFile(ctx, lists[j.list][j.file])
				f.Took = time.Since(began)
				if l.OnFile != nil {
					l.OnFile(f)
				}
				read[j.list][j.file] = f
				left[j.list].Done()
			}
		})
	}
	var err error
	for i := range lists {
		left[i].Wait()
		files := flat(read[i])
		read[i] = nil
		if err = each(files); err != nil {
			break
		}
		<-room
	}
	close(stop)
	wg.Wait()
	return err
}

// dropWords lets go of what only making papers needs.
func (f *File) dropWords() {
	for i := range f.Pages {
		f.Pages[i].Words, f.Pages[i].Rules = nil, nil
	}
}

// Check groups the papers of files into dossiers and runs the rules over each.
// A folder without any paper still gives a Result if it has unread files.
func (l *Line) Check(files []File) []Result {
	var results []Result
	for _, g := range group(flat(files), l.sameParty) {
		g.Dossier.CheckedOn = l.Now
		g.Dossier.Resolve()
		all := l.Rules
		if all == nil {
			all = catalogue.Rules
		}
		g.Findings, g.NotRun = rules.Run(g.Dossier, l.Model, all...)
		results = append(results, g)
	}
	return results
}

func (l *Line) sameParty(a, b string) bool {
	if l.Model == nil {
		return strings.EqualFold(a, b)
	}
	return l.Model.SameParty(a, b) >= 0.5
}

// Interrupted is the reason code of a file that was not reached.
const Interrupted = page.Interrupted

// MaxFileSize is the largest file that is read, in bytes.
const MaxFileSize = 512 << 20

func (l *Line) readFile(ctx context.Context, name string) File {
	f := File{Path: name, Folder: filepath.Dir(name)}
	if ctx.Err() != nil {
		return f.ended(trade.Quarantined, page.Interrupted, "the run was stopped before this file was read; run it again")
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return f.ended(trade.Quarantined, page.NotFound, "there is no such file or folder")
	case err != nil:
		return f.ended(trade.Quarantined, page.NotOpened, fmt.Sprintf("the file could not be opened: %v", err))
	case !info.Mode().IsRegular():
		return f.ended(trade.Rejected, page.NotAFile, "this is no regular file")
	case info.Size() > MaxFileSize:
		return f.ended(trade.Quarantined, page.LimitBytes, fmt.Sprintf("the file is larger than %d MB; split it", MaxFileSize>>20))
	}
	f.Size = info.Size()
	data, err := os.ReadFile(name)
	if err != nil {
		return f.ended(trade.Quarantined, page.NotOpened, fmt.Sprintf("the file could not be read: %v", err))
	}
	return l.ReadBytes(ctx, name, data)
}

func (f File) ended(s trade.Status, code, text string) File {
	f.Status, f.Reason = s, &page.Problem{Code: code, Text: text}
	return f
}

// ReadBytes reads one file that is already in memory, and the files inside it.
func (l *Line) ReadBytes(ctx context.Context, name string, data []byte) File {
	return l.read(ctx, name, data, place{folder: filepath.Dir(name)}, &tree{})
}

// read reads a file that lies at a place in a tree of files within files.
func (l *Line) read(ctx context.Context, name string, data []byte, at place, t *tree) File {
	if l.OnBytes != nil {
		l.OnBytes(name, data)
	}
	src := l.Extractor.Read(ctx, name, data)
	f := File{
		Path: name, SHA256: src.SHA256, Size: int64(len(data)),
		Status: src.Status, Reason: src.Reason, PageCount: src.PageCount, Pages: src.Pages,
		Notes: src.Notes, Seen: src.Seen, Folder: at.folder, outer: at.outer,
	}
	if src.Status == trade.Rejected && plain[src.MediaType] {
		return f.ended(trade.Rejected, page.NotAPaper, "this is plain text or data, no paper")
	}
	l.parts(ctx, &f, &src, at, t)
	f.Papers = append(papers(f, src.Type), stated(f, src.Papers)...)
	if !l.KeepWords {
		f.dropWords()
	}
	return f
}

// stated makes the papers of a file whose format names its fields.
func stated(f File, all []page.Stated) []*trade.Document {
	var docs []*trade.Document
	for i, s := range all {
		d := &trade.Document{File: f.Path, SHA256: f.SHA256, Type: s.Type, TypeConfidence: 1, Status: f.Status}
		if f.Reason != nil {
			d.Reason = f.Reason.Error()
		}
		d.ID = documentID(f.SHA256, []int{-1 - i})
		d.Name = filepath.Base(f.Path)
		if len(all) > 1 {
			d.Name += fmt.Sprintf(" no. %d", i+1)
		}
		for _, st := range s.Statements {
			_ = d.Set(st) // refused is only an item beyond the limit
		}
		docs = append(docs, d)
	}
	return docs
}

// NotAPaper is the reason code of a file that is no paper at all, such as a
// note or a program that lies in the folder: it is listed, but nobody need ask
// for it again.
const NotAPaper = page.NotAPaper

var plain = map[string]bool{"text/plain": true, "application/json": true, "application/x-ndjson": true}

// papers splits the pages of a file into papers and reads each. typ is that of
// all pages, if it is known.
func papers(f File, typ trade.DocumentType) []*trade.Document {
	if len(f.Pages) == 0 {
		return nil
	}
	var docs []*trade.Document
	var found []classify.Paper
	if typ != "" {
		whole := classify.Paper{Type: typ, Confidence: 1}
		for i := range f.Pages {
			whole.Pages = append(whole.Pages, i)
		}
		found = []classify.Paper{whole}
	} else {
		found = classify.Papers(outlines(f.Pages))
	}
	for _, p := range found {
		d := &trade.Document{
			File: f.Path, SHA256: f.SHA256,
			Type: p.Type, TypeConfidence: p.Confidence,
			Status: f.Status,
		}
		if f.Reason != nil {
			d.Reason = f.Reason.Error()
		}
		var pages []page.Page
		for _, i := range p.Pages {
			pages = append(pages, f.Pages[i])
			d.Pages = append(d.Pages, f.Pages[i].Number)
			if problem := f.Pages[i].Problem; problem != nil && d.Status == trade.Done {
				d.Status, d.Reason = trade.Partial, problem.Error()
			}
		}
		d.ID = documentID(f.SHA256, d.Pages)
		d.Name = filepath.Base(f.Path)
		if len(found) > 1 {
			d.Name += " p. " + pageRange(d.Pages)
		}
		if len(docs) == 0 {
			d.Observations = append(d.Observations, f.Seen...) // once for each file
		}
		for _, p := range pages {
			d.Observations = append(d.Observations, p.Seen...)
			for _, w := range p.Words {
				d.AddPrint(w.Text)
			}
		}
		layout.Read(d, pages)
		docs = append(docs, d)
	}
	return docs
}

// documentID is the SHA-256 of the file's hash and the page numbers.
func documentID(sha string, pages []int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %v", sha, pages))
	return hex.EncodeToString(sum[:])
}

// pageRange writes 1,2,3,5 as "1-3, 5".
func pageRange(pages []int) string {
	var parts []string
	for i := 0; i < len(pages); {
		k := i
		for k+1 < len(pages) && pages[k+1] == pages[k]+1 {
			k++
		}
		if k == i {
			parts = append(parts, fmt.Sprint(pages[i]))
		} else {
			parts = append(parts, fmt.Sprintf("%d-%d", pages[i], pages[k]))
		}
		i = k + 1
	}
	return strings.Join(parts, ", ")
}

// outlines gives the typing of papers what it needs of each page.
func outlines(pages []page.Page) []classify.Page {
	var all []classify.Page
	for _, p := range pages {
		o := classify.Page{}
		for _, line := range layout.Outline(p) {
			o.Lines = append(o.Lines, classify.Line{
				Text:   line.Text,
				Top:    line.Box.Y0 / max(p.Height, 1),
				Left:   line.Box.X0 / max(p.Width, 1),
				Height: line.Height / max(p.Height, 1),
			})
		}
		o.Blank = len(o.Lines) == 0
		all = append(all, o)
	}
	return all
}

// Walk lists the files below paths, each once, in the order of their names. A
// folder's hidden files are left out, as a person would.
func Walk(paths []string) ([]string, error) {
	var names []string
	seen := map[string]bool{}
	add := func(name string) {
		if key := filepath.Clean(name); !seen[key] {
			seen[key] = true
			names = append(names, name)
		}
	}
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil || !info.IsDir() {
			add(p) // one that is not there gets its own status too
			continue
		}
		err = filepath.WalkDir(p, func(name string, e os.DirEntry, err error) error {
			hidden := strings.HasPrefix(e.Name(), ".") && name != p
			switch {
			case err != nil:
				add(name) // its own status will say why
				if e.IsDir() {
					return filepath.SkipDir
				}
			case hidden && e.IsDir():
				return filepath.SkipDir
			case !hidden && !e.IsDir():
				add(name)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(a, b) })
	return names, nil
}
