package conformance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"changrong/internal/access"
	"changrong/internal/access/apikey"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpsig"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/money"
	"changrong/internal/base/uscc"
	"changrong/internal/exchange"
	"changrong/internal/origination"
	"changrong/internal/server"
)

// Options say which bank is looked at, and how.
type Options struct {
	Bank   string // address that its messages go to
	KeyID  string // under which it signs
	Public string // its public key, PEM
	Secret []byte // of its messages

	Patience time.Duration // how long a step of the bank is waited for
	Silence  time.Duration // for how long nothing may happen, where nothing should
	Now      func() time.Time
	// Turn lets the bank work for a moment; false when there is no use in waiting any
	// longer. since is when the waiting began. nil: it waits by the clock.
	Turn func(ctx context.Context, since time.Time) bool
	Said func(string) // told what is being done; nil: nobody is
}

// Sandbox is a platform for one bank, that watches it.
type Sandbox struct {
	Options
	platform *server.Platform
	folder   string
	recorder *recorder
	findings findings
	client   *http.Client
	seq      int64 // of the last event that was told
	toldAt   time.Time
	ended    map[string]time.Time // when firms took an application back, by referral
	hooks    int
	firms    int
}

// The organisations of the sandbox.
const (
	bankOrg  = "bank"
	bankLead = "bank-lead"
)

// datasets are what firms of the sandbox let the bank read.
var datasets = []string{"tax.grade", "tax.filing", "market.licence"}

// beat is how often the sandbox looks whether the bank has done something.
const beat = 20 * time.Millisecond

// Open opens a sandbox. Errors: those of server.OpenPlatform, signature.key_form.
func Open(ctx context.Context, o Options) (*Sandbox, error) {
	alg, public, print, err := keyOf(o.Public)
	if err != nil {
		return nil, err
	}
	s := &Sandbox{Options: o, ended: map[string]time.Time{}, findings: findings{map[string][]string{}, map[string][]string{}}}
	s.client = &http.Client{Timeout: hookTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if s.Turn == nil {
		s.Turn = func(ctx context.Context, since time.Time) bool {
			select {
			case <-ctx.Done():
				return false
			case <-time.After(beat):
			}
			return s.Now().Sub(since) < s.Patience
		}
	}
	if s.Said == nil {
		s.Said = func(string) {}
	}
	if s.folder, err = os.MkdirTemp("", "changrong-conformance"); err != nil {
		return nil, err
	}
	s.platform, err = server.OpenPlatform(ctx, server.Config{
		Data: s.folder, Demo: true, Departments: department{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Now: func() civil.Instant { return civil.Instant(s.Now().UnixMilli()) },
	})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.folder))
	}
	s.recorder = &recorder{platform: s.platform.Handler(), now: s.Now}
	now := s.platform.Now()
	err = s.platform.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutOrg(&access.Org{ID: bankOrg, Kind: access.BankOrg, Name: "受测银行"}); err != nil {
			return err
		}
		if err := tx.PutAccount(&access.Account{ID: bankLead, Login: "lead", Name: "沙箱中的同事", Org: bankOrg, Roles: []access.Role{access.BankLead}, PasswordAt: now}); err != nil {
			return err
		}
		return tx.PutKey(&apikey.Key{
			ID: o.KeyID, Org: bankOrg, Name: "受测系统", Alg: alg, Public: public, Fingerprint: print, State: apikey.Active,
			Added: now, AddedBy: bankLead, Decided: now, DecidedBy: "sandbox", Expires: now + 365*civil.Day,
		})
	})
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// keyOf reads a public key of whichever algorithm.
func keyOf(text string) (alg apikey.Alg, public, print string, err error) {
	for _, alg = range []apikey.Alg{apikey.Ed25519, apikey.ECDSA, apikey.RSA, apikey.SM2} {
		if public, print, err = httpsig.ParsePublic(alg, text); err == nil {
			return alg, public, print, nil
		}
	}
	return "", "", "", err
}

// ServeHTTP is the platform as the bank calls it.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.recorder.ServeHTTP(w, r) }

// Close ends the platform and takes its folder away.
func (s *Sandbox) Close() error {
	return errors.Join(s.platform.Close(), os.RemoveAll(s.folder))
}

// firm is an enterprise of the sandbox, with what it asked for.
type firm struct {
	access.Caller
	scope       access.Scope
	uscc        string
	application string
	referral    string
}

