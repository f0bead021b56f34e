// Package archive takes files out of archives: ZIP, 7z, RAR, tar, and single
// files packed with gzip, bzip2, xz or zstd. No name of a member ever becomes a
// path on a disk, no size is believed that was not read, and a member that
// cannot be had is there with its reason.
package archive

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bodgit/sevenzip"
	"github.com/klauspost/compress/zstd"
	"github.com/nwaples/rardecode/v2"
	"github.com/ulikunitz/xz"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"

	"tallyman/extract/format"
	"tallyman/extract/format/zipfile"
	"tallyman/extract/page"
)

// Reader reads archives.
var Reader = &format.Reader{Name: "archive", Version: "1", Detect: Detect, Read: Read}

// Limits on one archive. Honest archives of papers stay far below.
const (
	maxMembers = 10_000
	maxMember  = 256 << 20 // bytes of one file, unpacked
	maxTotal   = 320 << 20 // bytes of all, unpacked
	maxRatio   = 100       // unpacked to packed, beyond the first freeRatio bytes
	freeRatio  = 1 << 20
	maxBombs   = 8 // files beyond the ratio, after which the rest is left alone
	maxName    = 1024
)

var kinds = []struct{ magic, kind string }{
	{"PK\x03\x04", zipfile.Plain}, {"PK\x05\x06", zipfile.Plain}, {"PK\x07\x08", zipfile.Plain},
	{"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"},
	{"Rar!\x1a\x07", "application/vnd.rar"},
	{"\x1f\x8b\x08", "application/gzip"},
	{"BZh", "application/x-bzip2"},
	{"\xfd7zXZ\x00", "application/x-xz"},
	{"\x28\xb5\x2f\xfd", "application/zstd"},
}

// Detect returns the media type of an archive.
func Detect(data []byte) string {
	for _, k := range kinds {
		if bytes.HasPrefix(data, []byte(k.magic)) && (k.magic != "BZh" || len(data) > 10 && string(data[4:10]) == "1AY&SY") {
			return k.kind
		}
	}
	if isTar(data) {
		return "application/x-tar"
	}
	return ""
}

func isTar(data []byte) bool {
	if len(data) < 512 || string(data[257:262]) != "ustar" && data[0] == 0 {
		return false
	}
	if string(data[257:262]) == "ustar" {
		return true
	}
	// Old archives have no mark, but a sum over the header.
	sum := 0
	for i, b := range data[:512] {
		if i >= 148 && i < 156 {
			b = ' '
		}
		sum += int(b)
	}
	var said int
	field := strings.Trim(string(data[148:156]), " \x00")
	if _, err := fmt.Sscanf(field, "%o", &said); err != nil || len(field) < 4 {
		return false
	}
	return said == sum
}

// Read takes all files out of an archive.
func Read(data []byte) (format.Answer, error) {
	u := &unpacking{packed: int64(len(data))}
	var err error
	switch kind := Detect(data); kind {
	case zipfile.Plain:
		switch zipfile.Kind(data) {
		case zipfile.PPTX, zipfile.XLSB:
			return format.Answer{}, &page.Problem{Code: page.UnsupportedType, Text: "Presentations and binary workbooks are not read; save the file as PDF or XLSX, or ask the sender for one."}
		}
		err = u.zip(data)
	case "application/x-7z-compressed":
		err = u.sevenZip(data)
	case "application/vnd.rar":
		err = u.rar(data)
	case "application/x-tar":
		err = u.tar(bytes.NewReader(data))
	default:
		err = u.stream(kind, data)
	}
	var stop *page.Problem
	if err != nil && !errors.As(err, &stop) {
		stop = damaged
	}
	if len(u.parts) == 0 && stop == nil {
		stop = &page.Problem{Code: page.EmptyFile, Text: "The archive holds no file; ask the sender for it again."}
	}
	return format.Answer{Parts: u.parts, Partial: stop, Notes: u.notes}, nil
}

var damaged = &page.Problem{Code: page.Corrupt, Text: "The archive is damaged; what could be taken out of it was read. Ask the sender for a new copy."}

// locked is why an encrypted archive or member is not read.
var locked = &page.Problem{Code: page.NeedsPassword, Text: "The file is encrypted; ask the sender for the password, or unpack it and hand over the files."}

// An unpacking gathers the files of one archive.
type unpacking struct {
	packed int64 // bytes of the archive
	parts  []page.Part
	notes  []page.Note
	total  int64
	bombs  int
}

