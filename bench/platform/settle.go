package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"changrong/bench/kit"
)

// settlement is one run that was asked for.
type settlement struct {
	took, frozen time.Duration // all of it, and until the facts were frozen
	cpu          time.Duration // of the server
	lines        int64
	peak         int64
	others       float64
}

// settle asks for a trial run as the console does, again and again, and waits for
// its end.
func (r *results) settle(ctx context.Context, s *kit.Server, guests []*guest) error {
	clerk := named(guests, "jr.chen")
	if clerk == nil {
		return errors.New("nobody is there to ask for a settlement")
	}
	for range r.runs {
		if err := s.Forget(); err != nil {
			return err
		}
		server, err := s.Busy()
		if err != nil {
			return err
		}
		machine, err := kit.MachineBusy()
		if err != nil {
			return err
		}
		one, err := ask(ctx, clerk)
		if err != nil {
			return err
		}
		serverAfter, err := s.Busy()
		if err != nil {
			return err
		}
		machineAfter, err := kit.MachineBusy()
		if err != nil {
			return err
		}
		one.cpu = serverAfter - server
		one.others = max(0, (machineAfter-machine-one.cpu).Seconds()/one.took.Seconds())
		if one.peak, _, err = s.Memory(); err != nil {
			return err
		}
		log.Printf("settled in %v: %+v", one.took, *one)
		r.settlements = append(r.settlements, *one)
	}
	return nil
}

// ask asks for one run and looks every so often whether it is done, as somebody who
// watches the page.
func ask(ctx context.Context, clerk *guest) (*settlement, error) {
	var run struct {
		ID      string `json:"id"`
		State   string `json:"state"`
		Failure any    `json:"failure"`
		Sums    struct {
			Lines int64 `json:"lines"`
		} `json:"sums"`
	}
	begun := time.Now()
	want := map[string]any{"pack": "linhai-2021-47", "purpose": "trial", "note": "measured"}
	if err := clerk.Call(ctx, "POST", "/api/runs", want, &run); err != nil {
		return nil, err
	}
	one := &settlement{}
	for run.State != "done" {
		if run.State == "failed" {
			return nil, fmt.Errorf("the settlement failed: %v", run.Failure)
		}
		select {
		case <-time.After(lookEvery):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if err := clerk.get(ctx, "/api/runs/"+run.ID, &run); err != nil {
			return nil, err
		}
		if run.State == "queued" || run.State == "freezing" {
			one.frozen = time.Since(begun)
		}
	}
	one.took, one.lines = time.Since(begun), run.Sums.Lines
	return one, nil
}

// lookEvery is how often it is looked whether something is done.
const lookEvery = 100 * time.Millisecond
