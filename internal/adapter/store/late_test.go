package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/subsidy"
	"changrong/internal/subsidy/followup"
	"changrong/internal/subsidy/late"
	"changrong/internal/workflow"
)

// ear is a transaction whose events are heard.
type ear struct {
	*store.Tx
	heard *[]string
}

func (e ear) Emit(x event.Event) error {
	*e.heard = append(*e.heard, fmt.Sprint(x.Kind, " ", x.Data["stage"], " [", x.Data["roles"], "] ", x.Orgs))
	return e.Tx.Emit(x)
}

// ears opens such transactions.
type ears struct {
	db    *store.DB
	heard *[]string
}

func (e ears) Read(ctx context.Context, f func(late.Tx) error) error {
	return e.db.Read(ctx, func(tx *store.Tx) error { return f(tx) })
}

func (e ears) Write(ctx context.Context, f func(late.Tx) error) error {
	return e.db.Write(ctx, func(tx *store.Tx) error { return f(ear{tx, e.heard}) })
}

// TestWhatIsLateIsToldOnceAndThenOneLevelUp follows one claim from desk to desk, each of
// which lets it lie, and an objection that nobody answers.
func TestWhatIsLateIsToldOnceAndThenOneLevelUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db, 100*wan)
		ctx := t.Context()
		var heard []string
		w := &late.Service{
			Store:  ears{db, &heard},
			Tables: []*workflow.Table{subsidy.Life, subsidy.OrderLife, followup.Life}, Claims: o.s, Now: func() civil.Instant { return o.now }, NewID: crypto.NewID,
		}
		// told looks once a day until the day, and twice on it.
		told := func(days int, want ...string) {
			t.Helper()
			heard = nil
			for range days {
				o.days(1)
				_, err := w.Tick(ctx)
				o.must(err)
			}
			n, err := w.Tick(ctx)
			o.must(err)
			slices.Sort(heard)
			if n != 0 || !slices.Equal(heard, want) {
				t.Errorf("%s: told %q, not %q; and %d once more", o.now.Date(), heard, want, n)
			}
		}
		_, err := o.s.DraftClaims(ctx, head, o.run("run1", 50*wan))
		o.must(err)
		id := o.claims(subsidy.ClaimFilter{})[0].ID
		told(30) // a draft has no clock
		o.attachAll(id)
		o.must(o.act(lead0, id, subsidy.Submit)) // 2022-03-31, to be accepted by 2022-04-02, a Saturday on which people work
		told(2)
		told(1, "claim.late submitted [office] []")
		of := func(a workflow.Actor) (titles []string) {
			items, err := w.Of(ctx, a, 20)
			o.must(err)
			for _, x := range items {
				titles = append(titles, x.Kind+" "+x.ID+" "+strings.SplitN(x.Title, "：", 2)[0])
			}
			return titles
		}
		if got := of(subsidy.ActorOf(officer)); len(got) != 1 || got[0] != "claim "+id+" 待受理" {
			t.Errorf("late for the officer: %q", got)
		}
		if got := of(subsidy.ActorOf(bureau)); len(got) != 0 {
			t.Errorf("late for the bureau, which it does not wait for: %q", got)
		}
		told(10, "claim.escalated submitted [office_lead] []")
		o.must(o.act(officer, id, subsidy.Return))
		told(40, "claim.escalated returned [bank_lead office_lead] [bank0]", "claim.late returned [bank office] [bank0]")
		o.must(o.act(lead0, id, subsidy.Submit)) // the second round is told of anew
		told(5, "claim.late submitted [office] []")
		o.must(o.act(officer, id, subsidy.Accept))
		o.must(o.act(head, id, subsidy.Pass))
		o.must(o.act(bureau, id, subsidy.Pass))
		o.must(o.act(central, id, subsidy.Object))
		o.must(o.act(watcher, id, subsidy.Agree))
		told(60, "claim.escalated consultation [bureau_lead] []", "claim.late consultation [office_lead] []")
		o.must(o.act(head, id, subsidy.Settle))
		n, err := o.s.PublishNotice(ctx, head, "p", "拟兑付名单公示", "电话 0576-0000000", []string{id})
		o.must(err)
		made, err := o.s.ObjectTo(ctx, who("", ""), subsidy.Objection{Notice: n.ID, Claim: id, Name: "某人", Contact: "0576-12345678", Text: "重复享受政策"})
		o.must(err)
		told(7) // 2022-07-26, a Tuesday
		due := func() civil.Date {
			list, _, err := o.s.Objections(ctx, subsidy.ObjectionFilter{Open: true})
			o.must(err)
			return list[0].Due
		}
		var days *workflow.Calendar
		o.must(o.db.Read(ctx, func(tx *store.Tx) (err error) {
			days, err = workflow.Load(tx)
			return err
		}))
		rules, err := o.s.Rules(ctx, "p")
		o.must(err)
		if want := days.Add(made.At.Date(), 5); due() != want || rules.Terms["answer"] != 5 {
			t.Errorf("to be answered by %s, not %s; terms %v", due(), want, rules.Terms)
		}
		rules.Terms["answer"] = 8 // the office takes its time
		_, err = o.s.SetRules(ctx, head, *rules)
		o.must(err)
		last := due()
		if want := days.Add(made.At.Date(), 8); last != want {
			t.Errorf("by the new rules to be answered by %s, not %s", last, want)
		}
		told(int(last - o.now.Date()))
		told(1, "objection.late  [office_lead] []")
		told(20, "objection.escalated  [bureau_lead] []")
		if got := of(subsidy.ActorOf(head)); len(got) != 1 || got[0] != "objection "+made.ID+" 异议待答复" {
			t.Errorf("late for the lead: %q", got)
		}
		_, err = o.s.AnswerObjection(ctx, head, made.ID, 1, subsidy.Dismissed, "经核实未重复享受", "")
		o.must(err)
		told(5)
		o.audit()
	})
}
