package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"tallyman/audit"
	"tallyman/extract"
	"tallyman/inspect"
	"tallyman/store"
	"tallyman/trade"
)

// defaultDB is the store that commands use if none is named and it is there.
const defaultDB = "sqlite:tallyman.db"

// storeFlags say where the store is.
type storeFlags struct{ db, blobs string }

func (f *storeFlags) add(flags *pflag.FlagSet, use string) {
	flags.StringVar(&f.db, "db", "", "store, sqlite:FILE or postgres://...: "+use)
	flags.StringVar(&f.blobs, "blobs", "", "folder of the originals, file:///path (beside a SQLite file if not named)")
}

func (f *storeFlags) open(ctx context.Context, readOnly bool) (*store.Store, error) {
	if strings.HasPrefix(f.blobs, "s3://") {
		return nil, &usageError{errors.New("originals are kept in a folder, file:///path; S3 is not there yet")}
	}
	return store.Open(ctx, store.Options{DB: f.db, Blobs: f.blobs, ReadOnly: readOnly})
}

// name is the address of the store without its password.
func (f *storeFlags) name() string {
	if u, err := url.Parse(f.db); err == nil && u.User != nil {
		return u.Redacted()
	}
	return clean(f.db)
}

// A keeper takes in the bytes of every file before they are read, and makes
// evidence of what was found. Its store is nil if nothing is to be kept.
type keeper struct {
	store *store.Store
	blobs *store.Blobs
	line  *inspect.Line
	temp  string // folder to remove at the end

	mu  sync.Mutex
	err error // the first file that could not be taken in
}

// newKeeper takes in files for a store, or for one report if s is nil.
func newKeeper(s *store.Store, line *inspect.Line) (*keeper, error) {
	k := &keeper{store: s, line: line}
	if s != nil {
		k.blobs = s.Blobs
	} else {
		temp, err := os.MkdirTemp("", "tallyman-*")
		if err != nil {
			return nil, err
		}
		k.temp = temp
		if k.blobs, err = store.OpenBlobs(temp, false); err != nil {
			return nil, err
		}
	}
	line.OnBytes = k.take
	return k, nil
}

func (k *keeper) close() {
	if k == nil {
		return
	}
	k.line.OnBytes = nil
	if k.store != nil {
		k.store.Close()
	}
	if k.temp != "" {
		os.RemoveAll(k.temp)
	}
}

func (k *keeper) take(name string, data []byte) {
	if _, _, err := k.blobs.Put(bytes.NewReader(data)); err != nil {
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.err == nil {
			k.err = fmt.Errorf("%s: %w", name, err)
		}
	}
}

// failed is why a file could not be taken in: nothing is kept beside one that is
// not.
func (k *keeper) failed() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.err
}

// A record is one dossier as it will be kept or reported.
type record struct {
	evidence *audit.Evidence
	pictures map[string][]byte
	arrivals []store.Arrival
}

// records makes the evidence of one dossier after the other. at is the time of
// the inspection, or empty.
func (k *keeper) records(ctx context.Context, report *audit.Report, files []inspect.File, at string, each func(record) error) error {
	parts := partition(report.Dossiers, files)
	for i, d := range report.Dossiers {
		var r record
		var list []audit.FileRecord
		names := map[string]string{}
		for _, f := range parts[i] {
			u := unread(f)
			rec := audit.FileRecord{Name: f.Path, SHA256: f.SHA256, Size: f.Size, Status: f.Status}
			if f.Status != trade.Done || len(f.Papers) == 0 && f.Holds == 0 {
				rec.Code, rec.Reason, rec.Aside = u.Code, u.Reason, u.Aside
			}
			list = append(list, rec)
			names[f.SHA256] = f.Path
			r.arrivals = append(r.arrivals, store.Arrival{
				Name: f.Path, SHA256: f.SHA256, Size: f.Size, Source: "check", Status: f.Status, Code: rec.Code, Reason: rec.Reason,
			})
		}
		r.evidence = audit.NewEvidence(report, d, list, at)
		r.pictures = r.evidence.Illustrate(func(sha string, end, page int) (audit.Sheet, bool) {
			return k.draw(ctx, k.line.Extractor, names[sha], sha, end, page)
		})
		if err := each(r); err != nil {
			return err
		}
	}
	return nil
}