// add takes a file out of r. It returns an error if nothing more is to be read.
func (u *unpacking) add(name string, packed int64, r io.Reader) error {
	if err := u.room(); err != nil {
		return err
	}
	most := min(int64(maxMember), maxTotal-u.total)
	byRatio := int64(freeRatio) + maxRatio*packed
	b, err := io.ReadAll(io.LimitReader(r, min(most, byRatio)+1))
	u.total += int64(len(b))
	switch {
	case int64(len(b)) > byRatio:
		u.refuse(name, &page.Problem{Code: page.LimitRatio, Text: fmt.Sprintf("The file unpacks to more than %d times its size, as no paper does; it was not read.", maxRatio)})
		if u.bombs++; u.bombs == maxBombs {
			return &page.Problem{Code: page.LimitRatio, Text: "Several files of the archive unpack to far more than any paper; the rest was left alone. Ask the sender what this is."}
		}
	case int64(len(b)) > most && most < maxMember:
		u.refuse(name, overTotal)
		return overTotal
	case int64(len(b)) > most:
		u.refuse(name, &page.Problem{Code: page.LimitBytes, Text: fmt.Sprintf("The file is larger than %d MB; it was not read. Unpack it and split it.", maxMember>>20)})
	case err != nil:
		u.refuse(name, problemOf(err))
	default:
		u.parts = append(u.parts, page.Part{Name: u.named(name), Data: b})
	}
	return nil
}

var overTotal = &page.Problem{Code: page.LimitBytes, Text: fmt.Sprintf("The archive unpacks to more than %d MB; what came before was read. Split it.", maxTotal>>20)}

// problemOf says why a member could not be taken out.
func problemOf(err error) *page.Problem {
	var p *page.Problem
	var sz *sevenzip.ReadError
	switch {
	case errors.As(err, &p):
		return p
	case errors.Is(err, rardecode.ErrArchivedFileEncrypted), errors.Is(err, rardecode.ErrArchiveEncrypted), errors.Is(err, rardecode.ErrBadPassword):
		return locked
	case errors.As(err, &sz) && sz.Encrypted:
		return locked
	case errors.Is(err, zip.ErrAlgorithm), errors.Is(err, rardecode.ErrUnknownDecoder):
		return &page.Problem{Code: page.UnsupportedType, Text: "The file is packed in a way that is not read; unpack it and hand over the files."}
	}
	return &page.Problem{Code: page.Corrupt, Text: "The file is damaged in the archive; ask the sender for a new copy."}
}

func (u *unpacking) room() error {
	if len(u.parts) >= maxMembers {
		return &page.Problem{Code: page.LimitMembers, Text: fmt.Sprintf("The archive holds more than %d files; the first of them were read. Split it.", maxMembers)}
	}
	return nil
}

// refuse lists a member with the reason why it was not taken out.
func (u *unpacking) refuse(name string, p *page.Problem) {
	u.parts = append(u.parts, page.Part{Name: u.named(name), Problem: p})
}

