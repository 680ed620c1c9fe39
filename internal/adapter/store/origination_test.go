package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/outbox"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/base/uscc"
	"changrong/internal/origination"
	"changrong/internal/workflow"
)

// market is where firms apply and banks answer.
type market struct {
	t     testing.TB
	db    *store.DB
	s     *origination.Service
	relay *outbox.Relay
	now   civil.Instant
	n     int
}

func firmUSCC(n int) string {
	code, err := uscc.Make("91", "331082", fmt.Sprintf("MA3%05d", n))
	if err != nil {
		panic(err)
	}
	return code
}

func newMarket(t testing.TB, db *store.DB) *market {
	t.Helper()
	m := &market{t: t, db: db, now: civil.StartOf(mustDay("2024-10-14")) + 9*civil.Hour} // a Monday
	m.s = &origination.Service{
		Store: store.Of[origination.Tx]{DB: db}, Sealer: openly{}, Now: func() civil.Instant { return m.now }, NewID: crypto.NewID,
	}
	m.relay = &outbox.Relay{Store: db, Now: m.s.Now}
	m.must(db.Write(t.Context(), func(tx *store.Tx) error {
		for i := range 4 {
			bank := fmt.Sprintf("bank%d", i)
			if err := tx.PutOrg(&access.Org{ID: bank, Kind: access.BankOrg, Name: fmt.Sprintf("第%d银行", i), USCC: bankUSCC(i)}); err != nil {
				return err
			}
			for _, who := range []string{"clerk", "lead"} {
				if err := tx.PutAccount(&access.Account{ID: who + bank[4:], Login: who + "." + bank, Name: who, Org: bank}); err != nil {
					return err
				}
			}
		}
		for i := range 3 {
			if err := tx.PutOrg(&access.Org{ID: fmt.Sprintf("firm%d", i), Kind: access.EnterpriseOrg, Name: fmt.Sprintf("第%d𠮷🏭厂", i), USCC: firmUSCC(i)}); err != nil {
				return err
			}
		}
		return nil
	}))
	m.must(m.begin())
	return m
}

// begin notes where the subscriber starts.
func (m *market) begin() error {
	m.relay.Subscribers = []outbox.Subscriber{m.subscriber()}
	return m.relay.Start(m.t.Context())
}

func (m *market) subscriber() outbox.Subscriber {
	return outbox.Subscriber{Name: "origination", Keep: func(tx *store.Tx, e event.Event) error { return m.s.Keep(tx, e) }}
}

// fan lets the subscriber catch up.
func (m *market) fan() {
	m.t.Helper()
	m.must(m.relay.Catch(m.t.Context(), m.subscriber()))
}

func (m *market) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

func (m *market) refused(err error, code string) {
	m.t.Helper()
	if fault.CodeOf(err) != code {
		m.t.Fatalf("got %v, not %s", err, code)
	}
}

func theFirm(n int) access.Caller {
	return who(fmt.Sprintf("boss%d", n), fmt.Sprintf("firm%d", n), access.Enterprise)
}

func clerkOf(n int) access.Caller {
	return who(fmt.Sprintf("clerk%d", n), fmt.Sprintf("bank%d", n), access.Bank)
}

func leadOf(n int) access.Caller {
	return who(fmt.Sprintf("lead%d", n), fmt.Sprintf("bank%d", n), access.BankLead)
}
func scopeOf(c access.Caller) access.Scope { return access.Scope{Org: c.Org} }

func (m *market) wanted(banks ...int) (out []origination.Wanted) {
	for _, b := range banks {
		out = append(out, origination.Wanted{Bank: fmt.Sprintf("bank%d", b), Consent: origination.Asked{SHA256: strings.Repeat("0a", 32), Expires: m.now.Date() + 30}})
	}
	return out
}

func (m *market) submission(banks ...int) origination.Submission {
	m.n++
	return origination.Submission{
		Key:     fmt.Sprintf("key-%06d", m.n),
		Need:    origination.Need{Amount: 50 * money.Wan, Months: 12, Purpose: "equipment", Words: "买机床🛠️"},
		Contact: origination.Contact{Name: "𬸚某", Phone: "13800001111"}, Targets: m.wanted(banks...),
	}
}

// apply hands an application in and lets it come to its banks.
func (m *market) apply(firm int, banks ...int) (*origination.Application, map[int]string) {
	m.t.Helper()
	a, err := m.s.Submit(m.t.Context(), theFirm(firm), m.submission(banks...))
	m.must(err)
	m.fan()
	return a, m.at(firm, a.ID)
}

