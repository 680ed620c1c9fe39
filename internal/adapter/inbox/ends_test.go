package inbox_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"changrong/internal/adapter/inbox"
	"changrong/internal/adapter/inbox/inboxtest"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/rating/watch"
	"changrong/internal/reporting"
)

// ends returns what is told of the notes of firms: "due written-off month balance quality …".
func (w *lent) ends(t *testing.T, first, last civil.Month, wanted string) []string {
	t.Helper()
	k := &inbox.Checker{Blobs: w.Files, Tmp: w.Dir, Workers: 2}
	var out []string
	err := k.Ends(w.Service)(t.Context(), first, last, func(uscc string) bool { return uscc == wanted }, func(n *watch.Note) {
		s := n.Due.String() + " " + n.WrittenOff.String()
		for _, e := range n.Ends {
			s += fmt.Sprintf(" %s %s %s", e.Month, e.Balance, e.Quality)
		}
		if n.USCC != wanted {
			t.Errorf("told of %s", n.USCC)
		}
		out = append(out, s)
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// TestLoansAreToldAsTheyEnd reads notes month by month, with what was granted longer, what
// was classified and what was written off; and a loan of the platform that no bank reports.
func TestLoansAreToldAsTheyEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newLent(t, db)
		january, _ := civil.MonthOf(2021, 1)
		if got := w.ends(t, january, january+1, shop); got != nil {
			t.Errorf("nothing was reported, and told is %q", got)
		}
		loans := "institution_id,loan_id,enterprise_id,principal,disbursed_on,due_on,extended_to,closed_on\n" +
			bankA + ",L1," + shop + ",1000.00,2020-12-01,2021-12-01,,\n" + bankA + ",L2," + shop + ",500.00,2020-12-01,2021-01-15,2021-06-30,\n" + bankA + ",L3," + shop + ",300.00,2020-12-01,2021-12-01,,"
		w.Set(18690) // 2021-03-04
		w.Take(w.a, reporting.Lending, "2021-01", inboxtest.Text("loans.csv", loans+"\n", "month_balances.csv",
			"institution_id,loan_id,month,balance,quality\n"+bankA+",L1,2021-01,1000.00,normal\n"+bankA+",L2,2021-01,500.00,\n"+bankA+",L3,2021-01,300.00,loss\n"))
		n := w.Take(w.a, reporting.Lending, "2021-02", inboxtest.Text("loans.csv", loans+"2021-02-10\n", "month_balances.csv",
			"institution_id,loan_id,month,balance,quality\n"+bankA+",L1,2021-02,1000.00,substandard\n"+bankA+",L2,2021-02,400.00,special_mention\n",
			"loan_events.csv", "institution_id,loan_id,event_no,on,kind,amount\n"+bankA+",L3,E1,2021-02-10,write_off,300.00\n"))
		if n.State != reporting.Accepted {
			t.Fatal(n.State, w.Found(n.ID))
		}
		w.draws(t, "P1", nil) // through the platform: the bank has not reported it
		never := civil.Never.String()
		want := []string{
			"2021-06-30 " + never + " 2021-01 500.00  2021-02 400.00 special_mention",
			"2021-12-01 2021-02-10 2021-01 300.00 loss",
			"2021-12-01 " + never + " 2021-01 1000.00 normal 2021-02 1000.00 substandard",
			"2022-01-05 " + never,
		}
		if got := w.ends(t, january-1, january+1, shop); !slices.Equal(got, want) {
			t.Errorf("told is %q", got)
		}
		if got := w.ends(t, january-1, january+1, bankB); got != nil {
			t.Errorf("of a firm without a loan %q", got)
		}
		ctx, stop := context.WithCancel(t.Context())
		stop()
		k := &inbox.Checker{Blobs: w.Files, Tmp: w.Dir}
		if err := k.Ends(w.Service)(ctx, january, january, func(string) bool { return true }, func(*watch.Note) {}); err == nil {
			t.Error("it goes on when nobody waits")
		}
	})
}
