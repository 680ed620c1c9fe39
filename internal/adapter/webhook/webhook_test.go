package webhook_test

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/adapter/webhook"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
)

func TestMain(m *testing.M) {
	code := m.Run()
	pgtest.Stop()
	os.Exit(code)
}

// TestPublishedSignature is the example of the specification.
func TestPublishedSignature(t *testing.T) {
	secret, err := webhook.ParseSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	got := webhook.Sign([]webhook.Secrets{{HMAC: secret}}, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, []byte(`{"test": 2432232314}`))
	if got != "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" {
		t.Error(got)
	}
	for _, bad := range []string{"", "whsec_", "whsec_AAAA", "whsec_" + strings.Repeat("A", 88), "whsec_!"} {
		if _, err := webhook.ParseSecret(bad); fault.CodeOf(err) != "webhook.secret" {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestOnlyPublicAddressesAreTaken(t *testing.T) {
	g := &webhook.Guard{}
	for text, ok := range map[string]bool{
		"https://bank.example.com/hook": true, "https://bank.example.com:8443/h?a=b": true, "https://93.184.216.34/": true, "https://[2606:2800:220:1::1]/": true,
		"http://bank.example.com/": false, "ftp://bank.example.com/": false, "bank.example.com": false, "": false, "https://": false, "https:///x": false,
		"https://user:pw@bank.example.com/": false, "https://bank.example.com/#f": false, "https://bank.example.com/#": false, "https://localhost/": false,
		"https://bank.example.com./": false, "https://127.0.0.1/": false, "https://127.1/": false, "https://0x7f000001/": false, "https://2130706433/": false,
		"https://0177.0.0.1/": false, "https://10.0.0.1/": false, "https://172.31.255.255/": false, "https://172.32.0.1/": true, "https://192.168.1.1/": false,
		"https://169.254.169.254/latest/meta-data": false, "https://100.100.100.200/": false, "https://168.63.129.16/": false, "https://0.0.0.0/": false,
		"https://224.0.0.1/": false, "https://255.255.255.255/": false, "https://198.18.0.1/": false, "https://[::1]/": false, "https://[::]/": false,
		"https://[::ffff:127.0.0.1]/": false, "https://[::ffff:93.184.216.34]/": true, "https://[fd00:ec2::254]/": false, "https://[fe80::1]/": false,
		"https://[fe80::1%25eth0]/": false, "https://[64:ff9b::7f00:1]/": false, "https://[2002:7f00:1::]/": false, "https://[2001:0:1::]/": false,
		"https://[::127.0.0.1]/": false, "https://[ff02::1]/": false, "https://bank.example.com\\@127.0.0.1/": false, "https://bank.example.com%2f@127.0.0.1/": false,
		"https://bank.example.com/" + strings.Repeat("x", 500): false, "https://a.1/": false, "https://a..": false,
	} {
		if _, err := g.CheckURL(text); (err == nil) != ok || err != nil && fault.CodeOf(err) != "webhook.url" {
			t.Errorf("%.80s: %v", text, err)
		}
	}
	allowed := &webhook.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("10.9.0.0/16")}}
	for text, ok := range map[string]bool{"https://10.9.1.1/": true, "https://10.8.1.1/": false, "https://[::ffff:10.9.1.1]/": true, "https://core/": true} {
		if _, err := allowed.CheckURL(text); (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
	allowed.Plain = true
	for text, ok := range map[string]bool{"http://10.9.1.1:8431/hooks": true, "http://10.8.1.1/": false, "http://93.184.216.34/": false, "http://core/": false, "http://bank.example.com/": false, "ftp://10.9.1.1/": false, "https://93.184.216.34/": true} {
		if _, err := allowed.CheckURL(text); (err == nil) != ok {
			t.Errorf("%s, of a demonstration: %v", text, err)
		}
	}
	g.Plain = true
	if _, err := g.CheckURL("http://127.0.0.1/"); err == nil {
		t.Error("http is taken where no network is allowed")
	}
}

func FuzzCheckURL(f *testing.F) {
	for _, s := range []string{"https://a.example.com/x", "https://[::1]:9/", "https://1.2.3.4", "https://a%00b/", "https://0x7f.1/"} {
		f.Add(s)
	}
	g := &webhook.Guard{}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := g.CheckURL(text)
		if err != nil {
			return
		}
		if u.Scheme != "https" || u.User != nil || u.Hostname() == "" {
			t.Fatalf("%q was taken as %v", text, u)
		}
		if ip, err := netip.ParseAddr(u.Hostname()); err == nil && (ip.Unmap().IsPrivate() || ip.Unmap().IsLoopback() || ip.Unmap().IsLinkLocalUnicast()) {
			t.Fatalf("%q leads inside", text)
		}
	})
}

// sealer seals with a key that ends with the test.
type sealer struct{ cipher.AEAD }

func (s sealer) Seal(plain []byte, place string) ([]byte, error) {
	return s.AEAD.Seal(nil, nil, plain, []byte(place)), nil
}

func (s sealer) Open(sealed []byte, place string) ([]byte, error) {
	return s.AEAD.Open(nil, nil, sealed, []byte(place))
}

// tap is a transaction that notes the jobs that are asked for.
type tap struct {
	*store.Tx
	jobs *[]event.Job
}

func (t tap) Enqueue(j event.Job) error {
	*t.jobs = append(*t.jobs, j)
	return t.Tx.Enqueue(j)
}

// world is a platform with one bank and a receiver of its messages.
type world struct {
	*webhook.Service
	t    *testing.T
	db   *store.DB
	now  civil.Instant
	jobs []event.Job
	lead access.Caller
	own  access.Scope

	mu     sync.Mutex
	got    []*http.Request
	bodies [][]byte
	answer func(http.ResponseWriter, *http.Request)
	server *httptest.Server
}

func (w *world) Read(ctx context.Context, f func(webhook.Tx) error) error {
	return w.db.Read(ctx, func(tx *store.Tx) error { return f(tx) })
}

func (w *world) Write(ctx context.Context, f func(webhook.Tx) error) error {
	return w.db.Write(ctx, func(tx *store.Tx) error { return f(tap{tx, &w.jobs}) })
}

func newWorld(t *testing.T, db *store.DB) *world {
	t.Helper()
	w := &world{t: t, db: db, now: civil.StartOf(20000), own: access.Scope{Org: "bank"}}
	w.lead = access.Caller{Principal: &access.Principal{Account: "lead", Org: "bank", OrgKind: access.BankOrg}}
	err := db.Write(t.Context(), func(tx *store.Tx) error {
		for id, kind := range map[string]access.OrgKind{"bank": access.BankOrg, "rival": access.BankOrg, "office": access.OfficeOrg} {
			if err := tx.PutOrg(&access.Org{ID: id, Kind: kind, Name: id}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.server = httptest.NewTLSServer(http.HandlerFunc(w.receive))
	t.Cleanup(w.server.Close)
	block, err := aes.NewCipher([]byte(rand.Text())[:16])
	if err != nil {
		t.Fatal(err)
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		t.Fatal(err)
	}
	w.Service = &webhook.Service{
		Store: w, Now: func() civil.Instant { return w.now }, NewID: crypto.NewID, Sealer: sealer{gcm},
		Random: func(n int) []byte { b := make([]byte, n); rand.Read(b); return b },
		Guard:  &webhook.Guard{Resolve: (&net.Resolver{}).LookupNetIP, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}},
	}
	w.Transport = w.server.Client().Transport.(*http.Transport)
	return w
}

func (w *world) receive(rw http.ResponseWriter, r *http.Request) {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		w.t.Error(err)
	}
	w.mu.Lock()
	w.got, w.bodies = append(w.got, r), append(w.bodies, b)
	answer := w.answer
	w.mu.Unlock()
	if answer != nil {
		answer(rw, r)
	}
}

func (w *world) add(kinds ...string) (*webhook.Endpoint, string) {
	w.t.Helper()
	e, secret, err := w.Add(w.t.Context(), w.lead, webhook.Config{URL: w.server.URL + "/hook", Kinds: kinds})
	if err != nil {
		w.t.Fatal(err)
	}
	return e, secret
}

func (w *world) happen(kind string, orgs ...string) event.Event {
	w.t.Helper()
	e := event.Event{ID: crypto.NewID(), Kind: kind, At: w.now, Orgs: orgs, Subject: "s1", Data: map[string]string{"name": "报送"}}
	if err := w.Write(w.t.Context(), func(tx webhook.Tx) error { return w.Keep(tx, e) }); err != nil {
		w.t.Fatal(err)
	}
	return e
}

// work moves the clock to the next job and does it; false when there is none.
func (w *world) work() bool {
	w.t.Helper()
	if len(w.jobs) == 0 {
		return false
	}
	j := w.jobs[0]
	w.jobs = w.jobs[1:]
	w.now = max(w.now, j.After)
	if err := w.Deliver(w.t.Context(), j); err != nil {
		w.t.Fatal(err)
	}
	return true
}

func (w *world) log(e *webhook.Endpoint) []webhook.Delivery {
	w.t.Helper()
	ds, total, err := w.Log(w.t.Context(), w.own, e.ID, "", 100, 0)
	if err != nil || total != len(ds) {
		w.t.Fatal(total, err)
	}
	return ds
}

func (w *world) get(e *webhook.Endpoint) *webhook.Endpoint {
	w.t.Helper()
	x, err := w.Get(w.t.Context(), w.own, e.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return x
}

func TestWhatHappensIsTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		e, secret := w.add("submission.*", "claim.paid")
		told := w.happen("submission.accepted", "bank", "bank")
		w.happen("submission.accepted", "rival")
		w.happen("claim.filed", "bank")
		w.happen("submission.opened") // for who oversees
		if len(w.jobs) != 1 {
			t.Fatalf("%d jobs", len(w.jobs))
		}
		again := w.jobs[0]
		if !w.work() || len(w.got) != 1 {
			t.Fatalf("%d requests", len(w.got))
		}
		r, body := w.got[0], w.bodies[0]
		var m struct {
			Type, Timestamp string
			Data            map[string]string
		}
		if err := json.Unmarshal(body, &m); err != nil || m.Type != told.Kind || m.Timestamp != "2024-10-03T16:00:00Z" || m.Data["subject"] != "s1" || m.Data["event"] != told.ID {
			t.Errorf("%s %v", body, err)
		}
		key, err := webhook.ParseSecret(secret)
		if err != nil {
			t.Fatal(err)
		}
		at, err := strconv.ParseInt(r.Header.Get("Webhook-Timestamp"), 10, 64)
		if err != nil || at != int64(w.now/civil.Second) || !webhook.Verify(key, r.Header.Get("Webhook-Id"), at, body, r.Header.Get("Webhook-Signature")) {
			t.Errorf("%v %v", r.Header, err)
		}
		if webhook.Verify(key, r.Header.Get("Webhook-Id"), at, append(body, ' '), r.Header.Get("Webhook-Signature")) {
			t.Error("another body is taken")
		}
		public, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(e.Public, "whpk_"))
		if err != nil {
			t.Fatal(err)
		}
		_, v1a, _ := strings.Cut(r.Header.Get("Webhook-Signature"), "v1a,")
		sig, err := base64.StdEncoding.DecodeString(v1a)
		if text := fmt.Sprintf("%s.%d.%s", r.Header.Get("Webhook-Id"), at, body); err != nil || !ed25519.Verify(public, []byte(text), sig) {
			t.Errorf("v1a: %s %v", v1a, err)
		}
		if ds := w.log(e); len(ds) != 1 || ds[0].State != webhook.Taken || ds[0].Tries != 1 || w.get(e).GoodAt != w.now {
			t.Errorf("%+v", ds)
		}
		// the same job and the same event again change nothing
		w.jobs = []event.Job{again}
		w.work()
		if err := w.Write(t.Context(), func(tx webhook.Tx) error { return w.Keep(tx, told) }); err != nil || len(w.got) != 1 || len(w.jobs) != 0 {
			t.Errorf("%d requests, %d jobs, %v", len(w.got), len(w.jobs), err)
		}
		if stored := fmt.Sprintf("%+v", w.get(e)); strings.Contains(stored, secret) || bytes.Contains(w.get(e).Secret, key) {
			t.Error("the secret is kept as it is")
		}
	})
}

