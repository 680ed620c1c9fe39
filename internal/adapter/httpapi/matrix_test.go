package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
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
	"changrong/internal/base/event"
	"changrong/internal/programme"
	"changrong/internal/reporting"
)

// row says how to call an operation about something that belongs to an
// organisation. How to add one, for a new operation: a line in rows.
type row struct {
	id    func(*scene) string // makes the thing in the scene's organisation and returns its id, for {id}
	query string
	raw   string // a body that is not JSON, with its digest
	body  any    // what is sent; a func(*scene) any is called
	ok    int    // the status for who may, 200 when 0; 404 and 422 where there is nothing: the call got past the gate
	// What who may answers some roles with for a reason of the operation's own, by code.
	but  map[access.Role]string
	self string // the code for things of one's own organisation
	// The status for things of other organisations when one's reach is one's own; 404
	// when 0. Of a list it is ok, and the thing is not in it; and so where the thing
	// comes into being in one's own organisation (mine).
	lists, mine bool
	stream      bool // the answer does not end
}

// rows says how to call every operation; one that is missing fails the test.
var rows = map[string]row{
	"get-platform":   {},
	"begin-platform": {body: access.First{}, ok: 409},
	"sign-in":        {body: func(s *scene) any { return map[string]string{"login": "n" + s.mark, "password": "no"} }, ok: 401},
	"get-me":         {},
	"give-code":      {body: map[string]string{"code": "000000"}, ok: 409},
	"sign-out":       {ok: 204},
	"list-providers": {},
	"start-signin":   {ok: 404},
	"finish-signin":  {ok: 404},

	"change-password":  {body: map[string]string{"old": password, "password": "short"}, ok: 422},
	"enrol-factor":     {},
	"confirm-factor":   {body: map[string]string{"code": "000000"}, ok: 401},
	"drop-factor":      {body: map[string]string{"code": "000000"}, ok: 401},
	"list-my-sessions": {},
	"end-my-sessions":  {ok: 204},
	"end-my-session":   {id: aSession, ok: 404}, // another account's is as good as none

	"list-orgs":       {id: itself, lists: true, query: "limit=200"},
	"add-org":         {body: func(s *scene) any { return map[string]string{"kind": "bank", "name": "新" + s.mark} }},
	"list-accounts":   {id: anAccount, lists: true, query: "limit=200"},
	"get-account":     {id: anAccount},
	"add-account":     {body: func(s *scene) any { return map[string]string{"login": "n" + s.mark, "name": "某", "org": s.org} }},
	"rename-account":  {id: anAccount, body: map[string]any{"version": 1, "name": "新名"}, ok: 204},
	"suspend-account": {id: anAccount, ok: 204},
	"resume-account":  {id: anAccount, ok: 204},
	"reset-password":  {id: anAccount, but: map[access.Role]string{access.SecurityAdmin: "access.reset_apart"}},
	"grant-roles":     {id: anAccount, body: map[string]any{"version": 1, "roles": []string{}}, ok: 204},
	"reset-factor":    {id: anAccount, ok: 204},
	"list-sessions":   {id: anAccount},
	"end-sessions":    {id: anAccount, ok: 204},
	"end-session":     {id: anAccountWithSession, ok: 204},
	"list-identities": {id: anAccount},
	"link-identity":   {id: anAccount, body: map[string]string{"provider": "x", "subject": "y"}, ok: 404}, // of a provider that there is not
	"unlink-identity": {id: anAccountWithIdentity, ok: 204},
	"list-audit":      {id: anEntry, lists: true, query: "limit=200"},
	"verify-audit":    {body: map[string]string{}},

	"watch-events": {stream: true},
	"list-jobs":    {id: aJob, lists: true, query: "limit=200"},
	"get-job":      {id: aJob},
	"cancel-job":   {id: aJob, ok: 204},
	"retry-job":    {id: aCancelledJob, ok: 204},

	"list-keys":   {id: aKey, lists: true, query: "limit=200"},
	"add-key":     {body: func(s *scene) any { return map[string]string{"name": s.mark, "alg": "hmac-sha256"} }, mine: true},
	"confirm-key": {id: aKey, body: map[string]any{"version": 1, "fingerprint": "x"}, ok: 422, self: "apikey.own"},
	"revoke-key":  {id: aKey, body: map[string]any{"version": 1}, ok: 204},

	"list-webhooks":   {id: aWebhook, lists: true, query: "limit=200"},
	"add-webhook":     {body: map[string]string{"url": "https://bank.example.com/"}, mine: true},
	"get-webhook":     {id: aWebhook},
	"edit-webhook":    {id: aWebhook, body: map[string]any{"url": "https://bank.example.com/", "version": 1}, ok: 204},
	"drop-webhook":    {id: aWebhook, ok: 204},
	"rotate-webhook":  {id: aWebhook, body: map[string]any{"version": 1}},
	"ping-webhook":    {id: aWebhook},
	"list-deliveries": {id: aWebhookWithDelivery, lists: true, query: "limit=200"},
	"list-attempts":   {id: aDelivery},
	"replay-delivery": {id: aDelivery, ok: 204},

	"list-messages": {}, "read-messages": {body: nothing, ok: 204}, "get-message-settings": {},
	"put-message-settings": {body: map[string]string{"mail": "", "phone": ""}, ok: 204},
	"confirm-mail":         {body: map[string]string{"code": "x"}, ok: 422}, "stop-mail": {query: "token=x", ok: 422},

	"list-fund-sources":             {},
	"add-fund-source":               {body: nothing, ok: 422},
	"get-fund-source":               {ok: 404},
	"edit-fund-source":              {body: nothing, ok: 422},
	"allot-fund":                    {body: nothing, ok: 422},
	"list-fund-entries":             {},
	"get-fund-entry":                {ok: 404},
	"get-fund-statement":            {ok: 422},
	"list-fund-statement-lines":     {ok: 422},
	"get-fund-execution":            {},
	"check-fund-ledger":             {},
	"import-fund-bank-lines":        {body: nothing, ok: 422},
	"list-fund-bank-imports":        {},
	"list-fund-bank-lines":          {},
	"get-fund-reconciliation":       {},
	"list-fund-reconciliation-rows": {},
	"list-fund-proposals":           {},
	"propose-fund":                  {body: nothing, ok: 422},
	"confirm-fund-proposal":         {body: nothing, ok: 422},
	"refuse-fund-proposal":          {body: nothing, ok: 422},
	"withdraw-fund-proposal":        {body: nothing, ok: 422},

	"list-runs": {}, "ask-run": {body: nothing, ok: 422}, "get-run": {ok: 404}, "get-run-overview": {ok: 404},
	"confirm-run": {body: nothing, ok: 422}, "reject-run": {body: nothing, ok: 422}, "verify-run": {ok: 404}, "download-bundle": {ok: 404},
	"list-run-lines": {ok: 404}, "list-run-asides": {ok: 404}, "list-run-totals": {ok: 404}, "explain-run": {ok: 404},
	"compare-runs": {ok: 404}, "compare-run-payees": {ok: 404}, "compare-run-lines": {ok: 404},
	"list-whatifs": {}, "ask-whatif": {body: nothing, ok: 422}, "get-whatif": {ok: 404}, "list-shifts": {query: "by=bank", ok: 404},
	"download-whatif-page": {ok: 404}, "download-whatif-table": {ok: 404},
	"list-policies": {}, "get-policy": {ok: 404}, "list-policy-cases": {ok: 404}, "search-policy": {query: "q=x", ok: 404}, "get-cockpit": {ok: 404},

	"begin-upload":     {body: map[string]any{"name": "a.csv", "size": 3}, mine: true},
	"list-uploads":     {id: anUpload, lists: true, query: "limit=200"},
	"get-upload":       {id: anUpload},
	"put-upload-chunk": {id: anUpload, query: "offset=0", raw: "abc"},
	"finish-upload":    {id: anUpload, body: map[string]string{"sha256": strings.Repeat("0", 64)}, ok: 409},
	"drop-upload":      {id: anUpload, ok: 204},

	"add-submission":           {body: nothing, ok: 422},
	"list-submissions":         {id: aSubmission, lists: true, query: "limit=200"},
	"get-submission":           {id: aSubmission},
	"confirm-submission":       {id: aSubmission, body: map[string]string{"note": "x"}, ok: 409},
	"withdraw-submission":      {id: aSubmission, body: map[string]string{"note": "x"}},
	"recheck-submission":       {id: aSubmission, ok: 204},
	"get-submission-file":      {id: aSubmission, ok: 404},
	"list-submission-findings": {id: aSubmission, ok: 409},
	"get-receipt":              {id: aSubmission, ok: 409},
	"print-receipt":            {id: aSubmission, ok: 409},
	"list-sets":                {}, "get-template": {ok: 404}, "get-calendar": {ok: 422}, "list-owed": {ok: 422}, "list-obligations": {},
	"add-obligation": {body: nothing, ok: 422}, "change-obligation": {body: nothing, ok: 422}, "drop-obligation": {ok: 422},
	"list-claims":            {id: aClaim, lists: true, query: "limit=200"},
	"sum-claims":             {},
	"get-claim":              {id: aClaim},
	"list-waiting":           {},
	"file-claim":             {body: nothing, ok: 422},
	"amend-claim":            {id: aSettledClaim, body: map[string]any{"version": 1, "amount_fen": 100}, ok: 409},
	"act-on-claim":           {id: aClaim, body: map[string]any{"verb": "accept", "version": 1}, ok: 409},
	"act-on-claims":          {body: map[string]any{"verb": "accept", "claims": []string{}}, ok: 422},
	"draft-claims":           {ok: 404},
	"get-claim-run":          {ok: 404},
	"attach-to-claim":        {id: aClaim, query: "name=a.pdf", raw: paper},
	"get-claim-attachment":   {id: anAttachment},
	"drop-claim-attachment":  {id: anOldAttachment, ok: 409},
	"comment-on-claim":       {id: aClaim, body: map[string]any{"text": "请补充说明"}},
	"get-claim-rules":        {},
	"set-claim-rules":        {body: nothing, ok: 422},
	"get-workdays":           {},
	"set-workdays":           {body: nothing, ok: 422},
	"list-notices":           {},
	"get-notice":             {ok: 404},
	"object-to-notice":       {body: map[string]string{"name": "某人", "contact": "0576-1111", "text": "有不同意见"}, ok: 404},
	"publish-notice":         {body: nothing, ok: 422},
	"list-objections":        {},
	"answer-objection":       {body: nothing, ok: 422},
	"list-payee-accounts":    {id: aPayee, lists: true, query: "limit=200"},
	"set-payee-account":      {body: nothing, ok: 422},
	"confirm-payee-account":  {body: map[string]any{"version": 1}, ok: 404},
	"list-payment-orders":    {},
	"get-payment-order":      {ok: 404},
	"prepare-payment-order":  {body: nothing, ok: 422},
	"release-payment-order":  {body: map[string]any{"version": 1}, ok: 404},
	"cancel-payment-order":   {body: map[string]any{"version": 1, "reason": "重开"}, ok: 404},
	"get-payment-order-pdf":  {ok: 404},
	"get-payment-order-xlsx": {ok: 404},
	"register-receipt":       {body: nothing, ok: 422}, "register-failed-payment": {body: map[string]any{"reason": "退票"}, ok: 404},
	"match-receipts":     {body: nothing, ok: 404},
	"list-claim-samples": {query: "policy=x"}, "draw-claim-sample": {body: nothing, ok: 422}, "recover-claim": {body: nothing, ok: 422},

	"list-snapshots": {}, "get-snapshot": {ok: 404}, "list-snapshot-findings": {ok: 404},
}

