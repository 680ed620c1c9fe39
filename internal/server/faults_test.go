package server_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/server"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// TestDatabaseThatCrashesLosesNothingAcknowledged ends PostgreSQL under a platform
// that is written to, and starts it again.
func TestDatabaseThatCrashesLosesNothingAcknowledged(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a PostgreSQL of its own")
	}
	c := pgtest.Own(t)
	w := open(t, server.Config{Database: c.DSN()})
	admin := w.person(t, "platform", access.PlatformOrg, access.SystemAdmin)
	var acked, away atomic.Int64
	var writers sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	for i := range 3 {
		writers.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				var p httpapi.Problem
				w.clock.Add(50)
				resp := w.call(t, http.MethodPost, "/api/orgs", admin, map[string]string{"kind": "bank", "name": fmt.Sprintf("行 %d %d", i, n)}, &p)
				switch {
				case resp.StatusCode == http.StatusOK:
					acked.Add(1)
				case resp.StatusCode == http.StatusServiceUnavailable && p.Code == "store.unreachable" && resp.Header.Get("Retry-After") != "":
					away.Add(1)
				default:
					t.Errorf("%d %+v", resp.StatusCode, p)
				}
			}
		})
	}
	wait := func(what string, ok func() bool) {
		t.Helper()
		for end := time.Now().Add(patience); !ok(); <-time.After(10 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%s: %d acknowledged, %d refused", what, acked.Load(), away.Load())
			}
		}
	}
	for round := range 3 {
		before := acked.Load()
		wait("written", func() bool { return acked.Load() > before+5 })
		refused := away.Load()
		c.Stop()
		wait("away", func() bool { return away.Load() > refused+5 })
		if resp, body := ask(t, w.url+"/readyz"); resp.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, `"database":"unavailable"`) {
			t.Errorf("round %d, ready: %d %s", round, resp.StatusCode, body)
		}
		if resp, body := ask(t, w.url+"/healthz"); resp.StatusCode != http.StatusOK {
			t.Errorf("round %d, alive: %d %s", round, resp.StatusCode, body)
		}
		if _, body := ask(t, w.url+"/metrics"); !strings.Contains(body, "changrong_database_up 0\n") {
			t.Errorf("round %d: the metrics do not tell", round)
		}
		c.Start()
		before = acked.Load()
		wait("back", func() bool { return acked.Load() > before+5 })
		if resp, _ := ask(t, w.url+"/readyz"); resp.StatusCode != http.StatusOK {
			t.Errorf("round %d, ready again: %d", round, resp.StatusCode)
		}
	}
	stop()
	writers.Wait()
	// What was refused may be there: its commit's answer was lost.
	if n := int64(w.countOrgs(t, admin, "行 ")); n < acked.Load() || n > acked.Load()+away.Load() {
		t.Errorf("%d acknowledged, %d refused, %d there", acked.Load(), away.Load(), n)
	}
	r, err := w.Access.VerifyAudit(t.Context(), crypto.Hashes(), nil)
	if err != nil || len(r.Problems) != 0 || r.Entries < acked.Load() {
		t.Errorf("the audit log: %+v, %v", r, err)
	}
	t.Logf("%d writes acknowledged, none lost; %d refused while PostgreSQL was away three times", acked.Load(), away.Load())
}

func TestClockSetBackIsToldAndNothingGetsOutOfOrder(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		var log record
		w := open(t, server.Config{Database: database, Log: slog.New(slog.NewJSONHandler(&log, nil))})
		admin, auditor := w.person(t, "platform", access.PlatformOrg, access.SystemAdmin), w.person(t, "audit", access.AuditOrg, access.Auditor)
		add := func(name string) {
			t.Helper()
			if resp := w.call(t, http.MethodPost, "/api/orgs", admin, map[string]string{"kind": "bank", "name": name}, nil); resp.StatusCode != http.StatusOK {
				t.Errorf("%s: %d", name, resp.StatusCode)
			}
		}
		add("先")
		before := w.Now()
		w.clock.Add(-int64(civil.Hour))
		for range 2 {
			if _, body := ask(t, w.url+"/metrics"); !strings.Contains(body, "changrong_clock_behind_seconds 3600\n") {
				t.Errorf("the metrics do not tell:\n%s", body)
			}
		}
		if n := strings.Count(log.String(), "the clock has been set back"); n != 1 {
			t.Errorf("the log tells %d times", n)
		}
		add("后")
		var list struct {
			Items []audit.Entry
		}
		w.call(t, http.MethodGet, "/api/audit", auditor, nil, &list)
		if len(list.Items) != 2 || list.Items[0].Seq != 2 || list.Items[0].At != before || list.Items[1].At != before {
			t.Errorf("the audit log: %+v", list.Items)
		}
		// What was asked for before, and after, is done.
		for i, at := range []civil.Instant{before, w.Now()} {
			id := fmt.Sprint("j", i)
			if err := w.DB.Write(t.Context(), func(tx *store.Tx) error {
				return tx.Enqueue(event.Job{ID: id, Kind: "run.verify", Key: id, Org: "platform", Payload: `"none"`, At: at})
			}); err != nil {
				t.Fatal(err)
			}
			w.job(t, admin, id, "failed")
		}
		w.clock.Add(int64(civil.Hour))
		if _, body := ask(t, w.url+"/metrics"); !strings.Contains(body, "changrong_clock_behind_seconds 0\n") {
			t.Error("the metrics tell of what is over")
		}
	})
}

