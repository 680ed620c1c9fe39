package httpapi

import (
	"bytes"
	"context"

	"changrong/internal/access"
	"changrong/internal/adapter/blob"
	"changrong/internal/adapter/export"
	"changrong/internal/adapter/filetype"
	"changrong/internal/base/money"
	"changrong/internal/subsidy"
	"changrong/internal/workflow"
)

// claimColumns are the columns of a file of claims.
var claimColumns = []export.Column[subsidy.Claim]{
	textColumn("编号", func(c *subsidy.Claim) string { return c.ID }),
	textColumn("政策", func(c *subsidy.Claim) string { return c.Policy }),
	textColumn("期间", func(c *subsidy.Claim) string { return c.Period }),
	textColumn("项目", func(c *subsidy.Claim) string { return c.ItemTitle }),
	textColumn("收款人", func(c *subsidy.Claim) string { return c.PayeeName }),
	textColumn("收款人代码", func(c *subsidy.Claim) string { return c.Payee }),
	textColumn("环节", func(c *subsidy.Claim) string { return subsidy.Life.Rule(c.Stage).Zh }),
	{Head: "轮次", Cell: func(c *subsidy.Claim) export.Cell { return export.Count(c.Round) }},
	{Head: "办理期限", Cell: func(c *subsidy.Claim) export.Cell { return export.Day(c.DueOn) }},
	yuanColumn("测算金额", func(c *subsidy.Claim) money.Fen { return c.Computed }),
	yuanColumn("核减金额", (*subsidy.Claim).Reduced),
	yuanColumn("现金额", func(c *subsidy.Claim) money.Fen { return c.Amount }),
	yuanColumn("已付净额", func(c *subsidy.Claim) money.Fen { return c.Kept }),
}

func (a *API) claimPapers() {
	handle(a, Route{ID: "attach-to-claim", Method: "POST", Path: "/api/claims/{id}/attachments", Tag: "claim", Title: "上传申报材料", Need: access.ClaimWrite, Limit: workflow.MaxFile}, a.attach)
	handle(a, Route{ID: "get-claim-attachment", Method: "GET", Path: "/api/claim-attachments/{id}", Tag: "claim", Title: "下载申报材料", Need: access.ClaimRead, answers: asFile(anyFile)},
		func(ctx context.Context, c *Call, in *ByID) (*fileAnswer, error) {
			file, err := a.Claims.Attachment(ctx, c.Scope, in.ID)
			if err != nil {
				return nil, err
			}
			r, err := a.Files.Open(ctx, blob.Ref{SHA256: file.SHA256, Size: file.Size})
			if err != nil {
				return nil, err
			}
			return sendFile(r, file.Name, filetype.Type(file.Type).ContentType()), nil
		})
	handle(a, Route{ID: "drop-claim-attachment", Method: "DELETE", Path: "/api/claim-attachments/{id}", Tag: "claim", Title: "删除申报材料", Need: access.ClaimWrite},
		func(ctx context.Context, c *Call, in *ByID) (*empty, error) {
			return nil, a.Claims.Drop(ctx, c.Caller, c.Scope, in.ID)
		})
	handle(a, Route{ID: "comment-on-claim", Method: "POST", Path: "/api/claims/{id}/comments", Tag: "claim", Title: "留言", Need: access.ClaimAct},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Text   string `json:"text"`
				Inside bool   `json:"inside,omitempty" doc:"for the authorities only"`
			}
		},
		) (*struct{ Body workflow.Comment }, error) {
			return bodyOf(a.Claims.Comment(ctx, c.Caller, c.Scope, in.ID, in.Body.Text, in.Body.Inside))
		})
}

// attach keeps a file, after its content has shown what it is.
func (a *API) attach(ctx context.Context, c *Call, in *struct {
	ID      string `path:"id" maxLength:"64"`
	Name    string `query:"name" required:"true" maxLength:"500" doc:"of the file"`
	Paper   string `query:"paper" maxLength:"40" doc:"code of the paper it is; empty: another"`
	RawBody []byte `contentType:"application/octet-stream"`
},
) (*struct{ Body workflow.Attachment }, error) {
	is, err := filetype.Of(in.Name, in.RawBody)
	if err != nil {
		return nil, err
	}
	if _, err := a.Claims.Detail(ctx, c.Caller, c.Scope, in.ID); err != nil {
		return nil, err // nothing is kept for a claim that is not there
	}
	ref, err := a.Files.Put(ctx, bytes.NewReader(in.RawBody))
	if err != nil {
		return nil, err
	}
	return bodyOf(a.Claims.Attach(ctx, c.Caller, c.Scope, workflow.Attachment{
		Case: in.ID, Paper: in.Paper, Name: in.Name, Type: string(is), SHA256: ref.SHA256, Size: ref.Size,
	}))
}

// Workdays are the years whose days off are known.
type Workdays struct {
	Years   []workflow.Year `json:"years"`
	Missing []int           `json:"missing" doc:"years that are needed now or soon and are not known: weekends alone count as off"`
}

func (a *API) claimRules() {
	handle(a, Route{ID: "get-claim-rules", Method: "GET", Path: "/api/claim-rules/{policy}", Tag: "claim", Title: "办理规则", Need: access.ClaimRead},
		func(ctx context.Context, _ *Call, in *struct {
			Policy string `path:"policy" maxLength:"100"`
		},
		) (*struct{ Body subsidy.Rules }, error) {
			return bodyOf(a.Claims.Rules(ctx, in.Policy))
		})
	handle(a, Route{ID: "set-claim-rules", Method: "PUT", Path: "/api/claim-rules/{policy}", Tag: "claim", Title: "修改办理规则", Need: access.ClaimRulesWrite},
		func(ctx context.Context, c *Call, in *struct {
			Policy string `path:"policy" maxLength:"100"`
			Body   subsidy.Rules
		},
		) (*struct{ Body subsidy.Rules }, error) {
			in.Body.Policy = in.Policy
			return bodyOf(a.Claims.SetRules(ctx, c.Caller, in.Body))
		})
	handle(a, Route{ID: "get-workdays", Method: "GET", Path: "/api/workdays", Tag: "claim", Title: "工作日历", Open: SignedIn},
		func(ctx context.Context, _ *Call, _ *empty) (*struct{ Body Workdays }, error) {
			years, missing, err := a.Claims.Years(ctx)
			return &struct{ Body Workdays }{Workdays{years, missing}}, err
		})
	handle(a, Route{ID: "set-workdays", Method: "PUT", Path: "/api/workdays/{year}", Tag: "claim", Title: "修改工作日历", Need: access.WorkdayWrite},
		func(ctx context.Context, c *Call, in *struct {
			Year int `path:"year" minimum:"1900" maximum:"2199"`
			Body workflow.Year
		},
		) (*struct{ Body workflow.Year }, error) {
			in.Body.Year = in.Year
			return bodyOf(a.Claims.SetYear(ctx, c.Caller, in.Body))
		})
}
