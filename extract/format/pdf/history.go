package pdf

import (
	"bytes"
	"fmt"
	"math"
	"regexp"
	"strings"

	"github.com/klippa-app/go-pdfium/requests"

	"tallyman/extract/forensic"
	"tallyman/extract/page"
	"tallyman/trade"
)

// maxCompared is how many pages of two versions of a file are compared.
const maxCompared = 40

// History tells what the file says of its versions, its signatures and the
// programs that made it. data is the file as it was opened.
func (d *Document) History(data []byte) []trade.Observation {
	out := d.makers(data)
	seen := make([]*sight, min(d.Pages, maxCompared))
	now := func(n int) *sight {
		if seen[n-1] == nil {
			seen[n-1] = d.sight(n)
		}
		return seen[n-1]
	}
	signatures := d.signed
	ends := forensic.Versions(data)
	gone := 0 // most signatures that an earlier version had and this one has not
	changed, counted := 0, 1
	newer, newerSees := d, now
	for i := len(ends) - 2; i >= 0; i-- {
		older := d.version(data[:ends[i]])
		if older == nil {
			continue
		}
		counted++
		had := older.signed
		gone = max(gone, had-signatures)
		how := "saved"
		if had > 0 {
			how = "signed"
		}
		cache := map[int]*sight{}
		olderSees := func(n int) *sight {
			if cache[n] == nil {
				cache[n] = older.sight(n)
			}
			return cache[n]
		}
		for n := 1; n <= min(older.Pages, newer.Pages, maxCompared); n++ {
			for k, c := range differ(olderSees(n), newerSees(n)) {
				changed++
				if k < forensic.Most {
					out = append(out, trade.Observation{Kind: trade.Changed, Print: how, Text: forensic.Cut(c.After), Against: forensic.Cut(c.Before),
						Page: n, Box: c.Box, Figures: []trade.Measure{{Name: "end", Value: float64(ends[i])}}})
				}
			}
		}
		if newer != d {
			newer.drop()
		}
		newer, newerSees = older, olderSees
	}
	if newer != d {
		newer.drop()
	}
	if counted > 1 {
		out = append(out, trade.Observation{Kind: trade.Versions, Text: addedSince(data[ends[len(ends)-2]:]),
			Figures: []trade.Measure{{Name: "versions", Value: float64(counted)}, {Name: "changed", Value: float64(changed)}, {Name: "end", Value: float64(ends[len(ends)-2])}}})
	}
	if gone == 0 && signatures == 0 && signed.Match(data) && !bytes.Contains(data, []byte("/UR3")) {
		gone = 1
	}
	if gone > 0 {
		out = append(out, trade.Observation{Kind: trade.SignatureGone, Figures: []trade.Measure{{Name: "gone", Value: float64(gone)}, {Name: "left", Value: float64(signatures)}}})
	}
	if len(forensic.Twice(data)) > 0 {
		out = append(out, d.ambiguous(data, now)...)
	}
	return out
}

// signed is the range of bytes that a signature covers; without a signature in
// the document, it is what is left of one. Rights to fill in a form with a certain
// program (UR3) have such a range too.
var signed = regexp.MustCompile(`/ByteRange\s*\[\s*0\s+[1-9]\d*\s+[1-9]\d*\s+\d+\s*\]`)

// ambiguous compares the page as the table of objects has it with the page as a
// program has it that searches the file for its objects.
func (d *Document) ambiguous(data []byte, now func(int) *sight) []trade.Observation {
	other := d.version(bytes.ReplaceAll(data, []byte("startxref"), []byte("startxxxx")))
	if other == nil {
		return nil
	}
	defer other.drop()
	var out []trade.Observation
	for n := 1; n <= min(other.Pages, d.Pages, maxCompared); n++ {
		for k, c := range differ(other.sight(n), now(n)) {
			if k < forensic.Most {
				out = append(out, trade.Observation{Kind: trade.Changed, Print: "twice", Text: forensic.Cut(c.After), Against: forensic.Cut(c.Before), Page: n, Box: c.Box})
			}
		}
	}
	return out
}

// A sight is what one version of a page shows.
type sight struct {
	words []page.Word
	notes []annotation
	ok    bool
}

