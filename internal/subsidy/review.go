package subsidy

import (
	"context"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/workflow"
)

// Action is what somebody does to a claim.
type Action struct {
	Verb     workflow.Verb
	Reason   string
	ReduceTo *money.Fen // 核减; nil leaves the amount
	Version  int64      // of the claim as it was read; 0: whatever it is now
}

// Act does one thing to one claim.
//
// Errors: subsidy.not_found, subsidy.elsewhere (this is done in another way),
// subsidy.missing (papers that are needed), subsidy.raise, subsidy.amount,
// subsidy.reduce_here, those of workflow.Table.Decide and of package ledger.
func (s *Service) Act(ctx context.Context, c access.Caller, scope access.Scope, id string, a Action) (claim *Claim, err error) {
	if how, ok := elsewhere[a.Verb]; ok {
		return nil, fault.Newf(fault.Conflict, "subsidy.elsewhere", "不能直接这样办理：%s", "this is done in another way (%s)", how)
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if claim, err = tx.Claim(id, scope); err != nil {
			return err
		}
		amount, lower, err := reduce(claim, a.Verb, a.ReduceTo)
		if err != nil {
			return err
		}
		if lower && strings.TrimSpace(a.Reason) == "" {
			return fault.New(fault.Invalid, "workflow.reason", "核减须写明理由", "lowering an amount needs a reason").In(fault.Place{Field: "reason"})
		}
		if a.Verb == Submit {
			if err := s.complete(tx, claim); err != nil {
				return err
			}
			amount = claim.Computed // a new round begins with the whole amount
		}
		before, stage := claim.Amount, claim.Stage
		if _, err := s.advance(tx, claim, ActorOf(c), step{a.Verb, a.Reason, amount, a.Version}); err != nil {
			return err
		}
		detail := map[string]string{"from": string(stage), "to": string(claim.Stage)}
		if lower {
			detail["before"], detail["after"] = before.String(), amount.String()
		}
		return tx.Audit(c.Entry(s.Now(), "claim."+string(a.Verb), id, detail))
	})
	if err != nil {
		return nil, err
	}
	return claim, nil
}

// complete tells whether all needed papers of c are there.
func (s *Service) complete(tx Tx, c *Claim) error {
	rules, err := s.RulesIn(tx, c.Policy)
	if err != nil {
		return err
	}
	files, err := tx.Attachments(c.ID)
	if err != nil {
		return err
	}
	if titles := missing(rules.papers(c, files)); len(titles) > 0 {
		return fault.Newf(fault.Conflict, "subsidy.missing", "还缺材料：%s；补齐后再提交", "papers are missing: %s", strings.Join(titles, "、"))
	}
	return nil
}

// Done is what became of one claim of a batch.
type Done struct {
	ID    string         `json:"id"`
	Stage workflow.Stage `json:"stage"` // "" when it was refused
	Code  string         `json:"code"`  // "" when it was done
	Title string         `json:"title"` // why not
}

// ActAll does the same thing to many claims, each by itself with a decision of
// its own: what one refuses, the others have no part in.
//
// Errors: subsidy.batch.
func (s *Service) ActAll(ctx context.Context, c access.Caller, scope access.Scope, ids []string, a Action) ([]Done, error) {
	if len(ids) == 0 || len(ids) > maxBatch {
		return nil, fault.Invalidf("subsidy.batch", "一次办理1至%d件", "1 to %d claims at a time", maxBatch)
	}
	if a.ReduceTo != nil {
		return nil, fault.New(fault.Invalid, "subsidy.batch", "核减须逐件办理", "amounts are lowered one by one")
	}
	out := make([]Done, 0, len(ids))
	for _, id := range ids {
		claim, err := s.Act(ctx, c, scope, id, Action{Verb: a.Verb, Reason: a.Reason})
		switch f := fault.Of(err); {
		case err == nil:
			out = append(out, Done{ID: id, Stage: claim.Stage})
		case f.Kind == fault.Internal || f.Kind == fault.Unavailable:
			return out, err
		default:
			out = append(out, Done{ID: id, Code: f.Code, Title: f.Zh})
		}
	}
	return out, nil
}

// Tick makes the moves that the clock makes: silence is consent where the rules
// have it so, and a public notice that is over without an open objection goes on. It
// returns how many it made.
func (s *Service) Tick(ctx context.Context) (n int, err error) {
	for _, x := range []struct {
		stage workflow.Stage
		verb  workflow.Verb
	}{{Comments, Agree}, {PublicNotice, Close}} {
		after := ""
		for {
			due, err := s.due(ctx, x.stage, after)
			if err != nil || len(due) == 0 {
				if err != nil {
					return n, err
				}
				break
			}
			for i := range due {
				done, err := s.lapse(ctx, due[i].ID, x.stage, x.verb)
				if err != nil {
					return n, err
				}
				if done {
					n++
				}
			}
			after = due[len(due)-1].ID
		}
	}
	return n, nil
}

func (s *Service) due(ctx context.Context, stage workflow.Stage, after string) (claims []Claim, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		claims, _, err = tx.Claims(ClaimFilter{Stages: []workflow.Stage{stage}, Due: true, On: s.Now().Date(), AfterID: after, Limit: maxBatch}, access.Scope{All: true})
		return err
	})
	return claims, err
}

