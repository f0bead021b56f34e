package forgery

import (
	"fmt"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// Descriptions compares the two descriptions that a file may have.
var Descriptions = &rules.Rule{
	ID:    "FG-03",
	Title: "the two descriptions of the file do not agree",
	Doc: `A PDF may say twice by which program and when it was made: in its document
information, and in XMP. A program that makes a file writes both alike. One that
changes it may renew one and forget the other.

It is a hint for where to look, and no proof: programs that join or sign files do it
too.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{{Title: "ISO 32000-2:2020, 14.3: metadata"}, {Title: "ISO 16684-1: extensible metadata platform (XMP)"}},
	Run: func(p *rules.Pass) error {
		for _, d := range p.Dossier.Documents {
			var said []string
			var producer, date bool
			for _, o := range observed(d, trade.Metadata) {
				said = append(said, fmt.Sprintf("%s is %s in the document information and %s in XMP", o.Print, quoted(o.Text), quoted(o.Against)))
				producer = producer || o.Print == "producer"
				date = date || o.Print == "date of creation"
			}
			if len(said) == 0 {
				continue
			}
			f := rules.Finding{
				At:       trade.Place{Document: d.ID},
				Message:  "the " + strings.Join(said, "; the "),
				Innocent: []string{"The file was joined, packed or signed by a program that renews one description only: the sender's other papers look so too."},
			}
			// One of the two differs in honest files often.
			if producer && date {
				p.Report(f)
			} else {
				p.Note(f)
			}
		}
		return nil
	},
}

// editors are programs whose purpose is to change the print of PDFs, as they name
// themselves.
var editors = []struct{ sign, name string }{
	{"pdfescape", "PDFescape"},
	{"pdf-xchange editor", "PDF-XChange Editor"},
	{"foxit phantompdf", "Foxit PhantomPDF"},
	{"foxit pdf editor", "Foxit PDF Editor"},
	{"foxit editor", "Foxit PDF Editor"},
	{"wondershare pdfelement", "PDFelement"},
	{"pdfelement", "PDFelement"},
	{"infix pro", "Infix"},
	{"infix pdf", "Infix"},
	{"master pdf editor", "Master PDF Editor"},
	{"icecream pdf editor", "Icecream PDF Editor"},
	{"movavi pdf", "Movavi PDF Editor"},
	{"nitro pro", "Nitro Pro"},
	{"pdffiller", "pdfFiller"},
	{"pdf editor", "an editor of PDFs"},
}

// tools are programs that many people use to join, turn or pack papers, or to
// draw them, and that can change print too.
var tools = []struct{ sign, name string }{
	{"sejda", "Sejda"},
	{"smallpdf", "Smallpdf"},
	{"ilovepdf", "iLovePDF"},
	{"pdf24", "PDF24"},
	{"soda pdf", "Soda PDF"},
	{"pdfsam enhanced", "PDFsam Enhanced"},
	{"dochub", "DocHub"},
	{"photoshop", "Adobe Photoshop"},
	{"gimp", "GIMP"},
	{"illustrator", "Adobe Illustrator"},
	{"inkscape", "Inkscape"},
	{"canva", "Canva"},
	{"coreldraw", "CorelDRAW"},
	{"libreoffice draw", "LibreOffice Draw"},
}

// fromSystem reports whether a paper is one that a system of bookkeeping, a carrier or customs prints.
func fromSystem(t trade.DocumentType) bool {
	return t.Invoice() || t.Transport() || t.Declaration() || t == trade.PackingList || t == trade.CertificateOfOrigin
}

// MadeByEditor finds papers that were written by a program for changing PDFs.
var MadeByEditor = &rules.Rule{
	ID:    "FG-04",
	Title: "the file was written by a program for changing PDFs",
	Doc: `Invoices, waybills and declarations are printed by a system of bookkeeping, of a
carrier or of customs, or by an office program. This file names a program whose purpose
is to change PDFs or pictures.

Programs that many people use to join, turn or pack papers, and drawing programs of
small firms, are noted only. Ask for the file as the system gave it out.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{{Title: "ISO 32000-2:2020, 14.3.3: document information dictionary"}},
	Run: func(p *rules.Pass) error {
		each(p, trade.Maker, func(d *trade.Document, o trade.Observation) {
			if !fromSystem(d.Type) {
				return
			}
			f := rules.Finding{
				At: trade.Place{Document: d.ID},
				Innocent: []string{
					"It was used to join, turn or pack the papers: then the sender has the single files.",
					"The firm draws its papers with it: then its earlier ones were made so too.",
				},
			}
			both := strings.ToLower(o.Text + "\n" + o.Against)
			said := quoted(strings.TrimSpace(o.Text))
			for _, e := range editors {
				if strings.Contains(both, e.sign) {
					f.Message = fmt.Sprintf("the file was written by %s (%s), a program for changing PDFs", e.name, said)
					p.Report(f)
					return
				}
			}
			for _, e := range tools {
				if strings.Contains(both, e.sign) {
					f.Message = fmt.Sprintf("the file was written by %s (%s), which joins, packs or draws papers and can change them", e.name, said)
					p.Note(f)
					return
				}
			}
		})
		return nil
	},
}

// flatteners are programs that print a file into a new one, after which nothing
// in it tells how it was made.
var flatteners = []string{"microsoft: print to pdf", "microsoft print to pdf", "ghostscript", "quartz pdfcontext", "pdfcreator", "cutepdf", "bullzip", "dopdf", "skia/pdf", "camscanner", "primopdf", "adobe scan", "acrobat distiller", "img2pdf", "imagemagick", "pdf printer"}

// Inconclusive notes that a file cannot tell how it was made.
var Inconclusive = &rules.Rule{
	ID:    "FG-22",
	Title: "the file does not tell how the paper came to be",
	Doc: `The paper was scanned, photographed or printed into a new file, or the file names
no program. What earlier versions, fonts and descriptions could tell is gone then. That
is how most papers travel, and no reason for suspicion: it says that these checks found
nothing to look at, which is not the same as nothing wrong.`,
	Severity: rules.Info,
	Sources:  []rules.Source{{Title: "Practice: most papers are printed, scanned and saved again on their way", Unverified: true}},
	Run: func(p *rules.Pass) error {
		for _, d := range p.Dossier.Documents {
			var why string
			for _, o := range observed(d, trade.Maker) {
				both := strings.ToLower(o.Text + "\n" + o.Against)
				if strings.TrimSpace(both) == "" {
					why = "the file names no program that made it"
				}
				for _, s := range flatteners {
					if strings.Contains(both, s) {
						why = fmt.Sprintf("the file was printed anew by %s", quoted(strings.TrimSpace(o.Text)))
					}
				}
			}
			scans, pages := 0, 0
			for _, o := range observed(d, trade.PageOrigin) {
				pages++
				if o.Print == "scan" {
					scans++
				}
			}
			if why == "" && pages > 0 && scans == pages {
				why = "every page is a picture"
			}
			if why != "" {
				p.Note(rules.Finding{At: trade.Place{Document: d.ID}, Message: why + "; how the paper came to be cannot be told from the file"})
			}
		}
		return nil
	},
}
