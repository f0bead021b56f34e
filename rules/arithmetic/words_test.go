package arithmetic

import (
	"math/big"
	"testing"
)

func TestCutShort(t *testing.T) {
	for _, c := range []struct {
		text           string
		words, figures int64
		want           bool
	}{
		{"one million four hundred eighty-five", 1_000_485, 1_485_142, true},
		{"one million four hundred", 1_000_400, 1_485_142, true},
		{"one million", 1_000_000, 1_485_142, true},
		{"one", 1, 1_485_142, true},
		{"one million four hundred eighty-five thousand one hundred", 1_485_100, 1_485_142, true},
		{"один миллион двести пятьдесят четыре тысячи", 1_254_000, 1_254_300, true},
		{"twelve thousand five hundred", 12_500, 112_500, false},
		{"one million four hundred eighty-five", 1_000_485, 1_585_142, false},
		{"one million two hundred fifty", 1_000_250, 1_258_300, true},
		{"one million two hundred fifty-three", 1_000_253, 1_258_300, false},
		{"one million four hundred eighty-five dollars only", 1_000_485, 1_485_142, false},
		{"two million", 2_000_000, 1_485_142, false},
		{"zero", 0, 12, false},
	} {
		if got := cutShort(c.text, big.NewRat(c.words, 1), big.NewRat(c.figures, 1)); got != c.want {
			t.Errorf("%q for %d: cut short is %v, want %v", c.text, c.figures, got, c.want)
		}
	}
}
