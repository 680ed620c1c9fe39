package bankside_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"changrong/internal/adapter/bankside"
	"changrong/internal/adapter/webhook"
	"changrong/internal/base/fault"
)

var secret = bytes.Repeat([]byte{3}, 32)

func newBank(t testing.TB) *bankside.Bank {
	t.Helper()
	book, err := bankside.OpenBook(context.Background(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { book.Close() }) //nolint:errcheck // the test is over
	rules, err := bankside.ParseRules(bankside.Example())
	if err != nil {
		t.Fatal(err)
	}
	b, err := bankside.New(&bankside.Bank{
		Rules: rules, Client: &bankside.Client{Base: "https://platform.example"}, Book: book, Secrets: [][]byte{secret},
		Now: func() time.Time { return time.Unix(1_800_000_000, 0) }, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// message is a message of the platform, off seconds from now.
func message(id, body string, off int64) *http.Request {
	r := httptest.NewRequest(http.MethodPost, bankside.HookPath, strings.NewReader(body))
	at := 1_800_000_000 + off
	r.Header.Set("Webhook-Id", id)
	r.Header.Set("Webhook-Timestamp", strconv.FormatInt(at, 10))
	r.Header.Set("Webhook-Signature", webhook.Sign([]webhook.Secrets{{HMAC: secret}}, id, at, []byte(body)))
	return r
}

func TestMessagesAreTakenWhenTheyAreThePlatforms(t *testing.T) {
	b := newBank(t)
	const body = `{"type":"referral.pushed","data":{"subject":"r1"},"later":{}}`
	for _, c := range []struct {
		name   string
		r      *http.Request
		change func(http.Header)
		status int
	}{
		{"as it should be", message("m1", body, 0), nil, 204},
		{"again", message("m1", body, 0), nil, 204},
		{"as old as may be", message("m2", body, -300), nil, 204},
		{"too old", message("m3", body, -301), nil, 401},
		{"of the future", message("m4", body, 301), nil, 401},
		{"another id", message("m5", body, 0), func(h http.Header) { h.Set("Webhook-Id", "m6") }, 401},
		{"another time", message("m5", body, 0), func(h http.Header) { h.Set("Webhook-Timestamp", "1800000001") }, 401},
		{"no signature", message("m5", body, 0), func(h http.Header) { h.Del("Webhook-Signature") }, 401},
		{"no id", message("", body, 0), nil, 401},
		{"no JSON", message("m7", "x", 0), nil, 400},
		{"too long", message("m8", strings.Repeat("x", 70<<10), 0), nil, 413},
		{"nothing known", message("m9", `{"type":"x.y"}`, 0), nil, 204},
	} {
		if c.change != nil {
			c.change(c.r.Header)
		}
		w := httptest.NewRecorder()
		b.Handler().ServeHTTP(w, c.r)
		if w.Code != c.status {
			t.Errorf("%s: %d, not %d", c.name, w.Code, c.status)
		}
	}
	if fresh, err := b.Book.Keep(t.Context(), "m1", "k", "s", 0); fresh || err != nil {
		t.Errorf("what was taken is not known: %v %v", fresh, err)
	}
	if fresh, err := b.Book.Keep(t.Context(), "m3", "k", "s", 0); !fresh || err != nil {
		t.Errorf("what was refused is known: %v %v", fresh, err)
	}
}

func TestRulesThatCannotBeAreRefused(t *testing.T) {
	const good = "decide:\n  - offer: {rate: 3.65%}\n"
	if _, err := bankside.ParseRules(good); err != nil {
		t.Fatal(err)
	}
	for text, code := range map[string]string{
		"":                          "pack.yaml",
		"decide: []":                "pack.required",
		good + "what: 1\n":          "pack.unknown_key",
		good + "drawdowns: 21\n":    "bank.rules",
		good + "poll_minutes: 61\n": "bank.rules",
		good + "reports: [lost]\n":  "pack.enum",
		"decide:\n  - when: {months_over: 3}\n    offer: {rate: 3%}\n":                                          "bank.rules",
		"decide:\n  - offer: {rate: 3%}\n  - offer: {rate: 3%}\n":                                               "bank.rules",
		"decide:\n  - offer: {rate: x}\n":                                                                       "bank.rules",
		"decide:\n  - offer: {rate: 3%, percent: 101}\n":                                                        "bank.rules",
		"decide:\n  - offer: {rate: 3%, max_yuan: -1}\n":                                                        "bank.rules",
		"decide:\n  - offer: {rate: 3%, method: magic}\n":                                                       "bank.rules",
		"decide:\n  - decline: {code: mood, words: x}\n":                                                        "bank.rules",
		"decide:\n  - decline: {code: other, words: x}\n    offer: {rate: 3%}\n":                                "bank.rules",
		"decide:\n  - when: {purposes: [yacht]}\n    decline: {code: other, words: x}\n  - offer: {rate: 3%}\n": "bank.rules",
	} {
		if _, err := bankside.ParseRules(text); fault.CodeOf(err) != code {
			t.Errorf("%q: %v, not %s", text, err, code)
		}
	}
}

// FuzzMessage: whatever is signed, it is answered, and nothing breaks.
func FuzzMessage(f *testing.F) {
	b := newBank(f)
	f.Add("m1", `{"type":"referral.pushed","data":{"subject":"r1"}}`)
	f.Add("m2", `{"type":"offer.accepted","data":{"referral":7}}`)
	f.Fuzz(func(t *testing.T, id, body string) {
		w := httptest.NewRecorder()
		b.Handler().ServeHTTP(w, message(id, body, 0))
		if w.Code == http.StatusServiceUnavailable {
			t.Errorf("%q %q: %d", id, body, w.Code)
		}
	})
}
