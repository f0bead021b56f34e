package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"tallyman/audit"
)

// hashes reads stored hashes of the log within a transaction.
type hashes struct {
	ctx context.Context
	t   tx
}

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	if len(indexes) == 0 {
		return nil, nil
	}
	args := make([]any, len(indexes))
	for i, x := range indexes {
		args[i] = x
	}
	r, err := h.t.query(h.ctx, "SELECT i, hash FROM ledger_hash WHERE i IN (?"+strings.Repeat(", ?", len(indexes)-1)+")", args...)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	found := map[int64]tlog.Hash{}
	for r.Next() {
		var i int64
		var text string
		if err := r.Scan(&i, &text); err != nil {
			return nil, err
		}
		if found[i], err = tlog.ParseHash(text); err != nil {
			return nil, err
		}
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	all := make([]tlog.Hash, len(indexes))
	for k, i := range indexes {
		v, ok := found[i]
		if !ok {
			return nil, fmt.Errorf("hash %d of the ledger is missing", i)
		}
		all[k] = v
	}
	return all, nil
}

// record makes a change together with its entry in the ledger and a signed
// checkpoint over it: all of it, or nothing. do returns the subject of the entry
// and its digest.
func (s *Store) record(ctx context.Context, kind, at string, do func(*change) (subject, digest string, err error)) error {
	if s.signer == nil {
		return errReadOnly
	}
	var head audit.Head
	err := s.db.write(ctx, func(t tx) error {
		c := &change{ctx: ctx, t: t, sums: newSums()}
		subject, digest, err := do(c)
		if err != nil {
			return err
		}
		head, err = s.appendLeaf(ctx, t, &audit.Leaf{At: at, Kind: kind, Subject: subject, Digest: digest, Rows: c.finish()})
		return err
	})
	if err != nil {
		return fmt.Errorf("record %s: %w", kind, err)
	}
	return s.noteHead(head)
}

func (s *Store) appendLeaf(ctx context.Context, t tx, leaf *audit.Leaf) (audit.Head, error) {
	var size int64
	if _, err := one(ctx, t, []any{&size}, "SELECT count(*) FROM ledger"); err != nil {
		return audit.Head{}, err
	}
	leaf.Seq = size
	data := leaf.Canonical()
	stored, err := tlog.StoredHashes(size, data, hashes{ctx, t})
	if err != nil {
		return audit.Head{}, err
	}
	if err := t.exec(ctx, "INSERT INTO ledger (seq, kind, subject, data) VALUES (?, ?, ?, ?)", size, leaf.Kind, leaf.Subject, string(data)); err != nil {
		return audit.Head{}, err
	}
	first := tlog.StoredHashIndex(0, size)
	for i, h := range stored {
		if err := t.exec(ctx, "INSERT INTO ledger_hash (i, hash) VALUES (?, ?)", first+int64(i), h.String()); err != nil {
			return audit.Head{}, err
		}
	}
	root, err := tlog.TreeHash(size+1, hashes{ctx, t})
	if err != nil {
		return audit.Head{}, err
	}
	head := audit.Head{Origin: s.origin, Size: size + 1, Root: root}
	signed, err := note.Sign(&note.Note{Text: head.Text()}, s.signer)
	if err != nil {
		return audit.Head{}, err
	}
	return head, t.exec(ctx, "INSERT INTO checkpoint (size, note) VALUES (?, ?)", head.Size, string(signed))
}

// Head returns the newest signed head of the ledger.
func (s *Store) Head(ctx context.Context) (head audit.Head, err error) {
	err = s.db.read(ctx, func(t tx) error {
		var signed string
		found, err := one(ctx, t, []any{&signed}, "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1")
		if err != nil {
			return err
		}
		if !found {
			return errors.New("the ledger is empty")
		}
		head, err = audit.OpenCheckpoint(signed, s.verifier)
		return err
	})
	return head, err
}

// entry returns an entry of the ledger with its proof under a head of that size.
func entry(ctx context.Context, t tx, seq, size int64) (audit.Entry, error) {
	var data string
	found, err := one(ctx, t, []any{&data}, "SELECT data FROM ledger WHERE seq = ?", seq)
	if err != nil || !found {
		return audit.Entry{}, fmt.Errorf("entry %d of the ledger is missing: %w", seq, err)
	}
	proof, err := tlog.ProveRecord(size, seq, hashes{ctx, t})
	if err != nil {
		return audit.Entry{}, err
	}
	e := audit.Entry{Index: seq, Data: data, Proof: []string{}}
	for _, h := range proof {
		e.Proof = append(e.Proof, h.String())
	}
	return e, nil
}
