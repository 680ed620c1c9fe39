package server

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"net"
	"net/http"
	"time"

	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/notify"
	"changrong/internal/adapter/outbox"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/webhook"
	"changrong/internal/base/event"
)

// calling are the jobs that wait for somebody outside, and callers how many of them one
// server has under way.
var calling = []string{webhook.JobKind, notify.MailJob, notify.TextJob}

const callers = 16

// partTell: what happens is told to people and to other systems.
func (p *Platform) partTell(_ context.Context, d *httpapi.Deps) error {
	d.Webhooks = &webhook.Service{
		Store: of[webhook.Tx](p), Now: p.Now, NewID: crypto.NewID, Sealer: p.Keys, Random: randomBytes,
		Guard: &webhook.Guard{Resolve: net.DefaultResolver.LookupNetIP, Allow: p.HookAllow, Plain: p.Demo},
	}
	if p.HookRoots != nil {
		d.Webhooks.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: p.HookRoots, MinVersion: tls.VersionTLS12}}
	}
	d.Notify = &notify.Service{
		Store: of[notify.Tx](p), Now: p.Now, NewID: crypto.NewID, Code: crypto.NewOneTime, Digest: p.Keys.Digest, Sealer: p.Keys, Public: p.PublicURL,
		Late: p.lateFor(d.Desk),
	}
	if p.Mail != nil {
		d.Notify.Mailer = p.Mail
	}
	if p.Texts != nil {
		d.Notify.Texter = p.Texts
	}
	p.told = append(p.told,
		outbox.Subscriber{Name: "webhook", Keep: func(tx *store.Tx, e event.Event) error { return d.Webhooks.Keep(tx, e) }},
		outbox.Subscriber{Name: "notify", Keep: func(tx *store.Tx, e event.Event) error { return d.Notify.Keep(tx, e) }},
	)
	for kind, do := range map[string]func(context.Context, event.Job) error{
		webhook.JobKind: d.Webhooks.Deliver, notify.MailJob: d.Notify.SendMail, notify.TextJob: d.Notify.SendText,
		notify.CodeJob: d.Notify.SendCode, notify.DigestJob: d.Notify.SendDigest,
	} {
		p.handlers[kind] = func(ctx context.Context, j event.Job, _ func(int64, int64, string)) error {
			return do(store.Behind(ctx), j)
		}
	}
	p.chore("deliveries", 24*time.Hour, d.Webhooks.Sweep)
	p.chore("late deliveries", 10*time.Minute, d.Webhooks.Revive)
	p.chore("messages", 24*time.Hour, d.Notify.Sweep)
	p.chore("digests", 10*time.Minute, d.Notify.AskDigests)
	return nil
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}
