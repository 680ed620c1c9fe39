package connect_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"changrong/internal/adapter/connect"
	"changrong/internal/adapter/connect/connecttest"
	"changrong/internal/adapter/connect/court"
	"changrong/internal/adapter/connect/receivable"
	"changrong/internal/adapter/connect/trademark"
	"changrong/internal/base/fault"
	"changrong/internal/exchange"
)

// nothing is an answer of the receivables platform that has no rows.
const nothing = `{"resultCode":"SUCCESS","totalCount":0,"asOf":"2026-11-22","records":[]}`

func says(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, text) //nolint:errcheck // the caller has gone
	}
}

// with runs f beside the receivables platform, in time of its own.
func with(t *testing.T, h http.HandlerFunc, change func(*connect.Settings), f func(t *testing.T, ask func(ctx context.Context, id string) error)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		side := connecttest.NewSide(t, receivable.Connector(), h, change)
		f(t, func(ctx context.Context, id string) error {
			_, err := side.Ask(ctx, &side.Connector.Services[0], asked, id)
			return err
		})
		side.Stop()
	})
}

func TestBreakerOpensAndClosesAgain(t *testing.T) {
	var down atomic.Bool
	var calls atomic.Int64
	var told []bool
	h := func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		if down.Load() {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		says(nothing)(w, r)
	}
	with(t, h, func(s *connect.Settings) {
		s.Changed = func(_ string, open bool) { told = append(told, open) }
	}, func(t *testing.T, ask func(context.Context, string) error) {
		wants := func(what, code string, most int64) {
			t.Helper()
			before := calls.Load()
			if err := ask(t.Context(), what); fault.CodeOf(err) != code || calls.Load()-before != most {
				t.Errorf("%s: %v after %d calls; want %s after %d", what, err, calls.Load()-before, code, most)
			}
		}
		wants("at first", "", 1)
		down.Store(true)
		wants("down", "connect.unreachable", 3)
		wants("the fifth failure", "connect.open", 2)
		wants("open", "connect.open", 0)
		pass(29 * time.Second)
		wants("still open", "connect.open", 0)
		pass(2 * time.Second)
		wants("one call to see", "connect.open", 1)
		wants("open again", "connect.open", 0)
		down.Store(false)
		pass(31 * time.Second)
		wants("back", "", 1)
		wants("closed", "", 1)
	})
	if !slices.Equal(told, []bool{true, false}) {
		t.Errorf("told %v", told)
	}
}

// pass lets the time of a bubble pass.
func pass(d time.Duration) { <-time.After(d) }

func TestWhatADepartmentSaysWrongDoesNotOpenTheBreaker(t *testing.T) {
	for _, h := range []http.HandlerFunc{says(`{}`), http.NotFound} {
		with(t, h, nil, func(t *testing.T, ask func(context.Context, string) error) {
			for i := range 20 {
				if err := ask(t.Context(), fmt.Sprint(i)); fault.CodeOf(err) != "connect.drift" {
					t.Fatal(err)
				}
			}
		})
	}
}

// TestTimeOutsOpenTheBreaker, and who leaves while it is half open does not close it.
func TestTimeOutsOpenTheBreaker(t *testing.T) {
	var calls atomic.Int64
	h := func(_ http.ResponseWriter, r *http.Request) { calls.Add(1); <-r.Context().Done() }
	with(t, h, nil, func(t *testing.T, ask func(context.Context, string) error) {
		for i := range 5 {
			if err := ask(t.Context(), fmt.Sprint(i)); fault.CodeOf(err) != "connect.timeout" {
				t.Fatal(err)
			}
		}
		if err := ask(t.Context(), "open"); fault.CodeOf(err) != "connect.open" {
			t.Error(err)
		}
		pass(31 * time.Second)
		ctx, leave := context.WithCancel(t.Context())
		go func() { pass(time.Second); leave() }()
		if err := ask(ctx, "leaves"); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if err := ask(t.Context(), "one call to see"); fault.CodeOf(err) != "connect.timeout" {
			t.Error(err)
		}
		if err := ask(t.Context(), "open again"); fault.CodeOf(err) != "connect.open" || calls.Load() != 7 {
			t.Errorf("%v after %d calls", err, calls.Load())
		}
	})
}