// lapse makes the clock's move on a claim, unless it has moved meanwhile or
// something stands in the way.
func (s *Service) lapse(ctx context.Context, id string, stage workflow.Stage, verb workflow.Verb) (done bool, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		done = false
		c, err := tx.Claim(id, access.Scope{All: true})
		if err != nil {
			return err
		}
		if c.Stage != stage || !c.Late(s.Now().Date()) {
			return nil
		}
		if stage == Comments {
			rules, err := s.RulesIn(tx, c.Policy)
			if err != nil || !rules.Silence {
				return err
			}
		}
		if stage == PublicNotice {
			if open, err := openObjections(tx, c); err != nil || open {
				return err
			}
		}
		if _, err := s.advance(tx, c, workflow.Actor{}, step{verb: verb, reason: map[workflow.Verb]string{Agree: "逾期未提出意见，视为无异议", Close: "公示期满，无未答复的异议"}[verb], amount: c.Amount}); err != nil {
			return err
		}
		done = true
		return tx.Audit(access.Caller{}.Entry(s.Now(), "claim."+string(verb), id, map[string]string{"by": "clock"}))
	})
	return done, err
}

// Claims lists the claims within scope that match f, and how many there are.
func (s *Service) Claims(ctx context.Context, scope access.Scope, f ClaimFilter) (claims []Claim, total int, err error) {
	f.On = s.Now().Date()
	err = s.Store.Read(ctx, func(tx Tx) error {
		claims, total, err = tx.Claims(f, scope)
		return err
	})
	return claims, total, err
}

// Sums adds the claims within scope that match f up, by stage and item.
func (s *Service) Sums(ctx context.Context, scope access.Scope, f ClaimFilter) (sums []Sum, err error) {
	f.On = s.Now().Date()
	err = s.Store.Read(ctx, func(tx Tx) error {
		sums, err = tx.SumClaims(f, scope)
		return err
	})
	return sums, err
}

// Waiting lists the cases of any kind that wait for the caller, the first due first.
func (s *Service) Waiting(ctx context.Context, c access.Caller, q workflow.WaitingQuery) (list []workflow.Waiting, total int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, total, err = tx.Waiting(ActorOf(c), s.Now().Date(), q)
		return err
	})
	return list, total, err
}

// Detail is a claim with all that belongs to it.
type Detail struct {
	Claim       Claim                 `json:"claim"`
	StageZh     string                `json:"stage_zh"`
	Late        bool                  `json:"late"`
	Owners      []workflow.Owner      `json:"owners"`    // whom it waits for
	Can         []workflow.Verb       `json:"can"`       // what the caller may do to it now
	Decisions   []workflow.Decision   `json:"decisions"` // in their order
	Papers      []PaperState          `json:"papers"`
	Missing     []string              `json:"missing"` // titles of the papers without which it is not submitted
	Attachments []workflow.Attachment `json:"attachments"`
	Comments    []workflow.Comment    `json:"comments"`
	Payments    []OrderLine           `json:"payments"`
	Account     *PayeeAccount         `json:"account"`      // of the payee, masked; null: none is known
	NoCalendar  []int                 `json:"no_calendar"`  // years whose days off are not known
	Objections  int                   `json:"objections"`   // that wait for an answer
	Today       civil.Date            `json:"today"`        // the day that late is reckoned on
	Earlier     []Claim               `json:"earlier"`      // drafts whose place it took, the last first
	Available   []string              `json:"elsewhere_zh"` // what is done in another way now
}

// Detail returns a claim within scope.
//
// Errors: subsidy.not_found.
func (s *Service) Detail(ctx context.Context, c access.Caller, scope access.Scope, id string) (d *Detail, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		d, err = s.detail(tx, c, scope, id)
		return err
	})
	return d, err
}

func (s *Service) detail(tx Tx, c access.Caller, scope access.Scope, id string) (*Detail, error) {
	claim, err := tx.Claim(id, scope)
	if err != nil {
		return nil, err
	}
	today := s.Now().Date()
	d := &Detail{Claim: *claim, StageZh: Life.Rule(claim.Stage).Zh, Late: claim.Late(today), Today: today, Can: []workflow.Verb{}, Available: []string{}}
	rules, err := s.RulesIn(tx, claim.Policy)
	if err != nil {
		return nil, err
	}
	var clock workflow.Clock
	for _, read := range []func() error{
		func() (err error) { d.Owners, err = tx.Owners(id); return err },
		func() (err error) { d.Decisions, err = tx.Decisions(id); return err },
		func() (err error) { d.Attachments, err = tx.Attachments(id); return err },
		func() (err error) { d.Comments, err = tx.Comments(id, scope.All); return err },
		func() (err error) { d.Payments, err = tx.OrderLines(LineFilter{Claim: id}); return err },
		func() (err error) { d.Account, err = tx.PayeeAccount(claim.Payee, access.Scope{All: true}); return err },
		func() (err error) { clock, err = clockOf(tx, rules); return err },
		func() (err error) {
			_, d.Objections, err = tx.Objections(ObjectionFilter{Claim: id, Open: true, Limit: 1})
			return err
		},
	} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	for _, verb := range Life.Can(&claim.Case, d.Decisions, ActorOf(c)) {
		if how, ok := elsewhere[verb]; ok {
			d.Available = append(d.Available, how)
			continue
		}
		d.Can = append(d.Can, verb)
	}
	d.Papers = rules.papers(claim, d.Attachments)
	if d.Missing = missing(d.Papers); d.Missing == nil {
		d.Missing = []string{}
	}
	last := today
	if claim.DueOn != civil.Never {
		last = max(last, claim.DueOn)
	}
	d.NoCalendar = clock.Calendar.Missing(civil.Range{First: today, Last: last})
	d.Earlier, err = earlier(tx, claim)
	return d, err
}

// earlier returns the drafts whose place c took.
func earlier(tx Tx, c *Claim) ([]Claim, error) {
	out := []Claim{}
	for id := c.Before; id != "" && len(out) < 20; {
		b, err := tx.Claim(id, access.Scope{All: true})
		if err != nil {
			return nil, err
		}
		out = append(out, *b)
		id = b.Before
	}
	return out, nil
}
