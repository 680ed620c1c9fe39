package httpapi

import (
	"context"
	"strconv"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/programme"
	"changrong/internal/subsidy"
	"changrong/internal/workflow"
)

// claims adds the operations on claims and what belongs to them.
func (a *API) claims() {
	a.claimLists()
	a.claimSteps()
	a.claimPapers()
	a.claimRules()
	a.notices()
	a.payeeAccounts()
	a.paymentOrders()
	a.bankReceipts()
	a.followUp()
}

// ClaimQuery filters claims.
type ClaimQuery struct {
	Stage  []string       `query:"stage" maxItems:"20" doc:"any of these"`
	Policy string         `query:"policy" maxLength:"100"`
	Period string         `query:"period" maxLength:"100"`
	Item   string         `query:"item" maxLength:"100"`
	Bank   string         `query:"bank" maxLength:"64" doc:"id of the organisation that filed it"`
	Payee  string         `query:"payee" maxLength:"100"`
	Notice string         `query:"notice" maxLength:"64"`
	Origin subsidy.Origin `query:"origin" enum:"settlement,filed"`
	Late   bool           `query:"late" doc:"only those that should have been dealt with"`
	Mine   bool           `query:"mine" doc:"only those that wait for the caller"`
	Ready  bool           `query:"ready" doc:"only those approved and on no open payment order"`
}

func (q *ClaimQuery) filter(c *Call) subsidy.ClaimFilter {
	f := subsidy.ClaimFilter{
		Policy: q.Policy, Period: q.Period, Item: q.Item, Org: q.Bank, Payee: q.Payee, Notice: q.Notice, Origin: q.Origin, Late: q.Late, Ready: q.Ready,
	}
	for _, s := range q.Stage {
		f.Stages = append(f.Stages, workflow.Stage(s))
	}
	if q.Mine {
		who := subsidy.ActorOf(c.Caller)
		f.Mine = &who
	}
	return f
}

