package conformance_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"changrong/internal/adapter/bankside"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/webhook"
	"changrong/internal/server/conformance"
)

// clock is everybody's: it goes on when somebody waits.
type clock struct{ ms atomic.Int64 }

func (c *clock) now() time.Time       { return time.UnixMilli(c.ms.Load()) }
func (c *clock) pass(d time.Duration) { c.ms.Add(d.Milliseconds()) }

// setting is a bank beside a sandbox, and what may be done to the bank.
type setting struct {
	*testing.T
	clock   clock
	bank    *bankside.Bank
	sandbox *conformance.Sandbox
	hooks   atomic.Pointer[http.HandlerFunc] // in the place of the bank's own
	secret  []byte
	calls   atomic.Int64
}

// transport is a way to the platform that somebody meddles with.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func open(t *testing.T, rules string) *setting {
	t.Helper()
	s := &setting{T: t, secret: bytes.Repeat([]byte{7}, 32)}
	s.clock.ms.Store(time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC).UnixMilli())
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	atBank := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h := s.hooks.Load(); h != nil {
			(*h)(w, r)
			return
		}
		s.bank.Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(atBank.Close)
	s.sandbox, err = conformance.Open(t.Context(), conformance.Options{
		Bank: atBank.URL + bankside.HookPath, KeyID: "test", Public: string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), Secret: s.secret,
		Patience: time.Minute, Silence: 5 * time.Second, Now: s.clock.now, Turn: s.turn,
	})
	if err != nil {
		t.Fatal(err)
	}
	atPlatform := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.calls.Add(1)
		s.sandbox.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		atPlatform.Close()
		if err := s.sandbox.Close(); err != nil {
			t.Error(err)
		}
	})
	book, err := bankside.OpenBook(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { book.Close() }) //nolint:errcheck // the test is over
	if rules == "" {
		rules = bankside.Example()
	}
	how, err := bankside.ParseRules(rules)
	if err != nil {
		t.Fatal(err)
	}
	s.bank, err = bankside.New(&bankside.Bank{
		Rules: how, Client: &bankside.Client{Base: atPlatform.URL, KeyID: "test", Key: private, Now: s.clock.now}, Book: book, Secrets: [][]byte{s.secret},
		Now: s.clock.now, NewID: crypto.NewID, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// horizon is how long a bank may leave something lie before nobody waits any more.
const horizon = 10 * time.Minute

// turn lets the bank work, and passes the time until it has something to do again.
func (s *setting) turn(ctx context.Context, since time.Time) bool {
	if s.clock.now().Sub(since) > horizon {
		return false
	}
	before := s.calls.Load()
	next, err := s.bank.Work(ctx)
	if err != nil {
		s.Error(err)
		return false
	}
	if s.calls.Load() != before {
		return true
	}
	if wait := next.Sub(s.clock.now()); wait < horizon {
		s.clock.pass(wait)
		return true
	}
	return false
}

// resigned is r with another body, or headers that were changed, signed anew.
func (s *setting) resigned(r *http.Request, body []byte) *http.Request {
	out := r.Clone(r.Context())
	out.Body, out.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	if err := s.bank.Client.Sign(out, body); err != nil {
		s.Error(err)
	}
	return out
}

// meddle lets f change what the bank sends.
func (s *setting) meddle(f func(r *http.Request, body []byte) (*http.Response, error)) {
	s.bank.Client.Transport = transport(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		return f(r, body)
	})
}

// listen lets f take messages before the bank does.
func (s *setting) listen(f func(w http.ResponseWriter, r *http.Request, body []byte, bank http.Handler)) {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			s.Error(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		f(w, r, body, s.bank.Handler())
	})
	s.hooks.Store(&h)
}

func post(r *http.Request, last string) bool {
	return r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, last)
}

func send(r *http.Request) (*http.Response, error) { return http.DefaultTransport.RoundTrip(r) }

// told is a message as it comes.
type told struct {
	Type string `json:"type"`
	Data struct {
		Subject string `json:"subject"`
	} `json:"data"`
}

