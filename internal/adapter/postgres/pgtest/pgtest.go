// Package pgtest starts a private PostgreSQL for tests: one cluster per test
// binary, on a Unix socket in a directory of its own, and a fresh database for
// everyone who asks.
package pgtest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// account is who the cluster runs as when the tests run as root, since initdb
// refuses root; the Debian package makes it.
const account = "postgres"

// patience is how long a cluster may take to come up on a busy machine.
const patience = 60 * time.Second

var (
	once    sync.Once
	cluster server
	broken  error
	last    atomic.Int64 // the last database made
)

// server is a running cluster.
type server struct {
	dir  string
	bin  string
	who  *syscall.Credential
	lock *os.File      // held as long as the process lives
	exit chan struct{} // closed when the process has ended
	cmd  *exec.Cmd
}

// Start returns the address of a fresh, empty database; tb fails when PostgreSQL is
// not installed or does not start. The cluster ends with the test binary: a
// package whose tests use it calls Stop in TestMain.
func Start(tb testing.TB) (dsn string) {
	tb.Helper()
	once.Do(func() { cluster, broken = start() })
	if broken != nil {
		tb.Fatal(broken)
	}
	name := fmt.Sprintf("test_%d", last.Add(1))
	conn, err := pgx.Connect(tb.Context(), cluster.dsn("postgres"))
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(tb.Context())) }() // it has served
	if _, err := conn.Exec(tb.Context(), "CREATE DATABASE "+name); err != nil {
		tb.Fatal(err)
	}
	return cluster.dsn(name)
}

// Stop ends the cluster, if there is one, and removes its files.
func Stop() {
	if cluster.cmd == nil {
		return
	}
	cluster.stop()
	_ = os.RemoveAll(cluster.dir) // a directory left in the temporary one harms nobody
}

// Cluster is a cluster of a test's own, which the test stops and starts again. What
// was committed is there then.
type Cluster struct {
	tb testing.TB
	s  *server
}

// Own starts a cluster that ends with tb.
func Own(tb testing.TB) *Cluster {
	tb.Helper()
	s, err := initialise()
	if err != nil {
		tb.Fatal(err)
	}
	c := &Cluster{tb, s}
	tb.Cleanup(func() {
		s.stop()
		_ = os.RemoveAll(s.dir)
		_ = s.lock.Close()
	})
	c.Start()
	return c
}

// DSN is the address of its database.
func (c *Cluster) DSN() string { return c.s.dsn("postgres") }

// Start starts it, again after Stop.
func (c *Cluster) Start() {
	c.tb.Helper()
	if err := c.s.run("on"); err != nil {
		c.tb.Fatal(err)
	}
}

// Stop ends it at once, as a crash would.
func (c *Cluster) Stop() { c.s.stop() }

// stop ends the process at once.
func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGQUIT)
	<-s.exit
}

func (s *server) dsn(database string) string {
	return fmt.Sprintf("host=%s user=%s dbname=%s", filepath.Join(s.dir, "socket"), account, database)
}

// start makes and starts a cluster.
func start() (server, error) {
	s, err := initialise()
	if err == nil {
		err = s.run("off")
	}
	if err != nil {
		return server{}, err
	}
	return *s, nil
}

// initialise makes a cluster.
func initialise() (*server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	who, err := credential()
	if err != nil {
		return nil, err
	}
	s := &server{bin: bin, who: who}
	if s.dir, s.lock, err = directory(who); err != nil {
		return nil, err
	}
	initdb := command(who, filepath.Join(bin, "initdb"), "--no-sync", "--auth=trust", "--username="+account, "--encoding=UTF8",
		"--locale=C.UTF-8", "--pgdata="+filepath.Join(s.dir, "data"))
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return s, nil
}

