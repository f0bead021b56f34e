package store

import (
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/pressly/goose/v3"
	"golang.org/x/mod/sumdb/tlog"

	"tallyman/audit"
)

// Verify checks everything that the store holds against the ledger, and the
// ledger against its signatures: nothing that it reads is taken on trust but the
// public key. It changes nothing and needs no network.
//
// It finds any record that was changed, dropped or inserted. It cannot find that
// the database, the originals and the file of heads were all put back to an
// earlier day together: for that, give the head that a later report prints to
// [Store.VerifyHead].
func (s *Store) Verify(ctx context.Context) (*audit.Outcome, error) {
	o := &audit.Outcome{}
	err := s.db.read(ctx, func(t tx) error {
		v := &verification{ctx: ctx, s: s, t: t, o: o, want: map[string]audit.Group{}, entryOf: map[string]int64{}}
		return v.run()
	})
	if _, file := s.db.(*sqlite); err != nil && file && ctx.Err() == nil {
		// A file that cannot be read through is damaged.
		o.Fail("the database cannot be read whole: %v", err)
	} else if err != nil {
		o.Skip("the database could not be read to its end: %v", err)
	}
	return o, nil
}

// VerifyHead checks that a head, as a report prints it, lies on the way to the
// present state of the ledger.
func (s *Store) VerifyHead(ctx context.Context, h audit.Head) error {
	return s.db.read(ctx, func(t tx) error {
		var size int64
		if _, err := one(ctx, t, []any{&size}, "SELECT count(*) FROM ledger"); err != nil {
			return err
		}
		if h.Size > size {
			return fmt.Errorf("the ledger has %d entries and had %d: it was put back to an earlier state", size, h.Size)
		}
		if h.Size == 0 {
			return errors.New("a head of no entries says nothing")
		}
		root, err := treeHash(ctx, t, h.Size)
		if err != nil {
			return err
		}
		if root != h.Root {
			return fmt.Errorf("the first %d entries of the ledger have the root %s, not %s: it is another ledger, or was rewritten", h.Size, root, h.Root)
		}
		return nil
	})
}

// VerifyReport checks that the store holds the evidence of a report whose own
// checks have held.
func (s *Store) VerifyReport(ctx context.Context, o *audit.Outcome) {
	if o.Head == nil {
		o.Fail("the report names no ledger, so that it cannot be compared with the store")
		return
	}
	if o.Head.Origin != s.origin {
		o.Fail("the report is from the ledger %s, the store has %s", o.Head.Origin, s.origin)
		return
	}
	if err := s.VerifyHead(ctx, *o.Head); err != nil {
		o.Fail("the head in the report: %v", err)
	} else {
		o.Pass("the ledger of the store grew out of the state that the report names (%s)", o.Head)
	}
	err := s.db.read(ctx, func(t tx) error {
		var id, newest string
		found, err := one(ctx, t, []any{&id}, "SELECT id FROM inspection WHERE evidence_sha256 = ? AND dossier = ?", o.Evidence, o.Dossier)
		if err != nil {
			return err
		}
		if !found {
			o.Fail("the store has no inspection with the evidence %s", o.Evidence)
			return nil
		}
		o.Pass("the store holds the same evidence as inspection %s", id)
		if newest, _, err = latest(ctx, t, o.Dossier); err != nil {
			return err
		}
		if newest != id {
			o.Pass("note: the dossier was inspected again since; the newest inspection is %s", newest)
		}
		return nil
	})
	if err != nil {
		o.Fail("the store cannot be read: %v", err)
	}
}

// A verification is one run of Verify.
type verification struct {
	ctx context.Context
	s   *Store
	t   tx
	o   *audit.Outcome

	hashes  []tlog.Hash            // as they follow from the entries
	roots   map[int64]tlog.Hash    // by size
	want    map[string]audit.Group // the last word of the ledger on each group
	entryOf map[string]int64       // the entry that has it
	files   []fileRow
	blobs   map[string]string // every blob that is named: by what
}

type fileRow struct {
	sha  string
	size int64
}

func (v *verification) run() error {
	v.blobs = map[string]string{}
	if err := v.sound(); err != nil {
		return err
	}
	if err := v.ledger(); err != nil {
		return err
	}
	if err := v.checkpoints(); err != nil {
		return err
	}
	if err := v.rows(); err != nil {
		return err
	}
	if err := v.originals(); err != nil {
		return err
	}
	return v.heads()
}