// say posts something about a referral, whatever comes of it.
func (s *setting) say(referral, path, body string) {
	s.bank.Client.Post(s.Context(), "/api/referrals/"+referral+path, crypto.NewID(), []byte(body), nil) //nolint:errcheck // it should not have been said
}

// breakages are ways in which a bank's side may be broken, each with the clauses that
// name it.
var breakages = []struct {
	name    string
	clauses []string
	rules   string
	do      func(*setting)
}{
	{"it believes forged messages", []string{"B2"}, "", func(s *setting) {
		s.listen(func(w http.ResponseWriter, r *http.Request, body []byte, bank http.Handler) {
			now := s.clock.now().Unix()
			if r.Header.Get("Webhook-Id") == "" {
				r.Header.Set("Webhook-Id", crypto.NewID())
			}
			if at := r.Header.Get("Webhook-Timestamp"); at == "" || at == time.Unix(now, 0).Format("1136239445") {
				r.Header.Set("Webhook-Timestamp", "0")
			}
			r.Header.Set("Webhook-Timestamp", json.Number(jsonInt(now)).String())
			r.Header.Set("Webhook-Signature", webhook.Sign([]webhook.Secrets{{HMAC: s.secret}}, r.Header.Get("Webhook-Id"), now, body))
			bank.ServeHTTP(w, r)
		})
	}},
	{"it believes old messages", []string{"B3"}, "", func(s *setting) {
		s.listen(func(w http.ResponseWriter, r *http.Request, body []byte, bank http.Handler) {
			at, _ := json.Number(r.Header.Get("Webhook-Timestamp")).Int64()
			if webhook.Verify(s.secret, r.Header.Get("Webhook-Id"), at, body, r.Header.Get("Webhook-Signature")) {
				now := s.clock.now().Unix()
				r.Header.Set("Webhook-Timestamp", jsonInt(now))
				r.Header.Set("Webhook-Signature", webhook.Sign([]webhook.Secrets{{HMAC: s.secret}}, r.Header.Get("Webhook-Id"), now, body))
			}
			bank.ServeHTTP(w, r)
		})
	}},
	{"it acts once more when a message comes again", []string{"B4"}, "", func(s *setting) {
		var mu sync.Mutex
		seen := map[string]bool{}
		s.listen(func(w http.ResponseWriter, r *http.Request, body []byte, bank http.Handler) {
			mu.Lock()
			again := seen[r.Header.Get("Webhook-Id")]
			seen[r.Header.Get("Webhook-Id")] = true
			mu.Unlock()
			var m told
			if json.Unmarshal(body, &m) == nil && m.Type == "referral.pushed" && again {
				for range 2 { // as who keeps no state would
					s.say(m.Data.Subject, "/messages", `{"text":"您好，我行已收到申请"}`)
				}
			}
			bank.ServeHTTP(w, r)
		})
	}},
	{"it answers when the work is done", []string{"B5"}, "", func(s *setting) {
		s.listen(func(w http.ResponseWriter, r *http.Request, _ []byte, bank http.Handler) {
			s.clock.pass(16 * time.Second)
			bank.ServeHTTP(w, r)
		})
	}},
	{"it sends messages on to another address", []string{"B1", "B5"}, "", func(s *setting) {
		s.listen(func(w http.ResponseWriter, r *http.Request, _ []byte, _ http.Handler) {
			http.Redirect(w, r, "/elsewhere", http.StatusPermanentRedirect)
		})
	}},
	{"it refuses kinds that it does not know", []string{"B7"}, "", func(s *setting) {
		s.listen(func(w http.ResponseWriter, r *http.Request, body []byte, bank http.Handler) {
			if bytes.Contains(body, []byte("sandbox.unheard_of")) {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			bank.ServeHTTP(w, r)
		})
	}},
	{"it believes what it is told, and not what it reads", []string{"B6"}, "", func(s *setting) {
		s.listen(func(w http.ResponseWriter, r *http.Request, body []byte, bank http.Handler) {
			var m told
			if json.Unmarshal(body, &m) == nil && m.Type == "referral.pushed" {
				s.say(m.Data.Subject, "/decisions", `{"verb":"accept","version":1}`)
			}
			bank.ServeHTTP(w, r)
		})
	}},
	{"it signs another body", []string{"B9"}, "", func(s *setting) {
		s.meddle(func(r *http.Request, body []byte) (*http.Response, error) {
			if len(body) > 0 {
				r = s.resigned(r, append(body, '\n'))
				r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
			}
			return send(r)
		})
	}},
	{"it follows redirects", []string{"B9"}, "", func(s *setting) {
		s.meddle(func(r *http.Request, body []byte) (*http.Response, error) {
			resp, err := send(r)
			if err != nil || resp.StatusCode != http.StatusTemporaryRedirect {
				return resp, err
			}
			resp.Body.Close() //nolint:errcheck // it is not read
			to, err := r.URL.Parse(resp.Header.Get("Location"))
			if err != nil {
				return nil, err
			}
			next := r.Clone(r.Context())
			next.URL = to
			return send(s.resigned(next, body))
		})
	}},
	{"it has no idempotency keys", []string{"B10"}, "", func(s *setting) {
		s.meddle(func(r *http.Request, body []byte) (*http.Response, error) {
			r.Header.Del("Idempotency-Key")
			return send(s.resigned(r, body))
		})
	}},
	{"it uses one key for everything", []string{"B10"}, "", func(s *setting) {
		s.meddle(func(r *http.Request, body []byte) (*http.Response, error) {
			if r.Header.Get("Idempotency-Key") != "" {
				r.Header.Set("Idempotency-Key", `"the-same-key-always"`)
			}
			return send(s.resigned(r, body))
		})
	}},
	{"it takes a new key when it sends again", []string{"B10"}, "", func(s *setting) {
		s.meddle(func(r *http.Request, body []byte) (*http.Response, error) {
			if r.Header.Get("Idempotency-Key") != "" {
				r.Header.Set("Idempotency-Key", `"`+crypto.NewID()+`"`)
			}
			return send(s.resigned(r, body))
		})
	}},
	{"it does not wait as it is asked", []string{"B11"}, "", func(s *setting) {
		s.meddle(func(r *http.Request, _ []byte) (*http.Response, error) {
			resp, err := send(r)
			if err == nil {
				resp.Header.Del("Retry-After")
			}
			return resp, err
		})
	}},
	{"it says no version", []string{"B12"}, "", func(s *setting) {
		s.meddle(func(r *http.Request, body []byte) (*http.Response, error) {
			if post(r, "/contract") {
				r = s.resigned(r, regexp.MustCompile(`"version":\d+`).ReplaceAll(body, []byte(`"version":0`)))
			}
			return send(r)
		})
	}},
	{"it counts money in floating point", []string{"B14"}, "", func(s *setting) {
		s.meddle(func(r *http.Request, body []byte) (*http.Response, error) {
			if post(r, "/offers") {
				r = s.resigned(r, regexp.MustCompile(`"amount_fen":(\d+)`).ReplaceAll(body, []byte(`"amount_fen":$1.0`)))
			}
			return send(r)
		})
	}},
	{"it writes days its own way", []string{"B15"}, "", func(s *setting) {
		s.meddle(func(r *http.Request, body []byte) (*http.Response, error) {
			if post(r, "/contract") {
				r = s.resigned(r, regexp.MustCompile(`"signed_on":"(\d+)-(\d+)-(\d+)"`).ReplaceAll(body, []byte(`"signed_on":"$1/$2/$3"`)))
			}
			return send(r)
		})
	}},
	{"it pays out before there is a contract", []string{"B18"}, "", func(s *setting) {
		s.meddle(func(r *http.Request, body []byte) (*http.Response, error) {
			if post(r, "/contract") {
				id := strings.Split(r.URL.Path, "/")[3]
				own := *s.bank.Client
				own.Transport = nil
				own.Post(r.Context(), "/api/referrals/"+id+"/drawdowns", crypto.NewID(), //nolint:errcheck // it should not have been said
					[]byte(`{"note_no":"JJ1","amount_fen":100,"rate_ppb":1,"drawn_on":"2026-03-04","due_on":"2026-09-04"}`), nil)
			}
			return send(r)
		})
	}},
	{"it is late", []string{"B19"}, strings.Replace(bankside.Example(), "pace_seconds: 2 ", "pace_seconds: 3600 ", 1), func(*setting) {}},
	{"it never takes anything", []string{"B19"}, "", func(s *setting) {
		s.listen(func(w http.ResponseWriter, _ *http.Request, _ []byte, _ http.Handler) {
			w.WriteHeader(http.StatusNoContent)
		})
		s.meddle(func(*http.Request, []byte) (*http.Response, error) { return nil, io.ErrUnexpectedEOF })
	}},
	{"it contracts for more than it offered", []string{"B21"}, "", func(s *setting) {
		s.meddle(func(r *http.Request, body []byte) (*http.Response, error) {
			if post(r, "/contract") {
				r = s.resigned(r, regexp.MustCompile(`"amount_fen":(\d+)`).ReplaceAll(body, []byte(`"amount_fen":${1}0`)))
			}
			return send(r)
		})
	}},
	{"it reads more than it needs", []string{"B25"}, "", func(s *setting) {
		s.meddle(func(r *http.Request, body []byte) (*http.Response, error) {
			if post(r, "/firm-data") {
				r = s.resigned(r, bytes.Replace(body, []byte(`"tax.grade"`), []byte(`"tax.grade","court.enforcement"`), 1))
			}
			return send(r)
		})
	}},
	{"it reads although the consent was withdrawn", []string{"B26"}, "", func(s *setting) {
		s.meddle(func(r *http.Request, body []byte) (*http.Response, error) {
			resp, err := send(r)
			if err != nil || r.Method != http.MethodGet {
				return resp, err
			}
			b, err := io.ReadAll(resp.Body)
			if err != nil {
				return nil, err
			}
			resp.Body = io.NopCloser(bytes.NewReader(bytes.Replace(b, []byte(`"state":"withdrawn"`), []byte(`"state":"given"`), 1)))
			return resp, nil
		})
	}},
	{"it acts on what has ended", []string{"B27"}, "", func(s *setting) {
		s.listen(func(w http.ResponseWriter, r *http.Request, body []byte, bank http.Handler) {
			bank.ServeHTTP(w, r)
			var m told
			if json.Unmarshal(body, &m) == nil && m.Type == "referral.ended" {
				s.bank.Book.Hint(r.Context(), m.Data.Subject, 0) //nolint:errcheck // it is looked at below
			}
		})
		s.meddle(func(r *http.Request, body []byte) (*http.Response, error) {
			resp, err := send(r)
			if err != nil || r.Method != http.MethodGet {
				return resp, err
			}
			b, err := io.ReadAll(resp.Body)
			if err != nil {
				return nil, err
			}
			resp.Body = io.NopCloser(bytes.NewReader(b))
			if id := strings.Split(r.URL.Path, "/"); len(id) == 4 && bytes.Contains(b, []byte(`"end_reason":"ended_by_applicant"`)) {
				own := *s.bank.Client
				own.Transport = nil
				own.Post(r.Context(), "/api/referrals/"+id[3]+"/decisions", crypto.NewID(), []byte(`{"verb":"review","version":3}`), nil) //nolint:errcheck // it should not have been said
			}
			return resp, nil
		})
	}},
}

func jsonInt(n int64) string { b, _ := json.Marshal(n); return string(b) }

func TestConformanceOfTheReferenceBank(t *testing.T) {
	s := open(t, "")
	r, err := s.sandbox.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	t.Log(b.String())
	for _, l := range r.Lines {
		if l.Result != conformance.Passed && l.Result != conformance.Unchecked {
			t.Errorf("%s %s: %v", l.ID, l.Result, l.Seen)
		}
	}
}

// TestConformanceNamesTheClause: a bank that is broken fails, and by the clauses that
// speak of it.
func TestConformanceNamesTheClause(t *testing.T) {
	for i, x := range breakages {
		if testing.Short() && i%4 != 0 {
			continue // each has a platform of its own
		}
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, x.rules)
			x.do(s)
			r, err := s.sandbox.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			failed := r.Failed()
			for _, clause := range x.clauses {
				if !slices.Contains(failed, clause) {
					t.Errorf("%s is not named, but %v", clause, failed)
				}
			}
			var b strings.Builder
			if err := r.Write(&b); err != nil {
				t.Fatal(err)
			}
			t.Log(b.String())
		})
	}
}