func TestASlowDepartmentTakesUpFewPlaces(t *testing.T) {
	var inside, most atomic.Int64
	h := func(_ http.ResponseWriter, r *http.Request) {
		if n := inside.Add(1); n > most.Load() {
			most.Store(n)
		}
		<-r.Context().Done()
		inside.Add(-1)
	}
	with(t, h, func(s *connect.Settings) { s.AtOnce = 3; s.Failures = 1000 }, func(t *testing.T, ask func(context.Context, string) error) {
		began := time.Now()
		var all sync.WaitGroup
		for i := range 40 {
			all.Go(func() {
				if err := ask(t.Context(), fmt.Sprint(i)); fault.CodeOf(err) != "connect.timeout" {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if took := time.Since(began); took != connect.DefaultTimeout {
			t.Errorf("everybody waited %s", took)
		}
	})
	if most.Load() != 3 {
		t.Errorf("%d calls at a time", most.Load())
	}
}

func TestWhoLeavesIsNoFailureOfTheDepartment(t *testing.T) {
	var hang atomic.Bool
	hang.Store(true)
	h := func(w http.ResponseWriter, r *http.Request) {
		if hang.Load() {
			<-r.Context().Done()
			return
		}
		says(nothing)(w, r)
	}
	with(t, h, nil, func(t *testing.T, ask func(context.Context, string) error) {
		for i := range 20 {
			ctx, leave := context.WithCancel(t.Context())
			go func() { pass(time.Second); leave() }()
			if err := ask(ctx, fmt.Sprint(i)); !errors.Is(err, context.Canceled) {
				t.Errorf("left: %v", err)
			}
		}
		hang.Store(false)
		if err := ask(t.Context(), "later"); err != nil {
			t.Errorf("later: %v", err)
		}
	})
}

// TestTheWholeOfADatasetHasAnEnd: each page in time, and all of them too long.
func TestTheWholeOfADatasetHasAnEnd(t *testing.T) {
	h := func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
			return
		case <-time.After(4 * time.Second):
		}
		says(strings.Replace(strings.Replace(nothing, `"totalCount":0`, `"totalCount":50`, 1), "[]", "["+one+"]", 1))(w, r)
	}
	with(t, h, nil, func(t *testing.T, ask func(context.Context, string) error) {
		began := time.Now()
		if err := ask(t.Context(), "q"); fault.CodeOf(err) != "connect.timeout" || time.Since(began) != 15*time.Second {
			t.Errorf("%v after %s", err, time.Since(began))
		}
	})
}

// one is a row of the receivables platform.
const one = `{"creditorUscc":"91331082DEM010079N","receivableNo":"1","debtorName":"a","debtorUscc":"","amount":"1.00","outstanding":"1.00","confirmDate":"2026-01-01","dueDate":"2026-12-01","financed":false,"registrationNo":""}`

func TestPausesGrowAndDiffer(t *testing.T) {
	took := map[time.Duration]bool{}
	for i := range 20 {
		with(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }, nil, func(t *testing.T, ask func(context.Context, string) error) {
			began := time.Now()
			if err := ask(t.Context(), fmt.Sprint(i)); fault.CodeOf(err) != "connect.unreachable" {
				t.Error(err)
			}
			d := time.Since(began)
			if d < 150*time.Millisecond || d > 300*time.Millisecond {
				t.Errorf("three tries took %s", d)
			}
			took[d] = true
		})
	}
	if len(took) < 15 {
		t.Errorf("20 callers came back at %d moments", len(took))
	}
	for says, want := range map[string]time.Duration{"1": 2 * time.Second, "3600": 4 * time.Second, "0": 0} {
		h := func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", says)
			w.WriteHeader(http.StatusTooManyRequests)
		}
		with(t, h, nil, func(t *testing.T, ask func(context.Context, string) error) {
			began := time.Now()
			if err := ask(t.Context(), "q"); fault.CodeOf(err) != "connect.unreachable" || time.Since(began) != want {
				t.Errorf("Retry-After %s: %v after %s", says, err, time.Since(began))
			}
		})
	}
}

// courts is an answer of the courts that has no rows.
const courts = `{"fhzt":"1","sjrq":"2026年11月22日","jgj":[]}`

// national runs f beside the courts, whom the national platform leads to.
func national(t *testing.T, f func(t *testing.T, side *connecttest.Side, fetch func(connect.Signer) error)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		side := connecttest.NewSide(t, court.Connector(), says(courts), nil)
		var n atomic.Int64
		f(t, side, func(signer connect.Signer) error {
			_, err := side.Connector.Fetch(t.Context(), side.Client, &side.Connector.Services[0], signer, connecttest.Question("court.dishonesty", asked, fmt.Sprint(n.Add(1))))
			return err
		})
		side.Stop()
	})
}

