package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

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
	case "failure":
		return nil, nil, errors.New("bug")
	case "panic":
		panic("bug")
	case "exit":
		os.Exit(0)
	case "fault":
		syscall.Kill(os.Getpid(), syscall.SIGSEGV)
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
	case "grandchild":
		cmd := &exec.Cmd{Path: "/bin/sleep", Args: []string{"sleep", "3600"}}
		if err := cmd.Start(); err != nil {
			return nil, nil, err
		}
		return cmd.Process.Pid, nil, nil
	}
	return nil, nil, errors.New("no such request")
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
	}
	for _, test := range tests {
		t.Run(test.op, func(t *testing.T) {
			c := start(t, kind())
			pid := c.cmd.Process.Pid
			var answer struct{ Pages int }
			_, err := c.Call(context.Background(), test.budget, test.op, nil, nil, &answer)
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
	c := start(t, kind())
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
