package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/origination"
	"changrong/internal/origination/draft"
	"changrong/internal/subsidy/late"
	"changrong/internal/workflow"
)

func TestOffersEndWithTheirTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		m := newMarket(t, db)
		ctx, f := t.Context(), theFirm(0)
		a, at := m.apply(0, 0, 1)
		o := m.offer(0, at[0])
		m.now += 3 * civil.Day // the last instant
		if can := fmt.Sprint(m.see(f, at[0]).Can); !strings.Contains(can, "accept_offer") {
			t.Errorf("can %s", can)
		}
		m.now++
		if can := fmt.Sprint(m.see(f, at[0]).Can); strings.Contains(can, "accept_offer") {
			t.Errorf("can %s", can)
		}
		_, err := m.s.AcceptOffer(ctx, f, scopeOf(f), o)
		m.refused(err, "origination.offer_expired")
		if !strings.Contains(fault.Of(err).Zh, "2024-10-17T09:00:00") {
			t.Errorf("without its time: %v", err)
		}
		if n, err := m.s.Tick(ctx); err != nil || n != 1 {
			t.Errorf("%d %v", n, err)
		}
		if n, err := m.s.Tick(ctx); err != nil || n != 0 {
			t.Errorf("again: %d %v", n, err)
		}
		if v := m.see(clerkOf(0), at[0]); v.Referral.Stage != origination.Ended || v.Referral.EndReason != origination.EndedLapsed {
			t.Errorf("%+v", v.Referral)
		}
		_, err = m.s.AcceptOffer(ctx, f, scopeOf(f), o)
		m.refused(err, "origination.offer_expired")
		// the other bank goes on; when it has declined and nobody does anything, the application lapses
		_, err = m.s.Act(ctx, clerkOf(1), scopeOf(clerkOf(1)), at[1], origination.Action{Verb: origination.Decline, Code: "debt", Reason: "负债过高"})
		m.must(err)
		m.now += 31 * civil.Day
		if n, err := m.s.Tick(ctx); err != nil || n != 1 {
			t.Errorf("%d %v", n, err)
		}
		v, err := m.s.Application(ctx, f, scopeOf(f), a.ID)
		if err != nil || v.Application.State != origination.Lapsed || v.Referrals[1].RefusalZh == "" {
			t.Errorf("%+v %v", v, err)
		}
		_, err = m.s.Reroute(ctx, f, scopeOf(f), a.ID, "", m.wanted(2))
		m.refused(err, "origination.closed")
	})
}

// TestWithdrawnWhileBanksDecide has the firm withdraw and two banks offer at the same
// time: whoever comes second is told, and nothing is half done.
func TestWithdrawnWhileBanksDecide(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		m := newMarket(t, db)
		for range 4 {
			a, at := m.apply(0, 0, 1)
			for b := range 2 {
				m.act(b, at[b], origination.Accept, origination.Meet, origination.Review)
			}
			var wg sync.WaitGroup
			price := m.price()
			for b := range 2 {
				wg.Go(func() {
					if _, err := m.s.Offer(context.Background(), clerkOf(b), scopeOf(clerkOf(b)), at[b], 0, price); err != nil && fault.CodeOf(err) != "origination.out_of_order" {
						t.Error(err)
					}
				})
			}
			wg.Go(func() {
				if _, err := m.s.Withdraw(context.Background(), theFirm(0), scopeOf(theFirm(0)), a.ID, 0); err != nil {
					t.Error(err)
				}
			})
			wg.Wait()
			for b := range 2 {
				v := m.see(clerkOf(b), at[b])
				if v.Referral.Stage != origination.Ended || v.Referral.EndReason != origination.EndedByApplicant {
					t.Errorf("%+v", v.Referral)
				}
				for _, o := range v.Offers {
					if o.State != origination.OfferClosed {
						t.Errorf("an offer stays %s", o.State)
					}
				}
			}
			_, err := m.s.Withdraw(t.Context(), theFirm(0), scopeOf(theFirm(0)), a.ID, 0)
			m.refused(err, "origination.closed")
		}
		// withdrawn before the banks hear of it: they never do
		a, err := m.s.Submit(t.Context(), theFirm(0), m.submission(0))
		m.must(err)
		_, err = m.s.Withdraw(t.Context(), theFirm(0), scopeOf(theFirm(0)), a.ID, a.Version)
		m.must(err)
		m.fan()
		if at := m.at(0, a.ID); len(at) != 0 {
			t.Errorf("%v", at)
		}
	})
}

