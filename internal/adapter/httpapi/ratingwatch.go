package httpapi

import (
	"context"
	"strconv"

	"changrong/internal/access"
	"changrong/internal/adapter/export"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/rating/watch"
)

// decimal is a figure of statistics in a file, to four places; nil is an empty cell.
func decimal(x *float64) string {
	if x == nil {
		return ""
	}
	return strconv.FormatFloat(*x, 'f', 4, 64)
}

// cameColumn is a column of what became of a month's firms; empty until it is known.
func cameColumn(head string, cell func(*watch.Came) string) export.Column[watch.Month] {
	return textColumn(head, func(m *watch.Month) string {
		if m.Came == nil {
			return ""
		}
		return cell(m.Came)
	})
}

var ratingMonthColumns = []export.Column[watch.Month]{
	textColumn("月份", func(m *watch.Month) string { return m.Month.String() }),
	numberColumn("评分企业", func(m *watch.Month) int64 { return m.Firms }),
	numberColumn("不能评分", func(m *watch.Month) int64 { return m.Refused }),
	textColumn("等级分布PSI", func(m *watch.Month) string {
		if m.Shift == nil {
			return ""
		}
		return decimal(&m.Shift.PSI)
	}),
	cameColumn("表现良好", func(c *watch.Came) string { return strconv.FormatInt(c.Good, 10) }),
	cameColumn("坏", func(c *watch.Came) string { return strconv.FormatInt(c.Bad, 10) }),
	cameColumn("预计违约率", func(c *watch.Came) string { return decimal(&c.Expected) }),
	cameColumn("AUC", func(c *watch.Came) string { return decimal(c.AUC) }),
	cameColumn("AUC标准差", func(c *watch.Came) string { return decimal(c.Deviation) }),
	cameColumn("Gini", func(c *watch.Came) string { return decimal(c.Gini) }),
	cameColumn("KS", func(c *watch.Came) string { return decimal(c.KS) }),
	numberColumn("预警", func(m *watch.Month) int64 { return int64(len(m.Alarms)) }),
	{Head: "计算时间", Cell: func(m *watch.Month) export.Cell { return export.Time(m.At) }},
}

var ratingAlarmColumns = []export.Column[watch.Alarm]{
	textColumn("模型", func(a *watch.Alarm) string { return a.Name }),
	numberColumn("版次", func(a *watch.Alarm) int64 { return a.Edition }),
	textColumn("月份", func(a *watch.Alarm) string { return a.Month.String() }),
	textColumn("预警", func(a *watch.Alarm) string { return a.Zh }),
	textColumn("数值", func(a *watch.Alarm) string { return decimal(&a.Value) }),
	textColumn("处理建议", func(a *watch.Alarm) string { return a.DoZh }),
	textColumn("状态", func(a *watch.Alarm) string { return string(a.State) }),
	textColumn("处理人", func(a *watch.Alarm) string { return a.ByName }),
	textColumn("处理情况", func(a *watch.Alarm) string { return a.Words }),
	{Head: "处理时间", Cell: func(a *watch.Alarm) export.Cell { return export.Time(a.Acted) }},
}

// watched adds how scorecards do from month to month.
func (a *API) watched() {
	const tag = "rating"
	lists(a, Route{ID: "list-rating-months", Method: "GET", Path: "/api/rating-models/{id}/months", Tag: tag, Title: "模型监测", Need: access.ModelRead}, ratingMonthColumns,
		func(ctx context.Context, _ *Call, in *struct {
			ID string `path:"id" maxLength:"64"`
			Page
		},
		) ([]watch.Month, int, error) {
			return a.Watch.Months(ctx, watch.MonthFilter{Model: in.ID, Limit: in.Limit, Offset: in.Offset})
		})
	handle(a, Route{ID: "compute-rating-month", Method: "POST", Path: "/api/rating-models/{id}/months", Tag: tag, Title: "重新计算一个月", Need: access.ModelUse},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Month string `json:"month" maxLength:"7" doc:"2026-05"`
			}
		},
		) (*struct{}, error) {
			month, err := civil.ParseMonth(in.Body.Month)
			if err != nil {
				return nil, fault.Of(err).In(fault.Place{Field: "month"})
			}
			return nil, a.Watch.Recompute(ctx, c.Caller, in.ID, month)
		})
	handle(a, Route{ID: "get-rating-watch", Method: "GET", Path: "/api/rating-models/{id}/watch", Tag: tag, Title: "模型监测规则", Need: access.ModelRead},
		func(ctx context.Context, _ *Call, in *ByID) (*struct{ Body watch.Rule }, error) {
			return bodyOf(a.Watch.Rule(ctx, in.ID))
		})
	handle(a, Route{ID: "put-rating-watch", Method: "PUT", Path: "/api/rating-models/{id}/watch", Tag: tag, Title: "设定模型监测规则", Need: access.ModelUse},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body watch.Rule
		},
		) (*struct{ Body watch.Rule }, error) {
			return bodyOf(a.Watch.SetRule(ctx, c.Caller, in.ID, in.Body))
		})
	lists(a, Route{ID: "list-rating-alarms", Method: "GET", Path: "/api/rating-alarms", Tag: tag, Title: "模型预警", Need: access.ModelRead}, ratingAlarmColumns,
		func(ctx context.Context, _ *Call, in *struct {
			Model string         `query:"model" maxLength:"64"`
			State watch.Standing `query:"state" enum:"open,acknowledged,lapsed"`
			Page
		},
		) ([]watch.Alarm, int, error) {
			return a.Watch.Alarms(ctx, watch.AlarmFilter{Model: in.Model, State: in.State, Limit: in.Limit, Offset: in.Offset})
		})
	handle(a, Route{ID: "acknowledge-rating-alarm", Method: "POST", Path: "/api/rating-alarms/{id}/acknowledgement", Tag: tag, Title: "处理模型预警", Need: access.ModelUse},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Version int64  `json:"version" doc:"of the alarm as it was read"`
				Words   string `json:"words" maxLength:"4000" doc:"what was done about it"`
			}
		},
		) (*struct{ Body watch.Alarm }, error) {
			return bodyOf(a.Watch.Acknowledge(ctx, c.Caller, in.ID, in.Body.Version, in.Body.Words))
		})
}
