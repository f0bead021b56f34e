//go:build linux

package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"image"
	_ "image/jpeg"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"tallyman/extract"
	"tallyman/extract/ocr/ppocr"
	"tallyman/extract/page"
	"tallyman/fixtures"
	"tallyman/fixtures/mutant"
)

// What a batch of hostile files may cost, in bytes.
const (
	mostParent = 512 << 20
	mostChild  = 1 << 30
	grace      = 2 * time.Second
)

// TestHostileBatch reads a few mutants of every kind of file as one batch;
// TestTortureHostileBatch reads thousands, and every file of the hostile corpus
// if that is there.
func TestHostileBatch(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 60 files")
	}
	dir := t.TempDir()
	mutants(t, dir, 60)
	batch(t, dir)
}

func TestTortureHostileBatch(t *testing.T) {
	if os.Getenv("TALLYMAN_TORTURE") == "" {
		t.Skip("a long run: make torture")
	}
	dir := t.TempDir()
	n := 2000
	if s := os.Getenv("TALLYMAN_MUTANTS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	mutants(t, dir, n)
	from := "../../../shared/corpus/hostile"
	if err := os.CopyFS(filepath.Join(dir, "hostile"), os.DirFS(from)); err != nil {
		t.Logf("without the hostile corpus: %v", err)
	}
	batch(t, dir)
}

// shares are how many of a hundred mutants are of which kind.
var shares = map[string]int{"pdf": 45, "jpg": 3, "png": 3, "tiff": 3, "xlsx": 12, "docx": 8, "zip": 8, "eml": 8, "xml": 5, "edi": 5}

// mutants writes n mutants into folders below dir, each folder those of one
// dossier.
func mutants(t *testing.T, dir string, n int) {
	t.Helper()
	f, err := os.Open("../../fixtures/worn-scans/invoice.jpg")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	scan, _, err := image.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, k := range slices.Sorted(maps.Keys(shares)) {
		for range shares[k] {
			kinds = append(kinds, k)
		}
	}
	const perFolder = 25
	var seeds map[string][]mutant.File
	folder := ""
	for i := range n {
		if i%perFolder == 0 {
			d, err := fixtures.Make(uint64(7000+i/perFolder), fixtures.Options{})
			if err != nil {
				t.Fatal(err)
			}
			all, err := mutant.Seeds(d, scan)
			if err != nil {
				t.Fatal(err)
			}
			seeds = map[string][]mutant.File{}
			for _, s := range all {
				seeds[s.Kind()] = append(seeds[s.Kind()], s)
			}
			folder = filepath.Join(dir, fmt.Sprintf("m%03d", i/perFolder))
			if err := os.Mkdir(folder, 0o777); err != nil {
				t.Fatal(err)
			}
		}
		k := kinds[i*37%len(kinds)]
		m := mutant.Mutate(seeds[k][i%len(seeds[k])], uint64(i))
		if err := os.WriteFile(filepath.Join(folder, m.Name), m.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// A watch is the most memory that a process and its children were seen with.
type watch struct {
	parent, child int64
	load          float64 // of the machine, in processes that want to run
}

// look reads /proc; the kernel keeps the highest mark of each process itself.
func (w *watch) look(pid int) {
	high := func(pid string) int64 {
		b, _ := os.ReadFile("/proc/" + pid + "/status")
		for _, l := range strings.Split(string(b), "\n") {
			if f := strings.Fields(l); len(f) == 3 && f[0] == "VmHWM:" {
				n, _ := strconv.ParseInt(f[1], 10, 64)
				return n << 10
			}
		}
		return 0
	}
	if b, err := os.ReadFile("/proc/loadavg"); err == nil {
		var now float64
		fmt.Sscan(string(b), &now)
		w.load = max(w.load, now)
	}
	w.parent = max(w.parent, high(strconv.Itoa(pid)))
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, name := range tasks {
		b, _ := os.ReadFile(name)
		for _, child := range strings.Fields(string(b)) {
			w.child = max(w.child, high(child))
		}
	}
}

var progress = regexp.MustCompile(`^\d+ of (\d+): (.*): (done|partial|quarantined|rejected), ([0-9.]+) s$`)

// batch runs tallyman check --db over a folder and holds what came of it: nothing
// crashes, nothing is lost, nothing takes more than it may.
func batch(t *testing.T, dir string) {
	var names []string
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	work := t.TempDir()
	db := filepath.Join(work, "t.db")
	command := func(args ...string) *exec.Cmd {
		cmd := exec.Command(os.Args[0], args...)
		cmd.Env = append(os.Environ(), runAsProgram+"=1", "OMP_THREAD_LIMIT=1", "XDG_CACHE_HOME="+filepath.Join(work, "cache"), ppocr.FolderVariable+"="+ppocr.Folder())
		return cmd
	}
	cmd := command("check", "--json", "--db", "sqlite:"+db, dir)
	var out, told bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &told
	began := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var w watch
	ended := make(chan error)
	go func() { ended <- cmd.Wait() }()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for running := true; running; {
		select {
		case err = <-ended:
			running = false
		case <-tick.C:
			w.look(cmd.Process.Pid)
		}
	}
	took := time.Since(began)
	if code := cmd.ProcessState.ExitCode(); code != exitFindings && code != exitUnread && code != exitClean || strings.Contains(told.String(), "goroutine ") || strings.Contains(told.String(), "tallyman: error") {
		t.Fatalf("the parent ended with %v:\n%s", err, tail(told.String()))
	}
	// The kernel's own account of the largest of them all, so that none that came
	// and went between two looks is missed.
	if r, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok && r.Maxrss<<10 > max(w.parent, w.child) {
		w.child = r.Maxrss << 10
	}

	// How each file ended, and when.
	type ending struct {
		status string
		took   time.Duration
	}
	ends := map[string]ending{}
	for s := bufio.NewScanner(&told); s.Scan(); {
		if m := progress.FindStringSubmatch(s.Text()); m != nil {
			seconds, _ := strconv.ParseFloat(m[4], 64)
			if _, twice := ends[m[2]]; twice {
				t.Errorf("%s ended twice", m[2])
			}
			ends[m[2]] = ending{m[3], time.Duration(seconds * float64(time.Second))}
		}
	}

	// What the answer says, and what the store kept.
	pages, answered, codes := map[string]int{}, map[string]bool{}, map[string]string{}
	for _, answer := range bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n")) {
		var d struct {
			Papers []struct {
				File  string
				Pages []int
			}
			Unread []struct{ File, Reason string }
		}
		if err := json.Unmarshal(answer, &d); err != nil {
			t.Fatal(err)
		}
		for _, p := range d.Papers {
			answered[p.File] = true
			pages[p.File] += len(p.Pages)
		}
		for _, u := range d.Unread {
			answered[u.File] = true
			codes[u.File] = u.Reason
			if _, ok := page.ReasonOf(u.Reason); !ok {
				t.Errorf("%s: %q is no reason", u.File, u.Reason)
			}
		}
	}
	kept, err := custody(db)
	if err != nil {
		t.Fatal(err)
	}
	inner := map[string][]string{}
	for name := range kept {
		for _, outer := range names {
			if strings.HasPrefix(name, outer+"/") {
				inner[outer] = append(inner[outer], name)
			}
		}
	}

	type row struct {
		files, done, partial, quarantined, rejected, inside int
		slowest                                             time.Duration
		codes                                               map[string]int
	}
	rows := map[string]*row{}
	total := &row{codes: map[string]int{}}
	for _, name := range names {
		kind := strings.TrimPrefix(filepath.Ext(name), ".")
		if strings.HasPrefix(name, filepath.Join(dir, "hostile")) {
			kind = "hostile"
		}
		if rows[kind] == nil {
			rows[kind] = &row{codes: map[string]int{}}
		}
		e, ok := ends[clean(name)]
		if !ok {
			t.Errorf("%s: lost: it never ended", name)
			continue
		}
		if _, ok := kept[name]; !ok {
			t.Errorf("%s: lost: the store has no word of it", name)
		}
		seen := answered[name]
		for _, i := range inner[name] {
			seen = seen || answered[i]
		}
		if !seen && e.status != "done" {
			t.Errorf("%s: lost: %s, and the answer does not name it", name, e.status)
		}
		if e.status != "done" && codes[name] == "" && !seen {
			t.Errorf("%s: %s without a reason", name, e.status)
		}
		all := pages[name]
		for _, i := range inner[name] {
			all += pages[i]
		}
		budget := time.Duration(1+len(inner[name]))*extract.DefaultLimits.Total + time.Duration(all)*10*time.Second
		// The clock runs on while others have the processors; the budget that counts
		// is processor time, and gives the clock up to six times as much.
		budget = time.Duration(float64(budget) * min(6, max(1, w.load/float64(runtime.NumCPU()))))
		if e.took > budget+grace {
			t.Errorf("%s: took %v of %v", name, e.took, budget)
		}
		for _, r := range []*row{rows[kind], total} {
			r.files++
			r.inside += len(inner[name])
			r.slowest = max(r.slowest, e.took)
			switch e.status {
			case "done":
				r.done++
			case "partial":
				r.partial++
			case "quarantined":
				r.quarantined++
			case "rejected":
				r.rejected++
			}
			if c := codes[name]; c != "" {
				r.codes[c]++
			}
		}
	}
	if total.files != len(names) || total.done+total.partial+total.quarantined+total.rejected != len(names) {
		t.Errorf("received %d, accounted for %d", len(names), total.done+total.partial+total.quarantined+total.rejected)
	}
	if w.parent > mostParent {
		t.Errorf("the parent took %d MB", w.parent>>20)
	}
	if w.child > mostChild {
		t.Errorf("a child took %d MB", w.child>>20)
	}
	if b, err := command("verify", "--db", "sqlite:"+db).CombinedOutput(); err != nil {
		t.Errorf("verify: %v\n%s", err, tail(string(b)))
	}

	var table strings.Builder
	tw := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "kind\treceived\tdone\tpartial\tquarantined\trejected\tfiles inside\tslowest\treasons")
	kinds := slices.Sorted(maps.Keys(rows))
	for _, k := range append(kinds, "all") {
		r := rows[k]
		if k == "all" {
			r = total
		}
		fmt.Fprintf(tw, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%.1f s\t%s\n", k, r.files, r.done, r.partial, r.quarantined, r.rejected, r.inside, r.slowest.Seconds(), counts(r.codes))
	}
	tw.Flush()
	t.Logf("%d files in %.0f s, load up to %.1f; parent at most %d MB, child at most %d MB\n%s", len(names), took.Seconds(), w.load, w.parent>>20, w.child>>20, table.String())
}

// custody returns the state in which the store has each name.
func custody(db string) (map[string]string, error) {
	d, err := sql.Open("sqlite", "file:"+db+"?mode=ro")
	if err != nil {
		return nil, err
	}
	defer d.Close()
	r, err := d.QueryContext(context.Background(), "SELECT c.name, f.state FROM custody c JOIN file f ON f.sha256 = c.file")
	if err != nil {
		return nil, err
	}
	defer r.Close()
	all := map[string]string{}
	for r.Next() {
		var name, state string
		if err := r.Scan(&name, &state); err != nil {
			return nil, err
		}
		all[name] = state
	}
	return all, r.Err()
}

func counts(m map[string]int) string {
	keys := slices.Collect(maps.Keys(m))
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(m[b], m[a]), cmp.Compare(a, b)) })
	var all []string
	for _, k := range keys {
		all = append(all, fmt.Sprintf("%s %d", k, m[k]))
	}
	return strings.Join(all, ", ")
}

func tail(s string) string { return s[max(0, len(s)-4000):] }
