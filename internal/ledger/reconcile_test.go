package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/ledger"
)

var june = civil.Range{First: day - 29, Last: day}

func paid(seq int64, on civil.Date, amount money.Fen, no, payee, tail string) ledger.Payment {
	return ledger.Payment{Seq: seq, On: on, Amount: amount, Receipt: ledger.Receipt{No: no, Payee: payee, Tail: tail}}
}

func line(n int, on civil.Date, amount money.Fen, no, payee, tail string) ledger.BankLine {
	return ledger.BankLine{Import: "i", Line: n, On: on, Amount: amount, Ref: no, Payee: payee, Tail: tail}
}

// brief renders what became of each payment and line.
func brief(r *ledger.Reconciliation) string {
	var b strings.Builder
	for _, row := range r.Rows() {
		fmt.Fprintf(&b, "%s", row.Standing)
		if row.Books != nil {
			fmt.Fprintf(&b, " p%d", row.Books.Seq)
		}
		if row.Bank != nil {
			fmt.Fprintf(&b, " l%d", row.Bank.Line)
		}
		if row.Gap != 0 {
			fmt.Fprintf(&b, " %s", row.Gap)
		}
		if row.Books != nil && row.Bank != nil && !row.Payee {
			b.WriteString(" other payee")
		}
		b.WriteString("; ")
	}
	return b.String()
}

func TestHowPaymentsAndLinesAreMatched(t *testing.T) {
	for name, c := range map[string]struct {
		payments []ledger.Payment
		lines    []ledger.BankLine
		want     string
	}{
		"by number": {
			[]ledger.Payment{paid(1, day, 500, "r-1", "甲", "")}, []ledger.BankLine{line(1, day-3, 500, "Ｒ-1 ", "甲", "1234")}, "matched p1 l1; ",
		},
		"by number, another payee": {
			[]ledger.Payment{paid(1, day, 500, "r1", "甲", "")}, []ledger.BankLine{line(1, day, 500, "r1", "乙", "")}, "matched p1 l1 other payee; ",
		},
		"by number, another account": {
			[]ledger.Payment{paid(1, day, 500, "r1", "甲", "1111")}, []ledger.BankLine{line(1, day, 500, "r1", "甲", "2222")}, "matched p1 l1 other payee; ",
		},
		"one receipt for several": {
			[]ledger.Payment{paid(1, day, 500, "r1", "甲", ""), paid(2, day, 300, "r1", "甲", "")}, []ledger.BankLine{line(1, day, 800, "r1", "甲", "")}, "matched p1 l1; matched p2; ",
		},
		"a fen less": {
			[]ledger.Payment{paid(1, day, 500, "r1", "甲", "")}, []ledger.BankLine{line(1, day, 499, "r1", "甲", "")}, "differs p1 l1 -0.01; ",
		},
		"what came back has the payment's number": {
			[]ledger.Payment{paid(1, day, 500, "r1", "甲", ""), paid(2, day, -500, "r1", "甲", "")},
			[]ledger.BankLine{line(1, day, 500, "r1", "甲", ""), line(2, day, -500, "r1", "甲", "")},
			"matched p1 l1; matched p2 l2; ",
		},
		"by payee, brackets of either width": {
			[]ledger.Payment{paid(1, day, 500, "r1", "甲（临海） 公司", "")}, []ledger.BankLine{line(1, day-10, 500, "s1", "甲(临海)公司", "")}, "likely p1 l1; ",
		},
		"by payee, too many days apart": {
			[]ledger.Payment{paid(1, day, 500, "r1", "甲", "")}, []ledger.BankLine{line(1, day-11, 500, "s1", "甲", "")}, "books p1 -5.00; bank l1 5.00; ",
		},
		"by payee, another account's tail": {
			[]ledger.Payment{paid(1, day, 500, "r1", "甲", "1111")}, []ledger.BankLine{line(1, day, 500, "s1", "甲", "2222")}, "books p1 -5.00; bank l1 5.00; ",
		},
		"by payee, as many as can be": {
			[]ledger.Payment{paid(1, day-10, 500, "r1", "甲", ""), paid(2, day, 500, "r2", "甲", "")},
			[]ledger.BankLine{line(1, day-10, 500, "s1", "甲", ""), line(2, day+10, 500, "s2", "甲", "")},
			"likely p1 l1; likely p2 l2; ",
		},
		"no payee is no match": {
			[]ledger.Payment{paid(1, day, 500, "r1", "", "")}, []ledger.BankLine{line(1, day, 500, "s1", "", "")}, "books p1 -5.00; bank l1 5.00; ",
		},
		"nothing": {nil, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := ledger.Reconcile(c.payments, c.lines, june)
			if got := brief(r); got != c.want {
				t.Errorf("%s, not %s", got, c.want)
			}
			if r.Balanced() != (strings.Count(c.want, "matched") == len(r.Rows())) {
				t.Errorf("balanced: %v", r.Balanced())
			}
		})
	}
}

