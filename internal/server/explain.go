package server

import (
	"cmp"
	"context"
	"slices"

	"changrong/internal/adapter/bundle"
	"changrong/internal/adapter/engine"
	"changrong/internal/base/fault"
	"changrong/internal/settlement"
	"changrong/internal/settlement/explain"
)

// ExplainOptions say what of a bundle to explain.
type ExplainOptions struct {
	Bundle string
	Query  explain.Query
	// Example picks a line by itself instead: the one to which most steps did
	// something, the first in order among equals.
	Example bool
}

// Explain runs what is asked about again, row by row, and holds it against the
// bundle's stored result. Of rows that are not asked about it takes from that what
// they came to before the limit; verifying the bundle checks all of them.
func Explain(ctx context.Context, o ExplainOptions) (*explain.Trace, error) {
	b, err := bundle.Open(o.Bundle)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	_, plan, err := b.Plan()
	if err != nil {
		return nil, err
	}
	plan.Indicators = nil // they explain no payment
	stored, err := b.Result()
	if err != nil {
		return nil, err
	}
	if o.Example {
		if o.Query, err = example(stored); err != nil {
			return nil, err
		}
	}
	facts, err := b.Facts()
	if err != nil {
		return nil, err
	}
	defer facts.Close()
	x, err := engine.OpenExplainer(ctx, plan, facts, stored)
	if err != nil {
		return nil, err
	}
	return x.Answer(ctx, o.Query)
}

func example(r *settlement.Result) (explain.Query, error) {
	if len(r.Lines) == 0 {
		return explain.Query{}, fault.New(fault.NotFound, "explain.no_lines", "这次结算没有任何拨付", "nothing is paid in this settlement")
	}
	steps := func(l settlement.Line) int {
		n := 0
		for _, happened := range []bool{l.LimitedBase != l.Base, l.Deducted != 0, l.Capped != l.Amount-l.Deducted, l.Pooled != l.Capped, l.Paid != l.Pooled} {
			if happened {
				n++
			}
		}
		return n
	}
	l := slices.MaxFunc(r.Lines, func(a, b settlement.Line) int { return cmp.Compare(steps(a), steps(b)) })
	return explain.Query{Institution: l.InstitutionID, Subject: l.SubjectID, Item: l.Item}, nil
}
