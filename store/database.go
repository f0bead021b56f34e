package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	_ "modernc.org/sqlite" // the driver named sqlite
)

//go:embed migrations
var migrations embed.FS

// A database is SQLite or PostgreSQL. Both run the same SQL text.
type database interface {
	// write runs do in a transaction that no other writer is in at that time,
	// and makes it lasting unless do fails.
	write(ctx context.Context, do func(tx) error) error
	// read runs do over one state of the database.
	read(ctx context.Context, do func(tx) error) error
	close()
}

// A tx is a transaction. Arguments are string, int64 or float64, and stand for
// the question marks of the SQL text.
type tx interface {
	exec(ctx context.Context, query string, args ...any) error
	query(ctx context.Context, query string, args ...any) (rows, error)
}

type rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close() error
}

// one reads a single row; found is false if there is none.
func one(ctx context.Context, t tx, dest []any, query string, args ...any) (found bool, err error) {
	r, err := t.query(ctx, query, args...)
	if err != nil {
		return false, err
	}
	defer r.Close()
	if !r.Next() {
		return false, r.Err()
	}
	if err := r.Scan(dest...); err != nil {
		return false, err
	}
	return true, r.Close()
}

// openDatabase opens sqlite:FILE or postgres://..., and brings its tables up to
// date unless it is only read.
func openDatabase(ctx context.Context, address string, readOnly bool) (database, error) {
	if strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://") {
		return openPostgres(ctx, address, readOnly)
	}
	name, ok := strings.CutPrefix(address, "sqlite:")
	if !ok || name == "" {
		return nil, fmt.Errorf("a database is sqlite:FILE or postgres://..., not %q", address)
	}
	return openSQLite(ctx, strings.TrimPrefix(name, "//"), readOnly)
}

// migrate brings the tables up to date, or, if the database is only read,
// checks that they are.
func migrate(ctx context.Context, d goose.Dialect, db *sql.DB, readOnly bool, opts ...goose.ProviderOption) error {
	folder := "migrations/postgres"
	if d == goose.DialectSQLite3 {
		folder = "migrations/sqlite"
	}
	sub, err := fs.Sub(migrations, folder)
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(d, db, sub, append(opts, goose.WithDisableGlobalRegistry(true))...)
	if err != nil {
		return err
	}
	sources := p.ListSources()
	newest := sources[len(sources)-1].Version
	var have sql.NullInt64
	err = db.QueryRowContext(ctx, "SELECT max(version_id) FROM goose_db_version").Scan(&have)
	switch {
	case err == nil && have.Int64 > newest:
		return fmt.Errorf("the database has the form %d and this program knows only %d: use a newer program", have.Int64, newest)
	case readOnly && err != nil:
		return fmt.Errorf("this is no Tallyman store: %w", err)
	case readOnly && have.Int64 < newest:
		return fmt.Errorf("the database has the older form %d: run tallyman check --db on it once", have.Int64)
	case readOnly:
		return nil
	}
	_, err = p.Up(ctx)
	return err
}

// sqlite is a file. One connection writes; a pool reads.
type sqlite struct{ writer, reader *sql.DB }

