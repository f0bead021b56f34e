// Package sandbox runs readers of untrusted files in child processes of our own
// binary. A child may crash, loop, fill the memory or answer nonsense: it is
// killed with everything it started, and the caller gets a reason.
package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tallyman/extract/page"
)

// How a call can end other than by an answer or a *page.Problem.
var (
	ErrCrashed = errors.New("the reader stopped")
	ErrTime    = errors.New("the reader used up its time")
	ErrStall   = errors.New("the reader stood still")
	ErrMemory  = errors.New("the reader used up its memory")
	ErrAnswer  = errors.New("the reader gave no proper answer")
)

// A Kind says how to start children of one kind, and what each may take.
type Kind struct {
	Name   string
	Setup  any   // passed to the Maker in the child
	Memory int64 // bytes of resident memory
	Answer int64 // bytes of one answer, head or body
	// Calls is how many requests one child answers before a fresh one takes its
	// place, because readers leak. 0 is no limit.
	Calls int
	// Idle is how much memory a child may hold and still read the next file; 0
	// is no limit.
	Idle int64
	Env  []string
	// Read are the files and folders that a child may read once its engine is
	// warm; it can open no others. Those that do not exist are left out.
	Read []string
	// Require refuses to start a child that cannot be confined as a whole.
	Require bool

	off limit // left out by a test
	cpu int64 // seconds of processor time in the life of a child; 0 is the usual
}

func (k *Kind) bounds() bounds {
	b := bounds{Read: k.Read, Require: k.Require, CPU: lifeCPU, Off: k.off}
	if k.Memory > 0 {
		// What is resident is watched; this stops what grows faster than the
		// parent looks. Go and WebAssembly hold twice what they use, and the
		// stacks of threads count whole.
		b.Data = 3*k.Memory + 1<<30
	}
	if k.cpu > 0 {
		b.CPU = k.cpu
	}
	return b
}

// A Budget is what one call may take. The processor time is what counts: the
// clock only catches a reader that waits for ever, and Stall one that has
// stopped working.
type Budget struct {
	CPU, Wall time.Duration
	// Stall is how long a child may go on with hardly any processor time; 0 is
	// for ever.
	Stall time.Duration
}

// still is the part of Stall that a child has to work, not to count as one that
// stands still: on a machine that is far too busy it gets more than that.
const still = 300

// A Child is a running process. It is for one goroutine at a time.
type Child struct {
	kind    *Kind
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *os.File
	calls   int
	dead    bool
	waited  chan struct{}
	stderr  *tail
	ready   bool
	missing []string // of its fence; known once it is ready
	number  uint64   // of the last request
}

// started counts the children that live, for tests.
var started atomic.Int64

// Live returns the number of children that live.
func Live() int { return int(started.Load()) }

// peak is the most resident memory that any child was seen with, in bytes.
var peak atomic.Int64

// Peak returns the most resident memory that a child of this process was seen
// with at work, in bytes.
func Peak() int64 { return peak.Load() }

// spawner starts processes on one thread that never ends: a child is killed
// when the thread that started it ends (PR_SET_PDEATHSIG), and Go ends threads
// when it likes.
var spawner = sync.OnceValue(func() chan func() {
	work := make(chan func())
	go func() {
		runtime.LockOSThread()
		for f := range work {
			f()
		}
	}()
	return work
})

// Start starts a child. It does not wait for it to be ready.
func Start(kind *Kind) (*Child, error) {
	if IsChild() {
		return nil, errors.New("a reader cannot start readers")
	}
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	setup, err := json.Marshal(kind.Setup)
	if err != nil {
		return nil, err
	}
	c := &Child{kind: kind, waited: make(chan struct{}), stderr: &tail{}}
	answers, theirs, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	c.out = answers
	b := kind.bounds()
	told, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	c.cmd = exec.Command(exe, Argument, kind.Name, string(setup), string(told))
	c.cmd.Env = append([]string{marker + "=1", "LANG=C.UTF-8", "GOTRACEBACK=single"}, kind.Env...)
	if !b.on(byEnvironment) {
		c.cmd.Env = append(os.Environ(), c.cmd.Env...)
	}
	c.cmd.Dir = "/"
	c.cmd.ExtraFiles = []*os.File{theirs}
	c.cmd.Stderr = c.stderr
	// A process that a child left behind may hold its standard error open.
	c.cmd.WaitDelay = time.Second
	isolate(c.cmd)
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		answers.Close()
		theirs.Close()
		return nil, err
	}
	done := make(chan error)
	spawner() <- func() { done <- c.cmd.Start() }
	err = <-done
	theirs.Close()
	if err != nil {
		answers.Close()
		return nil, fmt.Errorf("start reader: %w", err)
	}
	started.Add(1)
	go func() {
		c.cmd.Wait()
		// What the child started may live on in its group.
		kill(c.cmd)
		started.Add(-1)
		close(c.waited)
	}()
	return c, nil
}