// sound asks SQLite whether its own structure holds, and whether the tables are
// those of this program.
func (v *verification) sound() error {
	if _, ok := v.s.db.(*sqlite); !ok {
		// Read the tables themselves, not what an index says of them.
		for _, scan := range []string{"enable_indexscan", "enable_indexonlyscan", "enable_bitmapscan"} {
			if err := v.t.exec(v.ctx, "SET LOCAL "+scan+" = off"); err != nil {
				return err
			}
		}
		return v.guards()
	}
	for _, pragma := range []string{"integrity_check", "foreign_key_check"} {
		r, err := v.t.query(v.ctx, "PRAGMA "+pragma)
		if err != nil {
			return err
		}
		var faults []string
		for r.Next() {
			if pragma == "foreign_key_check" {
				faults = append(faults, "a row refers to one that is not there")
				break
			}
			var line string
			if err := r.Scan(&line); err != nil {
				r.Close()
				return err
			}
			if line != "ok" {
				faults = append(faults, line)
			}
		}
		err = r.Err()
		r.Close()
		if err != nil {
			return err
		}
		if len(faults) > 0 {
			v.o.Fail("the database file is damaged (%s): %s", pragma, strings.Join(faults[:min(3, len(faults))], "; "))
		}
	}
	have, err := schema(v.ctx, v.t)
	if err != nil {
		return err
	}
	want, err := pristine()
	if err != nil {
		return err
	}
	if !slices.Equal(have, want) {
		v.o.Fail("the tables, indexes or triggers of the database are not those that this program made")
	} else {
		v.o.Pass("database file: sound, its tables, indexes and triggers as this program made them")
	}
	return nil
}

// guards looks whether the triggers that keep records from being changed are
// there and at work.
func (v *verification) guards() error {
	r, err := v.t.query(v.ctx, "SELECT c.relname || '.' || t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND t.tgenabled = 'O'")
	if err != nil {
		return err
	}
	defer r.Close()
	have := map[string]bool{}
	for r.Next() {
		var name string
		if err := r.Scan(&name); err != nil {
			return err
		}
		have[name] = true
	}
	names := []string{"ledger", "ledger_hash", "checkpoint"}
	for _, t := range tables {
		names = append(names, t.name)
	}
	gone := 0
	for _, n := range names {
		for _, guard := range []string{"_kept", "_there"} {
			if !have[n+"."+n+guard] {
				gone++
			}
		}
	}
	if gone > 0 {
		v.o.Fail("the database lacks %d of the %d triggers that keep records from being changed", gone, 2*len(names))
	} else {
		v.o.Pass("database: the %d triggers that keep records from being changed are at work", 2*len(names))
	}
	return r.Err()
}

