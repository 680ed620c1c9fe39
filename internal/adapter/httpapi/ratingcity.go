package httpapi

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/adapter/export"
	"changrong/internal/adapter/job"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/rating/city"
)

var ratingRunColumns = []export.Column[city.Run]{
	textColumn("编号", func(r *city.Run) string { return r.ID }),
	textColumn("模型", func(r *city.Run) string { return r.Name }),
	numberColumn("版次", func(r *city.Run) int64 { return r.Edition }),
	{Head: "评级日期", Cell: func(r *city.Run) export.Cell { return export.Day(r.On) }},
	textColumn("状态", func(r *city.Run) string { return string(r.State) }),
	numberColumn("存续企业", func(r *city.Run) int64 { return r.Firms }),
	numberColumn("已评级", func(r *city.Run) int64 { return r.Rated }),
	textColumn("发起人", func(r *city.Run) string { return r.ByName }),
	{Head: "发起时间", Cell: func(r *city.Run) export.Cell { return export.Time(r.Asked) }},
	{Head: "完成时间", Cell: func(r *city.Run) export.Cell { return timeOrNone(r.Ended) }},
}

// reference says what a score is, in every row of a file that may go on without its heading.
const reference = "仅供参考，不是征信机构的评级"

var ratedFirmColumns = []export.Column[city.Firm]{
	textColumn("统一社会信用代码", func(f *city.Firm) string { return f.USCC }),
	textColumn("等级", func(f *city.Firm) string { return f.Grade }),
	numberColumn("分数", func(f *city.Firm) int64 { return int64(f.Score) }),
	{Head: "对应违约率", Cell: func(f *city.Firm) export.Cell {
		if f.Grade == "" {
			return export.Cell{}
		}
		return export.Percent(money.Rate(f.PD))
	}},
	numberColumn("已知项数", func(f *city.Firm) int64 { return f.Known }),
	wordsColumn("未评级原因", func(f *city.Firm) string { return f.Why }),
	textColumn("规模", func(f *city.Firm) string { return f.Size }),
	textColumn("乡镇街道", func(f *city.Firm) string { return f.Town }),
	textColumn("行业", func(f *city.Firm) string { return f.Industry }),
	textColumn("说明", func(*city.Firm) string { return reference }),
}

var whiteListColumns = []export.Column[city.List]{
	textColumn("编号", func(l *city.List) string { return l.ID }),
	textColumn("名称", func(l *city.List) string { return l.Name }),
	wordsColumn("规则", func(l *city.List) string { return l.RuleZh }),
	{Head: "所据评级日期", Cell: func(l *city.List) export.Cell { return export.Day(l.On) }},
	{Head: "生效日期", Cell: func(l *city.List) export.Cell { return export.Day(l.From) }},
	{Head: "截止日期", Cell: func(l *city.List) export.Cell { return export.Day(l.Until) }},
	textColumn("状态", func(l *city.List) string { return string(l.State) }),
	numberColumn("企业", func(l *city.List) int64 { return l.Firms }),
	numberColumn("其中同意推荐", func(l *city.List) int64 { return l.Agreed }),
}

var listedColumns = []export.Column[city.Listed]{
	textColumn("统一社会信用代码", func(f *city.Listed) string { return f.USCC }),
	textColumn("企业", func(f *city.Listed) string { return f.Name }),
	textColumn("规模", func(f *city.Listed) string { return fact.Lookup("enterprises").Column("size").Label(f.Size) }),
	textColumn("乡镇街道", func(f *city.Listed) string { return f.Town }),
	textColumn("行业", func(f *city.Listed) string { return f.Industry }),
	textColumn("说明", func(*city.Listed) string { return "供主动联系企业参考，不代表同意贷款" }),
}

// RatingRun is a run, with the job that does it.
type RatingRun struct {
	city.Run
	Job *job.Record `json:"job,omitempty" doc:"how far it has come; a job is forgotten a month after it has ended"`
}

// WhiteList is a white list, with what the caller may do with it.
type WhiteList struct {
	city.List
	Can []city.Verb `json:"can"`
}