func TestSentOnToAnotherBank(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		m := newMarket(t, db)
		ctx, f := t.Context(), theFirm(0)
		a, at := m.apply(0, 0)
		_, err := m.s.Reroute(ctx, f, scopeOf(f), a.ID, "", m.wanted(0))
		m.refused(err, "origination.targets") // deals with it already
		_, err = m.s.Reroute(ctx, theFirm(1), scopeOf(theFirm(1)), a.ID, "", m.wanted(1))
		m.refused(err, "origination.not_found")
		_, err = m.s.Reroute(ctx, f, scopeOf(f), a.ID, at[0], m.wanted(1, 2))
		m.must(err)
		_, err = m.s.Reroute(ctx, f, scopeOf(f), a.ID, "", m.wanted(2)) // on its way there
		m.refused(err, "origination.targets")
		m.now += 5 * civil.Day
		m.fan()
		at2 := m.at(0, a.ID)
		if v := m.see(clerkOf(0), at[0]); v.Referral.Stage != origination.Ended || v.Referral.EndReason != origination.EndedByApplicant {
			t.Errorf("%+v", v.Referral)
		}
		if v := m.see(clerkOf(1), at2[1]); v.Referral.Pushed != m.now || v.Referral.Since != m.now {
			t.Errorf("bank 1 learns when others had it: %+v", v.Referral)
		}
		// a bank that declines after its offer was accepted sets the firm free
		o := m.offer(1, at2[1])
		_, err = m.s.AcceptOffer(ctx, f, scopeOf(f), o)
		m.must(err)
		_, err = m.s.Reroute(ctx, f, scopeOf(f), a.ID, "", m.wanted(3))
		m.refused(err, "origination.closed")
		_, err = m.s.Act(ctx, leadOf(1), scopeOf(leadOf(1)), at2[1], origination.Action{Verb: origination.Decline, Code: "security", Reason: "抵押物有争议"})
		m.must(err)
		_, err = m.s.Reroute(ctx, f, scopeOf(f), a.ID, "", m.wanted(3, 0)) // also the first again
		m.must(err)
		m.fan()
		at3 := m.at(0, a.ID)
		o = m.offer(3, at3[3])
		if _, err := m.s.AcceptOffer(ctx, f, scopeOf(f), o); err != nil {
			t.Error(err)
		}
		if v := m.see(clerkOf(0), at3[0]); at3[0] == at[0] || v.Referral.Number != 2 || v.Referral.Stage != origination.Ended {
			t.Errorf("%+v", v.Referral)
		}
	})
}

// TestWhatIsLateIsToldOnceAStep: the clerk, then the lead, then the office.
func TestLateReferralsAreToldOnceAStep(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		m := newMarket(t, db)
		ctx := t.Context()
		_, at := m.apply(0, 0, 1) // on Monday, to be accepted by Tuesday's end
		m.act(1, at[1], origination.Accept)
		tell := &late.Service{Store: store.Of[late.Tx]{DB: db}, Tables: []*workflow.Table{origination.Life}, Finally: []string{origination.Life.Kind}, Now: m.s.Now, NewID: crypto.NewID}
		told := func(days int, want string) {
			t.Helper()
			m.now = civil.StartOf(mustDay("2024-10-14")+civil.Date(days)) + 9*civil.Hour
			var seq int64
			m.must(db.Read(ctx, func(tx *store.Tx) (err error) {
				seq, err = tx.LastEvent()
				return err
			}))
			_, err := tell.Tick(ctx)
			m.must(err)
			_, err = tell.Tick(ctx)
			m.must(err)
			var got []string
			m.must(db.Read(ctx, func(tx *store.Tx) error {
				events, err := tx.EventsAfter(seq, 100)
				for _, e := range events {
					got = append(got, fmt.Sprintf("%s %v %v %s", e.Kind, e.Subject == at[0], e.Orgs, e.Data["roles"]))
				}
				return err
			}))
			if s := strings.Join(got, "; "); s != want {
				t.Errorf("after %d days: %s, not %s", days, s, want)
			}
		}
		told(1, "")
		told(2, "referral.late true [bank0] bank")
		told(4, "referral.late false [bank1] bank")
		told(7, "referral.escalated true [bank0] bank_lead") // on Monday: Wednesday, Thursday, Friday and it are four
		told(10, "referral.unanswered true [] office_lead; referral.escalated false [bank1] bank_lead")
		m.act(0, at[0], origination.Accept)
		v := m.see(clerkOf(0), at[0])
		if v.Referral.Late != 1 || v.IsLate || v.Referral.DueOn != mustDay("2024-10-29") {
			t.Errorf("%+v", v.Referral)
		}
		told(14, "referral.unanswered false [] office_lead")
		// a clock that is stopped is never late
		_, err := m.s.Act(ctx, clerkOf(0), scopeOf(clerkOf(0)), at[0], origination.Action{Verb: workflow.Pause, Reason: "企业负责人出差"})
		m.must(err)
		told(30, "")
		// the terms are data
		r := origination.DefaultRules()
		r.Terms["accept"] = 2
		_, err = m.s.SetRules(ctx, theFirm(0), *r)
		m.must(err)
		_, at = m.apply(1, 0)
		if v := m.see(clerkOf(0), at[0]); v.LeftDays != 2 {
			t.Errorf("%+v", v)
		}
	})
}

