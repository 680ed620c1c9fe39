package settlement

import (
	"context"

	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy"
)

// Decision is what people decided about an item: a rate, an amount, or, with
// neither, a waiver.
type Decision struct {
	Item    string
	Subject string // of a row, an institution or an enterprise; "*" is all
	Rate    *money.Rate
	Amount  *money.Fen
	At      fault.Place
}

// Waiver tells whether d decides nothing but that what is missing may be missing.
func (d *Decision) Waiver() bool { return d.Rate == nil && d.Amount == nil }

// ReadDecisions reads the decisions of a policy, in the order of the facts.
func ReadDecisions(ctx context.Context, src fact.Source, policyID string) ([]Decision, error) {
	if !src.Has("decisions") {
		return nil, nil
	}
	var all []Decision
	columns := []string{"policy", "item", "subject_id", "rate", "amount"}
	err := src.Scan(ctx, "decisions", columns, 1, func(_ int, b *fact.Batch) error {
		of, item, subject, rate, amount := b.Vectors[0], b.Vectors[1], b.Vectors[2], b.Vectors[3], b.Vectors[4]
		for i := range b.Len() {
			if string(of.Texts.At(i)) != policyID {
				continue
			}
			d := Decision{
				Item: string(item.Texts.At(i)), Subject: string(subject.Texts.At(i)),
				At: fault.Place{File: b.File, Line: b.LineOf(i)},
			}
			if !rate.Unknown(i) {
				r := money.Rate(rate.Ints[i])
				d.Rate = &r
			}
			if !amount.Unknown(i) {
				f := money.Fen(amount.Ints[i])
				d.Amount = &f
			}
			all = append(all, d)
		}
		return nil
	})
	return all, err
}

// CheckDecisions returns the first decision that is an error in the facts: every
// executor asks before it starts.
//
// Errors: settlement.decision_item (the policy has no such item),
// settlement.decision_closed (it sets what the item does not leave open),
// settlement.decision_range (it lies outside the range).
func CheckDecisions(plan *policy.Plan, rows []Decision) error {
	for i := range rows {
		if err := checkDecision(plan, &rows[i]); err != nil {
			return err
		}
	}
	return nil
}

func checkDecision(plan *policy.Plan, d *Decision) error {
	it := plan.Item(d.Item)
	if it == nil {
		return refuse(d, "item", "settlement.decision_item", "政策 %[1]s 没有项目“%[2]s”", "policy %[1]s has no item %[2]q",
			plan.Policy, fault.Clip(d.Item))
	}
	if d.Rate != nil {
		t := it.Rate
		if t == nil || !t.Open {
			return refuse(d, "rate", "settlement.decision_closed", "项目 %s 的比例不由人工决定", "the rate of %s is not left open", it.ID)
		}
		if *d.Rate < t.Min || *d.Rate > t.Max {
			return refuse(d, "rate", "settlement.decision_range", "项目 %s 核定比例 %s 不在 %s 至 %s 之间", "%s: the rate %s is not within %s to %s",
				it.ID, percent(*d.Rate), percent(t.Min), percent(t.Max))
		}
	}
	if d.Amount != nil {
		t := it.Amount
		if t == nil || !t.Open {
			return refuse(d, "amount", "settlement.decision_closed", "项目 %s 的金额不由人工决定", "the amount of %s is not left open", it.ID)
		}
		if *d.Amount < t.Min || *d.Amount > t.Max {
			return refuse(d, "amount", "settlement.decision_range", "项目 %s 核定金额 %s 元不在 %s 至 %s 元之间", "%s: the amount %s is not within %s to %s yuan",
				it.ID, *d.Amount, t.Min, t.Max)
		}
	}
	return nil
}

func refuse(d *Decision, field, code, zh, en string, args ...any) error {
	at := d.At
	at.Field = field
	return fault.Invalidf(code, zh, en, args...).In(at)
}

func percent(r money.Rate) string { return string(append(r.AppendPercent(nil), '%')) }