func TestFailuresFollowTheSchedule(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		e, _ := w.add()
		w.answer = func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusInternalServerError) }
		w.happen("claim.paid", "bank")
		began := w.now
		var at []civil.Instant
		for w.work() {
			if n := len(w.got); n > len(at) {
				at = append(at, w.now-began)
			}
		}
		if len(at) != 10 || at[0] != 0 || at[1] < 5*civil.Second || at[1] > 6*civil.Second || at[2]-at[1] < 5*civil.Minute || at[2]-at[1] > 330*civil.Second ||
			at[9] < 75*civil.Hour || at[9] > 95*civil.Hour {
			t.Errorf("tried after %v ms", at)
		}
		d := w.log(e)[0]
		x := w.get(e)
		if d.State != webhook.Failed || d.Tries != 10 || !x.Off || x.Why == "" || x.Failures != 10 {
			t.Errorf("%+v %+v", d, x)
		}
		tries, err := w.Tries(t.Context(), w.own, d.ID)
		if err != nil || len(tries) != 10 || tries[9].Status != 500 || tries[9].Note != "对方返回500" {
			t.Errorf("%+v %v", tries, err)
		}
		for _, r := range w.got {
			if r.Header.Get("Webhook-Id") != d.ID {
				t.Error("the id changes from try to try")
			}
		}
		// by hand, under the same id; an address that is off must be turned on first
		if err := w.Replay(t.Context(), w.lead, w.own, d.ID); fault.CodeOf(err) != "webhook.off" {
			t.Errorf("replay: %v", err)
		}
		if err := w.Edit(t.Context(), w.lead, w.own, e.ID, x.Version, webhook.Config{URL: x.URL}); err != nil {
			t.Fatal(err)
		}
		w.answer = nil
		if err := w.Replay(t.Context(), w.lead, access.Scope{Org: "rival"}, d.ID); fault.CodeOf(err) != "webhook.not_found" {
			t.Errorf("another bank's replay: %v", err)
		}
		if err := w.Replay(t.Context(), w.lead, w.own, d.ID); err != nil {
			t.Fatal(err)
		}
		w.work()
		if d := w.log(e)[0]; d.State != webhook.Taken || w.got[len(w.got)-1].Header.Get("Webhook-Id") != d.ID {
			t.Errorf("%+v", d)
		}
		w.now += 100 * civil.Day
		if err := w.Sweep(t.Context()); err != nil || len(w.log(e)) != 0 {
			t.Errorf("%v %v", w.log(e), err)
		}
	})
}