// nothing is a body that has nothing of what is asked for.
var nothing = map[string]any{}

// scene is one call: what it is about belongs to org.
type scene struct {
	*stage
	org  string
	mark string // unique, of letters and digits
	vars map[string]string
}

// stage is a platform with everybody on it.
type stage struct {
	*site
	db   *store.DB
	desk *inboxtest.Desk
	keys *apikey.Service
	n    int
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

func itself(s *scene) string { return s.org }

func anAccount(s *scene) string {
	s.write(func(tx *store.Tx) error {
		return tx.PutAccount(&access.Account{ID: "a" + s.mark, Login: "0" + s.mark, Name: "某", Org: s.org, PasswordAt: s.now})
	})
	return "a" + s.mark
}

func aSession(s *scene) string {
	account := anAccount(s)
	s.write(func(tx *store.Tx) error {
		return tx.PutSession(&access.Session{ID: "s" + s.mark, Hash: s.mark, Account: account, Stage: access.SignedIn, Started: s.now, LastSeen: s.now})
	})
	s.vars["session"] = "s" + s.mark
	return account
}

func anAccountWithSession(s *scene) string { return aSession(s) }

func anAccountWithIdentity(s *scene) string {
	account := anAccount(s)
	s.write(func(tx *store.Tx) error {
		return tx.PutIdentity(&access.Identity{ID: "i" + s.mark, Provider: "x", Subject: s.mark, Account: account})
	})
	s.vars["identity"] = "i" + s.mark
	return account
}

func anEntry(s *scene) string {
	s.write(func(tx *store.Tx) error { return tx.Audit(s.caller().Entry(s.now, "thing.make", "e"+s.mark, nil)) })
	return "e" + s.mark
}

func aJob(s *scene) string {
	s.write(func(tx *store.Tx) error {
		return tx.Enqueue(event.Job{ID: "j" + s.mark, Kind: "thing.make", Org: s.org, Payload: "{}", After: s.now})
	})
	return "j" + s.mark
}

func aCancelledJob(s *scene) string {
	id := aJob(s)
	s.write(func(tx *store.Tx) error { return tx.StopJob(id, s.now) })
	return id
}

func aKey(s *scene) string {
	k, _, err := s.keys.Add(s.t.Context(), s.caller(), apikey.Key{Name: s.mark, Alg: apikey.HMAC})
	if err != nil {
		s.t.Fatal(err)
	}
	return k.ID
}

func anUpload(s *scene) string {
	u, err := s.desk.BeginUpload(s.t.Context(), s.caller(), "a.csv", 3)
	if err != nil {
		s.t.Fatal(err)
	}
	return u.ID
}

func aSubmission(s *scene) string {
	s.write(func(tx *store.Tx) error {
		number, err := tx.NextSubmission()
		if err != nil {
			return err
		}
		return tx.AddSubmission(&reporting.Submission{
			ID: "r" + s.mark, Number: number, Org: s.org, OrgName: "某行", Set: reporting.Lending, Period: "2021-01",
			Version: s.n, State: reporting.Received, Files: []reporting.File{}, FilesKey: s.mark, By: "account-bank", ByName: "某", At: s.now,
			Counts: []reporting.Count{}, Sums: []reporting.Sum{},
		})
	})
	return "r" + s.mark
}

// TestMatrix calls every operation as every role, about things of one's own
// organisation and of another's, and holds the answer against access.Allowed.
func TestMatrix(t *testing.T) {
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
	t.Logf("%d operations × %d roles × 2 scopes = %d calls, none skipped; %d of them about a thing made for the call", len(seen), len(access.Roles()), calls, made)
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
	st.site = newSite(t, db, withKeys(t, db), withClaims(t, db), func(d *httpapi.Deps) {
		st.keys, d.Desk, d.Hub, d.Packs = d.Keys, st.desk.Service, hub, packs
		d.Jobs = &job.Book{Store: store.Of[job.BookTx]{DB: db}, Now: d.Access.Now}
		d.Programme = &programme.Service{Store: store.Of[programme.Tx]{DB: db}, Packs: packs, Now: d.Access.Now, NewID: d.Access.NewID}
	})
	st.everyone(db)
	return st
}

// call makes one call and tells whether it ended as it must.
func (st *stage) call(r httpapi.Route, how row, role access.Role, own bool) {
	t := st.t
	t.Helper()
	st.n++
	st.now += civil.Minute // whoever is slowed down by failures is not for long
	s := &scene{stage: st, org: orgOf(role), mark: fmt.Sprintf("z%06dz", st.n), vars: map[string]string{}}
	if !own {
		s.org = "org-" + s.mark
		s.write(func(tx *store.Tx) error {
			return tx.PutOrg(&access.Org{ID: s.org, Kind: access.BankOrg, Name: "他行 " + s.mark})
		})
	}
	id := "none-such"
	if how.id != nil {
		id = how.id(s)
	}
	status, code, body := st.ask(s, r, how, role, id)
	what := fmt.Sprintf("%s as %s, own %v: %d %s: %.300s", r.ID, role, own, status, code, body)
	reach := access.All
	if r.Need != "" {
		reach = access.Allowed(r.Need, []access.Role{role})
	}
	want := how.ok
	if want == 0 {
		want = http.StatusOK
	}
	foreign := reach == access.Own && !own && how.id != nil && !how.mine
	switch {
	case reach == access.None:
		if status != http.StatusForbidden || code != "access.forbidden" {
			t.Errorf("%s, though it is forbidden", what)
		}
	case own && how.self != "":
		if code != how.self {
			t.Errorf("%s, not %s", what, how.self)
		}
	case how.but[role] != "":
		if code != how.but[role] {
			t.Errorf("%s, not %s", what, how.but[role])
		}
	case foreign && how.lists:
		if status != want || bytes.Contains(body, []byte(id)) {
			t.Errorf("%s, which shows another organisation's", what)
		}
	case foreign:
		if status != http.StatusNotFound {
			t.Errorf("%s, though it is another organisation's", what)
		}
	case status != want || code == "access.forbidden":
		t.Errorf("%s, not %d", what, want)
	case how.lists && !bytes.Contains(body, []byte(id)):
		t.Errorf("%s, without %s", what, id)
	}
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

// ask calls an operation as a role and returns the status, the code of a problem
// and what was answered.
func (st *stage) ask(s *scene, r httpapi.Route, how row, role access.Role, id string) (int, string, []byte) {
	t := st.t
	t.Helper()
	p := st.signedIn(st.db, "account-"+string(role))
	path := strings.ReplaceAll(r.Path, "{id}", id)
	for name, value := range s.vars {
		path = strings.ReplaceAll(path, "{"+name+"}", value)
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
	req, err := http.NewRequestWithContext(ctx, r.Method, st.url+path+"?"+how.query, in)
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
