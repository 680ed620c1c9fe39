package store_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/ledger"
	"changrong/internal/ledger/ledgertest"
)

// fill puts the sources of tests into a database.
func fill(t *testing.T, db *store.DB, suffix string) {
	t.Helper()
	if err := db.Write(t.Context(), func(tx *store.Tx) error {
		for _, s := range ledgertest.Sources() {
			s.ID += suffix
			s.Title += suffix
			if err := tx.PutLedgerSource(&s); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestLedgerIsWhatBagsOfMoneyDo(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes under the race detector")
	}
	open := map[string]func(t *testing.T) *store.DB{
		"sqlite":   func(t *testing.T) *store.DB { return storetest.SQLite(t) },
		"postgres": func(t *testing.T) *store.DB { return storetest.Open(t, pgtest.Start(t)) },
	}
	for name, open := range open {
		t.Run(name, func(t *testing.T) {
			db := open(t)
			fill(t, db, "")
			undo := fmt.Errorf("undo")
			rapid.Check(t, func(r *rapid.T) {
				// A whole sequence is one transaction, which is then undone. What a refused
				// posting wrote, though it must write nothing, would so stay and be found.
				err := db.Write(t.Context(), func(tx *store.Tx) error {
					ledgertest.Random(r, func(f func(ledger.Books) error) error { return f(tx) })
					return undo
				})
				if err != undo { //nolint:errorlint // it comes back as it is
					r.Fatal(err)
				}
			})
		})
	}
}

func TestLedgerAnswersAsInMemory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		fill(t, db, "")
		mem := ledgertest.New(ledgertest.Sources()...)
		random := rand.New(rand.NewPCG(1, 2))
		post(t, db, mem, random)
		err := db.Read(t.Context(), func(tx *store.Tx) error {
			for i, ask := range questions() {
				want, err := ask(mem)
				if err != nil {
					return err
				}
				got, err := ask(tx)
				if err != nil {
					return err
				}
				if !reflect.DeepEqual(got, want) {
					t.Errorf("question %d:\n%+v, in memory\n%+v", i, got, want)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// post does the same random postings in both.
func post(t *testing.T, db *store.DB, mem *ledgertest.Memory, random *rand.Rand) {
	t.Helper()
	chain := []func(ledger.Tx, ledger.Move) (*ledger.Entry, error){ledger.Reserve, ledger.Approve, ledger.Order, ledger.Pay, ledger.Return}
	for i := range 120 {
		at := civil.StartOf(20200) + civil.Instant(i)*civil.Hour
		m := ledger.Move{
			Ref: fmt.Sprint(i), At: at, On: at.Date(), By: "甲", Second: "乙", Document: "文号", Memo: "备注 " + fmt.Sprint(i),
			Receipt: ledger.Receipt{No: fmt.Sprint("r", i), Payee: "某公司", Tail: "0123"},
			Parts:   []ledger.Part{{Source: []string{"a", "b"}[random.IntN(2)], Amount: money.Fen(1 + random.IntN(50))}},
		}
		f := ledger.Allot
		if i > 10 && i%7 != 0 {
			n := random.IntN(len(chain))
			f, m.Claim, m.Parts[0].Item = chain[n], fmt.Sprint("c", random.IntN(3)), ledgertest.Purpose
			if n > 1 {
				m.Order = "o"
			}
		} else {
			m.Parts[0].Amount += 100
		}
		if i%17 == 16 {
			seq := int64(1 + random.IntN(10))
			f = func(tx ledger.Tx, m ledger.Move) (*ledger.Entry, error) { return ledger.Reverse(tx, seq, m) }
		}
		_, want := f(mem, m)
		got := db.Write(t.Context(), func(tx *store.Tx) error { _, err := f(tx, m); return err })
		if fault.CodeOf(got) != fault.CodeOf(want) {
			t.Fatalf("posting %d: %v, in memory %v", i, got, want)
		}
	}
}

// questions are all that can be asked of the books.
func questions() (ask []func(ledger.Books) (any, error)) {
	add := func(f func(b ledger.Books) (any, error)) { ask = append(ask, f) }
	middle := civil.StartOf(20200) + 60*civil.Hour
	for _, f := range []ledger.EntryFilter{
		{},
		{Limit: 7, Offset: 3},
		{Source: "b"},
		{Source: "a", Limit: 5, Offset: 5},
		{Claim: "c1"},
		{Order: "o"},
		{Kinds: []ledger.Kind{ledger.Paying, ledger.Allotted}, Limit: 4},
		{From: middle},
		{To: middle, Source: "a", Kinds: []ledger.Kind{ledger.Reserving}},
		{OnFrom: 20201, OnTo: 20202},
		{Standing: true, Kinds: []ledger.Kind{ledger.Allotted}},
		{Source: "nothing"},
	} {
		add(func(b ledger.Books) (any, error) {
			entries, n, err := b.LedgerEntries(f)
			return []any{entries, n}, err
		})
	}
	for _, f := range []ledger.SourceFilter{{}, {Year: 2025}, {Level: ledger.County, Limit: 1, Offset: 1}, {Purpose: ledgertest.Purpose, Limit: 2}, {Purpose: "p/"}, {Open: true}, {ID: "b"}, {ID: "none"}} {
		add(func(b ledger.Books) (any, error) {
			sources, n, err := b.LedgerSources(f)
			for i := range sources { // counted from 1 in both
				sources[i].AddedAt = 0
			}
			return []any{sources, n}, err
		})
		add(func(b ledger.Books) (any, error) { return b.LedgerSums(f) })
	}
	for _, f := range []ledger.BalanceFilter{{}, {Source: "a"}, {Claim: "c1"}, {Account: ledger.Paid}, {Source: "b", Claim: "c2", Account: ledger.Reserved}} {
		add(func(b ledger.Books) (any, error) { return b.LedgerBalances(f) })
	}
	add(func(b ledger.Books) (any, error) { return b.LedgerRecount() })
	add(func(b ledger.Books) (any, error) { return b.LedgerUneven() })
	add(func(b ledger.Books) (any, error) { return b.LedgerCount() })
	for _, at := range []civil.Instant{0, middle, middle + 1000*civil.Day} {
		add(func(b ledger.Books) (any, error) { return b.LedgerAt(at) })
	}
	for _, of := range [][2]string{{"a", ""}, {"a", "c1"}, {"", "c1"}, {"nothing", ""}} {
		for _, n := range [][2]int64{{0, 1000}, {5, 21}, {7, 7}} {
			add(func(b ledger.Books) (any, error) { return b.LedgerChange(of[0], of[1], n[0], n[1]) })
			add(func(b ledger.Books) (any, error) {
				entries, total, err := b.LedgerStretch(of[0], of[1], n[0], n[1], ledger.Window{Limit: 4, Offset: 2})
				return []any{entries, total}, err
			})
		}
		add(func(b ledger.Books) (any, error) {
			if of[0] == "nothing" {
				return nil, nil
			}
			s, err := ledger.StatementOf(b, of[0], of[1], civil.Range{First: 20200, Last: 20201}, ledger.Window{Limit: 3, Offset: 1})
			return s, err
		})
	}
	add(func(b ledger.Books) (any, error) { return b.LedgerEntry(3) })
	add(func(b ledger.Books) (any, error) { return b.LedgerEntryByRef(ledger.Allotted, "0") })
	add(func(b ledger.Books) (any, error) { return b.LedgerEntryByRef(ledger.Allotted, "none") })
	add(func(b ledger.Books) (any, error) { return b.LedgerReversal(0) })
	add(func(b ledger.Books) (any, error) { return ledger.Payable(b, 2025, ledgertest.Purpose, "") })
	add(func(b ledger.Books) (any, error) { return ledger.ExecutionOf(b, ledger.SourceFilter{}) })
	add(func(b ledger.Books) (any, error) { return ledger.Check(b) })
	return ask
}

func TestManyClaimsNeverOverdrawOneSource(t *testing.T) {
	const people, tries, budget = 16, 25, money.Fen(2_000_00)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		fill(t, db, "")
		write := func(f func(ledger.Tx) error) error {
			return db.Write(t.Context(), func(tx *store.Tx) error { return f(tx) })
		}
		at := civil.StartOf(20300)
		if err := write(func(tx ledger.Tx) error {
			_, err := ledger.Allot(tx, ledger.Move{Ref: "all", At: at, By: "x", Document: "d", Parts: []ledger.Part{{Source: "a", Amount: budget}}})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		var reserved, paid, refusals atomic.Int64
		var wg sync.WaitGroup
		for p := range people {
			wg.Go(func() {
				random := rand.New(rand.NewPCG(uint64(p), 7))
				for i := range tries {
					amount := money.Fen(1 + random.IntN(20_00))
					claim := fmt.Sprint(p, "-", i)
					m := ledger.Move{
						Ref: claim, At: at, On: at.Date(), By: "x", Second: "y", Claim: claim, Receipt: ledger.Receipt{No: claim},
						Parts: []ledger.Part{{Source: "a", Item: ledgertest.Purpose, Amount: amount}},
					}
					err := write(func(tx ledger.Tx) error { _, err := ledger.Reserve(tx, m); return err })
					if fault.CodeOf(err) == "ledger.insufficient" {
						refusals.Add(1)
						continue
					}
					if err != nil {
						t.Error(err)
						return
					}
					reserved.Add(int64(amount))
					o := m
					o.Order = "o"
					err = write(func(tx ledger.Tx) error { // all of it, or nothing
						for _, f := range []func() (*ledger.Entry, error){
							func() (*ledger.Entry, error) { return ledger.Approve(tx, m) },
							func() (*ledger.Entry, error) { return ledger.Order(tx, o) },
							func() (*ledger.Entry, error) { return ledger.Pay(tx, o) },
						} {
							if _, err := f(); err != nil {
								return err
							}
						}
						if i%5 == 4 {
							return fault.New(fault.Conflict, "test.undo", "", "")
						}
						return nil
					})
					if i%5 == 4 && fault.CodeOf(err) != "test.undo" || i%5 != 4 && err != nil {
						t.Error(err)
						return
					}
					if i%5 != 4 {
						paid.Add(int64(amount))
					}
				}
			})
		}
		wg.Wait()
		if err := db.Read(t.Context(), func(tx *store.Tx) error {
			bad, err := ledger.Check(tx)
			if err != nil || len(bad) > 0 {
				t.Error(err, bad)
			}
			balances, err := tx.LedgerBalances(ledger.BalanceFilter{Source: "a"})
			got := ledger.TotalsOf(balances)
			want := ledger.Totals{Granted: budget, Budget: budget - money.Fen(reserved.Load()), Reserved: money.Fen(reserved.Load() - paid.Load()), Paid: money.Fen(paid.Load())}
			if got != want || got.Sum() != 0 {
				t.Errorf("%+v, not %+v", got, want)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if refusals.Load() == 0 || paid.Load() == 0 {
			t.Errorf("%d refusals, %d fen paid: nothing was contended for", refusals.Load(), paid.Load())
		}
	})
}
