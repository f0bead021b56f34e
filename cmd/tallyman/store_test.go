package main

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tallyman/audit"
	"tallyman/inspect"
	"tallyman/trade"
)

func TestStoreNameHasNoPassword(t *testing.T) {
	for in, want := range map[string]string{
		"postgres://u:secret@h:5432/d": "postgres://u:xxxxx@h:5432/d",
		"sqlite:a b.db":                "sqlite:a b.db",
		"postgres://h/d":               "postgres://h/d",
	} {
		if got := (&storeFlags{db: in}).name(); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

// No file of a batch is without a dossier, also not one that is only a copy of a
// paper in an archive of its own.
func TestPartitionLosesNothing(t *testing.T) {
	file := func(path, folder, sha string, holds int) inspect.File {
		return inspect.File{Path: path, Folder: folder, SHA256: sha, Holds: holds, Status: trade.Done}
	}
	files := []inspect.File{
		file("d/a.zip", "d", "za", 1), file("d/a.zip/x.pdf", "d/a.zip", "x", 0),
		file("d/b.zip", "d", "zb", 2), file("d/b.zip/up/x.pdf", "d/b.zip/up", "x", 0), file("d/b.zip/n.txt", "d/b.zip", "n", 0),
		file("e/y.pdf", "e", "y", 0), file("f/empty.zip", "f", "ze", 0),
	}
	dossiers := []audit.Dossier{
		{Name: "d", Papers: []*trade.Document{{ID: "1", File: "d/a.zip/x.pdf"}}},
		{Name: "e", Papers: []*trade.Document{{ID: "2", File: "e/y.pdf"}}},
	}
	var got []string
	for i, part := range partition(dossiers, files) {
		for _, f := range part {
			got = append(got, fmt.Sprint(i, " ", f.Path))
		}
	}
	slices.Sort(got)
	want := []string{"0 d/a.zip", "0 d/a.zip/x.pdf", "0 d/b.zip", "0 d/b.zip/n.txt", "0 d/b.zip/up/x.pdf", "0 f/empty.zip", "1 e/y.pdf"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
