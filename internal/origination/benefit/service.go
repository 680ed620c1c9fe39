package benefit

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/uscc"
	"changrong/internal/settlement/prospect"
)

// World is what others know that benefits hang on.
type World interface {
	// Org returns an organisation.
	Org(ctx context.Context, id string) (*access.Org, error)
	// Lists returns the office's lists for a period; nil: it has handed none in.
	Lists(ctx context.Context, scope civil.Range) (Lists, error)
	// Registered returns what the registry says of a firm; nil: it does not have it.
	Registered(ctx context.Context, uscc string) (*Said, error)
	// Loans returns the firm's loans that came through the platform, as they are known
	// for a period.
	Loans(ctx context.Context, uscc string, scope civil.Range) (prospect.Cells, error)
	// Departments returns what departments let the caller read of a firm, and what not.
	// What is read stands in the firm's log and the audit log.
	Departments(ctx context.Context, who access.Caller, uscc string) ([]Said, []Unread, error)
	// Paid returns what settlements in force pay to a firm: policy, item, bank, loan,
	// amount and day.
	Paid(ctx context.Context, uscc string) ([]Paid, error)
	// Told writes down that somebody else than the firm was told of it.
	Told(ctx context.Context, who access.Caller, uscc string) error
}

// Lists are the office's lists of institutions, branches and enterprises: rows as cells.
type Lists interface {
	Enterprise(uscc string) map[string]string // nil: it is not listed
	Institution(uscc string) map[string]string
	Branch(institution, name string) map[string]string // by the number or the name; nil too where two are called so
	AsOf() civil.Date
}

// Service tells of benefits.
type Service struct {
	World
	Policies []*Policy
	Now      func() civil.Instant
}

// listed is who says what the office's lists say.
const listed = "金融工作机构名录"

// Report tells a firm's own people, and the finance office of any firm, what it has had
// and could have. firm "" is the caller's own.
//
// Errors: benefit.no_firm, benefit.not_found, those of uscc.Check and of the World.
func (s *Service) Report(ctx context.Context, who access.Caller, scope access.Scope, firm string) (*Report, error) {
	org, err := s.Org(ctx, who.Org)
	if err != nil {
		return nil, err
	}
	own := org.Kind == access.EnterpriseOrg && (firm == "" || firm == org.USCC)
	switch {
	case own && org.USCC == "", firm == "" && !own:
		return nil, fault.New(fault.Invalid, "benefit.no_firm", "请写明企业的统一社会信用代码", "say which firm, by its credit code").In(fault.Place{Field: "firm"})
	case own:
		firm = org.USCC
	case !scope.All:
		return nil, fault.New(fault.NotFound, "benefit.not_found", "没有这家企业的政策优惠可看", "there is nothing of this firm for you").In(fault.Place{Field: "firm"})
	default:
		if err := uscc.Check(firm); err != nil {
			return nil, fault.Of(err).In(fault.Place{Field: "firm", Value: fault.Clip(firm)})
		}
		if err := s.Told(ctx, who, firm); err != nil {
			return nil, err
		}
	}
	r := &Report{Firm: firm, On: s.Now().Date(), Policies: []Offered{}, Unread: []Unread{}}
	if own {
		r.Name = org.Name
	}
	if err := s.paid(ctx, r); err != nil {
		return nil, err
	}
	return r, s.offered(ctx, who, r, !own)
}

// paid fills in what was paid, and what it rests on.
func (s *Service) paid(ctx context.Context, r *Report) (err error) {
	if r.Has, err = s.Paid(ctx, r.Firm); err != nil {
		return err
	}
	for i := range r.Has {
		x := &r.Has[i]
		for _, p := range s.Policies {
			if p.pack.ID != x.Policy {
				continue
			}
			x.PolicyTitle = p.pack.Title
			if it := p.plan.Item(x.Item); it != nil {
				x.Title, x.Clause = it.Title, p.clause(it.Clause)
			}
		}
	}
	return nil
}

// offered fills in how the firm stands to what is in force.
func (s *Service) offered(ctx context.Context, who access.Caller, r *Report, banks bool) error {
	on := s.inForce(r.On)
	if len(on) == 0 {
		return nil
	}
	said, unread, err := s.Departments(ctx, who, r.Firm)
	if err != nil {
		return err
	}
	r.Unread = append(r.Unread, unread...)
	for _, p := range on {
		f, err := s.known(ctx, p, r.Firm, r.Name, said)
		if err != nil {
			return err
		}
		r.Name = f.name
		told, err := p.all.For(ctx, prospect.Case{Firm: r.Firm, Facts: f.facts})
		if err != nil {
			return err
		}
		o := Offered{
			Policy: p.pack.ID, Title: p.pack.Title, Number: p.pack.Number, InForce: p.pack.InForce, Scope: p.pack.Scope, ClaimBy: p.pack.ClaimBy, Known: f.known,
		}
		if o.Items, o.ToBanks = p.items(told); !banks {
			o.ToBanks = nil
		}
		r.Policies = append(r.Policies, o)
	}
	return nil
}

func (s *Service) inForce(on civil.Date) (out []*Policy) {
	for _, p := range s.Policies {
		if p.counts(on) {
			out = append(out, p)
		}
	}
	return out
}

// firm is what is known of one for a policy.
type firm struct {
	name  string
	facts prospect.Cells
	known []Known
	lists Lists // nil: none
}

// known puts together what is known of a firm. said is what departments say.
func (s *Service) known(ctx context.Context, p *Policy, code, name string, said []Said) (*firm, error) {
	lists, err := s.Lists(ctx, p.pack.Scope)
	if err != nil {
		return nil, err
	}
	var all []Said
	if lists != nil {
		if row := lists.Enterprise(code); row != nil {
			all = append(all, Said{listed, lists.AsOf(), row})
		}
	}
	registered, err := s.Registered(ctx, code)
	if err != nil {
		return nil, err
	}
	if registered != nil {
		all = append(all, *registered)
	}
	loans, err := s.Loans(ctx, code, p.pack.Scope)
	if err != nil {
		return nil, err
	}
	if name == "" {
		name = code
	}
	f := &firm{lists: lists}
	row, known := gather(code, name, append(all, said...))
	f.name, f.facts, f.known = row["name"], with(row, loans), known
	for _, loan := range loans["loans"] {
		f.house(loan["institution_id"], loan["branch_id"])
	}
	return f, nil
}

// house adds what the lists say of a bank and its branch, where they say it and it is
// not there. It returns the number of the branch; "": it is not known.
func (f *firm) house(bank, branch string) string {
	if f.lists == nil {
		return ""
	}
	add := func(table string, row map[string]string, key ...string) {
		if row == nil {
			return
		}
		for _, r := range f.facts[table] {
			same := true
			for _, k := range key {
				same = same && r[k] == row[k]
			}
			if same {
				return
			}
		}
		f.facts[table] = append(f.facts[table][:len(f.facts[table]):len(f.facts[table])], row)
	}
	add("institutions", f.lists.Institution(bank), "institution_id")
	if branch == "" {
		return ""
	}
	row := f.lists.Branch(bank, branch)
	add("branches", row, "institution_id", "branch_id")
	return row["branch_id"]
}
