package httpapi

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/adapter/export"
	"changrong/internal/reporting"
)

const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// Span is the months of a calendar; inputs embed it.
type Span struct {
	From reporting.Period `query:"from" required:"true" doc:"the first month, 2021-01"`
	To   reporting.Period `query:"to" required:"true" doc:"the last month"`
}

func (a *API) calendar() {
	const tag = "reporting"
	handle(a, Route{ID: "list-sets", Method: "GET", Path: "/api/reporting/sets", Tag: tag, Title: "报送品种", Open: SignedIn},
		func(context.Context, *Call, *empty) (*struct{ Body listBody[reporting.SetInfo] }, error) {
			all := reporting.Sets()
			return &struct{ Body listBody[reporting.SetInfo] }{listBody[reporting.SetInfo]{all, len(all)}}, nil
		})
	handle(a, Route{
		ID: "get-template", Method: "GET", Path: "/api/reporting/templates/{set}", Tag: tag, Title: "报送模板", Open: SignedIn, answers: asFile(xlsx),
	}, a.template)
	handle(a, Route{ID: "get-calendar", Method: "GET", Path: "/api/reporting/calendar", Tag: tag, Title: "报送日历", Need: access.CalendarRead},
		func(ctx context.Context, c *Call, in *Span) (*struct{ Body listBody[reporting.Cell] }, error) {
			cells, err := a.Desk.Calendar(ctx, c.Scope, in.From, in.To)
			if err != nil {
				return nil, err
			}
			return &struct{ Body listBody[reporting.Cell] }{listBody[reporting.Cell]{cells, len(cells)}}, nil
		})
	lists(a, Route{ID: "list-owed", Method: "GET", Path: "/api/reporting/owed", Tag: tag, Title: "待报送清单", Need: access.CalendarRead}, owedColumns,
		func(ctx context.Context, c *Call, in *struct {
			Page
			Span
		},
		) ([]reporting.Cell, int, error) {
			cells, err := a.Desk.Calendar(ctx, c.Scope, in.From, in.To)
			owed := []reporting.Cell{}
			for i := range cells {
				if cells[i].Owed() {
					owed = append(owed, cells[i])
				}
			}
			items, n := part(owed, &in.Page)
			return items, n, err
		})
}

// ObligationEdit is what of an obligation people decide.
type ObligationEdit struct {
	Title  string           `json:"title"`
	Kind   access.OrgKind   `json:"kind" doc:"organisations of this kind owe it"`
	Orgs   []string         `json:"orgs,omitempty" maxItems:"200" doc:"of these alone; empty: all of the kind"`
	Set    reporting.Set    `json:"set"`
	Yearly bool             `json:"yearly,omitempty"`
	Items  []string         `json:"items,omitempty" maxItems:"20" doc:"messages and tables that must be in it"`
	DueDay int              `json:"due_day" doc:"on which working day of the month after"`
	From   reporting.Period `json:"from" doc:"the first month it is owed for"`
	Until  reporting.Period `json:"until,omitempty" doc:"the last month; left out: no end"`
}

func (e *ObligationEdit) obligation(id string, version int64) reporting.Obligation {
	return reporting.Obligation{
		ID: id, Title: e.Title, Kind: e.Kind, Orgs: e.Orgs, Set: e.Set, Yearly: e.Yearly, Items: e.Items, DueDay: e.DueDay, From: e.From, Until: e.Until, Version: version,
	}
}

func (a *API) obligations() {
	const tag = "reporting"
	lists(a, Route{ID: "list-obligations", Method: "GET", Path: "/api/reporting/obligations", Tag: tag, Title: "报送义务", Need: access.CalendarRead}, obligationColumns,
		func(ctx context.Context, _ *Call, in *struct{ Page }) ([]reporting.Obligation, int, error) {
			all, err := a.Desk.Obligations(ctx)
			items, n := part(all, &in.Page)
			return items, n, err
		})
	handle(a, Route{ID: "add-obligation", Method: "POST", Path: "/api/reporting/obligations", Tag: tag, Title: "新增报送义务", Need: access.ObligationWrite},
		func(ctx context.Context, c *Call, in *struct{ Body ObligationEdit }) (*struct{ Body reporting.Obligation }, error) {
			return told(a.Desk.PutObligation(ctx, c.Caller, in.Body.obligation("", 0)))
		})
	handle(a, Route{ID: "change-obligation", Method: "PUT", Path: "/api/reporting/obligations/{id}", Tag: tag, Title: "修改报送义务", Need: access.ObligationWrite},
		func(ctx context.Context, c *Call, in *struct {
			ByID
			Body struct {
				Version int64 `json:"version" doc:"of the obligation as it was read"`
				ObligationEdit
			}
		},
		) (*struct{ Body reporting.Obligation }, error) {
			return told(a.Desk.PutObligation(ctx, c.Caller, in.Body.obligation(in.ID, in.Body.Version)))
		})
	handle(a, Route{ID: "drop-obligation", Method: "DELETE", Path: "/api/reporting/obligations/{id}", Tag: tag, Title: "删除报送义务", Need: access.ObligationWrite},
		func(ctx context.Context, c *Call, in *struct {
			ByID
			Version int64 `query:"version" required:"true" doc:"of the obligation as it was read"`
		},
		) (*empty, error) {
			return nil, a.Desk.DropObligation(ctx, c.Caller, in.ID, in.Version)
		})
}

