package ledger_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/ledger"
	"changrong/internal/ledger/ledgertest"
)

var (
	day, _ = civil.Of(2025, 6, 30)
	noon   = civil.StartOf(day) + 12*civil.Hour
)

func source(id string) ledger.Source {
	return ledger.Source{
		ID: id, Year: 2025, Level: ledger.County, Document: "临财企〔2025〕8号", Title: "普惠金融奖补 " + id,
		Purposes: []string{"p/rc-tech", "p/pool"}, Function: "2170302",
	}
}

func move(ref string, amount money.Fen) ledger.Move {
	return ledger.Move{
		Ref: ref, At: noon, On: day, By: "zhang", Second: "li", Claim: "c1", Order: "o1", Document: "临财企〔2025〕8号",
		Receipt: ledger.Receipt{No: "R-" + ref, Payee: "甲公司", Tail: "1234"},
		Parts:   []ledger.Part{{Source: "a", Item: "p/rc-tech", Amount: amount}},
	}
}

// plain is a move that is for no claim, nor order.
func plain(m ledger.Move) ledger.Move {
	m.Claim, m.Order = "", ""
	m.Parts = []ledger.Part{{Source: m.Parts[0].Source, Amount: m.Parts[0].Amount}}
	return m
}

// claimed is a move that is for a claim, and for no order.
func claimed(m ledger.Move) ledger.Move {
	m.Order = ""
	return m
}

func ordered(m ledger.Move) ledger.Move { return m }

type function struct {
	name     string
	f        func(ledger.Tx, ledger.Move) (*ledger.Entry, error)
	shape    func(ledger.Move) ledger.Move
	from, to ledger.Account
	two, doc bool
	receipt  bool
}

// functions are all that post parts, in an order in which each has something to
// take when all before it have posted ten yuan less than the one before.
var functions = []function{
	{"Allot", ledger.Allot, plain, ledger.Origin, ledger.Budget, false, true, false},
	{"Adjust", ledger.Adjust, plain, ledger.Budget, ledger.Origin, false, true, false},
	{"Recall", ledger.Recall, plain, ledger.Budget, ledger.Recalled, true, true, false},
	{"Reserve", ledger.Reserve, claimed, ledger.Budget, ledger.Reserved, false, false, false},
	{"Unreserve", ledger.Unreserve, claimed, ledger.Reserved, ledger.Budget, false, false, false},
	{"Approve", ledger.Approve, claimed, ledger.Reserved, ledger.Approved, false, false, false},
	{"Unapprove", ledger.Unapprove, claimed, ledger.Approved, ledger.Reserved, false, false, false},
	{"Order", ledger.Order, ordered, ledger.Approved, ledger.Ordered, true, false, false},
	{"Cancel", ledger.Cancel, ordered, ledger.Ordered, ledger.Approved, false, false, false},
	{"Pay", ledger.Pay, ordered, ledger.Ordered, ledger.Paid, true, false, true},
	{"Return", ledger.Return, ordered, ledger.Paid, ledger.Returned, false, false, true},
	{"Reissue", ledger.Reissue, ordered, ledger.Returned, ledger.Approved, false, false, false},
	{"Release", ledger.Release, ordered, ledger.Returned, ledger.Budget, false, false, false},
	{"HandOver", ledger.HandOver, ordered, ledger.Returned, ledger.Recalled, true, true, false},
}

// filled is a ledger with 100 yuan in each account that anything is taken from.
func filled(t testing.TB) *ledgertest.Memory {
	t.Helper()
	m := ledgertest.New(source("a"), source("b"))
	post(t, m, ledger.Allot, plain(move("begin", 600_00)))
	steps := []struct {
		f      func(ledger.Tx, ledger.Move) (*ledger.Entry, error)
		shape  func(ledger.Move) ledger.Move
		amount money.Fen
	}{
		{ledger.Reserve, claimed, 500_00},
		{ledger.Approve, claimed, 400_00},
		{ledger.Order, ordered, 300_00},
		{ledger.Pay, ordered, 200_00},
		{ledger.Return, ordered, 100_00},
	}
	for _, s := range steps {
		post(t, m, s.f, s.shape(move("begin", s.amount)))
	}
	return m
}