// at returns the ids of an application's live referrals, by bank.
func (m *market) at(firm int, application string) map[int]string {
	m.t.Helper()
	v, err := m.s.Application(m.t.Context(), theFirm(firm), scopeOf(theFirm(firm)), application)
	m.must(err)
	ids := map[int]string{}
	for _, r := range v.Referrals {
		var n int
		if _, err := fmt.Sscanf(r.Referral.Org, "bank%d", &n); err != nil {
			m.t.Fatal(err)
		}
		if r.Referral.Live() || ids[n] == "" {
			ids[n] = r.Referral.ID
		}
	}
	return ids
}

func (m *market) act(bank int, id string, verbs ...workflow.Verb) {
	m.t.Helper()
	for _, v := range verbs {
		_, err := m.s.Act(m.t.Context(), clerkOf(bank), scopeOf(clerkOf(bank)), id, origination.Action{Verb: v})
		m.must(err)
	}
}

func (m *market) price() origination.Price {
	return origination.Price{
		Amount: 50 * money.Wan, Rate: 36_500_000, Months: 12, Method: "equal_instalments", DayCount: "act_360", FirstDue: m.now.Date() + 30, Security: "credit",
		ValidTil: m.now + 3*civil.Day, Fees: []origination.Fee{{Name: "评估费", Payee: "某公司", Amount: 100}},
	}
}

// offer brings a referral to an offer and returns its id.
func (m *market) offer(bank int, id string) string {
	m.t.Helper()
	m.act(bank, id, origination.Accept, origination.Meet, origination.Review)
	o, err := m.s.Offer(m.t.Context(), clerkOf(bank), scopeOf(clerkOf(bank)), id, 0, m.price())
	m.must(err)
	return o.ID
}

func (m *market) see(c access.Caller, id string) *origination.Detail {
	m.t.Helper()
	v, err := m.s.Referral(m.t.Context(), c, scopeOf(c), id)
	m.must(err)
	return v
}

func (m *market) agreement() origination.Agreement {
	first := true
	return origination.Agreement{No: "HT-1", Amount: 40 * money.Wan, Rate: 36_000_000, Months: 12, Signed: m.now.Date(), Security: "credit", First: &first, Branch: "古城支行"}
}

func (m *market) note(no string, amount money.Fen) origination.Drawdown {
	return origination.Drawdown{NoteNo: no, Amount: amount, Rate: 36_000_000, Drawn: m.now.Date(), Due: m.now.Date() + 365}
}

