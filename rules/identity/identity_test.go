package identity

import (
	"testing"

	"tallyman/rules/rulestest"
)

func TestRules(t *testing.T) { rulestest.Run(t, Rules...) }

func TestNomenclature(t *testing.T) {
	for code, want := range map[string]bool{
		"851713":     true,                                  // 2022
		"851712":     true,                                  // 2012 and 2017
		"8517130000": true, "67041900": true, "30219": true, // 0302 19 without its nought
		"851799": false, "770100": false, "123456": false,
	} {
		if got := codeExists(code) == nil; got != want {
			t.Errorf("codeExists(%s) = %v, want %v", code, got, want)
		}
	}
}