func TestFirmsThatCloseEndTheirApplications(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		m := newMarket(t, db)
		ctx := t.Context()
		open, at := m.apply(0, 0, 1)
		m.offer(0, at[0])
		lent, at2 := m.apply(0, 2)
		o := m.offer(2, at2[2])
		_, err := m.s.AcceptOffer(ctx, theFirm(0), scopeOf(theFirm(0)), o)
		m.must(err)
		_, err = m.s.Contract(ctx, clerkOf(2), scopeOf(clerkOf(2)), at2[2], 0, m.agreement())
		m.must(err)
		other, _ := m.apply(1, 0)
		for range 2 {
			m.must(db.Write(ctx, func(tx *store.Tx) error { return m.s.FirmEnded(tx, firmUSCC(0)) }))
		}
		for id, want := range map[string]origination.State{open.ID: origination.FirmClosed, lent.ID: origination.Accepted, other.ID: origination.Submitted} {
			m.must(db.Read(ctx, func(tx *store.Tx) error {
				a, err := tx.Application(id, access.Scope{All: true})
				if err == nil && a.State != want {
					t.Errorf("%s, not %s", a.State, want)
				}
				return err
			}))
		}
		for b := range 2 {
			if v := m.see(clerkOf(b), at[b]); v.Referral.EndReason != origination.EndedFirmClosed || v.EndedZh == "" {
				t.Errorf("%+v", v.Referral)
			}
		}
		// nor does a firm that is closed apply
		m.s.Firm = func(origination.Tx, string) (*origination.Registered, error) {
			return &origination.Registered{Name: "某厂"}, nil
		}
		_, err = m.s.Submit(ctx, theFirm(0), m.submission(0))
		m.refused(err, "origination.firm_closed")
	})
}

