// Package dates holds the rules about what happened before what.
//
// A rule reads no clock: what is in the future is what lies behind the day on
// which the papers were handed over, which the dossier states. Days and months
// that may be exchanged (03/04/2026) are tried both ways, and an order that one
// of them makes possible is no finding.
package dates

import (
	"tallyman/rules"
	"tallyman/trade"
)

// Rules are the rules of this family, in the order of their IDs.
var Rules = []*rules.Rule{
	OrderOfPapers,
	PaperOlderThanFirm,
	PaperFromTheFuture,
}

// graceDays are the days by which two dates may stand in the wrong order: time
// zones, and papers made up in the evening and dated the next morning.
const graceDays = 1

// later reports whether a is later than b by more than the grace.
func later(a, b trade.Date) bool { return b.DaysUntil(a) > graceDays }