func TestSecretsAreAskedForOnceAndRenewed(t *testing.T) {
	national(t, func(t *testing.T, side *connecttest.Side, fetch func(connect.Signer) error) {
		signer := side.Signer("court.dishonesty", connecttest.Secret)
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if err := fetch(signer); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := side.Keys.Load(); n != 1 {
			t.Errorf("50 callers asked for %d secrets", n)
		}
		pass(28 * time.Minute)
		for range 3 {
			if err := fetch(signer); err != nil {
				t.Error(err)
			}
		}
		if n := side.Keys.Load(); n != 1 {
			t.Errorf("%d secrets before the first ended", n)
		}
		pass(70 * time.Second) // within a minute of its end
		if err := fetch(signer); err != nil || side.Keys.Load() != 2 {
			t.Errorf("%v; %d secrets when the first ended", err, side.Keys.Load())
		}
		side.Gate.Forget()
		for range 50 {
			all.Go(func() {
				if err := fetch(signer); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := side.Keys.Load(); n != 3 {
			t.Errorf("%d secrets after the platform forgot the second", n)
		}
	})
}

func TestClocksApartAreRefused(t *testing.T) {
	for what, c := range map[string]struct {
		off  time.Duration
		code string
	}{"four minutes": {4 * time.Minute, ""}, "six minutes": {6 * time.Minute, "connect.refused"}, "slow": {-6 * time.Minute, "connect.refused"}} {
		national(t, func(t *testing.T, side *connecttest.Side, fetch func(connect.Signer) error) {
			signer, ok := side.Signer("court.dishonesty", connecttest.Secret).(*connect.National)
			if !ok {
				t.Fatal("another scheme")
			}
			signer.Now = func() time.Time { return side.Now().Add(c.off) }
			if err := fetch(signer); fault.CodeOf(err) != c.code {
				t.Errorf("%s: %v", what, err)
			}
		})
	}
}

// wire answers every request with one text.
type wire string

// RoundTrip implements http.RoundTripper.
func (w wire) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(w)))}, nil
}

func TestKeyServiceThatSaysSomethingElse(t *testing.T) {
	for text, code := range map[string]string{
		"": "connect.drift", "[]": "connect.drift", `{"code":"0"}`: "connect.refused", `{"code":"5","msg":"未授权"}`: "connect.refused",
		`{"code":"0","data":{"secret":"yz4VEpbBrgyCUS04ljwB7A==","secretEndTime":"1"}}`: "connect.drift",
		`{"code":"0","data":{"secret":"yz4VEpbBrgyCUS04ljwB7A=="}}`:                     "connect.drift",
		`{"code":"0","data":{"secret":"AAAA","secretEndTime":"9999999999999"}}`:         "connect.refused",
	} {
		err := fetchFrom(t, court.Connector(), text)
		if fault.CodeOf(err) != code {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// fetchFrom asks a department that answers everything with one text.
func fetchFrom(t *testing.T, c *connect.Connector, text string) error {
	t.Helper()
	side := connecttest.NewSide(t, c, http.NotFoundHandler(), func(s *connect.Settings) { s.Transport = wire(text) })
	defer side.Stop()
	d, err := c.Fetch(t.Context(), side.Client, &c.Services[0], side.Signer(c.Services[0].Dataset, "demoAppKey"), connecttest.Question(c.Services[0].Dataset, asked, "q"))
	if err == nil {
		holds(t, &c.Services[0], d)
	}
	return err
}

// holds: every record has every column of the service, and nothing else.
func holds(t *testing.T, s *connect.Service, d *exchange.Delivery) {
	t.Helper()
	for _, r := range d.Records {
		n := 0
		for _, f := range s.Fields {
			if f.To == "" {
				continue
			}
			n++
			if cell, ok := r.Cells[f.To]; !ok || cell == "" && !f.Empty {
				t.Errorf("%s is %q", f.To, cell)
			}
		}
		if n != len(r.Cells) {
			t.Errorf("cells %v", r.Cells)
		}
	}
}

// FuzzAnswers: whatever a department says, it is records whole, or a fault of connect.
func FuzzAnswers(f *testing.F) {
	f.Add(nothing)
	f.Add(strings.Replace(strings.Replace(nothing, `"totalCount":0`, `"totalCount":1`, 1), "[]", "["+one+"]", 1))
	f.Add(`<?xml version="1.0" encoding="GB18030"?><P><DATA><RECORD><ZCH>1</ZCH></RECORD></DATA><HEAD><FHDM>0000</FHDM><JLZS>1</JLZS><SJRQ>2026年11月22日</SJRQ></HEAD></P>`)
	f.Add(`<?xml version="1.0"?><P><DATA/><HEAD><FHDM>0000</FHDM><JLZS>0</JLZS><SJRQ>20261122</SJRQ></HEAD></P>`)
	f.Fuzz(func(t *testing.T, text string) {
		marks := trademark.Connector()
		marks.Scheme = connect.MessageScheme // whose signer asks nobody
		for _, c := range []*connect.Connector{receivable.Connector(), marks} {
			if err := fetchFrom(t, c, text); err != nil && !strings.HasPrefix(fault.CodeOf(err), "connect.") {
				t.Errorf("%v", err)
			}
		}
	})
}