// city adds the rating of all firms, its fairness, and white lists.
func (a *API) city() {
	const tag = "city"
	lists(a, Route{ID: "list-rating-runs", Method: "GET", Path: "/api/rating-runs", Tag: tag, Title: "全市评级", Need: access.CityRead}, ratingRunColumns,
		func(ctx context.Context, _ *Call, in *struct{ Page }) ([]city.Run, int, error) {
			return a.City.Runs(ctx, in.Limit, in.Offset)
		})
	handle(a, Route{ID: "start-rating-run", Method: "POST", Path: "/api/rating-runs", Tag: tag, Title: "发起（或继续）全市评级", Need: access.CityRate},
		func(ctx context.Context, c *Call, _ *empty) (*struct{ Body RatingRun }, error) {
			return bodyOf(a.runJob(ctx)(a.City.Start(ctx, c.Caller)))
		})
	handle(a, Route{ID: "get-rating-run", Method: "GET", Path: "/api/rating-runs/{id}", Tag: tag, Title: "一次全市评级", Need: access.CityRead},
		func(ctx context.Context, _ *Call, in *ByID) (*struct{ Body RatingRun }, error) {
			return bodyOf(a.runJob(ctx)(a.City.Run(ctx, in.ID)))
		})
	lists(a, Route{ID: "export-rating-run", Method: "GET", Path: "/api/rating-runs/{id}/export", Tag: tag, Title: "全市评级逐户结果", Need: access.CityRead}, ratedFirmColumns,
		func(ctx context.Context, _ *Call, in *struct {
			ID string `path:"id" maxLength:"64"`
			Page
		},
		) ([]city.Firm, int, error) {
			return a.City.Firms(ctx, in.ID, in.Limit, in.Offset)
		})
	handle(a, Route{ID: "get-rating-fairness", Method: "GET", Path: "/api/rating-runs/{id}/fairness", Tag: tag, Title: "评级公平性", Need: access.CityRead},
		func(ctx context.Context, _ *Call, in *struct {
			ID    string `path:"id" maxLength:"64"`
			Pass  string `query:"pass" maxLength:"40" doc:"the lowest grade that would be approved; empty: the middle one"`
			Limit int64  `query:"limit_ppb" minimum:"0" maximum:"1000000000" doc:"of a group's share over the best group's; 0: four fifths"`
		},
		) (*struct{ Body city.Fairness }, error) {
			return bodyOf(a.City.Fairness(ctx, in.ID, city.Question{Pass: in.Pass, Limit: in.Limit}))
		})
	handle(a, Route{ID: "list-white-list-words", Method: "GET", Path: "/api/rating-runs/{id}/words", Tag: tag, Title: "白名单规则可用的数据项", Need: access.WhiteListWrite},
		func(ctx context.Context, _ *Call, in *ByID) (*list[WordTable], error) {
			tables, err := a.City.Words(ctx, in.ID)
			var out []WordTable
			for _, t := range tables {
				out = append(out, wordsOf(t))
			}
			return listOf(out, len(out)), err
		})
	handle(a, Route{ID: "preview-white-list", Method: "POST", Path: "/api/rating-runs/{id}/preview", Tag: tag, Title: "试算白名单规则", Need: access.WhiteListWrite, Once: OnceNever},
		func(ctx context.Context, _ *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Rule string `json:"rule" maxLength:"4000"`
			}
		},
		) (*struct{ Body city.Preview }, error) {
			return bodyOf(a.City.Preview(ctx, in.ID, in.Body.Rule))
		})
	a.whiteLists()
}

// runJob adds the job of a run. Whoever may see the run may see it.
func (a *API) runJob(ctx context.Context) func(*city.Run, error) (*RatingRun, error) {
	return func(r *city.Run, err error) (*RatingRun, error) {
		if err != nil {
			return nil, err
		}
		jobs, _, err := a.Jobs.List(ctx, access.Scope{All: true}, job.Filter{Kind: city.JobKind, Key: r.ID, Limit: 1})
		out := &RatingRun{Run: *r}
		if len(jobs) > 0 {
			out.Job = &jobs[0]
		}
		return out, err
	}
}

// wordsOf is a table as who writes conditions is shown it.
func wordsOf(t *fact.Table) WordTable {
	out := WordTable{Name: t.Row, Zh: t.Zh, En: t.En, Columns: []WordColumn{}}
	for i := range t.Columns {
		c := &t.Columns[i]
		kind := c.Type.Zh()
		if c.Doc != "" {
			kind += "，" + c.Doc
		}
		out.Columns = append(out.Columns, WordColumn{t.Row + "." + c.Name, c.Zh, c.En, kind, c.Codes})
	}
	return out
}

