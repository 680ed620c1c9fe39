package httpapi

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/adapter/export"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/loanbook/through"
	"changrong/internal/reporting/match"
)

var throughColumns = []export.Column[through.Loan]{
	textColumn("银行", func(l *through.Loan) string { return l.BankName }),
	textColumn("借据编号", func(l *through.Loan) string { return l.NoteNo }),
	textColumn("合同编号", func(l *through.Loan) string { return l.Contract }),
	textColumn("企业", func(l *through.Loan) string { return l.Firm }),
	textColumn("统一社会信用代码", func(l *through.Loan) string { return l.USCC }),
	yuanColumn("放款金额", func(l *through.Loan) money.Fen { return l.Amount }),
	{Head: "年利率", Cell: func(l *through.Loan) export.Cell { return export.Percent(l.Rate) }},
	{Head: "放款日期", Cell: func(l *through.Loan) export.Cell { return export.Day(l.Drawn) }},
	{Head: "到期日期", Cell: func(l *through.Loan) export.Cell { return export.Day(l.Due) }},
	textColumn("担保方式", func(l *through.Loan) string { return l.Security }),
	textColumn("来源渠道", func(l *through.Loan) string { return l.Channel() }),
	textColumn("核对结果", func(l *through.Loan) string { return l.Match.State.Zh() }),
	textColumn("说明", func(l *through.Loan) string { return l.Match.Zh }),
	textColumn("疑似借据编号", func(l *through.Loan) string { return l.Match.Other }),
}

// through adds the loans that came through the platform.
func (a *API) through() {
	const tag = "through"
	lists(a, Route{ID: "list-through-loans", Method: "GET", Path: "/api/through-loans", Tag: tag, Title: "平台贷款核对", Need: access.ThroughRead}, throughColumns,
		func(ctx context.Context, c *Call, in *struct {
			Page
			Bank  string        `query:"bank" maxLength:"64"`
			Month string        `query:"month" maxLength:"7" doc:"in which it was drawn: 2021-12"`
			State through.State `query:"state" enum:"waiting,agrees,missing,differs,renamed"`
			Open  bool          `query:"open" doc:"only those about which something is to be done"`
			Text  string        `query:"text" maxLength:"100" doc:"part of the firm's name; the number of a note or contract, or a credit code"`
		},
		) ([]through.Loan, int, error) {
			f := match.Filter{Bank: in.Bank, State: in.State, Open: in.Open, Text: in.Text, Oldest: in.Format != "json", Limit: in.Limit, Offset: in.Offset}
			if in.Month != "" {
				m, err := civil.ParseMonth(in.Month)
				if err != nil {
					return nil, 0, fault.Of(err).In(fault.Place{Field: "month"})
				}
				f.Month = m
			}
			return a.Through.Loans(ctx, c.Scope, f)
		})
	handle(a, Route{ID: "get-through-loan", Method: "GET", Path: "/api/through-loans/{id}", Tag: tag, Title: "平台贷款", Need: access.ThroughRead},
		func(ctx context.Context, c *Call, in *ByID) (*struct{ Body through.Loan }, error) {
			return bodyOf(a.Through.Loan(ctx, c.Scope, in.ID))
		})
	lists(a, Route{ID: "list-through-counts", Method: "GET", Path: "/api/through-counts", Tag: tag, Title: "平台贷款核对统计", Need: access.ThroughRead}, throughCountColumns,
		func(ctx context.Context, c *Call, in *struct{ Page }) ([]match.Count, int, error) {
			all, err := a.Through.Counts(ctx, c.Scope)
			items, n := part(all, &in.Page)
			return items, n, err
		})
}

var throughCountColumns = []export.Column[match.Count]{
	textColumn("银行", func(x *match.Count) string { return x.BankName }),
	textColumn("放款月份", func(x *match.Count) string { return x.Month }),
	numberColumn("笔数", func(x *match.Count) int64 { return x.Loans }),
	numberColumn("一致", func(x *match.Count) int64 { return x.Agrees }),
	numberColumn("不一致", func(x *match.Count) int64 { return x.Differs }),
	numberColumn("未报送", func(x *match.Count) int64 { return x.Missing }),
	numberColumn("疑似编号不同", func(x *match.Count) int64 { return x.Renamed }),
	numberColumn("待报送", func(x *match.Count) int64 { return x.Waiting }),
}
