package httpapi

import (
	"context"
	"strings"

	"changrong/internal/access"
	"changrong/internal/adapter/export"
	"changrong/internal/base/civil"
	"changrong/internal/exchange"
)

// exchange adds the data of departments about firms: the catalogue, consents, the
// reading and its log.
func (a *API) exchange() {
	handle(a, Route{ID: "list-datasets", Method: "GET", Path: "/api/datasets", Tag: "exchange", Title: "数据目录", Need: access.DatasetRead},
		func(_ context.Context, _ *Call, _ *struct{}) (*list[*exchange.Dataset], error) {
			all := a.Exchange.Catalogue.Datasets()
			return listOf(all, len(all)), nil
		})
	handle(a, Route{ID: "get-dataset", Method: "GET", Path: "/api/datasets/{id}", Tag: "exchange", Title: "数据集详情", Need: access.DatasetRead},
		func(_ context.Context, _ *Call, in *ByID) (*struct{ Body exchange.Dataset }, error) {
			return bodyOf(a.Exchange.Catalogue.Dataset(in.ID))
		})
	handle(a, Route{ID: "list-dataset-usage", Method: "GET", Path: "/api/dataset-usage", Tag: "exchange", Title: "数据集使用情况", Need: access.DatasetUsage},
		func(ctx context.Context, c *Call, in *struct {
			Days int `query:"days" default:"90" minimum:"1" maximum:"1100" doc:"of the last so many days"`
		},
		) (*list[exchange.Use], error) {
			uses, err := a.Exchange.Uses(ctx, c.Scope, in.Days)
			return listOf(uses, len(uses)), err
		})
	handle(a, Route{ID: "list-data-quality", Method: "GET", Path: "/api/data-quality", Tag: "exchange", Title: "数据质量", Need: access.DatasetUsage},
		func(ctx context.Context, c *Call, _ *struct{}) (*list[exchange.Quality], error) {
			found, err := a.Exchange.Quality(ctx, c.Scope)
			return listOf(found, len(found)), err
		})
	handle(a, Route{ID: "list-data-departments", Method: "GET", Path: "/api/data-departments", Tag: "exchange", Title: "数据提供部门", Need: access.DatasetRead},
		func(ctx context.Context, _ *Call, _ *struct{}) (*list[exchange.Seat], error) {
			seats, err := a.Exchange.Seats(ctx)
			return listOf(seats, len(seats)), err
		})
	handle(a, Route{ID: "set-data-department", Method: "PUT", Path: "/api/data-departments/{id}", Tag: "exchange", Title: "指定数据提供部门的机构", Need: access.DatasetAssign},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Org string `json:"org" maxLength:"64" doc:"empty: none"`
			}
		},
		) (*struct{}, error) {
			return nil, a.Exchange.Seat(ctx, c.Caller, in.ID, in.Body.Org)
		})
	a.consents()
	a.readings()
}

// consentColumns are the columns of a file of consents.
var consentColumns = []export.Column[exchange.Consent]{
	textColumn("授权编号", func(x *exchange.Consent) string { return x.ID }),
	textColumn("企业", func(x *exchange.Consent) string { return x.FirmName }),
	textColumn("统一社会信用代码", func(x *exchange.Consent) string { return x.Firm }),
	textColumn("被授权人", func(x *exchange.Consent) string { return x.RecipientName }),
	textColumn("用途", func(x *exchange.Consent) string { return x.Purpose.Zh() }),
	wordsColumn("数据集", func(x *exchange.Consent) string { return strings.Join(x.Datasets, " ") }),
	{Head: "含个人信息", Cell: func(x *exchange.Consent) export.Cell { return export.Flag(x.Personal) }},
	{Head: "授权时间", Cell: func(x *exchange.Consent) export.Cell { return export.Time(x.Given) }},
	{Head: "到期日", Cell: func(x *exchange.Consent) export.Cell { return export.Day(x.ExpiresOn) }},
	{Head: "撤回时间", Cell: func(x *exchange.Consent) export.Cell { return timeOrNone(x.Withdrawn) }},
	textColumn("授权书版本", func(x *exchange.Consent) string { return x.TextVersion }),
	textColumn("授权书SHA-256", func(x *exchange.Consent) string { return x.TextHash }),
}