func TestReconciliationLosesNothingAndKnowsNoOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var payments []ledger.Payment
		var lines []ledger.BankLine
		word := func(words ...string) string { return rapid.SampledFrom(words).Draw(t, "word") }
		for i := range rapid.IntRange(0, 12).Draw(t, "payments") {
			payments = append(payments, paid(int64(i), day-civil.Date(rapid.IntRange(0, 30).Draw(t, "on")), money.Fen(rapid.SampledFrom([]int{1, 2, -1}).Draw(t, "fen")), word("r1", "r2", "r3", "r4"), word("甲", "乙", ""), word("", "1111", "2222")))
		}
		for i := range rapid.IntRange(0, 12).Draw(t, "lines") {
			lines = append(lines, line(i, day-civil.Date(rapid.IntRange(0, 30).Draw(t, "on")), money.Fen(rapid.SampledFrom([]int{1, 2, -1}).Draw(t, "fen")), word("r1", "r2", "s3", "s4"), word("甲", "乙", ""), word("", "1111", "2222")))
		}
		r := ledger.Reconcile(payments, lines, june)
		seen := map[string]int{}
		var books, bank, gap money.Fen
		groups := map[int]bool{}
		for _, row := range r.Rows() {
			if row.Books != nil {
				seen[fmt.Sprint("p", row.Books.Seq)]++
				books += row.Books.Amount
			}
			if row.Bank != nil {
				seen[fmt.Sprint("l", row.Bank.Line)]++
				bank += row.Bank.Amount
			}
			if !groups[row.Group] {
				groups[row.Group] = true
				gap += row.Gap
			}
		}
		if len(seen) != len(payments)+len(lines) || books != r.BooksTotal || bank != r.BankTotal || gap != bank-books {
			t.Fatalf("%v of %d and %d; gap %s", seen, len(payments), len(lines), gap)
		}
		for what, n := range seen {
			if n != 1 {
				t.Fatalf("%s stands there %d times", what, n)
			}
		}
		random := rand.New(rand.NewPCG(uint64(len(payments)), uint64(len(lines))))
		random.Shuffle(len(payments), func(i, j int) { payments[i], payments[j] = payments[j], payments[i] })
		random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		if other := ledger.Reconcile(payments, lines, june); !reflect.DeepEqual(other, r) {
			t.Fatalf("in another order: %s, not %s", brief(other), brief(r))
		}
	})
}

func TestReversedPaymentsAreNotHeldAgainstTheBank(t *testing.T) {
	m := filled(t)
	e := post(t, m, ledger.Pay, ordered(move("x", 5_00)))
	if _, err := ledger.Reverse(m, e.Seq, reversal("r")); err != nil {
		t.Fatal(err)
	}
	entries, _, _ := m.LedgerEntries(ledger.EntryFilter{Kinds: []ledger.Kind{ledger.Paying, ledger.Returning}, Standing: true})
	payments := ledger.PaymentsOf(entries)
	if len(payments) != 2 || payments[0].Amount != 200_00 || payments[1].Amount != -100_00 {
		t.Errorf("%+v", payments)
	}
}
