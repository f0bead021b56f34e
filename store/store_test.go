package store

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"tallyman/audit"
	"tallyman/audit/audittest"
	"tallyman/trade"
)

const day = "2026-03-05T11:22:33Z"

// onBoth runs a test against SQLite and PostgreSQL.
func onBoth(t *testing.T, test func(t *testing.T, o Options)) {
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		test(t, Options{DB: "sqlite:" + filepath.Join(dir, "t.db")})
	})
	t.Run("postgres", func(t *testing.T) {
		test(t, Options{DB: freshPostgres(t), Blobs: "file://" + filepath.Join(t.TempDir(), "blobs")})
	})
}

func open(t testing.TB, o Options) *Store {
	t.Helper()
	s, err := Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// inspection puts the originals of a dossier and lays out what is to be kept.
func inspection(s *Store, d *audittest.Dossier) (Inspection, error) {
	in := Inspection{Evidence: d.Evidence, Pictures: d.Pictures}
	for _, c := range d.Originals {
		if _, _, err := s.Blobs.Put(bytes.NewReader(c)); err != nil {
			return in, err
		}
	}
	for _, f := range d.Files {
		in.Arrivals = append(in.Arrivals, Arrival{Name: f.Name, SHA256: f.SHA256, Size: f.Size, Source: "check", Status: f.Status, Code: f.Code, Reason: f.Reason})
	}
	return in, nil
}

func keep(t testing.TB, s *Store, n int, at string) Kept {
	t.Helper()
	in, err := inspection(s, audittest.Make(n, at))
	if err != nil {
		t.Fatal(err)
	}
	k, err := s.Keep(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// holds verifies the store and fails the test with what is wrong.
func holds(t testing.TB, s *Store) *audit.Outcome {
	t.Helper()
	o, err := s.Verify(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range o.Checks {
		if !c.OK {
			t.Errorf("verify: %s", c.Text)
		}
	}
	return o
}

// faulty verifies the store and returns what is wrong; the test fails if nothing
// is.
func faulty(t testing.TB, s *Store, what string) string {
	t.Helper()
	o, err := s.Verify(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, c := range o.Checks {
		if !c.OK {
			all = append(all, c.Text)
		}
	}
	if len(all) == 0 {
		t.Errorf("%s went unseen", what)
	}
	return strings.Join(all, "\n")
}

func TestKeepAndReadBack(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		ctx := context.Background()
		s := open(t, o)
		var kept []Kept
		for n := range 6 {
			kept = append(kept, keep(t, s, n, day))
		}
		again := keep(t, s, 3, "2026-03-06T00:00:00Z")
		if again.Dossier != kept[3].Dossier || again.Inspection != kept[3].Dossier+".2" {
			t.Errorf("the second inspection of %s is %s", kept[3].Inspection, again.Inspection)
		}
		f := audittest.Make(3, day).Evidence.Findings[0]
		d, err := s.Decide(ctx, audit.Decision{Dossier: again.Dossier, Finding: f.ID, Verdict: audit.Explained, By: "Б. Пример", Note: "weighed\x00 again"})
		if err != nil {
			t.Fatal(err)
		}
		holds(t, s)

		a, err := s.Account(ctx, again.Dossier)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(audittest.Make(3, "2026-03-06T00:00:00Z").Evidence, a.Evidence); diff != "" {
			t.Errorf("the evidence came back as another:\n%s", diff)
		}
		if diff := cmp.Diff([]audit.Decision{d}, a.Decisions); diff != "" {
			t.Errorf("the decision came back as another:\n%s", diff)
		}
		if diff := cmp.Diff(audittest.Make(3, day).Pictures, a.Pictures); diff != "" {
			t.Error("the pictures came back as others")
		}
		for _, format := range audit.Formats {
			var b, c bytes.Buffer
			if err := a.Write(&b, format, audit.Russian, s.Signer()); err != nil {
				t.Fatal(err)
			}
			keep(t, s, 10+len(format), day) // the ledger grows
			later, err := s.Account(ctx, again.Dossier)
			if err != nil {
				t.Fatal(err)
			}
			if err := later.Write(&c, format, audit.Russian, s.Signer()); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(b.Bytes(), c.Bytes()) {
				t.Errorf("%s: the same evidence gave another report later", format)
			}
			out, err := audit.VerifyReport(b.Bytes(), s.Key())
			if err != nil {
				t.Fatal(err)
			}
			s.VerifyReport(ctx, out)
			if !out.OK() {
				t.Errorf("%s: %+v", format, out.Checks)
			}
		}
		if _, err := s.Account(ctx, "0000000000000000"); !errors.Is(err, ErrNotFound) {
			t.Errorf("a dossier that is not there gives %v", err)
		}
		for _, name := range []string{again.Dossier, again.Dossier[:8], "dossier-3"} {
			if id, err := s.Find(ctx, name); err != nil || id != again.Dossier {
				t.Errorf("%s finds %q, %v", name, id, err)
			}
		}
	})
}

// A report of one store does not pass for one of another.
func TestReportOfAnotherStore(t *testing.T) {
	a := open(t, Options{DB: "sqlite:" + filepath.Join(t.TempDir(), "a.db")})
	b := open(t, Options{DB: "sqlite:" + filepath.Join(t.TempDir(), "b.db")})
	k := keep(t, a, 1, day)
	keep(t, b, 1, day)
	account, err := a.Account(context.Background(), k.Dossier)
	if err != nil {
		t.Fatal(err)
	}
	var w bytes.Buffer
	if err := account.Write(&w, audit.JSON, audit.English, a.Signer()); err != nil {
		t.Fatal(err)
	}
	o, err := audit.VerifyReport(w.Bytes(), "")
	if err != nil || !o.OK() {
		t.Fatal(err, o)
	}
	b.VerifyReport(context.Background(), o)
	if o.OK() {
		t.Error("the report of one store passes for one of another")
	}
}

// Both databases have the same tables with the same columns.
func TestSameColumns(t *testing.T) {
	columns := map[string][]string{}
	onBoth(t, func(t *testing.T, o Options) {
		s := open(t, o)
		query := "SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'goose%' AND m.name NOT LIKE 'sqlite%' ORDER BY 1"
		if strings.HasPrefix(o.DB, "postgres") {
			query = "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'goose%' ORDER BY 1"
		}
		err := s.db.read(context.Background(), func(x tx) error {
			r, err := x.query(context.Background(), query)
			if err != nil {
				return err
			}
			defer r.Close()
			for r.Next() {
				var c string
				if err := r.Scan(&c); err != nil {
					return err
				}
				columns[t.Name()] = append(columns[t.Name()], c)
			}
			return r.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(columns[t.Name()])
		if len(columns[t.Name()]) < 80 {
			t.Errorf("only %d columns", len(columns[t.Name()]))
		}
	})
	lite, pg := columns["TestSameColumns/sqlite"], columns["TestSameColumns/postgres"]
	if pg != nil {
		if diff := cmp.Diff(lite, pg); diff != "" {
			t.Errorf("the databases differ:\n%s", diff)
		}
	}
	for _, tab := range tables {
		for _, c := range tab.names() {
			if !slices.Contains(lite, tab.name+"."+c) {
				t.Errorf("no column %s.%s", tab.name, c)
			}
		}
		n := 0
		for _, c := range lite {
			if strings.HasPrefix(c, tab.name+".") {
				n++
			}
		}
		if n != len(tab.columns) {
			t.Errorf("%s has %d columns, and %d of them are hashed", tab.name, n, len(tab.columns))
		}
	}
}

// What has been recorded can be neither changed nor dropped, however one asks.
func TestInsertOnly(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		s := open(t, o)
		k := keep(t, s, 1, day)
		f := audittest.Make(1, day).Evidence.Findings[0]
		if _, err := s.Decide(context.Background(), audit.Decision{Dossier: k.Dossier, Finding: f.ID, Verdict: audit.Confirmed, By: "x"}); err != nil {
			t.Fatal(err)
		}
		own := map[string]string{"ledger": "data", "ledger_hash": "hash", "checkpoint": "note"}
		for _, tab := range tables {
			own[tab.name] = tab.names()[len(tab.columns)-1]
		}
		for name, column := range own {
			for _, query := range []string{"UPDATE " + name + " SET " + column + " = " + column, "DELETE FROM " + name} {
				if name == "file" && strings.HasPrefix(query, "UPDATE") {
					continue // its state changes
				}
				err := s.db.write(context.Background(), func(x tx) error { return x.exec(context.Background(), query) })
				if err == nil {
					t.Errorf("%s was let through", query)
				}
			}
		}
		holds(t, s)
	})
}

// forge runs SQL as someone who owns the database and has taken the guards away.
func forge(t *testing.T, o Options, queries ...string) {
	t.Helper()
	ctx := context.Background()
	if strings.HasPrefix(o.DB, "postgres") {
		c, err := pgx.Connect(ctx, o.DB)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close(ctx)
		for _, q := range append([]string{"SET session_replication_role = replica"}, queries...) {
			if _, err := c.Exec(ctx, q); err != nil {
				t.Fatalf("%s: %v", q, err)
			}
		}
		return
	}
	db, err := openSQLite(ctx, strings.TrimPrefix(o.DB, "sqlite:"), false)
	if err != nil {
		t.Fatal(err)
	}
	defer db.close()
	db.writer.SetMaxOpenConns(1)
	run := func(q string) {
		if _, err := db.writer.Exec(q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	run("PRAGMA foreign_keys = off")
	rows, err := db.writer.Query("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
	if err != nil {
		t.Fatal(err)
	}
	guards := map[string]string{}
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			t.Fatal(err)
		}
		guards[name] = text
	}
	rows.Close()
	for name := range guards {
		run("DROP TRIGGER " + name)
	}
	for _, q := range queries {
		run(q)
	}
	for _, text := range guards {
		run(text) // and put them back
	}
}

// Each column of each table, changed by SQL in one row, shows; so does a row that
// is dropped, and one that is added.
func TestForgeryBySQL(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		ctx := context.Background()
		s := open(t, o)
		for n := range 2 {
			k := keep(t, s, n, day)
			f := audittest.Make(n, day).Evidence.Findings[0]
			if _, err := s.Decide(ctx, audit.Decision{Dossier: k.Dossier, Finding: f.ID, Verdict: audit.Confirmed, By: "x", Note: "y"}); err != nil {
				t.Fatal(err)
			}
		}
		holds(t, s)
		all := append(slices.Clone(tables),
			table{"ledger", "seq", "seq", []string{"seq:i", "kind:t", "subject:t", "data:t"}},
			table{"ledger_hash", "i", "i", []string{"i:i", "hash:t"}},
			table{"checkpoint", "size", "size", []string{"size:i", "note:t"}})
		for _, tab := range all {
			order := tab.order
			pick := fmt.Sprintf("FROM %s ORDER BY %s LIMIT 1", tab.name, order)
			where := tab.key + " = (SELECT " + tab.key + " " + pick + ")"
			if tab.order != tab.key {
				where += " AND n = 0"
			}
			for i, c := range tab.columns {
				name := tab.names()[i]
				if tab.name == "identity" && (name == "n" || name == "key" || name == "origin") {
					continue // changed, the store cannot even be opened; see below
				}
				var old string
				query := "SELECT " + name + " FROM " + tab.name + " WHERE " + where
				if c[len(c)-1] != 't' {
					query = "SELECT cast(" + name + " AS text) FROM " + tab.name + " WHERE " + where
				}
				if err := s.db.read(ctx, func(x tx) error { _, err := one(ctx, x, []any{&old}, query); return err }); err != nil {
					t.Fatal(err)
				}
				value, back := "'forged'", "'"+strings.ReplaceAll(old, "'", "''")+"'"
				switch {
				case c[len(c)-1] != 't':
					value, back = name+" + 1000000", old
				case name == "state":
					value = "'running'"
				case name == "verdict":
					value = "'misread'"
				}
				if name == tab.key || name == "n" && tab.order != tab.key {
					continue // as a dropped row and an added one, below
				}
				forge(t, o, "UPDATE "+tab.name+" SET "+name+" = "+value+" WHERE "+where)
				faulty(t, s, tab.name+"."+name+" changed")
				forge(t, o, "UPDATE "+tab.name+" SET "+name+" = "+back+" WHERE "+where)
				if t.Failed() {
					return
				}
			}
			if tab.name == "identity" {
				continue
			}
			names := strings.Join(tab.names(), ", ")
			forge(t, o, "CREATE TABLE aside AS SELECT * FROM "+tab.name+" WHERE "+where, "DELETE FROM "+tab.name+" WHERE "+where)
			faulty(t, s, "a row dropped from "+tab.name)
			forge(t, o, "INSERT INTO "+tab.name+" ("+names+") SELECT "+names+" FROM aside")
			changed := strings.Replace(names, tab.names()[tab.keyAt()], map[bool]string{true: "'forged'", false: "1000000"}[strings.HasSuffix(tab.columns[tab.keyAt()], "t")], 1)
			if tab.name == "inspection" {
				changed = strings.Replace(changed, ", n,", ", 99,", 1)
			}
			forge(t, o, "INSERT INTO "+tab.name+" ("+names+") SELECT "+changed+" FROM aside")
			faulty(t, s, "a row added to "+tab.name)
			last := tab.key + " = " + map[bool]string{true: "'forged'", false: "1000000"}[strings.HasSuffix(tab.columns[tab.keyAt()], "t")]
			forge(t, o, "DELETE FROM "+tab.name+" WHERE "+last, "DROP TABLE aside")
			holds(t, s)
			if t.Failed() {
				t.Fatalf("after %s", tab.name)
			}
		}
	})
}

// Whoever owns the database and the originals, but not the key, cannot write a
// new ledger that holds.
func TestLedgerWrittenAnewWithAnotherKey(t *testing.T) {
	dir := t.TempDir()
	o := Options{DB: "sqlite:" + filepath.Join(dir, "t.db")}
	s := open(t, o)
	keep(t, s, 1, day)
	key := s.Key()
	thief := open(t, Options{DB: "sqlite:" + filepath.Join(dir, "thief.db")})
	if thief.Key() == key {
		t.Fatal("two ledgers have one key")
	}
	forge(t, o, "UPDATE identity SET key = '"+thief.Key()+"'")
	if again, err := Open(context.Background(), Options{DB: o.DB, ReadOnly: true}); err == nil {
		faulty(t, again, "the key of another ledger")
		again.Close()
	}
}

// A guard that was taken away shows, before anything is changed; so does a table,
// a column or an index that the program did not make.
func TestGuardsTakenAway(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		s := open(t, o)
		keep(t, s, 1, day)
		queries := map[string]string{
			"DROP TRIGGER reading_kept":                  "",
			"ALTER TABLE finding ADD COLUMN x TEXT":      "ALTER TABLE finding DROP COLUMN x",
			"CREATE TABLE other (x TEXT)":                "DROP TABLE other",
			"DROP INDEX paper_number":                    "CREATE INDEX paper_number ON paper (number)",
			"UPDATE goose_db_version SET is_applied = 0": "UPDATE goose_db_version SET is_applied = 1",
		}
		if strings.HasPrefix(o.DB, "postgres") {
			queries = map[string]string{
				"DROP TRIGGER reading_kept ON reading":            "",
				"ALTER TABLE ledger DISABLE TRIGGER ledger_there": "ALTER TABLE ledger ENABLE TRIGGER ledger_there",
				"ALTER TABLE decision DISABLE TRIGGER USER":       "ALTER TABLE decision ENABLE TRIGGER USER",
			}
		}
		for _, q := range slices.Sorted(maps.Keys(queries)) {
			if queries[q] == "" {
				continue // cannot be put back alike; last
			}
			run(t, o, q)
			faulty(t, s, q)
			run(t, o, queries[q])
		}
		holds(t, s)
		for q, back := range queries {
			if back == "" {
				run(t, o, q)
				faulty(t, s, q)
			}
		}
	})
}

