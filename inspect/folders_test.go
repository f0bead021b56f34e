package inspect_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tallyman/inspect"
)

// TestFolders reads files that are not there: each still ends with its reason.
func TestFolders(t *testing.T) {
	line := &inspect.Line{}
	var got [][]string
	err := line.Folders(context.Background(), []string{"a/1", "a/b/1", "a/2", "c/1"}, func(files []inspect.File) error {
		var names []string
		for _, f := range files {
			names = append(names, f.Path)
			if f.Reason == nil {
				t.Errorf("%s has no reason", f.Path)
			}
		}
		got = append(got, names)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]string{{"a/1", "a/2"}, {"a/b/1"}, {"c/1"}}, got); diff != "" {
		t.Error(diff)
	}
}

// TestFoldersHoldFew counts how far reading runs ahead of who looks at the files.
func TestFoldersHoldFew(t *testing.T) {
	const n = 2000
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf("none/%04d/paper.pdf", i))
	}
	var read atomic.Int64
	line := &inspect.Line{OnFile: func(inspect.File) { read.Add(1) }}
	looked, ahead := int64(0), int64(0)
	err := line.Folders(context.Background(), names, func(files []inspect.File) error {
		ahead = max(ahead, read.Load()-looked)
		looked += int64(len(files))
		return nil
	})
	if err != nil || looked != n {
		t.Fatalf("%d of %d files, %v", looked, n, err)
	}
	if most := int64(2*runtime.GOMAXPROCS(0)) + 1; ahead > most {
		t.Errorf("%d folders in memory at once, want at most %d", ahead, most)
	}
}

func TestFoldersStop(t *testing.T) {
	full := errors.New("no room")
	seen := 0
	err := (&inspect.Line{}).Folders(context.Background(), []string{"a/1", "b/1", "c/1", "d/1"}, func([]inspect.File) error {
		if seen++; seen == 2 {
			return full
		}
		return nil
	})
	if err != full || seen != 2 {
		t.Errorf("%v after %d folders", err, seen)
	}
}