func (a *API) snapshots() {
	const tag = "reporting"
	lists(a, Route{ID: "list-snapshots", Method: "GET", Path: "/api/reporting/snapshots", Tag: tag, Title: "冻结数据", Need: access.SnapshotRead}, snapshotColumns,
		func(ctx context.Context, _ *Call, in *struct{ Page }) ([]reporting.Snapshot, int, error) {
			all, err := a.Desk.Snapshots(ctx)
			items, n := part(all, &in.Page)
			return items, n, err
		})
	handle(a, Route{ID: "get-snapshot", Method: "GET", Path: "/api/reporting/snapshots/{id}", Tag: tag, Title: "冻结数据详情", Need: access.SnapshotRead},
		func(ctx context.Context, _ *Call, in *ByID) (*struct{ Body reporting.Snapshot }, error) {
			return told(a.Desk.Snapshot(ctx, in.ID))
		})
	lists(a, Route{ID: "list-snapshot-findings", Method: "GET", Path: "/api/reporting/snapshots/{id}/findings", Tag: tag, Title: "跨机构检查结果", Need: access.SnapshotRead}, crossColumns,
		func(ctx context.Context, _ *Call, in *struct {
			ByID
			Page
			Org      string `query:"org" doc:"whose they are"`
			Severity string `query:"severity" enum:"error,warning"`
		},
		) ([]NamedSnapshotFinding, int, error) {
			found, err := a.Desk.SnapshotFindings(ctx, in.ID)
			if err != nil {
				return nil, 0, err
			}
			some := []NamedSnapshotFinding{}
			for _, f := range found.Findings {
				if (in.Org == "" || f.Org == in.Org) && (in.Severity == "" || f.Severity == in.Severity) {
					some = append(some, NamedSnapshotFinding{f, fieldWords(&f.Finding)})
				}
			}
			items, n := part(some, &in.Page)
			return items, n, nil
		})
}

// wordsColumn is a column of text.
func wordsColumn[T any](head string, of func(*T) string) export.Column[T] {
	return export.Column[T]{Head: head, Cell: func(v *T) export.Cell { return export.Text(of(v)) }}
}

// numberColumn is a column of whole numbers, empty for 0.
func numberColumn[T any](head string, of func(*T) int64) export.Column[T] {
	return export.Column[T]{Head: head, Cell: func(v *T) export.Cell {
		if n := of(v); n != 0 {
			return export.Count(n)
		}
		return export.Cell{}
	}}
}

func setZh(s reporting.Set) string {
	if info := s.Info(); info != nil {
		return info.Zh
	}
	return string(s)
}

var severityZh = map[string]string{reporting.SeverityError: "错误", reporting.SeverityWarning: "警告"}

var findingColumns = []export.Column[NamedFinding]{
	wordsColumn("级别", func(f *NamedFinding) string { return severityZh[f.Severity] }),
	wordsColumn("代码", func(f *NamedFinding) string { return f.Code }),
	wordsColumn("文件", func(f *NamedFinding) string { return f.File }),
	wordsColumn("报文或表", func(f *NamedFinding) string { return f.Table }),
	numberColumn("行", func(f *NamedFinding) int64 { return int64(f.Line) }),
	numberColumn("列", func(f *NamedFinding) int64 { return int64(f.Column) }),
	wordsColumn("栏目", func(f *NamedFinding) string { return f.FieldZh }),
	wordsColumn("内容", func(f *NamedFinding) string { return f.Value }),
	wordsColumn("说明", func(f *NamedFinding) string { return f.Zh }),
	wordsColumn("Explanation", func(f *NamedFinding) string { return f.En }),
}

