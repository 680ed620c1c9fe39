package engine

import (
	"context"
	"encoding/json"
	"errors"

	"changrong/internal/adapter/blob"
	"changrong/internal/programme"
	"changrong/internal/reporting"
)

// Causes implements programme.Engine.
func (e *Engine) Causes(ctx context.Context, a, b programme.File, columns map[string][]string) ([]programme.Cause, error) {
	if e.Trace == nil {
		return nil, nil
	}
	was, err := e.sources(ctx, a)
	if err != nil {
		return nil, err
	}
	is, err := e.sources(ctx, b)
	if err != nil {
		return nil, err
	}
	return e.Trace(ctx, was, is, columns)
}

// sources reads the list of submissions that a settlement was computed from.
func (e *Engine) sources(ctx context.Context, f programme.File) (parts []reporting.SnapshotPart, err error) {
	r, err := e.Blobs.Open(ctx, blob.Ref(f))
	if err != nil {
		return nil, err
	}
	return parts, errors.Join(json.NewDecoder(r).Decode(&parts), r.Close())
}