// TestALoanFromSubmissionToRepaid goes the whole way at one bank while two others look on.
func TestALoanFromSubmissionToRepaid(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		m := newMarket(t, db)
		ctx := t.Context()
		a, at := m.apply(0, 0, 1, 2)
		if len(at) != 3 || a.State != origination.Submitted || !strings.HasPrefix(a.Number, "RZ20241014-") {
			t.Fatalf("%+v %v", a, at)
		}
		v := m.see(clerkOf(0), at[0])
		if v.Referral.Number != 1 || v.Referral.Stage != origination.Pushed || v.Referral.DueOn != mustDay("2024-10-15") || v.LeftDays != 1 || v.Contact.Name != "𬸚某" || v.Referral.Firm != "第0𠮷🏭厂" {
			t.Errorf("%+v %+v", v, v.Contact)
		}
		o0, o1 := m.offer(0, at[0]), m.offer(1, at[1])
		better := m.price()
		better.Rate = 30_000_000
		o, err := m.s.Offer(ctx, leadOf(0), scopeOf(leadOf(0)), at[0], 0, better)
		m.must(err)
		_, err = m.s.AcceptOffer(ctx, theFirm(0), scopeOf(theFirm(0)), o0)
		m.refused(err, "origination.offer_superseded")
		taken, err := m.s.AcceptOffer(ctx, theFirm(0), scopeOf(theFirm(0)), o.ID)
		m.must(err)
		again, err := m.s.AcceptOffer(ctx, theFirm(0), scopeOf(theFirm(0)), o.ID)
		if err != nil || again.Accepted != taken.Accepted || taken.State != origination.OfferTaken {
			t.Errorf("accepted twice: %+v %v", again, err)
		}
		_, err = m.s.AcceptOffer(ctx, theFirm(0), scopeOf(theFirm(0)), o1)
		m.refused(err, "origination.other_accepted")
		for _, bank := range []int{1, 2} {
			if v := m.see(clerkOf(bank), at[bank]); v.Referral.Stage != origination.Ended || v.Referral.EndReason != origination.EndedByApplicant || v.Contact != nil {
				t.Errorf("bank %d: %+v", bank, v.Referral)
			}
		}
		// what is registered out of order is told what comes first
		_, err = m.s.Disburse(ctx, clerkOf(0), scopeOf(clerkOf(0)), at[0], 0, m.note("JJ-1", money.Wan))
		m.refused(err, "origination.out_of_order")
		if !strings.Contains(fault.Of(err).Zh, "登记合同") {
			t.Errorf("not said what comes first: %v", err)
		}
		dear := m.agreement()
		dear.Rate = 36_500_000
		_, err = m.s.Contract(ctx, clerkOf(0), scopeOf(clerkOf(0)), at[0], 0, dear)
		m.refused(err, "origination.contract_differs")
		good := m.agreement()
		good.Rate = 30_000_000
		m.act(0, at[0], origination.AskGuard)
		_, err = m.s.Contract(ctx, clerkOf(0), scopeOf(clerkOf(0)), at[0], 0, good)
		m.must(err)
		_, err = m.s.Contract(ctx, clerkOf(0), scopeOf(clerkOf(0)), at[0], 0, good)
		m.must(err) // a callback that came twice
		good.No = "HT-2"
		_, err = m.s.Contract(ctx, clerkOf(0), scopeOf(clerkOf(0)), at[0], 0, good)
		m.refused(err, "origination.contract_taken")
		_, err = m.s.Withdraw(ctx, theFirm(0), scopeOf(theFirm(0)), a.ID, 0)
		m.refused(err, "origination.contracted")
		m.repays(at[0])
		f, err := m.s.Figures(ctx, origination.FigureFilter{From: m.now.Date(), To: m.now.Date()})
		m.must(err)
		if len(f.Funnel) != 7 || f.Funnel[0].Applications != 1 || f.Funnel[0].Referrals != 3 || f.Funnel[0].Amount != 50*money.Wan || f.Funnel[6].Referrals != 1 || f.Funnel[6].Amount != 40*money.Wan ||
			f.First.N != 1 || f.Credit.Amount != 40*money.Wan || f.Contracts.N != 1 || f.FirstNot.N != 0 || len(f.Banks) != 3 || f.Banks[0].Paid != 40*money.Wan {
			t.Errorf("%+v", f)
		}
	})
}

// repays draws twice, falls overdue, is cured and repaid.
func (m *market) repays(id string) {
	t, ctx, c := m.t, m.t.Context(), clerkOf(0)
	note := func(no string, amount money.Fen) origination.Drawdown {
		d := m.note(no, amount)
		d.Rate = 30_000_000
		return d
	}
	first, err := m.s.Disburse(ctx, c, scopeOf(c), id, 0, note("JJ-1", 30*money.Wan))
	m.must(err)
	again, err := m.s.Disburse(ctx, c, scopeOf(c), id, 0, note("JJ-1", 30*money.Wan))
	if err != nil || again.ID != first.ID {
		t.Errorf("a note that came twice: %+v %v", again, err)
	}
	_, err = m.s.Disburse(ctx, c, scopeOf(c), id, 0, note("JJ-1", 29*money.Wan))
	m.refused(err, "origination.note_taken")
	_, err = m.s.Disburse(ctx, c, scopeOf(c), id, 0, note("JJ-2", 11*money.Wan))
	m.refused(err, "origination.drawdown_exceeds")
	_, err = m.s.Disburse(ctx, c, scopeOf(c), id, 0, note("JJ-2", 10*money.Wan))
	m.must(err)
	if v := m.see(c, id); v.Referral.Stage != origination.Disbursed || len(v.Drawdowns) != 2 || v.Referral.Amount != 40*money.Wan || v.Drawdowns[0].Branch != "古城支行" {
		t.Errorf("%+v", v)
	}
	report := func(no string, status origination.Status, balance money.Fen, days int64, stage workflow.Stage) {
		t.Helper()
		_, err := m.s.Report(ctx, c, scopeOf(c), id, origination.Report{NoteNo: no, Status: status, Balance: balance, Days: days, AsOf: m.now.Date()})
		m.must(err)
		if v := m.see(c, id); v.Referral.Stage != stage {
			t.Errorf("after %s of %s: %s, not %s", status, no, v.Referral.Stage, stage)
		}
	}
	_, err = m.s.Report(ctx, c, scopeOf(c), id, origination.Report{NoteNo: "JJ-9", Status: origination.StatusRepaid, AsOf: m.now.Date()})
	m.refused(err, "origination.no_note")
	report("JJ-1", origination.StatusOverdue, 30*money.Wan, 3, origination.Overdue)
	report("JJ-2", origination.StatusCurrent, 10*money.Wan, 0, origination.Overdue) // the other still is
	report("JJ-1", origination.StatusCurrent, 30*money.Wan, 0, origination.Disbursed)
	report("JJ-1", origination.StatusOverdue, 30*money.Wan, 3, origination.Overdue) // once more
	report("JJ-1", origination.StatusRepaid, 0, 0, origination.Disbursed)
	report("JJ-2", origination.StatusRepaid, 0, 0, origination.Repaid)
}

