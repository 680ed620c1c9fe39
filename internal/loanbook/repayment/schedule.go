package repayment

import (
	"math/big"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
)

// RowKind is what a row of a schedule is about.
type RowKind string

// The kinds of rows.
const (
	DrawdownRow   RowKind = "drawdown"   // 放款
	InstalmentRow RowKind = "instalment" // 按期还款
	PartRow       RowKind = "part"       // 部分提前还款
	PayoffRow     RowKind = "payoff"     // 提前结清
)

// Zh names the kind.
func (k RowKind) Zh() string {
	return map[RowKind]string{DrawdownRow: "放款", InstalmentRow: "按期还款", PartRow: "部分提前还款", PayoffRow: "提前结清"}[k]
}

// Row is one day on which money goes to or fro, or is due.
type Row struct {
	Kind        RowKind    `json:"kind"`
	No          int        `json:"no,omitempty"` // of an instalment, from 1: the number of its due day
	On          civil.Date `json:"on"`
	Drawn       money.Fen  `json:"drawn_fen"`
	Principal   money.Fen  `json:"principal_fen"`
	Interest    money.Fen  `json:"interest_fen"`    // paid now
	Deferred    money.Fen  `json:"deferred_fen"`    // accrued in grace, and paid after it
	Capitalised money.Fen  `json:"capitalised_fen"` // accrued in grace, and principal from now on
	Payment     money.Fen  `json:"payment_fen"`     // Principal + Interest
	Balance     money.Fen  `json:"balance_fen"`     // principal owed after the row
}

// Schedule is how a loan goes to its end: the balance of the last row is 0. Paid is
// Drawn + Interest, to the fen.
type Schedule struct {
	Rows     []Row     `json:"rows"`
	Drawn    money.Fen `json:"drawn_fen"`
	Interest money.Fen `json:"interest_fen"` // all of it, capitalised or paid
	Paid     money.Fen `json:"paid_fen"`
}

func newSchedule(rows []Row) *Schedule {
	s := &Schedule{Rows: rows}
	for i := range rows {
		s.Drawn += rows[i].Drawn
		s.Interest += rows[i].Interest + rows[i].Capitalised
		s.Paid += rows[i].Payment
	}
	return s
}

// EndsOn returns the day on which nothing is owed any more.
func (s *Schedule) EndsOn() civil.Date { return s.Rows[len(s.Rows)-1].On }

// BalanceAt returns the principal owed at the end of a day.
func (s *Schedule) BalanceAt(d civil.Date) money.Fen {
	balance := money.Fen(0)
	for i := range s.Rows {
		if s.Rows[i].On > d {
			break
		}
		balance = s.Rows[i].Balance
	}
	return balance
}

// Flows returns what the borrower gets (above 0) and pays (below 0), day by day.
func (s *Schedule) Flows() []Flow {
	flows := make([]Flow, 0, len(s.Rows))
	for i := range s.Rows {
		if amount := s.Rows[i].Drawn - s.Rows[i].Payment; amount != 0 {
			flows = append(flows, Flow{s.Rows[i].On, amount})
		}
	}
	return flows
}

// SimpleRate returns the yearly rate by simple interest (年化利率，单利) of a loan that costs
// fees beside its interest (below 0: a subsidy): all costs over the principal that was
// really in the borrower's hands, from day to day, for 365 days:
//
//	(interest + fees) × 365 ÷ Σ balance × days
//
// rounded half up to the part per billion (中国人民银行公告〔2021〕第3号, where whoever shows
// it says that it is simple). ok is false when no principal was owed over a night, or
// the rate is beyond reckoning.
func (s *Schedule) SimpleRate(fees money.Fen) (rate money.Rate, ok bool) {
	used := new(big.Int)
	for i := range s.Rows[:len(s.Rows)-1] {
		days := s.Rows[i+1].On - s.Rows[i].On
		used.Add(used, product(int64(s.Rows[i].Balance), 1, int64(days)))
	}
	if used.Sign() == 0 {
		return 0, false
	}
	cost := new(big.Int).Add(big.NewInt(int64(s.Interest)), big.NewInt(int64(fees)))
	cost.Mul(cost, product(365, int64(money.One), 1))
	sign := money.Rate(cost.Sign())
	q := new(big.Int).Lsh(cost.Abs(cost), 1)
	q.Quo(q.Add(q, used), new(big.Int).Lsh(used, 1))
	if !q.IsInt64() {
		return 0, false
	}
	return sign * money.Rate(q.Int64()), true
}
