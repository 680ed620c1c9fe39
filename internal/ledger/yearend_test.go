package ledger_test

import (
	"reflect"
	"strings"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/ledger"
	"changrong/internal/ledger/ledgertest"
)

// nextYear is a source that follows source("a").
func nextYear() ledger.Source {
	s := source("n")
	s.Year, s.Purposes = 2026, []string{"p/pool", "p/rc-tech"} // their order does not matter
	return s
}

func carryover(budget money.Fen) ledger.Carryover {
	return ledger.Carryover{Ref: "y", At: noon, By: "zhang", Second: "li", From: "a", To: "n", Budget: budget, Document: "结转〔2025〕1号"}
}

// ending is a ledger whose year can end: 100 yuan available, 100 reserved, 200
// approved, 200 paid.
func ending(t *testing.T) *ledgertest.Memory {
	t.Helper()
	m := filled(t)
	if err := m.PutLedgerSource(&ledger.Source{ID: "n", Year: 2026, Level: ledger.County, Document: "x", Title: "下年度", Purposes: nextYear().Purposes}); err != nil {
		t.Fatal(err)
	}
	post(t, m, ledger.Cancel, ordered(move("e1", 100_00)))
	post(t, m, ledger.Reissue, ordered(move("e2", 100_00)))
	return m
}

func TestCarryTakesWhatIsBoundAlong(t *testing.T) {
	m := ending(t)
	e, err := ledger.Carry(m, carryover(60_00))
	if err != nil {
		t.Fatal(err)
	}
	whole(t, m)
	of := func(id string) ledger.Totals {
		b, _ := m.LedgerBalances(ledger.BalanceFilter{Source: id})
		return ledger.TotalsOf(b)
	}
	if got := of("a"); got != (ledger.Totals{Granted: 600_00, Budget: 40_00, Paid: 100_00, Carried: 460_00}) {
		t.Errorf("a: %+v", got)
	}
	if got := of("n"); got != (ledger.Totals{Granted: 460_00, Budget: 60_00, Reserved: 100_00, Approved: 300_00}) {
		t.Errorf("n: %+v", got)
	}
	again, err := ledger.Carry(m, carryover(60_00))
	if err != nil || again.Seq != e.Seq {
		t.Errorf("again: %v, %v", again, err)
	}
	refused(t, m, "ledger.ref_other", func(tx ledger.Tx) (*ledger.Entry, error) { return ledger.Carry(tx, carryover(61_00)) })
	held, _ := ledger.Held(m, "c1")
	if parts := ledger.Parts(held, ledger.Approved, ""); len(parts) != 1 || parts[0].Source != "n" || parts[0].Amount != 300_00 {
		t.Errorf("a claim's money is at %+v", parts)
	}
}

func TestWhatACarryNeeds(t *testing.T) {
	for name, c := range map[string]struct {
		code   string
		change func(*ledgertest.Memory, *ledger.Carryover)
	}{
		"one person":    {"ledger.two_people", func(_ *ledgertest.Memory, c *ledger.Carryover) { c.Second = c.By }},
		"a document":    {"ledger.document", func(_ *ledgertest.Memory, c *ledger.Carryover) { c.Document = "" }},
		"a reference":   {"ledger.ref", func(_ *ledgertest.Memory, c *ledger.Carryover) { c.Ref = "" }},
		"no debt":       {"ledger.amount", func(_ *ledgertest.Memory, c *ledger.Carryover) { c.Budget = -1 }},
		"what is there": {"ledger.insufficient", func(_ *ledgertest.Memory, c *ledger.Carryover) { c.Budget = 100_01 }},
		"a source":      {"ledger.no_source", func(_ *ledgertest.Memory, c *ledger.Carryover) { c.To = "?" }},
		"the next year": {"ledger.carry", func(_ *ledgertest.Memory, c *ledger.Carryover) { c.To = "b" }},
		"the same level": {"ledger.carry", func(m *ledgertest.Memory, _ *ledger.Carryover) {
			edit(m, "n", func(s *ledger.Source) { s.Level = ledger.Central })
		}},
		"the same use": {"ledger.carry", func(m *ledgertest.Memory, _ *ledger.Carryover) {
			edit(m, "n", func(s *ledger.Source) { s.Purposes = []string{"p/rc-tech"} })
		}},
		"an open source": {"ledger.closed", func(m *ledgertest.Memory, _ *ledger.Carryover) {
			edit(m, "n", func(s *ledger.Source) { s.Closed = true })
		}},
		"nothing ordered": {"ledger.unsettled", func(m *ledgertest.Memory, _ *ledger.Carryover) { _, _ = ledger.Order(m, move("e3", 1)) }},
		"nothing returned": {"ledger.unsettled", func(m *ledgertest.Memory, _ *ledger.Carryover) {
			_, _ = ledger.Return(m, move("e3", 1))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			m, carry := ending(t), carryover(60_00)
			c.change(m, &carry)
			refused(t, m, c.code, func(tx ledger.Tx) (*ledger.Entry, error) { return ledger.Carry(tx, carry) })
		})
	}
}

