// Package pdf reads PDF files with PDFium, compiled to WebAssembly: words with
// their boxes, ruled lines, which parts of a page are images, and the page as
// a bitmap.
//
// PDFium runs in a memory of its own, without a file system or a network. It
// can still loop for ever, so callers run it in a process they can kill.
package pdf

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"tallyman/extract/page"
)

// Version names the reader, as reports print it.
const Version = "pdfium 1.20.0 (WebAssembly)"

// memoryPages is how much memory one PDF may take, in pages of 64 KiB: 512 MiB.
// A page image of 60 million pixels needs 240 MiB of it.
const memoryPages = 8192

// An Engine is the compiled PDFium. It makes a fresh instance for each file.
type Engine struct {
	pool  pdfium.Pool
	cache wazero.CompilationCache
}

// CacheDir returns the folder of the compiled engine: without it, each process
// spends three seconds on compiling.
func CacheDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "tallyman", "wazero")
}

// NewEngine starts PDFium. Its compiled form is kept in cacheDir; a folder that
// cannot be written costs time, nothing else. Empty means no cache.
func NewEngine(cacheDir string) (*Engine, error) {
	config := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithMemoryLimitPages(memoryPages)
	e := &Engine{}
	if cacheDir != "" {
		if cache, err := wazero.NewCompilationCacheWithDir(cacheDir); err == nil {
			e.cache = cache
			config = config.WithCompilationCache(cache)
		}
	}
	pool, err := webassembly.Init(webassembly.Config{
		MaxTotal: 1,
		// The default mounts the whole disk.
		FSConfig:      wazero.NewFSConfig(),
		RuntimeConfig: config,
		Stdout:        io.Discard,
		Stderr:        io.Discard,
	})
	if err != nil {
		return nil, fmt.Errorf("start pdfium: %w", err)
	}
	e.pool = pool
	return e, nil
}

// Close gives the memory back.
func (e *Engine) Close() {
	e.pool.Close()
	if e.cache != nil {
		e.cache.Close(context.Background())
	}
}

// A Document is an open PDF file.
type Document struct {
	// Pages is the number of pages that the file claims to have.
	Pages int

	pdf pdfium.Pdfium
	doc references.FPDF_DOCUMENT

	signed      int          // signatures; reading a page may take their fields away
	annotations []annotation // of the page that was loaded last

	held   requests.Page // the page that was loaded last; reading it comes before drawing it
	number int           // of that page; 0: none is
	free   func()

	seen seen
}

// Open opens the file in a fresh instance. A file that is no PDF, that is
// damaged, or that needs a password is a *page.Problem.
func (e *Engine) Open(data []byte, password string) (*Document, error) {
	instance, err := e.pool.GetInstance(30 * time.Second)
	if err != nil {
		return nil, fmt.Errorf("start pdfium: %w", err)
	}
	request := &requests.OpenDocument{File: &data}
	if password != "" {
		request.Password = &password
	}
	opened, err := instance.OpenDocument(request)
	if err != nil {
		instance.Close()
		switch {
		case errors.Is(err, pdfiumerrors.ErrPassword):
			return nil, &page.Problem{Code: page.NeedsPassword, Text: "The file opens only with a password; ask the sender for it or for an open copy."}
		case errors.Is(err, pdfiumerrors.ErrSecurity):
			return nil, &page.Problem{Code: page.NeedsPassword, Text: "The file is encrypted in a way that is not supported; ask the sender for an open copy."}
		}
		return nil, &page.Problem{Code: page.Corrupt, Text: "The file is damaged and cannot be opened as a PDF; ask the sender for a new copy."}
	}
	d := &Document{pdf: instance, doc: opened.Document}
	count, err := instance.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: d.doc})
	if err != nil {
		d.Close()
		return nil, &page.Problem{Code: page.Corrupt, Text: "The list of pages is damaged; ask the sender for a new copy."}
	}
	d.Pages = count.PageCount
	d.signed = d.signatures()
	return d, nil
}

// Close ends the instance.
func (d *Document) Close() {
	d.release()
	d.pdf.Close()
}

// release closes the page that is held.
func (d *Document) release() {
	if d.number > 0 {
		d.free()
		d.number = 0
	}
}
