// Package outcomes learns from a user's own confirmed outcomes (goods examined,
// and what was found) which declarations to look at first.
//
// Its model is a gradient booster over histograms, trained by one goroutine
// from a fixed seed: the same table gives the same bytes. It orders work; it
// accuses nobody, and no finding depends on it. Scores are floats: they are
// statistics, and no amount or mass of a paper is computed here.
package outcomes
