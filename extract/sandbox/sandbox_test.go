//go:build linux

package sandbox

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"tallyman/extract/page"
)

func TestMain(m *testing.M) {
	Main(map[string]Maker{"mock": newMock})
	os.Exit(m.Run())
}

// mock is a reader that behaves as it is told.
type mock struct{}

func newMock(setup json.RawMessage) (Handler, error) {
	switch string(setup) {
	case `"refuse"`:
		return nil, errors.New("no engine")
	case `"silent"`:
		time.Sleep(time.Hour)
	case `"filtered"`:
		if err := refuseFilters(); err != nil {
			return nil, err
		}
	case `"deaf"`:
		writeFrame(os.NewFile(answerFD, "answers"), response{}, nil)
		time.Sleep(time.Hour)
	}
	return mock{}, nil
}

func (mock) Handle(op string, arg json.RawMessage, body []byte) (any, []byte, error) {
	switch op {
	case "echo":
		return len(body), body, nil
	case "pid":
		return os.Getpid(), nil, nil
	case "environment":
		return os.Environ(), nil, nil
	case "problem":
		return nil, nil, &page.Problem{Code: page.Corrupt, Text: "damaged"}
	case "made up reason":
		return nil, nil, &page.Problem{Code: "all_is_well", Text: "nothing to see here"}
	case "failure":
		return nil, nil, errors.New("bug")
	case "panic":
		panic("bug")
	case "exit":
		os.Exit(0)
	case "fault":
		// As a fault in an engine: Go ends the process.
		unix.Tgkill(os.Getpid(), unix.Gettid(), syscall.SIGSEGV)
		time.Sleep(time.Hour)
	case "stop":
		unix.Tgkill(os.Getpid(), unix.Gettid(), syscall.SIGSTOP)
		time.Sleep(time.Hour)
	case "overflow":
		return overflow(1), nil, nil
	case "sleep":
		time.Sleep(time.Hour)
	case "spin":
		for i := 0; ; i++ {
			_ = i
		}
	case "leak":
		var all [][]byte
		for {
			b := make([]byte, 1<<20)
			for i := range b {
				b[i] = 1
			}
			all = append(all, b)
			if len(all) > 4000 {
				return len(all), nil, nil
			}
		}
	case "garbage":
		os.NewFile(3, "answers").WriteString(strings.Repeat("not a frame ", 100))
		time.Sleep(time.Hour)
	case "half":
		os.NewFile(3, "answers").Write([]byte{0, 0, 0, 40, 0, 0, 0, 0, 0, 0, 0, 0, '{'})
		os.Exit(0)
	case "long":
		return 0, make([]byte, 32<<20), nil
	case "wrong type":
		return "text", nil, nil
	case "unknown field":
		return map[string]int{"Pages": 1, "Extra": 2}, nil, nil
	case "drip":
		var b bytes.Buffer
		writeFrame(&b, response{Number: 1, Answer: json.RawMessage(`{"Pages":1}`)}, nil)
		for _, c := range b.Bytes() {
			os.NewFile(answerFD, "answers").Write([]byte{c})
			time.Sleep(200 * time.Millisecond)
		}
		time.Sleep(time.Hour)
	case "closes":
		os.NewFile(answerFD, "answers").Close()
		time.Sleep(time.Hour)
	case "huge length":
		os.NewFile(answerFD, "answers").Write(bytes.Repeat([]byte{0xff}, 12))
		time.Sleep(time.Hour)
	case "old number":
		writeFrame(os.NewFile(answerFD, "answers"), response{Answer: json.RawMessage(`{"Pages":1}`)}, nil)
		time.Sleep(time.Hour)
	case "two answers":
		writeFrame(os.NewFile(answerFD, "answers"), response{Number: 1, Answer: json.RawMessage(`{"Pages":1}`)}, nil)
	case "two values":
		raw(`{"Number":1,"Answer":{"Pages":1}} {}`)
	case "no number":
		raw(`{"Number":1,"Answer":{"Pages":NaN}}`)
	case "too large a number":
		raw(`{"Number":1,"Answer":{"Pages":1e999}}`)
	case "deep":
		raw(`{"Number":1,"Answer":` + strings.Repeat("[", 1<<20) + strings.Repeat("]", 1<<20) + `}`)
	case "objects":
		raw(`{"Number":1,"Answer":[{}` + strings.Repeat(",{}", 4<<20) + `]}`)
	case "no text":
		raw("{\"Number\":1,\"Failure\":\"\x00\xff\"}")
	case "threads":
		for range 2000 {
			go func() {
				runtime.LockOSThread()
				time.Sleep(time.Hour)
			}()
		}
		time.Sleep(time.Hour)
	case "fill", "reserve":
		var megabytes int
		json.Unmarshal(arg, &megabytes)
		for range megabytes {
			b, err := unix.Mmap(-1, 0, 1<<20, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
			if err != nil {
				fmt.Fprintln(os.Stderr, "out of memory:", err)
				os.Exit(2)
			}
			for i := 0; op == "fill" && i < len(b); i += 4096 {
				b[i] = 1
			}
		}
		if op == "fill" {
			time.Sleep(300 * time.Millisecond) // somebody looks every 40
		}
		return nil, nil, nil
	case "burn":
		var seconds int
		json.Unmarshal(arg, &seconds)
		for {
			var r syscall.Rusage
			syscall.Getrusage(syscall.RUSAGE_SELF, &r)
			if r.Utime.Sec+r.Stime.Sec >= int64(seconds) {
				return nil, nil, nil
			}
		}
	case "swallow":
		// Faster than anybody can look: the kernel has to refuse it.
		b := make([]byte, 8<<30)
		for i := 0; i < len(b); i += 4096 {
			b[i] = 1
		}
	case "shout":
		b := bytes.Repeat([]byte("\x1b[2Jthe reader shouts \xff\n"), 1<<12)
		for range 600 {
			os.Stderr.Write(b)
			os.Stdout.Write(b)
		}
		return struct{ Pages int }{1}, nil, nil
	case "act":
		var a act
		if err := json.Unmarshal(arg, &a); err != nil {
			return nil, nil, err
		}
		said, err := acts[a.Name](a)
		if err != nil {
			said = "refused: " + err.Error()
		}
		return said, nil, nil
	case "grandchild":
		cmd := &exec.Cmd{Path: "/bin/sleep", Args: []string{"sleep", "3600"}}
		if err := cmd.Start(); err != nil {
			return nil, nil, err
		}
		return cmd.Process.Pid, nil, nil
	}
	return nil, nil, errors.New("no such request")
}

// raw answers with a head as it is.
func raw(head string) {
	size := binary.BigEndian.AppendUint32(nil, uint32(len(head)))
	os.NewFile(answerFD, "answers").Write(append(append(size, make([]byte, 8)...), head...))
	time.Sleep(time.Hour)
}

// overflow fills the stack until the process dies.
//
//lint:ignore SA5007 that is what it is for
func overflow(n int) int { return n + overflow(n+1) }

func kind() *Kind {
	return &Kind{Name: "mock", Setup: "", Memory: 600 << 20, Answer: 16 << 20}
}

func start(t *testing.T, k *Kind) *Child {
	t.Helper()
	c, err := Start(k)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !c.dead {
			c.Kill()
		}
	})
	return c
}