// TestOneOfferIsAccepted lets firms' people accept both offers of an application many
// times at once.
func TestOneOfferIsAccepted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		m := newMarket(t, db)
		for range 3 {
			a, at := m.apply(0, 0, 1)
			offers := []string{m.offer(0, at[0]), m.offer(1, at[1])}
			var ok [2]atomic.Int32
			var wg sync.WaitGroup
			for i := range 40 {
				wg.Go(func() {
					o, err := m.s.AcceptOffer(context.Background(), theFirm(0), scopeOf(theFirm(0)), offers[i%2])
					switch {
					case err == nil && o.State == origination.OfferTaken:
						ok[i%2].Add(1)
					case fault.CodeOf(err) != "origination.other_accepted":
						t.Errorf("%+v %v", o, err)
					}
				})
			}
			wg.Wait()
			if (ok[0].Load() == 20) == (ok[1].Load() == 20) || ok[0].Load()+ok[1].Load() != 20 {
				t.Fatalf("accepted: %d and %d", ok[0].Load(), ok[1].Load())
			}
			v, err := m.s.Application(t.Context(), theFirm(0), scopeOf(theFirm(0)), a.ID)
			m.must(err)
			taken := 0
			for _, r := range v.Referrals {
				if r.Referral.Stage == origination.OfferAccepted {
					taken++
				}
			}
			if taken != 1 || v.Application.State != origination.Accepted {
				t.Errorf("%d referrals are accepted, the application is %s", taken, v.Application.State)
			}
		}
		// and the schema holds it besides
		_, at := m.apply(1, 0, 1)
		o0, o1 := m.offer(0, at[0]), m.offer(1, at[1])
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			for _, id := range []string{o0, o1} {
				o, err := tx.Offer(id, access.Scope{All: true})
				if err != nil {
					return err
				}
				o.State = origination.OfferTaken
				if err := tx.PutOffer(o); err != nil {
					return err
				}
			}
			return nil
		})
		m.refused(err, "store.taken")
	})
}

func TestSubmittedOnceHoweverOftenItIsSent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		m := newMarket(t, db)
		x := m.submission(0, 1)
		var wg sync.WaitGroup
		var ids sync.Map
		for range 20 {
			wg.Go(func() {
				a, err := m.s.Submit(context.Background(), theFirm(0), x)
				if err != nil {
					t.Error(err)
					return
				}
				ids.Store(a.ID, true)
			})
		}
		wg.Wait()
		n := 0
		ids.Range(func(any, any) bool { n++; return true })
		if n != 1 {
			t.Errorf("%d applications", n)
		}
		// another firm's same key is another's
		if a, err := m.s.Submit(t.Context(), theFirm(1), x); err != nil || a.Org != "firm1" {
			t.Errorf("%+v %v", a, err)
		}
	})
}

// TestReferralsAreMadeOnce kills the subscriber in the middle, and tells it the same
// event again.
func TestReferralsAreMadeOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		m := newMarket(t, db)
		ctx := t.Context()
		a, err := m.s.Submit(ctx, theFirm(0), m.submission(0, 1, 2, 3))
		m.must(err)
		killed := errors.New("killed")
		ids, made := m.s.NewID, 0
		dying := m.subscriber()
		dying.Keep = func(tx *store.Tx, e event.Event) error {
			if err := m.s.Keep(tx, e); err != nil || e.Kind != origination.EventSubmitted {
				return err
			}
			return killed // everything was written, and is not committed
		}
		m.s.NewID = func() string { made++; return ids() }
		if err := m.relay.Catch(ctx, dying); !errors.Is(err, killed) || made == 0 {
			t.Fatal(err, made)
		}
		if at := m.at(0, a.ID); len(at) != 0 {
			t.Errorf("after it was killed: %v", at)
		}
		m.fan()
		m.fan()
		at := m.at(0, a.ID)
		if len(at) != 4 {
			t.Fatalf("%v", at)
		}
		m.must(db.Write(ctx, func(tx *store.Tx) error { // told again, for whatever reason
			return m.s.Keep(tx, event.Event{Kind: origination.EventSubmitted, Subject: a.ID})
		}))
		if again := m.at(0, a.ID); fmt.Sprint(again) != fmt.Sprint(at) {
			t.Errorf("%v, not %v", again, at)
		}
		pushed := 0
		m.must(db.Read(ctx, func(tx *store.Tx) error {
			events, err := tx.EventsAfter(0, 100)
			for i := range events {
				if events[i].Kind == origination.EventPushed {
					pushed++
					if len(events[i].Orgs) != 1 || strings.Contains(fmt.Sprint(events[i]), a.ID) {
						t.Errorf("%+v tells of more than its bank's own", events[i])
					}
				}
			}
			return err
		}))
		if pushed != 4 {
			t.Errorf("%d banks were told", pushed)
		}
	})
}

