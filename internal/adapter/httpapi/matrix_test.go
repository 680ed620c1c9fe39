package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/access/apikey"
	"changrong/internal/adapter/engine"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/inbox/inboxtest"
	"changrong/internal/adapter/job"
	"changrong/internal/adapter/outbox"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/programme"
	"changrong/internal/rating"
	"changrong/internal/rating/training"
)

// scene is one call: what it is about belongs to org.
type scene struct {
	*stage
	role    access.Role // who calls
	org     string
	account string // whose a personal thing is
	mark    string // unique, of letters and digits
	id      string // of the thing
	shows   string // what a list has of it; the id where it is ""
	vars    map[string]string
}

// stage is a platform with everybody on it.
type stage struct {
	*site
	db    *store.DB
	desk  *inboxtest.Desk
	keys  *apikey.Service
	usccs map[string]string // of organisations
	n     int

	models *rating.Service
	draft  *rating.Draft // of models; made once, as it takes a while

	training *training.Service
	trained  *training.Run // made once, too
}

func (s *scene) write(f func(*store.Tx) error) {
	s.t.Helper()
	if err := s.db.Write(s.t.Context(), f); err != nil {
		s.t.Fatal(err)
	}
}

// caller is somebody of the scene's organisation who can make things there.
func (s *scene) caller() access.Caller {
	return access.Caller{Principal: &access.Principal{Account: "account-bank", Name: "某", Org: s.org, OrgKind: access.BankOrg}}
}