// patience is how long anything may take here, on a machine that is busy.
const patience = 3 * time.Minute

// job waits until a job is in a state, and returns it. The clock does not run ahead of
// the time that a lease is renewed by, but for a job that waits for its next try.
func (w *town) job(t *testing.T, cookie, id, state string) (j struct{ State, Code, Zh string }) {
	t.Helper()
	for end := time.Now().Add(patience); ; <-time.After(50 * time.Millisecond) {
		w.clock.Add(50)
		if w.call(t, http.MethodGet, "/api/jobs/"+id, cookie, nil, &j); j.State == state {
			return j
		}
		if j.State == "waiting" {
			w.clock.Add(int64(civil.Second))
		}
		if time.Now().After(end) {
			t.Fatalf("the job is %+v, not %s", j, state)
		}
	}
}

func TestAJobThatHangsIsToldToWhoWaits(t *testing.T) {
	// A store of files that takes files, and stops answering when they are read.
	var hangs atomic.Bool
	files := gofakes3.New(s3mem.New())
	inner := files.Server()
	release := make(chan struct{})
	s3 := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if hangs.Load() && r.Method == http.MethodGet && strings.Count(r.URL.Path, "/") > 1 {
			select {
			case <-release:
			case <-r.Context().Done():
			}
			return
		}
		inner.ServeHTTP(rw, r)
	}))
	defer s3.Close()
	defer close(release)
	if req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, s3.URL+"/bucket", nil); err != nil {
		t.Fatal(err)
	} else if resp, err := http.DefaultClient.Do(req); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("the bucket: %v %v", resp, err)
	} else {
		resp.Body.Close() //nolint:errcheck // it has served
	}
	w := open(t, server.Config{Blobs: "s3://" + strings.TrimPrefix(s3.URL, "http://") + "/bucket?plain=1&region=r", S3Key: "k", S3Secret: "s", Stall: 2 * time.Second}) // so long that what does not hang is not cut off on a slow machine
	office := w.person(t, "office", access.OfficeOrg, access.Office)
	content := []byte("institution_id,name\n1,甲银行\n")
	upload, hash := w.uploaded(t, office, content)
	if resp, p := w.put(t, upload+"/chunk?offset=0", office, content); resp.StatusCode != http.StatusOK {
		t.Fatalf("%d %+v", resp.StatusCode, p)
	}
	if resp := w.call(t, http.MethodPost, upload+"/finish", office, map[string]string{"sha256": hash}, nil); resp.StatusCode != http.StatusOK {
		t.Fatalf("%d", resp.StatusCode)
	}
	hangs.Store(true)
	var made struct{ ID string }
	draft := map[string]any{"set": "registers", "period": "2021", "uploads": []string{upload[len("/api/uploads/"):]}}
	if resp := w.call(t, http.MethodPost, "/api/submissions", office, draft, &made); resp.StatusCode != http.StatusOK {
		t.Fatalf("%d", resp.StatusCode)
	}
	checks := func() (id string) {
		var list struct{ Items []struct{ ID string } }
		w.call(t, http.MethodGet, "/api/jobs?kind=submission.check", office, nil, &list)
		return list.Items[0].ID
	}
	if j := w.job(t, office, checks(), "failed"); j.Code != "job.stalled" || !strings.Contains(j.Zh, "没有进展") {
		t.Errorf("%+v", j)
	}
	// Who waits asks again when the cause is gone.
	hangs.Store(false)
	if resp := w.call(t, http.MethodPost, "/api/submissions/"+made.ID+"/recheck", office, nil, nil); resp.StatusCode != http.StatusNoContent {
		t.Errorf("asked again: %d", resp.StatusCode)
	}
	w.job(t, office, checks(), "done")
}

// TestSlowCallersHarmNobody holds connections of which nothing more comes; when they
// are let go is package httpapi's (TestSlowCallersAreLetGo).
func TestSlowCallersHarmNobody(t *testing.T) {
	w := open(t, server.Config{})
	cookie := w.person(t, "one", access.BankOrg, access.Bank)
	work := func() time.Duration {
		began := time.Now()
		for range 20 {
			if resp := w.call(t, http.MethodGet, "/api/jobs", cookie, nil, nil); resp.StatusCode != http.StatusOK {
				t.Errorf("beside slow callers: %d", resp.StatusCode)
			}
			w.emit(t, "it writes", "one")
		}
		return time.Since(began)
	}
	alone := work()
	for i := range 200 {
		c, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		begin := "GET /api/session HTTP/1.1\r\nHost: a\r\nX-Slow: "
		if i%2 == 0 {
			begin = "POST /api/uploads HTTP/1.1\r\nHost: a\r\nCookie: " + cookie + "\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
		}
		if _, err := io.WriteString(c, begin); err != nil {
			t.Fatal(err)
		}
	}
	if took := work(); took > 9*time.Second && took > 10*alone { // before the first of them is let go
		t.Errorf("it took %s, and without slow callers %s", took, alone)
	}
}

