package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"changrong/internal/access"
	"changrong/internal/adapter/bankfile"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/ledger"
	"changrong/internal/subsidy/fund"
)

// DayRange is the days that a query is about; those left out are of this year.
type DayRange struct {
	First string `query:"first_on" format:"date" doc:"the first day; left out: 1 January of the last day's year, or of this one"`
	Last  string `query:"last_on" format:"date" doc:"the last day; left out: 31 December of the first day's year"`
}

// given returns the days that are given, 0 for those left out.
func (d DayRange) given() (r civil.Range, err error) {
	for _, x := range []struct {
		name, text string
		day        *civil.Date
	}{{"first_on", d.First, &r.First}, {"last_on", d.Last, &r.Last}} {
		if x.text == "" {
			continue
		}
		if *x.day, err = civil.ParseDate(x.text); err != nil {
			return r, fault.Of(err).In(fault.Place{Field: x.name, Value: x.text})
		}
	}
	return r, nil
}

// in returns the days, as of now.
func (d DayRange) in(now civil.Instant) (civil.Range, error) {
	r, err := d.given()
	if err != nil {
		return r, err
	}
	y, _, _ := now.Date().YMD()
	switch {
	case r.First != 0:
		y, _, _ = r.First.YMD()
	case r.Last != 0:
		y, _, _ = r.Last.YMD()
	}
	if r.First == 0 {
		r.First, _ = civil.Of(y, 1, 1)
	}
	if r.Last == 0 {
		r.Last, _ = civil.Of(y, 12, 31)
	}
	return r, nil
}

// SourceQuery filters sources.
type SourceQuery struct {
	Year    int          `query:"year" doc:"预算年度"`
	Level   ledger.Level `query:"level" enum:"central,provincial,municipal,county"`
	Open    bool         `query:"open" doc:"only those not closed"`
	Purpose string       `query:"purpose" doc:"only those that pay for this item or pool"`
}

func (q *SourceQuery) filter() ledger.SourceFilter {
	return ledger.SourceFilter{Year: q.Year, Level: q.Level, Open: q.Open, Purpose: q.Purpose}
}

// StatementQuery says which statement is meant.
type StatementQuery struct {
	DayRange
	Source string `query:"source" doc:"id of a source; or give a claim"`
	Claim  string `query:"claim"`
}

// SourceEdit is what of a source may be changed, and what there is when it is made.
type SourceEdit struct {
	Title    string `json:"title" doc:"资金名称"`
	Project  string `json:"project,omitempty" doc:"项目代码"`
	Function string `json:"function,omitempty" doc:"支出功能分类科目"`
	Economy  string `json:"economy,omitempty" doc:"政府预算支出经济分类"`
	Section  string `json:"section,omitempty" doc:"部门预算支出经济分类"`
	Goal     string `json:"goal,omitempty" doc:"绩效目标"`
}

func (e *SourceEdit) source() ledger.Source {
	return ledger.Source{Title: e.Title, Project: e.Project, Function: e.Function, Economy: e.Economy, Section: e.Section, Goal: e.Goal}
}

// ledger adds the operations on the fund ledger.
func (a *API) ledger() {
	a.ledgerSources()
	a.ledgerBooks()
	a.ledgerBank()
	a.ledgerProposals()
}

