package settletest

import (
	"context"
	"fmt"
	"strconv"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement/oracle"
)

// The names of random parties and things, which test byte order, and some of
// which are also the names of other things.
var (
	institutionIDs = []string{"a", "B", "10", "9", "银行"}
	enterpriseIDs  = []string{"e", "E", "甲", "1", "B", "企业"}
	branchIDs      = []string{"x", "10", "9"}
	projectIDs     = []string{"p", "P", "项目", "9"}
	loanIDs        = []string{"a", "B", "10", "9", "b", "乙", "01", "1", "~", "甲"}
)

type cells = map[string]string

// maker makes facts for a plan.
type maker struct {
	dice
	plan   *policy.Plan
	days   []string
	tables map[string][]map[string]string
}

func randomFacts(d dice, plan *policy.Plan, days []string) fact.Memory {
	m := &maker{d, plan, days, map[string][]map[string]string{}}
	m.parties()
	m.loans()
	for _, loan := range m.tables["loans"] {
		m.balances(loan)
		m.events(loan)
	}
	m.guarantees()
	m.collaterals()
	m.benefits()
	m.decisions()
	m.filings()
	for _, t := range []string{"month_balances", "loan_events", "collaterals", "guarantees", "benefits", "decisions", "filings"} {
		if m.chance(5) {
			delete(m.tables, t)
		}
	}
	m.budgets()
	return m.facts()
}

func (m *maker) facts() fact.Memory {
	facts, err := fact.FromExample(m.tables)
	if err != nil {
		panic(fmt.Sprintf("settletest: %v", err))
	}
	return facts
}

// some is a value, or in so many cases of a hundred an empty cell.
func (m *maker) some(empty int, value string) string {
	if m.chance(empty) {
		return ""
	}
	return value
}

func (m *maker) day() string  { return pick(m.dice, m.days...) }
func (m *maker) flag() string { return pick(m.dice, "0", "1") }

// code is one of the first codes of a column, which conditions ask for.
func (m *maker) code(table, column string) string {
	codes := fact.Lookup(table).Column(column).Codes
	return codes[m.IntN(min(3, len(codes)))].Code
}

func (m *maker) yuan() string { return money.Fen(pick(m.dice, yuans...)).String() }

// parties makes institutions and what is theirs, and enterprises. Sometimes a
// table is not there; then others name what is nowhere.
func (m *maker) parties() {
	for _, id := range institutionIDs[:2+m.IntN(4)] {
		m.tables["institutions"] = append(m.tables["institutions"], cells{
			"institution_id": id, "name": pick(m.dice, words...),
			"kind": m.code("institutions", "kind"), "local_legal_person": m.flag(),
		})
		for _, branch := range branchIDs[:m.IntN(4)] {
			m.tables["branches"] = append(m.tables["branches"], cells{
				"institution_id": id, "branch_id": branch, "name": pick(m.dice, words...),
				"town": m.some(30, "331082001"), "site": m.some(20, m.code("branches", "site")), "opened_on": m.some(20, m.day()),
				"business_started_on": m.some(20, m.day()), "feature": m.some(40, m.code("branches", "feature")),
				"recognised_on": m.some(30, m.day()), "review_year": m.some(20, pick(m.dice, "2020", "2021")), "review_passed": m.some(20, m.flag()),
			})
		}
	}
	for _, id := range projectIDs[:m.IntN(5)] {
		m.tables["projects"] = append(m.tables["projects"], cells{
			"project_id": id, "institution_id": m.institution(), "name": pick(m.dice, words...),
			"kind": m.some(20, m.code("projects", "kind")), "released_on": m.some(25, m.day()), "praised_on": m.some(30, m.day()),
			"praise_level": m.some(30, m.code("projects", "praise_level")), "rd_cost": m.some(15, m.yuan()),
		})
	}
	for _, id := range enterpriseIDs[:2+m.IntN(5)] {
		m.tables["enterprises"] = append(m.tables["enterprises"], cells{
			"enterprise_id": id, "name": pick(m.dice, words...),
			"kind": m.code("enterprises", "kind"), "industry": m.some(30, pick(m.dice, "C13", "J6621")), "town": m.some(30, "331082001"),
			"size": m.some(25, pick(m.dice, "medium", "small", "micro")), "employees": m.some(25, pick(m.dice, "0", "10", "300")),
			"annual_sales": m.some(20, m.yuan()), "total_assets": m.some(30, m.yuan()), "private": m.some(20, m.flag()),
			"tech": m.some(20, m.flag()), "credit_line": m.some(40, m.yuan()),
		})
	}
	for _, t := range []string{"projects", "branches"} {
		if m.chance(10) {
			delete(m.tables, t)
		}
	}
}

func (m *maker) institution() string {
	return pick(m.dice, m.tables["institutions"]...)["institution_id"]
}

func (m *maker) enterprise() string {
	return pick(m.dice, m.tables["enterprises"]...)["enterprise_id"]
}

