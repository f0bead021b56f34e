package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// Blobs is a folder of files named by the SHA-256 of their content: what came in,
// byte for byte, and the pictures of reports. A blob is never changed.
type Blobs struct{ dir string }

// OpenBlobs opens a folder, file:///path or a plain path, and makes it if it is
// to be written.
func OpenBlobs(address string, readOnly bool) (*Blobs, error) {
	dir := address
	if strings.Contains(address, "://") {
		u, err := url.Parse(address)
		if err != nil || u.Scheme != "file" || u.Path == "" || u.Host != "" {
			return nil, fmt.Errorf("originals are kept in a folder, file:///path, not in %q", address)
		}
		dir = u.Path
	}
	b := &Blobs{dir}
	if readOnly {
		return b, nil
	}
	for _, sub := range []string{"sha256", "tmp"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o777); err != nil {
			return nil, fmt.Errorf("open the originals: %w", err)
		}
	}
	b.sweep()
	return b, nil
}

// sweep removes what a killed program left half written, unless it may still be
// at work.
func (b *Blobs) sweep() {
	old, _ := os.ReadDir(filepath.Join(b.dir, "tmp"))
	for _, e := range old {
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > 24*time.Hour {
			os.Remove(filepath.Join(b.dir, "tmp", e.Name()))
		}
	}
}

func (b *Blobs) path(sha string) string { return filepath.Join(b.dir, "sha256", sha[:2], sha) }

var shaForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Put keeps content and returns its SHA-256. When it returns, the content is on
// the disk under its name, whole; before, there is no such name.
func (b *Blobs) Put(r io.Reader) (sha string, size int64, err error) {
	temp, err := os.CreateTemp(filepath.Join(b.dir, "tmp"), "blob-*")
	if err != nil {
		return "", 0, fmt.Errorf("keep an original: %w", err)
	}
	defer os.Remove(temp.Name()) // of no effect once it has its name
	sum := sha256.New()
	size, err = io.Copy(io.MultiWriter(temp, sum), r)
	if err == nil {
		err = temp.Chmod(0o440)
	}
	if err == nil {
		err = temp.Sync()
	}
	if e := temp.Close(); err == nil {
		err = e
	}
	if err != nil {
		return "", 0, fmt.Errorf("keep an original: %w", err)
	}
	sha = hex.EncodeToString(sum.Sum(nil))
	name := b.path(sha)
	if info, err := os.Stat(name); err == nil && info.Size() == size {
		return sha, size, nil // the same content is there
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return "", 0, fmt.Errorf("keep an original: %w", err)
	}
	if err := os.Rename(temp.Name(), name); err != nil {
		return "", 0, fmt.Errorf("keep an original: %w", err)
	}
	for _, dir := range []string{filepath.Dir(name), filepath.Join(b.dir, "sha256")} {
		if err := syncDir(dir); err != nil {
			return "", 0, fmt.Errorf("keep an original: %w", err)
		}
	}
	return sha, size, nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// Get returns content after hashing it again.
func (b *Blobs) Get(sha string) ([]byte, error) {
	if !shaForm.MatchString(sha) {
		return nil, fmt.Errorf("%q is no SHA-256", sha)
	}
	data, err := os.ReadFile(b.path(sha))
	if err != nil {
		return nil, fmt.Errorf("original %s: %w", sha, err)
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != sha {
		return nil, fmt.Errorf("original %s was changed: its SHA-256 is now %x", sha, sum)
	}
	return data, nil
}

// check hashes a blob without holding it in memory.
func (b *Blobs) check(sha string) (size int64, err error) {
	f, err := os.Open(b.path(sha))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, errors.New("it is missing")
	}
	if err != nil {
		return 0, err
	}
	defer f.Close()
	sum := sha256.New()
	size, err = io.Copy(sum, f)
	if err != nil {
		return size, err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != sha {
		return size, fmt.Errorf("it was changed: its SHA-256 is now %s", got)
	}
	return size, nil
}

// has reports whether a blob of that name is there.
func (b *Blobs) has(sha string) bool {
	return shaForm.MatchString(sha) && exists(b.path(sha))
}

// list calls each for every file in the folder of blobs, in the order of names.
func (b *Blobs) list(each func(name string) error) error {
	root := filepath.Join(b.dir, "sha256")
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		return each(filepath.ToSlash(rel))
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (b *Blobs) putBytes(data []byte) (string, error) {
	sha, _, err := b.Put(bytes.NewReader(data))
	return sha, err
}