var enough = Budget{CPU: 20 * time.Second, Wall: 60 * time.Second}

func TestCallAnswers(t *testing.T) {
	c := start(t, kind())
	for _, n := range []int{0, 1, 1 << 10, 9 << 20} {
		body := make([]byte, n)
		if n > 0 {
			body[n-1] = 7
		}
		var got int
		back, err := c.Call(context.Background(), enough, "echo", nil, body, &got)
		if err != nil {
			t.Fatal(err)
		}
		if got != n || string(back) != string(body) {
			t.Errorf("%d bytes: the child saw %d and sent %d back", n, got, len(back))
		}
	}
}

// What the kinds of failure look like from outside, and that the child is gone
// afterwards in each case.
func TestChildMisbehaves(t *testing.T) {
	small := Budget{CPU: 400 * time.Millisecond, Wall: 1500 * time.Millisecond}
	standing := Budget{CPU: 20 * time.Second, Wall: 60 * time.Second, Stall: 1500 * time.Millisecond}
	tests := []struct {
		op     string
		budget Budget
		want   error
	}{
		{"failure", enough, ErrCrashed},
		{"panic", enough, ErrCrashed},
		{"exit", enough, ErrCrashed},
		{"fault", enough, ErrCrashed},
		{"overflow", enough, ErrCrashed},
		{"half", enough, ErrCrashed},
		{"sleep", small, ErrTime},
		{"spin", small, ErrTime},
		{"leak", enough, ErrMemory},
		{"garbage", enough, ErrAnswer},
		{"long", enough, ErrAnswer},
		{"wrong type", enough, ErrAnswer},
		{"unknown field", enough, ErrAnswer},
		{"drip", small, ErrTime},
		{"drip", standing, ErrStall},
		{"sleep", standing, ErrStall},
		{"stop", standing, ErrStall},
		{"closes", enough, ErrCrashed},
		{"huge length", enough, ErrAnswer},
		{"old number", enough, ErrAnswer},
		{"two values", enough, ErrAnswer},
		{"no number", enough, ErrAnswer},
		{"too large a number", enough, ErrAnswer},
		{"deep", enough, ErrAnswer},
		{"objects", enough, ErrAnswer},
		{"no text", enough, ErrAnswer},
		{"made up reason", enough, ErrAnswer},
		{"threads", enough, ErrMemory},
		{"swallow", enough, ErrMemory},
	}
	for _, test := range tests {
		t.Run(test.op, func(t *testing.T) {
			c := start(t, kind())
			pid := c.cmd.Process.Pid
			var answer struct{ Pages int }
			began := time.Now()
			_, err := c.Call(context.Background(), test.budget, test.op, nil, nil, &answer)
			// The first two seconds are for the start, on a busy machine.
			if d := time.Since(began); test.budget != enough && d > 2*time.Second+max(test.budget.Stall, small.Wall)+4*time.Second {
				t.Errorf("it took %v", d)
			}
			if !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
			if alive(pid) {
				t.Errorf("process %d lives on", pid)
			}
			if _, err := c.Call(context.Background(), enough, "echo", nil, nil, nil); err == nil {
				t.Error("a dead child answered")
			}
		})
	}
}

