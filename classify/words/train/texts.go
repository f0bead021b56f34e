// Package train makes the text model of package words from folders of labelled
// texts, and measures it on texts that were held out.
package train

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tallyman/classify/reference"
	"tallyman/classify/words"
)

// A Text is a description with its code of 4 or more digits.
type Text struct {
	Source   string
	Words    string
	Code     string // 4 or 6 digits; empty: words that name no goods
	Language words.Language
	Weight   float32
	Fold     int  // 0 to 9; texts of the same words share one
	Held     bool // of a source that is measured
}

// A source is a set of texts.
type source struct {
	name, licence string
	open          bool // stated open licence, or an official act
	measured      bool // some of it is held out
	weight        float32
	read          func(dir string) ([]Text, error)
}

var sources = []source{
	{"uk-terms", "MIT (UK government)", true, true, 3, ukTerms},
	{"uk-parcels", "MIT (UK government)", true, true, 5, ukParcels},
	{"uk-brands", "MIT (UK government)", true, false, 1, ukBrands},
	{"uk-vague", "MIT (UK government)", true, true, 1, ukVague},
	{"own-labels", "Apache-2.0 (this project)", true, false, 3, ownLabels},
	{"us-tariff", "work of the United States government", true, false, 1, usTariff},
	{"hs-2022", "ODC-PDDL", true, false, 2, nomenclature},
	{"eaeu-tariff", "official act", true, false, 1, tnved},
	{"ru-declarations", "none stated", false, true, 2, ruDeclarations},
	{"ru-lines", "none stated", false, false, 1, ruLines},
	{"ru-parts", "none stated", false, false, 0.5, ruParts},
	{"zh-titles", "none stated", false, true, 1, zhTitles},
}

// Load reads every source that is there, in a fixed order.
func Load(dir string, openOnly bool) ([]Text, error) {
	var all []Text
	for _, s := range sources {
		if openOnly && !s.open {
			continue
		}
		texts, err := s.read(dir)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		for _, t := range texts {
			t.Words = strings.TrimSpace(t.Words)
			if t.Words == "" {
				continue
			}
			t.Source, t.Weight, t.Held = s.name, s.weight, s.measured
			t.Language = words.LanguageOf(t.Words)
			t.Fold = fold(t.Words)
			all = append(all, t)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: no texts", dir)
	}
	return all, nil
}

// key is the words of a text without order, repeats and numbers: texts with the
// same key are near-identical and must not be on both sides of a measure.
func key(text string) string {
	tokens := slices.DeleteFunc(words.Tokens(text), func(t string) bool { return strings.ContainsAny(t, "0123456789") })
	slices.Sort(tokens)
	return strings.Join(slices.Compact(tokens), " ")
}

func fold(text string) int {
	h := fnv.New32a()
	h.Write([]byte(key(text)))
	v := h.Sum32()
	v ^= v >> 15
	v *= 0x2c1b3c6d
	v ^= v >> 12
	return int(v % 10)
}

func code(digits string) string {
	digits = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, digits)
	switch {
	case len(digits) >= 6 && digits[4:6] != "00" || len(digits) == 6:
		return digits[:6]
	case len(digits) >= 4:
		return digits[:4]
	}
	return ""
}

func table(path string) ([][]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	return r.ReadAll()
}

// columns reads texts out of two columns of a table with a heading line.
func columns(path string, text, digits int) ([]Text, error) {
	rows, err := table(path)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var all []Text
	for _, row := range rows[1:] {
		if len(row) > max(text, digits) {
			if c := code(row[digits]); c != "" {
				all = append(all, Text{Words: row[text], Code: c})
			}
		}
	}
	return all, nil
}

func ukTerms(dir string) ([]Text, error) {
	data, err := os.ReadFile(filepath.Join(dir, "uk-fpo-labelled", "search_references.json"))
	if err != nil {
		return nil, err
	}
	var terms map[string]string
	if err := json.Unmarshal(data, &terms); err != nil {
		return nil, err
	}
	var all []Text
	for text, digits := range terms {
		if c := code(digits); c != "" {
			all = append(all, Text{Words: text, Code: c})
		}
	}
	slices.SortFunc(all, func(a, b Text) int { return cmp.Compare(a.Words, b.Words) })
	return all, nil
}

func ukParcels(dir string) ([]Text, error) {
	return columns(filepath.Join(dir, "uk-fpo-labelled", "extra_references.csv"), 0, 1)
}

func ukBrands(dir string) ([]Text, error) {
	return columns(filepath.Join(dir, "uk-fpo-labelled", "brands.csv"), 1, 0)
}

