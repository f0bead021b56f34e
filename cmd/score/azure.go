package main

import (
	"path/filepath"
	"strings"

	"tallyman/extract/page"
	"tallyman/trade"
)

// loadAzure reads the one labelled invoice. Its image is not in the set, but
// the words and boxes that another reader saw are: they are scored as a page
// that is already read, so this measures layout alone.
func loadAzure(dir string) ([]set, error) {
	dir = filepath.Join(dir, "curl", "form-recognizer")
	var labels struct {
		Labels []struct {
			Label string `json:"label"`
			Value []struct {
				Text string `json:"text"`
			} `json:"value"`
		} `json:"labels"`
	}
	if err := readJSON(filepath.Join(dir, "Invoice_1.pdf.labels.json"), &labels); err != nil {
		return nil, err
	}
	sheets, err := azureWords(filepath.Join(dir, "Invoice_1.pdf.ocr.json"))
	if err != nil {
		return nil, err
	}
	var f facts
	for _, l := range labels.Labels {
		var words []string
		for _, v := range l.Value {
			words = append(words, v.Text)
		}
		value := strings.Join(words, " ")
		switch l.Label {
		case "Invoice #":
			f.add("/number", value)
		case "Date":
			f.add("/issueDate", usDate(value))
		case "Total":
			f.addOr("/invoiceTotal", []string{"/items/0/amount"}, numbers(value)...)
		case "Provider":
			f.add("/seller/name", value)
		case "Address":
			f.add("/seller/address", value)
		}
	}
	return []set{{
		Name: "azure-form-recognizer", Note: "words of another reader, layout alone. Counts: number, date, total, provider and its address.",
		Papers: []paper{{File: filepath.Join(dir, "Invoice_1.pdf.ocr.json"), Sheets: sheets, Type: trade.CommercialInvoice, Language: "en", Facts: f.list}},
	}}, nil
}

// usDate reads a date with the month first.
func usDate(s string) string {
	part := strings.Split(s, "/")
	if len(part) != 3 {
		return ""
	}
	return isoDate(part[1] + "/" + part[0] + "/" + part[2])
}

// azureWords reads the words of an analysis, in inches, as pages in points.
func azureWords(name string) ([]page.Page, error) {
	var all struct {
		AnalyzeResult struct {
			ReadResults []struct {
				Page          int
				Width, Height float64
				Unit          string
				Lines         []struct {
					Words []struct {
						Text        string
						BoundingBox []float64
						Confidence  float64
					}
				}
			}
		}
	}
	if err := readJSON(name, &all); err != nil {
		return nil, err
	}
	var pages []page.Page
	for _, r := range all.AnalyzeResult.ReadResults {
		scale := 72.0
		if r.Unit == "pixel" {
			scale = 72.0 / 200
		}
		p := page.Page{Number: r.Page, Width: r.Width * scale, Height: r.Height * scale}
		for _, l := range r.Lines {
			for _, w := range l.Words {
				if len(w.BoundingBox) != 8 {
					continue
				}
				b := w.BoundingBox
				p.Words = append(p.Words, page.Word{
					Text: w.Text, Confidence: max(w.Confidence, 0.5), Reader: trade.TextLayer,
					Box: trade.Box{X0: min(b[0], b[6]) * scale, Y0: min(b[1], b[3]) * scale, X1: max(b[2], b[4]) * scale, Y1: max(b[5], b[7]) * scale},
				})
			}
		}
		pages = append(pages, p)
	}
	return pages, nil
}
