// Package cases runs a pack's own cases: small facts written beside the rules,
// and the amounts somebody worked out by hand.
package cases

import (
	"context"
	"fmt"
	"slices"

	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement"
)

// Runner is an executor.
type Runner struct {
	Name string
	Run  func(ctx context.Context, plan *policy.Plan, src fact.Source) (*settlement.Result, error)
}

// Outcome is what became of one case under one executor.
type Outcome struct {
	File, Item, Name string
	Runner           string
	At               fault.Place
	// Wrong says what differs from what was worked out, a sentence each; none
	// means that the case passed.
	Wrong []string
}

// Run runs every case of the pack under every executor. It returns an error only
// when it was stopped: a case that cannot be run has failed.
func Run(ctx context.Context, pack *policy.Pack, runners []Runner) ([]Outcome, error) {
	var outcomes []Outcome
	plans := planner{pack: pack, made: map[string]planned{}}
	for _, f := range pack.Cases {
		for i := range f.Cases {
			c := &f.Cases[i]
			for _, r := range runners {
				if ctx.Err() != nil {
					return nil, ctx.Err()
				}
				outcomes = append(outcomes, Outcome{File: f.File, Item: f.Item, Name: c.Name, Runner: r.Name, At: c.At, Wrong: one(ctx, plans, c, r)})
			}
		}
	}
	return outcomes, nil
}

// planner makes the plan of every set of readings once.
type planner struct {
	pack *policy.Pack
	made map[string]planned
}

type planned struct {
	plan *policy.Plan
	err  error
}

func (p planner) plan(readings map[string]string) (*policy.Plan, error) {
	key := fmt.Sprint(readings) // in order of the names
	m, ok := p.made[key]
	if !ok {
		m.plan, m.err = p.pack.Plan(policy.Choices{Readings: readings})
		p.made[key] = m
	}
	return m.plan, m.err
}

func one(ctx context.Context, plans planner, c *policy.Case, r Runner) []string {
	res, err := settle(ctx, plans, c, r)
	switch {
	case err != nil && c.Refused != "" && fault.CodeOf(err) == c.Refused:
		return nil
	case err != nil:
		return []string{err.Error()}
	case c.Refused != "":
		return []string{"应以 " + c.Refused + " 拒绝，却算出了结果"}
	}
	return Compare(c, res)
}

func settle(ctx context.Context, plans planner, c *policy.Case, r Runner) (*settlement.Result, error) {
	plan, err := plans.plan(c.Readings)
	if err != nil {
		return nil, err
	}
	src, err := fact.FromCells(c.Facts)
	if err != nil {
		return nil, err
	}
	return r.Run(ctx, plan, src)
}

// Compare says what of a result differs from what a case expects.
func Compare(c *policy.Case, res *settlement.Result) []string {
	d := &differ{items: c.Items}
	d.totals(c.Totals, res.Totals)
	d.asides("set_aside", c.SetAside, res.SetAside)
	d.asides("excluded", c.Excluded, res.Excluded)
	for _, want := range c.Indicators {
		i := slices.IndexFunc(res.Indicators, func(m settlement.Measured) bool { return m.Indicator == want.ID })
		if i < 0 {
			d.add("没有指标 %s", want.ID)
			continue
		}
		d.indicator(want, res.Indicators[i])
	}
	return d.wrong
}

type differ struct {
	items []string
	wrong []string
}

func (d *differ) add(format string, args ...any) {
	d.wrong = append(d.wrong, fmt.Sprintf(format, args...))
}

func (d *differ) indicator(want policy.WantIndicator, got settlement.Measured) {
	switch {
	case got.Known != (want.Value != nil):
		d.add("指标 %s：应算得出为 %t，得 %t", want.ID, want.Value != nil, got.Known)
	case got.Known && (got.Value != *want.Value || got.Met != want.Met):
		d.add("指标 %s：应为 %d（达标 %t），得 %d（达标 %t）", want.ID, *want.Value, want.Met, got.Value, got.Met)
	}
	if want.Rows != nil && *want.Rows != got.Rows {
		d.add("指标 %s 计入的行：应为 %d，得 %d", want.ID, *want.Rows, got.Rows)
	}
	if want.Unknown != nil && *want.Unknown != got.Unknown {
		d.add("指标 %s 不明的行：应为 %d，得 %d", want.ID, *want.Unknown, got.Unknown)
	}
}

func (d *differ) totals(want []policy.WantTotal, all []settlement.Total) {
	for _, got := range all {
		if slices.Contains(d.items, got.Item) && !slices.ContainsFunc(want, func(w policy.WantTotal) bool { return w.Item == got.Item && w.Payee == got.PayeeID }) {
			d.add("%s 多出收款人 %s：%s 元", got.Item, got.PayeeID, got.Paid)
		}
	}
	for _, w := range want {
		i := slices.IndexFunc(all, func(got settlement.Total) bool { return w.Item == got.Item && w.Payee == got.PayeeID })
		if i < 0 {
			d.add("%s 没有收款人 %s：应为 %s 元", w.Item, w.Payee, w.Paid)
			continue
		}
		got := all[i]
		if w.Rows != nil && *w.Rows != got.Rows {
			d.add("%s %s 行数：应为 %d，得 %d", w.Item, w.Payee, *w.Rows, got.Rows)
		}
		for _, step := range []struct {
			name string
			want *money.Fen
			got  money.Fen
		}{{"基数", w.Base, money.Fen(got.Base)}, {"封顶后", w.Amount, got.Amount}, {"资金池分配后", w.Pooled, got.Pooled}, {"拨付", &w.Paid, got.Paid}} {
			if step.want != nil && *step.want != step.got {
				d.add("%s %s %s：应为 %s 元，得 %s 元", w.Item, w.Payee, step.name, *step.want, step.got)
			}
		}
	}
}

func (d *differ) asides(list string, want []policy.WantAside, all []settlement.Aside) {
	fits := func(w policy.WantAside, got settlement.Aside) bool {
		return w.Item == got.Item && w.Subject == got.SubjectID && w.Reason == string(got.Reason) &&
			(w.Institution == "" || w.Institution == got.InstitutionID) && (w.Detail == "" || w.Detail == got.Detail)
	}
	for _, got := range all {
		if slices.Contains(d.items, got.Item) && !slices.ContainsFunc(want, func(w policy.WantAside) bool { return fits(w, got) }) {
			d.add("%s 多出 %s/%s：%s %s", list, got.Item, got.SubjectID, got.Reason, got.Detail)
		}
	}
	for _, w := range want {
		if !slices.ContainsFunc(all, func(got settlement.Aside) bool { return fits(w, got) }) {
			d.add("%s 没有 %s/%s：%s %s", list, w.Item, w.Subject, w.Reason, w.Detail)
		}
	}
}
