package store

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"tallyman/audit"
)

// grow records n changes of one row each.
func grow(tb testing.TB, s *Store, from, n int) []time.Duration {
	took := make([]time.Duration, n)
	for i := range n {
		start := time.Now()
		err := s.record(context.Background(), "test", day, func(c *change) (string, string, error) {
			id := fmt.Sprintf("d%09d", from+i)
			return id, "", c.insert("dossier", id, "name", day)
		})
		if err != nil {
			tb.Fatal(err)
		}
		took[i] = time.Since(start)
	}
	slices.Sort(took)
	return took
}

// BenchmarkRecord is one change with its entry and its signed head.
func BenchmarkRecord(b *testing.B) {
	s := open(b, Options{DB: "sqlite:" + filepath.Join(b.TempDir(), "t.db")})
	b.ResetTimer()
	took := grow(b, s, 0, b.N)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}

// BenchmarkVerify is the verification of a ledger of 10,000 entries.
func BenchmarkVerify(b *testing.B) {
	s := open(b, Options{DB: "sqlite:" + filepath.Join(b.TempDir(), "t.db")})
	grow(b, s, 0, 9_999)
	b.ResetTimer()
	for range b.N {
		var o *audit.Outcome
		o, err := s.Verify(context.Background())
		if err != nil || !o.OK() {
			b.Fatal(err, o)
		}
	}
	b.ReportMetric(1e4*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}
