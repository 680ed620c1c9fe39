package server_test

import (
	"archive/zip"
	"bytes"
	"crypto/x509"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/job"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/base/civil"
	"changrong/internal/origination"
	"changrong/internal/origination/code"
	"changrong/internal/server"
)

// hooked is a bank's system that keeps what it is told.
type hooked struct {
	*httptest.Server
	roots *x509.CertPool
	mu    sync.Mutex
	got   []string
}

func newHooked(t *testing.T) *hooked {
	t.Helper()
	h := &hooked{roots: x509.NewCertPool()}
	h.Server = httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body) // what was cut off is another message
		h.mu.Lock()
		defer h.mu.Unlock()
		h.got = append(h.got, r.Header.Get("Webhook-Timestamp")+" "+string(b))
	}))
	t.Cleanup(h.Close)
	h.roots.AddCert(h.Certificate())
	return h
}

// world is a platform on which firms apply and bank B looks on; in one of two, with
// others beside it.
type world struct {
	*town
	t            *testing.T
	others       bool
	aLead, aDesk string
	bLead, bDesk string
	names        map[string]string // of ids that B knows: what stands for them
	order        []string          // those ids, in the order in which they came
}

func (w *world) knows(name, id string) string {
	if w.names[id] == "" {
		w.names[id] = "«" + name + "»"
		w.order = append(w.order, id)
	}
	return id
}

// asks are the ids that B asks about: those that it knows, and are no secrets.
func (w *world) asks() (ids []string) {
	for _, id := range w.order {
		if n := w.names[id]; n != "«public key»" && n != "«token»" {
			ids = append(ids, id)
		}
	}
	return ids
}

