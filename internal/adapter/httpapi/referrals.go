package httpapi

import (
	"context"
	"strconv"

	"changrong/internal/access"
	"changrong/internal/adapter/export"
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/origination"
	"changrong/internal/workflow"
)

var referralColumns = []export.Column[origination.Referral]{
	{Head: "受理号", Cell: func(r *origination.Referral) export.Cell { return export.Count(r.Number) }},
	textColumn("企业", func(r *origination.Referral) string { return r.Firm }),
	textColumn("统一社会信用代码", func(r *origination.Referral) string { return r.USCC }),
	yuanColumn("申请金额", func(r *origination.Referral) money.Fen { return r.Need.Amount }),
	{Head: "期限（月）", Cell: func(r *origination.Referral) export.Cell { return export.Count(r.Need.Months) }},
	textColumn("产品", func(r *origination.Referral) string { return r.ProductName }),
	textColumn("环节", func(r *origination.Referral) string { return origination.Life.Rule(r.Stage).Zh }),
	{Head: "办理期限", Cell: func(r *origination.Referral) export.Cell { return export.Day(r.DueOn) }},
	textColumn("经办", func(r *origination.Referral) string { return r.AssigneeName }),
	textColumn("未通过原因", func(r *origination.Referral) string { return r.Refusal }),
	{Head: "超时步数", Cell: func(r *origination.Referral) export.Cell { return export.Count(r.Late) }},
	{Head: "送达时间", Cell: func(r *origination.Referral) export.Cell { return export.Time(r.Pushed) }},
	{Head: "受理时间", Cell: func(r *origination.Referral) export.Cell { return export.Time(r.Times.Taken) }},
	{Head: "放款时间", Cell: func(r *origination.Referral) export.Cell { return export.Time(r.Times.Disbursed) }},
}

func (a *API) referrals() {
	lists(a, Route{ID: "list-referrals", Method: "GET", Path: "/api/referrals", Tag: "referral", Title: "受理件", Need: access.ReferralRead}, referralColumns,
		func(ctx context.Context, c *Call, in *struct {
			Page
			Stage    []string   `query:"stage" maxItems:"15" doc:"any of these"`
			Bank     string     `query:"bank" maxLength:"64"`
			Assignee string     `query:"assignee" maxLength:"64" doc:"account; -: nobody yet"`
			Refusal  string     `query:"refusal" maxLength:"40"`
			Text     string     `query:"text" maxLength:"100" doc:"credit code, number, or part of the firm's name"`
			Late     bool       `query:"late" doc:"only those that should have been dealt with"`
			Mine     bool       `query:"mine" doc:"only those that wait for the caller"`
			Live     bool       `query:"live" doc:"only those that are not over"`
			From     civil.Date `query:"from"`
			To       civil.Date `query:"to"`
			Order    string     `query:"order" enum:"due" doc:"due: what is due first comes first, then what came first; missing: the newest first. Of json only"`
		},
		) ([]origination.Referral, int, error) {
			f := origination.ReferralFilter{
				Bank: in.Bank, Assignee: in.Assignee, Refusal: in.Refusal, Text: in.Text, Late: in.Late, Live: in.Live, From: in.From, To: in.To,
				Oldest: in.Format != "json", Due: in.Order == "due", Limit: in.Limit, Offset: in.Offset,
			}
			for _, s := range in.Stage {
				f.Stages = append(f.Stages, workflow.Stage(s))
			}
			if in.Mine {
				who := origination.ActorOf(c.Caller)
				f.Mine = &who
			}
			return a.Origination.Referrals(ctx, c.Scope, f)
		})
	handle(a, Route{ID: "get-referral", Method: "GET", Path: "/api/referrals/{id}", Tag: "referral", Title: "受理件详情", Need: access.ReferralRead},
		func(ctx context.Context, c *Call, in *ByID) (*struct{ Body origination.Detail }, error) {
			return bodyOf(a.Origination.Referral(ctx, c.Caller, c.Scope, in.ID))
		})
	handle(a, Route{ID: "assign-referral", Method: "PUT", Path: "/api/referrals/{id}/assignee", Tag: "referral", Title: "领取或改派", Need: access.ReferralAct},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Account string `json:"account" maxLength:"64"`
			}
		},
		) (*struct{ Body origination.Referral }, error) {
			return bodyOf(a.Origination.Assign(ctx, c.Caller, c.Scope, in.ID, in.Body.Account))
		})
	handle(a, Route{ID: "act-on-referral", Method: "POST", Path: "/api/referrals/{id}/decisions", Tag: "referral", Title: "办理受理件", Need: access.ReferralAct},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body origination.Action
		},
		) (*struct{ Body origination.Referral }, error) {
			return bodyOf(a.Origination.Act(ctx, c.Caller, c.Scope, in.ID, in.Body))
		})
}

