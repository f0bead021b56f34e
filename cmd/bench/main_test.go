package main

import (
	"context"
	"errors"
	"math"
	"os"
	"os/exec"
	"testing"
	"time"

	"tallyman/extract"
)

// The test is a child of itself: with this set it burns processor time in a
// grandchild, which measure has to count.
const burn = "TALLYMAN_BENCH_BURN"

func TestMain(m *testing.M) {
	extract.ChildMain()
	switch os.Getenv(burn) {
	case "child":
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), burn+"=grandchild")
		if err := cmd.Run(); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	case "grandchild":
		for began := time.Now(); time.Since(began) < 300*time.Millisecond; {
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestMeasureCountsGrandchildren(t *testing.T) {
	t.Setenv(burn, "child")
	c, err := measure(context.Background(), os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	// On a busy machine 300 ms of the clock are less of the processor.
	if c.cpu < 30*time.Millisecond {
		t.Errorf("%v of processor time counted, the grandchild alone took more", c.cpu)
	}
	if c.wall < 300*time.Millisecond {
		t.Errorf("%v on the clock, want at least 300 ms", c.wall)
	}
}

func TestMeasureFails(t *testing.T) {
	if _, err := measure(context.Background(), "false"); err == nil {
		t.Error("a program that failed was measured")
	}
}

func TestFurther(t *testing.T) {
	cpu, wall := further(cost{time.Second, 2 * time.Second}, cost{3 * time.Second, 3 * time.Second}, 4)
	if math.Abs(cpu-0.5) > 1e-9 || math.Abs(wall-0.25) > 1e-9 {
		t.Errorf("further = %v, %v, want 0.5, 0.25", cpu, wall)
	}
}

func TestLeast(t *testing.T) {
	n := 0
	c, err := least(3, func() (cost, error) {
		n++
		return cost{time.Duration(5-n) * time.Second, time.Duration(n) * time.Second}, nil
	})
	if err != nil || n != 3 || c.cpu != 2*time.Second || c.wall != time.Second {
		t.Errorf("least = %v, %v after %d runs", c, err, n)
	}
	if _, err := least(3, func() (cost, error) { return cost{}, errors.New("no") }); err == nil {
		t.Error("a failure was measured")
	}
}

func TestPeerSkipped(t *testing.T) {
	b := &bench{}
	run := func() (cost, error) { t.Error("a program that is not there was run"); return cost{}, nil }
	b.peer("job", "no-such-program-of-tallyman", 1, 1, 1, run, run)
	if len(b.rows) != 1 || b.rows[0].note == "" {
		t.Errorf("rows: %+v", b.rows)
	}
}
