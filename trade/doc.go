// Package trade holds the words of the house: what a shipping paper can say,
// each value with its unit, and the place where it was read.
//
// Every paper in a [Dossier] is a witness to one consignment. A [Document] is
// what one witness says. It is filled through one door, [Document.Set], which
// takes text as printed and understands it in the languages of the trade. Each
// value is a [Reading] that knows its text, its place, who read it, and what
// else it could be.
//
// Names follow UN/CEFACT (BSP RDM D22A and code lists 1001, 3035) where it has
// one. The package imports nothing else of this project.
package trade