// schema lists what a SQLite file declares, and the version of its form.
func schema(ctx context.Context, t tx) ([]string, error) {
	var all []string
	for _, query := range []string{
		"SELECT type || ' ' || name || ' on ' || tbl_name || ': ' || coalesce(sql, '') FROM sqlite_master ORDER BY type, name",
		"SELECT 'form ' || version_id || ' ' || is_applied FROM goose_db_version ORDER BY id",
		"SELECT 'application ' || application_id FROM pragma_application_id",
		"SELECT 'user version ' || user_version FROM pragma_user_version",
		"SELECT 'encoding ' || encoding FROM pragma_encoding",
	} {
		r, err := t.query(ctx, query)
		if err != nil {
			return nil, err
		}
		for r.Next() {
			var line string
			if err := r.Scan(&line); err != nil {
				r.Close()
				return nil, err
			}
			all = append(all, line)
		}
		err = r.Err()
		r.Close()
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// pristine is the schema of a database that this program has just made.
var pristine = sync.OnceValues(func() ([]string, error) {
	ctx := context.Background()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if err := migrate(ctx, goose.DialectSQLite3, db, false); err != nil {
		return nil, err
	}
	var all []string
	err = runSQL(ctx, db, nil, func(t tx) (err error) { all, err = schema(ctx, t); return err })
	return all, err
})

// ledger reads every entry, computes all hashes anew and compares them with the
// stored ones.
func (v *verification) ledger() error {
	v.roots = map[int64]tlog.Hash{}
	sizes, err := v.sizes()
	if err != nil {
		return err
	}
	r, err := v.t.query(v.ctx, "SELECT seq, kind, subject, data FROM ledger ORDER BY seq")
	if err != nil {
		return err
	}
	defer r.Close()
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		all := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			if x < 0 || x >= int64(len(v.hashes)) {
				return nil, fmt.Errorf("hash %d is beyond the ledger", x)
			}
			all[i] = v.hashes[x]
		}
		return all, nil
	})
	n, faults := int64(0), 0
	for r.Next() {
		var seq int64
		var kind, subject, data string
		if err := r.Scan(&seq, &kind, &subject, &data); err != nil {
			return err
		}
		fault := ""
		leaf, err := audit.ParseLeaf([]byte(data))
		switch {
		case seq != n:
			fault = fmt.Sprintf("entry %d of the ledger is missing", n)
		case err != nil:
			fault = fmt.Sprintf("entry %d of the ledger is damaged: %v", seq, err)
		case leaf.Seq != seq || leaf.Kind != kind || leaf.Subject != subject:
			fault = fmt.Sprintf("entry %d of the ledger is filed as %s %s and says %s %s", seq, kind, subject, leaf.Kind, leaf.Subject)
		}
		if fault != "" {
			if faults++; faults <= 5 {
				v.o.Fail("%s", fault)
			}
			n = seq
		}
		if leaf != nil && err == nil {
			for _, g := range leaf.Rows {
				v.want[g.Table+" "+g.Key], v.entryOf[g.Table+" "+g.Key] = g, n
			}
		}
		stored, err := tlog.StoredHashes(n, []byte(data), reader)
		if err != nil {
			v.o.Fail("the tree of the ledger cannot be built from entry %d on: %v", n, err)
			return nil
		}
		v.hashes = append(v.hashes, stored...)
		n++
		if sizes[n] {
			if v.roots[n], err = tlog.TreeHash(n, reader); err != nil {
				return err
			}
		}
	}
	if err := r.Err(); err != nil {
		return err
	}
	if n == 0 {
		v.o.Fail("the ledger is empty")
		return nil
	}
	if v.roots[n], err = tlog.TreeHash(n, reader); err != nil {
		return err
	}
	v.o.Head = &audit.Head{Origin: v.s.origin, Size: n, Root: v.roots[n]}
	r.Close() // one query at a time
	return v.stored(n)
}

// sizes are those of all checkpoints and noted heads: at each the root is wanted.
func (v *verification) sizes() (map[int64]bool, error) {
	all := map[int64]bool{}
	r, err := v.t.query(v.ctx, "SELECT size FROM checkpoint")
	if err != nil {
		return nil, err
	}
	defer r.Close()
	for r.Next() {
		var n int64
		if err := r.Scan(&n); err != nil {
			return nil, err
		}
		all[n] = true
	}
	for _, h := range v.noted() {
		all[h.Size] = true
	}
	return all, r.Err()
}

// stored compares the hashes in the database with those that follow from the
// entries.
func (v *verification) stored(size int64) error {
	r, err := v.t.query(v.ctx, "SELECT i, hash FROM ledger_hash ORDER BY i")
	if err != nil {
		return err
	}
	defer r.Close()
	n := int64(0)
	for r.Next() {
		var i int64
		var text string
		if err := r.Scan(&i, &text); err != nil {
			return err
		}
		if i != n || n >= int64(len(v.hashes)) || v.hashes[n].String() != text {
			level, at := tlog.SplitStoredHashIndex(n)
			v.o.Fail("the tree of the ledger does not fit its entries: hash %d (level %d, number %d) differs; entry %d was changed, dropped or inserted", n, level, at, at<<uint(level))
			return nil
		}
		n++
	}
	if err := r.Err(); err != nil {
		return err
	}
	if n != int64(len(v.hashes)) {
		v.o.Fail("the tree of the ledger has %d hashes and should have %d: entries were cut off or added", n, len(v.hashes))
		return nil
	}
	v.o.Pass("ledger: %d entries, and the root computed anew from them is %s", size, v.roots[size])
	return nil
}