// TestClausesAreTheDocuments: what is looked at is what the document numbers.
func TestClausesAreTheDocuments(t *testing.T) {
	page, err := os.ReadFile("../../../docs/bank-api.md")
	if err != nil {
		t.Fatal(err)
	}
	var inPage []string
	for _, m := range regexp.MustCompile(`(?m)^- \*\*(B\d+) · `).FindAllStringSubmatch(string(page), -1) {
		inPage = append(inPage, m[1])
	}
	s := open(t, "")
	r, err := s.sandbox.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var looked []string
	for _, l := range r.Lines {
		looked = append(looked, l.ID)
	}
	if !slices.Equal(inPage, looked) {
		t.Errorf("the page has %v, and looked at are %v", inPage, looked)
	}
}

// TestReferenceBankDoesNothingTwice: it is killed after every request, of which every
// other one was heard while its answer was lost, and begins again with what it had
// written down. The platform still sees each thing done once.
func TestReferenceBankDoesNothingTwice(t *testing.T) {
	s := open(t, strings.Replace(bankside.Example(), "pace_seconds: 2 ", "pace_seconds: 0 ", 1))
	var sent, kills atomic.Int64
	var client bankside.Client
	live, kill := context.WithCancel(t.Context())
	s.sandbox.Turn = func(ctx context.Context, since time.Time) bool {
		if live.Err() != nil { // another process, with the same book
			kills.Add(1)
			live, kill = context.WithCancel(t.Context())
			again := client
			next, err := bankside.New(&bankside.Bank{
				Rules: s.bank.Rules, Client: &again, Book: s.bank.Book, Secrets: s.bank.Secrets, Now: s.bank.Now, NewID: s.bank.NewID, Log: s.bank.Log,
			})
			if err != nil {
				t.Fatal(err)
			}
			s.bank = next
		}
		if s.clock.now().Sub(since) > horizon {
			return false
		}
		before := s.calls.Load()
		next, err := s.bank.Work(live)
		if err != nil && live.Err() == nil {
			t.Error(err)
			return false
		}
		if s.calls.Load() == before && next.Sub(s.clock.now()) >= horizon {
			return false
		}
		if wait := next.Sub(s.clock.now()); wait > 0 && s.calls.Load() == before {
			s.clock.pass(wait)
		}
		return true
	}
	s.meddle(func(r *http.Request, _ []byte) (*http.Response, error) {
		resp, err := send(r)
		if err == nil && r.Method == http.MethodPost && sent.Add(1)%2 == 0 {
			resp.Body.Close() //nolint:errcheck // it is lost
			kill()
			return nil, io.ErrUnexpectedEOF
		}
		return resp, err
	})
	client = *s.bank.Client
	r, err := s.sandbox.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range r.Lines {
		if l.Result == conformance.Failed && l.ID != "B11" { // an answer that was lost may have asked for quiet
			t.Errorf("%s: %v", l.ID, l.Seen)
		}
	}
	if kills.Load() < 5 {
		t.Errorf("it was killed %d times only", kills.Load())
	}
	kill()
}
