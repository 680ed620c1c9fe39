package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"changrong/internal/access"
	"changrong/internal/adapter/blob"
	"changrong/internal/adapter/export"
	"changrong/internal/adapter/filetype"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/origination"
	"changrong/internal/origination/draft"
	"changrong/internal/workflow"
)

// origination adds the operations on loan applications and what becomes of them.
func (a *API) origination() {
	a.loanDrafts()
	a.applications()
	a.applicationSteps()
	a.referrals()
	a.referralSteps()
	a.referralTalk()
	a.offers()
	a.offerCosts()
	a.originationFigures()
}

// draftCookie keeps the secret of a draft whose owner has not said who he is.
const draftCookie = "changrong_draft"

// DraftBody is a draft as it is saved.
type DraftBody struct {
	Body    map[string]any `json:"body" doc:"what was typed, as the page keeps it; at most 8 KiB"`
	Code    string         `json:"code,omitempty" maxLength:"64" doc:"id of the loan code it began with"`
	Version int64          `json:"version,omitempty" doc:"of the draft as it was read; 0: a new one"`
}

type draftOut struct {
	Cookie []http.Cookie `header:"Set-Cookie"`
	Body   draft.Application
}

// holder is who asks for a draft: a firm that is signed in, or a browser with a cookie.
func holder(c *Call) draft.Holder {
	h := draft.Holder{}
	if cookie, err := c.req.Cookie(draftCookie); err == nil {
		h.Secret = cookie.Value
	}
	whole := c.Session == nil || c.Session.Stage == access.SignedIn
	if c.Principal != nil && c.OrgKind == access.EnterpriseOrg && whole {
		h.Org = c.Org
	}
	return h
}

func (a *API) draftCookie(secret string, age civil.Instant) http.Cookie {
	return http.Cookie{ //nolint:gosec // Secure is as the platform is reached
		Name: draftCookie, Value: secret, Path: "/api/", MaxAge: int(age / civil.Second), HttpOnly: true, Secure: a.Secure, SameSite: http.SameSiteLaxMode,
	}
}

func (a *API) loanDrafts() {
	handle(a, Route{ID: "get-current-draft", Method: "GET", Path: "/api/drafts/current", Tag: "application", Title: "未登录时填写的草稿", Open: Anybody},
		func(ctx context.Context, c *Call, _ *empty) (*draftOut, error) {
			d, err := a.Drafts.Get(ctx, draft.Holder{Secret: holder(c).Secret}, "")
			if err != nil {
				return nil, err
			}
			return &draftOut{Body: *d}, nil
		})
	handle(a, Route{ID: "save-current-draft", Method: "PUT", Path: "/api/drafts/current", Tag: "application", Title: "保存未登录时填写的草稿", Open: Anybody},
		func(ctx context.Context, c *Call, in *struct{ Body DraftBody }) (*draftOut, error) {
			h := draft.Holder{Secret: holder(c).Secret}
			id := ""
			if old, err := a.Drafts.Get(ctx, h, ""); err == nil {
				id = old.ID
			} else if fault.KindOf(err) != fault.NotFound {
				return nil, err
			}
			return a.saveDraft(ctx, h, id, &in.Body)
		})
	handle(a, Route{ID: "claim-draft", Method: "POST", Path: "/api/drafts/current/claim", Tag: "application", Title: "登录后认领草稿", Need: access.ApplicationWrite},
		func(ctx context.Context, c *Call, _ *empty) (*draftOut, error) {
			d, err := a.Drafts.Claim(ctx, c.Caller, holder(c).Secret)
			if err != nil {
				return nil, err
			}
			return &draftOut{Cookie: []http.Cookie{a.draftCookie("", -civil.Second)}, Body: *d}, nil
		})
	handle(a, Route{ID: "list-drafts", Method: "GET", Path: "/api/drafts", Tag: "application", Title: "本企业的草稿", Need: access.ApplicationWrite},
		func(ctx context.Context, c *Call, _ *empty) (*list[draft.Application], error) {
			ds, err := a.Drafts.List(ctx, c.Org)
			return listOf(ds, len(ds)), err
		})
	handle(a, Route{ID: "add-draft", Method: "POST", Path: "/api/drafts", Tag: "application", Title: "新建草稿", Need: access.ApplicationWrite},
		func(ctx context.Context, c *Call, in *struct{ Body DraftBody }) (*draftOut, error) {
			return a.saveDraft(ctx, draft.Holder{Org: c.Org}, "", &in.Body)
		})
	handle(a, Route{ID: "save-draft", Method: "PUT", Path: "/api/drafts/{id}", Tag: "application", Title: "保存草稿", Need: access.ApplicationWrite},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body DraftBody
		},
		) (*draftOut, error) {
			return a.saveDraft(ctx, draft.Holder{Org: c.Org}, in.ID, &in.Body)
		})
	handle(a, Route{ID: "drop-draft", Method: "DELETE", Path: "/api/drafts/{id}", Tag: "application", Title: "删除草稿", Need: access.ApplicationWrite},
		func(ctx context.Context, c *Call, in *ByID) (*empty, error) {
			return nil, a.Drafts.Drop(ctx, draft.Holder{Org: c.Org}, in.ID)
		})
}

