package sandbox

import (
	"bytes"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

// isolate puts the child in a process group of its own, and lets the kernel
// kill it when we die.
func isolate(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// kill ends the whole group, so that nothing the child started stays.
func kill(cmd *exec.Cmd) { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

type used struct {
	cpu     time.Duration
	memory  int64
	threads int64
}

// usage returns what a process has taken so far; zero if it is gone.
func usage(pid int) used {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return used{}
	}
	// The name of the program, in brackets, may hold spaces.
	i := bytes.LastIndexByte(b, ')')
	if i < 0 {
		return used{}
	}
	f := bytes.Fields(b[i+1:])
	if len(f) < 22 {
		return used{}
	}
	num := func(i int) int64 {
		n, _ := strconv.ParseInt(string(f[i]), 10, 64)
		return n
	}
	// Clock ticks are hundredths of a second on every Linux that Go runs on.
	return used{
		cpu:     time.Duration(num(11)+num(12)) * 10 * time.Millisecond,
		memory:  num(21) * int64(os.Getpagesize()),
		threads: num(17),
	}
}
