package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/origination"
	"changrong/internal/server"
)

// drain waits until everybody who subscribes has been told what happened.
func (w *town) drain(t testing.TB) {
	t.Helper()
	w.waitFor(t, "origination", "webhook", "notify", "codes", "products", "through")
}

// waitFor waits until these have been told what happened.
func (w *town) waitFor(t testing.TB, subscribers ...string) {
	t.Helper()
	for behind := true; behind; <-time.After(5 * time.Millisecond) {
		if err := w.DB.Read(t.Context(), func(tx *store.Tx) error {
			last, err := tx.LastEvent()
			behind = false
			for _, name := range subscribers {
				seq, cursor := tx.Cursor(name)
				behind = behind || seq < last
				err = firstOf(err, cursor)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// answer makes a request and returns all that is answered but what is of this one request.
func (w *town) answer(t testing.TB, method, path, cookie string, body any) (status int, answer string) {
	t.Helper()
	var in io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		in = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, w.url+path, in)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Cookie", cookie)
	switch {
	case strings.HasSuffix(strings.Split(path, "?")[0], "/attachments"):
		req.Header.Set("Content-Type", "application/octet-stream")
	case in != nil:
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
	for _, own := range []string{"Date", "X-Now", "X-Request-Id", "Ratelimit", "Set-Cookie"} { // of this one request
		resp.Header.Del(own)
	}
	var h bytes.Buffer
	if err := resp.Header.Write(&h); err != nil { // sorted by name
		t.Fatal(err)
	}
	return resp.StatusCode, fmt.Sprint(resp.StatusCode, "\n", h.String(), "\n", string(b))
}

// ok makes a request that must succeed.
func (w *town) ok(t testing.TB, method, path, cookie string, in, out any) {
	t.Helper()
	status, answer := w.answer(t, method, path, cookie, in)
	if status != http.StatusOK && status != http.StatusNoContent {
		t.Fatalf("%s %s: %s", method, path, answer)
	}
	if _, body, _ := strings.Cut(answer, "\n\n"); out != nil {
		if err := json.Unmarshal([]byte(body), out); err != nil {
			t.Fatal(err)
		}
	}
}

// sent hands an application in through the interface and returns it with the ids of its
// referrals, by bank.
func (w *town) sent(t testing.TB, f *firm, key string, banks ...string) (application string, at map[string]string) {
	t.Helper()
	var a struct {
		ID string `json:"id"`
	}
	w.ok(t, http.MethodPost, "/api/applications", f.cookie, submission(key, w.wanted(t, f, banks...)), &a)
	w.drain(t)
	var v struct {
		Application struct {
			Targets []origination.Target `json:"targets"`
		} `json:"application"`
	}
	w.ok(t, http.MethodGet, "/api/applications/"+a.ID, f.cookie, nil, &v)
	at = map[string]string{}
	for _, x := range v.Application.Targets {
		at[x.Bank] = x.Referral
	}
	return a.ID, at
}

func (w *town) price() map[string]any {
	return map[string]any{"price": map[string]any{
		"amount_fen": 4_000_000_000, "rate_ppb": 36_500_000, "term_months": 12, "method": "bullet", "day_count": "act_360", "first_due_on": (w.Now().Date() + 30).String(),
		"security": "credit", "valid_til_ms": w.Now() + 3*civil.Day,
	}}
}

// offers brings a referral to an offer, doing all that a bank does on the way.
func (w *town) offers(t testing.TB, cookie, id string) (offer string) {
	t.Helper()
	for _, verb := range []string{"accept", "contact", "review"} {
		var r struct {
			Referral struct {
				Version int64 `json:"version"`
			} `json:"referral"`
		}
		w.ok(t, http.MethodGet, "/api/referrals/"+id, cookie, nil, &r)
		w.ok(t, http.MethodPost, "/api/referrals/"+id+"/decisions", cookie, map[string]any{"verb": verb, "version": r.Referral.Version}, nil)
	}
	w.ok(t, http.MethodPost, "/api/referrals/"+id+"/messages", cookie, map[string]any{"text": "请补充报表"}, nil)
	w.ok(t, http.MethodPost, "/api/referrals/"+id+"/messages", cookie, map[string]any{"text": "行内意见", "inside": true}, nil)
	var o struct {
		ID string `json:"id"`
	}
	for range 2 { // the second is a new version
		w.ok(t, http.MethodPost, "/api/referrals/"+id+"/offers", cookie, w.price(), &o)
	}
	return o.ID
}

// noneSuch is nobody's id, as long as any other.
const noneSuch = "00000000-0000-7000-8000-000000000000"

var hole = regexp.MustCompile(`\{[a-z]+\}`)

// look is all that somebody with a role is answered: every operation that reads, about
// each of these ids, and every list as a file.
func (w *town) look(t testing.TB, cookie string, role access.Role, ids ...string) map[string]string {
	t.Helper()
	seen := map[string]string{}
	get := func(path string) { _, seen[path] = w.answer(t, http.MethodGet, path, cookie, nil) }
	for _, r := range w.API.Routes() {
		if r.Method != http.MethodGet || r.ID == "watch-events" || r.Need != "" && access.Allowed(r.Need, []access.Role{role}) == access.None {
			continue
		}
		if !hole.MatchString(r.Path) {
			get(r.Path)
			get(r.Path + "?format=csv")
			get(r.Path + "?format=xlsx")
			continue
		}
		for _, id := range ids {
			get(hole.ReplaceAllLiteralString(r.Path, id))
		}
	}
	return seen
}

// TestBanksAreBlindToEachOther: bank B asks everything that it can ask before and after
// bank A deals with the same firm's application. Nothing it is answered changes.
func TestBanksAreBlindToEachOther(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		w := open(t, server.Config{Database: database, Demo: true})
		w.rates(t, false)
		b := w.person(t, "bank-b", access.BankOrg, access.BankLead)
		aClerk, bClerk := w.person(t, "bank-a", access.BankOrg, access.Bank), w.person(t, "bank-b", access.BankOrg, access.Bank)
		f := w.firm(t, 1, "91")
		application, at := w.sent(t, f, "key-blind-1", "bank-a", "bank-b")
		bOffer := w.offers(t, bClerk, at["bank-b"])
		w.ok(t, http.MethodPost, "/api/referrals/"+at["bank-b"]+"/rating", bClerk, nil, nil)
		w.drain(t)
		aConsent, bConsent := w.consentOf(t, f, "bank-a"), w.consentOf(t, f, "bank-b")
		ids := []string{at["bank-b"], bOffer, bConsent, at["bank-a"], application, aConsent, f.org, "bank-a", noneSuch}
		before := map[access.Role]map[string]string{
			access.BankLead: w.look(t, b, access.BankLead, ids...), access.Bank: w.look(t, bClerk, access.Bank, ids...),
		}
		if len(before[access.BankLead]) < 150 {
			t.Fatalf("only %d answers were looked at", len(before[access.BankLead]))
		}
		s := w.stream(t, b, "")
		aOffer := w.offers(t, aClerk, at["bank-a"])
		w.ok(t, http.MethodPost, "/api/firm-data", aClerk, map[string]any{"firm": f.uscc, "purpose": "loan_application", "datasets": datasets}, nil)
		w.ok(t, http.MethodPost, "/api/referrals/"+at["bank-a"]+"/rating", aClerk, nil, nil)
		w.ok(t, http.MethodPost, "/api/referrals/"+at["bank-a"]+"/messages", f.cookie, map[string]any{"text": "好的"}, nil)
		w.drain(t)
		for role, cookie := range map[access.Role]string{access.BankLead: b, access.Bank: bClerk} {
			after := w.look(t, cookie, role, ids...)
			for path, answer := range after {
				if was := before[role][path]; was != answer {
					t.Errorf("%s: %s is answered otherwise:\n%.1000s\nand was\n%.1000s", role, path, answer, was)
				}
				for _, secret := range []string{"bank-a", at["bank-a"], aConsent, application} {
					if strings.Contains(answer, secret) && !strings.Contains(path, secret) && !strings.HasPrefix(path, "/api/orgs") && !strings.HasPrefix(path, "/api/consent") {
						t.Errorf("%s: %s tells of %s: %.1000s", role, path, secret, answer)
					}
				}
			}
			w.alike(t, cookie, role, after, at["bank-a"], aOffer)
		}
		// the first that B's pages are told is its own
		w.ok(t, http.MethodPost, "/api/referrals/"+at["bank-b"]+"/messages", f.cookie, map[string]any{"text": "您好"}, nil)
		mark, _, data := s.next()
		if !strings.Contains(data, at["bank-b"]) || regexp.MustCompile(`^\d+$`).MatchString(mark) {
			t.Errorf("told %s under %s", data, mark)
		}
	})
}

// consentOf is the id of the firm's consent to a bank.
func (w *town) consentOf(t testing.TB, f *firm, bank string) string {
	t.Helper()
	var list struct {
		Items []struct {
			ID        string `json:"id"`
			Recipient string `json:"recipient"`
		} `json:"items"`
	}
	w.ok(t, http.MethodGet, "/api/consents", f.cookie, nil, &list)
	for _, x := range list.Items {
		if x.Recipient == bank {
			return x.ID
		}
	}
	t.Fatalf("no consent to %s", bank)
	return ""
}

// alike holds every answer about another's thing against that about one that is not there,
// for operations that read and for those that write.
func (w *town) alike(t testing.TB, cookie string, role access.Role, seen map[string]string, foreign ...string) {
	t.Helper()
	bodies := map[string]any{
		"act-on-referral": map[string]any{"verb": "accept", "version": 1}, "post-message": map[string]any{"text": "您好"}, "make-offer": w.price(),
		"assign-referral":   map[string]any{"account": "x"},
		"register-contract": map[string]any{"version": 1, "no": "HT1", "amount_fen": 1, "rate_ppb": 1, "term_months": 1, "signed_on": w.Now().Date().String(), "security": "credit"},
		"register-drawdown": map[string]any{"note_no": "JJ1", "amount_fen": 1, "rate_ppb": 1, "drawn_on": w.Now().Date().String(), "due_on": (w.Now().Date() + 9).String()},
		"report-loan":       map[string]any{"note_no": "JJ1", "status": "repaid", "balance_fen": 0, "as_of_on": w.Now().Date().String()},
	}
	found := 0
	for _, r := range w.API.Routes() {
		if !strings.Contains(r.Path, "{id}") || r.Need != "" && access.Allowed(r.Need, []access.Role{role}) == access.None {
			continue
		}
		ask := func(id string) string {
			path := hole.ReplaceAllLiteralString(r.Path, id)
			if r.Method == http.MethodGet && seen[path] != "" {
				return seen[path]
			}
			body := bodies[r.ID]
			if body == nil && r.Method != http.MethodGet && r.Method != http.MethodDelete {
				body = map[string]any{}
			}
			_, answer := w.answer(t, r.Method, path, cookie, body)
			return answer
		}
		missing := ask(noneSuch)
		for _, id := range foreign {
			if got := strings.ReplaceAll(ask(id), id, noneSuch); got != missing {
				t.Errorf("%s as %s: another's is answered\n%s\nand what is not there\n%s", r.ID, role, got, missing)
			}
			found++
		}
		if bodies[r.ID] != nil && !strings.Contains(missing, "404") {
			t.Errorf("%s: what is not there is answered %s", r.ID, missing)
		}
	}
	if found < 30 {
		t.Errorf("only %d operations were asked about another's", found)
	}
}

var (
	someID     = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	someNumber = regexp.MustCompile(`"number":"?\d+"?|\d+号`)
	someTag    = regexp.MustCompile(`(?m)^(Etag|Content-Length):.*$`)
)

// TestNobodyTellsWhyAFirmWentAway: whether the firm withdrew, took another's offer or sent
// its application on, a bank reads, counts and is told the same.
func TestNobodyTellsWhyAFirmWentAway(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		w := open(t, server.Config{Database: database, Demo: true})
		aClerk, b := w.person(t, "bank-a", access.BankOrg, access.Bank), w.person(t, "bank-b", access.BankOrg, access.BankLead)
		w.person(t, "bank-c", access.BankOrg, access.Bank)
		var told []string
		f := w.firm(t, 1, "91")
		for i, goes := range []func(f *firm, application string, at map[string]string){
			func(f *firm, application string, _ map[string]string) {
				w.ok(t, http.MethodPost, "/api/applications/"+application+"/withdrawal", f.cookie, map[string]any{"version": 2}, nil)
			},
			func(f *firm, _ string, at map[string]string) {
				w.ok(t, http.MethodPost, "/api/offers/"+w.offers(t, aClerk, at["bank-a"])+"/acceptance", f.cookie, nil, nil)
			},
			func(f *firm, application string, at map[string]string) {
				w.ok(t, http.MethodPost, "/api/applications/"+application+"/targets", f.cookie, map[string]any{"from": at["bank-b"], "targets": w.wanted(t, f, "bank-c")}, nil)
			},
		} {
			application, at := w.sent(t, f, fmt.Sprintf("key-gone-%d", i), "bank-a", "bank-b")
			w.offers(t, b, at["bank-b"])
			w.drain(t)
			goes(f, application, at)
			w.drain(t)
			_, detail := w.answer(t, http.MethodGet, "/api/referrals/"+at["bank-b"], b, nil)
			var messages struct {
				Items []struct {
					Title string `json:"title"`
				} `json:"items"`
				Total int `json:"total"`
			}
			w.ok(t, http.MethodGet, "/api/messages", b, nil, &messages)
			got := detail + fmt.Sprint(messages.Items[:messages.Total/(i+1)])
			got = someTag.ReplaceAllString(someNumber.ReplaceAllString(someID.ReplaceAllString(got, "ID"), "N"), "")
			if !strings.Contains(got, `"end_reason":"ended_by_applicant"`) {
				t.Fatal(got)
			}
			told = append(told, got)
		}
		if told = slices.Compact(told); len(told) != 1 {
			t.Errorf("it can be told apart:\n%s", strings.Join(told, "\n"))
		}
	})
}