func (a *API) ledgerSources() {
	lists(a, Route{ID: "list-fund-sources", Method: "GET", Path: "/api/fund/sources", Tag: "fund", Title: "资金来源及执行情况", Need: access.FundRead}, fundSourceColumns,
		func(ctx context.Context, c *Call, in *struct {
			Page
			SourceQuery
		},
		) ([]ledger.SourceExecution, int, error) {
			f := in.filter()
			f.Limit, f.Offset = in.Limit, in.Offset
			return a.Fund.Sources(ctx, c.Scope, f)
		})
	handle(a, Route{ID: "add-fund-source", Method: "POST", Path: "/api/fund/sources", Tag: "fund", Title: "新增资金来源", Need: access.FundWrite},
		func(ctx context.Context, c *Call, in *struct {
			Body struct {
				SourceEdit
				Year     int          `json:"year" doc:"预算年度"`
				Level    ledger.Level `json:"level" enum:"central,provincial,municipal,county"`
				Document string       `json:"document" doc:"指标文号"`
				Purposes []string     `json:"purposes" doc:"用途：可支付的奖补项目或资金池；专款专用"`
			}
		},
		) (*struct{ Body ledger.Source }, error) {
			s := in.Body.source()
			s.Year, s.Level, s.Document, s.Purposes = in.Body.Year, in.Body.Level, in.Body.Document, in.Body.Purposes
			return bodyOf(a.Fund.AddSource(ctx, c.Caller, s))
		})
	handle(a, Route{ID: "get-fund-source", Method: "GET", Path: "/api/fund/sources/{id}", Tag: "fund", Title: "资金来源", Need: access.FundRead},
		func(ctx context.Context, c *Call, in *struct {
			ID string `path:"id"`
		},
		) (*struct{ Body ledger.SourceExecution }, error) {
			return bodyOf(a.Fund.Source(ctx, c.Scope, in.ID))
		})
	handle(a, Route{ID: "edit-fund-source", Method: "PUT", Path: "/api/fund/sources/{id}", Tag: "fund", Title: "修改资金来源", Need: access.FundWrite},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id"`
			Body struct {
				SourceEdit
				Version int64 `json:"version" doc:"of the source as it was read"`
			}
		},
		) (*struct{ Body ledger.Source }, error) {
			s := in.Body.source()
			s.Version = in.Body.Version
			return bodyOf(a.Fund.EditSource(ctx, c.Caller, in.ID, s))
		})
	handle(a, Route{ID: "allot-fund", Method: "POST", Path: "/api/fund/allotments", Tag: "fund", Title: "下达指标", Need: access.FundWrite},
		func(ctx context.Context, c *Call, in *struct{ Body fund.Grant }) (*struct{ Body FundEntry }, error) {
			return fundEntryOf(a.Fund.Allot(ctx, c.Caller, in.Body))
		})
}

// bodyOf is what an operation returns that answers one thing.
func bodyOf[T any](v *T, err error) (*struct{ Body T }, error) {
	if err != nil {
		return nil, err
	}
	return &struct{ Body T }{*v}, nil
}

