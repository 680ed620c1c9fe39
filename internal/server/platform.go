package server

import (
	"context"
	"crypto/x509"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/blob"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/engine"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/job"
	"changrong/internal/adapter/notify"
	"changrong/internal/adapter/outbox"
	"changrong/internal/adapter/signin"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/exchange"
	"changrong/internal/subsidy/late"
)

// Config says what a platform works with.
type Config struct {
	Data     string // folder of what it keeps: database, files, keys
	Database string // PostgreSQL; "": changrong.db in Data
	Blobs    string // s3://…; "": the folder blobs in Data
	S3Key    string
	S3Secret string
	Packs    string // folder of the policies; "": the folder packs in Data

	Font string // a TrueType font of papers; "": the program's own, with the characters of GB/T 2312

	PublicURL string         // how people reach it: https://…; "" as requests say
	Proxies   []netip.Prefix // whose word about where a request comes from is taken
	Suite     crypto.Suite   // "": intl
	SignIn    []signin.Provider

	Mail      *notify.SMTP    // nil: nothing is mailed
	Texts     *notify.Gateway // nil: no short messages
	HookAllow []netip.Prefix  // networks inside which webhooks may be called
	HookRoots *x509.CertPool  // who vouches for those whom webhooks call; nil: whom the system trusts

	Departments exchange.Source // where data about firms come from; nil: nowhere

	Demo        bool   // accounts of a demonstration may sign in
	RequireTOTP bool   // roles that matter need a second factor
	BeginCode   string // what making the first administrators asks for; "": one is made up while there are none
	TrialDays   int    // how many days the rows of trial settlements are kept; 0: 90
	Workers     int    // jobs at a time; 0: half of the processors, at least 2

	Stall time.Duration // how long a job may go without a sign of life; 0: as package job has it

	Now func() civil.Instant // nil: the clock
	Log *slog.Logger         // nil: slog.Default
	// Waiting is told why the platform cannot be opened yet, each time it is tried
	// again; nil: it is not tried again.
	Waiting func(error)
}

// Platform is the whole of it, running.
type Platform struct {
	Config
	DB      *store.DB
	Files   blob.Store
	Keys    *crypto.Provider
	API     *httpapi.API
	Access  *access.Service
	Packed  *engine.Packs
	Metrics *Metrics

	handlers map[string]job.Handler
	told     []outbox.Subscriber
	chores   []chore
	late     *late.Service

	hub     *outbox.Hub
	relay   *outbox.Relay
	runner  *job.Runner
	handler http.Handler

	name   string     // of this server among those of its database
	unname func()     // lets another server of this data folder have the name
	clock  *demoClock // nil where the real one is used

	room   room
	behind atomic.Int64 // how far the clock was behind the audit log when it was last looked at

	stopWork, stopHub context.CancelFunc
	work, hubs        sync.WaitGroup
	close             func() error
}

// OpenPlatform opens a platform and begins its work in the background.
//
// Errors: those of store.Open, blob.OpenS3, crypto.OpenRing, engine.OpenPacks;
// server.public_url.
func OpenPlatform(ctx context.Context, c Config) (*Platform, error) {
	c.defaults()
	if u, err := url.Parse(c.PublicURL); c.PublicURL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") != "") {
		return nil, fault.Invalidf("server.public_url", "对外地址应写作 https://主机，不带路径：%s", "a public address is https://host, without a path: %s", c.PublicURL)
	}
	c.PublicURL = strings.TrimSuffix(c.PublicURL, "/")
	var clock *demoClock
	if c.Demo {
		var err error
		if clock, err = newDemoClock(c.Now, c.in(clockFile)); err != nil {
			return nil, err
		}
		c.Now = clock.Now
	}
	p := &Platform{Config: c, Metrics: NewMetrics(), handlers: map[string]job.Handler{}, clock: clock, room: room{began: time.Now()}}
	if err := p.keep(ctx); err != nil {
		return nil, err
	}
	if err := p.assemble(ctx); err != nil {
		p.DB.Close() //nolint:errcheck // it goes away anyway
		p.unname()
		return nil, err
	}
	p.start()
	return p, nil
}

