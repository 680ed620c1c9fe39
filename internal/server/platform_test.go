package server_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/server"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	code := m.Run()
	pgtest.Stop()
	if code == 0 {
		http.DefaultClient.CloseIdleConnections()
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// town is a platform that runs, with a server before it.
type town struct {
	*server.Platform
	url   string
	clock atomic.Int64
}

// eachDatabase runs f with the address of an empty database: "" for the embedded one.
func eachDatabase(t *testing.T, f func(t *testing.T, database string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, "") })
	t.Run("postgres", func(t *testing.T) { f(t, pgtest.Start(t)) })
}

// open opens a platform and serves it until the test ends.
func open(t testing.TB, c server.Config) *town {
	t.Helper()
	w := &town{}
	w.clock.Store(time.Now().UnixMilli())
	if c.Data == "" {
		c.Data = t.TempDir()
	}
	c.Now = func() civil.Instant { return civil.Instant(w.clock.Load()) }
	if c.Log == nil {
		c.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	p, err := server.OpenPlatform(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	w.Platform = p
	h := httptest.NewUnstartedServer(nil)
	h.Config = httpapi.NewServer(p.Handler())
	h.Start()
	w.url = h.URL
	t.Cleanup(func() {
		p.Drain()
		h.Close()
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// person makes an account of an organisation and returns the cookie of its session.
func (w *town) person(t testing.TB, org string, kind access.OrgKind, role access.Role) string {
	t.Helper()
	secret := crypto.NewSecret()
	now := w.Now()
	if err := w.DB.Write(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.Org(org); fault.KindOf(err) == fault.NotFound {
			if err := tx.PutOrg(&access.Org{ID: org, Kind: kind, Name: "机构 " + org}); err != nil {
				return err
			}
		}
		a := &access.Account{ID: crypto.NewID(), Login: "p" + crypto.NewID()[24:], Name: "某人", Org: org, Roles: []access.Role{role}, PasswordAt: now}
		if err := tx.PutAccount(a); err != nil {
			return err
		}
		return tx.PutSession(&access.Session{
			ID: crypto.NewID(), Hash: w.Keys.Digest(secret), Account: a.ID, Stage: access.SignedIn, Via: access.ViaPassword, Started: now, LastSeen: now,
		})
	}); err != nil {
		t.Fatal(err)
	}
	return "changrong_session=" + secret
}

// call makes a request; out gets a JSON body, when it is not nil.
func (w *town) call(t *testing.T, method, path, cookie string, in, out any) reply {
	t.Helper()
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, w.url+path, body)
	if err != nil {
		t.Fatal(err)
	}
	if cookie != "" {
		req.Header.Set("Cookie", cookie)
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if out != nil {
		if err := json.Unmarshal(b, out); err != nil {
			t.Fatalf("%s: %v in %s", path, err, b)
		}
	}
	return reply{resp.StatusCode, resp.Header}
}

// stream is an open stream of events.
type stream struct {
	t     *testing.T
	lines *bufio.Scanner
	resp  *http.Response
}

func (w *town) stream(t *testing.T, cookie, last string) *stream {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+"/api/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Cookie", cookie)
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() }) //nolint:errcheck // it has served
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		b, err := io.ReadAll(resp.Body)
		t.Fatalf("the stream is %d %s: %s %v", resp.StatusCode, resp.Header.Get("Content-Type"), b, err)
	}
	return &stream{t, bufio.NewScanner(resp.Body), resp}
}

// next returns the next message: its id, its kind and its data.
func (s *stream) next() (id, kind, data string) {
	s.t.Helper()
	for s.lines.Scan() {
		name, value, _ := strings.Cut(s.lines.Text(), ": ")
		switch name {
		case "id":
			id = value
		case "event":
			kind = value
		case "data":
			data = value
		case "":
			if kind != "" {
				return id, kind, data
			}
		}
	}
	return "", "", ""
}

func (w *town) emit(t *testing.T, subject string, orgs ...string) {
	t.Helper()
	if err := w.DB.Write(t.Context(), func(tx *store.Tx) error {
		return tx.Emit(event.Event{Kind: "thing.happened", At: w.Now(), Orgs: orgs, Subject: subject})
	}); err != nil {
		t.Fatal(err)
	}
}