// run runs SQL as the owner of the database.
func run(t *testing.T, o Options, query string) {
	t.Helper()
	ctx := context.Background()
	if strings.HasPrefix(o.DB, "postgres") {
		c, err := pgx.Connect(ctx, o.DB)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close(ctx)
		if _, err := c.Exec(ctx, query); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		return
	}
	db, err := openSQLite(ctx, strings.TrimPrefix(o.DB, "sqlite:"), false)
	if err != nil {
		t.Fatal(err)
	}
	defer db.close()
	if _, err := db.writer.Exec(query); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// A database that was put back to an earlier day is behind the file of heads and
// behind what a report printed.
func TestRollback(t *testing.T) {
	dir := t.TempDir()
	o := Options{DB: "sqlite:" + filepath.Join(dir, "t.db")}
	s := open(t, o)
	keep(t, s, 1, day)
	s.db.(*sqlite).writer.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	old, err := os.ReadFile(filepath.Join(dir, "t.db"))
	if err != nil {
		t.Fatal(err)
	}
	keep(t, s, 2, day)
	head, err := s.Head(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	for _, f := range []string{"t.db-wal", "t.db-shm"} {
		os.Remove(filepath.Join(dir, f))
	}
	if err := os.WriteFile(filepath.Join(dir, "t.db"), old, 0o666); err != nil {
		t.Fatal(err)
	}
	back := open(t, Options{DB: o.DB, ReadOnly: true})
	if said := faulty(t, back, "a rollback"); !strings.Contains(said, "put back to an earlier state") {
		t.Errorf("verify says %s", said)
	}
	if err := back.VerifyHead(context.Background(), head); err == nil {
		t.Error("a head of the future holds")
	}
	if err := os.Remove(filepath.Join(dir, "t.db.heads")); err != nil {
		t.Fatal(err)
	}
	holds(t, back) // nothing inside the store is wrong: only a head from outside shows it
	if err := back.VerifyHead(context.Background(), head); err == nil {
		t.Error("a head of the future holds")
	}
}

func TestKeyFile(t *testing.T) {
	dir := t.TempDir()
	o := Options{DB: "sqlite:" + filepath.Join(dir, "t.db")}
	s := open(t, o)
	keep(t, s, 1, day)
	s.Close()
	key := filepath.Join(dir, "t.db.key")
	info, err := os.Stat(key)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the key has the mode %v, %v", info.Mode(), err)
	}
	public, err := os.ReadFile(key + ".pub")
	if err != nil || strings.TrimSpace(string(public)) != s.Key() {
		t.Errorf("the public key file holds %s, %v", public, err)
	}
	if err := os.Rename(key, key+".away"); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), o); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Errorf("a store without its key opens: %v", err)
	}
	r, err := Open(context.Background(), Options{DB: o.DB, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	holds(t, r)
	r.Close()
	other := open(t, Options{DB: "sqlite:" + filepath.Join(dir, "other.db")})
	other.Close()
	secret, err := os.ReadFile(filepath.Join(dir, "other.db.key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(key, secret, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), o); err == nil || !strings.Contains(err.Error(), "another ledger") {
		t.Errorf("a store with the key of another opens: %v", err)
	}
}

func TestStartHonesty(t *testing.T) {
	dir := t.TempDir()
	for _, address := range []string{"", "t.db", "mysql://x", "sqlite:"} {
		if _, err := Open(context.Background(), Options{DB: address, Blobs: dir}); err == nil {
			t.Errorf("%q opens", address)
		}
	}
	if _, err := Open(context.Background(), Options{DB: "sqlite:" + filepath.Join(dir, "none.db"), ReadOnly: true}); err == nil || exists(filepath.Join(dir, "none.db")) {
		t.Error("reading a store that is not there makes one, or finds nothing wrong")
	}
	for _, blobs := range []string{"s3://bucket", "file://host/path", "http://x/"} {
		if _, err := OpenBlobs(blobs, true); err == nil {
			t.Errorf("originals open at %s", blobs)
		}
	}
	onBoth(t, func(t *testing.T, o Options) {
		s := open(t, o)
		s.Close()
		forge(t, o, "UPDATE goose_db_version SET version_id = 999 WHERE version_id = 1")
		if _, err := Open(context.Background(), o); err == nil || !strings.Contains(err.Error(), "newer program") {
			t.Errorf("a database of a newer form opens: %v", err)
		}
	})
}

func TestBlobs(t *testing.T) {
	b, err := OpenBlobs(t.TempDir(), false)
	if err != nil {
		t.Fatal(err)
	}
	sha, size, err := b.Put(strings.NewReader("one paper"))
	if err != nil || size != 9 || len(sha) != 64 {
		t.Fatal(sha, size, err)
	}
	if again, _, err := b.Put(strings.NewReader("one paper")); err != nil || again != sha {
		t.Error(again, err)
	}
	info, err := os.Stat(b.path(sha))
	if err != nil || info.Mode().Perm() != 0o440 {
		t.Errorf("an original has the mode %v, %v", info.Mode(), err)
	}
	if data, err := b.Get(sha); err != nil || string(data) != "one paper" {
		t.Error(string(data), err)
	}
	left, err := os.ReadDir(filepath.Join(b.dir, "tmp"))
	if err != nil || len(left) != 0 {
		t.Errorf("%d files were left half written, %v", len(left), err)
	}
	if _, _, err := b.Put(failing{}); err == nil || !strings.Contains(err.Error(), "no room") {
		t.Errorf("an original that could not be read whole is kept: %v", err)
	}
	if left, _ := os.ReadDir(filepath.Join(b.dir, "tmp")); len(left) != 0 {
		t.Error("a half written original was left")
	}
	for _, bad := range []string{"", "..", "../../etc/passwd", strings.Repeat("g", 64), strings.ToUpper(sha)} {
		if _, err := b.Get(bad); err == nil {
			t.Errorf("there is an original %q", bad)
		}
	}
	os.Chmod(b.path(sha), 0o640)
	if err := os.WriteFile(b.path(sha), []byte("one papeR"), 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Get(sha); err == nil {
		t.Error("a changed original is handed out")
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("no room") }

// What cannot be read is neither sound nor altered.
func TestUnreadableOriginal(t *testing.T) {
	s := open(t, Options{DB: "sqlite:" + filepath.Join(t.TempDir(), "t.db")})
	keep(t, s, 1, day)
	name := s.Blobs.path(audittest.Make(1, day).Files[0].SHA256)
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	os.Remove(name)
	if err := os.Mkdir(name, 0o777); err != nil { // opens, and cannot be read
		t.Fatal(err)
	}
	o, err := s.Verify(context.Background())
	if err != nil || o.OK() || o.Altered() {
		t.Errorf("an original that cannot be read: %+v, %v", o, err)
	}
	os.Remove(name)
	if o, err = s.Verify(context.Background()); err != nil || !o.Altered() {
		t.Errorf("an original that is gone: %+v, %v", o, err)
	}
	if err := os.WriteFile(name, append(data, '\n'), 0o666); err != nil {
		t.Fatal(err)
	}
	if o, err = s.Verify(context.Background()); err != nil || !o.Altered() {
		t.Errorf("an original that grew: %+v, %v", o, err)
	}
}

// Without its original a file is not recorded.
func TestNoOriginalNoRecord(t *testing.T) {
	s := open(t, Options{DB: "sqlite:" + filepath.Join(t.TempDir(), "t.db")})
	d := audittest.Make(1, day)
	in, err := inspection(s, d)
	if err != nil {
		t.Fatal(err)
	}
	os.Remove(s.Blobs.path(in.Arrivals[0].SHA256))
	if _, err := s.Keep(context.Background(), in); err == nil {
		t.Error("an inspection without its original is kept")
	}
	holds(t, s)
}

// A change that fails half way leaves nothing.
func TestFailedChangeLeavesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		s := open(t, o)
		keep(t, s, 1, day)
		before, err := s.Head(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		err = s.record(context.Background(), audit.LeafDecision, day, func(c *change) (string, string, error) {
			if err := c.insert("dossier", "half", "half", day); err != nil {
				return "", "", err
			}
			return "", "", errors.New("the power went")
		})
		if err == nil {
			t.Fatal("the failed change is reported as made")
		}
		after, err := s.Head(context.Background())
		if err != nil || after != before {
			t.Errorf("the head went from %v to %v, %v", before, after, err)
		}
		if _, err := s.Find(context.Background(), "half"); !errors.Is(err, ErrNotFound) {
			t.Errorf("half of the change stayed: %v", err)
		}
		holds(t, s)
	})
}

// Several programs write at once, and the entries of the ledger follow one another.
func TestManyWriters(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		first := open(t, o)
		var wg sync.WaitGroup
		errs := make(chan error, 100)
		for w := range 3 {
			s := first
			if w > 0 {
				s = open(t, o)
			}
			wg.Go(func() {
				for n := range 5 {
					in, err := inspection(s, audittest.Make(w*100+n, day))
					if err == nil {
						_, err = s.Keep(context.Background(), in)
					}
					if err != nil {
						errs <- err
					}
				}
			})
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			t.Error(err)
		}
		if head := holds(t, first).Head; head == nil || head.Size != 16 {
			t.Errorf("the ledger has %v, want 16 entries", head)
		}
	})
}

