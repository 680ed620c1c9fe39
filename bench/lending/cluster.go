package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// cluster is a PostgreSQL as one is that people work with: what is committed is on
// disk when the commit returns.
type cluster struct {
	dsn, dir string
	cmd      *exec.Cmd
}

// account is who runs it where this runs as root, since it refuses root.
const account = "postgres"

// start makes a cluster in a folder of its own in another, and starts it.
func start(ctx context.Context, in string) (_ *cluster, err error) {
	bin := programs()
	if bin == "" {
		return nil, errors.New("PostgreSQL is not installed: apt-get install postgresql")
	}
	c := &cluster{}
	if c.dir, err = os.MkdirTemp(in, "postgres-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			c.stop()
		}
	}()
	var who *syscall.Credential
	if os.Geteuid() == 0 {
		if who, err = credential(); err != nil {
			return nil, err
		}
		if err := os.Chown(c.dir, int(who.Uid), int(who.Gid)); err != nil {
			return nil, err
		}
	}
	run := func(name string, args ...string) *exec.Cmd {
		cmd := exec.CommandContext(ctx, filepath.Join(bin, name), append([]string{"-D", filepath.Join(c.dir, "data")}, args...)...)
		cmd.Dir = "/"
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who, Pdeathsig: syscall.SIGQUIT}
		return cmd
	}
	if out, err := run("initdb", "--auth=trust", "--username="+account, "--encoding=UTF8", "--locale=C.UTF-8").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	log, err := os.Create(filepath.Join(in, "postgres.log"))
	if err != nil {
		return nil, err
	}
	defer log.Close() //nolint:errcheck // the process has one of its own
	c.cmd = run("postgres", "-k", c.dir, "-c", "listen_addresses=", "-c", "fsync=on", "-c", "synchronous_commit=on", "-c", "max_wal_size=4GB",
		"-c", "max_connections=40", "-c", "shared_buffers=1GB")
	c.cmd.Stdout, c.cmd.Stderr = log, log
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	c.dsn = fmt.Sprintf("host=%s user=%s dbname=postgres", c.dir, account)
	return c, c.await(ctx)
}

// programs is the folder of PostgreSQL's programs, "" when there is none.
func programs() string {
	var dirs []string
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil { //nolint:noctx // it ends at once
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	installed, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err == nil {
		dirs = append(dirs, installed...)
	}
	for _, d := range append(dirs, filepath.SplitList(os.Getenv("PATH"))...) {
		if _, err := exec.LookPath(filepath.Join(d, "initdb")); err == nil {
			return d
		}
	}
	return ""
}

func credential() (*syscall.Credential, error) {
	u, err := user.Lookup(account)
	if err != nil {
		return nil, err
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err1, err2)
}

// await returns when the cluster answers.
func (c *cluster) await(ctx context.Context) error {
	for tries := 0; ; tries++ {
		conn, err := pgx.Connect(ctx, c.dsn)
		if err == nil {
			return conn.Close(ctx)
		}
		if tries > 1200 {
			return fmt.Errorf("PostgreSQL does not answer: %w", err)
		}
		if err := rest(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
}

// stop ends the cluster and removes its files.
func (c *cluster) stop() {
	if c.cmd != nil && c.cmd.Process != nil {
		_ = c.cmd.Process.Signal(syscall.SIGQUIT)
		_ = c.cmd.Wait() // how it ended is in the log
	}
	_ = os.RemoveAll(c.dir)
}