func TestEveryoneIsToldWhatMayBeSeen(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		w := open(t, server.Config{Database: database})
		one, two := w.person(t, "one", access.BankOrg, access.Bank), w.person(t, "two", access.BankOrg, access.Bank)
		office := w.person(t, "office", access.OfficeOrg, access.Office)
		a, b, c := w.stream(t, one, ""), w.stream(t, two, ""), w.stream(t, office, "")
		w.emit(t, "of one", "one")
		w.emit(t, "of both", "one", "two")
		w.emit(t, "of none")
		w.emit(t, "last", "one", "two")
		for name, s := range map[*stream][]string{a: {"of one", "of both", "last"}, b: {"of both", "last"}, c: {"of one", "of both", "of none", "last"}} {
			for _, want := range s {
				if _, kind, data := name.next(); kind != "event" || !strings.Contains(data, `"subject":"`+want+`"`) {
					t.Errorf("%s %s, not %s", kind, data, want)
				}
			}
		}
		if resp := w.call(t, http.MethodGet, "/api/events", "", nil, nil); resp.StatusCode != http.StatusUnauthorized {
			t.Errorf("nobody is answered %d", resp.StatusCode)
		}
	})
}

func TestWhoWasAwayIsToldWhatWasMissed(t *testing.T) {
	w := open(t, server.Config{})
	cookie := w.person(t, "one", access.BankOrg, access.Bank)
	s := w.stream(t, cookie, "")
	w.emit(t, "first", "one")
	id, _, _ := s.next()
	s.resp.Body.Close() //nolint:errcheck // it has served
	w.emit(t, "missed", "one")
	w.emit(t, "of others", "two")
	s = w.stream(t, cookie, id)
	w.emit(t, "later", "one")
	for _, want := range []string{"missed", "later"} {
		if _, _, data := s.next(); !strings.Contains(data, want) {
			t.Errorf("%s, not %s", data, want)
		}
	}
	for range 1001 {
		w.emit(t, "many", "two")
	}
	if _, kind, _ := w.stream(t, cookie, id).next(); kind != "reset" {
		t.Errorf("who missed very much is told %s", kind)
	}
}

func TestTooManyStreamsAreRefused(t *testing.T) {
	w := open(t, server.Config{})
	cookie, other := w.person(t, "one", access.BankOrg, access.Bank), w.person(t, "one", access.BankOrg, access.Bank)
	for range 8 {
		w.stream(t, cookie, "")
	}
	var problem httpapi.Problem
	if resp := w.call(t, http.MethodGet, "/api/events", cookie, nil, &problem); resp.StatusCode != http.StatusServiceUnavailable || problem.Code != "http.streams" || resp.Header.Get("Retry-After") == "" {
		t.Errorf("the ninth: %d %+v", resp.StatusCode, problem)
	}
	w.stream(t, other, "")
}

func TestJobsAreSeenByWhoseTheyAre(t *testing.T) {
	w := open(t, server.Config{})
	one, two := w.person(t, "one", access.BankOrg, access.Bank), w.person(t, "two", access.BankOrg, access.Bank)
	s := w.stream(t, one, "")
	if err := w.DB.Write(t.Context(), func(tx *store.Tx) error {
		return tx.Enqueue(event.Job{ID: "j", Kind: "nobody.does", Org: "one", At: w.Now()})
	}); err != nil {
		t.Fatal(err)
	}
	if _, kind, data := s.next(); kind != "job" || !strings.Contains(data, `"state":"waiting"`) {
		t.Errorf("%s %s", kind, data)
	}
	var list struct{ Total int }
	if w.call(t, http.MethodGet, "/api/jobs?state=waiting", one, nil, &list); list.Total != 1 {
		t.Errorf("one sees %d", list.Total)
	}
	if w.call(t, http.MethodGet, "/api/jobs", two, nil, &list); list.Total != 0 {
		t.Errorf("two sees %d", list.Total)
	}
	for _, c := range []struct {
		cookie, method, path string
		status               int
	}{
		{two, http.MethodGet, "/api/jobs/j", 404},
		{two, http.MethodPost, "/api/jobs/j/cancel", 404},
		{two, http.MethodPost, "/api/jobs/j/retry", 404},
		{one, http.MethodPost, "/api/jobs/j/retry", 409},
		{one, http.MethodPost, "/api/jobs/j/cancel", 204},
		{one, http.MethodPost, "/api/jobs/j/cancel", 409},
		{one, http.MethodPost, "/api/jobs/j/retry", 204},
		{one, http.MethodGet, "/api/jobs/j", 200},
	} {
		if resp := w.call(t, c.method, c.path, c.cookie, nil, nil); resp.StatusCode != c.status {
			t.Errorf("%s %s: %d, not %d", c.method, c.path, resp.StatusCode, c.status)
		}
	}
}

