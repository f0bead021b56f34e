package store

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// server is a PostgreSQL server that the tests start from Debian's package, on
// loopback with a port of its own, and stop at the end.
var server struct {
	once    sync.Once
	address string // of its first database; empty if there is none
	reason  string // why there is none
	n       int
	stop    func()
}

func TestMain(m *testing.M) {
	if os.Getenv(killed) != "" {
		keepForEver()
		return
	}
	code := m.Run()
	if server.stop != nil {
		server.stop()
	}
	os.Exit(code)
}

// freshPostgres makes a database and returns its address.
func freshPostgres(t testing.TB) string {
	t.Helper()
	server.once.Do(startPostgres)
	if server.address == "" {
		t.Skip("no PostgreSQL to test with: " + server.reason)
	}
	ctx := context.Background()
	c, err := pgx.Connect(ctx, server.address+"/postgres")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	server.n++
	name := fmt.Sprintf("t%d", server.n)
	if _, err := c.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	return server.address + "/" + name
}

func startPostgres() {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		server.reason = "Debian's package postgresql is not installed"
		return
	}
	bin := filepath.Dir(found[len(found)-1])
	dir, err := os.MkdirTemp("", "tallyman-postgres-*")
	if err != nil {
		server.reason = err.Error()
		return
	}
	// PostgreSQL refuses to run as root.
	var as *syscall.SysProcAttr
	if os.Getuid() == 0 {
		u, err := user.Lookup("postgres")
		if err != nil {
			server.reason = err.Error()
			return
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		if err := os.Chown(dir, uid, gid); err != nil {
			server.reason = err.Error()
			return
		}
		as = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}
	run := func(name string, args ...string) error {
		cmd := exec.Command(filepath.Join(bin, name), args...)
		cmd.SysProcAttr, cmd.Dir = as, dir
		// A file, not a pipe: the server keeps it open after pg_ctl has ended.
		log, err := os.OpenFile(filepath.Join(dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
		if err != nil {
			return err
		}
		defer log.Close()
		cmd.Stdout, cmd.Stderr = log, log
		if err := cmd.Run(); err != nil {
			said, _ := os.ReadFile(log.Name())
			return fmt.Errorf("%s: %v: %s", name, err, said)
		}
		return nil
	}
	data := filepath.Join(dir, "data")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		server.reason = err.Error()
		return
	}
	port := listener.Addr().(*net.TCPAddr).Port
	listener.Close()
	password := fmt.Sprintf("%x", time.Now().UnixNano())
	secret := filepath.Join(dir, "password")
	if err := os.WriteFile(secret, []byte(password), 0o644); err != nil {
		server.reason = err.Error()
		return
	}
	if err := run("initdb", "-D", data, "-U", "tallyman", "-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8", "--locale", "C.UTF-8", "-N"); err != nil {
		server.reason = err.Error()
		os.RemoveAll(dir)
		return
	}
	// Nothing of a test need survive a power cut.
	server.address = fmt.Sprintf("postgres://tallyman:%s@127.0.0.1:%d", password, port)
	ended := make(chan error, 1)
	go func() {
		// The server dies with this process, even if a test panics: the signal
		// is bound to the thread that started it.
		runtime.LockOSThread()
		attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
		if as != nil {
			attr.Credential = as.Credential
		}
		cmd := exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-p", strconv.Itoa(port), "-c", "listen_addresses=127.0.0.1",
			"-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=60")
		cmd.SysProcAttr, cmd.Dir = attr, dir
		ended <- cmd.Run()
	}()
	for start := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		c, err := pgx.Connect(context.Background(), server.address+"/postgres")
		if err == nil {
			c.Close(context.Background())
			break
		}
		select {
		case end := <-ended:
			server.address, server.reason = "", fmt.Sprintf("the server ended: %v", end)
			os.RemoveAll(dir)
			return
		default:
		}
		if time.Since(start) > 2*time.Minute {
			server.address, server.reason = "", fmt.Sprintf("the server does not answer: %v", err)
			return
		}
	}
	server.stop = func() {
		_ = run("pg_ctl", "-D", data, "-m", "immediate", "stop")
		<-ended
		os.RemoveAll(dir)
	}
}
