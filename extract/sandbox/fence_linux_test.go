package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// An act is something that a child has no business to do.
type act struct {
	Name   string
	Folder string // one that the tests may write, with file.txt in it
	Port   string // where somebody listens, on loopback
	Unix   string // where somebody listens, an abstract name
	Parent int
	FD     int // left open by the parent
}

// acts returns what it got hold of; an error if it was refused.
var acts = map[string]func(act) (string, error){
	"read the accounts": func(act) (string, error) { return said(os.ReadFile("/etc/passwd")) },
	"list the root":     func(act) (string, error) { e, err := os.ReadDir("/"); return fmt.Sprint(len(e)), err },
	"read another paper": func(a act) (string, error) {
		return said(os.ReadFile(filepath.Join(a.Folder, "file.txt")))
	},
	"read the environment of the parent": func(a act) (string, error) {
		return said(os.ReadFile(fmt.Sprintf("/proc/%d/environ", a.Parent)))
	},
	"open the memory of the parent": func(a act) (string, error) {
		f, err := os.Open(fmt.Sprintf("/proc/%d/mem", a.Parent))
		if err == nil {
			f.Close()
		}
		return "open", err
	},
	"copy out of the memory of the parent": func(a act) (string, error) {
		// The mock is the same program at the same place, or nearly so: any answer
		// but a refusal would do.
		b := make([]byte, 8)
		_, err := unix.ProcessVMReadv(a.Parent, []unix.Iovec{{Base: &b[0], Len: 8}}, []unix.RemoteIovec{{Base: uintptr(unsafe.Pointer(&marks)), Len: 8}}, 0)
		if errors.Is(err, syscall.EFAULT) {
			err = nil
		}
		return "copied", err
	},
	"write a file": func(a act) (string, error) {
		return "written", os.WriteFile(filepath.Join(a.Folder, "new.txt"), []byte("x"), 0o600)
	},
	"append to a file": func(a act) (string, error) {
		f, err := os.OpenFile(filepath.Join(a.Folder, "file.txt"), os.O_WRONLY|os.O_APPEND, 0)
		if err != nil {
			return "", err
		}
		defer f.Close()
		_, err = f.WriteString("x")
		return "written", err
	},
	"cut a file": func(a act) (string, error) {
		return "cut", os.Truncate(filepath.Join(a.Folder, "file.txt"), 0)
	},
	"cut a file by opening it": func(a act) (string, error) {
		f, err := os.OpenFile(filepath.Join(a.Folder, "file.txt"), os.O_RDONLY|os.O_TRUNC, 0)
		if err == nil {
			f.Close()
		}
		return "cut", err
	},
	"make a folder": func(a act) (string, error) { return "made", os.Mkdir(filepath.Join(a.Folder, "new"), 0o700) },
	"remove a file": func(a act) (string, error) { return "removed", os.Remove(filepath.Join(a.Folder, "file.txt")) },
	"rename a file": func(a act) (string, error) {
		return "renamed", os.Rename(filepath.Join(a.Folder, "file.txt"), filepath.Join(a.Folder, "other.txt"))
	},
	"make a link": func(a act) (string, error) { return "made", os.Symlink("/etc", filepath.Join(a.Folder, "link")) },
	"change the rights of a file": func(a act) (string, error) {
		return "changed", os.Chmod(filepath.Join(a.Folder, "file.txt"), 0o666)
	},
	"call a server": func(a act) (string, error) {
		c, err := net.DialTimeout("tcp", a.Port, 5*time.Second)
		if err == nil {
			c.Close()
		}
		return "connected", err
	},
	"be a server": func(act) (string, error) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err == nil {
			l.Close()
		}
		return "listening", err
	},
	"send a datagram": func(a act) (string, error) {
		c, err := net.Dial("udp", a.Port)
		if err != nil {
			return "", err
		}
		defer c.Close()
		_, err = c.Write([]byte("x"))
		return "sent", err
	},
	"call a program of this machine": func(a act) (string, error) {
		c, err := net.Dial("unix", a.Unix)
		if err == nil {
			c.Close()
		}
		return "connected", err
	},
	"ask the kernel for its routes": func(act) (string, error) {
		fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW, unix.NETLINK_ROUTE)
		if err == nil {
			unix.Close(fd)
		}
		return "open", err
	},
	"start a program": func(act) (string, error) {
		// Not by way of a shell or of os/exec, which open other files first.
		pid, err := syscall.ForkExec("/bin/true", []string{"true"}, &syscall.ProcAttr{})
		if err == nil {
			syscall.Wait4(pid, nil, 0, nil)
		}
		return "ran", err
	},
	"become another program": func(act) (string, error) {
		// It does not come back if it may: then the child ends well.
		return "", syscall.Exec("/bin/true", []string{"true"}, nil)
	},
	"fork": func(act) (string, error) {
		pid, _, errno := syscall.RawSyscall6(syscall.SYS_CLONE, uintptr(syscall.SIGCHLD), 0, 0, 0, 0, 0)
		if errno != 0 {
			return "", errno
		}
		if pid == 0 {
			syscall.RawSyscall(syscall.SYS_EXIT_GROUP, 0, 0, 0)
		}
		return "forked", nil
	},
	"trace": func(a act) (string, error) {
		// It lets go when it ends.
		return "traced", unix.PtraceSeize(a.Parent)
	},
	"signal the parent": func(a act) (string, error) { return "sent", syscall.Kill(a.Parent, syscall.SIGCONT) },
	"ask for the limits of the parent": func(a act) (string, error) {
		var r unix.Rlimit
		return "told", unix.Prlimit(a.Parent, unix.RLIMIT_NOFILE, nil, &r)
	},
	"change its own limits": func(act) (string, error) {
		var r unix.Rlimit
		if err := unix.Prlimit(0, unix.RLIMIT_STACK, nil, &r); err != nil {
			return "", err
		}
		return "changed", unix.Prlimit(0, unix.RLIMIT_STACK, &r, nil)
	},
	"make a file in memory": func(act) (string, error) {
		fd, err := unix.MemfdCreate("x", 0)
		if err == nil {
			unix.Close(fd)
		}
		return "made", err
	},
	"share memory": func(act) (string, error) {
		id, err := unix.SysvShmGet(unix.IPC_PRIVATE, 4096, unix.IPC_CREAT|0o600)
		if err == nil {
			unix.SysvShmCtl(id, unix.IPC_RMID, nil)
		}
		return "made", err
	},
	"make a pair of sockets": func(act) (string, error) {
		_, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
		return "made", err
	},
	"change who may look at it": func(act) (string, error) {
		return "changed", unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0)
	},
	"watch files": func(act) (string, error) {
		fd, err := unix.InotifyInit1(0)
		if err == nil {
			unix.Close(fd)
		}
		return "made", err
	},
	"set its priority": func(act) (string, error) { return "set", unix.Setpriority(unix.PRIO_PROCESS, 0, 0) },
	"go elsewhere":     func(act) (string, error) { return "there", os.Chdir("/") },
	"open many files": func(act) (string, error) {
		for range 500 {
			if _, err := unix.Dup(0); err != nil {
				return "", err
			}
		}
		return "open", nil
	},
	"leave a core file": func(act) (string, error) {
		var r unix.Rlimit
		if err := unix.Getrlimit(unix.RLIMIT_CORE, &r); err != nil || r.Max == 0 {
			return "", errors.New("no core file may be written")
		}
		return "it may", nil
	},
	"read what was left open": func(a act) (string, error) {
		b := make([]byte, 16)
		n, err := unix.Pread(a.FD, b, 0)
		return string(b[:max(0, n)]), err
	},
	"read the environment": func(act) (string, error) {
		if v := os.Getenv("SECRET_OF_THE_OFFICE"); v != "" {
			return v, nil
		}
		return "", errors.New("there is no such variable")
	},
}