var crossColumns = []export.Column[NamedSnapshotFinding]{
	wordsColumn("机构", func(f *NamedSnapshotFinding) string { return f.OrgName }),
	wordsColumn("级别", func(f *NamedSnapshotFinding) string { return severityZh[f.Severity] }),
	wordsColumn("代码", func(f *NamedSnapshotFinding) string { return f.Code }),
	wordsColumn("文件", func(f *NamedSnapshotFinding) string { return f.File }),
	numberColumn("行", func(f *NamedSnapshotFinding) int64 { return int64(f.Line) }),
	wordsColumn("栏目", func(f *NamedSnapshotFinding) string { return f.FieldZh }),
	wordsColumn("内容", func(f *NamedSnapshotFinding) string { return f.Value }),
	wordsColumn("说明", func(f *NamedSnapshotFinding) string { return f.Zh }),
}

var uploadColumns = []export.Column[reporting.Upload]{
	wordsColumn("文件", func(u *reporting.Upload) string { return u.Name }),
	numberColumn("字节", func(u *reporting.Upload) int64 { return u.Size }),
	numberColumn("已收到", func(u *reporting.Upload) int64 { return u.Received }),
	wordsColumn("SHA-256", func(u *reporting.Upload) string { return u.SHA256 }),
	{Head: "上传时间", Cell: func(u *reporting.Upload) export.Cell { return export.Time(u.At) }},
}

var submissionColumns = []export.Column[reporting.Submission]{
	wordsColumn("编号", func(s *reporting.Submission) string { return reporting.NumberText(s.Number) }),
	wordsColumn("机构", func(s *reporting.Submission) string { return s.OrgName }),
	wordsColumn("品种", func(s *reporting.Submission) string { return setZh(s.Set) }),
	wordsColumn("报送期", func(s *reporting.Submission) string { return string(s.Period) }),
	numberColumn("版本", func(s *reporting.Submission) int64 { return int64(s.Version) }),
	wordsColumn("状态", func(s *reporting.Submission) string { return s.State.Zh() }),
	{Head: "当前版本", Cell: func(s *reporting.Submission) export.Cell { return export.Flag(s.Current) }},
	numberColumn("错误", func(s *reporting.Submission) int64 { return int64(s.Errors) }),
	numberColumn("警告", func(s *reporting.Submission) int64 { return int64(s.Warnings) }),
	{Head: "报送时间", Cell: func(s *reporting.Submission) export.Cell { return export.Time(s.At) }},
	wordsColumn("报送人", func(s *reporting.Submission) string { return s.ByName }),
	{Head: "接收时间", Cell: func(s *reporting.Submission) export.Cell { return export.Time(s.AcceptedAt) }},
	wordsColumn("说明", func(s *reporting.Submission) string { return s.Note }),
}

var owedColumns = []export.Column[reporting.Cell]{
	wordsColumn("机构", func(c *reporting.Cell) string { return c.OrgName }),
	wordsColumn("义务", func(c *reporting.Cell) string { return c.Title }),
	wordsColumn("报送期", func(c *reporting.Cell) string { return string(c.Period) }),
	{Head: "期限", Cell: func(c *reporting.Cell) export.Cell { return export.Day(c.DueOn) }},
	wordsColumn("状态", func(c *reporting.Cell) string { return c.State.Zh() }),
	{Head: "逾期", Cell: func(c *reporting.Cell) export.Cell { return export.Flag(c.Late) }},
}

var obligationColumns = []export.Column[reporting.Obligation]{
	wordsColumn("名称", func(o *reporting.Obligation) string { return o.Title }),
	wordsColumn("机构类别", func(o *reporting.Obligation) string { return string(o.Kind) }),
	wordsColumn("品种", func(o *reporting.Obligation) string { return setZh(o.Set) }),
	{Head: "按年", Cell: func(o *reporting.Obligation) export.Cell { return export.Flag(o.Yearly) }},
	numberColumn("期限（次月第几个工作日）", func(o *reporting.Obligation) int64 { return int64(o.DueDay) }),
	wordsColumn("起", func(o *reporting.Obligation) string { return string(o.From) }),
	wordsColumn("止", func(o *reporting.Obligation) string { return string(o.Until) }),
}

var snapshotColumns = []export.Column[reporting.Snapshot]{
	wordsColumn("编号", func(s *reporting.Snapshot) string { return s.ID }),
	wordsColumn("起", func(s *reporting.Snapshot) string { return string(s.From) }),
	wordsColumn("止", func(s *reporting.Snapshot) string { return string(s.To) }),
	{Head: "冻结时间", Cell: func(s *reporting.Snapshot) export.Cell { return export.Time(s.At) }},
	wordsColumn("SHA-256", func(s *reporting.Snapshot) string { return s.SHA256 }),
}
