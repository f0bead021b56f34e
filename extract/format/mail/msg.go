package mail

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"mime"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/richardlehane/mscfb"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"tallyman/extract/format"
	"tallyman/extract/page"
)

// MSG reads messages that Outlook saved (MS-OXMSG): a compound file whose
// streams are the properties of the message and of what is attached.
var MSG = &format.Reader{
	Name: "msg", Version: "1",
	Detect: func(data []byte) string {
		if bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) && bytes.Contains(data, utf16le("__properties_version1.0")) {
			return "application/vnd.ms-outlook"
		}
		return ""
	},
	Read: readMSG,
}

func utf16le(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// Properties of MAPI (MS-OXPROPS) that are read.
const (
	subject       = 0x0037
	submitted     = 0x0039
	senderName    = 0x0c1a
	senderAddress = 0x0c1f
	senderSMTP    = 0x5d01
	displayCopy   = 0x0e03
	displayTo     = 0x0e04
	delivered     = 0x0e06
	body          = 0x1000
	bodyRTF       = 0x1009
	bodyHTML      = 0x1013
	displayName   = 0x3001
	attachData    = 0x3701
	attachName    = 0x3704
	attachLong    = 0x3707
	attachMIME    = 0x370e
	attachCID     = 0x3712
	messagePage   = 0x3ffd // code page of 8-bit texts
	internetPage  = 0x3fde // code page of the HTML
)

// Limits on a message.
const (
	maxStreams = 20_000
	maxBytes   = 320 << 20
	maxNested  = 8 // messages within messages
)

// A store is the properties of a message or an attachment, and what is in it.
type store struct {
	streams map[uint16]stream
	fixed   map[uint16]uint64 // values of eight bytes
	inner   map[string]*store // attachments and attached messages, by name
	order   []string
}

type stream struct {
	kind uint16 // 0x001f text in UTF-16, 0x001e text in 8 bits, 0x0102 bytes
	data []byte
}

func newStore() *store {
	return &store{streams: map[uint16]stream{}, fixed: map[uint16]uint64{}, inner: map[string]*store{}}
}

func (s *store) at(names []string) *store {
	for _, n := range names {
		if s.inner[n] == nil {
			s.inner[n] = newStore()
			s.order = append(s.order, n)
		}
		s = s.inner[n]
	}
	return s
}

func readMSG(data []byte) (format.Answer, error) {
	damaged := &page.Problem{Code: page.Corrupt, Text: "The message is damaged. Save it again, or as EML or PDF, and hand that over."}
	r, err := mscfb.New(bytes.NewReader(data))
	if err != nil {
		return format.Answer{}, damaged
	}
	root := newStore()
	total := 0
	for n := 0; ; n++ {
		f, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil || n == maxStreams {
			return format.Answer{}, damaged
		}
		if len(f.Path) > 2*maxNested {
			continue
		}
		if f.FileInfo().IsDir() || f.Size <= 0 {
			continue
		}
		if f.Size > int64(len(data)) || total+int(f.Size) > maxBytes {
			return format.Answer{}, &page.Problem{Code: page.LimitBytes, Text: "The message claims more than it can hold; it was not read. Save it again, or as EML."}
		}
		b := make([]byte, f.Size)
		k, err := io.ReadFull(f, b)
		if err != nil && k == 0 {
			continue
		}
		b = b[:k]
		total += k
		s := root.at(f.Path)
		switch name := f.Name; {
		case strings.HasPrefix(name, "__substg1.0_") && len(name) == 20:
			var tag uint32
			if _, err := fmt.Sscanf(name[12:], "%08X", &tag); err == nil {
				id := uint16(tag >> 16)
				// A text in UTF-16 is better than the same in 8 bits.
				if old, ok := s.streams[id]; !ok || old.kind == 0x1e {
					s.streams[id] = stream{uint16(tag), b}
				}
			}
		case name == "__properties_version1.0":
			s.properties(b, len(f.Path))
		}
	}
	l, stop := root.letter(0)
	if len(root.streams) == 0 {
		return format.Answer{}, damaged
	}
	a := l.answer()
	if a.Partial == nil && stop != nil {
		a.Partial = stop
	}
	return a, nil
}

// properties reads the values of fixed length. The list has a head, which is
// longer for the message itself.
func (s *store) properties(b []byte, depth int) {
	head := 8
	switch {
	case depth == 0:
		head = 32
	case depth%2 == 0:
		head = 24 // of an attached message
	}
	for i := head; i+16 <= len(b); i += 16 {
		s.fixed[binary.LittleEndian.Uint16(b[i+2:])] = binary.LittleEndian.Uint64(b[i+8:])
	}
}

// codePages are the 8-bit encodings by their Windows number.
var codePages = map[uint64]encoding.Encoding{
	866: charmap.CodePage866, 874: charmap.Windows874, 932: japanese.ShiftJIS, 936: simplifiedchinese.GB18030, 949: korean.EUCKR, 950: traditionalchinese.Big5,
	1250: charmap.Windows1250, 1251: charmap.Windows1251, 1252: charmap.Windows1252, 1253: charmap.Windows1253, 1254: charmap.Windows1254,
	1255: charmap.Windows1255, 1256: charmap.Windows1256, 1257: charmap.Windows1257, 1258: charmap.Windows1258,
	20866: charmap.KOI8R, 21866: charmap.KOI8U, 28591: charmap.ISO8859_1, 28592: charmap.ISO8859_2, 28595: charmap.ISO8859_5, 28599: charmap.ISO8859_9, 54936: simplifiedchinese.GB18030,
}

func (s *store) decode(b []byte, codePage uint64) string {
	if e := codePages[codePage]; e != nil {
		if t, err := e.NewDecoder().Bytes(b); err == nil {
			return string(t)
		}
	}
	return string(b)
}

// text returns a property that is a text.
func (s *store) text(id uint16) string {
	p, ok := s.streams[id]
	if !ok {
		return ""
	}
	var t string
	if p.kind == 0x1f {
		u := make([]uint16, len(p.data)/2)
		for i := range u {
			u[i] = binary.LittleEndian.Uint16(p.data[2*i:])
		}
		t = string(utf16.Decode(u))
	} else {
		page := s.fixed[messagePage] & 0xffffffff
		if id == bodyHTML && s.fixed[internetPage] != 0 {
			page = s.fixed[internetPage] & 0xffffffff
		}
		if page == 0 && id != bodyHTML {
			page = 1252
		}
		t = s.decode(p.data, page)
	}
	return strings.TrimRight(strings.ToValidUTF8(t, "�"), "\x00")
}

// time returns a property that is a time: hundreds of nanoseconds since 1601.
func (s *store) time(id uint16) string {
	v := s.fixed[id]
	if v == 0 || v > 1<<62 {
		return ""
	}
	const between = 11644473600 // seconds from 1601 to 1970
	return time.Unix(int64(v/1e7)-between, 0).UTC().Format("2006-01-02 15:04")
}

func (s *store) letter(depth int) (*letter, *page.Problem) {
	l := &letter{from: s.text(senderName), to: s.text(displayTo), copies: s.text(displayCopy), subject: s.text(subject), text: s.text(body)}
	address := s.text(senderSMTP)
	if address == "" && strings.Contains(s.text(senderAddress), "@") {
		address = s.text(senderAddress)
	}
	if address != "" && !strings.Contains(l.from, address) {
		l.from = strings.TrimSpace(l.from + " <" + address + ">")
	}
	if l.date = s.time(submitted); l.date == "" {
		l.date = s.time(delivered)
	}
	if strings.TrimSpace(l.text) == "" {
		if h := s.text(bodyHTML); h != "" {
			l.text = htmlText(h)
		} else if _, rtf := s.streams[bodyRTF]; rtf {
			l.notes = append(l.notes, page.Note{Code: page.LeftOut, Text: "The text of the message is in RTF alone, which is not read; what is attached was read."})
		}
	}
	var stop *page.Problem
	for _, name := range s.order {
		if !strings.HasPrefix(name, "__attach_version1.0_") {
			continue
		}
		if len(l.parts) >= maxParts {
			return l, &page.Problem{Code: page.LimitMembers, Text: fmt.Sprintf("The message holds more than %d files; the first of them were read.", maxParts)}
		}
		a := s.inner[name]
		file := a.text(attachLong)
		if file == "" {
			file = a.text(attachName)
		}
		if file == "" {
			file = a.text(displayName)
		}
		kind := strings.ToLower(a.text(attachMIME))
		if message := a.inner["__substg1.0_3701000D"]; message != nil {
			if file == "" {
				file = "message"
			}
			if path.Ext(file) != ".eml" {
				file += ".eml"
			}
			if len(message.streams) == 0 || depth >= maxNested {
				l.parts = append(l.parts, page.Part{Name: file, Problem: &page.Problem{Code: page.UnsupportedType, Text: "This is an object of another program within the message; open the message and save it as a file."}})
				continue
			}
			inner, p := message.letter(depth + 1)
			if p != nil {
				stop = p
			}
			l.attach(file, "message/rfc822", false, inner.eml())
			continue
		}
		data, ok := a.streams[attachData]
		if file == "" {
			file = fmt.Sprintf("file %d%s", len(l.parts)+1, extension(kind))
		}
		if !ok {
			l.parts = append(l.parts, page.Part{Name: file, Problem: &page.Problem{Code: page.Corrupt, Text: "The message names this file and does not hold it; ask the sender for it."}})
			continue
		}
		if kind == "" {
			switch strings.ToLower(path.Ext(file)) {
			case ".png", ".gif", ".jpg", ".jpeg", ".bmp":
				kind = "image/" + strings.TrimPrefix(strings.ToLower(path.Ext(file)), ".")
			}
		}
		l.attach(file, kind, a.text(attachCID) != "", data.data)
	}
	return l, stop
}

// eml writes a letter as an Internet message, so that a message within a
// message is a file like any other.
func (l *letter) eml() []byte {
	const boundary = "=_part_of_the_message"
	var b bytes.Buffer
	field := func(name, value string) {
		if value = strings.Join(strings.Fields(plain(value)), " "); value != "" {
			fmt.Fprintf(&b, "%s: %s\r\n", name, mime.BEncoding.Encode("utf-8", value))
		}
	}
	fmt.Fprintf(&b, "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=%q\r\n", boundary)
	field("From", cmp.Or(l.from, "unknown"))
	field("To", l.to)
	field("Cc", l.copies)
	field("Subject", l.subject)
	field("Date", l.date)
	b.WriteString("\r\n")
	part := func(kind, name string, data []byte) {
		fmt.Fprintf(&b, "--%s\r\nContent-Type: %s\r\nContent-Transfer-Encoding: base64\r\n", boundary, kind)
		if name != "" {
			fmt.Fprintf(&b, "Content-Disposition: %s\r\n", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
		}
		b.WriteString("\r\n")
		text := base64.StdEncoding.EncodeToString(data)
		for chunk := range slices.Chunk([]byte(text), 76) {
			b.Write(chunk)
			b.WriteString("\r\n")
		}
	}
	part("text/plain; charset=utf-8", "", []byte(l.text))
	for _, p := range l.parts {
		if p.Problem == nil {
			part("application/octet-stream", strings.ToValidUTF8(p.Name, "_"), p.Data)
		}
	}
	fmt.Fprintf(&b, "--%s--\r\n", boundary)
	return b.Bytes()
}