func TestAnswersAreHeeded(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer func(http.ResponseWriter, *http.Request)
		state  webhook.State
		off    bool
		least  civil.Instant // until the next try
		note   string
	}{
		{"204", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }, webhook.Taken, false, 0, ""},
		{"410", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) }, webhook.Failed, true, 0, "对方返回410"},
		{"redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, webhook.Waiting, false, 5 * civil.Second, "对方要求转向其他地址，不予跟随"},
		{"retry after seconds", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusTooManyRequests)
		}, webhook.Waiting, false, civil.Hour, "对方返回429"},
		{"retry after a date", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "Thu, 03 Oct 2024 18:00:00 GMT")
			w.WriteHeader(http.StatusServiceUnavailable)
		}, webhook.Waiting, false, 2 * civil.Hour, "对方返回503"},
		{"retry after for ever", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "2000000000")
			w.WriteHeader(http.StatusServiceUnavailable)
		}, webhook.Waiting, false, civil.Day, "对方返回503"},
		{"hangs up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, webhook.Waiting, false, 5 * civil.Second, "连接失败"},
		{"endless", func(w http.ResponseWriter, _ *http.Request) {
			for {
				if _, err := w.Write(make([]byte, 64<<10)); err != nil {
					return
				}
			}
		}, webhook.Taken, false, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, storetest.SQLite(t))
			e, _ := w.add()
			w.answer = c.answer
			w.happen("claim.paid", "bank")
			w.work()
			d, x := w.log(e)[0], w.get(e)
			if d.State != c.state || x.Off != c.off || len(w.got) != 1 {
				t.Errorf("%+v %+v", d, x)
			}
			if c.least > 0 && (len(w.jobs) != 1 || w.jobs[0].After < w.now+c.least || w.jobs[0].After > w.now+c.least+c.least/10+civil.Second || d.Next != w.jobs[0].After) {
				t.Errorf("the next try: %+v", w.jobs)
			}
			tries, err := w.Tries(t.Context(), w.own, d.ID)
			if err != nil || len(tries) != 1 || tries[0].Note != c.note {
				t.Errorf("%+v %v", tries, err)
			}
		})
	}
}

