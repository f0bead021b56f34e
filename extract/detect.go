package extract

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"tallyman/extract/format/image"
	"tallyman/extract/page"
)

// detect finds the type of a file by its content. A file that is two things at
// once is refused: a person and a program might see different papers in it.
func detect(data []byte) (string, *page.Problem) {
	if len(data) == 0 {
		return "", &page.Problem{Code: page.EmptyFile, Text: "The file is empty; ask the sender for it again."}
	}
	if f, kind := formatOf(data); f != nil {
		return kind, nil
	}
	head := data[:min(len(data), 1024)]
	at := bytes.Index(head, []byte("%PDF-"))
	if kind := image.Kind(data); kind != "" {
		if at >= 0 {
			return kind, &page.Problem{Code: page.UnsupportedType, Text: "The file is an image and a PDF at once; ask the sender for a plain copy."}
		}
		return kind, nil
	}
	if at >= 0 {
		// Some programs put a line of their own before a PDF, such as printer
		// commands; markup and other formats are something else.
		if before := head[:at]; bytes.ContainsAny(before, "<") || bytes.HasPrefix(before, []byte("PK\x03\x04")) || bytes.HasPrefix(before, []byte("GIF8")) || bytes.HasPrefix(before, []byte("MZ")) || bytes.HasPrefix(before, []byte("\x7fELF")) {
			return "application/pdf", &page.Problem{Code: page.UnsupportedType, Text: "The file is a PDF with another file in front of it; ask the sender for a plain copy."}
		}
		return "application/pdf", nil
	}
	m := mimetype.Detect(data)
	kind, _, _ := strings.Cut(m.String(), ";")
	if kind == "application/pdf" || strings.HasPrefix(kind, "image/jpeg") {
		kind = "application/octet-stream"
	}
	return kind, &page.Problem{Code: page.UnsupportedType, Text: fmt.Sprintf("The file is of type %s, which is not read; ask for a PDF, an office file or a scan (JPEG, PNG, TIFF).", kind)}
}
