package bankside_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"changrong/internal/adapter/bankside"
	"changrong/internal/adapter/crypto"
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/origination"
	"changrong/internal/workflow"
)

// The test program is also the bank that is killed: with these it works, on what lies in
// a folder, for a platform.
const (
	folderEnv   = "CHANGRONG_TEST_BANK_FOLDER"
	platformEnv = "CHANGRONG_TEST_BANK_PLATFORM"
)

func TestMain(m *testing.M) {
	if folder := os.Getenv(folderEnv); folder != "" {
		b, err := bankOf(context.Background(), folder, os.Getenv(platformEnv), time.Now)
		if err == nil {
			err = b.Run(context.Background())
		}
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// bankOf is the reference bank with the rules of the example, without its pauses.
func bankOf(ctx context.Context, folder, platform string, now func() time.Time) (*bankside.Bank, error) {
	rules, err := bankside.ParseRules(strings.Replace(bankside.Example(), "pace_seconds: 2 ", "pace_seconds: 0 ", 1))
	if err != nil {
		return nil, err
	}
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return nil, err
	}
	book, err := bankside.OpenBook(ctx, folder)
	if err != nil {
		return nil, err
	}
	return bankside.New(&bankside.Bank{
		Rules: rules, Client: &bankside.Client{Base: platform, KeyID: "k", Key: key, Now: now}, Book: book, Now: now, NewID: crypto.NewID,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
}

// platform has one referral, and kills the bank now before it has heard what the bank
// says, now after.
type platform struct {
	mu    sync.Mutex
	d     origination.Detail
	heard map[string]string // by idempotency key: what was answered
	did   map[string]int    // how often each thing was done
	lost  string            // key and body of what was said when the bank was killed before it was heard
	calls int
	kill  func()
	kills int
	wrong []string
}

func newPlatform() *platform {
	p := &platform{heard: map[string]string{}, did: map[string]int{}}
	p.d.Referral = origination.Referral{
		Case: workflow.Case{ID: "r1", Stage: origination.Pushed, Version: 1}, Number: 7, Need: origination.Need{Amount: 50 * money.Wan, Months: 12, Purpose: "equipment"},
	}
	return p
}

// ServeHTTP implements http.Handler.
func (p *platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := &p.d
	if r.Method == http.MethodGet {
		if r.URL.Path == "/api/referrals" {
			items := []map[string]string{}
			if r.URL.Query().Get("stage") == string(d.Referral.Stage) {
				items = append(items, map[string]string{"id": d.Referral.ID})
			}
			json.NewEncoder(w).Encode(map[string]any{"items": items, "total": len(items)}) //nolint:errcheck // the bank may be dead
			return
		}
		d.Can = []workflow.Verb{origination.Accept, origination.Meet, origination.Review, origination.MakeOffer, origination.Contract, origination.Disburse, origination.Repay}
		json.NewEncoder(w).Encode(d) //nolint:errcheck // the bank may be dead
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	key, said := r.Header.Get("Idempotency-Key"), r.Header.Get("Idempotency-Key")+" "+string(body)
	if p.lost != "" && p.lost != said {
		p.wrong = append(p.wrong, "said "+said+" after "+p.lost+" was lost")
	}
	p.lost = ""
	p.calls++
	switch p.calls % 3 {
	case 1: // not heard
		p.lost = said
		p.die()
		return
	case 2: // heard, and the answer is lost
		p.hear(key, r.URL.Path, body)
		p.die()
		return
	}
	fmt.Fprint(w, p.hear(key, r.URL.Path, body))
}

func (p *platform) die() {
	p.kills++
	p.kill()
}

// hear does what is said, once for a key.
func (p *platform) hear(key, path string, body []byte) string {
	if was := p.heard[key]; was != "" {
		return was
	}
	r := &p.d.Referral
	var x struct {
		Verb    workflow.Verb     `json:"verb"`
		Version int64             `json:"version"`
		Price   origination.Price `json:"price"`
		NoteNo  string            `json:"note_no"`
		Amount  money.Fen         `json:"amount_fen"`
		Months  int64             `json:"term_months"`
		Signed  civil.Date        `json:"signed_on"`
		Status  origination.Status
	}
	if err := json.Unmarshal(body, &x); err != nil {
		p.wrong = append(p.wrong, err.Error())
	}
	what := strings.TrimPrefix(path, "/api/referrals/r1/")
	switch what {
	case "decisions":
		what = string(x.Verb)
		r.Stage = map[workflow.Verb]workflow.Stage{origination.Accept: origination.Taken, origination.Meet: origination.Contacted, origination.Review: origination.UnderReview}[x.Verb]
	case "offers": // and the firm accepts at once
		p.d.Offers = append(p.d.Offers, origination.Offer{ID: "o1", State: origination.OfferTaken, Price: x.Price})
		r.Stage = origination.OfferAccepted
	case "contract":
		p.d.Contract = &origination.Agreement{No: "HT", Amount: x.Amount, Months: x.Months, Signed: x.Signed}
		r.Stage = origination.Contracted
	case "drawdowns":
		what += " " + x.NoteNo
		p.d.Drawdowns = append(p.d.Drawdowns, origination.Drawdown{NoteNo: x.NoteNo, Amount: x.Amount})
		r.Stage = origination.Disbursed
	case "reports":
		what += " " + x.NoteNo
		p.d.Reports = append(p.d.Reports, origination.Report{NoteNo: x.NoteNo, Status: x.Status})
	}
	p.did[what]++
	r.Case.Version++
	p.heard[key] = "{}"
	return "{}"
}

// done tells whether everything has been said.
func (p *platform) done() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.d.Reports) >= 2 && p.lost == ""
}

// TestAKilledBankLosesAndDoublesNothing kills the bank's process, for good, whenever it
// says something: before the platform has heard it, or before the bank has the answer.
func TestAKilledBankLosesAndDoublesNothing(t *testing.T) {
	folder, p := t.TempDir(), newPlatform()
	s := httptest.NewServer(p)
	defer s.Close()
	for end := time.Now().Add(2 * time.Minute); !p.done(); {
		if time.Now().After(end) {
			t.Fatalf("it has not come to an end: %v", p.did)
		}
		bank := exec.CommandContext(t.Context(), os.Args[0])
		bank.Env = append(os.Environ(), folderEnv+"="+folder, platformEnv+"="+s.URL)
		p.mu.Lock()
		dead := make(chan struct{})
		p.kill = sync.OnceFunc(func() {
			bank.Process.Kill() //nolint:errcheck // it is dead by then
			close(dead)
		})
		p.mu.Unlock()
		if err := bank.Start(); err != nil {
			t.Fatal(err)
		}
		for alive := true; alive && !p.done(); {
			select {
			case <-dead:
				alive = false
			case <-time.After(10 * time.Millisecond):
			}
		}
		bank.Process.Kill() //nolint:errcheck // it may be dead
		bank.Wait()         //nolint:errcheck // it was killed
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	want := []string{"accept", "contact", "contract", "drawdowns JJ00000007-01", "drawdowns JJ00000007-02", "offers", "reports JJ00000007-01", "reports JJ00000007-02", "review"}
	if did := slices.Sorted(maps.Keys(p.did)); !slices.Equal(did, want) {
		t.Errorf("it did %v", did)
	}
	for what, n := range p.did {
		if n != 1 {
			t.Errorf("%s was done %d times", what, n)
		}
	}
	for _, w := range p.wrong {
		t.Error(w)
	}
	if p.kills < 8 {
		t.Errorf("it was killed %d times only", p.kills)
	}
}

// TestAQuietThatWasAskedForOutlastsTheProcess: who asked to be left alone for two
// minutes is, also by the process that comes after.
func TestAQuietThatWasAskedForOutlastsTheProcess(t *testing.T) {
	calls := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls++
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer s.Close()
	folder, now := t.TempDir(), time.UnixMilli(1_700_000_000_000)
	begin := now
	for i, want := range []int{1, 1, 2} {
		b, err := bankOf(t.Context(), folder, s.URL, func() time.Time { return now })
		if err != nil {
			t.Fatal(err)
		}
		next, err := b.Work(t.Context())
		if until := begin.Add(time.Duration(want) * 2 * time.Minute); err != nil || calls != want || !next.Equal(until) {
			t.Errorf("process %d: %d calls, next at %v: %v", i, calls, next.Sub(begin), err)
		}
		if err := b.Book.Close(); err != nil {
			t.Fatal(err)
		}
		now = begin.Add([]time.Duration{119 * time.Second, 120 * time.Second, 0}[i])
	}
}
