package mail

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"tallyman/extract/format"
	"tallyman/extract/format/sheet"
	"tallyman/extract/page"
	"tallyman/trade"
)

func crlf(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", "\r\n")) }

func text(a format.Answer) string {
	var words []string
	for _, p := range a.Pages {
		for _, w := range p.Words {
			words = append(words, w.Text)
		}
	}
	return strings.Join(words, " ")
}

func letterWith(t *testing.T) []byte {
	t.Helper()
	windows, err := charmap.Windows1251.NewEncoder().Bytes([]byte("№;Товар;Кол-во\n1;Фонарь;5\n2;Чайник;7\n"))
	if err != nil {
		t.Fatal(err)
	}
	return crlf(`Received: from mail.quillfeather.example
From: =?koi8-r?B?88XXxdLO2cog5s/OwdLY?= <desk@lantern.example>
To: import@rook.example
Subject: papers
Date: Mon, 2 Mar 2026 10:00:00 +0300
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b1"

--b1
Content-Type: multipart/alternative; boundary="b2"

--b2
Content-Type: text/plain; charset=utf-8

Invoice 17 for 500 USD is attached.
--b2
Content-Type: text/html; charset=utf-8

<p>Invoice 17 for 500 USD is attached.</p>
--b2--
--b1
Content-Type: application/pdf; name="inv.pdf"
Content-Disposition: attachment; filename*=utf-8''%D0%98%D0%BD%D0%B2%D0%BE%D0%B9%D1%81.pdf
Content-Transfer-Encoding: base64

JVBERi0xLjQK
--b1
Content-Type: text/csv; charset=windows-1251; name="list.csv"
Content-Disposition: attachment; filename="list.csv"
Content-Transfer-Encoding: base64

` + base64.StdEncoding.EncodeToString(windows) + `
--b1
Content-Type: image/png; name="logo.png"
Content-ID: <logo>
Content-Disposition: inline; filename="logo.png"
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--b1
Content-Type: message/rfc822
Content-Disposition: attachment; filename="old.eml"

From: a@x.example
To: b@x.example
Subject: older

text
--b1
Content-Type: application/pkcs7-signature; name="smime.p7s"
Content-Disposition: attachment; filename="smime.p7s"
Content-Transfer-Encoding: base64

MAA=
--b1--
`)
}

func TestLetter(t *testing.T) {
	data := letterWith(t)
	if kind := EML.Detect(data); kind != "message/rfc822" {
		t.Fatalf("taken for %q", kind)
	}
	a, err := readEML(data)
	if err != nil {
		t.Fatal(err)
	}
	if a.Type != trade.OtherPaper {
		t.Errorf("a letter is no shipping paper: %q", a.Type)
	}
	for _, want := range []string{"Северный Фонарь", "Subject: papers", "Invoice 17 for 500 USD is attached."} {
		if !strings.Contains(text(a), want) {
			t.Errorf("the page does not say %q: %s", want, text(a))
		}
	}
	var got []string
	for _, p := range a.Parts {
		s := p.Name
		if p.Problem != nil {
			s += " " + p.Problem.Code
		} else {
			s += fmt.Sprintf(" %d", len(p.Data))
		}
		got = append(got, s)
	}
	list := a.Parts[slices.IndexFunc(a.Parts, func(p page.Part) bool { return p.Name == "list.csv" })]
	want := []string{"Инвойс.pdf 9", fmt.Sprintf("list.csv %d", len(list.Data)), "logo.png not_a_paper", "old.eml", "smime.p7s not_a_paper"}
	for i, w := range want {
		if i >= len(got) || !strings.HasPrefix(got[i], w) {
			t.Fatalf("parts %q, want %q", got, want)
		}
	}
	if s, err := charmap.Windows1251.NewDecoder().Bytes(list.Data); err != nil || !strings.Contains(string(s), "1;Фонарь;5") {
		t.Errorf("the attached table lost its bytes: %q", list.Data)
	}
}

func TestLetterOfHTMLAlone(t *testing.T) {
	a, err := readEML(crlf("From: a@x.example\nTo: b@x.example\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<html><head><style>p{}</style></head><body><p>Goods left <b>Ningbo</b></p><p>on Monday</p></body></html>\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := text(a); !strings.Contains(got, "Goods left") || !strings.Contains(got, "Ningbo") || strings.Contains(got, "p{}") {
		t.Errorf("got %q", got)
	}
}

func TestDetect(t *testing.T) {
	for _, s := range []string{"From the desk of the manager:\nDear Sir\n", "Subject: x\n\nbody", "To: a\nDate: b\nSubject: c\n\nx", "<html>", "", "From: a\nTo: b\nnot a field\n"} {
		if k := detectEML([]byte(s)); k != "" {
			t.Errorf("%q is taken for %s", s, k)
		}
	}
}

func TestMbox(t *testing.T) {
	one := "From: a@x.example\nTo: b@x.example\nSubject: first\n\nFrom here on we wait.\n>From the port.\n\n"
	two := "From: c@x.example\nTo: d@x.example\nSubject: second\n\nok\n"
	data := []byte("From a@x.example Mon Mar  2 10:00:00 2026\n" + one + "From c@x.example Mon Mar  2 11:00:00 2026\n" + two)
	if Mbox.Detect(data) == "" {
		t.Fatal("not taken for a box")
	}
	a, err := readMbox(data)
	if err != nil || len(a.Parts) != 2 {
		t.Fatalf("%d letters, %v", len(a.Parts), err)
	}
	if want := strings.Replace(one, ">From", "From", 1); string(a.Parts[0].Data) != want {
		t.Errorf("got %q, want %q", a.Parts[0].Data, want)
	}
	if string(a.Parts[1].Data) != two {
		t.Errorf("got %q", a.Parts[1].Data)
	}
}

// A node is a storage or a stream of a compound file in the making.
type node struct {
	name string
	data []byte
	sub  []node
}

func wide(s string) []byte { return utf16le(s) }

func prop(id, kind uint16, data []byte) node {
	return node{name: fmt.Sprintf("__substg1.0_%04X%04X", id, kind), data: data}
}

// fixedProps makes a stream of properties of fixed length.
func fixedProps(head int, values map[uint16]uint64) node {
	b := make([]byte, head)
	ids := []uint16{}
	for id := range values {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		e := make([]byte, 16)
		binary.LittleEndian.PutUint16(e[2:], id)
		binary.LittleEndian.PutUint64(e[8:], values[id])
		b = append(b, e...)
	}
	return node{name: "__properties_version1.0", data: b}
}

// compoundFile writes nodes as a compound file (MS-CFB) of version 3. Streams
// are padded to the size from which on they lie in sectors of their own.
func compoundFile(nodes []node) []byte {
	const sector, free, end, fatMark = 512, 0xffffffff, 0xfffffffe, 0xfffffffd
	type entry struct {
		name               string
		kind               byte
		right, child, from uint32
		size               int
	}
	entries := []entry{{name: "Root Entry", kind: 5, right: free, child: free, from: end}}
	var body []byte // of all sectors behind the first
	var chain []uint32
	put := func(data []byte) uint32 {
		if len(data) == 0 {
			return end
		}
		at := uint32(len(body) / sector)
		n := (len(data) + sector - 1) / sector
		body = append(body, data...)
		body = append(body, make([]byte, n*sector-len(data))...)
		for i := range n {
			next := at + uint32(i) + 1
			if i == n-1 {
				next = end
			}
			chain = append(chain, next)
		}
		return at
	}
	var add func(list []node) uint32
	add = func(list []node) uint32 {
		list = slices.Clone(list)
		slices.SortFunc(list, func(a, b node) int {
			if len(a.name) != len(b.name) {
				return len(a.name) - len(b.name)
			}
			return strings.Compare(strings.ToUpper(a.name), strings.ToUpper(b.name))
		})
		first, last := uint32(free), -1
		for _, n := range list {
			i := len(entries)
			e := entry{name: n.name, kind: 2, right: free, child: free, from: end}
			if n.sub != nil {
				e.kind = 1
			} else {
				data := n.data
				e.size = len(data)
				if e.size < 4096 {
					e.size = 4096 // so that no stream lies in the small ones
					data = append(slices.Clone(data), make([]byte, 4096-len(data))...)
				}
				e.from = put(data)
			}
			entries = append(entries, e)
			if last >= 0 {
				entries[last].right = uint32(i)
			} else {
				first = uint32(i)
			}
			last = i
			if n.sub != nil {
				entries[i].child = add(n.sub)
			}
		}
		return first
	}
	entries[0].child = add(nodes)
	var dir []byte
	for _, e := range entries {
		b := make([]byte, 128)
		copy(b, wide(e.name))
		binary.LittleEndian.PutUint16(b[64:], uint16(2*len(e.name)+2))
		b[66], b[67] = e.kind, 1
		binary.LittleEndian.PutUint32(b[68:], free)
		binary.LittleEndian.PutUint32(b[72:], e.right)
		binary.LittleEndian.PutUint32(b[76:], e.child)
		binary.LittleEndian.PutUint32(b[116:], e.from)
		binary.LittleEndian.PutUint32(b[120:], uint32(e.size))
		dir = append(dir, b...)
	}
	dirAt := put(dir)
	fatSectors := 1
	for (len(chain)+fatSectors)*4 > fatSectors*sector {
		fatSectors++
	}
	fatAt := uint32(len(body) / sector)
	for range fatSectors {
		chain = append(chain, fatMark)
	}
	fat := bytes.Repeat([]byte{0xff}, fatSectors*sector)
	for i, next := range chain {
		binary.LittleEndian.PutUint32(fat[4*i:], next)
	}
	body = append(body, fat...)
	head := make([]byte, 512)
	copy(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	binary.LittleEndian.PutUint16(head[24:], 0x3e)
	binary.LittleEndian.PutUint16(head[26:], 3)
	binary.LittleEndian.PutUint16(head[28:], 0xfffe)
	binary.LittleEndian.PutUint16(head[30:], 9)
	binary.LittleEndian.PutUint16(head[32:], 6)
	binary.LittleEndian.PutUint32(head[44:], uint32(fatSectors))
	binary.LittleEndian.PutUint32(head[48:], dirAt)
	binary.LittleEndian.PutUint32(head[56:], 4096)
	binary.LittleEndian.PutUint32(head[60:], end)
	binary.LittleEndian.PutUint32(head[68:], end)
	for i := range 109 {
		v := uint32(free)
		if i < fatSectors {
			v = fatAt + uint32(i)
		}
		binary.LittleEndian.PutUint32(head[76+4*i:], v)
	}
	return append(head, body...)
}

// message is a message of Outlook with an attachment, a logo, a file that is
// missing, and a message within.
func message() []byte {
	old, _ := charmap.Windows1251.NewEncoder().Bytes([]byte("Старое письмо"))
	return compoundFile([]node{
		fixedProps(32, map[uint16]uint64{submitted: 134168688000000000}),
		prop(subject, 0x1f, wide("Документы на груз")),
		prop(senderName, 0x1f, wide("Лампа Северная")),
		prop(senderSMTP, 0x1f, wide("desk@lantern.example")),
		prop(displayTo, 0x1f, wide("Rook Imports")),
		prop(body, 0x1f, wide("Invoice 17 is attached.\r\nRegards")),
		{name: "__attach_version1.0_#00000000", sub: []node{
			fixedProps(8, nil), prop(attachLong, 0x1f, wide("инвойс.pdf")), prop(attachMIME, 0x1f, wide("application/pdf")), prop(attachData, 0x102, []byte("%PDF-1.4 text")),
		}},
		{name: "__attach_version1.0_#00000001", sub: []node{
			fixedProps(8, nil), prop(attachLong, 0x1f, wide("logo.png")), prop(attachCID, 0x1f, wide("logo")), prop(attachData, 0x102, []byte("\x89PNG")),
		}},
		{name: "__attach_version1.0_#00000002", sub: []node{fixedProps(8, nil), prop(attachName, 0x1f, wide("LOST.PDF"))}},
		{name: "__attach_version1.0_#00000003", sub: []node{
			fixedProps(8, nil), prop(displayName, 0x1f, wide("older")),
			{name: "__substg1.0_3701000D", sub: []node{
				fixedProps(24, map[uint16]uint64{messagePage: 1251}), prop(subject, 0x1e, old), prop(body, 0x1e, []byte("see the list")),
				{name: "__attach_version1.0_#00000000", sub: []node{fixedProps(8, nil), prop(attachLong, 0x1f, wide("list.csv")), prop(attachData, 0x102, []byte("a,b,c\n1,2,3\n"))}},
			}},
		}},
	})
}

func TestMSG(t *testing.T) {
	data := message()
	if MSG.Detect(data) == "" {
		t.Fatal("not taken for a message")
	}
	a, err := readMSG(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"From: Лампа Северная <desk@lantern.example>", "To: Rook Imports", "Subject: Документы на груз", "Date: 2026-03-01 20:00", "Invoice 17 is attached. Regards"} {
		if !strings.Contains(text(a), want) {
			t.Errorf("the page does not say %q: %s", want, text(a))
		}
	}
	if len(a.Parts) != 4 {
		t.Fatalf("%d parts, want 4", len(a.Parts))
	}
	if p := a.Parts[0]; p.Name != "инвойс.pdf" || !bytes.HasPrefix(p.Data, []byte("%PDF-1.4 text")) {
		t.Errorf("part %q holds %.20q", p.Name, p.Data)
	}
	for i, code := range map[int]string{1: page.NotAPaper, 2: page.Corrupt} {
		if p := a.Parts[i]; p.Problem == nil || p.Problem.Code != code {
			t.Errorf("part %q: %v, want %s", p.Name, p.Problem, code)
		}
	}
	if p := a.Parts[3]; p.Name != "older.eml" || EML.Detect(p.Data) == "" {
		t.Fatalf("the message within is %q: %.80q", p.Name, p.Data)
	}
	inner, err := readEML(a.Parts[3].Data)
	if err != nil {
		t.Fatal(err)
	}
	if got := text(inner); !strings.Contains(got, "Старое письмо") || !strings.Contains(got, "see the list") {
		t.Errorf("the message within says %q", got)
	}
	if len(inner.Parts) != 1 || inner.Parts[0].Name != "list.csv" || !bytes.HasPrefix(inner.Parts[0].Data, []byte("a,b,c\n1,2,3\n")) {
		t.Errorf("the message within holds %+v", inner.Parts)
	}
}

// TestOtherCompoundFiles holds what is said of files that share the container.
func TestOtherCompoundFiles(t *testing.T) {
	for _, tt := range []struct{ stream, code, says string }{
		{"EncryptedPackage", page.NeedsPassword, "password"},
		{"WordDocument", page.UnsupportedType, "save it as PDF or DOCX"},
		{"PowerPoint Document", page.UnsupportedType, "PDF"},
		{"Contents", page.UnsupportedType, "PDF"},
	} {
		data := compoundFile([]node{{name: tt.stream, data: []byte("x")}})
		if MSG.Detect(data) != "" || sheet.XLS.Detect(data) == "" {
			t.Fatalf("%s: taken for another format", tt.stream)
		}
		_, err := sheet.XLS.Read(data)
		var p *page.Problem
		if !errors.As(err, &p) || p.Code != tt.code || !strings.Contains(p.Text, tt.says) {
			t.Errorf("%s: %v", tt.stream, err)
		}
	}
}

func FuzzMSG(f *testing.F) {
	f.Add(message())
	f.Add(message()[:2000])
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := readMSG(data)
		var p *page.Problem
		if err != nil && !errors.As(err, &p) {
			t.Fatal(err)
		}
		if err == nil && len(a.Pages)+len(a.Parts) == 0 && a.Partial == nil && len(text(a)) > 0 {
			t.Fatal("text without a page")
		}
	})
}

func FuzzEML(f *testing.F) {
	f.Add([]byte("From: a@x.example\r\nTo: b\r\nSubject: c\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Disposition: attachment; filename=a\r\n\r\nb\r\n--x--\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := readEML(data)
		var p *page.Problem
		if err != nil && !errors.As(err, &p) {
			t.Fatal(err)
		}
	})
}