// whiteLists adds the lists of firms that banks may approach.
func (a *API) whiteLists() {
	const tag = "city"
	lists(a, Route{ID: "list-white-lists", Method: "GET", Path: "/api/white-lists", Tag: tag, Title: "白名单", Need: access.WhiteListRead}, whiteListColumns,
		func(ctx context.Context, c *Call, in *struct {
			State city.ListState `query:"state" enum:"draft,published,revoked"`
			Page
		},
		) ([]city.List, int, error) {
			return a.City.Lists(ctx, c.Scope, city.ListFilter{State: in.State, Limit: in.Limit, Offset: in.Offset})
		})
	handle(a, Route{ID: "add-white-list", Method: "POST", Path: "/api/white-lists", Tag: tag, Title: "拟定白名单", Need: access.WhiteListWrite},
		func(ctx context.Context, c *Call, in *struct{ Body city.Terms }) (*struct{ Body WhiteList }, error) {
			return bodyOf(canDo(c)(a.City.WriteList(ctx, c.Caller, "", 0, in.Body)))
		})
	handle(a, Route{ID: "get-white-list", Method: "GET", Path: "/api/white-lists/{id}", Tag: tag, Title: "白名单详情", Need: access.WhiteListRead},
		func(ctx context.Context, c *Call, in *ByID) (*struct{ Body WhiteList }, error) {
			return bodyOf(canDo(c)(a.City.List(ctx, c.Scope, in.ID)))
		})
	handle(a, Route{ID: "edit-white-list", Method: "PUT", Path: "/api/white-lists/{id}", Tag: tag, Title: "修改拟定的白名单", Need: access.WhiteListWrite},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Version int64      `json:"version" doc:"of the list as it was read"`
				Terms   city.Terms `json:"terms"`
			}
		},
		) (*struct{ Body WhiteList }, error) {
			return bodyOf(canDo(c)(a.City.WriteList(ctx, c.Caller, in.ID, in.Body.Version, in.Body.Terms)))
		})
	handle(a, Route{ID: "act-on-white-list", Method: "POST", Path: "/api/white-lists/{id}/decisions", Tag: tag, Title: "发布、撤销白名单", Need: access.WhiteListRule},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Version int64     `json:"version" doc:"of the list as it was read"`
				Verb    city.Verb `json:"verb" enum:"publish,revoke"`
				Words   string    `json:"words,omitempty" doc:"why it is revoked"`
			}
		},
		) (*struct{ Body WhiteList }, error) {
			if in.Body.Verb != city.Publish && in.Body.Verb != city.Revoke {
				return nil, fault.New(fault.Invalid, "rating.list_state", "只能发布或撤销", "a list is published or revoked").In(fault.Place{Field: "verb"})
			}
			return bodyOf(canDo(c)(a.City.ActOnList(ctx, c.Caller, in.ID, in.Body.Version, in.Body.Verb, in.Body.Words)))
		})
	lists(a, Route{ID: "list-white-list-firms", Method: "GET", Path: "/api/white-lists/{id}/firms", Tag: tag, Title: "白名单企业（同意推荐的）", Need: access.WhiteListRead}, listedColumns,
		func(ctx context.Context, c *Call, in *struct {
			ID string `path:"id" maxLength:"64"`
			Page
		},
		) ([]city.Listed, int, error) {
			return a.City.ListedFirms(ctx, c.Caller, c.Scope, in.ID, in.Limit, in.Offset)
		})
	handle(a, Route{ID: "get-my-white-lists", Method: "GET", Path: "/api/my/white-lists", Tag: tag, Title: "本企业所在的白名单", Need: access.RatingOwn},
		func(ctx context.Context, c *Call, _ *empty) (*struct{ Body city.Standing }, error) {
			return bodyOf(a.City.Standing(ctx, c.Caller))
		})
}

// canDo adds what the caller may do with a white list.
func canDo(c *Call) func(*city.List, error) (*WhiteList, error) {
	return func(l *city.List, err error) (*WhiteList, error) {
		if err != nil {
			return nil, err
		}
		out := &WhiteList{*l, []city.Verb{}}
		for _, v := range l.Can(c.Account) {
			need := access.WhiteListRule
			if v == city.Write {
				need = access.WhiteListWrite
			}
			if access.Allowed(need, c.Roles) != access.None {
				out.Can = append(out.Can, v)
			}
		}
		return out, nil
	}
}
