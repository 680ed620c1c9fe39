package oracle_test

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"testing"

	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/oracle"
	"changrong/internal/settlement/settletest"
)

// random is a random case and its result.
type random struct {
	*settlement.Result
	t    *testing.T
	seed uint64
	plan *policy.Plan
}

func (r *random) fail(format string, args ...any) {
	r.t.Helper()
	r.t.Errorf("seed %d: %s", r.seed, fmt.Sprintf(format, args...))
}

func TestInvariants(t *testing.T) {
	for seed := range uint64(400) {
		plan, facts := settletest.Random(seed)
		result, err := oracle.Run(context.Background(), plan, facts)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		again, err := oracle.Run(context.Background(), plan, settletest.Permute(facts, seed))
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if d := settletest.Diff(result, again); d != "" {
			t.Errorf("seed %d: the order of rows matters:\n%s", seed, d)
		}
		r := &random{result, t, seed, plan}
		r.everyRowOnce()
		r.totalsAddUp()
		r.limitsHold()
		r.groupsKeepOne()
		r.poolsHold()
		r.roundingHolds()
	}
}

// everyRowOnce: a row is paid, waits or is excluded, and only one of them.
func (r *random) everyRowOnce() {
	seen := map[string]bool{}
	row := func(item, institution, subject string) {
		key := fmt.Sprintf("%q %q %q", item, institution, subject)
		if seen[key] {
			r.fail("%s comes twice", key)
		}
		seen[key] = true
	}
	for _, l := range r.Lines {
		row(l.Item, l.InstitutionID, l.SubjectID)
	}
	for _, a := range append(slices.Clone(r.SetAside), r.Excluded...) {
		row(a.Item, a.InstitutionID, a.SubjectID)
	}
}

// totalsAddUp: totals are what the lines add up to, at every step.
func (r *random) totalsAddUp() {
	want := map[string]settlement.Total{}
	for _, l := range r.Lines {
		key := l.Item + "\x00" + l.PayeeID
		t := want[key]
		want[key] = settlement.Total{
			Item: l.Item, PayeeID: l.PayeeID, Rows: t.Rows + 1, Base: t.Base + l.Base,
			Amount: t.Amount + l.Capped, Pooled: t.Pooled + l.Pooled, Paid: t.Paid + l.Paid,
		}
	}
	for _, t := range r.Totals {
		key := t.Item + "\x00" + t.PayeeID
		if want[key] != t {
			r.fail("total %+v, while its lines add up to %+v", t, want[key])
		}
		delete(want, key)
	}
	for _, t := range want {
		r.fail("no total of %+v", t)
	}
}

// limitsHold: no step gives more than the one before lets it, alone or together.
func (r *random) limitsHold() {
	bases, amounts := map[string]int64{}, map[string]money.Fen{}
	for _, l := range r.Lines {
		it := r.plan.Item(l.Item)
		if l.LimitedBase > l.Base && (it.Base.Average != policy.MonthEndOutstanding || it.Limit == nil || !it.Limit.EachMonth) {
			r.fail("line %+v has a limited base above its base", l)
		}
		if l.Base <= 0 || l.LimitedBase < 0 || l.Deducted < 0 || l.Deducted > l.Amount ||
			l.Capped < 0 || l.Capped > l.Amount-l.Deducted || l.Pooled < 0 || l.Pooled > l.Capped || l.Paid < 0 {
			r.fail("line %+v", l)
		}
		if it.Rate != nil {
			exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(l.LimitedBase), big.NewInt(int64(l.Rate))), big.NewInt(int64(money.One)))
			off := exact.Sub(exact, new(big.Rat).SetInt64(int64(l.Amount)))
			if off.Cmp(big.NewRat(1, 2)) >= 0 || off.Cmp(big.NewRat(-1, 2)) < 0 {
				r.fail("line %+v is off by %s", l, off)
			}
		}
		if it.Limit != nil {
			key := l.Item + "\x00" + owner(l, it.Limit.Per)
			if bases[key] += l.LimitedBase; bases[key] > int64(it.Limit.Amount) {
				r.fail("%q: bases of %d break the limit", key, bases[key])
			}
		}
		if it.Cap != nil {
			key := l.Item + "\x00" + owner(l, it.Cap.Per)
			if amounts[key] += l.Capped; amounts[key] > it.Cap.Amount {
				r.fail("%q: amounts of %s break the cap", key, amounts[key])
			}
		}
	}
}