func (a *API) claimLists() {
	lists(a, Route{ID: "list-claims", Method: "GET", Path: "/api/claims", Tag: "claim", Title: "申报", Need: access.ClaimRead}, claimColumns,
		func(ctx context.Context, c *Call, in *struct {
			Page
			ClaimQuery
		},
		) ([]subsidy.Claim, int, error) {
			f := in.filter(c)
			f.Limit, f.Offset = in.Limit, in.Offset
			f.Newest = in.Format == "json" // a file is read part by part, and new claims must come last
			return a.Claims.Claims(ctx, c.Scope, f)
		})
	handle(a, Route{ID: "sum-claims", Method: "GET", Path: "/api/claim-sums", Tag: "claim", Title: "申报汇总", Need: access.ClaimRead},
		func(ctx context.Context, c *Call, in *ClaimQuery) (*list[subsidy.Sum], error) {
			sums, err := a.Claims.Sums(ctx, c.Scope, in.filter(c))
			return listOf(sums, len(sums)), err
		})
	handle(a, Route{ID: "get-claim", Method: "GET", Path: "/api/claims/{id}", Tag: "claim", Title: "申报详情", Need: access.ClaimRead},
		func(ctx context.Context, c *Call, in *ByID) (*struct{ Body subsidy.Detail }, error) {
			return bodyOf(a.Claims.Detail(ctx, c.Caller, c.Scope, in.ID))
		})
	handle(a, Route{ID: "list-waiting", Method: "GET", Path: "/api/waiting", Tag: "claim", Title: "待我办理", Open: SignedIn},
		func(ctx context.Context, c *Call, in *struct {
			Kind   string `query:"kind" maxLength:"40" doc:"claim, payment_order"`
			Late   bool   `query:"late"`
			Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"200"`
			Offset int    `query:"offset" default:"0" minimum:"0" maximum:"10000000"`
		},
		) (*list[workflow.Waiting], error) {
			items, total, err := a.Claims.Waiting(ctx, c.Caller, workflow.WaitingQuery{Kind: in.Kind, Late: in.Late, Limit: in.Limit, Offset: in.Offset})
			return listOf(items, total), err
		})
}

func (a *API) claimSteps() {
	handle(a, Route{ID: "file-claim", Method: "POST", Path: "/api/claims", Tag: "claim", Title: "申报", Need: access.ClaimWrite},
		func(ctx context.Context, c *Call, in *struct {
			Body struct {
				Policy    string       `json:"policy"`
				Item      string       `json:"item"`
				Payee     string       `json:"payee" doc:"institution_id or enterprise_id"`
				PayeeKind policy.Payee `json:"payee_kind" enum:"institution,enterprise"`
				PayeeName string       `json:"payee_name"`
				Amount    money.Fen    `json:"amount_fen"`
				Note      string       `json:"note,omitempty"`
			}
		},
		) (*struct{ Body subsidy.Claim }, error) {
			b := &in.Body
			f := subsidy.Filing{
				Policy: b.Policy, Item: b.Item, Payee: b.Payee, PayeeKind: b.PayeeKind, PayeeName: b.PayeeName, Amount: b.Amount, Note: b.Note,
			}
			if err := a.nameItem(&f); err != nil {
				return nil, err
			}
			return bodyOf(a.Claims.File(ctx, c.Caller, f))
		})
	handle(a, Route{ID: "amend-claim", Method: "PUT", Path: "/api/claims/{id}", Tag: "claim", Title: "修改申报", Need: access.ClaimWrite},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Version int64     `json:"version" doc:"of the claim as it was read"`
				Amount  money.Fen `json:"amount_fen"`
				Note    string    `json:"note,omitempty"`
			}
		},
		) (*struct{ Body subsidy.Claim }, error) {
			return bodyOf(a.Claims.Amend(ctx, c.Caller, c.Scope, in.ID, in.Body.Version, in.Body.Amount, in.Body.Note))
		})
	handle(a, Route{ID: "act-on-claim", Method: "POST", Path: "/api/claims/{id}/decisions", Tag: "claim", Title: "办理申报", Need: access.ClaimAct},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Verb     workflow.Verb `json:"verb" doc:"one of can of the claim"`
				Reason   string        `json:"reason,omitempty"`
				ReduceTo *money.Fen    `json:"reduce_to_fen,omitempty" doc:"核减后金额"`
				Version  int64         `json:"version" doc:"of the claim as it was read"`
			}
		},
		) (*struct{ Body subsidy.Claim }, error) {
			b := &in.Body
			return bodyOf(a.Claims.Act(ctx, c.Caller, c.Scope, in.ID, subsidy.Action{Verb: b.Verb, Reason: b.Reason, ReduceTo: b.ReduceTo, Version: b.Version}))
		})
	a.claimBatches()
}

// claimBatches are what is done to many claims.
func (a *API) claimBatches() {
	handle(a, Route{ID: "act-on-claims", Method: "POST", Path: "/api/claim-decisions", Tag: "claim", Title: "批量办理申报", Need: access.ClaimAct},
		func(ctx context.Context, c *Call, in *struct {
			Body struct {
				Claims []string      `json:"claims"`
				Verb   workflow.Verb `json:"verb"`
				Reason string        `json:"reason,omitempty"`
			}
		},
		) (*list[subsidy.Done], error) {
			done, err := a.Claims.ActAll(ctx, c.Caller, c.Scope, in.Body.Claims, subsidy.Action{Verb: in.Body.Verb, Reason: in.Body.Reason})
			return listOf(done, len(done)), err
		})
	handle(a, Route{ID: "draft-claims", Method: "POST", Path: "/api/claim-runs/{id}", Tag: "claim", Title: "要求按结算生成申报（确认后自动进行，可重做；由后台任务办理）", Need: access.ClaimDraft},
		func(ctx context.Context, c *Call, in *ByID) (*struct{ Body subsidy.RunState }, error) {
			run, err := a.Settled(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return bodyOf(a.Drafting.Ask(ctx, c.Caller, run))
		})
	handle(a, Route{ID: "get-claim-run", Method: "GET", Path: "/api/claim-runs/{id}", Tag: "claim", Title: "按结算生成申报的结果", Need: access.ClaimDraft},
		func(ctx context.Context, _ *Call, in *ByID) (*struct{ Body subsidy.RunState }, error) {
			return bodyOf(a.Claims.RunState(ctx, in.ID))
		})
}

// planOf returns the plan of a pack as it is installed: what its items are called,
// whom they pay, and which pool they are in.
func (a *API) planOf(id string) (*policy.Plan, error) {
	pack, err := a.Packs.Pack(id)
	if err != nil {
		return nil, err
	}
	return pack.Plan(policy.Choices{})
}

// periodOf names what a settlement is about: the year, where it is a whole one.
func periodOf(r civil.Range) string {
	y, m, d := r.First.YMD()
	if last, _ := civil.Of(y, 12, 31); m == 1 && d == 1 && r.Last == last {
		return strconv.Itoa(y)
	}
	return r.First.String() + "/" + r.Last.String()
}

// nameItem puts in what the pack says of a filing's item and period.
func (a *API) nameItem(f *subsidy.Filing) error {
	plan, err := a.planOf(f.Policy)
	if err != nil {
		return err
	}
	f.Period = periodOf(plan.Scope)
	for _, it := range plan.Items {
		if it.ID != f.Item {
			continue
		}
		if it.Payee != f.PayeeKind {
			return fault.New(fault.Invalid, "subsidy.filing", "该项目的收款人不是这类主体", "the item does not pay this kind of payee").In(fault.Place{Field: "payee_kind"})
		}
		if f.ItemTitle = it.Title; it.Pool != nil {
			f.Pool = it.Pool.ID
		}
		return nil
	}
	return fault.New(fault.NotFound, "subsidy.not_found", "该政策没有这个项目", "the policy has no such item").In(fault.Place{Field: "item"})
}

// Settled returns an official settlement as claims are drafted from it.
//
// Errors: programme.no_run, subsidy.not_official.
func (a *API) Settled(ctx context.Context, id string) (*subsidy.Run, error) {
	all := access.Scope{All: true}
	run, err := a.Programme.Run(ctx, all, id)
	if err != nil {
		return nil, err
	}
	if run.Standing != programme.InForce || run.Sealed == nil {
		return nil, fault.New(fault.Conflict, "subsidy.not_official", "只按经确认的正式结算生成申报", "claims are drafted from a confirmed official settlement")
	}
	plan, err := a.planOf(run.Pack)
	if err != nil {
		return nil, err
	}
	items := map[string]*policy.Item{}
	for _, it := range plan.Items {
		items[it.ID] = it
	}
	out := &subsidy.Run{ID: run.ID, Policy: run.Pack, Period: periodOf(civil.Range{First: run.From, Last: run.To}), Lines: run.Sealed.ResultSHA256}
	for {
		totals, n, err := a.Programme.Totals(ctx, all, id, programme.Filter{Limit: exportPage, Offset: len(out.Dues)})
		if err != nil {
			return nil, err
		}
		for i := range totals {
			t := &totals[i]
			due := subsidy.Due{Item: t.Item, ItemTitle: t.Item, Payee: t.PayeeID, PayeeName: t.Payee, Rows: t.Rows, Amount: t.Paid, PayeeKind: policy.PayInstitution}
			if it := items[t.Item]; it != nil {
				if due.ItemTitle, due.PayeeKind = it.Title, it.Payee; it.Pool != nil {
					due.Pool = it.Pool.ID
				}
			}
			if due.PayeeName == "" {
				due.PayeeName = t.PayeeID
			}
			out.Dues = append(out.Dues, due)
		}
		if len(totals) == 0 || len(out.Dues) >= n {
			return out, nil
		}
	}
}