func post(t testing.TB, m *ledgertest.Memory, f func(ledger.Tx, ledger.Move) (*ledger.Entry, error), mv ledger.Move) *ledger.Entry {
	t.Helper()
	e, err := f(m, mv)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// refused tries what must be refused without a trace, and returns the sentence.
func refused(t *testing.T, m *ledgertest.Memory, code string, f func(ledger.Tx) (*ledger.Entry, error)) string {
	t.Helper()
	before := m.Copy()
	e, err := f(m)
	if fault.CodeOf(err) != code || e != nil {
		t.Fatalf("not %s: %v, %v", code, e, err)
	}
	if !reflect.DeepEqual(before, m) {
		t.Fatalf("%s: something was written", code)
	}
	return fault.Of(err).Zh
}

func total(m *ledgertest.Memory) ledger.Totals {
	all, _ := m.LedgerBalances(ledger.BalanceFilter{})
	return ledger.TotalsOf(all)
}

func whole(t testing.TB, m *ledgertest.Memory) {
	t.Helper()
	bad, err := ledger.Check(m)
	if err != nil || len(bad) > 0 {
		t.Fatal(err, bad)
	}
}

func TestEachFunctionMovesOneAccountToTheOther(t *testing.T) {
	for _, f := range functions {
		t.Run(f.name, func(t *testing.T) {
			m := filled(t)
			before := total(m)
			e := post(t, m, f.f, f.shape(move("x", 37_00)))
			after := total(m)
			for _, a := range ledger.Accounts() {
				want := before.Of(a)
				switch a {
				case f.from:
					want -= 37_00
				case f.to:
					want += 37_00
				}
				if after.Of(a) != want {
					t.Errorf("%s: %s, not %s", a, after.Of(a), want)
				}
			}
			if len(e.Postings) != 2 || e.Amount() != 37_00 || e.Seq != 7 || e.On != day {
				t.Errorf("%+v", e)
			}
			whole(t, m)
		})
	}
}

func TestNoAccountGoesBelowZero(t *testing.T) {
	for _, f := range functions {
		if f.from == ledger.Origin {
			continue
		}
		for _, c := range []struct {
			amount money.Fen
			ok     bool
		}{{99_99, true}, {100_00, true}, {100_01, false}} {
			t.Run(fmt.Sprint(f.name, c.amount), func(t *testing.T) {
				m := filled(t)
				mv := f.shape(move("x", c.amount))
				if c.ok {
					post(t, m, f.f, mv)
					whole(t, m)
					return
				}
				zh := refused(t, m, "ledger.insufficient", func(tx ledger.Tx) (*ledger.Entry, error) { return f.f(tx, mv) })
				for _, figure := range []string{"100.00", "100.01", "0.01", f.from.Zh()} {
					if !strings.Contains(zh, figure) {
						t.Errorf("%q is not in %s", figure, zh)
					}
				}
			})
		}
	}
}

func TestNobodySpendsWhatIsHeldForAnother(t *testing.T) {
	for _, f := range functions {
		if f.from == ledger.Origin || f.from == ledger.Budget {
			continue
		}
		others := map[string]func(*ledger.Move){
			"claim":  func(m *ledger.Move) { m.Claim = "c2" },
			"item":   func(m *ledger.Move) { m.Parts[0].Item = "p/other" },
			"source": func(m *ledger.Move) { m.Parts[0].Source = "b" },
		}
		if f.from == ledger.Ordered || f.from == ledger.Paid || f.from == ledger.Returned {
			others["order"] = func(m *ledger.Move) { m.Order = "o2" }
		}
		for name, other := range others {
			t.Run(f.name+" "+name, func(t *testing.T) {
				m := filled(t)
				mv := f.shape(move("x", 1))
				other(&mv)
				refused(t, m, "ledger.insufficient", func(tx ledger.Tx) (*ledger.Entry, error) { return f.f(tx, mv) })
			})
		}
	}
}

func TestTheSameTwiceIsPostedOnce(t *testing.T) {
	for _, f := range functions {
		t.Run(f.name, func(t *testing.T) {
			m := filled(t)
			first := post(t, m, f.f, f.shape(move("x", 60_00)))
			kept := m.Copy()
			again := f.shape(move("x", 60_00)) // of 100 yuan, 60 twice would not go
			again.At, again.Memo = noon+civil.Hour, "重试"
			if second := post(t, m, f.f, again); second.Seq != first.Seq || !reflect.DeepEqual(m, kept) {
				t.Errorf("posted again as %d", second.Seq)
			}
			refused(t, m, "ledger.ref_other", func(tx ledger.Tx) (*ledger.Entry, error) { return f.f(tx, f.shape(move("x", 1_00))) })
		})
	}
}

func TestWhatAMoveNeeds(t *testing.T) {
	for _, f := range functions {
		cases := []struct {
			code   string
			need   bool
			change func(*ledger.Move)
		}{
			{"ledger.ref", true, func(m *ledger.Move) { m.Ref = "" }},
			{"ledger.ref", true, func(m *ledger.Move) { m.Ref = strings.Repeat("x", 201) }},
			{"ledger.amount", true, func(m *ledger.Move) { m.Parts[0].Amount = 0 }},
			{"ledger.amount", true, func(m *ledger.Move) { m.Parts[0].Amount = -1 }},
			{"ledger.amount", true, func(m *ledger.Move) { m.Parts[0].Amount = money.Max + 1 }},
			{"ledger.parts", true, func(m *ledger.Move) { m.Parts = nil }},
			{"ledger.parts", true, func(m *ledger.Move) { m.Parts = append(m.Parts, m.Parts[0]) }},
			{"ledger.two_people", true, func(m *ledger.Move) { m.By = "" }},
			{"ledger.two_people", true, func(m *ledger.Move) { m.Second = m.By }},
			{"ledger.two_people", f.two, func(m *ledger.Move) { m.Second = "" }},
			{"ledger.document", f.doc, func(m *ledger.Move) { m.Document = "" }},
			{"ledger.receipt", f.receipt, func(m *ledger.Move) { m.Receipt.No = "" }},
			{"ledger.receipt", f.receipt, func(m *ledger.Move) { m.On = 0 }},
			{"ledger.receipt", true, func(m *ledger.Move) { m.Receipt.Tail = "6222021234" }},
			{"ledger.future", true, func(m *ledger.Move) { m.On = day + 1 }},
			{"ledger.claim", true, func(m *ledger.Move) { m.Claim = map[bool]string{true: "", false: "c1"}[m.Claim != ""] }},
			{"ledger.order", true, func(m *ledger.Move) { m.Order = map[bool]string{true: "", false: "o1"}[m.Order != ""] }},
			{"ledger.item", true, func(m *ledger.Move) {
				m.Parts[0].Item = map[bool]string{true: "", false: "p/rc-tech"}[m.Parts[0].Item != ""]
			}},
			{"ledger.no_source", true, func(m *ledger.Move) { m.Parts[0].Source = "nowhere" }},
		}
		for i, c := range cases {
			t.Run(fmt.Sprint(f.name, " ", i, c.code), func(t *testing.T) {
				m := filled(t)
				mv := f.shape(move("x", 1_00))
				c.change(&mv)
				if !c.need {
					post(t, m, f.f, mv)
					return
				}
				refused(t, m, c.code, func(tx ledger.Tx) (*ledger.Entry, error) { return f.f(tx, mv) })
			})
		}
	}
}

func TestASourcePaysOnlyItsOwnPurpose(t *testing.T) {
	for _, c := range []struct {
		item, pool string
		ok         bool
	}{
		{"p/rc-tech", "", true},
		{"p/rc-tech", "p/another", true},
		{"p/anything", "p/pool", true},
		{"p/anything", "", false},
		{"p/anything", "p/another", false},
		{"p/rc-tec", "p/poo", false},
	} {
		m := filled(t)
		mv := claimed(move("x", 1_00))
		mv.Parts[0].Item, mv.Parts[0].Pool = c.item, c.pool
		if c.ok {
			post(t, m, ledger.Reserve, mv)
			continue
		}
		refused(t, m, "ledger.purpose", func(tx ledger.Tx) (*ledger.Entry, error) { return ledger.Reserve(tx, mv) })
	}
}

func TestSeveralSourcesInOneEntry(t *testing.T) {
	m := filled(t)
	allot := plain(move("b", 10_00))
	allot.Parts[0].Source = "b"
	post(t, m, ledger.Allot, allot)
	mv := claimed(move("x", 100_00))
	mv.Parts = append(mv.Parts, ledger.Part{Source: "b", Item: "p/rc-tech", Amount: 10_01})
	refused(t, m, "ledger.insufficient", func(tx ledger.Tx) (*ledger.Entry, error) { return ledger.Reserve(tx, mv) })
	mv.Parts[1].Amount = 10_00
	if e := post(t, m, ledger.Reserve, mv); len(e.Postings) != 4 || e.Amount() != 110_00 {
		t.Errorf("%+v", e)
	}
	held, _ := ledger.Held(m, "c1")
	parts := ledger.Parts(held, ledger.Reserved, "")
	if len(parts) != 2 || parts[0].Amount != 200_00 || parts[1].Amount != 10_00 {
		t.Errorf("%+v", parts)
	}
	if on := ledger.Parts(held, ledger.Ordered, "o1"); len(on) != 1 || on[0].Amount != 100_00 {
		t.Errorf("%+v", on)
	}
	if on := ledger.Parts(held, ledger.Ordered, "o2"); len(on) != 0 {
		t.Errorf("%+v", on)
	}
	whole(t, m)
}

func TestAClockSetBackDoesNotReorderEntries(t *testing.T) {
	m := filled(t)
	mv := claimed(move("x", 1_00))
	mv.At, mv.On = noon-civil.Day, 0
	if e := post(t, m, ledger.Reserve, mv); e.At != noon || e.On != day-1 {
		t.Errorf("%+v", e)
	}
}

func TestAmountsHaveALimit(t *testing.T) {
	m := ledgertest.New(source("a"))
	post(t, m, ledger.Allot, plain(move("x", money.Max)))
	refused(t, m, "ledger.too_large", func(tx ledger.Tx) (*ledger.Entry, error) { return ledger.Allot(tx, plain(move("y", 1))) })
}

func TestProposeTakesUpperLevelsFirst(t *testing.T) {
	a, b, c, d := source("a"), source("b"), source("c"), source("d")
	b.Level, c.Year, d.Purposes = ledger.Provincial, 2024, []string{"p/other"}
	m := ledgertest.New(a, b, c, d)
	for _, id := range []string{"a", "b", "c", "d"} {
		mv := plain(move(id, 10_00))
		mv.Parts[0].Source = id
		post(t, m, ledger.Allot, mv)
	}
	propose := func(amount money.Fen) string {
		parts, err := ledger.Propose(m, 2025, "p/rc-tech", "", amount)
		if err != nil {
			return fault.CodeOf(err)
		}
		var s strings.Builder
		for _, p := range parts {
			fmt.Fprint(&s, p.Source, p.Amount, " ")
		}
		return s.String()
	}
	for amount, want := range map[money.Fen]string{
		9_99: "b9.99 ", 10_00: "b10.00 ", 10_01: "b10.00 a0.01 ", 20_00: "b10.00 a10.00 ", 20_01: "ledger.insufficient",
	} {
		if got := propose(amount); got != want {
			t.Errorf("%s: %s, not %s", amount, got, want)
		}
	}
	if _, err := ledger.Propose(m, 2026, "p/rc-tech", "", 1); fault.CodeOf(err) != "ledger.no_funds" {
		t.Error(err)
	}
}

func TestWhatASourceNeeds(t *testing.T) {
	good := source("a")
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for code, change := range map[string]func(*ledger.Source){
		"ledger.year":           func(s *ledger.Source) { s.Year = 1999 },
		"ledger.level":          func(s *ledger.Source) { s.Level = "village" },
		"ledger.document":       func(s *ledger.Source) { s.Document = " " },
		"ledger.title":          func(s *ledger.Source) { s.Title = strings.Repeat("名", 101) },
		"ledger.purposes":       func(s *ledger.Source) { s.Purposes = nil },
		"ledger.classification": func(s *ledger.Source) { s.Economy = "507 02" },
	} {
		s := source("a")
		change(&s)
		if err := s.Check(); fault.CodeOf(err) != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	twice := source("a")
	twice.Purposes = []string{"x", "x"}
	if err := twice.Check(); fault.CodeOf(err) != "ledger.purposes" {
		t.Error(err)
	}
}