func (a *API) saveDraft(ctx context.Context, h draft.Holder, id string, in *DraftBody) (*draftOut, error) {
	body, err := json.Marshal(in.Body)
	if err != nil {
		return nil, err
	}
	d, secret, err := a.Drafts.Save(ctx, h, id, in.Code, in.Version, body)
	if err != nil {
		return nil, err
	}
	out := &draftOut{Body: *d}
	if secret != "" {
		out.Cookie = []http.Cookie{a.draftCookie(secret, draft.For)}
	}
	return out, nil
}

// ApplicationWords are the codes that people choose from.
type ApplicationWords struct {
	Purposes   []origination.Word `json:"purposes"`
	Securities []origination.Word `json:"securities"`
	Methods    []origination.Word `json:"methods"`
	Refusals   []origination.Word `json:"refusals"`
	Stages     []StageWord        `json:"stages" doc:"of a referral, in the order of its life"`
}

// StageWord is a stage of a referral and what its step is called.
type StageWord struct {
	Code string `json:"code"`
	Zh   string `json:"zh"`
	Term string `json:"term" doc:"name of the term in the rules that its clock runs for; empty: none runs"`
	Ends bool   `json:"ends"`
}

var applicationColumns = []export.Column[origination.Application]{
	textColumn("申请编号", func(x *origination.Application) string { return x.Number }),
	textColumn("企业", func(x *origination.Application) string { return x.Firm }),
	textColumn("统一社会信用代码", func(x *origination.Application) string { return x.USCC }),
	yuanColumn("申请金额", func(x *origination.Application) money.Fen { return x.Need.Amount }),
	{Head: "期限（月）", Cell: func(x *origination.Application) export.Cell { return export.Count(x.Need.Months) }},
	textColumn("用途", func(x *origination.Application) string { return x.Need.Purpose }),
	{Head: "送达银行数", Cell: func(x *origination.Application) export.Cell { return export.Count(int64(len(x.Targets))) }},
	textColumn("状态", func(x *origination.Application) string { return x.StateZh }),
	{Head: "提交时间", Cell: func(x *origination.Application) export.Cell { return export.Time(x.Submitted) }},
	{Head: "办结时间", Cell: func(x *origination.Application) export.Cell { return export.Time(x.Ended) }},
}

func (a *API) applications() {
	handle(a, Route{ID: "get-application-words", Method: "GET", Path: "/api/application-words", Tag: "application", Title: "申请用到的代码", Open: Anybody},
		func(context.Context, *Call, *empty) (*struct{ Body ApplicationWords }, error) {
			w := ApplicationWords{origination.Purposes(), origination.Securities(), origination.Methods(), origination.Refusals(), nil}
			for _, s := range origination.Life.Stages {
				w.Stages = append(w.Stages, StageWord{string(s.Stage), s.Zh, s.Term, s.Ends})
			}
			return &struct{ Body ApplicationWords }{w}, nil
		})
	lists(a, Route{ID: "list-applications", Method: "GET", Path: "/api/applications", Tag: "application", Title: "融资申请", Need: access.ApplicationRead}, applicationColumns,
		func(ctx context.Context, c *Call, in *struct {
			Page
			State []string   `query:"state" maxItems:"5" doc:"any of these"`
			Code  string     `query:"code" maxLength:"64" doc:"id of the loan code"`
			Text  string     `query:"text" maxLength:"100" doc:"credit code, number, or part of the firm's name"`
			From  civil.Date `query:"from"`
			To    civil.Date `query:"to"`
		},
		) ([]origination.Application, int, error) {
			f := origination.ApplicationFilter{Code: in.Code, Firm: in.Text, From: in.From, To: in.To, Oldest: in.Format != "json", Limit: in.Limit, Offset: in.Offset}
			for _, s := range in.State {
				f.States = append(f.States, origination.State(s))
			}
			return a.Origination.Applications(ctx, c.Scope, f)
		})
	handle(a, Route{ID: "get-application", Method: "GET", Path: "/api/applications/{id}", Tag: "application", Title: "融资申请详情", Need: access.ApplicationRead},
		func(ctx context.Context, c *Call, in *ByID) (*struct{ Body origination.Folder }, error) {
			return bodyOf(a.Origination.Application(ctx, c.Caller, c.Scope, in.ID))
		})
	handle(a, Route{ID: "get-application-rules", Method: "GET", Path: "/api/application-rules", Tag: "application", Title: "办理时限", Open: SignedIn},
		func(ctx context.Context, _ *Call, _ *empty) (*struct{ Body origination.Rules }, error) {
			return bodyOf(a.Origination.Rules(ctx))
		})
	handle(a, Route{ID: "set-application-rules", Method: "PUT", Path: "/api/application-rules", Tag: "application", Title: "修改办理时限", Need: access.ApplicationRulesWrite},
		func(ctx context.Context, c *Call, in *struct{ Body origination.Rules }) (*struct{ Body origination.Rules }, error) {
			return bodyOf(a.Origination.SetRules(ctx, c.Caller, in.Body))
		})
}

