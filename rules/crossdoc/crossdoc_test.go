package crossdoc_test

import (
	"testing"

	"tallyman/classify"
	"tallyman/rules/crossdoc"
	"tallyman/rules/rulestest"
)

func TestRules(t *testing.T) { rulestest.RunWith(t, classify.NewModel(), crossdoc.Rules...) }
