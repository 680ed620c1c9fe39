package prospect

import (
	"maps"
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/loanbook/repayment"
	"changrong/internal/policy"
)

// LoanID is the number of the loan that does not exist. Rows of other tables that
// would come with it, a guarantee or a collateral, name it.
const LoanID = "prospect"

// Cells are rows of fact tables, by table, each a map from column to cell as
// fact.FromCells reads them. What is not there is unknown; a table that is not there
// is unknown as a whole, but of guarantees and collaterals: then there are none.
type Cells map[string][]map[string]string

// Case is what is asked about.
type Case struct {
	Firm string // its USCC
	// Facts are what is known of the firm: its row of enterprises, which must be there;
	// of its bank and the branch; its loans and guarantees so far, with their balances.
	Facts Cells
	Loan  *Loan // nil: without a loan
}

// Loan is a loan that does not exist yet.
type Loan struct {
	Bank     string // USCC
	Branch   string // "": unknown
	Rate     money.Rate
	Schedule *repayment.Schedule
	Cells    map[string]string // further columns of loans, as known: first_loan, purpose
}

// facts are those of the case with the loan among them, over the scope of a plan.
//
// Errors: prospect.firm (the firm's row is not there), and those of fact.FromCells.
func (c *Case) facts(plan *policy.Plan) (fact.Memory, error) {
	is := func(row map[string]string) bool { return row["enterprise_id"] == c.Firm }
	if c.Firm == "" || !slices.ContainsFunc(c.Facts["enterprises"], is) {
		return nil, fault.New(fault.Invalid, "prospect.firm", "缺少企业的基本信息，无法预估", "the firm's own row is not there")
	}
	all := maps.Clone(c.Facts)
	delete(all, "budgets") // nothing is drawn on yet
	if c.Loan != nil {
		c.Loan.into(all, c.Firm, plan)
	}
	return fact.FromCells(all)
}

// into writes the loan, its balances at month ends of the scope, and its events.
func (l *Loan) into(all Cells, firm string, plan *policy.Plan) {
	s := l.Schedule
	row := maps.Clone(l.Cells)
	if row == nil {
		row = map[string]string{}
	}
	first, key := s.Rows[0].On, map[string]string{"institution_id": l.Bank, "loan_id": LoanID}
	maps.Copy(row, key)
	maps.Copy(row, map[string]string{
		"branch_id": l.Branch, "enterprise_id": firm, "principal": s.Drawn.String(), "rate": string(l.Rate.AppendPercent(nil)),
		"disbursed_on": first.String(), "due_on": s.EndsOn().String(), "closed_on": s.EndsOn().String(),
	})
	add := func(table string, cells map[string]string) {
		maps.Copy(cells, key)
		all[table] = append(slices.Clip(all[table]), cells)
	}
	add("loans", row)
	for _, m := range append([]civil.Month{plan.Opening()}, plan.Months()...) {
		if end := m.Last(); end >= first && end < s.EndsOn() {
			add("month_balances", map[string]string{"month": m.String(), "balance": s.BalanceAt(end).String()})
		}
	}
	for i := range s.Rows {
		r := &s.Rows[i]
		number := r.On.String() + "-" + string(rune('a'+i%26)) + string(rune('a'+i/26%26))
		if r.Drawn > 0 {
			add("loan_events", map[string]string{"event_no": number, "on": r.On.String(), "kind": "disburse", "amount": r.Drawn.String()})
		}
		if r.Principal > 0 {
			add("loan_events", map[string]string{"event_no": number, "on": r.On.String(), "kind": "repay", "amount": r.Principal.String()})
		}
	}
}
