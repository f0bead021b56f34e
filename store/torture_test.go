package store

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tallyman/audit"
	"tallyman/audit/audittest"
)

// Single bytes of everything that a store keeps are changed, one at a time. Each
// change must be found by Verify, or shown to be without meaning: everything that
// the program reads out of the store is the same as before.
func TestSingleByteEdits(t *testing.T)        { editStore(t, 400) }
func TestTortureSingleByteEdits(t *testing.T) { torture(t); editStore(t, 10_000) }
func TestTortureKills(t *testing.T)           { torture(t); killTest(t, 50) }

func torture(t *testing.T) {
	if os.Getenv("TALLYMAN_TORTURE") == "" {
		t.Skip("a long run: make torture")
	}
}

func editStore(t *testing.T, n int) {
	dir := t.TempDir()
	o := Options{DB: "sqlite:" + filepath.Join(dir, "t.db")}
	s := open(t, o)
	for i := range 3 {
		k := keep(t, s, i, day)
		f := audittest.Make(i, day).Evidence.Findings[0]
		if _, err := s.Decide(context.Background(), audit.Decision{Dossier: k.Dossier, Finding: f.ID, Verdict: audit.Confirmed, By: "A. Example"}); err != nil {
			t.Fatal(err)
		}
	}
	holds(t, s)
	s.Close()
	if exists(filepath.Join(dir, "t.db-wal")) {
		t.Fatal("a closed store has a write-ahead log")
	}
	was, err := contents(o)
	if err != nil {
		t.Fatal(err)
	}

	var files []string
	err = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		// The private key is no evidence: with another nothing can be signed, and
		// TestKeyFile shows that the store says so. The log and its index belong
		// to readers.
		if err == nil && !d.IsDir() && !strings.HasSuffix(p, ".key") && !strings.HasSuffix(p, "-wal") && !strings.HasSuffix(p, "-shm") {
			files = append(files, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(uint64(n), 1))
	found, unused, missed := 0, 0, 0
	var where []string
	try := func(name string, at int) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		changed := slices.Clone(data)
		changed[at] ^= byte(1 + r.IntN(255))
		os.Chmod(name, 0o644)
		if err := os.WriteFile(name, changed, 0o644); err != nil {
			t.Fatal(err)
		}
		switch seen, now := examine(o); {
		case seen:
			found++
		case now == was:
			unused++
			where = append(where, fmt.Sprintf("%s:%d", filepath.Base(name), at))
		default:
			missed++
			t.Errorf("%s: byte %d, %#x to %#x, changes what the store says and is not found", name, at, data[at], changed[at])
		}
		if err := os.WriteFile(name, data, 0o644); err != nil {
			t.Fatal(err)
		}
		for _, more := range []string{"-wal", "-shm", "-journal"} {
			os.Remove(filepath.Join(dir, "t.db"+more))
		}
	}
	database := filepath.Join(dir, "t.db")
	size := int(must(os.Stat(database)).Size())
	for at := range min(100, n/4) {
		try(database, at) // every byte of the header
	}
	for range n / 2 {
		try(database, r.IntN(size))
	}
	for found+unused+missed < n {
		name := files[r.IntN(len(files))]
		if size := int(must(os.Stat(name)).Size()); size > 0 {
			try(name, r.IntN(size))
		}
	}
	t.Logf("%d single bytes changed: %d found, %d without meaning, %d missed", found+unused+missed, found, unused, missed)
	if found < (found+unused)/3 {
		t.Errorf("only %d of %d changes were found", found, found+unused)
	}
	// The same in reports is in package audit. What is without meaning lies in
	// the database file alone: no byte of an original, a picture or the heads is.
	for _, w := range where {
		if !strings.HasPrefix(w, "t.db:") {
			t.Errorf("%s is said to be without meaning", w)
		}
	}
}

func must(info fs.FileInfo, err error) fs.FileInfo {
	if err != nil {
		panic(err)
	}
	return info
}

// examine verifies the store as the command does: seen says that something was
// found, now is what the store says otherwise.
func examine(o Options) (seen bool, now string) {
	s, err := Open(context.Background(), Options{DB: o.DB, ReadOnly: true})
	if err != nil {
		return true, ""
	}
	out, err := s.Verify(context.Background())
	s.Close()
	if err != nil || !out.OK() {
		return true, ""
	}
	now, err = contents(o)
	if err != nil {
		return false, err.Error()
	}
	return false, now
}

// contents is everything that the program reads out of a store: every row of
// every table, and every report.
func contents(o Options) (string, error) {
	ctx := context.Background()
	s, err := Open(ctx, Options{DB: o.DB, ReadOnly: true})
	if err != nil {
		return "", err
	}
	defer s.Close()
	var b bytes.Buffer
	var dossiers []string
	err = s.db.read(ctx, func(t tx) error {
		all := append(slices.Clone(tables),
			table{"ledger", "seq", "seq", []string{"seq:i", "kind:t", "subject:t", "data:t"}},
			table{"ledger_hash", "i", "i", []string{"i:i", "hash:t"}},
			table{"checkpoint", "size", "size", []string{"size:i", "note:t"}})
		for _, tab := range all {
			rows, err := t.query(ctx, "SELECT "+strings.Join(tab.names(), ", ")+" FROM "+tab.name+" ORDER BY "+tab.order)
			if err != nil {
				return err
			}
			for rows.Next() {
				row := tab.scan()
				if err := rows.Scan(row...); err != nil {
					rows.Close()
					return err
				}
				fmt.Fprintf(&b, "%s %q\n", tab.name, values(row))
				if tab.name == "dossier" {
					dossiers = append(dossiers, values(row)[0].(string))
				}
			}
			err = rows.Err()
			rows.Close()
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	for _, id := range dossiers {
		a, err := s.Account(ctx, id)
		if err != nil {
			return "", err
		}
		if err := a.Write(&b, audit.JSON, audit.English, s.Signer()); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}