// apply makes a firm that applies at the bank, and returns it when the bank has the
// referral; it has not been told of it yet.
func (s *Sandbox) apply(ctx context.Context, amount money.Fen, months int64) (*firm, error) {
	s.firms++
	code, err := uscc.Make("91", "331082", fmt.Sprintf("MA5%05d", s.firms))
	if err != nil {
		return nil, err
	}
	f := &firm{uscc: code}
	org := fmt.Sprintf("firm-%d", s.firms)
	f.Principal = &access.Principal{Account: "boss-" + org, Name: "负责人", Org: org, OrgKind: access.EnterpriseOrg, Roles: []access.Role{access.Enterprise}}
	f.scope = access.Scope{Org: org}
	if err := s.platform.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutOrg(&access.Org{ID: org, Kind: access.EnterpriseOrg, Name: fmt.Sprintf("沙箱%d号𠮷厂🏭", s.firms), USCC: code}); err != nil {
			return err
		}
		return tx.PutAccount(&access.Account{ID: f.Account, Login: f.Account, Name: "负责人", Org: org, Roles: f.Roles, PasswordAt: s.platform.Now()})
	}); err != nil {
		return nil, err
	}
	g := exchange.Grant{Recipient: bankOrg, Purpose: exchange.LoanApplication, Datasets: datasets, ExpiresOn: s.platform.Now().Date() + 30}
	text, err := s.platform.API.Exchange.Text(ctx, f.Caller, g)
	if err != nil {
		return nil, err
	}
	a, err := s.platform.API.Origination.Submit(ctx, f.Caller, origination.Submission{
		Key: crypto.NewID(), Contact: origination.Contact{Name: "𬸚某", Phone: "13800001111"},
		Need:    origination.Need{Amount: amount, Months: months, Purpose: "equipment", Words: "买机床🛠️"},
		Targets: []origination.Wanted{{Bank: bankOrg, Consent: origination.Asked{Datasets: datasets, SHA256: text.Hash, Expires: g.ExpiresOn, Channel: "phone"}}},
	})
	if err != nil {
		return nil, err
	}
	f.application = a.ID
	if err := s.settled(ctx); err != nil {
		return nil, err
	}
	v, err := s.platform.API.Origination.Application(ctx, f.Caller, f.scope, a.ID)
	if err != nil {
		return nil, err
	}
	if len(v.Referrals) == 0 {
		return nil, errors.New("conformance: the application came to no bank")
	}
	f.referral = v.Referrals[0].Referral.ID
	return f, nil
}

// settled waits until applications that were handed in have come to the bank.
func (s *Sandbox) settled(ctx context.Context) error {
	for {
		var last, seq int64
		err := s.platform.DB.Read(ctx, func(tx *store.Tx) (err error) {
			if last, err = tx.LastEvent(); err == nil {
				seq, err = tx.Cursor("origination")
			}
			return err
		})
		if err != nil || seq >= last {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(beat / 10):
		}
	}
}

// news are the events that the bank has not been told yet.
func (s *Sandbox) news(ctx context.Context) (out []event.Event, err error) {
	if err := s.settled(ctx); err != nil {
		return nil, err
	}
	err = s.platform.DB.Read(ctx, func(tx *store.Tx) error {
		list, err := tx.EventsAfter(s.seq, maxNews)
		for i := range list {
			s.seq = list[i].Seq
			for _, org := range list[i].Orgs {
				if org == bankOrg {
					out = append(out, list[i].Event)
				}
			}
		}
		return err
	})
	return out, err
}

// maxNews is how many events are looked at at a time.
const maxNews = 500

// detail is a referral as the bank may read it.
func (s *Sandbox) detail(ctx context.Context, f *firm) (*origination.Detail, error) {
	return s.platform.API.Origination.Referral(ctx, lead(), access.Scope{Org: bankOrg}, f.referral)
}

// lead is somebody of the bank who works by hand beside its system.
func lead() access.Caller {
	return access.Caller{Principal: &access.Principal{Account: bankLead, Name: "沙箱中的同事", Org: bankOrg, OrgKind: access.BankOrg, Roles: []access.Role{access.BankLead}}}
}

// department answers for every department, about every firm alike.
type department struct{}

// Fetch implements exchange.Source.
func (department) Fetch(_ context.Context, q exchange.Query) (*exchange.Delivery, error) {
	catalogue, err := exchange.Load()
	if err != nil {
		return nil, err
	}
	d, err := catalogue.Dataset(q.Dataset)
	if err != nil {
		return nil, err
	}
	cells := map[string]string{}
	for i := range d.Fields {
		f := &d.Fields[i]
		cells[f.Name] = map[string]string{
			"bool": "0", "int": "2", "yuan": "1000.00", "percent": "5", "date": "2020-01-02", "month": "2020-01", "text": "沙箱𠮷", "uscc": q.USCC,
		}[f.Type]
		if len(f.Codes) > 0 {
			cells[f.Name] = f.Codes[0].Code
		}
	}
	day, _ := civil.Of(2026, 1, 5)
	return &exchange.Delivery{Records: []exchange.Record{{Cells: cells}}, AsOf: day, Source: "沙箱部门", Raw: ""}, nil
}