func TestAnAddressThatFailsRests(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	e, _ := w.add()
	w.answer = func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusInternalServerError) }
	for range 20 {
		w.happen("claim.paid", "bank")
	}
	first := w.jobs
	w.jobs = nil
	for _, j := range first {
		if err := w.Deliver(t.Context(), j); err != nil {
			t.Fatal(err)
		}
	}
	if len(w.got) != 5 || w.get(e).RestTil != w.now+civil.Hour {
		t.Errorf("%d tries, rests til %d", len(w.got), w.get(e).RestTil)
	}
	w.answer = nil
	for w.work() {
	}
	if x := w.get(e); x.Failures != 0 || x.RestTil != 0 || x.Off {
		t.Errorf("%+v", x)
	}
	for _, d := range w.log(e) {
		if d.State != webhook.Taken {
			t.Errorf("%+v", d)
		}
	}
}

// TestANameThatChangesItsMeaningIsNotFollowed answers the first look-up with one
// address and later ones with another, as who wants inside would.
// TestDeliveriesAreNotForgotten loses the job of a delivery, as when its server has
// died with it too often.
func TestDeliveriesAreNotForgotten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		e, _ := w.add()
		revive := func(want int) {
			t.Helper()
			if err := w.Revive(t.Context()); err != nil || len(w.jobs) != want {
				t.Fatalf("%d jobs, not %d, %v", len(w.jobs), want, err)
			}
		}
		w.happen("claim.moved", "bank")
		w.jobs = nil
		w.now += 10 * civil.Minute
		revive(0)
		w.now++
		revive(1)
		revive(1) // it has been asked for
		w.work()
		if d := w.log(e)[0]; d.State != webhook.Taken || d.Tries != 1 || len(w.got) != 1 {
			t.Errorf("%+v, came %d times", d, len(w.got))
		}
		w.now += civil.Hour
		revive(0)
	})
}

