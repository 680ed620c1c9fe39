package server

import (
	"context"
	"os"
	"strings"
	"time"

	"changrong/internal/access"
	"changrong/internal/access/apikey"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/engine"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/httpsig"
	"changrong/internal/adapter/inbox"
	"changrong/internal/adapter/job"
	"changrong/internal/adapter/once"
	"changrong/internal/adapter/outbox"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/programme"
	"changrong/internal/reporting"
	"changrong/internal/subsidy/fund"
)

// of is the database as the package with this transaction knows it.
func of[T any](p *Platform) store.Of[T] { return store.Of[T]{DB: p.DB} }

// assemble makes the services and hands them what they need. A process has a part
// here; it says which jobs it does, what it wants to be told, and its chores.
func (p *Platform) assemble(ctx context.Context) error {
	deps := httpapi.Deps{Proxies: p.Proxies, Public: p.PublicURL, Secure: strings.HasPrefix(p.PublicURL, "https://"), Rates: p.rates(), SignIn: p.SignIn}
	for _, part := range []func(context.Context, *httpapi.Deps) error{
		p.partAccess,
		p.partReporting,
		p.partProgramme,
		p.partFund,
		p.partClaims,
		p.partCodes,
		p.partExchange,
		p.partOrigination,
		p.partThrough,
		p.partBenefits,
		p.partProducts,
		p.partFirms,
		p.partRating,
		p.partWatch,
		p.partCity,
		p.partTraining,
		p.partTell,
	} {
		if err := part(ctx, &deps); err != nil {
			return err
		}
	}
	return p.partPlatform(ctx, &deps)
}

// partAccess: who may do what.
func (p *Platform) partAccess(ctx context.Context, d *httpapi.Deps) error {
	p.Access = &access.Service{
		Store: of[access.Tx](p), Hasher: crypto.NewPasswordsOf(p.Suite, hashesAtOnce), Factor: crypto.TOTP{Issuer: issuer}, Sealer: p.Keys,
		Now: p.Now, NewID: crypto.NewID, Secret: crypto.NewSecret, OneTime: crypto.NewOneTime, Digest: p.Keys.Digest,
		Demo: p.Demo, RequireTOTP: p.RequireTOTP, BeginCode: p.BeginCode,
	}
	if p.Demo { // half a year of it passes in a minute
		p.Access.PasswordAge = 366 * civil.Day
	}
	if err := p.Access.ChainWith(ctx, p.Suite.HashName()); err != nil {
		return err
	}
	empty, err := p.Access.Empty(ctx)
	if err != nil {
		return err
	}
	if empty && p.BeginCode == "" {
		p.Access.BeginCode = crypto.NewOneTime()
	}
	d.Access = p.Access
	d.Keys = &apikey.Service{
		Store: of[apikey.Tx](p), Now: p.Now, NewID: crypto.NewID, Secret: crypto.NewSecret, Digest: p.Keys.Digest,
		Parse: httpsig.ParsePublic, Sealer: p.Keys,
	}
	d.Once = &once.Book{Store: of[once.Tx](p), Now: p.Now, NewID: crypto.NewID, Worker: p.name}
	gone := p.name
	if !p.DB.Postgres() {
		gone = "" // no other server can be at it
	}
	if err := d.Once.Lapse(ctx, gone); err != nil {
		return err
	}
	p.chore("leases of requests", once.RenewEvery, d.Once.Renew)
	p.chore("once", time.Hour, d.Once.Sweep)
	p.chore("nonces", 10*time.Minute, d.Keys.Sweep)
	return nil
}

// partReporting: banks report.
func (p *Platform) partReporting(_ context.Context, d *httpapi.Deps) error {
	spool, err := inbox.OpenSpool(p.in(spoolFolder))
	if err != nil {
		return err
	}
	d.Desk = &reporting.Service{
		Store: of[reporting.Tx](p), Blobs: inbox.Blobs{Store: p.Files}, Spool: spool, Checker: p.checker(),
		Signer: inbox.Signer{Keys: p.Keys}, Now: p.Now, NewID: crypto.NewID,
	}
	d.Signs = p.Keys
	p.handlers[reporting.CheckJob] = func(ctx context.Context, j event.Job, report func(int64, int64, string)) error {
		return d.Desk.Check(ctx, j, report)
	}
	p.chore("uploads", time.Hour, d.Desk.CleanUploads)
	p.chore("checks", 10*time.Minute, d.Desk.Revive)
	p.chore("reminders", time.Hour, d.Desk.Remind)
	return nil
}

