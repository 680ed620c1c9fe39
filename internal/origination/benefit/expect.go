package benefit

import (
	"cmp"
	"context"
	"maps"

	"changrong/internal/loanbook/repayment"
	"changrong/internal/origination/product"
	"changrong/internal/policy"
	"changrong/internal/settlement/prospect"
)

// Expecting returns what of subsidies comes back to a firm for a loan drawn today, for
// the matcher of products; nil: no policy pays enterprises for it. said is what
// departments say of the firm.
func (s *Service) Expecting(ctx context.Context, code, name string, said []Said) (func(context.Context, product.Prospect) ([]product.Expected, error), error) {
	var policies []*Policy
	var firms []*firm
	for _, p := range s.paying() {
		f, err := s.known(ctx, p, code, name, said)
		if err != nil {
			return nil, err
		}
		policies, firms = append(policies, p), append(firms, f)
	}
	if len(policies) == 0 {
		return nil, nil
	}
	return func(ctx context.Context, l product.Prospect) (out []product.Expected, err error) {
		for i, p := range policies {
			told, err := p.of(ctx, code, firms[i], &l)
			if err != nil {
				return nil, err
			}
			out = append(out, told...)
		}
		return out, nil
	}, nil
}

// Pays tells whether a policy pays enterprises for a loan drawn today, so that facts
// about a firm are needed.
func (s *Service) Pays() bool { return len(s.paying()) > 0 }

func (s *Service) paying() (out []*Policy) {
	today := s.Now().Date()
	for _, p := range s.Policies {
		if p.paid != nil && p.pack.Scope.Holds(today) {
			out = append(out, p)
		}
	}
	return out
}

// of is what the policy would give the firm for a loan; of a bank without a credit
// code nothing can be told.
func (p *Policy) of(ctx context.Context, code string, known *firm, l *product.Prospect) (out []product.Expected, err error) {
	if l.Bank == "" || len(l.Schedule.Rows) == 0 {
		return nil, nil
	}
	f := *known // many ask at once
	f.facts = maps.Clone(known.facts)
	branch := f.house(l.Bank, l.Branch)
	told, err := p.paid.For(ctx, prospect.Case{Firm: code, Facts: f.facts, Loan: &prospect.Loan{
		Bank: l.Bank, Branch: branch, Rate: l.Terms.Rate, Schedule: l.Schedule,
	}})
	for i := range told {
		if e := p.expected(&told[i], l.Schedule); e != nil {
			out = append(out, *e)
		}
	}
	return out, err
}

// expected is what is told of the loan as a part of its price; nil: nothing. It is
// reckoned on the last day for claims: when it is paid nobody knows yet.
func (p *Policy) expected(b *prospect.Benefit, s *repayment.Schedule) *product.Expected {
	if b.Row != prospect.LoanID || b.Payee != policy.PayEnterprise || b.State != prospect.Fits && b.State != prospect.Lacks {
		return nil
	}
	amount := cmp.Or(b.Amount, b.Least)
	if amount == nil || *amount <= 0 {
		return nil
	}
	e := &product.Expected{
		Title: b.Title, Lacking: []string{},
		Fee: repayment.Fee{On: max(p.pack.ClaimBy, s.Rows[0].On), Amount: -*amount, Title: b.Title},
	}
	for i := range b.Lacks {
		e.Lacking = append(e.Lacking, "须确认"+b.Lacks[i].Words.Zh)
	}
	if b.Pool != "" {
		e.Lacking = append(e.Lacking, "资金池“"+b.Pool+"”额度不足时会减少")
	}
	for _, w := range b.Open {
		if b.State == prospect.Lacks || b.Amount == nil {
			e.Lacking = append(e.Lacking, w.Zh)
		}
	}
	return e
}
