package httpapi

import (
	"strings"

	"changrong/internal/adapter/export"
	"changrong/internal/base/money"
	"changrong/internal/ledger"
	"changrong/internal/subsidy/fund"
)

// textColumn is a column of text, yuanColumn one of amounts.
func textColumn[T any](head string, of func(*T) string) export.Column[T] {
	return export.Column[T]{Head: head, Cell: func(v *T) export.Cell { return export.Text(of(v)) }}
}

func yuanColumn[T any](head string, of func(*T) money.Fen) export.Column[T] {
	return export.Column[T]{Head: head, Cell: func(v *T) export.Cell { return export.Yuan(of(v)) }}
}

// totalsColumns are columns of every account.
func totalsColumns[T any](suffix string, of func(*T) *ledger.Totals) []export.Column[T] {
	columns := []export.Column[T]{yuanColumn("下达指标"+suffix, func(v *T) money.Fen { return of(v).Granted })}
	for _, a := range ledger.Accounts() {
		if a != ledger.Origin {
			columns = append(columns, yuanColumn(a.Zh()+suffix, func(v *T) money.Fen { return of(v).Of(a) }))
		}
	}
	return columns
}

// fundSourceColumns are the columns of a file of sources: the report on how far their
// money has come.
var fundSourceColumns = append(append([]export.Column[ledger.SourceExecution]{
	{Head: "预算年度", Cell: func(s *ledger.SourceExecution) export.Cell { return export.Count(int64(s.Source.Year)) }},
	textColumn("资金级次", func(s *ledger.SourceExecution) string { return s.Source.Level.Zh() }),
	textColumn("指标文号", func(s *ledger.SourceExecution) string { return s.Source.Document }),
	textColumn("资金名称", func(s *ledger.SourceExecution) string { return s.Source.Title }),
	textColumn("用途", func(s *ledger.SourceExecution) string { return strings.Join(s.Source.Purposes, " ") }),
	textColumn("项目代码", func(s *ledger.SourceExecution) string { return s.Source.Project }),
	textColumn("功能分类科目", func(s *ledger.SourceExecution) string { return s.Source.Function }),
	textColumn("政府经济分类", func(s *ledger.SourceExecution) string { return s.Source.Economy }),
	textColumn("部门经济分类", func(s *ledger.SourceExecution) string { return s.Source.Section }),
	textColumn("编号", func(s *ledger.SourceExecution) string { return s.Source.ID }),
}, totalsColumns("", func(s *ledger.SourceExecution) *ledger.Totals { return &s.Totals })...),
	export.Column[ledger.SourceExecution]{Head: "支付进度", Cell: func(s *ledger.SourceExecution) export.Cell {
		if rate, ok := s.Totals.Progress(); ok {
			return export.Percent(rate)
		}
		return export.Cell{}
	}},
	export.Column[ledger.SourceExecution]{Head: "已结账", Cell: func(s *ledger.SourceExecution) export.Cell { return export.Flag(s.Source.Closed) }})

// fundEntryColumns are the columns of a file of entries.
var fundEntryColumns = []export.Column[FundEntry]{
	{Head: "分录号", Cell: func(e *FundEntry) export.Cell { return export.Count(e.Seq) }},
	{Head: "记账时间", Cell: func(e *FundEntry) export.Cell { return export.Time(e.At) }},
	{Head: "业务日期", Cell: func(e *FundEntry) export.Cell { return export.Day(e.On) }},
	textColumn("业务", func(e *FundEntry) string { return e.Name }),
	yuanColumn("金额", func(e *FundEntry) money.Fen { return e.Amount }),
	textColumn("资金来源", func(e *FundEntry) string { return sourcesOf(&e.Entry) }),
	textColumn("申报编号", func(e *FundEntry) string { return e.Claim }),
	textColumn("支付单号", func(e *FundEntry) string { return e.Order }),
	textColumn("文号", func(e *FundEntry) string { return e.Document }),
	textColumn("回单编号", func(e *FundEntry) string { return e.Receipt.No }),
	textColumn("收款人", func(e *FundEntry) string { return e.Receipt.Payee }),
	textColumn("经办", func(e *FundEntry) string { return e.By }),
	textColumn("复核", func(e *FundEntry) string { return e.Second }),
	textColumn("备注", func(e *FundEntry) string { return e.Memo }),
}

// sourcesOf names the sources of an entry; its postings are in their order.
func sourcesOf(e *ledger.Entry) string {
	var names []string
	for _, p := range e.Postings {
		if n := len(names); n == 0 || names[n-1] != p.Source {
			names = append(names, p.Source)
		}
	}
	return strings.Join(names, " ")
}

