package training

import (
	"context"
	"slices"

	"changrong/internal/access"
	"changrong/internal/base/fault"
	"changrong/internal/rating"
	"changrong/internal/rating/feature"
	"changrong/internal/rating/scorecard"
	"changrong/internal/rating/train"
)

// Trial is what an imported card is tried on.
type Trial struct {
	Sample string `json:"sample"`
	Target string `json:"target" doc:"column that tells what came of the firm"`
	Bad    string `json:"bad" doc:"its value of bad ones"`
}

// Assess tries an imported card on a sample, and keeps how it did as the model's validation.
//
// Errors: rating.not_found, rating.columns, rating.cell, rating.bad, rating.one_class,
// rating.rows; those of Files.Read and of rating.Service.Validate.
func (s *Service) Assess(ctx context.Context, who access.Caller, model string, version int64, a Trial) (*rating.Model, error) {
	m, err := s.Models.Model(ctx, model)
	if err != nil {
		return nil, err
	}
	card, err := scorecard.Read(m.Card)
	if err != nil {
		return nil, err
	}
	set, err := feature.Parse([]byte(m.Features))
	if err != nil {
		return nil, err
	}
	x, err := s.sample(ctx, a.Sample, "sample")
	if err != nil {
		return nil, err
	}
	if err := (&Ask{Target: a.Target, Bad: a.Bad}).outcome(&x.Table); err != nil {
		return nil, err
	}
	set.Features = slices.DeleteFunc(set.Features, func(f feature.Feature) bool {
		return x.Column(f.Name) == nil || !slices.ContainsFunc(card.Characteristics, func(c scorecard.Characteristic) bool { return c.Name == f.Name })
	})
	rows, err := s.Files.Read(ctx, x, Options{Features: set, Target: a.Target, Bad: a.Bad})
	if err != nil {
		return nil, fault.Of(err).In(fault.Place{File: x.Name})
	}
	v, err := train.Assess(card, rows)
	if err != nil {
		return nil, err
	}
	v.Tried.ID, v.Tried.Name, v.Tried.SHA256 = x.ID, x.Name, x.SHA256
	return s.Models.Validate(ctx, who, model, version, v)
}
