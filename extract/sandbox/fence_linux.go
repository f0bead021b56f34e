package sandbox

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"syscall"

	"github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
	"github.com/landlock-lsm/go-landlock/landlock"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// Missing names what this machine lacks to confine readers: nothing if it is
// all there.
var Missing = sync.OnceValue(func() []string {
	var missing []string
	if _, err := landlockABI(); err != nil {
		missing = append(missing, err.Error())
	}
	if !seccomp.Supported() {
		missing = append(missing, "seccomp (the kernel has none, or a container forbids it)")
	}
	return missing
})

func landlockABI() (int, error) {
	v, err := ll.LandlockGetABIVersion()
	switch {
	case errors.Is(err, syscall.EOPNOTSUPP):
		//lint:ignore ST1005 Landlock is a name
		return 0, errors.New("Landlock (the kernel has it, but it was not started with it: add landlock to the lsm= list)")
	case err != nil || v < 1:
		//lint:ignore ST1005 Landlock is a name
		return 0, errors.New("Landlock (the kernel is older than 5.13, was built without it, or a container forbids it)")
	}
	return v, nil
}

// early takes from the child what it never needs. It runs before the engine
// starts.
func early(b bounds) {
	if b.on(byDescriptors) {
		closeInherited()
	}
	// When memory runs out, the kernel is to take the reader, not the parent.
	os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0)
}

// closeInherited closes what the parent, or whoever started it, left open:
// descriptors of this program itself are all marked to be closed on exec.
func closeInherited() {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return
	}
	for _, e := range entries {
		fd, err := strconv.Atoi(e.Name())
		if err != nil || fd <= answerFD {
			continue
		}
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil && flags&unix.FD_CLOEXEC == 0 {
			syscall.Close(fd)
		}
	}
}

// confine puts the fence up, once the engine is warm and before any untrusted
// byte is read. It returns what of it does not stand.
func confine(b bounds) (missing []string) {
	if b.on(byLandlock) {
		if err := landlocked(b.Read); err != nil {
			missing = append(missing, err.Error())
		}
	}
	set := func(l limit, what string, resource int, soft, hard uint64) {
		if !b.on(l) {
			return
		}
		var now syscall.Rlimit
		if err := syscall.Getrlimit(resource, &now); err == nil {
			// Nobody may ask for more than there is.
			soft, hard = min(soft, now.Max), min(hard, now.Max)
		}
		if err := syscall.Setrlimit(resource, &syscall.Rlimit{Cur: soft, Max: hard}); err != nil {
			missing = append(missing, "the limit on "+what)
		}
	}
	set(byCore, "core files", syscall.RLIMIT_CORE, 0, 0)
	set(byFileSize, "files", syscall.RLIMIT_FSIZE, 0, 0)
	set(byOpenFiles, "open files", syscall.RLIMIT_NOFILE, openFiles, openFiles)
	if b.Data > 0 {
		set(byData, "memory", syscall.RLIMIT_DATA, uint64(b.Data), uint64(b.Data))
	}
	if b.CPU > 0 {
		// Go programs do not heed the signal at the soft limit.
		set(byCPU, "processor time", syscall.RLIMIT_CPU, uint64(b.CPU), uint64(b.CPU)+1)
	}
	if b.on(bySeccomp) {
		if err := filtered(); err != nil {
			missing = append(missing, "seccomp ("+err.Error()+")")
		}
	}
	return missing
}

func landlocked(read []string) error {
	if _, err := landlockABI(); err != nil {
		return err
	}
	var rules []landlock.Rule
	for _, name := range read {
		info, err := os.Stat(name)
		if err != nil {
			continue
		}
		access := landlock.AccessFSSet(ll.AccessFSReadFile)
		if info.IsDir() {
			access |= ll.AccessFSReadDir
		}
		rules = append(rules, landlock.PathAccess(access, name))
	}
	if err := landlock.V11.BestEffort().Restrict(rules...); err != nil {
		//lint:ignore ST1005 Landlock is a name
		return fmt.Errorf("Landlock (%v)", err)
	}
	return nil
}

