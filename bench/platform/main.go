// Command platform measures the platform as it runs: how fast pages are answered
// while many look at them, how long a settlement takes that is asked for in the
// console, and what happens when all banks hand in at once.
//
//	platform -program bin/changrong -vegeta PATH [-dir out/bench/platform] …
//
// It fills an empty platform through its HTTP interface with a made-up city
// (internal/sim/life), and then measures copies of that, served by the program with
// the settings it has by itself: SQLite, and its limits on how often one may call.
// The requests are sent by vegeta, at a constant rate whatever the answers do.
// What came out is printed as a page of Markdown, and put into -record.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"changrong/bench/kit"
)

// options say what is measured, and where.
type options struct {
	kit.Run
	vegeta                     string
	notes, rate, seconds, runs int
	banks, rows                int
	seed                       uint64
	keep                       bool
}

func main() {
	var o options
	o.Declare("out/bench/platform")
	flag.StringVar(&o.vegeta, "vegeta", "vegeta", "the load tool")
	flag.IntVar(&o.notes, "notes", 100_000, "loan notes of the city")
	flag.IntVar(&o.rate, "rate", 300, "requests a second")
	flag.IntVar(&o.seconds, "seconds", 60, "that requests are sent for")
	flag.IntVar(&o.runs, "runs", 3, "of each measurement")
	flag.IntVar(&o.banks, "banks", 26, "banks that hand in together")
	flag.IntVar(&o.rows, "rows", 100_000, "rows of each of their files")
	flag.Uint64Var(&o.seed, "seed", 7, "of the city, and of what is asked for")
	flag.BoolVar(&o.keep, "keep", false, "use the city of the last run again")
	o.Main(func() bool {
		return o.notes >= 100 && o.rate >= 1 && o.seconds >= 1 && o.runs >= 1 && o.banks >= 1 && o.banks <= 99 && o.rows >= 1000
	}, o.measure, beginMark, endMark)
}

// measure does everything.
func (o *options) measure(ctx context.Context) (page string, err error) {
	r := &results{options: o}
	kept := o.In("city")
	if _, err := os.Stat(filepath.Join(kept, peopleFile)); !o.keep || err != nil {
		if err := fill(ctx, o, kept); err != nil {
			return "", fmt.Errorf("filling the platform: %w", err)
		}
	}
	people, err := readPeople(kept)
	if err != nil {
		return "", err
	}
	live := o.In("live")
	if err := os.RemoveAll(live); err != nil {
		return "", err
	}
	if out, err := exec.CommandContext(ctx, "cp", "-a", filepath.Join(kept, "data"), live).CombinedOutput(); err != nil { // keys stay readable for nobody else
		return "", fmt.Errorf("copying the city: %w: %s", err, out)
	}
	err = errors.Join(r.city(ctx, live, people), r.together(ctx, live, people))
	if err != nil {
		return "", err
	}
	return r.page(), nil
}

// city measures reading and settling on one server, with the whole city in it.
func (r *results) city(ctx context.Context, live string, people *people) error {
	s, err := r.serve(ctx, live, r.In("city.log"))
	if err != nil {
		return err
	}
	defer s.Stop()
	guests, err := enter(ctx, s, people.Guests)
	if err != nil {
		return fmt.Errorf("signing in: %w", err)
	}
	if err := r.load(ctx, s, guests); err != nil {
		return fmt.Errorf("load: %w", err)
	}
	return r.settle(ctx, s, guests)
}

// together measures what happens when all banks hand in at once. Each time the
// server has just begun.
func (r *results) together(ctx context.Context, live string, people *people) error {
	for n := range r.runs {
		if err := r.handInTogether(ctx, live, people, n); err != nil {
			return fmt.Errorf("handing in together: %w", err)
		}
	}
	return nil
}
