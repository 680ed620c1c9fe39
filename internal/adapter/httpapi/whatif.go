package httpapi

import (
	"context"
	"fmt"

	"changrong/internal/access"
	"changrong/internal/adapter/export"
	"changrong/internal/programme"
)

var whatIfColumns = []export.Column[programme.WhatIf]{
	{Head: "名称", Cell: func(w *programme.WhatIf) export.Cell { return export.Text(w.Title) }},
	{Head: "依据的结算", Cell: func(w *programme.WhatIf) export.Cell { return export.Count(w.RunNo) }},
	{Head: "方案数", Cell: func(w *programme.WhatIf) export.Cell { return export.Count(int64(len(w.Alternatives))) }},
	{Head: "状态", Cell: func(w *programme.WhatIf) export.Cell { return export.Text(stateZh[w.State]) }},
	{Head: "发起人", Cell: func(w *programme.WhatIf) export.Cell { return export.Text(w.AskedByName) }},
	{Head: "发起时间", Cell: func(w *programme.WhatIf) export.Cell { return export.Time(w.AskedAt) }},
}

var shiftColumns = []export.Column[programme.Shift]{
	{Head: "方案", Cell: func(s *programme.Shift) export.Cell { return export.Count(int64(s.No)) }},
	{Head: "代码", Cell: func(s *programme.Shift) export.Cell { return export.Text(s.Key) }},
	{Head: "名称", Cell: func(s *programme.Shift) export.Cell { return export.Text(s.Name) }},
	{Head: "项目", Cell: func(s *programme.Shift) export.Cell { return export.Text(s.Item) }},
	{Head: "原结算（元）", Cell: func(s *programme.Shift) export.Cell { return export.Yuan(s.Before) }},
	{Head: "方案", Cell: func(s *programme.Shift) export.Cell { return export.Yuan(s.After) }},
	{Head: "差额", Cell: func(s *programme.Shift) export.Cell { return export.Yuan(s.Difference) }},
}

type whatIfOut struct{ Body programme.WhatIf }

func (a *API) whatIfs() {
	const tag = "whatif"
	p := a.Programme
	lists(a, Route{ID: "list-whatifs", Method: "GET", Path: "/api/whatifs", Tag: tag, Title: "测算列表", Need: access.WhatIfRead}, whatIfColumns,
		func(ctx context.Context, c *Call, in *struct {
			Pack string `query:"pack" maxLength:"80"`
			Page
		},
		) ([]programme.WhatIf, int, error) {
			return p.WhatIfs(ctx, c.Scope, in.Pack, in.Limit, in.Offset)
		})
	handle(a, Route{ID: "ask-whatif", Method: "POST", Path: "/api/whatifs", Tag: tag, Title: "发起测算", Need: access.WhatIfAsk},
		func(ctx context.Context, c *Call, in *struct{ Body programme.AskWhatIf }) (*whatIfOut, error) {
			w, err := p.AskWhatIf(ctx, c.Caller, c.Scope, in.Body)
			if err != nil {
				return nil, err
			}
			return &whatIfOut{*w}, nil
		})
	handle(a, Route{ID: "get-whatif", Method: "GET", Path: "/api/whatifs/{id}", Tag: tag, Title: "测算", Need: access.WhatIfRead},
		func(ctx context.Context, c *Call, in *oneRun) (*whatIfOut, error) {
			w, err := p.WhatIf(ctx, c.Scope, in.ID)
			if err != nil {
				return nil, err
			}
			return &whatIfOut{*w}, nil
		})
	lists(a, Route{ID: "list-shifts", Method: "GET", Path: "/api/whatifs/{id}/shifts", Tag: tag, Title: "测算增减", Need: access.WhatIfRead}, shiftColumns,
		func(ctx context.Context, c *Call, in *struct {
			ID   string       `path:"id"`
			No   int          `query:"no" minimum:"0" maximum:"8" doc:"of the alternative; 0: all"`
			By   programme.By `query:"by" enum:"item,bank,town,payee" required:"true"`
			Item string       `query:"item" maxLength:"80" doc:"of payees: of this item; empty: of all items together"`
			Side string       `query:"side" enum:"all,gain,loss" default:"all"`
			Page
		},
		) ([]programme.Shift, int, error) {
			return p.Shifts(ctx, c.Scope, in.ID, programme.ShiftFilter{
				No: in.No, By: in.By, Item: in.Item, All: in.Side == "all", Losing: in.Side == "loss", Limit: in.Limit, Offset: in.Offset,
			})
		})
	for _, f := range []struct {
		id, path, title, contentType, ext string
		table                             bool
	}{
		{"download-whatif-page", "page", "下载测算报告", "text/html; charset=utf-8", "html", false},
		{"download-whatif-table", "table", "下载测算明细", "text/csv; charset=utf-8", "csv", true},
	} {
		handle(a, Route{ID: f.id, Method: "GET", Path: "/api/whatifs/{id}/" + f.path, Tag: tag, Title: f.title, Need: access.WhatIfRead, answers: asFile(f.contentType)},
			func(ctx context.Context, c *Call, in *oneRun) (*fileAnswer, error) {
				body, w, err := p.WhatIfFile(ctx, c.Scope, in.ID, f.table)
				if err != nil {
					return nil, err
				}
				return sendFile(body, fmt.Sprintf("测算-%s.%s", w.Title, f.ext), f.contentType), nil
			})
	}
}