func TestANameThatChangesItsMeaningIsNotFollowed(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	_, port, err := net.SplitHostPort(w.server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
	answers := [][]netip.Addr{}
	w.Guard = &webhook.Guard{Resolve: func(context.Context, string, string) ([]netip.Addr, error) {
		looked++
		if looked > len(answers) {
			return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
		}
		return answers[looked-1], nil
	}}
	e, _, err := w.Add(t.Context(), w.lead, webhook.Config{URL: "https://rebind.example.com:" + port + "/hook"})
	if err != nil || looked != 0 {
		t.Fatal(err, looked)
	}
	inside := netip.MustParseAddr("127.0.0.1")
	// a public one and one inside together: all are refused
	for _, first := range [][]netip.Addr{{inside}, {netip.MustParseAddr("93.184.216.34"), inside}, {netip.MustParseAddr("::ffff:127.0.0.1")}, {netip.MustParseAddr("fe80::1%eth0")}} {
		looked, answers = 0, [][]netip.Addr{first}
		w.happen("claim.paid", "bank")
		w.jobs = w.jobs[len(w.jobs)-1:]
		w.work()
		tries, err := w.Tries(t.Context(), w.own, w.log(e)[0].ID)
		if err != nil || len(tries) != 1 || tries[0].Note != "推送地址解析到内部网络，已拒绝" || looked != 1 {
			t.Errorf("%v: %+v %v, looked up %d times", first, tries, err, looked)
		}
		if err := w.Edit(t.Context(), w.lead, w.own, e.ID, w.get(e).Version, webhook.Config{URL: e.URL, Off: true}); err != nil {
			t.Fatal(err)
		}
		if err := w.Edit(t.Context(), w.lead, w.own, e.ID, w.get(e).Version, webhook.Config{URL: e.URL}); err != nil {
			t.Fatal(err)
		}
		w.now += civil.Second
	}
	if len(w.got) != 0 {
		t.Errorf("%d requests came inside", len(w.got))
	}
	// what was checked is what is called, though the name means something else now
	w.Guard.Allow = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	w.Transport.TLSClientConfig.ServerName = "example.com" // the name of the server's certificate
	looked, answers = 0, [][]netip.Addr{{inside}, {netip.MustParseAddr("127.0.0.2")}}
	w.happen("claim.paid", "bank")
	w.jobs = w.jobs[len(w.jobs)-1:]
	w.work()
	if len(w.got) != 1 || looked != 1 {
		t.Errorf("%d requests, looked up %d times", len(w.got), looked)
	}
}

func TestOldSecretsSignForADay(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	e, old := w.add()
	fresh, public, err := w.Rotate(t.Context(), w.lead, w.own, e.ID, e.Version)
	if err != nil || fresh == old || public == e.Public {
		t.Fatal(fresh, err)
	}
	signs := func(secret string) bool {
		t.Helper()
		key, err := webhook.ParseSecret(secret)
		if err != nil {
			t.Fatal(err)
		}
		w.happen("claim.paid", "bank")
		w.work()
		r := w.got[len(w.got)-1]
		at, err := strconv.ParseInt(r.Header.Get("Webhook-Timestamp"), 10, 64)
		return err == nil && webhook.Verify(key, r.Header.Get("Webhook-Id"), at, w.bodies[len(w.bodies)-1], r.Header.Get("Webhook-Signature"))
	}
	if !signs(old) || !signs(fresh) {
		t.Error("on the first day one of both does not sign")
	}
	w.now += civil.Day
	if signs(old) || !signs(fresh) {
		t.Error("on the second day the old one signs, or the new one does not")
	}
	if _, _, err := w.Rotate(t.Context(), w.lead, w.own, e.ID, e.Version); fault.CodeOf(err) != "store.changed" {
		t.Errorf("a version that was changed: %v", err)
	}
}

func TestUntrustedCertificatesAndProxiesAreNotUsed(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	e, _ := w.add()
	proxied := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a proxy was used") }))
	defer proxied.Close()
	u, err := url.Parse(proxied.URL)
	if err != nil {
		t.Fatal(err)
	}
	w.Transport = &http.Transport{Proxy: http.ProxyURL(u)}
	w.happen("claim.paid", "bank")
	w.work()
	tries, err := w.Tries(t.Context(), w.own, w.log(e)[0].ID)
	if err != nil || len(tries) != 1 || tries[0].Note != "对方证书不可信" {
		t.Errorf("%+v %v", tries, err)
	}
}

func TestEndpointsHaveLimits(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	for range 10 {
		w.add()
	}
	if _, _, err := w.Add(t.Context(), w.lead, webhook.Config{URL: w.server.URL}); fault.CodeOf(err) != "webhook.too_many" {
		t.Errorf("the eleventh: %v", err)
	}
	es, err := w.List(t.Context(), w.own)
	if err != nil || len(es) != 10 {
		t.Fatal(len(es), err)
	}
	w.happen("claim.paid", "bank")
	if err := w.Drop(t.Context(), w.lead, access.Scope{Org: "rival"}, es[0].ID); fault.CodeOf(err) != "webhook.not_found" {
		t.Errorf("another bank's: %v", err)
	}
	if err := w.Drop(t.Context(), w.lead, w.own, es[0].ID); err != nil {
		t.Fatal(err)
	}
	for w.work() {
	}
	if len(w.got) != 9 {
		t.Errorf("%d requests", len(w.got))
	}
	for _, kind := range []string{"x", "X.y", "a.b c", "*", "a."} {
		if err := w.Edit(t.Context(), w.lead, w.own, es[1].ID, es[1].Version, webhook.Config{URL: es[1].URL, Kinds: []string{kind}}); fault.CodeOf(err) != "webhook.kinds" {
			t.Errorf("%q: %v", kind, err)
		}
	}
}