func TestDatabaseAwayIsToldAndItComesBack(t *testing.T) {
	dsn := pgtest.Start(t)
	socket := strings.TrimPrefix(strings.Fields(dsn)[0], "host=")
	gate := newGate(t, filepath.Join(socket, ".s.PGSQL.5432"))
	w := open(t, server.Config{Database: strings.Replace(dsn, socket, gate.dir, 1)})
	cookie := w.person(t, "one", access.BankOrg, access.Bank)
	if resp := w.call(t, http.MethodGet, "/readyz", "", nil, nil); resp.StatusCode != http.StatusOK {
		t.Errorf("before: %d", resp.StatusCode)
	}
	gate.shut()
	if resp := w.call(t, http.MethodGet, "/readyz", "", nil, nil); resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("away, ready: %d", resp.StatusCode)
	}
	if resp := w.call(t, http.MethodGet, "/healthz", "", nil, nil); resp.StatusCode != http.StatusOK {
		t.Errorf("away, alive: %d", resp.StatusCode)
	}
	for range 3 {
		var problem httpapi.Problem
		resp := w.call(t, http.MethodGet, "/api/jobs", cookie, nil, &problem)
		if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" || problem.Code != "store.unreachable" {
			t.Errorf("away: %d %+v", resp.StatusCode, problem)
		}
		if err := w.DB.Write(t.Context(), func(tx *store.Tx) error { return tx.PutOrg(&access.Org{ID: "x"}) }); fault.CodeOf(err) != "store.unreachable" {
			t.Errorf("written while away: %v", err)
		}
	}
	gate.open(t)
	if resp := w.call(t, http.MethodGet, "/readyz", "", nil, nil); resp.StatusCode != http.StatusOK {
		t.Errorf("back, ready: %d", resp.StatusCode)
	}
	if resp := w.call(t, http.MethodGet, "/api/jobs", cookie, nil, nil); resp.StatusCode != http.StatusOK {
		t.Errorf("back: %d", resp.StatusCode)
	}
	w.person(t, "two", access.BankOrg, access.Bank)
}

func TestDatabaseThatComesLateIsWaitedFor(t *testing.T) {
	dsn := pgtest.Start(t)
	socket := strings.TrimPrefix(strings.Fields(dsn)[0], "host=")
	gate := newGate(t, filepath.Join(socket, ".s.PGSQL.5432"))
	gate.shut()
	told := 0
	w := open(t, server.Config{Database: strings.Replace(dsn, socket, gate.dir, 1), Waiting: func(err error) {
		if told++; fault.CodeOf(err) != "store.unreachable" {
			t.Errorf("waiting for %v", err)
		}
		gate.open(t)
	}})
	if told != 1 || w == nil {
		t.Errorf("told %d times", told)
	}
	_, err := server.OpenPlatform(t.Context(), server.Config{Data: w.Data, Database: "host=" + t.TempDir() + " user=nobody"})
	if fault.CodeOf(err) != "store.unreachable" {
		t.Errorf("who does not want to wait: %v", err)
	}
}

// gate stands between a server and its database.
type gate struct {
	dir, to string
	l       net.Listener
	shutter chan func()
}

func newGate(t *testing.T, to string) *gate {
	t.Helper()
	dir, err := os.MkdirTemp("", "gate") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{dir: dir, to: to}
	g.open(t)
	t.Cleanup(func() { g.shut(); os.RemoveAll(dir) })
	return g
}