func (d *Document) sight(n int) *sight {
	l, err := d.Read(n)
	if err != nil || l.Optical {
		return &sight{}
	}
	if !l.Blank {
		if img, err := d.Render(n, 100, nil); err == nil {
			l.Look(img, 100)
		}
	}
	return &sight{words: l.Page.Words, notes: d.annotations, ok: true}
}

// differ returns what two versions of a page print differently, without what was
// filled in or stuck on.
func differ(before, after *sight) []forensic.Change {
	if !before.ok || !after.ok {
		return nil
	}
	var out []forensic.Change
next:
	for _, c := range forensic.Compare(before.words, after.words) {
		x, y := (c.Box.X0+c.Box.X1)/2, (c.Box.Y0+c.Box.Y1)/2
		for _, a := range after.notes {
			if x > a.box.X0 && x < a.box.X1 && y > a.box.Y0 && y < a.box.Y1 && (a.widget || c.Before == "") {
				continue next
			}
		}
		out = append(out, c)
	}
	return out
}

// version opens other bytes beside the document, in the same instance. The
// caller drops it.
func (d *Document) version(data []byte) *Document {
	data = bytes.Clone(data)
	opened, err := d.pdf.OpenDocument(&requests.OpenDocument{File: &data})
	if err != nil {
		return nil
	}
	v := &Document{pdf: d.pdf, doc: opened.Document}
	count, err := d.pdf.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: v.doc})
	if err != nil || count.PageCount == 0 {
		v.drop()
		return nil
	}
	v.Pages, v.signed = count.PageCount, v.signatures()
	return v
}

func (d *Document) drop() {
	d.release()
	d.pdf.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: d.doc})
}

// signatures counts the fields of the file that are signed.
func (d *Document) signatures() int {
	got, err := d.pdf.FPDF_GetSignatureCount(&requests.FPDF_GetSignatureCount{Document: d.doc})
	if err != nil {
		return 0
	}
	return got.Count
}

func (d *Document) meta(tag string) string {
	got, err := d.pdf.FPDF_GetMetaText(&requests.FPDF_GetMetaText{Document: d.doc, Tag: tag})
	if err != nil {
		return ""
	}
	return forensic.Cut(strings.TrimSpace(strings.ToValidUTF8(strings.TrimRight(got.Value, "\x00"), "")))
}

// makers tells what the file says of the programs that made it.
func (d *Document) makers(data []byte) []trade.Observation {
	var out []trade.Observation
	producer := d.meta("Producer")
	out = append(out, trade.Observation{Kind: trade.Maker, Text: producer, Against: d.meta("Creator")})
	about, ok := forensic.Described(data)
	if !ok {
		return out
	}
	differs := func(name, a, b string, days float64) {
		o := trade.Observation{Kind: trade.Metadata, Print: name, Text: a, Against: b}
		if days > 0 {
			o.Figures = []trade.Measure{{Name: "days", Value: math.Round(days)}}
		}
		out = append(out, o)
	}
	if forensic.Differs(producer, about.Producer) {
		differs("producer", producer, about.Producer, 0)
	}
	created := d.meta("CreationDate")
	if days, ok := forensic.Apart(created, about.Created); ok && days > 1.5 {
		differs("date of creation", created, about.Created, days)
	}
	return out
}

// addedSince says in words what a later version of a file brought.
func addedSince(part []byte) string {
	var what []string
	for _, k := range []struct{ sign, name string }{
		{`/Type\s*/Sig\b|/ByteRange`, "a signature"},
		{`/DSS\b|/VRI\b`, "what proves a signature later"},
		{`/Subtype\s*/Widget`, "fields of a form"},
		{`/Subtype\s*/(FreeText|Text|Stamp|Highlight|Square|Ink|Line)\b`, "notes"},
		{`/Type\s*/Page\b`, "pages"},
		{`/Type\s*/Metadata`, "a description"},
	} {
		if regexp.MustCompile(k.sign).Match(part) {
			what = append(what, k.name)
		}
	}
	if len(what) == 0 {
		return fmt.Sprintf("%d bytes", len(part))
	}
	return strings.Join(what, ", ")
}