// run starts the process. commit says whether a commit waits until it is in the log
// of writes.
func (s *server) run(commit string) error {
	log, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		return err
	}
	s.exit = make(chan struct{})
	s.cmd = command(s.who, filepath.Join(s.bin, "postgres"), "-D", filepath.Join(s.dir, "data"), "-k", filepath.Join(s.dir, "socket"), "-c", "listen_addresses=", "-c", "fsync=off",
		"-c", "synchronous_commit="+commit, "-c", "full_page_writes=off", "-c", "autovacuum=off", "-c", "wal_level=minimal", "-c", "max_wal_senders=0", "-c", "max_wal_size=64MB", "-c", "max_connections=20", "-c", "shared_buffers=64MB")
	s.cmd.Stdout, s.cmd.Stderr = log, log
	if err := s.cmd.Start(); err != nil {
		return err
	}
	go func(cmd *exec.Cmd, exit chan struct{}) {
		_ = cmd.Wait() // how it ended is in the log
		_ = log.Close()
		close(exit)
	}(s.cmd, s.exit)
	return s.await()
}

// await returns when the cluster answers.
func (s *server) await() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, s.dsn("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-s.exit:
			out, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			return fmt.Errorf("postgres ended at once:\n%s", out)
		case <-ctx.Done():
			return fmt.Errorf("postgres does not answer: %w", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// command is a program that runs as who and dies with the tests.
func command(who *syscall.Credential, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who, Pdeathsig: syscall.SIGQUIT}
	return cmd
}

// credential is who runs the cluster: nil for whoever runs the tests, unless that
// is root.
func credential() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup(account)
	if err != nil {
		return nil, fmt.Errorf("the tests run as root and there is no user %q to run PostgreSQL: apt-get install postgresql (%w)", account, err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// memory is where files are cheapest; a plan makes some hundred of them. It is used
// when it has this much room, in bytes.
const (
	memory = "/dev/shm"
	room   = 1 << 30
)

// parent is where the cluster's directory goes: in memory if possible.
func parent() string {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(memory, &fs); err != nil || fs.Bavail*uint64(fs.Bsize) < room {
		return ""
	}
	sweep()
	return memory
}

// sweep removes what clusters left in memory that were killed: nobody holds
// their lock any more.
func sweep() {
	locks, err := filepath.Glob(filepath.Join(memory, "pgtest*", "lock"))
	if err != nil {
		return
	}
	for _, name := range locks {
		if f, err := os.Open(name); err == nil {
			if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
				_ = os.RemoveAll(filepath.Dir(name)) // somebody else may be at it too
			}
			_ = f.Close()
		}
	}
}

// directory makes the cluster's directory, which who can reach and nobody else
// can read, and locks it until the process ends.
func directory(who *syscall.Credential) (dir string, lock *os.File, err error) {
	if dir, err = os.MkdirTemp(parent(), "pgtest"); err != nil {
		return "", nil, err
	}
	if lock, err = os.Create(filepath.Join(dir, "lock")); err != nil {
		return "", nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", nil, err
	}
	if err := os.Mkdir(filepath.Join(dir, "socket"), 0o700); err != nil {
		return "", nil, err
	}
	if who == nil {
		return dir, lock, nil
	}
	for _, d := range []string{dir, filepath.Join(dir, "socket")} {
		if err := os.Chown(d, int(who.Uid), int(who.Gid)); err != nil {
			return "", nil, err
		}
	}
	return dir, lock, nil
}

// binaries finds the directory of initdb and postgres.
func binaries() (string, error) {
	var dirs []string
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	installed, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	slices.SortFunc(installed, func(a, b string) int { return version(b) - version(a) })
	dirs = append(dirs, installed...)
	dirs = append(dirs, filepath.SplitList(os.Getenv("PATH"))...)
	for _, d := range dirs {
		if executable(filepath.Join(d, "initdb")) && executable(filepath.Join(d, "postgres")) {
			return d, nil
		}
	}
	return "", fmt.Errorf("PostgreSQL is not installed: apt-get install postgresql")
}

// version is the number in /usr/lib/postgresql/15/bin, 0 when there is none.
func version(dir string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
	if err != nil {
		return 0
	}
	return n
}

func executable(name string) bool {
	_, err := exec.LookPath(name)
	return err == nil
}