// ContractBody is a contract as it is registered.
type ContractBody struct {
	Version  int64      `json:"version" doc:"of the referral as it was read"`
	No       string     `json:"no" doc:"合同编号"`
	Amount   money.Fen  `json:"amount_fen"`
	Rate     money.Rate `json:"rate_ppb"`
	Months   int64      `json:"term_months"`
	Signed   civil.Date `json:"signed_on"`
	Security string     `json:"security"`
	First    *bool      `json:"first_loan,omitempty" doc:"首贷户; missing: not known"`
	Branch   string     `json:"branch,omitempty"`
}

// DrawdownBody is a payment as it is registered.
type DrawdownBody struct {
	Version int64      `json:"version,omitempty" doc:"of the referral as it was read; 0: whatever it is now"`
	NoteNo  string     `json:"note_no" doc:"借据编号"`
	Amount  money.Fen  `json:"amount_fen"`
	Rate    money.Rate `json:"rate_ppb"`
	Drawn   civil.Date `json:"drawn_on"`
	Due     civil.Date `json:"due_on"`
	Branch  string     `json:"branch,omitempty" doc:"empty: the contract's"`
}

// ReportBody is a bank's word about a note.
type ReportBody struct {
	NoteNo  string             `json:"note_no"`
	Status  origination.Status `json:"status" enum:"current,overdue,repaid"`
	Class   string             `json:"class,omitempty" enum:"normal,special_mention,substandard,doubtful,loss"`
	Balance money.Fen          `json:"balance_fen"`
	Days    int64              `json:"days_overdue,omitempty"`
	AsOf    civil.Date         `json:"as_of_on"`
}

func (a *API) referralSteps() {
	handle(a, Route{ID: "register-contract", Method: "POST", Path: "/api/referrals/{id}/contract", Tag: "referral", Title: "登记合同", Need: access.ReferralAct},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body ContractBody
		},
		) (*struct{ Body origination.Agreement }, error) {
			b := &in.Body
			return bodyOf(a.Origination.Contract(ctx, c.Caller, c.Scope, in.ID, b.Version, origination.Agreement{
				No: b.No, Amount: b.Amount, Rate: b.Rate, Months: b.Months, Signed: b.Signed, Security: b.Security, First: b.First, Branch: b.Branch,
			}))
		})
	handle(a, Route{ID: "register-drawdown", Method: "POST", Path: "/api/referrals/{id}/drawdowns", Tag: "referral", Title: "登记放款", Need: access.ReferralAct},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body DrawdownBody
		},
		) (*struct{ Body origination.Drawdown }, error) {
			b := &in.Body
			return bodyOf(a.Origination.Disburse(ctx, c.Caller, c.Scope, in.ID, b.Version, origination.Drawdown{
				NoteNo: b.NoteNo, Amount: b.Amount, Rate: b.Rate, Drawn: b.Drawn, Due: b.Due, Branch: b.Branch,
			}))
		})
	handle(a, Route{ID: "report-loan", Method: "POST", Path: "/api/referrals/{id}/reports", Tag: "referral", Title: "登记贷款状态", Need: access.ReferralAct},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body ReportBody
		},
		) (*struct{ Body origination.Report }, error) {
			b := &in.Body
			return bodyOf(a.Origination.Report(ctx, c.Caller, c.Scope, in.ID, origination.Report{
				NoteNo: b.NoteNo, Status: b.Status, Class: b.Class, Balance: b.Balance, Days: b.Days, AsOf: b.AsOf,
			}))
		})
}

func (a *API) referralTalk() {
	handle(a, Route{ID: "post-message", Method: "POST", Path: "/api/referrals/{id}/messages", Tag: "referral", Title: "给对方留言", Need: access.ReferralMessage},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Text   string `json:"text"`
				Inside bool   `json:"inside,omitempty" doc:"the bank's own remark, which the firm does not see"`
			}
		},
		) (*struct{ Body workflow.Comment }, error) {
			return bodyOf(a.Origination.Post(ctx, c.Caller, c.Scope, in.ID, in.Body.Text, in.Body.Inside))
		})
	handle(a, Route{ID: "attach-to-referral", Method: "POST", Path: "/api/referrals/{id}/attachments", Tag: "referral", Title: "上传材料（仅本件双方可见）", Need: access.ReferralMessage, Limit: workflow.MaxFile},
		func(ctx context.Context, c *Call, in *loanPaper) (*struct{ Body workflow.Attachment }, error) {
			return a.keepPaper(ctx, c, in, false, func() error {
				_, err := a.Origination.Referral(ctx, c.Caller, c.Scope, in.ID)
				return err
			})
		})
	handle(a, Route{ID: "get-referral-attachment", Method: "GET", Path: "/api/referrals/{id}/attachments/{file}", Tag: "referral", Title: "下载材料", Need: access.ReferralMessage, answers: asFile(anyFile)},
		func(ctx context.Context, c *Call, in *loanFile) (*fileAnswer, error) {
			return a.paperAnswer(ctx)(a.Origination.File(ctx, c.Scope, in.ID, in.File))
		})
}

