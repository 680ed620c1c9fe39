package intake

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/loanbook/through"
)

// platform writes what the platform knows of loans, behind what banks tell.
func (w *world) platform(first, last string, loans ...through.Loan) {
	w.Helper()
	from, err := civil.ParseMonth(first)
	if err != nil {
		w.Fatal(err)
	}
	to, err := civil.ParseMonth(last)
	if err != nil {
		w.Fatal(err)
	}
	for _, t := range through.Files(loans, from, to) {
		w.table("9-platform/p/"+t.Name, strings.TrimSuffix(string(t.Text), "\n"))
	}
}

func isPlatform(path string) bool { return strings.HasPrefix(path, "9-platform/") }

func mustDate(s string) civil.Date {
	d, err := civil.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// drawn is a loan of bank A to the shop: 1,000 yuan on 2021-01-05.
func drawn(no string) through.Loan {
	return through.Loan{
		ID: no, Institution: bankA, NoteNo: no, Contract: "H1", USCC: shop, Firm: "某店", Amount: 1000 * money.Yuan, Rate: 43_500_000,
		Drawn: mustDate("2021-01-05"), Due: mustDate("2022-01-04"), Security: "credit", Code: "c",
	}
}

// TestBanksWordsCountBeforeThePlatforms: of a note that its bank reports nothing is taken but the channel, be
// it ever so different; the bank's messages are as they were without it.
func TestBanksWordsCountBeforeThePlatforms(t *testing.T) {
	tell := func(w *world) {
		w.banks()
		w.message(bankA, "FTYKHX", "2021-01", nil)
		w.message(bankA, "CLDWDK", "2021-01", map[string]string{"贷款担保方式": ""})
		w.message(bankA, "DWDKFS", "2021-01", nil)
	}
	alone, w := newWorld(t), newWorld(t)
	tell(alone)
	tell(w)
	l := drawn("1")
	l.Contract, l.Amount, l.Rate, l.Firm, l.Drawn, l.Due = "H9", 9*money.Wan, 1, "他店", l.Drawn+1, l.Due+9
	l.Words = []through.Word{{AsOf: mustDate("2021-01-31"), Balance: 5 * money.Yuan, Class: "loss"}}
	w.platform("2021-01", "2021-01", l)
	_, before := alone.take(Options{})
	_, got := w.take(Options{Behind: isPlatform})
	w.want(got, before...)
	for _, table := range []string{"enterprises", "month_balances", "loan_events"} {
		w.wantFacts(table, alone.facts(table)...)
	}
	was, is := alone.facts("loans"), w.facts("loans")
	if len(was) != 1 || len(is) != 1 || strings.Contains(was[0], "channel") || strings.Replace(is[0], " channel=loan_code", "", 1) != was[0] || is[0] == was[0] {
		t.Errorf("%q became %q", was, is)
	}
}

// TestAChannelThatABankToldStays: what the bank says of it counts too.
func TestAChannelThatABankToldStays(t *testing.T) {
	w := newWorld(t)
	w.banks()
	w.table("2/loans.csv", "institution_id,loan_id,enterprise_id,principal,disbursed_on,due_on,channel", bankA+",1,"+shop+",1000.00,2021-01-05,2022-01-04,counter")
	w.platform("2021-01", "2021-01", drawn("1"))
	_, got := w.take(Options{Behind: isPlatform})
	w.want(got)
	w.wantFacts("loans", bankA+" 1 enterprise_id="+shop+" principal=1000.00 disbursed_on=2021-01-05 due_on=2022-01-04 channel=counter")
}

// TestLoansNoBankReportsStand: before the bank reports, and beside what it reports of
// others; it owes no balance of them, and they have not vanished from its stock.
func TestLoansNoBankReportsStand(t *testing.T) {
	w := newWorld(t)
	w.banks()
	for _, month := range []string{"2021-01", "2021-02"} {
		w.message(bankA, "FTYKHX", month, nil)
		w.message(bankA, "CLDWDK", month, nil)
	}
	w.message(bankA, "DWDKFS", "2021-01", nil)
	w.message(bankA, "DWDKFS", "2021-02")
	l := drawn("P1")
	l.Contract, l.USCC, l.Firm = "H7", mill, "某厂"
	l.Words = []through.Word{{AsOf: mustDate("2021-02-28"), Balance: 400 * money.Yuan, Class: "normal"}}
	whole := drawn("P2") // nothing of it can have been repaid
	whole.Contract, whole.Institution, whole.Amount, whole.Security = "H8", bankB, 2000*money.Yuan, "mortgage"
	whole.Words = []through.Word{{AsOf: mustDate("2021-03-01"), Balance: 2000 * money.Yuan}}
	third := whole
	third.NoteNo, third.Institution, third.Amount = "P3", bankA, 3000*money.Yuan
	third.Words = []through.Word{{AsOf: mustDate("2021-03-01"), Balance: third.Amount}}
	w.platform("2021-01", "2021-02", l, whole, third)
	_, got := w.take(Options{Behind: isPlatform})
	w.want(got)
	loans := w.facts("loans")
	for _, want := range []string{
		bankA + " P1 contract_id=H7 enterprise_id=" + mill + " principal=1000.00 rate=4.35 disbursed_on=2021-01-05 due_on=2022-01-04 security=credit channel=loan_code",
		bankB + " P2 contract_id=H8 enterprise_id=" + shop + " principal=2000.00 rate=4.35 disbursed_on=2021-01-05 due_on=2022-01-04 channel=loan_code",
	} {
		if !slices.Contains(loans, want) {
			t.Errorf("loans %q\nlack %q", loans, want)
		}
	}
	balances := slices.DeleteFunc(w.facts("month_balances"), func(s string) bool { return !strings.Contains(s, " P") })
	if want := []string{bankA + " P1 2021-02 balance=400.00 quality=normal", bankA + " P3 2021-01 balance=3000.00", bankA + " P3 2021-02 balance=3000.00", bankB + " P2 2021-01 balance=2000.00", bankB + " P2 2021-02 balance=2000.00"}; !slices.Equal(balances, want) {
		t.Errorf("balances %q", balances)
	}
	events := slices.DeleteFunc(w.facts("loan_events"), func(s string) bool { return !strings.Contains(s, " P") })
	if want := []string{bankA + " P3 platform-P3 on=2021-01-05 kind=disburse amount=3000.00", bankB + " P2 platform-P2 on=2021-01-05 kind=disburse amount=2000.00"}; !slices.Equal(events, want) {
		t.Errorf("events %q", events)
	}
}

// TestOneLoanUnderTwoNumbersCountsOnce: the bank's stands, the platform's is left out
// with a warning; of another day and contract they are two.
func TestOneLoanUnderTwoNumbersCountsOnce(t *testing.T) {
	for _, c := range []struct {
		contract, day string
		one           bool
	}{{"H1", "2021-01-05", true}, {"", "2021-01-05", true}, {"H1", "2021-01-06", true}, {"", "2021-01-06", false}, {"H2", "2021-01-05", true}, {"H2", "2021-01-06", false}} {
		w := newWorld(t)
		w.banks()
		w.table("2/loans.csv", "institution_id,loan_id,contract_id,enterprise_id,principal,disbursed_on,due_on", bankA+",B1,"+c.contract+","+shop+",1000.00,"+c.day+",2022-01-04")
		w.platform("2021-01", "2021-01", drawn("P1"))
		_, got := w.take(Options{Behind: isPlatform})
		if one := len(w.facts("loans")) == 1; one != c.one {
			t.Errorf("%+v: %q", c, w.facts("loans"))
		}
		if c.one {
			w.want(got, "intake.same_loan 9-platform/p/loans.csv:2 loan_id "+bankA+"/P1")
		} else {
			w.want(got)
		}
	}
}

// TestLoansOfBanksThatAreNotListedAreLeftOut: they stop nobody's settlement.
func TestLoansOfBanksThatAreNotListedAreLeftOut(t *testing.T) {
	w := newWorld(t)
	w.banks()
	l := drawn("P1")
	l.Institution = made("91", "DEM00777")
	w.platform("2021-01", "2021-01", l, drawn("P2"))
	_, got := w.take(Options{Behind: isPlatform})
	w.want(got, "intake.unlisted_institution 9-platform/p/loans.csv:3 loan_id "+l.Institution+"/P1")
	if rows := w.facts("loans"); len(rows) != 1 || !strings.HasPrefix(rows[0], bankA+" P2 ") {
		t.Errorf("loans %q", rows)
	}
}

// TestOldLoansThatWereReportedAreTheirBanks: of a loan from before the time asked
// about, that its bank has reported, the channel alone is told; whether it stands is the bank's word.
func TestOldLoansThatWereReportedAreTheirBanks(t *testing.T) {
	w := newWorld(t)
	w.banks()
	w.table("2/loans.csv", "institution_id,loan_id,enterprise_id,principal,disbursed_on,due_on", bankA+",P1,"+shop+",1000.00,2021-01-05,2022-01-04")
	one, two := drawn("P1"), drawn("P2")
	one.Match.Told, two.Match.Told = true, true
	w.platform("2021-06", "2021-06", one, two)
	_, got := w.take(Options{Behind: isPlatform})
	w.want(got)
	if rows := w.facts("loans"); len(rows) != 1 || !strings.HasSuffix(rows[0], " channel=loan_code") {
		t.Errorf("loans %q", rows)
	}
}

// TestPlatformsRowsAreAsABanks: what the platform knows makes the facts that a bank's
// report of the very same rows makes, and says nothing against what is reported of other notes.
func TestPlatformsRowsAreAsABanks(t *testing.T) {
	for seed := range uint64(40) {
		dice := rand.New(rand.NewPCG(seed, 1))
		var loans []through.Loan
		for i := range 1 + dice.IntN(12) {
			l := drawn(fmt.Sprintf("P%02d", i))
			l.Contract = fmt.Sprintf("PH%02d", i)
			l.Institution = []string{bankA, bankB}[dice.IntN(2)]
			l.USCC = []string{shop, mill, coop}[dice.IntN(3)]
			l.Firm = "某" + l.USCC[12:]
			l.Amount = money.Fen(1 + dice.Int64N(1_000_000_00))
			l.Drawn += civil.Date(dice.IntN(80))
			l.Security = []string{"credit", "mortgage", "pledge", "public_guarantee"}[dice.IntN(4)]
			for on, left := l.Drawn, l.Amount; dice.IntN(3) > 0; {
				on += civil.Date(dice.IntN(40))
				left -= money.Fen(dice.Int64N(int64(left)+1)) / money.Fen(1+dice.IntN(2))
				l.Words = append(l.Words, through.Word{AsOf: on, Balance: left, Repaid: left == 0})
				if left == 0 {
					break
				}
			}
			loans = append(loans, l)
		}
		first, last := mustDate("2021-01-01").Month(), mustDate("2021-04-01").Month()
		books := map[string]string{}
		for _, kind := range []string{"2-bank", "9-platform"} {
			w := newWorld(t)
			w.banks()
			w.table("2-a/loans.csv", "institution_id,loan_id,enterprise_id,principal,disbursed_on,due_on,closed_on", bankA+",L1,"+other+",1000.00,2021-01-05,2022-01-04,2021-01-05")
			w.table("2-a/enterprises.csv", "enterprise_id,name,kind", other+",别店,sole_trader")
			w.table("1-office/decisions.csv", "policy,item,subject_id", "loanbook,gap,*") // balances that nobody knows
			for _, table := range through.Files(loans, first, last) {
				w.table(kind+"/p/"+table.Name, strings.TrimSuffix(string(table.Text), "\n"))
			}
			rep, got := w.take(Options{Behind: isPlatform})
			if !rep.Written {
				t.Fatalf("seed %d: %s: %q", seed, kind, got)
			}
			for _, table := range []string{"loans", "enterprises", "month_balances", "loan_events"} {
				rows := []string{}
				if rep.Written && slices.ContainsFunc(rep.Tables, func(x Table) bool { return x.Name == table && x.Rows > 0 }) {
					rows = w.facts(table)
				}
				slices.Sort(rows)
				text := strings.Join(rows, "\n")
				if was, ok := books[table]; ok && was != text {
					t.Fatalf("seed %d: %s\nfrom the bank\n%s\nfrom the platform\n%s", seed, table, was, text)
				}
				books[table] = text
			}
		}
	}
}

// TestPlatformsEventsAndBalancesSayNothingOfABank: that the platform knows of a drawdown and of a balance in a
// month does not mean that the bank has reported its events or balances of that month.
func TestPlatformsEventsAndBalancesSayNothingOfABank(t *testing.T) {
	w := newWorld(t)
	w.banks()
	w.table("2/loans.csv", "institution_id,loan_id,enterprise_id,principal,disbursed_on,due_on", bankA+",B1,"+shop+",3000.00,2020-01-05,2022-01-04")
	w.table("2/month_balances.csv", "institution_id,loan_id,month,balance", bankA+",B1,2021-01,3000.00", bankA+",B1,2021-02,1000.00")
	l := drawn("P1")
	l.Words = []through.Word{{AsOf: mustDate("2021-03-31"), Balance: l.Amount}}
	w.platform("2021-01", "2021-03", l)
	_, got := w.take(Options{Behind: isPlatform})
	w.want(got)
	if rows := w.facts("month_balances"); len(rows) != 5 {
		t.Errorf("balances %q", rows)
	}
	if rows := w.facts("loan_events"); len(rows) != 1 {
		t.Errorf("events %q", rows)
	}
}

// TestARowOfThePlatformsThatCannotBeReadStopsNobody: it is left out, with a warning.
func TestARowOfThePlatformsThatCannotBeReadStopsNobody(t *testing.T) {
	w := newWorld(t)
	w.banks()
	l := drawn("P1")
	l.USCC = "91331082DEM0000140"
	w.platform("2021-01", "2021-01", l, drawn("P2"))
	rep, _ := w.take(Options{Behind: isPlatform})
	if rows := w.facts("loans"); !rep.Written || rep.Warnings == 0 || len(rows) != 1 {
		t.Errorf("%+v: loans %q", rep.Findings, rows)
	}
}