// Call sends a request and waits for the answer. After an error that is no
// *page.Problem the child is dead.
func (c *Child) Call(ctx context.Context, budget Budget, op string, arg any, body []byte, answer any) ([]byte, error) {
	if c.dead {
		return nil, ErrCrashed
	}
	c.calls++
	data, err := c.call(ctx, budget, op, arg, body, answer)
	var p *page.Problem
	if err != nil && !errors.As(err, &p) {
		c.Kill()
	}
	return data, err
}

func (c *Child) call(ctx context.Context, budget Budget, op string, arg any, body []byte, answer any) ([]byte, error) {
	c.number++
	req := request{Number: c.number, Op: op}
	if arg != nil {
		raw, err := json.Marshal(arg)
		if err != nil {
			return nil, err
		}
		req.Arg = raw
	}
	type reply struct {
		head, body []byte
		err        error
	}
	// The child may die before it has read the request, or answer without
	// reading it, so writing and reading go on at the same time.
	replies := make(chan reply, 1)
	go func() {
		if !c.ready {
			if err := c.welcome(); err != nil {
				replies <- reply{err: err}
				return
			}
			c.ready = true
		}
		head, body, err := readFrame(c.out, c.kind.Answer)
		replies <- reply{head, body, err}
	}()
	go writeFrame(c.in, req, body)

	before := usage(c.cmd.Process.Pid)
	began := time.Now()
	worked, since := before.cpu, began // for the last time it did a fair share
	tick := time.NewTicker(40 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case r := <-replies:
			if r.err != nil {
				var refused *Refusal
				switch {
				case errors.Is(r.err, errTooLong):
					return nil, ErrAnswer
				case errors.As(r.err, &refused):
					return nil, refused
				case c.outOfMemory():
					return nil, ErrMemory
				}
				return nil, ErrCrashed
			}
			var resp response
			if err := decode(r.head, &resp); err != nil || resp.Number != req.Number {
				return nil, ErrAnswer
			}
			switch {
			case !resp.Problem.Proper():
				return nil, ErrAnswer // a reason that the program does not have
			case resp.Problem != nil:
				return nil, resp.Problem
			case resp.Failure != "":
				return nil, fmt.Errorf("%w: %s", ErrCrashed, resp.Failure)
			}
			if answer != nil {
				if err := decode(resp.Answer, answer); err != nil {
					return nil, ErrAnswer
				}
			}
			return r.body, nil
		case <-tick.C:
			u := usage(c.cmd.Process.Pid)
			if u.memory > peak.Load() {
				peak.Store(u.memory)
			}
			if u.cpu-worked >= budget.Stall/still {
				worked, since = u.cpu, time.Now()
			}
			switch {
			case c.kind.Memory > 0 && u.memory > c.kind.Memory && c.kind.off&byMemoryWatch == 0:
				return nil, ErrMemory
			case u.threads > threads && c.kind.off&byThreadWatch == 0:
				return nil, ErrMemory
			case budget.CPU > 0 && u.cpu-before.cpu > budget.CPU:
				return nil, ErrTime
			case budget.Wall > 0 && time.Since(began) > budget.Wall:
				return nil, ErrTime
			case budget.Stall > 0 && time.Since(since) > budget.Stall:
				return nil, ErrStall
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// welcome waits until the child is ready.
func (c *Child) welcome() error {
	head, body, err := readFrame(c.out, 1<<16)
	if err != nil {
		return err
	}
	var first response
	var h hello
	if err := decode(head, &first); err != nil {
		return err
	}
	if len(first.Answer) > 0 {
		if err := decode(first.Answer, &h); err != nil {
			return err
		}
	}
	switch {
	case first.Failure != "" && len(h.Missing) > 0:
		return &Refusal{h.Missing}
	case first.Failure != "":
		return errors.New(first.Failure)
	case len(body) > 0:
		return errors.New("more than a greeting")
	}
	c.missing = h.Missing
	return nil
}

// outOfMemory reports whether the child, which has stopped, says that it was
// refused memory.
func (c *Child) outOfMemory() bool {
	select {
	case <-c.waited: // its last words are there
	case <-time.After(time.Second):
	}
	return c.stderr.refused()
}

// Kill ends the child and all it started, and waits until it is gone.
func (c *Child) Kill() {
	c.dead = true
	c.in.Close()
	select {
	case <-c.waited: // gone already; its number may belong to another by now
	default:
		kill(c.cmd)
	}
	<-c.waited
	c.out.Close()
}

// Stderr returns the end of what the child wrote to its standard error.
func (c *Child) Stderr() string { return c.stderr.String() }

// worn reports whether a fresh child should take its place.
func (c *Child) worn() bool {
	if c.dead || c.kind.Calls > 0 && c.calls >= c.kind.Calls {
		return true
	}
	return c.kind.Idle > 0 && usage(c.cmd.Process.Pid).memory > c.kind.Idle
}

// noMemory are the words with which the parts of a child say that they were
// refused memory. The last two speak of threads, whose stacks are memory too.
var noMemory = []string{"out of memory", "cannot allocate memory", "std::bad_alloc", "pthread_create failed", "newosproc"}

// tail keeps the last bytes that were written to it, and whether any of them
// spoke of memory: the reason stands before the trace of a crash, which is
// longer than what is kept.
type tail struct {
	mu       sync.Mutex
	b        []byte
	edge     []byte // the end of what was searched
	noMemory bool
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := len(p)
	if !t.noMemory {
		t.edge = append(t.edge, p...)
		for _, words := range noMemory {
			t.noMemory = t.noMemory || bytes.Contains(t.edge, []byte(words))
		}
		const longest = 32
		t.edge = append(t.edge[:0], t.edge[max(0, len(t.edge)-longest):]...)
	}
	if len(p) > 4096 {
		p = p[len(p)-4096:]
	}
	t.b = append(t.b, p...)
	if len(t.b) > 8192 {
		t.b = append([]byte(nil), t.b[len(t.b)-4096:]...)
	}
	return n, nil
}

// refused reports whether what was written says that memory was refused.
func (t *tail) refused() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.noMemory
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.ToValidUTF8(string(t.b), "")
}

// A Pool keeps children of one kind ready.
type Pool struct {
	kind *Kind
	// slots limits how many children work at once.
	slots chan struct{}

	mu     sync.Mutex
	idle   []*Child
	closed bool
}

// NewPool returns a pool of at most n children that work at once.
func NewPool(kind *Kind, n int) *Pool {
	return &Pool{kind: kind, slots: make(chan struct{}, max(1, n))}
}

// Warm starts a child before it is needed.
func (p *Pool) Warm() error {
	c, err := Start(p.kind)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		c.Kill()
		return nil
	}
	p.idle = append(p.idle, c)
	return nil
}

// Get returns a child for the caller alone, until Put.
func (p *Pool) Get(ctx context.Context) (*Child, error) {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	c, err := p.take()
	if err != nil {
		<-p.slots
	}
	return c, err
}

func (p *Pool) take() (*Child, error) {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil, errors.New("the readers are closed")
	}
	for len(p.idle) > 0 {
		c := p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
		select {
		case <-c.waited: // it died while nobody looked
			c.Kill()
			continue
		default:
		}
		p.mu.Unlock()
		return c, nil
	}
	p.mu.Unlock()
	return Start(p.kind)
}

// Fresh returns a new child in the place of one that died.
func (p *Pool) Fresh(c *Child) (*Child, error) {
	if !c.dead {
		c.Kill()
	}
	return Start(p.kind)
}

// Put gives the child back.
func (p *Pool) Put(c *Child) {
	defer func() { <-p.slots }()
	if c == nil {
		return
	}
	if c.worn() {
		if !c.dead {
			c.Kill()
		}
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		c.Kill()
		return
	}
	p.idle = append(p.idle, c)
}

// Close ends all idle children; those at work end when they are put back.
func (p *Pool) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, c := range p.idle {
		c.Kill()
	}
	p.idle = nil
}
