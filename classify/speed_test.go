package classify

import (
	"fmt"
	"testing"

	"tallyman/trade"
)

// BenchmarkThousandLines does for a thousand lines, no two alike, what classify
// does for one.
func BenchmarkThousandLines(b *testing.B) {
	words := []string{"women's wigs of synthetic hair, art. %d", "Футболки хлопковые трикотажные, арт. %d", "合成纤维女式假发 %d", "stainless steel hex bolts M8 x %d", "integrated circuits, part %d"}
	codes := []trade.TariffCode{"670411", "610910", "670411", "731815", "854231"}
	m := NewModel()
	m.Goods("load the weights")
	for b.Loop() {
		for i := range 1000 {
			r := line(float64(1000+i), 40, float64(100+i))
			text, code := fmt.Sprintf(words[i%len(words)], i), codes[i%len(codes)]
			m.Goods(text)
			m.Describes(code, text)
			m.Looks(r)
			m.Together(text, r)
			if f := m.Fits(code, r); f.P <= 0.05 {
				m.Instead(code, r)
				m.Repair(code, r)
			}
		}
	}
}
