package programme

import (
	"context"
	"slices"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/settlement"
)

// Lines returns rows of a run that are paid, within scope.
//
// Errors: programme.not_found, programme.not_done, programme.page, programme.sort.
func (s *Service) Lines(ctx context.Context, scope access.Scope, id string, f Filter) ([]Line, int, error) {
	return rows(ctx, s, scope, id, f, Tx.RunLines, func(l *Line) *Names { return &l.Names })
}

// Asides returns rows of a run that wait or are excluded, within scope. Which other
// institution it was lost to a bank is not told. Errors as Lines.
func (s *Service) Asides(ctx context.Context, scope access.Scope, id string, f Filter) ([]Aside, int, error) {
	page, total, err := rows(ctx, s, scope, id, f, Tx.RunAsides, func(a *Aside) *Names { return &a.Names })
	for i := range page {
		if r := page[i].Reason; !scope.All && (r == settlement.OtherBank || r == settlement.FirstElsewhere) {
			page[i].Detail = ""
		}
	}
	return page, total, err
}

// Totals returns what payees get of items, within scope: a bank its own only.
// Errors as Lines.
func (s *Service) Totals(ctx context.Context, scope access.Scope, id string, f Filter) ([]Total, int, error) {
	return rows(ctx, s, scope, id, f, Tx.RunTotals, func(*Total) *Names { return &Names{} })
}

func rows[T any](ctx context.Context, s *Service, scope access.Scope, id string, f Filter, list func(Tx, int64, Reach, Filter) ([]T, int, error), names func(*T) *Names) (page []T, total int, err error) {
	if err := f.check(); err != nil {
		return nil, 0, err
	}
	err = s.Store.Read(ctx, func(tx Tx) error {
		run, reach, err := s.whole(tx, scope, id)
		if err != nil {
			return err
		}
		page, total, err = list(tx, run.No, reach, f)
		towns := s.Packs.Towns(run.Pack)
		for i := range page {
			n := names(&page[i])
			n.TownName = towns[n.Town]
		}
		return err
	})
	return page, total, err
}

// Overview is what a run came to, by item, bank and town.
type Overview struct {
	Run        *Run       `json:"run"`
	Items      []Sum      `json:"items"`
	Banks      []Sum      `json:"banks" doc:"by bank and item; of a bank its own"`
	Towns      []Sum      `json:"towns" doc:"by town and item; not for a bank"`
	Pools      []PoolUse  `json:"pools" doc:"not for a bank"`
	Indicators []Measured `json:"indicators" doc:"not for a bank"`
}

// Overview returns what a run came to, within scope.
//
// Errors: programme.not_found, programme.not_done, programme.cleared.
func (s *Service) Overview(ctx context.Context, scope access.Scope, id string) (o *Overview, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		run, reach, err := s.whole(tx, scope, id)
		if err != nil {
			return err
		}
		o, err = s.overview(tx, run, reach)
		return err
	})
	return o, err
}

func (s *Service) overview(tx Tx, run *Run, reach Reach) (*Overview, error) {
	o := &Overview{Run: run, Items: []Sum{}, Banks: []Sum{}, Towns: []Sum{}, Pools: []PoolUse{}, Indicators: []Measured{}}
	banks, err := tx.RunSums(run.No, ByBank)
	if err != nil {
		return nil, err
	}
	if !reach.All {
		for _, b := range banks {
			if b.Key == reach.Institution && reach.Institution != "" {
				o.Banks = append(o.Banks, b)
			}
		}
		return o, nil
	}
	o.Banks = banks
	if o.Items, err = tx.RunSums(run.No, ByItem); err != nil {
		return nil, err
	}
	if o.Towns, err = tx.RunSums(run.No, ByTown); err != nil {
		return nil, err
	}
	towns := s.Packs.Towns(run.Pack)
	for i := range o.Towns {
		o.Towns[i].Name = towns[o.Towns[i].Key]
	}
	if o.Pools, err = tx.RunPools(run.No); err != nil {
		return nil, err
	}
	o.Indicators, err = tx.RunIndicators(run.No)
	return o, err
}

