package httpapi

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"changrong/internal/access"
	"changrong/internal/adapter/export"
	"changrong/internal/adapter/page"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/programme"
)

// runColumns are the columns of a file of runs.
var runColumns = []export.Column[programme.Run]{
	{Head: "序号", Cell: func(r *programme.Run) export.Cell { return export.Count(r.No) }},
	{Head: "政策", Cell: func(r *programme.Run) export.Cell { return export.Text(r.Title) }},
	{Head: "期间起", Cell: func(r *programme.Run) export.Cell { return export.Day(r.From) }},
	{Head: "期间止", Cell: func(r *programme.Run) export.Cell { return export.Day(r.To) }},
	{Head: "用途", Cell: func(r *programme.Run) export.Cell { return export.Text(purposeZh[r.Purpose]) }},
	{Head: "状态", Cell: func(r *programme.Run) export.Cell { return export.Text(stateZh[r.State]) }},
	{Head: "效力", Cell: func(r *programme.Run) export.Cell { return export.Text(standingZh[r.Standing]) }},
	{Head: "发起人", Cell: func(r *programme.Run) export.Cell { return export.Text(r.AskedByName) }},
	{Head: "发起时间", Cell: func(r *programme.Run) export.Cell { return export.Time(r.AskedAt) }},
	{Head: "确认人", Cell: func(r *programme.Run) export.Cell { return export.Text(r.RuledByName) }},
	{Head: "拨付（元）", Cell: func(r *programme.Run) export.Cell {
		if r.Sums == nil {
			return export.Text("")
		}
		return export.Yuan(r.Sums.Paid)
	}},
}

// What a purpose, a state and a standing are called.
var (
	purposeZh  = map[programme.Purpose]string{programme.Trial: "试算", programme.Official: "正式"}
	stateZh    = map[programme.State]string{programme.Queued: "排队", programme.Freezing: "冻结数据", programme.Settling: "计算", programme.Done: "完成", programme.Failed: "失败"}
	standingZh = map[programme.Standing]string{programme.Proposed: "待确认", programme.InForce: "正式", programme.Superseded: "被替代", programme.Rejected: "已退回"}
)

var runLineColumns = []export.Column[programme.Line]{
	{Head: "项目", Cell: func(l *programme.Line) export.Cell { return export.Text(l.Item) }},
	{Head: "收款人代码", Cell: func(l *programme.Line) export.Cell { return export.Text(l.PayeeID) }},
	{Head: "金融机构", Cell: func(l *programme.Line) export.Cell { return export.Text(l.Institution) }},
	{Head: "金融机构代码", Cell: func(l *programme.Line) export.Cell { return export.Text(l.InstitutionID) }},
	{Head: "编号", Cell: func(l *programme.Line) export.Cell { return export.Text(l.SubjectID) }},
	{Head: "企业", Cell: func(l *programme.Line) export.Cell { return export.Text(l.Enterprise) }},
	{Head: "企业代码", Cell: func(l *programme.Line) export.Cell { return export.Text(l.EnterpriseID) }},
	{Head: "乡镇街道", Cell: func(l *programme.Line) export.Cell { return export.Text(cmp.Or(l.TownName, l.Town)) }},
	{Head: "乡镇街道代码", Cell: func(l *programme.Line) export.Cell { return export.Text(l.Town) }},
	{Head: "基数（元；计数为0.01）", Cell: func(l *programme.Line) export.Cell { return export.Yuan(money.Fen(l.Base)) }},
	{Head: "限额后", Cell: func(l *programme.Line) export.Cell { return export.Yuan(money.Fen(l.LimitedBase)) }},
	{Head: "比例", Cell: func(l *programme.Line) export.Cell { return export.Percent(l.Rate) }},
	{Head: "金额", Cell: func(l *programme.Line) export.Cell { return export.Yuan(l.Amount) }},
	{Head: "扣除", Cell: func(l *programme.Line) export.Cell { return export.Yuan(l.Deducted) }},
	{Head: "封顶后", Cell: func(l *programme.Line) export.Cell { return export.Yuan(l.Capped) }},
	{Head: "资金池分配后", Cell: func(l *programme.Line) export.Cell { return export.Yuan(l.Pooled) }},
	{Head: "拨付", Cell: func(l *programme.Line) export.Cell { return export.Yuan(l.Paid) }},
}