// killed makes the test binary keep inspections until it is killed.
const killed = "TALLYMAN_TEST_KEEP_IN"

func keepForEver() {
	parts := strings.SplitN(os.Getenv(killed), "|", 3)
	s, err := Open(context.Background(), Options{DB: parts[0], Blobs: parts[1]})
	if err != nil {
		fmt.Println("ERROR", err)
		os.Exit(1)
	}
	var from int
	fmt.Sscan(parts[2], &from)
	// Drawing pictures takes far longer than keeping them: one dossier under many
	// numbers leaves no time in which a kill would hit nothing.
	in, err := inspection(s, audittest.Make(0, day))
	if err != nil {
		fmt.Println("ERROR", err)
		os.Exit(1)
	}
	in.Pictures = nil
	for n := from; ; n++ {
		in.Evidence.ID = fmt.Sprintf("%016x", n)
		k, err := s.Keep(context.Background(), in)
		if err != nil {
			fmt.Println("ERROR", err)
			os.Exit(1)
		}
		fmt.Println("kept", k.Inspection)
	}
}

// kill -9 in the middle of keeping: every inspection is there whole or not at
// all, and those that were reported as kept are there.
func TestKillInTheMiddle(t *testing.T) {
	kills := 6
	if os.Getenv("TALLYMAN_TORTURE") != "" {
		kills = 50
	}
	killTest(t, kills)
}

