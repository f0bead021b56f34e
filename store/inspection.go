package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"tallyman/audit"
	"tallyman/trade"
)

// now is the only clock of the store: the time at which something was recorded.
func now() string { return time.Now().UTC().Format(time.RFC3339) }

// An Inspection is one check of one dossier, to be kept.
type Inspection struct {
	Evidence *audit.Evidence
	Pictures map[string][]byte // by SHA-256
	// Arrivals are the files of the dossier as they came in; their content is
	// in the blobs already.
	Arrivals []Arrival
}

// An Arrival is a file as it came in.
type Arrival struct {
	Name   string // as given, with its folders
	SHA256 string
	Size   int64
	Source string // how it came: "check", and later the name of an inbox
	Status trade.Status
	Code   string
	Reason string
}

// Kept says under what names an inspection was kept.
type Kept struct {
	Dossier    string
	Inspection string
	Evidence   string // SHA-256
}

// Keep records an inspection: the files, the papers, the readings, the findings,
// and the entry of the ledger, in one transaction.
func (s *Store) Keep(ctx context.Context, in Inspection) (Kept, error) {
	e := in.Evidence
	if e.InspectedAt == "" {
		return Kept{}, errors.New("keep an inspection: it has no time")
	}
	for _, a := range in.Arrivals {
		if a.SHA256 != "" && !s.Blobs.has(a.SHA256) {
			return Kept{}, fmt.Errorf("keep an inspection: the original of %s is not in the store", a.Name)
		}
	}
	for sha, data := range in.Pictures {
		got, err := s.Blobs.putBytes(data)
		if err != nil {
			return Kept{}, err
		}
		if got != sha {
			return Kept{}, fmt.Errorf("keep an inspection: picture %s is not what its name says", sha)
		}
	}
	kept := Kept{Dossier: e.ID, Evidence: e.Digest()}
	err := s.record(ctx, audit.LeafInspection, e.InspectedAt, func(c *change) (string, string, error) {
		var n int64
		if _, err := one(ctx, c.t, []any{&n}, "SELECT coalesce(max(n), 0) + 1 FROM inspection WHERE dossier = ?", e.ID); err != nil {
			return "", "", err
		}
		kept.Inspection = fmt.Sprintf("%s.%d", e.ID, n)
		return kept.Inspection, kept.Evidence, c.inspection(in, kept, n)
	})
	return kept, err
}

func (c *change) inspection(in Inspection, kept Kept, n int64) error {
	e, id := in.Evidence, kept.Inspection
	for i, a := range in.Arrivals {
		if a.SHA256 == "" {
			continue // it could not be opened: the evidence names it
		}
		if err := c.file(a, e.InspectedAt); err != nil {
			return err
		}
		if err := c.insert("custody", fmt.Sprintf("%s.%04d", id, i), a.SHA256, a.Name, a.Source, e.InspectedAt); err != nil {
			return err
		}
	}
	var known int64
	if _, err := one(c.ctx, c.t, []any{&known}, "SELECT count(*) FROM dossier WHERE id = ?", e.ID); err != nil {
		return err
	}
	if known == 0 {
		if err := c.insert("dossier", e.ID, e.Dossier, e.InspectedAt); err != nil {
			return err
		}
	}
	v := e.Versions
	if err := c.insert("inspection", id, e.ID, n, e.InspectedAt, e.CheckedOn, e.Class(), e.Risk(), v.Tallyman, v.Rules, v.Reference, v.Model, kept.Evidence, string(e.Canonical())); err != nil {
		return err
	}
	row := 0
	for i, p := range e.Papers {
		if err := c.insert("paper", id, i, p.ID, p.Name, p.SHA256, text(p.Pages), string(p.Type), p.Confidence, string(p.Status), p.Reason, p.Number, p.Date); err != nil {
			return err
		}
		for _, f := range p.Fields {
			if err := c.insert("reading", id, row, p.ID, f.Path, f.Text, f.Value, f.Problem, f.Page, text(f.Box), f.Confidence, string(f.Reader), f.Restatement); err != nil {
				return err
			}
			row++
		}
	}
	for i, f := range e.Findings {
		var at audit.PlaceRecord
		if len(f.Places) > 0 {
			at = f.Places[0]
		}
		if err := c.insert("finding", id, i, f.ID, f.Rule, f.Severity.String(), f.Message, f.Doubtful, at.Paper, at.Path, at.Page, text(f)); err != nil {
			return err
		}
	}
	for i, x := range e.Exhibits() {
		if err := c.insert("exhibit", id, i, x.SHA256, x.Medium); err != nil {
			return err
		}
	}
	return nil
}

