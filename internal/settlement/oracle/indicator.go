package oracle

import (
	"math/big"

	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/settlement"
)

// indicators measures the targets.
func (b *Books) indicators() ([]settlement.Measured, error) {
	var all []settlement.Measured
	for _, in := range b.plan.Indicators {
		m := settlement.Measured{Indicator: in.ID}
		if in.Measure.Kind != policy.External {
			var err error
			if m, err = b.measure(in); err != nil {
				return nil, err
			}
		}
		if m.Known && in.Target != nil {
			m.Met = m.Value <= in.Target.Value
			if in.Target.AtLeast {
				m.Met = m.Value >= in.Target.Value
			}
		}
		all = append(all, m)
	}
	return all, nil
}

// measure reckons one indicator over the rows that count.
func (b *Books) measure(in *policy.Indicator) (settlement.Measured, error) {
	m := settlement.Measured{Indicator: in.ID}
	sumOf, sumBy, product := new(big.Int), new(big.Int), new(big.Int)
	borrowers := map[string]bool{}
	for _, row := range b.facts.all(in.Table.Name) {
		x, err := b.examine(in.When, in.Related, in.FirstLoan, row)
		if err != nil {
			return m, err
		}
		if x.Truth == Fails {
			continue
		}
		of, by, known, err := b.figures(&in.Measure, row)
		if err != nil {
			return m, err
		}
		if x.Truth == Unknown || !known {
			m.Unknown++
			continue
		}
		m.Rows++
		sumOf.Add(sumOf, big.NewInt(of))
		sumBy.Add(sumBy, big.NewInt(by))
		product.Add(product, times(of, by))
		borrowers[row.Text("enterprise_id")] = true
	}
	value := new(big.Int)
	switch in.Measure.Kind {
	case policy.Sum:
		value = sumOf
	case policy.Count:
		value.SetInt64(m.Rows)
	case policy.CountDistinct:
		value.SetInt64(int64(len(borrowers)))
	case policy.WeightedMean:
		value = quotient(product, sumBy)
	case policy.Ratio:
		value = quotient(sumOf.Mul(sumOf, big.NewInt(int64(money.One))), sumBy)
	}
	if m.Known = value != nil && value.IsInt64(); m.Known {
		m.Value = value.Int64()
	}
	return m, nil
}

// quotient is a÷b half up, nil when b is not above 0.
func quotient(a, b *big.Int) *big.Int {
	if b.Sign() <= 0 {
		return nil
	}
	return halfUp(a, b)
}

// figures evaluates what a measure adds up; known is false when a part is not.
func (b *Books) figures(m *policy.Measure, row *Fact) (of, by int64, known bool, err error) {
	known = true
	if m.Of != nil {
		value, _, err := b.eval(m.Of, row)
		if err != nil {
			return 0, 0, false, err
		}
		of, known = value.Int, value.Known
	}
	if m.By != nil {
		value, _, err := b.eval(m.By, row)
		if err != nil {
			return 0, 0, false, err
		}
		by, known = value.Int, known && value.Known
	}
	return of, by, known, nil
}