// marks is a place in the memory of the program.
var marks [8]byte

func said(b []byte, err error) (string, error) { return fmt.Sprint(len(b), " bytes"), err }

// forbidden says which limits refuse an act, each on its own. With all of them
// left out and the others up, the act succeeds.
var forbidden = []struct {
	act  string
	by   []limit
	abi  int  // of Landlock, from which on it refuses the act; 0 is the first
	root bool // others cannot do it anyhow
	gone bool // if the act succeeds the child is gone
}{
	{act: "read the accounts", by: []limit{byLandlock}},
	{act: "list the root", by: []limit{byLandlock}},
	{act: "read another paper", by: []limit{byLandlock}},
	{act: "read the environment of the parent", by: []limit{byLandlock}},
	{act: "open the memory of the parent", by: []limit{byLandlock}, root: true},
	{act: "copy out of the memory of the parent", by: []limit{bySeccomp, byLandlock}, root: true},
	{act: "write a file", by: []limit{byLandlock, bySeccomp, byFileSize}},
	{act: "append to a file", by: []limit{byLandlock, bySeccomp, byFileSize}},
	{act: "cut a file", by: []limit{byLandlock, bySeccomp}, abi: 3},
	{act: "cut a file by opening it", by: []limit{byLandlock, bySeccomp}},
	{act: "make a folder", by: []limit{byLandlock, bySeccomp}},
	{act: "remove a file", by: []limit{byLandlock, bySeccomp}},
	{act: "rename a file", by: []limit{byLandlock, bySeccomp}},
	{act: "make a link", by: []limit{byLandlock, bySeccomp}},
	{act: "change the rights of a file", by: []limit{bySeccomp}},
	{act: "call a server", by: []limit{byLandlock, bySeccomp}, abi: 4},
	{act: "be a server", by: []limit{bySeccomp}},
	{act: "send a datagram", by: []limit{bySeccomp}},
	{act: "call a program of this machine", by: []limit{byLandlock, bySeccomp}, abi: 6},
	{act: "ask the kernel for its routes", by: []limit{bySeccomp}},
	{act: "start a program", by: []limit{byLandlock, bySeccomp}},
	{act: "become another program", by: []limit{byLandlock, bySeccomp}, gone: true},
	{act: "fork", by: []limit{bySeccomp}},
	{act: "trace", by: []limit{bySeccomp, byLandlock}, root: true},
	{act: "signal the parent", by: []limit{bySeccomp, byLandlock}, abi: 6},
	{act: "ask for the limits of the parent", by: []limit{bySeccomp}},
	{act: "change its own limits", by: []limit{bySeccomp}},
	{act: "make a file in memory", by: []limit{bySeccomp}},
	{act: "share memory", by: []limit{bySeccomp}},
	{act: "make a pair of sockets", by: []limit{bySeccomp}},
	{act: "change who may look at it", by: []limit{bySeccomp}},
	{act: "watch files", by: []limit{bySeccomp}},
	{act: "set its priority", by: []limit{bySeccomp}},
	{act: "go elsewhere", by: []limit{bySeccomp}},
	{act: "open many files", by: []limit{byOpenFiles}},
	{act: "leave a core file", by: []limit{byCore}},
	{act: "read what was left open", by: []limit{byDescriptors}},
	{act: "read the environment", by: []limit{byEnvironment}},
}

