package benefit

import (
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/policy"
	"changrong/internal/settlement/prospect"
)

// Policy is an installed policy that can be asked.
type Policy struct {
	pack     *policy.Pack
	official *policy.Official // nil: no text is attached
	plan     *policy.Plan

	all  *prospect.Prospector // every item about enterprises
	paid *prospect.Prospector // those paid to enterprises; nil: there are none
}

// NewPolicy makes a policy ready to be asked.
func NewPolicy(pack *policy.Pack, plan *policy.Plan, official *policy.Official) *Policy {
	p := &Policy{pack: pack, official: official, plan: plan, all: prospect.New(plan)}
	if own := toEnterprises(plan); len(own.Items) > 0 {
		p.paid = prospect.New(own)
	}
	return p
}

// toEnterprises is a plan of the items that are paid to enterprises, and of those that a row
// of theirs may be lost to.
func toEnterprises(plan *policy.Plan) *policy.Plan {
	keep := map[*policy.Item]bool{}
	for _, it := range plan.Items {
		keep[it] = it.Payee == policy.PayEnterprise
	}
	for grown := true; grown; {
		grown = false
		for _, g := range plan.Groups {
			if !slices.ContainsFunc(g.Items, func(it *policy.Item) bool { return keep[it] }) {
				continue
			}
			for _, it := range g.Items {
				grown = grown || !keep[it]
				keep[it] = true
			}
		}
	}
	own := *plan
	own.Items, own.Groups = nil, nil
	for _, it := range plan.Items {
		if keep[it] {
			own.Items = append(own.Items, it)
		}
	}
	for _, g := range plan.Groups {
		if len(g.Items) > 0 && keep[g.Items[0]] { // of one that a reading has emptied nothing is left
			own.Groups = append(own.Groups, g)
		}
	}
	return &own
}

// counts tells whether the policy counts on a day: it is in force, or pays for that day,
// as one does that is issued in the middle of its period.
func (p *Policy) counts(on civil.Date) bool {
	return p.pack.InForce.Holds(on) || p.pack.Scope.Holds(on)
}

// Clause is what an item rests on.
type Clause struct {
	Ref     string `json:"ref"`
	Title   string `json:"title"`
	Summary string `json:"summary" doc:"in our words"`
	Text    string `json:"text" doc:"the official text; empty when none is attached"`
}

func (p *Policy) clause(ref string) Clause {
	c := Clause{Ref: ref}
	if x := p.pack.Clause(ref); x != nil {
		c.Title, c.Summary = x.Title, x.Summary
	}
	if p.official != nil {
		c.Text = p.official.Of(ref)
	}
	return c
}