// An answer too many is not taken for that to the next request.
func TestTwoAnswers(t *testing.T) {
	c := start(t, kind())
	var answer struct{ Pages int }
	if _, err := c.Call(context.Background(), enough, "two answers", nil, nil, &answer); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Call(context.Background(), enough, "echo", nil, nil, nil); !errors.Is(err, ErrAnswer) {
		t.Errorf("error %v, want %v", err, ErrAnswer)
	}
}

// A child that does not read does not hold the parent.
func TestChildDoesNotRead(t *testing.T) {
	k := kind()
	k.Setup = "deaf"
	budget := Budget{Stall: time.Second}
	if _, err := start(t, k).Call(context.Background(), budget, "echo", nil, make([]byte, 32<<20), nil); !errors.Is(err, ErrStall) {
		t.Errorf("error %v, want %v", err, ErrStall)
	}
}

// What a child prints costs the parent a few kilobytes.
func TestChildShouts(t *testing.T) {
	c := start(t, kind())
	var answer struct{ Pages int }
	if _, err := c.Call(context.Background(), enough, "shout", nil, nil, &answer); err != nil || answer.Pages != 1 {
		t.Fatalf("%d pages, error %v", answer.Pages, err)
	}
	if s := c.Stderr(); s == "" || len(s) > 8192 || !utf8.ValidString(s) {
		t.Errorf("%d bytes were kept", len(s))
	}
}

func alive(pid int) bool {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && !strings.Contains(string(b), ") Z ")
}

func TestProblemKeepsChild(t *testing.T) {
	c := start(t, kind())
	var p *page.Problem
	if _, err := c.Call(context.Background(), enough, "problem", nil, nil, nil); !errors.As(err, &p) || p.Code != page.Corrupt {
		t.Fatalf("error %v, want a problem", err)
	}
	if _, err := c.Call(context.Background(), enough, "echo", nil, nil, nil); err != nil {
		t.Errorf("after a problem: %v", err)
	}
}