// TestMatrix calls every operation as every role, about things of one's own
// organisation and of another's, and holds the answer against access.Allowed.
func TestMatrix(t *testing.T) {
	if dir, err := os.MkdirTemp("/dev/shm", "matrix"); err == nil { // ten thousand commits take no disk
		t.Setenv("TMPDIR", dir)
		t.Cleanup(func() { os.RemoveAll(dir) })
	}
	db := storetest.SQLite(t)
	st := newStage(t, db)
	routes := st.routes
	calls, made := 0, 0
	seen := map[string]bool{}
	for _, r := range routes {
		how, ok := rows[r.ID]
		if !ok {
			t.Errorf("%s (%s %s) has no row: say in rows how to call it", r.ID, r.Method, r.Path)
			continue
		}
		seen[r.ID] = true
		for _, role := range access.Roles() {
			for _, own := range []bool{true, false} {
				st.call(r, how, role, own)
				calls++
				if how.id != nil {
					made++
				}
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(rows)) {
		if !seen[id] && len(seen) == len(routes) {
			t.Errorf("row %s is of no operation", id)
		}
	}
	if want := len(seen) * len(access.Roles()) * 2; calls != want {
		t.Errorf("%d calls, not %d", calls, want)
	}
	t.Logf("%d operations × %d roles × 2 scopes = %d calls, none skipped; %d of them about a thing", len(seen), len(access.Roles()), calls, made)
}

func newStage(t *testing.T, db *store.DB) *stage {
	t.Helper()
	packs, err := engine.OpenPacks(filepath.Join("..", "..", "..", "packs"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	hub, err := outbox.NewHub(ctx, db, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	st := &stage{db: db, desk: inboxtest.New(t, db)}
	st.site = newSite(t, db, withKeys(t, db), withClaims(t, db), withOrigination(t, db), withOpinions(t, db), withModels(db), withWatch(db), withCity(db), withTraining(t, db), func(d *httpapi.Deps) {
		st.models, st.training = d.Rating, d.Training
		st.keys, d.Desk, d.Hub, d.Packs = d.Keys, st.desk.Service, hub, packs
		d.Jobs = &job.Book{Store: store.Of[job.BookTx]{DB: db}, Now: d.Access.Now}
		d.Programme = &programme.Service{
			Store: store.Of[programme.Tx]{DB: db}, Packs: packs, Now: d.Access.Now, NewID: d.Access.NewID,
			Engine: &engine.Engine{Packs: packs, Blobs: st.desk.Files, Temp: t.TempDir()},
		}
	})
	st.everyone(db)
	st.usccs = map[string]string{}
	st.name("org-bank")
	st.name("org-enterprise")
	if err := db.Write(t.Context(), func(tx *store.Tx) error {
		if err := tx.PutOrg(&access.Org{ID: "org-of-another", Kind: access.BankOrg, Name: "又一行"}); err != nil {
			return err
		}
		return tx.PutAccount(&access.Account{ID: "account-of-another", Login: "another", Name: "另一人", Org: "org-of-another", PasswordAt: st.now})
	}); err != nil {
		t.Fatal(err)
	}
	return st
}

// name gives an organisation a credit code.
func (st *stage) name(org string) {
	code := creditCode(st.t, 50_000_000+len(st.usccs))
	st.usccs[org] = code
	if err := st.db.Write(st.t.Context(), func(tx *store.Tx) error {
		o, err := tx.Org(org)
		if err != nil {
			return err
		}
		o.USCC = code
		return tx.PutOrg(o)
	}); err != nil {
		st.t.Fatal(err)
	}
}

// call makes one call and tells whether it ended as it must.
func (st *stage) call(r httpapi.Route, how row, role access.Role, own bool) {
	t := st.t
	t.Helper()
	st.n++
	st.now += civil.Minute // whoever is slowed down by failures is not for long
	s := &scene{stage: st, role: role, org: orgOf(role), account: "account-" + string(role), mark: fmt.Sprintf("z%06dz", st.n), vars: map[string]string{}}
	if !own {
		s.org, s.account = "org-"+s.mark, "account-of-another"
		s.write(func(tx *store.Tx) error {
			return tx.PutOrg(&access.Org{ID: s.org, Kind: access.BankOrg, Name: "他行 " + s.mark})
		})
		st.name(s.org)
	}
	s.id = "none-such"
	if how.id != nil {
		s.id = how.id(s)
	}
	if s.shows == "" {
		s.shows = s.id
	}
	status, code, body := st.ask(s, r, how)
	what := fmt.Sprintf("%s as %s, own %v: %d %s: %.300s", r.ID, role, own, status, code, body)
	reach := access.All
	if r.Need != "" {
		reach = access.Allowed(r.Need, []access.Role{role})
	}
	want := how.ok
	if want == 0 {
		want = http.StatusOK
	}
	away := http.StatusNotFound
	if how.foreign != 0 {
		away = how.foreign
	}
	there := bytes.Contains(body, []byte(s.shows))
	switch {
	case reach == access.None:
		if status != http.StatusForbidden || code != "access.forbidden" {
			t.Errorf("%s, though it is forbidden", what)
		}
	case how.beyond(reach, own) && (how.lists || how.refuses != ""):
		if status != want || how.lists && there || !bytes.Contains(body, []byte(how.refuses)) {
			t.Errorf("%s, which shows another's", what)
		}
	case how.beyond(reach, own):
		if status != away {
			t.Errorf("%s, though it is another's", what)
		}
	case own && how.self != "":
		if code != how.self {
			t.Errorf("%s, not %s", what, how.self)
		}
	case how.but[role] != "":
		if code != how.but[role] {
			t.Errorf("%s, not %s", what, how.but[role])
		}
	case status != want || code == "access.forbidden":
		t.Errorf("%s, not %d", what, want)
	case how.lists && !there || how.refuses != "" && bytes.Contains(body, []byte(how.refuses)):
		t.Errorf("%s, without %s", what, s.shows)
	}
}

// beyond tells whether the thing is out of a caller's reach.
func (how *row) beyond(reach access.Reach, own bool) bool {
	switch {
	case how.personal:
		return !own
	case reach != access.Own || how.id == nil && how.foreign == 0 || how.mine || how.shared:
		return false
	}
	return !own || how.hidden
}

// orgOf is the organisation of everyone's account of a role.
func orgOf(role access.Role) string {
	for _, kind := range access.OrgKinds() {
		if kind.Gives(role) {
			return "org-" + string(kind)
		}
	}
	return ""
}

// ask calls an operation and returns the status, the code of a problem
// and what was answered.
func (st *stage) ask(s *scene, r httpapi.Route, how row) (int, string, []byte) {
	t := st.t
	t.Helper()
	p := st.signedIn(st.db, "account-"+string(s.role))
	path := strings.ReplaceAll(r.Path+"?"+how.query, "{id}", s.id)
	for name, value := range s.vars {
		path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(value))
	}
	for strings.Contains(path, "{") {
		from, to := strings.Index(path, "{"), strings.Index(path, "}")
		path = path[:from] + "999" + path[to+1:]
	}
	var in io.Reader
	sent := how.body
	if f, ok := sent.(func(*scene) any); ok {
		sent = f(s)
	}
	if sent != nil {
		b, err := json.Marshal(sent)
		if err != nil {
			t.Fatal(err)
		}
		in = bytes.NewReader(b)
	}
	if how.raw != "" {
		in = strings.NewReader(how.raw)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, r.Method, st.url+path, in)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case how.raw != "":
		req.Header.Set("Content-Type", "application/octet-stream")
		req.Header.Set("Content-Digest", contentDigest(how.raw))
	case in != nil:
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := p.browser.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if how.stream && resp.StatusCode == http.StatusOK {
		return resp.StatusCode, "", nil
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var problem httpapi.Problem
	if resp.StatusCode >= http.StatusBadRequest {
		if err := json.Unmarshal(body, &problem); err != nil {
			t.Errorf("%s: %s", r.ID, body)
		}
	}
	return resp.StatusCode, problem.Code, body
}
