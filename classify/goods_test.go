package classify

import (
	"slices"
	"testing"
)

func TestSameGoods(t *testing.T) {
	agree := [][2]string{
		{"Women's synthetic wigs, model W-12", "Парики женские синтетические"},
		{"Ladies cotton dress", "Women's dresses"},
		{"Canned fish in oil", "Рыбные консервы"},
		{"LED lamps", "Светильники"},
		{"Parts of footwear: shoes", "Footwear"},
		{"手机", "Mobile phones"},
		{"Ноутбуки", "Laptop computers"},
		{"Tyres for trucks", "Шины грузовые"},
	}
	differ := [][2]string{
		{"Women's wigs", "Integrated circuits"},
		{"Парики из искусственного волокна", "Микросхемы интегральные"},
		{"Canned fish", "Mobile phones"},
		{"Ladies shoes", "Frozen chicken"},
		{"Bed linen", "Lithium ion batteries"},
		{"假发", "集成电路"},
		{"Çorap, kadın elbise", "Çimento"},
		{"Игрушки детские", "Шины грузовые"},
		{"Furniture", "Tobacco"},
		{"Сүлгілер", "Ноутбуктер"},
	}
	abstain := [][2]string{
		{"Goods", "Wigs"},
		{"Товары согласно инвойсу", "Парики"},
		{"As per invoice KT-12", "Mobile phones"},
		{"Spare parts", "Wigs"},
		{"Household goods", "Ceramic tiles"},
		{"Textile goods", "Ladies dresses"},
		{"Covers for mobile phones", "Silicone sleeves"},
		{"Electronics", "Mobile phones"},
		{"Phone case of leather", "Wallets"},
		{"Chocolate moulds", "Plastic forms"},
		{"Coffee machine", "Household appliances"},
		{"Toy car", "Vehicles"},
		{"Zxq 400", "Wigs"},
		{"Coffee mat", "Rubber mats"},
		{"Prorab 400 kit", "Hand tools"},
		{"Food processor", "Kitchen machines"},
		{"", "Wigs"},
	}
	m := NewModel()
	for _, c := range agree {
		if p, ok := m.SameGoods(c[0], c[1]); ok && p < 0.5 {
			t.Errorf("SameGoods(%q, %q) = %.2f, want agreement", c[0], c[1], p)
		}
	}
	for _, c := range differ {
		p, ok := m.SameGoods(c[0], c[1])
		if !ok || p > 0.1 {
			t.Errorf("SameGoods(%q, %q) = %.2f, %v, want a difference; known chapters %v and %v", c[0], c[1], p, ok, knownGoods(c[0]), knownGoods(c[1]))
		}
		if q, ok2 := m.SameGoods(c[1], c[0]); q != p || ok2 != ok {
			t.Errorf("SameGoods(%q, %q) = %.2f, %v, but %.2f, %v the other way round", c[0], c[1], p, ok, q, ok2)
		}
	}
	for _, c := range abstain {
		if p, ok := m.SameGoods(c[0], c[1]); ok && p < 0.5 {
			t.Errorf("SameGoods(%q, %q) = %.2f, want no objection", c[0], c[1], p)
		}
	}
}

func TestKnownGoods(t *testing.T) {
	for text, chapter := range map[string]int{
		"Women's wigs": 67, "Ботинки мужские": 64, "鞋": 64, "Oscilloscope 100 MHz": 90, "Drones": 88, "Пшеница": 10,
		"Kumaş": 54,
	} {
		got := knownGoods(text)
		if !slices.Contains(got, chapter) {
			t.Errorf("knownGoods(%q) = %v, want %d among them", text, got, chapter)
		}
	}
}