// branchOf names a branch of an institution, or none.
func (m *maker) branchOf(institution string) string {
	var ids []string
	for _, b := range m.tables["branches"] {
		if b["institution_id"] == institution {
			ids = append(ids, b["branch_id"])
		}
	}
	switch {
	case m.tables["branches"] == nil:
		return m.some(30, "nowhere")
	case len(ids) == 0:
		return ""
	}
	return m.some(20, pick(m.dice, ids...))
}

// projectOf names a project, or none.
func (m *maker) projectOf() string {
	if len(m.tables["projects"]) == 0 {
		delete(m.tables, "projects")
		return m.some(60, "nowhere")
	}
	return m.some(40, pick(m.dice, m.tables["projects"]...)["project_id"])
}

// loans makes notes: a few borrowers at several banks, drawn on the same few days.
func (m *maker) loans() {
	taken := map[[2]string]bool{}
	for range 5 + m.IntN(25) {
		institution, id := m.institution(), pick(m.dice, loanIDs...)
		if taken[[2]string{institution, id}] {
			continue
		}
		taken[[2]string{institution, id}] = true
		m.tables["loans"] = append(m.tables["loans"], cells{
			"institution_id": institution, "loan_id": id, "contract_id": m.some(30, pick(m.dice, words...)),
			"branch_id": m.branchOf(institution), "enterprise_id": m.enterprise(), "principal": m.yuan(), "rate": m.some(15, pick(m.dice, percent...)),
			"disbursed_on": m.day(), "due_on": m.day(), "extended_to": m.some(75, m.day()), "closed_on": m.some(55, m.day()),
			"first_loan": m.some(20, pick(m.dice, "0", "1", "1")), "security": m.some(20, m.code("loans", "security")),
			"quality": m.some(20, m.code("loans", "quality")), "project_id": m.projectOf(), "channel": m.some(30, m.code("loans", "channel")),
			"fiscal_support": m.some(50, pick(m.dice, words...)), "purpose_industry": m.some(50, "C13"), "purpose": m.some(50, pick(m.dice, words...)),
		})
	}
	if m.chance(5) {
		delete(m.tables, "enterprises")
	}
	if m.chance(5) {
		delete(m.tables, "institutions")
	}
}

// balances reports month ends of a note: nearly all while it is open, hardly any
// else; steady, falling, or any.
func (m *maker) balances(loan cells) {
	from, _ := civil.ParseDate(loan["disbursed_on"])
	closed := civil.Never
	if loan["closed_on"] != "" {
		closed, _ = civil.ParseDate(loan["closed_on"])
	}
	gaps := pick(m.dice, 0, 0, 5, 30)
	balance, falls := pick(m.dice, yuans...), m.chance(40)
	for month := m.plan.Opening() - 1; month <= m.plan.Scope.Last.Month()+1; month++ {
		if falls {
			balance -= balance / 7
		} else if m.chance(15) {
			balance = pick(m.dice, yuans...)
		}
		open := from <= month.Last() && month.Last() < closed
		if open && m.chance(gaps) || !open && m.chance(92) {
			continue
		}
		m.tables["month_balances"] = append(m.tables["month_balances"], cells{
			"institution_id": loan["institution_id"], "loan_id": loan["loan_id"],
			"month": month.String(), "balance": money.Fen(balance).String(), "quality": m.some(40, m.code("month_balances", "quality")),
		})
	}
}

// events books what moved a note: its whole history, part of it, or nothing.
func (m *maker) events(loan cells) {
	if m.chance(25) {
		return
	}
	no := 0
	add := func(on, kind, amount string) {
		no++
		m.tables["loan_events"] = append(m.tables["loan_events"], cells{
			"institution_id": loan["institution_id"], "loan_id": loan["loan_id"],
			"event_no": strconv.Itoa(no), "on": on, "kind": kind, "amount": amount,
		})
	}
	if m.chance(75) {
		add(loan["disbursed_on"], "disburse", loan["principal"])
	}
	for range m.IntN(4) {
		add(m.day(), pick(m.dice, "repay", "repay", "disburse", "write_off", "transfer_out"), m.yuan())
	}
}

func (m *maker) guarantees() {
	for i := range m.IntN(9) {
		loan := pick(m.dice, m.tables["loans"]...)
		enterprise := loan["enterprise_id"]
		if m.chance(10) && m.tables["enterprises"] != nil {
			enterprise = m.enterprise()
		}
		m.tables["guarantees"] = append(m.tables["guarantees"], cells{
			"guarantee_id": words[i%len(words)], "guarantor_id": "g",
			"institution_id": loan["institution_id"], "loan_id": loan["loan_id"], "enterprise_id": enterprise,
			"scheme": m.some(15, pick(m.dice, "xinbao", "xinbao", "a")), "amount": m.yuan(), "share": m.some(20, pick(m.dice, percent...)),
			"fee_rate": m.some(40, pick(m.dice, percent...)), "start_on": m.day(), "end_on": pick(m.dice, m.day(), m.days[len(m.days)-1]),
			"released_on": m.some(75, m.day()), "first_guarantee": m.some(20, m.flag()), "compensated_on": m.some(85, m.day()),
			"compensated_amount": m.some(70, m.yuan()),
		})
	}
}

