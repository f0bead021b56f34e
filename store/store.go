// Package store keeps what came in and what was found: originals by their
// SHA-256 in a folder, everything else in SQLite or PostgreSQL. Every change and
// its entry in the ledger are one transaction; the ledger is a Merkle tree with
// signed heads, so that nobody can alter, drop or insert a record without its
// showing (see [Store.Verify]).
package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"tallyman/audit"
)

// Options say where a store is.
type Options struct {
	DB    string // sqlite:FILE or postgres://...
	Blobs string // file:///path or a path; empty: FILE.blobs beside a SQLite file
	// Key is the file of the private key that signs the ledger; empty: FILE.key
	// beside a SQLite file, ledger.key beside the originals otherwise. It is made
	// on first use, with the public key in a file of the same name and .pub.
	Key      string
	ReadOnly bool // no key is needed, and nothing is changed
}

// A Store is open.
type Store struct {
	Blobs *Blobs

	db       database
	origin   string // name of the ledger
	key      string // public
	verifier note.Verifier
	signer   note.Signer // nil: read only
	heads    string      // file to which each head is appended
	public   string      // file with the public key
}

// Open opens a store, and makes it if there is none and it may be written.
func Open(ctx context.Context, o Options) (*Store, error) {
	base := ""
	if name, ok := strings.CutPrefix(o.DB, "sqlite:"); ok {
		base = strings.TrimPrefix(name, "//")
	}
	if o.Blobs == "" {
		if base == "" {
			return nil, errors.New("a store on PostgreSQL needs a folder for the originals: --blobs file:///path")
		}
		o.Blobs = base + ".blobs"
	}
	blobs, err := OpenBlobs(o.Blobs, o.ReadOnly)
	if err != nil {
		return nil, err
	}
	if base == "" {
		base = filepath.Join(blobs.dir, "ledger")
	}
	if o.Key == "" {
		o.Key = base + ".key"
	}
	s := &Store{Blobs: blobs, heads: base + ".heads", public: o.Key + ".pub"}
	if s.db, err = openDatabase(ctx, o.DB, o.ReadOnly); err != nil {
		return nil, err
	}
	if err := s.identify(ctx, o); err != nil {
		s.db.close()
		return nil, err
	}
	return s, nil
}

// Close closes the store.
func (s *Store) Close() { s.db.close() }

// Key returns the public key of the ledger, in the form of package note.
func (s *Store) Key() string { return s.key }

// Signer returns the key that signs reports; nil if the store is read only and
// no key file could be read.
func (s *Store) Signer() note.Signer { return s.signer }

// identify reads the name and the key of the ledger, and makes them on first use.
func (s *Store) identify(ctx context.Context, o Options) error {
	load := func(t tx) (bool, error) {
		return one(ctx, t, []any{&s.origin, &s.key}, "SELECT origin, key FROM identity")
	}
	var known bool
	err := s.db.read(ctx, func(t tx) (err error) { known, err = load(t); return err })
	if err != nil {
		return fmt.Errorf("open the store: %w", err)
	}
	if !known {
		if o.ReadOnly {
			return errors.New("open the store: it holds nothing yet")
		}
		if err := s.found(ctx, o.Key, load); err != nil {
			return fmt.Errorf("open the store: %w", err)
		}
	}
	if s.verifier, err = note.NewVerifier(s.key); err != nil {
		return fmt.Errorf("open the store: its public key cannot be used: %w", err)
	}
	secret, err := os.ReadFile(o.Key)
	switch {
	case o.ReadOnly && err != nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("open the store: the key %s of the ledger is missing, and nothing can be recorded without it: put it back from its copy", o.Key)
	case err != nil:
		return fmt.Errorf("open the store: %w", err)
	}
	signer, err := note.NewSigner(strings.TrimSpace(string(secret)))
	if err != nil {
		return fmt.Errorf("open the store: the key %s is damaged: %w", o.Key, err)
	}
	if signer.Name() != s.verifier.Name() || signer.KeyHash() != s.verifier.KeyHash() {
		return fmt.Errorf("open the store: the key %s belongs to another ledger", o.Key)
	}
	s.signer = signer
	return nil
}

// found makes the key and writes the first entry of the ledger.
func (s *Store) found(ctx context.Context, keyFile string, load func(tx) (bool, error)) error {
	at := now()
	var head audit.Head
	err := s.db.write(ctx, func(t tx) error {
		if known, err := load(t); known || err != nil {
			return err // another program was first
		}
		secret, public, err := readKey(keyFile)
		if err != nil {
			return err
		}
		signer, err := note.NewSigner(secret)
		if err != nil {
			return fmt.Errorf("the key %s is damaged: %w", keyFile, err)
		}
		s.origin, s.key, s.signer = signer.Name(), public, signer
		c := &change{ctx: ctx, t: t, sums: newSums()}
		if err := c.insert("identity", 1, s.origin, s.key, at); err != nil {
			return err
		}
		head, err = s.appendLeaf(ctx, t, &audit.Leaf{At: at, Kind: "identity", Subject: s.origin, Rows: c.finish()})
		return err
	})
	if err != nil || head.Size == 0 {
		return err
	}
	return s.noteHead(head)
}

// readKey reads the private key and, beside it, the public one; it makes both if
// there are none.
func readKey(name string) (secret, public string, err error) {
	data, err := os.ReadFile(name)
	if err == nil {
		pub, err := os.ReadFile(name + ".pub")
		return strings.TrimSpace(string(data)), strings.TrimSpace(string(pub)), err
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", "", err
	}
	id := make([]byte, 6)
	if _, err := rand.Read(id); err != nil {
		return "", "", err
	}
	secret, public, err = note.GenerateKey(rand.Reader, "tallyman-"+hex.EncodeToString(id))
	if err != nil {
		return "", "", err
	}
	// The public key first: a private key without it would stop the next start.
	if err := writeWhole(name+".pub", public+"\n", 0o644); err != nil {
		return "", "", err
	}
	return secret, public, writeWhole(name, secret+"\n", 0o600)
}

// writeWhole writes a small file that is there whole or not at all.
func writeWhole(name, text string, mode os.FileMode) error {
	f, err := os.OpenFile(name+".tmp", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(name+".tmp", name)
	}
	if err == nil {
		err = syncDir(filepath.Dir(name))
	}
	return err
}

// noteHead appends a head to the second file. It stands there although the
// database is rolled back; Verify compares.
func (s *Store) noteHead(h audit.Head) error {
	f, err := os.OpenFile(s.heads, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return fmt.Errorf("it is recorded, but the head of the ledger could not be noted: %w", err)
	}
	_, err = f.WriteString(h.String() + "\n")
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return fmt.Errorf("it is recorded, but the head of the ledger could not be noted: %w", err)
	}
	return nil
}
