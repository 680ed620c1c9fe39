package programme

import (
	"changrong/internal/base/money"
	"changrong/internal/settlement"
)

// Names are what the rows of a run name, as the frozen facts call them.
type Names struct {
	Institution string `json:"institution" doc:"name"`
	Enterprise  string `json:"enterprise" doc:"name"`
	Town        string `json:"town" doc:"of the enterprise, nine digits; empty: unknown, or no enterprise"`
	TownName    string `json:"town_name" doc:"empty: nobody has said what it is called"`
}

// Line is a row that is paid, with every step.
type Line struct {
	N             int64      `json:"n" doc:"place in the run: by item, payee, institution, subject"`
	Item          string     `json:"item"`
	PayeeID       string     `json:"payee_id"`
	InstitutionID string     `json:"institution_id"`
	SubjectID     string     `json:"subject_id" doc:"loan note, branch, project, enterprise …"`
	EnterpriseID  string     `json:"enterprise_id"`
	Base          int64      `json:"base_fen" doc:"of a count 1"`
	LimitedBase   int64      `json:"limited_base_fen"`
	Rate          money.Rate `json:"rate_ppb"`
	Amount        money.Fen  `json:"amount_fen"`
	Deducted      money.Fen  `json:"deducted_fen"`
	Capped        money.Fen  `json:"capped_fen"`
	Pooled        money.Fen  `json:"pooled_fen"`
	Paid          money.Fen  `json:"paid_fen"`
	Names
}

// Aside is a row that waits (Waiting) or is excluded.
type Aside struct {
	N             int64             `json:"n"`
	Waiting       bool              `json:"waiting" doc:"set aside until a fact or a decision is there; else excluded"`
	Item          string            `json:"item"`
	InstitutionID string            `json:"institution_id"`
	SubjectID     string            `json:"subject_id"`
	EnterpriseID  string            `json:"enterprise_id"`
	Reason        settlement.Reason `json:"reason"`
	Detail        string            `json:"detail" doc:"names of facts, months, an item or an institution, as the reason says; joined by ;"`
	Names
}

// Total is what a payee gets of an item.
type Total struct {
	N       int64     `json:"n"`
	Item    string    `json:"item"`
	PayeeID string    `json:"payee_id"`
	Payee   string    `json:"payee" doc:"name"`
	Rows    int64     `json:"rows"`
	Base    int64     `json:"base_fen"`
	Amount  money.Fen `json:"amount_fen" doc:"after limits, rates and caps"`
	Pooled  money.Fen `json:"pooled_fen"`
	Paid    money.Fen `json:"paid_fen"`
}

// By says what sums are reckoned by.
type By string

// The kinds of sums.
const (
	ByItem  By = "item"
	ByBank  By = "bank" // institution of the row, whoever is paid
	ByTown  By = "town" // of the row's enterprise; "" where there is none or it is unknown
	ByPayee By = "payee"
)

// Sum is what the rows of an item come to, of one bank, of one town, or of all.
type Sum struct {
	By       By        `json:"by" enum:"item,bank,town"`
	Key      string    `json:"key" doc:"USCC of the bank, code of the town; empty of an item"`
	Name     string    `json:"name"`
	Item     string    `json:"item"`
	Rows     int64     `json:"rows"`
	Base     int64     `json:"base_fen"`
	Entitled money.Fen `json:"entitled_fen"`
	Pooled   money.Fen `json:"pooled_fen"`
	Paid     money.Fen `json:"paid_fen"`
	SetAside int64     `json:"set_aside"`
	Excluded int64     `json:"excluded"`
}

// PoolUse is what became of a pool.
type PoolUse struct {
	Pool      string     `json:"pool"`
	Title     string     `json:"title"`
	Allocator string     `json:"allocator"`
	Limited   bool       `json:"limited" doc:"else there is no budget for it"`
	Budget    money.Fen  `json:"budget_fen"`
	Requested money.Fen  `json:"requested_fen"`
	Pooled    money.Fen  `json:"pooled_fen"`
	Paid      money.Fen  `json:"paid_fen"`
	Rate      money.Rate `json:"rate_ppb" doc:"of scale_rate, the highest rate paid; 0 where it did not bite"`
}

// Measured is an indicator as a run found it.
type Measured struct {
	Indicator   string `json:"indicator"`
	Title       string `json:"title"`
	Clause      string `json:"clause"`
	Responsible string `json:"responsible"`
	Unit        string `json:"unit" enum:"fen,ppb,count" doc:"of value and target"`
	Known       bool   `json:"known"`
	Value       int64  `json:"value"`
	Rows        int64  `json:"rows" doc:"that count"`
	Unknown     int64  `json:"unknown" doc:"rows left out because a fact is unknown"`
	HasTarget   bool   `json:"has_target"`
	AtLeast     bool   `json:"at_least" doc:"else at most"`
	Target      int64  `json:"target"`
	Met         bool   `json:"met"`
	Why         string `json:"why" doc:"where the figure comes from when the facts do not hold it"`
}