// BenchmarkReferrals measures how long the transaction takes that makes the referrals of
// an application at thirty banks.
func BenchmarkReferrals(b *testing.B) {
	for _, name := range []string{"sqlite", "postgres"} {
		b.Run(name, func(b *testing.B) {
			address := filepath.Join(b.TempDir(), "changrong.db")
			if name == "postgres" {
				address = pgtest.Start(b)
			}
			m := newMarket(b, storetest.Open(b, address))
			a, err := m.s.Submit(b.Context(), theFirm(0), m.submission(0))
			m.must(err)
			target := a.Targets[0]
			b.StopTimer()
			b.ResetTimer()
			for i := range b.N {
				a := *a
				a.ID, a.Key, a.Targets = crypto.NewID(), fmt.Sprint("key-", i), nil
				for n := range 30 {
					t := target
					t.Bank, t.Referral = fmt.Sprintf("bank-%d", n), ""
					a.Targets = append(a.Targets, t)
				}
				m.must(m.db.Write(b.Context(), func(tx *store.Tx) error { return tx.AddApplication(&a) }))
				b.StartTimer()
				m.must(m.db.Write(b.Context(), func(tx *store.Tx) error {
					return m.s.Keep(tx, event.Event{Kind: origination.EventSubmitted, Subject: a.ID})
				}))
				b.StopTimer()
			}
		})
	}
}

// TestAFirmSaysNoToAnOffer: the bank has the referral under review again, may offer
// something better, and that is accepted; what was said no to is not.
func TestAFirmSaysNoToAnOffer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		m := newMarket(t, db)
		ctx, f := t.Context(), theFirm(0)
		_, at := m.apply(0, 0, 1)
		o := m.offer(0, at[0])
		_, err := m.s.DeclineOffer(ctx, f, scopeOf(f), o, strings.Repeat("长", 501))
		m.refused(err, "origination.words")
		_, err = m.s.DeclineOffer(ctx, clerkOf(1), scopeOf(clerkOf(1)), o, "")
		m.refused(err, "origination.not_found")
		for range 2 { // said twice, it is said once
			x, err := m.s.DeclineOffer(ctx, f, scopeOf(f), o, "利率偏高")
			if err != nil || x.State != origination.OfferDeclined {
				t.Fatalf("%+v %v", x, err)
			}
		}
		v := m.see(clerkOf(0), at[0])
		if last := v.Steps[len(v.Steps)-1]; v.Referral.Stage != origination.UnderReview || v.Referral.Offer != "" || v.Referral.ValidTil != 0 || last.Verb != origination.LeaveOffer || last.Reason != "利率偏高" || len(v.Steps) != 5 {
			t.Errorf("%+v", v.Referral)
		}
		_, err = m.s.AcceptOffer(ctx, f, scopeOf(f), o)
		m.refused(err, "origination.offer_closed")
		if other := m.see(clerkOf(1), at[1]); other.Referral.Stage != origination.Pushed {
			t.Errorf("another bank's: %+v", other.Referral)
		}
		better := m.price()
		better.Rate = 30_000_000
		second, err := m.s.Offer(ctx, clerkOf(0), scopeOf(clerkOf(0)), at[0], 0, better)
		m.must(err)
		_, err = m.s.AcceptOffer(ctx, f, scopeOf(f), second.ID)
		m.must(err)
		_, err = m.s.DeclineOffer(ctx, f, scopeOf(f), second.ID, "")
		m.refused(err, "origination.other_accepted")
		// what is over is not said no to
		_, at = m.apply(1, 2)
		o = m.offer(2, at[2])
		m.now += 4 * civil.Day
		_, err = m.s.DeclineOffer(ctx, theFirm(1), scopeOf(theFirm(1)), o, "")
		m.refused(err, "origination.offer_expired")
	})
}
