package main

import (
	"os"

	"tallyman/classify/words/train"
)

// text trains the model of words and writes it, and what was measured of it.
func text(data, model, card string, openOnly, measure bool) error {
	texts, err := train.Load(data, openOnly)
	if err != nil {
		return err
	}
	r, err := train.Run(texts, os.Stderr)
	if err != nil {
		return err
	}
	if !measure {
		if err := os.WriteFile(model, r.Model, 0o644); err != nil {
			return err
		}
	}
	return r.Card(card, openOnly)
}
