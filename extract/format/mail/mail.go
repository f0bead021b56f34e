// Package mail takes letters apart: Internet messages (RFC 5322, MIME), boxes of
// them (mbox), and messages that Outlook saved (MSG). The text of a letter is a
// page that is no shipping paper; what is attached are files of their own.
package mail

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/jhillyerd/enmime/v2"
	"golang.org/x/net/html"

	"tallyman/extract/format"
	"tallyman/extract/format/typeset"
	"tallyman/extract/page"
	"tallyman/trade"
)

// EML reads Internet messages.
var EML = &format.Reader{Name: "eml", Version: "1", Detect: detectEML, Read: readEML}

// Mbox reads boxes of Internet messages; each is a part.
var Mbox = &format.Reader{Name: "mbox", Version: "1", Detect: detectMbox, Read: readMbox}

// Limits on a letter.
const (
	maxParts    = 1_000
	maxMessages = 5_000
	maxBody     = 400_000 // bytes of the text
	maxDepth    = 40      // of parts within parts
	smallImage  = 40 << 10
)

var (
	fieldLine   = regexp.MustCompile(`^[!-9;-~]+:`)
	knownFields = map[string]bool{
		"from": true, "to": true, "cc": true, "subject": true, "date": true, "mime-version": true, "received": true, "return-path": true,
		"message-id": true, "content-type": true, "delivered-to": true, "reply-to": true, "sender": true, "content-transfer-encoding": true,
		"x-mailer": true, "dkim-signature": true, "in-reply-to": true, "references": true,
	}
)

// detectEML looks for a block of header fields of which three are known.
func detectEML(data []byte) string {
	head := bytes.TrimLeft(bytes.TrimPrefix(data[:min(len(data), 64<<10)], []byte("\xef\xbb\xbf")), "\r\n")
	seen := map[string]bool{}
	for n := 0; len(head) > 0 && n < 500; n++ {
		line := head
		if i := bytes.IndexByte(head, '\n'); i >= 0 {
			line, head = head[:i], head[i+1:]
		} else {
			head = nil
		}
		line = bytes.TrimRight(line, "\r")
		if len(line) == 0 {
			break
		}
		if line[0] == ' ' || line[0] == '\t' {
			if n == 0 {
				return ""
			}
			continue
		}
		if !fieldLine.Match(line) {
			return ""
		}
		name := strings.ToLower(string(line[:bytes.IndexByte(line, ':')]))
		if knownFields[name] {
			seen[name] = true
		}
	}
	if len(seen) >= 3 && (seen["from"] || seen["received"] || seen["message-id"]) {
		return "message/rfc822"
	}
	return ""
}

func detectMbox(data []byte) string {
	if !bytes.HasPrefix(data, []byte("From ")) {
		return ""
	}
	if i := bytes.IndexByte(data, '\n'); i >= 0 && i < 1000 && detectEML(data[i+1:]) != "" {
		return "application/mbox"
	}
	return ""
}

// readMbox cuts a box at the lines that begin with "From " behind an empty one.
func readMbox(data []byte) (format.Answer, error) {
	var a format.Answer
	add := func(message []byte) error {
		if len(a.Parts) == maxMessages {
			return &page.Problem{Code: page.LimitMembers, Text: fmt.Sprintf("The box holds more than %d letters; the first of them were read. Split it.", maxMessages)}
		}
		if i := bytes.IndexByte(message, '\n'); i >= 0 {
			message = message[i+1:]
		}
		// Lines of the letter that begin so are quoted in the box.
		message = bytes.ReplaceAll(message, []byte("\n>From "), []byte("\nFrom "))
		a.Parts = append(a.Parts, page.Part{Name: fmt.Sprintf("letter %d.eml", len(a.Parts)+1), Data: message})
		return nil
	}
	from := 0
	for i := 1; i < len(data); i++ {
		if data[i-1] != '\n' || !bytes.HasPrefix(data[i:], []byte("From ")) {
			continue
		}
		before := bytes.TrimRight(data[:i-1], "\r")
		if len(before) > 0 && before[len(before)-1] != '\n' {
			continue
		}
		end := i + bytes.IndexByte(data[i:], '\n')
		if end < i || detectEML(data[end+1:]) == "" {
			continue
		}
		if p := add(data[from:i]); p != nil {
			a.Partial = p.(*page.Problem)
			return a, nil
		}
		from = i
	}
	if p := add(data[from:]); p != nil {
		a.Partial = p.(*page.Problem)
	}
	return a, nil
}

