//go:build linux

package sandbox

import (
	"encoding/json"
	"testing"

	"tallyman/extract/page"
)

// FuzzAnswer holds the heads that a child may send: what is taken has a reason of
// the table or none, and comes out of JSON as it went in.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte(`{"Number":1,"Answer":{"Pages":1}}`))
	f.Add([]byte(`{"Number":1,"Problem":{"Code":"corrupt","Text":"damaged"}}`))
	f.Add([]byte(`{"Number":1,"Problem":{"Code":"fine","Text":"\u0000"}}`))
	f.Add([]byte(`{"Answer":{"Missing":["Landlock"]},"Failure":"not confined"}`))
	f.Fuzz(func(t *testing.T, head []byte) {
		var r response
		if decode(head, &r) != nil {
			return
		}
		if r.Problem.Proper() && r.Problem != nil {
			if _, ok := page.ReasonOf(r.Problem.Code); !ok {
				t.Fatalf("%q is taken for a reason", r.Problem.Code)
			}
		}
		out, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var again response
		if err := decode(out, &again); err != nil {
			t.Fatalf("%s: %v", out, err)
		}
	})
}