func (a *API) offers() {
	handle(a, Route{ID: "make-offer", Method: "POST", Path: "/api/referrals/{id}/offers", Tag: "offer", Title: "报价", Need: access.OfferWrite},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Version int64             `json:"version,omitempty" doc:"of the referral as it was read; 0: whatever it is now"`
				Price   origination.Price `json:"price"`
			}
		},
		) (*struct{ Body origination.Offer }, error) {
			return bodyOf(a.Origination.Offer(ctx, c.Caller, c.Scope, in.ID, in.Body.Version, in.Body.Price))
		})
	handle(a, Route{ID: "get-offer", Method: "GET", Path: "/api/offers/{id}", Tag: "offer", Title: "报价详情", Need: access.ReferralRead},
		func(ctx context.Context, c *Call, in *ByID) (*struct{ Body origination.Offer }, error) {
			return bodyOf(a.Origination.OneOffer(ctx, c.Scope, in.ID))
		})
	handle(a, Route{ID: "accept-offer", Method: "POST", Path: "/api/offers/{id}/acceptance", Tag: "offer", Title: "接受报价", Need: access.OfferAccept},
		func(ctx context.Context, c *Call, in *ByID) (*struct{ Body origination.Offer }, error) {
			return bodyOf(a.Origination.AcceptOffer(ctx, c.Caller, c.Scope, in.ID))
		})
	handle(a, Route{ID: "decline-offer", Method: "POST", Path: "/api/offers/{id}/refusal", Tag: "offer", Title: "谢绝报价", Need: access.OfferAccept},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Words string `json:"words,omitempty" doc:"to the bank: what would have to be better"`
			}
		},
		) (*struct{ Body origination.Offer }, error) {
			return bodyOf(a.Origination.DeclineOffer(ctx, c.Caller, c.Scope, in.ID, in.Body.Words))
		})
}

// FigureQuery filters figures.
type FigureQuery struct {
	From civil.Date `query:"from" doc:"of the day a referral came to its bank"`
	To   civil.Date `query:"to"`
	Bank string     `query:"bank" maxLength:"64"`
	Code string     `query:"code" maxLength:"64" doc:"id of the loan code"`
}

func (q *FigureQuery) filter() origination.FigureFilter {
	return origination.FigureFilter{From: q.From, To: q.To, Bank: q.Bank, Code: q.Code}
}

var bankFigureColumns = []export.Column[origination.BankFigures]{
	textColumn("银行", func(b *origination.BankFigures) string { return b.Name }),
	{Head: "送达", Cell: func(b *origination.BankFigures) export.Cell { return export.Count(b.Pushed) }},
	{Head: "受理", Cell: func(b *origination.BankFigures) export.Cell { return export.Count(b.Accepted) }},
	{Head: "报价", Cell: func(b *origination.BankFigures) export.Cell { return export.Count(b.Offered) }},
	{Head: "未通过", Cell: func(b *origination.BankFigures) export.Cell { return export.Count(b.Declined) }},
	{Head: "报价被接受", Cell: func(b *origination.BankFigures) export.Cell { return export.Count(b.Chosen) }},
	{Head: "签约", Cell: func(b *origination.BankFigures) export.Cell { return export.Count(b.Contracted) }},
	{Head: "放款户数", Cell: func(b *origination.BankFigures) export.Cell { return export.Count(b.Disbursed) }},
	yuanColumn("放款金额", func(b *origination.BankFigures) money.Fen { return b.Paid }),
	{Head: "超时步数", Cell: func(b *origination.BankFigures) export.Cell { return export.Count(b.LateSteps) }},
	{Head: "现超时", Cell: func(b *origination.BankFigures) export.Cell { return export.Count(b.LateNow) }},
	textColumn("平均受理用时（小时）", func(b *origination.BankFigures) string { return hours(b.ToAccept) }),
	textColumn("平均报价用时（小时）", func(b *origination.BankFigures) string { return hours(b.ToOffer) }),
}

// hours writes a span with one decimal.
func hours(i civil.Instant) string {
	tenths := i / (civil.Hour / 10)
	return strconv.FormatInt(int64(tenths/10), 10) + "." + strconv.FormatInt(int64(tenths%10), 10)
}

func (a *API) originationFigures() {
	handle(a, Route{ID: "get-origination-figures", Method: "GET", Path: "/api/origination/figures", Tag: "application", Title: "融资对接统计", Need: access.ApplicationFigures},
		func(ctx context.Context, _ *Call, in *FigureQuery) (*struct{ Body origination.Figures }, error) {
			return bodyOf(a.Origination.Figures(ctx, in.filter()))
		})
	lists(a, Route{ID: "list-origination-banks", Method: "GET", Path: "/api/origination/banks", Tag: "application", Title: "各银行融资对接情况", Need: access.ApplicationFigures}, bankFigureColumns,
		func(ctx context.Context, _ *Call, in *struct {
			Page
			FigureQuery
		},
		) ([]origination.BankFigures, int, error) {
			x, err := a.Origination.Figures(ctx, in.filter())
			if err != nil {
				return nil, 0, err
			}
			items, total := part(x.Banks, &in.Page)
			return items, total, nil
		})
}
