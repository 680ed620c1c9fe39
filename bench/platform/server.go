package main

import (
	"context"

	"changrong/bench/kit"
)

// serve starts the program on a folder.
func (o *options) serve(ctx context.Context, data, logFile string, more ...string) (*kit.Server, error) {
	// The year the city has lived is long past by this clock, and its trials are to be compared all the same.
	args := append([]string{"--data", data, "--packs", o.Packs, "--trial-days", "36500"}, more...)
	return kit.Serve(ctx, o.Program, logFile, []string{"CHANGRONG_BEGIN_CODE=" + beginCode}, args...)
}

// beginCode is what making the first administrators asks for. The platform is here
// for a measurement alone.
const beginCode = "bench-begin-0001"