func (a *API) applicationSteps() {
	handle(a, Route{ID: "submit-application", Method: "POST", Path: "/api/applications", Tag: "application", Title: "提交融资申请", Need: access.ApplicationWrite},
		func(ctx context.Context, c *Call, in *struct{ Body origination.Submission }) (*struct{ Body origination.Application }, error) {
			return bodyOf(a.Origination.Submit(ctx, c.Caller, in.Body))
		})
	handle(a, Route{ID: "withdraw-application", Method: "POST", Path: "/api/applications/{id}/withdrawal", Tag: "application", Title: "撤回融资申请", Need: access.ApplicationWrite},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Version int64 `json:"version" doc:"of the application as it was read"`
			}
		},
		) (*struct{ Body origination.Application }, error) {
			return bodyOf(a.Origination.Withdraw(ctx, c.Caller, c.Scope, in.ID, in.Body.Version))
		})
	handle(a, Route{ID: "reroute-application", Method: "POST", Path: "/api/applications/{id}/targets", Tag: "application", Title: "转投其他银行", Need: access.ApplicationWrite},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				From    string               `json:"from,omitempty" doc:"id of the referral that ends by this; empty: none does"`
				Targets []origination.Wanted `json:"targets"`
			}
		},
		) (*struct{ Body origination.Application }, error) {
			return bodyOf(a.Origination.Reroute(ctx, c.Caller, c.Scope, in.ID, in.Body.From, in.Body.Targets))
		})
	handle(a, Route{ID: "attach-to-application", Method: "POST", Path: "/api/applications/{id}/attachments", Tag: "application", Title: "上传申请材料（各受理银行可见）", Need: access.ApplicationWrite, Limit: workflow.MaxFile},
		func(ctx context.Context, c *Call, in *loanPaper) (*struct{ Body workflow.Attachment }, error) {
			return a.keepPaper(ctx, c, in, true, func() error {
				_, err := a.Origination.Application(ctx, c.Caller, c.Scope, in.ID)
				return err
			})
		})
	handle(a, Route{ID: "get-application-attachment", Method: "GET", Path: "/api/applications/{id}/attachments/{file}", Tag: "application", Title: "下载申请材料", Need: access.ApplicationWrite, answers: asFile(anyFile)},
		func(ctx context.Context, c *Call, in *loanFile) (*fileAnswer, error) {
			return a.paperAnswer(ctx)(a.Origination.OwnFile(ctx, c.Scope, in.ID, in.File))
		})
}

// loanPaper is a file that is added to an application or a referral.
type loanPaper struct {
	ID      string `path:"id" maxLength:"64"`
	Name    string `query:"name" required:"true" maxLength:"500" doc:"of the file"`
	Paper   string `query:"paper" maxLength:"40" doc:"code of the paper it is; empty: another"`
	RawBody []byte `contentType:"application/octet-stream"`
}

type loanFile struct {
	ID   string `path:"id" maxLength:"64"`
	File string `path:"file" maxLength:"64"`
}

// keepPaper keeps a file, after its content has shown what it is.
func (a *API) keepPaper(ctx context.Context, c *Call, in *loanPaper, toApplication bool, there func() error) (*struct{ Body workflow.Attachment }, error) {
	is, err := filetype.Of(in.Name, in.RawBody)
	if err != nil {
		return nil, err
	}
	if err := there(); err != nil {
		return nil, err // nothing is kept for what is not there
	}
	ref, err := a.Files.Put(ctx, bytes.NewReader(in.RawBody))
	if err != nil {
		return nil, err
	}
	return bodyOf(a.Origination.Attach(ctx, c.Caller, c.Scope, toApplication, workflow.Attachment{
		Case: in.ID, Paper: in.Paper, Name: in.Name, Type: string(is), SHA256: ref.SHA256, Size: ref.Size,
	}))
}

func (a *API) paperAnswer(ctx context.Context) func(*workflow.Attachment, error) (*fileAnswer, error) {
	return func(file *workflow.Attachment, err error) (*fileAnswer, error) {
		if err != nil {
			return nil, err
		}
		r, err := a.Files.Open(ctx, blob.Ref{SHA256: file.SHA256, Size: file.Size})
		if err != nil {
			return nil, err
		}
		return sendFile(r, file.Name, filetype.Type(file.Type).ContentType()), nil
	}
}
