package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/blob"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/uscc"
	"changrong/internal/exchange"
	"changrong/internal/registry"
	"changrong/internal/server"
)

// allBanks is how many banks there are.
const allBanks = 30

// place is one platform.
type place struct {
	*options
	name, data, dsn string

	firms  []*firm
	leads  []string // cookies of the leads of banks
	hooks  []string // ids of the banks' addresses
	told   int      // messages that are to come
	texts  *exchange.Service
	orgs   map[string]*access.Org
	number int // of the last request
}

// firm is an enterprise whose person is signed in.
type firm struct {
	org, cookie string
	caller      access.Caller
}

func bankOf(i int) string { return fmt.Sprintf("bank-%02d", i) }

func now() civil.Instant { return civil.Instant(time.Now().UnixMilli()) }

// fill makes everything that is there before the first request.
func (p *place) fill(ctx context.Context, r *database) error {
	keys := filepath.Join(p.data, "keys")
	if err := os.MkdirAll(keys, 0o700); err != nil {
		return err
	}
	ring, err := crypto.OpenRing(filepath.Join(keys, "keys.json"), crypto.Intl)
	if err != nil {
		return err
	}
	address := p.dsn
	if address == "" {
		address = filepath.Join(p.data, "changrong.db")
	}
	db, err := store.Open(ctx, address)
	if err != nil {
		return err
	}
	sealer := crypto.New(crypto.Intl, ring)
	begun := time.Now()
	err = errors.Join(p.people(ctx, db, sealer), p.registry(ctx, db, sealer))
	r.imported = time.Since(begun)
	if err == nil {
		err = p.enterprises(ctx, db, sealer)
	}
	log.Printf("%s: filled in %v", p.name, time.Since(begun).Round(time.Second))
	return errors.Join(err, p.consents(), db.Close())
}

// consents can write the texts of consents without a database.
func (p *place) consents() (err error) {
	p.texts = &exchange.Service{Store: p, Now: now, NewID: crypto.NewID}
	if p.texts.Catalogue, err = exchange.Load(); err != nil {
		return err
	}
	p.texts.Texts, err = exchange.LoadTexts()
	return err
}

// memory is a transaction that knows organisations.
type memory struct {
	exchange.Tx
	orgs map[string]*access.Org
}

// Org implements exchange.Tx.
func (m memory) Org(id string) (*access.Org, error) { return m.orgs[id], nil }

// Read implements exchange.Store.
func (p *place) Read(_ context.Context, f func(exchange.Tx) error) error {
	return f(memory{orgs: p.orgs})
}

// Write implements exchange.Store.
func (p *place) Write(context.Context, func(exchange.Tx) error) error {
	return errors.New("texts write nothing")
}

// people makes the office and the banks, with who works there.
func (p *place) people(ctx context.Context, db *store.DB, keys *crypto.Provider) error {
	p.orgs = map[string]*access.Org{}
	return db.Write(ctx, func(tx *store.Tx) error {
		p.leads = nil
		office := &access.Org{ID: "office", Kind: access.OfficeOrg, Name: "市金融工作中心"}
		if _, err := p.person(tx, keys, office, access.OfficeLead); err != nil {
			return err
		}
		for i := range allBanks {
			bank := &access.Org{ID: bankOf(i), Kind: access.BankOrg, Name: fmt.Sprintf("第%d银行", i+1)}
			lead, err := p.person(tx, keys, bank, access.BankLead)
			if err != nil {
				return err
			}
			p.leads = append(p.leads, lead)
		}
		return nil
	})
}

// person makes an organisation and somebody of it who is signed in, and returns the cookie.
func (p *place) person(tx *store.Tx, keys *crypto.Provider, o *access.Org, role access.Role) (string, error) {
	if err := tx.PutOrg(o); err != nil {
		return "", err
	}
	p.orgs[o.ID] = o
	secret, at := crypto.NewSecret(), now()
	a := &access.Account{ID: "person-" + o.ID, Login: o.ID, Name: "某某", Org: o.ID, Roles: []access.Role{role}, PasswordAt: at}
	if err := tx.PutAccount(a); err != nil {
		return "", err
	}
	return "changrong_session=" + secret, tx.PutSession(&access.Session{
		ID: crypto.NewID(), Hash: keys.Digest(secret), Account: a.ID, Stage: access.SignedIn, Via: access.ViaPassword, Started: at, LastSeen: at,
	})
}