func edit(m *ledgertest.Memory, id string, change func(*ledger.Source)) {
	s, _ := m.LedgerSource(id)
	change(s)
	_ = m.PutLedgerSource(s)
}

func closeYear(m *ledgertest.Memory) func(ledger.Tx) (*ledger.Entry, error) {
	s, _ := m.LedgerSource("a")
	return func(tx ledger.Tx) (*ledger.Entry, error) { return nil, ledger.CloseYear(tx, "a", s.Version) }
}

func TestAYearClosesWhenNothingIsLeft(t *testing.T) {
	m := ending(t)
	if zh := refused(t, m, "ledger.left", closeYear(m)); !strings.Contains(zh, "300.00") {
		t.Error(zh)
	}
	if _, err := ledger.Carry(m, carryover(60_00)); err != nil {
		t.Fatal(err)
	}
	refused(t, m, "ledger.left", closeYear(m))
	post(t, m, ledger.Recall, plain(move("y", 40_00)))
	if _, err := closeYear(m)(m); err != nil {
		t.Fatal(err)
	}
	refused(t, m, "ledger.closed", closeYear(m))
	for _, f := range functions {
		mv := f.shape(move("late", 1))
		if f.name == "Return" {
			post(t, m, f.f, mv)
			continue
		}
		if f.name == "HandOver" { // after the Return
			post(t, m, f.f, mv)
			continue
		}
		refused(t, m, "ledger.closed", func(tx ledger.Tx) (*ledger.Entry, error) { return f.f(tx, mv) })
	}
	whole(t, m)
}

func reversal(ref string) ledger.Move {
	return ledger.Move{Ref: ref, At: noon, By: "zhang", Second: "li", Memo: "回单登记有误"}
}

func TestReverseUndoesWhatWasRegisteredWrongly(t *testing.T) {
	for _, f := range functions {
		t.Run(f.name, func(t *testing.T) {
			m := filled(t)
			before := total(m)
			e := post(t, m, f.f, f.shape(move("x", 37_00)))
			reverse := func(ref string) func(ledger.Tx) (*ledger.Entry, error) {
				return func(tx ledger.Tx) (*ledger.Entry, error) { return ledger.Reverse(tx, e.Seq, reversal(ref)) }
			}
			switch f.name {
			case "Reserve", "Unreserve", "Approve", "Unapprove", "Order", "Cancel":
				refused(t, m, "ledger.not_reversible", reverse("r"))
				return
			}
			r, err := reverse("r")(m)
			if err != nil || r.Reverses != e.Seq || !reflect.DeepEqual(total(m), before) {
				t.Fatalf("%+v, %v: %+v, not %+v", r, err, total(m), before)
			}
			if again, err := reverse("r")(m); err != nil || again.Seq != r.Seq {
				t.Errorf("again: %v, %v", again, err)
			}
			refused(t, m, "ledger.reversed", reverse("r2"))
			refused(t, m, "ledger.not_reversible", func(tx ledger.Tx) (*ledger.Entry, error) { return ledger.Reverse(tx, r.Seq, reversal("r3")) })
			whole(t, m)
		})
	}
}

func TestAReversalTakesNothingThatHasGoneOn(t *testing.T) {
	m := filled(t) // 200 yuan were paid by entry 5, of which 100 came back
	refused(t, m, "ledger.insufficient", func(tx ledger.Tx) (*ledger.Entry, error) { return ledger.Reverse(tx, 5, reversal("r")) })
	for code, change := range map[string]func(*ledger.Move){
		"ledger.two_people": func(m *ledger.Move) { m.Second = "" },
		"ledger.why":        func(m *ledger.Move) { m.Memo = "" },
		"ledger.ref":        func(m *ledger.Move) { m.Ref = "" },
	} {
		mv := reversal("r")
		change(&mv)
		refused(t, m, code, func(tx ledger.Tx) (*ledger.Entry, error) { return ledger.Reverse(tx, 6, mv) })
	}
	refused(t, m, "ledger.no_entry", func(tx ledger.Tx) (*ledger.Entry, error) { return ledger.Reverse(tx, 99, reversal("r")) })
}