// timeOrNone is an empty cell for what did not happen.
func timeOrNone(i civil.Instant) export.Cell {
	if i == 0 {
		return export.Text("")
	}
	return export.Time(i)
}

func (a *API) consents() {
	lists(a, Route{ID: "list-consents", Method: "GET", Path: "/api/consents", Tag: "exchange", Title: "数据查询授权", Need: access.ConsentRead}, consentColumns,
		func(ctx context.Context, c *Call, in *struct {
			Page
			Firm      string           `query:"firm" maxLength:"18"`
			Text      string           `query:"text" maxLength:"100" doc:"credit code, or part of the firm's name"`
			Recipient string           `query:"recipient" maxLength:"64"`
			Purpose   exchange.Purpose `query:"purpose" enum:"loan_application,loan_management,city_rating,bank_naming"`
			Live      bool             `query:"live" doc:"only those that are valid now"`
		},
		) ([]exchange.Consent, int, error) {
			f := exchange.ConsentFilter{
				Firm: in.Firm, Text: in.Text, Recipient: in.Recipient, Purpose: in.Purpose, Limit: in.Limit, Offset: in.Offset, Oldest: in.Format != "json",
			}
			if in.Live {
				f.Live = a.Exchange.Now()
			}
			return a.Exchange.Consents(ctx, c.Scope, f)
		})
	handle(a, Route{ID: "get-consent", Method: "GET", Path: "/api/consents/{id}", Tag: "exchange", Title: "授权详情", Need: access.ConsentRead},
		func(ctx context.Context, c *Call, in *ByID) (*struct{ Body exchange.Consent }, error) {
			return bodyOf(a.Exchange.Consent(ctx, c.Scope, in.ID))
		})
	handle(a, Route{ID: "write-consent-text", Method: "POST", Path: "/api/consent-texts", Tag: "exchange", Title: "生成授权书", Need: access.ConsentWrite, Once: OnceNever},
		func(ctx context.Context, c *Call, in *struct{ Body exchange.Grant }) (*struct{ Body exchange.Text }, error) {
			return bodyOf(a.Exchange.Text(ctx, c.Caller, in.Body))
		})
	handle(a, Route{ID: "give-consent", Method: "POST", Path: "/api/consents", Tag: "exchange", Title: "授权查询", Need: access.ConsentWrite},
		func(ctx context.Context, c *Call, in *struct{ Body exchange.Grant }) (*struct{ Body exchange.Consent }, error) {
			return bodyOf(a.Exchange.Give(ctx, c.Caller, in.Body))
		})
	handle(a, Route{ID: "withdraw-consent", Method: "POST", Path: "/api/consents/{id}/withdrawal", Tag: "exchange", Title: "撤回授权", Need: access.ConsentWrite},
		func(ctx context.Context, c *Call, in *ByID) (*struct{ Body exchange.Consent }, error) {
			return bodyOf(a.Exchange.Withdraw(ctx, c.Caller, c.Scope, in.ID))
		})
}

// outcomes are the outcomes of a reading as a person would say them.
var outcomes = map[exchange.Outcome]string{
	exchange.Asked: "已查询", exchange.Kept: "已查询（留存数据）", exchange.Last: "已查询（部门不可用，最近一次数据）",
	exchange.Refused: "未提供（无授权或依据）", exchange.Away: "未提供（部门不可用）", exchange.Unknown: "部门无此企业",
}

