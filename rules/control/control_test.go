package control

import (
	"testing"

	"tallyman/rules/rulestest"
)

func TestRules(t *testing.T) { rulestest.RunWith(t, rulestest.Goods{}, Rules...) }

// The list is published as fifty codes: 4, 5, 16, 9, 11 and 5 of them.
func TestListIsWhole(t *testing.T) {
	seen := map[string]string{}
	for tier, want := range map[*tier]int{&tier1: 4, &tier2: 5, &tier3A: 16, &tier3B: 9, &tier4A: 11, &tier4B: 5} {
		if len(tier.codes) != want {
			t.Errorf("tier %s has %d codes, want %d", tier.name, len(tier.codes), want)
		}
		for _, code := range tier.codes {
			if len(code) != 6 || seen[code] != "" {
				t.Errorf("code %q of tier %s is malformed, or also in tier %s", code, tier.name, seen[code])
			}
			seen[code] = tier.name
		}
	}
	if len(seen) != 50 {
		t.Errorf("the list has %d codes, want 50", len(seen))
	}
}

func TestCountryIn(t *testing.T) {
	for text, want := range map[string]string{
		"Moscow, Russia": "RU", "г. Москва, РФ": "RU", "Minsk, Republic of Belarus": "BY", "白俄罗斯 明斯克": "BY", "俄罗斯": "RU",
		"Almaty, Kazakhstan": "", "Prussian Blue Ltd": "", "Minsk - Moscow": "", "Brest, France": "", "": "", "Ташкент, морфлот": "",
	} {
		if got := countryIn(text); got != want {
			t.Errorf("countryIn(%q) is %q, want %q", text, got, want)
		}
	}
}