func ukVague(dir string) ([]Text, error) {
	rows, err := table(filepath.Join(dir, "uk-fpo-labelled", "vague_terms.csv"))
	var all []Text
	for _, row := range rows {
		all = append(all, Text{Words: row[0]})
	}
	return all, err
}

// usTariff reads each line with the lines above it that it belongs to.
func usTariff(dir string) ([]Text, error) {
	names, err := filepath.Glob(filepath.Join(dir, "us-hts-2026", "*.csv"))
	if err != nil || len(names) == 0 {
		return nil, fs.ErrNotExist
	}
	rows, err := table(names[0])
	if err != nil {
		return nil, err
	}
	var all []Text
	above := make([]string, 12)
	for _, row := range rows[1:] {
		if len(row) < 3 || len(row[1]) != 1 {
			continue
		}
		level := int(row[1][0] - '0')
		above[level] = row[2]
		c := code(row[0])
		if c == "" || c >= "98" {
			continue
		}
		text := row[2]
		for i := level - 1; i >= max(0, level-3); i-- {
			text += " " + above[i]
		}
		all = append(all, Text{Words: text, Code: c})
	}
	return all, nil
}

func nomenclature(dir string) ([]Text, error) {
	rows, err := table(filepath.Join(dir, "hs2017-2022-datahub", "harmonized-system.csv"))
	if err != nil {
		return nil, err
	}
	heading := map[string]string{}
	var all []Text
	for _, row := range rows[1:] {
		switch c := code(row[1]); {
		case len(row[1]) == 4:
			heading[row[1]] = row[2]
			all = append(all, Text{Words: row[2], Code: row[1]})
		case len(row[1]) == 6 && c != "":
			all = append(all, Text{Words: row[2] + " " + heading[c[:4]], Code: row[1]}, Text{Words: row[2], Code: row[1]})
		}
	}
	return all, nil
}

func tnved(dir string) ([]Text, error) {
	data, err := os.ReadFile(filepath.Join(dir, "tnved-ru", "tnved.json"))
	if err != nil {
		return nil, err
	}
	var chapters []struct {
		Groups []struct {
			Goods []struct {
				Code, Naim string
				Subs       []struct{ Code, Naim string }
			}
		}
	}
	if err := json.Unmarshal(data, &chapters); err != nil {
		return nil, err
	}
	var all []Text
	for _, ch := range chapters {
		for _, g := range ch.Groups {
			for _, h := range g.Goods {
				if len(h.Code) != 4 {
					continue
				}
				all = append(all, Text{Words: h.Naim, Code: h.Code})
				above := make([]string, 12)
				for _, s := range h.Subs {
					level := strings.Count(s.Naim, "- ")
					if level >= len(above) {
						continue
					}
					text := strings.Trim(s.Naim, "- :")
					above[level] = text
					for i := level - 1; i > 0; i-- {
						text += " " + above[i]
					}
					if c := code(s.Code); c != "" {
						all = append(all, Text{Words: text + " " + h.Naim, Code: c})
					}
				}
			}
		}
	}
	return all, nil
}

func ruDeclarations(dir string) ([]Text, error) {
	return columns(filepath.Join(dir, "ru-decl-descriptions", "dataset_4digits.csv"), 1, 0)
}

func ruLines(dir string) ([]Text, error) {
	return columns(filepath.Join(dir, "ru-decl-descriptions", "dataset_10digits.csv"), 1, 0)
}

func ruParts(dir string) ([]Text, error) {
	return columns(filepath.Join(dir, "ru-electronics-parts", "df_clear_uniq_3.csv"), 3, 2)
}

func zhTitles(dir string) ([]Text, error) {
	data, err := os.ReadFile(filepath.Join(dir, "zh-ecommerce-hs10", "final.txt"))
	if err != nil {
		return nil, err
	}
	var all []Text
	for line := range strings.Lines(string(data)) {
		digits, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		if c := code(digits); c != "" {
			all = append(all, Text{Words: text, Code: c})
		}
	}
	return all, nil
}

// ownLabels are the short names of headings that come with the program.
func ownLabels(string) ([]Text, error) {
	var all []Text
	for _, l := range reference.Labels() {
		if len(l.Code) == 4 {
			all = append(all, Text{Words: l.English, Code: l.Code}, Text{Words: l.Russian, Code: l.Code})
		}
	}
	return all, nil
}

// HeldOut returns the texts that no model was trained on, for measures.
func HeldOut(dir string) ([]Text, error) {
	all, err := Load(dir, false)
	if err != nil {
		return nil, err
	}
	var held []Text
	for _, t := range all {
		if t.Held && t.Code != "" && t.Fold < testFolds {
			held = append(held, t)
		}
	}
	return held, nil
}