// try lets a fresh child do the act with limits left out, and returns how it
// was refused, or nil.
func try(t *testing.T, name string, off limit) error {
	t.Helper()
	k := kind()
	k.off = off
	a := act{Name: name, Folder: t.TempDir(), Parent: os.Getpid()}
	if err := os.WriteFile(filepath.Join(a.Folder, "file.txt"), []byte("a paper of somebody else"), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	a.Port = l.Addr().String()
	a.Unix = fmt.Sprintf("@tallyman-test-%d-%s", os.Getpid(), strings.ReplaceAll(name, " ", "-"))
	u, err := net.Listen("unix", a.Unix)
	if err != nil {
		t.Fatal(err)
	}
	defer u.Close()
	// A descriptor that is not closed on exec, as careless programs leave them.
	a.FD, err = unix.Open(filepath.Join(a.Folder, "file.txt"), unix.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(a.FD)
	// Far from those that the child opens itself.
	if a.FD, err = unix.FcntlInt(uintptr(a.FD), unix.F_DUPFD, 40); err != nil {
		t.Fatal(err)
	}
	defer unix.Close(a.FD)

	c := start(t, k)
	defer c.Kill()
	var got string
	if _, err := c.Call(context.Background(), Budget{CPU: 5 * time.Second, Wall: 20 * time.Second}, "act", a, nil, &got); err != nil {
		return err
	}
	if len(c.missing) > 0 {
		t.Fatalf("the fence lacks %v", c.missing)
	}
	if why, refused := strings.CutPrefix(got, "refused: "); refused {
		return errors.New(why)
	}
	return nil
}

// TestForbiddenActs holds each act against the whole fence, against each limit
// alone that is said to refuse it, and against the fence without these limits:
// there it has to succeed, or the test would prove nothing.
func TestForbiddenActs(t *testing.T) {
	if m := Missing(); len(m) > 0 {
		t.Skipf("this machine lacks %v", m)
	}
	t.Setenv("SECRET_OF_THE_OFFICE", "1")
	abi, _ := landlockABI()
	seen := map[string]bool{}
	for _, f := range forbidden {
		seen[f.act] = true
		t.Run(f.act, func(t *testing.T) {
			if acts[f.act] == nil {
				t.Fatal("no such act")
			}
			if err := try(t, f.act, 0); err == nil || errors.Is(err, ErrCrashed) {
				t.Errorf("inside the whole fence: %v", err)
			}
			var off limit
			for _, by := range f.by {
				off |= by
				if by == byLandlock && abi < f.abi {
					continue
				}
				if err := try(t, f.act, allLimits&^by); err == nil || errors.Is(err, ErrCrashed) {
					t.Errorf("with nothing but limit %b: %v", by, err)
				}
			}
			if f.root && os.Getuid() != 0 {
				return
			}
			err := try(t, f.act, off)
			if f.gone && errors.Is(err, ErrCrashed) {
				err = nil
			}
			if err != nil {
				t.Errorf("without limits %b it is refused too: %v", off, err)
			}
		})
	}
	for name := range acts {
		if !seen[name] {
			t.Errorf("%q is not in the table", name)
		}
	}
}

// Memory, processor time and threads: what the kernel or the watch stops.
func TestLimitsOnWhatIsTaken(t *testing.T) {
	long := Budget{CPU: 20 * time.Second, Wall: 30 * time.Second}
	t.Run("resident memory", func(t *testing.T) {
		k := kind()
		k.Memory = 200 << 20
		if _, err := start(t, k).Call(context.Background(), long, "fill", 400, nil, nil); !errors.Is(err, ErrMemory) {
			t.Errorf("error %v", err)
		}
		k.off = byMemoryWatch
		if _, err := start(t, k).Call(context.Background(), long, "fill", 400, nil, nil); err != nil {
			t.Errorf("without the watch: %v", err)
		}
	})
	t.Run("memory that is asked for", func(t *testing.T) {
		k := kind()
		k.Memory, k.off = 200<<20, byMemoryWatch // DATA is then 1.6 GB
		if _, err := start(t, k).Call(context.Background(), long, "reserve", 3000, nil, nil); !errors.Is(err, ErrMemory) {
			t.Errorf("error %v", err)
		}
		k.off |= byData
		if _, err := start(t, k).Call(context.Background(), long, "reserve", 3000, nil, nil); err != nil {
			t.Errorf("without the limit: %v", err)
		}
	})
	t.Run("processor time of a life", func(t *testing.T) {
		k := kind()
		k.cpu = 1
		// The kernel counts for this limit by ticks, and on a busy machine
		// sees less than was used: it is given several times the limit.
		if _, err := start(t, k).Call(context.Background(), Budget{Wall: time.Minute}, "burn", 15, nil, nil); !errors.Is(err, ErrCrashed) {
			t.Errorf("error %v", err)
		}
		k.off = byCPU
		if _, err := start(t, k).Call(context.Background(), long, "burn", 4, nil, nil); err != nil {
			t.Errorf("without the limit: %v", err)
		}
	})
	t.Run("threads", func(t *testing.T) {
		k := kind()
		k.off = byData // stacks count as memory too
		if _, err := start(t, k).Call(context.Background(), Budget{Wall: 20 * time.Second}, "threads", nil, nil, nil); !errors.Is(err, ErrMemory) {
			t.Errorf("error %v", err)
		}
		k.off |= byThreadWatch
		if _, err := start(t, k).Call(context.Background(), Budget{Wall: 3 * time.Second}, "threads", nil, nil, nil); !errors.Is(err, ErrTime) {
			t.Errorf("without the watch: %v", err)
		}
	})
}

// TestReadIsAllowed: what a kind names may be read, and no more than read.
func TestReadIsAllowed(t *testing.T) {
	if m := Missing(); len(m) > 0 {
		t.Skipf("this machine lacks %v", m)
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "file.txt")
	if err := os.WriteFile(name, []byte("weights"), 0o600); err != nil {
		t.Fatal(err)
	}
	k := kind()
	k.Read = []string{dir, filepath.Join(dir, "does not exist")}
	a := act{Name: "read another paper", Folder: dir}
	var got string
	if _, err := start(t, k).Call(context.Background(), enough, "act", a, nil, &got); err != nil || got != "7 bytes" {
		t.Errorf("%q, error %v", got, err)
	}
	a.Name = "append to a file"
	if _, err := start(t, k).Call(context.Background(), enough, "act", a, nil, &got); err != nil || !strings.HasPrefix(got, "refused: ") {
		t.Errorf("%q, error %v", got, err)
	}
}

// A child that cannot be confined does not serve, if it has to be.
func TestRequire(t *testing.T) {
	k := kind()
	k.Require, k.Setup = true, ""
	c := start(t, k)
	_, err := c.Call(context.Background(), enough, "pid", nil, nil, nil)
	var refused *Refusal
	switch missing := Missing(); {
	case len(missing) == 0 && err != nil:
		t.Error(err)
	case len(missing) > 0 && (!errors.As(err, &refused) || len(refused.Missing) == 0):
		t.Errorf("error %v on a machine that lacks %v", err, missing)
	}
	// A filter that is there already refuses a second one: so do containers.
	k.Setup = "filtered"
	if _, err := start(t, k).Call(context.Background(), enough, "pid", nil, nil, nil); !errors.As(err, &refused) || len(refused.Missing) == 0 {
		t.Errorf("error %v where filters are refused", err)
	}
	k.Require = false
	c = start(t, k)
	if _, err := c.Call(context.Background(), enough, "pid", nil, nil, nil); err != nil || len(c.missing) == 0 {
		t.Errorf("error %v, missing %v", err, c.missing)
	}
}

// refuseFilters makes the kernel refuse further filters, as some containers do.
func refuseFilters() error {
	return seccomp.LoadFilter(seccomp.Filter{NoNewPrivs: true, Flag: seccomp.FilterFlagTSync, Policy: seccomp.Policy{
		DefaultAction: seccomp.ActionAllow,
		Syscalls:      []seccomp.SyscallGroup{{Names: []string{"seccomp"}, Action: seccomp.ActionErrno}},
	}})
}

// TestPolicy runs the filter on system calls as the kernel would.
func TestPolicy(t *testing.T) {
	p, err := policy()
	if err != nil {
		t.Fatal(err)
	}
	prog, err := p.Assemble()
	if err != nil {
		t.Fatal(err)
	}
	info, err := arch.GetInfo("")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		id   uint32
		args [6]uint64
		want bool
	}{
		{"read", uint32(info.ID), [6]uint64{}, true},
		{"read", uint32(info.ID) ^ 0xff, [6]uint64{}, false}, // another architecture
		{"execve", uint32(info.ID), [6]uint64{}, false},
		{"clone", uint32(info.ID), [6]uint64{unix.CLONE_THREAD | unix.CLONE_VM}, true},
		{"clone", uint32(info.ID), [6]uint64{unix.CLONE_THREAD | unix.CLONE_NEWUSER}, false},
		{"clone", uint32(info.ID), [6]uint64{uint64(syscall.SIGCHLD)}, false},
		{"openat", uint32(info.ID), [6]uint64{2: unix.O_RDONLY | unix.O_CLOEXEC}, true},
		{"openat", uint32(info.ID), [6]uint64{2: unix.O_RDWR}, false},
		{"openat", uint32(info.ID), [6]uint64{2: unix.O_TRUNC}, false},
		{"openat", uint32(info.ID), [6]uint64{2: unix.O_TMPFILE | unix.O_WRONLY}, false},
		{"tgkill", uint32(info.ID), [6]uint64{uint64(os.Getpid())}, true},
		{"tgkill", uint32(info.ID), [6]uint64{uint64(os.Getppid())}, false},
		{"prlimit64", uint32(info.ID), [6]uint64{}, true},
		{"prlimit64", uint32(info.ID), [6]uint64{2: 1 << 40}, false},
		{"prctl", uint32(info.ID), [6]uint64{unix.PR_SET_VMA}, true},
		{"prctl", uint32(info.ID), [6]uint64{unix.PR_SET_SECCOMP}, false},
	}
	for _, test := range tests {
		number, ok := info.SyscallNames[test.name]
		if !ok {
			continue
		}
		if got := run(t, prog, uint32(number), test.id, test.args); got != test.want {
			t.Errorf("%s %x on %x: allowed %v", test.name, test.args, test.id, got)
		}
	}
	// Nothing that makes processes, opens sockets or changes files is among those
	// that are allowed as a whole.
	for name, number := range info.SyscallNames {
		for _, bad := range []string{"exec", "fork", "socket", "connect", "bind", "mount", "ptrace", "bpf", "io_uring", "userfaultfd", "unlink", "rename", "mkdir", "chmod", "chown", "truncate", "keyctl", "pidfd", "kexec", "module", "process_vm", "setuid", "setgid", "setns", "unshare", "write_", "perf_event", "seccomp", "memfd"} {
			if strings.Contains(name, bad) && run(t, prog, uint32(number), uint32(info.ID), [6]uint64{}) {
				t.Errorf("%s is allowed", name)
			}
		}
	}
}

// run gives the filter what the kernel gives it; words lie in network order in
// this interpreter of filters.
func run(t *testing.T, prog []bpf.Instruction, number, id uint32, args [6]uint64) bool {
	t.Helper()
	vm, err := bpf.NewVM(prog)
	if err != nil {
		t.Fatal(err)
	}
	word := func(b []byte, v uint32) []byte { return append(b, byte(v>>24), byte(v>>16), byte(v>>8), byte(v)) }
	data := word(word(nil, number), id)
	data = append(data, make([]byte, 8)...)
	for _, a := range args {
		data = word(word(data, uint32(a)), uint32(a>>32)) // the low half first, as on these machines
	}
	out, err := vm.Run(data)
	if err != nil {
		t.Fatal(err)
	}
	return uint32(out) == unix.SECCOMP_RET_ALLOW
}

// BenchmarkChild is what a child costs: to start, to confine, and to end.
func BenchmarkChild(b *testing.B) {
	for b.Loop() {
		c, err := Start(kind())
		if err != nil {
			b.Fatal(err)
		}
		if _, err := c.Call(context.Background(), enough, "pid", nil, nil, nil); err != nil {
			b.Fatal(err)
		}
		c.Kill()
	}
}
