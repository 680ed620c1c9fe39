package inbox_test

import (
	"slices"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/factfile"
	"changrong/internal/adapter/inbox"
	"changrong/internal/adapter/inbox/inboxtest"
	"changrong/internal/adapter/job"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/loanbook/through"
	"changrong/internal/reporting"
	"changrong/internal/reporting/match"
)

// lent is a town whose banks lend through the platform.
type lent struct {
	*town
	m *match.Service
}

func newLent(t *testing.T, db *store.DB) *lent {
	w := &lent{town: newTown(t, db)}
	w.m = &match.Service{Store: store.Of[match.Tx]{DB: db}, Reader: &inbox.Checker{Blobs: w.Files, Tmp: w.Dir, Workers: 2}, Now: w.Now, NewID: crypto.NewID}
	w.Own = w.m.Own
	return w
}

// draws enters a loan of bank A: 1,000 yuan to the shop on 2021-01-05.
func (w *lent) draws(t *testing.T, no string, change func(*through.Loan)) {
	t.Helper()
	l := through.Loan{
		ID: crypto.NewID(), Bank: w.a.Org, BankName: "甲银行", Institution: bankA, NoteNo: no, Contract: "H" + no, USCC: shop, Firm: "某店",
		Amount: 1000 * money.Yuan, Rate: 43_500_000, Drawn: 18632, Due: 18997, Security: "credit",
	}
	if change != nil {
		change(&l)
	}
	if err := w.DB.Write(t.Context(), func(tx *store.Tx) error { return w.m.Enter(tx, l) }); err != nil {
		t.Fatal(err)
	}
}

// compares tells what bank A's acceptance tells, and does the jobs that were asked for.
func (w *lent) compares(t *testing.T) {
	t.Helper()
	if err := w.DB.Write(t.Context(), func(tx *store.Tx) error { return w.m.Reported(tx, w.a.Org) }); err != nil {
		t.Fatal(err)
	}
	w.works(t)
}