func (g *gate) open(t *testing.T) {
	t.Helper()
	l, err := net.Listen("unix", filepath.Join(g.dir, ".s.PGSQL.5432"))
	if err != nil {
		t.Fatal(err)
	}
	g.l, g.shutter = l, make(chan func(), 1000)
	shutter := g.shutter
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			d, err := net.Dial("unix", g.to)
			if err != nil {
				c.Close() //nolint:errcheck // it has served
				continue
			}
			shutter <- func() { c.Close(); d.Close() } //nolint:errcheck // it has served
			go func() { io.Copy(c, d); c.Close() }()   //nolint:errcheck // it ends when either side does
			go func() { io.Copy(d, c); d.Close() }()   //nolint:errcheck // it ends when either side does
		}
	}()
}

// shut ends all connections and takes no new one.
func (g *gate) shut() {
	g.l.Close() //nolint:errcheck // it has served
	for {
		select {
		case f := <-g.shutter:
			f()
		default:
			return
		}
	}
}

func TestTwoServersOnOneFile(t *testing.T) {
	w := open(t, server.Config{})
	_, err := server.OpenPlatform(t.Context(), server.Config{Data: w.Data})
	if fault.CodeOf(err) != "store.in_use" || !strings.Contains(fault.Of(err).Zh, "PostgreSQL") {
		t.Errorf("a second server: %v", err)
	}
}

func TestClockSetBackStopsNothing(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		w := open(t, server.Config{Database: database})
		cookie := w.person(t, "one", access.BankOrg, access.BankLead)
		w.emit(t, "before", "one")
		w.clock.Add(-int64(3 * civil.Hour))
		s := w.stream(t, cookie, "")
		w.emit(t, "after", "one")
		for { // the hub may be behind the stream's beginning
			_, kind, data := s.next()
			if strings.Contains(data, "after") {
				break
			}
			if kind == "" {
				t.Fatal("what came after was not told")
			}
		}
		if resp := w.call(t, http.MethodGet, "/api/session", cookie, nil, nil); resp.StatusCode != http.StatusOK {
			t.Errorf("the session: %d", resp.StatusCode)
		}
		for range 3 {
			if _, err := w.Access.AddOrg(t.Context(), access.Caller{}, access.Org{Kind: access.BankOrg, Name: crypto.NewID()}); err != nil {
				t.Fatal(err)
			}
			w.clock.Add(-int64(civil.Hour))
		}
		r, err := w.Access.VerifyAudit(t.Context(), crypto.Hashes(), nil)
		if err != nil || len(r.Problems) != 0 || r.Entries != 3 {
			t.Errorf("the audit log: %+v, %v", r, err)
		}
		w.clock.Add(int64(13 * civil.Hour))
		if resp := w.call(t, http.MethodGet, "/api/session", cookie, nil, nil); resp.StatusCode != http.StatusUnauthorized {
			t.Errorf("the session does not end: %d", resp.StatusCode)
		}
	})
}

func TestFirstStartTellsACode(t *testing.T) {
	w := open(t, server.Config{})
	code, err := w.Begins(t.Context())
	if err != nil || len(code) < 12 {
		t.Fatalf("the code is %q, %v", code, err)
	}
	first := map[string]any{
		"org": "临海市大数据中心", "code": "wrong",
		"system":   map[string]string{"login": "sys.one", "name": "王一", "password": "Zhe-Jiang 2021"},
		"security": map[string]string{"login": "sec.one", "name": "王二", "password": "Zhe-Jiang 2022"},
	}
	if resp := w.call(t, http.MethodPost, "/api/platform", "", first, nil); resp.StatusCode != http.StatusForbidden {
		t.Errorf("a wrong code: %d", resp.StatusCode)
	}
	first["code"] = code
	if resp := w.call(t, http.MethodPost, "/api/platform", "", first, nil); resp.StatusCode != http.StatusNoContent {
		t.Errorf("the right code: %d", resp.StatusCode)
	}
	if code, err := w.Begins(t.Context()); code != "" || err != nil {
		t.Errorf("afterwards: %q, %v", code, err)
	}
}

func TestPublicAddressIsChecked(t *testing.T) {
	for _, address := range []string{"jr.example.cn", "ftp://jr.example.cn", "https://jr.example.cn/path", "https://", "://"} {
		if _, err := server.OpenPlatform(context.Background(), server.Config{Data: t.TempDir(), PublicURL: address}); fault.CodeOf(err) != "server.public_url" {
			t.Errorf("%q: %v", address, err)
		}
	}
}