func (a *API) ledgerBooks() {
	lists(a, Route{ID: "list-fund-entries", Method: "GET", Path: "/api/fund/entries", Tag: "fund", Title: "分录", Need: access.FundRead}, fundEntryColumns,
		func(ctx context.Context, c *Call, in *struct {
			Page
			StatementQuery
			Order string        `query:"order" doc:"payment order"`
			Kind  []ledger.Kind `query:"kind" doc:"kinds, with commas between"`
		},
		) ([]FundEntry, int, error) {
			f := ledger.EntryFilter{Source: in.Source, Claim: in.Claim, Order: in.Order, Kinds: in.Kind, Limit: in.Limit, Offset: in.Offset}
			days, err := in.given()
			if err != nil {
				return nil, 0, err
			}
			if days.First != 0 {
				f.From = civil.StartOf(days.First)
			}
			if days.Last != 0 {
				f.To = civil.StartOf(days.Last + 1)
			}
			entries, n, err := a.Fund.Entries(ctx, c.Scope, f)
			views := make([]FundEntry, len(entries))
			for i := range entries {
				views[i] = fundEntry(&entries[i])
			}
			return views, n, err
		})
	handle(a, Route{ID: "get-fund-entry", Method: "GET", Path: "/api/fund/entries/{seq}", Tag: "fund", Title: "一笔分录", Need: access.FundRead},
		func(ctx context.Context, c *Call, in *struct {
			Seq int64 `path:"seq"`
		},
		) (*struct{ Body FundEntry }, error) {
			return fundEntryOf(a.Fund.Entry(ctx, c.Scope, in.Seq))
		})
	handle(a, Route{ID: "get-fund-statement", Method: "GET", Path: "/api/fund/statement", Tag: "fund", Title: "对账单", Need: access.FundRead},
		func(ctx context.Context, c *Call, in *struct {
			Limit  int `query:"limit" default:"50" minimum:"1" maximum:"200" doc:"how many lines; totals are of all"`
			Offset int `query:"offset" default:"0" minimum:"0" maximum:"10000000" doc:"how many lines before them"`
			StatementQuery
		},
		) (*struct{ Body ledger.Statement }, error) {
			days, err := in.in(a.Fund.Now())
			if err != nil {
				return nil, err
			}
			return bodyOf(a.Fund.Statement(ctx, c.Scope, in.Source, in.Claim, days, ledger.Window{Limit: in.Limit, Offset: in.Offset}))
		})
	lists(a, Route{ID: "list-fund-statement-lines", Method: "GET", Path: "/api/fund/statement/lines", Tag: "fund", Title: "对账单明细", Need: access.FundRead}, fundStatementColumns,
		func(ctx context.Context, c *Call, in *struct {
			Page
			StatementQuery
		},
		) ([]ledger.StatementLine, int, error) {
			days, err := in.in(a.Fund.Now())
			if err != nil {
				return nil, 0, err
			}
			return a.Fund.StatementTable(ctx, c.Scope, in.Source, in.Claim, days, ledger.Window{Limit: in.Limit, Offset: in.Offset})
		})
	handle(a, Route{ID: "get-fund-execution", Method: "GET", Path: "/api/fund/execution", Tag: "fund", Title: "资金执行情况", Need: access.FundRead},
		func(ctx context.Context, c *Call, in *SourceQuery) (*struct{ Body ledger.Execution }, error) {
			return bodyOf(a.Fund.Execution(ctx, c.Scope, in.filter()))
		})
	handle(a, Route{ID: "check-fund-ledger", Method: "GET", Path: "/api/fund/check", Tag: "fund", Title: "台账核验", Need: access.FundRead},
		func(ctx context.Context, c *Call, _ *empty) (*struct{ Body LedgerCheck }, error) {
			bad, err := a.Fund.Check(ctx, c.Scope)
			return bodyOf(&LedgerCheck{Whole: len(bad) == 0, Findings: findingsOf(bad)}, err)
		})
}

func (a *API) reconcile(ctx context.Context, c *Call, q *DayRange) (*ledger.Reconciliation, error) {
	days, err := q.in(a.Fund.Now())
	if err != nil {
		return nil, err
	}
	return a.Fund.Reconcile(ctx, c.Scope, days)
}

// FundEntry is an entry with what a voucher says of it.
type FundEntry struct {
	ledger.Entry
	Name     string    `json:"name" doc:"of the kind, in Chinese"`
	Amount   money.Fen `json:"amount_fen" doc:"how much it moves"`
	Capitals string    `json:"capitals" doc:"大写金额"`
}

func fundEntry(e *ledger.Entry) FundEntry {
	return FundEntry{*e, e.Kind.Zh(), e.Amount(), e.Amount().Chinese()}
}

// fundEntryOf is fundEntry of what a service returns.
func fundEntryOf(e *ledger.Entry, err error) (*struct{ Body FundEntry }, error) {
	if err != nil {
		return nil, err
	}
	v := fundEntry(e)
	return bodyOf(&v, nil)
}

// LedgerCheck is what computing the ledger again found.
type LedgerCheck struct {
	Whole    bool            `json:"whole" doc:"every entry balances, every balance is what the entries make it, and none is below zero"`
	Findings []LedgerFinding `json:"findings"`
}

// LedgerFinding is something that is wrong with the ledger, or with a bank's file.
type LedgerFinding struct {
	Severity string `json:"severity" enum:"error,warning"`
	Code     string `json:"code"`
	Zh       string `json:"zh"`
	En       string `json:"en"`
	Line     int    `json:"line,omitempty" doc:"of the file"`
	Column   int    `json:"column,omitempty"`
	Field    string `json:"field,omitempty"`
	Value    string `json:"value,omitempty"`
}

