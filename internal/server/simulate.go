package server

import (
	"context"
	"os"

	"changrong/internal/adapter/engine"
	"changrong/internal/adapter/factfile"
	"changrong/internal/party"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/columnar"
	"changrong/internal/settlement/simulate"
)

// SimulateOptions say what to hold against the pack's own choices: the choices
// given, or, when there are none, every reading one at a time.
type SimulateOptions struct {
	Pack, Facts string
	Choices     policy.Choices
	Workers     int
}

// Simulation is the chosen settlement and the others beside it.
type Simulation struct {
	Pack        *policy.Pack
	Plan        *policy.Plan
	Chosen      *settlement.Result
	Comparisons []simulate.Comparison
}

// Simulate reads the facts once and settles them under every variant.
func Simulate(ctx context.Context, o SimulateOptions) (*Simulation, error) {
	pack, err := policy.Load(os.DirFS(o.Pack))
	if err != nil {
		return nil, under(o.Pack, err)
	}
	s := &Simulation{Pack: pack}
	if s.Plan, err = pack.Plan(policy.Choices{}); err != nil {
		return nil, err
	}
	variants, plans, err := s.variants(o.Choices)
	if err != nil {
		return nil, err
	}
	facts, err := factfile.Open(o.Facts)
	if err != nil {
		return nil, err
	}
	defer facts.Close()
	runnable := []*policy.Plan{s.Plan}
	for _, p := range plans {
		if p != nil {
			runnable = append(runnable, p)
		}
	}
	book, err := columnar.Load(ctx, settlement.CountableAmounts(party.NewSized(facts)), columnar.Options{Workers: o.Workers}, runnable...)
	if err != nil {
		return nil, err
	}
	if s.Chosen, err = book.Run(ctx, s.Plan); err != nil {
		return nil, err
	}
	for i, v := range variants {
		if plans[i] == nil {
			continue
		}
		res, err := book.Run(ctx, plans[i])
		if err != nil {
			return nil, err
		}
		s.Comparisons[i] = simulate.Compare(v, s.Chosen, res)
	}
	return s, nil
}

// variants makes the plans; one that the pack refuses is noted and has no plan.
func (s *Simulation) variants(c policy.Choices) ([]simulate.Variant, []*policy.Plan, error) {
	variants := simulate.Variants(s.Pack, s.Plan)
	single := len(c.Readings)+len(c.Parameters) > 0
	if single {
		variants = []simulate.Variant{{Name: engine.ChoiceName(c), Title: engine.ChoiceName(c), Choices: c}}
	}
	plans := make([]*policy.Plan, len(variants))
	s.Comparisons = make([]simulate.Comparison, len(variants))
	for i, v := range variants {
		plan, err := s.Pack.Plan(v.Choices)
		if err != nil && single {
			return nil, nil, err
		}
		plans[i] = plan
		s.Comparisons[i] = simulate.Comparison{Variant: v, Refused: err}
	}
	return variants, plans, nil
}
