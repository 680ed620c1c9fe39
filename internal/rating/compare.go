package rating

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/rating/scorecard"
)

// Comparison is what models said of the same firms, each held against the first.
type Comparison struct {
	Pairs []Pair `json:"pairs"`
}

// Pair is what two models said of the same firms at the same moments, the last of each firm.
type Pair struct {
	A string `json:"a"`
	B string `json:"b"`
	// Firms of which both said something; at most MaxCompared, the latest.
	Firms int           `json:"firms"`
	From  civil.Instant `json:"from_ms"` // the first of these moments, and the last
	To    civil.Instant `json:"to_ms"`

	Both    int `json:"both"`   // gave a score
	OnlyA   int `json:"only_a"` // the other refused
	OnlyB   int `json:"only_b"`
	Neither int `json:"neither"`

	// Of those to which both gave a score: whose grade by B stands for less risk than that by
	// A, for as much, for more.
	Better int `json:"better"`
	Same   int `json:"same"`
	Worse  int `json:"worse"`
	// Differences count them by points of B less points of A.
	Differences []Difference `json:"differences"`
	// Moved count them by the grades of both.
	Moved []Moved `json:"moved"`
}

// Difference counts firms whose points differ by From or more, and less than that of the next.
// The first has all that differ by less, too.
type Difference struct {
	From  int `json:"from"`
	Firms int `json:"firms"`
}

// Moved counts firms with one grade by A and one by B.
type Moved struct {
	A     string `json:"a"`
	B     string `json:"b"`
	Firms int    `json:"firms"`
}

// MaxCompared is how many firms two models are compared over.
const MaxCompared = 5000

// Points that differences are counted by.
const (
	differenceStep = 10
	differenceMost = 100
)

// Compare holds what models said against what the first of them said.
//
// Errors: rating.compare of fewer than two models, more than four, or one twice;
// rating.not_found.
func (s *Service) Compare(ctx context.Context, ids []string) (*Comparison, error) {
	if sorted := slices.Sorted(slices.Values(ids)); len(ids) < 2 || len(ids) > 4 || len(slices.Compact(sorted)) != len(ids) {
		return nil, fault.New(fault.Invalid, "rating.compare", "请选二至四个不同的模型", "choose two to four models, each once").In(fault.Place{Field: "ids"})
	}
	var out *Comparison
	err := s.Store.Read(ctx, func(tx Tx) error {
		out = &Comparison{Pairs: make([]Pair, 0, len(ids)-1)}
		risks := make([]map[string]int64, len(ids))
		for i, id := range ids {
			m, err := tx.Model(id)
			if err != nil {
				return err
			}
			if risks[i], err = m.risks(); err != nil {
				return err
			}
			if i == 0 {
				continue
			}
			said, err := tx.SharedScores(ids[0], id, MaxCompared)
			if err != nil {
				return err
			}
			p := Pair{A: ids[0], B: id}
			if err := p.count(s.Sealer, said, risks[0], risks[i]); err != nil {
				return err
			}
			out.Pairs = append(out.Pairs, p)
		}
		return nil
	})
	return out, err
}

// risks are what the grades of a model stand for.
func (m *Model) risks() (map[string]int64, error) {
	card, err := scorecard.Read(m.Card)
	if err != nil {
		return nil, err
	}
	out := map[string]int64{}
	for _, g := range card.Grades {
		out[g.Name] = g.PD
	}
	return out, nil
}

// count counts what both said, the last of a firm first.
func (p *Pair) count(sealer Sealer, said [][2]Kept, riskA, riskB map[string]int64) error {
	for from := -differenceMost; from < differenceMost; from += differenceStep {
		p.Differences = append(p.Differences, Difference{From: from})
	}
	seen := map[string]bool{}
	moved := map[Moved]int{}
	for i := range said {
		if seen[said[i][0].Firm] {
			continue
		}
		seen[said[i][0].Firm] = true
		a, err := Open(sealer, &said[i][0])
		if err != nil {
			return err
		}
		b, err := Open(sealer, &said[i][1])
		if err != nil {
			return err
		}
		if p.Firms++; p.To == 0 {
			p.To = a.At
		}
		p.From, p.To = min(cmp.Or(p.From, a.At), a.At), max(p.To, a.At)
		switch {
		case a.Refused != nil && b.Refused != nil:
			p.Neither++
		case b.Refused != nil:
			p.OnlyA++
		case a.Refused != nil:
			p.OnlyB++
		default:
			p.both(a, b, riskA[a.Grade], riskB[b.Grade])
			moved[Moved{A: a.Grade, B: b.Grade}]++
		}
	}
	p.Moved = make([]Moved, 0, len(moved))
	for m, n := range moved {
		p.Moved = append(p.Moved, Moved{m.A, m.B, n})
	}
	slices.SortFunc(p.Moved, func(x, y Moved) int { return cmp.Or(strings.Compare(x.A, y.A), strings.Compare(x.B, y.B)) })
	return nil
}

// both counts a firm to which both gave a score.
func (p *Pair) both(a, b *Score, riskA, riskB int64) {
	p.Both++
	switch cmp.Compare(riskB, riskA) {
	case -1:
		p.Better++
	case 0:
		p.Same++
	default:
		p.Worse++
	}
	step := (min(max(b.Score-a.Score, -differenceMost), differenceMost-1) + differenceMost) / differenceStep
	p.Differences[step].Firms++
}
