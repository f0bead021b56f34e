package forgery

import (
	"testing"

	"tallyman/rules/rulestest"
)

func TestRules(t *testing.T) { rulestest.Run(t, Rules...) }