// pair returns two runs that can be compared.
//
// Errors: programme.not_found, programme.not_done, programme.cleared,
// programme.other_policy.
func (s *Service) pair(tx Tx, scope access.Scope, a, b string) (*Run, *Run, error) {
	if everything(scope) != nil {
		return nil, nil, missing()
	}
	x, _, err := s.whole(tx, scope, a)
	if err != nil {
		return nil, nil, err
	}
	y, _, err := s.whole(tx, scope, b)
	if err == nil && x.Pack != y.Pack {
		err = fault.New(fault.Conflict, "programme.other_policy", "只能比较同一政策的两次结算", "only runs of one policy can be compared")
	}
	return x, y, err
}

// Compare holds run b beside run a.
//
// Errors: those of pair.
func (s *Service) Compare(ctx context.Context, scope access.Scope, a, b string) (*Comparison, error) {
	c := &Comparison{}
	err := s.Store.Read(ctx, func(tx Tx) (err error) {
		if c.A, c.B, err = s.pair(tx, scope, a, b); err != nil {
			return err
		}
		for _, by := range []struct {
			by  By
			out *[]Delta
		}{{ByItem, &c.Items}, {ByBank, &c.Banks}, {ByTown, &c.Towns}} {
			was, err := tx.RunSums(c.A.No, by.by)
			if err != nil {
				return err
			}
			is, err := tx.RunSums(c.B.No, by.by)
			if err != nil {
				return err
			}
			*by.out = deltas(by.by, was, is)
		}
		towns := s.Packs.Towns(c.B.Pack)
		for i := range c.Towns {
			c.Towns[i].Name = towns[c.Towns[i].Key]
		}
		if c.Gained, c.Lost, c.Gainers, c.Losers, err = tx.CompareTotals(c.A.No, c.B.No); err != nil {
			return err
		}
		c.FirstStep, err = recalls(&s.recall, recalled{a: c.A.No, b: c.B.No, what: "steps"}, func() ([]StepCount, error) {
			return tx.CompareSteps(c.A.No, c.B.No)
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	titles := map[string]string{}
	if pack, err := s.Packs.Pack(c.B.Pack); err == nil {
		for _, r := range pack.Readings {
			titles[r.Name] = r.Title
		}
		for _, p := range pack.Parameters {
			titles[p.Name] = p.Title
		}
	}
	c.Inputs = inputs(c.A, c.B, titles)
	return c, nil
}

// ComparePayees returns the payees that get something else in run b, the largest
// difference first.
//
// Errors: those of pair, programme.page.
func (s *Service) ComparePayees(ctx context.Context, scope access.Scope, a, b string, f Filter) ([]Delta, int, error) {
	return compared(ctx, s, scope, a, b, f, "payees", Tx.ComparePayees)
}

// CompareLines returns the rows of which two runs say something else, the largest
// difference first, at which step they part, and why. Errors as ComparePayees, and
// those of files that cannot be read.
func (s *Service) CompareLines(ctx context.Context, scope access.Scope, a, b string, f Filter) ([]LineDelta, int, error) {
	page, total, err := compared(ctx, s, scope, a, b, f, "lines", Tx.CompareLines)
	if err != nil || len(page) == 0 {
		return page, total, err
	}
	var x, y *Run
	err = s.Store.Read(ctx, func(tx Tx) (err error) {
		x, y, err = s.pair(tx, scope, a, b)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	towns := s.Packs.Towns(y.Pack)
	page = slices.Clone(page) // others may have the same
	for i := range page {
		for _, l := range []**Line{&page[i].A, &page[i].B} {
			if *l != nil {
				named := **l
				named.TownName = towns[named.Town]
				*l = &named
			}
		}
	}
	return page, total, s.explainDeltas(ctx, x, y, page)
}

func compared[T any](ctx context.Context, s *Service, scope access.Scope, a, b string, f Filter, what string, list func(Tx, int64, int64, Filter) ([]T, int, error)) (page []T, total int, err error) {
	if err := f.check(); err != nil {
		return nil, 0, err
	}
	type found struct {
		page  []T
		total int
	}
	err = s.Store.Read(ctx, func(tx Tx) error {
		x, y, err := s.pair(tx, scope, a, b)
		if err != nil {
			return err
		}
		in, err := recalls(&s.recall, recalled{x.No, y.No, what, f}, func() (in found, err error) {
			in.page, in.total, err = list(tx, x.No, y.No, f)
			return in, err
		})
		page, total = in.page, in.total
		return err
	})
	return page, total, err
}

// Target is an indicator with what it lacks, and what it was the year before.
type Target struct {
	Measured
	Gap      int64  `json:"gap" doc:"what is missing to the target, 0 when it is met; only when known and there is one"`
	LastYear *int64 `json:"last_year,omitempty" doc:"the same indicator in the newest official run of a period before; absent when unknown"`
	LastRun  string `json:"last_run,omitempty" doc:"that run"`
}

// Cockpit is where the programme stands.
type Cockpit struct {
	Overview
	Targets []Target `json:"targets"`
}

// Cockpit returns where the programme stands by the run in force of a policy; pack
// "" is the newest of all.
//
// Errors: programme.no_official, access.forbidden.
func (s *Service) Cockpit(ctx context.Context, scope access.Scope, pack string) (c *Cockpit, err error) {
	if err := everything(scope); err != nil {
		return nil, err
	}
	err = s.Store.Read(ctx, func(tx Tx) error {
		run, err := tx.OfficialRun(pack)
		if fault.KindOf(err) == fault.NotFound {
			return fault.New(fault.NotFound, "programme.no_official", "还没有正式结算，请先发起并由另一人确认", "there is no official run yet; ask for one and have it confirmed")
		}
		if err != nil {
			return err
		}
		o, err := s.overview(tx, run, Reach{All: true})
		if err != nil {
			return err
		}
		c = &Cockpit{Overview: *o, Targets: make([]Target, len(o.Indicators))}
		for i, m := range o.Indicators {
			c.Targets[i] = Target{Measured: m, Gap: gap(m)}
		}
		return lastYear(tx, run.From, c.Targets)
	})
	return c, err
}

// gap is what an indicator lacks to its target.
func gap(m Measured) int64 {
	switch {
	case !m.Known || !m.HasTarget:
		return 0
	case m.AtLeast:
		return max(0, m.Target-m.Value)
	}
	return max(0, m.Value-m.Target)
}

// lastYear looks the targets' figures up in the official runs of periods before.
func lastYear(tx Tx, from civil.Date, targets []Target) error {
	runs, err := tx.EarlierOfficial(from)
	if err != nil {
		return err
	}
	for _, run := range runs {
		measured, err := tx.RunIndicators(run.No)
		if err != nil {
			return err
		}
		for _, m := range measured {
			for i := range targets {
				if t := &targets[i]; t.Indicator == m.Indicator && t.Unit == m.Unit && m.Known && t.LastYear == nil {
					t.LastYear, t.LastRun = &m.Value, run.ID
				}
			}
		}
	}
	return nil
}

// ClauseMoney is what the items of a clause moved in a run.
type ClauseMoney struct {
	Clause   string    `json:"clause"`
	Rows     int64     `json:"rows"`
	Entitled money.Fen `json:"entitled_fen"`
	Paid     money.Fen `json:"paid_fen"`
	SetAside int64     `json:"set_aside"`
	Excluded int64     `json:"excluded"`
	Items    []Sum     `json:"items"`
}

// MoneyByClause puts the sums of items under the clauses they rest on, in the
// order of clauses.
func MoneyByClause(clauses []string, clauseOf map[string]string, items []Sum) []ClauseMoney {
	out := make([]ClauseMoney, len(clauses))
	for i, ref := range clauses {
		m := ClauseMoney{Clause: ref, Items: []Sum{}}
		for _, s := range items {
			if clauseOf[s.Item] == ref {
				m.Rows += s.Rows
				m.Entitled += s.Entitled
				m.Paid += s.Paid
				m.SetAside += s.SetAside
				m.Excluded += s.Excluded
				m.Items = append(m.Items, s)
			}
		}
		out[i] = m
	}
	return out
}