// fundStatementColumns are the columns of a file of a statement.
var fundStatementColumns = append(append([]export.Column[ledger.StatementLine]{
	{Head: "分录号", Cell: func(l *ledger.StatementLine) export.Cell {
		if l.Seq == 0 {
			return export.Cell{}
		}
		return export.Count(l.Seq)
	}},
	{Head: "记账日期", Cell: func(l *ledger.StatementLine) export.Cell { return export.Day(l.At.Date()) }},
	{Head: "业务日期", Cell: func(l *ledger.StatementLine) export.Cell { return export.Day(l.On) }},
	textColumn("摘要", func(l *ledger.StatementLine) string { return l.Name }),
	textColumn("申报编号", func(l *ledger.StatementLine) string { return l.Claim }),
	textColumn("支付单号", func(l *ledger.StatementLine) string { return l.Order }),
	textColumn("文号", func(l *ledger.StatementLine) string { return l.Document }),
	textColumn("回单编号", func(l *ledger.StatementLine) string { return l.Receipt.No }),
	textColumn("收款人", func(l *ledger.StatementLine) string { return l.Receipt.Payee }),
	textColumn("备注", func(l *ledger.StatementLine) string { return l.Memo }),
}, totalsColumns("变动", func(l *ledger.StatementLine) *ledger.Totals { return &l.Change })...),
	totalsColumns("余额", func(l *ledger.StatementLine) *ledger.Totals { return &l.After })...)

// fundImportColumns are the columns of a file of imports.
var fundImportColumns = []export.Column[fund.Import]{
	textColumn("文件", func(i *fund.Import) string { return i.Name }),
	{Head: "导入时间", Cell: func(i *fund.Import) export.Cell { return export.Time(i.At) }},
	{Head: "计入笔数", Cell: func(i *fund.Import) export.Cell { return export.Count(int64(i.Kept)) }},
	{Head: "重复笔数", Cell: func(i *fund.Import) export.Cell { return export.Count(int64(i.Known)) }},
	textColumn("经办", func(i *fund.Import) string { return i.By }),
	textColumn("SHA-256", func(i *fund.Import) string { return i.Digest }),
}

// fundLineColumns are the columns of a file of the bank's lines.
var fundLineColumns = []export.Column[ledger.BankLine]{
	{Head: "日期", Cell: func(l *ledger.BankLine) export.Cell { return export.Day(l.On) }},
	yuanColumn("金额", func(l *ledger.BankLine) money.Fen { return l.Amount }),
	textColumn("收款人", func(l *ledger.BankLine) string { return l.Payee }),
	textColumn("账号末四位", func(l *ledger.BankLine) string { return l.Tail }),
	textColumn("回单编号", func(l *ledger.BankLine) string { return l.Ref }),
	textColumn("摘要", func(l *ledger.BankLine) string { return l.Note }),
}

// fundReconciledColumns are the columns of a file of a reconciliation.
var fundReconciledColumns = append(append([]export.Column[ledger.Row]{
	textColumn("结果", func(r *ledger.Row) string { return r.Name }),
	{Head: "组", Cell: func(r *ledger.Row) export.Cell { return export.Count(int64(r.Group)) }},
	yuanColumn("差额（银行减台账）", func(r *ledger.Row) money.Fen { return r.Gap }),
	{Head: "收款人一致", Cell: func(r *ledger.Row) export.Cell {
		if r.Books == nil || r.Bank == nil {
			return export.Cell{}
		}
		return export.Flag(r.Payee)
	}},
}, sideColumns("台账", func(r *ledger.Row) *ledger.BankLine {
	if r.Books == nil {
		return nil
	}
	return &ledger.BankLine{
		On: r.Books.On, Amount: r.Books.Amount, Payee: r.Books.Receipt.Payee, Tail: r.Books.Receipt.Tail, Ref: r.Books.Receipt.No, Note: r.Books.Claim,
	}
})...), sideColumns("银行", func(r *ledger.Row) *ledger.BankLine { return r.Bank })...)

// sideColumns are the columns of one side of a reconciliation; empty where it has nothing.
func sideColumns(name string, of func(*ledger.Row) *ledger.BankLine) []export.Column[ledger.Row] {
	var columns []export.Column[ledger.Row]
	for _, c := range fundLineColumns {
		columns = append(columns, export.Column[ledger.Row]{Head: name + c.Head, Cell: func(r *ledger.Row) export.Cell {
			if l := of(r); l != nil {
				return c.Cell(l)
			}
			return export.Cell{}
		}})
	}
	return columns
}

// fundProposalColumns are the columns of a file of proposals.
var fundProposalColumns = []export.Column[fund.Proposal]{
	textColumn("事项", func(p *fund.Proposal) string { return p.Kind.Zh() }),
	textColumn("状态", func(p *fund.Proposal) string { return p.State.Zh() }),
	textColumn("资金来源", func(p *fund.Proposal) string { return p.Source }),
	textColumn("结转至", func(p *fund.Proposal) string { return p.Next }),
	yuanColumn("金额", func(p *fund.Proposal) money.Fen { return p.Amount }),
	yuanColumn("结转", func(p *fund.Proposal) money.Fen { return p.Carry }),
	textColumn("文号", func(p *fund.Proposal) string { return p.Document }),
	textColumn("说明", func(p *fund.Proposal) string { return p.Memo }),
	textColumn("编制", func(p *fund.Proposal) string { return p.PreparedBy }),
	{Head: "编制时间", Cell: func(p *fund.Proposal) export.Cell { return export.Time(p.PreparedAt) }},
	textColumn("复核", func(p *fund.Proposal) string { return p.DecidedBy }),
	{Head: "复核时间", Cell: func(p *fund.Proposal) export.Cell { return export.Time(p.DecidedAt) }},
	textColumn("理由", func(p *fund.Proposal) string { return p.Reason }),
}