// readingColumns are the columns of a file of the log.
var readingColumns = []export.Column[exchange.Reading]{
	{Head: "时间", Cell: func(r *exchange.Reading) export.Cell { return export.Time(r.At) }},
	textColumn("企业统一社会信用代码", func(r *exchange.Reading) string { return r.Firm }),
	textColumn("企业", func(r *exchange.Reading) string { return r.FirmName }),
	textColumn("查询机构", func(r *exchange.Reading) string { return r.ReaderName }),
	textColumn("用途", func(r *exchange.Reading) string { return r.Purpose.Zh() }),
	textColumn("数据集", func(r *exchange.Reading) string { return r.Dataset }),
	textColumn("结果", func(r *exchange.Reading) string { return outcomes[r.Outcome] }),
	wordsColumn("数据项", func(r *exchange.Reading) string { return strings.Join(r.Fields, " ") }),
	wordsColumn("其中脱敏", func(r *exchange.Reading) string { return strings.Join(r.Masked, " ") }),
	numberColumn("记录数", func(r *exchange.Reading) int64 { return int64(r.Records) }),
	textColumn("授权编号", func(r *exchange.Reading) string { return r.Consent }),
	wordsColumn("依据", func(r *exchange.Reading) string { return r.Basis }),
	{Head: "数据日期", Cell: func(r *exchange.Reading) export.Cell {
		if r.AsOf == 0 {
			return export.Text("")
		}
		return export.Day(r.AsOf)
	}},
	textColumn("查询号", func(r *exchange.Reading) string { return r.Call }),
}

// firmData is an answer that stays nowhere on its way.
type firmData struct {
	CacheControl string `header:"Cache-Control"`
	Body         exchange.Answer
}

func (a *API) readings() {
	handle(a, Route{ID: "read-firm-data", Method: "POST", Path: "/api/firm-data", Tag: "exchange", Title: "查询企业数据", Need: access.FirmDataRead, Once: OnceNever},
		func(ctx context.Context, c *Call, in *struct{ Body exchange.Ask }) (*firmData, error) {
			answer, err := a.Exchange.Read(ctx, c.Caller, in.Body)
			if err != nil {
				return nil, err
			}
			return &firmData{"no-store", *answer}, nil
		})
	lists(a, Route{ID: "list-readings", Method: "GET", Path: "/api/readings", Tag: "exchange", Title: "数据查询记录", Need: access.ReadingRead}, readingColumns,
		func(ctx context.Context, c *Call, in *struct {
			Page
			First   string           `query:"first_on" format:"date" doc:"the first day"`
			Last    string           `query:"last_on" format:"date" doc:"the last day"`
			Firm    string           `query:"firm" maxLength:"18"`
			Text    string           `query:"text" maxLength:"100" doc:"credit code, or part of the firm's name"`
			Reader  string           `query:"reader" maxLength:"64"`
			Dataset string           `query:"dataset" maxLength:"80"`
			Consent string           `query:"consent" maxLength:"64"`
			Purpose exchange.Purpose `query:"purpose" enum:"loan_application,loan_management,claim_check,benefit_check,prefill,credit_rating,city_rating,bank_naming"`
			Outcome exchange.Outcome `query:"outcome" enum:"asked,kept,last,refused,away,unknown"`
			Given   bool             `query:"given" doc:"only those that gave something"`
			Others  bool             `query:"others" doc:"without the firms' own"`
		},
		) ([]exchange.Reading, int, error) {
			f := exchange.ReadingFilter{
				Firm: in.Firm, Text: in.Text, Reader: in.Reader, Dataset: in.Dataset, Consent: in.Consent, Purpose: in.Purpose, Outcome: in.Outcome,
				Given: in.Given, Others: in.Others, Limit: in.Limit, Offset: in.Offset, Oldest: in.Format != "json",
			}
			days, err := DayRange{in.First, in.Last}.given()
			if err != nil {
				return nil, 0, err
			}
			if days.First != 0 {
				f.Since = civil.StartOf(days.First)
			}
			if days.Last != 0 {
				f.Until = civil.StartOf(days.Last + 1)
			}
			return a.Exchange.Readings(ctx, c.Scope, f)
		})
}