// partition gives each dossier its files, and leaves none without a dossier: what
// is only a copy of a paper, in an archive of its own, goes with that paper, and so
// does the archive; the rest goes with the first dossier of its folder, or the
// first of all.
func partition(dossiers []audit.Dossier, files []inspect.File) [][]inspect.File {
	parts := make([][]inspect.File, len(dossiers))
	home := map[string]int{}   // by path
	copyOf := map[string]int{} // by SHA-256
	folder := map[string]int{}
	first := func(m map[string]int, key string, i int) {
		if _, ok := m[key]; !ok && key != "" {
			m[key] = i
		}
	}
	settle := func(i int, f inspect.File) {
		first(home, f.Path, i)
		first(copyOf, f.SHA256, i)
		first(folder, f.Folder, i)
		first(folder, filepath.Dir(f.Path), i)
	}
	for i, d := range dossiers {
		parts[i] = filesOf(d, files)
		for _, f := range parts[i] {
			settle(i, f)
		}
	}
	if len(dossiers) == 0 {
		return parts
	}
	// From the back, so that what an archive holds is settled before it.
	for k := len(files) - 1; k >= 0; k-- {
		f := files[k]
		if _, ok := home[f.Path]; ok {
			continue
		}
		i, ok := copyOf[f.SHA256]
		for n := k + 1; !ok && n < len(files) && strings.HasPrefix(files[n].Path, f.Path+"/"); n++ {
			i, ok = home[files[n].Path]
		}
		if !ok {
			if i, ok = folder[f.Folder]; !ok {
				i = folder[filepath.Dir(f.Path)]
			}
		}
		settle(i, f)
		parts[i] = append(parts[i], f)
	}
	return parts
}

// filesOf are the files of a dossier: those of its papers, their copies under
// other names in the same folder, those that may have belonged to it and gave no
// paper, and the archives and letters that brought them.
func filesOf(d audit.Dossier, files []inspect.File) []inspect.File {
	mine, copies := map[string]bool{}, map[string]bool{}
	for _, u := range d.Unread {
		mine[u.File] = true
	}
	for _, p := range d.Papers {
		mine[p.File] = true
	}
	for _, f := range files {
		if mine[f.Path] && f.SHA256 != "" {
			copies[f.Folder+"\x00"+f.SHA256] = true
		}
	}
	var all []inspect.File
	for _, f := range files {
		if mine[f.Path] || f.SHA256 != "" && copies[f.Folder+"\x00"+f.SHA256] || f.Holds > 0 && brought(f.Path, mine) {
			all = append(all, f)
		}
	}
	return all
}

// brought reports whether any of the files was inside that one.
func brought(outer string, files map[string]bool) bool {
	for name := range files {
		if strings.HasPrefix(name, outer+"/") {
			return true
		}
	}
	return false
}

func (k *keeper) draw(ctx context.Context, x *extract.Extractor, name, sha string, end, page int) (audit.Sheet, bool) {
	data, err := k.blobs.Get(sha)
	if err != nil {
		return audit.Sheet{}, false
	}
	if end > 0 && end < len(data) {
		data = data[:end] // the file as it was
	}
	img, problem := x.Render(ctx, name, data, page, audit.SheetDPI)
	if problem != nil || img == nil {
		return audit.Sheet{}, false
	}
	return audit.Sheet{Image: img, DPI: audit.SheetDPI}, true
}

// keep records every dossier in the store and says aside under which number.
func (k *keeper) keep(ctx context.Context, aside io.Writer, report *audit.Report, files []inspect.File) error {
	if k == nil {
		return nil
	}
	if err := k.failed(); err != nil {
		return err
	}
	at := time.Now().UTC().Format(time.RFC3339)
	return k.records(ctx, report, files, at, func(r record) error {
		kept, err := k.store.Keep(ctx, store.Inspection{Evidence: r.evidence, Pictures: r.pictures, Arrivals: r.arrivals})
		if err != nil {
			return err
		}
		fmt.Fprintf(aside, "kept: %s as dossier %s, inspection %s\n", clean(r.evidence.Dossier), kept.Dossier, kept.Inspection)
		return nil
	})
}

// absent says that a path is none.
func absent(path string) bool {
	_, err := os.Stat(filepath.Clean(path))
	return err != nil
}