// states are how the state of a file follows from how far it was read.
var states = map[trade.Status]string{trade.Done: "done", trade.Partial: "partial", trade.Quarantined: "quarantined", trade.Rejected: "rejected"}

// file records a file, or that its state is another now.
func (c *change) file(a Arrival, at string) error {
	state := states[a.Status]
	if state == "" {
		return fmt.Errorf("file %s: no state for status %q", a.Name, a.Status)
	}
	t := tableOf("file")
	row := t.scan()
	found, err := one(c.ctx, c.t, row, "SELECT "+strings.Join(t.names(), ", ")+" FROM file WHERE sha256 = ?", a.SHA256)
	if err != nil {
		return err
	}
	code, reason := clean(a.Code), clean(a.Reason)
	if !found {
		return c.insert("file", a.SHA256, a.Size, state, code, reason, 1, at, at)
	}
	v := values(row)
	if v[2] == state && v[3] == code && v[4] == reason {
		return nil
	}
	v[2], v[3], v[4], v[5], v[7] = state, code, reason, v[5].(int64)+1, at
	// The same file may end in two ways within one inspection, as one that lies in
	// an archive too does: its row is the last of them, and so is its hash.
	delete(c.sums, t.name+" "+a.SHA256)
	c.groups = slices.DeleteFunc(c.groups, func(g audit.Group) bool { return g.Table == t.name && g.Key == a.SHA256 })
	for i, g := range c.groups {
		c.sums[g.Table+" "+g.Key].at = i
	}
	if err := c.t.exec(c.ctx, "UPDATE file SET state = ?, code = ?, reason = ?, attempts = ?, changed_at = ? WHERE sha256 = ?", v[2], v[3], v[4], v[5], v[7], a.SHA256); err != nil {
		return err
	}
	return c.count(t, v)
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("store: %T has no JSON: %v", v, err)) // no such value is handed in
	}
	return string(b)
}

// Decide records what a person decided about a finding of the newest inspection
// of a dossier. ID, Inspection, Message and At are filled in.
func (s *Store) Decide(ctx context.Context, d audit.Decision) (audit.Decision, error) {
	if strings.TrimSpace(d.By) == "" {
		return d, errors.New("record a decision: it does not say who decided")
	}
	if !slices.Contains(audit.Rulings, d.Verdict) {
		return d, fmt.Errorf("record a decision: there is no ruling %q", d.Verdict)
	}
	d.At = now()
	d.By, d.Note = clean(d.By), clean(d.Note)
	id, evidence, err := s.latest(ctx, d.Dossier)
	if err != nil {
		return d, fmt.Errorf("record a decision: %w", err)
	}
	f := evidence.Finding(d.Finding)
	if f == nil {
		return d, fmt.Errorf("record a decision: inspection %s has no finding %s", id, d.Finding)
	}
	d.Dossier, d.Inspection, d.Message = evidence.ID, id, clean(f.Message)
	err = s.record(ctx, audit.LeafDecision, d.At, func(c *change) (string, string, error) {
		var n int64
		if _, err := one(ctx, c.t, []any{&n}, "SELECT count(*) + 1 FROM decision WHERE dossier = ?", d.Dossier); err != nil {
			return "", "", err
		}
		d.ID = fmt.Sprintf("%s.d%04d", d.Dossier, n)
		return d.ID, d.Digest(), c.insert("decision", d.ID, d.Dossier, d.Inspection, d.Finding, string(d.Verdict), d.By, d.At, d.Note, d.Message)
	})
	return d, err
}

// ErrNotFound says that the store has no such dossier.
var ErrNotFound = errors.New("the store has no such dossier")

// Find returns the ID of the dossier that has this ID, begins with it, or has
// this name.
func (s *Store) Find(ctx context.Context, name string) (id string, err error) {
	err = s.db.read(ctx, func(t tx) error {
		r, err := t.query(ctx, "SELECT id, name FROM dossier ORDER BY id")
		if err != nil {
			return err
		}
		defer r.Close()
		var hits []string
		for r.Next() {
			var i, n string
			if err := r.Scan(&i, &n); err != nil {
				return err
			}
			if i == name {
				id = i
				return nil
			}
			if n == name || len(name) >= 4 && strings.HasPrefix(i, name) {
				hits = append(hits, i)
			}
		}
		if err := r.Err(); err != nil {
			return err
		}
		switch len(hits) {
		case 0:
			return fmt.Errorf("%w: %s", ErrNotFound, name)
		case 1:
			id = hits[0]
			return nil
		}
		return fmt.Errorf("%s is the name of several dossiers: %s", name, strings.Join(hits, ", "))
	})
	return id, err
}

