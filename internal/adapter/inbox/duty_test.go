package inbox_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/inbox/inboxtest"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/reporting"
)

// told returns the events of these kinds, as "kind org data".
func (w *town) told(t *testing.T, kinds ...string) (got []string) {
	t.Helper()
	err := w.DB.Read(t.Context(), func(tx *store.Tx) error {
		events, err := tx.EventsAfter(0, 1000)
		for _, e := range events {
			if slices.Contains(kinds, e.Kind) {
				got = append(got, e.Kind+" "+strings.Join(e.Orgs, ",")+" "+e.Data["period"])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestRemindersComeOnce: three working days before it is due, the day after, and more
// than three working days after;
// each once, and only to who owes it.
func TestRemindersComeOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db)
		o, err := w.PutObligation(t.Context(), w.office, reporting.Obligation{
			Title: "月度贷款数据", Kind: access.BankOrg, Set: reporting.Lending, DueDay: 8, From: "2021-01", Until: "2021-01", Items: []string{"loans", "month_balances"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := w.Take(w.a, reporting.Lending, "2021-01", inboxtest.Text("loans.csv", string(book(bankA, "2021-01", 1, "1.00")["loans.csv"]))); n.State != reporting.Rejected ||
			!strings.Contains(strings.Join(w.Found(n.ID), "\n"), "reporting.item_missing") {
			t.Errorf("without its balances: %s %q", n.State, w.Found(n.ID))
		}
		if n := w.Take(w.a, reporting.Lending, "2021-01", book(bankA, "2021-01", 1, "1000.00")); n.State != reporting.Accepted {
			t.Fatal(w.Found(n.ID))
		}
		b := w.b.Org
		for _, c := range []struct {
			day  string
			want []string
		}{
			{"2021-02-04", nil}, // 2021-02-09 is four working days away: the Sunday between is worked
			{"2021-02-05", []string{"report.due_soon " + b + " 2021-01"}},
			{"2021-02-09", []string{"report.due_soon " + b + " 2021-01"}},
			{"2021-02-10", []string{"report.due_soon " + b + " 2021-01", "report.overdue " + b + " 2021-01"}},
			{"2021-02-19", []string{"report.due_soon " + b + " 2021-01", "report.overdue " + b + " 2021-01"}}, // three working days later, after the Spring Festival
			{"2021-02-20", []string{"report.due_soon " + b + " 2021-01", "report.overdue " + b + " 2021-01", "report.escalated " + b + " 2021-01"}},
			{"2021-03-10", []string{"report.due_soon " + b + " 2021-01", "report.overdue " + b + " 2021-01", "report.escalated " + b + " 2021-01"}},
		} {
			d, err := civil.ParseDate(c.day)
			if err != nil {
				t.Fatal(err)
			}
			w.Set(d)
			for range 2 {
				if err := w.Remind(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if got := w.told(t, reporting.DueSoon, reporting.Overdue, reporting.Escalated); !slices.Equal(got, c.want) {
				t.Errorf("on %s: %q, not %q", c.day, got, c.want)
			}
		}
		if err := w.DropObligation(t.Context(), w.office, o.ID, 7); fault.CodeOf(err) != "store.changed" {
			t.Errorf("a version nobody read: %v", err)
		}
	})
}

// TestChecksMayBeDoneAgain: a job that a killed server had begun is done again, one
// that is done twice changes nothing, and the check of what was replaced meanwhile
// decides nothing.
func TestChecksMayBeDoneAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db)
		n := w.Submit(w.a, reporting.Lending, "2021-01", book(bankA, "2021-01", 2, "1000.00"))
		payload, err := json.Marshal(n.ID)
		if err != nil {
			t.Fatal(err)
		}
		job := event.Job{Kind: reporting.CheckJob, Key: n.ID, Org: n.Org, Payload: string(payload)}
		w.Checker = dying{w.Checker}
		if err := w.Check(t.Context(), job, func(int64, int64, string) {}); fault.CodeOf(err) != "test.killed" {
			t.Fatal(err)
		}
		if s := w.Read(n.ID).State; s != reporting.Checking {
			t.Fatalf("killed in the middle it is %s", s)
		}
		w.Open()
		w.Work()
		first := asText(t, w.Read(n.ID))
		w.Pass(civil.Hour)
		for range 2 {
			if err := w.Check(t.Context(), job, func(int64, int64, string) {}); err != nil {
				t.Fatal(err)
			}
		}
		if again := asText(t, w.Read(n.ID)); again != first || w.Read(n.ID).State != reporting.Accepted {
			t.Errorf("it was %s, and is %s", first, again)
		}
		if got := w.told(t, "submission.accepted"); len(got) != 2 { // the register's, and this
			t.Errorf("told %q", got)
		}
		if err := w.Recheck(t.Context(), w.a, inboxtest.Own(w.a), n.ID); fault.CodeOf(err) != "reporting.state" {
			t.Errorf("a check of what is accepted: %v", err)
		}
		old := w.Submit(w.a, reporting.Lending, "2021-01", book(bankA, "2021-01", 2, "900.00"))
		newer := w.Submit(w.a, reporting.Lending, "2021-01", book(bankA, "2021-01", 2, "800.00"))
		w.Work()
		if a, b := w.Read(old.ID), w.Read(newer.ID); a.State != reporting.Replaced || a.CheckedAt != 0 || b.State != reporting.Accepted || !b.Current {
			t.Errorf("%+v, %+v", a, b)
		}
	})
}

// dying is a checker whose server is killed.
type dying struct{ reporting.Checker }

// Check implements reporting.Checker.
func (dying) Check(context.Context, []reporting.SnapshotPart, int, []string, reporting.Progress) (*reporting.Outcome, error) {
	return nil, fault.New(fault.Unavailable, "test.killed", "已中断", "killed")
}
