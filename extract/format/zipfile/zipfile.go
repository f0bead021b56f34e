// Package zipfile opens office files, which are ZIP archives of XML, and tells
// them from other archives. It trusts no size that a file claims.
package zipfile

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/encoding/htmlindex"

	"tallyman/extract/page"
)

// Media types of office files.
const (
	XLSX  = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	DOCX  = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	PPTX  = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	XLSB  = "application/vnd.ms-excel.sheet.binary.macroEnabled.12"
	ODS   = "application/vnd.oasis.opendocument.spreadsheet"
	ODT   = "application/vnd.oasis.opendocument.text"
	Plain = "application/zip"
)

// Kind returns the media type of a ZIP archive by the names of its members, and
// "" if data is none. It reads nothing but names.
func Kind(data []byte) string {
	if !bytes.HasPrefix(data, []byte("PK\x03\x04")) && !bytes.HasPrefix(data, []byte("PK\x05\x06")) && !bytes.HasPrefix(data, []byte("PK\x07\x08")) {
		return ""
	}
	marks := map[string]bool{}
	for _, name := range names(data) {
		marks[strings.ToLower(strings.TrimPrefix(name, "/"))] = true
	}
	switch {
	case marks["[content_types].xml"] && marks["xl/workbook.bin"]:
		return XLSB
	case marks["[content_types].xml"] && marks["xl/workbook.xml"]:
		return XLSX
	case marks["[content_types].xml"] && (marks["word/document.xml"] || marks["word/document2.xml"]):
		return DOCX
	case marks["[content_types].xml"] && marks["ppt/presentation.xml"]:
		return PPTX
	case marks["mimetype"] && marks["content.xml"]:
		// The first member of such a file is its type, stored as it is.
		switch head := data[:min(len(data), 200)]; {
		case bytes.Contains(head, []byte(ODS)):
			return ODS
		case bytes.Contains(head, []byte(ODT)):
			return ODT
		}
	}
	return Plain
}

// names lists the members as the directory at the end of the archive has them,
// or those of the local headers it can follow if that directory is lost.
func names(data []byte) []string {
	var all []string
	tail := data[max(0, len(data)-1<<16-22):]
	if i := bytes.LastIndex(tail, []byte("PK\x05\x06")); i >= 0 && len(tail)-i >= 22 {
		at := int64(binary.LittleEndian.Uint32(tail[i+16:]))
		for at >= 0 && at+46 <= int64(len(data)) && bytes.HasPrefix(data[at:], []byte("PK\x01\x02")) && len(all) < 70_000 {
			n := int64(binary.LittleEndian.Uint16(data[at+28:]))
			extra := int64(binary.LittleEndian.Uint16(data[at+30:])) + int64(binary.LittleEndian.Uint16(data[at+32:]))
			if at+46+n > int64(len(data)) {
				break
			}
			all = append(all, string(data[at+46:at+46+n]))
			at += 46 + n + extra
		}
	}
	return all
}

// Limits on an office file.
const (
	maxMember = 256 << 20 // bytes of one member, unpacked
	maxTotal  = 512 << 20
	maxDepth  = 256 // of XML elements
)

// A File is an open office file.
type File struct {
	members map[string]*zip.File
	read    int64
}

// Open opens an office file.
func Open(data []byte) (*File, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, &page.Problem{Code: page.Corrupt, Text: "The file is damaged: its list of contents cannot be read. Ask the sender for a new copy."}
	}
	f := &File{members: map[string]*zip.File{}}
	for _, m := range z.File {
		name := clean(m.Name)
		if _, twice := f.members[name]; twice {
			// Programs differ in which of the two they show.
			return nil, &page.Problem{Code: page.Corrupt, Text: fmt.Sprintf("The file holds its part %q twice, so that two programs may show two papers. Ask the sender for a PDF.", name)}
		}
		f.members[name] = m
	}
	return f, nil
}

func clean(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/"))
}

// Has reports whether there is such a member.
func (f *File) Has(name string) bool { return f.members[clean(name)] != nil }

// Names lists the members below a folder, sorted.
func (f *File) Names(folder string) []string {
	var all []string
	for name := range f.members {
		if strings.HasPrefix(name, clean(folder)+"/") {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

// Bytes unpacks a member; nil if there is none of that name.
func (f *File) Bytes(name string) ([]byte, error) {
	m := f.members[clean(name)]
	if m == nil {
		return nil, nil
	}
	if m.Flags&1 != 0 {
		return nil, &page.Problem{Code: page.NeedsPassword, Text: "The file is encrypted; ask the sender for the password or an open copy."}
	}
	r, err := m.Open()
	if err != nil {
		return nil, damaged(name)
	}
	defer r.Close()
	most := min(int64(maxMember), maxTotal-f.read)
	// Honest sheets unpack to some twenty times their size.
	most = min(most, max(16<<20, 400*int64(m.CompressedSize64)))
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	f.read += int64(len(b))
	if int64(len(b)) > most {
		return nil, &page.Problem{Code: page.LimitRatio, Text: "The file unpacks to far more than a paper can hold; it was not read. Ask the sender for a PDF."}
	}
	if err != nil {
		return nil, damaged(name)
	}
	return b, nil
}

func damaged(name string) error {
	return &page.Problem{Code: page.Corrupt, Text: fmt.Sprintf("The part %q of the file is damaged. Ask the sender for a new copy.", name)}
}

// XML returns a reader of the elements of a member; nil if there is none.
func (f *File) XML(name string) (*Decoder, error) {
	b, err := f.Bytes(name)
	if b == nil {
		return nil, err
	}
	d := xml.NewDecoder(bytes.NewReader(b))
	d.Strict = true
	d.Entity = nil
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		e, err := htmlindex.Get(label)
		if err != nil {
			return nil, err
		}
		return e.NewDecoder().Reader(in), nil
	}
	return &Decoder{d: d, name: name}, nil
}

// A Decoder gives the elements of a member one after the other.
type Decoder struct {
	d     *xml.Decoder
	name  string
	depth int
}

// Next returns the next start, end or text; nil at the end. Namespaces are left
// out of names: the parts of an office file that we read have no two elements
// of one name with two meanings.
func (d *Decoder) Next() (xml.Token, error) {
	t, err := d.d.Token()
	if err == io.EOF {
		return nil, nil
	}
	if err != nil {
		return nil, damaged(d.name)
	}
	switch t.(type) {
	case xml.StartElement:
		if d.depth++; d.depth > maxDepth {
			return nil, &page.Problem{Code: page.LimitDepth, Text: "The file is nested deeper than any honest one; it was not read. Ask the sender for a PDF."}
		}
	case xml.EndElement:
		d.depth--
	case xml.Directive:
		// A document type may define entities; office files have none.
		return nil, damaged(d.name)
	}
	return t, nil
}

// Attr returns an attribute by its local name.
func Attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
