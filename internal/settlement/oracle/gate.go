package oracle

import (
	"cmp"
	"math/big"
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement"
)

// Gate is what a payee showed at a gate, with the conditions of a Require.
type Gate struct {
	settlement.GateValue
	Conditions []Condition
}

// gate is step 3: a payee's rows of an item pass together, or not.
func (b *Books) gate() error {
	for _, it := range b.plan.Items {
		if it.Gate == nil {
			continue
		}
		var above *standing
		if it.Gate.Above != nil {
			var err error
			if above, err = b.standingOf(it); err != nil {
				return err
			}
		}
		verdicts := map[string]*Gate{}
		for _, r := range b.goingOf(it) {
			v := verdicts[r.PayeeID]
			if v == nil {
				v = &Gate{GateValue: settlement.GateValue{Item: it.ID, PayeeID: r.PayeeID}}
				if err := b.judge(it, above, v); err != nil {
					return err
				}
				verdicts[r.PayeeID] = v
				b.gates = append(b.gates, *v)
			}
			switch {
			case !v.Known:
				r.wait(settlement.GateUnknown, "")
			case !v.Passed:
				r.exclude(settlement.GateFailed, "")
			}
		}
	}
	slices.SortFunc(b.gates, func(x, y Gate) int {
		return cmp.Or(cmp.Compare(x.Item, y.Item), cmp.Compare(x.PayeeID, y.PayeeID))
	})
	return nil
}

// judge decides whether the payee of v passes.
func (b *Books) judge(it *policy.Item, above *standing, v *Gate) error {
	if it.Gate.Above != nil {
		above.judge(v)
		return nil
	}
	table := fact.Lookup("institutions")
	if it.Payee == policy.PayEnterprise {
		table = fact.Lookup("enterprises")
	}
	payee := b.facts.lookup(table.Name, v.PayeeID)
	if payee == nil {
		if b.facts.there(table.Name) {
			return noSuchPayee(table, v.PayeeID)
		}
		payee = &Fact{Table: table} // of whom nothing is known
	}
	cs, truth, err := b.conditions(it.Gate.Require, payee)
	v.Conditions, v.Known, v.Passed = cs, truth != Unknown, truth == Holds
	return err
}

// standing is how the institutions' guarantee balances compare.
type standing struct {
	known        bool
	start, end   map[string]*big.Int // by institution
	sumStart     *big.Int
	sumEnd       *big.Int
	institutions int64 // with a balance at start or end
}

// standingOf returns how the institutions compare at the gate of an item.
func (b *Books) standingOf(it *policy.Item) (*standing, error) {
	if s := b.standings[it]; s != nil {
		return s, nil
	}
	s, err := b.standing(it.Gate.Above)
	if err == nil {
		b.standings[it] = s
	}
	return s, err
}

// standing adds up the guarantee balances at both ends of the scope.
func (b *Books) standing(g *policy.AboveAverage) (*standing, error) {
	s := &standing{known: true}
	for _, end := range []struct {
		on civil.Date
		by *map[string]*big.Int
		in **big.Int
	}{
		{b.plan.Scope.First - 1, &s.start, &s.sumStart},
		{b.plan.Scope.Last, &s.end, &s.sumEnd},
	} {
		balances, known, err := b.guaranteed(g, end.on)
		if err != nil {
			return nil, err
		}
		s.known = s.known && known
		*end.by, *end.in = balances, new(big.Int)
		for _, x := range balances {
			(*end.in).Add(*end.in, x)
		}
	}
	if err := cmp.Or(fits(s.sumStart), fits(s.sumEnd)); err != nil {
		return nil, err
	}
	for institution := range union(s.start, s.end) {
		if balanceOf(s.start, institution).Sign() > 0 || balanceOf(s.end, institution).Sign() > 0 {
			s.institutions++
		}
	}
	return s, nil
}

// guaranteed returns the institutions' guarantee balances on a day: of every
// note with a guarantee in force that counts, the balance at the end of the
// month, or the guaranteed part of it.
func (b *Books) guaranteed(g *policy.AboveAverage, on civil.Date) (byInstitution map[string]*big.Int, known bool, err error) {
	known = true
	shares, banks := map[string]int64{}, map[string]string{} // by note
	notes := map[string]*Fact{}
	for _, guarantee := range b.facts.all("guarantees") {
		if !inForce(guarantee, on) {
			continue
		}
		_, truth, err := b.conditions(g.When, guarantee)
		if err != nil {
			return nil, false, err
		}
		if truth == Fails {
			continue
		}
		share := guarantee.Value("share")
		known = known && truth == Holds && (share.Known || !g.Share)
		note := noteOf(guarantee)
		shares[note] = min(int64(money.One), shares[note]+share.Int)
		banks[note] = guarantee.Text("institution_id")
		if notes[note], _, err = b.facts.follow(guarantee, guarantee.Table.Link("loan")); err != nil {
			return nil, false, err
		}
	}
	byInstitution = map[string]*big.Int{}
	for note, bank := range banks {
		balance, there := b.facts.balanceAt(note, notes[note], on.Month())
		known = known && there
		part := big.NewInt(balance)
		if g.Share {
			part = halfUp(times(balance, shares[note]), big.NewInt(int64(money.One)))
		}
		byInstitution[bank] = part.Add(part, balanceOf(byInstitution, bank))
	}
	return byInstitution, known, nil
}

// inForce tells whether a guarantee is in force at the end of a day.
func inForce(guarantee *Fact, on civil.Date) bool {
	return guarantee.date("start_on") <= on && guarantee.date("end_on") >= on &&
		guarantee.date("released_on") > on && guarantee.date("compensated_on") > on
}

func balanceOf(balances map[string]*big.Int, institution string) *big.Int {
	if x := balances[institution]; x != nil {
		return x
	}
	return new(big.Int)
}

func union(a, b map[string]*big.Int) map[string]bool {
	all := map[string]bool{}
	for k := range a {
		all[k] = true
	}
	for k := range b {
		all[k] = true
	}
	return all
}

// judge passes an institution whose balance is above the mean, or has grown by a
// greater share than the sum has.
func (s *standing) judge(v *Gate) {
	if !s.known {
		return
	}
	start, end := balanceOf(s.start, v.PayeeID), balanceOf(s.end, v.PayeeID)
	v.Known = true
	v.Start, v.End = money.Fen(start.Int64()), money.Fen(end.Int64())
	v.SumStart, v.SumEnd = money.Fen(s.sumStart.Int64()), money.Fen(s.sumEnd.Int64())
	v.Institutions = s.institutions
	aboveMean := new(big.Int).Mul(end, big.NewInt(s.institutions)).Cmp(s.sumEnd) > 0 // end > sum ÷ n
	v.Passed = aboveMean || grewMore(start, end, s.sumStart, s.sumEnd)
}

// grewMore tells whether (b−a)÷a > (d−c)÷c; from 0 nothing grows.
func grewMore(a, b, c, d *big.Int) bool {
	if a.Sign() <= 0 || c.Sign() <= 0 {
		return false
	}
	own := new(big.Rat).SetFrac(new(big.Int).Sub(b, a), a)
	all := new(big.Rat).SetFrac(new(big.Int).Sub(d, c), c)
	return own.Cmp(all) > 0
}

// noSuchPayee is the fault of a payee that its own table does not know.
func noSuchPayee(t *fact.Table, payee string) error {
	return fault.Invalidf("settlement.link", "收款人“%[1]s”不在%[2]s中", "payee %[1]q is not among the %[3]s", payee, t.Zh, t.En)
}