func TestStatementsTellWhatHappened(t *testing.T) {
	m := filled(t)
	mv := claimed(move("late", 7_00))
	mv.At, mv.On = noon+civil.Day, day+1
	post(t, m, ledger.Unreserve, mv)
	if _, err := ledger.StatementOf(m, "", "", civil.Range{First: day, Last: day}, ledger.Window{Limit: 50}); err == nil {
		t.Error("a statement of nothing")
	}
	if _, err := ledger.StatementOf(m, "a", "", civil.Range{First: day, Last: day - 1}, ledger.Window{Limit: 50}); err == nil {
		t.Error("a statement that ends before it begins")
	}
	if _, err := ledger.StatementOf(m, "?", "", civil.Range{First: day, Last: day}, ledger.Window{Limit: 50}); err == nil {
		t.Error("a statement of no source")
	}
	s, err := ledger.StatementOf(m, "a", "", civil.Range{First: day + 1, Last: day + 30}, ledger.Window{Limit: 50})
	if err != nil || len(s.Lines) != 1 {
		t.Fatal(s, err)
	}
	if s.Opening.Reserved != 100_00 || s.Closing.Reserved != 93_00 || s.Moved.Reserved != -7_00 || s.Moved.Budget != 7_00 {
		t.Errorf("%+v", s)
	}
	of, err := ledger.StatementOf(m, "", "c1", civil.Range{First: day, Last: day}, ledger.Window{Limit: 50})
	if err != nil || len(of.Lines) != 5 {
		t.Fatal(of, err)
	}
	if of.Closing != (ledger.Totals{Reserved: 100_00, Approved: 100_00, Ordered: 100_00, Paid: 100_00, Returned: 100_00}) {
		t.Errorf("%+v", of.Closing)
	}
	for limit := 1; limit <= 8; limit++ {
		var table []ledger.StatementLine
		for n := 1; len(table) < n; {
			part, total, err := ledger.TableOf(m, "", "c1", civil.Range{First: day, Last: day}, ledger.Window{Limit: limit, Offset: len(table)})
			if err != nil || total != 7 || len(part) != min(limit, total-len(table)) {
				t.Fatalf("%d lines of %d, %v", len(part), total, err)
			}
			table, n = append(table, part...), total
		}
		if table[0].Name != "期初余额" || table[6].Name != "期末余额" || table[6].After != of.Closing || table[5].After != of.Closing || table[6].Change != of.Moved {
			t.Errorf("%+v", table)
		}
	}
	if rest, n, err := ledger.TableOf(m, "", "c1", civil.Range{First: day, Last: day}, ledger.Window{Limit: 5, Offset: 7}); len(rest) != 0 || n != 7 || err != nil {
		t.Errorf("behind its end %+v, %d, %v", rest, n, err)
	}
}

func TestExecutionAddsUp(t *testing.T) {
	m := filled(t)
	mv := plain(move("b", 50_00))
	mv.Parts[0].Source = "b"
	post(t, m, ledger.Allot, mv)
	x, err := ledger.ExecutionOf(m, ledger.SourceFilter{Year: 2025})
	if err != nil || len(x.Sources) != 2 || len(x.Levels) != 1 || len(x.Items) != 1 {
		t.Fatalf("%+v, %v", x, err)
	}
	if x.Total.Granted != 650_00 || x.Levels[0].Totals != x.Total || x.Items[0].Totals.Paid != 100_00 || x.Items[0].Item != "p/rc-tech" {
		t.Errorf("%+v", x)
	}
	if rate, ok := x.Total.Progress(); !ok || rate.Human() != "15.38%" {
		t.Error(rate.Human(), ok)
	}
	if _, ok := (ledger.Totals{}).Progress(); ok {
		t.Error("progress of nothing")
	}
}

func TestCheckFindsWhatWasTamperedWith(t *testing.T) {
	key := ledger.Key{Source: "a", Account: ledger.Paid, Claim: "c1", Item: "p/rc-tech", Order: "o1"}
	for code, tamper := range map[string]func(*ledgertest.Memory){
		"ledger.check_balance": func(m *ledgertest.Memory) { _ = m.SetLedgerBalance(ledger.Balance{Key: key, Amount: 100_01}) },
		"ledger.check_gap":     func(m *ledgertest.Memory) { m.Drop(3) },
		"ledger.check_uneven": func(m *ledgertest.Memory) {
			_ = m.PutLedgerEntry(&ledger.Entry{Seq: 7, Postings: []ledger.Posting{{Key: key, Amount: 1}}})
		},
		"ledger.check_sum": func(m *ledgertest.Memory) {
			_ = m.PutLedgerEntry(&ledger.Entry{Seq: 7, Postings: []ledger.Posting{{Key: key, Amount: 1}}})
		},
		"ledger.check_below": func(m *ledgertest.Memory) { m.Drop(5) },
	} {
		m := filled(t)
		tamper(m)
		bad, err := ledger.Check(m)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, f := range bad {
			found = found || f.Code == code
		}
		if !found {
			t.Errorf("%s is not among %v", code, bad)
		}
	}
}