// checkpoints holds every signed head against the entries.
func (v *verification) checkpoints() error {
	r, err := v.t.query(v.ctx, "SELECT size, note FROM checkpoint ORDER BY size")
	if err != nil {
		return err
	}
	defer r.Close()
	type checkpoint struct {
		size          int64
		signed, wrong string
	}
	var all []checkpoint
	for r.Next() {
		var c checkpoint
		if err := r.Scan(&c.size, &c.signed); err != nil {
			return err
		}
		all = append(all, c)
	}
	if err := r.Err(); err != nil {
		return err
	}
	// Signatures are the dear part, so every processor takes a share.
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(all); i += workers {
				c := &all[i]
				head, err := audit.OpenCheckpoint(c.signed, v.s.verifier)
				switch {
				case err != nil:
					c.wrong = fmt.Sprintf("the signature over the first %d entries does not hold: %v", c.size, err)
				case head.Size != c.size || head.Origin != v.s.origin:
					c.wrong = fmt.Sprintf("the checkpoint over %d entries is of %s with %d", c.size, head.Origin, head.Size)
				case v.roots[c.size] != head.Root:
					c.wrong = fmt.Sprintf("the first %d entries are not those that were signed", c.size)
				}
			}
		})
	}
	wg.Wait()
	n, last, faults := len(all), int64(0), 0
	for _, c := range all {
		last = c.size
		if c.wrong != "" {
			if faults++; faults <= 5 {
				v.o.Fail("%s", c.wrong)
			}
		}
	}
	if v.o.Head != nil && (last != v.o.Head.Size || int64(n) != v.o.Head.Size) {
		v.o.Fail("the ledger has %d entries and %d signed heads, the last over %d: each entry has its own", v.o.Head.Size, n, last)
		return nil
	}
	if public, err := os.ReadFile(v.s.public); err == nil && string(public) != v.s.key+"\n" {
		v.o.Fail("the public key file beside the store holds another key than the store")
		faults++
	}
	if faults == 0 && n > 0 {
		v.o.Pass("signed heads: %d, and every signature holds under the key %s", n, audit.KeyName(v.s.key))
	}
	return nil
}

// rows hashes every row of every table and compares with the ledger.
func (v *verification) rows() error {
	seen := map[string]bool{}
	total, faults := 0, 0
	fail := func(format string, args ...any) {
		if faults++; faults <= 8 {
			v.o.Fail(format, args...)
		}
	}
	for i := range tables {
		t := &tables[i]
		r, err := v.t.query(v.ctx, "SELECT "+strings.Join(t.names(), ", ")+" FROM "+t.name+" ORDER BY "+t.order)
		if err != nil {
			return err
		}
		var key string
		var sum hash.Hash
		count := 0
		end := func() {
			if sum == nil {
				return
			}
			id := t.name + " " + key
			g, named := v.want[id]
			switch {
			case seen[id] || !named:
				fail("%s %s is in the database, and the ledger knows nothing of it", t.name, key)
			case g.Count != count || g.SHA256 != hex.EncodeToString(sum.Sum(nil)):
				fail("%s %s is not as entry %d of the ledger recorded it (%d rows, then %d)", t.name, key, v.entryOf[id], count, g.Count)
			}
			seen[id] = true
		}
		for r.Next() {
			row := t.scan()
			if err := r.Scan(row...); err != nil {
				r.Close()
				return fmt.Errorf("%s: %w", t.name, err)
			}
			vals := values(row)
			if k := vals[t.keyAt()].(string); sum == nil || k != key {
				end()
				key, sum, count = k, sha256.New(), 0
			}
			if err := hashRow(sum, vals); err != nil {
				r.Close()
				return err
			}
			count++
			total++
			v.note(t.name, vals)
		}
		err = r.Err()
		r.Close()
		if err != nil {
			return err
		}
		end()
	}
	ids := make([]string, 0, len(v.want))
	for id := range v.want {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		if !seen[id] {
			fail("%s, of entry %d of the ledger, is gone from the database", id, v.entryOf[id])
		}
	}
	if faults == 0 {
		v.o.Pass("rows: %d in %d tables, all as the ledger recorded them", total, len(tables))
	} else if faults > 8 {
		v.o.Fail("%d more rows or groups of rows are not as recorded", faults-8)
	}
	return nil
}

