package vague

import (
	"testing"

	"tallyman/rules/rulestest"
)

func TestRules(t *testing.T) { rulestest.Run(t, Rules...) }

func TestAlone(t *testing.T) {
	for _, c := range []struct {
		text  string
		vague bool
	}{
		{"PARTS", true},
		{"Spare parts and accessories", true},
		{"Freight of all kinds", true},
		{"various goods, etc.", true},
		{"Spare parts for excavators", false},
		{"Parts 6204-2RS", false},
		{"Ball bearings", false},
		{"Accessories case", false},
		{"Hardware tools", false},
		{"Tools / hardware; other accessories", true},
		{"new spare parts", true},
		{"Запчасти", true},
		{"Товары народного потребления (ТНП)", true},
		{"Оборудование и комплектующие к нему", false},
		{"Оборудование и комплектующие", true},
		{"Подшипники шариковые", false},
		{"Қосалқы бөлшектер және жабдықтар", true},
		{"", false},
		{"12345", false},
	} {
		if got := anyAlone(everyList, c.text); got != c.vague {
			t.Errorf("%q: vague is %v, want %v", c.text, got, c.vague)
		}
	}
}
