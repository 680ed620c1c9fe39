package inbox

import (
	"context"
	"io"

	"changrong/internal/adapter/blob"
	"changrong/internal/reporting"
)

var _ reporting.Blobs = Blobs{}

// Blobs is a store of files as the desk knows it.
type Blobs struct{ Store blob.Store }

// Put implements reporting.Blobs.
func (b Blobs) Put(ctx context.Context, r io.Reader) (reporting.Ref, error) {
	ref, err := b.Store.Put(ctx, r)
	return reporting.Ref(ref), err
}

// Open implements reporting.Blobs.
func (b Blobs) Open(ctx context.Context, ref reporting.Ref) (io.ReadCloser, error) {
	return b.Store.Open(ctx, blob.Ref(ref))
}