// A letter is a message, whatever its format.
type letter struct {
	from, to, copies, subject, date string
	text                            string
	parts                           []page.Part
	notes                           []page.Note
}

// answer makes a page of the text, and parts of what is attached.
func (l *letter) answer() format.Answer {
	a := format.Answer{Parts: l.parts, Notes: l.notes, Type: trade.OtherPaper}
	p := typeset.New(595, 842)
	for _, f := range [...][2]string{{"From:", l.from}, {"To:", l.to}, {"Copy:", l.copies}, {"Subject:", l.subject}, {"Date:", l.date}} {
		if f[1] != "" {
			p.Paragraph(f[0]+" "+plain(f[1]), 10, false, typeset.Left, 0)
		}
	}
	p.Gap(10)
	text := plain(l.text)
	if len(text) > maxBody {
		text = strings.ToValidUTF8(text[:maxBody], "")
		a.Partial = &page.Problem{Code: page.LimitBytes, Text: "The text of the letter is longer than what is read; its beginning and the files were read."}
	}
	for line := range strings.Lines(text) {
		p.Paragraph(strings.TrimRight(line, "\r\n"), 10, false, typeset.Left, 0)
	}
	a.Pages = p.Pages()
	return a
}

// plain has no control characters but the ends of lines.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "�"))
}

func readEML(data []byte) (format.Answer, error) {
	if depth := bytes.Count(data, []byte("boundary=")); depth > 2_000 {
		return format.Answer{}, &page.Problem{Code: page.LimitDepth, Text: "The letter is nested deeper than any honest one; it was not read. Ask the sender what this is."}
	}
	root, err := enmime.NewParser(enmime.SkipMalformedParts(false), enmime.MaxStoredPartErrors(20)).ReadParts(bytes.NewReader(data))
	if err != nil {
		return format.Answer{}, &page.Problem{Code: page.Corrupt, Text: "The letter is damaged: its parts cannot be told apart. Ask for it again."}
	}
	env, err := enmime.EnvelopeFromPart(root)
	if err != nil {
		return format.Answer{}, &page.Problem{Code: page.Corrupt, Text: "The letter is damaged: its parts cannot be told apart. Ask for it again."}
	}
	l := &letter{
		from: env.GetHeader("From"), to: env.GetHeader("To"), copies: env.GetHeader("Cc"),
		subject: env.GetHeader("Subject"), date: env.GetHeader("Date"), text: env.Text,
	}
	if strings.TrimSpace(l.text) == "" && env.HTML != "" {
		l.text = htmlText(env.HTML)
	}
	// Attached text is kept as it is: another encoding may be said inside it.
	raw := map[string]*enmime.Part{}
	if slices.ContainsFunc(slices.Concat(env.Attachments, env.Inlines, env.OtherParts), func(p *enmime.Part) bool { return strings.HasPrefix(p.ContentType, "text/") }) {
		if again, err := enmime.NewParser(enmime.RawContent(true)).ReadParts(bytes.NewReader(data)); err == nil {
			for _, p := range again.BreadthMatchAll(func(*enmime.Part) bool { return true }) {
				raw[p.PartID] = p
			}
		}
	}
	// All leaves but those that the text was made of.
	var walk func(p *enmime.Part, depth int) error
	walk = func(p *enmime.Part, depth int) error {
		for ; p != nil; p = p.NextSibling {
			if depth > maxDepth || len(l.parts) >= maxParts {
				return &page.Problem{Code: page.LimitMembers, Text: fmt.Sprintf("The letter holds more than %d parts; the first of them were read.", maxParts)}
			}
			if p.FirstChild != nil {
				if err := walk(p.FirstChild, depth+1); err != nil {
					return err
				}
				continue
			}
			l.leaf(p, raw[p.PartID])
		}
		return nil
	}
	stop := walk(root, 0)
	a := l.answer()
	if stop != nil {
		a.Partial = stop.(*page.Problem)
	}
	return a, nil
}