var asideColumns = []export.Column[Aside]{
	{Head: "项目", Cell: func(a *Aside) export.Cell { return export.Text(a.Item) }},
	{Head: "结果", Cell: func(a *Aside) export.Cell {
		return export.Text(map[bool]string{true: "待补", false: "排除"}[a.Waiting])
	}},
	{Head: "原因", Cell: func(a *Aside) export.Cell { return export.Text(a.ReasonZh) }},
	{Head: "详情", Cell: func(a *Aside) export.Cell { return export.Text(a.DetailZh) }},
	{Head: "金融机构", Cell: func(a *Aside) export.Cell { return export.Text(a.Institution) }},
	{Head: "金融机构代码", Cell: func(a *Aside) export.Cell { return export.Text(a.InstitutionID) }},
	{Head: "编号", Cell: func(a *Aside) export.Cell { return export.Text(a.SubjectID) }},
	{Head: "企业", Cell: func(a *Aside) export.Cell { return export.Text(a.Enterprise) }},
	{Head: "企业代码", Cell: func(a *Aside) export.Cell { return export.Text(a.EnterpriseID) }},
}

var payeeColumns = []export.Column[programme.Total]{
	{Head: "项目", Cell: func(t *programme.Total) export.Cell { return export.Text(t.Item) }},
	{Head: "收款人", Cell: func(t *programme.Total) export.Cell { return export.Text(t.Payee) }},
	{Head: "收款人代码", Cell: func(t *programme.Total) export.Cell { return export.Text(t.PayeeID) }},
	{Head: "行数", Cell: func(t *programme.Total) export.Cell { return export.Count(t.Rows) }},
	{Head: "应得（元）", Cell: func(t *programme.Total) export.Cell { return export.Yuan(t.Amount) }},
	{Head: "资金池分配后", Cell: func(t *programme.Total) export.Cell { return export.Yuan(t.Pooled) }},
	{Head: "拨付", Cell: func(t *programme.Total) export.Cell { return export.Yuan(t.Paid) }},
}

var deltaColumns = []export.Column[programme.Delta]{
	{Head: "收款人", Cell: func(d *programme.Delta) export.Cell { return export.Text(d.Name) }},
	{Head: "代码", Cell: func(d *programme.Delta) export.Cell { return export.Text(d.Key) }},
	{Head: "前次拨付（元）", Cell: func(d *programme.Delta) export.Cell { return export.Yuan(d.PaidA) }},
	{Head: "本次拨付", Cell: func(d *programme.Delta) export.Cell { return export.Yuan(d.PaidB) }},
	{Head: "差额", Cell: func(d *programme.Delta) export.Cell { return export.Yuan(d.Difference) }},
}

var lineDeltaColumns = []export.Column[programme.LineDelta]{
	{Head: "项目", Cell: func(d *programme.LineDelta) export.Cell { return export.Text(eitherLine(d).Item) }},
	{Head: "金融机构代码", Cell: func(d *programme.LineDelta) export.Cell { return export.Text(eitherLine(d).InstitutionID) }},
	{Head: "编号", Cell: func(d *programme.LineDelta) export.Cell { return export.Text(eitherLine(d).SubjectID) }},
	{Head: "企业", Cell: func(d *programme.LineDelta) export.Cell { return export.Text(eitherLine(d).Enterprise) }},
	{Head: "从哪一步起不同", Cell: func(d *programme.LineDelta) export.Cell { return export.Text(stepZh[d.Step]) }},
	{Head: "差额（元）", Cell: func(d *programme.LineDelta) export.Cell { return export.Yuan(d.Difference) }},
	{Head: "原因", Cell: func(d *programme.LineDelta) export.Cell { return export.Text(whyZh(d)) }},
}

