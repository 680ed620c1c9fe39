//go:build unix

package store

import (
	"os"
	"strconv"
	"syscall"

	"changrong/internal/base/fault"
)

// lock keeps other servers off an SQLite file until release is called or the
// process ends, however it ends.
func lock(path string) (release func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, unreachable(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		who := holder(f)
		f.Close() //nolint:errcheck // the other error is told
		return nil, fault.Newf(fault.Conflict, "store.in_use", "数据库正被另一个服务使用（进程 %s，%s）；请先停止它，或改用 PostgreSQL",
			"another server, process %s, uses the database (%s); stop it first, or use PostgreSQL", who, path)
	}
	// Who finds it locked is told by whom. On a full disk it is not, which must not
	// keep a server from starting.
	if f.Truncate(0) == nil {
		f.WriteAt([]byte(strconv.Itoa(os.Getpid())), 0) //nolint:errcheck // see above
	}
	return func() { f.Close() }, nil //nolint:errcheck // the lock goes with it
}

// holder is the process that holds the lock, as it has written into the file.
func holder(f *os.File) string {
	b := make([]byte, 20)
	n, _ := f.ReadAt(b, 0)
	if pid, err := strconv.Atoi(string(b[:n])); err == nil {
		return strconv.Itoa(pid)
	}
	return "?"
}