// TestLockOutIsOfOneAccount: who guesses one account's password locks that account,
// from everywhere, also for the right password; the office's others come in.
func TestLockOutIsOfOneAccount(t *testing.T) {
	if testing.Short() {
		t.Skip("passwords take long to hash")
	}
	w := open(t, server.Config{BeginCode: "begin"})
	first := map[string]any{
		"org": "临海市大数据中心", "code": "begin",
		"system":   map[string]string{"login": "sys.one", "name": "王一", "password": "Zhe-Jiang 2021"},
		"security": map[string]string{"login": "sec.one", "name": "王二", "password": "Zhe-Jiang 2022"},
	}
	if resp := w.call(t, http.MethodPost, "/api/platform", "", first, nil); resp.StatusCode != http.StatusNoContent {
		t.Fatalf("%d", resp.StatusCode)
	}
	signIn := func(login, password string) (int, string) {
		t.Helper()
		var p httpapi.Problem
		resp := w.call(t, http.MethodPost, "/api/session", "", map[string]string{"login": login, "password": password}, &p)
		return resp.StatusCode, p.Code
	}
	for i := range 5 {
		if status, code := signIn("sys.one", "wrong"); status != http.StatusUnauthorized || code != "access.wrong_password" {
			t.Errorf("try %d: %d %s", i, status, code)
		}
	}
	wrong, code := signIn("sys.one", "wrong")
	right, same := signIn("sys.one", "Zhe-Jiang 2021")
	if wrong != http.StatusForbidden || right != wrong || code != "access.locked" || same != code {
		t.Errorf("locked: %d %s; with the right password %d %s", wrong, code, right, same)
	}
	if status, code := signIn("sec.one", "Zhe-Jiang 2022"); status != http.StatusOK {
		t.Errorf("a colleague: %d %s", status, code)
	}
	w.clock.Add(int64(15 * civil.Minute))
	if status, code := signIn("sys.one", "Zhe-Jiang 2021"); status != http.StatusOK {
		t.Errorf("after the lock: %d %s", status, code)
	}
}

// counted counts how often a password is hashed, which is what takes the time.
type counted struct {
	access.Hasher
	n atomic.Int64
}

func (c *counted) Hash(password string) (string, error) {
	c.n.Add(1)
	return c.Hasher.Hash(password)
}

func (c *counted) Matches(hash, password string) (bool, error) {
	c.n.Add(1)
	return c.Hasher.Matches(hash, password)
}

func TestGuessingTakesAsLongForWhoIsNotThere(t *testing.T) {
	if testing.Short() {
		t.Skip("passwords take long to hash")
	}
	w := open(t, server.Config{})
	hash, err := w.Access.Hasher.Hash("Zhe-Jiang 2021")
	if err != nil {
		t.Fatal(err)
	}
	hasher := &counted{Hasher: w.Access.Hasher}
	w.Access.Hasher = hasher
	w.person(t, "one", access.BankOrg, access.Bank)
	for login, a := range map[string]*access.Account{
		"is.there": {Password: hash}, "is.suspended": {Password: hash, Suspended: true}, "is.elsewhere": {}, "is.not.there": nil, "no login at all": nil,
	} {
		if a != nil {
			a.ID, a.Login, a.Name, a.Org, a.PasswordAt = login, login, "某人", "one", w.Now()
			if err := w.DB.Write(t.Context(), func(tx *store.Tx) error { return tx.PutAccount(a) }); err != nil {
				t.Fatal(err)
			}
		}
		hasher.n.Store(0)
		var p httpapi.Problem
		resp := w.call(t, http.MethodPost, "/api/session", "", map[string]string{"login": login, "password": "wrong"}, &p)
		if resp.StatusCode != http.StatusUnauthorized || p.Code != "access.wrong_password" || hasher.n.Load() != 1 {
			t.Errorf("%s: %d %s, hashed %d times", login, resp.StatusCode, p.Code, hasher.n.Load())
		}
	}
}

func TestSecondServerIsToldWhoHasTheFile(t *testing.T) {
	w := open(t, server.Config{})
	_, err := server.OpenPlatform(t.Context(), server.Config{Data: w.Data})
	if want := fmt.Sprintf("进程 %d", os.Getpid()); fault.CodeOf(err) != "store.in_use" || !strings.Contains(fault.Of(err).Zh, want) {
		t.Errorf("%v does not name the %s", err, want)
	}
}
