package inbox_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/inbox/inboxtest"
	"changrong/internal/adapter/job"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/reporting"
)

func TestBrokenIsRejectedFixedIsAccepted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db)
		broken := book(bankA, "2021-01", 3, "1000.00")
		broken["month_balances.csv"] = []byte(strings.Replace(string(broken["month_balances.csv"]), "L00001,2021-01,1000.00", "L00001,2021-01,1000.01", 1))
		first := w.Take(w.a, reporting.Lending, "2021-01", broken)
		if first.State != reporting.Rejected || first.Errors != 1 || first.Receipt != "" || first.Current {
			t.Fatalf("the broken one: %+v", first)
		}
		found := w.Found(first.ID)
		if len(found) != 1 || !strings.HasPrefix(found[0], "error loanbook.balance_over_principal month_balances.csv:3 "+bankA+"/L00001") {
			t.Errorf("found %q", found)
		}
		if _, err := w.Receipt(t.Context(), inboxtest.Own(w.a), first.ID); fault.CodeOf(err) != "reporting.no_receipt" {
			t.Errorf("a receipt of what was rejected: %v", err)
		}
		fixed := w.Take(w.a, reporting.Lending, "2021-01", book(bankA, "2021-01", 3, "1000.00"))
		if fixed.State != reporting.Accepted || fixed.Version != 2 || !fixed.Current {
			t.Fatalf("the fixed one: %s, %v", fixed.State, w.Found(fixed.ID))
		}
		g, err := w.Receipt(t.Context(), inboxtest.Own(w.a), fixed.ID)
		if err != nil {
			t.Fatal(err)
		}
		if g.SHA256 != inboxtest.Hash([]byte(g.Signed)) || g.Receipt.Rows != 6 || len(g.Receipt.Files) != 2 || g.Receipt.Version != 2 ||
			!slices.Equal(g.Receipt.Sums, []reporting.Sum{{Month: "2021-01", Institution: bankA, Notes: 3, BalanceFen: 300000}}) {
			t.Errorf("receipt %+v", g)
		}
		for _, want := range []string{g.Receipt.Number, "第2版", "余额合计 3000.00 元", g.Receipt.Files[0].SHA256, g.SHA256} {
			if !strings.Contains(g.Text(), want) {
				t.Errorf("the printed receipt lacks %s:\n%s", want, g.Text())
			}
		}
		if now := w.Read(first.ID); now.State != reporting.Rejected || now.FilesKey != first.FilesKey || len(now.Files) != 2 {
			t.Errorf("the first version became %+v", now)
		}
		if b, err := w.Content(inboxtest.Own(w.a), first.ID, "month_balances.csv"); err != nil || string(b) != string(broken["month_balances.csv"]) {
			t.Errorf("the first version's file: %v", err)
		}
	})
}

func TestWarningsWaitForTheLead(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db)
		files := book(bankA, "2021-01", 2, "1000.00")
		files["notes.csv"] = []byte("of no table\n")
		n := w.Submit(w.a, reporting.Lending, "2021-01", files)
		w.Work()
		if n = w.Read(n.ID); n.State != reporting.Confirming || n.Warnings == 0 || n.Current {
			t.Fatalf("%+v", n)
		}
		if _, err := w.Confirm(t.Context(), w.a, inboxtest.Own(w.a), n.ID, " "); fault.CodeOf(err) != "reporting.note" {
			t.Errorf("without a note: %v", err)
		}
		// The office's register changes: what was checked is not what would be accepted.
		w.Take(w.office, reporting.Registers, "2021", inboxtest.Text("institutions.csv",
			"institution_id,name,kind,local_legal_person\n"+bankA+",甲银行股份,rural_bank,1\n"))
		again, err := w.Confirm(t.Context(), w.a, inboxtest.Own(w.a), n.ID, "已核实")
		if err != nil || again.State != reporting.Received {
			t.Fatalf("%v %+v", err, again)
		}
		w.Work()
		again, err = w.Confirm(t.Context(), w.a, inboxtest.Own(w.a), n.ID, "已核实")
		if err != nil || again.State != reporting.Accepted || !again.Current {
			t.Fatalf("%v %+v", err, again)
		}
		g, err := w.Receipt(t.Context(), inboxtest.Own(w.a), n.ID)
		if err != nil || g.Receipt.Note != "已核实" || g.Receipt.ConfirmedBy != w.a.Name {
			t.Errorf("%v %+v", err, g)
		}
		if _, err := w.Confirm(t.Context(), w.a, inboxtest.Own(w.a), n.ID, "再次"); fault.CodeOf(err) != "reporting.state" {
			t.Errorf("a second time: %v", err)
		}
	})
}