func (w *lent) works(t *testing.T) (done int) {
	t.Helper()
	for {
		var r *job.Record
		now := w.Now()
		if err := w.DB.Write(t.Context(), func(tx *store.Tx) (err error) {
			r, err = tx.ClaimJob(now, now+civil.Minute, "test", []string{match.JobKind})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if r == nil {
			return done
		}
		done++
		if err := w.m.Match(t.Context(), event.Job{ID: r.ID, Kind: r.Kind, Key: r.Key, Org: r.Org, Payload: r.Payload}, func(int64, int64, string) {}); err != nil {
			t.Fatal(err)
		}
		if err := w.DB.Write(t.Context(), func(tx *store.Tx) error {
			return tx.EndJob(job.End{ID: r.ID, Worker: "test", Attempt: r.Attempt, State: job.Done, At: w.Now()})
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// stands returns how each loan agrees: "note state other-number fields".
func (w *lent) stands(t *testing.T) []string {
	t.Helper()
	loans, _, err := w.m.Loans(t.Context(), access.Scope{Org: w.a.Org}, match.Filter{Oldest: true, Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for i := range loans {
		x := &loans[i].Match
		s := loans[i].NoteNo + " " + string(x.State)
		if x.Other != "" {
			s += " " + x.Other
		}
		for _, d := range x.Diffs {
			s += " " + d.Field + ":" + d.Ours + "/" + d.Theirs
		}
		if x.Zh == "" || x.En == "" {
			t.Errorf("%s is not put into words", s)
		}
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

func (w *lent) want(t *testing.T, want ...string) {
	t.Helper()
	if got := w.stands(t); !slices.Equal(got, want) {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
}

// notes are the lending tables of bank A: rows of loans, each of 1,000 yuan at the end of the month.
func notes(month string, rows ...string) inboxtest.Files {
	var balances strings.Builder
	for _, r := range rows {
		no, _, _ := strings.Cut(strings.TrimPrefix(r, bankA+","), ",")
		balances.WriteString(bankA + "," + no + "," + month + ",1000.00\n")
	}
	return inboxtest.Text("loans.csv", "institution_id,loan_id,contract_id,enterprise_id,principal,rate,disbursed_on,due_on,security\n"+strings.Join(rows, "\n")+"\n",
		"month_balances.csv", "institution_id,loan_id,month,balance\n"+balances.String())
}

// facts freezes the months to to, makes the facts, and returns the snapshot and the
// rows of loans: "note principal channel".
func (w *lent) facts(t *testing.T, to reporting.Period) (*reporting.Snapshot, []string) {
	t.Helper()
	snap, err := w.Freeze(t.Context(), w.office, "2020-12", to)
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir() + "/facts"
	found, err := w.Materialise(t.Context(), snap, out, func(int64, int64, string) {})
	if err != nil || !found.Written {
		t.Fatalf("%v %+v", err, found)
	}
	f, err := factfile.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows []string
	if err := f.Scan(t.Context(), "loans", []string{"loan_id", "principal", "channel"}, 1, func(_ int, b *fact.Batch) error {
		for i := range b.Len() {
			var row []byte
			for _, v := range b.Vectors {
				row = append(v.AppendValue(row, i), ' ')
			}
			rows = append(rows, strings.TrimSpace(string(row)))
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(rows)
	return snap, rows
}

// TestALoanIsFrozenBeforeItsBankReportsIt, and is its bank's once it does, with what
// differs listed until a later version agrees.
func TestALoanIsFrozenBeforeItsBankReportsIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newLent(t, db)
		w.draws(t, "N1", nil)
		w.draws(t, "N2", func(l *through.Loan) { l.Code = "some" })
		w.draws(t, "N2", func(l *through.Loan) { l.Amount++ }) // told twice: once
		w.want(t, "N1 waiting", "N2 waiting")
		if n := w.works(t); n != 0 {
			t.Errorf("%d comparisons with nothing", n)
		}

		before, rows := w.facts(t, "2021-01")
		if want := []string{"N1 1000.00 platform", "N2 1000.00 loan_code"}; !slices.Equal(rows, want) {
			t.Errorf("before the bank reports: %q", rows)
		}
		last := before.Parts[len(before.Parts)-1]
		if !last.Platform || last.Submission != "" || last.Label() != "截至2021-01平台登记的贷款" || len(last.Files) != 2 {
			t.Errorf("the platform's own part is %+v", last)
		}
		if again, _ := w.facts(t, "2021-01"); again.ID != before.ID || again.SHA256 != before.SHA256 {
			t.Error("frozen again, it is another")
		}
		if kept, err := w.Snapshot(t.Context(), before.ID); err != nil || kept.SHA256 != before.SHA256 || len(kept.Parts) != len(before.Parts) {
			t.Errorf("read again: %v %+v", err, kept)
		}
		held := map[string]bool{}
		if err := db.Read(t.Context(), func(tx *store.Tx) error { return tx.BlobRefs(func(s string) { held[s] = true }) }); err != nil {
			t.Fatal(err)
		}
		for _, f := range last.Files {
			if !held[f.SHA256] {
				t.Errorf("nothing holds %s", f.Name)
			}
		}

		one, two := bankA+",N1,HN1,"+shop+",1000.00,4.35,2021-01-05,2022-01-05,credit", bankA+",N2,HN2,"+shop+",1200.00,4.50,2021-01-06,2022-01-05,mixed"
		w.Take(w.a, reporting.Lending, "2021-01", notes("2021-01", one, two))
		w.compares(t)
		w.want(t, "N1 agrees", "N2 differs principal:1000.00/1200.00 rate:4.35%/4.5% disbursed_on:2021-01-05/2021-01-06 security:credit/mixed")
		after, rows := w.facts(t, "2021-01")
		if want := []string{"N1 1000.00 platform", "N2 1200.00 loan_code"}; !slices.Equal(rows, want) || after.SHA256 == before.SHA256 {
			t.Errorf("what the bank reports does not count: %q", rows)
		}

		mended := w.Take(w.a, reporting.Lending, "2021-01", notes("2021-01", one, bankA+",N2,HN2,"+shop+",1000.00,4.35,2021-01-05,,"))
		if mended.State == reporting.Accepted {
			t.Fatal("a note without a day it is due is no fact")
		}
		mended = w.Take(w.a, reporting.Lending, "2021-01", notes("2021-01", one, bankA+",N2,,"+shop+",1000.00,,2021-01-05,2022-01-05,"))
		w.compares(t)
		w.want(t, "N1 agrees", "N2 agrees")
		if _, err := w.Withdraw(t.Context(), w.a, inboxtest.Own(w.a), mended.ID, "误报"); err != nil {
			t.Fatal(err)
		}
		w.compares(t)
		w.want(t, "N1 agrees", "N2 differs principal:1000.00/1200.00 rate:4.35%/4.5% disbursed_on:2021-01-05/2021-01-06 security:credit/mixed")
		counts, err := w.m.Counts(t.Context(), access.Scope{All: true})
		if err != nil || len(counts) != 1 || counts[0] != (match.Count{Bank: w.a.Org, BankName: "甲银行", Month: "2021-01", Loans: 2, Agrees: 1, Differs: 1}) {
			t.Errorf("counts %v %+v", err, counts)
		}
		if others, n, err := w.m.Loans(t.Context(), access.Scope{Org: w.b.Org}, match.Filter{Limit: 50}); err != nil || n != 0 || len(others) != 0 {
			t.Errorf("another bank sees %v %+v", err, others)
		}
	})
}

// TestWhatABankLeavesOutAndRenamesIsListed: a loan that is lacking in a month that was
// reported, and one that is perhaps there under another number, which counts once.
func TestWhatABankLeavesOutAndRenamesIsListed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newLent(t, db)
		w.draws(t, "N1", nil)
		w.draws(t, "N2", func(l *through.Loan) { l.Amount, l.Contract = 2000*money.Yuan, "H2" })
		w.draws(t, "N3", func(l *through.Loan) { l.Drawn += 31 })
		renamed := bankA + ",B9,HN1," + shop + ",1000.00,4.35,2021-01-05,2022-01-05,credit"
		w.Take(w.a, reporting.Lending, "2021-01", notes("2021-01", renamed))
		w.compares(t)
		w.want(t, "N1 renamed B9", "N2 missing", "N3 waiting")
		if _, rows := w.facts(t, "2021-01"); !slices.Equal(rows, []string{"B9 1000.00", "N2 2000.00 platform"}) {
			t.Errorf("facts %q", rows)
		}
		open, n, err := w.m.Loans(t.Context(), access.Scope{All: true}, match.Filter{Open: true, Month: civil.Date(18632).Month(), Limit: 1})
		if err != nil || n != 2 || len(open) != 1 {
			t.Errorf("open: %v, %d of %d", err, len(open), n)
		}
		// What is entered once its month has been reported is compared at once.
		w.draws(t, "B7", func(l *through.Loan) { l.USCC, l.Contract = "91331082DEM0000149", "" })
		if n := w.works(t); n != 1 {
			t.Errorf("%d comparisons", n)
		}
		w.want(t, "B7 missing", "N1 renamed B9", "N2 missing", "N3 waiting")
		late := bankA + ",N2,H2," + shop + ",2000.00,4.35,2021-01-05,2022-01-05,credit"
		w.Take(w.a, reporting.Lending, "2021-01", notes("2021-01", renamed, late))
		if n := w.Take(w.a, reporting.Lending, "2021-02", notes("2021-02", renamed, late, bankA+",N3,HN3,"+shop+",1000.00,4.35,2021-02-05,2022-01-05,credit")); n.State != reporting.Accepted {
			t.Fatal(w.Found(n.ID))
		}
		w.compares(t)
		w.want(t, "B7 missing", "N1 renamed B9", "N2 agrees", "N3 agrees")
	})
}
