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
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"changrong/bench/kit"
)

// options say what is measured, and where.
type options struct {
	program, packs, dir, record, only string
	firms, enterprises                int
	clients, seconds, runs            int
	banks, fanned, systems            int
}

func main() {
	log.SetFlags(log.Ltime)
	var o options
	flag.StringVar(&o.program, "program", "bin/changrong", "the program that is measured")
	flag.StringVar(&o.packs, "packs", "packs", "policies")
	flag.StringVar(&o.dir, "dir", "out/bench/lending", "folder for what is made on the way")
	flag.StringVar(&o.record, "record", "", "page whose marked part is renewed with what came out")
	flag.StringVar(&o.only, "only", "", "SQLite or PostgreSQL; empty: both")
	flag.IntVar(&o.firms, "firms", 1_000_000, "firms in the registry")
	flag.IntVar(&o.enterprises, "enterprises", 15_000, "of them that are signed in")
	flag.IntVar(&o.clients, "clients", 64, "connections that send at the same time")
	flag.IntVar(&o.seconds, "seconds", 4, "that they send for")
	flag.IntVar(&o.runs, "runs", 3, "of each measurement")
	flag.IntVar(&o.banks, "banks", 3, "that each application goes to, of thirty")
	flag.IntVar(&o.systems, "systems", 3, "banks whose systems are told by messages while applications are sent; the others' people look for themselves")
	flag.IntVar(&o.fanned, "fanned", 20, "applications to all thirty, one after another")
	flag.Parse()
	if flag.NArg() > 0 || o.firms < o.enterprises || o.enterprises < 100 || o.clients < 1 || o.seconds < 1 || o.runs < 1 || o.banks < 1 || o.banks > allBanks || o.fanned < 1 || o.systems < 0 || o.systems > allBanks {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := measure(ctx, &o); err != nil {
		log.Fatal(err)
	}
}

func (o *options) in(name string) string { return filepath.Join(o.dir, name) }

// measure does everything.
func measure(ctx context.Context, o *options) error {
	var err error
	if o.dir, err = filepath.Abs(o.dir); err != nil {
		return err
	}
	if err := os.MkdirAll(o.dir, 0o755); err != nil {
		return err
	}
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return err
	}
	all := &results{options: o, loadBefore: strings.Fields(string(load) + " ?")[0]}
	for _, name := range []string{"SQLite", "PostgreSQL"} {
		if o.only != "" && o.only != name {
			continue
		}
		r, err := o.on(ctx, name)
		if err != nil {
			return fmt.Errorf("on %s: %w", name, err)
		}
		all.databases = append(all.databases, r)
	}
	page := all.page()
	fmt.Print(page)
	if err := os.WriteFile(o.in("RESULTS.md"), []byte(page), 0o644); err != nil {
		return err
	}
	if o.record != "" {
		return kit.Renew(o.record, beginMark, endMark, page)
	}
	return nil
}

// on measures everything on one database.
func (o *options) on(ctx context.Context, name string) (_ *database, err error) {
	begun := time.Now()
	p := &place{options: o, name: name, data: o.in("data-" + name)}
	if err := os.RemoveAll(p.data); err != nil {
		return nil, err
	}
	defer os.RemoveAll(p.data)
	if name == "PostgreSQL" {
		c, err := start(ctx, o.dir)
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
	hooks, err := receive(o.in("authority.pem"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, hooks.close()) }()
	args := []string{"--data", p.data, "--packs", o.packs, "--webhook-allow", "127.0.0.0/8"}
	if p.dsn != "" {
		args = append(args, "--database", p.dsn)
	}
	s, err := kit.Serve(ctx, o.program, o.in("server-"+name+".log"), []string{"SSL_CERT_FILE=" + o.in("authority.pem")}, args...)
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
