package classify

import (
	"slices"
	"testing"

	"tallyman/trade"
)

// place returns where a heading stands, 1 is first; 0 if it is not there.
func place(h trade.Headings, code string) int {
	return 1 + slices.IndexFunc(h.Best, func(b trade.Heading) bool { return b.Code == code })
}

func line(usd, kg, n float64) trade.Ratios {
	r := trade.Ratios{ValuePerMass: usd / kg}
	if n > 0 {
		r.MassPerPiece, r.ValuePerPiece, r.Unit = kg/n, usd/n, "PCE"
	}
	return r
}

func TestWigsPricedLikeChips(t *testing.T) {
	m := NewModel()
	r := line(588000, 120, 4000)
	if p := place(m.Looks(r), "8542"); p < 1 || p > 3 {
		t.Errorf("by the numbers 8542 stands at %d: %v", p, m.Looks(r).Best)
	}
	if f := m.Fits("670411", r); f.Ratios[0].P > 0.01 || f.P > 0.05 {
		t.Errorf("wigs at USD 4900/kg fit with %+v", f)
	}
	if r, ok := m.Repair("670411", r); ok && r.Unit && r.Figure == "net mass" {
		t.Errorf("an honest slip is seen: %+v", r)
	}
}

func TestRealWigsAreUsual(t *testing.T) {
	m := NewModel()
	for _, perKg := range []float64{17, 99, 187} {
		if f := m.Fits("670420", line(perKg*120, 120, 900)); f.P < 0.01 {
			t.Errorf("wigs at USD %v/kg fit with %v only: %+v", perKg, f.P, f.Ratios)
		}
	}
}

func TestTinsThatWeighLikeElectronics(t *testing.T) {
	m := NewModel()
	r := line(900000, 500, 5000) // USD 1800/kg, 100 g each
	if f := m.Fits("160413", r); f.P > 0.01 {
		t.Errorf("tins of fish at USD 1800/kg fit with %v", f.P)
	}
	h := m.Looks(r).Best
	electronic := false
	for _, b := range h[:5] {
		electronic = electronic || b.Code[:2] == "85" || b.Code[:2] == "84" || b.Code[:2] == "90"
	}
	if !electronic {
		t.Errorf("looks like %v", h)
	}
	if f := m.Fits("160413", line(2500, 500, 2500)); f.P < 0.1 {
		t.Errorf("honest tins fit with %v only", f.P)
	}
}

func TestGramsForKilograms(t *testing.T) {
	m := NewModel()
	for _, c := range []struct {
		code         string
		usd, kg, n   float64
		figure       string
		factor       float64
		withoutSlips bool
	}{
		{"640399", 20000, 800e3, 1000, "net mass", 0.001, false},
		{"610910", 4000, 170, 1e6, "quantity", 0.001, false},
		{"640399", 20000, 0.8, 1000, "net mass", 1000, false},
		{"640399", 20000, 800, 1000, "", 0, true},
		// Used clothes at half a dollar: after the slip they are cheap still.
		{"620342", 400, 800e3, 1600, "net mass", 0.001, false},
		// A heavy ore under the code of shoes is no slip of the pen.
		{"640399", 2000, 20000, 1000, "", 0, true},
	} {
		r, ok := m.Repair(trade.TariffCode(c.code), line(c.usd, c.kg, c.n))
		if ok == c.withoutSlips || r.Figure != c.figure || r.Factor != c.factor {
			t.Errorf("%s USD %v, %v kg, %v pieces: %+v, %v", c.code, c.usd, c.kg, c.n, r, ok)
		}
	}
}

// False eyelashes share the heading of wigs, and weigh a gram.
func TestEyelashesAreNoWigs(t *testing.T) {
	m := NewModel()
	lashes := line(1500, 20, 10000)
	if f := m.Fits("670419", lashes); f.P < 0.05 {
		t.Errorf("eyelashes fit their code with %v only", f.P)
	}
	if f := m.Fits("670411", lashes); f.P > 0.02 {
		t.Errorf("eyelashes fit the code of whole wigs with %v", f.P)
	}
}

func TestNothingIsKnownOfNothing(t *testing.T) {
	m := NewModel()
	if f := m.Fits("670411", trade.Ratios{}); f.P != 1 || len(f.Ratios) != 0 {
		t.Errorf("no ratios fit with %+v", f)
	}
	if h := m.Looks(trade.Ratios{}); h.Abstained == "" || len(h.Best) != 0 {
		t.Errorf("no ratios look like %+v", h)
	}
	if f := m.Fits("", line(1, 1, 1)); f.P != 1 {
		t.Errorf("no code fits with %+v", f)
	}
}

func TestProbabilitiesSumToOne(t *testing.T) {
	sum := 0.0
	for _, b := range NewModel().Looks(line(588000, 120, 4000)).Best {
		if b.Label == "" || b.Probability < 0 {
			t.Errorf("%+v", b)
		}
		sum += b.Probability
	}
	if sum > 1+1e-9 {
		t.Errorf("ten headings share %v", sum)
	}
}

// Prices of one user lie where they lie: after calibration the share of its
// honest lines that alarms is the nominal one, and repeats are recognised.
func TestCalibrate(t *testing.T) {
	honest := func(i int) Accepted {
		// A trade that pays five times the public price, with a spread of its own.
		wiggle := []float64{0.5, 0.7, 0.9, 1, 1.1, 1.3, 1.6}[i*5%7]
		code := []string{"640399", "610910", "870899", "731815"}[i%4]
		usual := NewModel().Fits(trade.TariffCode(code), line(1, 1, 0)).Ratios[0].P50
		return Accepted{[]string{"KT-77 light", "model 12 classic", "spare 4471", "fixing A2"}[i%4], trade.TariffCode(code), line(5*usual*wiggle, 1, 0)}
	}
	var lines []Accepted
	for i := range 200 {
		lines = append(lines, honest(i))
	}
	c, err := Calibrate(lines)
	if err != nil {
		t.Fatal(err)
	}
	m := NewModel().With(c)
	alarms := 0
	for i := 200; i < 400; i++ {
		if a := honest(i); m.Fits(a.Code, a.Ratios).P <= 0.05 {
			alarms++
		}
	}
	if alarms > 20 {
		t.Errorf("%d of 200 honest lines alarm at 5 %%", alarms)
	}
	if f := m.Fits("640399", line(5*usualPrice("640399")*1000, 1, 0)); f.P > 0.05 || f.Calibrated != 200 {
		t.Errorf("a price a thousand times too high fits with %+v", f)
	}
	if h := m.Goods("KT-77 light, 2 boxes"); len(h.Best) == 0 || h.Best[0].Code != "6403" {
		t.Errorf("known words are %+v", h)
	}
	if _, err := Calibrate(lines[:5]); err == nil {
		t.Error("five lines were enough")
	}
}

func usualPrice(code string) float64 {
	return NewModel().Fits(trade.TariffCode(code), line(1, 1, 0)).Ratios[0].P50
}

func TestLabels(t *testing.T) {
	for _, c := range []struct{ code, lang, want string }{
		{"6704", "en", "wigs and false hair"}, {"854231", "en", "integrated circuits"}, {"8542", "ru", "интегральные схемы"}, {"77", "en", ""},
	} {
		if got := Label(c.code, c.lang); got != c.want {
			t.Errorf("%s in %s is %q, want %q", c.code, c.lang, got, c.want)
		}
	}
	if PriorityTier("8542310000") != "1" || PriorityTier("670411") != "" {
		t.Error("tiers are wrong")
	}
}
