package server

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/rating"
)

// partRating: scorecards, and what they say of firms.
func (p *Platform) partRating(_ context.Context, d *httpapi.Deps) error {
	d.Rating = &rating.Service{
		Store: of[rating.Tx](p), Sealer: p.Keys, Now: p.Now, NewID: crypto.NewID, Program: program(), Environment: environment(),
	}
	return nil
}

// program says which version of the program runs.
func program() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	out := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" || s.Key == "vcs.modified" && s.Value == "true" {
			out += " " + s.Value
		}
	}
	return out
}

// environment says what it runs on.
func environment() string {
	return fmt.Sprintf("%s %s/%s, %d processors", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
}
