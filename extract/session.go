package extract

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tallyman/extract/page"
	"tallyman/extract/sandbox"
)

// A session is one file in one child. If the child dies, a fresh one opens the
// file again.
type session struct {
	x      *Extractor
	pool   *sandbox.Pool
	child  *sandbox.Child
	data   []byte
	opened openAnswer
}

func (x *Extractor) session(ctx context.Context, pool *sandbox.Pool, data []byte) (*session, error) {
	c, err := pool.Get(ctx)
	if err != nil {
		return nil, err
	}
	return &session{x: x, pool: pool, child: c, data: data}, nil
}

func (s *session) close() {
	if s.child != nil && s.opened.Pages > 0 {
		// The child lets go of the file now, not when the next one comes.
		s.child.Call(context.Background(), sandbox.Budget{CPU: 5 * time.Second, Wall: 20 * time.Second}, "close", nil, nil, nil)
	}
	s.pool.Put(s.child)
}

// open opens the file in the child. A child that crashes on it gets one more
// chance in a fresh process; one that loops does not.
func (s *session) open(ctx context.Context) error {
	budget := s.x.budget(s.x.limits.PageCPU + time.Duration(len(s.data)>>20)*time.Second)
	err := s.twice(func() error {
		_, err := s.child.Call(ctx, budget, "open", nil, s.data, &s.opened)
		return err
	})
	if err == nil && s.opened.Pages < 0 {
		s.opened.Pages = 0
	}
	return err
}

// call asks about the open file.
func (s *session) call(ctx context.Context, budget sandbox.Budget, op string, arg, answer any) (body []byte, err error) {
	err = s.twice(func() error {
		if s.opened.Pages == 0 {
			if err := s.open(ctx); err != nil {
				return err
			}
		}
		body, err = s.child.Call(ctx, budget, op, arg, nil, answer)
		return err
	})
	return body, err
}

// twice runs f, and once more with a fresh child if the child crashed. A dead
// child is replaced in any case, so that the next page can be read.
func (s *session) twice(f func() error) error {
	err := f()
	for attempt := 0; ; attempt++ {
		var p *page.Problem
		if err == nil || errors.As(err, &p) {
			return err
		}
		if fresh, ferr := s.pool.Fresh(s.child); ferr == nil {
			s.child, s.opened = fresh, openAnswer{}
		} else {
			return err
		}
		if attempt == 1 || !errors.Is(err, sandbox.ErrCrashed) {
			return err
		}
		err = f()
	}
}

// stall is how long a reader may stand still. One that reads works all the time.
const stall = 30 * time.Second

// budget gives a call processor time, and on the clock six times as much and a
// minute: a busy machine is no reason to give up a paper.
func (x *Extractor) budget(cpu time.Duration) sandbox.Budget {
	if x.wall > 0 {
		return sandbox.Budget{CPU: cpu, Wall: x.wall}
	}
	return sandbox.Budget{CPU: cpu, Wall: 6*cpu + time.Minute, Stall: stall}
}

// reason turns the end of a call into what the report says.
func reason(err error, what string) *page.Problem {
	var p *page.Problem
	var refused *sandbox.Refusal
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &refused):
		return &page.Problem{Code: page.NotConfined, Text: fmt.Sprintf("Not read: %s. See --require-sandbox.", refused)}
	case errors.Is(err, sandbox.ErrStall):
		return &page.Problem{Code: page.TimeoutStall, Text: fmt.Sprintf("The reader stood still on %s and was stopped; ask for another copy or a scan.", what)}
	case errors.Is(err, sandbox.ErrTime):
		return &page.Problem{Code: page.TimeoutPage, Text: fmt.Sprintf("Reading %s took too long and was stopped; ask for a simpler copy or a scan.", what)}
	case errors.Is(err, sandbox.ErrMemory):
		return &page.Problem{Code: page.LimitMemory, Text: fmt.Sprintf("Reading %s took too much memory and was stopped; ask for a simpler copy or a scan.", what)}
	case errors.Is(err, sandbox.ErrAnswer):
		return &page.Problem{Code: page.LimitAnswer, Text: fmt.Sprintf("The reader gave no proper answer for %s; read it by hand.", what)}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return interrupted
	}
	return &page.Problem{Code: page.Crashed, Text: fmt.Sprintf("The reader stopped twice on %s; read it by hand, or ask for another copy.", what)}
}
