package sim

import "context"

func (w *writing) writeMessages(ctx context.Context, dir string) error { return nil }