func findingsOf(bad []*fault.Error) []LedgerFinding {
	out := make([]LedgerFinding, len(bad))
	for i, f := range bad {
		out[i] = LedgerFinding{Severity: fact.Error.String(), Code: f.Code, Zh: f.Zh, En: f.En}
	}
	return out
}

// BankImport is how the taking in of a bank's file ended.
type BankImport struct {
	Import   *fund.Import    `json:"import" doc:"null when a finding is an error: then nothing was kept"`
	Findings []LedgerFinding `json:"findings"`
}

func (a *API) ledgerBank() {
	handle(a, Route{ID: "import-fund-bank-lines", Method: "POST", Path: "/api/fund/bank-imports", Tag: "fund", Title: "导入银行回单", Need: access.FundWrite, Limit: bankfile.MaxSize}, a.importBank)
	lists(a, Route{ID: "list-fund-bank-imports", Method: "GET", Path: "/api/fund/bank-imports", Tag: "fund", Title: "银行回单导入记录", Need: access.FundRead}, fundImportColumns,
		func(ctx context.Context, c *Call, in *struct{ Page }) ([]fund.Import, int, error) {
			return a.Fund.Imports(ctx, c.Scope, in.Limit, in.Offset)
		})
	lists(a, Route{ID: "list-fund-bank-lines", Method: "GET", Path: "/api/fund/bank-lines", Tag: "fund", Title: "银行回单", Need: access.FundRead}, fundLineColumns,
		func(ctx context.Context, c *Call, in *struct {
			Page
			DayRange
		},
		) ([]ledger.BankLine, int, error) {
			days, err := in.in(a.Fund.Now())
			if err != nil {
				return nil, 0, err
			}
			return a.Fund.Lines(ctx, c.Scope, days, in.Limit, in.Offset)
		})
	handle(a, Route{ID: "get-fund-reconciliation", Method: "GET", Path: "/api/fund/reconciliation", Tag: "fund", Title: "银行对账", Need: access.FundRead},
		func(ctx context.Context, c *Call, in *DayRange) (*struct{ Body ledger.Reconciliation }, error) {
			return bodyOf(a.reconcile(ctx, c, in))
		})
	lists(a, Route{ID: "list-fund-reconciliation-rows", Method: "GET", Path: "/api/fund/reconciliation/rows", Tag: "fund", Title: "银行对账明细", Need: access.FundRead}, fundReconciledColumns,
		func(ctx context.Context, c *Call, in *struct {
			Page
			DayRange
		},
		) ([]ledger.Row, int, error) {
			r, err := a.reconcile(ctx, c, &in.DayRange)
			if err != nil {
				return nil, 0, err
			}
			rows, n := part(r.Rows(), in.page())
			return rows, n, nil
		})
}

// importBank reads a bank's file and keeps its lines when nothing is wrong with them.
func (a *API) importBank(ctx context.Context, c *Call, in *struct {
	Name    string `query:"name" required:"true" minLength:"1" maxLength:"200" doc:"of the file: .xlsx, .csv or .txt"`
	RawBody []byte `contentType:"application/octet-stream"`
},
) (*struct{ Body BankImport }, error) {
	lines, found, err := bankfile.Read(in.Name, in.RawBody)
	if err != nil {
		return nil, err
	}
	out, good := &BankImport{Findings: make([]LedgerFinding, len(found))}, true
	for i, f := range found {
		out.Findings[i] = LedgerFinding{f.Severity.String(), f.Code, f.Zh, f.En, f.At.Line, f.At.Column, f.At.Field, f.At.Value}
		good = good && f.Severity != fact.Error
	}
	if good {
		sum := sha256.Sum256(in.RawBody)
		if out.Import, err = a.Fund.TakeIn(ctx, c.Caller, in.Name, hex.EncodeToString(sum[:]), lines); err != nil {
			return nil, err
		}
	}
	return bodyOf(out, nil)
}