// Rows are all rows of a run, for its tables.
type Rows struct {
	Lines      []Line
	Asides     []Aside
	Totals     []Total
	Sums       []Sum
	Pools      []PoolUse
	Indicators []Measured
}

// Party is what the frozen facts say of an institution or an enterprise.
type Party struct{ Name, Town string }

// Parties looks parties up by their code; what is not known is empty.
type Parties interface {
	Institution(id string) Party
	Enterprise(id string) Party
}

// rowsOf puts a result into rows with names, and reckons the sums. Of a payee the
// name is the enterprise's where there is one of that code, else the institution's.
func rowsOf(res *settlement.Result, parties Parties) *Rows {
	r := &Rows{}
	names := func(institution, enterprise string) Names {
		e := parties.Enterprise(enterprise)
		return Names{Institution: parties.Institution(institution).Name, Enterprise: e.Name, Town: e.Town}
	}
	for i, l := range res.Lines {
		r.Lines = append(r.Lines, Line{
			N: int64(i + 1), Item: l.Item, PayeeID: l.PayeeID, InstitutionID: l.InstitutionID, SubjectID: l.SubjectID, EnterpriseID: l.EnterpriseID,
			Base: l.Base, LimitedBase: l.LimitedBase, Rate: l.Rate, Amount: l.Amount, Deducted: l.Deducted, Capped: l.Capped, Pooled: l.Pooled, Paid: l.Paid,
			Names: names(l.InstitutionID, l.EnterpriseID),
		})
	}
	for _, list := range []struct {
		rows    []settlement.Aside
		waiting bool
	}{{res.SetAside, true}, {res.Excluded, false}} {
		for _, a := range list.rows {
			r.Asides = append(r.Asides, Aside{
				N: int64(len(r.Asides) + 1), Waiting: list.waiting, Item: a.Item, InstitutionID: a.InstitutionID, SubjectID: a.SubjectID,
				EnterpriseID: a.EnterpriseID, Reason: a.Reason, Detail: a.Detail, Names: names(a.InstitutionID, a.EnterpriseID),
			})
		}
	}
	for i, t := range res.Totals {
		payee := parties.Enterprise(t.PayeeID).Name
		if payee == "" {
			payee = parties.Institution(t.PayeeID).Name
		}
		r.Totals = append(r.Totals, Total{
			N: int64(i + 1), Item: t.Item, PayeeID: t.PayeeID, Payee: payee, Rows: t.Rows, Base: t.Base, Amount: t.Amount, Pooled: t.Pooled, Paid: t.Paid,
		})
	}
	r.sum()
	return r
}

// sum reckons the sums by item, bank and town.
func (r *Rows) sum() {
	type key struct {
		by        By
		key, item string
	}
	at := map[key]int{}
	add := func(item string, n Names, institution string, f func(*Sum)) {
		for _, k := range []struct {
			key
			name string
		}{{key{ByItem, "", item}, ""}, {key{ByBank, institution, item}, n.Institution}, {key{ByTown, n.Town, item}, ""}} {
			i, ok := at[k.key]
			if !ok {
				i = len(r.Sums)
				at[k.key] = i
				r.Sums = append(r.Sums, Sum{By: k.by, Key: k.key.key, Name: k.name, Item: item})
			}
			f(&r.Sums[i])
		}
	}
	for i := range r.Lines {
		l := &r.Lines[i]
		add(l.Item, l.Names, l.InstitutionID, func(s *Sum) {
			s.Rows++
			s.Base += l.Base
			s.Entitled += l.Capped
			s.Pooled += l.Pooled
			s.Paid += l.Paid
		})
	}
	for i := range r.Asides {
		a := &r.Asides[i]
		add(a.Item, a.Names, a.InstitutionID, func(s *Sum) {
			if a.Waiting {
				s.SetAside++
			} else {
				s.Excluded++
			}
		})
	}
}

// sums adds up what a run came to.
func (r *Rows) sums() Sums {
	s := Sums{Lines: int64(len(r.Lines)), Payees: int64(len(r.Totals))}
	for i := range r.Totals {
		s.Entitled += r.Totals[i].Amount
		s.Pooled += r.Totals[i].Pooled
		s.Paid += r.Totals[i].Paid
	}
	for i := range r.Asides {
		if r.Asides[i].Waiting {
			s.SetAside++
		} else {
			s.Excluded++
		}
	}
	return s
}
