package server

import (
	"context"
	"io/fs"
	"net/http"
)

// NewConsole is newConsole for tests.
func NewConsole(files fs.FS, unbuilt []byte) (http.Handler, error) { return newConsole(files, unbuilt) }

// SweepFiles is the chore of that name.
func (p *Platform) SweepFiles(ctx context.Context) error { return p.sweepFiles(ctx) }

// Late is what the clock does about what is late.
func (p *Platform) Late(ctx context.Context) error {
	_, err := p.late.Tick(ctx)
	return err
}
