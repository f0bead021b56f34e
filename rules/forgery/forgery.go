// Package forgery holds the rules about the papers themselves: what the file,
// the page and its ink say of how a paper came to be. They weigh what readers
// noticed ([trade.Observation]); a hint is never called more than that.
package forgery

import "tallyman/rules"

// Rules are the rules of this family, in the order of their IDs.
var Rules = []*rules.Rule{
	SavedAgain,
	ChangedPrint,
	Descriptions,
	MadeByEditor,
	Signature,
	Unseen,
	PaintedOver,
	OddPrint,
	SecondSubset,
	TypedOnScan,
	SameInk,
	TypedOver,
	BarcodeDiffers,
	FaceDiffers,
	MixedPages,
	OddLetters,
	Inconclusive,
}
