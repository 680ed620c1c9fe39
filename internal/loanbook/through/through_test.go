package through

import (
	"math/rand/v2"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"

	"pgregory.net/rapid"
)

const drawn civil.Date = 18632 // 2021-01-05

func loan(words ...Word) *Loan {
	return &Loan{
		Institution: "91331082DEM0000149", NoteNo: "N1", Contract: "H1", USCC: "92331082DEM0000146", Amount: 1000 * money.Yuan, Rate: 43_500_000,
		Drawn: drawn, Due: drawn + 365, Security: "mortgage", Words: words,
	}
}

func TestBalancesAreKnownOrNot(t *testing.T) {
	l := loan(Word{AsOf: drawn + 40, Balance: 1000 * money.Yuan}, Word{AsOf: drawn + 60, Balance: 400 * money.Yuan}, Word{AsOf: drawn + 90, Repaid: true})
	for _, c := range []struct {
		day   civil.Date
		fen   money.Fen
		known bool
	}{
		{-1, 0, true},
		{0, 1000 * money.Yuan, true},
		{39, 1000 * money.Yuan, true}, // it can only have fallen, and had not
		{40, 1000 * money.Yuan, true},
		{41, 0, false},
		{59, 0, false},
		{60, 400 * money.Yuan, true},
		{61, 0, false},
		{89, 0, false},
		{90, 0, true},
		{500, 0, true},
	} {
		fen, known := l.Balance(drawn + c.day)
		if known != c.known || known && fen != c.fen {
			t.Errorf("day %d: %s, %v", c.day, fen, known)
		}
	}
	if fen, known := loan().Balance(drawn + 1); known {
		t.Errorf("of a loan of which nothing was said, %s", fen)
	}
}

// TestNoBalanceIsGuessed: whatever the loan's true course, what is known of it is true.
func TestNoBalanceIsGuessed(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		dice := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 1))
		course := make([]money.Fen, 200) // by day
		left := 1000 * money.Yuan
		for i := range course {
			course[i] = left
			if dice.IntN(20) == 0 {
				left -= money.Fen(dice.Int64N(int64(left) + 1))
			}
		}
		l := loan()
		for day := 1 + dice.IntN(60); day < len(course); day += 1 + dice.IntN(60) {
			l.Words = append(l.Words, Word{AsOf: drawn + civil.Date(day), Balance: course[day], Repaid: course[day] == 0})
		}
		for i, want := range course {
			if fen, known := l.Balance(drawn + civil.Date(i)); known && fen != want {
				r.Fatalf("day %d: %s, not %s", i, fen, want)
			}
			if l.whole(drawn+civil.Date(i)) && want != l.Amount {
				r.Fatalf("day %d: taken for whole", i)
			}
		}
	})
}

func TestTheSameLoansAreTheSameBytes(t *testing.T) {
	a, b, c := *loan(), *loan(), *loan()
	b.NoteNo, c.NoteNo, c.Rate = "N2", "N0", 43_500_001
	later, gone, nobody := *loan(), *loan(Word{AsOf: drawn + 3, Repaid: true}), *loan()
	later.Drawn, gone.NoteNo, nobody.Institution = drawn+400, "N9", ""
	first, last := (drawn + 59).Month(), (drawn + 90).Month()
	one, two := Files([]Loan{a, b, c, later, gone, nobody}, first, last), Files([]Loan{nobody, c, gone, later, b, a}, first, last)
	if len(one) != 2 || len(two) != 2 || string(one[0].Text) != string(two[0].Text) || string(one[1].Text) != string(two[1].Text) {
		t.Errorf("%+v\n%+v", one, two)
	}
	want := `institution_id,loan_id,contract_id,branch_id,enterprise_id,principal,rate,disbursed_on,due_on,closed_on,first_loan,security,channel
91331082DEM0000149,N0,H1,,92331082DEM0000146,1000.00,,2021-01-05,2022-01-05,,,,platform
91331082DEM0000149,N1,H1,,92331082DEM0000146,1000.00,4.35,2021-01-05,2022-01-05,,,,platform
91331082DEM0000149,N2,H1,,92331082DEM0000146,1000.00,4.35,2021-01-05,2022-01-05,,,,platform
`
	if got := string(one[0].Text); got != want || one[0].Rows != 3 {
		t.Errorf("%d rows:\n%s", one[0].Rows, got)
	}
}

func TestWhatIsSecuredAlike(t *testing.T) {
	for _, c := range []struct {
		ours, theirs string
		same         bool
	}{
		{"credit", "credit", true},
		{"credit", "mixed", false},
		{"guarantee", "mixed", true},
		{"guarantee", "joint_guarantee", true},
		{"public_guarantee", "guarantee", true},
		{"mortgage", "mortgage_real_estate", true},
		{"mortgage", "mortgage_other", true},
		{"mortgage", "pledge", false},
		{"pledge", "pledge", true},
		{"credit", "guarantee", false},
	} {
		if secured(c.ours, c.theirs) != c.same {
			t.Errorf("%s beside %s: not %v", c.ours, c.theirs, c.same)
		}
	}
}

func TestWhatABankLeavesOpenDiffersFromNothing(t *testing.T) {
	m := Compare([]Loan{*loan()}, Reported{Notes: []Note{{NoteNo: "N1", Principal: -1}}})[0]
	if m.State != Agrees || !m.Told || len(m.Diffs) != 0 {
		t.Errorf("%+v", m)
	}
	rate, day := money.Rate(43_500_001), drawn+1
	m = Compare([]Loan{*loan()}, Reported{Notes: []Note{{NoteNo: "N1", Contract: "H2", USCC: "another", Principal: 1, Rate: &rate, Drawn: &day, Due: &day, Security: "credit"}}})[0]
	if m.State != Differs || len(m.Diffs) != 6 {
		t.Errorf("%+v", m)
	}
}