func (c *Config) defaults() {
	if c.Now == nil {
		c.Now = func() civil.Instant { return civil.Instant(time.Now().UnixMilli()) }
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Suite == "" {
		c.Suite = crypto.Intl
	}
	if c.Packs == "" {
		c.Packs = filepath.Join(c.Data, "packs")
	}
	if c.Workers == 0 {
		c.Workers = max(2, runtime.GOMAXPROCS(0)/2)
	}
}

// Where things are in the data folder.
const (
	databaseFile = "changrong.db"
	blobFolder   = "blobs"
	keyFolder    = "keys"
	keyFile      = "keys.json"
	tempFolder   = "tmp"
	spoolFolder  = "uploads"
	backupLock   = "backup.lock"
	nameFile     = "server.name"
	clockFile    = "demo.clock"
)

func (c *Config) in(names ...string) string {
	return filepath.Join(append([]string{c.Data}, names...)...)
}

// address is where the database is.
func (c *Config) address() string {
	if c.Database != "" {
		return c.Database
	}
	return c.in(databaseFile)
}

// keep opens what things are kept in.
func (p *Platform) keep(ctx context.Context) error {
	for _, dir := range []string{p.Data, p.in(keyFolder), p.in(tempFolder)} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return unwritable(dir, err)
		}
	}
	ring, err := crypto.OpenRing(p.in(keyFolder, keyFile), p.Suite)
	if err != nil {
		return err
	}
	p.Keys = crypto.New(p.Suite, ring)
	err = p.patiently(ctx, func() (err error) {
		p.Files, err = p.openFiles(ctx)
		return err
	})
	if err != nil {
		return err
	}
	err = p.patiently(ctx, func() (err error) {
		p.DB, err = store.Open(ctx, p.address())
		return err
	})
	if err != nil {
		return err
	}
	p.name, p.unname = p.nameOf()
	return nil
}

func unwritable(dir string, err error) error {
	return fault.Newf(fault.Unavailable, "server.data", "数据目录 %s 无法使用", "the folder %s cannot be used", dir).Because(err)
}

func (c *Config) openFiles(ctx context.Context) (blob.Store, error) {
	if c.Blobs == "" {
		return blob.OpenDir(c.in(blobFolder))
	}
	return blob.OpenS3(ctx, blob.S3Options{Address: c.Blobs, Key: c.S3Key, Secret: c.S3Secret, Spool: c.in(tempFolder)})
}

// retryEvery is how long to wait for what a platform needs before trying again.
const retryEvery = 3 * time.Second

// patiently tries f again while what it needs is away, if anybody wants to wait.
func (p *Platform) patiently(ctx context.Context, f func() error) error {
	for {
		err := f()
		if err == nil || p.Waiting == nil || fault.KindOf(err) != fault.Unavailable {
			return err
		}
		p.Waiting(err)
		select {
		case <-time.After(retryEvery):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// start begins the work in the background.
func (p *Platform) start() {
	work, stopWork := context.WithCancel(context.Background())
	hub, stopHub := context.WithCancel(context.Background())
	p.stopWork, p.stopHub = stopWork, stopHub
	p.hubs.Go(func() { p.hub.Run(hub) })
	p.work.Go(func() { p.relay.Run(work) })
	p.work.Go(func() { p.runner.Run(work) })
	for _, c := range p.chores {
		p.work.Go(func() { c.run(work, p.Log) })
	}
}

// Handler is everything that is served: the console, the API, whether it is well.
func (p *Platform) Handler() http.Handler { return p.handler }

// Drain ends the streams of events, which would keep a server from stopping.
func (p *Platform) Drain() {
	p.stopHub()
	p.hubs.Wait()
}

// Close ends the platform: it takes on nothing more, lets what runs end for a while,
// and closes what things are kept in. Nobody may call the handler any more.
func (p *Platform) Close() error {
	p.Drain()
	p.stopWork()
	p.work.Wait()
	return p.close()
}

// Begins says where the first administrators are made, and with which code; no code
// when there are accounts already.
func (p *Platform) Begins(ctx context.Context) (code string, err error) {
	empty, err := p.Access.Empty(ctx)
	if err != nil || !empty {
		return "", err
	}
	return p.Access.BeginCode, nil
}

// DemoAccounts returns how many accounts of a demonstration there are.
func (p *Platform) DemoAccounts(ctx context.Context) (n int, err error) {
	err = p.DB.Read(ctx, func(tx *store.Tx) error {
		n, err = tx.CountDemo()
		return err
	})
	return n, err
}