func (a *API) ledgerProposals() {
	lists(a, Route{ID: "list-fund-proposals", Method: "GET", Path: "/api/fund/proposals", Tag: "fund", Title: "待复核事项", Need: access.FundRead}, fundProposalColumns,
		func(ctx context.Context, c *Call, in *struct {
			Page
			State fund.State `query:"state" enum:"prepared,confirmed,refused,withdrawn"`
		},
		) ([]fund.Proposal, int, error) {
			return a.Fund.Proposals(ctx, c.Scope, in.State, in.Limit, in.Offset)
		})
	handle(a, Route{ID: "propose-fund", Method: "POST", Path: "/api/fund/proposals", Tag: "fund", Title: "编制收回、调减、上缴、冲销或年终结账", Need: access.FundWrite},
		func(ctx context.Context, c *Call, in *struct{ Body ProposalNew }) (*struct{ Body fund.Proposal }, error) {
			return bodyOf(a.Fund.Propose(ctx, c.Caller, in.Body.proposal()))
		})
	type decision struct {
		ID   string `path:"id"`
		Body struct {
			Version int64 `json:"version" doc:"of the proposal as it was read"`
		}
	}
	handle(a, Route{ID: "confirm-fund-proposal", Method: "POST", Path: "/api/fund/proposals/{id}/confirm", Tag: "fund", Title: "复核通过", Need: access.FundConfirm},
		func(ctx context.Context, c *Call, in *decision) (*struct{ Body fund.Proposal }, error) {
			return bodyOf(a.Fund.Confirm(ctx, c.Caller, in.ID, in.Body.Version))
		})
	handle(a, Route{ID: "refuse-fund-proposal", Method: "POST", Path: "/api/fund/proposals/{id}/refuse", Tag: "fund", Title: "复核退回", Need: access.FundConfirm},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id"`
			Body struct {
				Version int64  `json:"version" doc:"of the proposal as it was read"`
				Reason  string `json:"reason" doc:"退回理由"`
			}
		},
		) (*struct{ Body fund.Proposal }, error) {
			return bodyOf(a.Fund.Refuse(ctx, c.Caller, in.ID, in.Body.Version, in.Body.Reason))
		})
	handle(a, Route{ID: "withdraw-fund-proposal", Method: "POST", Path: "/api/fund/proposals/{id}/withdraw", Tag: "fund", Title: "撤回", Need: access.FundWrite},
		func(ctx context.Context, c *Call, in *decision) (*struct{ Body fund.Proposal }, error) {
			return bodyOf(a.Fund.Withdraw(ctx, c.Caller, in.ID, in.Body.Version))
		})
}

// ProposalNew is what is proposed; which fields count depends on the kind.
type ProposalNew struct {
	Kind     fund.Kind `json:"kind" enum:"year_end,recall,adjust,hand_over,reverse"`
	Source   string    `json:"source,omitempty"`
	Next     string    `json:"next,omitempty" doc:"of a year's end: the source of the next year"`
	Amount   money.Fen `json:"amount_fen,omitempty" minimum:"0" doc:"to recall, to take off or to hand over"`
	Carry    money.Fen `json:"carry_fen,omitempty" minimum:"0" doc:"of a year's end: what is carried over of what nothing binds"`
	Claim    string    `json:"claim,omitempty" doc:"whose money came back"`
	Item     string    `json:"item,omitempty"`
	Order    string    `json:"order,omitempty"`
	Entry    int64     `json:"entry,omitempty" doc:"the entry to reverse"`
	Document string    `json:"document,omitempty" doc:"文号"`
	Memo     string    `json:"memo,omitempty"`
}

func (n *ProposalNew) proposal() fund.Proposal {
	return fund.Proposal{
		Kind: n.Kind, Source: n.Source, Next: n.Next, Amount: n.Amount, Carry: n.Carry, Claim: n.Claim, Item: n.Item, Order: n.Order,
		Entry: n.Entry, Document: n.Document, Memo: n.Memo,
	}
}
