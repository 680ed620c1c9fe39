// Package ratingtest trains a small scorecard on firms that are made up, for tests of what is
// done with models.
package ratingtest

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/rating"
	"changrong/internal/rating/feature"
	"changrong/internal/rating/train"
)

// firms are how many there are in the sample.
const firms = 1200

// Sample is of firms whose risk rises with arrears and gaps, and falls with filings and the
// tax grade; of every tenth value nothing is known.
func Sample(t testing.TB) *train.Sample {
	t.Helper()
	set, err := feature.Load("smefeatures")
	if err != nil {
		t.Fatal(err)
	}
	dice := rand.New(rand.NewPCG(7, 11))
	risk := make([]float64, firms)
	for i := range risk {
		risk[i] = dice.NormFloat64()
	}
	s := &train.Sample{Bad: make([]bool, firms)}
	for i, r := range risk {
		s.Bad[i] = dice.Float64() < 1/(1+math.Exp(2-1.5*r))
	}
	grades := []string{"A", "B", "M", "C", "D"}
	for name, of := range map[string]func(float64) float64{
		"tax_filed":    func(r float64) float64 { return math.Round(min(12, max(0, 8-2*r))) },
		"tax_arrears":  func(r float64) float64 { return math.Round(max(0, r*4e4)) },
		"tax_grade":    func(r float64) float64 { return min(4, max(0, math.Round(1.5+r))) },
		"invoiced_gap": func(r float64) float64 { return math.Round(min(24, max(0, 3+3*r))) },
	} {
		n := slices.IndexFunc(set.Features, func(f feature.Feature) bool { return f.Name == name })
		c := train.Column{Feature: &set.Features[n].Feature, Known: make([]bool, firms), Numbers: make([]float64, firms)}
		noise := rand.New(rand.NewPCG(uint64(n), 13)) // whatever order the map has
		for i, r := range risk {
			c.Numbers[i] = of(r + noise.NormFloat64())
			c.Known[i] = noise.IntN(10) > 0
			if name == "tax_grade" {
				c.Texts = append(c.Texts, grades[int(c.Numbers[i])])
			}
		}
		if c.Texts != nil {
			c.Numbers = nil
		}
		s.Columns = append(s.Columns, c)
	}
	slices.SortFunc(s.Columns, func(a, b train.Column) int { return strings.Compare(a.Feature.Name, b.Feature.Name) })
	return s
}

// Draft is a model trained on that sample, with what training writes in its manifest.
func Draft(t testing.TB, name string) *rating.Draft {
	t.Helper()
	sample, plan := Sample(t), train.DefaultPlan(name)
	card, report, err := train.Train(sample, plan)
	if err != nil {
		t.Fatal(err)
	}
	validation, err := train.Validate(sample, plan, 5, []uint64{1})
	if err != nil {
		t.Fatal(err)
	}
	text, err := feature.Text("smefeatures")
	if err != nil {
		t.Fatal(err)
	}
	parameters, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	var bad int64
	for _, b := range sample.Bad {
		if b {
			bad++
		}
	}
	day, _ := civil.Of(2026, 3, 1)
	return &rating.Draft{
		Name: name, Features: string(text), Card: card, Report: report, Validation: validation,
		Manifest: rating.Manifest{
			Rows: firms, Bad: bad, SHA256: strings.Repeat("5a", 32), Parameters: parameters, Started: civil.StartOf(day), Ended: civil.StartOf(day) + 1500,
			Iterations: report.Iterations, Seed: plan.Seed,
		},
	}
}

// Texts are a manifest as people write it, whole.
func Texts() rating.Texts {
	from, _ := civil.Of(2023, 1, 1)
	to, _ := civil.Of(2024, 12, 31)
	return rating.Texts{
		Target: "放款后12个月内逾期90天以上为坏", Use: "供银行审批小微企业贷款时参考；不得作为拒绝的唯一理由", Source: "税务、市场监管等部门共享数据",
		Medium: "政务云存储一号", Sampling: "全部符合条件的企业", Objective: "指标不含年龄、性别、民族等个人属性", DataFrom: &from, DataTo: &to,
	}
}
