package through

import (
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
)

// Loan is a loan that came through the platform: one drawdown.
type Loan struct {
	ID          string        `json:"id"`
	Referral    string        `json:"referral"`
	Bank        string        `json:"bank"`
	BankName    string        `json:"bank_name"`
	Institution string        `json:"institution_id" doc:"the bank's credit code"`
	NoteNo      string        `json:"note_no"`
	Contract    string        `json:"contract_no"`
	Branch      string        `json:"branch"`
	USCC        string        `json:"uscc" doc:"the borrower's credit code"`
	Firm        string        `json:"firm"`
	Amount      money.Fen     `json:"amount_fen"`
	Rate        money.Rate    `json:"rate_ppb"`
	Drawn       civil.Date    `json:"drawn_on"`
	Due         civil.Date    `json:"due_on"`
	Security    string        `json:"security" doc:"as the bank registered it: credit, guarantee, public_guarantee, mortgage, pledge"`
	First       *bool         `json:"first_loan,omitempty" doc:"首贷户; missing: not known"`
	Code        string        `json:"code" doc:"id of the loan code it began with; empty: none"`
	Product     string        `json:"product"`
	Purpose     string        `json:"purpose"`
	Entered     civil.Instant `json:"entered_ms"`
	Match       Match         `json:"match"`
	Words       []Word        `json:"words" doc:"what the bank said of it since, by day"`
}

// Word is what a bank said of its loan on the platform.
type Word struct {
	ID      string     `json:"id"`
	AsOf    civil.Date `json:"as_of_on"`
	Balance money.Fen  `json:"balance_fen"`
	Repaid  bool       `json:"repaid"`
	Class   string     `json:"class" doc:"五级分类 as of that day; empty: not told"`
}

// Channel is how l came about, as loans.channel has it.
func (l *Loan) Channel() string {
	if l.Code != "" {
		return "loan_code"
	}
	return "platform"
}

// securities are loans.security of what banks register here; a mortgage may be of
// either kind.
var securities = map[string]string{"credit": "credit", "guarantee": "guarantee", "public_guarantee": "guarantee", "pledge": "pledge"}

// Closed returns the day as of which l was said to be repaid, civil.Never when it was not.
func (l *Loan) Closed() civil.Date {
	closed := civil.Never
	for _, w := range l.Words {
		if w.Repaid && w.AsOf < closed {
			closed = w.AsOf
		}
	}
	return closed
}

// Balance returns the balance at the end of a day, and whether it is known: a
// balance only falls, so it is what it was before when it is that afterwards.
func (l *Loan) Balance(on civil.Date) (fen money.Fen, known bool) {
	if on < l.Drawn {
		return 0, true
	}
	before, last := l.Amount, l.Drawn
	after, next := money.Fen(-1), civil.Never
	for _, w := range l.Words {
		if w.AsOf <= on && w.AsOf >= last {
			before, last = w.Balance, w.AsOf
		}
		if w.AsOf >= on && w.AsOf < next {
			after, next = w.Balance, w.AsOf
		}
	}
	return before, before == 0 || before == after || last == on
}

// class returns the classification as of a day, "" when nobody told it.
func (l *Loan) class(on civil.Date) string {
	for _, w := range l.Words {
		if w.AsOf == on && w.Class != "" {
			return w.Class
		}
	}
	return ""
}

// whole tells whether nothing of l can have been repaid by the end of a day.
func (l *Loan) whole(on civil.Date) bool {
	fen, known := l.Balance(on)
	return known && fen == l.Amount
}
