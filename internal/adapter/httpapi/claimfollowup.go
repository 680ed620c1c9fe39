package httpapi

import (
	"bytes"
	"context"
	"io"

	"changrong/internal/access"
	"changrong/internal/adapter/document"
	"changrong/internal/adapter/export"
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/subsidy"
	"changrong/internal/subsidy/followup"
	"changrong/internal/workflow"
)

// followUp adds what comes after payment: samples, findings, money taken back.
func (a *API) followUp() {
	handle(a, Route{ID: "list-claim-samples", Method: "GET", Path: "/api/claim-samples", Tag: "claim", Title: "事后抽查样本", Need: access.OrderRead},
		func(ctx context.Context, _ *Call, in *struct {
			Policy string `query:"policy" maxLength:"100" doc:"empty: of any"`
		},
		) (*list[followup.SampleState], error) {
			samples, err := a.FollowUp.Samples(ctx, in.Policy)
			return listOf(samples, len(samples)), err
		})
	handle(a, Route{ID: "get-claim-sample", Method: "GET", Path: "/api/claim-samples/{id}", Tag: "claim", Title: "事后抽查样本详情", Need: access.OrderRead},
		func(ctx context.Context, _ *Call, in *ByID) (*struct{ Body followup.SampleView }, error) {
			return bodyOf(a.FollowUp.SampleOf(ctx, in.ID))
		})
	handle(a, Route{ID: "draw-claim-sample", Method: "POST", Path: "/api/claim-samples", Tag: "claim", Title: "抽取事后抽查样本", Need: access.SampleDraw},
		func(ctx context.Context, c *Call, in *struct {
			Body struct {
				Policy string             `json:"policy"`
				Seed   string             `json:"seed" doc:"the same seed draws the same"`
				Strata []followup.Stratum `json:"strata"`
				ByItem bool               `json:"by_item,omitempty" doc:"each item has these layers by itself"`
			}
		},
		) (*struct{ Body followup.Sample }, error) {
			b := &in.Body
			return bodyOf(a.FollowUp.DrawSample(ctx, c.Caller, followup.Sample{Policy: b.Policy, Seed: b.Seed, Strata: b.Strata, ByItem: b.ByItem}))
		})
	handle(a, Route{ID: "record-finding", Method: "POST", Path: "/api/claims/{id}/findings", Tag: "claim", Title: "登记抽查结论", Need: access.ClawbackWrite},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Outcome  followup.Outcome   `json:"outcome" enum:"clean,minor,return"`
				Text     string             `json:"text" doc:"what was looked at and found"`
				Clawback *followup.Proposal `json:"clawback,omitempty" doc:"where money has to come back; its claim is this one"`
			}
		},
		) (*struct{ Body followup.Finding }, error) {
			b := &in.Body
			return bodyOf(a.FollowUp.Find(ctx, c.Caller, followup.Finding{Claim: in.ID, Outcome: b.Outcome, Text: b.Text}, b.Clawback))
		})
	a.clawbacks()
	a.clawbackSteps()
}

// clawbackColumns are the columns of a file of clawbacks.
var clawbackColumns = []export.Column[followup.Clawback]{
	textColumn("通知书编号", func(b *followup.Clawback) string { return b.Number }),
	textColumn("申报编号", func(b *followup.Clawback) string { return b.Claim }),
	textColumn("政策", func(b *followup.Clawback) string { return b.Policy }),
	textColumn("项目", func(b *followup.Clawback) string { return b.ItemTitle }),
	textColumn("收款人", func(b *followup.Clawback) string { return b.PayeeName }),
	textColumn("收款人代码", func(b *followup.Clawback) string { return b.Payee }),
	textColumn("环节", func(b *followup.Clawback) string { return followup.Life.Rule(b.Stage).Zh }),
	textColumn("事由", func(b *followup.Clawback) string { return b.Why }),
	textColumn("依据", func(b *followup.Clawback) string { return b.Basis }),
	{Head: "退回期限", Cell: func(b *followup.Clawback) export.Cell { return export.Day(b.Deadline) }},
	yuanColumn("应追回", func(b *followup.Clawback) money.Fen { return b.Amount }),
	yuanColumn("已退回", func(b *followup.Clawback) money.Fen { return b.Returned }),
	yuanColumn("尚未退回", (*followup.Clawback).Outstanding),
}

