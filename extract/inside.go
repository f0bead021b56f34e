package extract

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tallyman/extract/forensic"
	"tallyman/extract/format/message"
	"tallyman/extract/format/pdf"
	"tallyman/extract/page"
	"tallyman/trade"
)

const (
	// maxInside is how many bytes of a file inside a PDF are read.
	maxInside = 16 << 20
	// maxInsideStated is how many values of it are kept.
	maxInsideStated = 2000
)

// inside reads the message that a hybrid paper brings with it (Factur-X, ZUGFeRD,
// XRechnung), for rules to hold against the page. The paper is made of the page,
// which is what people see; the message makes no second one. Other files inside are
// named and not read, so that none is lost in silence.
func (x *Extractor) inside(ctx context.Context, ses *session, s *Source) {
	a := ses.opened
	if a.Inside <= 0 {
		return
	}
	var unread []string
	var read string
	for i, name := range a.Attached[:min(len(a.Attached), pdf.MaxAttached)] {
		name = shownName(name)
		if read == "" && ctx.Err() == nil {
			if seen := x.messageInside(ctx, ses, i); len(seen) > 0 {
				s.Seen = append(s.Seen, seen...)
				read = fmt.Sprintf("%q", name)
				continue
			}
		}
		if name != "" {
			unread = append(unread, fmt.Sprintf("%q", name))
		}
	}
	if read != "" {
		s.Notes = append(s.Notes, page.Note{Code: "attached_message", Text: "The PDF brings its data with it in the file " + read + ". The paper was read from the page, and the two were compared."})
		a.Inside--
	}
	s.Notes = append(s.Notes, attachedNotes(a.Inside, unread)...)
}

// shownName is the name of a file as a sentence may show it: it is the sender's,
// through a child.
func shownName(name string) string {
	return forensic.Cut(forensic.Visible(strings.ToValidUTF8(name, "")))
}

// messageInside reads an attached file, if it is a message that states one paper.
// That it cannot be read is no fault of the page.
func (x *Extractor) messageInside(ctx context.Context, ses *session, i int) []trade.Observation {
	data, err := ses.call(ctx, x.budget(x.limits.PageCPU), "attached", i, nil)
	if err != nil || len(data) > maxInside || message.Reader.Detect(data) == "" {
		return nil
	}
	var m Source
	x.readFormat(ctx, &m, message.Reader, data)
	if m.Reason != nil || len(m.Papers) != 1 {
		return nil
	}
	var all []trade.Observation
	for _, st := range m.Papers[0].Statements {
		o := trade.Observation{Kind: trade.Inside, Text: st.Text, Against: st.Unit, Print: st.Path}
		if len(st.Text) <= maxSaid && len(st.Unit) <= maxSaid && !slices.ContainsFunc(all, func(p trade.Observation) bool { return p.Print == o.Print }) {
			all = append(all, o)
		}
		if len(all) == maxInsideStated {
			break
		}
	}
	return all
}

// attachedNotes names the files inside a PDF that were not read.
func attachedNotes(n int, names []string) []page.Note {
	if n <= 0 {
		return nil
	}
	text := "The PDF holds 1 file more, which was not read"
	if n > 1 {
		text = fmt.Sprintf("The PDF holds %d files more, which were not read", n)
	}
	if len(names) > 0 {
		text += ": " + strings.Join(names, ", ")
	}
	if n > len(names) && len(names) > 0 {
		text += " and others"
	}
	return []page.Note{{Code: "attached_file", Text: text + ". Take them out to have them checked."}}
}