func (s *Store) latest(ctx context.Context, dossier string) (id string, e *audit.Evidence, err error) {
	err = s.db.read(ctx, func(t tx) error {
		id, e, err = latest(ctx, t, dossier)
		return err
	})
	return id, e, err
}

func latest(ctx context.Context, t tx, dossier string) (id string, e *audit.Evidence, err error) {
	var data, sum string
	found, err := one(ctx, t, []any{&id, &data, &sum}, "SELECT id, evidence, evidence_sha256 FROM inspection WHERE dossier = ? ORDER BY n DESC LIMIT 1", dossier)
	if err != nil {
		return "", nil, err
	}
	if !found {
		return "", nil, fmt.Errorf("%w: %s", ErrNotFound, dossier)
	}
	if e, err = audit.ParseEvidence([]byte(data)); err != nil {
		return "", nil, fmt.Errorf("inspection %s was changed: %w", id, err)
	}
	if e.Digest() != sum {
		return "", nil, fmt.Errorf("inspection %s was changed: its evidence has the SHA-256 %s, not %s", id, e.Digest(), sum)
	}
	return id, e, nil
}

// Account returns what a report of the newest inspection of a dossier tells. The
// proof is under the first checkpoint that covers all of it, so that the same
// evidence gives the same report tomorrow.
func (s *Store) Account(ctx context.Context, dossier string) (*audit.Account, error) {
	a := &audit.Account{Pictures: map[string][]byte{}}
	err := s.db.read(ctx, func(t tx) error {
		id, e, err := latest(ctx, t, dossier)
		if err != nil {
			return err
		}
		a.Evidence = e
		if a.Decisions, err = decisions(ctx, t, dossier); err != nil {
			return err
		}
		a.Proof = &audit.Proof{Inspection: id, Key: s.key}
		subjects := []string{id}
		for _, d := range a.Decisions {
			subjects = append(subjects, d.ID)
		}
		var seqs []int64
		var last int64
		for i, subject := range subjects {
			kind := audit.LeafDecision
			if i == 0 {
				kind = audit.LeafInspection
			}
			var seq int64
			found, err := one(ctx, t, []any{&seq}, "SELECT seq FROM ledger WHERE subject = ? AND kind = ?", subject, kind)
			if err != nil {
				return err
			}
			if !found {
				return fmt.Errorf("the ledger has no entry for %s", subject)
			}
			seqs, last = append(seqs, seq), max(last, seq)
		}
		found, err := one(ctx, t, []any{&a.Proof.Checkpoint}, "SELECT note FROM checkpoint WHERE size > ? ORDER BY size LIMIT 1", last)
		if err != nil {
			return err
		}
		if !found {
			return fmt.Errorf("no checkpoint covers entry %d of the ledger", last)
		}
		head, err := audit.OpenCheckpoint(a.Proof.Checkpoint, s.verifier)
		if err != nil {
			return fmt.Errorf("checkpoint over entry %d: %w", last, err)
		}
		for _, seq := range seqs {
			x, err := entry(ctx, t, seq, head.Size)
			if err != nil {
				return err
			}
			a.Proof.Entries = append(a.Proof.Entries, x)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read dossier %s: %w", dossier, err)
	}
	for _, x := range a.Evidence.Exhibits() {
		data, err := s.Blobs.Get(x.SHA256)
		if err != nil {
			return nil, fmt.Errorf("read dossier %s: %w", dossier, err)
		}
		a.Pictures[x.SHA256] = data
	}
	return a, nil
}

func decisions(ctx context.Context, t tx, dossier string) ([]audit.Decision, error) {
	r, err := t.query(ctx, "SELECT id, dossier, inspection, finding, verdict, by_whom, at, note, message FROM decision WHERE dossier = ? ORDER BY id", dossier)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	all := []audit.Decision{}
	for r.Next() {
		var d audit.Decision
		var verdict string
		if err := r.Scan(&d.ID, &d.Dossier, &d.Inspection, &d.Finding, &verdict, &d.By, &d.At, &d.Note, &d.Message); err != nil {
			return nil, err
		}
		d.Verdict = audit.Ruling(verdict)
		all = append(all, d)
	}
	return all, r.Err()
}

// treeHash is the root over the first entries of the ledger.
func treeHash(ctx context.Context, t tx, size int64) (tlog.Hash, error) {
	return tlog.TreeHash(size, hashes{ctx, t})
}