func TestDraftsAreKeptBeforeAndAfterSigningIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		m := newMarket(t, db)
		ctx := t.Context()
		ds := &draft.Service{Store: store.Of[draft.Tx]{DB: db}, Sealer: openly{}, Now: m.s.Now, NewID: crypto.NewID, Secret: crypto.NewSecret, Digest: crypto.Digest}
		d, secret, err := ds.Save(ctx, draft.Holder{}, "", "code-1", 0, json.RawMessage(`{"amount":"五十万💰"}`))
		m.must(err)
		mine := draft.Holder{Secret: secret}
		d, _, err = ds.Save(ctx, mine, d.ID, "", d.Version, json.RawMessage(`{"amount":"60"}`))
		m.must(err)
		_, _, err = ds.Save(ctx, mine, d.ID, "", d.Version-1, json.RawMessage(`{}`))
		m.refused(err, "store.changed")
		for name, h := range map[string]draft.Holder{"nobody": {}, "another's secret": {Secret: crypto.NewSecret()}, "a firm": {Org: "firm0"}} {
			if _, err := ds.Get(ctx, h, d.ID); fault.CodeOf(err) != "draft.not_found" {
				t.Errorf("%s: %v", name, err)
			}
		}
		got, err := ds.Claim(ctx, theFirm(0), secret)
		if err != nil || string(got.Body) != `{"amount":"60"}` || got.Code != "code-1" {
			t.Errorf("%+v %v", got, err)
		}
		_, err = ds.Get(ctx, mine, "")
		m.refused(err, "draft.not_found") // it is the firm's now
		if mine, err := ds.List(ctx, "firm0"); err != nil || len(mine) != 1 {
			t.Errorf("%v %v", mine, err)
		}
		_, _, err = ds.Save(ctx, mine, "", "", 0, json.RawMessage(`{"a":"`+strings.Repeat("长", 3000)+`"}`))
		m.refused(err, "draft.body")
		x := m.submission(0)
		x.Draft = d.ID
		_, err = m.s.Submit(ctx, theFirm(1), x) // another's draft stays
		m.must(err)
		x.Key = "another-key"
		_, err = m.s.Submit(ctx, theFirm(0), x)
		m.must(err)
		if mine, err := ds.List(ctx, "firm0"); err != nil || len(mine) != 0 {
			t.Errorf("%v %v", mine, err)
		}
		_, _, err = ds.Save(ctx, draft.Holder{}, "", "", 0, json.RawMessage(`{}`))
		m.must(err)
		m.now += draft.For + 1
		m.must(ds.Sweep(ctx))
		m.must(db.Read(ctx, func(tx *store.Tx) error {
			left, err := tx.LoanDrafts("")
			if len(left) != 0 {
				t.Errorf("%v", left)
			}
			return err
		}))
	})
}

// TestContactsAreSealedAndForgotten: what is personal is not in the database's files, nor
// kept longer than it is needed.
func TestContactsAreSealedAndForgotten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		m := newMarket(t, db)
		ctx, f := t.Context(), theFirm(0)
		a, at := m.apply(0, 0)
		list, _, err := m.s.Applications(ctx, access.Scope{All: true}, origination.ApplicationFilter{Limit: 10})
		m.must(err)
		rows, _, err := m.s.Referrals(ctx, access.Scope{All: true}, origination.ReferralFilter{Limit: 10})
		m.must(err)
		office := who("officer", "office", access.Office)
		v, err := m.s.Referral(ctx, office, access.Scope{All: true}, at[0])
		m.must(err)
		folder, err := m.s.Application(ctx, office, access.Scope{All: true}, a.ID)
		m.must(err)
		for name, x := range map[string]any{"applications": list, "referrals": rows, "what the office sees": v, "the folder the office sees": folder} {
			b, err := json.Marshal(x)
			m.must(err)
			if strings.Contains(string(b), "13800001111") || strings.Contains(string(b), "𬸚某") {
				t.Errorf("%s: %s", name, b)
			}
		}
		_, err = m.s.Withdraw(ctx, f, scopeOf(f), a.ID, 0)
		m.must(err)
		m.now += 181 * civil.Day
		m.must(m.s.Sweep(ctx))
		folder, err = m.s.Application(ctx, f, scopeOf(f), a.ID)
		if err != nil || folder.Contact.Phone != "" {
			t.Errorf("%+v %v", folder.Contact, err)
		}
	})
}

func TestTheLeadAssignsAndClerksTakeWhatIsNobodys(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		m := newMarket(t, db)
		ctx := t.Context()
		_, at := m.apply(0, 0)
		assign := func(c access.Caller, to, code string) {
			t.Helper()
			_, err := m.s.Assign(ctx, c, scopeOf(c), at[0], to)
			m.refused(err, code)
		}
		listed := func(assignee string, n int) {
			t.Helper()
			list, total, err := m.s.Referrals(ctx, scopeOf(clerkOf(0)), origination.ReferralFilter{Assignee: assignee, Limit: 10})
			if err != nil || total != n || len(list) != n {
				t.Errorf("%d of %q, %v", total, assignee, err)
			}
		}
		listed(origination.Nobody, 1)
		other := who("lead1", "bank1", access.BankLead)
		assign(other, "lead1", "origination.not_found")
		assign(clerkOf(0), "lead0", "origination.assign")
		assign(clerkOf(0), "clerk0", "")
		assign(who("lead0", "bank0", access.Bank), "lead0", "origination.assign") // a clerk, and it is somebody's
		assign(leadOf(0), "clerk1", "origination.assign")                         // of another bank
		assign(leadOf(0), "lead0", "")
		listed(origination.Nobody, 0)
		listed("lead0", 1)
		if v := m.see(clerkOf(0), at[0]); v.Referral.Assignee != "lead0" {
			t.Errorf("%+v", v.Referral)
		}
	})
}

