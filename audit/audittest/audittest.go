// Package audittest makes evidence for tests: a small dossier of invented papers
// with contradictions, pictures and texts that try to be something else.
package audittest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/draw"

	"tallyman/audit"
	"tallyman/rules"
	"tallyman/trade"
)

// Hostile are texts that want to be a formula, markup, a seal, a line of their
// own, or to read otherwise than they are written.
var Hostile = []string{
	`=HYPERLINK("http://example.invalid","x")`, `+1+cmd|' /C calc'!A0`, `-2+3`, `@SUM(1,1)`, "\t=1+1", "\r=1+1",
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'; DROP TABLE ledger; --`, `{{.Account}}`, `${jndi:ldap://x}`,
	"tallyman-seal-1:AAAA;", "line\nbreak", "nul\x00 and \xff\xfe bytes", "right\u202eto left", "zero\u200bwidth",
	"]]>", "%PDF-1.4", "宁波虚构贸易有限公司", "Қазақстан Республикасы", "ภาษาไทย 🙂", "\ufeffmark",
}

// A Dossier is evidence with what it refers to.
type Dossier struct {
	Evidence  *audit.Evidence
	Pictures  map[string][]byte
	Originals [][]byte // the content of each file
	Files     []audit.FileRecord
}

// Make makes a dossier; n makes it unlike others, and at is the time of its
// inspection, or empty.
func Make(n int, at string) *Dossier {
	d := &Dossier{}
	papers := []*trade.Document{}
	for i, kind := range []trade.DocumentType{trade.CommercialInvoice, trade.PackingList, trade.RoadConsignmentNote} {
		name := []string{"invoice.pdf", "packing list, final.pdf", "cmr.pdf"}[i]
		content := fmt.Appendf(nil, "%%PDF-1.4 paper %d of dossier %d", i, n)
		d.Originals = append(d.Originals, content)
		sum := sha256.Sum256(content)
		sha := hex.EncodeToString(sum[:])
		id := sha256.Sum256([]byte(sha + " [1]"))
		p := &trade.Document{
			ID: hex.EncodeToString(id[:]), Name: name, File: fmt.Sprintf("/in/dossier-%d/%s", n, name), SHA256: sha, Pages: []int{1},
			Type: kind, TypeConfidence: 0.97, Status: trade.Done,
		}
		d.Files = append(d.Files, audit.FileRecord{Name: p.File, SHA256: sha, Size: int64(len(content)), Status: trade.Done})
		y := 100.0
		for _, s := range []trade.Statement{
			{Path: "/number", Text: fmt.Sprintf("EX-%d/%d", n, i)},
			{Path: "/seller/name", Text: Hostile[(n+i)%len(Hostile)]},
			{Path: "/buyer/name", Text: "ТОО «Пример»"},
			{Path: "/grossMass", Text: []string{"1205 KGS", "1205,00 кг", "3405 kg"}[i]},
			{Path: "/items/0/description", Text: Hostile[(n+i+7)%len(Hostile)]},
			{Path: "/items/0/quantity", Text: "96 PCS"},
			{Path: "/marks", Text: Hostile[(n+i+13)%len(Hostile)]},
		} {
			s.Page, s.Box, s.Reader, s.Confidence = 1, trade.Box{X0: 60, Y0: y, X1: 180, Y1: y + 12}, trade.TextLayer, 0.99
			y += 40
			if err := p.Set(s); err != nil {
				panic(err) // the paths above are fields
			}
		}
		papers = append(papers, p)
	}
	note := []byte("remember the milk")
	d.Originals = append(d.Originals, note)
	sum := sha256.Sum256(note)
	d.Files = append(d.Files,
		audit.FileRecord{Name: fmt.Sprintf("/in/dossier-%d/notes.txt", n), SHA256: hex.EncodeToString(sum[:]), Size: int64(len(note)), Status: trade.Rejected, Code: "not_a_paper", Reason: "this is plain text or data, no paper", Aside: true},
		audit.FileRecord{Name: fmt.Sprintf("/in/dossier-%d/locked.pdf", n), Status: trade.Quarantined, Code: "needs_password", Reason: "The file needs a password."})
	rule := &rules.Rule{ID: "XD-01", Title: "papers state different gross masses", Doc: "Papers of one consignment\nstate one gross mass.\n\nLook first for the tare.",
		Sources: []rules.Source{{Title: "UCP 600, article 14(d)", URL: "https://example.invalid/ucp"}, {Title: "custom of the trade", Unverified: true}}}
	quiet := &rules.Rule{ID: "RD-01", Title: "a value cannot be read", Doc: "Look at the place."}
	report := &audit.Report{
		CheckedOn: trade.Date{Year: 2026, Month: 3, Day: 5},
		Rules:     map[string]*rules.Rule{"XD-01": rule, "RD-01": quiet, "AR-01": {ID: "AR-01"}, "DT-08": {ID: "DT-08"}},
		Versions:  audit.Versions{Tallyman: "test", Rules: "abc", Reference: "none", Model: "none", Readers: []string{"pdfium 1", "tesseract 5"}},
	}
	inv, list, cmr := papers[0], papers[1], papers[2]
	dossier := audit.Dossier{
		Name: fmt.Sprintf("/in/dossier-%d", n), Papers: papers,
		Findings: []rules.Finding{
			{Rule: "RD-01", Severity: rules.Low, Message: "the seller cannot be read: " + Hostile[n%len(Hostile)], At: inv.Seller.Name.At, Doubtful: true},
			{Rule: "XD-01", Severity: rules.High, Message: "gross mass 3405 kg here, 1205 kg on invoice.pdf", At: cmr.GrossMass.At,
				Related: []trade.Place{inv.GrossMass.At, list.GrossMass.At}, Figures: []rules.Figure{{Name: "difference", Value: "2200", Unit: "KGM", N: 3, Source: "the papers"}},
				Innocent: []string{"the carrier weighed the container", Hostile[(n+3)%len(Hostile)]}, LooksLike: []rules.Likeness{{Heading: "4011", Label: "tyres", Probability: 0.61}}},
		},
		NotRun: []rules.NotRun{{Rule: "DT-08", Reason: "no date of receipt is known"}},
		Unread: []audit.Unread{{File: d.Files[4].Name, Status: trade.Quarantined, Code: "needs_password", Reason: "The file needs a password."}},
	}
	d.Evidence = audit.NewEvidence(report, dossier, d.Files, at)
	d.Pictures = d.Evidence.Illustrate(func(sha string, end, page int) (audit.Sheet, bool) { return sheet(sha), true })
	return d
}

// sheet draws a page that differs from paper to paper.
func sheet(sha string) audit.Sheet {
	img := image.NewRGBA(image.Rect(0, 0, 595, 842))
	draw.Draw(img, img.Bounds(), image.White, image.Point{}, draw.Src)
	for y := 90; y < 420; y += 40 {
		for x := 60; x < 180+int(sha[y%64]); x += 6 {
			draw.Draw(img, image.Rect(x, y+10, x+4, y+22), image.NewUniform(color.RGBA{20, 30, 60, 255}), image.Point{}, draw.Src)
		}
	}
	return audit.Sheet{Image: img, DPI: 72}
}
