package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"changrong/internal/base/civil"
	"changrong/internal/sim/life"

	"changrong/bench/kit"
)

// people are who can sign in to a platform that has been filled.
type people struct {
	Guests    []account // who look around
	Newcomers []account // clerks of banks without a past
	Borrowers []string  // codes of enterprises in the office's register
}

// account is one person's.
type account struct {
	Login, Password, Place string
	Code                   string `json:",omitempty"` // of a newcomer's bank
}

const peopleFile = "people.json"

// fill makes a platform in dir and lets the city live on it.
func fill(ctx context.Context, o *options, dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	s, err := o.serve(ctx, filepath.Join(dir, "data"), o.In("fill.log"), "--demo")
	if err != nil {
		return err
	}
	defer s.Stop()
	begun := time.Now()
	t, err := life.Live(ctx, life.Options{
		URL: s.URL, BeginCode: beginCode, Seed: o.seed, Notes: o.notes, Temp: o.Dir,
		Progress: func(what string) { log.Print(what) },
	})
	if err != nil {
		return err
	}
	log.Printf("%d banks without a past", o.banks)
	added, err := t.Enrol(ctx, o.banks)
	if err != nil {
		return err
	}
	if err := t.Renew(ctx, civil.Instant(time.Now().UnixMilli())); err != nil {
		return err
	}
	log.Printf("the city is there after %v", time.Since(begun).Round(time.Second))
	all := people{Borrowers: t.Borrowers()}
	newcomer := map[string]bool{}
	for _, n := range added {
		all.Newcomers = append(all.Newcomers, account{n.Clerk.Login, n.Clerk.Password, n.Clerk.Place, n.Code})
		newcomer[n.Clerk.Login] = true
	}
	for _, p := range append([]*life.Person{t.System, t.Security}, t.People...) {
		if !newcomer[p.Login] {
			all.Guests = append(all.Guests, account{p.Login, p.Password, p.Place, ""})
		}
	}
	b, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, peopleFile), b, 0o600)
}

func readPeople(dir string) (*people, error) {
	b, err := os.ReadFile(filepath.Join(dir, peopleFile))
	if err != nil {
		return nil, err
	}
	p := &people{}
	return p, json.Unmarshal(b, p)
}

// guest is somebody who is signed in.
type guest struct {
	*life.Person
	cookie string
	code   string
	may    map[string]string // permissions and their reach
}

// enter signs accounts in, as fast as the platform lets one address.
func enter(ctx context.Context, s *kit.Server, accounts []account) ([]*guest, error) {
	var in []*guest
	for _, a := range accounts {
		p, err := life.NewPerson(s.URL, a.Login, a.Login, a.Password)
		if err != nil {
			return nil, err
		}
		if err := patiently(ctx, func() error { return p.SignIn(ctx) }); err != nil {
			return nil, err
		}
		g := &guest{Person: p, code: a.Code}
		var me struct {
			Stage       string            `json:"stage"`
			Permissions map[string]string `json:"permissions"`
		}
		if err := g.get(ctx, "/api/session", &me); err != nil {
			return nil, err
		}
		if me.Stage != "signed_in" {
			return nil, fmt.Errorf("%s: %s", a.Login, me.Stage)
		}
		g.may = me.Permissions
		if g.cookie, err = p.Session(); err != nil {
			return nil, err
		}
		in = append(in, g)
	}
	return in, nil
}

// get reads what is at a path.
func (g *guest) get(ctx context.Context, path string, out any) error {
	return patiently(ctx, func() error { return g.Call(ctx, http.MethodGet, path, nil, out) })
}

// patiently does f again while the platform says that it is too much.
func patiently(ctx context.Context, f func() error) error {
	for {
		err := f()
		refused := (*life.Refusal)(nil)
		if !errors.As(err, &refused) || refused.Status != http.StatusTooManyRequests {
			return err
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// named returns who has a login that begins so.
func named(guests []*guest, login string) *guest {
	for _, g := range guests {
		if strings.HasPrefix(g.Login, login) {
			return g
		}
	}
	return nil
}
