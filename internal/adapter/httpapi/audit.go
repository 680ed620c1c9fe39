package httpapi

import (
	"context"
	"encoding/json"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/export"
	"changrong/internal/base/civil"
)

// auditColumns are the columns of a file of the audit log.
var auditColumns = []export.Column[audit.Entry]{
	{Head: "序号", Cell: func(e *audit.Entry) export.Cell { return export.Count(e.Seq) }},
	{Head: "时间", Cell: func(e *audit.Entry) export.Cell { return export.Time(e.At) }},
	{Head: "账号", Cell: func(e *audit.Entry) export.Cell { return export.Text(e.Account) }},
	{Head: "姓名", Cell: func(e *audit.Entry) export.Cell { return export.Text(e.Name) }},
	{Head: "机构", Cell: func(e *audit.Entry) export.Cell { return export.Text(e.Org) }},
	{Head: "操作", Cell: func(e *audit.Entry) export.Cell { return export.Text(e.Action) }},
	{Head: "对象", Cell: func(e *audit.Entry) export.Cell { return export.Text(e.Object) }},
	{Head: "结果", Cell: func(e *audit.Entry) export.Cell { return export.Text(string(e.Outcome)) }},
	{Head: "内容", Cell: func(e *audit.Entry) export.Cell {
		if len(e.Detail) == 0 {
			return export.Text("")
		}
		b, err := json.Marshal(e.Detail)
		if err != nil { // a map of strings always marshals
			panic(err)
		}
		return export.Text(string(b))
	}},
	{Head: "来源地址", Cell: func(e *audit.Entry) export.Cell { return export.Text(e.Address) }},
	{Head: "摘要算法", Cell: func(e *audit.Entry) export.Cell { return export.Text(e.Suite) }},
	{Head: "摘要", Cell: func(e *audit.Entry) export.Cell { return export.Text(e.Hash) }},
}

// auditQuery says which entries of the log are asked for.
type auditQuery struct {
	Page
	Account string        `query:"account" maxLength:"60" doc:"id of who did it"`
	Object  string        `query:"object" maxLength:"100" doc:"id of what it was done to"`
	Org     string        `query:"org" maxLength:"60" doc:"id of the organisation of who did it"`
	Action  string        `query:"action" maxLength:"60" doc:"the whole, or a noun and a dot for all of it: claim."`
	From    civil.Instant `query:"from_ms" minimum:"0" doc:"at this instant or later"`
	To      civil.Instant `query:"to_ms" minimum:"0" doc:"before this instant"`

	after int64 // the last entry of the part before, for a file
}

// auditLog adds the operations on the audit log. The list answers the latest entry
// first; a file has them in their order, so that the chain can be followed in it.
func (a *API) auditLog() {
	lists(a, Route{ID: "list-audit", Method: "GET", Path: "/api/audit", Tag: "audit", Title: "审计日志", Need: access.AuditRead}, auditColumns,
		func(ctx context.Context, c *Call, in *auditQuery) ([]audit.Entry, int, error) {
			f := audit.Filter{
				Account: in.Account, Object: in.Object, Org: in.Org, Action: in.Action, From: in.From, To: in.To, Limit: in.Limit, Offset: in.Offset,
			}
			if !c.Scope.All {
				f.Org = c.Scope.Org
			}
			if in.Format != export.CSV && in.Format != export.XLSX {
				return a.Access.AuditEntries(ctx, f)
			}
			entries, err := a.Access.AuditAfter(ctx, in.after, f)
			if len(entries) > 0 {
				in.after = entries[len(entries)-1].Seq
			}
			return entries, 0, err
		})
	handle(a, Route{ID: "verify-audit", Method: "POST", Path: "/api/audit/verify", Tag: "audit", Title: "校验审计日志", Need: access.AuditVerify},
		func(ctx context.Context, c *Call, in *struct {
			Body struct {
				Head string `json:"head,omitempty" maxLength:"100" doc:"number and hash of an entry as noted earlier, with a colon between"`
			}
		},
		) (*struct{ Body audit.Report }, error) {
			var head *audit.Head
			if in.Body.Head != "" {
				h, err := audit.ParseHead(in.Body.Head)
				if err != nil {
					return nil, err
				}
				head = &h
			}
			r, err := a.Access.VerifyAudit(ctx, crypto.Hashes(), head)
			if err != nil {
				return nil, err
			}
			return &struct{ Body audit.Report }{*r}, nil
		})
}