// code is the credit code of the firm with a number, and name its name.
func code(i int) (string, error) { return uscc.Make("91", "331082", fmt.Sprintf("%08d", i)) }

func name(i int) string {
	word := []rune("宏达永兴利民顺发华泰金鑫恒源盛隆嘉诚瑞丰")
	return fmt.Sprintf("临海市%c%c%c%c%d机械有限公司", word[i%20], word[i/20%20], word[i/400%20], word[i/8000%20], i%7)
}

// registry takes a file of the registry in, as the platform does when a department has
// handed it in.
func (p *place) registry(ctx context.Context, db *store.DB, keys *crypto.Provider) error {
	files, err := blob.OpenDir(filepath.Join(p.data, "blobs"))
	if err != nil {
		return err
	}
	from, to := io.Pipe()
	go func() { to.CloseWithError(p.write(to)) }()
	ref, err := files.Put(ctx, from)
	if err != nil {
		return err
	}
	s := &registry.Service{Store: store.Of[registry.Tx]{DB: db}, Sealer: keys, Files: server.FirmFiles{Blobs: files, Temp: p.data}, Now: now, NewID: crypto.NewID}
	lead := access.Caller{Principal: &access.Principal{Account: "person-office", Name: "某某", Org: "office", OrgKind: access.OfficeOrg}}
	m, err := s.Begin(ctx, lead, registry.File{Name: "registry.csv", SHA256: ref.SHA256, Size: ref.Size}, now().Date(), "市场监管局")
	if err != nil {
		return err
	}
	begun := time.Now()
	if err := s.Load(ctx, event.Job{Payload: m.ID}, func(int64, int64, string) {}); err != nil {
		return err
	}
	m, err = s.Import(ctx, access.Scope{All: true}, m.ID)
	if err == nil && m.Added != int64(p.options.firms) {
		err = fmt.Errorf("%d firms are in the registry: %+v", m.Added, m.Findings)
	}
	log.Printf("%s: %d firms in %v", p.name, p.options.firms, time.Since(begun).Round(time.Second))
	return err
}

// write writes the file.
func (p *place) write(to io.Writer) error {
	w := bufio.NewWriter(to)
	fmt.Fprintln(w, "uscc,name,kind,status,closed_on,registered_on,registered_capital,legal_representative,industry,town,size") // Flush tells what went wrong
	for i := range p.options.firms {
		c, err := code(i)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s,%s,enterprise,open,,2001-02-03,5000000,王某,C34,331082001,small\n", c, name(i)) // Flush tells what went wrong
	}
	return w.Flush()
}

// enterprises lets some firms of the registry sign in, chosen by chance.
func (p *place) enterprises(ctx context.Context, db *store.DB, keys *crypto.Provider) error {
	chosen := rand.New(rand.NewPCG(7, 7)).Perm(p.options.firms)[:p.options.enterprises]
	for len(chosen) > 0 {
		part := chosen[:min(500, len(chosen))]
		chosen = chosen[len(part):]
		var made []*firm
		if err := db.Write(ctx, func(tx *store.Tx) error {
			made = nil
			for _, i := range part {
				c, err := code(i)
				if err != nil {
					return err
				}
				o := &access.Org{ID: crypto.NewID(), Kind: access.EnterpriseOrg, Name: name(i), USCC: c}
				cookie, err := p.person(tx, keys, o, access.Enterprise)
				if err != nil {
					return err
				}
				made = append(made, &firm{o.ID, cookie, access.Caller{Principal: &access.Principal{
					Account: "person-" + o.ID, Name: "某某", Org: o.ID, OrgKind: access.EnterpriseOrg, Roles: []access.Role{access.Enterprise},
				}}})
			}
			return nil
		}); err != nil {
			return err
		}
		p.firms = append(p.firms, made...)
	}
	return nil
}