func openSQLite(ctx context.Context, name string, readOnly bool) (*sqlite, error) {
	dsn := func(more ...string) string {
		q := url.Values{}
		q["_pragma"] = append([]string{"busy_timeout(10000)", "foreign_keys(1)"}, more...)
		return "file:" + (&url.URL{Path: name}).EscapedPath() + "?" + q.Encode()
	}
	if readOnly {
		if _, err := os.Stat(name); err != nil {
			return nil, fmt.Errorf("open the store: %w", err)
		}
		mode := "&mode=ro"
		if !writable(filepath.Dir(name)) && !exists(name+"-wal") {
			mode = "&immutable=1" // a medium that cannot be written, and nobody writes
		}
		db, err := sql.Open("sqlite", dsn("query_only(1)")+mode)
		if err != nil {
			return nil, fmt.Errorf("open the store: %w", err)
		}
		if err := migrate(ctx, goose.DialectSQLite3, db, true); err != nil {
			db.Close()
			return nil, fmt.Errorf("open the store: %w", err)
		}
		return &sqlite{nil, db}, nil
	}
	// FULL: a commit is on the disk before it is reported, for it is evidence.
	writer, err := sql.Open("sqlite", dsn("journal_mode(WAL)", "synchronous(FULL)")+"&_txlock=immediate")
	if err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	writer.SetMaxOpenConns(1)
	if err := migrate(ctx, goose.DialectSQLite3, writer, false); err != nil {
		writer.Close()
		return nil, fmt.Errorf("open the store: %w", err)
	}
	reader, err := sql.Open("sqlite", dsn("query_only(1)"))
	if err != nil {
		writer.Close()
		return nil, fmt.Errorf("open the store: %w", err)
	}
	reader.SetMaxOpenConns(4)
	return &sqlite{writer, reader}, nil
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

func writable(dir string) bool {
	f, err := os.CreateTemp(dir, ".tallyman-*")
	if err != nil {
		return false
	}
	f.Close()
	return os.Remove(f.Name()) == nil
}

var errReadOnly = errors.New("the store was opened to be read only")

func (s *sqlite) write(ctx context.Context, do func(tx) error) error {
	if s.writer == nil {
		return errReadOnly
	}
	return runSQL(ctx, s.writer, nil, do)
}

func (s *sqlite) read(ctx context.Context, do func(tx) error) error {
	return runSQL(ctx, s.reader, &sql.TxOptions{ReadOnly: true}, do)
}

func runSQL(ctx context.Context, db *sql.DB, opts *sql.TxOptions, do func(tx) error) error {
	t, err := db.BeginTx(ctx, opts)
	if err != nil {
		return err
	}
	if err := do(sqlTx{t}); err != nil {
		t.Rollback()
		return err
	}
	return t.Commit()
}

func (s *sqlite) close() {
	// The writer last: it folds the write-ahead log into the file.
	s.reader.Close()
	if s.writer != nil {
		s.writer.Close()
	}
}

type sqlTx struct{ t *sql.Tx }

func (s sqlTx) exec(ctx context.Context, query string, args ...any) error {
	_, err := s.t.ExecContext(ctx, query, args...)
	return err
}

func (s sqlTx) query(ctx context.Context, query string, args ...any) (rows, error) {
	return s.t.QueryContext(ctx, query, args...)
}

// postgres is a server.
type postgres struct {
	pool     *pgxpool.Pool
	readOnly bool
}

func openPostgres(ctx context.Context, address string, readOnly bool) (*postgres, error) {
	pool, err := pgxpool.New(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("open the store: %w", err)
	}
	db := stdlib.OpenDBFromPool(pool)
	defer db.Close()
	locker, err := lock.NewPostgresSessionLocker()
	if err == nil {
		err = migrate(ctx, goose.DialectPostgres, db, readOnly, goose.WithSessionLocker(locker))
	}
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("open the store: %w", err)
	}
	return &postgres{pool, readOnly}, nil
}

func (p *postgres) write(ctx context.Context, do func(tx) error) error {
	if p.readOnly {
		return errReadOnly
	}
	return pgx.BeginFunc(ctx, p.pool, func(t pgx.Tx) error {
		// Readers go on; other writers wait, for entries of the ledger follow one another.
		if _, err := t.Exec(ctx, "LOCK TABLE ledger IN EXCLUSIVE MODE"); err != nil {
			return err
		}
		return do(pgTx{t})
	})
}

func (p *postgres) read(ctx context.Context, do func(tx) error) error {
	return pgx.BeginTxFunc(ctx, p.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(t pgx.Tx) error { return do(pgTx{t}) })
}

func (p *postgres) close() { p.pool.Close() }

type pgTx struct{ t pgx.Tx }

func (p pgTx) exec(ctx context.Context, query string, args ...any) error {
	_, err := p.t.Exec(ctx, dollars(query), args...)
	return err
}

func (p pgTx) query(ctx context.Context, query string, args ...any) (rows, error) {
	r, err := p.t.Query(ctx, dollars(query), args...)
	if err != nil {
		return nil, err
	}
	return pgRows{r}, nil
}

type pgRows struct{ pgx.Rows }

func (r pgRows) Close() error {
	r.Rows.Close()
	return r.Err()
}

// dollars writes the question marks of a query as $1, $2 and so on. No query of
// this package has one inside a string.
func dollars(query string) string {
	var b strings.Builder
	n := 0
	for _, r := range query {
		if r != '?' {
			b.WriteRune(r)
			continue
		}
		n++
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
	}
	return b.String()
}