// leaf takes a part that is no part of the text. raw is the same before any
// decoding, or nil.
func (l *letter) leaf(p, raw *enmime.Part) {
	kind := strings.ToLower(p.ContentType)
	attached := p.Disposition == "attachment" || p.FileName != ""
	switch {
	case strings.HasPrefix(kind, "multipart/"):
		return
	case (kind == "text/plain" || kind == "text/html" || kind == "") && !attached:
		return
	case len(p.Content) == 0 && !attached:
		return
	}
	name := p.FileName
	if name == "" {
		name = fmt.Sprintf("part %d%s", len(l.parts)+1, extension(kind))
	}
	data := p.Content
	if raw != nil && strings.HasPrefix(kind, "text/") {
		data = undone(raw)
	}
	if kind == "message/rfc822" && path.Ext(name) == "" {
		name += ".eml"
	}
	l.attach(name, kind, p.ContentID != "" && p.Disposition != "attachment", data)
}

// undone decodes what was encoded for the transport alone.
func undone(p *enmime.Part) []byte {
	switch strings.ToLower(p.Header.Get("Content-Transfer-Encoding")) {
	case "base64":
		text := bytes.Map(func(r rune) rune {
			if r <= ' ' || r == '=' {
				return -1
			}
			return r
		}, p.Content)
		out := make([]byte, base64.RawStdEncoding.DecodedLen(len(text)))
		n, _ := base64.RawStdEncoding.Decode(out, text)
		return out[:n]
	case "quoted-printable":
		out, _ := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(p.Content)))
		return out
	}
	return p.Content
}

// attach adds a file, or the reason why it is none that anybody need look at.
func (l *letter) attach(name, kind string, inline bool, data []byte) {
	part := page.Part{Name: strings.ReplaceAll(name, `\`, "/"), Data: data}
	switch {
	case slices.Contains([]string{"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature", "text/x-vcard", "text/vcard", "text/calendar", "message/delivery-status"}, kind):
		part = page.Part{Name: part.Name, Problem: &page.Problem{Code: page.NotAPaper, Text: "This is a signature, a card or an appointment, no paper."}}
	case inline && strings.HasPrefix(kind, "image/") && len(data) < smallImage:
		part = page.Part{Name: part.Name, Problem: &page.Problem{Code: page.NotAPaper, Text: "This is a small picture within the text of the letter, such as a logo."}}
	}
	l.parts = append(l.parts, part)
}

func extension(kind string) string {
	switch kind {
	case "message/rfc822":
		return ".eml"
	case "application/pdf":
		return ".pdf"
	case "image/jpeg":
		return ".jpg"
	}
	if all, err := mime.ExtensionsByType(kind); err == nil && len(all) > 0 {
		slices.Sort(all)
		return all[0]
	}
	return ""
}

// htmlText returns what a page of HTML shows, line by line.
func htmlText(s string) string {
	z := html.NewTokenizer(strings.NewReader(s))
	z.SetMaxBuf(4 << 20)
	var b strings.Builder
	hidden := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			lines := strings.Split(b.String(), "\n")
			for i := range lines {
				lines[i] = strings.TrimSpace(lines[i])
			}
			return strings.TrimSpace(strings.Join(slices.Compact(lines), "\n"))
		case html.TextToken:
			if hidden == 0 {
				text := strings.Join(strings.Fields(string(z.Text())), " ")
				if text != "" {
					b.WriteString(text + " ")
				}
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			switch name, _ := z.TagName(); string(name) {
			case "script", "style", "title", "head":
				hidden++
			case "br", "p", "div", "tr", "li", "h1", "h2", "h3", "table", "body":
				b.WriteByte('\n')
				if string(name) == "body" {
					hidden = 0
				}
			case "td", "th":
				b.WriteString("   ")
			}
		case html.EndTagToken:
			switch name, _ := z.TagName(); string(name) {
			case "script", "style", "title", "head":
				hidden = max(0, hidden-1)
			case "p", "div", "tr", "table":
				b.WriteByte('\n')
			}
		}
	}
}
