package extract

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tallyman/extract/format"
	"tallyman/extract/format/archive"
	"tallyman/extract/format/docx"
	"tallyman/extract/format/edifact"
	"tallyman/extract/format/mail"
	"tallyman/extract/format/message"
	"tallyman/extract/format/sheet"
	"tallyman/extract/page"
	"tallyman/extract/sandbox"
)

// formats are the readers of files that need no page to be laid out, in the
// order in which they are asked whether a file is theirs.
var formats = []*format.Reader{
	sheet.XLSX,
	sheet.ODS,
	docx.DOCX,
	docx.ODT,
	mail.MSG,
	sheet.XLS,      // behind other compound files that are told by a mark
	archive.Reader, // behind the office files, which are archives too
	edifact.Reader,
	message.Reader, // behind packed office files, before anything that is text
	mail.Mbox,
	mail.EML,
	sheet.CSV, // last: any text may look like a table
}

// formatOf returns the reader of data and the media type, or nil.
func formatOf(data []byte) (*format.Reader, string) {
	for _, f := range formats {
		if kind := f.Detect(data); kind != "" {
			return f, kind
		}
	}
	return nil, ""
}

// A formatChild reads whole files of one of the formats.
type formatChild struct{}

func newFormatChild(json.RawMessage) (sandbox.Handler, error) { return formatChild{}, nil }

func (formatChild) Handle(op string, _ json.RawMessage, body []byte) (any, []byte, error) {
	for _, f := range formats {
		if f.Name == op {
			a, err := f.Read(body)
			if err != nil {
				return nil, nil, err
			}
			answer, data := packParts(a)
			return answer, data, nil
		}
	}
	return nil, nil, fmt.Errorf("no such format: %s", op)
}

// A formatAnswer is an answer whose parts follow it, one behind the other.
type formatAnswer struct {
	format.Answer
	Sizes []int `json:",omitempty"` // of the parts, in bytes
}

func packParts(a format.Answer) (formatAnswer, []byte) {
	f := formatAnswer{Answer: a, Sizes: make([]int, len(a.Parts))}
	total := 0
	for i, p := range a.Parts {
		f.Sizes[i] = len(p.Data)
		total += len(p.Data)
	}
	data := make([]byte, 0, total)
	for i := range f.Parts {
		data = append(data, f.Parts[i].Data...)
		f.Parts[i].Data = nil
	}
	return f, data
}

// unpack gives the parts their data. A child is not trusted to count right.
func (f *formatAnswer) unpack(data []byte) error {
	if len(f.Sizes) != len(f.Parts) {
		return sandbox.ErrAnswer
	}
	if !f.Partial.Proper() {
		return sandbox.ErrAnswer
	}
	for i, n := range f.Sizes {
		if !f.Parts[i].Problem.Proper() {
			return sandbox.ErrAnswer
		}
		if n < 0 || n > len(data) {
			return sandbox.ErrAnswer
		}
		f.Parts[i].Data, data = data[:n:n], data[n:]
	}
	for i := range f.Pages {
		if err := check(&f.Pages[i], i+1); err != nil {
			return err
		}
	}
	return nil
}

// readFormat reads a file with the reader of its format. A child that crashes
// on the file gets one more chance in a fresh process.
func (x *Extractor) readFormat(ctx context.Context, s *Source, f *format.Reader, data []byte) {
	budget := x.budget(x.limits.PageCPU + time.Duration(len(data)>>20)*time.Second)
	child, err := x.format.Get(ctx)
	if err != nil {
		s.Reason = reason(err, "the file")
		return
	}
	defer func() { x.format.Put(child) }()
	var a formatAnswer
	for attempt := 0; ; attempt++ {
		a = formatAnswer{}
		var body []byte
		if body, err = child.Call(ctx, budget, f.Name, nil, data, &a); err == nil {
			err = a.unpack(body)
		}
		var p *page.Problem
		if err == nil || errors.As(err, &p) {
			break
		}
		fresh, ferr := x.format.Fresh(child)
		if ferr != nil {
			break
		}
		child = fresh
		if attempt == 1 || !errors.Is(err, sandbox.ErrCrashed) {
			break
		}
	}
	if err != nil {
		s.Reason = reason(err, "the file")
		return
	}
	s.Papers, s.Pages, s.Parts, s.Notes = a.Papers, a.Pages, a.Parts, a.Notes
	s.Reason, s.PageCount, s.Type = a.Partial, len(a.Pages), a.Type
}
