package mail

import (
	"errors"
	"testing"

	"tallyman/extract/page"
)

func FuzzMbox(f *testing.F) {
	f.Add(crlf("From a@example.com Mon Mar  2 10:00:00 2026\nFrom: a@example.com\nSubject: one\n\nhello\n\nFrom b@example.com Mon Mar  2 10:00:00 2026\nFrom: b@example.com\nSubject: two\n\n>From here\n"))
	f.Add(crlf("From x\nContent-Type: multipart/mixed; boundary=\"\"\n\n--\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := readMbox(data)
		var p *page.Problem
		if err != nil && !errors.As(err, &p) {
			t.Fatal(err)
		}
		total := 0
		for _, part := range a.Parts {
			total += len(part.Data)
		}
		if total > 2*len(data)+4096 {
			t.Fatalf("%d bytes of letters out of %d", total, len(data))
		}
	})
}