// stepZh is what the steps are called.
var stepZh = map[programme.Step]string{
	programme.AtSelection: "条件、不重复享受或门槛", programme.AtBase: "基数", programme.AtLimit: "限额", programme.AtRate: "比例", programme.AtAmount: "金额",
	programme.AtDeduction: "扣除", programme.AtCap: "上限", programme.AtPool: "资金池", programme.AtRounding: "取整",
}

// whyZh says why a row differs, with the rows of the submissions behind it.
func whyZh(d *programme.LineDelta) string {
	var said []string
	for i := range d.Causes {
		said = append(said, causeZh(&d.Causes[i]))
	}
	if more := d.CauseCount - len(d.Causes); more > 0 {
		said = append(said, fmt.Sprintf("另有%d处更正", more))
	}
	for _, why := range d.Why {
		switch why {
		case programme.ByFacts:
		case programme.ByChoices:
			said = append(said, "政策、期间、理解或参数不同")
		case programme.ByOthers:
			said = append(said, "本行数据未变，同一限额、上限、资金池或门槛中的其他行有变化")
		}
	}
	return strings.Join(said, "；")
}

// causeZh is a sentence such as 甲银行2021年贷款数据第2版month_balances.csv第17行：月末余额由1.00改为2.00.
func causeZh(c *programme.Cause) string {
	at := c.ToldB
	var did string
	switch {
	case c.Change == "removed":
		at, did = c.ToldA, "该行在新版本中不再报送"
	case c.Change == "added":
		did = "新报送该行"
	default:
		did = fmt.Sprintf("%s由%s改为%s", c.FieldZh, cmp.Or(c.A, "空"), cmp.Or(c.B, "空"))
	}
	name := c.Table
	if t := fact.Lookup(c.Table); t != nil {
		name = t.Zh
	}
	return fmt.Sprintf("%s%s%s第%d版 %s 第%d行（%s %s）：%s", at.Org, at.Period, at.SetZh, at.Version, at.File, at.Line, name, c.Key, did)
}

func eitherLine(d *programme.LineDelta) *programme.Line {
	if d.B != nil {
		return d.B
	}
	if d.A != nil {
		return d.A
	}
	return &programme.Line{}
}

// Aside is a row that waits or is excluded, with its reason in words.
type Aside struct {
	programme.Aside
	ReasonZh string `json:"reason_zh"`
	DetailZh string `json:"detail_zh" doc:"the detail with its facts by name"`
}

func asideView(r *programme.Aside) Aside {
	detail := strings.Split(r.Detail, ";")
	for i, name := range detail {
		detail[i] = fact.Say(name)
	}
	return Aside{*r, page.ReasonZh(r.Reason), strings.Join(detail, "、")}
}

// RunRows are the filters that lists of a run's rows have in common.
type RunRows struct {
	ID          string `path:"id"`
	Item        string `query:"item" maxLength:"80"`
	Institution string `query:"institution" maxLength:"40" doc:"code, exactly"`
	Enterprise  string `query:"enterprise" maxLength:"80" doc:"how its code or its name begins"`
	Subject     string `query:"subject" maxLength:"80" doc:"how the number of the note, branch, project … begins"`
	Town        string `query:"town" maxLength:"12"`
	Page
}

func (r *RunRows) filter() programme.Filter {
	return programme.Filter{
		Item: r.Item, Institution: r.Institution, Enterprise: r.Enterprise, Subject: r.Subject, Town: r.Town, Limit: r.Limit, Offset: r.Offset,
	}
}

// RowOrder says how to put rows in order.
type RowOrder struct {
	Sort       programme.Sort `query:"sort" enum:"paid,amount,base" doc:"empty: by the place in the run"`
	Descending bool           `query:"descending"`
}

// oneRun is an input that names a run.
type oneRun struct {
	ID string `path:"id"`
}

type runOut struct{ Body programme.Run }

func outRun(r *programme.Run, err error) (*runOut, error) {
	if err != nil {
		return nil, err
	}
	return &runOut{*r}, nil
}

