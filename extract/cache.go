package extract

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"tallyman/extract/page"
)

// cacheVersion changes when pages are read differently though no reader changed.
const cacheVersion = 2

// key names what is kept of a file: its content, the readers, their settings,
// and the build, because our own code is a reader too.
func (x *Extractor) key(sha string) string {
	h := sha256.New()
	fmt.Fprintln(h, cacheVersion, sha, strings.Join(x.Versions(), "\n"), x.opts.Languages, x.limits, build())
	return hex.EncodeToString(h.Sum(nil))
}

// build identifies this program: its size and time of writing stand for its
// content, which would take longer to read than most papers.
var build = sync.OnceValue(func() string {
	s := ""
	if b, ok := debug.ReadBuildInfo(); ok {
		s = b.Main.Version
		for _, set := range b.Settings {
			if set.Key == "vcs.revision" {
				s += set.Value
			}
		}
	}
	if exe, err := os.Executable(); err == nil {
		if info, err := os.Stat(exe); err == nil {
			s += fmt.Sprint(info.Size(), info.ModTime().UnixNano())
		}
	}
	return s
})

func (x *Extractor) cached(sha string) (Source, bool) {
	if x.opts.CacheDir == "" {
		return Source{}, false
	}
	f, err := os.Open(cacheFile(x.opts.CacheDir, x.key(sha)))
	if err != nil {
		return Source{}, false
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return Source{}, false
	}
	// Reading to the end checks the sum of the file.
	b, err := io.ReadAll(io.LimitReader(z, 1<<30))
	if err != nil {
		return Source{}, false
	}
	var s Source
	if err := json.Unmarshal(b, &s); err != nil || s.SHA256 != sha {
		return Source{}, false
	}
	return s, true
}

// keep writes what was read. What a busy machine or a stopped run prevented is
// not kept, so that the next run tries again. A cache that cannot be written
// costs time, nothing else.
func (x *Extractor) keep(s *Source) {
	// What holds files is unpacked again faster than it is kept.
	if x.opts.CacheDir == "" || passing(s.Reason) || len(s.Parts) > 0 {
		return
	}
	for _, p := range s.Pages {
		if passing(p.Problem) || slices.ContainsFunc(p.Notes, func(n page.Note) bool { return n.Code == page.OneReader }) {
			return
		}
	}
	b, err := json.Marshal(s)
	if err != nil {
		return
	}
	name := cacheFile(x.opts.CacheDir, x.key(s.SHA256))
	if os.MkdirAll(filepath.Dir(name), 0o700) != nil {
		return
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return
	}
	z := gzip.NewWriter(f)
	_, err = z.Write(b)
	if e := z.Close(); err == nil {
		err = e
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
	}
}

// passing reports whether a problem may be gone at the next try.
func passing(p *page.Problem) bool {
	if p == nil {
		return false
	}
	switch p.Code {
	case page.TimeoutPage, page.TimeoutTotal, page.TimeoutStall, page.NotConfined, page.Crashed, page.LimitMemory, page.LimitAnswer, page.Interrupted:
		return true
	}
	return false
}
