package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"

	"changrong/internal/base/uscc"
)

// found is what the check of a submission has to say of one mistake.
type found struct {
	Severity string `json:"severity"`
	Code     string `json:"code"`
	File     string `json:"file"`
	Line     int    `json:"line"`
}

// Files of a bank's submission.
const (
	loansFile    = "loans.csv"
	balancesFile = "month_balances.csv"
	handedIn     = "2021-12"
)

// filing is what one bank hands in: notes of the month and their balances, so many
// rows each, and what is wrong with them.
type filing struct {
	loans, balances []byte
	wrong           map[found]int
}

// mistake spoils note n of a bank, and says what has to be found.
type mistake struct {
	spoil func(*note)
	code  string
	file  string
	lost  bool // the row cannot be read
}

// note is one note as its rows are written.
type note struct {
	id, borrower, principal, lent, due, balance string
}

// mistakes are what people get wrong; of each, every check has to tell the file and
// the line.
var mistakes = []mistake{
	{func(n *note) { n.due = "2021-11-30" }, "loanbook.date_order", loansFile, false},
	{func(n *note) { n.borrower = stranger }, "loanbook.unknown_enterprise", loansFile, false},
	{func(n *note) { n.balance = "100000.01" }, "loanbook.balance_over_principal", balancesFile, false},
	{func(n *note) { n.balance = "-5.00" }, "loanbook.negative", balancesFile, false},
	{func(n *note) { n.lent = "2021-13-01" }, "civil.date", loansFile, true},
	{func(n *note) { n.principal = "10万元" }, "money.amount", loansFile, true},
}

// stranger has a code like an enterprise's, and is in no register.
var stranger = func() string {
	code, err := uscc.Make("91", "331082", "DEM99999")
	if err != nil {
		panic(err) // of parts that are known to be right
	}
	return code
}()

// file makes what the bank with this code hands in: every some thousandth note has a
// mistake, which and where is chance's, from the seed.
func file(code string, rows int, borrowers []string, seed uint64) *filing {
	r := rand.New(rand.NewPCG(seed, 0x66696c65))
	f := &filing{wrong: map[found]int{}}
	var loans, balances bytes.Buffer
	loans.WriteString("institution_id,loan_id,enterprise_id,principal,rate,disbursed_on,due_on,security,quality\n")
	balances.WriteString("institution_id,loan_id,month,balance,quality\n")
	for i := range rows {
		n := note{
			id: fmt.Sprintf("XS%08d", i), borrower: borrowers[r.IntN(len(borrowers))], principal: "100000.00",
			lent: fmt.Sprintf("2021-12-%02d", 1+r.IntN(31)), due: fmt.Sprintf("2022-12-%02d", 1+r.IntN(31)), balance: fmt.Sprintf("%d.00", 1+r.IntN(100_000)),
		}
		if r.IntN(mistakeEvery) == 0 {
			m := mistakes[r.IntN(len(mistakes))]
			m.spoil(&n)
			f.wrong[found{"error", m.code, m.file, i + 2}] = 1
			if m.lost { // that its balance hangs in the air is not told, but that such things are not
				f.wrong[found{"warning", "intake.held_back", "", 0}] = 1
			}
		}
		fmt.Fprintf(&loans, "%s,%s,%s,%s,0.0435,%s,%s,guarantee,normal\n", code, n.id, n.borrower, n.principal, n.lent, n.due)
		fmt.Fprintf(&balances, "%s,%s,%s,%s,normal\n", code, n.id, handedIn, n.balance)
	}
	f.loans, f.balances = loans.Bytes(), balances.Bytes()
	return f
}

// mistakeEvery is how many notes have one mistake among them.
const mistakeEvery = 500