func (m *maker) collaterals() {
	for i := range m.IntN(9) {
		loan := pick(m.dice, m.tables["loans"]...)
		m.tables["collaterals"] = append(m.tables["collaterals"], cells{
			"collateral_id":  words[i%len(words)],
			"institution_id": loan["institution_id"], "loan_id": loan["loan_id"], "class": m.code("collaterals", "class"),
			"value": m.some(20, m.yuan()), "registration_no": m.some(30, pick(m.dice, words...)), "registered_on": m.some(25, m.day()),
			"cancelled_on": m.some(70, m.day()), "secured_party": m.some(25, pick(m.dice, loan["institution_id"], "g")),
		})
	}
}

// benefits shows what notes, or parties, have had already; some was paid back.
func (m *maker) benefits() {
	for i := range m.IntN(25) {
		loan := pick(m.dice, m.tables["loans"]...)
		m.tables["benefits"] = append(m.tables["benefits"], cells{
			"benefit_id": strconv.Itoa(i), "policy": pick(m.dice, policyID, "other"),
			"item": m.some(50, "a"), "payee_id": loan["institution_id"], "institution_id": m.some(15, loan["institution_id"]),
			"loan_id": m.some(15, loan["loan_id"]), "amount": pick(m.dice, "", "", "", "", "-") + m.yuan(), "paid_on": m.day(),
		})
	}
}

// decisions decides what items leave open, at every level, and waives.
func (m *maker) decisions() {
	for _, it := range m.plan.Items {
		decided := map[string]bool{}
		for range m.IntN(6) {
			subject := pick(m.dice, "*", pick(m.dice, loanIDs...), pick(m.dice, institutionIDs...), pick(m.dice, enterpriseIDs...), pick(m.dice, words...))
			if decided[subject] {
				continue
			}
			decided[subject] = true
			row := cells{"policy": policyID, "item": it.ID, "subject_id": subject, "decided_by": m.some(30, "局务会"), "decided_on": m.some(30, m.day())}
			switch {
			case m.chance(40): // a waiver
			case it.Rate != nil && it.Rate.Open:
				rate := min(max(pick(m.dice, rates...), it.Rate.Min), it.Rate.Max)
				row["rate"] = string(rate.AppendPercent(nil))
			case it.Amount != nil && it.Amount.Open:
				row["amount"] = min(max(money.Fen(pick(m.dice, yuans...)), it.Amount.Min), it.Amount.Max).String()
			}
			m.tables["decisions"] = append(m.tables["decisions"], row)
		}
	}
	m.tables["decisions"] = append(m.tables["decisions"], cells{"policy": "other", "item": "nowhere", "subject_id": "*", "rate": "1"})
}

// filings files claims: for a row or for all of an institution, complete or not.
func (m *maker) filings() {
	filed := map[[3]string]bool{}
	moment := func() string {
		return pick(m.dice, "2022-01-03T09:00:00", "2022-01-03T09:00:01", "2022-01-03T23:59:59", "2022-02-01T00:00:00")
	}
	for range m.IntN(90) {
		it, institution := pick(m.dice, m.plan.Items...), pick(m.dice, institutionIDs...)
		subject := pick(m.dice, "*", "*", pick(m.dice, loanIDs...), pick(m.dice, loanIDs...), pick(m.dice, words...), pick(m.dice, enterpriseIDs...))
		key := [3]string{it.ID, institution, subject}
		if filed[key] {
			continue
		}
		filed[key] = true
		m.tables["filings"] = append(m.tables["filings"], cells{
			"policy": policyID, "item": it.ID, "institution_id": institution, "subject_id": subject,
			"filed_at": m.some(20, moment()), "completed_at": m.some(20, moment()), "reserved_at": m.some(60, moment()),
		})
	}
}

// budgets sizes the pools: none, nothing, just about what is asked for, or any.
// What is asked for, the oracle says.
func (m *maker) budgets() {
	unlimited, err := oracle.Run(context.Background(), m.plan, m.facts())
	if err != nil {
		panic(fmt.Sprintf("settletest: %v", err))
	}
	m.tables["budgets"] = append(m.tables["budgets"], cells{"pool": "another", "amount": "1"})
	for _, p := range unlimited.Pools {
		if m.chance(10) {
			continue
		}
		most := p.Requested
		size := pick(m.dice, 0, 1, most/3, most/3, most*2/3, most*2/3, most*9/10, max(0, most-1), most, most+1, money.Fen(pick(m.dice, yuans...)))
		m.tables["budgets"] = append(m.tables["budgets"], cells{"pool": p.Pool, "amount": size.String()})
	}
}