var (
	anyID    = regexp.MustCompile(`(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	anyLogin = regexp.MustCompile(`\bp[0-9a-f]{12}\b`)
	anyTag   = regexp.MustCompile(`(?m)^(Etag: "\d+)\.[0-9a-f]{16}"`)
)

// plain is what was answered without what is random.
func (w *world) plain(s string) string {
	for _, id := range w.order {
		s = strings.ReplaceAll(s, id, w.names[id])
	}
	s = anyLogin.ReplaceAllString(anyID.ReplaceAllString(s, "«id»"), "«login»")
	return anyTag.ReplaceAllString(s, "$1")
}

// newWorld makes a world whose clock stands still.
func newWorld(t *testing.T, database string, h *hooked, now civil.Instant, others bool) *world {
	t.Helper()
	w := &world{t: t, others: others, names: map[string]string{}, town: open(t, server.Config{
		Database: database, Demo: true, HookAllow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, HookRoots: h.roots,
	})}
	w.clock.Store(int64(now))
	w.aLead, w.bLead = w.person(t, "bank-a", access.BankOrg, access.BankLead), w.person(t, "bank-b", access.BankOrg, access.BankLead)
	w.aDesk, w.bDesk = w.person(t, "bank-a", access.BankOrg, access.Bank), w.person(t, "bank-b", access.BankOrg, access.Bank)
	w.person(t, "bank-c", access.BankOrg, access.Bank)
	w.offered(t, w.aLead, "甲贷") // what is offered is public
	if others {                 // what is counted for all has come further
		w.ok(t, http.MethodPost, "/api/codes", w.aLead, map[string]any{"place": "bank"}, nil)
		w.sent(t, w.firm(t, 9, "91"), "key-before-1", "bank-a", "bank-c")
	}
	w.rates(t, false)
	var hook httpapi.NewWebhook
	w.ok(t, http.MethodPost, "/api/webhooks", w.bLead, map[string]any{"url": h.URL + "/hook"}, &hook)
	w.knows("webhook", hook.ID)
	w.knows("public key", hook.Public)
	return w
}

// applies hands an application in at B, by B's code and for B's product, and in a world
// with others at them too.
func (w *world) applies(f *firm, key, product string, c *code.Code) (application string, at map[string]string) {
	banks := []string{"bank-b"}
	if w.others {
		banks = []string{"bank-a", "bank-b", "bank-c"}
	}
	targets := w.wanted(w.t, f, banks...)
	targets[slices.Index(banks, "bank-b")].Product = product
	x := submission(key, targets)
	x.Code = c.ID
	var a struct {
		ID string `json:"id"`
	}
	w.ok(w.t, http.MethodPost, "/api/applications", f.cookie, x, &a)
	w.drain(w.t)
	var v struct {
		Application struct {
			Targets []origination.Target `json:"targets"`
		} `json:"application"`
	}
	w.ok(w.t, http.MethodGet, "/api/applications/"+a.ID, f.cookie, nil, &v)
	at = map[string]string{}
	for _, x := range v.Application.Targets {
		at[x.Bank] = x.Referral
		if x.Bank == "bank-b" {
			w.knows("referral "+key, x.Referral)
			w.knows("consent "+key, x.Consent)
		}
	}
	return a.ID, at
}

// paper adds a paper to an application, which every bank of it is told of.
func (w *world) paper(f *firm, application string) {
	w.t.Helper()
	if status, answer := w.raw(f.cookie, "/api/applications/"+application+"/attachments?name=a.pdf", []byte("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")); status != http.StatusOK {
		w.t.Fatal(answer)
	}
}

func (w *world) raw(cookie, path string, content []byte) (int, string) {
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.url+path, bytes.NewReader(content))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Cookie", cookie)
	req.Header.Set("Content-Type", "application/octet-stream")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// lend brings an accepted referral to a loan.
func (w *world) lend(cookie, id, note string) {
	version := func() int64 {
		var v struct {
			Referral struct {
				Version int64 `json:"version"`
			} `json:"referral"`
		}
		w.ok(w.t, http.MethodGet, "/api/referrals/"+id, cookie, nil, &v)
		return v.Referral.Version
	}
	today := w.Now().Date()
	w.ok(w.t, http.MethodPost, "/api/referrals/"+id+"/contract", cookie, map[string]any{
		"version": version(), "no": "HT" + note, "amount_fen": 3_000_000_000, "rate_ppb": 36_000_000, "term_months": 12, "signed_on": today.String(), "security": "credit",
	}, nil)
	w.ok(w.t, http.MethodPost, "/api/referrals/"+id+"/drawdowns", cookie, map[string]any{
		"version": version(), "note_no": note, "amount_fen": 1_000_000_000, "rate_ppb": 36_000_000, "drawn_on": today.String(), "due_on": (today + 365).String(),
	}, nil)
	w.ok(w.t, http.MethodPost, "/api/referrals/"+id+"/reports", cookie, map[string]any{"note_no": note, "status": "current", "balance_fen": 900_000_000, "as_of_on": today.String()}, nil)
}

// live is all that happens: two applications, of which one ends, by another bank's
// offer or as the firm withdraws it, and one becomes a loan at B.
func (w *world) live() {
	t := w.t
	f := w.firm(t, 1, "91")
	product := w.knows("product", w.offered(t, w.bLead, "乙贷"))
	var c code.Code
	w.ok(t, http.MethodPost, "/api/codes", w.bLead, map[string]any{"place": "bank"}, &c)
	w.knows("code", c.ID)
	w.knows("token", c.Token)
	w.knows("number", c.Number)
	w.ok(t, http.MethodPost, "/api/scans", "", map[string]any{"token": c.Token}, nil)
	read := func(cookie string) {
		w.ok(t, http.MethodPost, "/api/firm-data", cookie, map[string]any{"firm": f.uscc, "purpose": "loan_application", "datasets": datasets}, nil)
	}

	rate := func(cookie, id string) { w.ok(t, http.MethodPost, "/api/referrals/"+id+"/rating", cookie, nil, nil) }

	first, at := w.applies(f, "key-first-1", product, &c)
	theirs := ""
	if w.others {
		theirs = w.offers(t, w.aDesk, at["bank-a"])
		read(w.aDesk)
		rate(w.aDesk, at["bank-a"])
		w.ok(t, http.MethodPost, "/api/referrals/"+at["bank-a"]+"/messages", f.cookie, map[string]any{"text": "好的"}, nil)
	}
	w.knows("offer 1", w.offers(t, w.bDesk, at["bank-b"]))
	read(w.bDesk)
	rate(w.bDesk, at["bank-b"])
	w.paper(f, first)
	w.ok(t, http.MethodPost, "/api/referrals/"+at["bank-b"]+"/messages", f.cookie, map[string]any{"text": "您好"}, nil)
	if w.others {
		w.ok(t, http.MethodPost, "/api/offers/"+theirs+"/acceptance", f.cookie, nil, nil)
		w.lend(w.aDesk, at["bank-a"], "A1")
	} else {
		w.ok(t, http.MethodPost, "/api/applications/"+first+"/withdrawal", f.cookie, map[string]any{"version": 2}, nil)
	}

	w.drain(t)
	_, at = w.applies(f, "key-second-1", product, &c)
	if w.others {
		w.offers(t, w.aDesk, at["bank-a"])
	}
	declined := w.knows("offer 2", w.offers(t, w.bLead, at["bank-b"]))
	w.ok(t, http.MethodPost, "/api/offers/"+declined+"/refusal", f.cookie, map[string]any{"words": "利率偏高"}, nil)
	var better origination.Offer
	w.ok(t, http.MethodPost, "/api/referrals/"+at["bank-b"]+"/offers", w.bLead, w.price(), &better)
	ours := w.knows("offer 3", better.ID)
	w.ok(t, http.MethodPost, "/api/offers/"+ours+"/acceptance", f.cookie, nil, nil)
	w.lend(w.bDesk, at["bank-b"], "B1")
	w.applies(f, "key-third-1", product, &c)
	if w.others {
		w.ok(t, http.MethodPost, "/api/consents/"+w.consentOf(t, f, "bank-a")+"/withdrawal", f.cookie, map[string]any{}, nil)
	}
	for id, name := range w.names {
		if name == "«consent key-third-1»" {
			w.ok(t, http.MethodPost, "/api/consents/"+id+"/withdrawal", f.cookie, map[string]any{}, nil)
		}
	}
	w.knows("firm", f.uscc)
	w.knows("enterprise", f.org)
	w.settle()
	// what else it has come to know: what it was told and called with
	for path, name := range map[string]string{"/api/messages": "message", "/api/webhooks/" + w.idOf("webhook") + "/deliveries": "delivery"} {
		var list struct {
			Items []struct {
				ID string `json:"id"`
			} `json:"items"`
		}
		w.ok(t, http.MethodGet, path+"?limit=200", w.bLead, nil, &list)
		for i, x := range list.Items {
			w.knows(fmt.Sprint(name, " ", i), x.ID)
		}
	}
	for i, id := range []string{"bank-a", "bank-b", "bank-c", noneSuch} {
		w.knows(fmt.Sprint("org ", i), id)
	}
}

func (w *world) idOf(name string) string {
	for id, n := range w.names {
		if n == "«"+name+"»" {
			return id
		}
	}
	w.t.Fatalf("no %s", name)
	return ""
}

// settle waits until everybody has been told and every job is done.
func (w *world) settle() {
	w.t.Helper()
	w.drain(w.t)
	admin := w.person(w.t, "platform", access.PlatformOrg, access.SystemAdmin)
	for _, state := range []job.State{job.Waiting, job.Running} {
		for total := 1; total > 0; <-time.After(5 * time.Millisecond) {
			var jobs struct {
				Total int `json:"total"`
			}
			w.ok(w.t, http.MethodGet, "/api/jobs?limit=1&state="+string(state), admin, nil, &jobs)
			total = jobs.Total
		}
	}
}

// sees is all that B is answered, without what is random, by what was asked.
func (w *world) sees() map[string]string {
	seen := map[string]string{}
	for role, cookie := range map[access.Role]string{access.BankLead: w.bLead, access.Bank: w.bDesk} {
		for path, answer := range w.look(w.t, cookie, role, w.asks()...) {
			head, body, _ := strings.Cut(answer, "\n\n")
			if strings.HasPrefix(head, "429") {
				w.t.Fatal("asked too often, nothing is seen: ", path)
			}
			switch {
			case strings.HasPrefix(path, httpapi.SigningKeys): // each platform's own
				continue
			case strings.Contains(head, "spreadsheetml"), strings.Contains(head, "application/zip"):
				body = unzipped(w.t, body)
				head = strings.Split(head, "\n")[0]
			case strings.Contains(head, "image/"), strings.Contains(head, "application/pdf"):
				head, body = strings.Split(head, "\n")[0], "" // a code that is random, drawn
			}
			// two subscribers ask for jobs at once, and who is called what is random
			if list, _, _ := strings.Cut(path, "?"); list == "/api/jobs" || list == "/api/accounts" {
				items := strings.FieldsFunc(w.plain(body), func(r rune) bool { return strings.ContainsRune("{}[]<>,\n", r) })
				slices.Sort(items)
				body = strings.Join(items, "\n")
			}
			seen[string(role)+" "+w.plain(path)] = w.plain(head + "\n\n" + body)
		}
	}
	return seen
}

// unzipped is what is in a ZIP file.
func unzipped(t *testing.T, body string) string {
	z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s\n%s\n", f.Name, b)
	}
	return out.String()
}

// told is what B's open page was told, until its last event; of jobs, what they are.
func (w *world) told(s *stream) []string {
	w.t.Helper()
	w.emit(w.t, "the last", "bank-b")
	var out []string
	for {
		mark, kind, data := s.next()
		if kind == "" {
			w.t.Fatal("the stream ended")
		}
		if strings.Contains(data, `"the last"`) {
			return out
		}
		if kind == "event" {
			out = append(out, fmt.Sprint(len(mark), w.plain(data)))
		}
	}
}

// TestBanksCannotTellThatThereAreOthers: of two worlds that are alike but for other
// banks, which deal with the same firm, in one of them, bank B is answered, told and called
// the same in both, whatever it asks and has exported.
func TestBanksCannotTellThatThereAreOthers(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		h := newHooked(t)
		now := civil.Instant(time.Now().Add(time.Hour).UnixMilli())
		var seen [2]map[string]string
		var called, streamed [2][]string
		for i, others := range []bool{false, true} {
			t.Run(fmt.Sprint("others ", others), func(t *testing.T) {
				if i == 1 && database != "" {
					database = pgtest.Start(t)
				}
				w := newWorld(t, database, h, now, others)
				s := w.stream(t, w.bLead, "")
				w.live()
				streamed[i] = w.told(s)
				w.settle()
				seen[i] = w.sees()
				h.mu.Lock()
				defer h.mu.Unlock()
				for _, x := range h.got {
					called[i] = append(called[i], w.plain(x))
				}
				slices.Sort(called[i]) // several at once
				h.got = nil
			})
		}
		if len(seen[0]) < 400 || len(called[0]) < 15 || len(streamed[0]) < 15 {
			t.Errorf("only %d answers, %d calls and %d events were looked at", len(seen[0]), len(called[0]), len(streamed[0]))
		}
		for path, alone := range seen[0] {
			if with, there := seen[1][path]; with != alone {
				t.Errorf("%s (%t) with others:\n%.1500s\nand alone:\n%.1500s", path, there, with, alone)
			}
		}
		t.Logf("%d answers, %d calls and %d events are the same", len(seen[0]), len(called[0]), len(streamed[0]))
		same(t, "answers", len(seen[1]), len(seen[0]))
		same(t, "calls", strings.Join(called[1], "\n"), strings.Join(called[0], "\n"))
		same(t, "events", strings.Join(streamed[1], "\n"), strings.Join(streamed[0], "\n"))
	})
}

func same[T comparable](t *testing.T, what string, with, alone T) {
	t.Helper()
	if with != alone {
		t.Errorf("%s with others:\n%v\nand alone:\n%v", what, with, alone)
	}
}

// TestWhatIsAnothersTakesTheWorkOfWhatIsNotThere: about another bank's things and about
// nothing at all, a bank is answered after as many statements.
func TestWhatIsAnothersTakesTheWorkOfWhatIsNotThere(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		var log record
		w := open(t, server.Config{Database: database, Demo: true, Log: slog.New(slog.NewJSONHandler(&log, nil))})
		b := w.person(t, "bank-b", access.BankOrg, access.BankLead)
		a, aLead := w.person(t, "bank-a", access.BankOrg, access.Bank), w.person(t, "bank-a", access.BankOrg, access.BankLead)
		f := w.firm(t, 1, "91")
		application, at := w.sent(t, f, "key-work-1", "bank-a", "bank-b")
		foreign := []string{at["bank-a"], w.offers(t, a, at["bank-a"]), w.consentOf(t, f, "bank-a"), application, w.offered(t, aLead, "甲贷")}
		var c code.Code
		w.ok(t, http.MethodPost, "/api/codes", aLead, map[string]any{"place": "bank"}, &c)
		foreign = append(foreign, c.ID)
		w.drain(t)
		ask := func(r httpapi.Route, id string) (status int, statements string) {
			var body io.Reader
			if r.Method != http.MethodGet && r.Method != http.MethodDelete {
				body = strings.NewReader(bodyFor[r.ID])
			}
			req, err := http.NewRequestWithContext(t.Context(), r.Method, w.url+hole.ReplaceAllLiteralString(r.Path, id), body)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Cookie", b)
			req.Header.Set("Content-Type", "application/json")
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close() //nolint:errcheck // its status is what matters
			return resp.StatusCode, log.statements(t, resp.Header.Get("X-Request-Id"))
		}
		asked, found := 0, 0
		for _, r := range w.API.Routes() {
			if !strings.Contains(r.Path, "{id}") || r.Need != "" && access.Allowed(r.Need, []access.Role{access.BankLead}) == access.None || r.Rate.Name != "" {
				continue
			}
			status, missing := ask(r, noneSuch)
			for _, id := range foreign {
				if public := strings.HasPrefix(r.Path, "/api/offered-products/") && id == foreign[4]; public {
					continue
				}
				if got, n := ask(r, id); got != status || n != missing {
					t.Errorf("%s: another's takes %s statements (%d), what is not there %s (%d)", r.ID, n, got, missing, status)
				}
				asked++
			}
			if status == http.StatusNotFound {
				found++
			}
		}
		if asked < 200 || found < 25 {
			t.Errorf("only %d were asked; %d operations looked for what is not there", asked, found)
		}
	})
}

// bodyFor are bodies that are well formed, so that what they are about is looked for.
var bodyFor = map[string]string{
	"act-on-referral": `{"verb":"accept","version":1}`, "post-message": `{"text":"您好"}`, "assign-referral": `{"account":"x"}`,
	"report-loan":       `{"note_no":"JJ1","status":"repaid","balance_fen":0,"as_of_on":"2024-01-02"}`,
	"make-offer":        `{"price":{"amount_fen":1,"rate_ppb":1,"term_months":1,"method":"bullet","day_count":"act_360","first_due_on":"2099-01-01","security":"credit","valid_til_ms":4070908800000}}`,
	"register-drawdown": `{"note_no":"JJ1","amount_fen":1,"rate_ppb":1,"drawn_on":"2024-01-02","due_on":"2025-01-02"}`,
	"register-contract": `{"version":1,"no":"HT1","amount_fen":1,"rate_ppb":1,"term_months":1,"signed_on":"2024-01-02","security":"credit"}`,
	"act-on-product":    `{"version":1,"verb":"pause"}`, "revoke-code": `{"version":1,"reason":"停用"}`,
}

// statements is how many the log says that a request took.
func (r *record) statements(t *testing.T, id string) string {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); <-time.After(time.Millisecond) { // it is noted after the answer
		if _, line, ok := strings.Cut(r.String(), `"msg":"request","id":"`+id+`"`); ok {
			line, _, _ = strings.Cut(line, "\n")
			_, n, _ := strings.Cut(line, `"statements":`)
			return strings.TrimRight(n, "}")
		}
	}
	t.Fatalf("the log has no request %s", id)
	return ""
}