func TestTheSameFilesAreOneSubmission(t *testing.T) {
	w := newTown(t, storetest.SQLite(t))
	files := book(bankA, "2021-01", 2, "1000.00")
	first := w.Submit(w.a, reporting.Lending, "2021-01", files)
	if again := w.Submit(w.a, reporting.Lending, "2021-01", files); again.ID != first.ID {
		t.Error("sent again while it waits, it is another")
	}
	w.Work()
	if again := w.Submit(w.a, reporting.Lending, "2021-01", files); again.ID != first.ID {
		t.Error("sent again once accepted, it is another")
	}
	second := w.Take(w.a, reporting.Lending, "2021-01", book(bankA, "2021-01", 2, "900.00"))
	back := w.Take(w.a, reporting.Lending, "2021-01", files)
	if second.Version != 2 || back.Version != 3 || back.State != reporting.Accepted {
		t.Errorf("versions %d and %d, %s %v", second.Version, back.Version, back.State, w.Found(back.ID))
	}
	if now := w.Read(second.ID); now.State != reporting.Accepted || now.Current {
		t.Errorf("the second is %+v", now)
	}
}

func TestCorrectionKeepsFilesOfBefore(t *testing.T) {
	w := newTown(t, storetest.SQLite(t))
	first := w.Take(w.a, reporting.Lending, "2021-01", book(bankA, "2021-01", 2, "1000.00"))
	u := w.Send(w.a, "month_balances.csv", book(bankA, "2021-01", 2, "900.00")["month_balances.csv"], 0)
	draft := reporting.Draft{Set: reporting.Lending, Period: "2021-01", Uploads: []string{u.ID}, Kept: []reporting.Kept{{Submission: first.ID, Name: "loans.csv"}}}
	if _, err := w.Service.Submit(t.Context(), w.b, draft); fault.CodeOf(err) != "reporting.not_found" {
		t.Errorf("another bank's upload and file: %v", err)
	}
	n, err := w.Service.Submit(t.Context(), w.a, draft)
	if err != nil {
		t.Fatal(err)
	}
	w.Work()
	if n = w.Read(n.ID); n.State != reporting.Accepted || len(n.Files) != 2 || n.Sums[0].BalanceFen != 180000 {
		t.Errorf("%+v %v", n, w.Found(n.ID))
	}
}

func TestBanksSeeTheirOwnAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db)
		n := w.Take(w.a, reporting.Lending, "2021-01", book(bankA, "2021-01", 2, "1000.00"))
		u := w.Send(w.a, "loans.csv", []byte("x"), 0)
		other, ctx := inboxtest.Own(w.b), t.Context()
		for what, err := range map[string]error{
			"submission": second(w.Submission(ctx, other, n.ID)),
			"receipt":    second(w.Receipt(ctx, other, n.ID)),
			"file":       second(w.Content(other, n.ID, "loans.csv")),
			"withdraw":   second(w.Withdraw(ctx, w.b, other, n.ID, "不是我的")),
			"confirm":    second(w.Confirm(ctx, w.b, other, n.ID, "不是我的")),
			"recheck":    w.Recheck(ctx, w.b, other, n.ID),
			"upload":     second(w.Upload(ctx, other, u.ID)),
			"drop":       w.DropUpload(ctx, w.b, other, u.ID),
		} {
			if fault.CodeOf(err) != "reporting.not_found" {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, _, err := w.Findings(ctx, other, n.ID); fault.CodeOf(err) != "reporting.not_found" {
			t.Errorf("findings: %v", err)
		}
		if list, total, err := w.Submissions(ctx, other, reporting.Query{}); err != nil || total != 0 || len(list) != 0 {
			t.Errorf("the list: %d, %v", total, err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

// TestNobodySpeaksForAnother: a bank's file that holds another's rows is rejected,
// and a bank is not told of another's book.
func TestNobodySpeaksForAnother(t *testing.T) {
	w := newTown(t, storetest.SQLite(t))
	n := w.Take(w.b, reporting.Lending, "2021-01", book(bankA, "2021-01", 1, "1000.00"))
	if found := w.Found(n.ID); n.State != reporting.Rejected || !strings.Contains(found[0], "intake.other_institution loans.csv:2") {
		t.Errorf("%s %v", n.State, found)
	}
	if _, err := w.TrySubmit(w.b, reporting.Registers, "2021", inboxtest.Text("institutions.csv", "x")); fault.CodeOf(err) != "reporting.set_kind" {
		t.Errorf("a bank's register: %v", err)
	}
	files := book(bankB, "2021-01", 1, "1000.00")
	files["institutions.csv"] = []byte("institution_id,name,kind,local_legal_person\n" + bankB + ",乙银行,city_bank,1\n")
	if n = w.Take(w.b, reporting.Lending, "2021-01", files); n.State != reporting.Rejected || !slices.ContainsFunc(w.Found(n.ID), func(s string) bool {
		return strings.HasPrefix(s, "error reporting.not_in_set institutions.csv")
	}) {
		t.Errorf("a register among a bank's tables: %s %v", n.State, w.Found(n.ID))
	}
}

func TestWithdrawnUntilFrozen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db)
		ctx := t.Context()
		first := w.Take(w.a, reporting.Lending, "2021-01", book(bankA, "2021-01", 2, "1000.00"))
		secondOne := w.Take(w.a, reporting.Lending, "2021-01", book(bankA, "2021-01", 2, "900.00"))
		if _, err := w.Withdraw(ctx, w.a, inboxtest.Own(w.a), secondOne.ID, "报错了"); err != nil {
			t.Fatal(err)
		}
		if !w.Read(first.ID).Current || w.Read(secondOne.ID).State != reporting.Withdrawn {
			t.Error("the version before is not current again")
		}
		snap, err := w.Freeze(ctx, w.office, "2021-01", "2021-01")
		if err != nil || len(snap.Parts) != 2 || snap.Parts[1].Submission != first.ID || !snap.Parts[0].Office {
			t.Fatalf("%v %+v", err, snap)
		}
		if _, err := w.Withdraw(ctx, w.a, inboxtest.Own(w.a), first.ID, "报错了"); fault.CodeOf(err) != "reporting.frozen" {
			t.Errorf("withdrawn although frozen: %v", err)
		}
		third := w.Take(w.a, reporting.Lending, "2021-01", book(bankA, "2021-01", 2, "800.00"))
		if third.State != reporting.Accepted || third.Version != 3 {
			t.Errorf("a correction after that: %+v", third)
		}
		again, err := w.Snapshot(ctx, snap.ID)
		if err != nil {
			t.Fatal(err)
		}
		was, _ := json.Marshal(snap)
		if is, _ := json.Marshal(again); string(is) != string(was) {
			t.Errorf("the snapshot was %s and is %s", was, is)
		}
		newer, err := w.Freeze(ctx, w.office, "2021-01", "2021-01")
		if err != nil || newer.ID == snap.ID || newer.SHA256 == snap.SHA256 {
			t.Errorf("%v %+v", err, newer)
		}
		if same, err := w.Freeze(ctx, w.office, "2021-01", "2021-01"); err != nil || same.ID != newer.ID {
			t.Errorf("frozen twice: %v %+v", err, same)
		}
	})
}

func TestMonthsComeInOrder(t *testing.T) {
	w := newTown(t, storetest.SQLite(t))
	if n := w.Take(w.a, reporting.Lending, "2021-01", book(bankA, "2021-01", 1, "1000.00")); n.State != reporting.Accepted {
		t.Fatal(w.Found(n.ID))
	}
	march := book(bankA, "2021-03", 1, "1000.00")
	n := w.Take(w.a, reporting.Lending, "2021-03", march)
	if found := w.Found(n.ID); n.State != reporting.Rejected || !slices.Equal(found, []string{"error reporting.month_before 2021-02"}) {
		t.Fatal(n.State, found)
	}
	if n = w.Take(w.a, reporting.Lending, "2021-02", book(bankA, "2021-02", 1, "1000.00")); n.State != reporting.Accepted {
		t.Fatal(w.Found(n.ID))
	}
	if n = w.Take(w.a, reporting.Lending, "2021-03", march); n.State != reporting.Accepted || n.Version != 2 {
		t.Fatal(w.Found(n.ID))
	}
	// An earlier month is corrected: what no longer fits in a later one is told, and
	// does not stand in the way.
	n = w.Submit(w.a, reporting.Lending, "2021-02", inboxtest.Text("loans.csv",
		"institution_id,loan_id,enterprise_id,principal,disbursed_on,due_on,closed_on\n"+bankA+",L00000,"+shop+",1000.00,2021-01-01,2022-01-01,2021-02-10\n"))
	w.Work()
	n = w.Read(n.ID)
	if n.State != reporting.Confirming || !slices.ContainsFunc(w.Found(n.ID), func(s string) bool {
		return strings.HasPrefix(s, "warning loanbook.balance_after_close 2021-03贷款数据第2版/month_balances.csv:2")
	}) {
		t.Errorf("%s %q", n.State, w.Found(n.ID))
	}
}

