package server

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"syscall"
	"time"

	"changrong/internal/adapter/blob"
	"changrong/internal/adapter/store"
)

// chore is something that is done now and then.
type chore struct {
	name  string
	every time.Duration
	do    func(context.Context) error
}

// chore adds one. It is also done soon after the start.
func (p *Platform) chore(name string, every time.Duration, do func(context.Context) error) {
	p.chores = append(p.chores, chore{name, every, do})
}

// soon is when a chore is done first: not while everybody waits for the server.
const soon = 30 * time.Second

func (c *chore) run(ctx context.Context, log *slog.Logger) {
	wait := min(soon, c.every)
	for {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return
		}
		wait = c.every
		c.once(ctx, log)
	}
}

func (c *chore) once(ctx context.Context, log *slog.Logger) {
	if err := c.do(ctx); err != nil && ctx.Err() == nil {
		log.Warn("a chore was not done", "chore", c.name, "error", err)
	}
}

// catchUp does the chores of every few minutes at once: the clock has been set.
func (p *Platform) catchUp(ctx context.Context) {
	for i := range p.chores {
		if p.chores[i].every <= 10*time.Minute {
			p.chores[i].once(ctx, p.Log)
		}
	}
}

// sweepFiles deletes files that no row refers to, unless a backup is under way.
func (p *Platform) sweepFiles(ctx context.Context) error {
	free, err := flock(p.in(backupLock), syscall.LOCK_EX)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil
	}
	if err != nil {
		return err
	}
	defer free()
	n, err := blob.Sweep(ctx, p.Files, p.Now(), func(ctx context.Context) (map[string]bool, error) {
		refs := map[string]bool{}
		err := p.DB.Read(ctx, func(tx *store.Tx) error {
			return tx.BlobRefs(func(sha256 string) { refs[sha256] = true })
		})
		return refs, err
	})
	if n > 0 {
		p.Log.Info("files that nothing refers to were deleted", "files", n)
	}
	return err
}

// flock locks the file at path, if nobody has locked it otherwise, until free is
// called or the process ends.
func flock(path string, how int) (free func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB); err != nil {
		f.Close() //nolint:errcheck // it goes away anyway
		return nil, err
	}
	return func() { f.Close() }, nil //nolint:errcheck // it goes away anyway
}