func (a *API) runs() {
	const tag = "run"
	p := a.Programme
	lists(a, Route{ID: "list-runs", Method: "GET", Path: "/api/runs", Tag: tag, Title: "结算列表", Need: access.RunRead}, runColumns,
		func(ctx context.Context, c *Call, in *struct {
			Pack string `query:"pack" maxLength:"80"`
			Page
		},
		) ([]programme.Run, int, error) {
			return p.Runs(ctx, c.Scope, in.Pack, in.Limit, in.Offset)
		})
	handle(a, Route{ID: "ask-run", Method: "POST", Path: "/api/runs", Tag: tag, Title: "发起结算", Need: access.RunWrite},
		func(ctx context.Context, c *Call, in *struct{ Body programme.Ask }) (*runOut, error) {
			return outRun(p.AskRun(ctx, c.Caller, in.Body))
		})
	handle(a, Route{ID: "get-run", Method: "GET", Path: "/api/runs/{id}", Tag: tag, Title: "结算", Need: access.RunRead},
		func(ctx context.Context, c *Call, in *oneRun) (*runOut, error) {
			return outRun(p.Run(ctx, c.Scope, in.ID))
		})
	handle(a, Route{ID: "get-run-overview", Method: "GET", Path: "/api/runs/{id}/overview", Tag: tag, Title: "结算汇总", Need: access.RunRead},
		func(ctx context.Context, c *Call, in *oneRun) (*struct{ Body *programme.Overview }, error) {
			o, err := p.Overview(ctx, c.Scope, in.ID)
			return &struct{ Body *programme.Overview }{o}, err
		})
	handle(a, Route{ID: "confirm-run", Method: "POST", Path: "/api/runs/{id}/confirmation", Tag: tag, Title: "确认结算", Need: access.RunConfirm},
		func(ctx context.Context, c *Call, in *ruling) (*runOut, error) {
			return outRun(p.Rule(ctx, c.Caller, in.ID, in.Body.Version, true, in.Body.Note))
		})
	handle(a, Route{ID: "reject-run", Method: "POST", Path: "/api/runs/{id}/rejection", Tag: tag, Title: "退回结算", Need: access.RunConfirm},
		func(ctx context.Context, c *Call, in *ruling) (*runOut, error) {
			return outRun(p.Rule(ctx, c.Caller, in.ID, in.Body.Version, false, in.Body.Note))
		})
	handle(a, Route{ID: "verify-run", Method: "POST", Path: "/api/runs/{id}/verification", Tag: tag, Title: "核验结算包", Need: access.RunWhole},
		func(ctx context.Context, c *Call, in *oneRun) (*runOut, error) {
			return outRun(p.AskVerify(ctx, c.Caller, c.Scope, in.ID))
		})
	handle(a, Route{ID: "download-bundle", Method: "GET", Path: "/api/runs/{id}/bundle", Tag: tag, Title: "下载结算包", Need: access.RunWhole, answers: asFile("application/zip")},
		func(ctx context.Context, c *Call, in *oneRun) (*fileAnswer, error) {
			body, run, err := p.Bundle(ctx, c.Caller, c.Scope, in.ID)
			if err != nil {
				return nil, err
			}
			name := fmt.Sprintf("%s-%s-结算%d.zip", run.Pack, run.To, run.No)
			return sendFile(body, name, "application/zip"), nil
		})
	a.runRows()
	a.comparisons()
}

// ruling is what confirms or rejects a run.
type ruling struct {
	ID   string `path:"id"`
	Body struct {
		Version int64  `json:"version" doc:"of the run as it was read"`
		Note    string `json:"note,omitempty" doc:"the reason; a rejection needs one"`
	}
}