func owner(l settlement.Line, per policy.PerGroup) string {
	switch per {
	case policy.PerEnterprise:
		return l.EnterpriseID
	case policy.PerInstitution:
		return l.InstitutionID
	}
	return ""
}

// groupsKeepOne: what came through an exclusion group came once.
func (r *random) groupsKeepOne() {
	type row struct{ item, institution, subject, enterprise string }
	var through []row
	for _, l := range r.Lines {
		through = append(through, row{l.Item, l.InstitutionID, l.SubjectID, l.EnterpriseID})
	}
	for _, a := range r.SetAside {
		if a.Reason != settlement.UnknownFact {
			through = append(through, row{a.Item, a.InstitutionID, a.SubjectID, a.EnterpriseID})
		}
	}
	for _, g := range r.plan.Groups {
		kept := map[string]string{}
		for _, x := range through {
			if !slices.Contains(g.Items, r.plan.Item(x.item)) {
				continue
			}
			key, by := x.institution+"\x00"+x.subject, x.item
			switch g.Strategy {
			case policy.DeductPaid:
				continue
			case policy.OneInstitution:
				key, by = x.enterprise, x.institution
			}
			if was, ok := kept[key]; ok && was != by {
				r.fail("group %s keeps %q by %s and %s", g.ID, key, was, by)
			}
			kept[key] = by
		}
	}
}

// poolsHold: a pool pays no more than there is, and all there is where it shares.
func (r *random) poolsHold() {
	for _, p := range r.Pools {
		var requested, pooled, paid money.Fen
		for _, l := range r.Lines {
			if of := r.plan.Item(l.Item).Pool; of != nil && of.ID == p.Pool {
				requested, pooled, paid = requested+l.Capped, pooled+l.Pooled, paid+l.Paid
			}
		}
		if requested != p.Requested || pooled != p.Pooled || paid != p.Paid {
			r.fail("pool %+v, while its lines add up to %s, %s, %s", p, requested, pooled, paid)
		}
		if !p.Limited {
			continue
		}
		if p.Pooled > p.Budget || p.Paid > p.Budget {
			r.fail("pool %+v pays more than it has", p)
		}
		if p.Allocator != string(policy.ScaleRate) && p.Pooled != min(p.Requested, p.Budget) {
			r.fail("pool %+v leaves something", p)
		}
		if p.Allocator == string(policy.ScaleRate) && p.Requested > p.Budget && r.askedAt(p.Pool, p.Rate+money.PPM) <= p.Budget {
			r.fail("pool %+v has enough for a higher rate", p)
		}
	}
}

// askedAt adds up what a pool is asked for when no rate is above ceiling. Where
// something is deducted it says more than there is, which proves nothing.
func (r *random) askedAt(pool string, ceiling money.Rate) money.Fen {
	asked, capped := money.Fen(0), map[string]money.Fen{}
	for _, l := range r.Lines {
		it := r.plan.Item(l.Item)
		if it.Pool == nil || it.Pool.ID != pool {
			continue
		}
		if l.Deducted > 0 {
			return money.Max
		}
		amount, _ := money.Fen(l.LimitedBase).At(min(l.Rate, ceiling))
		if it.Cap == nil {
			asked += amount
			continue
		}
		key := l.Item + "\x00" + owner(l, it.Cap.Per)
		more := min(amount, it.Cap.Amount-capped[key])
		capped[key] += more
		asked += more
	}
	return asked
}

// roundingHolds: totals are whole units, off by less than one.
func (r *random) roundingHolds() {
	for _, t := range r.Totals {
		it := r.plan.Item(t.Item)
		unit := max(1, it.Rounding.Unit)
		if t.Paid%unit != 0 || t.Paid <= t.Pooled-unit || t.Paid >= t.Pooled+unit || (it.Rounding.Mode == money.Floor && t.Paid > t.Pooled) {
			r.fail("total %+v is not rounded to %s", t, it.Rounding)
		}
	}
}