// note remembers which blobs a row names, and checks what the hash of a row
// cannot show: that the evidence has the digest that the ledger vouches for.
func (v *verification) note(name string, row []any) {
	switch name {
	case "file":
		v.files = append(v.files, fileRow{row[0].(string), row[1].(int64)})
		v.blobs[row[0].(string)] = "original"
	case "exhibit":
		v.blobs[row[2].(string)] = "picture"
	case "inspection":
		sum := sha256.Sum256([]byte(row[12].(string)))
		if hex.EncodeToString(sum[:]) != row[11].(string) {
			v.o.Fail("inspection %s: the evidence has another SHA-256 than recorded", row[0])
		}
	case "identity":
		if row[1] != v.s.origin || row[2] != v.s.key || row[1] != v.s.verifier.Name() {
			v.o.Fail("the name or the key of the ledger was changed")
		}
	}
}

// originals hashes every blob.
func (v *verification) originals() error {
	size := map[string]int64{}
	for _, f := range v.files {
		size[f.sha] = f.size
	}
	names := make([]string, 0, len(v.blobs))
	for sha := range v.blobs {
		names = append(names, sha)
	}
	slices.Sort(names)
	faults, count := 0, map[string]int{}
	for _, sha := range names {
		kind := v.blobs[sha]
		if !shaForm.MatchString(sha) {
			v.o.Fail("%q is no SHA-256", sha)
			faults++
			continue
		}
		n, err := v.s.Blobs.check(sha)
		if err == nil && kind == "original" && n != size[sha] {
			err = fmt.Errorf("it has %d bytes, not %d", n, size[sha])
		}
		if err != nil {
			if faults++; faults <= 8 {
				var io *fs.PathError
				if errors.As(err, &io) {
					v.o.Skip("%s %s could not be read: %v", kind, sha, io.Err)
				} else {
					v.o.Fail("%s %s: %v", kind, sha, err)
				}
			}
			continue
		}
		count[kind]++
	}
	if faults > 8 {
		v.o.Skip("and the same holds for %d more", faults-8)
	}
	stray := 0
	err := v.s.Blobs.list(func(name string) error {
		if v.blobs[name[strings.LastIndexByte(name, '/')+1:]] == "" {
			stray++
		}
		return nil
	})
	if err != nil {
		v.o.Skip("the folder of originals cannot be listed: %v", err)
		return nil
	}
	if faults == 0 {
		v.o.Pass("originals: %d, pictures: %d, each with the SHA-256 that it is recorded under", count["original"], count["picture"])
	}
	if stray > 0 {
		v.o.Pass("note: files beside them that no record names: %d; a run that was stopped leaves such", stray)
	}
	return nil
}

// noted are the heads of the second file.
func (v *verification) noted() []audit.Head {
	f, err := os.Open(v.s.heads)
	if err != nil {
		return nil
	}
	defer f.Close()
	var all []audit.Head
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if h, err := parseNoted(v.s.origin, lines.Text()); err == nil {
			all = append(all, h)
		}
	}
	return all
}

func parseNoted(origin, line string) (audit.Head, error) {
	size, root, ok := strings.Cut(line, ":")
	if !ok {
		return audit.Head{}, errors.New("a head is SIZE:ROOT")
	}
	return audit.ParseHead(origin + "\n" + size + "\n" + root + "\n")
}

// ParseHead reads a head as a report prints it, SIZE:ROOT.
func (s *Store) ParseHead(text string) (audit.Head, error) { return parseNoted(s.origin, text) }

// heads compares the second file, which a rollback of the database leaves ahead.
func (v *verification) heads() error {
	data, err := os.ReadFile(v.s.heads)
	if errors.Is(err, fs.ErrNotExist) {
		v.o.Pass("note: there is no file of heads beside the store; a rollback to an earlier day shows only against a head that a report prints")
		return nil
	}
	if err != nil {
		return err
	}
	n, faults := 0, 0
	for i, line := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
		h, err := parseNoted(v.s.origin, line)
		fault := ""
		switch {
		case err != nil:
			fault = fmt.Sprintf("line %d of the file of heads is damaged: %v", i+1, err)
		case v.o.Head != nil && h.Size > v.o.Head.Size:
			fault = fmt.Sprintf("the ledger had %d entries and has %d: it was put back to an earlier state", h.Size, v.o.Head.Size)
		case v.roots[h.Size] != h.Root:
			fault = fmt.Sprintf("the first %d entries of the ledger are not those of the file of heads", h.Size)
		}
		if fault != "" {
			if faults++; faults <= 5 {
				v.o.Fail("%s", fault)
			}
		}
		n++
	}
	if faults == 0 {
		v.o.Pass("heads noted beside the store: %d, all on the way to this state", n)
	}
	return nil
}
