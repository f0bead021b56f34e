package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"strings"

	"tallyman/audit"
)

// A table says how its rows are written, read and hashed. Rows with the same key
// form a group, and each group has its hash in the ledger.
type table struct {
	name    string
	key     string   // column that groups the rows
	order   string   // columns that order the table: the key first
	columns []string // with the kind behind a colon: t text, i integer, f number
}

// tables are those whose rows the ledger vouches for, all but its own.
var tables = []table{
	{"identity", "origin", "origin", []string{"n:i", "origin:t", "key:t", "created_at:t"}},
	{"file", "sha256", "sha256", []string{"sha256:t", "size:i", "state:t", "code:t", "reason:t", "attempts:i", "received_at:t", "changed_at:t"}},
	{"custody", "id", "id", []string{"id:t", "file:t", "name:t", "source:t", "received_at:t"}},
	{"dossier", "id", "id", []string{"id:t", "name:t", "first_seen:t"}},
	{"inspection", "id", "id", []string{"id:t", "dossier:t", "n:i", "at:t", "checked_on:t", "class:t", "risk:f", "program:t", "rules:t", "reference:t", "model:t", "evidence_sha256:t", "evidence:t"}},
	{"paper", "inspection", "inspection, n", []string{"inspection:t", "n:i", "id:t", "name:t", "file:t", "pages:t", "type:t", "type_confidence:f", "status:t", "reason:t", "number:t", "date:t"}},
	{"reading", "inspection", "inspection, n", []string{"inspection:t", "n:i", "paper:t", "path:t", "text:t", "value:t", "problem:t", "page:i", "box:t", "confidence:f", "reader:t", "restatement:i"}},
	{"finding", "inspection", "inspection, n", []string{"inspection:t", "n:i", "id:t", "rule:t", "severity:t", "message:t", "doubtful:i", "paper:t", "path:t", "page:i", "detail:t"}},
	{"exhibit", "inspection", "inspection, n", []string{"inspection:t", "n:i", "sha256:t", "medium:t"}},
	{"decision", "id", "id", []string{"id:t", "dossier:t", "inspection:t", "finding:t", "verdict:t", "by_whom:t", "at:t", "note:t", "message:t"}},
}

func tableOf(name string) *table {
	for i := range tables {
		if tables[i].name == name {
			return &tables[i]
		}
	}
	panic("store: no table " + name)
}

func (t *table) names() []string {
	all := make([]string, len(t.columns))
	for i, c := range t.columns {
		all[i], _, _ = strings.Cut(c, ":")
	}
	return all
}

// keyAt is the position of the key column.
func (t *table) keyAt() int {
	for i, n := range t.names() {
		if n == t.key {
			return i
		}
	}
	panic("store: " + t.name + " has no column " + t.key)
}

// scan returns pointers to hold a row.
func (t *table) scan() []any {
	all := make([]any, len(t.columns))
	for i, c := range t.columns {
		switch c[len(c)-1] {
		case 't':
			all[i] = new(string)
		case 'i':
			all[i] = new(int64)
		default:
			all[i] = new(float64)
		}
	}
	return all
}

// values are what the pointers of scan point at.
func values(row []any) []any {
	all := make([]any, len(row))
	for i, p := range row {
		switch p := p.(type) {
		case *string:
			all[i] = *p
		case *int64:
			all[i] = *p
		case *float64:
			all[i] = *p
		}
	}
	return all
}

// hashRow adds a row to a hash: its values as a JSON array on a line.
func hashRow(h hash.Hash, row []any) error {
	line, err := json.Marshal(row)
	if err != nil {
		return err
	}
	h.Write(append(line, '\n'))
	return nil
}

// clean makes text that both databases take: valid UTF-8 without the zero byte.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\ufffd")
}

// A change is one transaction in the making: rows, and the entry of the ledger
// that vouches for them.
type change struct {
	ctx    context.Context
	t      tx
	groups []audit.Group
	sums   map[string]*sum
}

// A sum is the hash of a group in the making, and where the group stands.
type sum struct {
	hash.Hash
	at int
}

func newSums() map[string]*sum { return map[string]*sum{} }

// insert writes a row and hashes it into its group. Rows of a group come in the
// order of their table.
func (c *change) insert(name string, row ...any) error {
	t := tableOf(name)
	for i := range row {
		switch v := row[i].(type) {
		case string:
			row[i] = clean(v)
		case int:
			row[i] = int64(v)
		case bool:
			row[i] = int64(0)
			if v {
				row[i] = int64(1)
			}
		}
	}
	query := fmt.Sprintf("INSERT INTO %s (%s) VALUES (?%s)", name, strings.Join(t.names(), ", "), strings.Repeat(", ?", len(row)-1))
	if err := c.t.exec(c.ctx, query, row...); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return c.count(t, row)
}

func (c *change) count(t *table, row []any) error {
	key := row[t.keyAt()].(string)
	id := t.name + " " + key
	h := c.sums[id]
	if h == nil {
		h = &sum{sha256.New(), len(c.groups)}
		c.sums[id] = h
		c.groups = append(c.groups, audit.Group{Table: t.name, Key: key})
	}
	c.groups[h.at].Count++
	return hashRow(h, row)
}

// finish fills in the hashes of the groups.
func (c *change) finish() []audit.Group {
	for i, g := range c.groups {
		c.groups[i].SHA256 = hex.EncodeToString(c.sums[g.Table+" "+g.Key].Sum(nil))
	}
	if c.groups == nil {
		return []audit.Group{}
	}
	return c.groups
}
