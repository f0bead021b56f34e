package forensic

import (
	"bytes"
	"compress/zlib"
	"html"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode"
)

// A Description is what a file says of itself in XMP, the younger of the two
// descriptions that a PDF may hold.
type Description struct {
	Producer, Tool, Created, Modified string
}

var (
	xmpObject = regexp.MustCompile(`/Subtype\s*/XML`)
	packet    = regexp.MustCompile(`(?s)<rdf:RDF.*?</rdf:RDF>`)
	value     = map[string]*regexp.Regexp{}
)

func init() {
	for _, name := range []string{"pdf:Producer", "xmp:CreatorTool", "xmp:CreateDate", "xmp:ModifyDate"} {
		value[name] = regexp.MustCompile(`(?s)` + name + `(?:>\s*([^<]*?)\s*<|\s*=\s*"([^"]*)"|\s*=\s*'([^']*)')`)
	}
}

// maxPacket is how long a description may be when unpacked.
const maxPacket = 1 << 20

// Described returns the description of the file itself: pictures inside it have
// descriptions of their own, which name no producer of PDFs.
func Described(data []byte) (Description, bool) {
	var best Description
	found := false
	take := func(b []byte) {
		for _, m := range packet.FindAll(b, 50) {
			d := Description{}
			get := func(name string) string {
				g := value[name].FindSubmatch(m)
				if g == nil {
					return ""
				}
				return Cut(html.UnescapeString(strings.ToValidUTF8(string(g[1])+string(g[2])+string(g[3]), "")))
			}
			d.Producer, d.Tool = get("pdf:Producer"), get("xmp:CreatorTool")
			d.Created, d.Modified = get("xmp:CreateDate"), get("xmp:ModifyDate")
			if d.Producer != "" {
				best, found = d, true // that of the last version
			}
		}
	}
	for _, at := range xmpObject.FindAllIndex(data, 200) {
		i := bytes.Index(data[at[1]:min(len(data), at[1]+600)], []byte("stream"))
		if i < 0 {
			continue
		}
		body := bytes.TrimLeft(data[at[1]+i+len("stream"):], "\r\n")
		end := bytes.Index(body, []byte("endstream"))
		if end < 0 {
			continue
		}
		body = body[:end]
		if !bytes.Contains(body[:min(len(body), 4000)], []byte("<")) || !bytes.Contains(body, []byte("rdf:RDF")) {
			z, err := zlib.NewReader(bytes.NewReader(body))
			if err != nil {
				continue
			}
			body, _ = io.ReadAll(io.LimitReader(z, maxPacket))
			z.Close()
		}
		take(body)
	}
	return best, found
}

// Differs reports whether two names of a program are two programs: one may be
// longer than the other.
func Differs(a, b string) bool {
	a, b = plain(a), plain(b)
	if a == "" || b == "" {
		return false
	}
	return !strings.Contains(a, b) && !strings.Contains(b, a)
}

func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// Apart returns how many days lie between a date of the document information
// (D:20260726090000+02'00') and one of XMP, and whether both can be read.
func Apart(info, xmp string) (days float64, ok bool) {
	a, ok := infoDate(info)
	if !ok {
		return 0, false
	}
	var b time.Time
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02"} {
		t, err := time.Parse(layout, xmp)
		if err == nil {
			b = t
			break
		}
	}
	if b.IsZero() {
		return 0, false
	}
	return max(a.Sub(b), b.Sub(a)).Hours() / 24, true
}

func infoDate(s string) (time.Time, bool) {
	d := strings.TrimPrefix(s, "D:")
	n := 0
	for n < len(d) && n < 14 && d[n] >= '0' && d[n] <= '9' {
		n++
	}
	for _, layout := range []string{"20060102150405", "200601021504", "20060102"} {
		if len(layout) <= n {
			if t, err := time.Parse(layout, d[:len(layout)]); err == nil {
				return t, true
			}
		}
	}
	return time.Time{}, false
}