func TestFactsOfASnapshotSayWhoseFault(t *testing.T) {
	w := newTown(t, storetest.SQLite(t))
	ctx := t.Context()
	first := func(bank string) inboxtest.Files {
		return inboxtest.Text("loans.csv", "institution_id,loan_id,enterprise_id,principal,disbursed_on,due_on,first_loan\n"+bank+",L1,"+shop+",1000.00,2021-01-01,2022-01-01,1\n",
			"month_balances.csv", "institution_id,loan_id,month,balance\n"+bank+",L1,2021-01,1000.00\n")
	}
	for _, c := range []struct {
		who  access.Caller
		bank string
	}{{w.a, bankA}, {w.b, bankB}} {
		if n := w.Take(c.who, reporting.Lending, "2021-01", first(c.bank)); n.State != reporting.Accepted {
			t.Fatalf("%s: %v", c.bank, w.Found(n.ID))
		}
	}
	snap, err := w.Freeze(ctx, w.office, "2021-01", "2021-12")
	if err != nil {
		t.Fatal(err)
	}
	out := w.Dir + "/facts"
	found, err := w.Materialise(ctx, snap, out, func(int64, int64, string) {})
	if err != nil || !found.Written || found.Rows["loans"] != 2 {
		t.Fatalf("%v %+v", err, found)
	}
	var whose []string
	for _, f := range found.Findings {
		if strings.HasPrefix(f.Code, "loanbook.first_loan") {
			whose = append(whose, f.OrgName+" "+f.File)
		}
	}
	if len(whose) == 0 || slices.ContainsFunc(whose, func(s string) bool { return !strings.Contains(s, "银行 2021-01贷款数据第1版/loans.csv") }) {
		t.Errorf("two first loans of one borrower: %+v", found.Findings)
	}
	kept, err := w.SnapshotFindings(ctx, snap.ID)
	if err != nil || len(kept.Findings) != len(found.Findings) {
		t.Errorf("kept: %v %+v", err, kept)
	}
}

// TestTablesComeInParts: loans-1.csv and loans-2.csv are one table, found by name.
func TestTablesComeInParts(t *testing.T) {
	w := newTown(t, storetest.SQLite(t))
	whole := book(bankA, "2021-01", 4, "1000.00")
	lines := strings.SplitAfter(string(whole["loans.csv"]), "\n")
	files := inboxtest.Files{"month_balances.csv": whole["month_balances.csv"]}
	files["loans-1.csv"] = []byte(lines[0] + lines[1] + lines[2])
	files["loans-2.csv"] = []byte(lines[0] + strings.Replace(lines[3], "1000.00", "1,000.00", 1) + lines[4])
	n := w.Take(w.a, reporting.Lending, "2021-01", files)
	if found := w.Found(n.ID); n.State != reporting.Rejected || !strings.Contains(strings.Join(found, "\n"), " loans-2.csv:2") {
		t.Errorf("%s %q", n.State, found)
	}
	files["loans-2.csv"] = []byte(lines[0] + lines[3] + lines[4])
	if n = w.Take(w.a, reporting.Lending, "2021-01", files); n.State != reporting.Accepted || n.Files[0].Rows != 2 || n.Files[1].Rows != 2 || n.Sums[0].Notes != 4 {
		t.Errorf("%+v %q", n, w.Found(n.ID))
	}
}

// TestAGivenUpCheckIsAskedForAgain: the job that was to check is given up; nobody
// has to notice.
func TestAGivenUpCheckIsAskedForAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db)
		n := w.Submit(w.a, reporting.Lending, "2021-01", book(bankA, "2021-01", 3, "1000.00"))
		if err := db.Write(t.Context(), func(tx *store.Tx) error {
			j, err := tx.ClaimJob(w.Now(), w.Now()+civil.Minute, "gone", []string{reporting.CheckJob})
			if err != nil {
				return err
			}
			return tx.EndJob(job.End{ID: j.ID, Worker: "gone", Attempt: j.Attempt, State: job.Failed, At: w.Now()})
		}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			after civil.Instant
			state reporting.State
		}{{civil.Minute, reporting.Received}, {10 * civil.Minute, reporting.Accepted}} {
			w.Pass(c.after)
			if err := w.Revive(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.Work()
			if s := w.Read(n.ID); s.State != c.state {
				t.Errorf("after %v more it is %s", c.after, s.State)
			}
		}
	})
}
