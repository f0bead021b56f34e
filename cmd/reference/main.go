// Command reference makes the reference pack and the text model of the
// classifier from folders of public trade data. The same sources give the same
// bytes.
//
//	go run ./cmd/reference [-data ../shared/refdata] [-without unlicensed] [-measure]
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"tallyman/classify/reference/fit"
)

func main() {
	data := flag.String("data", "../shared/refdata", "`folder` with the sources")
	out := flag.String("out", "classify/reference", "`folder` to write the tables to")
	model := flag.String("model", "classify/words/words.model", "`file` to write the text model to")
	card := flag.String("card", "docs/model-card.md", "`file` to write the measured accuracy into")
	only := flag.String("only", "", "make only `what`: pack or words")
	without := flag.String("without", "", "leave out `what`: unlicensed is every source without a stated open licence")
	measure := flag.Bool("measure", false, "measure the text model on texts held out and write only the card")
	flag.Parse()
	if err := run(*data, *out, *model, *card, *only, *without == "unlicensed", *measure); err != nil {
		fmt.Fprintln(os.Stderr, "reference:", err)
		os.Exit(1)
	}
}

func run(data, out, model, card, only string, openOnly, measure bool) error {
	if _, err := os.Stat(data); err != nil {
		return fmt.Errorf("the sources are not there: %w", err)
	}
	if !measure && only != "words" {
		if err := fit.Values(filepath.Join(data, "unit_values", "unit_value_observations.csv.gz"), filepath.Join(data, "comtrade-hs-reference", "HS_consolidated_comtrade_concordances.csv"), filepath.Join(out, "values.tsv.gz")); err != nil {
			return err
		}
		if err := fit.Priority(filepath.Join(data, "chpl"), filepath.Join(out, "chpl.txt")); err != nil {
			return err
		}
	}
	if !measure && only != "words" {
		if err := fit.Exchange(filepath.Join(data, "countries-currencies-fx"), filepath.Join(out, "rates.txt")); err != nil {
			return err
		}
	}
	if only == "pack" {
		return nil
	}
	return text(data, model, card, openOnly, measure)
}