func TestKillTakesGrandchildren(t *testing.T) {
	k := kind()
	k.off = bySeccomp | byLandlock
	c := start(t, k)
	var pid int
	if _, err := c.Call(context.Background(), enough, "grandchild", nil, nil, &pid); err != nil {
		t.Fatal(err)
	}
	if !alive(pid) {
		t.Fatal("there is no grandchild")
	}
	c.Kill()
	for range 100 {
		if !alive(pid) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("the grandchild lives on")
}

func TestCancel(t *testing.T) {
	c := start(t, kind())
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	began := time.Now()
	if _, err := c.Call(ctx, enough, "sleep", nil, nil, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	if d := time.Since(began); d > 10*time.Second {
		t.Errorf("stopping took %v", d)
	}
}

func TestReaderThatDoesNotStart(t *testing.T) {
	k := kind()
	k.Setup = "refuse"
	if _, err := start(t, k).Call(context.Background(), enough, "echo", nil, nil, nil); !errors.Is(err, ErrCrashed) {
		t.Errorf("error %v, want %v", err, ErrCrashed)
	}
	k = kind()
	k.Setup = "silent"
	if _, err := start(t, k).Call(context.Background(), Budget{Wall: time.Second}, "echo", nil, nil, nil); !errors.Is(err, ErrTime) {
		t.Errorf("error %v, want %v", err, ErrTime)
	}
}

func TestEnvironmentIsEmpty(t *testing.T) {
	t.Setenv("SECRET_OF_THE_OFFICE", "1")
	c := start(t, kind())
	var env []string
	if _, err := c.Call(context.Background(), enough, "environment", nil, nil, &env); err != nil {
		t.Fatal(err)
	}
	for _, e := range env {
		if strings.HasPrefix(e, "SECRET") || strings.HasPrefix(e, "PATH=") || strings.HasPrefix(e, "HOME=") {
			t.Errorf("the child knows %s", e)
		}
	}
}

func TestPool(t *testing.T) {
	before := Live()
	k := kind()
	k.Calls = 3
	p := NewPool(k, 2)
	pids := map[int]int{}
	for range 9 {
		c, err := p.Get(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		var pid int
		if _, err := c.Call(context.Background(), enough, "pid", nil, nil, &pid); err != nil {
			t.Fatal(err)
		}
		pids[pid]++
		p.Put(c)
	}
	if len(pids) != 3 {
		t.Errorf("9 calls were answered by %d children, want 3 of 3 calls each: %v", len(pids), pids)
	}
	// A child that dies while idle is replaced.
	c, _ := p.Get(context.Background())
	c.Call(context.Background(), enough, "echo", nil, nil, nil)
	pid := c.cmd.Process.Pid
	p.Put(c)
	syscall.Kill(pid, syscall.SIGKILL)
	<-c.waited
	c, err := p.Get(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Call(context.Background(), enough, "echo", nil, nil, nil); err != nil {
		t.Errorf("after the death of an idle child: %v", err)
	}
	p.Put(c)
	p.Close()
	if n := Live(); n != before {
		t.Errorf("%d children live after the pool was closed", n-before)
	}
	if _, err := p.Get(context.Background()); err == nil {
		t.Error("a closed pool gave a child")
	}
}

func TestPoolWaitsForRoom(t *testing.T) {
	p := NewPool(kind(), 1)
	defer p.Close()
	c, err := p.Get(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := p.Get(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v while the only child is at work", err)
	}
	p.Put(c)
	if c, err = p.Get(context.Background()); err != nil {
		t.Fatal(err)
	}
	p.Put(c)
}

func FuzzReadFrame(f *testing.F) {
	var b strings.Builder
	writeFrame(&b, response{Answer: json.RawMessage(`{"Pages":1}`)}, []byte("body"))
	f.Add([]byte(b.String()))
	f.Add([]byte{0, 0, 0, 40, 0, 0, 0, 0, 0, 0, 0, 0, '{'})
	f.Add([]byte("\x00\x00\x00\x23\x00\x00\x00\x00\x00\x00\x00\x00{\"Number\":1,\"Answer\":{\"Pages\":1}} {}"))
	f.Add([]byte("\x00\x00\x00\x12\x00\x00\x00\x00\x00\x00\x00\x00{\"Answer\":[[[[[[[["))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		head, body, err := readFrame(strings.NewReader(string(data)), 1<<20)
		if err != nil {
			return
		}
		if 12+len(head)+len(body) > len(data) {
			t.Errorf("%d and %d bytes out of %d", len(head), len(body), len(data))
		}
		var r response
		decode(head, &r)
	})
}

// TestReasonBeforeATrace: a crash gives its reason first and a long trace
// after, and a reason may be written in two pieces.
func TestReasonBeforeATrace(t *testing.T) {
	trace := strings.Repeat("goroutine 7 [running]:\n", 2000)
	for _, c := range []struct {
		name   string
		pieces []string
		want   bool
	}{
		{"in one piece", []string{"fatal error: out of memory\n" + trace}, true},
		{"in two pieces", []string{"runtime: page\nfatal error: out of me", "mory\n", trace, trace}, true},
		{"a thread without a stack", []string{"runtime/cgo: pthread_create failed: Resource temporarily unavailable\n", trace}, true},
		{"another reason", []string{"panic: index out of range\n", trace}, false},
	} {
		var said tail
		for _, p := range c.pieces {
			said.Write([]byte(p))
		}
		if got := said.refused(); got != c.want {
			t.Errorf("%s: memory refused %v, want %v", c.name, got, c.want)
		}
		if n := len(said.String()); n > 8192 {
			t.Errorf("%s: %d bytes kept", c.name, n)
		}
	}
}