// allowed are the system calls that the Go runtime, the C library and the
// engines need once they are warm. Everything else is refused, and so is every
// call of another architecture that the kernel speaks besides.
var allowed = []string{
	// memory
	"mmap", "munmap", "mprotect", "mremap", "madvise", "mincore", "brk", "membarrier",
	// threads and time
	"futex", "set_robust_list", "get_robust_list", "rseq", "set_tid_address", "gettid", "sched_yield", "sched_getaffinity", "getcpu",
	"nanosleep", "clock_nanosleep", "clock_gettime", "clock_getres", "gettimeofday", "time", "times", "getrusage",
	"restart_syscall", "exit", "exit_group",
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigtimedwait", "sigaltstack",
	// open descriptors
	"read", "write", "readv", "writev", "pread64", "preadv", "close", "lseek", "fstat", "dup", "dup2", "dup3", "fcntl", "pipe", "pipe2", "eventfd2",
	"epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2", "poll", "ppoll", "select", "pselect6", "fadvise64", "getdents64",
	// names of files: Landlock says which of them can be opened
	"stat", "lstat", "newfstatat", "fstatat", "statx", "access", "faccessat", "faccessat2", "readlink", "readlinkat", "getcwd",
	// itself
	"getpid", "getppid", "getuid", "geteuid", "getgid", "getegid", "uname", "sysinfo", "getrandom", "getrlimit", "arch_prctl",
}

// absent are calls that programs try first and do without if the kernel does
// not have them.
var absent = []string{"clone3", "openat2", "close_range", "futex_waitv"}

func policy() (seccomp.Policy, error) {
	info, err := arch.GetInfo("")
	if err != nil {
		return seccomp.Policy{}, err
	}
	// Not every architecture has every call.
	known := func(names []string) (out []string) {
		for _, n := range names {
			if _, ok := info.SyscallNames[n]; ok {
				out = append(out, n)
			}
		}
		return out
	}
	const (
		newNamespaces = unix.CLONE_NEWNS | unix.CLONE_NEWCGROUP | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC | unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWNET
		writing       = unix.O_WRONLY | unix.O_RDWR | unix.O_CREAT | unix.O_TRUNC
	)
	var narrow []seccomp.NameWithConditions
	allow := func(name string, conditions ...seccomp.Condition) {
		if _, ok := info.SyscallNames[name]; ok {
			narrow = append(narrow, seccomp.NameWithConditions{Name: name, Conditions: conditions})
		}
	}
	// Threads, no processes.
	allow("clone",
		seccomp.Condition{Argument: 0, Operation: seccomp.BitsSet, Value: unix.CLONE_THREAD},
		seccomp.Condition{Argument: 0, Operation: seccomp.BitsNotSet, Value: newNamespaces})
	// Files are opened for reading.
	allow("open", seccomp.Condition{Argument: 1, Operation: seccomp.BitsNotSet, Value: writing})
	allow("openat", seccomp.Condition{Argument: 2, Operation: seccomp.BitsNotSet, Value: writing})
	// Go interrupts its own threads with signals.
	allow("tgkill", seccomp.Condition{Argument: 0, Operation: seccomp.Equal, Value: uint64(os.Getpid())})
	// Its own limits may be asked for, not changed.
	allow("prlimit64",
		seccomp.Condition{Argument: 0, Operation: seccomp.Equal, Value: 0},
		seccomp.Condition{Argument: 2, Operation: seccomp.Equal, Value: 0})
	// Threads and memory get names.
	allow("prctl", seccomp.Condition{Argument: 0, Operation: seccomp.Equal, Value: unix.PR_SET_NAME})
	allow("prctl", seccomp.Condition{Argument: 0, Operation: seccomp.Equal, Value: unix.PR_SET_VMA})

	// The policy leaves calls of another architecture to the last action, so that
	// has to be the refusal.
	return seccomp.Policy{
		DefaultAction: seccomp.ActionErrno,
		Syscalls: []seccomp.SyscallGroup{
			{Names: known(allowed), Action: seccomp.ActionAllow},
			{NamesWithCondtions: narrow, Action: seccomp.ActionAllow},
			{Names: known(absent), Action: seccomp.ActionErrno&^0xffff | seccomp.Action(unix.ENOSYS)},
		},
	}, nil
}

// filtered lets no system calls through but those of the policy, in all threads.
func filtered() error {
	p, err := policy()
	if err != nil {
		return err
	}
	// The first of its two calls is about this thread only.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return seccomp.LoadFilter(seccomp.Filter{NoNewPrivs: true, Flag: seccomp.FilterFlagTSync, Policy: p})
}
