package extract

import (
	"errors"
	"testing"

	"tallyman/extract/format"
	"tallyman/extract/page"
	"tallyman/extract/sandbox"
)

// A reader that saw a hostile file cannot make up a reason, wherever in its
// answer the reason stands.
func TestMadeUpReasons(t *testing.T) {
	good := &page.Problem{Code: page.Corrupt, Text: "The file is damaged."}
	for _, tt := range []struct {
		name    string
		problem *page.Problem
		want    error
	}{{"good", good, nil}, {"made up", &page.Problem{Code: "all_is_well"}, sandbox.ErrAnswer}} {
		if err := check(&page.Page{Number: 1, Width: 10, Height: 10, Problem: tt.problem}, 1); !errors.Is(err, tt.want) {
			t.Errorf("%s, of a page: %v", tt.name, err)
		}
		whole := formatAnswer{Answer: format.Answer{Partial: tt.problem}}
		if err := whole.unpack(nil); !errors.Is(err, tt.want) {
			t.Errorf("%s, of a file: %v", tt.name, err)
		}
		part := formatAnswer{Answer: format.Answer{Parts: []page.Part{{Name: "a", Problem: tt.problem}}}, Sizes: []int{0}}
		if err := part.unpack(nil); !errors.Is(err, tt.want) {
			t.Errorf("%s, of a file inside: %v", tt.name, err)
		}
	}
}
