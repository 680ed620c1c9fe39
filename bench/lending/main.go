// Command lending measures a loan in one scan: how many applications a second are
// accepted durably, how long the platform takes until thirty banks have one, and how
// what it tells them is delivered.
//
//	lending -program bin/changrong [-dir out/bench/lending] …
//
// It does so on SQLite and again on a PostgreSQL that it starts, which commits to disk.
// A registry of a million firms is read in as a department's file is; banks, enterprises
// and their sessions are put into the database by the program's own code. Then the
// program serves that, and everything is asked for over HTTP, with the limits it has by
// itself. What came out is printed as a page of Markdown, and put into -record.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"changrong/bench/kit"
)

// options say what is measured, and where.
type options struct {
	kit.Run
	only                   string
	firms, enterprises     int
	clients, seconds, runs int
	banks, fanned, systems int
}

func main() {
	var o options
	o.Declare("out/bench/lending")
	flag.StringVar(&o.only, "only", "", "SQLite or PostgreSQL; empty: both")
	flag.IntVar(&o.firms, "firms", 1_000_000, "firms in the registry")
	flag.IntVar(&o.enterprises, "enterprises", 15_000, "of them that are signed in")
	flag.IntVar(&o.clients, "clients", 64, "connections that send at the same time")
	flag.IntVar(&o.seconds, "seconds", 4, "that they send for")
	flag.IntVar(&o.runs, "runs", 3, "of each measurement")
	flag.IntVar(&o.banks, "banks", 3, "that each application goes to, of thirty")
	flag.IntVar(&o.systems, "systems", 3, "banks whose systems are told by messages while applications are sent; the others' people look for themselves")
	flag.IntVar(&o.fanned, "fanned", 20, "applications to all thirty, one after another")
	o.Main(func() bool {
		return o.firms >= o.enterprises && o.enterprises >= 100 && o.clients >= 1 && o.seconds >= 1 && o.runs >= 1 && o.banks >= 1 && o.banks <= allBanks && o.fanned >= 1 && o.systems >= 0 && o.systems <= allBanks
	}, o.measure, beginMark, endMark)
}

// measure does everything.
func (o *options) measure(ctx context.Context) (page string, err error) {
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "", err
	}
	all := &results{options: o, loadBefore: strings.Fields(string(load) + " ?")[0]}
	for _, name := range []string{"SQLite", "PostgreSQL"} {
		if o.only != "" && o.only != name {
			continue
		}
		r, err := o.on(ctx, name)
		if err != nil {
			return "", fmt.Errorf("on %s: %w", name, err)
		}
		all.databases = append(all.databases, r)
	}
	return all.page(), nil
}

// on measures everything on one database.
func (o *options) on(ctx context.Context, name string) (_ *database, err error) {
	begun := time.Now()
	p := &place{options: o, name: name, data: o.In("data-" + name)}
	if err := os.RemoveAll(p.data); err != nil {
		return nil, err
	}
	defer os.RemoveAll(p.data)
	if name == "PostgreSQL" {
		c, err := start(ctx, o.Dir)
		if err != nil {
			return nil, err
		}
		defer c.stop()
		p.dsn = c.dsn
	}
	r := &database{name: name}
	if err := p.fill(ctx, r); err != nil {
		return nil, fmt.Errorf("filling the platform: %w", err)
	}
	hooks, err := receive(o.In("authority.pem"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, hooks.close()) }()
	args := []string{"--data", p.data, "--packs", o.Packs, "--webhook-allow", "127.0.0.0/8"}
	if p.dsn != "" {
		args = append(args, "--database", p.dsn)
	}
	s, err := kit.Serve(ctx, o.Program, o.In("server-"+name+".log"), []string{"SSL_CERT_FILE=" + o.In("authority.pem")}, args...)
	if err != nil {
		return nil, err
	}
	err = p.run(ctx, s, hooks, r)
	s.Stop()
	if err == nil {
		err = p.count(ctx, r)
	}
	log.Printf("%s: %v in all", name, time.Since(begun).Round(time.Second))
	return r, err
}

// run measures what the server does.
func (p *place) run(ctx context.Context, s *kit.Server, hooks *receiver, r *database) error {
	if err := p.subscribe(ctx, s, hooks); err != nil {
		return fmt.Errorf("addresses of banks: %w", err)
	}
	if err := p.fanOut(ctx, s, hooks, r); err != nil {
		return fmt.Errorf("to thirty banks: %w", err)
	}
	if err := p.unsubscribe(ctx, s); err != nil {
		return fmt.Errorf("addresses of banks: %w", err)
	}
	warm := *p.options
	warm.seconds = min(p.seconds, 2)
	for n := range p.runs + 1 {
		o := p.options
		if n == 0 { // everything has been asked for once, and what follows a start is over
			o = &warm
		}
		bare, err := o.load(ctx, s, p.drafts(o))
		if err != nil {
			return fmt.Errorf("bare inserts: %w", err)
		}
		whole, err := o.load(ctx, s, p.submissions(o))
		if err != nil {
			return fmt.Errorf("applications: %w", err)
		}
		log.Printf("%s: %.0f bare inserts a second, %.0f applications, p99 %v", p.name, bare.rate(), whole.rate(), whole.quantile(99))
		r.accepted += int64(len(whole.took))
		p.told += whole.told
		if n == 0 {
			continue
		}
		r.bare, r.whole = append(r.bare, bare), append(r.whole, whole)
	}
	return p.drain(ctx, s, hooks, r)
}
