package classification

import (
	"testing"

	"tallyman/rules/rulestest"
)

func TestRules(t *testing.T) { rulestest.RunWith(t, rulestest.Goods{}, Rules...) }