// named returns the name of a member in UTF-8 with forward slashes, and notes
// one that is made to mislead. The name is data: it never leads to a file.
func (u *unpacking) named(name string) string {
	name = decodeName(name)
	hostile := strings.Contains(name, "\x00") || len(name) > maxName
	name = strings.ReplaceAll(name, `\`, "/")
	if strings.HasPrefix(name, "/") || len(name) > 1 && name[1] == ':' || strings.HasPrefix(path.Clean(name), "..") {
		hostile = true
	}
	for _, r := range name {
		hostile = hostile || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	}
	if hostile {
		u.notes = append(u.notes, page.Note{Code: page.HostileName, Text: fmt.Sprintf("The archive names a file %.200q, which may be meant to mislead; the name is shown only.", name)})
	}
	if len(name) > maxName {
		name = strings.ToValidUTF8(name[:maxName/2], "") + "…" + strings.ToValidUTF8(name[len(name)-maxName/4:], "")
	}
	return name
}

// decodeName finds the encoding of a name that is not UTF-8. Windows packs
// names in the code page of its country: Cyrillic or Chinese are the likely
// ones, and Western letters the rest.
func decodeName(name string) string {
	if utf8.ValidString(name) {
		return name
	}
	try := func(e encoding.Encoding) string {
		s, err := e.NewDecoder().String(name)
		if err != nil || strings.ContainsRune(s, utf8.RuneError) {
			return ""
		}
		return s
	}
	count := func(s string, in *unicode.RangeTable) (n int) {
		for _, r := range s {
			if unicode.Is(in, r) {
				n++
			}
		}
		return n
	}
	foreign := 0
	for _, b := range []byte(name) {
		if b >= 0x80 {
			foreign++
		}
	}
	if s := try(charmap.CodePage866); count(s, unicode.Cyrillic)*10 >= foreign*9 {
		return s
	}
	if s := try(simplifiedchinese.GB18030); count(s, unicode.Han)*20 >= foreign*9 {
		return s
	}
	if s := try(charmap.Windows1251); count(s, unicode.Cyrillic)*10 >= foreign*9 {
		return s
	}
	return try(charmap.CodePage437)
}

func (u *unpacking) zip(data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return err
	}
	if len(z.File) > maxMembers {
		return &page.Problem{Code: page.LimitMembers, Text: fmt.Sprintf("The archive holds %d files; at most %d are read. Split it.", len(z.File), maxMembers)}
	}
	var claimed uint64
	for _, f := range z.File {
		claimed += min(f.CompressedSize64, 1<<40)
	}
	if claimed > uint64(len(data)) {
		return &page.Problem{Code: page.LimitRatio, Text: "The files of the archive lie on top of each other, as only a trap has them; it was not read. Ask the sender what this is."}
	}
	for _, f := range z.File {
		mode := f.Mode()
		switch {
		case mode.IsDir() || strings.HasSuffix(f.Name, "/"):
			continue
		case !mode.IsRegular():
			u.refuse(f.Name, noFile)
			continue
		case f.Flags&1 != 0:
			u.refuse(f.Name, locked)
			continue
		}
		r, err := f.Open()
		if err != nil {
			if err := u.room(); err != nil {
				return err
			}
			u.refuse(f.Name, problemOf(err))
			continue
		}
		err = u.add(f.Name, int64(min(f.CompressedSize64, 1<<40)), r)
		r.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

var noFile = &page.Problem{Code: page.NotAFile, Text: "This is a link or a device, no file; the archive only names it."}

func (u *unpacking) sevenZip(data []byte) error {
	z, err := sevenzip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return problemOf(err)
	}
	if len(z.File) > maxMembers {
		return &page.Problem{Code: page.LimitMembers, Text: fmt.Sprintf("The archive holds %d files; at most %d are read. Split it.", len(z.File), maxMembers)}
	}
	for _, f := range z.File {
		mode := f.Mode()
		if mode.IsDir() {
			continue
		}
		if !mode.IsRegular() {
			u.refuse(f.Name, noFile)
			continue
		}
		r, err := f.Open()
		if err != nil {
			u.refuse(f.Name, problemOf(err))
			continue
		}
		// Files are packed together: what one takes of the archive is not known.
		err = u.add(f.Name, u.packed, r)
		r.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

func (u *unpacking) rar(data []byte) error {
	z, err := rardecode.NewReader(bytes.NewReader(data), rardecode.MaxDictionarySize(256<<20))
	if err != nil {
		return problemOf(err)
	}
	for {
		h, err := z.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return problemOf(err)
		}
		switch {
		case h.IsDir:
			continue
		case h.Encrypted:
			u.refuse(h.Name, locked)
			continue
		case !h.Mode().IsRegular():
			u.refuse(h.Name, noFile)
			continue
		}
		packed := h.PackedSize
		if h.Solid {
			packed = u.packed
		}
		if err := u.add(h.Name, packed, z); err != nil {
			return err
		}
	}
}

func (u *unpacking) tar(r io.Reader) error {
	t := tar.NewReader(r)
	for {
		h, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return err
		}
		if err := u.room(); err != nil {
			return err
		}
		switch h.Typeflag {
		case tar.TypeDir, tar.TypeXGlobalHeader, tar.TypeXHeader:
			continue
		case tar.TypeReg, 0: // old archives write 0
			// A file of a packed archive is bounded by what the archive gives.
			if err := u.add(h.Name, u.packed, t); err != nil {
				return err
			}
		default:
			u.refuse(h.Name, noFile)
		}
	}
}

// stream unpacks a single stream: an archive in a further wrapping, or a file.
func (u *unpacking) stream(kind string, data []byte) error {
	var r io.Reader
	name := ""
	switch kind {
	case "application/gzip":
		g, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return err
		}
		r, name = g, g.Name
	case "application/x-bzip2":
		r = bzip2.NewReader(bytes.NewReader(data))
	case "application/x-xz":
		x, err := xz.ReaderConfig{DictCap: 64 << 20}.NewReader(bytes.NewReader(data))
		if err != nil {
			return err
		}
		r = x
	case "application/zstd":
		z, err := zstd.NewReader(bytes.NewReader(data), zstd.WithDecoderMaxMemory(256<<20), zstd.WithDecoderMaxWindow(128<<20), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return err
		}
		defer z.Close()
		r = z
	default:
		return damaged
	}
	head := make([]byte, 512)
	n, err := io.ReadFull(r, head)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return err
	}
	r = io.MultiReader(bytes.NewReader(head[:n]), r)
	if isTar(head[:n]) {
		return u.tar(r)
	}
	return u.add(name, u.packed, r)
}