// TestWhatIsSaidStaysBetweenTheTwo: messages and papers.
func TestWhatIsSaidStaysBetweenTheTwo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		m := newMarket(t, db)
		ctx, f := t.Context(), theFirm(0)
		a, at := m.apply(0, 0, 1)
		post := func(c access.Caller, id, text string, inside bool) {
			t.Helper()
			_, err := m.s.Post(ctx, c, scopeOf(c), id, text, inside)
			m.must(err)
		}
		post(clerkOf(0), at[0], "请补充报表📄", false)
		post(clerkOf(0), at[0], "行内：看着不错", true)
		post(f, at[0], "已上传", true) // a firm has no inside
		file := workflow.Attachment{Case: a.ID, Name: "执照.pdf", Type: "pdf", SHA256: strings.Repeat("ab", 32), Size: 10}
		shared, err := m.s.Attach(ctx, f, scopeOf(f), true, file)
		m.must(err)
		file.Case = at[0]
		own, err := m.s.Attach(ctx, f, scopeOf(f), false, file)
		m.must(err)
		say := func(c access.Caller, id string) (out string) {
			v := m.see(c, id)
			for _, x := range v.Messages {
				out += x.Text + "|"
			}
			for _, x := range v.Files {
				if x.Case != id {
					t.Errorf("%s sees whose else it is: %+v", c.Org, x)
				}
			}
			return out + fmt.Sprint(len(v.Files))
		}
		if got := say(f, at[0]); got != "请补充报表📄|已上传|2" {
			t.Errorf("the firm: %s", got)
		}
		if got := say(clerkOf(0), at[0]); got != "请补充报表📄|行内：看着不错|已上传|2" {
			t.Errorf("bank 0: %s", got)
		}
		if got := say(clerkOf(1), at[1]); got != "1" {
			t.Errorf("bank 1: %s", got)
		}
		_, err = m.s.File(ctx, scopeOf(clerkOf(1)), at[1], own.ID)
		m.refused(err, "origination.not_found")
		_, err = m.s.File(ctx, scopeOf(clerkOf(1)), at[0], own.ID)
		m.refused(err, "origination.not_found")
		_, err = m.s.File(ctx, scopeOf(clerkOf(1)), at[1], shared.ID)
		m.must(err)
		_, err = m.s.Act(ctx, clerkOf(1), scopeOf(clerkOf(1)), at[1], origination.Action{Verb: origination.Decline, Code: "other", Reason: "不做"})
		m.must(err)
		_, err = m.s.File(ctx, scopeOf(clerkOf(1)), at[1], shared.ID) // it does not deal with it any more
		m.refused(err, "origination.not_found")
		_, err = m.s.Post(ctx, f, scopeOf(f), at[1], "为什么", false)
		m.refused(err, "origination.over")
	})
}

func TestWhatIsDueFirstComesFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		m := newMarket(t, db)
		day := func(n int) { m.now = civil.StartOf(mustDay("2024-10-14")+civil.Date(n)) + 9*civil.Hour }
		var ids []string
		for i := range 5 { // one a day from Monday on, so the last comes due last
			day(i)
			_, at := m.apply(i%3, 0)
			ids = append(ids, at[0])
		}
		m.act(0, ids[0], origination.Accept) // three days more than to accept
		_, err := m.s.Act(t.Context(), clerkOf(0), scopeOf(clerkOf(0)), ids[1], origination.Action{Verb: origination.Decline, Code: "debt", Reason: "负债过高"})
		m.must(err)
		want := []string{ids[2], ids[3], ids[4], ids[0], ids[1]} // what has no clock comes last
		for _, limit := range []int{5, 2} {
			var got []string
			for len(got) < len(want) {
				list, total, err := m.s.Referrals(t.Context(), scopeOf(clerkOf(0)), origination.ReferralFilter{Due: true, Limit: limit, Offset: len(got)})
				m.must(err)
				if total != len(want) || len(list) == 0 {
					t.Fatalf("%d of %d", len(list), total)
				}
				for i := range list {
					got = append(got, list[i].ID)
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("in pages of %d: %v, not %v", limit, got, want)
			}
		}
	})
}
