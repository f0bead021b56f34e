package extract

import (
	"encoding/json"
	"testing"

	"tallyman/extract/format/pdf"
	"tallyman/fixtures"
)

// BenchmarkText reads papers of our own as the child does that reads PDF files,
// in this process, so that a profile shows where the time goes:
//
//	go test -run - -bench Text -cpuprofile cpu.out ./extract
//
// A step is one page; starting the engine is not counted, a fresh instance of it
// for each file is.
func BenchmarkText(b *testing.B) {
	var files [][]byte
	pages := 0
	for seed := range 6 {
		d, err := fixtures.Make(uint64(seed+1), fixtures.Options{Language: "en"})
		if err != nil {
			b.Fatal(err)
		}
		for _, p := range d.Papers {
			files = append(files, p.PDF)
			pages += p.Pages
		}
	}
	setup, err := json.Marshal(pdf.CacheDir())
	if err != nil {
		b.Fatal(err)
	}
	child, err := newPDFChild(setup)
	if err != nil {
		b.Fatal(err)
	}
	handle := func(op string, arg any, body []byte) any {
		raw, err := json.Marshal(arg)
		if err != nil {
			b.Fatal(err)
		}
		answer, _, err := child.Handle(op, raw, body)
		if err != nil {
			b.Fatal(op, err)
		}
		if _, err := json.Marshal(answer); err != nil {
			b.Fatal(err)
		}
		return answer
	}
	for b.Loop() {
		for _, file := range files {
			opened := handle("open", "", file).(openAnswer)
			for n := range opened.Pages {
				handle("read", pageArg{Page: n + 1}, nil)
			}
			handle("history", nil, nil)
			handle("close", nil, nil)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N*pages), "ms/page")
}
