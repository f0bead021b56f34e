package extract

import (
	"strings"

	"tallyman/extract/sandbox"
)

// Confinement says that the readers may work without a whole fence around them,
// and what of it this machine lacks; it is empty where a whole fence is required.
// It stands in every report that was made so.
func (x *Extractor) Confinement() string {
	switch missing := sandbox.Missing(); {
	case x.opts.RequireSandbox:
		return ""
	case len(missing) == 0:
		return "sandbox not required: all of it is there"
	default:
		return "sandbox not required: without " + strings.Join(missing, " and ")
	}
}