// ClawbackQuery filters clawbacks.
type ClawbackQuery struct {
	Stage  workflow.Stage `query:"stage" enum:"proposed,collecting,ending,done,ended,refused,withdrawn"`
	Policy string         `query:"policy" maxLength:"100"`
	Payee  string         `query:"payee" maxLength:"100"`
	Claim  string         `query:"claim" maxLength:"64"`
	Open   bool           `query:"open" doc:"only those that are not over"`
	Late   bool           `query:"late" doc:"only those whose day has passed"`
	Mine   bool           `query:"mine" doc:"only those that wait for the caller"`
}

func (a *API) clawbacks() {
	lists(a, Route{ID: "list-clawbacks", Method: "GET", Path: "/api/clawbacks", Tag: "claim", Title: "追回", Need: access.ClaimRead}, clawbackColumns,
		func(ctx context.Context, c *Call, in *struct {
			Page
			ClawbackQuery
		},
		) ([]followup.Clawback, int, error) {
			f := followup.Filter{
				Stage: in.Stage, Policy: in.Policy, Payee: in.Payee, Claim: in.Claim, Open: in.Open, Late: in.Late,
				Limit: in.Limit, Offset: in.Offset, Newest: in.Format == "json",
			}
			if in.Mine {
				who := subsidy.ActorOf(c.Caller)
				f.Mine = &who
			}
			return a.FollowUp.List(ctx, c.Scope, f)
		})
	handle(a, Route{ID: "get-clawback", Method: "GET", Path: "/api/clawbacks/{id}", Tag: "claim", Title: "追回详情", Need: access.ClaimRead},
		func(ctx context.Context, c *Call, in *ByID) (*struct{ Body followup.View }, error) {
			return bodyOf(a.FollowUp.Of(ctx, c.Caller, c.Scope, in.ID))
		})
	handle(a, Route{ID: "get-clawback-pdf", Method: "GET", Path: "/api/clawbacks/{id}/pdf", Tag: "claim", Title: "责令退回通知书（PDF）", Need: access.ClaimRead, answers: asFile("application/pdf")},
		func(ctx context.Context, c *Call, in *ByID) (*fileAnswer, error) {
			v, err := a.FollowUp.Of(ctx, c.Caller, c.Scope, in.ID)
			if err != nil {
				return nil, err
			}
			var b bytes.Buffer
			if err := document.ReturnPDF(&b, &v.Clawback, a.Font); err != nil {
				return nil, err
			}
			return sendFile(io.NopCloser(&b), "责令退回通知书"+v.Clawback.Number+".pdf", "application/pdf"), nil
		})
}

func (a *API) clawbackSteps() {
	handle(a, Route{ID: "propose-clawback", Method: "POST", Path: "/api/clawbacks", Tag: "claim", Title: "提请追回", Need: access.ClawbackWrite},
		func(ctx context.Context, c *Call, in *struct{ Body followup.Proposal }) (*struct{ Body followup.Clawback }, error) {
			return bodyOf(a.FollowUp.Propose(ctx, c.Caller, in.Body))
		})
	handle(a, Route{ID: "act-on-clawback", Method: "POST", Path: "/api/clawbacks/{id}/decisions", Tag: "claim", Title: "办理追回", Need: access.ClawbackWrite},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Verb    workflow.Verb `json:"verb" enum:"issue,refuse,withdraw,give_up,end,go_on" doc:"one of can of the clawback"`
				Reason  string        `json:"reason,omitempty"`
				Version int64         `json:"version" doc:"of the clawback as it was read"`
			}
		},
		) (*struct{ Body followup.Clawback }, error) {
			b := &in.Body
			return bodyOf(a.FollowUp.Act(ctx, c.Caller, in.ID, followup.Action{Verb: b.Verb, Reason: b.Reason, Version: b.Version}))
		})
	handle(a, Route{ID: "register-return", Method: "POST", Path: "/api/clawbacks/{id}/receipts", Tag: "claim", Title: "登记退回款", Need: access.OrderWrite},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				No     string     `json:"no" doc:"回单编号"`
				Payer  string     `json:"payer,omitempty" doc:"who returned it, as the receipt says"`
				Amount money.Fen  `json:"amount_fen" doc:"all that is outstanding, or a part"`
				On     civil.Date `json:"on"`
			}
		},
		) (*struct{ Body followup.Clawback }, error) {
			b := &in.Body
			return bodyOf(a.FollowUp.Receive(ctx, c.Caller, in.ID, followup.Receipt{No: b.No, Payer: b.Payer, Amount: b.Amount, On: b.On}))
		})
}
