package page

import (
	"math"
	"testing"

	"tallyman/trade"

	"github.com/google/go-cmp/cmp"
)

func TestMatrix(t *testing.T) {
	m := Turn(30, 100, 50).Then(Scale(2)).Then(Shift(-7, 3))
	back, ok := m.Inverse()
	if !ok {
		t.Fatal("no inverse")
	}
	for _, p := range [][2]float64{{0, 0}, {100, 50}, {-3, 812.5}} {
		x, y := back.Apply(m.Apply(p[0], p[1]))
		if math.Hypot(x-p[0], y-p[1]) > 1e-9 {
			t.Errorf("%v comes back as %v,%v", p, x, y)
		}
	}
	// On a page, where y runs down, a quarter turn clockwise takes right to down.
	if x, y := Turn(90, 0, 0).Apply(1, 0); math.Abs(x) > 1e-12 || math.Abs(y-1) > 1e-12 {
		t.Errorf("right becomes %v,%v", x, y)
	}
	if _, ok := (Matrix{}).Inverse(); ok {
		t.Error("the zero Matrix has an inverse")
	}
	v := Shift(10, 20)
	p := Page{View: &v}
	if b := p.OnFile(trade.Box{X0: 1, Y0: 2, X1: 3, Y1: 4}); b != (trade.Box{X0: 11, Y0: 22, X1: 13, Y1: 24}) {
		t.Errorf("box %v", b)
	}
}

func TestJoinRules(t *testing.T) {
	pieces := []Rule{
		{100, 50, 150, 50}, {152, 50.5, 200, 50.5}, // a dashed line
		{300, 50, 340, 50},                // another on the same height
		{10, 80, 12, 80},                  // a speck
		{20, 0, 20, 40}, {20, 30, 20, 90}, // standing, overlapping
	}
	want := []Rule{{100, 50, 200, 50}, {300, 50, 340, 50}, {20, 0, 20, 90}}
	if got := JoinRules(pieces, 1.2, 3, 4); !cmp.Equal(got, want) {
		t.Error(cmp.Diff(want, got))
	}
	if got := JoinRules(nil, 1, 1, 1); len(got) != 0 {
		t.Errorf("%v of nothing", got)
	}
}
