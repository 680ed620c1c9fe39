package blob

import (
	"context"

	"changrong/internal/base/civil"
)

// orphanAge is how long a file may be there without a row that refers to it: its
// transaction may still be under way.
const orphanAge = civil.Day

// Sweep deletes the files that nothing refers to and that were last put more than
// a day before now. referred is asked once, after the files have been listed.
func Sweep(ctx context.Context, s Store, now civil.Instant, referred func(context.Context) (map[string]bool, error)) (deleted int, err error) {
	before := now - orphanAge
	var old []Ref
	err = s.List(ctx, func(r Ref, put civil.Instant) error {
		if put < before {
			old = append(old, r)
		}
		return nil
	})
	if err != nil || len(old) == 0 {
		return 0, err
	}
	known, err := referred(ctx)
	if err != nil {
		return 0, err
	}
	for _, r := range old {
		if known[r.SHA256] {
			continue
		}
		gone, err := expire(ctx, s, r, before)
		if err != nil {
			return deleted, err
		}
		if gone {
			deleted++
		}
	}
	return deleted, nil
}

// expirer is a store that can remove a file only if nobody has put it again.
type expirer interface {
	expire(ctx context.Context, r Ref, before civil.Instant) (bool, error)
}

func expire(ctx context.Context, s Store, r Ref, before civil.Instant) (bool, error) {
	if e, ok := s.(expirer); ok {
		return e.expire(ctx, r, before)
	}
	return true, s.Delete(ctx, r)
}
