package pdf

import "github.com/klippa-app/go-pdfium/requests"

// MaxAttached is how many of the files inside a PDF are named.
const MaxAttached = 20

// Attached returns the names of the files that are attached to the PDF as a whole,
// in the order of the file, and how many there are, which may be more. A hybrid
// invoice brings its XML so. The names are the sender's, and are not to be trusted.
func (d *Document) Attached() (names []string, n int) {
	got, err := d.pdf.FPDFDoc_GetAttachmentCount(&requests.FPDFDoc_GetAttachmentCount{Document: d.doc})
	if err != nil || got.AttachmentCount <= 0 {
		return nil, 0
	}
	n = got.AttachmentCount
	for i := range min(n, MaxAttached) {
		name := ""
		if a, err := d.pdf.FPDFDoc_GetAttachment(&requests.FPDFDoc_GetAttachment{Document: d.doc, Index: i}); err == nil {
			if r, err := d.pdf.FPDFAttachment_GetName(&requests.FPDFAttachment_GetName{Attachment: a.Attachment}); err == nil {
				name = r.Name
			}
		}
		names = append(names, name)
	}
	return names, n
}

// AttachedFile returns the content of one of the files that are attached, counted
// from 0 as [Document.Attached] names them; nil if there is none, or it has more
// than most bytes.
func (d *Document) AttachedFile(i, most int) []byte {
	a, err := d.pdf.FPDFDoc_GetAttachment(&requests.FPDFDoc_GetAttachment{Document: d.doc, Index: i})
	if err != nil {
		return nil
	}
	f, err := d.pdf.FPDFAttachment_GetFile(&requests.FPDFAttachment_GetFile{Attachment: a.Attachment})
	if err != nil || len(f.Contents) > most {
		return nil
	}
	return f.Contents
}
