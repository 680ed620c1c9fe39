//go:build unix

package store

import (
	"os"
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
		f.Close() //nolint:errcheck // the other error is told
		return nil, fault.Newf(fault.Conflict, "store.in_use", "数据库正被另一个服务使用（%s）；请先停止它，或改用 PostgreSQL",
			"another server uses the database (%s); stop it first, or use PostgreSQL", path)
	}
	return func() { f.Close() }, nil //nolint:errcheck // the lock goes with it
}