func (a *API) runRows() {
	const tag = "run"
	p := a.Programme
	lists(a, Route{ID: "list-run-lines", Method: "GET", Path: "/api/runs/{id}/lines", Tag: tag, Title: "结算明细", Need: access.RunRead}, runLineColumns,
		func(ctx context.Context, c *Call, in *struct {
			RunRows
			RowOrder
			Payee   string `query:"payee" maxLength:"40"`
			Changed bool   `query:"changed" doc:"only those to which a limit, a deduction, a cap or a pool did something"`
		},
		) ([]programme.Line, int, error) {
			f := in.filter()
			f.Payee, f.Changed, f.Sort, f.Descending = in.Payee, in.Changed, in.Sort, in.Descending
			return p.Lines(ctx, c.Scope, in.ID, f)
		})
	lists(a, Route{ID: "list-run-asides", Method: "GET", Path: "/api/runs/{id}/asides", Tag: tag, Title: "待补与排除", Need: access.RunRead}, asideColumns,
		func(ctx context.Context, c *Call, in *struct {
			RunRows
			Reason  string `query:"reason" maxLength:"40"`
			Outcome string `query:"outcome" enum:"set_aside,excluded" doc:"empty: both"`
		},
		) ([]Aside, int, error) {
			f := in.filter()
			if f.Reason = in.Reason; in.Outcome != "" {
				waiting := in.Outcome == "set_aside"
				f.Waiting = &waiting
			}
			rows, total, err := p.Asides(ctx, c.Scope, in.ID, f)
			views := make([]Aside, len(rows))
			for i := range rows {
				views[i] = asideView(&rows[i])
			}
			return views, total, err
		})
	lists(a, Route{ID: "list-run-totals", Method: "GET", Path: "/api/runs/{id}/totals", Tag: tag, Title: "收款人汇总", Need: access.RunRead}, payeeColumns,
		func(ctx context.Context, c *Call, in *struct {
			ID    string `path:"id"`
			Item  string `query:"item" maxLength:"80"`
			Payee string `query:"payee" maxLength:"40"`
			RowOrder
			Page
		},
		) ([]programme.Total, int, error) {
			f := programme.Filter{Item: in.Item, Payee: in.Payee, Sort: in.Sort, Descending: in.Descending, Limit: in.Limit, Offset: in.Offset}
			return p.Totals(ctx, c.Scope, in.ID, f)
		})
}

func (a *API) comparisons() {
	const tag = "run"
	p := a.Programme
	handle(a, Route{ID: "compare-runs", Method: "GET", Path: "/api/runs/{id}/comparison/{other}", Tag: tag, Title: "比较两次结算", Need: access.RunWhole},
		func(ctx context.Context, c *Call, in *struct {
			ID    string `path:"id" doc:"the later"`
			Other string `path:"other" doc:"the earlier"`
		},
		) (*struct{ Body *programme.Comparison }, error) {
			x, err := p.Compare(ctx, c.Scope, in.Other, in.ID)
			return &struct{ Body *programme.Comparison }{x}, err
		})
	lists(a, Route{ID: "compare-run-payees", Method: "GET", Path: "/api/runs/{id}/comparison/{other}/payees", Tag: tag, Title: "两次结算收款人差异", Need: access.RunWhole}, deltaColumns,
		func(ctx context.Context, c *Call, in *struct {
			ID    string `path:"id"`
			Other string `path:"other"`
			Item  string `query:"item" maxLength:"80"`
			Payee string `query:"payee" maxLength:"40"`
			Page
		},
		) ([]programme.Delta, int, error) {
			return p.ComparePayees(ctx, c.Scope, in.Other, in.ID, programme.Filter{Item: in.Item, Payee: in.Payee, Limit: in.Limit, Offset: in.Offset})
		})
	lists(a, Route{ID: "compare-run-lines", Method: "GET", Path: "/api/runs/{id}/comparison/{other}/lines", Tag: tag, Title: "两次结算明细差异", Need: access.RunWhole}, lineDeltaColumns,
		func(ctx context.Context, c *Call, in *struct {
			RunRows
			Other string `path:"other"`
			Payee string `query:"payee" maxLength:"40"`
			Step  string `query:"step" enum:"selection,base,limit,rate,amount,deduction,cap,pool,rounding" doc:"at which they part"`
		},
		) ([]programme.LineDelta, int, error) {
			f := in.filter()
			f.Payee, f.Reason = in.Payee, in.Step
			return p.CompareLines(ctx, c.Scope, in.Other, in.ID, f)
		})
}
