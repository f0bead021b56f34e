package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tallyman/trade"
)

// drawnFolder holds consignments that were laid out by hand as other firms lay
// them out, by somebody who did not know the reader: HTML that a browser prints,
// and in each folder what every paper says.
const drawnFolder = "fixtures/drawn"

// loadDrawn prints the papers with Chromium and reads their truth.
func loadDrawn(dir string) ([]set, error) {
	s := set{Name: "drawn", Note: "consignments laid out by hand in HTML, printed by Chromium. Counts: what the truth file beside them states. A value of several is right by any of them."}
	browser, err := exec.LookPath("chromium")
	if err != nil {
		s.Skipped = "there is no chromium to print it"
		return []set{s}, nil
	}
	names, err := filepath.Glob(filepath.Join(dir, "*", "truth.json"))
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	for _, name := range names {
		var truth struct {
			Papers []struct {
				File   string
				Type   any
				Fields map[string]any
				Items  []map[string]any
			}
		}
		if err := readJSON(name, &truth); err != nil {
			return nil, err
		}
		for _, p := range truth.Papers {
			types := several(p.Type)
			if len(types) != 1 || types[0] == string(trade.OtherPaper) {
				continue // of these, several types would do
			}
			file, err := printedBy(browser, strings.TrimSuffix(filepath.Join(filepath.Dir(name), p.File), ".pdf")+".html")
			if err != nil {
				return nil, err
			}
			var f facts
			for _, path := range sortedKeys(p.Fields) {
				f.add(path, several(p.Fields[path])...)
			}
			for i, item := range p.Items {
				for _, field := range sortedKeys(item) {
					f.add(fmt.Sprintf("/items/%d/%s", i, field), several(item[field])...)
				}
			}
			s.Papers = append(s.Papers, paper{File: file, Type: trade.DocumentType(types[0]), Language: "mixed", Facts: f.list})
		}
	}
	return []set{s}, nil
}

// several returns the texts of a value, or of a list of values any of which is right.
func several(v any) []string {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var all []string
	for _, v := range list {
		all = append(all, strings.TrimSuffix(text(v), " ?"))
	}
	return all
}

func sortedKeys(m map[string]any) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// printedBy prints a page of HTML and returns the file, which is kept beside other
// temporary files for the next run.
func printedBy(browser, name string) (string, error) {
	whole, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(os.TempDir(), "tallyman-drawn", filepath.Base(filepath.Dir(whole)))
	out := filepath.Join(dir, strings.TrimSuffix(filepath.Base(whole), ".html")+".pdf")
	source, err := os.Stat(whole)
	if err != nil {
		return "", err
	}
	if old, err := os.Stat(out); err == nil && old.ModTime().After(source.ModTime()) {
		return out, nil
	}
	profile, err := os.MkdirTemp("", "drawn")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(profile)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	said, err := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+profile, "--no-pdf-header-footer", "--print-to-pdf="+out, "file://"+whole).CombinedOutput()
	if _, missing := os.Stat(out); missing != nil {
		return "", fmt.Errorf("%s: %w: %s", name, errors.Join(err, missing), said)
	}
	return out, nil
}