func killTest(t *testing.T, kills int) {
	onBoth(t, func(t *testing.T, o Options) {
		if o.Blobs == "" {
			o.Blobs = strings.TrimPrefix(o.DB, "sqlite:") + ".blobs"
		}
		s := open(t, o)
		// The pictures that every inspection names.
		if in, err := inspection(s, audittest.Make(0, day)); err != nil {
			t.Fatal(err)
		} else if _, err := s.Keep(context.Background(), in); err != nil {
			t.Fatal(err)
		}
		s.Close()
		r := rand.New(rand.NewPCG(7, 7))
		var reported []string
		for k := range kills {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s|%s|%d", killed, o.DB, o.Blobs, 100_000*k))
			pipe, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			// Two of three are killed while they keep, the third while it starts.
			wait := time.Duration(r.IntN(200)) * time.Millisecond
			kill := sync.OnceFunc(func() { time.AfterFunc(wait, func() { cmd.Process.Kill() }) })
			if k%3 == 2 {
				kill()
			}
			for lines := bufio.NewScanner(pipe); lines.Scan(); {
				id, ok := strings.CutPrefix(lines.Text(), "kept ")
				if !ok {
					cmd.Process.Kill()
					t.Fatal(lines.Text())
				}
				if len(id) == 18 { // the last line may be cut
					reported = append(reported, id)
				}
				kill()
			}
			cmd.Wait()
		}
		s = open(t, o)
		head := holds(t, s).Head
		have := map[string]bool{}
		err := s.db.read(context.Background(), func(x tx) error {
			rows, err := x.query(context.Background(), "SELECT i.id FROM inspection i WHERE (SELECT count(*) FROM paper p WHERE p.inspection = i.id) = 3")
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var id string
				if err := rows.Scan(&id); err != nil {
					return err
				}
				have[id] = true
			}
			return rows.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
		if head == nil || len(reported) == 0 || int64(len(have)) != head.Size-1 {
			t.Errorf("%d inspections reported as kept, %d whole, the ledger at %v", len(reported), len(have), head)
		}
		for _, id := range reported {
			if !have[id] {
				t.Errorf("%s was reported as kept and is gone", id)
			}
		}
		t.Logf("%d kills, %d inspections reported, %d there", kills, len(reported), len(have))
	})
}

// One file may end in two ways within one inspection: read alone, and too deep in
// an archive. The ledger vouches for the row that is left.
func TestOneFileTwoEndings(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		s := open(t, o)
		in, err := inspection(s, audittest.Make(1, day))
		if err != nil {
			t.Fatal(err)
		}
		again := in.Arrivals[0]
		again.Name, again.Status, again.Code, again.Reason = "deep.zip/"+again.Name, trade.Quarantined, "limit.depth", "too deep"
		third := in.Arrivals[0]
		third.Name = "other.zip/" + third.Name
		in.Arrivals = append(in.Arrivals, again, third)
		if _, err := s.Keep(context.Background(), in); err != nil {
			t.Fatal(err)
		}
		holds(t, s)
	})
}