// checker reads what banks hand in.
func (p *Platform) checker() *inbox.Checker {
	return &inbox.Checker{Blobs: p.Files, Tmp: p.in(tempFolder)}
}

// partProgramme: what is due is computed.
func (p *Platform) partProgramme(_ context.Context, d *httpapi.Deps) (err error) {
	if p.Packs == p.in("packs") {
		if err := os.MkdirAll(p.Packs, 0o700); err != nil {
			return unwritable(p.Packs, err)
		}
	}
	if p.Packed, err = engine.OpenPacks(p.Packs); err != nil {
		return err
	}
	d.Packs = p.Packed
	d.Programme = &programme.Service{
		Store: of[programme.Tx](p), Packs: p.Packed, Now: p.Now, NewID: crypto.NewID,
		KeepTrials: civil.Instant(p.TrialDays) * civil.Day,
		Engine:     &engine.Engine{Packs: p.Packed, Facts: engine.Reported{Desk: d.Desk}, Blobs: p.Files, Temp: p.in(tempFolder), Trace: p.checker().Corrections},
	}
	p.handlers[programme.SettleJob] = d.Programme.Settle
	p.handlers[programme.VerifyJob] = d.Programme.Verify
	p.handlers[programme.WhatIfJob] = d.Programme.Simulate
	p.chore("explain", time.Hour, d.Programme.Warm) // the run in force is explained at once
	p.chore("runs", 10*time.Minute, d.Programme.Revive)
	p.chore("trials", 24*time.Hour, d.Programme.Retain)
	return nil
}

// partFund: the programme's money.
func (p *Platform) partFund(_ context.Context, d *httpapi.Deps) error {
	d.Fund = &fund.Service{Store: of[fund.Tx](p), Now: p.Now, NewID: crypto.NewID}
	return nil
}

// partPlatform: work in the background, and everything behind one address.
func (p *Platform) partPlatform(ctx context.Context, d *httpapi.Deps) (err error) {
	if p.hub, err = outbox.NewHub(ctx, p.DB, p.Log); err != nil {
		return err
	}
	p.relay = &outbox.Relay{Store: p.DB, Now: p.Now, Subscribers: p.told, Log: p.Log, Told: p.Metrics.tell}
	if err := p.relay.Start(ctx); err != nil {
		return err
	}
	wake, unwatch := p.DB.Watch(store.Jobs)
	p.runner = &job.Runner{
		Store: store.Of[job.Tx]{DB: p.DB, Behind: true}, Now: p.Now, NewID: crypto.NewID, Workers: p.Workers, Handlers: p.handlers, Wake: wake, Log: p.Log,
		Calling: calling, Callers: callers,
		Worker: p.name, Alone: !p.DB.Postgres(), Grace: grace, Stall: p.Stall,
	}
	d.Jobs = &job.Book{Store: of[job.BookTx](p), Now: p.Now}
	d.Hub = p.hub
	p.API = httpapi.New(*d)
	if p.handler, err = p.routes(); err != nil {
		return err
	}
	p.chore("files", 6*time.Hour, p.sweepFiles)
	p.chore("clock", time.Minute, p.lookAtClock)
	p.chore("room", 15*time.Second, p.checkFiles)
	p.close = func() error {
		unwatch()
		defer p.unname()
		return p.DB.Close()
	}
	return nil
}

// rates are how often one may call. A demonstration is filled by one machine, as
// everybody at once.
func (p *Platform) rates() httpapi.Rates {
	if p.Demo {
		return httpapi.Rates{}
	}
	return httpapi.DefaultRates()
}

// Limits of the wiring.
const (
	hashesAtOnce = 4 // 64 MiB each
	grace        = 20 * time.Second
	issuer       = "畅融"
)
